//! The one error type of this crate: which Python exception, and its message.

use std::borrow::Cow;
use std::fmt;

/// The Python exception class an [`Error`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `ZeroDivisionError`
    ZeroDivision,
    /// `OverflowError`
    Overflow,
    /// `OverflowError` whose arguments are `(34, message)`, as C's `ERANGE` is reported.
    Range,
    /// `ValueError`
    Value,
    /// `TypeError`
    Type,
    /// `MemoryError`
    Memory,
}

/// An error as CPython words it. The caller turns it into an exception object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which exception to raise.
    pub kind: Kind,
    /// The exception's message.
    pub message: Cow<'static, str>,
}

/// `std::result::Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with a constant message.
    #[cold]
    pub const fn new(kind: Kind, message: &'static str) -> Error {
        Error { kind, message: Cow::Borrowed(message) }
    }

    /// A `ValueError` with a composed message.
    #[cold]
    pub fn value(message: impl Into<Cow<'static, str>>) -> Error {
        Error { kind: Kind::Value, message: message.into() }
    }

    /// `OverflowError` with a constant message.
    #[cold]
    pub const fn overflow(message: &'static str) -> Error {
        Error::new(Kind::Overflow, message)
    }

    /// `ZeroDivisionError: division by zero`.
    #[cold]
    pub const fn division_by_zero() -> Error {
        Error::new(Kind::ZeroDivision, "division by zero")
    }

    /// `OverflowError: (34, 'Numerical result out of range')`.
    #[cold]
    pub const fn range() -> Error {
        Error::new(Kind::Range, "Numerical result out of range")
    }

    /// The name of the Python exception class.
    pub fn class_name(&self) -> &'static str {
        match self.kind {
            Kind::ZeroDivision => "ZeroDivisionError",
            Kind::Overflow | Kind::Range => "OverflowError",
            Kind::Value => "ValueError",
            Kind::Type => "TypeError",
            Kind::Memory => "MemoryError",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Range => write!(f, "{}: (34, '{}')", self.class_name(), self.message),
            _ => write!(f, "{}: {}", self.class_name(), self.message),
        }
    }
}

impl std::error::Error for Error {}
