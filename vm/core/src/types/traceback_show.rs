//! An exception shown to the user (`PyErr_Display`): by the library's `traceback`, which knows colours, `linecache` and
//! misspelt keywords; where that cannot be had, by our own text, which needs nothing.

use crate::interpreter::Interpreter;
use crate::object::AsObj;
use crate::sym;
use crate::types::exception::BaseException;
use crate::types::stdprinter::write_stderr;
use crate::types::traceback_format::format_exception;
use crate::types::traceback_lines::quiet;

/// Writes the exception to `sys.stderr`; nothing where that is `None`.
pub fn display(e: &BaseException) {
    let sys = Interpreter::current().sysdict.get();
    if !sys.and_then(|d| d.get_str(sym!(stderr))).is_some_and(|f| f.is_none()) {
        display_always(e);
    }
}

/// The same; where `sys.stderr` is `None`, to `sys.__stderr__`.
pub fn display_always(e: &BaseException) {
    if by_library(e).is_none() {
        write_stderr(&format_exception(e));
    }
}

/// `traceback._print_exception_bltin(e)`.
fn by_library(e: &BaseException) -> Option<()> {
    Interpreter::current().sysdict.get()?.get_str(sym!(stderr))?;
    let module = quiet(crate::import::import_module("traceback"))?;
    let print = quiet(module.get_attr_text("_print_exception_bltin"))?;
    quiet(print.call(&[e.as_obj()])).map(drop)
}
