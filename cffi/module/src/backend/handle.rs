//! Handles: Python objects as `void *`, and back. A list of the living ones tells a dead handle's address from a good one.

use super::cdata::{CData, CDataOwnGc, OwnGcBody};
use super::ctype::CType;
use super::flags::*;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::{bail, gc};
use std::cell::UnsafeCell;
use std::collections::BTreeSet;

/// The addresses of living handles.
struct Living(UnsafeCell<BTreeSet<usize>>);
// SAFETY: used under the GIL only.
unsafe impl Sync for Living {}

static LIVING: Living = Living(UnsafeCell::new(BTreeSet::new()));

fn living() -> &'static mut BTreeSet<usize> {
    // SAFETY: the GIL is held, and no borrow is kept while anything else runs.
    unsafe { &mut *LIVING.0.get() }
}

/// A handle is about to be freed.
pub fn ended(o: *mut abi::PyObject) {
    living().remove(&(o as usize));
}

/// `newp_handle(void_pointer_type, object)`.
pub fn new(ct: &CType, object: &Obj) -> PyResult<Object> {
    if !ct.is(VOID_PTR) {
        bail!(TypeError, "needs 'void *', got '{}'", ct.name());
    }
    // SAFETY: a body of zeros, filled before it is tracked.
    unsafe {
        let o = alloc::alloc_sized(CDataOwnGc::type_object(), size_of::<OwnGcBody>())?;
        let b = o as *mut OwnGcBody;
        (*b).head.ctype = ct.as_obj().to_owned().into_ptr();
        // The address is the object's own.
        (*b).head.data = o.cast();
        (*b).object = object.to_owned().into_ptr();
        living().insert(o as usize);
        gc::track(o);
        Ok(Ref::from_owned(o))
    }
}

/// `from_handle(cdata)`.
pub fn get(o: &Obj) -> PyResult<Object> {
    let Some(cd) = CData::of(o) else { bail!(TypeError, "expected a 'cdata' object") };
    if !cd.ctype().is(VOIDCHAR_PTR) {
        bail!(
            TypeError,
            "expected a 'cdata' object with a 'void *' out of new_handle(), got '{}'",
            cd.ctype().name()
        );
    }
    let p = cd.data() as *mut abi::PyObject;
    if p.is_null() {
        bail!(RuntimeError, "cannot use from_handle() on NULL pointer");
    }
    if !living().contains(&(p as usize)) {
        bail!(
            SystemError,
            "ffi.from_handle() detected that the address passed points to garbage. If it is really the result of \
             ffi.new_handle(), then the Python object has already been garbage collected"
        );
    }
    // SAFETY: a living handle.
    Ok(unsafe { Obj::from_ptr((*(p as *mut OwnGcBody)).object) }.to_owned())
}
