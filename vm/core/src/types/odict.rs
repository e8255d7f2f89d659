//! `collections.OrderedDict`: a dict whose keys can be moved to either end, and which is compared in order.
//!
//! The order is kept in `odict_nodes`, the iterator and the views are in `odict_views`. Nothing of it is needed before
//! `_collections` or an extension module is imported: `ready_all` completes the types then.

use crate::error::PyResult;
use crate::gc;
use crate::object::convert::CompareOp;
use crate::object::obj::clear;
use crate::object::{AsObj, Native, Obj, Object, Ref};
use crate::thread::ThreadState;
use crate::types::bool_::bool_obj;
use crate::types::dict::{Dict, hash_key};
use crate::types::dict_instance::{instance_dict, set_instance_dict};
use crate::types::none::{none, not_implemented};
use crate::types::odict_nodes::{self as nodes, OrderedDictBody};
use crate::types::odict_views::{Gives, ODictItems, ODictIter, ODictKeys, ODictValues};
use crate::types::str_::Str;
use crate::types::support::{key_error, owned, pair};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;
use std::ffi::{c_int, c_void};

/// A dict that keeps its keys in an order of its own.
/// ---
/// Dictionary that remembers insertion order
#[pytype(
    name = "collections.OrderedDict", body = OrderedDictBody, base = Dict, export = "PyODict_Type", gc,
    dict = inst_dict, weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct OrderedDict;

impl OrderedDict {
    /// A new empty one.
    pub fn new() -> PyResult<Ref<OrderedDict>> {
        ready_all()?;
        let o = OrderedDict::type_object().call(&[])?;
        // SAFETY: the class's own call.
        Ok(unsafe { o.cast_into_unchecked() })
    }

    /// `self[key] = value` (`PyODict_SetItem`).
    pub fn set(&self, key: &Obj, value: &Obj) -> PyResult<()> {
        self.set_hashed(key, hash_key(key)?, value)
    }

    fn set_hashed(&self, key: &Obj, hash: isize, value: &Obj) -> PyResult<()> {
        let d = self.as_dict();
        d.insert(key, hash, value.to_owned())?;
        if let Err(e) = self.add_node(key, hash) {
            // A value without a place in the order is no item.
            let first = e.take();
            if let Err(second) = d.pop_hashed(key, hash) {
                second.clear();
            }
            return Err(crate::Raised::restore(first));
        }
        Ok(())
    }

    /// `del self[key]` (`PyODict_DelItem`).
    pub fn delete(&self, key: &Obj) -> PyResult<()> {
        let hash = hash_key(key)?;
        self.remove_node(key, hash)?;
        match self.as_dict().pop_hashed(key, hash)? {
            Some(_) => Ok(()),
            None => Err(key_error(key)),
        }
    }

    fn is_plain(&self) -> bool {
        self.is_exact::<OrderedDict>()
    }

    /// Takes a key out, past what a subclass makes of reading and deleting. What has no place in the order is not there.
    fn pop_hashed(&self, key: &Obj, hash: isize, default: Option<&Obj>) -> PyResult<Object> {
        let found = match self.remove_node(key, hash)? {
            true => self.as_dict().pop_hashed(key, hash)?,
            false => None,
        };
        match (found, default) {
            (Some(v), _) => Ok(v),
            (None, Some(d)) => Ok(d.to_owned()),
            (None, None) => Err(key_error(key)),
        }
    }

    /// Sets each pair of an iterable.
    fn add_pairs(&self, pairs: &Obj) -> PyResult<()> {
        let it = pairs.iter()?;
        while let Some(item) = it.iter_next()? {
            let parts = item.iter()?;
            let Some(key) = parts.iter_next()? else {
                bail!(ValueError, "need more than 0 values to unpack")
            };
            let Some(value) = parts.iter_next()? else {
                bail!(ValueError, "need more than 1 value to unpack")
            };
            if parts.iter_next()?.is_some() {
                bail!(ValueError, "too many values to unpack (expected 2)");
            }
            self.set_item(&key, &value)?;
        }
        Ok(())
    }

    fn add_items_of(&self, d: &Dict) -> PyResult<()> {
        for (k, v) in crate::types::dict_methods::snapshot(d) {
            self.set_item(&k, &v)?;
        }
        Ok(())
    }

    /// What `update` does with its positional argument.
    fn update_any(&self, arg: &Obj) -> PyResult<()> {
        if let Some(d) = arg.downcast_exact::<Dict>() {
            return self.add_items_of(d);
        }
        if let Some(keys) = arg.get_attr_opt(sym!(keys))? {
            let it = keys.call(&[])?.iter()?;
            while let Some(key) = it.iter_next()? {
                let value = arg.get_item(&key)?;
                self.set_item(&key, &value)?;
            }
            return Ok(());
        }
        match arg.get_attr_opt(sym!(items))? {
            Some(items) => self.add_pairs(&*items.call(&[])?),
            None => self.add_pairs(arg),
        }
    }

    fn same_order(&self, other: &OrderedDict) -> PyResult<bool> {
        let (a_state, b_state) = (self.state(), other.state());
        let (mut a, mut b) = (self.first(), other.first());
        // SAFETY: nodes of lists that have not changed.
        unsafe {
            while !a.is_null() && !b.is_null() {
                let (x, y) = (nodes::key(a), nodes::key(b));
                if !x.compare_bool(&y, CompareOp::Eq)? {
                    return Ok(false);
                }
                if self.state() != a_state || other.state() != b_state {
                    bail!(RuntimeError, "OrderedDict mutated during iteration");
                }
                (a, b) = (nodes::step(a, false), nodes::step(b, false));
            }
        }
        Ok(a.is_null() && b.is_null())
    }
}

#[pymethods]
impl OrderedDict {
    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        if args.len() > 1 {
            bail!(TypeError, "expected at most 1 argument, got {}", args.len());
        }
        if let Some(a) = args.items().first() {
            self.update_any(a)?;
        }
        kwargs.map_or(Ok(()), |k| self.add_items_of(k))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; dict's slot ends the rest.
        unsafe {
            gc::untrack(o);
            let b = o as *mut OrderedDictBody;
            clear(&raw mut (*b).inst_dict);
            if !(*b).weakrefs.is_null() {
                crate::types::weakref::clear_weakrefs(Obj::from_ptr(o));
            }
            (*(o as *const OrderedDict)).clear_nodes();
            crate::types::dict::dealloc(o)
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live object.
        unsafe {
            let b = o as *mut OrderedDictBody;
            let Some(v) = visit else { return 0 };
            if !(*b).inst_dict.is_null() {
                let r = v((*b).inst_dict, arg);
                if r != 0 {
                    return r;
                }
            }
            let mut node = (*b).first;
            while !node.is_null() {
                let r = v(nodes::borrowed_key(node), arg);
                if r != 0 {
                    return r;
                }
                node = nodes::step(node, false);
            }
            crate::types::dict::traverse(o, visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live object.
        unsafe {
            clear(&raw mut (*(o as *mut OrderedDictBody)).inst_dict);
            let d = &*(o as *const OrderedDict);
            d.as_dict().clear_items();
            d.clear_nodes();
        }
        0
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<Ref<Str>> {
        let name = self.ob_type().short_name().to_owned();
        if self.as_dict().is_empty() {
            return Str::new(&format!("{name}()"));
        }
        let shown = ThreadState::current().repr_guard(self, || {
            let plain = Dict::type_object().call(&[self])?;
            let mut out = TextBuf::with_capacity(name.len() + 2);
            out.push_str(&name);
            out.push_str("(");
            crate::types::support::push_repr(&mut out, &plain)?;
            out.push_str(")");
            Str::from_buf(out)
        });
        shown.unwrap_or_else(|| Str::new("..."))
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<ODictIter>> {
        ODictIter::new(self, false, Gives::Key)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(o), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Dict>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        let mut equal = self.as_dict().equal(o)?;
        if equal && let Some(o) = other.downcast::<OrderedDict>() {
            equal = self.same_order(o)?;
        }
        Ok(bool_obj(equal == (op == CompareOp::Eq)).to_owned())
    }

    #[slot(mp_ass_subscript)]
    fn assign_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(v) => self.set(key, v),
            None => self.delete(key),
        }
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (class, other) = match a.downcast::<OrderedDict>() {
            Some(_) => (a.ob_type(), b),
            None => (b.ob_type(), a),
        };
        if !other.is_a::<Dict>() {
            return Ok(not_implemented().to_owned());
        }
        let class = class.as_obj().to_owned();
        let new = class.call(&[a])?;
        match new.downcast::<OrderedDict>() {
            Some(d) => d.update_any(b)?,
            None => bail!(SystemError, "a class of ordered dictionaries made something else"),
        }
        Ok(new)
    }

    #[slot(nb_inplace_or)]
    fn ior(&self, other: &Obj) -> PyResult<Object> {
        self.update_any(other)?;
        Ok(owned(self))
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self) -> PyResult<Ref<Dict>> {
        match instance_dict(self)? {
            Some(d) => Ok(d),
            None => bail!(AttributeError, "This object has no __dict__"),
        }
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "cannot delete __dict__") };
        let Some(d) = value.downcast::<Dict>() else {
            bail!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", value.type_name());
        };
        set_instance_dict(self, Some(d))
    }

    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[classmethod(sig = "(iterable, value=None)")]
    fn fromkeys(cls: &Type, iterable: &Obj, value: Option<&Obj>) -> PyResult<Object> {
        let d = cls.call(&[])?;
        let value = value.unwrap_or(none());
        iterable.for_each(|k| d.set_item(&k, value))?;
        Ok(d)
    }

    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        self.ob_type().raw().tp_basicsize as usize + self.as_dict().table_size() + self.nodes_size()
    }

    /// Return state information for pickling
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let state = crate::types::reduce::state(self, false)?;
        let items = self.call_method(sym!(items), &[])?.iter()?;
        Tuple::from_slice(&[self.ob_type().as_obj(), &*Tuple::empty(), &state, none(), &items])
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(sig = "(key, default=None)")]
    fn setdefault(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        let default = default.unwrap_or(none());
        if self.is_plain() {
            let hash = hash_key(key)?;
            return match self.as_dict().get_hashed(key, hash)? {
                Some(v) => Ok(v),
                None => self.set_hashed(key, hash, default).map(|()| default.to_owned()),
            };
        }
        if self.contains(key)? {
            return self.get_item(key);
        }
        self.set_item(key, default)?;
        Ok(default.to_owned())
    }

    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(sig = "(key, default=<unrepresentable>)")]
    fn pop(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        self.pop_hashed(key, hash_key(key)?, default)
    }

    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if
    /// false.
    #[method(sig = "(last=True)")]
    fn popitem(&self, last: bool) -> PyResult<Ref<Tuple>> {
        let node = if last { self.last() } else { self.first() };
        if node.is_null() {
            return Err(key_error(&*Str::new("dictionary is empty")?));
        }
        // SAFETY: a node of the list.
        let (key, hash) = unsafe { (nodes::key(node), nodes::hash(node)) };
        let value = self.pop_hashed(&key, hash, None)?;
        pair(key, value)
    }

    #[method(name = "keys")]
    fn keys_method(&self) -> PyResult<Ref<ODictKeys>> {
        ODictKeys::new(self)
    }

    #[method(name = "values")]
    fn values_method(&self) -> PyResult<Ref<ODictValues>> {
        ODictValues::new(self)
    }

    #[method]
    fn items(&self) -> PyResult<Ref<ODictItems>> {
        ODictItems::new(self)
    }

    #[method(sig = "(*args, **kwargs)", nosig)]
    fn update(&self, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<()> {
        if args.len() > 1 {
            bail!(TypeError, "update() takes at most 1 positional argument ({} given)", args.len());
        }
        if let Some(a) = args.first() {
            self.update_any(a)?;
        }
        kwargs.map_or(Ok(()), |k| self.add_items_of(k))
    }

    /// Remove all items from ordered dict.
    #[method(name = "clear")]
    fn clear_method(&self) {
        self.as_dict().clear_items();
        self.clear_nodes();
    }

    /// A shallow copy of ordered dict.
    #[method]
    fn copy(&self) -> PyResult<Object> {
        let new = self.ob_type().call(&[])?;
        let plain = if self.is_plain() { new.downcast_exact::<OrderedDict>() } else { None };
        let state = self.state();
        let mut node = self.first();
        // SAFETY: nodes of a list that has not changed.
        unsafe {
            while !node.is_null() {
                let (key, hash) = (nodes::key(node), nodes::hash(node));
                match plain {
                    Some(target) => {
                        let value = self.as_dict().get_or_key_error(&key)?;
                        target.set_hashed(&key, hash, &value)?;
                    }
                    None => new.set_item(&key, &*self.get_item(&key)?)?,
                }
                if self.state() != state {
                    bail!(RuntimeError, "OrderedDict mutated during iteration");
                }
                node = nodes::step(node, false);
            }
        }
        Ok(new)
    }

    /// od.__reversed__() <==> reversed(od)
    #[method(name = "__reversed__")]
    fn reversed(&self) -> PyResult<Ref<ODictIter>> {
        ODictIter::new(self, true, Gives::Key)
    }

    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[method(sig = "(key, last=True)")]
    fn move_to_end(&self, key: &Obj, last: bool) -> PyResult<()> {
        let end = if last { self.last() } else { self.first() };
        if end.is_null() {
            return Err(key_error(key));
        }
        // SAFETY: nodes of the list.
        unsafe {
            if nodes::borrowed_key(end) == key.as_ptr() {
                return Ok(());
            }
            let node = self.find_node(key, hash_key(key)?)?;
            if node.is_null() {
                return Err(key_error(key));
            }
            self.move_node(node, last);
        }
        Ok(())
    }
}

/// Completes the types of ordered dictionaries; does nothing the second time.
pub fn ready_all() -> PyResult<()> {
    crate::types::ready::ready::<OrderedDict>()?;
    crate::types::odict_views::ready_all()
}
