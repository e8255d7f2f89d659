//! `array`: sequences of machine numbers.

mod item;
mod iter;
mod machine;
mod methods;
mod object;

use crate::util::set;
use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_macros::pymodule;
use object::Array;

/// This module defines an object type which can efficiently represent
/// an array of basic values: characters, integers, floating-point
/// numbers.  Arrays are sequence types and behave very much like lists,
/// except that the type of objects stored in them is constrained.
#[pymodule(name = "array")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Array>(module)?;
        dovetail_core::types::ready::ready::<iter::ArrayIterator>()?;
        set(module, "ArrayType", Array::type_object().as_obj())?;
        let codes: String = item::KINDS.iter().map(|k| k.typecode as u8 as char).collect();
        set(module, "typecodes", &*crate::util::text(&codes)?)?;
        let sequence = dovetail_core::import::import_module("collections.abc")?.get_attr_text("MutableSequence")?;
        sequence.call_method_text("register", &[Array::type_object().as_obj()])?;
        Ok(())
    }

    /// Internal. Used for pickling support.
    #[function(sig = "(arraytype, typecode, mformat_code, items, /)")]
    fn _array_reconstructor(arraytype: &Obj, typecode: &Obj, mformat_code: i32, items: &Obj) -> PyResult<Object> {
        machine::reconstruct(arraytype, typecode, mformat_code, items)
    }
}

pub use module::MODULE;
