//! `_datetime`: dates, times, differences and time zones with CPython's memory layout, and the capsule
//! `datetime.datetime_CAPI` through which C reaches them.
//!
//! - `calendar` and `iso` are plain arithmetic and parsing.
//! - `delta`, `zone`, `date`, `time`, `moment` (the type `datetime`), `week` hold a type each.
//! - `format` writes, `clock` asks the system for the time and the local zone, `args` reads arguments.

pub(crate) mod args;
pub(crate) mod calendar;
mod capi;
mod clock;
mod date;
pub(crate) mod delta;
mod format;
mod iso;
pub(crate) mod moment;
mod time;
mod week;
pub(crate) mod zone;

use crate::util::{set, set_int};
use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::{AsObj, Obj};
use dovetail_macros::pymodule;

/// Sets attributes of a static type.
fn type_constants<T: Native>(rows: &[(&str, &Obj)]) -> PyResult<()> {
    for (name, value) in rows {
        T::type_object().dict().set_text(name, value)?;
    }
    T::type_object().modified();
    Ok(())
}

/// Fast implementation of the datetime module.
#[pymodule(name = "_datetime")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<date::Date>(module)?;
        add_type::<moment::DateTime>(module)?;
        add_type::<time::Time>(module)?;
        add_type::<delta::Delta>(module)?;
        add_type::<zone::TzInfo>(module)?;
        add_type::<zone::TimeZone>(module)?;
        dovetail_core::types::ready::ready::<week::IsoDate>()?;
        delta::constants()?;
        date::constants()?;
        time::constants()?;
        zone::constants()?;
        moment::constants()?;
        set_int(module, "MINYEAR", calendar::MIN_YEAR)?;
        set_int(module, "MAXYEAR", calendar::MAX_YEAR)?;
        set(module, "UTC", zone::utc()?)?;
        set(module, "datetime_CAPI", capi::capsule()?.as_obj())
    }
}

pub use module::MODULE;
