//! Firing: what happens before a watched instruction, and while an exception unwinds frames.

use super::code::{self, ALWAYS, EVENT, INSTRUCTION, LINE};
use super::{EVENT_NAMES, Event, PROFILE, TRACE, legacy, wrapped};
use crate::error::{PyResult, exc, raise_message};
use crate::interp::frame::Frame;
use crate::interp::generic::{Generic, State};
use crate::interp::value::Value;
use crate::object::{AsObj, Obj, Object, Ref};
use crate::thread::ThreadState;
use crate::types::code::Code;
use crate::types::exception::BaseException;
use crate::types::int::Int;
use dovetail_ops::metadata::{caches, generic, op};

/// How the loop goes on after events were fired.
pub enum After {
    /// With the instruction.
    Run,
    /// Where the state says.
    Moved,
    /// With the instruction in a form that fires more events.
    Instead(Generic),
}

/// Is the thread inside a callback, where nothing is watched?
pub fn is_inside(ts: &ThreadState) -> bool {
    // SAFETY: own state.
    unsafe { (*ts.c()).tracing != 0 }
}

/// Runs `f` with nothing watched in this thread.
pub fn inside<T>(ts: &ThreadState, f: impl FnOnce() -> T) -> T {
    // SAFETY: own state.
    unsafe {
        (*ts.c()).tracing += 1;
        let out = f();
        (*ts.c()).tracing -= 1;
        out
    }
}

fn highest(tools: u8) -> usize {
    7 - tools.leading_zeros() as usize
}

fn int(n: i64) -> PyResult<Object> {
    Ok(Int::from_i64(n)?.into_object())
}

/// The byte offset of a unit.
fn offset(i: usize) -> PyResult<Object> {
    int(i as i64 * 2)
}

/// Calls the callbacks of `tools` for an event at unit `i`. `args` come after the code.
pub fn call_tools(
    ts: &ThreadState,
    f: *mut Frame,
    event: Event,
    i: usize,
    tools: u8,
    args: &[Object],
) -> PyResult<()> {
    if tools == 0 || is_inside(ts) {
        return Ok(());
    }
    // SAFETY: a complete frame keeps its code alive, but a jump may end the borrow's use only after the call.
    let code = unsafe { Frame::code(f) };
    // SAFETY: own state.
    let before = unsafe { std::mem::replace(&mut (*ts.c()).what_event, event as i32) };
    let r = call_each(ts, f, code, event, i, tools, args);
    // SAFETY: own state.
    unsafe { (*ts.c()).what_event = before };
    r
}

fn call_each(
    ts: &ThreadState,
    f: *mut Frame,
    code: &Code,
    event: Event,
    i: usize,
    mut tools: u8,
    args: &[Object],
) -> PyResult<()> {
    let monitors = &ts.interp().monitors;
    while tools != 0 {
        let tool = highest(tools);
        tools &= !(1 << tool);
        let disabled = match tool {
            TRACE | PROFILE if monitors.callback(tool, event).is_none() => {
                legacy::told(ts, f, tool, event, args)?
            }
            _ => {
                let Some(callback) = monitors.callback(tool, event) else { continue };
                let mut all: Vec<&Obj> = Vec::with_capacity(args.len() + 1);
                all.push(code.as_obj());
                all.extend(args.iter().map(|a| &**a));
                let r = inside(ts, || callback.call(&all))?;
                r.is(&*monitors.disable()?)
            }
        };
        if disabled {
            if !event.is_local() {
                drop(monitors.set_callback(tool, event as usize, None));
                let text =
                    format!("Cannot disable {} events. Callback removed.", EVENT_NAMES[event as usize]);
                return Err(raise_message(exc::ValueError(), &text));
            }
            if let Some(data) = code::existing(code) {
                data.disable(tool, event, i);
                // The old event `BRANCH` is one for both ways.
                if ts.interp().monitors.has_old_branch(tool)
                    && matches!(event, Event::BranchLeft | Event::BranchRight)
                {
                    data.disable_partner(tool, i);
                }
            }
        }
    }
    Ok(())
}

/// Fires what is due before the instruction at `st.pc`. `previous` is the instruction that the frame ran before.
///
/// # Safety
/// The frame is presentable: its stack pointer and instruction are stored.
pub unsafe fn before(st: &mut State, previous: *const u16, oparg: usize, flags: u8) -> PyResult<After> {
    // SAFETY: pc stands behind a unit of the frame's code.
    unsafe {
        let (ts, f) = (st.ts, st.fp);
        let code: &Code = Frame::code(f);
        let this = st.pc.sub(1);
        let i = this.offset_from(code.instructions()) as usize;
        let prev = previous.offset_from(code.instructions());
        let prev = usize::try_from(prev).ok().filter(|p| *p < code.units());
        let moved = |st: &mut State| {
            let jumped = (*f).instr_ptr != this;
            if jumped {
                st.pc = (*f).instr_ptr;
                st.sp = (*f).stackpointer;
            }
            jumped
        };
        let mut flags = flags;
        if flags & LINE != 0 {
            line(ts, f, code, i, prev)?;
            if moved(st) {
                return Ok(After::Moved);
            }
            // The tool may want the instruction now.
            flags = code::flags_at(code, i, &ts.interp().monitors);
        }
        if flags & INSTRUCTION != 0 {
            let tools = code::data_of(code).instruction_tools(i);
            call_tools(ts, f, Event::Instruction, i, tools, &[offset(i)?])?;
            if moved(st) {
                return Ok(After::Moved);
            }
        }
        if flags & (EVENT | ALWAYS) == 0 {
            return Ok(After::Run);
        }
        let from = if flags & INSTRUCTION == 0 { prev.unwrap_or(i) } else { i };
        event(st, code, i, from, oparg)
    }
}

fn line(ts: &ThreadState, f: *mut Frame, code: &Code, i: usize, prev: Option<usize>) -> PyResult<()> {
    let data = code::data_of(code);
    let Some(line) = data.line(i) else { return Ok(()) };
    if let Some(p) = prev
        && data.line(p) == Some(line)
        // A start that is an event itself, or has not run in its quick form yet, hides no line.
        && !(code.base_unit(p).0 as u16 == generic::RESUME
            && (data.event_tools(p) != 0 || code.current_code()[p * 2] as u16 == generic::RESUME))
    {
        return Ok(());
    }
    let tools = data.line_tools(i);
    call_tools(ts, f, Event::Line, i, tools, &[int(line.into())?])
}

/// The event that belongs to the instruction.
unsafe fn event(st: &mut State, code: &Code, i: usize, from: usize, oparg: usize) -> PyResult<After> {
    let (ts, f) = (st.ts, st.fp);
    let tools = code::data_of(code).event_tools(i);
    let (base, arg) = code.base_unit(i);
    let next = i + 1 + caches(base);
    let jump = |event: Event, from: usize, to: usize| -> PyResult<()> {
        call_tools(ts, f, event, i, tools, &[offset(from)?, offset(to)?])
    };
    match base {
        op::RETURN_VALUE => {
            let value = st.object(1)?.to_owned();
            call_tools(ts, f, Event::PyReturn, i, tools, &[offset(i)?, value])?;
        }
        op::JUMP_FORWARD => jump(Event::Jump, i, next + oparg)?,
        op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => {
            let v = st.peek(1);
            let taken = match base {
                op::POP_JUMP_IF_FALSE => !is_true(v),
                op::POP_JUMP_IF_TRUE => is_true(v),
                op::POP_JUMP_IF_NONE => v.is_none(),
                _ => !v.is_none(),
            };
            if taken {
                jump(Event::BranchRight, i, next + oparg)?;
            }
        }
        // The instruction before, unless this one was an event of its own.
        op::NOT_TAKEN => jump(Event::BranchLeft, from, next)?,
        op::POP_ITER => jump(Event::BranchRight, from, next)?,
        op::YIELD_VALUE => {
            let value = st.object(1)?.to_owned();
            call_tools(ts, f, Event::PyYield, i, tools, &[offset(i)?, value])?;
        }
        op::END_SEND => {
            let receiver = st.object(2)?;
            if crate::types::generator::as_plain(&receiver).is_some() {
                let value = st.object(1)?.to_owned();
                stop_iteration(ts, f, i, tools, &value)?;
            }
        }
        _ => match base as u16 {
            generic::RESUME => {
                let event = if arg & 3 == 0 { Event::PyStart } else { Event::PyResume };
                call_tools(ts, f, event, i, tools, &[offset(i)?])?;
            }
            generic::JUMP_BACKWARD => jump(Event::Jump, i, next.saturating_sub(oparg))?,
            generic::END_ASYNC_FOR => jump(Event::BranchRight, next.saturating_sub(oparg), next)?,
            generic::FOR_ITER => return Ok(After::Instead(wrapped::FOR_ITER)),
            generic::CALL => return Ok(After::Instead(wrapped::CALL)),
            generic::CALL_KW => return Ok(After::Instead(wrapped::CALL_KW)),
            generic::CALL_FUNCTION_EX => return Ok(After::Instead(wrapped::CALL_FUNCTION_EX)),
            generic::LOAD_SUPER_ATTR => return Ok(After::Instead(wrapped::LOAD_SUPER_ATTR)),
            _ => {}
        },
    }
    // SAFETY: the frame's own registers.
    unsafe {
        if (*f).instr_ptr != st.pc.sub(1) {
            st.pc = (*f).instr_ptr;
            st.sp = (*f).stackpointer;
            return Ok(After::Moved);
        }
    }
    // The plain jump passes over NOT_TAKEN; where that is watched, it must run.
    if matches!(
        base,
        op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE
    ) {
        return Ok(step_over(st, code, base, next));
    }
    Ok(After::Run)
}

fn is_true(v: Value) -> bool {
    v.is(Value::bool(true))
}

/// A conditional jump that is not taken, with `NOT_TAKEN` as the next instruction.
fn step_over(st: &mut State, code: &Code, base: u8, next: usize) -> After {
    let v = st.peek(1);
    let stays = match base {
        op::POP_JUMP_IF_FALSE => is_true(v),
        op::POP_JUMP_IF_TRUE => !is_true(v),
        op::POP_JUMP_IF_NONE => !v.is_none(),
        _ => v.is_none(),
    };
    if !stays || next >= code.units() || code.base_unit(next).0 != op::NOT_TAKEN {
        return After::Run;
    }
    st.drop_n(1);
    // SAFETY: within the code.
    st.pc = unsafe { code.instructions().add(next) };
    After::Moved
}

/// A generator's return as the exception that stands for it.
fn stop_iteration(ts: &ThreadState, f: *mut Frame, i: usize, tools: u8, value: &Obj) -> PyResult<()> {
    if tools == 0 || is_inside(ts) {
        return Ok(());
    }
    let e = exc::StopIteration().call(&[value])?;
    call_tools(ts, f, Event::StopIteration, i, tools, &[offset(i)?, e])
}

/// Fires an event about the pending exception, which stays pending unless a callback raises another one. `at` is the
/// instruction; where it raised is the end of it, caches included.
pub fn exception(ts: &ThreadState, f: *mut Frame, event: Event, at: isize) {
    if !ts.interp().monitors.on.get() {
        return;
    }
    // SAFETY: a complete frame.
    let code = unsafe { Frame::code(f) };
    let i = at.max(0) as usize;
    let end = match event {
        Event::Raise | Event::Reraise | Event::PyUnwind if i < code.units() => {
            i + caches(code.base_unit(i).0)
        }
        _ => i,
    };
    exception_at(ts, f, event, end);
}

/// As `exception`, with the unit that callbacks are told.
pub fn exception_at(ts: &ThreadState, f: *mut Frame, event: Event, at: usize) {
    let monitors = &ts.interp().monitors;
    if !monitors.on.get() || is_inside(ts) {
        return;
    }
    let tools = monitors.tools_for(event);
    if tools == 0 {
        return;
    }
    let Some(pending) = ts.take_exception() else { return };
    let told = tell(ts, f, event, at, tools, &pending);
    // The exception of a callback takes its place.
    if told.is_ok() {
        ts.set_exception(Some(pending));
    }
}

/// Fires `EXCEPTION_HANDLED`, before the handler at unit `at` runs.
pub fn handled(ts: &ThreadState, f: *mut Frame, at: isize, exception: Value) -> PyResult<()> {
    let tools = ts.interp().monitors.tools_for(Event::ExceptionHandled);
    if tools == 0 || is_inside(ts) {
        return Ok(());
    }
    let args = [int(at as i64 * 2)?, exception.to_object()?];
    call_tools(ts, f, Event::ExceptionHandled, at.max(0) as usize, tools, &args)
}

fn tell(
    ts: &ThreadState,
    f: *mut Frame,
    event: Event,
    at: usize,
    tools: u8,
    pending: &Ref<BaseException>,
) -> PyResult<()> {
    let args = [offset(at)?, pending.as_obj().to_owned()];
    call_tools(ts, f, event, at, tools, &args)
}
