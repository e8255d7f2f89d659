//! `descrobject.h`: descriptors of methods, members and properties of C types.

use crate::boundary::P;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::native::cast_unchecked;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::descr::{
    ClassMethodDescr, GetSetDescr, MemberDescr, MethodDescr, MethodWrapper, WrapperDescr,
};
use dovetail_core::types::list::List;
use dovetail_core::types::mappingproxy::MappingProxy;
use dovetail_core::types::member;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::capi;
use std::ffi::{c_char, c_void};

/// The descriptor of a method; the definition must outlive it.
#[capi]
unsafe fn PyDescr_NewMethod(ty: &Type, def: *mut abi::PyMethodDef) -> PyResult<Object> {
    Ok(MethodDescr::new(ty, def)?.into_object())
}

/// The descriptor of a class method.
#[capi]
unsafe fn PyDescr_NewClassMethod(ty: &Type, def: *mut abi::PyMethodDef) -> PyResult<Object> {
    Ok(ClassMethodDescr::new(ty, def)?.into_object())
}

/// The descriptor of a struct field.
#[capi]
unsafe fn PyDescr_NewMember(ty: &Type, def: *mut abi::PyMemberDef) -> PyResult<Object> {
    // SAFETY: a definition of C.
    if unsafe { (*def).flags } & abi::Py_RELATIVE_OFFSET != 0 {
        bail!(SystemError, "PyDescr_NewMember used with Py_RELATIVE_OFFSET");
    }
    Ok(MemberDescr::new(ty, def)?.into_object())
}

/// The descriptor of a property.
#[capi]
unsafe fn PyDescr_NewGetSet(ty: &Type, def: *mut abi::PyGetSetDef) -> PyResult<Object> {
    Ok(GetSetDescr::new(ty, def)?.into_object())
}

/// The descriptor of a slot.
#[capi]
unsafe fn PyDescr_NewWrapper(
    ty: &Type,
    base: *mut abi::wrapperbase,
    wrapped: *mut c_void,
) -> PyResult<Object> {
    Ok(WrapperDescr::new(ty, base, wrapped)?.into_object())
}

/// A slot's descriptor bound to an object.
#[capi]
unsafe fn PyWrapper_New(descr: &Obj, object: &Obj) -> PyResult<Object> {
    let Some(d) = descr.downcast_exact::<WrapperDescr>() else {
        return Err(crate::boundary::bad_internal_call());
    };
    Ok(MethodWrapper::new(d, object)?.into_object())
}

/// `types.MappingProxyType(mapping)`.
#[capi]
fn PyDictProxy_New(mapping: &Obj) -> PyResult<Object> {
    // SAFETY: a suite of the object's type.
    let subscript =
        unsafe { mapping.ob_type().raw().tp_as_mapping.as_ref() }.is_some_and(|m| m.mp_subscript.is_some());
    if !subscript || mapping.is_a::<List>() || mapping.is_a::<Tuple>() {
        bail!(TypeError, "mappingproxy() argument must be a mapping, not {}", mapping.type_name());
    }
    Ok(MappingProxy::new(mapping)?.into_object())
}

/// Has the descriptor a setter?
#[capi]
fn PyDescr_IsData(object: &Obj) -> bool {
    object.ob_type().raw().tp_descr_set.is_some()
}

/// The value of a struct field.
#[capi]
unsafe fn PyMember_GetOne(address: *const c_char, def: *mut abi::PyMemberDef) -> PyResult<Object> {
    // SAFETY: the address of an object that has the field.
    unsafe { member::get(cast_unchecked(address as P), &*def) }
}

/// Sets a struct field; NULL deletes.
#[capi]
unsafe fn PyMember_SetOne(
    address: *mut c_char,
    def: *mut abi::PyMemberDef,
    value: Option<&Obj>,
) -> PyResult<()> {
    // SAFETY: the address of an object that has the field.
    unsafe { member::set(cast_unchecked(address as P), &*def, value) }
}
