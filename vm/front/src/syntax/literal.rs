//! The values of string literals: escapes, with the decoder's words for what is wrong with them.

use crate::code::{Const, Wtf8, int_from_digits};

/// What a literal stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StringValue {
    /// A str.
    Str(Wtf8),
    /// A bytes object.
    Bytes(Vec<u8>),
}

/// The value of a number.
pub fn number(text: &str) -> Const {
    let text = text.replace('_', "").to_ascii_lowercase();
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return int_from_digits(digits, base);
        }
    }
    if let Some(imag) = text.strip_suffix('j') {
        return Const::Complex { real: 0.0, imag: imag.parse().unwrap_or(0.0) };
    }
    if text.contains(['.', 'e']) {
        return Const::Float(text.parse().unwrap_or(0.0));
    }
    int_from_digits(&text, 10)
}

/// Decodes a whole literal, prefix and quotes included. The error is the text of a `SyntaxError`.
pub fn decode(literal: &str) -> Result<StringValue, String> {
    let quote_at = literal.find(['"', '\'']).unwrap_or(0);
    let (prefix, rest) = literal.split_at(quote_at);
    let quote = &rest[..1];
    let size = if rest.len() >= 6 && rest[1..].starts_with(&quote.repeat(2)) { 3 } else { 1 };
    let body = &rest[size..rest.len() - size];
    let raw = prefix.contains(['r', 'R']);
    if prefix.contains(['b', 'B']) {
        let bytes = if raw { body.as_bytes().to_vec() } else { decode_bytes(body)? };
        return Ok(StringValue::Bytes(bytes));
    }
    if raw || !body.contains('\\') {
        return Ok(StringValue::Str(body.into()));
    }
    decode_text(body).map(StringValue::Str)
}

/// Decodes a piece of literal text that is not raw.
pub fn decode_text(body: &str) -> Result<Wtf8, String> {
    let bytes = body.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    // Where the decoder sees this byte: it gets what is not ASCII as \UXXXXXXXX.
    let mut seen = 0;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            let c = body[at..].chars().next().unwrap_or('\0');
            seen += if c.is_ascii() { 1 } else { 10 };
            at += c.len_utf8();
            push(&mut out, c as u32);
            continue;
        }
        let fail = |len: usize, why: &str| {
            format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {seen}-{}: {why}",
                seen + len - 1
            )
        };
        // A backslash before nothing or before what is not ASCII is itself.
        let Some(&c) = bytes.get(at + 1).filter(|c| c.is_ascii()) else {
            out.push(b'\\');
            seen += 6;
            at += 1;
            continue;
        };
        let mut len = 2;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(c),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let digits: usize =
                    bytes[at + 1..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
                len = 1 + digits;
                push(&mut out, u32::from_str_radix(&body[at + 1..at + len], 8).unwrap_or(0));
            }
            b'x' | b'u' | b'U' => {
                let (want, name) = match c {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let digits = bytes[at + 2..].iter().take(want).take_while(|b| b.is_ascii_hexdigit()).count();
                if digits < want {
                    return Err(fail(2 + digits, name));
                }
                len = 2 + want;
                let code = u32::from_str_radix(&body[at + 2..at + len], 16).unwrap_or(0);
                if code > 0x0010_ffff {
                    return Err(fail(len, "illegal Unicode character"));
                }
                push(&mut out, code);
            }
            b'N' => {
                let rest = &body[at + 2..];
                let Some(end) = rest.find('}').filter(|&end| rest.starts_with('{') && end > 1) else {
                    let reach = match rest.strip_prefix('{') {
                        Some(inner) => 3 + inner.find('}').unwrap_or(inner.len()),
                        None => 2,
                    };
                    return Err(fail(reach, "malformed \\N character escape"));
                };
                len = 2 + end + 1;
                match rustpython_unicode::data::lookup_character(&rest[1..end]) {
                    Some(c) => push(&mut out, c as u32),
                    None => return Err(fail(len, "unknown Unicode character name")),
                }
            }
            _ => {
                out.extend([b'\\', c]);
            }
        }
        seen += len;
        at += len;
    }
    Ok(Wtf8::from_bytes(out))
}

/// Appends a code point, a surrogate in three bytes.
fn push(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend([
            0xe0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3f) as u8,
            0x80 | (code & 0x3f) as u8,
        ]),
    }
}

fn decode_bytes(body: &str) -> Result<Vec<u8>, String> {
    let bytes = body.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' || at + 1 == bytes.len() {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let c = bytes[at + 1];
        let start = at;
        at += 2;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(c),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let digits = bytes[at - 1..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
                at += digits - 1;
                out.push(u32::from_str_radix(&body[start + 1..at], 8).unwrap_or(0) as u8);
            }
            b'x' => {
                let two = body.get(at..at + 2).filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
                let Some(two) = two else {
                    return Err(format!("(value error) invalid \\x escape at position {start}"));
                };
                out.push(u8::from_str_radix(two, 16).unwrap_or(0));
                at += 2;
            }
            _ => out.extend([b'\\', c]),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let text = |literal: &str| match decode(literal) {
            Ok(StringValue::Str(text)) => text.as_bytes().to_vec(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(r"'a\x41\u00e9\N{BULLET}\101\q'"), "aA\u{e9}\u{2022}A\\q".as_bytes());
        assert_eq!(text(r"'\ud800'"), [0xed, 0xa0, 0x80]);
        assert_eq!(text("r'''\\x'''"), b"\\x");
        assert_eq!(decode(r"b'\xff\0'"), Ok(StringValue::Bytes(vec![255, 0])));
        assert!(decode(r"'\x4'").unwrap_err().ends_with("position 0-2: truncated \\xXX escape"));
    }
}
