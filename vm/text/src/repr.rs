//! `repr` and `ascii` of strings and bytes.

use crate::kind::{Text, TextBuf, Unit};
use crate::props;
use crate::with_units;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Double quotes if there are single quotes inside and no double ones, else single quotes.
fn quote_for(single: bool, double: bool) -> u8 {
    if single && !double { b'"' } else { b'\'' }
}

/// Appends `c` as the shortest of `\xhh`, `\uhhhh` and `\Uhhhhhhhh`.
pub fn push_escape(out: &mut TextBuf, c: u32) {
    let mut bytes = [0; 10];
    out.push_text(Text::Ascii(escape(c, &mut bytes)));
}

/// The shortest of `\xhh`, `\uhhhh` and `\Uhhhhhhhh`.
pub(crate) fn escape(c: u32, room: &mut [u8; 10]) -> &[u8] {
    let (letter, digits) = match c {
        0..=0xff => (b'x', 2),
        0x100..=0xffff => (b'u', 4),
        _ => (b'U', 8),
    };
    room[0] = b'\\';
    room[1] = letter;
    for i in 0..digits {
        room[2 + i] = HEX[(c >> (4 * (digits - 1 - i)) & 15) as usize];
    }
    &room[..2 + digits]
}

fn repr_units<U: Unit>(s: &[U], plain: impl Fn(u32) -> bool, out: &mut TextBuf) {
    let (mut single, mut double) = (false, false);
    for &u in s {
        single |= u.into() == '\'' as u32;
        double |= u.into() == '"' as u32;
    }
    let quote = u32::from(quote_for(single, double));
    out.push(quote);
    let mut start = 0;
    for (i, &u) in s.iter().enumerate() {
        let c = u.into();
        if c != quote && c != '\\' as u32 && (if c < 0x7f { c >= 0x20 } else { c > 0xa0 && plain(c) }) {
            continue;
        }
        out.push_text(U::text(&s[start..i]));
        start = i + 1;
        let short = match c {
            0x09 => b't',
            0x0a => b'n',
            0x0d => b'r',
            _ if c == quote || c == '\\' as u32 => c as u8,
            _ => {
                push_escape(out, c);
                continue;
            }
        };
        out.push_text(Text::Ascii(&[b'\\', short]));
    }
    out.push_text(U::text(&s[start..]));
    out.push(quote);
}

/// `repr(str)`.
pub fn repr(text: Text<'_>) -> TextBuf {
    let mut out = TextBuf::with_max_char(text.len() + 2, text.kind().max_char());
    with_units!(text, |s| repr_units(s, props::is_printable, &mut out));
    out.finish()
}

/// `ascii(str)`: the `repr` in which everything outside ASCII is escaped.
pub fn ascii(text: Text<'_>) -> TextBuf {
    let mut out = TextBuf::with_capacity(text.len() + 2);
    with_units!(text, |s| repr_units(s, |_| false, &mut out));
    out
}

/// `ascii()` of an object whose `repr` is `text`: its non-ASCII characters as escapes.
/// `None` if there are none.
pub fn escape_non_ascii(text: Text<'_>) -> Option<TextBuf> {
    if text.is_ascii() {
        return None;
    }
    let mut out = TextBuf::with_capacity(text.len());
    for c in text.iter() {
        if c < 0x80 { out.push(c) } else { push_escape(&mut out, c) }
    }
    Some(out)
}

/// The literal of a byte string: `b'...'`. With `smart` the quotes are chosen as for `str`,
/// else they are single.
pub fn repr_bytes(s: &[u8], smart: bool) -> TextBuf {
    let mut out = Vec::with_capacity(s.len() + 3);
    let quote = if smart { quote_for(s.contains(&b'\''), s.contains(&b'"')) } else { b'\'' };
    out.extend([b'b', quote]);
    for &b in s {
        match b {
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            _ if b == quote || b == b'\\' => out.extend([b'\\', b]),
            b' '..=b'~' => out.push(b),
            _ => out.extend(escape(b.into(), &mut [0; 10])),
        }
    }
    out.push(quote);
    TextBuf::from_ascii(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(repr(TextBuf::from(text).as_text()), *want);
    }

    #[test]
    fn quotes_and_escapes() {
        check("", "''");
        check("it's", "\"it's\"");
        check("it's \"so\"", r#"'it\'s "so"'"#);
        check(
            "a\tb\n\r\\\0\x7f\u{a0}\u{ad}é€\u{2028}😀\u{10ffff}",
            r"'a\tb\n\r\\\x00\x7f\xa0\xadé€\u2028😀\U0010ffff'",
        );
        assert_eq!(repr(TextBuf::from_ucs2(vec![0xd800, 0x41]).as_text()), *r"'\ud800A'");
        assert_eq!(ascii(TextBuf::from("é€😀'").as_text()), *r#""\xe9\u20ac\U0001f600'""#);
        assert_eq!(escape_non_ascii(TextBuf::from("aé€").as_text()).unwrap(), *r"a\xe9\u20ac");
        assert_eq!(repr_bytes(b"a'\n\xff\"", true), *r#"b'a\'\n\xff"'"#);
        assert_eq!(repr_bytes(b"a'", true), *r#"b"a'""#);
    }
}
