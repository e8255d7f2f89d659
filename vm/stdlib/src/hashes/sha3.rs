//! `_sha3`: SHA-3 and the SHAKE functions of any output length (FIPS 202).

use super::state::{
    GIL_MINSIZE, HashBody, HashState, Hasher, Kind, first_input, hash_type, hex, input, name, new_object,
};
use crate::util::{data, dealloc_boxed, new_boxed, set, set_int, text};
use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::convert::Given;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pymodule, pytype};

/// The longest output of a SHAKE that may be asked for, in bytes.
const MAX_LENGTH: u64 = 1 << 29;

/// Bits of the sponge that input reaches.
fn rate(state: &HashState) -> usize {
    state.with(|h| h.block_size()) * 8
}

/// Declares a type of SHA-3 objects of one digest length.
macro_rules! sha3_type {
    ($(#[$attr:meta])* $ty:ident, $name:tt, $kind:ident) => {
        hash_type!(
            $(#[$attr])*
            $ty,
            $name,
            0,
            "(data, /)",
            "Update this hash object's state with the provided bytes-like object.",
            {
                #[slot(tp_new, sig = "(data=b'', *, usedforsecurity=True, string=None)")]
                fn new(cls: &Type, data: Option<&Obj>, _secure: bool, string: Given<'_>) -> PyResult<Object> {
                    new_object(cls, Kind::$kind.hasher(), first_input(data, string)?)
                }

                #[getter]
                fn _capacity_bits(&self) -> usize {
                    1600 - rate(data(self))
                }

                #[getter]
                fn _rate_bits(&self) -> usize {
                    rate(data(self))
                }

                #[getter]
                fn _suffix(&self) -> PyResult<Ref<Bytes>> {
                    Bytes::new(&[6])
                }
            }
        );
    };
}

sha3_type!(
    /// SHA3-224 hash objects.
    /// ---
    /// sha3_224([data], *, usedforsecurity=True) -> SHA3 object
    ///
    /// Return a new SHA3 hash object with a hashbit length of 28 bytes.
    Sha3x224,
    "_sha3.sha3_224",
    Sha3_224
);

sha3_type!(
    /// SHA3-256 hash objects.
    /// ---
    /// sha3_256([data], *, usedforsecurity=True) -> SHA3 object
    ///
    /// Return a new SHA3 hash object with a hashbit length of 32 bytes.
    Sha3x256,
    "_sha3.sha3_256",
    Sha3_256
);

sha3_type!(
    /// SHA3-384 hash objects.
    /// ---
    /// sha3_384([data], *, usedforsecurity=True) -> SHA3 object
    ///
    /// Return a new SHA3 hash object with a hashbit length of 48 bytes.
    Sha3x384,
    "_sha3.sha3_384",
    Sha3_384
);

sha3_type!(
    /// SHA3-512 hash objects.
    /// ---
    /// sha3_512([data], *, usedforsecurity=True) -> SHA3 object
    ///
    /// Return a new SHA3 hash object with a hashbit length of 64 bytes.
    Sha3x512,
    "_sha3.sha3_512",
    Sha3_512
);

/// Checks the length asked of a SHAKE.
fn length(asked: &Obj) -> PyResult<usize> {
    let n = asked.index()?;
    if n.is_negative() {
        bail!(ValueError, "Cannot convert negative int");
    }
    match n.to_i128().and_then(|n| u64::try_from(n).ok()) {
        None => Err(raise!(OverflowError, "Python int too large for C unsigned long")),
        Some(n) if n >= MAX_LENGTH => Err(raise!(ValueError, "length is too large")),
        Some(n) => Ok(n as usize),
    }
}

/// Declares a type of SHAKE objects, whose digests are as long as is asked for.
macro_rules! shake_type {
    ($(#[$attr:meta])* $ty:ident, $name:tt) => {
        $(#[$attr])*
        #[pytype(name = $name, body = HashBody)]
        pub struct $ty;

        #[pymethods]
        impl $ty {
            #[slot(tp_new, sig = "(data=b'', *, usedforsecurity=True, string=None)")]
            fn new(cls: &Type, data: Option<&Obj>, _secure: bool, string: Given<'_>) -> PyResult<Object> {
                new_object(cls, Hasher::$ty(Default::default()), first_input(data, string)?)
            }

            #[slot(tp_dealloc, raw)]
            unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
                // SAFETY: a slot of this type.
                unsafe { dealloc_boxed::<HashState>(o) }
            }

            /// Return a copy of the hash object.
            #[method]
            fn copy(&self) -> PyResult<Object> {
                new_boxed(self.ob_type(), data(self).copy())
            }

            /// Return the digest value as a bytes object.
            #[method(sig = "(length)")]
            fn digest(&self, length_: &Obj) -> PyResult<Ref<Bytes>> {
                let n = length(length_)?;
                Bytes::new(&data(self).with(|h| h.squeeze(n)))
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method(sig = "(length)")]
            fn hexdigest(&self, length_: &Obj) -> PyResult<Ref<Str>> {
                let n = length(length_)?;
                hex(&data(self).with(|h| h.squeeze(n)))
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[method(sig = "(data, /)")]
            fn update(&self, bytes: &Obj) -> PyResult<()> {
                data(self).update(&input(bytes)?);
                Ok(())
            }

            #[getter]
            fn name(&self) -> PyResult<Object> {
                name(data(self))
            }

            #[getter]
            fn block_size(&self) -> usize {
                rate(data(self)) / 8
            }

            #[getter]
            fn digest_size(&self) -> usize {
                0
            }

            #[getter]
            fn _capacity_bits(&self) -> usize {
                1600 - rate(data(self))
            }

            #[getter]
            fn _rate_bits(&self) -> usize {
                rate(data(self))
            }

            #[getter]
            fn _suffix(&self) -> PyResult<Ref<Bytes>> {
                Bytes::new(&[0x1f])
            }
        }
    };
}

shake_type!(
    /// SHAKE128 hash objects.
    /// ---
    /// shake_128([data], *, usedforsecurity=True) -> SHAKE object
    ///
    /// Return a new SHAKE hash object.
    Shake128,
    "_sha3.shake_128"
);

shake_type!(
    /// SHAKE256 hash objects.
    /// ---
    /// shake_256([data], *, usedforsecurity=True) -> SHAKE object
    ///
    /// Return a new SHAKE hash object.
    Shake256,
    "_sha3.shake_256"
);

#[pymodule(name = "_sha3")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Sha3x224>(module)?;
        add_type::<Sha3x256>(module)?;
        add_type::<Sha3x384>(module)?;
        add_type::<Sha3x512>(module)?;
        add_type::<Shake128>(module)?;
        add_type::<Shake256>(module)?;
        set(module, "implementation", &*text("RustCrypto")?)?;
        set_int(module, "_GIL_MINSIZE", GIL_MINSIZE as i64)
    }
}

pub use module::MODULE;
