//! `_io`: streams.

mod base;
mod buffered;
mod bytesio;
mod file;
mod held;
mod newline;
mod open;
pub mod streams;
mod stringio;
mod text;

use crate::util::{set, set_int};
use base::{BufferedIoBase, IoBase, RawIoBase, TextIoBase};
use buffered::{BufferedRandom, BufferedReader, BufferedRwPair, BufferedWriter};
use bytesio::{BytesIo, BytesIoBuffer};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::add_type;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::str_::Str;
use dovetail_macros::pymodule;
use file::FileIo;
use newline::IncrementalNewlineDecoder;
use stringio::StringIo;
use text::TextIoWrapper;

/// The size of buffers where the file system does not tell a better one.
pub const DEFAULT_BUFFER_SIZE: i64 = 128 * 1024;

/// The io module provides the Python interfaces to stream handling. The
/// builtin open function is defined in this module.
#[pymodule(name = "_io")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set_int(module, "DEFAULT_BUFFER_SIZE", DEFAULT_BUFFER_SIZE)?;
        set(module, "UnsupportedOperation", base::unsupported_type()?.as_obj())?;
        set(module, "BlockingIOError", exc::BlockingIOError().as_obj())?;
        add_type::<IoBase>(module)?;
        add_type::<RawIoBase>(module)?;
        add_type::<BufferedIoBase>(module)?;
        add_type::<TextIoBase>(module)?;
        add_type::<FileIo>(module)?;
        add_type::<BytesIo>(module)?;
        add_type::<BytesIoBuffer>(module)?;
        add_type::<StringIo>(module)?;
        add_type::<BufferedReader>(module)?;
        add_type::<BufferedWriter>(module)?;
        add_type::<BufferedRandom>(module)?;
        add_type::<BufferedRwPair>(module)?;
        add_type::<IncrementalNewlineDecoder>(module)?;
        add_type::<TextIoWrapper>(module)?;
        Ok(())
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// file is a path (text, bytes or an object with __fspath__) or the
    /// number of a file descriptor, which is closed with the stream unless
    /// closefd is False.
    ///
    /// mode says how the file is opened:
    ///
    ///     'r'  for reading (default)
    ///     'w'  for writing, truncating the file first
    ///     'x'  for writing to a new file, which must not exist
    ///     'a'  for writing at the end of the file
    ///     'b'  binary mode: bytes as they are
    ///     't'  text mode (default): str, decoded and encoded
    ///     '+'  for reading and writing
    ///
    /// buffering is 0 for none (binary mode only), 1 for lines (text mode
    /// only), else the size of the buffer. By default that is
    /// max(min(blocksize, 8 MiB), DEFAULT_BUFFER_SIZE), and a text file on a
    /// terminal is line buffered.
    ///
    /// encoding, errors and newline are for text mode, and those of
    /// TextIOWrapper. Without encoding, locale.getencoding() is used.
    ///
    /// opener is called with (file, flags) and returns an open file
    /// descriptor, as os.open does.
    ///
    /// The result is a TextIOWrapper in text mode; in binary mode a
    /// BufferedReader, BufferedWriter or, for reading and writing,
    /// BufferedRandom, and without buffering a FileIO.
    #[function(
        sig = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn open(
        file: &Obj,
        mode: &str,
        buffering: i32,
        encoding: Option<&Obj>,
        errors: Option<&Obj>,
        newline: Option<&Obj>,
        closefd: bool,
        opener: Option<&Obj>,
    ) -> PyResult<Object> {
        let a = super::open::Arguments { mode, buffering, encoding, errors, newline, closefd, opener };
        super::open::open(file, &a)
    }

    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise
    /// interchangeable with calling open(path, 'rb').
    #[function(sig = "(path)")]
    fn open_code(path: &Str) -> PyResult<Object> {
        super::open::open_code(path)
    }

    /// A helper function to choose the text encoding.
    ///
    /// Returns encoding if it is not None, else the default: "locale", or
    /// "utf-8" in UTF-8 mode.
    ///
    /// Emits an EncodingWarning if encoding is None and
    /// sys.flags.warn_default_encoding is true. It is meant for APIs with an
    /// encoding=None parameter; new ones do better with encoding="utf-8".
    #[function(sig = "(encoding, stacklevel=2, /)")]
    fn text_encoding(encoding: &Obj, stacklevel: isize) -> PyResult<Object> {
        super::open::text_encoding(encoding, stacklevel)
    }
}

pub use module::MODULE;
