//! The awaitables of asynchronous generators: what `asend()`, `athrow()`, `aclose()` and `anext()` give.
//!
//! A value that an asynchronous generator yields to its consumer is wrapped, so that it can be told from what an inner
//! `await` yields to the event loop.

use crate::error::{PyResult, Raised, exc};
use crate::object::native::Native;

use crate::object::{AsObj, Obj, Object, Ref, alloc};
use crate::thread::ThreadState;
use crate::types::generator::{self, AsyncGenerator, resume_async};
use crate::types::none::none;
use crate::types::tuple::Tuple;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ptr::null_mut;

/// The body of a wrapped value.
#[repr(C)]
pub struct WrappedBody {
    ob_base: abi::PyObject,
    value: *mut abi::PyObject,
}

/// A value on its way from an asynchronous generator to its consumer.
#[pytype(name = "async_generator_wrapped_value", body = WrappedBody, export = "_PyAsyncGenWrappedValue_Type", gc, refs(value))]
pub struct WrappedValue;

#[pymethods]
impl WrappedValue {}

/// Wraps a yielded value (`INTRINSIC_ASYNC_GEN_WRAP`).
pub fn wrap_value(v: &Obj) -> PyResult<Object> {
    // SAFETY: the field is filled.
    unsafe {
        let w = alloc::new_body::<WrappedValue>()?;
        (*w.body()).value = v.to_owned().into_ptr();
        Ok(w.into_object())
    }
}

/// Where an awaitable stands.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum State {
    Init = 0,
    Iterating = 1,
    Closed = 2,
}

/// The body of `asend()` and `athrow()` objects.
#[repr(C)]
pub struct StepBody {
    ob_base: abi::PyObject,
    generator: *mut abi::PyObject,
    /// What `asend` sends, or the arguments of `athrow` (NULL for `aclose`).
    payload: *mut abi::PyObject,
    state: State,
}

/// What `asend()` gives.
#[pytype(name = "async_generator_asend", body = StepBody, export = "_PyAsyncGenASend_Type", gc, refs(generator, payload))]
pub struct Asend;

/// What `athrow()` and `aclose()` give.
#[pytype(name = "async_generator_athrow", body = StepBody, export = "_PyAsyncGenAThrow_Type", gc, refs(generator, payload))]
pub struct Athrow;

fn gen_body(g: &AsyncGenerator) -> *mut abi::PyAsyncGenObject {
    g.body()
}

/// Lets the event loop's hooks see a generator at its first use.
fn init_hooks(g: &AsyncGenerator) -> PyResult<()> {
    // SAFETY: own body; the hooks are the thread's.
    unsafe {
        let b = gen_body(g) as *mut abi::PyGenObject;
        if (*b).gi_hooks_inited != 0 {
            return Ok(());
        }
        (*b).gi_hooks_inited = 1;
        let ts = ThreadState::current().c();
        if !(*ts).async_gen_finalizer.is_null() {
            (*b).gi_origin_or_finalizer = Obj::from_ptr((*ts).async_gen_finalizer).to_owned().into_ptr();
        }
        if !(*ts).async_gen_firstiter.is_null() {
            let f = Obj::from_ptr((*ts).async_gen_firstiter).to_owned();
            f.call(&[g.as_obj()])?;
        }
    }
    Ok(())
}

fn new_step<T: Native<Body = StepBody>>(g: &AsyncGenerator, payload: Option<Object>) -> PyResult<Object> {
    init_hooks(g)?;
    // SAFETY: the fields are filled.
    unsafe {
        let s = alloc::new_body::<T>()?;
        (*s.body()).generator = g.as_obj().to_owned().into_ptr();
        (*s.body()).payload = payload.map_or(null_mut(), Ref::into_ptr);
        (*s.body()).state = State::Init;
        Ok(s.into_object())
    }
}

/// `agen.asend(value)`.
pub fn asend(g: &AsyncGenerator, value: &Obj) -> PyResult<Object> {
    let payload = if value.is_none() { None } else { Some(value.to_owned()) };
    new_step::<Asend>(g, payload)
}

/// `agen.athrow(...)`.
pub fn athrow(g: &AsyncGenerator, args: &[&Obj]) -> PyResult<Object> {
    new_step::<Athrow>(g, Some(Tuple::from_slice(args)?.into_object()))
}

/// `agen.aclose()`.
pub fn aclose(g: &AsyncGenerator) -> PyResult<Object> {
    new_step::<Athrow>(g, None)
}

fn step_generator<'a>(b: *mut StepBody) -> &'a AsyncGenerator {
    // SAFETY: the field always holds an asynchronous generator.
    unsafe { &*((*b).generator as *const AsyncGenerator) }
}

fn set_running(b: *mut StepBody, on: bool) {
    // SAFETY: the generator is alive.
    unsafe { (*(gen_body(step_generator(b)) as *mut abi::PyGenObject)).gi_running_async = on as _ }
}

fn is_running(b: *mut StepBody) -> bool {
    // SAFETY: the generator is alive.
    unsafe { (*(gen_body(step_generator(b)) as *mut abi::PyGenObject)).gi_running_async != 0 }
}

fn set_closed(b: *mut StepBody) {
    // SAFETY: the generator is alive.
    unsafe { (*(gen_body(step_generator(b)) as *mut abi::PyGenObject)).gi_closed = 1 }
}

/// The value inside a wrapper, or `None` for anything else.
fn unwrap(v: &Obj) -> Option<Object> {
    let w = v.downcast_exact::<WrappedValue>()?;
    // SAFETY: always filled.
    Some(unsafe { Obj::from_ptr((*w.body()).value) }.to_owned())
}

/// Sorts out what a resumed asynchronous generator gave: a wrapped value ends the step with `StopIteration(value)`.
fn unwrap_step(b: *mut StepBody, r: PyResult<Result<Object, Object>>) -> PyResult<Object> {
    match r {
        Ok(Ok(v)) => match unwrap(&v) {
            Some(inner) => {
                set_running(b, false);
                Err(generator::raise_stop_always(&inner))
            }
            None => Ok(v),
        },
        Ok(Err(_)) => {
            set_closed(b);
            set_running(b, false);
            Err(crate::error::raise_bare(exc::StopAsyncIteration()))
        }
        Err(e) => {
            if e.matches(exc::StopAsyncIteration()) || e.matches(exc::GeneratorExit()) {
                set_closed(b);
            }
            set_running(b, false);
            Err(e)
        }
    }
}

fn asend_send(s: &Asend, arg: Option<&Obj>) -> PyResult<Object> {
    let b = s.body();
    // SAFETY: own body.
    let state = unsafe { (*b).state };
    if state == State::Closed {
        bail!(RuntimeError, "cannot reuse already awaited __anext__()/asend()");
    }
    // SAFETY: own body.
    let payload = unsafe { crate::object::native::borrow_opt((*b).payload) }.map(Obj::to_owned);
    let mut value = arg.filter(|a| !a.is_none()).map(Obj::to_owned);
    if state == State::Init {
        if is_running(b) {
            // SAFETY: own body.
            unsafe { (*b).state = State::Closed };
            bail!(RuntimeError, "anext(): asynchronous generator is already running");
        }
        if value.is_none() {
            value = payload;
        }
        // SAFETY: own body.
        unsafe { (*b).state = State::Iterating };
    }
    set_running(b, true);
    let g = step_generator(b);
    let r = unwrap_step(b, resume_async(g, Some(value.as_deref().map_or(none(), |v| v.as_obj())), false));
    if r.is_err() {
        // SAFETY: own body.
        unsafe { (*b).state = State::Closed };
    }
    r
}

fn next_of(r: PyResult<Object>) -> PyResult<Option<Object>> {
    r.map(Some)
}

#[pymethods]
impl Asend {
    #[slot(tp_iter)]
    fn iter_(&self) -> Object {
        self.as_obj().to_owned()
    }

    #[slot(am_await)]
    fn await_(&self) -> PyResult<Object> {
        Ok(self.as_obj().to_owned())
    }

    #[slot(tp_iternext)]
    fn next(&self) -> PyResult<Option<Object>> {
        next_of(asend_send(self, None))
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method(nosig)]
    fn send(&self, value: &Obj) -> PyResult<Object> {
        asend_send(self, Some(value))
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[method(nosig)]
    fn throw(&self, args: &[&Obj]) -> PyResult<Object> {
        let b = self.body();
        // SAFETY: own body.
        unsafe {
            if (*b).state == State::Closed {
                bail!(RuntimeError, "cannot reuse already awaited __anext__()/asend()");
            }
            if (*b).state == State::Init {
                if is_running(b) {
                    (*b).state = State::Closed;
                    bail!(RuntimeError, "anext(): asynchronous generator is already running");
                }
                (*b).state = State::Iterating;
            }
            set_running(b, true);
            let r = match generator::throw_async(step_generator(b), args) {
                Ok(v) => unwrap_step(b, Ok(Ok(v))),
                Err(e) => unwrap_step(b, Err(e)),
            };
            if r.is_err() {
                (*b).state = State::Closed;
            }
            r
        }
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(nosig)]
    fn close(&self) -> PyResult<()> {
        // SAFETY: own body.
        if unsafe { (*self.body()).state } == State::Closed {
            return Ok(());
        }
        let r = self.throw(&[exc::GeneratorExit().as_obj()]);
        finish_close(r)
    }
}

/// What `close()` makes of the outcome of throwing `GeneratorExit`.
fn finish_close(r: PyResult<Object>) -> PyResult<()> {
    match r {
        Ok(_) => Err(raise!(RuntimeError, "coroutine ignored GeneratorExit")),
        Err(e)
            if e.matches(exc::StopIteration())
                || e.matches(exc::StopAsyncIteration())
                || e.matches(exc::GeneratorExit()) =>
        {
            e.clear();
            Ok(())
        }
        Err(e) => Err(e),
    }
}

fn athrow_name(b: *mut StepBody) -> &'static str {
    // SAFETY: own body.
    if unsafe { (*b).payload.is_null() } { "aclose" } else { "athrow" }
}

/// After an error: the step is over; `aclose` ends well when the generator does.
fn athrow_failed(b: *mut StepBody, e: Raised) -> Raised {
    set_running(b, false);
    // SAFETY: own body.
    unsafe {
        (*b).state = State::Closed;
        if (*b).payload.is_null() && (e.matches(exc::StopAsyncIteration()) || e.matches(exc::GeneratorExit())) {
            e.clear();
            return generator::raise_stop(none());
        }
    }
    e
}

fn athrow_send(s: &Athrow, arg: Option<&Obj>) -> PyResult<Object> {
    let b = s.body();
    let g = step_generator(b);
    let gb = gen_body(g) as *mut abi::PyGenObject;
    let name = athrow_name(b);
    // SAFETY: own body and generator.
    unsafe {
        if (*b).state == State::Closed {
            bail!(RuntimeError, "cannot reuse already awaited aclose()/athrow()");
        }
        if (*gb).gi_frame_state >= generator::COMPLETED {
            (*b).state = State::Closed;
            return Err(generator::raise_stop(none()));
        }
        if (*b).state == State::Init {
            if is_running(b) {
                (*b).state = State::Closed;
                bail!(RuntimeError, "{name}(): asynchronous generator is already running");
            }
            if (*gb).gi_closed != 0 {
                (*b).state = State::Closed;
                return Err(crate::error::raise_bare(exc::StopAsyncIteration()));
            }
            if arg.is_some_and(|a| !a.is_none()) {
                bail!(RuntimeError, "can't send non-None value to a just-started async generator");
            }
            (*b).state = State::Iterating;
            set_running(b, true);
            if (*b).payload.is_null() {
                (*gb).gi_closed = 1;
                return match generator::throw_async(g, &[exc::GeneratorExit().as_obj()]) {
                    Ok(v) if v.is_exact::<WrappedValue>() => {
                        set_running(b, false);
                        (*b).state = State::Closed;
                        Err(raise!(RuntimeError, "async generator ignored GeneratorExit"))
                    }
                    Ok(v) => Ok(v),
                    Err(e) => Err(athrow_failed(b, e)),
                };
            }
            let args = Ref::<Tuple>::from_borrowed((*b).payload);
            let items: Vec<&Obj> = args.items().iter().map(|o| o.as_obj()).collect();
            return match generator::throw_async(g, &items) {
                Ok(v) => unwrap_step(b, Ok(Ok(v))),
                Err(e) => unwrap_step(b, Err(e)),
            }
            .map_err(|e| athrow_failed(b, e));
        }
        let r = resume_async(g, Some(arg.unwrap_or(none())), false);
        if !(*b).payload.is_null() {
            return unwrap_step(b, r).inspect_err(|_| (*b).state = State::Closed);
        }
        match r {
            Ok(Ok(v)) if v.is_exact::<WrappedValue>() => {
                set_running(b, false);
                (*b).state = State::Closed;
                Err(raise!(RuntimeError, "async generator ignored GeneratorExit"))
            }
            Ok(Ok(v)) => Ok(v),
            Ok(Err(_)) => Err(athrow_failed(b, crate::error::raise_bare(exc::StopAsyncIteration()))),
            Err(e) => Err(athrow_failed(b, e)),
        }
    }
}

#[pymethods]
impl Athrow {
    #[slot(tp_iter)]
    fn iter_(&self) -> Object {
        self.as_obj().to_owned()
    }

    #[slot(am_await)]
    fn await_(&self) -> PyResult<Object> {
        Ok(self.as_obj().to_owned())
    }

    #[slot(tp_iternext)]
    fn next(&self) -> PyResult<Option<Object>> {
        next_of(athrow_send(self, None))
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method(nosig)]
    fn send(&self, value: &Obj) -> PyResult<Object> {
        athrow_send(self, Some(value))
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[method(nosig)]
    fn throw(&self, args: &[&Obj]) -> PyResult<Object> {
        let b = self.body();
        // SAFETY: own body.
        unsafe {
            if (*b).state == State::Closed {
                bail!(RuntimeError, "cannot reuse already awaited aclose()/athrow()");
            }
            if (*b).state == State::Init {
                if is_running(b) {
                    (*b).state = State::Closed;
                    bail!(RuntimeError, "{}(): asynchronous generator is already running", athrow_name(b));
                }
                (*b).state = State::Iterating;
                set_running(b, true);
            }
            let thrown = generator::throw_async(step_generator(b), args);
            if !(*b).payload.is_null() {
                let r = match thrown {
                    Ok(v) => unwrap_step(b, Ok(Ok(v))),
                    Err(e) => unwrap_step(b, Err(e)),
                };
                return r.inspect_err(|_| (*b).state = State::Closed);
            }
            match thrown {
                Ok(v) if v.is_exact::<WrappedValue>() => {
                    set_running(b, false);
                    (*b).state = State::Closed;
                    Err(raise!(RuntimeError, "async generator ignored GeneratorExit"))
                }
                Ok(v) => Ok(v),
                Err(e) => Err(athrow_failed(b, e)),
            }
        }
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(nosig)]
    fn close(&self) -> PyResult<()> {
        // SAFETY: own body.
        if unsafe { (*self.body()).state } == State::Closed {
            return Ok(());
        }
        let r = self.throw(&[exc::GeneratorExit().as_obj()]);
        finish_close(r)
    }
}

/// The body of what `anext(it, default)` gives.
#[repr(C)]
pub struct AnextBody {
    ob_base: abi::PyObject,
    wrapped: *mut abi::PyObject,
    default: *mut abi::PyObject,
}

/// The awaitable of `anext()` with a default.
#[pytype(name = "anext_awaitable", body = AnextBody, export = "_PyAnextAwaitable_Type", gc, refs(wrapped, default))]
pub struct AnextAwaitable;

/// `anext(it, default)`.
pub fn anext_awaitable(awaitable: &Obj, default: &Obj) -> PyResult<Object> {
    // SAFETY: the fields are filled.
    unsafe {
        let a = alloc::new_body::<AnextAwaitable>()?;
        (*a.body()).wrapped = awaitable.to_owned().into_ptr();
        (*a.body()).default = default.to_owned().into_ptr();
        Ok(a.into_object())
    }
}

impl AnextAwaitable {
    /// The iterator that is awaited.
    fn iterator(&self) -> PyResult<Object> {
        // SAFETY: own body.
        let wrapped = unsafe { Obj::from_ptr((*self.body()).wrapped) };
        let it = crate::interp::generic::awaitable_iter(wrapped)?;
        if !it.is_iterator() {
            // A coroutine is awaited through its wrapper.
            return it.call_method(sym!(__await__), &[]);
        }
        Ok(it)
    }

    /// The end of the asynchronous iteration gives the default.
    fn outcome(&self, r: PyResult<Object>) -> PyResult<Object> {
        match r {
            Err(e) if e.matches(exc::StopAsyncIteration()) => {
                e.clear();
                // SAFETY: own body.
                Err(generator::raise_stop_always(unsafe { Obj::from_ptr((*self.body()).default) }))
            }
            r => r,
        }
    }

    fn proxy(&self, name: &crate::types::str_::Str, args: &[&Obj]) -> PyResult<Object> {
        let r = self.iterator()?.call_method(name, args);
        self.outcome(r)
    }
}

#[pymethods]
impl AnextAwaitable {
    #[slot(tp_iter)]
    fn iter_(&self) -> Object {
        self.as_obj().to_owned()
    }

    #[slot(am_await)]
    fn await_(&self) -> PyResult<Object> {
        Ok(self.as_obj().to_owned())
    }

    #[slot(tp_iternext)]
    fn next(&self) -> PyResult<Option<Object>> {
        let r = match self.iterator()?.iter_next_raw() {
            Ok(Some(v)) => Ok(v),
            Ok(None) => return Ok(None),
            Err(e) => Err(e),
        };
        self.outcome(r).map(Some)
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method(nosig)]
    fn send(&self, value: &Obj) -> PyResult<Object> {
        self.proxy(sym!(send), &[value])
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// raise exception in the wrapped iterator, return next yielded value
    /// or raise StopIteration.
    #[method(nosig)]
    fn throw(&self, args: &[&Obj]) -> PyResult<Object> {
        self.proxy(sym!(throw), args)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(nosig)]
    fn close(&self) -> PyResult<Object> {
        self.proxy(sym!(close), &[])
    }
}

/// Completes this file's types.
pub fn ready_all() -> PyResult<()> {
    use crate::types::ready::ready;
    ready::<WrappedValue>()?;
    ready::<Asend>()?;
    ready::<Athrow>()?;
    ready::<AnextAwaitable>()
}

