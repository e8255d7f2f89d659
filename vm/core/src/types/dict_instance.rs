//! Instance dictionaries: the managed pointer three words before an object, attribute values inside the object, and
//! keys that the instances of a class share.
//!
//! An instance of a type with inline values holds them behind its body. As long as they are *valid*, they are the
//! truth, and a dictionary made from them (when somebody asks for `__dict__`) only points to them. When that
//! dictionary outgrows the shared keys, or is set apart from its instance, the values move into it and the inline
//! ones become invalid for good.

use crate::error::PyResult;
use crate::object::obj::{Obj, decref};
use crate::object::{Object, Ref, alloc};
use crate::types::dict::{
    Dict, Values, clear_values, order_push, order_remove, values_order, values_ptr, values_size,
};
use crate::types::dict_keys::{self as keys, Keys};
use crate::types::str_::Str;
use crate::types::type_::Type;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

/// Words from the object to the pointer of its dictionary.
pub const MANAGED_DICT_OFFSET: isize = -3;

/// The keys that instances of a heap type share, or NULL.
#[inline(always)]
pub fn cached_keys(ty: &Type) -> *mut Keys {
    if ty.is_heap() {
        // SAFETY: a heap type has the whole struct.
        unsafe { (*(ty.as_type_ptr() as *mut abi::PyHeapTypeObject)).ht_cached_keys }
    } else {
        null_mut()
    }
}

/// Enters a name into shared keys that no instance uses yet, so that it has its place (`__static_attributes__`).
/// `table` is a live table of shared keys.
#[allow(clippy::not_unsafe_ptr_arg_deref)]
pub fn add_shared_key(table: *mut Keys, name: &Str) {
    // SAFETY: a live shared table and an exact string.
    unsafe {
        if name.is_exact::<Str>() {
            keys::insert_split_key(table, name.as_ptr(), keys::str_hash(name.as_ptr()));
        }
    }
}

/// Gives back a type's shared keys.
///
/// # Safety
/// `table` is NULL or owned by the caller.
pub unsafe fn release_shared_keys(table: *mut Keys) {
    if !table.is_null() {
        // SAFETY: the caller's promise.
        unsafe { keys::decref_keys(table) }
    }
}

fn shared_capacity(table: *mut Keys) -> usize {
    // SAFETY: a live table.
    unsafe { ((*table).dk_nentries + (*table).dk_usable) as usize }
}

/// Bytes behind the body for the values of a new instance.
pub fn inline_values_size(ty: &Type) -> usize {
    let table = cached_keys(ty);
    if table.is_null() { values_size(0) } else { values_size(shared_capacity(table)) }
}

/// The inline values of an instance whose type has them.
///
/// # Safety
/// The type of `o` has `Py_TPFLAGS_INLINE_VALUES`.
#[inline(always)]
pub unsafe fn inline_values(o: *mut abi::PyObject) -> *mut Values {
    // SAFETY: they follow the body.
    unsafe {
        let ty = (*(o as *mut crate::object::obj::Head)).ob_type;
        (o as *mut u8).offset((*ty).tp_basicsize).cast()
    }
}

/// Prepares the values of a new instance, whose memory is zeroed.
///
/// # Safety
/// `o` is a new instance with `inline_values_size` bytes behind its body.
pub unsafe fn init_inline_values(o: *mut abi::PyObject, ty: &Type) {
    // SAFETY: the caller's promise.
    unsafe {
        let table = cached_keys(ty);
        let v = inline_values(o);
        if !table.is_null() {
            // Each instance leaves less room, so that classes with few attributes have small instances.
            if (*table).dk_usable > 1 {
                (*table).dk_usable -= 1;
            }
            (*v).capacity = shared_capacity(table) as u8;
            (*v).valid = 1;
        }
        (*v).embedded = 1;
    }
}

/// The place of the managed dictionary.
///
/// # Safety
/// The type of `o` has `Py_TPFLAGS_MANAGED_DICT`.
#[inline(always)]
pub unsafe fn managed_dict(o: *mut abi::PyObject) -> *mut *mut abi::PyObject {
    // SAFETY: the pre-header of such types.
    unsafe { (o as *mut *mut abi::PyObject).offset(MANAGED_DICT_OFFSET) }
}

/// Where an instance's dictionary pointer stands, for types with `tp_dictoffset` or a managed dictionary.
pub fn dict_pointer(o: &Obj) -> Option<*mut *mut abi::PyObject> {
    let ty = o.ob_type();
    // SAFETY: flags and offsets of the object's type describe its memory.
    unsafe {
        if ty.has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
            return Some(managed_dict(o.as_ptr()));
        }
        let mut offset = ty.raw().tp_dictoffset;
        if offset == 0 {
            return None;
        }
        if offset < 0 {
            let n = (*(o.as_ptr() as *const abi::PyVarObject)).ob_size.abs();
            offset += alloc::var_size(ty, n)? as isize;
        }
        Some((o.as_ptr() as *mut u8).offset(offset).cast())
    }
}

/// The valid inline values of an object, or NULL.
#[inline(always)]
pub fn valid_values(o: &Obj) -> *mut Values {
    if !o.ob_type().has_flag(abi::Py_TPFLAGS_INLINE_VALUES) {
        return null_mut();
    }
    // SAFETY: checked.
    unsafe {
        let v = inline_values(o.as_ptr());
        if (*v).valid != 0 { v } else { null_mut() }
    }
}

/// The dictionary of an instance, made when there is none yet; `None` for objects without one.
pub fn instance_dict(o: &Obj) -> PyResult<Option<Ref<Dict>>> {
    let Some(p) = dict_pointer(o) else { return Ok(None) };
    // SAFETY: the pointer owns a dictionary or is NULL.
    unsafe {
        if (*p).is_null() {
            let v = valid_values(o);
            let d = if v.is_null() { Dict::new()? } else { over_values(o, v)? };
            *p = d.into_ptr();
        }
        Ok(Some(Ref::from_borrowed(*p)))
    }
}

/// The dictionary of an instance where there is one already, borrowed.
pub fn existing_dict(o: &Obj) -> Option<&Dict> {
    // SAFETY: as above.
    unsafe { (*dict_pointer(o)? as *const Dict).as_ref() }
}

/// A dictionary whose values are those inside the instance.
unsafe fn over_values(o: &Obj, v: *mut Values) -> PyResult<Ref<Dict>> {
    // SAFETY: the instance keeps its keys through its type; the dictionary counts them too.
    unsafe {
        let table = cached_keys(o.ob_type());
        keys::incref_keys(table);
        let d = match Dict::from_table(table, (*v).size as isize) {
            Ok(d) => d,
            Err(e) => {
                keys::decref_keys(table);
                return Err(e);
            }
        };
        (*d.b()).ma_values = v;
        Ok(d)
    }
}

/// The attribute `name` in an object's inline values or dictionary.
#[inline]
pub fn instance_get(o: &Obj, name: &Str) -> Option<Object> {
    let v = valid_values(o);
    // SAFETY: values and keys of a live object.
    unsafe {
        if !v.is_null() {
            let table = cached_keys(o.ob_type());
            let ix = keys::lookup_unicode(table, name.as_ptr(), keys::str_hash(name.as_ptr()));
            if ix < 0 {
                return None;
            }
            let p = *values_ptr(v).offset(ix);
            return if p.is_null() { None } else { Some(Ref::from_borrowed(p)) };
        }
    }
    existing_dict(o)?.get_str(name).map(Obj::to_owned)
}

/// Sets or deletes the attribute `name`; `false` when it was to be deleted and is not there.
pub fn instance_set(o: &Obj, name: &Str, value: Option<&Obj>) -> PyResult<bool> {
    let v = valid_values(o);
    if !v.is_null() && name.is_exact::<Str>() {
        // SAFETY: values and keys of a live object; the old value ends last.
        unsafe {
            let table = cached_keys(o.ob_type());
            let hash = keys::str_hash(name.as_ptr());
            let ix = if value.is_some() {
                keys::insert_split_key(table, name.as_ptr(), hash)
            } else {
                keys::lookup_unicode(table, name.as_ptr(), hash)
            };
            if ix >= 0 && ix < (*v).capacity as isize {
                let old = store_value(o, v, ix, value);
                return Ok(value.is_some() || old.is_some());
            }
            if value.is_none() {
                return Ok(false);
            }
        }
    }
    let Some(d) = instance_dict(o)? else { return Ok(false) };
    match value {
        Some(x) => {
            if crate::watch::dict_is_watched(&d) {
                tell_same(&d, name, x);
            }
            d.set(name, x)?;
            Ok(true)
        }
        None => d.remove(name),
    }
}

/// An attribute that is set to what it is already is a change to those who watch; an item is none.
#[cold]
fn tell_same(d: &Dict, name: &Str, value: &Obj) {
    if d.get_str(name).is_some_and(|old| old.is(value)) {
        crate::watch::dict_event(d, abi::PyDict_EVENT_MODIFIED, Some(name), Some(value));
    }
}

/// Replaces one inline value and gives back the old one; keeps order and the size of a dictionary over the values.
///
/// # Safety
/// `v` are the valid inline values of `o`, `ix` one of its keys' entries.
#[inline]
pub unsafe fn store_value(o: &Obj, v: *mut Values, ix: isize, value: Option<&Obj>) -> Option<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let slot = values_ptr(v).offset(ix);
        let new = value.map_or(null_mut(), |x| x.to_owned().into_ptr());
        let old = std::mem::replace(&mut *slot, new);
        let change = match (old.is_null(), new.is_null()) {
            (true, false) => {
                order_push(v, ix);
                1
            }
            (false, true) => {
                order_remove(v, ix);
                -1
            }
            _ => 0,
        };
        if change != 0 {
            let d = *managed_dict(o.as_ptr()) as *mut abi::PyDictObject;
            if !d.is_null() {
                (*d).ma_used += change;
            }
        }
        Ref::from_owned_opt(old)
    }
}

/// Gives a dictionary over an instance's values its own copy, because instance and dictionary part. The inline values
/// become invalid.
unsafe fn detach(d: &Dict, v: *mut Values) -> PyResult<()> {
    // SAFETY: `d` points to the inline values `v`; the references move.
    unsafe {
        if d.values() != v {
            return Ok(());
        }
        let n = (*v).capacity as usize;
        let size = values_size(n);
        let copy = alloc::malloc(size) as *mut Values;
        if copy.is_null() {
            return Err(crate::error::no_memory());
        }
        std::ptr::copy_nonoverlapping(v as *const u8, copy as *mut u8, size);
        (*copy).embedded = 0;
        (*d.b()).ma_values = copy;
        forget_values(v);
        Ok(())
    }
}

/// Marks inline values as moved away.
unsafe fn forget_values(v: *mut Values) {
    // SAFETY: within the capacity; the references have gone elsewhere.
    unsafe {
        std::ptr::write_bytes(values_ptr(v), 0, (*v).capacity as usize);
        (*v).size = 0;
        (*v).valid = 0;
    }
}

/// Lets a dictionary that only an instance holds forget the instance's values, which end with the instance.
unsafe fn empty_over_values(d: &Dict) {
    // SAFETY: a split dictionary over inline values.
    unsafe {
        let table = d.keys();
        (*d.b()).ma_values = null_mut();
        (*d.b()).ma_keys = keys::empty_keys();
        (*d.b()).ma_used = 0;
        keys::decref_keys(table);
    }
}

/// Sets the dictionary of an instance (`None` takes it away: the next access makes an empty one).
pub fn set_instance_dict(o: &Obj, dict: Option<&Dict>) -> PyResult<()> {
    let Some(p) = dict_pointer(o) else {
        return Err(crate::raise!(AttributeError, "This object has no __dict__"));
    };
    // SAFETY: the pointer owns a dictionary or is NULL; old things end after the new state stands.
    unsafe {
        let v = valid_values(o);
        if !v.is_null() {
            match (*p as *const Dict).as_ref() {
                Some(d) => detach(d, v)?,
                None => {
                    let new = dict.map_or(null_mut(), |d| crate::object::ToRef::to_ref(d).into_ptr());
                    *p = new;
                    (*v).valid = 0;
                    clear_values(v);
                    return Ok(());
                }
            }
        }
        crate::object::obj::replace(p, dict.map(|d| crate::object::ToRef::to_ref(d).into_object()));
        Ok(())
    }
}

/// Drops an instance's attributes: its inline values and its dictionary (`PyObject_ClearManagedDict`).
///
/// # Safety
/// `o` is an object that is ending or that only garbage refers to, of a type with a managed dictionary.
pub unsafe fn clear_managed_dict(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let ob = Obj::from_ptr(o);
        if !ob.ob_type().has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
            return;
        }
        let p = managed_dict(o);
        let v = valid_values(ob);
        let d = std::mem::replace(&mut *p, null_mut());
        if !v.is_null() {
            if let Some(dict) = (d as *const Dict).as_ref()
                && dict.values() == v
            {
                if dict.refcnt() == 1 {
                    empty_over_values(dict);
                } else if let Err(e) = detach(dict, v) {
                    // Without memory the dictionary loses the attributes, but nothing dangles.
                    e.clear();
                    empty_over_values(dict);
                }
            }
            if (*v).valid != 0 {
                (*v).valid = 0;
                clear_values(v);
            }
        }
        if !d.is_null() {
            decref(d);
        }
    }
}

/// Visits an instance's inline values and dictionary (`PyObject_VisitManagedDict`).
///
/// # Safety
/// `o` is a live object of a type with a managed dictionary; called while traversing.
pub unsafe fn visit_managed_dict(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(f) = visit else { return 0 };
        let ob = Obj::from_ptr(o);
        if !ob.ob_type().has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
            return 0;
        }
        let d = *managed_dict(o);
        if !d.is_null() {
            // It visits the values, even if it is the dictionary of another instance by now.
            return f(d, arg);
        }
        let v = valid_values(ob);
        if !v.is_null() {
            for i in 0..(*v).size as usize {
                let ix = *values_order(v).add(i) as usize;
                let r = f(*values_ptr(v).add(ix), arg);
                if r != 0 {
                    return r;
                }
            }
        }
        0
    }
}
