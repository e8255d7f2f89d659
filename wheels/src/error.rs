//! What can be wrong with a wheel, or go wrong when installing one, in words a user can act on.

use std::fmt;
use std::path::{Path, PathBuf};

/// The crate's result.
pub type Result<T> = std::result::Result<T, WheelError>;

/// Everything that stops a check or an installation.
#[derive(Debug)]
pub enum WheelError {
    /// A file of the system could not be read or written.
    Io { path: PathBuf, error: std::io::Error },
    /// The file name is not a wheel's.
    FileName { name: String, reason: String },
    /// The file is no readable zip archive.
    NotAnArchive { reason: String },
    /// An entry that every wheel has is missing.
    Missing { entry: String },
    /// An entry is there and cannot be understood.
    Malformed { entry: String, reason: String },
    /// An entry's name would leave the folder it is unpacked to.
    UnsafePath { entry: String },
    /// An entry is in the archive and not in RECORD.
    NotRecorded { entry: String },
    /// RECORD names an entry that the archive lacks.
    RecordedOnly { entry: String },
    /// An entry's content is not what RECORD says.
    Hash { entry: String, expected: String, found: String },
    /// An entry's length is not what RECORD says.
    Size { entry: String, expected: u64, found: u64 },
    /// An entry's compressed data ends in the middle or contradicts itself.
    Damaged { entry: String, expected: String, reason: String },
    /// None of the wheel's tags fits here.
    NoFit { found: Vec<String>, fit: Vec<String> },
    /// The wheel's `Requires-Python` leaves this version out.
    RequiresPython { wanted: String, present: String },
    /// The distribution is installed already.
    AlreadyInstalled { name: String, version: String },
    /// A file of somebody else's stands where the wheel has one.
    Occupied { path: PathBuf },
}

impl WheelError {
    /// An [`Io`](WheelError::Io) error of this path, for `map_err`.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> WheelError {
        let path = path.to_path_buf();
        move |error| WheelError::Io { path, error }
    }

    /// A [`Malformed`](WheelError::Malformed) error.
    pub fn malformed(entry: impl Into<String>, reason: impl fmt::Display) -> WheelError {
        WheelError::Malformed { entry: entry.into(), reason: reason.to_string() }
    }
}

impl fmt::Display for WheelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WheelError::Io { path, error } => write!(f, "{}: {error}", path.display()),
            WheelError::FileName { name, reason } => {
                write!(f, "'{name}' is not a wheel's file name: {reason}")
            }
            WheelError::NotAnArchive { reason } => write!(f, "not a readable zip archive: {reason}"),
            WheelError::Missing { entry } => write!(f, "has no {entry}"),
            WheelError::Malformed { entry, reason } => write!(f, "{entry}: {reason}"),
            WheelError::UnsafePath { entry } => write!(f, "{entry}: the name leads out of the folder"),
            WheelError::NotRecorded { entry } => write!(f, "{entry}: is in the archive and not in RECORD"),
            WheelError::RecordedOnly { entry } => write!(f, "{entry}: is in RECORD and not in the archive"),
            WheelError::Hash { entry, expected, found } => {
                write!(f, "{entry}: corrupt: RECORD expects {expected}, found {found}")
            }
            WheelError::Size { entry, expected, found } => {
                write!(f, "{entry}: corrupt: RECORD expects {expected} bytes, found {found}")
            }
            WheelError::Damaged { entry, expected, reason } => {
                write!(f, "{entry}: corrupt: RECORD expects {expected}, and it cannot be unpacked: {reason}")
            }
            WheelError::NoFit { found, fit } => {
                write!(f, "made for {}; here fit {}", found.join(", "), fit.join(", "))
            }
            WheelError::RequiresPython { wanted, present } => {
                write!(f, "requires Python {wanted}, this is {present}")
            }
            WheelError::AlreadyInstalled { name, version } => {
                write!(f, "{name} {version} is installed already (--force replaces it)")
            }
            WheelError::Occupied { path } => {
                write!(f, "{} exists and belongs to nothing this installs", path.display())
            }
        }
    }
}

impl std::error::Error for WheelError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WheelError::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}
