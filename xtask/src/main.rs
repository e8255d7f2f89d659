//! Developer commands, run as `cargo xtask COMMAND`.
//!
//! One command, one file; the table below is the only list of them, and prints the help.
//! Exit codes: 0 done, 1 something failed, 2 the command or a part of it cannot be run
//! (bad arguments, or not written yet; the message says which).

mod bench;
mod cargo;
mod compat;
mod demo;
mod dist;
mod facts;
mod fuzz;
mod licences;
mod order;
mod packages;
mod paths;
mod postgres;
mod runtime;
mod setup;
mod steps;
mod test;
mod tidy;

use std::process::ExitCode;

use lexopt::Parser;

/// Why a command stopped.
#[derive(Debug)]
pub enum Stop {
    /// Something ran and failed: exit code 1.
    Failed(String),
    /// It could not be started: bad arguments, or a part that is not written yet. Exit code 2.
    Cannot(String),
}

impl From<lexopt::Error> for Stop {
    fn from(error: lexopt::Error) -> Self {
        Stop::Cannot(error.to_string())
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Stop::Failed(error.to_string())
    }
}

/// What every command returns.
pub type Done = Result<(), Stop>;

struct Command {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(Parser) -> Done,
}

/// All commands. To add one: a file with `pub fn run(args: Parser) -> Done`, and a row here.
const COMMANDS: &[Command] = &[
    Command {
        name: "setup",
        arguments: "[--check] [--with-postgres] [--with-headers] [--with-deny]",
        about: "installs what the machine lacks: libclang, a C compiler; on request PostgreSQL, the headers that tests read, cargo-deny",
        run: setup::run,
    },
    Command {
        name: "test",
        arguments: "[--debug-checks] [--release] [--quick]",
        about: "format, lints, house rules, licences, unit tests, then the programs under compat-tests",
        run: test::run,
    },
    Command {
        name: "tidy",
        arguments: "",
        about: "house rules over the sources: length, opening docs, reasons",
        run: tidy::run,
    },
    Command {
        name: "licences",
        arguments: "",
        about: "licences of all dependencies: cargo-deny where installed, else a check of our own",
        run: licences::run,
    },
    Command {
        name: "dist",
        arguments: "[--dev] [--release] [DIR] | --compare LIBRARY",
        about: "makes the prefix layout: bin, lib/python3.14, include, libpython3.14.so",
        run: dist::run,
    },
    Command {
        name: "bench",
        arguments: "[--rounds N] [--filter WORD] [--write] [--no-build] [--reference-only]",
        about: "times Dovetail beside a CPython 3.14, as ratios",
        run: bench::run,
    },
    Command {
        name: "order",
        arguments: "",
        about: "writes down which functions run at start-up, for the link to put them together (needs valgrind)",
        run: order::run,
    },
    Command {
        name: "compat",
        arguments: "[SUITE] [ARGUMENTS...]",
        about: "runs the outside world's packages and test suites",
        run: compat::run,
    },
    Command {
        name: "fuzz",
        arguments: "[--seconds N] [--address] [TARGET...]",
        about: "the fuzz targets of the cdef parser, ten minutes unless told otherwise (needs a C++ compiler)",
        run: fuzz::run,
    },
    Command {
        name: "demo",
        arguments: "[--reference-only]",
        about: "NumPy, lxml and psycopg2 from the index on Dovetail, from nothing",
        run: demo::run,
    },
];

fn main() -> ExitCode {
    let mut args = Parser::from_env();
    let name = match args.value() {
        Ok(name) => name.to_string_lossy().into_owned(),
        Err(_) => {
            print_help();
            return ExitCode::from(2);
        }
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print_help();
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("xtask: there is no command '{name}'");
        print_help();
        return ExitCode::from(2);
    };
    match (command.run)(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Failed(message)) => {
            eprintln!("xtask {name}: {message}");
            ExitCode::FAILURE
        }
        Err(Stop::Cannot(message)) => {
            eprintln!("xtask {name}: {message}");
            ExitCode::from(2)
        }
    }
}

fn print_help() {
    println!("cargo xtask COMMAND\n");
    for command in COMMANDS {
        println!("  {} {}\n      {}", command.name, command.arguments, command.about);
    }
}
