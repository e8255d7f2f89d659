//! `_hashlib`: OpenSSL's digests, HMAC and key derivation.

use crate::osutil::new_exception;
use crate::ssl::ffi::{self, P};
use crate::util::{Boxed, TypeCell, data, dealloc_boxed, new_native, set, set_int, text};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, Raised, exc, raise_message};
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::buffer::{Buffer, BytesLike};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::mappingproxy::MappingProxy;
use dovetail_core::types::set::FrozenSet;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::cell::Cell;
use std::ffi::{CStr, CString, c_int};
use std::ptr::null_mut;

/// Data from this size on is hashed without the GIL.
const GIL_MINSIZE: usize = 2048;
/// The flag of digests whose length the caller chooses.
const EVP_MD_FLAG_XOF: u64 = 2;

/// Python's name, an alias of it, OpenSSL's name.
static NAMES: &[(&str, &str, &str)] = &[
    ("md5", "MD5", "MD5"),
    ("sha1", "SHA1", "SHA1"),
    ("sha224", "SHA224", "SHA224"),
    ("sha256", "SHA256", "SHA256"),
    ("sha384", "SHA384", "SHA384"),
    ("sha512", "SHA512", "SHA512"),
    ("sha512_224", "SHA512_224", "SHA512-224"),
    ("sha512_256", "SHA512_256", "SHA512-256"),
    ("sha3_224", "SHA3_224", "SHA3-224"),
    ("sha3_256", "SHA3_256", "SHA3-256"),
    ("sha3_384", "SHA3_384", "SHA3-384"),
    ("sha3_512", "SHA3_512", "SHA3-512"),
    ("shake_128", "SHAKE_128", "SHAKE128"),
    ("shake_256", "SHAKE_256", "SHAKE256"),
    ("blake2s", "blake2s256", "BLAKE2S-256"),
    ("blake2b", "blake2b512", "BLAKE2B-512"),
];

static UNSUPPORTED: TypeCell = TypeCell::new();

fn unsupported_type() -> PyResult<&'static Type> {
    UNSUPPORTED.get_or(|| new_exception("_hashlib.UnsupportedDigestmodError", &[exc::ValueError()], None))
}

/// The library's last error as an exception of the class.
fn library_error(ty: PyResult<&'static Type>) -> Raised {
    let ty = match ty {
        Ok(t) => t,
        Err(e) => return e,
    };
    // SAFETY: reads and clears the thread's error queue; texts are constant.
    let message = unsafe {
        let code = ffi::ERR_peek_last_error();
        ffi::ERR_clear_error();
        if code == 0 {
            "no reason supplied".to_owned()
        } else {
            let reason = ffi::ERR_reason_error_string(code);
            let reason = if reason.is_null() { c"unknown" } else { CStr::from_ptr(reason) };
            let lib = match ffi::err_lib(code) {
                6 => "digital envelope routines",
                15 => "common libcrypto routines",
                57 => "Provider routines",
                ffi::ERR_LIB_SSL => "SSL routines",
                _ => "",
            };
            let reason = reason.to_string_lossy();
            if lib.is_empty() { reason.into_owned() } else { format!("[{lib}] {reason}") }
        }
    };
    raise_message(ty, &message)
}

fn value_error() -> Raised {
    library_error(Ok(exc::ValueError()))
}

/// A digest of the library, given back when dropped.
struct Method(P);

impl Drop for Method {
    fn drop(&mut self) {
        // SAFETY: our reference.
        unsafe { ffi::EVP_MD_free(self.0) };
    }
}

impl Method {
    fn by_name(name: &str, for_security: bool) -> PyResult<Method> {
        let known = NAMES.iter().find(|(p, a, o)| *p == name || *a == name || *o == name);
        let c = CString::new(known.map_or(name, |k| k.2)).unwrap_or_default();
        let properties = if for_security { std::ptr::null() } else { c"-fips".as_ptr() };
        // SAFETY: terminated texts.
        let md = unsafe { ffi::EVP_MD_fetch(null_mut(), c.as_ptr(), properties) };
        if md.is_null() { Err(library_error(unsupported_type())) } else { Ok(Method(md)) }
    }

    /// The digest that an argument names: a name, or one of the constructors here.
    fn of(digest: &Obj) -> PyResult<Method> {
        if let Some(s) = digest.downcast::<Str>() {
            return Method::by_name(s.as_str()?, true);
        }
        if let Some(f) = digest.downcast::<CFunction>()
            && let Some(name) = f.name().strip_prefix("openssl_")
        {
            return Method::by_name(name, true);
        }
        match unsupported_type() {
            Ok(t) => {
                Err(raise_message(t, &format!("Unsupported digestmod {}", digest.repr()?.to_string_lossy())))
            }
            Err(e) => Err(e),
        }
    }

    fn is_xof(&self) -> bool {
        // SAFETY: a live digest.
        unsafe { ffi::EVP_MD_get_flags(self.0) & EVP_MD_FLAG_XOF != 0 }
    }
}

/// Python's name of a digest.
fn python_name(md: *const std::ffi::c_void) -> String {
    // SAFETY: a live digest; constant texts.
    unsafe {
        let name = CStr::from_ptr(ffi::EVP_MD_get0_name(md)).to_string_lossy().into_owned();
        let nid = ffi::EVP_MD_get_type(md);
        let long = if nid == 0 { std::ptr::null() } else { ffi::OBJ_nid2ln(nid) };
        let long = if long.is_null() { None } else { Some(CStr::from_ptr(long).to_string_lossy().into_owned()) };
        let is = |k: &&(&str, &str, &str), n: &str| k.2.eq_ignore_ascii_case(n);
        let known = NAMES.iter().find(|k| is(k, &name) || long.as_deref().is_some_and(|l| is(k, l)));
        match known {
            Some(k) => k.0.to_owned(),
            None => long.unwrap_or(name),
        }
    }
}

/// Bytes to hash, with `hashlib`'s own errors.
fn message(o: &Obj) -> PyResult<BytesLike<'_>> {
    if o.is_a::<Str>() {
        bail!(TypeError, "Strings must be encoded before hashing");
    }
    if !Buffer::supported(o) {
        bail!(TypeError, "object supporting the buffer API required");
    }
    let b = BytesLike::of(o)?;
    if let BytesLike::Buffer(v) = &b
        && v.view().ndim > 1
    {
        bail!(BufferError, "Buffer must be single dimension");
    }
    Ok(b)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

/// Runs `f` without the GIL where there is much to do.
fn outside<R>(size: usize, f: impl FnOnce() -> R) -> R {
    if size >= GIL_MINSIZE { gil::allow_threads(f) } else { f() }
}

/// A running digest. `busy` while a thread works on it without the GIL.
pub struct Digest {
    ctx: P,
    busy: Cell<bool>,
}

impl Drop for Digest {
    fn drop(&mut self) {
        // SAFETY: our state.
        unsafe { ffi::EVP_MD_CTX_free(self.ctx) };
    }
}

impl Digest {
    fn start(md: &Method) -> PyResult<Digest> {
        // SAFETY: a state of our own.
        unsafe {
            let ctx = ffi::EVP_MD_CTX_new();
            if ctx.is_null() {
                return Err(dovetail_core::error::no_memory());
            }
            let d = Digest { ctx, busy: Cell::new(false) };
            if ffi::EVP_DigestInit_ex(ctx, md.0, null_mut()) == 0 {
                return Err(value_error());
            }
            Ok(d)
        }
    }

    /// Waits until no other thread works on the state.
    fn settle(&self) {
        while self.busy.get() {
            gil::allow_threads(std::thread::yield_now);
        }
    }

    fn update(&self, bytes: &[u8]) -> PyResult<()> {
        self.settle();
        let ctx = self.ctx;
        self.busy.set(true);
        // SAFETY: the bytes with their length; `busy` keeps other threads away.
        let ok = outside(bytes.len(), || unsafe { ffi::EVP_DigestUpdate(ctx, bytes.as_ptr().cast(), bytes.len()) });
        self.busy.set(false);
        if ok == 0 { Err(value_error()) } else { Ok(()) }
    }

    fn copy(&self) -> PyResult<Digest> {
        self.settle();
        // SAFETY: two states, the new one our own.
        unsafe {
            let ctx = ffi::EVP_MD_CTX_new();
            if ctx.is_null() {
                return Err(dovetail_core::error::no_memory());
            }
            let d = Digest { ctx, busy: Cell::new(false) };
            if ffi::EVP_MD_CTX_copy(ctx, self.ctx) == 0 {
                return Err(value_error());
            }
            Ok(d)
        }
    }

    fn md(&self) -> *const std::ffi::c_void {
        // SAFETY: a started state.
        unsafe { ffi::EVP_MD_CTX_get0_md(self.ctx) }
    }

    fn finish(&self) -> PyResult<Vec<u8>> {
        let copy = self.copy()?;
        let mut out = [0u8; 64];
        let mut n = 0;
        // SAFETY: room for the longest digest.
        if unsafe { ffi::EVP_DigestFinal(copy.ctx, out.as_mut_ptr(), &mut n) } == 0 {
            return Err(value_error());
        }
        Ok(out[..n as usize].to_vec())
    }

    fn squeeze(&self, length: isize) -> PyResult<Vec<u8>> {
        if length < 0 {
            bail!(SystemError, "Negative size passed to PyBytes_FromStringAndSize");
        }
        let copy = self.copy()?;
        let mut out = vec![0u8; length as usize];
        // SAFETY: room of the given size.
        if length > 0 && unsafe { ffi::EVP_DigestFinalXOF(copy.ctx, out.as_mut_ptr(), out.len()) } == 0 {
            return Err(value_error());
        }
        Ok(out)
    }
}

/// Digests.
/// ---
/// A hash is an object used to calculate a checksum of a string of information.
///
/// Methods:
///
/// update() -- updates the current digest with an additional string
/// digest() -- return the current digest value
/// hexdigest() -- return the current digest as a string of hexadecimal digits
/// copy() -- return a copy of the current hash object
///
/// Attributes:
///
/// name -- the hash algorithm being used by this object
/// digest_size -- number of bytes in this hashes output
#[pytype(
    name = "_hashlib.HASH", body = Boxed<Digest>, sig = "(name, string=b'')",
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_DISALLOW_INSTANTIATION
)]
pub struct Hash;

/// Digests whose length the caller chooses.
/// ---
/// A hash is an object used to calculate a checksum of a string of information.
///
/// Methods:
///
/// update() -- updates the current digest with an additional string
/// digest(length) -- return the current digest value
/// hexdigest(length) -- return the current digest as a string of hexadecimal digits
/// copy() -- return a copy of the current hash object
///
/// Attributes:
///
/// name -- the hash algorithm being used by this object
/// digest_size -- number of bytes in this hashes output
#[pytype(
    name = "_hashlib.HASHXOF", body = Boxed<Digest>, base = Hash, sig = "(name, string=b'')",
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_DISALLOW_INSTANTIATION
)]
pub struct HashXof;

fn wrap(d: Digest, xof: bool) -> PyResult<Object> {
    if xof {
        let h: Ref<HashXof> = new_native(d)?;
        return Ok(h.into_object());
    }
    let h: Ref<Hash> = new_native(d)?;
    Ok(h.into_object())
}

#[pymethods]
impl Hash {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<Digest>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let o: &Obj = self;
        format!("<{} {} object @ {:p}>", python_name(data(self).md()), o.type_name(), o.as_ptr())
    }

    /// Return a copy of the hash object.
    #[method]
    fn copy(&self) -> PyResult<Object> {
        wrap(data(self).copy()?, self.is_a::<HashXof>())
    }

    /// Return the digest value as a bytes object.
    #[method]
    fn digest(&self) -> PyResult<Ref<Bytes>> {
        Bytes::from_vec(data(self).finish()?)
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[method]
    fn hexdigest(&self) -> PyResult<String> {
        Ok(hex(&data(self).finish()?))
    }

    /// Update this hash object's state with the provided string.
    #[method]
    fn update(&self, obj: &Obj) -> PyResult<()> {
        data(self).update(&message(obj)?)
    }

    #[getter]
    fn block_size(&self) -> i32 {
        // SAFETY: a live digest.
        unsafe { ffi::EVP_MD_get_block_size(data(self).md()) }
    }

    #[getter]
    fn digest_size(&self) -> i32 {
        // SAFETY: a live digest.
        unsafe { ffi::EVP_MD_get_size(data(self).md()) }
    }

    #[getter]
    fn name(&self) -> String {
        python_name(data(self).md())
    }
}

#[pymethods]
impl HashXof {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<Digest>(o) }
    }

    /// Return the digest value as a bytes object.
    #[method(sig = "(length)")]
    fn digest(&self, length: isize) -> PyResult<Ref<Bytes>> {
        Bytes::from_vec(data(self).squeeze(length)?)
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[method(sig = "(length)")]
    fn hexdigest(&self, length: isize) -> PyResult<String> {
        Ok(hex(&data(self).squeeze(length)?))
    }

    #[getter]
    fn digest_size(&self) -> i32 {
        0
    }
}

/// A running HMAC.
pub struct Mac {
    ctx: P,
    busy: Cell<bool>,
}

impl Drop for Mac {
    fn drop(&mut self) {
        // SAFETY: our state.
        unsafe { ffi::HMAC_CTX_free(self.ctx) };
    }
}

impl Mac {
    fn empty() -> PyResult<Mac> {
        // SAFETY: a state of our own.
        let ctx = unsafe { ffi::HMAC_CTX_new() };
        if ctx.is_null() { Err(value_error()) } else { Ok(Mac { ctx, busy: Cell::new(false) }) }
    }

    fn settle(&self) {
        while self.busy.get() {
            gil::allow_threads(std::thread::yield_now);
        }
    }

    fn update(&self, bytes: &[u8]) -> PyResult<()> {
        self.settle();
        let ctx = self.ctx;
        self.busy.set(true);
        // SAFETY: the bytes with their length; `busy` keeps other threads away.
        let ok = outside(bytes.len(), || unsafe { ffi::HMAC_Update(ctx, bytes.as_ptr(), bytes.len()) });
        self.busy.set(false);
        if ok == 0 { Err(value_error()) } else { Ok(()) }
    }

    fn copy(&self) -> PyResult<Mac> {
        self.settle();
        let m = Mac::empty()?;
        // SAFETY: two states.
        if unsafe { ffi::HMAC_CTX_copy(m.ctx, self.ctx) } == 0 { Err(value_error()) } else { Ok(m) }
    }

    fn md(&self) -> *const std::ffi::c_void {
        // SAFETY: a started state.
        unsafe { ffi::HMAC_CTX_get_md(self.ctx) }
    }

    fn finish(&self) -> PyResult<Vec<u8>> {
        let copy = self.copy()?;
        let mut out = [0u8; 64];
        let mut n = 0;
        // SAFETY: room for the longest digest.
        if unsafe { ffi::HMAC_Final(copy.ctx, out.as_mut_ptr(), &mut n) } == 0 {
            return Err(value_error());
        }
        Ok(out[..n as usize].to_vec())
    }
}

/// HMACs.
/// ---
/// The object used to calculate HMAC of a message.
///
/// Methods:
///
/// update() -- updates the current digest with an additional string
/// digest() -- return the current digest value
/// hexdigest() -- return the current digest as a string of hexadecimal digits
/// copy() -- return a copy of the current hash object
///
/// Attributes:
///
/// name -- the name, including the hash algorithm used by this object
/// digest_size -- number of bytes in digest() output
#[pytype(name = "_hashlib.HMAC", body = Boxed<Mac>, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Hmac;

#[pymethods]
impl Hmac {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<Mac>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let o: &Obj = self;
        format!("<{} HMAC object @ {:p}>", python_name(data(self).md()), o.as_ptr())
    }

    /// Return a copy ("clone") of the HMAC object.
    #[method]
    fn copy(&self) -> PyResult<Ref<Hmac>> {
        new_native(data(self).copy()?)
    }

    /// Return the digest of the bytes passed to the update() method so far.
    #[method]
    fn digest(&self) -> PyResult<Ref<Bytes>> {
        Bytes::from_vec(data(self).finish()?)
    }

    /// Return hexadecimal digest of the bytes passed to the update() method so far.
    ///
    /// This may be used to exchange the value safely in email or other
    /// non-binary environments.
    #[method]
    fn hexdigest(&self) -> PyResult<String> {
        Ok(hex(&data(self).finish()?))
    }

    /// Update the HMAC object with msg.
    #[method(sig = "(msg)")]
    fn update(&self, msg: &Obj) -> PyResult<()> {
        data(self).update(&message(msg)?)
    }

    #[getter]
    fn block_size(&self) -> i32 {
        // SAFETY: a live digest.
        unsafe { ffi::EVP_MD_get_block_size(data(self).md()) }
    }

    #[getter]
    fn digest_size(&self) -> i32 {
        // SAFETY: a live digest.
        unsafe { ffi::EVP_MD_get_size(data(self).md()) }
    }

    #[getter]
    fn name(&self) -> String {
        format!("hmac-{}", python_name(data(self).md()))
    }
}

fn new_hash(name: &str, given: Option<&Obj>, string: Option<&Obj>, for_security: bool) -> PyResult<Object> {
    let given = match (given, string) {
        (Some(_), Some(_)) => bail!(
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."
        ),
        (a, b) => a.or(b),
    };
    let bytes = given.map(message).transpose()?;
    let md = Method::by_name(name, for_security)?;
    let d = Digest::start(&md)?;
    if let Some(b) = &bytes
        && !b.is_empty()
    {
        d.update(b)?;
    }
    wrap(d, md.is_xof())
}

/// A length that fits C's `int`.
fn int_len(n: usize, what: &str) -> PyResult<c_int> {
    c_int::try_from(n).map_err(|_| raise!(OverflowError, "{what} is too long."))
}

unsafe extern "C" fn collect_name(md: P, list: P) {
    // SAFETY: `list` is the vector of the caller.
    unsafe { (*(list as *mut Vec<String>)).push(python_name(md)) }
}

/// The constructors of single digests.
#[pymodule(name = "_hashlib")]
pub mod constructors {
    use super::*;

    /// Returns a md5 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_md5(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("md5", data, string, usedforsecurity)
    }

    /// Returns a sha1 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_sha1(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("sha1", data, string, usedforsecurity)
    }

    /// Returns a sha224 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_sha224(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("sha224", data, string, usedforsecurity)
    }

    /// Returns a sha256 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_sha256(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("sha256", data, string, usedforsecurity)
    }

    /// Returns a sha384 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_sha384(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("sha384", data, string, usedforsecurity)
    }

    /// Returns a sha3-224 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_sha3_224(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("sha3_224", data, string, usedforsecurity)
    }

    /// Returns a sha3-256 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_sha3_256(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("sha3_256", data, string, usedforsecurity)
    }

    /// Returns a sha3-384 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_sha3_384(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("sha3_384", data, string, usedforsecurity)
    }

    /// Returns a sha3-512 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_sha3_512(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("sha3_512", data, string, usedforsecurity)
    }

    /// Returns a sha512 hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_sha512(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("sha512", data, string, usedforsecurity)
    }

    /// Returns a shake-128 variable hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_shake_128(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("shake_128", data, string, usedforsecurity)
    }

    /// Returns a shake-256 variable hash object; optionally initialized with a string
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn openssl_shake_256(data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash("shake_256", data, string, usedforsecurity)
    }
}

/// OpenSSL interface for hashlib module
#[pymodule(name = "_hashlib")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        crate::ssl::start();
        crate::util::add_part(module, &constructors::MODULE)?;
        add_type::<Hash>(module)?;
        add_type::<HashXof>(module)?;
        add_type::<Hmac>(module)?;
        set(module, "UnsupportedDigestmodError", unsupported_type()?.as_obj())?;
        set_int(module, "_GIL_MINSIZE", GIL_MINSIZE as i64)?;
        let mut names: Vec<String> = Vec::new();
        // SAFETY: the callback fills the vector.
        unsafe { ffi::EVP_MD_do_all_provided(null_mut(), collect_name, (&raw mut names).cast()) };
        // Digests that only other algorithms use are not for new().
        names.retain(|n| !n.starts_with("KECCAK-") && !n.starts_with("CSHAKE") && n != "NULL" && n != "UNDEF" && n != "undefined");
        let names = names.iter().map(|n| text(n)).collect::<PyResult<Vec<_>>>()?;
        let list = dovetail_core::types::list::List::from_vec(names)?;
        set(module, "openssl_md_meth_names", &*FrozenSet::type_object().call(&[list.as_obj()])?)?;
        let map = Dict::new()?;
        for (name, _, _) in NAMES.iter().filter(|n| !n.0.starts_with("sha512_") && !n.0.starts_with("blake")) {
            map.set(&*module.get_attr_text(&format!("openssl_{name}"))?, &*text(name)?)?;
        }
        set(module, "_constructors", &*MappingProxy::new(map.as_obj())?)
    }

    /// Return a new hash object using the named algorithm.
    ///
    /// An optional string argument may be provided and will be
    /// automatically hashed.
    ///
    /// The MD5 and SHA1 algorithms are always supported.
    #[function(sig = "(name, data=b'', *, usedforsecurity=True, string=None)")]
    fn new(name: &str, data: Option<&Obj>, usedforsecurity: bool, string: Option<&Obj>) -> PyResult<Object> {
        new_hash(name, data, string, usedforsecurity)
    }

    /// Return a new hmac object.
    #[function(sig = "(key, msg=b'', digestmod=None)")]
    fn hmac_new(key: BytesLike<'_>, msg: Option<&Obj>, digestmod: Option<&Obj>) -> PyResult<Ref<Hmac>> {
        let Some(digest) = digestmod else {
            bail!(TypeError, "Missing required parameter 'digestmod'.");
        };
        let n = int_len(key.len(), "key")?;
        let md = Method::of(digest)?;
        let m = Mac::empty()?;
        // SAFETY: the key with its length.
        if unsafe { ffi::HMAC_Init_ex(m.ctx, key.as_ptr().cast(), n, md.0, null_mut()) } == 0 {
            return Err(value_error());
        }
        if let Some(o) = msg.filter(|o| !o.is_none()) {
            let b = message(o)?;
            if !b.is_empty() {
                m.update(&b)?;
            }
        }
        new_native(m)
    }

    /// Single-shot HMAC.
    #[function(sig = "(key, msg, digest)")]
    fn hmac_digest(key: BytesLike<'_>, msg: BytesLike<'_>, digest: &Obj) -> PyResult<Ref<Bytes>> {
        let md = Method::of(digest)?;
        let klen = int_len(key.len(), "key")?;
        int_len(msg.len(), "msg")?;
        let mut out = [0u8; 64];
        let mut n = 0;
        let (k, m, f) = (key.as_slice(), msg.as_slice(), md.0);
        // SAFETY: bytes with their lengths, room for the longest digest.
        let p = outside(m.len(), || unsafe {
            ffi::HMAC(f, k.as_ptr().cast(), klen, m.as_ptr(), m.len(), out.as_mut_ptr(), &mut n)
        });
        if p.is_null() {
            return Err(value_error());
        }
        Bytes::new(&out[..n as usize])
    }

    /// Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.
    #[function(sig = "(hash_name, password, salt, iterations, dklen=None)")]
    fn pbkdf2_hmac(
        hash_name: &str,
        password: BytesLike<'_>,
        salt: BytesLike<'_>,
        iterations: &Obj,
        dklen: Option<&Obj>,
    ) -> PyResult<Ref<Bytes>> {
        let Some(iterations) = iterations.index()?.to_i64() else {
            bail!(OverflowError, "Python int too large to convert to C long");
        };
        let md = Method::by_name(hash_name, true)?;
        let plen = int_len(password.len(), "password")?;
        let slen = int_len(salt.len(), "salt")?;
        if iterations < 1 {
            bail!(ValueError, "iteration value must be greater than 0.");
        }
        let Ok(iterations) = c_int::try_from(iterations) else {
            bail!(OverflowError, "iteration value is too great.");
        };
        let length = match dklen {
            // SAFETY: a live digest.
            None => i64::from(unsafe { ffi::EVP_MD_get_size(md.0) }),
            Some(o) => o.as_i64()?,
        };
        if length < 1 {
            bail!(ValueError, "key length must be greater than 0.");
        }
        let Ok(length) = c_int::try_from(length) else {
            bail!(OverflowError, "key length is too great.");
        };
        let out = Bytes::alloc(length as usize)?;
        let (p, s, to, f) = (password.as_slice(), salt.as_slice(), out.data() as usize, md.0);
        // SAFETY: bytes with their lengths, room of the given size.
        let ok = gil::allow_threads(|| unsafe {
            ffi::PKCS5_PBKDF2_HMAC(p.as_ptr().cast(), plen, s.as_ptr(), slen, iterations, f, length, to as *mut u8)
        });
        if ok == 0 { Err(value_error()) } else { Ok(out) }
    }

    fn unsigned(o: &Obj) -> PyResult<u64> {
        let i = o.index()?;
        if i.is_negative() {
            bail!(ValueError, "Cannot convert negative int");
        }
        i.to_u64().ok_or_else(|| raise!(OverflowError, "Python int too large for C unsigned long"))
    }

    /// scrypt password-based key derivation function.
    #[function(sig = "(password, *, salt, n, r, p, maxmem=0, dklen=64)")]
    fn scrypt(
        password: BytesLike<'_>,
        salt: BytesLike<'_>,
        n: &Obj,
        r: &Obj,
        p: &Obj,
        maxmem: i64,
        dklen: i64,
    ) -> PyResult<Ref<Bytes>> {
        let (n, r, p) = (unsigned(n)?, unsigned(r)?, unsigned(p)?);
        int_len(password.len(), "password")?;
        int_len(salt.len(), "salt")?;
        if n < 2 || !n.is_power_of_two() {
            bail!(ValueError, "n must be a power of 2.");
        }
        if !(0..=i64::from(i32::MAX)).contains(&maxmem) {
            bail!(ValueError, "maxmem must be positive and smaller than {}", i32::MAX);
        }
        if !(1..=i64::from(i32::MAX)).contains(&dklen) {
            bail!(ValueError, "dklen must be greater than 0 and smaller than {}", i32::MAX);
        }
        let (w, s) = (password.as_slice(), salt.as_slice());
        // SAFETY: bytes with their lengths; without room only the parameters are checked.
        unsafe {
            let check =
                ffi::EVP_PBE_scrypt(std::ptr::null(), 0, std::ptr::null(), 0, n, r, p, maxmem as u64, null_mut(), 0);
            if check == 0 {
                ffi::ERR_clear_error();
                bail!(ValueError, "Invalid parameter combination for n, r, p, maxmem.");
            }
            let out = Bytes::alloc(dklen as usize)?;
            let to = out.data() as usize;
            let ok = gil::allow_threads(|| {
                ffi::EVP_PBE_scrypt(
                    w.as_ptr().cast(),
                    w.len(),
                    s.as_ptr(),
                    s.len(),
                    n,
                    r,
                    p,
                    maxmem as u64,
                    to as *mut u8,
                    dklen as usize,
                )
            });
            if ok == 0 { Err(value_error()) } else { Ok(out) }
        }
    }

    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[function]
    fn compare_digest(a: &Obj, b: &Obj) -> PyResult<bool> {
        if let (Some(x), Some(y)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
            let (Some(x), Some(y)) = (x.as_ascii(), y.as_ascii()) else {
                bail!(TypeError, "comparing strings with non-ASCII characters is not supported");
            };
            return Ok(same(x.as_bytes(), y.as_bytes()));
        }
        if !Buffer::supported(a) && !Buffer::supported(b) {
            bail!(
                TypeError,
                "unsupported operand types(s) or combination of types: '{}' and '{}'",
                a.type_name(),
                b.type_name()
            );
        }
        let (x, y) = (BytesLike::of(a)?, BytesLike::of(b)?);
        Ok(same(&x, &y))
    }

    /// Compares in a time that does not tell where the difference is.
    fn same(a: &[u8], b: &[u8]) -> bool {
        // With different lengths, the second is compared with itself.
        let left = if a.len() == b.len() { a } else { b };
        // SAFETY: two blocks of one length.
        let r = unsafe { ffi::CRYPTO_memcmp(left.as_ptr().cast(), b.as_ptr().cast(), b.len()) };
        r == 0 && a.len() == b.len()
    }

    /// Determine the OpenSSL FIPS mode of operation.
    ///
    /// For OpenSSL 3.0.0 and newer it returns the state of the default provider
    /// in the default OSSL context. It's not quite the same as FIPS_mode() but
    /// good enough for unittests.
    ///
    /// Effectively any non-zero return value indicates FIPS mode;
    /// values other than 1 may have additional significance.
    #[function]
    fn get_fips_mode() -> i32 {
        // SAFETY: asks the library.
        unsafe { ffi::EVP_default_properties_is_fips_enabled(null_mut()) }
    }
}

pub use module::MODULE;
