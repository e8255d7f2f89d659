//! `format(float, spec)`.

use super::number::{Parts, lay_out};
use super::{FormatSpec, Locale, Padded, Sign, check_width, unknown_code};
use crate::error::{Error, Result};
use crate::float::{self, Code, Flags};

/// The digits a format code asks for where no precision is given.
pub(super) const DEFAULT_PRECISION: usize = 6;

/// Applies a specification to a float.
///
/// Errors: `ValueError` for an unknown code and for a precision above C's `int`.
pub fn format_float(value: f64, spec: &FormatSpec, type_name: &str, locale: &Locale<'_>) -> Result<Padded> {
    let code = match spec.code {
        None => None,
        Some(code) => match char::from_u32(code) {
            Some(c @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%')) => Some(c),
            _ => return Err(unknown_code(code, type_name)),
        },
    };
    check_precision(spec)?;
    check_width(spec.width)?;
    let mut flags = Flags {
        alternate: spec.alternate,
        no_negative_zero: spec.no_negative_zero,
        upper: matches!(code, Some('E' | 'F' | 'G')),
        ..Flags::default()
    };
    let layout = layout_of(code, spec.precision, &mut flags);
    let precision = spec.precision.unwrap_or(DEFAULT_PRECISION);
    let percent = code == Some('%');
    let plain = spec.width.is_none() && spec.grouping.is_none() && spec.fraction_grouping.is_none();
    let space = spec.sign == Some(Sign::Space);
    if plain && !space && code != Some('n') {
        flags.sign = spec.sign == Some(Sign::Plus);
        let mut text = float::format(if percent { value * 100.0 } else { value }, layout, precision, flags);
        if percent {
            text.push('%');
        }
        return Ok(Padded::plain(text));
    }
    let mut text = float::format(if percent { value * 100.0 } else { value }, layout, precision, flags);
    if percent {
        text.push('%');
    }
    Ok(lay_out(&Parts::of_float(&text), spec, locale))
}

/// How a code is laid out; without one the shortest text, or with a precision `g` that shows it is
/// a float.
fn layout_of(code: Option<char>, precision: Option<usize>, flags: &mut Flags) -> Code {
    match code {
        Some('e' | 'E') => Code::Exponent,
        Some('f' | 'F' | '%') => Code::Fixed,
        Some(_) => Code::General,
        None => {
            flags.add_dot_0 = true;
            if precision.is_some() { Code::General } else { Code::Repr }
        }
    }
}

/// CPython passes the precision as a C `int`.
pub(super) fn check_precision(spec: &FormatSpec) -> Result<()> {
    match spec.precision {
        // Near the end of the range the text would not fit in its size computations.
        Some(precision) if precision > i32::MAX as usize - 1000 => Err(Error::value("precision too big")),
        _ => Ok(()),
    }
}
