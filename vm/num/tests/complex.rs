//! Complex numbers against the values CPython recorded in `tests/data`.

mod common;

use common::*;
use dovetail_num::Int;
use dovetail_num::complex::{self, Complex, ParseError};

fn shown(value: &Complex) -> String {
    format!("{},{}", show_float(value.real), show_float(value.imag))
}

/// One float, or two with a comma between them.
fn operand(text: &str) -> (f64, Option<f64>) {
    match text.split_once(',') {
        Some((real, imag)) => (float(real), Some(float(imag))),
        None => (float(text), None),
    }
}

fn whole(text: &str) -> Complex {
    let (real, imag) = operand(text);
    Complex::new(real, imag.unwrap_or(0.0))
}

fn evaluate(row: &[&str]) -> String {
    let mixed = |both: fn(Complex, Complex) -> Complex,
                 right_real: fn(Complex, f64) -> Complex,
                 left_real: fn(f64, Complex) -> Complex| {
        shown(&match (operand(row[1]), operand(row[2])) {
            ((a, Some(b)), (c, Some(d))) => both(Complex::new(a, b), Complex::new(c, d)),
            ((a, Some(b)), (c, None)) => right_real(Complex::new(a, b), c),
            ((a, None), (c, Some(d))) => left_real(a, Complex::new(c, d)),
            _ => panic!("two real operands"),
        })
    };
    match row[0] {
        "add" => mixed(
            complex::add,
            |z, x| Complex::new(z.real + x, z.imag),
            |x, z| Complex::new(x + z.real, z.imag),
        ),
        "sub" => mixed(
            complex::sub,
            |z, x| Complex::new(z.real - x, z.imag),
            |x, z| Complex::new(x - z.real, -z.imag),
        ),
        "mul" => mixed(
            complex::mul,
            |z, x| Complex::new(z.real * x, z.imag * x),
            |x, z| Complex::new(x * z.real, x * z.imag),
        ),
        "div" => {
            let result = match (operand(row[1]), operand(row[2])) {
                ((_, Some(_)), (_, Some(_))) => complex::div(whole(row[1]), whole(row[2])),
                ((_, Some(_)), (x, None)) => complex::div_by_real(whole(row[1]), x),
                ((x, None), _) => complex::div_real(x, whole(row[2])),
            };
            show(result, shown)
        }
        "pow" | "realpow" => show(complex::pow(whole(row[1]), whole(row[2])), shown),
        "abs" => show(complex::abs(whole(row[1])), |value| show_float(*value)),
        "repr" => show_text(complex::repr(whole(row[1]))),
        "hash" => show_int(&Int::from(complex::hash(whole(row[1]), 0))),
        "parse" => match complex::parse(&bytes(row[1])) {
            Ok(value) => shown(&value),
            Err(ParseError::Malformed) => "!ValueError: complex() arg is a malformed string".into(),
            Err(ParseError::Underscore) => "!ValueError: could not convert".into(),
        },
        other => panic!("no such operation: {other}"),
    }
}

#[test]
fn recorded_values() {
    let mut report = Report::default();
    for (line, row) in rows(include_str!("data/complex.tsv")) {
        let mut expected = row[row.len() - 1];
        if expected.starts_with("!ValueError: could not convert") {
            expected = "!ValueError: could not convert";
        }
        report.check(line, &row, &evaluate(&row), expected);
    }
    report.finish(2000);
}
