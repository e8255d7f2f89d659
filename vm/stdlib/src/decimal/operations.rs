//! What the methods of `Context` and `Decimal` share: operands of a context, results with their conditions.

use super::context::Context;
use super::number::{Decimal, Operand, from_object, from_real, required};
use crate::util::owned;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::tuple::Tuple;
use dovetail_decimal::{
    Context as Limits, Decimal as Number, Status, compare, divide, finalize, power as pow, text,
};

/// The object of a result, once its conditions are noted.
#[inline(always)]
pub fn result(n: Number, ctx: &Context, status: Status) -> PyResult<Object> {
    ctx.note(status)?;
    Ok(Decimal::new(n)?.into_object())
}

/// An operation on one operand.
#[inline]
pub fn unary(
    ctx: &Context,
    x: &Obj,
    f: impl Fn(&Number, &Limits, &mut Status) -> Number,
) -> PyResult<Object> {
    let x = required(x, ctx)?;
    let mut status = 0;
    let out = f(&x, &ctx.limits(), &mut status);
    result(out, ctx, status)
}

/// An operation on two operands.
#[inline]
pub fn binary(
    ctx: &Context,
    x: &Obj,
    y: &Obj,
    f: impl Fn(&Number, &Number, &Limits, &mut Status) -> Number,
) -> PyResult<Object> {
    let x = required(x, ctx)?;
    let y = required(y, ctx)?;
    let mut status = 0;
    let out = f(&x, &y, &ctx.limits(), &mut status);
    result(out, ctx, status)
}

/// A question about one operand.
#[inline]
pub fn test(ctx: &Context, x: &Obj, f: impl Fn(&Number, &Limits) -> bool) -> PyResult<bool> {
    let x = required(x, ctx)?;
    Ok(f(&x, &ctx.limits()))
}

/// A number fitted to the context.
pub fn rounded(n: &Number, limits: &Limits, status: &mut Status) -> Number {
    let mut out = n.clone();
    finalize(&mut out, limits, status);
    out
}

/// The operand when it is a decimal.
pub fn decimal(x: &Obj) -> PyResult<&Decimal> {
    match x.downcast::<Decimal>() {
        Some(d) => Ok(d),
        None => bail!(TypeError, "argument must be a Decimal"),
    }
}

/// The object itself, or the decimal of an int.
pub fn copied(ctx: &Context, x: &Obj) -> PyResult<Object> {
    match required(x, ctx)? {
        Operand::Held(_) => Ok(x.to_owned()),
        Operand::Made(n) => result(n, ctx, 0),
    }
}

pub fn same_quantum(ctx: &Context, x: &Obj, y: &Obj) -> PyResult<bool> {
    Ok(compare::same_quantum(&*required(x, ctx)?, &*required(y, ctx)?))
}

/// Quotient and remainder as a tuple.
pub fn divmod(ctx: &Context, x: &Obj, y: &Obj) -> PyResult<Object> {
    let (x, y) = (required(x, ctx)?, required(y, ctx)?);
    divmod_of(ctx, &x, &y)
}

pub fn divmod_of(ctx: &Context, x: &Number, y: &Number) -> PyResult<Object> {
    let mut status = 0;
    let (q, r) = divide::divmod(x, y, &ctx.limits(), &mut status);
    ctx.note(status)?;
    Ok(Tuple::from_vec(vec![Decimal::new(q)?.into_object(), Decimal::new(r)?.into_object()])?.into_object())
}

pub fn fma(ctx: &Context, x: &Obj, y: &Obj, z: &Obj) -> PyResult<Object> {
    let (x, y, z) = (required(x, ctx)?, required(y, ctx)?, required(z, ctx)?);
    let mut status = 0;
    let out = dovetail_decimal::arith::fma(&x, &y, &z, &ctx.limits(), &mut status);
    result(out, ctx, status)
}

pub fn power(ctx: &Context, a: &Obj, b: &Obj, modulo: Option<&Obj>) -> PyResult<Object> {
    let (a, b) = (required(a, ctx)?, required(b, ctx)?);
    let mut status = 0;
    let out = match modulo {
        None => pow::pow(&a, &b, &ctx.limits(), &mut status),
        Some(m) => pow::pow_mod(&a, &b, &*required(m, ctx)?, &ctx.limits(), &mut status),
    };
    result(out, ctx, status)
}

pub fn number_class(ctx: &Context, x: &Obj) -> PyResult<&'static str> {
    Ok(required(x, ctx)?.class(&ctx.limits()))
}

pub fn to_text(ctx: &Context, x: &Obj, engineering: bool) -> PyResult<String> {
    let x = required(x, ctx)?;
    Ok(if engineering { text::to_eng(&x, ctx.capitals()) } else { text::to_sci(&x, ctx.capitals()) })
}

/// A new decimal within the limits of the context.
pub fn create(ctx: &Context, num: Option<&Obj>) -> PyResult<Object> {
    let Some(num) = num else { return result(Number::zero(), ctx, 0) };
    let mut status = 0;
    let out = from_object(num, Some(&ctx.limits()), ctx, &mut status)?;
    result(out, ctx, status)
}

pub fn create_from_float(ctx: &Context, f: &Obj) -> PyResult<Object> {
    let mut status = 0;
    let out = from_real(f, Some(&ctx.limits()), &mut status)?;
    result(out, ctx, status)
}

/// Ten.
pub fn radix() -> PyResult<Object> {
    Ok(owned(&*Decimal::new(Number::from_i64(10))?))
}
