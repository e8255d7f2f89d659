//! From the bytes of a source file to text: byte-order mark, coding cookie (PEP 263), line ends.

use crate::error::{ErrorKind, Stage, SyntaxError};
use std::borrow::Cow;

/// The encoding that a source file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, declared or not.
    Utf8,
    /// ISO 8859-1.
    Latin1,
    /// Any other, by the name in the cookie, lower case with `-` for `_`.
    Other(String),
}

fn error(message: impl Into<String>, lineno: u32) -> Box<SyntaxError> {
    Box::new(SyntaxError {
        kind: ErrorKind::Syntax,
        stage: Stage::Parser,
        message: message.into(),
        lineno,
        offset: 0,
        end_lineno: lineno,
        end_offset: 0,
        text: None,
        statement: None,
    })
}

/// Finds a cookie in a line: a comment that holds `coding`, `:` or `=`, spaces and a name.
fn cookie(line: &[u8]) -> Option<String> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | 0x0c);
    let start = line.iter().position(|b| !blank(b))?;
    if line[start] != b'#' {
        return None;
    }
    let mut at = start;
    while let Some(found) = line[at..].windows(6).position(|w| w == b"coding") {
        at += found + 6;
        if !matches!(line.get(at), Some(b':' | b'=')) {
            continue;
        }
        let rest = &line[at + 1..];
        let name: Vec<u8> = rest
            .iter()
            .skip_while(|b| matches!(b, b' ' | b'\t'))
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .copied()
            .collect();
        if !name.is_empty() {
            return String::from_utf8(name).ok();
        }
    }
    None
}

fn classify(name: &str) -> Encoding {
    let mut normal: String =
        name.chars().map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is = |head: &str| normal == head || normal.starts_with(&format!("{head}-"));
    if is("utf-8") || normal == "utf8" {
        return Encoding::Utf8;
    }
    let latin = ["latin1", "latin", "l1", "iso8859-1", "8859", "cp819", "iso-ir-100"];
    if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") || latin.contains(&&*normal) {
        return Encoding::Latin1;
    }
    normal.shrink_to_fit();
    Encoding::Other(normal)
}

/// The declared encoding of a source file, and whether it opens with UTF-8's byte-order mark.
/// Fails if mark and cookie contradict one another.
pub fn declared_encoding(source: &[u8]) -> Result<(Encoding, bool), Box<SyntaxError>> {
    let marked = source.starts_with(b"\xef\xbb\xbf");
    let body = if marked { &source[3..] } else { source };
    let mut lines = body.split(|&b| b == b'\n' || b == b'\r');
    let mut found = None;
    let mut lineno = 0;
    for n in 1..=2 {
        let Some(line) = lines.next() else { break };
        found = cookie(line);
        lineno = n;
        let first = line.iter().find(|b| !matches!(b, b' ' | b'\t' | 0x0c));
        if found.is_some() || !matches!(first, None | Some(b'#')) {
            break;
        }
        // A line break of two characters has an empty piece between them.
        if line.len() < body.len() && body[line.len()..].starts_with(b"\r\n") {
            lines.next();
        }
    }
    let Some(name) = found else { return Ok((Encoding::Utf8, marked)) };
    let encoding = classify(&name);
    // With the mark, only this spelling will do.
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let name = if encoding == Encoding::Latin1 { "iso-8859-1".to_owned() } else { name };
    if marked && lower != "utf-8" && !lower.starts_with("utf-8-") {
        let name = if encoding == Encoding::Latin1 { "iso-8859-1" } else { name.as_str() };
        return Err(error(format!("encoding problem: {name} with BOM"), lineno));
    }
    Ok((encoding, marked))
}

/// Decodes a source file. An encoding other than UTF-8 and Latin-1 is reported as
/// [`ErrorKind::NeedsCodec`] with its name as message.
pub fn decode(source: &[u8]) -> Result<Cow<'_, str>, Box<SyntaxError>> {
    let (encoding, _) = declared_encoding(source)?;
    match encoding {
        Encoding::Utf8 => decode_utf8(source),
        Encoding::Latin1 => Ok(Cow::Owned(source.iter().map(|&b| char::from(b)).collect())),
        Encoding::Other(name) => {
            let mut needs = error(name, 0);
            needs.kind = ErrorKind::NeedsCodec;
            Err(needs)
        }
    }
}

/// Decodes UTF-8, without its byte-order mark.
pub fn decode_utf8(source: &[u8]) -> Result<Cow<'_, str>, Box<SyntaxError>> {
    let body = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source);
    match std::str::from_utf8(body) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(bad) => {
            let at = bad.valid_up_to();
            let lineno = 1 + body[..at].iter().filter(|&&b| b == b'\n').count() as u32;
            let start = body[..at].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
            let rest = &body[start..];
            let line = &rest[..rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len())];
            let mut refused = error(
                format!(
                    "Non-UTF-8 code starting with '\\x{:02x}' on line {lineno}, but no encoding declared; \
                     see https://peps.python.org/pep-0263/ for details",
                    body[at]
                ),
                lineno,
            );
            let column = String::from_utf8_lossy(&body[start..at]).chars().count() as i32 + 1;
            (refused.offset, refused.end_offset) = (column, column);
            refused.text = Some(String::from_utf8_lossy(line).into_owned());
            Err(refused)
        }
    }
}

/// Makes every line break a line feed and refuses null characters.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, Box<SyntaxError>> {
    if text.contains('\0') {
        return Err(error("source code string cannot contain null bytes", 0));
    }
    if text.contains('\r') {
        return Ok(Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")));
    }
    Ok(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies() {
        let of = |s: &[u8]| declared_encoding(s).unwrap().0;
        assert_eq!(of(b"# -*- coding: latin-1 -*-\n"), Encoding::Latin1);
        assert_eq!(of(b"#!/bin/sh\n# vim: set fileencoding=UTF_8 :\n"), Encoding::Utf8);
        assert_eq!(of(b"#!/bin/sh\r\n# coding:cp1252\r\n"), Encoding::Other("cp1252".into()));
        assert_eq!(of(b"x = 1\n# coding: cp1252\n"), Encoding::Utf8);
        assert_eq!(of(b"\n\n# coding: cp1252\n"), Encoding::Utf8);
        assert_eq!(of(b"# coding: latin1\n"), Encoding::Latin1);
        assert!(declared_encoding(b"\xef\xbb\xbf# coding: cp1252\n").is_err());
        assert!(declared_encoding(b"\xef\xbb\xbf# coding: utf8\n").is_err());
        assert!(declared_encoding(b"\xef\xbb\xbf# coding: UTF_8\n").is_ok());
    }

    #[test]
    fn latin_1_and_bad_utf_8() {
        assert_eq!(decode(b"# coding: latin-1\nx = '\xe9'").unwrap(), "# coding: latin-1\nx = '\u{e9}'");
        assert!(decode(b"x = '\xe9'").is_err());
    }

    #[test]
    fn line_breaks() {
        assert_eq!(normalize("a\r\nb\rc\n").unwrap(), "a\nb\nc\n");
        assert!(normalize("a\0").is_err());
    }
}
