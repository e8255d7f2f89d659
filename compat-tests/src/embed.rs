//! The suite of programs of C that embed the runtime: `embed/NAME.c` is compiled and linked as
//! `python3.14-config --embed` of the prefix says, and what it does is compared with the recorded output.
//!
//! Beside it stand `NAME.out` and, where they are not empty or zero, `NAME.err` and `NAME.exit`. The folder a
//! program runs in is left out of its output before comparing.

use std::path::Path;

use crate::cli::Options;
use crate::expected::ExpectedFailures;
use crate::outcome::Suite;
use crate::process::{self, End, Finished};
use crate::programs::{self, Program};
use crate::runtime::Runtime;

/// Builds and runs the suite on the library of the prefix.
pub fn run(options: &Options, expected: &ExpectedFailures) -> Result<Suite, String> {
    let programs = discover(options)?;
    let stage = options.runtime.staging_folder("embed")?;
    let outcomes = crate::pool::map(options.jobs, &programs, |program| {
        let outcome =
            programs::test_by(program, options, || execute(&options.runtime, program, &stage, options));
        let outcome = expected.judge("embed", outcome);
        println!("{:<40} {} {}", program.name, outcome.status.word(), outcome.detail);
        outcome
    });
    let _ = std::fs::remove_dir_all(&stage);
    let cpython_passed = outcomes.len();
    Ok(Suite { name: "embed".into(), outcomes, cpython_passed, cpython_failed: 0 })
}

/// All programs of the folder that the options ask for, by name.
pub fn discover(options: &Options) -> Result<Vec<Program>, String> {
    let folder = options.root.join("embed");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "c") && options.wants(&name) {
            found.push(Program { name, path, level: "embed".into() });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Compiles a program in a folder of its own and runs it there.
pub fn execute(
    runtime: &Runtime,
    program: &Program,
    stage: &Path,
    options: &Options,
) -> Result<Finished, String> {
    let dir = stage.join(&program.name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    for file in [program.path.clone(), program.path.with_file_name("support.h")] {
        let to = dir.join(file.file_name().unwrap_or_default());
        std::fs::copy(&file, &to).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    // The reference has its own prefix, and the script on its search path.
    let prefix = options.prefix.as_ref().filter(|_| options.bless.is_none());
    let (config, library) = match prefix {
        Some(prefix) => (prefix.join("bin/python3.14-config"), Some(prefix.join("lib"))),
        None => ("python3.14-config".into(), None),
    };
    let script = format!(
        "{} -std=gnu11 -O1 -g -Wall -Werror=implicit-function-declaration -o program {}.c $({config} --embed --includes --ldflags) \
         -lpthread",
        if prefix.is_some() { options.cc.as_str() } else { "cc" },
        program.name,
        config = config.display()
    );
    let built = process::run(&mut runtime.other_program(&["sh", "-c", &script], &dir), options.timeout)?;
    if built.end != End::Exit(0) {
        let stderr = String::from_utf8_lossy(&built.stderr).into_owned();
        let error = stderr.lines().find(|line| line.contains("error")).or(stderr.lines().last());
        return Err(format!("does not compile: {}", error.unwrap_or("no message")));
    }
    let mut command = runtime.other_program(&["./program"], &dir);
    if let Some(library) = library {
        command.env("LD_LIBRARY_PATH", library);
    }
    let mut finished = process::run(&mut command, options.timeout)?;
    let shown = format!("{}/", runtime.inside(&dir).display());
    finished.stdout = programs::without(&finished.stdout, shown.as_bytes());
    finished.stderr = programs::without(&finished.stderr, shown.as_bytes());
    Ok(finished)
}
