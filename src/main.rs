//! The launcher: the command line, start-up, running a program, and the exit status.

mod run;

fn main() -> std::process::ExitCode {
    run::main()
}
