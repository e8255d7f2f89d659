//! The exponential and logarithms, correctly rounded half to even whatever the context's rounding.

use crate::context::{Context, Rounding, Status, condition as c};
use crate::finish::{MOST_DIGITS, finalize, overflowed, underflowed};
use crate::fixed;
use crate::nat::{self, LIMB_DIGITS, Limbs};
use crate::number::{Decimal, propagate};
use std::cmp::Ordering;

/// Units in the last place within which results of fixed-point calculations are right.
const ERROR: u64 = 1_000_000;

fn half_even(ctx: &Context) -> Context {
    Context { rounding: Rounding::HalfEven, ..*ctx }
}

/// Whether an approximation of an irrational number rounds as the number does: it has enough digits, and those
/// behind the precision are not near one half.
fn settled(value: &[u64], exponent: i64, ctx: &Context) -> bool {
    let digits = nat::digits(value) as i64;
    let keep = ctx.prec.min(exponent + digits - ctx.etiny());
    if digits < ctx.prec + 7 {
        return false;
    }
    if keep < 0 {
        return true;
    }
    let behind = (digits - keep) as usize;
    let rest = nat::low_digits(value, behind);
    let half = nat::mul_word(&nat::power_of_ten(behind - 1), 5);
    let gap = match nat::cmp(&rest, &half) {
        Ordering::Less => nat::sub(&half, &rest),
        _ => nat::sub(&rest, &half),
    };
    nat::cmp(&gap, &[ERROR]) == Ordering::Greater
}

/// Rounds the approximation of an irrational number.
fn rounded(negative: bool, mut value: Limbs, exponent: i64, ctx: &Context, status: &mut Status) -> Decimal {
    if value.first().is_some_and(|x| x % 10 == 0) {
        value[0] += 1;
    }
    let mut out = Decimal::new(negative, value, exponent);
    finalize(&mut out, ctx, status);
    out
}

/// `e ** a`
pub fn exp(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    let ctx = &half_even(ctx);
    if a.is_nan() {
        return propagate(&[a], ctx, status);
    }
    if a.is_infinite() {
        return if a.negative { Decimal::zero() } else { Decimal::infinity(false) };
    }
    if a.is_zero() {
        return Decimal::small(false, 1, 0);
    }
    if ctx.prec > MOST_DIGITS {
        return Decimal::error(c::MALLOC_ERROR, status);
    }
    let adjusted = a.adjusted();
    if adjusted >= 19 {
        return if a.negative { underflowed(false, ctx, status) } else { overflowed(false, ctx, status) };
    }
    if adjusted < -ctx.prec - 1 {
        // Nearer to one than half a digit.
        let mut out = if a.negative {
            Decimal::new(false, nat::nines(ctx.prec as usize + 2), -ctx.prec - 2)
        } else {
            Decimal::new(false, nat::add(&nat::power_of_ten(ctx.prec as usize + 1), &[1]), -ctx.prec - 1)
        };
        finalize(&mut out, ctx, status);
        return out;
    }
    let mut places = (ctx.prec as usize + 8).div_ceil(LIMB_DIGITS) + 1;
    loop {
        // The operand is a multiple of ln 10 and a rest. Two limbs more, for a multiple of 19 digits.
        let wide = places + 2;
        let x = scaled(a, wide);
        let (q, mut r) = nat::div_rem(&x, &fixed::ln10(wide));
        let mut multiple = nat::to_u64(&q).expect("19 digits") as i64;
        if a.negative {
            multiple = -multiple - 1;
            r = nat::sub(&fixed::ln10(wide), &r);
        }
        let value = fixed::exp(&fixed::with_places(&r, wide, places), places);
        let exponent = multiple - (places * LIMB_DIGITS) as i64;
        if settled(&value, exponent, ctx) {
            return rounded(false, value, exponent, ctx, status);
        }
        places += 1 + places / 4;
    }
}

/// The magnitude in fixed-point form, cut.
fn scaled(a: &Decimal, places: usize) -> Limbs {
    let shift = a.exponent + (places * LIMB_DIGITS) as i64;
    if shift >= 0 {
        nat::shift_left(&a.coefficient, shift as usize)
    } else {
        let mut out = a.coefficient.clone();
        nat::shift_right(&mut out, -shift as usize);
        out
    }
}

/// How many digits cancel in the logarithm of a number near one.
fn cancelled(a: &Decimal) -> i64 {
    if !matches!(a.adjusted(), -1 | 0) || a.exponent > 0 {
        return 0;
    }
    let one = nat::power_of_ten(-a.exponent as usize);
    let gap = match nat::cmp(&a.coefficient, &one) {
        Ordering::Less => nat::sub(&one, &a.coefficient),
        _ => nat::sub(&a.coefficient, &one),
    };
    -a.exponent - nat::digits(&gap) as i64 + 1
}

/// A number from 1 to 10 with the digits of `a`, in fixed-point form.
fn mantissa(a: &Decimal, places: usize) -> Limbs {
    scaled(&Decimal::new(false, a.coefficient.clone(), 1 - a.digits()), places)
}

/// What both logarithms do with operands that have none, or `None`.
fn special_logarithm(a: &Decimal, ctx: &Context, status: &mut Status) -> Option<Decimal> {
    if a.is_nan() {
        return Some(propagate(&[a], ctx, status));
    }
    if a.is_zero() {
        return Some(Decimal::infinity(true));
    }
    if a.negative {
        return Some(Decimal::invalid(status));
    }
    if a.is_infinite() {
        return Some(Decimal::infinity(false));
    }
    None
}

/// The natural logarithm.
pub fn ln(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    let ctx = &half_even(ctx);
    if let Some(out) = special_logarithm(a, ctx, status) {
        return out;
    }
    if ctx.prec > MOST_DIGITS {
        return Decimal::error(c::MALLOC_ERROR, status);
    }
    let power = a.adjusted();
    if power == 0 && nat::is_power_of_ten(&a.coefficient) {
        return Decimal::zero();
    }
    let mut places = ((ctx.prec + cancelled(a) + 8) as usize).div_ceil(LIMB_DIGITS) + 1;
    loop {
        let small = fixed::ln(&mantissa(a, places), places);
        // One limb more for the multiple.
        let tens = nat::mul(&fixed::ln10(places + 1), &nat::from_u64(power.unsigned_abs()));
        let tens = fixed::with_places(&tens, places + 1, places);
        let (negative, value) = signed_sum(&small, &tens, power < 0);
        let exponent = -((places * LIMB_DIGITS) as i64);
        if settled(&value, exponent, ctx) {
            return rounded(negative, value, exponent, ctx, status);
        }
        places += 1 + places / 4;
    }
}

/// `a + b`, or `a - b`.
fn signed_sum(a: &[u64], b: &[u64], minus: bool) -> (bool, Limbs) {
    if !minus {
        return (false, nat::add(a, b));
    }
    match nat::cmp(a, b) {
        Ordering::Less => (true, nat::sub(b, a)),
        _ => (false, nat::sub(a, b)),
    }
}

/// The logarithm to base ten.
pub fn log10(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    let ctx = &half_even(ctx);
    if let Some(out) = special_logarithm(a, ctx, status) {
        return out;
    }
    let power = a.adjusted();
    if nat::is_power_of_ten(&a.coefficient) {
        let mut out = Decimal::from_i64(power);
        finalize(&mut out, ctx, status);
        return out;
    }
    if ctx.prec > MOST_DIGITS {
        return Decimal::error(c::MALLOC_ERROR, status);
    }
    let mut places = ((ctx.prec + cancelled(a) + 8) as usize).div_ceil(LIMB_DIGITS) + 1;
    loop {
        let small = fixed::add_limbs(&fixed::ln(&mantissa(a, places), places), places);
        let fraction = nat::div_rem(&small, &fixed::ln10(places)).0;
        let whole = fixed::add_limbs(&nat::from_u64(power.unsigned_abs()), places);
        let (negative, value) = signed_sum(&fraction, &whole, power < 0);
        let exponent = -((places * LIMB_DIGITS) as i64);
        if settled(&value, exponent, ctx) {
            return rounded(negative, value, exponent, ctx, status);
        }
        places += 1 + places / 4;
    }
}
