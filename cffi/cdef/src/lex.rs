//! C text as tokens with their places, as far as the rewriter needs them. Never fails: what it does not know is a
//! token of one character.

/// A token's kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Word,
    Number,
    /// String or character literal, with its quotes.
    Text,
    /// `...`
    Dots,
    /// A whole preprocessor line with its continuations, without the last line feed.
    Directive,
    /// One punctuation character.
    Mark,
}

/// A token: `text[start..end]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

/// The tokens of a text; comments and blanks are left out.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut i = 0;
    let mut line_start = true;
    while i < bytes.len() {
        let b = bytes[i];
        if b == b'\n' {
            line_start = true;
            i += 1;
            continue;
        }
        if b.is_ascii_whitespace() || (b == b'\\' && matches!(bytes.get(i + 1), Some(b'\n'))) {
            i += if b == b'\\' { 2 } else { 1 };
            continue;
        }
        if let Some(end) = comment_end(bytes, i) {
            i = end;
            continue;
        }
        let start = i;
        let kind = if b == b'#' && line_start {
            i = directive_end(bytes, i);
            Kind::Directive
        } else if b.is_ascii_digit() || (b == b'.' && bytes.get(i + 1).is_some_and(u8::is_ascii_digit)) {
            i = number_end(bytes, i);
            Kind::Number
        } else if is_word(b) {
            while i < bytes.len() && is_word(bytes[i]) {
                i += 1;
            }
            Kind::Word
        } else if b == b'"' || b == b'\'' {
            i = literal_end(bytes, i);
            Kind::Text
        } else if bytes[i..].starts_with(b"...") {
            i += 3;
            Kind::Dots
        } else {
            i += 1;
            Kind::Mark
        };
        line_start = false;
        out.push(Token { kind, start, end: i });
    }
    out
}

/// Where a comment that begins at `i` ends.
fn comment_end(bytes: &[u8], i: usize) -> Option<usize> {
    if bytes[i..].starts_with(b"/*") {
        let close = bytes[i + 2..].windows(2).position(|w| w == b"*/");
        return Some(close.map_or(bytes.len(), |p| i + 2 + p + 2));
    }
    if bytes[i..].starts_with(b"//") {
        return Some(line_end(bytes, i));
    }
    None
}

/// The line feed that ends a line, or the text's end; a backslash before it joins the next line.
fn line_end(bytes: &[u8], mut i: usize) -> usize {
    while i < bytes.len() && bytes[i] != b'\n' {
        i += if bytes[i] == b'\\' && i + 1 < bytes.len() { 2 } else { 1 };
    }
    i.min(bytes.len())
}

/// As a line ends, but comments over several lines belong to it.
fn directive_end(bytes: &[u8], mut i: usize) -> usize {
    while i < bytes.len() && bytes[i] != b'\n' {
        if bytes[i..].starts_with(b"/*") {
            i = comment_end(bytes, i).unwrap_or(bytes.len());
        } else if bytes[i..].starts_with(b"//") {
            return line_end(bytes, i);
        } else if bytes[i] == b'"' {
            i = literal_end(bytes, i);
        } else {
            i += if bytes[i] == b'\\' && i + 1 < bytes.len() { 2 } else { 1 };
        }
    }
    i.min(bytes.len())
}

fn number_end(bytes: &[u8], mut i: usize) -> usize {
    while i < bytes.len() {
        let exponent = matches!(bytes[i], b'e' | b'E' | b'p' | b'P');
        // Three dots after a number are not its decimal point.
        if bytes[i..].starts_with(b"...") || !(is_word(bytes[i]) || bytes[i] == b'.') {
            break;
        }
        i += 1;
        if exponent && matches!(bytes.get(i), Some(b'+' | b'-')) {
            i += 1;
        }
    }
    i
}

/// Behind the closing quote, or at the end of the line without one.
fn literal_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut i = start + 1;
    while i < bytes.len() && bytes[i] != b'\n' {
        if bytes[i] == quote {
            return i + 1;
        }
        i += if bytes[i] == b'\\' && i + 1 < bytes.len() { 2 } else { 1 };
    }
    i.min(bytes.len())
}
