//! Heap types of C extensions, from a `PyType_Spec` (`PyType_FromMetaclass` and its siblings).

use crate::error::PyResult;
use crate::object::native::borrow_opt;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref, ToRef};
use crate::object::{Native, slotdefs};
use crate::types::mro::{best_base, metaclass_of};
use crate::types::ready::type_ready;
use crate::types::str_::Str;
use crate::types::subtype::{self, subtype_dealloc};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::types::type_new::{allocate, c_text, own_suites, prepare_instances};
use crate::{bail, sym};
use std::ffi::{CStr, c_char, c_void};
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// Members that give an offset of the type and not an attribute.
#[derive(Default)]
struct Offsets {
    weaklist: Option<isize>,
    dict: Option<isize>,
    vectorcall: Option<isize>,
}

fn align(n: isize) -> isize {
    (n + 15) & !15
}

/// The slots of a spec.
///
/// # Safety
/// `slots` ends with a row whose number is 0.
unsafe fn rows<'a>(slots: *const abi::PyType_Slot) -> impl Iterator<Item = &'a abi::PyType_Slot> {
    let mut p = slots;
    std::iter::from_fn(move || {
        // SAFETY: the caller's promise.
        unsafe {
            if p.is_null() || (*p).slot == 0 {
                return None;
            }
            let row = &*p;
            p = p.add(1);
            Some(row)
        }
    })
}

unsafe fn members<'a>(first: *const abi::PyMemberDef) -> &'a [abi::PyMemberDef] {
    // SAFETY: the table ends with a null name.
    unsafe {
        let mut n = 0;
        while !first.is_null() && !(*first.add(n)).name.is_null() {
            n += 1;
        }
        if n == 0 { &[] } else { std::slice::from_raw_parts(first, n) }
    }
}

/// The bases: given, from the slots, or `object`.
unsafe fn choose_bases(spec: &abi::PyType_Spec, given: Option<&Obj>) -> PyResult<Ref<Tuple>> {
    // SAFETY: slots of these numbers hold types and objects.
    unsafe {
        let mut from_slots: Option<Object> = None;
        if given.is_none() {
            let mut single: P = null_mut();
            let mut several: P = null_mut();
            for r in rows(spec.slots) {
                match r.slot {
                    abi::Py_tp_base => single = r.pfunc.cast(),
                    abi::Py_tp_bases => several = r.pfunc.cast(),
                    _ => {}
                }
            }
            from_slots = borrow_opt(several).or(borrow_opt(single)).map(Obj::to_owned);
        }
        let chosen = match given.map(Obj::to_owned).or(from_slots) {
            Some(b) => b,
            None => Obj::type_object().as_obj().to_owned(),
        };
        match chosen.downcast_into::<Tuple>() {
            Ok(t) => Ok(t),
            Err(one) => Tuple::from_vec(vec![one]),
        }
    }
}

/// Makes a heap type (`PyType_FromMetaclass`). `bases` is a type, a tuple of types or nothing; `module` becomes the
/// module that `PyType_GetModule` gives.
///
/// # Safety
/// `spec` is a valid spec: its slots have the types that their numbers name, method and member tables outlive the type.
pub unsafe fn type_from_spec(
    metaclass: Option<&Type>,
    module: Option<&Obj>,
    spec: *mut abi::PyType_Spec,
    bases: Option<&Obj>,
) -> PyResult<Object> {
    // SAFETY: the caller's promise; a new type's fields own what they get.
    unsafe {
        let spec_ref = &*spec;
        if spec_ref.name.is_null() {
            bail!(SystemError, "Type spec does not define the name field.");
        }
        let full = CStr::from_ptr(spec_ref.name).to_string_lossy().into_owned();
        let (module_name, short) = match full.rsplit_once('.') {
            Some((m, s)) => (Some(m), s),
            None => (None, full.as_str()),
        };
        let bases = choose_bases(spec_ref, bases)?;
        let meta = metaclass_of(metaclass.unwrap_or(Type::type_object()), &bases)?;
        let own_new = Type::type_object().raw().tp_new.map(|f| f as usize);
        if meta.raw().tp_new.is_some() && meta.raw().tp_new.map(|f| f as usize) != own_new {
            bail!(TypeError, "Metaclasses with custom tp_new are not supported.");
        }
        let base = best_base(&bases)?;
        let flags = spec_ref.flags as u64;
        if flags & abi::Py_TPFLAGS_IMMUTABLETYPE != 0 {
            for b in super::mro::base_types(&bases)? {
                if !b.is_immutable() {
                    bail!(TypeError, "Creating immutable type {full} from mutable base {}", b.name());
                }
            }
        }
        // Sizes: inherited, extending the base's, or given.
        let b = base.raw();
        let (size, data) = match spec_ref.basicsize as isize {
            0 => (b.tp_basicsize, None),
            n if n < 0 => {
                let at = align(b.tp_basicsize);
                (at + align(-n), Some(at))
            }
            n => (n, None),
        };
        let items = if spec_ref.itemsize == 0 { b.tp_itemsize } else { spec_ref.itemsize as isize };

        let table =
            rows(spec_ref.slots).find(|r| r.slot == abi::Py_tp_members).map_or(null_mut(), |r| r.pfunc);
        let table = members(table.cast());
        let ty = allocate(&meta, table.len())?;
        let t = ty.as_type_ptr();
        let h = ty.body();
        own_suites(&ty);
        (*t).tp_flags = flags | abi::Py_TPFLAGS_HEAPTYPE;
        (*t).tp_bases = bases.clone().into_ptr();
        (*t).tp_base = base.clone().into_ptr().cast();
        (*h)._ht_tpname = c_text(&full)?;
        (*t).tp_name = (*h)._ht_tpname;
        let name = Str::intern(short)?;
        (*h).ht_qualname = name.clone().into_ptr();
        (*h).ht_name = name.into_ptr();
        (*h).ht_module = module.map_or(null_mut(), |m| m.to_owned().into_ptr());
        (*t).tp_basicsize = size;
        (*t).tp_itemsize = items;

        let own = subtype::slot_members(&ty);
        let mut offsets = Offsets::default();
        for (i, m) in table.iter().enumerate() {
            let mut m = *m;
            if m.flags & abi::Py_RELATIVE_OFFSET != 0 {
                let Some(data) = data else {
                    bail!(SystemError, "With Py_RELATIVE_OFFSET, basicsize must be negative.");
                };
                if m.offset < 0 || m.offset >= -(spec_ref.basicsize as isize) {
                    bail!(SystemError, "Member offset out of range (0..-basicsize)");
                }
                m.flags &= !abi::Py_RELATIVE_OFFSET;
                m.offset += data;
            }
            note_offset(&m, &mut offsets)?;
            *own.add(i) = m;
        }
        fill_slots(&ty, spec, own)?;
        if let Some(n) = offsets.vectorcall {
            (*t).tp_vectorcall_offset = n;
        }
        if let Some(n) = offsets.weaklist {
            (*t).tp_weaklistoffset = n;
        }
        if let Some(n) = offsets.dict {
            (*t).tp_dictoffset = n;
        }
        if flags & abi::Py_TPFLAGS_MANAGED_DICT != 0 && (*t).tp_dictoffset == 0 {
            (*t).tp_dictoffset = -1;
        }
        if flags & abi::Py_TPFLAGS_MANAGED_WEAKREF != 0 && (*t).tp_weaklistoffset == 0 {
            (*t).tp_weaklistoffset = -4 * size_of::<P>() as isize;
        }
        if (*t).tp_dealloc.is_none() {
            (*t).tp_dealloc = Some(subtype_dealloc);
        }
        let has_new = (*t).tp_new.is_some();
        type_ready(&ty)?;
        prepare_instances(&ty)?;
        let dict = ty.dict();
        if has_new
            && !ty.has_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)
            && dict.get_str(sym!(__new__)).is_none()
        {
            dict.set(sym!(__new__), &*super::descr::new_wrapper(&ty)?)?;
        }
        if dict.get_str(sym!(__module__)).is_none()
            && let Some(m) = module_name
        {
            dict.set(sym!(__module__), &*Str::intern(m)?)?;
        }
        Ok(ty.into_object())
    }
}

/// Takes over `__weaklistoffset__` and siblings.
unsafe fn note_offset(m: &abi::PyMemberDef, o: &mut Offsets) -> PyResult<()> {
    // SAFETY: a member has a name.
    let name = unsafe { CStr::from_ptr(m.name) };
    let to = match name.to_bytes() {
        b"__weaklistoffset__" => &mut o.weaklist,
        b"__dictoffset__" => &mut o.dict,
        b"__vectorcalloffset__" => &mut o.vectorcall,
        _ => return Ok(()),
    };
    if m.type_ != abi::Py_T_PYSSIZET || m.flags & !abi::Py_RELATIVE_OFFSET != abi::Py_READONLY {
        bail!(SystemError, "type of {} must be Py_T_PYSSIZET", name.to_string_lossy());
    }
    *to = Some(m.offset);
    Ok(())
}

/// Fills the numbered slots.
unsafe fn fill_slots(ty: &Type, spec: *mut abi::PyType_Spec, own: *mut abi::PyMemberDef) -> PyResult<()> {
    // SAFETY: the spec's slots have the types that their numbers name.
    unsafe {
        let t = ty.as_type_ptr();
        let h = ty.body();
        for r in rows((*spec).slots) {
            if r.slot < 0 || r.slot > abi::Py_tp_token {
                bail!(RuntimeError, "invalid slot offset");
            }
            match r.slot {
                abi::Py_tp_base | abi::Py_tp_bases => {}
                abi::Py_tp_doc => {
                    if !r.pfunc.is_null() {
                        let doc = CStr::from_ptr(r.pfunc as *const c_char);
                        (*t).tp_doc = c_text(&doc.to_string_lossy())?;
                    }
                }
                abi::Py_tp_members => (*t).tp_members = own,
                abi::Py_tp_token => {
                    (*h).ht_token = if r.pfunc.is_null() { spec.cast::<c_void>() } else { r.pfunc };
                }
                id => {
                    slotdefs::set_slot(t, id, r.pfunc);
                }
            }
        }
    }
    Ok(())
}

/// The module that a heap type was made with.
pub fn type_module(ty: &Type) -> PyResult<Object> {
    let Some(h) = ty.heap() else {
        bail!(TypeError, "PyType_GetModule: Type '{}' is not a heap type", ty.name());
    };
    // SAFETY: NULL or owned.
    match unsafe { borrow_opt(h.ht_module) } {
        Some(m) => Ok(m.to_owned()),
        None => bail!(TypeError, "PyType_GetModule: Type '{}' has no associated module", ty.name()),
    }
}

/// The class in the MRO that was made with this token, if any (`PyType_GetBaseByToken`).
pub fn base_by_token(ty: &Type, token: *const c_void) -> PyResult<Option<Ref<Type>>> {
    if token.is_null() {
        bail!(SystemError, "PyType_GetBaseByToken called with token=NULL");
    }
    Ok(ty.mro_types().find(|t| t.heap().is_some_and(|h| std::ptr::eq(h.ht_token, token))).map(ToRef::to_ref))
}
