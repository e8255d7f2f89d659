//! CPython's view of Python source: its tokens, its grammar, its words for what is wrong.
//!
//! The compiler's own parser is fast and lenient, and words its errors its own way. When it refuses a
//! source, [`diagnose`] parses it again by the published grammar and says what CPython would say.

mod actions;
mod build;
mod grammar;
pub mod lexer;
pub mod literal;
mod number;
mod operator;
mod parser;
pub mod preprocess;
mod report;
mod string;
mod strings;
pub mod tokens;
pub mod version;
mod warn;

use crate::compile::Mode;
use crate::error::{ErrorKind, SyntaxError};
use crate::tree::Tree;
use lexer::{Done, Kind};
use parser::Parser;
pub use warn::lexical_warnings;

/// How to read a source.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// An interactive block must be ended by a line of its own.
    pub dont_imply_dedent: bool,
    /// Source that ends too early is reported as incomplete.
    pub allow_incomplete: bool,
    /// `<>` is spelled so.
    pub barry: bool,
    /// Comments that begin with `type:` are tokens (PEP 484).
    pub type_comments: bool,
}

/// The error CPython's parser reports for `text`, whose line breaks are line feeds; `None` if it
/// accepts it.
pub fn diagnose(text: &str, mode: Mode, reading: Reading) -> Option<Box<SyntaxError>> {
    crate::stack::grow(STACK, || diagnose_here(text, mode, reading))
}

/// Stack for the deepest parse; pages that are not reached cost nothing.
const STACK: usize = 128 << 20;

fn diagnose_here(text: &str, mode: Mode, reading: Reading) -> Option<Box<SyntaxError>> {
    let (source, rule) = start(text, mode);
    let mut parser = Parser::new(&source, mode == Mode::Single);
    let mut error = diagnose_with(&mut parser, &source, rule, mode, reading)?;
    if error.kind == ErrorKind::Syntax {
        let (line, col) = parser.last_statement;
        error.statement = Some((line, col, String::from_utf8_lossy(&source).into_owned()));
    }
    Some(error)
}

fn diagnose_with(
    parser: &mut Parser<'_>,
    source: &[u8],
    rule: &str,
    mode: Mode,
    reading: Reading,
) -> Option<Box<SyntaxError>> {
    parser.imply_dedent = !reading.dont_imply_dedent;
    parser.barry = reading.barry;
    parser.lexer.type_comments = reading.type_comments;
    if parser.run(rule).is_some() {
        if mode == Mode::Single {
            return parser.more_than_one_statement();
        }
        return None;
    }
    let at_end = matches!(parser.lexer.done, Done::Eof | Done::EofInString | Done::EolInString);
    if reading.allow_incomplete && at_end {
        parser.error = None;
        parser.raise_last(ErrorKind::Incomplete, "incomplete input".to_owned());
        return parser.error.take();
    }
    if parser.error.as_ref().is_some_and(|e| e.kind == ErrorKind::Memory) {
        return parser.error.take();
    }
    let last = parser.last_token();
    if parser.error.is_none() {
        parser.invalid_rules = true;
        parser.run(rule);
    }
    if parser.error.is_some() {
        if parser.lexer.done == Done::Ok {
            parser.check_rest();
        }
        return parser.error.take();
    }
    let last = last?;
    match last.kind {
        Kind::Error if parser.lexer.done == Done::Eof => parser.raise_end_of_source(),
        Kind::Indent => parser.raise_last(ErrorKind::Indentation, "unexpected indent".to_owned()),
        Kind::Dedent => parser.raise_last(ErrorKind::Indentation, "unexpected unindent".to_owned()),
        _ => {
            let angles = &source[last.start..last.end] == b"<>";
            let end_col = if angles { last.col + 1 } else { last.end_col };
            let span = (last.line, last.col, last.end_line, end_col);
            parser.raise(span, "invalid syntax".to_owned());
            parser.check_rest();
        }
    }
    parser.error.take()
}

/// The tree CPython's parser makes of `text`, whose line breaks are line feeds. `func_type` reads a
/// function's type, as in `(int, str) -> bool`, instead of what `mode` says.
pub fn parse(text: &str, mode: Mode, func_type: bool, reading: Reading) -> Result<Tree, Box<SyntaxError>> {
    let tree = crate::stack::grow(STACK, || {
        let (source, rule) = start(text, mode);
        let mut parser = Parser::new(&source, mode == Mode::Single);
        parser.imply_dedent = !reading.dont_imply_dedent;
        parser.barry = reading.barry;
        parser.lexer.type_comments = reading.type_comments;
        let rule = if func_type { "func_type" } else { rule };
        let val = parser.run(rule)?;
        Some(if parser.depth_of(val) > MOST_DEPTH { Err(too_deep()) } else { Ok(parser.module(val)) })
    });
    let tree = tree.transpose()?;
    let refused = || SyntaxError {
        kind: ErrorKind::Syntax,
        stage: crate::error::Stage::Parser,
        message: "invalid syntax".to_owned(),
        lineno: 1,
        offset: 1,
        end_lineno: 1,
        end_offset: 1,
        text: Some(text.to_owned()),
        statement: None,
    };
    // What is left over after an interactive statement is found there too.
    if tree.is_none() || mode == Mode::Single {
        let error = if func_type { None } else { diagnose(text, mode, reading) };
        if let Some(error) = error {
            return Err(error);
        }
    }
    tree.ok_or_else(|| Box::new(refused()))
}

/// How deep a tree may be: what walks it recurses.
const MOST_DEPTH: u32 = 6000;

fn too_deep() -> Box<SyntaxError> {
    Box::new(SyntaxError {
        kind: ErrorKind::Recursion,
        stage: crate::error::Stage::Parser,
        message: "maximum recursion depth exceeded during ast construction".to_owned(),
        lineno: 0,
        offset: 0,
        end_lineno: 0,
        end_offset: 0,
        text: None,
        statement: None,
    })
}

fn start(text: &str, mode: Mode) -> (Vec<u8>, &'static str) {
    let mut source = text.as_bytes().to_vec();
    if mode == Mode::Exec && source.last() != Some(&b'\n') && !source.is_empty() {
        source.push(b'\n');
    }
    let rule = match mode {
        Mode::Exec => "file",
        Mode::Eval => "eval",
        Mode::Single => "interactive",
    };
    (source, rule)
}

/// Whether the source is indented more often than CPython allows.
pub fn too_many_indents(text: &str) -> bool {
    let deep =
        |line: &str| line.len() >= 99 && line.as_bytes()[..99].iter().all(|b| matches!(b, b' ' | b'\t'));
    if !text.lines().any(deep) {
        return false;
    }
    let mut lexer = lexer::Lexer::new(text.as_bytes(), false);
    while !matches!(lexer.next_token().kind, Kind::EndMarker | Kind::Error) {}
    lexer.done == Done::TooDeep
}

impl Parser<'_> {
    /// The error for source after an interactive statement, comments apart.
    fn more_than_one_statement(&mut self) -> Option<Box<SyntaxError>> {
        let rest = &self.lexer.source()[self.lexer.cur.min(self.lexer.source().len())..];
        let mut lines = rest.split(|&b| b == b'\n');
        let blank = lines.all(|line| {
            let first = line.iter().find(|b| !matches!(b, b' ' | b'\t' | 0x0c));
            matches!(first, None | Some(b'#'))
        });
        if !blank {
            let message = "multiple statements found while compiling a single statement";
            self.raise_last(ErrorKind::Syntax, message.to_owned());
        }
        self.error.take()
    }
}
