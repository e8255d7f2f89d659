//! `posix`: the operating system's calls, as `os` shows them. One file per area; this one puts them together.

mod attributes;
mod constants;
mod credentials;
mod descriptors;
mod dir;
mod environment;
mod events;
mod files;
pub mod path;
pub mod process;
mod scheduling;
mod spawn;
mod stat;
mod terminals;
mod vectors;
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
            &attributes::MODULE,
            &credentials::MODULE,
            &events::MODULE,
            &scheduling::MODULE,
            &spawn::MODULE,
            &terminals::MODULE,
            &vectors::MODULE,
        ] {
            add_part(module, part)?;
        }
        Ok(())
    }
}

pub use module::MODULE;
