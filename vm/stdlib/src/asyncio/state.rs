//! The running loop and task of a thread, and what is fetched from the `asyncio` package when first needed.

use dovetail_core::error::{PyResult, Raised};
use dovetail_core::import::import_module;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use std::sync::OnceLock;

/// An object of a field, when there is one.
pub fn field(p: *mut abi::PyObject) -> Option<Object> {
    // SAFETY: NULL or an owned object of a live body.
    if p.is_null() { None } else { Some(unsafe { Obj::from_ptr(p) }.to_owned()) }
}

/// An attribute of a module, fetched once and kept.
pub struct Imported {
    /// The main interpreter's.
    cell: OnceLock<usize>,
    module: &'static str,
    name: &'static str,
}

/// What a sub-interpreter imported, by the address of its `Imported`.
#[derive(Default)]
struct OfSubInterpreter(std::cell::RefCell<std::collections::HashMap<usize, usize>>);

impl Imported {
    const fn new(module: &'static str, name: &'static str) -> Imported {
        Imported { cell: OnceLock::new(), module, name }
    }

    pub fn get(&self) -> PyResult<&'static Obj> {
        let interp = Interpreter::current();
        let own = std::ptr::from_ref(self) as usize;
        let found = match interp.is_main() {
            true => self.cell.get().copied(),
            false => interp.state::<OfSubInterpreter>().0.borrow().get(&own).copied(),
        };
        if let Some(p) = found {
            // SAFETY: kept for ever below.
            return Ok(unsafe { Obj::from_ptr(p as *mut abi::PyObject) });
        }
        let o = import_module(self.module)?.get_attr(&*Str::intern(self.name)?)?;
        let p = o.into_ptr();
        if interp.is_main() {
            let _ = self.cell.set(p as usize);
        } else {
            interp.state::<OfSubInterpreter>().0.borrow_mut().insert(own, p as usize);
        }
        // SAFETY: the reference taken above is never given back.
        Ok(unsafe { Obj::from_ptr(p) })
    }

    /// The attribute as a type.
    pub fn get_type(&self) -> PyResult<&'static Type> {
        match self.get()?.downcast::<Type>() {
            Some(t) => Ok(t),
            None => bail!(TypeError, "{}.{} is no type", self.module, self.name),
        }
    }
}

pub static CANCELLED_ERROR: Imported = Imported::new("asyncio.exceptions", "CancelledError");
pub static INVALID_STATE: Imported = Imported::new("asyncio.exceptions", "InvalidStateError");
pub static FUTURE_REPR: Imported = Imported::new("asyncio.base_futures", "_future_repr");
pub static TASK_REPR: Imported = Imported::new("asyncio.base_tasks", "_task_repr");
pub static GET_STACK: Imported = Imported::new("asyncio.base_tasks", "_task_get_stack");
pub static PRINT_STACK: Imported = Imported::new("asyncio.base_tasks", "_task_print_stack");
pub static IS_COROUTINE: Imported = Imported::new("asyncio.coroutines", "iscoroutine");
static GET_POLICY: Imported = Imported::new("asyncio.events", "_get_event_loop_policy");
pub static EXTRACT_STACK: Imported = Imported::new("traceback", "extract_stack");

/// Raises `InvalidStateError(message)`.
pub fn invalid_state(message: &str) -> Raised {
    match INVALID_STATE.get_type() {
        Ok(t) => dovetail_core::error::raise_message(t, message),
        Err(e) => e,
    }
}

/// CPython's part of the thread state, with asyncio's fields.
fn fields(ts: &ThreadState) -> *mut abi::_PyThreadStateImpl {
    ts.c().cast()
}

/// The loop that runs in this thread.
pub fn running_loop() -> Option<Object> {
    // SAFETY: own state.
    field(unsafe { (*fields(ThreadState::current())).asyncio_running_loop })
}

/// Is this the loop that runs in this thread?
fn is_running(event_loop: &Obj) -> bool {
    // SAFETY: own state.
    unsafe { (*fields(ThreadState::current())).asyncio_running_loop == event_loop.as_ptr() }
}

pub fn set_running_loop(event_loop: &Obj) {
    let new = (!event_loop.is_none()).then(|| event_loop.to_owned());
    // SAFETY: an owned field of the own state.
    unsafe { replace(&raw mut (*fields(ThreadState::current())).asyncio_running_loop, new) }
}

/// The task that runs in this thread.
pub fn running_task() -> Option<Object> {
    // SAFETY: own state.
    field(unsafe { (*fields(ThreadState::current())).asyncio_running_task })
}

pub fn set_running_task(task: Option<Object>) {
    // SAFETY: an owned field of the own state.
    unsafe { replace(&raw mut (*fields(ThreadState::current())).asyncio_running_task, task) }
}

/// The task that runs in a loop, which may be another thread's.
pub fn task_of_loop(event_loop: &Obj) -> Option<Object> {
    if is_running(event_loop) {
        return running_task();
    }
    for ts in ThreadState::current().interp().threads() {
        // SAFETY: the state of a thread that waits for the GIL, which is held here.
        unsafe {
            let f = fields(ts);
            if (*f).asyncio_running_loop == event_loop.as_ptr() {
                return field((*f).asyncio_running_task);
            }
        }
    }
    None
}

/// The running loop, or the policy's.
pub fn get_event_loop() -> PyResult<Object> {
    match running_loop() {
        Some(l) => Ok(l),
        None => GET_POLICY.get()?.call(&[])?.call_method(sym!(get_event_loop), &[]),
    }
}

fn shown(o: Option<&Obj>) -> PyResult<String> {
    match o {
        Some(o) => Ok(o.repr()?.to_string_lossy().into_owned()),
        None => Ok("None".to_owned()),
    }
}

fn check_loop(event_loop: &Obj) -> PyResult<()> {
    if is_running(event_loop) {
        return Ok(());
    }
    Err(raise!(RuntimeError, "loop {} is not the running loop", shown(Some(event_loop))?))
}

pub fn enter_task(event_loop: &Obj, task: &Obj) -> PyResult<()> {
    check_loop(event_loop)?;
    if let Some(other) = running_task() {
        bail!(
            RuntimeError,
            "Cannot enter into task {} while another task {} is being executed.",
            shown(Some(task))?,
            shown(Some(&other))?
        );
    }
    set_running_task(Some(task.to_owned()));
    Ok(())
}

pub fn leave_task(event_loop: &Obj, task: &Obj) -> PyResult<()> {
    check_loop(event_loop)?;
    let current = running_task();
    if !current.as_ref().is_some_and(|c| c.is(task)) {
        bail!(
            RuntimeError,
            "Invalid attempt to leave task {} while task {} is entered.",
            shown(Some(task))?,
            shown(current.as_deref())?
        );
    }
    set_running_task(None);
    Ok(())
}

/// Makes another task (or `None`) the running one; gives the one before.
pub fn swap_current_task(event_loop: &Obj, task: &Obj) -> PyResult<Option<Object>> {
    check_loop(event_loop)?;
    let before = running_task();
    set_running_task((!task.is_none()).then(|| task.to_owned()));
    Ok(before)
}

/// The name tuple `("context",)`.
pub fn context_name() -> PyResult<&'static Tuple> {
    static NAMES: OnceLock<usize> = OnceLock::new();
    if NAMES.get().is_none() {
        let t: Ref<Tuple> = Tuple::from_slice(&[sym!(context).as_obj()])?;
        let _ = NAMES.set(t.into_ptr() as usize);
    }
    match NAMES.get() {
        // SAFETY: a tuple that is never given back.
        Some(p) => Ok(unsafe { &*(*p as *const Tuple) }),
        None => Err(raise!(SystemError, "no names")),
    }
}

/// `loop.call_soon(callback[, arg], context=context)`.
pub fn call_soon(event_loop: &Obj, callback: &Obj, arg: Option<&Obj>, context: Option<&Obj>) -> PyResult<()> {
    let (f, bound) = event_loop.get_method(sym!(call_soon))?;
    let mut args: [&Obj; 4] = [event_loop, callback, callback, callback];
    let mut n = 2;
    for o in [arg, context].into_iter().flatten() {
        args[n] = o;
        n += 1;
    }
    let names = match context {
        Some(_) => Some(context_name()?),
        None => None,
    };
    f.call_kw(&args[usize::from(bound)..n], names).map(|_| ())
}

/// The loop that a future-like object belongs to.
pub fn loop_of(fut: &Obj) -> PyResult<Object> {
    if let Some(f) = super::future::exact(fut)
        && let Some(l) = f.event_loop()
    {
        return Ok(l);
    }
    match fut.get_attr_opt(sym!(get_loop))? {
        Some(f) => f.call(&[]),
        None => fut.get_attr(sym!(_loop)),
    }
}

/// Reports an error of `call_exception_handler` from a destructor.
pub fn call_exception_handler(event_loop: &Obj, context: &Obj) {
    let called = event_loop.get_attr(sym!(call_exception_handler)).and_then(|f| f.call(&[context]));
    if let Err(e) = called {
        dovetail_core::error::unraisable(
            e,
            "Exception ignored while calling the loop's exception handler",
            None,
        );
    }
}
