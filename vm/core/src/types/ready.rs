//! Completion of types: dict, MRO, inheritance of slots, descriptors for methods, members and slots.

use crate::error::PyResult;
use crate::object::native::{Declared, Native, SlotRow};
use crate::object::slotdefs;
use crate::object::{AsObj, Obj, Ref};
use crate::types::descr;
use crate::types::dict::Dict;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use std::ffi::CStr;

/// Completes a native type: fills its slots from its tables, then `type_ready`. Does nothing the second time.
pub fn ready<T: Declared>() -> PyResult<()> {
    fill::<T>();
    type_ready(T::type_object())
}

/// Fills the slots of a native type from its tables, so that instances can live and end. Does nothing the second
/// time.
pub fn fill<T: Declared>() {
    let ty = T::type_object();
    if ty.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE) {
        return;
    }
    let t = ty.as_type_ptr();
    // SAFETY: start-up or module creation, under the GIL, before the type is used.
    unsafe {
        (*t).tp_methods = T::TABLES.methods.cast_mut();
        (*t).tp_getset = T::TABLES.getset.cast_mut();
        (*t).tp_members = T::TABLES.members.cast_mut();
        (*t).tp_flags |= abi::Py_TPFLAGS_IMMUTABLETYPE | abi::_Py_TPFLAGS_STATIC_BUILTIN;
        for SlotRow { id, function } in T::TABLES.slots {
            slotdefs::set_slot(t, *id, function.cast_mut().cast());
        }
        use crate::object::alloc;
        if T::FIELDS.is_some() {
            if (*t).tp_dealloc.is_none() {
                (*t).tp_dealloc = Some(alloc::dealloc_fields::<T>);
            }
            if ty.is_gc() {
                if (*t).tp_traverse.is_none() {
                    (*t).tp_traverse = Some(alloc::traverse_fields::<T>);
                }
                if (*t).tp_clear.is_none() {
                    (*t).tp_clear = Some(alloc::clear_fields::<T>);
                }
            }
        }
        // How an instance ends is its base's business where a type has no fields of its own.
        let inherits = T::FIELDS.is_none() && !(*t).tp_base.is_null();
        if (*t).tp_free.is_none() && !inherits {
            (*t).tp_free = Some(if ty.is_gc() { alloc::gc_del } else { alloc::object_free });
        }
    }
}

/// Completes a type whose struct is filled (`PyType_Ready`).
pub fn type_ready(ty: &Type) -> PyResult<()> {
    if ty.has_flag(abi::Py_TPFLAGS_READY) {
        return Ok(());
    }
    if ty.has_flag(abi::Py_TPFLAGS_READYING) {
        return Ok(());
    }
    ty.set_flag(abi::Py_TPFLAGS_READYING, true);
    // Types in static memory cannot be changed from Python, whether ours or C's.
    if !ty.is_heap() {
        ty.set_flag(abi::Py_TPFLAGS_IMMUTABLETYPE, true);
    }
    let result = ready_steps(ty);
    ty.set_flag(abi::Py_TPFLAGS_READYING, false);
    result?;
    ty.set_flag(abi::Py_TPFLAGS_READY, true);
    Ok(())
}

fn ready_steps(ty: &Type) -> PyResult<()> {
    let t = ty.as_type_ptr();
    // SAFETY: under the GIL, before the type is used; new fields own what they get.
    unsafe {
        if (*t).tp_name.is_null() {
            bail!(SystemError, "Type does not define the tp_name field.");
        }
        if !ty.is_heap() && (*t).tp_base.is_null() && !std::ptr::eq(ty, Obj::type_object()) {
            (*t).tp_base = Obj::TYPE_POINTER;
        }
        if let Some(base) = ty.base() {
            type_ready(base)?;
            if (*ty.head()).ob_type.is_null() {
                (*ty.head()).ob_type = base.type_ptr();
            }
            if !ty.is_heap() && base.is_heap() {
                bail!(
                    TypeError,
                    "type '{}' is not dynamically allocated but its base type '{}' is dynamically allocated",
                    ty.name(),
                    base.name()
                );
            }
        }
        if (*t).tp_dict.is_null() {
            (*t).tp_dict = Dict::new()?.into_ptr();
        }
        if (*t).tp_bases.is_null() {
            let bases: Vec<_> = ty.base().map(|b| b.to_owned()).into_iter().collect();
            (*t).tp_bases = Tuple::from_vec(bases)?.into_ptr();
        }
        fill_dict(ty)?;
        if (*t).tp_mro.is_null() {
            let mro = crate::types::type_new::mro_of(ty)?;
            (*t).tp_mro = mro.into_ptr();
        }
        if !ty.is_heap() {
            (*t).tp_flags |= if std::ptr::eq(ty, Obj::type_object()) { 0 } else { inherited_new_flag(ty) };
        }
        if ty.has_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION) {
            (*t).tp_new = None;
        }
        if let Some(base) = ty.base() {
            inherit_special(ty, base);
        }
        let bases: Vec<Ref<Type>> = ty.mro_types().skip(1).map(crate::object::ToRef::to_ref).collect();
        for b in &bases {
            slotdefs::inherit_slots(ty, b);
            // What `match` takes for a sequence or a mapping; the first that says so decides.
            const PATTERNS: u64 = abi::Py_TPFLAGS_SEQUENCE | abi::Py_TPFLAGS_MAPPING;
            if (*t).tp_flags & PATTERNS == 0 {
                (*t).tp_flags |= b.flags() & PATTERNS;
            }
        }
        if ty.is_gc() && (*t).tp_traverse.is_none() {
            bail!(
                SystemError,
                "type {} has the Py_TPFLAGS_HAVE_GC flag but has no traverse function",
                ty.name()
            );
        }
        inherit_hash(ty);
        if (*t).tp_hash.is_none() && ty.dict().get_str(sym!(__hash__)).is_none() {
            ty.dict().set(sym!(__hash__).as_obj(), none())?;
            (*t).tp_hash = Some(slotdefs::hash_not_implemented);
        }
        if let Some(bases) = ty.bases() {
            for b in bases.items() {
                b.as_obj().cast_unchecked::<Type>().add_subclass(ty);
            }
        }
        if ty.dict().get_str(sym!(__doc__)).is_none() {
            let doc = (*t).tp_doc;
            if doc.is_null() {
                ty.dict().set(sym!(__doc__).as_obj(), none())?;
            } else {
                let text = CStr::from_ptr(doc).to_string_lossy();
                ty.dict().set(sym!(__doc__).as_obj(), &*Str::new(descr::doc_body(&text))?)?;
            }
        }
    }
    Ok(())
}

/// A type without `tp_new` inherits it, unless it forbids instances.
fn inherited_new_flag(ty: &Type) -> u64 {
    // What can be initialised can be made. `Generic` is a heap type in CPython: it inherits from `object` all the same.
    let heap = std::ptr::eq(ty, crate::types::typing_module::Generic::type_object());
    let none = !heap
        && ty.raw().tp_new.is_none()
        && ty.raw().tp_init.is_none()
        && ty.base().is_some_and(|b| std::ptr::eq(b, Obj::type_object()));
    if none { abi::Py_TPFLAGS_DISALLOW_INSTANTIATION } else { 0 }
}

/// Descriptors for slots, methods, members and getsets, and `__new__`.
fn fill_dict(ty: &Type) -> PyResult<()> {
    let dict = ty.dict();
    let raw = ty.raw();
    if raw.tp_new.is_some()
        && !ty.has_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)
        && dict.get_str(sym!(__new__)).is_none()
    {
        // Classes of Python get their `tp_new` later; Cython's static types say for a while that they are heap types.
        dict.set(sym!(__new__).as_obj(), &*descr::new_wrapper(ty)?)?;
    }
    slotdefs::add_wrappers(ty)?;
    // SAFETY: the tables end with a null name.
    unsafe {
        let mut m = raw.tp_methods;
        while !m.is_null() && !(*m).ml_name.is_null() {
            descr::add_method(ty, m)?;
            m = m.add(1);
        }
        let mut m = raw.tp_members;
        while !m.is_null() && !(*m).name.is_null() {
            let name = Str::intern_c((*m).name)?;
            if (*m).flags & abi::Py_RELATIVE_OFFSET == 0 && dict.get_str(&name).is_none() {
                dict.set(name.as_obj(), &*descr::MemberDescr::new(ty, m)?)?;
            }
            m = m.add(1);
        }
        let mut g = raw.tp_getset;
        while !g.is_null() && !(*g).name.is_null() {
            let name = Str::intern_c((*g).name)?;
            if dict.get_str(&name).is_none() {
                dict.set(name.as_obj(), &*descr::GetSetDescr::new(ty, g)?)?;
            }
            g = g.add(1);
        }
    }
    Ok(())
}

/// Sizes, offsets and the flags that subclasses share with their base.
unsafe fn inherit_special(ty: &Type, base: &Type) {
    let (t, b) = (ty.as_type_ptr(), base.raw());
    // SAFETY: before the type is used.
    unsafe {
        if !ty.is_gc() && base.is_gc() && (*t).tp_traverse.is_none() && (*t).tp_clear.is_none() {
            (*t).tp_flags |= abi::Py_TPFLAGS_HAVE_GC;
            (*t).tp_traverse = b.tp_traverse;
            (*t).tp_clear = b.tp_clear;
        }
        (*t).tp_flags |= b.tp_flags & abi::Py_TPFLAGS_PREHEADER;
        if (*t).tp_basicsize == 0 {
            (*t).tp_basicsize = b.tp_basicsize;
        }
        if (*t).tp_itemsize == 0 {
            (*t).tp_itemsize = b.tp_itemsize;
        }
        if (*t).tp_weaklistoffset == 0 {
            (*t).tp_weaklistoffset = b.tp_weaklistoffset;
        }
        if (*t).tp_dictoffset == 0 {
            (*t).tp_dictoffset = b.tp_dictoffset;
        }
        const SHARED: u64 = abi::Py_TPFLAGS_LONG_SUBCLASS
            | abi::Py_TPFLAGS_LIST_SUBCLASS
            | abi::Py_TPFLAGS_TUPLE_SUBCLASS
            | abi::Py_TPFLAGS_BYTES_SUBCLASS
            | abi::Py_TPFLAGS_UNICODE_SUBCLASS
            | abi::Py_TPFLAGS_DICT_SUBCLASS
            | abi::Py_TPFLAGS_BASE_EXC_SUBCLASS
            | abi::Py_TPFLAGS_TYPE_SUBCLASS
            | abi::Py_TPFLAGS_ITEMS_AT_END
            | abi::_Py_TPFLAGS_MATCH_SELF;
        (*t).tp_flags |= b.tp_flags & SHARED;
        if (*t).tp_vectorcall_offset == 0 && (*t).tp_call.is_none() {
            (*t).tp_vectorcall_offset = b.tp_vectorcall_offset;
            if ty.is_immutable() || !ty.is_heap() {
                (*t).tp_flags |= b.tp_flags & abi::Py_TPFLAGS_HAVE_VECTORCALL;
            }
        }
    }
}

/// A type that defines neither comparison nor hash shares its base's.
unsafe fn inherit_hash(ty: &Type) {
    let t = ty.as_type_ptr();
    // SAFETY: before the type is used.
    unsafe {
        for b in ty.mro_types().skip(1) {
            if (*t).tp_richcompare.is_some() || (*t).tp_hash.is_some() {
                break;
            }
            let own = |n: &Str| ty.dict().get_str(n).is_some();
            if own(sym!(__eq__)) || own(sym!(__hash__)) {
                break;
            }
            (*t).tp_richcompare = b.raw().tp_richcompare;
            (*t).tp_hash = b.raw().tp_hash;
        }
    }
}
