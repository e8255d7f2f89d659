//! `sys.settrace` and `sys.setprofile`: the old interface as two tools. The functions live in the thread state's
//! `c_tracefunc` and `c_profilefunc`, where C finds them too.

use super::{Event, PROFILE, TRACE};
use crate::error::{PyResult, Raised};
use crate::interp::frame::Frame;
use crate::monitor::fire::inside;
use crate::object::native::{borrow_opt, opt_ptr};
use crate::object::obj::{clear, replace};
use crate::object::{AsObj, Obj, Object, Ref};
use crate::thread::ThreadState;
use crate::types::cfunction::CFunction;
use crate::types::descr::MethodDescr;
use crate::types::exception::BaseException;
use crate::types::frame::{FrameObject, frame_object};
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use std::ffi::c_int;

type P = *mut abi::PyObject;

/// The names of what a trace function is told, by `PyTrace_*` number.
static WHAT: [&str; 8] =
    ["call", "exception", "line", "return", "c_call", "c_exception", "c_return", "opcode"];

/// The events behind `sys.settrace`.
const TRACE_EVENTS: u32 = Event::PyStart.bit()
    | Event::PyResume.bit()
    | Event::PyReturn.bit()
    | Event::PyYield.bit()
    | Event::Raise.bit()
    | Event::Line.bit()
    | Event::Jump.bit()
    | Event::PyUnwind.bit()
    | Event::PyThrow.bit()
    | Event::StopIteration.bit();

/// The events behind `sys.setprofile`.
const PROFILE_EVENTS: u32 = Event::PyStart.bit()
    | Event::PyResume.bit()
    | Event::PyReturn.bit()
    | Event::PyYield.bit()
    | Event::Call.bit()
    | Event::PyUnwind.bit()
    | Event::PyThrow.bit()
    | Event::CReturn.bit()
    | Event::CRaise.bit();

/// Calls a Python function with frame, name and argument.
fn call(function: &Obj, frame: &FrameObject, what: c_int, arg: Option<&Obj>) -> PyResult<Object> {
    let name = Str::intern(WHAT.get(what as usize).copied().unwrap_or_default())?;
    function.call(&[frame.as_obj(), name.as_obj(), arg.unwrap_or(none())])
}

/// `c_tracefunc` for a trace function in Python: the result of `call` is the frame's own function.
unsafe extern "C" fn trace_trampoline(this: P, frame: *mut abi::PyFrameObject, what: c_int, arg: P) -> c_int {
    // SAFETY: called with live objects, and NULL for no argument.
    unsafe {
        let callback = if what == abi::PyTrace_CALL { this } else { (*frame).f_trace };
        let Some(callback) = borrow_opt(callback).map(Obj::to_owned) else { return 0 };
        match call(&callback, &*(frame as *const FrameObject), what, borrow_opt(arg)) {
            Ok(r) => {
                if !r.is_none() {
                    replace(&raw mut (*frame).f_trace, Some(r));
                }
                0
            }
            Err(Raised { .. }) => {
                set_trace(ThreadState::current(), None, None);
                clear(&raw mut (*frame).f_trace);
                -1
            }
        }
    }
}

/// `c_profilefunc` for a profile function in Python.
unsafe extern "C" fn profile_trampoline(
    this: P,
    frame: *mut abi::PyFrameObject,
    what: c_int,
    arg: P,
) -> c_int {
    // SAFETY: as above.
    unsafe {
        let Some(callback) = borrow_opt(this).map(Obj::to_owned) else { return 0 };
        match call(&callback, &*(frame as *const FrameObject), what, borrow_opt(arg)) {
            Ok(_) => 0,
            Err(Raised { .. }) => {
                set_profile(ThreadState::current(), None, None);
                -1
            }
        }
    }
}

/// Sets a thread's trace function (`PyEval_SetTrace`).
pub fn set_trace(ts: &ThreadState, function: abi::Py_tracefunc, object: Option<Object>) {
    let monitors = &ts.interp().monitors;
    // SAFETY: own state, or another thread's under the GIL.
    unsafe {
        let c = ts.c();
        let had = (*c).c_tracefunc.is_some();
        (*c).c_tracefunc = function;
        replace(&raw mut (*c).c_traceobj, object);
        let n = &monitors.tracing_threads;
        match (had, function.is_some()) {
            (false, true) => n.set(n.get() + 1),
            (true, false) => n.set(n.get() - 1),
            _ => {}
        }
    }
    monitors.set_events(TRACE, if monitors.tracing_threads.get() > 0 { TRACE_EVENTS } else { 0 });
    if monitors.tracing_threads.get() > 0 {
        // What earlier functions had switched off is on again.
        monitors.restart();
    }
}

/// Sets a thread's profile function (`PyEval_SetProfile`).
pub fn set_profile(ts: &ThreadState, function: abi::Py_tracefunc, object: Option<Object>) {
    let monitors = &ts.interp().monitors;
    // SAFETY: as above.
    unsafe {
        let c = ts.c();
        let had = (*c).c_profilefunc.is_some();
        (*c).c_profilefunc = function;
        replace(&raw mut (*c).c_profileobj, object);
        let n = &monitors.profiling_threads;
        match (had, function.is_some()) {
            (false, true) => n.set(n.get() + 1),
            (true, false) => n.set(n.get() - 1),
            _ => {}
        }
    }
    monitors.set_events(PROFILE, if monitors.profiling_threads.get() > 0 { PROFILE_EVENTS } else { 0 });
}

/// `sys.settrace` for a thread.
pub fn set_trace_function(ts: &ThreadState, function: Option<&Obj>) {
    let trampoline: abi::Py_tracefunc = if function.is_some() { Some(trace_trampoline) } else { None };
    set_trace(ts, trampoline, function.map(Obj::to_owned));
}

/// `sys.setprofile` for a thread.
pub fn set_profile_function(ts: &ThreadState, function: Option<&Obj>) {
    let trampoline: abi::Py_tracefunc = if function.is_some() { Some(profile_trampoline) } else { None };
    set_profile(ts, trampoline, function.map(Obj::to_owned));
}

/// `sys.gettrace`, `sys.getprofile`.
pub fn functions(ts: &ThreadState) -> (Option<Object>, Option<Object>) {
    // SAFETY: NULL or owned objects.
    unsafe {
        let c = ts.c();
        (borrow_opt((*c).c_traceobj).map(Obj::to_owned), borrow_opt((*c).c_profileobj).map(Obj::to_owned))
    }
}

/// Runs `f` with tracing on although a trace function is running (`sys.call_tracing`).
pub fn with_tracing<T>(ts: &ThreadState, f: impl FnOnce() -> T) -> T {
    // SAFETY: own state.
    unsafe {
        let before = std::mem::replace(&mut (*ts.c()).tracing, 0);
        let out = f();
        (*ts.c()).tracing = before;
        out
    }
}

/// Tells the thread's function.
fn tell(ts: &ThreadState, f: *mut Frame, tool: usize, what: c_int, arg: Option<&Obj>) -> PyResult<()> {
    // SAFETY: own state; the object is kept alive during the call.
    unsafe {
        let c = ts.c();
        let (function, object) = if tool == TRACE {
            ((*c).c_tracefunc, (*c).c_traceobj)
        } else {
            ((*c).c_profilefunc, (*c).c_profileobj)
        };
        let Some(function) = function else { return Ok(()) };
        let keep = borrow_opt(object).map(Obj::to_owned);
        let frame = frame_object(f)?;
        // NULL stands for the end of a frame by an exception.
        let arg = if what == abi::PyTrace_RETURN { opt_ptr(arg) } else { arg.unwrap_or(none()).as_ptr() };
        let r = inside(ts, || function(opt_ptr(keep.as_deref()), frame.as_raw().cast(), what, arg));
        if r < 0 { Err(Raised::from_c()) } else { Ok(()) }
    }
}

/// Tells of a line, which the frame is at meanwhile.
fn tell_line(ts: &ThreadState, f: *mut Frame, line: Option<i32>) -> PyResult<()> {
    let Some(line) = line else { return Ok(()) };
    let frame = frame_object(f)?;
    // SAFETY: the frame object's own fields.
    unsafe {
        let b = frame.body();
        if (*b).f_trace_lines == 0 {
            return Ok(());
        }
        (*b).f_lineno = line;
        let r = tell(ts, f, TRACE, abi::PyTrace_LINE, None);
        (*b).f_lineno = 0;
        r
    }
}

fn number(o: &Obj) -> i32 {
    o.downcast::<crate::types::int::Int>().and_then(|i| i.to_i64()).unwrap_or(-1) as i32
}

/// An event for one of the two tools; the answer says whether it is of no use at this place.
pub fn told(ts: &ThreadState, f: *mut Frame, tool: usize, event: Event, args: &[Object]) -> PyResult<bool> {
    // SAFETY: own state.
    let active = unsafe {
        if tool == TRACE { (*ts.c()).c_tracefunc.is_some() } else { (*ts.c()).c_profilefunc.is_some() }
    };
    if !active {
        return Ok(false);
    }
    let arg = |i: usize| args.get(i).map(|o| &**o);
    match event {
        Event::PyStart | Event::PyResume | Event::PyThrow => tell(ts, f, tool, abi::PyTrace_CALL, None)?,
        Event::PyReturn | Event::PyYield => {
            tell(ts, f, tool, abi::PyTrace_RETURN, arg(1))?;
            opcodes_from_now_on(f, tool)?;
        }
        Event::PyUnwind => {
            tell(ts, f, tool, abi::PyTrace_RETURN, None)?;
            opcodes_from_now_on(f, tool)?;
        }
        Event::Line => tell_line(ts, f, arg(0).map(number))?,
        Event::Jump => {
            // A jump back to the same line starts it anew; others reach a line's start.
            let (from, to) = (arg(0).map_or(0, number), arg(1).map_or(0, number));
            // SAFETY: a complete frame.
            let code = unsafe { Frame::code(f) };
            let line = code.line_of(to);
            if to > from || line != code.line_of(from) {
                return Ok(true);
            }
            tell_line(ts, f, line)?;
        }
        Event::Instruction => {
            let frame = frame_object(f)?;
            // SAFETY: the frame object's own field.
            if unsafe { (*frame.body()).f_trace_opcodes != 0 } {
                tell(ts, f, tool, abi::PyTrace_OPCODE, None)?;
            }
        }
        Event::Raise | Event::StopIteration => {
            if let Some(e) = arg(1) {
                tell(ts, f, tool, abi::PyTrace_EXCEPTION, Some(exception_info(e)?.as_obj()))?;
            }
        }
        Event::Call | Event::CReturn | Event::CRaise => {
            let what = match event {
                Event::Call => abi::PyTrace_C_CALL,
                Event::CReturn => abi::PyTrace_C_RETURN,
                _ => abi::PyTrace_C_EXCEPTION,
            };
            if let (Some(callable), Some(first)) = (arg(1), arg(2))
                && let Some(function) = c_function(ts, callable, first)?
            {
                tell(ts, f, tool, what, Some(&function))?;
            }
        }
        _ => {}
    }
    Ok(false)
}

/// `f_trace_opcodes` that was set when a call was told of counts from the next call of the code on.
fn opcodes_from_now_on(f: *mut Frame, tool: usize) -> PyResult<()> {
    let frame = frame_object(f)?;
    // SAFETY: the frame object's own fields; a complete frame.
    unsafe {
        if tool == TRACE && (*frame.body()).f_trace_opcodes != 0 {
            super::jump::trace_opcodes(Frame::code(f));
        }
    }
    Ok(())
}

/// Type, value and traceback of an exception.
fn exception_info(e: &Obj) -> PyResult<Ref<Tuple>> {
    let tb: Object = match e.downcast::<BaseException>().and_then(BaseException::traceback) {
        Some(t) => t.into_object(),
        None => none().to_owned(),
    };
    Tuple::from_slice(&[e.ob_type().as_obj(), e, &tb])
}

/// What a profile function is shown of a call: functions of C, methods bound to their object.
fn c_function(ts: &ThreadState, callable: &Obj, first: &Obj) -> PyResult<Option<Object>> {
    if callable.is_a::<CFunction>() {
        return Ok(Some(callable.to_owned()));
    }
    if callable.is_exact::<MethodDescr>() {
        if first.is(&*ts.interp().monitors.missing()?) {
            return Ok(None);
        }
        let Some(get) = callable.ob_type().raw().tp_descr_get else { return Ok(None) };
        // SAFETY: a slot of the descriptor's type.
        return match unsafe {
            crate::error::from_c(get(callable.as_ptr(), first.as_ptr(), first.ob_type().as_ptr()))
        } {
            Ok(bound) => Ok(Some(bound)),
            Err(e) => {
                e.clear();
                Ok(None)
            }
        };
    }
    Ok(None)
}
