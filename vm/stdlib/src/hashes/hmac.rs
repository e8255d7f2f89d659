//! `_hmac`: keyed hashing (RFC 2104) over the algorithms of this folder.

use super::state::{GIL_MINSIZE, Hasher, Kind, hex, input};
use crate::module_types::ExceptionCell;
use crate::util::{Boxed, data, dealloc_boxed, new_boxed, set, set_int, text};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gil};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::sync::{Mutex, PoisonError, TryLockError};

static UNKNOWN_HASH: ExceptionCell =
    ExceptionCell::derived("_hmac", "UnknownHashError", None, exc::ValueError);

/// A hash function that HMAC can be made over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    Fixed(Kind),
    Blake2b,
    Blake2s,
}

impl Function {
    /// The function of this name, in any case.
    fn named(name: &str) -> Option<Function> {
        use Kind::*;
        Some(Function::Fixed(match name.to_ascii_lowercase().as_str() {
            "md5" => Md5,
            "sha1" => Sha1,
            "sha224" | "sha2_224" => Sha224,
            "sha256" | "sha2_256" => Sha256,
            "sha384" | "sha2_384" => Sha384,
            "sha512" | "sha2_512" => Sha512,
            "sha3_224" => Sha3_224,
            "sha3_256" => Sha3_256,
            "sha3_384" => Sha3_384,
            "sha3_512" => Sha3_512,
            "blake2b" | "blake2b_32" => return Some(Function::Blake2b),
            "blake2s" | "blake2s_32" => return Some(Function::Blake2s),
            _ => return None,
        }))
    }

    fn of(digest: &Obj) -> PyResult<Function> {
        let named = match digest.downcast::<Str>() {
            Some(name) => Function::named(&name.to_string_lossy()),
            None => None,
        };
        match named {
            Some(f) => Ok(f),
            None => {
                let shown = digest.repr()?;
                Err(UNKNOWN_HASH.raise(&format!("unsupported hash type: {}", shown.to_string_lossy())))
            }
        }
    }

    fn hasher(self) -> Hasher {
        match self {
            Function::Fixed(k) => k.hasher(),
            Function::Blake2b => Hasher::Blake2b(Box::new(blake2b_simd::Params::new().to_state()), 64),
            Function::Blake2s => Hasher::Blake2s(Box::new(blake2s_simd::Params::new().to_state()), 32),
        }
    }
}

/// A running HMAC: the inner hash, and the outer one as the key left it.
#[derive(Clone)]
pub struct Running {
    inner: Hasher,
    outer: Hasher,
}

impl Running {
    fn new(f: Function, key: &[u8]) -> Running {
        let (mut inner, mut outer) = (f.hasher(), f.hasher());
        let size = inner.block_size();
        let mut block = vec![0; size];
        if key.len() > size {
            let mut h = f.hasher();
            h.update(key);
            let short = h.digest();
            block[..short.len()].copy_from_slice(&short);
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        block.iter_mut().for_each(|b| *b ^= 0x36);
        inner.update(&block);
        block.iter_mut().for_each(|b| *b ^= 0x36 ^ 0x5c);
        outer.update(&block);
        Running { inner, outer }
    }

    fn digest(&self) -> Vec<u8> {
        let mut outer = self.outer.clone();
        outer.update(&self.inner.digest());
        outer.digest()
    }
}

/// What an HMAC object holds. The lock is for the moments when a thread hashes without the GIL.
pub struct HmacState {
    running: Mutex<Running>,
    name: &'static str,
    block_size: usize,
    digest_size: usize,
}

impl HmacState {
    fn with<R>(&self, long: bool, f: impl FnOnce(&mut Running) -> R) -> R {
        if !long {
            match self.running.try_lock() {
                Ok(mut r) => return f(&mut r),
                Err(TryLockError::Poisoned(p)) => return f(&mut p.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        gil::allow_threads(|| f(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    fn update(&self, msg: &[u8]) {
        self.with(msg.len() >= GIL_MINSIZE, |r| r.inner.update(msg));
    }

    fn digest(&self) -> Vec<u8> {
        self.with(false, |r| r.digest())
    }
}

/// HMAC objects.
#[pytype(name = "_hmac.HMAC", body = Boxed<HmacState>, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Hmac;

#[pymethods]
impl Hmac {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of this type.
        unsafe { dealloc_boxed::<HmacState>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<{} HMAC object @ {:p}>", data(self).name, self.as_ptr())
    }

    /// Return a copy ("clone") of the HMAC object.
    #[method]
    fn copy(&self) -> PyResult<Object> {
        let s = data(self);
        let running = Mutex::new(s.with(false, |r| r.clone()));
        new_boxed(
            self.ob_type(),
            HmacState { running, name: s.name, block_size: s.block_size, digest_size: s.digest_size },
        )
    }

    /// Update the HMAC object with the given message.
    #[method(sig = "(msg)")]
    fn update(&self, msg: &Obj) -> PyResult<()> {
        data(self).update(&input(msg)?);
        Ok(())
    }

    /// Return the digest of the bytes passed to the update() method so far.
    ///
    /// This method may raise a MemoryError.
    #[method]
    fn digest(&self) -> PyResult<Ref<Bytes>> {
        Bytes::new(&data(self).digest())
    }

    /// Return hexadecimal digest of the bytes passed to the update() method so far.
    ///
    /// This may be used to exchange the value safely in email or other
    /// non-binary environments.
    ///
    /// This method may raise a MemoryError.
    #[method]
    fn hexdigest(&self) -> PyResult<Ref<Str>> {
        hex(&data(self).digest())
    }

    #[getter]
    fn name(&self) -> PyResult<Object> {
        text(&format!("hmac-{}", data(self).name))
    }

    #[getter]
    fn block_size(&self) -> usize {
        data(self).block_size
    }

    #[getter]
    fn digest_size(&self) -> usize {
        data(self).digest_size
    }
}

/// The digest of one message.
fn compute(f: Function, key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
    let (key, msg) = (input(key)?, input(msg)?);
    let run = || {
        let mut r = Running::new(f, &key);
        r.inner.update(&msg);
        r.digest()
    };
    let out =
        if key.len() >= GIL_MINSIZE || msg.len() >= GIL_MINSIZE { gil::allow_threads(run) } else { run() };
    Bytes::new(&out)
}

#[pymodule(name = "_hmac")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Hmac>(module)?;
        set(module, "UnknownHashError", UNKNOWN_HASH.get()?.as_obj())?;
        set_int(module, "_GIL_MINSIZE", GIL_MINSIZE as i64)
    }

    /// Return a new HMAC object.
    #[function(sig = "(key, msg=None, digestmod=None)")]
    fn new(key: &Obj, msg: Option<&Obj>, digestmod: Option<&Obj>) -> PyResult<Object> {
        let Some(digestmod) = digestmod else {
            bail!(TypeError, "new() missing 1 required argument 'digestmod'");
        };
        let f = Function::of(digestmod)?;
        let Function::Fixed(_) = f else { bail!(ValueError, "invalid HACL* algorithm") };
        let mut running = Running::new(f, &input(key)?);
        let h = &running.inner;
        let (name, block_size, digest_size) = (h.name(), h.block_size(), h.digest_size());
        if let Some(msg) = msg {
            let msg = input(msg)?;
            if msg.len() >= GIL_MINSIZE {
                gil::allow_threads(|| running.inner.update(&msg));
            } else {
                running.inner.update(&msg);
            }
        }
        new_boxed(
            Hmac::type_object(),
            HmacState { running: Mutex::new(running), name, block_size, digest_size },
        )
    }

    #[function(sig = "(key, msg, digest)")]
    fn compute_digest(key: &Obj, msg: &Obj, digest: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::of(digest)?, key, msg)
    }

    #[function]
    fn compute_md5(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Md5), key, msg)
    }

    #[function]
    fn compute_sha1(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Sha1), key, msg)
    }

    #[function]
    fn compute_sha224(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Sha224), key, msg)
    }

    #[function]
    fn compute_sha256(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Sha256), key, msg)
    }

    #[function]
    fn compute_sha384(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Sha384), key, msg)
    }

    #[function]
    fn compute_sha512(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Sha512), key, msg)
    }

    #[function]
    fn compute_sha3_224(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Sha3_224), key, msg)
    }

    #[function]
    fn compute_sha3_256(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Sha3_256), key, msg)
    }

    #[function]
    fn compute_sha3_384(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Sha3_384), key, msg)
    }

    #[function]
    fn compute_sha3_512(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Fixed(Kind::Sha3_512), key, msg)
    }

    #[function]
    fn compute_blake2b_32(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Blake2b, key, msg)
    }

    #[function]
    fn compute_blake2s_32(key: &Obj, msg: &Obj) -> PyResult<Ref<Bytes>> {
        compute(Function::Blake2s, key, msg)
    }
}

pub use module::MODULE;
