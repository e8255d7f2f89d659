//! `cargo xtask compat numpy [MODULE...]`: NumPy's own suite over `numpy._core`, from its wheel, run by pytest.
//!
//! An environment is made with Dovetail's `venv` and pip; every test module runs in a process of its own with a time limit.
//! A test during which the process died is a crash, and the module goes on after it in a new process. The same wheels run
//! on CPython 3.14 where one is at hand (`DOVETAIL_REFERENCE`, as for `bench`): of what passes there,
//! at least 90 percent must pass here, and none may crash.

mod process;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lexopt::{Parser, ValueExt};

use crate::runtime::Runtime;
use crate::{Done, Stop, paths};
use process::Outcome;

/// The wheels of the run.
const PACKAGES: &[&str] = &["numpy==2.5.5", "pytest==9.2.0", "hypothesis==6.170.15"];

/// The share of CPython's passes that must pass.
const BAR: f64 = 0.9;

const HELP: &str = "\
cargo xtask compat numpy [--limit SECONDS] [--no-reference] [MODULE...]

Runs NumPy's tests of numpy._core on the built launcher (target/prefix), and on a CPython 3.14 where there is one.
  --limit SECONDS   for a module's process (default 900)
  --no-reference    only Dovetail
  MODULE            only test modules with this in their name";

/// The results of a module on a runtime: by test, what became of it and why.
type Results = BTreeMap<String, (Outcome, String)>;

/// Entry point of the suite.
pub fn run(mut args: Parser) -> Done {
    let (mut limit, mut with_reference, mut filter) = (900u64, true, Vec::new());
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("help") => {
                println!("{HELP}");
                return Ok(());
            }
            lexopt::Arg::Long("limit") => limit = args.value()?.parse()?,
            lexopt::Arg::Long("no-reference") => with_reference = false,
            lexopt::Arg::Value(value) => filter.push(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let limit = Duration::from_secs(limit);
    let mut sides = vec![Side::prepare(Runtime::dovetail(&paths::dev_prefix().join("bin/dovetail"))?)?];
    if with_reference && let Some(reference) = Runtime::reference()? {
        sides.push(Side::prepare(reference)?);
    }
    let mut modules = test_modules(&sides[0].site)?;
    modules.retain(|module| filter.is_empty() || filter.iter().any(|part| module.contains(part.as_str())));
    if modules.is_empty() {
        return Err(Stop::Cannot("no test module has such a name".into()));
    }
    let (mut total, mut crashes) = (Score::default(), Vec::new());
    println!("{:34} {:>9} {:>9} {:>9} {:>9}", "module", "passed", "of", "failed", "crashed");
    for module in &modules {
        let ours = sides[0].run(module, limit)?;
        let theirs = sides.get(1).map(|side| side.run(module, limit)).transpose()?;
        let score = Score::of(&ours, theirs.as_ref());
        println!(
            "{module:34} {:>9} {:>9} {:>9} {:>9}",
            score.passed, score.wanted, score.failed, score.crashed
        );
        for (name, (outcome, why)) in &ours {
            let wanted = theirs.as_ref().is_none_or(|theirs| passes(theirs, name));
            if matches!(outcome, Outcome::Failed | Outcome::Broken | Outcome::Crashed) && wanted {
                println!("    {} {name}: {why}", outcome.word());
            }
            if *outcome == Outcome::Crashed {
                crashes.push(format!("{module}::{name}"));
            }
        }
        total.add(&score);
    }
    let share = total.passed as f64 / (total.wanted.max(1)) as f64;
    println!(
        "\n{} of {} that pass on the reference pass here: {:.1} %",
        total.passed,
        total.wanted,
        share * 100.0
    );
    println!("{} passed, {} failed", total.passed, total.wanted - total.passed);
    if !crashes.is_empty() {
        return Err(Stop::Failed(format!("crashes: {}", crashes.join(", "))));
    }
    if share < BAR {
        return Err(Stop::Failed(format!("less than {:.0} percent pass", BAR * 100.0)));
    }
    Ok(())
}

fn passes(results: &Results, name: &str) -> bool {
    results.get(name).is_some_and(|(outcome, _)| *outcome == Outcome::Passed)
}

/// Counted over a module or all.
#[derive(Default)]
struct Score {
    /// Passed here and, where it is known, there.
    passed: usize,
    /// Passed on the reference; without one, all that ran here.
    wanted: usize,
    failed: usize,
    crashed: usize,
}

impl Score {
    fn of(ours: &Results, theirs: Option<&Results>) -> Score {
        let count = |wanted| ours.values().filter(|(outcome, _)| *outcome == wanted).count();
        let (passed, wanted) = match theirs {
            Some(theirs) => {
                let names = || theirs.keys().filter(|name| passes(theirs, name));
                (names().filter(|name| passes(ours, name)).count(), names().count())
            }
            None => (count(Outcome::Passed), ours.len() - count(Outcome::Skipped)),
        };
        let failed = count(Outcome::Failed) + count(Outcome::Broken);
        Score { passed, wanted, failed, crashed: count(Outcome::Crashed) }
    }

    fn add(&mut self, other: &Score) {
        self.passed += other.passed;
        self.wanted += other.wanted;
        self.failed += other.failed;
        self.crashed += other.crashed;
    }
}

/// A runtime with the packages.
struct Side {
    runtime: Runtime,
    /// The environment's interpreter as the runtime's command sees it.
    python: PathBuf,
    /// The environment's site-packages, as we see it.
    site: PathBuf,
}

impl Side {
    /// Makes the environment, unless it is there with these packages.
    fn prepare(runtime: Runtime) -> Result<Side, Stop> {
        let (inner, outer) = (runtime.sees(Path::new("numpy/env")), runtime.work.join("numpy/env"));
        let python = inner.join("bin/python");
        let (stamp, wanted) = (outer.join("installed.txt"), PACKAGES.join("\n"));
        if !std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
            if outer.exists() {
                std::fs::remove_dir_all(&outer)?;
            }
            std::fs::create_dir_all(runtime.work.join("numpy"))?;
            std::fs::create_dir_all(runtime.work.join("demo"))?;
            crate::demo::make_environment(&runtime, &inner, &python, &mut Vec::new())?;
            let mut pip = runtime.start_program(&python);
            pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
                .args(PACKAGES);
            if !pip.status()?.success() {
                return Err(Stop::Failed("pip failed".into()));
            }
            std::fs::write(&stamp, wanted)?;
        }
        std::fs::write(runtime.work.join("numpy/results_plugin.py"), process::PLUGIN)?;
        Ok(Side { runtime, python, site: outer.join("lib/python3.14/site-packages") })
    }

    fn run(&self, module: &str, limit: Duration) -> Result<Results, Stop> {
        process::run(&self.runtime, &self.python, module, limit)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passes_there_counts() {
        let results = |rows: &[(&str, Outcome)]| -> Results {
            rows.iter().map(|(name, outcome)| (name.to_string(), (*outcome, String::new()))).collect()
        };
        let ours = results(&[("a", Outcome::Passed), ("b", Outcome::Failed), ("c", Outcome::Crashed)]);
        let theirs = results(&[("a", Outcome::Passed), ("b", Outcome::Failed), ("c", Outcome::Passed)]);
        let score = Score::of(&ours, Some(&theirs));
        assert_eq!((score.passed, score.wanted, score.failed, score.crashed), (1, 2, 1, 1));
        let alone = Score::of(&ours, None);
        assert_eq!((alone.passed, alone.wanted), (1, 3));
    }
}
