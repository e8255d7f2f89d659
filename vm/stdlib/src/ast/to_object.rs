//! From trees as data to node objects.

use super::node::new_node;
use super::state::State;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::code_front::constant;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_front::tree::{Tree, TreeValue};

/// The node object of a tree.
pub fn to_object(tree: &Tree) -> PyResult<Object> {
    node(State::get()?, tree)
}

fn node(state: &State, tree: &Tree) -> PyResult<Object> {
    let Some(number) = state.class(tree.kind) else { bail!(SystemError, "unknown node '{}'", tree.kind) };
    if let Some(shared) = &state.instances[number] {
        return Ok(shared.clone());
    }
    ThreadState::current().check_recursion(" during ast construction")?;
    let (object, dict) = new_node(&state.types[number])?;
    // The parser lists fields in the order of `_fields`.
    for (i, (name, value)) in tree.fields.iter().enumerate() {
        let value = self::value(state, value)?;
        match state.names[number].get(i) {
            Some(key) if key.equals_str(name) => dict.set(key.as_obj(), &value)?,
            _ => dict.set_text(name, &value)?,
        }
    }
    if let Some(p) = tree.position {
        let numbers = [p.line, p.col, p.end_line, p.end_col];
        for (key, number) in state.position.iter().zip(numbers) {
            dict.set(key.as_obj(), Int::from_i64(number.into())?.as_obj())?;
        }
    }
    Ok(object)
}

fn value(state: &State, value: &TreeValue) -> PyResult<Object> {
    Ok(match value {
        TreeValue::None => none().to_owned(),
        TreeValue::Node(tree) => node(state, tree)?,
        TreeValue::List(all) => {
            let mut items = Vec::with_capacity(all.len());
            for one in all {
                items.push(self::value(state, one)?);
            }
            List::from_vec(items)?.into_object()
        }
        TreeValue::Name(name) => Str::intern(name)?.into_object(),
        TreeValue::Int(number) => Int::from_i64(*number)?.into_object(),
        TreeValue::Const(value) => constant(value)?,
    })
}
