//! `_md5`: the MD5 message digest (RFC 1321).

use super::state::{GIL_MINSIZE, Kind, add_type_as, first_input, hash_type, new_object};
use crate::util::set_int;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::convert::Given;
use dovetail_core::object::{Obj, Object};
use dovetail_macros::pymodule;

hash_type!(
    /// MD5 hash objects.
    Md5Type,
    "_md5.md5",
    abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
    "(obj, /)",
    "Update this hash object's state with the provided string."
);

#[pymodule(name = "_md5")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type_as::<Md5Type>(module, "MD5Type")?;
        set_int(module, "_GIL_MINSIZE", GIL_MINSIZE as i64)
    }

    /// Return a new MD5 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn md5(data: Option<&Obj>, _usedforsecurity: bool, string: Given<'_>) -> PyResult<Object> {
        new_object(Md5Type::type_object(), Kind::Md5.hasher(), first_input(data, string)?)
    }
}

pub use module::MODULE;
