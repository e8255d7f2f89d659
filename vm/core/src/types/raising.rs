//! Raising exceptions with their fields set, and what `sys.unraisablehook` is given.

use crate::error::{PyResult, Raised, exc, raise_exception};
use crate::interpreter::Interpreter;
use crate::object::{AsObj, Obj, Object, Ref, alloc};
use crate::sym;
use crate::types::exception::{BaseException, or_none};
use crate::types::exceptions_fields::{AttributeError, ImportError, NameError};
use crate::types::int::Int;
use crate::types::str_::Str;
use crate::types::type_::Type;
use dovetail_macros::{pymethods, pytype};

pub use crate::types::exceptions_os::{last_os_error, os_error_from_errno, os_error_with_two};

fn with_message(ty: &Type, message: &str) -> PyResult<Ref<BaseException>> {
    BaseException::normalize(ty, &*Str::new(message)?)
}

/// Raises `AttributeError(message)` with its `obj` and `name`.
#[cold]
pub fn attribute_error(obj: &Obj, name: &Str, message: &str) -> Raised {
    match with_message(exc::AttributeError(), message) {
        Ok(e) => {
            if let Some(a) = e.downcast::<AttributeError>() {
                a.set_place(obj, name);
            }
            raise_exception(e)
        }
        Err(e) => e,
    }
}

/// Raises `NameError(message)` with its `name`.
#[cold]
pub fn name_error(name: &Str, message: &str) -> Raised {
    match with_message(exc::NameError(), message) {
        Ok(e) => {
            if let Some(n) = e.downcast::<NameError>() {
                n.set_name(name);
            }
            raise_exception(e)
        }
        Err(e) => e,
    }
}

/// Tells a pending `NameError` or `ImportError` which name it is about.
#[cold]
pub fn set_name(raised: Raised, name: &Str) -> Raised {
    let e = raised.take();
    if let Some(n) = e.downcast::<NameError>()
        && n.name().is_none()
    {
        n.set_name(name);
    }
    if let Some(i) = e.downcast::<ImportError>() {
        // SAFETY: an owned field.
        unsafe { crate::object::obj::replace(&raw mut (*i.body()).name, Some(name.as_obj().to_owned())) };
    }
    Raised::restore(e)
}

/// The body of the argument of `sys.unraisablehook`.
#[repr(C)]
pub struct UnraisableBody {
    ob_base: abi::PyObject,
    exc_type: *mut abi::PyObject,
    exc_value: *mut abi::PyObject,
    exc_traceback: *mut abi::PyObject,
    err_msg: *mut abi::PyObject,
    object: *mut abi::PyObject,
}

/// What went wrong where nobody can catch it.
/// ---
/// The argument of sys.unraisablehook: an exception that could not be raised.
#[pytype(
    name = "UnraisableHookArgs", static_in_c, body = UnraisableBody, gc,
    refs(exc_type, exc_value, exc_traceback, err_msg, object),
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct UnraisableHookArgs;

#[pymethods(members(
    ("exc_type", _Py_T_OBJECT, exc_type, abi::Py_READONLY, "Exception type"),
    ("exc_value", _Py_T_OBJECT, exc_value, abi::Py_READONLY, "Exception value"),
    ("exc_traceback", _Py_T_OBJECT, exc_traceback, abi::Py_READONLY, "Exception traceback"),
    ("err_msg", _Py_T_OBJECT, err_msg, abi::Py_READONLY, "Error message"),
    ("object", _Py_T_OBJECT, object, abi::Py_READONLY, "Object causing the exception"),
))]
impl UnraisableHookArgs {}

/// The argument for `sys.unraisablehook`.
pub fn unraisable_args(
    e: &BaseException,
    message: &str,
    object: Option<&Obj>,
) -> PyResult<Ref<UnraisableHookArgs>> {
    let message = if message.is_empty() { None } else { Some(Str::new(message)?.into_object()) };
    // SAFETY: a new body whose fields are owned or NULL.
    unsafe {
        let o: Ref<UnraisableHookArgs> = alloc::new_body()?;
        let b = o.body();
        (*b).exc_type = e.ob_type().as_obj().to_owned().into_ptr();
        (*b).exc_value = e.as_obj().to_owned().into_ptr();
        (*b).exc_traceback = or_none(e.traceback().map(Ref::into_object)).into_ptr();
        (*b).err_msg = or_none(message).into_ptr();
        (*b).object = or_none(object.map(|o| o.to_owned())).into_ptr();
        Ok(o)
    }
}

/// Raises an exception type with one object as its argument, also where that is a tuple.
#[cold]
pub fn raise_object(ty: &Type, value: Object) -> Raised {
    match ty.call(&[&*value]) {
        Ok(e) => match e.downcast_into::<BaseException>() {
            Ok(e) => raise_exception(e),
            Err(_) => crate::raise!(TypeError, "exceptions must derive from BaseException"),
        },
        Err(e) => e,
    }
}

/// Warns with `category(message)`, as if from `stack_level` frames up (`PyErr_WarnEx`). A filter may turn it into an
/// error. Before the warnings machinery is imported, nothing happens.
pub fn warn(category: &Type, message: &str, stack_level: isize) -> PyResult<()> {
    if let Some(warn) = crate::hooks::WARN.get() {
        return warn(category, message, stack_level);
    }
    let Some(modules) = Interpreter::current().modules.get() else { return Ok(()) };
    let Some(module) = modules.get_str(sym!(_warnings)).or_else(|| modules.get_str(sym!(warnings))) else {
        return Ok(());
    };
    let module = module.to_owned();
    let (message, level) = (Str::new(message)?, Int::from_i64(stack_level as i64)?);
    module.call_method(sym!(warn), &[message.as_obj(), category.as_obj(), level.as_obj()])?;
    Ok(())
}

/// Warns of a place in a source file (`PyErr_WarnExplicit`). Before the warnings machinery is imported, nothing
/// happens.
pub fn warn_explicit(category: &Type, message: &str, filename: &str, line: i32) -> PyResult<()> {
    let Some(modules) = Interpreter::current().modules.get() else { return Ok(()) };
    let Some(module) = modules.get_str(sym!(_warnings)).or_else(|| modules.get_str(sym!(warnings))) else {
        return Ok(());
    };
    let module = module.to_owned();
    let (message, filename, line) = (Str::new(message)?, Str::new(filename)?, Int::from_i64(line as i64)?);
    let args = [message.as_obj(), category.as_obj(), filename.as_obj(), line.as_obj()];
    module.call_method(sym!(warn_explicit), &args)?;
    Ok(())
}
