//! Dates and times as text: offsets, ISO times, `strftime`, `ctime`.

use super::delta::Delta;
use super::zone;
use dovetail_core::error::PyResult;
use dovetail_core::import::import_module;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise, sym};
use dovetail_text::TextBuf;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// An offset with its sign, hours and minutes parted by `sep`; seconds and microseconds where there are any.
pub fn offset(d: &Delta, sep: &str) -> String {
    let micros = d.micros();
    let sign = if micros < 0 { '-' } else { '+' };
    let micros = micros.unsigned_abs();
    let (s, us) = (micros / 1_000_000, micros % 1_000_000);
    let mut out = format!("{sign}{:02}{sep}{:02}", s / 3600, s / 60 % 60);
    if s % 60 != 0 || us != 0 {
        out.push_str(&format!("{sep}{:02}", s % 60));
    }
    if us != 0 {
        out.push_str(&format!(".{us:06}"));
    }
    out
}

/// How much of a time `isoformat` writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Spec {
    Auto,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl Spec {
    pub fn by_name(name: Option<&str>) -> PyResult<Spec> {
        Ok(match name.unwrap_or("auto") {
            "auto" => Spec::Auto,
            "hours" => Spec::Hours,
            "minutes" => Spec::Minutes,
            "seconds" => Spec::Seconds,
            "milliseconds" => Spec::Milliseconds,
            "microseconds" => Spec::Microseconds,
            _ => bail!(ValueError, "Unknown timespec value"),
        })
    }
}

/// The time of day.
pub fn time(spec: Spec, [h, m, s, us]: [i32; 4]) -> String {
    match spec {
        Spec::Auto if us != 0 => time(Spec::Microseconds, [h, m, s, us]),
        Spec::Auto | Spec::Seconds => format!("{h:02}:{m:02}:{s:02}"),
        Spec::Hours => format!("{h:02}"),
        Spec::Minutes => format!("{h:02}:{m:02}"),
        Spec::Milliseconds => format!("{h:02}:{m:02}:{s:02}.{:03}", us / 1000),
        Spec::Microseconds => format!("{h:02}:{m:02}:{s:02}.{us:06}"),
    }
}

/// As the C library's `ctime`, without its line end.
pub fn ctime([y, mo, d]: [i32; 3], [h, m, s]: [i32; 3], weekday: i32) -> String {
    let (day, month) = (DAYS[weekday as usize], MONTHS[mo as usize - 1]);
    format!("{day} {month} {d:2} {h:02}:{m:02}:{s:02} {y:04}")
}

/// A `time.struct_time`.
pub fn struct_time(parts: [i32; 9]) -> PyResult<Object> {
    let mut items = Vec::with_capacity(9);
    for p in parts {
        items.push(Int::from_i64(p.into())?.into_object());
    }
    let items = Tuple::from_vec(items)?;
    import_module("time")?.get_attr(sym!(struct_time))?.call(&[items.as_obj()])
}

/// What stands for `%z`: the offset of the object itself as a time of its zone.
fn zone_text(zone: Option<&Obj>, arg: &Obj, sep: &str) -> PyResult<String> {
    Ok(zone::utcoffset(zone, arg)?.map_or(String::new(), |d| offset(&d, sep)))
}

/// `strftime` of an object: its own directives are replaced, the rest is `time.strftime`'s.
///
/// `arg` is what the zone is asked about, `micros` the microseconds.
pub fn strftime(
    zone: Option<&Obj>,
    arg: &Obj,
    micros: i32,
    format: &Str,
    timetuple: &Obj,
) -> PyResult<Object> {
    let module = import_module("time")?;
    let strftime = module.get_attr(sym!(strftime))?;
    let text = format.text();
    let mut out = TextBuf::new();
    let mut done = 0;
    let mut i = 0;
    let at = |i: usize| text.get(i).and_then(char::from_u32).unwrap_or('\0');
    while i < text.len() {
        if at(i) != '%' {
            i += 1;
            continue;
        }
        let start = i;
        let new = match at(i + 1) {
            'z' => {
                i += 2;
                zone_text(zone, arg, "")?
            }
            ':' if at(i + 2) == 'z' => {
                i += 3;
                zone_text(zone, arg, ":")?
            }
            'Z' => {
                i += 2;
                out.push_text(text.slice(done..start));
                done = i;
                let name = zone::tzname(zone, arg)?;
                if name.is_a::<Str>() {
                    let (one, two) = (Str::new("%")?, Str::new("%%")?);
                    let name = name.call_method(sym!(replace), &[one.as_obj(), two.as_obj()])?;
                    let Some(name) = name.downcast::<Str>() else {
                        bail!(TypeError, "tzname.replace() did not return a string");
                    };
                    out.push_text(name.text());
                }
                continue;
            }
            'f' => {
                i += 2;
                format!("{micros:06}")
            }
            c @ ('Y' | 'G' | 'F' | 'C') => {
                i += 2;
                match century(c, &strftime, timetuple)? {
                    Some(new) => new,
                    None => continue,
                }
            }
            _ => {
                i += 2;
                continue;
            }
        };
        out.push_text(text.slice(done..start));
        out.push_str(&new);
        done = i;
    }
    if done == 0 {
        return strftime.call(&[format.as_obj(), timetuple]);
    }
    out.push_text(text.slice(done.min(text.len())..text.len()));
    let format = Str::from_buf(out.finish())?;
    strftime.call(&[format.as_obj(), timetuple])
}

/// The years before 1000 with all four digits, which the C library may leave out.
fn century(directive: char, strftime: &Obj, timetuple: &Obj) -> PyResult<Option<String>> {
    let zero = Int::from_i64(0)?;
    let mut year = timetuple.get_item(zero.as_obj())?.as_i64()?;
    if year >= 1000 {
        return Ok(None);
    }
    if directive == 'G' {
        let r = strftime.call(&[Str::new("%G")?.as_obj(), timetuple])?;
        let Some(s) = r.downcast::<Str>() else { bail!(TypeError, "strftime() must return a str") };
        let s: Ref<Str> = dovetail_core::object::ToRef::to_ref(s);
        year =
            s.to_string_lossy().trim().parse().map_err(|_| raise!(ValueError, "bad year of strftime()"))?;
    }
    Ok(Some(match directive {
        'F' => format!("{year:04}-%m-%d"),
        'C' => format!("{:02}", year / 100),
        _ => format!("{year:04}"),
    }))
}
