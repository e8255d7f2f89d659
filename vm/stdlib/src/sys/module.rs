//! The functions and constants of `sys`.

use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::stdprinter::StdPrinter;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::pymodule;
use std::os::unix::ffi::OsStrExt;

/// The Python version this runtime speaks.
pub const VERSION: (u8, u8, u8) = (3, 14, 10);

/// Writes text to a stream whose encoding lacks some of its characters: those as escapes.
fn write_escaped(out: &Obj, text: &Str) -> PyResult<()> {
    let encoding = out.get_attr(sym!(encoding))?;
    let escapes = Str::new("backslashreplace")?;
    let bytes = text.as_obj().call_method(sym!(encode), &[&encoding, escapes.as_obj()])?;
    if let Some(buffer) = out.get_attr_opt(sym!(buffer))? {
        out.call_method(sym!(flush), &[])?;
        buffer.call_method(sym!(write), &[&bytes])?;
        return Ok(());
    }
    let text = bytes.call_method(sym!(decode), &[&encoding, Str::new("strict")?.as_obj()])?;
    out.call_method(sym!(write), &[&text])?;
    Ok(())
}

/// `sys.platform`.
pub const PLATFORM: &str = "linux";
/// `sys.copyright`.
pub const COPYRIGHT: &str = "Copyright (c) the Dovetail developers. All Rights Reserved.";

/// `sys.version`.
pub fn version() -> String {
    let (major, minor, micro) = VERSION;
    format!("{major}.{minor}.{micro} (Dovetail {}) [Rust]", env!("CARGO_PKG_VERSION"))
}

/// This module provides access to some objects used or maintained by the
/// interpreter and to functions that interact strongly with the interpreter.
#[pymodule(name = "sys")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let set = |name: &str, o: &Obj| module.set_attr(&*Str::intern(name)?, o);
        set("monitoring", &*crate::sys::monitoring::new_module()?)?;
        let text = |name: &str, s: &str| -> PyResult<()> { set(name, &*Str::new(s)?) };
        text("version", &super::version())?;
        set("hexversion", &*Int::from_i64(0x030e_0af0)?)?;
        set("maxsize", &*Int::from_i64(i64::MAX)?)?;
        set("maxunicode", &*Int::from_i64(0x10ffff)?)?;
        text("platform", PLATFORM)?;
        text("byteorder", if cfg!(target_endian = "little") { "little" } else { "big" })?;
        text("copyright", COPYRIGHT)?;
        let interp = Interpreter::current();
        set("modules", interp.modules().as_obj())?;
        let more = crate::imp::more_builtin_names();
        let mut names: Vec<&str> = Vec::new();
        for name in crate::names() {
            names.push(name);
        }
        names.extend(more.iter().map(String::as_str));
        names.sort_unstable();
        names.dedup();
        let names = names
            .into_iter()
            .map(|n| Ok(Str::intern(n)?.into_object()))
            .collect::<PyResult<Vec<Object>>>()?;
        set("builtin_module_names", &*Tuple::from_vec(names)?)?;
        for (name, fd) in [("stderr", 2), ("stdout", 1)] {
            let stream = StdPrinter::new(fd)?;
            set(name, stream.as_obj())?;
            set(&format!("__{name}__"), stream.as_obj())?;
        }
        set("stdin", none())?;
        set("__stdin__", none())?;
        let argv: Vec<Object> = match interp.config.get() {
            Some(c) => c
                .argv
                .iter()
                .map(|a| Ok(crate::util::fs_decode(a.as_bytes())?.into_object()))
                .collect::<PyResult<_>>()?,
            None => Vec::new(),
        };
        set("argv", &*dovetail_core::types::list::List::from_vec(argv)?)?;
        crate::sys::state::add(module)?;
        crate::util::add_part(module, &crate::sys::coroutines::MODULE)?;
        crate::util::add_part(module, &crate::sys::hooks::MODULE)
    }

    /// Return the current exception.
    ///
    /// Return the most recent exception caught by an except clause
    /// in the current stack frame or in an older stack frame, or None
    /// if no such clause exists.
    #[function]
    fn exception() -> Option<Object> {
        ThreadState::current().handled_exception().map(Ref::into_object)
    }

    /// Return current exception information: (type, value, traceback).
    ///
    /// Return information about the most recent exception caught by an except
    /// clause in the current stack frame or in an older stack frame.
    #[function]
    fn exc_info() -> PyResult<Ref<Tuple>> {
        match ThreadState::current().handled_exception() {
            None => Tuple::from_slice(&[none(), none(), none()]),
            Some(e) => {
                let ty = e.ob_type().as_obj().to_owned();
                let tb = match e.traceback() {
                    Some(t) => t.into_object(),
                    None => none().to_owned(),
                };
                Tuple::from_vec(vec![ty, e.into_object(), tb])
            }
        }
    }

    /// Exit the interpreter by raising SystemExit(status).
    ///
    /// If the status is omitted or None, it defaults to zero (i.e., success).
    /// If the status is an integer, it will be used as the system exit status.
    /// If it is another kind of object, it will be printed and the system
    /// exit status will be one (i.e., failure).
    #[function(sig = "(status=None, /)")]
    fn exit(status: Option<&Obj>) -> PyResult<()> {
        let ty = dovetail_core::error::exc::SystemExit();
        Err(dovetail_core::error::raise_with(ty, status.unwrap_or(none())))
    }

    /// Return the current value of the recursion limit.
    ///
    /// The recursion limit is the maximum depth of the Python interpreter stack.
    #[function]
    fn getrecursionlimit() -> i32 {
        // SAFETY: own state.
        unsafe { (*ThreadState::current().c()).py_recursion_limit }
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    #[function]
    fn setrecursionlimit(limit: i32) -> PyResult<()> {
        if limit < 1 {
            bail!(ValueError, "recursion limit must be greater or equal than 1");
        }
        // SAFETY: own state.
        unsafe {
            let ts = ThreadState::current().c();
            let depth = (*ts).py_recursion_limit - (*ts).py_recursion_remaining;
            if depth >= limit {
                return Err(raise!(
                    RecursionError,
                    "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
                ));
            }
            (*ts).py_recursion_limit = limit;
            (*ts).py_recursion_remaining = limit - depth;
        }
        Interpreter::current().recursion_limit.set(limit);
        Ok(())
    }

    /// Return the reference count of object.
    ///
    /// The count returned is generally one higher than you might expect,
    /// because it includes the (temporary) reference as an argument to
    /// getrefcount().
    #[function]
    fn getrefcount(object: &Obj) -> u32 {
        object.refcnt()
    }

    /// ``Intern'' the given string.
    ///
    /// This enters the string in the (global) table of interned strings whose
    /// purpose is to speed up dictionary lookups. Return the string itself or
    /// the previously interned string object with the same value.
    #[function]
    fn intern(string: &Str) -> PyResult<Ref<Str>> {
        if !string.is_exact::<Str>() {
            bail!(TypeError, "can't intern {}", string.type_name());
        }
        string.to_interned()
    }

    /// Print an object to sys.stdout and also save it in builtins._
    #[function]
    fn displayhook(object: &Obj) -> PyResult<()> {
        if object.is_none() {
            return Ok(());
        }
        let builtins = Interpreter::current().builtins();
        builtins.set(sym!("_").as_obj(), none())?;
        let Some(out) =
            Interpreter::current().sysdict.get().and_then(|d| d.get_str(sym!(stdout))).map(Obj::to_owned)
        else {
            bail!(RuntimeError, "lost sys.stdout");
        };
        let text = object.repr()?;
        match out.call_method(sym!(write), &[text.as_obj()]) {
            Ok(_) => {}
            Err(e) if e.matches(dovetail_core::error::exc::UnicodeEncodeError()) => {
                e.clear();
                write_escaped(&out, &text)?;
            }
            Err(e) => return Err(e),
        }
        out.call_method(sym!(write), &[sym!("\n")])?;
        builtins.set(sym!("_").as_obj(), object)
    }
}

pub use module::MODULE;
