//! The suite of packages: programs that use what pip installs from the index, each with recorded output.
//!
//! `packages/NAME.py` starts with `# needs: package(NAME)`, with `, postgresql` where it talks to a server, whose connection
//! string it then finds in `DOVETAIL_POSTGRES`, and with `, index` where it installs packages itself.
//! `packages/requirements.txt` pins what the one environment gets; it is made
//! with the runtime's own `venv` and pip, and made anew when the pins or the runtime's path change.
//!
//! Without a network there is nothing to install from: then, and only then, the suite is skipped, and says so.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::cli::Options;
use crate::expected::ExpectedFailures;
use crate::outcome::{Status, Suite};
use crate::process::{self, End};
use crate::programs::{self, Program};
use crate::runtime::Runtime;

/// How long pip may take.
const PIP_LIMIT: Duration = Duration::from_secs(900);

/// What pip says when it reaches no index at all.
const NO_NETWORK: &[&str] = &[
    "Temporary failure in name resolution",
    "Name or service not known",
    "Failed to resolve",
    "Network is unreachable",
    "Connection refused",
    "No route to host",
];

/// The programs that the options ask for.
pub fn discover(options: &Options) -> Result<Vec<Program>, String> {
    programs::discover_in(options, "packages", |level| level.starts_with("package("))
}

/// Runs the suite in an environment of the runtime under test.
pub fn run(options: &Options, expected: &ExpectedFailures) -> Result<Suite, String> {
    let programs = discover(options)?;
    let outcomes = match environment(options)? {
        Environment::Ready(runtime) => {
            let stage = runtime.staging_folder("packages")?;
            let outcomes = crate::pool::map(options.jobs, &programs, |program| {
                let outcome = match missing(program, options) {
                    Some(reason) => program.outcome(Status::Failed, reason),
                    None => programs::test(&runtime, options, program, &stage),
                };
                let outcome = expected.judge("packages", outcome);
                println!("{:<40} {} {}", program.name, outcome.status.word(), outcome.detail);
                outcome
            });
            let _ = std::fs::remove_dir_all(&stage);
            outcomes
        }
        Environment::NoNetwork(reason) => {
            println!("\n!!! THE PACKAGES ARE NOT TESTED: the index cannot be reached: {reason}\n");
            programs.iter().map(|program| program.outcome(Status::Skipped, reason.clone())).collect()
        }
    };
    let cpython_passed = outcomes.len();
    Ok(Suite { name: "packages".into(), outcomes, cpython_passed, cpython_failed: 0 })
}

/// The reason why a program cannot run, where there is one.
pub fn missing(program: &Program, options: &Options) -> Option<String> {
    (program.level.contains("postgresql") && options.postgres.is_none())
        .then(|| "needs a PostgreSQL server: --postgres CONNECTION; cargo xtask starts one".into())
}

/// What came of making the environment.
enum Environment {
    Ready(Runtime),
    NoNetwork(String),
}

/// The environment's interpreter; pip runs only when something changed.
fn environment(options: &Options) -> Result<Environment, String> {
    let folder = options.venv.clone().unwrap_or_else(|| std::env::temp_dir().join("dovetail-packages"));
    let requirements = options.root.join("packages/requirements.txt");
    let pins = std::fs::read_to_string(&requirements)
        .map_err(|error| format!("{}: {error}", requirements.display()))?;
    let wanted = format!("{}\n{pins}", options.runtime.path().display());
    let (stamp, python) = (folder.join("installed.txt"), folder.join("bin/python"));
    if python.exists() && std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(Environment::Ready(options.runtime.environment(python)));
    }
    println!("making an environment with the pinned packages: {}", folder.display());
    let _ = std::fs::remove_dir_all(&folder);
    step(options.runtime.plain().args(["-m", "venv"]).arg(&folder))?.map_err(|said| said.1)?;
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--no-input",
        // cffi's own wheel too: what the runtime brings counts as installed.
        "--ignore-installed",
        "--disable-pip-version-check",
        "--only-binary",
        ":all:",
        "-r",
    ]);
    if let Err((out, short)) = step(pip.arg(&requirements))? {
        let offline = out.lines().find(|line| NO_NETWORK.iter().any(|sign| line.contains(sign)));
        return match offline {
            Some(line) => Ok(Environment::NoNetwork(line.trim().chars().take(200).collect())),
            None => Err(short),
        };
    }
    std::fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(Environment::Ready(options.runtime.environment(python)))
}

/// What a step that failed said, and its end as an error message.
type Said = (String, String);

/// Runs a command that makes the environment.
fn step(command: &mut Command) -> Result<Result<(), Said>, String> {
    let finished = process::run(command, PIP_LIMIT)?;
    if finished.end == End::Exit(0) {
        return Ok(Ok(()));
    }
    let mut said = String::from_utf8_lossy(&finished.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&finished.stderr));
    let lines: Vec<&str> = said.lines().collect();
    let tail = lines[lines.len().saturating_sub(12)..].join("\n");
    let short = format!("{command:?} ended with {:?}:\n{tail}", finished.end);
    Ok(Err((said, short)))
}

/// The reference, with the folder of packages that `DOVETAIL_REFERENCE_PACKAGES` names as it sees it.
pub fn reference(reference: &Runtime) -> Result<Runtime, String> {
    let folder = std::env::var_os("DOVETAIL_REFERENCE_PACKAGES").ok_or(
        "DOVETAIL_REFERENCE_PACKAGES is not set: the folder, as the reference sees it, with packages/requirements.txt installed",
    )?;
    Ok(reference.with_packages(Path::new(&folder)))
}
