//! `format(int, spec)`.

use super::number::{Parts, lay_out, pad, pad_to};
use super::{FormatSpec, Locale, Padded, check_width, format_float, unknown_code};
use crate::error::{Error, Result};
use crate::int::{self, IntRef, Radix};

/// Applies a specification to an integer, also with the codes of floats. `max_digits` is
/// `sys.get_int_max_str_digits()`, 0 for no limit.
///
/// Errors: `ValueError` for what does not go with integers and for too many digits, `OverflowError`
/// for a code point or a float out of range.
pub fn format_int(
    value: IntRef<'_>,
    spec: &FormatSpec,
    type_name: &str,
    locale: &Locale<'_>,
    max_digits: usize,
) -> Result<Padded> {
    let code = spec.code.unwrap_or('d' as u32);
    let radix = match char::from_u32(code) {
        Some('d' | 'n' | 'c') => None,
        Some('b') => Some(Radix::Binary),
        Some('o') => Some(Radix::Octal),
        Some('x') => Some(Radix::Hex),
        Some('X') => Some(Radix::UpperHex),
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
            return format_float(int::to_float(value)?, spec, type_name, locale);
        }
        _ => return Err(unknown_code(code, type_name)),
    };
    if spec.precision.is_some() {
        return Err(Error::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(Error::value("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    check_width(spec.width)?;
    if code == 'c' as u32 {
        return format_character(value, spec);
    }
    let text = match radix {
        Some(radix) => int::to_radix(value, radix, false),
        None => int::to_decimal_limited(value, max_digits)?,
    };
    let parts = Parts {
        negative: value.negative,
        prefix: match radix {
            Some(radix) if spec.alternate => radix.prefix(),
            _ => "",
        },
        digits: &text[value.negative as usize..],
        point: false,
        fraction: "",
        remainder: "",
    };
    Ok(lay_out(&parts, spec, locale))
}

fn format_character(value: IntRef<'_>, spec: &FormatSpec) -> Result<Padded> {
    if spec.sign.is_some() {
        return Err(Error::value("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(Error::value("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    let Some(code) = value.to_i64() else {
        return Err(Error::overflow("Python int too large to convert to C long"));
    };
    if !(0..=0x10ffff).contains(&code) {
        return Err(Error::overflow("%c arg not in range(0x110000)"));
    }
    Ok(match char::from_u32(code as u32) {
        Some(c) => pad(c.to_string(), 0, spec),
        None => {
            let mut out = Padded { fill: spec.fill, surrogate: Some(code as u32), ..Padded::default() };
            pad_to(&mut out, spec.width.unwrap_or(0).saturating_sub(1), spec.align);
            out
        }
    })
}
