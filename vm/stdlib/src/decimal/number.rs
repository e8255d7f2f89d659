//! `Decimal`: the object, and its making from ints, floats, text and tuples.

use super::context::Context;
use dovetail_core::error::{PyResult, no_memory};
use dovetail_core::native::Native;
use dovetail_core::object::obj::Obj;
use dovetail_core::object::{Object, Ref, alloc};
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_decimal::{
    Context as Limits, Decimal as Number, Status, condition as c, convert, finalize, parse,
};
use dovetail_macros::pytype;
use dovetail_text::props;
use std::ops::Deref;

/// The hash, -1 before it is asked for, and the number.
#[repr(C)]
pub struct DecimalBody {
    pub ob_base: abi::PyObject,
    pub hash: isize,
    pub number: Number,
}

/// Decimal numbers. They never change.
/// ---
/// Construct a new Decimal object. 'value' can be an integer, string, tuple,
/// or another Decimal object.
///
/// If no value is given, return Decimal('0'). The context does not affect the
/// conversion and is only passed to determine if the InvalidOperation trap is active.
#[pytype(
    name = "decimal.Decimal",
    body = DecimalBody,
    flags = abi::Py_TPFLAGS_BASETYPE,
    sig = "(value=\"0\", context=None)",
)]
pub struct Decimal;

impl Decimal {
    /// An object of a number.
    #[inline]
    pub fn new(number: Number) -> PyResult<Ref<Decimal>> {
        // SAFETY: fresh memory of the body's size; header and every field are written.
        unsafe {
            let p = alloc::malloc(size_of::<DecimalBody>()) as *mut DecimalBody;
            if p.is_null() {
                return Err(no_memory());
            }
            alloc::init(p.cast(), Decimal::type_object());
            (&raw mut (*p).hash).write(-1);
            (&raw mut (*p).number).write(number);
            Ok(Ref::from_owned(p))
        }
    }

    /// As `new`, of any class below `Decimal`.
    pub fn of(cls: &Type, number: Number) -> PyResult<Object> {
        if std::ptr::eq(cls.as_type_ptr(), Decimal::TYPE_POINTER) {
            return Ok(Decimal::new(number)?.into_object());
        }
        // SAFETY: an instance of the type: zeros are a number without heap memory, which is overwritten.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut DecimalBody;
            (*b).hash = -1;
            (&raw mut (*b).number).write(number);
            Ok(o)
        }
    }

    #[inline(always)]
    pub fn number(&self) -> &Number {
        // SAFETY: written when made, never changed.
        unsafe { &(*self.body()).number }
    }
}

/// An operand: a decimal object's number, or one made of an int.
pub enum Operand<'a> {
    Held(&'a Number),
    Made(Number),
}

impl Deref for Operand<'_> {
    type Target = Number;
    #[inline(always)]
    fn deref(&self) -> &Number {
        match self {
            Operand::Held(n) => n,
            Operand::Made(n) => n,
        }
    }
}

/// The number of a decimal or int object; `None` for others.
#[inline(always)]
pub fn operand<'a>(o: &'a Obj, ctx: &Context) -> PyResult<Option<Operand<'a>>> {
    if let Some(d) = o.downcast_exact::<Decimal>() {
        return Ok(Some(Operand::Held(d.number())));
    }
    operand_of_other(o, ctx)
}

fn operand_of_other<'a>(o: &'a Obj, ctx: &Context) -> PyResult<Option<Operand<'a>>> {
    if let Some(i) = o.downcast::<Int>() {
        let mut status = 0;
        let n = integer_exact(i, &mut status);
        ctx.note(status)?;
        return Ok(Some(Operand::Made(n)));
    }
    Ok(o.downcast::<Decimal>().map(|d| Operand::Held(d.number())))
}

/// As `operand`; `TypeError` for others.
#[inline]
pub fn required<'a>(o: &'a Obj, ctx: &Context) -> PyResult<Operand<'a>> {
    match operand(o, ctx)? {
        Some(n) => Ok(n),
        None => bail!(TypeError, "conversion from {} to Decimal is not supported", o.type_name()),
    }
}

/// An int's number.
#[inline]
fn integer(i: &Int) -> Number {
    if i.is_compact() {
        return convert::from_i64(i.compact_value());
    }
    let r = i.int_ref();
    convert::from_binary(r.negative, r.digits, 30)
}

fn integer_exact(i: &Int, status: &mut Status) -> Number {
    let n = integer(i);
    if i.is_compact() { n } else { convert::exact_integer(n, status) }
}

/// Fits a number to limits, or checks that it is within the widest.
fn fitted(mut n: Number, limits: Option<&Limits>, status: &mut Status) -> Number {
    match limits {
        Some(limits) => {
            finalize(&mut n, limits, status);
            n
        }
        None => convert::exact_integer(n, status),
    }
}

/// ASCII text of a str: digits and spaces of all scripts become ASCII ones, anything else ends it as no number.
fn ascii(s: &Str, relaxed: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    for ch in s.text().iter() {
        if ch < 128 {
            if !(relaxed && ch == '_' as u32) {
                out.push(ch as u8);
            }
        } else if props::is_space(ch) {
            out.push(b' ');
        } else if let Some(d) = props::decimal(ch) {
            out.push(b'0' + d);
        } else {
            out.push(b'?');
        }
    }
    out
}

fn is_space(b: &u8) -> bool {
    matches!(b, 9..=13 | 28..=32)
}

/// The number that text spells; without limits spaces around it and underscores are allowed.
fn from_text(s: &Str, limits: Option<&Limits>, status: &mut Status) -> Number {
    let held;
    let mut text: &[u8] = match s.as_ascii() {
        Some(t) if limits.is_some() || !t.as_bytes().contains(&b'_') => t.as_bytes(),
        _ => {
            held = ascii(s, limits.is_none());
            &held
        }
    };
    let Some(limits) = limits else {
        while let [first, rest @ ..] = text
            && is_space(first)
        {
            text = rest;
        }
        while let [rest @ .., last] = text
            && is_space(last)
        {
            text = rest;
        }
        return parse::parse_exact(text, status);
    };
    parse::parse(text, limits, status)
}

/// The text of a sign, digits and exponent.
fn text_of_tuple(parts: &[Object]) -> PyResult<Vec<u8>> {
    let [sign, digits, exponent] = parts else {
        bail!(ValueError, "argument must be a sequence of length 3");
    };
    let sign = match sign.downcast::<Int>().and_then(Int::to_i64) {
        Some(n @ (0 | 1)) => n,
        _ => bail!(ValueError, "sign must be an integer with the value 0 or 1"),
    };
    let mut out = vec![if sign == 1 { b'-' } else { b'+' }];
    let mut power = None;
    if let Some(s) = exponent.downcast::<Str>() {
        match s.as_ascii() {
            Some("F") => {
                out.extend_from_slice(b"Inf");
                return Ok(out);
            }
            Some("n") => out.extend_from_slice(b"NaN"),
            Some("N") => out.extend_from_slice(b"sNaN"),
            _ => bail!(ValueError, "string argument in the third position must be 'F', 'n' or 'N'"),
        }
    } else {
        let Some(i) = exponent.downcast::<Int>() else {
            bail!(ValueError, "exponent must be an integer");
        };
        let Some(n) = i.to_i64() else {
            bail!(OverflowError, "Python int too large to convert to C ssize_t");
        };
        power = Some(n);
    }
    let not_digits = || raise!(ValueError, "coefficient must be a tuple of digits");
    let digits: Vec<Object> = match (digits.downcast::<Tuple>(), digits.downcast::<List>()) {
        (Some(t), _) => t.items().to_vec(),
        (_, Some(l)) => l.items().to_vec(),
        _ => return Err(not_digits()),
    };
    for d in &digits {
        match d.downcast::<Int>().and_then(Int::to_i64) {
            Some(n @ 0..=9) => out.push(b'0' + n as u8),
            _ => return Err(not_digits()),
        }
    }
    if let Some(power) = power {
        if digits.is_empty() {
            out.push(b'0');
        }
        out.extend_from_slice(format!("E{power}").as_bytes());
    }
    Ok(out)
}

/// The number of any object that a constructor takes: fitted to limits, or exactly. Conditions are left in `status`; a
/// float adds `FLOAT_OPERATION`, raised at once when it is trapped.
pub fn from_object(o: &Obj, limits: Option<&Limits>, ctx: &Context, status: &mut Status) -> PyResult<Number> {
    if let Some(d) = o.downcast::<Decimal>() {
        let n = d.number();
        let Some(l) = limits else { return Ok(n.clone()) };
        if n.is_nan() && !n.coefficient.is_empty() && n.digits() > l.prec - l.clamp as i64 {
            *status |= c::CONVERSION_SYNTAX;
            return Ok(Number::nan());
        }
        return Ok(fitted(n.clone(), limits, status));
    }
    if let Some(s) = o.downcast::<Str>() {
        return Ok(from_text(s, limits, status));
    }
    if let Some(i) = o.downcast::<Int>() {
        return Ok(match limits {
            None if i.is_compact() => integer(i),
            _ => fitted(integer(i), limits, status),
        });
    }
    if let Some(f) = o.downcast::<Float>() {
        ctx.note(c::FLOAT_OPERATION)?;
        return Ok(from_float(f.value(), limits, status));
    }
    let parts = match (o.downcast::<Tuple>(), o.downcast::<List>()) {
        (Some(t), _) => t.items().to_vec(),
        (_, Some(l)) => l.items().to_vec(),
        _ => bail!(TypeError, "conversion from {} to Decimal is not supported", o.type_name()),
    };
    let text = text_of_tuple(&parts)?;
    Ok(match limits {
        None => parse::parse_exact(&text, status),
        Some(l) => parse::parse(&text, l, status),
    })
}

/// A float's number.
pub fn from_float(value: f64, limits: Option<&Limits>, status: &mut Status) -> Number {
    let n = convert::from_f64(value);
    match limits {
        Some(_) if n.is_finite() => fitted(n, limits, status),
        _ => n,
    }
}

/// The number of a float or int argument of `from_float`.
pub fn from_real(o: &Obj, limits: Option<&Limits>, status: &mut Status) -> PyResult<Number> {
    if let Some(i) = o.downcast::<Int>() {
        return Ok(fitted(integer(i), limits, status));
    }
    match o.downcast::<Float>() {
        Some(f) => Ok(from_float(f.value(), limits, status)),
        None => bail!(TypeError, "argument must be int or float"),
    }
}
