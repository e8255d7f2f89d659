//! `property`.

use crate::error::PyResult;
use crate::object::alloc;
use crate::object::native::borrow_opt;
use crate::object::obj::{Obj, replace};
use crate::object::refs::{AsObj, Object, Ref};
use crate::types::none::none;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_int;

type P = *mut abi::PyObject;

/// The body of a property: accessors, doc, name, and whether the doc is the getter's.
#[repr(C)]
pub struct PropertyBody {
    pub ob_base: abi::PyObject,
    pub prop_get: P,
    pub prop_set: P,
    pub prop_del: P,
    pub prop_doc: P,
    pub prop_name: P,
    pub getter_doc: c_int,
}

/// An attribute computed by functions.
/// ---
/// Property attribute.
///
///   fget
///     function to be used for getting an attribute value
///   fset
///     function to be used for setting an attribute value
///   fdel
///     function to be used for del'ing an attribute
///   doc
///     docstring
///
/// A property is made by a call, or by decorators:
///
/// class C(object):
///     @property
///     def x(self):
///         "The x."
///         return self._x
///     @x.setter
///     def x(self, value):
///         self._x = value
///     @x.deleter
///     def x(self):
///         del self._x
#[pytype(name = "property", body = PropertyBody, export = "PyProperty_Type", gc,
         refs(prop_get, prop_set, prop_del, prop_doc, prop_name), flags = abi::Py_TPFLAGS_BASETYPE,
         sig = "(fget=None, fset=None, fdel=None, doc=None)")]
pub struct Property;

/// Does the accessor say that it is abstract?
pub fn is_abstract(o: Option<&Obj>) -> PyResult<bool> {
    match o {
        None => Ok(false),
        Some(o) => match o.get_attr_opt(sym!(__isabstractmethod__))? {
            Some(v) => v.is_true(),
            None => Ok(false),
        },
    }
}

impl Property {
    /// `property(fget, fset, fdel)`.
    pub fn new(get: Option<&Obj>, set: Option<&Obj>, del: Option<&Obj>) -> PyResult<Ref<Property>> {
        // SAFETY: zeroed fields are an empty property.
        let p = unsafe { alloc::new_body::<Property>()? };
        p.init(get, set, del, None)?;
        Ok(p)
    }

    fn field(&self, which: impl Fn(*mut PropertyBody) -> *mut P) -> Option<&Obj> {
        // SAFETY: own fields, NULL or owned.
        unsafe { (*which(self.body())).cast::<Obj>().as_ref() }
    }

    /// `fget`.
    pub fn getter_function(&self) -> Option<&Obj> {
        // SAFETY: own field.
        self.field(|b| unsafe { &raw mut (*b).prop_get })
    }

    fn setter_function(&self) -> Option<&Obj> {
        // SAFETY: own field.
        self.field(|b| unsafe { &raw mut (*b).prop_set })
    }

    fn deleter_function(&self) -> Option<&Obj> {
        // SAFETY: own field.
        self.field(|b| unsafe { &raw mut (*b).prop_del })
    }

    /// The name given by the class, or the getter's.
    fn property_name(&self) -> PyResult<Option<Object>> {
        // SAFETY: own field.
        if let Some(n) = self.field(|b| unsafe { &raw mut (*b).prop_name }) {
            return Ok(Some(n.to_owned()));
        }
        match self.getter_function() {
            Some(g) if !g.is_none() => g.to_owned().get_attr_opt(sym!(__name__)),
            _ => Ok(None),
        }
    }

    #[cold]
    fn lacks(&self, o: &Obj, what: &str) -> crate::error::Raised {
        let text = (|| -> PyResult<String> {
            let q = o.ob_type().qualname()?.repr()?;
            Ok(match self.property_name()? {
                Some(n) => format!(
                    "property {} of {} object has no {what}",
                    n.repr()?.to_string_lossy(),
                    q.to_string_lossy()
                ),
                None => format!("property of {} object has no {what}", q.to_string_lossy()),
            })
        })();
        match text {
            Ok(t) => raise!(AttributeError, "{t}"),
            Err(e) => e,
        }
    }

    /// A property of the same class with other accessors.
    fn copy_with(&self, get: Option<&Obj>, set: Option<&Obj>, del: Option<&Obj>) -> PyResult<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let pick = |new: Option<&Obj>, old: P| -> Object {
                match new.filter(|o| !o.is_none()) {
                    Some(o) => o.to_owned(),
                    None => borrow_opt(old).unwrap_or(none()).to_owned(),
                }
            };
            let (g, s, d) = (pick(get, (*b).prop_get), pick(set, (*b).prop_set), pick(del, (*b).prop_del));
            let doc = if (*b).getter_doc != 0 && !g.is_none() {
                none().to_owned()
            } else {
                pick(None, (*b).prop_doc)
            };
            let new = self.ob_type().as_obj().to_owned().call(&[&g, &s, &d, &doc])?;
            if let Some(p) = new.downcast_exact::<Property>() {
                replace(&raw mut (*p.body()).prop_name, borrow_opt((*b).prop_name).map(Obj::to_owned));
            }
            Ok(new)
        }
    }
}

#[pymethods(members(
    ("fget", _Py_T_OBJECT, prop_get, abi::Py_READONLY, ""),
    ("fset", _Py_T_OBJECT, prop_set, abi::Py_READONLY, ""),
    ("fdel", _Py_T_OBJECT, prop_del, abi::Py_READONLY, ""),
    ("__doc__", _Py_T_OBJECT, prop_doc, 0, ""),
))]
impl Property {
    #[slot(tp_new, raw)]
    unsafe extern "C" fn make(cls: *mut abi::PyTypeObject, args: P, kwargs: P) -> P {
        // SAFETY: called as a slot.
        unsafe { crate::types::object_::generic_new(cls, args, kwargs) }
    }

    #[slot(tp_init, sig = "(fget=None, fset=None, fdel=None, doc=None)")]
    fn init(
        &self,
        fget: Option<&Obj>,
        fset: Option<&Obj>,
        fdel: Option<&Obj>,
        doc: Option<&Obj>,
    ) -> PyResult<()> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            replace(&raw mut (*b).prop_get, fget.map(Obj::to_owned));
            replace(&raw mut (*b).prop_set, fset.map(Obj::to_owned));
            replace(&raw mut (*b).prop_del, fdel.map(Obj::to_owned));
            replace(&raw mut (*b).prop_doc, None);
            replace(&raw mut (*b).prop_name, None);
            (*b).getter_doc = 0;
            let mut text = doc.map(Obj::to_owned);
            if text.is_none()
                && let Some(get) = fget
            {
                text = get.get_attr_opt(sym!(__doc__))?.filter(|d| !d.is_none());
                (*b).getter_doc = text.is_some() as c_int;
            }
            if self.is_exact::<Property>() {
                replace(&raw mut (*b).prop_doc, text);
                return Ok(());
            }
            // A subclass keeps the doc in its instances' dict or slot; one that can't may do without.
            let given = text.as_ref().map_or(none(), |t| t.as_obj());
            match self.as_obj().set_attr(sym!(__doc__), given) {
                Err(e) if (*b).getter_doc == 0 && e.matches(crate::error::exc::AttributeError()) => {
                    e.clear();
                    Ok(())
                }
                r => r,
            }
        }
    }

    #[slot(tp_descr_get)]
    fn get(&self, o: Option<&Obj>, _ty: Option<&Obj>) -> PyResult<Object> {
        let Some(o) = o.filter(|o| !o.is_none()) else { return Ok(self.as_obj().to_owned()) };
        match self.getter_function() {
            Some(f) => f.to_owned().call(&[o]),
            None => Err(self.lacks(o, "getter")),
        }
    }

    #[slot(tp_descr_set)]
    fn set(&self, o: &Obj, value: Option<&Obj>) -> PyResult<()> {
        match value {
            None => match self.deleter_function() {
                Some(f) => f.to_owned().call(&[o]).map(drop),
                None => Err(self.lacks(o, "deleter")),
            },
            Some(v) => match self.setter_function() {
                Some(f) => f.to_owned().call(&[o, v]).map(drop),
                None => Err(self.lacks(o, "setter")),
            },
        }
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[method]
    fn getter(&self, object: &Obj) -> PyResult<Object> {
        self.copy_with(Some(object), None, None)
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[method]
    fn setter(&self, object: &Obj) -> PyResult<Object> {
        self.copy_with(None, Some(object), None)
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method]
    fn deleter(&self, object: &Obj) -> PyResult<Object> {
        self.copy_with(None, None, Some(object))
    }

    #[method(
        name = "__set_name__",
        sig = "(*args)",
        nosig,
        doc = "__set_name__($self, owner, name, /)\n--\n\nMethod to set name of a property."
    )]
    fn set_name_method(&self, args: &[&Obj]) -> PyResult<()> {
        let [_owner, name] = *args else {
            bail!(TypeError, "__set_name__() takes 2 positional arguments but {} were given", args.len());
        };
        // SAFETY: own field.
        unsafe { replace(&raw mut (*self.body()).prop_name, Some(name.to_owned())) };
        Ok(())
    }

    #[getter(name = "__name__")]
    fn get_name(&self) -> PyResult<Object> {
        match self.property_name()? {
            Some(n) => Ok(n),
            None => Err(crate::types::exception::attribute_error(
                self,
                sym!(__name__),
                &format!("'{}' object has no attribute '__name__'", self.type_name()),
            )),
        }
    }

    #[setter(name = "__name__")]
    fn set_name(&self, value: Option<&Obj>) -> PyResult<()> {
        // SAFETY: own field.
        unsafe { replace(&raw mut (*self.body()).prop_name, value.map(Obj::to_owned)) };
        Ok(())
    }

    #[getter(name = "__isabstractmethod__")]
    fn isabstract(&self) -> PyResult<bool> {
        Ok(is_abstract(self.getter_function())?
            || is_abstract(self.setter_function())?
            || is_abstract(self.deleter_function())?)
    }
}
