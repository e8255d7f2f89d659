//! `_collections`: the native half of `collections`.

mod defaultdict;
mod deque;
mod tuplegetter;

use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::{bail, sym};
use dovetail_macros::pymodule;

/// High performance data structures.
/// - deque:        ordered collection accessible from endpoints only
/// - defaultdict:  dict subclass with a default value factory
/// - OrderedDict:  dict subclass whose keys can be moved
#[pymodule(name = "_collections")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<deque::Deque>(module)?;
        add_type::<deque::DequeIter>(module)?;
        add_type::<deque::DequeRevIter>(module)?;
        add_type::<tuplegetter::TupleGetter>(module)?;
        add_type::<defaultdict::DefaultDict>(module)?;
        dovetail_core::types::odict::ready_all()?;
        add_type::<dovetail_core::types::odict::OrderedDict>(module)
    }

    /// Count elements in the iterable, updating the mapping
    #[function]
    fn _count_elements(mapping: &Obj, iterable: &Obj) -> PyResult<()> {
        let one = Int::from_i64(1)?;
        // A dict, or of a subclass that reads and writes like one.
        let plain = mapping.downcast::<Dict>().filter(|_| {
            let (ty, usual) = (mapping.ob_type(), <Dict as dovetail_core::object::Native>::type_object());
            let same = |name| match (ty.lookup(name), usual.lookup(name)) {
                (Some(a), Some(b)) => a.is(b),
                _ => false,
            };
            same(sym!(get)) && same(sym!(__setitem__))
        });
        let it = iterable.iter()?;
        while let Some(key) = it.iter_next()? {
            let old = match plain {
                Some(d) => d.get(&key)?,
                None => {
                    let zero = Int::from_i64(0)?;
                    Some(mapping.call_method(sym!(get), &[&key, zero.as_obj()])?)
                }
            };
            let new = match old {
                Some(n) => dovetail_core::object::number::binary(
                    dovetail_core::object::number::BinaryOp::Add,
                    &n,
                    one.as_obj(),
                )?,
                None => one.clone().into_object(),
            };
            match plain {
                Some(d) => d.set(&key, &new)?,
                None => mapping.set_item(&key, &new)?,
            }
        }
        Ok(())
    }
}

pub use module::MODULE;

/// Checks a `maxlen` argument: a length, or none.
pub(crate) fn max_length(o: Option<&Obj>) -> PyResult<Option<usize>> {
    let Some(o) = o.filter(|o| !o.is_none()) else { return Ok(None) };
    if !o.is_a::<Int>() {
        bail!(TypeError, "an integer is required");
    }
    match usize::try_from(o.as_isize()?) {
        Ok(n) => Ok(Some(n)),
        Err(_) => bail!(ValueError, "maxlen must be non-negative"),
    }
}
