//! Exception types that native modules make when they are first imported, and keep.

use crate::util::TypeCell;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::{AsObj, Object};
use dovetail_core::raise;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;

/// An exception type of a module, made once: its module, name, doc and base.
pub struct ExceptionCell {
    cell: TypeCell,
    module: &'static str,
    name: &'static str,
    doc: Option<&'static str>,
    base: fn() -> &'static Type,
}

impl ExceptionCell {
    /// A subclass of `Exception`.
    pub const fn new(module: &'static str, name: &'static str, doc: Option<&'static str>) -> ExceptionCell {
        ExceptionCell::derived(module, name, doc, exc::Exception)
    }

    /// A subclass of another exception.
    pub const fn derived(
        module: &'static str,
        name: &'static str,
        doc: Option<&'static str>,
        base: fn() -> &'static Type,
    ) -> ExceptionCell {
        ExceptionCell { cell: TypeCell::new(), module, name, doc, base }
    }

    /// The type; the first call makes it.
    pub fn get(&self) -> PyResult<&'static Type> {
        self.cell.get_or(|| {
            let dict = Dict::new()?;
            dict.set_text("__module__", &*Str::new(self.module)?)?;
            if let Some(doc) = self.doc {
                dict.set_text("__doc__", &*Str::new(doc)?)?;
            }
            let bases = Tuple::from_slice(&[(self.base)().as_obj()])?;
            let name = Str::intern(self.name)?;
            let meta = <Type as dovetail_core::native::Native>::type_object();
            let made: Object = meta.call(&[name.as_obj(), bases.as_obj(), dict.as_obj()])?;
            match made.downcast_into::<Type>() {
                Ok(t) => Ok(t),
                Err(_) => Err(raise!(SystemError, "type() did not make a type")),
            }
        })
    }

    /// Raises `Type(message)`.
    pub fn raise(&self, message: &str) -> Raised {
        match self.get() {
            Ok(t) => dovetail_core::error::raise_message(t, message),
            Err(e) => e,
        }
    }
}
