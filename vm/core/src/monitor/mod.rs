//! Execution events (PEP 669): tools, the events they want, their callbacks. `sys.settrace` and `sys.setprofile` are
//! two tools of our own.
//!
//! While no tool wants anything, nothing of this runs: the loop uses its plain dispatch table. Otherwise it uses the
//! watching one (`interp::watch`), whose handlers look at a table of the code (`code`), fire what is due before an
//! instruction (`fire`), and go on in the plain handler.

pub mod code;
pub mod fire;
pub mod jump;
pub mod legacy;
pub mod wrapped;

use crate::error::PyResult;
use crate::object::{Obj, Object};
use crate::types::code::Code;
use std::cell::{Cell, RefCell};

/// Tools by number: six for everybody, then the profiler's and the tracer's.
pub const TOOLS: usize = 8;
/// The tool behind `sys.setprofile`.
pub const PROFILE: usize = 6;
/// The tool behind `sys.settrace`.
pub const TRACE: usize = 7;

/// Events by number, in the order of their bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Event {
    PyStart = 0,
    PyResume,
    PyReturn,
    PyYield,
    Call,
    Line,
    Instruction,
    Jump,
    BranchLeft,
    BranchRight,
    StopIteration,
    Raise,
    ExceptionHandled,
    PyUnwind,
    PyThrow,
    Reraise,
    CReturn,
    CRaise,
    Branch,
}

impl Event {
    /// The bit of an event set.
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The event with this number.
    pub fn from_number(n: u8) -> Option<Event> {
        // SAFETY: the events are numbered without gaps.
        ((n as usize) < EVENTS).then(|| unsafe { std::mem::transmute::<u8, Event>(n) })
    }

    /// Is it bound to a place in code, so that a tool can be told of it there only, and switch it off there?
    pub const fn is_local(self) -> bool {
        (self as u8) < LOCAL_EVENTS
    }
}

/// The names of the events in `sys.monitoring.events`.
pub static EVENT_NAMES: [&str; EVENTS] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];

/// How many events there are.
pub const EVENTS: usize = 19;
/// The first events are local.
pub const LOCAL_EVENTS: u8 = 11;
/// The set of all local events.
pub const LOCAL_MASK: u32 = (1 << LOCAL_EVENTS) - 1;
/// The events that come with `CALL`.
pub const C_CALLS: u32 = Event::CReturn.bit() | Event::CRaise.bit();

/// What an interpreter keeps of its tools.
#[derive(Default)]
pub struct Monitors {
    /// Is there anything to watch for?
    pub on: Cell<bool>,
    /// Changes whenever code has to be looked at again.
    pub version: Cell<u32>,
    /// Changes with `restart_events`.
    pub restarts: Cell<u32>,
    names: [RefCell<Option<Object>>; TOOLS],
    callbacks: [[RefCell<Option<Object>>; EVENTS]; TOOLS],
    /// The events that each tool wants everywhere.
    everywhere: [Cell<u32>; TOOLS],
    /// How many code objects have local events of some tool.
    local_codes: Cell<usize>,
    /// The data of code objects that have or had local events.
    watched: RefCell<Vec<*mut code::CodeData>>,
    /// Tools, as bits, whose callback for branches is one of the old event `BRANCH`.
    old_branches: Cell<u8>,
    /// Threads with a trace or profile function.
    tracing_threads: Cell<usize>,
    profiling_threads: Cell<usize>,
    /// `sys.monitoring.DISABLE` and `MISSING`.
    disable: RefCell<Option<Object>>,
    missing: RefCell<Option<Object>>,
}

fn sentinel(cell: &RefCell<Option<Object>>) -> PyResult<Object> {
    if let Some(o) = &*cell.borrow() {
        return Ok(o.clone());
    }
    let o = <Obj as crate::object::Native>::type_object().call(&[])?;
    *cell.borrow_mut() = Some(o.clone());
    Ok(o)
}

impl Monitors {
    /// The calling thread's interpreter's.
    pub fn current() -> &'static Monitors {
        &crate::interpreter::Interpreter::current().monitors
    }

    /// `sys.monitoring.DISABLE`.
    pub fn disable(&self) -> PyResult<Object> {
        sentinel(&self.disable)
    }

    /// `sys.monitoring.MISSING`.
    pub fn missing(&self) -> PyResult<Object> {
        sentinel(&self.missing)
    }

    /// The name of a tool in use.
    pub fn name(&self, tool: usize) -> Option<Object> {
        self.names[tool].borrow().clone()
    }

    /// Names a tool, or frees its number.
    pub fn set_name(&self, tool: usize, name: Option<Object>) {
        let old = std::mem::replace(&mut *self.names[tool].borrow_mut(), name);
        drop(old);
    }

    /// The callback of a tool for an event.
    pub fn callback(&self, tool: usize, event: Event) -> Option<Object> {
        self.callbacks[tool][event as usize].borrow().clone()
    }

    /// Sets a callback; the former one is the result.
    pub fn set_callback(&self, tool: usize, event: usize, callback: Option<Object>) -> Option<Object> {
        std::mem::replace(&mut *self.callbacks[tool][event].borrow_mut(), callback)
    }

    /// Notes whether a tool's callback for branches is one of the old event `BRANCH`.
    pub fn set_old_branch(&self, tool: usize, old: bool) {
        let rest = self.old_branches.get() & !(1 << tool);
        self.old_branches.set(rest | u8::from(old) << tool);
    }

    /// Is a tool's callback for branches one of the old event `BRANCH`?
    pub fn has_old_branch(&self, tool: usize) -> bool {
        self.old_branches.get() >> tool & 1 != 0
    }

    /// The events that a tool wants everywhere.
    pub fn events(&self, tool: usize) -> u32 {
        self.everywhere[tool].get()
    }

    /// Says which events a tool wants everywhere.
    pub fn set_events(&self, tool: usize, events: u32) {
        if self.everywhere[tool].replace(events) != events {
            self.changed();
        }
    }

    /// The tools, as bits, that want an event that is not bound to a place.
    pub fn tools_for(&self, event: Event) -> u8 {
        let mut out = 0;
        for (tool, events) in self.everywhere.iter().enumerate() {
            if events.get() & event.bit() != 0 {
                out |= 1 << tool;
            }
        }
        out
    }

    /// Says which events a tool wants of a code object.
    pub fn set_local_events(&self, tool: usize, code: &Code, events: u32) {
        let data = code::data_of(code);
        let had = data.has_local();
        if !data.set_local(tool, events) {
            return;
        }
        let has = data.has_local();
        if has != had {
            self.local_codes.set(if has { self.local_codes.get() + 1 } else { self.local_codes.get() - 1 });
        }
        self.changed();
    }

    /// A code object with local events ended.
    pub fn forget_local(&self) {
        self.local_codes.set(self.local_codes.get().saturating_sub(1));
    }

    /// The events that a tool wants of a code object.
    pub fn local_events(&self, tool: usize, code: &Code) -> u32 {
        code::existing(code).map_or(0, |data| data.local(tool))
    }

    /// Switches on again what callbacks have switched off.
    pub fn restart(&self) {
        self.restarts.set(self.restarts.get() + 1);
        self.version.set(self.version.get() + 1);
    }

    /// Takes everything from a tool: callbacks and events, those of code objects too.
    pub fn clear_tool(&self, tool: usize) {
        for event in 0..EVENTS {
            drop(self.set_callback(tool, event, None));
        }
        self.set_events(tool, 0);
        code::forget_tool(tool);
        self.changed();
    }

    fn changed(&self) {
        self.version.set(self.version.get() + 1);
        let on = self.local_codes.get() != 0 || self.everywhere.iter().any(|e| e.get() != 0);
        self.on.set(on);
    }
}
