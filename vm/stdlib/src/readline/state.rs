//! What a program told the editor: functions to call, and settings of the history.

use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{Obj, Object};
use std::cell::{Cell, RefCell};

/// The editor's settings in an interpreter.
pub struct State {
    pub completer: RefCell<Option<Object>>,
    pub startup: RefCell<Option<Object>>,
    pub pre_input: RefCell<Option<Object>>,
    pub display: RefCell<Option<Object>>,
    pub begidx: Cell<i32>,
    pub endidx: Cell<i32>,
    /// The most lines of a history file; negative for no limit.
    pub limit: Cell<i32>,
    pub auto_history: Cell<bool>,
}

impl Default for State {
    fn default() -> Self {
        State {
            completer: RefCell::default(),
            startup: RefCell::default(),
            pre_input: RefCell::default(),
            display: RefCell::default(),
            begidx: Cell::new(0),
            endidx: Cell::new(0),
            limit: Cell::new(-1),
            auto_history: Cell::new(true),
        }
    }
}

/// The state of the calling interpreter.
pub fn state() -> &'static State {
    Interpreter::current().state()
}

/// A function that was set.
pub fn get(cell: &RefCell<Option<Object>>) -> Option<Object> {
    cell.borrow().clone()
}

/// Sets a function, or none.
pub fn set(cell: &RefCell<Option<Object>>, f: Option<&Obj>) {
    let old = cell.replace(f.filter(|f| !f.is_none()).map(Obj::to_owned));
    drop(old);
}
