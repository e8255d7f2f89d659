//! The layout that a format describes.

use super::error;
use dovetail_core::error::PyResult;

/// What one item is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Bytes that are skipped.
    Pad,
    Char,
    /// `s`: as many bytes as the item is long.
    Text,
    /// `p`: the same with a length byte before them.
    Pascal,
    Bool,
    Signed,
    Unsigned,
    Pointer,
    Half,
    Float,
    Double,
    ComplexFloat,
    ComplexDouble,
}

/// A run of equal items.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub kind: Kind,
    /// The character in the format, for messages.
    pub code: u8,
    pub offset: usize,
    /// The bytes of one item.
    pub size: usize,
    pub repeat: usize,
}

/// A compiled format.
#[derive(Debug)]
pub struct Layout {
    pub runs: Vec<Run>,
    pub size: usize,
    /// How many values are packed.
    pub values: usize,
    /// The order of bytes.
    pub little: bool,
}

/// Kind, size and alignment of a code where C decides, and without alignment where the standard sizes hold.
fn code_kind(code: u8, native: bool) -> Option<(Kind, usize, usize)> {
    use Kind::*;
    let long = if native { 8 } else { 4 };
    let (kind, size) = match code {
        b'x' => (Pad, 1),
        b'b' => (Signed, 1),
        b'B' => (Unsigned, 1),
        b'c' => (Char, 1),
        b's' => (Text, 1),
        b'p' => (Pascal, 1),
        b'h' => (Signed, 2),
        b'H' => (Unsigned, 2),
        b'i' => (Signed, 4),
        b'I' => (Unsigned, 4),
        b'l' => (Signed, long),
        b'L' => (Unsigned, long),
        b'q' => (Signed, 8),
        b'Q' => (Unsigned, 8),
        b'n' if native => (Signed, 8),
        b'N' if native => (Unsigned, 8),
        b'P' if native => (Pointer, 8),
        b'?' => (Bool, 1),
        b'e' => (Half, 2),
        b'f' => (Float, 4),
        b'd' => (Double, 8),
        b'F' => return Some((ComplexFloat, 8, if native { 4 } else { 1 })),
        b'D' => return Some((ComplexDouble, 16, if native { 8 } else { 1 })),
        _ => return None,
    };
    Some((kind, size, if native { size } else { 1 }))
}

impl Layout {
    /// Compiles a format.
    pub fn parse(format: &[u8]) -> PyResult<Layout> {
        let (native, little, rest) = match format.first() {
            Some(b'@') => (true, cfg!(target_endian = "little"), &format[1..]),
            Some(b'=') => (false, cfg!(target_endian = "little"), &format[1..]),
            Some(b'<') => (false, true, &format[1..]),
            Some(b'>' | b'!') => (false, false, &format[1..]),
            _ => (true, cfg!(target_endian = "little"), format),
        };
        let too_long = || error("total struct size too long");
        let mut layout = Layout { runs: Vec::new(), size: 0, values: 0, little };
        let mut chars = rest.iter().copied();
        while let Some(mut c) = chars.next() {
            if matches!(c, b' ' | 9..=13) {
                continue;
            }
            let mut repeat = 1;
            if c.is_ascii_digit() {
                repeat = (c - b'0') as usize;
                loop {
                    let Some(next) = chars.next() else {
                        return Err(error("repeat count given without format specifier"));
                    };
                    c = next;
                    if !c.is_ascii_digit() {
                        break;
                    }
                    let longer = repeat.checked_mul(10).and_then(|n| n.checked_add((c - b'0') as usize));
                    repeat = longer.filter(|n| *n <= isize::MAX as usize).ok_or_else(too_long)?;
                }
            }
            let Some((kind, size, align)) = code_kind(c, native) else {
                return Err(error("bad char in struct format"));
            };
            let offset = layout.size.checked_next_multiple_of(align).ok_or_else(too_long)?;
            let bytes = size.checked_mul(repeat).ok_or_else(too_long)?;
            let end = offset.checked_add(bytes).filter(|n| *n <= isize::MAX as usize);
            layout.size = end.ok_or_else(too_long)?;
            match kind {
                Kind::Pad => {}
                Kind::Text | Kind::Pascal => {
                    layout.values += 1;
                    layout.runs.push(Run { kind, code: c, offset, size: repeat, repeat: 1 });
                }
                _ if repeat > 0 => {
                    layout.values += repeat;
                    layout.runs.push(Run { kind, code: c, offset, size, repeat });
                }
                _ => {}
            }
        }
        Ok(layout)
    }
}
