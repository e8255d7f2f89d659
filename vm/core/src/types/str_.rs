//! `str`: the object in CPython's PEP 393 layouts, its constructors and accessors, and interning.
//!
//! Exact strings are compact: the body follows the header. Instances of subclasses point to a body of their own
//! (CPython's non-compact form). A string is always of the narrowest kind that holds it, so that equal strings have
//! equal bodies. The methods are in `str_methods`, formatting is in `str_format`.

use crate::error::{PyResult, no_memory};
use crate::object::native::Native;
use crate::object::obj::Head;
use crate::object::{Object, Ref, ToRef, alloc, pool};
use crate::types::str_intern::INTERNED;
pub use crate::types::str_intern::{hash_key, init_hash_key, interned_count, latin1_char};
use crate::types::type_::Type;
use abi::unicode_state::{STATE_ASCII, STATE_COMPACT, STATE_KIND_SHIFT};
use dovetail_macros::pytype;
use dovetail_text::codecs::utf8;
use dovetail_text::kind::{Kind, MAX_CODE_POINT};
use dovetail_text::{Text, TextBuf, Unit};
use std::borrow::Cow;

/// Immutable text.
/// ---
/// str(object='') -> str
/// str(bytes_or_buffer[, encoding[, errors]]) -> str
///
/// Create a new string object from the given object. If encoding or
/// errors is specified, then the object must expose a data buffer
/// that will be decoded using the given encoding and error handler.
/// Otherwise, returns the result of object.__str__() (if defined)
/// or repr(object).
/// encoding defaults to 'utf-8'.
/// errors defaults to 'strict'.
#[pytype(
    name = "str", body = abi::PyASCIIObject, export = "PyUnicode_Type", basicsize = size_of::<abi::PyUnicodeObject>(),
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_UNICODE_SUBCLASS | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct Str;

// SAFETY: strings are immutable but for caches and interning, which the GIL guards.
unsafe impl Sync for Str {}

pub(crate) const ASCII_HEADER: usize = size_of::<abi::PyASCIIObject>();
pub(crate) const WIDE_HEADER: usize = size_of::<abi::PyCompactUnicodeObject>();

impl Str {
    // ---- construction ----

    /// A string of `len` characters up to `max_char` whose body the caller writes before anyone sees it
    /// (`PyUnicode_New`). The final unit is zero already. `len` is not 0.
    #[inline]
    pub fn alloc(len: usize, max_char: u32) -> PyResult<Ref<Str>> {
        let kind = Kind::of_max_char(max_char);
        let header = if kind == Kind::Ascii { ASCII_HEADER } else { WIDE_HEADER };
        let unit = kind.unit_size();
        if len >= (isize::MAX as usize - WIDE_HEADER) / unit {
            return Err(no_memory());
        }
        // SAFETY: fresh memory, whose header and end are written.
        unsafe {
            let size = header + (len + 1) * unit;
            if size >= alloc::HUGE_BLOCK && !alloc::may_have(size) {
                return Err(no_memory());
            }
            let p = pool::take(size);
            if p.is_null() {
                return Err(no_memory());
            }
            let o = p as *mut abi::PyASCIIObject;
            alloc::init(o.cast(), Str::type_object());
            (*o).length = len as isize;
            (*o).hash = -1;
            let mut bits = (unit as u32) << STATE_KIND_SHIFT | STATE_COMPACT;
            if kind == Kind::Ascii {
                bits |= STATE_ASCII;
            } else {
                let c = p as *mut abi::PyCompactUnicodeObject;
                (*c).utf8 = std::ptr::null_mut();
                (*c).utf8_length = 0;
            }
            (*o).state = abi::_PyUnicodeObject_state::from_bits(bits);
            std::ptr::write_bytes(p.add(header + len * unit), 0, unit);
            Ok(Ref::from_owned(o))
        }
    }

    /// The string of a Rust text.
    pub fn new(text: &str) -> PyResult<Ref<Str>> {
        if text.is_ascii() {
            return Str::from_ascii(text.as_bytes());
        }
        let (len, max_char) = utf8::measure(text);
        if len == 1 {
            return Str::from_code_point(text.chars().next().map_or(0, u32::from));
        }
        let s = Str::alloc(len, max_char)?;
        // SAFETY: the body has `len` units of the kind of `max_char`; nobody else has seen it.
        unsafe {
            match max_char {
                0..=0xff => utf8::fill(text, s.units_mut::<u8>()),
                0x100..=0xffff => utf8::fill(text, s.units_mut::<u16>()),
                _ => utf8::fill(text, s.units_mut::<u32>()),
            }
        }
        Ok(s)
    }

    /// The string of ASCII bytes, which the caller has checked.
    #[inline]
    pub fn from_ascii(bytes: &[u8]) -> PyResult<Ref<Str>> {
        debug_assert!(bytes.is_ascii());
        match bytes {
            [] => return Ok(Str::empty()),
            [c] => return Ok(latin1_char(*c).to_ref()),
            _ => {}
        }
        let s = Str::alloc(bytes.len(), 0x7f)?;
        // SAFETY: the body has that many bytes.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), s.data().cast(), bytes.len()) };
        Ok(s)
    }

    /// The string of Latin-1 bytes.
    pub fn from_latin1(bytes: &[u8]) -> PyResult<Ref<Str>> {
        Str::from_text(Text::from_latin1(bytes))
    }

    /// The string of a text, narrowed where it needs less.
    pub fn from_text(text: Text<'_>) -> PyResult<Ref<Str>> {
        match text.len() {
            0 => return Ok(Str::empty()),
            1 => return Str::from_code_point(text.at(0)),
            _ => {}
        }
        if let Text::Ascii(b) = text {
            return Str::from_ascii(b);
        }
        Str::from_narrow(text, text.max_char())
    }

    /// As `from_text`, where the kind is known to be that of `max_char`; longer than 1.
    fn from_narrow(text: Text<'_>, max_char: u32) -> PyResult<Ref<Str>> {
        let s = Str::alloc(text.len(), max_char)?;
        // SAFETY: a new body of that length.
        unsafe { s.write(0, text) };
        Ok(s)
    }

    /// The string of a buffer.
    pub fn from_buf(buf: TextBuf) -> PyResult<Ref<Str>> {
        let buf = buf.finish();
        let text = buf.as_text();
        match text.len() {
            0 => Ok(Str::empty()),
            1 => Str::from_code_point(text.at(0)),
            _ => Str::from_narrow(text, text.kind().max_char()),
        }
    }

    /// The string of one code point, which is at most 0x10ffff.
    #[inline]
    pub fn from_code_point(c: u32) -> PyResult<Ref<Str>> {
        if c < 256 {
            return Ok(latin1_char(c as u8).to_ref());
        }
        let s = Str::alloc(1, c)?;
        // SAFETY: a new body of one unit.
        unsafe {
            match c {
                0..=0xffff => *s.data().cast::<u16>() = c as u16,
                _ => *s.data().cast::<u32>() = c,
            }
        }
        Ok(s)
    }

    /// The string of UTF-8 bytes; bad ones raise `UnicodeDecodeError`.
    pub fn from_utf8(bytes: &[u8]) -> PyResult<Ref<Str>> {
        match utf8::validate(bytes) {
            Some(s) => Str::new(s),
            None => crate::types::codec::decode_utf8(bytes, None),
        }
    }

    /// The part `range` of the string; the string itself when that is all of it and it is of type str.
    pub fn sub(&self, start: usize, stop: usize) -> PyResult<Ref<Str>> {
        if start == 0 && stop == self.len() && self.is_exact::<Str>() {
            return Ok(self.to_ref());
        }
        Str::from_text(self.text().slice(start..stop.max(start)))
    }

    /// The string itself, or a copy of type str when it is of a subclass.
    pub fn to_exact(&self) -> PyResult<Ref<Str>> {
        if self.is_exact::<Str>() { Ok(self.to_ref()) } else { Str::from_text(self.text()) }
    }

    /// An instance of a subclass with this text (CPython's non-compact form).
    pub(crate) fn new_in_subclass(cls: &Type, text: &Str) -> PyResult<Object> {
        let t = text.text();
        let unit = t.kind().unit_size();
        // SAFETY: the body is filled before anything runs; the subclass's instances begin with PyUnicodeObject.
        unsafe {
            let o = crate::types::support::type_alloc(cls, 0)?;
            let u = o.as_raw() as *mut abi::PyUnicodeObject;
            let data = alloc::malloc((t.len() + 1) * unit);
            // An empty ASCII body until the real one stands, for the deallocator.
            (*u)._base._base.state = abi::_PyUnicodeObject_state::from_bits(1 << STATE_KIND_SHIFT);
            (*u)._base._base.hash = -1;
            if data.is_null() {
                return Err(no_memory());
            }
            std::ptr::copy_nonoverlapping(text.data(), data, (t.len() + 1) * unit);
            let ascii = t.kind() == Kind::Ascii;
            let bits = (unit as u32) << STATE_KIND_SHIFT | if ascii { STATE_ASCII } else { 0 };
            (*u)._base._base.state = abi::_PyUnicodeObject_state::from_bits(bits);
            (*u)._base._base.length = t.len() as isize;
            (*u)._base._base.hash = (*text.body()).hash;
            (*u).data.any = data.cast();
            if ascii {
                (*u)._base.utf8 = data.cast();
                (*u)._base.utf8_length = t.len() as isize;
            }
            Ok(o)
        }
    }

    /// The end of a string: its memory, its cached UTF-8, its place among the interned strings.
    ///
    /// # Safety
    /// Called as `tp_dealloc`.
    pub(crate) unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            let s = &*(o as *const Str);
            let st = s.state();
            if st & INTERNED != 0 {
                if st & INTERNED != abi::SSTATE_INTERNED_MORTAL as u32 {
                    // Immortal: somebody gave back more references than there are.
                    s.immortalize();
                    return;
                }
                s.leave();
            }
            let b = o as *mut abi::PyUnicodeObject;
            if st & STATE_COMPACT == 0 {
                let data: *mut u8 = (*b).data.any.cast();
                let utf8: *mut u8 = (*b)._base.utf8.cast();
                if utf8 != data {
                    alloc::free(utf8);
                }
                alloc::free(data);
            } else if st & STATE_ASCII == 0 {
                alloc::free((*b)._base.utf8.cast());
            }
            let ty = (*(o as *mut Head)).ob_type;
            if ty == Str::TYPE_POINTER {
                if st & STATE_COMPACT == 0 {
                    return alloc::free(o.cast());
                }
                let ascii = st & STATE_ASCII != 0;
                let unit = (st >> STATE_KIND_SHIFT & 7) as usize;
                let header = if ascii { ASCII_HEADER } else { WIDE_HEADER };
                return pool::put(o.cast(), header + ((*b)._base._base.length as usize + 1) * unit);
            }
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    // ---- access ----

    #[inline(always)]
    pub(crate) fn state(&self) -> u32 {
        // SAFETY: a live string.
        unsafe { (*self.body()).state.bits() }
    }

    pub(crate) fn set_state(&self, bits: u32) {
        // SAFETY: a live string, under the GIL.
        unsafe { (*self.body()).state = abi::_PyUnicodeObject_state::from_bits(bits) }
    }

    /// How many characters there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: a live string.
        unsafe { (*self.body()).length as usize }
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.state() & STATE_ASCII != 0
    }

    /// Bytes a character: 1, 2 or 4.
    #[inline(always)]
    pub fn unit_size(&self) -> usize {
        (self.state() >> STATE_KIND_SHIFT & 7) as usize
    }

    /// The body's first byte.
    #[inline(always)]
    pub fn data(&self) -> *mut u8 {
        let st = self.state();
        let p = self.body() as *mut u8;
        // SAFETY: where the body is follows from the state.
        unsafe {
            if st & STATE_COMPACT != 0 {
                p.add(if st & STATE_ASCII != 0 { ASCII_HEADER } else { WIDE_HEADER })
            } else {
                (*(p as *mut abi::PyUnicodeObject)).data.any.cast()
            }
        }
    }

    /// The body, for writing.
    ///
    /// # Safety
    /// The string is of that unit and nobody else has seen it.
    #[allow(clippy::mut_from_ref)]
    unsafe fn units_mut<U: Unit>(&self) -> &mut [U] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.data().cast(), self.len()) }
    }

    /// Writes `text` at position `at` of a new string whose kind holds it.
    ///
    /// # Safety
    /// There is room, the kind is wide enough and nobody else has seen the string.
    pub unsafe fn write(&self, at: usize, text: Text<'_>) {
        // SAFETY: the caller's promise.
        unsafe {
            let unit = self.unit_size();
            let p = self.data().add(at * unit);
            let n = text.len();
            if text.kind().unit_size() == unit {
                std::ptr::copy_nonoverlapping(text.raw_bytes().as_ptr(), p, n * unit);
                return;
            }
            match unit {
                1 => text.copy_to(std::slice::from_raw_parts_mut(p, n)),
                2 => text.copy_to(std::slice::from_raw_parts_mut(p.cast::<u16>(), n)),
                _ => text.copy_to(std::slice::from_raw_parts_mut(p.cast::<u32>(), n)),
            }
        }
    }

    /// The body.
    #[inline]
    pub fn text(&self) -> Text<'_> {
        let (st, n, p) = (self.state(), self.len(), self.data());
        // SAFETY: the state tells the unit; the body lives as long as the string and never changes.
        unsafe {
            if st & STATE_ASCII != 0 {
                return Text::Ascii(std::slice::from_raw_parts(p, n));
            }
            match st >> STATE_KIND_SHIFT & 7 {
                1 => Text::Latin1(std::slice::from_raw_parts(p, n)),
                2 => Text::Ucs2(std::slice::from_raw_parts(p.cast(), n)),
                _ => Text::Ucs4(std::slice::from_raw_parts(p.cast(), n)),
            }
        }
    }

    /// The body's bytes.
    #[inline]
    pub fn raw_bytes(&self) -> &[u8] {
        // SAFETY: the body lives as long as the string.
        unsafe { std::slice::from_raw_parts(self.data(), self.len() * self.unit_size()) }
    }

    /// The ASCII text, when it is ASCII.
    #[inline]
    pub fn as_ascii(&self) -> Option<&str> {
        // SAFETY: ASCII is UTF-8.
        self.is_ascii().then(|| unsafe { std::str::from_utf8_unchecked(self.raw_bytes()) })
    }

    /// The text in UTF-8, followed by a zero byte and cached in the object; surrogates raise `UnicodeEncodeError`.
    pub fn as_str(&self) -> PyResult<&str> {
        if let Some(s) = self.as_ascii() {
            return Ok(s);
        }
        // SAFETY: a non-ASCII string has the fields of PyCompactUnicodeObject; the cache lives with the string.
        unsafe {
            let c = self.body() as *mut abi::PyCompactUnicodeObject;
            if (*c).utf8.is_null() {
                let bytes = match utf8::to_vec(self.text()) {
                    Ok(b) => b,
                    Err(_) => {
                        return Err(crate::types::codec::encode_utf8(self, None)
                            .err()
                            .unwrap_or_else(no_memory));
                    }
                };
                let p = alloc::malloc(bytes.len() + 1);
                if p.is_null() {
                    return Err(no_memory());
                }
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len());
                *p.add(bytes.len()) = 0;
                (*c).utf8 = p.cast();
                (*c).utf8_length = bytes.len() as isize;
            }
            let s = std::slice::from_raw_parts((*c).utf8.cast(), (*c).utf8_length as usize);
            Ok(std::str::from_utf8_unchecked(s))
        }
    }

    /// Bytes of the UTF-8 cache beyond the object, for `__sizeof__`.
    pub(crate) fn utf8_cache_size(&self) -> usize {
        if self.is_ascii() {
            return 0;
        }
        // SAFETY: as in `as_str`.
        unsafe {
            let c = self.body() as *mut abi::PyCompactUnicodeObject;
            if (*c).utf8.is_null() { 0 } else { (*c).utf8_length as usize + 1 }
        }
    }

    /// The text for messages: surrogates become U+FFFD.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match self.as_ascii() {
            Some(s) => Cow::Borrowed(s),
            None => Cow::Owned(self.text().iter().map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect()),
        }
    }

    /// The character at `i`, which is below the length.
    #[inline]
    pub fn char_at(&self, i: usize) -> u32 {
        self.text().at(i)
    }

    /// `__name__`?
    pub fn is_dunder(&self) -> bool {
        let b = self.raw_bytes();
        self.is_ascii() && b.len() > 4 && b.starts_with(b"__") && b.ends_with(b"__")
    }

    // ---- comparison and hash ----

    /// Same text?
    #[inline]
    pub fn equals(&self, other: &Str) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        const SHAPE: u32 = 7 << STATE_KIND_SHIFT;
        self.len() == other.len()
            && (self.state() ^ other.state()) & SHAPE == 0
            && self.raw_bytes() == other.raw_bytes()
    }

    /// Same text as a Rust string?
    #[inline]
    pub fn equals_str(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(s) => s == text,
            None => self.text() == *text,
        }
    }

    /// The hash, computed once.
    #[inline(always)]
    pub fn hash_value(&self) -> isize {
        // SAFETY: a live string.
        let h = unsafe { (*self.body()).hash };
        if h != -1 { h } else { self.compute_hash() }
    }

    #[inline(never)]
    fn compute_hash(&self) -> isize {
        let h = hash_key().hash_bytes(self.raw_bytes());
        // SAFETY: the cache of a live string, under the GIL.
        unsafe { (*self.body()).hash = h };
        h
    }
}

/// Is `c` a code point?
pub fn is_code_point(c: i64) -> bool {
    (0..=MAX_CODE_POINT as i64).contains(&c)
}
