//! The warnings that come from single tokens: escapes that mean nothing, numbers that run into a word.

use super::lexer::{Kind, Lexer, Token};
use crate::error::SyntaxWarning;

/// Finds them, in the order of the source. The source must be one that the parser accepts.
pub fn lexical_warnings(text: &str) -> Vec<SyntaxWarning> {
    // Most sources have nothing to find, and this is cheap to see.
    if !text.contains('\\') && !number_before_word(text.as_bytes()) {
        return Vec::new();
    }
    let mut finder = Finder { lexer: Lexer::new(text.as_bytes(), false), found: Vec::new() };
    finder.run();
    finder.found
}

fn number_before_word(source: &[u8]) -> bool {
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    source.chunk_by(|a, b| part(a) && part(b)).any(|run| {
        let number =
            run[0].is_ascii_digit() || (run[0] == b'.' && run.get(1).is_some_and(u8::is_ascii_digit));
        let words: [&[u8]; 8] = [b"and", b"el", b"fo", b"if", b"in", b"is", b"or", b"no"];
        number && words.iter().any(|word| run.windows(word.len()).any(|w| w == *word))
    })
}

/// What a text is part of.
#[derive(Clone, Copy, PartialEq)]
enum Text {
    Str,
    Bytes,
    /// An f-string or t-string.
    Middle,
}

struct Finder<'s> {
    lexer: Lexer<'s>,
    found: Vec<SyntaxWarning>,
}

impl Finder<'_> {
    fn run(&mut self) {
        // For each level of nesting, whether the string there is raw, and the texts of the strings that
        // are joined with it: they are looked at when the token after the last one is known.
        let mut raw: Vec<bool> = Vec::new();
        let mut texts: Vec<Vec<Token>> = vec![Vec::new()];
        loop {
            let token = self.lexer.next_token();
            self.found.append(&mut self.lexer.warnings);
            let depth = raw.len();
            match token.kind {
                Kind::FStringStart | Kind::TStringStart => {
                    raw.push(self.text(&token).contains(['r', 'R']));
                    texts.push(Vec::new());
                }
                Kind::FStringMiddle | Kind::TStringMiddle => {
                    if raw.last() == Some(&false) {
                        texts[depth - 1].push(token);
                    }
                }
                Kind::FStringEnd | Kind::TStringEnd => {
                    raw.pop();
                    texts.pop();
                }
                Kind::String => self.string(&token),
                _ => {
                    for part in std::mem::take(&mut texts[depth]) {
                        let body = self.text(&part);
                        self.escape(&body, &token, Text::Middle);
                    }
                }
            }
            if matches!(token.kind, Kind::EndMarker | Kind::Error) {
                return;
            }
        }
    }

    fn text(&self, token: &Token) -> String {
        String::from_utf8_lossy(&self.lexer.source()[token.start..token.end]).into_owned()
    }

    fn string(&mut self, token: &Token) {
        let text = self.text(token);
        let quote = text.find(['"', '\'']).unwrap_or(0);
        let (prefix, rest) = text.split_at(quote);
        if prefix.contains(['r', 'R']) {
            return;
        }
        let size = if rest.len() >= 6 && rest[1..].starts_with(&rest[..1].repeat(2)) { 3 } else { 1 };
        let kind = if prefix.contains(['b', 'B']) { Text::Bytes } else { Text::Str };
        self.escape(&rest[size..rest.len() - size], token, kind);
    }

    /// Looks for the first escape of a text that means nothing, and places it at a token.
    fn escape(&mut self, body: &str, token: &Token, text: Text) {
        let Some((at, len)) = first_invalid_escape(body, text) else { return };
        let shown = &body[at + 1..at + len];
        let kind = if len > 2 { "octal escape" } else { "escape" };
        let start = format!("\"\\{shown}\" is an invalid {kind} sequence. ");
        let end = format!("Did you mean \"\\\\{shown}\"? A raw string is also an option.");
        let lines = body[..at].matches('\n').count() as u32;
        let col =
            if lines == 0 { (token.col + if text == Text::Bytes { 0 } else { 1 }).max(0) as u32 } else { 0 };
        self.found.push(SyntaxWarning {
            message: format!("{start}Such sequences will not work in the future. {end}"),
            error_message: format!("{start}{end}"),
            lineno: token.line + lines,
            offset: col + 1,
            end_offset: col + 3,
        });
    }
}

/// Where the first escape without a meaning is, and how long it is: two characters, or four for an
/// octal number that is too big.
fn first_invalid_escape(body: &str, text: Text) -> Option<(usize, usize)> {
    let bytes = body.as_bytes();
    let mut at = 0;
    while let Some(found) = body[at..].find('\\') {
        at += found;
        let c = *bytes.get(at + 1)?;
        match c {
            b'0'..=b'7' => {
                let digits = &bytes[at + 1..(at + 4).min(bytes.len())];
                if c > b'3' && digits.len() == 3 && digits.iter().all(|d| matches!(d, b'0'..=b'7')) {
                    return Some((at, 4));
                }
            }
            b'\n' | b'\\' | b'\'' | b'"' | b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'x' => {}
            b'N' | b'u' | b'U' if text != Text::Bytes => {}
            // The tokenizer has its own eye on these.
            b'{' | b'}' if text == Text::Middle => {}
            _ if c.is_ascii() => return Some((at, 2)),
            _ => {}
        }
        at += if c.is_ascii() { 2 } else { 1 };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found() {
        let lines = |text: &str| -> Vec<(u32, String)> {
            lexical_warnings(text).into_iter().map(|w| (w.lineno, w.message[..12].to_owned())).collect()
        };
        assert_eq!(
            lines("x = '\\d' + b'''\n\\q'''\n"),
            [(1, "\"\\d\" is an i".to_owned()), (2, "\"\\q\" is an i".to_owned())]
        );
        assert_eq!(lines("x = 1if 0x1for y in z else r'\\d'\n").len(), 2);
        assert_eq!(lines("x1in = 1.5e3in y\n").len(), 1);
        assert_eq!(lines("x = '\\{'\n").len(), 1);
        assert_eq!(lines("'\\n\\x41\\400'\n"), [(1, "\"\\400\" is an".to_owned())]);
        assert_eq!(lines("f'\\{1}\\w'\n").len(), 2);
    }
}
