//! `_ssl`: TLS over OpenSSL, which is linked in. One file per type; this one holds the module's functions.

mod bio;
mod callbacks;
mod cert;
mod connection;
mod context;
pub mod error;
pub mod ffi;
mod paths;
mod session;

use crate::osutil::numbers;
use crate::util::{fs_cstring, int, set, set_ints, text};
use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::buffer::TextOrBytes;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::exceptions_os::OSError;
use dovetail_core::types::method::InstanceMethod;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use std::ffi::{CStr, CString, c_int};

static NUMBERS: &[(&str, i64)] = numbers!(

);

/// Numbers that the `libc` crate does not name.
static MORE_NUMBERS: &[(&str, i64)] = &[
    ("ALERT_DESCRIPTION_ACCESS_DENIED", 49),
    ("ALERT_DESCRIPTION_BAD_CERTIFICATE", 42),
    ("ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE", 114),
    ("ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE", 113),
    ("ALERT_DESCRIPTION_BAD_RECORD_MAC", 20),
    ("ALERT_DESCRIPTION_CERTIFICATE_EXPIRED", 45),
    ("ALERT_DESCRIPTION_CERTIFICATE_REVOKED", 44),
    ("ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN", 46),
    ("ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE", 111),
    ("ALERT_DESCRIPTION_CLOSE_NOTIFY", 0),
    ("ALERT_DESCRIPTION_DECODE_ERROR", 50),
    ("ALERT_DESCRIPTION_DECOMPRESSION_FAILURE", 30),
    ("ALERT_DESCRIPTION_DECRYPT_ERROR", 51),
    ("ALERT_DESCRIPTION_HANDSHAKE_FAILURE", 40),
    ("ALERT_DESCRIPTION_ILLEGAL_PARAMETER", 47),
    ("ALERT_DESCRIPTION_INSUFFICIENT_SECURITY", 71),
    ("ALERT_DESCRIPTION_INTERNAL_ERROR", 80),
    ("ALERT_DESCRIPTION_NO_RENEGOTIATION", 100),
    ("ALERT_DESCRIPTION_PROTOCOL_VERSION", 70),
    ("ALERT_DESCRIPTION_RECORD_OVERFLOW", 22),
    ("ALERT_DESCRIPTION_UNEXPECTED_MESSAGE", 10),
    ("ALERT_DESCRIPTION_UNKNOWN_CA", 48),
    ("ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY", 115),
    ("ALERT_DESCRIPTION_UNRECOGNIZED_NAME", 112),
    ("ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE", 43),
    ("ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION", 110),
    ("ALERT_DESCRIPTION_USER_CANCELLED", 90),
    ("CERT_NONE", 0),
    ("CERT_OPTIONAL", 1),
    ("CERT_REQUIRED", 2),
    ("ENCODING_DER", 2),
    ("ENCODING_PEM", 1),
    ("HOSTFLAG_ALWAYS_CHECK_SUBJECT", 1),
    ("HOSTFLAG_MULTI_LABEL_WILDCARDS", 8),
    ("HOSTFLAG_NEVER_CHECK_SUBJECT", 32),
    ("HOSTFLAG_NO_PARTIAL_WILDCARDS", 4),
    ("HOSTFLAG_NO_WILDCARDS", 2),
    ("HOSTFLAG_SINGLE_LABEL_SUBDOMAINS", 16),
    ("OP_ALL", 0x80000050),
    ("OP_CIPHER_SERVER_PREFERENCE", 0x400000),
    ("OP_ENABLE_KTLS", 8),
    ("OP_ENABLE_MIDDLEBOX_COMPAT", 0x100000),
    ("OP_IGNORE_UNEXPECTED_EOF", 128),
    ("OP_LEGACY_SERVER_CONNECT", 4),
    ("OP_NO_COMPRESSION", 0x20000),
    ("OP_NO_RENEGOTIATION", 0x40000000),
    ("OP_NO_SSLv2", 0),
    ("OP_NO_SSLv3", 0x2000000),
    ("OP_NO_TICKET", 0x4000),
    ("OP_NO_TLSv1", 0x4000000),
    ("OP_NO_TLSv1_1", 0x10000000),
    ("OP_NO_TLSv1_2", 0x8000000),
    ("OP_NO_TLSv1_3", 0x20000000),
    ("OP_SINGLE_DH_USE", 0),
    ("OP_SINGLE_ECDH_USE", 0),
    ("PROTOCOL_SSLv23", 2),
    ("PROTOCOL_TLS", 2),
    ("PROTOCOL_TLS_CLIENT", 16),
    ("PROTOCOL_TLS_SERVER", 17),
    ("PROTOCOL_TLSv1", 3),
    ("PROTOCOL_TLSv1_1", 4),
    ("PROTOCOL_TLSv1_2", 5),
    ("PROTO_MAXIMUM_SUPPORTED", -1),
    ("PROTO_MINIMUM_SUPPORTED", -2),
    ("PROTO_SSLv3", 0x300),
    ("PROTO_TLSv1", 0x301),
    ("PROTO_TLSv1_1", 0x302),
    ("PROTO_TLSv1_2", 0x303),
    ("PROTO_TLSv1_3", 0x304),
    ("SSL_ERROR_EOF", 8),
    ("SSL_ERROR_INVALID_ERROR_CODE", 10),
    ("SSL_ERROR_SSL", 1),
    ("SSL_ERROR_SYSCALL", 5),
    ("SSL_ERROR_WANT_CONNECT", 7),
    ("SSL_ERROR_WANT_READ", 2),
    ("SSL_ERROR_WANT_WRITE", 3),
    ("SSL_ERROR_WANT_X509_LOOKUP", 4),
    ("SSL_ERROR_ZERO_RETURN", 6),
    ("VERIFY_ALLOW_PROXY_CERTS", 64),
    ("VERIFY_CRL_CHECK_CHAIN", 12),
    ("VERIFY_CRL_CHECK_LEAF", 4),
    ("VERIFY_DEFAULT", 0),
    ("VERIFY_X509_PARTIAL_CHAIN", 0x80000),
    ("VERIFY_X509_STRICT", 32),
    ("VERIFY_X509_TRUSTED_FIRST", 0x8000),
];

/// Starts the library; any number of times.
pub fn start() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    // SAFETY: the library's own start-up: error texts and configuration.
    ONCE.call_once(|| unsafe {
        ffi::OPENSSL_init_ssl(0x0020_0000, std::ptr::null_mut());
    });
}

/// Methods that are put into classes made at run time.
mod methods {
    use super::*;

    #[pymodule(name = "_ssl")]
    pub mod table {
        use super::*;

        /// Return str(self).
        #[function(name = "__str__")]
        fn str_(error: &Obj) -> PyResult<Object> {
            if let Some(e) = error.downcast::<OSError>() {
                let [_, strerror, _, _] = e.fields();
                if let Some(s) = strerror.filter(|s| s.is_a::<Str>()) {
                    return Ok(s);
                }
                return Ok(error.get_attr(dovetail_core::sym!(args))?.str_()?.into_object());
            }
            Err(raise!(TypeError, "an SSLError is needed"))
        }
    }
}

/// `SSLError.__str__`.
pub fn str_of_error_method() -> PyResult<Object> {
    let f = CFunction::new(methods::table::MODULE.methods.cast_mut(), None, None)?;
    Ok(InstanceMethod::new(f.as_obj())?.into_object())
}

/// `(nid, short name, long name, dotted number)`.
unsafe fn describe(o: ffi::P) -> PyResult<Object> {
    // SAFETY: a live identifier.
    unsafe {
        let nid = ffi::OBJ_obj2nid(o);
        if nid == 0 {
            bail!(ValueError, "Unknown object");
        }
        let words = |p: *const std::ffi::c_char| text(&CStr::from_ptr(p).to_string_lossy());
        let number = match cert::object_text(o, true)? {
            Some(t) => t,
            None => dovetail_core::types::none::none().to_owned(),
        };
        let parts = vec![int(nid)?, words(ffi::OBJ_nid2sn(nid))?, words(ffi::OBJ_nid2ln(nid))?, number];
        Ok(Tuple::from_vec(parts)?.into_object())
    }
}

/// Implementation module for SSL socket operations.  See the socket module
/// for documentation.
#[pymodule(name = "_ssl")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        start();
        error::add(module)?;
        add_type::<context::Context>(module)?;
        add_type::<connection::Connection>(module)?;
        add_type::<bio::MemoryBio>(module)?;
        add_type::<session::Session>(module)?;
        add_type::<cert::Certificate>(module)?;
        set_ints(module, NUMBERS)?;
        set_ints(module, MORE_NUMBERS)?;
        for (name, v) in [
            ("HAS_SNI", true),
            ("HAS_TLS_UNIQUE", true),
            ("HAS_ECDH", true),
            ("HAS_NPN", false),
            ("HAS_ALPN", true),
            ("HAS_SSLv2", false),
            ("HAS_SSLv3", false),
            ("HAS_TLSv1", true),
            ("HAS_TLSv1_1", true),
            ("HAS_TLSv1_2", true),
            ("HAS_TLSv1_3", true),
            ("HAS_PSK", true),
            ("HAS_PHA", true),
        ] {
            set(module, name, bool_obj(v))?;
        }
        set(module, "_DEFAULT_CIPHERS", &*text(context::DEFAULT_CIPHERS)?)?;
        // SAFETY: constants of the library.
        let (number, words) = unsafe { (ffi::OpenSSL_version_num(), CStr::from_ptr(ffi::OpenSSL_version(0))) };
        set(module, "OPENSSL_VERSION_NUMBER", &*int(number)?)?;
        set(module, "OPENSSL_VERSION", &*text(&words.to_string_lossy())?)?;
        let part = |shift: u32, mask: u64| int((number >> shift) & mask);
        let parts = || -> PyResult<Object> {
            let v = vec![part(28, 0xf)?, part(20, 0xff)?, part(12, 0xff)?, part(4, 0xff)?, part(0, 0xf)?];
            Ok(Tuple::from_vec(v)?.into_object())
        };
        set(module, "OPENSSL_VERSION_INFO", &*parts()?)?;
        set(module, "_OPENSSL_API_VERSION", &*parts()?)
    }

    /// Mix string into the OpenSSL PRNG state.
    ///
    /// entropy (a float) is a lower bound on the entropy contained in
    /// string.  See RFC 4086.
    #[function]
    fn RAND_add(string: TextOrBytes<'_>, entropy: f64) {
        for part in string.chunks(1 << 30) {
            // SAFETY: the bytes with their length.
            unsafe { ffi::RAND_add(part.as_ptr().cast(), part.len() as c_int, entropy) };
        }
    }

    /// Generate n cryptographically strong pseudo-random bytes.
    #[function]
    fn RAND_bytes(n: i32) -> PyResult<Ref<Bytes>> {
        if n < 0 {
            bail!(ValueError, "num must be positive");
        }
        let out = Bytes::alloc(n as usize)?;
        // SAFETY: room of the given size.
        if n > 0 && unsafe { ffi::RAND_bytes(out.data(), n) } != 1 {
            return Err(crate::ssl_error!());
        }
        Ok(out)
    }

    /// Returns True if the OpenSSL PRNG has been seeded with enough data and False if not.
    ///
    /// It is necessary to seed the PRNG with RAND_add() on some platforms
    /// before using the ssl() function.
    #[function]
    fn RAND_status() -> bool {
        // SAFETY: asks the library.
        unsafe { ffi::RAND_status() != 0 }
    }

    /// Return search paths and environment vars that are used by SSLContext's set_default_verify_paths() to load default CAs.
    ///
    /// The values are 'cert_file_env', 'cert_file', 'cert_dir_env', 'cert_dir'.
    #[function]
    fn get_default_verify_paths() -> PyResult<Object> {
        let parts = paths::defaults().iter().map(|p| text(p)).collect::<PyResult<Vec<_>>>()?;
        Ok(Tuple::from_vec(parts)?.into_object())
    }

    /// Lookup NID, short name, long name and OID of an ASN1_OBJECT.
    ///
    /// By default objects are looked up by OID. With name=True short and
    /// long name are also matched.
    #[function(sig = "(txt, name=False)")]
    fn txt2obj(txt: &str, name: bool) -> PyResult<Object> {
        let c = CString::new(txt).map_err(|_| raise!(ValueError, "embedded null character"))?;
        // SAFETY: a terminated text; the identifier is freed.
        unsafe {
            let o = ffi::OBJ_txt2obj(c.as_ptr(), c_int::from(!name));
            if o.is_null() {
                ffi::ERR_clear_error();
                bail!(ValueError, "unknown object '{}'", txt.chars().take(100).collect::<String>());
            }
            let r = describe(o);
            ffi::ASN1_OBJECT_free(o);
            r
        }
    }

    /// Lookup NID, short name, long name and OID of an ASN1_OBJECT by NID.
    #[function]
    fn nid2obj(nid: i32) -> PyResult<Object> {
        if nid < 1 {
            bail!(ValueError, "NID must be positive.");
        }
        // SAFETY: the library's own table.
        unsafe {
            let o = ffi::OBJ_nid2obj(nid);
            if o.is_null() {
                ffi::ERR_clear_error();
                bail!(ValueError, "unknown NID {nid}");
            }
            describe(o)
        }
    }

    #[function]
    fn _test_decode_cert(path: &Obj) -> PyResult<Object> {
        let p = fs_cstring(path)?;
        // SAFETY: a terminated path; buffer and certificate are freed.
        unsafe {
            let b = ffi::BIO_new_file(p.as_ptr(), c"r".as_ptr());
            if b.is_null() {
                ffi::ERR_clear_error();
                return Err(error::plain("Can't open file"));
            }
            let x = ffi::PEM_read_bio_X509(b, std::ptr::null_mut(), None, std::ptr::null_mut());
            ffi::BIO_free(b);
            if x.is_null() {
                ffi::ERR_clear_error();
                return Err(error::plain("Error decoding PEM-encoded file"));
            }
            let r = cert::decode(x);
            ffi::X509_free(x);
            r
        }
    }
}

pub use module::MODULE;
