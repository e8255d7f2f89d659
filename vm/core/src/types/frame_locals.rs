//! `FrameLocalsProxy` (PEP 667): the variables of a function's frame as a mapping that writes through.

use crate::error::{PyResult, Raised};
use crate::interp::frame::Frame;
use crate::interp::value::Value;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref};
use crate::object::{CompareOp, alloc};
use crate::types::bool_::bool_obj;
use crate::types::cell::Cell;
use crate::types::code::{KIND_CELL, KIND_FREE};
use crate::types::dict::Dict;
use crate::types::frame::FrameObject;
use crate::types::list::List;
use crate::types::none::{none, not_implemented};
use crate::types::str_::Str;
use crate::types::support::{key_error, pair};
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::{pymethods, pytype};

/// A mapping of a frame's variables.
#[pytype(name = "FrameLocalsProxy", body = abi::PyFrameLocalsProxyObject, export = "PyFrameLocalsProxy_Type", gc,
         refs(frame), flags = abi::Py_TPFLAGS_MAPPING)]
pub struct FrameLocalsProxy;

/// A new dict of a frame's variables.
pub fn to_dict(f: &FrameObject) -> PyResult<Ref<Dict>> {
    let d = Dict::new()?;
    for (k, v) in items(f)? {
        d.set(&k, &v)?;
    }
    Ok(d)
}

/// The value of slot `i`, seen through its cell.
fn value_at(f: &FrameObject, i: usize) -> PyResult<Option<Object>> {
    // SAFETY: a slot of a complete frame.
    unsafe {
        let v = *Frame::locals_ptr(f.frame()).add(i);
        if v.is_null() {
            return Ok(None);
        }
        if let Some(c) = cell_of(f, i, v) {
            return Ok(c.get());
        }
        v.to_object().map(Some)
    }
}

/// The cell in a slot, once the function's first instructions have put it there.
fn cell_of(f: &FrameObject, i: usize, v: Value) -> Option<&Cell> {
    if f.code().kind(i) & (KIND_CELL | KIND_FREE) == 0 || v.is_int() || v.is_null() {
        return None;
    }
    // SAFETY: a pointer word of a live frame.
    unsafe { v.obj() }.downcast_exact::<Cell>()
}

/// The variables that have values, with the extra ones that tracing code has added.
fn items(f: &FrameObject) -> PyResult<Vec<(Object, Object)>> {
    let mut out = Vec::new();
    for (i, name) in f.code().local_names().items().iter().enumerate() {
        if let Some(v) = value_at(f, i)? {
            out.push((name.clone(), v));
        }
    }
    if let Some(extra) = extra(f) {
        out.extend(extra.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
    Ok(out)
}

fn extra(f: &FrameObject) -> Option<&Dict> {
    // SAFETY: NULL or an owned dict.
    unsafe { ((*f.body()).f_extra_locals as *const Dict).as_ref() }
}

/// The slot of a variable; with `bound`, only one that has a value.
fn slot_of(f: &FrameObject, key: &Obj, bound: bool) -> PyResult<Option<usize>> {
    // Unhashable keys are refused as a dict refuses them.
    key.hash()?;
    let Some(key) = key.downcast::<Str>() else { return Ok(None) };
    for (i, name) in f.code().local_names().items().iter().enumerate() {
        // SAFETY: names are strings.
        let name: &Str = unsafe { name.as_obj().cast_unchecked() };
        if key.equals(name) && (!bound || value_at(f, i)?.is_some()) {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

/// Stores into a slot. The old value is kept for instructions that have borrowed it.
fn store(f: &FrameObject, i: usize, value: &Obj) -> PyResult<()> {
    // SAFETY: a slot of a complete frame.
    unsafe {
        let slot = Frame::locals_ptr(f.frame()).add(i);
        let old = *slot;
        if let Some(c) = cell_of(f, i, old) {
            c.set(Some(value.to_owned()));
            return Ok(());
        }
        if !old.is_null() && !old.is_int() {
            let b = f.body();
            let kept = match ((*b).f_overwritten_fast_locals as *const List).as_ref() {
                Some(l) => l,
                None => {
                    (*b).f_overwritten_fast_locals = List::new()?.into_ptr();
                    &*((*b).f_overwritten_fast_locals as *const List)
                }
            };
            kept.push(old.to_object()?)?;
        }
        *slot = Value::from_object(value.to_owned());
        old.release();
        Ok(())
    }
}

impl FrameLocalsProxy {
    /// A proxy of a frame.
    pub fn new(f: &FrameObject) -> PyResult<Ref<FrameLocalsProxy>> {
        // SAFETY: the field owns what it gets.
        unsafe {
            let p = alloc::new_body::<FrameLocalsProxy>()?;
            (*p.body()).frame = f.as_obj().to_owned().into_ptr().cast();
            Ok(p)
        }
    }

    /// The frame.
    pub fn frame(&self) -> &FrameObject {
        // SAFETY: owned.
        unsafe { &*((*self.body()).frame as *const FrameObject) }
    }

    fn find(&self, key: &Obj) -> PyResult<Option<Object>> {
        if let Some(i) = slot_of(self.frame(), key, true)? {
            return value_at(self.frame(), i);
        }
        match extra(self.frame()) {
            Some(d) => d.get(key),
            None => Ok(None),
        }
    }

    fn assign(&self, key: &Obj, value: &Obj) -> PyResult<()> {
        if let Some(i) = slot_of(self.frame(), key, false)? {
            return store(self.frame(), i, value);
        }
        // SAFETY: the field owns its dict.
        unsafe {
            let b = self.frame().body();
            if (*b).f_extra_locals.is_null() {
                (*b).f_extra_locals = Dict::new()?.into_ptr();
            }
            (*((*b).f_extra_locals as *const Dict)).set(key, value)
        }
    }

    fn key_list(&self) -> PyResult<Vec<Object>> {
        Ok(items(self.frame())?.into_iter().map(|(k, _)| k).collect())
    }

    fn merge(&self, other: &Obj) -> PyResult<()> {
        let pairs: Vec<(Object, Object)> = if let Some(p) = other.downcast_exact::<FrameLocalsProxy>() {
            items(p.frame())?
        } else if let Some(d) = other.downcast::<Dict>() {
            d.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
        } else {
            bail!(TypeError, "update() argument must be dict or another FrameLocalsProxy");
        };
        for (k, v) in pairs {
            self.assign(&k, &v)?;
        }
        Ok(())
    }
}

fn cannot_remove() -> Raised {
    raise!(ValueError, "cannot remove local variables from FrameLocalsProxy")
}

fn mapping_like(o: &Obj) -> bool {
    o.is_a::<Dict>() || o.is_exact::<FrameLocalsProxy>()
}

fn as_dict(o: &Obj) -> PyResult<Ref<Dict>> {
    match o.downcast_exact::<FrameLocalsProxy>() {
        Some(p) => to_dict(p.frame()),
        None => {
            let d = Dict::new()?;
            d.merge(o, true)?;
            Ok(d)
        }
    }
}

#[pymethods]
impl FrameLocalsProxy {
    #[slot(tp_new)]
    fn make(_cls: &Type, args: &crate::types::tuple::Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        if args.len() != 1 {
            bail!(TypeError, "FrameLocalsProxy expected 1 argument, got {}", args.len());
        }
        let Some(f) = args.get(0).downcast_exact::<FrameObject>() else {
            bail!(TypeError, "expect frame, not {}", args.get(0).type_name());
        };
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "FrameLocalsProxy takes no keyword arguments");
        }
        Ok(FrameLocalsProxy::new(f)?.into_object())
    }

    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        let shown = crate::thread::ThreadState::current().repr_guard(self, || to_dict(self.frame())?.repr());
        match shown {
            Some(r) => Ok(r?.into_object()),
            None => Ok(Str::new("{...}")?.into_object()),
        }
    }

    #[slot(tp_iter)]
    fn iter(&self) -> PyResult<Object> {
        List::from_vec(self.key_list()?)?.as_obj().iter()
    }

    #[slot(tp_richcompare)]
    fn compare_with(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(not_implemented().to_owned());
        }
        if let Some(p) = other.downcast_exact::<FrameLocalsProxy>() {
            let same = self.frame().as_obj().is(p.frame());
            return Ok(bool_obj(same == (op == CompareOp::Eq)).to_owned());
        }
        if other.is_a::<Dict>() {
            return to_dict(self.frame())?.as_obj().compare(other, op);
        }
        Ok(not_implemented().to_owned())
    }

    #[slot(mp_length)]
    fn length(&self) -> PyResult<usize> {
        Ok(items(self.frame())?.len())
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        match self.find(key)? {
            Some(v) => Ok(v),
            None => {
                let shown = key.repr()?;
                Err(raise!(KeyError, "local variable '{}' is not defined", shown.to_string_lossy()))
            }
        }
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        if let Some(v) = value {
            return self.assign(key, v);
        }
        if slot_of(self.frame(), key, false)?.is_some() {
            return Err(cannot_remove());
        }
        match extra(self.frame()) {
            Some(d) if d.remove(key)? => Ok(()),
            _ => Err(key_error(key)),
        }
    }

    #[slot(sq_contains)]
    fn contains_key(&self, key: &Obj) -> PyResult<bool> {
        Ok(self.find(key)?.is_some())
    }

    #[slot(nb_or)]
    fn union(a: &Obj, b: &Obj) -> PyResult<Object> {
        if !mapping_like(a) || !mapping_like(b) {
            return Ok(not_implemented().to_owned());
        }
        let d = as_dict(a)?;
        d.update_from(&*as_dict(b)?)?;
        Ok(d.into_object())
    }

    #[slot(nb_inplace_or)]
    fn update_in_place(&self, other: &Obj) -> PyResult<Object> {
        if !mapping_like(other) {
            return Ok(not_implemented().to_owned());
        }
        self.merge(other)?;
        Ok(self.as_obj().to_owned())
    }

    #[method(name = "__contains__", coexist)]
    fn contains_method(&self, object: &Obj) -> PyResult<bool> {
        Ok(self.find(object)?.is_some())
    }

    #[method(name = "__getitem__", coexist)]
    fn getitem_method(&self, object: &Obj) -> PyResult<Object> {
        self.subscript(object)
    }

    #[method]
    fn update(&self, object: &Obj) -> PyResult<()> {
        self.merge(object)
    }

    #[method(name = "__reversed__")]
    fn reversed(&self) -> PyResult<Ref<List>> {
        let mut keys = self.key_list()?;
        keys.reverse();
        List::from_vec(keys)
    }

    #[method]
    fn copy(&self) -> PyResult<Ref<Dict>> {
        to_dict(self.frame())
    }

    #[method]
    fn keys(&self) -> PyResult<Ref<List>> {
        List::from_vec(self.key_list()?)
    }

    #[method]
    fn values(&self) -> PyResult<Ref<List>> {
        List::from_vec(items(self.frame())?.into_iter().map(|(_, v)| v).collect())
    }

    #[method(name = "items")]
    fn items_method(&self) -> PyResult<Ref<List>> {
        let mut out = Vec::new();
        for (k, v) in items(self.frame())? {
            out.push(pair(k, v)?.into_object());
        }
        List::from_vec(out)
    }

    #[method(nosig, sig = "(key, default=<none>, /)", doc = "")]
    fn get(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        Ok(self.find(key)?.unwrap_or_else(|| default.unwrap_or(none()).to_owned()))
    }

    #[method(nosig, sig = "(key, default=<none>, /)", doc = "")]
    fn pop(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        if slot_of(self.frame(), key, false)?.is_some() {
            return Err(cannot_remove());
        }
        if let Some(d) = extra(self.frame())
            && let Some(v) = d.pop(key)?
        {
            return Ok(v);
        }
        match default {
            Some(d) => Ok(d.to_owned()),
            None => Err(key_error(key)),
        }
    }

    #[method(nosig, sig = "(key, default=<none>, /)", doc = "")]
    fn setdefault(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        if let Some(v) = self.find(key)? {
            return Ok(v);
        }
        let v = default.unwrap_or(none());
        self.assign(key, v)?;
        Ok(v.to_owned())
    }
}
