//! `splitlines`.

use std::ops::Range;

use crate::{Text, Unit, with_units};

fn lines<U: Unit, E>(
    s: &[U],
    keep_ends: bool,
    is_break: impl Fn(u32) -> bool,
    mut each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut i = 0;
    while i < s.len() {
        let start = i;
        while i < s.len() && !is_break(s[i].into()) {
            i += 1;
        }
        let mut end = i;
        if i < s.len() {
            let crlf = s[i].into() == 0x0d && s.get(i + 1).is_some_and(|&u| u.into() == 0x0a);
            i += 1 + usize::from(crlf);
            if keep_ends {
                end = i;
            }
        }
        each(start..end)?;
    }
    Ok(())
}

/// Reports the lines of a string, without their ends unless `keep_ends`.
///
/// A line ends at LF, CR, CRLF, VT, FF, FS, GS, RS, NEL, LS or PS.
pub fn split_lines<E>(
    text: Text<'_>,
    keep_ends: bool,
    each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let is_break = |c: u32| matches!(c, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029);
    with_units!(text, |s| lines(s, keep_ends, is_break, each))
}

/// Reports the lines of a byte string, without their ends unless `keep_ends`.
///
/// A line ends at LF, CR or CRLF.
pub fn split_lines_bytes<E>(
    s: &[u8],
    keep_ends: bool,
    each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    lines(s, keep_ends, |c| (c == 0x0a) | (c == 0x0d), each)
}
