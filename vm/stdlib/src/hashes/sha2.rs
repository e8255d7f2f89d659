//! `_sha2`: the SHA-2 family of hashes (FIPS 180-4).

use super::state::{GIL_MINSIZE, Kind, add_type_as, first_input, hash_type, new_object};
use crate::util::set_int;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::convert::Given;
use dovetail_core::object::{Obj, Object};
use dovetail_macros::pymodule;

hash_type!(
    /// SHA-224 hash objects.
    Sha224Type,
    "_sha2.SHA224Type",
    abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
    "(obj, /)",
    "Update this hash object's state with the provided string."
);

hash_type!(
    /// SHA-256 hash objects.
    Sha256Type,
    "_sha2.SHA256Type",
    abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
    "(obj, /)",
    "Update this hash object's state with the provided string."
);

hash_type!(
    /// SHA-384 hash objects.
    Sha384Type,
    "_sha2.SHA384Type",
    abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
    "(obj, /)",
    "Update this hash object's state with the provided string."
);

hash_type!(
    /// SHA-512 hash objects.
    Sha512Type,
    "_sha2.SHA512Type",
    abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
    "(obj, /)",
    "Update this hash object's state with the provided string."
);

#[pymodule(name = "_sha2")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type_as::<Sha224Type>(module, "SHA224Type")?;
        add_type_as::<Sha256Type>(module, "SHA256Type")?;
        add_type_as::<Sha384Type>(module, "SHA384Type")?;
        add_type_as::<Sha512Type>(module, "SHA512Type")?;
        set_int(module, "_GIL_MINSIZE", GIL_MINSIZE as i64)
    }

    /// Return a new SHA-224 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha224(data: Option<&Obj>, _usedforsecurity: bool, string: Given<'_>) -> PyResult<Object> {
        new_object(Sha224Type::type_object(), Kind::Sha224.hasher(), first_input(data, string)?)
    }

    /// Return a new SHA-256 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha256(data: Option<&Obj>, _usedforsecurity: bool, string: Given<'_>) -> PyResult<Object> {
        new_object(Sha256Type::type_object(), Kind::Sha256.hasher(), first_input(data, string)?)
    }

    /// Return a new SHA-384 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha384(data: Option<&Obj>, _usedforsecurity: bool, string: Given<'_>) -> PyResult<Object> {
        new_object(Sha384Type::type_object(), Kind::Sha384.hasher(), first_input(data, string)?)
    }

    /// Return a new SHA-512 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha512(data: Option<&Obj>, _usedforsecurity: bool, string: Given<'_>) -> PyResult<Object> {
        new_object(Sha512Type::type_object(), Kind::Sha512.hasher(), first_input(data, string)?)
    }
}

pub use module::MODULE;
