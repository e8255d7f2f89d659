//! Calls: `PyObject_Call*`, `PyObject_Vectorcall*`, `PyVectorcall_*`. The variadic ones begin in `c/call.c`.

use crate::boundary::{P, null_argument};
use dovetail_core::error::PyResult;
use dovetail_core::object::call::{ARGUMENTS_OFFSET, check_result, vectorcall, vectorcall_function};
use dovetail_core::object::native::{cast_unchecked, opt_ptr};
use dovetail_core::object::{Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::c_char;
use std::ptr::null_mut;

fn keywords(kwargs: Option<&Obj>) -> PyResult<Option<&Dict>> {
    match kwargs {
        None => Ok(None),
        Some(k) => match k.downcast::<Dict>() {
            Some(d) => Ok(Some(d)),
            None => Err(crate::boundary::bad_internal_call()),
        },
    }
}

/// `callable(*args, **kwargs)`; `kwargs` may be NULL.
#[capi]
fn PyObject_Call(callable: &Obj, args: &Obj, kwargs: Option<&Obj>) -> PyResult<Object> {
    let Some(args) = args.downcast::<Tuple>() else { bail!(TypeError, "argument list must be a tuple") };
    callable.call_dict(args, keywords(kwargs)?)
}

/// `callable(*args)`; NULL is no arguments.
#[capi]
fn PyObject_CallObject(callable: &Obj, args: Option<&Obj>) -> PyResult<Object> {
    match args {
        None => callable.call(&[]),
        Some(a) => match a.downcast::<Tuple>() {
            Some(a) => callable.call_dict(a, None),
            None => Err(raise!(TypeError, "argument list must be a tuple")),
        },
    }
}

/// `callable(*args, **kwargs)` of a builtin function.
#[capi]
fn PyCFunction_Call(callable: &Obj, args: &Obj, kwargs: Option<&Obj>) -> PyResult<Object> {
    let Some(args) = args.downcast::<Tuple>() else { bail!(TypeError, "argument list must be a tuple") };
    callable.call_dict(args, keywords(kwargs)?)
}

/// `callable()`.
#[capi]
fn PyObject_CallNoArgs(callable: &Obj) -> PyResult<Object> {
    callable.call(&[])
}

/// `callable(argument)`.
#[capi]
fn PyObject_CallOneArg(callable: &Obj, argument: &Obj) -> PyResult<Object> {
    // One word before the arguments is the callee's to use.
    let words = [null_mut(), argument.as_ptr()];
    // SAFETY: borrowed for the call.
    unsafe { vectorcall(callable, words.as_ptr().add(1), 1 | ARGUMENTS_OFFSET, null_mut()) }
}

/// The vectorcall form of a call.
#[capi(alias = "_PyObject_Vectorcall")]
unsafe fn PyObject_Vectorcall(callable: &Obj, args: *const P, nargsf: usize, names: P) -> PyResult<Object> {
    // SAFETY: C's arguments live during the call.
    unsafe { vectorcall(callable, args, nargsf, names) }
}

/// As `PyObject_Vectorcall`, with keyword arguments in a dict.
#[capi(alias = "_PyObject_FastCallDict")]
unsafe fn PyObject_VectorcallDict(
    callable: &Obj,
    args: *const P,
    nargsf: usize,
    kwargs: Option<&Obj>,
) -> PyResult<Object> {
    // SAFETY: C's arguments live during the call.
    unsafe {
        let kwargs = keywords(kwargs)?.filter(|k| !k.is_empty());
        let Some(kwargs) = kwargs else { return vectorcall(callable, args, nargsf, null_mut()) };
        let n = nargsf & !ARGUMENTS_OFFSET;
        let all: &[&Obj] = if n == 0 { &[] } else { std::slice::from_raw_parts(args.cast(), n) };
        if vectorcall_function(callable.as_ptr()).is_none() {
            return callable.call_slot(&*Tuple::from_slice(all)?, Some(kwargs));
        }
        let mut words: Vec<Object> = all.iter().map(|o| Obj::to_owned(o)).collect();
        let mut names = Vec::with_capacity(kwargs.len());
        for (k, v) in kwargs.iter_borrowed() {
            if !k.is_a::<Str>() {
                bail!(TypeError, "keywords must be strings");
            }
            names.push(k.to_owned());
            words.push(v.to_owned());
        }
        let names = Tuple::from_vec(names)?;
        vectorcall(callable, words.as_ptr().cast(), n, names.as_raw())
    }
}

/// Calls the method `name` of the first argument with the others.
#[capi]
unsafe fn PyObject_VectorcallMethod(name: &Obj, args: *const P, nargsf: usize, names: P) -> PyResult<Object> {
    // SAFETY: C's arguments live during the call; the first one is the receiver.
    unsafe {
        let receiver = Obj::from_ptr(*args);
        let name = dovetail_core::object::abstract_::attribute_name(name)?;
        let (f, bound) = receiver.get_method(name)?;
        if bound {
            // The receiver's place is the word before the arguments.
            vectorcall(&f, args.add(1), nargsf - 1, names)
        } else {
            vectorcall(&f, args, nargsf & !ARGUMENTS_OFFSET, names)
        }
    }
}

/// `tp_call` for types with vectorcall.
#[capi]
unsafe fn PyVectorcall_Call(callable: &Obj, args: &Obj, kwargs: Option<&Obj>) -> PyResult<Object> {
    // SAFETY: a live object.
    let Some(f) = (unsafe { vectorcall_function_by_offset(callable) })? else {
        bail!(TypeError, "'{}' object does not support vectorcall", callable.type_name());
    };
    let Some(args) = args.downcast::<Tuple>() else { return Err(crate::boundary::bad_internal_call()) };
    let kwargs = keywords(kwargs)?.filter(|k| !k.is_empty());
    // SAFETY: the tuple and the vector keep the arguments alive.
    unsafe {
        let Some(kwargs) = kwargs else {
            return check_result(
                callable,
                f(callable.as_ptr(), args.items().as_ptr().cast(), args.len(), null_mut()),
            );
        };
        let mut words: Vec<Object> = args.items().to_vec();
        let mut names = Vec::with_capacity(kwargs.len());
        for (k, v) in kwargs.iter_borrowed() {
            if !k.is_a::<Str>() {
                bail!(TypeError, "keywords must be strings");
            }
            names.push(k.to_owned());
            words.push(v.to_owned());
        }
        let names = Tuple::from_vec(names)?;
        check_result(callable, f(callable.as_ptr(), words.as_ptr().cast(), args.len(), names.as_raw()))
    }
}

type Vector = unsafe extern "C" fn(P, *const P, usize, P) -> P;

/// The function at the type's vectorcall offset, whether or not the flag says that it is used for calls.
unsafe fn vectorcall_function_by_offset(callable: &Obj) -> PyResult<Option<Vector>> {
    let offset = callable.ob_type().raw().tp_vectorcall_offset;
    if offset <= 0 {
        bail!(TypeError, "'{}' object does not support vectorcall", callable.type_name());
    }
    // SAFETY: the type says that a function pointer is there.
    Ok(unsafe { *((callable.as_ptr() as *const u8).offset(offset) as *const abi::vectorcallfunc) })
}

/// The vectorcall function of an object, or NULL.
#[capi]
unsafe fn PyVectorcall_Function(callable: &Obj) -> abi::vectorcallfunc {
    // SAFETY: a live object.
    unsafe { vectorcall_function(callable.as_ptr()) }
}

/// The number of positional arguments in a vectorcall's count.
#[capi]
fn PyVectorcall_NARGS(nargsf: usize) -> isize {
    (nargsf & !ARGUMENTS_OFFSET) as isize
}

/// Checks that a callable returned a value or raised, not both.
#[capi(private)]
unsafe fn _Py_CheckFunctionResult(
    _ts: *mut abi::PyThreadState,
    callable: Option<&Obj>,
    result: P,
    place: *const c_char,
) -> PyResult<Object> {
    // SAFETY: the result is owned or NULL; a C string.
    unsafe {
        match callable {
            Some(c) => check_result(c, result),
            None => {
                let raised = ThreadState::current().has_exception();
                let place = || std::ffi::CStr::from_ptr(place).to_string_lossy().into_owned();
                match Ref::from_owned_opt(result) {
                    Some(r) if !raised => Ok(r),
                    Some(_) => {
                        let text = format!("{} returned a result with an exception set", place());
                        Err(crate::extension::from_cause(dovetail_core::error::exc::SystemError(), &text))
                    }
                    None if raised => Err(dovetail_core::error::Raised::from_c()),
                    None => {
                        Err(raise!(SystemError, "{} returned NULL without setting an exception", place()))
                    }
                }
            }
        }
    }
}

/// Calls through `tp_call`, from the vectorcall form.
#[capi(private)]
unsafe fn _PyObject_MakeTpCall(
    _ts: *mut abi::PyThreadState,
    callable: &Obj,
    args: *const P,
    nargs: isize,
    names: P,
) -> PyResult<Object> {
    // SAFETY: C's arguments live during the call; `names` is NULL, a tuple of names or a dict.
    unsafe {
        let n = nargs as usize;
        let all: &[&Obj] = if n == 0 { &[] } else { std::slice::from_raw_parts(args.cast(), n) };
        let tuple = Tuple::from_slice(all)?;
        let kwargs = match names.is_null() {
            true => None,
            false if Obj::from_ptr(names).is_a::<Dict>() => Some(cast_unchecked::<Dict>(names).to_ref()),
            false => {
                let d = Dict::new()?;
                for (i, k) in cast_unchecked::<Tuple>(names).items().iter().enumerate() {
                    d.set(k, Obj::from_ptr(*args.add(n + i)))?;
                }
                Some(d)
            }
        };
        callable.call_slot(&tuple, kwargs.as_deref())
    }
}

/// What `PyEval_CallObjectWithKeywords` did; binaries of old extensions ask for it.
#[capi]
fn PyEval_CallObjectWithKeywords(
    callable: &Obj,
    args: Option<&Obj>,
    kwargs: Option<&Obj>,
) -> PyResult<Object> {
    let none = Tuple::empty();
    let args = match args {
        None => &*none,
        Some(a) => match a.downcast::<Tuple>() {
            Some(a) => a,
            None => bail!(TypeError, "argument list must be a tuple"),
        },
    };
    if kwargs.is_some_and(|k| !k.is_a::<Dict>()) {
        bail!(TypeError, "keyword list must be a dictionary");
    }
    callable.call_dict(args, keywords(kwargs)?)
}

// ---- for c/call.c ----

/// Calls with the value that a format made: a tuple holds the arguments, anything else is the only one.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_call_built(callable: P, built: P) -> P {
    // SAFETY: a live callable, and an owned value or NULL.
    unsafe {
        let Some(built): Option<Object> = Ref::from_owned_opt(built) else { return null_mut() };
        let callable = Obj::from_ptr(callable);
        let r = match built.downcast::<Tuple>() {
            Some(t) => callable.call_dict(t, None),
            None => callable.call(&[&built]),
        };
        r.map_or(null_mut(), Ref::into_ptr)
    }
}

/// The attribute that is called as a method.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_callable_attribute(object: P, name: *const c_char) -> P {
    // SAFETY: C's arguments.
    unsafe {
        let found = || -> PyResult<Object> {
            if object.is_null() || name.is_null() {
                return Err(null_argument());
            }
            let f = Obj::from_ptr(object).get_attr(&*crate::object::name_of(name)?)?;
            if !f.is_callable() {
                bail!(TypeError, "attribute of type '{}' is not callable", f.type_name());
            }
            Ok(f)
        };
        found().map_or(null_mut(), Ref::into_ptr)
    }
}

/// Sets the error of a NULL argument and gives NULL.
#[unsafe(no_mangle)]
extern "C" fn dovetail_null_argument() -> P {
    let _ = null_argument();
    opt_ptr::<Obj>(None)
}
