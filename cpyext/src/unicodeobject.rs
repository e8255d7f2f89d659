//! `unicodeobject.h`: strings, without formatting, codecs and writers (C API, section "Unicode Objects").

use crate::boundary::{P, bad_internal_call};
use crate::text::c_text;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref, ToRef};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use dovetail_text::Text;
use dovetail_text::kind::Kind;
use std::cmp::Ordering;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;

/// What `PyErr_BadArgument` says.
pub fn bad_argument() -> Raised {
    raise!(TypeError, "bad argument type for built-in operation")
}

/// The string, or `TypeError` with CPython's words for an operand.
pub fn must_be_str(o: &Obj) -> PyResult<&Str> {
    o.downcast::<Str>().ok_or_else(|| raise!(TypeError, "must be str, not {}", o.type_name()))
}

fn str_or_bad(o: &Obj) -> PyResult<&Str> {
    o.downcast::<Str>().ok_or_else(bad_argument)
}

/// A string of `n` characters up to `max_char`, for the caller to write.
#[capi]
fn PyUnicode_New(n: isize, max_char: u32) -> PyResult<Ref<Str>> {
    if n == 0 {
        return Ok(Str::empty());
    }
    if max_char > 0x10_ffff {
        bail!(SystemError, "invalid maximum character passed to PyUnicode_New");
    }
    if n < 0 {
        bail!(SystemError, "Negative size passed to PyUnicode_New");
    }
    Str::alloc(n as usize, max_char)
}

/// A string of UTF-8 text of `n` bytes; NULL of size 0 is the empty string.
#[capi]
unsafe fn PyUnicode_FromStringAndSize(data: *const c_char, n: isize) -> PyResult<Ref<Str>> {
    if n < 0 {
        bail!(SystemError, "Negative size passed to PyUnicode_FromStringAndSize");
    }
    if data.is_null() {
        if n == 0 {
            return Ok(Str::empty());
        }
        bail!(SystemError, "NULL string with positive size with NULL passed to PyUnicode_FromStringAndSize");
    }
    // SAFETY: the caller's n bytes.
    decode(unsafe { std::slice::from_raw_parts(data.cast(), n as usize) })
}

fn decode(bytes: &[u8]) -> PyResult<Ref<Str>> {
    if bytes.is_ascii() {
        return Str::from_ascii(bytes);
    }
    dovetail_core::types::codec::decode_utf8(bytes, None)
}

/// A string of a C string in UTF-8.
#[capi]
unsafe fn PyUnicode_FromString(text: *const c_char) -> PyResult<Ref<Str>> {
    // SAFETY: a C string.
    decode(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// An interned string of a C string in UTF-8.
#[capi]
unsafe fn PyUnicode_InternFromString(text: *const c_char) -> PyResult<Ref<Str>> {
    // SAFETY: a C string.
    unsafe { c_text(text)? }.to_interned()
}

/// Replaces `*text` by the interned string that is equal to it.
#[capi(alias = "_PyUnicode_InternInPlace")]
unsafe fn PyUnicode_InternInPlace(text: *mut P) {
    // SAFETY: the caller's variable, which owns a string.
    unsafe {
        if (*text).is_null() {
            return;
        }
        let Some(s) = Obj::from_ptr(*text).downcast_exact::<Str>() else { return };
        if s.is_interned() {
            return;
        }
        match s.to_interned() {
            Ok(i) => {
                let old = std::mem::replace(&mut *text, i.into_ptr());
                dovetail_core::object::obj::decref(old);
            }
            Err(raised) => raised.clear(),
        }
    }
}

/// As `PyUnicode_InternInPlace`, for ever.
#[capi]
unsafe fn PyUnicode_InternImmortal(text: *mut P) {
    // SAFETY: as above.
    unsafe {
        PyUnicode_InternInPlace(text);
        if let Some(s) = Obj::from_ptr(*text).downcast_exact::<Str>() {
            s.immortalize();
        }
    }
}

/// A string of `n` units of 1, 2 or 4 bytes, narrowed where it needs less.
#[capi]
unsafe fn PyUnicode_FromKindAndData(kind: c_int, data: *const c_void, n: isize) -> PyResult<Ref<Str>> {
    if n < 0 {
        bail!(ValueError, "size must be positive");
    }
    let n = n as usize;
    if n == 0 {
        return Ok(Str::empty());
    }
    // SAFETY: the caller's n units.
    unsafe {
        match kind {
            1 => Str::from_latin1(std::slice::from_raw_parts(data.cast(), n)),
            2 => Str::from_text(Text::Ucs2(std::slice::from_raw_parts(data.cast(), n))),
            4 => Str::from_text(Text::Ucs4(std::slice::from_raw_parts(data.cast(), n))),
            _ => Err(raise!(SystemError, "invalid kind")),
        }
    }
}

/// A string of `n` wide characters; -1 measures them.
#[capi]
unsafe fn PyUnicode_FromWideChar(data: *const abi::wchar_t, n: isize) -> PyResult<Ref<Str>> {
    if data.is_null() && n != 0 {
        return Err(bad_internal_call());
    }
    // SAFETY: n wide characters, or up to a zero.
    unsafe {
        let n = if n == -1 { libc::wcslen(data) } else { n as usize };
        if n == 0 {
            return Ok(Str::empty());
        }
        let units = std::slice::from_raw_parts(data.cast::<u32>(), n);
        if units.iter().any(|c| *c > 0x10_ffff) {
            bail!(
                ValueError,
                "character U+{:x} is not in range [U+0000; U+10ffff]",
                units.iter().max().unwrap_or(&0)
            );
        }
        Str::from_text(Text::Ucs4(units))
    }
}

/// The code points, and a zero where there is room; how many were written.
#[capi]
unsafe fn PyUnicode_AsWideChar(s: Option<&Obj>, out: *mut abi::wchar_t, n: isize) -> PyResult<isize> {
    let Some(s) = s else { return Err(bad_internal_call()) };
    let s = str_or_bad(s)?;
    if out.is_null() {
        return Ok(s.len() as isize + 1);
    }
    let count = s.len().min(n.max(0) as usize);
    // SAFETY: the caller's n wide characters.
    unsafe {
        s.text().slice(0..count).copy_to(std::slice::from_raw_parts_mut(out.cast::<u32>(), count));
        if count < n.max(0) as usize {
            *out.add(count) = 0;
        }
    }
    Ok(count as isize)
}

/// A copy as wide characters with a zero at the end, for `PyMem_Free`.
#[capi]
unsafe fn PyUnicode_AsWideCharString(s: Option<&Obj>, size: *mut isize) -> PyResult<*mut abi::wchar_t> {
    let Some(s) = s else { return Err(bad_internal_call()) };
    let s = str_or_bad(s)?;
    if size.is_null() && (0..s.len()).any(|i| s.char_at(i) == 0) {
        bail!(ValueError, "embedded null character");
    }
    // SAFETY: fresh memory of that size.
    unsafe {
        let p: *mut u32 =
            dovetail_core::object::alloc::malloc_in(dovetail_core::object::domains::MEM, (s.len() + 1) * 4)
                .cast();
        if p.is_null() {
            return Err(dovetail_core::error::no_memory());
        }
        s.text().copy_to(std::slice::from_raw_parts_mut(p, s.len()));
        *p.add(s.len()) = 0;
        if !size.is_null() {
            *size = s.len() as isize;
        }
        Ok(p.cast())
    }
}

/// The code points in the caller's buffer.
#[capi]
unsafe fn PyUnicode_AsUCS4(s: &Obj, out: *mut u32, n: isize, with_null: c_int) -> PyResult<*mut u32> {
    let s = str_or_bad(s)?;
    let needed = s.len() + usize::from(with_null != 0);
    if out.is_null() || n < 0 {
        return Err(bad_internal_call());
    }
    if (n as usize) < needed {
        // SAFETY: room for n units.
        if with_null != 0 && n > 0 {
            unsafe { *out = 0 };
        }
        bail!(SystemError, "string is longer than the buffer");
    }
    // SAFETY: the caller's buffer of n units.
    unsafe {
        s.text().copy_to(std::slice::from_raw_parts_mut(out, s.len()));
        if with_null != 0 {
            *out.add(s.len()) = 0;
        }
    }
    Ok(out)
}

/// The code points in new memory with a zero at the end, for `PyMem_Free`.
#[capi]
unsafe fn PyUnicode_AsUCS4Copy(s: &Obj) -> PyResult<*mut u32> {
    // SAFETY: as the other function.
    let mut n = 0;
    let p = unsafe { PyUnicode_AsWideCharString(s.as_ptr(), &raw mut n) };
    if p.is_null() { Err(Raised::from_c()) } else { Ok(p.cast()) }
}

/// A new reference to an exact string, or `str(o)` of a subclass's instance.
#[capi]
fn PyUnicode_FromObject(o: &Obj) -> PyResult<Ref<Str>> {
    match o.downcast::<Str>() {
        Some(s) => s.to_exact(),
        None => Err(raise!(TypeError, "Can't convert '{}' object to str implicitly", o.type_name())),
    }
}

/// The string of one code point.
#[capi]
fn PyUnicode_FromOrdinal(c: c_int) -> PyResult<Ref<Str>> {
    if !(0..=0x10_ffff).contains(&c) {
        bail!(ValueError, "chr() arg not in range(0x110000)");
    }
    Str::from_code_point(c as u32)
}

/// The number of characters.
#[capi]
fn PyUnicode_GetLength(s: &Obj) -> PyResult<isize> {
    Ok(str_or_bad(s)?.len() as isize)
}

/// Gone since 3.12; libraries of the limited API that still ask are told so.
#[capi]
fn PyUnicode_GetSize(_s: Option<&Obj>) -> PyResult<isize> {
    bail!(RuntimeError, "PyUnicode_GetSize has been removed.");
}

/// The character at an index.
#[capi]
fn PyUnicode_ReadChar(s: &Obj, index: isize) -> PyResult<u32> {
    let s = str_or_bad(s)?;
    if index < 0 || index as usize >= s.len() {
        bail!(IndexError, "string index out of range");
    }
    Ok(s.char_at(index as usize))
}

/// May the string still be written: known to one owner only, not hashed, not interned, exact?
fn modifiable(s: &Str) -> PyResult<()> {
    // SAFETY: a live string's body.
    let hashed = unsafe { (*s.body()).hash } != -1;
    if s.refcnt() != 1 || hashed || s.is_interned() || !s.is_exact::<Str>() {
        bail!(SystemError, "Cannot modify a string currently used");
    }
    Ok(())
}

/// Writes one code point.
unsafe fn put(s: &Str, at: usize, c: u32) {
    // SAFETY: within the string, whose kind is wide enough.
    unsafe {
        let p = s.data();
        match s.unit_size() {
            1 => *p.add(at) = c as u8,
            2 => *p.cast::<u16>().add(at) = c as u16,
            _ => *p.cast::<u32>().add(at) = c,
        }
    }
}

/// Writes a character of a new string.
#[capi]
unsafe fn PyUnicode_WriteChar(s: &Obj, index: isize, c: u32) -> PyResult<()> {
    let s = str_or_bad(s)?;
    if index < 0 || index as usize >= s.len() {
        bail!(IndexError, "string index out of range");
    }
    modifiable(s)?;
    if c > s.text().kind().max_char() {
        bail!(ValueError, "character out of range");
    }
    // SAFETY: checked.
    unsafe { put(s, index as usize, c) };
    Ok(())
}

/// Writes a character into part of a new string; how many were written.
#[capi]
unsafe fn PyUnicode_Fill(s: &Obj, start: isize, n: isize, c: u32) -> PyResult<isize> {
    let Some(s) = s.downcast::<Str>() else { return Err(bad_internal_call()) };
    modifiable(s)?;
    if c > s.text().kind().max_char() {
        bail!(ValueError, "fill character is bigger than the string maximum character");
    }
    if start < 0 {
        bail!(IndexError, "string index out of range");
    }
    let end = (start + n.max(0)).min(s.len() as isize);
    for i in start..end {
        // SAFETY: within the string.
        unsafe { put(s, i as usize, c) };
    }
    Ok((end - start).max(0))
}

/// Copies characters into a new string; how many were copied.
#[capi]
unsafe fn PyUnicode_CopyCharacters(
    to: &Obj,
    to_start: isize,
    from: &Obj,
    from_start: isize,
    n: isize,
) -> PyResult<isize> {
    let (Some(to), Some(from)) = (to.downcast::<Str>(), from.downcast::<Str>()) else {
        return Err(bad_internal_call());
    };
    if from_start < 0 || from_start as usize > from.len() || to_start < 0 || to_start as usize > to.len() {
        bail!(IndexError, "string index out of range");
    }
    if n < 0 {
        bail!(SystemError, "how_many cannot be negative");
    }
    let count = (n as usize).min(from.len() - from_start as usize);
    if to_start as usize + count > to.len() {
        bail!(
            SystemError,
            "Cannot write {count} characters at {to_start} in a string of {} characters",
            to.len()
        );
    }
    if count == 0 {
        return Ok(0);
    }
    modifiable(to)?;
    let part = from.text().slice(from_start as usize..from_start as usize + count);
    let widest = (0..part.len()).map(|i| from.char_at(from_start as usize + i)).max().unwrap_or(0);
    if widest > to.text().kind().max_char() {
        bail!(
            SystemError,
            "Cannot copy {} characters into a string of {} characters",
            kind_name(from.text().kind()),
            kind_name(to.text().kind())
        );
    }
    for i in 0..count {
        // SAFETY: within the target, which is wide enough.
        unsafe { put(to, to_start as usize + i, from.char_at(from_start as usize + i)) };
    }
    Ok(count as isize)
}

fn kind_name(kind: Kind) -> &'static str {
    match kind.unit_size() {
        1 if matches!(kind, Kind::Ascii) => "ascii",
        1 => "latin1",
        2 => "UCS2",
        _ => "UCS4",
    }
}

/// Changes the length of a string that nobody else has, or makes another one.
#[capi]
unsafe fn PyUnicode_Resize(s: *mut P, n: isize) -> PyResult<()> {
    // SAFETY: the caller's variable, which owns what it holds.
    unsafe {
        if s.is_null() || (*s).is_null() || n < 0 || !Obj::from_ptr(*s).is_a::<Str>() {
            return Err(bad_internal_call());
        }
        let old: Ref<Str> = Ref::from_owned(std::mem::replace(&mut *s, null_mut()));
        let keep = old.clone();
        drop(keep);
        *s = Str::resize(old, n as usize)?.into_ptr();
    }
    Ok(())
}

/// The characters from `start` up to `end`.
#[capi]
fn PyUnicode_Substring(s: &Obj, start: isize, end: isize) -> PyResult<Ref<Str>> {
    let s = must_be_str(s)?;
    if start < 0 || end < 0 {
        bail!(IndexError, "string index out of range");
    }
    let end = (end as usize).min(s.len());
    let start = (start as usize).min(end);
    if start == 0 && end == s.len() {
        return s.to_exact();
    }
    s.sub(start, end)
}

/// The UTF-8 form, ending with a zero byte, kept by the string.
#[capi]
unsafe fn PyUnicode_AsUTF8AndSize(s: &Obj, size: *mut isize) -> PyResult<*const c_char> {
    let text = match str_or_bad(s).and_then(Str::as_str) {
        Ok(t) => t,
        Err(raised) => {
            if !size.is_null() {
                // SAFETY: the caller's variable.
                unsafe { *size = -1 };
            }
            return Err(raised);
        }
    };
    if !size.is_null() {
        // SAFETY: the caller's variable.
        unsafe { *size = text.len() as isize };
    }
    Ok(text.as_ptr().cast())
}

/// As `PyUnicode_AsUTF8AndSize`, without the size.
#[capi]
fn PyUnicode_AsUTF8(s: &Obj) -> PyResult<*const c_char> {
    Ok(str_or_bad(s)?.as_str()?.as_ptr().cast())
}

/// `left + right`.
#[capi]
fn PyUnicode_Concat(left: &Obj, right: &Obj) -> PyResult<Ref<Str>> {
    let l = must_be_str(left)?;
    let Some(r) = right.downcast::<Str>() else {
        bail!(TypeError, "can only concatenate str (not \"{}\") to str", right.type_name());
    };
    l.concat(r)
}

/// Replaces `*left` by the concatenation, or by NULL on error.
#[capi]
unsafe fn PyUnicode_Append(left: *mut P, right: Option<&Obj>) {
    // SAFETY: the caller's variable, which owns what it holds.
    unsafe {
        if left.is_null() {
            let _ = bad_internal_call();
            return;
        }
        let old: Option<Object> = Ref::from_owned_opt(std::mem::replace(&mut *left, null_mut()));
        let (Some(old), Some(right)) = (old, right) else {
            if !dovetail_core::thread::ThreadState::current().has_exception() {
                let _ = bad_internal_call();
            }
            return;
        };
        match (old.downcast_into::<Str>(), right.downcast::<Str>()) {
            (Ok(l), Some(r)) => {
                if let Ok(joined) = Str::append(l, r) {
                    *left = joined.into_ptr();
                }
            }
            _ => {
                let _ = bad_internal_call();
            }
        }
    }
}

/// As `PyUnicode_Append`, taking the second reference.
#[capi]
unsafe fn PyUnicode_AppendAndDel(left: *mut P, right: Option<Object>) {
    // SAFETY: the caller's variable.
    unsafe { PyUnicode_Append(left, right.as_ref().map_or(null_mut(), Ref::as_raw)) }
}

/// Calls a method of `str` with checked operands.
fn method(s: &Obj, name: &str, args: &[&Obj]) -> PyResult<Object> {
    must_be_str(s)?.as_obj().call_method_text(name, args)
}

fn number(n: isize) -> PyResult<Object> {
    Ok(dovetail_core::types::int::Int::from_i64(n as i64)?.into_object())
}

/// `s.split(separator, maxsplit)`.
#[capi]
fn PyUnicode_Split(s: &Obj, separator: Option<&Obj>, max: isize) -> PyResult<Object> {
    method(s, "split", &[separator.unwrap_or(dovetail_core::types::none::none()), &*number(max)?])
}

/// `s.rsplit(separator, maxsplit)`.
#[capi]
fn PyUnicode_RSplit(s: &Obj, separator: Option<&Obj>, max: isize) -> PyResult<Object> {
    method(s, "rsplit", &[separator.unwrap_or(dovetail_core::types::none::none()), &*number(max)?])
}

/// `s.splitlines(keepends)`.
#[capi]
fn PyUnicode_Splitlines(s: &Obj, keep: c_int) -> PyResult<Object> {
    method(s, "splitlines", &[dovetail_core::types::bool_::bool_obj(keep != 0).as_obj()])
}

/// `s.partition(separator)`.
#[capi]
fn PyUnicode_Partition(s: &Obj, separator: &Obj) -> PyResult<Object> {
    method(s, "partition", &[separator])
}

/// `s.rpartition(separator)`.
#[capi]
fn PyUnicode_RPartition(s: &Obj, separator: &Obj) -> PyResult<Object> {
    method(s, "rpartition", &[separator])
}

/// `s.translate(table)`, where characters that map to None go through the error handler; NULL is strict.
#[capi]
unsafe fn PyUnicode_Translate(s: &Obj, table: &Obj, errors: *const c_char) -> PyResult<Ref<Str>> {
    // SAFETY: a C string or NULL.
    let errors = if errors.is_null() { None } else { Some(unsafe { crate::text::c_str(errors) }) };
    dovetail_core::types::str_translate::translate_with(must_be_str(s)?, table, errors.as_deref())
}

/// `separator.join(items)`.
#[capi]
fn PyUnicode_Join(separator: Option<&Obj>, items: &Obj) -> PyResult<Ref<Str>> {
    match separator {
        Some(s) => match s.downcast::<Str>() {
            Some(s) => s.join_iterable(items),
            None => Err(raise!(TypeError, "separator: expected str instance, {} found", s.type_name())),
        },
        None => Str::from_code_point(0x20)?.join_iterable(items),
    }
}

/// `s.replace(old, new, max)`.
#[capi]
fn PyUnicode_Replace(s: &Obj, old: &Obj, new: &Obj, max: isize) -> PyResult<Object> {
    must_be_str(old)?;
    must_be_str(new)?;
    method(s, "replace", &[old, new, &*number(max)?])
}

/// The first place of `sub` within `start..end`, or the last for a negative direction; -1 without, -2 on error.
#[capi]
fn PyUnicode_Find(s: &Obj, sub: &Obj, start: isize, end: isize, direction: c_int) -> isize {
    let find = || -> PyResult<isize> {
        must_be_str(sub)?;
        let name = if direction > 0 { "find" } else { "rfind" };
        method(s, name, &[sub, &*number(start)?, &*number(end)?])?.as_isize()
    };
    find().unwrap_or(-2)
}

/// As `PyUnicode_Find`, for one character.
#[capi]
fn PyUnicode_FindChar(s: &Obj, c: u32, start: isize, end: isize, direction: c_int) -> isize {
    let Some(s) = s.downcast::<Str>() else {
        let _ = bad_argument();
        return -2;
    };
    if start < 0 || end < 0 {
        let _ = raise!(IndexError, "string index out of range");
        return -2;
    }
    let end = (end as usize).min(s.len());
    let mut range = (start as usize).min(end)..end;
    let found =
        if direction > 0 { range.find(|i| s.char_at(*i) == c) } else { range.rfind(|i| s.char_at(*i) == c) };
    found.map_or(-1, |i| i as isize)
}

/// `s.count(sub, start, end)`.
#[capi]
fn PyUnicode_Count(s: &Obj, sub: &Obj, start: isize, end: isize) -> PyResult<isize> {
    must_be_str(sub)?;
    method(s, "count", &[sub, &*number(start)?, &*number(end)?])?.as_isize()
}

/// Does `s[start:end]` begin (direction -1) or end (1) with `sub`?
#[capi]
fn PyUnicode_Tailmatch(s: &Obj, sub: &Obj, start: isize, end: isize, direction: c_int) -> PyResult<isize> {
    must_be_str(sub)?;
    let name = if direction > 0 { "endswith" } else { "startswith" };
    Ok(method(s, name, &[sub, &*number(start)?, &*number(end)?])?.is_true()?.into())
}

/// `element in container`.
#[capi]
fn PyUnicode_Contains(container: &Obj, element: &Obj) -> PyResult<bool> {
    let Some(e) = element.downcast::<Str>() else {
        bail!(TypeError, "'in <string>' requires string as left operand, not {}", element.type_name());
    };
    must_be_str(container)?.as_obj().contains(e.as_obj())
}

/// Could it be a name?
#[capi]
fn PyUnicode_IsIdentifier(s: &Obj) -> c_int {
    s.downcast::<Str>().map_or(-1, |s| c_int::from(dovetail_text::predicates::is_identifier(s.text())))
}

fn order(a: &Str, b: &Str) -> Ordering {
    let n = a.len().min(b.len());
    (0..n)
        .map(|i| a.char_at(i).cmp(&b.char_at(i)))
        .find(|o| *o != Ordering::Equal)
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// -1, 0 or 1 by code points; -1 with an exception for what is no string.
#[capi]
fn PyUnicode_Compare(a: &Obj, b: &Obj) -> PyResult<c_int> {
    let (Some(l), Some(r)) = (a.downcast::<Str>(), b.downcast::<Str>()) else {
        bail!(TypeError, "Can't compare {} and {}", a.type_name(), b.type_name());
    };
    if a.is(b) {
        return Ok(0);
    }
    Ok(order(l, r) as c_int)
}

/// As `PyUnicode_Compare`, with a C string of ASCII (or Latin-1) text.
#[capi]
unsafe fn PyUnicode_CompareWithASCIIString(s: &Obj, text: *const c_char) -> c_int {
    // SAFETY: a string and a C string.
    let (s, bytes) = unsafe { (s.cast_unchecked::<Str>(), CStr::from_ptr(text).to_bytes()) };
    let n = s.len().min(bytes.len());
    for (i, b) in bytes.iter().enumerate().take(n) {
        match s.char_at(i).cmp(&u32::from(*b)) {
            Ordering::Equal => {}
            o => return o as c_int,
        }
    }
    s.len().cmp(&bytes.len()) as c_int
}

/// Equal to an ASCII C string?
#[capi(private)]
unsafe fn _PyUnicode_EqualToASCIIString(s: &Obj, text: *const c_char) -> bool {
    // SAFETY: a string and a C string.
    unsafe { PyUnicode_CompareWithASCIIString(s.as_ptr(), text) == 0 }
}

/// Equal to UTF-8 text? Never raises.
#[capi]
unsafe fn PyUnicode_EqualToUTF8(s: &Obj, text: *const c_char) -> bool {
    // SAFETY: a C string.
    equal_to_utf8(s, unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// Equal to UTF-8 text of a size? Never raises.
#[capi]
unsafe fn PyUnicode_EqualToUTF8AndSize(s: &Obj, text: *const c_char, n: isize) -> bool {
    // SAFETY: the caller's n bytes.
    equal_to_utf8(s, unsafe { std::slice::from_raw_parts(text.cast(), n.max(0) as usize) })
}

fn equal_to_utf8(s: &Obj, bytes: &[u8]) -> bool {
    s.downcast::<Str>().is_some_and(|s| std::str::from_utf8(bytes).is_ok_and(|t| s.equals_str(t)))
}

/// 1 or 0; -1 for what is no string.
#[capi(alias = "_PyUnicode_Equal")]
fn PyUnicode_Equal(a: &Obj, b: &Obj) -> PyResult<bool> {
    let word = "first argument must be str, not";
    let l = a.downcast::<Str>().ok_or_else(|| raise!(TypeError, "{word} {}", a.type_name()))?;
    let r = b
        .downcast::<Str>()
        .ok_or_else(|| raise!(TypeError, "second argument must be str, not {}", b.type_name()))?;
    Ok(l.equals(r))
}

/// A comparison of two strings; `NotImplemented` for others.
#[capi]
fn PyUnicode_RichCompare(a: &Obj, b: &Obj, op: c_int) -> PyResult<Object> {
    let (Some(l), Some(r)) = (a.downcast::<Str>(), b.downcast::<Str>()) else {
        return Ok(dovetail_core::types::none::not_implemented().to_owned());
    };
    let o = order(l, r);
    let truth = match op as u32 {
        0 => o == Ordering::Less,
        1 => o != Ordering::Greater,
        2 => o == Ordering::Equal,
        3 => o != Ordering::Equal,
        4 => o == Ordering::Greater,
        _ => o != Ordering::Less,
    };
    Ok(dovetail_core::types::bool_::bool_obj(truth).as_obj().to_owned())
}

/// `format % args`.
#[capi]
fn PyUnicode_Format(format: &Obj, args: &Obj) -> PyResult<Ref<Str>> {
    dovetail_core::types::str_format::percent(must_be_str(format)?, args)
}

/// Joins an array of strings.
#[capi(private)]
unsafe fn _PyUnicode_JoinArray(separator: &Obj, items: *const P, n: isize) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's array of borrowed objects.
    let items: Vec<&Obj> =
        unsafe { std::slice::from_raw_parts(items, n as usize).iter().map(|p| Obj::from_ptr(*p)).collect() };
    must_be_str(separator)?.join_iterable(Tuple::from_slice(&items)?.as_obj())
}

/// A copy as an exact string.
#[capi(private)]
fn _PyUnicode_Copy(s: &Str) -> PyResult<Ref<Str>> {
    Str::from_text(s.text())
}

/// Converter for `O&`: a path as bytes in the file system's encoding. With NULL it releases what it gave.
#[capi]
unsafe fn PyUnicode_FSConverter(path: Option<&Obj>, out: *mut c_void) -> c_int {
    let out: *mut P = out.cast();
    // SAFETY: the caller's variable.
    unsafe {
        let Some(path) = path else {
            let old = std::mem::replace(&mut *out, null_mut());
            dovetail_core::object::obj::xdecref(old);
            return 1;
        };
        let convert = || -> PyResult<Object> {
            let bytes = dovetail_stdlib::util::fs_bytes(path)?;
            if bytes.contains(&0) {
                bail!(ValueError, "embedded null byte");
            }
            Ok(dovetail_core::types::bytes::Bytes::new(&bytes)?.into_object())
        };
        match convert() {
            Ok(b) => {
                *out = b.into_ptr();
                abi::Py_CLEANUP_SUPPORTED as c_int
            }
            Err(_) => 0,
        }
    }
}

/// Converter for `O&`: a path as a string. With NULL it releases what it gave.
#[capi]
unsafe fn PyUnicode_FSDecoder(path: Option<&Obj>, out: *mut c_void) -> c_int {
    let out: *mut P = out.cast();
    // SAFETY: the caller's variable.
    unsafe {
        let Some(path) = path else {
            let old = std::mem::replace(&mut *out, null_mut());
            dovetail_core::object::obj::xdecref(old);
            return 1;
        };
        let convert = || -> PyResult<Object> {
            let path = dovetail_stdlib::util::fspath(path)?;
            let text = match path.downcast::<Str>() {
                Some(s) => s.to_ref(),
                None => dovetail_stdlib::util::fs_decode(&dovetail_stdlib::util::fs_bytes(&path)?)?,
            };
            if (0..text.len()).any(|i| text.char_at(i) == 0) {
                bail!(ValueError, "embedded null character");
            }
            Ok(text.into_object())
        };
        match convert() {
            Ok(s) => {
                *out = s.into_ptr();
                abi::Py_CLEANUP_SUPPORTED as c_int
            }
            Err(_) => 0,
        }
    }
}

/// "utf-8".
#[capi]
fn PyUnicode_GetDefaultEncoding() -> *const c_char {
    c"utf-8".as_ptr()
}

/// Checks what `PyUnicode_New` and its kin made; the debug build of CPython asks for it.
#[capi(private)]
fn _PyUnicode_CheckConsistency(s: &Obj, _content: c_int) -> c_int {
    c_int::from(s.ob_type().is_subtype(Str::type_object()))
}
