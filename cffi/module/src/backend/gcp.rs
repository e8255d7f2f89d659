//! `gc(cdata, destructor)`: values that call a destructor when they die or are released.

use super::cdata::{CData, CDataGcp, GcpBody};
use super::ctype::CType;
use super::flags::*;
use dovetail_core::error::{PyResult, unraisable};
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::thread::ThreadState;
use dovetail_core::{bail, gc};
use std::ptr::null_mut;

/// Takes origin and destructor out of an object, so that they are used once.
///
/// # Safety
/// The body of a `CDataGcp`.
pub unsafe fn take(b: *mut GcpBody) -> (Option<Object>, Option<Object>) {
    // SAFETY: owned fields or NULL.
    unsafe {
        let origin = std::mem::replace(&mut (*b).origin, null_mut());
        let destructor = std::mem::replace(&mut (*b).destructor, null_mut());
        (Ref::from_owned_opt(origin), Ref::from_owned_opt(destructor))
    }
}

/// Calls the destructor with the origin. Nobody can be told of an error, and a pending one stays.
pub fn finalize(destructor: Option<Object>, origin: Option<Object>) {
    let (Some(destructor), Some(origin)) = (destructor, origin) else { return };
    let ts = ThreadState::current();
    let pending = ts.take_exception();
    if let Err(e) = destructor.call(&[&*origin]) {
        unraisable(e, "Exception ignored from callback for ffi.gc", Some(&origin));
    }
    ts.set_exception(pending);
}

/// A value of type `ct` at the origin's address, with a destructor.
pub fn guarded(origin: &CData, ct: &CType, destructor: Option<&Obj>) -> PyResult<Ref<CData>> {
    // SAFETY: a body of zeros, filled before it is tracked.
    unsafe {
        let o = alloc::alloc_sized(CDataGcp::type_object(), size_of::<GcpBody>())?;
        let b = o as *mut GcpBody;
        (*b).head.ctype = ct.as_obj().to_owned().into_ptr();
        (*b).head.data = origin.data();
        if origin.ctype().is(ARRAY) {
            (*b).length = origin.array_length() as usize;
        }
        (*b).origin = origin.as_obj().to_owned().into_ptr();
        (*b).destructor = destructor.map_or(null_mut(), |d| d.to_owned().into_ptr());
        gc::track(o);
        Ok(Ref::from_owned(o))
    }
}

/// `gcp(cdata, destructor)`; None takes the destructor away.
pub fn gcp(origin: &CData, destructor: &Obj) -> PyResult<Object> {
    if !destructor.is_none() {
        return Ok(guarded(origin, origin.ctype(), Some(destructor))?.into_object());
    }
    if !origin.as_obj().is_exact::<CDataGcp>() {
        bail!(TypeError, "Can remove destructor only on a object previously returned by ffi.gc()");
    }
    // SAFETY: just seen.
    unsafe { dovetail_core::object::obj::clear(&raw mut (*(origin.body() as *mut GcpBody)).destructor) };
    Ok(dovetail_core::types::none::none().to_owned())
}
