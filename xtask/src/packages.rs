//! The smoke programs of packages and the wrappers of C libraries: a PostgreSQL server, and the runner of compat-tests on
//! these two suites.

use std::path::Path;
use std::process::Command;

use lexopt::Parser;

use crate::postgres::Server;
use crate::{Done, Stop, paths, setup};

/// The runner's command for the suites, and the server that must live as long as it runs.
pub fn command(runner: &Path) -> Result<(Command, Server), Stop> {
    setup::ensure(&[&setup::POSTGRES, &setup::HEADERS])?;
    let server = Server::start()?;
    let mut command = Command::new(runner);
    command
        .args(["--suite", "packages", "--suite", "wrappers", "--runtime"])
        .arg(paths::dev_prefix().join("bin/dovetail"));
    command.arg("--venv").arg(paths::target().join("compat-packages"));
    command.args(["--timeout", "300", "--postgres", &server.connection()]).current_dir(paths::root());
    Ok((command, server))
}

/// `cargo xtask compat packages` on what is built; its arguments are the runner's, such as `--bless` or a name.
pub fn run(mut args: Parser) -> Done {
    let runner = paths::target().join("debug/dovetail-compat-tests");
    if !runner.exists() {
        return Err(Stop::Cannot(format!("{} is not there: build the workspace first", runner.display())));
    }
    let (mut command, server) = command(&runner)?;
    let status = command.args(args.raw_args()?).status()?;
    drop(server);
    if status.success() { Ok(()) } else { Err(Stop::Failed("the suite 'packages' failed".into())) }
}
