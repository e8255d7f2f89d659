//! `sys.monitoring` (PEP 669).

use crate::util::{int, owned, set, set_int};
use dovetail_core::error::PyResult;
use dovetail_core::monitor::{C_CALLS, EVENT_NAMES, EVENTS, Event, LOCAL_MASK, Monitors};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::code::Code;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::simplenamespace::SimpleNamespace;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

/// The tools that programs may use.
const PUBLIC_TOOLS: i32 = 6;
/// `BRANCH` stands for both branches.
const BRANCHES: u32 = Event::BranchLeft.bit() | Event::BranchRight.bit();

fn tool(id: i32) -> PyResult<usize> {
    if !(0..PUBLIC_TOOLS).contains(&id) {
        bail!(ValueError, "invalid tool {id} (must be between 0 and 5)");
    }
    Ok(id as usize)
}

fn used(id: i32) -> PyResult<usize> {
    let tool = tool(id)?;
    if Monitors::current().name(tool).is_none() {
        bail!(ValueError, "tool {id} is not in use");
    }
    Ok(tool)
}

/// The events that a set stands for: `BRANCH` is two, and the ends of calls come with `CALL` only.
fn normalized(mut events: u32) -> PyResult<u32> {
    let calls = C_CALLS | Event::Call.bit();
    if events & C_CALLS != 0 && events & calls != calls {
        bail!(ValueError, "cannot set C_RETURN or C_RAISE events independently");
    }
    events &= !C_CALLS;
    if events & Event::Branch.bit() != 0 {
        events = events & !Event::Branch.bit() | BRANCHES;
    }
    Ok(events)
}

fn checked(events: i32) -> PyResult<u32> {
    if !(0..1 << EVENTS).contains(&events) {
        bail!(ValueError, "invalid event set 0x{:x}", events);
    }
    normalized(events as u32)
}

fn code_of(code: &Obj) -> PyResult<&Code> {
    match code.downcast_exact::<Code>() {
        Some(code) => Ok(code),
        None => Err(raise!(TypeError, "code must be a code object")),
    }
}

/// The module, for `sys`.
pub fn new_module() -> PyResult<Object> {
    Ok(Module::from_native(&MODULE)?.into_object())
}

#[pymodule(name = "sys.monitoring")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let monitors = Monitors::current();
        set(module, "DISABLE", &*monitors.disable()?)?;
        set(module, "MISSING", &*monitors.missing()?)?;
        let events = Dict::new()?;
        for (bit, name) in EVENT_NAMES.iter().enumerate() {
            events.set(Str::intern(name)?.as_obj(), &*int(1 << bit)?)?;
        }
        events.set(Str::intern("NO_EVENTS")?.as_obj(), &*int(0)?)?;
        set(module, "events", SimpleNamespace::from_dict(&events)?.as_obj())?;
        set_int(module, "DEBUGGER_ID", 0)?;
        set_int(module, "COVERAGE_ID", 1)?;
        set_int(module, "PROFILER_ID", 2)?;
        set_int(module, "OPTIMIZER_ID", 5)
    }

    #[function(sig = "(tool_id, name, /)")]
    fn use_tool_id(tool_id: i32, name: &Obj) -> PyResult<()> {
        let tool = tool(tool_id)?;
        if !name.is_a::<Str>() {
            bail!(ValueError, "tool name must be a str");
        }
        let monitors = Monitors::current();
        if monitors.name(tool).is_some() {
            bail!(ValueError, "tool {tool_id} is already in use");
        }
        monitors.set_name(tool, Some(name.to_owned()));
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn clear_tool_id(tool_id: i32) -> PyResult<()> {
        let tool = tool(tool_id)?;
        if Monitors::current().name(tool).is_some() {
            Monitors::current().clear_tool(tool);
        }
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn free_tool_id(tool_id: i32) -> PyResult<()> {
        let tool = tool(tool_id)?;
        let monitors = Monitors::current();
        if monitors.name(tool).is_some() {
            monitors.clear_tool(tool);
        }
        monitors.set_name(tool, None);
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn get_tool(tool_id: i32) -> PyResult<Option<Object>> {
        Ok(Monitors::current().name(tool(tool_id)?))
    }

    #[function(sig = "(tool_id, event, func, /)")]
    fn register_callback(tool_id: i32, event: i32, func: &Obj) -> PyResult<Object> {
        let tool = tool(tool_id)?;
        if event <= 0 || event.count_ones() != 1 {
            bail!(ValueError, "The callback can only be set for one event at a time");
        }
        let number = event.trailing_zeros() as usize;
        if number >= EVENTS {
            bail!(ValueError, "invalid event {event}");
        }
        let monitors = Monitors::current();
        let callback = if func.is_none() { None } else { Some(func.to_owned()) };
        let old = if number == Event::Branch as usize {
            // The old event: one function for both branches.
            monitors.set_old_branch(tool, callback.is_some());
            monitors.set_callback(tool, Event::BranchRight as usize, callback.clone());
            monitors.set_callback(tool, Event::BranchLeft as usize, callback)
        } else {
            if number == Event::BranchLeft as usize || number == Event::BranchRight as usize {
                monitors.set_old_branch(tool, false);
            }
            monitors.set_callback(tool, number, callback)
        };
        Ok(old.unwrap_or_else(|| owned(none())))
    }

    #[function(sig = "(tool_id, /)")]
    fn get_events(tool_id: i32) -> PyResult<i64> {
        let events = Monitors::current().events(tool(tool_id)?);
        Ok(shown(events))
    }

    #[function(sig = "(tool_id, event_set, /)")]
    fn set_events(tool_id: i32, event_set: i32) -> PyResult<()> {
        let tool = tool(tool_id)?;
        let events = checked(event_set)?;
        used(tool_id)?;
        let events = if events & Event::Call.bit() != 0 { events | C_CALLS } else { events };
        Monitors::current().set_events(tool, events);
        Ok(())
    }

    #[function(sig = "(tool_id, code, /)")]
    fn get_local_events(tool_id: i32, code: &Obj) -> PyResult<i64> {
        let code = code_of(code)?;
        let tool = tool(tool_id)?;
        Ok(shown(Monitors::current().local_events(tool, code)))
    }

    #[function(sig = "(tool_id, code, event_set, /)")]
    fn set_local_events(tool_id: i32, code: &Obj, event_set: i32) -> PyResult<()> {
        let code = code_of(code)?;
        let tool = used(tool_id)?;
        let events = checked_local(event_set)?;
        Monitors::current().set_local_events(tool, code, events);
        Ok(())
    }

    #[function]
    fn restart_events() {
        Monitors::current().restart();
    }

    #[function]
    fn _all_events() -> PyResult<Ref<Dict>> {
        let out = Dict::new()?;
        let monitors = Monitors::current();
        for (number, name) in EVENT_NAMES.iter().enumerate().take(EVENTS - 1) {
            let tools = (0..8).filter(|tool| monitors.events(*tool) >> number & 1 != 0);
            let bits: i64 = tools.map(|tool| 1 << tool).sum();
            if bits != 0 && C_CALLS >> number & 1 == 0 {
                out.set(Str::intern(name)?.as_obj(), &*int(bits)?)?;
            }
        }
        Ok(out)
    }
}

/// A set as programs see it: the ends of calls are not in it.
fn shown(events: u32) -> i64 {
    (events & !C_CALLS).into()
}

fn checked_local(event_set: i32) -> PyResult<u32> {
    if !(0..1 << EVENTS).contains(&event_set) {
        bail!(ValueError, "invalid local event set 0x{:x}", event_set);
    }
    let events = normalized(event_set as u32)?;
    if events & !LOCAL_MASK != 0 {
        bail!(ValueError, "invalid local event set 0x{:x}", events);
    }
    Ok(events)
}

pub use module::MODULE;
