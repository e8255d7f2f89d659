//! `select`: waiting for many descriptors. One file per way of asking.

mod epoll;
mod poll;

use crate::osutil::{check_signals, monotonic, numbers, os_error, timeout_ns};
use crate::posix::path::fd_of;
use crate::util::{set, set_ints};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::add_type;
use dovetail_core::object::sequence::fast_items;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::list::List;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil};
use dovetail_macros::pymodule;

static NUMBERS: &[(&str, i64)] = numbers!(
    EPOLLERR EPOLLEXCLUSIVE EPOLLHUP EPOLLIN EPOLLMSG EPOLLONESHOT EPOLLOUT EPOLLPRI EPOLLRDBAND EPOLLRDHUP
    EPOLLRDNORM EPOLLWAKEUP EPOLLWRBAND EPOLLWRNORM EPOLL_CLOEXEC PIPE_BUF POLLERR POLLHUP POLLIN POLLNVAL
    POLLOUT POLLPRI POLLRDBAND POLLRDHUP POLLRDNORM POLLWRBAND POLLWRNORM
);

/// Numbers that the `libc` crate does not name.
static MORE_NUMBERS: &[(&str, i64)] = &[("EPOLLET", 0x80000000), ("POLLMSG", 0x400)];

/// A timeout argument: `None` waits for ever.
fn timeout(o: Option<&Obj>) -> PyResult<Option<i64>> {
    let Some(o) = o else { return Ok(None) };
    match timeout_ns(o) {
        Ok(n) => Ok(Some(n)),
        Err(e) if e.matches(exc::TypeError()) => {
            e.clear();
            bail!(TypeError, "timeout must be a float or None")
        }
        Err(e) => Err(e),
    }
}

/// One of the three sets of `select()`.
struct Watched {
    items: Vec<(Object, i32)>,
    set: libc::fd_set,
}

impl Watched {
    fn new(list: &Obj) -> PyResult<Watched> {
        let mut items = Vec::new();
        // A list may change while its objects are asked for their descriptors.
        let live = list.downcast::<List>();
        let fixed =
            if live.is_none() { fast_items(list, "arguments 1-3 must be sequences")? } else { Vec::new() };
        while let Some(o) = match live {
            Some(l) => l.get(items.len()),
            None => fixed.get(items.len()).cloned(),
        } {
            let fd = fd_of(&o)?;
            if fd as usize >= libc::FD_SETSIZE {
                bail!(ValueError, "filedescriptor out of range in select()");
            }
            items.push((o, fd));
        }
        // SAFETY: an empty set is all zero.
        Ok(Watched { items, set: unsafe { std::mem::zeroed() } })
    }

    /// The set as the call wants it each time.
    fn fill(&mut self) -> *mut libc::fd_set {
        // SAFETY: descriptors below FD_SETSIZE.
        unsafe {
            libc::FD_ZERO(&mut self.set);
            for (_, fd) in &self.items {
                libc::FD_SET(*fd, &mut self.set);
            }
        }
        &mut self.set
    }

    fn ready(&self) -> PyResult<Object> {
        // SAFETY: as above.
        let ready = self.items.iter().filter(|(_, fd)| unsafe { libc::FD_ISSET(*fd, &self.set) });
        Ok(List::from_vec(ready.map(|(o, _)| o.clone()).collect())?.into_object())
    }
}

/// This module supports asynchronous I/O on multiple file descriptors.
///
/// *** IMPORTANT NOTICE ***
/// On Windows, only sockets are supported; on Unix, all file descriptors.
#[pymodule(name = "select")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "error", exc::OSError().as_obj())?;
        dovetail_core::types::ready::ready::<poll::Poll>()?;
        add_type::<epoll::Epoll>(module)?;
        set_ints(module, NUMBERS)?;
        set_ints(module, MORE_NUMBERS)
    }

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited
    /// for:
    /// rlist -- wait until ready for reading
    /// wlist -- wait until ready for writing
    /// xlist -- wait for an "exceptional condition"
    /// If only one kind of condition is required, pass [] for the other lists.
    ///
    /// A file descriptor is either a socket or file object, or a small integer
    /// gotten from a fileno() method call on one of those.
    ///
    /// The optional 4th argument specifies a timeout in seconds; it may be
    /// a floating-point number to specify fractions of seconds.  If it is absent
    /// or None, the call will never time out.
    ///
    /// The return value is a tuple of three lists corresponding to the first
    /// three arguments; each contains the subset of the corresponding file
    /// descriptors that are ready.
    ///
    /// *** IMPORTANT NOTICE ***
    /// On Windows, only sockets are supported; on Unix, all file
    /// descriptors can be used.
    #[function(sig = "(rlist, wlist, xlist, timeout=None, /)")]
    fn select(rlist: &Obj, wlist: &Obj, xlist: &Obj, timeout: Option<&Obj>) -> PyResult<Object> {
        let wait = super::timeout(timeout)?;
        if wait.is_some_and(|n| n < 0) {
            bail!(ValueError, "timeout must be non-negative");
        }
        let mut sets = [Watched::new(rlist)?, Watched::new(wlist)?, Watched::new(xlist)?];
        let count = sets.iter().flat_map(|s| &s.items).map(|(_, fd)| fd + 1).max().unwrap_or(0);
        let deadline = wait.map(|n| monotonic().saturating_add(n));
        let mut left = wait;
        loop {
            let [r, w, x] = &mut sets;
            let (r, w, x) = (r.fill(), w.fill(), x.fill());
            let mut tv = left.map(|n| libc::timeval {
                tv_sec: n / 1_000_000_000,
                tv_usec: (n % 1_000_000_000 + 999) / 1000,
            });
            if let Some(t) = &mut tv
                && t.tv_usec >= 1_000_000
            {
                t.tv_sec += 1;
                t.tv_usec -= 1_000_000;
            }
            let n = gil::allow_threads(|| {
                let tv = tv.as_mut().map_or(std::ptr::null_mut(), |t| t as *mut _);
                // SAFETY: three sets and a time of ours.
                let n = unsafe { libc::select(count, r, w, x, tv) };
                if n < 0 { Err(crate::osutil::errno()) } else { Ok(n) }
            });
            match n {
                Ok(_) => break,
                Err(libc::EINTR) => check_signals()?,
                Err(e) => return Err(os_error(e)),
            }
            if let Some(d) = deadline {
                let rest = d - monotonic();
                if rest < 0 {
                    // The interrupted call says nothing of the sets.
                    for s in &mut sets {
                        // SAFETY: our set.
                        unsafe { libc::FD_ZERO(&mut s.set) };
                    }
                    break;
                }
                left = Some(rest);
            }
        }
        let [r, w, x] = &sets;
        Ok(Tuple::from_vec(vec![r.ready()?, w.ready()?, x.ready()?])?.into_object())
    }

    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and
    /// then polling them for I/O events.
    #[function]
    fn poll() -> PyResult<Ref<poll::Poll>> {
        poll::Poll::new()
    }
}

pub use module::MODULE;
