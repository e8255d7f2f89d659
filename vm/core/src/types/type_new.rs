//! Class creation: `type(name, bases, namespace)`, assignment of names and bases, annotations, the end of classes.
//!
//! The MRO is in `mro`, what instances need in `subtype`, types of C extensions in `type_spec`.

use crate::error::{PyResult, Raised, from_c};
use crate::object::native::{cast_opt_unchecked, opt_ptr};
use crate::object::obj::{Obj, clear, replace, xdecref};
use crate::object::refs::{AsObj, Object, Ref, ToRef};
use crate::object::{Native, alloc, slotdefs};
use crate::types::classmethod::{ClassMethod, StaticMethod};
use crate::types::dict::{self, Dict};
use crate::types::dict_instance::{add_shared_key, release_shared_keys};
use crate::types::function::Function;
use crate::types::int::Int;
use crate::types::none::none;
use crate::types::ready::type_ready;
use crate::types::str_::Str;
use crate::types::subtype;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use std::ffi::c_char;
use std::ptr::null_mut;

pub use super::mro::{best_base, compute_mro, metaclass_of, mro_of, solid_base};
pub use super::subtype::{subtype_clear, subtype_dealloc, subtype_traverse};

type P = *mut abi::PyObject;

/// Where the weak reference list of classes is, before the object (two words of GC head, the dict between).
const MANAGED_WEAKREF_OFFSET: isize = -4 * size_of::<P>() as isize;

/// What `__slots__` and the bases say about a new class.
struct Plan {
    name: Ref<Str>,
    bases: Ref<Tuple>,
    base: Ref<Type>,
    dict: Ref<Dict>,
    slots: Option<Ref<Tuple>>,
    add_dict: bool,
    add_weakref: bool,
}

/// `type.__new__(metaclass, name, bases, namespace, **kwargs)`.
pub fn type_new(meta: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
    let [name, bases, namespace] = args.items() else {
        bail!(TypeError, "type.__new__() takes exactly 3 arguments ({} given)", args.len());
    };
    let bad = |i: usize, what: &str, o: &Obj| {
        raise!(TypeError, "type.__new__() argument {i} must be {what}, not {}", o.type_name())
    };
    let Some(name) = name.downcast::<Str>() else { return Err(bad(1, "str", name)) };
    let Some(given) = bases.downcast::<Tuple>() else { return Err(bad(2, "tuple", bases)) };
    let Some(namespace) = namespace.downcast::<Dict>() else { return Err(bad(3, "dict", namespace)) };
    let mut bases = given.to_ref();
    if bases.is_empty() {
        bases = Tuple::from_slice(&[Obj::type_object().as_obj()])?;
    } else {
        for b in bases.items() {
            if !b.is_a::<Type>() && b.get_attr_opt(sym!(__mro_entries__))?.is_some() {
                bail!(TypeError, "type() doesn't support MRO entry resolution; use types.new_class()");
            }
        }
    }
    let winner = metaclass_of(meta, given)?;
    if !winner.is(meta) {
        let own = Type::type_object().raw().tp_new.map(|f| f as usize);
        if winner.raw().tp_new.map(|f| f as usize) != own {
            let Some(new) = winner.raw().tp_new else {
                bail!(TypeError, "cannot create '{}' instances", winner.name())
            };
            // SAFETY: a slot of the metaclass.
            return unsafe { from_c(new(winner.as_type_ptr(), args.as_ptr(), opt_ptr(kwargs))) };
        }
    }
    let base = best_base(&bases)?;
    // A subclass of dict with an order of its own is read by its methods.
    let copied = if dict::iter_is_plain(namespace) {
        namespace.copy()?
    } else {
        let d = Dict::new()?;
        d.merge(namespace, true)?;
        d
    };
    let plan = plan_slots(Plan {
        name: name.to_ref(),
        bases,
        base,
        dict: copied,
        slots: None,
        add_dict: false,
        add_weakref: false,
    })?;
    let ty = build(&winner, &plan)?;
    type_ready(&ty)?;
    // An MRO may leave out the bases.
    slotdefs::inherit_whole(&ty);
    prepare_instances(&ty)?;
    slotdefs::fixup_slots(&ty)?;
    warn_of_odd_names(&ty)?;
    call_set_name(&ty)?;
    call_init_subclass(&ty, kwargs)?;
    Ok(ty.into_object())
}

/// A namespace's key that is no string can be no attribute.
fn warn_of_odd_names(ty: &Type) -> PyResult<()> {
    let dict = ty.dict();
    if !dict.is_unicode() && dict.iter_borrowed().any(|(k, _)| !k.is_a::<Str>()) {
        let message = format!("non-string key in the __dict__ of class {}", ty.name());
        super::exception::warn(crate::error::exc::RuntimeWarning(), &message, 1)?;
    }
    Ok(())
}

/// A private name (`__x`) as the class's body spells it: `_Class__x`.
pub fn mangle(class: &Str, name: &Str) -> PyResult<Ref<Str>> {
    let (c, n) = (class.to_string_lossy(), name.to_string_lossy());
    if !n.starts_with("__") || n.ends_with("__") || n.contains('.') {
        return Ok(name.to_ref());
    }
    let c = c.trim_start_matches('_');
    if c.is_empty() {
        return Ok(name.to_ref());
    }
    Str::intern(&format!("_{c}{n}"))
}

/// Works out slots, `__dict__` and `__weakref__`.
fn plan_slots(mut p: Plan) -> PyResult<Plan> {
    let b = p.base.raw();
    let may_dict = b.tp_dictoffset == 0;
    let may_weak = b.tp_weaklistoffset == 0 && b.tp_itemsize == 0;
    let Some(slots) = p.dict.get(sym!(__slots__))? else {
        p.add_dict = may_dict;
        p.add_weakref = may_weak;
        return Ok(p);
    };
    let given = if slots.is_a::<Str>() { vec![slots] } else { slots.collect_items()? };
    if !given.is_empty() && b.tp_itemsize != 0 {
        bail!(TypeError, "nonempty __slots__ not supported for subtype of '{}'", p.base.name());
    }
    let mut names: Vec<Ref<Str>> = Vec::new();
    for s in &given {
        let Some(s) = s.downcast::<Str>() else {
            bail!(TypeError, "__slots__ items must be strings, not '{}'", s.type_name());
        };
        if !s.as_obj().call_method(sym!(isidentifier), &[])?.is_true()? {
            bail!(TypeError, "__slots__ must be identifiers");
        }
        if s.equals_str("__dict__") {
            if !may_dict || p.add_dict {
                bail!(TypeError, "__dict__ slot disallowed: we already got one");
            }
            p.add_dict = true;
        } else if s.equals_str("__weakref__") {
            if !may_weak || p.add_weakref {
                bail!(TypeError, "__weakref__ slot disallowed: we already got one");
            }
            p.add_weakref = true;
        } else {
            let m = mangle(&p.name, s)?;
            // The compiler's own entries leave the namespace.
            if p.dict.get(&m)?.is_some() && !m.equals_str("__qualname__") && !m.equals_str("__classcell__") {
                bail!(
                    ValueError,
                    "{} in __slots__ conflicts with class variable",
                    m.repr()?.to_string_lossy()
                );
            }
            names.push(m);
        }
    }
    names.sort_by(|a, b| a.text_order(b));
    p.slots = Some(Tuple::from_vec(names.into_iter().map(Ref::into_object).collect())?);
    // Other bases may bring a dict or weak references.
    for b in super::mro::base_types(&p.bases)? {
        if b.is(&p.base) {
            continue;
        }
        if may_dict && !p.add_dict && b.raw().tp_dictoffset != 0 {
            p.add_dict = true;
        }
        if may_weak && !p.add_weakref && b.raw().tp_weaklistoffset != 0 {
            p.add_weakref = true;
        }
    }
    Ok(p)
}

impl Str {
    /// Order by code points.
    fn text_order(&self, other: &Str) -> std::cmp::Ordering {
        self.to_string_lossy().cmp(&other.to_string_lossy())
    }
}

/// A C string of ours with this text.
pub(crate) fn c_text(s: &str) -> PyResult<*mut c_char> {
    // SAFETY: fresh memory of the size asked for.
    unsafe {
        let p = alloc::malloc(s.len() + 1);
        if p.is_null() {
            return Err(crate::error::no_memory());
        }
        std::ptr::copy_nonoverlapping(s.as_ptr(), p, s.len());
        p.add(s.len()).write(0);
        Ok(p.cast())
    }
}

/// Stores the name of a heap type, in both forms.
fn store_name(ty: &Type, name: &Str) -> PyResult<()> {
    let text = name.as_str()?;
    if text.contains('\0') {
        bail!(ValueError, "type name must not contain null characters");
    }
    let c = c_text(text)?;
    // SAFETY: a heap type under the GIL; the old text is ours.
    unsafe {
        let h = ty.body();
        alloc::free((*h)._ht_tpname.cast());
        (*h)._ht_tpname = c;
        (*h).ht_type.tp_name = c;
        replace(&raw mut (*h).ht_name, Some(name.to_ref().into_object()));
    }
    Ok(())
}

/// Points a new heap type's suites to its own.
///
/// # Safety
/// `ty` is a new heap type.
pub(crate) unsafe fn own_suites(ty: &Type) {
    // SAFETY: the caller's promise.
    unsafe {
        let h = ty.body();
        let t = &raw mut (*h).ht_type;
        (*t).tp_as_async = &raw mut (*h).as_async;
        (*t).tp_as_number = &raw mut (*h).as_number;
        (*t).tp_as_mapping = &raw mut (*h).as_mapping;
        (*t).tp_as_sequence = &raw mut (*h).as_sequence;
        (*t).tp_as_buffer = &raw mut (*h).as_buffer;
    }
}

/// A new type object of a metaclass, with room for `members`.
pub(crate) fn allocate(meta: &Type, members: usize) -> PyResult<Ref<Type>> {
    // SAFETY: a slot of the metaclass; without `tp_name` the type could not even be shown, so a stand-in comes first.
    unsafe {
        let o = match meta.raw().tp_alloc {
            Some(f) => f(meta.as_type_ptr(), members as isize),
            None => alloc::generic_alloc(meta.as_type_ptr(), members as isize),
        };
        let ty: Ref<Type> = from_c(o)?.cast_into_unchecked();
        (*ty.as_type_ptr()).tp_flags = abi::Py_TPFLAGS_HEAPTYPE;
        (*ty.as_type_ptr()).tp_name = c"?".as_ptr();
        Ok(ty)
    }
}

/// Makes the type object and fills it, up to `type_ready`.
fn build(meta: &Type, p: &Plan) -> PyResult<Ref<Type>> {
    let slots = p.slots.as_ref().map(|s| s.items()).unwrap_or(&[]);
    let ty = allocate(meta, slots.len())?;
    // SAFETY: a new heap type under the GIL; fields own what they get.
    unsafe {
        let h = ty.body();
        let t = ty.as_type_ptr();
        let base = p.base.raw();
        (*t).tp_flags = abi::Py_TPFLAGS_DEFAULT
            | abi::Py_TPFLAGS_HEAPTYPE
            | abi::Py_TPFLAGS_BASETYPE
            | abi::Py_TPFLAGS_HAVE_GC;
        own_suites(&ty);
        (*t).tp_bases = p.bases.clone().into_ptr();
        (*t).tp_base = p.base.clone().into_ptr().cast();
        (*t).tp_dict = p.dict.clone().into_ptr();
        store_name(&ty, &p.name)?;
        (*h).ht_slots = p.slots.clone().map_or(null_mut(), Ref::into_ptr);
        fill_namespace(&ty, &p.dict, &p.name)?;

        let mut offset = base.tp_basicsize;
        let members = subtype::slot_members(&ty);
        for (i, s) in slots.iter().enumerate() {
            let s = s.cast_unchecked::<Str>();
            let m = &mut *members.add(i);
            m.name = member_name(s)?;
            m.type_ = abi::Py_T_OBJECT_EX;
            m.offset = offset;
            m.flags = 0;
            m.doc = std::ptr::null();
            offset += size_of::<P>() as isize;
        }
        (*t).tp_basicsize = offset;
        (*t).tp_itemsize = base.tp_itemsize;
        (*t).tp_members = members;
        if p.add_weakref {
            (*t).tp_flags |= abi::Py_TPFLAGS_MANAGED_WEAKREF;
            (*t).tp_weaklistoffset = MANAGED_WEAKREF_OFFSET;
        }
        if p.add_dict {
            (*t).tp_flags |= abi::Py_TPFLAGS_MANAGED_DICT;
            (*t).tp_dictoffset = -1;
        }
        (*t).tp_getset = subtype::getsets(p.add_dict, p.add_weakref);
        if p.add_dict || base.tp_dictoffset != 0 || !slots.is_empty() {
            if base.tp_getattr.is_none() && base.tp_getattro.is_none() {
                (*t).tp_getattro = Some(super::object_::generic_getattr_slot);
            }
            if base.tp_setattr.is_none() && base.tp_setattro.is_none() {
                (*t).tp_setattro = Some(super::object_::generic_setattr_slot);
            }
        }
        (*t).tp_dealloc = Some(subtype_dealloc);
        (*t).tp_alloc = Some(alloc::generic_alloc);
        (*t).tp_free = Some(alloc::gc_del);
        (*t).tp_traverse = Some(subtype_traverse);
        (*t).tp_clear = Some(subtype_clear);
    }
    Ok(ty)
}

/// The name of a slot as a C string that lives as long as processes do; names of attributes are few.
fn member_name(s: &Str) -> PyResult<*const c_char> {
    thread_local! {
        static NAMES: std::cell::RefCell<std::collections::HashMap<String, *mut c_char>> = std::cell::RefCell::default();
    }
    let text = s.as_str()?;
    if let Some(p) = NAMES.with_borrow(|n| n.get(text).copied()) {
        return Ok(p);
    }
    let p = c_text(text)?;
    NAMES.with_borrow_mut(|n| n.insert(text.to_owned(), p));
    Ok(p)
}

/// What a class statement's namespace lacks or has too much: module, qualified name, doc, cells, implicit wrappers.
fn fill_namespace(ty: &Type, dict: &Dict, name: &Str) -> PyResult<()> {
    if dict.get_str(sym!(__module__)).is_none()
        && let Some(globals) = crate::interp::frame::current_globals()
        && let Some(m) = globals.get_str(sym!(__name__)).map(Obj::to_owned)
    {
        dict.set(sym!(__module__), &m)?;
    }
    let qualname = match dict.pop(sym!(__qualname__))? {
        None => name.to_ref().into_object(),
        Some(q) if q.is_a::<Str>() => q,
        Some(q) => bail!(TypeError, "type __qualname__ must be a str, not {}", q.type_name()),
    };
    // SAFETY: a new heap type.
    unsafe {
        replace(&raw mut (*ty.body()).ht_qualname, Some(qualname));
        if let Some(doc) = dict.get_str(sym!(__doc__)).and_then(|d| d.downcast::<Str>()) {
            (*ty.as_type_ptr()).tp_doc = c_text(doc.as_str()?.split('\0').next().unwrap_or(""))?;
        }
    }
    if let Some(f) = dict.get_str(sym!(__new__)).filter(|f| f.is_a::<Function>()) {
        let f = StaticMethod::new(f)?;
        dict.set(sym!(__new__), &f)?;
    }
    for n in [sym!(__init_subclass__), sym!(__class_getitem__)] {
        if let Some(f) = dict.get_str(n).filter(|f| f.is_a::<Function>()) {
            let f = ClassMethod::new(f)?;
            dict.set(n, &f)?;
        }
    }
    for (n, value) in [(sym!(__classcell__), ty.as_obj()), (sym!(__classdictcell__), dict.as_obj())] {
        if let Some(cell) = dict.pop(n)? {
            let Some(c) = cell.downcast_exact::<crate::types::cell::Cell>() else {
                bail!(
                    TypeError,
                    "{} must be a nonlocal cell, not {}",
                    n.to_string_lossy(),
                    cell.ob_type().as_obj().repr()?.to_string_lossy()
                );
            };
            // SAFETY: a cell owns its content.
            unsafe {
                replace(&raw mut (*c.as_ptr().cast::<abi::PyCellObject>()).ob_ref, Some(value.to_owned()))
            };
        }
    }
    Ok(())
}

/// Shared keys and inline values, for ready types with managed dicts.
pub(crate) fn prepare_instances(ty: &Type) -> PyResult<()> {
    if !ty.has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
        return Ok(());
    }
    if !ty.is_heap() {
        bail!(
            SystemError,
            "type {} has the Py_TPFLAGS_MANAGED_DICT flag but not Py_TPFLAGS_HEAPTYPE flag",
            ty.name()
        );
    }
    // SAFETY: a heap type under the GIL, without instances yet.
    unsafe {
        let h = ty.body();
        if (*h).ht_cached_keys.is_null() {
            let keys = dict::new_shared_keys();
            if keys.is_null() {
                return Err(crate::error::no_memory());
            }
            (*h).ht_cached_keys = keys;
            if let Some(names) =
                ty.dict().get_str(sym!(__static_attributes__)).and_then(|n| n.downcast::<Tuple>())
            {
                for n in names.items() {
                    if let Some(n) = n.downcast_exact::<Str>() {
                        add_shared_key(keys, n);
                    }
                }
            }
        }
        if ty.raw().tp_itemsize == 0 {
            (*ty.as_type_ptr()).tp_flags |= abi::Py_TPFLAGS_INLINE_VALUES;
        }
    }
    Ok(())
}

/// `__set_name__` of the namespace's values.
fn call_set_name(ty: &Type) -> PyResult<()> {
    let names = ty.dict().copy()?;
    let mut at = 0;
    while let Some((name, value)) = names.next(&mut at) {
        let (name, value) = (name.to_owned(), value.to_owned());
        if let Some(r) = crate::object::slotfuncs::call_special(sym!(__set_name__), &[&value, ty, &name])
            && let Err(e) = r
        {
            let e = e.take();
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.type_name(),
                name.repr()?.to_string_lossy(),
                ty.name()
            );
            e.as_obj().call_method(sym!(add_note), &[&*Str::new(&note)?])?;
            return Err(Raised::restore(e));
        }
    }
    Ok(())
}

/// `super(ty, ty).__init_subclass__(**kwargs)`.
fn call_init_subclass(ty: &Type, kwargs: Option<&Dict>) -> PyResult<()> {
    let f = super::super_::super_lookup(ty, ty, sym!(__init_subclass__))?;
    f.call_dict(&Tuple::empty(), kwargs)?;
    Ok(())
}

// ---- assignment ----

/// `cls.__name__ = name`.
pub fn set_type_name(ty: &Type, name: &Str) -> PyResult<()> {
    store_name(ty, name)?;
    ty.modified();
    Ok(())
}

/// `cls.__bases__ = bases`: a new layout-compatible base, MRO, slots and subclass lists.
pub fn set_bases(ty: &Type, value: &Obj) -> PyResult<()> {
    let Some(new) = value.downcast::<Tuple>() else {
        bail!(TypeError, "can only assign tuple to {}.__bases__, not {}", ty.name(), value.type_name());
    };
    if new.is_empty() {
        bail!(TypeError, "can only assign non-empty tuple to {}.__bases__, not ()", ty.name());
    }
    for b in new.items() {
        let Some(b) = b.downcast::<Type>() else {
            bail!(TypeError, "{}.__bases__ must be tuple of classes, not '{}'", ty.name(), b.type_name());
        };
        // A class under construction has no MRO yet, and one whose bases are being replaced has its old one.
        if b.is_subtype(ty) || derives(b, ty) {
            bail!(TypeError, "a __bases__ item causes an inheritance cycle");
        }
    }
    let base = best_base(new)?;
    if let Some(old) = ty.base() {
        super::object_::check_compatible(old, &base, "__bases__")?;
    }
    // SAFETY: a heap type under the GIL; fields own what they get, the old values are put back on failure.
    unsafe {
        let t = ty.as_type_ptr();
        let old_bases = std::mem::replace(&mut (*t).tp_bases, new.to_ref().into_ptr());
        let old_base = std::mem::replace(&mut (*t).tp_base, base.into_ptr().cast());
        let mut changed = Vec::new();
        if let Err(e) = renew_mro(ty, &mut changed) {
            for (t, mro) in changed.into_iter().rev() {
                replace(&raw mut (*t.as_type_ptr()).tp_mro, mro);
                t.modified();
            }
            if std::ptr::eq((*t).tp_bases, new.as_ptr()) {
                xdecref(std::mem::replace(&mut (*t).tp_bases, old_bases));
                xdecref(std::mem::replace(&mut (*t).tp_base, old_base).cast());
            } else {
                xdecref(old_bases);
                xdecref(old_base.cast());
            }
            return Err(e);
        }
        drop(changed);
        if std::ptr::eq((*t).tp_bases, new.as_ptr()) {
            if let Some(old) = cast_opt_unchecked::<Tuple>(old_bases) {
                for b in super::mro::base_types(old)? {
                    b.remove_subclass(ty);
                }
            }
            for b in super::mro::base_types(new)? {
                b.add_subclass(ty);
            }
            ty.modified();
            slotdefs::update_all_slots(ty)?;
        }
        xdecref(old_bases);
        xdecref(old_base.cast());
    }
    Ok(())
}

fn derives(b: &Type, ty: &Type) -> bool {
    let mut t = Some(b);
    while let Some(x) = t {
        if x.is(ty) {
            return true;
        }
        t = x.base();
    }
    false
}

/// Computes the MRO of a type and of all its subclasses anew; the old ones go to `changed`.
fn renew_mro(ty: &Type, changed: &mut Vec<(Ref<Type>, Option<Object>)>) -> PyResult<()> {
    let new = mro_of(ty)?;
    // SAFETY: a heap type under the GIL.
    unsafe {
        let old = std::mem::replace(&mut (*ty.as_type_ptr()).tp_mro, new.into_ptr());
        changed.push((ty.to_ref(), Ref::from_owned_opt(old)));
    }
    ty.modified();
    for s in ty.subclasses() {
        renew_mro(&s, changed)?;
    }
    Ok(())
}

// ---- annotations (PEP 649) ----

fn heap_attribute(ty: &Type, name: &'static Str) -> PyResult<()> {
    if ty.is_heap() {
        return Ok(());
    }
    let n = name.to_string_lossy();
    let text = format!("type object '{}' has no attribute '{n}'", ty.name());
    Err(crate::types::exception::attribute_error(ty, name, &text))
}

/// A value of the class's dict, bound to the class where it is a descriptor.
fn bound(ty: &Type, value: Object) -> PyResult<Object> {
    match value.ob_type().raw().tp_descr_get {
        // SAFETY: a slot of the value's type.
        Some(get) => unsafe { from_c(get(value.as_raw(), null_mut(), ty.as_ptr())) },
        None => Ok(value),
    }
}

/// `cls.__annotations__`: set explicitly, kept from before, or computed by `__annotate__`.
pub fn annotations(ty: &Type) -> PyResult<Object> {
    heap_attribute(ty, sym!(__annotations__))?;
    let d = ty.dict();
    for name in [sym!(__annotations__), sym!(__annotations_cache__)] {
        if let Some(v) = d.get_str(name).map(Obj::to_owned) {
            return bound(ty, v);
        }
    }
    let f = ty.as_obj().get_attr(sym!(__annotate__))?;
    let result = if f.is_callable() {
        let r = f.call(&[&*Int::from_i64(1)?])?;
        if !r.is_a::<Dict>() {
            bail!(TypeError, "__annotate__ returned non-dict of type '{}'", r.type_name());
        }
        r
    } else {
        Dict::new()?.into_object()
    };
    ty.modified();
    ty.dict().set(sym!(__annotations_cache__), &result)?;
    Ok(result)
}

/// `cls.__annotations__ = value`, or `del`.
pub fn set_annotations(ty: &Type, value: Option<&Obj>) -> PyResult<()> {
    if ty.is_immutable() {
        bail!(TypeError, "cannot set '__annotations__' attribute of immutable type '{}'", ty.name());
    }
    let d = ty.dict();
    match value {
        Some(v) => {
            let explicit = d.get_str(sym!(__annotations__)).is_some();
            let name = if explicit { sym!(__annotations__) } else { sym!(__annotations_cache__) };
            d.set(name, v)?;
        }
        None => {
            if !d.remove(sym!(__annotations__))? && !d.remove(sym!(__annotations_cache__))? {
                bail!(AttributeError, "__annotations__");
            }
        }
    }
    d.remove(sym!(__annotate_func__))?;
    d.remove(sym!(__annotate__))?;
    ty.modified();
    Ok(())
}

/// `cls.__annotate__`: the function that computes the annotations, or None.
pub fn annotate(ty: &Type) -> PyResult<Object> {
    heap_attribute(ty, sym!(__annotate__))?;
    let d = ty.dict();
    for name in [sym!(__annotate__), sym!(__annotate_func__)] {
        if let Some(v) = d.get_str(name).map(Obj::to_owned) {
            return bound(ty, v);
        }
    }
    ty.modified();
    d.set(sym!(__annotate_func__), none())?;
    Ok(none().to_owned())
}

/// `cls.__annotate__ = value`.
pub fn set_annotate(ty: &Type, value: Option<&Obj>) -> PyResult<()> {
    let Some(v) = value else { bail!(TypeError, "cannot delete __annotate__ attribute") };
    if ty.is_immutable() {
        bail!(TypeError, "cannot set '__annotate__' attribute of immutable type '{}'", ty.name());
    }
    if !v.is_none() && !v.is_callable() {
        bail!(TypeError, "__annotate__ must be callable or None");
    }
    let d = ty.dict();
    d.set(sym!(__annotate_func__), v)?;
    if !v.is_none() {
        d.remove(sym!(__annotations_cache__))?;
    }
    ty.modified();
    Ok(())
}

// ---- the end ----

/// Ends a heap type (`tp_dealloc` of `type`).
///
/// # Safety
/// The last reference is gone; no instance or subclass is left.
pub unsafe fn dealloc_type(ty: &Type) {
    // SAFETY: the caller's promise; fields are emptied once.
    unsafe {
        crate::gc::untrack(ty.as_ptr());
        let t = ty.as_type_ptr();
        let h = ty.body();
        ty.modified();
        if let Some(bases) = ty.bases() {
            for b in bases.items() {
                if let Some(b) = b.downcast::<Type>() {
                    b.remove_subclass(ty);
                }
            }
        }
        crate::types::weakref::clear_weakrefs(ty);
        clear(&raw mut (*t).tp_base);
        clear(&raw mut (*t).tp_dict);
        clear(&raw mut (*t).tp_bases);
        clear(&raw mut (*t).tp_mro);
        clear(&raw mut (*t).tp_cache);
        ty.drop_subclass_list();
        alloc::free((*t).tp_doc.cast_mut().cast());
        clear(&raw mut (*h).ht_name);
        clear(&raw mut (*h).ht_qualname);
        clear(&raw mut (*h).ht_slots);
        release_shared_keys(std::mem::replace(&mut (*h).ht_cached_keys, null_mut()));
        clear(&raw mut (*h).ht_module);
        alloc::free((*h)._ht_tpname.cast());
        let meta = ty.type_ptr();
        if let Some(free) = (*meta).tp_free {
            free(t.cast());
        }
        // A class of `type` itself holds no reference to it that counts.
        if (*meta).tp_flags & abi::Py_TPFLAGS_HEAPTYPE != 0 && !subtype_deallocated(&*(meta as *const Type)) {
            crate::object::obj::decref(meta.cast());
        }
    }
}

/// Does the metaclass end its instances through `subtype_dealloc`, which gives the metaclass back itself?
fn subtype_deallocated(meta: &Type) -> bool {
    meta.raw().tp_dealloc.is_some_and(|f| f as usize == subtype_dealloc as *const () as usize)
}

impl Type {
    /// Frees the list of subclasses, at the end of the type.
    unsafe fn drop_subclass_list(&self) {
        // SAFETY: the list is a boxed vector of borrowed pointers.
        unsafe {
            let list = std::mem::replace(&mut (*self.as_type_ptr()).tp_subclasses, null_mut());
            if !list.is_null() {
                drop(Box::from_raw(list.cast::<Vec<*mut abi::PyTypeObject>>()));
            }
        }
    }
}
