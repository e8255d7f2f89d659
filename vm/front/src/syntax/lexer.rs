//! Tokens of Python source: what they are, where they are, and what is wrong with them.
//!
//! The parser crate has a tokenizer of its own; this one exists because reports of syntax errors and
//! the module `tokenize` need CPython's tokens, positions and messages exactly. Positions are lines
//! from 1 and columns in bytes from 0. Numbers are in `number.rs`, strings in `string.rs`.

use crate::error::{ErrorKind, SyntaxWarning};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The end of the source.
    EndMarker,
    /// An identifier or keyword.
    Name,
    /// A number.
    Number,
    /// A string without replacement fields, prefix and quotes included.
    String,
    /// The end of a logical line.
    Newline,
    /// A step to the right.
    Indent,
    /// A step back to the left.
    Dedent,
    /// An operator or a delimiter.
    Op,
    /// Prefix and opening quote of an f-string.
    FStringStart,
    /// Literal text in an f-string.
    FStringMiddle,
    /// The closing quote of an f-string.
    FStringEnd,
    /// Prefix and opening quote of a t-string.
    TStringStart,
    /// Literal text in a t-string.
    TStringMiddle,
    /// The closing quote of a t-string.
    TStringEnd,
    /// `# type: ...`, where type comments are asked for.
    TypeComment,
    /// `# type: ignore...`, where type comments are asked for; the text is what follows these words.
    TypeIgnore,
    /// A comment, where all tokens are asked for.
    Comment,
    /// A line break that ends no logical line, where all tokens are asked for.
    Nl,
    /// Something that is no token: see [`Lexer::done`] and [`Lexer::error`].
    Error,
}

/// A token. Columns are -1 for tokens that stand for no text.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// First line.
    pub line: u32,
    /// Column of the first byte.
    pub col: i32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last byte.
    pub end_col: i32,
    /// Where it starts in the source.
    pub start: usize,
    /// Where it ends in the source.
    pub end: usize,
    /// How many brackets are open.
    pub level: u32,
}

/// Why the tokenizer stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It has not.
    Ok,
    /// End of source.
    Eof,
    /// [`Lexer::error`] says why.
    Error,
    /// End of source within a triple-quoted string; reported.
    EofInString,
    /// End of source within a string; reported.
    EolInString,
    /// A dedent that goes back to no known column.
    Dedent,
    /// Tabs and spaces that mean different things to different tab sizes.
    TabSpace,
    /// Too many levels of indentation.
    TooDeep,
    /// Something after a line continuation's backslash.
    LineContinuation,
}

/// An error with all its parts; columns as in a `SyntaxError`.
#[derive(Clone, Debug)]
pub struct LexError {
    pub kind: ErrorKind,
    pub message: String,
    pub lineno: u32,
    pub offset: i32,
    pub end_offset: i32,
    pub text: String,
}

pub(super) const EOF: i32 = -1;
const TAB_SIZE: usize = 8;
pub(super) const MAX_LEVEL: usize = 200;
const MAX_INDENT: usize = 100;

/// One open f-string or t-string; the bottom of the stack stands for plain code.
#[derive(Clone, Copy, Debug)]
pub(super) struct StringMode {
    pub in_text: bool,
    pub quote: i32,
    pub quote_size: usize,
    pub start: usize,
    pub line_start: usize,
    pub lineno: u32,
    pub depth: i32,
    pub expr_depth: i32,
    pub in_spec: bool,
    pub raw: bool,
    pub template: bool,
}

/// A tokenizer over a source whose line breaks are line feeds.
pub struct Lexer<'s> {
    pub(super) src: &'s [u8],
    pub(super) cur: usize,
    pub(super) inp: usize,
    pub(super) buf: usize,
    pub(super) line_start: usize,
    pub(super) lineno: u32,
    pub(super) start: Option<usize>,
    pub(super) first_lineno: u32,
    pub(super) multi_line_start: usize,
    /// Why it stopped, if it did.
    pub done: Done,
    /// The error, for [`Done::Error`] and the two that say they are reported.
    pub error: Option<Box<LexError>>,
    /// Warnings about tokens read so far.
    pub warnings: Vec<SyntaxWarning>,
    at_line_begin: bool,
    pub(super) indents: Vec<(usize, usize)>,
    pub(super) pending: i32,
    pub(super) brackets: Vec<(u8, u32, usize)>,
    pub(super) modes: Vec<StringMode>,
    /// Comments and plain line breaks are tokens too, and errors are fewer, as `tokenize` wants it.
    pub(super) extra: bool,
    /// Type comments are tokens.
    pub type_comments: bool,
    comment_newline: bool,
}

pub(super) fn identifier_start(c: i32) -> bool {
    c >= 128 || c == i32::from(b'_') || (c > 0 && (c as u8).is_ascii_alphabetic())
}

pub(super) fn identifier_char(c: i32) -> bool {
    identifier_start(c) || digit(c)
}

pub(super) fn digit(c: i32) -> bool {
    (48..58).contains(&c)
}

impl<'s> Lexer<'s> {
    /// A tokenizer for `src`; with `extra`, comments and plain line breaks are tokens too.
    pub fn new(src: &'s [u8], extra: bool) -> Self {
        let plain = StringMode {
            in_text: false,
            quote: 0,
            quote_size: 0,
            start: 0,
            line_start: 0,
            lineno: 0,
            depth: 0,
            expr_depth: -1,
            in_spec: false,
            raw: false,
            template: false,
        };
        Self {
            src,
            cur: 0,
            inp: 0,
            buf: 0,
            line_start: 0,
            lineno: 0,
            start: None,
            first_lineno: 0,
            multi_line_start: 0,
            done: Done::Ok,
            error: None,
            warnings: Vec::new(),
            at_line_begin: true,
            indents: vec![(0, 0)],
            pending: 0,
            brackets: Vec::new(),
            modes: vec![plain],
            extra,
            type_comments: false,
            comment_newline: false,
        }
    }

    /// The source.
    pub fn source(&self) -> &'s [u8] {
        self.src
    }

    /// The innermost open bracket: the character, its line and its column.
    pub fn open_bracket(&self) -> Option<(char, u32, usize)> {
        self.brackets.last().map(|&(c, line, col)| (char::from(c), line, col))
    }

    /// The line being read.
    pub fn lineno(&self) -> u32 {
        self.lineno
    }

    /// The column of what is read next.
    pub fn column(&self) -> usize {
        self.cur.saturating_sub(self.line_start)
    }

    /// Whether no line has been read.
    pub fn at_start(&self) -> bool {
        self.cur == self.buf
    }

    /// `'f'` or `'t'`, the kind of the innermost open string.
    pub fn string_letter(&self) -> char {
        if self.mode().template { 't' } else { 'f' }
    }

    /// The line being read, with its line break.
    pub fn line(&self) -> &'s [u8] {
        &self.src[self.line_start..self.inp]
    }

    /// Drops pending indentation: what ends an interactive statement.
    pub fn end_interactive(&mut self) {
        self.pending = -((self.indents.len() - 1) as i32);
        self.indents.truncate(1);
    }

    /// How deep the indentation is.
    pub fn indent_depth(&self) -> usize {
        self.indents.len() - 1
    }

    pub(super) fn mode(&self) -> &StringMode {
        &self.modes[self.modes.len() - 1]
    }

    pub(super) fn mode_mut(&mut self) -> &mut StringMode {
        let last = self.modes.len() - 1;
        &mut self.modes[last]
    }

    pub(super) fn in_string(&self) -> bool {
        self.modes.len() > 1
    }

    pub(super) fn next(&mut self) -> i32 {
        loop {
            if self.cur != self.inp {
                self.cur += 1;
                return i32::from(self.src[self.cur - 1]);
            }
            if self.done != Done::Ok {
                return EOF;
            }
            let rest = &self.src[self.inp..];
            if rest.is_empty() {
                self.done = Done::Eof;
                return EOF;
            }
            let len = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |at| at + 1);
            if self.start.is_none() {
                self.buf = self.cur;
            }
            self.line_start = self.cur;
            self.lineno += 1;
            self.inp += len;
        }
    }

    pub(super) fn back(&mut self, c: i32) {
        if c != EOF {
            self.cur -= 1;
        }
    }

    pub(super) fn token(&self, kind: Kind, start: usize, end: usize) -> Token {
        let of_string = matches!(
            kind,
            Kind::String
                | Kind::FStringStart
                | Kind::FStringMiddle
                | Kind::FStringEnd
                | Kind::TStringStart
                | Kind::TStringMiddle
                | Kind::TStringEnd
        );
        let line_start = if of_string { self.multi_line_start } else { self.line_start };
        Token {
            kind,
            line: if of_string { self.first_lineno } else { self.lineno },
            col: if start >= line_start { (start - line_start) as i32 } else { -1 },
            end_line: self.lineno,
            end_col: if end >= self.line_start { (end - self.line_start) as i32 } else { -1 },
            start,
            end,
            level: self.brackets.len() as u32,
        }
    }

    pub(super) fn since_start(&self, kind: Kind) -> Token {
        self.token(kind, self.start.unwrap_or(self.cur), self.cur)
    }

    /// A token that stands for no text.
    pub(super) fn blank(&self, kind: Kind) -> Token {
        Token { col: -1, end_col: -1, ..self.token(kind, self.cur, self.cur) }
    }

    pub(super) fn stop(&mut self, why: Done) -> Token {
        self.done = why;
        if matches!(why, Done::Dedent | Done::TabSpace | Done::TooDeep) {
            self.cur = self.inp;
        }
        self.blank(Kind::Error)
    }

    /// Reports an error that ends where the tokenizer is.
    pub(super) fn fail(&mut self, message: impl Into<String>) -> Token {
        self.fail_range(message, None)
    }

    /// Reports an error; `range` holds columns in bytes, from 1.
    pub(super) fn fail_range(&mut self, message: impl Into<String>, range: Option<(i32, i32)>) -> Token {
        if self.done != Done::Error {
            let chars = |col: usize| {
                let before = &self.src[self.line_start..(self.line_start + col).min(self.src.len())];
                String::from_utf8_lossy(before).chars().count() as i32
            };
            let here = self.cur - self.line_start;
            let (offset, end_offset) =
                range.map_or((chars(here), chars(here)), |(a, b)| (chars(a as usize), chars(b as usize)));
            let rest = &self.src[self.line_start..];
            let len = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
            self.error = Some(Box::new(LexError {
                kind: ErrorKind::Syntax,
                message: message.into(),
                lineno: self.lineno,
                offset,
                end_offset,
                text: String::from_utf8_lossy(&rest[..len]).into_owned(),
            }));
            self.done = Done::Error;
        }
        self.blank(Kind::Error)
    }

    /// Notes a warning at where the tokenizer is.
    pub(super) fn warn(&mut self, message: String, error_message: String) {
        let before = String::from_utf8_lossy(&self.src[self.line_start..self.cur]);
        let offset = before.chars().count() as u32;
        self.warnings.push(SyntaxWarning {
            message,
            error_message,
            lineno: self.lineno,
            offset,
            end_offset: offset,
        });
    }

    /// Reads the next token.
    pub fn next_token(&mut self) -> Token {
        if self.mode().in_text { self.string_text() } else { self.code() }
    }

    /// Reads over a backslash's line break. `None`: there is none, and the stop is noted.
    fn continuation(&mut self) -> Option<()> {
        if self.next() != i32::from(b'\n') {
            self.done = Done::LineContinuation;
            return None;
        }
        let c = self.next();
        if c == EOF {
            self.done = Done::Eof;
            self.cur = self.inp;
            return None;
        }
        self.back(c);
        Some(())
    }

    /// Measures indentation at the start of a line. `Ok(true)`: the line is blank.
    fn indentation(&mut self) -> Result<bool, Token> {
        let (mut col, mut alt, mut continued) = (0, 0, 0);
        let c = loop {
            let c = self.next();
            match c {
                0x20 => (col, alt) = (col + 1, alt + 1),
                0x09 => (col, alt) = ((col / TAB_SIZE + 1) * TAB_SIZE, alt + 1),
                0x0c => (col, alt) = (0, 0),
                0x5c => {
                    continued = if continued != 0 { continued } else { col };
                    if self.continuation().is_none() {
                        return Err(self.blank(Kind::Error));
                    }
                }
                _ => break c,
            }
        };
        self.back(c);
        if matches!(c, 0x23 | 0x0a) {
            return Ok(true);
        }
        if !self.brackets.is_empty() {
            return Ok(false);
        }
        if continued != 0 {
            (col, alt) = (continued, continued);
        }
        let (mut top, mut top_alt) = self.indents[self.indents.len() - 1];
        if col > top {
            if self.indents.len() >= MAX_INDENT {
                return Err(self.stop(Done::TooDeep));
            }
            if alt <= top_alt {
                return Err(self.stop(Done::TabSpace));
            }
            self.pending += 1;
            self.indents.push((col, alt));
            return Ok(false);
        }
        while col < top && self.indents.len() > 1 {
            self.pending -= 1;
            self.indents.pop();
            (top, top_alt) = self.indents[self.indents.len() - 1];
        }
        if col != top {
            return Err(self.stop(Done::Dedent));
        }
        if alt != top_alt {
            return Err(self.stop(Done::TabSpace));
        }
        Ok(false)
    }

    /// Reads a token of plain code.
    pub(super) fn code(&mut self) -> Token {
        'line: loop {
            self.start = None;
            let mut blank_line = false;
            if self.at_line_begin {
                self.at_line_begin = false;
                match self.indentation() {
                    Ok(blank) => blank_line = blank,
                    Err(token) => return token,
                }
            }
            self.start = Some(self.cur);
            if self.pending != 0 {
                let kind = if self.pending < 0 { Kind::Dedent } else { Kind::Indent };
                self.pending -= self.pending.signum();
                return match (self.extra, kind) {
                    (true, Kind::Indent) => self.token(kind, self.line_start, self.cur),
                    (true, _) => self.token(kind, self.cur, self.cur),
                    _ => self.blank(kind),
                };
            }
            let c = self.next();
            self.back(c);
            loop {
                self.start = None;
                let mut c = self.next();
                while matches!(c, 0x20 | 0x09 | 0x0c) {
                    c = self.next();
                }
                self.start = Some(if c == EOF { self.cur } else { self.cur - 1 });
                if c == i32::from(b'#') {
                    while c != EOF && c != i32::from(b'\n') {
                        c = self.next();
                    }
                    if self.extra {
                        self.back(c);
                        self.comment_newline = blank_line;
                        return self.since_start(Kind::Comment);
                    }
                    if self.type_comments
                        && let Some(token) = self.type_comment(c, blank_line)
                    {
                        return token;
                    }
                }
                if c == EOF {
                    let kind = if self.brackets.is_empty() && self.done == Done::Eof {
                        Kind::EndMarker
                    } else {
                        Kind::Error
                    };
                    return self.blank(kind);
                }
                if identifier_start(c) {
                    return self.name_or_string(c);
                }
                if c == i32::from(b'\n') {
                    self.at_line_begin = true;
                    if blank_line || !self.brackets.is_empty() {
                        if self.extra {
                            self.comment_newline = false;
                            return self.since_start(Kind::Nl);
                        }
                        continue 'line;
                    }
                    if self.comment_newline && self.extra {
                        self.comment_newline = false;
                        return self.since_start(Kind::Nl);
                    }
                    let end = if self.extra { self.cur - 1 } else { self.cur };
                    return self.token(Kind::Newline, self.start.unwrap_or(self.cur - 1), end);
                }
                if c == i32::from(b'.') {
                    return self.dot();
                }
                if digit(c) {
                    return self.number(c);
                }
                if matches!(c, 0x22 | 0x27) {
                    return self.quoted(c);
                }
                if c == i32::from(b'\\') {
                    if self.continuation().is_none() {
                        return self.blank(Kind::Error);
                    }
                    continue;
                }
                return self.operator(c as u8);
            }
        }
    }

    /// The token of the comment that ends before `c`, if it is a type comment.
    fn type_comment(&mut self, c: i32, blank_line: bool) -> Option<Token> {
        let end = if c == EOF { self.cur } else { self.cur - 1 };
        let start = self.start?;
        let skip = |from: usize| {
            let blanks = self.src[from..end].iter().take_while(|b| matches!(b, b' ' | b'\t'));
            from + blanks.count()
        };
        let word = skip(start + 1);
        if !self.src[word..end].starts_with(b"type:") {
            return None;
        }
        // At least one blank may follow the colon, and all of them are passed over.
        let text = skip(word + 5);
        let rest = self.src[text..end].strip_prefix(b"ignore");
        if rest.is_some_and(|r| !r.first().is_some_and(|b| *b >= 128 || b.is_ascii_alphanumeric())) {
            // Of a line with nothing but this comment, the line break belongs to it.
            let whole = blank_line && c != EOF;
            let token = self.token(Kind::TypeIgnore, text + 6, if whole { self.cur } else { end });
            if whole {
                self.at_line_begin = true;
            } else {
                self.back(c);
            }
            return Some(token);
        }
        self.back(c);
        Some(self.token(Kind::TypeComment, text, end))
    }

    fn name_or_string(&mut self, first: i32) -> Token {
        let mut c = first;
        let mut seen: Vec<u8> = Vec::new();
        while matches!(c, 0x42 | 0x62 | 0x46 | 0x66 | 0x52 | 0x72 | 0x54 | 0x74 | 0x55 | 0x75) {
            let letter = (c as u8).to_ascii_lowercase();
            if seen.contains(&letter) {
                break;
            }
            seen.push(letter);
            c = self.next();
            if matches!(c, 0x22 | 0x27) {
                for (one, two) in ["ub", "ur", "uf", "ut", "bf", "bt", "ft"].map(|s| s.split_at(1)) {
                    if seen.contains(&one.as_bytes()[0]) && seen.contains(&two.as_bytes()[0]) {
                        let from = self.start.unwrap_or(0) + 1 - self.line_start;
                        let to = self.cur - self.line_start;
                        let message = format!("'{one}' and '{two}' prefixes are incompatible");
                        return self.fail_range(message, Some((from as i32, to as i32)));
                    }
                }
                if seen.contains(&b'f') || seen.contains(&b't') {
                    return self.string_start(c, seen.contains(&b't'), seen.contains(&b'r'));
                }
                return self.quoted(c);
            }
        }
        let mut ascii = true;
        while identifier_char(c) {
            ascii &= c < 128;
            c = self.next();
        }
        self.back(c);
        if !ascii && !self.extra {
            let start = self.start.unwrap_or(self.cur);
            let text = String::from_utf8_lossy(&self.src[start..self.cur]).into_owned();
            let bad = text.char_indices().find(|&(at, c)| {
                !(c == '_' || unicode_ident::is_xid_start(c) || (at > 0 && unicode_ident::is_xid_continue(c)))
            });
            if let Some((at, c)) = bad {
                self.cur = start + at + c.len_utf8();
                return self.bad_character(c);
            }
        }
        self.since_start(Kind::Name)
    }

    fn bad_character(&mut self, c: char) -> Token {
        let code = c as u32;
        if rustpython_unicode::classify::is_repr_printable(c) {
            self.fail(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.fail(format!("invalid non-printable character U+{code:04X}"))
        }
    }

    fn dot(&mut self) -> Token {
        let c = self.next();
        if digit(c) {
            return self.fraction(c);
        }
        if c == i32::from(b'.') {
            let third = self.next();
            if third == i32::from(b'.') {
                return self.since_start(Kind::Op);
            }
            self.back(third);
        }
        self.back(c);
        self.since_start(Kind::Op)
    }
}
