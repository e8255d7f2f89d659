//! The module `_typing`, and `typing.Generic`.

use crate::error::PyResult;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object};
use crate::sym;
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::types::typing_support::typing;
use dovetail_macros::{pymethods, pymodule, pytype};

/// The base of generic classes.
/// ---
/// Abstract base class for generic types.
///
/// On Python 3.12 and newer, generic classes implicitly inherit from
/// Generic when they declare a parameter list after the class's name::
///
///     class Mapping[KT, VT]:
///         def __getitem__(self, key: KT) -> VT:
///             ...
///         # Etc.
///
/// On older versions of Python, however, generic classes have to
/// explicitly inherit from Generic.
///
/// After a class has been declared to be generic, it can then be used as
/// follows::
///
///     def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:
///         try:
///             return mapping[key]
///         except KeyError:
///             return default
#[pytype(name = "typing.Generic", body = abi::PyObject, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Generic;

/// `typing.name(cls, *args, **kwargs)`.
fn forward(
    name: &crate::types::str_::Str,
    cls: &Type,
    args: &[&Obj],
    kwargs: Option<&Dict>,
) -> PyResult<Object> {
    let mut all = vec![cls.as_obj()];
    all.extend_from_slice(args);
    typing()?.get_attr(name)?.call_dict(&*Tuple::from_slice(&all)?, kwargs)
}

#[pymethods]
impl Generic {
    /// Parameterizes a generic class.
    ///
    /// At least, parameterizing a generic class is the *main* thing this
    /// method does.  For example, for some generic class `Foo`, this is
    /// called when we do `Foo[int]` - there, with `cls=Foo` and
    /// `params=int`.
    ///
    /// However, note that this method is also called when defining generic
    /// classes in the first place with `class Foo[T]: ...`.
    #[classmethod(name = "__class_getitem__", nosig, sig = "(*args, **kwargs)")]
    fn class_getitem(cls: &Type, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        forward(sym!(_generic_class_getitem), cls, args, kwargs)
    }

    /// Function to initialize subclasses.
    #[classmethod(name = "__init_subclass__", nosig, sig = "(*args, **kwargs)")]
    fn init_subclass(cls: &Type, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        forward(sym!(_generic_init_subclass), cls, args, kwargs)
    }
}

/// Primitives and accelerators for the typing module.
#[pymodule(name = "_typing")]
pub mod _typing {
    use super::Generic;
    use crate::error::PyResult;
    use crate::object::native::Native;
    use crate::object::obj::Obj;
    use crate::object::refs::{AsObj, Object};
    use crate::types::nodefault::no_default;
    use crate::types::paramspec::{ParamSpec, ParamSpecArgs, ParamSpecKwargs};
    use crate::types::str_::Str;
    use crate::types::typealias::TypeAlias;
    use crate::types::typevar::TypeVar;
    use crate::types::typevartuple::TypeVarTuple;

    #[function(name = "_idfunc", doc = "")]
    fn idfunc(x: &Obj) -> Object {
        x.to_owned()
    }

    #[exec]
    fn exec(module: &Obj) -> PyResult<()> {
        let types = [
            TypeVar::type_object(),
            ParamSpec::type_object(),
            ParamSpecArgs::type_object(),
            ParamSpecKwargs::type_object(),
            TypeVarTuple::type_object(),
            TypeAlias::type_object(),
            Generic::type_object(),
            crate::types::union::Union::type_object(),
        ];
        for t in types {
            module.set_attr(&*Str::intern(t.short_name())?, t.as_obj())?;
        }
        module.set_attr(&*Str::intern("NoDefault")?, no_default())
    }
}
