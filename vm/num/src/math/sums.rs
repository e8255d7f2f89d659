//! Sums without lost digits: `fsum`, `sumprod`, `hypot` and `dist`.

use crate::error::{Error, Result};

/// The exact sum of floats (`math.fsum`), as partial sums that do not overlap: J. R. Shewchuk,
/// "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates", 1997.
#[derive(Clone, Debug, Default)]
pub struct FloatSum {
    /// By growing magnitude.
    partials: Vec<f64>,
    /// The sum of the infinities and NaNs.
    special: f64,
    /// The sum of the infinities.
    infinite: f64,
}

/// The rounded sum and its error; exact in any order.
fn two_sum(x: f64, y: f64) -> (f64, f64) {
    let (large, small) = if x.abs() < y.abs() { (y, x) } else { (x, y) };
    let sum = large + small;
    (sum, small - (sum - large))
}

impl FloatSum {
    /// The empty sum.
    pub fn new() -> FloatSum {
        FloatSum::default()
    }

    /// Adds a number.
    ///
    /// Errors: `OverflowError` when finite numbers exceed the range on the way.
    pub fn add(&mut self, value: f64) -> Result<()> {
        let mut sum = value;
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let (rounded, error) = two_sum(sum, self.partials[i]);
            if error != 0.0 {
                self.partials[kept] = error;
                kept += 1;
            }
            sum = rounded;
        }
        self.partials.truncate(kept);
        if sum.is_finite() {
            if sum != 0.0 {
                self.partials.push(sum);
            }
            return Ok(());
        }
        if value.is_finite() {
            return Err(Error::overflow("intermediate overflow in fsum"));
        }
        if value.is_infinite() {
            self.infinite += value;
        }
        self.special += value;
        self.partials.clear();
        Ok(())
    }

    /// The correctly rounded sum.
    ///
    /// Errors: `ValueError` for infinities of both signs.
    pub fn finish(&self) -> Result<f64> {
        if self.special != 0.0 {
            if self.infinite.is_nan() {
                return Err(Error::value("-inf + inf in fsum"));
            }
            return Ok(self.special);
        }
        let mut rest = self.partials.iter().rev();
        let mut sum = rest.next().copied().unwrap_or(0.0);
        let mut error = 0.0;
        for &partial in rest.by_ref() {
            (sum, error) = two_sum(sum, partial);
            if error != 0.0 {
                break;
            }
        }
        // An error of exactly half a unit was rounded to even; what is below may break the tie.
        if let Some(&below) = rest.next()
            && error != 0.0
            && (error < 0.0) == (below < 0.0)
        {
            let doubled = error * 2.0;
            let other = sum + doubled;
            if other - sum == doubled {
                sum = other;
            }
        }
        Ok(sum)
    }
}

/// `sum(x * y ...)` over pairs of floats, rounded once (`math.sumprod`); with infinities, NaNs or
/// overflow the plain sum. CPython's sum of three words may miss a tie that this one sees.
/// (Of no pairs Python makes the integer 0: the caller looks.)
pub fn sum_of_products(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let exact = || {
        let mut sum = FloatSum::new();
        for (x, y) in pairs.clone() {
            let product = x * y;
            if !product.is_finite() {
                return None;
            }
            sum.add(product).ok()?;
            sum.add(x.mul_add(y, -product)).ok()?;
        }
        sum.finish().ok()
    };
    exact().unwrap_or_else(|| pairs.clone().fold(0.0, |sum, (x, y)| sum + x * y))
}

/// The Euclidean length of a vector: `math.hypot`, and `math.dist` of the differences. An infinity
/// outweighs a NaN.
pub fn norm(values: &[f64]) -> f64 {
    if values.iter().any(|value| value.is_infinite()) {
        return f64::INFINITY;
    }
    let largest = values.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
    if values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || values.len() == 1 {
        return largest;
    }
    // Scaled by a power of two so that the largest lies in [0.5, 1): squares neither overflow nor
    // lose digits that count.
    let (_, exponent) = super::frexp(largest);
    let scaled = |value: f64| super::ldexp(value, -exponent).expect("at most one");
    let (mut high, mut low) = (0.0, 0.0);
    for &value in values {
        let value = scaled(value.abs());
        let square = value * value;
        let square_error = value.mul_add(value, -square);
        let (sum, error) = two_sum(high, square);
        high = sum;
        low += error + square_error;
    }
    let (high, low) = two_sum(high, low);
    // One Newton step from the rounded root, with the residue of its square exact.
    let root = high.sqrt();
    let residue = (-root).mul_add(root, high) + low;
    let root = root + residue / (2.0 * root);
    super::ldexp(root, exponent).unwrap_or(f64::INFINITY)
}
