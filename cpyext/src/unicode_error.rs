//! `pyerrors.h`: the parts of the Unicode errors (C API, section "Unicode Exception Objects").

use crate::boundary::P;
use crate::text::c_text;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::c_char;

type Body = *mut abi::PyUnicodeErrorObject;

/// The body of an instance of that class.
fn fields(o: &Obj, class: &Type) -> PyResult<Body> {
    if !o.ob_type().is_subtype(class) {
        bail!(TypeError, "expecting a {} object, got {}", class.name(), o.type_name());
    }
    Ok(o.as_ptr().cast())
}

/// A field that must be of one type.
fn field(p: P, name: &str, text: bool) -> PyResult<Object> {
    if p.is_null() {
        bail!(TypeError, "UnicodeError '{name}' attribute is not set");
    }
    // SAFETY: owned by the instance.
    let o = unsafe { Obj::from_ptr(p) };
    match text {
        true if !o.is_a::<Str>() => {
            Err(raise!(TypeError, "UnicodeError '{name}' attribute must be a string"))
        }
        false if !o.is_a::<Bytes>() => {
            Err(raise!(TypeError, "UnicodeError '{name}' attribute must be a bytes"))
        }
        _ => Ok(o.to_owned()),
    }
}

/// The length of the object that could not be converted.
fn length(b: Body, text: bool) -> PyResult<isize> {
    // SAFETY: a live instance's body.
    let o = field(unsafe { (*b).object }, "object", text)?;
    Ok(o.len_()? as isize)
}

/// The start, moved into the object.
fn start(b: Body, text: bool) -> PyResult<isize> {
    let n = length(b, text)?;
    // SAFETY: a live instance's body.
    Ok(unsafe { (*b).start }.min((n - 1).max(0)).max(0))
}

/// The end, moved into the object.
fn end(b: Body, text: bool) -> PyResult<isize> {
    let n = length(b, text)?;
    // SAFETY: a live instance's body.
    Ok(unsafe { (*b).end }.max(1).min(n))
}

/// One name, its class, whether its object is text, and what is done with the body.
macro_rules! parts {
    (#[$doc:meta] $get:ident -> $result:ty; $($name:ident $class:ident $text:literal;)*) => {$(
        #[$doc]
        #[capi]
        fn $name(o: &Obj) -> PyResult<$result> {
            $get(fields(o, exc::$class())?, $text)
        }
    )*};
}

macro_rules! encoding_capi {
    ($($name:ident $class:ident $text:literal;)*) => {
        parts! {
            /// The encoding's name.
            encoding -> Object; $($name $class $text;)*
        }
    };
}

macro_rules! object_capi {
    ($($name:ident $class:ident $text:literal;)*) => {
        parts! {
            /// What could not be converted.
            object -> Object; $($name $class $text;)*
        }
    };
}

macro_rules! reason_capi {
    ($($name:ident $class:ident $text:literal;)*) => {
        parts! {
            /// Why.
            reason -> Object; $($name $class $text;)*
        }
    };
}

fn encoding(b: Body, _text: bool) -> PyResult<Object> {
    // SAFETY: a live instance's body.
    field(unsafe { (*b).encoding }, "encoding", true)
}

fn object(b: Body, text: bool) -> PyResult<Object> {
    // SAFETY: a live instance's body.
    field(unsafe { (*b).object }, "object", text)
}

fn reason(b: Body, _text: bool) -> PyResult<Object> {
    // SAFETY: a live instance's body.
    field(unsafe { (*b).reason }, "reason", true)
}

encoding_capi! {
    PyUnicodeEncodeError_GetEncoding UnicodeEncodeError true;
    PyUnicodeDecodeError_GetEncoding UnicodeDecodeError false;
}

object_capi! {
    PyUnicodeEncodeError_GetObject UnicodeEncodeError true;
    PyUnicodeDecodeError_GetObject UnicodeDecodeError false;
    PyUnicodeTranslateError_GetObject UnicodeTranslateError true;
}

reason_capi! {
    PyUnicodeEncodeError_GetReason UnicodeEncodeError true;
    PyUnicodeDecodeError_GetReason UnicodeDecodeError false;
    PyUnicodeTranslateError_GetReason UnicodeTranslateError true;
}

/// Getters and setters of a position.
macro_rules! position_capi {
    ($($get:ident $set:ident $field:ident $class:ident $text:literal;)*) => {$(
        /// Stores the position, moved into the object.
        #[capi]
        unsafe fn $get(o: &Obj, value: *mut isize) -> PyResult<()> {
            let v = $field(fields(o, exc::$class())?, $text)?;
            // SAFETY: the caller's variable.
            unsafe { *value = v };
            Ok(())
        }

        /// Sets the position.
        #[capi]
        fn $set(o: &Obj, value: isize) -> PyResult<()> {
            let b = fields(o, exc::$class())?;
            // SAFETY: a live instance's body.
            unsafe { (*b).$field = value };
            Ok(())
        }
    )*};
}

position_capi! {
    PyUnicodeEncodeError_GetStart PyUnicodeEncodeError_SetStart start UnicodeEncodeError true;
    PyUnicodeDecodeError_GetStart PyUnicodeDecodeError_SetStart start UnicodeDecodeError false;
    PyUnicodeTranslateError_GetStart PyUnicodeTranslateError_SetStart start UnicodeTranslateError true;
    PyUnicodeEncodeError_GetEnd PyUnicodeEncodeError_SetEnd end UnicodeEncodeError true;
    PyUnicodeDecodeError_GetEnd PyUnicodeDecodeError_SetEnd end UnicodeDecodeError false;
    PyUnicodeTranslateError_GetEnd PyUnicodeTranslateError_SetEnd end UnicodeTranslateError true;
}

/// Setters of the reason.
macro_rules! set_reason_capi {
    ($($name:ident $class:ident;)*) => {$(
        /// Sets the reason, UTF-8 text.
        #[capi]
        unsafe fn $name(o: &Obj, reason: *const c_char) -> PyResult<()> {
            let b = fields(o, exc::$class())?;
            // SAFETY: a C string, and an owned field.
            unsafe { replace(&raw mut (*b).reason, Some(c_text(reason)?.into_object())) };
            Ok(())
        }
    )*};
}

set_reason_capi! {
    PyUnicodeEncodeError_SetReason UnicodeEncodeError;
    PyUnicodeDecodeError_SetReason UnicodeDecodeError;
    PyUnicodeTranslateError_SetReason UnicodeTranslateError;
}

/// A new `UnicodeDecodeError`.
#[capi]
unsafe fn PyUnicodeDecodeError_Create(
    encoding: *const c_char,
    data: *const c_char,
    n: isize,
    start: isize,
    end: isize,
    reason: *const c_char,
) -> PyResult<Object> {
    let number = |v: isize| dovetail_core::types::int::Int::from_i64(v as i64);
    // SAFETY: C strings, and the caller's n bytes.
    unsafe {
        let bytes: &[u8] =
            if n <= 0 { &[] } else { std::slice::from_raw_parts(data.cast::<u8>(), n as usize) };
        let (encoding, bytes) = (c_text(encoding)?, Bytes::new(bytes)?);
        exc::UnicodeDecodeError().call(&[
            encoding.as_obj(),
            bytes.as_obj(),
            number(start)?.as_obj(),
            number(end)?.as_obj(),
            c_text(reason)?.as_obj(),
        ])
    }
}

// ---- errors made of others ----

/// Chains a handled exception (stolen) to the pending one as its context, or makes it the pending one.
#[capi]
fn _PyErr_ChainExceptions1(exception: Option<Object>) {
    let Some(old) = exception.and_then(|e| e.downcast_into::<BaseException>().ok()) else { return };
    let ts = dovetail_core::thread::ThreadState::current();
    match ts.take_exception() {
        Some(new) => {
            new.set_context(Some(old));
            ts.set_exception(Some(new));
        }
        None => ts.set_exception(Some(old)),
    }
}

/// `KeyError(key)`, also for a tuple or an exception as the key.
#[capi(private)]
fn _PyErr_SetKeyError(key: &Obj) {
    let make = || -> PyResult<Ref<BaseException>> {
        let args = dovetail_core::types::tuple::Tuple::from_slice(&[key])?;
        BaseException::normalize(exc::KeyError(), args.as_obj())
    };
    let _ = match make() {
        Ok(e) => dovetail_core::error::raise_exception(e),
        Err(e) => e,
    };
}

/// `_PyErr_FormatFromCause` from C: the pending exception becomes the new one's cause.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_err_from_cause(class: P, text: P) {
    // SAFETY: a class, and an owned string or NULL with an exception set.
    unsafe {
        let Some(text) = Ref::<Str>::from_owned_opt(text) else { return };
        let class = Obj::from_ptr(class);
        if let Some(class) = class.downcast::<Type>() {
            let _ = crate::extension::from_cause(class, &text.to_string_lossy());
        }
    }
}

/// Raises with a message in the locale's encoding.
#[capi(private)]
unsafe fn _PyErr_SetLocaleString(class: &Obj, text: *const c_char) {
    // SAFETY: a C string.
    let text = dovetail_stdlib::util::fs_decode(unsafe { std::ffi::CStr::from_ptr(text) }.to_bytes());
    crate::pyerrors::set_formatted(class, text);
}
