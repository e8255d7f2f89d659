//! The launcher: links everything, and hands the command line over.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, Ordering};

unsafe extern "C" {
    fn fcntl(fd: i32, command: i32, ...) -> i32;
    fn close(fd: i32) -> i32;
}

/// `F_GETFD`.
const GET_FLAGS: i32 = 1;

/// Which of the descriptors 0, 1 and 2 were closed when the process began, as bits.
static CLOSED: AtomicU8 = AtomicU8::new(0);

/// Before `main`, Rust's start opens the null device on closed standard descriptors. Programs are to find them as they
/// were (`sys.stdout` is then None), so they are looked at earlier, and closed again.
#[used]
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    for fd in 0..3 {
        // SAFETY: asks about a descriptor.
        if unsafe { fcntl(fd, GET_FLAGS) } < 0 {
            CLOSED.fetch_or(1 << fd, Ordering::Relaxed);
        }
    }
}

fn main() -> ExitCode {
    for fd in 0..3 {
        if CLOSED.load(Ordering::Relaxed) >> fd & 1 != 0 {
            // SAFETY: a descriptor that nobody but Rust's start knows.
            unsafe { close(fd) };
        }
    }
    let args: Vec<OsString> = std::env::args_os().collect();
    // `dovetail wheel ...` is a command where no program of that name lies in the current folder.
    if args.get(1).is_some_and(|a| a == "wheel") && !Path::new("wheel").exists() {
        return dovetail_wheels::cli::main_with(args.into_iter().skip(2), None);
    }
    ExitCode::from(dovetail_launch::main(args, dovetail_cpyext::start))
}
