//! Strings as JSON writes them.

use dovetail_core::error::PyResult;
use dovetail_core::object::Ref;
use dovetail_core::types::str_::Str;
use dovetail_text::{Text, TextBuf};

/// What a byte below 128 needs: 0 nothing, `u` four digits, else the letter behind the backslash.
const ESCAPES: [u8; 128] = {
    let mut table = [0u8; 128];
    let mut i = 0;
    while i < 32 {
        table[i] = b'u';
        i += 1;
    }
    table[8] = b'b';
    table[9] = b't';
    table[10] = b'n';
    table[12] = b'f';
    table[13] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

#[inline(always)]
fn is_plain(c: u32, ascii: bool) -> bool {
    if c < 128 { ESCAPES[c as usize] == 0 && (c != 127 || !ascii) } else { !ascii }
}

#[cold]
fn push_unit(out: &mut TextBuf, unit: u32) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |shift: u32| DIGITS[(unit >> shift) as usize & 15];
    out.push_text(Text::Ascii(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]));
}

fn push_escaped(out: &mut TextBuf, c: u32) {
    match ESCAPES.get(c as usize) {
        Some(&letter) if letter != b'u' && letter != 0 => out.push_text(Text::Ascii(&[b'\\', letter])),
        _ if c < 0x1_0000 => push_unit(out, c),
        _ => {
            let v = c - 0x1_0000;
            push_unit(out, 0xd800 | v >> 10);
            push_unit(out, 0xdc00 | v & 0x3ff);
        }
    }
}

/// Appends the string in quotes; with `ascii`, everything else is escaped.
pub fn push_quoted(out: &mut TextBuf, text: Text<'_>, ascii: bool) {
    out.push(b'"' as u32);
    let mut rest = 0;
    macro_rules! run {
        ($units:expr) => {
            while let Some(n) = $units[rest..].iter().position(|u| !is_plain((*u).into(), ascii)) {
                if n > 0 {
                    out.push_text(text.slice(rest..rest + n));
                }
                push_escaped(out, $units[rest + n].into());
                rest += n + 1;
            }
        };
    }
    match text {
        Text::Ascii(s) | Text::Latin1(s) => run!(s),
        Text::Ucs2(s) => run!(s),
        Text::Ucs4(s) => run!(s),
    }
    if rest < text.len() {
        out.push_text(text.slice(rest..text.len()));
    }
    out.push(b'"' as u32);
}

/// The string in quotes.
pub fn quoted(s: &Str, ascii: bool) -> PyResult<Ref<Str>> {
    let mut out = if ascii {
        TextBuf::with_capacity(s.len() + 2)
    } else {
        TextBuf::with_max_char(s.len() + 2, s.text().max_char())
    };
    push_quoted(&mut out, s.text(), ascii);
    Str::from_buf(out.finish())
}
