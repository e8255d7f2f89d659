//! `_json`: the native half of `json`.

mod encode;
mod escape;
mod scan;
mod string;

use crate::util::set;
use dovetail_core::bail;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::ready::ready;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;

/// A str argument.
fn text(o: &Obj) -> PyResult<&Str> {
    match o.downcast::<Str>() {
        Some(s) => Ok(s),
        None => bail!(TypeError, "first argument must be a string, not {}", o.type_name()),
    }
}

/// Raises `json.JSONDecodeError(message, text, at)`.
#[cold]
fn decode_error(message: &str, s: &Str, at: isize) -> Raised {
    let make = || -> PyResult<Ref<BaseException>> {
        let class = dovetail_core::import::import_module("json.decoder")?.get_attr_text("JSONDecodeError")?;
        let at = dovetail_core::types::int::Int::from_i64(at as i64)?;
        let e = class.call(&[Str::new(message)?.as_obj(), s.as_obj(), at.as_obj()])?;
        match e.downcast_into::<BaseException>() {
            Ok(e) => Ok(e),
            Err(_) => bail!(TypeError, "JSONDecodeError is no exception"),
        }
    };
    match make() {
        Ok(e) => dovetail_core::error::raise_exception(e),
        Err(e) => e,
    }
}

/// json speedups
#[pymodule(name = "_json")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        ready::<scan::Scanner>()?;
        ready::<encode::Encoder>()?;
        set(module, "make_scanner", scan::Scanner::type_object().as_obj())?;
        set(module, "make_encoder", encode::Encoder::type_object().as_obj())
    }

    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[function(nosig)]
    fn encode_basestring_ascii(string: &Obj) -> PyResult<Ref<Str>> {
        escape::quoted(text(string)?, true)
    }

    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[function(nosig)]
    fn encode_basestring(string: &Obj) -> PyResult<Ref<Str>> {
        escape::quoted(text(string)?, false)
    }

    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[function(nosig)]
    fn scanstring(args: &[&Obj]) -> PyResult<Object> {
        let (string, end, strict) = match args {
            [s, e] => (*s, *e, true),
            [s, e, strict] => (*s, *e, strict.is_true()?),
            _ => {
                let (bound, n) = if args.len() < 2 { ("least", 2) } else { ("most", 3) };
                bail!(TypeError, "scanstring() takes at {bound} {n} arguments ({} given)", args.len());
            }
        };
        let end = end.as_isize()?;
        let s = text(string)?.to_ref();
        if end < 0 || end as usize > s.len() {
            bail!(ValueError, "end is out of bounds");
        }
        let (value, next) = string::scan_text(&s, end as usize, strict)?;
        let next = dovetail_core::types::int::Int::from_usize(next)?;
        Ok(Tuple::from_array([value.into_object(), next.into_object()])?.into_object())
    }
}

pub use module::MODULE;

/// Which of the module's own string encoders is this?
fn own_encoder(o: &Obj) -> Option<bool> {
    let f = o.downcast_exact::<dovetail_core::types::cfunction::CFunction>()?;
    // SAFETY: a live function's row; the module's table has an end mark.
    unsafe {
        let row = (*f.body()).m_ml.cast_const();
        let mut own = MODULE.methods;
        while !(*own).ml_name.is_null() {
            if std::ptr::eq(own, row) {
                return match std::ffi::CStr::from_ptr((*own).ml_name).to_bytes() {
                    b"encode_basestring_ascii" => Some(true),
                    b"encode_basestring" => Some(false),
                    _ => None,
                };
            }
            own = own.add(1);
        }
    }
    None
}
