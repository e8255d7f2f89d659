//! `_SSLContext`: the settings, certificates and callbacks that connections share.

use super::callbacks;
use super::cert::{self, Memory};
use super::error::{self, plain};
use super::ffi::{self, P};
use crate::osutil::{errno, mask_u64, os_error};
use crate::util::{Boxed, data, dealloc_boxed, fs_cstring, int, new_boxed, text, visit_all};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::warn;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::{pymethods, pytype};
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::null_mut;

/// The ciphers of a new context.
pub const DEFAULT_CIPHERS: &str =
    "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM";

const TLS: i32 = 2;
const TLS_CLIENT: i32 = 16;
const TLS_SERVER: i32 = 17;
const MINIMUM: i32 = -2;
const MAXIMUM: i32 = -1;
const OP_ALL: u64 = 0x8000_0050;
const OP_DONT_INSERT_EMPTY_FRAGMENTS: u64 = 1 << 11;
const OP_NO_SSLV3: u64 = 1 << 25;
const OP_NO_COMPRESSION: u64 = 1 << 17;
const OP_CIPHER_SERVER_PREFERENCE: u64 = 1 << 22;
const OP_NO_ANY: u64 = (1 << 25) | (1 << 26) | (1 << 27) | (1 << 28) | (1 << 29);
const X509_V_FLAG_TRUSTED_FIRST: u64 = 0x8000;
const X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS: u32 = 4;

/// What a context knows beside the library's own.
pub struct State {
    pub ctx: P,
    pub protocol: i32,
    pub check_hostname: Cell<bool>,
    pub host_flags: Cell<u32>,
    pub post_handshake_auth: Cell<bool>,
    pub alpn: RefCell<Vec<u8>>,
    pub sni: RefCell<Option<Object>>,
    pub message: RefCell<Option<Object>>,
    pub keylog: RefCell<Option<(Object, Memory)>>,
    pub psk_client: RefCell<Option<Object>>,
    pub psk_server: RefCell<Option<Object>>,
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: our reference. Connections of it have ended: they keep the object alive.
        unsafe {
            ffi::SSL_CTX_set_ex_data(self.ctx, 0, null_mut());
            // A connection that has changed over to another context keeps this handle alive.
            ffi::SSL_CTX_callback_ctrl(self.ctx, ffi::SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, None);
            ffi::SSL_CTX_set_alpn_select_cb(self.ctx, None, null_mut());
            ffi::SSL_CTX_set_keylog_callback(self.ctx, None);
            ffi::SSL_CTX_free(self.ctx);
        }
    }
}

/// Contexts.
#[pytype(name = "_ssl._SSLContext", body = Boxed<State>, weaklist = weakrefs, gc, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Context;

fn deprecated(what: &str) -> PyResult<()> {
    warn(exc::DeprecationWarning(), what, 2)
}

/// A path argument of the library, or the TypeError that names it.
fn path_of(o: &Obj, what: &str) -> PyResult<CString> {
    fs_cstring(o).map_err(|e| {
        if e.matches(exc::TypeError()) {
            e.clear();
            return raise!(TypeError, "{what} should be a valid filesystem path");
        }
        e
    })
}

/// The error of a file that the library could not use: the system's, or its own.
fn file_error(line: u32) -> Raised {
    let e = errno();
    if e != 0 {
        // SAFETY: forgets the library's view of it.
        unsafe { ffi::ERR_clear_error() };
        return os_error(e);
    }
    error::last(None, None, line)
}

fn clear_errno() {
    // SAFETY: the thread's own.
    unsafe { *libc::__errno_location() = 0 }
}

/// A cipher as a dict.
///
/// # Safety
/// `c` is a cipher of the library.
unsafe fn cipher_dict(c: *const c_void) -> PyResult<Object> {
    // SAFETY: constant data of the library.
    unsafe {
        let words = |p: *const c_char| -> PyResult<Object> {
            if p.is_null() { Ok(none().to_owned()) } else { text(&CStr::from_ptr(p).to_string_lossy()) }
        };
        let named = |nid: c_int| -> PyResult<Object> {
            if nid == 0 { Ok(none().to_owned()) } else { words(ffi::OBJ_nid2ln(nid)) }
        };
        let mut algorithm = 0;
        let strength = ffi::SSL_CIPHER_get_bits(c, &mut algorithm);
        let mut room = [0u8; 512];
        let described = ffi::SSL_CIPHER_description(c, room.as_mut_ptr().cast(), room.len() as c_int - 1);
        let description = if described.is_null() {
            String::new()
        } else {
            CStr::from_ptr(described).to_string_lossy().trim_end_matches('\n').to_owned()
        };
        let d = Dict::new()?;
        d.set_text("id", &*int(ffi::SSL_CIPHER_get_id(c))?)?;
        d.set_text("name", &*words(ffi::SSL_CIPHER_get_name(c))?)?;
        d.set_text("protocol", &*words(ffi::SSL_CIPHER_get_version(c))?)?;
        d.set_text("description", &*text(&description)?)?;
        d.set_text("strength_bits", &*int(strength)?)?;
        d.set_text("alg_bits", &*int(algorithm)?)?;
        d.set_text("aead", bool_obj(ffi::SSL_CIPHER_is_aead(c) != 0))?;
        d.set_text("symmetric", &*named(ffi::SSL_CIPHER_get_cipher_nid(c))?)?;
        d.set_text("digest", &*named(ffi::SSL_CIPHER_get_digest_nid(c))?)?;
        d.set_text("kea", &*named(ffi::SSL_CIPHER_get_kx_nid(c))?)?;
        d.set_text("auth", &*named(ffi::SSL_CIPHER_get_auth_nid(c))?)?;
        Ok(d.into_object())
    }
}

impl Context {
    pub fn state(&self) -> &State {
        data(self)
    }

    pub fn ctx(&self) -> P {
        self.state().ctx
    }

    fn ctrl(&self, command: c_int, n: i64, p: P) -> i64 {
        // SAFETY: a live context; the command's own argument.
        unsafe { ffi::SSL_CTX_ctrl(self.ctx(), command, n, p) }
    }

    fn verify_mode_value(&self) -> PyResult<i32> {
        // SAFETY: a live context.
        match unsafe { ffi::SSL_CTX_get_verify_mode(self.ctx()) } & 3 {
            0 => Ok(0),
            1 => Ok(1),
            3 => Ok(2),
            _ => {
                Err(error::last(Some("invalid return value from SSL_CTX_get_verify_mode"), Some(0), line!()))
            }
        }
    }

    fn apply_verify_mode(&self, mode: i32) -> PyResult<()> {
        let bits = match mode {
            0 if self.state().check_hostname.get() => {
                bail!(ValueError, "Cannot set verify_mode to CERT_NONE when check_hostname is enabled.")
            }
            0 => 0,
            1 => 1,
            2 => 3,
            _ => bail!(ValueError, "invalid value for verify_mode"),
        };
        // SAFETY: a live context.
        unsafe { ffi::SSL_CTX_set_verify(self.ctx(), bits, None) };
        Ok(())
    }

    fn version_limit(&self, value: &Obj, lowest: bool) -> PyResult<()> {
        let v = crate::osutil::c_int(value)?;
        if ![TLS, TLS_CLIENT, TLS_SERVER].contains(&self.state().protocol) {
            bail!(
                ValueError,
                "The context's protocol doesn't support modification of highest and lowest version."
            );
        }
        match v {
            0x300 => deprecated("ssl.TLSVersion.SSLv3 is deprecated")?,
            0x301 => deprecated("ssl.TLSVersion.TLSv1 is deprecated")?,
            0x302 => deprecated("ssl.TLSVersion.TLSv1_1 is deprecated")?,
            0x303 | 0x304 | MINIMUM | MAXIMUM => {}
            _ => bail!(ValueError, "Unsupported TLS/SSL version 0x{v:x}"),
        }
        let raw = match (lowest, v) {
            (true, MINIMUM) | (false, MAXIMUM) => 0,
            (true, MAXIMUM) => 0x304,
            (false, MINIMUM) => 0x301,
            _ => i64::from(v),
        };
        let command =
            if lowest { ffi::SSL_CTRL_SET_MIN_PROTO_VERSION } else { ffi::SSL_CTRL_SET_MAX_PROTO_VERSION };
        if self.ctrl(command, raw, null_mut()) == 0 {
            bail!(ValueError, "Unsupported protocol version 0x{v:x}");
        }
        Ok(())
    }

    fn param(&self) -> P {
        // SAFETY: a live context has parameters.
        unsafe { ffi::SSL_CTX_get0_param(self.ctx()) }
    }

    /// Reads CA certificates from memory into the store.
    fn add_certificates(&self, bytes: &[u8], pem: bool) -> PyResult<()> {
        if bytes.is_empty() {
            bail!(ValueError, "Empty certificate data");
        }
        let Ok(n) = c_int::try_from(bytes.len()) else {
            bail!(OverflowError, "Certificate data is too long.");
        };
        // SAFETY: the buffer reads the bytes, which outlive it; certificates are freed after they are added.
        unsafe {
            let b = Memory(ffi::BIO_new_mem_buf(bytes.as_ptr().cast(), n));
            if b.0.is_null() {
                return Err(plain("Can't allocate buffer"));
            }
            let store = ffi::SSL_CTX_get_cert_store(self.ctx());
            let mut loaded = 0;
            let mut failed = false;
            loop {
                // DER has no text between certificates: what is left is the next one.
                if !pem && loaded > 0 && ffi::BIO_ctrl_pending(b.0) == 0 {
                    break;
                }
                let x = if pem {
                    ffi::PEM_read_bio_X509(b.0, null_mut(), None, null_mut())
                } else {
                    ffi::d2i_X509_bio(b.0, null_mut())
                };
                if x.is_null() {
                    break;
                }
                let ok = ffi::X509_STORE_add_cert(store, x);
                ffi::X509_free(x);
                if ok != 1 {
                    let e = ffi::ERR_peek_last_error();
                    if ffi::err_lib(e) == ffi::ERR_LIB_X509
                        && ffi::err_reason(e) == ffi::X509_R_CERT_ALREADY_IN_HASH_TABLE
                    {
                        ffi::ERR_clear_error();
                    } else {
                        failed = true;
                        break;
                    }
                }
                loaded += 1;
            }
            let e = ffi::ERR_peek_last_error();
            let (lib, reason) = (ffi::err_lib(e), ffi::err_reason(e));
            if loaded == 0 {
                let words = if pem {
                    "no start line: cadata does not contain a certificate"
                } else {
                    "not enough data: cadata does not contain a certificate"
                };
                return Err(error::last(Some(words), Some(0), line!()));
            }
            let ended = pem && lib == ffi::ERR_LIB_PEM && reason == ffi::PEM_R_NO_START_LINE;
            if !failed && (ended || e == 0) {
                ffi::ERR_clear_error();
                return Ok(());
            }
            Err(crate::ssl_error!())
        }
    }

    /// Everything in the certificate store, as (kind, certificate) pairs for `each`.
    fn each_certificate(&self, mut each: impl FnMut(c_int, P) -> PyResult<()>) -> PyResult<()> {
        unsafe extern "C" fn free(p: P) {
            // SAFETY: called for each object of a stack that ends.
            unsafe { ffi::X509_OBJECT_free(p) }
        }
        // SAFETY: a live store; the stack is freed.
        unsafe {
            let objects = ffi::X509_STORE_get1_objects(ffi::SSL_CTX_get_cert_store(self.ctx()));
            if objects.is_null() {
                bail!(MemoryError, "failed to query cert store");
            }
            let mut r = Ok(());
            for i in 0..ffi::OPENSSL_sk_num(objects) {
                let o = ffi::OPENSSL_sk_value(objects, i);
                r = each(ffi::X509_OBJECT_get_type(o), ffi::X509_OBJECT_get0_X509(o));
                if r.is_err() {
                    break;
                }
            }
            ffi::OPENSSL_sk_pop_free(objects, Some(free));
            r
        }
    }
}

#[pymethods]
impl Context {
    #[slot(tp_new, name = "_SSLContext", sig = "(protocol, /)")]
    fn make(cls: &Type, protocol: i32) -> PyResult<Object> {
        // SAFETY: constant method tables.
        let method = unsafe {
            match protocol {
                TLS => {
                    deprecated("ssl.PROTOCOL_TLS is deprecated")?;
                    ffi::TLS_method()
                }
                3 => {
                    deprecated("ssl.PROTOCOL_TLSv1 is deprecated")?;
                    ffi::TLSv1_method()
                }
                4 => {
                    deprecated("ssl.PROTOCOL_TLSv1_1 is deprecated")?;
                    ffi::TLSv1_1_method()
                }
                5 => {
                    deprecated("ssl.PROTOCOL_TLSv1_2 is deprecated")?;
                    ffi::TLSv1_2_method()
                }
                TLS_CLIENT => ffi::TLS_client_method(),
                TLS_SERVER => ffi::TLS_server_method(),
                _ => bail!(ValueError, "invalid or unsupported protocol version {protocol}"),
            }
        };
        // SAFETY: a context of our own from here on.
        let ctx = gil::allow_threads(|| unsafe { ffi::SSL_CTX_new(method) });
        if ctx.is_null() {
            return Err(crate::ssl_error!());
        }
        let client = protocol == TLS_CLIENT;
        let state = State {
            ctx,
            protocol,
            check_hostname: Cell::new(client),
            host_flags: Cell::new(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS),
            post_handshake_auth: Cell::new(false),
            alpn: RefCell::default(),
            sni: RefCell::default(),
            message: RefCell::default(),
            keylog: RefCell::default(),
            psk_client: RefCell::default(),
            psk_server: RefCell::default(),
        };
        let o = new_boxed(cls, state)?;
        // SAFETY: made of this type or a subtype.
        let c: &Context = unsafe { o.cast_unchecked() };
        // SAFETY: a live context; the object outlives it.
        unsafe {
            ffi::SSL_CTX_set_ex_data(ctx, 0, o.as_raw().cast());
            c.apply_verify_mode(if client { 2 } else { 0 })?;
            let options = (OP_ALL & !OP_DONT_INSERT_EMPTY_FRAGMENTS)
                | OP_NO_SSLV3
                | OP_NO_COMPRESSION
                | OP_CIPHER_SERVER_PREFERENCE;
            ffi::SSL_CTX_set_options(ctx, options);
            let ciphers = CString::new(DEFAULT_CIPHERS).unwrap_or_default();
            if ffi::SSL_CTX_set_cipher_list(ctx, ciphers.as_ptr()) == 0 {
                ffi::ERR_clear_error();
                return Err(plain("No cipher can be selected."));
            }
            if [TLS, TLS_CLIENT, TLS_SERVER].contains(&protocol)
                && c.ctrl(ffi::SSL_CTRL_SET_MIN_PROTO_VERSION, 0x303, null_mut()) == 0
            {
                bail!(ValueError, "Failed to set minimum protocol 0x303");
            }
            // Buffers are given back while a connection is idle.
            c.ctrl(ffi::SSL_CTRL_MODE, 0x10, null_mut());
            ffi::SSL_CTX_set_session_id_context(ctx, c"Python".as_ptr().cast(), 6);
            ffi::X509_VERIFY_PARAM_set_flags(c.param(), X509_V_FLAG_TRUSTED_FIRST);
            ffi::X509_VERIFY_PARAM_set_hostflags(c.param(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
            ffi::SSL_CTX_set_post_handshake_auth(ctx, 0);
        }
        Ok(o)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<State>(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live context or one that is being made.
        unsafe {
            let p = (*(o as *mut Boxed<State>)).data;
            let (Some(visit), false) = (visit, p.is_null()) else { return 0 };
            let all = [&(*p).sni, &(*p).message, &(*p).psk_client, &(*p).psk_server];
            visit_all(
                all.into_iter().filter_map(|cell| cell.borrow().as_ref().map(|o| o.as_raw())),
                visit,
                arg,
            )
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live context.
        unsafe {
            let p = (*(o as *mut Boxed<State>)).data;
            if !p.is_null() {
                for cell in [&(*p).sni, &(*p).message, &(*p).psk_client, &(*p).psk_server] {
                    drop(cell.take());
                }
            }
        }
        0
    }

    #[getter]
    fn protocol(&self) -> i32 {
        self.state().protocol
    }

    #[getter]
    fn check_hostname(&self) -> bool {
        self.state().check_hostname.get()
    }

    #[setter]
    fn set_check_hostname(&self, value: Option<&Obj>) -> PyResult<()> {
        let on = needed(value, "check_hostname", "SSLContext")?.is_true()?;
        if on && self.verify_mode_value()? == 0 {
            self.apply_verify_mode(2)?;
        }
        self.state().check_hostname.set(on);
        Ok(())
    }

    #[getter(name = "_host_flags")]
    fn host_flags(&self) -> u32 {
        self.state().host_flags.get()
    }

    #[setter(name = "_host_flags")]
    fn set_host_flags(&self, value: Option<&Obj>) -> PyResult<()> {
        let flags = mask_u64(needed(value, "_host_flags", "SSLContext")?)? as u32;
        self.state().host_flags.set(flags);
        // SAFETY: a live context.
        unsafe { ffi::X509_VERIFY_PARAM_set_hostflags(self.param(), flags) };
        Ok(())
    }

    #[getter]
    fn verify_mode(&self) -> PyResult<i32> {
        self.verify_mode_value()
    }

    #[setter]
    fn set_verify_mode(&self, value: Option<&Obj>) -> PyResult<()> {
        self.apply_verify_mode(crate::osutil::c_int(needed(value, "verify_mode", "SSLContext")?)?)
    }

    #[getter]
    fn verify_flags(&self) -> u64 {
        // SAFETY: a live context.
        unsafe { ffi::X509_VERIFY_PARAM_get_flags(self.param()) }
    }

    #[setter]
    fn set_verify_flags(&self, value: Option<&Obj>) -> PyResult<()> {
        let value = needed(value, "verify_flags", "SSLContext")?;
        if !value.has_index() {
            bail!(TypeError, "argument must be int, not {}", value.type_name());
        }
        let new = mask_u64(value)?;
        // SAFETY: a live context.
        unsafe {
            let old = ffi::X509_VERIFY_PARAM_get_flags(self.param());
            let (clear, set) = (old & !new, !old & new);
            if clear != 0 && ffi::X509_VERIFY_PARAM_clear_flags(self.param(), clear) == 0 {
                return Err(crate::ssl_error!());
            }
            if set != 0 && ffi::X509_VERIFY_PARAM_set_flags(self.param(), set) == 0 {
                return Err(crate::ssl_error!());
            }
        }
        Ok(())
    }

    #[getter]
    fn options(&self) -> u64 {
        // SAFETY: a live context.
        unsafe { ffi::SSL_CTX_get_options(self.ctx()) }
    }

    #[setter]
    fn set_options(&self, value: Option<&Obj>) -> PyResult<()> {
        let i = needed(value, "options", "SSLContext")?.index()?;
        if i.is_negative() {
            bail!(ValueError, "Cannot convert negative int");
        }
        let Some(new) = i.to_u64() else {
            bail!(OverflowError, "Python int too large for C uint64_t");
        };
        let old = self.options();
        let (clear, set) = (old & !new, !old & new);
        if set & OP_NO_ANY != 0 {
            deprecated("ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated")?;
        }
        // SAFETY: a live context.
        unsafe {
            if clear != 0 {
                ffi::SSL_CTX_clear_options(self.ctx(), clear);
            }
            if set != 0 {
                ffi::SSL_CTX_set_options(self.ctx(), set);
            }
        }
        Ok(())
    }

    #[getter]
    fn minimum_version(&self) -> i64 {
        match self.ctrl(ffi::SSL_CTRL_GET_MIN_PROTO_VERSION, 0, null_mut()) {
            0 => MINIMUM.into(),
            v => v,
        }
    }

    #[setter]
    fn set_minimum_version(&self, value: Option<&Obj>) -> PyResult<()> {
        self.version_limit(needed(value, "minimum_version", "SSLContext")?, true)
    }

    #[getter]
    fn maximum_version(&self) -> i64 {
        match self.ctrl(ffi::SSL_CTRL_GET_MAX_PROTO_VERSION, 0, null_mut()) {
            0 => MAXIMUM.into(),
            v => v,
        }
    }

    #[setter]
    fn set_maximum_version(&self, value: Option<&Obj>) -> PyResult<()> {
        self.version_limit(needed(value, "maximum_version", "SSLContext")?, false)
    }

    /// Control the number of TLSv1.3 session tickets.
    #[getter]
    fn num_tickets(&self) -> usize {
        // SAFETY: a live context.
        unsafe { ffi::SSL_CTX_get_num_tickets(self.ctx()) }
    }

    #[setter]
    fn set_num_tickets(&self, value: Option<&Obj>) -> PyResult<()> {
        let n = needed(value, "num_tickets", "SSLContext")?.as_i64()?;
        if n < 0 {
            bail!(ValueError, "value must be non-negative");
        }
        if self.state().protocol != TLS_SERVER {
            bail!(ValueError, "SSLContext is not a server context.");
        }
        // SAFETY: a live context.
        if unsafe { ffi::SSL_CTX_set_num_tickets(self.ctx(), n as usize) } != 1 {
            bail!(ValueError, "failed to set num tickets.");
        }
        Ok(())
    }

    /// The current security level.
    #[getter]
    fn security_level(&self) -> i32 {
        // SAFETY: a live context.
        unsafe { ffi::SSL_CTX_get_security_level(self.ctx()) }
    }

    #[getter]
    fn post_handshake_auth(&self) -> bool {
        self.state().post_handshake_auth.get()
    }

    #[setter]
    fn set_post_handshake_auth(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else {
            bail!(AttributeError, "cannot delete attribute");
        };
        let on = value.is_true()?;
        self.state().post_handshake_auth.set(on);
        // SAFETY: a live context.
        unsafe { ffi::SSL_CTX_set_post_handshake_auth(self.ctx(), i32::from(on)) };
        Ok(())
    }

    /// Set a callback that will be called when a server name is provided by the SSL/TLS client in the SNI extension.
    ///
    /// If the argument is None then the callback is disabled.  The method
    /// is called with the SSLSocket, the server name as a string, and the
    /// SSLContext object.
    ///
    /// See RFC 6066 for details of the SNI extension.
    #[getter]
    fn sni_callback(&self) -> Option<Object> {
        self.state().sni.borrow().clone()
    }

    #[setter]
    fn set_sni_callback(&self, value: Option<&Obj>) -> PyResult<()> {
        let value = needed(value, "sni_callback", "SSLContext")?;
        if self.state().protocol == TLS_CLIENT {
            bail!(ValueError, "sni_callback cannot be set on TLS_CLIENT context");
        }
        if !value.is_none() && !value.is_callable() {
            // SAFETY: a live context.
            unsafe { ffi::SSL_CTX_callback_ctrl(self.ctx(), ffi::SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, None) };
            drop(self.state().sni.take());
            bail!(TypeError, "not a callable object");
        }
        let on = !value.is_none();
        drop(self.state().sni.replace(on.then(|| value.to_owned())));
        // SAFETY: a callback of the shape that the library calls.
        unsafe {
            let f = on.then(|| {
                std::mem::transmute::<unsafe extern "C" fn(P, *mut c_int, P) -> c_int, ffi::Callback>(
                    callbacks::server_name,
                )
            });
            ffi::SSL_CTX_callback_ctrl(self.ctx(), ffi::SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, f);
            self.ctrl(ffi::SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, self.as_ptr().cast());
        }
        Ok(())
    }

    #[getter(name = "_msg_callback")]
    fn msg_callback(&self) -> Option<Object> {
        self.state().message.borrow().clone()
    }

    #[setter(name = "_msg_callback")]
    fn set_msg_callback(&self, value: Option<&Obj>) -> PyResult<()> {
        let value = needed(value, "_msg_callback", "SSLContext")?;
        let on = !value.is_none();
        if on && !value.is_callable() {
            bail!(TypeError, "not a callable object");
        }
        drop(self.state().message.replace(on.then(|| value.to_owned())));
        // SAFETY: a callback of the shape that the library calls.
        unsafe { ffi::SSL_CTX_set_msg_callback(self.ctx(), on.then_some(callbacks::message)) };
        Ok(())
    }

    #[getter]
    fn keylog_filename(&self) -> Option<Object> {
        self.state().keylog.borrow().as_ref().map(|(o, _)| o.clone())
    }

    #[setter]
    fn set_keylog_filename(&self, value: Option<&Obj>) -> PyResult<()> {
        let value = needed(value, "keylog_filename", "SSLContext")?;
        // SAFETY: a live context.
        unsafe { ffi::SSL_CTX_set_keylog_callback(self.ctx(), None) };
        drop(self.state().keylog.take());
        if value.is_none() {
            return Ok(());
        }
        let path = fs_cstring(value)?;
        // SAFETY: a terminated path; the file belongs to the buffer.
        unsafe {
            let f = libc::fopen(path.as_ptr(), c"a".as_ptr());
            if f.is_null() {
                return Err(dovetail_core::types::exceptions_os::last_os_error(Some(value)));
            }
            let b = ffi::BIO_new_fp(f, 0x01 | 0x10);
            if b.is_null() {
                return Err(plain("Can't malloc memory for keylog file"));
            }
            if ffi::BIO_ctrl_pending(b) == 0 && libc::ftell(f) == 0 {
                let head = b"# TLS secrets log file, generated by OpenSSL / Python\n";
                ffi::BIO_write(b, head.as_ptr().cast(), head.len() as c_int);
                libc::fflush(f);
            }
            *self.state().keylog.borrow_mut() = Some((value.to_owned(), Memory(b)));
            ffi::SSL_CTX_set_keylog_callback(self.ctx(), Some(callbacks::key_log));
        }
        Ok(())
    }

    #[method]
    fn set_ciphers(&self, cipherlist: &str) -> PyResult<()> {
        let c = CString::new(cipherlist).map_err(|_| raise!(ValueError, "embedded null character"))?;
        // SAFETY: a terminated text.
        unsafe {
            if ffi::SSL_CTX_set_cipher_list(self.ctx(), c.as_ptr()) == 0 {
                ffi::ERR_clear_error();
                return Err(plain("No cipher can be selected."));
            }
        }
        Ok(())
    }

    #[method]
    fn get_ciphers(&self) -> PyResult<Ref<List>> {
        // SAFETY: a connection of our own, freed below; the stack is its.
        unsafe {
            let ssl = ffi::SSL_new(self.ctx());
            if ssl.is_null() {
                return Err(crate::ssl_error!());
            }
            let stack = ffi::SSL_get_ciphers(ssl);
            let n = if stack.is_null() { 0 } else { ffi::OPENSSL_sk_num(stack) };
            let all: PyResult<Vec<_>> =
                (0..n).map(|i| cipher_dict(ffi::OPENSSL_sk_value(stack, i))).collect();
            ffi::SSL_free(ssl);
            List::from_vec(all?)
        }
    }

    #[method]
    fn _set_alpn_protocols(&self, protos: BytesLike<'_>) -> PyResult<()> {
        let Ok(n) = u32::try_from(protos.len()) else {
            bail!(OverflowError, "protocols longer than {} bytes", u32::MAX);
        };
        *self.state().alpn.borrow_mut() = protos.to_vec();
        // SAFETY: the bytes with their length; the callback reads those of the context.
        unsafe {
            if ffi::SSL_CTX_set_alpn_protos(self.ctx(), protos.as_ptr(), n) != 0 {
                return Err(dovetail_core::error::no_memory());
            }
            ffi::SSL_CTX_set_alpn_select_cb(self.ctx(), Some(callbacks::alpn_select), self.as_ptr().cast());
        }
        Ok(())
    }

    #[method(sig = "(certfile, keyfile=None, password=None)")]
    fn load_cert_chain(&self, certfile: &Obj, keyfile: Option<&Obj>, password: Option<&Obj>) -> PyResult<()> {
        let cert = path_of(certfile, "certfile")?;
        let key = keyfile.map(|k| path_of(k, "keyfile")).transpose()?;
        let mut secret = callbacks::Password::new(password)?;
        // SAFETY: terminated paths; the password lives through the calls, and the old callback comes back.
        unsafe {
            let old = ffi::SSL_CTX_get_default_passwd_cb(self.ctx());
            let old_data = ffi::SSL_CTX_get_default_passwd_cb_userdata(self.ctx());
            if password.is_some() {
                let f = std::mem::transmute::<
                    unsafe extern "C" fn(*mut c_char, c_int, c_int, P) -> c_int,
                    ffi::Callback,
                >(callbacks::password);
                ffi::SSL_CTX_set_default_passwd_cb(self.ctx(), Some(f));
                ffi::SSL_CTX_set_default_passwd_cb_userdata(self.ctx(), (&raw mut secret).cast());
            }
            let steps = || -> PyResult<()> {
                let failed = |secret: &mut callbacks::Password| match secret.error.take() {
                    Some(e) => {
                        ffi::ERR_clear_error();
                        Raised::restore(e)
                    }
                    None => file_error(line!()),
                };
                let ctx = self.ctx() as usize;
                clear_errno();
                let ok =
                    gil::allow_threads(|| ffi::SSL_CTX_use_certificate_chain_file(ctx as P, cert.as_ptr()));
                if ok != 1 {
                    return Err(failed(&mut secret));
                }
                clear_errno();
                let file = key.as_ref().unwrap_or(&cert);
                let ok = gil::allow_threads(|| ffi::SSL_CTX_use_PrivateKey_file(ctx as P, file.as_ptr(), 1));
                if ok != 1 {
                    return Err(failed(&mut secret));
                }
                if gil::allow_threads(|| ffi::SSL_CTX_check_private_key(ctx as P)) != 1 {
                    return Err(crate::ssl_error!());
                }
                Ok(())
            };
            let mut steps = steps;
            let r = steps();
            ffi::SSL_CTX_set_default_passwd_cb(self.ctx(), old);
            ffi::SSL_CTX_set_default_passwd_cb_userdata(self.ctx(), old_data);
            r
        }
    }

    #[method(sig = "(cafile=None, capath=None, cadata=None)")]
    fn load_verify_locations(
        &self,
        cafile: Option<&Obj>,
        capath: Option<&Obj>,
        cadata: Option<&Obj>,
    ) -> PyResult<()> {
        if cafile.is_none() && capath.is_none() && cadata.is_none() {
            bail!(TypeError, "cafile, capath and cadata cannot be all omitted");
        }
        let file = cafile.map(|o| path_of(o, "cafile")).transpose()?;
        let path = capath.map(|o| path_of(o, "capath")).transpose()?;
        if let Some(d) = cadata {
            let wrong = || raise!(TypeError, "cadata should be an ASCII string or a bytes-like object");
            if let Some(s) = d.downcast::<Str>() {
                match s.as_ascii() {
                    Some(a) => self.add_certificates(a.as_bytes(), true)?,
                    None => return Err(wrong()),
                }
            } else {
                match BytesLike::of(d) {
                    Ok(b) => self.add_certificates(&b, false)?,
                    Err(e) => {
                        e.clear();
                        return Err(wrong());
                    }
                }
            }
        }
        if file.is_some() || path.is_some() {
            let p = |c: &Option<CString>| c.as_ref().map_or(std::ptr::null(), |c| c.as_ptr());
            let (f, d) = (p(&file), p(&path));
            let ctx = self.ctx();
            clear_errno();
            // SAFETY: terminated paths or NULL.
            if gil::allow_threads(|| unsafe { ffi::SSL_CTX_load_verify_locations(ctx, f, d) }) != 1 {
                return Err(file_error(line!()));
            }
        }
        Ok(())
    }

    #[method]
    fn load_dh_params(&self, path: &Obj) -> PyResult<()> {
        let p = fs_cstring(path)?;
        clear_errno();
        // SAFETY: a terminated path; the context makes a copy of the parameters.
        unsafe {
            let b = ffi::BIO_new_file(p.as_ptr(), c"rb".as_ptr());
            if b.is_null() {
                let e = dovetail_core::types::exceptions_os::last_os_error(Some(path));
                ffi::ERR_clear_error();
                return Err(e);
            }
            let key = ffi::PEM_read_bio_DHparams(b, null_mut(), None, null_mut());
            ffi::BIO_free(b);
            if key.is_null() {
                return Err(crate::ssl_error!());
            }
            let ok = self.ctrl(ffi::SSL_CTRL_SET_TMP_DH, 0, key);
            ffi::DH_free(key);
            if ok == 0 {
                return Err(crate::ssl_error!());
            }
        }
        Ok(())
    }

    #[method]
    fn set_ecdh_curve(&self, name: &Obj) -> PyResult<()> {
        let c = fs_cstring(name)?;
        // SAFETY: a terminated name; a number of ours.
        unsafe {
            let mut nid = ffi::OBJ_sn2nid(c.as_ptr());
            if nid == 0 {
                bail!(ValueError, "unknown elliptic curve name {}", name.repr()?.to_string_lossy());
            }
            if self.ctrl(ffi::SSL_CTRL_SET_GROUPS, 1, (&raw mut nid).cast()) == 0 {
                return Err(crate::ssl_error!());
            }
        }
        Ok(())
    }

    #[method]
    fn set_default_verify_paths(&self) -> PyResult<()> {
        let ctx = self.ctx();
        // SAFETY: a live context; terminated paths.
        unsafe {
            if gil::allow_threads(|| ffi::SSL_CTX_set_default_verify_paths(ctx)) == 0 {
                return Err(crate::ssl_error!());
            }
            // The library was built for a place of its own; the system's certificates are elsewhere.
            for (file, path) in super::paths::system_locations() {
                let p = |c: &Option<CString>| c.as_ref().map_or(std::ptr::null(), |c| c.as_ptr());
                gil::allow_threads(|| ffi::SSL_CTX_load_verify_locations(ctx, p(&file), p(&path)));
            }
            ffi::ERR_clear_error();
        }
        Ok(())
    }

    /// Returns quantities of loaded X.509 certificates.
    ///
    /// X.509 certificates with a CA extension and certificate revocation
    /// lists inside the context's cert store.
    ///
    /// NOTE: Certificates in a capath directory aren't loaded unless they
    /// have been used at least once.
    #[method]
    fn cert_store_stats(&self) -> PyResult<Ref<Dict>> {
        let (mut x509, mut crl, mut ca) = (0, 0, 0);
        self.each_certificate(|kind, x| {
            match kind {
                1 => {
                    x509 += 1;
                    // SAFETY: a live certificate.
                    ca += i32::from(unsafe { ffi::X509_check_ca(x) } != 0);
                }
                2 => crl += 1,
                _ => {}
            }
            Ok(())
        })?;
        let d = Dict::new()?;
        d.set_text("x509", &*int(x509)?)?;
        d.set_text("crl", &*int(crl)?)?;
        d.set_text("x509_ca", &*int(ca)?)?;
        Ok(d)
    }

    /// Returns a list of dicts with information of loaded CA certs.
    ///
    /// If the optional argument is True, returns a DER-encoded copy of the
    /// CA certificate.
    ///
    /// NOTE: Certificates in a capath directory aren't loaded unless they
    /// have been used at least once.
    #[method(sig = "(binary_form=False)")]
    fn get_ca_certs(&self, binary_form: bool) -> PyResult<Ref<List>> {
        let mut out = Vec::new();
        self.each_certificate(|kind, x| {
            // SAFETY: a live certificate.
            unsafe {
                if kind == 1 && ffi::X509_check_ca(x) != 0 {
                    out.push(if binary_form { cert::to_der(x)? } else { cert::decode(x)? });
                }
            }
            Ok(())
        })?;
        List::from_vec(out)
    }

    #[method]
    fn session_stats(&self) -> PyResult<Ref<Dict>> {
        let d = Dict::new()?;
        for (name, command) in [
            ("number", 20),
            ("connect", 21),
            ("connect_good", 22),
            ("connect_renegotiate", 23),
            ("accept", 24),
            ("accept_good", 25),
            ("accept_renegotiate", 26),
            ("hits", 27),
            ("misses", 29),
            ("timeouts", 30),
            ("cache_full", 31),
        ] {
            d.set_text(name, &*int(self.ctrl(command, 0, null_mut()))?)?;
        }
        Ok(d)
    }

    #[method(sig = "(callback)")]
    fn set_psk_client_callback(&self, callback: &Obj) -> PyResult<()> {
        if self.state().protocol == TLS_SERVER {
            return Err(plain("Cannot add PSK client callback to a PROTOCOL_TLS_SERVER context"));
        }
        let on = !callback.is_none();
        if on && !callback.is_callable() {
            bail!(TypeError, "callback must be callable");
        }
        drop(self.state().psk_client.replace(on.then(|| callback.to_owned())));
        // SAFETY: a callback of the shape that the library calls.
        unsafe { ffi::SSL_CTX_set_psk_client_callback(self.ctx(), on.then_some(callbacks::psk_client)) };
        Ok(())
    }

    #[method(sig = "(callback, identity_hint=None)")]
    fn set_psk_server_callback(&self, callback: &Obj, identity_hint: Option<&str>) -> PyResult<()> {
        if self.state().protocol == TLS_CLIENT {
            return Err(plain("Cannot add PSK server callback to a PROTOCOL_TLS_CLIENT context"));
        }
        let on = !callback.is_none();
        if on && !callback.is_callable() {
            bail!(TypeError, "callback must be callable");
        }
        let hint = identity_hint
            .map(|h| CString::new(h).map_err(|_| raise!(ValueError, "embedded null character")))
            .transpose()?;
        // SAFETY: a terminated text or NULL; a callback of the shape that the library calls.
        unsafe {
            let p = hint.as_ref().filter(|_| on).map_or(std::ptr::null(), |h| h.as_ptr());
            if ffi::SSL_CTX_use_psk_identity_hint(self.ctx(), p) != 1 {
                return Err(plain("failed to set identity hint"));
            }
            drop(self.state().psk_server.replace(on.then(|| callback.to_owned())));
            ffi::SSL_CTX_set_psk_server_callback(self.ctx(), on.then_some(callbacks::psk_server));
        }
        Ok(())
    }

    #[method(sig = "(sock, server_side, server_hostname=None, *, owner=None, session=None)")]
    fn _wrap_socket(
        &self,
        sock: &Obj,
        server_side: bool,
        server_hostname: Option<&Obj>,
        owner: Option<&Obj>,
        session: Option<&Obj>,
    ) -> PyResult<Object> {
        if !sock.is_a::<crate::socket::Socket>() {
            bail!(
                TypeError,
                "_wrap_socket() argument 'sock' must be _socket.socket, not {}",
                sock.type_name()
            );
        }
        super::connection::Connection::make(
            self,
            Some(sock),
            None,
            server_side,
            server_hostname,
            owner,
            session,
        )
    }

    #[method(sig = "(incoming, outgoing, server_side, server_hostname=None, *, owner=None, session=None)")]
    fn _wrap_bio(
        &self,
        incoming: &Obj,
        outgoing: &Obj,
        server_side: bool,
        server_hostname: Option<&Obj>,
        owner: Option<&Obj>,
        session: Option<&Obj>,
    ) -> PyResult<Object> {
        let bio = |o: &Obj, name: &str| -> PyResult<P> {
            match o.downcast::<super::bio::MemoryBio>() {
                Some(b) => Ok(b.handle()),
                None => Err(raise!(
                    TypeError,
                    "_wrap_bio() argument '{name}' must be _ssl.MemoryBIO, not {}",
                    o.type_name()
                )),
            }
        };
        let pair = (bio(incoming, "incoming")?, bio(outgoing, "outgoing")?);
        super::connection::Connection::make(
            self,
            None,
            Some(pair),
            server_side,
            server_hostname,
            owner,
            session,
        )
    }
}

/// The value of an attribute that cannot be deleted.
pub(super) fn needed<'a>(value: Option<&'a Obj>, name: &str, class: &str) -> PyResult<&'a Obj> {
    value.ok_or_else(|| raise!(AttributeError, "attribute '{name}' of '{class}' objects cannot be deleted"))
}
