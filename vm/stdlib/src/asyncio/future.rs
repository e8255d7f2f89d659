//! `_asyncio.Future`.

use super::state::{
    CANCELLED_ERROR, EXTRACT_STACK, FUTURE_REPR, call_exception_handler, call_soon, field, get_event_loop,
    invalid_state,
};
use super::task::Task;
use super::{awaited, iter};
use crate::contextvars::Context;
use dovetail_core::error::{PyResult, Raised, exc, raise_exception};
use dovetail_core::object::obj::{clear, replace};
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::subtype::finalize_dying;
use dovetail_core::types::support::{generic_alias, pair, type_alloc};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};

/// What a future has come to. A body of zero bytes is pending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    Pending,
    Cancelled,
    Finished,
}

/// The body of a future, and the beginning of a task's.
#[repr(C)]
pub struct FutureBody {
    pub ob_base: abi::PyObject,
    pub event_loop: *mut abi::PyObject,
    /// The first callback with its context; most futures have one.
    pub callback0: *mut abi::PyObject,
    pub context0: *mut abi::PyObject,
    /// A list of pairs: the others.
    pub callbacks: *mut abi::PyObject,
    pub exception: *mut abi::PyObject,
    pub exception_tb: *mut abi::PyObject,
    pub result: *mut abi::PyObject,
    pub source_tb: *mut abi::PyObject,
    pub cancel_msg: *mut abi::PyObject,
    /// The `CancelledError` that ended a task, to be raised once.
    pub cancelled_exc: *mut abi::PyObject,
    /// A future, or a set of them when `awaited_by_many`.
    pub awaited_by: *mut abi::PyObject,
    pub dict: *mut abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    pub state: State,
    pub log_tb: bool,
    pub blocking: bool,
    pub awaited_by_many: bool,
}

/// Futures.
/// ---
/// This class is *almost* compatible with concurrent.futures.Future.
///
///     Differences:
///
///     - result() and exception() do not take a timeout argument and
///       raise an exception when the future isn't done yet.
///
///     - Callbacks registered with add_done_callback() are always called
///       via the event loop's call_soon_threadsafe().
///
///     - This class is not compatible with the wait() and as_completed()
///       methods in the concurrent.futures package.
#[pytype(
    name = "_asyncio.Future", body = FutureBody, gc, dict = dict, weaklist = weakrefs,
    flags = abi::Py_TPFLAGS_BASETYPE, sig = "(*, loop=None)",
    refs(
        event_loop, callback0, context0, callbacks, exception, exception_tb, result, source_tb, cancel_msg,
        cancelled_exc, awaited_by, dict
    ),
)]
pub struct Future;

/// The future, when the object's type is exactly `Future` or `Task`.
pub fn exact(o: &Obj) -> Option<&Future> {
    if o.is_exact::<Future>() || o.is_exact::<Task>() {
        // SAFETY: a task's body begins with a future's.
        return Some(unsafe { o.cast_unchecked() });
    }
    None
}

/// What a future gives: its result, or its exception.
pub enum Outcome {
    Result(Object),
    Exception(Ref<BaseException>),
}

impl Future {
    pub fn event_loop(&self) -> Option<Object> {
        // SAFETY: own field.
        field(unsafe { (*self.body()).event_loop })
    }

    /// The loop; `RuntimeError` before `__init__`.
    pub fn alive(&self) -> PyResult<Object> {
        self.event_loop().ok_or_else(|| raise!(RuntimeError, "Future object is not initialized."))
    }

    pub fn state(&self) -> State {
        // SAFETY: own field.
        unsafe { (*self.body()).state }
    }

    pub fn is_pending(&self) -> bool {
        self.state() == State::Pending
    }

    /// `__init__`.
    pub fn initialize(&self, event_loop: Option<&Obj>) -> PyResult<()> {
        // SAFETY: own fields, emptied one by one.
        unsafe {
            let b = self.body();
            for f in [
                &raw mut (*b).event_loop,
                &raw mut (*b).callback0,
                &raw mut (*b).context0,
                &raw mut (*b).callbacks,
                &raw mut (*b).result,
                &raw mut (*b).exception,
                &raw mut (*b).exception_tb,
                &raw mut (*b).source_tb,
                &raw mut (*b).cancel_msg,
                &raw mut (*b).cancelled_exc,
                &raw mut (*b).awaited_by,
            ] {
                clear(f);
            }
            (*b).state = State::Pending;
            (*b).log_tb = false;
            (*b).blocking = false;
            (*b).awaited_by_many = false;
            let l = match event_loop {
                Some(l) => l.to_owned(),
                None => get_event_loop()?,
            };
            replace(&raw mut (*b).event_loop, Some(l.clone()));
            if l.call_method(sym!(get_debug), &[])?.is_true()? {
                let tb = EXTRACT_STACK.get()?.call(&[])?;
                replace(&raw mut (*b).source_tb, Some(tb));
            }
        }
        Ok(())
    }

    /// Hands the callbacks to the loop.
    fn schedule_callbacks(&self) -> PyResult<()> {
        let l = self.alive()?;
        // SAFETY: own fields, emptied before code runs.
        unsafe {
            let b = self.body();
            let take = |f: *mut *mut abi::PyObject| -> Option<Object> {
                Ref::from_owned_opt(std::mem::replace(&mut *f, std::ptr::null_mut()))
            };
            let first = take(&raw mut (*b).callback0);
            let context = take(&raw mut (*b).context0);
            if let Some(f) = first
                && let Err(e) = call_soon(&l, &f, Some(self.as_obj()), context.as_deref())
            {
                clear(&raw mut (*b).callbacks);
                return Err(e);
            }
            let Some(list) = take(&raw mut (*b).callbacks) else { return Ok(()) };
            for entry in list.cast_unchecked::<List>().to_vec() {
                let entry = entry.cast_unchecked::<Tuple>();
                call_soon(&l, entry.get(0), Some(self.as_obj()), Some(entry.get(1)))?;
            }
        }
        Ok(())
    }

    pub fn finish_with_result(&self, result: &Obj) -> PyResult<()> {
        self.alive()?;
        if !self.is_pending() {
            return Err(invalid_state("invalid state"));
        }
        // SAFETY: own fields.
        unsafe {
            replace(&raw mut (*self.body()).result, Some(result.to_owned()));
            (*self.body()).state = State::Finished;
        }
        self.schedule_callbacks()
    }

    pub fn finish_with_exception(&self, exception: &Obj) -> PyResult<()> {
        self.alive()?;
        let check = || if self.is_pending() { Ok(()) } else { Err(invalid_state("invalid state")) };
        check()?;
        let class = exception.downcast::<Type>().is_some_and(|t| t.is_subtype(exc::BaseException()));
        let value = if class {
            let v = exception.call(&[])?;
            check()?;
            v
        } else {
            exception.to_owned()
        };
        let Ok(mut value) = value.downcast_into::<BaseException>() else {
            bail!(TypeError, "invalid exception object");
        };
        if value.as_obj().is_a_type(exc::StopIteration()) {
            let raised = raise!(
                RuntimeError,
                "StopIteration interacts badly with generators and cannot be raised into a Future"
            );
            let new = raised.take();
            new.set_cause(Some(value.clone()));
            new.set_context(Some(value));
            value = new;
        }
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            replace(&raw mut (*b).exception_tb, value.traceback().map(Ref::into_object));
            replace(&raw mut (*b).exception, Some(value.into_object()));
            (*b).state = State::Finished;
        }
        self.schedule_callbacks()?;
        // SAFETY: own field.
        unsafe { (*self.body()).log_tb = true };
        Ok(())
    }

    /// `Future.cancel`, which a task uses when its coroutine has ended.
    pub fn cancel_now(&self, msg: Option<Object>) -> PyResult<bool> {
        self.alive()?;
        // SAFETY: own fields.
        unsafe {
            (*self.body()).log_tb = false;
            if !self.is_pending() {
                return Ok(false);
            }
            (*self.body()).state = State::Cancelled;
            replace(&raw mut (*self.body()).cancel_msg, msg);
        }
        self.schedule_callbacks()?;
        Ok(true)
    }

    pub fn cancel_message(&self) -> Option<Object> {
        // SAFETY: own field.
        field(unsafe { (*self.body()).cancel_msg })
    }

    /// The error of a cancelled future.
    pub fn make_cancelled_error(&self) -> PyResult<Object> {
        // SAFETY: own field; the reference moves out.
        let kept = unsafe {
            Ref::<Obj>::from_owned_opt(std::mem::replace(
                &mut (*self.body()).cancelled_exc,
                std::ptr::null_mut(),
            ))
        };
        if let Some(e) = kept {
            return Ok(e);
        }
        match self.cancel_message().filter(|m| !m.is_none()) {
            Some(m) => CANCELLED_ERROR.get()?.call(&[&m]),
            None => CANCELLED_ERROR.get()?.call(&[]),
        }
    }

    /// Raises the error of a cancelled future.
    fn raise_cancelled(&self) -> Raised {
        match self.make_cancelled_error() {
            Ok(e) => match e.downcast_into::<BaseException>() {
                Ok(e) => raise_exception(e),
                Err(_) => raise!(TypeError, "exceptions must derive from BaseException"),
            },
            Err(e) => e,
        }
    }

    /// What the future gives; raises when it is cancelled or not done.
    pub fn outcome(&self) -> PyResult<Outcome> {
        match self.state() {
            State::Cancelled => return Err(self.raise_cancelled()),
            State::Pending if self.event_loop().is_none() => {
                return Err(invalid_state("Future object is not initialized."));
            }
            State::Pending => return Err(invalid_state("Result is not set.")),
            State::Finished => {}
        }
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            (*b).log_tb = false;
            match field((*b).exception) {
                Some(e) => {
                    let e: Ref<BaseException> = e.cast_into_unchecked();
                    let tb = Ref::<Obj>::from_owned_opt(std::mem::replace(
                        &mut (*b).exception_tb,
                        std::ptr::null_mut(),
                    ));
                    if let Some(tb) = tb {
                        e.set_traceback(Some(tb.cast_into_unchecked()));
                    }
                    Ok(Outcome::Exception(e))
                }
                None => Ok(Outcome::Result(field((*b).result).unwrap_or_else(|| none().to_owned()))),
            }
        }
    }

    /// The result; raises the exception.
    pub fn get_result(&self) -> PyResult<Object> {
        match self.outcome()? {
            Outcome::Result(r) => Ok(r),
            Outcome::Exception(e) => Err(raise_exception(e)),
        }
    }

    /// Registers a callback, or hands it to the loop when the future is done.
    pub fn add_callback(&self, f: &Obj, context: &Obj) -> PyResult<()> {
        let Some(l) = self.event_loop() else { bail!(RuntimeError, "uninitialized Future object") };
        if !self.is_pending() {
            return call_soon(&l, f, Some(self.as_obj()), Some(context));
        }
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).callbacks.is_null() && (*b).callback0.is_null() {
                (*b).callback0 = f.to_owned().into_ptr();
                (*b).context0 = context.to_owned().into_ptr();
                return Ok(());
            }
            let entry = pair(f.to_owned(), context.to_owned())?.into_object();
            match field((*b).callbacks) {
                Some(list) => list.cast_unchecked::<List>().push(entry),
                None => {
                    (*b).callbacks = List::from_vec(vec![entry])?.into_ptr();
                    Ok(())
                }
            }
        }
    }

    /// Says on destruction that an exception was never looked at.
    fn report_unretrieved(&self) {
        // SAFETY: own fields.
        let (log, l, e, tb) = unsafe {
            let b = self.body();
            let log = std::mem::replace(&mut (*b).log_tb, false);
            (log, field((*b).event_loop), field((*b).exception), field((*b).source_tb))
        };
        let (true, Some(l), Some(e)) = (log, l, e) else { return };
        let name = self.ob_type().short_name().to_owned();
        let build = || -> PyResult<Ref<Dict>> {
            let d = Dict::new()?;
            d.set_text("message", &*Str::new(&format!("{name} exception was never retrieved"))?)?;
            d.set_text("exception", &e)?;
            d.set_text("future", self.as_obj())?;
            if let Some(tb) = &tb {
                d.set_text("source_traceback", tb)?;
            }
            Ok(d)
        };
        match build() {
            Ok(d) => call_exception_handler(&l, d.as_obj()),
            Err(e) => dovetail_core::error::unraisable(e, "Exception ignored in a future's destructor", None),
        }
    }

    /// Runs a destructor's reports with the pending exception put aside.
    pub fn finalize_with(&self, extra: impl FnOnce()) {
        let ts = dovetail_core::thread::ThreadState::current();
        let pending = ts.take_exception();
        extra();
        self.report_unretrieved();
        ts.set_exception(pending);
    }
}

/// Is the object an instance of a builtin type?
trait IsAType {
    fn is_a_type(&self, ty: &Type) -> bool;
}

impl IsAType for Obj {
    fn is_a_type(&self, ty: &Type) -> bool {
        self.ob_type().is_subtype(ty)
    }
}

/// The attribute error for deleting what cannot be deleted.
pub fn no_delete(name: &str, ty: &str) -> Raised {
    raise!(AttributeError, "attribute '{name}' of '{ty}' objects cannot be deleted")
}

#[pymethods]
impl Future {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: a body of zero bytes is a future before `__init__`.
        unsafe { type_alloc(cls, 0) }
    }

    #[slot(tp_init, sig = "(*, loop=None)")]
    fn init(&self, event_loop: Option<&Obj>) -> PyResult<()> {
        self.initialize(event_loop)
    }

    #[slot(tp_finalize, raw)]
    unsafe extern "C" fn finalize(o: *mut abi::PyObject) {
        // SAFETY: called as a slot on a live object.
        let this = unsafe { &*(o as *const Future) };
        this.finalize_with(|| {});
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; the finalizer may bring the object back. Classes ran it already.
        unsafe {
            if Obj::from_ptr(o).is_exact::<Future>() && finalize_dying(o) {
                return;
            }
            alloc::dealloc_fields::<Future>(o);
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<Object> {
        self.alive()?;
        FUTURE_REPR.get()?.call(&[self.as_obj()])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Object> {
        iter::new(self)
    }

    #[slot(am_await)]
    fn await_slot(&self) -> PyResult<Object> {
        iter::new(self)
    }

    /// Return the result this future represents.
    ///
    /// If the future has been cancelled, raises CancelledError.  If the
    /// future's result isn't yet available, raises InvalidStateError.  If
    /// the future is done and has an exception set, this exception is
    /// raised.
    #[method]
    fn result(&self) -> PyResult<Object> {
        self.get_result()
    }

    /// Return the exception that was set on this future.
    ///
    /// The exception (or None if no exception was set) is returned only if
    /// the future is done.  If the future has been cancelled, raises
    /// CancelledError.  If the future isn't done yet, raises
    /// InvalidStateError.
    #[method]
    fn exception(&self) -> PyResult<Option<Object>> {
        match self.state() {
            State::Cancelled => Err(self.raise_cancelled()),
            State::Pending if self.event_loop().is_none() => {
                Err(invalid_state("Future object is not initialized."))
            }
            State::Pending => Err(invalid_state("Exception is not set.")),
            // SAFETY: own fields.
            State::Finished => unsafe {
                let b = self.body();
                if (*b).exception.is_null() {
                    return Ok(None);
                }
                (*b).log_tb = false;
                Ok(field((*b).exception))
            },
        }
    }

    /// Mark the future done and set its result.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(sig = "(result, /)")]
    fn set_result(&self, result: &Obj) -> PyResult<()> {
        self.finish_with_result(result)
    }

    /// Mark the future done and set an exception.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(sig = "(exception, /)")]
    fn set_exception(&self, exception: &Obj) -> PyResult<()> {
        self.finish_with_exception(exception)
    }

    /// Add a callback to be run when the future becomes done.
    ///
    /// The callback is called with a single argument - the future object.
    /// If the future is already done when this is called, the callback is
    /// scheduled with call_soon.
    #[method(sig = "(fn, /, *, context=<unrepresentable>)")]
    fn add_done_callback(&self, fn_: &Obj, context: Option<&Obj>) -> PyResult<()> {
        match context {
            Some(c) => self.add_callback(fn_, c),
            None => self.add_callback(fn_, Context::copied()?.as_obj()),
        }
    }

    /// Remove all instances of a callback from the "call when done" list.
    ///
    /// Returns the number of callbacks removed.
    #[method(sig = "(fn, /)")]
    fn remove_done_callback(&self, fn_: &Obj) -> PyResult<usize> {
        self.alive()?;
        let mut removed = 0;
        // SAFETY: own fields, looked at anew after every comparison.
        unsafe {
            let b = self.body();
            if let Some(first) = field((*b).callback0)
                && fn_.equals(&first)?
            {
                clear(&raw mut (*b).callback0);
                clear(&raw mut (*b).context0);
                removed += 1;
            }
            let Some(list) = field((*b).callbacks) else { return Ok(removed) };
            let list: Ref<List> = list.cast_into_unchecked();
            let mut kept = Vec::new();
            let mut i = 0;
            while let Some(entry) = list.get(i) {
                let same = entry.cast_unchecked::<Tuple>().get(0).equals(fn_)?;
                if !same {
                    kept.push(entry);
                }
                i += 1;
            }
            let before = i;
            removed += before - kept.len();
            if (*b).callbacks == list.as_raw() {
                let new = if kept.is_empty() { None } else { Some(List::from_vec(kept)?.into_object()) };
                replace(&raw mut (*b).callbacks, new);
            }
        }
        Ok(removed)
    }

    /// Cancel the future and schedule callbacks.
    ///
    /// If the future is already done or cancelled, return False.
    /// Otherwise, change the future's state to cancelled, schedule the
    /// callbacks and return True.
    #[method(sig = "(msg=None)")]
    fn cancel(&self, msg: Option<&Obj>) -> PyResult<bool> {
        self.cancel_now(Some(msg.unwrap_or(none()).to_owned()))
    }

    /// Return True if the future was cancelled.
    #[method]
    fn cancelled(&self) -> bool {
        self.state() == State::Cancelled
    }

    /// Return True if the future is done.
    ///
    /// Done means either that a result / exception are available, or that
    /// the future was cancelled.
    #[method]
    fn done(&self) -> bool {
        !self.is_pending() && self.event_loop().is_some()
    }

    /// Return the event loop the Future is bound to.
    #[method]
    fn get_loop(&self) -> PyResult<Object> {
        self.alive()
    }

    /// Create the CancelledError to raise if the Future is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    #[method]
    fn _make_cancelled_error(&self) -> PyResult<Object> {
        self.make_cancelled_error()
    }

    /// Futures are generic over the type of their results
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }

    #[getter]
    fn _state(&self) -> PyResult<&'static str> {
        self.alive()?;
        Ok(match self.state() {
            State::Pending => "PENDING",
            State::Cancelled => "CANCELLED",
            State::Finished => "FINISHED",
        })
    }

    #[getter]
    fn _asyncio_future_blocking(&self) -> bool {
        // SAFETY: own field.
        self.event_loop().is_some() && unsafe { (*self.body()).blocking }
    }

    #[setter(name = "_asyncio_future_blocking")]
    fn set_blocking(&self, value: Option<&Obj>) -> PyResult<()> {
        self.alive()?;
        let Some(v) = value else { return Err(no_delete("_asyncio_future_blocking", "_asyncio.Future")) };
        let v = v.is_true()?;
        // SAFETY: own field.
        unsafe { (*self.body()).blocking = v };
        Ok(())
    }

    #[getter]
    fn _loop(&self) -> Option<Object> {
        self.event_loop()
    }

    #[getter]
    fn _callbacks(&self) -> PyResult<Option<Object>> {
        self.alive()?;
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let mut out = Vec::new();
            if let Some(f) = field((*b).callback0) {
                out.push(pair(f, field((*b).context0).unwrap_or_else(|| none().to_owned()))?.into_object());
            }
            if let Some(list) = field((*b).callbacks) {
                out.extend(list.cast_unchecked::<List>().to_vec());
            }
            if out.is_empty() { Ok(None) } else { Ok(Some(List::from_vec(out)?.into_object())) }
        }
    }

    #[getter]
    fn _result(&self) -> PyResult<Option<Object>> {
        self.alive()?;
        // SAFETY: own field.
        Ok(field(unsafe { (*self.body()).result }))
    }

    #[getter]
    fn _exception(&self) -> PyResult<Option<Object>> {
        self.alive()?;
        // SAFETY: own field.
        Ok(field(unsafe { (*self.body()).exception }))
    }

    #[getter]
    fn _log_traceback(&self) -> PyResult<bool> {
        self.alive()?;
        // SAFETY: own field.
        Ok(unsafe { (*self.body()).log_tb })
    }

    #[setter(name = "_log_traceback")]
    fn set_log_traceback(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value else { return Err(no_delete("_log_traceback", "_asyncio.Future")) };
        if v.is_true()? {
            bail!(ValueError, "_log_traceback can only be set to False");
        }
        // SAFETY: own field.
        unsafe { (*self.body()).log_tb = false };
        Ok(())
    }

    #[getter]
    fn _source_traceback(&self) -> Option<Object> {
        // SAFETY: own field.
        field(unsafe { (*self.body()).source_tb })
    }

    #[getter]
    fn _cancel_message(&self) -> Option<Object> {
        self.cancel_message()
    }

    #[setter(name = "_cancel_message")]
    fn set_cancel_message(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value else { return Err(no_delete("_cancel_message", "_asyncio.Future")) };
        // SAFETY: own field.
        unsafe { replace(&raw mut (*self.body()).cancel_msg, Some(v.to_owned())) };
        Ok(())
    }

    #[getter]
    fn _asyncio_awaited_by(&self) -> PyResult<Option<Object>> {
        self.alive()?;
        awaited::all(self)
    }
}
