//! `center`, `ljust`, `rjust`, `zfill`, `expandtabs`; for bytes as well, taken as Latin-1.

use crate::{Text, TextBuf};

/// The result would have more characters than an object can have: an `OverflowError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// How much to add at the left and at the right to center `len` characters in `width`.
pub fn center_padding(len: usize, width: usize) -> (usize, usize) {
    let total = width.saturating_sub(len);
    let left = total / 2 + (total & width & 1);
    (left, total - left)
}

/// The text with `left` and `right` times `fill` around it.
pub fn pad(text: Text<'_>, left: usize, right: usize, fill: u32) -> TextBuf {
    let max_char = text.kind().max_char().max(fill);
    let mut out = TextBuf::with_max_char(left + text.len() + right, max_char);
    out.push_repeat(fill, left);
    out.push_text(text);
    out.push_repeat(fill, right);
    out.finish()
}

/// The text with zeros in front, behind its sign; `None` if it is wide enough.
pub fn zfill(text: Text<'_>, width: usize) -> Option<TextBuf> {
    let fill = width.checked_sub(text.len()).filter(|&n| n > 0)?;
    let signed = text.get(0).is_some_and(|c| c == '+' as u32 || c == '-' as u32);
    let sign = usize::from(signed);
    let mut out = TextBuf::with_max_char(width, text.kind().max_char());
    out.push_text(text.slice(0..sign));
    out.push_repeat('0' as u32, fill);
    out.push_text(text.slice(sign..text.len()));
    Some(out.finish())
}

/// The text with each tab replaced by the blanks up to the next column that `tab_size` divides.
/// With a size of zero (or one that was negative) tabs vanish.
pub fn expand_tabs(text: Text<'_>, tab_size: usize) -> Result<TextBuf, TooLong> {
    let tab = '\t' as u32;
    let mut out = TextBuf::with_max_char(text.len(), text.kind().max_char());
    let (mut column, mut start) = (0, 0);
    for (i, c) in text.iter().enumerate() {
        if c == tab {
            out.push_text(text.slice(start..i));
            start = i + 1;
            if tab_size > 0 {
                let blanks = tab_size - column % tab_size;
                let all = out.len().checked_add(blanks).ok_or(TooLong)?;
                if all > isize::MAX as usize {
                    return Err(TooLong);
                }
                out.push_repeat(' ' as u32, blanks);
                column += blanks;
            }
        } else {
            column += 1;
            if c == '\n' as u32 || c == '\r' as u32 {
                column = 0;
            }
        }
    }
    out.push_text(text.slice(start..text.len()));
    Ok(out.finish())
}
