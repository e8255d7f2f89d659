//! `methodobject.h`: functions of C as objects.

use crate::boundary::{Borrowed, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::type_::Type;
use dovetail_macros::capi;
use std::ffi::c_int;

/// A function over a definition that outlives it, bound to an object.
#[capi]
unsafe fn PyCFunction_New(def: *mut abi::PyMethodDef, this: Option<&Obj>) -> PyResult<Object> {
    Ok(CFunction::new(def, this, None)?.into_object())
}

/// As `PyCFunction_New`, with its module's name.
#[capi]
unsafe fn PyCFunction_NewEx(
    def: *mut abi::PyMethodDef,
    this: Option<&Obj>,
    module: Option<&Obj>,
) -> PyResult<Object> {
    Ok(CFunction::new(def, this, module)?.into_object())
}

/// As `PyCFunction_NewEx`, with the class that defines a `METH_METHOD` function.
#[capi]
unsafe fn PyCMethod_New(
    def: *mut abi::PyMethodDef,
    this: Option<&Obj>,
    module: Option<&Obj>,
    class: Option<&Type>,
) -> PyResult<Object> {
    Ok(CFunction::with_class(def, this, module, class)?.into_object())
}

fn function(o: Option<&Obj>) -> PyResult<&CFunction> {
    o.and_then(|o| o.downcast::<CFunction>()).ok_or_else(bad_internal_call)
}

/// The C function.
#[capi]
unsafe fn PyCFunction_GetFunction(object: Option<&Obj>) -> abi::PyCFunction {
    function(object).ok().and_then(|f| f.def().ml_meth)
}

/// What the function is bound to, borrowed; NULL for static methods.
#[capi]
unsafe fn PyCFunction_GetSelf(object: Option<&Obj>) -> PyResult<Borrowed> {
    Ok(Borrowed(function(object)?.receiver()))
}

/// The flags of the definition.
#[capi]
unsafe fn PyCFunction_GetFlags(object: Option<&Obj>) -> PyResult<c_int> {
    Ok(function(object)?.def().ml_flags)
}
