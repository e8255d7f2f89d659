//! `_operator`: the operators of Python as functions, and objects that fetch items, attributes or call methods.

mod functions;
mod getters;
mod methodcaller;

use crate::util::add_part;
use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::Obj;
use dovetail_macros::pymodule;

/// Operator interface.
///
/// This module exports a set of functions implemented in native code corresponding
/// to the intrinsic operators of Python.  For example, operator.add(x, y)
/// is equivalent to the expression x+y.  The function names are those
/// used for special methods; variants without leading and trailing
/// '__' are also provided for convenience.
#[pymodule(name = "_operator")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_part(module, &functions::binary_part::MODULE)?;
        add_part(module, &functions::unary_part::MODULE)?;
        add_part(module, &functions::part::MODULE)?;
        add_type::<getters::ItemGetter>(module)?;
        add_type::<getters::AttrGetter>(module)?;
        add_type::<methodcaller::MethodCaller>(module)
    }
}

pub use module::MODULE;
