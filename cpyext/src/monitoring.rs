//! `cpython/monitoring.h`: events that an extension fires as if its code were Python's (PEP 669).
//!
//! A state is one byte: the tools, as bits, that want its event. The header's inline functions call these here only
//! when there are some. A code-like object stands for the code, which callbacks get as their first argument; offsets
//! are the extension's own.

use crate::boundary::P;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::interp::frame::Frame;
use dovetail_core::monitor::fire::{inside, is_inside};
use dovetail_core::monitor::{EVENT_NAMES, Event, Monitors, PROFILE, TRACE, legacy};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::raise;
use dovetail_core::thread::ThreadState;
use dovetail_core::types::code::Code;
use dovetail_core::types::int::Int;
use dovetail_macros::capi;

/// Brings the states of a scope's events up to date, where anything has changed since `version`.
#[capi]
unsafe fn PyMonitoring_EnterScope(
    states: *mut abi::PyMonitoringState,
    version: *mut u64,
    events: *const u8,
    count: isize,
) -> PyResult<()> {
    let monitors = Monitors::current();
    // SAFETY: arrays of `count` elements.
    unsafe {
        let now = u64::from(monitors.version.get());
        if *version == now {
            return Ok(());
        }
        for i in 0..count.max(0) as usize {
            (*states.add(i)).active = match Event::from_number(*events.add(i)) {
                Some(event) => monitors.tools_for(event),
                None => 0,
            };
        }
        *version = now;
    }
    Ok(())
}

/// A scope needs no end.
#[capi]
fn PyMonitoring_ExitScope() -> PyResult<()> {
    Ok(())
}

/// Calls the tools of a state, the highest first. A tool that answers `DISABLE` is taken from the state.
fn fire(
    state: &mut abi::PyMonitoringState,
    codelike: &Obj,
    offset: i32,
    event: Event,
    rest: &[Object],
) -> PyResult<()> {
    if offset < 0 {
        return Err(raise!(ValueError, "offset must be non-negative"));
    }
    let mut args = Vec::with_capacity(2);
    if event != Event::Line {
        args.push(Int::from_i64(offset.into())?.into_object());
    }
    args.extend(rest.iter().cloned());
    let ts = ThreadState::current();
    let monitors = Monitors::current();
    let mut tools = state.active;
    while tools != 0 {
        let tool = 7 - tools.leading_zeros() as usize;
        tools &= !(1 << tool);
        if is_inside(ts) {
            continue;
        }
        // SAFETY: own state.
        let before = unsafe { std::mem::replace(&mut (*ts.c()).what_event, event as i32) };
        let r = call(ts, monitors, tool, codelike, event, &args);
        // SAFETY: own state.
        unsafe { (*ts.c()).what_event = before };
        if !r? {
            continue;
        }
        if !event.is_local() {
            drop(monitors.set_callback(tool, event as usize, None));
            let name = EVENT_NAMES[event as usize];
            return Err(raise!(ValueError, "Cannot disable {name} events. Callback removed."));
        }
        state.active &= !(1 << tool);
    }
    Ok(())
}

/// Calls one tool; does it want no more of this?
fn call(
    ts: &ThreadState,
    monitors: &Monitors,
    tool: usize,
    codelike: &Obj,
    event: Event,
    args: &[Object],
) -> PyResult<bool> {
    let Some(callback) = monitors.callback(tool, event) else {
        if tool == TRACE || tool == PROFILE {
            let f = Frame::first_complete(ts.frame());
            // Whether a jump goes to another line only real code can say.
            if !f.is_null() && (event != Event::Jump || codelike.is_a::<Code>()) {
                return legacy::told(ts, f, tool, event, args);
            }
        }
        return Ok(false);
    };
    let mut all: Vec<&Obj> = vec![codelike];
    all.extend(args.iter().map(|a| &**a));
    let answer = inside(ts, || callback.call(&all))?;
    Ok(answer.is(&*monitors.disable()?))
}

/// Fires an event about the pending exception, which stays pending unless a callback raises another one.
fn fire_exception(
    state: &mut abi::PyMonitoringState,
    codelike: &Obj,
    offset: i32,
    event: Event,
) -> PyResult<()> {
    let ts = ThreadState::current();
    let Some(pending) = ts.take_exception() else {
        return Err(raise!(ValueError, "Firing event {} with no exception set", event as i32));
    };
    fire(state, codelike, offset, event, &[pending.as_obj().to_owned()])?;
    ts.set_exception(Some(pending));
    Ok(())
}

// Names that do not look like those of functions.
const START: Event = Event::PyStart;
const RESUME: Event = Event::PyResume;
const RETURN: Event = Event::PyReturn;
const YIELD: Event = Event::PyYield;
const JUMP: Event = Event::Jump;
const BRANCH_RIGHT: Event = Event::BranchRight;
const BRANCH_LEFT: Event = Event::BranchLeft;
const C_RETURN: Event = Event::CReturn;
const C_RAISE: Event = Event::CRaise;
const RAISE: Event = Event::Raise;
const RERAISE: Event = Event::Reraise;
const EXCEPTION_HANDLED: Event = Event::ExceptionHandled;
const THROW: Event = Event::PyThrow;
const UNWIND: Event = Event::PyUnwind;

/// Events without more than the offset, with one object, and about the pending exception.
macro_rules! fire_capi {
    ($($name:ident $event:ident $kind:ident)*) => { $( fire_capi!(@$kind $name $event); )* };
    (@plain $name:ident $event:ident) => {
        /// Fires the event of its name.
        #[capi]
        unsafe fn $name(state: *mut abi::PyMonitoringState, codelike: &Obj, offset: i32) -> PyResult<()> {
            // SAFETY: a state of the caller's.
            fire(unsafe { &mut *state }, codelike, offset, $event, &[])
        }
    };
    (@object $name:ident $event:ident) => {
        /// Fires the event of its name, with an object.
        #[capi]
        unsafe fn $name(state: *mut abi::PyMonitoringState, codelike: &Obj, offset: i32, arg: &Obj) -> PyResult<()> {
            // SAFETY: a state of the caller's.
            fire(unsafe { &mut *state }, codelike, offset, $event, &[arg.to_owned()])
        }
    };
    (@exception $name:ident $event:ident) => {
        /// Fires the event of its name about the pending exception; `ValueError` without one.
        #[capi]
        unsafe fn $name(state: *mut abi::PyMonitoringState, codelike: P, offset: i32) -> PyResult<()> {
            // SAFETY: a state of the caller's, and a live object.
            unsafe { fire_exception(&mut *state, Obj::from_ptr(codelike), offset, $event) }
        }
    };
}

fire_capi! {
    _PyMonitoring_FirePyStartEvent START plain
    _PyMonitoring_FirePyResumeEvent RESUME plain
    _PyMonitoring_FirePyReturnEvent RETURN object
    _PyMonitoring_FirePyYieldEvent YIELD object
    _PyMonitoring_FireJumpEvent JUMP object
    _PyMonitoring_FireBranchEvent BRANCH_RIGHT object
    _PyMonitoring_FireBranchLeftEvent BRANCH_LEFT object
    _PyMonitoring_FireBranchRightEvent BRANCH_RIGHT object
    _PyMonitoring_FireCReturnEvent C_RETURN object
    _PyMonitoring_FireCRaiseEvent C_RAISE exception
    _PyMonitoring_FireRaiseEvent RAISE exception
    _PyMonitoring_FireReraiseEvent RERAISE exception
    _PyMonitoring_FireExceptionHandledEvent EXCEPTION_HANDLED exception
    _PyMonitoring_FirePyThrowEvent THROW exception
    _PyMonitoring_FirePyUnwindEvent UNWIND exception
}

/// Fires `CALL` with the callable and its first argument.
#[capi]
unsafe fn _PyMonitoring_FireCallEvent(
    state: *mut abi::PyMonitoringState,
    codelike: &Obj,
    offset: i32,
    callable: &Obj,
    arg0: &Obj,
) -> PyResult<()> {
    let rest = [callable.to_owned(), arg0.to_owned()];
    // SAFETY: a state of the caller's.
    fire(unsafe { &mut *state }, codelike, offset, Event::Call, &rest)
}

/// Fires `LINE` with the number of the line.
#[capi]
unsafe fn _PyMonitoring_FireLineEvent(
    state: *mut abi::PyMonitoringState,
    codelike: &Obj,
    offset: i32,
    line: i32,
) -> PyResult<()> {
    let line = Int::from_i64(line.into())?.into_object();
    // SAFETY: a state of the caller's.
    fire(unsafe { &mut *state }, codelike, offset, Event::Line, &[line])
}

/// Fires `STOP_ITERATION` with the exception that a value stands for.
#[capi]
unsafe fn _PyMonitoring_FireStopIterationEvent(
    state: *mut abi::PyMonitoringState,
    codelike: &Obj,
    offset: i32,
    value: &Obj,
) -> PyResult<()> {
    let stop: Object = if value.is_a::<dovetail_core::types::exception::BaseException>()
        && value.ob_type().is_subtype(exc::StopIteration())
    {
        value.to_owned()
    } else {
        exc::StopIteration().call(&[value])?
    };
    // SAFETY: a state of the caller's.
    fire(unsafe { &mut *state }, codelike, offset, Event::StopIteration, &[stop])
}
