//! Functions of compiled modules where their address is wanted.

use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};

/// The pointer behind a function object of a compiled module's `lib`; None for every other object.
pub fn direct_function(_o: &Obj) -> PyResult<Option<Object>> {
    Ok(None)
}
