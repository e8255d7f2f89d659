//! What the modules around system calls share: interrupted calls, deadlines, number tables, exception classes.

use dovetail_core::Type;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::interp::pending;
use dovetail_core::native::{ArgInfo, FromArg, Native, Place};
use dovetail_core::object::buffer::TextOrBytes;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exceptions_os::os_error_from_errno;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil, raise};
use std::cell::RefCell;

/// Rows of names and values from the `libc` crate.
macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
pub(crate) use numbers;

/// State of the process that only the holder of the GIL touches.
pub struct GilCell<T>(RefCell<T>);

// SAFETY: every access happens with the GIL held.
unsafe impl<T> Sync for GilCell<T> {}

impl<T> GilCell<T> {
    pub const fn new(value: T) -> GilCell<T> {
        GilCell(RefCell::new(value))
    }

    pub fn with_borrow<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        f(&self.0.borrow())
    }

    pub fn with_borrow_mut<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.0.borrow_mut())
    }

    pub fn set(&self, value: T) {
        drop(self.0.replace(value));
    }
}

/// The calling thread's `errno`.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Runs the handlers of signals that have come, and whatever else is asked for.
pub fn check_signals() -> PyResult<()> {
    pending::handle(ThreadState::current())
}

/// Runs a call that gives -1 on error without the GIL, again when a signal interrupts it (PEP 475). The inner
/// error is the error number.
pub fn retry(mut f: impl FnMut() -> isize) -> PyResult<Result<isize, i32>> {
    loop {
        let r = gil::allow_threads(|| {
            let r = f();
            if r < 0 { Err(errno()) } else { Ok(r) }
        });
        match r {
            Err(libc::EINTR) => check_signals()?,
            other => return Ok(other),
        }
    }
}

/// As `retry`, raising `OSError`.
pub fn call(f: impl FnMut() -> isize) -> PyResult<isize> {
    retry(f)?.map_err(|e| os_error_from_errno(e, None))
}

/// Raises the `OSError` of an error number.
pub fn os_error(e: i32) -> Raised {
    os_error_from_errno(e, None)
}

/// The monotonic clock in nanoseconds.
pub fn monotonic() -> i64 {
    // SAFETY: fills the struct.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t);
        t.tv_sec * 1_000_000_000 + t.tv_nsec
    }
}

/// A number of seconds (int or float) as nanoseconds, rounded up; errors as C's timeouts have them.
pub fn timeout_ns(seconds: &Obj) -> PyResult<i64> {
    scaled_ns(seconds, 1e9, 1_000_000_000)
}

/// A number of milliseconds (int or float) as nanoseconds, rounded up.
pub fn timeout_ms(milliseconds: &Obj) -> PyResult<i64> {
    scaled_ns(milliseconds, 1e6, 1_000_000)
}

fn scaled_ns(o: &Obj, scale: f64, factor: i64) -> PyResult<i64> {
    let too_large = || raise!(OverflowError, "timestamp out of range for C PyTime_t");
    if let Some(f) = o.downcast::<Float>() {
        let v = f.value();
        if v.is_nan() {
            bail!(ValueError, "Invalid value NaN (not a number)");
        }
        let n = v * scale;
        let n = if n < 0.0 { n.floor() } else { n.ceil() };
        if !(-9.223_372_036_854_776e18..9.223_372_036_854_776e18).contains(&n) {
            return Err(too_large());
        }
        return Ok(n as i64);
    }
    if !o.has_index() {
        bail!(TypeError, "'{}' object cannot be interpreted as an integer or float", o.type_name());
    }
    o.index()?.to_i64().and_then(|s| s.checked_mul(factor)).ok_or_else(too_large)
}

/// Nanoseconds as milliseconds for `poll`, rounded away from zero.
pub fn ms_up(ns: i64) -> i64 {
    if ns >= 0 {
        ns / 1_000_000 + i64::from(ns % 1_000_000 != 0)
    } else {
        ns / 1_000_000 - i64::from(ns % 1_000_000 != 0)
    }
}

/// The low 64 bits of an int-like object, as C's casts take them.
pub fn mask_u64(o: &Obj) -> PyResult<u64> {
    let i = o.index()?;
    if let Some(v) = i.to_i128() {
        return Ok(v as u64);
    }
    let mask = Int::from_u64(u64::MAX)?;
    let low = dovetail_core::object::number::binary(dovetail_core::object::number::BinaryOp::And, &i, &mask)?;
    Ok(low.downcast::<Int>().and_then(Int::to_u64).unwrap_or(0))
}

/// A new exception class `module.name`, like one that a C module makes.
pub fn new_exception(full_name: &str, bases: &[&Type], doc: Option<&str>) -> PyResult<Ref<Type>> {
    let (module, name) = full_name.rsplit_once('.').unwrap_or(("builtins", full_name));
    let dict = Dict::new()?;
    dict.set_text("__module__", &*Str::new(module)?)?;
    if let Some(d) = doc {
        dict.set_text("__doc__", &*Str::new(d)?)?;
    }
    let bases = Tuple::from_vec(bases.iter().map(|b| b.as_obj().to_owned()).collect())?;
    let made = Type::type_object().call(&[Str::new(name)?.as_obj(), bases.as_obj(), dict.as_obj()])?;
    made.downcast_into::<Type>().map_err(|_| raise!(SystemError, "type() made no class"))
}

/// `(a, b)` as a tuple object.
pub fn pair(a: Object, b: Object) -> PyResult<Object> {
    Ok(Tuple::from_array([a, b])?.into_object())
}

/// Reports an event to the hooks of `sys.addaudithook`; `args` is asked only where there are hooks.
pub fn audit(event: &str, args: impl FnOnce() -> PyResult<Vec<Object>>) -> PyResult<()> {
    if crate::sys::audited() { crate::sys::audit_event(event, args()?) } else { Ok(()) }
}

/// The bytes of a str (its UTF-8) or of a bytes-like object.
pub fn text_or_bytes(o: &Obj) -> PyResult<TextOrBytes<'_>> {
    TextOrBytes::from_arg(o, ArgInfo { function: "", place: Place::Only })
}

/// An int that fits C's `int`.
pub fn c_int(o: &Obj) -> PyResult<i32> {
    let v = o.index()?.to_i64().and_then(|v| i32::try_from(v).ok());
    v.ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C int"))
}

/// A user or group number (`what` is `uid` or `gid`); -1 stands for none.
pub fn id_number(o: &Obj, what: &str) -> PyResult<u32> {
    if !o.has_index() {
        bail!(TypeError, "{what} should be integer, not {}", o.type_name());
    }
    let i = o.index()?;
    match i.to_i64() {
        Some(-1) => Ok(u32::MAX),
        Some(v) => u32::try_from(v).map_err(|_| raise!(OverflowError, "{what} is less than minimum")),
        None if i.is_negative() => Err(raise!(OverflowError, "{what} is less than minimum")),
        None => Err(raise!(OverflowError, "{what} is greater than maximum")),
    }
}

/// A user or group number as an object: -1 for the highest.
pub fn id_object(id: u32) -> PyResult<Object> {
    crate::util::int(if id == u32::MAX { -1 } else { i64::from(id) })
}
