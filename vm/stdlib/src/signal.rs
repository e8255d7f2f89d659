//! `_signal`: handlers in Python, run by the main thread between instructions.
//!
//! The C handler notes the signal, asks the main thread through its `eval_breaker`, and writes to the wake-up
//! descriptor; everything else happens when the evaluation loop comes by.

use crate::osutil::GilCell;
use crate::util::{int, set, set_int};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::interp::pending::{self, SIGNALS_PENDING};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::exceptions_os::last_os_error;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::set::Set;
use dovetail_core::types::structseq;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gil, hooks, raise};
use dovetail_macros::pymodule;
use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

/// One more than the highest signal number.
const NSIG: usize = 65;

static TRIPPED: [AtomicBool; NSIG] = [const { AtomicBool::new(false) }; NSIG];
static ANY: AtomicBool = AtomicBool::new(false);
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
static WAKEUP_IS_SOCKET: AtomicBool = AtomicBool::new(false);
static WARN_ON_FULL: AtomicBool = AtomicBool::new(true);
/// Why the last write to the wake-up descriptor failed; 0 where it did not.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);
static MAIN: AtomicPtr<ThreadState> = AtomicPtr::new(std::ptr::null_mut());

/// The handlers; only the main thread sets and runs them.
static HANDLERS: GilCell<Vec<Option<Object>>> = GilCell::new(Vec::new());

/// `default_int_handler`, known by identity.
static DEFAULT_INT: GilCell<Option<Object>> = GilCell::new(None);

/// `ItimerError` and `struct_siginfo`.
static TYPES: GilCell<Vec<Ref<Type>>> = GilCell::new(Vec::new());

fn trip(signum: i32) {
    TRIPPED[signum as usize].store(true, Ordering::Release);
    ANY.store(true, Ordering::Release);
    let main = MAIN.load(Ordering::Acquire);
    if !main.is_null() {
        // SAFETY: the main thread's state lives as long as the process runs Python.
        unsafe { (*main).eval_breaker().fetch_or(SIGNALS_PENDING, Ordering::Release) };
    }
    let fd = WAKEUP.load(Ordering::Relaxed);
    if fd >= 0 {
        let byte = signum as u8;
        // SAFETY: one byte; both calls are safe in signal handlers, and so is reading errno.
        let failed = unsafe {
            let n = if WAKEUP_IS_SOCKET.load(Ordering::Relaxed) {
                libc::send(fd, (&raw const byte).cast(), 1, 0)
            } else {
                libc::write(fd, (&raw const byte).cast(), 1)
            };
            if n < 0 { *libc::__errno_location() } else { 0 }
        };
        let full = failed == libc::EAGAIN || failed == libc::EWOULDBLOCK;
        if failed != 0 && (!full || WARN_ON_FULL.load(Ordering::Relaxed)) {
            WAKEUP_ERROR.store(failed, Ordering::Release);
        }
    }
}

extern "C" fn on_signal(signum: libc::c_int) {
    // SAFETY: the interrupted code's errno is kept.
    unsafe {
        let errno = *libc::__errno_location();
        trip(signum);
        *libc::__errno_location() = errno;
    }
}

/// In the child of a fork: the calling thread is the main one, and signals of the parent are not the child's.
pub fn after_fork_child() {
    MAIN.store(ThreadState::current() as *const ThreadState as *mut ThreadState, Ordering::Release);
    ANY.store(false, Ordering::Release);
    TRIPPED.iter().for_each(|t| t.store(false, Ordering::Release));
}

/// Has SIGINT come? The main thread, which alone is told, forgets it.
pub fn take_interrupt() -> bool {
    in_main_thread() && TRIPPED[libc::SIGINT as usize].swap(false, Ordering::AcqRel)
}

/// Sets the descriptor that hears of signals, -1 for none; the old one comes back.
pub fn set_wakeup(fd: i32) -> i32 {
    WAKEUP.swap(fd, Ordering::AcqRel)
}

fn in_main_thread() -> bool {
    std::ptr::eq(MAIN.load(Ordering::Acquire), ThreadState::current())
}

/// Runs the handlers of signals that have come; only in the main thread.
fn run_pending() -> PyResult<()> {
    if !in_main_thread() {
        return Ok(());
    }
    if !ANY.swap(false, Ordering::AcqRel) {
        return Ok(());
    }
    report_wakeup_error();
    for (n, tripped) in TRIPPED.iter().enumerate().skip(1) {
        if !tripped.swap(false, Ordering::AcqRel) {
            continue;
        }
        let handler = HANDLERS.with_borrow(|h| h.get(n).cloned().flatten());
        let Some(handler) = handler.filter(|h| h.is_callable()) else {
            // The handler went away between the signal's coming and now.
            hooks::unraisable(raise!(OSError, "Signal {n} ignored due to race condition").take(), "", None);
            continue;
        };
        if DEFAULT_INT.with_borrow(|d| d.as_ref().is_some_and(|d| d.is(&handler))) {
            // Without a call, which near the recursion limit would raise something else in its place.
            return Err(dovetail_core::error::raise_bare(exc::KeyboardInterrupt()));
        }
        let top = dovetail_core::interp::frame::Frame::first_complete(ThreadState::current().frame());
        let frame = if top.is_null() { None } else { Some(dovetail_core::types::frame::frame_object(top)?) };
        let number = int(n as i64)?;
        let frame: &Obj = frame.as_ref().map_or(none(), |f| f.as_obj());
        if let Err(e) = handler.call(&[&number, frame]) {
            // Those that wait come next time.
            if TRIPPED.iter().any(|t| t.load(Ordering::Acquire)) {
                ANY.store(true, Ordering::Release);
                ThreadState::current().eval_breaker().fetch_or(SIGNALS_PENDING, Ordering::Release);
            }
            return Err(e);
        }
    }
    Ok(())
}

/// Says that the wake-up descriptor did not take a signal's number.
fn report_wakeup_error() {
    let e = WAKEUP_ERROR.swap(0, Ordering::AcqRel);
    if e == 0 {
        return;
    }
    let action = if WAKEUP_IS_SOCKET.load(Ordering::Relaxed) { "send" } else { "write" };
    let raised = dovetail_core::types::exceptions_os::os_error_from_errno(e, None);
    let message = format!("Exception ignored while trying to {action} to the signal wakeup fd");
    hooks::unraisable(raised.take(), &message, None);
}

/// At the end of the interpreter: no handler runs any more.
pub fn forget_handlers() {
    let old = HANDLERS.with_borrow_mut(|h| h.iter_mut().map(Option::take).collect::<Vec<_>>());
    drop(old);
}

/// After the end of the main interpreter: signals that had handlers in Python do again what they do by default, and the
/// next interpreter's first import sets handlers up anew.
pub fn end() {
    for signum in 1..NSIG as i32 {
        // SAFETY: asks for and sets the way of one signal; no Python runs.
        unsafe {
            let mut a: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signum, std::ptr::null(), &mut a) == 0
                && a.sa_sigaction == on_signal as *const () as usize
            {
                libc::signal(signum, libc::SIG_DFL);
            }
        }
        TRIPPED[signum as usize].store(false, Ordering::Release);
    }
    ANY.store(false, Ordering::Release);
    WAKEUP.store(-1, Ordering::Release);
    MAIN.store(std::ptr::null_mut(), Ordering::Release);
}

/// Waits for one of `sigset`, for at most `timeout` nanoseconds; none when the time is over.
fn wait_info(sigset: &Obj, timeout: Option<i64>) -> PyResult<Option<Object>> {
    let set = to_signal_set(sigset)?;
    let deadline = timeout.map(|t| crate::osutil::monotonic().saturating_add(t));
    loop {
        // SAFETY: all three structs are ours.
        let (n, errno, info) = gil::allow_threads(|| unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let n = match deadline {
                None => libc::sigwaitinfo(&set, &mut info),
                Some(d) => {
                    let left = (d - crate::osutil::monotonic()).max(0);
                    let t = libc::timespec { tv_sec: left / 1_000_000_000, tv_nsec: left % 1_000_000_000 };
                    libc::sigtimedwait(&set, &mut info, &t)
                }
            };
            (n, *libc::__errno_location(), info)
        });
        if n >= 0 {
            return siginfo(&info).map(Some);
        }
        match errno {
            libc::EAGAIN => return Ok(None),
            libc::EINTR => pending::handle(ThreadState::current())?,
            e => return Err(dovetail_core::types::exceptions_os::os_error_from_errno(e, None)),
        }
    }
}

fn siginfo(info: &libc::siginfo_t) -> PyResult<Object> {
    // SAFETY: the kernel filled the struct; the fields of other kinds of signals are numbers too.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    // `si_band` lies where the union of a poll signal begins.
    // SAFETY: within the struct, aligned for a long.
    let band = unsafe { *(&raw const *info).cast::<i64>().add(2) };
    let values = vec![
        int(info.si_signo)?,
        int(info.si_code)?,
        int(info.si_errno)?,
        int(pid)?,
        int(uid)?,
        int(status)?,
        int(band)?,
    ];
    let ty = TYPES.with_borrow(|t| t.get(1).cloned());
    match ty {
        Some(t) => structseq::new(&t, values),
        None => bail!(SystemError, "the signal module is not there"),
    }
}

/// An `ItimerError` of errno.
fn itimer_error() -> dovetail_core::Raised {
    let raised = last_os_error(None);
    let Some(ty) = TYPES.with_borrow(|t| t.first().cloned()) else { return raised };
    let plain = raised.take();
    let made = plain.as_obj().get_attr_text("args").and_then(|args| match args.downcast::<Tuple>() {
        Some(t) => ty.as_obj().call_dict(t, None),
        None => Ok(plain.as_obj().to_owned()),
    });
    match made {
        Ok(e) => dovetail_core::error::raise_with(e.ob_type(), &e),
        Err(e) => e,
    }
}

/// Runs the handlers of signals that have come (`PyErr_CheckSignals`).
pub fn check() -> PyResult<()> {
    run_pending()
}

/// As if the signal had arrived (`PyErr_SetInterruptEx`).
pub fn simulate(signum: i32) -> PyResult<()> {
    if signum < 1 || signum as usize >= NSIG {
        bail!(ValueError, "signal number out of range");
    }
    let ignored = HANDLERS.with_borrow(|h| h.get(signum as usize).cloned().flatten());
    let ignored = ignored.is_some_and(|h| !h.is_callable());
    if !ignored {
        trip(signum);
    }
    Ok(())
}

/// The way a signal is handled, as the C library has it now.
fn install(signum: i32, action: libc::sighandler_t) -> PyResult<()> {
    // SAFETY: a handler of the right shape, or a constant.
    unsafe {
        let mut a: libc::sigaction = std::mem::zeroed();
        a.sa_sigaction = action;
        a.sa_flags = libc::SA_ONSTACK;
        libc::sigemptyset(&mut a.sa_mask);
        if libc::sigaction(signum, &a, std::ptr::null_mut()) < 0 {
            return Err(last_os_error(None));
        }
    }
    Ok(())
}

fn check_number(signum: i32) -> PyResult<usize> {
    if signum < 1 || signum as usize >= NSIG {
        bail!(ValueError, "signal number out of range");
    }
    Ok(signum as usize)
}

fn signal_set(s: &libc::sigset_t) -> PyResult<Object> {
    let out = Set::new()?;
    for n in 1..NSIG as i32 {
        // SAFETY: a filled set.
        if unsafe { libc::sigismember(s, n) } == 1 {
            out.add(&*int(n)?)?;
        }
    }
    Ok(out.into_object())
}

/// The signals that an iterable of numbers names.
pub fn to_signal_set(o: &Obj) -> PyResult<libc::sigset_t> {
    // SAFETY: the set is emptied, then filled.
    unsafe {
        let mut s: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut s);
        for item in o.collect_items()? {
            let number = item.index()?;
            let Some(n) = number.to_i64() else {
                let shown = number.repr()?;
                let shown = shown.to_string_lossy();
                bail!(ValueError, "signal number {shown} out of range [1; {}]", NSIG - 1);
            };
            if !(1..NSIG as i64).contains(&n) {
                bail!(ValueError, "signal number {n} out of range [1; {}]", NSIG - 1);
            }
            libc::sigaddset(&mut s, n as i32);
        }
        Ok(s)
    }
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

static NUMBERS: &[(&str, i64)] = numbers!(
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM
    SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO
    SIGPOLL SIGPWR SIGSYS SIG_BLOCK SIG_UNBLOCK SIG_SETMASK ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF
);

fn timeval(o: &Obj) -> PyResult<libc::timeval> {
    let n = crate::util::nanoseconds(o, crate::util::Round::Up)?;
    Ok(libc::timeval { tv_sec: n / 1_000_000_000, tv_usec: (n % 1_000_000_000 + 999) / 1000 })
}

fn itimer_object(t: &libc::itimerval) -> PyResult<Object> {
    let f = |t: libc::timeval| -> PyResult<Object> {
        Ok(Float::new(t.tv_sec as f64 + t.tv_usec as f64 / 1e6)?.into_object())
    };
    Ok(Tuple::from_vec(vec![f(t.it_value)?, f(t.it_interval)?])?.into_object())
}

/// This module provides mechanisms to use signal handlers in Python.
#[pymodule(name = "_signal")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let dfl = int(0)?;
        let ign = int(1)?;
        set(module, "SIG_DFL", &dfl)?;
        set(module, "SIG_IGN", &ign)?;
        for (n, v) in NUMBERS {
            set_int(module, n, *v)?;
        }
        set_int(module, "SIGCLD", libc::SIGCHLD)?;
        set_int(module, "SIGIOT", libc::SIGABRT)?;
        set_int(module, "SIGRTMIN", libc::SIGRTMIN())?;
        set_int(module, "SIGRTMAX", libc::SIGRTMAX())?;
        set_int(module, "NSIG", NSIG as i64)?;
        let itimer = crate::osutil::new_exception("signal.ItimerError", &[exc::OSError()], None)?;
        set(module, "ItimerError", itimer.as_obj())?;
        let info = structseq::new_type(&structseq::Declaration {
            name: "signal.struct_siginfo",
            doc: "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\n\
                  This object may be accessed either as a tuple of\n\
                  (si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\n\
                  or via the attributes si_signo, si_code, and so on.",
            fields: &[
                (Some("si_signo"), "signal number"),
                (Some("si_code"), "signal code"),
                (Some("si_errno"), "errno associated with this signal"),
                (Some("si_pid"), "sending process ID"),
                (Some("si_uid"), "real user ID of sending process"),
                (Some("si_status"), "exit value or signal"),
                (Some("si_band"), "band event for SIGPOLL"),
            ],
            visible: 7,
        })?;
        set(module, "struct_siginfo", info.as_obj())?;
        TYPES.set(vec![itimer, info]);
        let first = Interpreter::current().is_main()
            && MAIN
                .compare_exchange(
                    std::ptr::null_mut(),
                    ThreadState::current() as *const ThreadState as *mut ThreadState,
                    Ordering::AcqRel,
                    Ordering::Acquire,
                )
                .is_ok();
        if !first {
            return Ok(());
        }
        Interpreter::current().pending.signals.set(Some(run_pending));
        let mut handlers: Vec<Option<Object>> = vec![None; NSIG];
        for (n, slot) in handlers.iter_mut().enumerate().skip(1) {
            // SAFETY: reads the present way.
            let current = unsafe {
                let mut a: libc::sigaction = std::mem::zeroed();
                libc::sigaction(n as i32, std::ptr::null(), &mut a);
                a.sa_sigaction
            };
            *slot = match current {
                libc::SIG_DFL => Some(dfl.clone()),
                libc::SIG_IGN => Some(ign.clone()),
                _ => None,
            };
        }
        let default_int = module.get_attr_text("default_int_handler")?;
        DEFAULT_INT.set(Some(default_int.clone()));
        let int_is_default = handlers[libc::SIGINT as usize].as_ref().is_some_and(|h| h.is(&dfl));
        if int_is_default {
            handlers[libc::SIGINT as usize] = Some(default_int);
            install(libc::SIGINT, on_signal as *const () as usize)?;
        }
        // As CPython's start-up does: writing to a closed pipe is an error, not an end.
        // So is growing a file too far.
        let wanted = Interpreter::current().config.get().is_none_or(|c| c.install_signal_handlers);
        for n in [libc::SIGPIPE, libc::SIGXFSZ].into_iter().filter(|_| wanted) {
            install(n, libc::SIG_IGN)?;
            handlers[n as usize] = Some(ign.clone());
        }
        HANDLERS.set(handlers);
        Ok(())
    }

    /// The default handler for SIGINT installed by Python.
    ///
    /// It raises KeyboardInterrupt.
    #[function]
    fn default_int_handler(_signalnum: i32, _frame: &Obj) -> PyResult<()> {
        Err(dovetail_core::error::raise_bare(exc::KeyboardInterrupt()))
    }

    /// Set the action for the given signal.
    ///
    /// The action can be SIG_DFL, SIG_IGN, or a callable Python object.
    /// The previous action is returned.  See getsignal() for possible return values.
    #[function]
    fn signal(signalnum: i32, handler: &Obj) -> PyResult<Object> {
        if !in_main_thread() {
            bail!(ValueError, "signal only works in main thread of the main interpreter");
        }
        let n = check_number(signalnum)?;
        let action = if handler.is_callable() {
            on_signal as *const () as usize
        } else {
            match handler.downcast::<Int>().and_then(Int::to_i64) {
                Some(0) => libc::SIG_DFL,
                Some(1) => libc::SIG_IGN,
                _ => bail!(
                    TypeError,
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
                ),
            }
        };
        pending::handle(ThreadState::current())?;
        install(signalnum, action)?;
        let old = HANDLERS.with_borrow_mut(|h| h[n].replace(handler.to_owned()));
        Ok(old.unwrap_or_else(|| none().to_owned()))
    }

    /// Return the current action for the given signal.
    #[function]
    fn getsignal(signalnum: i32) -> PyResult<Option<Object>> {
        let n = check_number(signalnum)?;
        Ok(HANDLERS.with_borrow(|h| h.get(n).cloned().flatten()))
    }

    /// Send a signal to the executing process.
    #[function]
    fn raise_signal(signalnum: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        if gil::allow_threads(|| unsafe { libc::raise(signalnum) }) != 0 {
            return Err(last_os_error(None));
        }
        pending::handle(ThreadState::current())
    }

    /// Return the system description of the given signal.
    #[function]
    fn strsignal(signalnum: i32) -> PyResult<Option<String>> {
        check_number(signalnum)?;
        // SAFETY: the C library's text.
        let p = unsafe { libc::strsignal(signalnum) };
        if p.is_null() {
            return Ok(None);
        }
        // SAFETY: terminated.
        let s = unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned();
        Ok((!s.starts_with("Unknown signal")).then_some(s))
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    #[function(sig = "(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(fd: i32, warn_on_full_buffer: bool) -> PyResult<i32> {
        if !in_main_thread() {
            bail!(ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
        }
        if fd != -1 {
            // SAFETY: no memory is involved.
            let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
            if flags < 0 {
                return Err(last_os_error(None));
            }
            if flags & libc::O_NONBLOCK == 0 {
                bail!(ValueError, "the fd {fd} must be in non-blocking mode");
            }
        }
        let mut kind = 0;
        let mut size = size_of::<libc::c_int>() as libc::socklen_t;
        // SAFETY: room for one number.
        let asked = unsafe {
            libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_TYPE, (&raw mut kind).cast(), &mut size)
        };
        WAKEUP_IS_SOCKET.store(fd != -1 && asked == 0, Ordering::Release);
        WARN_ON_FULL.store(warn_on_full_buffer, Ordering::Release);
        Ok(WAKEUP.swap(fd, Ordering::AcqRel))
    }

    /// Change system call restart behaviour.
    #[function]
    fn siginterrupt(signalnum: i32, flag: bool) -> PyResult<()> {
        check_number(signalnum)?;
        // SAFETY: reads and writes the way of one signal.
        unsafe {
            let mut a: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signalnum, std::ptr::null(), &mut a) < 0 {
                return Err(last_os_error(None));
            }
            if flag {
                a.sa_flags &= !libc::SA_RESTART;
            } else {
                a.sa_flags |= libc::SA_RESTART;
            }
            if libc::sigaction(signalnum, &a, std::ptr::null_mut()) < 0 {
                return Err(last_os_error(None));
            }
        }
        Ok(())
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[function]
    fn alarm(seconds: i32) -> u32 {
        // SAFETY: no memory is involved.
        unsafe { libc::alarm(seconds as u32) }
    }

    /// Wait until a signal arrives.
    #[function]
    fn pause() -> PyResult<()> {
        // SAFETY: no memory is involved.
        gil::allow_threads(|| unsafe { libc::pause() });
        pending::handle(ThreadState::current())
    }

    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    #[function(sig = "(which, seconds, interval=0.0, /)")]
    fn setitimer(which: i32, seconds: &Obj, interval: Option<&Obj>) -> PyResult<Object> {
        let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
        let new = libc::itimerval {
            it_value: timeval(seconds)?,
            it_interval: interval.map(timeval).transpose()?.unwrap_or(zero),
        };
        let mut old = libc::itimerval { it_value: zero, it_interval: zero };
        // SAFETY: both structs are ours.
        if unsafe { libc::setitimer(which as _, &new, &mut old) } < 0 {
            return Err(itimer_error());
        }
        itimer_object(&old)
    }

    /// Returns current value of given itimer.
    #[function]
    fn getitimer(which: i32) -> PyResult<Object> {
        let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
        let mut old = libc::itimerval { it_value: zero, it_interval: zero };
        // SAFETY: the struct is ours.
        if unsafe { libc::getitimer(which as _, &mut old) } < 0 {
            return Err(itimer_error());
        }
        itimer_object(&old)
    }

    /// Fetch and/or change the signal mask of the calling thread.
    #[function]
    fn pthread_sigmask(how: i32, mask: &Obj) -> PyResult<Object> {
        let new = to_signal_set(mask)?;
        // SAFETY: both sets are ours.
        let old = unsafe {
            let mut old: libc::sigset_t = std::mem::zeroed();
            let e = libc::pthread_sigmask(how, &new, &mut old);
            if e != 0 {
                return Err(dovetail_core::types::exceptions_os::os_error_from_errno(e, None));
            }
            old
        };
        pending::handle(ThreadState::current())?;
        signal_set(&old)
    }

    /// Send a signal to a thread.
    #[function]
    fn pthread_kill(thread_id: u64, signalnum: i32) -> PyResult<()> {
        // SAFETY: the caller's thread.
        let e = unsafe { libc::pthread_kill(thread_id as libc::pthread_t, signalnum) };
        if e != 0 {
            return Err(dovetail_core::types::exceptions_os::os_error_from_errno(e, None));
        }
        pending::handle(ThreadState::current())
    }

    /// Examine pending signals.
    #[function]
    fn sigpending() -> PyResult<Object> {
        // SAFETY: the set is ours.
        let s = unsafe {
            let mut s: libc::sigset_t = std::mem::zeroed();
            libc::sigpending(&mut s);
            s
        };
        signal_set(&s)
    }

    /// Wait for a signal.
    #[function]
    fn sigwait(sigset: &Obj) -> PyResult<i32> {
        let s = to_signal_set(sigset)?;
        let mut n = 0;
        // SAFETY: the set and the number are ours.
        match gil::allow_threads(|| unsafe { libc::sigwait(&s, &mut n) }) {
            0 => Ok(n),
            e => Err(dovetail_core::types::exceptions_os::os_error_from_errno(e, None)),
        }
    }

    /// Wait synchronously until one of the signals in *sigset* is delivered.
    ///
    /// Returns a struct_siginfo containing information about the signal.
    #[function]
    fn sigwaitinfo(sigset: &Obj) -> PyResult<Option<Object>> {
        wait_info(sigset, None)
    }

    /// Like sigwaitinfo(), but with a timeout.
    ///
    /// The timeout is specified in seconds, with floating-point numbers allowed.
    #[function]
    fn sigtimedwait(sigset: &Obj, timeout: &Obj) -> PyResult<Option<Object>> {
        let n = crate::util::nanoseconds(timeout, crate::util::Round::Up)?;
        if n < 0 {
            bail!(ValueError, "timeout must be non-negative");
        }
        wait_info(sigset, Some(n))
    }

    /// Send a signal to a process referred to by a pid file descriptor.
    #[function(sig = "(pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(pidfd: i32, signalnum: i32, siginfo: Option<&Obj>, flags: i32) -> PyResult<()> {
        if siginfo.is_some() {
            bail!(TypeError, "siginfo must be None");
        }
        // SAFETY: no memory is involved.
        let r = unsafe {
            libc::syscall(
                libc::SYS_pidfd_send_signal,
                pidfd,
                signalnum,
                std::ptr::null::<libc::siginfo_t>(),
                flags,
            )
        };
        if r < 0 { Err(last_os_error(None)) } else { Ok(()) }
    }

    /// Return a set of all valid signal numbers on this platform.
    #[function]
    fn valid_signals() -> PyResult<Object> {
        // SAFETY: the set is ours.
        let s = unsafe {
            let mut s: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut s);
            s
        };
        signal_set(&s)
    }
}

pub use module::MODULE;
