//! `_socket.socket`: a descriptor with its family, type, protocol and timeout.
//!
//! A timeout of -1 ns means blocking, 0 non-blocking. With a timeout the descriptor itself is non-blocking, and a
//! call waits with `poll` first, then tries, until the deadline.

use super::address::{Address, from_python, to_python};
use crate::osutil::{check_signals, errno, monotonic, ms_up, os_error, timeout_ns};
use crate::util::int;
use dovetail_core::Type;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::buffer::{Buffer, BytesLike, WritableBytes};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::float::Float;
use dovetail_core::types::none::none;
use dovetail_core::types::support::type_alloc;
use dovetail_core::{Raised, bail, gil, raise};
use dovetail_macros::{pymethods, pytype};
use std::sync::atomic::{AtomicI64, Ordering};

/// The timeout of new sockets.
pub static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);

/// A socket's fields.
#[repr(C)]
pub struct Body {
    pub ob_base: abi::PyObject,
    fd: i32,
    family: i32,
    kind: i32,
    proto: i32,
    timeout: i64,
}

/// Sockets.
/// ---
/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
/// socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object
///
/// Open a socket of the given type.  The family argument specifies the
/// address family; it defaults to AF_INET.  The type argument specifies
/// whether this is a stream (SOCK_STREAM, this is the default)
/// or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
/// specifying the default protocol.  Keyword arguments are accepted.
/// The socket is created as non-inheritable.
///
/// When a fileno is passed in, family, type and proto are auto-detected,
/// unless they are explicitly set.
///
/// A socket object represents one endpoint of a network connection.
///
/// Methods of socket objects (keyword arguments not allowed):
///
/// _accept() -- accept connection, returning new socket fd and client address
/// bind(addr) -- bind the socket to a local address
/// close() -- close the socket
/// connect(addr) -- connect the socket to a remote address
/// connect_ex(addr) -- connect, return an error code instead of an exception
/// dup() -- return a new socket fd duplicated from fileno()
/// fileno() -- return underlying file descriptor
/// getpeername() -- return remote address [*]
/// getsockname() -- return local address
/// getsockopt(level, optname[, buflen]) -- get socket options
/// gettimeout() -- return timeout or None
/// listen([n]) -- start listening for incoming connections
/// recv(buflen[, flags]) -- receive data
/// recv_into(buffer[, nbytes[, flags]]) -- receive data (into a buffer)
/// recvfrom(buflen[, flags]) -- receive data and sender's address
/// recvfrom_into(buffer[, nbytes, [, flags]])
///   -- receive data and sender's address (into a buffer)
/// sendall(data[, flags]) -- send all data
/// send(data[, flags]) -- send data, may not send all of it
/// sendto(data[, flags], addr) -- send data to a given address
/// setblocking(bool) -- set or clear the blocking I/O flag
/// getblocking() -- return True if socket is blocking, False if non-blocking
/// setsockopt(level, optname, value[, optlen]) -- set socket options
/// settimeout(None | float) -- set or clear the timeout
/// shutdown(how) -- shut down traffic in one or both directions
///
///  [*] not available on all platforms!
#[pytype(name = "_socket.socket", body = Body, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Socket;

/// What a call came to: its result, or the error number.
pub type Outcome = Result<isize, i32>;

pub fn timed_out() -> Raised {
    raise!(TimeoutError, "timed out")
}

/// A timeout argument: nanoseconds, -1 for none.
pub fn parse_timeout(o: &Obj) -> PyResult<i64> {
    if o.is_none() {
        return Ok(-1);
    }
    let n = timeout_ns(o)?;
    if n < 0 {
        bail!(ValueError, "Timeout value out of range");
    }
    Ok(n)
}

/// A timeout as Python shows it.
pub fn timeout_object(n: i64) -> PyResult<Object> {
    if n < 0 { Ok(none().to_owned()) } else { Ok(Float::new(n as f64 / 1e9)?.into_object()) }
}

fn set_blocking(fd: i32, blocking: bool) -> PyResult<()> {
    let on: libc::c_int = i32::from(!blocking);
    // SAFETY: a number of ours.
    let r =
        gil::allow_threads(|| if unsafe { libc::ioctl(fd, libc::FIONBIO, &on) } < 0 { errno() } else { 0 });
    if r != 0 { Err(os_error(r)) } else { Ok(()) }
}

impl Socket {
    #[allow(clippy::mut_from_ref)]
    fn b(&self) -> &mut Body {
        // SAFETY: plain fields, touched for an instant with the GIL held.
        unsafe { &mut *self.body() }
    }

    pub fn fd(&self) -> i32 {
        self.b().fd
    }

    pub fn family(&self) -> i32 {
        self.b().family
    }

    pub fn proto(&self) -> i32 {
        self.b().proto
    }

    /// The timeout in nanoseconds, -1 for none.
    pub fn timeout_value(&self) -> i64 {
        self.b().timeout
    }

    fn fill(&self, fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<()> {
        let b = self.b();
        b.fd = fd;
        b.family = family;
        b.kind = kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC);
        b.proto = proto;
        b.timeout = if kind & libc::SOCK_NONBLOCK != 0 {
            0
        } else {
            let t = DEFAULT_TIMEOUT.load(Ordering::Relaxed);
            if t >= 0 {
                b.timeout = t;
                set_blocking(fd, false)?;
            }
            t
        };
        Ok(())
    }

    /// A socket object of the base type for a descriptor.
    pub fn from_fd(fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<Object> {
        use dovetail_core::native::Native;
        let o = Socket::make(Socket::type_object())?;
        // SAFETY: made of this type.
        let s: Ref<Socket> = unsafe { o.cast_into_unchecked() };
        match s.fill(fd, family, kind, proto) {
            Ok(()) => Ok(s.into_object()),
            Err(e) => Err(e),
        }
    }

    /// Waits until the descriptor is ready. `Ok(false)` when the time is up.
    fn wait(&self, writing: bool, connect: bool, interval: i64) -> Result<bool, i32> {
        if self.fd() == -1 || (interval < 0 && !connect) {
            return Ok(true);
        }
        let mut events = if writing { libc::POLLOUT } else { libc::POLLIN };
        if connect {
            events |= libc::POLLERR;
        }
        let mut row = libc::pollfd { fd: self.fd(), events, revents: 0 };
        let ms = if interval < 0 { -1 } else { ms_up(interval).min(i32::MAX.into()) as i32 };
        gil::allow_threads(|| {
            // SAFETY: a row of ours.
            match unsafe { libc::poll(&mut row, 1, ms) } {
                n if n < 0 => Err(errno()),
                0 => Ok(false),
                _ => Ok(true),
            }
        })
    }

    /// Makes a call under the socket's timeout; the inner error is the number of a call that failed.
    pub fn call_raw(
        &self,
        writing: bool,
        connect: bool,
        timeout: i64,
        deadline: &mut Option<i64>,
        f: &mut dyn FnMut(i32) -> isize,
    ) -> PyResult<Option<Outcome>> {
        loop {
            if timeout > 0 || connect {
                let mut interval = timeout;
                if timeout > 0 {
                    interval = match *deadline {
                        Some(d) => d - monotonic(),
                        None => {
                            *deadline = Some(monotonic().saturating_add(timeout));
                            timeout
                        }
                    };
                    if interval < 0 {
                        return Ok(None);
                    }
                }
                match self.wait(writing, connect, interval) {
                    Ok(true) => {}
                    Ok(false) => return Ok(None),
                    Err(libc::EINTR) => {
                        check_signals()?;
                        continue;
                    }
                    Err(e) => return Ok(Some(Err(e))),
                }
            }
            let outcome = loop {
                let fd = self.fd();
                let r = gil::allow_threads(|| {
                    let r = f(fd);
                    if r < 0 { Err(errno()) } else { Ok(r) }
                });
                match r {
                    Err(libc::EINTR) => check_signals()?,
                    other => break other,
                }
            };
            match outcome {
                Err(e) if timeout > 0 && (e == libc::EAGAIN || e == libc::EWOULDBLOCK) => {}
                other => return Ok(Some(other)),
            }
        }
    }

    /// Makes a call under the socket's timeout, raising its error.
    pub fn call(&self, writing: bool, mut f: impl FnMut(i32) -> isize) -> PyResult<isize> {
        let mut deadline = None;
        match self.call_raw(writing, false, self.timeout_value(), &mut deadline, &mut f)? {
            Some(Ok(n)) => Ok(n),
            Some(Err(e)) => Err(os_error(e)),
            None => Err(timed_out()),
        }
    }

    /// An address argument for this socket.
    pub fn address(&self, o: &Obj, caller: &'static str) -> PyResult<Address> {
        from_python(self.fd(), self.family(), self.proto(), o, caller)
    }

    /// Connects; the error number instead of an exception, with `EAGAIN` for a timeout.
    fn connect_to(&self, a: &Address) -> PyResult<Result<(), Option<i32>>> {
        let fd = self.fd();
        let e = gil::allow_threads(|| {
            // SAFETY: an address of ours.
            if unsafe { libc::connect(fd, a.ptr(), a.len) } < 0 { errno() } else { 0 }
        });
        let timeout = self.timeout_value();
        let wait = match e {
            0 => return Ok(Ok(())),
            libc::EINTR => {
                check_signals()?;
                timeout != 0
            }
            libc::EINPROGRESS => timeout > 0,
            _ => false,
        };
        if !wait {
            return Ok(Err(Some(e)));
        }
        let mut finish = |fd: i32| -> isize {
            let (mut e, mut len) = (0i32, size_of::<i32>() as libc::socklen_t);
            // SAFETY: room for the number.
            unsafe {
                if libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ERROR, (&raw mut e).cast(), &mut len) < 0 {
                    return -1;
                }
                if e == 0 || e == libc::EISCONN {
                    return 0;
                }
                *libc::__errno_location() = e;
                -1
            }
        };
        match self.call_raw(true, true, timeout, &mut None, &mut finish)? {
            Some(Ok(_)) => Ok(Ok(())),
            Some(Err(e)) => Ok(Err(Some(e))),
            None => Ok(Err(None)),
        }
    }

    /// Receives into fresh memory of at most `n` bytes, with the sender's address where asked for.
    fn receive(&self, n: isize, flags: i32, from: Option<&mut Address>) -> PyResult<Ref<Bytes>> {
        let buffer = Bytes::alloc(n as usize)?;
        let p = buffer.data() as usize;
        let got = self.receive_at(p, n as usize, flags, from)?;
        if got == n as usize { Ok(buffer) } else { Bytes::resize(buffer, got) }
    }

    fn receive_at(&self, p: usize, n: usize, flags: i32, from: Option<&mut Address>) -> PyResult<usize> {
        if n == 0 && from.is_none() {
            return Ok(0);
        }
        let mut from = from;
        // SAFETY: memory that the caller keeps.
        let got = self.call(false, |fd| unsafe {
            match &mut from {
                None => libc::recv(fd, p as *mut libc::c_void, n, flags),
                Some(a) => {
                    **a = Address::room();
                    let ptr = a.mut_ptr();
                    libc::recvfrom(fd, p as *mut libc::c_void, n, flags, ptr, &mut a.len)
                }
            }
        })?;
        Ok(got as usize)
    }

    /// How many bytes to receive into a buffer.
    fn count(view: &Buffer, nbytes: isize, name: &str, small: &str) -> PyResult<usize> {
        if nbytes < 0 {
            bail!(ValueError, "negative buffersize in {name}");
        }
        if nbytes as usize > view.len() {
            return Err(dovetail_core::error::raise_message(exc::ValueError(), small));
        }
        Ok(if nbytes == 0 { view.len() } else { nbytes as usize })
    }
}

#[pymethods(members(
    ("family", Py_T_INT, family, abi::Py_READONLY, "the socket family"),
    ("type", Py_T_INT, kind, abi::Py_READONLY, "the socket type"),
    ("proto", Py_T_INT, proto, abi::Py_READONLY, "the socket protocol"),
))]
impl Socket {
    #[slot(tp_new)]
    fn new_slot(
        cls: &Type,
        _args: &dovetail_core::types::tuple::Tuple,
        _kwargs: Option<&dovetail_core::types::dict::Dict>,
    ) -> PyResult<Object> {
        Socket::make(cls)
    }

    #[slot(tp_init, name = "socket", sig = "(family=-1, type=-1, proto=-1, fileno=None)")]
    fn init(&self, family: i32, r#type: i32, proto: i32, fileno: Option<&Obj>) -> PyResult<()> {
        let (mut family, mut kind, mut proto) = (family, r#type, proto);
        crate::osutil::audit("socket.__new__", || {
            Ok(vec![self.as_obj().to_owned(), int(family)?, int(kind)?, int(proto)?])
        })?;
        let Some(fileno) = fileno else {
            if family == -1 {
                family = libc::AF_INET;
            }
            if kind == -1 {
                kind = libc::SOCK_STREAM;
            }
            if proto == -1 {
                proto = 0;
            }
            let fd = gil::allow_threads(|| {
                // SAFETY: no memory is involved.
                let fd = unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, proto) };
                if fd < 0 { Err(errno()) } else { Ok(fd) }
            })
            .map_err(os_error)?;
            if let Err(e) = self.fill(fd, family, kind, proto) {
                self.b().fd = -1;
                // SAFETY: the descriptor made above.
                unsafe { libc::close(fd) };
                return Err(e);
            }
            return Ok(());
        };
        let fd = crate::osutil::c_int(fileno)?;
        if fd < 0 {
            bail!(ValueError, "negative file descriptor");
        }
        let mut a = Address::room();
        let pointer = a.mut_ptr();
        // SAFETY: room for an address, numbers of ours.
        unsafe {
            if libc::getsockname(fd, pointer, &mut a.len) < 0 {
                let e = errno();
                if family == -1 || e == libc::EBADF || e == libc::ENOTSOCK {
                    return Err(os_error(e));
                }
            } else if family == -1 {
                family = i32::from(a.raw.ss_family);
            }
            let ask = |option: i32, to: &mut i32| -> PyResult<()> {
                let mut len = size_of::<i32>() as libc::socklen_t;
                if *to == -1
                    && libc::getsockopt(fd, libc::SOL_SOCKET, option, (&raw mut *to).cast(), &mut len) < 0
                {
                    return Err(os_error(errno()));
                }
                Ok(())
            };
            ask(libc::SO_TYPE, &mut kind)?;
            ask(libc::SO_PROTOCOL, &mut proto)?;
        }
        self.fill(fd, family, kind, proto)
    }

    #[slot(tp_finalize, raw)]
    unsafe extern "C" fn finalize(o: *mut abi::PyObject) {
        // SAFETY: an object whose end has come but is whole.
        unsafe {
            let b = o as *mut Body;
            if (*b).fd == -1 {
                return;
            }
            let ts = dovetail_core::thread::ThreadState::current();
            let kept = ts.take_exception();
            let object = Obj::from_ptr(o);
            let told = object.repr().and_then(|r| {
                dovetail_core::types::exception::warn(
                    exc::ResourceWarning(),
                    &format!("unclosed {}", r.to_string_lossy()),
                    1,
                )
            });
            if let Err(e) = told {
                if e.matches(exc::Warning()) {
                    dovetail_core::error::unraisable(e, "", Some(object));
                } else {
                    e.clear();
                }
            }
            let fd = std::mem::replace(&mut (*b).fd, -1);
            gil::allow_threads(|| libc::close(fd));
            ts.set_exception(kept);
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; the finalizer may bring the object back.
        unsafe {
            if dovetail_core::types::subtype::finalize_dying(o) {
                return;
            }
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let b = self.b();
        format!("<socket object, fd={}, family={}, type={}, proto={}>", b.fd, b.family, b.kind, b.proto)
    }

    /// the socket timeout
    #[getter]
    fn timeout(&self) -> PyResult<Object> {
        timeout_object(self.timeout_value())
    }

    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor
    /// representing the connection, and the address of the client.
    /// For IP sockets, the address info is a pair (hostaddr, port).
    #[method]
    fn _accept(&self) -> PyResult<Object> {
        let mut a = Address::room();
        let fd = self.call(false, |fd| {
            a = Address::room();
            let p = a.mut_ptr();
            // SAFETY: room for an address.
            unsafe { libc::accept4(fd, p, &mut a.len, libc::SOCK_CLOEXEC) as isize }
        })?;
        match to_python(&a, self.proto()) {
            Ok(address) => crate::osutil::pair(int(fd as i64)?, address),
            Err(e) => {
                // SAFETY: the descriptor made above.
                unsafe { libc::close(fd as i32) };
                Err(e)
            }
        }
    }

    /// bind(address)
    ///
    /// Bind the socket to a local address.  For IP sockets, the address is a
    /// pair (host, port); the host must refer to the local host. For raw packet
    /// sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])
    #[method]
    fn bind(&self, object: &Obj) -> PyResult<()> {
        let a = self.address(object, "bind")?;
        crate::osutil::audit("socket.bind", || Ok(vec![self.as_obj().to_owned(), object.to_owned()]))?;
        let fd = self.fd();
        // SAFETY: an address of ours.
        let r =
            gil::allow_threads(|| if unsafe { libc::bind(fd, a.ptr(), a.len) } < 0 { errno() } else { 0 });
        if r != 0 { Err(os_error(r)) } else { Ok(()) }
    }

    /// connect(address)
    ///
    /// Connect the socket to a remote address.  For IP sockets, the address
    /// is a pair (host, port).
    #[method]
    fn connect(&self, object: &Obj) -> PyResult<()> {
        let a = self.address(object, "connect")?;
        crate::osutil::audit("socket.connect", || Ok(vec![self.as_obj().to_owned(), object.to_owned()]))?;
        match self.connect_to(&a)? {
            Ok(()) => Ok(()),
            Err(Some(e)) => Err(os_error(e)),
            Err(None) => Err(timed_out()),
        }
    }

    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value)
    /// instead of raising an exception when an error occurs.
    #[method]
    fn connect_ex(&self, object: &Obj) -> PyResult<i32> {
        let a = self.address(object, "connect_ex")?;
        crate::osutil::audit("socket.connect", || Ok(vec![self.as_obj().to_owned(), object.to_owned()]))?;
        match self.connect_to(&a)? {
            Ok(()) => Ok(0),
            Err(e) => Ok(e.unwrap_or(libc::EAGAIN)),
        }
    }

    /// listen([backlog])
    ///
    /// Enable a server to accept connections.  If backlog is specified, it must be
    /// at least 0 (if it is lower, it is set to 0); it specifies the number of
    /// unaccepted connections that the system will allow before refusing new
    /// connections. If not specified, a default reasonable value is chosen.
    #[method(nosig, sig = "(backlog=128, /)")]
    fn listen(&self, backlog: i32) -> PyResult<()> {
        let (fd, n) = (self.fd(), backlog.max(0));
        // SAFETY: no memory is involved.
        let r = gil::allow_threads(|| if unsafe { libc::listen(fd, n) } < 0 { errno() } else { 0 });
        if r != 0 { Err(os_error(r)) } else { Ok(()) }
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[method]
    fn close(&self) -> PyResult<()> {
        let fd = std::mem::replace(&mut self.b().fd, -1);
        if fd == -1 {
            return Ok(());
        }
        // SAFETY: our descriptor. A connection that the peer has reset is closed all the same.
        let e = gil::allow_threads(|| if unsafe { libc::close(fd) } < 0 { errno() } else { 0 });
        if e != 0 && e != libc::ECONNRESET { Err(os_error(e)) } else { Ok(()) }
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    /// The object cannot be used after this call, but the file descriptor
    /// can be reused for other purposes.  The file descriptor is returned.
    #[method]
    fn detach(&self) -> i32 {
        std::mem::replace(&mut self.b().fd, -1)
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[method]
    fn fileno(&self) -> i32 {
        self.fd()
    }

    /// shutdown(flag)
    ///
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side
    /// of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).
    #[method]
    fn shutdown(&self, object: i32) -> PyResult<()> {
        let fd = self.fd();
        // SAFETY: no memory is involved.
        let r = gil::allow_threads(|| if unsafe { libc::shutdown(fd, object) } < 0 { errno() } else { 0 });
        if r != 0 { Err(os_error(r)) } else { Ok(()) }
    }

    /// setblocking(flag)
    ///
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    /// setblocking(True) is equivalent to settimeout(None);
    /// setblocking(False) is equivalent to settimeout(0.0).
    #[method]
    fn setblocking(&self, object: &Obj) -> PyResult<()> {
        let block = object.is_true()?;
        self.b().timeout = if block { -1 } else { 0 };
        set_blocking(self.fd(), block)
    }

    /// getblocking()
    ///
    /// Returns True if socket is in blocking mode, or False if it
    /// is in non-blocking mode.
    #[method]
    fn getblocking(&self) -> bool {
        self.timeout_value() != 0
    }

    /// settimeout(timeout)
    ///
    /// Set a timeout on socket operations.  'timeout' can be a float,
    /// giving in seconds, or None.  Setting a timeout of None disables
    /// the timeout feature and is equivalent to setblocking(1).
    /// Setting a timeout of zero is the same as setblocking(0).
    #[method]
    fn settimeout(&self, object: &Obj) -> PyResult<()> {
        let n = parse_timeout(object)?;
        self.b().timeout = n;
        set_blocking(self.fd(), n < 0)
    }

    /// gettimeout() -> timeout
    ///
    /// Returns the timeout in seconds (float) associated with socket
    /// operations. A timeout of None indicates that timeouts on socket
    /// operations are disabled.
    #[method]
    fn gettimeout(&self) -> PyResult<Object> {
        timeout_object(self.timeout_value())
    }

    /// getsockname() -> address info
    ///
    /// Return the address of the local endpoint. The format depends on the
    /// address family. For IPv4 sockets, the address info is a pair
    /// (hostaddr, port). For IPv6 sockets, the address info is a 4-tuple
    /// (hostaddr, port, flowinfo, scope_id).
    #[method]
    fn getsockname(&self) -> PyResult<Object> {
        let mut a = Address::room();
        let (fd, p) = (self.fd(), a.mut_ptr());
        // SAFETY: room for an address.
        let r =
            gil::allow_threads(
                || if unsafe { libc::getsockname(fd, p, &mut a.len) } < 0 { errno() } else { 0 },
            );
        if r != 0 { Err(os_error(r)) } else { to_python(&a, self.proto()) }
    }

    /// getpeername() -> address info
    ///
    /// Return the address of the remote endpoint.  For IP sockets, the address
    /// info is a pair (hostaddr, port).
    #[method]
    fn getpeername(&self) -> PyResult<Object> {
        let mut a = Address::room();
        let (fd, p) = (self.fd(), a.mut_ptr());
        // SAFETY: room for an address.
        let r =
            gil::allow_threads(
                || if unsafe { libc::getpeername(fd, p, &mut a.len) } < 0 { errno() } else { 0 },
            );
        if r != 0 { Err(os_error(r)) } else { to_python(&a, self.proto()) }
    }

    /// getsockopt(level, option[, buffersize]) -> value
    ///
    /// Get a socket option.  See the Unix manual for level and option.
    /// If a nonzero buffersize argument is given, the return value is a
    /// string of that length; otherwise it is an integer.
    #[method(nosig, sig = "(level, option, buffersize=0, /)")]
    fn getsockopt(&self, level: i32, option: i32, buffersize: i32) -> PyResult<Object> {
        let fd = self.fd();
        // SAFETY: room of the given size.
        unsafe {
            if buffersize == 0 {
                if self.family() == libc::AF_VSOCK {
                    let (mut v, mut len) = (0u64, size_of::<u64>() as libc::socklen_t);
                    if libc::getsockopt(fd, level, option, (&raw mut v).cast(), &mut len) < 0 {
                        return Err(os_error(errno()));
                    }
                    return int(v);
                }
                let (mut v, mut len) = (0i32, size_of::<i32>() as libc::socklen_t);
                if libc::getsockopt(fd, level, option, (&raw mut v).cast(), &mut len) < 0 {
                    return Err(os_error(errno()));
                }
                return int(v);
            }
            if !(0..=1024).contains(&buffersize) {
                bail!(OSError, "getsockopt buflen out of range");
            }
            let mut room = vec![0u8; buffersize as usize];
            let mut len = buffersize as libc::socklen_t;
            if libc::getsockopt(fd, level, option, room.as_mut_ptr().cast(), &mut len) < 0 {
                return Err(os_error(errno()));
            }
            room.truncate(len as usize);
            Ok(Bytes::from_vec(room)?.into_object())
        }
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    ///
    /// Set a socket option.  See the Unix manual for level and option.
    /// The value argument can either be an integer, a string buffer, or
    /// None, optlen.
    #[method(nosig)]
    fn setsockopt(&self, args: &[&Obj]) -> PyResult<()> {
        let n = args.len();
        let none_given = n >= 3 && args[2].is_none();
        if !(n == 3 || (n == 4 && none_given)) {
            bail!(TypeError, "setsockopt() takes exactly 3 arguments ({n} given)");
        }
        let (level, option) = (crate::osutil::c_int(args[0])?, crate::osutil::c_int(args[1])?);
        let fd = self.fd();
        // SAFETY: the value of the given size, or NULL where the caller says so.
        let set = |p: *const libc::c_void, len: usize| unsafe {
            if libc::setsockopt(fd, level, option, p, len as libc::socklen_t) < 0 {
                return Err(os_error(errno()));
            }
            Ok(())
        };
        if n == 4 {
            let len = crate::osutil::mask_u64(args[3])? as u32;
            return set(std::ptr::null(), len as usize);
        }
        let number = if args[2].has_index() { args[2].index()?.to_i64() } else { None };
        if self.family() == libc::AF_VSOCK
            && let Some(v) = number
        {
            let v = v as u64;
            return set((&raw const v).cast(), size_of::<u64>());
        }
        if let Some(v) = number.and_then(|v| i32::try_from(v).ok()) {
            return set((&raw const v).cast(), size_of::<i32>());
        }
        let value = BytesLike::of(args[2])?;
        set(value.as_ptr().cast(), value.len())
    }

    /// recv(buffersize[, flags]) -> data
    ///
    /// Receive up to buffersize bytes from the socket.  For the optional flags
    /// argument, see the Unix manual.  When no data is available, block until
    /// at least one byte is available or until the remote end is closed.  When
    /// the remote end is closed and all data is read, return the empty string.
    #[method(nosig, sig = "(buffersize, flags=0, /)")]
    fn recv(&self, buffersize: isize, flags: i32) -> PyResult<Ref<Bytes>> {
        if buffersize < 0 {
            bail!(ValueError, "negative buffersize in recv");
        }
        self.receive(buffersize, flags, None)
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    ///
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[method(nosig, sig = "(buffersize, flags=0, /)")]
    fn recvfrom(&self, buffersize: isize, flags: i32) -> PyResult<Object> {
        if buffersize < 0 {
            bail!(ValueError, "negative buffersize in recvfrom");
        }
        let mut from = Address::room();
        let data = self.receive(buffersize, flags, Some(&mut from))?;
        crate::osutil::pair(data.into_object(), to_python(&from, self.proto())?)
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    ///
    /// A version of recv() that stores its data into a buffer rather than creating
    /// a new string.  Receive up to buffersize bytes from the socket.  If buffersize
    /// is not specified (or 0), receive up to the size available in the given buffer.
    ///
    /// See recv() for documentation about the flags.
    #[method(nosig, sig = "(buffer, nbytes=0, flags=0)")]
    fn recv_into(&self, buffer: WritableBytes, nbytes: isize, flags: i32) -> PyResult<usize> {
        let mut view = buffer.0;
        let n = Socket::count(&view, nbytes, "recv_into", "buffer too small for requested bytes")?;
        self.receive_at(view.as_mut_slice().as_mut_ptr() as usize, n, flags, None)
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    ///
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[method(nosig, sig = "(buffer, nbytes=0, flags=0)")]
    fn recvfrom_into(&self, buffer: WritableBytes, nbytes: isize, flags: i32) -> PyResult<Object> {
        let mut view = buffer.0;
        let n =
            Socket::count(&view, nbytes, "recvfrom_into", "nbytes is greater than the length of the buffer")?;
        let mut from = Address::room();
        let got = self.receive_at(view.as_mut_slice().as_mut_ptr() as usize, n, flags, Some(&mut from))?;
        crate::osutil::pair(int(got as i64)?, to_python(&from, self.proto())?)
    }

    /// send(data[, flags]) -> count
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  Return the number of bytes
    /// sent; this may be less than len(data) if the network is busy.
    #[method(nosig, sig = "(data, flags=0, /)")]
    fn send(&self, data: BytesLike<'_>, flags: i32) -> PyResult<isize> {
        let s = data.as_slice();
        // SAFETY: bytes that the caller keeps.
        self.call(true, |fd| unsafe { libc::send(fd, s.as_ptr().cast(), s.len(), flags) })
    }

    /// sendall(data[, flags])
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  This calls send() repeatedly
    /// until all data is sent.  If an error occurs, it's impossible
    /// to tell how much data has been sent.
    #[method(nosig, sig = "(data, flags=0, /)")]
    fn sendall(&self, data: BytesLike<'_>, flags: i32) -> PyResult<()> {
        let mut rest = data.as_slice();
        let timeout = self.timeout_value();
        // One deadline for the whole.
        let mut deadline = None;
        loop {
            // SAFETY: bytes that the caller keeps.
            let mut send = |fd| unsafe { libc::send(fd, rest.as_ptr().cast(), rest.len(), flags) };
            let n = match self.call_raw(true, false, timeout, &mut deadline, &mut send)? {
                Some(Ok(n)) => n as usize,
                Some(Err(e)) => return Err(os_error(e)),
                None => return Err(timed_out()),
            };
            rest = &rest[n..];
            check_signals()?;
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    /// sendto(data[, flags], address) -> count
    ///
    /// Like send(data, flags) but allows specifying the destination address.
    /// For IP sockets, the address is a pair (hostaddr, port).
    #[method(nosig)]
    fn sendto(&self, args: &[&Obj]) -> PyResult<isize> {
        let (flags, address) = match args {
            [_, a] => (0, *a),
            [_, f, a] => (crate::osutil::c_int(f)?, *a),
            _ => bail!(TypeError, "sendto() takes 2 or 3 arguments ({} given)", args.len()),
        };
        let data = BytesLike::of(args[0])?;
        let a = self.address(address, "sendto")?;
        crate::osutil::audit("socket.sendto", || Ok(vec![self.as_obj().to_owned(), address.to_owned()]))?;
        let s = data.as_slice();
        // SAFETY: bytes and an address of ours.
        self.call(true, |fd| unsafe { libc::sendto(fd, s.as_ptr().cast(), s.len(), flags, a.ptr(), a.len) })
    }

    /// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
    ///
    /// Receive normal data (up to bufsize bytes) and ancillary data from the
    /// socket.  The ancbufsize argument sets the size in bytes of the
    /// internal buffer used to receive the ancillary data; it defaults to 0,
    /// meaning that no ancillary data will be received.  Appropriate buffer
    /// sizes for ancillary data can be calculated using CMSG_SPACE() or
    /// CMSG_LEN(), and items which do not fit into the buffer might be
    /// truncated or discarded.  The flags argument defaults to 0 and has the
    /// same meaning as for recv().
    ///
    /// The return value is a 4-tuple: (data, ancdata, msg_flags, address).
    /// The data item is a bytes object holding the non-ancillary data
    /// received.  The ancdata item is a list of zero or more tuples
    /// (cmsg_level, cmsg_type, cmsg_data) representing the ancillary data
    /// (control messages) received: cmsg_level and cmsg_type are integers
    /// specifying the protocol level and protocol-specific type respectively,
    /// and cmsg_data is a bytes object holding the associated data.  The
    /// msg_flags item is the bitwise OR of various flags indicating
    /// conditions on the received message; see your system documentation for
    /// details.  If the receiving socket is unconnected, address is the
    /// address of the sending socket, if available; otherwise, its value is
    /// unspecified.
    ///
    /// If recvmsg() raises an exception after the system call returns, it
    /// will first attempt to close any file descriptors received via the
    /// SCM_RIGHTS mechanism.
    #[method(nosig, sig = "(bufsize, ancbufsize=0, flags=0, /)")]
    fn recvmsg(&self, bufsize: isize, ancbufsize: isize, flags: i32) -> PyResult<Object> {
        super::message::receive(self, bufsize, ancbufsize, flags)
    }

    /// recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)
    ///
    /// Receive normal data and ancillary data from the socket, scattering the
    /// non-ancillary data into a series of buffers.  The buffers argument
    /// must be an iterable of objects that export writable buffers
    /// (e.g. bytearray objects); these will be filled with successive chunks
    /// of the non-ancillary data until it has all been written or there are
    /// no more buffers.  The ancbufsize argument sets the size in bytes of
    /// the internal buffer used to receive the ancillary data; it defaults to
    /// 0, meaning that no ancillary data will be received.  Appropriate
    /// buffer sizes for ancillary data can be calculated using CMSG_SPACE()
    /// or CMSG_LEN(), and items which do not fit into the buffer might be
    /// truncated or discarded.  The flags argument defaults to 0 and has the
    /// same meaning as for recv().
    ///
    /// The return value is a 4-tuple: (nbytes, ancdata, msg_flags, address).
    /// The nbytes item is the total number of bytes of non-ancillary data
    /// written into the buffers.  The ancdata item is a list of zero or more
    /// tuples (cmsg_level, cmsg_type, cmsg_data) representing the ancillary
    /// data (control messages) received: cmsg_level and cmsg_type are
    /// integers specifying the protocol level and protocol-specific type
    /// respectively, and cmsg_data is a bytes object holding the associated
    /// data.  The msg_flags item is the bitwise OR of various flags
    /// indicating conditions on the received message; see your system
    /// documentation for details.  If the receiving socket is unconnected,
    /// address is the address of the sending socket, if available; otherwise,
    /// its value is unspecified.
    ///
    /// If recvmsg_into() raises an exception after the system call returns,
    /// it will first attempt to close any file descriptors received via the
    /// SCM_RIGHTS mechanism.
    #[method(nosig, sig = "(buffers, ancbufsize=0, flags=0, /)")]
    fn recvmsg_into(&self, buffers: &Obj, ancbufsize: isize, flags: i32) -> PyResult<Object> {
        super::message::receive_into(self, buffers, ancbufsize, flags)
    }

    /// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
    ///
    /// Send normal and ancillary data to the socket, gathering the
    /// non-ancillary data from a series of buffers and concatenating it into
    /// a single message.  The buffers argument specifies the non-ancillary
    /// data as an iterable of bytes-like objects (e.g. bytes objects).
    /// The ancdata argument specifies the ancillary data (control messages)
    /// as an iterable of zero or more tuples (cmsg_level, cmsg_type,
    /// cmsg_data), where cmsg_level and cmsg_type are integers specifying the
    /// protocol level and protocol-specific type respectively, and cmsg_data
    /// is a bytes-like object holding the associated data.  The flags
    /// argument defaults to 0 and has the same meaning as for send().  If
    /// address is supplied and not None, it sets a destination address for
    /// the message.  The return value is the number of bytes of non-ancillary
    /// data sent.
    #[method(nosig, sig = "(buffers, ancdata=None, flags=0, address=None, /)")]
    fn sendmsg(
        &self,
        buffers: &Obj,
        ancdata: Option<&Obj>,
        flags: i32,
        address: Option<&Obj>,
    ) -> PyResult<isize> {
        super::message::send(self, buffers, ancdata, flags, address)
    }

    /// sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])
    ///
    /// Set operation mode, IV and length of associated data for an AF_ALG
    /// operation socket.
    #[method(nosig, sig = "(msg=None, *, op=-1, iv=None, assoclen=-1, flags=0)")]
    fn sendmsg_afalg(
        &self,
        msg: Option<&Obj>,
        op: i32,
        iv: Option<BytesLike<'_>>,
        assoclen: i32,
        flags: i32,
    ) -> PyResult<isize> {
        super::message::send_algorithm(self, msg, op, iv, assoclen, flags)
    }
}

impl Socket {
    /// A socket without a descriptor yet.
    fn make(cls: &Type) -> PyResult<Object> {
        // SAFETY: plain fields of a new object.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut Body;
            (*b).fd = -1;
            (*b).timeout = -1;
            Ok(o)
        }
    }
}
