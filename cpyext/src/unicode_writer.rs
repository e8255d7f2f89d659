//! `unicodeobject.h`: the writers, which build a string piece by piece (C API, section "PyUnicodeWriter").
//!
//! `PyUnicodeWriter` is a `_PyUnicodeWriter` on the heap: a string object with room behind what is written. Macros of
//! the header read and write the fields of the latter, so they keep CPython's meaning.

use crate::boundary::P;
use crate::unicodeobject::bad_argument;
use dovetail_core::error::{PyResult, no_memory};
use dovetail_core::object::obj::{decref, xdecref};
use dovetail_core::object::{Obj, Ref, ToRef};
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use dovetail_text::Text;
use std::ffi::{CStr, c_char, c_int};
use std::ptr::null_mut;

type Old = *mut abi::_PyUnicodeWriter;
type New = *mut abi::PyUnicodeWriter;

const MAX_CHAR: u32 = 0x10_ffff;

/// The buffer's string.
///
/// # Safety
/// The writer has a buffer.
unsafe fn buffer<'a>(w: Old) -> &'a Str {
    // SAFETY: the caller's promise.
    unsafe { &*((*w).buffer as *const Str) }
}

/// Reads the fields anew from the buffer.
///
/// # Safety
/// The writer has a buffer.
unsafe fn update(w: Old) {
    // SAFETY: the caller's promise.
    unsafe {
        let s = buffer(w);
        (*w).maxchar = match s.unit_size() {
            1 if s.is_ascii() => 0x7f,
            1 => 0xff,
            2 => 0xffff,
            _ => MAX_CHAR,
        };
        (*w).data = s.data().cast();
        if (*w).readonly == 0 {
            (*w).kind = s.unit_size() as c_int;
            (*w).size = s.len() as isize;
        } else {
            (*w).kind = 0;
            (*w).size = 0;
        }
    }
}

/// Copies text into a string that nobody else has.
///
/// # Safety
/// The string is wide and long enough.
unsafe fn copy(to: &Str, at: usize, text: Text<'_>) {
    let n = text.len();
    // SAFETY: the caller's promise.
    unsafe {
        match to.unit_size() {
            1 => text.copy_to(std::slice::from_raw_parts_mut(to.data().add(at), n)),
            2 => text.copy_to(std::slice::from_raw_parts_mut(to.data().cast::<u16>().add(at), n)),
            _ => text.copy_to(std::slice::from_raw_parts_mut(to.data().cast::<u32>().add(at), n)),
        }
    }
}

/// Makes room for `n` more characters up to `max_char`.
///
/// # Safety
/// An initialized writer.
#[inline]
unsafe fn prepare(w: Old, n: usize, max_char: u32) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if max_char <= (*w).maxchar && n as isize <= (*w).size - (*w).pos {
            return Ok(());
        }
        if n == 0 { Ok(()) } else { grow(w, n, max_char) }
    }
}

/// # Safety
/// An initialized writer.
#[cold]
unsafe fn grow(w: Old, n: usize, max_char: u32) -> PyResult<()> {
    // SAFETY: the caller's promise; the buffer belongs to the writer alone unless it is read-only.
    unsafe {
        let pos = (*w).pos as usize;
        if n > isize::MAX as usize - pos {
            return Err(no_memory());
        }
        let mut wanted = pos + n;
        let max_char = max_char.max((*w).min_char);
        if (*w).buffer.is_null() {
            if (*w).overallocate != 0 {
                wanted += wanted / 4;
            }
            wanted = wanted.max((*w).min_length.max(0) as usize);
            (*w).buffer = Str::alloc(wanted, max_char)?.into_ptr();
        } else if wanted as isize > (*w).size {
            if (*w).overallocate != 0 {
                wanted += wanted / 4;
            }
            wanted = wanted.max((*w).min_length.max(0) as usize);
            if max_char > (*w).maxchar || (*w).readonly != 0 {
                replace_buffer(w, wanted, max_char.max((*w).maxchar), pos)?;
            } else {
                let old: Ref<Str> = Ref::from_owned(std::mem::replace(&mut (*w).buffer, null_mut()));
                (*w).buffer = Str::resize(old, wanted)?.into_ptr();
            }
        } else if max_char > (*w).maxchar {
            replace_buffer(w, (*w).size as usize, max_char, pos)?;
        }
        update(w);
        Ok(())
    }
}

/// # Safety
/// An initialized writer with a buffer.
unsafe fn replace_buffer(w: Old, size: usize, max_char: u32, pos: usize) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let new = Str::alloc(size, max_char)?;
        copy(&new, 0, buffer(w).text().slice(0..pos));
        decref((*w).buffer);
        (*w).buffer = new.into_ptr();
        (*w).readonly = 0;
        Ok(())
    }
}

/// # Safety
/// An initialized writer.
unsafe fn write_text(w: Old, text: Text<'_>) -> PyResult<()> {
    if text.is_empty() {
        return Ok(());
    }
    // SAFETY: the caller's promise.
    unsafe {
        let top = if text.is_ascii() { 0x7f } else { text.max_char() };
        prepare(w, text.len(), top)?;
        copy(buffer(w), (*w).pos as usize, text);
        (*w).pos += text.len() as isize;
    }
    Ok(())
}

/// # Safety
/// An initialized writer.
unsafe fn write_str(w: Old, s: &Str) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*w).buffer.is_null() && (*w).overallocate == 0 && !s.is_empty() {
            // The first string is kept as it is until something follows.
            (*w).readonly = 1;
            (*w).buffer = s.to_ref().into_ptr();
            update(w);
            (*w).pos += s.len() as isize;
            return Ok(());
        }
        write_text(w, s.text())
    }
}

/// # Safety
/// An initialized writer.
#[inline]
unsafe fn write_char(w: Old, c: u32) -> PyResult<()> {
    // SAFETY: the caller's promise; there is room for one character.
    unsafe {
        prepare(w, 1, c)?;
        let at = (*w).pos as usize;
        match (*w).kind {
            1 => *(*w).data.cast::<u8>().add(at) = c as u8,
            2 => *(*w).data.cast::<u16>().add(at) = c as u16,
            _ => *(*w).data.cast::<u32>().add(at) = c,
        }
        (*w).pos += 1;
        Ok(())
    }
}

/// # Safety
/// An initialized writer, which is empty afterwards.
unsafe fn finish(w: Old) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(s) = Ref::<Str>::from_owned_opt(std::mem::replace(&mut (*w).buffer, null_mut())) else {
            return Ok(Str::empty());
        };
        let n = (*w).pos as usize;
        if n == 0 {
            return Ok(Str::empty());
        }
        if (*w).readonly != 0 || s.len() == n {
            return Ok(s);
        }
        if n == 1 && s.unit_size() == 1 {
            return Str::from_code_point(s.char_at(0));
        }
        Str::resize(s, n)
    }
}

// ---- the older writer ----

/// Begins a writer in the caller's memory.
#[capi]
unsafe fn _PyUnicodeWriter_Init(w: Old) {
    // SAFETY: the caller's struct; all zero is a valid one.
    unsafe { w.write_bytes(0, 1) };
}

/// Makes room: behind the macro `_PyUnicodeWriter_Prepare`.
#[capi]
unsafe fn _PyUnicodeWriter_PrepareInternal(w: Old, n: isize, max_char: u32) -> PyResult<()> {
    if n < 0 {
        return Err(no_memory());
    }
    // SAFETY: an initialized writer.
    unsafe { prepare(w, n as usize, max_char) }
}

/// Makes the characters at least that wide: behind the macro `_PyUnicodeWriter_PrepareKind`.
#[capi]
unsafe fn _PyUnicodeWriter_PrepareKindInternal(w: Old, kind: c_int) -> PyResult<()> {
    let top = match kind {
        1 => 0xff,
        2 => 0xffff,
        _ => MAX_CHAR,
    };
    // SAFETY: an initialized writer.
    unsafe { if top > (*w).maxchar { grow(w, 0, top) } else { Ok(()) } }
}

/// Writes one character.
#[capi]
unsafe fn _PyUnicodeWriter_WriteChar(w: Old, c: u32) -> PyResult<()> {
    // SAFETY: an initialized writer.
    unsafe { write_char(w, c) }
}

/// Writes a string.
#[capi]
unsafe fn _PyUnicodeWriter_WriteStr(w: Old, s: &Obj) -> PyResult<()> {
    // SAFETY: an initialized writer.
    unsafe { write_str(w, s.downcast::<Str>().ok_or_else(bad_argument)?) }
}

/// Writes a part of a string.
#[capi]
unsafe fn _PyUnicodeWriter_WriteSubstring(w: Old, s: &Obj, start: isize, end: isize) -> PyResult<()> {
    let s = s.downcast::<Str>().ok_or_else(bad_argument)?;
    if end <= 0 || start >= end {
        return Ok(());
    }
    // SAFETY: an initialized writer.
    unsafe {
        if start == 0 && end as usize == s.len() {
            return write_str(w, s);
        }
        write_text(w, s.text().slice(start as usize..end as usize))
    }
}

/// Writes ASCII text; a length of -1 is that of the C string.
#[capi]
unsafe fn _PyUnicodeWriter_WriteASCIIString(w: Old, text: *const c_char, n: isize) -> PyResult<()> {
    // SAFETY: an initialized writer and the caller's text.
    unsafe { write_text(w, Text::from_latin1(bytes(text, n))) }
}

/// Writes Latin-1 text.
#[capi]
unsafe fn _PyUnicodeWriter_WriteLatin1String(w: Old, text: *const c_char, n: isize) -> PyResult<()> {
    // SAFETY: an initialized writer and the caller's text.
    unsafe { write_text(w, Text::from_latin1(bytes(text, n))) }
}

/// The string, and the end of the writer.
#[capi]
unsafe fn _PyUnicodeWriter_Finish(w: Old) -> PyResult<Ref<Str>> {
    // SAFETY: an initialized writer.
    unsafe { finish(w) }
}

/// Throws away what was written.
#[capi]
unsafe fn _PyUnicodeWriter_Dealloc(w: Old) {
    // SAFETY: an initialized writer.
    unsafe { xdecref(std::mem::replace(&mut (*w).buffer, null_mut())) };
}

/// The caller's bytes; -1 says that they end with a zero byte.
unsafe fn bytes<'a>(text: *const c_char, n: isize) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe {
        match n {
            0 => &[],
            n if n < 0 => CStr::from_ptr(text).to_bytes(),
            n => std::slice::from_raw_parts(text.cast(), n as usize),
        }
    }
}

// ---- the public writer ----

/// A new writer, with room for `n` characters.
#[capi]
unsafe fn PyUnicodeWriter_Create(n: isize) -> PyResult<New> {
    if n < 0 {
        bail!(ValueError, "length must be positive");
    }
    // SAFETY: all zero is a valid writer.
    unsafe {
        let w: Old = Box::into_raw(Box::new(std::mem::zeroed()));
        if n > 0
            && let Err(e) = prepare(w, n as usize, 0x7f)
        {
            drop(Box::from_raw(w));
            return Err(e);
        }
        (*w).overallocate = 1;
        Ok(w.cast())
    }
}

/// Frees a writer; NULL is fine.
#[capi]
unsafe fn PyUnicodeWriter_Discard(w: New) {
    if !w.is_null() {
        // SAFETY: from `PyUnicodeWriter_Create`.
        unsafe {
            let w = Box::from_raw(w.cast::<abi::_PyUnicodeWriter>());
            xdecref(w.buffer);
        }
    }
}

/// The string, and the end of the writer.
#[capi]
unsafe fn PyUnicodeWriter_Finish(w: New) -> PyResult<Ref<Str>> {
    // SAFETY: from `PyUnicodeWriter_Create`.
    unsafe {
        let made = finish(w.cast());
        drop(Box::from_raw(w.cast::<abi::_PyUnicodeWriter>()));
        made
    }
}

/// Writes one character.
#[capi]
unsafe fn PyUnicodeWriter_WriteChar(w: New, c: u32) -> PyResult<()> {
    if c > MAX_CHAR {
        bail!(ValueError, "character must be in range(0x110000)");
    }
    // SAFETY: a writer.
    unsafe { write_char(w.cast(), c) }
}

/// Writes `str(o)`.
#[capi]
unsafe fn PyUnicodeWriter_WriteStr(w: New, o: &Obj) -> PyResult<()> {
    // SAFETY: a writer.
    unsafe {
        match o.downcast_exact::<Str>() {
            Some(s) => write_str(w.cast(), s),
            None => write_str(w.cast(), &*o.str_()?),
        }
    }
}

/// Writes `repr(o)`, `<NULL>` for NULL.
#[capi]
unsafe fn PyUnicodeWriter_WriteRepr(w: New, o: Option<&Obj>) -> PyResult<()> {
    // SAFETY: a writer.
    unsafe {
        match o {
            None => write_text(w.cast(), Text::from_latin1(b"<NULL>")),
            Some(o) => write_str(w.cast(), &*o.repr()?),
        }
    }
}

/// Writes a part of a string.
#[capi]
unsafe fn PyUnicodeWriter_WriteSubstring(w: New, s: &Obj, start: isize, end: isize) -> PyResult<()> {
    let Some(s) = s.downcast::<Str>() else { bail!(TypeError, "expect str, not {}", s.type_name()) };
    if start < 0 || start > end {
        bail!(ValueError, "start must be positive, and not after end");
    }
    if end as usize > s.len() {
        bail!(ValueError, "end must be less than or equal to the length of the string");
    }
    // SAFETY: a writer.
    unsafe { write_text(w.cast(), s.text().slice(start as usize..end as usize)) }
}

/// Writes ASCII text; -1 as the length is that of the C string.
#[capi]
unsafe fn PyUnicodeWriter_WriteASCII(w: New, text: *const c_char, n: isize) -> PyResult<()> {
    // SAFETY: a writer and the caller's text.
    unsafe { write_text(w.cast(), Text::from_latin1(bytes(text, n))) }
}

/// Writes UTF-8 text; what is not UTF-8 raises, and nothing is written.
#[capi]
unsafe fn PyUnicodeWriter_WriteUTF8(w: New, text: *const c_char, n: isize) -> PyResult<()> {
    // SAFETY: a writer and the caller's text.
    unsafe {
        let bytes = bytes(text, n);
        if bytes.is_ascii() {
            return write_text(w.cast(), Text::from_latin1(bytes));
        }
        let s = dovetail_core::types::codec::decode_utf8(bytes, None)?;
        write_text(w.cast(), s.text())
    }
}

/// Writes UTF-8 text with an error handler; with a place for it, an incomplete end is left and the bytes used are told.
#[capi]
unsafe fn PyUnicodeWriter_DecodeUTF8Stateful(
    w: New,
    text: *const c_char,
    n: isize,
    errors: *const c_char,
    consumed: *mut isize,
) -> PyResult<()> {
    // SAFETY: a writer, the caller's text, name and variable.
    unsafe {
        let n = if n < 0 { CStr::from_ptr(text).to_bytes().len() as isize } else { n };
        let made = crate::unicode_codecs::PyUnicode_DecodeUTF8Stateful(text, n, errors, consumed);
        let Some(s) = Ref::<Str>::from_owned_opt(made) else {
            if !consumed.is_null() {
                *consumed = 0;
            }
            return Err(dovetail_core::error::Raised::from_c());
        };
        write_text(w.cast(), s.text())
    }
}

/// Writes wide characters; -1 as the length is up to a zero.
#[capi]
unsafe fn PyUnicodeWriter_WriteWideChar(w: New, text: *const abi::wchar_t, n: isize) -> PyResult<()> {
    // SAFETY: a writer and the caller's text.
    unsafe {
        let n = if n < 0 { (0..).take_while(|i| *text.add(*i) != 0).count() } else { n as usize };
        let units = std::slice::from_raw_parts(text.cast::<u32>(), n);
        write_code_points(w.cast(), units)
    }
}

/// Writes code points.
#[capi]
unsafe fn PyUnicodeWriter_WriteUCS4(w: New, text: *mut u32, n: isize) -> PyResult<()> {
    if n < 0 {
        bail!(ValueError, "size must be positive");
    }
    if n == 0 {
        return Ok(());
    }
    // SAFETY: a writer and the caller's text.
    unsafe { write_code_points(w.cast(), std::slice::from_raw_parts(text, n as usize)) }
}

/// # Safety
/// An initialized writer.
unsafe fn write_code_points(w: Old, units: &[u32]) -> PyResult<()> {
    if let Some(c) = units.iter().find(|c| **c > MAX_CHAR) {
        return Err(raise!(ValueError, "character U+{c:x} is not in range [U+0000; U+10ffff]"));
    }
    // SAFETY: the caller's promise.
    unsafe { write_text(w, Text::Ucs4(units)) }
}

/// `PyUnicodeWriter_Format` from C: writes an owned string, NULL when making it failed.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_writer_write(w: New, text: P) -> c_int {
    // SAFETY: a writer and an owned string or NULL.
    unsafe {
        match Ref::<Str>::from_owned_opt(text) {
            Some(s) if write_text(w.cast(), s.text()).is_ok() => 0,
            _ => -1,
        }
    }
}

// ---- single characters ----

/// Questions about a character.
macro_rules! character_capi {
    ($($name:ident $test:path;)*) => {$(
        /// 1 or 0.
        #[capi]
        fn $name(c: u32) -> c_int {
            c_int::from(c <= MAX_CHAR && $test(c))
        }
    )*};
}

use dovetail_text::props;

character_capi! {
    _PyUnicode_IsAlpha props::is_alpha;
    _PyUnicode_IsDecimalDigit props::is_decimal;
    _PyUnicode_IsDigit props::is_digit;
    _PyUnicode_IsNumeric props::is_numeric;
    _PyUnicode_IsWhitespace props::is_space;
    _PyUnicode_IsPrintable props::is_printable;
    _PyUnicode_IsLowercase props::is_lower;
    _PyUnicode_IsUppercase props::is_upper;
    _PyUnicode_IsTitlecase props::is_title;
    _PyUnicode_IsLinebreak is_line_break;
}

fn is_line_break(c: u32) -> bool {
    matches!(c, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// Simple case mappings.
macro_rules! case_capi {
    ($($name:ident $map:path;)*) => {$(
        /// The first character of the mapping.
        #[capi]
        fn $name(c: u32) -> u32 {
            if c <= MAX_CHAR { $map(c).first() } else { c }
        }
    )*};
}

case_capi! {
    _PyUnicode_ToLowercase props::to_lower;
    _PyUnicode_ToUppercase props::to_upper;
    _PyUnicode_ToTitlecase props::to_title;
}

/// The value as a decimal digit, or -1.
#[capi]
fn _PyUnicode_ToDecimalDigit(c: u32) -> c_int {
    if c > MAX_CHAR { -1 } else { props::decimal(c).map_or(-1, c_int::from) }
}

/// The value as a digit, or -1.
#[capi]
fn _PyUnicode_ToDigit(c: u32) -> c_int {
    if c > MAX_CHAR { -1 } else { props::digit(c).map_or(-1, c_int::from) }
}

/// The numeric value, or -1.
#[capi]
fn _PyUnicode_ToNumeric(c: u32) -> f64 {
    if c > MAX_CHAR { -1.0 } else { props::numeric(c).unwrap_or(-1.0) }
}

/// The address of a string's characters, for extensions that call instead of using the macro.
#[capi(private)]
unsafe fn PyUnicode_DATA(s: P) -> *mut std::ffi::c_void {
    // SAFETY: the caller passes a string.
    unsafe { (*(s as *const Str)).data().cast() }
}

/// The size of a string's characters: 1, 2 or 4.
#[capi(private)]
unsafe fn PyUnicode_KIND(s: P) -> c_int {
    // SAFETY: the caller passes a string.
    unsafe { (*(s as *const Str)).unit_size() as c_int }
}

/// The interned string of a static identifier, borrowed; made at its first use.
#[capi(private)]
unsafe fn _PyUnicode_FromId(id: *mut abi::_Py_Identifier) -> PyResult<crate::boundary::Borrowed> {
    // SAFETY: a static identifier of C, and the interpreter's own table.
    unsafe {
        let s = crate::text::c_text((*id).string)?.to_interned()?;
        // Interned strings of identifiers live as long as the process.
        s.immortalize();
        Ok(crate::boundary::Borrowed(s.into_ptr()))
    }
}
