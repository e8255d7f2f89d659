//! The numbers of `posix`.

use crate::util::{set, set_int, text};
use dovetail_core::error::PyResult;
use dovetail_core::object::Obj;
use dovetail_core::types::list::List;

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

static NUMBERS: &[(&str, i64)] = numbers!(
    F_OK R_OK W_OK X_OK O_RDONLY O_WRONLY O_RDWR O_NDELAY O_NONBLOCK O_APPEND O_DSYNC O_RSYNC O_SYNC O_NOCTTY O_CREAT
    O_EXCL O_TRUNC O_LARGEFILE O_PATH O_TMPFILE O_ASYNC O_DIRECT O_DIRECTORY O_NOFOLLOW O_NOATIME O_CLOEXEC O_ACCMODE
    WNOHANG WCONTINUED WUNTRACED WEXITED WSTOPPED WNOWAIT P_PID P_PGID P_ALL P_PIDFD CLD_EXITED CLD_KILLED CLD_DUMPED CLD_TRAPPED
    CLD_STOPPED CLD_CONTINUED SEEK_DATA SEEK_HOLE F_LOCK F_TLOCK F_ULOCK F_TEST
    PRIO_PROCESS PRIO_PGRP PRIO_USER POSIX_FADV_NORMAL POSIX_FADV_SEQUENTIAL POSIX_FADV_RANDOM POSIX_FADV_NOREUSE
    POSIX_FADV_WILLNEED POSIX_FADV_DONTNEED SCHED_OTHER SCHED_FIFO SCHED_RR SCHED_BATCH SCHED_IDLE SCHED_RESET_ON_FORK
    RTLD_LAZY RTLD_NOW RTLD_GLOBAL RTLD_LOCAL RTLD_NODELETE RTLD_NOLOAD RTLD_DEEPBIND GRND_RANDOM GRND_NONBLOCK
    MFD_CLOEXEC MFD_ALLOW_SEALING MFD_HUGETLB EFD_CLOEXEC EFD_NONBLOCK EFD_SEMAPHORE ST_RDONLY ST_NOSUID ST_NODEV
    ST_NOEXEC ST_SYNCHRONOUS ST_MANDLOCK ST_NOATIME ST_NODIRATIME ST_RELATIME XATTR_CREATE XATTR_REPLACE
);

/// Numbers of the system's interface that are the same on every machine.
static MORE_NUMBERS: &[(&str, i64)] = &[
    ("CLONE_FILES", 0x400),
    ("CLONE_FS", 0x200),
    ("CLONE_NEWCGROUP", 0x2000000),
    ("CLONE_NEWIPC", 0x8000000),
    ("CLONE_NEWNET", 0x40000000),
    ("CLONE_NEWNS", 0x20000),
    ("CLONE_NEWPID", 0x20000000),
    ("CLONE_NEWTIME", 128),
    ("CLONE_NEWUSER", 0x10000000),
    ("CLONE_NEWUTS", 0x4000000),
    ("CLONE_SIGHAND", 0x800),
    ("CLONE_SYSVSEM", 0x40000),
    ("CLONE_THREAD", 0x10000),
    ("CLONE_VM", 0x100),
    ("MFD_HUGE_16GB", 0x88000000),
    ("MFD_HUGE_16MB", 0x60000000),
    ("MFD_HUGE_1GB", 0x78000000),
    ("MFD_HUGE_1MB", 0x50000000),
    ("MFD_HUGE_256MB", 0x70000000),
    ("MFD_HUGE_2GB", 0x7c000000),
    ("MFD_HUGE_2MB", 0x54000000),
    ("MFD_HUGE_32MB", 0x64000000),
    ("MFD_HUGE_512KB", 0x4c000000),
    ("MFD_HUGE_512MB", 0x74000000),
    ("MFD_HUGE_64KB", 0x40000000),
    ("MFD_HUGE_8MB", 0x5c000000),
    ("MFD_HUGE_MASK", 63),
    ("MFD_HUGE_SHIFT", 26),
    ("O_FSYNC", 0x101000),
    ("PIDFD_NONBLOCK", 0x800),
    ("POSIX_SPAWN_CLOSEFROM", 3),
    ("RWF_APPEND", 16),
    ("RWF_DSYNC", 2),
    ("RWF_HIPRI", 1),
    ("RWF_NOWAIT", 8),
    ("RWF_SYNC", 4),
    ("SCHED_DEADLINE", 6),
    ("SCHED_NORMAL", 0),
    ("SPLICE_F_MORE", 4),
    ("SPLICE_F_MOVE", 1),
    ("SPLICE_F_NONBLOCK", 2),
    ("ST_APPEND", 0x100),
    ("ST_WRITE", 128),
    ("TFD_CLOEXEC", 0x80000),
    ("TFD_NONBLOCK", 0x800),
    ("TFD_TIMER_ABSTIME", 1),
    ("TFD_TIMER_CANCEL_ON_SET", 2),
];

/// What `os` reads to learn which calls take descriptors and relative paths.
static HAVE: &[&str] = &[
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FDOPENDIR",
    "HAVE_FEXECVE",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
];

pub fn add(module: &Obj) -> PyResult<()> {
    for (name, value) in NUMBERS.iter().chain(MORE_NUMBERS) {
        set_int(module, name, *value)?;
    }
    for (name, value) in [
        ("TMP_MAX", 238328),
        ("NGROUPS_MAX", 65536),
        ("EX_OK", 0),
        ("EX_USAGE", 64),
        ("EX_DATAERR", 65),
        ("EX_NOINPUT", 66),
        ("EX_NOUSER", 67),
        ("EX_NOHOST", 68),
        ("EX_UNAVAILABLE", 69),
        ("EX_SOFTWARE", 70),
        ("EX_OSERR", 71),
        ("EX_OSFILE", 72),
        ("EX_CANTCREAT", 73),
        ("EX_IOERR", 74),
        ("EX_TEMPFAIL", 75),
        ("EX_PROTOCOL", 76),
        ("EX_NOPERM", 77),
        ("EX_CONFIG", 78),
        ("POSIX_SPAWN_OPEN", 0),
        ("POSIX_SPAWN_CLOSE", 1),
        ("POSIX_SPAWN_DUP2", 2),
        ("XATTR_SIZE_MAX", 65536),
    ] {
        set_int(module, name, value)?;
    }
    let have = HAVE.iter().map(|h| text(h)).collect::<PyResult<Vec<_>>>()?;
    set(module, "_have_functions", &*List::from_vec(have)?)
}
