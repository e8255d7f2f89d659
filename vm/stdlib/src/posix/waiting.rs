//! Waiting for child processes, and what their statuses say.

use super::path::call;
use crate::resource::rusage;
use crate::util::{TypeCell, int, set, text};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::type_::Type;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;

static WAITID: TypeCell = TypeCell::new();

fn waitid_type() -> PyResult<&'static Type> {
    WAITID.get_or(|| {
        structseq::new_type(&Declaration {
            name: "posix.waitid_result",
            doc: "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  \
                  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\n\
                  See os.waitid for more information.",
            fields: &[
                (Some("si_pid"), ""),
                (Some("si_uid"), ""),
                (Some("si_signo"), ""),
                (Some("si_status"), ""),
                (Some("si_code"), ""),
            ],
            visible: 5,
        })
    })
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "waitid_result", waitid_type()?.as_obj())
    }

    /// Returns the result of waiting for a process or processes.
    ///
    ///   idtype
    ///     Must be one of be P_PID, P_PGID or P_ALL.
    ///   id
    ///     The id to wait on.
    ///   options
    ///     Constructed from the ORing of one or more of WEXITED, WSTOPPED
    ///     or WCONTINUED and additionally may be ORed with WNOHANG or WNOWAIT.
    ///
    /// Returns either waitid_result or None if WNOHANG is specified and there
    /// are no children in a waitable state.
    #[function]
    fn waitid(idtype: u32, id: u32, options: i32) -> PyResult<Option<Object>> {
        // SAFETY: the call fills the struct, whose child fields are then valid.
        unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            call(None, || libc::waitid(idtype, id, &mut info, options) as isize)?;
            if info.si_pid() == 0 {
                return Ok(None);
            }
            let values = vec![
                int(info.si_pid())?,
                crate::osutil::id_object(info.si_uid())?,
                int(info.si_signo)?,
                int(info.si_status())?,
                int(info.si_code)?,
            ];
            structseq::new(waitid_type()?, values).map(Some)
        }
    }

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
