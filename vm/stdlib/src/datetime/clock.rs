//! The system's clock and local time zone, and seconds counted from the year 1.

use super::calendar::{self, MAX_ORDINAL};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::Obj;
use dovetail_core::types::exceptions_os::last_os_error;
use dovetail_core::types::float::Float;
use dovetail_core::{bail, raise};

/// Seconds from the year 1 (day 1 as one whole day) to the epoch.
pub const EPOCH: i64 = 719_163 * 86_400;
/// How far a change of the clocks may reach.
const LONGEST_FOLD: i64 = 86_400;

/// Fields of a point in time, in UTC or local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    pub year: i32,
    pub month: i32,
    pub day: i32,
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
}

/// What the C library says of a time stamp.
pub struct Broken {
    pub fields: Fields,
    pub offset: i64,
    pub zone: String,
}

fn broken(seconds: i64, local: bool) -> PyResult<Broken> {
    // SAFETY: all-zero is a valid tm; the library fills it or says that it cannot.
    unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        *libc::__errno_location() = 0;
        let found =
            if local { libc::localtime_r(&seconds, &mut tm) } else { libc::gmtime_r(&seconds, &mut tm) };
        if found.is_null() {
            if *libc::__errno_location() == 0 {
                *libc::__errno_location() = libc::EINVAL;
            }
            return Err(last_os_error(None));
        }
        let zone = if tm.tm_zone.is_null() {
            String::new()
        } else {
            std::ffi::CStr::from_ptr(tm.tm_zone).to_string_lossy().into_owned()
        };
        Ok(Broken {
            fields: Fields {
                year: tm.tm_year.wrapping_add(1900),
                month: tm.tm_mon + 1,
                day: tm.tm_mday,
                hour: tm.tm_hour,
                minute: tm.tm_min,
                second: tm.tm_sec.min(59),
            },
            offset: tm.tm_gmtoff,
            zone,
        })
    }
}

/// Local time of seconds since the epoch.
pub fn local_time(seconds: i64) -> PyResult<Broken> {
    broken(seconds, true)
}

/// UTC of seconds since the epoch.
pub fn utc_time(seconds: i64) -> PyResult<Broken> {
    broken(seconds, false)
}

/// Seconds from the year 1 of fields read as UTC.
pub fn to_seconds(f: Fields) -> PyResult<i64> {
    if !(calendar::MIN_YEAR..=calendar::MAX_YEAR).contains(&f.year) {
        bail!(ValueError, "year must be in 1..9999, not {}", f.year);
    }
    let days = calendar::ordinal(f.year, f.month, f.day);
    Ok(((days * 24 + i64::from(f.hour)) * 60 + i64::from(f.minute)) * 60 + i64::from(f.second))
}

/// The local time at a point, both in seconds from the year 1.
fn local(seconds: i64) -> PyResult<i64> {
    if !(86_400..=(MAX_ORDINAL + 1) * 86_400 - 1).contains(&seconds) {
        bail!(ValueError, "year must be in 1..9999");
    }
    to_seconds(local_time(seconds - EPOCH)?.fields)
}

/// The point at which local time shows these fields, in seconds from the year 1; `fold` picks one of two.
pub fn from_local(f: Fields, fold: bool) -> PyResult<i64> {
    let t = to_seconds(f)?;
    let a = local(t)? - t;
    let u1 = t - a;
    let t1 = local(u1)?;
    let b = if t1 == t {
        let u2 = if fold { u1 + LONGEST_FOLD } else { u1 - LONGEST_FOLD };
        let b = local(u2)? - u2;
        if a == b {
            return Ok(u1);
        }
        b
    } else {
        t1 - u1
    };
    let u2 = t - b;
    if local(u2)? == t {
        return Ok(u2);
    }
    if t1 == t {
        return Ok(u1);
    }
    // The clocks were put forward over these fields.
    Ok(if fold { u1.min(u2) } else { u1.max(u2) })
}

/// Whether local time at this point (seconds since the epoch) shows what it has shown before.
pub fn is_folded(seconds: i64, f: Fields) -> PyResult<bool> {
    let shown = to_seconds(f)?;
    let probe = local(EPOCH + seconds - LONGEST_FOLD)?;
    let transition = shown - probe - LONGEST_FOLD;
    Ok(transition < 0 && local(EPOCH + seconds + transition)? == shown)
}

fn too_large() -> Raised {
    raise!(OverflowError, "timestamp out of range for platform time_t")
}

fn in_range(v: f64) -> PyResult<i64> {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&v) {
        Ok(v as i64)
    } else {
        Err(too_large())
    }
}

/// Whole seconds of a time stamp, rounded down.
pub fn whole_seconds(stamp: &Obj) -> PyResult<i64> {
    if let Some(f) = stamp.downcast::<Float>() {
        if f.value().is_nan() {
            bail!(ValueError, "Invalid value NaN (not a number)");
        }
        return in_range(f.value().floor());
    }
    stamp.index()?.to_i64().ok_or_else(too_large)
}

/// Half to even.
pub fn round_half_even(v: f64) -> f64 {
    let r = v.round();
    if (v - r).abs() == 0.5 { 2.0 * (v / 2.0).round() } else { r }
}

/// Seconds and microseconds of a time stamp, the nearest (half to even).
pub fn seconds_and_micros(stamp: &Obj) -> PyResult<(i64, i32)> {
    let Some(f) = stamp.downcast::<Float>() else {
        if !stamp.has_index() {
            bail!(TypeError, "argument must be int or float, not {}", stamp.type_name());
        }
        return Ok((stamp.index()?.to_i64().ok_or_else(too_large)?, 0));
    };
    let v = f.value();
    if v.is_nan() {
        bail!(ValueError, "Invalid value NaN (not a number)");
    }
    let mut whole = v.trunc();
    let mut micros = round_half_even((v - whole) * 1e6);
    if micros >= 1e6 {
        micros -= 1e6;
        whole += 1.0;
    } else if micros < 0.0 {
        micros += 1e6;
        whole -= 1.0;
    }
    Ok((in_range(whole)?, micros as i32))
}

/// The clock: seconds since the epoch, and microseconds.
pub fn now() -> (i64, i32) {
    let d = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    d.map_or((0, 0), |d| (d.as_secs() as i64, d.subsec_micros() as i32))
}
