//! Operations on digits and exponents: logical ones, rotating, shifting, scaling.

use crate::context::{Context, Status, condition as c};
use crate::finish::finalize;
use crate::nat::{self, LIMB_DIGITS, Limbs, POW10};
use crate::number::{Decimal, propagate};

/// Whether the number is a row of zeros and ones.
fn is_logical(a: &Decimal) -> bool {
    let ones = |mut x: u64| {
        while x != 0 {
            if x % 10 > 1 {
                return false;
            }
            x /= 10;
        }
        true
    };
    a.is_finite() && !a.negative && a.exponent == 0 && a.coefficient.iter().all(|&x| ones(x))
}

/// Combines digits one by one; `a` and `b` are logical.
fn combine(a: &[u64], b: &[u64], len: usize, f: impl Fn(bool, bool) -> bool) -> Limbs {
    let mut out = Limbs::new();
    for i in 0..len.div_ceil(LIMB_DIGITS) {
        let (mut x, mut y) = (a.get(i).copied().unwrap_or(0), b.get(i).copied().unwrap_or(0));
        let mut limb = 0;
        for unit in &POW10[..(len - i * LIMB_DIGITS).min(LIMB_DIGITS)] {
            if f(x % 10 == 1, y % 10 == 1) {
                limb += unit;
            }
            x /= 10;
            y /= 10;
        }
        out.push(limb);
    }
    nat::trim(&mut out);
    out
}

fn logical(
    a: &Decimal,
    b: &Decimal,
    ctx: &Context,
    status: &mut Status,
    f: impl Fn(bool, bool) -> bool,
) -> Decimal {
    if !is_logical(a) || !is_logical(b) {
        return Decimal::invalid(status);
    }
    let len = a.digits().max(b.digits()).min(ctx.prec);
    Decimal::new(false, combine(&a.coefficient, &b.coefficient, len as usize, f), 0)
}

/// Digit-wise and.
pub fn and(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    logical(a, b, ctx, status, |x, y| x && y)
}

/// Digit-wise or.
pub fn or(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    logical(a, b, ctx, status, |x, y| x || y)
}

/// Digit-wise exclusive or.
pub fn xor(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    logical(a, b, ctx, status, |x, y| x != y)
}

/// All digits of the precision inverted.
pub fn invert(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if !is_logical(a) {
        return Decimal::invalid(status);
    }
    if ctx.prec > crate::finish::MOST_DIGITS {
        return Decimal::error(c::MALLOC_ERROR, status);
    }
    Decimal::new(false, combine(&a.coefficient, &[], ctx.prec as usize, |x, _| !x), 0)
}

/// The value of an integer operand with exponent 0 within these limits.
fn count(b: &Decimal, most: i64) -> Option<i64> {
    if b.is_special() || b.exponent != 0 {
        return None;
    }
    let n = nat::to_u64(&b.coefficient).and_then(|n| i64::try_from(n).ok()).filter(|n| *n <= most)?;
    Some(if b.negative { -n } else { n })
}

/// The digits turned round within the precision, to the left for a positive count.
pub fn rotate(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() || b.is_nan() {
        return propagate(&[a, b], ctx, status);
    }
    let Some(n) = count(b, ctx.prec) else { return Decimal::invalid(status) };
    if a.is_infinite() {
        return a.clone();
    }
    // To the left by `left`: the upper digits come back at the bottom.
    let left = if n >= 0 { n } else { ctx.prec + n };
    let all = nat::low_digits(&a.coefficient, ctx.prec as usize);
    let keep = (ctx.prec - left) as usize;
    let low = nat::low_digits(&all, keep);
    let mut high = all;
    nat::shift_right(&mut high, keep);
    if left > crate::finish::MOST_DIGITS && !low.is_empty() {
        return Decimal::error(c::MALLOC_ERROR, status);
    }
    let moved = if low.is_empty() { low } else { nat::shift_left(&low, left as usize) };
    Decimal::new(a.negative, nat::add(&moved, &high), a.exponent)
}

/// The digits moved within the precision, to the left for a positive count.
pub fn shift(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() || b.is_nan() {
        return propagate(&[a, b], ctx, status);
    }
    let Some(n) = count(b, ctx.prec) else { return Decimal::invalid(status) };
    if a.is_infinite() {
        return a.clone();
    }
    let mut coefficient;
    if n >= 0 {
        coefficient = nat::low_digits(&a.coefficient, (ctx.prec - n) as usize);
        if n > crate::finish::MOST_DIGITS && !coefficient.is_empty() {
            return Decimal::error(c::MALLOC_ERROR, status);
        }
        if !coefficient.is_empty() {
            coefficient = nat::shift_left(&coefficient, n as usize);
        }
    } else {
        coefficient = nat::low_digits(&a.coefficient, ctx.prec as usize);
        nat::shift_right(&mut coefficient, -n as usize);
    }
    Decimal::new(a.negative, coefficient, a.exponent)
}

/// `a * 10^b`
pub fn scaleb(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() || b.is_nan() {
        return propagate(&[a, b], ctx, status);
    }
    let Some(n) = count(b, 2 * (ctx.emax + ctx.prec)) else { return Decimal::invalid(status) };
    if a.is_infinite() {
        return a.clone();
    }
    let mut out = a.clone();
    out.exponent += n;
    finalize(&mut out, ctx, status);
    out
}

/// The adjusted exponent as a number.
pub fn logb(a: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() {
        return propagate(&[a], ctx, status);
    }
    if a.is_infinite() {
        return Decimal::infinity(false);
    }
    if a.is_zero() {
        *status |= c::DIVISION_BY_ZERO;
        return Decimal::infinity(true);
    }
    let mut out = Decimal::from_i64(a.adjusted());
    finalize(&mut out, ctx, status);
    out
}
