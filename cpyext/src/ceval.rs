//! `ceval.h`, `pythonrun.h`, `compile.h`, `pylifecycle.h`: running code, frames of the caller, queued calls.

use crate::boundary::{Borrowed, P, bad_internal_call};
use crate::text::c_str;
use dovetail_core::error::PyResult;
use dovetail_core::interp::eval::run_code;
use dovetail_core::interp::frame::{Frame, current_builtins};
use dovetail_core::interp::pending;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::code::Code;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::frame::{FrameObject, current_locals, frame_object};
use dovetail_core::types::function::Function;
use dovetail_core::types::method::Method;
use dovetail_core::types::module::Module;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil, raise, sym};
use dovetail_macros::capi;
use std::collections::VecDeque;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

// ---- the calling frame ----

fn caller() -> PyResult<Option<Ref<FrameObject>>> {
    let f = Frame::first_complete(ThreadState::current().frame());
    if f.is_null() { Ok(None) } else { frame_object(f).map(Some) }
}

/// The frame of the calling Python code, borrowed, or NULL.
#[capi]
fn PyEval_GetFrame() -> *mut abi::PyFrameObject {
    // The frame keeps its object.
    match caller() {
        Ok(f) => f.map_or(null_mut(), |f| f.as_raw().cast()),
        Err(e) => {
            e.clear();
            null_mut()
        }
    }
}

/// The builtins of the calling code, borrowed.
#[capi]
fn PyEval_GetBuiltins() -> Borrowed {
    // The frame or the interpreter keeps them.
    match current_builtins() {
        Some(b) => Borrowed(b.as_raw()),
        None => Borrowed::of(&**Interpreter::current().builtins()),
    }
}

/// As `PyEval_GetBuiltins`, as a new reference.
#[capi]
fn PyEval_GetFrameBuiltins() -> PyResult<Object> {
    Ok(current_builtins().unwrap_or_else(|| Interpreter::current().builtins().clone().into_object()))
}

/// The global variables of the calling code, borrowed; NULL without an exception when none runs.
#[capi]
fn PyEval_GetGlobals() -> Borrowed {
    // The frame keeps them.
    match dovetail_core::interp::frame::current_globals() {
        Some(g) => Borrowed(g.as_raw()),
        None => Borrowed::NULL,
    }
}

/// As `PyEval_GetGlobals`, as a new reference.
#[capi]
fn PyEval_GetFrameGlobals() -> Option<Object> {
    dovetail_core::interp::frame::current_globals().map(Ref::into_object)
}

/// The local variables of the calling code, borrowed: for functions a snapshot that the frame keeps.
#[capi]
fn PyEval_GetLocals() -> PyResult<Borrowed> {
    let Some(f) = caller()? else { bail!(SystemError, "frame does not exist") };
    let locals = current_locals()?;
    let p = locals.as_raw();
    // SAFETY: an owned field of the frame object, which the frame keeps.
    unsafe { replace(&raw mut (*f.body()).f_locals_cache, Some(locals)) };
    Ok(Borrowed(p))
}

/// As `locals()`, as a new reference.
#[capi]
fn PyEval_GetFrameLocals() -> PyResult<Object> {
    current_locals()
}

/// The name of a callable for messages; borrowed from it.
#[capi]
fn PyEval_GetFuncName(callable: &Obj) -> *const c_char {
    if let Some(m) = callable.downcast::<Method>() {
        return name_of(m.func());
    }
    name_of(callable)
}

fn name_of(o: &Obj) -> *const c_char {
    if let Some(f) = o.downcast::<Function>() {
        // SAFETY: a function has a name; its UTF-8 form ends with a zero byte.
        let name = unsafe { &*((*f.body()).func_name as *const Str) };
        return name.as_str().map_or(std::ptr::null(), |s| s.as_ptr().cast());
    }
    match o.downcast::<CFunction>() {
        Some(f) => f.def().ml_name,
        None => o.ob_type().raw().tp_name,
    }
}

/// What follows the name in messages: `()` or ` object`.
#[capi]
fn PyEval_GetFuncDesc(callable: &Obj) -> *const c_char {
    let function = callable.is_a::<Method>() || callable.is_a::<Function>() || callable.is_a::<CFunction>();
    if function { c"()".as_ptr() } else { c" object".as_ptr() }
}

// ---- running code ----

pub fn run(code: &Obj, globals: &Obj, locals: Option<&Obj>) -> PyResult<Object> {
    let (Some(c), Some(g)) = (code.downcast::<Code>(), globals.downcast::<Dict>()) else {
        return Err(bad_internal_call());
    };
    if g.get_str(sym!(__builtins__)).is_none() {
        g.set(sym!(__builtins__).as_obj(), &*PyEval_builtins())?;
    }
    run_code(c, g, locals.unwrap_or(globals), None)
}

#[expect(non_snake_case)]
fn PyEval_builtins() -> Object {
    current_builtins().unwrap_or_else(|| Interpreter::current().builtins().clone().into_object())
}

/// Runs code with these variables; NULL locals are the globals.
#[capi]
fn PyEval_EvalCode(code: &Obj, globals: &Obj, locals: Option<&Obj>) -> PyResult<Object> {
    run(code, globals, locals)
}

/// Calls code as a function with arguments, defaults and a closure.
#[capi]
unsafe fn PyEval_EvalCodeEx(
    code: &Obj,
    globals: &Obj,
    _locals: Option<&Obj>,
    args: *const P,
    argc: c_int,
    keywords: *const P,
    keyword_count: c_int,
    defaults: *const P,
    default_count: c_int,
    keyword_defaults: Option<&Obj>,
    closure: Option<&Obj>,
) -> PyResult<Object> {
    let (Some(c), Some(g)) = (code.downcast::<Code>(), globals.downcast::<Dict>()) else {
        return Err(bad_internal_call());
    };
    // SAFETY: arrays of live objects.
    let many = |p: *const P, n: c_int| -> &[&Obj] {
        if n <= 0 { &[] } else { unsafe { std::slice::from_raw_parts(p.cast(), n as usize) } }
    };
    let f = Function::new(c, g)?;
    // Named by the code alone: the call is nobody's attribute.
    f.set_qualname(Some(c.name().as_obj()))?;
    if default_count > 0 {
        f.replace_field(1, Some(Tuple::from_slice(many(defaults, default_count))?.into_object()));
    }
    f.replace_field(2, keyword_defaults.map(Obj::to_owned));
    f.replace_field(8, closure.map(Obj::to_owned));
    let kwargs = Dict::new()?;
    for pair in many(keywords, keyword_count * 2).chunks(2) {
        kwargs.set(pair[0], pair[1])?;
    }
    f.as_obj().call_dict(&*Tuple::from_slice(many(args, argc))?, Some(&kwargs))
}

fn mode(start: c_int) -> PyResult<&'static str> {
    match start {
        abi::Py_single_input => Ok("single"),
        abi::Py_file_input => Ok("exec"),
        abi::Py_eval_input => Ok("eval"),
        _ => Err(raise!(ValueError, "Invalid start symbol")),
    }
}

unsafe fn compiled(
    text: *const c_char,
    file: &str,
    start: c_int,
    flags: *mut abi::PyCompilerFlags,
    optimize: c_int,
) -> PyResult<Ref<Code>> {
    // SAFETY: a C string and NULL or flags.
    unsafe {
        let own = if flags.is_null() { 0 } else { (*flags).cf_flags as u32 };
        let source = CStr::from_ptr(text).to_bytes();
        dovetail_stdlib::compile_bytes(source, file, mode(start)?, own, optimize)
    }
}

/// Compiles source text.
#[capi]
unsafe fn Py_CompileString(text: *const c_char, file: *const c_char, start: c_int) -> PyResult<Ref<Code>> {
    // SAFETY: C strings.
    unsafe { compiled(text, &c_str(file), start, null_mut(), -1) }
}

/// As `Py_CompileString`, with flags.
#[capi]
unsafe fn Py_CompileStringFlags(
    text: *const c_char,
    file: *const c_char,
    start: c_int,
    flags: *mut abi::PyCompilerFlags,
) -> PyResult<Ref<Code>> {
    // SAFETY: C strings and NULL or flags.
    unsafe { compiled(text, &c_str(file), start, flags, -1) }
}

/// As `Py_CompileStringFlags`, with a level of optimization.
#[capi]
unsafe fn Py_CompileStringExFlags(
    text: *const c_char,
    file: *const c_char,
    start: c_int,
    flags: *mut abi::PyCompilerFlags,
    optimize: c_int,
) -> PyResult<Ref<Code>> {
    // SAFETY: C strings and NULL or flags.
    unsafe { compiled(text, &c_str(file), start, flags, optimize) }
}

/// As `Py_CompileStringExFlags`, with the file's name as an object.
#[capi]
unsafe fn Py_CompileStringObject(
    text: *const c_char,
    file: &Str,
    start: c_int,
    flags: *mut abi::PyCompilerFlags,
    optimize: c_int,
) -> PyResult<Ref<Code>> {
    // SAFETY: a C string and NULL or flags.
    unsafe { compiled(text, &file.to_string_lossy(), start, flags, optimize) }
}

/// Compiles and runs source text.
#[capi]
unsafe fn PyRun_StringFlags(
    text: *const c_char,
    start: c_int,
    globals: &Obj,
    locals: Option<&Obj>,
    flags: *mut abi::PyCompilerFlags,
) -> PyResult<Object> {
    // SAFETY: a C string and NULL or flags.
    let code = unsafe { compiled(text, "<string>", start, flags, -1) }?;
    run(code.as_obj(), globals, locals)
}

/// As `PyRun_StringFlags`, without flags.
#[capi]
unsafe fn PyRun_String(
    text: *const c_char,
    start: c_int,
    globals: &Obj,
    locals: Option<&Obj>,
) -> PyResult<Object> {
    // SAFETY: a C string.
    let code = unsafe { compiled(text, "<string>", start, null_mut(), -1) }?;
    run(code.as_obj(), globals, locals)
}

/// Runs source text in `__main__`; an exception is printed, and -1 says so.
#[capi]
unsafe fn PyRun_SimpleStringFlags(text: *const c_char, flags: *mut abi::PyCompilerFlags) -> c_int {
    let done = (|| -> PyResult<()> {
        let name = Str::intern("__main__")?;
        let modules = Interpreter::current().modules();
        let main = match modules.get(name.as_obj())? {
            Some(m) => m,
            None => {
                let m = Module::named(&name)?.into_object();
                modules.set(name.as_obj(), &m)?;
                m
            }
        };
        let Some(m) = main.downcast::<Module>() else { bail!(SystemError, "__main__ is no module") };
        // SAFETY: a C string and NULL or flags.
        let code = unsafe { compiled(text, "<string>", abi::Py_file_input, flags, -1) }?;
        run(code.as_obj(), m.dict().as_obj(), None).map(drop)
    })();
    match done {
        Ok(()) => 0,
        Err(e) => shown(e),
    }
}

/// Shows an exception that a program of C is not told of: -1; one that asks for the end of the process gets it.
pub fn shown(e: dovetail_core::error::Raised) -> c_int {
    match dovetail_core::hooks::print_uncaught(e.take(), true, true) {
        dovetail_core::hooks::Uncaught::Exit(status) => crate::pylifecycle::Py_Exit(status),
        dovetail_core::hooks::Uncaught::Shown => -1,
    }
}

/// As `PyRun_SimpleStringFlags`, without flags.
#[capi]
unsafe fn PyRun_SimpleString(text: *const c_char) -> c_int {
    // SAFETY: a C string.
    unsafe { PyRun_SimpleStringFlags(text, null_mut()) }
}

/// Adds the flags of the calling code.
#[capi]
unsafe fn PyEval_MergeCompilerFlags(flags: *mut abi::PyCompilerFlags) -> c_int {
    const FUTURES: c_int = 0x1ff_0000;
    let own = dovetail_core::interp::frame::current_flags() & FUTURES;
    // SAFETY: flags of C.
    unsafe {
        (*flags).cf_flags |= own;
        c_int::from((*flags).cf_flags != 0)
    }
}

// ---- recursion ----

/// Raises `RecursionError` when the C stack is nearly used up.
#[capi]
unsafe fn Py_EnterRecursiveCall(place: *const c_char) -> PyResult<()> {
    let ts = ThreadState::current();
    if !ts.stack_is_low() {
        return Ok(());
    }
    // SAFETY: a C string.
    ts.check_recursion(&unsafe { c_str(place) })
}

/// Ends what `Py_EnterRecursiveCall` began.
#[capi]
fn Py_LeaveRecursiveCall() {}

// ---- calls from other threads ----

type Call = unsafe extern "C" fn(*mut c_void) -> c_int;

struct Queued(Call, *mut c_void);
// SAFETY: made to be called on another thread.
unsafe impl Send for Queued {}

static CALLS: Mutex<VecDeque<Queued>> = Mutex::new(VecDeque::new());

/// Queues a call for the main thread; -1 when too many wait. Needs no GIL.
#[capi(no_gil)]
unsafe fn Py_AddPendingCall(f: Option<Call>, arg: *mut c_void) -> c_int {
    let Some(f) = f else { return -1 };
    let Some(main) = gil::main_state() else { return -1 };
    let mut calls = CALLS.lock().unwrap_or_else(|e| e.into_inner());
    if calls.len() >= 300 {
        return -1;
    }
    calls.push_back(Queued(f, arg));
    main.interp().pending.calls.set(Some(run_calls));
    main.eval_breaker().fetch_or(pending::CALLS_TO_DO, Ordering::AcqRel);
    0
}

fn run_calls() -> PyResult<()> {
    loop {
        let next = CALLS.lock().unwrap_or_else(|e| e.into_inner()).pop_front();
        let Some(Queued(f, arg)) = next else { return Ok(()) };
        // SAFETY: the function and argument that were queued.
        if unsafe { f(arg) } != 0 {
            return Err(dovetail_core::error::Raised::from_c());
        }
    }
}

/// Runs the calls that wait.
#[capi]
fn Py_MakePendingCalls() -> PyResult<()> {
    run_calls()
}

// ---- life ----

/// Is Python initialized?
#[capi(no_gil)]
fn Py_IsInitialized() -> c_int {
    c_int::from(gil::is_initialized())
}

/// Is the interpreter ending?
#[capi(no_gil)]
fn Py_IsFinalizing() -> c_int {
    c_int::from(gil::main_state().is_some_and(|ts| ts.interp().is_finalizing()))
}

/// Ends the process with a message and the Python traceback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_FatalError(message: *const c_char) -> ! {
    // SAFETY: a C string.
    dovetail_core::hooks::fatal(&unsafe { c_str(message) })
}

/// As `Py_FatalError`, with the name of the function that failed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_FatalErrorFunc(function: *const c_char, message: *const c_char) -> ! {
    // SAFETY: C strings.
    unsafe {
        if function.is_null() {
            Py_FatalError(message)
        }
        dovetail_core::hooks::fatal(&format!("{}: {}", c_str(function), c_str(message)))
    }
}

// ---- hashes ----

/// The hash of bytes, as `hash(bytes)` gives it.
#[capi(no_gil)]
unsafe fn Py_HashBuffer(data: *const c_void, size: isize) -> isize {
    if size <= 0 {
        return 0;
    }
    // SAFETY: memory of that size.
    let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), size as usize) };
    dovetail_core::types::str_::hash_key().hash_bytes(bytes)
}

/// The hash of an address.
#[capi]
fn Py_HashPointer(p: *const c_void) -> isize {
    dovetail_core::types::descr::hash_pointer(p)
}

/// The hash of a float; that of a NaN is the object's.
#[capi]
fn _Py_HashDouble(object: *mut abi::PyObject, value: f64) -> isize {
    match dovetail_num::float::hash(value) {
        Some(h) => h as isize,
        None => dovetail_core::types::descr::hash_pointer(object.cast()),
    }
}

/// Whether the runtime was built with C's assertions: there are none. (No header declares it.)
#[unsafe(no_mangle)]
pub extern "C" fn _Py_GetBuiltWithAssert() -> c_int {
    0
}
