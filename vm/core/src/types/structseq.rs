//! Struct sequences: tuples whose items have names (`os.stat_result`, `time.struct_time`, `sys.flags`).
//!
//! As in CPython a struct sequence's type is a subtype of `tuple`. Items past the visible ones are attributes only;
//! they lie behind the tuple's items in the same object.

use crate::error::PyResult;
use crate::object::native::{borrow, borrow_opt, result_ptr};
use crate::object::obj::{Head, Obj, decref, xdecref};
use crate::object::{AsObj, Native, Object, Ref, ToRef, alloc};
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, gc, sym};
use std::collections::BTreeMap;
use std::ffi::{CString, c_char, c_int, c_void};
use std::sync::{Mutex, PoisonError};

/// A field: its name (none for items without one) and doc.
pub type Field<'a> = (Option<&'a str>, &'a str);

/// A struct sequence type to be made.
pub struct Declaration<'a> {
    /// With the module: `os.stat_result`.
    pub name: &'a str,
    pub doc: &'a str,
    pub fields: &'a [Field<'a>],
    /// How many of the fields are items of the tuple.
    pub visible: usize,
}

const ITEMS: usize = std::mem::offset_of!(abi::PyTupleObject, ob_item);

/// The text as a C string that lives for ever; the same for the same text, since types may be made again and again.
fn leak(text: &str) -> *const c_char {
    struct Kept(&'static std::ffi::CStr);
    static KEPT: Mutex<BTreeMap<Box<str>, Kept>> = Mutex::new(BTreeMap::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(text) {
        return known.0.as_ptr();
    }
    let made: &'static std::ffi::CStr = Box::leak(CString::new(text).unwrap_or_default().into_boxed_c_str());
    kept.insert(text.into(), Kept(made));
    made.as_ptr()
}

/// The rows of a type's members with their end mark.
fn members(d: &Declaration<'_>) -> Vec<abi::PyMemberDef> {
    // SAFETY: all-zero rows end the table.
    let zero: abi::PyMemberDef = unsafe { std::mem::zeroed() };
    let mut members: Vec<abi::PyMemberDef> = Vec::new();
    for (i, (name, doc)) in d.fields.iter().enumerate() {
        let Some(name) = name else { continue };
        members.push(abi::PyMemberDef {
            name: leak(name),
            type_: abi::_Py_T_OBJECT as c_int,
            offset: (ITEMS + i * size_of::<usize>()) as isize,
            flags: abi::Py_READONLY as c_int,
            doc: if doc.is_empty() { std::ptr::null() } else { leak(doc) },
        });
    }
    members.push(zero);
    members
}

struct Methods([abi::PyMethodDef; 3]);

// SAFETY: constant rows of pointers to functions and text.
unsafe impl Sync for Methods {}

/// The methods of all struct sequences.
static METHODS: Methods = Methods([
    abi::PyMethodDef {
        ml_name: c"__reduce__".as_ptr(),
        // SAFETY: METH_NOARGS has this shape.
        ml_meth: Some(unsafe {
            std::mem::transmute::<*const (), unsafe extern "C" fn(*mut abi::PyObject, *mut abi::PyObject) -> *mut abi::PyObject>(
                reduce as *const (),
            )
        }),
        ml_flags: abi::METH_NOARGS as c_int,
        ml_doc: std::ptr::null(),
    },
    abi::PyMethodDef {
        ml_name: c"__replace__".as_ptr(),
        // SAFETY: METH_VARARGS | METH_KEYWORDS, called as its flags say.
        ml_meth: Some(unsafe {
            std::mem::transmute::<*const (), unsafe extern "C" fn(*mut abi::PyObject, *mut abi::PyObject) -> *mut abi::PyObject>(
                replace as *const (),
            )
        }),
        ml_flags: (abi::METH_VARARGS | abi::METH_KEYWORDS) as c_int,
        ml_doc: c"__replace__($self, /, **changes)\n--\n\nReturn a copy of the structure with new values for the specified fields.".as_ptr(),
    },
    // SAFETY: the end mark.
    unsafe { std::mem::zeroed() },
]);

fn methods() -> *mut abi::PyMethodDef {
    METHODS.0.as_ptr().cast_mut()
}

/// Makes the type; it lives for ever.
pub fn new_type(d: &Declaration<'_>) -> PyResult<Ref<Type>> {
    let ty = new_type_flags(d, 0)?;
    ty.set_flag(abi::Py_TPFLAGS_IMMUTABLETYPE, true);
    Ok(ty)
}

/// Takes `__new__` away from a type, all of whose values are made.
pub fn refuse_more(ty: &Type) -> PyResult<()> {
    // SAFETY: a heap type made here; its dictionary is kept in step with the slot.
    unsafe { (*ty.as_ptr().cast::<abi::PyTypeObject>()).tp_new = None };
    ty.set_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION, true);
    ty.dict().remove(sym!(__new__).as_obj())?;
    ty.modified();
    Ok(())
}

/// As `new_type`, with more flags and not immutable (`PyStructSequence_NewType`).
pub fn new_type_flags(d: &Declaration<'_>, flags: u64) -> PyResult<Ref<Type>> {
    let mut members = members(d);
    let slot = |slot: c_int, p: *mut c_void| abi::PyType_Slot { slot, pfunc: p };
    let mut slots = [
        slot(abi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(abi::Py_tp_traverse, traverse as *mut c_void),
        slot(abi::Py_tp_new, make as *mut c_void),
        slot(abi::Py_tp_repr, repr as *mut c_void),
        slot(abi::Py_tp_methods, methods().cast()),
        slot(abi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(abi::Py_tp_doc, leak(d.doc).cast_mut().cast()),
        slot(0, std::ptr::null_mut()),
    ];
    let mut spec = abi::PyType_Spec {
        name: leak(d.name),
        basicsize: Tuple::type_object().raw().tp_basicsize as c_int,
        itemsize: size_of::<usize>() as c_int,
        flags: (abi::Py_TPFLAGS_DEFAULT | abi::Py_TPFLAGS_HAVE_GC | flags) as _,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec is copied; its methods and the names of its members live for ever.
    let ty = unsafe {
        crate::types::type_spec::type_from_spec(
            None,
            None,
            &raw mut spec,
            Some(Tuple::type_object().as_obj()),
        )?
    };
    // SAFETY: made as a type.
    let ty: Ref<Type> = unsafe { ty.cast_into_unchecked() };
    fill_dict(&ty, d)?;
    if let Some((module, _)) = d.name.rsplit_once('.') {
        ty.dict().set(sym!(__module__).as_obj(), &*Str::intern(module)?)?;
    }
    ty.modified();
    Ok(ty)
}

/// Fills a static type of C (`PyStructSequence_InitType2`).
///
/// # Safety
/// `t` is a type object that is not ready, in memory that lives for ever.
pub unsafe fn init_static(t: *mut abi::PyTypeObject, d: &Declaration<'_>) -> PyResult<()> {
    let members = Box::leak(members(d).into_boxed_slice()).as_mut_ptr();
    // SAFETY: the caller's promise.
    unsafe {
        let head = t as *mut Head;
        (*head).refcnt = crate::object::obj::IMMORTAL;
        (*head).ob_type = Type::TYPE_POINTER;
        (*t).tp_name = leak(d.name);
        (*t).tp_basicsize = Tuple::type_object().raw().tp_basicsize;
        (*t).tp_itemsize = size_of::<usize>() as isize;
        (*t).tp_dealloc = Some(dealloc);
        (*t).tp_traverse = Some(traverse);
        (*t).tp_repr = Some(repr);
        (*t).tp_doc = leak(d.doc);
        (*t).tp_base = Tuple::TYPE_POINTER;
        (*t).tp_new = Some(make);
        (*t).tp_methods = methods();
        (*t).tp_members = members;
        (*t).tp_flags = abi::Py_TPFLAGS_DEFAULT | abi::Py_TPFLAGS_HAVE_GC;
        let ty = &*(t as *const Type);
        crate::types::ready::type_ready(ty)?;
        fill_dict(ty, d)?;
        ty.modified();
    }
    Ok(())
}

/// The numbers of fields and the names for `match`.
fn fill_dict(ty: &Type, d: &Declaration<'_>) -> PyResult<()> {
    let unnamed = d.fields.iter().filter(|f| f.0.is_none()).count();
    let dict = ty.dict();
    dict.set(sym!(n_sequence_fields).as_obj(), &*Int::from_usize(d.visible)?)?;
    dict.set(sym!(n_fields).as_obj(), &*Int::from_usize(d.fields.len())?)?;
    dict.set(sym!(n_unnamed_fields).as_obj(), &*Int::from_usize(unnamed)?)?;
    let names = d.fields[..d.visible].iter().filter_map(|f| f.0);
    let names = names.map(|n| Ok(Str::intern(n)?.into_object())).collect::<PyResult<Vec<_>>>()?;
    dict.set(sym!(__match_args__).as_obj(), &*Tuple::from_vec(names)?)
}

fn count(ty: &Type, name: &Str) -> usize {
    let n = ty.dict().get_str(name).and_then(|o| o.downcast::<Int>()).and_then(Int::to_i64);
    n.unwrap_or(0) as usize
}

/// How many fields the type has, hidden ones among them.
pub fn field_count(ty: &Type) -> usize {
    count(ty, sym!(n_fields))
}

fn visible_count(ty: &Type) -> usize {
    count(ty, sym!(n_sequence_fields))
}

/// An instance; fields beyond the values are None.
pub fn new(ty: &Type, values: Vec<Object>) -> PyResult<Object> {
    let (all, visible) = (field_count(ty), visible_count(ty));
    // SAFETY: room for all fields; each is filled before anything runs.
    unsafe {
        let o = alloc::generic_alloc_untracked(ty, all as isize)?;
        let items = (o as *mut u8).add(ITEMS) as *mut *mut abi::PyObject;
        let mut values = values.into_iter();
        for i in 0..all {
            let v = values.next().unwrap_or_else(|| none().to_owned());
            *items.add(i) = v.into_ptr();
        }
        (*(o as *mut abi::PyTupleObject)).ob_hash = -1;
        (*(o as *mut abi::PyVarObject)).ob_size = visible as isize;
        gc::track(o);
        Ok(Ref::from_owned(o))
    }
}

/// An untracked instance whose fields are NULL until C fills them (`PyStructSequence_New`).
pub fn new_empty(ty: &Type) -> PyResult<Object> {
    let (all, visible) = (field_count(ty), visible_count(ty));
    // SAFETY: zeroed room for all fields.
    unsafe {
        let o = alloc::generic_alloc_untracked(ty, all as isize)?;
        (*(o as *mut abi::PyTupleObject)).ob_hash = -1;
        (*(o as *mut abi::PyVarObject)).ob_size = visible as isize;
        Ok(Ref::from_owned(o))
    }
}

/// A field of an instance, hidden or not.
pub fn field(o: &Obj, i: usize) -> Object {
    // SAFETY: instances have all fields of their type.
    unsafe {
        let items = (o.as_ptr() as *mut u8).add(ITEMS) as *mut *mut abi::PyObject;
        match borrow_opt(*items.add(i)) {
            Some(v) => v.to_owned(),
            None => none().to_owned(),
        }
    }
}

/// The name of each field, from the type's members.
fn names(ty: &Type) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut m = ty.raw().tp_members;
    // SAFETY: a table with an end mark.
    unsafe {
        while !m.is_null() && !(*m).name.is_null() {
            let at = ((*m).offset as usize - ITEMS) / size_of::<usize>();
            out.push((at, std::ffi::CStr::from_ptr((*m).name).to_string_lossy().into_owned()));
            m = m.add(1);
        }
    }
    out
}

unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
    // SAFETY: the last reference to an instance is gone.
    unsafe {
        gc::untrack(o);
        let ty = &*((*(o as *mut Head)).ob_type as *const Type);
        let items = (o as *mut u8).add(ITEMS) as *mut *mut abi::PyObject;
        for i in 0..field_count(ty) {
            xdecref(*items.add(i));
        }
        alloc::gc_del(o.cast());
        decref(ty.as_obj().as_ptr());
    }
}

unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live instance.
    unsafe {
        let Some(visit) = visit else { return 0 };
        let ty = &*((*(o as *mut Head)).ob_type as *const Type);
        let r = visit(ty.as_obj().as_ptr(), arg);
        if r != 0 {
            return r;
        }
        let items = (o as *mut u8).add(ITEMS) as *mut *mut abi::PyObject;
        for i in 0..field_count(ty) {
            let p = *items.add(i);
            if !p.is_null() {
                let r = visit(p, arg);
                if r != 0 {
                    return r;
                }
            }
        }
        0
    }
}

fn construct(ty: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
    let short = ty.name();
    let mut sequence = args.items().first().map(|o| o.as_obj());
    let mut dict = args.items().get(1).map(|o| o.as_obj());
    for (k, v) in kwargs.into_iter().flat_map(Dict::iter_borrowed) {
        match k.downcast::<Str>().map(Str::to_string_lossy).as_deref() {
            Some("sequence") if sequence.is_none() => sequence = Some(v),
            Some("dict") if dict.is_none() => dict = Some(v),
            Some(other) => bail!(TypeError, "structseq() got an unexpected keyword argument '{other}'"),
            None => bail!(TypeError, "keywords must be strings"),
        }
    }
    let Some(sequence) = sequence else {
        bail!(TypeError, "structseq() missing required argument 'sequence' (pos 1)");
    };
    if args.len() > 2 {
        bail!(TypeError, "structseq() takes at most 2 arguments ({} given)", args.len());
    }
    let given = crate::object::sequence::fast_items(sequence, "constructor requires a sequence")?;
    let dict = match dict {
        None => None,
        Some(d) => match d.downcast::<Dict>() {
            Some(d) => Some(d),
            None => bail!(TypeError, "{short}() takes a dict as second arg, if any"),
        },
    };
    let (all, visible) = (field_count(ty), visible_count(ty));
    let n = given.len();
    if all != visible {
        if n < visible {
            bail!(TypeError, "{short}() takes an at least {visible}-sequence ({n}-sequence given)");
        }
        if n > all {
            bail!(TypeError, "{short}() takes an at most {all}-sequence ({n}-sequence given)");
        }
    } else if n != visible {
        bail!(TypeError, "{short}() takes a {visible}-sequence ({n}-sequence given)");
    }
    let mut values = given;
    let mut used = 0;
    if let Some(d) = dict {
        let named = names(ty);
        for i in n..all {
            let name = named.iter().find(|(at, _)| *at == i).map(|(_, n)| n.as_str());
            match name.and_then(|n| d.get_text(n)) {
                Some(v) => {
                    used += 1;
                    values.push(v.to_owned());
                }
                None => values.push(none().to_owned()),
            }
        }
        if d.len() > used {
            bail!(TypeError, "{short}() got duplicate or unexpected field name(s)");
        }
    }
    new(ty, values)
}

unsafe extern "C" fn make(
    ty: *mut abi::PyTypeObject,
    args: *mut abi::PyObject,
    kwargs: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: called as tp_new.
    unsafe {
        let kwargs = borrow_opt(kwargs).map(|d| d.cast_unchecked::<Dict>());
        result_ptr(construct(&*(ty as *const Type), borrow(args).cast_unchecked(), kwargs))
    }
}

unsafe extern "C" fn repr(o: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: called as tp_repr.
    let o = unsafe { borrow(o) };
    let show = || -> PyResult<Ref<Str>> {
        let ty = o.ob_type();
        let mut out = dovetail_text::TextBuf::new();
        out.push_str(ty.name());
        out.push_str("(");
        let visible = visible_count(ty);
        for (n, (at, name)) in names(ty).into_iter().filter(|(at, _)| *at < visible).enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            out.push_str(&name);
            out.push_str("=");
            out.push_text(field(o, at).repr()?.text());
        }
        out.push_str(")");
        Str::from_buf(out)
    };
    result_ptr(show())
}

unsafe extern "C" fn reduce(o: *mut abi::PyObject, _: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: called as a method.
    let o = unsafe { borrow(o) };
    let make = || -> PyResult<Ref<Tuple>> {
        let ty = o.ob_type();
        let visible = visible_count(ty);
        let items: Vec<Object> = (0..visible).map(|i| field(o, i)).collect();
        let hidden = Dict::new()?;
        for (at, name) in names(ty).into_iter().filter(|(at, _)| *at >= visible) {
            hidden.set_text(&name, &field(o, at))?;
        }
        let args = Tuple::from_vec(vec![Tuple::from_vec(items)?.into_object(), hidden.into_object()])?;
        Tuple::from_vec(vec![ty.as_obj().to_owned(), args.into_object()])
    };
    result_ptr(make())
}

unsafe extern "C" fn replace(
    o: *mut abi::PyObject,
    args: *mut abi::PyObject,
    kwargs: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: called as a method with keywords.
    let (o, args, kwargs) = unsafe {
        (
            borrow(o),
            borrow(args).cast_unchecked::<Tuple>(),
            borrow_opt(kwargs).map(|d| d.cast_unchecked::<Dict>()),
        )
    };
    let make = || -> PyResult<Object> {
        let ty = o.ob_type();
        if !args.is_empty() {
            bail!(TypeError, "__replace__() takes no positional arguments ({} given)", args.len());
        }
        let named = names(ty);
        if named.len() != field_count(ty) {
            bail!(
                TypeError,
                "__replace__() is not supported for {} because it has unnamed field(s)",
                ty.name()
            );
        }
        let mut values: Vec<Object> = (0..field_count(ty)).map(|i| field(o, i)).collect();
        let mut unknown = Vec::new();
        for (k, v) in kwargs.into_iter().flat_map(Dict::iter_borrowed) {
            let key = k.downcast::<Str>().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            match named.iter().find(|(_, n)| *n == key) {
                Some((at, _)) => values[*at] = v.to_owned(),
                None => unknown.push(k.to_owned()),
            }
        }
        if !unknown.is_empty() {
            let list = crate::types::list::List::from_vec(unknown)?;
            bail!(TypeError, "Got unexpected field name(s): {}", list.repr()?.to_string_lossy());
        }
        new(ty, values)
    };
    result_ptr(make())
}

/// A copy of a type reference that lives for ever, for statics of modules.
pub fn for_ever(ty: &Type) -> &'static Type {
    let kept = ty.to_ref();
    // SAFETY: the reference is never given back.
    unsafe { &*(kept.into_ptr() as *const Type) }
}
