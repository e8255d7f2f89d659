//! What the compiler reports: syntax errors and syntax warnings, with CPython's positions.

/// Which exception class the runtime raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// `_IncompleteInputError`, a subclass of `SyntaxError`: only where `ALLOW_INCOMPLETE_INPUT` is set.
    Incomplete,
    /// `RecursionError`: the message alone counts.
    Recursion,
    /// `MemoryError` of a parser whose stack is used up: the message alone counts.
    Memory,
    /// The source declares an encoding that this crate does not decode: [`SyntaxError::message`] is
    /// its normalized name. The runtime decodes with its codec and calls `compile_text`.
    NeedsCodec,
}

impl ErrorKind {
    /// The exception class's name.
    pub fn class_name(self) -> &'static str {
        match self {
            Self::Syntax => "SyntaxError",
            Self::Indentation => "IndentationError",
            Self::Tab => "TabError",
            Self::Incomplete => "_IncompleteInputError",
            Self::Recursion => "RecursionError",
            Self::Memory => "MemoryError",
            Self::NeedsCodec => "LookupError",
        }
    }
}

/// Who found the error. CPython fills in `text` differently for the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The tokenizer or the parser: offsets count characters, `text` is the source line.
    Parser,
    /// The symbol table or the code generator: offsets count bytes of UTF-8, and `text` is for the
    /// runtime to read from the file, `None` if there is no such file.
    Compiler,
}

/// The parts of a `SyntaxError` exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The exception class.
    pub kind: ErrorKind,
    /// Who found it.
    pub stage: Stage,
    /// `msg`
    pub message: String,
    /// `lineno`, from 1.
    pub lineno: u32,
    /// `offset`, from 1; 0 where CPython says so.
    pub offset: i32,
    /// `end_lineno`
    pub end_lineno: u32,
    /// `end_offset`; -1 where CPython has no column for the end.
    pub end_offset: i32,
    /// The source line with its line break, for [`Stage::Parser`].
    pub text: Option<String>,
    /// `_metadata`, for hints about misspelt keywords: where the last complete statement before the error starts (zeros
    /// where there is none), and the whole source.
    pub statement: Option<(u32, i32, String)>,
}

/// A `SyntaxWarning` to be issued. If a filter makes it an error, that is a `SyntaxError` with
/// `error_message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxWarning {
    /// The text.
    pub message: String,
    /// The text of the error; often the same.
    pub error_message: String,
    /// Line, from 1.
    pub lineno: u32,
    /// The error's column, from 1.
    pub offset: u32,
    /// The error's last column.
    pub end_offset: u32,
}
