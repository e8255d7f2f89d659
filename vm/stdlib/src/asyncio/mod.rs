//! `_asyncio`: futures and tasks whose bookkeeping runs without Python frames, and the running loop of a thread.
//!
//! `future.rs` and `task.rs` have the two types, `step.rs` what drives a coroutine, `state.rs` the running loop and
//! task of a thread and what is imported from the `asyncio` package, `registry.rs` the set of all tasks.

mod awaited;
mod future;
mod iter;
mod registry;
mod state;
mod step;
mod task;

use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::ready::ready;
use dovetail_core::types::set::Set;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use future::Future;
use task::Task;

/// Accelerator module for asyncio
#[pymodule(name = "_asyncio")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Future>(module)?;
        add_type::<Task>(module)?;
        ready::<iter::FutureIter>()?;
        ready::<step::StepWrapper>()
    }

    /// Return an asyncio event loop.
    ///
    /// When called from a coroutine or a callback (e.g. scheduled with
    /// call_soon or similar API), this function will always return the
    /// running event loop.
    ///
    /// If there is no running event loop set, the function will return
    /// the result of `get_event_loop_policy().get_event_loop()` call.
    #[function]
    fn get_event_loop() -> PyResult<Object> {
        state::get_event_loop()
    }

    /// Return the running event loop.  Raise a RuntimeError if there is none.
    ///
    /// This function is thread-specific.
    #[function]
    fn get_running_loop() -> PyResult<Object> {
        state::running_loop().ok_or_else(|| raise!(RuntimeError, "no running event loop"))
    }

    /// Return the running event loop or None.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function]
    fn _get_running_loop() -> Option<Object> {
        state::running_loop()
    }

    /// Set the running event loop.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function(name = "_set_running_loop", sig = "(loop, /)")]
    fn set_running_loop(event_loop: &Obj) {
        state::set_running_loop(event_loop);
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_task(task: &Obj) -> PyResult<()> {
        registry::register(task)
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_eager_task(task: &Obj) -> PyResult<()> {
        registry::register_eager(task)
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_task(task: &Obj) -> PyResult<()> {
        registry::unregister(task)
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_eager_task(task: &Obj) -> PyResult<()> {
        registry::unregister_eager(task)
    }

    /// Enter into task execution or resume suspended task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _enter_task(event_loop: &Obj, task: &Obj) -> PyResult<()> {
        state::enter_task(event_loop, task)
    }

    /// Leave task execution or suspend a task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _leave_task(event_loop: &Obj, task: &Obj) -> PyResult<()> {
        state::leave_task(event_loop, task)
    }

    /// Temporarily swap in the supplied task and return the original one (or None).
    ///
    /// This is intended for use during eager coroutine execution.
    #[function(sig = "(loop, task)")]
    fn _swap_current_task(event_loop: &Obj, task: &Obj) -> PyResult<Option<Object>> {
        state::swap_current_task(event_loop, task)
    }

    /// Return a currently executed task.
    #[function(sig = "(loop=None)")]
    fn current_task(event_loop: Option<&Obj>) -> PyResult<Option<Object>> {
        match event_loop {
            Some(l) => Ok(state::task_of_loop(l)),
            None => match state::running_loop() {
                Some(_) => Ok(state::running_task()),
                None => bail!(RuntimeError, "no running event loop"),
            },
        }
    }

    /// Return a set of all tasks for the loop.
    #[function(sig = "(loop=None)")]
    fn all_tasks(event_loop: Option<&Obj>) -> PyResult<Ref<Set>> {
        match event_loop {
            Some(l) => registry::all(l),
            None => match state::running_loop() {
                Some(l) => registry::all(&l),
                None => bail!(RuntimeError, "no running event loop"),
            },
        }
    }

    /// Record that `fut` is awaited on by `waiter`.
    #[function]
    fn future_add_to_awaited_by(fut: &Obj, waiter: &Obj) -> PyResult<()> {
        awaited::add(fut, waiter)
    }

    #[function]
    fn future_discard_from_awaited_by(fut: &Obj, waiter: &Obj) -> PyResult<()> {
        awaited::discard(fut, waiter)
    }
}

/// In the child of a fork no loop and no task runs.
pub fn after_fork_child() {
    state::set_running_loop(dovetail_core::types::none::none());
    state::set_running_task(None);
}

pub use module::MODULE;
