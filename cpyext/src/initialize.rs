//! Starting and ending Python from a program of C (`pylifecycle.h`, `initconfig.h`; PEP 587): the same start, main program
//! and end as the launcher's, with settings from a `PyConfig`, from a command line, or from the variables of old.

use crate::legacy::{PyStatus_NoMemory, PyStatus_Ok};
use crate::pyconfig::{self, early, error};
use crate::text::os_strs;
use crate::wide;
use abi::{PyConfig, PyPreConfig, PyStatus, wchar_t};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::thread::ThreadState;
use dovetail_core::{gil, hooks};
use dovetail_launch::cmdline::Line;
use dovetail_launch::start::Failed;
use dovetail_launch::{finish, run, settings};
use std::ffi::{OsString, c_char, c_int};
use std::ptr::null_mut;
use std::sync::{Mutex, PoisonError};

/// What went wrong before Python runs.
pub struct Status(pub PyStatus);

/// How far the start has come, for the message of a fatal error.
static STATE: Mutex<&str> = Mutex::new("unknown");

/// Notes how far the start has come.
pub fn note_state(state: &'static str) {
    *STATE.lock().unwrap_or_else(PoisonError::into_inner) = state;
}

impl From<Failed> for Status {
    fn from(f: Failed) -> Status {
        f.show_paths();
        note_state(f.state);
        // "function: message", where the function is one word.
        let (function, message) = match f.message.split_once(": ") {
            Some((function, message)) if !function.contains(' ') => (function, message),
            _ => ("", f.message),
        };
        // The exception stays set, and is shown with the fatal error.
        Status(error(function, message))
    }
}

/// Starts Python with the settings of a struct.
///
/// # Safety
/// A valid struct.
pub unsafe fn initialize(config: &PyConfig) -> Result<(), PyStatus> {
    if gil::is_initialized() {
        return Ok(());
    }
    if gil::main_state().is_some() {
        return Err(error("", "an earlier start of Python failed; this process cannot start it again"));
    }
    // SAFETY: the caller's promise.
    let r = unsafe { pyconfig::read(config) }?;
    let made = dovetail_launch::configure(&r.line, r.orig_argv, &r.preset).map_err(|f| Status::from(&f).0)?;
    crate::inittab::register();
    if made.configure_stdio {
        configure_streams(&made);
    }
    dovetail_launch::start::start(made, crate::start).map_err(|f| Status::from(f).0)?;
    note_state("initialized");
    Ok(())
}

unsafe extern "C" {
    static stdin: *mut libc::FILE;
    static stdout: *mut libc::FILE;
    static stderr: *mut libc::FILE;
}

/// The buffers of C's own streams as the command line's Python has them: none with `-u`, by lines when interactive.
fn configure_streams(c: &dovetail_core::config::Config) {
    let size = libc::BUFSIZ as usize;
    // SAFETY: the C library's streams, before Python uses them.
    unsafe {
        if c.unbuffered {
            for stream in [stdin, stdout, stderr] {
                libc::setvbuf(stream, null_mut(), libc::_IONBF, size);
            }
        } else if c.interactive {
            libc::setvbuf(stdin, null_mut(), libc::_IOLBF, size);
            libc::setvbuf(stdout, null_mut(), libc::_IOLBF, size);
        }
    }
}

// ---- before all settings ----

/// Does what comes before all settings, if that was not done yet.
pub fn preconfigure(line: &Line, config: &PyPreConfig) -> PyStatus {
    if !(0..=8).contains(&config.allocator) {
        note_state("preinitializing");
        return error("_PyPreConfig_Write", "Unknown PYTHONMALLOC allocator");
    }
    match settings::preconfigure(line, &pyconfig::pre_of(config)) {
        Ok(_) => PyStatus_Ok(),
        Err(f) => Status::from(&f).0,
    }
}

/// Sets the locale and UTF-8 mode up, if that was not done yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_PreInitialize(config: *const PyPreConfig) -> PyStatus {
    // SAFETY: the caller's struct.
    preconfigure(&Line::default(), unsafe { &*config })
}

fn preconfigure_for(args: Vec<OsString>, config: &PyPreConfig) -> PyStatus {
    let line = match config.parse_argv {
        0 => Line::default(),
        // A wrong line is told when the line is read in earnest.
        _ => dovetail_launch::cmdline::parse(args.get(1..).unwrap_or_default()).unwrap_or_default(),
    };
    preconfigure(&line, config)
}

/// As `Py_PreInitialize`, with a command line of wide strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_PreInitializeFromArgs(
    config: *const PyPreConfig,
    argc: isize,
    argv: *mut *mut wchar_t,
) -> PyStatus {
    // SAFETY: the caller's struct and array.
    unsafe { preconfigure_for(wide_args(argc as c_int, argv), &*config) }
}

/// As `Py_PreInitialize`, with a command line of bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_PreInitializeFromBytesArgs(
    config: *const PyPreConfig,
    argc: isize,
    argv: *mut *mut c_char,
) -> PyStatus {
    // SAFETY: the caller's struct and array.
    unsafe { preconfigure_for(os_strs(argc, argv), &*config) }
}

// ---- start ----

/// Starts Python as a struct says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_InitializeFromConfig(config: *const PyConfig) -> PyStatus {
    if config.is_null() {
        return error("Py_InitializeFromConfig", "initialization config is NULL");
    }
    // SAFETY: the caller's struct.
    unsafe { initialize(&*config) }.map_or_else(|s| s, |()| PyStatus_Ok())
}

/// Starts Python with the settings of old; signals are Python's unless `install_signals` is 0. A failure ends the process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_InitializeEx(install_signals: c_int) {
    if gil::is_initialized() {
        return;
    }
    let mut config = pyconfig::compatible_config();
    config.install_signal_handlers = install_signals;
    // SAFETY: a struct without strings, and a status of failure.
    unsafe {
        if let Err(s) = initialize(&config) {
            Py_ExitStatusException(s);
        }
    }
}

/// Starts Python with the settings of old. A failure ends the process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_Initialize() {
    // SAFETY: no pointers.
    unsafe { Py_InitializeEx(1) }
}

// ---- settings of old ----

/// The program's name for the next start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_SetProgramName(name: *const wchar_t) {
    // SAFETY: NULL or a string.
    early().program_name = unsafe { wide::maybe_os(name) }.filter(|n| !n.is_empty());
}

/// The prefix for the next start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_SetPythonHome(home: *const wchar_t) {
    // SAFETY: NULL or a string.
    early().home = unsafe { wide::maybe_os(home) }.filter(|n| !n.is_empty());
}

/// The module search path for the next start, its entries separated by colons.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_SetPath(path: *const wchar_t) {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    // SAFETY: NULL or a string.
    let path = unsafe { wide::maybe_os(path) };
    let split = |p: &OsString| {
        p.as_bytes().split(|b| *b == b':').map(|e| OsString::from_vec(e.to_vec())).collect::<Vec<_>>()
    };
    early().path = path.as_ref().map(split);
}

/// The command line that Python was started with, in memory that lives for ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_GetArgcArgv(argc: *mut c_int, argv: *mut *mut *mut wchar_t) {
    static KEPT: Mutex<Vec<(Vec<OsString>, usize)>> = Mutex::new(Vec::new());
    let config = gil::main_state().and_then(|ts| ts.interp().config.get());
    let line = config.map(|c| c.orig_argv.clone()).unwrap_or_default();
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let place = match kept.iter().find(|(known, _)| *known == line) {
        Some((_, place)) => *place,
        None => {
            let mut items: Vec<*mut wchar_t> = line.iter().map(|a| wide::new(a)).collect();
            items.push(null_mut());
            let place = Box::leak(items.into_boxed_slice()).as_mut_ptr() as usize;
            kept.push((line.clone(), place));
            place
        }
    };
    // SAFETY: the caller's variables.
    unsafe {
        *argc = line.len() as c_int;
        *argv = place as *mut *mut wchar_t;
    }
}

// ---- main program ----

/// Runs what the configuration names, and ends Python. Gives the exit status.
#[unsafe(no_mangle)]
pub extern "C" fn Py_RunMain() -> c_int {
    let status = dovetail_launch::run_to_end();
    finish::leave();
    if status == run::INTERRUPTED {
        finish::die_of_interrupt();
        return 130;
    }
    status
}

/// The command line's program from start to end. Gives the exit status.
fn run_line(args: Vec<OsString>) -> c_int {
    let mut config: PyConfig;
    // SAFETY: our own struct, which is filled, read and cleared.
    let begun = unsafe {
        config = std::mem::zeroed();
        pyconfig::PyConfig_InitPythonConfig(&mut config);
        match wide::set_texts(&mut config.argv, &args) {
            true => initialize(&config),
            false => Err(PyStatus_NoMemory()),
        }
    };
    // SAFETY: as above.
    unsafe { pyconfig::PyConfig_Clear(&mut config) };
    match begun {
        Ok(()) => Py_RunMain(),
        Err(s) if s._type == abi::_PyStatus_TYPE_EXIT => s.exitcode,
        Err(s) => Py_ExitStatusException(s),
    }
}

/// As the program `python` does with its command line of bytes. Gives the exit status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_BytesMain(argc: c_int, argv: *mut *mut c_char) -> c_int {
    // SAFETY: the caller's array.
    run_line(unsafe { os_strs(argc as isize, argv) })
}

unsafe fn wide_args(argc: c_int, argv: *mut *mut wchar_t) -> Vec<OsString> {
    // SAFETY: the caller's array.
    (0..argc.max(0) as usize).map(|i| unsafe { wide::os(*argv.add(i)) }).collect()
}

/// As the program `python` does with its command line of wide strings. Gives the exit status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_Main(argc: c_int, argv: *mut *mut wchar_t) -> c_int {
    // SAFETY: the caller's array.
    run_line(unsafe { wide_args(argc, argv) })
}

/// Ends the process as a status of failure wants: with its code, or with the message of a fatal error.
#[unsafe(no_mangle)]
pub extern "C" fn Py_ExitStatusException(status: PyStatus) -> ! {
    if status._type == abi::_PyStatus_TYPE_EXIT {
        std::process::exit(status.exitcode);
    }
    let state = *STATE.lock().unwrap_or_else(PoisonError::into_inner);
    if status._type != abi::_PyStatus_TYPE_ERROR {
        eprintln!(
            "Fatal Python error: Py_ExitStatusException() must not be called on success\n\
             Python runtime state: {state}\n"
        );
        std::process::abort();
    }
    // SAFETY: C strings or NULL.
    let (function, message) = unsafe {
        let function = crate::text::c_str(status.func);
        let place = if function.is_empty() { String::new() } else { format!("{function}: ") };
        let message = if status.err_msg.is_null() {
            "<message not set>".into()
        } else {
            crate::text::c_str(status.err_msg)
        };
        (place, message.into_owned())
    };
    eprintln!("Fatal Python error: {function}{message}\nPython runtime state: {state}");
    // SAFETY: NULL or the calling thread's state.
    let pending = unsafe { ThreadState::current_or_null().as_ref() }.and_then(|ts| ts.take_exception());
    match pending {
        Some(e) => {
            eprint!("{}", dovetail_core::types::traceback::format_exception(&e));
            if Interpreter::current().importlib.get().is_some() {
                dovetail_core::startup::flush_streams();
            }
        }
        None => eprintln!(),
    }
    std::process::exit(1)
}

/// Ends Python, which may be started again afterwards; -1 when standard output did not take everything.
#[unsafe(no_mangle)]
pub extern "C" fn Py_FinalizeEx() -> c_int {
    if !gil::is_initialized() {
        return 0;
    }
    if !Interpreter::current().is_main() {
        hooks::fatal("Py_FinalizeEx: the thread state does not belong to the main interpreter");
    }
    let whole = finish::finish();
    finish::leave();
    note_state("unknown");
    if whole { 0 } else { -1 }
}

/// Ends Python.
#[unsafe(no_mangle)]
pub extern "C" fn Py_Finalize() {
    Py_FinalizeEx();
}

/// The program of a frozen application: the module `__main__` of `PyImport_FrozenModules`. Gives the exit status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_FrozenMain(argc: c_int, argv: *mut *mut c_char) -> c_int {
    // SAFETY: our own struct, the caller's array, and a text of C.
    unsafe {
        let mut config = std::mem::zeroed();
        pyconfig::PyConfig_InitPythonConfig(&mut config);
        config.pathconfig_warnings = 0;
        config.parse_argv = 0;
        wide::set_texts(&mut config.argv, &os_strs(argc as isize, argv));
        let begun = initialize(&config);
        pyconfig::PyConfig_Clear(&mut config);
        if let Err(s) = begun {
            Py_ExitStatusException(s);
        }
        let status = match crate::sysmodule::PyImport_ImportFrozenModule(c"__main__".as_ptr()) {
            0 => {
                hooks::fatal("Py_FrozenMain: the __main__ module is not frozen");
            }
            n if n < 0 => {
                crate::pyerrors::PyErr_Print();
                1
            }
            _ => 0,
        };
        if Py_FinalizeEx() < 0 { 120 } else { status }
    }
}
