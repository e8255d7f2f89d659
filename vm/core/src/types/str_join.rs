//! Strings put together: concatenation, growth in place, joining.

use crate::error::{PyResult, no_memory};
use crate::object::{Object, Ref, alloc};
use crate::raise;
use crate::types::str_::{ASCII_HEADER, Str, WIDE_HEADER};
use crate::types::str_intern::INTERNED;
use abi::unicode_state::STATE_COMPACT;
use dovetail_text::kind::Kind;

impl Str {
    /// `self + other` for text; one of them itself where the other is empty.
    pub fn concat(&self, other: &Str) -> PyResult<Ref<Str>> {
        if self.is_empty() {
            return other.to_exact();
        }
        if other.is_empty() {
            return self.to_exact();
        }
        let (a, b) = (self.text(), other.text());
        let Some(n) = a.len().checked_add(b.len()).filter(|n| *n < isize::MAX as usize) else {
            return Err(raise!(OverflowError, "strings are too large to concat"));
        };
        let s = Str::alloc(n, a.kind().max(b.kind()).max_char())?;
        // SAFETY: a new string with room for both.
        unsafe {
            s.write(0, a);
            s.write(a.len(), b);
        }
        Ok(s)
    }

    /// May the string be changed in place: nobody but the holder of the one reference knows it.
    #[inline]
    fn is_unshared(&self) -> bool {
        self.refcnt() == 1
            && self.is_exact::<Str>()
            && self.state() & (INTERNED | STATE_COMPACT) == STATE_COMPACT
    }

    /// `left + right` that grows `left` in place when the caller's reference is the only one (`s += t`).
    pub fn append(left: Ref<Str>, right: &Str) -> PyResult<Ref<Str>> {
        if right.is_empty() && left.is_exact::<Str>() {
            return Ok(left);
        }
        let fits = left.text().kind() >= right.text().kind();
        if !fits || left.is_empty() || !left.is_unshared() || std::ptr::eq(&*left, right) {
            return left.concat(right);
        }
        let (n, m) = (left.len(), right.len());
        let Some(total) = n.checked_add(m).filter(|t| *t < isize::MAX as usize / 8) else {
            return Err(raise!(OverflowError, "strings are too large to concat"));
        };
        let left = Str::resize_unshared(left, total)?;
        // SAFETY: nobody else has the string; there is room behind its old end.
        unsafe { left.write(n, right.text()) };
        Ok(left)
    }

    /// Changes the length of a string that nobody else has; new units are not written (`PyUnicode_Resize`).
    fn resize_unshared(s: Ref<Str>, len: usize) -> PyResult<Ref<Str>> {
        debug_assert!(s.is_unshared() && len > 0);
        let header = if s.is_ascii() { ASCII_HEADER } else { WIDE_HEADER };
        let unit = s.unit_size();
        // SAFETY: a compact string with one reference moves as a block of memory.
        unsafe {
            if !s.is_ascii() {
                let c = s.body() as *mut abi::PyCompactUnicodeObject;
                alloc::free((*c).utf8.cast());
                (*c).utf8 = std::ptr::null_mut();
                (*c).utf8_length = 0;
            }
            let p = alloc::realloc(s.as_raw().cast(), header + (len + 1) * unit);
            if p.is_null() {
                return Err(no_memory());
            }
            std::mem::forget(s);
            let o = p as *mut abi::PyASCIIObject;
            (*o).length = len as isize;
            (*o).hash = -1;
            std::ptr::write_bytes(p.add(header + len * unit), 0, unit);
            Ok(Ref::from_owned(o))
        }
    }

    /// A string of another length with the same beginning, in place where only the caller knows the string.
    pub fn resize(s: Ref<Str>, len: usize) -> PyResult<Ref<Str>> {
        if len == s.len() {
            return Ok(s);
        }
        if len == 0 {
            return Ok(Str::empty());
        }
        if s.is_unshared() {
            return Str::resize_unshared(s, len);
        }
        let new = Str::alloc(len, s.text().kind().max_char())?;
        // SAFETY: a new string; both have the shorter length.
        unsafe { new.write(0, s.text().slice(0..len.min(s.len()))) };
        Ok(new)
    }

    /// The strings one after the other (`BUILD_STRING`). Every piece is a str.
    pub fn join_pieces(pieces: &[Object]) -> PyResult<Ref<Str>> {
        // SAFETY: the caller's promise.
        let texts = pieces.iter().map(|p| unsafe { p.cast_unchecked::<Str>() });
        Str::join_strs(None, texts)
    }

    /// The strings with `separator` between them.
    pub fn join_strs<'a>(
        separator: Option<&Str>,
        strings: impl Iterator<Item = &'a Str> + Clone,
    ) -> PyResult<Ref<Str>> {
        let (mut total, mut kind, mut n, mut only) = (0usize, Kind::Ascii, 0usize, None);
        for s in strings.clone() {
            let Some(t) = total.checked_add(s.len()) else {
                return Err(raise!(OverflowError, "join() result is too long for a Python string"));
            };
            total = t;
            n += 1;
            if !s.is_empty() {
                kind = kind.max(s.text().kind());
                only = Some(s);
            }
        }
        let separator = separator.filter(|s| !s.is_empty() && n > 1);
        if let Some(sep) = separator {
            kind = kind.max(sep.text().kind());
            match sep
                .len()
                .checked_mul(n - 1)
                .and_then(|m| total.checked_add(m))
                .filter(|t| *t < isize::MAX as usize)
            {
                Some(t) => total = t,
                None => return Err(raise!(OverflowError, "join() result is too long for a Python string")),
            }
        }
        if total == 0 {
            return Ok(Str::empty());
        }
        if let Some(s) = only
            && s.len() == total
        {
            return s.to_exact();
        }
        let out = Str::alloc(total, kind.max_char())?;
        let mut at = 0;
        for (i, s) in strings.enumerate() {
            // SAFETY: a new string; the lengths add up to its own.
            unsafe {
                if i > 0
                    && let Some(sep) = separator
                {
                    out.write(at, sep.text());
                    at += sep.len();
                }
                out.write(at, s.text());
                at += s.len();
            }
        }
        Ok(out)
    }
}
