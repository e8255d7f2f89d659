//! Quotients and remainders.

use crate::arith;
use crate::compare;
use crate::context::{Context, Status, condition as c};
use crate::finish::{MOST_DIGITS, finalize, widen};
use crate::nat::{self, Limbs};
use crate::number::{Decimal, propagate};
use std::cmp::Ordering;

/// `a / b`
#[inline]
pub fn div(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    let mut out = quotient(a, b, ctx, status);
    finalize(&mut out, ctx, status);
    out
}

/// The quotient with one digit more than the precision and a sticky last digit, or exact with the ideal exponent.
pub(crate) fn quotient(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if a.is_nan() || b.is_nan() {
            return propagate(&[a, b], ctx, status);
        }
        if a.is_infinite() {
            return if b.is_infinite() { Decimal::invalid(status) } else { Decimal::infinity(negative) };
        }
        *status |= c::CLAMPED;
        return Decimal::new(negative, Limbs::new(), ctx.etiny());
    }
    if b.is_zero() {
        if a.is_zero() {
            return Decimal::error(c::DIVISION_UNDEFINED, status);
        }
        *status |= c::DIVISION_BY_ZERO;
        return Decimal::infinity(negative);
    }
    let ideal = a.exponent - b.exponent;
    if a.is_zero() {
        return Decimal::new(negative, Limbs::new(), ideal);
    }
    let mut shift = b.digits() - a.digits() + ctx.prec + 1;
    if shift > MOST_DIGITS {
        // Nobody could hold an inexact quotient; an exact one is short.
        shift = b.digits() * 4 + a.digits();
        let exact = divided(a, b, shift, negative, ideal);
        if exact.1 {
            *status |= c::MALLOC_ERROR;
            return Decimal::nan();
        }
        return exact.0;
    }
    divided(a, b, shift, negative, ideal).0
}

/// The quotient of coefficients, the dividend shifted; whether a remainder was left.
fn divided(a: &Decimal, b: &Decimal, shift: i64, negative: bool, ideal: i64) -> (Decimal, bool) {
    let mut exponent = ideal - shift;
    let (x, y) = (&a.coefficient, &b.coefficient);
    let (mut q, inexact) = if shift >= 0 && a.digits() + shift <= 38 && y.len() <= 2 {
        let n = nat::to_u128(x).expect("short") * power128(shift as usize);
        let (q, r) = match y[..] {
            [d] => {
                let (high, low) = ((n >> 64) as u64, n as u64);
                let (q1, r1) = (high / d, high % d);
                let (q0, r0) = nat::div_wide(r1, low, d);
                ((q1 as u128) << 64 | q0 as u128, r0 as u128)
            }
            _ => {
                let d = nat::to_u128(y).expect("short");
                (n / d, n % d)
            }
        };
        (nat::from_u128(q), r != 0)
    } else if shift >= 0 {
        nat::div_inexact(&nat::shift_left(x, shift as usize), y)
    } else {
        nat::div_inexact(x, &nat::shift_left(y, -shift as usize))
    };
    if inexact {
        if q.first().is_some_and(|x| x % 5 == 0) {
            q[0] += 1;
        }
    } else {
        let zeros = (nat::trailing_zeros(&q) as i64).min(ideal - exponent);
        if zeros > 0 {
            nat::shift_right(&mut q, zeros as usize);
            exponent += zeros;
        }
    }
    (Decimal::new(negative, q, exponent), inexact)
}

fn power128(exponent: usize) -> u128 {
    if exponent <= 19 {
        nat::POW10[exponent] as u128
    } else {
        nat::POW10[19] as u128 * nat::POW10[exponent - 19] as u128
    }
}

/// Quotient rounded towards zero and remainder, neither fitted to the context; `None` with a condition when the
/// quotient has too many digits. Both finite, `b` not zero.
fn integer_parts(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Option<(Decimal, Decimal)> {
    let negative = a.negative != b.negative;
    let ideal = a.exponent.min(b.exponent);
    let gap = a.adjusted() - b.adjusted();
    if a.is_zero() || gap <= -2 {
        let rest =
            if a.is_zero() { Limbs::new() } else { widen(&a.coefficient, a.exponent - ideal, status)? };
        return Some((Decimal::new(negative, Limbs::new(), 0), Decimal::new(a.negative, rest, ideal)));
    }
    if gap > ctx.prec {
        *status |= c::DIVISION_IMPOSSIBLE;
        return None;
    }
    let (x, y);
    let (x, y): (&[u64], &[u64]) = if a.exponent == b.exponent {
        (&a.coefficient, &b.coefficient)
    } else if a.exponent > b.exponent {
        x = widen(&a.coefficient, a.exponent - b.exponent, status)?;
        (&x, &b.coefficient)
    } else {
        y = widen(&b.coefficient, b.exponent - a.exponent, status)?;
        (&a.coefficient, &y)
    };
    let (q, r) = nat::div_rem(x, y);
    if nat::digits(&q) as i64 > ctx.prec {
        *status |= c::DIVISION_IMPOSSIBLE;
        return None;
    }
    Some((Decimal::new(negative, q, 0), Decimal::new(a.negative, r, ideal)))
}

/// The quotient rounded towards zero.
pub fn divide_int(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if a.is_nan() || b.is_nan() {
            return propagate(&[a, b], ctx, status);
        }
        return match (a.is_infinite(), b.is_infinite()) {
            (true, true) => Decimal::invalid(status),
            (true, false) => Decimal::infinity(negative),
            _ => Decimal::new(negative, Limbs::new(), 0),
        };
    }
    if b.is_zero() {
        if a.is_zero() {
            return Decimal::error(c::DIVISION_UNDEFINED, status);
        }
        *status |= c::DIVISION_BY_ZERO;
        return Decimal::infinity(negative);
    }
    match integer_parts(a, b, ctx, status) {
        Some((mut q, _)) => {
            finalize(&mut q, ctx, status);
            q
        }
        None => Decimal::nan(),
    }
}

/// The remainder, of either kind, where an operand is no number or the divisor is zero.
fn special_remainder(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Option<Decimal> {
    if a.is_nan() || b.is_nan() {
        return Some(propagate(&[a, b], ctx, status));
    }
    if a.is_infinite() {
        return Some(Decimal::invalid(status));
    }
    if b.is_infinite() {
        let mut out = a.clone();
        finalize(&mut out, ctx, status);
        return Some(out);
    }
    if b.is_zero() {
        return Some(if a.is_zero() {
            Decimal::error(c::DIVISION_UNDEFINED, status)
        } else {
            Decimal::invalid(status)
        });
    }
    None
}

/// The remainder of `divide_int`, with the sign of `a`.
pub fn remainder(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if let Some(known) = special_remainder(a, b, ctx, status) {
        return known;
    }
    match integer_parts(a, b, ctx, status) {
        Some((_, mut r)) => {
            finalize(&mut r, ctx, status);
            r
        }
        None => Decimal::nan(),
    }
}

/// `divide_int` and `remainder` together.
pub fn divmod(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> (Decimal, Decimal) {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if a.is_nan() || b.is_nan() {
            let out = propagate(&[a, b], ctx, status);
            return (out.clone(), out);
        }
        if a.is_infinite() {
            if b.is_infinite() {
                let out = Decimal::invalid(status);
                return (out.clone(), out);
            }
            return (Decimal::infinity(negative), Decimal::invalid(status));
        }
        let mut r = a.clone();
        finalize(&mut r, ctx, status);
        return (Decimal::new(negative, Limbs::new(), 0), r);
    }
    if b.is_zero() {
        if a.is_zero() {
            let out = Decimal::error(c::DIVISION_UNDEFINED, status);
            return (out.clone(), out);
        }
        *status |= c::DIVISION_BY_ZERO | c::INVALID_OPERATION;
        return (Decimal::infinity(negative), Decimal::nan());
    }
    match integer_parts(a, b, ctx, status) {
        Some((mut q, mut r)) => {
            finalize(&mut q, ctx, status);
            finalize(&mut r, ctx, status);
            (q, r)
        }
        None => (Decimal::nan(), Decimal::nan()),
    }
}

/// The remainder of the quotient rounded half even.
pub fn remainder_near(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if let Some(known) = special_remainder(a, b, ctx, status) {
        return known;
    }
    let Some((q, r)) = integer_parts(a, b, ctx, status) else { return Decimal::nan() };
    // Twice the remainder against the divisor.
    let twice = Decimal::new(false, nat::mul_word(&r.coefficient, 2), r.exponent);
    let order = compare::magnitude(&twice, b);
    let mut out = r;
    if order == Ordering::Greater || (order == Ordering::Equal && nat::is_odd(&q.coefficient)) {
        if nat::digits(&nat::add(&q.coefficient, &[1])) as i64 > ctx.prec {
            return Decimal::error(c::DIVISION_IMPOSSIBLE, status);
        }
        let step = b.clone().with_sign(!a.negative);
        let exponent = out.exponent;
        let mut quiet = 0;
        out = arith::add(&out, &step, &Context::MAX, &mut quiet);
        debug_assert!(out.is_zero() || out.exponent == exponent);
        *status |= quiet & c::MALLOC_ERROR;
    }
    finalize(&mut out, ctx, status);
    out
}
