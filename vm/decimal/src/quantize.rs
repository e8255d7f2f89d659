//! Giving a number another exponent.

use crate::compare::numeric;
use crate::context::{Context, Rounding, Status, condition as c};
use crate::finish::{finalize, last_digit, rounds_up, widen};
use crate::nat::{self, Limbs};
use crate::number::{Decimal, propagate};

/// Moves the exponent, rounding as told; the digit dropped says whether something was lost. The coefficient may
/// grow by one digit.
fn moved(a: &Decimal, exponent: i64, rounding: Rounding, status: &mut Status) -> Option<(Decimal, u8)> {
    if a.is_zero() {
        return Some((Decimal::new(a.negative, Limbs::new(), exponent), 0));
    }
    if a.exponent >= exponent {
        let wide = widen(&a.coefficient, a.exponent - exponent, status)?;
        return Some((Decimal::new(a.negative, wide, exponent), 0));
    }
    let mut coefficient = a.coefficient.clone();
    let dropped = nat::shift_right(&mut coefficient, (exponent - a.exponent) as usize);
    if rounds_up(rounding, a.negative, || last_digit(&coefficient), dropped) {
        nat::increment(&mut coefficient);
    }
    Some((Decimal::new(a.negative, coefficient, exponent), dropped))
}

/// `a` with the exponent of `b`.
#[inline]
pub fn quantize(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_special() || b.is_special() {
        if a.is_nan() || b.is_nan() {
            return propagate(&[a, b], ctx, status);
        }
        return if a.is_infinite() && b.is_infinite() { a.clone() } else { Decimal::invalid(status) };
    }
    to_exponent(a, b.exponent, ctx, status)
}

/// `a` with this exponent, within the precision.
pub fn to_exponent(a: &Decimal, exponent: i64, ctx: &Context, status: &mut Status) -> Decimal {
    if exponent > ctx.emax || exponent < ctx.etiny() {
        return Decimal::invalid(status);
    }
    if a.is_zero() {
        let mut out = Decimal::new(a.negative, Limbs::new(), exponent);
        finalize(&mut out, ctx, status);
        return out;
    }
    if a.adjusted() > ctx.emax || a.adjusted() - exponent + 1 > ctx.prec {
        return Decimal::invalid(status);
    }
    let Some((mut out, dropped)) = moved(a, exponent, ctx.rounding, status) else { return Decimal::nan() };
    if out.adjusted() > ctx.emax || out.digits() > ctx.prec {
        return Decimal::invalid(status);
    }
    if exponent > a.exponent {
        *status |= c::ROUNDED;
        if dropped != 0 {
            *status |= c::INEXACT;
        }
    }
    if !out.is_zero() && out.adjusted() < ctx.emin {
        *status |= c::SUBNORMAL;
    }
    finalize(&mut out, ctx, status);
    out
}

/// `a` with this exponent, without regard to the precision; no condition but lack of memory.
pub fn rescale(a: &Decimal, exponent: i64, rounding: Rounding, status: &mut Status) -> Decimal {
    if a.is_special() {
        return a.clone();
    }
    match moved(a, exponent, rounding, status) {
        Some((out, _)) => out,
        None => Decimal::nan(),
    }
}

/// Rounded to an integer, with `ROUNDED` and `INEXACT`.
pub fn to_integral_exact(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() {
        return propagate(&[a], ctx, status);
    }
    if a.is_infinite() || a.exponent >= 0 {
        return a.clone();
    }
    if a.is_zero() {
        return Decimal::new(a.negative, Limbs::new(), 0);
    }
    let Some((out, dropped)) = moved(a, 0, ctx.rounding, status) else { return Decimal::nan() };
    *status |= c::ROUNDED;
    if dropped != 0 {
        *status |= c::INEXACT;
    }
    out
}

/// Rounded to an integer, silently.
pub fn to_integral_value(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() {
        return propagate(&[a], ctx, status);
    }
    if a.is_infinite() || a.exponent >= 0 {
        return a.clone();
    }
    rescale(a, 0, ctx.rounding, status)
}

/// Without zeros at the end.
pub fn reduce(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() {
        return propagate(&[a], ctx, status);
    }
    let mut out = a.clone();
    finalize(&mut out, ctx, status);
    if out.is_special() {
        return out;
    }
    if out.is_zero() {
        return Decimal::new(out.negative, Limbs::new(), 0);
    }
    let most = if ctx.clamp { ctx.etop() } else { ctx.emax };
    let zeros = (nat::trailing_zeros(&out.coefficient) as i64).min(most - out.exponent);
    if zeros > 0 {
        nat::shift_right(&mut out.coefficient, zeros as usize);
        out.exponent += zeros;
    }
    out
}

/// Whether two numbers that are not NaN are equal.
pub fn same_value(a: &Decimal, b: &Decimal) -> bool {
    numeric(a, b).is_eq()
}
