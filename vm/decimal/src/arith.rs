//! Sums, products, and what needs no more than them: absolute value, fused multiplication, neighbours.

use crate::compare;
use crate::context::{Context, Rounding, Status, condition as c};
use crate::finish::{finalize, overflowed, widen};
use crate::nat::{self, POW10};
use crate::number::{Decimal, propagate};
use std::cmp::Ordering;

/// `a + b`
#[inline]
pub fn add(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    sum(a, b, b.negative, ctx, status)
}

/// `a - b`
#[inline]
pub fn sub(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    sum(a, b, !b.negative, ctx, status)
}

/// `a + b`, where `b` has this sign instead of its own.
fn sum(a: &Decimal, b: &Decimal, b_negative: bool, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_special() || b.is_special() {
        if a.is_nan() || b.is_nan() {
            return propagate(&[a, b], ctx, status);
        }
        return match (a.is_infinite(), b.is_infinite()) {
            (true, true) if a.negative != b_negative => Decimal::invalid(status),
            (true, _) => Decimal::infinity(a.negative),
            _ => Decimal::infinity(b_negative),
        };
    }
    let mut out = exact_sum(a, b, b_negative, ctx, status);
    finalize(&mut out, ctx, status);
    out
}

/// The sum before it is rounded; operands too small to matter are replaced by smaller numbers that round alike.
#[inline]
fn exact_sum(a: &Decimal, b: &Decimal, b_negative: bool, ctx: &Context, status: &mut Status) -> Decimal {
    let gap = a.exponent.wrapping_sub(b.exponent);
    if a.coefficient.len() <= 2
        && b.coefficient.len() <= 2
        && gap.unsigned_abs() < 19
        && let Some(out) = short_sum(a, b, b_negative, gap, ctx)
    {
        return out;
    }
    long_sum(a, b, b_negative, ctx, status)
}

/// Where the aligned operands have at most 38 digits.
#[inline(always)]
fn short_sum(a: &Decimal, b: &Decimal, b_negative: bool, gap: i64, ctx: &Context) -> Option<Decimal> {
    const LIMIT: u128 = nat::BASE as u128 * nat::BASE as u128;
    let (mut x, mut y) = (nat::to_u128(&a.coefficient)?, nat::to_u128(&b.coefficient)?);
    let exponent = if gap > 0 {
        x = x.checked_mul(POW10[gap as usize] as u128)?;
        b.exponent
    } else {
        if gap < 0 {
            y = y.checked_mul(POW10[-gap as usize] as u128)?;
        }
        a.exponent
    };
    if x >= LIMIT || y >= LIMIT {
        return None;
    }
    let (negative, value) = if a.negative == b_negative {
        (a.negative, x + y)
    } else {
        match x.cmp(&y) {
            Ordering::Greater => (a.negative, x - y),
            Ordering::Less => (b_negative, y - x),
            Ordering::Equal => (ctx.rounding == Rounding::Floor, 0),
        }
    };
    Some(Decimal::new(negative, nat::from_u128(value), exponent))
}

fn long_sum(a: &Decimal, b: &Decimal, b_negative: bool, ctx: &Context, status: &mut Status) -> Decimal {
    let (big, small, big_negative, small_negative) = if a.exponent >= b.exponent {
        (a, b, a.negative, b_negative)
    } else {
        (b, a, b_negative, a.negative)
    };
    let tiny;
    let (mut low, mut exponent) = (&small.coefficient, small.exponent);
    let high = if big.exponent == small.exponent {
        None
    } else if big.is_zero() {
        Some(nat::Limbs::new())
    } else {
        let digits = big.digits();
        let least = big.exponent - 1 + if digits > ctx.prec { 0 } else { digits - ctx.prec - 1 };
        if small.adjusted() < least {
            tiny = nat::from_u64(u64::from(!small.is_zero()));
            (low, exponent) = (&tiny, least);
        }
        match widen(&big.coefficient, big.exponent - exponent, status) {
            Some(wide) => Some(wide),
            None => return Decimal::nan(),
        }
    };
    let high: &[u64] = high.as_deref().unwrap_or(&big.coefficient);
    let (negative, value) = if big_negative == small_negative {
        (big_negative, nat::add(high, low))
    } else {
        match nat::cmp(high, low) {
            Ordering::Greater => (big_negative, nat::sub(high, low)),
            Ordering::Less => (small_negative, nat::sub(low, high)),
            Ordering::Equal => (ctx.rounding == Rounding::Floor, nat::Limbs::new()),
        }
    };
    Decimal::new(negative, value, exponent)
}

/// `a * b`
#[inline]
pub fn mul(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    let mut out = match exact_product(a, b, ctx, status) {
        Ok(out) => out,
        Err(special) => return special,
    };
    finalize(&mut out, ctx, status);
    out
}

/// The product before it is rounded, or what special operands give.
#[inline]
fn exact_product(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Result<Decimal, Decimal> {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        return Err(if a.is_nan() || b.is_nan() {
            propagate(&[a, b], ctx, status)
        } else if a.is_zero() || b.is_zero() {
            Decimal::invalid(status)
        } else {
            Decimal::infinity(negative)
        });
    }
    let coefficient = match (&a.coefficient[..], &b.coefficient[..]) {
        (&[x], &[y]) => {
            let (high, low) = nat::split(x as u128 * y as u128);
            let mut out = nat::Limbs::new();
            out.push(low);
            if high != 0 {
                out.push(high);
            }
            out
        }
        (&[x0, x1], &[y0, y1]) => nat::mul_two([x0, x1], [y0, y1]),
        (x, y) => nat::mul(x, y),
    };
    Ok(Decimal::new(negative, coefficient, a.exponent + b.exponent))
}

/// `a * b + c`, rounded once.
pub fn fma(a: &Decimal, b: &Decimal, d: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    // An invalid product goes before any third operand.
    if a.is_nan() || b.is_nan() {
        return propagate(&[a, b, d], ctx, status);
    }
    match exact_product(a, b, ctx, status) {
        Ok(product) => add(&product, d, ctx, status),
        Err(special) if special.is_infinite() => add(&special, d, ctx, status),
        Err(invalid) => invalid,
    }
}

/// `+a`: rounded, and without the sign of zero.
pub fn plus(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    signed(a, a.negative, ctx, status)
}

/// `-a`: rounded, and without the sign of zero.
pub fn minus(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    signed(a, !a.negative, ctx, status)
}

fn signed(a: &Decimal, negative: bool, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() {
        return propagate(&[a], ctx, status);
    }
    let negative = negative && !(a.is_zero() && ctx.rounding != Rounding::Floor);
    let mut out = a.clone().with_sign(negative);
    finalize(&mut out, ctx, status);
    out
}

/// `abs(a)`, rounded.
pub fn abs(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() {
        return propagate(&[a], ctx, status);
    }
    let mut out = a.clone().with_sign(false);
    finalize(&mut out, ctx, status);
    out
}

/// The largest number below `a`.
pub fn next_minus(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    next(a, true, ctx, status)
}

/// The smallest number above `a`.
pub fn next_plus(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    next(a, false, ctx, status)
}

fn next(a: &Decimal, down: bool, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() {
        return propagate(&[a], ctx, status);
    }
    let ctx = Context { rounding: if down { Rounding::Floor } else { Rounding::Ceiling }, ..*ctx };
    if a.is_infinite() {
        if a.negative == down {
            return Decimal::infinity(down);
        }
        // The largest number of that sign: rounding towards zero never gives an infinity.
        let mut quiet = 0;
        let out = overflowed(!down, &Context { rounding: Rounding::Down, ..ctx }, &mut quiet);
        *status |= quiet & c::MALLOC_ERROR;
        return out;
    }
    let mut quiet = 0;
    let mut rounded = a.clone();
    finalize(&mut rounded, &ctx, &mut quiet);
    if quiet & c::MALLOC_ERROR != 0 {
        *status |= c::MALLOC_ERROR;
        return Decimal::nan();
    }
    if compare::numeric(&rounded, a) != Ordering::Equal {
        return rounded;
    }
    let tiny = Decimal::small(down, 1, ctx.etiny() - 1);
    let out = add(a, &tiny, &ctx, &mut quiet);
    *status |= quiet & c::MALLOC_ERROR;
    out
}

/// The neighbour of `a` in the direction of `b`.
pub fn next_toward(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() || b.is_nan() {
        return propagate(&[a, b], ctx, status);
    }
    let out = match compare::numeric(a, b) {
        Ordering::Equal => return a.clone().with_sign(b.negative),
        Ordering::Less => next_plus(a, ctx, status),
        Ordering::Greater => next_minus(a, ctx, status),
    };
    if out.is_infinite() {
        *status |= c::OVERFLOW | c::ROUNDED | c::INEXACT;
    } else if out.is_finite() && out.adjusted() < ctx.emin {
        *status |= c::UNDERFLOW | c::SUBNORMAL | c::ROUNDED | c::INEXACT;
        if out.is_zero() {
            *status |= c::CLAMPED;
        }
    }
    out
}
