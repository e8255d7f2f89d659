//! Rounding to precision and fitting exponents: the last step of every operation.

use crate::context::{Context, Rounding, Status, condition as c};
use crate::nat::{self, Limbs};
use crate::number::{Decimal, fit_payload};

/// More digits than this are refused as if memory were exhausted.
pub(crate) const MOST_DIGITS: i64 = 6_000_000_000;

/// Whether what `nat::shift_right` dropped makes the coefficient one larger.
#[inline]
pub(crate) fn rounds_up(
    rounding: Rounding,
    negative: bool,
    last_digit: impl FnOnce() -> u64,
    dropped: u8,
) -> bool {
    if dropped == 0 {
        return false;
    }
    match rounding {
        Rounding::HalfEven => dropped > 5 || (dropped == 5 && last_digit() % 2 == 1),
        Rounding::HalfUp => dropped >= 5,
        Rounding::HalfDown => dropped > 5,
        Rounding::Down => false,
        Rounding::Up => true,
        Rounding::Ceiling => !negative,
        Rounding::Floor => negative,
        Rounding::ZeroFiveUp => last_digit().is_multiple_of(5),
    }
}

/// The last digit of a coefficient, or a number with the same remainder by 10.
#[inline]
pub(crate) fn last_digit(a: &[u64]) -> u64 {
    a.first().map_or(0, |x| x % 10)
}

/// Whether rounding makes the coefficient one larger.
#[inline]
pub(crate) fn wants_increment(d: &Decimal, rounding: Rounding, dropped: u8) -> bool {
    rounds_up(rounding, d.negative, || last_digit(&d.coefficient), dropped)
}

/// Makes the result of an operation fit its context.
#[inline]
pub fn finalize(d: &mut Decimal, ctx: &Context, status: &mut Status) {
    if d.is_special() {
        if d.is_nan() {
            fit_payload(d, ctx);
        }
        return;
    }
    let digits = d.digits();
    let adjusted = d.exponent + digits - 1;
    if digits <= ctx.prec && adjusted >= ctx.emin && adjusted <= ctx.emax && !ctx.clamp {
        return;
    }
    fit_exponent(d, ctx, status);
    if d.is_finite() {
        round(d, ctx, status);
    }
}

/// Cuts the coefficient to the precision.
#[inline]
fn round(d: &mut Decimal, ctx: &Context, status: &mut Status) {
    let digits = d.digits();
    if digits <= ctx.prec {
        return;
    }
    let shift = digits - ctx.prec;
    let dropped = nat::shift_right(&mut d.coefficient, shift as usize);
    d.exponent += shift;
    *status |= c::ROUNDED;
    if dropped == 0 {
        return;
    }
    *status |= c::INEXACT;
    if wants_increment(d, ctx.rounding, dropped) {
        nat::increment(&mut d.coefficient);
        if d.digits() > ctx.prec {
            nat::shift_right(&mut d.coefficient, 1);
            d.exponent += 1;
            fit_exponent(d, ctx, status);
        }
    }
}

/// Overflow, folding down, underflow.
fn fit_exponent(d: &mut Decimal, ctx: &Context, status: &mut Status) {
    let adjusted = d.adjusted();
    if adjusted > ctx.emax {
        if d.is_zero() {
            d.exponent = if ctx.clamp { ctx.etop() } else { ctx.emax };
            *status |= c::CLAMPED;
            return;
        }
        overflow(d, ctx, status);
    } else if ctx.clamp && d.exponent > ctx.etop() {
        let shift = d.exponent - ctx.etop();
        d.coefficient = nat::shift_left(&d.coefficient, shift as usize);
        d.exponent -= shift;
        *status |= c::CLAMPED;
        if !d.is_zero() && adjusted < ctx.emin {
            *status |= c::SUBNORMAL;
        }
    } else if adjusted < ctx.emin {
        let etiny = ctx.etiny();
        if d.is_zero() {
            if d.exponent < etiny {
                d.exponent = etiny;
                *status |= c::CLAMPED;
            }
            return;
        }
        *status |= c::SUBNORMAL;
        if d.exponent < etiny {
            let shift = etiny - d.exponent;
            let dropped = nat::shift_right(&mut d.coefficient, shift as usize);
            d.exponent = etiny;
            if wants_increment(d, ctx.rounding, dropped) {
                nat::increment(&mut d.coefficient);
            }
            *status |= c::ROUNDED;
            if dropped != 0 {
                *status |= c::INEXACT | c::UNDERFLOW;
                if d.coefficient.is_empty() {
                    *status |= c::CLAMPED;
                }
            }
        }
    }
}

/// Infinity or the largest number, as the rounding says.
#[cold]
pub(crate) fn overflow(d: &mut Decimal, ctx: &Context, status: &mut Status) {
    let infinite = match ctx.rounding {
        Rounding::HalfUp | Rounding::HalfEven | Rounding::HalfDown | Rounding::Up => true,
        Rounding::Down | Rounding::ZeroFiveUp => false,
        Rounding::Ceiling => !d.negative,
        Rounding::Floor => d.negative,
    };
    if infinite {
        *d = Decimal::infinity(d.negative);
    } else if ctx.prec > MOST_DIGITS {
        *d = Decimal::error(c::MALLOC_ERROR, status);
        return;
    } else {
        *d = Decimal::new(d.negative, nat::nines(ctx.prec as usize), ctx.etop());
    }
    *status |= c::OVERFLOW | c::INEXACT | c::ROUNDED;
}

/// The result of an operation whose value is known to be too large.
pub(crate) fn overflowed(negative: bool, ctx: &Context, status: &mut Status) -> Decimal {
    let mut out = Decimal::small(negative, 1, 0);
    overflow(&mut out, ctx, status);
    out
}

/// The result of an operation whose value is known to be below all numbers.
pub(crate) fn underflowed(negative: bool, ctx: &Context, status: &mut Status) -> Decimal {
    let mut out = Decimal::small(negative, 1, ctx.etiny() - 1);
    finalize(&mut out, ctx, status);
    out
}

/// `a * 10^count`, or `None` with `MALLOC_ERROR` when nobody could hold that.
pub(crate) fn widen(a: &[u64], count: i64, status: &mut Status) -> Option<Limbs> {
    if count > MOST_DIGITS && !a.is_empty() {
        *status |= c::MALLOC_ERROR;
        return None;
    }
    Some(nat::shift_left(a, if a.is_empty() { 0 } else { count as usize }))
}
