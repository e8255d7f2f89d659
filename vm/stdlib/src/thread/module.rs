//! The functions of `_thread`.

use super::handle::{self, STACK_SIZE, ThreadHandle};
use super::lock::{Lock, TIMEOUT_MAX};
use super::rlock::RLock;
use crate::util::{set, set_int, text};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::interp::pending;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::str_::Str;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::pymodule;
use std::sync::atomic::{AtomicU64, Ordering};

/// The calling thread's identity.
pub fn ident() -> u64 {
    // SAFETY: asks for the thread's own id.
    unsafe { libc::pthread_self() as u64 }
}

/// The identity of the thread that started the interpreter.
static MAIN: AtomicU64 = AtomicU64::new(0);

/// In the child of a fork: the calling thread is the only one, and the main one.
pub fn after_fork_child() {
    MAIN.store(ident(), Ordering::Release);
    handle::after_fork_child();
}

/// The longest name of a thread that the system keeps, in bytes.
const NAME_MAX: usize = 15;

/// The smallest stack of a thread that can run Python: CPython's bound.
const STACK_MIN: isize = 53248;

fn check_call(function: &Obj) -> PyResult<()> {
    if !function.is_callable() {
        bail!(TypeError, "first arg must be callable");
    }
    Ok(())
}

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[pymodule(name = "_thread")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let _ = MAIN.compare_exchange(0, ident(), Ordering::AcqRel, Ordering::Acquire);
        add_type::<Lock>(module)?;
        add_type::<RLock>(module)?;
        add_type::<crate::thread::local::Local>(module)?;
        add_type::<ThreadHandle>(module)?;
        set(module, "LockType", Lock::type_object().as_obj())?;
        set(module, "error", exc::RuntimeError().as_obj())?;
        set_int(module, "_NAME_MAXLEN", NAME_MAX as i64)?;
        set(module, "TIMEOUT_MAX", &*Float::new(TIMEOUT_MAX)?)?;
        let args = structseq::new_type(&Declaration {
            name: "_thread._ExceptHookArgs",
            doc: "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
            fields: &[
                (Some("exc_type"), "Exception type"),
                (Some("exc_value"), "Exception value"),
                (Some("exc_traceback"), "Exception traceback"),
                (Some("thread"), "Thread"),
            ],
            visible: 4,
        })?;
        set(module, "_ExceptHookArgs", args.as_obj())
    }

    /// Create a new lock object.
    ///
    /// See help(type(threading.Lock())) for information about locks.
    #[function]
    fn allocate_lock() -> PyResult<Ref<Lock>> {
        Lock::new()
    }

    /// An obsolete synonym of allocate_lock().
    #[function]
    fn allocate() -> PyResult<Ref<Lock>> {
        Lock::new()
    }

    fn start_any(function: &Obj, args: &Obj, kwargs: Option<&Obj>) -> PyResult<u64> {
        check_call(function)?;
        let Some(args) = args.downcast::<Tuple>() else { bail!(TypeError, "2nd arg must be a tuple") };
        let kwargs = match kwargs {
            None => None,
            Some(k) => match k.downcast::<Dict>() {
                Some(d) => Some(d),
                None => bail!(TypeError, "optional 3rd arg must be a dictionary"),
            },
        };
        handle::start(function, args, kwargs, None, true)
    }

    /// Start a new thread and return its identifier.
    ///
    /// The thread will call the function with positional arguments from the
    /// tuple args and keyword arguments taken from the optional dictionary
    /// kwargs.  The thread exits when the function returns; the return value
    /// is ignored.  The thread will also exit when the function raises an
    /// unhandled exception; a stack trace will be printed unless the exception
    /// is SystemExit.
    #[function(sig = "(function, args, kwargs=<unrepresentable>, /)")]
    fn start_new_thread(function: &Obj, args: &Obj, kwargs: Option<&Obj>) -> PyResult<u64> {
        start_any(function, args, kwargs)
    }

    /// An obsolete synonym of start_new_thread().
    #[function(sig = "(function, args, kwargs=<unrepresentable>, /)")]
    fn start_new(function: &Obj, args: &Obj, kwargs: Option<&Obj>) -> PyResult<u64> {
        start_any(function, args, kwargs)
    }

    /// *For internal use only*: start a new thread.
    ///
    /// Like start_new_thread(), this starts a new thread calling the given function.
    /// Unlike start_new_thread(), this returns a handle object with methods to join
    /// or detach the given thread.
    #[function(sig = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(function: &Obj, handle: Option<&Obj>, daemon: bool) -> PyResult<Object> {
        if !function.is_callable() {
            bail!(TypeError, "thread function must be callable");
        }
        let h = match handle {
            None => ThreadHandle::unstarted()?,
            Some(h) => match h.downcast::<ThreadHandle>() {
                Some(h) => dovetail_core::object::ToRef::to_ref(h),
                None => bail!(TypeError, "'handle' must be a _ThreadHandle"),
            },
        };
        handle::start(function, &Tuple::empty(), None, Some(&h), daemon)?;
        Ok(h.into_object())
    }

    /// Internal only. Make a thread handle for threads not spawned by the _thread or threading module.
    #[function]
    fn _make_thread_handle(ident: u64) -> PyResult<Ref<ThreadHandle>> {
        ThreadHandle::for_ident(ident)
    }

    /// Return True if daemon threads are allowed in the current interpreter,
    /// and False otherwise.
    #[function]
    fn daemon_threads_allowed() -> bool {
        Interpreter::current().features.allow_daemon_threads
    }

    /// Return True if the current interpreter is the main Python interpreter.
    #[function]
    fn _is_main_interpreter() -> bool {
        Interpreter::current().is_main()
    }

    /// Internal only. Return a non-zero integer that uniquely identifies the main thread
    /// of the main interpreter.
    #[function]
    fn _get_main_thread_ident() -> u64 {
        MAIN.load(Ordering::Acquire)
    }

    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[function(name = "_shutdown")]
    fn shutdown_() -> PyResult<()> {
        handle::shutdown()
    }

    /// Return the number of currently running Python threads, excluding
    /// the main thread.
    #[function]
    fn _count() -> usize {
        handle::started_count()
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    #[function]
    fn get_ident() -> u64 {
        ident()
    }

    /// Return a non-negative integer identifying the thread as reported
    /// by the OS (kernel).
    #[function]
    fn get_native_id() -> i64 {
        // SAFETY: asks for the thread's own id.
        unsafe { libc::syscall(libc::SYS_gettid) as i64 }
    }

    /// Set the name of the current thread.
    #[function(sig = "(name)")]
    fn set_name(name: &Str) {
        let text: String = name.text().iter().map(|c| char::from_u32(c).unwrap_or('?')).collect();
        let mut bytes: Vec<u8> = text.bytes().take(NAME_MAX).take_while(|b| *b != 0).collect();
        bytes.push(0);
        // SAFETY: a terminated name of at most 16 bytes.
        unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
    }

    /// Get the name of the current thread.
    #[function]
    fn _get_name() -> PyResult<Ref<Str>> {
        let mut room = [0u8; 100];
        // SAFETY: fills the room it is told of with a terminated name.
        let e =
            unsafe { libc::pthread_getname_np(libc::pthread_self(), room.as_mut_ptr().cast(), room.len()) };
        if e != 0 {
            return Err(crate::osutil::os_error(e));
        }
        let end = room.iter().position(|b| *b == 0).unwrap_or(room.len());
        crate::util::fs_decode(&room[..end])
    }

    /// Return the thread stack size used when creating new threads.
    ///
    /// The optional size argument specifies the stack size (in bytes) to be used
    /// for subsequently created threads.  The size must be 0 (use platform or
    /// configured default) or a positive integer value of at least 32,768 (32k).
    #[function(sig = "(size=0, /)")]
    fn stack_size(size: isize) -> PyResult<usize> {
        if size != 0 && size < STACK_MIN {
            bail!(ValueError, "size must be at least {STACK_MIN} bytes");
        }
        // Rust's own start-up needs some of the stack.
        Ok(STACK_SIZE.swap(size as usize, Ordering::Relaxed))
    }

    /// Simulate the arrival of the given signal in the main thread,
    /// where the corresponding signal handler will be executed.
    #[function(sig = "(signum=2, /)")]
    fn interrupt_main(signum: i32) -> PyResult<()> {
        crate::signal::simulate(signum)?;
        pending::handle(dovetail_core::thread::ThreadState::current())
    }

    /// This is synonymous to ``raise SystemExit''.  It will cause the current
    /// thread to exit silently unless the exception is caught.
    #[function]
    fn exit() -> PyResult<()> {
        Err(dovetail_core::error::raise_bare(exc::SystemExit()))
    }

    /// An obsolete synonym of exit().
    #[function]
    fn exit_thread() -> PyResult<()> {
        Err(dovetail_core::error::raise_bare(exc::SystemExit()))
    }

    /// Handle uncaught Thread.run() exception.
    #[function(sig = "(exc_info, /)")]
    fn _excepthook(exc_info: &Obj) -> PyResult<()> {
        let Some(t) = exc_info.downcast::<Tuple>().filter(|t| t.len() == 4) else {
            bail!(TypeError, "_thread._excepthook argument type must be ExceptHookArgs");
        };
        let (ty, value, thread) = (t.get(0), t.get(1), t.get(3));
        if ty.is(exc::SystemExit().as_obj()) {
            return Ok(());
        }
        let name = match thread.is_none() {
            true => text(&ident().to_string())?,
            false => match thread.get_attr_opt(sym!(_name))? {
                Some(n) => n.str_()?.into_object(),
                None => text(&ident().to_string())?,
            },
        };
        let name = name.str_()?.to_string_lossy().into_owned();
        let mut out = format!("Exception in thread {name}:\n");
        let exception = value.downcast::<dovetail_core::types::exception::BaseException>();
        if exception.is_none()
            && let Some(t) = ty.downcast::<Type>()
        {
            out.push_str(&format!("{}\n", t.name()));
        }
        // A thread remembers the stream of its start.
        let stream = match crate::sys::stream("stderr") {
            Some(f) => f,
            None if thread.is_none() => return Ok(()),
            None => match thread.get_attr_opt(sym!(_stderr))?.filter(|f| !f.is_none()) {
                Some(f) => f,
                None => return Ok(()),
            },
        };
        stream.call_method(sym!(write), &[&*text(&out)?])?;
        stream.call_method(sym!(flush), &[])?;
        if let Some(e) = exception {
            dovetail_core::types::traceback_show::display_always(e);
        }
        Ok(())
    }
}

pub use module::MODULE;
