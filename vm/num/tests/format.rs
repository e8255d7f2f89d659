//! Formatting against the values CPython recorded in `tests/data`.

mod common;

use common::*;
use dovetail_num::complex::Complex;
use dovetail_num::format_spec::percent::{self, Count};
use dovetail_num::format_spec::{
    Align, FormatSpec, Locale, Padded, ascii_decimal, format_complex, format_float, format_int, lay_out_text,
};
use dovetail_num::{Error, Int};

fn parse(spec: &str, type_name: &str) -> Result<FormatSpec, Error> {
    let units: Vec<u32> = spec.chars().map(|c| c as u32).collect();
    let (code, align) = match type_name {
        "int" => (Some('d'), Align::Right),
        "str" => (Some('s'), Align::Left),
        _ => (None, Align::Right),
    };
    FormatSpec::parse(&units, type_name, code, align, ascii_decimal)
}

/// The result's code points in UTF-8, surrogates passed through.
fn padded(result: &Padded) -> String {
    let mut out = Vec::new();
    result.for_each(|code| match char::from_u32(code) {
        Some(c) => out.extend_from_slice(c.to_string().as_bytes()),
        None => {
            out.extend([0xe0 | (code >> 12) as u8, 0x80 | (code >> 6 & 63) as u8, 0x80 | (code & 63) as u8])
        }
    });
    if let Some(text) = result.clone().into_string() {
        assert_eq!(text.as_bytes(), out);
    }
    show_text(out)
}

fn cut_and_padded(value: &str, spec: &FormatSpec) -> Result<String, Error> {
    let layout = lay_out_text(value.chars().count(), spec, "str")?;
    let fill = char::from_u32(layout.fill).expect("no surrogates in the data");
    let fill = |count| std::iter::repeat_n(fill, count);
    Ok(fill(layout.left).chain(value.chars().take(layout.take)).chain(fill(layout.right)).collect())
}

fn evaluate(row: &[&str]) -> String {
    let spec = text(row[1]);
    let locale = Locale::default();
    match row[0] {
        "int" => {
            let value = integer(row[2]);
            let result =
                parse(&spec, "int").and_then(|spec| format_int(value.as_ref(), &spec, "int", &locale, 4300));
            show(result, padded)
        }
        "float" => {
            let result =
                parse(&spec, "float").and_then(|spec| format_float(float(row[2]), &spec, "float", &locale));
            show(result, padded)
        }
        "complex" => {
            let (real, imag) = row[2].split_once(',').expect("two parts");
            let value = Complex::new(float(real), float(imag));
            let result =
                parse(&spec, "complex").and_then(|spec| format_complex(value, &spec, "complex", &locale));
            show(result, padded)
        }
        "str" => {
            let result = parse(&spec, "str").and_then(|spec| cut_and_padded(&text(row[2]), &spec));
            show(result, |text| show_text(text))
        }
        "%int" | "%float" => {
            let units: Vec<u32> = spec.chars().map(|c| c as u32).collect();
            let result = percent::parse(&units, 1).and_then(|directive| {
                let conversion = char::from_u32(directive.conversion).expect("a letter");
                match row[0] {
                    "%int" => {
                        percent::format_int(integer(row[2]).as_ref(), conversion, &directive.options, 4300)
                    }
                    _ => Ok(percent::format_float(float(row[2]), conversion, &directive.options)),
                }
            });
            show(result, |text| show_text(text))
        }
        "%error" => {
            let units: Vec<u32> = spec.chars().map(|c| c as u32).collect();
            let result = percent::parse(&units, 1).and_then(|directive| match directive.conversion {
                0x25 if directive.at == 1 => Ok(()),
                _ => Err(percent::unsupported(&directive)),
            });
            show(result, |()| show_text("%"))
        }
        other => panic!("no such operation: {other}"),
    }
}

#[test]
fn recorded_values() {
    let mut report = Report::default();
    for (line, row) in rows(include_str!("data/format.tsv")) {
        report.check_text(line, &row, &evaluate(&row), row[row.len() - 1]);
    }
    report.finish(4000);
}

#[test]
fn locale_of_code_n() {
    let format = |value: &Int, spec: &str, locale: &Locale<'_>| {
        let spec = parse(spec, "int").unwrap();
        format_int(value.as_ref(), &spec, "int", locale, 0).unwrap().into_string().unwrap()
    };
    let german = Locale { decimal_point: ",", thousands_sep: ".", grouping: &[3, 3, 0] };
    let indian = Locale { decimal_point: ".", thousands_sep: ",", grouping: &[3, 2] };
    let once = Locale { decimal_point: ".", thousands_sep: "\u{202f}", grouping: &[3, 127] };
    let value = Int::from(123456789);
    assert_eq!(format(&value, "n", &german), "123.456.789");
    assert_eq!(format(&value, "014n", &german), "00.123.456.789");
    assert_eq!(format(&value, "n", &indian), "12,34,56,789");
    assert_eq!(format(&value, "n", &once), "123456\u{202f}789");
    assert_eq!(format(&value, "_>12n", &once), "__123456\u{202f}789");
    let spec = parse(".10n", "float").unwrap();
    let text = format_float(1234567.25, &spec, "float", &german).unwrap().into_string();
    assert_eq!(text.as_deref(), Some("1.234.567,25"));
}

#[test]
fn directives() {
    let directive = percent::parse(b"%(a(b))-*.*lf!", 1).unwrap();
    assert_eq!(directive.key, Some(2..6));
    assert!(directive.options.left);
    assert_eq!((directive.width, directive.precision), (Count::Argument, Count::Argument));
    assert_eq!((directive.conversion, directive.at), ('f' as u32, 12));
    let directive = percent::parse(b"%07.d", 1).unwrap();
    assert_eq!((directive.options.width, directive.options.precision), (7, Some(0)));
    assert!(directive.options.zero);
    assert_eq!(percent::padding(3, &directive.options), (4, 0));
}

#[test]
fn other_digits_may_count() {
    let spec: Vec<u16> = "\u{661}\u{665}d".encode_utf16().collect();
    let arabic = |code: u32| code.checked_sub(0x660).filter(|&digit| digit < 10);
    let spec = FormatSpec::parse(&spec, "int", Some('d'), Align::Right, arabic).unwrap();
    assert_eq!(spec.width, Some(15));
}
