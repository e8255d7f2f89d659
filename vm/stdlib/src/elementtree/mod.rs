//! `_elementtree`: the native half of `xml.etree.ElementTree`.
//!
//! - `element` has elements, `iter` walks through them.
//! - `builder` makes trees of events, `parser` makes events of text by way of `pyexpat`.

mod builder;
mod element;
mod iter;
mod parser;

use crate::util::{TypeCell, set};
use dovetail_core::bail;
use dovetail_core::error::{PyResult, Raised, exc, raise_message};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::native::add_type;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::none::none;
use dovetail_core::types::ready::ready;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::pymodule;
use std::cell::RefCell;

static PARSE_ERROR: TypeCell = TypeCell::new();

fn parse_error_type() -> PyResult<&'static Type> {
    PARSE_ERROR.get_or(|| crate::util::new_exception("xml.etree.ElementTree.ParseError", exc::SyntaxError()))
}

fn parse_error(message: &str) -> Raised {
    parse_error_type().map_or_else(|e| e, |t| raise_message(t, message))
}

/// What makes comments and processing instructions in an interpreter, once `xml.etree.ElementTree` has said it.
#[derive(Default)]
struct Factories(RefCell<[Option<Object>; 2]>);

impl Factories {
    fn current() -> [Option<Object>; 2] {
        Interpreter::current().state::<Factories>().0.borrow().clone()
    }
}

#[pymodule(name = "_elementtree")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        ready::<iter::ElementIterator>()?;
        ready::<parser::Handlers>()?;
        add_type::<element::Element>(module)?;
        add_type::<builder::TreeBuilder>(module)?;
        add_type::<parser::XmlParser>(module)?;
        set(module, "ParseError", parse_error_type()?.as_obj())
    }

    #[function(nosig, sig = "(*args, **kwargs)")]
    fn SubElement(args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        element::sub_element(args, kwargs)
    }

    /// Change the factories used to create comments and processing instructions.
    ///
    /// For internal use only.
    #[function]
    fn _set_factories(comment_factory: &Obj, pi_factory: &Obj) -> PyResult<Ref<Tuple>> {
        for (what, f) in [("Comment", comment_factory), ("PI", pi_factory)] {
            if !f.is_none() && !f.is_callable() {
                bail!(TypeError, "{what} factory must be callable, not {}", f.type_name());
            }
        }
        let given = [comment_factory, pi_factory].map(|f| (!f.is_none()).then(|| f.to_owned()));
        let old = Interpreter::current().state::<Factories>().0.replace(given);
        Tuple::from_array(old.map(|f| f.unwrap_or_else(|| none().to_owned())))
    }
}

pub use module::MODULE;
