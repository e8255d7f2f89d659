//! `_sysconfig`: build variables that the runtime itself knows.

use dovetail_core::error::PyResult;
use dovetail_core::object::Ref;
use dovetail_core::types::dict::Dict;
use dovetail_macros::pymodule;

/// A helper for the sysconfig module.
#[pymodule(name = "_sysconfig")]
pub mod module {
    use super::*;

    /// Returns a dictionary containing build variables intended to be exposed by sysconfig.
    #[function]
    fn config_vars() -> PyResult<Ref<Dict>> {
        let d = Dict::new()?;
        for name in ["Py_GIL_DISABLED", "Py_DEBUG"] {
            d.set_text(name, &*crate::util::int(0)?)?;
        }
        Ok(d)
    }
}

pub use module::MODULE;
