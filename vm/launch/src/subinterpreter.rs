//! Sub-interpreters (PEP 554, C API section "Sub-interpreter support"): made beside the main one with its configuration,
//! with modules of their own, and ended again.
//!
//! All take turns under the one lock of the process, also those that ask for their own.

use crate::{finish, run, start};
use dovetail_core::gc::collect::{Reason, collect};
use dovetail_core::hooks::SubInterpreters;
use dovetail_core::interp::pending;
use dovetail_core::interpreter::{Features, Interpreter};
use dovetail_core::thread::ThreadState;
use dovetail_core::{gc, gil, hooks, startup};
use std::ffi::CStr;

/// What the C API calls.
pub const HOOKS: SubInterpreters = SubInterpreters { create, end };

/// Makes an interpreter with a state for the calling thread, which becomes the current one. What went wrong is printed, and
/// the state from before is current again.
pub fn create(features: Features) -> Result<&'static ThreadState, &'static CStr> {
    let (ts, before) = startup::initialize_sibling(features);
    let made = start::step("cannot make sys", "core initialized", dovetail_stdlib::start())
        .and_then(|()| start::begin(ts.interp()));
    let Err(failed) = made else { return Ok(ts) };
    let e = failed.error.take();
    dovetail_core::types::stdprinter::write_stderr(&dovetail_core::types::traceback::format_exception(&e));
    drop(e);
    leave(ts);
    // SAFETY: the state that was current, of this thread.
    if let Some(before) = unsafe { before.as_ref() } {
        gil::attach(before);
        gil::own(before);
    }
    Err(c"sub-interpreter creation failed")
}

/// Ends the interpreter of the current state. No state is current afterwards.
pub fn end() {
    let ts = ThreadState::current();
    let interp = ts.interp();
    if !ts.frame().is_null() {
        hooks::fatal("Py_EndInterpreter: thread still has a frame");
    }
    if let Err(e) = run::call_if_there("threading", "_shutdown") {
        hooks::unraisable(e.take(), "Exception ignored on threading shutdown", None);
    }
    if let Err(e) = pending::handle(ts) {
        hooks::ignore(e, None);
    }
    dovetail_stdlib::atexit::run_callbacks();
    // Daemons stop for ever where they next want the lock.
    interp.finalize();
    startup::flush_streams();
    if interp.gc.enabled.get() {
        collect(gc::GENERATIONS - 1, Reason::Shutdown);
    }
    finish::forget_modules();
    startup::flush_streams();
    leave(ts);
}

/// The current state and its interpreter are done with.
fn leave(ts: &'static ThreadState) {
    let interp = ts.interp();
    interp.finalize();
    dovetail_stdlib::thread::end_local_state();
    // SAFETY: other threads of it have stopped, and Python's part of this one is over.
    unsafe { interp.let_go() };
    if interp.gc.enabled.get() {
        collect(gc::GENERATIONS - 1, Reason::Shutdown);
    }
    if let Some(main) = gil::main_state()
        && !std::ptr::eq(main.interp(), interp)
    {
        gc::bequeath(interp, main.interp());
    }
    interp.leave_family();
    // SAFETY: the current state; no frame of it is left, and its interpreter's memory stays.
    unsafe { gil::end_thread(ts) };
}

/// Ends the sub-interpreters that are left when the main interpreter ends.
pub fn end_all() {
    let main = ThreadState::current();
    for p in main.interp().family.all() {
        // SAFETY: interpreters are never freed.
        let interp: &'static Interpreter = unsafe { &*p };
        if interp.is_main() || !interp.threads().iter().all(|t| t.frame().is_null()) {
            continue;
        }
        for other in interp.threads() {
            // SAFETY: nothing runs in it, and nothing will.
            unsafe { gil::drop_thread(other) };
        }
        // SAFETY: a live interpreter.
        let ts = unsafe { gil::prepare_thread(p.cast_mut()) };
        gil::switch_to(ts);
        end();
        gil::attach(main);
        gil::own(main);
    }
}
