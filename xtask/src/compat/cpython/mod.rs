//! `cargo xtask compat cpython [MODULE...]`: CPython's own `Lib/test`, module by module, each in its own process.
//!
//! The yardstick is what the reference passes: of the test methods that pass there, how many pass here. A crash or a
//! hang is the result of the test that was running; the module goes on after it.

mod expected;
mod prefix;
mod process;
mod report;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lexopt::Parser;

use crate::runtime::Runtime;
use crate::{Done, Stop, paths};
use expected::Expected;
use process::{Limits, Place, Run};

const HELP: &str = "\
cargo xtask compat cpython [OPTIONS] [MODULE...]

  --tests DIR        CPython's Lib/test (or DOVETAIL_CPYTHON_TESTS)
  --runtime FILE     the executable (default: the development prefix's)
  --jobs N           modules at a time (default 1)
  --stall SECONDS    a test that takes longer hangs (default 60)
  --limit SECONDS    for a whole module (default 900)
  --no-reference     do not run the reference (DOVETAIL_REFERENCE)
  --fresh            run the reference again instead of using its results of an earlier run
  --failures         print every test that the reference passes and we do not
  --record           rewrite the entries of these modules in compat-tests/cpython-expected-failures.toml
  --out DIR          for summary.md, summary.html, logs and events (default: target/compat-cpython)

Without MODULE it runs all of them: hours.";

struct Options {
    tests: Option<PathBuf>,
    launcher: PathBuf,
    jobs: usize,
    limits: Limits,
    reference: bool,
    fresh: bool,
    failures: bool,
    record: bool,
    out: PathBuf,
    modules: Vec<String>,
}

/// A module's results here and, if there is a reference, there.
pub struct Module {
    pub name: String,
    pub ours: Run,
    pub theirs: Option<Run>,
}

/// Entry point of the suite.
pub fn run(args: Parser) -> Done {
    let Some(options) = parse(args)? else {
        println!("{HELP}");
        return Ok(());
    };
    let tests = options
        .tests
        .clone()
        .ok_or_else(|| Stop::Cannot("name CPython's Lib/test by --tests or DOVETAIL_CPYTHON_TESTS".into()))?;
    if !tests.join("support/__init__.py").is_file() {
        return Err(Stop::Cannot(format!("{} is not CPython's Lib/test", tests.display())));
    }
    let modules = if options.modules.is_empty() { all_modules(&tests)? } else { options.modules.clone() };
    std::fs::create_dir_all(&options.out)?;
    let launcher = prefix::with_tests(&options.launcher, &tests, &options.out.join("prefix"))?;

    let ours = Runtime::dovetail(&launcher)?;
    let theirs = if options.reference { Runtime::reference()? } else { None };
    let file = paths::root().join("compat-tests/cpython-expected-failures.toml");
    let mut expected = Expected::load(&file)?;
    let found = run_all(&options, &modules, &ours, theirs.as_ref())?;

    let report = report::Report::new(&found, &expected);
    report.print(options.failures);
    std::fs::write(options.out.join("summary.md"), report.markdown())?;
    std::fs::write(options.out.join("summary.html"), report.html())?;
    println!("written: {}", options.out.join("summary.html").display());
    if options.record {
        expected.record(&found);
        expected.store(&file)?;
        return Ok(());
    }
    report.judge()
}

fn parse(mut args: Parser) -> Result<Option<Options>, Stop> {
    use lexopt::prelude::*;
    let mut options = Options {
        tests: std::env::var_os("DOVETAIL_CPYTHON_TESTS").map(PathBuf::from),
        launcher: paths::dev_prefix().join("bin/dovetail"),
        jobs: 1,
        limits: Limits { stall: Duration::from_secs(60), total: Duration::from_secs(900) },
        reference: true,
        fresh: false,
        failures: false,
        record: false,
        out: paths::target().join("compat-cpython"),
        modules: Vec::new(),
    };
    while let Some(arg) = args.next()? {
        match arg {
            Long("tests") => options.tests = Some(args.value()?.into()),
            Long("runtime") => options.launcher = args.value()?.into(),
            Long("jobs") => options.jobs = args.value()?.parse::<usize>()?.max(1),
            Long("stall") => options.limits.stall = Duration::from_secs(args.value()?.parse()?),
            Long("limit") => options.limits.total = Duration::from_secs(args.value()?.parse()?),
            Long("no-reference") => options.reference = false,
            Long("fresh") => options.fresh = true,
            Long("failures") => options.failures = true,
            Long("record") => options.record = true,
            Long("out") => options.out = std::path::absolute(PathBuf::from(args.value()?))?,
            Long("help") | Short('h') => return Ok(None),
            Value(name) => {
                let name = name.to_string_lossy();
                options.modules.push(name.trim_end_matches(".py").to_string());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(options))
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

/// Runs all modules, some at a time, in the order of their names' list.
fn run_all(
    options: &Options,
    modules: &[String],
    ours: &Runtime,
    theirs: Option<&Runtime>,
) -> Result<Vec<Module>, Stop> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let failure = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                while let Some(name) = modules.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match run_module(options, name, ours, theirs) {
                        Ok(module) => {
                            println!("{}", report::line(&module));
                            found.lock().expect("no holder panics").push(module);
                        }
                        Err(stop) => *failure.lock().expect("no holder panics") = Some(stop),
                    }
                }
            });
        }
    });
    if let Some(stop) = failure.into_inner().expect("no holder panics") {
        return Err(stop);
    }
    let mut found = found.into_inner().expect("no holder panics");
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn run_module(
    options: &Options,
    name: &str,
    ours: &Runtime,
    theirs: Option<&Runtime>,
) -> Result<Module, Stop> {
    let theirs = match theirs {
        None => None,
        Some(runtime) => {
            let events = options.out.join("reference").join(format!("{name}.jsonl"));
            if options.fresh {
                let _ = std::fs::remove_file(&events);
            }
            Some(match Run::read(&events) {
                Some(run) if run.complete => run,
                _ => {
                    let place =
                        Place { events, folder: &runtime.work, sees: Some(&|path| runtime.sees(path)) };
                    process::run(runtime, name, &place, options.limits)?
                }
            })
        }
    };
    let folder = options.out.join("run");
    let place =
        Place { events: options.out.join("ours").join(format!("{name}.jsonl")), folder: &folder, sees: None };
    let ours = process::run(ours, name, &place, options.limits)?;
    Ok(Module { name: name.to_string(), ours, theirs })
}
