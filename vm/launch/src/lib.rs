//! A process that runs Python, from its command line to its exit status.
//!
//! The order is CPython's: command line and environment become a [`Config`](dovetail_core::config::Config)
//! ([`cmdline`], [`settings`], [`getpath`]), the interpreter starts ([`start`]), the main program runs ([`run`],
//! [`interactive`]), and the interpreter ends ([`finish`]). The launcher and whoever embeds the runtime call
//! [`main`] or the parts.

pub mod cmdline;
pub mod finish;
pub mod getpath;
mod help;
pub mod interactive;
pub mod run;
pub mod settings;
pub mod start;
pub mod subinterpreter;

use cmdline::Request;
use std::ffi::OsString;

/// Runs the process for this command line, whose first word is the program's own name. Gives the exit status. `linked`
/// registers with the interpreter, once it has `sys`, what else is linked into the executable.
pub fn main(args: Vec<OsString>, linked: fn()) -> u8 {
    dovetail_core::thread::extend_main_stack();
    plain_faults();
    let name = args.first().cloned().unwrap_or_default();
    let shown = name.to_string_lossy().into_owned();
    let line = match cmdline::parse(args.get(1..).unwrap_or_default()) {
        Ok(line) => line,
        Err(wrong) => {
            let usage = help::usage(&shown);
            eprintln!("{}\n{usage}\nTry `python -h' for more information.", wrong.0);
            return 2;
        }
    };
    let text = match line.request {
        Request::Run => None,
        Request::Version(long) => Some(format!("{}\n", help::version(long))),
        Request::Help => Some(format!("{}\n{}", help::usage(&shown), help::OPTIONS)),
        Request::HelpEnv => Some(help::ENVIRONMENT.to_owned()),
        Request::HelpXOptions => Some(help::X_OPTIONS.to_owned()),
        Request::HelpAll => {
            let usage = help::usage(&shown);
            Some(format!("{usage}\n{}\n{}\n{}", help::OPTIONS, help::ENVIRONMENT, help::X_OPTIONS))
        }
    };
    if let Some(text) = text {
        use std::io::Write;
        return u8::from(std::io::stdout().write_all(text.as_bytes()).is_err());
    }
    let mut config = match settings::gather(&line, args) {
        Ok(c) => c,
        Err(f) => {
            let place = if f.place.is_empty() { String::new() } else { format!("{}: ", f.place) };
            let state = if f.early { "preinitializing" } else { "preinitialized" };
            eprintln!("Fatal Python error: {place}{}\nPython runtime state: {state}\n", f.message);
            return 1;
        }
    };
    for note in getpath::fill(&mut config, &name) {
        eprintln!("{note}");
    }
    if let Err(failed) = start::start(config, linked) {
        failed.report();
        return 1;
    }
    let status = run::run_main(&shown);
    let status = if finish::finish() { status } else { 120 };
    if status == run::INTERRUPTED {
        finish::die_of_interrupt();
    }
    status as u8
}

/// Takes back the handlers of Rust's own runtime, which would swallow a signal that another process sends: faults end
/// the process as they do by default.
fn plain_faults() {
    // SAFETY: no other thread runs yet.
    unsafe {
        for signum in [libc::SIGSEGV, libc::SIGBUS] {
            libc::signal(signum, libc::SIG_DFL);
        }
    }
}
