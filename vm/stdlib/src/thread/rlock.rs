//! `_thread.RLock`: a lock its owner may take again.

use super::lock::{RawLock, Wait, wait_of};
use super::module::ident;
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use std::cell::Cell;

/// The state of an `RLock`; owner and count are touched under the GIL only.
pub struct RLockState {
    lock: RawLock,
    owner: Cell<u64>,
    count: Cell<usize>,
}

impl RLockState {
    fn new() -> RLockState {
        RLockState { lock: RawLock::new(), owner: Cell::new(0), count: Cell::new(0) }
    }

    fn is_owned(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == ident()
    }

    fn acquire(&self, wait: Wait) -> PyResult<bool> {
        if self.is_owned() {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        let ok = self.lock.acquire_for(wait)?;
        if ok {
            self.owner.set(ident());
            self.count.set(1);
        }
        Ok(ok)
    }

    fn release(&self) -> PyResult<()> {
        if !self.is_owned() {
            bail!(RuntimeError, "cannot release un-acquired lock");
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.owner.set(0);
            self.lock.release();
        }
        Ok(())
    }
}

/// Re-entrant locks.
#[pytype(
    name = "_thread.RLock", body = Boxed<RLockState>, weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE,
    export = "Dovetail_RLock_Type",
)]
pub struct RLock;

#[pymethods]
impl RLock {
    #[slot(tp_new)]
    fn make(
        cls: &Type,
        _args: &Tuple,
        _kwargs: Option<&dovetail_core::types::dict::Dict>,
    ) -> PyResult<Object> {
        new_boxed(cls, RLockState::new())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<RLockState>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let s = data(self);
        let state = if s.count.get() > 0 { "locked" } else { "unlocked" };
        format!(
            "<{state} {} object owner={} count={} at {:p}>",
            self.type_name(),
            s.owner.get(),
            s.count.get(),
            self.as_ptr()
        )
    }

    /// Lock the lock.
    ///
    /// `blocking` indicates whether we should wait
    /// for the lock to be available or not.  If `blocking` is False
    /// and another thread holds the lock, the method will return False
    /// immediately.  If `blocking` is True and another thread holds
    /// the lock, the method will wait for the lock to be released,
    /// take it and then return True.
    #[method(sig = "(blocking=True, timeout=-1)")]
    fn acquire(&self, blocking: bool, timeout: Option<&Obj>) -> PyResult<bool> {
        data(self).acquire(wait_of(blocking, timeout)?)
    }

    /// Release the lock.
    #[method]
    fn release(&self) -> PyResult<()> {
        data(self).release()
    }

    /// Return a boolean indicating whether this object is locked right now.
    #[method]
    fn locked(&self) -> bool {
        data(self).count.get() > 0
    }

    /// Lock the lock.
    #[method]
    fn __enter__(&self) -> PyResult<bool> {
        data(self).acquire(Wait::Ever)
    }

    /// Release the lock.
    #[method]
    fn __exit__(&self, _exc: &[&Obj]) -> PyResult<()> {
        data(self).release()
    }

    /// For internal use by `threading.Condition`.
    #[method]
    fn _is_owned(&self) -> bool {
        data(self).is_owned()
    }

    /// For internal use by reentrancy tests.
    #[method]
    fn _recursion_count(&self) -> usize {
        if data(self).is_owned() { data(self).count.get() } else { 0 }
    }

    /// For internal use by `threading.Condition`.
    #[method]
    fn _release_save(&self) -> PyResult<Ref<Tuple>> {
        let s = data(self);
        if s.count.get() == 0 {
            bail!(RuntimeError, "cannot release un-acquired lock");
        }
        let (count, owner) = (s.count.replace(0), s.owner.replace(0));
        s.lock.release();
        Tuple::from_vec(vec![crate::util::int(count as i64)?, crate::util::int(owner)?])
    }

    /// For internal use by `threading.Condition`.
    #[method]
    fn _acquire_restore(&self, state: &Tuple) -> PyResult<()> {
        if state.len() != 2 {
            bail!(TypeError, "_acquire_restore() takes a tuple of two ints");
        }
        let s = data(self);
        s.lock.acquire_for(Wait::Ever)?;
        s.count.set(state.get(0).as_i64()? as usize);
        s.owner.set(state.get(1).index()?.to_u64().unwrap_or(0));
        Ok(())
    }

    #[method]
    fn _at_fork_reinit(&self) {
        let s = data(self);
        s.lock.reset();
        s.owner.set(0);
        s.count.set(0);
    }
}
