//! `builtin_function_or_method` and `builtin_method`: C functions as callables.

use crate::error::{PyResult, from_c};
use crate::object::native::opt_ptr;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref};
use crate::object::{CompareOp, alloc};
use crate::types::bool_::bool_obj;
use crate::types::descr::{
    self, Fast, FastKw, MethodKw, ThreeArgs, TwoArgs, borrow_args, enter, hash_pointer, keyword_dict,
    no_keywords, shaped,
};
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::none::{none, not_implemented};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{CStr, c_int};
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// A C function with its self (or module).
/// ---
#[pytype(name = "builtin_function_or_method", body = abi::PyCFunctionObject, export = "PyCFunction_Type", gc,
         refs(m_self, m_module), weaklist = m_weakreflist, vectorcall = vectorcall,
         flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct CFunction;

/// The body of a C method that is told its defining class: `PyCMethodObject`, flat.
#[repr(C)]
pub struct CMethodBody {
    pub ob_base: abi::PyObject,
    pub m_ml: *mut abi::PyMethodDef,
    pub m_self: P,
    pub m_module: P,
    pub m_weakreflist: P,
    pub vectorcall: abi::vectorcallfunc,
    pub mm_class: *mut abi::PyTypeObject,
}

const _: () = {
    assert!(size_of::<CMethodBody>() == size_of::<abi::PyCMethodObject>());
    assert!(
        std::mem::offset_of!(CMethodBody, mm_class) == std::mem::offset_of!(abi::PyCMethodObject, mm_class)
    );
};

/// A C method that is told its defining class.
/// ---
#[pytype(name = "builtin_method", body = CMethodBody, export = "PyCMethod_Type", base = CFunction, gc,
         refs(m_self, m_module, mm_class), weaklist = m_weakreflist, vectorcall = vectorcall,
         flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct CMethod;

const VARARGS_KW: c_int = abi::METH_VARARGS | abi::METH_KEYWORDS;
const FASTCALL_KW: c_int = abi::METH_FASTCALL | abi::METH_KEYWORDS;
const METHOD_KW: c_int = abi::METH_METHOD | FASTCALL_KW;

impl CFunction {
    /// A function over a definition that outlives it (`PyCFunction_NewEx`); `module` is the module's name.
    pub fn new(
        def: *mut abi::PyMethodDef,
        this: Option<&Obj>,
        module: Option<&Obj>,
    ) -> PyResult<Ref<CFunction>> {
        CFunction::with_class(def, this, module, None)
    }

    /// As `new`, with the defining class of `METH_METHOD` functions (`PyCMethod_New`).
    pub fn with_class(
        def: *mut abi::PyMethodDef,
        this: Option<&Obj>,
        module: Option<&Obj>,
        class: Option<&Type>,
    ) -> PyResult<Ref<CFunction>> {
        // SAFETY: definitions outlive their functions; a new object's fields own what they get.
        unsafe {
            let flags = (*def).ml_flags;
            let vectorcall: abi::vectorcallfunc = match flags & descr::KIND {
                abi::METH_VARARGS | VARARGS_KW => None,
                abi::METH_FASTCALL => Some(function_fastcall),
                FASTCALL_KW => Some(function_fastcall_keywords),
                abi::METH_NOARGS => Some(function_noargs),
                abi::METH_O => Some(function_o),
                METHOD_KW => Some(function_method),
                _ => bail!(
                    SystemError,
                    "{}() method: bad call flags",
                    CStr::from_ptr((*def).ml_name).to_string_lossy()
                ),
            };
            let f: Ref<CFunction> = if flags & abi::METH_METHOD != 0 {
                let Some(class) = class else {
                    bail!(SystemError, "attempting to create PyCMethod with a METH_METHOD flag but no class");
                };
                let m = alloc::new_body::<CMethod>()?;
                (*m.body()).mm_class = class.as_obj().to_owned().into_ptr().cast();
                m.cast_into_unchecked()
            } else {
                if class.is_some() {
                    bail!(SystemError, "attempting to create PyCFunction with class but no METH_METHOD flag");
                }
                alloc::new_body::<CFunction>()?
            };
            let b = f.body();
            (*b).m_ml = def;
            (*b).m_self = this.map_or(null_mut(), |o| o.to_owned().into_ptr());
            (*b).m_module = module.map_or(null_mut(), |o| o.to_owned().into_ptr());
            (*b).vectorcall = vectorcall;
            Ok(f)
        }
    }

    /// The definition.
    pub fn def(&self) -> &abi::PyMethodDef {
        // SAFETY: set at creation.
        unsafe { &*(*self.body()).m_ml }
    }

    /// The function's name.
    pub fn name(&self) -> &str {
        // SAFETY: a definition has a name.
        unsafe { CStr::from_ptr(self.def().ml_name) }.to_str().unwrap_or("?")
    }

    /// What the function is bound to: an instance, a type, a module.
    pub fn this(&self) -> Option<&Obj> {
        // SAFETY: NULL or owned.
        unsafe { (*self.body()).m_self.cast::<Obj>().as_ref() }
    }

    /// The first argument of the C function: nothing for static methods.
    #[inline(always)]
    pub fn receiver(&self) -> P {
        // SAFETY: own field.
        unsafe {
            if self.def().ml_flags & abi::METH_STATIC != 0 { null_mut() } else { (*self.body()).m_self }
        }
    }

    /// The object that the function is a method of, or `None` for functions of modules.
    fn method_of(&self) -> Option<&Obj> {
        self.this().filter(|o| !o.is_a::<Module>())
    }

    fn shown(&self) -> PyResult<String> {
        descr::function_str(self)
    }
}

macro_rules! vectorcalls {
    ($($name:ident($callable:ident, $f:ident, $args:ident, $n:ident, $kw:ident) $body:block)*) => { $(
        unsafe extern "C" fn $name($callable: P, $args: *const P, nargsf: usize, $kw: P) -> P {
            // SAFETY: called through the vectorcall slot with live arguments.
            unsafe {
                let $f = &*($callable as *const CFunction);
                let $n = nargsf & !crate::object::call::ARGUMENTS_OFFSET;
                let run = || -> PyResult<P> { $body };
                match run() {
                    Ok(p) => p,
                    Err(_) => null_mut(),
                }
            }
        }
    )* };
}

vectorcalls! {
    function_fastcall(callable, f, args, n, kw) {
        no_keywords(f, kw)?;
        enter()?;
        Ok(shaped::<Fast>(f.def())(f.receiver(), args, n as isize))
    }
    function_fastcall_keywords(callable, f, args, n, kw) {
        enter()?;
        Ok(shaped::<FastKw>(f.def())(f.receiver(), args, n as isize, kw))
    }
    function_method(callable, f, args, n, kw) {
        let class = (*(callable as *const CMethodBody)).mm_class;
        enter()?;
        Ok(shaped::<MethodKw>(f.def())(f.receiver(), class, args, n, kw))
    }
    function_noargs(callable, f, _args, n, kw) {
        no_keywords(f, kw)?;
        if n != 0 {
            bail!(TypeError, "{} takes no arguments ({n} given)", f.shown()?);
        }
        enter()?;
        Ok(shaped::<TwoArgs>(f.def())(f.receiver(), null_mut()))
    }
    function_o(callable, f, args, n, kw) {
        no_keywords(f, kw)?;
        if n != 1 {
            bail!(TypeError, "{} takes exactly one argument ({n} given)", f.shown()?);
        }
        enter()?;
        Ok(shaped::<TwoArgs>(f.def())(f.receiver(), *args))
    }
}

/// Calls a `METH_VARARGS` function with an argument array, as the interpreter's generic call does.
///
/// # Safety
/// `args` holds `n` live objects and one for each of `kwnames`.
pub unsafe fn call_varargs(f: &CFunction, args: *const P, n: usize, kwnames: P) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let tuple = Tuple::from_slice(borrow_args(args, n))?;
        let kwargs = keyword_dict(args.add(n), kwnames)?;
        f.call_tuple(&tuple, kwargs.as_deref())
    }
}

#[pymethods(members(("__module__", _Py_T_OBJECT, m_module, 0, ""),))]
impl CFunction {
    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        let s = match self.method_of() {
            None => format!("<built-in function {}>", self.name()),
            Some(o) => format!(
                "<built-in method {} of {} object at {:#x}>",
                self.name(),
                o.type_name(),
                o.as_ptr() as usize
            ),
        };
        Ok(Str::new(&s)?.into_object())
    }

    #[slot(tp_call)]
    fn call_tuple(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let flags = self.def().ml_flags;
        if flags & abi::METH_VARARGS == 0 {
            return self.as_obj().call_dict(args, kwargs);
        }
        // SAFETY: the flags name the shape.
        unsafe {
            if flags & abi::METH_KEYWORDS != 0 {
                return from_c(shaped::<ThreeArgs>(self.def())(
                    self.receiver(),
                    args.as_ptr(),
                    opt_ptr(kwargs),
                ));
            }
            if kwargs.is_some_and(|k| !k.is_empty()) {
                bail!(TypeError, "{}() takes no keyword arguments", self.name());
            }
            from_c(shaped::<TwoArgs>(self.def())(self.receiver(), args.as_ptr()))
        }
    }

    #[slot(tp_hash)]
    fn hash_value(&self) -> isize {
        let f = self.def().ml_meth.map_or(0, |f| f as usize);
        let h = hash_pointer(self.this().map_or(std::ptr::null(), |o| o.as_ptr().cast()))
            ^ hash_pointer(f as *const _);
        if h == -1 { -2 } else { h }
    }

    #[slot(tp_richcompare)]
    fn compare_with(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(b), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<CFunction>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        // SAFETY: own fields.
        let this = unsafe { std::ptr::eq((*self.body()).m_self, (*b.body()).m_self) };
        let same = this && self.def().ml_meth.map(|f| f as usize) == b.def().ml_meth.map(|f| f as usize);
        Ok(bool_obj(same == (op == CompareOp::Eq)).to_owned())
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let name = Str::new(self.name())?;
        match self.method_of() {
            None => Ok(name.into_object()),
            Some(o) => descr::getattr_reduction(o, &name),
        }
    }

    #[getter(name = "__doc__")]
    fn doc(&self) -> PyResult<Object> {
        descr::doc_object(self.def().ml_doc)
    }

    #[getter(name = "__name__")]
    fn get_name(&self) -> PyResult<Object> {
        Ok(Str::intern_c(self.def().ml_name)?.into_object())
    }

    #[getter(name = "__qualname__")]
    fn qualname(&self) -> PyResult<Object> {
        let Some(o) = self.method_of() else { return self.get_name() };
        let t = o.downcast::<Type>().unwrap_or(o.ob_type());
        let q = t.as_obj().get_attr(sym!(__qualname__))?;
        let Some(q) = q.downcast::<Str>() else {
            bail!(TypeError, "<method>.__class__.__qualname__ is not a unicode object");
        };
        Ok(Str::new(&format!("{}.{}", q.to_string_lossy(), self.name()))?.into_object())
    }

    #[getter(name = "__self__")]
    fn get_self(&self) -> Object {
        match self.this() {
            Some(o) if self.def().ml_flags & abi::METH_STATIC == 0 => o.to_owned(),
            _ => none().to_owned(),
        }
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> PyResult<Object> {
        descr::method_signature(self.def())
    }
}

#[pymethods]
impl CMethod {}
