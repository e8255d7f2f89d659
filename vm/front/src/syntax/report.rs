//! Errors with CPython's positions: from what the parser and the tokenizer know to a `SyntaxError`.

use super::grammar::{Piece, Place, Range};
use super::lexer::{Done, Kind, Token};
use super::parser::{Parser, Stop, Val};
use crate::error::{ErrorKind, Stage, SyntaxError};

/// A place: start line and column, end line and column, in bytes from 0, -1 for none.
pub(super) type Span = (u32, i32, u32, i32);

impl Parser<'_> {
    /// The span of a value.
    pub(super) fn span(&self, val: Val) -> Span {
        let of = |t: &Token| (t.line, t.col, t.end_line, t.end_col);
        match val {
            Val::Tok(t) => of(&self.tokens[t as usize]),
            Val::Node(n) => {
                let n = &self.nodes[n as usize];
                (n.line, n.col, n.end_line, n.end_col)
            }
            Val::List(l) => {
                let list = &self.lists[l as usize];
                match (list.first(), list.last()) {
                    (Some(&first), Some(&last)) => join(self.span(first), self.span(last)),
                    _ => (0, 0, 0, 0),
                }
            }
            Val::Nil | Val::Word(_) => (0, 0, 0, 0),
        }
    }

    fn place(&self, place: &Place, values: &[Val]) -> Span {
        let list = |slot: usize| self.elements(values[slot]);
        match place {
            Place::Whole(slot) => self.span(values[*slot]),
            Place::First(slot) => self.span(list(*slot).first().copied().unwrap_or(Val::Nil)),
            Place::Last(slot) => self.span(list(*slot).last().copied().unwrap_or(Val::Nil)),
            Place::Comprehension(slot) => self.comprehension_end(values[*slot]),
        }
    }

    /// The span of what a list of comprehension clauses ends with.
    pub(super) fn comprehension_end(&self, clauses: Val) -> Span {
        let Some(Val::Node(last)) = self.elements(clauses).last().copied() else { return (0, 0, 0, 0) };
        let ifs = self.elements(self.field(last, "ifs"));
        self.span(ifs.last().copied().unwrap_or_else(|| self.field(last, "iter")))
    }

    pub(super) fn raise_action(
        &mut self,
        range: &Range,
        pieces: &[Piece],
        values: &[Val],
    ) -> Result<(), Stop> {
        let mut message = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => message.push_str(text),
                Piece::Name(slot) => message.push_str(self.expression_name(values[*slot])),
                Piece::Words(slot) => {
                    if let Val::Tok(t) = values[*slot] {
                        message.push_str(self.text(t));
                    }
                }
                Piece::Line(slot) => message.push_str(&self.span(values[*slot]).0.to_string()),
            }
        }
        match range {
            Range::Between(start, end) => {
                let span = join(self.place(start, values), self.place(end, values));
                self.raise(span, message);
            }
            Range::From(place) => {
                let (line, col, ..) = self.place(place, values);
                self.raise_from(line, col, message);
            }
            Range::Last => self.raise_last(ErrorKind::Syntax, message),
            Range::Indent => self.raise_last(ErrorKind::Indentation, message),
            Range::Next => {
                self.fill()?;
                self.raise_token(ErrorKind::Syntax, self.tokens[self.mark], message);
            }
        }
        Err(Stop)
    }

    /// Reports a span.
    pub(super) fn raise(&mut self, (line, col, end_line, end_col): Span, message: String) {
        self.set_error(ErrorKind::Syntax, line, col + 1, end_line, end_col + 1, message);
    }

    /// Reports from a place to where the tokenizer is.
    pub(super) fn raise_from(&mut self, line: u32, col: i32, message: String) {
        let (end_line, end_col) = (self.lexer.lineno(), self.lexer.column() as i32);
        self.set_error(ErrorKind::Syntax, line, col + 1, end_line, end_col, message);
    }

    pub(super) fn raise_at_token(&mut self, token: usize, message: String) {
        let t = self.tokens[token];
        self.raise((t.line, t.col, t.end_line, t.end_col), message);
    }

    /// Reports the last token read.
    pub(super) fn raise_last(&mut self, kind: ErrorKind, message: String) {
        match self.last_token() {
            Some(token) => self.raise_token(kind, token, message),
            None => self.set_error(kind, 0, 0, 0, -1, message),
        }
    }

    fn raise_token(&mut self, kind: ErrorKind, t: Token, message: String) {
        if self.error.is_some() {
            return;
        }
        let last_is_error = self.last_token().is_some_and(|last| last.kind == Kind::Error);
        if last_is_error && self.lexer.done == Done::Eof && kind != ErrorKind::Incomplete {
            self.raise_end_of_source();
            return;
        }
        let col = match t.col {
            -1 if self.lexer.at_start() => 0,
            -1 => self.lexer.column() as i32,
            col => col + 1,
        };
        let end_col = if t.end_col == -1 { -1 } else { t.end_col + 1 };
        self.set_error(kind, t.line, col, t.end_line, end_col, message);
    }

    /// The source ends where it should not.
    pub(super) fn raise_end_of_source(&mut self) {
        if self.lexer.open_bracket().is_some() {
            self.raise_unclosed();
            return;
        }
        let message = "unexpected EOF while parsing".to_owned();
        let Some(t) = self.last_token() else { return };
        let col = if t.col == -1 { self.lexer.column() as i32 } else { t.col + 1 };
        let end_col = if t.end_col == -1 { -1 } else { t.end_col + 1 };
        self.set_error(ErrorKind::Syntax, t.line, col, t.end_line, end_col, message);
    }

    /// Reports the innermost bracket that is open.
    pub(super) fn raise_unclosed(&mut self) {
        if let Some((c, line, col)) = self.lexer.open_bracket() {
            let message = format!("'{c}' was never closed");
            self.set_error(ErrorKind::Syntax, line, col as i32 + 1, line, 0, message);
        }
    }

    /// Turns the tokenizer's stop into an error.
    pub(super) fn tokenizer_error(&mut self) {
        if let Some(error) = self.lexer.error.take() {
            self.error = Some(Box::new(SyntaxError {
                kind: error.kind,
                stage: Stage::Parser,
                message: error.message,
                lineno: error.lineno,
                offset: error.offset,
                end_lineno: error.lineno,
                end_offset: error.end_offset,
                text: Some(error.text),
                statement: None,
            }));
            return;
        }
        let (kind, col, message) = match self.lexer.done {
            Done::Eof => return self.raise_end_of_source(),
            Done::Dedent => {
                let message = "unindent does not match any outer indentation level";
                return self.raise_last(ErrorKind::Indentation, message.to_owned());
            }
            Done::TabSpace => (ErrorKind::Tab, 0, "inconsistent use of tabs and spaces in indentation"),
            Done::TooDeep => (ErrorKind::Indentation, 0, "too many levels of indentation"),
            Done::LineContinuation => (
                ErrorKind::Syntax,
                (self.lexer.cur - self.lexer.buf) as i32 - 1,
                "unexpected character after line continuation character",
            ),
            _ => (ErrorKind::Syntax, 0, "unknown parsing error"),
        };
        let line = self.lexer.lineno();
        self.set_error(kind, line, col.max(0) + 1, line, 0, message.to_owned());
    }

    /// Sets the error. Columns are bytes from 1, with 0 and -1 as CPython has them.
    pub(super) fn set_error(
        &mut self,
        kind: ErrorKind,
        lineno: u32,
        col: i32,
        end_lineno: u32,
        end_col: i32,
        message: String,
    ) {
        let source = self.lexer.source();
        let current = self.lexer.line();
        let line = if self.lexer.lineno() <= lineno && !current.is_empty() {
            current
        } else {
            source.split(|&b| b == b'\n').nth((lineno.max(1) - 1) as usize).unwrap_or(b"")
        };
        let text = String::from_utf8_lossy(line).into_owned();
        self.error = Some(Box::new(SyntaxError {
            kind,
            stage: Stage::Parser,
            message,
            lineno,
            offset: characters(line, col),
            end_lineno,
            end_offset: if end_col > 0 { characters(line, end_col) } else { end_col },
            text: Some(text),
            statement: None,
        }));
    }

    /// Reads the rest of the tokens after an error, since what is wrong with a token or a bracket
    /// says more than an error of the grammar.
    pub(super) fn check_rest(&mut self) {
        let Some(current) = self.last_token() else { return };
        loop {
            match self.lexer.next_token().kind {
                Kind::Error => {
                    // What is wrong with a later string's text says less than the error at hand.
                    if self.lexer.error.is_some() {
                        if !self.lexer.in_string() {
                            self.tokenizer_error();
                        }
                    } else if let Some((_, line, _)) = self.lexer.open_bracket()
                        && current.line > line
                    {
                        self.raise_unclosed();
                    }
                    return;
                }
                Kind::EndMarker => return,
                _ => {}
            }
        }
    }
}

fn join(a: Span, b: Span) -> Span {
    (a.0, a.1, b.2, b.3)
}

/// Turns a number of bytes into one of characters; a cut character counts.
fn characters(line: &[u8], bytes: i32) -> i32 {
    if bytes < 0 {
        return -1;
    }
    let take = (bytes as usize).min(line.len() + 1);
    let beyond = take.saturating_sub(line.len());
    let text = String::from_utf8_lossy(&line[..take - beyond]);
    (text.chars().count() + beyond) as i32
}
