//! `time`: a time of day.

use super::args::{self, check_time};
use super::date::{format_text, int, is_type, iso_text, malformed, nothing, strptime};
use super::delta::{Delta, shown};
use super::format::{self, Spec};
use super::zone::{self, TimeZone};
use super::{iso, type_constants};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, CompareOp, Obj, Object, Ref, alloc};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};

/// Times of day.
/// ---
/// time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object
///
/// All arguments are optional. tzinfo may be None, or an instance of
/// a tzinfo subclass. The remaining arguments may be ints.
#[pytype(name = "datetime.time", static_in_c, body = abi::PyDateTime_Time, refs(tzinfo), flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Time;

/// The zone that a parsed text names.
pub(super) fn parsed_zone(offset: Option<(i32, i32)>) -> PyResult<Option<Object>> {
    let Some((s, us)) = offset else { return Ok(None) };
    Ok(Some(TimeZone::new(&*Delta::new(0, s.into(), us.into())?, None)?))
}

/// Midnight may be written as 24:00.
pub(super) fn late_midnight(c: &mut iso::Clock) -> PyResult<bool> {
    if c.hour != 24 {
        return Ok(false);
    }
    if c.minute != 0 || c.second != 0 || c.microsecond != 0 {
        bail!(ValueError, "minute, second, and microsecond must be 0 when hour is 24");
    }
    c.hour = 0;
    Ok(true)
}

/// The parameter `tzinfo` of a text signature, and what it is where nothing is given.
pub(super) fn new_zone(given: Option<&Obj>, old: Option<&Obj>) -> PyResult<Option<Object>> {
    match given {
        None => Ok(old.map(Obj::to_owned)),
        Some(z) => args::zone(Some(z)),
    }
}

impl Time {
    fn from_state(cls: &Type, state: [u8; 6], fold: u8, zone: Option<Object>) -> PyResult<Object> {
        // SAFETY: an instance of the type; the fields are written and own what they get.
        unsafe {
            let t: Ref<Time> = if is_type::<Time>(cls) {
                alloc::new_body::<Time>()?
            } else {
                type_alloc(cls, 0)?.cast_into_unchecked()
            };
            let b = t.body();
            (*b).hashcode = -1;
            (*b).data = state;
            (*b).fold = fold;
            if let Some(zone) = zone {
                (*b).hastzinfo = 1;
                (*b).tzinfo = zone.into_ptr();
            }
            Ok(t.into_object())
        }
    }

    /// A time of `cls` itself, without its constructor.
    pub fn alloc(cls: &Type, [h, m, s, us]: [i32; 4], zone: Option<&Obj>, fold: i32) -> PyResult<Object> {
        check_time(h, m, s, us, fold)?;
        let state = [h as u8, m as u8, s as u8, (us >> 16) as u8, (us >> 8) as u8, us as u8];
        Time::from_state(cls, state, fold as u8, args::zone(zone)?)
    }

    /// A time of `cls`, by its constructor if it is a subclass.
    pub fn make(cls: &Type, clock: [i32; 4], zone: Option<&Obj>, fold: i32) -> PyResult<Object> {
        if is_type::<Time>(cls) {
            return Time::alloc(cls, clock, zone, fold);
        }
        let [h, m, s, us] = clock;
        let (h, m, s, us) = (int(h)?, int(m)?, int(s)?, int(us)?);
        let t = cls.as_obj().call(&[&h, &m, &s, &us, zone.unwrap_or(none())])?;
        if let Some(t) = t.downcast::<Time>().filter(|_| fold != 0) {
            // SAFETY: own field.
            unsafe { (*t.body()).fold = fold as u8 };
        }
        Ok(t)
    }

    fn data(&self) -> [u8; 6] {
        // SAFETY: own field.
        unsafe { (*self.body()).data }
    }

    /// Hour, minute, second, microsecond.
    pub fn clock(&self) -> [i32; 4] {
        let d = self.data().map(i32::from);
        [d[0], d[1], d[2], d[3] << 16 | d[4] << 8 | d[5]]
    }

    pub fn fold_bit(&self) -> u8 {
        // SAFETY: own field.
        unsafe { (*self.body()).fold }
    }

    pub fn zone(&self) -> Option<&Obj> {
        // SAFETY: own fields; the zone is there if the mark is.
        unsafe {
            if (*self.body()).hastzinfo == 0 {
                return None;
            }
            dovetail_core::native::borrow_opt((*self.body()).tzinfo)
        }
    }

    fn offset(&self) -> PyResult<Option<Ref<Delta>>> {
        zone::utcoffset(self.zone(), none())
    }

    fn state(&self, protocol: i64) -> PyResult<Ref<Tuple>> {
        let mut data = self.data();
        if protocol > 3 && self.fold_bit() != 0 {
            data[0] |= 1 << 7;
        }
        let bytes = Bytes::new(&data)?;
        let state = match self.zone() {
            None => Tuple::from_slice(&[bytes.as_obj()])?,
            Some(z) => Tuple::from_slice(&[bytes.as_obj(), z])?,
        };
        Tuple::from_slice(&[self.ob_type().as_obj(), state.as_obj()])
    }

    /// Seconds of the day in UTC (perhaps out of range), and microseconds.
    fn in_utc(&self, offset: &Delta) -> i128 {
        let [h, m, s, us] = self.clock();
        i128::from((h * 60 + m) * 60 + s) * 1_000_000 + i128::from(us) - offset.micros()
    }
}

#[pymethods]
impl Time {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let sane = |at: &dyn Fn(usize) -> u32| (at(0) & 0x7f) < 24 && at(0) < 256;
        if let Some(mut state) = args::state::<6>(args, kwargs, 2, "time", sane)? {
            let zone = args::state_zone(args)?;
            let fold = state[0] >> 7;
            state[0] &= 0x7f;
            return Time::from_state(cls, state, fold, zone);
        }
        let names = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        let [h, m, s, us, tz, fold] = args::bind(&names, 5, 0, args, kwargs)?;
        let clock = [args::field(&h, 0)?, args::field(&m, 0)?, args::field(&s, 0)?, args::field(&us, 0)?];
        Time::alloc(cls, clock, tz.as_deref(), args::field(&fold, 0)?)
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<String> {
        let [h, m, s, us] = self.clock();
        let mut out = format!("{}({h}, {m}", self.type_name());
        if us != 0 {
            out.push_str(&format!(", {s}, {us}"));
        } else if s != 0 {
            out.push_str(&format!(", {s}"));
        }
        if let Some(z) = self.zone() {
            out.push_str(&format!(", tzinfo={}", shown(z)?));
        }
        if self.fold_bit() != 0 {
            out.push_str(", fold=1");
        }
        Ok(out + ")")
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Object> {
        self.as_obj().call_method(sym!(isoformat), &[])
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).hashcode == -1 {
                (*b).hashcode = match self.offset()? {
                    None => args::hash_bytes(&(*b).data)?,
                    Some(d) => {
                        let micros = self.in_utc(&d) as i64;
                        Delta::new(0, 0, micros)?.as_obj().hash()?
                    }
                } as _;
            }
            Ok((*b).hashcode)
        }
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast::<Time>() else { return nothing() };
        let same = match (self.zone(), o.zone()) {
            (None, None) => true,
            (Some(a), Some(b)) => a.is(b),
            _ => false,
        };
        if same {
            return Ok(bool_obj(op.holds(self.data().cmp(&o.data()))).to_owned());
        }
        let (a, b) = (self.offset()?, o.offset()?);
        let order = match (a, b) {
            (None, None) => self.data().cmp(&o.data()),
            (Some(a), Some(b)) => self.in_utc(&a).cmp(&o.in_utc(&b)),
            _ if op == CompareOp::Eq => return Ok(bool_obj(false).to_owned()),
            _ if op == CompareOp::Ne => return Ok(bool_obj(true).to_owned()),
            _ => bail!(TypeError, "can't compare offset-naive and offset-aware times"),
        };
        Ok(bool_obj(op.holds(order)).to_owned())
    }

    /// string, format -> new time parsed from a string (like time.strptime()).
    #[classmethod(nosig)]
    fn strptime(cls: &Type, string: &Obj, format: &Obj) -> PyResult<Object> {
        strptime("_strptime_datetime_time", cls, string, format)
    }

    /// Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    ///
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    ///
    #[method(nosig, sig = "(timespec='auto')")]
    fn isoformat(&self, timespec: Option<&Obj>) -> PyResult<String> {
        let spec = Spec::by_name(timespec_text(timespec, 1)?.as_deref())?;
        let mut out = format::time(spec, self.clock());
        if let Some(d) = self.offset()? {
            out.push_str(&format::offset(&d, ":"));
        }
        Ok(out)
    }

    /// format -> strftime() style string.
    #[method(nosig, sig = "(format)")]
    fn strftime(&self, format: &Obj) -> PyResult<Object> {
        let f = format_text("strftime", format)?;
        let [h, m, s, us] = self.clock();
        let mut items = Vec::with_capacity(9);
        for v in [1900, 1, 1, h, m, s, 0, 1, -1] {
            items.push(int(v)?);
        }
        let tuple = Tuple::from_vec(items)?;
        let zone = self.zone().map(Obj::to_owned);
        format::strftime(zone.as_deref(), none(), us, f, tuple.as_obj())
    }

    /// Formats self with strftime.
    #[method(name = "__format__", nosig)]
    fn format(&self, format: &Obj) -> PyResult<Object> {
        if format_text("__format__", format)?.is_empty() {
            return Ok(self.as_obj().str_()?.into_object());
        }
        self.as_obj().call_method(sym!(strftime), &[format])
    }

    /// Return self.tzinfo.utcoffset(self).
    #[method]
    fn utcoffset(&self) -> PyResult<Option<Ref<Delta>>> {
        self.offset()
    }

    /// Return self.tzinfo.tzname(self).
    #[method]
    fn tzname(&self) -> PyResult<Object> {
        zone::tzname(self.zone(), none())
    }

    /// Return self.tzinfo.dst(self).
    #[method]
    fn dst(&self) -> PyResult<Option<Ref<Delta>>> {
        zone::dst(self.zone(), none())
    }

    /// Return time with new specified fields.
    #[method(
        sig = "(hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    fn replace(
        &self,
        hour: Option<i32>,
        minute: Option<i32>,
        second: Option<i32>,
        microsecond: Option<i32>,
        tzinfo: Option<&Obj>,
        fold: Option<i32>,
    ) -> PyResult<Object> {
        let [h, m, s, us] = self.clock();
        let clock = [hour.unwrap_or(h), minute.unwrap_or(m), second.unwrap_or(s), microsecond.unwrap_or(us)];
        let zone = new_zone(tzinfo, self.zone())?;
        let fold = fold.unwrap_or(self.fold_bit().into());
        if !(0..=1).contains(&fold) {
            bail!(ValueError, "fold must be either 0 or 1, not {fold}");
        }
        Time::make(self.ob_type(), clock, zone.as_deref(), fold)
    }

    /// The same as replace().
    #[method(name = "__replace__", sig = "(*args, **changes)")]
    fn replace_dunder(&self, args: &[&Obj], changes: Option<&Dict>) -> PyResult<Object> {
        let f = Time::type_object().as_obj().get_attr(sym!(replace))?;
        let mut all = vec![self.as_obj()];
        all.extend_from_slice(args);
        f.call_dict(&*Tuple::from_slice(&all)?, changes)
    }

    /// string -> time from a string in ISO 8601 format
    #[classmethod]
    fn fromisoformat(cls: &Type, object: &Obj) -> PyResult<Object> {
        let text = iso_text(object)?;
        let text = text.strip_prefix(&['T' as u32]).unwrap_or(&text);
        let Ok(mut c) = iso::time(text) else { return Err(malformed(object)?) };
        late_midnight(&mut c)?;
        let zone = parsed_zone(c.offset)?;
        Time::make(cls, [c.hour, c.minute, c.second, c.microsecond], zone.as_deref(), 0)
    }

    /// __reduce_ex__(proto) -> (cls, state)
    #[method(name = "__reduce_ex__", nosig)]
    fn reduce_ex(&self, proto: i64) -> PyResult<Ref<Tuple>> {
        self.state(proto)
    }

    /// __reduce__() -> (cls, state)
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        self.state(2)
    }

    #[getter]
    fn hour(&self) -> i32 {
        self.clock()[0]
    }

    #[getter]
    fn minute(&self) -> i32 {
        self.clock()[1]
    }

    #[getter]
    fn second(&self) -> i32 {
        self.clock()[2]
    }

    #[getter]
    fn microsecond(&self) -> i32 {
        self.clock()[3]
    }

    #[getter]
    fn tzinfo(&self) -> Option<Object> {
        self.zone().map(Obj::to_owned)
    }

    #[getter]
    fn fold(&self) -> i32 {
        self.fold_bit().into()
    }
}

/// The text of a `timespec` argument; `i` is its place.
pub(super) fn timespec_text(o: Option<&Obj>, i: usize) -> PyResult<Option<String>> {
    match o {
        None => Ok(None),
        Some(o) => match o.downcast::<Str>() {
            Some(s) => Ok(Some(s.as_str()?.to_owned())),
            None => {
                let ty = if o.is_none() { "None" } else { o.type_name() };
                bail!(TypeError, "isoformat() argument {i} must be str, not {ty}")
            }
        },
    }
}

/// Sets `min`, `max` and `resolution`.
pub fn constants() -> PyResult<()> {
    let cls = Time::type_object();
    let low = Time::alloc(cls, [0; 4], None, 0)?;
    let high = Time::alloc(cls, [23, 59, 59, 999_999], None, 0)?;
    let least = Delta::new(0, 0, 1)?;
    type_constants::<Time>(&[("min", &low), ("max", &high), ("resolution", least.as_obj())])
}
