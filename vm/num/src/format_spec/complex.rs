//! `format(complex, spec)`.

use super::float::{DEFAULT_PRECISION, check_precision};
use super::number::{Parts, pad, push_number};
use super::{Align, FormatSpec, Locale, Padded, Sign, check_width, unknown_code};
use crate::complex::Complex;
use crate::error::{Error, Result};
use crate::float::{self, Code, Flags};

/// Applies a specification to a complex number: to both parts, the padding to the whole.
///
/// Errors: `ValueError` for an unknown code, padding with zeros or after a sign, and for a
/// precision above C's `int`.
pub fn format_complex(
    value: Complex,
    spec: &FormatSpec,
    type_name: &str,
    locale: &Locale<'_>,
) -> Result<Padded> {
    let code = match spec.code {
        None => None,
        Some(code) => match char::from_u32(code) {
            Some(c @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n')) => Some(c),
            _ => return Err(unknown_code(code, type_name)),
        },
    };
    check_precision(spec)?;
    if spec.fill == '0' as u32 {
        return Err(Error::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(Error::value("'=' alignment flag is not allowed in complex format specifier"));
    }
    check_width(spec.width)?;
    let layout = match code {
        Some('e' | 'E') => Code::Exponent,
        Some('f' | 'F') => Code::Fixed,
        Some(_) => Code::General,
        None if spec.precision.is_some() => Code::General,
        None => Code::Repr,
    };
    let flags = Flags {
        alternate: spec.alternate,
        no_negative_zero: spec.no_negative_zero,
        upper: matches!(code, Some('E' | 'F' | 'G')),
        ..Flags::default()
    };
    let text = |part: f64| float::format(part, layout, spec.precision.unwrap_or(DEFAULT_PRECISION), flags);
    let only_imag = code.is_none() && value.real == 0.0 && value.real.is_sign_positive();
    let parens = code.is_none() && !only_imag;

    let mut part_spec = FormatSpec { fill: ' ' as u32, align: Align::Left, width: None, ..spec.clone() };
    let mut body = String::with_capacity(40);
    if parens {
        body.push('(');
    }
    if !only_imag {
        push_number(&mut body, &Parts::of_float(&text(value.real)), &part_spec, locale);
        part_spec.sign = Some(Sign::Plus);
    }
    push_number(&mut body, &Parts::of_float(&text(value.imag)), &part_spec, locale);
    body.push('j');
    if parens {
        body.push(')');
    }
    Ok(pad(body, 0, spec))
}
