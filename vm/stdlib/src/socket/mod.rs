//! `_socket`: sockets of all families that Linux has. One file per matter; this one puts them together.

mod address;
mod constants;
mod message;
mod names;
mod object;

pub use object::Socket;

use crate::osutil::{c_int, errno, os_error, pair};
use crate::util::{add_part, set};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::capsule::Capsule;
use dovetail_core::{gil, raise};
use dovetail_macros::pymodule;
use std::ffi::c_void;
use std::sync::atomic::Ordering;

/// The table behind `_socket.CAPI`: the type, the class of timeouts, and a maker of sockets that is not written.
#[repr(C)]
struct Api {
    socket_type: *mut abi::PyTypeObject,
    error: *mut abi::PyObject,
    timeout_error: *mut abi::PyObject,
}

fn capi() -> PyResult<Object> {
    let api = Box::leak(Box::new(Api {
        socket_type: Socket::TYPE_POINTER,
        error: exc::OSError().as_obj().as_ptr(),
        timeout_error: exc::TimeoutError().as_obj().as_ptr(),
    }));
    let p = (api as *mut Api).cast::<c_void>();
    Ok(Capsule::new(p, c"_socket.CAPI".as_ptr(), None)?.into_object())
}

/// Implementation module for socket operations.
///
/// See the socket module for documentation.
#[pymodule(name = "_socket")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        constants::add(module)?;
        add_type::<Socket>(module)?;
        set(module, "SocketType", Socket::type_object().as_obj())?;
        set(module, "error", exc::OSError().as_obj())?;
        set(module, "timeout", exc::TimeoutError().as_obj())?;
        set(module, "gaierror", names::gaierror()?.as_obj())?;
        set(module, "herror", names::herror()?.as_obj())?;
        set(module, "CAPI", &*capi()?)?;
        add_part(module, &names::MODULE)
    }

    /// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
    ///
    /// Create a pair of socket objects from the sockets returned by the platform
    /// socketpair() function.
    /// The arguments are the same as for socket() except the default family is
    /// AF_UNIX if defined on the platform; otherwise, the default is AF_INET.
    #[function(nosig, sig = "(family=1, type=1, proto=0, /)")]
    fn socketpair(family: i32, r#type: i32, proto: i32) -> PyResult<Object> {
        let mut fds = [0i32; 2];
        let kind = r#type;
        let r = gil::allow_threads(|| {
            // SAFETY: room for two descriptors.
            let r = unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, fds.as_mut_ptr()) };
            if r < 0 { errno() } else { 0 }
        });
        if r != 0 {
            return Err(os_error(r));
        }
        let a = Socket::from_fd(fds[0], family, kind, proto)?;
        let b = Socket::from_fd(fds[1], family, kind, proto)?;
        pair(a, b)
    }

    /// dup(integer) -> integer
    ///
    /// Duplicate an integer socket file descriptor.  This is like os.dup(), but for
    /// sockets; on some platforms os.dup() won't work for socket file descriptors.
    #[function(name = "dup")]
    fn dup_(object: &Obj) -> PyResult<i32> {
        let fd = c_int(object)?;
        // SAFETY: no memory is involved.
        match unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) } {
            n if n < 0 => Err(os_error(errno())),
            n => Ok(n),
        }
    }

    /// close(integer) -> None
    ///
    /// Close an integer socket file descriptor.  This is like os.close(), but for
    /// sockets; on some platforms os.close() won't work for socket file descriptors.
    #[function(name = "close")]
    fn close_(object: &Obj) -> PyResult<()> {
        let fd = c_int(object)?;
        // SAFETY: the caller's descriptor. A connection that the peer has reset is closed all the same.
        let e = gil::allow_threads(|| if unsafe { libc::close(fd) } < 0 { errno() } else { 0 });
        if e != 0 && e != libc::ECONNRESET { Err(os_error(e)) } else { Ok(()) }
    }

    /// getdefaulttimeout() -> timeout
    ///
    /// Returns the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function]
    fn getdefaulttimeout() -> PyResult<Object> {
        object::timeout_object(object::DEFAULT_TIMEOUT.load(Ordering::Relaxed))
    }

    /// setdefaulttimeout(timeout)
    ///
    /// Set the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function]
    fn setdefaulttimeout(object: &Obj) -> PyResult<()> {
        super::object::DEFAULT_TIMEOUT.store(super::object::parse_timeout(object)?, Ordering::Relaxed);
        Ok(())
    }

    /// The size of control data, or why there is none.
    fn size(f: fn(usize) -> Option<usize>, name: &str, o: &Obj) -> PyResult<usize> {
        let Some(n) = o.index()?.to_i64() else {
            return Err(raise!(OverflowError, "Python int too large to convert to C ssize_t"));
        };
        let r = usize::try_from(n).ok().and_then(f);
        r.ok_or_else(|| raise!(OverflowError, "{name}() argument out of range"))
    }

    /// CMSG_LEN(length) -> control message length
    ///
    /// Return the total length, without trailing padding, of an ancillary
    /// data item with associated data of the given length.  This value can
    /// often be used as the buffer size for recvmsg() to receive a single
    /// item of ancillary data, but RFC 3542 requires portable applications to
    /// use CMSG_SPACE() and thus include space for padding, even when the
    /// item will be the last in the buffer.  Raises OverflowError if length
    /// is outside the permissible range of values.
    #[function(nosig)]
    fn CMSG_LEN(length: &Obj) -> PyResult<usize> {
        size(message::control_len, "CMSG_LEN", length)
    }

    /// CMSG_SPACE(length) -> buffer size
    ///
    /// Return the buffer size needed for recvmsg() to receive an ancillary
    /// data item with associated data of the given length, along with any
    /// trailing padding.  The buffer space needed to receive multiple items
    /// is the sum of the CMSG_SPACE() values for their associated data
    /// lengths.  Raises OverflowError if length is outside the permissible
    /// range of values.
    #[function(nosig)]
    fn CMSG_SPACE(length: &Obj) -> PyResult<usize> {
        size(message::control_space, "CMSG_SPACE", length)
    }
}

pub use module::MODULE;
