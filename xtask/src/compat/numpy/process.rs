//! One test module: pytest in a child process, started again behind a test that killed it.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::Results;
use crate::Stop;
use crate::runtime::Runtime;

/// The plugin that writes the results.
pub const PLUGIN: &str = include_str!("results_plugin.py");

/// A module that dies more often than this is given up.
const RESTARTS: usize = 20;

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    Skipped,
    /// The module could not be collected.
    Broken,
    /// The process died during it, or took too long.
    Crashed,
}

impl Outcome {
    /// In a listing.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::Skipped => "skipped",
            Outcome::Broken => "BROKEN",
            Outcome::Crashed => "CRASHED",
        }
    }
}

/// Runs all tests of a module of `numpy._core.tests`.
pub fn run(runtime: &Runtime, python: &Path, module: &str, limit: Duration) -> Result<Results, Stop> {
    let folder = runtime.work.join("numpy");
    let (results, skip) = (folder.join("results.tsv"), folder.join("skip.txt"));
    let mut found = Results::new();
    for _ in 0..RESTARTS {
        let _ = std::fs::remove_file(&results);
        std::fs::write(&skip, found.keys().map(String::as_str).collect::<Vec<_>>().join("\n"))?;
        let mut command = runtime.start_program(python);
        command.args(["-m", "pytest", "-q", "--tb=line", "-p", "no:cacheprovider", "-p", "results_plugin"]);
        command.args(["--pyargs", &format!("numpy._core.tests.{module}")]);
        command.env("PYTHONPATH", runtime.sees(Path::new("numpy")));
        command.env("DOVETAIL_RESULTS", runtime.sees(Path::new("numpy/results.tsv")));
        command.env("DOVETAIL_SKIP", runtime.sees(Path::new("numpy/skip.txt")));
        command.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let end = Instant::now() + limit;
        let died = loop {
            match child.try_wait()? {
                Some(status) => {
                    let code = status.code().filter(|code| *code >= 128).map(|code| code - 128);
                    break status.signal().or(code).map(|signal| format!("signal {signal}"));
                }
                None if Instant::now() > end => {
                    child.kill()?;
                    child.wait()?;
                    break Some(format!("no end after {} s", limit.as_secs()));
                }
                None => std::thread::sleep(Duration::from_millis(50)),
            }
        };
        let text = std::fs::read_to_string(&results).unwrap_or_default();
        let (read, running) = read(&text);
        found.extend(read);
        match (died, running) {
            (Some(why), Some(name)) => found.insert(name, (Outcome::Crashed, why)),
            (Some(why), None) => {
                found.insert("(outside of tests)".into(), (Outcome::Crashed, why));
                break;
            }
            (None, _) => break,
        };
    }
    Ok(found)
}

/// The results in the file's text, and the test that began and did not end.
fn read(text: &str) -> (Results, Option<String>) {
    let mut found: Results = BTreeMap::new();
    let mut running = None;
    for line in text.lines() {
        let mut columns = line.split('\t');
        let (Some(word), Some(name)) = (columns.next(), columns.next()) else { continue };
        let why = columns.next().unwrap_or_default().to_string();
        let outcome = match word {
            "begin" => {
                running = Some(name.to_string());
                continue;
            }
            "passed" => Outcome::Passed,
            "failed" => Outcome::Failed,
            "skipped" => Outcome::Skipped,
            "broken" => Outcome::Broken,
            _ => continue,
        };
        running = running.filter(|running| running != name);
        // A failure in the set-up or the tear-down outweighs what else is said of the test.
        let row = found.entry(name.to_string()).or_insert((outcome, why.clone()));
        if outcome == Outcome::Failed {
            *row = (outcome, why);
        }
    }
    (found, running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_without_an_end_is_told() {
        let (found, running) = read("begin\ta\npassed\ta\nbegin\tb\nfailed\tb\tValueError: x\nbegin\tc\n");
        assert_eq!(found["a"].0, Outcome::Passed);
        assert_eq!(found["b"], (Outcome::Failed, "ValueError: x".to_string()));
        assert_eq!(running.as_deref(), Some("c"));
    }

    #[test]
    fn a_failing_tear_down_fails_the_test() {
        let (found, running) = read("begin\ta\npassed\ta\nfailed\ta\tOSError\n");
        assert_eq!((found["a"].0, running), (Outcome::Failed, None));
    }
}
