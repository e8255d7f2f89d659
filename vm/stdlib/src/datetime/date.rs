//! `date`: a day of the calendar.

use super::args::{self, c_int, check_date};
use super::calendar::{self, BadIso, MAX_ORDINAL};
use super::delta::{Delta, shown};
use super::moment::DateTime;
use super::week::IsoDate;
use super::{clock, format, iso, type_constants};
use dovetail_core::error::PyResult;
use dovetail_core::import::import_module;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, CompareOp, Obj, Object, Ref, alloc};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::not_implemented;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};

/// Days of the calendar.
/// ---
/// date(year, month, day) --> date object
#[pytype(name = "datetime.date", static_in_c, body = abi::PyDateTime_Date, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Date;

pub(super) fn nothing() -> PyResult<Object> {
    Ok(not_implemented().to_owned())
}

pub(super) fn is_type<T: Native>(cls: &Type) -> bool {
    std::ptr::eq(cls.as_type_ptr(), T::TYPE_POINTER)
}

/// An int object of a field.
pub(super) fn int(v: i32) -> PyResult<Object> {
    Ok(Int::from_i64(v.into())?.into_object())
}

/// `Invalid isoformat string: '...'`.
pub(super) fn malformed(text: &Obj) -> PyResult<dovetail_core::Raised> {
    Ok(raise!(ValueError, "Invalid isoformat string: {}", shown(text)?))
}

/// The argument of `fromisoformat`, as code points.
pub(super) fn iso_text(o: &Obj) -> PyResult<Vec<u32>> {
    let Some(s) = o.downcast::<Str>() else { bail!(TypeError, "fromisoformat: argument must be str") };
    Ok(s.text().iter().collect())
}

/// The `format` argument of a function.
pub(super) fn format_text<'a>(function: &str, format: &'a Obj) -> PyResult<&'a Str> {
    match format.downcast::<Str>() {
        Some(f) => Ok(f),
        None => {
            let ty = if format.is_none() { "None" } else { format.type_name() };
            bail!(TypeError, "{function}() argument 1 must be str, not {ty}")
        }
    }
}

/// Calls the function of this name in `_strptime`.
pub(super) fn strptime(name: &str, cls: &Type, string: &Obj, format: &Obj) -> PyResult<Object> {
    for (i, o) in [string, format].into_iter().enumerate() {
        if !o.is_a::<Str>() {
            let ty = if o.is_none() { "None" } else { o.type_name() };
            bail!(TypeError, "strptime() argument {} must be str, not {ty}", i + 1);
        }
    }
    import_module("_strptime")?.get_attr_text(name)?.call(&[cls.as_obj(), string, format])
}

impl Date {
    /// Memory with a state, which the caller knows to be valid.
    fn from_state(cls: &Type, state: [u8; 4]) -> PyResult<Object> {
        // SAFETY: an instance of the type; the fields are written.
        unsafe {
            let d: Ref<Date> = if is_type::<Date>(cls) {
                alloc::new_body::<Date>()?
            } else {
                type_alloc(cls, 0)?.cast_into_unchecked()
            };
            (*d.body()).hashcode = -1;
            (*d.body()).data = state;
            Ok(d.into_object())
        }
    }

    /// A date of `cls` itself, without its constructor.
    pub fn alloc(cls: &Type, year: i32, month: i32, day: i32) -> PyResult<Object> {
        check_date(year, month, day)?;
        Date::from_state(cls, [(year >> 8) as u8, year as u8, month as u8, day as u8])
    }

    /// A date of `cls`, by its constructor if it is a subclass.
    pub fn make(cls: &Type, (year, month, day): (i32, i32, i32)) -> PyResult<Object> {
        if is_type::<Date>(cls) {
            return Date::alloc(cls, year, month, day);
        }
        if is_type::<DateTime>(cls) {
            return DateTime::alloc(cls, [year, month, day], [0; 4], None, 0);
        }
        cls.as_obj().call(&[&*int(year)?, &*int(month)?, &*int(day)?])
    }

    fn data(&self) -> [u8; 4] {
        // SAFETY: own field.
        unsafe { (*self.body()).data }
    }

    pub fn ymd(&self) -> [i32; 3] {
        let d = self.data();
        [i32::from(d[0]) << 8 | i32::from(d[1]), d[2].into(), d[3].into()]
    }

    fn ordinal(&self) -> i64 {
        let [y, m, d] = self.ymd();
        calendar::ordinal(y, m, d)
    }

    /// The day of a time stamp in local time.
    pub fn from_stamp(cls: &Type, stamp: &Obj) -> PyResult<Object> {
        let f = clock::local_time(clock::whole_seconds(stamp)?)?.fields;
        Date::make(cls, (f.year, f.month, f.day))
    }

    fn plus(&self, days: i64) -> PyResult<Object> {
        let n = self.ordinal() + days;
        if !(1..=MAX_ORDINAL).contains(&n) {
            bail!(OverflowError, "date value out of range");
        }
        Date::make(self.ob_type(), calendar::from_ordinal(n))
    }
}

#[pymethods]
impl Date {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        if let Some(state) = args::state::<4>(args, kwargs, 1, "date", |at| (1..=12).contains(&at(2)))? {
            return Date::from_state(cls, state);
        }
        let [y, m, d] = args::bind(&["year", "month", "day"], 3, 3, args, kwargs)?;
        Date::alloc(cls, args::field(&y, 0)?, args::field(&m, 0)?, args::field(&d, 0)?)
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> String {
        let [y, m, d] = self.ymd();
        format!("{}({y}, {m}, {d})", self.type_name())
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
                (*b).hashcode = args::hash_bytes(&(*b).data)? as _;
            }
            Ok((*b).hashcode)
        }
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        // A datetime is a date too, but is not compared with one.
        match other.downcast::<Date>() {
            Some(o) if !other.is_a::<DateTime>() => {
                Ok(bool_obj(op.holds(self.data().cmp(&o.data()))).to_owned())
            }
            _ => nothing(),
        }
    }

    #[slot(nb_add)]
    fn add_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        if a.is_a::<DateTime>() || b.is_a::<DateTime>() {
            return nothing();
        }
        let (date, delta) = match (a.downcast::<Date>(), b.downcast::<Date>()) {
            (Some(d), _) => (d, b.downcast::<Delta>()),
            (_, Some(d)) => (d, a.downcast::<Delta>()),
            _ => return nothing(),
        };
        delta.map_or_else(nothing, |delta| date.plus(delta.parts().0))
    }

    #[slot(nb_subtract)]
    fn sub_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        if a.is_a::<DateTime>() || b.is_a::<DateTime>() {
            return nothing();
        }
        let Some(date) = a.downcast::<Date>() else { return nothing() };
        if let Some(other) = b.downcast::<Date>() {
            return Ok(Delta::new(date.ordinal() - other.ordinal(), 0, 0)?.into_object());
        }
        b.downcast::<Delta>().map_or_else(nothing, |delta| date.plus(-delta.parts().0))
    }

    /// Create a date from a POSIX timestamp.
    ///
    /// The timestamp is a number, e.g. created via time.time(), that is
    /// interpreted as local time.
    #[classmethod]
    fn fromtimestamp(cls: &Type, timestamp: &Obj) -> PyResult<Object> {
        Date::from_stamp(cls, timestamp)
    }

    /// int -> date corresponding to a proleptic Gregorian ordinal.
    #[classmethod(nosig)]
    fn fromordinal(cls: &Type, ordinal: &Obj) -> PyResult<Object> {
        let n = c_int(ordinal)?;
        if n < 1 {
            bail!(ValueError, "ordinal must be >= 1");
        }
        Date::make(cls, calendar::from_ordinal(n.into()))
    }

    /// str -> Construct a date from a string in ISO 8601 format.
    #[classmethod]
    fn fromisoformat(cls: &Type, object: &Obj) -> PyResult<Object> {
        match iso::date(&iso_text(object)?) {
            Ok(ymd) => Date::make(cls, ymd),
            Err(_) => Err(malformed(object)?),
        }
    }

    /// int, int, int -> Construct a date from the ISO year, week number and weekday.
    ///
    /// This is the inverse of the date.isocalendar() function
    #[classmethod(nosig, sig = "(year, week, day)")]
    fn fromisocalendar(cls: &Type, year: &Obj, week: &Obj, day: &Obj) -> PyResult<Object> {
        let part = |o: &Obj| -> PyResult<i32> {
            let v = o.index()?.to_i64().and_then(|v| i32::try_from(v).ok());
            v.ok_or_else(|| raise!(ValueError, "ISO calendar component out of range"))
        };
        let (year, week, day) = (part(year)?, part(week)?, part(day)?);
        let ymd = calendar::from_iso_week(year, week, day).map_err(|e| match e {
            BadIso::Year => raise!(ValueError, "year must be in 1..9999, not {year}"),
            BadIso::Week => raise!(ValueError, "Invalid week: {week}"),
            BadIso::Weekday => raise!(ValueError, "Invalid weekday: {day} (range is [1, 7])"),
        })?;
        Date::make(cls, ymd)
    }

    /// string, format -> new date parsed from a string (like time.strptime()).
    #[classmethod(nosig)]
    fn strptime(cls: &Type, string: &Obj, format: &Obj) -> PyResult<Object> {
        strptime("_strptime_datetime_date", cls, string, format)
    }

    /// Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).
    #[classmethod]
    fn today(cls: &Type) -> PyResult<Object> {
        if is_type::<Date>(cls) {
            let f = clock::local_time(clock::now().0)?.fields;
            return Date::alloc(cls, f.year, f.month, f.day);
        }
        let time = import_module("time")?.call_method(sym!(time), &[])?;
        cls.as_obj().call_method(sym!(fromtimestamp), &[&time])
    }

    /// Return ctime() style string.
    #[method]
    fn ctime(&self) -> String {
        let [y, m, d] = self.ymd();
        format::ctime([y, m, d], [0; 3], calendar::weekday(y, m, d))
    }

    /// format -> strftime() style string.
    #[method(nosig, sig = "(format)")]
    fn strftime(&self, format: &Obj) -> PyResult<Object> {
        let f = format_text("strftime", format)?;
        let tuple = self.as_obj().call_method(sym!(timetuple), &[])?;
        let (zone, micros) = match self.as_obj().downcast::<DateTime>() {
            Some(dt) => (dt.zone().map(Obj::to_owned), dt.clock()[3]),
            None => (None, 0),
        };
        format::strftime(zone.as_deref(), self.as_obj(), micros, f, &tuple)
    }

    /// Formats self with strftime.
    #[method(name = "__format__", nosig)]
    fn format(&self, format: &Obj) -> PyResult<Object> {
        if format_text("__format__", format)?.is_empty() {
            return Ok(self.as_obj().str_()?.into_object());
        }
        self.as_obj().call_method(sym!(strftime), &[format])
    }

    /// Return time tuple, compatible with time.localtime().
    #[method]
    fn timetuple(&self) -> PyResult<Object> {
        let [y, m, d] = self.ymd();
        let yday = calendar::days_before_month(y, m) + d;
        format::struct_time([y, m, d, 0, 0, 0, calendar::weekday(y, m, d), yday, -1])
    }

    /// Return a named tuple containing ISO year, week number, and weekday.
    #[method]
    fn isocalendar(&self) -> PyResult<Object> {
        let [y, m, d] = self.ymd();
        IsoDate::new(calendar::iso_week(y, m, d))
    }

    /// Return string in ISO 8601 format, YYYY-MM-DD.
    #[method]
    fn isoformat(&self) -> String {
        let [y, m, d] = self.ymd();
        format!("{y:04}-{m:02}-{d:02}")
    }

    /// Return the day of the week represented by the date.
    /// Monday == 1 ... Sunday == 7
    #[method]
    fn isoweekday(&self) -> i32 {
        self.weekday() + 1
    }

    /// Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.
    #[method]
    fn toordinal(&self) -> i64 {
        self.ordinal()
    }

    /// Return the day of the week represented by the date.
    /// Monday == 0 ... Sunday == 6
    #[method]
    fn weekday(&self) -> i32 {
        let [y, m, d] = self.ymd();
        calendar::weekday(y, m, d)
    }

    /// Return date with new specified fields.
    #[method(sig = "(year=unchanged, month=unchanged, day=unchanged)")]
    fn replace(&self, year: Option<i32>, month: Option<i32>, day: Option<i32>) -> PyResult<Object> {
        let [y, m, d] = self.ymd();
        Date::make(self.ob_type(), (year.unwrap_or(y), month.unwrap_or(m), day.unwrap_or(d)))
    }

    /// The same as replace().
    #[method(name = "__replace__", sig = "(*args, **changes)")]
    fn replace_dunder(&self, args: &[&Obj], changes: Option<&Dict>) -> PyResult<Object> {
        let f = Date::type_object().as_obj().get_attr(sym!(replace))?;
        let mut all = vec![self.as_obj()];
        all.extend_from_slice(args);
        f.call_dict(&*Tuple::from_slice(&all)?, changes)
    }

    /// __reduce__() -> (cls, state)
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let state = Tuple::from_slice(&[Bytes::new(&self.data())?.as_obj()])?;
        Tuple::from_slice(&[self.ob_type().as_obj(), state.as_obj()])
    }

    #[getter]
    fn year(&self) -> i32 {
        self.ymd()[0]
    }

    #[getter]
    fn month(&self) -> i32 {
        self.ymd()[1]
    }

    #[getter]
    fn day(&self) -> i32 {
        self.ymd()[2]
    }
}

/// Sets `min`, `max` and `resolution`.
pub fn constants() -> PyResult<()> {
    let cls = Date::type_object();
    let (low, high) = (Date::alloc(cls, 1, 1, 1)?, Date::alloc(cls, 9999, 12, 31)?);
    let day = Delta::new(1, 0, 0)?;
    type_constants::<Date>(&[("min", &low), ("max", &high), ("resolution", day.as_obj())])
}
