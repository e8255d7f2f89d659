//! The standard streams: text over buffered binary files on descriptors 0, 1 and 2.

use dovetail_core::error::PyResult;
use dovetail_core::import::import_module;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::sym;

/// Does `_io` have files and text streams? Until it does, `sys` keeps its plain printers, and `site` and `.pyc` files,
/// which need them, are left out.
pub fn io_is_whole() -> PyResult<bool> {
    let io = import_module("_io")?;
    Ok(io.get_attr_opt(sym!(open))?.is_some() && io.get_attr_opt(sym!(TextIOWrapper))?.is_some())
}

/// Makes `sys.stdin`, `sys.stdout`, `sys.stderr` and what keeps them, and the builtin `open`.
pub fn start() -> PyResult<()> {
    let interp = Interpreter::current();
    let Some(sys) = interp.sysdict.get() else { return Ok(()) };
    if !io_is_whole()? {
        return sys.set_text("dont_write_bytecode", bool_obj(true));
    }
    let io = import_module("io")?;
    interp.builtins().set(sym!(open).as_obj(), &*io.get_attr(sym!(open))?)?;
    let Some(config) = interp.config.get() else { return Ok(()) };
    for (fd, name) in [(2, "stderr"), (0, "stdin"), (1, "stdout")] {
        let errors = if fd == 2 { "backslashreplace" } else { &config.stdio_errors };
        let stream = open(&io, fd, name, &config.stdio_encoding, errors, config.unbuffered)?;
        sys.set_text(&format!("__{name}__"), &stream)?;
        sys.set_text(name, &stream)?;
    }
    Ok(())
}

/// One stream, or None where the descriptor is not open.
fn open(io: &Obj, fd: i32, name: &str, encoding: &str, errors: &str, unbuffered: bool) -> PyResult<Object> {
    // SAFETY: asks about a descriptor.
    if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Ok(none().to_owned());
    }
    let write = fd != 0;
    let raw_only = unbuffered && write;
    let number = |n: i32| Int::from_i64(n.into());
    let text = |s: &str| Str::new(s);
    let file = io.call_method(
        sym!(open),
        &[
            number(fd)?.as_obj(),
            text(if write { "wb" } else { "rb" })?.as_obj(),
            number(if raw_only { 0 } else { -1 })?.as_obj(),
            none(),
            none(),
            none(),
            bool_obj(false),
        ],
    )?;
    let raw = if raw_only { file.clone() } else { file.get_attr_text("raw")? };
    raw.set_attr(sym!(name), text(&format!("<{name}>"))?.as_obj())?;
    let terminal = raw.call_method(sym!(isatty), &[])?.is_true()?;
    let lines = !unbuffered && (terminal || fd == 2);
    let stream = io.get_attr_text("TextIOWrapper")?.call(&[
        &file,
        text(encoding)?.as_obj(),
        text(errors)?.as_obj(),
        text("\n")?.as_obj(),
        bool_obj(lines),
        bool_obj(unbuffered),
    ])?;
    stream.set_attr(sym!(mode), text(if write { "w" } else { "r" })?.as_obj())?;
    Ok(stream)
}
