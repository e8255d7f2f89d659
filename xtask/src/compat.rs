//! `cargo xtask compat [SUITE]`: the outside world's packages and test suites.
//!
//! These need the package index, so they are apart from `cargo xtask test`. Without a name it lists them.

mod cpython;
mod expected;
mod process;
mod pytest;
mod report;
mod suite;

use lexopt::Parser;

use crate::{Done, Stop, cargo, packages};

/// One suite that runs.
struct Suite {
    name: &'static str,
    about: &'static str,
    run: fn(Parser) -> Done,
}

const SUITES: &[Suite] = &[
    Suite {
        name: "wheels",
        about: "checks and unpacks numpy, lxml and psycopg2-binary from the index with the wheels crate",
        run: |_| {
            let status = cargo::cargo("test")
                .args(["-p", "dovetail-wheels", "--test", "online", "--", "--ignored", "--nocapture"])
                .status()?;
            if status.success() { Ok(()) } else { Err(Stop::Failed("the suite 'wheels' failed".into())) }
        },
    },
    Suite {
        name: "cpython",
        about: "CPython's Lib/test, module by module, beside a CPython; see --help",
        run: cpython::run,
    },
    Suite {
        name: "cffi",
        about: "cffi's own suite on Dovetail's cffi, beside its wheel on a CPython; see --help",
        run: |args| pytest::run(&pytest::CFFI, args),
    },
    Suite {
        name: "numpy",
        about: "NumPy's own suite over numpy._core, beside a CPython; see --help",
        run: |args| pytest::run(&pytest::NUMPY, args),
    },
    Suite {
        name: "lxml",
        about: "lxml's own suite, beside a CPython; see --help",
        run: |args| pytest::run(&pytest::LXML, args),
    },
    Suite {
        name: "psycopg2",
        about: "psycopg2's own suite against a PostgreSQL server of its own, beside a CPython; see --help",
        run: |args| pytest::run(&pytest::PSYCOPG2, args),
    },
    Suite {
        name: "packages",
        about: "the smoke programs of compat-tests/packages, as `xtask test` runs them; arguments go to the runner",
        run: packages::run,
    },
];

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    let name = match args.next()? {
        Some(lexopt::Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(other) => return Err(other.unexpected().into()),
        None => {
            for suite in SUITES {
                println!("{}: {}", suite.name, suite.about);
            }
            return Err(Stop::Cannot("name a suite to run".into()));
        }
    };
    if let Some(suite) = SUITES.iter().find(|suite| suite.name == name) {
        return (suite.run)(args);
    }
    Err(Stop::Cannot(format!("there is no suite '{name}'")))
}
