//! `cargo xtask compat numpy [MODULE...]`: NumPy's own suite over `numpy._core`, from its wheel, run by pytest.
//!
//! An environment is made with Dovetail's `venv` and pip, one with the reference's, and both get the same wheels. Of what
//! passes on the reference at least 90 percent must pass here, and no test may crash.

use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::Parser;

use super::suite::{self, OPTIONS_HELP, Options, Suite};
use crate::runtime::Runtime;
use crate::{Done, Stop};

/// The wheels of the run.
const PACKAGES: &[&str] = &["numpy==2.5.5", "pytest==9.2.0", "hypothesis==6.170.15"];

/// The environment, under a runtime's folder.
const ENVIRONMENT: &str = "numpy/env";

const HELP: &str = "\
cargo xtask compat numpy [OPTIONS] [MODULE...]

Runs NumPy's tests of numpy._core; MODULE is a word in the names of the wanted test modules.";

/// The package `numpy._core.tests`.
struct Core;

impl Suite for Core {
    fn key(&self) -> &'static str {
        "numpy"
    }

    fn title(&self) -> &'static str {
        "NumPy's tests of numpy._core"
    }

    fn files(&self) -> &'static [(&'static str, &'static str)] {
        &[("events_plugin.py", include_str!("events_plugin.py"))]
    }

    fn command(&self, runtime: &Runtime, module: &str, sees: &dyn Fn(&str) -> PathBuf) -> Command {
        let mut command = runtime.start_program(&runtime.sees(Path::new(ENVIRONMENT)).join("bin/python"));
        command.args(["-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-p", "events_plugin"]);
        command.arg("--rootdir").arg(sees("cwd"));
        command.args(["--pyargs", &format!("numpy._core.tests.{module}")]);
        command.env("PYTHONPATH", sees(".")).env("DOVETAIL_EVENTS", sees("events.jsonl"));
        command.env("TMPDIR", sees("cwd"));
        command
    }

    fn bar(&self) -> Option<f64> {
        Some(0.9)
    }
}

/// Entry point of the suite.
pub fn run(mut args: Parser) -> Done {
    use lexopt::prelude::*;
    let mut options = Options::new("numpy", 300, 3600);
    while let Some(arg) = args.next()? {
        match arg {
            Long("help") | Short('h') => {
                println!("{HELP}\n\n{OPTIONS_HELP}");
                return Ok(());
            }
            Long(name) => {
                let name = name.to_string();
                if !options.take(&name, &mut args)? {
                    return Err(Stop::Cannot(format!("invalid option '--{name}'")));
                }
            }
            Value(name) => options.modules.push(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let ours = Runtime::dovetail(&options.launcher)?;
    let site = prepare(&ours)?;
    let theirs = options.find_reference()?;
    theirs.as_ref().map(prepare).transpose()?;
    let mut modules = test_modules(&site)?;
    let wanted = |module: &String| options.modules.iter().any(|word| module.contains(word.as_str()));
    modules.retain(|module| options.modules.is_empty() || wanted(module));
    if modules.is_empty() {
        return Err(Stop::Cannot("no test module has such a name".into()));
    }
    suite::run(&Core, &options, &modules, &ours, theirs.as_ref())
}

/// Makes a runtime's environment, unless it is there with these packages; gives its site-packages as we see it.
fn prepare(runtime: &Runtime) -> Result<PathBuf, Stop> {
    let (inner, outer) = (runtime.sees(Path::new(ENVIRONMENT)), runtime.work.join(ENVIRONMENT));
    let python = inner.join("bin/python");
    let stamp = outer.join("installed.txt");
    // Another executable wants another environment.
    let wanted = format!("{}\n{}", runtime.start().get_program().display(), PACKAGES.join("\n"));
    if !std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        if outer.exists() {
            std::fs::remove_dir_all(&outer)?;
        }
        std::fs::create_dir_all(runtime.work.join("numpy"))?;
        std::fs::create_dir_all(runtime.work.join("demo"))?;
        crate::demo::make_environment(runtime, &inner, &python, &mut Vec::new())?;
        let mut pip = runtime.start_program(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
            .args(PACKAGES);
        if !pip.status()?.success() {
            return Err(Stop::Failed("pip failed".into()));
        }
        std::fs::write(&stamp, wanted)?;
    }
    Ok(outer.join("lib/python3.14/site-packages"))
}

/// The test modules that the wheel has, by name.
fn test_modules(site: &Path) -> Result<Vec<String>, Stop> {
    let mut modules: Vec<String> = std::fs::read_dir(site.join("numpy/_core/tests"))?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".py").map(str::to_owned))
        .filter(|name| name.starts_with("test_"))
        .collect();
    modules.sort();
    Ok(modules)
}
