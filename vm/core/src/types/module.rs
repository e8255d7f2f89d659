//! Modules: a name, a namespace, and for extension modules their definition and state.
//!
//! Messages about missing attributes and names tell circular imports and shadowed libraries apart, from what the
//! module's spec says; that is in `module_errors`.

use crate::error::PyResult;
use crate::object::alloc;
use crate::object::native::{Native, NativeModule};
use crate::object::obj::{Head, Obj, clear, replace, xdecref};
use crate::object::refs::{AsObj, Object, Ref};
use crate::types::cfunction::CFunction;
use crate::types::dict::Dict;
use crate::types::list::List;
pub use crate::types::module_errors::cannot_import;
use crate::types::module_errors::{is_initializing, missing_attribute};
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, gc, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{CStr, c_int, c_void};

type P = *mut abi::PyObject;

/// Modules.
/// ---
/// Create a module object.
///
/// The name must be a string; the optional doc argument can have any type.
#[pytype(name = "module", body = abi::PyModuleObject, export = "PyModule_Type", gc, weaklist = md_weaklist,
         dict = md_dict, flags = abi::Py_TPFLAGS_BASETYPE, sig = "(name, doc=None)")]
pub struct Module;

/// Definitions of extension modules, as objects.
#[pytype(name = "moduledef", body = abi::PyModuleDef, export = "PyModuleDef_Type")]
pub struct ModuleDef;

#[pymethods]
impl ModuleDef {}

impl Module {
    /// An empty module.
    pub fn new(name: &str) -> PyResult<Ref<Module>> {
        Module::named(&*Str::intern(name)?)
    }

    /// As `new`, with a name that is an object already.
    pub fn named(name: &Str) -> PyResult<Ref<Module>> {
        let m = Module::bare(Module::type_object(), Dict::new()?)?;
        m.fill(name, none())?;
        Ok(m)
    }

    /// A module with a namespace and nothing in it.
    fn bare(cls: &Type, dict: Ref<Dict>) -> PyResult<Ref<Module>> {
        // SAFETY: the field owns what it gets.
        unsafe {
            let m: Ref<Module> = crate::types::support::type_alloc(cls, 0)?.cast_into_unchecked();
            (*m.body()).md_dict = dict.into_ptr();
            Ok(m)
        }
    }

    /// Sets the standard names.
    fn fill(&self, name: &Str, doc: &Obj) -> PyResult<()> {
        let d = self.dict();
        d.set(sym!(__name__).as_obj(), name)?;
        d.set(sym!(__doc__).as_obj(), doc)?;
        d.set(sym!(__package__).as_obj(), none())?;
        d.set(sym!(__loader__).as_obj(), none())?;
        d.set(sym!(__spec__).as_obj(), none())?;
        if name.is_exact::<Str>() {
            // SAFETY: an owned field.
            unsafe { replace(&raw mut (*self.body()).md_name, Some(name.as_obj().to_owned())) };
        }
        Ok(())
    }

    /// A module of ours: its functions, then what its `exec` adds.
    pub fn from_native(native: &'static NativeModule) -> PyResult<Ref<Module>> {
        Module::with_dict(native, &*Dict::new()?)
    }

    /// As `from_native`, over an existing namespace.
    pub fn with_dict(native: &'static NativeModule, dict: &Dict) -> PyResult<Ref<Module>> {
        let m = Module::bare(Module::type_object(), crate::object::ToRef::to_ref(dict))?;
        let name = Str::intern(native.name)?;
        let doc = if native.doc.is_null() {
            none().to_owned()
        } else {
            // SAFETY: a C string of the declaration.
            Str::new(&unsafe { CStr::from_ptr(native.doc) }.to_string_lossy())?.into_object()
        };
        m.fill(&name, &doc)?;
        // SAFETY: a static table with an end mark.
        unsafe { m.add_functions(native.methods.cast_mut())? };
        if let Some(exec) = native.exec {
            exec(m.as_obj())?;
        }
        Ok(m)
    }

    /// Adds functions of a C table (`PyModule_AddFunctions`).
    ///
    /// # Safety
    /// `table` is NULL or ends with a null name, and outlives the module.
    pub unsafe fn add_functions(&self, table: *mut abi::PyMethodDef) -> PyResult<()> {
        let name = self.name_object();
        let mut row = table;
        // SAFETY: the caller's promise.
        unsafe {
            while !row.is_null() && !(*row).ml_name.is_null() {
                if (*row).ml_flags & (abi::METH_CLASS | abi::METH_STATIC) != 0 {
                    bail!(ValueError, "module functions cannot set METH_CLASS or METH_STATIC");
                }
                let f = CFunction::new(row, Some(self.as_obj()), name.as_deref())?;
                self.dict().set(Str::intern_c((*row).ml_name)?.as_obj(), &f)?;
                row = row.add(1);
            }
        }
        Ok(())
    }

    /// The namespace.
    #[inline(always)]
    pub fn dict(&self) -> &Dict {
        // SAFETY: filled when the module is made.
        unsafe { &*((*self.body()).md_dict as *const Dict) }
    }

    /// `__name__`, when it is a string.
    pub fn name_object(&self) -> Option<Object> {
        self.dict().get_str(sym!(__name__)).filter(|n| n.is_a::<Str>()).map(Obj::to_owned)
    }

    /// `__name__`, or "?".
    pub fn name_text(&self) -> String {
        match self.name_object() {
            Some(n) => n.downcast::<Str>().map_or_else(String::new, |n| n.to_string_lossy().into_owned()),
            None => "?".to_owned(),
        }
    }

    /// The attribute `name`, through a module's own `__getattr__` too (PEP 562).
    pub fn attribute(&self, name: &Str) -> PyResult<Option<Object>> {
        if let Some(v) = crate::types::object_::generic_getattr_opt(self, name)? {
            return Ok(Some(v));
        }
        match self.dict().get_str(sym!(__getattr__)).map(Obj::to_owned) {
            Some(f) => f.call(&[name.as_obj()]).map(Some),
            None => Ok(None),
        }
    }

    fn spec_initializing(&self) -> PyResult<bool> {
        match self.dict().get_str(sym!(__spec__)).map(Obj::to_owned) {
            Some(s) => is_initializing(&s),
            None => Ok(false),
        }
    }
}

#[pymethods(members(
    ("__dict__", _Py_T_OBJECT, md_dict, abi::Py_READONLY, ""),
))]
impl Module {
    #[slot(tp_new)]
    fn make(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        Ok(Module::bare(cls, Dict::new()?)?.into_object())
    }

    #[slot(tp_init, sig = "(name, doc=None)")]
    fn init(&self, name: &Str, doc: Option<&Obj>) -> PyResult<()> {
        self.fill(name, doc.unwrap_or(none()))
    }

    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        match crate::interpreter::Interpreter::current().importlib.get() {
            Some(importlib) => importlib.call_method(sym!(_module_repr), &[self.as_obj()]),
            None => {
                let name = match self.name_object() {
                    Some(n) => n.repr()?.to_string_lossy().into_owned(),
                    None => "'?'".to_owned(),
                };
                Ok(Str::new(&format!("<module {name}>"))?.into_object())
            }
        }
    }

    #[slot(tp_getattro)]
    fn getattro(&self, name: &Obj) -> PyResult<Object> {
        let name = crate::object::abstract_::attribute_name(name)?;
        match self.attribute(name)? {
            Some(v) => Ok(v),
            None => Err(missing_attribute(self, name)),
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: P, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live module; the definition's slot is called as CPython does, when there is state to look at.
        unsafe {
            let m = o as *mut abi::PyModuleObject;
            let def = (*m).md_def;
            if !def.is_null()
                && ((*def).m_size <= 0 || !(*m).md_state.is_null())
                && let Some(f) = (*def).m_traverse
            {
                let r = f(o, visit, arg);
                if r != 0 {
                    return r;
                }
            }
            match visit {
                Some(visit) if !(*m).md_dict.is_null() => visit((*m).md_dict, arg),
                _ => 0,
            }
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: P) -> c_int {
        // SAFETY: as above.
        unsafe {
            let m = o as *mut abi::PyModuleObject;
            let def = (*m).md_def;
            if !def.is_null()
                && ((*def).m_size <= 0 || !(*m).md_state.is_null())
                && let Some(f) = (*def).m_clear
            {
                f(o);
                if let Some(e) = crate::thread::ThreadState::current().take_exception() {
                    crate::hooks::unraisable(
                        e,
                        "Exception ignored in m_clear of module",
                        Some(Obj::from_ptr(o)),
                    );
                }
            }
            clear(&raw mut (*m).md_dict);
            0
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: P) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let m = o as *mut abi::PyModuleObject;
            if !(*m).md_weaklist.is_null() {
                crate::types::weakref::clear_weakrefs(Obj::from_ptr(o));
            }
            let def = (*m).md_def;
            if !def.is_null()
                && ((*def).m_size <= 0 || !(*m).md_state.is_null())
                && let Some(f) = (*def).m_free
            {
                f(o.cast());
            }
            xdecref((*m).md_dict);
            xdecref((*m).md_name);
            if !(*m).md_state.is_null() {
                alloc::free_in(crate::object::domains::MEM, (*m).md_state.cast());
            }
            let ty = (*(o as *mut Head)).ob_type;
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    #[method(name = "__dir__", doc = "__dir__() -> list\nspecialized dir() implementation")]
    fn dir(&self) -> PyResult<Object> {
        let d = self.as_obj().get_attr(sym!(__dict__))?;
        let Some(dict) = d.downcast::<Dict>() else {
            bail!(TypeError, "<module>.__dict__ is not a dictionary");
        };
        match dict.get_str(sym!(__dir__)).map(Obj::to_owned) {
            Some(f) => f.call(&[]),
            None => Ok(List::from_iter_obj(dict)?.into_object()),
        }
    }

    #[getter(name = "__annotations__")]
    fn annotations(&self) -> PyResult<Object> {
        let dict = self.dict();
        if let Some(a) = dict.get_str(sym!(__annotations__)) {
            return Ok(a.to_owned());
        }
        let initializing = self.spec_initializing()?;
        let found = match dict.get_str(sym!(__annotate__)).map(Obj::to_owned) {
            Some(f) if f.is_callable() => {
                let one = crate::types::int::Int::from_i64(1)?;
                let a = f.call(&[one.as_obj()])?;
                if !a.is_a::<Dict>() {
                    bail!(TypeError, "__annotate__ returned non-dict of type '{}'", a.type_name());
                }
                a
            }
            _ => Dict::new()?.into_object(),
        };
        // Until the module is complete, more annotations may come.
        if !initializing {
            dict.set(sym!(__annotations__).as_obj(), &found)?;
        }
        Ok(found)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(&self, value: Option<&Obj>) -> PyResult<()> {
        let dict = self.dict();
        match value {
            Some(v) => dict.set(sym!(__annotations__).as_obj(), v)?,
            None => {
                if !dict.remove(sym!(__annotations__).as_obj())? {
                    return Err(crate::error::raise_with(
                        crate::error::exc::AttributeError(),
                        sym!(__annotations__),
                    ));
                }
            }
        }
        dict.remove(sym!(__annotate__).as_obj())?;
        Ok(())
    }

    #[getter(name = "__annotate__")]
    fn annotate(&self) -> PyResult<Object> {
        let dict = self.dict();
        if let Some(f) = dict.get_str(sym!(__annotate__)) {
            return Ok(f.to_owned());
        }
        dict.set(sym!(__annotate__).as_obj(), none())?;
        Ok(none().to_owned())
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value else { bail!(TypeError, "cannot delete __annotate__ attribute") };
        if !v.is_none() && !v.is_callable() {
            bail!(TypeError, "__annotate__ must be callable or None");
        }
        self.dict().set(sym!(__annotate__).as_obj(), v)?;
        if !v.is_none() {
            self.dict().remove(sym!(__annotations__).as_obj())?;
        }
        Ok(())
    }
}
