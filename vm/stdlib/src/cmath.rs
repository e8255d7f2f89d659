//! `cmath`: functions of complex numbers. The numbers are worked out in `dovetail_num::complex::functions`.

use crate::util::set;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::complex::{Complex, to_complex};
use dovetail_core::types::float::Float;
use dovetail_core::types::int::num_error;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;
use dovetail_num::complex::{Complex as Parts, functions as num};

fn made(r: dovetail_num::Result<Parts>) -> PyResult<Object> {
    Ok(Complex::new(r.map_err(num_error)?)?.into_object())
}

fn truth(b: bool) -> PyResult<Object> {
    Ok(bool_obj(b).to_owned())
}

macro_rules! functions {
    ($($name:ident $doc:tt $z:ident => $body:expr;)*) => {
        /// Functions of one complex number.
        #[pymodule(name = "cmath")]
        pub mod one {
            use super::*;

            $(
                #[doc = $doc]
                #[function(sig = "(z, /)")]
                fn $name(z: &Obj) -> PyResult<Object> {
                    let $z = to_complex(z)?;
                    $body
                }
            )*
        }
    };
}

functions! {
    acos " Return the arc cosine of z." z => made(num::acos(z));
    acosh " Return the inverse hyperbolic cosine of z." z => made(num::acosh(z));
    asin " Return the arc sine of z." z => made(num::asin(z));
    asinh " Return the inverse hyperbolic sine of z." z => made(num::asinh(z));
    atan " Return the arc tangent of z." z => made(num::atan(z));
    atanh " Return the inverse hyperbolic tangent of z." z => made(num::atanh(z));
    cos " Return the cosine of z." z => made(num::cos(z));
    cosh " Return the hyperbolic cosine of z." z => made(num::cosh(z));
    exp " Return the exponential value e**z." z => made(num::exp(z));
    isfinite " Return True if both the real and imaginary parts of z are finite, else False." z => truth(z.real.is_finite() && z.imag.is_finite());
    isinf " Checks if the real or imaginary part of z is infinite." z => truth(z.real.is_infinite() || z.imag.is_infinite());
    isnan " Checks if the real or imaginary part of z not a number (NaN)." z => truth(z.real.is_nan() || z.imag.is_nan());
    log10 " Return the base-10 logarithm of z." z => made(num::log10(z));
    phase " Return argument, also known as the phase angle, of a complex." z => Ok(Float::new(num::phase(z))?.into_object());
    sin " Return the sine of z." z => made(num::sin(z));
    sinh " Return the hyperbolic sine of z." z => made(num::sinh(z));
    sqrt " Return the square root of z." z => made(num::sqrt(z));
    tan " Return the tangent of z." z => made(num::tan(z));
    tanh " Return the hyperbolic tangent of z." z => made(num::tanh(z));
}

/// This module provides access to mathematical functions for complex
/// numbers.
#[pymodule(name = "cmath")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        crate::util::add_part(module, &one::MODULE)?;
        let constants = [
            ("pi", std::f64::consts::PI),
            ("e", std::f64::consts::E),
            ("tau", std::f64::consts::TAU),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
        ];
        for (name, v) in constants {
            set(module, name, Float::new(v)?.as_obj())?;
        }
        set(module, "infj", Complex::new(Parts::new(0.0, f64::INFINITY))?.as_obj())?;
        set(module, "nanj", Complex::new(Parts::new(0.0, f64::NAN))?.as_obj())
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e)
    /// of z.
    #[function(sig = "(z, base=<unrepresentable>, /)")]
    fn log(z: &Obj, base: Option<&Obj>) -> PyResult<Object> {
        let z = to_complex(z)?;
        match base {
            None => made(num::log(z)),
            Some(b) => made(num::log_to_base(z, to_complex(b)?)),
        }
    }

    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[function]
    fn polar(z: &Obj) -> PyResult<Ref<Tuple>> {
        let z = to_complex(z)?;
        let r = z.real.hypot(z.imag);
        if r.is_infinite() && z.real.is_finite() && z.imag.is_finite() {
            bail!(OverflowError, "math range error");
        }
        Tuple::from_array([Float::new(r)?.into_object(), Float::new(num::phase(z))?.into_object()])
    }

    /// Convert from polar coordinates to rectangular coordinates.
    #[function]
    fn rect(r: f64, phi: f64) -> PyResult<Object> {
        made(num::rect(r, phi))
    }

    /// Determine whether two complex numbers are close in value.
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
    /// For the values to be considered close, the difference between them must
    /// be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,
    /// NaN is not close to anything, even itself. inf and -inf are only close
    /// to themselves.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(a: &Obj, b: &Obj, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        let (a, b) = (to_complex(a)?, to_complex(b)?);
        if rel_tol < 0.0 || abs_tol < 0.0 {
            bail!(ValueError, "tolerances must be non-negative");
        }
        if a == b {
            return Ok(true);
        }
        if [a.real, a.imag, b.real, b.imag].iter().any(|x| x.is_infinite()) {
            return Ok(false);
        }
        let magnitude = |z: Parts| z.real.hypot(z.imag);
        let difference = magnitude(Parts::new(a.real - b.real, a.imag - b.imag));
        Ok(difference <= rel_tol * magnitude(b) || difference <= rel_tol * magnitude(a) || difference <= abs_tol)
    }
}

pub use module::MODULE;
