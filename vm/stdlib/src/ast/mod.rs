//! `_ast`: the classes of syntax trees, and the ways between source, trees and code.

mod from_object;
mod grammar;
mod node;
mod state;
mod to_object;

use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::raise;
use dovetail_front::Mode;
use dovetail_macros::pymodule;

pub use from_object::from_object;
pub use node::is_node;
pub use to_object::to_object;

/// Flags of `compile()` that concern trees.
pub const ONLY_AST: i32 = 0x0400;
/// `PyCF_OPTIMIZED_AST`, without `ONLY_AST`.
pub const OPTIMIZED_AST: i32 = 0x8000;
/// `PyCF_TYPE_COMMENTS`
pub const TYPE_COMMENTS: i32 = 0x1000;
const ALLOW_TOP_LEVEL_AWAIT: i32 = 0x2000;

/// A node that `compile` takes in this mode.
pub fn check_mode(object: &Obj, mode: Option<Mode>) -> PyResult<()> {
    let wanted = match mode {
        Some(Mode::Exec) => "Module",
        Some(Mode::Eval) => "Expression",
        Some(Mode::Single) => "Interactive",
        None => "FunctionType",
    };
    let state = state::State::get()?;
    let class = state.class(wanted).map(|number| &state.types[number]);
    match class {
        Some(class) if object.is_instance(class.as_obj())? => Ok(()),
        _ => Err(raise!(TypeError, "expected {wanted} node, got {}", object.ob_type().short_name())),
    }
}

#[pymodule(name = "_ast")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let state = state::State::get()?;
        crate::util::set(module, "AST", node::Node::type_object().as_obj())?;
        for (number, class) in grammar::grammar().classes.iter().enumerate() {
            crate::util::set(module, class.name, state.types[number].as_obj())?;
        }
        crate::util::set_int(module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", ALLOW_TOP_LEVEL_AWAIT)?;
        crate::util::set_int(module, "PyCF_ONLY_AST", ONLY_AST)?;
        crate::util::set_int(module, "PyCF_OPTIMIZED_AST", OPTIMIZED_AST | ONLY_AST)?;
        crate::util::set_int(module, "PyCF_TYPE_COMMENTS", TYPE_COMMENTS)
    }
}

pub use module::MODULE;
