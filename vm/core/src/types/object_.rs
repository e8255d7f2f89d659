//! `object`: attribute access of ordinary instances, creation, comparison, `__class__`; pickling is in `reduce`.

use crate::error::{PyResult, Raised, catch, exc, from_c};
use crate::object::abstract_::attribute_name;
use crate::object::native::{
    Declared, SlotRow, StaticType, Tables, TypeHead, borrow_opt, cast_opt_unchecked, cast_unchecked, opt_ptr,
    result_ptr,
};
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref, ToRef};
use crate::object::{CompareOp, Native, alloc};
use crate::types::bool_::bool_obj;
use crate::types::dict::{self, Dict};
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::none::not_implemented;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::pymethods;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

type P = *mut abi::PyObject;
type T = *mut abi::PyTypeObject;

/// The static type object of `object`.
#[unsafe(export_name = "PyBaseObject_Type")]
pub static PyBaseObject_Type: StaticType = StaticType::new(TypeHead {
    name: c"object".as_ptr(),
    metatype: Type::TYPE_POINTER,
    base: null_mut(),
    basicsize: size_of::<abi::PyObject>() as isize,
    itemsize: 0,
    flags: abi::Py_TPFLAGS_BASETYPE,
    doc: c"object()\n--\n\nThe base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n".as_ptr(),
    weaklistoffset: 0,
    dictoffset: 0,
    vectorcall_offset: 0,
});

/// The receiver of the methods of `object`: any object.
#[repr(transparent)]
pub struct Base(std::cell::UnsafeCell<abi::PyObject>);

// SAFETY: transparent over PyObject, whose type is `object`.
unsafe impl Native for Base {
    type Body = abi::PyObject;
    const NAME: &'static str = "object";
    const SHORT_NAME: &'static str = "object";
    const TYPE_POINTER: T = PyBaseObject_Type.as_ptr();
}

impl std::ops::Deref for Base {
    type Target = Obj;
    fn deref(&self) -> &Obj {
        self.as_obj()
    }
}

macro_rules! slots {
    ($($id:ident => $f:path),* $(,)?) => {
        &[$(SlotRow { id: abi::$id, function: $f as *const () }),*]
    };
}

impl Declared for Obj {
    const TABLES: &'static Tables = &Tables {
        methods: Base::TABLES.methods,
        getset: Base::TABLES.getset,
        members: Base::TABLES.members,
        slots: slots! {
            Py_tp_dealloc => object_dealloc,
            Py_tp_repr => repr_slot,
            Py_tp_hash => hash_slot,
            Py_tp_str => str_slot,
            Py_tp_getattro => generic_getattr_slot,
            Py_tp_setattro => generic_setattr_slot,
            Py_tp_richcompare => richcompare_slot,
            Py_tp_init => init_slot,
            Py_tp_alloc => alloc::generic_alloc,
            Py_tp_new => new_slot,
            Py_tp_free => alloc::object_free,
        },
    };
}

// ---- attributes ----

/// Finds an attribute: data descriptor of the type, instance, other attribute of the type.
fn find(o: &Obj, name: &Str) -> PyResult<Option<Object>> {
    let ty = o.ob_type();
    let mut get = None;
    let descr = match ty.lookup(name) {
        None => None,
        Some(d) => {
            let d = d.to_owned();
            let t = d.ob_type().raw();
            get = t.tp_descr_get;
            if let Some(get) = get
                && t.tp_descr_set.is_some()
            {
                // SAFETY: a slot of the attribute's type.
                return unsafe { from_c(get(d.as_raw(), o.as_ptr(), ty.as_ptr())) }.map(Some);
            }
            Some(d)
        }
    };
    if let Some(v) = dict::instance_get(o, name) {
        return Ok(Some(v));
    }
    match (get, descr) {
        // SAFETY: a slot of the attribute's type.
        (Some(get), Some(d)) => unsafe { from_c(get(d.as_raw(), o.as_ptr(), ty.as_ptr())) }.map(Some),
        (_, d) => Ok(d),
    }
}

/// `object.__getattribute__`.
#[inline]
pub fn generic_getattr(o: &Obj, name: &Str) -> PyResult<Object> {
    match find(o, name)? {
        Some(v) => Ok(v),
        None => Err(no_attribute(o, name)),
    }
}

/// As `generic_getattr`; a missing attribute, also one whose descriptor raises `AttributeError`, is `None`.
#[inline]
pub fn generic_getattr_opt(o: &Obj, name: &Str) -> PyResult<Option<Object>> {
    match find(o, name) {
        Ok(v) => Ok(v),
        Err(e) => catch(Err(e), exc::AttributeError()),
    }
}

/// The attribute in the instance itself (`__dict__` or inline values).
#[inline]
pub fn instance_attribute(o: &Obj, name: &Str) -> PyResult<Option<Object>> {
    Ok(dict::instance_get(o, name))
}

/// The `AttributeError` for a name that an object does not have.
#[cold]
pub fn no_attribute(o: &Obj, name: &Str) -> Raised {
    let text = match o.downcast::<Type>() {
        Some(t) => format!("type object '{}' has no attribute '{}'", t.name(), name.to_string_lossy()),
        None => format!("'{}' object has no attribute '{}'", o.type_name(), name.to_string_lossy()),
    };
    crate::types::exception::attribute_error(o, name, &text)
}

/// `object.__setattr__` and `__delattr__` (`None` deletes).
pub fn generic_setattr(o: &Obj, name: &Str, value: Option<&Obj>) -> PyResult<()> {
    let ty = o.ob_type();
    let descr = ty.lookup(name).map(Obj::to_owned);
    if let Some(d) = &descr
        && let Some(set) = d.ob_type().raw().tp_descr_set
    {
        // SAFETY: a slot of the attribute's type.
        return crate::object::abstract_::status(unsafe { set(d.as_raw(), o.as_ptr(), opt_ptr(value)) });
    }
    if crate::types::dict_instance::dict_pointer(o).is_none() {
        let (t, n) = (o.type_name(), name.to_string_lossy());
        let text = match descr {
            Some(_) => format!("'{t}' object attribute '{n}' is read-only"),
            None if ty
                .raw()
                .tp_setattro
                .is_some_and(|f| f as usize == generic_setattr_slot as *const () as usize) =>
            {
                format!("'{t}' object has no attribute '{n}' and no __dict__ for setting new attributes")
            }
            None => format!("'{t}' object has no attribute '{n}'"),
        };
        return Err(crate::types::exception::attribute_error(o, name, &text));
    }
    if !dict::instance_set(o, name, value)? {
        return Err(no_attribute(o, name));
    }
    Ok(())
}

/// `tp_getattro` of ordinary types.
///
/// # Safety
/// Called as a slot.
#[unsafe(export_name = "PyObject_GenericGetAttr")]
pub unsafe extern "C" fn generic_getattr_slot(o: P, name: P) -> P {
    // SAFETY: live arguments.
    let (o, name) = unsafe { (Obj::from_ptr(o), Obj::from_ptr(name)) };
    result_ptr(attribute_name(name).and_then(|n| generic_getattr(o, n)))
}

/// `tp_setattro` of ordinary types.
///
/// # Safety
/// Called as a slot.
#[unsafe(export_name = "PyObject_GenericSetAttr")]
pub unsafe extern "C" fn generic_setattr_slot(o: P, name: P, value: P) -> c_int {
    // SAFETY: live arguments; NULL deletes.
    let (o, name, value) = unsafe { (Obj::from_ptr(o), Obj::from_ptr(name), borrow_opt(value)) };
    match attribute_name(name).and_then(|n| generic_setattr(o, n, value)) {
        Ok(()) => 0,
        Err(Raised { .. }) => -1,
    }
}

/// The getter of `__dict__` (`PyObject_GenericGetDict`).
pub fn get_instance_dict(o: &Obj) -> PyResult<Object> {
    match dict::instance_dict(o)? {
        Some(d) => Ok(d.into_object()),
        None => Err(raise!(AttributeError, "This object has no __dict__")),
    }
}

/// The setter of `__dict__` (`PyObject_GenericSetDict`).
pub fn set_instance_dict(o: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let Some(v) = value else { bail!(TypeError, "cannot delete __dict__") };
    let Some(d) = v.downcast::<Dict>() else {
        bail!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", v.type_name());
    };
    dict::set_instance_dict(o, Some(d))
}

// ---- creation ----

/// `tp_new` that only allocates (`PyType_GenericNew`).
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn generic_new(cls: T, _args: P, _kwargs: P) -> P {
    // SAFETY: a ready class.
    unsafe {
        match (*cls).tp_alloc {
            Some(f) => f(cls, 0),
            None => alloc::generic_alloc(cls, 0),
        }
    }
}

fn excess(args: &Tuple, kwargs: Option<&Dict>) -> bool {
    !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty())
}

fn has_object_new(t: &Type) -> bool {
    t.raw().tp_new.is_some_and(|f| f as usize == new_slot as *const () as usize)
}

fn has_object_init(t: &Type) -> bool {
    t.raw().tp_init.is_some_and(|f| f as usize == init_slot as *const () as usize)
}

/// Does `type.__call__` make instances of the class by plain allocation, whatever the arguments, and leave the rest to
/// an `__init__` that is not `object`'s?
pub fn makes_plain_instances(t: &Type) -> bool {
    has_object_new(t)
        && !t.has_flag(abi::Py_TPFLAGS_IS_ABSTRACT)
        && t.raw().tp_alloc.is_some_and(|f| f as usize == alloc::generic_alloc as *const () as usize)
}

/// `object.__new__`: refuses arguments that nobody will take, and abstract classes.
pub fn object_new(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
    if excess(args, kwargs) {
        if !has_object_new(cls) {
            bail!(TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
        }
        if has_object_init(cls) {
            bail!(TypeError, "{}() takes no arguments", cls.name());
        }
    }
    if cls.has_flag(abi::Py_TPFLAGS_IS_ABSTRACT) {
        return Err(abstract_error(cls));
    }
    // SAFETY: a ready class.
    unsafe { from_c(generic_new(cls.as_type_ptr(), null_mut(), null_mut())) }
}

#[cold]
fn abstract_error(cls: &Type) -> Raised {
    let names = (|| -> PyResult<Vec<String>> {
        let names = cls.as_obj().get_attr(sym!(__abstractmethods__))?;
        let list = List::from_iter_obj(&names)?;
        let mut texts = Vec::new();
        for n in list.items().to_vec() {
            let Some(s) = n.downcast::<Str>() else {
                bail!(TypeError, "sequence item 0: expected str instance, {} found", n.type_name());
            };
            texts.push(s.to_string_lossy().into_owned());
        }
        texts.sort();
        Ok(texts)
    })();
    match names {
        Ok(n) => raise!(
            TypeError,
            "Can't instantiate abstract class {} without an implementation for abstract method{} '{}'",
            cls.name(),
            if n.len() == 1 { "" } else { "s" },
            n.join("', '")
        ),
        Err(e) => e,
    }
}

/// `object.__init__`.
pub fn object_init(o: &Obj, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
    if excess(args, kwargs) {
        let t = o.ob_type();
        if !has_object_init(t) {
            bail!(TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
        }
        if has_object_new(t) {
            bail!(
                TypeError,
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                t.name()
            );
        }
    }
    Ok(())
}

unsafe extern "C" fn new_slot(cls: T, args: P, kwargs: P) -> P {
    // SAFETY: a class with a tuple and a dict or NULL.
    result_ptr(unsafe {
        object_new(&*(cls as *const Type), cast_unchecked(args), cast_opt_unchecked(kwargs))
    })
}

unsafe extern "C" fn init_slot(o: P, args: P, kwargs: P) -> c_int {
    // SAFETY: an instance with a tuple and a dict or NULL.
    match unsafe { object_init(Obj::from_ptr(o), cast_unchecked(args), cast_opt_unchecked(kwargs)) } {
        Ok(()) => 0,
        Err(Raised { .. }) => -1,
    }
}

unsafe extern "C" fn object_dealloc(o: P) {
    // SAFETY: the last reference is gone; nothing is owned.
    unsafe {
        match (*Obj::from_ptr(o).type_ptr()).tp_free {
            Some(f) => f(o as *mut c_void),
            None => alloc::object_free(o as *mut c_void),
        }
    }
}

// ---- text, hash, comparison ----

/// `<module.Class object at 0x...>`.
pub fn object_repr(o: &Obj) -> PyResult<Ref<Str>> {
    let t = o.ob_type();
    let module = match t.module_name() {
        Ok(m) => Some(m),
        Err(e) => {
            e.clear();
            None
        }
    };
    let at = o.as_ptr() as usize;
    match module.as_ref().and_then(|m| m.downcast::<Str>()) {
        Some(m) if !m.equals_str("builtins") => {
            let q = t.qualname()?;
            Str::new(&format!("<{}.{} object at {at:#x}>", m.to_string_lossy(), q.to_string_lossy()))
        }
        _ => Str::new(&format!("<{} object at {at:#x}>", t.name())),
    }
}

unsafe extern "C" fn repr_slot(o: P) -> P {
    // SAFETY: a live object.
    result_ptr(object_repr(unsafe { Obj::from_ptr(o) }))
}

unsafe extern "C" fn str_slot(o: P) -> P {
    // SAFETY: a live object and a slot of its type.
    unsafe {
        match (*Obj::from_ptr(o).type_ptr()).tp_repr {
            Some(f) => f(o),
            None => repr_slot(o),
        }
    }
}

unsafe extern "C" fn hash_slot(o: P) -> isize {
    crate::types::descr::hash_pointer(o as *const c_void)
}

unsafe extern "C" fn richcompare_slot(a: P, b: P, op: c_int) -> P {
    let r = (|| -> PyResult<Object> {
        // SAFETY: live operands and a slot of the type.
        unsafe {
            match CompareOp::from_c(op) {
                CompareOp::Eq if std::ptr::eq(a, b) => Ok(bool_obj(true).to_owned()),
                CompareOp::Ne => {
                    let Some(f) = (*Obj::from_ptr(a).type_ptr()).tp_richcompare else {
                        return Ok(not_implemented().to_owned());
                    };
                    let eq = from_c(f(a, b, CompareOp::Eq as c_int))?;
                    if eq.is(not_implemented()) {
                        return Ok(eq);
                    }
                    Ok(bool_obj(!eq.is_true()?).to_owned())
                }
                _ => Ok(not_implemented().to_owned()),
            }
        }
    })();
    result_ptr(r)
}

// ---- __class__ ----

/// May a class stand in for its base, because it adds nothing to instances?
fn adds_nothing(t: &Type) -> bool {
    let Some(b) = t.base() else { return false };
    let (c, p) = (t.raw(), b.raw());
    const LAYOUT: u64 = abi::Py_TPFLAGS_HAVE_GC | abi::Py_TPFLAGS_PREHEADER | abi::Py_TPFLAGS_INLINE_VALUES;
    c.tp_basicsize == p.tp_basicsize
        && c.tp_itemsize == p.tp_itemsize
        && c.tp_dictoffset == p.tp_dictoffset
        && c.tp_weaklistoffset == p.tp_weaklistoffset
        && c.tp_flags & LAYOUT == p.tp_flags & LAYOUT
        && (!t.is_heap() || crate::types::subtype::has_subtype_clear(t) || same_clear(t, b))
}

fn same_clear(a: &Type, b: &Type) -> bool {
    a.raw().tp_clear.map(|f| f as usize) == b.raw().tp_clear.map(|f| f as usize)
}

/// Do two classes over one base add the same dict, weak reference list and slots?
fn same_slots_added(a: &Type, b: &Type) -> PyResult<bool> {
    let Some(base) = a.base() else { return Ok(false) };
    let word = size_of::<P>() as isize;
    let (ra, rb) = (a.raw(), b.raw());
    const LAYOUT: u64 = abi::Py_TPFLAGS_PREHEADER | abi::Py_TPFLAGS_INLINE_VALUES;
    if a.flags() & LAYOUT != b.flags() & LAYOUT {
        return Ok(false);
    }
    let mut size = base.raw().tp_basicsize;
    if ra.tp_dictoffset == size && rb.tp_dictoffset == size {
        size += word;
    }
    if ra.tp_weaklistoffset == size && rb.tp_weaklistoffset == size {
        size += word;
    }
    let (Some(ha), Some(hb)) = (a.heap(), b.heap()) else { return Ok(false) };
    // SAFETY: NULL or owned tuples.
    if let (Some(sa), Some(sb)) = unsafe { (borrow_opt(ha.ht_slots), borrow_opt(hb.ht_slots)) } {
        if !sa.equals(sb)? {
            return Ok(false);
        }
        // SAFETY: `ht_slots` is a tuple.
        size += word * unsafe { sa.cast_unchecked::<Tuple>() }.len() as isize;
    }
    Ok(size == ra.tp_basicsize && size == rb.tp_basicsize)
}

/// Refuses `attr` assignment between classes whose instances differ in layout.
pub fn check_compatible(old: &Type, new: &Type, attr: &str) -> PyResult<()> {
    if new.raw().tp_free.map(|f| f as usize) != old.raw().tp_free.map(|f| f as usize) {
        bail!(TypeError, "{attr} assignment: '{}' deallocator differs from '{}'", new.name(), old.name());
    }
    let (mut n, mut o) = (new, old);
    while adds_nothing(n) {
        n = n.base().expect("checked");
    }
    while adds_nothing(o) {
        o = o.base().expect("checked");
    }
    let same = n.is(o) || (std::ptr::eq(n.raw().tp_base, o.raw().tp_base) && same_slots_added(n, o)?);
    if !same {
        bail!(TypeError, "{attr} assignment: '{}' object layout differs from '{}'", new.name(), old.name());
    }
    Ok(())
}

/// `o.__class__ = value`.
fn set_class(o: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let Some(value) = value else { bail!(TypeError, "can't delete __class__ attribute") };
    let Some(new) = value.downcast::<Type>() else {
        bail!(TypeError, "__class__ must be set to a class, not '{}' object", value.type_name());
    };
    let old = o.ob_type().to_ref();
    let module = Module::type_object();
    let modules = new.is_subtype(module) && old.is_subtype(module);
    if !modules && (new.is_immutable() || old.is_immutable()) {
        bail!(TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses");
    }
    check_compatible(&old, new, "__class__")?;
    // Shared keys belong to the class: the attributes move into a dictionary of the instance's own.
    if old.has_flag(abi::Py_TPFLAGS_INLINE_VALUES)
        && let Some(d) = dict::instance_dict(o)?
    {
        dict::set_instance_dict(o, Some(&d))?;
    }
    // SAFETY: the layouts agree.
    unsafe { o.set_type(new) };
    Ok(())
}

/// Adds the names of a class and its bases, for `dir()`.
fn merge_class(into: &Dict, class: &Obj) -> PyResult<()> {
    if let Some(d) = class.get_attr_opt(sym!(__dict__))? {
        into.merge(&d, true)?;
    }
    if let Some(bases) = class.get_attr_opt(sym!(__bases__))? {
        for b in bases.collect_items()? {
            merge_class(into, &b)?;
        }
    }
    Ok(())
}

#[pymethods]
impl Base {
    /// Helper for pickle.
    #[method(name = "__reduce_ex__")]
    fn reduce_ex(&self, protocol: isize) -> PyResult<Object> {
        super::reduce::reduce_ex(self, protocol)
    }

    /// Helper for pickle.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        super::reduce::common_reduce(self, 0)
    }

    /// Helper for pickle.
    #[method(name = "__getstate__")]
    fn getstate(&self) -> PyResult<Object> {
        super::reduce::default_state(self, false)
    }

    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    #[classmethod(name = "__subclasshook__")]
    fn subclasshook(_cls: &Type, _object: &Obj) -> PyResult<Object> {
        Ok(not_implemented().to_owned())
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[classmethod(name = "__init_subclass__")]
    fn init_subclass(_cls: &Type) {}

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[method(name = "__format__")]
    fn format_(&self, format_spec: &Str) -> PyResult<Object> {
        if !format_spec.is_empty() {
            bail!(TypeError, "unsupported format string passed to {}.__format__", self.type_name());
        }
        Ok(self.as_obj().str_()?.into_object())
    }

    /// Size of object in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> isize {
        let t = self.ob_type().raw();
        let items = if t.tp_itemsize > 0 {
            // SAFETY: types with items have a size field.
            unsafe { (*(self.as_ptr() as *const abi::PyVarObject)).ob_size.abs() * t.tp_itemsize }
        } else {
            0
        };
        items + t.tp_basicsize
    }

    /// Default dir() implementation.
    #[method(name = "__dir__")]
    fn dir(&self) -> PyResult<Object> {
        let all = match self.as_obj().get_attr_opt(sym!(__dict__))? {
            Some(d) => match d.downcast::<Dict>() {
                Some(d) => d.copy()?,
                None => Dict::new()?,
            },
            None => Dict::new()?,
        };
        if let Some(c) = self.as_obj().get_attr_opt(sym!(__class__))? {
            merge_class(&all, &c)?;
        }
        Ok(all.keys_list()?.into_object())
    }

    /// the object's class
    #[getter(name = "__class__")]
    fn get_class(&self) -> Object {
        self.ob_type().as_obj().to_owned()
    }

    #[setter(name = "__class__")]
    fn set_class_attribute(&self, value: Option<&Obj>) -> PyResult<()> {
        set_class(self, value)
    }
}
