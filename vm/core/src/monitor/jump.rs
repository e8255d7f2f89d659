//! Setting `frame.f_lineno`: where a line starts, what the stack holds there, and whether one can go there from here.

use super::code::{Instruction, instructions, jump_target};
use super::{Event, Monitors};
use crate::error::{PyResult, exc, raise_message};
use crate::interp::frame::{Frame, OWNED_BY_GENERATOR};
use crate::interp::value::Value;
use crate::object::Obj;
use crate::raise;
use crate::thread::ThreadState;
use crate::types::code::{Code, KIND_CELL, KIND_FREE};
use crate::types::frame::FrameObject;
use crate::types::int::Int;
use crate::types::location::line_runs;
use dovetail_ops::effects::instruction;
use dovetail_ops::metadata::{EXTENDED_ARG, generic, op};

/// What a word of the stack is, as far as jumps care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Iterator,
    Except,
    Object,
    Null,
    LastIndex,
}

type Stack = Vec<Kind>;

fn pops(stack: &mut Stack, n: usize) {
    stack.truncate(stack.len().saturating_sub(n));
}

/// The stack after an instruction; `None` where nothing follows it.
fn after(i: &Instruction, mut stack: Stack) -> Option<Stack> {
    match i.op {
        op::RETURN_VALUE | op::JUMP_FORWARD | op::JUMP_BACKWARD_NO_INTERRUPT => return None,
        op::PUSH_NULL => stack.push(Kind::Null),
        op::SWAP => {
            let n = stack.len();
            if i.arg >= 1 && n >= i.arg {
                stack.swap(n - 1, n - i.arg);
            }
        }
        op::COPY => {
            let n = stack.len();
            stack.push(n.checked_sub(i.arg).and_then(|at| stack.get(at)).copied().unwrap_or(Kind::Object));
        }
        _ => match i.op as u16 {
            generic::RAISE_VARARGS | generic::RERAISE | generic::JUMP_BACKWARD => return None,
            generic::GET_ITER | generic::GET_AITER => {
                pops(&mut stack, 1);
                stack.push(Kind::Iterator);
            }
            generic::FOR_ITER => stack.push(Kind::Object),
            generic::END_ASYNC_FOR => pops(&mut stack, 2),
            generic::PUSH_EXC_INFO => stack.push(Kind::Except),
            generic::POP_EXCEPT => pops(&mut stack, 1),
            generic::LOAD_GLOBAL => {
                stack.push(Kind::Object);
                if i.arg & 1 != 0 {
                    stack.push(Kind::Null);
                }
            }
            generic::LOAD_ATTR if i.arg & 1 != 0 => {
                pops(&mut stack, 1);
                stack.extend([Kind::Object, Kind::Null]);
            }
            _ => {
                let effect = instruction(i.op.into())?.stack_effect(i.arg as i32, None)?;
                if effect < 0 {
                    pops(&mut stack, effect.unsigned_abs() as usize);
                }
                stack.extend(std::iter::repeat_n(Kind::Object, effect.max(0) as usize));
            }
        },
    }
    Some(stack)
}

/// The stack where a jump goes to.
fn at_target(i: &Instruction, mut stack: Stack) -> Stack {
    match i.op {
        op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => {
            pops(&mut stack, 1);
        }
        _ => {}
    }
    stack
}

/// The entries of an exception table: start, end, target, depth, and whether the index is pushed.
fn entries(table: &[u8]) -> Vec<(usize, usize, usize, usize, bool)> {
    let mut numbers = Vec::new();
    let mut value = 0usize;
    for b in table {
        value = value << 6 | (b & 63) as usize;
        if b & 64 == 0 {
            numbers.push(value);
            value = 0;
        }
    }
    numbers.chunks_exact(4).map(|n| (n[0], n[0] + n[1], n[2], n[3] >> 1, n[3] & 1 != 0)).collect()
}

/// The stack before each unit; `None` where code does not get to.
fn stacks(code: &Code) -> Vec<Option<Stack>> {
    let all = instructions(code);
    let handlers = entries(code.exception_table());
    let mut out: Vec<Option<Stack>> = vec![None; code.units() + 1];
    let first = all.first().map_or(0, |i| i.at);
    out[first] = Some(Vec::new());
    let mut todo = true;
    while todo {
        todo = false;
        let mut put = |out: &mut Vec<Option<Stack>>, at: usize, stack: Stack| {
            if let Some(place @ None) = out.get_mut(at) {
                *place = Some(stack);
                todo = true;
            }
        };
        for (n, i) in all.iter().enumerate() {
            let Some(stack) = out[i.at].clone() else { continue };
            let next = all.get(n + 1).map_or(code.units(), |next| next.at);
            if i.op == EXTENDED_ARG {
                put(&mut out, next, stack);
                continue;
            }
            if let Some(target) = jump_target(i.op, i.at, i.arg) {
                put(&mut out, target, at_target(i, stack.clone()));
                if i.op as u16 == generic::FOR_ITER {
                    // END_FOR, which a loop passes over.
                    let mut with_item = stack.clone();
                    with_item.push(Kind::Object);
                    put(&mut out, target - 1, with_item);
                }
            }
            for (from, to, target, depth, index) in &handlers {
                if (*from..*to).contains(&i.at) && stack.len() >= *depth {
                    let mut caught = stack[..*depth].to_vec();
                    if *index {
                        caught.push(Kind::LastIndex);
                    }
                    caught.push(Kind::Except);
                    put(&mut out, *target, caught);
                }
            }
            if let Some(after) = after(i, stack) {
                put(&mut out, next, after);
            }
        }
    }
    out
}

fn compatible(from: &[Kind], to: &[Kind]) -> bool {
    from.len() >= to.len()
        && from.iter().zip(to).all(|(from, to)| match to {
            Kind::Object => *from != Kind::Null,
            Kind::Null => true,
            other => from == other,
        })
}

fn explain(to: Option<&Stack>) -> &'static str {
    match to {
        None => "can't jump into an exception handler, or code may be unreachable",
        Some(stack) => match stack.last() {
            Some(Kind::Except) => "can't jump into an 'except' block as there's no exception",
            Some(Kind::LastIndex) => "can't jump into a re-raising block as there's no location",
            Some(Kind::Iterator) => "can't jump into the body of a for loop",
            _ => "incompatible stacks",
        },
    }
}

/// May a line be set in the event that the thread is in?
fn check_event(what: i32) -> PyResult<()> {
    const FREE: [Event; 6] =
        [Event::PyResume, Event::Jump, Event::BranchLeft, Event::BranchRight, Event::Line, Event::PyYield];
    let is = |event: Event| what == event as i32;
    let text = if what < 0 {
        "f_lineno can only be set in a trace function"
    } else if FREE.into_iter().any(is) {
        return Ok(());
    } else if is(Event::PyStart) {
        "can't jump from the 'call' trace event of a new frame"
    } else if is(Event::Call) || is(Event::CReturn) {
        "can't jump during a call"
    } else {
        "can only jump from a 'line' trace event"
    };
    Err(raise_message(exc::ValueError(), text))
}

/// `frame.f_lineno = value`.
pub fn set_line(frame: &FrameObject, value: &Obj) -> PyResult<()> {
    let refuse = |text: &str| Err(raise_message(exc::ValueError(), text));
    let Some(line) = value.downcast_exact::<Int>() else { return refuse("lineno must be an integer") };
    let ts = ThreadState::current();
    // SAFETY: own state.
    check_event(unsafe { (*ts.c()).what_event })?;
    let Some(line) = line.to_i64().and_then(|n| i32::try_from(n).ok()) else {
        return Err(raise!(OverflowError, "Python int too large to convert to C int"));
    };
    let code = frame.code();
    if line < code.raw().co_firstlineno {
        return refuse(&format!("line {line} comes before the current code block"));
    }
    let starts: Vec<(usize, i32)> = line_runs(code.line_table(), code.raw().co_firstlineno)
        .into_iter()
        .filter_map(|(start, _, line)| Some((start, line?)))
        .collect();
    let Some(target_line) = starts.iter().map(|(_, l)| *l).filter(|l| *l >= line).min() else {
        return refuse(&format!("line {line} comes after the current code block"));
    };
    let stacks = stacks(code);
    let f = frame.frame();
    // SAFETY: the frame is alive, stopped in a callback, its stack pointer stored.
    unsafe {
        let here = Frame::instruction_index(f).max(0) as usize;
        let from = stacks.get(here).and_then(Option::as_ref);
        let mut best: Option<(usize, usize)> = None;
        let mut message = "cannot find bytecode for specified line";
        let mut tried = false;
        for (at, _) in starts.iter().filter(|(_, l)| *l == target_line) {
            let to = stacks.get(*at).and_then(Option::as_ref);
            match (from, to) {
                (Some(from), Some(to))
                    if compatible(from, to) && best.is_none_or(|(_, depth)| to.len() > depth) =>
                {
                    best = Some((*at, to.len()));
                }
                _ if !tried => {
                    message = if from.is_none() { "can't jump from unreachable code" } else { explain(to) };
                    tried = true;
                }
                _ => {}
            }
        }
        let (Some((at, depth)), Some(from)) = (best, from) else { return refuse(message) };
        bind_unbound(f, code)?;
        let mut from = from.clone();
        let base = Frame::stack_base(f);
        // A generator that waits for a value has one word more than its instruction says.
        if (*f).owner == OWNED_BY_GENERATOR && (*f).stackpointer.offset_from(base) as usize > from.len() {
            from.push(Kind::Object);
        }
        while from.len() > depth && (*f).stackpointer > base {
            (*f).stackpointer = (*f).stackpointer.sub(1);
            let v = std::mem::replace(&mut *(*f).stackpointer, Value::NULL);
            if from.pop() == Some(Kind::Except) {
                let p = if v.is_none() { std::ptr::null_mut() } else { v.own().ptr() };
                let old = ts.swap_handled(p);
                crate::object::obj::xdecref(old);
            } else {
                v.release();
            }
        }
        (*frame.body()).f_lineno = 0;
        (*f).instr_ptr = code.instructions().add(at);
    }
    Ok(())
}

/// The compiler counts on locals being bound where it has proved that they are; a jump breaks the proof.
unsafe fn bind_unbound(f: *mut Frame, code: &Code) -> PyResult<()> {
    // SAFETY: the frame's own locals.
    unsafe {
        let locals = Frame::locals_ptr(f);
        let unbound: Vec<usize> = (0..code.raw().co_nlocalsplus as usize)
            .filter(|i| code.kind(*i) & (KIND_CELL | KIND_FREE) == 0 && (*locals.add(*i)).is_null())
            .collect();
        if unbound.is_empty() {
            return Ok(());
        }
        let s = if unbound.len() == 1 { "" } else { "s" };
        let text = format!("assigning None to {} unbound local{s}", unbound.len());
        crate::types::raising::warn(exc::RuntimeWarning(), &text, 1)?;
        for i in unbound {
            *locals.add(i) = Value::none();
        }
    }
    Ok(())
}

/// `frame.f_trace_opcodes = True`: instructions of the frame's code are events for the tracer.
pub fn trace_opcodes(code: &Code) {
    let monitors = Monitors::current();
    let events = monitors.local_events(super::TRACE, code) | Event::Instruction.bit();
    monitors.set_local_events(super::TRACE, code, events);
}
