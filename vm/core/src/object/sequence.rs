//! The sequence protocol: items by index, concatenation, repetition, search.

use crate::error::{PyResult, Raised, exc, from_c};
use crate::object::native::opt_ptr;
use crate::object::{Obj, Object};
use crate::{bail, raise};

impl Obj {
    /// Adjusts a negative index by the length, where the type has one.
    fn adjust(&self, i: isize) -> PyResult<isize> {
        if i >= 0 {
            return Ok(i);
        }
        // SAFETY: a suite and slot of the object's type.
        unsafe {
            match self.ob_type().raw().tp_as_sequence.as_ref().and_then(|s| s.sq_length) {
                Some(f) => {
                    let n = f(self.as_ptr());
                    if n < 0 { Err(Raised::from_c()) } else { Ok(i + n) }
                }
                None => Ok(i),
            }
        }
    }

    /// `self[i]` through `sq_item` (`PySequence_GetItem`).
    #[inline]
    pub fn sequence_get(&self, i: isize) -> PyResult<Object> {
        // SAFETY: a suite and slot of the object's type.
        unsafe {
            if i >= 0
                && let Some(f) = self.ob_type().raw().tp_as_sequence.as_ref().and_then(|s| s.sq_item)
            {
                return from_c(f(self.as_ptr(), i));
            }
        }
        self.sequence_get_from(i)
    }

    #[cold]
    #[inline(never)]
    fn sequence_get_from(&self, i: isize) -> PyResult<Object> {
        let t = self.ob_type().raw();
        // SAFETY: a suite and slot of the object's type.
        unsafe {
            let Some(f) = t.tp_as_sequence.as_ref().and_then(|s| s.sq_item) else {
                if t.tp_as_mapping.as_ref().is_some_and(|m| m.mp_subscript.is_some()) {
                    bail!(TypeError, "{} is not a sequence", self.type_name());
                }
                bail!(TypeError, "'{}' object does not support indexing", self.type_name());
            };
            from_c(f(self.as_ptr(), self.adjust(i)?))
        }
    }

    /// `self[i] = value` or `del self[i]` through `sq_ass_item`.
    pub fn sequence_set(&self, i: isize, value: Option<&Obj>) -> PyResult<()> {
        // SAFETY: a suite and slot of the object's type.
        unsafe {
            let Some(f) = self.ob_type().raw().tp_as_sequence.as_ref().and_then(|s| s.sq_ass_item) else {
                let what = if value.is_some() {
                    "does not support item assignment"
                } else {
                    "doesn't support item deletion"
                };
                bail!(TypeError, "'{}' object {what}", self.type_name());
            };
            super::abstract_::status(f(self.as_ptr(), self.adjust(i)?, opt_ptr(value)))
        }
    }

    /// `operator.concat(self, other)`.
    pub fn concat(&self, other: &Obj) -> PyResult<Object> {
        // SAFETY: a suite and slot of the object's type.
        unsafe {
            if let Some(f) = self.ob_type().raw().tp_as_sequence.as_ref().and_then(|s| s.sq_concat) {
                return from_c(f(self.as_ptr(), other.as_ptr()));
            }
        }
        Err(raise!(TypeError, "'{}' object can't be concatenated", self.type_name()))
    }

    /// `self * n` through `sq_repeat`.
    pub fn repeat(&self, n: isize) -> PyResult<Object> {
        // SAFETY: a suite and slot of the object's type.
        unsafe {
            if let Some(f) = self.ob_type().raw().tp_as_sequence.as_ref().and_then(|s| s.sq_repeat) {
                return from_c(f(self.as_ptr(), n));
            }
        }
        Err(raise!(TypeError, "'{}' object can't be repeated", self.type_name()))
    }

    /// How often `item` occurs in the iterable `self`.
    pub fn count_of(&self, item: &Obj) -> PyResult<usize> {
        let mut n = 0;
        self.for_each(|x| {
            n += x.equals(item)? as usize;
            Ok(())
        })?;
        Ok(n)
    }

    /// The first position of `item` in the iterable `self`.
    pub fn index_of(&self, item: &Obj) -> PyResult<usize> {
        let it = self.iter()?;
        let mut i = 0;
        while let Some(x) = it.iter_next()? {
            if x.equals(item)? {
                return Ok(i);
            }
            i += 1;
        }
        Err(raise!(ValueError, "sequence.index(x): x not in sequence"))
    }
}

/// The items of an iterable, or `TypeError(message)` when it is none (`PySequence_Fast`).
pub fn fast_items(o: &Obj, message: &str) -> PyResult<Vec<Object>> {
    match o.collect_items() {
        Err(e) if e.matches(exc::TypeError()) && o.ob_type().raw().tp_iter.is_none() => {
            e.clear();
            Err(crate::error::raise_message(exc::TypeError(), message))
        }
        r => r,
    }
}

/// A Python index into a sequence of `len` items: negative counts from the end; `None` when outside.
#[inline]
pub fn index_in(i: isize, len: usize) -> Option<usize> {
    let i = if i < 0 { i + len as isize } else { i };
    (i >= 0 && (i as usize) < len).then_some(i as usize)
}

/// Start and stop arguments of `index` and `find`, clipped to the length as slices are.
pub fn clip(start: Option<isize>, stop: Option<isize>, len: usize) -> (usize, usize) {
    let fix = |i: isize| {
        let i = if i < 0 { i.saturating_add(len as isize).max(0) } else { i };
        (i as usize).min(len)
    };
    (start.map_or(0, fix), stop.map_or(len, fix))
}
