//! `classmethod` and `staticmethod`.

use crate::error::{PyResult, exc};
use crate::object::obj::{Obj, replace};
use crate::object::refs::{AsObj, Object, Ref};
use crate::object::{Native, alloc};
use crate::types::dict::Dict;
use crate::types::genericalias::GenericAlias;
use crate::types::method::Method;
use crate::types::property::is_abstract;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};

type P = *mut abi::PyObject;

/// The body of both: the function, and the dict of attributes.
#[repr(C)]
pub struct WrappedBody {
    pub ob_base: abi::PyObject,
    pub callable: P,
    pub dict: P,
}

/// A function that gets the class as its first argument.
/// ---
/// Convert a function to be a class method.
///
/// A class method receives the class as its implicit first argument,
/// just like an instance method receives the instance:
///
///   class C:
///       @classmethod
///       def f(cls, arg1, arg2, argN):
///           ...
///
/// It can be called on the class, C.f(), or on an instance, C().f(), of which
/// only the class counts. On a derived class, that class is passed.
///
/// For methods without an implicit argument, see the staticmethod builtin.
#[pytype(name = "classmethod", body = WrappedBody, export = "PyClassMethod_Type", gc, refs(callable, dict), dict = dict,
         flags = abi::Py_TPFLAGS_BASETYPE, sig = "(function, /)")]
pub struct ClassMethod;

/// A function without an implicit first argument.
/// ---
/// Convert a function to be a static method.
///
/// A static method receives no implicit first argument:
///
///      class C:
///          @staticmethod
///          def f(arg1, arg2, argN):
///              ...
///
/// It can be called on the class, C.f(), or on an instance, C().f(); neither is
/// passed to the function.
///
/// For methods that get their class, see the classmethod builtin.
#[pytype(name = "staticmethod", body = WrappedBody, export = "PyStaticMethod_Type", gc, refs(callable, dict), dict = dict,
         flags = abi::Py_TPFLAGS_BASETYPE, sig = "(function, /)")]
pub struct StaticMethod;

/// Takes over the attributes that name and document a function, as `functools.wraps` does.
fn copy_attributes(to: &Obj, from: &Obj) -> PyResult<()> {
    for name in [sym!(__module__), sym!(__name__), sym!(__qualname__), sym!(__doc__)] {
        if let Some(v) = from.get_attr_opt(name)? {
            to.set_attr(name, &v)?;
        }
    }
    Ok(())
}

/// What both types share.
trait Wrapped: Native<Body = WrappedBody> {
    fn wrapped(&self) -> PyResult<&Obj> {
        // SAFETY: NULL or owned.
        match unsafe { (*self.body()).callable.cast::<Obj>().as_ref() } {
            Some(o) => Ok(o),
            None => bail!(RuntimeError, "uninitialized {} object", Self::NAME),
        }
    }

    fn attributes(&self) -> PyResult<&Dict> {
        // SAFETY: own field, NULL or a dict.
        unsafe {
            let b = self.body();
            if (*b).dict.is_null() {
                (*b).dict = Dict::new()?.into_ptr();
            }
            Ok(&*((*b).dict as *const Dict))
        }
    }

    /// An attribute of the function, kept in the dict once asked for.
    fn cached(&self, name: &Str) -> PyResult<Object> {
        if let Some(v) = self.attributes()?.get_str(name) {
            return Ok(v.to_owned());
        }
        let v = self.wrapped()?.to_owned().get_attr(name)?;
        self.attributes()?.set(name, &v)?;
        Ok(v)
    }

    fn set_cached(&self, name: &Str, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(v) => self.attributes()?.set(name, v),
            None => {
                if !self.attributes()?.remove(name)? {
                    return Err(crate::error::raise_with(exc::AttributeError(), name));
                }
                Ok(())
            }
        }
    }

    fn fill(&self, function: &Obj) {
        // SAFETY: own field.
        unsafe { replace(&raw mut (*self.body()).callable, Some(function.to_owned())) }
    }
}

impl Wrapped for ClassMethod {}
impl Wrapped for StaticMethod {}

impl ClassMethod {
    /// Wraps a callable, without taking over its attributes.
    pub fn new(callable: &Obj) -> PyResult<Ref<ClassMethod>> {
        // SAFETY: zeroed fields are an empty wrapper.
        let m = unsafe { alloc::new_body::<ClassMethod>()? };
        m.fill(callable);
        Ok(m)
    }

    /// The function.
    pub fn callable(&self) -> PyResult<&Obj> {
        self.wrapped()
    }
}

#[pymethods(members(
    ("__func__", _Py_T_OBJECT, callable, abi::Py_READONLY, ""),
    ("__wrapped__", _Py_T_OBJECT, callable, abi::Py_READONLY, ""),
))]
impl ClassMethod {
    #[slot(tp_new, raw)]
    unsafe extern "C" fn make(cls: *mut abi::PyTypeObject, args: P, kwargs: P) -> P {
        // SAFETY: called as a slot; a filled field is replaced by `__init__`.
        unsafe {
            let o = crate::object::alloc::generic_alloc(cls, 0);
            if !o.is_null() {
                (*(*(o as *const ClassMethod)).body()).callable =
                    crate::types::none::none().to_owned().into_ptr();
            }
            let _ = (args, kwargs);
            o
        }
    }

    #[slot(tp_init, sig = "(function, /)")]
    fn init(&self, function: &Obj) -> PyResult<()> {
        self.fill(function);
        copy_attributes(self, function)
    }

    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        let f = self.wrapped()?.repr()?;
        Ok(Str::new(&format!("<classmethod({})>", f.to_string_lossy()))?.into_object())
    }

    #[slot(tp_descr_get)]
    fn bind(&self, o: Option<&Obj>, ty: Option<&Obj>) -> PyResult<Object> {
        let class = match (ty, o) {
            (Some(t), _) => t,
            (None, Some(o)) => o.ob_type().as_obj(),
            (None, None) => bail!(TypeError, "__get__(None, None) is invalid"),
        };
        Ok(Method::new(self.wrapped()?, class)?.into_object())
    }

    #[classmethod(name = "__class_getitem__", nosig)]
    fn class_getitem(cls: &Type, item: &Obj) -> PyResult<Object> {
        Ok(GenericAlias::new(cls, item)?.into_object())
    }

    #[getter(name = "__isabstractmethod__")]
    fn isabstract(&self) -> PyResult<bool> {
        is_abstract(Some(self.wrapped()?))
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self) -> PyResult<Object> {
        Ok(self.attributes()?.as_obj().to_owned())
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, value: Option<&Obj>) -> PyResult<()> {
        crate::types::object_::set_instance_dict(self, value)
    }

    #[getter(name = "__annotations__")]
    fn annotations(&self) -> PyResult<Object> {
        self.cached(sym!(__annotations__))
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_cached(sym!(__annotations__), value)
    }

    #[getter(name = "__annotate__")]
    fn annotate(&self) -> PyResult<Object> {
        self.cached(sym!(__annotate__))
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_cached(sym!(__annotate__), value)
    }
}

impl StaticMethod {
    /// Wraps a callable, without taking over its attributes.
    pub fn new(callable: &Obj) -> PyResult<Ref<StaticMethod>> {
        // SAFETY: zeroed fields are an empty wrapper.
        let m = unsafe { alloc::new_body::<StaticMethod>()? };
        m.fill(callable);
        Ok(m)
    }

    /// The function.
    pub fn callable(&self) -> PyResult<&Obj> {
        self.wrapped()
    }
}

#[pymethods(members(
    ("__func__", _Py_T_OBJECT, callable, abi::Py_READONLY, ""),
    ("__wrapped__", _Py_T_OBJECT, callable, abi::Py_READONLY, ""),
))]
impl StaticMethod {
    #[slot(tp_new, raw)]
    unsafe extern "C" fn make(cls: *mut abi::PyTypeObject, args: P, kwargs: P) -> P {
        // SAFETY: called as a slot; a filled field is replaced by `__init__`.
        unsafe {
            let o = crate::object::alloc::generic_alloc(cls, 0);
            if !o.is_null() {
                (*(*(o as *const StaticMethod)).body()).callable =
                    crate::types::none::none().to_owned().into_ptr();
            }
            let _ = (args, kwargs);
            o
        }
    }

    #[slot(tp_init, sig = "(function, /)")]
    fn init(&self, function: &Obj) -> PyResult<()> {
        self.fill(function);
        copy_attributes(self, function)
    }

    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        let f = self.wrapped()?.repr()?;
        Ok(Str::new(&format!("<staticmethod({})>", f.to_string_lossy()))?.into_object())
    }

    #[slot(tp_descr_get)]
    fn bind(&self, _o: Option<&Obj>, _ty: Option<&Obj>) -> PyResult<Object> {
        Ok(self.wrapped()?.to_owned())
    }

    #[slot(tp_call)]
    fn call_tuple(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.wrapped()?.to_owned().call_dict(args, kwargs)
    }

    #[classmethod(name = "__class_getitem__", nosig)]
    fn class_getitem(cls: &Type, item: &Obj) -> PyResult<Object> {
        Ok(GenericAlias::new(cls, item)?.into_object())
    }

    #[getter(name = "__isabstractmethod__")]
    fn isabstract(&self) -> PyResult<bool> {
        is_abstract(Some(self.wrapped()?))
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self) -> PyResult<Object> {
        Ok(self.attributes()?.as_obj().to_owned())
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, value: Option<&Obj>) -> PyResult<()> {
        crate::types::object_::set_instance_dict(self, value)
    }

    #[getter(name = "__annotations__")]
    fn annotations(&self) -> PyResult<Object> {
        self.cached(sym!(__annotations__))
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_cached(sym!(__annotations__), value)
    }

    #[getter(name = "__annotate__")]
    fn annotate(&self) -> PyResult<Object> {
        self.cached(sym!(__annotate__))
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_cached(sym!(__annotate__), value)
    }
}
