//! Issuing Python warnings from native code.

use crate::error::PyResult;
use crate::interpreter::Interpreter;
use crate::object::refs::AsObj;
use crate::sym;
use crate::types::int::Int;
use crate::types::str_::Str;
use crate::types::type_::Type;

/// Warns with `category(message)`, as if from `stack_level` frames up (`PyErr_WarnEx`). A filter may turn it into an
/// error. Before the warnings machinery is imported, nothing happens.
pub fn warn(category: &Type, message: &str, stack_level: i64) -> PyResult<()> {
    let Some(modules) = Interpreter::current().modules.get() else { return Ok(()) };
    let module = match modules.get_str(sym!(_warnings)).or_else(|| modules.get_str(sym!(warnings))) {
        Some(m) => m.to_owned(),
        None => return Ok(()),
    };
    let (message, level) = (Str::new(message)?, Int::from_i64(stack_level)?);
    module.call_method(sym!(warn), &[message.as_obj(), category.as_obj(), level.as_obj()])?;
    Ok(())
}
