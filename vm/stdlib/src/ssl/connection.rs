//! `_SSLSocket`: one connection, over a socket or a pair of memory buffers.
//!
//! Calls into the library run without the GIL. A socket with a timeout is non-blocking: what the library cannot
//! do at once waits with `poll`, until the deadline that one operation has as a whole.

use super::cert;
use super::context::{Context, needed};
use super::error::{self, About, Status, plain};
use super::ffi::{self, P};
use super::session::Session;
use crate::osutil::{check_signals, errno, monotonic, ms_up};
use crate::socket::Socket;
use crate::util::{Boxed, data, dealloc_boxed, int, new_native, text};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::native::{ArgInfo, FromArg, Place};
use dovetail_core::object::buffer::{BytesLike, WritableBytes};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::weakref::WeakRef;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::{pymethods, pytype};
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr::null_mut;

/// The class's name in messages.
const CLASS: &str = "_ssl._SSLSocket";

const WANT_READ: i32 = 2;
const WANT_WRITE: i32 = 3;
const ZERO_RETURN: i32 = 6;
const VERIFY_PEER: i32 = 1;
const VERIFY_POST_HANDSHAKE: i32 = 8;

/// What a connection knows beside the library's own.
pub struct State {
    pub ssl: P,
    context: RefCell<Ref<Context>>,
    /// A weak reference to the socket, unless the connection has memory buffers.
    socket: Option<Ref<WeakRef>>,
    owner: RefCell<Option<Ref<WeakRef>>>,
    server_side: bool,
    hostname: Option<Object>,
    shutdown_seen_zero: Cell<bool>,
    /// An error of a callback, told when the operation is over.
    kept: RefCell<Option<Ref<BaseException>>>,
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: our reference; callbacks find no object any more.
        unsafe {
            ffi::SSL_set_ex_data(self.ssl, 0, null_mut());
            ffi::SSL_free(self.ssl);
        }
    }
}

/// Connections.
#[pytype(name = "_ssl._SSLSocket", body = Boxed<State>, gc, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Connection;

/// What waiting for the socket came to.
enum Ready {
    Yes,
    TimedOut,
    NonBlocking,
    Closed,
}

/// The time that an operation has.
struct Time {
    timeout: i64,
    deadline: Option<i64>,
}

impl Time {
    fn new(socket: Option<&Socket>) -> Time {
        let timeout = socket.map_or(0, Socket::timeout_value);
        Time { timeout, deadline: (timeout > 0).then(|| monotonic().saturating_add(timeout)) }
    }

    fn left(&self) -> i64 {
        self.deadline.map_or(self.timeout, |d| d - monotonic())
    }

    /// Waits until the socket can be read or written.
    fn wait(&self, socket: Option<&Socket>, writing: bool) -> Ready {
        let left = self.left();
        let Some(s) = socket.filter(|_| self.timeout != 0) else { return Ready::NonBlocking };
        if self.timeout > 0 && left < 0 {
            return Ready::TimedOut;
        }
        if s.fd() < 0 {
            return Ready::Closed;
        }
        if self.timeout < 0 {
            return Ready::NonBlocking;
        }
        let mut row = libc::pollfd {
            fd: s.fd(),
            events: if writing { libc::POLLOUT } else { libc::POLLIN },
            revents: 0,
        };
        let ms = ms_up(left).min(i32::MAX.into()) as i32;
        // SAFETY: a row of ours.
        match gil::allow_threads(|| unsafe { libc::poll(&mut row, 1, ms) }) {
            0 => Ready::TimedOut,
            _ => Ready::Yes,
        }
    }
}

/// The literal address in a host name, if it is one.
struct IpAddress(P);

impl Drop for IpAddress {
    fn drop(&mut self) {
        // SAFETY: our string.
        unsafe { ffi::ASN1_STRING_free(self.0) };
    }
}

impl Connection {
    fn state(&self) -> &State {
        data(self)
    }

    fn ssl(&self) -> P {
        self.state().ssl
    }

    /// The context that it uses now.
    pub fn context_object(&self) -> Ref<Context> {
        self.state().context.borrow().clone()
    }

    /// The object that it was made for, if that is alive.
    pub fn owner_object(&self) -> Option<Object> {
        self.state().owner.borrow().as_ref().and_then(|w| w.get())
    }

    /// What callbacks are told the connection is: its owner; itself where it never had one. None when the owner is gone.
    pub fn subject(&self) -> Option<Object> {
        match &*self.state().owner.borrow() {
            Some(owner) => owner.get(),
            None => Some(self.as_obj().to_owned()),
        }
    }

    /// Keeps an error of a callback until the operation is over.
    pub fn keep_error(&self, e: Ref<BaseException>) {
        *self.state().kept.borrow_mut() = Some(e);
    }

    /// A new connection over a socket or a pair of buffers.
    #[allow(clippy::too_many_arguments)]
    pub fn make(
        context: &Context,
        sock: Option<&Obj>,
        pair: Option<(P, P)>,
        server_side: bool,
        server_hostname: Option<&Obj>,
        owner: Option<&Obj>,
        session: Option<&Obj>,
    ) -> PyResult<Object> {
        let hostname = match server_hostname {
            None => None,
            Some(o) => match o.downcast::<Str>() {
                None => bail!(TypeError, "argument must be str, not {}", o.type_name()),
                Some(s) => {
                    if s.as_ascii().is_none() {
                        o.call_method(dovetail_core::sym!(encode), &[&*text("ascii")?])?;
                    }
                    Some(CString::new(s.as_str()?).map_err(|_| {
                        let what = "argument must be encoded string without null bytes, not str";
                        raise!(TypeError, "{what}")
                    })?)
                }
            },
        };
        if context.state().protocol == 16 && server_side {
            return Err(error::last(
                Some("Cannot create a server socket with a PROTOCOL_TLS_CLIENT context"),
                Some(0),
                line!(),
            ));
        }
        if context.state().protocol == 17 && !server_side {
            return Err(error::last(
                Some("Cannot create a client socket with a PROTOCOL_TLS_SERVER context"),
                Some(0),
                line!(),
            ));
        }
        let nameless = hostname.as_ref().is_none_or(|h| h.is_empty());
        if !server_side && nameless && context.state().check_hostname.get() {
            bail!(ValueError, "check_hostname requires server_hostname");
        }
        let weak = sock.map(|s| WeakRef::new(s, None)).transpose()?;
        let ctx = context.ctx();
        // SAFETY: a live context; the connection belongs to the new object.
        unsafe {
            ffi::ERR_clear_error();
            let ssl = gil::allow_threads(|| ffi::SSL_new(ctx));
            if ssl.is_null() {
                return Err(crate::ssl_error!());
            }
            let c: Ref<Connection> = new_native(State {
                ssl,
                context: RefCell::new(context.to_ref()),
                socket: weak,
                owner: RefCell::new(None),
                server_side,
                hostname: hostname.as_ref().map(|h| text(&h.to_string_lossy())).transpose()?,
                shutdown_seen_zero: Cell::new(false),
                kept: RefCell::new(None),
            })?;
            ffi::SSL_set_ex_data(ssl, 0, c.as_raw().cast());
            match (sock.and_then(|s| s.downcast::<Socket>()), pair) {
                (Some(s), _) => {
                    ffi::SSL_set_fd(ssl, s.fd());
                }
                (None, Some((r, w))) => {
                    // Both references go over to the connection.
                    ffi::BIO_up_ref(r);
                    ffi::BIO_up_ref(w);
                    ffi::SSL_set_bio(ssl, r, w);
                }
                (None, None) => {}
            }
            // Buffers may move between attempts to write; renegotiation is retried within.
            ffi::SSL_ctrl(ssl, ffi::SSL_CTRL_MODE, 0x2 | 0x4, null_mut());
            if context.state().post_handshake_auth.get() {
                if server_side {
                    let mode = ffi::SSL_get_verify_mode(ssl);
                    if mode & VERIFY_PEER != 0 {
                        ffi::SSL_set_verify(ssl, mode | VERIFY_POST_HANDSHAKE, None);
                    }
                } else {
                    ffi::SSL_set_post_handshake_auth(ssl, 1);
                }
            }
            if let Some(h) = &hostname {
                c.configure_hostname(h, context)?;
            }
            if let Some(s) = sock.and_then(|s| s.downcast::<Socket>()) {
                c.follow_blocking(s);
            }
            gil::allow_threads(|| {
                if server_side { ffi::SSL_set_accept_state(ssl) } else { ffi::SSL_set_connect_state(ssl) }
            });
            if let Some(o) = owner {
                c.set_owner(Some(o))?;
            }
            if let Some(s) = session {
                c.set_session(Some(s))?;
            }
            Ok(c.into_object())
        }
    }

    fn configure_hostname(&self, host: &CStr, context: &Context) -> PyResult<()> {
        let bytes = host.to_bytes();
        if bytes.is_empty() || bytes[0] == b'.' {
            bail!(ValueError, "server_hostname cannot be an empty string or start with a leading dot.");
        }
        // SAFETY: a terminated text; the connection's own parameters.
        unsafe {
            let ip = IpAddress(ffi::a2i_IPADDRESS(host.as_ptr()));
            if ip.0.is_null() {
                ffi::ERR_clear_error();
                let p = host.as_ptr().cast_mut().cast();
                if ffi::SSL_ctrl(self.ssl(), ffi::SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, p) == 0 {
                    return Err(crate::ssl_error!());
                }
            }
            if context.state().check_hostname.get() {
                let param = ffi::SSL_get0_param(self.ssl());
                let ok = if ip.0.is_null() {
                    ffi::X509_VERIFY_PARAM_set1_host(param, host.as_ptr(), bytes.len())
                } else {
                    let n = ffi::ASN1_STRING_length(ip.0) as usize;
                    ffi::X509_VERIFY_PARAM_set1_ip(param, ffi::ASN1_STRING_get0_data(ip.0), n)
                };
                if ok == 0 {
                    return Err(crate::ssl_error!());
                }
            }
        }
        Ok(())
    }

    /// The socket under it: `None` over buffers, an error when it is gone.
    fn socket(&self) -> PyResult<Option<Ref<Socket>>> {
        let Some(w) = &self.state().socket else { return Ok(None) };
        match w.get().map(Ref::downcast_into::<Socket>) {
            Some(Ok(s)) => Ok(Some(s)),
            _ => Err(error::last(Some("Underlying socket connection gone"), Some(9), line!())),
        }
    }

    fn follow_blocking(&self, s: &Socket) {
        let n = std::ffi::c_long::from(s.timeout_value() >= 0);
        // SAFETY: the buffers of a live connection.
        unsafe {
            for b in [ffi::SSL_get_rbio(self.ssl()), ffi::SSL_get_wbio(self.ssl())] {
                ffi::BIO_ctrl(b, ffi::BIO_C_SET_NBIO, n, null_mut());
            }
        }
    }

    /// Makes a call without the GIL and notes how it ended.
    fn attempt(&self, f: impl FnOnce(P) -> i32) -> (i32, Status) {
        let ssl = self.ssl();
        gil::allow_threads(|| {
            // SAFETY: the thread's own errno and error queue; a live connection.
            unsafe {
                *libc::__errno_location() = 0;
                ffi::ERR_clear_error();
                let ret = f(ssl);
                let c = errno();
                let ssl = if ret <= 0 { ffi::SSL_get_error(ssl, ret) } else { 0 };
                (ret, Status { ssl, c })
            }
        })
    }

    fn raise(&self, ret: i32, status: Status, line: u32) -> Raised {
        if let Some(e) = self.state().kept.take() {
            // SAFETY: forgets what the callback's error caused.
            unsafe { ffi::ERR_clear_error() };
            return Raised::restore(e);
        }
        // SAFETY: a live connection.
        let verify = unsafe { ffi::SSL_get_verify_result(self.ssl()) };
        let hostname = self
            .state()
            .hostname
            .as_ref()
            .and_then(|h| h.str_().ok())
            .map(|s| s.to_string_lossy().into_owned());
        let about = About { verify: Some(verify), hostname: hostname.as_deref() };
        error::of_connection(status, ret, self.state().socket.is_some(), &about, line)
    }

    /// The error that a callback left behind.
    fn told(&self) -> PyResult<()> {
        match self.state().kept.take() {
            Some(e) => Err(Raised::restore(e)),
            None => Ok(()),
        }
    }

    /// Repeats an operation until it is done, fails, or must be tried again by the caller.
    fn repeat(
        &self,
        name: &str,
        finished: impl Fn(&Status) -> bool,
        mut f: impl FnMut(P) -> i32,
    ) -> PyResult<(i32, Status)> {
        let socket = self.socket()?;
        let s = socket.as_deref();
        if let Some(s) = s {
            self.follow_blocking(s);
        }
        let time = Time::new(s);
        loop {
            let (ret, status) = self.attempt(&mut f);
            check_signals()?;
            if finished(&status) {
                return Ok((ret, status));
            }
            let ready = match status.ssl {
                WANT_READ => time.wait(s, false),
                WANT_WRITE => time.wait(s, true),
                _ => return Ok((ret, status)),
            };
            match ready {
                Ready::Yes => {}
                Ready::TimedOut => {
                    return Err(dovetail_core::error::raise_message(
                        dovetail_core::error::exc::TimeoutError(),
                        &format!("The {name} operation timed out"),
                    ));
                }
                Ready::Closed => return Err(plain("Underlying socket has been closed.")),
                Ready::NonBlocking if time.timeout < 0 && s.is_some() => {}
                Ready::NonBlocking => return Ok((ret, status)),
            }
        }
    }

    fn set_owner_object(&self, o: Option<&Obj>) -> PyResult<()> {
        let new = match o {
            Some(o) if !o.is_none() => Some(WeakRef::new(o, None)?),
            _ => None,
        };
        drop(self.state().owner.replace(new));
        Ok(())
    }
}

/// `(name, protocol, bits)` of a cipher.
///
/// # Safety
/// `c` is a cipher of the library.
unsafe fn cipher_tuple(c: *const c_void) -> PyResult<Object> {
    // SAFETY: constant texts of the library.
    unsafe {
        let words = |p: *const std::ffi::c_char| -> PyResult<Object> {
            if p.is_null() { Ok(none().to_owned()) } else { text(&CStr::from_ptr(p).to_string_lossy()) }
        };
        let parts = vec![
            words(ffi::SSL_CIPHER_get_name(c))?,
            words(ffi::SSL_CIPHER_get_version(c))?,
            int(ffi::SSL_CIPHER_get_bits(c, null_mut()))?,
        ];
        Ok(Tuple::from_vec(parts)?.into_object())
    }
}

#[pymethods]
impl Connection {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<State>(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live connection or one that is being made.
        unsafe {
            let p = (*(o as *mut Boxed<State>)).data;
            let (Some(visit), false) = (visit, p.is_null()) else { return 0 };
            if let Some(e) = &*(*p).kept.borrow() {
                let r = visit(e.as_raw(), arg);
                if r != 0 {
                    return r;
                }
            }
            let c = (*p).context.borrow().as_raw();
            visit(c, arg)
        }
    }

    #[method]
    fn do_handshake(&self) -> PyResult<()> {
        // SAFETY: a live connection.
        let (ret, status) =
            self.repeat("handshake", |_| false, |ssl| unsafe { ffi::SSL_do_handshake(ssl) })?;
        if ret < 1 {
            return Err(self.raise(ret, status, line!()));
        }
        self.told()
    }

    /// Writes the bytes-like object b into the SSL object.
    ///
    /// Returns the number of bytes written.
    #[method]
    fn write(&self, b: BytesLike<'_>) -> PyResult<usize> {
        let bytes = b.as_slice();
        let mut put = 0;
        let (ret, status) = self.repeat(
            "write",
            |_| false,
            |ssl| {
                // SAFETY: bytes that the caller keeps.
                unsafe { ffi::SSL_write_ex(ssl, bytes.as_ptr().cast(), bytes.len(), &mut put) }
            },
        )?;
        if ret == 0 {
            return Err(self.raise(ret, status, line!()));
        }
        self.told()?;
        Ok(put)
    }

    /// read(size, [buffer])
    /// Read up to size bytes from the SSL socket.
    #[method(nosig)]
    fn read(&self, args: &[&Obj]) -> PyResult<Object> {
        if args.is_empty() || args.len() > 2 {
            bail!(TypeError, "_ssl._SSLSocket.read requires 1 to 2 arguments");
        }
        let mut n = i64::from(crate::osutil::c_int(args[0])?);
        let mut into = match args.get(1) {
            Some(o) => {
                Some(WritableBytes::from_arg(o, ArgInfo { function: "read", place: Place::Index(1) })?.0)
            }
            None => None,
        };
        if into.is_none() && n < 0 {
            bail!(ValueError, "size should not be negative");
        }
        self.socket()?;
        let mut fresh = None;
        let p = match &mut into {
            Some(b) => {
                if n <= 0 || n > b.len() as i64 {
                    n = b.len() as i64;
                }
                if n == 0 {
                    return int(0);
                }
                b.as_mut_slice().as_mut_ptr()
            }
            None => {
                // SAFETY: a live connection.
                if n == 0 && unsafe { ffi::SSL_is_init_finished(self.ssl()) } != 0 {
                    return Ok(Bytes::empty().into_object());
                }
                let b = Bytes::alloc(n as usize)?;
                let p = b.data();
                fresh = Some(b);
                p
            }
        };
        let mut got = 0usize;
        // An end, not an error, as long as this side has not said goodbye itself.
        let ended = |status: &Status| {
            // SAFETY: a live connection.
            status.ssl == ZERO_RETURN && unsafe { ffi::SSL_get_shutdown(self.ssl()) } == 2
        };
        let (ret, status) = self.repeat("read", ended, |ssl| {
            // SAFETY: room of the given size.
            unsafe { ffi::SSL_read_ex(ssl, p.cast(), n as usize, &mut got) }
        })?;
        if ret == 0 {
            if !ended(&status) {
                return Err(self.raise(ret, status, line!()));
            }
            got = 0;
        }
        self.told()?;
        match fresh {
            Some(b) if got == n as usize => Ok(b.into_object()),
            Some(b) => Ok(Bytes::resize(b, got)?.into_object()),
            None => int(got as i64),
        }
    }

    /// Returns the number of already decrypted bytes available for read, pending on the connection.
    #[method]
    fn pending(&self) -> PyResult<i32> {
        let (n, status) = self.attempt(|ssl| {
            // SAFETY: a live connection.
            unsafe { ffi::SSL_pending(ssl) }
        });
        if n < 0 { Err(self.raise(n, status, line!())) } else { Ok(n) }
    }

    /// Does the SSL shutdown handshake with the remote end.
    #[method]
    fn shutdown(&self) -> PyResult<Object> {
        let socket = self.socket()?;
        let s = socket.as_deref();
        if let Some(s) = s {
            if s.fd() == -1 {
                return Err(error::last(Some("Underlying socket connection gone"), Some(9), line!()));
            }
            self.follow_blocking(s);
        }
        let time = Time::new(s);
        let mut zeros = 0;
        let (ret, status) = loop {
            if self.state().shutdown_seen_zero.get() {
                // What follows the close notice belongs to others.
                // SAFETY: a live connection.
                unsafe { ffi::SSL_set_read_ahead(self.ssl(), 0) };
            }
            // SAFETY: a live connection.
            let (ret, status) = self.attempt(|ssl| unsafe { ffi::SSL_shutdown(ssl) });
            if ret > 0 {
                break (ret, status);
            }
            if ret == 0 {
                zeros += 1;
                if zeros > 1 {
                    break (ret, status);
                }
                self.state().shutdown_seen_zero.set(true);
                continue;
            }
            let ready = match status.ssl {
                WANT_READ => time.wait(s, false),
                WANT_WRITE => time.wait(s, true),
                _ => break (ret, status),
            };
            match ready {
                Ready::Yes => {}
                Ready::TimedOut => {
                    let what = if status.ssl == WANT_READ { "read" } else { "write" };
                    bail!(TimeoutError, "The {} operation timed out", what);
                }
                Ready::Closed => return Err(plain("Underlying socket has been closed.")),
                Ready::NonBlocking => break (ret, status),
            }
        };
        if ret < 0 {
            return Err(self.raise(ret, status, line!()));
        }
        self.told()?;
        Ok(match socket {
            Some(s) => s.into_object(),
            None => none().to_owned(),
        })
    }

    /// Returns the certificate for the peer.
    ///
    /// If no certificate was provided, returns None.  If a certificate was
    /// provided, but not validated, returns an empty dictionary.  Otherwise
    /// returns a dict containing information about the peer certificate.
    ///
    /// If the optional argument is True, returns a DER-encoded copy of the
    /// peer certificate, or None if no certificate was provided.  This will
    /// return the certificate even if it wasn't validated.
    #[method(sig = "(der=False, /)")]
    fn getpeercert(&self, der: bool) -> PyResult<Object> {
        // SAFETY: a live connection; the certificate is freed.
        unsafe {
            if ffi::SSL_is_init_finished(self.ssl()) == 0 {
                bail!(ValueError, "handshake not done yet");
            }
            let x = ffi::SSL_get1_peer_certificate(self.ssl());
            if x.is_null() {
                return Ok(none().to_owned());
            }
            let r = if der {
                cert::to_der(x)
            } else if ffi::SSL_CTX_get_verify_mode(ffi::SSL_get_SSL_CTX(self.ssl())) & VERIFY_PEER == 0 {
                Dict::new().map(Ref::into_object)
            } else {
                cert::decode(x)
            };
            ffi::X509_free(x);
            r
        }
    }

    #[method]
    fn get_verified_chain(&self) -> PyResult<Option<Object>> {
        // SAFETY: a live connection.
        unsafe { cert::chain(ffi::SSL_get0_verified_chain(self.ssl())) }
    }

    #[method]
    fn get_unverified_chain(&self) -> PyResult<Option<Object>> {
        // SAFETY: a live connection; the peer's own certificate is not in a server's chain.
        unsafe {
            let Some(list) = cert::chain(ffi::SSL_get_peer_cert_chain(self.ssl()))? else { return Ok(None) };
            if self.state().server_side {
                let x = ffi::SSL_get1_peer_certificate(self.ssl());
                if !x.is_null() {
                    let c = cert::Certificate::of(x);
                    ffi::X509_free(x);
                    if let Some(l) = list.downcast::<List>() {
                        l.insert_at(0, c?)?;
                    }
                }
            }
            Ok(Some(list))
        }
    }

    #[method]
    fn shared_ciphers(&self) -> PyResult<Option<Ref<List>>> {
        // SAFETY: stacks of a live connection.
        unsafe {
            let server = ffi::SSL_get_ciphers(self.ssl());
            let client = ffi::SSL_get_client_ciphers(self.ssl());
            if server.is_null() || client.is_null() {
                return Ok(None);
            }
            let mut out = Vec::new();
            for i in 0..ffi::OPENSSL_sk_num(server) {
                let c = ffi::OPENSSL_sk_value(server, i);
                let n = ffi::OPENSSL_sk_num(client);
                if (0..n).any(|j| ffi::OPENSSL_sk_value(client, j) == c) {
                    out.push(cipher_tuple(c)?);
                }
            }
            List::from_vec(out).map(Some)
        }
    }

    #[method]
    fn cipher(&self) -> PyResult<Option<Object>> {
        // SAFETY: a live connection.
        unsafe {
            let c = ffi::SSL_get_current_cipher(self.ssl());
            if c.is_null() { Ok(None) } else { cipher_tuple(c).map(Some) }
        }
    }

    #[method]
    fn version(&self) -> Option<String> {
        // SAFETY: a live connection; a constant text.
        unsafe {
            if ffi::SSL_is_init_finished(self.ssl()) == 0 {
                return None;
            }
            Some(CStr::from_ptr(ffi::SSL_get_version(self.ssl())).to_string_lossy().into_owned())
        }
    }

    #[method]
    fn selected_alpn_protocol(&self) -> PyResult<Option<Ref<Str>>> {
        let (mut p, mut n) = (std::ptr::null(), 0);
        // SAFETY: a live connection keeps the bytes.
        unsafe {
            ffi::SSL_get0_alpn_selected(self.ssl(), &mut p, &mut n);
            if p.is_null() {
                return Ok(None);
            }
            Str::from_utf8(std::slice::from_raw_parts(p, n as usize)).map(Some)
        }
    }

    #[method]
    fn compression(&self) -> Option<String> {
        // SAFETY: a live connection; a constant text.
        unsafe {
            let c = ffi::SSL_get_current_compression(self.ssl());
            if c.is_null() {
                return None;
            }
            let p = ffi::SSL_COMP_get_name(c);
            (!p.is_null()).then(|| CStr::from_ptr(p).to_string_lossy().into_owned())
        }
    }

    /// Get channel binding data for current connection.
    ///
    /// Raise ValueError if the requested `cb_type` is not supported.
    /// Return bytes of the data or None if the data is not available (e.g.
    /// before the handshake).
    /// Only 'tls-unique' channel binding data from RFC 5929 is supported.
    #[method(sig = "(cb_type='tls-unique')")]
    fn get_channel_binding(&self, cb_type: &str) -> PyResult<Option<Ref<Bytes>>> {
        if cb_type != "tls-unique" {
            bail!(ValueError, "'{cb_type}' channel binding type not implemented");
        }
        let mut room = [0u8; 128];
        // SAFETY: a live connection, room of the given size.
        let n = unsafe {
            let resumed = ffi::SSL_session_reused(self.ssl()) != 0;
            if resumed ^ !self.state().server_side {
                ffi::SSL_get_finished(self.ssl(), room.as_mut_ptr().cast(), room.len())
            } else {
                ffi::SSL_get_peer_finished(self.ssl(), room.as_mut_ptr().cast(), room.len())
            }
        };
        if n == 0 { Ok(None) } else { Bytes::new(&room[..n.min(room.len())]).map(Some) }
    }

    /// Initiate TLS 1.3 post-handshake authentication
    #[method]
    fn verify_client_post_handshake(&self) -> PyResult<()> {
        // SAFETY: a live connection.
        if unsafe { ffi::SSL_verify_client_post_handshake(self.ssl()) } == 0 {
            return Err(crate::ssl_error!());
        }
        Ok(())
    }

    /// This changes the context associated with the SSLSocket.
    ///
    /// This is typically used from within a callback function set by the
    /// sni_callback on the SSLContext to change the certificate information
    /// associated with the SSLSocket before the cryptographic exchange
    /// handshake messages.
    #[getter]
    fn context(&self) -> Object {
        self.context_object().into_object()
    }

    #[setter]
    fn set_context(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(c) = needed(value, "context", CLASS)?.downcast::<Context>() else {
            bail!(TypeError, "The value must be a SSLContext");
        };
        drop(self.state().context.replace(c.to_ref()));
        // SAFETY: live handles.
        unsafe { ffi::SSL_set_SSL_CTX(self.ssl(), c.ctx()) };
        let on = c.state().message.borrow().is_some();
        // SAFETY: as above; the callback that the context has.
        unsafe { ffi::SSL_set_msg_callback(self.ssl(), on.then_some(super::callbacks::message)) };
        Ok(())
    }

    /// Whether this is a server-side socket.
    #[getter]
    fn server_side(&self) -> bool {
        self.state().server_side
    }

    /// The currently set server hostname (for SNI).
    #[getter]
    fn server_hostname(&self) -> Option<Object> {
        self.state().hostname.clone()
    }

    /// The Python-level owner of this object.
    ///
    /// Passed as "self" in servername callback.
    #[getter]
    fn owner(&self) -> Option<Object> {
        self.owner_object()
    }

    #[setter]
    fn set_owner(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_owner_object(Some(needed(value, "owner", CLASS)?))
    }

    /// The underlying SSLSession object.
    #[getter]
    fn session(&self) -> PyResult<Option<Object>> {
        // SAFETY: a live connection; the copy belongs to the object.
        unsafe {
            let s = ffi::SSL_get1_session(self.ssl());
            if s.is_null() {
                return Ok(None);
            }
            // Tickets that come later must not change what the caller has.
            let copy = if self.state().server_side { s } else { ffi::SSL_SESSION_dup(s) };
            if copy != s {
                ffi::SSL_SESSION_free(s);
            }
            if copy.is_null() {
                return Err(dovetail_core::error::no_memory());
            }
            Session::new(copy, self.context_object()).map(Some)
        }
    }

    #[setter]
    fn set_session(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(s) = needed(value, "session", CLASS)?.downcast::<Session>() else {
            bail!(TypeError, "Value is not a SSLSession.");
        };
        if s.state().context.ctx() != self.context_object().ctx() {
            bail!(ValueError, "Session refers to a different SSLContext.");
        }
        if self.state().server_side {
            bail!(ValueError, "Cannot set session for server-side SSLSocket.");
        }
        // SAFETY: live handles; the connection takes a reference of its own.
        unsafe {
            if ffi::SSL_is_init_finished(self.ssl()) != 0 {
                bail!(ValueError, "Cannot set session after handshake.");
            }
            let copy = ffi::SSL_SESSION_dup(s.state().session);
            if copy.is_null() {
                return Err(dovetail_core::error::no_memory());
            }
            let ok = ffi::SSL_set_session(self.ssl(), copy);
            ffi::SSL_SESSION_free(copy);
            if ok == 0 {
                return Err(crate::ssl_error!());
            }
        }
        Ok(())
    }

    /// Was the client session reused during handshake?
    #[getter]
    fn session_reused(&self) -> bool {
        // SAFETY: a live connection.
        unsafe { ffi::SSL_session_reused(self.ssl()) != 0 }
    }
}
