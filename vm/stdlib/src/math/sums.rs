//! Sums and products of iterables.

use super::real::real;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::number::{BinaryOp, binary};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::float::Float;
use dovetail_core::types::int::{Int, num_error};
use dovetail_macros::pymodule;
use dovetail_num::math::FloatSum;

/// An exact int's value, where it fits a machine word.
fn word(o: &Obj) -> Option<i64> {
    o.downcast_exact::<Int>().and_then(Int::to_i64)
}

/// A sum of products in three floats: T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product", 2005.
#[derive(Clone, Copy, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

/// The rounded sum and its error, in any order.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let z = sum - a;
    (sum, (a - (sum - z)) + (b - z))
}

impl Triple {
    fn plus_product(self, x: f64, y: f64) -> Triple {
        let product = x * y;
        let error = x.mul_add(y, -product);
        let (high, e1) = two_sum(self.high, product);
        let (low, e2) = two_sum(self.low, error);
        let (low, e3) = two_sum(low, e1);
        Triple { high, low, tiny: self.tiny + e2 + e3 }
    }

    fn value(self) -> f64 {
        let (low, rest) = two_sum(self.low, self.tiny);
        let (high, low) = two_sum(self.high, low);
        high + (low + rest)
    }
}

/// Two numbers one of which is a float and the other a float or an int in its range.
fn floats(p: &Obj, q: &Obj) -> Option<(f64, f64)> {
    let (pf, qf) = (p.downcast_exact::<Float>(), q.downcast_exact::<Float>());
    let of_int = |o: &Obj| {
        if !o.is_exact::<Int>() && !o.is_bool() {
            return None;
        }
        let v = o.downcast::<Int>()?.to_f64();
        match v {
            Ok(v) => Some(v),
            Err(e) => {
                e.clear();
                None
            }
        }
    };
    match (pf, qf) {
        (Some(a), Some(b)) => Some((a.value(), b.value())),
        (Some(a), None) => Some((a.value(), of_int(q)?)),
        (None, Some(b)) => Some((of_int(p)?, b.value())),
        (None, None) => None,
    }
}

fn add(total: &mut Object, value: Object) -> PyResult<()> {
    *total = binary(BinaryOp::Add, total, &value)?;
    Ok(())
}

/// The running sum of `sumprod`: ints first, as long as they come, then floats, then anything.
struct Products {
    total: Object,
    ints: Option<i64>,
    floats: Option<Triple>,
    floats_used: bool,
}

impl Products {
    fn end_ints(&mut self) -> PyResult<()> {
        match self.ints.take() {
            Some(n) if n != 0 => add(&mut self.total, Int::from_i64(n)?.into_object()),
            _ => Ok(()),
        }
    }

    fn end_floats(&mut self) -> PyResult<()> {
        match self.floats.take() {
            Some(t) if self.floats_used => add(&mut self.total, Float::new(t.value())?.into_object()),
            _ => Ok(()),
        }
    }

    fn push(&mut self, p: &Obj, q: &Obj) -> PyResult<()> {
        if let Some(n) = self.ints {
            let sum = match (word(p), word(q)) {
                (Some(a), Some(b)) => a.checked_mul(b).and_then(|m| m.checked_add(n)),
                _ => None,
            };
            if sum.is_some() {
                self.ints = sum;
                return Ok(());
            }
            self.end_ints()?;
        }
        if let Some(t) = self.floats {
            if let Some((a, b)) = floats(p, q) {
                let next = t.plus_product(a, b);
                if next.high.is_finite() {
                    self.floats = Some(next);
                    self.floats_used = true;
                    return Ok(());
                }
            }
            self.end_floats()?;
        }
        let product = binary(BinaryOp::Multiply, p, q)?;
        add(&mut self.total, product)
    }
}

/// Functions of iterables.
#[pymodule(name = "math")]
pub mod part {
    use super::*;

    /// Return an accurate floating-point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating-point arithmetic.
    #[function]
    fn fsum(seq: &Obj) -> PyResult<f64> {
        let mut sum = FloatSum::new();
        seq.for_each(|o| sum.add(real(&o)?).map_err(num_error))?;
        sum.finish().map_err(num_error)
    }

    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    ///
    /// When the iterable is empty, return the start value.  This function is
    /// intended specifically for use with numeric values and may reject
    /// non-numeric types.
    #[function(sig = "(iterable, /, *, start=1)")]
    fn prod(iterable: &Obj, start: Option<&Obj>) -> PyResult<Object> {
        let it = iterable.iter()?;
        let mut result = match start {
            Some(s) => s.to_owned(),
            None => Int::from_i64(1)?.into_object(),
        };
        // As long as everything is an int in a machine word, or a float, no objects are made.
        if let Some(mut n) = word(&result) {
            loop {
                let Some(item) = it.iter_next()? else { return Ok(Int::from_i64(n)?.into_object()) };
                match word(&item).and_then(|m| n.checked_mul(m)) {
                    Some(m) => n = m,
                    None => {
                        result = binary(BinaryOp::Multiply, Int::from_i64(n)?.as_obj(), &item)?;
                        break;
                    }
                }
            }
        }
        if let Some(f) = result.downcast_exact::<Float>() {
            let mut v = f.value();
            loop {
                let Some(item) = it.iter_next()? else { return Ok(Float::new(v)?.into_object()) };
                if let Some(f) = item.downcast_exact::<Float>() {
                    v *= f.value();
                } else if let Some(i) = word(&item) {
                    v *= i as f64;
                } else {
                    result = binary(BinaryOp::Multiply, Float::new(v)?.as_obj(), &item)?;
                    break;
                }
            }
        }
        while let Some(item) = it.iter_next()? {
            result = binary(BinaryOp::Multiply, &result, &item)?;
        }
        Ok(result)
    }

    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(map(operator.mul, p, q, strict=True))
    ///
    /// For float and mixed int/float inputs, the intermediate products
    /// and sums are computed with extended precision.
    #[function]
    fn sumprod(p: &Obj, q: &Obj) -> PyResult<Object> {
        let p = p.iter()?;
        let q = q.iter()?;
        let mut sum = Products {
            total: Int::from_i64(0)?.into_object(),
            ints: Some(0),
            floats: Some(Triple::default()),
            floats_used: false,
        };
        loop {
            match (p.iter_next()?, q.iter_next()?) {
                (Some(a), Some(b)) => sum.push(&a, &b)?,
                (None, None) => break,
                _ => bail!(ValueError, "Inputs are not the same length"),
            }
        }
        sum.end_ints()?;
        sum.end_floats()?;
        Ok(sum.total)
    }
}
