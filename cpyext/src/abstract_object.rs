//! `abstract.h`: formats, classes, iteration, and the old buffer interface.

use crate::boundary::{P, null_argument};
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer;
use dovetail_core::object::native::cast_opt_unchecked;
use dovetail_core::object::{Obj, Object, abstract_};
use dovetail_core::types::generator;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::full_type_name;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

/// `format(object, spec)`; NULL is the empty spec.
#[capi]
fn PyObject_Format(object: &Obj, spec: Option<&Obj>) -> PyResult<Object> {
    let empty = Str::empty();
    let spec = match spec {
        None => &*empty,
        Some(s) => match s.downcast::<Str>() {
            Some(s) => s,
            None => bail!(SystemError, "Format specifier must be a string, not {}", s.type_name()),
        },
    };
    Ok(object.format(spec)?.into_object())
}

// ---- classes ----

/// `isinstance(object, cls)`.
#[capi]
fn PyObject_IsInstance(object: &Obj, cls: &Obj) -> PyResult<bool> {
    object.is_instance(cls)
}

/// `issubclass(derived, cls)`.
#[capi]
fn PyObject_IsSubclass(derived: &Obj, cls: &Obj) -> PyResult<bool> {
    derived.is_subclass(cls)
}

/// `type.__instancecheck__`.
#[capi(private)]
fn _PyObject_RealIsInstance(object: &Obj, cls: &Obj) -> PyResult<bool> {
    abstract_::real_isinstance(object, cls)
}

/// `type.__subclasscheck__`.
#[capi(private)]
fn _PyObject_RealIsSubclass(derived: &Obj, cls: &Obj) -> PyResult<bool> {
    abstract_::real_issubclass(derived, cls)
}

// ---- iteration ----

/// `iter(object)`.
#[capi]
fn PyObject_GetIter(object: &Obj) -> PyResult<Object> {
    object.iter()
}

fn anext(object: &Obj) -> bool {
    // SAFETY: a suite of the object's type.
    let f = unsafe { object.ob_type().raw().tp_as_async.as_ref() }.and_then(|a| a.am_anext);
    let none = dovetail_core::object::slotdefs::next_not_implemented as *const () as usize;
    f.is_some_and(|f| f as usize != none)
}

/// `aiter(object)`.
#[capi]
fn PyObject_GetAIter(object: &Obj) -> PyResult<Object> {
    // SAFETY: a suite of the object's type.
    let f = unsafe { object.ob_type().raw().tp_as_async.as_ref() }.and_then(|a| a.am_aiter);
    let Some(f) = f else {
        bail!(TypeError, "'{}' object is not an async iterable", object.type_name());
    };
    // SAFETY: a slot of the object's type.
    let it = unsafe { dovetail_core::error::from_c(f(object.as_ptr())) }?;
    if !anext(&it) {
        bail!(TypeError, "aiter() returned not an async iterator of type '{}'", it.type_name());
    }
    Ok(it)
}

/// Is it an iterator?
#[capi]
fn PyIter_Check(object: &Obj) -> bool {
    object.is_iterator()
}

/// Is it an asynchronous iterator?
#[capi]
fn PyAIter_Check(object: &Obj) -> bool {
    anext(object)
}

/// The next item; NULL without an exception at the end. The object is an iterator.
#[capi]
fn PyIter_Next(iterator: &Obj) -> Option<Object> {
    iterator.iter_next().unwrap_or(None)
}

/// The next item: 1 with a new reference, 0 with NULL at the end, -1 with NULL on error.
#[capi]
unsafe fn PyIter_NextItem(iterator: &Obj, item: *mut P) -> PyResult<bool> {
    let next = if iterator.ob_type().raw().tp_iternext.is_none() {
        Err(raise!(TypeError, "expected an iterator, got '{}'", full_type_name(iterator.ob_type())))
    } else {
        iterator.iter_next()
    };
    // SAFETY: a place for the item.
    unsafe { crate::object::give_optional(item, next) }
}

/// Sends a value into an iterator: `PYGEN_NEXT` with what it yields, `PYGEN_RETURN` with what it returns.
#[capi]
unsafe fn PyIter_Send(iterator: &Obj, value: &Obj, result: *mut P) -> abi::PySendResult {
    // SAFETY: a place for the result.
    unsafe {
        match generator::send(iterator, value) {
            Ok(Ok(v)) => {
                *result = v.into_ptr();
                abi::PYGEN_NEXT
            }
            Ok(Err(v)) => {
                *result = v.into_ptr();
                abi::PYGEN_RETURN
            }
            Err(_) => {
                *result = null_mut();
                abi::PYGEN_ERROR
            }
        }
    }
}

// ---- the old buffer interface, for binaries that still ask for it ----

unsafe fn old_buffer(
    object: Option<&Obj>,
    out: *mut *mut c_void,
    len: *mut isize,
    flags: c_int,
) -> PyResult<()> {
    let Some(object) = object.filter(|_| !out.is_null() && !len.is_null()) else {
        return Err(null_argument());
    };
    if flags == abi::PyBUF_WRITABLE && !buffer::Buffer::supported(object) {
        bail!(TypeError, "expected a writable bytes-like object");
    }
    // SAFETY: a view that is given back at once; the interface says that the memory stays, as it always said.
    unsafe {
        let mut view: abi::Py_buffer = std::mem::zeroed();
        if let Err(e) = buffer::acquire(object, &mut view, flags) {
            if flags == abi::PyBUF_WRITABLE {
                e.clear();
                bail!(TypeError, "expected a writable bytes-like object");
            }
            return Err(e);
        }
        *out = view.buf;
        *len = view.len;
        buffer::release(&mut view);
    }
    Ok(())
}

/// Can it be read as bytes?
#[capi]
unsafe fn PyObject_CheckReadBuffer(object: &Obj) -> bool {
    match buffer::Buffer::simple(object) {
        Ok(_) => true,
        Err(e) => {
            e.clear();
            false
        }
    }
}

/// The memory of an object that can be read as bytes.
#[capi]
unsafe fn PyObject_AsReadBuffer(
    object: Option<&Obj>,
    out: *mut *const c_void,
    len: *mut isize,
) -> PyResult<()> {
    // SAFETY: places for the results.
    unsafe { old_buffer(object, out.cast(), len, abi::PyBUF_SIMPLE) }
}

/// The same as `PyObject_AsReadBuffer`.
#[capi]
unsafe fn PyObject_AsCharBuffer(
    object: Option<&Obj>,
    out: *mut *const c_char,
    len: *mut isize,
) -> PyResult<()> {
    // SAFETY: places for the results.
    unsafe { old_buffer(object, out.cast(), len, abi::PyBUF_SIMPLE) }
}

/// The memory of an object that can be written.
#[capi]
unsafe fn PyObject_AsWriteBuffer(
    object: Option<&Obj>,
    out: *mut *mut c_void,
    len: *mut isize,
) -> PyResult<()> {
    // SAFETY: places for the results.
    unsafe { old_buffer(object, out, len, abi::PyBUF_WRITABLE) }
}

/// A `Py_ssize_t` argument of an `O&` converter: `None` leaves the default.
#[capi(private)]
unsafe fn _Py_convert_optional_to_ssize_t(object: &Obj, result: *mut c_void) -> c_int {
    if object.is_none() {
        return 1;
    }
    let n = if object.has_index() {
        object.as_isize_count()
    } else {
        Err(raise!(TypeError, "argument should be integer or None, not '{}'", object.type_name()))
    };
    match n {
        Ok(n) => {
            // SAFETY: a place for a Py_ssize_t.
            unsafe { *result.cast::<isize>() = n };
            1
        }
        Err(_) => 0,
    }
}

/// Keyword arguments of a vectorcall as a new dict.
#[capi]
unsafe fn _PyStack_AsDict(values: *const P, names: P) -> PyResult<Object> {
    // SAFETY: names is NULL or a tuple, with as many values.
    unsafe {
        let d = dovetail_core::types::dict::Dict::new()?;
        let names: Option<&dovetail_core::types::tuple::Tuple> = cast_opt_unchecked(names);
        for (i, n) in names.map(|n| n.items()).unwrap_or(&[]).iter().enumerate() {
            d.set(n, Obj::from_ptr(*values.add(i)))?;
        }
        Ok(d.into_object())
    }
}
