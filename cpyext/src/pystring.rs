//! `pystrtod.h`, `pystrcmp.h`, `longobject.h`'s text functions: numbers and comparisons of C strings, without a locale
//! (C API, section "String conversion and formatting").

use crate::boundary::bad_internal_call;
use dovetail_core::error::{PyResult, no_memory};
use dovetail_core::object::Obj;
use dovetail_core::raise;
use dovetail_macros::capi;
use dovetail_num::float::{self, Code, Flags};
use std::ffi::{CStr, c_char, c_int, c_long, c_ulong};

/// The number at the start of a C string. Without a place for its end the whole string must be one. What is too large
/// raises the given exception, or is infinite when that is NULL.
#[capi]
unsafe fn PyOS_string_to_double(
    text: *const c_char,
    end: *mut *mut c_char,
    overflow: Option<&Obj>,
) -> PyResult<f64> {
    // SAFETY: a C string and the caller's variable.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    let shown = || String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let found = float::parse_prefix(bytes).filter(|(_, n)| !end.is_null() || *n == bytes.len());
    let Some((value, n)) = found else {
        return Err(raise!(ValueError, "could not convert string to float: '{}'", shown()));
    };
    let named = bytes[..n].iter().any(|b| matches!(b, b'n' | b'N'));
    if value.is_infinite()
        && !named
        && let Some(class) = overflow
    {
        let message = format!("value too large to convert to float: '{}'", shown());
        crate::pyerrors::set_formatted(class, dovetail_core::types::str_::Str::new(&message));
        return Err(dovetail_core::error::Raised::from_c());
    }
    if !end.is_null() {
        // SAFETY: the caller's variable; n is within the string.
        unsafe { *end = text.add(n).cast_mut() };
    }
    Ok(value)
}

/// Copies text into memory of `PyMem_Malloc`.
pub fn to_c(text: &[u8]) -> PyResult<*mut c_char> {
    // SAFETY: new memory, one byte longer than the text.
    unsafe {
        let p = crate::pymem::PyMem_Malloc(text.len() + 1).cast::<u8>();
        if p.is_null() {
            return Err(no_memory());
        }
        std::ptr::copy_nonoverlapping(text.as_ptr(), p, text.len());
        *p.add(text.len()) = 0;
        Ok(p.cast())
    }
}

/// The text of a float by a format code, in memory of `PyMem_Malloc`; `*kind` tells finite, infinite or NaN.
#[capi]
unsafe fn PyOS_double_to_string(
    value: f64,
    code: c_char,
    precision: c_int,
    flags: c_int,
    kind: *mut c_int,
) -> PyResult<*mut c_char> {
    let letter = code as u8;
    let (mut precision, style) = match letter.to_ascii_lowercase() {
        b'e' => (precision, Code::Exponent),
        b'f' => (precision, Code::Fixed),
        b'g' => (precision, Code::General),
        b'r' if letter == b'r' && precision == 0 => (0, Code::Repr),
        _ => return Err(bad_internal_call()),
    };
    if style == Code::General && precision == 0 {
        precision = 1;
    }
    let Ok(precision) = usize::try_from(precision) else { return Err(bad_internal_call()) };
    let flags = Flags {
        sign: flags & 1 != 0,
        add_dot_0: flags & 2 != 0,
        alternate: flags & 4 != 0,
        no_negative_zero: flags & 8 != 0,
        upper: letter.is_ascii_uppercase(),
    };
    if !kind.is_null() {
        let class = match value {
            v if v.is_nan() => 2,
            v if v.is_infinite() => 1,
            _ => 0,
        };
        // SAFETY: the caller's variable.
        unsafe { *kind = class };
    }
    let text = float::format(value, style, precision, flags);
    let text = if flags.upper { text.to_ascii_uppercase() } else { text };
    to_c(text.as_bytes())
}

fn set_errno(value: c_int) {
    // SAFETY: the thread's own variable.
    unsafe { *libc::__errno_location() = value };
}

/// The digits at the start of text: the value (`None` when it is too large) and how many bytes were read.
fn digits(bytes: &[u8], base: c_int) -> (Option<c_ulong>, usize) {
    let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let digit = |i: usize| match at(i) {
        b @ b'0'..=b'9' => c_ulong::from(b - b'0'),
        b @ (b'a'..=b'z' | b'A'..=b'Z') => c_ulong::from(b.to_ascii_lowercase() - b'a') + 10,
        _ => 37,
    };
    let mut i = bytes.iter().take_while(|b| b.is_ascii_whitespace() || **b == 0x0b).count();
    let mut base = base as c_ulong;
    let marked = if at(i) == b'0' {
        match at(i + 1).to_ascii_lowercase() {
            b'x' => 16,
            b'o' => 8,
            b'b' => 2,
            _ => 0,
        }
    } else {
        0
    };
    if marked != 0 && (base == 0 || base == marked) {
        // At least one digit must follow, else the zero alone is read.
        if digit(i + 2) >= marked {
            return (Some(0), i + 1);
        }
        base = marked;
        i += 2;
    } else if base == 0 {
        if at(i) == b'0' {
            while at(i) == b'0' {
                i += 1;
            }
            while at(i).is_ascii_whitespace() {
                i += 1;
            }
            return (Some(0), i);
        }
        base = 10;
    }
    if !(2..=36).contains(&base) {
        return (Some(0), i);
    }
    let mut value: Option<c_ulong> = Some(0);
    while digit(i) < base {
        let d = digit(i);
        value = value.and_then(|v| v.checked_mul(base)).and_then(|v| v.checked_add(d));
        i += 1;
    }
    (value, i)
}

/// An unsigned number of a base, 0 for one that the text tells; sets `errno` when it is too large.
#[capi]
unsafe fn PyOS_strtoul(text: *const c_char, end: *mut *mut c_char, base: c_int) -> c_ulong {
    // SAFETY: a C string and the caller's variable.
    unsafe {
        let (value, n) = digits(CStr::from_ptr(text).to_bytes(), base);
        if !end.is_null() {
            *end = text.add(n).cast_mut();
        }
        value.unwrap_or_else(|| {
            set_errno(libc::ERANGE);
            c_ulong::MAX
        })
    }
}

/// As `PyOS_strtoul`, with a sign; what does not fit is `LONG_MAX` on either side, as in CPython.
#[capi]
unsafe fn PyOS_strtol(text: *const c_char, end: *mut *mut c_char, base: c_int) -> c_long {
    // SAFETY: a C string and the caller's variable.
    unsafe {
        let bytes = CStr::from_ptr(text).to_bytes();
        let blank = bytes.iter().take_while(|b| b.is_ascii_whitespace() || **b == 0x0b).count();
        let sign = bytes.get(blank).copied().filter(|b| matches!(b, b'+' | b'-'));
        let skip = blank + usize::from(sign.is_some());
        let (value, n) = digits(&bytes[skip..], base);
        if !end.is_null() {
            *end = text.add(skip + n).cast_mut();
        }
        let negative = sign == Some(b'-');
        let signed = value
            .and_then(|v| if negative { 0i64.checked_sub_unsigned(v) } else { c_long::try_from(v).ok() });
        signed.unwrap_or_else(|| {
            set_errno(libc::ERANGE);
            c_long::MAX
        })
    }
}

fn compare(a: &[u8], b: &[u8]) -> c_int {
    let (mut a, mut b) = (a.iter(), b.iter());
    loop {
        let (x, y) = (a.next().map_or(0, u8::to_ascii_lowercase), b.next().map_or(0, u8::to_ascii_lowercase));
        if x != y || x == 0 {
            return c_int::from(x) - c_int::from(y);
        }
    }
}

/// Compares without regard to case.
#[capi(no_gil)]
unsafe fn PyOS_mystricmp(a: *const c_char, b: *const c_char) -> c_int {
    // SAFETY: C strings.
    unsafe { compare(CStr::from_ptr(a).to_bytes(), CStr::from_ptr(b).to_bytes()) }
}

/// As `PyOS_mystricmp`, up to `n` bytes.
#[capi(no_gil)]
unsafe fn PyOS_mystrnicmp(a: *const c_char, b: *const c_char, n: isize) -> c_int {
    if n <= 0 {
        return 0;
    }
    // SAFETY: C strings.
    unsafe {
        let (a, b) = (CStr::from_ptr(a).to_bytes(), CStr::from_ptr(b).to_bytes());
        compare(&a[..a.len().min(n as usize)], &b[..b.len().min(n as usize)])
    }
}

// ---- the locale's encoding, which is UTF-8 here; bytes that are not are carried as surrogates ----

/// A wide string in memory of `PyMem_RawMalloc`, or NULL; `*size` gets its length.
#[capi(no_gil)]
unsafe fn Py_DecodeLocale(text: *const c_char, size: *mut usize) -> *mut abi::wchar_t {
    // SAFETY: a C string and the caller's variable.
    unsafe {
        let wide = wide_of(CStr::from_ptr(text).to_bytes());
        if !size.is_null() {
            *size = wide.len();
        }
        raw_wide(&wide)
    }
}

/// Bytes as wide characters.
pub fn wide_of(bytes: &[u8]) -> Vec<u32> {
    let mut out = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.extend(chunk.valid().chars().map(|c| c as u32));
        out.extend(chunk.invalid().iter().map(|b| 0xdc00 + u32::from(*b)));
    }
    out
}

/// A wide string in memory of `PyMem_RawMalloc`, or NULL.
pub fn raw_wide(text: &[u32]) -> *mut abi::wchar_t {
    // SAFETY: new memory, one character longer than the text.
    unsafe {
        let p = crate::pymem::PyMem_RawMalloc((text.len() + 1) * 4).cast::<u32>();
        if !p.is_null() {
            std::ptr::copy_nonoverlapping(text.as_ptr(), p, text.len());
            *p.add(text.len()) = 0;
        }
        p.cast()
    }
}

/// A wide C string.
///
/// # Safety
/// `text` ends with a zero.
pub unsafe fn wide_units<'a>(text: *const abi::wchar_t) -> &'a [u32] {
    // SAFETY: the caller's promise.
    unsafe {
        let n = (0..).take_while(|i| *text.add(*i) != 0).count();
        std::slice::from_raw_parts(text.cast(), n)
    }
}

/// The bytes of wide characters, or the position of one that has none.
pub fn bytes_of(text: &[u32]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len());
    for (i, c) in text.iter().enumerate() {
        match (char::from_u32(*c), *c) {
            (Some(c), _) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            (None, b @ 0xdc80..=0xdcff) => out.push((b - 0xdc00) as u8),
            _ => return Err(i),
        }
    }
    Ok(out)
}

/// Bytes in memory of `PyMem_Malloc`, or NULL; `*position` gets the place of the error, all bits set when there is none.
#[capi(no_gil)]
unsafe fn Py_EncodeLocale(text: *const abi::wchar_t, position: *mut usize) -> *mut c_char {
    // SAFETY: a wide C string and the caller's variable.
    unsafe {
        let made = bytes_of(wide_units(text));
        if !position.is_null() {
            *position = made.as_ref().err().copied().unwrap_or(usize::MAX);
        }
        match made.map_err(|_| ()).and_then(|b| to_c(&b).map_err(|e| e.clear())) {
            Ok(p) => p,
            Err(()) => std::ptr::null_mut(),
        }
    }
}
