//! `select.epoll` objects.

use crate::osutil::{call, check_signals, errno, mask_u64, monotonic, ms_up, os_error, pair, timeout_ns};
use crate::posix::path::Fd;
use crate::util::{Boxed, data, dealloc_boxed, int, new_boxed};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::list::List;
use dovetail_core::{Raised, bail, gil, raise};
use dovetail_macros::{pymethods, pytype};
use std::cell::Cell;

/// The descriptor, -1 once closed.
pub struct State(Cell<i32>);

impl Drop for State {
    fn drop(&mut self) {
        let fd = self.0.replace(-1);
        if fd >= 0 {
            // SAFETY: our descriptor.
            gil::allow_threads(|| unsafe { libc::close(fd) });
        }
    }
}

/// Linux's event polls.
/// ---
/// select.epoll(sizehint=-1, flags=0)
///
/// Returns an epolling object
///
/// sizehint must be a positive integer or -1 for the default size. The
/// sizehint is used to optimize internal data structures. It doesn't limit
/// the maximum number of monitored events.
#[pytype(name = "select.epoll", body = Boxed<State>)]
pub struct Epoll;

fn closed() -> Raised {
    raise!(ValueError, "I/O operation on closed epoll object")
}

/// A number of seconds in nanoseconds.
fn wait_of(o: &Obj) -> PyResult<i64> {
    match timeout_ns(o) {
        Err(e) if e.matches(exc::TypeError()) => {
            e.clear();
            bail!(TypeError, "timeout must be an integer or None")
        }
        other => other,
    }
}

const DEFAULT: u32 = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;

impl Epoll {
    fn fd(&self) -> PyResult<i32> {
        match data(self).0.get() {
            fd if fd < 0 => Err(closed()),
            fd => Ok(fd),
        }
    }

    fn control(&self, op: i32, fd: i32, events: u32) -> PyResult<()> {
        let mut event = libc::epoll_event { events, u64: fd as u64 };
        let own = self.fd()?;
        // SAFETY: an event of ours.
        let r = gil::allow_threads(|| unsafe { libc::epoll_ctl(own, op, fd, &mut event) });
        if r < 0 { Err(os_error(errno())) } else { Ok(()) }
    }
}

#[pymethods]
impl Epoll {
    #[slot(tp_new, sig = "(sizehint=-1, flags=0)")]
    fn make(cls: &Type, sizehint: i32, flags: i32) -> PyResult<Object> {
        if sizehint != -1 && sizehint <= 0 {
            bail!(ValueError, "negative sizehint");
        }
        if flags != 0 && flags != libc::EPOLL_CLOEXEC {
            bail!(OSError, "invalid flags");
        }
        // SAFETY: no memory is involved.
        let fd = call(|| unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) } as isize)?;
        new_boxed(cls, State(Cell::new(fd as i32)))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<State>(o) }
    }

    /// Create an epoll object from a given control fd.
    #[classmethod]
    fn fromfd(cls: &Type, fd: i32) -> PyResult<Object> {
        new_boxed(cls, State(Cell::new(fd)))
    }

    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    #[method]
    fn close(&self) -> PyResult<()> {
        let fd = data(self).0.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        // SAFETY: our descriptor.
        let r = gil::allow_threads(|| unsafe { libc::close(fd) });
        if r < 0 { Err(os_error(errno())) } else { Ok(()) }
    }

    /// True if the epoll handler is closed
    #[getter]
    fn closed(&self) -> bool {
        data(self).0.get() < 0
    }

    /// Return the epoll control file descriptor.
    #[method]
    fn fileno(&self) -> PyResult<i32> {
        self.fd()
    }

    /// Registers a new fd or raises an OSError if the fd is already registered.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    ///   eventmask
    ///     a bit set composed of the various EPOLL constants
    ///
    /// The epoll interface supports all file descriptors that support poll.
    #[method(sig = "(fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)")]
    fn register(&self, fd: Fd, eventmask: Option<&Obj>) -> PyResult<()> {
        let events = eventmask.map(mask_u64).transpose()?.map_or(DEFAULT, |m| m as u32);
        self.control(libc::EPOLL_CTL_ADD, fd.0, events)
    }

    /// Modify event mask for a registered file descriptor.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    ///   eventmask
    ///     a bit set composed of the various EPOLL constants
    #[method(sig = "(fd, eventmask)")]
    fn modify(&self, fd: Fd, eventmask: &Obj) -> PyResult<()> {
        self.control(libc::EPOLL_CTL_MOD, fd.0, mask_u64(eventmask)? as u32)
    }

    /// Remove a registered file descriptor from the epoll object.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    #[method(sig = "(fd)")]
    fn unregister(&self, fd: Fd) -> PyResult<()> {
        self.control(libc::EPOLL_CTL_DEL, fd.0, 0)
    }

    /// Wait for events on the epoll file descriptor.
    ///
    ///   timeout
    ///     the maximum time to wait in seconds (as float);
    ///     a timeout of None or -1 makes poll wait indefinitely
    ///   maxevents
    ///     the maximum number of events returned; -1 means no limit
    ///
    /// Returns a list containing any descriptors that have events to
    /// report, as a list of (fd, events) 2-tuples.
    #[method(sig = "(timeout=None, maxevents=-1)")]
    fn poll(&self, timeout: Option<&Obj>, maxevents: i32) -> PyResult<Object> {
        let own = self.fd()?;
        let (mut ms, mut deadline) = (-1i64, None);
        if let Some(ns) = timeout.map(wait_of).transpose()? {
            ms = ms_up(ns);
            if i32::try_from(ms).is_err() {
                bail!(OverflowError, "timeout is too large");
            }
            if ms < 0 {
                ms = -1;
            } else {
                deadline = Some(monotonic().saturating_add(ns));
            }
        }
        let room = match maxevents {
            -1 => libc::FD_SETSIZE - 1,
            n if n < 1 => bail!(ValueError, "maxevents must be greater than 0, got {n}"),
            n => n as usize,
        };
        // SAFETY: all-zero events are valid.
        let mut events: Vec<libc::epoll_event> = vec![unsafe { std::mem::zeroed() }; room];
        let n = loop {
            let r = gil::allow_threads(|| {
                // SAFETY: rows of ours.
                let n = unsafe { libc::epoll_wait(own, events.as_mut_ptr(), room as i32, ms as i32) };
                if n < 0 { Err(errno()) } else { Ok(n) }
            });
            match r {
                Ok(n) => break n as usize,
                Err(libc::EINTR) => check_signals()?,
                Err(e) => return Err(os_error(e)),
            }
            if let Some(d) = deadline {
                let rest = d - monotonic();
                if rest < 0 {
                    break 0;
                }
                ms = ms_up(rest);
            }
        };
        let mut out = Vec::with_capacity(n);
        for e in &events[..n] {
            let (fd, mask) = (e.u64 as i32, e.events);
            out.push(pair(int(fd)?, int(mask)?)?);
        }
        Ok(List::from_vec(out)?.into_object())
    }

    #[method]
    fn __enter__(&self) -> PyResult<Object> {
        self.fd()?;
        Ok(self.as_obj().to_owned())
    }

    #[method(sig = "(exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        &self,
        _exc_type: Option<&Obj>,
        _exc_value: Option<&Obj>,
        _exc_tb: Option<&Obj>,
    ) -> PyResult<()> {
        self.close()
    }
}
