//! The handlers: of signals that end the process, of signals a program registers, and the watchdog.

use super::dump::{Out, Threads, dump, dump_c_stack};
use dovetail_core::error::PyResult;
use dovetail_core::types::exceptions_os::last_os_error;
use std::cell::UnsafeCell;
use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The signals of a fault, with what is said of them.
const FAULTS: [(c_int, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

static ENABLED: AtomicBool = AtomicBool::new(false);
static FAULT_FD: AtomicI32 = AtomicI32::new(2);
static FAULT_ALL: AtomicBool = AtomicBool::new(true);
static FAULT_C_STACK: AtomicBool = AtomicBool::new(true);

/// What was there before the fault handlers.
static BEFORE: Saved<5> = Saved::new();

/// Signal actions that were replaced.
struct Saved<const N: usize>(UnsafeCell<[Option<libc::sigaction>; N]>);

// SAFETY: written under the GIL, before a handler that reads it is installed or after it is removed.
unsafe impl<const N: usize> Sync for Saved<N> {}

impl<const N: usize> Saved<N> {
    const fn new() -> Self {
        Saved(UnsafeCell::new([None; N]))
    }

    fn get(&self, i: usize) -> Option<libc::sigaction> {
        // SAFETY: see `Sync`.
        unsafe { (*self.0.get())[i] }
    }

    fn set(&self, i: usize, action: Option<libc::sigaction>) {
        // SAFETY: see `Sync`.
        unsafe { (*self.0.get())[i] = action };
    }
}

/// Installs a handler and gives the one before.
fn install(signum: c_int, handler: extern "C" fn(c_int), flags: c_int) -> PyResult<libc::sigaction> {
    // SAFETY: a handler of the right shape.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        let mut old: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = handler as *const () as usize;
        new.sa_flags = flags | libc::SA_ONSTACK;
        libc::sigemptyset(&mut new.sa_mask);
        if libc::sigaction(signum, &new, &mut old) != 0 {
            return Err(last_os_error(None));
        }
        Ok(old)
    }
}

fn restore(signum: c_int, action: &libc::sigaction) {
    // SAFETY: an action that was in force.
    unsafe { libc::sigaction(signum, action, std::ptr::null_mut()) };
}

fn threads(all: bool) -> Threads {
    if all { Threads::All } else { Threads::Current }
}

extern "C" fn on_fault(signum: c_int) {
    if ENABLED.swap(false, Ordering::AcqRel) {
        let fd = FAULT_FD.load(Ordering::Relaxed);
        let name = FAULTS.iter().find(|(n, _)| *n == signum).map_or("", |(_, t)| t);
        {
            let mut out = Out::new(fd);
            out.text("Fatal Python error: ");
            out.text(name);
            out.text("\n\n");
        }
        dump(fd, threads(FAULT_ALL.load(Ordering::Relaxed)));
        if FAULT_C_STACK.load(Ordering::Relaxed) {
            Out::new(fd).text("\n");
            dump_c_stack(fd);
        }
    }
    // SAFETY: the process ends of the signal, as it would have without this handler.
    unsafe {
        libc::signal(signum, libc::SIG_DFL);
        libc::raise(signum);
    }
}

/// Shows tracebacks on `fd` when the process dies of a fault.
pub fn enable(fd: c_int, all: bool, c_stack: bool) -> PyResult<()> {
    FAULT_FD.store(fd, Ordering::Relaxed);
    FAULT_ALL.store(all, Ordering::Relaxed);
    FAULT_C_STACK.store(c_stack, Ordering::Relaxed);
    if ENABLED.load(Ordering::Acquire) {
        return Ok(());
    }
    for (i, (signum, _)) in FAULTS.iter().enumerate() {
        BEFORE.set(i, Some(install(*signum, on_fault, libc::SA_NODEFER)?));
    }
    ENABLED.store(true, Ordering::Release);
    Ok(())
}

/// Undoes `enable`; false if there was nothing to undo.
pub fn disable() -> bool {
    if !ENABLED.swap(false, Ordering::AcqRel) {
        return false;
    }
    for (i, (signum, _)) in FAULTS.iter().enumerate() {
        if let Some(a) = BEFORE.get(i) {
            restore(*signum, &a);
            BEFORE.set(i, None);
        }
    }
    true
}

pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::Acquire)
}

pub fn is_fault(signum: c_int) -> bool {
    FAULTS.iter().any(|(n, _)| *n == signum)
}

/// One more than the highest signal number.
pub const NSIG: usize = 65;

/// A signal that a program registered.
struct User {
    enabled: AtomicBool,
    fd: AtomicI32,
    all: AtomicBool,
    chain: AtomicBool,
}

static USERS: [User; NSIG] = [const {
    User {
        enabled: AtomicBool::new(false),
        fd: AtomicI32::new(2),
        all: AtomicBool::new(true),
        chain: AtomicBool::new(false),
    }
}; NSIG];
static USERS_BEFORE: Saved<NSIG> = Saved::new();

extern "C" fn on_user(signum: c_int) {
    let user = &USERS[signum as usize];
    if !user.enabled.load(Ordering::Acquire) {
        return;
    }
    // SAFETY: errno of the interrupted code is kept.
    let errno = unsafe { *libc::__errno_location() };
    dump(user.fd.load(Ordering::Relaxed), threads(user.all.load(Ordering::Relaxed)));
    if user.chain.load(Ordering::Relaxed)
        && let Some(before) = USERS_BEFORE.get(signum as usize)
    {
        restore(signum, &before);
        // SAFETY: the handler before gets the signal, then ours is back.
        unsafe {
            *libc::__errno_location() = errno;
            libc::raise(signum);
        }
        if let Err(e) = install(signum, on_user, libc::SA_NODEFER) {
            e.clear();
        }
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

/// Shows tracebacks on `fd` whenever the signal arrives.
pub fn register(signum: c_int, fd: c_int, all: bool, chain: bool) -> PyResult<()> {
    let user = &USERS[signum as usize];
    user.fd.store(fd, Ordering::Relaxed);
    user.all.store(all, Ordering::Relaxed);
    user.chain.store(chain, Ordering::Relaxed);
    if !user.enabled.load(Ordering::Acquire) {
        let flags = if chain { libc::SA_NODEFER } else { libc::SA_RESTART };
        let before = install(signum, on_user, flags)?;
        USERS_BEFORE.set(signum as usize, Some(before));
        user.enabled.store(true, Ordering::Release);
    }
    Ok(())
}

/// Undoes `register`; false if there was nothing to undo.
pub fn unregister(signum: c_int) -> bool {
    let user = &USERS[signum as usize];
    if !user.enabled.swap(false, Ordering::AcqRel) {
        return false;
    }
    if let Some(a) = USERS_BEFORE.get(signum as usize) {
        restore(signum, &a);
        USERS_BEFORE.set(signum as usize, None);
    }
    true
}

/// The watchdog that runs, by what cancels it.
type Cancel = Arc<(Mutex<bool>, Condvar)>;
static WATCHDOG: Mutex<Option<Cancel>> = Mutex::new(None);

/// `Timeout (H:MM:SS)!`, with microseconds if there are any.
fn headline(timeout: Duration) -> String {
    let (s, us) = (timeout.as_secs(), timeout.subsec_micros());
    let fraction = if us == 0 { String::new() } else { format!(".{us:06}") };
    format!("Timeout ({}:{:02}:{:02}{fraction})!\n", s / 3600, s / 60 % 60, s % 60)
}

/// Shows the tracebacks of all threads when the time is over, each time with `repeat`, and ends the process with `exit`.
pub fn watch(timeout: Duration, repeat: bool, fd: c_int, exit: bool) -> std::io::Result<()> {
    cancel_watch();
    let cancel: Cancel = Arc::default();
    let theirs = cancel.clone();
    let text = headline(timeout);
    std::thread::Builder::new().name("watchdog".into()).spawn(move || {
        // SAFETY: signals are for the threads of the program.
        unsafe {
            let mut all: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &all, std::ptr::null_mut());
        }
        let (done, changed) = &*theirs;
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let (guard, late) =
                changed.wait_timeout_while(done, timeout, |d| !*d).unwrap_or_else(PoisonError::into_inner);
            done = guard;
            if !late.timed_out() {
                return;
            }
            Out::new(fd).text(&text);
            dump(fd, Threads::All);
            if exit {
                // SAFETY: the program asked for it.
                unsafe { libc::_exit(1) };
            }
            if !repeat {
                return;
            }
        }
    })?;
    *WATCHDOG.lock().unwrap_or_else(PoisonError::into_inner) = Some(cancel);
    Ok(())
}

/// Stops the watchdog.
pub fn cancel_watch() {
    if let Some(c) = WATCHDOG.lock().unwrap_or_else(PoisonError::into_inner).take() {
        *c.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        c.1.notify_all();
    }
}
