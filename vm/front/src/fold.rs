//! Arithmetic of constants with imaginary parts, as CPython folds it: by the rules of its `complex` type, in which a
//! real operand has no imaginary part that could round or change a sign.
//!
//! The code generator folds by other rules; where complex constants come out, the tree is folded here first.

use crate::code::Const;
use crate::tree::{Tree, TreeValue};
use dovetail_num::complex::{self, Complex};

/// A constant operand.
#[derive(Clone, Copy, Debug)]
enum Number {
    Int(i64),
    Real(f64),
    Complex(Complex),
}

use Number::{Int, Real};

/// Replaces every constant expression whose value is a complex number by that value.
pub fn complex_constants(tree: &mut Tree) {
    for (_, value) in &mut tree.fields {
        within(value);
    }
}

fn within(value: &mut TreeValue) {
    match value {
        TreeValue::Node(node) => match (node.kind, number(node)) {
            ("BinOp" | "UnaryOp", Some(Number::Complex(c))) => {
                let value = Const::Complex { real: c.real, imag: c.imag };
                node.kind = "Constant";
                node.fields = vec![("value", TreeValue::Const(value)), ("kind", TreeValue::None)];
            }
            _ => complex_constants(node),
        },
        TreeValue::List(all) => all.iter_mut().for_each(within),
        _ => {}
    }
}

/// The value of a constant expression, as far as it may be part of a complex one.
fn number(node: &Tree) -> Option<Number> {
    let operand = |field| match node.field(field) {
        TreeValue::Node(inner) => number(inner),
        _ => None,
    };
    let operator = || match node.field("op") {
        TreeValue::Node(op) => op.kind,
        _ => "",
    };
    match node.kind {
        "Constant" => match node.field("value") {
            TreeValue::Const(Const::Int(i)) => Some(Int(*i)),
            TreeValue::Const(Const::Bool(b)) => Some(Int(i64::from(*b))),
            TreeValue::Const(Const::Float(f)) => Some(Real(*f)),
            TreeValue::Const(Const::Complex { real, imag }) => {
                Some(Number::Complex(Complex { real: *real, imag: *imag }))
            }
            _ => None,
        },
        "UnaryOp" => match (operator(), operand("operand")?) {
            ("UAdd", n) => Some(n),
            ("USub", Int(i)) => i.checked_neg().map(Int),
            ("USub", Real(f)) => Some(Real(-f)),
            ("USub", Number::Complex(c)) => Some(Number::Complex(Complex { real: -c.real, imag: -c.imag })),
            _ => None,
        },
        "BinOp" => {
            let (a, b) = (operand("left")?, operand("right")?);
            match (a, b) {
                (Int(a), Int(b)) => ints(operator(), a, b),
                (Number::Complex(_), _) | (_, Number::Complex(_)) => {
                    mixed(operator(), a, b).map(Number::Complex)
                }
                _ => reals(operator(), real(a), real(b)).map(Real),
            }
        }
        _ => None,
    }
}

fn real(n: Number) -> f64 {
    match n {
        Int(i) => i as f64,
        Real(f) => f,
        Number::Complex(c) => c.real,
    }
}

fn ints(op: &str, a: i64, b: i64) -> Option<Number> {
    match op {
        "Add" => a.checked_add(b).map(Int),
        "Sub" => a.checked_sub(b).map(Int),
        "Mult" => a.checked_mul(b).map(Int),
        // Beyond this, the quotient of the rounded operands may not be the rounded quotient.
        "Div" if b != 0 && a.abs().max(b.abs()) < 1 << 53 => Some(Real(a as f64 / b as f64)),
        "Pow" if b >= 0 => a.checked_pow(u32::try_from(b).ok()?).map(Int),
        _ => None,
    }
}

fn reals(op: &str, a: f64, b: f64) -> Option<f64> {
    match op {
        "Add" => Some(a + b),
        "Sub" => Some(a - b),
        "Mult" => Some(a * b),
        "Div" if b != 0.0 => Some(a / b),
        _ => None,
    }
}

/// An operation of which one operand at least is complex; none where it raises.
fn mixed(op: &str, a: Number, b: Number) -> Option<Complex> {
    let whole = |n: Number| match n {
        Number::Complex(c) => c,
        other => Complex { real: real(other), imag: 0.0 },
    };
    match (op, a, b) {
        ("Pow", a, b) => complex::pow(whole(a), whole(b)).ok(),
        ("Add", Number::Complex(a), Number::Complex(b)) => Some(complex::add(a, b)),
        ("Add", Number::Complex(c), r) | ("Add", r, Number::Complex(c)) => {
            Some(Complex { real: real(r) + c.real, imag: c.imag })
        }
        ("Sub", Number::Complex(a), Number::Complex(b)) => Some(complex::sub(a, b)),
        ("Sub", Number::Complex(c), r) => Some(Complex { real: c.real - real(r), imag: c.imag }),
        ("Sub", r, Number::Complex(c)) => Some(Complex { real: real(r) - c.real, imag: -c.imag }),
        ("Mult", Number::Complex(a), Number::Complex(b)) => Some(complex::mul(a, b)),
        ("Mult", Number::Complex(c), r) | ("Mult", r, Number::Complex(c)) => {
            Some(Complex { real: c.real * real(r), imag: c.imag * real(r) })
        }
        ("Div", Number::Complex(a), Number::Complex(b)) => complex::div(a, b).ok(),
        ("Div", Number::Complex(c), r) => complex::div_by_real(c, real(r)).ok(),
        ("Div", r, Number::Complex(c)) => complex::div_real(real(r), c).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::code::Const;
    use crate::compile::{Mode, Options, compile};

    #[test]
    fn as_the_type_reckons() {
        let value = |source: &str| {
            let code = compile(source.as_bytes(), "<test>", Mode::Eval, &Options::default()).unwrap().code;
            match code.consts[..] {
                [Const::Complex { real, imag }] => (real, imag),
                _ => panic!("{:?}", code.consts),
            }
        };
        assert_eq!(value("(1 + 1j) ** 101"), (-1125899906842634.5, -1125899906842629.5));
        assert_eq!(value("(1 + 2j) / (3 - 1j)"), (0.1, 0.7000000000000001));
        let (real, imag) = value("0 - 0j");
        assert_eq!((real.to_bits(), imag.to_bits()), (0, (-0.0_f64).to_bits()));
    }
}
