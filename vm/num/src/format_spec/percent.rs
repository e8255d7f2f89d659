//! `%`-formatting: reading a directive, and applying it to numbers. Used by str and bytes alike.

use std::ops::Range;

use crate::error::{Error, Kind, Result};
use crate::float::{self, Code, Flags};
use crate::int::{self, IntRef, Radix};

/// A width or precision in a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Not given.
    Absent,
    /// A number.
    Number(usize),
    /// `*`: the next argument. A negative width means [`Options::left`] with its magnitude, a
    /// negative precision 0.
    Argument,
}

/// What a directive asks of the text of its argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `-`: padding goes after the text.
    pub left: bool,
    /// `+`
    pub sign: bool,
    /// A space.
    pub blank: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    /// The least number of characters.
    pub width: usize,
    /// The precision, if given.
    pub precision: Option<usize>,
}

/// A directive as it stands in a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The units of the mapping key, without its parentheses.
    pub key: Option<Range<usize>>,
    /// The flags; width and precision are filled in where they are numbers.
    pub options: Options,
    /// The width.
    pub width: Count,
    /// The precision.
    pub precision: Count,
    /// The conversion's code point. A second percent sign is one only directly after the first: with
    /// anything between them it is [`unsupported`].
    pub conversion: u32,
    /// The index of the conversion, which messages name.
    pub at: usize,
}

/// Reads the directive whose first unit after the percent sign is `format[start]`.
///
/// Errors: `ValueError` for an incomplete directive and for numbers that are too big.
pub fn parse<C: Copy + Into<u32>>(format: &[C], start: usize) -> Result<Directive> {
    let peek = |at: usize| format.get(at).and_then(|&unit| char::from_u32(unit.into()));
    let mut at = start;
    let mut key = None;
    if peek(at) == Some('(') {
        let from = at + 1;
        let mut depth = 1;
        at = from;
        while depth > 0 {
            let Some(&unit) = format.get(at) else { return Err(Error::value("incomplete format key")) };
            depth += match unit.into() {
                0x28 => 1,
                0x29 => -1,
                _ => 0,
            };
            at += 1;
        }
        key = Some(from..at - 1);
    }
    let mut options = Options::default();
    loop {
        match peek(at) {
            Some('-') => options.left = true,
            Some('+') => options.sign = true,
            Some(' ') => options.blank = true,
            Some('#') => options.alternate = true,
            Some('0') => options.zero = true,
            _ => break,
        }
        at += 1;
    }
    let count = |at: &mut usize, limit: usize, too_big: &'static str| {
        if peek(*at) == Some('*') {
            *at += 1;
            return Ok(Count::Argument);
        }
        let mut number = None;
        while let Some(digit) = peek(*at).and_then(|c| c.to_digit(10)) {
            let next = number.unwrap_or(0usize).saturating_mul(10).saturating_add(digit as usize);
            if next > limit {
                return Err(Error::new(Kind::Value, too_big));
            }
            number = Some(next);
            *at += 1;
        }
        Ok(number.map_or(Count::Absent, Count::Number))
    };
    let width = count(&mut at, isize::MAX as usize, "width too big")?;
    let mut precision = Count::Absent;
    if peek(at) == Some('.') {
        at += 1;
        // A point alone means no digits.
        precision = match count(&mut at, i32::MAX as usize, "precision too big")? {
            Count::Absent => Count::Number(0),
            given => given,
        };
    }
    if let Some('h' | 'l' | 'L') = peek(at) {
        at += 1;
    }
    let Some(&conversion) = format.get(at) else { return Err(Error::value("incomplete format")) };
    if let Count::Number(width) = width {
        options.width = width;
    }
    if let Count::Number(precision) = precision {
        options.precision = Some(precision);
    }
    Ok(Directive { key, options, width, precision, conversion: conversion.into(), at })
}

/// `ValueError: unsupported format character ...` for a directive.
pub fn unsupported(directive: &Directive) -> Error {
    let code = directive.conversion;
    let shown = match char::from_u32(code) {
        Some(c) if (31..127).contains(&code) => c,
        _ => '?',
    };
    Error::value(format!("unsupported format character '{shown}' (0x{code:x}) at index {}", directive.at))
}

/// `%d`, `%i`, `%u`, `%o`, `%x` or `%X` of an integer. `max_digits` is
/// `sys.get_int_max_str_digits()`, 0 for no limit.
///
/// Errors: `ValueError` for too many digits.
pub fn format_int(
    value: IntRef<'_>,
    conversion: char,
    options: &Options,
    max_digits: usize,
) -> Result<String> {
    let radix = match conversion {
        'o' => Some(Radix::Octal),
        'x' => Some(Radix::Hex),
        'X' => Some(Radix::UpperHex),
        _ => None,
    };
    let text = match radix {
        Some(radix) => int::to_radix(value, radix, false),
        None => int::to_decimal_limited(value, max_digits)?,
    };
    let digits = &text[value.negative as usize..];
    let prefix = match radix {
        Some(radix) if options.alternate => radix.prefix(),
        _ => "",
    };
    let zeros = options.precision.unwrap_or(0).saturating_sub(digits.len());
    Ok(assemble(value.negative, prefix, zeros, digits, options))
}

/// `%e`, `%f`, `%g` or one in upper case of a float.
pub fn format_float(value: f64, conversion: char, options: &Options) -> String {
    let code = match conversion.to_ascii_lowercase() {
        'e' => Code::Exponent,
        'f' => Code::Fixed,
        _ => Code::General,
    };
    let flags =
        Flags { alternate: options.alternate, upper: conversion.is_ascii_uppercase(), ..Flags::default() };
    let text = float::format(value, code, options.precision.unwrap_or(6), flags);
    let digits = text.strip_prefix('-').unwrap_or(&text);
    assemble(digits.len() != text.len(), "", 0, digits, options)
}

/// The padding before and after text of `len` characters, for `%s`, `%r`, `%a`, `%b` and `%c`;
/// cutting to the precision is the caller's.
pub fn padding(len: usize, options: &Options) -> (usize, usize) {
    let missing = options.width.saturating_sub(len);
    if options.left { (0, missing) } else { (missing, 0) }
}

fn assemble(negative: bool, prefix: &str, zeros: usize, digits: &str, options: &Options) -> String {
    let sign = match () {
        _ if negative => "-",
        _ if options.sign => "+",
        _ if options.blank => " ",
        _ => "",
    };
    let len = sign.len() + prefix.len() + zeros + digits.len();
    let missing = options.width.saturating_sub(len);
    let (mut before, mut inside, mut after) = (0, zeros, 0);
    match () {
        _ if options.left => after = missing,
        _ if options.zero => inside += missing,
        _ => before = missing,
    }
    let mut out = String::with_capacity(len + missing);
    out.extend(std::iter::repeat_n(' ', before));
    out.push_str(sign);
    out.push_str(prefix);
    out.extend(std::iter::repeat_n('0', inside));
    out.push_str(digits);
    out.extend(std::iter::repeat_n(' ', after));
    out
}
