//! The Python side of `dict`: its methods, operators and constructor.

use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::obj::Obj;
use crate::object::{Object, Ref};
use crate::sym;
use crate::thread::ThreadState;
use crate::types::bool_::bool_obj;
use crate::types::dict::{self, Dict, at_most_one, hash_key};
use crate::types::dict_keys as keys;
use crate::types::dict_views::{DictItems, DictIterKey, DictKeys, DictRevIterKey, DictValues};
use crate::types::none::{none, not_implemented};
use crate::types::set::any_set_items;
use crate::types::str_::Str;
use crate::types::support::{TypeCall, generic_alias, key_error, owned, pair, push_repr, type_alloc};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use dovetail_macros::pymethods;
use dovetail_text::TextBuf;

#[pymethods]
impl Dict {
    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        let make = |from: Option<&Obj>| {
            let d = Dict::new()?;
            if let Some(from) = from {
                d.update_any(from)?;
            }
            call.keywords_into(&d)?;
            Ok(d.into_object())
        };
        crate::object::native::result_ptr(match call.positional() {
            [] => make(None),
            [x] => make(Some(x)),
            _ => call.slow(),
        })
    }

    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: the body gets its table before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            (*(o.as_raw() as *mut abi::PyDictObject)).ma_keys = keys::empty_keys();
            Ok(o)
        }
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        at_most_one("dict", args.len())?;
        if let Some(a) = args.items().first() {
            self.update_any(a)?;
        }
        match kwargs {
            Some(k) => self.update_from(k),
            None => Ok(()),
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
        // SAFETY: passed on.
        unsafe { dict::dealloc(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse_slot(
        o: *mut abi::PyObject,
        visit: abi::visitproc,
        arg: *mut std::ffi::c_void,
    ) -> std::ffi::c_int {
        // SAFETY: passed on.
        unsafe { dict::traverse(o, visit, arg) }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> std::ffi::c_int {
        // SAFETY: passed on.
        unsafe { dict::clear(o) }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let shown = ThreadState::current().repr_guard(self, || {
            if self.is_empty() {
                return Str::new("{}");
            }
            let mut out = TextBuf::with_capacity(self.len() * 8);
            out.push_str("{");
            let (mut pos, mut first) = (0, true);
            while let Some((k, v)) = self.next(&mut pos) {
                let (k, v) = (k.to_owned(), v.to_owned());
                if !first {
                    out.push_str(", ");
                }
                first = false;
                push_repr(&mut out, &k)?;
                out.push_str(": ");
                push_repr(&mut out, &v)?;
            }
            out.push_str("}");
            Str::from_buf(out)
        });
        shown.unwrap_or_else(|| Str::new("{...}"))
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<DictIterKey>> {
        DictIterKey::new(self)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(o), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Dict>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        Ok(bool_obj(self.equal(o)? == (op == CompareOp::Eq)).to_owned())
    }

    #[slot(mp_length)]
    fn length(&self) -> usize {
        self.len()
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        if let Some(v) = self.get(key)? {
            return Ok(v);
        }
        if !self.is_exact::<Dict>()
            && let Some(missing) = self.lookup_special(sym!(__missing__))?
        {
            return missing.call(&[key]);
        }
        Err(key_error(key))
    }

    #[slot(mp_ass_subscript)]
    fn assign_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(v) => self.set(key, v),
            None => match self.pop(key)? {
                Some(_) => Ok(()),
                None => Err(key_error(key)),
            },
        }
    }

    #[slot(sq_contains)]
    fn contains_slot(&self, key: &Obj) -> PyResult<bool> {
        self.contains_key(key)
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (Some(x), true) = (a.downcast::<Dict>(), b.is_a::<Dict>()) else {
            return Ok(not_implemented().to_owned());
        };
        let new = x.copy()?;
        new.update_any(b)?;
        Ok(new.into_object())
    }

    #[slot(nb_inplace_or)]
    fn ior(&self, other: &Obj) -> PyResult<Object> {
        self.update_any(other)?;
        Ok(owned(self))
    }

    /// True if the dictionary has the specified key, else False.
    #[method(name = "__contains__", coexist)]
    fn contains_method(&self, key: &Obj) -> PyResult<bool> {
        self.contains_key(key)
    }

    /// Return self[key].
    #[method(name = "__getitem__", coexist)]
    fn getitem(&self, key: &Obj) -> PyResult<Object> {
        self.subscript(key)
    }

    /// Return the size of the dict in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        self.ob_type().raw().tp_basicsize as usize + self.table_size()
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[method(name = "get", sig = "(key, default=None, /)")]
    fn get_method_(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        Ok(match self.get(key)? {
            Some(v) => v,
            None => default.unwrap_or(none()).to_owned(),
        })
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(sig = "(key, default=None, /)")]
    fn setdefault(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        self.set_default(key, default.unwrap_or(none()))
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(name = "pop", sig = "(key, default=<unrepresentable>, /)")]
    fn pop_method(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        if !self.is_empty()
            && let Some(v) = self.pop(key)?
        {
            return Ok(v);
        }
        match default {
            Some(d) => Ok(d.to_owned()),
            None => Err(key_error(key)),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[method]
    fn popitem(&self) -> PyResult<Object> {
        if self.is_empty() {
            return Err(key_error(&*Str::new("popitem(): dictionary is empty")?));
        }
        self.make_combined()?;
        // SAFETY: a combined table with at least one entry; the pair is made before the entry goes.
        unsafe {
            let mut i = self.positions() - 1;
            let (k, v) = loop {
                match self.entry_at(i) {
                    Some(e) => break e,
                    None => i -= 1,
                }
            };
            let out = pair(Ref::from_borrowed(k), Ref::from_borrowed(v))?;
            let hash = self.hash_of_entry(Obj::from_ptr(k), i);
            if crate::watch::dict_is_watched(self) {
                let _ = self.pop_hashed(&out.items()[0], hash)?;
                return Ok(out.into_object());
            }
            let value = self.delete_at(i as isize, hash);
            (*self.keys()).dk_nentries = i as isize;
            drop(value);
            Ok(out.into_object())
        }
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[method(name = "keys")]
    fn keys_method(&self) -> PyResult<Ref<DictKeys>> {
        DictKeys::new(self)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[method]
    fn items(&self) -> PyResult<Ref<DictItems>> {
        DictItems::new(self)
    }

    /// Return an object providing a view on the dict's values.
    #[method(name = "values")]
    fn values_method(&self) -> PyResult<Ref<DictValues>> {
        DictValues::new(self)
    }

    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[method(sig = "(*args, **kwargs)", nosig)]
    fn update(&self, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<()> {
        at_most_one("update", args.len())?;
        if let Some(a) = args.first() {
            self.update_any(a)?;
        }
        match kwargs {
            Some(k) => self.update_from(k),
            None => Ok(()),
        }
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[classmethod(sig = "(iterable, value=None, /)")]
    fn fromkeys(cls: &Type, iterable: &Obj, value: Option<&Obj>) -> PyResult<Object> {
        let value = value.unwrap_or(none());
        let d = cls.call(&[])?;
        if let Some(target) = d.downcast_exact::<Dict>() {
            if target.is_empty() {
                if let Some(source) = iterable.downcast_exact::<Dict>() {
                    let mut pos = 0;
                    while let Some((k, _)) = source.next(&mut pos) {
                        // SAFETY: the position just passed.
                        let hash = unsafe { source.hash_of_entry(k, pos - 1) };
                        let k = k.to_owned();
                        target.insert(&k, hash, value.to_owned())?;
                    }
                    return Ok(d);
                }
                if let Some(items) = any_set_items(iterable) {
                    for (k, hash) in items {
                        target.insert(&k, hash, value.to_owned())?;
                    }
                    return Ok(d);
                }
            }
            iterable.for_each(|k| target.insert(&k, hash_key(&k)?, value.to_owned()))?;
            return Ok(d);
        }
        iterable.for_each(|k| d.set_item(&k, value))?;
        Ok(d)
    }

    /// Remove all items from the dict.
    #[method(name = "clear")]
    fn clear_method(&self) {
        self.clear_items()
    }

    /// Return a shallow copy of the dict.
    #[method(name = "copy")]
    fn copy_method(&self) -> PyResult<Ref<Dict>> {
        self.copy()
    }

    /// Return a reverse iterator over the dict keys.
    #[method(name = "__reversed__")]
    fn reversed(&self) -> PyResult<Ref<DictRevIterKey>> {
        DictRevIterKey::new(self)
    }

    /// dicts are generic over two types: those of their keys and of their values
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

/// The items of a dictionary as owned pairs, safe against changes meanwhile.
pub fn snapshot(d: &Dict) -> Vec<(Object, Object)> {
    d.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}
