//! `cell`: the variables that closures share.

use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::obj::{Obj, replace};
use crate::object::{Object, Ref, alloc};
use crate::types::bool_::bool_obj;
use crate::types::dict::{Dict, at_most_one};
use crate::types::none::not_implemented;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::{pymethods, pytype};

/// Variables of closures.
/// ---
/// Create a new cell object.
///
///   contents
///     what the cell holds. Without it, the cell is empty, and reading
///     its cell_contents attribute raises a ValueError.
#[pytype(name = "cell", body = abi::PyCellObject, export = "PyCell_Type", refs(ob_ref), gc, sig = "([contents])")]
pub struct Cell;

impl Cell {
    /// A cell with or without contents.
    pub fn new(contents: Option<Object>) -> PyResult<Ref<Cell>> {
        // SAFETY: the field is filled before anything runs.
        unsafe {
            let c = alloc::new_body::<Cell>()?;
            if let Some(x) = contents {
                (*c.body()).ob_ref = x.into_ptr();
            }
            Ok(c)
        }
    }

    /// The contents.
    #[inline(always)]
    pub fn get(&self) -> Option<Object> {
        // SAFETY: NULL or an owned object.
        unsafe {
            let p = (*self.body()).ob_ref;
            if p.is_null() { None } else { Some(Ref::from_borrowed(p)) }
        }
    }

    /// The contents, borrowed until the cell is changed.
    #[inline(always)]
    pub fn get_borrowed(&self) -> Option<&Obj> {
        // SAFETY: NULL or an owned object.
        unsafe { ((*self.body()).ob_ref as *const Obj).as_ref() }
    }

    /// Replaces the contents.
    #[inline]
    pub fn set(&self, contents: Option<Object>) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).ob_ref, contents) }
    }
}

#[pymethods]
impl Cell {
    #[slot(tp_new)]
    fn new_slot(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Ref<Cell>> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "cell() takes no keyword arguments");
        }
        at_most_one("cell", args.len())?;
        Cell::new(args.items().first().cloned())
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let at = self.as_ptr();
        match self.get() {
            None => Str::new(&format!("<cell at {at:p}: empty>")),
            Some(x) => Str::new(&format!("<cell at {at:p}: {} object at {:p}>", x.type_name(), x.as_raw())),
        }
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast_exact::<Cell>() else { return Ok(not_implemented().to_owned()) };
        match (self.get(), o.get()) {
            (Some(a), Some(b)) => a.compare(&b, op),
            // An empty cell is less than one with contents.
            (a, b) => Ok(bool_obj(op.holds(a.is_some().cmp(&b.is_some()))).to_owned()),
        }
    }

    #[getter(name = "cell_contents")]
    fn contents(&self) -> PyResult<Object> {
        self.get().ok_or_else(|| raise!(ValueError, "Cell is empty"))
    }

    #[setter(name = "cell_contents")]
    fn set_contents(&self, value: Option<&Obj>) {
        self.set(value.map(|v| v.to_owned()))
    }
}
