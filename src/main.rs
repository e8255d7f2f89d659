//! The launcher: links everything, and hands the command line over.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    // `dovetail wheel ...` is a command where no program of that name lies in the current folder.
    if args.get(1).is_some_and(|a| a == "wheel") && !Path::new("wheel").exists() {
        return dovetail_wheels::cli::main_with(args.into_iter().skip(2), None);
    }
    ExitCode::from(dovetail_launch::main(args, dovetail_cpyext::start))
}
