//! `replace`.

use super::fit;
use crate::{Text, TextBuf, Unit, with_units};

/// The text with `old` replaced by `new`, at most `max` times from the left; `None` if there is
/// nothing to replace. An empty `old` stands before each character and at the end.
pub fn replace(text: Text<'_>, old: Text<'_>, new: Text<'_>, max: usize) -> Option<TextBuf> {
    if max == 0 || old.len() > text.len() {
        return None;
    }
    with_units!(text, |s| replace_units(s, text, old, new, max))
}

fn replace_units<U: Unit>(
    s: &[U],
    text: Text<'_>,
    old: Text<'_>,
    new: Text<'_>,
    max: usize,
) -> Option<TextBuf> {
    let kind = text.kind().max(new.kind());
    let old = fit::<U>(old)?;
    if old.is_empty() {
        let times = max.min(s.len() + 1);
        let mut out = TextBuf::with_max_char(s.len() + times * new.len(), kind.max_char());
        for i in 0..times {
            out.push_text(new);
            if i < s.len() {
                out.push(s[i].into());
            }
        }
        out.push_text(text.slice(times.min(s.len())..s.len()));
        return Some(out.finish());
    }
    let mut out = None;
    let (mut start, mut left) = (0, max);
    U::each_slice(s, &old, |i| {
        let room = s.len() + new.len().saturating_sub(old.len());
        let out = out.get_or_insert_with(|| TextBuf::with_max_char(room, kind.max_char()));
        out.push_text(text.slice(start..i));
        out.push_text(new);
        start = i + old.len();
        left -= 1;
        left > 0
    });
    let mut out = out?;
    out.push_text(text.slice(start..s.len()));
    Some(out.finish())
}

/// The bytes with `old` replaced by `new`; `None` if there is nothing to replace.
pub fn replace_bytes(s: &[u8], old: &[u8], new: &[u8], max: usize) -> Option<Vec<u8>> {
    replace(Text::Latin1(s), Text::Latin1(old), Text::Latin1(new), max)?.into_latin1()
}
