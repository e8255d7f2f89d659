//! What can be wrong with declarations, told in the user's own lines and columns.

use crate::rewrite::CDEF_NAME;
use std::fmt;
use std::path::PathBuf;

/// Which exception a message belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// The text is not C, or not C that declares something: cffi's `CDefError`.
    Parse,
    /// Two declarations of one name disagree: cffi's `FFIError`, but for records its `CDefError`.
    Conflict,
    /// Good C with a type or a use that has no place here: `FFIError`.
    Unsupported,
    /// What cffi answers with `NotImplementedError`.
    NotImplemented,
    /// A header that `#include` names is nowhere.
    HeaderNotFound,
    /// There is no libclang.
    NoLibclang,
    /// libclang gave up on the text without saying why.
    Crashed,
}

/// A place in a text or header, counted from 1; columns are bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// `<cdef source string>`, or the path of a header.
    pub file: String,
    pub line: u32,
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// An error, ready to be shown. Its parts are those of [`Details`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error(Box<Details>);

/// The parts of an error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Details {
    pub kind: ErrorKind,
    /// The sentence without the place.
    pub message: String,
    pub place: Option<Place>,
    /// The user's line it stands in.
    pub line: Option<String>,
    /// The name two declarations fight for.
    pub name: Option<String>,
    /// Whether `message` is clang's own, for which place, line and caret say what it speaks of.
    pub from_clang: bool,
    /// More to know: where the other declaration stands, where a header was looked for.
    pub notes: Vec<String>,
}

impl std::ops::Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl std::ops::DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        let message = message.into();
        Error(Box::new(Details {
            kind,
            message,
            place: None,
            line: None,
            name: None,
            from_clang: false,
            notes: Vec::new(),
        }))
    }

    pub(crate) fn at(mut self, place: Place, line: Option<String>) -> Error {
        self.place.get_or_insert(place);
        if self.line.is_none() {
            self.line = line;
        }
        self
    }

    pub(crate) fn no_libclang(tried: &[PathBuf], why: &[String]) -> Error {
        let mut error = Error::new(
            ErrorKind::NoLibclang,
            "libclang was not found; install it with 'python -m pip install libclang' or your system's package \
             (libclang1, clang-libs, clang), or name its file in the environment variable LIBCLANG_PATH",
        );
        error.notes.extend(tried.iter().map(|p| format!("looked in {}", p.display())));
        error.notes.extend(why.iter().cloned());
        error
    }
}

impl fmt::Display for Error {
    /// What clang says: `cannot parse "LINE"`, place and message, then the line again with a caret below. Where a line
    /// directive has given the line another file, `parse error` stands first. Our own sentences follow file and line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from_clang && self.kind == ErrorKind::Parse {
            match (&self.line, &self.place) {
                (Some(line), Some(place)) if place.file == CDEF_NAME => {
                    writeln!(f, "cannot parse \"{}\"", line.trim())?;
                }
                _ => f.write_str("parse error\n")?,
            }
        }
        match &self.place {
            Some(place) if self.from_clang => write!(f, "{place}: ")?,
            Some(place) => write!(f, "{}:{}: ", place.file, place.line)?,
            None => {}
        }
        f.write_str(&self.message)?;
        if let (true, Some(line), Some(place)) = (self.from_clang, &self.line, &self.place) {
            write!(f, "\n{line}\n{}^", blanks_below(line, place.column))?;
        }
        for note in &self.notes {
            write!(f, "\n{note}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// What stands below the part of a line before a column: tabs stay, each other character is one blank.
fn blanks_below(line: &str, column: u32) -> String {
    let before = (column.max(1) - 1) as usize;
    line.char_indices()
        .take_while(|(i, _)| *i < before)
        .map(|(_, c)| if c == '\t' { '\t' } else { ' ' })
        .collect()
}
