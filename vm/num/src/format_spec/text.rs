//! `format(str, spec)`, without the string: only its length is needed.

use super::number::pad_to;
use super::{Align, FormatSpec, Padded, Sign, check_width, unknown_code};
use crate::error::{Error, Result};

/// How a string is cut and padded; all counts are code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextLayout {
    /// The code point that pads.
    pub fill: u32,
    /// How often it stands before the text.
    pub left: usize,
    /// How much of the text is shown.
    pub take: usize,
    /// How often the fill stands after the text.
    pub right: usize,
}

/// Applies a specification to a string of `len` code points.
///
/// Errors: `ValueError` for an unknown code and for options that only numbers have.
pub fn lay_out_text(len: usize, spec: &FormatSpec, type_name: &str) -> Result<TextLayout> {
    if let Some(code) = spec.code
        && code != 's' as u32
    {
        return Err(unknown_code(code, type_name));
    }
    let refuse = |what| Err(Error::new(crate::Kind::Value, what));
    match spec.sign {
        Some(Sign::Space) => return refuse("Space not allowed in string format specifier"),
        Some(_) => return refuse("Sign not allowed in string format specifier"),
        None => {}
    }
    if spec.no_negative_zero {
        return refuse("Negative zero coercion (z) not allowed in string format specifier");
    }
    if spec.alternate {
        return refuse("Alternate form (#) not allowed in string format specifier");
    }
    if spec.align == Align::AfterSign {
        return refuse("'=' alignment not allowed in string format specifier");
    }
    check_width(spec.width)?;
    let take = spec.precision.map_or(len, |precision| precision.min(len));
    let mut padding = Padded::default();
    pad_to(&mut padding, spec.width.unwrap_or(0).saturating_sub(take), spec.align);
    Ok(TextLayout { fill: spec.fill, left: padding.left, take, right: padding.right })
}
