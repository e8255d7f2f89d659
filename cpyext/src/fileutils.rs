//! `internal/pycore_fileutils.h` and its neighbours: file descriptors, locale text, hexadecimal digits, user numbers.

use crate::boundary::P;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exceptions_os::last_os_error;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int, c_void};

fn errno() -> c_int {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn os_error() -> Raised {
    last_os_error(None)
}

/// Sets whether a descriptor is passed to programs that the process starts.
fn set_inheritable(fd: c_int, inheritable: bool) -> bool {
    // SAFETY: plain system calls.
    unsafe {
        let request = if inheritable { libc::FIONCLEX } else { libc::FIOCLEX };
        if libc::ioctl(fd, request) == 0 {
            return true;
        }
        let flags = libc::fcntl(fd, libc::F_GETFD);
        if flags < 0 {
            return false;
        }
        let new = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        new == flags || libc::fcntl(fd, libc::F_SETFD, new) >= 0
    }
}

/// Opens a file that programs started by the process do not get; `OSError` with the file name.
#[capi]
unsafe fn _Py_open(path: *const c_char, flags: c_int) -> PyResult<c_int> {
    // SAFETY: a C string.
    let name = dovetail_stdlib::util::fs_decode(unsafe { CStr::from_ptr(path) }.to_bytes())?;
    let number = |n: c_int| Int::from_i64(n.into());
    let args = vec![name.as_obj().to_owned(), Str::new("r")?.into_object(), number(flags)?.into_object()];
    dovetail_stdlib::sys::audit_event("open", args)?;
    loop {
        // SAFETY: a C string.
        let fd = gil::allow_threads(|| unsafe { _Py_open_noraise(path, flags) });
        if fd >= 0 {
            return Ok(fd);
        }
        if errno() != libc::EINTR {
            return Err(last_os_error(Some(name.as_obj())));
        }
        // SAFETY: the GIL is held.
        if unsafe { crate::pyerrors::PyErr_CheckSignals() } < 0 {
            return Err(Raised::from_c());
        }
    }
}

/// As `_Py_open`, with -1 and `errno` on error.
#[capi(no_gil)]
unsafe fn _Py_open_noraise(path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: a C string.
    unsafe { libc::open(path, flags | libc::O_CLOEXEC, 0o666) }
}

/// Writes what the system takes at once; `OSError`.
#[capi]
unsafe fn _Py_write(fd: c_int, data: *const c_void, n: usize) -> PyResult<isize> {
    loop {
        // SAFETY: the caller's bytes.
        let r = gil::allow_threads(|| unsafe { libc::write(fd, data, n.min(isize::MAX as usize)) });
        if r >= 0 {
            return Ok(r);
        }
        if errno() != libc::EINTR {
            return Err(os_error());
        }
        // SAFETY: the GIL is held.
        if unsafe { crate::pyerrors::PyErr_CheckSignals() } < 0 {
            return Err(Raised::from_c());
        }
    }
}

/// As `_Py_write`, with -1 and `errno` on error.
#[capi(no_gil)]
unsafe fn _Py_write_noraise(fd: c_int, data: *const c_void, n: usize) -> isize {
    loop {
        // SAFETY: the caller's bytes.
        let r = unsafe { libc::write(fd, data, n.min(isize::MAX as usize)) };
        if r >= 0 || errno() != libc::EINTR {
            return r;
        }
    }
}

/// A second descriptor, which programs started by the process do not get; `OSError`.
#[capi]
fn _Py_dup(fd: c_int) -> PyResult<c_int> {
    // SAFETY: a plain system call.
    match gil::allow_threads(|| unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }) {
        n if n >= 0 => Ok(n),
        _ => Err(os_error()),
    }
}

/// Is the descriptor open?
#[capi(no_gil)]
fn _Py_IsValidFD(fd: c_int) -> c_int {
    // SAFETY: a plain system call.
    c_int::from(fd >= 0 && unsafe { libc::fcntl(fd, libc::F_GETFD) } >= 0)
}

/// Closes all descriptors of a range, both ends included.
#[capi(no_gil)]
fn _Py_closerange(first: c_int, last: c_int) {
    for fd in first.max(0)..=last {
        // SAFETY: a plain system call.
        unsafe { libc::close(fd) };
    }
}

/// Sets whether programs started by the process get a descriptor. `atomic` remembers whether opening does that itself: it
/// does, so that nothing is left to do for a descriptor that was opened not inheritable.
#[capi]
unsafe fn _Py_set_inheritable(fd: c_int, inheritable: c_int, atomic: *mut c_int) -> PyResult<()> {
    // SAFETY: NULL or the caller's variable.
    unsafe {
        if let Some(works) = atomic.as_mut()
            && inheritable == 0
        {
            if *works == -1 {
                *works = c_int::from(libc::fcntl(fd, libc::F_GETFD) & libc::FD_CLOEXEC != 0);
            }
            if *works != 0 {
                return Ok(());
            }
        }
    }
    if set_inheritable(fd, inheritable != 0) { Ok(()) } else { Err(os_error()) }
}

/// As `_Py_set_inheritable`, without exceptions and after a fork.
#[capi(no_gil)]
unsafe fn _Py_set_inheritable_async_safe(fd: c_int, inheritable: c_int, _atomic: *mut c_int) -> c_int {
    if set_inheritable(fd, inheritable != 0) { 0 } else { -1 }
}

/// Stores a descriptor's status; `OSError`.
#[capi(private)]
unsafe fn _Py_fstat(fd: c_int, status: *mut libc::stat) -> PyResult<()> {
    // SAFETY: the caller's struct.
    match gil::allow_threads(|| unsafe { libc::fstat(fd, status) }) {
        0 => Ok(()),
        _ => Err(os_error()),
    }
}

/// As `_Py_fstat`, with -1 and `errno` on error.
#[capi(private, no_gil)]
unsafe fn _Py_fstat_noraise(fd: c_int, status: *mut libc::stat) -> c_int {
    // SAFETY: the caller's struct.
    unsafe { libc::fstat(fd, status) }
}

/// Stores a path's status: 0, -1 with `errno`, or -2 with an exception when the path is none.
#[capi(private)]
unsafe fn _Py_stat(path: &Obj, status: *mut libc::stat) -> c_int {
    match dovetail_stdlib::util::fs_cstring(path) {
        // SAFETY: the caller's struct.
        Ok(p) => unsafe { libc::stat(p.as_ptr(), status) },
        Err(Raised { .. }) => -2,
    }
}

/// The system's words for an error number.
#[capi]
fn _Py_strerror(number: c_int) -> PyResult<Ref<Str>> {
    // SAFETY: the text is copied before another call.
    let text = unsafe { CStr::from_ptr(libc::strerror(number)) };
    dovetail_stdlib::util::fs_decode(text.to_bytes())
}

/// Takes `.`, `..` and doubled separators out of a path, in place; the path may become shorter.
#[capi]
unsafe fn _Py_normpath(path: *mut abi::wchar_t, size: isize) -> *mut abi::wchar_t {
    // SAFETY: so many characters, or up to the end of the text.
    unsafe {
        let n = if size >= 0 { size as usize } else { libc::wcslen(path.cast()) };
        let slash = '/' as abi::wchar_t;
        let dot = '.' as abi::wchar_t;
        let text: Vec<abi::wchar_t> =
            std::slice::from_raw_parts(path, n).iter().copied().take_while(|c| *c != 0).collect();
        if text.is_empty() {
            return path;
        }
        let lead = text.iter().take_while(|c| **c == slash).count();
        // Two slashes at the start are something else than one; more are not.
        let lead = if lead == 2 { 2 } else { lead.min(1) };
        let mut parts: Vec<&[abi::wchar_t]> = Vec::new();
        for part in text.split(|c| *c == slash) {
            if part.is_empty() || part == [dot] {
                continue;
            }
            let up = [dot, dot];
            match parts.last() {
                Some(last) if part == up && *last != up => {
                    parts.pop();
                }
                None if part == up && lead > 0 => {}
                _ => parts.push(part),
            }
        }
        let mut out: Vec<abi::wchar_t> = vec![slash; lead];
        out.extend(parts.join(&slash));
        if out.is_empty() {
            out.push(dot);
        }
        let fits = out.len().min(n);
        std::ptr::copy_nonoverlapping(out.as_ptr(), path, fits);
        if fits < n || size < 0 {
            *path.add(fits) = 0;
        }
    }
    path
}

/// As `Py_UniversalNewlineFgets`; stores how many bytes the line has.
#[capi]
unsafe fn _Py_UniversalNewlineFgetsWithSize(
    buffer: *mut c_char,
    n: c_int,
    file: *mut abi::FILE,
    object: P,
    size: *mut usize,
) -> *mut c_char {
    // SAFETY: passed on.
    unsafe { universal_line(buffer, n, file, object, size) }
}

/// Reads a line whose end may be written in three ways; NULL at the end of the file.
#[capi]
unsafe fn Py_UniversalNewlineFgets(
    buffer: *mut c_char,
    n: c_int,
    file: *mut abi::FILE,
    object: P,
) -> *mut c_char {
    // SAFETY: passed on.
    unsafe { universal_line(buffer, n, file, object, std::ptr::null_mut()) }
}

unsafe fn universal_line(
    buffer: *mut c_char,
    n: c_int,
    file: *mut abi::FILE,
    object: P,
    size: *mut usize,
) -> *mut c_char {
    // SAFETY: the caller's buffer and file.
    unsafe {
        if !object.is_null() {
            *libc::__errno_location() = libc::ENXIO;
            return std::ptr::null_mut();
        }
        let file = file.cast::<libc::FILE>();
        let mut at = 0usize;
        while at + 1 < n.max(0) as usize {
            let mut c = libc::fgetc(file);
            if c < 0 {
                break;
            }
            if c == c_int::from(b'\r') {
                // The newline behind it belongs to it.
                let next = libc::fgetc(file);
                if next >= 0 && next != c_int::from(b'\n') {
                    libc::ungetc(next, file);
                }
                c = c_int::from(b'\n');
            }
            *buffer.add(at) = c as c_char;
            at += 1;
            if c == c_int::from(b'\n') {
                break;
            }
        }
        *buffer.add(at) = 0;
        if at == 0 {
            return std::ptr::null_mut();
        }
        if let Some(size) = size.as_mut() {
            *size = at;
        }
        buffer
    }
}

// ---- digits ----

unsafe fn bytes<'a>(data: *const c_char, n: isize) -> &'a [u8] {
    // SAFETY: the caller's bytes.
    if n <= 0 { &[] } else { unsafe { std::slice::from_raw_parts(data.cast(), n as usize) } }
}

/// Bytes as hexadecimal digits.
#[capi]
unsafe fn _Py_strhex(data: *const c_char, n: isize) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's bytes.
    let text: String = unsafe { bytes(data, n) }.iter().map(|b| format!("{b:02x}")).collect();
    Str::new(&text)
}

/// Bytes as hexadecimal digits in a bytes object, with a separator after each group.
#[capi]
unsafe fn _Py_strhex_bytes_with_sep(
    data: *const c_char,
    n: isize,
    separator: Option<&Obj>,
    group: c_int,
) -> PyResult<Object> {
    // SAFETY: the caller's bytes.
    let data = Bytes::new(unsafe { bytes(data, n) })?;
    let group = Int::from_i64(group.into())?;
    let args: Vec<&Obj> = match separator {
        Some(s) => vec![s, group.as_obj()],
        None => Vec::new(),
    };
    let text = data.as_obj().get_attr_text("hex")?.call(&args)?;
    Ok(Bytes::new(text.str_()?.as_str()?.as_bytes())?.into_object())
}

// ---- users ----

/// A user or group number: an int of 32 bits, or -1.
fn user(o: &Obj, what: &str) -> PyResult<u32> {
    if !o.has_index() {
        bail!(TypeError, "{what} should be integer, not {}", o.type_name());
    }
    match o.index()?.to_i64() {
        Some(-1) => Ok(u32::MAX),
        Some(n) if n < 0 => Err(raise!(OverflowError, "{what} is less than minimum")),
        n => match n.map(u32::try_from) {
            Some(Ok(n)) => Ok(n),
            _ => Err(raise!(OverflowError, "{what} is greater than maximum")),
        },
    }
}

/// The two converters of `PyArg_Parse`'s `O&`.
macro_rules! user_capi {
    ($($name:ident $what:literal)*) => { $(
        /// Stores a number of its kind; 1, or 0 with an exception.
        #[capi(private)]
        unsafe fn $name(o: &Obj, place: *mut u32) -> c_int {
            match user(o, $what) {
                Ok(n) => {
                    // SAFETY: the caller's variable.
                    unsafe { *place = n };
                    1
                }
                Err(Raised { .. }) => 0,
            }
        }
    )* };
}

user_capi! {
    _Py_Uid_Converter "uid"
    _Py_Gid_Converter "gid"
}

// ---- locale, signals ----

/// The names of error handlers by CPython's numbers, from 1 on; 0 is unknown, 8 any other.
const HANDLERS: [&str; 7] = [
    "strict",
    "surrogateescape",
    "replace",
    "ignore",
    "backslashreplace",
    "surrogatepass",
    "xmlcharrefreplace",
];

/// The number of an error handler.
#[capi(private, no_gil)]
unsafe fn _Py_GetErrorHandler(name: *const c_char) -> c_int {
    if name.is_null() {
        return 1;
    }
    // SAFETY: a C string.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes();
    HANDLERS.iter().position(|h| h.as_bytes() == name).map_or(8, |i| i as c_int + 1)
}

/// Signals that the runtime ignores act as usual again, for a program that is about to be run.
#[capi]
fn _Py_RestoreSignals() {
    for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
        // SAFETY: the default action.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

/// Sets a category of the locale from the environment; the locale's name, or NULL.
#[capi(no_gil)]
fn _Py_SetLocaleFromEnv(category: c_int) -> *mut c_char {
    // SAFETY: a C string.
    unsafe { libc::setlocale(category, c"".as_ptr()) }
}

// ---- tokens ----

/// The number of a token of one to three characters, `OP` for others.
fn token(c: &[c_int]) -> c_int {
    let text: Option<String> = c.iter().map(|c| u8::try_from(*c).ok().map(char::from)).collect();
    text.and_then(|t| TOKENS.iter().find(|(name, _)| *name == t).map(|(_, n)| *n)).unwrap_or(OP)
}

const OP: c_int = 55;

/// `EXACT_TOKEN_TYPES` of the module `token`.
const TOKENS: [(&str, c_int); 48] = [
    ("(", 7),
    (")", 8),
    ("[", 9),
    ("]", 10),
    (":", 11),
    (",", 12),
    (";", 13),
    ("+", 14),
    ("-", 15),
    ("*", 16),
    ("/", 17),
    ("|", 18),
    ("&", 19),
    ("<", 20),
    (">", 21),
    ("=", 22),
    (".", 23),
    ("%", 24),
    ("{", 25),
    ("}", 26),
    ("==", 27),
    ("!=", 28),
    ("<=", 29),
    (">=", 30),
    ("~", 31),
    ("^", 32),
    ("<<", 33),
    (">>", 34),
    ("**", 35),
    ("+=", 36),
    ("-=", 37),
    ("*=", 38),
    ("/=", 39),
    ("%=", 40),
    ("&=", 41),
    ("|=", 42),
    ("^=", 43),
    ("<<=", 44),
    (">>=", 45),
    ("**=", 46),
    ("//", 47),
    ("//=", 48),
    ("@", 49),
    ("@=", 50),
    ("->", 51),
    ("...", 52),
    (":=", 53),
    ("!", 54),
];

/// The number of a token of one character.
#[capi(no_gil)]
fn _PyToken_OneChar(a: c_int) -> c_int {
    token(&[a])
}

/// The number of a token of two characters.
#[capi(no_gil)]
fn _PyToken_TwoChars(a: c_int, b: c_int) -> c_int {
    token(&[a, b])
}

/// The number of a token of three characters.
#[capi(no_gil)]
fn _PyToken_ThreeChars(a: c_int, b: c_int, c: c_int) -> c_int {
    token(&[a, b, c])
}

// ---- the system ----

/// Random bytes, without waiting for a source that is not ready: how many, 0 if it is not ready; `OSError`.
#[capi]
unsafe fn _PyOS_URandomNonblock(buffer: *mut c_void, n: isize) -> PyResult<()> {
    let mut done = 0;
    while done < n {
        // SAFETY: the caller's buffer.
        let r = unsafe {
            libc::getrandom(buffer.cast::<u8>().offset(done).cast(), (n - done) as usize, libc::GRND_NONBLOCK)
        };
        match r {
            r if r >= 0 => done += r,
            _ if errno() == libc::EINTR => {
                // SAFETY: the GIL is held.
                if unsafe { crate::pyerrors::PyErr_CheckSignals() } < 0 {
                    return Err(Raised::from_c());
                }
            }
            _ => return Err(os_error()),
        }
    }
    Ok(())
}

/// Is the calling thread the process's first?
#[capi(no_gil)]
fn _PyOS_IsMainThread() -> c_int {
    // SAFETY: plain queries.
    c_int::from(unsafe { libc::syscall(libc::SYS_gettid) == libc::c_long::from(libc::getpid()) })
}
