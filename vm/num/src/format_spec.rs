//! The format-specification mini-language (`format(x, spec)`, PEP 3101, 378, 515, 682) and the
//! numeric half of `%`-formatting.
//!
//! A specification is read from code units of any width by [`FormatSpec::parse`]; [`format_int`],
//! [`format_float`] and [`format_complex`] apply it to numbers, [`lay_out_text`] tells how a string
//! of a given length is cut and padded. Results are [`Padded`]: text and fill counts, because the
//! fill may be any code point, also one that no `String` can hold.

mod complex;
mod float;
mod grouping;
mod int;
mod number;
mod parse;
pub mod percent;
mod text;

pub use complex::format_complex;
pub use float::format_float;
pub use int::format_int;
pub use parse::ascii_decimal;
pub use text::{TextLayout, lay_out_text};

/// Where the padding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`: after the text.
    Left,
    /// `>`: before the text.
    Right,
    /// `^`: around the text.
    Center,
    /// `=`: between a number's sign or prefix and its digits.
    AfterSign,
}

/// How numbers that are not negative are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`, which is also what happens without a sign option.
    Minus,
    /// A space.
    Space,
}

/// The separator between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// `_`
    Underscore,
}

impl Separator {
    fn as_char(self) -> char {
        match self {
            Separator::Comma => ',',
            Separator::Underscore => '_',
        }
    }
}

/// A parsed format specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// The code point that pads; a space unless given.
    pub fill: u32,
    /// Where the padding goes.
    pub align: Align,
    /// The sign option, if given.
    pub sign: Option<Sign>,
    /// `z`: zeros have no minus sign.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The least number of characters.
    pub width: Option<usize>,
    /// The separator of the integer part.
    pub grouping: Option<Separator>,
    /// The number after the point.
    pub precision: Option<usize>,
    /// The separator of the fractional part.
    pub fraction_grouping: Option<Separator>,
    /// The presentation type's code point; the type's default, or `None` where it has none.
    pub code: Option<u32>,
}

/// What the code `n` takes from the locale, in the form of C's `localeconv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locale<'a> {
    /// Between the integer and the fractional part.
    pub decimal_point: &'a str,
    /// Between groups.
    pub thousands_sep: &'a str,
    /// The sizes of groups from the right. The last one repeats, unless 127 ends the grouping.
    pub grouping: &'a [u8],
}

impl Default for Locale<'_> {
    /// The locale "C".
    fn default() -> Self {
        Locale { decimal_point: ".", thousands_sep: "", grouping: &[] }
    }
}

/// Formatted text with its padding still to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Padded {
    /// The code point that pads.
    pub fill: u32,
    /// How often it stands before everything.
    pub left: usize,
    /// The text.
    pub body: String,
    /// The byte in `body` before which inner padding stands: after sign and prefix.
    pub split: usize,
    /// How often the fill stands there.
    pub inner: usize,
    /// How often the fill stands after everything.
    pub right: usize,
    /// With code `c`, a surrogate that stands in place of the empty `body`.
    pub surrogate: Option<u32>,
}

impl Padded {
    fn plain(body: String) -> Padded {
        Padded { fill: ' ' as u32, body, ..Padded::default() }
    }

    /// The text with its padding, unless a surrogate is in it.
    pub fn into_string(self) -> Option<String> {
        if self.surrogate.is_some() {
            return None;
        }
        let padding = self.left + self.inner + self.right;
        if padding == 0 {
            return Some(self.body);
        }
        let fill = char::from_u32(self.fill)?;
        let mut out = String::with_capacity(self.body.len() + padding * fill.len_utf8());
        out.extend(std::iter::repeat_n(fill, self.left));
        out.push_str(&self.body[..self.split]);
        out.extend(std::iter::repeat_n(fill, self.inner));
        out.push_str(&self.body[self.split..]);
        out.extend(std::iter::repeat_n(fill, self.right));
        Some(out)
    }

    /// Hands every code point of the result to `put`, in order.
    pub fn for_each(&self, mut put: impl FnMut(u32)) {
        let mut fill = |count| {
            for _ in 0..count {
                put(self.fill);
            }
        };
        fill(self.left);
        let (head, tail) = self.body.split_at(self.split);
        head.chars().for_each(|c| put(c as u32));
        for _ in 0..self.inner {
            put(self.fill);
        }
        tail.chars().for_each(|c| put(c as u32));
        self.surrogate.into_iter().for_each(&mut put);
        for _ in 0..self.right {
            put(self.fill);
        }
    }
}

/// `ValueError: Unknown format code ...`
fn unknown_code(code: u32, type_name: &str) -> crate::Error {
    crate::Error::value(format!("Unknown format code '{}' for object of type '{type_name}'", shown(code)))
}

/// How messages name a code point.
fn shown(code: u32) -> String {
    match char::from_u32(code) {
        Some(c) if (33..128).contains(&code) => c.to_string(),
        _ => format!("\\x{code:x}"),
    }
}

/// `MemoryError` for widths that no string can have.
fn check_width(width: Option<usize>) -> crate::Result<()> {
    match width {
        Some(width) if width > 1 << 40 => Err(crate::Error::new(crate::Kind::Memory, "")),
        _ => Ok(()),
    }
}
