//! The syntax of `str.format`: replacement fields and their names.

use std::ops::Range;

use crate::props;
use crate::{Text, with_units};

/// How deep a field may stand in another's format specification; deeper is the
/// `ValueError` "Max string recursion exceeded".
pub const MAX_DEPTH: usize = 2;

/// A piece of a template: literal text, then perhaps a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Text to be copied. Of `{{` or `}}` it is one brace.
    pub literal: Range<usize>,
    /// The field behind it.
    pub field: Option<Field>,
}

/// A replacement field: `{name!conversion:spec}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name: see [`parse_name`].
    pub name: Range<usize>,
    /// The conversion, usually `s`, `r` or `a`.
    pub conversion: Option<u32>,
    /// The format specification.
    pub spec: Range<usize>,
    /// Whether the specification has fields of its own.
    pub nested: bool,
}

/// A `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatError(pub &'static str);

/// The pieces of a template, in order. After an error nothing more should be asked.
#[derive(Clone)]
pub struct Pieces<'a> {
    template: Text<'a>,
    at: usize,
}

/// Reads a template.
pub fn parse(template: Text<'_>) -> Pieces<'_> {
    Pieces { template, at: 0 }
}

const OPEN: u32 = '{' as u32;
const CLOSE: u32 = '}' as u32;

impl Pieces<'_> {
    /// The next character, read.
    fn read(&mut self) -> Option<u32> {
        let c = self.template.get(self.at)?;
        self.at += 1;
        Some(c)
    }

    fn field(&mut self) -> Result<Field, FormatError> {
        let start = self.at;
        let end = loop {
            match self.read() {
                None => return Err(FormatError("expected '}' before end of string")),
                Some(OPEN) => return Err(FormatError("unexpected '{' in field name")),
                // In brackets everything is part of the name.
                Some(0x5b) => {
                    while self.template.get(self.at).is_some_and(|c| c != ']' as u32) {
                        self.at += 1;
                    }
                }
                Some(end @ (CLOSE | 0x3a | 0x21)) => break end,
                Some(_) => {}
            }
        };
        let name = start..self.at - 1;
        let mut field = Field { name, conversion: None, spec: self.at..self.at, nested: false };
        if end == CLOSE {
            field.spec = 0..0;
            return Ok(field);
        }
        if end == '!' as u32 {
            let missing = FormatError("end of string while looking for conversion specifier");
            field.conversion = Some(self.read().ok_or(missing)?);
            match self.read() {
                Some(CLOSE) => {
                    field.spec = 0..0;
                    return Ok(field);
                }
                Some(0x3a) => {}
                None => return Err(FormatError("unmatched '{' in format spec")),
                Some(_) => return Err(FormatError("expected ':' after conversion specifier")),
            }
        }
        let start = self.at;
        let mut open = 1;
        while open > 0 {
            match self.read() {
                None => return Err(FormatError("unmatched '{' in format spec")),
                Some(OPEN) => {
                    open += 1;
                    field.nested = true;
                }
                Some(CLOSE) => open -= 1,
                Some(_) => {}
            }
        }
        field.spec = start..self.at - 1;
        Ok(field)
    }

    fn piece(&mut self) -> Result<Piece, FormatError> {
        let start = self.at;
        let len = self.template.len();
        let is_brace = |c: u32| c == OPEN || c == CLOSE;
        let rest = self.template.slice(start..len);
        let plain = with_units!(rest, |s| s.iter().position(|&u| is_brace(u.into())));
        let Some(plain) = plain else {
            self.at = len;
            return Ok(Piece { literal: start..len, field: None });
        };
        let brace_at = start + plain;
        let brace = self.template.at(brace_at);
        self.at = brace_at + 1;
        match self.template.get(self.at) {
            Some(next) if next == brace => {
                self.at += 1;
                Ok(Piece { literal: start..brace_at + 1, field: None })
            }
            _ if brace == CLOSE => Err(FormatError("Single '}' encountered in format string")),
            None => Err(FormatError("Single '{' encountered in format string")),
            Some(_) => Ok(Piece { literal: start..brace_at, field: Some(self.field()?) }),
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Result<Piece, FormatError>;

    fn next(&mut self) -> Option<Result<Piece, FormatError>> {
        (self.at < self.template.len()).then(|| self.piece())
    }
}

/// The first part of a field's name, or an index in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// All digits: a number.
    Index(usize),
    /// Anything else.
    Name(Range<usize>),
}

/// A step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Attribute(Range<usize>),
    /// `[key]`
    Item(Key),
}

/// The number that `text` spells in decimal digits of any script; `None` if it is something else.
fn integer(text: Text<'_>) -> Result<Option<usize>, FormatError> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut value = 0usize;
    for c in text.iter() {
        let Some(digit) = props::decimal(c) else { return Ok(None) };
        let next = value.checked_mul(10).and_then(|v| v.checked_add(digit.into()));
        let next = next.filter(|&v| v <= isize::MAX as usize);
        value = next.ok_or(FormatError("Too many decimal digits in format string"))?;
    }
    Ok(Some(value))
}

/// Splits a field's name, the part `name` of `template`, into its first part and the steps from there.
///
/// An empty first part (`Key::Name` of nothing) asks for the next value: see [`Numbering`].
pub fn parse_name(template: Text<'_>, name: Range<usize>) -> Result<(Key, Steps<'_>), FormatError> {
    let starts_step = |&i: &usize| matches!(template.at(i), 0x2e | 0x5b);
    let first = name.start..name.clone().find(starts_step).unwrap_or(name.end);
    let key = match integer(template.slice(first.clone()))? {
        Some(n) => Key::Index(n),
        None => Key::Name(first.clone()),
    };
    Ok((key, Steps { template, left: first.end..name.end }))
}

/// The steps of a field's name. After an error nothing more should be asked.
#[derive(Clone)]
pub struct Steps<'a> {
    template: Text<'a>,
    left: Range<usize>,
}

impl Steps<'_> {
    fn step(&mut self) -> Result<Step, FormatError> {
        let kind = self.template.at(self.left.start);
        let start = self.left.start + 1;
        let ends = |&i: &usize| match kind {
            0x5b => self.template.at(i) == ']' as u32,
            _ => matches!(self.template.at(i), 0x2e | 0x5b),
        };
        let end = (start..self.left.end).find(ends);
        let (name, next) = match (kind, end) {
            (0x2e, end) => {
                let end = end.unwrap_or(self.left.end);
                (start..end, end)
            }
            (0x5b, Some(end)) => (start..end, end + 1),
            (0x5b, None) => return Err(FormatError("Missing ']' in format string")),
            _ => return Err(FormatError("Only '.' or '[' may follow ']' in format field specifier")),
        };
        self.left.start = next;
        let key = if kind == 0x5b { integer(self.template.slice(name.clone()))? } else { None };
        if name.is_empty() {
            return Err(FormatError("Empty attribute in format string"));
        }
        Ok(match (kind, key) {
            (0x2e, _) => Step::Attribute(name),
            (_, Some(n)) => Step::Item(Key::Index(n)),
            (_, None) => Step::Item(Key::Name(name)),
        })
    }
}

impl Iterator for Steps<'_> {
    type Item = Result<Step, FormatError>;

    fn next(&mut self) -> Option<Result<Step, FormatError>> {
        (!self.left.is_empty()).then(|| self.step())
    }
}

/// Counts fields without a number, and forbids to mix them with numbered ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbering {
    /// No field of either sort was met.
    #[default]
    Unknown,
    /// Numbers are given.
    Manual,
    /// Numbers are counted; this is the next.
    Automatic(usize),
}

impl Numbering {
    /// The number of the value a field with this first part takes; `None` if it goes by a name.
    pub fn resolve(&mut self, first: &Key) -> Result<Option<usize>, FormatError> {
        match (first, *self) {
            (Key::Name(name), _) if !name.is_empty() => Ok(None),
            (Key::Index(_), Numbering::Automatic(_)) => {
                Err(FormatError("cannot switch from automatic field numbering to manual field specification"))
            }
            (Key::Name(_), Numbering::Manual) => {
                Err(FormatError("cannot switch from manual field specification to automatic field numbering"))
            }
            (Key::Index(n), _) => {
                *self = Numbering::Manual;
                Ok(Some(*n))
            }
            (Key::Name(_), Numbering::Unknown) => {
                *self = Numbering::Automatic(1);
                Ok(Some(0))
            }
            (Key::Name(_), Numbering::Automatic(n)) => {
                *self = Numbering::Automatic(n + 1);
                Ok(Some(n))
            }
        }
    }
}
