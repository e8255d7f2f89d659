//! Functions of `math` against the values CPython recorded in `tests/data`.
//!
//! The recording machine's libm may round its functions otherwise than the testing machine's:
//! those may differ in the last place.

mod common;

use common::*;
use dovetail_num::math::{self, FloatSum};
use dovetail_num::{Error, int};

fn shown(value: &f64) -> String {
    show_float(*value)
}

fn list(text: &str) -> Vec<f64> {
    text.split(',').filter(|part| !part.is_empty()).map(float).collect()
}

fn two((a, b): (f64, f64)) -> String {
    format!("{},{}", show_float(a), show_float(b))
}

/// A function of libm, if the name is one's: its value, and how far it may be off.
fn inexact(row: &[&str]) -> Option<(Result<f64, Error>, u64)> {
    let x = || float(row[1]);
    let y = || float(row[2]);
    let number = || integer(row[1]);
    Some(match row[0] {
        "acos" => (math::acos(x()), 1),
        "acosh" => (math::acosh(x()), 2),
        "asin" => (math::asin(x()), 1),
        "asinh" => (Ok(math::asinh(x())), 2),
        "atan" => (Ok(math::atan(x())), 1),
        "atanh" => (math::atanh(x()), 2),
        "cbrt" => (Ok(math::cbrt(x())), 2),
        "cos" => (math::cos(x()), 1),
        "cosh" => (math::cosh(x()), 2),
        "erf" => (Ok(math::erf(x())), 2),
        "erfc" => (Ok(math::erfc(x())), 4),
        "exp" => (math::exp(x()), 1),
        "exp2" => (math::exp2(x()), 1),
        "expm1" => (math::expm1(x()), 1),
        "gamma" => (math::gamma(x()), 10),
        "lgamma" => (math::lgamma(x()), 10),
        "log" => (math::log(x()), 1),
        "log10" => (math::log10(x()), 2),
        "log1p" => (math::log1p(x()), 1),
        "log2" => (math::log2(x()), 1),
        "sin" => (math::sin(x()), 1),
        "sinh" => (math::sinh(x()), 2),
        "sqrt" => (math::sqrt(x()), 0),
        "tan" => (math::tan(x()), 1),
        "tanh" => (Ok(math::tanh(x())), 2),
        "atan2" => (Ok(math::atan2(x(), y())), 1),
        "pow" => (math::pow(x(), y()), 1),
        "log_int" => (math::log_of_int(number().as_ref()), 1),
        "log2_int" => (math::log2_of_int(number().as_ref()), 1),
        "log10_int" => (math::log10_of_int(number().as_ref()), 2),
        _ => return None,
    })
}

fn exact(row: &[&str]) -> String {
    let x = || float(row[1]);
    let y = || float(row[2]);
    let n = || integer(row[1]);
    let k = || integer(row[2]);
    match row[0] {
        "ulp" => show_float(math::ulp(x())),
        "frexp" => {
            let (fraction, exponent) = math::frexp(x());
            format!("{},{}", show_float(fraction), show_int(&exponent.into()))
        }
        "modf" => two(math::modf(x())),
        "fmod" => show(math::fmod(x(), y()), shown),
        "remainder" => show(math::remainder(x(), y()), shown),
        "nextafter" => show(math::next_after(x(), y(), None), shown),
        "nextafter_steps" => show(math::next_after(x(), y(), Some(integer(row[3]).as_ref())), shown),
        "ldexp" => show(math::ldexp(x(), k().as_ref().to_i64().expect("a small number")), shown),
        "fma" => show(math::fma(x(), y(), float(row[3])), shown),
        "fsum" => {
            let mut sum = FloatSum::new();
            let added = list(row[1]).into_iter().try_for_each(|value| sum.add(value));
            show(added.and_then(|()| sum.finish()), shown)
        }
        "hypot" => show_float(math::norm(&list(row[1]))),
        "sumprod" => show_float(math::sum_of_products(list(row[1]).into_iter().zip(list(row[2])))),
        "factorial" => show(math::factorial(n().as_ref()), show_int),
        "comb" => show(math::comb(n().as_ref(), k().as_ref()), show_int),
        "perm" => show(math::perm(n().as_ref(), k().as_ref()), show_int),
        other => panic!("no such operation: {other}"),
    }
}

/// How many floats lie between two.
fn distance(a: f64, b: f64) -> u64 {
    if a.is_nan() && b.is_nan() {
        return 0;
    }
    let same_sign = a.is_sign_negative() == b.is_sign_negative();
    if same_sign { a.to_bits().abs_diff(b.to_bits()) } else { u64::MAX }
}

#[test]
fn recorded_values() {
    let mut report = Report::default();
    for (line, row) in rows(include_str!("data/math.tsv")) {
        let expected = row[row.len() - 1];
        match inexact(&row) {
            Some((Ok(value), tolerance)) if !expected.starts_with('!') => {
                // CPython's own lgamma is less exact near its roots.
                let root = row[0] == "lgamma" && (value - float(expected)).abs() < 1e-15;
                let near = root || distance(value, float(expected)) <= tolerance;
                let actual = if near { float(expected) } else { value };
                report.check(line, &row, &show_float(actual), expected);
            }
            Some((result, _)) => report.check(line, &row, &show(result, shown), expected),
            None => report.check(line, &row, &exact(&row), expected),
        }
    }
    report.finish(2000);
}

#[test]
fn combinations_add_up() {
    // The hockey-stick identity over a range where words run out.
    let mut sum = int::mul(integer("0").as_ref(), integer("1").as_ref());
    for n in 40..140u64 {
        let term = math::comb(dovetail_num::Int::from(n).as_ref(), integer("28").as_ref()).unwrap();
        sum = int::add(sum.as_ref(), term.as_ref());
    }
    let whole = math::comb(dovetail_num::Int::from(140u64).as_ref(), integer("29").as_ref()).unwrap();
    assert_eq!(sum, whole);
}
