//! Dovetail and the CPython it is compared with: how each is started, and how it sees files.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bench::measure;
use crate::{Stop, paths};

/// An interpreter to measure.
pub struct Runtime {
    /// For tables.
    pub name: String,
    command: Vec<String>,
    /// Folder of its own for files it is to see, as we see it.
    pub work: PathBuf,
    /// The same folder as it sees it.
    inner: PathBuf,
    /// Seconds that programs before the interpreter in the command (`chroot` ...) take to start it.
    pub overhead: f64,
}

impl Runtime {
    /// Dovetail at this path.
    pub fn dovetail(launcher: &Path) -> Result<Self, Stop> {
        if !launcher.exists() {
            return Err(Stop::Cannot(format!("{} is not there", launcher.display())));
        }
        let work = paths::target().join("bench");
        Runtime::new("Dovetail", vec![launcher.to_string_lossy().into_owned()], work.clone(), work)
    }

    /// CPython 3.14, if there is one.
    pub fn reference() -> Result<Option<Self>, Stop> {
        let command: Vec<String> = match std::env::var("DOVETAIL_REFERENCE") {
            // What compat-tests puts a test's folder and file into is of no use here.
            Ok(text) => {
                let words: Vec<&str> = text.split_whitespace().collect();
                let mut kept: Vec<String> = Vec::new();
                let mut at = 0;
                while at < words.len() {
                    match (words[at], words.get(at + 1)) {
                        ("-C", Some(&"{dir}")) => at += 1,
                        ("{program}", _) => {}
                        (word, _) => kept.push(word.to_string()),
                    }
                    at += 1;
                }
                kept
            }
            Err(_) => match paths::find_program("python3.14") {
                Some(path) => vec![path.to_string_lossy().into_owned()],
                None => return Ok(None),
            },
        };
        if command.is_empty() {
            return Err(Stop::Cannot("DOVETAIL_REFERENCE is empty".into()));
        }
        let (work, inner) = match std::env::var_os("DOVETAIL_REFERENCE_ROOT") {
            Some(root) => {
                (PathBuf::from(&root).join("tmp/dovetail-bench"), PathBuf::from("/tmp/dovetail-bench"))
            }
            None => {
                let work = paths::target().join("bench-reference");
                (work.clone(), work)
            }
        };
        Runtime::new("CPython", command, work, inner).map(Some)
    }

    /// `command` must have a word at least.
    fn new(name: &str, command: Vec<String>, work: PathBuf, inner: PathBuf) -> Result<Self, Stop> {
        std::fs::create_dir_all(&work)?;
        let mut runtime = Runtime { name: name.to_string(), command, work, inner, overhead: 0.0 };
        runtime.overhead = runtime.measure_overhead();
        Ok(runtime)
    }

    /// How it sees a path under its work folder.
    pub fn sees(&self, inside: &Path) -> PathBuf {
        self.inner.join(inside)
    }

    /// A command that starts it, in an environment that fixes what would make runs differ.
    pub fn start(&self) -> Command {
        let (interpreter, _) = self.command.split_last().expect("a command is never empty");
        self.start_program(Path::new(interpreter))
    }

    /// The same for another program that it sees, such as the interpreter of an environment.
    pub fn start_program(&self, program: &Path) -> Command {
        let (_, before) = self.command.split_last().expect("a command is never empty");
        let mut command = match before.split_first() {
            None => Command::new(program),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        };
        for name in ["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONDONTWRITEBYTECODE"] {
            command.env_remove(name);
        }
        command.env("PYTHONHASHSEED", "0").env("OPENBLAS_NUM_THREADS", "1");
        // Cargo adds the build's folders; a program that embeds the runtime would find another library there than it names.
        if let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") {
            let kept =
                std::env::split_paths(&libraries).filter(|folder| !folder.starts_with(paths::target()));
            command.env("LD_LIBRARY_PATH", std::env::join_paths(kept).unwrap_or_default());
        }
        command
    }

    /// The search path of programs as in an activated environment: its folder of programs, then that of the interpreter it was
    /// made with, then ours.
    pub fn search_path(&self, environment: &Path) -> std::ffi::OsString {
        let interpreter = self.start().get_program().to_owned();
        let own =
            Path::new(&interpreter).parent().filter(|folder| folder.is_absolute()).map(Path::to_path_buf);
        let ours = std::env::var_os("PATH").unwrap_or_default();
        let folders = [environment.join("bin")].into_iter().chain(own).chain(std::env::split_paths(&ours));
        std::env::join_paths(folders).unwrap_or(ours)
    }

    /// The time of the same command with `true` as its last word, less that of `true` itself.
    fn measure_overhead(&self) -> f64 {
        let Some((_, before)) = self.command.split_last().filter(|(_, before)| !before.is_empty()) else {
            return 0.0;
        };
        let wrapped = measure::median_time(|| {
            let mut command = Command::new(&before[0]);
            command.args(&before[1..]).arg("true");
            command
        });
        let plain = measure::median_time(|| Command::new("true"));
        match (wrapped, plain) {
            (Some(wrapped), Some(plain)) => (wrapped - plain).max(0.0),
            _ => 0.0,
        }
    }

    /// What `sys.version` says.
    pub fn version(&self) -> String {
        let out = self.start().args(["-c", "import sys; print(sys.version.split('\\n')[0])"]).output();
        match out {
            Ok(out) if out.status.success() => String::from_utf8_lossy(&out.stdout).trim().to_string(),
            _ => "does not start".to_string(),
        }
    }
}
