//! Ways out for what cannot be returned: fatal errors and exceptions that nobody can catch.

use crate::error::Raised;
use crate::interpreter::Interpreter;
use crate::object::{AsObj, Obj, Ref};
use crate::sym;
use crate::types::exception::BaseException;
use std::io::Write;

/// Prints `Fatal Python error: message` with the Python traceback of this thread and aborts.
#[cold]
pub fn fatal(message: &str) -> ! {
    let _ = writeln!(std::io::stderr(), "Fatal Python error: {message}");
    crate::interp::frame::dump_traceback();
    std::process::abort()
}

/// Reports an exception through `sys.unraisablehook`'s default form: `Exception ignored in: <object>`.
pub fn unraisable(exception: Ref<BaseException>, message: &str, object: Option<&Obj>) {
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

fn print_unraisable(exception: &BaseException, message: &str, object: Option<&Obj>) {
    let mut out = String::new();
    let shown = object.and_then(|o| match o.repr() {
        Ok(r) => Some(r.to_string_lossy().into_owned()),
        Err(e) => {
            e.clear();
            None
        }
    });
    match (message, shown) {
        ("", Some(o)) => out.push_str(&format!("Exception ignored in: {o}\n")),
        (m, Some(o)) => out.push_str(&format!("{m}: {o}\n")),
        ("", None) => {}
        (m, None) => out.push_str(&format!("{m}:\n")),
    }
    out.push_str(&crate::types::traceback::format_exception(exception));
    let _ = std::io::stderr().write_all(out.as_bytes());
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
        Ok(s) => crate::types::stdprinter::write_stderr(&s.to_string_lossy()),
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
        show(&exception);
        return Uncaught::Shown;
    };
    let Err(raised) = hook.call(&[&ty, exception.as_obj(), &traceback]) else { return Uncaught::Shown };
    let second = raised.take();
    if exits && second.ob_type().is_subtype(exc::SystemExit()) {
        return Uncaught::Exit(exit_status(&second));
    }
    crate::startup::flush_streams();
    crate::types::stdprinter::write_stderr("Error in sys.excepthook:\n");
    show(&second);
    crate::types::stdprinter::write_stderr("\nOriginal exception was:\n");
    show(&exception);
    Uncaught::Shown
}

fn show(e: &BaseException) {
    crate::types::stdprinter::write_stderr(&crate::types::traceback::format_exception(e));
}

/// The end of the interpreter (`Py_FinalizeEx`), which the launcher registers: false where standard output did not take
/// everything.
pub static FINISH: std::sync::OnceLock<fn() -> bool> = std::sync::OnceLock::new();

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
