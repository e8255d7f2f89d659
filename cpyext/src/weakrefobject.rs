//! `weakrefobject.h`: weak references and proxies.

use crate::boundary::{Borrowed, P, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::raise;
use dovetail_core::types::none::none;
use dovetail_core::types::weakref::{self, CallableProxy, Proxy, WeakRef};
use dovetail_macros::capi;

use std::ptr::null_mut;

fn link(reference: Option<&Obj>) -> Option<*mut abi::PyWeakReference> {
    let o = reference?;
    let kind = o.is_a::<WeakRef>() || o.is_exact::<Proxy>() || o.is_exact::<CallableProxy>();
    kind.then(|| o.as_ptr().cast())
}

/// `weakref.ref(object, callback)`.
#[capi]
fn PyWeakref_NewRef(object: &Obj, callback: Option<&Obj>) -> PyResult<Object> {
    Ok(WeakRef::new(object, callback)?.into_object())
}

/// `weakref.proxy(object, callback)`.
#[capi]
fn PyWeakref_NewProxy(object: &Obj, callback: Option<&Obj>) -> PyResult<Object> {
    weakref::new_proxy(object, callback)
}

/// The object, borrowed, or `None` when it is gone.
#[capi]
fn PyWeakref_GetObject(reference: Option<&Obj>) -> PyResult<Borrowed> {
    let Some(w) = link(reference) else { return Err(bad_internal_call()) };
    // SAFETY: a live reference; somebody else keeps the object alive.
    match unsafe { weakref::referent(w) } {
        Some(o) => Ok(Borrowed(o.as_raw())),
        None => Ok(Borrowed::of(none())),
    }
}

/// The object: 1 and a new reference, 0 and NULL when it is gone, -1 when this is no weak reference.
#[capi]
unsafe fn PyWeakref_GetRef(reference: Option<&Obj>, result: *mut P) -> PyResult<bool> {
    // SAFETY: a place for the result.
    unsafe {
        *result = null_mut();
        if reference.is_none() {
            return Err(bad_internal_call());
        }
        let Some(w) = link(reference) else { return Err(raise!(TypeError, "expected a weakref")) };
        Ok(match weakref::referent(w) {
            Some(o) => {
                *result = o.into_ptr();
                true
            }
            None => false,
        })
    }
}

/// Is the object gone?
#[capi(alias = "_PyWeakref_IsDead")]
fn PyWeakref_IsDead(reference: Option<&Obj>) -> PyResult<bool> {
    if reference.is_none() {
        return Err(bad_internal_call());
    }
    let Some(w) = link(reference) else {
        let t = reference.map_or("", Obj::type_name);
        return Err(raise!(TypeError, "expected a weakref, got {t}"));
    };
    // SAFETY: a live reference.
    Ok(unsafe { weakref::referent(w) }.is_none())
}

/// Ends one weak reference, without its callback.
#[capi]
unsafe fn _PyWeakref_ClearRef(reference: *mut abi::PyWeakReference) {
    // SAFETY: a live reference.
    unsafe { weakref::end_link(reference) }
}
