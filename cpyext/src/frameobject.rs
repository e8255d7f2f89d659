//! `frameobject.h`, `pyframe.h`, `traceback.h`: frames and tracebacks.

use dovetail_core::error::{PyResult, Raised};
use dovetail_core::interp::detached;
use dovetail_core::interp::frame::Frame;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::code::Code;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::frame::FrameObject;
use dovetail_core::types::str_::Str;
use dovetail_core::types::traceback::{Traceback, add_entry_of};
use dovetail_core::types::traceback_format;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int};

type F = *mut abi::PyFrameObject;

/// # Safety
/// `f` is a live frame object.
unsafe fn view<'a>(f: F) -> &'a FrameObject {
    // SAFETY: the caller's promise.
    unsafe { &*(f as *const FrameObject) }
}

/// A frame object of its own, for code that does not run: for tracebacks.
#[capi]
unsafe fn PyFrame_New(
    _ts: *mut abi::PyThreadState,
    code: *mut abi::PyCodeObject,
    globals: &Obj,
    locals: Option<&Obj>,
) -> PyResult<F> {
    let Some(globals) = globals.downcast::<Dict>() else { return Err(crate::boundary::bad_internal_call()) };
    // SAFETY: a code object of C.
    let code = unsafe { &*(code as *const Code) };
    Ok(dovetail_core::types::frame::detached(code, globals, locals)?.into_ptr().cast())
}

/// The frame's code.
#[capi]
unsafe fn PyFrame_GetCode(frame: F) -> *mut abi::PyCodeObject {
    // SAFETY: a live frame object.
    unsafe { view(frame).code().as_obj().to_owned().into_ptr().cast() }
}

/// The calling frame, or NULL.
#[capi]
unsafe fn PyFrame_GetBack(frame: F) -> PyResult<F> {
    // SAFETY: a live frame object.
    Ok(unsafe { view(frame) }.back()?.map_or(std::ptr::null_mut(), |f| f.into_ptr().cast()))
}

/// The frame's variables, as `f_locals`.
#[capi]
unsafe fn PyFrame_GetLocals(frame: F) -> PyResult<Object> {
    // SAFETY: a live frame object.
    unsafe { view(frame) }.locals()
}

/// The frame's global variables.
#[capi]
unsafe fn PyFrame_GetGlobals(frame: F) -> PyResult<Object> {
    // SAFETY: a frame has globals.
    Ok(unsafe { Obj::from_ptr((*view(frame).frame()).globals) }.to_owned())
}

/// The frame's builtins.
#[capi]
unsafe fn PyFrame_GetBuiltins(frame: F) -> PyResult<Object> {
    // SAFETY: a frame has builtins.
    Ok(unsafe { Obj::from_ptr((*view(frame).frame()).builtins) }.to_owned())
}

/// The generator whose frame this is, or NULL.
#[capi]
unsafe fn PyFrame_GetGenerator(frame: F) -> Option<Object> {
    // SAFETY: a live frame object.
    unsafe { view(frame) }.generator()
}

/// Byte index of the current instruction; -1 before the first.
#[capi]
unsafe fn PyFrame_GetLasti(frame: F) -> c_int {
    // SAFETY: a live frame object.
    unsafe { view(frame) }.lasti()
}

/// The line that the frame is at; -1 when it has none.
#[capi]
unsafe fn PyFrame_GetLineNumber(frame: F) -> c_int {
    // SAFETY: a live frame object.
    unsafe { view(frame) }.line().unwrap_or(-1)
}

fn variable(frame: &FrameObject, name: &Obj) -> PyResult<Object> {
    if !name.is_a::<Str>() {
        bail!(TypeError, "name must be str, not {}", name.type_name());
    }
    let locals = frame.locals()?;
    let found = dovetail_core::error::catch(locals.get_item(name), dovetail_core::error::exc::KeyError())?;
    match found {
        Some(v) => Ok(v),
        None => Err(raise!(NameError, "variable {} does not exist", name.repr()?.to_string_lossy())),
    }
}

/// A variable of the frame by name.
#[capi]
unsafe fn PyFrame_GetVar(frame: F, name: &Obj) -> PyResult<Object> {
    // SAFETY: a live frame object.
    variable(unsafe { view(frame) }, name)
}

/// As `PyFrame_GetVar`, by UTF-8 text.
#[capi]
unsafe fn PyFrame_GetVarString(frame: F, name: *const c_char) -> PyResult<Object> {
    // SAFETY: a live frame object and a C string.
    unsafe { variable(view(frame), crate::object::name_of(name)?.as_obj()) }
}

/// Nothing: variables are read through `f_locals`.
#[capi]
unsafe fn PyFrame_FastToLocalsWithError(_frame: F) -> c_int {
    0
}

/// Nothing: variables are read through `f_locals`.
#[capi]
unsafe fn PyFrame_FastToLocals(_frame: F) {}

/// Nothing: variables are written through `f_locals`.
#[capi]
unsafe fn PyFrame_LocalsToFast(_frame: F, _clear: c_int) {}

/// Was the frame entered from C?
#[capi]
unsafe fn _PyFrame_IsEntryFrame(frame: F) -> c_int {
    // SAFETY: a live frame object.
    unsafe {
        let previous = (*view(frame).frame()).previous;
        c_int::from(!previous.is_null() && Frame::is_entry(previous))
    }
}

/// The code of an internal frame.
#[capi]
unsafe fn PyUnstable_InterpreterFrame_GetCode(frame: *mut abi::_PyInterpreterFrame) -> PyResult<Object> {
    // SAFETY: a complete frame.
    Ok(unsafe { Frame::code(frame.cast()) }.as_obj().to_owned())
}

/// Byte index of an internal frame's instruction.
#[capi]
unsafe fn PyUnstable_InterpreterFrame_GetLasti(frame: *mut abi::_PyInterpreterFrame) -> c_int {
    // SAFETY: a complete frame.
    unsafe { (Frame::instruction_index(frame.cast()) * 2) as c_int }
}

/// The line of an internal frame.
#[capi]
unsafe fn PyUnstable_InterpreterFrame_GetLine(frame: *mut abi::_PyInterpreterFrame) -> c_int {
    // SAFETY: a complete frame.
    unsafe { Frame::line(frame.cast()).unwrap_or(-1) }
}

// ---- tracebacks ----

/// Adds the frame to the traceback of the pending exception.
#[capi]
unsafe fn PyTraceBack_Here(frame: F) -> PyResult<()> {
    // SAFETY: a live frame object.
    add_entry_of(unsafe { view(frame) })
}

/// Writes the traceback to a file object.
#[capi]
fn PyTraceBack_Print(traceback: Option<&Obj>, file: &Obj) -> PyResult<()> {
    let Some(tb) = traceback else { return Ok(()) };
    let Some(tb) = tb.downcast::<Traceback>() else { return Err(crate::boundary::bad_internal_call()) };
    let text =
        format!("Traceback (most recent call last):\n{}", traceback_format::format_traceback_plain(tb));
    file.call_method_text("write", &[Str::new(&text)?.as_obj()])?;
    Ok(())
}

/// Adds an entry that names a function, a file and a line to the traceback of the pending exception.
#[capi]
unsafe fn _PyTraceback_Add(function: *const c_char, file: *const c_char, line: c_int) {
    // SAFETY: C strings.
    let text = |p: *const c_char| unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned();
    let (function, file) = (text(function), text(file));
    let ts = dovetail_core::thread::ThreadState::current();
    let pending = ts.take_exception();
    let made = (|| -> PyResult<Ref<FrameObject>> {
        let code = Code::empty(&*Str::new(&file)?, &*Str::new(&function)?, line)?;
        dovetail_core::types::frame::detached(&code, &*Dict::new()?, None)
    })();
    match made {
        Ok(f) => {
            ts.set_exception(pending);
            let _ = add_entry_of(&f);
        }
        Err(e) => {
            let new = e.take();
            if let Some(p) = pending {
                new.set_context(Some(p));
            }
            ts.set_exception(Some(new.to_ref()));
        }
    }
}

/// Writes the C stack to a file descriptor: not known here.
#[capi(private)]
fn _Py_DumpStack(fd: c_int) {
    let text = b"  <C stack trace is not available>\n";
    // SAFETY: a file descriptor of the caller.
    unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
}

/// Nothing to prepare.
#[capi(private)]
fn _Py_InitDumpStack() {}

// ---- running frames ----

/// Runs a frame of `PyFrame_New`.
#[capi]
unsafe fn PyEval_EvalFrame(frame: F) -> PyResult<Object> {
    // SAFETY: a live frame object.
    detached::run(unsafe { view(frame) })
}

/// As `PyEval_EvalFrame`; with `throw`, the pending exception is raised in it, which a new frame passes on.
#[capi]
unsafe fn PyEval_EvalFrameEx(frame: F, throw: std::ffi::c_int) -> PyResult<Object> {
    if throw != 0 && ThreadState::current().has_exception() {
        return Err(Raised::from_c());
    }
    // SAFETY: a live frame object.
    detached::run(unsafe { view(frame) })
}

/// Takes over a reference to a frame.
unsafe fn generator(frame: F, name: Option<&Obj>, qualname: Option<&Obj>) -> PyResult<Object> {
    // SAFETY: the caller gives its reference away.
    let frame: Ref<FrameObject> = unsafe { Ref::from_owned(frame) };
    detached::suspended(&frame, name, qualname)
}

/// The generator of a frame, whose reference is taken over.
#[capi]
unsafe fn PyGen_New(frame: F) -> PyResult<Object> {
    // SAFETY: passed on.
    unsafe { generator(frame, None, None) }
}

/// Generators of frames with names of their own.
macro_rules! named_capi {
    ($($name:ident)*) => { $(
        /// The object of its name for a frame, whose reference is taken over, with names of its own unless NULL.
        #[capi]
        unsafe fn $name(frame: F, name: Option<&Obj>, qualname: Option<&Obj>) -> PyResult<Object> {
            // SAFETY: passed on.
            unsafe { generator(frame, name, qualname) }
        }
    )* };
}

named_capi! {
    PyGen_NewWithQualName
    PyCoro_New
    PyAsyncGen_New
}
