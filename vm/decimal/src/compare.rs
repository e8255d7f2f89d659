//! Orders: numeric, total, and the choices built on them.

use crate::context::{Context, Status, condition as c};
use crate::finish::finalize;
use crate::nat;
use crate::number::{Decimal, Kind, fit_payload, propagate};
use std::cmp::Ordering;

/// Compares two numbers that are not NaN by value.
pub fn numeric(a: &Decimal, b: &Decimal) -> Ordering {
    match (a.signum(), b.signum()) {
        (x, y) if x != y => x.cmp(&y),
        (0, _) => Ordering::Equal,
        (x, _) => {
            let by_magnitude = magnitude(a, b);
            if x < 0 { by_magnitude.reverse() } else { by_magnitude }
        }
    }
}

/// Compares the absolute values of two numbers that are not NaN.
pub fn magnitude(a: &Decimal, b: &Decimal) -> Ordering {
    match (a.is_infinite(), b.is_infinite()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        _ => {}
    }
    match (a.is_zero(), b.is_zero()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Less,
        (false, true) => return Ordering::Greater,
        _ => {}
    }
    if a.exponent == b.exponent {
        return nat::cmp(&a.coefficient, &b.coefficient);
    }
    a.adjusted().cmp(&b.adjusted()).then_with(|| {
        // The same first digit's weight: the gap is below the number of digits of one of them.
        if a.exponent > b.exponent {
            let wide = nat::shift_left(&a.coefficient, (a.exponent - b.exponent) as usize);
            nat::cmp(&wide, &b.coefficient)
        } else {
            let wide = nat::shift_left(&b.coefficient, (b.exponent - a.exponent) as usize);
            nat::cmp(&a.coefficient, &wide)
        }
    })
}

fn as_decimal(order: Ordering) -> Decimal {
    Decimal::from_i64(order as i64)
}

/// -1, 0 or 1, or NaN.
pub fn compare(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() || b.is_nan() {
        return propagate(&[a, b], ctx, status);
    }
    as_decimal(numeric(a, b))
}

/// The same; quiet NaNs are invalid too.
pub fn compare_signal(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    if a.is_nan() || b.is_nan() {
        *status |= c::INVALID_OPERATION;
        return propagate(&[a, b], ctx, status);
    }
    as_decimal(numeric(a, b))
}

/// The order of all representations, without regard to a context.
pub fn total(a: &Decimal, b: &Decimal) -> Ordering {
    match (a.negative, b.negative) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (negative, _) => {
            let order = total_magnitude(a, b);
            if negative { order.reverse() } else { order }
        }
    }
}

/// The same of the absolute values.
pub fn total_magnitude(a: &Decimal, b: &Decimal) -> Ordering {
    let rank = |d: &Decimal| match d.kind {
        Kind::NaN => 2,
        Kind::SNaN => 1,
        _ => 0,
    };
    if a.is_nan() || b.is_nan() {
        return rank(a).cmp(&rank(b)).then_with(|| nat::cmp(&a.coefficient, &b.coefficient));
    }
    magnitude(a, b).then_with(|| a.exponent.cmp(&b.exponent))
}

/// `total` as a number.
pub fn compare_total(a: &Decimal, b: &Decimal) -> Decimal {
    as_decimal(total(a, b))
}

/// `total_magnitude` as a number.
pub fn compare_total_mag(a: &Decimal, b: &Decimal) -> Decimal {
    as_decimal(total_magnitude(a, b))
}

/// The larger one, numbers before quiet NaNs.
pub fn max(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    choose(a, b, numeric, Ordering::Less, ctx, status)
}

/// The smaller one, numbers before quiet NaNs.
pub fn min(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    choose(a, b, numeric, Ordering::Greater, ctx, status)
}

/// The one with the larger absolute value.
pub fn max_mag(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    choose(a, b, magnitude, Ordering::Less, ctx, status)
}

/// The one with the smaller absolute value.
pub fn min_mag(a: &Decimal, b: &Decimal, ctx: &Context, status: &mut Status) -> Decimal {
    choose(a, b, magnitude, Ordering::Greater, ctx, status)
}

fn choose(
    a: &Decimal,
    b: &Decimal,
    order: fn(&Decimal, &Decimal) -> Ordering,
    second: Ordering,
    ctx: &Context,
    status: &mut Status,
) -> Decimal {
    let chosen = match (a.is_nan(), b.is_nan()) {
        (true, false) if a.is_qnan() => b,
        (false, true) if b.is_qnan() => a,
        (false, false) => {
            let found = order(a, b).then_with(|| total(a, b));
            if found == second { b } else { a }
        }
        _ => return propagate(&[a, b], ctx, status),
    };
    let mut out = chosen.clone();
    finalize(&mut out, ctx, status);
    out
}

/// Whether both have the same exponent, or are infinite or NaN both.
pub fn same_quantum(a: &Decimal, b: &Decimal) -> bool {
    if a.is_special() || b.is_special() {
        return (a.is_nan() && b.is_nan()) || (a.is_infinite() && b.is_infinite());
    }
    a.exponent == b.exponent
}

/// A NaN whose payload fits; anything else as it is.
pub fn fit_nan(mut d: Decimal, ctx: &Context) -> Decimal {
    if d.is_nan() {
        fit_payload(&mut d, ctx);
    }
    d
}
