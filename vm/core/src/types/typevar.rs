//! `typing.TypeVar`, and the functions by which compiled type parameter lists make type parameters (PEP 695, 696).

use crate::error::PyResult;
use crate::object::alloc;
use crate::object::obj::{Obj, replace};
use crate::object::refs::{AsObj, Object, Ref};
use crate::types::nodefault::{NoDefault, no_default};
use crate::types::paramspec::{ParamSpec, ParamSpecArgs, ParamSpecKwargs};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::types::typealias::TypeAlias;
use crate::types::typevartuple::TypeVarTuple;
use crate::types::typing_support::{ConstEvaluator, caller_module, evaluator, lazy, type_check, typing_call};
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_char;

type P = *mut abi::PyObject;

/// Body of `TypeVar`.
#[repr(C)]
pub struct TypeVarBody {
    ob_base: abi::PyObject,
    name: P,
    bound: P,
    evaluate_bound: P,
    constraints: P,
    evaluate_constraints: P,
    default_value: P,
    evaluate_default: P,
    dict: P,
    weaklist: P,
    covariant: c_char,
    contravariant: c_char,
    infer_variance: c_char,
}

/// Type variables.
/// ---
/// Type variable.
///
/// The preferred way to construct a type variable is via the dedicated
/// syntax for generic functions, classes, and type aliases.
/// Type variables can have an upper bound, constraints, a default and a
/// variance; see PEP 484, PEP 695 and PEP 696.
#[pytype(
    name = "typing.TypeVar", body = TypeVarBody, gc, dict = dict, weaklist = weaklist,
    refs(name, bound, evaluate_bound, constraints, evaluate_constraints, default_value, evaluate_default, dict)
)]
pub struct TypeVar;

/// How a type variable varies.
#[derive(Clone, Copy, Default)]
pub struct Variance {
    pub covariant: bool,
    pub contravariant: bool,
    pub infer: bool,
}

impl Variance {
    /// Checks the flags that a constructor was given.
    pub fn checked(self) -> PyResult<Variance> {
        if self.covariant && self.contravariant {
            bail!(ValueError, "Bivariant types are not supported.");
        }
        if self.infer && (self.covariant || self.contravariant) {
            bail!(ValueError, "Variance cannot be specified with infer_variance.");
        }
        Ok(self)
    }

    /// The mark before a name in `repr`.
    pub fn mark(self) -> &'static str {
        match self {
            Variance { infer: true, .. } => "",
            Variance { covariant: true, .. } => "+",
            Variance { contravariant: true, .. } => "-",
            _ => "~",
        }
    }
}

/// Sets the `__module__` of a parameter made by calling its type.
pub fn set_module(o: &Obj) -> PyResult<()> {
    let module = caller_module();
    if module.is_none() { Ok(()) } else { o.set_attr(sym!(__module__), &module) }
}

impl TypeVar {
    fn blank(name: &Obj, variance: Variance) -> PyResult<Ref<TypeVar>> {
        // SAFETY: the fields own what they get.
        unsafe {
            let t = alloc::new_body::<TypeVar>()?;
            let b = t.body();
            (*b).name = name.to_owned().into_ptr();
            (*b).covariant = variance.covariant as c_char;
            (*b).contravariant = variance.contravariant as c_char;
            (*b).infer_variance = variance.infer as c_char;
            Ok(t)
        }
    }

    fn name(&self) -> &Str {
        // SAFETY: always a string.
        unsafe { &*((*self.body()).name as *const Str) }
    }

    fn variance(&self) -> Variance {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            Variance {
                covariant: (*b).covariant != 0,
                contravariant: (*b).contravariant != 0,
                infer: (*b).infer_variance != 0,
            }
        }
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
}

/// A parameter of a compiled type parameter list.
fn inferred() -> Variance {
    Variance { infer: true, ..Variance::default() }
}

/// `[T]`.
pub fn new_typevar(name: &Obj) -> PyResult<Object> {
    Ok(TypeVar::blank(name, inferred())?.into_object())
}

/// `[T: bound]`, the bound as a function.
pub fn typevar_with_bound(name: &Obj, evaluate: &Obj) -> PyResult<Object> {
    let t = TypeVar::blank(name, inferred())?;
    // SAFETY: a new object's empty field.
    unsafe { (*t.body()).evaluate_bound = evaluate.to_owned().into_ptr() };
    Ok(t.into_object())
}

/// `[T: (a, b)]`, the constraints as a function.
pub fn typevar_with_constraints(name: &Obj, evaluate: &Obj) -> PyResult<Object> {
    let t = TypeVar::blank(name, inferred())?;
    // SAFETY: a new object's empty field.
    unsafe { (*t.body()).evaluate_constraints = evaluate.to_owned().into_ptr() };
    Ok(t.into_object())
}

/// `[**P]`.
pub fn new_paramspec(name: &Obj) -> PyResult<Object> {
    Ok(ParamSpec::blank(name, inferred())?.into_object())
}

/// `[*Ts]`.
pub fn new_typevartuple(name: &Obj) -> PyResult<Object> {
    Ok(TypeVarTuple::blank(name)?.into_object())
}

/// `type Name[params] = value`: a tuple of name, parameters or None, and the value as a function.
pub fn new_typealias(parts: &Obj) -> PyResult<Object> {
    match parts.downcast::<Tuple>().map(Tuple::items) {
        Some([name, params, compute]) => {
            let params = params.downcast::<Tuple>();
            Ok(TypeAlias::lazy(name, params, compute)?.into_object())
        }
        _ => Err(raise!(SystemError, "a type alias needs three parts")),
    }
}

/// `[T = default]`, the default as a function: gives the parameter back.
pub fn set_default(param: &Obj, evaluate: &Obj) -> PyResult<Object> {
    let slot = if let Some(t) = param.downcast_exact::<TypeVar>() {
        // SAFETY: own field.
        unsafe { &raw mut (*t.body()).evaluate_default }
    } else if let Some(p) = param.downcast_exact::<ParamSpec>() {
        p.default_slot()
    } else if let Some(t) = param.downcast_exact::<TypeVarTuple>() {
        t.default_slot()
    } else {
        bail!(TypeError, "Expected a type param, got {}", param.repr()?.to_string_lossy());
    };
    // SAFETY: an owned field of a live object.
    unsafe { replace(slot, Some(evaluate.to_owned())) };
    Ok(param.to_owned())
}

/// Does this type parameter have a default? `None` for what is no type parameter.
pub fn has_default(param: &Obj) -> PyResult<Option<bool>> {
    let d = if let Some(t) = param.downcast_exact::<TypeVar>() {
        t.default_value()?
    } else if let Some(p) = param.downcast_exact::<ParamSpec>() {
        p.default_value()?
    } else if let Some(t) = param.downcast_exact::<TypeVarTuple>() {
        t.default_value()?
    } else {
        return Ok(None);
    };
    Ok(Some(!d.is(no_default())))
}

#[pymethods(members(
    ("__name__", _Py_T_OBJECT, name, abi::Py_READONLY, ""),
    ("__covariant__", Py_T_BOOL, covariant, abi::Py_READONLY, ""),
    ("__contravariant__", Py_T_BOOL, contravariant, abi::Py_READONLY, ""),
    ("__infer_variance__", Py_T_BOOL, infer_variance, abi::Py_READONLY, ""),
))]
impl TypeVar {
    #[allow(clippy::too_many_arguments)]
    #[slot(
        tp_new,
        name = "typevar",
        sig = "(name, *constraints, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn make(
        _cls: &Type,
        name: &Str,
        constraints: &[&Obj],
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
        match constraints.len() {
            1 => bail!(TypeError, "A single constraint is not allowed"),
            n if n > 1 && bound.is_some() => {
                bail!(TypeError, "Constraints cannot be combined with bound=...")
            }
            _ => {}
        }
        let mut checked = Vec::new();
        for c in constraints {
            checked.push(type_check(c, "TypeVar(name, constraint, ...): constraints must be types.")?);
        }
        let t = TypeVar::blank(name, variance)?;
        // SAFETY: a new object's empty fields.
        unsafe {
            let b = t.body();
            replace(&raw mut (*b).bound, bound);
            if !checked.is_empty() {
                (*b).constraints = Tuple::from_vec(checked)?.into_ptr();
            }
            (*b).default_value = default.unwrap_or(no_default()).to_owned().into_ptr();
        }
        set_module(t.as_obj())?;
        Ok(t.into_object())
    }

    #[slot(tp_repr)]
    fn show(&self) -> String {
        format!("{}{}", self.variance().mark(), self.name().to_string_lossy())
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        crate::types::union::from_arguments(&*Tuple::from_slice(&[a, b])?)
    }

    #[getter(name = "__bound__")]
    fn bound(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields.
        unsafe { lazy(&raw mut (*self.body()).bound, (*self.body()).evaluate_bound) }
    }

    #[getter(name = "__constraints__")]
    fn constraints(&self) -> PyResult<Object> {
        // SAFETY: own fields.
        let c = unsafe { lazy(&raw mut (*self.body()).constraints, (*self.body()).evaluate_constraints)? };
        Ok(c.unwrap_or_else(|| Tuple::empty().into_object()))
    }

    #[getter(name = "__default__")]
    fn default_getter(&self) -> PyResult<Object> {
        self.default_value()
    }

    #[getter]
    fn evaluate_bound(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields.
        unsafe { evaluator((*self.body()).bound, (*self.body()).evaluate_bound) }
    }

    #[getter]
    fn evaluate_constraints(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields.
        unsafe { evaluator((*self.body()).constraints, (*self.body()).evaluate_constraints) }
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
        typing_call(sym!(_typevar_subst), &[self.as_obj(), arg])
    }

    #[method(name = "__typing_prepare_subst__")]
    fn typing_prepare_subst(&self, alias: &Obj, args: &Obj) -> PyResult<Object> {
        let params = alias.get_attr(sym!(__parameters__))?;
        let n = args.len_()?;
        let index = params.index_of(self)?;
        if index < n {
            return Ok(args.to_owned());
        }
        let too_few = || -> PyResult<Object> {
            Err(raise!(TypeError, "Too few arguments for {}", alias.str_()?.to_string_lossy()))
        };
        if index > n {
            return too_few();
        }
        let default = self.default_value()?;
        if default.is(no_default()) {
            return too_few();
        }
        args.concat(&*Tuple::from_array([default])?)
    }

    #[method(name = "__mro_entries__")]
    fn mro_entries(&self, _object: &Obj) -> PyResult<()> {
        Err(raise!(TypeError, "Cannot subclass an instance of TypeVar"))
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> Object {
        self.name().as_obj().to_owned()
    }
}

/// Completes the types of `_typing`. Their instances show the module too, as those of heap types do.
pub fn ready_all() -> PyResult<()> {
    fn complete<T: crate::object::native::Declared>() -> PyResult<()> {
        crate::types::ready::ready::<T>()?;
        let ty = T::type_object();
        if ty.dict().get_str(sym!(__module__)).is_none() {
            ty.dict().set(sym!(__module__).as_obj(), &*ty.module_name()?)?;
        }
        Ok(())
    }
    crate::types::ready::ready::<NoDefault>()?;
    complete::<ConstEvaluator>()?;
    complete::<TypeVar>()?;
    complete::<ParamSpec>()?;
    complete::<ParamSpecArgs>()?;
    complete::<ParamSpecKwargs>()?;
    complete::<TypeVarTuple>()?;
    complete::<TypeAlias>()?;
    complete::<crate::types::typing_module::Generic>()
}
