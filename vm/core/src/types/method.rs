//! Bound methods (`method`) and `instancemethod`.

use crate::error::{PyResult, from_c};
use crate::object::native::result_ptr;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref};
use crate::object::{CompareOp, alloc, call};
use crate::types::bool_::bool_obj;
use crate::types::descr::{getattr_reduction, hash_pointer};
use crate::types::dict::Dict;
use crate::types::none::not_implemented;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};

type P = *mut abi::PyObject;

/// A callable bound to its first argument.
/// ---
/// Create a bound instance method object.
#[pytype(name = "method", body = abi::PyMethodObject, export = "PyMethod_Type", gc, refs(im_func, im_self),
         weaklist = im_weakreflist, vectorcall = vectorcall, sig = "(function, instance, /)")]
pub struct Method;

/// A callable that binds as a Python function does.
/// ---
/// Bind a function to a class.
#[pytype(name = "instancemethod", body = abi::PyInstanceMethodObject, export = "PyInstanceMethod_Type", gc, refs(func),
         sig = "(function, /)")]
pub struct InstanceMethod;

impl Method {
    /// `func` bound to `this`.
    #[inline]
    pub fn new(func: &Obj, this: &Obj) -> PyResult<Ref<Method>> {
        // SAFETY: a new object's fields own what they get.
        unsafe {
            let m = alloc::new_body::<Method>()?;
            let b = m.body();
            (*b).im_func = func.to_owned().into_ptr();
            (*b).im_self = this.to_owned().into_ptr();
            (*b).vectorcall = Some(method_vectorcall);
            Ok(m)
        }
    }

    /// The callable.
    #[inline]
    pub fn func(&self) -> &Obj {
        // SAFETY: owned.
        unsafe { Obj::from_ptr((*self.body()).im_func) }
    }

    /// The first argument.
    #[inline]
    pub fn this(&self) -> &Obj {
        // SAFETY: owned.
        unsafe { Obj::from_ptr((*self.body()).im_self) }
    }
}

/// Puts the instance before the arguments: into the word there, when the caller offers it.
unsafe extern "C" fn method_vectorcall(callable: P, args: *const P, nargsf: usize, kwnames: P) -> P {
    // SAFETY: called through the vectorcall slot; the flag offers the word before the arguments for the call's length.
    unsafe {
        let m = &*(callable as *const Method);
        let n = nargsf & !call::ARGUMENTS_OFFSET;
        // The callee may drop the method itself.
        let (func, this) = (m.func().to_owned(), m.this().to_owned());
        if nargsf & call::ARGUMENTS_OFFSET != 0 {
            let start = args.sub(1).cast_mut();
            let saved = std::mem::replace(&mut *start, this.as_raw());
            let r = call::vectorcall(&func, start, n + 1, kwnames);
            *start = saved;
            return result_ptr(r);
        }
        let total = n + crate::object::native::cast_opt_unchecked::<Tuple>(kwnames).map_or(0, Tuple::len);
        let mut small = [this.as_raw(); 8];
        let mut large;
        let all: &mut [P] = if total < small.len() {
            &mut small
        } else {
            large = vec![this.as_raw(); total + 1];
            &mut large
        };
        if total > 0 {
            std::ptr::copy_nonoverlapping(args, all.as_mut_ptr().add(1), total);
        }
        result_ptr(call::vectorcall(&func, all.as_ptr(), n + 1, kwnames))
    }
}

/// An attribute of the method's own type, else of the function.
fn attribute(this: &Obj, func: &Obj, name: &Str) -> PyResult<Object> {
    let t = this.ob_type();
    if let Some(d) = t.lookup(name).map(Obj::to_owned) {
        return match d.ob_type().raw().tp_descr_get {
            // SAFETY: a slot of the attribute's type.
            Some(get) => unsafe { from_c(get(d.as_raw(), this.as_ptr(), t.as_ptr())) },
            None => Ok(d),
        };
    }
    func.get_attr(name)
}

/// `__qualname__` or `__name__`, "?" when neither is a string.
fn shown_name(func: &Obj) -> PyResult<String> {
    let name = match func.get_attr_opt(sym!(__qualname__))? {
        Some(n) => Some(n),
        None => func.get_attr_opt(sym!(__name__))?,
    };
    Ok(match name.as_ref().and_then(|n| n.downcast::<Str>()) {
        Some(n) => n.to_string_lossy().into_owned(),
        None => "?".to_owned(),
    })
}

#[pymethods(members(
    ("__func__", _Py_T_OBJECT, im_func, abi::Py_READONLY, "the function (or other callable) implementing a method"),
    ("__self__", _Py_T_OBJECT, im_self, abi::Py_READONLY, "the instance to which a method is bound"),
))]
impl Method {
    #[slot(tp_new, sig = "(function, instance, /)")]
    fn make(_cls: &Type, function: &Obj, instance: &Obj) -> PyResult<Object> {
        if !function.is_callable() {
            bail!(TypeError, "first argument must be callable");
        }
        if instance.is_none() {
            bail!(TypeError, "instance must not be None");
        }
        Ok(Method::new(function, instance)?.into_object())
    }

    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        let name = shown_name(self.func())?;
        let this = self.this().repr()?;
        Ok(Str::new(&format!("<bound method {name} of {}>", this.to_string_lossy()))?.into_object())
    }

    #[slot(tp_hash)]
    fn hash_value(&self) -> PyResult<isize> {
        let h = hash_pointer(self.this().as_ptr().cast()) ^ self.func().hash()?;
        Ok(if h == -1 { -2 } else { h })
    }

    #[slot(tp_call)]
    fn call_tuple(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.as_obj().call_dict(args, kwargs)
    }

    #[slot(tp_getattro)]
    fn getattro(&self, name: &Obj) -> PyResult<Object> {
        attribute(self, self.func(), crate::object::abstract_::attribute_name(name)?)
    }

    #[slot(tp_richcompare)]
    fn compare_with(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(b), CompareOp::Eq | CompareOp::Ne) = (other.downcast_exact::<Method>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        let same = self.func().equals(b.func())? && self.this().is(b.this());
        Ok(bool_obj(same == (op == CompareOp::Eq)).to_owned())
    }

    #[slot(tp_descr_get)]
    fn bind(&self, _o: Option<&Obj>, _ty: Option<&Obj>) -> PyResult<Object> {
        Ok(self.as_obj().to_owned())
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let name = self.func().get_attr(sym!(__name__))?;
        getattr_reduction(self.this(), &name)
    }

    #[getter(name = "__doc__")]
    fn doc(&self) -> PyResult<Object> {
        self.func().get_attr(sym!(__doc__))
    }
}

impl InstanceMethod {
    /// Wraps a callable (`PyInstanceMethod_New`).
    pub fn new(func: &Obj) -> PyResult<Ref<InstanceMethod>> {
        // SAFETY: a new object's field owns what it gets.
        unsafe {
            let m = alloc::new_body::<InstanceMethod>()?;
            (*m.body()).func = func.to_owned().into_ptr();
            Ok(m)
        }
    }

    /// The callable.
    pub fn func(&self) -> &Obj {
        // SAFETY: owned.
        unsafe { Obj::from_ptr((*self.body()).func) }
    }
}

#[pymethods(members(
    ("__func__", _Py_T_OBJECT, func, abi::Py_READONLY, "the function (or other callable) implementing a method"),
))]
impl InstanceMethod {
    #[slot(tp_new, sig = "(function, /)")]
    fn make(_cls: &Type, function: &Obj) -> PyResult<Object> {
        if !function.is_callable() {
            bail!(TypeError, "first argument must be callable");
        }
        Ok(InstanceMethod::new(function)?.into_object())
    }

    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        let name = match self.func().get_attr_opt(sym!(__name__))? {
            Some(n) => n.str_()?.to_string_lossy().into_owned(),
            None => "?".to_owned(),
        };
        Ok(Str::new(&format!("<instancemethod {name} at {:#x}>", self.as_ptr() as usize))?.into_object())
    }

    #[slot(tp_call)]
    fn call_tuple(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.func().call_dict(args, kwargs)
    }

    #[slot(tp_getattro)]
    fn getattro(&self, name: &Obj) -> PyResult<Object> {
        attribute(self, self.func(), crate::object::abstract_::attribute_name(name)?)
    }

    #[slot(tp_richcompare)]
    fn compare_with(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(b), CompareOp::Eq | CompareOp::Ne) = (other.downcast_exact::<InstanceMethod>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        let same = self.func().equals(b.func())?;
        Ok(bool_obj(same == (op == CompareOp::Eq)).to_owned())
    }

    #[slot(tp_descr_get)]
    fn bind(&self, o: Option<&Obj>, _ty: Option<&Obj>) -> PyResult<Object> {
        match o {
            None => Ok(self.func().to_owned()),
            Some(o) => Ok(Method::new(self.func(), o)?.into_object()),
        }
    }

    #[getter(name = "__doc__")]
    fn doc(&self) -> PyResult<Object> {
        self.func().get_attr(sym!(__doc__))
    }
}
