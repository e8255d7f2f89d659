//! What is watched in a code object: for each instruction its event, and the tools that want to be told.

use super::{Event, LOCAL_MASK, Monitors, TOOLS};
use crate::types::code::Code;
use crate::types::location::line_runs;
use dovetail_ops::metadata::{EXTENDED_ARG, base, caches, generic, op};

/// Bits of `flags`.
pub const EVENT: u8 = 1;
pub const LINE: u8 = 2;
pub const INSTRUCTION: u8 = 4;
/// The instruction is watched for what it does besides its event.
pub const ALWAYS: u8 = 8;

/// No event, no line.
const NONE: u8 = u8::MAX;
const NO_LINE: i32 = i32::MIN;

/// The watch list of a code object, kept in `_co_monitoring`.
pub struct CodeData {
    pub version: u32,
    /// For each unit: what is due there.
    pub flags: Vec<u8>,
    restarts: u32,
    /// The event of each instruction.
    events: Vec<u8>,
    lines: Vec<i32>,
    starts_line: Vec<bool>,
    event_tools: Vec<u8>,
    line_tools: Vec<u8>,
    instruction_tools: Vec<u8>,
    /// The events applied to the lists for each tool.
    applied: [u32; TOOLS],
    local: [u32; TOOLS],
    code: *const Code,
}

/// The event that belongs to an instruction.
fn event_of(op: u8, arg: u8) -> Option<Event> {
    Some(match op {
        n if n as u16 == generic::RESUME => {
            if arg & 3 == 0 {
                Event::PyStart
            } else {
                Event::PyResume
            }
        }
        op::RETURN_VALUE => Event::PyReturn,
        op::YIELD_VALUE => Event::PyYield,
        n => match n as u16 {
            generic::CALL | generic::CALL_KW | generic::CALL_FUNCTION_EX | generic::LOAD_SUPER_ATTR => {
                Event::Call
            }
            generic::JUMP_BACKWARD => Event::Jump,
            generic::FOR_ITER => Event::BranchLeft,
            generic::END_ASYNC_FOR => Event::BranchRight,
            _ => match n {
                op::JUMP_FORWARD => Event::Jump,
                op::POP_JUMP_IF_FALSE
                | op::POP_JUMP_IF_TRUE
                | op::POP_JUMP_IF_NONE
                | op::POP_JUMP_IF_NOT_NONE
                | op::POP_ITER => Event::BranchRight,
                op::NOT_TAKEN => Event::BranchLeft,
                op::END_SEND => Event::StopIteration,
                _ => return None,
            },
        },
    })
}

/// The unit that a jump at `i` goes to, where the instruction jumps.
pub fn jump_target(op: u8, i: usize, arg: usize) -> Option<usize> {
    let next = i + 1 + caches(op);
    match op {
        op::JUMP_FORWARD
        | op::POP_JUMP_IF_FALSE
        | op::POP_JUMP_IF_TRUE
        | op::POP_JUMP_IF_NONE
        | op::POP_JUMP_IF_NOT_NONE => Some(next + arg),
        op::JUMP_BACKWARD_NO_INTERRUPT => next.checked_sub(arg),
        n => match n as u16 {
            generic::JUMP_BACKWARD => next.checked_sub(arg),
            // Past END_FOR.
            generic::FOR_ITER => Some(next + arg + 1),
            generic::SEND => Some(next + arg),
            _ => None,
        },
    }
}

/// An instruction as the compiler wrote it.
#[derive(Clone, Copy)]
pub struct Instruction {
    /// Its unit, behind the extended arguments.
    pub at: usize,
    pub op: u8,
    pub arg: usize,
}

/// The instructions of a code object; extended arguments are instructions too, and part of the next one's argument.
pub fn instructions(code: &Code) -> Vec<Instruction> {
    let mut out = Vec::new();
    let (mut i, mut high) = (0, 0);
    while i < code.units() {
        let (op, low) = code.base_unit(i);
        let arg = high << 8 | low as usize;
        out.push(Instruction { at: i, op, arg });
        high = if op == EXTENDED_ARG { arg } else { 0 };
        i += 1 + caches(op);
    }
    out
}

/// Where the handlers of an exception table start.
fn handlers(table: &[u8]) -> Vec<usize> {
    let mut numbers = Vec::new();
    let mut value = 0usize;
    for b in table {
        value = value << 6 | (b & 63) as usize;
        if b & 64 == 0 {
            numbers.push(value);
            value = 0;
        }
    }
    numbers.chunks(4).filter_map(|entry| entry.get(2).copied()).collect()
}

/// May the instruction be the first of a line? Those that others skip, and `RESUME`, never are.
fn can_start_line(op: u8) -> bool {
    let n = op as u16;
    !(n == generic::RESUME
        || n == generic::END_ASYNC_FOR
        || matches!(op, op::END_FOR | op::END_SEND | op::POP_ITER))
}

impl CodeData {
    fn new(code: &Code) -> CodeData {
        let n = code.units();
        let mut lines = vec![NO_LINE; n];
        for (start, end, line) in line_runs(code.line_table(), code.raw().co_firstlineno) {
            if let (Some(line), Some(run)) = (line, lines.get_mut(start..end.min(n))) {
                run.fill(line);
            }
        }
        let all = instructions(code);
        let first = code.raw()._co_firsttraceable.max(0) as usize;
        let mut events = vec![NONE; n];
        let mut starts_line = vec![false; n];
        let mut line = NO_LINE;
        for i in all.iter().filter(|i| i.at >= first) {
            if let Some(event) = event_of(i.op, i.arg as u8) {
                events[i.at] = event as u8;
            }
            if can_start_line(i.op) {
                starts_line[i.at] = lines[i.at] != line && lines[i.at] != NO_LINE;
                line = lines[i.at];
            }
        }
        // A line starts too where code goes to from another line.
        let mut mark = |target: usize| {
            if target >= first
                && target < n
                && lines[target] != NO_LINE
                && can_start_line(code.base_unit(target).0)
            {
                starts_line[target] = true;
            }
        };
        for i in all.iter().filter(|i| i.at >= first) {
            if let Some(target) = jump_target(i.op, i.at, i.arg)
                && lines.get(target).is_some_and(|line| *line != lines[i.at])
            {
                mark(target);
            }
        }
        for target in handlers(code.exception_table()) {
            mark(target);
        }
        CodeData {
            version: u32::MAX,
            flags: vec![0; n],
            restarts: 0,
            events,
            lines,
            starts_line,
            event_tools: vec![0; n],
            line_tools: vec![0; n],
            instruction_tools: vec![0; n],
            applied: [0; TOOLS],
            local: [0; TOOLS],
            code,
        }
    }

    /// The line of a unit.
    pub fn line(&self, i: usize) -> Option<i32> {
        self.lines.get(i).copied().filter(|line| *line != NO_LINE)
    }

    /// The tools that want the event, the line or the instruction at a unit.
    pub fn event_tools(&self, i: usize) -> u8 {
        self.event_tools.get(i).copied().unwrap_or(0)
    }

    pub fn line_tools(&self, i: usize) -> u8 {
        self.line_tools[i]
    }

    pub fn instruction_tools(&self, i: usize) -> u8 {
        self.instruction_tools[i]
    }

    /// Switches an event off for a tool at a unit.
    pub fn disable(&mut self, tool: usize, event: Event, i: usize) {
        let list = match event {
            Event::Line => &mut self.line_tools,
            Event::Instruction => &mut self.instruction_tools,
            _ => &mut self.event_tools,
        };
        list[i] &= !(1 << tool);
        self.flag(i, 0);
    }

    /// Switches off the other way out of the branch at a unit.
    pub fn disable_partner(&mut self, tool: usize, i: usize) {
        // SAFETY: the data lives as long as its code.
        let code = unsafe { &*self.code };
        // A loop's step with its end, a conditional jump with the `NOT_TAKEN` behind it.
        let partner = |one: &Instruction| match one.op {
            n if n as u16 == generic::FOR_ITER => jump_target(one.op, one.at, one.arg),
            op::POP_JUMP_IF_FALSE
            | op::POP_JUMP_IF_TRUE
            | op::POP_JUMP_IF_NONE
            | op::POP_JUMP_IF_NOT_NONE => Some(one.at + 1 + caches(one.op)),
            _ => None,
        };
        for one in instructions(code) {
            let Some(other) = partner(&one) else { continue };
            let found = if one.at == i {
                other
            } else if other == i {
                one.at
            } else {
                continue;
            };
            if found < self.event_tools.len() {
                self.disable(tool, Event::BranchLeft, found);
            }
        }
    }

    fn flag(&mut self, i: usize, more: u8) {
        let mut f = self.flags[i] & ALWAYS | more;
        if self.event_tools[i] != 0 {
            f |= EVENT;
        }
        if self.line_tools[i] != 0 {
            f |= LINE;
        }
        if self.instruction_tools[i] != 0 {
            f |= INSTRUCTION;
        }
        self.flags[i] = f;
    }

    pub(super) fn has_local(&self) -> bool {
        self.local.iter().any(|e| *e != 0)
    }

    pub(super) fn local(&self, tool: usize) -> u32 {
        self.local[tool]
    }

    pub(super) fn set_local(&mut self, tool: usize, events: u32) -> bool {
        let this: *mut CodeData = self;
        let mut watched = Monitors::current().watched.borrow_mut();
        if !watched.contains(&this) {
            watched.push(this);
        }
        drop(watched);
        std::mem::replace(&mut self.local[tool], events) != events
    }

    /// Brings the lists up to date with what tools want now.
    #[cold]
    fn update(&mut self, monitors: &Monitors) {
        if self.restarts != monitors.restarts.get() {
            self.restarts = monitors.restarts.get();
            self.applied = [0; TOOLS];
            for list in [&mut self.event_tools, &mut self.line_tools, &mut self.instruction_tools] {
                list.fill(0);
            }
        }
        // SAFETY: the data lives as long as its code.
        let code = unsafe { &*self.code };
        let first = code.raw()._co_firsttraceable.max(0) as usize;
        let mut any = 0;
        let all = instructions(code);
        for tool in 0..TOOLS {
            let want = (monitors.events(tool) | self.local[tool]) & LOCAL_MASK;
            any |= want | monitors.events(tool);
            let (added, removed) = (want & !self.applied[tool], self.applied[tool] & !want);
            self.applied[tool] = want;
            if added | removed == 0 {
                continue;
            }
            let bit = 1u8 << tool;
            let change = |list: &mut u8, event: u32| {
                if added & event != 0 {
                    *list |= bit;
                } else if removed & event != 0 {
                    *list &= !bit;
                }
            };
            for i in all.iter().filter(|i| i.at >= first).map(|i| i.at) {
                if self.events[i] != NONE {
                    change(&mut self.event_tools[i], 1 << self.events[i]);
                }
                if self.starts_line[i] {
                    change(&mut self.line_tools[i], Event::Line.bit());
                }
                // RESUME stands for the start of the code, and is no instruction of its own.
                if all_but_resume(code, i) {
                    change(&mut self.instruction_tools[i], Event::Instruction.bit());
                }
            }
        }
        for i in all.iter().filter(|i| i.at >= first) {
            self.flags[i.at] = 0;
            let both = Event::Instruction.bit() | Event::BranchLeft.bit();
            let branches = matches!(
                i.op,
                op::POP_JUMP_IF_FALSE
                    | op::POP_JUMP_IF_TRUE
                    | op::POP_JUMP_IF_NONE
                    | op::POP_JUMP_IF_NOT_NONE
            );
            let loops = (any != 0 && i.op as u16 == generic::FOR_ITER) || (any & both != 0 && branches);
            self.flag(i.at, if loops { ALWAYS } else { 0 });
        }
        self.version = monitors.version.get();
    }
}

fn all_but_resume(code: &Code, i: usize) -> bool {
    code.base_unit(i).0 as u16 != generic::RESUME
}

/// The data of a code object, if it has any.
#[expect(clippy::mut_from_ref, reason = "the data is behind the code object, not in it")]
pub fn existing(code: &Code) -> Option<&mut CodeData> {
    // SAFETY: NULL or made by `data_of`; used under the GIL, and never across a call that runs Python.
    unsafe { (code.raw()._co_monitoring as *mut CodeData).as_mut() }
}

/// The data of a code object, made when there is none.
#[expect(clippy::mut_from_ref, reason = "the data is behind the code object, not in it")]
pub fn data_of(code: &Code) -> &mut CodeData {
    if code.raw()._co_monitoring.is_null() {
        let data = Box::into_raw(Box::new(CodeData::new(code)));
        // SAFETY: the field is ours.
        unsafe { (*code.body())._co_monitoring = data.cast() };
    }
    match existing(code) {
        Some(data) => data,
        None => unreachable!("set above"),
    }
}

/// What is due at a unit, with the lists brought up to date.
#[inline(always)]
pub fn flags_at(code: &Code, i: usize, monitors: &Monitors) -> u8 {
    match existing(code) {
        Some(data) if data.version == monitors.version.get() => data.flags[i],
        _ => updated(code, monitors).flags[i],
    }
}

#[cold]
#[inline(never)]
fn updated<'a>(code: &'a Code, monitors: &Monitors) -> &'a mut CodeData {
    let data = data_of(code);
    data.update(monitors);
    data
}

/// Frees the data of a code object that ends.
///
/// # Safety
/// `p` is the `_co_monitoring` of the code, which is not used again.
pub unsafe fn free(p: *mut CodeData) {
    if p.is_null() {
        return;
    }
    Monitors::current().watched.borrow_mut().retain(|one| !std::ptr::eq(*one, p));
    // SAFETY: made by `data_of`.
    let data = unsafe { Box::from_raw(p) };
    if data.has_local() {
        Monitors::current().forget_local();
    }
}

/// Takes a tool's events from all code objects.
pub fn forget_tool(tool: usize) {
    let all = Monitors::current().watched.borrow().clone();
    for data in all {
        // SAFETY: data on the list is alive.
        let data = unsafe { &mut *data };
        let had = data.has_local();
        data.local[tool] = 0;
        if had && !data.has_local() {
            Monitors::current().forget_local();
        }
    }
}

/// The base form of an opcode where the loop's own form does two instructions at once.
pub fn single(opcode: u8) -> u8 {
    match opcode {
        op::COMPARE_INT_JUMP | op::COMPARE_FLOAT_JUMP | op::CALL_LIST_APPEND => base(opcode),
        _ => opcode,
    }
}
