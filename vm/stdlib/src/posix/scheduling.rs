//! Scheduling: policies, parameters, processors.

use super::path::call;
use crate::osutil::{c_int, os_error};
use crate::util::{TypeCell, set};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::int::Int;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

static PARAM: TypeCell = TypeCell::new();

/// `tp_new` of `sched_param`: the priority itself, not a sequence.
unsafe extern "C" fn make(
    ty: *mut abi::PyTypeObject,
    args: *mut abi::PyObject,
    kwargs: *mut abi::PyObject,
) -> *mut abi::PyObject {
    static SIGNATURE: dovetail_core::native::Signature<1> = dovetail_core::native::Signature {
        function: "sched_param",
        names: ["sched_priority"],
        required: [true],
        positional_only: 0,
        positional: 1,
        min_positional: 1,
        varargs: false,
        varkeywords: false,
        wording: dovetail_core::native::Wording::Clinic,
    };
    let run = || -> PyResult<Object> {
        // SAFETY: called as tp_new.
        unsafe {
            // What `__reduce__` gives: the fields as a tuple, and a dict of hidden ones.
            let given = dovetail_core::native::cast_unchecked::<Tuple>(args);
            if kwargs.is_null()
                && given.len() == 2
                && let Some(fields) = given.get(0).downcast::<Tuple>().filter(|t| t.len() == 1)
            {
                return structseq::new(&*(ty as *const Type), vec![fields.get(0).to_owned()]);
            }
            let collected = dovetail_core::native::TupleArgs::new(args, kwargs)?;
            let [priority] = SIGNATURE.bind(&collected.as_call_args())?;
            let Some(priority) = priority else { bail!(SystemError, "a required argument is missing") };
            structseq::new(&*(ty as *const Type), vec![priority.to_owned()])
        }
    };
    dovetail_core::native::result_ptr(run())
}

fn param_type() -> PyResult<&'static Type> {
    PARAM.get_or(|| {
        let t = structseq::new_type(&Declaration {
            name: "posix.sched_param",
            doc: "sched_param(sched_priority)\n--\n\nCurrently has only one field: sched_priority\n\n  \
                  sched_priority\n    A scheduling parameter.",
            fields: &[(Some("sched_priority"), "the scheduling priority")],
            visible: 1,
        })?;
        // SAFETY: a type that nobody has seen yet.
        unsafe { (*t.as_type_ptr()).tp_new = Some(make) };
        Ok(t)
    })
}

/// The parameters that an object holds.
pub fn param(o: &Obj) -> PyResult<libc::sched_param> {
    if !std::ptr::eq(o.ob_type(), param_type()?) {
        bail!(TypeError, "must have a sched_param object");
    }
    let priority = structseq::field(o, 0).as_i64()?;
    let Ok(priority) = i32::try_from(priority) else {
        bail!(OverflowError, "sched_priority out of range");
    };
    // SAFETY: all-zero is a valid struct.
    let mut p: libc::sched_param = unsafe { std::mem::zeroed() };
    p.sched_priority = priority;
    Ok(p)
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "sched_param", param_type()?.as_obj())
    }

    /// Get the maximum scheduling priority for policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_max(policy: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::sched_get_priority_max(policy) } as isize)
    }

    /// Get the minimum scheduling priority for policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_min(policy: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::sched_get_priority_min(policy) } as isize)
    }

    /// Get the scheduling policy for the process identified by pid.
    ///
    /// Passing 0 for pid returns the scheduling policy for the calling process.
    #[function]
    fn sched_getscheduler(pid: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::sched_getscheduler(pid) } as isize)
    }

    /// Set the scheduling policy for the process identified by pid.
    ///
    /// If pid is 0, the calling process is changed.
    /// param is an instance of sched_param.
    #[function(sig = "(pid, policy, param, /)")]
    fn sched_setscheduler(pid: i32, policy: i32, param_obj: &Obj) -> PyResult<()> {
        let p = param(param_obj)?;
        // SAFETY: a struct of ours.
        call(None, || unsafe { libc::sched_setscheduler(pid, policy, &p) } as isize).map(|_| ())
    }

    /// Returns scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, returns parameters for the calling process.
    /// Return value is an instance of sched_param.
    #[function]
    fn sched_getparam(pid: i32) -> PyResult<Object> {
        // SAFETY: the call fills the struct.
        unsafe {
            let mut p: libc::sched_param = std::mem::zeroed();
            call(None, || libc::sched_getparam(pid, &mut p) as isize)?;
            structseq::new(param_type()?, vec![crate::util::int(p.sched_priority)?])
        }
    }

    /// Set scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, sets parameters for the calling process.
    /// param should be an instance of sched_param.
    #[function(sig = "(pid, param, /)")]
    fn sched_setparam(pid: i32, param_obj: &Obj) -> PyResult<()> {
        let p = param(param_obj)?;
        // SAFETY: a struct of ours.
        call(None, || unsafe { libc::sched_setparam(pid, &p) } as isize).map(|_| ())
    }

    /// Return the round-robin quantum for the process identified by pid, in seconds.
    ///
    /// Value returned is a float.
    #[function]
    fn sched_rr_get_interval(pid: i32) -> PyResult<f64> {
        // SAFETY: the call fills the struct.
        unsafe {
            let mut t: libc::timespec = std::mem::zeroed();
            call(None, || libc::sched_rr_get_interval(pid, &mut t) as isize)?;
            Ok(t.tv_sec as f64 + 1e-9 * t.tv_nsec as f64)
        }
    }

    /// Set the CPU affinity of the process identified by pid to mask.
    ///
    /// mask should be an iterable of integers identifying CPUs.
    #[function]
    fn sched_setaffinity(pid: i32, mask: &Obj) -> PyResult<()> {
        let mut words: Vec<usize> = vec![0; 2];
        for o in mask.collect_items()? {
            if !o.is_a::<Int>() {
                bail!(
                    TypeError,
                    "expected an iterator of ints, but iterator yielded {}",
                    o.ob_type().as_obj().repr()?.to_string_lossy()
                );
            }
            let cpu = match c_int(&o) {
                Ok(n) if n < 0 => bail!(ValueError, "negative CPU number"),
                Ok(i32::MAX) => bail!(OverflowError, "CPU number too large"),
                Ok(n) => n as usize,
                Err(e) if e.matches(exc::OverflowError()) => {
                    e.clear();
                    return Err(raise!(OverflowError, "CPU number too large"));
                }
                Err(e) => return Err(e),
            };
            let (word, bit) = (cpu / usize::BITS as usize, cpu % usize::BITS as usize);
            if word >= words.len() {
                words.resize(word + 1, 0);
            }
            words[word] |= 1 << bit;
        }
        // SAFETY: the words with their size.
        let r =
            unsafe { libc::sched_setaffinity(pid, words.len() * size_of::<usize>(), words.as_ptr().cast()) };
        if r < 0 { Err(os_error(crate::osutil::errno())) } else { Ok(()) }
    }
}

pub use module::MODULE;
