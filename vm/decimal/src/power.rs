//! Powers and square roots.

use crate::arith;
use crate::compare;
use crate::context::{Context, Rounding, Status, condition as c};
use crate::divide;
use crate::elementary;
use crate::finish::{MOST_DIGITS, finalize, overflowed, underflowed};
use crate::nat::{self, Limbs};
use crate::number::{Decimal, propagate};
use std::cmp::Ordering;

fn one() -> Decimal {
    Decimal::small(false, 1, 0)
}

/// `1.000`, with so many zeros.
fn one_with_zeros(negative: bool, zeros: i64, status: &mut Status) -> Decimal {
    if zeros > MOST_DIGITS {
        return Decimal::error(c::MALLOC_ERROR, status);
    }
    Decimal::new(negative, nat::power_of_ten(zeros as usize), -zeros)
}

/// `base ** exponent`. Integral powers are right to one unit of the last digit, exact where they fit; others are
/// rounded from an exponential and a logarithm with 23 digits more.
pub fn pow(base: &Decimal, exponent: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if base.is_nan() || exponent.is_nan() {
        return propagate(&[base, exponent], ctx, status);
    }
    let integral = exponent.is_integer();
    let negative = base.negative && integral && exponent.is_odd();
    if base.is_zero() {
        return if exponent.is_zero() {
            Decimal::invalid(status)
        } else if exponent.negative {
            Decimal::infinity(negative)
        } else {
            Decimal::new(negative, Limbs::new(), 0)
        };
    }
    if base.negative && !integral {
        return Decimal::invalid(status);
    }
    if exponent.is_infinite() {
        return match compare::magnitude(base, &one()) {
            Ordering::Equal => {
                *status |= c::INEXACT | c::ROUNDED;
                one_with_zeros(negative, ctx.prec - 1, status)
            }
            order if (order == Ordering::Less) == exponent.negative => Decimal::infinity(negative),
            _ => Decimal::new(negative, Limbs::new(), 0),
        };
    }
    if base.is_infinite() {
        return if exponent.is_zero() {
            Decimal::small(negative, 1, 0)
        } else if exponent.negative {
            Decimal::new(negative, Limbs::new(), 0)
        } else {
            Decimal::infinity(negative)
        };
    }
    if exponent.is_zero() {
        return Decimal::small(negative, 1, 0);
    }
    let order = compare::magnitude(base, &one());
    if order == Ordering::Equal {
        return power_of_one(base, exponent, integral, negative, ctx, status);
    }
    // The magnitude grows beyond all limits, or shrinks below.
    let grows = (order == Ordering::Greater) != exponent.negative;
    if is_far(base, exponent, grows, ctx) {
        return if grows { overflowed(negative, ctx, status) } else { underflowed(negative, ctx, status) };
    }
    if integral {
        integral_power(base, exponent, negative, ctx, status)
    } else {
        real_power(base, exponent, ctx, status)
    }
}

fn power_of_one(
    base: &Decimal,
    exponent: &Decimal,
    integral: bool,
    negative: bool,
    ctx: &Context,
    status: &mut Status,
) -> Decimal {
    if !integral {
        *status |= c::INEXACT | c::ROUNDED;
        return one_with_zeros(negative, ctx.prec - 1, status);
    }
    if exponent.negative {
        return Decimal::small(negative, 1, 0);
    }
    // The zeros of 1.000 multiply, as far as the precision goes.
    let zeros = crate::convert::to_i64(exponent)
        .and_then(|e| e.checked_mul(-base.exponent))
        .unwrap_or(if base.exponent == 0 { 0 } else { i64::MAX });
    if zeros > ctx.prec - 1 {
        *status |= c::ROUNDED;
        return one_with_zeros(negative, ctx.prec - 1, status);
    }
    one_with_zeros(negative, zeros, status)
}

/// Whether the power's exponent has certainly more digits than the limits: from lower bounds of the orders of
/// magnitude of the exponent and of the base's logarithm.
fn is_far(base: &Decimal, exponent: &Decimal, grows: bool, ctx: &Context) -> bool {
    let digits = |n: i64| nat::digits_of(n.unsigned_abs()) as i64;
    let limit = digits(if grows { ctx.emax } else { ctx.etiny() });
    let log = match base.adjusted() {
        t if t > 0 => digits(t) - 1,
        t if t < -1 => digits(t + 1) - 1,
        t => {
            let mut quiet = 0;
            let gap = arith::sub(&base.clone().with_sign(false), &one(), &Context::MAX, &mut quiet);
            gap.adjusted() - i64::from(t == 0)
        }
    };
    limit < log + exponent.adjusted()
}

fn integral_power(
    base: &Decimal,
    exponent: &Decimal,
    negative: bool,
    ctx: &Context,
    status: &mut Status,
) -> Decimal {
    let mut work = Context {
        prec: ctx.prec + exponent.digits() + exponent.exponent + 2,
        rounding: Rounding::HalfEven,
        clamp: false,
        ..*ctx
    };
    let inverse;
    let mut from = base;
    if exponent.negative {
        work.prec += 1;
        inverse = divide::div(&one(), base, &work, status);
        if *status & c::ERRORS != 0 {
            return Decimal::nan();
        }
        from = &inverse;
    }
    let mut out = match crate::convert::to_i64(&exponent.clone().with_sign(false)) {
        Some(n) => {
            let top = 63 - n.leading_zeros();
            by_bits(from, (0..top).rev().map(|i| n >> i & 1 == 1), &work, status)
        }
        None => {
            let Some(n) = crate::convert::truncated(exponent, status) else { return Decimal::nan() };
            let words = nat::to_bits(&n);
            let top = words.len() * 64 - 1 - words.last().expect("large").leading_zeros() as usize;
            by_bits(from, (0..top).rev().map(|i| words[i / 64] >> (i % 64) & 1 == 1), &work, status)
        }
    };
    out.negative = negative;
    if out.is_infinite() {
        return overflowed(negative, ctx, status);
    }
    finalize(&mut out, ctx, status);
    out
}

/// The power whose exponent is a one followed by these bits.
fn by_bits(base: &Decimal, bits: impl Iterator<Item = bool>, work: &Context, status: &mut Status) -> Decimal {
    let mut out = base.clone();
    for bit in bits {
        out = arith::mul(&out, &out, work, status);
        if bit {
            out = arith::mul(&out, base, work, status);
        }
        if out.is_special() || (out.is_zero() && *status & c::CLAMPED != 0) {
            break;
        }
    }
    out
}

fn real_power(base: &Decimal, exponent: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    let mut work = Context::work(base.digits().max(ctx.prec) + 4 + 19);
    work.prec = work.prec.min(crate::context::MAX_PREC);
    let mut quiet = 0;
    let log = elementary::ln(base, &work, &mut quiet);
    let product = arith::mul(&log, exponent, &work, &mut quiet);
    let mut out = elementary::exp(&product, &work, &mut quiet);
    *status |= quiet & c::ERRORS | c::INEXACT | c::ROUNDED;
    if out.is_infinite() {
        return overflowed(false, ctx, status);
    }
    if out.is_finite() && compare::numeric(&out, &one()) == Ordering::Equal {
        return one_with_zeros(false, ctx.prec - 1, status);
    }
    finalize(&mut out, ctx, status);
    out
}

/// `base ** exponent % modulus` of integers.
pub fn pow_mod(
    base: &Decimal,
    exponent: &Decimal,
    modulus: &Decimal,
    ctx: &Context,
    status: &mut Status,
) -> Decimal {
    if base.is_nan() || exponent.is_nan() || modulus.is_nan() {
        return propagate(&[base, exponent, modulus], ctx, status);
    }
    if !base.is_integer()
        || !exponent.is_integer()
        || !modulus.is_integer()
        || modulus.is_zero()
        || modulus.adjusted() >= ctx.prec
        || (exponent.is_zero() && base.is_zero())
    {
        return Decimal::invalid(status);
    }
    let negative = base.negative && exponent.is_odd();
    let Some(m) = crate::convert::truncated(modulus, status) else { return Decimal::nan() };
    if exponent.is_zero() {
        return Decimal::small(false, u64::from(m[..] != [1]), 0);
    }
    if exponent.negative {
        return Decimal::invalid(status);
    }
    let residue = |d: &Decimal| -> Limbs {
        let (digits, tens) = if d.exponent >= 0 {
            (d.coefficient.clone(), d.exponent)
        } else {
            let mut whole = d.coefficient.clone();
            nat::shift_right(&mut whole, d.exponent.unsigned_abs() as usize);
            (whole, 0)
        };
        let low = nat::div_rem(&digits, &m).1;
        let scale = power_mod(&[10], &nat::from_u64(tens as u64), &m);
        nat::div_rem(&nat::mul(&low, &scale), &m).1
    };
    let mut value = residue(base);
    let whole = if exponent.exponent < 0 {
        let mut e = exponent.coefficient.clone();
        nat::shift_right(&mut e, exponent.exponent.unsigned_abs() as usize);
        e
    } else {
        for _ in 0..exponent.exponent {
            value = power_mod(&value, &[10], &m);
        }
        exponent.coefficient.clone()
    };
    Decimal::new(negative, power_mod(&value, &whole, &m), 0)
}

fn power_mod(base: &[u64], exponent: &[u64], m: &[u64]) -> Limbs {
    let reduce = |a: &[u64]| nat::div_rem(a, m).1;
    let mut out = reduce(&[1]);
    let base = reduce(base);
    let words = nat::to_bits(exponent);
    for i in (0..words.len() * 64).rev() {
        out = reduce(&nat::sqr(&out));
        if words[i / 64] >> (i % 64) & 1 == 1 {
            out = reduce(&nat::mul(&out, &base));
        }
    }
    out
}

/// The square root, correctly rounded half to even.
pub fn sqrt(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() {
        return propagate(&[a], ctx, status);
    }
    let ideal = a.exponent.div_euclid(2);
    let ctx = &Context { rounding: Rounding::HalfEven, ..*ctx };
    if a.is_zero() {
        let mut out = Decimal::new(a.negative, Limbs::new(), ideal);
        finalize(&mut out, ctx, status);
        return out;
    }
    if a.negative {
        return Decimal::invalid(status);
    }
    if a.is_infinite() {
        return Decimal::infinity(false);
    }
    let odd = a.exponent & 1 == 1;
    let own = (a.digits() + 1 + odd as i64) / 2;
    let mut shift = ctx.prec + 1 - own;
    let only_exact = shift > MOST_DIGITS / 4;
    if only_exact {
        // Nobody could hold an inexact root; an exact one is no longer than the operand.
        shift = 0;
    }
    let places = 2 * shift + odd as i64;
    let (operand, mut exact) = if places >= 0 {
        (nat::shift_left(&a.coefficient, places as usize), true)
    } else {
        let mut cut = a.coefficient.clone();
        let dropped = nat::shift_right(&mut cut, -places as usize);
        (cut, dropped == 0)
    };
    let mut root = nat::isqrt(&operand);
    exact = exact && nat::cmp(&nat::sqr(&root), &operand) == Ordering::Equal;
    let mut exponent = ideal - shift;
    if exact {
        let zeros = (nat::trailing_zeros(&root) as i64).min(shift);
        if shift > 0 && zeros > 0 {
            nat::shift_right(&mut root, zeros as usize);
            exponent += zeros;
        }
    } else if only_exact {
        return Decimal::error(c::MALLOC_ERROR, status);
    } else if root.first().is_some_and(|x| x % 5 == 0) {
        root[0] += 1;
    }
    let mut out = Decimal::new(false, root, exponent);
    finalize(&mut out, ctx, status);
    out
}
