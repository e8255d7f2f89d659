//! Descriptors that tell of events and of time: `eventfd_*`, `timerfd_*`.

use super::path::{Fd, call};
use crate::osutil::pair;
use crate::util::int;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::float::Float;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

const SECOND: i64 = 1_000_000_000;

fn spec(ns: i64) -> libc::timespec {
    libc::timespec { tv_sec: ns.div_euclid(SECOND), tv_nsec: ns.rem_euclid(SECOND) }
}

fn ns(t: &libc::timespec) -> i64 {
    t.tv_sec * SECOND + t.tv_nsec
}

/// Seconds as nanoseconds, rounded down.
fn from_seconds(v: f64) -> PyResult<i64> {
    let n = (v * 1e9).floor();
    if n.is_nan() {
        bail!(ValueError, "Invalid value NaN (not a number)");
    }
    if n.abs() >= 9.2e18 {
        bail!(OverflowError, "timestamp out of range for C PyTime_t");
    }
    Ok(n as i64)
}

fn seconds_of(t: &libc::itimerspec) -> PyResult<Object> {
    let f = |t: &libc::timespec| -> PyResult<Object> { Ok(Float::new(ns(t) as f64 / 1e9)?.into_object()) };
    pair(f(&t.it_value)?, f(&t.it_interval)?)
}

fn ns_of(t: &libc::itimerspec) -> PyResult<Object> {
    pair(int(ns(&t.it_value))?, int(ns(&t.it_interval))?)
}

fn set_timer(fd: i32, flags: i32, initial: i64, interval: i64) -> PyResult<libc::itimerspec> {
    let new = libc::itimerspec { it_interval: spec(interval), it_value: spec(initial) };
    // SAFETY: structs of ours.
    unsafe {
        let mut old: libc::itimerspec = std::mem::zeroed();
        call(None, || libc::timerfd_settime(fd, flags, &new, &mut old) as isize)?;
        Ok(old)
    }
}

fn get_timer(fd: i32) -> PyResult<libc::itimerspec> {
    // SAFETY: the call fills the struct.
    unsafe {
        let mut now: libc::itimerspec = std::mem::zeroed();
        call(None, || libc::timerfd_gettime(fd, &mut now) as isize)?;
        Ok(now)
    }
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    /// Read eventfd value
    #[function(sig = "(fd)")]
    fn eventfd_read(fd: Fd) -> PyResult<u64> {
        let mut v = 0u64;
        // SAFETY: room for the value.
        call(None, || unsafe { libc::eventfd_read(fd.0, &mut v) } as isize)?;
        Ok(v)
    }

    /// Write eventfd value.
    #[function(sig = "(fd, value)")]
    fn eventfd_write(fd: Fd, value: &Obj) -> PyResult<()> {
        let i = value.index()?;
        if i.is_negative() {
            bail!(ValueError, "Cannot convert negative int");
        }
        let Some(v) = i.to_u64() else {
            return Err(raise!(OverflowError, "Python int too large for C unsigned long long"));
        };
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::eventfd_write(fd.0, v) } as isize).map(|_| ())
    }

    /// Create and return a timer file descriptor.
    ///
    ///   clockid
    ///     A valid clock ID constant as timer file descriptor.
    ///
    ///     time.CLOCK_REALTIME
    ///     time.CLOCK_MONOTONIC
    ///     time.CLOCK_BOOTTIME
    ///   flags
    ///     0 or a bit mask of os.TFD_NONBLOCK or os.TFD_CLOEXEC.
    ///
    ///     os.TFD_NONBLOCK
    ///         If *TFD_NONBLOCK* is set as a flag, read doesn't blocks.
    ///         If *TFD_NONBLOCK* is not set as a flag, read block until the timer fires.
    ///
    ///     os.TFD_CLOEXEC
    ///         If *TFD_CLOEXEC* is set as a flag, enable the close-on-exec flag
    #[function(sig = "(clockid, /, *, flags=0)")]
    fn timerfd_create(clockid: i32, flags: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::timerfd_create(clockid, flags | libc::TFD_CLOEXEC) } as isize)
    }

    /// Alter a timer file descriptor's internal timer in seconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    ///   flags
    ///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
    ///   initial
    ///     The initial expiration time, in seconds.
    ///   interval
    ///     The timer's interval, in seconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0.0, interval=0.0)")]
    fn timerfd_settime(fd: Fd, flags: i32, initial: f64, interval: f64) -> PyResult<Object> {
        let (first, each) = (from_seconds(initial)?, from_seconds(interval)?);
        seconds_of(&set_timer(fd.0, flags, first, each)?)
    }

    /// Alter a timer file descriptor's internal timer in nanoseconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    ///   flags
    ///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
    ///   initial
    ///     initial expiration timing in nanoseconds.
    ///   interval
    ///     interval for the timer in nanoseconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0, interval=0)")]
    fn timerfd_settime_ns(fd: Fd, flags: i32, initial: i64, interval: i64) -> PyResult<Object> {
        ns_of(&set_timer(fd.0, flags, initial, interval)?)
    }

    /// Return a tuple of a timer file descriptor's (next expiration, interval) in float seconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    #[function]
    fn timerfd_gettime(fd: Fd) -> PyResult<Object> {
        seconds_of(&get_timer(fd.0)?)
    }

    /// Return a tuple of a timer file descriptor's (next expiration, interval) in nanoseconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    #[function]
    fn timerfd_gettime_ns(fd: Fd) -> PyResult<Object> {
        ns_of(&get_timer(fd.0)?)
    }
}

pub use module::MODULE;
