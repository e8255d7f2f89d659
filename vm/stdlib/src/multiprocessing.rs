//! `_multiprocessing`: semaphores that processes share, the ground of `multiprocessing`'s locks and queues.

use crate::osutil::{call, check_signals, errno, os_error};
use crate::thread::ident;
use crate::util::{Boxed, dealloc_boxed, fs_encode, new_boxed, set, text};
use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::cell::Cell;
use std::ffi::{CString, c_int, c_uint};

const RECURSIVE_MUTEX: c_int = 0;
const SEMAPHORE: c_int = 1;

/// A semaphore of the system, and how often this process holds it.
pub struct State {
    handle: *mut libc::sem_t,
    kind: c_int,
    maxvalue: c_int,
    name: Option<String>,
    count: Cell<i64>,
    last_thread: Cell<u64>,
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: opened by us or by the process that we come from; closing twice only fails.
        unsafe { libc::sem_close(self.handle) };
    }
}

/// Semaphores.
/// ---
/// Semaphore/Mutex type
#[pytype(name = "_multiprocessing.SemLock", body = Boxed<State>, weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct SemLock;

/// A semaphore's name for the system.
fn c_name(name: &Str) -> PyResult<CString> {
    CString::new(fs_encode(name)?).map_err(|_| raise!(ValueError, "embedded null character"))
}

impl SemLock {
    fn state(&self) -> &State {
        crate::util::data(self)
    }

    /// Does this thread hold it?
    fn mine(&self) -> bool {
        self.state().count.get() > 0 && ident() == self.state().last_thread.get()
    }

    fn value(&self) -> PyResult<c_int> {
        let mut value = 0;
        // SAFETY: an open semaphore.
        call(|| unsafe { libc::sem_getvalue(self.state().handle, &mut value) } as isize)?;
        Ok(value.max(0))
    }

    /// Waits, until the deadline if there is one; false when it has passed.
    fn wait(&self, deadline: Option<libc::timespec>) -> PyResult<bool> {
        let handle = self.state().handle;
        loop {
            let e = gil::allow_threads(|| {
                // SAFETY: an open semaphore, which the caller keeps.
                let r = unsafe {
                    match &deadline {
                        None => libc::sem_wait(handle),
                        Some(at) => libc::sem_timedwait(handle, at),
                    }
                };
                if r == 0 { 0 } else { errno() }
            });
            match e {
                0 => return Ok(true),
                libc::ETIMEDOUT => return Ok(false),
                libc::EINTR => check_signals()?,
                e => return Err(os_error(e)),
            }
        }
    }
}

/// The time of the wall clock so many seconds from now.
fn deadline(seconds: f64) -> libc::timespec {
    let seconds = seconds.clamp(0.0, 1e9);
    // SAFETY: fills the struct.
    let mut at = unsafe {
        let mut now: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_REALTIME, &mut now);
        now
    };
    at.tv_sec += seconds as i64;
    at.tv_nsec += (seconds.fract() * 1e9) as i64;
    if at.tv_nsec >= 1_000_000_000 {
        at.tv_sec += 1;
        at.tv_nsec -= 1_000_000_000;
    }
    at
}

#[pymethods]
impl SemLock {
    #[slot(tp_new, sig = "(kind, value, maxvalue, name, unlink)")]
    fn make(
        cls: &Type,
        kind: c_int,
        value: c_int,
        maxvalue: c_int,
        name: &Str,
        unlink: bool,
    ) -> PyResult<Object> {
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            bail!(ValueError, "unrecognized kind");
        }
        let path = c_name(name)?;
        let flags = libc::O_CREAT | libc::O_EXCL;
        // SAFETY: a C string; the variable arguments are a mode and a value.
        let handle = unsafe { libc::sem_open(path.as_ptr(), flags, 0o600 as c_uint, value as c_uint) };
        if handle == libc::SEM_FAILED {
            return Err(os_error(errno()));
        }
        let name = if unlink { None } else { Some(name.to_string_lossy().into_owned()) };
        let state = State { handle, kind, maxvalue, name, count: Cell::new(0), last_thread: Cell::new(0) };
        // SAFETY: a C string.
        if unlink && unsafe { libc::sem_unlink(path.as_ptr()) } < 0 {
            return Err(os_error(errno()));
        }
        new_boxed(cls, state)
    }

    #[classmethod(name = "_rebuild", sig = "(handle, kind, maxvalue, name, /)")]
    fn rebuild(cls: &Type, handle: &Obj, kind: c_int, maxvalue: c_int, name: &Obj) -> PyResult<Object> {
        let mut handle = handle.as_i64()? as usize as *mut libc::sem_t;
        let name = name.downcast::<Str>();
        if let Some(name) = name {
            let path = c_name(name)?;
            // SAFETY: a C string.
            handle = unsafe { libc::sem_open(path.as_ptr(), 0) };
            if handle == libc::SEM_FAILED {
                return Err(os_error(errno()));
            }
        }
        let name = name.map(|name| name.to_string_lossy().into_owned());
        new_boxed(cls, State { handle, kind, maxvalue, name, count: Cell::new(0), last_thread: Cell::new(0) })
    }

    /// Acquire the semaphore/lock.
    #[method(sig = "(block=True, timeout=None)")]
    fn acquire(&self, block: bool, timeout: Option<&Obj>) -> PyResult<bool> {
        let s = self.state();
        if s.kind == RECURSIVE_MUTEX && self.mine() {
            s.count.set(s.count.get() + 1);
            return Ok(true);
        }
        let until = match timeout {
            Some(seconds) if block => Some(deadline(seconds.as_f64()?)),
            _ => None,
        };
        // Most of the time it is free.
        // SAFETY: an open semaphore.
        let taken = unsafe { libc::sem_trywait(s.handle) } == 0;
        if !taken {
            match errno() {
                libc::EAGAIN | libc::EINTR if !block => return Ok(false),
                libc::EAGAIN | libc::EINTR => {
                    if !self.wait(until)? {
                        return Ok(false);
                    }
                }
                e => return Err(os_error(e)),
            }
        }
        s.count.set(s.count.get() + 1);
        s.last_thread.set(ident());
        Ok(true)
    }

    /// Release the semaphore/lock.
    #[method]
    fn release(&self) -> PyResult<()> {
        let s = self.state();
        if s.kind == RECURSIVE_MUTEX {
            if !self.mine() {
                bail!(AssertionError, "attempt to release recursive lock not owned by thread");
            }
            if s.count.get() > 1 {
                s.count.set(s.count.get() - 1);
                return Ok(());
            }
        } else if self.value()? >= s.maxvalue {
            bail!(ValueError, "semaphore or lock released too many times");
        }
        // SAFETY: an open semaphore.
        call(|| unsafe { libc::sem_post(s.handle) } as isize)?;
        s.count.set(s.count.get() - 1);
        Ok(())
    }

    /// Enter the semaphore/lock.
    #[method(name = "__enter__")]
    fn enter(&self) -> PyResult<bool> {
        self.acquire(true, None)
    }

    /// Exit the semaphore/lock.
    #[method(name = "__exit__", sig = "(exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn exit(&self, _exc_type: Option<&Obj>, _exc_value: Option<&Obj>, _exc_tb: Option<&Obj>) -> PyResult<()> {
        self.release()
    }

    /// Num of `acquire()`s minus num of `release()`s for this process.
    #[method(name = "_count")]
    fn count(&self) -> i64 {
        self.state().count.get()
    }

    /// Whether the lock is owned by this thread.
    #[method(name = "_is_mine")]
    fn is_mine(&self) -> bool {
        self.mine()
    }

    /// Get the value of the semaphore.
    #[method(name = "_get_value")]
    fn get_value(&self) -> PyResult<c_int> {
        self.value()
    }

    /// Return whether semaphore has value zero.
    #[method(name = "_is_zero")]
    fn is_zero(&self) -> PyResult<bool> {
        Ok(self.value()? == 0)
    }

    /// Rezero the net acquisition count after fork().
    #[method(name = "_after_fork")]
    fn after_fork(&self) {
        self.state().count.set(0);
    }

    #[getter]
    fn handle(&self) -> u64 {
        self.state().handle as usize as u64
    }

    #[getter]
    fn kind(&self) -> c_int {
        self.state().kind
    }

    #[getter]
    fn maxvalue(&self) -> c_int {
        self.state().maxvalue
    }

    #[getter]
    fn name(&self) -> PyResult<Object> {
        self.state().name.as_deref().map_or_else(|| Ok(none().to_owned()), text)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of a boxed type.
        unsafe { dealloc_boxed::<State>(o) }
    }
}

#[pymodule(name = "_multiprocessing")]
pub mod module {
    use super::*;

    #[function]
    fn sem_unlink(name: &Str) -> PyResult<()> {
        let path = c_name(name)?;
        // SAFETY: a C string.
        if unsafe { libc::sem_unlink(path.as_ptr()) } < 0 {
            return Err(os_error(errno()));
        }
        Ok(())
    }

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<SemLock>(module)?;
        let most = crate::util::int(i32::MAX)?;
        SemLock::type_object().dict().set(&*text("SEM_VALUE_MAX")?, &*most)?;
        let flags = Dict::new()?;
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            flags.set(&*text(name)?, &*crate::util::int(1)?)?;
        }
        set(module, "flags", &flags)
    }
}

pub use module::MODULE;
