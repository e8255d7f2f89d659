//! `dovetail wheel ...`: the commands and what they print.
//!
//! Exit codes: 0 everything fits, or it is installed; 1 something does not; 2 the command line is wrong.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};

use crate::check::{self, Report};
use crate::error::{Result, WheelError};
use crate::host;
use crate::install::{self, Options};
use crate::scheme::Scheme;
use crate::symbols::{Status, SymbolStatus, Table};
use crate::tags::Target;

const USAGE: &str = "\
usage: dovetail wheel check [--coverage TABLE] [--verbose] FILE|DIR ...
       dovetail wheel install FILE (--prefix DIR | --target DIR) [--python FILE] [--force]

check    says, without running anything: which tags fit, which Python symbols the modules need and what
         stands behind each here, which glibc they ask for, and whether RECORD's hashes hold
install  unpacks one wheel offline with RECORD, scripts and entry points: all of it or nothing";

/// Runs a command with nothing known about symbols but what `--coverage` gives. `args` are those after `wheel`.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    main_with(args, None)
}

/// Runs a command; `symbols` says what stands behind a symbol where `--coverage` does not.
pub fn main_with(args: impl IntoIterator<Item = OsString>, symbols: Option<&dyn SymbolStatus>) -> ExitCode {
    let Some(target) = host::target() else {
        eprintln!("dovetail wheel: no wheel fits this machine's processor");
        return ExitCode::FAILURE;
    };
    let mut args = Parser::from_args(args);
    let outcome = match args.next() {
        Ok(Some(Arg::Value(command))) if command == "check" => run_check(args, &target, symbols),
        Ok(Some(Arg::Value(command))) if command == "install" => run_install(args, &target),
        Ok(Some(Arg::Long("help") | Arg::Short('h'))) => {
            println!("{USAGE}");
            Ok(true)
        }
        Ok(Some(Arg::Value(command))) => {
            Err(Bad::Usage(format!("there is no command {}", command.display())))
        }
        Ok(Some(arg)) => Err(Bad::Usage(arg.unexpected().to_string())),
        Ok(None) => Err(Bad::Usage("name a command".into())),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Bad::Usage(message)) => {
            eprintln!("dovetail wheel: {message}\n{USAGE}");
            ExitCode::from(2)
        }
        Err(Bad::Wheel(error)) => {
            eprintln!("dovetail wheel: {error}");
            ExitCode::FAILURE
        }
    }
}

enum Bad {
    Usage(String),
    Wheel(WheelError),
}

impl From<lexopt::Error> for Bad {
    fn from(error: lexopt::Error) -> Self {
        Bad::Usage(error.to_string())
    }
}

impl From<WheelError> for Bad {
    fn from(error: WheelError) -> Self {
        Bad::Wheel(error)
    }
}

fn run_check(
    mut args: Parser,
    target: &Target,
    symbols: Option<&dyn SymbolStatus>,
) -> std::result::Result<bool, Bad> {
    let (mut coverage, mut verbose, mut places) = (None, false, Vec::new());
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("coverage") => coverage = Some(PathBuf::from(args.value()?)),
            Arg::Long("verbose") | Arg::Short('v') => verbose = true,
            Arg::Value(place) => places.push(PathBuf::from(place)),
            other => return Err(other.unexpected().into()),
        }
    }
    if places.is_empty() {
        return Err(Bad::Usage("name a wheel or a folder with wheels".into()));
    }
    let table = coverage
        .map(|path| {
            let text = std::fs::read_to_string(&path).map_err(WheelError::io(&path))?;
            Table::parse(&path.to_string_lossy(), &text)
        })
        .transpose()?;
    let symbols = table.as_ref().map(|table| table as &dyn SymbolStatus).or(symbols);
    let files = wheels_in(&places)?;
    let mut bad = 0;
    for file in &files {
        println!("{}", file.display());
        match check::check(file, target, symbols) {
            Ok(report) => {
                print!("{}", render(&report, target, verbose));
                bad += usize::from(!report.problems.is_empty());
            }
            Err(error) => {
                println!("  verdict   does not fit\n    {error}");
                bad += 1;
            }
        }
    }
    if files.len() > 1 {
        println!("{} wheels, {} fit, {bad} do not", files.len(), files.len() - bad);
    }
    Ok(bad == 0)
}

/// The files named, and the wheels in the folders named.
fn wheels_in(places: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for place in places {
        if !place.is_dir() {
            files.push(place.clone());
            continue;
        }
        let mut found = Vec::new();
        for entry in std::fs::read_dir(place).map_err(WheelError::io(place))? {
            let path = entry.map_err(WheelError::io(place))?.path();
            if path.extension().is_some_and(|extension| extension == "whl") {
                found.push(path);
            }
        }
        if found.is_empty() {
            return Err(WheelError::Missing { entry: format!("wheel in {}", place.display()) });
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// The report's text, two spaces in.
fn render(report: &Report, target: &Target, verbose: bool) -> String {
    let mut out = String::new();
    let mut line = |name: &str, text: String| out.push_str(&format!("  {name:<9} {text}\n"));
    match &report.fit {
        Some((rank, tag)) => line("tags", format!("{tag} fits (number {} of those that do here)", rank + 1)),
        None => line("tags", "none fits".into()),
    }
    if let Some(wanted) = &report.requires_python {
        line("python", format!("wants {wanted}, this is {}", target.version()));
    }
    if let Some(((major, minor), file)) = &report.glibc {
        let present =
            target.glibc.map_or("another C library".into(), |(major, minor)| format!("{major}.{minor}"));
        line("glibc", format!("asks for {major}.{minor} ({file}), this machine has {present}"));
    }
    let modules = report.native.iter().filter(|(_, needs)| needs.is_module()).count();
    line(
        "files",
        format!(
            "{}: {modules} extension modules, {} other libraries",
            report.files,
            report.native.len() - modules
        ),
    );
    if !report.symbols.is_empty() {
        let known = report.symbols.iter().any(|symbol| symbol.status.is_some());
        let count = |status| report.symbols.iter().filter(|symbol| symbol.status == Some(status)).count();
        let counts: Vec<String> = Status::ALL.iter().map(|s| format!("{} {}", count(*s), s.word())).collect();
        let counts =
            if known { counts.join(", ") } else { "no table says what stands behind them here".into() };
        line("symbols", format!("{} of Python's C API needed: {counts}", report.symbols.len()));
        for symbol in &report.symbols {
            let tell = match symbol.status {
                Some(Status::Real) => verbose,
                Some(_) => true,
                None => verbose,
            };
            if tell {
                let word = symbol.status.map_or("needed", Status::word);
                let weak = if symbol.weak { ", can do without" } else { "" };
                line("", format!("{word:<8} {} ({}{weak})", symbol.name, symbol.by));
            }
        }
    }
    line("verdict", if report.problems.is_empty() { "fits" } else { "does not fit" }.into());
    for problem in &report.problems {
        out.push_str(&format!("    {problem}\n"));
    }
    out
}

fn run_install(mut args: Parser, target: &Target) -> std::result::Result<bool, Bad> {
    let (mut prefix, mut folder, mut python, mut force, mut file) = (None, None, None, false, None);
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("prefix") => prefix = Some(absolute(&PathBuf::from(args.value()?))?),
            Arg::Long("target") => folder = Some(absolute(&PathBuf::from(args.value()?))?),
            Arg::Long("python") => python = Some(PathBuf::from(args.value()?)),
            Arg::Long("force") => force = true,
            Arg::Value(value) if file.is_none() => file = Some(PathBuf::from(value)),
            Arg::Value(value) => return Err(Bad::Usage(format!("one wheel at a time: {}", value.string()?))),
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(file) = file else { return Err(Bad::Usage("name a wheel".into())) };
    let (major, minor, _) = target.python;
    let scheme = match (&prefix, &folder) {
        (Some(prefix), None) => Scheme::prefix(prefix, (major, minor)),
        (None, Some(folder)) => Scheme::target(folder),
        _ => return Err(Bad::Usage("say where to: either --prefix or --target".into())),
    };
    let interpreter = match python {
        Some(python) => absolute(&python)?,
        None => default_interpreter(prefix.as_deref())?,
    };
    let done = install::install(&file, target, &Options { scheme, interpreter, force })?;
    if let Some(version) = &done.replaced {
        println!("replaced {} {version}", done.name);
    }
    println!("installed {} {}: {} files", done.name, done.version, done.files);
    if !done.scripts.is_empty() {
        println!("programs: {}", done.scripts.join(", "));
    }
    if !done.requires.is_empty() {
        println!("not looked at: what it requires: {}", done.requires.join("; "));
    }
    Ok(true)
}

/// A prefix's own interpreter if it has one, otherwise this program.
fn default_interpreter(prefix: Option<&Path>) -> Result<PathBuf> {
    let own = prefix.map(|prefix| prefix.join("bin/python")).filter(|path| path.exists());
    match own {
        Some(path) => Ok(path),
        None => std::env::current_exe().map_err(WheelError::io(Path::new("this program"))),
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(WheelError::io(path))
}
