//! Driving a task's coroutine: a step, what becomes of the object it yields, and waking up.

use super::future::{Future, Outcome, exact};
use super::state::{
    CANCELLED_ERROR, call_soon, context_name, enter_task, field, invalid_state, leave_task, loop_of,
    swap_current_task,
};
use super::task::Task;
use super::{awaited, registry};
use crate::contextvars::Context;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::native::{Native, Table};
use dovetail_core::object::obj::{clear, replace};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::generator::{Generator, Sent, send, stop_value};
use dovetail_core::types::none::none;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::CStr;
use std::ptr::null_mut;

/// Body of `StepWrapper`.
#[repr(C)]
pub struct StepBody {
    pub ob_base: abi::PyObject,
    pub task: *mut abi::PyObject,
    /// The exception to throw into the coroutine, or NULL.
    pub exception: *mut abi::PyObject,
}

/// The callback that makes a task's next step.
#[pytype(name = "_asyncio.TaskStepMethWrapper", body = StepBody, gc, refs(task, exception))]
pub struct StepWrapper;

#[pymethods]
impl StepWrapper {
    #[slot(tp_call)]
    fn call(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "function takes no keyword arguments");
        }
        if !args.is_empty() {
            bail!(TypeError, "function takes no positional arguments");
        }
        // SAFETY: own fields; the first holds a task.
        unsafe {
            let (task, e) = (field((*self.body()).task), field((*self.body()).exception));
            if let Some(t) = task {
                step(t.cast_unchecked(), e)?;
            }
        }
        Ok(none().to_owned())
    }

    #[getter(name = "__self__")]
    fn task(&self) -> Option<Object> {
        // SAFETY: own field.
        field(unsafe { (*self.body()).task })
    }
}

/// Schedules the task's next step, with an exception to throw.
pub fn schedule(task: &Task, exception: Option<Object>) -> PyResult<()> {
    // SAFETY: the fields are filled before anything runs.
    let callback = unsafe {
        let o = type_alloc(StepWrapper::type_object(), 0)?;
        let b = o.as_raw() as *mut StepBody;
        (*b).task = task.as_obj().to_owned().into_ptr();
        (*b).exception = exception.map_or(null_mut(), Ref::into_ptr);
        o
    };
    call_soon(&*task.future().alive()?, &callback, None, task.context().as_deref())
}

/// Schedules a step that throws `RuntimeError(message)`.
fn throw_soon(task: &Task, message: &str) -> PyResult<()> {
    let e = raise!(RuntimeError, "{}", message).take();
    schedule(task, Some(e.into_object()))
}

/// One step, with the task entered as the loop's current one.
pub fn step(task: &Task, exception: Option<Object>) -> PyResult<()> {
    let l = task.future().alive()?;
    enter_task(&l, task.as_obj())?;
    let r = run(task, exception);
    match r {
        Ok(()) => leave_task(&l, task.as_obj()),
        Err(e) => {
            let e = e.take();
            match leave_task(&l, task.as_obj()) {
                Ok(()) => Err(Raised::restore(e)),
                Err(again) => {
                    let new = again.take();
                    new.set_context(Some(e));
                    Err(Raised::restore(new))
                }
            }
        }
    }
}

/// `msg` for `future.cancel(msg=...)`; is the future going to be cancelled?
pub fn cancel_waiter(waiter: &Obj, msg: &Obj) -> PyResult<bool> {
    if waiter.is_exact::<Future>() {
        // SAFETY: checked.
        return unsafe { waiter.cast_unchecked::<Future>() }.cancel_now(Some(msg.to_owned()));
    }
    let f = waiter.get_attr(sym!(cancel))?;
    let names = Tuple::from_slice(&[sym!(msg).as_obj()])?;
    f.call_kw(&[msg], Some(&names))?.is_true()
}

fn run(task: &Task, mut exception: Option<Object>) -> PyResult<()> {
    let f = task.future();
    if !f.is_pending() {
        let shown = task.as_obj().repr()?;
        let e = match &exception {
            Some(e) => e.repr()?.to_string_lossy().into_owned(),
            None => "None".to_owned(),
        };
        return Err(invalid_state(&format!("__step(): already done: {} {e}", shown.to_string_lossy())));
    }
    // SAFETY: own fields.
    unsafe {
        let b = task.body();
        if (*b).must_cancel {
            let cancelled = match &exception {
                Some(e) => e.ob_type().is_subtype(CANCELLED_ERROR.get_type()?),
                None => false,
            };
            if !cancelled {
                exception = Some(f.make_cancelled_error()?);
            }
            (*b).must_cancel = false;
        }
        clear(&raw mut (*b).fut_waiter);
    }
    let Some(coro) = task.coro() else { bail!(RuntimeError, "uninitialized Task object") };
    let sent: PyResult<Sent> = match &exception {
        None => send(&coro, none()),
        Some(e) => coro.call_method(sym!(throw), &[e]).map(Ok),
    };
    drop(exception);
    match sent {
        Ok(Ok(yielded)) => handle_yield(task, &yielded),
        Ok(Err(returned)) => ended(task, &returned),
        Err(e) if e.matches(exc::StopIteration()) => {
            let v = stop_value(e);
            ended(task, &v)
        }
        Err(e) => failed(task, e),
    }
}

/// The coroutine has returned.
fn ended(task: &Task, value: &Obj) -> PyResult<()> {
    let f = task.future();
    // SAFETY: own field.
    if unsafe { std::mem::replace(&mut (*task.body()).must_cancel, false) } {
        // The task is cancelled right before the coroutine stops.
        return f.cancel_now(f.cancel_message()).map(|_| ());
    }
    f.finish_with_result(value)
}

/// The coroutine has raised.
fn failed(task: &Task, raised: Raised) -> PyResult<()> {
    let f = task.future();
    // Taken first: finding the type may import a module.
    let e = raised.take();
    if e.ob_type().is_subtype(CANCELLED_ERROR.get_type()?) {
        // SAFETY: own field.
        unsafe { replace(&raw mut (*task.body()).cancelled_exc, Some(e.into_object())) };
        return f.cancel_now(None).map(|_| ());
    }
    let fatal = [exc::KeyboardInterrupt(), exc::SystemExit()].iter().any(|t| e.ob_type().is_subtype(t));
    f.finish_with_exception(e.as_obj())?;
    if fatal { Err(Raised::restore(e)) } else { Ok(()) }
}

fn text(o: &Obj) -> PyResult<String> {
    Ok(o.repr()?.to_string_lossy().into_owned())
}

fn self_await(task: &Task) -> PyResult<()> {
    throw_soon(task, &format!("Task cannot await on itself: {}", text(task.as_obj())?))
}

fn different_loop(task: &Task, yielded: &Obj) -> PyResult<()> {
    throw_soon(
        task,
        &format!("Task {} got Future {} attached to a different loop", text(task.as_obj())?, text(yielded)?),
    )
}

fn not_awaited(task: &Task, yielded: &Obj) -> PyResult<()> {
    throw_soon(
        task,
        &format!(
            "yield was used instead of yield from in task {} with {}",
            text(task.as_obj())?,
            text(yielded)?
        ),
    )
}

/// Makes the task wait for `yielded`, and passes on a cancellation that came in the meantime.
fn wait_for(task: &Task, yielded: &Obj) -> PyResult<()> {
    task.set_waiter(Some(yielded.to_owned()));
    // SAFETY: own field.
    if unsafe { (*task.body()).must_cancel } {
        let msg = task.future().cancel_message();
        if cancel_waiter(yielded, msg.as_deref().unwrap_or(none()))? {
            // SAFETY: own field.
            unsafe { (*task.body()).must_cancel = false };
        }
    }
    Ok(())
}

/// What the coroutine gave its driver.
fn handle_yield(task: &Task, yielded: &Obj) -> PyResult<()> {
    if yielded.is(task.as_obj()) {
        return self_await(task);
    }
    if let Some(f) = exact(yielded) {
        // SAFETY: own fields of the future and the task.
        unsafe {
            if (*f.body()).event_loop != (*task.body()).event_loop {
                return different_loop(task, yielded);
            }
            if !(*f.body()).blocking {
                return not_awaited(task, yielded);
            }
            awaited::add(yielded, task.as_obj())?;
            (*f.body()).blocking = false;
        }
        let context = task.context();
        f.add_callback(&*wakeup_of(task)?, context.as_deref().unwrap_or(none()))?;
        return wait_for(task, yielded);
    }
    if yielded.is_none() {
        // A bare yield gives the loop one round.
        return schedule(task, None);
    }
    let blocking = yielded.get_attr_opt(sym!(_asyncio_future_blocking))?;
    if let Some(blocking) = blocking.filter(|b| !b.is_none()) {
        if !loop_of(yielded)?.is(&*task.future().alive()?) {
            return different_loop(task, yielded);
        }
        if !blocking.is_true()? {
            return not_awaited(task, yielded);
        }
        awaited::add(yielded, task.as_obj())?;
        yielded.set_attr(sym!(_asyncio_future_blocking), bool_obj(false))?;
        let add = yielded.get_attr(sym!(add_done_callback))?;
        let (wakeup, context) = (wakeup_of(task)?, task.context());
        let context = context.as_deref().unwrap_or(none());
        add.call_kw(&[wakeup.as_obj(), context], Some(context_name()?))?;
        return wait_for(task, yielded);
    }
    if yielded.is_exact::<Generator>() {
        return throw_soon(
            task,
            &format!(
                "yield was used instead of yield from for generator in task {} with {}",
                text(task.as_obj())?,
                text(yielded)?
            ),
        );
    }
    throw_soon(task, &format!("Task got bad yield: {}", text(yielded)?))
}

/// What the future that a task waits for calls when it is done.
fn wakeup(task: &Task, fut: &Obj) -> PyResult<()> {
    awaited::discard(fut, task.as_obj())?;
    let outcome = match fut.downcast::<Future>() {
        Some(f) => match f.outcome() {
            Ok(Outcome::Result(_)) => Ok(()),
            Ok(Outcome::Exception(e)) => return step(task, Some(e.into_object())),
            Err(e) => Err(e),
        },
        None => fut.call_method(sym!(result), &[]).map(|_| ()),
    };
    match outcome {
        Ok(()) => step(task, None),
        Err(e) => {
            let e: Ref<BaseException> = e.take();
            step(task, Some(e.into_object()))
        }
    }
}

unsafe extern "C" fn wakeup_entry(slf: *mut abi::PyObject, fut: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: METH_O with a task as self.
    unsafe {
        match wakeup(&*(slf as *const Task), Obj::from_ptr(fut)) {
            Ok(()) => none().to_owned().into_ptr(),
            Err(Raised { .. }) => null_mut(),
        }
    }
}

const WAKEUP_NAME: &CStr = c"task_wakeup";

// SAFETY (transmute): the entry function has the shape that METH_O names.
static WAKEUP: Table<abi::PyMethodDef, 1> = Table([abi::PyMethodDef {
    ml_name: WAKEUP_NAME.as_ptr(),
    ml_meth: unsafe { std::mem::transmute::<*const (), abi::PyCFunction>(wakeup_entry as *const ()) },
    ml_flags: abi::METH_O as std::ffi::c_int,
    ml_doc: std::ptr::null(),
}]);

/// The bound `task_wakeup`.
fn wakeup_of(task: &Task) -> PyResult<Object> {
    Ok(CFunction::new(WAKEUP.0.as_ptr().cast_mut(), Some(task.as_obj()), None)?.into_object())
}

/// Runs the first step at once, in the task's context, while another task is suspended in creating it.
pub fn eager_start(task: &Task) -> PyResult<()> {
    let l = task.future().alive()?;
    let before = swap_current_task(&l, task.as_obj())?;
    let run_it = || -> PyResult<()> {
        registry::register_eager(task.as_obj())?;
        let Some(context) = task.context() else { bail!(RuntimeError, "uninitialized Task object") };
        let Some(c) = context.downcast::<Context>() else {
            bail!(TypeError, "an instance of Context was expected");
        };
        let r = c.entered(|| run(task, None));
        let unregistered = keep_error(&r, || registry::unregister_eager(task.as_obj()));
        r.and(unregistered)
    };
    let r = run_it();
    let swapped = keep_error(&r, || swap_current_task(&l, before.as_deref().unwrap_or(none())).map(|_| ()));
    r.and(swapped)?;
    if task.future().is_pending() {
        registry::link(task);
    } else {
        // SAFETY: own field.
        unsafe { clear(&raw mut (*task.body()).coro) };
    }
    Ok(())
}

/// Runs `f` with the error of `r` put aside; that error wins.
fn keep_error(r: &PyResult<()>, f: impl FnOnce() -> PyResult<()>) -> PyResult<()> {
    if r.is_ok() {
        return f();
    }
    let ts = dovetail_core::thread::ThreadState::current();
    let pending = ts.take_exception();
    if let Err(e) = f() {
        e.clear();
    }
    if let Some(p) = pending {
        let _ = Raised::restore(p);
    }
    Ok(())
}
