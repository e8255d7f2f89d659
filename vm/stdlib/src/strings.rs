//! `_string`: the pieces of format strings, for `string.Formatter`.

use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::format_iter::{formatter_field_name_split as split, formatter_parser as parser};
use dovetail_core::types::str_::Str;
use dovetail_macros::pymodule;

fn text(o: &Obj) -> PyResult<&Str> {
    match o.downcast::<Str>() {
        Some(s) => Ok(s),
        None => bail!(TypeError, "expected str, got {}", o.type_name()),
    }
}

/// string helper module
#[pymodule(name = "_string")]
pub mod module {
    use super::*;

    /// parse the argument as a format string
    #[function(nosig)]
    fn formatter_parser(format: &Obj) -> PyResult<Object> {
        parser(text(format)?)
    }

    /// split the argument as a field name
    #[function(nosig)]
    fn formatter_field_name_split(name: &Obj) -> PyResult<Object> {
        split(text(name)?)
    }
}

pub use module::MODULE;
