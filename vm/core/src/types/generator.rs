//! Generators, coroutines and asynchronous generators: three types over one body, `PyGenObject`, which holds its frame.
//!
//! The evaluation loop resumes generators without the C stack (`interp::generic::generators`); this file has their
//! creation, the state that surrounds a running frame, and the methods.

use crate::error::{PyResult, Raised, exc};
use crate::interp::eval::run_frame;
use crate::interp::frame::{Frame, HEADER_WORDS, OWNED_BY_GENERATOR};
use crate::interp::value::Value;
use crate::object::native::Native;
use crate::object::obj::{clear, replace};
use crate::object::{AsObj, Obj, Object, Ref, ToRef, alloc, pool};
use crate::thread::ThreadState;
use crate::types::code::Code;
use crate::types::exception::BaseException;
use crate::types::function::Function;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, gc, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

/// States of `gi_frame_state`.
pub const CREATED: i8 = -3;
pub const SUSPENDED: i8 = -2;
pub const SUSPENDED_YIELD_FROM: i8 = -1;
pub const EXECUTING: i8 = 0;
pub const COMPLETED: i8 = 1;
pub const CLEARED: i8 = 4;

const FRAME_OFFSET: usize = std::mem::offset_of!(abi::PyGenObject, gi_iframe);
/// Bytes of a generator without its frame's words.
const BASIC: usize = FRAME_OFFSET + HEADER_WORDS * 8;

/// Generator objects.
#[pytype(
    name = "generator", body = abi::PyGenObject, export = "PyGen_Type", gc, weaklist = gi_weakreflist,
    basicsize = BASIC, itemsize = 8,
)]
pub struct Generator;

/// Coroutine objects.
#[pytype(
    name = "coroutine", body = abi::PyCoroObject, export = "PyCoro_Type", gc, weaklist = cr_weakreflist,
    basicsize = BASIC, itemsize = 8,
)]
pub struct Coroutine;

/// Asynchronous generator objects.
#[pytype(
    name = "async_generator", body = abi::PyAsyncGenObject, export = "PyAsyncGen_Type", gc, weaklist = ag_weakreflist,
    basicsize = BASIC, itemsize = 8,
)]
pub struct AsyncGenerator;

/// The shared body of the three.
#[derive(Clone, Copy)]
pub struct Body(*mut abi::PyGenObject);

/// The body of an object that is one of the three.
pub fn body_of(o: &Obj) -> Option<Body> {
    let is = o.is_exact::<Generator>() || o.is_exact::<Coroutine>() || o.is_exact::<AsyncGenerator>();
    is.then(|| Body(o.as_ptr().cast()))
}

/// The body whose frame this is.
///
/// # Safety
/// `f` is a generator's frame.
unsafe fn body_of_frame(f: *mut Frame) -> Body {
    Body(of_frame(f))
}

/// The generator whose frame this is.
#[inline(always)]
pub fn of_frame(f: *mut Frame) -> *mut abi::PyGenObject {
    (f as *mut u8).wrapping_sub(FRAME_OFFSET).cast()
}

impl Body {
    fn frame(self) -> *mut Frame {
        // SAFETY: a live generator.
        unsafe { (&raw mut (*self.0).gi_iframe).cast() }
    }

    pub fn state(self) -> i8 {
        // SAFETY: a live generator.
        unsafe { (*self.0).gi_frame_state }
    }

    fn set_state(self, s: i8) {
        // SAFETY: a live generator.
        unsafe { (*self.0).gi_frame_state = s }
    }

    fn object<'a>(self) -> &'a Obj {
        // SAFETY: a live generator.
        unsafe { Obj::from_ptr(self.0.cast()) }
    }

    /// The code; it outlives the frame's contents.
    fn code<'a>(self) -> &'a Code {
        // SAFETY: the executable word stays after the frame is cleared.
        unsafe { Frame::code(self.frame()) }
    }

    /// The code, as a new reference (`PyGen_GetCode`).
    pub fn code_object(self) -> Object {
        self.code().as_obj().to_owned()
    }

    fn kind(self) -> &'static str {
        let o = self.object();
        if o.is_exact::<Coroutine>() {
            "coroutine"
        } else if o.is_exact::<AsyncGenerator>() {
            "async generator"
        } else {
            "generator"
        }
    }

    /// The object that a suspended `yield from` or `await` delegates to.
    pub fn delegate(self) -> Option<Object> {
        if self.state() != SUSPENDED_YIELD_FROM {
            return None;
        }
        // SAFETY: while suspended in a delegation the receiver is on top of the stack.
        unsafe { (*(*self.frame()).stackpointer.sub(1)).to_object().ok() }
    }

    /// Runs `f` on what the suspended generator delegates to: the generator counts as running, and its frame as the
    /// caller.
    fn while_delegating<R>(self, f: impl FnOnce() -> R) -> R {
        let ts = ThreadState::current();
        // SAFETY: a suspended generator, kept alive by the caller; the frame is unlinked again.
        unsafe {
            let before = ts.frame();
            let frame = self.frame();
            (*frame).previous = before;
            ts.set_frame(frame);
            self.set_state(EXECUTING);
            let r = f();
            self.set_state(SUSPENDED_YIELD_FROM);
            ts.set_frame(before);
            (*frame).previous = null_mut();
            r
        }
    }

    fn name<'a>(self) -> &'a Str {
        // SAFETY: always a string.
        unsafe { &*((*self.0).gi_name as *const Str) }
    }

    fn qualname<'a>(self) -> &'a Str {
        // SAFETY: always a string.
        unsafe { &*((*self.0).gi_qualname as *const Str) }
    }
}

/// Makes a generator, coroutine or asynchronous generator of a running frame at its start: the frame's contents move
/// into it. The frame's memory is still to be popped.
///
/// # Safety
/// `f` is the newest frame; its `stackpointer` is set.
pub unsafe fn from_frame(f: *mut Frame) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let code = Frame::code(f);
        let func: &Function = (*f).function.obj().cast_unchecked();
        let flags = code.raw().co_flags;
        let ty = if flags & abi::CO_COROUTINE != 0 {
            Coroutine::type_object()
        } else if flags & abi::CO_ASYNC_GENERATOR != 0 {
            AsyncGenerator::type_object()
        } else {
            Generator::type_object()
        };
        let words = code.raw().co_framesize as usize;
        // The frame is written below; nobody looks behind its stack.
        let o = alloc::alloc_partly(ty, FRAME_OFFSET + words * 8, FRAME_OFFSET)?;
        let g = o as *mut abi::PyGenObject;
        (*g).gi_name = (*func.body()).func_name;
        (*g).gi_qualname = (*func.body()).func_qualname;
        crate::object::obj::incref((*g).gi_name);
        crate::object::obj::incref((*g).gi_qualname);
        (*g).gi_frame_state = CREATED;
        let body = Body(g);
        let new = body.frame();
        std::ptr::copy_nonoverlapping(f as *const u8, new as *mut u8, HEADER_WORDS * 8);
        let (from, to) = (Frame::locals_ptr(f), Frame::locals_ptr(new));
        let used = (*f).stackpointer.offset_from(from) as usize;
        for i in 0..used {
            // The generator outlives what its words were borrowed from.
            *to.add(i) = (*from.add(i)).own();
        }
        (*new).stackpointer = to.add(used);
        (*new).function = (*f).function.own();
        (*new).executable = (*f).executable.own();
        (*new).owner = OWNED_BY_GENERATOR;
        (*new).previous = null_mut();
        (*new).return_offset = 1;
        if !(*f).frame_obj.is_null() {
            (*(*f).frame_obj).f_frame = new.cast();
            (*f).frame_obj = null_mut();
        }
        if flags & abi::CO_COROUTINE != 0 {
            let depth = (*ThreadState::current().c()).coroutine_origin_tracking_depth;
            if depth > 0 {
                let origin = compute_origin((*f).previous, depth)?;
                (*g).gi_origin_or_finalizer = origin.into_ptr();
            }
        }
        gc::track(o);
        Ok(Ref::from_owned(o))
    }
}

/// `cr_origin`: (file, line, function) of the callers, innermost first.
unsafe fn compute_origin(f: *mut Frame, depth: c_int) -> PyResult<Object> {
    // SAFETY: live frames.
    unsafe {
        let mut f = Frame::first_complete(f);
        let mut out = Vec::new();
        while !f.is_null() && (out.len() as c_int) < depth {
            let code = Frame::code(f);
            let line = crate::types::int::Int::from_i64(Frame::line(f).unwrap_or(0) as i64)?;
            let t = Tuple::from_vec(vec![
                code.filename().as_obj().to_owned(),
                line.into_object(),
                code.name().as_obj().to_owned(),
            ])?;
            out.push(t.into_object());
            f = Frame::first_complete((*f).previous);
        }
        Ok(Tuple::from_vec(out)?.into_object())
    }
}

/// Prepares a resumption: links the frame and the exception state; the frame becomes the running one.
///
/// # Safety
/// The generator is suspended or new.
pub unsafe fn start(ts: &ThreadState, g: &Generator, previous: *mut Frame) -> *mut Frame {
    // SAFETY: the caller's promise.
    unsafe { start_body(ts, Body(g.as_ptr().cast()), previous) }
}

unsafe fn start_body(ts: &ThreadState, b: Body, previous: *mut Frame) -> *mut Frame {
    // SAFETY: the caller's promise.
    unsafe {
        let f = b.frame();
        (*f).previous = previous;
        (*b.0).gi_frame_state = EXECUTING;
        (*b.0).gi_exc_state.previous_item = (*ts.c()).exc_info;
        (*ts.c()).exc_info = &raw mut (*b.0).gi_exc_state;
        (*ts.c()).py_recursion_remaining -= 1;
        f
    }
}

/// Ends a frame that returns or that an exception leaves.
///
/// # Safety
/// `f` is the running frame of a generator, its `stackpointer` set.
pub unsafe fn finish(ts: &ThreadState, f: *mut Frame) {
    // SAFETY: the caller's promise; the generator is kept alive while its contents go.
    unsafe {
        let b = body_of_frame(f);
        let keep = b.object().to_owned();
        (*b.0).gi_frame_state = CLEARED;
        (*ts.c()).exc_info = (*b.0).gi_exc_state.previous_item;
        (*b.0).gi_exc_state.previous_item = null_mut();
        (*ts.c()).py_recursion_remaining += 1;
        // What ends with the contents runs in the caller. A frame object that takes them over has no caller any more.
        ts.set_frame((*f).previous);
        (*f).previous = null_mut();
        clear_frame(b);
        clear(&raw mut (*b.0).gi_exc_state.exc_value);
        drop(keep);
    }
}

/// Releases a frame's contents but keeps its code.
unsafe fn clear_frame(b: Body) {
    // SAFETY: a frame that does not run.
    unsafe {
        let f = b.frame();
        let code = (*f).executable;
        (*f).executable = code.dup();
        Frame::clear(f);
        // `clear` gave one count of the code back; the other stays until the generator ends.
        (*f).executable = code;
    }
}

/// A plain generator or coroutine that the loop can enter directly.
pub fn as_plain(o: &Obj) -> Option<&Generator> {
    if o.is_exact::<Generator>() || o.is_exact::<Coroutine>() {
        // SAFETY: both have the same body.
        return Some(unsafe { o.cast_unchecked() });
    }
    None
}

impl Generator {
    /// Suspended or new?
    pub fn can_resume_inline(&self) -> bool {
        Body(self.as_ptr().cast()).state() < EXECUTING
    }
}

impl Coroutine {
    /// Is it suspended in an `await`?
    pub fn is_awaited(&self) -> bool {
        Body(self.as_ptr().cast()).state() == SUSPENDED_YIELD_FROM
    }
}

/// A generator function made awaitable by `types.coroutine`?
pub fn is_iterable_coroutine(o: &Obj) -> bool {
    o.is_exact::<Generator>()
        && body_of(o).is_some_and(|b| b.code().raw().co_flags & abi::CO_ITERABLE_COROUTINE != 0)
}

/// What a resumption gave: a yielded value, or the value it returned.
pub type Sent = Result<Object, Object>;

/// Resumes with a value, or with the pending exception raised at the suspended place.
fn resume(b: Body, arg: Option<&Obj>, throwing: bool) -> PyResult<Sent> {
    let ts = ThreadState::current();
    match b.state() {
        EXECUTING => {
            let pending = ts.take_exception();
            drop(pending);
            bail!(ValueError, "{} already executing", b.kind());
        }
        CREATED if arg.is_some_and(|a| !a.is_none()) => {
            bail!(TypeError, "can't send non-None value to a just-started {}", b.kind());
        }
        s if s > EXECUTING => {
            if b.object().is_exact::<Coroutine>() {
                // A finished coroutine cannot be awaited again.
                drop(ts.take_exception());
                bail!(RuntimeError, "cannot reuse already awaited coroutine");
            }
            if throwing {
                return Err(Raised::from_c());
            }
            return Ok(Err(none().to_owned()));
        }
        _ => {}
    }
    let keep = b.object().to_owned();
    // SAFETY: the generator is suspended and kept alive.
    unsafe {
        if (*ts.c()).py_recursion_remaining <= 1 {
            return Err(ts.python_recursion_error());
        }
        ts.check_recursion(" while resuming a generator")?;
        let f = start_body(ts, b, ts.frame());
        if throwing {
            // What the generator is handling becomes the context of what is thrown into it.
            let handled = (*b.0).gi_exc_state.exc_value;
            if !handled.is_null()
                && !Obj::from_ptr(handled).is_none()
                && let Some(e) = ts.take_exception()
            {
                e.chain_context(Obj::from_ptr(handled).cast_unchecked::<BaseException>());
                ts.set_exception(Some(e));
            }
        }
        // Also under a thrown exception: handlers count on the word of the value sent (CLEANUP_THROW drops it).
        let v = match arg {
            Some(a) => Value::from_heap(a.as_ptr()),
            None => Value::none(),
        };
        *(*f).stackpointer = v;
        (*f).stackpointer = (*f).stackpointer.add(1);
        let r = run_frame(ts, f, throwing)?.into_object()?;
        let yielded = b.state() < EXECUTING;
        drop(keep);
        Ok(if yielded { Ok(r) } else { Err(r) })
    }
}

/// The next value for code outside of the loop; NULL at the end, which is an exception only if it has a value.
unsafe fn next(b: Body) -> *mut abi::PyObject {
    let ts = ThreadState::current();
    // SAFETY: a live generator; it is suspended when it is entered, and kept alive.
    unsafe {
        let answer = if b.state() < EXECUTING && (*ts.c()).py_recursion_remaining > 1 && !ts.stack_is_low() {
            let keep = b.object().to_owned();
            let f = start_body(ts, b, ts.frame());
            *(*f).stackpointer = Value::none();
            (*f).stackpointer = (*f).stackpointer.add(1);
            let Ok(v) = run_frame(ts, f, false) else { return null_mut() };
            let yielded = b.state() < EXECUTING;
            drop(keep);
            let Ok(v) = v.into_object() else { return null_mut() };
            if yielded {
                return v.into_ptr();
            }
            Ok(Err(v))
        } else {
            resume(b, None, false)
        };
        match answer {
            Ok(Ok(v)) => v.into_ptr(),
            Ok(Err(v)) => {
                if !v.is_none() {
                    let _ = raise_stop(&v);
                }
                null_mut()
            }
            Err(_) => null_mut(),
        }
    }
}

/// Sends a value to any iterator (`PyIter_Send`).
pub fn send(receiver: &Obj, value: &Obj) -> PyResult<Sent> {
    if let Some(b) = body_of(receiver).filter(|_| !receiver.is_exact::<AsyncGenerator>()) {
        return resume(b, Some(value), false);
    }
    if let Some(a) = receiver.downcast_exact::<crate::types::asyncgen::ASend>() {
        return a.step(value);
    }
    // SAFETY: suites and slots of the receiver's type.
    unsafe {
        if let Some(f) = receiver.ob_type().raw().tp_as_async.as_ref().and_then(|a| a.am_send) {
            let mut result = null_mut();
            let status = f(receiver.as_ptr(), value.as_ptr(), &mut result);
            return match status {
                abi::PYGEN_RETURN => Ok(Err(Ref::from_owned(result))),
                abi::PYGEN_NEXT => Ok(Ok(Ref::from_owned(result))),
                _ => Err(Raised::from_c()),
            };
        }
    }
    let r = if value.is_none() && receiver.is_iterator() {
        receiver.iter_next_raw()
    } else {
        receiver.call_method(sym!(send), &[value]).map(Some)
    };
    match r {
        Ok(Some(v)) => Ok(Ok(v)),
        Ok(None) => Ok(Err(none().to_owned())),
        Err(e) if e.matches(exc::StopIteration()) => Ok(Err(stop_value(e))),
        Err(e) => Err(e),
    }
}

/// The value of a pending `StopIteration`, which is cleared.
pub fn stop_value(raised: Raised) -> Object {
    let e = raised.take();
    // SAFETY: StopIteration's layout.
    unsafe {
        let v = (*(e.as_raw() as *mut abi::PyStopIterationObject)).value;
        if v.is_null() { none().to_owned() } else { Obj::from_ptr(v).to_owned() }
    }
}

/// Raises `StopIteration(value)`; a tuple or exception value is not spread.
pub fn raise_stop(value: &Obj) -> Raised {
    if value.is_none() {
        return crate::error::raise_bare(exc::StopIteration());
    }
    raise_stop_always(value)
}

/// Raises `StopIteration(value)`, with `None` as a value too.
pub fn raise_stop_always(value: &Obj) -> Raised {
    match exc::StopIteration().call(&[value]) {
        Ok(e) => match e.downcast_into::<BaseException>() {
            Ok(e) => crate::error::raise_exception(e),
            Err(_) => raise!(SystemError, "StopIteration is no exception"),
        },
        Err(e) => e,
    }
}

/// A result for Python: the yielded value, or StopIteration with the returned one.
fn deliver(r: Sent) -> PyResult<Object> {
    match r {
        Ok(v) => Ok(v),
        Err(v) => Err(raise_stop(&v)),
    }
}

/// As `deliver`; the end of an asynchronous generator is `StopAsyncIteration`.
fn deliver_thrown(b: Body, r: Sent) -> PyResult<Object> {
    match r {
        Err(_) if b.object().is_exact::<AsyncGenerator>() => {
            Err(crate::error::raise_bare(exc::StopAsyncIteration()))
        }
        r => deliver(r),
    }
}

/// Closes an object that a generator delegates to.
fn close_delegate(o: &Obj) -> PyResult<()> {
    if let Some(b) = body_of(o) {
        return close(b).map(drop);
    }
    match o.get_attr_opt(sym!(close)) {
        Ok(Some(f)) => f.call(&[]).map(drop),
        Ok(None) => Ok(()),
        Err(e) => {
            crate::hooks::ignore(e, Some(o));
            Ok(())
        }
    }
}

/// Is the frame suspended outside of any `try` of the program? `RESUME` says so.
fn nothing_to_unwind(b: Body) -> bool {
    const DEPTH_ONE: u8 = 4;
    // SAFETY: RESUME follows the YIELD_VALUE that suspended the frame.
    let index = unsafe { Frame::instruction_index(b.frame()) } as usize + 1;
    let (op, arg) = b.code().base_unit(index);
    op as u16 == dovetail_ops::metadata::generic::RESUME && arg & DEPTH_ONE != 0
}

/// `close()`.
pub fn close(b: Body) -> PyResult<Object> {
    if b.state() == CREATED {
        // SAFETY: a frame that never ran.
        unsafe {
            b.set_state(CLEARED);
            clear_frame(b);
        }
        return Ok(none().to_owned());
    }
    if b.state() > EXECUTING {
        return Ok(none().to_owned());
    }
    let watched = ThreadState::current().interp().monitors.on.get();
    if b.state() == SUSPENDED && !watched && nothing_to_unwind(b) {
        // SAFETY: a suspended frame.
        unsafe {
            b.set_state(CLEARED);
            clear_frame(b);
        }
        return Ok(none().to_owned());
    }
    let mut error = None;
    if let Some(d) = b.delegate() {
        error = b.while_delegating(|| close_delegate(&d)).err();
    }
    if error.is_none() {
        let _ = crate::error::raise_bare(exc::GeneratorExit());
    }
    match resume(b, None, true) {
        Ok(Ok(_)) => Err(raise!(RuntimeError, "{} ignored GeneratorExit", b.kind())),
        Ok(Err(v)) => Ok(v),
        Err(e) if e.matches(exc::StopIteration()) => Ok(stop_value(e)),
        Err(e) if e.matches(exc::GeneratorExit()) => {
            e.clear();
            Ok(none().to_owned())
        }
        Err(e) => Err(e),
    }
}

/// `throw(...)`.
pub fn throw(b: Body, args: &[&Obj], close_on_exit: bool) -> PyResult<Object> {
    if let Some(d) = b.delegate() {
        let first = args[0];
        let is_exit = first.is_a::<BaseException>() && first.ob_type().is_subtype(exc::GeneratorExit())
            || first.downcast::<Type>().is_some_and(|t| t.is_subtype(exc::GeneratorExit()));
        if is_exit && close_on_exit {
            if b.while_delegating(|| close_delegate(&d)).is_err() {
                return deliver_thrown(b, resume(b, None, true)?);
            }
        } else {
            let inner = if let Some(ib) = body_of(&d).filter(|_| !d.is_exact::<AsyncGenerator>()) {
                Some(b.while_delegating(|| throw(ib, args, close_on_exit)))
            } else {
                d.get_attr_opt(sym!(throw))?.map(|f| b.while_delegating(|| f.call(args)))
            };
            match inner {
                Some(Ok(v)) => return Ok(v),
                // The exception that came out is raised inside, at the delegation.
                Some(Err(_)) => return deliver_thrown(b, resume(b, None, true)?),
                None => {}
            }
        }
    }
    set_thrown(args)?;
    deliver_thrown(b, resume(b, None, true)?)
}

/// Makes the exception that `throw`'s arguments describe the pending one.
fn set_thrown(args: &[&Obj]) -> PyResult<()> {
    let (ty, value, tb) =
        (args[0], args.get(1).filter(|v| !v.is_none()), args.get(2).filter(|v| !v.is_none()));
    if let Some(tb) = tb
        && !tb.is_a::<Traceback>()
    {
        bail!(TypeError, "throw() third argument must be a traceback object");
    }
    let e: Ref<BaseException> =
        if let Some(t) = ty.downcast::<Type>().filter(|t| t.is_subtype(exc::BaseException())) {
            match BaseException::normalize(t, value.copied().unwrap_or(none())) {
                Ok(e) => e,
                // What went wrong in making the exception is thrown in its place.
                Err(e) => e.take(),
            }
        } else if let Some(e) = ty.downcast::<BaseException>() {
            if value.is_some() {
                bail!(TypeError, "instance exception may not have a separate value");
            }
            e.to_ref()
        } else {
            bail!(
                TypeError,
                "exceptions must be classes or instances deriving from BaseException, not {}",
                ty.type_name()
            );
        };
    if let Some(tb) = tb.and_then(|t| t.downcast::<Traceback>()) {
        e.set_traceback(Some(tb.to_ref()));
    }
    // Its context is what the generator handles, not what the caller does: `resume` sees to that.
    let _ = Raised::restore(e);
    Ok(())
}

fn check_throw_args(args: &[&Obj]) -> PyResult<()> {
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

unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live generator; frame words are visited while it is suspended.
    unsafe {
        let Some(visit) = visit else { return 0 };
        let b = Body(o.cast());
        let go = |p: *mut abi::PyObject| if p.is_null() { 0 } else { visit(p, arg) };
        for p in
            [(*b.0).gi_name, (*b.0).gi_qualname, (*b.0).gi_exc_state.exc_value, (*b.0).gi_origin_or_finalizer]
        {
            let r = go(p);
            if r != 0 {
                return r;
            }
        }
        // A running frame's locals are visited, the words above are roots: how far its stack goes only the loop knows.
        if b.state() <= EXECUTING {
            let f = b.frame();
            let mut p = Frame::locals_ptr(f);
            let running = b.state() == EXECUTING;
            let top = if running { Frame::stack_base(f) } else { (*f).stackpointer };
            while p < top {
                let v = *p;
                if !v.is_int() && v.owns() {
                    let r = go(v.ptr());
                    if r != 0 {
                        return r;
                    }
                }
                p = p.add(1);
            }
            for v in [(*f).function, (*f).executable] {
                if !v.is_null() && v.owns() {
                    let r = go(v.ptr());
                    if r != 0 {
                        return r;
                    }
                }
            }
            return go((*f).frame_obj.cast());
        }
        0
    }
}

unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
    // SAFETY: the last reference is gone; the finalizer may bring the object back.
    unsafe {
        let b = Body(o.cast());
        if (*b.0).gi_frame_state < COMPLETED && crate::types::subtype::finalize_dying(o) {
            return;
        }
        gc::untrack(o);
        if !(*b.0).gi_weakreflist.is_null() {
            crate::types::weakref::clear_weakrefs(Obj::from_ptr(o));
        }
        if (*b.0).gi_frame_state < COMPLETED {
            (*b.0).gi_frame_state = CLEARED;
            clear_frame(b);
        }
        clear(&raw mut (*b.0).gi_exc_state.exc_value);
        let code = (*b.frame()).executable;
        let size = FRAME_OFFSET + b.code().raw().co_framesize as usize * 8;
        code.release();
        clear(&raw mut (*b.0).gi_name);
        clear(&raw mut (*b.0).gi_qualname);
        clear(&raw mut (*b.0).gi_origin_or_finalizer);
        gc::count_free();
        let pre = alloc::presize(Obj::from_ptr(o).ob_type());
        pool::put((o as *mut u8).sub(pre), pre + size);
    }
}

unsafe extern "C" fn finalize(o: *mut abi::PyObject) {
    // SAFETY: a generator that is about to end; the pending exception is kept.
    unsafe {
        let b = Body(o.cast());
        if b.state() > EXECUTING {
            return;
        }
        let ts = ThreadState::current();
        let object = b.object();
        if object.is_exact::<AsyncGenerator>() {
            let f = (*b.0).gi_origin_or_finalizer;
            if !f.is_null() && (*b.0).gi_closed == 0 {
                let pending = ts.take_exception();
                if let Err(e) = Obj::from_ptr(f).call(&[object]) {
                    crate::hooks::ignore(e, Some(object));
                }
                ts.set_exception(pending);
                return;
            }
        }
        let pending = ts.take_exception();
        if object.is_exact::<Coroutine>() && b.state() == CREATED {
            warn_unawaited(b);
            b.set_state(CLEARED);
            clear_frame(b);
        } else if let Err(e) = close(b) {
            ignore_while(e, "closing generator", object);
        }
        ts.set_exception(pending);
    }
}

/// The warning about a coroutine that ends without having run, through `warnings._warn_unawaited_coroutine`.
fn warn_unawaited(b: Body) {
    let modules = crate::interpreter::Interpreter::current().modules();
    let warnings = modules.get_text("warnings").map(Obj::to_owned);
    let call = || -> PyResult<bool> {
        let Some(w) = warnings else { return Ok(false) };
        let Some(f) = w.get_attr_opt(sym!(_warn_unawaited_coroutine))? else { return Ok(false) };
        f.call(&[b.object()]).map(|_| true)
    };
    let warned = match call() {
        Ok(done) => done,
        Err(e) => {
            let done = e.matches(exc::RuntimeWarning());
            ignore_while(e, "finalizing coroutine", b.object());
            done
        }
    };
    if !warned {
        let message = format!("coroutine '{}' was never awaited", b.qualname().to_string_lossy());
        if let Err(e) = crate::types::exception::warn(exc::RuntimeWarning(), &message, 1) {
            ignore_while(e, "finalizing coroutine", b.object());
        }
    }
}

/// Reports an error of a generator's end.
fn ignore_while(e: Raised, doing: &str, object: &Obj) {
    let e = e.take();
    let shown = match object.repr() {
        Ok(r) => r.to_string_lossy().into_owned(),
        Err(again) => {
            again.clear();
            object.type_name().to_owned()
        }
    };
    crate::hooks::unraisable(e, &format!("Exception ignored while {doing} {shown}"), None);
}

fn set_name(field: *mut *mut abi::PyObject, value: Option<&Obj>, what: &str) -> PyResult<()> {
    let Some(v) = value.filter(|v| v.is_a::<Str>()) else {
        bail!(TypeError, "{what} must be set to a string object");
    };
    // SAFETY: the field owns its value.
    unsafe { replace(field, Some(v.to_owned())) };
    Ok(())
}

fn frame_of(b: Body) -> PyResult<Option<Object>> {
    if b.state() > EXECUTING {
        return Ok(None);
    }
    crate::types::frame::frame_object(b.frame()).map(|f| Some(f.into_object()))
}

/// The methods that the three types share, under their own attribute prefixes.
macro_rules! common {
    ($ty:ident, $shown:literal, $code:literal, $frame:literal, $running:literal, $delegate:literal, $suspended:literal,
     $name_doc:literal, $qualname_doc:literal, $delegate_doc:literal, { $($extra:tt)* }) => {
        #[pymethods]
        impl $ty {
            #[slot(tp_repr)]
            fn repr(&self) -> String {
                let b = Body(self.as_ptr().cast());
                format!(concat!("<", $shown, " object {} at {:#x}>"), b.qualname().to_string_lossy(), self.as_ptr() as usize)
            }

            #[slot(tp_traverse, raw)]
            unsafe extern "C" fn traverse_slot(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
                // SAFETY: called as a slot.
                unsafe { traverse(o, visit, arg) }
            }

            #[slot(tp_clear, raw)]
            unsafe extern "C" fn clear_slot(_: *mut abi::PyObject) -> c_int {
                // The finalizer has closed the frame already.
                0
            }

            #[slot(tp_dealloc, raw)]
            unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
                // SAFETY: called as a slot.
                unsafe { dealloc(o) }
            }

            #[slot(tp_finalize, raw)]
            unsafe extern "C" fn finalize_slot(o: *mut abi::PyObject) {
                // SAFETY: called as a slot.
                unsafe { finalize(o) }
            }

            #[getter(name = "__name__", doc = $name_doc)]
            fn get_name(&self) -> Object {
                Body(self.as_ptr().cast()).name().as_obj().to_owned()
            }

            #[setter(name = "__name__")]
            fn set_name_(&self, value: Option<&Obj>) -> PyResult<()> {
                // SAFETY: own body.
                set_name(unsafe { &raw mut (*(self.as_ptr() as *mut abi::PyGenObject)).gi_name }, value, "__name__")
            }

            #[getter(name = "__qualname__", doc = $qualname_doc)]
            fn get_qualname(&self) -> Object {
                Body(self.as_ptr().cast()).qualname().as_obj().to_owned()
            }

            #[setter(name = "__qualname__")]
            fn set_qualname_(&self, value: Option<&Obj>) -> PyResult<()> {
                // SAFETY: own body.
                set_name(unsafe { &raw mut (*(self.as_ptr() as *mut abi::PyGenObject)).gi_qualname }, value, "__qualname__")
            }

            #[getter(name = $delegate, doc = $delegate_doc)]
            fn get_delegate(&self) -> Option<Object> {
                Body(self.as_ptr().cast()).delegate()
            }

            #[getter(name = $running)]
            fn get_running(&self) -> bool {
                let b = Body(self.as_ptr().cast());
                if b.object().is_exact::<AsyncGenerator>() {
                    // SAFETY: a live generator.
                    return unsafe { (*b.0).gi_running_async != 0 };
                }
                b.state() == EXECUTING
            }

            #[getter(name = $suspended)]
            fn get_suspended(&self) -> bool {
                matches!(Body(self.as_ptr().cast()).state(), SUSPENDED | SUSPENDED_YIELD_FROM)
            }

            #[getter(name = $frame)]
            fn get_frame(&self) -> PyResult<Option<Object>> {
                frame_of(Body(self.as_ptr().cast()))
            }

            #[getter(name = $code)]
            fn get_code(&self) -> Object {
                Body(self.as_ptr().cast()).code().as_obj().to_owned()
            }

            $($extra)*
        }
    };
}

common!(
    Generator,
    "generator",
    "gi_code",
    "gi_frame",
    "gi_running",
    "gi_yieldfrom",
    "gi_suspended",
    "name of the generator",
    "qualified name of the generator",
    "object being iterated by yield from, or None",
    {
        #[slot(tp_iter)]
        fn iter_(&self) -> Object {
            self.as_obj().to_owned()
        }

        #[slot(tp_iternext, raw)]
        unsafe extern "C" fn next_slot(o: *mut abi::PyObject) -> *mut abi::PyObject {
            // SAFETY: called as a slot.
            unsafe { next(Body(o.cast())) }
        }

        /// send(value) -> send 'value' into generator,
        /// return next yielded value or raise StopIteration.
        #[method(nosig)]
        fn send(&self, value: &Obj) -> PyResult<Object> {
            deliver(resume(Body(self.as_ptr().cast()), Some(value), false)?)
        }

        /// throw(value)
        /// throw(type[,value[,tb]])
        ///
        /// Raise exception in generator, return next yielded value or raise
        /// StopIteration.
        #[method(nosig)]
        fn throw(&self, args: &[&Obj]) -> PyResult<Object> {
            check_throw_args(args)?;
            throw(Body(self.as_ptr().cast()), args, true)
        }

        /// close() -> raise GeneratorExit inside generator.
        #[method(nosig)]
        fn close(&self) -> PyResult<Object> {
            close(Body(self.as_ptr().cast()))
        }

        /// See PEP 585
        #[classmethod(name = "__class_getitem__", nosig)]
        fn class_getitem(cls: &Type, item: &Obj) -> PyResult<Object> {
            crate::types::genericalias::GenericAlias::new(cls, item).map(Ref::into_object)
        }
    }
);

common!(
    Coroutine,
    "coroutine",
    "cr_code",
    "cr_frame",
    "cr_running",
    "cr_await",
    "cr_suspended",
    "name of the coroutine",
    "qualified name of the coroutine",
    "object being awaited on, or None",
    {
        #[slot(am_await)]
        fn await_(&self) -> PyResult<Object> {
            CoroutineWrapper::new(self).map(Ref::into_object)
        }

        /// send(arg) -> send 'arg' into coroutine,
        /// return next iterated value or raise StopIteration.
        #[method(nosig)]
        fn send(&self, value: &Obj) -> PyResult<Object> {
            deliver(resume(Body(self.as_ptr().cast()), Some(value), false)?)
        }

        /// throw(value)
        /// throw(type[,value[,traceback]])
        ///
        /// Raise exception in coroutine, return next iterated value or raise
        /// StopIteration.
        #[method(nosig)]
        fn throw(&self, args: &[&Obj]) -> PyResult<Object> {
            check_throw_args(args)?;
            throw(Body(self.as_ptr().cast()), args, true)
        }

        /// close() -> raise GeneratorExit inside coroutine.
        #[method(nosig)]
        fn close(&self) -> PyResult<Object> {
            close(Body(self.as_ptr().cast()))
        }

        #[getter(name = "cr_origin")]
        fn get_origin(&self) -> Option<Object> {
            // SAFETY: NULL or an object.
            unsafe {
                crate::object::native::borrow_opt(
                    (*(self.as_ptr() as *mut abi::PyGenObject)).gi_origin_or_finalizer,
                )
            }
            .map(Obj::to_owned)
        }

        /// See PEP 585
        #[classmethod(name = "__class_getitem__", nosig)]
        fn class_getitem(cls: &Type, item: &Obj) -> PyResult<Object> {
            crate::types::genericalias::GenericAlias::new(cls, item).map(Ref::into_object)
        }
    }
);

common!(
    AsyncGenerator,
    "async_generator",
    "ag_code",
    "ag_frame",
    "ag_running",
    "ag_await",
    "ag_suspended",
    "name of the async generator",
    "qualified name of the async generator",
    "object being awaited on, or None",
    {
        #[slot(am_aiter)]
        fn aiter(&self) -> PyResult<Object> {
            Ok(self.as_obj().to_owned())
        }

        #[slot(am_anext)]
        fn anext(&self) -> PyResult<Object> {
            crate::types::asyncgen::asend(self, none())
        }

        /// __aiter__ is the generator itself; asend(v) sends 'v' in generator.
        #[method(nosig)]
        fn asend(&self, value: &Obj) -> PyResult<Object> {
            crate::types::asyncgen::asend(self, value)
        }

        /// athrow(value)
        /// athrow(type[,value[,tb]])
        ///
        /// raise exception in generator.
        #[method(nosig)]
        fn athrow(&self, args: &[&Obj]) -> PyResult<Object> {
            check_throw_args(args)?;
            crate::types::asyncgen::athrow(self, args)
        }

        /// aclose() -> raise GeneratorExit inside generator.
        #[method(nosig)]
        fn aclose(&self) -> PyResult<Object> {
            crate::types::asyncgen::aclose(self)
        }

        /// See PEP 585
        #[classmethod(name = "__class_getitem__", nosig)]
        fn class_getitem(cls: &Type, item: &Obj) -> PyResult<Object> {
            crate::types::genericalias::GenericAlias::new(cls, item).map(Ref::into_object)
        }
    }
);

/// Resumes an asynchronous generator's frame, for its `asend` and `athrow` objects.
pub fn resume_async(g: &AsyncGenerator, value: Option<&Obj>, throwing: bool) -> PyResult<Sent> {
    resume(Body(g.as_ptr().cast()), value, throwing)
}

/// Throws into an asynchronous generator's frame.
pub fn throw_async(g: &AsyncGenerator, args: &[&Obj]) -> PyResult<Object> {
    throw(Body(g.as_ptr().cast()), args, false)
}

/// The body of a `coroutine_wrapper`.
#[repr(C)]
pub struct CoroutineWrapperBody {
    ob_base: abi::PyObject,
    coroutine: *mut abi::PyObject,
}

/// What `coroutine.__await__()` gives: an iterator over the coroutine.
#[pytype(name = "coroutine_wrapper", body = CoroutineWrapperBody, export = "_PyCoroWrapper_Type", gc, refs(coroutine))]
pub struct CoroutineWrapper;

impl CoroutineWrapper {
    fn new(c: &Coroutine) -> PyResult<Ref<CoroutineWrapper>> {
        // SAFETY: the field is filled.
        unsafe {
            let w = alloc::new_body::<CoroutineWrapper>()?;
            (*w.body()).coroutine = c.as_obj().to_owned().into_ptr();
            Ok(w)
        }
    }

    fn inner(&self) -> Body {
        // SAFETY: always a coroutine.
        Body(unsafe { (*self.body()).coroutine }.cast())
    }
}

#[pymethods]
impl CoroutineWrapper {
    #[slot(tp_iter)]
    fn iter_(&self) -> Object {
        self.as_obj().to_owned()
    }

    #[slot(tp_iternext)]
    fn next(&self) -> PyResult<Option<Object>> {
        match resume(self.inner(), None, false)? {
            Ok(v) => Ok(Some(v)),
            Err(v) if v.is_none() => Ok(None),
            Err(v) => Err(raise_stop(&v)),
        }
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method(nosig)]
    fn send(&self, value: &Obj) -> PyResult<Object> {
        deliver(resume(self.inner(), Some(value), false)?)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    #[method(nosig)]
    fn throw(&self, args: &[&Obj]) -> PyResult<Object> {
        check_throw_args(args)?;
        throw(self.inner(), args, true)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[method(nosig)]
    fn close(&self) -> PyResult<Object> {
        close(self.inner())
    }
}
