//! `callback`: Python functions as C functions, callable from any thread.
//!
//! # Contract of the unsafe blocks
//! What a callback needs is a tuple that its cdata owns: (type, callable, result on error, onerror). The closure's user
//! pointer is a box that points to that tuple until the collector takes it away.

use super::call;
use super::cdata::{CDataOwnGc, OwnGcBody};
use super::ctype::CType;
use super::flags::*;
use super::{from_c, to_c};
use dovetail_call::{Closure, errno};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef, alloc};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::none::none;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gc, hooks, raise};
use dovetail_stdlib::thread::foreign::ensure;
use smallvec::SmallVec;
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;

/// What the closure hands to the handler.
struct User {
    info: Cell<*mut abi::PyObject>,
}

/// A closure with its user data, which goes after it.
struct Held {
    _closure: Closure,
    user: Box<User>,
}

/// Frees a callback's closure.
///
/// # Safety
/// NULL, or the closure field of a callback, not used again.
pub unsafe fn drop_closure(p: *mut c_void) {
    if !p.is_null() {
        // SAFETY: a box made below.
        drop(unsafe { Box::from_raw(p.cast::<Held>()) });
    }
}

/// The collector takes the tuple away: calls do nothing from now on.
///
/// # Safety
/// The closure field of a callback.
pub unsafe fn forget(p: *mut c_void) {
    // SAFETY: a box made below.
    unsafe { (*p.cast::<Held>()).user.info.set(null_mut()) }
}

/// Checks the parts of a callback and packs them.
pub fn info(ct: &CType, callable: &Obj, error: Option<&Obj>, onerror: Option<&Obj>) -> PyResult<Ref<Tuple>> {
    if !ct.is(FUNCTION) {
        bail!(TypeError, "expected a function ctype, got '{}'", ct.name());
    }
    if !callable.is_callable() {
        bail!(TypeError, "expected a callable object, not {}", callable.type_name());
    }
    if let Some(o) = onerror
        && !o.is_callable()
    {
        bail!(TypeError, "expected a callable object for 'onerror', not {}", o.type_name());
    }
    let result = ct.item();
    let raw = Bytes::zeros(result.size().max(8) as usize)?;
    if let Some(e) = error {
        // SAFETY: as many bytes as the result has, not seen by anybody yet.
        unsafe { store_result(raw.data(), result, e)? };
    }
    Tuple::from_slice(&[ct.as_obj(), callable, raw.as_obj(), onerror.unwrap_or(none())])
}

/// Stores what a callback returned.
unsafe fn store_result(to: *mut u8, result: &CType, value: &Obj) -> PyResult<()> {
    if result.is(VOID) {
        if !value.is_none() {
            bail!(TypeError, "callback with the return type 'void' must return None");
        }
        return Ok(());
    }
    // SAFETY: the caller's promise.
    unsafe { to_c::convert(to, result, value) }
}

/// `callback(ct, callable, error=None, onerror=None)`.
pub fn callback(ct: &CType, callable: &Obj, error: Option<&Obj>, onerror: Option<&Obj>) -> PyResult<Object> {
    let info = info(ct, callable, error, onerror)?;
    let unsupported = || {
        raise!(
            NotImplementedError,
            "{}: callback with unsupported argument or return type or with '...'",
            ct.name()
        )
    };
    if ct.more().variadic {
        return Err(unsupported());
    }
    let signature = call::signature(ct).map_err(|e| {
        if e.matches(dovetail_core::error::exc::NotImplementedError()) {
            e.clear();
            return unsupported();
        }
        e
    })?;
    let user = Box::new(User { info: Cell::new(info.as_raw()) });
    let closure = Closure::new(signature, handler, (&raw const *user).cast_mut().cast())
        .map_err(|e| raise!(MemoryError, "{e}"))?;
    let code = closure.code();
    let held = Box::new(Held { _closure: closure, user });
    // SAFETY: a body of zeros, filled before it is tracked.
    unsafe {
        let o = alloc::alloc_sized(CDataOwnGc::type_object(), size_of::<OwnGcBody>())?;
        let b = o as *mut OwnGcBody;
        (*b).head.ctype = ct.as_obj().to_owned().into_ptr();
        (*b).head.data = code.cast_mut().cast();
        (*b).object = info.into_ptr();
        (*b).closure = Box::into_raw(held).cast();
        gc::track(o);
        Ok(Ref::from_owned(o))
    }
}

/// What C calls.
unsafe extern "C" fn handler(result: *mut c_void, args: *const *mut c_void, user: *mut c_void) {
    errno::with_callers_errno(|| {
        // Without an interpreter nothing runs.
        let Some(_attached) = ensure() else { return };
        // SAFETY: the closure's box; the tuple is kept for the call.
        unsafe {
            let info = (*user.cast::<User>()).info.get();
            if info.is_null() {
                return;
            }
            let info = (*(info as *const Tuple)).to_ref();
            let at = |i: usize, _: &CType| (*args.add(i)).cast::<u8>().cast_const();
            invoke(&info, result.cast(), &at);
        }
    });
}

/// Calls the callable of a callback with the arguments that `at` gives the addresses of, and stores its result.
///
/// # Safety
/// `info` was made by [`info`]; the addresses hold values of the parameters' types, and `result` has room.
pub unsafe fn invoke(info: &Tuple, result: *mut u8, at: &dyn Fn(usize, &CType) -> *const u8) {
    // SAFETY: the caller's promise.
    unsafe {
        let ct = &*(info.get(0) as *const Obj as *const CType);
        let callable = info.get(1);
        let mut stage = "";
        let Err(e) = attempt(ct, callable, result, at, &mut stage) else { return };
        if ct.item().size() > 0 {
            let raw = &*(info.get(2) as *const Obj as *const Bytes);
            // Bytes beyond the result's own size are not C's to give.
            let n = raw.len().min(ct.item().size() as usize);
            std::ptr::copy_nonoverlapping(raw.data(), result, n);
        }
        failed(e, ct, callable, info.get(3), result, stage);
    }
}

unsafe fn attempt(
    ct: &CType,
    callable: &Obj,
    result: *mut u8,
    at: &dyn Fn(usize, &CType) -> *const u8,
    stage: &mut &'static str,
) -> PyResult<()> {
    let mut args: SmallVec<[Object; 8]> = SmallVec::with_capacity(ct.params().len());
    for i in 0..ct.params().len() {
        let t = ct.param(i);
        // SAFETY: the caller's promise.
        args.push(unsafe { from_c::convert(at(i, t), t)? });
    }
    let borrowed: SmallVec<[&Obj; 8]> = args.iter().map(|a| &**a).collect();
    let value = callable.call(&borrowed)?;
    *stage = ", trying to convert the result back to C";
    // SAFETY: the caller's promise.
    unsafe { store_result(result, ct.item(), &value) }
}

/// An exception in a callback: `onerror` gets it, or the hook for what nobody can be told.
unsafe fn failed(e: Raised, ct: &CType, callable: &Obj, onerror: &Obj, result: *mut u8, stage: &str) {
    let first = e.take();
    let shown = callable.repr().map_or_else(
        |e| {
            e.clear();
            "<object repr() failed>".to_owned()
        },
        |r| r.to_string_lossy().into_owned(),
    );
    let message = format!("Exception ignored from cffi callback {shown}{stage}");
    if onerror.is_none() {
        hooks::unraisable(first, &message, None);
        return;
    }
    let traceback: Object = match first.traceback() {
        Some(tb) => tb.as_obj().to_owned(),
        None => none().to_owned(),
    };
    let handled =
        onerror.call(&[first.as_obj().ob_type().as_obj(), first.as_obj(), &traceback]).and_then(|value| {
            // SAFETY: the caller's promise.
            if value.is_none() { Ok(()) } else { unsafe { store_result(result, ct.item(), &value) } }
        });
    if let Err(second) = handled {
        let second = second.take();
        hooks::unraisable(first, &message, None);
        let message = "Exception ignored during handling of the above exception by 'onerror'";
        hooks::unraisable(second, message, None);
    }
}
