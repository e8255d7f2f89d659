//! `mappingproxy`: a read-only view of a mapping, as the `__dict__` of classes is.

use crate::error::PyResult;
use crate::object::number::{self, BinaryOp};
use crate::object::obj::Obj;
use crate::object::refs::{Object, Ref};
use crate::object::{CompareOp, alloc};
use crate::types::dict::Dict;
use crate::types::genericalias::GenericAlias;
use crate::types::list::List;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};

type P = *mut abi::PyObject;

/// The body: the mapping.
#[repr(C)]
pub struct MappingProxyBody {
    pub ob_base: abi::PyObject,
    pub mapping: P,
}

/// A read-only view of a mapping.
/// ---
/// Read-only proxy of a mapping.
#[pytype(name = "mappingproxy", body = MappingProxyBody, export = "PyDictProxy_Type", gc, refs(mapping),
         flags = abi::Py_TPFLAGS_MAPPING, sig = "(mapping)")]
pub struct MappingProxy;

impl MappingProxy {
    /// A view of `mapping`, which is one.
    pub fn new(mapping: &Obj) -> PyResult<Ref<MappingProxy>> {
        // SAFETY: a new object's field owns what it gets.
        unsafe {
            let p = alloc::new_body::<MappingProxy>()?;
            (*p.body()).mapping = mapping.to_owned().into_ptr();
            Ok(p)
        }
    }

    /// The mapping.
    pub fn mapping(&self) -> &Obj {
        // SAFETY: owned.
        unsafe { Obj::from_ptr((*self.body()).mapping) }
    }
}

/// Is the object a mapping that a proxy may show?
fn check_mapping(o: &Obj) -> PyResult<()> {
    let m = o.ob_type().raw().tp_as_mapping;
    // SAFETY: NULL or a suite.
    let subscript = !m.is_null() && unsafe { (*m).mp_subscript.is_some() };
    if !subscript || o.is_a::<List>() || o.is_a::<Tuple>() {
        bail!(TypeError, "mappingproxy() argument must be a mapping, not {}", o.type_name());
    }
    Ok(())
}

#[pymethods]
impl MappingProxy {
    #[slot(tp_new, sig = "(mapping)")]
    fn make(_cls: &Type, mapping: &Obj) -> PyResult<Object> {
        check_mapping(mapping)?;
        Ok(MappingProxy::new(mapping)?.into_object())
    }

    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        Ok(Str::new(&format!("mappingproxy({})", self.mapping().repr()?.to_string_lossy()))?.into_object())
    }

    #[slot(tp_str)]
    fn text(&self) -> PyResult<Object> {
        Ok(self.mapping().str_()?.into_object())
    }

    #[slot(tp_hash)]
    fn hash_value(&self) -> PyResult<isize> {
        self.mapping().hash()
    }

    #[slot(tp_iter)]
    fn iterate(&self) -> PyResult<Object> {
        self.mapping().iter()
    }

    #[slot(tp_richcompare)]
    fn compare_with(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        self.mapping().compare(other, op)
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = (
            a.downcast::<MappingProxy>().map_or(a, MappingProxy::mapping),
            b.downcast::<MappingProxy>().map_or(b, MappingProxy::mapping),
        );
        number::binary(BinaryOp::Or, a, b)
    }

    #[slot(nb_inplace_or)]
    fn ior(&self, _other: &Obj) -> PyResult<Object> {
        bail!(TypeError, "'|=' is not supported by {}; use '|' instead", self.type_name())
    }

    #[slot(mp_length)]
    fn length(&self) -> PyResult<usize> {
        self.mapping().len_()
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        self.mapping().get_item(key)
    }

    #[slot(sq_contains)]
    fn contains_key(&self, key: &Obj) -> PyResult<bool> {
        match self.mapping().downcast_exact::<Dict>() {
            Some(d) => Ok(d.get(key)?.is_some()),
            None => self.mapping().contains(key),
        }
    }

    /// Return the value for key if key is in the mapping, else default.
    #[method(sig = "(key, default=None, /)")]
    fn get(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        self.mapping().call_method(sym!(get), &[key, default.unwrap_or(none())])
    }

    /// D.keys() -> a set-like object providing a view on D's keys
    #[method]
    fn keys(&self) -> PyResult<Object> {
        self.mapping().call_method(sym!(keys), &[])
    }

    /// D.values() -> an object providing a view on D's values
    #[method]
    fn values(&self) -> PyResult<Object> {
        self.mapping().call_method(sym!(values), &[])
    }

    /// D.items() -> a set-like object providing a view on D's items
    #[method]
    fn items(&self) -> PyResult<Object> {
        self.mapping().call_method(sym!(items), &[])
    }

    /// D.copy() -> a shallow copy of D
    #[method]
    fn copy(&self) -> PyResult<Object> {
        self.mapping().call_method(sym!(copy), &[])
    }

    /// mappingproxy objects are generic over two types, signifying (respectively) the types of their keys and values
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        Ok(GenericAlias::new(cls, object)?.into_object())
    }

    /// D.__reversed__() -> reverse iterator
    #[method(name = "__reversed__")]
    fn reversed(&self) -> PyResult<Object> {
        self.mapping().call_method(sym!(__reversed__), &[])
    }
}
