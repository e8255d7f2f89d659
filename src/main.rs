//! The launcher: links everything, and hands the command line over.

mod exported;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, Ordering};

/// Which of the standard descriptors the process was started with, as bits. Rust's own start opens the missing ones,
/// while a program is to find them closed.
static OPEN_AT_START: AtomicU8 = AtomicU8::new(0b111);

extern "C" fn note_open_descriptors() {
    // SAFETY: asks about descriptors.
    let open = (0..3u8).filter(|fd| unsafe { libc::fcntl((*fd).into(), libc::F_GETFD) } >= 0);
    OPEN_AT_START.store(open.fold(0, |bits, fd| bits | 1 << fd), Ordering::Relaxed);
}

// SAFETY: the C library calls the functions of this section before `main`; this one needs nothing set up.
#[used]
#[unsafe(link_section = ".init_array")]
static AT_START: extern "C" fn() = note_open_descriptors;

fn main() -> ExitCode {
    for fd in 0..3 {
        if OPEN_AT_START.load(Ordering::Relaxed) & 1 << fd == 0 {
            // SAFETY: nothing uses the descriptor yet.
            unsafe { libc::close(fd) };
        }
    }
    let args: Vec<OsString> = std::env::args_os().collect();
    // `dovetail wheel ...` and `dovetail cdef ...` are commands where no program of that name lies in the current folder.
    if args.get(1).is_some_and(|a| a == "wheel") && !Path::new("wheel").exists() {
        return dovetail_wheels::cli::main_with(args.into_iter().skip(2), Some(&exported::Symbols::new()));
    }
    if args.get(1).is_some_and(|a| a == "cdef") && !Path::new("cdef").exists() {
        return dovetail_cdef::cli::main(args.into_iter().skip(2));
    }
    dovetail_stdlib::add_modules(&[dovetail_cffi::MODULES, dovetail_ctypes::MODULES]);
    ExitCode::from(dovetail_launch::main(args, dovetail_cpyext::start))
}
