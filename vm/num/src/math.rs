//! Number functions of the `math` module that need more than one line.
//!
//! Functions of real numbers come from C's libm, as CPython's do, with Python's errors around them.
//! `gamma` and `lgamma` are libm's too, where CPython has its own: they may differ by a few units in
//! the last place.

mod integer;
mod neighbors;
mod real;
mod sums;

pub use integer::{comb, factorial, log_of_int, log2_of_int, log10_of_int, perm};
pub use neighbors::{frexp, ldexp, modf, next_after, ulp};
pub use real::{
    acos, acosh, asin, asinh, atan, atan2, atanh, cbrt, cos, cosh, erf, erfc, exp, exp2, expm1, fma, fmod,
    gamma, lgamma, log, log1p, log2, log10, pow, remainder, sin, sinh, sqrt, tan, tanh,
};
pub use sums::{FloatSum, norm, sum_of_products};
