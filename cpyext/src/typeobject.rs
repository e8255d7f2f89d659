//! `object.h`, types: `PyType_*`, data of heap types' instances, lookup.

use crate::boundary::{Borrowed, P, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef, alloc, slotdefs};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::module::Module;
use dovetail_core::types::object_;
use dovetail_core::types::ready::type_ready;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::full_type_name;
use dovetail_core::types::type_::{self, Type};
use dovetail_core::types::type_spec;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{c_int, c_uint, c_ulong, c_void};
use std::ptr::null_mut;

// ---- making types ----

/// Completes a type whose struct is filled.
#[capi]
fn PyType_Ready(ty: &Type) -> PyResult<()> {
    type_ready(ty)
}

/// A heap type from a specification.
#[capi]
unsafe fn PyType_FromSpec(spec: *mut abi::PyType_Spec) -> PyResult<Object> {
    // SAFETY: a specification of C.
    unsafe { type_spec::type_from_spec(None, None, spec, None) }
}

/// As `PyType_FromSpec`, with bases.
#[capi]
unsafe fn PyType_FromSpecWithBases(spec: *mut abi::PyType_Spec, bases: Option<&Obj>) -> PyResult<Object> {
    // SAFETY: a specification of C.
    unsafe { type_spec::type_from_spec(None, None, spec, bases) }
}

/// As `PyType_FromSpec`, with bases and a module.
#[capi]
unsafe fn PyType_FromModuleAndSpec(
    module: Option<&Obj>,
    spec: *mut abi::PyType_Spec,
    bases: Option<&Obj>,
) -> PyResult<Object> {
    // SAFETY: a specification of C.
    unsafe { type_spec::type_from_spec(None, module, spec, bases) }
}

/// As `PyType_FromSpec`, with metaclass, module and bases, each of which may be NULL.
#[capi]
unsafe fn PyType_FromMetaclass(
    metaclass: Option<&Type>,
    module: Option<&Obj>,
    spec: *mut abi::PyType_Spec,
    bases: Option<&Obj>,
) -> PyResult<Object> {
    // SAFETY: a specification of C.
    unsafe { type_spec::type_from_spec(metaclass, module, spec, bases) }
}

/// A zeroed instance, tracked where the type is collected.
#[capi]
unsafe fn PyType_GenericAlloc(ty: *mut abi::PyTypeObject, items: isize) -> P {
    // SAFETY: a ready type.
    unsafe { alloc::generic_alloc(ty, items) }
}

/// `tp_new` that allocates and ignores its arguments.
#[capi]
unsafe fn PyType_GenericNew(ty: *mut abi::PyTypeObject, args: P, kwargs: P) -> P {
    // SAFETY: a ready type.
    unsafe { object_::generic_new(ty, args, kwargs) }
}

/// Makes a type immutable, after which its attributes and bases stay.
#[capi]
fn PyType_Freeze(ty: &Type) -> PyResult<()> {
    for t in ty.mro_types().skip(1) {
        if !t.is_immutable() {
            bail!(
                TypeError,
                "Creating immutable type {} from mutable base {}",
                full_type_name(ty),
                full_type_name(t)
            );
        }
    }
    ty.set_flag(abi::Py_TPFLAGS_IMMUTABLETYPE, true);
    ty.modified();
    Ok(())
}

// ---- questions ----

/// Is `a` the same as or derived from `b`?
#[capi]
fn PyType_IsSubtype(a: &Type, b: &Type) -> bool {
    a.is_subtype(b)
}

/// The type's flags.
#[capi]
fn PyType_GetFlags(ty: &Type) -> c_ulong {
    ty.flags()
}

/// The value of a slot by its number; NULL when it is empty. Wrong numbers raise `SystemError`.
#[capi]
fn PyType_GetSlot(ty: &Type, slot: c_int) -> PyResult<*mut c_void> {
    match slotdefs::get_slot_checked(ty, slot) {
        Some(p) => Ok(p),
        None => Err(bad_internal_call()),
    }
}

/// `__name__`.
#[capi]
fn PyType_GetName(ty: &Type) -> PyResult<Object> {
    match ty.heap() {
        // SAFETY: a heap type has a name.
        Some(h) => Ok(unsafe { Ref::from_borrowed(h.ht_name) }),
        None => Ok(Str::intern(ty.short_name())?.into_object()),
    }
}

/// `__qualname__`.
#[capi]
fn PyType_GetQualName(ty: &Type) -> PyResult<Object> {
    Ok(ty.qualname()?.into_object())
}

/// `__module__`.
#[capi]
fn PyType_GetModuleName(ty: &Type) -> PyResult<Object> {
    ty.module_name()
}

/// `module.qualname`; builtins are without their module.
#[capi]
fn PyType_GetFullyQualifiedName(ty: &Type) -> PyResult<Ref<Str>> {
    if !ty.is_heap() {
        return Str::new(ty.name());
    }
    Str::new(&full_type_name(ty))
}

/// The namespace of a type, as a new reference.
#[capi]
fn PyType_GetDict(ty: &Type) -> PyResult<Ref<Dict>> {
    if ty.raw().tp_dict.is_null() {
        return Err(bad_internal_call());
    }
    Ok(ty.dict().to_ref())
}

/// The module that a heap type was made with, borrowed.
#[capi]
fn PyType_GetModule(ty: &Type) -> PyResult<Borrowed> {
    // The type owns it.
    type_spec::type_module(ty).map(|m| Borrowed(m.as_raw()))
}

/// The state of the module that a heap type was made with.
#[capi]
fn PyType_GetModuleState(ty: &Type) -> PyResult<*mut c_void> {
    let m = type_spec::type_module(ty)?;
    match m.downcast::<Module>() {
        // SAFETY: a module's body.
        Some(m) => Ok(unsafe { (*m.body()).md_state }),
        None => Err(raise!(TypeError, "bad argument type for built-in operation")),
    }
}

/// The module of that definition among the modules of the type and its bases, borrowed.
#[capi]
fn PyType_GetModuleByDef(ty: &Type, def: *mut abi::PyModuleDef) -> PyResult<Borrowed> {
    let own = |t: &Type| -> Option<Borrowed> {
        let h = t.heap()?;
        // SAFETY: NULL or owned by the type.
        let m = unsafe { (h.ht_module as *const Obj).as_ref()? }.downcast::<Module>()?;
        // SAFETY: a module's body.
        (unsafe { (*m.body()).md_def } == def).then(|| Borrowed::of(m))
    };
    if let Some(m) = own(ty).or_else(|| ty.mro_types().skip(1).find_map(own)) {
        return Ok(m);
    }
    Err(raise!(TypeError, "PyType_GetModuleByDef: No superclass of '{}' has the given module", ty.name()))
}

/// The class in the MRO that was made with a token: 1 and a new reference, 0 and NULL, -1 on error.
#[capi]
unsafe fn PyType_GetBaseByToken(
    ty: &Type,
    token: *mut c_void,
    result: *mut *mut abi::PyTypeObject,
) -> PyResult<bool> {
    // SAFETY: NULL, or a place for the result.
    unsafe {
        if !result.is_null() {
            *result = null_mut();
        }
        if !ty.as_obj().is_a::<Type>() {
            bail!(TypeError, "expected a type, got a '{}' object", full_type_name(ty.ob_type()));
        }
        match type_spec::base_by_token(ty, token)? {
            Some(t) => {
                if !result.is_null() {
                    *result = t.into_ptr().cast();
                }
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

fn aligned(n: isize) -> isize {
    (n + 15) & !15
}

/// The memory that a class adds to its base's instances (`basicsize < 0`).
#[capi]
unsafe fn PyObject_GetTypeData(object: P, class: &Type) -> *mut c_void {
    // SAFETY: an instance of the class.
    unsafe {
        let base = aligned(class.base().map_or(0, |b| b.raw().tp_basicsize));
        object.cast::<u8>().offset(base).cast()
    }
}

/// How many bytes that are.
#[capi]
fn PyType_GetTypeDataSize(class: &Type) -> isize {
    let base = aligned(class.base().map_or(0, |b| b.raw().tp_basicsize));
    (class.raw().tp_basicsize - base).max(0)
}

/// The items of a variable-size object whose items are at the end.
#[capi]
fn PyObject_GetItemData(object: &Obj) -> PyResult<*mut c_void> {
    let ty = object.ob_type();
    if !ty.has_flag(abi::Py_TPFLAGS_ITEMS_AT_END) {
        bail!(TypeError, "type '{}' does not have Py_TPFLAGS_ITEMS_AT_END", full_type_name(ty));
    }
    // SAFETY: the flag says so.
    Ok(unsafe { object.as_ptr().cast::<u8>().offset(ty.raw().tp_basicsize).cast() })
}

// ---- lookup and caches ----

/// The attribute in the type or its bases, borrowed; NULL without an exception.
#[capi]
fn _PyType_Lookup(ty: &Type, name: &Obj) -> Borrowed {
    match name.downcast::<Str>().and_then(|n| ty.lookup(n)) {
        Some(o) => Borrowed::of(o),
        None => Borrowed::NULL,
    }
}

/// As `_PyType_Lookup`, as a new reference.
#[capi]
fn _PyType_LookupRef(ty: &Type, name: &Obj) -> Option<Object> {
    ty.lookup(name.downcast::<Str>()?).map(Obj::to_owned)
}

/// Forgets what caches know of the type and its subtypes; C calls it after changing `tp_dict` or slots.
#[capi]
fn PyType_Modified(ty: &Type) {
    ty.modified();
}

/// Empties the cache of attribute lookups; the last version tag.
#[capi]
fn PyType_ClearCache() -> c_uint {
    type_::clear_cache()
}

/// Gives the type a version: 0 when there are none left.
#[capi]
fn PyUnstable_Type_AssignVersionTag(ty: &Type) -> c_int {
    c_int::from(ty.assign_version() != 0)
}
