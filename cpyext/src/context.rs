//! `context.h`: context variables (PEP 567).

use crate::boundary::P;
use crate::text::c_text;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref};
use dovetail_core::raise;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::capi;
use dovetail_stdlib::contextvars::{Context, ContextVar};
use std::ffi::c_char;
use std::ptr::null_mut;

fn context(o: &Obj) -> PyResult<&Context> {
    o.downcast::<Context>().ok_or_else(|| raise!(TypeError, "an instance of Context was expected"))
}

fn variable(o: &Obj) -> PyResult<&ContextVar> {
    o.downcast::<ContextVar>().ok_or_else(|| raise!(TypeError, "an instance of ContextVar was expected"))
}

/// Completes the types, which belong to a module that nothing may have imported yet.
fn ready() -> PyResult<()> {
    if Context::type_object().raw().tp_flags & abi::Py_TPFLAGS_READY as std::ffi::c_ulong == 0 {
        dovetail_core::import::import_module("_contextvars")?;
    }
    Ok(())
}

/// An empty context.
#[capi]
fn PyContext_New() -> PyResult<Ref<Context>> {
    ready()?;
    Context::empty()
}

/// A copy of a context.
#[capi]
fn PyContext_Copy(object: &Obj) -> PyResult<Ref<Context>> {
    context(object)?.duplicate()
}

/// A copy of the calling thread's context.
#[capi]
fn PyContext_CopyCurrent() -> PyResult<Ref<Context>> {
    ready()?;
    Context::copied()
}

/// Makes a context the thread's.
#[capi]
fn PyContext_Enter(object: &Obj) -> PyResult<()> {
    context(object)?.enter()
}

/// Undoes `PyContext_Enter`.
#[capi]
fn PyContext_Exit(object: &Obj) -> PyResult<()> {
    context(object)?.exit()
}

/// `ContextVar(name, default=default)`; NULL is no default.
#[capi]
unsafe fn PyContextVar_New(name: *const c_char, default: Option<&Obj>) -> PyResult<Object> {
    ready()?;
    // SAFETY: a C string.
    let args = Tuple::from_slice(&[unsafe { c_text(name) }?.as_obj()])?;
    let kwargs = Dict::new()?;
    if let Some(d) = default {
        kwargs.set_text("default", d)?;
    }
    ContextVar::type_object().as_obj().call_dict(&args, Some(&kwargs))
}

/// The value in the current context, the given default, or the variable's own; NULL when there is none of them.
#[capi]
unsafe fn PyContextVar_Get(object: &Obj, default: Option<&Obj>, result: *mut P) -> PyResult<()> {
    // SAFETY: a place for the result.
    unsafe {
        *result = null_mut();
        let var = variable(object)?;
        let found = match var.value()? {
            Some(v) => Some(v),
            None => default.map(Obj::to_owned).or_else(|| var.own_default()),
        };
        *result = found.map_or(null_mut(), Ref::into_ptr);
    }
    Ok(())
}

/// Sets the value in the current context; the token that `PyContextVar_Reset` takes.
#[capi]
fn PyContextVar_Set(object: &Obj, value: &Obj) -> PyResult<Object> {
    variable(object)?.as_obj().call_method_text("set", &[value])
}

/// Undoes a `PyContextVar_Set`.
#[capi]
fn PyContextVar_Reset(object: &Obj, token: &Obj) -> PyResult<()> {
    variable(object)?.as_obj().call_method_text("reset", &[token]).map(drop)
}
