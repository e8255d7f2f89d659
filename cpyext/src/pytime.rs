//! `internal/pycore_time.h`: times in nanoseconds, to and from objects and the structs of C.

use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::{Obj, Ref};
use dovetail_core::raise;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_long};

const SECOND: i64 = 1_000_000_000;

/// `_PyTime_round_t`.
#[derive(Clone, Copy)]
enum Round {
    Floor,
    Ceiling,
    HalfEven,
    Up,
}

fn rounding(n: c_int) -> Round {
    match n {
        0 => Round::Floor,
        1 => Round::Ceiling,
        2 => Round::HalfEven,
        _ => Round::Up,
    }
}

impl Round {
    fn float(self, x: f64) -> f64 {
        match self {
            Round::Floor => x.floor(),
            Round::Ceiling => x.ceil(),
            Round::HalfEven => x.round_ties_even(),
            Round::Up => {
                if x >= 0.0 {
                    x.ceil()
                } else {
                    x.floor()
                }
            }
        }
    }

    fn divide(self, t: i64, k: i64) -> i64 {
        let (q, r) = (t.div_euclid(k), t.rem_euclid(k));
        let up = match self {
            Round::Floor => false,
            Round::Ceiling => r > 0,
            Round::HalfEven => r * 2 > k || (r * 2 == k && q & 1 != 0),
            // The quotient is rounded down already, which is away from zero below it.
            Round::Up => r > 0 && t > 0,
        };
        q + i64::from(up)
    }
}

#[cold]
fn too_large() -> Raised {
    raise!(OverflowError, "timestamp out of range for C PyTime_t")
}

#[cold]
fn out_of_range() -> Raised {
    raise!(OverflowError, "timestamp out of range for platform time_t")
}

fn finite(f: &Float) -> PyResult<f64> {
    if f.value().is_nan() {
        return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
    }
    Ok(f.value())
}

/// A float within the range of 64 bits.
fn whole(d: f64) -> Option<i64> {
    (d >= i64::MIN as f64 && d < -(i64::MIN as f64)).then_some(d as i64)
}

/// A number of units, each so many nanoseconds long.
fn from_object(o: &Obj, unit: i64, round: Round) -> PyResult<i64> {
    if let Some(f) = o.downcast::<Float>() {
        return whole(round.float(finite(f)? * unit as f64)).ok_or_else(too_large);
    }
    if !o.has_index() {
        let name = o.type_name();
        return Err(raise!(TypeError, "'{name}' object cannot be interpreted as an integer or float"));
    }
    match o.as_i64() {
        Ok(n) => n.checked_mul(unit).ok_or_else(too_large),
        Err(e) if e.matches(exc::OverflowError()) => {
            e.clear();
            Err(too_large())
        }
        Err(e) => Err(e),
    }
}

/// Stores the time that seconds stand for: an int or a float.
#[capi(private)]
unsafe fn _PyTime_FromSecondsObject(t: *mut i64, o: &Obj, round: c_int) -> PyResult<()> {
    // SAFETY: the caller's variable.
    unsafe { *t = from_object(o, SECOND, rounding(round))? };
    Ok(())
}

/// As `_PyTime_FromSecondsObject`, of milliseconds.
#[capi(private)]
unsafe fn _PyTime_FromMillisecondsObject(t: *mut i64, o: &Obj, round: c_int) -> PyResult<()> {
    // SAFETY: the caller's variable.
    unsafe { *t = from_object(o, SECOND / 1000, rounding(round))? };
    Ok(())
}

/// The time that seconds stand for.
#[capi(no_gil)]
fn _PyTime_FromSeconds(seconds: c_int) -> i64 {
    i64::from(seconds) * SECOND
}

/// Stores a time that an int gives in nanoseconds.
#[capi]
unsafe fn _PyTime_FromLong(t: *mut i64, o: &Obj) -> PyResult<()> {
    let Some(n) = o.downcast::<Int>() else {
        return Err(raise!(TypeError, "expect int, got {}", o.type_name()));
    };
    // SAFETY: the caller's variable.
    unsafe { *t = n.to_i64().ok_or_else(too_large)? };
    Ok(())
}

/// A time as an int of nanoseconds.
#[capi]
fn _PyTime_AsLong(t: i64) -> PyResult<Ref<Int>> {
    Int::from_i64(t)
}

/// A time in microseconds.
#[capi(private, no_gil)]
fn _PyTime_AsMicroseconds(t: i64, round: c_int) -> i64 {
    rounding(round).divide(t, 1000)
}

/// A time in milliseconds.
#[capi(private, no_gil)]
fn _PyTime_AsMilliseconds(t: i64, round: c_int) -> i64 {
    rounding(round).divide(t, 1_000_000)
}

fn timeval(t: i64, round: c_int) -> libc::timeval {
    let us = rounding(round).divide(t, 1000);
    libc::timeval { tv_sec: us.div_euclid(1_000_000), tv_usec: us.rem_euclid(1_000_000) }
}

/// Stores a time as `timeval`.
#[capi(private)]
unsafe fn _PyTime_AsTimeval(t: i64, tv: *mut libc::timeval, round: c_int) -> PyResult<()> {
    // SAFETY: the caller's struct.
    unsafe { *tv = timeval(t, round) };
    Ok(())
}

/// As `_PyTime_AsTimeval`; every time fits.
#[capi(private, no_gil)]
unsafe fn _PyTime_AsTimeval_clamp(t: i64, tv: *mut libc::timeval, round: c_int) {
    // SAFETY: the caller's struct.
    unsafe { *tv = timeval(t, round) };
}

/// Stores a time as seconds and microseconds.
#[capi(private)]
unsafe fn _PyTime_AsTimevalTime_t(t: i64, seconds: *mut i64, us: *mut c_int, round: c_int) -> PyResult<()> {
    let tv = timeval(t, round);
    // SAFETY: the caller's variables.
    unsafe {
        *seconds = tv.tv_sec;
        *us = tv.tv_usec as c_int;
    }
    Ok(())
}

/// Stores a time as `timespec`.
#[capi]
unsafe fn _PyTime_AsTimespec(t: i64, ts: *mut abi::timespec) -> PyResult<()> {
    // SAFETY: the caller's struct.
    unsafe { _PyTime_AsTimespec_clamp(t, ts) };
    Ok(())
}

/// As `_PyTime_AsTimespec`; every time fits.
#[capi(no_gil)]
unsafe fn _PyTime_AsTimespec_clamp(t: i64, ts: *mut abi::timespec) {
    // SAFETY: the caller's struct.
    unsafe {
        (*ts).tv_sec = t.div_euclid(SECOND);
        (*ts).tv_nsec = t.rem_euclid(SECOND);
    }
}

fn whole_seconds(o: &Obj) -> PyResult<i64> {
    match o.as_i64() {
        Err(e) if e.matches(exc::OverflowError()) => {
            e.clear();
            Err(out_of_range())
        }
        r => r,
    }
}

/// Stores the whole seconds of a number.
#[capi(private)]
unsafe fn _PyTime_ObjectToTime_t(o: &Obj, seconds: *mut i64, round: c_int) -> PyResult<()> {
    let n = match o.downcast::<Float>() {
        Some(f) => whole(rounding(round).float(finite(f)?)).ok_or_else(out_of_range)?,
        None => whole_seconds(o)?,
    };
    // SAFETY: the caller's variable.
    unsafe { *seconds = n };
    Ok(())
}

/// Seconds of a number, and the rest in parts of which `parts` are a second.
fn split(o: &Obj, parts: f64, round: Round) -> PyResult<(i64, i64)> {
    let Some(f) = o.downcast::<Float>() else { return Ok((whole_seconds(o)?, 0)) };
    let d = finite(f)?;
    let mut seconds = d.trunc();
    let mut rest = if d.is_finite() { round.float((d - seconds) * parts) } else { 0.0 };
    if rest >= parts {
        rest -= parts;
        seconds += 1.0;
    } else if rest < 0.0 {
        rest += parts;
        seconds -= 1.0;
    }
    Ok((whole(seconds).ok_or_else(out_of_range)?, rest as i64))
}

/// Stores seconds and nanoseconds of a number.
#[capi(private)]
unsafe fn _PyTime_ObjectToTimespec(
    o: &Obj,
    seconds: *mut i64,
    rest: *mut c_long,
    round: c_int,
) -> PyResult<()> {
    // SAFETY: the caller's variables.
    unsafe { (*seconds, *rest) = split(o, 1e9, rounding(round))? };
    Ok(())
}

/// Stores seconds and microseconds of a number.
#[capi(private)]
unsafe fn _PyTime_ObjectToTimeval(
    o: &Obj,
    seconds: *mut i64,
    rest: *mut c_long,
    round: c_int,
) -> PyResult<()> {
    // SAFETY: the caller's variables.
    unsafe { (*seconds, *rest) = split(o, 1e6, rounding(round))? };
    Ok(())
}

/// `_Py_clock_info_t`.
#[repr(C)]
pub struct ClockInfo {
    implementation: *const c_char,
    monotonic: c_int,
    adjustable: c_int,
    resolution: f64,
}

fn monotonic() -> i64 {
    // SAFETY: our own struct.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t);
        t.tv_sec * SECOND + t.tv_nsec
    }
}

/// Stores the monotonic clock's time, and facts about the clock unless `info` is NULL.
#[capi(private)]
unsafe fn _PyTime_MonotonicWithInfo(t: *mut i64, info: *mut ClockInfo) -> PyResult<()> {
    // SAFETY: the caller's variables, and our own struct.
    unsafe {
        *t = monotonic();
        if let Some(info) = info.as_mut() {
            let mut r: libc::timespec = std::mem::zeroed();
            libc::clock_getres(libc::CLOCK_MONOTONIC, &mut r);
            *info = ClockInfo {
                implementation: c"clock_gettime(CLOCK_MONOTONIC)".as_ptr(),
                monotonic: 1,
                adjustable: 0,
                resolution: r.tv_sec as f64 + r.tv_nsec as f64 * 1e-9,
            };
        }
    }
    Ok(())
}

/// When a time from now is over.
#[capi(no_gil)]
fn _PyDeadline_Init(timeout: i64) -> i64 {
    monotonic().saturating_add(timeout)
}

/// How long it is until then.
#[capi(no_gil)]
fn _PyDeadline_Get(deadline: i64) -> i64 {
    deadline.saturating_sub(monotonic())
}

fn broken_down(found: bool) -> PyResult<()> {
    if found {
        return Ok(());
    }
    Err(dovetail_core::types::exceptions_os::last_os_error(None))
}

/// Local time of a number of seconds.
#[capi]
unsafe fn _PyTime_localtime(t: i64, tm: *mut abi::tm) -> PyResult<()> {
    // SAFETY: the caller's struct.
    broken_down(!unsafe { libc::localtime_r(&t, tm.cast()) }.is_null())
}

/// Universal time of a number of seconds.
#[capi]
unsafe fn _PyTime_gmtime(t: i64, tm: *mut abi::tm) -> PyResult<()> {
    // SAFETY: the caller's struct.
    broken_down(!unsafe { libc::gmtime_r(&t, tm.cast()) }.is_null())
}
