//! The suite of C extensions: `capi/NAME.c` is built against the given headers, for the full and for
//! the limited API, and `capi/test_NAME.py` is run on it.
//!
//! The first line of a C file says which API it is for: `/* api: full */` or `/* api: full, limited */`.
//! `capi/reference-VARIANT.txt` names the tests the reference CPython passes.
//! A test file prints `ok TEST`, `FAILED TEST: why` or `skipped TEST` per test function (see
//! `capi/support.py`); each of these is a result. The module of `NAME.c` is called `capi_NAME`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::Options;
use crate::expected::ExpectedFailures;
use crate::outcome::{Outcome, Status, Suite};
use crate::process::{self, End};
use crate::runtime::Runtime;

/// Which API an extension is compiled for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    Full,
    Limited,
}

impl Variant {
    pub const ALL: [Variant; 2] = [Variant::Full, Variant::Limited];

    fn word(self) -> &'static str {
        match self {
            Variant::Full => "full",
            Variant::Limited => "limited",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Variant::Full if cfg!(target_arch = "aarch64") => ".cpython-314-aarch64-linux-gnu.so",
            Variant::Full => ".cpython-314-x86_64-linux-gnu.so",
            Variant::Limited => ".abi3.so",
        }
    }
}

/// Builds and runs the suite in one variant. A test that the reference has passed and that this run
/// did not reach, because its file ended early, is a failure.
pub fn run(options: &Options, expected: &ExpectedFailures, variant: Variant) -> Result<Suite, String> {
    let suite = format!("capi-{}", variant.word());
    let recorded = Recorded::load(&record_path(options, variant))?;
    let outcomes = run_files(options, variant, &options.runtime, |name, mut outcomes| {
        if !(outcomes.len() == 1 && outcomes[0].name == name && outcomes[0].status == Status::Failed) {
            for test in recorded.passed.iter().filter(|test| belongs(test, name)) {
                if !outcomes.iter().any(|outcome| outcome.name == *test) {
                    outcomes.push(outcome(name, test, Status::Failed, "not reached".into(), 0.0));
                }
            }
        }
        let outcomes: Vec<Outcome> =
            outcomes.into_iter().map(|outcome| expected.judge(&suite, outcome)).collect();
        for outcome in &outcomes {
            println!("{suite:<13} {:<40} {} {}", outcome.name, outcome.status.word(), outcome.detail);
        }
        outcomes
    })?;
    Ok(Suite {
        name: suite,
        outcomes,
        cpython_passed: recorded.passed.len(),
        cpython_failed: recorded.failed.len(),
    })
}

/// Runs the suite on the reference and records which tests it passes.
pub fn record(options: &Options, reference: &Runtime) -> Result<(), String> {
    for variant in Variant::ALL {
        let outcomes = run_files(options, variant, reference, |_, outcomes| outcomes)?;
        let mut text = String::from("# What the reference CPython made of the tests; written by --bless.\n");
        for outcome in &outcomes {
            text += &format!("{} {}\n", outcome.status.word(), outcome.name);
            if outcome.status != Status::Passed {
                println!("{} {} {}", outcome.name, outcome.status.word(), outcome.detail);
            }
        }
        let path = record_path(options, variant);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{:<40} recorded {} tests", path.display(), outcomes.len());
    }
    Ok(())
}

/// What `--bless` wrote down for a variant.
#[derive(Default)]
struct Recorded {
    passed: Vec<String>,
    failed: Vec<String>,
}

impl Recorded {
    fn load(path: &Path) -> Result<Self, String> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        let mut recorded = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.rsplit_once(' ') {
                Some(("ok", name)) => recorded.passed.push(name.into()),
                Some((_, name)) => recorded.failed.push(name.into()),
                None => return Err(format!("{}: {line:?}", path.display())),
            }
        }
        Ok(recorded)
    }
}

fn record_path(options: &Options, variant: Variant) -> PathBuf {
    options.root.join("capi").join(format!("reference-{}.txt", variant.word()))
}

/// Whether a test's name is one of this file's.
fn belongs(test: &str, file: &str) -> bool {
    test.strip_prefix(file).is_some_and(|rest| rest.starts_with('.'))
}

fn outcome(file: &str, name: &str, status: Status, detail: String, seconds: f64) -> Outcome {
    Outcome { name: name.into(), group: file.into(), status, detail, seconds }
}

fn run_files(
    options: &Options,
    variant: Variant,
    runtime: &Runtime,
    finish: impl Fn(&str, Vec<Outcome>) -> Vec<Outcome> + Sync,
) -> Result<Vec<Outcome>, String> {
    let sources = discover(options, variant)?;
    let stage = runtime.staging_folder(&format!("capi-{}", variant.word()))?;
    let outcomes = crate::pool::map(options.jobs, &sources, |source| {
        finish(&stem(source), test(options, variant, runtime, source, &stage))
    });
    let _ = std::fs::remove_dir_all(&stage);
    Ok(outcomes.into_iter().flatten().collect())
}

fn discover(options: &Options, variant: Variant) -> Result<Vec<PathBuf>, String> {
    let folder = options.root.join("capi");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut sources = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_none_or(|extension| extension != "c") || !options.wants(&stem(&path)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let apis = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("/* api: ")?.strip_suffix(" */"))
            .ok_or_else(|| format!("{}: the first line must be '/* api: ... */'", path.display()))?;
        if apis.split(", ").any(|api| api == variant.word()) {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(sources)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn test(options: &Options, variant: Variant, runtime: &Runtime, source: &Path, stage: &Path) -> Vec<Outcome> {
    let name = stem(source);
    let outcome = |test: &str, status: Status, detail: String, seconds: f64| {
        let full = if test.is_empty() { name.clone() } else { format!("{name}.{test}") };
        outcome(&name, &full, status, detail, seconds)
    };
    let file = match build(options, variant, source, stage) {
        Ok(file) => file,
        Err(error) => return vec![outcome("", Status::Failed, error, 0.0)],
    };
    let dir = file.parent().unwrap_or(stage);
    let finished = match process::run(&mut runtime.command(&file, dir), options.timeout) {
        Ok(finished) => finished,
        Err(error) => return vec![outcome("", Status::Failed, error, 0.0)],
    };
    let stdout = String::from_utf8_lossy(&finished.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&finished.stderr).into_owned();
    let mut outcomes = Vec::new();
    let mut complete = false;
    let mut running = "";
    for line in stdout.lines() {
        if let Some(test) = line.strip_prefix("run ") {
            running = test;
        } else if let Some(test) = line.strip_prefix("ok ") {
            outcomes.push(outcome(test, Status::Passed, String::new(), 0.0));
        } else if let Some((test, why)) = line.strip_prefix("FAILED ").and_then(|rest| rest.split_once(": "))
        {
            outcomes.push(outcome(test, Status::Failed, why.into(), 0.0));
        } else if line == "done" {
            complete = true;
        }
    }
    let last = stderr.lines().last().unwrap_or_default();
    match finished.end {
        End::Signal(signal) => {
            let detail = format!("{} in {running}; {last}", process::signal_name(signal));
            outcomes.push(outcome("", Status::Crashed, detail, finished.seconds));
        }
        End::Timeout => {
            outcomes.push(outcome("", Status::TimedOut, format!("in {running}"), finished.seconds))
        }
        End::Exit(code) if !complete => {
            let detail = format!("ended early with exit code {code}; {last}");
            outcomes.push(outcome("", Status::Failed, detail, finished.seconds));
        }
        End::Exit(_) => {}
    }
    outcomes
}

/// Compiles one file into a folder of its own and puts the test beside it; the result is the test's path.
fn build(options: &Options, variant: Variant, source: &Path, stage: &Path) -> Result<PathBuf, String> {
    let name = stem(source);
    let folder = source.parent().unwrap_or(Path::new("."));
    let dir = stage.join(&name);
    std::fs::create_dir_all(&dir).map_err(|error| error.to_string())?;
    let mut words = options.cc.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("cc"));
    command.args(words);
    command.args([
        "-shared",
        "-fPIC",
        "-O1",
        "-g",
        "-std=gnu11",
        "-Wall",
        "-Wextra",
        "-Wno-unused-parameter",
    ]);
    command.args([
        "-Wno-missing-field-initializers",
        "-Wno-cast-function-type",
        "-Werror=implicit-function-declaration",
    ]);
    if variant == Variant::Limited {
        command.arg("-DPy_LIMITED_API=0x030e0000");
    }
    if let Some(include) = &options.include {
        command.arg("-I").arg(include);
    }
    let object = dir.join(format!("capi_{name}{}", variant.suffix()));
    command.arg("-o").arg(object).arg(source);
    let finished = process::run(&mut command, options.timeout)?;
    if finished.end != End::Exit(0) {
        let stderr = String::from_utf8_lossy(&finished.stderr).into_owned();
        let error = stderr.lines().find(|line| line.contains("error")).unwrap_or("no message").to_owned();
        return Err(format!("does not compile: {error}"));
    }
    for file in [format!("test_{name}.py"), "support.py".to_owned()] {
        std::fs::copy(folder.join(&file), dir.join(&file)).map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(dir.join(format!("test_{name}.py")))
}
