//! Views of a dictionary (`dict.keys()`, `values()`, `items()`) and its iterators in both directions.

use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::obj::{Obj, clear};
use crate::object::{AsObj, Native, Object, Ref, ToRef, alloc};
use crate::thread::ThreadState;
use crate::types::bool_::bool_obj;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::mappingproxy::MappingProxy;
use crate::types::none::{none, not_implemented};
use crate::types::set::{Set, is_any_set};
use crate::types::str_::Str;
use crate::types::support::{pair, reduce_list};
use crate::types::tuple::Tuple;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

/// `dict.keys()`.
#[pytype(name = "dict_keys", body = abi::_PyDictViewObject, export = "PyDictKeys_Type", refs(dv_dict), gc)]
pub struct DictKeys;

/// `dict.values()`.
#[pytype(name = "dict_values", body = abi::_PyDictViewObject, export = "PyDictValues_Type", refs(dv_dict), gc)]
pub struct DictValues;

/// `dict.items()`.
#[pytype(name = "dict_items", body = abi::_PyDictViewObject, export = "PyDictItems_Type", refs(dv_dict), gc)]
pub struct DictItems;

fn new_view<T: Native<Body = abi::_PyDictViewObject>>(d: &Dict) -> PyResult<Ref<T>> {
    // SAFETY: the field is filled before anything runs.
    unsafe {
        let v = alloc::new_body::<T>()?;
        (*v.body()).dv_dict = d.to_ref().into_ptr().cast();
        Ok(v)
    }
}

/// What the three views share: `dict()`.
trait View: Native<Body = abi::_PyDictViewObject> + AsObj {
    fn dict(&self) -> &Dict {
        // SAFETY: a view owns its dictionary.
        unsafe { &*((*self.body()).dv_dict as *const Dict) }
    }

    fn view_repr(&self) -> PyResult<Ref<Str>> {
        let shown = ThreadState::current().repr_guard(self.as_obj(), || {
            let items = List::from_iter_obj(self.as_obj())?;
            let text = items.repr()?;
            let mut out = TextBuf::with_capacity(text.len() + 16);
            out.push_str(self.as_obj().ob_type().short_name());
            out.push_str("(");
            out.push_text(text.text());
            out.push_str(")");
            Str::from_buf(out)
        });
        shown.unwrap_or_else(|| Str::new("..."))
    }
}

impl View for DictKeys {}
impl View for DictValues {}
impl View for DictItems {}

/// Is this a view with set operations?
fn is_set_view(o: &Obj) -> bool {
    o.is_a::<DictKeys>() || o.is_a::<DictItems>()
}

/// Are all items of `a` in `b`?
fn all_in(a: &Obj, b: &Obj) -> PyResult<bool> {
    let it = a.iter()?;
    while let Some(x) = it.iter_next()? {
        if !b.contains(&x)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn view_compare(slf: &Obj, other: &Obj, op: CompareOp) -> PyResult<Object> {
    if !is_any_set(other) && !is_set_view(other) {
        return Ok(not_implemented().to_owned());
    }
    let (n, m) = (slf.len_()?, other.len_()?);
    let r = match op {
        CompareOp::Eq => n == m && all_in(slf, other)?,
        CompareOp::Ne => !(n == m && all_in(slf, other)?),
        CompareOp::Lt => n < m && all_in(slf, other)?,
        CompareOp::Le => n <= m && all_in(slf, other)?,
        CompareOp::Gt => n > m && all_in(other, slf)?,
        CompareOp::Ge => n >= m && all_in(other, slf)?,
    };
    Ok(bool_obj(r).to_owned())
}

fn view_sub(a: &Obj, b: &Obj) -> PyResult<Object> {
    let s = Set::from_iterable(a)?;
    s.difference_update_with(b)?;
    Ok(s.into_object())
}

fn view_and(a: &Obj, b: &Obj) -> PyResult<Object> {
    let (mut slf, mut other) = if is_set_view(a) { (a, b) } else { (b, a) };
    let n = slf.len_()?;
    if (other.is_exact::<Set>() || other.is_exact::<crate::types::set::FrozenSet>()) && n <= other.len_()? {
        return other.call_method(sym!(intersection), &[slf]);
    }
    if is_set_view(other) && other.len_()? > n {
        std::mem::swap(&mut slf, &mut other);
    }
    let out = Set::new()?;
    let it = other.iter()?;
    while let Some(x) = it.iter_next()? {
        if slf.contains(&x)? {
            out.add(&x)?;
        }
    }
    Ok(out.into_object())
}

fn view_xor(a: &Obj, b: &Obj) -> PyResult<Object> {
    let s = Set::from_iterable(a)?;
    s.symmetric_difference_update_with(b)?;
    Ok(s.into_object())
}

fn view_or(a: &Obj, b: &Obj) -> PyResult<Object> {
    let s = Set::from_iterable(a)?;
    s.update_with(b)?;
    Ok(s.into_object())
}

fn view_isdisjoint(slf: &Obj, other: &Obj) -> PyResult<bool> {
    if slf.is(other) {
        return Ok(slf.len_()? == 0);
    }
    let (mut slf, mut other) = (slf, other);
    if (is_any_set(other) || is_set_view(other)) && other.len_()? > slf.len_()? {
        std::mem::swap(&mut slf, &mut other);
    }
    let it = other.iter()?;
    while let Some(x) = it.iter_next()? {
        if slf.contains(&x)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The methods that keys and items share.
macro_rules! set_view {
    ($ty:ident, $contains:expr, $iter:ident, $rev:ident, $reversed_doc:literal) => {
        impl $ty {
            /// A view of `d`.
            pub fn new(d: &Dict) -> PyResult<Ref<$ty>> {
                new_view(d)
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_clear, raw)]
            unsafe extern "C" fn keep(_: *mut abi::PyObject) -> std::ffi::c_int {
                // The dictionary breaks the cycles that a view is part of.
                0
            }

            #[slot(tp_repr)]
            fn repr_slot(&self) -> PyResult<Ref<Str>> {
                self.view_repr()
            }

            #[slot(sq_length)]
            fn length(&self) -> usize {
                self.dict().len()
            }

            #[slot(sq_contains)]
            fn contains_slot(&self, item: &Obj) -> PyResult<bool> {
                ($contains)(self.dict(), item)
            }

            #[slot(tp_richcompare)]
            fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
                view_compare(self, other, op)
            }

            #[slot(tp_iter)]
            fn iter_slot(&self) -> PyResult<Ref<$iter>> {
                $iter::new(self.dict())
            }

            #[slot(nb_subtract)]
            fn sub(a: &Obj, b: &Obj) -> PyResult<Object> {
                view_sub(a, b)
            }

            #[slot(nb_and)]
            fn and(a: &Obj, b: &Obj) -> PyResult<Object> {
                view_and(a, b)
            }

            #[slot(nb_xor)]
            fn xor(a: &Obj, b: &Obj) -> PyResult<Object> {
                view_xor(a, b)
            }

            #[slot(nb_or)]
            fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
                view_or(a, b)
            }

            /// Return True if the view and the given iterable have a null intersection.
            #[method(name = "isdisjoint")]
            fn isdisjoint(&self, object: &Obj) -> PyResult<bool> {
                view_isdisjoint(self, object)
            }

            #[doc = $reversed_doc]
            #[method(name = "__reversed__")]
            fn reversed(&self) -> PyResult<Ref<$rev>> {
                $rev::new(self.dict())
            }

            /// dictionary that this view refers to
            #[getter]
            fn mapping(&self) -> PyResult<Ref<MappingProxy>> {
                MappingProxy::new(self.dict())
            }
        }
    };
}

fn item_in(d: &Dict, item: &Obj) -> PyResult<bool> {
    let Some(t) = item.downcast::<Tuple>().filter(|t| t.len() == 2) else { return Ok(false) };
    match d.get(t.get(0))? {
        Some(v) => v.compare_bool(t.get(1), CompareOp::Eq),
        None => Ok(false),
    }
}

set_view!(
    DictKeys,
    |d: &Dict, k: &Obj| d.contains_key(k),
    DictIterKey,
    DictRevIterKey,
    " Return a reverse iterator over the dict keys."
);
set_view!(
    DictItems,
    item_in,
    DictIterItem,
    DictRevIterItem,
    " Return a reverse iterator over the dict items."
);

impl DictValues {
    /// A view of `d`.
    pub fn new(d: &Dict) -> PyResult<Ref<DictValues>> {
        new_view(d)
    }
}

#[pymethods]
impl DictValues {
    #[slot(tp_clear, raw)]
    unsafe extern "C" fn keep(_: *mut abi::PyObject) -> std::ffi::c_int {
        0
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        self.view_repr()
    }

    #[slot(sq_length)]
    fn length(&self) -> usize {
        self.dict().len()
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<DictIterValue>> {
        DictIterValue::new(self.dict())
    }

    /// Return a reverse iterator over the dict values.
    #[method(name = "__reversed__")]
    fn reversed(&self) -> PyResult<Ref<DictRevIterValue>> {
        DictRevIterValue::new(self.dict())
    }

    /// dictionary that this view refers to
    #[getter]
    fn mapping(&self) -> PyResult<Ref<MappingProxy>> {
        MappingProxy::new(self.dict())
    }
}

/// An iterator over a dictionary. `used` is the dictionary's size at the start, -1 after it changed.
#[repr(C)]
pub struct DictIterBody {
    pub ob_base: abi::PyObject,
    pub dict: *mut abi::PyObject,
    pub used: isize,
    pub pos: isize,
    /// The pair given out last by an item iterator, used again when nobody kept it.
    pub result: *mut abi::PyObject,
    pub len: isize,
}

/// What an iterator gives for an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    Key,
    Value,
    Item,
}

unsafe fn new_iter<T: Native<Body = DictIterBody>>(
    d: &Dict,
    reverse: bool,
    gives: Gives,
) -> PyResult<Ref<T>> {
    // SAFETY: all fields are filled before anything runs.
    unsafe {
        let it = alloc::new_body::<T>()?;
        let b = it.body();
        (*b).dict = d.to_ref().into_ptr();
        (*b).used = d.len() as isize;
        (*b).len = d.len() as isize;
        (*b).pos = if reverse { d.positions() as isize - 1 } else { 0 };
        if gives == Gives::Item {
            (*b).result = pair(none().to_owned(), none().to_owned())?.into_ptr();
        }
        Ok(it)
    }
}

unsafe fn advance(b: *mut DictIterBody, reverse: bool, gives: Gives) -> PyResult<Option<Object>> {
    // SAFETY: the iterator owns its dictionary; positions are checked against it.
    unsafe {
        let Some(d) = ((*b).dict as *const Dict).as_ref() else { return Ok(None) };
        if (*b).used != d.len() as isize {
            (*b).used = -1;
            bail!(RuntimeError, "dictionary changed size during iteration");
        }
        let n = d.positions() as isize;
        let mut i = (*b).pos;
        let found = loop {
            if i < 0 || i >= n {
                break None;
            }
            if let Some(e) = d.entry_at(i as usize) {
                break Some(e);
            }
            i += if reverse { -1 } else { 1 };
        };
        let Some((k, v)) = found else {
            clear(&raw mut (*b).dict);
            return Ok(None);
        };
        if (*b).len == 0 {
            clear(&raw mut (*b).dict);
            bail!(RuntimeError, "dictionary keys changed during iteration");
        }
        (*b).pos = if reverse { i - 1 } else { i + 1 };
        (*b).len -= 1;
        match gives {
            Gives::Key => Ok(Some(Ref::from_borrowed(k))),
            Gives::Value => Ok(Some(Ref::from_borrowed(v))),
            Gives::Item => {
                let (k, v) = (Ref::from_borrowed(k), Ref::from_borrowed(v));
                let result = (*b).result;
                if !result.is_null() && Obj::from_ptr(result).refcnt() == 1 {
                    return Ok(Some(Tuple::refill_pair(&*(result as *const Tuple), k, v).into_object()));
                }
                Ok(Some(pair(k, v)?.into_object()))
            }
        }
    }
}

/// The items still to come, without moving the iterator.
unsafe fn rest(b: *mut DictIterBody, reverse: bool, gives: Gives) -> PyResult<Vec<Object>> {
    // SAFETY: the copy owns its dictionary for the length of the loop.
    unsafe {
        let dict = (*b).dict;
        if !dict.is_null() {
            crate::object::obj::incref(dict);
        }
        let mut copy = DictIterBody {
            ob_base: std::mem::zeroed(),
            dict,
            used: (*b).used,
            pos: (*b).pos,
            result: std::ptr::null_mut(),
            len: (*b).len,
        };
        let mut out = Vec::new();
        let r = loop {
            match advance(&mut copy, reverse, gives) {
                Ok(Some(x)) => out.push(x),
                Ok(None) => break Ok(out),
                Err(e) => break Err(e),
            }
        };
        clear(&raw mut copy.dict);
        r
    }
}

macro_rules! dict_iterator {
    ($ty:ident, $name:literal, $export:literal, $reverse:literal, $gives:expr) => {
        #[doc = concat!("`", $name, "`.")]
        #[pytype(name = $name, body = DictIterBody, export = $export, refs(dict, result), gc)]
        pub struct $ty;

        impl $ty {
            /// An iterator at the start.
            pub fn new(d: &Dict) -> PyResult<Ref<$ty>> {
                // SAFETY: the type's body.
                unsafe { new_iter(d, $reverse, $gives) }
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_iter)]
            fn iter_slot(&self) -> &Obj {
                self
            }

            #[slot(tp_iternext)]
            fn next_slot(&self) -> PyResult<Option<Object>> {
                // SAFETY: the type's body.
                unsafe { advance(self.body(), $reverse, $gives) }
            }

            /// Private method returning an estimate of len(list(it)).
            #[method(name = "__length_hint__")]
            fn length_hint_method(&self) -> usize {
                // SAFETY: the type's body.
                unsafe {
                    let b = self.body();
                    match ((*b).dict as *const Dict).as_ref() {
                        Some(d) if (*b).used == d.len() as isize => (*b).len as usize,
                        _ => 0,
                    }
                }
            }

            /// Return state information for pickling.
            #[method(name = "__reduce__")]
            fn reduce(&self) -> PyResult<Object> {
                // SAFETY: the type's body.
                reduce_list(unsafe { rest(self.body(), $reverse, $gives)? })
            }
        }
    };
}

dict_iterator!(DictIterKey, "dict_keyiterator", "PyDictIterKey_Type", false, Gives::Key);
dict_iterator!(DictIterValue, "dict_valueiterator", "PyDictIterValue_Type", false, Gives::Value);
dict_iterator!(DictIterItem, "dict_itemiterator", "PyDictIterItem_Type", false, Gives::Item);
dict_iterator!(DictRevIterKey, "dict_reversekeyiterator", "PyDictRevIterKey_Type", true, Gives::Key);
dict_iterator!(DictRevIterValue, "dict_reversevalueiterator", "PyDictRevIterValue_Type", true, Gives::Value);
dict_iterator!(DictRevIterItem, "dict_reverseitemiterator", "PyDictRevIterItem_Type", true, Gives::Item);

/// Completes the types of this file.
pub fn ready_all() -> PyResult<()> {
    use crate::types::ready::ready;
    ready::<DictKeys>()?;
    ready::<DictValues>()?;
    ready::<DictItems>()?;
    ready::<DictIterKey>()?;
    ready::<DictIterValue>()?;
    ready::<DictIterItem>()?;
    ready::<DictRevIterKey>()?;
    ready::<DictRevIterValue>()?;
    ready::<DictRevIterItem>()
}
