//! The exceptions of `_ssl`, and how the library's errors become them.

use super::ffi;
use crate::osutil::{new_exception, os_error};
use crate::util::{TypeCell, int, set, text};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, Raised, exc, raise_exception, raise_message};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::none::none;
use dovetail_core::{raise, sym};
use std::ffi::CStr;

/// The classes, in the order of `CLASSES`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ssl = 0,
    ZeroReturn = 1,
    WantRead = 2,
    WantWrite = 3,
    Syscall = 4,
    Eof = 5,
    CertVerification = 6,
}

static CLASSES: [(&str, &str, TypeCell); 7] = [
    ("SSLError", "An error occurred in the SSL implementation.", TypeCell::new()),
    ("SSLZeroReturnError", "SSL/TLS session closed cleanly.", TypeCell::new()),
    (
        "SSLWantReadError",
        "Non-blocking SSL socket needs to read more data\nbefore the requested operation can be completed.",
        TypeCell::new(),
    ),
    (
        "SSLWantWriteError",
        "Non-blocking SSL socket needs to write more data\nbefore the requested operation can be completed.",
        TypeCell::new(),
    ),
    ("SSLSyscallError", "System error when attempting SSL operation.", TypeCell::new()),
    ("SSLEOFError", "SSL/TLS connection terminated abruptly.", TypeCell::new()),
    ("SSLCertVerificationError", "A certificate could not be verified.", TypeCell::new()),
];

/// The class of a kind of error.
pub fn class(kind: Kind) -> PyResult<&'static Type> {
    let (name, doc, cell) = &CLASSES[kind as usize];
    cell.get_or(|| {
        let full = format!("ssl.{name}");
        match kind {
            Kind::Ssl => {
                let t = new_exception(&full, &[exc::OSError()], Some(doc))?;
                // The message alone, without the number in front.
                t.set_attr(sym!(__str__), super::str_of_error_method()?.as_obj())?;
                t.set_flag(abi::Py_TPFLAGS_IMMUTABLETYPE, true);
                Ok(t)
            }
            Kind::CertVerification => {
                new_exception(&full, &[class(Kind::Ssl)?, exc::ValueError()], Some(doc))
            }
            _ => new_exception(&full, &[class(Kind::Ssl)?], Some(doc)),
        }
    })
}

/// Adds the classes to the module.
pub fn add(module: &Obj) -> PyResult<()> {
    use Kind::*;
    for k in [Ssl, ZeroReturn, WantRead, WantWrite, Syscall, Eof, CertVerification] {
        set(module, CLASSES[k as usize].0, class(k)?.as_obj())?;
    }
    Ok(())
}

/// `SSLError(message)` without a number.
pub fn plain(message: &str) -> Raised {
    match class(Kind::Ssl) {
        Ok(t) => raise_message(t, message),
        Err(e) => e,
    }
}

fn c_text(p: *const std::ffi::c_char) -> Option<String> {
    // SAFETY: NULL or a constant text of the library.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned())
}

/// The library's name in error messages.
fn library(number: i32) -> Option<&'static str> {
    Some(match number {
        3 => "BN",
        4 => "RSA",
        5 => "DH",
        6 => "EVP",
        7 => "BUF",
        8 => "OBJ",
        9 => "PEM",
        10 => "DSA",
        11 => "X509",
        13 => "ASN1",
        14 => "CONF",
        15 => "CRYPTO",
        16 => "EC",
        20 => "SSL",
        32 => "BIO",
        33 => "PKCS7",
        34 => "X509V3",
        35 => "PKCS12",
        36 => "RAND",
        37 => "DSO",
        38 => "ENGINE",
        39 => "OCSP",
        40 => "UI",
        41 => "COMP",
        44 => "OSSL_STORE",
        46 => "CMS",
        47 => "TS",
        50 => "CT",
        51 => "ASYNC",
        52 => "KDF",
        53 => "SM2",
        57 => "PROV",
        58 => "CMP",
        59 => "OSSL_ENCODER",
        60 => "OSSL_DECODER",
        61 => "HTTP",
        _ => return None,
    })
}

/// The name that headers give a reason: the words in capitals. Reasons common to all libraries have none.
fn mnemonic(code: std::ffi::c_ulong) -> Option<String> {
    if ffi::err_reason(code) & !0x3ffff != 0 {
        return None;
    }
    // SAFETY: a constant text of the library or NULL.
    let words = c_text(unsafe { ffi::ERR_reason_error_string(code) })?;
    let words = words.replace("ssl/tls alert", "sslv3 alert");
    Some(
        words.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect(),
    )
}

/// What is known of the connection that failed.
#[derive(Default)]
pub struct About<'a> {
    pub verify: Option<i64>,
    pub hostname: Option<&'a str>,
}

/// Raises an error of the class with number, message and the attributes that programs look at.
pub fn fill(
    kind: Kind,
    number: i32,
    words: Option<&str>,
    code: std::ffi::c_ulong,
    line: u32,
    about: &About<'_>,
) -> Raised {
    let make = || -> PyResult<Ref<BaseException>> {
        let (mut reason, mut lib, mut words) = (None, None, words.map(str::to_owned));
        if code != 0 {
            lib = library(ffi::err_lib(code));
            reason = mnemonic(code);
            if words.is_none() {
                // SAFETY: a constant text of the library or NULL.
                words = c_text(unsafe { ffi::ERR_reason_error_string(code) });
            }
        }
        let mut verify = None;
        if kind == Kind::CertVerification
            && let Some(v) = about.verify
        {
            let host = about.hostname.unwrap_or("");
            verify = Some(match v {
                62 => format!("Hostname mismatch, certificate is not valid for '{host}'."),
                64 => format!("IP address mismatch, certificate is not valid for '{host}'."),
                // SAFETY: a constant text of the library.
                _ => c_text(unsafe { ffi::X509_verify_cert_error_string(v) }).unwrap_or_default(),
            });
        }
        let words = words.unwrap_or_else(|| "unknown error".to_owned());
        let message = match (&verify, &reason, lib) {
            (Some(v), Some(r), Some(l)) => format!("[{l}: {r}] {words}: {v} (_ssl.c:{line})"),
            (None, Some(r), Some(l)) => format!("[{l}: {r}] {words} (_ssl.c:{line})"),
            (_, None, Some(l)) => format!("[{l}] {words} (_ssl.c:{line})"),
            _ => format!("{words} (_ssl.c:{line})"),
        };
        let e = class(kind)?.call(&[&*int(number)?, &*text(&message)?])?;
        let or_none = |s: Option<&str>| -> PyResult<Object> { s.map_or(Ok(none().to_owned()), text) };
        set(&e, "reason", &*or_none(reason.as_deref())?)?;
        set(&e, "library", &*or_none(lib)?)?;
        if kind == Kind::CertVerification
            && let Some(v) = about.verify
        {
            set(&e, "verify_code", &*int(v)?)?;
            set(&e, "verify_message", &*or_none(verify.as_deref())?)?;
        }
        e.downcast_into().map_err(|_| raise!(SystemError, "the error class made no exception"))
    };
    let r = make();
    // SAFETY: forgets what has been told.
    unsafe { ffi::ERR_clear_error() };
    match r {
        Ok(e) => raise_exception(e),
        Err(e) => e,
    }
}

/// Raises the library's last error; `words` in place of its own.
pub fn last(words: Option<&str>, number: Option<i32>, line: u32) -> Raised {
    // SAFETY: reads the thread's error queue.
    let code = unsafe { ffi::ERR_peek_last_error() };
    let number = number.unwrap_or_else(|| ffi::err_reason(code));
    fill(Kind::Ssl, number, words, if words.is_some() { 0 } else { code }, line, &About::default())
}

/// Raises the library's last error.
#[macro_export]
#[doc(hidden)]
macro_rules! ssl_error {
    () => {
        $crate::ssl::error::last(None, None, line!())
    };
    ($words:expr, $number:expr) => {
        $crate::ssl::error::last(Some($words), Some($number), line!())
    };
}

/// What an operation on a connection came to, noted at once after it.
#[derive(Clone, Copy)]
pub struct Status {
    /// `SSL_get_error`.
    pub ssl: i32,
    /// `errno`.
    pub c: i32,
}

/// Raises the error of an operation on a connection. `ret` is what it returned; `socket` tells of a real socket
/// under the connection.
pub fn of_connection(status: Status, ret: i32, socket: bool, about: &About<'_>, line: u32) -> Raised {
    // SAFETY: reads the thread's error queue.
    let code = unsafe { ffi::ERR_peek_last_error() };
    let is_verify = ffi::err_lib(code) == ffi::ERR_LIB_SSL
        && ffi::err_reason(code) == ffi::SSL_R_CERTIFICATE_VERIFY_FAILED;
    let system = code != 0 && ffi::err_lib(code) == ffi::ERR_LIB_SYS;
    let clear = || {
        // SAFETY: forgets the errors.
        unsafe { ffi::ERR_clear_error() }
    };
    let (kind, number, words) = match status.ssl {
        6 => (Kind::ZeroReturn, 6, Some("TLS/SSL connection has been closed (EOF)")),
        2 => (Kind::WantRead, 2, Some("The operation did not complete (read)")),
        3 => (Kind::WantWrite, 3, Some("The operation did not complete (write)")),
        4 => (Kind::Ssl, 4, Some("The operation did not complete (X509 lookup)")),
        7 => (Kind::Ssl, 7, Some("The operation did not complete (connect)")),
        5 if code == 0 => {
            let eof = (Kind::Eof, 8, Some("EOF occurred in violation of protocol"));
            if ret == 0 || !socket {
                eof
            } else if ret == -1 {
                if status.c != 0 {
                    clear();
                    return os_error(status.c);
                }
                eof
            } else {
                (Kind::Syscall, 5, Some("Some I/O error occurred"))
            }
        }
        5 => {
            if system {
                clear();
                return os_error(ffi::err_reason(code));
            }
            (if is_verify { Kind::CertVerification } else { Kind::Ssl }, 5, None)
        }
        1 => {
            if code == 0 {
                (Kind::Ssl, 1, Some("A failure in the SSL library occurred"))
            } else if system {
                clear();
                return os_error(ffi::err_reason(code));
            } else if is_verify {
                (Kind::CertVerification, 1, None)
            } else if ffi::err_lib(code) == ffi::ERR_LIB_SSL
                && ffi::err_reason(code) == ffi::SSL_R_UNEXPECTED_EOF_WHILE_READING
            {
                (Kind::Eof, 8, Some("EOF occurred in violation of protocol"))
            } else {
                (Kind::Ssl, 1, None)
            }
        }
        _ => (Kind::Ssl, 10, Some("Invalid error code")),
    };
    fill(kind, number, words, code, line, about)
}
