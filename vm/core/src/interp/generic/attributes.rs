//! Attributes: loading (with methods and `super`), storing, deleting, and their specialized forms.

use super::State;
use crate::error::PyResult;
use crate::interp::value::Value;
use crate::object::native::Native;
use crate::object::{Obj, Object, slotfuncs};
use crate::sym;
use crate::types::dict_keys;
use crate::types::module::Module;
use crate::types::object_;
use crate::types::str_::Str;
use crate::types::type_::Type;
use dovetail_ops::metadata::{direct, generic, op};

/// What a generic attribute of an instance turned out to be, for the inline cache.
enum Found<'a> {
    /// An inline value at this byte offset.
    Field(usize),
    /// A slot member at this byte offset.
    Slot(usize),
    /// A data descriptor of the class.
    Descriptor(&'a Obj),
    /// A class attribute; the instance may shadow it where its shared keys change.
    Class(&'a Obj),
}

/// Does attribute access on the type go the plain way?
fn is_plain(t: &Type) -> bool {
    t.raw().tp_getattro.is_some_and(|f| f as usize == object_::generic_getattr_slot as *const () as usize)
}

/// Does attribute access go the plain way first, and to the class's `__getattr__` where that finds nothing?
fn has_hook(t: &Type) -> bool {
    t.raw().tp_getattro.is_some_and(|f| f as usize == slotfuncs::slot_tp_getattr_hook as *const () as usize)
        && t.lookup(sym!(__getattribute__)).is_some_and(slotfuncs::is_generic_getattribute)
}

/// Analyses `o.name` for a cache: the type's version proves everything but shared keys and values.
fn analyse<'a>(o: &'a Obj, name: &Str, store: bool) -> Option<Found<'a>> {
    let t = o.ob_type();
    if t.assign_version() == 0 {
        return None;
    }
    let descr = t.lookup(name);
    if let Some(d) = descr {
        if let Some(offset) = crate::types::descr::slot_member_offset(d, t) {
            return Some(Found::Slot(offset));
        }
        let kind = d.ob_type().raw();
        if kind.tp_descr_set.is_some() {
            return (store || kind.tp_descr_get.is_some()).then_some(Found::Descriptor(d));
        }
    }
    if t.has_flag(abi::Py_TPFLAGS_INLINE_VALUES) {
        // SAFETY: a heap type with shared keys; the instance has inline values.
        unsafe {
            let values = (o.as_ptr() as *const u8).offset(t.raw().tp_basicsize) as *const abi::PyDictValues;
            if (*values).valid == 0 {
                return None;
            }
            let keys = (*t.body()).ht_cached_keys;
            let i = dict_keys::lookup_unicode(keys, name.as_ptr(), name.hash_value());
            if i >= 0 {
                let p = (&raw const (*values).values).cast::<*mut abi::PyObject>().offset(i);
                if store || !(*p).is_null() {
                    return Some(Found::Field(p as usize - o.as_ptr() as usize));
                }
                return None;
            }
        }
        return descr.map(Found::Class);
    }
    // Without any dict nothing can shadow the class.
    if t.raw().tp_dictoffset == 0 && !t.has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
        return descr.map(Found::Class);
    }
    None
}

/// Loads what needs no call, at sites that see many classes: an inline value, or a method of the class that no
/// attribute of the instance can hide.
#[inline]
fn quick_attribute(st: &mut State, v: Value, name: &Str, method: bool) -> bool {
    if v.is_int() {
        return false;
    }
    // SAFETY: a pointer word on the stack; keys and values of a live instance.
    unsafe {
        let o = v.obj();
        let t = o.ob_type();
        if !t.has_flag(abi::Py_TPFLAGS_INLINE_VALUES) || !is_plain(t) {
            return false;
        }
        let descr = t.lookup(name);
        if descr.is_some_and(|d| d.ob_type().raw().tp_descr_set.is_some()) {
            return false;
        }
        let values = crate::types::dict_instance::inline_values(o.as_ptr());
        if (*values).valid == 0 {
            return false;
        }
        let i = dict_keys::lookup_unicode((*t.body()).ht_cached_keys, name.as_ptr(), name.hash_value());
        let field =
            if i >= 0 { *crate::types::dict::values_ptr(values).offset(i) } else { std::ptr::null_mut() };
        if !field.is_null() {
            let field = Value::from_heap(field);
            st.pop().release();
            st.push(field);
            if method {
                st.push(Value::NULL);
            }
            return true;
        }
        match descr {
            Some(d) if method && d.ob_type().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR) => {
                let f = Value::owned(d.to_owned());
                let this = st.pop();
                st.push(f);
                st.push(this);
                true
            }
            _ => false,
        }
    }
}

#[inline(always)]
pub fn LOAD_ATTR(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg >> 1);
    let method = oparg & 1 != 0;
    let v = st.peek(1);
    if st.should_specialize(generic::LOAD_ATTR as u8) {
        // SAFETY: a pointer word on the stack.
        let done = !v.is_int() && unsafe { specialize_load(st, v.obj(), name, method) };
        if !done {
            st.specialize_failed();
        }
    }
    if quick_attribute(st, v, name, method) {
        st.skip(9);
        return Ok(());
    }
    let o = st.object(1)?;
    if method {
        let (f, bound) = o.get_method(name)?;
        if bound {
            drop(o);
            st.replace_n(1, f);
            st.push(Value::NULL);
        } else {
            drop(o);
            let this = st.pop();
            st.push(Value::owned(f));
            st.push(this);
        }
    } else {
        let r = o.get_attr(name)?;
        drop(o);
        st.replace_n(1, r);
    }
    st.skip(9);
    Ok(())
}

unsafe fn specialize_load(st: &mut State, o: &Obj, name: &Str, method: bool) -> bool {
    let t = o.ob_type();
    if let Some(m) = o.downcast_exact::<Module>() {
        // SAFETY: the keys table of a live module dict.
        unsafe {
            let Some(keys) = m.dict().unicode_keys() else { return false };
            let index = dict_keys::lookup_unicode(keys, name.as_ptr(), name.hash_value());
            let version = dict_keys::keys_version(keys);
            if !(0..=u16::MAX as isize).contains(&index) || version == 0 {
                return false;
            }
            st.specialize(op::LOAD_ATTR_MODULE);
            st.set_cache32(1, version);
            st.set_cache16(3, index as u16);
            return true;
        }
    }
    if let Some(class) = o.downcast::<Type>() {
        return specialize_class(st, class, name);
    }
    let plain = is_plain(t);
    if !plain && !has_hook(t) {
        if t.raw().tp_getattro.is_none() || st.is_wide() {
            return false;
        }
        st.specialize(direct::LOAD_ATTR_GETATTRO);
        return true;
    }
    let Some(found) = analyse(o, name, false) else { return false };
    // What a descriptor raises may be for the hook; what is there is found before it.
    if !plain && matches!(found, Found::Descriptor(_)) {
        return false;
    }
    let version = t.raw().tp_version_tag;
    match found {
        Found::Field(offset) | Found::Slot(offset) if offset > u16::MAX as usize => return false,
        Found::Field(offset) => {
            st.specialize(if method { op::LOAD_ATTR_INSTANCE_CALL } else { op::LOAD_ATTR_INSTANCE_VALUE });
            st.set_cache16(3, offset as u16);
        }
        Found::Slot(offset) => {
            st.specialize(if method { op::LOAD_ATTR_SLOT_CALL } else { op::LOAD_ATTR_SLOT });
            st.set_cache16(3, offset as u16);
        }
        Found::Descriptor(d) => {
            if st.is_wide() {
                return false;
            }
            st.specialize(direct::LOAD_ATTR_DESCRIPTOR);
            // Borrowed, as below.
            st.set_cache_ptr(5, d.as_ptr());
        }
        Found::Class(d) => {
            let is_method = d.ob_type().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR);
            if is_method != method || (!is_method && d.ob_type().raw().tp_descr_get.is_some()) {
                return false;
            }
            let inline = t.has_flag(abi::Py_TPFLAGS_INLINE_VALUES);
            if inline {
                // SAFETY: a heap type with shared keys.
                let keys = unsafe { dict_keys::keys_version((*t.body()).ht_cached_keys) };
                if keys == 0 {
                    return false;
                }
                st.set_cache32(3, keys);
            }
            st.specialize(match (method, inline) {
                (true, true) => op::LOAD_ATTR_METHOD_WITH_VALUES,
                (true, false) => op::LOAD_ATTR_METHOD_NO_DICT,
                (false, true) => op::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES,
                (false, false) => op::LOAD_ATTR_NONDESCRIPTOR_NO_DICT,
            });
            // Borrowed: the type's version proves that the class still holds it.
            st.set_cache_ptr(5, d.as_ptr());
        }
    }
    st.set_cache32(1, version);
    true
}

/// An attribute of a class that is what its dictionary holds, where nothing of the metaclass comes before it.
fn specialize_class(st: &mut State, class: &Type, name: &Str) -> bool {
    let meta = class.ob_type();
    let usual = <Type as Native>::type_object().raw().tp_getattro.map(|f| f as usize);
    if meta.raw().tp_getattro.map(|f| f as usize) != usual || meta.lookup(name).is_some() {
        return false;
    }
    let Some(d) = class.lookup(name) else { return false };
    // A function that is read from its class is itself.
    if d.ob_type().raw().tp_descr_get.is_some() && !d.is_exact::<crate::types::function::Function>() {
        return false;
    }
    let (version, metaversion) = (class.assign_version(), meta.assign_version());
    if version == 0 || metaversion == 0 {
        return false;
    }
    st.specialize(op::LOAD_ATTR_CLASS);
    st.set_cache32(1, version);
    st.set_cache32(3, metaversion);
    // Borrowed: the version proves that the class still holds it.
    st.set_cache_ptr(5, d.as_ptr());
    true
}

pub fn STORE_ATTR(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg);
    let v = st.peek(1);
    if st.should_specialize(generic::STORE_ATTR as u8) {
        // SAFETY: a pointer word on the stack.
        let done = !v.is_int() && unsafe { specialize_store(st, v.obj(), name) };
        if !done {
            st.specialize_failed();
        }
    }
    let (value, o) = (st.object(2)?, st.object(1)?);
    o.set_attr(name, &value)?;
    drop((value, o));
    st.drop_n(2);
    st.skip(4);
    Ok(())
}

unsafe fn specialize_store(st: &mut State, o: &Obj, name: &Str) -> bool {
    let t = o.ob_type();
    if t.raw().tp_setattro.is_none_or(|f| f as usize != object_::generic_setattr_slot as *const () as usize) {
        return false;
    }
    let (form, offset) = match analyse(o, name, true) {
        Some(Found::Field(offset)) => (op::STORE_ATTR_INSTANCE_VALUE, offset),
        Some(Found::Slot(offset)) => (op::STORE_ATTR_SLOT, offset),
        Some(Found::Descriptor(_)) if !st.is_wide() => {
            st.specialize(direct::STORE_ATTR_DESCRIPTOR);
            return true;
        }
        _ => return false,
    };
    if offset > u16::MAX as usize {
        return false;
    }
    st.specialize(form);
    st.set_cache32(1, t.raw().tp_version_tag);
    st.set_cache16(3, offset as u16);
    true
}

pub fn DELETE_ATTR(st: &mut State, oparg: usize) -> PyResult<()> {
    let o = st.object(1)?;
    o.del_attr(st.name(oparg))?;
    drop(o);
    st.drop_n(1);
    Ok(())
}

/// `super().name` and `super(C, o).name`: stack is the global `super`, the class, self.
pub fn LOAD_SUPER_ATTR(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg >> 2);
    let (method, explicit) = (oparg & 1 != 0, oparg & 2 != 0);
    let (global, class, this) = (st.object(3)?, st.object(2)?, st.object(1)?);
    let super_type = <crate::types::super_::Super as Native>::type_object();
    let result: Object;
    if std::ptr::eq(global.as_ptr(), super_type.as_ptr())
        && let Some(t) = class.downcast::<Type>()
    {
        if method {
            let (f, unbound) = crate::types::super_::super_method(t, &this, name, true)?;
            drop((global, class, this));
            if unbound {
                let this = st.pop();
                st.drop_n(2);
                st.push(Value::owned(f));
                st.push(this);
            } else {
                st.replace_n(3, f);
                st.push(Value::NULL);
            }
            st.skip(1);
            return Ok(());
        }
        result = crate::types::super_::super_lookup(t, &this, name)?;
    } else {
        let s = if explicit { global.call(&[&class, &this])? } else { global.call(&[])? };
        result = s.get_attr(name)?;
    }
    drop((global, class, this));
    st.replace_n(3, result);
    if method {
        st.push(Value::NULL);
    }
    st.skip(1);
    Ok(())
}

/// `__enter__` and siblings: function and self, or bound method and null.
pub fn LOAD_SPECIAL(st: &mut State, oparg: usize) -> PyResult<()> {
    use crate::{raise, sym};
    let name = match oparg {
        0 => sym!(__enter__),
        1 => sym!(__exit__),
        2 => sym!(__aenter__),
        _ => sym!(__aexit__),
    };
    let o = st.object(1)?;
    let found = o.ob_type().lookup(name).map(Obj::to_owned);
    let Some(f) = found else {
        let t = o.type_name();
        let has = |n: &Str| o.ob_type().lookup(n).is_some();
        let (protocol, missed, other) = match oparg {
            0 => ("context manager", "__enter__", has(sym!(__aenter__)) && has(sym!(__aexit__))),
            1 => ("context manager", "__exit__", has(sym!(__aenter__)) && has(sym!(__aexit__))),
            2 => ("asynchronous context manager", "__aenter__", has(sym!(__enter__)) && has(sym!(__exit__))),
            _ => ("asynchronous context manager", "__aexit__", has(sym!(__enter__)) && has(sym!(__exit__))),
        };
        let hint = match (other, oparg < 2) {
            (false, _) => "",
            (true, true) => {
                " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
            }
            (true, false) => " but it supports the context manager protocol. Did you mean to use 'with'?",
        };
        return Err(raise!(
            TypeError,
            "'{t}' object does not support the {protocol} protocol (missed {missed} method){hint}"
        ));
    };
    if f.ob_type().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR) {
        drop(o);
        let this = st.pop().own();
        st.push(Value::owned(f));
        st.push(this);
        return Ok(());
    }
    let bound = match f.ob_type().raw().tp_descr_get {
        // SAFETY: a slot of the attribute's type.
        Some(get) => unsafe { crate::error::from_c(get(f.as_raw(), o.as_ptr(), o.type_ptr().cast())) }?,
        None => f,
    };
    drop(o);
    st.replace_n(1, bound);
    st.push(Value::NULL);
    Ok(())
}
