//! `typing.ParamSpec` with its `args` and `kwargs` (PEP 612).

use crate::error::PyResult;
use crate::object::native::Native;
use crate::object::obj::{Obj, replace};
use crate::object::refs::{AsObj, Object, Ref};
use crate::object::{CompareOp, alloc};
use crate::types::nodefault::no_default;
use crate::types::none::not_implemented;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::types::typevar::{Variance, set_module};
use crate::types::typing_support::{evaluator, lazy, type_check, typing_call};
use crate::{raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_char;

type P = *mut abi::PyObject;

/// Body of `ParamSpec`.
#[repr(C)]
pub struct ParamSpecBody {
    ob_base: abi::PyObject,
    name: P,
    bound: P,
    default_value: P,
    evaluate_default: P,
    dict: P,
    weaklist: P,
    covariant: c_char,
    contravariant: c_char,
    infer_variance: c_char,
}

/// Parameter specification variables.
/// ---
/// Parameter specification variable.
///
/// The preferred way to construct a parameter specification is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where the use of '**' creates a parameter specification; see PEP 612
/// and PEP 695.
#[pytype(
    name = "typing.ParamSpec", body = ParamSpecBody, gc, dict = dict, weaklist = weaklist,
    refs(name, bound, default_value, evaluate_default, dict)
)]
pub struct ParamSpec;

impl ParamSpec {
    /// A parameter specification without bound and default.
    pub fn blank(name: &Obj, variance: Variance) -> PyResult<Ref<ParamSpec>> {
        // SAFETY: the fields own what they get.
        unsafe {
            let p = alloc::new_body::<ParamSpec>()?;
            let b = p.body();
            (*b).name = name.to_owned().into_ptr();
            (*b).covariant = variance.covariant as c_char;
            (*b).contravariant = variance.contravariant as c_char;
            (*b).infer_variance = variance.infer as c_char;
            Ok(p)
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

    fn name(&self) -> &Str {
        // SAFETY: always a string.
        unsafe { &*((*self.body()).name as *const Str) }
    }
}

#[pymethods(members(
    ("__name__", _Py_T_OBJECT, name, abi::Py_READONLY, ""),
    ("__bound__", _Py_T_OBJECT, bound, abi::Py_READONLY, ""),
    ("__covariant__", Py_T_BOOL, covariant, abi::Py_READONLY, ""),
    ("__contravariant__", Py_T_BOOL, contravariant, abi::Py_READONLY, ""),
    ("__infer_variance__", Py_T_BOOL, infer_variance, abi::Py_READONLY, ""),
))]
impl ParamSpec {
    #[allow(clippy::too_many_arguments)]
    #[slot(
        tp_new,
        name = "paramspec",
        sig = "(name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn make(
        _cls: &Type,
        name: &Str,
        bound: Option<&Obj>,
        default: Option<&Obj>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> PyResult<Object> {
        let variance = Variance { covariant, contravariant, infer: infer_variance }.checked()?;
        let bound = match bound {
            Some(b) => Some(type_check(b, "Bound must be a type.")?),
            None => None,
        };
        let p = ParamSpec::blank(name, variance)?;
        // SAFETY: a new object's empty fields.
        unsafe {
            replace(&raw mut (*p.body()).bound, bound);
            (*p.body()).default_value = default.unwrap_or(no_default()).to_owned().into_ptr();
        }
        set_module(p.as_obj())?;
        Ok(p.into_object())
    }

    #[slot(tp_repr)]
    fn show(&self) -> String {
        // SAFETY: own fields.
        let v = unsafe {
            let b = self.body();
            Variance {
                covariant: (*b).covariant != 0,
                contravariant: (*b).contravariant != 0,
                infer: (*b).infer_variance != 0,
            }
        };
        format!("{}{}", v.mark(), self.name().to_string_lossy())
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        crate::types::union::from_arguments(&*Tuple::from_slice(&[a, b])?)
    }

    /// Represents positional arguments.
    #[getter]
    fn args(&self) -> PyResult<Object> {
        Ok(part::<ParamSpecArgs>(self)?.into_object())
    }

    /// Represents keyword arguments.
    #[getter]
    fn kwargs(&self) -> PyResult<Object> {
        Ok(part::<ParamSpecKwargs>(self)?.into_object())
    }

    /// The default value for this ParamSpec.
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
    fn typing_subst(&self, arg: &Obj) -> PyResult<Object> {
        typing_call(sym!(_paramspec_subst), &[self.as_obj(), arg])
    }

    #[method(name = "__typing_prepare_subst__")]
    fn typing_prepare_subst(&self, alias: &Obj, args: &Obj) -> PyResult<Object> {
        typing_call(sym!(_paramspec_prepare_subst), &[self.as_obj(), alias, args])
    }

    #[method(name = "__mro_entries__")]
    fn mro_entries(&self, _object: &Obj) -> PyResult<()> {
        Err(raise!(TypeError, "Cannot subclass an instance of ParamSpec"))
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> Object {
        self.name().as_obj().to_owned()
    }
}

/// Body of `ParamSpecArgs` and `ParamSpecKwargs`.
#[repr(C)]
pub struct PartBody {
    ob_base: abi::PyObject,
    origin: P,
    weaklist: P,
}

/// `P.args`.
/// ---
/// The args for a ParamSpec object.
///
/// Given a ParamSpec object P, P.args is an instance of ParamSpecArgs.
#[pytype(name = "typing.ParamSpecArgs", body = PartBody, gc, refs(origin), weaklist = weaklist)]
pub struct ParamSpecArgs;

/// `P.kwargs`.
/// ---
/// The kwargs for a ParamSpec object.
///
/// Given a ParamSpec object P, P.kwargs is an instance of ParamSpecKwargs.
#[pytype(name = "typing.ParamSpecKwargs", body = PartBody, gc, refs(origin), weaklist = weaklist)]
pub struct ParamSpecKwargs;

fn part<T: Native<Body = PartBody>>(origin: &Obj) -> PyResult<Ref<T>> {
    // SAFETY: the field owns what it gets.
    unsafe {
        let p = alloc::new_body::<T>()?;
        (*p.body()).origin = origin.to_owned().into_ptr();
        Ok(p)
    }
}

macro_rules! part_methods {
    ($ty:ident, $name:literal, $shown:literal) => {
        impl $ty {
            fn origin(&self) -> &Obj {
                // SAFETY: always filled.
                unsafe { Obj::from_ptr((*self.body()).origin) }
            }
        }

        #[pymethods(members(
                                            ("__origin__", _Py_T_OBJECT, origin, abi::Py_READONLY, ""),
                                        ))]
        impl $ty {
            #[slot(tp_new, name = $name, sig = "(origin)")]
            fn make(_cls: &Type, origin: &Obj) -> PyResult<Object> {
                Ok(part::<$ty>(origin)?.into_object())
            }

            #[slot(tp_repr)]
            fn show(&self) -> PyResult<String> {
                Ok(match self.origin().downcast_exact::<ParamSpec>() {
                    Some(p) => format!(concat!("{}", $shown), p.name().to_string_lossy()),
                    None => format!(concat!("{}", $shown), self.origin().repr()?.to_string_lossy()),
                })
            }

            #[slot(tp_richcompare)]
            fn compare_with(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
                match (other.downcast_exact::<$ty>(), op) {
                    (Some(o), CompareOp::Eq | CompareOp::Ne) => self.origin().compare(o.origin(), op),
                    _ => Ok(not_implemented().to_owned()),
                }
            }

            #[method(name = "__mro_entries__")]
            fn mro_entries(&self, _object: &Obj) -> PyResult<()> {
                Err(raise!(TypeError, "Cannot subclass an instance of {}", $ty::SHORT_NAME))
            }
        }
    };
}

part_methods!(ParamSpecArgs, "paramspecargs", ".args");
part_methods!(ParamSpecKwargs, "paramspeckwargs", ".kwargs");
