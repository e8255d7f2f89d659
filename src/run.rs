//! Running a program: `dovetail FILE`, `-c COMMAND`, or standard input.

use dovetail_core::config::Config;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::interp::eval::run_code;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::types::int::Int;
use dovetail_core::types::module::Module;
use dovetail_core::types::stdprinter::write_stderr;
use dovetail_core::types::str_::Str;
use dovetail_core::{startup, sym};
use std::io::Read;
use std::process::ExitCode;

/// What to run.
enum Program {
    File(String),
    Command(String),
    Input,
}

fn parse(args: &[String]) -> Result<(Program, Vec<String>), String> {
    match args {
        [] => Ok((Program::Input, vec![String::new()])),
        [c] if c == "-c" => Err("Argument expected for the -c option".to_owned()),
        [c, text, rest @ ..] if c == "-c" => {
            let mut argv = vec!["-c".to_owned()];
            argv.extend_from_slice(rest);
            Ok((Program::Command(text.clone()), argv))
        }
        [dash, rest @ ..] if dash == "-" => {
            let mut argv = vec!["-".to_owned()];
            argv.extend_from_slice(rest);
            Ok((Program::Input, argv))
        }
        [option, ..] if option.starts_with('-') => Err(format!("Unknown option: {option}")),
        [file, ..] => Ok((Program::File(file.clone()), args.to_vec())),
    }
}

pub fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if matches!(args.first().map(String::as_str), Some("--version" | "-V")) {
        println!("Python 3.14.10 (Dovetail {})", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    let (program, argv) = match parse(&args) {
        Ok(p) => p,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let seed = std::env::var("PYTHONHASHSEED").ok().and_then(|s| s.parse().ok());
    let config = Config { argv, hash_seed: seed, ..Config::default() };
    let started = startup::initialize(config).and_then(|i| {
        i.native_modules.set(Some(dovetail_stdlib::find));
        dovetail_stdlib::start()?;
        dovetail_cpyext::start();
        dovetail_stdlib::bootstrap::start_import()?;
        dovetail_stdlib::bootstrap::start_library()
    });
    if let Err(e) = started {
        eprintln!("Fatal Python error: cannot start: {}", shown(e));
        return ExitCode::FAILURE;
    }
    let status = match run(program) {
        Ok(()) => 0,
        Err(e) => report(e),
    };
    let status = if startup::flush_streams() { status } else { 120 };
    ExitCode::from(status)
}

/// The last line of an error, for failures before anything can print it.
fn shown(e: Raised) -> String {
    let e = e.take();
    let name = e.type_name().to_owned();
    match e.str_() {
        Ok(s) => format!("{name}: {}", s.to_string_lossy()),
        Err(e) => {
            e.clear();
            name
        }
    }
}

fn run(program: Program) -> PyResult<()> {
    let (source, filename) = match program {
        Program::Command(text) => (text.into_bytes(), "<string>".to_owned()),
        Program::Input => {
            let mut text = Vec::new();
            if std::io::stdin().read_to_end(&mut text).is_err() {
                return Err(dovetail_core::raise!(OSError, "cannot read standard input"));
            }
            (text, "<stdin>".to_owned())
        }
        Program::File(path) => match std::fs::read(&path) {
            Ok(text) => (text, path),
            Err(e) => {
                eprintln!("dovetail: can't open file '{path}': {e}");
                startup::flush_streams();
                std::process::exit(2);
            }
        },
    };
    let entry = match filename.as_str() {
        "<string>" | "<stdin>" => String::new(),
        path => std::path::Path::new(path)
            .parent()
            .and_then(|p| p.canonicalize().ok())
            .map(|p| p.to_string_lossy().into_owned())
            .unwrap_or_default(),
    };
    dovetail_stdlib::bootstrap::insert_path(&entry)?;
    let main = Module::new("__main__")?;
    let dict = main.dict();
    let builtins = Interpreter::current().modules().get(sym!(builtins).as_obj())?;
    if let Some(b) = &builtins {
        dict.set(sym!(__builtins__).as_obj(), b)?;
    }
    if filename != "<string>" && filename != "<stdin>" {
        dict.set(sym!(__file__).as_obj(), Str::new(&filename)?.as_obj())?;
    }
    Interpreter::current().modules().set(sym!(__main__).as_obj(), main.as_obj())?;
    let code = dovetail_stdlib::compile_bytes(&source, &filename, "exec", 0, -1)?;
    if filename == "<string>" {
        dovetail_core::types::traceback::register_command(&code, &String::from_utf8_lossy(&source));
    }
    run_code(&code, dict, dict, None)?;
    Ok(())
}

/// Prints an uncaught exception and gives the exit status.
fn report(raised: Raised) -> u8 {
    let e = raised.take();
    if e.ob_type().is_subtype(exc::SystemExit()) {
        // SAFETY: SystemExit's layout.
        let code = unsafe {
            let c = (*(e.as_raw() as *mut abi::PySystemExitObject)).code;
            if c.is_null() { None } else { Some(Obj::from_ptr(c).to_owned()) }
        };
        let Some(code) = code.filter(|c| !c.is_none()) else { return 0 };
        if let Some(i) = code.downcast::<Int>() {
            return i.to_i64().map_or(255, |v| v as u8);
        }
        match code.str_() {
            Ok(s) => write_stderr(&format!("{}\n", s.to_string_lossy())),
            Err(e) => e.clear(),
        }
        return 1;
    }
    startup::flush_streams();
    write_stderr(&dovetail_core::types::traceback::format_exception(&e));
    if e.ob_type().is_subtype(exc::KeyboardInterrupt()) { 130 } else { 1 }
}
