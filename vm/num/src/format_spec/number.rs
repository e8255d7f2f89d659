//! Laying out a number from its parts: sign, prefix, grouped digits, fraction, the rest, padding.

use super::grouping::{Grouping, push_fraction, push_grouped};
use super::{Align, FormatSpec, Locale, Padded, Separator, Sign};

/// The parts of a number's ASCII text, without its sign.
pub(super) struct Parts<'a> {
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'a str,
    /// The digits before the point.
    pub digits: &'a str,
    /// Whether there is a point.
    pub point: bool,
    /// The digits after it.
    pub fraction: &'a str,
    /// What follows: an exponent, a percent sign, or all of `inf` and `nan`.
    pub remainder: &'a str,
}

impl<'a> Parts<'a> {
    /// Takes apart a float's text.
    pub fn of_float(text: &'a str) -> Parts<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let span = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = text.split_at(span(text));
        let (point, fraction, remainder) = match rest.strip_prefix('.') {
            Some(rest) => {
                let (fraction, remainder) = rest.split_at(span(rest));
                (true, fraction, remainder)
            }
            None => (false, "", rest),
        };
        Parts { negative, prefix: "", digits, point, fraction, remainder }
    }
}

/// The sign shown before a number.
pub(super) fn sign_text(sign: Option<Sign>, negative: bool) -> &'static str {
    match sign {
        _ if negative => "-",
        Some(Sign::Plus) => "+",
        Some(Sign::Space) => " ",
        _ => "",
    }
}

/// The number as the specification wants it.
pub(super) fn lay_out(parts: &Parts<'_>, spec: &FormatSpec, locale: &Locale<'_>) -> Padded {
    let mut body = String::with_capacity(spec.width.unwrap_or(0).min(200) + parts.digits.len() + 24);
    let split = push_number(&mut body, parts, spec, locale);
    pad(body, split, spec)
}

/// Appends the number without padding, apart from the zeros that grouping takes in. Returns where
/// the digits start.
pub(super) fn push_number(
    out: &mut String,
    parts: &Parts<'_>,
    spec: &FormatSpec,
    locale: &Locale<'_>,
) -> usize {
    let localized = spec.code_char() == Some('n');
    let point = if localized { locale.decimal_point } else { "." };
    let grouping = match spec.grouping {
        _ if localized => Grouping { separator: locale.thousands_sep, sizes: locale.grouping },
        None => Grouping { separator: "", sizes: &[] },
        Some(Separator::Comma) => Grouping { separator: ",", sizes: &[3] },
        Some(Separator::Underscore) => match spec.code_char() {
            Some('b' | 'o' | 'x' | 'X') => Grouping { separator: "_", sizes: &[4] },
            _ => Grouping { separator: "_", sizes: &[3] },
        },
    };
    let sign = sign_text(spec.sign, parts.negative);
    let start = out.len();
    out.push_str(sign);
    out.push_str(parts.prefix);
    let split = out.len();
    // The tail is written first, since the zeros depend on its length.
    let mut tail = String::new();
    if parts.point {
        tail.push_str(point);
    }
    push_fraction(&mut tail, parts.fraction, spec.fraction_grouping.map(Separator::as_char));
    tail.push_str(parts.remainder);
    if grouping.sizes.is_empty() {
        out.push_str(parts.digits);
    } else {
        let zero_padded = spec.fill == '0' as u32 && spec.align == Align::AfterSign;
        let min_width = match spec.width {
            Some(width) if zero_padded => width.saturating_sub(split - start + tail.chars().count()),
            _ => 0,
        };
        push_grouped(out, parts.digits, min_width, &grouping);
    }
    out.push_str(&tail);
    split
}

/// Pads finished text.
pub(super) fn pad(body: String, split: usize, spec: &FormatSpec) -> Padded {
    let mut out = Padded { fill: spec.fill, split, body, ..Padded::default() };
    let Some(width) = spec.width else { return out };
    let len = if out.body.is_ascii() { out.body.len() } else { out.body.chars().count() };
    pad_to(&mut out, width.saturating_sub(len), spec.align);
    out
}

/// Distributes `missing` characters of padding.
pub(super) fn pad_to(out: &mut Padded, missing: usize, align: Align) {
    match align {
        Align::Left => out.right = missing,
        Align::Right => out.left = missing,
        Align::AfterSign => out.inner = missing,
        Align::Center => {
            out.left = missing / 2;
            out.right = missing - missing / 2;
        }
    }
}
