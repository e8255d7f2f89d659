//! `faulthandler`: Python tracebacks when the process dies of a fault, on a signal, or after a time.

mod dump;
mod signals;

use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::int::Int;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::pymodule;
use dump::Threads;
pub use dump::dump_c_stack;
use std::cell::RefCell;
use std::time::Duration;

/// Writes the tracebacks of all threads to a file descriptor.
pub fn dump_all(fd: std::ffi::c_int) {
    dump::dump(fd, Threads::All);
}

/// The files whose descriptors handlers write to; they must stay open.
#[derive(Default)]
struct Files(RefCell<Vec<(i32, Object)>>);

/// Keeps a file for the use that `key` names: a signal's number, or one of these.
const FAULT: i32 = -1;
const LATER: i32 = -2;

fn keep(key: i32, file: Option<Object>) {
    let files = &Interpreter::current().state::<Files>().0;
    let mut gone = Vec::new();
    {
        let mut list = files.borrow_mut();
        let (same, rest) = std::mem::take(&mut *list).into_iter().partition(|(k, _)| *k == key);
        gone.extend::<Vec<_>>(same);
        *list = rest;
        if let Some(f) = file {
            list.push((key, f));
        }
    }
    drop(gone);
}

/// The descriptor of a file argument, with the file if it is to be kept.
fn descriptor(file: Option<&Obj>) -> PyResult<(i32, Option<Object>)> {
    let file = match file.filter(|f| !f.is_none()) {
        Some(f) => f.to_owned(),
        None => match Interpreter::current().sysdict.get().and_then(|d| d.get_text("stderr")) {
            None => bail!(RuntimeError, "unable to get sys.stderr"),
            Some(f) if f.is_none() => bail!(RuntimeError, "sys.stderr is None"),
            Some(f) => f.to_owned(),
        },
    };
    if file.is_a::<Int>() {
        let fd = file.as_i64()?;
        return match i32::try_from(fd) {
            Ok(fd) if fd >= 0 => Ok((fd, None)),
            _ => Err(raise!(ValueError, "file is not a valid file descripter")),
        };
    }
    let fd = file.call_method(sym!(fileno), &[])?;
    let fd = if fd.is_a::<Int>() { fd.as_i64()? } else { -1 };
    let Some(fd) = i32::try_from(fd).ok().filter(|fd| *fd >= 0) else {
        bail!(RuntimeError, "file.fileno() is not a valid file descriptor");
    };
    if let Err(e) = file.call_method(sym!(flush), &[]) {
        e.clear();
    }
    Ok((fd, Some(file)))
}

fn check_signal(signum: i32) -> PyResult<()> {
    if signals::is_fault(signum) {
        bail!(RuntimeError, "signal {signum} cannot be registered, use enable() instead");
    }
    if signum < 1 || signum as usize >= signals::NSIG {
        bail!(ValueError, "signal number out of range");
    }
    Ok(())
}

/// Turns the handler on at start-up, for standard error.
pub fn enable_at_start() -> PyResult<()> {
    signals::enable(2, true, true)
}

/// faulthandler module.
#[pymodule(name = "faulthandler")]
pub mod module {
    use super::*;

    /// Enable the fault handler.
    #[function(sig = "(file=sys.stderr, all_threads=True, c_stack=True)")]
    fn enable(file: Option<&Obj>, all_threads: bool, c_stack: bool) -> PyResult<()> {
        let (fd, file) = descriptor(file)?;
        keep(FAULT, file);
        signals::enable(fd, all_threads, c_stack)
    }

    /// Disable the fault handler.
    #[function]
    fn disable() -> bool {
        let was = signals::disable();
        keep(FAULT, None);
        was
    }

    /// Check if the handler is enabled.
    #[function]
    fn is_enabled() -> bool {
        signals::is_enabled()
    }

    /// Dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[function(sig = "(file=sys.stderr, all_threads=True)")]
    fn dump_traceback(file: Option<&Obj>, all_threads: bool) -> PyResult<()> {
        let (fd, _file) = descriptor(file)?;
        dump::dump(fd, if all_threads { Threads::All } else { Threads::Current });
        Ok(())
    }

    /// Dump the C stack of the current thread.
    #[function(sig = "(file=sys.stderr)")]
    fn dump_c_stack(file: Option<&Obj>) -> PyResult<()> {
        let (fd, _file) = descriptor(file)?;
        dump::dump_c_stack(fd);
        Ok(())
    }

    /// Dump the traceback of all threads in timeout seconds,
    /// or each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe.
    #[function(sig = "(timeout, repeat=False, file=sys.stderr, exit=False)")]
    fn dump_traceback_later(timeout: &Obj, repeat: bool, file: Option<&Obj>, exit: bool) -> PyResult<()> {
        let nanos = crate::util::nanoseconds(timeout, crate::util::Round::Up)?;
        if nanos <= 0 {
            bail!(ValueError, "timeout must be greater than 0");
        }
        let (fd, file) = descriptor(file)?;
        let micros = (nanos as u64).div_ceil(1000);
        if signals::watch(Duration::from_micros(micros), repeat, fd, exit).is_err() {
            bail!(RuntimeError, "unable to start watchdog thread");
        }
        keep(LATER, file);
        Ok(())
    }

    /// Cancel the previous call to dump_traceback_later().
    #[function]
    fn cancel_dump_traceback_later() {
        signals::cancel_watch();
        keep(LATER, None);
    }

    /// Register a handler for the signal 'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[function(sig = "(signum, file=sys.stderr, all_threads=True, chain=False)")]
    fn register(signum: i32, file: Option<&Obj>, all_threads: bool, chain: bool) -> PyResult<()> {
        check_signal(signum)?;
        let (fd, file) = descriptor(file)?;
        signals::register(signum, fd, all_threads, chain)?;
        keep(signum, file);
        Ok(())
    }

    /// Unregister the handler of the signal 'signum' registered by register().
    #[function]
    fn unregister(signum: i32) -> PyResult<bool> {
        check_signal(signum)?;
        let was = signals::unregister(signum);
        keep(signum, None);
        Ok(was)
    }

    /// Raise a SIGSEGV signal.
    #[function(sig = "(release_gil=False, /)")]
    fn _sigsegv(release_gil: bool) {
        // SAFETY: the process is meant to end.
        let die = || unsafe { libc::raise(libc::SIGSEGV) };
        if release_gil {
            dovetail_core::gil::allow_threads(die);
        } else {
            die();
        }
    }

    /// Read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform.
    #[function]
    fn _read_null() -> i32 {
        let p: *const i32 = std::hint::black_box(std::ptr::null());
        let value: i32;
        // SAFETY: the process is meant to end here.
        #[cfg(target_arch = "x86_64")]
        unsafe {
            std::arch::asm!("mov {0:e}, dword ptr [{1}]", out(reg) value, in(reg) p)
        };
        #[cfg(target_arch = "aarch64")]
        // SAFETY: as above.
        unsafe {
            std::arch::asm!("ldr {0:w}, [{1}]", out(reg) value, in(reg) p)
        };
        value
    }

    /// Raise a SIGABRT signal.
    #[function]
    fn _sigabrt() {
        std::process::abort()
    }

    /// Raise a SIGFPE signal.
    #[function]
    fn _sigfpe() {
        // SAFETY: the process is meant to end.
        unsafe { libc::raise(libc::SIGFPE) };
    }

    /// Recursive call to raise a stack overflow.
    #[function]
    fn _stack_overflow() -> u64 {
        fn deeper(n: u64) -> u64 {
            let room = std::hint::black_box([n; 512]);
            if n == u64::MAX { room[7] } else { deeper(n + 1).wrapping_add(room[n as usize % 512]) }
        }
        deeper(std::hint::black_box(0))
    }

    /// Call Py_FatalError() in a new C thread.
    #[function]
    fn _fatal_error_c_thread() {
        let thread = std::thread::spawn(|| dovetail_core::hooks::fatal("in new thread"));
        dovetail_core::gil::allow_threads(|| thread.join().is_ok());
    }
}

pub use module::MODULE;
