//! Recording expectations from the reference CPython, which must really be CPython 3.14.

use crate::cli::Options;
use crate::process::{self, End};
use crate::programs::{self, Program};
use crate::runtime::Runtime;

/// Records what the suites of the options do on the reference.
pub fn record(options: &Options, reference: &Runtime) -> Result<(), String> {
    if options.suites.programs {
        record_programs(options, reference, &programs::discover(options)?)?;
    }
    if options.suites.packages {
        let reference = crate::packages::reference(reference)?;
        record_programs(options, &reference, &crate::packages::discover(options)?)?;
    }
    if options.suites.embed {
        let programs = crate::embed::discover(options)?;
        record_with(options, reference, &programs, &|program, stage| {
            crate::embed::execute(reference, program, stage, options)
        })?;
    }
    if options.suites.capi {
        crate::capi::record(options, reference)?;
    }
    Ok(())
}

/// Writes `NAME.out`, `NAME.err` and `NAME.exit` beside every program the options ask for. A program
/// is run twice: one whose output differs between the runs is an error, not an expectation.
fn record_programs(options: &Options, reference: &Runtime, programs: &[Program]) -> Result<(), String> {
    record_with(options, reference, programs, &|program, stage| {
        programs::execute(reference, program, stage, options)
    })
}

/// Runs a program in a folder.
type Execute<'a> = dyn Fn(&Program, &std::path::Path) -> Result<process::Finished, String> + Sync + 'a;

fn record_with(
    options: &Options,
    reference: &Runtime,
    programs: &[Program],
    execute: &Execute<'_>,
) -> Result<(), String> {
    let stage = reference.staging_folder("bless")?;
    let result = check_version(options, reference, &stage)
        .and_then(|()| record_all(options, programs, &stage, execute));
    let _ = std::fs::remove_dir_all(&stage);
    result
}

fn check_version(options: &Options, reference: &Runtime, stage: &std::path::Path) -> Result<(), String> {
    let file = stage.join("version.py");
    let text =
        "import sys\nprint(sys.implementation.name, *sys.version_info[:2], hasattr(sys, 'dovetail'))\n";
    std::fs::write(&file, text).map_err(|error| error.to_string())?;
    let finished = process::run(&mut reference.command(&file, stage), options.timeout)?;
    let answer = String::from_utf8_lossy(&finished.stdout).trim().to_owned();
    if answer != "cpython 3 14 False" {
        let stderr = String::from_utf8_lossy(&finished.stderr).into_owned();
        return Err(format!("the reference is not CPython 3.14: it says {answer:?} {stderr}"));
    }
    Ok(())
}

fn record_all(
    options: &Options,
    programs: &[Program],
    stage: &std::path::Path,
    execute: &Execute<'_>,
) -> Result<(), String> {
    let results = crate::pool::map(options.jobs, programs, |program| -> Result<(), String> {
        let first = execute(program, stage)?;
        let second = execute(program, stage)?;
        let End::Exit(code) = first.end else {
            return Err(format!("{}: ended by {:?} on the reference", program.name, first.end));
        };
        if (&first.stdout, &first.stderr) != (&second.stdout, &second.stderr) {
            return Err(format!("{}: two runs on the reference differ", program.name));
        }
        let write = |extension: &str, content: &[u8], keep: bool| {
            let path = program.beside(extension);
            let done = if keep {
                std::fs::write(&path, content)
            } else if path.exists() {
                std::fs::remove_file(&path)
            } else {
                Ok(())
            };
            done.map_err(|error| format!("{}: {error}", path.display()))
        };
        write("out", &first.stdout, true)?;
        write("err", &first.stderr, !first.stderr.is_empty())?;
        write("exit", format!("{code}\n").as_bytes(), code != 0)?;
        let note = match (code, first.stderr.len()) {
            (0, 0) => String::new(),
            (code, length) => format!("(exit {code}, {length} bytes on stderr)"),
        };
        println!("{:<40} recorded {:.2} s {note}", program.name, first.seconds);
        Ok(())
    });
    let errors: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}
