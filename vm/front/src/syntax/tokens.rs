//! Tokens as the module `_tokenize` hands them out.

use super::lexer::{Done, Kind, Lexer, Token};
use crate::error::{ErrorKind, Stage, SyntaxError};

/// A token, with the number it has in the module `token` and columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// The number.
    pub number: u8,
    /// Its text.
    pub text: String,
    /// Line from 1 and column from 0 of its start.
    pub start: (u32, i32),
    /// Of its end.
    pub end: (u32, i32),
    /// The line or lines it is on.
    pub line: String,
}

/// Hands out tokens one by one, then an error if there is one.
pub struct Tokens<'s> {
    lexer: Lexer<'s>,
    /// The source ends without a line break, and one was added.
    implicit_newline: bool,
    extra: bool,
    last_line: u32,
    line: String,
    done: bool,
    /// The second half of `<>`, which is two operators to `tokenize`.
    rest: Option<TokenInfo>,
}

/// The text to give [`Tokens::new`] for a source: one that ends with a line break.
pub fn terminated(text: &str) -> (String, bool) {
    let implicit = !text.is_empty() && !text.ends_with('\n');
    (if implicit { format!("{text}\n") } else { text.to_owned() }, implicit)
}

impl<'s> Tokens<'s> {
    /// Tokens of a source made by [`terminated`]. With `extra`, comments and plain line breaks are
    /// tokens, all operators have the number of `OP`, and less is an error: what `tokenize` wants.
    pub fn new(text: &'s str, implicit_newline: bool, extra: bool) -> Self {
        Self {
            lexer: Lexer::new(text.as_bytes(), extra),
            implicit_newline,
            extra,
            last_line: 0,
            line: String::new(),
            done: false,
            rest: None,
        }
    }

    /// The next token.
    pub fn next_token(&mut self) -> Option<Result<TokenInfo, Box<SyntaxError>>> {
        if let Some(rest) = self.rest.take() {
            return Some(Ok(rest));
        }
        if self.done {
            return None;
        }
        let token = self.lexer.next_token();
        if token.kind == Kind::Error {
            self.done = true;
            return Some(Err(self.error()));
        }
        self.done = token.kind == Kind::EndMarker;
        let mut info = self.info(&token);
        if self.extra && info.text == "<>" && info.number == OP {
            let mut rest = info.clone();
            info.text.truncate(1);
            info.end.1 -= 1;
            rest.text.remove(0);
            rest.start.1 += 1;
            self.rest = Some(rest);
        }
        Some(Ok(info))
    }

    fn info(&mut self, token: &Token) -> TokenInfo {
        let source = self.lexer.source();
        let string = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let at_end = self.lexer.done == Done::Eof;
        let trailing = token.kind == Kind::EndMarker || (token.kind == Kind::Dedent && at_end);
        let of_string = matches!(
            token.kind,
            Kind::String
                | Kind::FStringStart
                | Kind::FStringMiddle
                | Kind::FStringEnd
                | Kind::TStringStart
                | Kind::TStringMiddle
                | Kind::TStringEnd
        );
        let from = if of_string { self.lexer.multi_line_start } else { self.lexer.line_start };
        let is_last = self.lexer.inp == source.len();
        let to = self.lexer.inp - usize::from(is_last && self.implicit_newline && self.lexer.inp > from);
        let line = if self.extra && trailing {
            String::new()
        } else {
            if self.lexer.lineno() != self.last_line || of_string {
                self.line = string(&source[from..to.max(from)]);
            }
            self.line.clone()
        };
        self.last_line = token.line;
        let chars = |line_start: usize, col: i32| -> i32 {
            if col < 0 {
                return col;
            }
            let end = (line_start + col as usize).min(source.len());
            String::from_utf8_lossy(&source[line_start..end]).chars().count() as i32
        };
        let mut start = (token.line, chars(from, token.col));
        let mut end = (token.end_line, chars(self.lexer.line_start, token.end_col));
        let mut text = string(&source[token.start..token.end]);
        if token.col < 0 {
            text.clear();
        }
        let mut number = number(token.kind, &text);
        if self.extra {
            if trailing {
                (start, end) = ((token.line + 1, 0), (token.line + 1, 0));
                text.clear();
            }
            match token.kind {
                Kind::Op => number = OP,
                Kind::Newline => {
                    text = if is_last && self.implicit_newline { "" } else { "\n" }.to_owned();
                    end.1 += 1;
                }
                Kind::Nl if is_last && self.implicit_newline => text.clear(),
                _ => {}
            }
        }
        if !self.extra && token.kind == Kind::Newline {
            text.clear();
            end = start;
        }
        TokenInfo { number, text, start, end, line }
    }

    /// Where CPython sees the end of a source that ends too early: behind what it still keeps of the source, which is
    /// the lines of an open f-string, or one that goes on; else nothing.
    fn column_of_end(&self) -> i32 {
        let source = self.lexer.source();
        let kept = match self.lexer.modes.get(1) {
            Some(string) => &source[string.line_start..self.lexer.inp],
            None if source[..self.lexer.inp].ends_with(b"\\\n") => self.lexer.line(),
            None => &[],
        };
        String::from_utf8_lossy(kept).chars().count() as i32
    }

    fn error(&mut self) -> Box<SyntaxError> {
        if let Some(error) = self.lexer.error.take() {
            return Box::new(SyntaxError {
                kind: error.kind,
                stage: Stage::Parser,
                message: error.message,
                lineno: error.lineno,
                offset: error.offset,
                end_lineno: error.lineno,
                end_offset: error.end_offset,
                text: Some(error.text),
                statement: None,
            });
        }
        // The end lies on a line of its own, which is empty: its number is that of the last one.
        let at_end = matches!(self.lexer.done, Done::Eof);
        let (kind, message) = match self.lexer.done {
            Done::Eof => (ErrorKind::Syntax, "unexpected EOF in multi-line statement"),
            Done::Dedent => (ErrorKind::Indentation, "unindent does not match any outer indentation level"),
            Done::TabSpace => (ErrorKind::Tab, "inconsistent use of tabs and spaces in indentation"),
            Done::TooDeep => (ErrorKind::Indentation, "too many levels of indentation"),
            Done::LineContinuation => {
                (ErrorKind::Syntax, "unexpected character after line continuation character")
            }
            _ => (ErrorKind::Syntax, "unknown tokenization error"),
        };
        let line = String::from_utf8_lossy(&self.lexer.source()[self.lexer.buf..self.lexer.inp]).into_owned();
        let lineno = self.lexer.lineno();
        Box::new(SyntaxError {
            kind,
            stage: Stage::Parser,
            message: message.to_owned(),
            lineno,
            offset: if at_end { self.column_of_end() } else { line.chars().count() as i32 },
            end_lineno: lineno,
            end_offset: -1,
            text: Some(line),
            statement: None,
        })
    }
}

const OP: u8 = 55;

/// The operators in the order of their numbers, which start at 7.
const OPERATORS: [&str; 48] = [
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{", "}", "==",
    "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=",
    ">>=", "**=", "//", "//=", "@", "@=", "->", "...", ":=", "!",
];

/// The number of a token in the module `token`.
pub fn number(kind: Kind, text: &str) -> u8 {
    match kind {
        Kind::EndMarker => 0,
        Kind::Name => 1,
        Kind::Number => 2,
        Kind::String => 3,
        Kind::Newline => 4,
        Kind::Indent => 5,
        Kind::Dedent => 6,
        Kind::Op if text == "<>" => 28,
        Kind::Op => OPERATORS.iter().position(|op| *op == text).map_or(OP, |at| at as u8 + 7),
        Kind::TypeComment => 57,
        Kind::TypeIgnore => 56,
        Kind::FStringStart => 59,
        Kind::FStringMiddle => 60,
        Kind::FStringEnd => 61,
        Kind::TStringStart => 62,
        Kind::TStringMiddle => 63,
        Kind::TStringEnd => 64,
        Kind::Comment => 65,
        Kind::Nl => 66,
        Kind::Error => 67,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, extra: bool) -> Vec<(u8, String)> {
        let (text, implicit) = terminated(text);
        let mut tokens = Tokens::new(&text, implicit, extra);
        let mut found = Vec::new();
        while let Some(token) = tokens.next_token() {
            let token = token.unwrap();
            found.push((token.number, token.text));
        }
        found
    }

    #[test]
    fn numbers_of_operators() {
        let found = all("a **= (b ...) != -> @ !", false);
        let numbers: Vec<u8> = found.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 46, 7, 1, 52, 8, 28, 51, 49, 54, 4, 0]);
    }

    #[test]
    fn comments_and_line_breaks() {
        let found = all("x # y\n\n(\n)", true);
        let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["x", "# y", "\n", "\n", "(", "\n", ")", "", ""]);
    }
}
