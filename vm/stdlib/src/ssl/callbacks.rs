//! Functions that the library calls. Most come while the GIL is released; each takes it for as long as it
//! touches objects.

use super::connection::Connection;
use super::context::Context;
use super::ffi::{self, P};
use crate::util::{int, text};
use dovetail_core::error::{PyResult, unraisable};
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil, raise};
use std::ffi::{CStr, c_char, c_int, c_uchar, c_uint, c_void};

const ALERT_FATAL: c_int = 2;
const OK: c_int = 0;
const NO_ACK: c_int = 3;
const HANDSHAKE_FAILURE: c_int = 40;
const INTERNAL_ERROR: c_int = 80;

/// Runs `f` with the GIL, taking it if the thread does not have it.
fn with_gil<R>(f: impl FnOnce() -> R) -> R {
    if !ThreadState::current_or_null().is_null() {
        return f();
    }
    let Some(ts) = gil::own_state() else { return f() };
    gil::attach(ts);
    let r = f();
    gil::detach();
    r
}

/// The context object of a handle.
///
/// # Safety
/// The handle is alive, and the GIL is held.
unsafe fn context_of(ctx: *const c_void) -> Option<&'static Context> {
    // SAFETY: the object enters itself when it is made and leaves when it ends.
    unsafe { (ffi::SSL_CTX_get_ex_data(ctx, 0) as *const Context).as_ref() }
}

/// The connection object of a handle.
///
/// # Safety
/// As above.
pub unsafe fn connection_of(ssl: *const c_void) -> Option<&'static Connection> {
    // SAFETY: as above.
    unsafe { (ffi::SSL_get_ex_data(ssl, 0) as *const Connection).as_ref() }
}

/// A private key's password: given, or asked for.
pub struct Password {
    bytes: Vec<u8>,
    ask: Option<Object>,
    pub error: Option<Ref<BaseException>>,
}

fn password_bytes(o: &Obj, message: &str) -> PyResult<Vec<u8>> {
    let bytes = if let Some(s) = o.downcast::<Str>() {
        s.as_str()?.as_bytes().to_vec()
    } else if let Some(b) = o.downcast::<Bytes>() {
        b.as_slice().to_vec()
    } else if let Some(b) = o.downcast::<ByteArray>() {
        b.as_slice().to_vec()
    } else {
        return Err(dovetail_core::error::raise_message(dovetail_core::error::exc::TypeError(), message));
    };
    if i32::try_from(bytes.len()).is_err() {
        bail!(ValueError, "password cannot be longer than {} bytes", i32::MAX);
    }
    Ok(bytes)
}

impl Password {
    /// From the argument of `load_cert_chain`.
    pub fn new(o: Option<&Obj>) -> PyResult<Password> {
        let mut p = Password { bytes: Vec::new(), ask: None, error: None };
        match o {
            None => {}
            Some(o) if o.is_callable() => p.ask = Some(o.to_owned()),
            Some(o) => p.bytes = password_bytes(o, "password should be a string or callable")?,
        }
        Ok(p)
    }
}

/// Hands the password over to the library.
pub unsafe extern "C" fn password(buf: *mut c_char, size: c_int, _rw: c_int, data: P) -> c_int {
    with_gil(|| {
        // SAFETY: `data` is the password on the stack of the caller of the library; `buf` has `size` bytes.
        unsafe {
            let p = &mut *(data as *mut Password);
            if let Some(f) = &p.ask {
                let got =
                    f.call(&[]).and_then(|o| password_bytes(&o, "password callback must return a string"));
                match got {
                    Ok(b) => p.bytes = b,
                    Err(e) => {
                        p.error = Some(e.take());
                        return -1;
                    }
                }
            }
            if p.bytes.len() > size as usize {
                p.error = Some(raise!(ValueError, "password cannot be longer than {size} bytes").take());
                return -1;
            }
            std::ptr::copy_nonoverlapping(p.bytes.as_ptr(), buf.cast(), p.bytes.len());
            p.bytes.len() as c_int
        }
    })
}

/// Chooses the protocol: the server's first that the client has too.
pub unsafe extern "C" fn alpn_select(
    _ssl: P,
    out: *mut *const c_uchar,
    outlen: *mut c_uchar,
    client: *const c_uchar,
    client_len: c_uint,
    arg: P,
) -> c_int {
    with_gil(|| {
        // SAFETY: `arg` is the context object, alive with its connections; the chosen bytes lie in either list.
        unsafe {
            let c = &*(arg as *const Context);
            let own = c.state().alpn.borrow();
            let r = ffi::SSL_select_next_proto(
                out.cast(),
                outlen,
                own.as_ptr(),
                own.len() as c_uint,
                client,
                client_len,
            );
            if r == 1 { OK } else { NO_ACK }
        }
    })
}

/// The client's wish for a name: calls the context's `sni_callback`.
pub unsafe extern "C" fn server_name(ssl: P, alert: *mut c_int, arg: P) -> c_int {
    with_gil(|| {
        // SAFETY: `arg` is the context object; `ssl` a connection of it.
        unsafe {
            let c = &*(arg as *const Context);
            let callback = c.state().sni.borrow().clone();
            let Some(callback) = callback else { return OK };
            let Some(connection) = connection_of(ssl) else { return OK };
            let Some(subject) = connection.subject() else {
                *alert = INTERNAL_ERROR;
                return ALERT_FATAL;
            };
            let run = || -> PyResult<c_int> {
                let name = ffi::SSL_get_servername(ssl, 0);
                let name = if name.is_null() {
                    none().to_owned()
                } else {
                    let bytes = CStr::from_ptr(name).to_bytes();
                    match std::str::from_utf8(bytes) {
                        Ok(s) if s.is_ascii() => text(s)?,
                        _ => bail!(UnicodeDecodeError, "server name is not ASCII"),
                    }
                };
                let r = callback.call(&[&subject, &name, c.as_obj()])?;
                if r.is_none() {
                    return Ok(OK);
                }
                if !r.is_a::<Int>() {
                    // Told below, as an alert of its own.
                    *alert = INTERNAL_ERROR;
                    let e = raise!(
                        TypeError,
                        "servername callback must return None or an integer, not '{}'",
                        r.type_name()
                    );
                    unraisable(e, "", Some(&callback));
                    return Ok(ALERT_FATAL);
                }
                *alert = crate::osutil::c_int(&r)?;
                Ok(ALERT_FATAL)
            };
            match run() {
                Ok(r) => r,
                Err(e) => {
                    unraisable(e, "", Some(&callback));
                    *alert = HANDSHAKE_FAILURE;
                    ALERT_FATAL
                }
            }
        }
    })
}

/// The type that messages about ciphers are given, which have none on the wire.
const CHANGE_CIPHER_SPEC: c_int = 0x101;

/// Shows a protocol message to the context's `_msg_callback`.
pub unsafe extern "C" fn message(
    writing: c_int,
    version: c_int,
    content: c_int,
    buf: *const c_void,
    len: usize,
    ssl: P,
    _arg: P,
) {
    with_gil(|| {
        // SAFETY: a live connection; the message has `len` bytes.
        unsafe {
            let Some(connection) = connection_of(ssl) else { return };
            let callback = connection.context_object().state().message.borrow().clone();
            let (Some(callback), Some(subject)) = (callback, connection.subject()) else { return };
            let bytes = std::slice::from_raw_parts(buf.cast::<u8>(), len);
            let mut version = version;
            // Inner records name the version in their first bytes.
            if content == 0x100 && len >= 3 && version == 0 {
                version = i32::from(bytes[1]) << 8 | i32::from(bytes[2]);
            }
            let kind = match content {
                20 => CHANGE_CIPHER_SPEC,
                21 => i32::from(bytes.get(1).copied().unwrap_or(0)),
                22 | 0x100 | 0x101 => i32::from(bytes.first().copied().unwrap_or(0)),
                _ => -1,
            };
            let run = || -> PyResult<()> {
                let direction = text(if writing != 0 { "write" } else { "read" })?;
                callback.call(&[
                    &subject,
                    &direction,
                    &*int(version)?,
                    &*int(content)?,
                    &*int(kind)?,
                    Bytes::new(bytes)?.as_obj(),
                ])?;
                Ok(())
            };
            if let Err(e) = run() {
                connection.keep_error(e.take());
            }
        }
    })
}

/// Appends a line to the key log.
pub unsafe extern "C" fn key_log(ssl: *const c_void, line: *const c_char) {
    with_gil(|| {
        // SAFETY: a live connection; a terminated line.
        unsafe {
            let Some(c) = context_of(ffi::SSL_get_SSL_CTX(ssl)) else { return };
            let log = c.state().keylog.borrow();
            let Some((_, b)) = &*log else { return };
            let mut bytes = CStr::from_ptr(line).to_bytes().to_vec();
            bytes.push(b'\n');
            ffi::BIO_write(b.0, bytes.as_ptr().cast(), bytes.len() as c_int);
            // Flush.
            ffi::BIO_ctrl(b.0, 11, 0, std::ptr::null_mut());
        }
    })
}

/// The key that a client's callback gives, written out; 0 for none.
pub unsafe extern "C" fn psk_client(
    ssl: P,
    hint: *const c_char,
    identity: *mut c_char,
    identity_room: c_uint,
    key: *mut c_uchar,
    key_room: c_uint,
) -> c_uint {
    with_gil(|| {
        // SAFETY: a live connection; room of the given sizes.
        unsafe {
            let Some(c) = context_of(ffi::SSL_get_SSL_CTX(ssl)) else { return 0 };
            let callback = c.state().psk_client.borrow().clone();
            let Some(callback) = callback else { return 0 };
            let run = || -> PyResult<c_uint> {
                let hint = if hint.is_null() {
                    none().to_owned()
                } else {
                    Str::from_utf8(CStr::from_ptr(hint).to_bytes())?.into_object()
                };
                let r = callback.call(&[&hint])?;
                let Some(t) = r.downcast::<Tuple>().filter(|t| t.len() == 2) else {
                    bail!(TypeError, "psk callback must return a tuple of identity and key");
                };
                let name = if t.get(0).is_none() {
                    String::new()
                } else {
                    match t.get(0).downcast::<Str>() {
                        Some(s) => s.as_str()?.to_owned(),
                        None => bail!(TypeError, "psk identity must be str or None"),
                    }
                };
                let secret = BytesLike::of(t.get(1))?;
                if name.len() + 1 > identity_room as usize || secret.len() > key_room as usize {
                    return Ok(0);
                }
                std::ptr::copy_nonoverlapping(name.as_ptr(), identity.cast(), name.len());
                *identity.add(name.len()) = 0;
                std::ptr::copy_nonoverlapping(secret.as_ptr(), key, secret.len());
                Ok(secret.len() as c_uint)
            };
            run().unwrap_or_else(|e| {
                unraisable(e, "", Some(&callback));
                0
            })
        }
    })
}

/// The key that a server's callback gives for a client, written out; 0 for none.
pub unsafe extern "C" fn psk_server(
    ssl: P,
    identity: *const c_char,
    key: *mut c_uchar,
    key_room: c_uint,
) -> c_uint {
    with_gil(|| {
        // SAFETY: a live connection; room of the given size.
        unsafe {
            let Some(c) = context_of(ffi::SSL_get_SSL_CTX(ssl)) else { return 0 };
            let callback = c.state().psk_server.borrow().clone();
            let Some(callback) = callback else { return 0 };
            let run = || -> PyResult<c_uint> {
                let name = if identity.is_null() || *identity == 0 {
                    none().to_owned()
                } else {
                    Str::from_utf8(CStr::from_ptr(identity).to_bytes())?.into_object()
                };
                let r = callback.call(&[&name])?;
                let secret = BytesLike::of(&r)?;
                if secret.len() > key_room as usize {
                    return Ok(0);
                }
                std::ptr::copy_nonoverlapping(secret.as_ptr(), key, secret.len());
                Ok(secret.len() as c_uint)
            };
            run().unwrap_or_else(|e| {
                unraisable(e, "", Some(&callback));
                0
            })
        }
    })
}
