//! `_asyncio.FutureIter`: what `await future` iterates over. It gives the future once, then its result.

use super::future::Future;
use super::state::field;
use dovetail_core::error::{PyResult, Raised, raise_exception, raise_with};
use dovetail_core::native::{Native, result_ptr};
use dovetail_core::object::obj::{clear, replace};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::generator::raise_stop_always;
use dovetail_core::types::raising::warn;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::traceback::Traceback;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_int;

/// Body of `FutureIter`.
#[repr(C)]
pub struct IterBody {
    pub ob_base: abi::PyObject,
    /// The future, until its result was given.
    pub future: *mut abi::PyObject,
}

/// Iterators of futures.
#[pytype(name = "_asyncio.FutureIter", body = IterBody, gc, refs(future))]
pub struct FutureIter;

/// An iterator over a future.
pub fn new(f: &Future) -> PyResult<Object> {
    f.alive()?;
    // SAFETY: the field is filled before anything runs.
    unsafe {
        let o = type_alloc(FutureIter::type_object(), 0)?;
        (*(o.as_raw() as *mut IterBody)).future = f.as_obj().to_owned().into_ptr();
        Ok(o)
    }
}

impl FutureIter {
    /// The future to wait for (`Ok(Ok)`), or the result (`Ok(Err)`).
    fn step(&self) -> PyResult<Result<Object, Option<Object>>> {
        // SAFETY: own field; it holds futures only.
        unsafe {
            let Some(o) = field((*self.body()).future) else { return Ok(Err(None)) };
            let f = o.cast_unchecked::<Future>();
            if f.is_pending() {
                if !(*f.body()).blocking {
                    (*f.body()).blocking = true;
                    return Ok(Ok(o));
                }
                bail!(RuntimeError, "await wasn't used with future");
            }
            replace(&raw mut (*self.body()).future, None);
            Ok(Err(Some(f.get_result()?)))
        }
    }

    fn next_or_stop(&self) -> PyResult<Object> {
        match self.step()? {
            Ok(f) => Ok(f),
            Err(Some(v)) => Err(raise_stop_always(&v)),
            Err(None) => Err(raise_stop_always(dovetail_core::types::none::none())),
        }
    }
}

#[pymethods]
impl FutureIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext, raw)]
    unsafe extern "C" fn next_slot(o: *mut abi::PyObject) -> *mut abi::PyObject {
        // SAFETY: called as a slot of this type.
        let this = unsafe { &*(o as *const FutureIter) };
        match this.step() {
            Ok(Ok(f)) => f.into_ptr(),
            Ok(Err(Some(v))) => result_ptr::<Obj>(Err(raise_stop_always(&v))),
            Ok(Err(None)) | Err(Raised { .. }) => std::ptr::null_mut(),
        }
    }

    #[slot(am_send, raw)]
    unsafe extern "C" fn send_slot(
        o: *mut abi::PyObject,
        _value: *mut abi::PyObject,
        result: *mut *mut abi::PyObject,
    ) -> c_int {
        // SAFETY: called as a slot of this type; the result is the caller's.
        unsafe {
            let this = &*(o as *const FutureIter);
            let (v, status) = match this.step() {
                Ok(Ok(f)) => (f.into_ptr(), abi::PYGEN_NEXT),
                Ok(Err(Some(v))) => (v.into_ptr(), abi::PYGEN_RETURN),
                Ok(Err(None)) => {
                    (dovetail_core::types::none::none().to_owned().into_ptr(), abi::PYGEN_RETURN)
                }
                Err(Raised { .. }) => (std::ptr::null_mut(), abi::PYGEN_ERROR),
            };
            *result = v;
            status
        }
    }

    #[method(sig = "(object, /)")]
    fn send(&self, _object: &Obj) -> PyResult<Object> {
        self.next_or_stop()
    }

    #[method(nosig)]
    fn throw(&self, args: &[&Obj]) -> PyResult<Object> {
        match args.len() {
            1 => {}
            2 | 3 => warn(
                dovetail_core::error::exc::DeprecationWarning(),
                "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.",
                1,
            )?,
            0 => bail!(TypeError, "throw expected at least 1 argument, got 0"),
            n => bail!(TypeError, "throw expected at most 3 arguments, got {n}"),
        }
        let (ty, value) = (args[0], args.get(1).copied().filter(|v| !v.is_none()));
        let tb = match args.get(2).copied().filter(|t| !t.is_none()) {
            None => None,
            Some(t) => match t.to_owned().downcast_into::<Traceback>() {
                Ok(t) => Some(t),
                Err(_) => bail!(TypeError, "throw() third argument must be a traceback"),
            },
        };
        let class =
            ty.downcast::<Type>().filter(|t| t.is_subtype(dovetail_core::error::exc::BaseException()));
        let raised: Raised = if let Some(class) = class {
            match value {
                Some(v) => raise_with(class, v),
                None => match class.as_obj().call(&[])?.downcast_into::<BaseException>() {
                    Ok(e) => raise_exception(e),
                    Err(_) => raise!(TypeError, "exceptions must derive from BaseException"),
                },
            }
        } else if let Ok(e) = ty.to_owned().downcast_into::<BaseException>() {
            if value.is_some() {
                bail!(TypeError, "instance exception may not have a separate value");
            }
            raise_exception(e)
        } else {
            bail!(
                TypeError,
                "exceptions must be classes deriving BaseException or instances of such a class"
            );
        };
        // SAFETY: own field.
        unsafe { clear(&raw mut (*self.body()).future) };
        let e: Ref<BaseException> = raised.take();
        if tb.is_some() {
            e.set_traceback(tb);
        }
        Err(Raised::restore(e))
    }

    #[method]
    fn close(&self) {
        // SAFETY: own field.
        unsafe { clear(&raw mut (*self.body()).future) };
    }
}
