//! Python functions.

use crate::error::PyResult;
use crate::interp::eval::function_vectorcall;
use crate::interpreter::Interpreter;
use crate::object::obj::replace;
use crate::object::{AsObj, Obj, Object, Ref};
use crate::types::cell::Cell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::method::Method;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym, watch};
use dovetail_macros::{pymethods, pytype};

/// A function made by `def` or `lambda`.
/// ---
/// Create a function object.
///
///   code
///     a code object
///   globals
///     the globals dictionary
///   name
///     a string that overrides the name from the code object
///   argdefs
///     a tuple that specifies the default argument values
///   closure
///     a tuple that supplies the bindings for free variables
///   kwdefaults
///     a dictionary that specifies the default keyword argument values
#[pytype(
    name = "function", body = abi::PyFunctionObject, export = "PyFunction_Type", gc,
    refs(func_code, func_globals, func_builtins, func_module, func_defaults, func_kwdefaults, func_doc, func_name,
        func_qualname, func_dict, func_closure, func_annotations, func_annotate, func_typeparams),
    weaklist = func_weakreflist, dict = func_dict, vectorcall = vectorcall,
    flags = abi::Py_TPFLAGS_METHOD_DESCRIPTOR,
    sig = "(code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)",
)]
pub struct Function;

/// The builtins namespace that code with these globals uses.
pub fn builtins_of(globals: &Dict) -> Object {
    match globals.get_str(sym!(__builtins__)) {
        Some(b) => match b.downcast::<crate::types::module::Module>() {
            Some(m) => m.dict().as_obj().to_owned(),
            None => b.to_owned(),
        },
        None => Interpreter::current().builtins().clone().into_object(),
    }
}

impl Function {
    #[inline(always)]
    fn raw(&self) -> &abi::PyFunctionObject {
        // SAFETY: a function's body.
        unsafe { &*self.body() }
    }

    /// A function without defaults or closure.
    pub fn new(code: &Code, globals: &Dict) -> PyResult<Ref<Function>> {
        let module = globals.get_str(sym!(__name__)).map(Obj::to_owned);
        let doc = code.docstring().unwrap_or_else(|| none().to_owned());
        // SAFETY: the fields are filled before the function is used.
        unsafe {
            let f = crate::object::alloc::new_body::<Function>()?;
            let b = f.body();
            (*b).func_code = code.as_obj().to_owned().into_ptr();
            (*b).func_globals = globals.as_obj().to_owned().into_ptr();
            (*b).func_builtins = builtins_of(globals).into_ptr();
            (*b).func_name = code.name().as_obj().to_owned().into_ptr();
            (*b).func_qualname = code.qualname().as_obj().to_owned().into_ptr();
            (*b).func_doc = doc.into_ptr();
            (*b).func_module = module.map_or(std::ptr::null_mut(), Ref::into_ptr);
            (*b).vectorcall = Some(function_vectorcall);
            if watch::functions_are_watched() {
                watch::function_event(&f, abi::PyFunction_EVENT_CREATE, None);
            }
            Ok(f)
        }
    }

    #[inline(always)]
    pub fn code(&self) -> &Code {
        // SAFETY: always a code object.
        unsafe { &*(self.raw().func_code as *const Code) }
    }

    #[inline(always)]
    pub fn globals(&self) -> &Dict {
        // SAFETY: always a dict.
        unsafe { &*(self.raw().func_globals as *const Dict) }
    }

    #[inline(always)]
    pub fn builtins(&self) -> &Obj {
        // SAFETY: never NULL.
        unsafe { Obj::from_ptr(self.raw().func_builtins) }
    }

    pub fn defaults(&self) -> Option<&Tuple> {
        // SAFETY: NULL or a tuple.
        unsafe { (self.raw().func_defaults as *const Tuple).as_ref() }
    }

    pub fn kwdefaults(&self) -> Option<&Dict> {
        // SAFETY: NULL or a dict.
        unsafe { (self.raw().func_kwdefaults as *const Dict).as_ref() }
    }

    pub fn closure(&self) -> Option<&Tuple> {
        // SAFETY: NULL or a tuple of cells.
        unsafe { (self.raw().func_closure as *const Tuple).as_ref() }
    }

    pub fn qualname(&self) -> &Str {
        // SAFETY: always a string.
        unsafe { &*(self.raw().func_qualname as *const Str) }
    }

    /// May the evaluation loop enter it directly? Not where C code replaced its vectorcall.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        self.raw().vectorcall.is_some_and(|f| f as usize == function_vectorcall as *const () as usize)
    }

    /// The version for inline caches; given out on first use, 0 when there are no more.
    pub fn version(&self) -> u32 {
        let v = self.raw().func_version;
        if v != 0 {
            return v;
        }
        let next = &Interpreter::current().family.next_function_version;
        let v = next.get();
        if v == u32::MAX {
            return 0;
        }
        next.set(v + 1);
        // SAFETY: under the GIL.
        unsafe { (*self.body()).func_version = v };
        v
    }

    /// Forgets the version: what caches rely on has changed.
    fn changed(&self) {
        // SAFETY: under the GIL.
        unsafe { (*self.body()).func_version = 0 }
    }

    /// Replaces what calls do; inline caches forget the function (`PyFunction_SetVectorcall`).
    pub fn set_vectorcall(&self, f: abi::vectorcallfunc) {
        self.changed();
        // SAFETY: under the GIL.
        unsafe { (*self.body()).vectorcall = f };
    }

    /// Replaces a field that the function owns; inline caches forget the function.
    pub fn replace_field(&self, which: usize, v: Option<Object>) {
        if watch::functions_are_watched() && which <= 2 {
            self.tell_defaults(which, v.as_deref());
        }
        self.changed();
        let b = self.body();
        // SAFETY: the fields own their values.
        unsafe {
            let field = match which {
                1 => &raw mut (*b).func_defaults,
                2 => &raw mut (*b).func_kwdefaults,
                4 => &raw mut (*b).func_annotations,
                _ => &raw mut (*b).func_closure,
            };
            replace(field, v);
            if which == 4 {
                replace(&raw mut (*b).func_annotate, None);
            }
        }
    }

    #[cold]
    fn tell_defaults(&self, which: usize, v: Option<&Obj>) {
        let event = match which {
            1 => abi::PyFunction_EVENT_MODIFY_DEFAULTS,
            _ => abi::PyFunction_EVENT_MODIFY_KWDEFAULTS,
        };
        watch::function_event(self, event, v);
    }

    /// The dict of annotations, made when there is none (`PyFunction_GetAnnotations`).
    pub fn annotations(&self) -> PyResult<Object> {
        self.get_annotations()
    }

    /// `SET_FUNCTION_ATTRIBUTE`: 1 defaults, 2 keyword defaults, 4 annotations, 8 closure, 16 annotate.
    /// A function that computes annotations is named after the function they belong to.
    pub fn set_attribute(&self, which: usize, v: Object) -> PyResult<()> {
        let b = self.body();
        if which == 16
            && let Some(annotate) = v.downcast::<Function>()
        {
            let name = Str::new(&format!("{}.__annotate__", self.qualname().to_string_lossy()))?;
            // SAFETY: the field owns its value.
            unsafe { replace(&raw mut (*annotate.body()).func_qualname, Some(name.into_object())) };
        }
        // SAFETY: the fields own their values.
        unsafe {
            let field = match which {
                1 => &raw mut (*b).func_defaults,
                2 => &raw mut (*b).func_kwdefaults,
                4 => &raw mut (*b).func_annotations,
                8 => &raw mut (*b).func_closure,
                _ => &raw mut (*b).func_annotate,
            };
            replace(field, Some(v));
        }
        Ok(())
    }

    pub fn set_type_params(&self, v: &Obj) {
        // SAFETY: the field owns its value.
        unsafe { replace(&raw mut (*self.body()).func_typeparams, Some(v.to_owned())) }
    }
}

#[pymethods(members(
    ("__closure__", _Py_T_OBJECT, func_closure, abi::Py_READONLY, ""),
    ("__doc__", _Py_T_OBJECT, func_doc, 0, ""),
    ("__globals__", _Py_T_OBJECT, func_globals, abi::Py_READONLY, ""),
    ("__module__", _Py_T_OBJECT, func_module, 0, ""),
    ("__builtins__", _Py_T_OBJECT, func_builtins, abi::Py_READONLY, ""),
))]
impl Function {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe {
            if watch::functions_are_watched() && watch::function_ends(o) {
                return;
            }
            crate::object::alloc::dealloc_fields::<Function>(o)
        }
    }

    /// Breaks cycles. What a finalizer that still calls the function needs stays: the code, the namespaces (a cycle
    /// through those ends at the dict) and, empty, the names.
    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> std::ffi::c_int {
        use crate::object::obj::{clear, replace};
        // SAFETY: called as a slot; owned fields.
        unsafe {
            let f = o as *mut abi::PyFunctionObject;
            (*f).func_version = 0;
            for field in [
                &raw mut (*f).func_module,
                &raw mut (*f).func_defaults,
                &raw mut (*f).func_kwdefaults,
                &raw mut (*f).func_doc,
                &raw mut (*f).func_dict,
                &raw mut (*f).func_closure,
                &raw mut (*f).func_annotations,
                &raw mut (*f).func_annotate,
                &raw mut (*f).func_typeparams,
            ] {
                clear(field);
            }
            let empty = || sym!("").as_obj().to_owned();
            replace(&raw mut (*f).func_name, Some(empty()));
            replace(&raw mut (*f).func_qualname, Some(empty()));
        }
        0
    }

    #[slot(tp_new, sig = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    fn new_(
        _cls: &Type,
        code: &Code,
        globals: &Dict,
        name: Option<&Obj>,
        argdefs: Option<&Obj>,
        closure: Option<&Obj>,
        kwdefaults: Option<&Obj>,
    ) -> PyResult<Ref<Function>> {
        if let Some(n) = name
            && !n.is_a::<Str>()
        {
            bail!(TypeError, "arg 3 (name) must be None or string");
        }
        if let Some(d) = argdefs
            && !d.is_a::<Tuple>()
        {
            bail!(TypeError, "arg 4 (defaults) must be None or tuple");
        }
        let nfree = code.raw().co_nfreevars as usize;
        let cells = closure.and_then(|c| c.downcast::<Tuple>());
        if closure.is_some() && cells.is_none() {
            let what = if nfree > 0 { "tuple" } else { "None or tuple" };
            bail!(TypeError, "arg 5 (closure) must be {what}");
        }
        if cells.map_or(0, Tuple::len) != nfree || (closure.is_none() && nfree > 0) {
            if closure.is_none() {
                bail!(TypeError, "arg 5 (closure) must be tuple");
            }
            bail!(
                ValueError,
                "{} requires closure of length {nfree}, not {}",
                code.name().to_string_lossy(),
                cells.map_or(0, Tuple::len)
            );
        }
        for c in cells.map(Tuple::items).unwrap_or(&[]) {
            if !c.is_a::<Cell>() {
                bail!(TypeError, "arg 5 (closure) expected cell, found {}", c.type_name());
            }
        }
        if let Some(d) = kwdefaults
            && !d.is_a::<Dict>()
        {
            bail!(TypeError, "arg 6 (kwdefaults) must be None or dict");
        }
        let f = Function::new(code, globals)?;
        // SAFETY: the fields own their values.
        unsafe {
            if let Some(n) = name {
                replace(&raw mut (*f.body()).func_name, Some(n.to_owned()));
            }
            for (v, which) in [(argdefs, 1), (closure, 8), (kwdefaults, 2)] {
                if let Some(v) = v {
                    f.set_attribute(which, v.to_owned())?;
                }
            }
        }
        Ok(f)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<function {} at {:#x}>", self.qualname().to_string_lossy(), self.as_ptr() as usize)
    }

    #[slot(tp_call)]
    fn call_(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.as_obj().call_dict(args, kwargs)
    }

    #[slot(tp_descr_get)]
    fn descr_get(&self, obj: Option<&Obj>, _class: Option<&Obj>) -> PyResult<Object> {
        match obj {
            Some(o) if !o.is_none() => Method::new(self, o).map(Ref::into_object),
            _ => Ok(self.as_obj().to_owned()),
        }
    }

    #[getter(name = "__code__")]
    fn get_code(&self) -> Object {
        self.code().as_obj().to_owned()
    }

    #[setter(name = "__code__")]
    fn set_code(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(code) = value.and_then(|v| v.downcast::<Code>()) else {
            bail!(TypeError, "__code__ must be set to a code object");
        };
        let (have, want) = (self.closure().map_or(0, Tuple::len), code.raw().co_nfreevars as usize);
        if have != want {
            bail!(
                ValueError,
                "{}() requires a code object with {have} free vars, not {want}",
                // SAFETY: always a string.
                unsafe { &*(self.raw().func_name as *const Str) }.to_string_lossy()
            );
        }
        if watch::functions_are_watched() {
            watch::function_event(self, abi::PyFunction_EVENT_MODIFY_CODE, Some(code));
        }
        // Frames borrow the code from the function: the old one must outlive those that still run it.
        self.code().immortalize();
        self.changed();
        // SAFETY: the field owns its value.
        unsafe { replace(&raw mut (*self.body()).func_code, Some(code.as_obj().to_owned())) };
        Ok(())
    }

    #[getter(name = "__defaults__")]
    fn get_defaults(&self) -> Option<Object> {
        self.defaults().map(|d| d.as_obj().to_owned())
    }

    #[setter(name = "__defaults__")]
    fn set_defaults(&self, value: Option<&Obj>) -> PyResult<()> {
        let value = value.filter(|v| !v.is_none());
        if value.is_some_and(|v| !v.is_a::<Tuple>()) {
            bail!(TypeError, "__defaults__ must be set to a tuple object");
        }
        if watch::functions_are_watched() {
            self.tell_defaults(1, value);
        }
        self.changed();
        // SAFETY: the field owns its value.
        unsafe { replace(&raw mut (*self.body()).func_defaults, value.map(Obj::to_owned)) };
        Ok(())
    }

    #[getter(name = "__kwdefaults__")]
    fn get_kwdefaults(&self) -> Option<Object> {
        self.kwdefaults().map(|d| d.as_obj().to_owned())
    }

    #[setter(name = "__kwdefaults__")]
    fn set_kwdefaults(&self, value: Option<&Obj>) -> PyResult<()> {
        let value = value.filter(|v| !v.is_none());
        if value.is_some_and(|v| !v.is_a::<Dict>()) {
            bail!(TypeError, "__kwdefaults__ must be set to a dict object");
        }
        if watch::functions_are_watched() {
            self.tell_defaults(2, value);
        }
        self.changed();
        // SAFETY: the field owns its value.
        unsafe { replace(&raw mut (*self.body()).func_kwdefaults, value.map(Obj::to_owned)) };
        Ok(())
    }

    #[getter(name = "__name__")]
    fn get_name(&self) -> Object {
        // SAFETY: always a string.
        unsafe { Obj::from_ptr(self.raw().func_name) }.to_owned()
    }

    #[setter(name = "__name__")]
    fn set_name(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value.filter(|v| v.is_a::<Str>()) else {
            bail!(TypeError, "__name__ must be set to a string object");
        };
        // SAFETY: the field owns its value.
        unsafe { replace(&raw mut (*self.body()).func_name, Some(v.to_owned())) };
        Ok(())
    }

    #[getter(name = "__qualname__")]
    fn get_qualname(&self) -> Object {
        self.qualname().as_obj().to_owned()
    }

    #[setter(name = "__qualname__")]
    pub fn set_qualname(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value.filter(|v| v.is_a::<Str>()) else {
            bail!(TypeError, "__qualname__ must be set to a string object");
        };
        // SAFETY: the field owns its value.
        unsafe { replace(&raw mut (*self.body()).func_qualname, Some(v.to_owned())) };
        Ok(())
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self) -> PyResult<Object> {
        // SAFETY: NULL or a dict; made on first use.
        unsafe {
            let b = self.body();
            if (*b).func_dict.is_null() {
                (*b).func_dict = Dict::new()?.into_ptr();
            }
            Ok(Obj::from_ptr((*b).func_dict).to_owned())
        }
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(v) if v.is_a::<Dict>() => {
                // SAFETY: the field owns its value.
                unsafe { replace(&raw mut (*self.body()).func_dict, Some(v.to_owned())) };
                Ok(())
            }
            Some(v) => Err(crate::raise!(
                TypeError,
                "__dict__ must be set to a dictionary, not a '{}'",
                v.type_name()
            )),
            None => Err(crate::raise!(TypeError, "cannot delete __dict__")),
        }
    }

    #[getter(name = "__annotations__")]
    fn get_annotations(&self) -> PyResult<Object> {
        let b = self.body();
        // SAFETY: the fields own their values or are NULL.
        unsafe {
            if (*b).func_annotations.is_null() {
                let annotate = (*b).func_annotate;
                let made = if !annotate.is_null() && Obj::from_ptr(annotate).is_callable() {
                    let f = Obj::from_ptr(annotate).to_owned();
                    let one = crate::types::int::Int::from_i64(1)?;
                    let r = f.call(&[one.as_obj()])?;
                    if !r.is_a::<Dict>() {
                        bail!(TypeError, "__annotate__ returned non-dict of type '{}'", r.type_name());
                    }
                    r
                } else {
                    Dict::new()?.into_object()
                };
                replace(&raw mut (*b).func_annotations, Some(made));
            }
            let a = Obj::from_ptr((*b).func_annotations);
            // The compiler's stringized annotations are a flat tuple of names and texts.
            if let Some(t) = a.downcast::<Tuple>() {
                let d = Dict::new()?;
                for pair in t.items().chunks_exact(2) {
                    d.set(&pair[0], &pair[1])?;
                }
                replace(&raw mut (*b).func_annotations, Some(d.into_object()));
            }
            Ok(Obj::from_ptr((*b).func_annotations).to_owned())
        }
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(&self, value: Option<&Obj>) -> PyResult<()> {
        let value = value.filter(|v| !v.is_none());
        if value.is_some_and(|v| !v.is_a::<Dict>()) {
            bail!(TypeError, "__annotations__ must be set to a dict object");
        }
        // SAFETY: the fields own their values.
        unsafe {
            replace(&raw mut (*self.body()).func_annotations, value.map(Obj::to_owned));
            replace(&raw mut (*self.body()).func_annotate, None);
        }
        Ok(())
    }

    #[getter(name = "__annotate__")]
    fn get_annotate(&self) -> Option<Object> {
        // SAFETY: NULL or an object.
        unsafe { crate::object::native::borrow_opt(self.raw().func_annotate) }.map(Obj::to_owned)
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value else { bail!(TypeError, "__annotate__ cannot be deleted") };
        if !v.is_none() && !v.is_callable() {
            bail!(TypeError, "__annotate__ must be callable or None");
        }
        // SAFETY: the fields own their values.
        unsafe {
            replace(&raw mut (*self.body()).func_annotate, Some(v.to_owned()));
            if !v.is_none() {
                replace(&raw mut (*self.body()).func_annotations, None);
            }
        }
        Ok(())
    }

    #[getter(name = "__type_params__")]
    fn get_type_params(&self) -> Object {
        // SAFETY: NULL or a tuple.
        match unsafe { crate::object::native::borrow_opt(self.raw().func_typeparams) } {
            Some(t) => t.to_owned(),
            None => Tuple::empty().into_object(),
        }
    }

    #[setter(name = "__type_params__")]
    fn set_type_params_(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value.filter(|v| v.is_a::<Tuple>()) else {
            bail!(TypeError, "__type_params__ must be set to a tuple");
        };
        self.set_type_params(v);
        Ok(())
    }
}
