//! `_posixsubprocess`: starting a program as `subprocess` wants it.
//!
//! Everything that allocates happens before the fork. The child calls async-signal-safe functions only, unless a
//! `preexec_fn` is given; then Python runs in it, with the GIL that it inherits.

use crate::osutil::{c_int, id_number};
use crate::posix::process::{
    Strings, after_fork_child, after_fork_parent, before_fork, forget_fork, refuse_at_end,
};
use crate::util::fs_cstring;
use dovetail_core::error::PyResult;
use dovetail_core::object::sequence::fast_items;
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exceptions_os::os_error_from_errno;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use std::ffi::{CString, c_char};
use std::sync::atomic::{AtomicI32, Ordering};

/// The most supplementary groups that the system takes.
const MAX_GROUPS: usize = 65536;

/// What the child does, ready to use.
struct Plan {
    argv: Option<Strings>,
    programs: Vec<CString>,
    environment: Option<Strings>,
    cwd: Option<CString>,
    close_fds: bool,
    keep: Vec<i32>,
    p2c: (i32, i32),
    c2p: (i32, i32),
    err: (i32, i32),
    report: (i32, i32),
    restore_signals: bool,
    setsid: bool,
    pgid: i32,
    groups: Option<Vec<u32>>,
    gid: Option<u32>,
    uid: Option<u32>,
    umask: i32,
}

/// Where the child was when a step failed; with `errno` it makes the report to the parent.
enum Failure {
    /// Before anything of the program was tried.
    Setup,
    Chdir,
    Preexec,
    Exec,
}

fn failed(r: libc::c_int, at: Failure) -> Result<libc::c_int, Failure> {
    if r == -1 { Err(at) } else { Ok(r) }
}

fn set_errno(e: i32) {
    // SAFETY: the thread's own errno.
    unsafe { *libc::__errno_location() = e }
}

fn inheritable(fd: i32) -> Result<(), Failure> {
    // SAFETY: no memory is involved.
    unsafe {
        let flags = failed(libc::fcntl(fd, libc::F_GETFD), Failure::Setup)?;
        if flags & libc::FD_CLOEXEC != 0 {
            failed(libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC), Failure::Setup)?;
        }
    }
    Ok(())
}

fn close(fd: i32) -> Result<(), Failure> {
    if fd == -1 {
        return Ok(());
    }
    // SAFETY: a descriptor of the child's own.
    failed(unsafe { libc::close(fd) }, Failure::Setup).map(|_| ())
}

/// Makes `from` the descriptor `to` of the program.
fn place(from: i32, to: i32) -> Result<(), Failure> {
    if from == to {
        // dup2 would leave the close-on-exec flag.
        inheritable(from)
    } else if from != -1 {
        // SAFETY: no memory is involved.
        failed(unsafe { libc::dup2(from, to) }, Failure::Setup).map(|_| ())
    } else {
        Ok(())
    }
}

static NO_CLOSE_RANGE: AtomicI32 = AtomicI32::new(0);

fn close_between(low: i32, high: i32) {
    if low > high {
        return;
    }
    // SAFETY: descriptors of the child's own; errors do not matter.
    unsafe {
        if NO_CLOSE_RANGE.load(Ordering::Relaxed) == 0 {
            if libc::syscall(libc::SYS_close_range, low, high, 0) == 0 {
                return;
            }
            NO_CLOSE_RANGE.store(1, Ordering::Relaxed);
        }
        let most = libc::sysconf(libc::_SC_OPEN_MAX);
        let most = if most < 0 { 256 } else { most.min(i32::MAX as i64) as i32 };
        for fd in low..=high.min(most) {
            libc::close(fd);
        }
    }
}

/// Closes everything above the standard streams but what is to be kept (sorted).
fn close_others(keep: &[i32]) {
    let mut low = 3;
    for fd in keep.iter().copied().filter(|fd| *fd >= 3) {
        close_between(low, fd - 1);
        low = fd + 1;
    }
    close_between(low, i32::MAX);
}

impl Plan {
    /// The steps in the child up to the program; returns only on failure.
    fn run(&self, preexec: Option<&Obj>) -> Failure {
        match self.steps(preexec) {
            Ok(never) => match never {},
            Err(f) => f,
        }
    }

    fn steps(&self, preexec: Option<&Obj>) -> Result<std::convert::Infallible, Failure> {
        // SAFETY: async-signal-safe calls with memory prepared by the parent.
        unsafe {
            for fd in self.keep.iter().filter(|fd| **fd != self.report.1) {
                inheritable(*fd)?;
            }
            close(self.p2c.1)?;
            close(self.c2p.0)?;
            close(self.err.0)?;
            close(self.report.0)?;
            let mut c2pwrite = self.c2p.1;
            if c2pwrite == 0 {
                c2pwrite = failed(libc::dup(c2pwrite), Failure::Setup)?;
                // It stays hidden from the program under this number.
                failed(libc::fcntl(c2pwrite, libc::F_SETFD, libc::FD_CLOEXEC), Failure::Setup)?;
            }
            let mut errwrite = self.err.1;
            while errwrite == 0 || errwrite == 1 {
                errwrite = failed(libc::dup(errwrite), Failure::Setup)?;
                failed(libc::fcntl(errwrite, libc::F_SETFD, libc::FD_CLOEXEC), Failure::Setup)?;
            }
            place(self.p2c.0, 0)?;
            place(c2pwrite, 1)?;
            place(errwrite, 2)?;
            if let Some(dir) = &self.cwd {
                failed(libc::chdir(dir.as_ptr()), Failure::Chdir)?;
            }
            if self.umask >= 0 {
                libc::umask(self.umask as libc::mode_t);
            }
            if self.restore_signals {
                for s in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(s, libc::SIG_DFL);
                }
            }
            if self.setsid {
                failed(libc::setsid(), Failure::Setup)?;
            }
            if self.pgid >= 0 {
                failed(libc::setpgid(0, self.pgid), Failure::Setup)?;
            }
            if let Some(g) = &self.groups {
                failed(libc::syscall(libc::SYS_setgroups, g.len(), g.as_ptr()) as i32, Failure::Setup)?;
            }
            if let Some(g) = self.gid {
                failed(libc::syscall(libc::SYS_setregid, g, g) as i32, Failure::Setup)?;
            }
            if let Some(u) = self.uid {
                failed(libc::syscall(libc::SYS_setreuid, u, u) as i32, Failure::Setup)?;
            }
            if let Some(f) = preexec
                && let Err(e) = f.call(&[])
            {
                e.clear();
                set_errno(0);
                return Err(Failure::Preexec);
            }
            if self.close_fds {
                close_others(&self.keep);
            }
            let own: [*const c_char; 1] = [std::ptr::null()];
            let argv = self.argv.as_ref().map_or(own.as_ptr(), Strings::as_ptr);
            let mut telling = 0;
            for p in &self.programs {
                match &self.environment {
                    Some(e) => libc::execve(p.as_ptr(), argv, e.as_ptr()),
                    None => libc::execv(p.as_ptr(), argv),
                };
                let e = *libc::__errno_location();
                if e != libc::ENOENT && e != libc::ENOTDIR && telling == 0 {
                    telling = e;
                }
            }
            if telling != 0 {
                set_errno(telling);
            }
            Err(Failure::Exec)
        }
    }

    /// Tells the parent why there is no program, in `subprocess`'s words.
    fn tell(&self, failure: Failure, errno: i32) {
        let send = |bytes: &[u8]| {
            // SAFETY: the bytes; nobody is left to hear of an error.
            unsafe { libc::write(self.report.1, bytes.as_ptr().cast(), bytes.len()) };
        };
        if matches!(failure, Failure::Preexec) || errno == 0 {
            send(b"SubprocessError:0:");
            if matches!(failure, Failure::Preexec) {
                send(b"Exception occurred in preexec_fn.");
            }
            return;
        }
        send(b"OSError:");
        let mut digits = [0u8; 16];
        let (mut n, mut at) = (errno as u32, digits.len());
        while n != 0 {
            at -= 1;
            digits[at] = b"0123456789ABCDEF"[(n % 16) as usize];
            n /= 16;
        }
        send(&digits[at..]);
        send(b":");
        match failure {
            Failure::Chdir => send(b"noexec:chdir"),
            Failure::Setup => send(b"noexec"),
            Failure::Preexec | Failure::Exec => {}
        }
    }
}

fn byte_strings(o: &Obj) -> PyResult<Vec<CString>> {
    let n = o.len_()?;
    let mut out = Vec::with_capacity(n);
    for i in 0..n {
        let item = o.get_item(&*crate::util::int(i as i64)?)?;
        let Some(b) = item.downcast::<Bytes>() else {
            bail!(TypeError, "expected bytes, {} found", item.type_name());
        };
        out.push(CString::new(b.as_slice()).map_err(|_| raise!(ValueError, "embedded null byte"))?);
    }
    Ok(out)
}

fn descriptors(t: &Tuple) -> PyResult<Vec<i32>> {
    let bad = || raise!(ValueError, "bad value(s) in fds_to_keep");
    let mut out: Vec<i32> = Vec::with_capacity(t.len());
    for o in t.items() {
        let fd = o.downcast::<Int>().and_then(Int::to_i64).and_then(|v| i32::try_from(v).ok());
        match fd {
            Some(fd) if fd >= 0 && out.last().is_none_or(|last| fd > *last) => out.push(fd),
            _ => return Err(bad()),
        }
    }
    Ok(out)
}

fn groups(o: &Obj) -> PyResult<Vec<u32>> {
    let Some(list) = o.downcast::<List>() else {
        bail!(TypeError, "setgroups argument must be a list");
    };
    if list.len() > MAX_GROUPS {
        bail!(ValueError, "too many extra_groups");
    }
    let mut out = Vec::with_capacity(list.len());
    for o in list.to_vec() {
        if !o.is_a::<Int>() {
            bail!(TypeError, "extra_groups must be integers");
        }
        out.push(id_number(&o, "gid").map_err(|e| {
            e.clear();
            raise!(ValueError, "invalid group id")
        })?);
    }
    Ok(out)
}

/// A POSIX helper for the subprocess module.
#[pymodule(name = "_posixsubprocess")]
pub mod module {
    use super::*;

    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in
    /// the child and duplicate the few that are needed before calling exec() in
    /// the child process.
    ///
    /// If close_fds is True, close file descriptors 3 and higher, except those
    /// listed in the sorted tuple pass_fds.
    ///
    /// The preexec_fn, if supplied, will be called immediately before closing
    /// file descriptors and exec.
    ///
    /// WARNING: preexec_fn is NOT SAFE if your application uses threads.
    ///          It may trigger infrequent, difficult to debug deadlocks.
    ///
    /// If an error occurs in the child process before the exec, it is
    /// serialized and written to the errpipe_write fd per subprocess.py.
    ///
    /// Returns: the child process's PID.
    ///
    /// Raises: Only on an error in the parent process.
    #[function]
    #[allow(clippy::too_many_arguments)]
    fn fork_exec(
        args: &Obj,
        executable_list: &Obj,
        close_fds: bool,
        pass_fds: &Tuple,
        cwd: &Obj,
        env: &Obj,
        p2cread: i32,
        p2cwrite: i32,
        c2pread: i32,
        c2pwrite: i32,
        errread: i32,
        errwrite: i32,
        errpipe_read: i32,
        errpipe_write: i32,
        restore_signals: bool,
        call_setsid: bool,
        pgid_to_set: &Obj,
        gid: &Obj,
        extra_groups: &Obj,
        uid: &Obj,
        child_umask: i32,
        preexec_fn: &Obj,
    ) -> PyResult<i32> {
        let interp = dovetail_core::interpreter::Interpreter::current();
        if !preexec_fn.is_none() && !interp.is_main() {
            bail!(RuntimeError, "preexec_fn not supported within subinterpreters");
        }
        crate::posix::process::refuse_isolated_fork()?;
        let pgid = c_int(pgid_to_set)?;
        if close_fds && errpipe_write < 3 {
            bail!(ValueError, "errpipe_write must be >= 3");
        }
        let keep = descriptors(pass_fds)?;
        let programs = byte_strings(executable_list)?;
        let argv = if args.is_none() {
            None
        } else {
            let items = fast_items(args, "argv must be a tuple")?;
            Some(Strings::new(items.iter().map(|o| fs_cstring(o)).collect::<PyResult<Vec<_>>>()?))
        };
        let environment = if env.is_none() { None } else { Some(Strings::new(byte_strings(env)?)) };
        let cwd = if cwd.is_none() { None } else { Some(fs_cstring(cwd)?) };
        let groups = if extra_groups.is_none() { None } else { Some(groups(extra_groups)?) };
        let gid = if gid.is_none() { None } else { Some(id_number(gid, "gid")?) };
        let uid = if uid.is_none() { None } else { Some(id_number(uid, "uid")?) };
        let plan = Plan {
            argv,
            programs,
            environment,
            cwd,
            close_fds,
            keep,
            p2c: (p2cread, p2cwrite),
            c2p: (c2pread, c2pwrite),
            err: (errread, errwrite),
            report: (errpipe_read, errpipe_write),
            restore_signals,
            setsid: call_setsid,
            pgid,
            groups,
            gid,
            uid,
            umask: child_umask,
        };
        let preexec = (!preexec_fn.is_none()).then_some(preexec_fn);
        if preexec.is_some() {
            refuse_at_end("preexec_fn not supported at interpreter shutdown")?;
        }
        let lock = preexec.map(|_| before_fork());
        // SAFETY: the child keeps to async-signal-safe calls, or runs Python as the only thread with the GIL.
        let pid = unsafe { libc::fork() };
        if pid == 0 {
            if let Some(lock) = lock {
                after_fork_child(lock);
            }
            let failure = plan.run(preexec.map(AsObj::as_obj));
            // SAFETY: the thread's own errno; ends the child.
            unsafe {
                let errno = *libc::__errno_location();
                plan.tell(failure, errno);
                libc::_exit(255)
            }
        }
        let errno = crate::osutil::errno();
        match lock {
            Some(lock) if pid > 0 => after_fork_parent(lock),
            Some(lock) => forget_fork(lock),
            None => {}
        }
        if pid < 0 {
            return Err(os_error_from_errno(errno, None));
        }
        Ok(pid)
    }
}

pub use module::MODULE;
