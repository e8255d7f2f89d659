//! Python exceptions as Rust errors: `PyResult` and the exception state of the thread.
//!
//! `Raised` is a proof of size zero that the thread state holds an exception. It is the same representation
//! that C uses, so nothing is translated at the border.

use crate::object::Obj;
use crate::object::refs::{AsObj, Object, Ref};
use crate::thread::ThreadState;
use crate::types::exception::BaseException;
use crate::types::str_::Str;
use crate::types::type_::Type;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Proof that the current thread has an exception set.
#[must_use = "an exception is set and must be propagated or cleared"]
pub struct Raised(PhantomData<*const ()>);

pub type PyResult<T> = Result<T, Raised>;

impl Raised {
    /// States that an exception is set.
    ///
    /// # Safety
    /// An exception is set (for instance by C code that returned its error value).
    #[inline(always)]
    pub unsafe fn assume() -> Raised {
        Raised(PhantomData)
    }

    /// The proof, for code that was told of an error by C: sets `SystemError` where C forgot to set anything.
    #[cold]
    #[inline(never)]
    pub fn from_c() -> Raised {
        if !ThreadState::current().has_exception() {
            return raise_message(exc::SystemError(), "error return without exception set");
        }
        Raised(PhantomData)
    }

    /// Takes the exception out of the thread state.
    pub fn take(self) -> Ref<BaseException> {
        ThreadState::current().take_exception().expect("Raised proves that an exception is set")
    }

    /// Clears the exception.
    pub fn clear(self) {
        drop(self.take());
    }

    /// Is the pending exception an instance of `ty`?
    pub fn matches(&self, ty: &Type) -> bool {
        ThreadState::current().exception_matches(ty)
    }

    /// Sets an exception that was taken before (traceback and context as they are).
    pub fn restore(exception: Ref<BaseException>) -> Raised {
        ThreadState::current().set_exception(Some(exception));
        Raised(PhantomData)
    }
}

/// Turns `Err` of the named type into `None`, clearing it.
pub fn catch<T>(result: PyResult<T>, ty: &Type) -> PyResult<Option<T>> {
    match result {
        Ok(v) => Ok(Some(v)),
        Err(e) if e.matches(ty) => {
            e.clear();
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

/// Raises `ty(message)`.
#[cold]
pub fn raise_message(ty: &Type, message: &str) -> Raised {
    match Str::new(message) {
        Ok(s) => raise_with(ty, s.as_obj()),
        Err(e) => e,
    }
}

/// Raises `ty(value)`, or `value` itself when it is an exception (`PyErr_SetObject`).
#[cold]
pub fn raise_with(ty: &Type, value: &Obj) -> Raised {
    // A constructor is not to be called while an exception is pending, which C code may have left.
    let pending = ThreadState::current().take_exception();
    match BaseException::normalize(ty, value) {
        Ok(e) => {
            drop(pending);
            raise_exception(e)
        }
        Err(e) => e,
    }
}

/// Raises an exception instance, chaining `__context__` to what is being handled.
#[cold]
pub fn raise_exception(e: Ref<BaseException>) -> Raised {
    let ts = ThreadState::current();
    if let Some(handled) = ts.handled_exception() {
        e.chain_context(&handled);
    }
    Raised::restore(e)
}

/// Raises without a value.
#[cold]
pub fn raise_bare(ty: &Type) -> Raised {
    match ty.call(&[]) {
        Ok(e) => match e.downcast_into::<BaseException>() {
            Ok(e) => raise_exception(e),
            Err(_) => raise_message(exc::TypeError(), "exceptions must derive from BaseException"),
        },
        Err(e) => e,
    }
}

thread_local! {
    /// Is a `MemoryError` being made?
    static SHORT: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// A `MemoryError` for when there is no memory for one. It lives for ever, and all threads share it.
static RESERVE: AtomicPtr<abi::PyObject> = AtomicPtr::new(std::ptr::null_mut());

/// Makes the `MemoryError` that is kept for when there is no memory for one; at start-up.
pub fn keep_memory_error() -> PyResult<()> {
    if RESERVE.load(Ordering::Relaxed).is_null() {
        let e = exc::MemoryError().call(&[])?;
        e.immortalize();
        RESERVE.store(e.into_ptr(), Ordering::Relaxed);
    }
    Ok(())
}

/// `MemoryError`, without allocating more than the exception itself; the one that is kept when that fails.
#[cold]
pub fn no_memory() -> Raised {
    if !SHORT.get() {
        SHORT.set(true);
        let raised = raise_bare(exc::MemoryError());
        SHORT.set(false);
        return raised;
    }
    let kept = RESERVE.load(Ordering::Relaxed);
    if kept.is_null() {
        crate::hooks::fatal("no memory for an exception");
    }
    // SAFETY: an immortal exception.
    let e: Ref<BaseException> = unsafe { Ref::from_borrowed(kept) };
    e.set_traceback(None);
    Raised::restore(e)
}

/// Raises a formatted exception: `raise!(TypeError, "{} is not callable", name)`.
#[macro_export]
macro_rules! raise {
    ($ty:ident, $fmt:literal $(, $arg:expr)* $(,)?) => {
        $crate::error::raise_message($crate::error::exc::$ty(), &format!($fmt $(, $arg)*))
    };
}

/// Returns a formatted exception from the function: `bail!(ValueError, "...")`.
#[macro_export]
macro_rules! bail {
    ($($t:tt)*) => { return Err($crate::raise!($($t)*)) };
}

/// The builtin exception types by their Python names, as functions that give the static type.
pub mod exc {
    pub use crate::types::exception::types::*;
}

/// Writes "Exception ignored ..." for an error that cannot be propagated (`PyErr_FormatUnraisable`).
pub fn unraisable(raised: Raised, message: &str, object: Option<&Obj>) {
    crate::hooks::unraisable(raised.take(), message, object);
}

/// The result of a C call that returns an owned object or NULL.
///
/// # Safety
/// `p` is NULL with an exception set, or an owned reference.
#[inline(always)]
pub unsafe fn from_c(p: *mut abi::PyObject) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    match unsafe { Ref::from_owned_opt(p) } {
        Some(o) => Ok(o),
        None => Err(Raised::from_c()),
    }
}
