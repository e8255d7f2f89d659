//! The process's environment, identity, limits and other facts.

use super::path::call;
use crate::util::{TypeCell, fs_cstring, fs_decode, int, set, text};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exceptions_os::{last_os_error, strerror as message_of};
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use std::ffi::CStr;

static UNAME: TypeCell = TypeCell::new();
static TIMES: TypeCell = TypeCell::new();

unsafe extern "C" {
    static mut environ: *mut *mut libc::c_char;
}

/// The environment as a dict of bytes.
fn environment() -> PyResult<Ref<Dict>> {
    let d = Dict::new()?;
    // SAFETY: the C library's list, ended by NULL; changed under the GIL only.
    unsafe {
        let mut row = environ;
        while !row.is_null() && !(*row).is_null() {
            let entry = CStr::from_ptr(*row).to_bytes();
            if let Some(at) = entry.iter().skip(1).position(|b| *b == b'=') {
                let (k, v) = (Bytes::new(&entry[..at + 1])?, Bytes::new(&entry[at + 2..])?);
                d.set_default(k.as_obj(), v.as_obj())?;
            }
            row = row.add(1);
        }
    }
    Ok(d)
}

/// A user or group id: -1 means "no change".
fn id(o: &Obj, what: &str) -> PyResult<u32> {
    if !o.has_index() {
        bail!(TypeError, "{what} should be integer, not {}", o.type_name());
    }
    match o.index()?.to_i64() {
        Some(-1) => Ok(u32::MAX),
        Some(v) if v < 0 => Err(raise!(OverflowError, "{what} is less than minimum")),
        Some(v) if v <= u32::MAX as i64 => Ok(v as u32),
        _ => Err(raise!(OverflowError, "{what} is greater than maximum")),
    }
}

fn plain(f: impl FnMut() -> isize) -> PyResult<()> {
    call(None, f).map(|_| ())
}

/// A name of `names`, or its number.
fn conf_name(o: &Obj, names: &[(&str, i32)]) -> PyResult<i32> {
    if let Some(s) = o.downcast::<dovetail_core::types::str_::Str>() {
        let s = s.to_string_lossy();
        return match names.iter().find(|(n, _)| *n == s) {
            Some((_, v)) => Ok(*v),
            None => Err(raise!(ValueError, "unrecognized configuration name")),
        };
    }
    if !o.is_a::<Int>() {
        bail!(TypeError, "configuration names must be strings or integers");
    }
    Ok(o.as_i64()? as i32)
}

static SYSCONF: &[(&str, i32)] = &[
    ("SC_ARG_MAX", libc::_SC_ARG_MAX),
    ("SC_CHILD_MAX", libc::_SC_CHILD_MAX),
    ("SC_CLK_TCK", libc::_SC_CLK_TCK),
    ("SC_GETGR_R_SIZE_MAX", libc::_SC_GETGR_R_SIZE_MAX),
    ("SC_GETPW_R_SIZE_MAX", libc::_SC_GETPW_R_SIZE_MAX),
    ("SC_HOST_NAME_MAX", libc::_SC_HOST_NAME_MAX),
    ("SC_IOV_MAX", libc::_SC_IOV_MAX),
    ("SC_LINE_MAX", libc::_SC_LINE_MAX),
    ("SC_LOGIN_NAME_MAX", libc::_SC_LOGIN_NAME_MAX),
    ("SC_NGROUPS_MAX", libc::_SC_NGROUPS_MAX),
    ("SC_NPROCESSORS_CONF", libc::_SC_NPROCESSORS_CONF),
    ("SC_NPROCESSORS_ONLN", libc::_SC_NPROCESSORS_ONLN),
    ("SC_OPEN_MAX", libc::_SC_OPEN_MAX),
    ("SC_PAGESIZE", libc::_SC_PAGESIZE),
    ("SC_PAGE_SIZE", libc::_SC_PAGESIZE),
    ("SC_PHYS_PAGES", libc::_SC_PHYS_PAGES),
    ("SC_AVPHYS_PAGES", libc::_SC_AVPHYS_PAGES),
    ("SC_SEM_NSEMS_MAX", libc::_SC_SEM_NSEMS_MAX),
    ("SC_SEM_VALUE_MAX", libc::_SC_SEM_VALUE_MAX),
    ("SC_STREAM_MAX", libc::_SC_STREAM_MAX),
    ("SC_THREADS", libc::_SC_THREADS),
    ("SC_TTY_NAME_MAX", libc::_SC_TTY_NAME_MAX),
    ("SC_TZNAME_MAX", libc::_SC_TZNAME_MAX),
    ("SC_VERSION", libc::_SC_VERSION),
];

static PATHCONF: &[(&str, i32)] = &[
    ("PC_LINK_MAX", libc::_PC_LINK_MAX),
    ("PC_MAX_CANON", libc::_PC_MAX_CANON),
    ("PC_MAX_INPUT", libc::_PC_MAX_INPUT),
    ("PC_NAME_MAX", libc::_PC_NAME_MAX),
    ("PC_PATH_MAX", libc::_PC_PATH_MAX),
    ("PC_PIPE_BUF", libc::_PC_PIPE_BUF),
];

/// glibc's numbers of `confstr` names.
static CONFSTR: &[(&str, i32)] =
    &[("CS_PATH", 0), ("CS_GNU_LIBC_VERSION", 2), ("CS_GNU_LIBPTHREAD_VERSION", 3)];

fn names_dict(names: &[(&str, i32)]) -> PyResult<Ref<Dict>> {
    let d = Dict::new()?;
    for (n, v) in names {
        d.set_text(n, &*int(*v)?)?;
    }
    Ok(d)
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "environ", environment()?.as_obj())?;
        set(module, "sysconf_names", names_dict(SYSCONF)?.as_obj())?;
        set(module, "pathconf_names", names_dict(PATHCONF)?.as_obj())?;
        set(module, "confstr_names", names_dict(CONFSTR)?.as_obj())?;
        let uname = UNAME.get_or(|| {
            structseq::new_type(&Declaration {
                name: "posix.uname_result",
                doc: "uname_result: Result from os.uname().",
                fields: &[
                    (Some("sysname"), "operating system name"),
                    (Some("nodename"), "name of machine on network (implementation-defined)"),
                    (Some("release"), "operating system release"),
                    (Some("version"), "operating system version"),
                    (Some("machine"), "hardware identifier"),
                ],
                visible: 5,
            })
        })?;
        set(module, "uname_result", uname.as_obj())?;
        let times = TIMES.get_or(|| {
            structseq::new_type(&Declaration {
                name: "posix.times_result",
                doc: "times_result: Result from os.times().",
                fields: &[
                    (Some("user"), "user time"),
                    (Some("system"), "system time"),
                    (Some("children_user"), "user time of children"),
                    (Some("children_system"), "system time of children"),
                    (Some("elapsed"), "elapsed time since an arbitrary point in the past"),
                ],
                visible: 5,
            })
        })?;
        set(module, "times_result", times.as_obj())
    }

    /// Change or add an environment variable.
    #[function]
    fn putenv(name: &Obj, value: &Obj) -> PyResult<()> {
        let (n, v) = (fs_cstring(name)?, fs_cstring(value)?);
        if n.as_bytes().is_empty() || n.as_bytes().contains(&b'=') {
            bail!(ValueError, "illegal environment variable name");
        }
        // SAFETY: terminated texts; the environment is changed under the GIL.
        plain(|| unsafe { libc::setenv(n.as_ptr(), v.as_ptr(), 1) } as isize)
    }

    /// Delete an environment variable.
    #[function]
    fn unsetenv(name: &Obj) -> PyResult<()> {
        let n = fs_cstring(name)?;
        // SAFETY: a terminated text.
        plain(|| unsafe { libc::unsetenv(n.as_ptr()) } as isize)
    }

    #[function]
    fn _create_environ() -> PyResult<Ref<Dict>> {
        environment()
    }
    /// Translate an error code to a message string.
    #[function]
    fn strerror(code: i32) -> String {
        message_of(code)
    }

    /// Return an object identifying the current operating system.
    #[function]
    fn uname() -> PyResult<Object> {
        // SAFETY: the call fills the struct.
        let u = unsafe {
            let mut u: libc::utsname = std::mem::zeroed();
            if libc::uname(&mut u) < 0 {
                return Err(last_os_error(None));
            }
            u
        };
        let t = UNAME.get_or(|| unreachable!("made with the module"))?;
        let field = |f: &[libc::c_char]| -> PyResult<Object> {
            let bytes: Vec<u8> = f.iter().take_while(|c| **c != 0).map(|c| *c as u8).collect();
            Ok(fs_decode(&bytes)?.into_object())
        };
        structseq::new(
            t,
            vec![
                field(&u.sysname)?,
                field(&u.nodename)?,
                field(&u.release)?,
                field(&u.version)?,
                field(&u.machine)?,
            ],
        )
    }

    /// Return a collection containing process timing information.
    #[function]
    fn times() -> PyResult<Object> {
        // SAFETY: the call fills the struct.
        let (t, elapsed, ticks) = unsafe {
            let mut t: libc::tms = std::mem::zeroed();
            let elapsed = libc::times(&mut t);
            (t, elapsed, libc::sysconf(libc::_SC_CLK_TCK) as f64)
        };
        let f = |n: i64| -> PyResult<Object> { Ok(Float::new(n as f64 / ticks)?.into_object()) };
        let ty = TIMES.get_or(|| unreachable!("made with the module"))?;
        structseq::new(
            ty,
            vec![f(t.tms_utime)?, f(t.tms_stime)?, f(t.tms_cutime)?, f(t.tms_cstime)?, f(elapsed)?],
        )
    }

    /// Return the number of logical CPUs in the system.
    ///
    /// Return None if indeterminable.
    #[function]
    fn cpu_count() -> Option<i64> {
        let config = dovetail_core::interpreter::Interpreter::current().config.get();
        if let Some(n) = config.and_then(|c| c.cpu_count) {
            return Some(n.into());
        }
        // SAFETY: no memory is involved.
        let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
        (n > 0).then_some(n)
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[function]
    fn urandom(size: isize) -> PyResult<Ref<Bytes>> {
        if size < 0 {
            bail!(ValueError, "negative argument not allowed");
        }
        let mut buffer = vec![0u8; size as usize];
        let mut done = 0;
        while done < buffer.len() {
            let rest = &mut buffer[done..];
            // SAFETY: a buffer of the given size.
            let n = call(None, || unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) })?;
            done += n as usize;
        }
        Bytes::new(&buffer)
    }

    /// Obtain a series of random bytes.
    #[function(sig = "(size, flags=0)")]
    fn getrandom(size: isize, flags: u32) -> PyResult<Ref<Bytes>> {
        if size < 0 {
            return Err(dovetail_core::types::exceptions_os::os_error_from_errno(libc::EINVAL, None));
        }
        let mut buffer = vec![0u8; size as usize];
        // SAFETY: a buffer of the given size.
        let n = call(None, || unsafe { libc::getrandom(buffer.as_mut_ptr().cast(), buffer.len(), flags) })?;
        Bytes::new(&buffer[..n as usize])
    }

    /// Set the current numeric umask and return the previous umask.
    #[function]
    fn umask(mask: i32) -> u32 {
        // SAFETY: no memory is involved.
        unsafe { libc::umask(mask as u32) }
    }

    /// Return the current process's user id.
    #[function]
    fn getuid() -> u32 {
        // SAFETY: no memory is involved.
        unsafe { libc::getuid() }
    }

    /// Return the current process's effective user id.
    #[function]
    fn geteuid() -> u32 {
        // SAFETY: no memory is involved.
        unsafe { libc::geteuid() }
    }

    /// Return the current process's group id.
    #[function]
    fn getgid() -> u32 {
        // SAFETY: no memory is involved.
        unsafe { libc::getgid() }
    }

    /// Return the current process's effective group id.
    #[function]
    fn getegid() -> u32 {
        // SAFETY: no memory is involved.
        unsafe { libc::getegid() }
    }

    /// Set the current process's user id.
    #[function]
    fn setuid(uid: &Obj) -> PyResult<()> {
        let uid = id(uid, "uid")?;
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::setuid(uid) } as isize)
    }

    /// Set the current process's effective user id.
    #[function]
    fn seteuid(euid: &Obj) -> PyResult<()> {
        let uid = id(euid, "uid")?;
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::seteuid(uid) } as isize)
    }

    /// Set the current process's group id.
    #[function]
    fn setgid(gid: &Obj) -> PyResult<()> {
        let gid = id(gid, "gid")?;
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::setgid(gid) } as isize)
    }

    /// Set the current process's effective group id.
    #[function]
    fn setegid(egid: &Obj) -> PyResult<()> {
        let gid = id(egid, "gid")?;
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::setegid(gid) } as isize)
    }

    /// Return list of supplemental group IDs for the process.
    #[function]
    fn getgroups() -> PyResult<Ref<List>> {
        let mut groups = vec![0u32; 65536];
        // SAFETY: room for the given number.
        let n = call(None, || unsafe { libc::getgroups(groups.len() as i32, groups.as_mut_ptr()) } as isize)?;
        List::from_vec(groups[..n as usize].iter().map(|g| int(*g)).collect::<PyResult<_>>()?)
    }

    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[function]
    fn getresuid() -> PyResult<Ref<Tuple>> {
        let (mut a, mut b, mut c) = (0, 0, 0);
        // SAFETY: room for three ids.
        plain(|| unsafe { libc::getresuid(&mut a, &mut b, &mut c) } as isize)?;
        Tuple::from_vec(vec![int(a)?, int(b)?, int(c)?])
    }

    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[function]
    fn getresgid() -> PyResult<Ref<Tuple>> {
        let (mut a, mut b, mut c) = (0, 0, 0);
        // SAFETY: room for three ids.
        plain(|| unsafe { libc::getresgid(&mut a, &mut b, &mut c) } as isize)?;
        Tuple::from_vec(vec![int(a)?, int(b)?, int(c)?])
    }

    /// Return the actual login name.
    #[function]
    fn getlogin() -> PyResult<Object> {
        // SAFETY: the C library's own text, copied under the GIL.
        unsafe {
            let p = libc::getlogin();
            if p.is_null() {
                return Err(last_os_error(None));
            }
            Ok(fs_decode(CStr::from_ptr(p).to_bytes())?.into_object())
        }
    }

    /// Return average recent system load information.
    ///
    /// Return the number of processes in the system run queue averaged over
    /// the last 1, 5, and 15 minutes as a tuple of three floats.
    /// Raises OSError if the load average was unobtainable.
    #[function]
    fn getloadavg() -> PyResult<Ref<Tuple>> {
        let mut v = [0f64; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getloadavg(v.as_mut_ptr(), 3) } != 3 {
            bail!(OSError, "Load averages are unobtainable");
        }
        Tuple::from_vec(v.iter().map(|f| Ok(Float::new(*f)?.into_object())).collect::<PyResult<_>>()?)
    }

    /// Return an integer-valued system configuration variable.
    #[function]
    fn sysconf(name: &Obj) -> PyResult<i64> {
        let n = conf_name(name, SYSCONF)?;
        // SAFETY: errno tells errors from limits that are not set.
        unsafe {
            *libc::__errno_location() = 0;
            let v = libc::sysconf(n);
            if v == -1 && *libc::__errno_location() != 0 { Err(last_os_error(None)) } else { Ok(v) }
        }
    }

    /// Return the configuration limit name for the file descriptor fd.
    ///
    /// If there is no limit, return -1.
    #[function]
    fn fpathconf(fd: i32, name: &Obj) -> PyResult<i64> {
        let n = conf_name(name, PATHCONF)?;
        // SAFETY: as above.
        unsafe {
            *libc::__errno_location() = 0;
            let v = libc::fpathconf(fd, n);
            if v == -1 && *libc::__errno_location() != 0 { Err(last_os_error(None)) } else { Ok(v) }
        }
    }

    /// Return the configuration limit name for the file or directory path.
    ///
    /// If there is no limit, return -1.
    #[function]
    fn pathconf(path: super::super::path::PathOrFd, name: &Obj) -> PyResult<i64> {
        use super::super::path::PathOrFd;
        let n = conf_name(name, PATHCONF)?;
        // SAFETY: as above.
        unsafe {
            *libc::__errno_location() = 0;
            let v = match &path {
                PathOrFd::Path(p) => libc::pathconf(p.ptr(), n),
                PathOrFd::Fd(fd) => libc::fpathconf(*fd, n),
            };
            match &path {
                _ if v != -1 || *libc::__errno_location() == 0 => Ok(v),
                PathOrFd::Path(p) => Err(p.error()),
                PathOrFd::Fd(_) => Err(dovetail_core::types::exceptions_os::last_os_error(None)),
            }
        }
    }

    /// Return a string-valued system configuration variable.
    #[function]
    fn confstr(name: &Obj) -> PyResult<Option<Object>> {
        let n = conf_name(name, CONFSTR)?;
        let mut buffer = vec![0u8; 1024];
        // SAFETY: a buffer of the given size.
        let len = unsafe { libc::confstr(n, buffer.as_mut_ptr().cast(), buffer.len()) };
        if len == 0 {
            return Ok(None);
        }
        text(&String::from_utf8_lossy(&buffer[..len.min(buffer.len()) - 1])).map(Some)
    }

    /// Return the set of CPUs the process with identity pid is restricted to.
    #[function]
    fn sched_getaffinity(pid: i32) -> PyResult<Object> {
        // SAFETY: the call fills the set.
        unsafe {
            let mut set: libc::cpu_set_t = std::mem::zeroed();
            if libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &mut set) < 0 {
                return Err(last_os_error(None));
            }
            let out = dovetail_core::types::set::Set::new()?;
            for i in (0..libc::CPU_SETSIZE as usize).filter(|i| libc::CPU_ISSET(*i, &set)) {
                out.add(&*int(i as i64)?)?;
            }
            Ok(out.into_object())
        }
    }

    /// Checks if PyOS_CallInputHook is set.
    #[function]
    fn _is_inputhook_installed() -> bool {
        dovetail_core::hooks::INPUT_HOOK.get().is_some_and(|f| f().is_some())
    }

    /// Calls PyOS_CallInputHook dropping the GIL first
    #[function]
    fn _inputhook() {
        if let Some(hook) = dovetail_core::hooks::INPUT_HOOK.get().and_then(|f| f()) {
            // SAFETY: C code set it to be called while a prompt waits, without the GIL.
            dovetail_core::gil::allow_threads(|| unsafe { hook() });
        }
    }

    /// Voluntarily relinquish the CPU.
    #[function]
    fn sched_yield() {
        // SAFETY: no memory is involved.
        dovetail_core::gil::allow_threads(|| unsafe { libc::sched_yield() });
    }
}

pub use module::MODULE;
