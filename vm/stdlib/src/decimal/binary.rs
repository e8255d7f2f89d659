//! Operators and comparisons, of decimals with numbers of all kinds.

use super::context::Context;
use super::current::current;
use super::number::{Decimal, Operand, from_float, operand};
use super::operations::result;
use super::signals::made;
use dovetail_core::error::PyResult;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{Obj, Object};
use dovetail_core::raise;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::complex::Complex;
use dovetail_core::types::float::Float;
use dovetail_core::types::none::not_implemented;
use dovetail_decimal::{Context as Limits, Decimal as Number, Status, arith, compare, condition as c, power};
use std::cmp::Ordering;

/// An operator of two operands, either of which may be ours.
#[inline(always)]
pub fn operator(
    a: &Obj,
    b: &Obj,
    f: impl Fn(&Number, &Number, &Limits, &mut Status) -> Number,
) -> PyResult<Object> {
    let ctx = current()?;
    let (Some(x), Some(y)) = (operand(a, &ctx)?, operand(b, &ctx)?) else {
        return Ok(not_implemented().to_owned());
    };
    let mut status = 0;
    let out = f(&x, &y, &ctx.limits(), &mut status);
    result(out, &ctx, status)
}

/// `divmod`.
pub fn divmod(a: &Obj, b: &Obj) -> PyResult<Object> {
    let ctx = current()?;
    let (Some(x), Some(y)) = (operand(a, &ctx)?, operand(b, &ctx)?) else {
        return Ok(not_implemented().to_owned());
    };
    super::operations::divmod_of(&ctx, &x, &y)
}

/// `pow` with two or three operands.
pub fn power_of(a: &Obj, b: &Obj, modulo: &Obj) -> PyResult<Object> {
    if modulo.is_none() {
        return operator(a, b, power::pow);
    }
    let ctx = current()?;
    let (Some(x), Some(y)) = (operand(a, &ctx)?, operand(b, &ctx)?) else {
        return Ok(not_implemented().to_owned());
    };
    let Some(z) = operand(modulo, &ctx)? else { return Ok(not_implemented().to_owned()) };
    let mut status = 0;
    let out = power::pow_mod(&x, &y, &z, &ctx.limits(), &mut status);
    result(out, &ctx, status)
}

/// What the other operand of a comparison is as a number, and what ours becomes.
struct Pair<'a> {
    own: Option<Number>,
    other: Operand<'a>,
}

fn pair<'a>(own: &Decimal, other: &'a Obj, op: CompareOp, ctx: &Context) -> PyResult<Option<Pair<'a>>> {
    if let Some(other) = operand(other, ctx)? {
        return Ok(Some(Pair { own: None, other }));
    }
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    let of_float = |value: f64| -> PyResult<Option<Pair<'a>>> {
        if equality {
            ctx.set_flags(ctx.flags() | c::FLOAT_OPERATION);
        } else {
            ctx.note(c::FLOAT_OPERATION)?;
        }
        Ok(Some(Pair { own: None, other: Operand::Made(from_float(value, None, &mut 0)) }))
    };
    if let Some(f) = other.downcast::<Float>() {
        return of_float(f.value());
    }
    if let Some(z) = other.downcast::<Complex>() {
        if equality && z.value().imag == 0.0 {
            return of_float(z.value().real);
        }
        return Ok(None);
    }
    if !other.is_instance(&made().rational)? {
        return Ok(None);
    }
    // A fraction: ours times its denominator against its numerator.
    let part = |name: &str| -> PyResult<Number> {
        let value = other.get_attr_text(name)?;
        match operand(&value, ctx)? {
            Some(n) if !value.is_a::<Decimal>() => Ok(n.clone()),
            _ => Err(raise!(TypeError, "numerator and denominator must be integers")),
        }
    };
    let numerator = part("numerator")?;
    let mut scaled = None;
    if own.number().is_finite() {
        // Without the exponent, which could be near the limits; comparing knows none.
        let mut bare = own.number().clone();
        let exponent = std::mem::take(&mut bare.exponent);
        let mut status = 0;
        let mut product = arith::mul(&bare, &part("denominator")?, &Limits::MAX, &mut status);
        if status != 0 {
            return Err(raise!(ValueError, "exact conversion for comparison failed"));
        }
        product.exponent += exponent;
        scaled = Some(product);
    }
    Ok(Some(Pair { own: scaled, other: Operand::Made(numerator) }))
}

/// `tp_richcompare`.
pub fn rich_compare(own: &Decimal, other: &Obj, op: CompareOp) -> PyResult<Object> {
    if let Some(d) = other.downcast_exact::<Decimal>()
        && !own.number().is_nan()
        && !d.number().is_nan()
    {
        return Ok(bool_obj(holds(compare::numeric(own.number(), d.number()), op)).to_owned());
    }
    let ctx = current()?;
    let Some(pair) = pair(own, other, op, &ctx)? else { return Ok(not_implemented().to_owned()) };
    let (a, b): (&Number, &Number) = (pair.own.as_ref().unwrap_or(own.number()), &pair.other);
    if a.is_nan() || b.is_nan() {
        // Orders with NaN signal, equality with signalling ones only.
        if a.is_snan() || b.is_snan() || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            ctx.note(c::INVALID_OPERATION)?;
        }
        return Ok(bool_obj(op == CompareOp::Ne).to_owned());
    }
    Ok(bool_obj(holds(compare::numeric(a, b), op)).to_owned())
}

#[inline]
fn holds(order: Ordering, op: CompareOp) -> bool {
    match op {
        CompareOp::Lt => order == Ordering::Less,
        CompareOp::Le => order != Ordering::Greater,
        CompareOp::Eq => order == Ordering::Equal,
        CompareOp::Ne => order != Ordering::Equal,
        CompareOp::Gt => order == Ordering::Greater,
        CompareOp::Ge => order != Ordering::Less,
    }
}
