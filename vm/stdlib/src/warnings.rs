//! `_warnings`: what `importlib` needs before `warnings` can be imported; all else is `warnings`' own code.

use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;

fn forward(name: &str, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
    let module = dovetail_core::import::import_module("warnings")?;
    let f = module.get_attr_text(name)?;
    f.call_dict(&*Tuple::from_slice(args)?, kwargs)
}

/// _warnings provides basic warning filtering support.
/// It is a helper module to speed up interpreter start-up.
#[pymodule(name = "_warnings")]
pub mod module {
    use super::*;

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "(*args, **kwargs)")]
    fn warn(args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        forward("warn", args, kwargs)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "(*args, **kwargs)")]
    fn warn_explicit(args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        forward("warn_explicit", args, kwargs)
    }
}

pub use module::MODULE;
