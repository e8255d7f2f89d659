//! `slice`, and the arithmetic of slices over sequences.

use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::number::{BinaryOp, binary};
use crate::object::obj::Obj;
use crate::object::{Object, Ref, alloc};
use crate::types::bool_::bool_obj;
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::none::{none, not_implemented};
use crate::types::str_::Str;
use crate::types::support::{owned, push_repr};
use crate::types::tuple::{Tuple, TupleHash};
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

/// What stands between the brackets of `a[x:y:z]`.
/// ---
/// slice(stop)
/// slice(start, stop[, step])
///
/// Make a slice object, as a[0:10:2] uses one.
#[pytype(name = "slice", body = abi::PySliceObject, export = "PySlice_Type", refs(start, stop, step), gc)]
pub struct Slice;

impl Slice {
    /// `slice(start, stop, step)`.
    pub fn new(start: &Obj, stop: &Obj, step: &Obj) -> PyResult<Ref<Slice>> {
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let s = alloc::new_body::<Slice>()?;
            let b = s.body();
            (*b).start = start.to_owned().into_ptr();
            (*b).stop = stop.to_owned().into_ptr();
            (*b).step = step.to_owned().into_ptr();
            Ok(s)
        }
    }

    #[inline]
    pub fn start(&self) -> &Obj {
        // SAFETY: never NULL.
        unsafe { Obj::from_ptr((*self.body()).start) }
    }

    #[inline]
    pub fn stop(&self) -> &Obj {
        // SAFETY: never NULL.
        unsafe { Obj::from_ptr((*self.body()).stop) }
    }

    #[inline]
    pub fn step(&self) -> &Obj {
        // SAFETY: never NULL.
        unsafe { Obj::from_ptr((*self.body()).step) }
    }

    /// The three numbers, clipped, before the length is known (`PySlice_Unpack`).
    pub fn unpack(&self) -> PyResult<(isize, isize, isize)> {
        let step = match opt_index(self.step())? {
            None => 1,
            Some(0) => bail!(ValueError, "slice step cannot be zero"),
            // The negation must be representable.
            Some(s) => s.max(-isize::MAX),
        };
        let start = opt_index(self.start())?.unwrap_or(if step < 0 { isize::MAX } else { 0 });
        let stop = opt_index(self.stop())?.unwrap_or(if step < 0 { isize::MIN } else { isize::MAX });
        Ok((start, stop, step))
    }

    /// Start, stop, step and number of items for a sequence of `len` items.
    pub fn indices(&self, len: usize) -> PyResult<(isize, isize, isize, usize)> {
        let (start, stop, step) = self.unpack()?;
        let (start, stop, count) = adjust(start, stop, step, len);
        Ok((start, stop, step, count))
    }

    /// As `indices`, of a sequence whose length is asked for after the bounds: their `__index__` may change it.
    pub fn indices_then(&self, len: impl FnOnce() -> usize) -> PyResult<(isize, isize, isize, usize)> {
        let (start, stop, step) = self.unpack()?;
        let (start, stop, count) = adjust(start, stop, step, len());
        Ok((start, stop, step, count))
    }

    /// Start, stop and step for a length of any size.
    pub fn long_indices(&self, len: &Int) -> PyResult<(Object, Object, Object)> {
        let zero = Int::from_i64(0)?;
        let step: Ref<Int> =
            if self.step().is_none() { Int::from_i64(1)? } else { checked_index(self.step())? };
        if step.is_zero() {
            bail!(ValueError, "slice step cannot be zero");
        }
        let down = step.is_negative();
        let minus_one = Int::from_i64(-1)?.into_object();
        let (lower, upper) = if down {
            (minus_one.clone(), binary(BinaryOp::Add, len, &minus_one)?)
        } else {
            (zero.into_object(), owned(len))
        };
        let fit = |value: &Obj, default: &Object| -> PyResult<Object> {
            if value.is_none() {
                return Ok(default.clone());
            }
            let mut v = checked_index(value)?.into_object();
            // SAFETY: an int.
            if unsafe { v.cast_unchecked::<Int>() }.is_negative() {
                v = binary(BinaryOp::Add, &v, len)?;
                if v.compare_bool(&lower, CompareOp::Lt)? { Ok(lower.clone()) } else { Ok(v) }
            } else if v.compare_bool(&upper, CompareOp::Gt)? {
                Ok(upper.clone())
            } else {
                Ok(v)
            }
        };
        let start = fit(self.start(), if down { &upper } else { &lower })?;
        let stop = fit(self.stop(), if down { &lower } else { &upper })?;
        Ok((start, stop, step.into_object()))
    }
}

/// Start and stop brought inside a sequence of `len` items, and how many items there are (`PySlice_AdjustIndices`).
pub fn adjust(start: isize, stop: isize, step: isize, len: usize) -> (isize, isize, usize) {
    let n = len as isize;
    let fix = |i: isize| {
        if i < 0 {
            let i = i.saturating_add(n);
            if i < 0 { if step < 0 { -1 } else { 0 } } else { i }
        } else if i >= n {
            if step < 0 { n - 1 } else { n }
        } else {
            i
        }
    };
    let (start, stop) = (fix(start), fix(stop));
    let count = if step < 0 {
        if stop < start { (start - stop - 1) / -step + 1 } else { 0 }
    } else if start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    (start, stop, count as usize)
}

fn not_index() -> crate::Raised {
    raise!(TypeError, "slice indices must be integers or None or have an __index__ method")
}

fn checked_index(o: &Obj) -> PyResult<Ref<Int>> {
    if o.has_index() { o.index() } else { Err(not_index()) }
}

/// A slice's number, clipped; `None` for `None`.
pub fn opt_index(o: &Obj) -> PyResult<Option<isize>> {
    if o.is_none() {
        return Ok(None);
    }
    if !o.has_index() {
        return Err(not_index());
    }
    o.as_isize_clipped().map(Some)
}

/// The `start` and `stop` arguments of `index` methods, inside a sequence of `len` items; not after each other.
pub fn clip_range(start: Option<&Obj>, stop: Option<&Obj>, len: usize) -> PyResult<(usize, usize)> {
    let fix = |o: Option<&Obj>, default: isize| -> PyResult<usize> {
        let i = match o {
            None => default,
            Some(o) if o.has_index() => o.as_isize_clipped()?,
            Some(_) => bail!(TypeError, "slice indices must be integers or have an __index__ method"),
        };
        let i = if i < 0 { i.saturating_add(len as isize).max(0) } else { i };
        Ok((i as usize).min(len))
    };
    let (start, stop) = (fix(start, 0)?, fix(stop, isize::MAX)?);
    Ok((start.min(stop), stop))
}

#[pymethods(members(
    ("start", _Py_T_OBJECT, start, abi::Py_READONLY, ""),
    ("stop", _Py_T_OBJECT, stop, abi::Py_READONLY, ""),
    ("step", _Py_T_OBJECT, step, abi::Py_READONLY, ""),
))]
impl Slice {
    #[slot(tp_new)]
    fn new_slot(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Ref<Slice>> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "slice() takes no keyword arguments");
        }
        match args.items() {
            [stop] => Slice::new(none(), stop, none()),
            [start, stop] => Slice::new(start, stop, none()),
            [start, stop, step] => Slice::new(start, stop, step),
            [] => bail!(TypeError, "slice expected at least 1 argument, got 0"),
            more => bail!(TypeError, "slice expected at most 3 arguments, got {}", more.len()),
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn keep(_: *mut abi::PyObject) -> std::ffi::c_int {
        // The fields are never NULL; what a slice refers to breaks its cycles.
        0
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let mut out = TextBuf::with_capacity(24);
        out.push_str("slice(");
        push_repr(&mut out, self.start())?;
        out.push_str(", ");
        push_repr(&mut out, self.stop())?;
        out.push_str(", ");
        push_repr(&mut out, self.step())?;
        out.push_str(")");
        Str::from_buf(out)
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        let mut h = TupleHash::default();
        for x in [self.start(), self.stop(), self.step()] {
            h.add(x.hash()?);
        }
        Ok(h.finish_without_length())
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast_exact::<Slice>() else { return Ok(not_implemented().to_owned()) };
        if self.is(o) {
            return Ok(bool_obj(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)).to_owned());
        }
        self.parts()?.compare(&*o.parts()?, op)
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped as slicing does it.
    #[method(name = "indices")]
    fn indices_method(&self, object: &Obj) -> PyResult<Object> {
        let len = object.index()?;
        if len.is_negative() {
            bail!(ValueError, "length should not be negative");
        }
        let (start, stop, step) = self.long_indices(&len)?;
        Ok(Tuple::from_array([start, stop, step])?.into_object())
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let ty = owned(self.ob_type());
        Ok(Tuple::from_array([ty, self.parts()?.into_object()])?.into_object())
    }
}

impl Slice {
    /// `(start, stop, step)`.
    fn parts(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_slice(&[self.start(), self.stop(), self.step()])
    }
}
