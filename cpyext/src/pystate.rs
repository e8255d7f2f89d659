//! `pystate.h`, `ceval.h` threads: thread states, interpreters, the GIL.

use crate::boundary::Borrowed;
use crate::extension;
use dovetail_core::error::PyResult;
use dovetail_core::gil;
use dovetail_core::interp::frame::Frame;
use dovetail_core::interpreter::{Features, Interpreter};
use dovetail_core::object::obj::replace;
use dovetail_core::object::{Obj, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::frame::frame_object;
use dovetail_macros::capi;
use std::cell::Cell;
use std::ffi::{c_int, c_ulong};
use std::ptr::null_mut;

type T = *mut abi::PyThreadState;
type I = *mut abi::PyInterpreterState;

thread_local! {
    /// Was the thread's state made by `PyGILState_Ensure`?
    static OWN: Cell<bool> = const { Cell::new(false) };
}

/// # Safety
/// `ts` is a live thread state.
unsafe fn view(ts: T) -> &'static ThreadState {
    // SAFETY: CPython's struct is at the beginning of ours.
    unsafe { &*(ts as *const ThreadState) }
}

/// # Safety
/// `interp` is an interpreter, which lives for ever.
unsafe fn interpreter(interp: I) -> &'static Interpreter {
    // SAFETY: the caller's promise.
    unsafe { &*(interp as *const Interpreter) }
}

fn main_interpreter() -> *mut Interpreter {
    gil::main_state().map_or(null_mut(), |ts| std::ptr::from_ref(ts.interp()).cast_mut())
}

// ---- the current thread ----

/// The thread's state; without one, the process ends.
#[capi]
fn PyThreadState_Get() -> T {
    if ThreadState::current_or_null().is_null() {
        dovetail_core::hooks::fatal(
            "PyThreadState_Get: the function must be called with the GIL held, after Python initialization and \
             before Python finalization, but the GIL is released (the current Python thread state is NULL)",
        );
    }
    ThreadState::current().c()
}

/// The thread's state, or NULL.
#[capi(alias = "_PyThreadState_GetCurrent", no_gil)]
fn PyThreadState_GetUnchecked() -> T {
    ThreadState::current_or_null().cast_mut().cast()
}

/// Gives up the GIL.
#[capi]
fn PyEval_SaveThread() -> T {
    gil::detach().c()
}

/// Takes the GIL back.
#[capi(no_gil)]
unsafe fn PyEval_RestoreThread(ts: T) {
    // SAFETY: from `PyEval_SaveThread`.
    gil::attach(unsafe { view(ts) });
}

/// Takes the GIL for a thread state.
#[capi(no_gil)]
unsafe fn PyEval_AcquireThread(ts: T) {
    // SAFETY: a state of this thread.
    gil::attach(unsafe { view(ts) });
}

/// Gives up the GIL of a thread state.
#[capi]
unsafe fn PyEval_ReleaseThread(_ts: T) {
    gil::detach();
}

/// The GIL exists from the start.
#[capi(no_gil)]
fn PyEval_InitThreads() {}

/// The GIL exists from the start.
#[capi(private, no_gil)]
fn PyEval_ThreadsInitialized() -> c_int {
    1
}

/// Makes sure that the calling thread, of Python or of C, has a state and holds the GIL.
#[capi(no_gil)]
fn PyGILState_Ensure() -> abi::PyGILState_STATE {
    match gil::own_state() {
        Some(ts) => {
            let attached = !ThreadState::current_or_null().is_null();
            if !attached {
                gil::attach(ts);
            }
            // SAFETY: own state.
            unsafe { (*ts.c()).gilstate_counter += 1 };
            if attached { abi::PyGILState_LOCKED } else { abi::PyGILState_UNLOCKED }
        }
        None => {
            let interp = main_interpreter();
            if interp.is_null() {
                dovetail_core::hooks::fatal(
                    "PyGILState_Ensure: the function must be called after Python initialization and before Python \
                     finalization",
                );
            }
            // SAFETY: the main interpreter, and a thread without a state.
            let ts = unsafe { gil::begin_thread(interp) };
            OWN.set(true);
            // SAFETY: own state.
            unsafe { (*ts.c()).gilstate_counter = 1 };
            abi::PyGILState_UNLOCKED
        }
    }
}

/// Undoes one `PyGILState_Ensure`.
#[capi]
fn PyGILState_Release(old: abi::PyGILState_STATE) {
    let Some(ts) = gil::own_state() else {
        dovetail_core::hooks::fatal(
            "PyGILState_Release: auto-releasing thread-state, but no thread-state for this thread",
        );
    };
    // SAFETY: own state.
    let left = unsafe {
        (*ts.c()).gilstate_counter -= 1;
        (*ts.c()).gilstate_counter
    };
    if left <= 0 && OWN.get() {
        OWN.set(false);
        dovetail_stdlib::thread::end_local();
        // SAFETY: made by `PyGILState_Ensure`, and its last user is gone.
        unsafe { gil::end_thread(ts) };
    } else if old == abi::PyGILState_UNLOCKED {
        gil::detach();
    }
}

/// The state that the calling thread has, attached or not; NULL when it has none.
#[capi(no_gil)]
fn PyGILState_GetThisThreadState() -> T {
    gil::own_state().map_or(null_mut(), |ts| ts.c())
}

/// Does the calling thread hold the GIL? There is none before Python starts, and nobody to be in the way of.
#[capi(no_gil)]
fn PyGILState_Check() -> c_int {
    c_int::from(gil::main_state().is_none() || !ThreadState::current_or_null().is_null())
}

// ---- thread states ----

/// A dictionary for the thread's data of C, borrowed; NULL without an exception when there is none.
#[capi]
fn PyThreadState_GetDict() -> Borrowed {
    let ts = ThreadState::current_or_null();
    if ts.is_null() {
        return Borrowed::NULL;
    }
    // SAFETY: the current state.
    unsafe { dict_of((*ts).c()) }
}

unsafe fn dict_of(ts: T) -> Borrowed {
    // SAFETY: the field owns a dict or is NULL.
    unsafe {
        if (*ts).dict.is_null() {
            match Dict::new() {
                Ok(d) => (*ts).dict = d.into_ptr(),
                Err(e) => {
                    e.clear();
                    return Borrowed::NULL;
                }
            }
        }
        Borrowed((*ts).dict)
    }
}

/// As `PyThreadState_GetDict`, of a given state.
#[capi(private)]
unsafe fn _PyThreadState_GetDict(ts: T) -> Borrowed {
    // SAFETY: a live state.
    unsafe { dict_of(ts) }
}

/// The frame that a thread executes, or NULL.
#[capi]
unsafe fn PyThreadState_GetFrame(ts: T) -> *mut abi::PyFrameObject {
    // SAFETY: a live state whose thread does not run now.
    let f = Frame::first_complete(unsafe { view(ts) }.frame());
    if f.is_null() {
        return null_mut();
    }
    match frame_object(f) {
        Ok(f) => f.into_ptr().cast(),
        Err(e) => {
            e.clear();
            null_mut()
        }
    }
}

/// The state's number.
#[capi]
unsafe fn PyThreadState_GetID(ts: T) -> u64 {
    // SAFETY: a live state.
    unsafe { (*ts).id }
}

/// An interpreter without anything in it: no modules, no thread state. NULL while there is no main interpreter.
#[capi(no_gil)]
fn PyInterpreterState_New() -> I {
    let Some(main) = gil::main_state().map(ThreadState::interp) else { return null_mut() };
    let made = main.sibling(Features::LEGACY);
    made.native_modules.set(main.native_modules.get());
    std::ptr::from_ref(made).cast_mut().cast()
}

/// Takes an interpreter's modules apart.
#[capi]
unsafe fn PyInterpreterState_Clear(interp: I) {
    // SAFETY: the caller's interpreter.
    let interp = unsafe { interpreter(interp) };
    for dict in [interp.modules.get(), interp.sysdict.get(), interp.builtins.get()].into_iter().flatten() {
        dict.clear_items();
    }
}

/// Takes an interpreter that was cleared, with the states that are left, out of the list of interpreters.
#[capi(no_gil)]
unsafe fn PyInterpreterState_Delete(interp: I) {
    // SAFETY: the caller's interpreter, in which nothing runs.
    unsafe {
        let interp = interpreter(interp);
        for ts in interp.threads() {
            if !std::ptr::eq(ts, ThreadState::current_or_null()) {
                gil::drop_thread(ts);
            }
        }
        interp.leave_family();
    }
}

/// The interpreter of a state.
#[capi(no_gil)]
unsafe fn PyThreadState_GetInterpreter(ts: T) -> I {
    // SAFETY: a live state.
    unsafe { (*ts).interp }
}

/// Suspends tracing.
#[capi]
unsafe fn PyThreadState_EnterTracing(ts: T) {
    // SAFETY: a live state.
    unsafe { (*ts).tracing += 1 }
}

/// Goes on tracing.
#[capi]
unsafe fn PyThreadState_LeaveTracing(ts: T) {
    // SAFETY: a live state.
    unsafe { (*ts).tracing -= 1 }
}

/// The next state of the interpreter's threads, or NULL.
#[capi(no_gil)]
unsafe fn PyThreadState_Next(ts: T) -> T {
    // SAFETY: a live state.
    let all = unsafe { view(ts) }.interp().threads();
    let mut after = all.iter().skip_while(|t| t.c() != ts).skip(1);
    after.next().map_or(null_mut(), |t| t.c())
}

/// A new state for the calling thread, not attached: the thread must have none.
#[capi(no_gil)]
unsafe fn PyThreadState_New(interp: I) -> T {
    // SAFETY: a live interpreter.
    unsafe { gil::prepare_thread(interp.cast()) }.c()
}

/// Empties a state.
#[capi]
unsafe fn PyThreadState_Clear(ts: T) {
    if std::ptr::eq(ThreadState::current().c(), ts) {
        dovetail_stdlib::thread::end_local_state();
    }
    // SAFETY: a state that no frame uses; its fields own what they hold.
    unsafe {
        view(ts).set_exception(None);
        replace(&raw mut (*ts).dict, None);
        replace(&raw mut (*ts).async_exc, None);
        (*ts).context_ver += 1;
        replace(&raw mut (*ts).context, None);
    }
}

/// Frees a state that is not attached.
#[capi]
unsafe fn PyThreadState_Delete(ts: T) {
    // SAFETY: cleared, and used by no thread.
    unsafe { gil::drop_thread(view(ts)) }
}

/// Frees the current state and gives up the GIL.
#[capi]
fn PyThreadState_DeleteCurrent() {
    dovetail_stdlib::thread::end_local_state();
    // SAFETY: the current state, cleared.
    unsafe { gil::end_thread(ThreadState::current()) }
}

/// Makes another state of this thread (or none) the current one; the old one comes back.
#[capi(no_gil)]
unsafe fn PyThreadState_Swap(new: T) -> T {
    let old = ThreadState::current_or_null().cast_mut();
    if !old.is_null() {
        gil::detach();
    }
    if !new.is_null() {
        // SAFETY: a state of this thread.
        let new = unsafe { view(new) };
        gil::attach(new);
        gil::own(new);
    }
    old.cast()
}

/// Raises an exception in another thread as soon as it runs Python code; the number of threads found. NULL takes a
/// raised one back.
#[capi]
fn PyThreadState_SetAsyncExc(id: c_ulong, exception: Option<&Obj>) -> c_int {
    for ts in ThreadState::current().interp().threads() {
        // SAFETY: under the GIL; the field owns its value.
        unsafe {
            if (*ts.c()).thread_id == id {
                replace(&raw mut (*ts.c()).async_exc, exception.map(Obj::to_owned));
                if exception.is_some() {
                    let bit = dovetail_core::interp::pending::ASYNC_EXCEPTION;
                    ts.eval_breaker().fetch_or(bit, std::sync::atomic::Ordering::AcqRel);
                }
                return 1;
            }
        }
    }
    0
}

// ---- interpreters ----

/// The interpreter of the calling thread.
#[capi(no_gil)]
fn PyInterpreterState_Get() -> I {
    if ThreadState::current_or_null().is_null() {
        dovetail_core::hooks::fatal("PyInterpreterState_Get: the function must be called with the GIL held");
    }
    // SAFETY: own state.
    unsafe { (*ThreadState::current().c()).interp }
}

/// The main interpreter.
#[capi(alias = "_PyInterpreterState_Main", no_gil)]
fn PyInterpreterState_Main() -> I {
    main_interpreter().cast()
}

/// The newest interpreter of the process.
#[capi(no_gil)]
fn PyInterpreterState_Head() -> I {
    let newest = gil::main_state().and_then(|ts| ts.interp().family.all().first().copied());
    newest.map_or(null_mut(), |p| p.cast_mut().cast())
}

/// The interpreter that was made before this one.
#[capi(no_gil)]
unsafe fn PyInterpreterState_Next(interp: I) -> I {
    // SAFETY: a live interpreter.
    let all = unsafe { interpreter(interp) }.family.all();
    let mut older = all.into_iter().skip_while(|p| !std::ptr::eq(*p, interp.cast())).skip(1);
    older.next().map_or(null_mut(), |p| p.cast_mut().cast())
}

/// The newest thread of an interpreter.
#[capi(no_gil)]
unsafe fn PyInterpreterState_ThreadHead(interp: I) -> T {
    // SAFETY: a live interpreter.
    let all = unsafe { interpreter(interp) }.threads();
    all.first().map_or(null_mut(), |t| t.c())
}

/// The interpreter's number: 0 for the main one.
#[capi]
unsafe fn PyInterpreterState_GetID(interp: I) -> PyResult<i64> {
    if interp.is_null() {
        return Err(dovetail_core::raise!(RuntimeError, "no interpreter provided"));
    }
    // SAFETY: a live interpreter.
    Ok(unsafe { interpreter(interp) }.id)
}

/// A dictionary for the interpreter's data of C, borrowed.
#[capi]
unsafe fn PyInterpreterState_GetDict(interp: I) -> PyResult<Borrowed> {
    // SAFETY: a live interpreter.
    let kept = &extension::state_of(unsafe { interpreter(interp) }).dict;
    if kept.get().is_none() {
        let _ = kept.set(Dict::new()?);
    }
    Ok(kept.get().map_or(Borrowed::NULL, |d| Borrowed::of(&**d)))
}

/// A dictionary of threads and their frames.
#[capi(private)]
fn _PyThread_CurrentFrames() -> PyResult<Ref<Dict>> {
    let d = Dict::new()?;
    for ts in ThreadState::current().interp().threads() {
        let f = Frame::first_complete(ts.frame());
        if !f.is_null() {
            // SAFETY: a live state.
            let id = dovetail_core::types::int::Int::from_u64(unsafe { (*ts.c()).thread_id })?;
            d.set(&*id, &*frame_object(f)?)?;
        }
    }
    Ok(d)
}

/// Stops nothing: one thread at a time runs Python.
#[capi]
unsafe fn _PyEval_StopTheWorld(_interp: I) {}

/// Starts nothing: see `_PyEval_StopTheWorld`.
#[capi]
unsafe fn _PyEval_StartTheWorld(_interp: I) {}
