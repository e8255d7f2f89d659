//! `select.poll` objects: descriptors with the events that are waited for, in the order of registration.

use crate::osutil::{check_signals, errno, monotonic, ms_up, os_error, pair, timeout_ms};
use crate::posix::path::{Fd, fd_of};
use crate::util::{Boxed, data, dealloc_boxed, int, new_native};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::{ArgInfo, FromArg};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::list::List;
use dovetail_core::types::support::key_error;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::{pymethods, pytype};
use std::cell::{Cell, RefCell};

/// What a poll object knows.
#[derive(Default)]
pub struct State {
    watched: RefCell<Vec<(i32, u16)>>,
    running: Cell<bool>,
}

/// An event mask: fits C's `unsigned short`.
pub struct Events(u16);

impl<'a> FromArg<'a> for Events {
    fn from_arg(o: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        let i = o.index()?;
        if i.is_negative() {
            bail!(ValueError, "Cannot convert negative int");
        }
        let v = i.to_i64().and_then(|v| u16::try_from(v).ok());
        v.map(Events).ok_or_else(|| raise!(OverflowError, "Python int too large for C unsigned short"))
    }
}

/// Sets of descriptors for the system call `poll`.
#[pytype(name = "select.poll", body = Boxed<State>, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Poll;

impl Poll {
    /// An object that watches nothing yet.
    pub fn new() -> PyResult<Ref<Poll>> {
        new_native(State::default())
    }

    fn state(&self) -> &State {
        data(self)
    }
}

const DEFAULT: u16 = (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u16;

#[pymethods]
impl Poll {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<State>(o) }
    }

    /// Register a file descriptor with the polling object.
    ///
    ///   fd
    ///     either an integer, or an object with a fileno() method returning an int
    ///   eventmask
    ///     an optional bitmask describing the type of events to check for
    #[method(sig = "(fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)")]
    fn register(&self, fd: Fd, eventmask: Option<Events>) {
        let events = eventmask.map_or(DEFAULT, |e| e.0);
        let mut list = self.state().watched.borrow_mut();
        match list.iter_mut().find(|w| w.0 == fd.0) {
            Some(w) => w.1 = events,
            None => list.push((fd.0, events)),
        }
    }

    /// Modify an already registered file descriptor.
    ///
    ///   fd
    ///     either an integer, or an object with a fileno() method returning
    ///     an int
    ///   eventmask
    ///     a bitmask describing the type of events to check for
    #[method]
    fn modify(&self, fd: Fd, eventmask: Events) -> PyResult<()> {
        match self.state().watched.borrow_mut().iter_mut().find(|w| w.0 == fd.0) {
            Some(w) => {
                w.1 = eventmask.0;
                Ok(())
            }
            None => Err(os_error(libc::ENOENT)),
        }
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[method]
    fn unregister(&self, fd: &Obj) -> PyResult<()> {
        let n = fd_of(fd)?;
        let mut list = self.state().watched.borrow_mut();
        let Some(i) = list.iter().position(|w| w.0 == n) else {
            drop(list);
            return Err(key_error(&*int(n)?));
        };
        list.remove(i);
        Ok(())
    }

    /// Polls the set of registered file descriptors.
    ///
    ///   timeout
    ///     The maximum time to wait in milliseconds, or else None (or a negative
    ///     value) to wait indefinitely.
    ///
    /// Returns a list containing any descriptors that have events or errors
    /// to report, as a list of (fd, event) 2-tuples.
    #[method(sig = "(timeout=None, /)")]
    fn poll(&self, timeout: Option<&Obj>) -> PyResult<Object> {
        let mut ms: i64 = -1;
        let mut deadline = None;
        if let Some(t) = timeout {
            let ns = match timeout_ms(t) {
                Ok(n) => n,
                Err(e) if e.matches(exc::TypeError()) => {
                    e.clear();
                    bail!(TypeError, "timeout must be an integer or None")
                }
                Err(e) => return Err(e),
            };
            ms = ms_up(ns);
            if i32::try_from(ms).is_err() {
                bail!(OverflowError, "timeout is too large");
            }
            if ms >= 0 {
                deadline = Some(monotonic().saturating_add(ns));
            } else {
                ms = -1;
            }
        }
        let state = self.state();
        if state.running.replace(true) {
            bail!(RuntimeError, "concurrent poll() invocation");
        }
        let list = state.watched.borrow();
        let mut fds: Vec<libc::pollfd> =
            list.iter().map(|(fd, e)| libc::pollfd { fd: *fd, events: *e as i16, revents: 0 }).collect();
        drop(list);
        let waited = wait(&mut fds, ms, deadline);
        state.running.set(false);
        waited?;
        let mut out = Vec::new();
        for f in fds.iter().filter(|f| f.revents != 0) {
            out.push(pair(int(f.fd)?, int(f.revents as u16 as i32)?)?);
        }
        Ok(List::from_vec(out)?.into_object())
    }
}

/// `poll`, again for the rest of the time when a signal comes.
fn wait(fds: &mut [libc::pollfd], mut ms: i64, deadline: Option<i64>) -> PyResult<()> {
    loop {
        let r = gil::allow_threads(|| {
            // SAFETY: rows of ours.
            let n = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, ms as i32) };
            if n < 0 { Err(errno()) } else { Ok(n) }
        });
        match r {
            Ok(_) => return Ok(()),
            Err(libc::EINTR) => check_signals()?,
            Err(e) => return Err(os_error(e)),
        }
        if let Some(d) = deadline {
            let rest = d - monotonic();
            if rest < 0 {
                return Ok(());
            }
            ms = ms_up(rest);
        }
    }
}
