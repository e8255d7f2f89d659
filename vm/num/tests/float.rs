//! Floats against the values CPython recorded in `tests/data`.

mod common;

use common::*;
use dovetail_num::float::{self, Code, Flags, Power};
use dovetail_num::{Int, int};

fn shown(value: &f64) -> String {
    show_float(*value)
}

/// The `%`-directives the generator uses: flags `#` and `+`, a precision, a code.
fn percent(directive: &str, value: f64) -> String {
    let (head, precision) = directive.split_once('.').expect("a precision");
    let code = precision.as_bytes()[precision.len() - 1];
    let precision = precision[..precision.len() - 1].parse().expect("a precision");
    let flags = Flags {
        sign: head.contains('+'),
        alternate: head.contains('#'),
        upper: code.is_ascii_uppercase(),
        ..Flags::default()
    };
    let code = match code.to_ascii_lowercase() {
        b'e' => Code::Exponent,
        b'f' => Code::Fixed,
        _ => Code::General,
    };
    float::format(value, code, precision, flags)
}

/// The format specifications with `z` the generator uses.
fn no_negative_zero(spec: &str, value: f64) -> String {
    let flags = Flags {
        sign: spec.contains('+'),
        alternate: spec.contains('#'),
        no_negative_zero: true,
        ..Flags::default()
    };
    let Some((_, rest)) = spec.split_once('.') else {
        return float::format(value, Code::Repr, 0, Flags { add_dot_0: true, ..flags });
    };
    let code = match &rest[1..] {
        "e" => Code::Exponent,
        "f" => Code::Fixed,
        _ => Code::General,
    };
    float::format(value, code, rest[..1].parse().expect("a precision"), flags)
}

fn evaluate(row: &[&str]) -> String {
    match row[0] {
        "repr" => show_text(float::repr(float(row[1]))),
        "percent" => show_text(percent(&text(row[1]), float(row[2]))),
        "percent_end" => {
            let shown = percent(&text(row[1]), float(row[2]));
            show_text(format!("{}{}", &shown[shown.len().saturating_sub(60)..], shown.len()))
        }
        "z" => show_text(no_negative_zero(&text(row[1]), float(row[2]))),
        "parse" => float::parse(&bytes(row[1])).map_or("!ValueError".into(), show_float),
        "hex" => show_text(float::to_hex(float(row[1]))),
        "fromhex" => show(float::from_hex(&bytes(row[1])), shown),
        "ratio" => show(float::as_integer_ratio(float(row[1])), |(numerator, denominator)| {
            format!("{},{}", show_int(numerator), show_int(denominator))
        }),
        "hash" => show_int(&Int::from(float::hash(float(row[1])).expect("not a NaN"))),
        "is_integer" => show_int(&Int::from(float::is_integer(float(row[1])) as i64)),
        "round" => {
            let places = integer(row[2]).as_ref().to_i64().expect("a small number");
            show(float::round_to(float(row[1]), places), shown)
        }
        "divmod" => show(float::floor_divmod(float(row[1]), float(row[2])), |(quotient, rest)| {
            format!("{},{}", show_float(*quotient), show_float(*rest))
        }),
        "mod" => show(float::floor_mod(float(row[1]), float(row[2])), shown),
        "floordiv" => show(float::floor_div(float(row[1]), float(row[2])), shown),
        "pow" => show(float::pow(float(row[1]), float(row[2])), |power| match power {
            Power::Real(value) => show_float(*value),
            Power::Complex => show_text("complex"),
        }),
        other => panic!("no such operation: {other}"),
    }
}

#[test]
fn recorded_values() {
    let mut report = Report::default();
    for (line, row) in rows(include_str!("data/float.tsv")) {
        let mut expected = row[row.len() - 1];
        if row[0] == "parse" && expected.starts_with('!') {
            expected = "!ValueError";
        }
        report.check(line, &row, &evaluate(&row), expected);
    }
    report.finish(4000);
}

#[test]
fn shortest_text_reads_back() {
    let mut state = 88172645463325252u64;
    for _ in 0..200_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let value = f64::from_bits(state);
        if value.is_finite() {
            let text = float::repr(value);
            assert_eq!(float::parse(text.as_bytes()), Some(value), "{text}");
            let hex = float::to_hex(value);
            assert_eq!(float::from_hex(hex.as_bytes()), Ok(value), "{hex}");
            let whole = int::from_float(value).unwrap();
            if float::is_integer(value) {
                assert_eq!(int::to_float(whole.as_ref()), Ok(value));
                assert_eq!(float::hash(value), Some(int::hash(whole.as_ref())));
            }
        }
    }
}
