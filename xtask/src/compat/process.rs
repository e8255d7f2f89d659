//! One test module in a child process: started again after a crash or a hang until every test has its result.

use std::collections::BTreeMap;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::suite::Suite;
use crate::Stop;
use crate::runtime::Runtime;

/// A module that crashes more often than this is given up.
const RESTARTS: usize = 40;

/// How long things may take.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Between two events.
    pub stall: Duration,
    /// For all of a module.
    pub total: Duration,
}

/// Where a run's files lie.
pub struct Place<'a> {
    /// The events, where we keep them.
    pub events: PathBuf,
    /// The folder that the child works under.
    pub folder: &'a Path,
    /// How the child sees paths under that folder, if it does not see them as we do.
    pub sees: Option<&'a dyn Fn(&Path) -> PathBuf>,
}

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Passed,
    Skipped,
    Failed,
    Error,
    Crashed,
    TimedOut,
}

impl Outcome {
    /// In a table.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Skipped => "skipped",
            Outcome::Failed => "failed",
            Outcome::Error => "error",
            Outcome::Crashed => "crashed",
            Outcome::TimedOut => "timed out",
        }
    }
}

/// A line of the event file.
#[derive(Deserialize)]
struct Event {
    event: String,
    name: Option<String>,
    result: Option<Outcome>,
    #[serde(default)]
    why: String,
}

/// The results of a module.
#[derive(Default)]
pub struct Run {
    /// By name: what became of it, and why.
    pub tests: BTreeMap<String, (Outcome, String)>,
    /// What kept the module, or a class's fixture, from running.
    pub troubles: Vec<String>,
    /// It came to its end.
    pub complete: bool,
    pub seconds: f64,
}

impl Run {
    /// The results that an event file holds; `None` if there is none.
    pub fn read(events: &Path) -> Option<Run> {
        let text = std::fs::read_to_string(events).ok()?;
        let mut run = Run::default();
        for line in text.lines() {
            let Ok(event) = serde_json::from_str::<Event>(line) else { continue };
            match (event.event.as_str(), event.name) {
                ("start", Some(name)) => {
                    run.tests.insert(name, (Outcome::Crashed, "the process ended in it".into()));
                }
                ("end", Some(name)) => {
                    let outcome = event.result.unwrap_or(Outcome::Error);
                    run.tests.insert(name, (outcome, event.why));
                }
                ("class", Some(name)) if event.result != Some(Outcome::Skipped) => {
                    run.troubles.push(format!("{name}: {}", event.why));
                }
                ("module", _) => {
                    run.complete = true;
                    run.troubles.push(event.why);
                }
                ("done", _) => run.complete = true,
                _ => {}
            }
        }
        Some(run)
    }

    /// How many tests came out so.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.tests.values().filter(|(found, _)| *found == outcome).count()
    }
}

/// Runs a module of the suite on a runtime.
pub fn run(
    suite: &dyn Suite,
    runtime: &Runtime,
    module: &str,
    place: &Place<'_>,
    limits: Limits,
) -> Result<Run, Stop> {
    let start = Instant::now();
    let own = format!("{}-{module}", suite.key());
    let work = place.folder.join(&own);
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(work.join("cwd"))?;
    for (name, text) in suite.files() {
        std::fs::write(work.join(name), text)?;
    }
    let live = work.join("events.jsonl");
    let sees = |name: &str| match place.sees {
        Some(sees) => sees(&Path::new(&own).join(name)),
        None => work.join(name),
    };
    if let Some(folder) = place.events.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let log = place.events.with_extension("log");
    let _ = std::fs::remove_file(&log);
    let mut endings: BTreeMap<String, (Outcome, String)> = BTreeMap::new();
    let mut result = Run::default();
    for _ in 0..RESTARTS {
        let mut command = suite.command(runtime, module, &sees);
        command.current_dir(work.join("cwd"));
        let left = limits.total.saturating_sub(start.elapsed());
        let end = watch(&mut command, &live, &log, Limits { total: left, ..limits })?;
        result = Run::read(&live).unwrap_or_default();
        if result.complete {
            break;
        }
        let running = result.tests.iter().find(|(name, (outcome, why))| {
            *outcome == Outcome::Crashed && why == "the process ended in it" && !endings.contains_key(*name)
        });
        let Some((name, _)) = running.filter(|_| start.elapsed() < limits.total) else {
            result.troubles.push(format!("{}; it is not run to its end", end.1));
            break;
        };
        endings.insert(name.clone(), end);
    }
    for (name, end) in endings {
        result.tests.insert(name, end);
    }
    result.seconds = start.elapsed().as_secs_f64();
    // What the reference did is kept; a crash is not something to keep.
    let _ = std::fs::copy(&live, &place.events);
    let _ = std::fs::remove_dir_all(&work);
    Ok(result)
}

/// Waits for a child that must write events; says how it ended.
fn watch(
    command: &mut Command,
    events: &Path,
    log: &Path,
    limits: Limits,
) -> Result<(Outcome, String), Stop> {
    let output = std::fs::File::options().create(true).append(true).open(log)?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
    let mut child = command.spawn()?;
    let start = Instant::now();
    let (mut size, mut since) = (0, Instant::now());
    let end = loop {
        if let Some(status) = child.try_wait()? {
            break match status.signal() {
                Some(signal) => (Outcome::Crashed, format!("signal {signal}")),
                None => (Outcome::Crashed, format!("exit {}", status.code().unwrap_or(-1))),
            };
        }
        let now = std::fs::metadata(events).map_or(0, |meta| meta.len());
        if now != size {
            (size, since) = (now, Instant::now());
        }
        if since.elapsed() > limits.stall || start.elapsed() > limits.total {
            break (Outcome::TimedOut, format!("after {} s", since.elapsed().as_secs()));
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    // The child leads its own group: what its tests left running ends with it.
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = child.kill();
    child.wait()?;
    Ok(end)
}
