//! Reading a specification:
//! `[[fill]align][sign][z][#][0][width][grouping][.[precision][grouping]][type]`.

use super::{Align, FormatSpec, Separator, Sign, shown};
use crate::error::{Error, Result};

/// The value of an ASCII digit: the simplest argument for [`FormatSpec::parse`].
pub fn ascii_decimal(code: u32) -> Option<u32> {
    (code as u8 as u32 == code && (code as u8).is_ascii_digit()).then(|| code - '0' as u32)
}

struct Cursor<'a, C, D> {
    rest: &'a [C],
    decimal: D,
}

impl<C: Copy + Into<u32>, D: Fn(u32) -> Option<u32>> Cursor<'_, C, D> {
    fn peek(&self, offset: usize) -> Option<u32> {
        self.rest.get(offset).map(|&unit| unit.into())
    }

    fn skip(&mut self, count: usize) {
        self.rest = &self.rest[count..];
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek(0) == Some(wanted as u32);
        if found {
            self.skip(1);
        }
        found
    }

    /// The next code point's meaning, if it has one.
    fn take_as<T>(&mut self, meaning: impl Fn(u32) -> Option<T>) -> Option<T> {
        let found = meaning(self.peek(0)?);
        if found.is_some() {
            self.skip(1);
        }
        found
    }

    fn number(&mut self) -> Result<Option<usize>> {
        let mut number = None;
        while let Some(digit) = self.peek(0).and_then(&self.decimal) {
            let next = number.unwrap_or(0usize).checked_mul(10).and_then(|n| n.checked_add(digit as usize));
            match next {
                Some(next) if next <= isize::MAX as usize => number = Some(next),
                _ => return Err(Error::value("Too many decimal digits in format string")),
            }
            self.skip(1);
        }
        Ok(number)
    }

    fn separator(&mut self) -> Result<Option<Separator>> {
        let both = || Error::value("Cannot specify both ',' and '_'.");
        let mut separator = None;
        if self.take(',') {
            separator = Some(Separator::Comma);
        }
        if self.peek(0) == Some('_' as u32) {
            if separator.is_some() {
                return Err(both());
            }
            self.skip(1);
            separator = Some(Separator::Underscore);
            if self.peek(0) == Some(',' as u32) {
                return Err(both());
            }
        }
        Ok(separator)
    }
}

fn as_align(code: u32) -> Option<Align> {
    match char::from_u32(code)? {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

fn as_sign(code: u32) -> Option<Sign> {
    match char::from_u32(code)? {
        '+' => Some(Sign::Plus),
        '-' => Some(Sign::Minus),
        ' ' => Some(Sign::Space),
        _ => None,
    }
}

impl FormatSpec {
    /// Parses `spec`, given as code units that are whole code points (`u8` for Latin-1, `u16` for
    /// UCS-2, `u32`). `decimal` gives the value of a decimal digit; [`ascii_decimal`] knows ASCII's,
    /// a caller with a Unicode database all. `default_code` and `default_align` belong to the type
    /// formatted: `d` and right for int, none and right for float and complex, `s` and left for str.
    ///
    /// Errors: `ValueError` as CPython words it, with `type_name` in it.
    pub fn parse<C: Copy + Into<u32>>(
        spec: &[C],
        type_name: &str,
        default_code: Option<char>,
        default_align: Align,
        decimal: impl Fn(u32) -> Option<u32>,
    ) -> Result<FormatSpec> {
        let mut cursor = Cursor { rest: spec, decimal };
        let mut out = FormatSpec {
            fill: ' ' as u32,
            align: default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            code: default_code.map(|code| code as u32),
        };
        let mut fill_given = false;
        let mut align_given = false;
        if let Some(align) = cursor.peek(1).and_then(as_align) {
            out.fill = cursor.peek(0).expect("a second one follows");
            out.align = align;
            (fill_given, align_given) = (true, true);
            cursor.skip(2);
        } else if let Some(align) = cursor.take_as(as_align) {
            out.align = align;
            align_given = true;
        }
        out.sign = cursor.take_as(as_sign);
        out.no_negative_zero = cursor.take('z');
        out.alternate = cursor.take('#');
        if !fill_given && cursor.take('0') {
            out.fill = '0' as u32;
            if !align_given && default_align == Align::Right {
                out.align = Align::AfterSign;
            }
        }
        out.width = cursor.number()?;
        out.grouping = cursor.separator()?;
        if cursor.take('.') {
            out.precision = cursor.number()?;
            out.fraction_grouping = cursor.separator()?;
            if out.precision.is_none() && out.fraction_grouping.is_none() {
                return Err(Error::value("Format specifier missing precision"));
            }
        }
        if cursor.rest.len() > 1 {
            let spec: String =
                spec.iter().map(|&unit| char::from_u32(unit.into()).unwrap_or('\u{fffd}')).collect();
            return Err(Error::value(format!(
                "Invalid format specifier '{spec}' for object of type '{type_name}'"
            )));
        }
        if let Some(code) = cursor.peek(0) {
            out.code = Some(code);
        }
        out.check_separators()?;
        Ok(out)
    }

    /// Which codes go with which separators.
    fn check_separators(&self) -> Result<()> {
        let code = self.code.and_then(char::from_u32);
        let refuse = |separator: Separator| {
            Err(Error::value(format!(
                "Cannot specify '{}' with '{}'.",
                separator.as_char(),
                shown(self.code.unwrap_or(0))
            )))
        };
        if let Some(separator) = self.grouping {
            match code {
                None if self.code.is_none() => {}
                Some('d' | 'e' | 'f' | 'g' | 'E' | 'F' | 'G' | '%') => {}
                Some('b' | 'o' | 'x' | 'X') if separator == Separator::Underscore => {}
                _ => return refuse(separator),
            }
        }
        match self.fraction_grouping {
            Some(separator) if code == Some('n') => refuse(separator),
            _ => Ok(()),
        }
    }

    /// The code as a character, if it is one.
    pub(super) fn code_char(&self) -> Option<char> {
        self.code.and_then(char::from_u32)
    }
}
