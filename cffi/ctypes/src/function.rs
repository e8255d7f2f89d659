//! Function pointers: foreign functions, and C functions made of Python ones.

use crate::call;
use crate::callback;
use crate::code;
use crate::data::{self, CData, CDataBody};
use crate::fast::Plan;
use crate::flags;
use crate::info::{self, IS_POINTER, Info, Kind, class};
use crate::library;
use dovetail_core::error::{PyResult, exc, raise_message};
use dovetail_core::gc;
use dovetail_core::native::result_ptr;
use dovetail_core::object::call::ARGUMENTS_OFFSET;
use dovetail_core::object::obj::{clear, replace};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_stdlib::audit;
use std::ffi::{c_int, c_void};
use std::ptr::null;
use std::rc::Rc;

/// The most arguments of a call.
pub const MOST: usize = 1024;

/// Flags of a function's class.
pub const CDECL: u32 = 1;
pub const PYTHON_API: u32 = 4;
pub const USE_ERRNO: u32 = 8;

/// The metatype of function pointers.
/// ---
/// metatype for C function pointers
#[pytype(
    name = "_ctypes.PyCFuncPtrType", body = info::CTypeBody, base = info::CType,
    itemsize = size_of::<abi::PyMemberDef>(), flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct FunctionType;

/// The `from_param` of each argument type.
fn converters_of(types: &Tuple) -> PyResult<Ref<Tuple>> {
    if types.len() > MOST {
        let text = format!("_argtypes_ has too many arguments ({}), maximum is {MOST}", types.len());
        return Err(raise_message(crate::module::argument_error()?, &text));
    }
    let mut out = Vec::with_capacity(types.len());
    for (i, t) in types.items().iter().enumerate() {
        match t.get_attr_opt(sym!(from_param))? {
            Some(f) => out.push(f),
            None => bail!(TypeError, "item {} in _argtypes_ has no from_param method", i + 1),
        }
    }
    Tuple::from_vec(out)
}

/// `_check_retval_` of a result's class.
fn checker_of(restype: &Obj) -> PyResult<Option<Object>> {
    restype.get_attr_opt(sym!(_check_retval_))
}

fn is_result(o: &Obj) -> bool {
    o.is_none() || info::of_class(o).is_some() || o.is_callable()
}

/// Reads `_flags_`, `_argtypes_` and `_restype_` of a class.
fn describe(ty: &Type, info: &Info) -> PyResult<()> {
    let own = |name: &Str| ty.dict().get_str(name).map(Obj::to_owned);
    let flags = own(sym!(_flags_));
    let Some(flags) = flags.as_ref().and_then(|f| f.downcast::<Int>()) else {
        bail!(TypeError, "class must define _flags_ which must be an integer");
    };
    info.add_flags(code::low_bits(flags) as u32);
    if let Some(types) = own(sym!(_argtypes_)) {
        let Some(t) = types.downcast::<Tuple>() else {
            bail!(TypeError, "_argtypes_ must be a sequence of types");
        };
        info.converters.set(Some(converters_of(t)?.into_object()));
        info.argtypes.set(Some(types));
    }
    if let Some(restype) = own(sym!(_restype_)) {
        if !is_result(&restype) {
            bail!(TypeError, "_restype_ must be a type, a callable, or None");
        }
        info.checker.set(checker_of(&restype)?);
        info.restype.set(Some(restype));
    }
    Ok(())
}

#[pymethods]
impl FunctionType {
    #[slot(tp_init)]
    fn init(&self, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<()> {
        let ty = class(self);
        let info = info::init(ty, Kind::Function)?;
        info.set_format("X{}");
        info.size.set(8);
        info.align.set(8);
        info.length.set(1);
        info.add_flags(IS_POINTER);
        describe(ty, info)
    }
}

/// The body of a function pointer.
#[repr(C)]
pub struct FunctionBody {
    data: CDataBody,
    vectorcall: abi::vectorcallfunc,
    callable: *mut abi::PyObject,
    argtypes: *mut abi::PyObject,
    /// What `argtypes` was set to, which may be no tuple.
    given: *mut abi::PyObject,
    converters: *mut abi::PyObject,
    restype: *mut abi::PyObject,
    checker: *mut abi::PyObject,
    errcheck: *mut abi::PyObject,
    paramflags: *mut abi::PyObject,
    /// NULL, or a counted plan.
    plan: *const Plan,
}

impl FunctionBody {
    fn references(&mut self) -> [&mut *mut abi::PyObject; 8] {
        [
            &mut self.callable,
            &mut self.argtypes,
            &mut self.given,
            &mut self.converters,
            &mut self.restype,
            &mut self.checker,
            &mut self.errcheck,
            &mut self.paramflags,
        ]
    }
}

/// The base of function pointers.
/// ---
/// Function Pointer
#[pytype(
    name = "_ctypes.CFuncPtr", body = FunctionBody, base = CData, metatype = FunctionType, gc, vectorcall = vectorcall,
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Function;

/// Makes a new instance callable.
///
/// # Safety
/// A new instance of a class of function pointers.
pub unsafe fn prepare(o: &CData) {
    // SAFETY: the caller's promise.
    unsafe { (*(o.as_ptr() as *mut FunctionBody)).vectorcall = Some(call_slot) }
}

/// # Safety
/// Called as a vectorcall function.
unsafe extern "C" fn call_slot(
    o: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    names: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: an instance of ours with that many borrowed arguments, and those that `names` names.
    unsafe {
        let f = &*(o as *const Function);
        let n = nargsf & !ARGUMENTS_OFFSET;
        let all: &[&Obj] = if n == 0 { &[] } else { std::slice::from_raw_parts(args.cast(), n) };
        if let Some(r) = crate::fast::call(f, all) {
            return result_ptr(r);
        }
        let run = || {
            let kwargs = match (names as *const Tuple).as_ref().filter(|t| !t.is_empty()) {
                None => None,
                Some(names) => {
                    let d = Dict::new()?;
                    for (i, name) in names.items().iter().enumerate() {
                        d.set(name, Obj::from_ptr(*args.add(n + i)))?;
                    }
                    Some(d)
                }
            };
            call::call(f, all, kwargs.as_deref())
        };
        result_ptr(run())
    }
}

macro_rules! parts {
    ($($name:ident $field:ident;)*) => { $(
        pub fn $name(&self) -> Option<Object> {
            // SAFETY: NULL or an owned field.
            unsafe { ((*self.body()).$field as *const Obj).as_ref() }.map(Obj::to_owned)
        }
    )* };
}

impl Function {
    pub fn data(&self) -> &CData {
        // SAFETY: the body begins with an instance's.
        unsafe { self.cast_unchecked() }
    }

    parts! {
        own_argtypes argtypes;
        given given;
        own_converters converters;
        own_restype restype;
        own_checker checker;
        errcheck errcheck;
        paramflags paramflags;
    }

    /// What the class knows.
    pub fn info(&self) -> PyResult<&Info> {
        self.data().info()
    }

    pub fn argtypes(&self) -> PyResult<Option<Ref<Tuple>>> {
        let types = self.own_argtypes().or_else(|| self.info().ok()?.argtypes.get());
        Ok(types.and_then(|t| t.downcast_into::<Tuple>().ok()))
    }

    pub fn converters(&self) -> PyResult<Option<Ref<Tuple>>> {
        let all = self.own_converters().or_else(|| self.info().ok()?.converters.get());
        Ok(all.and_then(|t| t.downcast_into::<Tuple>().ok()))
    }

    pub fn restype(&self) -> PyResult<Option<Object>> {
        Ok(self.own_restype().or(self.info()?.restype.get()))
    }

    pub fn checker(&self) -> PyResult<Option<Object>> {
        match self.own_restype() {
            Some(_) => Ok(self.own_checker()),
            None => Ok(self.info()?.checker.get()),
        }
    }

    /// The plan of its calls, made anew after something has changed.
    #[inline]
    pub fn plan(&self) -> Rc<Plan> {
        // SAFETY: a counted plan.
        unsafe {
            let plan: *const Plan = self.plan_ref();
            Rc::increment_strong_count(plan);
            Rc::from_raw(plan)
        }
    }

    /// The plan, not to be held while Python code runs.
    #[inline]
    pub fn plan_ref(&self) -> &Plan {
        // SAFETY: own field: NULL or a counted plan.
        unsafe {
            let b = self.body();
            if (*b).plan.is_null() {
                (*b).plan = Rc::into_raw(Rc::new(Plan::new(self)));
            }
            &*(*b).plan
        }
    }

    fn forget_plan(&self) {
        // SAFETY: as above; calls that are under way hold their own count.
        unsafe {
            let p = std::mem::replace(&mut (*self.body()).plan, null());
            if !p.is_null() {
                drop(Rc::from_raw(p));
            }
        }
    }

    fn set(&self, field: impl FnOnce(&mut FunctionBody) -> &mut *mut abi::PyObject, value: Option<Object>) {
        // SAFETY: an owned field.
        unsafe { replace(field(&mut *self.body()), value) }
        self.forget_plan();
    }
}

/// A function's name as the linker takes it.
fn name_of(o: &Obj) -> PyResult<Vec<u8>> {
    if let Some(s) = o.downcast::<Str>() {
        return Ok(s.as_str()?.as_bytes().to_vec());
    }
    match o.downcast::<Bytes>() {
        Some(b) => Ok(b.as_slice().to_vec()),
        None => bail!(TypeError, "function name must be string, bytes object or integer"),
    }
}

/// `prototype((name, library)[, paramflags])`.
fn from_library(cls: &Type, args: &Tuple) -> PyResult<Object> {
    let (spec, flags) = match args.items() {
        [spec] => (spec, None),
        [spec, flags] => (spec, Some(flags).filter(|f| !f.is_none())),
        more => bail!(TypeError, "function takes at most 2 arguments ({} given)", more.len()),
    };
    let spec = Tuple::from_iter_obj(spec)?;
    let [name, dll] = spec.items() else { bail!(TypeError, "illegal func_spec argument") };
    let text = name_of(name)?;
    audit("ctypes.dlsym", || Ok(vec![dll.clone(), name.clone()]))?;
    let handle = library::handle_of(dll)?;
    let address = library::find(handle, &text, "function", exc::AttributeError())?;
    flags::check(cls, flags.map(|f| &**f))?;
    let o = data::new(cls)?;
    // SAFETY: instances of these classes have this body.
    let f: &Function = unsafe { o.cast_unchecked() };
    f.set(|b| &mut b.paramflags, flags.cloned());
    o.set_pointer(address as usize);
    o.keep(0, Some(dll.clone()))?;
    Ok(o.into_object())
}

#[pymethods(slots(bf_getbuffer = CData::get_buffer))]
impl Function {
    #[slot(tp_new)]
    fn new(cls: &Type, args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        if args.is_empty() {
            return Ok(data::new(cls)?.into_object());
        }
        if args.get(0).is_a::<Tuple>() {
            return from_library(cls, args);
        }
        let [callable] = args.items() else {
            bail!(TypeError, "function takes exactly 1 argument ({} given)", args.len());
        };
        if let Some(address) = callable.downcast::<Int>() {
            let o = data::new(cls)?;
            o.set_pointer(code::low_bits(address) as usize);
            return Ok(o.into_object());
        }
        if !callable.is_callable() {
            bail!(TypeError, "argument must be callable or integer function address");
        }
        let info = info::of_type(cls);
        let Some((info, types)) = info.and_then(|i| Some((i, i.argtypes.get()?))) else {
            bail!(TypeError, "cannot construct instance of this class: no argtypes");
        };
        let Ok(types) = types.downcast_into::<Tuple>() else { bail!(TypeError, "argtypes must be a tuple") };
        let thunk = callback::make(callable, &types, info.restype.get(), info.flags.get())?;
        let o = data::new(cls)?;
        // SAFETY: instances of these classes have this body.
        let f: &Function = unsafe { o.cast_unchecked() };
        f.set(|b| &mut b.callable, Some(callable.clone()));
        o.set_pointer(thunk.code() as usize);
        o.keep(0, Some(thunk.into_object()))?;
        Ok(o.into_object())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            (*(o as *const Function)).forget_plan();
            for p in (*(o as *mut FunctionBody)).references() {
                clear(p);
            }
            CData::dealloc(o);
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live function.
        unsafe {
            let Some(f) = visit else { return 0 };
            let all = (*(o as *mut FunctionBody)).references().map(|p| *p);
            let r = dovetail_stdlib::util::visit_all(all.into_iter().filter(|p| !p.is_null()), f, arg);
            if r != 0 { r } else { CData::traverse(o, visit, arg) }
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a function that only garbage refers to.
        unsafe {
            (*(o as *const Function)).forget_plan();
            for p in (*(o as *mut FunctionBody)).references() {
                clear(p);
            }
            CData::clear_slot(o)
        }
    }

    #[slot(tp_call)]
    fn call(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        match crate::fast::call(self, args.as_borrows()) {
            Some(r) => r,
            None => call::call(self, args.as_borrows(), kwargs),
        }
    }

    #[slot(nb_bool)]
    fn bool_(&self) -> bool {
        !self.data().pointer().is_null()
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<{} object at {:#x}>", self.ob_type().name(), self.as_ptr() as usize)
    }

    /// a function to check for errors
    #[getter(name = "errcheck")]
    fn get_errcheck(&self) -> Option<Object> {
        self.errcheck()
    }

    #[setter(name = "errcheck")]
    fn set_errcheck(&self, value: Option<&Obj>) -> PyResult<()> {
        if value.is_some_and(|v| !v.is_callable()) {
            bail!(TypeError, "the errcheck attribute must be callable");
        }
        self.set(|b| &mut b.errcheck, value.map(Obj::to_owned));
        Ok(())
    }

    /// specify the result type
    #[getter(name = "restype")]
    fn get_restype(&self) -> PyResult<Option<Object>> {
        self.restype()
    }

    #[setter(name = "restype")]
    fn set_restype(&self, value: Option<&Obj>) -> PyResult<()> {
        let checker = match value {
            Some(v) if !is_result(v) => bail!(TypeError, "restype must be a type, a callable, or None"),
            Some(v) => checker_of(v)?,
            None => None,
        };
        self.set(|b| &mut b.checker, checker);
        self.set(|b| &mut b.restype, value.map(Obj::to_owned));
        Ok(())
    }

    /// specify the argument types
    #[getter(name = "argtypes")]
    fn get_argtypes(&self) -> PyResult<Option<Object>> {
        match self.given() {
            Some(g) => Ok(Some(g)),
            None => Ok(self.argtypes()?.map(Ref::into_object)),
        }
    }

    #[setter(name = "argtypes")]
    fn set_argtypes(&self, value: Option<&Obj>) -> PyResult<()> {
        let (types, converters) = match value.filter(|v| !v.is_none()) {
            None => (None, None),
            Some(v) => {
                let types = match Tuple::from_iter_obj(v) {
                    Ok(t) => t,
                    Err(e) if e.matches(exc::TypeError()) => {
                        e.clear();
                        return Err(raise!(TypeError, "_argtypes_ must be a sequence of types"));
                    }
                    Err(e) => return Err(e),
                };
                let converters = converters_of(&types)?;
                if let Some(flags) = self.paramflags() {
                    flags::check_types(&types, &flags)?;
                }
                (Some(types.into_object()), Some(converters.into_object()))
            }
        };
        self.set(|b| &mut b.converters, converters);
        self.set(|b| &mut b.argtypes, types);
        self.set(|b| &mut b.given, value.filter(|v| !v.is_none()).map(Obj::to_owned));
        Ok(())
    }
}
