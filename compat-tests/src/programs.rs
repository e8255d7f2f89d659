//! The suite of Python programs: each is run alone and its output compared with the recorded one.
//!
//! `NAME.py` starts with `# needs: LEVEL`; beside it stand `NAME.out` (standard output) and, where
//! they are not empty or zero, `NAME.err` and `NAME.exit`. The folder a program runs in is left out
//! of its output before comparing.

use std::path::{Path, PathBuf};

use crate::cli::Options;
use crate::expected::ExpectedFailures;
use crate::outcome::{Outcome, Status, Suite};
use crate::process::{self, End, Finished};
use crate::runtime::Runtime;

/// One program.
pub struct Program {
    pub name: String,
    pub path: PathBuf,
    /// `core`, `sys` or `stdlib`, and for the last what it imports; `package` or `headers` in suites of their own.
    pub level: String,
}

/// What a program must do.
#[derive(Debug, PartialEq, Eq)]
pub struct Expectation {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub exit: i32,
}

impl Program {
    fn open(path: PathBuf) -> Result<Self, String> {
        let text = read(&path)?;
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let level = String::from_utf8_lossy(first)
            .strip_prefix("# needs: ")
            .map(|level| level.trim().to_owned())
            .ok_or_else(|| format!("{}: the first line must be '# needs: LEVEL'", path.display()))?;
        let group = level.split('(').next().unwrap_or_default();
        if !matches!(group, "core" | "sys" | "stdlib" | "package" | "headers") {
            return Err(format!("{}: no level is called {group:?}", path.display()));
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, path, level })
    }

    /// A result of this program that took no time.
    pub fn outcome(&self, status: Status, detail: String) -> Outcome {
        Outcome { name: self.name.clone(), group: self.group().into(), status, detail, seconds: 0.0 }
    }

    /// The level without its list of modules.
    pub fn group(&self) -> &str {
        self.level.split('(').next().unwrap_or_default()
    }

    /// The file beside the program with this extension.
    pub fn beside(&self, extension: &str) -> PathBuf {
        self.path.with_extension(extension)
    }

    /// The recorded expectation; `None` when nothing has been recorded yet.
    fn expectation(&self) -> Result<Option<Expectation>, String> {
        if !self.beside("out").exists() {
            return Ok(None);
        }
        let exit = match read_or_empty(&self.beside("exit"))? {
            text if text.is_empty() => 0,
            text => String::from_utf8_lossy(&text)
                .trim()
                .parse()
                .map_err(|_| format!("{}: not a number", self.beside("exit").display()))?,
        };
        Ok(Some(Expectation {
            stdout: read(&self.beside("out"))?,
            stderr: read_or_empty(&self.beside("err"))?,
            exit,
        }))
    }
}

/// All programs of the folder that the options ask for, by name.
pub fn discover(options: &Options) -> Result<Vec<Program>, String> {
    discover_in(options, "programs", |_| true)
}

/// The programs in a folder whose level `fits`.
pub fn discover_in(options: &Options, folder: &str, fits: fn(&str) -> bool) -> Result<Vec<Program>, String> {
    let folder = options.root.join(folder);
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut programs = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            let program = Program::open(path)?;
            let level_fits = options.level.as_deref().is_none_or(|level| level == program.group());
            if level_fits && fits(&program.level) && options.wants(&program.name) {
                programs.push(program);
            }
        }
    }
    programs.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(programs)
}

/// Runs the suite on the runtime of the options.
pub fn run(options: &Options, expected: &ExpectedFailures) -> Result<Suite, String> {
    run_suite(options, expected, "programs", &discover(options)?)
}

/// Runs these programs on the runtime of the options, as the suite of this name.
pub fn run_suite(
    options: &Options,
    expected: &ExpectedFailures,
    suite: &str,
    programs: &[Program],
) -> Result<Suite, String> {
    let stage = options.runtime.staging_folder(suite)?;
    let outcomes = crate::pool::map(options.jobs, programs, |program| {
        let outcome = expected.judge(suite, test(&options.runtime, options, program, &stage));
        println!("{:<40} {} {}", program.name, outcome.status.word(), outcome.detail);
        outcome
    });
    let _ = std::fs::remove_dir_all(&stage);
    let cpython_passed = outcomes.len();
    Ok(Suite { name: suite.into(), outcomes, cpython_passed, cpython_failed: 0 })
}

/// Heads of the environment's names that say how to reach the package index.
const INDEX_SETTINGS: [&str; 6] =
    ["SSL_CERT_", "UV_INDEX", "UV_DEFAULT_INDEX", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/// Runs one program in a folder of its own and removes that folder's name from the output.
pub fn execute(
    runtime: &Runtime,
    program: &Program,
    stage: &Path,
    options: &Options,
) -> Result<Finished, String> {
    let dir = stage.join(&program.name);
    let file = dir.join(format!("{}.py", program.name));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    std::fs::copy(&program.path, &file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut command = runtime.command(&file, &dir);
    if program.level.contains("index") {
        // How this machine reaches the package index.
        for (name, value) in std::env::vars_os() {
            let text = name.to_string_lossy().to_ascii_uppercase();
            if INDEX_SETTINGS.iter().any(|head| text.starts_with(head)) {
                command.env(name, value);
            }
        }
    }
    if let Some(connection) = &options.postgres {
        command.env("DOVETAIL_POSTGRES", connection);
    }
    let mut finished = process::run(&mut command, options.timeout)?;
    let shown = format!("{}/", runtime.inside(&dir).display());
    finished.stdout = without(&finished.stdout, shown.as_bytes());
    finished.stderr = without(&finished.stderr, shown.as_bytes());
    Ok(finished)
}

/// Runs a program and judges what it did.
pub fn test(runtime: &Runtime, options: &Options, program: &Program, stage: &Path) -> Outcome {
    test_by(program, options, || execute(runtime, program, stage, options))
}

/// Judges what a program did, whatever runs it.
pub fn test_by(
    program: &Program,
    options: &Options,
    execute: impl FnOnce() -> Result<Finished, String>,
) -> Outcome {
    let mut outcome = program.outcome(Status::Failed, String::new());
    let expectation = match program.expectation() {
        Ok(Some(expectation)) => expectation,
        Ok(None) => {
            outcome.detail = "nothing recorded: run --bless".into();
            return outcome;
        }
        Err(error) => {
            outcome.detail = error;
            return outcome;
        }
    };
    match execute() {
        Ok(finished) => {
            outcome.seconds = finished.seconds;
            (outcome.status, outcome.detail) = judge(&expectation, &finished, options.diff);
        }
        Err(error) => outcome.detail = error,
    }
    outcome
}

fn judge(expectation: &Expectation, finished: &Finished, diff: bool) -> (Status, String) {
    match finished.end {
        End::Timeout => return (Status::TimedOut, format!("after {:.0} s", finished.seconds)),
        End::Signal(signal) => {
            let detail = format!("{}; {}", process::signal_name(signal), last_line(&finished.stderr));
            return (Status::Crashed, detail);
        }
        End::Exit(_) => {}
    }
    let mut differences = Vec::new();
    if let Some(difference) = first_difference(&expectation.stdout, &finished.stdout, diff) {
        differences.push(format!("stdout {difference}"));
    }
    if let Some(difference) = first_difference(&expectation.stderr, &finished.stderr, diff) {
        differences.push(format!("stderr {difference}"));
    }
    if finished.end != End::Exit(expectation.exit) {
        differences.push(format!("exit {:?} instead of {}", finished.end, expectation.exit));
    }
    if differences.is_empty() {
        return (Status::Passed, String::new());
    }
    (Status::Failed, differences.join("; "))
}

/// Where two texts part, as `line N` with both lines; with `more`, a few lines of each.
fn first_difference(expected: &[u8], found: &[u8], more: bool) -> Option<String> {
    if expected == found {
        return None;
    }
    let (expected, found) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    let (expected, found): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let end = expected.len().max(found.len());
    let Some(line) = (0..end).find(|&n| expected.get(n) != found.get(n)) else {
        return Some("differs in line ends only".into());
    };
    let mut text = format!(
        "line {}: expected {} found {}",
        line + 1,
        shorten(expected.get(line).copied()),
        shorten(found.get(line).copied())
    );
    if more {
        for n in line..line + 8 {
            text += &format!("\n    - {}", expected.get(n).copied().unwrap_or_default());
        }
        for n in line..line + 8 {
            text += &format!("\n    + {}", found.get(n).copied().unwrap_or_default());
        }
        text.push('\n');
    }
    Some(text)
}

fn shorten(line: Option<&str>) -> String {
    match line {
        None => "the end".into(),
        Some(line) if line.chars().count() > 100 => {
            format!("{:?}...", line.chars().take(100).collect::<String>())
        }
        Some(line) => format!("{line:?}"),
    }
}

fn last_line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).lines().last().unwrap_or_default().to_owned()
}

/// A text with one of its parts left out wherever it stands.
pub fn without(text: &[u8], part: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        match rest.strip_prefix(part) {
            Some(after) => rest = after,
            None => {
                result.push(rest[0]);
                rest = &rest[1..];
            }
        }
    }
    result
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_or_empty(path: &Path) -> Result<Vec<u8>, String> {
    if path.exists() { read(path) } else { Ok(Vec::new()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expectation() -> Expectation {
        Expectation { stdout: b"one\ntwo\n".to_vec(), stderr: Vec::new(), exit: 0 }
    }

    fn finished(stdout: &[u8], end: End) -> Finished {
        Finished { stdout: stdout.to_vec(), stderr: Vec::new(), end, seconds: 0.0 }
    }

    #[test]
    fn the_same_output_passes() {
        assert_eq!(judge(&expectation(), &finished(b"one\ntwo\n", End::Exit(0)), false).0, Status::Passed);
    }

    #[test]
    fn a_difference_names_its_line() {
        let (status, detail) = judge(&expectation(), &finished(b"one\n2\n", End::Exit(0)), false);
        assert_eq!(status, Status::Failed);
        assert_eq!(detail, "stdout line 2: expected \"two\" found \"2\"");
    }

    #[test]
    fn a_missing_line_end_is_a_difference() {
        assert_eq!(judge(&expectation(), &finished(b"one\ntwo", End::Exit(0)), false).0, Status::Failed);
    }

    #[test]
    fn crash_timeout_and_exit_code() {
        assert_eq!(judge(&expectation(), &finished(b"", End::Signal(11)), false).0, Status::Crashed);
        assert_eq!(judge(&expectation(), &finished(b"", End::Timeout), false).0, Status::TimedOut);
        assert_eq!(judge(&expectation(), &finished(b"one\ntwo\n", End::Exit(1)), false).0, Status::Failed);
    }

    #[test]
    fn the_folder_is_left_out() {
        assert_eq!(without(b"File \"/tmp/x/a.py\"", b"/tmp/x/"), b"File \"a.py\"");
    }
}
