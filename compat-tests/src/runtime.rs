//! The runtime under test: an executable, or a command template that may see another root folder.

use std::path::{Path, PathBuf};
use std::process::Command;

/// How to start a Python on one file.
#[derive(Clone)]
pub struct Runtime {
    words: Vec<String>,
    /// The folder here that the command sees as `/`.
    root: Option<PathBuf>,
    /// A folder for `PYTHONPATH`, as the command sees it.
    packages: Option<PathBuf>,
}

impl Runtime {
    /// A runtime that is one executable.
    pub fn executable(path: PathBuf) -> Self {
        let path = path.canonicalize().unwrap_or(path);
        Self { words: vec![path.to_string_lossy().into_owned()], root: None, packages: None }
    }

    /// The reference CPython, from `DOVETAIL_REFERENCE` and `DOVETAIL_REFERENCE_ROOT`.
    pub fn reference() -> Result<Self, String> {
        let template = std::env::var("DOVETAIL_REFERENCE").map_err(|_| {
            "DOVETAIL_REFERENCE is not set: it is the command that starts CPython 3.14".to_string()
        })?;
        let words: Vec<String> = template.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Err("DOVETAIL_REFERENCE is empty".into());
        }
        Ok(Self {
            words,
            root: std::env::var_os("DOVETAIL_REFERENCE_ROOT").map(PathBuf::from),
            packages: None,
        })
    }

    /// The interpreter of an environment that this runtime made.
    pub fn environment(&self, python: PathBuf) -> Self {
        Self { words: vec![python.to_string_lossy().into_owned()], root: None, packages: None }
    }

    /// The same runtime with a folder of packages, named as it sees it.
    pub fn with_packages(&self, folder: &Path) -> Self {
        Self { packages: Some(folder.to_path_buf()), ..self.clone() }
    }

    /// The executable, or the last word of the command.
    pub fn path(&self) -> &Path {
        Path::new(self.words.last().map(String::as_str).unwrap_or_default())
    }

    /// The executable alone, in the environment of this process.
    pub fn plain(&self) -> Command {
        Command::new(self.path())
    }

    /// A name for reports.
    pub fn label(&self) -> String {
        let last = self.words.last().map(String::as_str).unwrap_or_default();
        Path::new(last).file_name().map_or_else(|| last.into(), |name| name.to_string_lossy().into_owned())
    }

    /// A folder that the runtime can see, for test files; the caller removes it.
    pub fn staging_folder(&self, purpose: &str) -> Result<PathBuf, String> {
        let base = match &self.root {
            Some(root) => root.join("tmp"),
            None => std::env::temp_dir(),
        };
        let folder = base.join(format!("dovetail-{purpose}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder.canonicalize().unwrap_or(folder))
    }

    /// A path here, as the runtime sees it.
    pub fn inside(&self, path: &Path) -> PathBuf {
        match self.root.as_ref().and_then(|root| path.strip_prefix(root).ok()) {
            Some(rest) => Path::new("/").join(rest),
            None => path.to_path_buf(),
        }
    }

    /// The command that runs another program where the runtime would run, in a clean environment: `words` stand in the
    /// place of the interpreter.
    pub fn other_program(&self, words: &[&str], dir: &Path) -> Command {
        let dir_text = self.inside(dir).to_string_lossy().into_owned();
        let before = self.words.iter().filter(|word| !word.contains("{program}"));
        let mut all: Vec<String> = before.map(|word| word.replace("{dir}", &dir_text)).collect();
        all.pop();
        all.extend(words.iter().map(|word| (*word).to_owned()));
        let mut command = Command::new(&all[0]);
        command.args(&all[1..]);
        self.prepare(&mut command, dir);
        command
    }

    /// The command that runs `program`, a file in `dir`, in a clean environment.
    pub fn command(&self, program: &Path, dir: &Path) -> Command {
        let program_text = self.inside(program).to_string_lossy().into_owned();
        let dir_text = self.inside(dir).to_string_lossy().into_owned();
        let mut named = false;
        let mut words = self.words.iter().map(|word| {
            named |= word.contains("{program}");
            word.replace("{program}", &program_text).replace("{dir}", &dir_text)
        });
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words);
        if !named {
            command.arg(&program_text);
        }
        self.prepare(&mut command, dir);
        command
    }

    /// Sets folder and environment of a command.
    fn prepare(&self, command: &mut Command, dir: &Path) {
        command.current_dir(dir).env_clear();
        for (name, value) in ENVIRONMENT {
            command.env(name, value);
        }
        if let Some(packages) = &self.packages {
            command.env("PYTHONPATH", packages);
        }
        for name in ["PATH", "PYTHONHOME", "LD_LIBRARY_PATH", "RUST_BACKTRACE", "RUST_MIN_STACK"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
    }
}

/// What every test finds in its environment, so that output depends on nothing else.
const ENVIRONMENT: [(&str, &str); 7] = [
    ("LC_ALL", "C.UTF-8"),
    ("TZ", "UTC"),
    ("HOME", "/tmp"),
    ("NO_COLOR", "1"),
    ("PYTHONHASHSEED", "0"),
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("COLUMNS", "80"),
];
