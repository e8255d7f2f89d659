//! The state behind every hash object: which algorithm runs, its input so far, and the lock that lets long input be
//! hashed without the GIL.

use crate::util::{Boxed, new_boxed, text};
use ::digest::{Digest, ExtendableOutput, XofReader};
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::{Buffer, BytesLike};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gil};
use std::sync::{Mutex, PoisonError, TryLockError};

/// Input from this length on is hashed without the GIL.
pub const GIL_MINSIZE: usize = 2048;

/// What `copy`, `digest` and their kin are laid over.
pub type HashBody = Boxed<HashState>;

macro_rules! algorithms {
    ($($kind:ident $ty:ty, $name:literal, $block:literal, $size:literal;)*) => {
        /// An algorithm whose digest has one length.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($kind),* }

        impl Kind {
            /// A hasher that has seen nothing.
            pub fn hasher(self) -> Hasher {
                match self { $(Kind::$kind => Hasher::$kind(Default::default())),* }
            }
        }

        /// A running hash.
        #[derive(Clone)]
        pub enum Hasher {
            $($kind($ty),)*
            Shake128(sha3::Shake128),
            Shake256(sha3::Shake256),
            Blake2b(Box<blake2b_simd::State>, usize),
            Blake2s(Box<blake2s_simd::State>, usize),
        }

        impl Hasher {
            /// Takes in more input.
            pub fn update(&mut self, data: &[u8]) {
                match self {
                    $(Hasher::$kind(h) => Digest::update(h, data),)*
                    Hasher::Shake128(h) => ::digest::Update::update(h, data),
                    Hasher::Shake256(h) => ::digest::Update::update(h, data),
                    Hasher::Blake2b(h, _) => { h.update(data); }
                    Hasher::Blake2s(h, _) => { h.update(data); }
                }
            }

            /// The digest of the input so far; empty for an algorithm of any length.
            pub fn digest(&self) -> Vec<u8> {
                match self {
                    $(Hasher::$kind(h) => h.clone().finalize().to_vec(),)*
                    Hasher::Shake128(_) | Hasher::Shake256(_) => Vec::new(),
                    Hasher::Blake2b(h, _) => h.finalize().as_bytes().to_vec(),
                    Hasher::Blake2s(h, _) => h.finalize().as_bytes().to_vec(),
                }
            }

            pub fn name(&self) -> &'static str {
                match self {
                    $(Hasher::$kind(_) => $name,)*
                    Hasher::Shake128(_) => "shake_128",
                    Hasher::Shake256(_) => "shake_256",
                    Hasher::Blake2b(..) => "blake2b",
                    Hasher::Blake2s(..) => "blake2s",
                }
            }

            pub fn block_size(&self) -> usize {
                match self {
                    $(Hasher::$kind(_) => $block,)*
                    Hasher::Shake128(_) => 168,
                    Hasher::Shake256(_) => 136,
                    Hasher::Blake2b(..) => 128,
                    Hasher::Blake2s(..) => 64,
                }
            }

            /// Bytes of the digest; 0 for an algorithm of any length.
            pub fn digest_size(&self) -> usize {
                match self {
                    $(Hasher::$kind(_) => $size,)*
                    Hasher::Shake128(_) | Hasher::Shake256(_) => 0,
                    Hasher::Blake2b(_, n) | Hasher::Blake2s(_, n) => *n,
                }
            }
        }
    };
}

algorithms! {
    Md5 md5::Md5, "md5", 64, 16;
    Sha1 sha1::Sha1, "sha1", 64, 20;
    Sha224 sha2::Sha224, "sha224", 64, 28;
    Sha256 sha2::Sha256, "sha256", 64, 32;
    Sha384 sha2::Sha384, "sha384", 128, 48;
    Sha512 sha2::Sha512, "sha512", 128, 64;
    Sha3_224 sha3::Sha3_224, "sha3_224", 144, 28;
    Sha3_256 sha3::Sha3_256, "sha3_256", 136, 32;
    Sha3_384 sha3::Sha3_384, "sha3_384", 104, 48;
    Sha3_512 sha3::Sha3_512, "sha3_512", 72, 64;
}

impl Hasher {
    /// `length` bytes of output from a SHAKE.
    pub fn squeeze(&self, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        match self {
            Hasher::Shake128(h) => h.clone().finalize_xof().read(&mut out),
            Hasher::Shake256(h) => h.clone().finalize_xof().read(&mut out),
            _ => {}
        }
        out
    }
}

/// A hash object's state. The lock is for the moments when a thread hashes without the GIL.
pub struct HashState(Mutex<Hasher>);

impl HashState {
    pub fn new(hasher: Hasher) -> HashState {
        HashState(Mutex::new(hasher))
    }

    /// Runs `f` on the hasher; waits without the GIL where another thread is at work. `f` touches no objects.
    pub fn with<R>(&self, f: impl FnOnce(&mut Hasher) -> R) -> R {
        match self.0.try_lock() {
            Ok(mut h) => f(&mut h),
            Err(TryLockError::Poisoned(p)) => f(&mut p.into_inner()),
            Err(TryLockError::WouldBlock) => self.with_unlocked(f),
        }
    }

    fn with_unlocked<R>(&self, f: impl FnOnce(&mut Hasher) -> R) -> R {
        gil::allow_threads(|| f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Takes in more input, without the GIL where there is much of it.
    pub fn update(&self, data: &[u8]) {
        if data.len() >= GIL_MINSIZE {
            self.with_unlocked(|h| h.update(data));
        } else {
            self.with(|h| h.update(data));
        }
    }

    pub fn copy(&self) -> HashState {
        HashState::new(self.with(|h| h.clone()))
    }
}

/// The bytes of something to be hashed.
pub fn input(o: &Obj) -> PyResult<BytesLike<'_>> {
    if o.is_a::<Str>() {
        bail!(TypeError, "Strings must be encoded before hashing");
    }
    if !Buffer::supported(o) {
        bail!(TypeError, "object supporting the buffer API required");
    }
    let data = BytesLike::of(o)?;
    match &data {
        BytesLike::Buffer(b) if b.view().ndim > 1 => bail!(BufferError, "Buffer must be single dimension"),
        _ => Ok(data),
    }
}

/// The one of a constructor's two names for its first input.
pub fn first_input<'a>(data: Option<&'a Obj>, string: Option<&'a Obj>) -> PyResult<Option<&'a Obj>> {
    match (data, string) {
        (Some(_), Some(_)) => bail!(
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
             removal in a future version."
        ),
        (d, s) => Ok(d.or(s)),
    }
}

/// A new object of `cls` over the hasher, which has then seen `data`.
pub fn new_object(cls: &Type, mut hasher: Hasher, data: Option<&Obj>) -> PyResult<Object> {
    if let Some(data) = data {
        let data = input(data)?;
        if data.len() >= GIL_MINSIZE {
            gil::allow_threads(|| hasher.update(&data));
        } else {
            hasher.update(&data);
        }
    }
    new_boxed(cls, HashState::new(hasher))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> PyResult<Ref<Str>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = Vec::with_capacity(bytes.len() * 2);
    for b in bytes {
        out.push(DIGITS[(b >> 4) as usize]);
        out.push(DIGITS[(b & 15) as usize]);
    }
    Str::from_ascii(&out)
}

/// `digest()` of a state.
pub fn digest(state: &HashState) -> PyResult<Ref<Bytes>> {
    Bytes::new(&state.with(|h| h.digest()))
}

/// `hexdigest()` of a state.
pub fn hexdigest(state: &HashState) -> PyResult<Ref<Str>> {
    hex(&state.with(|h| h.digest()))
}

/// `name` of a state.
pub fn name(state: &HashState) -> PyResult<Object> {
    text(state.with(|h| h.name()))
}

/// Adds a type to a module under a name of its own.
pub fn add_type_as<T: dovetail_core::native::Declared>(module: &Obj, name: &str) -> PyResult<()> {
    dovetail_core::types::ready::ready::<T>()?;
    crate::util::set(module, name, T::type_object().as_obj())
}

/// Declares a type of hash objects whose digests have one length. `$arg` and `$doc` are
/// `update`'s signature and doc; what follows goes into the type's methods.
macro_rules! hash_type {
    ($(#[$attr:meta])* $ty:ident, $name:tt, $flags:expr, $arg:tt, $doc:tt $(, { $($extra:tt)* })?) => {
        $(#[$attr])*
        #[dovetail_macros::pytype(name = $name, body = $crate::hashes::state::HashBody, flags = $flags)]
        pub struct $ty;

        #[dovetail_macros::pymethods]
        impl $ty {
            #[slot(tp_dealloc, raw)]
            unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
                // SAFETY: a slot of this type.
                unsafe { $crate::util::dealloc_boxed::<$crate::hashes::state::HashState>(o) }
            }

            /// Return a copy of the hash object.
            #[method]
            fn copy(&self) -> PyResult<Object> {
                $crate::util::new_boxed(self.ob_type(), $crate::util::data(self).copy())
            }

            /// Return the digest value as a bytes object.
            #[method]
            fn digest(&self) -> PyResult<dovetail_core::object::Ref<dovetail_core::types::bytes::Bytes>> {
                $crate::hashes::state::digest($crate::util::data(self))
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method]
            fn hexdigest(&self) -> PyResult<dovetail_core::object::Ref<dovetail_core::types::str_::Str>> {
                $crate::hashes::state::hexdigest($crate::util::data(self))
            }

            #[getter]
            fn name(&self) -> PyResult<Object> {
                $crate::hashes::state::name($crate::util::data(self))
            }

            #[getter]
            fn block_size(&self) -> usize {
                $crate::util::data(self).with(|h| h.block_size())
            }

            #[getter]
            fn digest_size(&self) -> usize {
                $crate::util::data(self).with(|h| h.digest_size())
            }

            #[doc = $doc]
            #[method(sig = $arg)]
            fn update(&self, data: &Obj) -> PyResult<()> {
                $crate::util::data(self).update(&$crate::hashes::state::input(data)?);
                Ok(())
            }

            $($($extra)*)?
        }
    };
}
pub(super) use hash_type;
