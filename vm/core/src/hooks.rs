//! Ways out for what cannot be returned: fatal errors and exceptions that nobody can catch.

use crate::error::Raised;
use crate::interpreter::Interpreter;
use crate::object::{AsObj, Obj, Ref};
use crate::sym;
use crate::types::exception::BaseException;
use crate::types::traceback_show::display;
use std::io::Write;

/// Prints `Fatal Python error: message` with the Python traceback of this thread and aborts.
#[cold]
pub fn fatal(message: &str) -> ! {
    let state = crate::gil::state_name();
    let mut out = std::io::stderr();
    let _ = writeln!(out, "Fatal Python error: {message}\nPython runtime state: {state}\n");
    match DUMP_THREADS.get() {
        Some(dump) => dump(2),
        None => crate::interp::frame::dump_traceback(),
    }
    std::process::abort()
}

/// Writes the tracebacks of all threads to a file descriptor, from a process that may be in any state.
pub static DUMP_THREADS: std::sync::OnceLock<fn(std::ffi::c_int)> = std::sync::OnceLock::new();

/// Reports an exception through `sys.unraisablehook`. An object becomes part of the message; without a message the hook
/// gets it.
pub fn unraisable(exception: Ref<BaseException>, message: &str, object: Option<&Obj>) {
    let with_object;
    let (message, object) = match object {
        Some(o) if !message.is_empty() => {
            let shown = crate::types::traceback_lines::quiet(o.repr())
                .map_or_else(|| "<object repr() failed>".to_owned(), |r| r.to_string_lossy().into_owned());
            with_object = format!("{message} {shown}");
            (with_object.as_str(), None)
        }
        o => (message, o),
    };
    if exception.traceback().is_none() {
        let f = crate::interp::frame::Frame::first_complete(crate::thread::ThreadState::current().frame());
        if !f.is_null() {
            match crate::types::traceback::Traceback::from_frame(None, f) {
                Ok(tb) => exception.set_traceback(Some(tb)),
                Err(e) => e.clear(),
            }
        }
    }
    if let Some(sys) = Interpreter::current().sysdict.get()
        && let Some(hook) = sys.get_str(sym!(unraisablehook))
    {
        let hook = hook.to_owned();
        match crate::types::exception::unraisable_args(&exception, message, object) {
            Ok(args) => match hook.call(&[args.as_obj()]) {
                Ok(_) => return,
                Err(e) => e.clear(),
            },
            Err(e) => e.clear(),
        }
    }
    print_unraisable(&exception, message, object);
}

/// Writes it to `sys.stderr`, while there is one.
fn print_unraisable(exception: &BaseException, message: &str, object: Option<&Obj>) {
    let there = Interpreter::current().sysdict.get().and_then(|d| d.get_str(sym!(stderr)));
    if there.is_some_and(|f| !f.is_none()) {
        let text = crate::types::traceback_plain::format_unraisable(Some(exception), message, object);
        crate::types::stdprinter::write_stderr(&text);
    }
}

/// Reports a pending error as unraisable.
pub fn ignore(raised: Raised, object: Option<&Obj>) {
    unraisable(raised.take(), "", object);
}

/// The exit status that a `SystemExit` asks for; a status that is no number is printed and gives 1
/// (`PyErr_Print`'s rule).
pub fn exit_status(exit: &BaseException) -> i32 {
    let code = match exit.as_obj().get_attr_opt(sym!(code)) {
        Ok(Some(c)) => c,
        Ok(None) => exit.as_obj().to_owned(),
        Err(e) => {
            e.clear();
            exit.as_obj().to_owned()
        }
    };
    if code.is_none() {
        return 0;
    }
    if code.is_a::<crate::types::int::Int>() {
        return code.as_i64().map_or_else(
            |e| {
                e.clear();
                -1
            },
            |n| n as i32,
        );
    }
    crate::startup::flush_streams();
    match code.str_() {
        Ok(s) => {
            // The object itself: the stream has its own way with surrogates.
            let sys = crate::interpreter::Interpreter::current().sysdict.get();
            let stream = sys.and_then(|d| d.get_text("stderr")).map(Obj::to_owned).filter(|s| !s.is_none());
            match stream.map(|f| f.call_method(sym!(write), &[s.as_obj()])) {
                Some(Ok(_)) => {}
                Some(Err(e)) => {
                    e.clear();
                    crate::types::stdprinter::write_stderr(&s.to_string_lossy());
                }
                None => crate::types::stdprinter::write_stderr(&s.to_string_lossy()),
            }
        }
        Err(e) => e.clear(),
    }
    crate::types::stdprinter::write_stderr("\n");
    1
}

/// What became of an exception that nobody caught.
pub enum Uncaught {
    /// It was shown.
    Shown,
    /// It, or the hook that should have shown it, asks for the end of the process.
    Exit(i32),
}

/// Shows an exception through `sys.excepthook`, after `sys.last_exc` and its relatives are set if `remember` says so
/// (`PyErr_PrintEx`). With `exits`, a `SystemExit` is not shown but gives the status.
pub fn print_uncaught(exception: Ref<BaseException>, remember: bool, exits: bool) -> Uncaught {
    use crate::error::exc;
    if exits && exception.ob_type().is_subtype(exc::SystemExit()) {
        return Uncaught::Exit(exit_status(&exception));
    }
    let none = crate::types::none::none;
    let traceback = exception.traceback().map_or_else(|| none().to_owned(), |t| t.into_object());
    let ty = exception.ob_type().as_obj().to_owned();
    let Some(sys) = Interpreter::current().sysdict.get() else { return Uncaught::Shown };
    if remember {
        let set = || -> crate::PyResult<()> {
            sys.set_text("last_exc", exception.as_obj())?;
            sys.set_text("last_type", &ty)?;
            sys.set_text("last_value", exception.as_obj())?;
            sys.set_text("last_traceback", &traceback)
        };
        if let Err(e) = set() {
            e.clear();
        }
    }
    let Some(hook) = sys.get_text("excepthook").map(Obj::to_owned) else {
        crate::types::stdprinter::write_stderr("sys.excepthook is missing\n");
        display(&exception);
        return Uncaught::Shown;
    };
    let Err(raised) = hook.call(&[&ty, exception.as_obj(), &traceback]) else { return Uncaught::Shown };
    let second = raised.take();
    if exits && second.ob_type().is_subtype(exc::SystemExit()) {
        return Uncaught::Exit(exit_status(&second));
    }
    crate::startup::flush_streams();
    crate::types::stdprinter::write_stderr("Error in sys.excepthook:\n");
    display(&second);
    crate::types::stdprinter::write_stderr("\nOriginal exception was:\n");
    display(&exception);
    Uncaught::Shown
}

/// Issues a warning for the caller so many frames up.
pub type Warn = fn(&crate::Type, &str, isize) -> crate::PyResult<()>;

/// The warnings machinery, once `_warnings` is made. It outlives `sys.modules`.
pub static WARN: std::sync::OnceLock<Warn> = std::sync::OnceLock::new();

/// Reads a line from the terminal with editing: it shows the prompt, and gives the line with its end, or none at the end
/// of the input.
pub type ReadLine = fn(&std::ffi::CStr) -> crate::PyResult<Option<Vec<u8>>>;

/// The line editor, once the module `readline` is imported (`PyOS_ReadlineFunctionPointer`).
pub static READ_LINE: std::sync::OnceLock<ReadLine> = std::sync::OnceLock::new();

/// Opens a file of code: the path, and what C code gave along (`PyFile_SetOpenCodeHook`).
pub type OpenCode = unsafe extern "C" fn(*mut abi::PyObject, *mut std::ffi::c_void) -> *mut abi::PyObject;

/// What opens files of code instead of `open`, with its data, once C code has set it.
pub static OPEN_CODE: std::sync::OnceLock<(OpenCode, usize)> = std::sync::OnceLock::new();
/// Reads a line from the terminal by whichever way there is (`PyOS_Readline`); the C API registers it.
pub static TYPED_LINE: std::sync::OnceLock<ReadLine> = std::sync::OnceLock::new();

/// Work of C code while a prompt waits, such as events of a window.
pub type InputHook = unsafe extern "C" fn() -> std::ffi::c_int;

/// Asks for what C code put into `PyOS_InputHook`; the C API registers it.
pub static INPUT_HOOK: std::sync::OnceLock<fn() -> Option<InputHook>> = std::sync::OnceLock::new();

/// The functions that C code registered for the end (`Py_AtExit`), called when Python objects are gone; the C API registers
/// it.
pub static AT_END: std::sync::OnceLock<fn()> = std::sync::OnceLock::new();

/// The end of the interpreter (`Py_FinalizeEx`), which the launcher registers: false where standard output did not take
/// everything.
pub static FINISH: std::sync::OnceLock<fn() -> bool> = std::sync::OnceLock::new();

/// Making and ending sub-interpreters, which the launcher registers.
pub struct SubInterpreters {
    /// Makes one, with a state of the calling thread, which is then current. Or says what failed, with the state that was
    /// current before current again.
    pub create: fn(
        crate::interpreter::Features,
    ) -> Result<&'static crate::thread::ThreadState, &'static std::ffi::CStr>,
    /// Ends the current thread's one; no state is current afterwards.
    pub end: fn(),
}

pub static SUB_INTERPRETERS: std::sync::OnceLock<SubInterpreters> = std::sync::OnceLock::new();

/// Passing events on to audit hooks (PEP 578), which the standard library registers.
pub struct Audit {
    /// Is there anybody to hear of events?
    pub wanted: fn() -> bool,
    /// Passes an event on.
    pub event: fn(&str, Vec<crate::Object>) -> crate::PyResult<()>,
}

pub static AUDIT: std::sync::OnceLock<Audit> = std::sync::OnceLock::new();

/// Ends the process as an uncaught `SystemExit` does, with the status that it asks for.
pub fn exit_with(e: Ref<BaseException>) -> ! {
    let status = exit_status(&e);
    drop(e);
    let whole = match FINISH.get() {
        Some(finish) => finish(),
        None => crate::startup::flush_streams(),
    };
    std::process::exit(if whole { status } else { 120 })
}
