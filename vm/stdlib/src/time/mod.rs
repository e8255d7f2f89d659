//! `time`: clocks, and the conversion of points in time to calendar fields and text.

mod calendar;
mod clock;
mod zone;

use crate::util::{add_part, set, set_int};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::raise;
use dovetail_macros::pymodule;

/// Functions to read clocks and to convert time values.
///
/// A point in time is either the number of seconds since the epoch (January 1, 1970,
/// 00:00:00 UTC), as an integer or as a float with fractions of a second, or a tuple of
/// 9 integers giving local time:
///   year (including century, e.g. 1998)
///   month (1-12)
///   day (1-31)
///   hours (0-23)
///   minutes (0-59)
///   seconds (0-59)
///   weekday (0-6, Monday is 0)
///   Julian day (day in the year, 1-366)
///   DST (Daylight Savings Time) flag (-1, 0 or 1)
/// With DST flag 0 the time is given in the regular time zone, with 1 in the DST time
/// zone; with -1, mktime() guesses from date and time.
#[pymodule(name = "time")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_part(module, &clock::part::MODULE)?;
        add_part(module, &calendar::part::MODULE)?;
        add_part(module, &zone::part::MODULE)?;
        set(module, "struct_time", calendar::struct_time()?.as_obj())?;
        set_int(module, "_STRUCT_TM_ITEMS", 11)
    }
}

pub use module::MODULE;

/// Checks the number of arguments as `PyArg_ParseTuple` does.
fn check_count(function: &str, args: &[&Obj], min: usize, max: usize) -> PyResult<()> {
    let n = args.len();
    if (min..=max).contains(&n) {
        return Ok(());
    }
    Err(wrong_count(function, n, min, max))
}

#[cold]
fn wrong_count(function: &str, n: usize, min: usize, max: usize) -> Raised {
    let (bound, count) = match (min == max, n < min) {
        (true, _) => ("exactly", min),
        (false, true) => ("at least", min),
        (false, false) => ("at most", max),
    };
    let s = if count == 1 { "" } else { "s" };
    raise!(TypeError, "{function}() takes {bound} {count} argument{s} ({n} given)")
}

/// An argument that C takes as an `int`.
fn c_int(o: &Obj) -> PyResult<i32> {
    let v = o.index()?;
    match v.to_i64().map(i32::try_from) {
        Some(Ok(v)) => Ok(v),
        _ if v.is_negative() => Err(raise!(OverflowError, "signed integer is less than minimum")),
        _ => Err(raise!(OverflowError, "signed integer is greater than maximum")),
    }
}
