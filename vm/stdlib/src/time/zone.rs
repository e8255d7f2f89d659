//! The time zone's names and offsets.

use super::calendar::{local, locale_text};
use crate::util::{set, set_int};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Ref};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;
use std::ffi::CStr;

unsafe extern "C" {
    fn tzset();
}

/// The zone's name, at most nine bytes, and its distance to the west of Greenwich.
fn zone_at(t: i64) -> PyResult<(Ref<Str>, i64)> {
    let tm = local(t)?;
    let name: &[u8] = if tm.tm_zone.is_null() {
        b"   "
    } else {
        // SAFETY: a name that libc keeps until the zone is set anew.
        unsafe { CStr::from_ptr(tm.tm_zone) }.to_bytes()
    };
    Ok((locale_text(&name[..name.len().min(9)])?, -tm.tm_gmtoff))
}

/// Sets `timezone`, `altzone`, `daylight` and `tzname`, from what holds at the beginning and in the middle of the year.
fn describe(module: &Obj) -> PyResult<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let now = super::clock::read(libc::CLOCK_REALTIME)?.div_euclid(1_000_000_000);
    let start = now / YEAR * YEAR;
    let (winter, winter_offset) = zone_at(start)?;
    let (summer, summer_offset) = zone_at(start + YEAR / 2)?;
    // In the south, daylight saving time holds in January.
    let south = winter_offset < summer_offset;
    let ((standard, offset), (saving, saving_offset)) = if south {
        ((summer, summer_offset), (winter, winter_offset))
    } else {
        ((winter, winter_offset), (summer, summer_offset))
    };
    set_int(module, "timezone", offset)?;
    set_int(module, "altzone", saving_offset)?;
    set_int(module, "daylight", (offset != saving_offset) as i64)?;
    set(module, "tzname", Tuple::from_slice(&[standard.as_obj(), saving.as_obj()])?.as_obj())
}

/// The zone functions of `time`.
#[pymodule(name = "time")]
pub mod part {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        // SAFETY: reads the environment, which only Python code changes, under the GIL.
        unsafe { super::tzset() };
        describe(module)
    }

    /// tzset()
    ///
    /// Initialize, or reinitialize, the local timezone to the value stored in
    /// os.environ['TZ']. The TZ environment variable should be specified in
    /// standard Unix timezone format as documented in the tzset man page
    /// (eg. 'US/Eastern', 'Europe/Amsterdam'). Unknown timezones will silently
    /// fall back to UTC. If the TZ environment variable is not set, the local
    /// timezone is set to the systems best guess of wallclock time.
    /// Changing the TZ environment variable without calling tzset *may* change
    /// the local timezone used by methods such as localtime, but this behaviour
    /// should not be relied on.
    #[function(nosig, pass_module)]
    fn tzset(module: &Obj) -> PyResult<()> {
        // SAFETY: as above.
        unsafe { super::tzset() };
        describe(module)
    }
}
