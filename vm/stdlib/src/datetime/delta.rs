//! `timedelta`: differences as days, seconds and microseconds.

use super::type_constants;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::number::{BinaryOp, binary};
use dovetail_core::object::{AsObj, CompareOp, Obj, Object, Ref, alloc};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::not_implemented;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{Raised, bail, raise};
use dovetail_macros::{pymethods, pytype};

/// The most days, of either sign.
const MAX_DAYS: i64 = 999_999_999;
const DAY_MICROS: i128 = 86_400_000_000;

/// Differences of times.
/// ---
/// Difference between two datetime values.
///
/// timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)
///
/// All arguments are optional and default to 0.
/// Arguments may be integers or floats, and may be positive or negative.
#[pytype(name = "datetime.timedelta", static_in_c, body = abi::PyDateTime_Delta, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Delta;

fn too_large() -> Raised {
    raise!(OverflowError, "Python int too large to convert to C int")
}

impl Delta {
    fn alloc(cls: &Type, days: i32, seconds: i32, micros: i32) -> PyResult<Ref<Delta>> {
        if i64::from(days).abs() > MAX_DAYS {
            bail!(OverflowError, "days={days}; must have magnitude <= {MAX_DAYS}");
        }
        // SAFETY: an instance of the type; every field is written.
        unsafe {
            let d: Ref<Delta> = if std::ptr::eq(cls.as_type_ptr(), Delta::TYPE_POINTER) {
                alloc::new_body::<Delta>()?
            } else {
                type_alloc(cls, 0)?.cast_into_unchecked()
            };
            let b = d.body();
            (*b).hashcode = -1;
            (*b).days = days;
            (*b).seconds = seconds;
            (*b).microseconds = micros;
            Ok(d)
        }
    }

    /// A difference of parts that are brought into range.
    pub fn new(days: i64, seconds: i64, micros: i64) -> PyResult<Ref<Delta>> {
        Delta::of(Delta::type_object(), days, seconds, micros)
    }

    /// As `new`, of a subclass.
    pub fn of(cls: &Type, days: i64, seconds: i64, micros: i64) -> PyResult<Ref<Delta>> {
        let seconds = seconds + micros.div_euclid(1_000_000);
        let days = days + seconds.div_euclid(86_400);
        let days = i32::try_from(days).map_err(|_| raise!(OverflowError, "date value out of range"))?;
        Delta::alloc(cls, days, seconds.rem_euclid(86_400) as i32, micros.rem_euclid(1_000_000) as i32)
    }

    /// A difference of fields as they are; the caller knows that they are in range but for the days.
    pub fn plain(cls: &Type, days: i32, seconds: i32, micros: i32) -> PyResult<Ref<Delta>> {
        Delta::alloc(cls, days, seconds, micros)
    }

    /// A difference of so many microseconds.
    fn from_micros(cls: &Type, micros: i128) -> PyResult<Ref<Delta>> {
        let days = i32::try_from(micros.div_euclid(DAY_MICROS)).map_err(|_| too_large())?;
        let rest = micros.rem_euclid(DAY_MICROS) as i64;
        Delta::alloc(cls, days, (rest / 1_000_000) as i32, (rest % 1_000_000) as i32)
    }

    /// As `from_micros`, of an int object.
    fn from_int(micros: &Obj) -> PyResult<Ref<Delta>> {
        Delta::from_micros(Delta::type_object(), micros.index()?.to_i128().ok_or_else(too_large)?)
    }

    /// Days, seconds and microseconds.
    #[inline]
    pub fn parts(&self) -> (i64, i64, i64) {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            ((*b).days.into(), (*b).seconds.into(), (*b).microseconds.into())
        }
    }

    pub fn micros(&self) -> i128 {
        let (d, s, us) = self.parts();
        i128::from(d * 86_400 + s) * 1_000_000 + i128::from(us)
    }

    pub fn is_zero(&self) -> bool {
        self.parts() == (0, 0, 0)
    }

    pub fn add(&self, other: &Delta) -> PyResult<Ref<Delta>> {
        let ((d, s, us), (e, t, vs)) = (self.parts(), other.parts());
        Delta::new(d + e, s + t, us + vs)
    }

    pub fn sub(&self, other: &Delta) -> PyResult<Ref<Delta>> {
        let ((d, s, us), (e, t, vs)) = (self.parts(), other.parts());
        Delta::new(d - e, s - t, us - vs)
    }

    pub fn neg(&self) -> PyResult<Ref<Delta>> {
        let (d, s, us) = self.parts();
        Delta::new(-d, -s, -us)
    }

    /// The seconds with their fraction.
    pub fn seconds(&self) -> PyResult<Object> {
        let micros = int(self.micros())?;
        binary(BinaryOp::TrueDivide, micros.as_obj(), int(1_000_000)?.as_obj())
    }
}

fn int(v: i128) -> PyResult<Ref<Int>> {
    Int::from_i128(v)
}

/// The quotient of two ints, half to even.
fn divide_nearest(a: &Obj, b: &Obj) -> PyResult<Object> {
    let pair = a.divmod(b)?;
    let Some(pair) = pair.downcast::<Tuple>() else { bail!(SystemError, "divmod gave no tuple") };
    let (q, r) = (pair.get(0), pair.get(1));
    let two = int(2)?;
    let twice = binary(BinaryOp::Multiply, r, two.as_obj())?;
    // The remainder has the divisor's sign.
    let negative = b.compare_bool(int(0)?.as_obj(), CompareOp::Lt)?;
    let beyond = twice.compare_bool(b, if negative { CompareOp::Lt } else { CompareOp::Gt })?;
    let odd = || -> PyResult<bool> { binary(BinaryOp::And, q, int(1)?.as_obj())?.is_true() };
    if beyond || (twice.equals(b)? && odd()?) {
        return binary(BinaryOp::Add, q, int(1)?.as_obj());
    }
    Ok(q.to_owned())
}

/// A float as the ratio of two ints.
fn ratio(f: &Float) -> PyResult<(Object, Object)> {
    let r = f.as_obj().call_method(dovetail_core::sym!(as_integer_ratio), &[])?;
    match r.downcast::<Tuple>() {
        Some(t) if t.len() == 2 => Ok((t.get(0).to_owned(), t.get(1).to_owned())),
        _ => Err(raise!(TypeError, "unexpected return type from as_integer_ratio(): expected tuple")),
    }
}

fn nothing() -> PyResult<Object> {
    Ok(not_implemented().to_owned())
}

fn two<'a>(a: &'a Obj, b: &'a Obj) -> Option<(&'a Delta, &'a Delta)> {
    Some((a.downcast()?, b.downcast()?))
}

/// A sum of parts of a difference, in whole microseconds and what floats leave over.
struct Sum {
    micros: i128,
    left: f64,
}

impl Sum {
    fn add(&mut self, name: &str, o: Option<&Obj>, factor: i128) -> PyResult<()> {
        let Some(o) = o else { return Ok(()) };
        if let Some(i) = o.downcast::<Int>() {
            return self.add_int(i.to_i128(), factor);
        }
        let Some(f) = o.downcast::<Float>() else {
            bail!(TypeError, "unsupported type for timedelta {name} component: {}", o.type_name());
        };
        let v = f.value();
        let whole = v.trunc();
        self.add_float(whole, factor)?;
        let fraction = v - whole;
        if fraction != 0.0 {
            let v = factor as f64 * fraction;
            let whole = v.trunc();
            self.left += v - whole;
            self.add_float(whole, 1)?;
        }
        Ok(())
    }

    fn add_int(&mut self, v: Option<i128>, factor: i128) -> PyResult<()> {
        let product = v.and_then(|v| v.checked_mul(factor));
        self.micros = product.and_then(|p| self.micros.checked_add(p)).ok_or_else(too_large)?;
        Ok(())
    }

    fn add_float(&mut self, v: f64, factor: i128) -> PyResult<()> {
        if v.is_nan() {
            bail!(ValueError, "cannot convert float NaN to integer");
        }
        if v.is_infinite() {
            bail!(OverflowError, "cannot convert float infinity to integer");
        }
        self.add_int((v.abs() < 1e38).then_some(v as i128), factor)
    }

    fn finish(mut self, cls: &Type) -> PyResult<Ref<Delta>> {
        if self.left != 0.0 {
            let mut whole = self.left.round();
            if (whole - self.left).abs() == 0.5 {
                let odd = f64::from(u8::from(self.micros & 1 != 0));
                whole = 2.0 * ((self.left + odd) * 0.5).round() - odd;
            }
            self.add_float(whole, 1)?;
        }
        Delta::from_micros(cls, self.micros)
    }
}

#[pymethods(members(
    ("days", Py_T_INT, days, abi::Py_READONLY, "Number of days."),
    ("seconds", Py_T_INT, seconds, abi::Py_READONLY, "Number of seconds (>= 0 and less than 1 day)."),
    ("microseconds", Py_T_INT, microseconds, abi::Py_READONLY,
     "Number of microseconds (>= 0 and less than 1 second)."),
))]
impl Delta {
    #[slot(
        tp_new,
        name = "__new__",
        sig = "(days=<0>, seconds=<0>, microseconds=<0>, milliseconds=<0>, minutes=<0>, hours=<0>, weeks=<0>)"
    )]
    fn new_slot(
        cls: &Type,
        days: Option<&Obj>,
        seconds: Option<&Obj>,
        microseconds: Option<&Obj>,
        milliseconds: Option<&Obj>,
        minutes: Option<&Obj>,
        hours: Option<&Obj>,
        weeks: Option<&Obj>,
    ) -> PyResult<Ref<Delta>> {
        let mut sum = Sum { micros: 0, left: 0.0 };
        sum.add("microseconds", microseconds, 1)?;
        sum.add("milliseconds", milliseconds, 1_000)?;
        sum.add("seconds", seconds, 1_000_000)?;
        sum.add("minutes", minutes, 60_000_000)?;
        sum.add("hours", hours, 3_600_000_000)?;
        sum.add("days", days, DAY_MICROS)?;
        sum.add("weeks", weeks, 7 * DAY_MICROS)?;
        sum.finish(cls)
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> String {
        let (d, s, us) = self.parts();
        let mut parts = Vec::new();
        for (name, v) in [("days", d), ("seconds", s), ("microseconds", us)] {
            if v != 0 {
                parts.push(format!("{name}={v}"));
            }
        }
        if parts.is_empty() {
            parts.push("0".to_owned());
        }
        format!("{}({})", self.type_name(), parts.join(", "))
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> String {
        let (d, s, us) = self.parts();
        let mut out = String::new();
        if d != 0 {
            out = format!("{d} day{}, ", if d.abs() == 1 { "" } else { "s" });
        }
        out.push_str(&format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60));
        if us != 0 {
            out.push_str(&format!(".{us:06}"));
        }
        out
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        // SAFETY: own field.
        unsafe {
            let known = (*self.body()).hashcode;
            if known != -1 {
                return Ok(known);
            }
            let h = self.state()?.as_obj().hash()?;
            (*self.body()).hashcode = h as _;
            Ok(h)
        }
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(other) = other.downcast::<Delta>() else { return nothing() };
        Ok(bool_obj(op.holds(self.parts().cmp(&other.parts()))).to_owned())
    }

    #[slot(nb_bool)]
    fn bool_slot(&self) -> bool {
        !self.is_zero()
    }

    #[slot(nb_add)]
    fn add_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        match two(a, b) {
            Some((a, b)) => Ok(a.add(b)?.into_object()),
            None => nothing(),
        }
    }

    #[slot(nb_subtract)]
    fn sub_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        match two(a, b) {
            Some((a, b)) => Ok(a.sub(b)?.into_object()),
            None => nothing(),
        }
    }

    #[slot(nb_multiply)]
    fn mul_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (delta, factor) = match a.downcast::<Delta>() {
            Some(d) => (d, b),
            None => match b.downcast::<Delta>() {
                Some(d) => (d, a),
                None => return nothing(),
            },
        };
        if let Some(i) = factor.downcast::<Int>() {
            let micros = delta.micros();
            let product = match i.to_i128() {
                Some(i) => micros.checked_mul(i),
                None => (micros == 0).then_some(0),
            };
            let product = product.ok_or_else(too_large)?;
            return Ok(Delta::from_micros(Delta::type_object(), product)?.into_object());
        }
        if let Some(f) = factor.downcast::<Float>() {
            let (n, d) = ratio(f)?;
            let product = binary(BinaryOp::Multiply, int(delta.micros())?.as_obj(), &n)?;
            return Ok(Delta::from_int(&*divide_nearest(&product, &d)?)?.into_object());
        }
        nothing()
    }

    #[slot(nb_true_divide)]
    fn div_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        let Some(delta) = a.downcast::<Delta>() else { return nothing() };
        let micros = int(delta.micros())?;
        if let Some(d) = b.downcast::<Delta>() {
            return binary(BinaryOp::TrueDivide, micros.as_obj(), int(d.micros())?.as_obj());
        }
        if let Some(f) = b.downcast::<Float>() {
            let (n, d) = ratio(f)?;
            let product = binary(BinaryOp::Multiply, micros.as_obj(), &d)?;
            return Ok(Delta::from_int(&*divide_nearest(&product, &n)?)?.into_object());
        }
        if b.is_a::<Int>() {
            return Ok(Delta::from_int(&*divide_nearest(micros.as_obj(), b)?)?.into_object());
        }
        nothing()
    }

    #[slot(nb_floor_divide)]
    fn floor_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        let Some(delta) = a.downcast::<Delta>() else { return nothing() };
        let micros = int(delta.micros())?;
        if let Some(d) = b.downcast::<Delta>() {
            return binary(BinaryOp::FloorDivide, micros.as_obj(), int(d.micros())?.as_obj());
        }
        if b.is_a::<Int>() {
            let q = binary(BinaryOp::FloorDivide, micros.as_obj(), b)?;
            return Ok(Delta::from_int(&q)?.into_object());
        }
        nothing()
    }

    #[slot(nb_remainder)]
    fn mod_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        let Some((a, b)) = two(a, b) else { return nothing() };
        let r = binary(BinaryOp::Remainder, int(a.micros())?.as_obj(), int(b.micros())?.as_obj())?;
        Ok(Delta::from_int(&r)?.into_object())
    }

    #[slot(nb_divmod)]
    fn divmod_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        let Some((a, b)) = two(a, b) else { return nothing() };
        let pair = int(a.micros())?.as_obj().divmod(int(b.micros())?.as_obj())?;
        let Some(pair) = pair.downcast::<Tuple>() else { bail!(SystemError, "divmod gave no tuple") };
        let rest = Delta::from_int(pair.get(1))?;
        Ok(Tuple::from_slice(&[pair.get(0), rest.as_obj()])?.into_object())
    }

    #[slot(nb_negative)]
    fn neg_slot(&self) -> PyResult<Ref<Delta>> {
        self.neg()
    }

    #[slot(nb_positive)]
    fn pos_slot(&self) -> PyResult<Ref<Delta>> {
        let (d, s, us) = self.parts();
        Delta::new(d, s, us)
    }

    #[slot(nb_absolute)]
    fn abs_slot(&self) -> PyResult<Ref<Delta>> {
        if self.parts().0 < 0 { self.neg() } else { self.pos_slot() }
    }

    /// Total seconds in the duration.
    #[method]
    fn total_seconds(&self) -> PyResult<Object> {
        self.seconds()
    }

    /// __reduce__() -> (cls, state)
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_slice(&[self.ob_type().as_obj(), self.state()?.as_obj()])
    }
}

impl Delta {
    fn state(&self) -> PyResult<Ref<Tuple>> {
        let (d, s, us) = self.parts();
        let part = |v: i64| Ok(Int::from_i64(v)?.into_object());
        Tuple::from_array([part(d)?, part(s)?, part(us)?])
    }
}

/// Sets `min`, `max` and `resolution`.
pub fn constants() -> PyResult<()> {
    let (low, high) = (Delta::new(-MAX_DAYS, 0, 0)?, Delta::new(MAX_DAYS, 86_399, 999_999)?);
    let least = Delta::new(0, 0, 1)?;
    type_constants::<Delta>(&[("resolution", least.as_obj()), ("min", low.as_obj()), ("max", high.as_obj())])
}

/// The repr of a str, as messages show it.
pub fn shown(o: &Obj) -> PyResult<String> {
    let r: Ref<Str> = o.repr()?;
    Ok(r.to_string_lossy().into_owned())
}
