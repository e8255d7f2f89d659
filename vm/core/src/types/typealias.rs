//! `typing.TypeAliasType`: what the `type` statement makes (PEP 695).

use crate::bail;
use crate::error::PyResult;
use crate::object::alloc;
use crate::object::obj::{Obj, replace};
use crate::object::refs::{AsObj, Object, Ref, ToRef};
use crate::types::function::Function;
use crate::types::genericalias::GenericAlias;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::types::typevar::has_default;
use crate::types::typing_support::{caller_module, evaluator, field, lazy, unpack_iter, unpacked};
use dovetail_macros::{pymethods, pytype};

type P = *mut abi::PyObject;

/// Body of `TypeAlias`.
#[repr(C)]
pub struct TypeAliasBody {
    ob_base: abi::PyObject,
    name: P,
    type_params: P,
    compute_value: P,
    value: P,
    module: P,
}

/// Type aliases.
/// ---
/// Type alias.
///
/// Type aliases are created through the type statement::
///
///     type Alias = int
///
/// In this example, Alias and int will be treated equivalently by static
/// type checkers. The value is computed only if the attribute __value__ is
/// accessed.
///
/// See PEP 695 for more information.
#[pytype(name = "typing.TypeAliasType", static_in_c, body = TypeAliasBody, gc, refs(name, type_params, compute_value, value, module))]
pub struct TypeAlias;

impl TypeAlias {
    /// An alias whose value a function computes.
    pub fn lazy(name: &Obj, type_params: Option<&Tuple>, compute: &Obj) -> PyResult<Ref<TypeAlias>> {
        // SAFETY: the fields own what they get.
        unsafe {
            let a = alloc::new_body::<TypeAlias>()?;
            let b = a.body();
            (*b).name = name.to_owned().into_ptr();
            (*b).compute_value = compute.to_owned().into_ptr();
            replace(&raw mut (*b).type_params, type_params.map(|t| t.as_obj().to_owned()));
            Ok(a)
        }
    }

    fn params(&self) -> Ref<Tuple> {
        // SAFETY: NULL or a tuple.
        unsafe {
            ((*self.body()).type_params as *const Tuple).as_ref().map_or_else(Tuple::empty, ToRef::to_ref)
        }
    }
}

/// Type parameters with defaults come last.
fn check_params(params: &Tuple) -> PyResult<()> {
    let mut defaults = false;
    for p in params.items() {
        match has_default(p)? {
            None => bail!(TypeError, "Expected a type param, got {}", p.repr()?.to_string_lossy()),
            Some(true) => defaults = true,
            Some(false) if defaults => bail!(
                TypeError,
                "non-default type parameter '{}' follows default type parameter",
                p.repr()?.to_string_lossy()
            ),
            Some(false) => {}
        }
    }
    Ok(())
}

#[pymethods(members(
    ("__name__", _Py_T_OBJECT, name, abi::Py_READONLY, ""),
))]
impl TypeAlias {
    #[slot(tp_new, name = "typealias", sig = "(name, value, *, type_params=())")]
    fn make(_cls: &Type, name: &Str, value: &Obj, type_params: Option<&Obj>) -> PyResult<Object> {
        let params = match type_params {
            Some(p) => match p.downcast::<Tuple>() {
                Some(t) => Some(t),
                None => bail!(TypeError, "type_params must be a tuple"),
            },
            None => None,
        };
        if let Some(t) = params {
            check_params(t)?;
        }
        let module = caller_module();
        // SAFETY: the fields own what they get.
        unsafe {
            let a = alloc::new_body::<TypeAlias>()?;
            let b = a.body();
            (*b).name = name.as_obj().to_owned().into_ptr();
            (*b).value = value.to_owned().into_ptr();
            replace(
                &raw mut (*b).type_params,
                params.filter(|t| !t.is_empty()).map(|t| t.as_obj().to_owned()),
            );
            replace(&raw mut (*b).module, Some(module).filter(|m| !m.is_none()));
            Ok(a.into_object())
        }
    }

    #[slot(tp_repr)]
    fn show(&self) -> Object {
        // SAFETY: always a string.
        unsafe { Ref::from_borrowed((*self.body()).name) }
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        crate::types::union::type_or(a, b)
    }

    #[slot(tp_iter)]
    fn iter(&self) -> PyResult<Object> {
        unpack_iter(self)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, args: &Obj) -> PyResult<Object> {
        if self.params().is_empty() {
            bail!(TypeError, "Only generic type aliases are subscriptable");
        }
        Ok(GenericAlias::new(self, args)?.into_object())
    }

    #[getter(name = "__parameters__")]
    fn parameters(&self) -> PyResult<Object> {
        Ok(unpacked(&self.params())?.into_object())
    }

    #[getter(name = "__type_params__")]
    fn type_params(&self) -> Object {
        self.params().into_object()
    }

    #[getter(name = "__value__")]
    fn value(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields.
        unsafe { lazy(&raw mut (*self.body()).value, (*self.body()).compute_value) }
    }

    #[getter]
    fn evaluate_value(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields.
        unsafe { evaluator((*self.body()).value, (*self.body()).compute_value) }
    }

    #[getter(name = "__module__")]
    fn module(&self) -> Object {
        // SAFETY: own fields; a function's module is NULL or an object.
        unsafe {
            let b = self.body();
            if let Some(m) = field((*b).module) {
                return m;
            }
            match field((*b).compute_value) {
                Some(f) if f.is_exact::<Function>() => {
                    field((*(f.as_raw() as *mut abi::PyFunctionObject)).func_module)
                        .unwrap_or_else(|| none().to_owned())
                }
                _ => none().to_owned(),
            }
        }
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> Object {
        self.show()
    }
}
