//! `_asyncio.Task`.

use super::future::{Future, State, no_delete};
use super::state::{GET_STACK, IS_COROUTINE, PRINT_STACK, TASK_REPR, call_exception_handler, field};
use super::{registry, step};
use crate::contextvars::Context;
use crate::util::int;
use dovetail_core::error::PyResult;
use dovetail_core::object::obj::{clear, replace};
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::generator::Coroutine;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::subtype::finalize_dying;
use dovetail_core::types::support::{generic_alias, type_alloc};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::sync::atomic::{AtomicU64, Ordering};

/// The body of a task: a future's, and the coroutine with what it waits for.
#[repr(C)]
pub struct TaskBody {
    pub ob_base: abi::PyObject,
    pub event_loop: *mut abi::PyObject,
    pub callback0: *mut abi::PyObject,
    pub context0: *mut abi::PyObject,
    pub callbacks: *mut abi::PyObject,
    pub exception: *mut abi::PyObject,
    pub exception_tb: *mut abi::PyObject,
    pub result: *mut abi::PyObject,
    pub source_tb: *mut abi::PyObject,
    pub cancel_msg: *mut abi::PyObject,
    pub cancelled_exc: *mut abi::PyObject,
    pub awaited_by: *mut abi::PyObject,
    pub dict: *mut abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    pub state: State,
    pub log_tb: bool,
    pub blocking: bool,
    pub awaited_by_many: bool,
    pub must_cancel: bool,
    pub log_destroy_pending: bool,
    /// In the list of all tasks.
    pub linked: bool,
    pub cancels_requested: i32,
    pub fut_waiter: *mut abi::PyObject,
    pub coro: *mut abi::PyObject,
    /// A string, or the number of a task that was given no name.
    pub name: *mut abi::PyObject,
    pub context: *mut abi::PyObject,
    /// Neighbours in the list of all tasks.
    pub newer: *mut TaskBody,
    pub older: *mut TaskBody,
}

const _: () = {
    use super::future::FutureBody as F;
    use std::mem::offset_of;
    assert!(offset_of!(F, weakrefs) == offset_of!(TaskBody, weakrefs));
    assert!(offset_of!(F, awaited_by_many) == offset_of!(TaskBody, awaited_by_many));
};

/// Tasks.
/// ---
/// A coroutine wrapped in a Future.
#[pytype(
    name = "_asyncio.Task", body = TaskBody, base = Future, gc, dict = dict, weaklist = weakrefs,
    flags = abi::Py_TPFLAGS_BASETYPE, sig = "(coro, *, loop=None, name=None, context=None, eager_start=False)",
    refs(
        event_loop, callback0, context0, callbacks, exception, exception_tb, result, source_tb, cancel_msg,
        cancelled_exc, awaited_by, dict, fut_waiter, coro, name, context
    ),
)]
pub struct Task;

static NEXT_NAME: AtomicU64 = AtomicU64::new(1);

/// A native coroutine, or what `asyncio.iscoroutine` takes for one.
fn is_coroutine(o: &Obj) -> PyResult<bool> {
    if o.is_exact::<Coroutine>() {
        return Ok(true);
    }
    IS_COROUTINE.get()?.call(&[o])?.is_true()
}

impl Task {
    /// The task as the future it is.
    pub fn future(&self) -> &Future {
        // SAFETY: the bodies begin alike.
        unsafe { &*(self as *const Task as *const Future) }
    }

    pub fn coro(&self) -> Option<Object> {
        // SAFETY: own field.
        field(unsafe { (*self.body()).coro })
    }

    pub fn context(&self) -> Option<Object> {
        // SAFETY: own field.
        field(unsafe { (*self.body()).context })
    }

    /// Sets what the task waits for.
    pub fn set_waiter(&self, waiter: Option<Object>) {
        // SAFETY: own field.
        unsafe { replace(&raw mut (*self.body()).fut_waiter, waiter) };
    }

    fn report_destroyed(&self) {
        // SAFETY: own fields.
        let (log, l, tb) = unsafe {
            let b = self.body();
            let log = (*b).state == State::Pending && (*b).log_destroy_pending;
            (log, field((*b).event_loop), field((*b).source_tb))
        };
        let (true, Some(l)) = (log, l) else { return };
        let build = || -> PyResult<Ref<Dict>> {
            let d = Dict::new()?;
            d.set_text("task", self.as_obj())?;
            d.set_text("message", &*Str::new("Task was destroyed but it is pending!")?)?;
            if let Some(tb) = &tb {
                d.set_text("source_traceback", tb)?;
            }
            Ok(d)
        };
        match build() {
            Ok(d) => call_exception_handler(&l, d.as_obj()),
            Err(e) => dovetail_core::error::unraisable(e, "Exception ignored in a task's destructor", None),
        }
    }
}

#[pymethods]
impl Task {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: a body of zero bytes is a future before `__init__`.
        unsafe { type_alloc(cls, 0) }
    }

    #[slot(tp_init, sig = "(coro, *, loop=None, name=None, context=None, eager_start=False)")]
    fn init(
        &self,
        coro: &Obj,
        event_loop: Option<&Obj>,
        name: Option<&Obj>,
        context: Option<&Obj>,
        eager_start: bool,
    ) -> PyResult<()> {
        self.future().initialize(event_loop)?;
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if !is_coroutine(coro)? {
                (*b).log_destroy_pending = false;
                bail!(TypeError, "a coroutine was expected, got {}", coro.repr()?.to_string_lossy());
            }
            let context = match context {
                Some(c) => c.to_owned(),
                None => Context::copied()?.into_object(),
            };
            replace(&raw mut (*b).context, Some(context));
            clear(&raw mut (*b).fut_waiter);
            (*b).must_cancel = false;
            (*b).log_destroy_pending = true;
            (*b).cancels_requested = 0;
            replace(&raw mut (*b).coro, Some(coro.to_owned()));
            let name = match name {
                None => int(NEXT_NAME.fetch_add(1, Ordering::Relaxed))?,
                Some(n) if n.is_exact::<Str>() => n.to_owned(),
                Some(n) => n.str_()?.into_object(),
            };
            replace(&raw mut (*b).name, Some(name));
        }
        if eager_start && self.future().alive()?.call_method(sym!(is_running), &[])?.is_true()? {
            return step::eager_start(self);
        }
        step::schedule(self, None)?;
        registry::link(self);
        Ok(())
    }

    #[slot(tp_finalize, raw)]
    unsafe extern "C" fn finalize(o: *mut abi::PyObject) {
        // SAFETY: called as a slot on a live object.
        let this = unsafe { &*(o as *const Task) };
        this.future().finalize_with(|| this.report_destroyed());
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; the finalizer may bring the object back. Classes ran it already.
        unsafe {
            if Obj::from_ptr(o).is_exact::<Task>() && finalize_dying(o) {
                return;
            }
            registry::unlink(o.cast());
            alloc::dealloc_fields::<Task>(o);
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<Object> {
        TASK_REPR.get()?.call(&[self.as_obj()])
    }

    /// Request that this task cancel itself.
    ///
    /// This arranges for a CancelledError to be thrown into the
    /// wrapped coroutine on the next cycle through the event loop.
    /// The coroutine then has a chance to clean up or even deny
    /// the request using try/except/finally.
    ///
    /// Unlike Future.cancel, this does not guarantee that the
    /// task will be cancelled: the exception might be caught and
    /// acted upon, delaying cancellation of the task or preventing
    /// cancellation completely.  The task may also return a value or
    /// raise a different exception.
    ///
    /// Immediately after this method is called, Task.cancelled() will
    /// not return True (unless the task was already cancelled).  A
    /// task will be marked as cancelled when the wrapped coroutine
    /// terminates with a CancelledError exception (even if cancel()
    /// was not called).
    ///
    /// This also increases the task's count of cancellation requests.
    #[method(sig = "(msg=None)")]
    fn cancel(&self, msg: Option<&Obj>) -> PyResult<bool> {
        let msg = msg.unwrap_or(none());
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            (*b).log_tb = false;
            if (*b).state != State::Pending {
                return Ok(false);
            }
            (*b).cancels_requested += 1;
            if let Some(w) = field((*b).fut_waiter)
                && step::cancel_waiter(&w, msg)?
            {
                return Ok(true);
            }
            (*b).must_cancel = true;
            replace(&raw mut (*b).cancel_msg, Some(msg.to_owned()));
        }
        Ok(true)
    }

    /// Return the count of the task's cancellation requests.
    ///
    /// This count is incremented when .cancel() is called
    /// and may be decremented using .uncancel().
    #[method]
    fn cancelling(&self) -> i32 {
        // SAFETY: own field.
        unsafe { (*self.body()).cancels_requested }
    }

    /// Decrement the task's count of cancellation requests.
    ///
    /// This should be used by tasks that catch CancelledError
    /// and wish to continue indefinitely until they are cancelled again.
    ///
    /// Returns the remaining number of cancellation requests.
    #[method]
    fn uncancel(&self) -> i32 {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).cancels_requested > 0 {
                (*b).cancels_requested -= 1;
                if (*b).cancels_requested == 0 {
                    (*b).must_cancel = false;
                }
            }
            (*b).cancels_requested
        }
    }

    /// Return the list of stack frames for this task's coroutine.
    ///
    /// If the coroutine is not done, this returns the stack where it is
    /// suspended.  If the coroutine has completed successfully or was
    /// cancelled, this returns an empty list.  If the coroutine was
    /// terminated by an exception, this returns the list of traceback
    /// frames.
    ///
    /// The frames are always ordered from oldest to newest.
    ///
    /// The optional limit gives the maximum number of frames to
    /// return; by default all available frames are returned.  Its
    /// meaning differs depending on whether a stack or a traceback is
    /// returned: the newest frames of a stack are returned, but the
    /// oldest frames of a traceback are returned.  (This matches the
    /// behavior of the traceback module.)
    ///
    /// For reasons beyond our control, only one stack frame is
    /// returned for a suspended coroutine.
    #[method(sig = "(*, limit=None)")]
    fn get_stack(&self, limit: Option<&Obj>) -> PyResult<Object> {
        GET_STACK.get()?.call(&[self.as_obj(), limit.unwrap_or(none())])
    }

    /// Print the stack or traceback for this task's coroutine.
    ///
    /// This produces output similar to that of the traceback module,
    /// for the frames retrieved by get_stack().  The limit argument
    /// is passed to get_stack().  The file argument is an I/O stream
    /// to which the output is written; by default output is written
    /// to sys.stderr.
    #[method(sig = "(*, limit=None, file=None)")]
    fn print_stack(&self, limit: Option<&Obj>, file: Option<&Obj>) -> PyResult<Object> {
        PRINT_STACK.get()?.call(&[self.as_obj(), limit.unwrap_or(none()), file.unwrap_or(none())])
    }

    #[method(sig = "(result, /)")]
    fn set_result(&self, _result: &Obj) -> PyResult<()> {
        bail!(RuntimeError, "Task does not support set_result operation")
    }

    #[method(sig = "(exception, /)")]
    fn set_exception(&self, _exception: &Obj) -> PyResult<()> {
        bail!(RuntimeError, "Task does not support set_exception operation")
    }

    #[method]
    fn get_coro(&self) -> Option<Object> {
        self.coro()
    }

    #[method]
    fn get_context(&self) -> Option<Object> {
        self.context()
    }

    #[method]
    fn get_name(&self) -> PyResult<Option<Object>> {
        // SAFETY: own field.
        unsafe {
            let Some(name) = field((*self.body()).name) else { return Ok(None) };
            if !name.is_exact::<Int>() {
                return Ok(Some(name));
            }
            let text = format!("Task-{}", name.str_()?.to_string_lossy());
            let text = Str::new(&text)?.into_object();
            replace(&raw mut (*self.body()).name, Some(text.clone()));
            Ok(Some(text))
        }
    }

    #[method(sig = "(value, /)")]
    fn set_name(&self, value: &Obj) -> PyResult<()> {
        let name = if value.is_exact::<Str>() { value.to_owned() } else { value.str_()?.into_object() };
        // SAFETY: own field.
        unsafe { replace(&raw mut (*self.body()).name, Some(name)) };
        Ok(())
    }

    /// Create the CancelledError to raise if the Task is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    #[method]
    fn _make_cancelled_error(&self) -> PyResult<Object> {
        self.future().make_cancelled_error()
    }

    /// Tasks are generic over the return type of their wrapped coroutines
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }

    #[getter]
    fn _log_destroy_pending(&self) -> bool {
        // SAFETY: own field.
        unsafe { (*self.body()).log_destroy_pending }
    }

    #[setter(name = "_log_destroy_pending")]
    fn set_log_destroy_pending(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value else { return Err(no_delete("_log_destroy_pending", "_asyncio.Task")) };
        let v = v.is_true()?;
        // SAFETY: own field.
        unsafe { (*self.body()).log_destroy_pending = v };
        Ok(())
    }

    #[getter]
    fn _must_cancel(&self) -> bool {
        // SAFETY: own field.
        unsafe { (*self.body()).must_cancel }
    }

    #[getter]
    fn _coro(&self) -> Option<Object> {
        self.coro()
    }

    #[getter]
    fn _fut_waiter(&self) -> Option<Object> {
        // SAFETY: own field.
        field(unsafe { (*self.body()).fut_waiter })
    }
}
