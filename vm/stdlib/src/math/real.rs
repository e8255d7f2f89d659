//! Functions of one real number.

use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::num_error;
use dovetail_macros::pymodule;
use dovetail_num::math as num;

/// The float of an argument.
#[inline(always)]
pub fn real(o: &Obj) -> PyResult<f64> {
    match o.downcast_exact::<Float>() {
        Some(f) => Ok(f.value()),
        None => o.as_f64(),
    }
}

fn float(v: f64) -> PyResult<Object> {
    Ok(Float::new(v)?.into_object())
}

fn checked(v: dovetail_num::Result<f64>) -> PyResult<Object> {
    float(v.map_err(num_error)?)
}

fn truth(b: bool) -> PyResult<Object> {
    Ok(bool_obj(b).to_owned())
}

macro_rules! functions {
    ($($name:ident [$($doc:tt)*] $x:ident => $body:expr;)*) => {
        /// Functions of one real number.
        #[pymodule(name = "math")]
        pub mod part {
            use super::*;

            $(
                $(#[doc = $doc])*
                #[function(sig = "(x, /)")]
                fn $name(x: &Obj) -> PyResult<Object> {
                    let $x = real(x)?;
                    $body
                }
            )*
        }
    };
}

functions! {
    acos [" Return the arc cosine (measured in radians) of x." "" " The result is between 0 and pi."] x => checked(num::acos(x));
    acosh [" Return the inverse hyperbolic cosine of x."] x => checked(num::acosh(x));
    asin [" Return the arc sine (measured in radians) of x." "" " The result is between -pi/2 and pi/2."] x => checked(num::asin(x));
    asinh [" Return the inverse hyperbolic sine of x."] x => float(num::asinh(x));
    atan [" Return the arc tangent (measured in radians) of x." "" " The result is between -pi/2 and pi/2."] x => float(num::atan(x));
    atanh [" Return the inverse hyperbolic tangent of x."] x => checked(num::atanh(x));
    cbrt [" Return the cube root of x."] x => float(num::cbrt(x));
    cos [" Return the cosine of x (measured in radians)."] x => checked(num::cos(x));
    cosh [" Return the hyperbolic cosine of x."] x => checked(num::cosh(x));
    degrees [" Convert angle x from radians to degrees."] x => float(x * (180.0 / std::f64::consts::PI));
    erf [" Error function at x."] x => float(num::erf(x));
    erfc [" Complementary error function at x."] x => float(num::erfc(x));
    exp [" Return e raised to the power of x."] x => checked(num::exp(x));
    exp2 [" Return 2 raised to the power of x."] x => checked(num::exp2(x));
    expm1 [" Return exp(x)-1." "" " This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x."] x => checked(num::expm1(x));
    fabs [" Return the absolute value of the float x."] x => float(x.abs());
    gamma [" Gamma function at x."] x => checked(num::gamma(x));
    isfinite [" Return True if x is neither an infinity nor a NaN, and False otherwise."] x => truth(x.is_finite());
    isinf [" Return True if x is a positive or negative infinity, and False otherwise."] x => truth(x.is_infinite());
    isnan [" Return True if x is a NaN (not a number), and False otherwise."] x => truth(x.is_nan());
    lgamma [" Natural logarithm of absolute value of Gamma function at x."] x => checked(num::lgamma(x));
    log1p [" Return the natural logarithm of 1+x (base e)." "" " The result is computed in a way which is accurate for x near zero."] x => checked(num::log1p(x));
    radians [" Convert angle x from degrees to radians."] x => float(x * (std::f64::consts::PI / 180.0));
    sin [" Return the sine of x (measured in radians)."] x => checked(num::sin(x));
    sinh [" Return the hyperbolic sine of x."] x => checked(num::sinh(x));
    sqrt [" Return the square root of x."] x => checked(num::sqrt(x));
    tan [" Return the tangent of x (measured in radians)."] x => checked(num::tan(x));
    tanh [" Return the hyperbolic tangent of x."] x => float(num::tanh(x));
    ulp [" Return the value of the least significant bit of the float x."] x => float(num::ulp(x));
}
