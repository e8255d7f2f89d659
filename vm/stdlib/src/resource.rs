//! `resource`: limits and use of resources.

use crate::osutil::{c_int, errno, numbers, os_error};
use crate::util::{TypeCell, int, set, set_ints};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::float::Float;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

static NUMBERS: &[(&str, i64)] = numbers!(
    RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_MEMLOCK RLIMIT_MSGQUEUE RLIMIT_NICE
    RLIMIT_NOFILE RLIMIT_NPROC RLIMIT_RSS RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING RLIMIT_STACK
    RUSAGE_CHILDREN RUSAGE_SELF RUSAGE_THREAD
);

/// Numbers that the `libc` crate does not name.
static MORE_NUMBERS: &[(&str, i64)] = &[("RLIMIT_OFILE", 7)];

static RUSAGE: TypeCell = TypeCell::new();

/// `resource.struct_rusage`.
pub fn rusage_type() -> PyResult<&'static Type> {
    RUSAGE.get_or(|| {
        structseq::new_type(&Declaration {
            name: "resource.struct_rusage",
            doc: "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    \
                  (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    \
                  nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\n\
                  or via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
            fields: &[
                (Some("ru_utime"), "user time used"),
                (Some("ru_stime"), "system time used"),
                (Some("ru_maxrss"), "max. resident set size"),
                (Some("ru_ixrss"), "shared memory size"),
                (Some("ru_idrss"), "unshared data size"),
                (Some("ru_isrss"), "unshared stack size"),
                (Some("ru_minflt"), "page faults not requiring I/O"),
                (Some("ru_majflt"), "page faults requiring I/O"),
                (Some("ru_nswap"), "number of swap outs"),
                (Some("ru_inblock"), "block input operations"),
                (Some("ru_oublock"), "block output operations"),
                (Some("ru_msgsnd"), "IPC messages sent"),
                (Some("ru_msgrcv"), "IPC messages received"),
                (Some("ru_nsignals"), "signals received"),
                (Some("ru_nvcsw"), "voluntary context switches"),
                (Some("ru_nivcsw"), "involuntary context switches"),
            ],
            visible: 16,
        })
    })
}

/// What the system says of a process's use, as an object.
pub fn rusage(r: &libc::rusage) -> PyResult<Object> {
    let time = |t: libc::timeval| -> PyResult<Object> {
        Ok(Float::new(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6)?.into_object())
    };
    let mut v = vec![time(r.ru_utime)?, time(r.ru_stime)?];
    for n in [
        r.ru_maxrss,
        r.ru_ixrss,
        r.ru_idrss,
        r.ru_isrss,
        r.ru_minflt,
        r.ru_majflt,
        r.ru_nswap,
        r.ru_inblock,
        r.ru_oublock,
        r.ru_msgsnd,
        r.ru_msgrcv,
        r.ru_nsignals,
        r.ru_nvcsw,
        r.ru_nivcsw,
    ] {
        v.push(int(n)?);
    }
    structseq::new(rusage_type()?, v)
}

/// A limit: a non-negative number, or -1 for none.
fn limit(o: &Obj) -> PyResult<u64> {
    let i = o.index()?;
    match i.to_i128() {
        Some(-1) => Ok(libc::RLIM_INFINITY),
        Some(v) if v < 0 => Err(raise!(ValueError, "Cannot convert negative int")),
        Some(v) if v <= u64::MAX as i128 => Ok(v as u64),
        None if i.is_negative() => Err(raise!(ValueError, "Cannot convert negative int")),
        _ => Err(raise!(OverflowError, "Python int too large to convert to C rlim_t")),
    }
}

fn limits(o: &Obj) -> PyResult<libc::rlimit> {
    let items = match o.downcast::<Tuple>() {
        Some(t) => t.items().to_vec(),
        None => o.collect_items()?,
    };
    if items.len() != 2 {
        bail!(ValueError, "expected a tuple of 2 integers");
    }
    Ok(libc::rlimit { rlim_cur: limit(&items[0])?, rlim_max: limit(&items[1])? })
}

fn limits_object(l: &libc::rlimit) -> PyResult<Object> {
    let one = |v: u64| int(if v == libc::RLIM_INFINITY { -1 } else { v as i128 });
    crate::osutil::pair(one(l.rlim_cur)?, one(l.rlim_max)?)
}

fn check(resource: i32) -> PyResult<u32> {
    if !(0..16).contains(&resource) {
        bail!(ValueError, "invalid resource specified");
    }
    Ok(resource as u32)
}

fn failed() -> dovetail_core::Raised {
    match errno() {
        libc::EINVAL => raise!(ValueError, "current limit exceeds maximum limit"),
        libc::EPERM => raise!(ValueError, "not allowed to raise maximum limit"),
        e => os_error(e),
    }
}

#[pymodule(name = "resource")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "error", exc::OSError().as_obj())?;
        set(module, "struct_rusage", rusage_type()?.as_obj())?;
        crate::util::set_int(module, "RLIM_INFINITY", -1)?;
        set_ints(module, NUMBERS)?;
        set_ints(module, MORE_NUMBERS)
    }

    #[function]
    fn getrusage(who: i32) -> PyResult<Object> {
        // SAFETY: the call fills the struct.
        unsafe {
            let mut r: libc::rusage = std::mem::zeroed();
            if libc::getrusage(who, &mut r) < 0 {
                if errno() == libc::EINVAL {
                    bail!(ValueError, "invalid who parameter");
                }
                return Err(os_error(errno()));
            }
            rusage(&r)
        }
    }

    #[function]
    fn getrlimit(resource: i32) -> PyResult<Object> {
        let resource = check(resource)?;
        // SAFETY: the call fills the struct.
        unsafe {
            let mut l: libc::rlimit = std::mem::zeroed();
            if libc::getrlimit(resource, &mut l) < 0 {
                return Err(os_error(errno()));
            }
            limits_object(&l)
        }
    }

    #[function]
    fn setrlimit(resource: i32, limits: &Obj) -> PyResult<()> {
        let resource = check(resource)?;
        let l = super::limits(limits)?;
        // SAFETY: the struct is ours.
        if unsafe { libc::setrlimit(resource, &l) } < 0 {
            return Err(failed());
        }
        Ok(())
    }

    #[function(sig = "(pid, resource, limits=None, /)")]
    fn prlimit(pid: &Obj, resource: i32, limits: Option<&Obj>) -> PyResult<Object> {
        let pid = c_int(pid)?;
        let resource = check(resource)?;
        let new = limits.map(super::limits).transpose()?;
        // SAFETY: structs of ours or NULL.
        unsafe {
            let mut old: libc::rlimit = std::mem::zeroed();
            let new = new.as_ref().map_or(std::ptr::null(), |l| l as *const _);
            if libc::prlimit(pid, resource, new, &mut old) < 0 {
                return Err(if errno() == libc::EINVAL { failed() } else { os_error(errno()) });
            }
            limits_object(&old)
        }
    }

    #[function]
    fn getpagesize() -> i64 {
        // SAFETY: no memory is involved.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
    }
}

pub use module::MODULE;
