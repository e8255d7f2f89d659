//! Numbers and text: what `int`, `float` and `complex` share in reading strings and in `__format__`.

use crate::error::{PyResult, Raised};
use crate::object::Ref;
use crate::object::obj::{Obj, xdecref};
use crate::raise;
use crate::types::int::{Int, max_str_digits, num_error};
use crate::types::str_::Str;
use dovetail_num::format_spec::{Align, FormatSpec, Locale, Padded};
use dovetail_num::int::ParseError;
use dovetail_text::{Text, TextBuf, props, with_units};
use std::borrow::Cow;
use std::ffi::CStr;

/// Runs `f` on the bytes of an object with a buffer; `None` for other objects.
pub fn with_buffer<R>(o: &Obj, f: impl FnOnce(&[u8]) -> R) -> PyResult<Option<R>> {
    // SAFETY: the buffer protocol: a filled view is valid until it is released.
    unsafe {
        let procs = o.ob_type().raw().tp_as_buffer;
        let Some(get) = procs.as_ref().and_then(|p| p.bf_getbuffer) else { return Ok(None) };
        let mut view: abi::Py_buffer = std::mem::zeroed();
        if get(o.as_ptr(), &mut view, abi::PyBUF_SIMPLE as _) != 0 {
            return Err(Raised::from_c());
        }
        let bytes: &[u8] =
            if view.len == 0 { &[] } else { std::slice::from_raw_parts(view.buf.cast(), view.len as usize) };
        let out = f(bytes);
        let owner = view.obj;
        if !owner.is_null() {
            let release =
                Obj::from_ptr(owner).ob_type().raw().tp_as_buffer.as_ref().and_then(|p| p.bf_releasebuffer);
            if let Some(release) = release {
                release(owner, &mut view);
            }
            xdecref(owner);
        }
        Ok(Some(out))
    }
}

/// The text with decimal digits and spaces of all scripts as ASCII ones; `?` ends it at anything else.
pub fn to_ascii_number<'a>(text: Text<'a>) -> Cow<'a, [u8]> {
    if let Some(ascii) = text.as_ascii() {
        return Cow::Borrowed(ascii);
    }
    let mut out = Vec::with_capacity(text.len());
    for c in text.iter() {
        if c < 128 {
            out.push(c as u8);
        } else if props::is_space(c) {
            out.push(b' ');
        } else if let Some(d) = props::decimal(c) {
            out.push(b'0' + d);
        } else {
            out.push(b'?');
            break;
        }
    }
    Cow::Owned(out)
}

/// At most `n` characters of `repr(o)`.
pub fn short_repr(o: &Obj, n: usize) -> PyResult<String> {
    let r = o.repr()?;
    let t = r.text();
    Ok(t.iter().take(n).map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect())
}

fn parse(bytes: &[u8], base: u32, literal: impl FnOnce() -> PyResult<String>) -> PyResult<Ref<Int>> {
    let limit = max_str_digits();
    match dovetail_num::int::parse(bytes, base, limit) {
        Ok(i) => Int::from_big(i),
        Err(e) => {
            let shown = if e == ParseError::Literal { literal()? } else { String::new() };
            Err(raise!(ValueError, "{}", e.message(&shown, base, limit)))
        }
    }
}

/// `int(text, base)` (`PyLong_FromUnicodeObject`).
pub fn int_from_str(s: &Str, base: u32) -> PyResult<Ref<Int>> {
    parse(&to_ascii_number(s.text()), base, || short_repr(s, 200))
}

/// `int(bytes, base)`.
pub fn int_from_bytes(bytes: &[u8], base: u32) -> PyResult<Ref<Int>> {
    parse(bytes, base, || {
        let r = dovetail_text::repr::repr_bytes(bytes, true);
        Ok(r.as_text().iter().take(200).filter_map(char::from_u32).collect())
    })
}

/// `int()` of a string, bytes-like or other object without `__int__` and `__index__`.
pub fn from_text_object(o: &Obj) -> PyResult<Ref<Int>> {
    match from_text_base(o, 10)? {
        Some(i) => Ok(i),
        None => Err(raise!(
            TypeError,
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            o.type_name()
        )),
    }
}

/// The integer literal in a str or bytes-like object; `None` for other objects.
pub fn from_text_base(o: &Obj, base: u32) -> PyResult<Option<Ref<Int>>> {
    if let Some(s) = o.downcast::<Str>() {
        return int_from_str(s, base).map(Some);
    }
    // The bytes are copied: reading the literal may run code that changes the object.
    match with_buffer(o, <[u8]>::to_vec)? {
        Some(bytes) => int_from_bytes(&bytes, base).map(Some),
        None => Ok(None),
    }
}

/// Parses a format specification for a type.
pub fn parse_spec(spec: &Str, type_name: &str, code: Option<char>) -> PyResult<FormatSpec> {
    let decimal = |c| props::decimal(c).map(u32::from);
    with_units!(spec.text(), |s| FormatSpec::parse(s, type_name, code, Align::Right, decimal))
        .map_err(num_error)
}

/// What the format code `n` uses.
pub struct LocaleText {
    point: String,
    separator: String,
    grouping: Vec<u8>,
}

impl LocaleText {
    /// The C library's current locale when the specification asks for it, else the plain one.
    pub fn of(spec: &FormatSpec) -> LocaleText {
        if spec.code != Some('n' as u32) {
            return LocaleText { point: ".".to_owned(), separator: String::new(), grouping: Vec::new() };
        }
        // SAFETY: localeconv's texts are valid until the next call; they are copied here under the GIL.
        unsafe {
            let l = &*libc::localeconv();
            let text = |p: *const std::ffi::c_char| CStr::from_ptr(p).to_string_lossy().into_owned();
            LocaleText {
                point: text(l.decimal_point),
                separator: text(l.thousands_sep),
                grouping: CStr::from_ptr(l.grouping).to_bytes().to_vec(),
            }
        }
    }

    pub fn as_locale(&self) -> Locale<'_> {
        Locale { decimal_point: &self.point, thousands_sep: &self.separator, grouping: &self.grouping }
    }
}

/// The string of formatted and padded text.
pub fn padded(p: Padded) -> PyResult<Ref<Str>> {
    let plain = p.surrogate.is_none() && p.left + p.inner + p.right == 0;
    if plain {
        return Str::new(&p.body);
    }
    let mut out = TextBuf::with_capacity(p.left + p.inner + p.right + p.body.len());
    p.for_each(|c| out.push(c));
    Str::from_buf(out)
}
