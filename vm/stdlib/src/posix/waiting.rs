//! Waiting for child processes, and what their statuses say.

use super::path::call;
use crate::resource::rusage;
use crate::util::{int, text};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Object, Ref};
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    /// Wait for completion of a given child process.
    ///
    /// Returns a tuple of information regarding the child process:
    ///     (pid, status)
    ///
    /// The options argument is ignored on Windows.
    #[function]
    fn waitpid(pid: i32, options: i32) -> PyResult<Ref<Tuple>> {
        let mut status = 0;
        // SAFETY: room for the status.
        let pid = call(None, || unsafe { libc::waitpid(pid, &mut status, options) } as isize)?;
        Tuple::from_vec(vec![int(pid as i64)?, int(status)?])
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///     (pid, status)
    #[function]
    fn wait() -> PyResult<Ref<Tuple>> {
        waitpid(-1, 0)
    }

    /// Wait for completion of a specific child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function(sig = "(pid, options)")]
    fn wait4(pid: i32, options: i32) -> PyResult<Ref<Tuple>> {
        let mut status = 0;
        // SAFETY: room for the status and the usage.
        unsafe {
            let mut r: libc::rusage = std::mem::zeroed();
            let pid = call(None, || libc::wait4(pid, &mut status, options, &mut r) as isize)?;
            Tuple::from_vec(vec![int(pid as i64)?, int(status)?, rusage(&r)?])
        }
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function(sig = "(options)")]
    fn wait3(options: i32) -> PyResult<Ref<Tuple>> {
        wait4(-1, options)
    }

    /// Convert a wait status to an exit code.
    #[function(sig = "(status)")]
    fn waitstatus_to_exitcode(status: i32) -> PyResult<i32> {
        if libc::WIFEXITED(status) {
            Ok(libc::WEXITSTATUS(status))
        } else if libc::WIFSIGNALED(status) {
            Ok(-libc::WTERMSIG(status))
        } else if libc::WIFSTOPPED(status) {
            bail!(ValueError, "process stopped by delivery of signal {}", libc::WSTOPSIG(status))
        } else {
            bail!(ValueError, "invalid wait status: {status}")
        }
    }

    /// Return True if the process returning status was dumped to a core file.
    #[function(name = "WCOREDUMP")]
    fn core_dump(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }

    /// Return True if a particular process was continued from a job control stop.
    #[function(name = "WIFCONTINUED", sig = "(status)")]
    fn continued(status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }

    /// Return True if the process returning status was stopped.
    #[function(name = "WIFSTOPPED", sig = "(status)")]
    fn stopped(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }

    /// Return True if the process returning status was terminated by a signal.
    #[function(name = "WIFSIGNALED", sig = "(status)")]
    fn signaled(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }

    /// Return True if the process returning status exited via the exit() system call.
    #[function(name = "WIFEXITED", sig = "(status)")]
    fn exited(status: i32) -> bool {
        libc::WIFEXITED(status)
    }

    /// Return the process return code from status.
    #[function(name = "WEXITSTATUS", sig = "(status)")]
    fn exit_status(status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }

    /// Return the signal that terminated the process that provided the status value.
    #[function(name = "WTERMSIG", sig = "(status)")]
    fn term_signal(status: i32) -> i32 {
        libc::WTERMSIG(status)
    }

    /// Return the signal that stopped the process that provided the status value.
    #[function(name = "WSTOPSIG", sig = "(status)")]
    fn stop_signal(status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }

    /// Return path of the controlling terminal.
    #[function]
    fn ctermid() -> PyResult<Object> {
        text("/dev/tty")
    }
}

pub use module::MODULE;
