//! `typing.TypeVarTuple` (PEP 646).

use crate::error::PyResult;
use crate::object::alloc;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref};
use crate::types::nodefault::no_default;
use crate::types::str_::Str;
use crate::types::type_::Type;
use crate::types::typevar::set_module;
use crate::types::typing_support::{evaluator, lazy, typing_call, unpack_iter};
use crate::{raise, sym};
use dovetail_macros::{pymethods, pytype};

type P = *mut abi::PyObject;

/// Body of `TypeVarTuple`.
#[repr(C)]
pub struct TypeVarTupleBody {
    ob_base: abi::PyObject,
    name: P,
    default_value: P,
    evaluate_default: P,
    dict: P,
    weaklist: P,
}

/// Variadic type variables.
/// ---
/// Type variable tuple. A specialized form of type variable that enables
/// variadic generics.
///
/// The preferred way to construct a type variable tuple is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where a single '*' indicates a type variable tuple; see PEP 646.
#[pytype(
    name = "typing.TypeVarTuple", body = TypeVarTupleBody, gc, dict = dict, weaklist = weaklist,
    refs(name, default_value, evaluate_default, dict)
)]
pub struct TypeVarTuple;

impl TypeVarTuple {
    /// A type variable tuple without a default.
    pub fn blank(name: &Obj) -> PyResult<Ref<TypeVarTuple>> {
        // SAFETY: the field owns what it gets.
        unsafe {
            let t = alloc::new_body::<TypeVarTuple>()?;
            (*t.body()).name = name.to_owned().into_ptr();
            Ok(t)
        }
    }

    /// Where the function that evaluates the default stands.
    pub fn default_slot(&self) -> *mut P {
        // SAFETY: own field.
        unsafe { &raw mut (*self.body()).evaluate_default }
    }

    /// The default, evaluated, or `NoDefault`.
    pub fn default_value(&self) -> PyResult<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            Ok(lazy(&raw mut (*b).default_value, (*b).evaluate_default)?
                .unwrap_or_else(|| no_default().to_owned()))
        }
    }

    fn name(&self) -> &Obj {
        // SAFETY: always a string.
        unsafe { Obj::from_ptr((*self.body()).name) }
    }
}

#[pymethods(members(
    ("__name__", _Py_T_OBJECT, name, abi::Py_READONLY, ""),
))]
impl TypeVarTuple {
    #[slot(tp_new, name = "typevartuple", sig = "(name, *, default=NoDefault)")]
    fn make(_cls: &Type, name: &Str, default: Option<&Obj>) -> PyResult<Object> {
        let t = TypeVarTuple::blank(name)?;
        // SAFETY: a new object's empty field.
        unsafe { (*t.body()).default_value = default.unwrap_or(no_default()).to_owned().into_ptr() };
        set_module(t.as_obj())?;
        Ok(t.into_object())
    }

    #[slot(tp_repr)]
    fn show(&self) -> Object {
        self.name().to_owned()
    }

    #[slot(tp_iter)]
    fn iter(&self) -> PyResult<Object> {
        unpack_iter(self)
    }

    /// The default value for this TypeVarTuple.
    #[getter(name = "__default__")]
    fn default_getter(&self) -> PyResult<Object> {
        self.default_value()
    }

    #[getter]
    fn evaluate_default(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields.
        unsafe { evaluator((*self.body()).default_value, (*self.body()).evaluate_default) }
    }

    #[method]
    fn has_default(&self) -> PyResult<bool> {
        Ok(!self.default_value()?.is(no_default()))
    }

    #[method(name = "__typing_subst__")]
    fn typing_subst(&self, _arg: &Obj) -> PyResult<()> {
        Err(raise!(TypeError, "Substitution of bare TypeVarTuple is not supported"))
    }

    #[method(name = "__typing_prepare_subst__")]
    fn typing_prepare_subst(&self, alias: &Obj, args: &Obj) -> PyResult<Object> {
        typing_call(sym!(_typevartuple_prepare_subst), &[self.as_obj(), alias, args])
    }

    #[method(name = "__mro_entries__")]
    fn mro_entries(&self, _object: &Obj) -> PyResult<()> {
        Err(raise!(TypeError, "Cannot subclass an instance of TypeVarTuple"))
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> Object {
        self.name().to_owned()
    }
}
