//! Clocks and sleeping.

use super::{c_int, check_count};
use crate::util::{Round, nanoseconds, set_int};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::interp::pending;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exceptions_os::{last_os_error, os_error_from_errno};
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::simplenamespace::SimpleNamespace;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::pymodule;

const SECOND: i64 = 1_000_000_000;

/// A clock's time in nanoseconds.
pub fn read(clock: i32) -> PyResult<i64> {
    // SAFETY: the struct is filled by the call.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        if libc::clock_gettime(clock, &mut t) != 0 {
            return Err(last_os_error(None));
        }
        t.tv_sec
            .checked_mul(SECOND)
            .and_then(|s| s.checked_add(t.tv_nsec))
            .ok_or_else(|| raise!(OverflowError, "timestamp too large to convert to C PyTime_t"))
    }
}

/// Nanoseconds as seconds, exact for whole seconds.
pub fn seconds(ns: i64) -> f64 {
    if ns % SECOND == 0 { (ns / SECOND) as f64 } else { ns as f64 / 1e9 }
}

fn timespec(ns: i64) -> libc::timespec {
    libc::timespec { tv_sec: ns.div_euclid(SECOND), tv_nsec: ns.rem_euclid(SECOND) }
}

fn resolution(clock: i32) -> PyResult<f64> {
    // SAFETY: the struct is filled by the call.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        if libc::clock_getres(clock, &mut t) != 0 {
            return Err(last_os_error(None));
        }
        Ok(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9)
    }
}

fn clock_id(o: &Obj) -> PyResult<i32> {
    let wrong = |e: Raised| {
        e.clear();
        raise!(TypeError, "clk_id should be integer, not {}", o.type_name())
    };
    c_int(o).map_err(wrong)
}

fn set_clock(clock: i32, ns: i64) -> PyResult<()> {
    let t = timespec(ns);
    // SAFETY: a filled struct.
    if unsafe { libc::clock_settime(clock, &t) } != 0 {
        return Err(last_os_error(None));
    }
    Ok(())
}

/// Waits until a point of the monotonic clock; signal handlers run in between.
fn sleep_until(deadline: i64) -> PyResult<()> {
    let t = timespec(deadline);
    loop {
        let r = gil::allow_threads(|| {
            // SAFETY: a filled struct; no remainder is asked for.
            unsafe {
                libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &t, std::ptr::null_mut())
            }
        });
        match r {
            0 => return Ok(()),
            libc::EINTR => pending::handle(ThreadState::current())?,
            e => return Err(os_error_from_errno(e, None)),
        }
    }
}

fn clock_info(clock: i32, name: &str, monotonic: bool) -> PyResult<Ref<SimpleNamespace>> {
    let d = Dict::new()?;
    d.set_text("implementation", Str::new(&format!("clock_gettime({name})"))?.as_obj())?;
    d.set_text("monotonic", bool_obj(monotonic))?;
    d.set_text("adjustable", bool_obj(!monotonic))?;
    d.set_text("resolution", Float::new(resolution(clock)?)?.as_obj())?;
    SimpleNamespace::from_dict(&d)
}

/// The clocks of `time`.
#[pymodule(name = "time")]
pub mod part {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set_int(module, "CLOCK_REALTIME", libc::CLOCK_REALTIME)?;
        set_int(module, "CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC)?;
        set_int(module, "CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW)?;
        set_int(module, "CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID)?;
        set_int(module, "CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID)?;
        set_int(module, "CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME)?;
        set_int(module, "CLOCK_TAI", libc::CLOCK_TAI)
    }

    /// time() -> floating-point number
    ///
    /// Return the current time in seconds since the Epoch.
    /// Fractions of a second may be present if the system clock provides them.
    #[function(nosig)]
    fn time() -> PyResult<f64> {
        Ok(seconds(read(libc::CLOCK_REALTIME)?))
    }

    /// time_ns() -> int
    ///
    /// Return the current time in nanoseconds since the Epoch.
    #[function(nosig)]
    fn time_ns() -> PyResult<i64> {
        read(libc::CLOCK_REALTIME)
    }

    /// monotonic() -> float
    ///
    /// Monotonic clock, cannot go backward.
    #[function(nosig)]
    fn monotonic() -> PyResult<f64> {
        Ok(seconds(read(libc::CLOCK_MONOTONIC)?))
    }

    /// monotonic_ns() -> int
    ///
    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[function(nosig)]
    fn monotonic_ns() -> PyResult<i64> {
        read(libc::CLOCK_MONOTONIC)
    }

    /// perf_counter() -> float
    ///
    /// Performance counter for benchmarking.
    #[function(nosig)]
    fn perf_counter() -> PyResult<f64> {
        Ok(seconds(read(libc::CLOCK_MONOTONIC)?))
    }

    /// perf_counter_ns() -> int
    ///
    /// Performance counter for benchmarking as nanoseconds.
    #[function(nosig)]
    fn perf_counter_ns() -> PyResult<i64> {
        read(libc::CLOCK_MONOTONIC)
    }

    /// process_time() -> float
    ///
    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[function(nosig)]
    fn process_time() -> PyResult<f64> {
        Ok(seconds(read(libc::CLOCK_PROCESS_CPUTIME_ID)?))
    }

    /// process_time() -> int
    ///
    /// Process time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[function(nosig)]
    fn process_time_ns() -> PyResult<i64> {
        read(libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    /// thread_time() -> float
    ///
    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[function(nosig)]
    fn thread_time() -> PyResult<f64> {
        Ok(seconds(read(libc::CLOCK_THREAD_CPUTIME_ID)?))
    }

    /// thread_time() -> int
    ///
    /// Thread time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[function(nosig)]
    fn thread_time_ns() -> PyResult<i64> {
        read(libc::CLOCK_THREAD_CPUTIME_ID)
    }

    /// Return the time of the specified clock clk_id as a float.
    #[function]
    fn clock_gettime(clk_id: &Obj) -> PyResult<f64> {
        Ok(seconds(read(clock_id(clk_id)?)?))
    }

    /// Return the time of the specified clock clk_id as nanoseconds (int).
    #[function]
    fn clock_gettime_ns(clk_id: &Obj) -> PyResult<i64> {
        read(clock_id(clk_id)?)
    }

    /// clock_getres(clk_id) -> floating-point number
    ///
    /// Return the resolution (precision) of the specified clock clk_id.
    #[function(nosig)]
    fn clock_getres(args: &[&Obj]) -> PyResult<f64> {
        check_count("clock_getres", args, 1, 1)?;
        resolution(c_int(args[0])?)
    }

    /// clock_settime(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id.
    #[function(nosig)]
    fn clock_settime(args: &[&Obj]) -> PyResult<()> {
        check_count("clock_settime", args, 2, 2)?;
        let clock = c_int(args[0])?;
        set_clock(clock, nanoseconds(args[1], Round::Floor)?)
    }

    /// clock_settime_ns(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id with nanoseconds.
    #[function(nosig)]
    fn clock_settime_ns(args: &[&Obj]) -> PyResult<()> {
        check_count("clock_settime_ns", args, 2, 2)?;
        let clock = c_int(args[0])?;
        let Some(ns) = args[1].downcast::<Int>() else {
            bail!(TypeError, "expect int, got {}", args[1].type_name());
        };
        match ns.to_i64() {
            Some(ns) => set_clock(clock, ns),
            None => bail!(OverflowError, "timestamp out of range for C PyTime_t"),
        }
    }

    /// pthread_getcpuclockid(thread_id) -> int
    ///
    /// Return the clk_id of a thread's CPU time clock.
    #[function(nosig)]
    fn pthread_getcpuclockid(args: &[&Obj]) -> PyResult<i32> {
        check_count("pthread_getcpuclockid", args, 1, 1)?;
        let Some(thread) = args[0].downcast::<Int>() else {
            bail!(TypeError, "pthread_getcpuclockid() argument 1 must be int, not {}", args[0].type_name());
        };
        let thread = thread.int_ref().to_u64_wrapping();
        let mut clock = 0;
        // SAFETY: as in CPython the number is taken for a thread of this process.
        match unsafe { libc::pthread_getcpuclockid(thread, &mut clock) } {
            0 => Ok(clock),
            e => Err(os_error_from_errno(e, None)),
        }
    }

    /// sleep(seconds)
    ///
    /// Delay execution for a given number of seconds.  The argument may be
    /// a floating-point number for subsecond precision.
    #[function(nosig)]
    fn sleep(seconds: &Obj) -> PyResult<()> {
        let ns = nanoseconds(seconds, Round::Up)?;
        if ns < 0 {
            bail!(ValueError, "sleep length must be non-negative");
        }
        let now = read(libc::CLOCK_MONOTONIC)?;
        sleep_until(now.saturating_add(ns))
    }

    /// get_clock_info(name: str) -> dict
    ///
    /// Get information of the specified clock.
    #[function(nosig)]
    fn get_clock_info(args: &[&Obj]) -> PyResult<Object> {
        check_count("get_clock_info", args, 1, 1)?;
        let Some(name) = args[0].downcast::<Str>() else {
            bail!(TypeError, "get_clock_info() argument 1 must be str, not {}", args[0].type_name());
        };
        let info = match name.as_str()? {
            "time" => clock_info(libc::CLOCK_REALTIME, "CLOCK_REALTIME", false),
            "monotonic" | "perf_counter" => clock_info(libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true),
            "process_time" => clock_info(libc::CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID", true),
            "thread_time" => clock_info(libc::CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID", true),
            _ => bail!(ValueError, "unknown clock"),
        };
        Ok(info?.into_object())
    }
}
