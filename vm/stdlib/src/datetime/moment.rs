//! `datetime`: a day and a time of day, perhaps in a time zone.

use super::args::{self, check_date, check_time};
use super::calendar::{self, MAX_ORDINAL};
use super::clock::{self, Fields};
use super::date::{Date, int, is_type, iso_text, malformed, nothing, strptime};
use super::delta::{Delta, shown};
use super::format::{self, Spec};
use super::time::{Time, late_midnight, new_zone, parsed_zone, timespec_text};
use super::zone::{self, TimeZone, utc};
use super::{iso, type_constants};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, CompareOp, Obj, Object, Ref, alloc};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::warn;
use dovetail_core::types::float::Float;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;
use std::cmp::Ordering;

/// Points in time.
/// ---
/// datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])
///
/// The year, month and day arguments are required. tzinfo may be None, or an
/// instance of a tzinfo subclass. The remaining arguments may be ints.
#[pytype(
    name = "datetime.datetime", static_in_c, body = abi::PyDateTime_DateTime, base = Date, refs(tzinfo),
    flags = abi::Py_TPFLAGS_BASETYPE
)]
pub struct DateTime;

impl DateTime {
    fn from_state(cls: &Type, state: [u8; 10], fold: u8, zone: Option<Object>) -> PyResult<Object> {
        // SAFETY: an instance of the type; the fields are written and own what they get.
        unsafe {
            let t: Ref<DateTime> = if is_type::<DateTime>(cls) {
                alloc::new_body::<DateTime>()?
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

    /// A datetime of `cls` itself, without its constructor.
    pub fn alloc(
        cls: &Type,
        [year, mo, d]: [i32; 3],
        [h, m, s, us]: [i32; 4],
        zone: Option<&Obj>,
        fold: i32,
    ) -> PyResult<Object> {
        check_date(year, mo, d)?;
        check_time(h, m, s, us, fold)?;
        let state = [
            (year >> 8) as u8,
            year as u8,
            mo as u8,
            d as u8,
            h as u8,
            m as u8,
            s as u8,
            (us >> 16) as u8,
            (us >> 8) as u8,
            us as u8,
        ];
        DateTime::from_state(cls, state, fold as u8, args::zone(zone)?)
    }

    /// A datetime of `cls`, by its constructor if it is a subclass.
    pub fn make(
        cls: &Type,
        ymd: [i32; 3],
        clock: [i32; 4],
        zone: Option<&Obj>,
        fold: i32,
    ) -> PyResult<Object> {
        if is_type::<DateTime>(cls) {
            return DateTime::alloc(cls, ymd, clock, zone, fold);
        }
        let ([y, mo, d], [h, m, s, us]) = (ymd, clock);
        let (y, mo, d, h, m, s, us) = (int(y)?, int(mo)?, int(d)?, int(h)?, int(m)?, int(s)?, int(us)?);
        let t = cls.as_obj().call(&[&y, &mo, &d, &h, &m, &s, &us, zone.unwrap_or(none())])?;
        if let Some(t) = t.downcast::<DateTime>().filter(|_| fold != 0) {
            // SAFETY: own field.
            unsafe { (*t.body()).fold = fold as u8 };
        }
        Ok(t)
    }

    fn data(&self) -> [u8; 10] {
        // SAFETY: own field.
        unsafe { (*self.body()).data }
    }

    pub fn ymd(&self) -> [i32; 3] {
        let d = self.data();
        [i32::from(d[0]) << 8 | i32::from(d[1]), d[2].into(), d[3].into()]
    }

    /// Hour, minute, second, microsecond.
    pub fn clock(&self) -> [i32; 4] {
        let d = self.data().map(i32::from);
        [d[4], d[5], d[6], d[7] << 16 | d[8] << 8 | d[9]]
    }

    fn fold_bit(&self) -> u8 {
        // SAFETY: own field.
        unsafe { (*self.body()).fold }
    }

    /// Is it the second of two like local times (PEP 495)?
    pub fn is_folded(&self) -> bool {
        self.fold_bit() != 0
    }

    /// Marks a new object as the second of two like local times.
    pub fn set_folded(&self) {
        // SAFETY: own field.
        unsafe { (*self.body()).fold = 1 };
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
        zone::utcoffset(self.zone(), self.as_obj())
    }

    /// The offset that the other fold has.
    fn flipped_offset(&self) -> PyResult<Option<Ref<Delta>>> {
        let flipped = DateTime::alloc(
            DateTime::type_object(),
            self.ymd(),
            self.clock(),
            self.zone(),
            1 - i32::from(self.fold_bit()),
        )?;
        zone::utcoffset(self.zone(), &flipped)
    }

    fn fields(&self) -> Fields {
        let ([year, month, day], [hour, minute, second, _]) = (self.ymd(), self.clock());
        Fields { year, month, day, hour, minute, second }
    }

    /// Microseconds from the year 1 (day 1 counted whole).
    fn micros(&self) -> i128 {
        let ([y, mo, d], [h, m, s, us]) = (self.ymd(), self.clock());
        let seconds = calendar::ordinal(y, mo, d) * 86_400 + i64::from((h * 60 + m) * 60 + s);
        i128::from(seconds) * 1_000_000 + i128::from(us)
    }

    /// This time plus (`sign` 1) or minus (-1) a difference, in the same zone and of the same class.
    pub fn shifted(&self, delta: &Delta, sign: i64) -> PyResult<Object> {
        let (ymd, clock) = self.shifted_parts(delta, sign)?;
        DateTime::make(self.ob_type(), ymd, clock, self.zone(), 0)
    }

    fn shifted_parts(&self, delta: &Delta, sign: i64) -> PyResult<([i32; 3], [i32; 4])> {
        let ([y, mo, d], [h, m, s, us]) = (self.ymd(), self.clock());
        let (dd, ds, dus) = delta.parts();
        let us = i64::from(us) + sign * dus;
        let s = i64::from((h * 60 + m) * 60 + s) + sign * ds + us.div_euclid(1_000_000);
        let us = us.rem_euclid(1_000_000) as i32;
        let day = calendar::ordinal(y, mo, d) + sign * dd + s.div_euclid(86_400);
        let s = s.rem_euclid(86_400) as i32;
        if !(1..=MAX_ORDINAL).contains(&day) {
            bail!(OverflowError, "date value out of range");
        }
        let (y, mo, d) = calendar::from_ordinal(day);
        Ok(([y, mo, d], [s / 3600, s / 60 % 60, s % 60, us]))
    }

    fn state(&self, protocol: i64) -> PyResult<Ref<Tuple>> {
        let mut data = self.data();
        if protocol > 3 && self.fold_bit() != 0 {
            data[2] |= 1 << 7;
        }
        let bytes = Bytes::new(&data)?;
        let state = match self.zone() {
            None => Tuple::from_slice(&[bytes.as_obj()])?,
            Some(z) => Tuple::from_slice(&[bytes.as_obj(), z])?,
        };
        Tuple::from_slice(&[self.ob_type().as_obj(), state.as_obj()])
    }

    /// A datetime of seconds since the epoch, in UTC or local time.
    fn of_stamp(cls: &Type, seconds: i64, micros: i32, local: bool, zone: Option<&Obj>) -> PyResult<Object> {
        let f = if local { clock::local_time(seconds)? } else { clock::utc_time(seconds)? }.fields;
        let fold = local
            && zone.is_none()
            && (calendar::MIN_YEAR..=calendar::MAX_YEAR).contains(&f.year)
            && { clock::is_folded(seconds, f)? };
        let clock = [f.hour, f.minute, f.second, micros];
        DateTime::make(cls, [f.year, f.month, f.day], clock, zone, fold.into())
    }

    /// `fromtimestamp` with a zone.
    pub fn from_timestamp(cls: &Type, stamp: &Obj, zone: Option<&Obj>) -> PyResult<Object> {
        let zone = args::zone(zone)?;
        let (s, us) = clock::seconds_and_micros(stamp)?;
        let t = DateTime::of_stamp(cls, s, us, zone.is_none(), zone.as_deref())?;
        from_utc(zone.as_deref(), t)
    }

    /// The local zone at this time, read as local.
    fn local_zone(&self) -> PyResult<Object> {
        let fold = self.fold_bit() != 0;
        let stamp = clock::from_local(self.fields(), fold)?;
        let other = clock::from_local(self.fields(), !fold)?;
        // They differ in a gap and in a fold; in a gap the fold names the other side's offset.
        let chosen = if other != stamp && (other > stamp) == fold { other } else { stamp };
        zone_at(chosen - clock::EPOCH)
    }

    fn same_zone(&self, other: &DateTime) -> bool {
        match (self.zone(), other.zone()) {
            (None, None) => true,
            (Some(a), Some(b)) => a.is(b),
            _ => false,
        }
    }

    /// Whether the offset depends on the fold, so that no time of another zone equals this one (PEP 495).
    fn is_ambiguous(&self, offset: &Option<Ref<Delta>>) -> PyResult<bool> {
        Ok(!same_offset(&self.flipped_offset()?, offset))
    }
}

fn same_offset(a: &Option<Ref<Delta>>, b: &Option<Ref<Delta>>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.parts() == b.parts(),
        _ => false,
    }
}

fn from_utc(zone: Option<&Obj>, t: Object) -> PyResult<Object> {
    match zone {
        None => Ok(t),
        Some(z) => match (crate::zoneinfo::exact(z), t.downcast_exact::<DateTime>()) {
            (Some(z), Some(t)) => z.convert(t),
            _ => z.call_method(sym!(fromutc), &[&t]),
        },
    }
}

/// The local zone at a time stamp, as a fixed offset.
fn zone_at(seconds: i64) -> PyResult<Object> {
    let b = clock::local_time(seconds)?;
    let name = Str::new(&b.zone)?;
    TimeZone::new(&*Delta::new(0, b.offset, 0)?, Some(name.as_obj()))
}

fn deprecated(name: &str, instead: &str) -> PyResult<()> {
    let message = format!(
        "datetime.datetime.{name}() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.{instead}."
    );
    warn(exc::DeprecationWarning(), &message, 1)
}

#[pymethods]
impl DateTime {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let sane = |at: &dyn Fn(usize) -> u32| at(2) < 256 && (1..=12).contains(&(at(2) & 0x7f));
        if let Some(mut state) = args::state::<10>(args, kwargs, 2, "datetime", sane)? {
            let zone = args::state_zone(args)?;
            let fold = state[2] >> 7;
            state[2] &= 0x7f;
            return DateTime::from_state(cls, state, fold, zone);
        }
        let names = ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        let [y, mo, d, h, m, s, us, tz, fold] = args::bind(&names, 8, 3, args, kwargs)?;
        let ymd = [args::field(&y, 0)?, args::field(&mo, 0)?, args::field(&d, 0)?];
        let clock = [args::field(&h, 0)?, args::field(&m, 0)?, args::field(&s, 0)?, args::field(&us, 0)?];
        DateTime::alloc(cls, ymd, clock, tz.as_deref(), args::field(&fold, 0)?)
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<String> {
        let ([y, mo, d], [h, m, s, us]) = (self.ymd(), self.clock());
        let mut out = format!("{}({y}, {mo}, {d}, {h}, {m}", self.type_name());
        if us != 0 {
            out.push_str(&format!(", {s}, {us}"));
        } else if s != 0 {
            out.push_str(&format!(", {s}"));
        }
        if self.fold_bit() != 0 {
            out.push_str(", fold=1");
        }
        if let Some(z) = self.zone() {
            out.push_str(&format!(", tzinfo={}", shown(z)?));
        }
        Ok(out + ")")
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Object> {
        let space = Str::new(" ")?;
        self.as_obj().call_method(sym!(isoformat), &[space.as_obj()])
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).hashcode == -1 {
                let offset = if (*b).fold != 0 {
                    // Both folds hash alike.
                    self.flipped_offset()?
                } else {
                    self.offset()?
                };
                (*b).hashcode = match offset {
                    None => args::hash_bytes(&(*b).data)?,
                    Some(d) => {
                        let micros = self.micros();
                        let (days, rest) =
                            (micros.div_euclid(86_400_000_000), micros.rem_euclid(86_400_000_000));
                        Delta::new(days as i64, 0, rest as i64)?.sub(&d)?.as_obj().hash()?
                    }
                } as _;
            }
            Ok((*b).hashcode)
        }
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast::<DateTime>() else { return nothing() };
        let answer = |order: Ordering| Ok(bool_obj(op.holds(order)).to_owned());
        if self.same_zone(o) {
            return answer(self.data().cmp(&o.data()));
        }
        let (a, b) = (self.offset()?, o.offset()?);
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let order = match (&a, &b) {
            _ if same_offset(&a, &b) => self.data().cmp(&o.data()),
            (Some(a), Some(b)) => (self.micros() - a.micros()).cmp(&(o.micros() - b.micros())),
            _ if equality => return answer(Ordering::Greater),
            _ => bail!(TypeError, "can't compare offset-naive and offset-aware datetimes"),
        };
        if equality && order == Ordering::Equal && (self.is_ambiguous(&a)? || o.is_ambiguous(&b)?) {
            return answer(Ordering::Greater);
        }
        answer(order)
    }

    #[slot(nb_add)]
    fn add_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (time, delta) = match (a.downcast::<DateTime>(), b.downcast::<DateTime>()) {
            (Some(t), _) => (t, b.downcast::<Delta>()),
            (_, Some(t)) => (t, a.downcast::<Delta>()),
            _ => return nothing(),
        };
        delta.map_or_else(nothing, |d| time.shifted(d, 1))
    }

    #[slot(nb_subtract)]
    fn sub_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        let Some(t) = a.downcast::<DateTime>() else { return nothing() };
        if let Some(d) = b.downcast::<Delta>() {
            return t.shifted(d, -1);
        }
        let Some(o) = b.downcast::<DateTime>() else { return nothing() };
        let mut micros = t.micros() - o.micros();
        if !t.same_zone(o) {
            match (t.offset()?, o.offset()?) {
                (None, None) => {}
                (Some(x), Some(y)) => micros -= x.micros() - y.micros(),
                _ => bail!(TypeError, "can't subtract offset-naive and offset-aware datetimes"),
            }
        }
        let (days, rest) = (micros.div_euclid(86_400_000_000), micros.rem_euclid(86_400_000_000));
        Ok(Delta::new(days as i64, 0, rest as i64)?.into_object())
    }

    /// Returns new datetime object representing current time local to tz.
    ///
    ///   tz
    ///     Timezone object.
    ///
    /// If no tz is specified, uses local timezone.
    #[classmethod(sig = "(tz=None)")]
    fn now(cls: &Type, tz: Option<&Obj>) -> PyResult<Object> {
        let zone = args::zone(tz)?;
        let (s, us) = clock::now();
        let t = DateTime::of_stamp(cls, s, us, zone.is_none(), zone.as_deref())?;
        from_utc(zone.as_deref(), t)
    }

    /// Return a new datetime representing UTC day and time.
    #[classmethod]
    fn utcnow(cls: &Type) -> PyResult<Object> {
        deprecated("utcnow", "now(datetime.UTC)")?;
        let (s, us) = clock::now();
        DateTime::of_stamp(cls, s, us, false, None)
    }

    /// timestamp[, tz] -> tz's local time from POSIX timestamp.
    #[classmethod(nosig, sig = "(timestamp, tz=None)")]
    fn fromtimestamp(cls: &Type, timestamp: &Obj, tz: Option<&Obj>) -> PyResult<Object> {
        DateTime::from_timestamp(cls, timestamp, tz)
    }

    /// Construct a naive UTC datetime from a POSIX timestamp.
    #[classmethod(nosig)]
    fn utcfromtimestamp(cls: &Type, timestamp: &Obj) -> PyResult<Object> {
        deprecated("utcfromtimestamp", "fromtimestamp(timestamp, datetime.UTC)")?;
        let (s, us) = clock::seconds_and_micros(timestamp)?;
        DateTime::of_stamp(cls, s, us, false, None)
    }

    /// string, format -> new datetime parsed from a string (like time.strptime()).
    #[classmethod(nosig)]
    fn strptime(cls: &Type, string: &Obj, format: &Obj) -> PyResult<Object> {
        strptime("_strptime_datetime_datetime", cls, string, format)
    }

    /// date, time -> datetime with same date and time fields
    #[classmethod(nosig, sig = "(date, time, tzinfo=<unset>)")]
    fn combine(cls: &Type, date: &Obj, time: &Obj, tzinfo: Option<&Obj>) -> PyResult<Object> {
        let bad = |i: usize, want: &str, o: &Obj| {
            let ty = if o.is_none() { "None" } else { o.type_name() };
            dovetail_core::raise!(TypeError, "combine() argument {i} must be {want}, not {ty}")
        };
        let d = date.downcast::<Date>().ok_or_else(|| bad(1, "datetime.date", date))?;
        let t = time.downcast::<Time>().ok_or_else(|| bad(2, "datetime.time", time))?;
        let zone = new_zone(tzinfo, t.zone())?;
        DateTime::make(cls, d.ymd(), t.clock(), zone.as_deref(), t.fold_bit().into())
    }

    /// string -> datetime from a string in most ISO 8601 formats
    #[classmethod]
    fn fromisoformat(cls: &Type, object: &Obj) -> PyResult<Object> {
        let Ok(((y, mo, d), mut c)) = iso::date_time(&iso_text(object)?) else {
            return Err(malformed(object)?);
        };
        let mut ymd = [y, mo, d];
        let exists = (1..=12).contains(&mo) && (1..=calendar::days_in_month(y, mo)).contains(&d);
        if late_midnight(&mut c)? && exists {
            // The first moment of the next day.
            ymd[2] += 1;
            if ymd[2] == calendar::days_in_month(y, mo) + 1 {
                ymd = if mo == 12 { [y + 1, 1, 1] } else { [y, mo + 1, 1] };
            }
        }
        let zone = parsed_zone(c.offset)?;
        DateTime::make(cls, ymd, [c.hour, c.minute, c.second, c.microsecond], zone.as_deref(), 0)
    }

    /// Return date object with same year, month and day.
    #[method]
    fn date(&self) -> PyResult<Object> {
        let [y, m, d] = self.ymd();
        Date::alloc(Date::type_object(), y, m, d)
    }

    /// Return time object with same time but with tzinfo=None.
    #[method]
    fn time(&self) -> PyResult<Object> {
        Time::alloc(Time::type_object(), self.clock(), None, self.fold_bit().into())
    }

    /// Return time object with same time and tzinfo.
    #[method]
    fn timetz(&self) -> PyResult<Object> {
        Time::alloc(Time::type_object(), self.clock(), self.zone(), self.fold_bit().into())
    }

    /// Return ctime() style string.
    #[method]
    fn ctime(&self) -> String {
        let ([y, mo, d], [h, m, s, _]) = (self.ymd(), self.clock());
        format::ctime([y, mo, d], [h, m, s], calendar::weekday(y, mo, d))
    }

    /// Return time tuple, compatible with time.localtime().
    #[method]
    fn timetuple(&self) -> PyResult<Object> {
        let flag = match zone::dst(self.zone(), self.as_obj())? {
            None => -1,
            Some(d) => i32::from(!d.is_zero()),
        };
        tuple_of(self.ymd(), self.clock(), flag)
    }

    /// Return POSIX timestamp as float.
    #[method]
    fn timestamp(&self) -> PyResult<Object> {
        if self.zone().is_some()
            && let Some(offset) = self.offset()?
        {
            let micros = self.micros() - i128::from(clock::EPOCH) * 1_000_000 - offset.micros();
            return since_epoch(micros)?.seconds();
        }
        let seconds = clock::from_local(self.fields(), self.fold_bit() != 0)?;
        let v = (seconds - clock::EPOCH) as f64 + f64::from(self.clock()[3]) / 1e6;
        Ok(Float::new(v)?.into_object())
    }

    /// Return UTC time tuple, compatible with time.localtime().
    #[method]
    fn utctimetuple(&self) -> PyResult<Object> {
        match self.offset()? {
            None => tuple_of(self.ymd(), self.clock(), 0),
            Some(d) => {
                let (ymd, clock) = self.shifted_parts(&d, -1)?;
                tuple_of(ymd, clock, 0)
            }
        }
    }

    /// [sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    /// sep is used to separate the year from the time, and defaults to 'T'.
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    ///
    #[method(nosig, sig = "(sep=<T>, timespec=<auto>)")]
    fn isoformat(&self, sep: Option<&Obj>, timespec: Option<&Obj>) -> PyResult<Ref<Str>> {
        let sep = match sep {
            None => 'T' as u32,
            Some(o) => match o.downcast::<Str>() {
                Some(s) if s.len() == 1 => s.char_at(0),
                Some(s) => bail!(
                    TypeError,
                    "isoformat() argument 1 must be a unicode character, not a string of length {}",
                    s.len()
                ),
                None => {
                    let ty = if o.is_none() { "None" } else { o.type_name() };
                    bail!(TypeError, "isoformat() argument 1 must be a unicode character, not {ty}")
                }
            },
        };
        let spec = Spec::by_name(timespec_text(timespec, 2)?.as_deref())?;
        let [y, mo, d] = self.ymd();
        let mut rest = format::time(spec, self.clock());
        if let Some(d) = self.offset()? {
            rest.push_str(&format::offset(&d, ":"));
        }
        let mut out = TextBuf::new();
        out.push_str(&format!("{y:04}-{mo:02}-{d:02}"));
        out.push(sep);
        out.push_str(&rest);
        Str::from_buf(out.finish())
    }

    /// Return self.tzinfo.utcoffset(self).
    #[method]
    fn utcoffset(&self) -> PyResult<Option<Ref<Delta>>> {
        self.offset()
    }

    /// Return self.tzinfo.tzname(self).
    #[method]
    fn tzname(&self) -> PyResult<Object> {
        zone::tzname(self.zone(), self.as_obj())
    }

    /// Return self.tzinfo.dst(self).
    #[method]
    fn dst(&self) -> PyResult<Option<Ref<Delta>>> {
        zone::dst(self.zone(), self.as_obj())
    }

    /// Return datetime with new specified fields.
    #[method(
        sig = "(year=unchanged, month=unchanged, day=unchanged, hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    fn replace(
        &self,
        year: Option<i32>,
        month: Option<i32>,
        day: Option<i32>,
        hour: Option<i32>,
        minute: Option<i32>,
        second: Option<i32>,
        microsecond: Option<i32>,
        tzinfo: Option<&Obj>,
        fold: Option<i32>,
    ) -> PyResult<Object> {
        let ([y, mo, d], [h, m, s, us]) = (self.ymd(), self.clock());
        let ymd = [year.unwrap_or(y), month.unwrap_or(mo), day.unwrap_or(d)];
        let clock = [hour.unwrap_or(h), minute.unwrap_or(m), second.unwrap_or(s), microsecond.unwrap_or(us)];
        let zone = new_zone(tzinfo, self.zone())?;
        let fold = fold.unwrap_or(self.fold_bit().into());
        if !(0..=1).contains(&fold) {
            bail!(ValueError, "fold must be either 0 or 1, not {fold}");
        }
        DateTime::make(self.ob_type(), ymd, clock, zone.as_deref(), fold)
    }

    /// The same as replace().
    #[method(name = "__replace__", sig = "(*args, **changes)")]
    fn replace_dunder(&self, args: &[&Obj], changes: Option<&Dict>) -> PyResult<Object> {
        let f = DateTime::type_object().as_obj().get_attr(sym!(replace))?;
        let mut all = vec![self.as_obj()];
        all.extend_from_slice(args);
        f.call_dict(&*Tuple::from_slice(&all)?, changes)
    }

    /// tz -> convert to local time in new timezone tz
    ///
    #[method(nosig, sig = "(tz=None)")]
    fn astimezone(&self, tz: Option<&Obj>) -> PyResult<Object> {
        let target = args::zone(tz)?;
        let own = match self.zone() {
            Some(z) => z.to_owned(),
            None => self.local_zone()?,
        };
        if target.as_ref().is_some_and(|t| t.is(&own)) {
            return Ok(self.as_obj().to_owned());
        }
        let offset = match zone::utcoffset(Some(&own), self.as_obj())? {
            Some(d) => d,
            None => {
                let local = self.local_zone()?;
                match zone::utcoffset(Some(&local), self.as_obj())? {
                    Some(d) => d,
                    None => Delta::new(0, 0, 0)?,
                }
            }
        };
        let (ymd, clock) = self.shifted_parts(&offset, -1)?;
        let in_utc = DateTime::make(self.ob_type(), ymd, clock, Some(utc()?), 0)?;
        let Some(t) = in_utc.downcast::<DateTime>() else {
            bail!(TypeError, "a datetime subclass made a {}", in_utc.type_name());
        };
        let target = match target {
            Some(t) => t,
            None => zone_at(((t.micros() - offset_micros(t)?) / 1_000_000) as i64 - clock::EPOCH)?,
        };
        // SAFETY: a new object; the field owns the zone in place of UTC.
        unsafe {
            (*t.body()).hastzinfo = 1;
            dovetail_core::object::obj::replace(&raw mut (*t.body()).tzinfo, Some(target.clone()));
        }
        match (crate::zoneinfo::exact(&target), t.as_obj().is_exact::<DateTime>()) {
            (Some(z), true) => z.convert(t),
            _ => target.call_method(sym!(fromutc), &[t.as_obj()]),
        }
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

fn offset_micros(t: &DateTime) -> PyResult<i128> {
    Ok(t.offset()?.map_or(0, |d| d.micros()))
}

fn since_epoch(micros: i128) -> PyResult<Ref<Delta>> {
    let (days, rest) = (micros.div_euclid(86_400_000_000), micros.rem_euclid(86_400_000_000));
    Delta::new(days as i64, 0, rest as i64)
}

fn tuple_of([y, mo, d]: [i32; 3], [h, m, s, _]: [i32; 4], flag: i32) -> PyResult<Object> {
    let yday = calendar::days_before_month(y, mo) + d;
    format::struct_time([y, mo, d, h, m, s, calendar::weekday(y, mo, d), yday, flag])
}

/// Sets `min`, `max` and `resolution`.
pub fn constants() -> PyResult<()> {
    let cls = DateTime::type_object();
    let low = DateTime::alloc(cls, [1, 1, 1], [0; 4], None, 0)?;
    let high = DateTime::alloc(cls, [9999, 12, 31], [23, 59, 59, 999_999], None, 0)?;
    let least = Delta::new(0, 0, 1)?;
    type_constants::<DateTime>(&[("min", &low), ("max", &high), ("resolution", least.as_obj())])
}
