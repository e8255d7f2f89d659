//! Text from a C format: `PyUnicode_FromFormatV` and all that build on it (`PyErr_Format`, `PyBytes_FromFormat` ...).
//!
//! A conversion is `%[-0][width][.precision][l|ll|z|j|t]X`, where width and precision may be `*`; see the C API's table
//! at `PyUnicode_FromFormat`.

use crate::va::{Args, VaList};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_text::TextBuf;
use std::ffi::{CStr, c_char};

/// The length that a modifier tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    Int,
    Long,
    LongLong,
    Word,
}

/// One conversion.
struct Spec {
    left: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    size: Size,
}

impl Spec {
    /// Pads with blanks.
    fn push(&self, out: &mut TextBuf, text: &Str) {
        let n = self.precision.map_or(text.len(), |p| p.min(text.len()));
        let fill = self.width.saturating_sub(n);
        if !self.left {
            out.push_repeat(0x20, fill);
        }
        out.push_text(text.text().slice(0..n));
        if self.left {
            out.push_repeat(0x20, fill);
        }
    }

    /// Pads a number, whose sign stays before zeros.
    fn push_number(&self, out: &mut TextBuf, digits: &str, negative: bool) {
        let zeros = self.precision.map_or(0, |p| p.saturating_sub(digits.len()));
        let n = digits.len() + zeros + usize::from(negative);
        let fill = self.width.saturating_sub(n);
        if !self.left && !self.zero {
            out.push_repeat(0x20, fill);
        }
        if negative {
            out.push(u32::from('-'));
        }
        if !self.left && self.zero {
            out.push_repeat(0x30, fill);
        }
        out.push_repeat(0x30, zeros);
        out.push_str(digits);
        if self.left {
            out.push_repeat(0x20, fill);
        }
    }
}

/// Up to `limit` bytes of a C string, which need not end within them.
unsafe fn c_bytes<'a>(p: *const c_char, limit: Option<usize>) -> &'a [u8] {
    if p.is_null() {
        return b"(null)";
    }
    // SAFETY: a C string, or memory of `limit` bytes.
    unsafe {
        match limit {
            None => CStr::from_ptr(p).to_bytes(),
            Some(n) => std::slice::from_raw_parts(p.cast(), libc::strnlen(p, n)),
        }
    }
}

/// A borrowed argument.
unsafe fn object<'a>(args: &mut Args) -> PyResult<&'a Obj> {
    let p: *mut abi::PyObject = args.pointer();
    if p.is_null() {
        bail!(SystemError, "null argument to internal routine");
    }
    // SAFETY: not NULL; the caller keeps it alive.
    Ok(unsafe { Obj::from_ptr(p) })
}

/// The text that a format and its arguments make.
///
/// # Safety
/// `format` is a C string and `args` holds what its conversions ask for.
pub unsafe fn format(format: *const c_char, args: &mut Args) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { CStr::from_ptr(format) }.to_bytes();
    let mut out = TextBuf::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] != b'%' {
            let end = bytes[i..].iter().position(|b| *b == b'%').map_or(bytes.len(), |n| i + n);
            if let Some(bad) = bytes[i..end].iter().find(|b| !b.is_ascii()) {
                bail!(
                    ValueError,
                    "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: 0x{bad:02x}"
                );
            }
            for b in &bytes[i..end] {
                out.push(u32::from(*b));
            }
            i = end;
            continue;
        }
        // SAFETY: the caller's promise.
        i = unsafe { conversion(bytes, i, args, &mut out)? };
    }
    Str::from_buf(out)
}

/// A number or `*`.
fn measure(bytes: &[u8], i: &mut usize, args: &mut Args) -> PyResult<Option<i64>> {
    if bytes.get(*i) == Some(&b'*') {
        *i += 1;
        return Ok(Some(args.int().into()));
    }
    let start = *i;
    let mut n: i64 = 0;
    while let Some(d) = bytes.get(*i).filter(|b| b.is_ascii_digit()) {
        n = n * 10 + i64::from(d - b'0');
        if n > i64::from(i32::MAX) {
            bail!(ValueError, "width too big");
        }
        *i += 1;
    }
    Ok((*i > start).then_some(n))
}

/// Writes the conversion at `start` and gives the place after it.
unsafe fn conversion(bytes: &[u8], start: usize, args: &mut Args, out: &mut TextBuf) -> PyResult<usize> {
    let mut i = start + 1;
    let mut spec = Spec { left: false, zero: false, width: 0, precision: None, size: Size::Int };
    while let Some(b) = bytes.get(i) {
        match b {
            b'-' => spec.left = true,
            b'0' => spec.zero = true,
            _ => break,
        }
        i += 1;
    }
    if let Some(w) = measure(bytes, &mut i, args)? {
        spec.left |= w < 0;
        spec.width = w.unsigned_abs() as usize;
    }
    if bytes.get(i) == Some(&b'.') {
        i += 1;
        spec.precision = match measure(bytes, &mut i, args)? {
            Some(p) => usize::try_from(p).ok(),
            None => Some(0),
        };
    }
    let rest = &bytes[i.min(bytes.len())..];
    let (size, skip) = match rest {
        [b'l', b'l', ..] => (Size::LongLong, 2),
        [b'l', ..] => (Size::Long, 1),
        [b'z' | b'j' | b't', ..] => (Size::Word, 1),
        _ => (Size::Int, 0),
    };
    spec.size = size;
    i += skip;
    let Some(kind) = bytes.get(i) else {
        return Err(invalid(&bytes[start..]));
    };
    i += 1;
    // SAFETY: the caller passed what the conversion asks for.
    unsafe {
        match kind {
            b'%' if i == start + 2 => out.push(u32::from('%')),
            b'c' => {
                let c = args.int();
                if !(0..=0x10_ffff).contains(&c) {
                    bail!(OverflowError, "character argument not in range(0x110000)");
                }
                out.push(c as u32);
            }
            b'd' | b'i' => {
                let v: i64 = match size {
                    Size::Int => args.int().into(),
                    Size::Long => args.long(),
                    Size::LongLong | Size::Word => args.longlong(),
                };
                spec.push_number(out, &v.unsigned_abs().to_string(), v < 0);
            }
            b'u' | b'o' | b'x' | b'X' => {
                let v: u64 = match size {
                    Size::Int => args.uint().into(),
                    Size::Long => args.long() as u64,
                    Size::LongLong | Size::Word => args.longlong() as u64,
                };
                let digits = match kind {
                    b'u' => v.to_string(),
                    b'o' => format!("{v:o}"),
                    b'x' => format!("{v:x}"),
                    _ => format!("{v:X}"),
                };
                spec.push_number(out, &digits, false);
            }
            b'p' => {
                let p: *mut u8 = args.pointer();
                let text = Str::new(&format!("{:#x}", p as usize))?;
                spec.push(out, &text);
            }
            b's' if size == Size::Long => spec.push(out, &*wide(args.pointer(), spec.precision)?),
            b's' => {
                let raw = c_bytes(args.pointer(), spec.precision.map(|p| p.saturating_mul(4)));
                spec.push(out, &*decoded(raw)?);
            }
            b'U' => {
                let o = object(args)?;
                let Some(s) = o.downcast::<Str>() else {
                    bail!(TypeError, "expected str, got {}", o.type_name());
                };
                spec.push(out, s);
            }
            b'V' => {
                let p: *mut abi::PyObject = args.pointer();
                let fallback: *const c_char = args.pointer();
                if p.is_null() && size == Size::Long {
                    spec.push(out, &*wide(fallback.cast(), spec.precision)?);
                } else if p.is_null() {
                    let raw = c_bytes(fallback, spec.precision.map(|p| p.saturating_mul(4)));
                    spec.push(out, &*decoded(raw)?);
                } else {
                    spec.push(out, Obj::from_ptr(p).cast_unchecked::<Str>());
                }
            }
            b'S' => spec.push(out, &*object(args)?.str_()?),
            b'R' => spec.push(out, &*object(args)?.repr()?),
            b'A' => spec.push(out, &*object(args)?.ascii()?),
            b'T' | b'N' => {
                let o = object(args)?;
                let ty = if *kind == b'T' {
                    o.ob_type()
                } else {
                    match o.downcast::<Type>() {
                        Some(t) => t,
                        None => bail!(TypeError, "%N argument must be a type"),
                    }
                };
                // `%#T` puts a colon between module and name; it came through as a flag elsewhere.
                let full = full_name(ty, '.')?;
                spec.push(out, &full);
            }
            b'#' if matches!(bytes.get(i), Some(b'T' | b'N')) => {
                let o = object(args)?;
                let ty = if bytes[i] == b'T' {
                    o.ob_type()
                } else {
                    match o.downcast::<Type>() {
                        Some(t) => t,
                        None => bail!(TypeError, "%N argument must be a type"),
                    }
                };
                i += 1;
                let full = full_name(ty, ':')?;
                spec.push(out, &full);
            }
            _ => return Err(invalid(&bytes[start..])),
        }
    }
    Ok(i)
}

/// The name of a type with its module, unless that is `builtins` or `__main__`.
fn full_name(ty: &Type, separator: char) -> PyResult<Ref<Str>> {
    if !ty.is_heap() {
        let name = ty.name();
        return match name.rsplit_once('.') {
            Some((module, last)) => Str::new(&format!("{module}{separator}{last}")),
            None => Str::new(name),
        };
    }
    let module = ty.as_obj().get_attr(sym!(__module__))?;
    let qualified = ty.as_obj().get_attr(sym!(__qualname__))?.str_()?;
    match module.downcast::<Str>().map(|m| m.to_string_lossy()) {
        Some(m) if m != "builtins" && m != "__main__" => {
            Str::new(&format!("{m}{separator}{}", qualified.to_string_lossy()))
        }
        _ => Ok(qualified),
    }
}

/// Text of UTF-8, with replacements; a cut character at the end goes.
fn decoded(bytes: &[u8]) -> PyResult<Ref<Str>> {
    dovetail_core::types::codec::decode_utf8(bytes, Some("replace"))
}

/// Wide characters up to a zero.
unsafe fn wide(p: *const u32, limit: Option<usize>) -> PyResult<Ref<Str>> {
    if p.is_null() {
        return Str::new("(null)");
    }
    // SAFETY: ends with a zero, or has `limit` characters.
    unsafe {
        let mut n = 0;
        while limit.is_none_or(|l| n < l) && *p.add(n) != 0 {
            n += 1;
        }
        Str::from_text(dovetail_text::Text::Ucs4(std::slice::from_raw_parts(p, n)))
    }
}

#[cold]
fn invalid(rest: &[u8]) -> dovetail_core::error::Raised {
    let shown = String::from_utf8_lossy(rest);
    raise!(SystemError, "invalid format string: {shown}")
}

/// `PyUnicode_FromFormatV` from C.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_unicode_format(template: *const c_char, va: *mut VaList) -> crate::boundary::P {
    // SAFETY: the caller's format and arguments.
    unsafe { format(template, &mut Args::new(va)) }.map_or(std::ptr::null_mut(), Ref::into_ptr)
}

/// `PyErr_FormatV` from C.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_err_format(
    class: crate::boundary::P,
    template: *const c_char,
    va: *mut VaList,
) {
    // SAFETY: the caller's class, format and arguments. A pending exception must not disturb the conversions.
    unsafe {
        drop(dovetail_core::thread::ThreadState::current().take_exception());
        let text = format(template, &mut Args::new(va));
        if class.is_null() {
            return;
        }
        crate::pyerrors::set_formatted(Obj::from_ptr(class), text);
    }
}

/// `PyErr_FormatUnraisable` from C.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_err_unraisable(template: *const c_char, va: *mut VaList) {
    // SAFETY: as above; the pending exception is put aside for the conversions.
    unsafe {
        let ts = dovetail_core::thread::ThreadState::current();
        let pending = ts.take_exception();
        let text = (!template.is_null()).then(|| format(template, &mut Args::new(va)));
        let text = match text {
            Some(Err(raised)) => {
                raised.clear();
                None
            }
            t => t,
        };
        ts.set_exception(pending);
        crate::pyerrors::unraisable_formatted(text);
    }
}

/// `PyErr_WarnFormat` and `PyErr_ResourceWarning` from C.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_err_warn(
    category: crate::boundary::P,
    level: isize,
    template: *const c_char,
    va: *mut VaList,
) -> i32 {
    // SAFETY: as above.
    unsafe {
        let warn = || -> PyResult<()> {
            let text = format(template, &mut Args::new(va))?;
            let category = if category.is_null() { None } else { Some(Obj::from_ptr(category)) };
            crate::pyerrors::warn(category, &text.to_string_lossy(), level)
        };
        if warn().is_ok() { 0 } else { -1 }
    }
}

/// `PyBytes_FromFormatV` from C: the smaller set of conversions of bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_bytes_format(template: *const c_char, va: *mut VaList) -> crate::boundary::P {
    // SAFETY: the caller's format and arguments.
    unsafe { bytes_format(CStr::from_ptr(template).to_bytes(), &mut Args::new(va)) }
        .map_or(std::ptr::null_mut(), Ref::into_ptr)
}

unsafe fn bytes_format(bytes: &[u8], args: &mut Args) -> PyResult<Ref<Bytes>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] != b'%' {
            out.push(bytes[i]);
            i += 1;
            continue;
        }
        let start = i;
        i += 1;
        while bytes.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        let mut precision = None;
        if bytes.get(i) == Some(&b'.') {
            i += 1;
            let mut n = 0usize;
            while let Some(d) = bytes.get(i).filter(|b| b.is_ascii_digit()) {
                n = n * 10 + usize::from(d - b'0');
                i += 1;
            }
            precision = Some(n);
        }
        while bytes.get(i).is_some_and(|b| *b != b'%' && !b.is_ascii_alphabetic()) {
            i += 1;
        }
        let mut wide = 0;
        if matches!(bytes.get(i), Some(b'l')) && matches!(bytes.get(i + 1), Some(b'd' | b'u')) {
            wide = 1;
            i += 1;
        } else if matches!(bytes.get(i), Some(b'z')) && matches!(bytes.get(i + 1), Some(b'd' | b'u')) {
            wide = 2;
            i += 1;
        }
        let Some(kind) = bytes.get(i) else {
            out.extend_from_slice(&bytes[start..]);
            break;
        };
        i += 1;
        // SAFETY: the caller passed what the conversion asks for.
        unsafe {
            match kind {
                b'%' => out.push(b'%'),
                b'c' => {
                    let c = args.int();
                    let Ok(c) = u8::try_from(c) else {
                        bail!(
                            OverflowError,
                            "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]"
                        );
                    };
                    out.push(c);
                }
                b'd' | b'i' => {
                    let v = if wide == 0 { i64::from(args.int()) } else { args.longlong() };
                    out.extend_from_slice(v.to_string().as_bytes());
                }
                b'u' => {
                    let v = if wide == 0 { u64::from(args.uint()) } else { args.longlong() as u64 };
                    out.extend_from_slice(v.to_string().as_bytes());
                }
                b'x' => out.extend_from_slice(format!("{:x}", args.uint()).as_bytes()),
                b's' => out.extend_from_slice(c_bytes(args.pointer(), precision)),
                b'p' => {
                    let p: *mut u8 = args.pointer();
                    out.extend_from_slice(format!("{:#x}", p as usize).as_bytes());
                }
                _ => {
                    out.extend_from_slice(&bytes[start..]);
                    break;
                }
            }
        }
    }
    Bytes::new(&out)
}
