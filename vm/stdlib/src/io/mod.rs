//! `_io`: streams.

mod base;
mod file;

use crate::util::{set, set_int};
use base::{BufferedIoBase, IoBase, RawIoBase, TextIoBase};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::str_::Str;
use dovetail_macros::pymodule;
use file::FileIo;

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
        Ok(())
    }

    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise interchangeable
    /// with calling open(path, 'rb').
    #[function(sig = "(path)")]
    fn open_code(path: &Str) -> PyResult<Object> {
        FileIo::type_object().call(&[path.as_obj(), Str::intern("rb")?.as_obj()])
    }
}

pub use module::MODULE;
