//! `dovetail cdef ...`: a header's declarations as cdef text or as a Python module, and the comparison of a cdef with headers.
//!
//! Exit codes: 0 printed, or no difference; 1 a header cannot be read, or there are differences; 2 the command line is wrong.

use crate::parse::{Options, Text, parse};
use crate::{print, resolve};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
usage: dovetail cdef [-I DIR] [-D NAME[=VALUE]] [--names GLOB] [--python [--library NAME]] HEADER ...
       dovetail cdef [-I DIR] [-D NAME[=VALUE]] --check FILE HEADER ...

Prints what the headers declare as text for ffi.cdef().

--names GLOB    only names that fit, such as 'sqlite3_*'; may stand more than once
--python        prints a module that declares it all and opens the library
--library NAME  the library that module opens (without it: the program itself)
--check FILE    compares the cdef text in FILE with the headers and names each difference
-I, -D          as for a C compiler";

#[derive(Default)]
struct Command {
    headers: Vec<String>,
    options: Options,
    python: bool,
    library: Option<String>,
    check: Option<PathBuf>,
}

/// Runs the command; `args` are those after `cdef`.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = match read(args) {
        Ok(Some(command)) => command,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("dovetail cdef: {message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&command) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("dovetail cdef: {message}");
            ExitCode::FAILURE
        }
    }
}

fn read(args: impl IntoIterator<Item = OsString>) -> Result<Option<Command>, String> {
    let mut command = Command::default();
    let mut args = args.into_iter().map(|a| a.to_string_lossy().into_owned());
    while let Some(arg) = args.next() {
        let mut value = |of: &str| args.next().ok_or_else(|| format!("{of} needs a value"));
        match arg.as_str() {
            "-h" | "--help" => return Ok(None),
            "--names" => command.options.names.push(value("--names")?),
            "--python" => command.python = true,
            "--library" => command.library = Some(value("--library")?),
            "--check" => command.check = Some(value("--check")?.into()),
            "-I" => command.options.include_dirs.push(value("-I")?.into()),
            "-D" => command.options.defines.push(define(&value("-D")?)),
            _ if arg.starts_with("-I") => command.options.include_dirs.push(arg[2..].into()),
            _ if arg.starts_with("-D") => command.options.defines.push(define(&arg[2..])),
            _ if arg.starts_with('-') => return Err(format!("there is no option {arg}")),
            _ => command.headers.push(arg),
        }
    }
    if command.headers.is_empty() {
        return Err("name a header".into());
    }
    Ok(Some(command))
}

fn define(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    }
}

/// The lines that include the headers: a path of a file that is there as itself, other names where the compiler looks.
fn includes(headers: &[String]) -> String {
    let line = |h: &String| match std::path::absolute(h) {
        Ok(path) if h.contains('/') && path.is_file() => format!("#include \"{}\"\n", path.display()),
        _ => Text::header(h).source,
    };
    headers.iter().map(line).collect()
}

fn run(command: &Command) -> Result<ExitCode, String> {
    let source = includes(&command.headers);
    if let Some(file) = &command.check {
        return check(command, &source, file);
    }
    let read = parse(&[], &Text::new(source.as_str()), &command.options).map_err(|e| e.to_string())?;
    let text = print::text(&read);
    for (name, why) in &read.skipped {
        eprintln!("dovetail cdef: left out {name}: {why}");
    }
    if command.python {
        print!("{}", module(command, &text));
    } else {
        print!("{text}");
    }
    Ok(ExitCode::SUCCESS)
}

/// A Python module around the text.
fn module(command: &Command, text: &str) -> String {
    let names = command.headers.join(", ");
    let library = command.library.as_ref().map_or("None".to_owned(), |l| format!("{l:?}"));
    let text = text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    format!(
        "\"\"\"What {names} declares (made by `dovetail cdef --python`).\"\"\"\n\nfrom cffi import FFI\n\nffi = FFI()\n\
         ffi.cdef(\"\"\"\n{text}\"\"\")\n\nlib = ffi.dlopen({library})\n"
    )
}

fn check(command: &Command, source: &str, file: &std::path::Path) -> Result<ExitCode, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut ours =
        parse(&[], &Text::new(text), &command.options).map_err(|e| format!("{}: {e}", file.display()))?;
    let options = Options { names: vec!["*".into()], ..command.options.clone() };
    let theirs = parse(&[], &Text::new(source), &options).map_err(|e| e.to_string())?;
    let differences = resolve(&mut ours, &theirs);
    for difference in &differences {
        println!("{difference}");
    }
    Ok(if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
