//! A test suite of the outside world that runs module by module, each in a process of its own, beside a reference.
//!
//! The yardstick is what the reference passes: of its tests that pass there, how many pass here. A crash or a hang is the
//! result of the test that was running; the module goes on after it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lexopt::Parser;

use super::expected::Expected;
use super::process::{self, Limits, Place, Run};
use super::report::{self, Report};
use crate::runtime::Runtime;
use crate::{Done, Stop, paths};

/// What tells one suite from another.
pub trait Suite: Sync {
    /// Its name as `cargo xtask compat` knows it.
    fn key(&self) -> &'static str;
    /// Its name on pages.
    fn title(&self) -> &'static str;
    /// Files that its modules' folders get: name and text.
    fn files(&self) -> &'static [(&'static str, &'static str)];
    /// The command that runs a module and appends what happens to `events.jsonl`, leaving out what that file tells of
    /// already. `sees` gives the path of a file in the module's folder as the runtime sees it.
    fn command(&self, runtime: &Runtime, module: &str, sees: &dyn Fn(&str) -> PathBuf) -> Command;
    /// The share of the reference's passes that must pass here while no test crashes, where that is asked.
    fn bar(&self) -> Option<f64> {
        None
    }
}

/// The options that every suite takes.
pub const OPTIONS_HELP: &str = "\
  --runtime FILE     the executable (default: the development prefix's)
  --jobs N           modules at a time (default 1)
  --stall SECONDS    a test that takes longer hangs
  --limit SECONDS    for a whole module
  --no-reference     do not run the reference (DOVETAIL_REFERENCE)
  --fresh            run the reference again instead of using its results of an earlier run
  --failures         print every test that the reference passes and we do not
  --record           rewrite the entries of these modules in the list of expected failures
  --out DIR          for summary.md, summary.html, logs and events";

/// How a suite is to run.
pub struct Options {
    pub launcher: PathBuf,
    jobs: usize,
    limits: Limits,
    reference: bool,
    fresh: bool,
    failures: bool,
    record: bool,
    pub out: PathBuf,
    /// The modules named on the command line; none for all.
    pub modules: Vec<String>,
}

impl Options {
    /// The defaults for the suite `key`; the seconds are those of a test and of a module.
    pub fn new(key: &str, stall: u64, limit: u64) -> Self {
        Options {
            launcher: paths::dev_prefix().join("bin/dovetail"),
            jobs: 1,
            limits: Limits { stall: Duration::from_secs(stall), total: Duration::from_secs(limit) },
            reference: true,
            fresh: false,
            failures: false,
            record: false,
            out: paths::target().join(format!("compat-{key}")),
            modules: Vec::new(),
        }
    }

    /// Takes one argument of the command line; its values come from `rest`.
    pub fn take(&mut self, long: &str, rest: &mut Parser) -> Result<bool, Stop> {
        match long {
            "runtime" => self.launcher = rest.value()?.into(),
            "jobs" => self.jobs = number::<usize>(rest)?.max(1),
            "stall" => self.limits.stall = Duration::from_secs(number(rest)?),
            "limit" => self.limits.total = Duration::from_secs(number(rest)?),
            "no-reference" => self.reference = false,
            "fresh" => self.fresh = true,
            "failures" => self.failures = true,
            "record" => self.record = true,
            "out" => self.out = std::path::absolute(PathBuf::from(rest.value()?))?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The reference, if there is one and it is wanted.
    pub fn find_reference(&self) -> Result<Option<Runtime>, Stop> {
        if self.reference { Runtime::reference() } else { Ok(None) }
    }
}

fn number<T: std::str::FromStr>(rest: &mut Parser) -> Result<T, Stop> {
    let value = rest.value()?.to_string_lossy().into_owned();
    value.parse().map_err(|_| Stop::Cannot(format!("not a number: {value}")))
}

/// A module's results here and, if there is a reference, there.
pub struct Module {
    pub name: String,
    pub ours: Run,
    pub theirs: Option<Run>,
}

/// Runs the modules, writes the summary and holds the results against the list, or makes it anew from them.
pub fn run(
    suite: &dyn Suite,
    options: &Options,
    modules: &[String],
    ours: &Runtime,
    theirs: Option<&Runtime>,
) -> Done {
    std::fs::create_dir_all(&options.out)?;
    let name = format!("{}-expected-failures.toml", suite.key());
    let file = paths::root().join("compat-tests").join(name);
    let mut expected = Expected::load(&file)?;
    let found = run_all(suite, options, modules, ours, theirs)?;

    let report = Report::new(suite, &found, &expected);
    report.print(options.failures);
    std::fs::write(options.out.join("summary.md"), report.markdown())?;
    std::fs::write(options.out.join("summary.html"), report.html())?;
    println!("written: {}", options.out.join("summary.html").display());
    if options.record {
        expected.record(&found);
        expected.store(suite, &file)?;
        return Ok(());
    }
    report.judge()
}

/// Runs all modules, some at a time, in the order of their names' list.
fn run_all(
    suite: &dyn Suite,
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
                    match run_module(suite, options, name, ours, theirs) {
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
    suite: &dyn Suite,
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
                    let place = Place {
                        events,
                        folder: &runtime.work,
                        sees: Some(&|path: &Path| runtime.sees(path)),
                    };
                    process::run(suite, runtime, name, &place, options.limits)?
                }
            })
        }
    };
    let folder = options.out.join("run");
    let place =
        Place { events: options.out.join("ours").join(format!("{name}.jsonl")), folder: &folder, sees: None };
    let ours = process::run(suite, ours, name, &place, options.limits)?;
    Ok(Module { name: name.to_string(), ours, theirs })
}
