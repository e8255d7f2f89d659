//! The main program: `-c`, `-m`, a file, a folder or zip file, standard input.

use crate::{help, interactive};
use dovetail_core::config::{Config, Program};
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::hooks::{self, Uncaught};
use dovetail_core::import::import_module;
use dovetail_core::interp::eval::run_code;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::code::Code;
use dovetail_core::types::int::Int;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, sym};
use dovetail_stdlib::util::fs_decode;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The status of a program that an unhandled `KeyboardInterrupt` ended: the process then dies of SIGINT.
pub const INTERRUPTED: i32 = 130 | 1 << 16;

/// Runs what the configuration names, then the prompt if that is asked for. Gives the exit status.
pub fn run_main() -> i32 {
    let interp = Interpreter::current();
    let Some(config) = interp.config.get() else { return 1 };
    let name = config.program_name.to_string_lossy();
    let name = name.as_ref();
    let status = match prepare(config) {
        Ok(importer) => run_program(config, importer, name),
        Err(e) => uncaught(e, true),
    };
    let typed = config.program == Program::Input && interactive::is_interactive(config);
    let wanted = config.inspect || (!config.ignore_environment && asks_to_inspect());
    if wanted && !typed && interactive::is_interactive(config) {
        return interactive::prompt(config, false);
    }
    status
}

/// A program may ask for the prompt that follows it.
fn asks_to_inspect() -> bool {
    let name = c"PYTHONINSPECT";
    // SAFETY: reads the environment that `os.environ` writes through to.
    unsafe {
        let v = libc::getenv(name.as_ptr());
        !v.is_null() && *v != 0
    }
}

/// Puts the program's place before the module search path. True if the program is a folder or zip file, which is
/// imported.
fn prepare(config: &Config) -> PyResult<bool> {
    let mut importer = false;
    let first = match &config.program {
        Program::Module(_) => {
            if config.safe_path {
                None
            } else {
                std::env::current_dir().ok().map(|d| d.into_os_string())
            }
        }
        Program::File(path) => {
            importer = has_importer(path)?;
            if importer {
                Some(path.clone())
            } else if config.safe_path {
                None
            } else {
                let real = Path::new(path).canonicalize();
                let real = real.unwrap_or_else(|_| Path::new(path).to_path_buf());
                Some(real.parent().unwrap_or(Path::new("")).as_os_str().to_owned())
            }
        }
        Program::Command(_) | Program::Input => (!config.safe_path).then(Default::default),
    };
    if let Some(first) = first {
        let Some(path) = Interpreter::current().sysdict.get().and_then(|d| d.get_text("path")) else {
            bail!(RuntimeError, "sys.path must be a list of strings");
        };
        let path = path.to_owned();
        let first = fs_decode(first.as_bytes())?;
        path.call_method(sym!(insert), &[Int::from_i64(0)?.as_obj(), first.as_obj()])?;
    }
    Ok(importer)
}

/// Is the path one that the import system can look into?
fn has_importer(path: &OsStr) -> PyResult<bool> {
    let p = Path::new(path);
    if !p.is_dir() && !has_zip_end(p) {
        return Ok(false);
    }
    let hooks = import_module("sys")?.get_attr_text("path_hooks")?;
    let name = fs_decode(path.as_bytes())?;
    for hook in hooks.collect_items()? {
        match hook.call(&[name.as_obj()]) {
            Ok(_) => return Ok(true),
            Err(e) if e.matches(exc::ImportError()) => e.clear(),
            Err(e) => return Err(e),
        }
    }
    Ok(false)
}

/// Does the file end as zip files do?
fn has_zip_end(path: &Path) -> bool {
    use std::io::{Read, Seek, SeekFrom};
    const END: &[u8] = b"PK\x05\x06";
    let read = || -> std::io::Result<Vec<u8>> {
        if !path.metadata()?.is_file() {
            return Ok(Vec::new());
        }
        let mut file = std::fs::File::open(path)?;
        let len = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(len.saturating_sub(66 * 1024)))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        Ok(tail)
    };
    read().is_ok_and(|tail| tail.windows(END.len()).any(|w| w == END))
}

fn run_program(config: &Config, importer: bool, name: &str) -> i32 {
    banner(config);
    let result = match &config.program {
        Program::Command(text) => run_command(text),
        Program::Module(module) => run_module(module, true),
        Program::File(_) if importer => run_module(OsStr::new("__main__"), false),
        Program::File(path) => match read_program(config, path, name) {
            Ok(source) => run_file(config, path, &source),
            Err(status) => return status,
        },
        Program::Input if interactive::is_interactive(config) => {
            return interactive::prompt(config, true);
        }
        Program::Input => run_input(config),
    };
    match result {
        Ok(()) => 0,
        Err(e) => uncaught(e, !config.inspect && !asks_to_inspect()),
    }
}

/// The lines that greet a person, or tell who speaks with `-v`.
fn banner(config: &Config) {
    let person = config.program == Program::Input && interactive::is_interactive(config);
    if config.quiet > 0 || (config.verbose == 0 && !person) {
        return;
    }
    eprintln!("{} on linux", help::version(true));
    if !config.no_site {
        eprintln!("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.");
    }
}

/// Shows an exception that ended the program; gives the status.
pub fn uncaught(raised: Raised, exits: bool) -> i32 {
    let e = raised.take();
    let interrupted = e.ob_type().is_subtype(exc::KeyboardInterrupt());
    match hooks::print_uncaught(e, true, exits) {
        Uncaught::Exit(status) => status & 0xff,
        Uncaught::Shown if interrupted => INTERRUPTED,
        Uncaught::Shown => 1,
    }
}

/// The module `__main__`.
pub fn main_module() -> PyResult<Ref<Module>> {
    let found = Interpreter::current().modules().get(sym!(__main__).as_obj())?;
    match found.map(Object::downcast_into::<Module>) {
        Some(Ok(m)) => Ok(m),
        _ => Err(dovetail_core::raise!(RuntimeError, "lost __main__")),
    }
}

/// Runs code in `__main__`.
pub fn run_in_main(code: &Code) -> PyResult<Object> {
    let main = main_module()?;
    let result = run_code(code, main.dict(), main.dict(), None);
    flush_quietly();
    result
}

fn run_command(text: &OsStr) -> PyResult<()> {
    let Some(text) = text.to_str() else {
        dovetail_core::types::stdprinter::write_stderr(
            "Unable to decode the command from the command line:\n",
        );
        // Raises what encoding the undecoded bytes raises.
        fs_decode(text.as_bytes())?.as_str()?;
        bail!(UnicodeError, "the command is not UTF-8 text");
    };
    let source = format!("{}\n", dedent(text));
    let code = dovetail_stdlib::compile_bytes(source.as_bytes(), "<string>", "exec", IGNORE_COOKIE, -1)?;
    dovetail_core::types::traceback::register_command(&code, &source);
    let main = main_module()?;
    // Unlike a file's end, that of a command flushes nothing: the end of the interpreter does.
    run_code(&code, main.dict(), main.dict(), None).map(drop)
}

/// Flushes the standard streams after a program; the end of the process reports what cannot be written.
fn flush_quietly() {
    let Some(sys) = Interpreter::current().sysdict.get() else { return };
    let ts = ThreadState::current();
    let pending = ts.take_exception();
    for name in ["stderr", "stdout"] {
        if let Some(f) = sys.get_text(name).map(Obj::to_owned)
            && !f.is_none()
            && let Err(e) = f.call_method(sym!(flush), &[])
        {
            e.clear();
        }
    }
    if pending.is_some() {
        ts.set_exception(pending);
    }
}

const IGNORE_COOKIE: u32 = dovetail_front::compiler_flags::IGNORE_COOKIE;

/// The text without the white space with which all its lines begin; lines of white space only are emptied.
fn dedent(text: &str) -> String {
    let blank = |l: &str| l.trim_matches([' ', '\t', '\r', '\x0c']).is_empty();
    let mut margin: Option<&str> = None;
    for line in text.split('\n').filter(|l| !blank(l)) {
        let own = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => own,
            Some(m) => {
                let same = m.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count();
                &m[..same]
            }
        });
    }
    let margin = margin.map_or(0, str::len);
    let lines: Vec<&str> = text.split('\n').map(|l| if blank(l) { "" } else { &l[margin..] }).collect();
    lines.join("\n")
}

/// Runs a module as the program, through `runpy`.
fn run_module(name: &OsStr, set_argv: bool) -> PyResult<()> {
    let runpy = import_module("runpy")?;
    let name = fs_decode(name.as_bytes())?;
    runpy.get_attr_text("_run_module_as_main")?.call(&[name.as_obj(), bool_obj(set_argv)]).map(drop)
}

/// The text of the program's file; the status if there is none to be had.
fn read_program(config: &Config, path: &OsStr, name: &str) -> Result<Vec<u8>, i32> {
    let shown = path.to_string_lossy();
    if Path::new(path).is_dir() {
        eprintln!("{name}: '{shown}' is a directory, cannot continue");
        return Err(1);
    }
    match std::fs::read(path) {
        Ok(mut source) => {
            if config.skip_first_line {
                // The line's end stays, so that lines keep their numbers.
                let end = source.iter().position(|b| *b == b'\n').unwrap_or(source.len());
                source.drain(..end);
            }
            Ok(source)
        }
        Err(e) => {
            let errno = e.raw_os_error().unwrap_or(libc::EIO);
            // SAFETY: the C library's text for the number.
            let text = unsafe { std::ffi::CStr::from_ptr(libc::strerror(errno)) }.to_string_lossy();
            eprintln!("{name}: can't open file '{shown}': [Errno {errno}] {text}");
            Err(2)
        }
    }
}

/// Sets what a program's file leaves in `__main__`, runs it, and takes it back.
fn run_file(config: &Config, path: &OsStr, source: &[u8]) -> PyResult<()> {
    let main = main_module()?;
    let dict = main.dict();
    let name = fs_decode(path.as_bytes())?;
    dict.set(sym!(__file__).as_obj(), name.as_obj())?;
    dict.set(sym!(__cached__).as_obj(), none())?;
    let compiled = is_pyc(path, source);
    set_loader(&main, if compiled { "SourcelessFileLoader" } else { "SourceFileLoader" }, &name)?;
    let run = || -> PyResult<()> {
        let code = if compiled {
            load_pyc(source)?
        } else {
            refuse_nulls(source, &name)?;
            dovetail_stdlib::compile_bytes(source, &name.to_string_lossy(), "exec", 0, -1)?
        };
        run_in_main(&code).map(|_| ())
    };
    let result = run();
    if config.inspect || asks_to_inspect() {
        for name in [sym!(__file__), sym!(__cached__)] {
            if let Err(e) = dict.remove(name.as_obj()) {
                e.clear();
            }
        }
    }
    result
}

/// A file with null bytes is no program: a `SyntaxError` at the line, shown up to the first.
pub fn refuse_nulls(source: &[u8], file: &Str) -> PyResult<()> {
    let Some(at) = source.iter().position(|b| *b == 0) else { return Ok(()) };
    let line = source[..at].iter().filter(|b| **b == b'\n').count() + 1;
    let start = source[..at].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let place = Tuple::from_vec(vec![
        file.as_obj().to_owned(),
        Int::from_i64(line as i64)?.into_object(),
        none().to_owned(),
        Str::new(&String::from_utf8_lossy(&source[start..at]))?.into_object(),
    ])?;
    let message = Str::new("source code cannot contain null bytes")?;
    let error = exc::SyntaxError().call(&[message.as_obj(), place.as_obj()])?;
    Err(dovetail_core::error::raise_with(exc::SyntaxError(), &error))
}

/// Sets the program's `__loader__`, of this class, for a file.
pub fn set_loader(main: &Module, class: &str, file: &Str) -> PyResult<()> {
    let external = import_module("_frozen_importlib_external")?;
    let loader = external.get_attr_text(class)?.call(&[sym!(__main__).as_obj(), file.as_obj()])?;
    main.dict().set(sym!(__loader__).as_obj(), &loader)
}

/// Is it compiled code?
pub fn is_pyc(path: &OsStr, source: &[u8]) -> bool {
    path.as_bytes().ends_with(b".pyc") || source.starts_with(&[0x2b, 0x0e, 0x0d, 0x0a])
}

/// The code of a `.pyc` file.
pub fn load_pyc(content: &[u8]) -> PyResult<Ref<Code>> {
    if !content.starts_with(&[0x2b, 0x0e, 0x0d, 0x0a]) || content.len() < 16 {
        bail!(RuntimeError, "Bad magic number in .pyc file");
    }
    let marshal = import_module("marshal")?;
    let code = marshal.get_attr_text("loads")?.call(&[Bytes::new(&content[16..])?.as_obj()])?;
    match code.downcast_into::<Code>() {
        Ok(c) => Ok(c),
        Err(_) => Err(dovetail_core::raise!(RuntimeError, "Bad code object in .pyc file")),
    }
}

/// A program on standard input.
fn run_input(config: &Config) -> PyResult<()> {
    use std::io::Read;
    let mut source = Vec::new();
    let read = dovetail_core::gil::allow_threads(|| std::io::stdin().read_to_end(&mut source));
    if let Err(e) = read {
        return Err(dovetail_core::types::exceptions_os::from_io(&e, None));
    }
    if config.skip_first_line {
        let end = source.iter().position(|b| *b == b'\n').unwrap_or(source.len());
        source.drain(..end);
    }
    let main = main_module()?;
    let dict = main.dict();
    dict.set(sym!(__file__).as_obj(), Str::new("<stdin>")?.as_obj())?;
    dict.set(sym!(__cached__).as_obj(), none())?;
    let code = dovetail_stdlib::compile_bytes(&source, "<stdin>", "exec", 0, -1)?;
    run_in_main(&code).map(|_| ())
}

/// Calls a function of a module with no arguments, if the module is there and has it.
pub fn call_if_there(module: &str, function: &str) -> PyResult<Option<Object>> {
    let Some(m) = Interpreter::current().modules().get_text(module).map(Obj::to_owned) else {
        return Ok(None);
    };
    match m.get_attr_opt(&*Str::intern(function)?)? {
        Some(f) => f.call_dict(&*Tuple::empty(), None).map(Some),
        None => Ok(None),
    }
}
