//! Functions of integers.

use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::int::{Int, num_error};
use dovetail_macros::pymodule;
use dovetail_num::int as num;
use dovetail_num::math;

fn made(r: dovetail_num::Result<num::Int>) -> PyResult<Object> {
    Ok(Int::from_big(r.map_err(num_error)?)?.into_object())
}

fn gcd_words(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    loop {
        b >>= b.trailing_zeros();
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
        if b == 0 {
            return a << shift;
        }
    }
}

fn gcd_of(a: &Int, b: &Int) -> PyResult<Ref<Int>> {
    if a.is_compact() && b.is_compact() {
        let g = gcd_words(a.compact_value().unsigned_abs(), b.compact_value().unsigned_abs());
        return Int::from_u64(g);
    }
    Int::from_big(num::gcd(a.int_ref(), b.int_ref()))
}

/// The exact int of an argument.
fn integer(o: &Obj) -> PyResult<Ref<Int>> {
    o.index()
}

/// Functions of integers.
#[pymodule(name = "math")]
pub mod part {
    use super::*;

    /// Find n!.
    #[function]
    fn factorial(n: &Obj) -> PyResult<Object> {
        made(math::factorial(integer(n)?.int_ref()))
    }

    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[function(sig = "(n, k=None, /)")]
    fn perm(n: &Obj, k: Option<&Obj>) -> PyResult<Object> {
        let n = integer(n)?;
        match k {
            None => made(math::factorial(n.int_ref())),
            Some(k) => made(math::perm(n.int_ref(), integer(k)?.int_ref())),
        }
    }

    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// Also called the binomial coefficient because it is equivalent
    /// to the coefficient of k-th term in polynomial expansion of the
    /// expression (1 + x)**n.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[function]
    fn comb(n: &Obj, k: &Obj) -> PyResult<Object> {
        let n = integer(n)?;
        made(math::comb(n.int_ref(), integer(k)?.int_ref()))
    }

    /// Return the integer part of the square root of the input.
    #[function]
    fn isqrt(n: &Obj) -> PyResult<Object> {
        made(num::isqrt(integer(n)?.int_ref()))
    }

    /// Greatest Common Divisor.
    #[function]
    fn gcd(integers: &[&Obj]) -> PyResult<Ref<Int>> {
        let Some((first, rest)) = integers.split_first() else { return Int::from_i64(0) };
        let mut g = integer(first)?;
        if rest.is_empty() {
            return Int::from_big(num::abs(g.int_ref()));
        }
        for o in rest {
            // One divides everything; what is no integer is found all the same.
            let i = integer(o)?;
            if g.to_i64() != Some(1) {
                g = gcd_of(&g, &i)?;
            }
        }
        Ok(g)
    }

    /// Least Common Multiple.
    #[function]
    fn lcm(integers: &[&Obj]) -> PyResult<Ref<Int>> {
        let Some((first, rest)) = integers.split_first() else { return Int::from_i64(1) };
        let mut m = integer(first)?;
        if rest.is_empty() {
            return Int::from_big(num::abs(m.int_ref()));
        }
        for o in rest {
            let i = integer(o)?;
            if !m.is_zero() {
                m = Int::from_big(num::lcm(m.int_ref(), i.int_ref()))?;
            }
        }
        Ok(m)
    }
}
