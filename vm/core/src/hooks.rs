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

/// Ends the process as an uncaught `SystemExit` does: status from its code, streams flushed.
pub fn exit_with(e: Ref<BaseException>) -> ! {
    // SAFETY: SystemExit's layout, checked by the callers.
    let code = unsafe {
        let c = (*(e.as_raw() as *mut abi::PySystemExitObject)).code;
        if c.is_null() { None } else { Some(Obj::from_ptr(c).to_owned()) }
    };
    let status = match code.filter(|c| !c.is_none()) {
        None => 0,
        Some(c) => match c.downcast::<crate::types::int::Int>() {
            Some(i) => i.to_i64().map_or(-1, |v| v as i32),
            None => {
                match c.str_() {
                    Ok(s) => crate::types::stdprinter::write_stderr(&format!("{}\n", s.to_string_lossy())),
                    Err(raised) => raised.clear(),
                }
                1
            }
        },
    };
    crate::startup::flush_streams();
    std::process::exit(status)
}
