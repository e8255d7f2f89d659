//! What the evaluation loop does when its breaker is set: signals, GIL requests, garbage collection, asynchronous
//! exceptions, calls queued by other threads.

use crate::error::PyResult;
use crate::thread::ThreadState;
use std::sync::atomic::Ordering;

/// Bits of `eval_breaker`.
pub const GIL_DROP_REQUEST: usize = 1 << 0;
pub const SIGNALS_PENDING: usize = 1 << 1;
pub const CALLS_TO_DO: usize = 1 << 2;
pub const ASYNC_EXCEPTION: usize = 1 << 3;
pub const GC_SCHEDULED: usize = 1 << 4;

/// The handlers of what needs other parts of the runtime; those register themselves at start-up.
#[derive(Default)]
pub struct Handlers {
    pub signals: std::cell::Cell<Option<fn() -> PyResult<()>>>,
    pub calls: std::cell::Cell<Option<fn() -> PyResult<()>>>,
    pub yield_gil: std::cell::Cell<Option<fn()>>,
}

/// Does everything that is asked for. Cheap when nothing is.
#[inline]
pub fn handle(ts: &ThreadState) -> PyResult<()> {
    if ts.eval_breaker().load(Ordering::Relaxed) != 0 { handle_all(ts) } else { Ok(()) }
}

#[cold]
fn handle_all(ts: &ThreadState) -> PyResult<()> {
    let breaker = ts.eval_breaker();
    let handlers = &ts.interp().pending;
    let asked = breaker.load(Ordering::Acquire);
    if asked & SIGNALS_PENDING != 0 {
        breaker.fetch_and(!SIGNALS_PENDING, Ordering::AcqRel);
        if let Some(f) = handlers.signals.get() {
            f()?;
        }
    }
    if asked & CALLS_TO_DO != 0 {
        breaker.fetch_and(!CALLS_TO_DO, Ordering::AcqRel);
        if let Some(f) = handlers.calls.get() {
            f()?;
        }
    }
    if asked & GC_SCHEDULED != 0 {
        breaker.fetch_and(!GC_SCHEDULED, Ordering::AcqRel);
        crate::gc::run_scheduled();
    }
    if asked & ASYNC_EXCEPTION != 0 {
        breaker.fetch_and(!ASYNC_EXCEPTION, Ordering::AcqRel);
        // SAFETY: own state; the field owns an exception type or instance.
        let e = unsafe {
            let p = std::mem::replace(&mut (*ts.c()).async_exc, std::ptr::null_mut());
            crate::object::Object::from_owned_opt(p)
        };
        if let Some(e) = e {
            return Err(match e.downcast::<crate::Type>() {
                Some(t) => crate::error::raise_bare(t),
                None => crate::error::raise_with(e.ob_type(), &e),
            });
        }
    }
    if asked & GIL_DROP_REQUEST != 0 {
        breaker.fetch_and(!GIL_DROP_REQUEST, Ordering::AcqRel);
        if let Some(f) = handlers.yield_gil.get() {
            f();
        }
    }
    Ok(())
}
