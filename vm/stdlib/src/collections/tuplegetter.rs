//! `_collections._tuplegetter`: the descriptor of a named tuple's field.

use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};

/// The number of the field, and its docstring.
#[repr(C)]
pub struct TupleGetterBody {
    ob_base: abi::PyObject,
    index: isize,
    doc: *mut abi::PyObject,
}

/// Reads one item of a tuple as an attribute.
#[pytype(name = "collections._tuplegetter", body = TupleGetterBody, refs(doc), gc)]
pub struct TupleGetter;

impl TupleGetter {
    fn index(&self) -> isize {
        // SAFETY: own body.
        unsafe { (*self.body()).index }
    }

    fn doc(&self) -> &Obj {
        // SAFETY: owned since the start.
        unsafe { Obj::from_ptr((*self.body()).doc) }
    }
}

#[pymethods(members(("__doc__", _Py_T_OBJECT, doc, 0, "")))]
impl TupleGetter {
    #[slot(tp_new, sig = "(index, doc, /)")]
    fn new_slot(cls: &Type, index: isize, doc: &Obj) -> PyResult<Object> {
        // SAFETY: a new instance, whose fields are empty.
        unsafe {
            let o = dovetail_core::types::support::type_alloc(cls, 0)?;
            let b = o.as_ptr() as *mut TupleGetterBody;
            (*b).index = index;
            replace(&raw mut (*b).doc, Some(doc.to_owned()));
            Ok(o)
        }
    }

    #[slot(tp_descr_get)]
    fn get_slot(&self, instance: Option<&Obj>, owner: Option<&Obj>) -> PyResult<Object> {
        let Some(o) = instance else { return Ok(self.as_obj().to_owned()) };
        let Some(t) = o.downcast::<Tuple>() else {
            if o.is_none() && owner.is_some() {
                return Ok(self.as_obj().to_owned());
            }
            bail!(
                TypeError,
                "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                self.index(),
                o.type_name()
            );
        };
        match usize::try_from(self.index()).ok().and_then(|i| t.items().get(i)) {
            Some(x) => Ok(x.clone()),
            None => bail!(IndexError, "tuple index out of range"),
        }
    }

    #[slot(tp_descr_set)]
    fn set_slot(&self, _instance: &Obj, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(_) => bail!(AttributeError, "can't set attribute"),
            None => bail!(AttributeError, "can't delete attribute"),
        }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        Str::new(&format!("_tuplegetter({}, {})", self.index(), self.doc().repr()?.to_string_lossy()))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let args =
            Tuple::from_vec(vec![Int::from_i64(self.index() as i64)?.into_object(), self.doc().to_owned()])?;
        Tuple::from_vec(vec![self.ob_type().as_obj().to_owned(), args.into_object()])
    }
}
