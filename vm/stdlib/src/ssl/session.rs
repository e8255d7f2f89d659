//! `SSLSession`: what a client keeps to resume a connection.

use super::context::Context;
use super::ffi::{self, P};
use crate::util::{Boxed, data, dealloc_boxed, new_native};
use dovetail_core::error::PyResult;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::none::not_implemented;
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_int;

/// A reference to a session, and the context that it belongs to.
pub struct State {
    pub session: P,
    pub context: Ref<Context>,
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: our reference.
        unsafe { ffi::SSL_SESSION_free(self.session) };
    }
}

/// Sessions of connections.
#[pytype(name = "_ssl.SSLSession", body = Boxed<State>, gc, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Session;

impl Session {
    /// An object that takes over a reference to a session.
    pub fn new(session: P, context: Ref<Context>) -> PyResult<Object> {
        let s: Ref<Session> = new_native(State { session, context })?;
        Ok(s.into_object())
    }

    pub fn state(&self) -> &State {
        data(self)
    }

    fn id_bytes(&self) -> &[u8] {
        let mut n = 0;
        // SAFETY: a live session keeps its id.
        unsafe {
            let p = ffi::SSL_SESSION_get_id(self.state().session, &mut n);
            if n == 0 { &[] } else { std::slice::from_raw_parts(p, n as usize) }
        }
    }
}

#[pymethods]
impl Session {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<State>(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut std::ffi::c_void) -> c_int {
        // SAFETY: a live session or one that is being made.
        unsafe {
            let p = (*(o as *mut Boxed<State>)).data;
            match visit {
                Some(f) if !p.is_null() => f((*p).context.as_raw(), arg),
                _ => 0,
            }
        }
    }

    #[slot(tp_richcompare)]
    fn compare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(other) = other.downcast::<Session>() else {
            return Ok(not_implemented().to_owned());
        };
        let same = self.id_bytes() == other.id_bytes();
        match op {
            CompareOp::Eq => Ok(bool_obj(same).to_owned()),
            CompareOp::Ne => Ok(bool_obj(!same).to_owned()),
            _ => Ok(not_implemented().to_owned()),
        }
    }

    /// Session ID.
    #[getter]
    fn id(&self) -> PyResult<Ref<Bytes>> {
        Bytes::new(self.id_bytes())
    }

    /// Session creation time (seconds since epoch).
    #[getter]
    fn time(&self) -> i64 {
        // SAFETY: a live session.
        unsafe { ffi::SSL_SESSION_get_time(self.state().session) }
    }

    /// Session timeout (delta in seconds).
    #[getter]
    fn timeout(&self) -> i64 {
        // SAFETY: a live session.
        unsafe { ffi::SSL_SESSION_get_timeout(self.state().session) }
    }

    /// Ticket life time hint.
    #[getter]
    fn ticket_lifetime_hint(&self) -> u64 {
        // SAFETY: a live session.
        unsafe { ffi::SSL_SESSION_get_ticket_lifetime_hint(self.state().session) }
    }

    /// Does the session contain a ticket?
    #[getter]
    fn has_ticket(&self) -> bool {
        // SAFETY: a live session.
        unsafe { ffi::SSL_SESSION_has_ticket(self.state().session) != 0 }
    }
}
