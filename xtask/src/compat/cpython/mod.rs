//! `cargo xtask compat cpython [MODULE...]`: CPython's own `Lib/test`, module by module, each in its own process.

mod prefix;

use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::Parser;

use super::suite::{self, OPTIONS_HELP, Options, Suite};
use crate::runtime::Runtime;
use crate::{Done, Stop};

const HELP: &str = "\
cargo xtask compat cpython [OPTIONS] [MODULE...]

  --tests DIR        CPython's Lib/test (or DOVETAIL_CPYTHON_TESTS)";

/// The package `test` of the library.
struct LibTest;

impl Suite for LibTest {
    fn key(&self) -> &'static str {
        "cpython"
    }

    fn title(&self) -> &'static str {
        "CPython's test suite"
    }

    fn files(&self) -> &'static [(&'static str, &'static str)] {
        &[("driver.py", include_str!("driver.py"))]
    }

    fn command(&self, runtime: &Runtime, module: &str, sees: &dyn Fn(&str) -> PathBuf) -> Command {
        let mut command = runtime.start();
        command.arg(sees("driver.py")).arg(module);
        command.arg(sees("events.jsonl")).arg(sees("cwd")).env("TMPDIR", sees("cwd"));
        command
    }
}

/// Entry point of the suite.
pub fn run(mut args: Parser) -> Done {
    use lexopt::prelude::*;
    let mut options = Options::new("cpython", 60, 900);
    let mut tests = std::env::var_os("DOVETAIL_CPYTHON_TESTS").map(PathBuf::from);
    while let Some(arg) = args.next()? {
        match arg {
            Long("tests") => tests = Some(args.value()?.into()),
            Long("help") | Short('h') => {
                println!("{HELP}\n{OPTIONS_HELP}\n\nWithout MODULE it runs all of them: hours.");
                return Ok(());
            }
            Long(name) => {
                let name = name.to_string();
                if !options.take(&name, &mut args)? {
                    return Err(Stop::Cannot(format!("invalid option '--{name}'")));
                }
            }
            Value(name) => {
                let name = name.to_string_lossy();
                options.modules.push(name.trim_end_matches(".py").to_string());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let tests = tests
        .ok_or_else(|| Stop::Cannot("name CPython's Lib/test by --tests or DOVETAIL_CPYTHON_TESTS".into()))?;
    if !tests.join("support/__init__.py").is_file() {
        return Err(Stop::Cannot(format!("{} is not CPython's Lib/test", tests.display())));
    }
    let modules = if options.modules.is_empty() { all_modules(&tests)? } else { options.modules.clone() };
    std::fs::create_dir_all(&options.out)?;
    let launcher = prefix::with_tests(&options.launcher, &tests, &options.out.join("prefix"))?;
    let ours = Runtime::dovetail(&launcher)?;
    let theirs = options.find_reference()?;
    suite::run(&LibTest, &options, &modules, &ours, theirs.as_ref())
}

/// Every `test_*.py` and every package `test_*`.
fn all_modules(tests: &Path) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(tests)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_module = path.extension().is_some_and(|e| e == "py") || path.join("__init__.py").is_file();
        if name.starts_with("test_") && is_module {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
