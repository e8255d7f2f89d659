//! `_sha1`: the SHA-1 hash (FIPS 180-4).

use super::state::{GIL_MINSIZE, Kind, add_type_as, first_input, hash_type, new_object};
use crate::util::set_int;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::convert::Given;
use dovetail_core::object::{Obj, Object};
use dovetail_macros::pymodule;

hash_type!(
    /// SHA1 hash objects.
    Sha1Type,
    "_sha1.sha1",
    abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
    "(obj, /)",
    "Update this hash object's state with the provided string."
);

#[pymodule(name = "_sha1")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type_as::<Sha1Type>(module, "SHA1Type")?;
        set_int(module, "_GIL_MINSIZE", GIL_MINSIZE as i64)
    }

    /// Return a new SHA1 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha1(data: Option<&Obj>, _usedforsecurity: bool, string: Given<'_>) -> PyResult<Object> {
        new_object(Sha1Type::type_object(), Kind::Sha1.hasher(), first_input(data, string)?)
    }
}

pub use module::MODULE;
