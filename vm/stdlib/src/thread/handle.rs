//! Threads: starting them, and the handles by which others wait for their end.

use super::lock::{RawLock, Wait};
use super::module::ident;
use crate::util::{Boxed, Round, data, dealloc_boxed, nanoseconds, new_native};
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::{pymethods, pytype};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// How many started threads have not ended.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// The stack size of new threads; 0 for the default.
pub static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);

/// The default stack of a thread, as the main thread has it.
const DEFAULT_STACK: usize = 8 << 20;

/// What a thread and the handles of it share.
pub struct Shared {
    pub ident: AtomicU64,
    started: AtomicBool,
    done: AtomicBool,
    /// Taken until the thread ends.
    ended: RawLock,
    joined: AtomicBool,
}

/// What every handle shows, for the child of a fork, in which all other threads have ended.
static ALL: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

impl Shared {
    fn new(ident: u64, started: bool) -> Arc<Shared> {
        let s = Arc::new(Shared {
            ident: AtomicU64::new(ident),
            started: AtomicBool::new(started),
            done: AtomicBool::new(false),
            ended: RawLock::new(),
            joined: AtomicBool::new(false),
        });
        s.ended.try_acquire();
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == all.capacity() {
            all.retain(|w| w.strong_count() > 0);
        }
        all.push(Arc::downgrade(&s));
        drop(all);
        s
    }

    fn set_done(&self) {
        if !self.done.swap(true, Ordering::AcqRel) {
            self.ended.release();
        }
    }

    fn join(&self, wait: Wait) -> PyResult<bool> {
        if !self.started.load(Ordering::Acquire) {
            bail!(RuntimeError, "thread not started");
        }
        if self.done.load(Ordering::Acquire) {
            return Ok(true);
        }
        if self.ident.load(Ordering::Acquire) == ident() {
            bail!(RuntimeError, "Cannot join current thread");
        }
        if Interpreter::current().is_finalizing() {
            // The thread stands still for ever.
            bail!(PythonFinalizationError, "cannot join thread at interpreter shutdown");
        }
        let ok = self.ended.acquire_for(wait)?;
        if ok {
            // For the next one that waits.
            self.ended.release();
            self.joined.store(true, Ordering::Release);
        }
        Ok(ok)
    }
}

/// The threads that `_shutdown` waits for, each with the number of its interpreter.
static JOINED_AT_EXIT: Mutex<Vec<(i64, Arc<Shared>)>> = Mutex::new(Vec::new());

/// Waits for all threads of the current interpreter that are no daemons.
pub fn shutdown() -> PyResult<()> {
    let interp = Interpreter::current().id;
    loop {
        let next = {
            let mut list = JOINED_AT_EXIT.lock().unwrap_or_else(PoisonError::into_inner);
            list.retain(|(_, s)| !s.done.load(Ordering::Acquire));
            let other = |s: &Shared| s.ident.load(Ordering::Acquire) != ident();
            list.iter().find(|(i, s)| *i == interp && other(s)).map(|(_, s)| s.clone())
        };
        match next {
            Some(s) => s.join(Wait::Ever)?,
            None => return Ok(()),
        };
    }
}

/// In the child of a fork: the other threads are gone.
pub fn after_fork_child() {
    let mut list = JOINED_AT_EXIT.lock().unwrap_or_else(PoisonError::into_inner);
    let own = ident();
    let mut alive = 0;
    for (_, s) in list.iter() {
        if s.ident.load(Ordering::Acquire) == own {
            alive = 1;
        } else if !s.done.swap(true, Ordering::AcqRel) {
            s.ended.reset();
        }
    }
    list.retain(|(_, s)| s.ident.load(Ordering::Acquire) == own);
    for s in ALL.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade) {
        let started = s.started.load(Ordering::Acquire);
        if started && s.ident.load(Ordering::Acquire) != own && !s.done.swap(true, Ordering::AcqRel) {
            s.ended.reset();
        }
    }
    RUNNING.store(alive, Ordering::Release);
}

/// How many started threads have not ended (`_thread._count`).
pub fn started_count() -> usize {
    RUNNING.load(Ordering::Acquire)
}

/// Handles of threads.
#[pytype(name = "_thread._ThreadHandle", body = Boxed<Arc<Shared>>, weaklist = weakrefs, export = "Dovetail_ThreadHandle_Type")]
pub struct ThreadHandle;

impl ThreadHandle {
    pub fn for_ident(ident: u64) -> PyResult<Ref<ThreadHandle>> {
        new_native(Shared::new(ident, true))
    }

    pub fn unstarted() -> PyResult<Ref<ThreadHandle>> {
        new_native(Shared::new(0, false))
    }
}

#[pymethods]
impl ThreadHandle {
    #[slot(tp_new, sig = "()")]
    fn make(cls: &dovetail_core::Type) -> PyResult<Object> {
        crate::util::new_boxed(cls, Shared::new(0, false))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<Arc<Shared>>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<{} object: ident={}>", self.type_name(), data(self).ident.load(Ordering::Acquire))
    }

    #[getter]
    fn ident(&self) -> u64 {
        data(self).ident.load(Ordering::Acquire)
    }

    #[method(nosig, sig = "(timeout=None, /)")]
    fn join(&self, timeout: Option<&Obj>) -> PyResult<()> {
        let wait = match timeout {
            None => Wait::Ever,
            Some(t) => match nanoseconds(t, Round::Up)? {
                n if n < 0 => Wait::Ever,
                n => Wait::For(n),
            },
        };
        data(self).join(wait).map(|_| ())
    }

    #[method]
    fn _set_done(&self) -> PyResult<()> {
        if !data(self).started.load(Ordering::Acquire) {
            bail!(RuntimeError, "thread not started");
        }
        data(self).set_done();
        Ok(())
    }

    #[method]
    fn is_done(&self) -> bool {
        data(self).done.load(Ordering::Acquire)
    }
}

/// Owned references on their way into a new thread.
struct Luggage {
    function: usize,
    args: usize,
    kwargs: usize,
    interp: usize,
    shared: Arc<Shared>,
    /// Opened when the thread's ident is known.
    begun: Arc<RawLock>,
}

/// Starts a thread that calls `function`; it ends quietly with `SystemExit`.
pub fn start(
    function: &Obj,
    args: &Tuple,
    kwargs: Option<&Dict>,
    handle: Option<&ThreadHandle>,
    daemon: bool,
) -> PyResult<u64> {
    if Interpreter::current().is_finalizing() {
        bail!(PythonFinalizationError, "can't create new thread at interpreter shutdown");
    }
    if !Interpreter::current().features.allow_threads {
        bail!(RuntimeError, "thread is not supported for isolated subinterpreters");
    }
    let shared = match handle {
        Some(h) => data(h).clone(),
        None => Shared::new(0, false),
    };
    if shared.started.swap(true, Ordering::AcqRel) {
        bail!(RuntimeError, "thread already started");
    }
    let begun = Arc::new(RawLock::new());
    begun.try_acquire();
    let luggage = Luggage {
        function: function.to_owned().into_ptr() as usize,
        args: crate::util::owned(args).into_ptr() as usize,
        kwargs: kwargs.map_or(0, |k| crate::util::owned(k).into_ptr() as usize),
        interp: Interpreter::current() as *const Interpreter as usize,
        shared: shared.clone(),
        begun: begun.clone(),
    };
    let size = match STACK_SIZE.load(Ordering::Relaxed) {
        0 => DEFAULT_STACK,
        n => n,
    };
    if !daemon {
        let entry = (Interpreter::current().id, shared.clone());
        JOINED_AT_EXIT.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }
    RUNNING.fetch_add(1, Ordering::AcqRel);
    let (f, a, k) = (luggage.function, luggage.args, luggage.kwargs);
    let spawned = std::thread::Builder::new().stack_size(size).spawn(move || run(luggage));
    if spawned.is_err() {
        RUNNING.fetch_sub(1, Ordering::AcqRel);
        shared.started.store(false, Ordering::Release);
        JOINED_AT_EXIT
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|(_, s)| !Arc::ptr_eq(s, &shared));
        for p in [f, a, k].into_iter().filter(|p| *p != 0) {
            // SAFETY: the references taken above.
            drop(unsafe { Object::from_owned(p as *mut abi::PyObject) });
        }
        return Err(raise!(RuntimeError, "can't start new thread"));
    }
    begun.acquire();
    Ok(shared.ident.load(Ordering::Acquire))
}

fn run(l: Luggage) {
    l.shared.ident.store(ident(), Ordering::Release);
    l.begun.release();
    // SAFETY: the interpreter outlives its threads; this thread has no state yet.
    let ts = unsafe { gil::begin_thread(l.interp as *mut Interpreter) };
    {
        // SAFETY: the references were given to this thread.
        let (function, args, kwargs): (Object, Ref<Tuple>, Option<Ref<Dict>>) = unsafe {
            (
                Ref::from_owned(l.function as *mut abi::PyObject),
                Ref::from_owned(l.args as *mut abi::PyObject),
                Ref::from_owned_opt(l.kwargs as *mut abi::PyObject),
            )
        };
        if let Err(e) = function.call_dict(&args, kwargs.as_deref()) {
            if e.matches(dovetail_core::error::exc::SystemExit()) {
                e.clear();
            } else {
                dovetail_core::error::unraisable(
                    e,
                    "Exception ignored in thread started by",
                    Some(&function),
                );
            }
        }
    }
    super::local::end_thread();
    RUNNING.fetch_sub(1, Ordering::AcqRel);
    l.shared.set_done();
    JOINED_AT_EXIT.lock().unwrap_or_else(PoisonError::into_inner).retain(|(_, s)| !Arc::ptr_eq(s, &l.shared));
    // SAFETY: the state made above; the thread runs no frame.
    unsafe { gil::end_thread(ts) };
}
