//! `pythonrun.h`: running files of C's standard I/O as programs, and statements that somebody types (C API, section "The
//! Very High Level Layer").

use crate::ceval::{run, shown};
use crate::pystring::to_c;
use crate::sysmodule::{Py_FdIsInteractive, rest};
use crate::terminal;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, ToRef};
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gil, startup, sym};
use dovetail_launch::interactive::{Step, Typing, prompt_text, set_prompts};
use dovetail_launch::run as program;
use dovetail_macros::capi;
use dovetail_stdlib::util::fs_decode;
use std::cell::Cell;
use std::ffi::{CStr, CString, OsStr, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::ptr::null_mut;

type File = *mut abi::FILE;
type Flags = *mut abi::PyCompilerFlags;

/// What `PyRun_InteractiveOne` answers at the end of the input.
const END_OF_INPUT: c_int = 11;

unsafe fn own_flags(flags: Flags) -> u32 {
    // SAFETY: NULL or flags.
    unsafe { flags.as_ref() }.map_or(0, |f| f.cf_flags as u32)
}

unsafe fn name_of(name: *const c_char) -> &'static [u8] {
    // SAFETY: NULL or a C string that outlives the call.
    if name.is_null() { b"???" } else { unsafe { CStr::from_ptr(name) }.to_bytes() }
}

/// Reads what is left of a file, and closes it if that is asked for.
unsafe fn text_of(file: File, close: c_int) -> Vec<u8> {
    // SAFETY: an open file of C.
    unsafe {
        let text = gil::allow_threads(|| rest(file));
        if close != 0 {
            libc::fclose(file.cast());
        }
        text
    }
}

fn mode(start: c_int) -> PyResult<&'static str> {
    match start {
        abi::Py_single_input => Ok("single"),
        abi::Py_file_input => Ok("exec"),
        abi::Py_eval_input => Ok("eval"),
        _ => bail!(ValueError, "Invalid start symbol"),
    }
}

// ---- files as text ----

/// Compiles and runs what is left of a file; `close` closes it before it runs.
#[capi]
unsafe fn PyRun_FileExFlags(
    file: File,
    name: *const c_char,
    start: c_int,
    globals: &Obj,
    locals: Option<&Obj>,
    close: c_int,
    flags: Flags,
) -> PyResult<Object> {
    // SAFETY: an open file of C, a C string, NULL or flags.
    let (text, name, flags) = unsafe { (text_of(file, close), name_of(name), own_flags(flags)) };
    let name = fs_decode(name)?;
    program::refuse_nulls(&text, &name)?;
    let code = dovetail_stdlib::compile_bytes(&text, &name.to_string_lossy(), mode(start)?, flags, -1)?;
    let result = run(code.as_obj(), globals, locals);
    startup::flush_streams();
    result
}

/// As `PyRun_FileExFlags`, with fewer arguments.
macro_rules! run_file_capi {
    ($($name:ident($($arg:ident: $ty:ty),*) $close:expr, $flags:expr;)*) => {$(
        /// Compiles and runs what is left of a file.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            file: File,
            name: *const c_char,
            start: c_int,
            globals: crate::boundary::P,
            locals: crate::boundary::P,
            $($arg: $ty),*
        ) -> crate::boundary::P {
            // SAFETY: the caller's arguments.
            unsafe { PyRun_FileExFlags(file, name, start, globals, locals, $close, $flags) }
        }
    )*};
}

run_file_capi! {
    PyRun_File() 0, null_mut();
    PyRun_FileEx(close: c_int) close, null_mut();
    PyRun_FileFlags(flags: Flags) 0, flags;
}

// ---- files as programs ----

/// Runs a file's source, or compiled code, in `__main__`.
fn run_program(text: &[u8], name: &[u8], flags: u32) -> PyResult<()> {
    let main = program::main_module()?;
    let dict = main.dict().to_ref();
    let file = fs_decode(name)?;
    let named = dict.get_str(sym!(__file__)).is_some();
    if !named {
        dict.set(sym!(__file__).as_obj(), file.as_obj())?;
        dict.set(sym!(__cached__).as_obj(), none())?;
    }
    let compiled = program::is_pyc(OsStr::from_bytes(name), text);
    let work = || -> PyResult<()> {
        if compiled {
            program::set_loader(&main, "SourcelessFileLoader", &file)?;
        } else if name != b"<stdin>" {
            program::set_loader(&main, "SourceFileLoader", &file)?;
        }
        let code = if compiled {
            program::load_pyc(text)?
        } else {
            program::refuse_nulls(text, &file)?;
            dovetail_stdlib::compile_bytes(text, &file.to_string_lossy(), "exec", flags, -1)?
        };
        program::run_in_main(&code).map(drop)
    };
    let result = work();
    if !named {
        let pending = dovetail_core::thread::ThreadState::current().take_exception();
        for name in [sym!(__file__), sym!(__cached__)] {
            if let Err(e) = dict.remove(name.as_obj()) {
                e.clear();
            }
        }
        if let (Err(_), Some(e)) = (&result, pending) {
            return Err(Raised::restore(e));
        }
    }
    result
}

/// Runs a file as the program `__main__`; an exception is printed, and -1 says so.
#[capi]
unsafe fn PyRun_SimpleFileExFlags(file: File, name: *const c_char, close: c_int, flags: Flags) -> c_int {
    // SAFETY: an open file of C, NULL or a C string, NULL or flags.
    let (text, name, flags) = unsafe { (text_of(file, close), name_of(name), own_flags(flags)) };
    run_program(&text, name, flags).map_or_else(shown, |()| 0)
}

/// Runs a file as a program, or as what somebody types if it is a terminal.
#[capi]
unsafe fn PyRun_AnyFileExFlags(file: File, name: *const c_char, close: c_int, flags: Flags) -> c_int {
    // SAFETY: the caller's arguments.
    unsafe {
        let name = if name.is_null() { c"???".as_ptr() } else { name };
        if Py_FdIsInteractive(file, name) == 0 {
            return PyRun_SimpleFileExFlags(file, name, close, flags);
        }
        let status = PyRun_InteractiveLoopFlags(file, name, flags);
        if close != 0 {
            libc::fclose(file.cast());
        }
        status
    }
}

/// Functions of a file, its name and less.
macro_rules! short_capi {
    ($($name:ident($($arg:ident: $ty:ty),*) = $full:ident($close:expr, $flags:expr);)*) => {$(
        /// As the function with all arguments.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(file: File, name: *const c_char, $($arg: $ty),*) -> c_int {
            // SAFETY: the caller's arguments.
            unsafe { $full(file, name, $close, $flags) }
        }
    )*};
}

short_capi! {
    PyRun_SimpleFile() = PyRun_SimpleFileExFlags(0, null_mut());
    PyRun_SimpleFileEx(close: c_int) = PyRun_SimpleFileExFlags(close, null_mut());
    PyRun_AnyFile() = PyRun_AnyFileExFlags(0, null_mut());
    PyRun_AnyFileEx(close: c_int) = PyRun_AnyFileExFlags(close, null_mut());
    PyRun_AnyFileFlags(flags: Flags) = PyRun_AnyFileExFlags(0, flags);
}

// ---- what somebody types ----

/// Lines of a file of C, with prompts.
unsafe fn lines_of(file: File) -> impl FnMut(&str) -> PyResult<Option<String>> {
    move |prompt| {
        let prompt = CString::new(prompt_text(prompt)).unwrap_or_default();
        // SAFETY: an open file of C; the line is ours.
        unsafe {
            let line = PyOS_Readline(file, stdout, prompt.as_ptr());
            if line.is_null() {
                return match dovetail_core::thread::ThreadState::current().has_exception() {
                    true => Err(Raised::from_c()),
                    false => Err(dovetail_core::error::raise_message(exc::KeyboardInterrupt(), "")),
                };
            }
            let text = CStr::from_ptr(line).to_string_lossy().into_owned();
            crate::pymem::PyMem_Free(line.cast());
            Ok((!text.is_empty()).then_some(text))
        }
    }
}

/// How many statements were typed: their names tell them apart in tracebacks.
#[derive(Default)]
struct Typed(Cell<usize>);

/// An error in what was typed has the input's name, without the statement's number.
fn in_file(e: Raised, name: &str) -> Raised {
    let error = e.take();
    let set = Str::new(name).and_then(|name| error.set_attr(&*Str::intern("filename")?, name.as_obj()));
    if let Err(e) = set {
        e.clear();
    }
    Raised::restore(error)
}

unsafe fn step(file: File, name: &[u8], flags: Flags) -> c_int {
    // SAFETY: an open file of C, NULL or flags.
    unsafe {
        let mut read = lines_of(file);
        let typed = &Interpreter::current().state::<Typed>().0;
        let plain = String::from_utf8_lossy(name);
        let plain = plain.as_ref();
        let name = if plain == "<stdin>" { plain.to_owned() } else { format!("{plain}-{}", typed.get()) };
        let mut typing = Typing { read: &mut read, file: &name, flags: own_flags(flags) };
        let step = typing.step();
        if !matches!(&step, Step::Failed(e) if e.matches(exc::SyntaxError())) {
            typed.set(typed.get() + 1);
        }
        if let Some(f) = flags.as_mut() {
            f.cf_flags |= typing.flags as c_int;
        }
        let status = match step {
            Step::Ran => 0,
            Step::End => END_OF_INPUT,
            Step::Failed(e) if e.matches(exc::SyntaxError()) => shown(in_file(e, plain)),
            Step::Failed(e) => shown(e),
        };
        startup::flush_streams();
        status
    }
}

/// Asks for a statement and runs it in `__main__`: 0, -1 after an exception, which is printed, 11 at the end of the input.
#[capi]
unsafe fn PyRun_InteractiveOneFlags(file: File, name: *const c_char, flags: Flags) -> c_int {
    // SAFETY: the caller's arguments.
    unsafe { step(file, name_of(name), flags) }
}

/// As `PyRun_InteractiveOneFlags`, with the name as an object.
#[capi]
unsafe fn PyRun_InteractiveOneObject(file: File, name: &Obj, flags: Flags) -> c_int {
    let Some(text) = name.downcast::<Str>() else { return shown(crate::boundary::bad_internal_call()) };
    // SAFETY: the caller's arguments.
    unsafe { step(file, text.to_string_lossy().as_bytes(), flags) }
}

/// Asks for statements and runs them until the input ends.
#[capi]
unsafe fn PyRun_InteractiveLoopFlags(file: File, name: *const c_char, flags: Flags) -> c_int {
    set_prompts();
    let mut own = abi::PyCompilerFlags { cf_flags: 0, cf_feature_version: 14 };
    let flags = if flags.is_null() { &raw mut own } else { flags };
    // SAFETY: the caller's arguments.
    while unsafe { step(file, name_of(name), flags) } != END_OF_INPUT {}
    0
}

/// As `PyRun_InteractiveOneFlags`, without flags.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveOne(file: File, name: *const c_char) -> c_int {
    // SAFETY: the caller's arguments.
    unsafe { PyRun_InteractiveOneFlags(file, name, null_mut()) }
}

/// As `PyRun_InteractiveLoopFlags`, without flags.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveLoop(file: File, name: *const c_char) -> c_int {
    // SAFETY: the caller's arguments.
    unsafe { PyRun_InteractiveLoopFlags(file, name, null_mut()) }
}

// ---- lines ----

unsafe extern "C" {
    static stdout: File;
}

/// Asks for a line: with the editor that is registered, when a person types, else plainly. In memory of `PyMem_Malloc`;
/// empty at the end of the input, NULL after an interrupt or with an exception.
#[capi]
unsafe fn PyOS_Readline(input: File, output: File, prompt: *const c_char) -> PyResult<*mut c_char> {
    // SAFETY: open files of C, NULL or a C string.
    unsafe {
        let typed =
            libc::isatty(libc::fileno(input.cast())) == 1 && libc::isatty(libc::fileno(output.cast())) == 1;
        let prompt = if prompt.is_null() { c"" } else { CStr::from_ptr(prompt) };
        let line = if typed {
            terminal::line(input, output, prompt)
        } else {
            terminal::plain(input, output, prompt)
        };
        match line {
            Ok(Some(line)) => to_c(&line),
            Ok(None) => Ok(null_mut()),
            Err(e) if e.matches(exc::KeyboardInterrupt()) => {
                e.clear();
                Ok(null_mut())
            }
            Err(e) => Err(e),
        }
    }
}
