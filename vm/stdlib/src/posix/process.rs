//! Processes: starting, replacing and signalling them.

use super::path::{Path, PathOrFd, call};
use crate::util::{fs_bytes, fs_cstring};
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::Obj;
use dovetail_core::object::sequence::fast_items;
use dovetail_core::types::exceptions_os::last_os_error;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil, raise, sym};
use dovetail_macros::pymodule;
use std::ffi::CString;

fn run_hooks(kind: usize) {
    let mut hooks = Interpreter::current().at_fork.borrow()[kind].clone();
    if kind == 0 {
        hooks.reverse();
    }
    for h in hooks {
        if let Err(e) = h.call(&[]) {
            dovetail_core::error::unraisable(e, "Exception ignored in fork hook", Some(&h));
        }
    }
}

/// Raises where a fork that runs Python in the child comes too late.
pub fn refuse_at_end(message: &str) -> PyResult<()> {
    if Interpreter::current().is_finalizing() {
        return Err(dovetail_core::error::raise_message(
            dovetail_core::error::exc::PythonFinalizationError(),
            message,
        ));
    }
    Ok(())
}

/// Raises in an interpreter that may not fork.
pub fn refuse_isolated_fork() -> PyResult<()> {
    if !Interpreter::current().features.allow_fork {
        bail!(RuntimeError, "fork not supported for isolated subinterpreters");
    }
    Ok(())
}

/// Raises in an interpreter that may not replace the process.
fn refuse_isolated_exec() -> PyResult<()> {
    if !Interpreter::current().features.allow_exec {
        bail!(RuntimeError, "exec not supported for isolated subinterpreters");
    }
    Ok(())
}

/// What is held over a fork: the import lock and the books of the GIL.
pub struct ForkLock(gil::ForkGuard);

/// Before a fork: the hooks, then the locks. One of the functions below gives them back.
pub fn before_fork() -> ForkLock {
    run_hooks(0);
    crate::imp::lock_imports();
    ForkLock(gil::lock_for_fork())
}

/// The locks for a child whose parent called `fork` without `before_fork`.
pub fn before_fork_unprepared() -> ForkLock {
    crate::imp::lock_imports();
    ForkLock(gil::lock_for_fork())
}

/// After a fork, in the parent.
pub fn after_fork_parent(lock: ForkLock) {
    forget_fork(lock);
    run_hooks(1);
}

/// After a fork that failed: gives the locks back.
pub fn forget_fork(lock: ForkLock) {
    drop(lock);
    crate::imp::unlock_imports();
}

/// After a fork, in the child: only the forking thread is left, and it is the main thread now.
pub fn after_fork_child(lock: ForkLock) {
    lock.0.after_fork_child();
    crate::imp::unlock_imports();
    crate::thread::after_fork_child();
    crate::asyncio::after_fork_child();
    crate::signal::after_fork_child();
    run_hooks(2);
}

/// What follows the fork in either process; raises what kept it from happening.
pub fn finish_fork(lock: ForkLock, pid: libc::pid_t, name: &str) -> PyResult<()> {
    let errno = crate::osutil::errno();
    match pid {
        0 => after_fork_child(lock),
        p if p > 0 => {
            after_fork_parent(lock);
            warn_of_threads(name)?;
        }
        _ => {
            after_fork_parent(lock);
            return Err(crate::osutil::os_error(errno));
        }
    }
    Ok(())
}

/// Says that a fork of a process with several threads may deadlock in the child.
fn warn_of_threads(name: &str) -> PyResult<()> {
    if Interpreter::current().gil.threads().len() <= 1 {
        return Ok(());
    }
    // SAFETY: asks for the own id.
    let pid = unsafe { libc::getpid() };
    dovetail_core::types::exception::warn(
        dovetail_core::error::exc::DeprecationWarning(),
        &format!(
            "This process (pid={pid}) is multi-threaded, use of {name}() may lead to deadlocks in the child."
        ),
        1,
    )
}

/// C strings with their pointer table, ended by NULL.
pub struct Strings {
    _keep: Vec<CString>,
    rows: Vec<*const libc::c_char>,
}

impl Strings {
    pub fn new(keep: Vec<CString>) -> Strings {
        let mut rows: Vec<*const libc::c_char> = keep.iter().map(|s| s.as_ptr()).collect();
        rows.push(std::ptr::null());
        Strings { _keep: keep, rows }
    }

    pub fn as_ptr(&self) -> *const *const libc::c_char {
        self.rows.as_ptr()
    }
}

/// The arguments of a program.
pub fn arguments(function: &str, argv: &Obj) -> PyResult<Strings> {
    if !argv.is_a::<Tuple>() && !argv.is_a::<dovetail_core::types::list::List>() {
        bail!(TypeError, "{function}() arg 2 must be a tuple or list");
    }
    let items = fast_items(argv, "argv must be a tuple or list")?;
    if items.is_empty() {
        bail!(ValueError, "{function}() arg 2 must not be empty");
    }
    let list = items.iter().map(|o| fs_cstring(o)).collect::<PyResult<Vec<_>>>()?;
    if list[0].as_bytes().is_empty() {
        bail!(ValueError, "{function}() arg 2 first element cannot be empty");
    }
    Ok(Strings::new(list))
}

/// The environment for a program: a mapping of names to values.
pub fn environment(env: &Obj) -> PyResult<Strings> {
    let keys = env.call_method(sym!(keys), &[])?;
    let mut rows = Vec::new();
    for key in keys.collect_items()? {
        let value = env.get_item(&key)?;
        let mut row = fs_bytes(&key)?;
        if row.is_empty() || row[1..].contains(&b'=') {
            bail!(ValueError, "illegal environment variable name");
        }
        row.push(b'=');
        row.extend(fs_bytes(&value)?);
        rows.push(CString::new(row).map_err(|_| raise!(ValueError, "embedded null byte"))?);
    }
    Ok(Strings::new(rows))
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    /// Register callables to be called when forking a new process.
    #[function(
        sig = "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(
        before: Option<&Obj>,
        after_in_child: Option<&Obj>,
        after_in_parent: Option<&Obj>,
    ) -> PyResult<()> {
        let given =
            [("before", before), ("after_in_parent", after_in_parent), ("after_in_child", after_in_child)];
        if given.iter().all(|(_, o)| o.is_none()) {
            bail!(TypeError, "At least one argument is required.");
        }
        for (name, o) in given {
            if let Some(o) = o
                && !o.is_callable()
            {
                bail!(TypeError, "'{name}' must be callable, not {}", o.type_name());
            }
        }
        for (i, (_, o)) in given.into_iter().enumerate() {
            if let Some(o) = o {
                Interpreter::current().at_fork.borrow_mut()[i].push(o.to_owned());
            }
        }
        Ok(())
    }

    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[function]
    fn fork() -> PyResult<i32> {
        refuse_at_end("can't fork at interpreter shutdown")?;
        refuse_isolated_fork()?;
        let lock = before_fork();
        // SAFETY: the child goes on with the forking thread only; it holds the GIL as the parent does.
        let pid = unsafe { libc::fork() };
        finish_fork(lock, pid, "fork")?;
        Ok(pid)
    }

    /// Execute an executable path with arguments, replacing current process.
    #[function]
    fn execv(path: Path, argv: &Obj) -> PyResult<()> {
        let args = arguments("execv", argv)?;
        refuse_isolated_exec()?;
        // SAFETY: terminated texts and tables.
        unsafe { libc::execv(path.ptr(), args.as_ptr()) };
        Err(path.error())
    }

    /// Execute an executable path with arguments, replacing current process.
    #[function(sig = "(path, argv, env)")]
    fn execve(path: PathOrFd, argv: &Obj, env: &Obj) -> PyResult<()> {
        let args = arguments("execve", argv)?;
        refuse_isolated_exec()?;
        let env = environment(env)?;
        // SAFETY: terminated texts and tables.
        match path {
            PathOrFd::Path(p) => {
                unsafe { libc::execve(p.ptr(), args.as_ptr(), env.as_ptr()) };
                Err(p.error())
            }
            PathOrFd::Fd(fd) => {
                // SAFETY: as above.
                unsafe { libc::fexecve(fd, args.as_ptr(), env.as_ptr()) };
                Err(last_os_error(Some(&*crate::util::int(fd)?)))
            }
        }
    }

    /// Exit to the system with specified status, without normal exit processing.
    #[function(sig = "(status)")]
    fn _exit(status: i32) {
        // SAFETY: ends the process.
        unsafe { libc::_exit(status) }
    }

    /// Kill the process with a fatal signal.
    #[function]
    fn abort() {
        std::process::abort()
    }

    /// Kill a process with a signal.
    #[function]
    fn kill(pid: i32, signal: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::kill(pid, signal) } as isize)?;
        // One's own signal is handled before the call returns.
        dovetail_core::interp::pending::handle(dovetail_core::thread::ThreadState::current())
    }

    /// Kill a process group with a signal.
    #[function]
    fn killpg(pgid: i32, signal: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::killpg(pgid, signal) } as isize).map(|_| ())
    }

    /// Return the current process id.
    #[function]
    fn getpid() -> i32 {
        // SAFETY: no memory is involved.
        unsafe { libc::getpid() }
    }

    /// Return the parent's process id.
    #[function]
    fn getppid() -> i32 {
        // SAFETY: no memory is involved.
        unsafe { libc::getppid() }
    }

    /// Return the current process group id.
    #[function]
    fn getpgrp() -> i32 {
        // SAFETY: no memory is involved.
        unsafe { libc::getpgrp() }
    }

    /// Call the system call getpgid(), and return the result.
    #[function(sig = "(pid)")]
    fn getpgid(pid: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::getpgid(pid) } as isize)
    }

    /// Make the current process the leader of its process group.
    #[function]
    fn setpgrp() -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::setpgid(0, 0) } as isize).map(|_| ())
    }

    /// Call the system call setpgid(pid, pgrp).
    #[function]
    fn setpgid(pid: i32, pgrp: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::setpgid(pid, pgrp) } as isize).map(|_| ())
    }

    /// Call the system call getsid(pid) and return the result.
    #[function]
    fn getsid(pid: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::getsid(pid) } as isize)
    }

    /// Call the system call setsid().
    #[function]
    fn setsid() -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::setsid() } as isize).map(|_| ())
    }

    /// Return the process group associated with the terminal specified by fd.
    #[function]
    fn tcgetpgrp(fd: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::tcgetpgrp(fd) } as isize)
    }

    /// Set the process group associated with the terminal specified by fd.
    #[function]
    fn tcsetpgrp(fd: i32, pgid: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::tcsetpgrp(fd, pgid) } as isize).map(|_| ())
    }

    /// Add increment to the priority of process and return the new priority.
    #[function]
    fn nice(increment: i32) -> PyResult<i32> {
        // SAFETY: errno tells errors from a priority of -1.
        unsafe {
            *libc::__errno_location() = 0;
            let v = libc::nice(increment);
            if v == -1 && *libc::__errno_location() != 0 { Err(last_os_error(None)) } else { Ok(v) }
        }
    }

    /// Return program scheduling priority.
    #[function(sig = "(which, who)")]
    fn getpriority(which: i32, who: i32) -> PyResult<i32> {
        // SAFETY: as above.
        unsafe {
            *libc::__errno_location() = 0;
            let v = libc::getpriority(which as _, who as u32);
            if v == -1 && *libc::__errno_location() != 0 { Err(last_os_error(None)) } else { Ok(v) }
        }
    }

    /// Set program scheduling priority.
    #[function(sig = "(which, who, priority)")]
    fn setpriority(which: i32, who: i32, priority: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::setpriority(which as _, who as u32, priority) } as isize).map(|_| ())
    }

    /// Execute the command in a subshell.
    #[function(sig = "(command)")]
    fn system(command: &Obj) -> PyResult<i32> {
        let c = fs_cstring(command)?;
        // SAFETY: a terminated text.
        Ok(gil::allow_threads(|| unsafe { libc::system(c.as_ptr()) }))
    }
}

pub use module::MODULE;
