//! Calendar fields: `struct_time`, its making from seconds, and the way back; text from fields.

use super::{c_int, check_count};
use crate::util::TypeCell;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::exceptions_os::os_error_from_errno;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use dovetail_text::TextBuf;
use std::ffi::{CStr, CString};

/// The type `time.struct_time`.
pub fn struct_time() -> PyResult<&'static Type> {
    static TYPE: TypeCell = TypeCell::new();
    TYPE.get_or(|| {
        structseq::new_type(&Declaration {
            name: "time.struct_time",
            doc: "The time value as returned by gmtime(), localtime(), and strptime(), and\n \
                  accepted by asctime(), mktime() and strftime().  May be considered as a\n \
                  sequence of 9 integers.\n\n \
                  Some fields differ from those of C's struct tm of the same name: tm_year, for\n \
                  example, is the year itself.  See the fields' own descriptions.",
            fields: &[
                (Some("tm_year"), "year, for example, 1993"),
                (Some("tm_mon"), "month of year, range [1, 12]"),
                (Some("tm_mday"), "day of month, range [1, 31]"),
                (Some("tm_hour"), "hours, range [0, 23]"),
                (Some("tm_min"), "minutes, range [0, 59]"),
                (Some("tm_sec"), "seconds, range [0, 61])"),
                (Some("tm_wday"), "day of week, range [0, 6], Monday is 0"),
                (Some("tm_yday"), "day of year, range [1, 366]"),
                (Some("tm_isdst"), "1 if summer time is in effect, 0 if not, and -1 if unknown"),
                (Some("tm_zone"), "abbreviation of timezone name"),
                (Some("tm_gmtoff"), "offset from UTC in seconds"),
            ],
            visible: 9,
        })
    })
}

/// C's fields with the zone's name, which lives beside them.
pub struct Fields {
    pub tm: libc::tm,
    /// Owns what `tm_zone` points to.
    _zone: Option<CString>,
}

fn os_result(ok: bool) -> PyResult<()> {
    if ok {
        return Ok(());
    }
    let e = std::io::Error::last_os_error().raw_os_error().filter(|e| *e != 0);
    Err(os_error_from_errno(e.unwrap_or(libc::EINVAL), None))
}

fn empty() -> libc::tm {
    // SAFETY: all-zero is a valid struct tm.
    unsafe { std::mem::zeroed() }
}

/// Local time; the zone's name is libc's.
pub fn local(t: i64) -> PyResult<libc::tm> {
    let mut tm = empty();
    // SAFETY: filled by the call. Unlike localtime, localtime_r need not look at TZ: as in CPython that is for tzset.
    os_result(unsafe { !libc::localtime_r(&t, &mut tm).is_null() })?;
    Ok(tm)
}

fn utc(t: i64) -> PyResult<libc::tm> {
    let mut tm = empty();
    // SAFETY: filled by the call.
    os_result(unsafe { !libc::gmtime_r(&t, &mut tm).is_null() })?;
    Ok(tm)
}

fn out_of_range() -> dovetail_core::error::Raised {
    raise!(OverflowError, "timestamp out of range for platform time_t")
}

/// Whole seconds of a number, rounded down; the present time for none.
fn whole_seconds(o: Option<&Obj>) -> PyResult<i64> {
    let Some(o) = o.filter(|o| !o.is_none()) else {
        return Ok(super::clock::read(libc::CLOCK_REALTIME)?.div_euclid(1_000_000_000));
    };
    if let Some(f) = o.downcast::<Float>() {
        let v = f.value();
        if v.is_nan() {
            bail!(ValueError, "Invalid value NaN (not a number)");
        }
        let v = v.floor();
        const LIMIT: f64 = -(i64::MIN as f64);
        if !(-LIMIT..LIMIT).contains(&v) {
            return Err(out_of_range());
        }
        return Ok(v as i64);
    }
    o.index()?.to_i64().ok_or_else(out_of_range)
}

/// The text of the locale's bytes.
pub fn locale_text(bytes: &[u8]) -> PyResult<Ref<Str>> {
    crate::util::fs_decode(bytes)
}

fn zone_text(tm: &libc::tm) -> PyResult<Object> {
    if tm.tm_zone.is_null() {
        return Ok(none().to_owned());
    }
    // SAFETY: a name that libc keeps.
    Ok(locale_text(unsafe { CStr::from_ptr(tm.tm_zone) }.to_bytes())?.into_object())
}

fn to_struct(tm: &libc::tm) -> PyResult<Object> {
    let n = |v: i64| Int::from_i64(v).map(Ref::into_object);
    let values = vec![
        n(tm.tm_year as i64 + 1900)?,
        n(tm.tm_mon as i64 + 1)?,
        n(tm.tm_mday as i64)?,
        n(tm.tm_hour as i64)?,
        n(tm.tm_min as i64)?,
        n(tm.tm_sec as i64)?,
        n((tm.tm_wday as i64 + 6) % 7)?,
        n(tm.tm_yday as i64 + 1)?,
        n(tm.tm_isdst as i64)?,
        zone_text(tm)?,
        n(tm.tm_gmtoff)?,
    ];
    structseq::new(struct_time()?, values)
}

impl Fields {
    /// C's fields of a tuple or `struct_time`.
    fn from_object(o: &Obj, function: &str) -> PyResult<Fields> {
        let Some(t) = o.downcast::<Tuple>() else {
            bail!(TypeError, "Tuple or struct_time argument required");
        };
        if t.len() != 9 {
            bail!(TypeError, "{function}(): illegal time tuple argument");
        }
        let mut v = [0i32; 9];
        for (v, item) in v.iter_mut().zip(t.items()) {
            *v = c_int(item)?;
        }
        let [year, mon, mday, hour, min, sec, wday, yday, isdst] = v;
        if year < i32::MIN + 1900 {
            bail!(OverflowError, "year out of range");
        }
        let mut tm = empty();
        tm.tm_year = year.wrapping_sub(1900);
        tm.tm_mon = mon.wrapping_sub(1);
        tm.tm_mday = mday;
        tm.tm_hour = hour;
        tm.tm_min = min;
        tm.tm_sec = sec;
        tm.tm_wday = wday.wrapping_add(1) % 7;
        tm.tm_yday = yday.wrapping_sub(1);
        tm.tm_isdst = isdst;
        let mut zone = None;
        if o.ob_type().is_subtype(struct_time()?) {
            let name = structseq::field(o, 9);
            if let Some(s) = name.downcast::<Str>() {
                zone = CString::new(crate::util::fs_encode(s)?).ok();
                if zone.is_none() {
                    bail!(ValueError, "embedded null character");
                }
            }
            let offset = structseq::field(o, 10);
            if !offset.is_none() {
                tm.tm_gmtoff = offset.as_i64()?;
            }
        }
        if let Some(z) = &zone {
            tm.tm_zone = z.as_ptr();
        }
        Ok(Fields { tm, _zone: zone })
    }

    /// The fields of an optional argument; of the present local time for none.
    fn from_argument(o: Option<&Obj>, function: &str) -> PyResult<Fields> {
        match o {
            Some(o) => Fields::from_object(o, function),
            None => Ok(Fields { tm: local(whole_seconds(None)?)?, _zone: None }),
        }
    }

    /// Fields that C may index tables with.
    fn check(&mut self) -> PyResult<()> {
        let tm = &mut self.tm;
        // Zero stands for the first month and day, as it does for programs that leave them out.
        if tm.tm_mon == -1 {
            tm.tm_mon = 0;
        }
        if tm.tm_mday == 0 {
            tm.tm_mday = 1;
        }
        if tm.tm_yday == -1 {
            tm.tm_yday = 0;
        }
        let ranges = [
            (tm.tm_mon, 0, 11, "month"),
            (tm.tm_mday, 1, 31, "day of month"),
            (tm.tm_hour, 0, 23, "hour"),
            (tm.tm_min, 0, 59, "minute"),
            (tm.tm_sec, 0, 61, "seconds"),
            (tm.tm_wday, 0, 6, "day of week"),
            (tm.tm_yday, 0, 365, "day of year"),
        ];
        for (v, low, high, what) in ranges {
            if !(low..=high).contains(&v) {
                bail!(ValueError, "{what} out of range");
            }
        }
        Ok(())
    }
}

fn ascii_time(tm: &libc::tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday as usize],
        MONTHS[tm.tm_mon as usize],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        tm.tm_year as i64 + 1900
    )
}

/// What C's strftime makes of a format without null bytes.
fn format_bytes(format: &CStr, tm: &libc::tm) -> Vec<u8> {
    let limit = 256 * format.to_bytes().len().max(1);
    let mut buffer = vec![0u8; 1024];
    loop {
        // SAFETY: the buffer's length is given; the format ends with a null byte.
        let n = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), buffer.len(), format.as_ptr(), tm) };
        // An empty result and one that did not fit look the same.
        if n > 0 || buffer.len() >= limit {
            buffer.truncate(n);
            return buffer;
        }
        buffer.resize(buffer.len() * 2, 0);
    }
}

/// The calendar functions of `time`.
#[pymodule(name = "time")]
pub mod part {
    use super::*;

    /// gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,
    ///                        tm_sec, tm_wday, tm_yday, tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.
    /// GMT).  When 'seconds' is not passed in, convert the current time instead.
    ///
    /// If the platform supports the tm_gmtoff and tm_zone, they are available as
    /// attributes only.
    #[function(nosig)]
    fn gmtime(args: &[&Obj]) -> PyResult<Object> {
        check_count("gmtime", args, 0, 1)?;
        to_struct(&utc(whole_seconds(args.first().copied())?)?)
    }

    /// localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,
    ///                           tm_sec,tm_wday,tm_yday,tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    /// When 'seconds' is not passed in, convert the current time instead.
    #[function(nosig)]
    fn localtime(args: &[&Obj]) -> PyResult<Object> {
        check_count("localtime", args, 0, 1)?;
        to_struct(&local(whole_seconds(args.first().copied())?)?)
    }

    /// asctime([time_tuple]) -> string
    ///
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    /// When the time tuple is not present, current time as returned by localtime()
    /// is used.
    #[function(nosig)]
    fn asctime(args: &[&Obj]) -> PyResult<String> {
        if args.len() > 1 {
            bail!(TypeError, "asctime expected at most 1 argument, got {}", args.len());
        }
        let mut f = Fields::from_argument(args.first().copied(), "asctime")?;
        f.check()?;
        Ok(ascii_time(&f.tm))
    }

    /// ctime([seconds]) -> string
    ///
    /// Convert a time in seconds since the Epoch to a string in local time.
    /// This is equivalent to asctime(localtime(seconds)). When 'seconds' is not
    /// passed in, convert the current time instead.
    #[function(nosig)]
    fn ctime(args: &[&Obj]) -> PyResult<String> {
        check_count("ctime", args, 0, 1)?;
        Ok(ascii_time(&local(whole_seconds(args.first().copied())?)?))
    }

    /// mktime(time_tuple) -> floating-point number
    ///
    /// Convert a time tuple in local time to seconds since the Epoch.
    /// Note that mktime(gmtime(0)) will not generally return zero for most
    /// time zones; instead the returned value will either be equal to that
    /// of the timezone or altzone attributes on the time module.
    #[function(nosig)]
    fn mktime(time_tuple: &Obj) -> PyResult<f64> {
        let mut f = Fields::from_object(time_tuple, "mktime")?;
        // The result -1 is a time like others; the day of the week tells whether it is an error.
        f.tm.tm_wday = -1;
        // SAFETY: filled fields.
        let t = unsafe { libc::mktime(&mut f.tm) };
        if t == -1 && f.tm.tm_wday == -1 {
            bail!(OverflowError, "mktime argument out of range");
        }
        Ok(t as f64)
    }

    /// strftime(format[, time_tuple]) -> string
    ///
    /// Convert a time tuple to a string according to a format specification.
    /// See the library reference manual for formatting codes. When the time tuple
    /// is not present, current time as returned by localtime() is used.
    ///
    /// Commonly used format codes:
    ///
    /// %Y  Year with century as a decimal number.
    /// %m  Month as a decimal number [01,12].
    /// %d  Day of the month as a decimal number [01,31].
    /// %H  Hour (24-hour clock) as a decimal number [00,23].
    /// %M  Minute as a decimal number [00,59].
    /// %S  Second as a decimal number [00,61].
    /// %z  Time zone offset from UTC.
    /// %a  Locale's abbreviated weekday name.
    /// %A  Locale's full weekday name.
    /// %b  Locale's abbreviated month name.
    /// %B  Locale's full month name.
    /// %c  Locale's appropriate date and time representation.
    /// %I  Hour (12-hour clock) as a decimal number [01,12].
    /// %p  Locale's equivalent of either AM or PM.
    ///
    /// Other codes may be available on your platform.  See documentation for
    /// the C library strftime function.
    #[function(nosig)]
    fn strftime(args: &[&Obj]) -> PyResult<Ref<Str>> {
        if args.is_empty() {
            bail!(TypeError, "strftime() takes at least 1 argument (0 given)");
        }
        check_count("strftime", args, 1, 2)?;
        let Some(format) = args[0].downcast::<Str>() else {
            let got = if args[0].is_none() { "None" } else { args[0].type_name() };
            bail!(TypeError, "strftime() argument 1 must be str, not {got}");
        };
        let mut f = Fields::from_argument(args.get(1).copied(), "strftime")?;
        f.check()?;
        f.tm.tm_isdst = f.tm.tm_isdst.signum();
        let mut out = TextBuf::new();
        let mut run = Vec::new();
        let flush = |run: &mut Vec<u8>, out: &mut TextBuf| -> PyResult<()> {
            if let Ok(text) = CString::new(std::mem::take(run))
                && !text.is_empty()
            {
                out.push_text(locale_text(&format_bytes(&text, &f.tm))?.text());
            }
            Ok(())
        };
        // C sees ASCII text only; everything else goes through as it is.
        for c in format.text().iter() {
            if c != 0 && c < 128 {
                run.push(c as u8);
                continue;
            }
            flush(&mut run, &mut out)?;
            out.push(c);
        }
        flush(&mut run, &mut out)?;
        Str::from_buf(out.finish())
    }

    /// strptime(string[, format]) -> struct_time
    ///
    /// Parse a string to a time tuple according to a format specification.
    /// See the library reference manual for formatting codes (same as
    /// strftime()).
    ///
    /// Commonly used format codes:
    ///
    /// %Y  Year with century as a decimal number.
    /// %m  Month as a decimal number [01,12].
    /// %d  Day of the month as a decimal number [01,31].
    /// %H  Hour (24-hour clock) as a decimal number [00,23].
    /// %M  Minute as a decimal number [00,59].
    /// %S  Second as a decimal number [00,61].
    /// %z  Time zone offset from UTC.
    /// %a  Locale's abbreviated weekday name.
    /// %A  Locale's full weekday name.
    /// %b  Locale's abbreviated month name.
    /// %B  Locale's full month name.
    /// %c  Locale's appropriate date and time representation.
    /// %I  Hour (12-hour clock) as a decimal number [01,12].
    /// %p  Locale's equivalent of either AM or PM.
    ///
    /// Other codes may be available on your platform.  See documentation for
    /// the C library strftime function.
    #[function(nosig)]
    fn strptime(args: &[&Obj]) -> PyResult<Object> {
        let module = dovetail_core::import::import_module("_strptime")?;
        let f = module.get_attr_text("_strptime_time").map_err(|e| {
            if e.matches(exc::AttributeError()) {
                e.clear();
                return raise!(ImportError, "cannot import name '_strptime_time'");
            }
            e
        })?;
        f.call(args)
    }
}
