//! What asynchronous generators hand out: the awaitables of `asend`, `athrow`, `aclose` and of `anext` with a default,
//! and the wrapper that tells a yielded value from an awaited one.
//!
//! The generator's frame yields either what it awaits, which goes out to the event loop as it is, or a wrapped value:
//! that one ends the awaitable with `StopIteration(value)`.

use crate::error::{PyResult, Raised, exc, raise_bare};
use crate::gc;
use crate::interp::generic::awaitable_iter;
use crate::object::alloc;
use crate::object::obj::{Head, Obj};
use crate::object::refs::{AsObj, Object, Ref};
use crate::thread::ThreadState;
use crate::types::generator::{self, AsyncGenerator, Sent};
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_int;

type P = *mut abi::PyObject;

const INIT: c_int = 0;
const ITER: c_int = 1;
const CLOSED: c_int = 2;

/// Body of `WrappedValue`.
#[repr(C)]
pub struct WrappedBody {
    ob_base: abi::PyObject,
    value: P,
}

/// A value that an asynchronous generator yields.
#[pytype(name = "async_generator_wrapped_value", body = WrappedBody, export = "_PyAsyncGenWrappedValue_Type", gc, refs(value))]
pub struct WrappedValue;

#[pymethods]
impl WrappedValue {}

/// Wraps a value for `yield` in an asynchronous generator.
pub fn wrap_value(v: &Obj) -> PyResult<Object> {
    // SAFETY: the field owns what it gets.
    unsafe {
        let w = alloc::new_body::<WrappedValue>()?;
        (*w.body()).value = v.to_owned().into_ptr();
        Ok(w.into_object())
    }
}

/// The generator's own fields.
fn fields(g: &AsyncGenerator) -> *mut abi::PyAsyncGenObject {
    g.as_ptr().cast()
}

fn is_running(g: &AsyncGenerator) -> bool {
    // SAFETY: a live generator.
    unsafe { (*fields(g)).ag_running_async != 0 }
}

fn set_running(g: &AsyncGenerator, on: bool) {
    // SAFETY: a live generator.
    unsafe { (*fields(g)).ag_running_async = on as _ }
}

fn is_closed(g: &AsyncGenerator) -> bool {
    // SAFETY: a live generator.
    unsafe { (*fields(g)).ag_closed != 0 }
}

fn set_closed(g: &AsyncGenerator) {
    // SAFETY: a live generator.
    unsafe { (*fields(g)).ag_closed = 1 }
}

/// Remembers the thread's finalizer hook in a generator and tells the first-iteration hook, once.
fn init_hooks(g: &AsyncGenerator) -> PyResult<()> {
    // SAFETY: own thread; the fields own their objects.
    unsafe {
        let f = fields(g);
        if (*f).ag_hooks_inited != 0 {
            return Ok(());
        }
        (*f).ag_hooks_inited = 1;
        let ts = ThreadState::current().c();
        if !(*ts).async_gen_finalizer.is_null() {
            (*f).ag_origin_or_finalizer = Obj::from_ptr((*ts).async_gen_finalizer).to_owned().into_ptr();
        }
        if !(*ts).async_gen_firstiter.is_null() {
            Obj::from_ptr((*ts).async_gen_firstiter).to_owned().call(&[g.as_obj()])?;
        }
    }
    Ok(())
}

/// A frame's answer as the generator's: its end is `StopAsyncIteration`.
fn answer(r: PyResult<Sent>) -> PyResult<Object> {
    match r? {
        Ok(v) => Ok(v),
        Err(_) => Err(raise_bare(exc::StopAsyncIteration())),
    }
}

fn resume(g: &AsyncGenerator, value: &Obj) -> PyResult<Object> {
    answer(generator::resume_async(g, Some(value), false))
}

/// A wrapped value ends the awaitable; an exception that ends the generator closes it.
fn unwrap(g: &AsyncGenerator, r: PyResult<Object>) -> PyResult<Object> {
    match r {
        Err(e) => {
            if e.matches(exc::StopAsyncIteration()) || e.matches(exc::GeneratorExit()) {
                set_closed(g);
            }
            set_running(g, false);
            Err(e)
        }
        Ok(v) => match v.downcast_exact::<WrappedValue>() {
            Some(w) => {
                set_running(g, false);
                // SAFETY: always filled.
                Err(generator::raise_stop(unsafe { Obj::from_ptr((*w.body()).value) }))
            }
            None => Ok(v),
        },
    }
}

/// Throws what `throw`'s arguments describe.
fn throw_into(g: &AsyncGenerator, args: &[&Obj], close_on_exit: bool) -> PyResult<Object> {
    match generator::body_of(g) {
        Some(b) => generator::throw(b, args, close_on_exit),
        None => Err(raise!(SystemError, "no asynchronous generator")),
    }
}

/// Warns of an awaitable that nobody awaited.
fn never_awaited(g: &AsyncGenerator, method: &Str) {
    let ts = ThreadState::current();
    let pending = ts.take_exception();
    let warn = || -> PyResult<()> {
        // SAFETY: always a string.
        let name = unsafe { Obj::from_ptr((*fields(g)).ag_qualname) }.repr()?;
        let message = format!(
            "coroutine method {} of {} was never awaited",
            method.repr()?.to_string_lossy(),
            name.to_string_lossy()
        );
        crate::types::exception::warn(exc::RuntimeWarning(), &message, 1)
    };
    if let Err(e) = warn() {
        crate::hooks::ignore(e, Some(g));
    }
    ts.set_exception(pending);
}

/// Calls the finalizer of an object whose count is zero; true when it was brought back.
unsafe fn finalize_from_dealloc(o: P) -> bool {
    // SAFETY: the object is alive for as long as the count that is lent to it.
    unsafe {
        let ty = Obj::from_ptr(o).ob_type();
        let Some(f) = ty.raw().tp_finalize else { return false };
        if gc::is_finalized(o) {
            return false;
        }
        gc::set_finalized(o);
        let h = o as *mut Head;
        (*h).refcnt = 1;
        f(o);
        (*h).refcnt -= 1;
        (*h).refcnt != 0
    }
}

/// Body of `ASend`.
#[repr(C)]
pub struct ASendBody {
    ob_base: abi::PyObject,
    generator: P,
    value: P,
    state: c_int,
}

/// The awaitable of `asend` and `__anext__`.
#[pytype(name = "async_generator_asend", body = ASendBody, export = "_PyAsyncGenASend_Type", gc, refs(generator, value))]
pub struct ASend;

/// `asend(value)` and `__anext__()`.
pub fn asend(g: &AsyncGenerator, value: &Obj) -> PyResult<Object> {
    init_hooks(g)?;
    // SAFETY: the fields own what they get.
    unsafe {
        let a = alloc::new_body::<ASend>()?;
        (*a.body()).generator = g.as_obj().to_owned().into_ptr();
        (*a.body()).value = value.to_owned().into_ptr();
        Ok(a.into_object())
    }
}

fn reused_send() -> Raised {
    raise!(RuntimeError, "cannot reuse already awaited __anext__()/asend()")
}

impl ASend {
    fn generator(&self) -> &AsyncGenerator {
        // SAFETY: always an asynchronous generator.
        unsafe { &*((*self.body()).generator as *const AsyncGenerator) }
    }

    fn state(&self) -> c_int {
        // SAFETY: own field.
        unsafe { (*self.body()).state }
    }

    fn set_state(&self, s: c_int) {
        // SAFETY: own field.
        unsafe { (*self.body()).state = s }
    }

    /// The first step: takes the generator for this awaitable.
    fn begin(&self) -> PyResult<()> {
        if is_running(self.generator()) {
            self.set_state(CLOSED);
            bail!(RuntimeError, "anext(): asynchronous generator is already running");
        }
        self.set_state(ITER);
        Ok(())
    }

    fn send_value(&self, arg: &Obj) -> PyResult<Object> {
        match self.step(arg)? {
            Ok(v) => Ok(v),
            Err(v) => Err(generator::raise_stop(&v)),
        }
    }

    /// Goes on with the generator: what it passes on to the event loop, or the value that the awaitable gives, which
    /// Python sees as `StopIteration`.
    pub(crate) fn step(&self, arg: &Obj) -> PyResult<Sent> {
        let g = self.generator();
        let value;
        let mut arg = arg;
        match self.state() {
            CLOSED => return Err(reused_send()),
            INIT => {
                self.begin()?;
                if arg.is_none() {
                    // SAFETY: always filled.
                    value = unsafe { Obj::from_ptr((*self.body()).value) }.to_owned();
                    arg = &value;
                }
            }
            _ => {}
        }
        set_running(g, true);
        let r = match resume(g, arg) {
            Ok(v) => match v.downcast_exact::<WrappedValue>() {
                Some(w) => {
                    set_running(g, false);
                    // SAFETY: always filled.
                    Ok(Err(unsafe { Obj::from_ptr((*w.body()).value) }.to_owned()))
                }
                None => return Ok(Ok(v)),
            },
            e => unwrap(g, e).map(Ok),
        };
        self.set_state(CLOSED);
        r
    }

    fn throw_args(&self, args: &[&Obj]) -> PyResult<Object> {
        let g = self.generator();
        match self.state() {
            CLOSED => return Err(reused_send()),
            INIT => {
                self.begin()?;
                set_running(g, true);
            }
            _ => {}
        }
        let r = unwrap(g, throw_into(g, args, true));
        if r.is_err() {
            self.set_state(CLOSED);
        }
        r
    }
}

/// The shared ending of `close()`: what came out of throwing `GeneratorExit`.
fn closed(r: PyResult<Object>) -> PyResult<()> {
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

/// The slots that the awaitables share.
macro_rules! awaitable {
    ($ty:ident, { $($finalizer:tt)* }) => {
        #[pymethods]
        impl $ty {
            #[slot(tp_iter)]
            fn iter(&self) -> &Obj {
                self
            }

            #[slot(am_await)]
            fn await_slot(&self) -> &Obj {
                self
            }

            #[slot(tp_iternext)]
            fn next(&self) -> PyResult<Option<Object>> {
                self.send_value(none()).map(Some)
            }

            $($finalizer)*

            /// send(value) -> send 'value' into generator,
            /// return next yielded value or raise StopIteration.
            #[method]
            fn send(&self, object: &Obj) -> PyResult<Object> {
                self.send_value(object)
            }

            /// throw(value)
            /// throw(type[,value[,tb]])
            ///
            /// Raise exception in generator, return next yielded value or raise
            /// StopIteration.
            #[method(nosig)]
            fn throw(&self, args: &[&Obj]) -> PyResult<Object> {
                check_throw(args)?;
                self.throw_args(args)
            }

            /// close() -> raise GeneratorExit inside generator.
            #[method]
            fn close(&self) -> PyResult<()> {
                if self.state() == CLOSED {
                    return Ok(());
                }
                closed(self.throw_args(&[exc::GeneratorExit().as_obj()]))
            }
        }
    };
}

fn check_throw(args: &[&Obj]) -> PyResult<()> {
    match args.len() {
        0 => Err(raise!(TypeError, "throw expected at least 1 argument, got 0")),
        1 => Ok(()),
        2 | 3 => crate::types::exception::warn(
            exc::DeprecationWarning(),
            "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.",
            1,
        ),
        n => Err(raise!(TypeError, "throw expected at most 3 arguments, got {n}")),
    }
}

awaitable!(ASend, {
    #[slot(tp_finalize, raw)]
    unsafe extern "C" fn finalize(o: P) {
        // SAFETY: called as a slot.
        let this = unsafe { &*(o as *const ASend) };
        if this.state() == INIT {
            never_awaited(this.generator(), sym!(asend));
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: P) {
        // SAFETY: the last reference is gone; the finalizer may bring the object back.
        unsafe {
            if !finalize_from_dealloc(o) {
                alloc::dealloc_fields::<ASend>(o)
            }
        }
    }
});

/// Body of `AThrow`.
#[repr(C)]
pub struct AThrowBody {
    ob_base: abi::PyObject,
    generator: P,
    /// The arguments of `athrow`, or NULL for `aclose`.
    args: P,
    state: c_int,
}

/// The awaitable of `athrow` and `aclose`.
#[pytype(name = "async_generator_athrow", body = AThrowBody, export = "_PyAsyncGenAThrow_Type", gc, refs(generator, args))]
pub struct AThrow;

fn new_athrow(g: &AsyncGenerator, args: Option<Ref<Tuple>>) -> PyResult<Object> {
    init_hooks(g)?;
    // SAFETY: the fields own what they get.
    unsafe {
        let a = alloc::new_body::<AThrow>()?;
        (*a.body()).generator = g.as_obj().to_owned().into_ptr();
        (*a.body()).args = args.map_or(std::ptr::null_mut(), Ref::into_ptr);
        Ok(a.into_object())
    }
}

/// `athrow(...)`.
pub fn athrow(g: &AsyncGenerator, args: &[&Obj]) -> PyResult<Object> {
    new_athrow(g, Some(Tuple::from_slice(args)?))
}

/// `aclose()`.
pub fn aclose(g: &AsyncGenerator) -> PyResult<Object> {
    new_athrow(g, None)
}

impl AThrow {
    fn generator(&self) -> &AsyncGenerator {
        // SAFETY: always an asynchronous generator.
        unsafe { &*((*self.body()).generator as *const AsyncGenerator) }
    }

    fn args(&self) -> Option<&Tuple> {
        // SAFETY: NULL or a tuple.
        unsafe { ((*self.body()).args as *const Tuple).as_ref() }
    }

    fn state(&self) -> c_int {
        // SAFETY: own field.
        unsafe { (*self.body()).state }
    }

    fn set_state(&self, s: c_int) {
        // SAFETY: own field.
        unsafe { (*self.body()).state = s }
    }

    fn already_running(&self) -> Raised {
        self.set_state(CLOSED);
        let what = if self.args().is_none() { "aclose" } else { "athrow" };
        raise!(RuntimeError, "{what}(): asynchronous generator is already running")
    }

    /// An end: of the generator's exceptions, `aclose` swallows those that mean "closed".
    fn ended(&self, e: Raised) -> Raised {
        set_running(self.generator(), false);
        self.set_state(CLOSED);
        if self.args().is_none() && (e.matches(exc::StopAsyncIteration()) || e.matches(exc::GeneratorExit()))
        {
            e.clear();
            return raise_bare(exc::StopIteration());
        }
        e
    }

    /// While closing, a yielded value is an offence; an awaited one goes out.
    fn closing(&self, r: PyResult<Object>) -> PyResult<Object> {
        match r {
            Ok(v) if v.is_exact::<WrappedValue>() => {
                set_running(self.generator(), false);
                self.set_state(CLOSED);
                Err(raise!(RuntimeError, "async generator ignored GeneratorExit"))
            }
            Ok(v) => Ok(v),
            Err(e) => Err(self.ended(e)),
        }
    }

    fn send_value(&self, arg: &Obj) -> PyResult<Object> {
        let g = self.generator();
        if self.state() == CLOSED {
            bail!(RuntimeError, "cannot reuse already awaited aclose()/athrow()");
        }
        if generator::body_of(g).is_some_and(|b| b.state() > generator::EXECUTING) {
            self.set_state(CLOSED);
            return Err(raise_bare(exc::StopIteration()));
        }
        if self.state() == INIT {
            if is_running(g) {
                return Err(self.already_running());
            }
            if is_closed(g) {
                self.set_state(CLOSED);
                return Err(raise_bare(exc::StopAsyncIteration()));
            }
            if !arg.is_none() {
                bail!(RuntimeError, "can't send non-None value to a just-started coroutine");
            }
            self.set_state(ITER);
            set_running(g, true);
            return match self.args() {
                None => {
                    set_closed(g);
                    self.closing(throw_into(g, &[exc::GeneratorExit().as_obj()], false))
                }
                Some(args) => unwrap(g, throw_into(g, args.as_borrows(), false)).map_err(|e| self.failed(e)),
            };
        }
        let r = resume(g, arg);
        match self.args() {
            Some(_) => unwrap(g, r),
            None => self.closing(r),
        }
    }

    /// The first step of `athrow` raised: a yielded value came as `StopIteration`.
    fn failed(&self, e: Raised) -> Raised {
        set_running(self.generator(), false);
        self.set_state(CLOSED);
        e
    }

    fn throw_args(&self, args: &[&Obj]) -> PyResult<Object> {
        let g = self.generator();
        match self.state() {
            CLOSED => bail!(RuntimeError, "cannot reuse already awaited aclose()/athrow()"),
            INIT => {
                if is_running(g) {
                    return Err(self.already_running());
                }
                self.set_state(ITER);
                set_running(g, true);
            }
            _ => {}
        }
        let r = throw_into(g, args, true);
        if self.args().is_some() {
            return unwrap(g, r).inspect_err(|_| self.set_state(CLOSED));
        }
        self.closing(r)
    }
}

awaitable!(AThrow, {
    #[slot(tp_finalize, raw)]
    unsafe extern "C" fn finalize(o: P) {
        // SAFETY: called as a slot.
        let this = unsafe { &*(o as *const AThrow) };
        if this.state() == INIT {
            never_awaited(this.generator(), if this.args().is_some() { sym!(athrow) } else { sym!(aclose) });
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: P) {
        // SAFETY: the last reference is gone; the finalizer may bring the object back.
        unsafe {
            if !finalize_from_dealloc(o) {
                alloc::dealloc_fields::<AThrow>(o)
            }
        }
    }
});

/// Body of `AnextAwaitable`.
#[repr(C)]
pub struct AnextBody {
    ob_base: abi::PyObject,
    wrapped: P,
    default: P,
}

/// The awaitable of `anext(iterator, default)`.
#[pytype(name = "anext_awaitable", body = AnextBody, export = "_PyAnextAwaitable_Type", gc, refs(wrapped, default))]
pub struct AnextAwaitable;

/// `anext(iterator, default)`, of the awaitable that `__anext__` gave.
pub fn anext_awaitable(awaitable: &Obj, default: &Obj) -> PyResult<Object> {
    // SAFETY: the fields own what they get.
    unsafe {
        let a = alloc::new_body::<AnextAwaitable>()?;
        (*a.body()).wrapped = awaitable.to_owned().into_ptr();
        (*a.body()).default = default.to_owned().into_ptr();
        Ok(a.into_object())
    }
}

impl AnextAwaitable {
    /// The iterator of what is wrapped.
    fn iterator(&self) -> PyResult<Object> {
        // SAFETY: always filled.
        let it = awaitable_iter(unsafe { Obj::from_ptr((*self.body()).wrapped) })?;
        if it.is_iterator() {
            return Ok(it);
        }
        // A coroutine: its own iterator.
        // SAFETY: suites and slots of the object's type.
        let new = unsafe {
            match it.ob_type().raw().tp_as_async.as_ref().and_then(|a| a.am_await) {
                Some(f) => crate::error::from_c(f(it.as_raw()))?,
                None => bail!(TypeError, "'{}' object can't be awaited", it.type_name()),
            }
        };
        if !new.is_iterator() {
            bail!(TypeError, "__await__ must return an iterator, not {}", new.type_name());
        }
        Ok(new)
    }

    /// The end of the asynchronous iterator becomes the default.
    fn finish(&self, r: PyResult<Object>) -> PyResult<Object> {
        match r {
            Err(e) if e.matches(exc::StopAsyncIteration()) => {
                e.clear();
                // SAFETY: always filled.
                Err(generator::raise_stop(unsafe { Obj::from_ptr((*self.body()).default) }))
            }
            r => r,
        }
    }
}

#[pymethods]
impl AnextAwaitable {
    #[slot(tp_iter)]
    fn iter(&self) -> &Obj {
        self
    }

    #[slot(am_await)]
    fn await_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self) -> PyResult<Option<Object>> {
        let it = self.iterator()?;
        let r = match generator::send(&it, none()) {
            Ok(Ok(v)) => Ok(v),
            Ok(Err(v)) => Err(generator::raise_stop(&v)),
            Err(e) => Err(e),
        };
        self.finish(r).map(Some)
    }

    /// send(arg) -> send 'arg' into the wrapped iterator,
    /// return next yielded value or raise StopIteration.
    #[method]
    fn send(&self, object: &Obj) -> PyResult<Object> {
        self.finish(self.iterator()?.call_method(sym!(send), &[object]))
    }

    /// throw(value)
    /// throw(typ[,val[,tb]])
    ///
    /// raise exception in the wrapped iterator, return next yielded value
    /// or raise StopIteration.
    #[method(nosig)]
    fn throw(&self, args: &[&Obj]) -> PyResult<Object> {
        self.finish(self.iterator()?.call_method(sym!(throw), args))
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method]
    fn close(&self) -> PyResult<Object> {
        self.finish(self.iterator()?.call_method(sym!(close), &[]))
    }
}

/// Completes the types of this file.
pub fn ready_all() -> PyResult<()> {
    use crate::types::ready::ready;
    ready::<WrappedValue>()?;
    ready::<ASend>()?;
    ready::<AThrow>()?;
    ready::<AnextAwaitable>()
}
