//! `funcobject.h`, `classobject.h`, `cellobject.h`: Python functions, bound methods, class and static methods, cells.

use crate::boundary::{Borrowed, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::cell::Cell;
use dovetail_core::types::classmethod::{ClassMethod, StaticMethod};
use dovetail_core::types::code::Code;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::function::Function;
use dovetail_core::types::method::{InstanceMethod, Method};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;

// ---- functions ----

/// A function of code with these globals.
#[capi]
fn PyFunction_New(code: &Obj, globals: &Obj) -> PyResult<Ref<Function>> {
    let (Some(c), Some(g)) = (code.downcast::<Code>(), globals.downcast::<Dict>()) else {
        return Err(bad_internal_call());
    };
    Function::new(c, g)
}

/// As `PyFunction_New`, with a qualified name.
#[capi]
unsafe fn PyFunction_NewWithQualName(
    code: &Obj,
    globals: &Obj,
    qualname: Option<&Obj>,
) -> PyResult<Ref<Function>> {
    let (Some(c), Some(g)) = (code.downcast::<Code>(), globals.downcast::<Dict>()) else {
        return Err(bad_internal_call());
    };
    let f = Function::new(c, g)?;
    if let Some(q) = qualname {
        // SAFETY: a string, as C promises; the field owns it.
        unsafe { replace(&raw mut (*f.body()).func_qualname, Some(q.to_owned())) };
    }
    Ok(f)
}

/// The parts of a function, borrowed from it; NULL where it has none.
macro_rules! part_capi {
    ($($name:ident $field:ident;)*) => { $(
        /// A part of the function, borrowed; NULL when it has none.
        #[capi]
        fn $name(function: &Function) -> PyResult<Borrowed> {
            // SAFETY: a function's body.
            Ok(Borrowed(unsafe { (*function.body()).$field }.cast()))
        }
    )* };
}

part_capi! {
    PyFunction_GetCode func_code;
    PyFunction_GetGlobals func_globals;
    PyFunction_GetModule func_module;
    PyFunction_GetDefaults func_defaults;
    PyFunction_GetKwDefaults func_kwdefaults;
    PyFunction_GetClosure func_closure;
}

/// The annotations, borrowed from the function; made when it has none.
#[capi]
fn PyFunction_GetAnnotations(function: &Function) -> PyResult<Borrowed> {
    // The function keeps the dict.
    Ok(Borrowed(function.annotations()?.as_raw()))
}

fn checked<'a, T: dovetail_core::object::Native>(
    value: Option<&'a Obj>,
    what: &str,
) -> PyResult<Option<&'a Obj>> {
    match value.filter(|v| !v.is_none()) {
        None => Ok(None),
        Some(v) if v.is_a::<T>() => Ok(Some(v)),
        Some(_) => Err(raise!(SystemError, "{what}")),
    }
}

/// Sets the defaults: a tuple or `None`.
#[capi]
fn PyFunction_SetDefaults(function: &Function, value: Option<&Obj>) -> PyResult<()> {
    let v = checked::<Tuple>(value, "non-tuple default args")?;
    function.replace_field(1, v.map(Obj::to_owned));
    Ok(())
}

/// Sets the defaults of keyword-only parameters: a dict or `None`.
#[capi]
fn PyFunction_SetKwDefaults(function: &Function, value: Option<&Obj>) -> PyResult<()> {
    let v = checked::<Dict>(value, "non-dict keyword only default args")?;
    function.replace_field(2, v.map(Obj::to_owned));
    Ok(())
}

/// Sets the closure: a tuple of cells or `None`.
#[capi]
fn PyFunction_SetClosure(function: &Function, value: Option<&Obj>) -> PyResult<()> {
    let v = value.filter(|v| !v.is_none());
    if let Some(v) = v
        && !v.is_a::<Tuple>()
    {
        bail!(SystemError, "expected tuple for closure, got '{}'", v.type_name());
    }
    function.replace_field(8, v.map(Obj::to_owned));
    Ok(())
}

/// Sets the annotations: a dict or `None`.
#[capi]
fn PyFunction_SetAnnotations(function: &Function, value: Option<&Obj>) -> PyResult<()> {
    let v = checked::<Dict>(value, "non-dict annotations")?;
    function.replace_field(4, v.map(Obj::to_owned));
    Ok(())
}

/// Replaces what calls do.
#[capi]
unsafe fn PyFunction_SetVectorcall(function: *mut abi::PyFunctionObject, vectorcall: abi::vectorcallfunc) {
    // SAFETY: a function of C.
    unsafe { (*(function as *const Function)).set_vectorcall(vectorcall) }
}

// ---- methods ----

/// A function bound to an object.
#[capi]
fn PyMethod_New(function: &Obj, this: Option<&Obj>) -> PyResult<Ref<Method>> {
    match this {
        Some(this) => Method::new(function, this),
        None => Err(bad_internal_call()),
    }
}

/// The function of a bound method, borrowed.
#[capi]
fn PyMethod_Function(method: &Method) -> PyResult<Borrowed> {
    Ok(Borrowed::of(method.func()))
}

/// What a method is bound to, borrowed.
#[capi]
fn PyMethod_Self(method: &Method) -> PyResult<Borrowed> {
    Ok(Borrowed::of(method.this()))
}

/// A callable that binds as functions do.
#[capi]
fn PyInstanceMethod_New(function: &Obj) -> PyResult<Ref<InstanceMethod>> {
    InstanceMethod::new(function)
}

/// The callable in it, borrowed.
#[capi]
fn PyInstanceMethod_Function(method: &Obj) -> PyResult<Borrowed> {
    match method.downcast::<InstanceMethod>() {
        Some(m) => Ok(Borrowed::of(m.func())),
        None => Err(bad_internal_call()),
    }
}

/// `classmethod(callable)`.
#[capi]
fn PyClassMethod_New(callable: &Obj) -> PyResult<Ref<ClassMethod>> {
    ClassMethod::new(callable)
}

/// `staticmethod(callable)`.
#[capi]
fn PyStaticMethod_New(callable: &Obj) -> PyResult<Ref<StaticMethod>> {
    StaticMethod::new(callable)
}

// ---- cells ----

/// A cell, empty for NULL.
#[capi]
fn PyCell_New(contents: Option<&Obj>) -> PyResult<Ref<Cell>> {
    Cell::new(contents.map(Obj::to_owned))
}

/// The contents; NULL without an exception when there are none.
#[capi]
fn PyCell_Get(cell: &Cell) -> Option<Object> {
    cell.get()
}

/// Sets the contents; NULL empties the cell.
#[capi]
fn PyCell_Set(cell: &Cell, contents: Option<&Obj>) -> PyResult<()> {
    cell.set(contents.map(Obj::to_owned));
    Ok(())
}
