//! Start-up in CPython's order: types, `builtins` and `sys`, `importlib`, the codecs, signals, the standard streams,
//! `__main__`, `warnings`, `site`.

use dovetail_core::config::Config;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::import::import_module;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, traced};
use dovetail_core::types::module::Module;
use dovetail_core::{raise, startup, sym};

/// A step of the start that failed, with the exception.
pub struct Failed {
    pub message: &'static str,
    pub state: &'static str,
    pub error: Raised,
}

impl Failed {
    /// Says what failed, as CPython's fatal error does.
    pub fn report(self) {
        self.show_paths();
        eprintln!("Fatal Python error: {}\nPython runtime state: {}", self.message, self.state);
        let e = self.error.take();
        eprint!("{}", dovetail_core::types::traceback::format_exception(&e));
        if Interpreter::current().importlib.get().is_none() {
            return;
        }
        startup::flush_streams();
    }

    /// Where the library was not found, tells where it was looked for.
    pub fn show_paths(&self) {
        if self.message == NO_ENCODINGS {
            show_paths();
        }
    }
}

/// What is said where the library is not found: the first file it needs is the package `encodings`.
const NO_ENCODINGS: &str = "Failed to import encodings module";

/// Tells where the library was looked for.
fn show_paths() {
    let Some(c) = Interpreter::current().config.get() else { return };
    let shown = |p: &Option<std::ffi::OsString>| {
        p.as_ref().map_or("(not set)".to_owned(), |p| format!("'{}'", p.to_string_lossy()))
    };
    let flag = |b: bool| i32::from(b);
    eprintln!("Python path configuration:");
    eprintln!("  PYTHONHOME = {}", shown(&c.home));
    eprintln!("  PYTHONPATH = {}", shown(&c.pythonpath));
    eprintln!("  program name = '{}'", c.program_name.to_string_lossy());
    eprintln!("  isolated = {}", flag(c.isolated));
    eprintln!("  environment = {}", flag(!c.ignore_environment));
    eprintln!("  user site = {}", flag(!c.no_user_site));
    eprintln!("  safe_path = {}", flag(c.safe_path));
    eprintln!("  import site = {}", flag(!c.no_site));
    eprintln!("  is in build tree = 0");
    eprintln!("  stdlib dir = {}", shown(&c.stdlib_dir));
    eprintln!("  sys.path[0] = (not set)");
    for (name, path) in [
        ("sys._base_executable", &c.base_executable),
        ("sys.base_prefix", &c.base_prefix),
        ("sys.base_exec_prefix", &c.base_exec_prefix),
        ("sys.platlibdir", &c.platlibdir),
        ("sys.executable", &c.executable),
        ("sys.prefix", &c.prefix),
        ("sys.exec_prefix", &c.exec_prefix),
    ] {
        eprintln!("  {name} = '{}'", path.to_string_lossy());
    }
    eprintln!("  sys.path = [");
    for p in &c.module_search_paths {
        eprintln!("    '{}',", p.to_string_lossy());
    }
    eprintln!("  ]");
}

/// What a step's error means, for those that go on.
pub fn step<T>(message: &'static str, state: &'static str, result: PyResult<T>) -> Result<T, Failed> {
    result.map_err(|error| Failed { message, state, error })
}

/// Starts the interpreter of this process for `config`, whose paths are filled in; again, when an earlier one has ended
/// ([`crate::finish::leave`]). `linked` registers other parts of the executable. After an error only [`Failed::report`]
/// may be called.
pub fn start(config: Config, linked: fn()) -> Result<(), Failed> {
    let interp = step("cannot make the builtin types", "preinitialized", startup::initialize(config))?;
    interp.native_modules.set(Some(dovetail_stdlib::find));
    let _ = dovetail_core::hooks::FINISH.set(crate::finish::finish);
    let _ = dovetail_stdlib::sys::BASE_REPL.set(crate::interactive::plain_loop);
    let early = "core initialized";
    let _ = dovetail_core::hooks::SUB_INTERPRETERS.set(crate::subinterpreter::HOOKS);
    step("cannot make sys", early, dovetail_stdlib::start())?;
    linked();
    begin(interp)
}

/// The steps from the import system on, as every interpreter takes them.
pub fn begin(interp: &Interpreter) -> Result<(), Failed> {
    let early = "core initialized";
    if interp.config.get().is_some_and(|c| c.import_time > 0) {
        eprintln!("import time: self [us] | cumulative | imported package");
    }
    step("Failed to import the import system", early, dovetail_stdlib::bootstrap::start_import())?;
    step(NO_ENCODINGS, early, import_module("encodings"))?;
    if interp.config.get().is_none_or(|c| c.install_signal_handlers) {
        step("init_signals: can't import _signal", early, import_module("_signal"))?;
    }
    if interp.is_main() && interp.config.get().is_some_and(|c| c.faulthandler) {
        let on = dovetail_stdlib::faulthandler::enable_at_start();
        step("init_faulthandler: can't install the handlers", early, on)?;
    }
    if let Some(limit) = interp.config.get().map(|c| c.tracemalloc).filter(|limit| *limit > 0) {
        let started = match limit {
            ..=traced::MOST_FRAMES => {
                traced::start(limit);
                Ok(())
            }
            _ => {
                Err(raise!(ValueError, "the number of frames must be in range [1; {}]", traced::MOST_FRAMES))
            }
        };
        step("init_interp_main: can't start tracemalloc", early, started)?;
    }
    if let Some(config) = interp.config.get() {
        step(
            "init_stdio_encoding: failed to get the Python codec name of the stdio encoding",
            early,
            dovetail_core::types::codec_registry::lookup(&config.stdio_encoding),
        )?;
    }
    step(
        "init_sys_streams: can't initialize sys standard streams",
        early,
        dovetail_stdlib::bootstrap::start_io(),
    )?;
    step("init_main: can't make __main__", early, make_main())?;
    let Some(config) = interp.config.get() else { return Ok(()) };
    if !config.warn_options.is_empty()
        && let Err(e) = import_module("warnings")
    {
        e.clear();
    }
    if interp.is_main() {
        dovetail_core::gil::set_initialized(true);
    }
    if !config.no_site {
        step("init_import_site: Failed to import the site module", "initialized", import_module("site"))?;
    }
    Ok(())
}

/// Makes `__main__`, as it is until the program's loader is known.
fn make_main() -> PyResult<()> {
    let interp = Interpreter::current();
    let main = Module::new("__main__")?;
    let dict = main.dict();
    interp.modules().set(sym!(__main__).as_obj(), main.as_obj())?;
    if let Some(b) = interp.modules().get(sym!(builtins).as_obj())? {
        dict.set(sym!(__builtins__).as_obj(), &b)?;
    }
    if let Some(importlib) = interp.importlib.get() {
        dict.set(sym!(__loader__).as_obj(), &*importlib.get_attr_text("BuiltinImporter")?)?;
    }
    Ok(())
}
