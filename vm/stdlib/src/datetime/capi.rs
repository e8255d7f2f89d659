//! `datetime.datetime_CAPI`: the table of types and functions that C code fetches with `PyDateTime_IMPORT`.
//!
//! # Contract of the unsafe blocks
//! C calls these functions with the GIL held, with live objects where it passes any, and with types that are the named ones
//! or subtypes of them.

use super::date::Date;
use super::delta::Delta;
use super::moment::DateTime;
use super::time::Time;
use super::zone::{TimeZone, TzInfo, utc};
use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, borrow, borrow_opt, cast_opt_unchecked, cast_unchecked, result_ptr};
use dovetail_core::object::{AsObj, Ref};
use dovetail_core::types::capsule::Capsule;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use std::ffi::c_int;

type P = *mut abi::PyObject;
type T = *mut abi::PyTypeObject;

// SAFETY of all functions: the contract above.

unsafe extern "C" fn date(year: c_int, month: c_int, day: c_int, cls: T) -> P {
    unsafe { result_ptr(Date::alloc(&*(cls as *const Type), year, month, day)) }
}

#[allow(clippy::too_many_arguments)]
unsafe extern "C" fn moment_fold(
    year: c_int,
    month: c_int,
    day: c_int,
    hour: c_int,
    minute: c_int,
    second: c_int,
    micros: c_int,
    zone: P,
    fold: c_int,
    cls: T,
) -> P {
    unsafe {
        let (cls, ymd, clock) = (&*(cls as *const Type), [year, month, day], [hour, minute, second, micros]);
        result_ptr(DateTime::alloc(cls, ymd, clock, borrow_opt(zone), fold))
    }
}

#[allow(clippy::too_many_arguments)]
unsafe extern "C" fn moment(
    year: c_int,
    month: c_int,
    day: c_int,
    hour: c_int,
    minute: c_int,
    second: c_int,
    micros: c_int,
    zone: P,
    cls: T,
) -> P {
    unsafe { moment_fold(year, month, day, hour, minute, second, micros, zone, 0, cls) }
}

unsafe extern "C" fn time_fold(
    hour: c_int,
    minute: c_int,
    second: c_int,
    micros: c_int,
    zone: P,
    fold: c_int,
    cls: T,
) -> P {
    unsafe {
        let clock = [hour, minute, second, micros];
        result_ptr(Time::alloc(&*(cls as *const Type), clock, borrow_opt(zone), fold))
    }
}

unsafe extern "C" fn time(hour: c_int, minute: c_int, second: c_int, micros: c_int, zone: P, cls: T) -> P {
    unsafe { time_fold(hour, minute, second, micros, zone, 0, cls) }
}

unsafe extern "C" fn delta(days: c_int, seconds: c_int, micros: c_int, normalize: c_int, cls: T) -> P {
    unsafe {
        let cls = &*(cls as *const Type);
        result_ptr(match normalize {
            0 => Delta::plain(cls, days, seconds, micros),
            _ => Delta::of(cls, days.into(), seconds.into(), micros.into()),
        })
    }
}

unsafe extern "C" fn zone(offset: P, name: P) -> P {
    unsafe {
        let make = || {
            let Some(d) = borrow(offset).downcast::<Delta>() else {
                bail!(TypeError, "offset must be a timedelta, not {}", borrow(offset).type_name());
            };
            TimeZone::new(d, borrow_opt(name))
        };
        result_ptr(make())
    }
}

unsafe extern "C" fn moment_of_stamp(cls: P, args: P, keywords: P) -> P {
    unsafe {
        let make = || {
            let (args, keywords) = (cast_unchecked::<Tuple>(args), cast_opt_unchecked::<Dict>(keywords));
            let f = borrow(cls).get_attr_text("fromtimestamp")?;
            f.call_dict(args, keywords)
        };
        result_ptr(make())
    }
}

unsafe extern "C" fn date_of_stamp(cls: P, args: P) -> P {
    unsafe {
        let make = || {
            let args = cast_unchecked::<Tuple>(args);
            if args.len() != 1 {
                return Err(raise!(TypeError, "fromtimestamp expected 1 argument, got {}", args.len()));
            }
            Date::from_stamp(cast_unchecked::<Type>(cls), args.get(0))
        };
        result_ptr(make())
    }
}

/// The capsule. Its table lives as long as the process.
pub fn capsule() -> PyResult<Ref<Capsule>> {
    let table = Box::leak(Box::new(abi::PyDateTime_CAPI {
        DateType: Date::TYPE_POINTER,
        DateTimeType: DateTime::TYPE_POINTER,
        TimeType: Time::TYPE_POINTER,
        DeltaType: Delta::TYPE_POINTER,
        TZInfoType: TzInfo::TYPE_POINTER,
        TimeZone_UTC: utc()?.as_obj().as_ptr(),
        Date_FromDate: Some(date),
        DateTime_FromDateAndTime: Some(moment),
        Time_FromTime: Some(time),
        Delta_FromDelta: Some(delta),
        TimeZone_FromTimeZone: Some(zone),
        DateTime_FromTimestamp: Some(moment_of_stamp),
        Date_FromTimestamp: Some(date_of_stamp),
        DateTime_FromDateAndTimeAndFold: Some(moment_fold),
        Time_FromTimeAndFold: Some(time_fold),
    }));
    let table: *mut abi::PyDateTime_CAPI = table;
    Capsule::new(table.cast(), abi::PyDateTime_CAPSULE_NAME.as_ptr().cast(), None)
}
