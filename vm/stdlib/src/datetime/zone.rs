//! `tzinfo`, the base of time zones, and `timezone`, fixed offsets; asking a zone about a time.

use super::delta::{Delta, shown};
use super::format;
use super::moment::DateTime;
use super::type_constants;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, CompareOp, Obj, Object, Ref, ToRef};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::none::{none, not_implemented};
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::sync::OnceLock;

/// The base of time zones.
/// ---
/// Abstract base class for time zone info objects.
#[pytype(name = "datetime.tzinfo", static_in_c, body = abi::PyDateTime_TZInfo, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct TzInfo;

#[repr(C)]
pub struct TimeZoneBody {
    ob_base: abi::PyObject,
    offset: *mut abi::PyObject,
    name: *mut abi::PyObject,
}

/// A fixed offset with an optional name.
/// ---
/// Fixed offset from UTC implementation of tzinfo.
#[pytype(name = "datetime.timezone", static_in_c, body = TimeZoneBody, base = TzInfo, refs(offset, name))]
pub struct TimeZone;

/// The offset or DST of a zone at a time: a difference of less than a day, or none.
pub fn ask(zone: &Obj, method: &'static Str, what: &str, arg: &Obj) -> PyResult<Option<Ref<Delta>>> {
    if let Some(fixed) = zone.downcast_exact::<TimeZone>() {
        return Ok(if what == "utcoffset" { Some(fixed.offset().to_ref()) } else { None });
    }
    if let Some(z) = crate::zoneinfo::exact(zone) {
        let offset = z.ask(arg, what == "dst")?;
        if offset.as_ref().is_none_or(|d| is_offset(d)) {
            return Ok(offset);
        }
    }
    let r = zone.call_method(method, &[arg])?;
    if r.is_none() {
        return Ok(None);
    }
    let Some(d) = r.downcast::<Delta>() else {
        bail!(TypeError, "tzinfo.{what}() must return None or timedelta, not '{}'", r.type_name());
    };
    if !is_offset(d) {
        bail!(
            ValueError,
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}",
            shown(d.as_obj())?
        );
    }
    Ok(Some(d.to_ref()))
}

/// The offset from UTC of a zone at a time.
pub fn utcoffset(zone: Option<&Obj>, arg: &Obj) -> PyResult<Option<Ref<Delta>>> {
    zone.map_or(Ok(None), |z| ask(z, sym!(utcoffset), "utcoffset", arg))
}

/// What daylight saving adds in a zone at a time.
pub fn dst(zone: Option<&Obj>, arg: &Obj) -> PyResult<Option<Ref<Delta>>> {
    zone.map_or(Ok(None), |z| ask(z, sym!(dst), "dst", arg))
}

/// The name of a zone at a time: a str, or none.
pub fn tzname(zone: Option<&Obj>, arg: &Obj) -> PyResult<Object> {
    let Some(zone) = zone else { return Ok(none().to_owned()) };
    let r = zone.call_method(sym!(tzname), &[arg])?;
    if !r.is_none() && !r.is_a::<Str>() {
        bail!(TypeError, "tzinfo.tzname() must return None or a string, not '{}'", r.type_name());
    }
    Ok(r)
}

fn is_offset(d: &Delta) -> bool {
    d.micros().abs() < 86_400_000_000
}

fn not_written(what: &str) -> PyResult<Object> {
    Err(raise!(NotImplementedError, "a tzinfo subclass must implement {what}()"))
}

#[pymethods]
impl TzInfo {
    #[slot(tp_new)]
    fn new_slot(
        cls: &Type,
        _args: &Tuple,
        _kwargs: Option<&dovetail_core::types::dict::Dict>,
    ) -> PyResult<Object> {
        // SAFETY: no fields.
        unsafe { type_alloc(cls, 0) }
    }

    /// datetime -> string name of time zone.
    #[method]
    fn tzname(&self, _object: &Obj) -> PyResult<Object> {
        not_written("tzname")
    }

    /// datetime -> timedelta showing offset from UTC, negative values indicating West of UTC
    #[method]
    fn utcoffset(&self, _object: &Obj) -> PyResult<Object> {
        not_written("utcoffset")
    }

    /// datetime -> DST offset as timedelta positive east of UTC.
    #[method]
    fn dst(&self, _object: &Obj) -> PyResult<Object> {
        not_written("dst")
    }

    /// datetime in UTC -> datetime in local time.
    #[method]
    fn fromutc(&self, object: &Obj) -> PyResult<Object> {
        let dt = own_time(self.as_obj(), object)?;
        let Some(offset) = utcoffset(Some(self.as_obj()), dt.as_obj())? else {
            bail!(ValueError, "fromutc: non-None utcoffset() result required");
        };
        let Some(first) = dst(Some(self.as_obj()), dt.as_obj())? else {
            bail!(ValueError, "fromutc: non-None dst() result required");
        };
        let standard = dt.shifted(&*offset.sub(&first)?, 1)?;
        let zone = standard.downcast::<DateTime>().and_then(DateTime::zone);
        let Some(second) = dst(zone, &standard)? else {
            bail!(ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert");
        };
        match standard.downcast::<DateTime>() {
            Some(s) if !second.is_zero() => s.shifted(&second, 1),
            _ => Ok(standard),
        }
    }

    /// -> (cls, state)
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let args = match self.as_obj().get_attr_opt(sym!(__getinitargs__))? {
            Some(f) => f.call(&[])?,
            None => Tuple::empty().into_object(),
        };
        let state = self.as_obj().call_method(sym!(__getstate__), &[])?;
        Tuple::from_slice(&[self.ob_type().as_obj(), &args, &state])
    }
}

/// The argument of `fromutc`: a datetime of this zone.
fn own_time<'a>(zone: &Obj, object: &'a Obj) -> PyResult<&'a DateTime> {
    let Some(dt) = object.downcast::<DateTime>() else {
        bail!(TypeError, "fromutc: argument must be a datetime");
    };
    if !dt.zone().is_some_and(|z| z.is(zone)) {
        bail!(ValueError, "fromutc: dt.tzinfo is not self");
    }
    Ok(dt)
}

static UTC: OnceLock<usize> = OnceLock::new();

/// `timezone.utc`.
pub fn utc() -> PyResult<&'static Obj> {
    if let Some(p) = UTC.get() {
        // SAFETY: immortal.
        return Ok(unsafe { Obj::from_ptr(*p as *mut abi::PyObject) });
    }
    let zero = Delta::new(0, 0, 0)?;
    zero.as_obj().immortalize();
    let zone = TimeZone::alloc(&zero, None)?;
    zone.as_obj().immortalize();
    let p = *UTC.get_or_init(|| zone.as_raw() as usize);
    // SAFETY: immortal.
    Ok(unsafe { Obj::from_ptr(p as *mut abi::PyObject) })
}

impl TimeZone {
    fn alloc(offset: &Delta, name: Option<&Obj>) -> PyResult<Ref<TimeZone>> {
        // SAFETY: the fields own what they get.
        unsafe {
            let z = dovetail_core::object::alloc::new_body::<TimeZone>()?;
            (*z.body()).offset = offset.to_owned().into_ptr();
            (*z.body()).name = name.map_or(std::ptr::null_mut(), |n| n.to_owned().into_ptr());
            Ok(z)
        }
    }

    /// A zone of this offset; `timezone.utc` for none without a name.
    pub fn new(offset: &Delta, name: Option<&Obj>) -> PyResult<Object> {
        if name.is_none() && offset.is_zero() {
            return Ok(utc()?.to_owned());
        }
        if !is_offset(offset) {
            bail!(
                ValueError,
                "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}",
                shown(offset.as_obj())?
            );
        }
        Ok(TimeZone::alloc(offset, name)?.into_object())
    }

    pub fn offset(&self) -> &Delta {
        // SAFETY: filled when made.
        unsafe { &*((*self.body()).offset as *const Delta) }
    }

    fn name(&self) -> Option<&Obj> {
        // SAFETY: NULL or an owned str.
        unsafe { dovetail_core::native::borrow_opt((*self.body()).name) }
    }

    fn text(&self) -> PyResult<Object> {
        if let Some(name) = self.name() {
            return Ok(name.to_owned());
        }
        if self.as_obj().is(utc()?) {
            return crate::util::text("UTC");
        }
        crate::util::text(&format!("UTC{}", format::offset(self.offset(), ":")))
    }
}

fn about(what: &str, dt: &Obj) -> PyResult<()> {
    if dt.is_none() || dt.is_a::<DateTime>() {
        return Ok(());
    }
    Err(raise!(TypeError, "{what}(dt) argument must be a datetime instance or None, not {}", dt.type_name()))
}

#[pymethods]
impl TimeZone {
    #[slot(tp_new, sig = "(offset, name=<unset>)")]
    fn new_slot(_cls: &Type, offset: &Obj, name: Option<&Obj>) -> PyResult<Object> {
        let Some(d) = offset.downcast::<Delta>() else {
            bail!(TypeError, "timezone() argument 1 must be datetime.timedelta, not {}", shown_type(offset));
        };
        if let Some(n) = name.filter(|n| !n.is_a::<Str>()) {
            bail!(TypeError, "timezone() argument 2 must be str, not {}", shown_type(n));
        }
        TimeZone::new(d, name)
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<String> {
        let ty = self.type_name();
        if self.as_obj().is(utc()?) {
            return Ok(format!("{ty}.utc"));
        }
        let offset = shown(self.offset().as_obj())?;
        Ok(match self.name() {
            None => format!("{ty}({offset})"),
            Some(n) => format!("{ty}({offset}, {})", shown(n)?),
        })
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Object> {
        self.text()
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        self.offset().as_obj().hash()
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        match (op, other.downcast::<TimeZone>()) {
            (CompareOp::Eq | CompareOp::Ne, Some(other)) => {
                let same = self.offset().parts() == other.offset().parts();
                Ok(bool_obj(same == (op == CompareOp::Eq)).to_owned())
            }
            _ => Ok(not_implemented().to_owned()),
        }
    }

    /// If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.
    #[method]
    fn tzname(&self, object: &Obj) -> PyResult<Object> {
        about("tzname", object)?;
        self.text()
    }

    /// Return fixed offset.
    #[method]
    fn utcoffset(&self, object: &Obj) -> PyResult<Ref<Delta>> {
        about("utcoffset", object)?;
        Ok(self.offset().to_ref())
    }

    /// Return None.
    #[method]
    fn dst(&self, object: &Obj) -> PyResult<()> {
        about("dst", object)
    }

    /// datetime in UTC -> datetime in local time.
    #[method]
    fn fromutc(&self, object: &Obj) -> PyResult<Object> {
        own_time(self.as_obj(), object)?.shifted(self.offset(), 1)
    }

    /// pickle support
    #[method(name = "__getinitargs__")]
    fn init_args(&self) -> PyResult<Ref<Tuple>> {
        match self.name() {
            None => Tuple::from_slice(&[self.offset().as_obj()]),
            Some(n) => Tuple::from_slice(&[self.offset().as_obj(), n]),
        }
    }
}

fn shown_type(o: &Obj) -> &str {
    if o.is_none() { "None" } else { o.type_name() }
}

/// Sets `utc`, `min` and `max`.
pub fn constants() -> PyResult<()> {
    let low = TimeZone::new(&*Delta::new(0, -(23 * 3600 + 59 * 60), 0)?, None)?;
    let high = TimeZone::new(&*Delta::new(0, 23 * 3600 + 59 * 60, 0)?, None)?;
    type_constants::<TimeZone>(&[("utc", utc()?), ("min", &low), ("max", &high)])
}
