//! Integers against the values CPython recorded in `tests/data`.

mod common;

use common::*;
use dovetail_num::int::{self, Radix};
use dovetail_num::{Int, IntRef, digits};

fn pair((a, b): &(Int, Int)) -> String {
    format!("{},{}", show_int(a), show_int(b))
}

fn number(value: i64) -> String {
    show_int(&Int::from(value))
}

fn order(value: std::cmp::Ordering) -> String {
    number(value as i64)
}

/// The result of a row, as the generator writes it.
fn evaluate(row: &[&str]) -> String {
    let operand = |i: usize| integer(row[i]);
    let unary = |f: &dyn Fn(IntRef<'_>) -> String| f(operand(1).as_ref());
    let binary = |f: &dyn Fn(IntRef<'_>, IntRef<'_>) -> String| f(operand(1).as_ref(), operand(2).as_ref());
    match row[0] {
        "add" => binary(&|a, b| show_int(&int::add(a, b))),
        "sub" => binary(&|a, b| show_int(&int::sub(a, b))),
        "mul" => binary(&|a, b| show_int(&int::mul(a, b))),
        "divmod" => binary(&|a, b| show(int::floor_divmod(a, b), pair)),
        "floordiv" => binary(&|a, b| show(int::floor_div(a, b), show_int)),
        "mod" => binary(&|a, b| show(int::floor_mod(a, b), show_int)),
        "and" => binary(&|a, b| show_int(&int::and(a, b))),
        "or" => binary(&|a, b| show_int(&int::or(a, b))),
        "xor" => binary(&|a, b| show_int(&int::xor(a, b))),
        "gcd" => binary(&|a, b| show_int(&int::gcd(a, b))),
        "lcm" => binary(&|a, b| show_int(&int::lcm(a, b))),
        "truediv" => binary(&|a, b| show(int::true_div(a, b), |x| show_float(*x))),
        "cmp" => binary(&|a, b| order(int::cmp(a, b))),
        "lshift" => binary(&|a, b| show(int::lshift(a, b), show_int)),
        "rshift" => binary(&|a, b| show(int::rshift(a, b), show_int)),
        "pow" => binary(&|a, b| show(int::pow(a, b), show_int)),
        "round_to" => binary(&|a, b| show(int::round_to(a, b), show_int)),
        "powmod" => {
            show(int::pow_mod(operand(1).as_ref(), operand(2).as_ref(), operand(3).as_ref()), show_int)
        }
        "neg" => unary(&|a| show_int(&int::neg(a))),
        "abs" => unary(&|a| show_int(&int::abs(a))),
        "invert" => unary(&|a| show_int(&int::invert(a))),
        "bit_length" => unary(&|a| number(int::bit_length(a) as i64)),
        "bit_count" => unary(&|a| number(int::bit_count(a) as i64)),
        "hash" => unary(&|a| number(int::hash(a))),
        "str" => unary(&|a| show_text(int::to_decimal(a))),
        "hex" => unary(&|a| show_text(int::to_radix(a, Radix::Hex, true))),
        "oct" => unary(&|a| show_text(int::to_radix(a, Radix::Octal, true))),
        "bin" => unary(&|a| show_text(int::to_radix(a, Radix::Binary, true))),
        "isqrt" => unary(&|a| show(int::isqrt(a), show_int)),
        "float" => unary(&|a| show(int::to_float(a), |x| show_float(*x))),
        "int" => show(int::from_float(float(row[1])), show_int),
        "round" => show(int::from_float_rounded(float(row[1])), show_int),
        "cmpfloat" => order(int::cmp_float(operand(1).as_ref(), float(row[2])).expect("not a NaN")),
        "to_bytes" => {
            let mut out = vec![0xaa; operand(2).as_ref().to_u64().expect("a length") as usize];
            let result = int::to_bytes(operand(1).as_ref(), &mut out, byte_order(row[3]), row[4] == "1");
            show(result, |()| show_text(&out))
        }
        "from_bytes" => show_int(&int::from_bytes(&bytes(row[1]), byte_order(row[2]), row[3] == "1")),
        other => panic!("no such operation: {other}"),
    }
}

fn byte_order(big: &str) -> int::ByteOrder {
    if big == "1" { int::ByteOrder::Big } else { int::ByteOrder::Little }
}

#[test]
fn operations() {
    let mut report = Report::default();
    for (line, row) in rows(include_str!("data/int_ops.tsv")).filter(|(_, row)| row[0] != "huge") {
        let actual = evaluate(&row);
        report.check(line, &row, &actual, row[row.len() - 1]);
    }
    report.finish(2000);
}

#[test]
fn parsing() {
    let mut report = Report::default();
    for (line, row) in rows(include_str!("data/int_parse.tsv")) {
        let base = row[1].parse().expect("a base");
        let actual = match int::parse(&bytes(row[0]), base, 0) {
            Ok(value) => show_int(&value),
            Err(int::ParseError::Base) => "!base".into(),
            Err(int::ParseError::Literal) => "!literal".into(),
            Err(error) => format!("{error:?}"),
        };
        report.check(line, &row, &actual, row[2]);
    }
    report.finish(900);
}

/// The generator's linear congruential sequence.
fn sequence(mut x: u64, len: usize) -> Int {
    let mut out = digits::Digits::new();
    for _ in 0..len {
        x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        out.push((x >> 34) as u32);
    }
    digits::normalize(&mut out);
    Int::new(false, out)
}

fn brief(value: &Int) -> String {
    format!("{},{:#x}", number(int::hash(value.as_ref())), int::bit_length(value.as_ref()))
}

#[test]
fn huge_operands() {
    let mut report = Report::default();
    for (i, (line, row)) in
        rows(include_str!("data/int_ops.tsv")).filter(|(_, row)| row[0] == "huge").enumerate()
    {
        let (a_len, b_len): (usize, usize) = (row[1].parse().unwrap(), row[2].parse().unwrap());
        let (a, b) = (sequence(i as u64 * 2 + 1, a_len), sequence(i as u64 * 2 + 2, b_len));
        let (x, y) = (a.as_ref(), b.as_ref());
        let (quotient, rest) = int::floor_divmod(x, y).unwrap();
        let text = int::to_decimal(x);
        let by = Int::from(12345);
        let five = Int::from(5);
        let mut columns = vec![
            brief(&a),
            brief(&int::mul(x, y)),
            brief(&int::mul(x, x)),
            brief(&quotient),
            brief(&rest),
            brief(&int::isqrt(x).unwrap()),
        ];
        let gcd = int::gcd(int::mul(x, by.as_ref()).as_ref(), int::mul(y, by.as_ref()).as_ref());
        columns.push(if a_len < 5000 { brief(&gcd) } else { String::new() });
        let exponent = Int::from(65537);
        columns.push(match a_len < 700 {
            true => brief(&int::pow_mod(y, exponent.as_ref(), x).unwrap()),
            false => String::new(),
        });
        columns.push(match a_len < 5000 {
            true => show_text(format!("{}{}{}", &text[..40], &text[text.len() - 40..], text.len())),
            false => show_text("0"),
        });
        columns.push(brief(&int::pow(y, five.as_ref()).unwrap()));
        for (actual, expected) in columns.iter().zip(&row[3..]) {
            report.check(line, &row[..3], actual, expected);
        }
        assert_eq!(int::parse(text.as_bytes(), 10, 0).unwrap(), a);
        let estimate = int::decimal_digits_estimate(x);
        assert!(estimate == text.len() || estimate == text.len() + 1, "{estimate} for {}", text.len());
    }
    report.finish(100);
}

#[test]
fn digit_limit() {
    let limited = |value: &Int| int::to_decimal_limited(value.as_ref(), 4300);
    let ten = Int::from(10);
    let power = |n: i64| int::pow(ten.as_ref(), Int::from(n).as_ref()).unwrap();
    let below = int::sub(power(4300).as_ref(), Int::from(1).as_ref());
    assert_eq!(limited(&below).unwrap().len(), 4300);
    let message = "Exceeds the limit (4300 digits) for integer string conversion; \
                   use sys.set_int_max_str_digits() to increase the limit";
    assert_eq!(limited(&power(4300)).unwrap_err().message, message);
    assert_eq!(limited(&power(9000)).unwrap_err().message, message);
    assert_eq!(int::parse(&[b'9'; 5000], 10, 4300), Err(int::ParseError::TooManyDigits(5000)));
    assert!(int::parse(&[b'9'; 5000], 16, 4300).is_ok());
}

#[test]
fn machine_words() {
    for value in [0, 1, -1, i64::MAX, i64::MIN, 1 << 60, -(1 << 60)] {
        assert_eq!(Int::from(value).as_ref().to_i64(), Some(value));
        assert_eq!(Int::from(value).as_ref().to_u64_wrapping(), value as u64);
    }
    for value in [0, 1, (1 << 30) - 1, 1 << 30, 1 << 60, u64::MAX] {
        let (split, len) = digits::split_u64(value);
        assert_eq!(digits::to_u64(&split[..len]), Some(value));
        assert!(len == 0 || split[len - 1] != 0);
        let (split, len) = digits::split_u128(u128::MAX - value as u128);
        assert_eq!(digits::to_u128(&split[..len]), Some(u128::MAX - value as u128));
    }
    for value in [0, i128::MAX, i128::MIN, 1 << 64, -(1 << 64)] {
        assert_eq!(Int::from(value).as_ref().to_i128(), Some(value));
    }
    let above = int::add(Int::from(i64::MAX).as_ref(), Int::from(1).as_ref());
    assert_eq!(above.as_ref().to_i64(), None);
    assert_eq!(above.as_ref().to_u64(), Some(1 << 63));
    assert_eq!(Int::from(u64::MAX).as_ref().to_u64(), Some(u64::MAX));
    assert_eq!(Int::from(-5).as_ref().to_u64(), None);
    assert_eq!(Int::from(u128::MAX).as_ref().to_i128(), None);
}
