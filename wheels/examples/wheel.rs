//! `dovetail wheel ...` without the rest of the launcher.

fn main() -> std::process::ExitCode {
    dovetail_wheels::cli::main(std::env::args_os().skip(1))
}
