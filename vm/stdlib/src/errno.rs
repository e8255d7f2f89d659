//! `errno`: the platform's error numbers by name.

use crate::util::{int, set, text};
use dovetail_core::error::PyResult;
use dovetail_core::object::Obj;
use dovetail_core::types::dict::Dict;
use dovetail_macros::pymodule;

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

/// The names, aliases last where a number has two.
static NUMBERS: &[(&str, i32)] = numbers!(
    ENODEV ENOCSI EHOSTUNREACH ENOMSG EL2HLT ENOTUNIQ ENOTTY EISNAM ENOLCK ECHRNG ELIBBAD EHWPOISON EPROTONOSUPPORT ENOTBLK
    EBADE EAGAIN EADDRINUSE ENONET EILSEQ ENOANO EBADF ELIBMAX EFAULT ENOTDIR E2BIG EADV EDEADLK EDEADLOCK
    EINVAL ECONNRESET EPROTO EISDIR EINPROGRESS EISCONN EAFNOSUPPORT EALREADY EUCLEAN EBADFD EDOM EEXIST
    EFBIG EDOTDOT EMLINK EMSGSIZE ENAMETOOLONG ENOENT ENXIO EPERM ERANGE EREMOTE EREMCHG EREMOTEIO ERESTART ESOCKTNOSUPPORT
    EPFNOSUPPORT EPIPE EPROTOTYPE EROFS ESHUTDOWN ESPIPE ESRCH ESRMNT ESTALE ESTRPIPE ETIME ETIMEDOUT
    ETOOMANYREFS ETXTBSY EUNATCH EUSERS EWOULDBLOCK EXDEV EXFULL EL3HLT EL3RST ELIBACC ELIBEXEC ELIBSCN ELNRNG
    ELOOP EL2NSYNC EMEDIUMTYPE EMFILE EMULTIHOP ENAVAIL ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODATA ENOEXEC
    ENOKEY ENOLINK ENOMEDIUM ENOMEM ENOPKG ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTCONN ENOTEMPTY ENOTNAM
    ENOTRECOVERABLE ENOTSOCK ENOTSUP EOPNOTSUPP EOVERFLOW EOWNERDEAD EACCES EADDRNOTAVAIL EBADMSG EBADR EBADRQC
    EBADSLT EBFONT EBUSY ECANCELED ECHILD ECOMM ECONNABORTED ECONNREFUSED EDESTADDRREQ EDQUOT EHOSTDOWN EIDRM
    EINTR EIO EKEYEXPIRED EKEYREJECTED EKEYREVOKED ERFKILL
);

/// This module makes available standard errno system symbols.
///
/// The value of each symbol is the corresponding integer value,
/// e.g., on most systems, errno.ENOENT equals the integer 2.
///
/// The dictionary errno.errorcode maps numeric codes to symbol names,
/// e.g., errno.errorcode[2] could be the string 'ENOENT'.
///
/// Symbols that are not relevant to the underlying system are not defined.
///
/// To map error codes to error messages, use the function os.strerror(),
/// e.g. os.strerror(2) could return 'No such file or directory'.
#[pymodule(name = "errno")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let codes = Dict::new()?;
        for (name, number) in NUMBERS {
            let n = int(*number)?;
            set(module, name, &n)?;
            codes.set(&n, &*text(name)?)?;
        }
        set(module, "errorcode", &codes)
    }
}

pub use module::MODULE;
