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
pub mod locale;
pub mod preset;
pub mod run;
pub mod settings;
pub mod start;
pub mod subinterpreter;

use cmdline::{Line, Request};
use dovetail_core::config::Config;
use preset::Preset;
use settings::Fatal;
use std::ffi::OsString;

/// Reads the arguments after the first, which is the program's own name, onto what `line` says already; prints the help or
/// version that they ask for.
pub fn read_line(line: Line, args: &[OsString]) -> Result<Line, u8> {
    let shown = args.first().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let line = match cmdline::parse_onto(line, args.get(1..).unwrap_or_default()) {
        Ok(line) => line,
        Err(wrong) => {
            let usage = help::usage(&shown);
            eprintln!("{}\n{usage}\nTry `python -h' for more information.", wrong.0);
            return Err(2);
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
    match text {
        None => Ok(line),
        Some(text) => {
            use std::io::Write;
            let mut out = std::io::stdout();
            let done = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            Err(u8::from(done.is_err()))
        }
    }
}

/// Settings and paths for a line.
pub fn configure(line: &Line, orig_argv: Vec<OsString>, preset: &Preset) -> Result<Config, Fatal> {
    let mut config = settings::gather(line, orig_argv, preset)?;
    for note in getpath::fill(&mut config, preset) {
        eprintln!("{note}");
    }
    Ok(config)
}

/// Runs the process for this command line, whose first word is the program's own name. Gives the exit status. `linked`
/// registers with the interpreter, once it has `sys`, what else is linked into the executable.
pub fn main(args: Vec<OsString>, linked: fn()) -> u8 {
    dovetail_core::thread::extend_main_stack();
    plain_faults();
    let line = match read_line(Line::default(), &args) {
        Ok(line) => line,
        Err(status) => return status,
    };
    let config = match configure(&line, args, &Preset::default()) {
        Ok(c) => c,
        Err(f) => {
            let place = if f.place.is_empty() { String::new() } else { format!("{}: ", f.place) };
            let state = if f.early { "preinitializing" } else { "preinitialized" };
            eprintln!("Fatal Python error: {place}{}\nPython runtime state: {state}\n", f.message);
            return 1;
        }
    };
    if let Err(failed) = start::start(config, linked) {
        failed.report();
        return 1;
    }
    let status = run_to_end();
    if status == run::INTERRUPTED {
        finish::die_of_interrupt();
    }
    status as u8
}

/// Runs the main program of the interpreter that was started, and ends the interpreter. Gives the exit status.
pub fn run_to_end() -> i32 {
    let status = run::run_main();
    if finish::finish() { status } else { 120 }
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
