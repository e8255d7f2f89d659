//! Functions of several real numbers, of logarithms, and of rounding.

use super::real::real;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::float::Float;
use dovetail_core::types::int::{Int, num_error};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, sym};
use dovetail_macros::pymodule;
use dovetail_num::int::IntRef;
use dovetail_num::math as num;

fn pair(a: Object, b: Object) -> PyResult<Ref<Tuple>> {
    Tuple::from_array([a, b])
}

fn float(v: f64) -> PyResult<Object> {
    Ok(Float::new(v)?.into_object())
}

/// A logarithm; ints of any size have one.
fn logarithm(
    o: &Obj,
    of_float: fn(f64) -> dovetail_num::Result<f64>,
    of_int: fn(IntRef<'_>) -> dovetail_num::Result<f64>,
) -> PyResult<f64> {
    let r = match o.downcast::<Int>() {
        Some(i) => of_int(i.int_ref()),
        None => of_float(real(o)?),
    };
    r.map_err(num_error)
}

fn natural(o: &Obj) -> PyResult<f64> {
    logarithm(o, num::log, num::log_of_int)
}

fn to_int(v: f64) -> PyResult<Object> {
    Ok(Int::from_big(dovetail_num::int::from_float(v).map_err(num_error)?)?.into_object())
}

/// Rounds a float, or asks the object's own method.
fn rounded(o: &Obj, method: &Str, round: fn(f64) -> f64) -> PyResult<Object> {
    if let Some(f) = o.downcast_exact::<Float>() {
        return to_int(round(f.value()));
    }
    if let Some(f) = o.lookup_special(method)? {
        return f.call(&[]);
    }
    to_int(round(real(o)?))
}

/// Functions of several numbers.
#[pymodule(name = "math")]
pub mod part {
    use super::*;

    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[function]
    fn atan2(y: &Obj, x: &Obj) -> PyResult<f64> {
        let y = real(y)?;
        Ok(num::atan2(y, real(x)?))
    }

    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    #[function]
    fn copysign(x: &Obj, y: &Obj) -> PyResult<f64> {
        let x = real(x)?;
        Ok(x.copysign(real(y)?))
    }

    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[function]
    fn fmod(x: &Obj, y: &Obj) -> PyResult<f64> {
        let x = real(x)?;
        num::fmod(x, real(y)?).map_err(num_error)
    }

    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[function]
    fn remainder(x: &Obj, y: &Obj) -> PyResult<f64> {
        let x = real(x)?;
        num::remainder(x, real(y)?).map_err(num_error)
    }

    /// Return x**y (x to the power of y).
    #[function]
    fn pow(x: &Obj, y: &Obj) -> PyResult<f64> {
        let x = real(x)?;
        num::pow(x, real(y)?).map_err(num_error)
    }

    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[function]
    fn fma(x: &Obj, y: &Obj, z: &Obj) -> PyResult<f64> {
        let (x, y) = (real(x)?, real(y)?);
        num::fma(x, y, real(z)?).map_err(num_error)
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// If x is a finite nonzero number, then m is a float with
    /// 0.5 <= abs(m) < 1.0 and an integer e is such that
    /// x == m * 2**e exactly.  Else, return (x, 0).
    #[function]
    fn frexp(x: &Obj) -> PyResult<Ref<Tuple>> {
        let (m, e) = num::frexp(real(x)?);
        pair(float(m)?, Int::from_i64(e)?.into_object())
    }

    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[function]
    fn ldexp(x: &Obj, i: &Obj) -> PyResult<f64> {
        let x = real(x)?;
        let Some(i) = i.downcast::<Int>() else {
            bail!(TypeError, "Expected an int as second argument to ldexp.");
        };
        let i = i.to_i64().unwrap_or(if i.is_negative() { i64::MIN } else { i64::MAX });
        num::ldexp(x, i).map_err(num_error)
    }

    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[function]
    fn modf(x: &Obj) -> PyResult<Ref<Tuple>> {
        let (fraction, whole) = num::modf(real(x)?);
        pair(float(fraction)?, float(whole)?)
    }

    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    ///
    /// Raises a TypeError, if x or y is not a double, or if steps is not
    /// an integer.  Raises ValueError if steps is negative.
    #[function(sig = "(x, y, /, *, steps=None)")]
    fn nextafter(x: &Obj, y: &Obj, steps: Option<&Obj>) -> PyResult<f64> {
        let x = real(x)?;
        let y = real(y)?;
        let steps = steps.map(Obj::index).transpose()?;
        num::next_after(x, y, steps.as_ref().map(|s| s.int_ref())).map_err(num_error)
    }

    /// Determine whether two floating-point numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them
    /// must be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That
    /// is, NaN is not close to anything, even itself.  inf and -inf are
    /// only close to themselves.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(a: &Obj, b: &Obj, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        let (a, b) = (real(a)?, real(b)?);
        if rel_tol < 0.0 || abs_tol < 0.0 {
            bail!(ValueError, "tolerances must be non-negative");
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (rel_tol * b).abs() || difference <= (rel_tol * a).abs() || difference <= abs_tol)
    }

    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[function(nosig, sig = "(x, base=<unrepresentable>, /)")]
    fn log(x: &Obj, base: Option<&Obj>) -> PyResult<f64> {
        let x = natural(x)?;
        match base {
            None => Ok(x),
            Some(b) => dovetail_num::float::true_div(x, natural(b)?).map_err(num_error),
        }
    }

    /// Return the base 2 logarithm of x.
    #[function]
    fn log2(x: &Obj) -> PyResult<f64> {
        logarithm(x, num::log2, num::log2_of_int)
    }

    /// Return the base 10 logarithm of x.
    #[function]
    fn log10(x: &Obj) -> PyResult<f64> {
        logarithm(x, num::log10, num::log10_of_int)
    }

    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[function]
    fn ceil(x: &Obj) -> PyResult<Object> {
        rounded(x, sym!(__ceil__), f64::ceil)
    }

    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[function]
    fn floor(x: &Obj) -> PyResult<Object> {
        rounded(x, sym!(__floor__), f64::floor)
    }

    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[function]
    fn trunc(x: &Obj) -> PyResult<Object> {
        if let Some(f) = x.downcast_exact::<Float>() {
            return to_int(f.value());
        }
        match x.lookup_special(sym!(__trunc__))? {
            Some(f) => f.call(&[]),
            None => bail!(TypeError, "type {} doesn't define __trunc__ method", x.type_name()),
        }
    }

    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
    #[function]
    fn dist(p: &Obj, q: &Obj) -> PyResult<f64> {
        let p = p.collect_items()?;
        let q = q.collect_items()?;
        if p.len() != q.len() {
            bail!(ValueError, "both points must have the same number of dimensions");
        }
        let difference = |(a, b): (&Object, &Object)| {
            let a = real(a.as_obj())?;
            Ok((a - real(b.as_obj())?).abs())
        };
        let differences = p.iter().zip(&q).map(difference).collect::<PyResult<Vec<f64>>>()?;
        Ok(num::norm(&differences))
    }

    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    ///
    /// For a two dimensional point (x, y), gives the hypotenuse
    /// using the Pythagorean theorem:  sqrt(x*x + y*y).
    ///
    /// For example, the hypotenuse of a 3/4/5 right triangle is:
    ///
    ///     >>> hypot(3.0, 4.0)
    ///     5.0
    #[function]
    fn hypot(coordinates: &[&Obj]) -> PyResult<f64> {
        if let [a, b] = coordinates {
            return Ok(num::norm(&[real(a)?.abs(), real(b)?.abs()]));
        }
        let all = coordinates.iter().map(|c| Ok(real(c)?.abs())).collect::<PyResult<Vec<f64>>>()?;
        Ok(num::norm(&all))
    }
}
