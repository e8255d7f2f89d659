//! `type`: the view of type objects, attribute lookup through the MRO, and the methods of `type` itself.
//!
//! Creation of classes is in `type_new`, the completion of types in `ready`, slots in `object::slotdefs`.

use crate::error::PyResult;
use crate::interpreter::Interpreter;
use crate::object::native::{Native, opt_ptr};
use crate::object::obj::{clear, replace};
use crate::object::{AsObj, Obj, Object, Ref, ToRef};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{CStr, c_int, c_void};

/// Type objects, static and heap.
/// ---
/// type(object) -> the object's type
/// type(name, bases, dict, **kwds) -> a new type
#[pytype(
    name = "type", body = abi::PyHeapTypeObject, export = "PyType_Type", gc,
    basicsize = size_of::<abi::PyHeapTypeObject>(), itemsize = size_of::<abi::PyMemberDef>(),
    dict = ht_type.tp_dict, weaklist = ht_type.tp_weaklist, vectorcall = ht_type.tp_vectorcall,
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_TYPE_SUBCLASS | abi::Py_TPFLAGS_ITEMS_AT_END
        | abi::Py_TPFLAGS_HAVE_VECTORCALL,
)]
pub struct Type;

// SAFETY: type objects are mutated under the GIL only.
unsafe impl Sync for Type {}

impl Type {
    #[inline(always)]
    pub fn as_type_ptr(&self) -> *mut abi::PyTypeObject {
        self as *const Type as *mut abi::PyTypeObject
    }

    /// The C struct, for reading.
    #[inline(always)]
    pub fn raw(&self) -> &abi::PyTypeObject {
        // SAFETY: a type object begins with PyTypeObject.
        unsafe { &*self.as_type_ptr() }
    }

    #[inline(always)]
    pub fn flags(&self) -> u64 {
        self.raw().tp_flags
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u64) -> bool {
        self.flags() & flag != 0
    }

    pub fn set_flag(&self, flag: u64, on: bool) {
        // SAFETY: under the GIL.
        unsafe {
            let t = self.as_type_ptr();
            if on { (*t).tp_flags |= flag } else { (*t).tp_flags &= !flag }
        }
    }

    #[inline(always)]
    pub fn is_heap(&self) -> bool {
        self.has_flag(abi::Py_TPFLAGS_HEAPTYPE)
    }

    #[inline(always)]
    pub fn is_gc(&self) -> bool {
        self.has_flag(abi::Py_TPFLAGS_HAVE_GC)
    }

    pub fn is_immutable(&self) -> bool {
        self.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE)
    }

    /// The heap part of a heap type.
    pub fn heap(&self) -> Option<&abi::PyHeapTypeObject> {
        // SAFETY: heap types have the whole struct.
        self.is_heap().then(|| unsafe { &*self.body() })
    }

    /// `tp_name`.
    pub fn name(&self) -> &str {
        // SAFETY: tp_name is a C string that lives as long as the type.
        unsafe { CStr::from_ptr(self.raw().tp_name) }.to_str().unwrap_or("?")
    }

    /// The name without its module part.
    pub fn short_name(&self) -> &str {
        let n = self.name();
        if self.is_heap() { n } else { n.rsplit('.').next().unwrap_or(n) }
    }

    #[inline(always)]
    pub fn base(&self) -> Option<&Type> {
        // SAFETY: NULL or a type kept alive by tp_bases.
        unsafe { (self.raw().tp_base as *const Type).as_ref() }
    }

    /// The method resolution order, once computed.
    #[inline(always)]
    pub fn mro(&self) -> Option<&Tuple> {
        // SAFETY: NULL or a tuple.
        unsafe { (self.raw().tp_mro as *const Tuple).as_ref() }
    }

    /// The classes of the MRO.
    #[inline(always)]
    pub fn mro_types(&self) -> impl Iterator<Item = &Type> {
        let items = self.mro().map(Tuple::items).unwrap_or(&[]);
        // SAFETY: an MRO holds types only.
        items.iter().map(|t| unsafe { t.as_obj().cast_unchecked::<Type>() })
    }

    pub fn bases(&self) -> Option<&Tuple> {
        // SAFETY: NULL or a tuple.
        unsafe { (self.raw().tp_bases as *const Tuple).as_ref() }
    }

    /// `tp_dict`.
    #[inline(always)]
    pub fn dict(&self) -> &Dict {
        debug_assert!(!self.raw().tp_dict.is_null(), "{} is not ready", self.name());
        // SAFETY: a ready type has a dict.
        unsafe { &*(self.raw().tp_dict as *const Dict) }
    }

    /// Is `self` the same as or derived from `other`?
    #[inline]
    pub fn is_subtype(&self, other: &Type) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        match self.mro() {
            Some(mro) => mro.items().iter().any(|t| std::ptr::eq(t.as_raw(), other.as_ptr())),
            None => {
                let mut t = self.base();
                while let Some(b) = t {
                    if std::ptr::eq(b, other) {
                        return true;
                    }
                    t = b.base();
                }
                std::ptr::eq(other, Obj::type_object())
            }
        }
    }

    // ---- versions and the lookup cache ----

    /// The version tag, given out when there is none; 0 when they ran out.
    pub fn assign_version(&self) -> u32 {
        let v = self.raw().tp_version_tag;
        if v != 0 || !self.has_flag(abi::Py_TPFLAGS_READY) {
            return v;
        }
        // A type's version stands for its whole MRO, so that each base must have one to be invalidated by.
        for base in self.bases().map(Tuple::items).unwrap_or(&[]) {
            // SAFETY: bases are types.
            if unsafe { base.as_obj().cast_unchecked::<Type>() }.assign_version() == 0 {
                return 0;
            }
        }
        let next = &Interpreter::current().family.next_type_version;
        let v = next.get();
        if v == u32::MAX {
            return 0;
        }
        next.set(v + 1);
        // SAFETY: under the GIL.
        unsafe {
            (*self.as_type_ptr()).tp_version_tag = v;
        }
        v
    }

    /// Forgets what caches know of this type and its subtypes (`PyType_Modified`).
    pub fn modified(&self) {
        if self.raw().tp_version_tag == 0 {
            return;
        }
        // SAFETY: under the GIL.
        unsafe {
            (*self.as_type_ptr()).tp_version_tag = 0;
            if self.is_heap() {
                (*self.body())._spec_cache.getitem = std::ptr::null_mut();
                (*self.body())._spec_cache.init = std::ptr::null_mut();
            }
        }
        for t in self.subclasses() {
            t.modified();
        }
        if self.raw().tp_watched != 0 {
            crate::watch::type_modified(self);
        }
    }

    fn subclass_list(&self) -> *mut Vec<*mut abi::PyTypeObject> {
        self.raw().tp_subclasses.cast()
    }

    /// The direct subclasses that are alive.
    pub fn subclasses(&self) -> Vec<Ref<Type>> {
        let list = self.subclass_list();
        if list.is_null() {
            return Vec::new();
        }
        // SAFETY: entries are removed when a subclass dies, so they are alive.
        unsafe { (*list).iter().map(|t| Ref::from_borrowed(*t)).collect() }
    }

    /// Enters a subclass (not owned).
    pub fn add_subclass(&self, sub: &Type) {
        // SAFETY: under the GIL; the list belongs to this type.
        unsafe {
            if self.subclass_list().is_null() {
                (*self.as_type_ptr()).tp_subclasses =
                    Box::into_raw(Box::<Vec<*mut abi::PyTypeObject>>::default()).cast();
            }
            (*self.subclass_list()).push(sub.as_type_ptr());
        }
    }

    /// Takes a subclass out, when it dies or changes its bases.
    pub fn remove_subclass(&self, sub: &Type) {
        let list = self.subclass_list();
        if !list.is_null() {
            // SAFETY: as above.
            unsafe { (*list).retain(|t| !std::ptr::eq(*t, sub.as_type_ptr())) }
        }
    }

    /// The attribute `name` of the type or its bases, borrowed from the dict that holds it (`_PyType_Lookup`).
    #[inline]
    pub fn lookup(&self, name: &Str) -> Option<&Obj> {
        let version = self.raw().tp_version_tag;
        let cache = TypeCache::get();
        if version != 0 {
            let e = cache.entry(version, name);
            if e.version == version && std::ptr::eq(e.name, name.as_ptr()) {
                // SAFETY: the version proves that the dicts have not changed since.
                return unsafe { (e.value as *const Obj).as_ref() };
            }
        }
        self.lookup_slow(name)
    }

    #[cold]
    #[inline(never)]
    fn lookup_slow(&self, name: &Str) -> Option<&Obj> {
        let found = self.find_in_mro(name);
        if name.is_interned() {
            let version = self.assign_version();
            if version != 0 {
                let e = TypeCache::get().entry(version, name);
                *e = CacheEntry { version, name: name.as_ptr(), value: opt_ptr(found) };
            }
        }
        found
    }

    fn find_in_mro(&self, name: &Str) -> Option<&Obj> {
        if self.mro().is_none() {
            let mut t = Some(self);
            while let Some(x) = t {
                if !x.raw().tp_dict.is_null()
                    && let Some(v) = x.dict().get_str(name)
                {
                    return Some(v);
                }
                t = x.base();
            }
            return None;
        }
        self.mro_types().find_map(|t| t.dict().get_str(name))
    }

    /// As `lookup`, by Rust text.
    pub fn lookup_text(&self, name: &str) -> PyResult<Option<&Obj>> {
        Ok(self.lookup(&*Str::intern(name)?))
    }

    // ---- attributes ----

    /// `type.__getattribute__`.
    pub fn getattro(&self, name: &Str) -> PyResult<Object> {
        match self.getattro_opt(name)? {
            Some(v) => Ok(v),
            None => Err(crate::types::exception::attribute_error(
                self,
                name,
                &format!("type object '{}' has no attribute '{}'", self.name(), name.to_string_lossy()),
            )),
        }
    }

    /// As `getattro`, with `None` for a missing attribute.
    pub fn getattro_opt(&self, name: &Str) -> PyResult<Option<Object>> {
        let meta = self.ob_type();
        let meta_attr = meta.lookup(name).map(Obj::to_owned);
        let mut meta_get = None;
        if let Some(a) = &meta_attr {
            meta_get = a.ob_type().raw().tp_descr_get;
            if let Some(get) = meta_get
                && a.ob_type().raw().tp_descr_set.is_some()
            {
                // SAFETY: a slot of the attribute's type.
                return unsafe { crate::error::from_c(get(a.as_raw(), self.as_ptr(), meta.as_ptr())) }
                    .map(Some);
            }
        }
        if let Some(a) = self.lookup(name).map(Obj::to_owned) {
            if let Some(get) = a.ob_type().raw().tp_descr_get {
                // SAFETY: a slot of the attribute's type.
                return unsafe { crate::error::from_c(get(a.as_raw(), std::ptr::null_mut(), self.as_ptr())) }
                    .map(Some);
            }
            return Ok(Some(a));
        }
        if let (Some(get), Some(a)) = (meta_get, &meta_attr) {
            // SAFETY: a slot of the attribute's type.
            return unsafe { crate::error::from_c(get(a.as_raw(), self.as_ptr(), meta.as_ptr())) }.map(Some);
        }
        Ok(meta_attr)
    }

    /// Sets or deletes an attribute in the type's dict and updates its slots; refuses immutable types.
    pub fn setattro(&self, name: &Str, value: Option<&Obj>) -> PyResult<()> {
        if self.is_immutable() {
            bail!(
                TypeError,
                "cannot set '{}' attribute of immutable type '{}'",
                name.to_string_lossy(),
                self.name()
            );
        }
        let meta = self.ob_type();
        if let Some(descr) = meta.lookup(name).map(Obj::to_owned)
            && let Some(set) = descr.ob_type().raw().tp_descr_set
        {
            // SAFETY: a slot of the descriptor's type.
            let r = unsafe { set(descr.as_raw(), self.as_ptr(), opt_ptr(value)) };
            return if r < 0 { Err(crate::error::Raised::from_c()) } else { Ok(()) };
        }
        let name = name.to_interned()?;
        self.modified();
        match value {
            Some(v) => self.dict().set(name.as_obj(), v)?,
            None => {
                if !self.dict().remove(name.as_obj())? {
                    return Err(crate::types::exception::attribute_error(
                        self,
                        &name,
                        &format!(
                            "type object '{}' has no attribute '{}'",
                            self.name(),
                            name.to_string_lossy()
                        ),
                    ));
                }
            }
        }
        if name.is_dunder() {
            crate::object::slotdefs::update_slot(self, &name)?;
        }
        Ok(())
    }

    /// The module of the class: `__module__` of heap types, the prefix of `tp_name` of static ones.
    pub fn module_name(&self) -> PyResult<Object> {
        if self.is_heap() {
            return match self.dict().get_str(sym!(__module__)) {
                Some(m) => Ok(m.to_owned()),
                None => Err(raise!(AttributeError, "__module__")),
            };
        }
        match self.name().rsplit_once('.') {
            Some((m, _)) => Ok(Str::intern(m)?.into_object()),
            None => Ok(sym!(builtins).to_owned()),
        }
    }

    /// `__qualname__`.
    pub fn qualname(&self) -> PyResult<Ref<Str>> {
        match self.heap() {
            // SAFETY: a heap type has a qualname string.
            Some(h) => Ok(unsafe { Ref::from_borrowed(h.ht_qualname) }),
            None => Str::intern(self.short_name()),
        }
    }

    /// Raises unless the attribute may be set on this type.
    fn check_settable(&self, name: &str, value: Option<&Obj>) -> PyResult<()> {
        if self.is_immutable() {
            bail!(TypeError, "cannot set '{name}' attribute of immutable type '{}'", self.name());
        }
        if value.is_none() {
            bail!(TypeError, "cannot delete '{name}' attribute of immutable type '{}'", self.name());
        }
        Ok(())
    }
}

/// The cache of attribute lookups, keyed by type version and interned name.
pub struct TypeCache {
    entries: [CacheEntry; CACHE_SIZE],
}

#[derive(Clone, Copy)]
struct CacheEntry {
    version: u32,
    name: *mut abi::PyObject,
    value: *mut abi::PyObject,
}

const CACHE_SIZE: usize = 4096;

impl TypeCache {
    /// The cache. Versions are unique in the process's one interpreter; entries hold borrowed pointers that a
    /// version proves.
    #[inline(always)]
    fn get() -> &'static mut TypeCache {
        static CACHE: CacheCell = CacheCell(std::cell::UnsafeCell::new(TypeCache {
            entries: [CacheEntry { version: 0, name: std::ptr::null_mut(), value: std::ptr::null_mut() };
                CACHE_SIZE],
        }));
        // SAFETY: used under the GIL for single reads and writes of entries, never across a call.
        unsafe { &mut *CACHE.0.get() }
    }

    #[inline(always)]
    fn entry(&mut self, version: u32, name: &Str) -> &mut CacheEntry {
        let h = version as usize ^ (name.as_ptr() as usize >> 3);
        &mut self.entries[h & (CACHE_SIZE - 1)]
    }
}

/// Empties the cache of lookups; the last version that was given out (`PyType_ClearCache`).
pub fn clear_cache() -> u32 {
    for e in &mut TypeCache::get().entries {
        *e = CacheEntry { version: 0, name: std::ptr::null_mut(), value: std::ptr::null_mut() };
    }
    Interpreter::current().family.next_type_version.get().wrapping_sub(1)
}

struct CacheCell(std::cell::UnsafeCell<TypeCache>);
// SAFETY: accessed under the GIL.
unsafe impl Sync for CacheCell {}

/// `tp_call` of `type`: makes an instance by `tp_new` and `tp_init`.
pub fn type_call(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
    if std::ptr::eq(cls, Type::type_object()) {
        let n = args.len();
        if n == 1 {
            if kwargs.is_some_and(|k| !k.is_empty()) {
                bail!(TypeError, "type() takes no keyword arguments");
            }
            return Ok(args.items()[0].ob_type().as_obj().to_owned());
        }
        if n != 3 {
            bail!(TypeError, "type() takes 1 or 3 arguments");
        }
    }
    let Some(new) = cls.raw().tp_new else {
        bail!(TypeError, "cannot create '{}' instances", cls.name());
    };
    // SAFETY: a slot of the class.
    let obj = unsafe { crate::error::from_c(new(cls.as_type_ptr(), args.as_ptr(), opt_ptr(kwargs))) }?;
    let ty = obj.ob_type();
    if !ty.is_subtype(cls) {
        return Ok(obj);
    }
    if let Some(init) = ty.raw().tp_init {
        // SAFETY: a slot of the instance's type.
        let r = unsafe { init(obj.as_raw(), args.as_ptr(), opt_ptr(kwargs)) };
        if r < 0 {
            return Err(crate::error::Raised::from_c());
        }
    }
    Ok(obj)
}

#[pymethods]
impl Type {
    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<Object> {
        let name = self.qualname()?;
        match self.module_name() {
            Ok(m) => {
                if let Some(m) = m.downcast::<Str>()
                    && !m.equals_str("builtins")
                {
                    return Ok(Str::new(&format!(
                        "<class '{}.{}'>",
                        m.to_string_lossy(),
                        name.to_string_lossy()
                    ))?
                    .into_object());
                }
            }
            Err(e) => e.clear(),
        }
        Ok(Str::new(&format!("<class '{}'>", name.to_string_lossy()))?.into_object())
    }

    #[slot(tp_call)]
    fn call_(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        type_call(self, args, kwargs)
    }

    #[slot(tp_getattro)]
    fn getattro_slot(&self, name: &Obj) -> PyResult<Object> {
        self.getattro(crate::object::abstract_::attribute_name(name)?)
    }

    #[slot(tp_setattro)]
    fn setattro_slot(&self, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
        self.setattro(crate::object::abstract_::attribute_name(name)?, value)
    }

    #[slot(tp_new)]
    fn new(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        crate::types::type_new::type_new(cls, args, kwargs)
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        let n = args.len();
        if n == 1 && kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "type.__init__() takes no keyword arguments");
        }
        if n != 1 && n != 3 {
            bail!(TypeError, "type.__init__() takes 1 or 3 arguments");
        }
        Ok(())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference to a heap type is gone.
        unsafe { crate::types::type_new::dealloc_type(&*(o as *const Type)) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live type; only heap types are collected.
        unsafe {
            let t = &*(o as *const Type);
            let Some(visit) = visit else { return 0 };
            let Some(h) = t.heap() else { return 0 };
            let r = t.raw();
            for p in [r.tp_dict, r.tp_cache, r.tp_mro, r.tp_bases, r.tp_base.cast(), h.ht_module] {
                if !p.is_null() {
                    let x = visit(p, arg);
                    if x != 0 {
                        return x;
                    }
                }
            }
            0
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a type that only garbage refers to; the MRO is what keeps lookups alive, so it goes last.
        unsafe {
            let t = &*(o as *const Type);
            t.modified();
            if !t.raw().tp_dict.is_null() {
                t.dict().clear_items();
            }
            clear(&raw mut (*t.body()).ht_module);
            clear(&raw mut (*t.as_type_ptr()).tp_mro);
            0
        }
    }

    #[slot(tp_is_gc, raw)]
    unsafe extern "C" fn is_gc_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a type object.
        unsafe { (*(o as *const Type)).is_heap() as c_int }
    }

    /// Return a type's method resolution order.
    #[method]
    fn mro_(&self) -> PyResult<Ref<List>> {
        List::from_vec(crate::types::type_new::compute_mro(self)?)
    }

    /// Return a list of immediate subclasses.
    #[method(name = "__subclasses__")]
    fn subclasses_method(&self) -> PyResult<Ref<List>> {
        List::from_vec(self.subclasses().into_iter().map(Ref::into_object).collect())
    }

    #[classmethod(
        name = "__prepare__",
        sig = "(*args, **kwargs)",
        nosig,
        doc = "__prepare__($cls, name, bases, /, **kwds)\n--\n\nUsed to create a namespace for the class statement."
    )]
    fn prepare(_cls: &Type, _args: &[&Obj], _kwargs: Option<&Dict>) -> PyResult<Ref<Dict>> {
        Dict::new()
    }

    /// Check if an object is an instance.
    #[method(name = "__instancecheck__")]
    fn instancecheck(&self, instance: &Obj) -> PyResult<bool> {
        crate::object::abstract_::real_isinstance(instance, self)
    }

    /// Check if a class is a subclass.
    #[method(name = "__subclasscheck__")]
    fn subclasscheck(&self, subclass: &Obj) -> PyResult<bool> {
        crate::object::abstract_::real_issubclass(subclass, self)
    }

    /// Specialized __dir__ implementation for types.
    #[method(name = "__dir__")]
    fn dir(&self) -> PyResult<Object> {
        let merged = Dict::new()?;
        for t in self.mro_types().collect::<Vec<_>>().into_iter().rev() {
            merged.update_from(t.dict())?;
        }
        Ok(merged.keys_list()?.into_object())
    }

    /// Return memory consumption of the type object.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        if self.is_heap() { size_of::<abi::PyHeapTypeObject>() } else { size_of::<abi::PyTypeObject>() }
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        crate::types::union::type_or(a, b)
    }

    #[getter(name = "__name__")]
    fn get_name(&self) -> PyResult<Ref<Str>> {
        match self.heap() {
            // SAFETY: a heap type has a name string.
            Some(h) => Ok(unsafe { Ref::from_borrowed(h.ht_name) }),
            None => Str::intern(self.short_name()),
        }
    }

    #[setter(name = "__name__")]
    fn set_name(&self, value: Option<&Obj>) -> PyResult<()> {
        self.check_settable("__name__", value)?;
        let value = value.expect("checked");
        let Some(s) = value.downcast::<Str>() else {
            bail!(
                TypeError,
                "can only assign string to {}.__name__, not '{}'",
                self.name(),
                value.type_name()
            );
        };
        crate::types::type_new::set_type_name(self, s)
    }

    #[getter(name = "__qualname__")]
    fn get_qualname(&self) -> PyResult<Ref<Str>> {
        self.qualname()
    }

    #[setter(name = "__qualname__")]
    fn set_qualname(&self, value: Option<&Obj>) -> PyResult<()> {
        self.check_settable("__qualname__", value)?;
        let value = value.expect("checked");
        let Some(s) = value.downcast::<Str>() else {
            bail!(
                TypeError,
                "can only assign string to {}.__qualname__, not '{}'",
                self.name(),
                value.type_name()
            );
        };
        // SAFETY: mutable types are heap types.
        unsafe { replace(&raw mut (*self.body()).ht_qualname, Some(s.to_ref().into_object())) };
        Ok(())
    }

    #[getter(name = "__module__")]
    fn get_module(&self) -> PyResult<Object> {
        self.module_name()
    }

    #[setter(name = "__module__")]
    fn set_module(&self, value: Option<&Obj>) -> PyResult<()> {
        self.check_settable("__module__", value)?;
        self.modified();
        self.dict().remove(sym!(__firstlineno__).as_obj())?;
        self.dict().set(sym!(__module__).as_obj(), value.expect("checked"))
    }

    #[getter(name = "__bases__")]
    fn get_bases(&self) -> PyResult<Object> {
        match self.bases() {
            Some(b) => Ok(b.to_owned()),
            None => Ok(Tuple::empty().into_object()),
        }
    }

    #[setter(name = "__bases__")]
    fn set_bases(&self, value: Option<&Obj>) -> PyResult<()> {
        self.check_settable("__bases__", value)?;
        crate::types::type_new::set_bases(self, value.expect("checked"))
    }

    #[getter(name = "__mro__")]
    fn get_mro(&self) -> Option<Object> {
        self.mro().map(|m| m.to_owned())
    }

    #[getter(name = "__base__")]
    fn get_base(&self) -> Option<Object> {
        self.base().map(|b| b.to_owned())
    }

    #[getter(name = "__flags__")]
    fn get_flags(&self) -> u64 {
        use crate::object::native::SHOWN_AS_HEAP;
        match self.flags() {
            flags if flags & SHOWN_AS_HEAP != 0 => flags & !SHOWN_AS_HEAP | abi::Py_TPFLAGS_HEAPTYPE,
            flags => flags,
        }
    }

    #[getter(name = "__basicsize__")]
    fn get_basicsize(&self) -> isize {
        self.raw().tp_basicsize
    }

    #[getter(name = "__itemsize__")]
    fn get_itemsize(&self) -> isize {
        self.raw().tp_itemsize
    }

    #[getter(name = "__weakrefoffset__")]
    fn get_weakrefoffset(&self) -> isize {
        self.raw().tp_weaklistoffset
    }

    #[getter(name = "__dictoffset__")]
    fn get_dictoffset(&self) -> isize {
        self.raw().tp_dictoffset
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self) -> PyResult<Object> {
        crate::types::mappingproxy::MappingProxy::new(self.dict()).map(Ref::into_object)
    }

    #[getter(name = "__doc__")]
    fn get_doc(&self) -> PyResult<Object> {
        if !self.is_heap() {
            let doc = self.raw().tp_doc;
            if !doc.is_null() {
                // SAFETY: tp_doc is a C string.
                let doc = unsafe { CStr::from_ptr(doc) }.to_string_lossy();
                return Ok(Str::new(crate::types::descr::doc_body(&doc))?.into_object());
            }
        }
        match self.dict().get_str(sym!(__doc__)).map(Obj::to_owned) {
            None => Ok(crate::types::none::none().to_owned()),
            Some(d) => match d.ob_type().raw().tp_descr_get {
                // SAFETY: a slot of the value's type.
                Some(get) => unsafe {
                    crate::error::from_c(get(d.as_raw(), std::ptr::null_mut(), self.as_ptr()))
                },
                None => Ok(d),
            },
        }
    }

    #[setter(name = "__doc__")]
    fn set_doc(&self, value: Option<&Obj>) -> PyResult<()> {
        self.check_settable("__doc__", value)?;
        self.modified();
        self.dict().set(sym!(__doc__).as_obj(), value.expect("checked"))
    }

    #[getter(name = "__text_signature__")]
    fn get_text_signature(&self) -> PyResult<Object> {
        let doc = self.raw().tp_doc;
        if doc.is_null() {
            return Ok(crate::types::none::none().to_owned());
        }
        // SAFETY: tp_doc is a C string.
        let doc = unsafe { CStr::from_ptr(doc) }.to_string_lossy();
        match crate::types::descr::doc_signature(self.short_name(), &doc) {
            Some(s) => Ok(Str::new(s)?.into_object()),
            None => Ok(crate::types::none::none().to_owned()),
        }
    }

    #[getter(name = "__abstractmethods__")]
    fn get_abstractmethods(&self) -> PyResult<Object> {
        // `type` itself has this descriptor, not the set.
        if !std::ptr::eq(self, Type::type_object())
            && let Some(v) = self.dict().get_str(sym!(__abstractmethods__))
        {
            return Ok(v.to_owned());
        }
        Err(crate::types::exception::attribute_error(self, sym!(__abstractmethods__), "__abstractmethods__"))
    }

    #[setter(name = "__abstractmethods__")]
    fn set_abstractmethods(&self, value: Option<&Obj>) -> PyResult<()> {
        self.modified();
        let abstract_ = match value {
            Some(v) => {
                let t = v.is_true()?;
                self.dict().set(sym!(__abstractmethods__).as_obj(), v)?;
                t
            }
            None => {
                if !self.dict().remove(sym!(__abstractmethods__).as_obj())? {
                    bail!(AttributeError, "__abstractmethods__");
                }
                false
            }
        };
        self.set_flag(abi::Py_TPFLAGS_IS_ABSTRACT, abstract_);
        Ok(())
    }

    #[getter(name = "__annotations__")]
    fn get_annotations(&self) -> PyResult<Object> {
        crate::types::type_new::annotations(self)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(&self, value: Option<&Obj>) -> PyResult<()> {
        crate::types::type_new::set_annotations(self, value)
    }

    #[getter(name = "__annotate__")]
    fn get_annotate(&self) -> PyResult<Object> {
        crate::types::type_new::annotate(self)
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(&self, value: Option<&Obj>) -> PyResult<()> {
        crate::types::type_new::set_annotate(self, value)
    }

    #[getter(name = "__type_params__")]
    fn get_type_params(&self) -> PyResult<Object> {
        match self.dict().get_str(sym!(__type_params__)) {
            Some(v) if self.is_heap() => Ok(v.to_owned()),
            _ => Ok(Tuple::empty().into_object()),
        }
    }

    #[setter(name = "__type_params__")]
    fn set_type_params(&self, value: Option<&Obj>) -> PyResult<()> {
        self.check_settable("__type_params__", value)?;
        self.modified();
        self.dict().set(sym!(__type_params__).as_obj(), value.expect("checked"))
    }
}
