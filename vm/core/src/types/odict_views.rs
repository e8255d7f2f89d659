//! The iterator of `collections.OrderedDict` and its views, which are those of `dict` but for the order.

use crate::bail;
use crate::error::PyResult;
use crate::object::obj::{Obj, clear, replace};
use crate::object::{Object, Ref, ToRef, alloc};
use crate::types::dict::hash_key;
use crate::types::dict_views::{DictItems, DictKeys, DictValues};
use crate::types::list::List;
use crate::types::none::none;
use crate::types::odict::OrderedDict;
use crate::types::odict_nodes as nodes;
use crate::types::support::{builtin, key_error, pair, reduce_iter};
use crate::types::tuple::Tuple;
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_int;

/// What an iterator gives for a key.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Gives {
    Key,
    Value,
    Item,
}

/// An iterator: the key that comes next, and what the dictionary was like at the start.
#[repr(C)]
pub struct ODictIterBody {
    ob_base: abi::PyObject,
    gives: Gives,
    reverse: bool,
    odict: *mut abi::PyObject,
    /// -1 after the size changed, for good.
    size: isize,
    state: usize,
    /// The pair given out last, used again when nobody kept it.
    result: *mut abi::PyObject,
    current: *mut abi::PyObject,
}

/// An ordered dictionary's iterator, for keys, values or items, in both directions.
#[pytype(
    name = "odict_iterator", body = ODictIterBody, export = "PyODictIter_Type", refs(odict, result, current), gc,
)]
pub struct ODictIter;

impl ODictIter {
    /// An iterator at one of the ends.
    pub fn new(d: &OrderedDict, reverse: bool, gives: Gives) -> PyResult<Ref<ODictIter>> {
        let first = if reverse { d.last() } else { d.first() };
        // SAFETY: all fields are filled before anything runs.
        unsafe {
            let it = alloc::new_body::<ODictIter>()?;
            let b = it.body();
            (*b).gives = gives;
            (*b).reverse = reverse;
            if gives == Gives::Item {
                (*b).result = pair(none().to_owned(), none().to_owned())?.into_ptr();
            }
            if !first.is_null() {
                (*b).current = nodes::key(first).into_ptr();
            }
            (*b).size = d.as_dict().len() as isize;
            (*b).state = d.state();
            (*b).odict = d.to_ref().into_ptr();
            Ok(it)
        }
    }

    fn next_key(&self) -> PyResult<Option<Object>> {
        let b = self.body();
        // SAFETY: the iterator owns what it refers to; nodes are looked up anew at each step.
        unsafe {
            let Some(d) = ((*b).odict as *const OrderedDict).as_ref() else { return Ok(None) };
            if (*b).current.is_null() {
                clear(&raw mut (*b).odict);
                return Ok(None);
            }
            if d.state() != (*b).state {
                clear(&raw mut (*b).odict);
                bail!(RuntimeError, "OrderedDict mutated during iteration");
            }
            if d.as_dict().len() as isize != (*b).size {
                (*b).size = -1;
                bail!(RuntimeError, "OrderedDict changed size during iteration");
            }
            let key: Object = Ref::from_borrowed((*b).current);
            let d = d.to_ref();
            let node = d.find_node(&key, hash_key(&key)?)?;
            if node.is_null() {
                clear(&raw mut (*b).current);
                return Err(key_error(&key));
            }
            let next = nodes::step(node, (*b).reverse);
            replace(&raw mut (*b).current, (!next.is_null()).then(|| nodes::key(next)));
            Ok(Some(key))
        }
    }

    fn finish(&self) {
        // SAFETY: own fields.
        unsafe {
            clear(&raw mut (*self.body()).current);
            clear(&raw mut (*self.body()).odict);
        }
    }
}

#[pymethods]
impl ODictIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some(key) = self.next_key()? else { return Ok(None) };
        let b = self.body();
        // SAFETY: own fields.
        unsafe {
            if (*b).gives == Gives::Key {
                return Ok(Some(key));
            }
            let Some(d) = ((*b).odict as *const OrderedDict).as_ref() else { return Ok(None) };
            let value = match d.to_ref().as_dict().get(&key) {
                Ok(Some(v)) => v,
                Ok(None) => {
                    self.finish();
                    return Err(key_error(&key));
                }
                Err(e) => {
                    self.finish();
                    return Err(e);
                }
            };
            if (*b).gives == Gives::Value {
                return Ok(Some(value));
            }
            let result = (*b).result;
            if !result.is_null() && Obj::from_ptr(result).refcnt() == 1 {
                return Ok(Some(Tuple::refill_pair(&*(result as *const Tuple), key, value).into_object()));
            }
            Ok(Some(pair(key, value)?.into_object()))
        }
    }

    /// Return state information for pickling
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let b = self.body();
        // SAFETY: a copy that owns what it refers to; the iterator itself does not move.
        let rest = unsafe {
            match ((*b).odict as *const OrderedDict).as_ref() {
                None => List::new()?,
                Some(d) => {
                    let copy = ODictIter::new(d, (*b).reverse, (*b).gives)?;
                    let c = copy.body();
                    let current = (*b).current as *const Obj;
                    replace(&raw mut (*c).current, current.as_ref().map(Obj::to_owned));
                    (*c).size = (*b).size;
                    (*c).state = (*b).state;
                    List::from_iter_obj(&copy)?
                }
            }
        };
        reduce_iter(builtin(crate::sym!(iter))?, rest.into_object(), None)
    }
}

/// A view and its three functions.
macro_rules! view {
    ($ty:ident, $name:literal, $export:literal, $base:ident, $gives:expr) => {
        #[doc = concat!("The view `", $name, "`.")]
        #[pytype(name = $name, body = abi::_PyDictViewObject, base = $base, export = $export, refs(dv_dict), gc)]
        pub struct $ty;

        impl $ty {
            /// A view of `d`.
            pub fn new(d: &OrderedDict) -> PyResult<Ref<$ty>> {
                // SAFETY: the field is filled before anything runs.
                unsafe {
                    let v = alloc::new_body::<$ty>()?;
                    (*v.body()).dv_dict = d.to_ref().into_ptr().cast();
                    Ok(v)
                }
            }

            fn odict(&self) -> &OrderedDict {
                // SAFETY: a view owns its dictionary.
                unsafe { &*((*self.body()).dv_dict as *const OrderedDict) }
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_clear, raw)]
            unsafe extern "C" fn keep(_: *mut abi::PyObject) -> c_int {
                // The dictionary breaks the cycles that a view is part of.
                0
            }

            #[slot(tp_iter)]
            fn iter_slot(&self) -> PyResult<Ref<ODictIter>> {
                ODictIter::new(self.odict(), false, $gives)
            }

            #[method(name = "__reversed__")]
            fn reversed(&self) -> PyResult<Ref<ODictIter>> {
                ODictIter::new(self.odict(), true, $gives)
            }
        }
    };
}

view!(ODictKeys, "odict_keys", "PyODictKeys_Type", DictKeys, Gives::Key);
view!(ODictValues, "odict_values", "PyODictValues_Type", DictValues, Gives::Value);
view!(ODictItems, "odict_items", "PyODictItems_Type", DictItems, Gives::Item);

/// Completes the types of this file.
pub(super) fn ready_all() -> PyResult<()> {
    use crate::types::ready::ready;
    ready::<ODictIter>()?;
    ready::<ODictKeys>()?;
    ready::<ODictValues>()?;
    ready::<ODictItems>()
}
