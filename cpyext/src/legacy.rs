//! Small families: thread-local keys and locks of old, critical sections as functions, statuses, ordered dicts.

use crate::boundary::{P, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::import::import_module;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::descr::hash_pointer;
use dovetail_core::types::odict::OrderedDict;
use dovetail_core::{gil, hooks};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null;

// ---- thread-local keys of old (before PEP 539) ----

/// A new key, or -1.
#[capi(no_gil)]
fn PyThread_create_key() -> c_int {
    let mut key: libc::pthread_key_t = 0;
    // SAFETY: our own variable.
    if unsafe { libc::pthread_key_create(&mut key, None) } != 0 {
        return -1;
    }
    c_int::try_from(key).unwrap_or(-1)
}

/// Gives a key up.
#[capi(no_gil)]
fn PyThread_delete_key(key: c_int) {
    // SAFETY: a key of `PyThread_create_key`.
    unsafe { libc::pthread_key_delete(key as libc::pthread_key_t) };
}

/// Sets this thread's value; -1 when that fails.
#[capi(no_gil)]
fn PyThread_set_key_value(key: c_int, value: *mut c_void) -> c_int {
    // SAFETY: a key of `PyThread_create_key`.
    if unsafe { libc::pthread_setspecific(key as libc::pthread_key_t, value) } == 0 { 0 } else { -1 }
}

/// This thread's value, or NULL.
#[capi(no_gil)]
fn PyThread_get_key_value(key: c_int) -> *mut c_void {
    // SAFETY: a key of `PyThread_create_key`.
    unsafe { libc::pthread_getspecific(key as libc::pthread_key_t) }
}

/// Forgets this thread's value.
#[capi(no_gil)]
fn PyThread_delete_key_value(key: c_int) {
    // SAFETY: a key of `PyThread_create_key`.
    unsafe { libc::pthread_setspecific(key as libc::pthread_key_t, null()) };
}

/// Nothing is to be done after a fork.
#[capi(no_gil)]
fn PyThread_ReInitTLS() {}

/// The size of new threads' stacks, 0 for the system's.
#[capi]
fn PyThread_get_stacksize() -> usize {
    stack_size(None).unwrap_or_else(|e| {
        e.clear();
        0
    })
}

/// Sets the size of new threads' stacks; -1 when it is not valid.
#[capi]
fn PyThread_set_stacksize(size: usize) -> c_int {
    match stack_size(Some(size)) {
        Ok(_) => 0,
        Err(e) => {
            e.clear();
            -1
        }
    }
}

/// `_thread.stack_size`: the old size; without a new one it stays.
fn stack_size(new: Option<usize>) -> PyResult<usize> {
    let f = import_module("_thread")?.get_attr_text("stack_size")?;
    let call = |n: usize| -> PyResult<usize> {
        Ok(f.call(&[&*dovetail_stdlib::util::int(n as i128)?])?.as_isize()? as usize)
    };
    match new {
        Some(n) => call(n),
        None => {
            let old = call(0)?;
            if old != 0 {
                call(old)?;
            }
            Ok(old)
        }
    }
}

/// Takes the GIL for this thread's own state.
#[capi(private, no_gil)]
fn PyEval_AcquireLock() {
    match gil::own_state() {
        Some(ts) => gil::attach(ts),
        None => hooks::fatal("PyEval_AcquireLock: current thread state is NULL"),
    }
}

/// Gives up the GIL.
#[capi(private)]
fn PyEval_ReleaseLock() {
    gil::detach();
}

/// A new state for the calling thread: see `PyThreadState_New`.
#[capi(private)]
unsafe fn _PyThreadState_Prealloc(interp: *mut abi::PyInterpreterState) -> *mut abi::PyThreadState {
    // SAFETY: a live interpreter.
    unsafe { crate::pystate::PyThreadState_New(interp) }
}

/// Ends the process: states are complete when they are made, and nobody may make one anew.
#[capi(private)]
fn _PyThreadState_Init(_ts: *mut abi::PyThreadState) {
    hooks::fatal("_PyThreadState_Init: _PyThreadState_Init() is for internal use only")
}

// ---- critical sections: nothing to lock, for the GIL is held ----

/// Begins nothing: the GIL is held.
#[capi]
fn PyCriticalSection_Begin(_section: *mut abi::PyCriticalSection, _object: P) {}

/// Begins nothing: the GIL is held.
#[capi]
fn PyCriticalSection_BeginMutex(_section: *mut abi::PyCriticalSection, _mutex: *mut abi::PyMutex) {}

/// Ends nothing.
#[capi]
fn PyCriticalSection_End(_section: *mut abi::PyCriticalSection) {}

/// Begins nothing: the GIL is held.
#[capi]
fn PyCriticalSection2_Begin(_section: *mut abi::PyCriticalSection2, _a: P, _b: P) {}

/// Begins nothing: the GIL is held.
#[capi]
fn PyCriticalSection2_BeginMutex(
    _section: *mut abi::PyCriticalSection2,
    _a: *mut abi::PyMutex,
    _b: *mut abi::PyMutex,
) {
}

/// Ends nothing.
#[capi]
fn PyCriticalSection2_End(_section: *mut abi::PyCriticalSection2) {}

// ---- statuses of the start ----

fn status(kind: abi::PyStatus__bindgen_ty_1, message: *const c_char, exitcode: c_int) -> abi::PyStatus {
    abi::PyStatus { _type: kind, func: null(), err_msg: message, exitcode }
}

/// Success.
#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_Ok() -> abi::PyStatus {
    status(abi::_PyStatus_TYPE_OK, null(), 0)
}

/// An error with a message.
#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_Error(message: *const c_char) -> abi::PyStatus {
    status(abi::_PyStatus_TYPE_ERROR, message, 0)
}

/// No memory.
#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_NoMemory() -> abi::PyStatus {
    status(abi::_PyStatus_TYPE_ERROR, c"memory allocation failed".as_ptr(), 0)
}

/// The process is to end with a code.
#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_Exit(exitcode: c_int) -> abi::PyStatus {
    status(abi::_PyStatus_TYPE_EXIT, null(), exitcode)
}

/// Is it an error?
#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_IsError(s: abi::PyStatus) -> c_int {
    c_int::from(s._type == abi::_PyStatus_TYPE_ERROR)
}

/// Is the process to end?
#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_IsExit(s: abi::PyStatus) -> c_int {
    c_int::from(s._type == abi::_PyStatus_TYPE_EXIT)
}

/// Is it anything but success?
#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_Exception(s: abi::PyStatus) -> c_int {
    c_int::from(s._type != abi::_PyStatus_TYPE_OK)
}

// ---- ordered dicts; pickle buffers, through their class ----

/// A new empty ordered dictionary.
#[capi]
fn PyODict_New() -> PyResult<Ref<OrderedDict>> {
    OrderedDict::new()
}

/// `d[key] = value`, past what a subclass makes of it.
#[capi]
fn PyODict_SetItem(d: &Obj, key: &Obj, value: &Obj) -> PyResult<()> {
    ordered(d)?.set(key, value)
}

/// `del d[key]`, past what a subclass makes of it.
#[capi]
fn PyODict_DelItem(d: &Obj, key: &Obj) -> PyResult<()> {
    ordered(d)?.delete(key)
}

fn ordered(d: &Obj) -> PyResult<&OrderedDict> {
    d.downcast().ok_or_else(bad_internal_call)
}

/// `pickle.PickleBuffer(o)`.
#[capi]
fn PyPickleBuffer_FromObject(o: &Obj) -> PyResult<Object> {
    import_module("_pickle")?.get_attr_text("PickleBuffer")?.call(&[o])
}

/// `buffer.release()`.
#[capi]
fn PyPickleBuffer_Release(o: &Obj) -> PyResult<()> {
    o.call_method_text("release", &[]).map(drop)
}

// ---- hashes ----

/// The hash of an object by its address.
#[capi]
fn PyObject_GenericHash(o: P) -> isize {
    hash_pointer(o.cast())
}

unsafe extern "C" fn hash_bytes(data: *const c_void, n: isize) -> isize {
    // SAFETY: the caller's n bytes.
    unsafe { crate::ceval::Py_HashBuffer(data, n) }
}

/// A constant that C reads.
struct Constant(abi::PyHash_FuncDef);
// SAFETY: never written.
unsafe impl Sync for Constant {}

static HASH: Constant = Constant(abi::PyHash_FuncDef {
    hash: Some(hash_bytes),
    name: c"siphash13".as_ptr(),
    hash_bits: 64,
    seed_bits: 128,
});

/// What hashes strings and bytes.
#[capi]
fn PyHash_GetFuncDef() -> *mut abi::PyHash_FuncDef {
    (&raw const HASH.0).cast_mut()
}

/// A file of `sys.stderr`'s plainest kind.
#[capi]
fn PyFile_NewStdPrinter(fd: c_int) -> PyResult<Object> {
    dovetail_core::types::stdprinter::StdPrinter::new(fd).map(dovetail_core::object::Ref::into_object)
}
