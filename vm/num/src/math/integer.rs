//! Factorials, permutations, combinations, and logarithms of integers of any size.

use crate::error::{Error, Kind, Result};
use crate::int::{self, Int, IntRef};

fn value_error<T>(message: &'static str) -> Result<T> {
    Err(Error::new(Kind::Value, message))
}

/// The product of `start, start + step, ...`, `count` factors, halved until they are few so that
/// large products meet large products.
fn product(start: &Int, count: u64) -> Int {
    if count == 0 {
        return Int::from(1);
    }
    if let Some(first) = start.as_ref().to_u64()
        && count <= 16
        && let Some(last) = first.checked_add(count - 1)
    {
        let mut out = Int::from(1);
        let mut run = 1u64;
        for factor in first..=last {
            match run.checked_mul(factor) {
                Some(longer) if longer < 1 << 60 => run = longer,
                _ => {
                    out = int::mul(out.as_ref(), Int::from(run).as_ref());
                    run = factor;
                }
            }
        }
        return int::mul(out.as_ref(), Int::from(run).as_ref());
    }
    if count == 1 {
        return start.clone();
    }
    let half = count / 2;
    let middle = int::add(start.as_ref(), Int::from(half).as_ref());
    int::mul(product(start, half).as_ref(), product(&middle, count - half).as_ref())
}

/// `math.factorial`.
///
/// Errors: `ValueError` for a negative number, `OverflowError` for one above C's `long`.
pub fn factorial(n: IntRef<'_>) -> Result<Int> {
    if n.negative {
        return value_error("factorial() not defined for negative values");
    }
    match n.to_i64() {
        Some(n) => Ok(product(&Int::from(1), n as u64)),
        None => Err(Error::overflow("factorial() argument should not exceed 9223372036854775807")),
    }
}

/// `math.perm(n, k)`: the ways to pick `k` of `n` in order.
///
/// Errors: `ValueError` for negative numbers, `OverflowError` for a `k` above C's `long long`.
pub fn perm(n: IntRef<'_>, k: IntRef<'_>) -> Result<Int> {
    if n.negative {
        return value_error("n must be a non-negative integer");
    }
    if k.negative {
        return value_error("k must be a non-negative integer");
    }
    if n < k {
        return Ok(Int::zero());
    }
    let Some(count) = k.to_i64() else {
        return Err(Error::overflow("k must not exceed 9223372036854775807"));
    };
    let first = int::add(int::sub(n, k).as_ref(), Int::from(1).as_ref());
    Ok(product(&first, count as u64))
}

/// `math.comb(n, k)`: the ways to pick `k` of `n` in any order.
///
/// Errors: `ValueError` for negative numbers, `OverflowError` where the smaller of `k` and `n - k`
/// is above C's `long long`.
pub fn comb(n: IntRef<'_>, k: IntRef<'_>) -> Result<Int> {
    if n.negative {
        return value_error("n must be a non-negative integer");
    }
    if k.negative {
        return value_error("k must be a non-negative integer");
    }
    if n < k {
        return Ok(Int::zero());
    }
    let other = int::sub(n, k);
    let k = k.min(other.as_ref());
    let Some(count) = k.to_i64() else {
        return Err(Error::overflow("min(n - k, k) must not exceed 9223372036854775807"));
    };
    if let Some(n) = n.to_u64()
        && let Some(small) = comb_words(n, count as u64)
    {
        return Ok(Int::from(small));
    }
    let first = int::add(int::sub(n, k).as_ref(), Int::from(1).as_ref());
    let numerator = product(&first, count as u64);
    let denominator = product(&Int::from(1), count as u64);
    int::floor_div(numerator.as_ref(), denominator.as_ref())
}

/// Factor by factor, as long as it stays below 2^64.
fn comb_words(n: u64, k: u64) -> Option<u64> {
    let mut out = 1u64;
    for i in 0..k {
        // Each step divides exactly: it leaves a binomial coefficient.
        let next = out as u128 * (n - i) as u128 / (i + 1) as u128;
        out = u64::try_from(next).ok()?;
    }
    Some(out)
}

fn log_by(a: IntRef<'_>, log: impl Fn(f64) -> f64) -> Result<f64> {
    if a.negative || a.is_zero() {
        return value_error("expected a positive input");
    }
    if let Ok(value) = int::to_float(a) {
        return Ok(log(value));
    }
    let (fraction, exponent) = int::frexp(a);
    Ok((exponent as f64).mul_add(log(2.0), log(fraction)))
}

/// `math.log` of an integer, also of one too large for a float.
///
/// Errors: `ValueError` unless it is positive.
pub fn log_of_int(a: IntRef<'_>) -> Result<f64> {
    log_by(a, f64::ln)
}

/// `math.log2` of an integer. Errors as [`log_of_int`].
pub fn log2_of_int(a: IntRef<'_>) -> Result<f64> {
    log_by(a, f64::log2)
}

/// `math.log10` of an integer. Errors as [`log_of_int`].
pub fn log10_of_int(a: IntRef<'_>) -> Result<f64> {
    log_by(a, f64::log10)
}
