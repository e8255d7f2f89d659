//! Hooks of the process (audit, opening code, reference tracer), the map of machine code for `perf`, and small things that
//! stand alone: stack effects, re-raising for `except*`, stack protection, buffers of picklers.

use crate::boundary::bad_internal_call;
use dovetail_core::error::PyResult;
use dovetail_core::hooks::OPEN_CODE;
use dovetail_core::import::import_module;
use dovetail_core::object::tracer;
use dovetail_core::object::{AsObj, Native, Obj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::group::prep_reraise_star;
use dovetail_core::types::list::List;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use dovetail_stdlib::pickle::PickleBuffer;
use dovetail_stdlib::sys as stdsys;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A function that opens files of code instead of `open`; there can be one in a process.
#[capi]
fn PyFile_SetOpenCodeHook(hook: abi::Py_OpenCodeHookFunction, data: *mut c_void) -> PyResult<()> {
    let hook = hook.ok_or_else(bad_internal_call)?;
    stdsys::audit_event("setopencodehook", Vec::new())?;
    match OPEN_CODE.set((hook, data as usize)) {
        Ok(()) => Ok(()),
        Err(_) => Err(raise!(SystemError, "failed to change existing open_code hook")),
    }
}

/// Sets the function that is told of each object that is made or ends; NULL takes it away.
#[capi]
fn PyRefTracer_SetTracer(tracer: abi::PyRefTracer, data: *mut c_void) -> PyResult<()> {
    tracer::set(tracer, data);
    Ok(())
}

/// The function that is told of objects, or NULL; its data is stored.
#[capi]
unsafe fn PyRefTracer_GetTracer(data: *mut *mut c_void) -> abi::PyRefTracer {
    let (f, d) = tracer::get();
    // SAFETY: NULL or the caller's variable.
    if let Some(place) = unsafe { data.as_mut() } {
        *place = d;
    }
    f
}

// ---- the map of machine code ----

static PERF_MAP: Mutex<Option<File>> = Mutex::new(None);
static PERSIST: Mutex<bool> = Mutex::new(false);

fn perf_map() -> MutexGuard<'static, Option<File>> {
    PERF_MAP.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open_map(map: &mut Option<File>) -> bool {
    if map.is_none() {
        let path = format!("/tmp/perf-{}.map", std::process::id());
        *map = OpenOptions::new().append(true).create(true).open(path).ok();
    }
    map.is_some()
}

/// Opens `/tmp/perf-PID.map`; -1 when that fails.
#[capi(no_gil)]
fn PyUnstable_PerfMapState_Init() -> c_int {
    if open_map(&mut perf_map()) { 0 } else { -1 }
}

/// Closes the map.
#[capi(no_gil)]
fn PyUnstable_PerfMapState_Fini() {
    *perf_map() = None;
}

/// Writes a line of the map: a name for a piece of machine code.
#[capi(no_gil)]
unsafe fn PyUnstable_WritePerfMapEntry(code: *const c_void, size: u32, name: *const c_char) -> c_int {
    let mut map = perf_map();
    if !open_map(&mut map) {
        return -1;
    }
    // SAFETY: a C string.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes();
    let mut line = format!("{:x} {size:x} ", code as usize).into_bytes();
    line.extend_from_slice(name);
    line.push(b'\n');
    match map.as_mut().map(|f| f.write_all(&line)) {
        Some(Ok(())) => 0,
        _ => -1,
    }
}

/// Appends the map of another process, the parent of a fork.
#[capi(no_gil)]
unsafe fn PyUnstable_CopyPerfMapFile(parent: *const c_char) -> c_int {
    // SAFETY: a C string.
    let path = unsafe { CStr::from_ptr(parent) }.to_bytes();
    let path = std::path::Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(path));
    let mut map = perf_map();
    if !open_map(&mut map) {
        return -1;
    }
    let mut text = Vec::new();
    match File::open(path) {
        // Nothing to copy.
        Err(_) => return 0,
        Ok(mut f) => {
            if f.read_to_end(&mut text).is_err() {
                return -1;
            }
        }
    }
    match map.as_mut().map(|f| f.write_all(&text)) {
        Some(Ok(())) => 0,
        _ => -1,
    }
}

/// Python code has no trampolines in machine code here, so that there is nothing to compile: 0.
#[capi]
fn PyUnstable_PerfTrampoline_CompileCode(_code: *mut abi::PyCodeObject) -> c_int {
    0
}

/// Notes whether trampolines live on in the child of a fork, and gives that back.
#[capi(no_gil)]
fn PyUnstable_PerfTrampoline_SetPersistAfterFork(enable: c_int) -> c_int {
    *PERSIST.lock().unwrap_or_else(PoisonError::into_inner) = enable != 0;
    enable
}

// ---- stack effects ----

/// `PY_INVALID_STACK_EFFECT`.
const INVALID: c_int = c_int::MAX;

/// What an instruction does to the depth of the stack; the most of its ways.
#[capi(no_gil)]
fn PyCompile_OpcodeStackEffect(opcode: c_int, oparg: c_int) -> c_int {
    dovetail_stdlib::opcode::effect(opcode, oparg, None).unwrap_or(INVALID)
}

/// What an instruction does to the depth of the stack when it jumps, or when it does not; -1 is for the most.
#[capi(no_gil)]
fn PyCompile_OpcodeStackEffectWithJump(opcode: c_int, oparg: c_int, jump: c_int) -> c_int {
    let jump = if jump < 0 { None } else { Some(jump != 0) };
    dovetail_stdlib::opcode::effect(opcode, oparg, jump).unwrap_or(INVALID)
}

// ---- exceptions ----

/// What is to be raised after the clauses of an `except*`, from the exception and what they raised: an exception or
/// None.
#[capi]
fn PyUnstable_Exc_PrepReraiseStar(orig: Option<&Obj>, excs: Option<&Obj>) -> PyResult<Object> {
    let Some(e) = orig.and_then(|o| o.downcast::<BaseException>()) else {
        bail!(TypeError, "orig must be an exception instance");
    };
    let Some(list) = excs.and_then(|o| o.downcast::<List>()) else {
        bail!(TypeError, "excs must be a list of exception instances");
    };
    if e.traceback().is_none() {
        bail!(ValueError, "orig must be a raised exception");
    }
    for (i, x) in list.items().iter().enumerate() {
        if !x.is_none() && !x.is_a::<BaseException>() {
            bail!(TypeError, "item {i} of excs is not an exception");
        }
    }
    prep_reraise_star(e.as_obj(), list.as_obj())
}

// ---- the C stack ----

unsafe fn state<'a>(ts: *mut abi::PyThreadState) -> &'a ThreadState {
    // SAFETY: a live thread state, which begins with C's part.
    unsafe { &*(ts as *const ThreadState) }
}

/// Says where the C stack of a thread is, which may be one that C code has made.
#[capi]
unsafe fn PyUnstable_ThreadState_SetStackProtection(
    ts: *mut abi::PyThreadState,
    start: *mut c_void,
    size: usize,
) -> PyResult<()> {
    let least = ThreadState::LEAST_STACK;
    if size < least {
        bail!(ValueError, "stack_size must be at least {least} bytes");
    }
    // SAFETY: a live thread state.
    unsafe { state(ts) }.set_stack(start as usize, start as usize + size);
    Ok(())
}

/// The C stack of a thread is the system's again.
#[capi]
unsafe fn PyUnstable_ThreadState_ResetStackProtection(ts: *mut abi::PyThreadState) {
    // SAFETY: a live thread state.
    unsafe { state(ts) }.reset_stack();
}

// ---- buffers of picklers ----

/// The buffer that a `PickleBuffer` holds; `ValueError` once it is released.
#[capi]
fn PyPickleBuffer_GetBuffer(o: &Obj) -> PyResult<*const abi::Py_buffer> {
    import_module("_pickle")?;
    match o.downcast::<PickleBuffer>() {
        Some(b) => Ok(b.buffer()?.raw()),
        None => {
            let wanted: &Type = PickleBuffer::type_object();
            bail!(TypeError, "expected {}, {} found", wanted.short_name(), o.type_name())
        }
    }
}
