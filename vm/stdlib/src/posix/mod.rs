//! `posix`: the operating system's calls, as `os` shows them. One file per area; this one puts them together.

mod constants;
mod descriptors;
mod dir;
mod environment;
mod files;
pub mod path;
pub mod process;
mod stat;
mod waiting;

use crate::util::{add_part, set};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{AsObj, Obj};
use dovetail_macros::pymodule;

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "error", exc::OSError().as_obj())?;
        constants::add(module)?;
        for part in [
            &stat::MODULE,
            &files::MODULE,
            &dir::MODULE,
            &descriptors::MODULE,
            &environment::MODULE,
            &process::MODULE,
            &waiting::MODULE,
        ] {
            add_part(module, part)?;
        }
        Ok(())
    }
}

pub use module::MODULE;
