//! `types.SimpleNamespace`.

use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::obj::Obj;
use crate::object::{Native, Object, Ref, ToRef};
use crate::thread::ThreadState;
use crate::types::dict::{Dict, at_most_one};
use crate::types::none::not_implemented;
use crate::types::str_::Str;
use crate::types::support::{owned, push_repr, type_alloc};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

/// A namespace: its dictionary.
#[repr(C)]
pub struct NamespaceBody {
    pub ob_base: abi::PyObject,
    pub dict: *mut abi::PyObject,
}

/// Objects of attributes.
/// ---
/// A simple attribute-based namespace.
#[pytype(
    name = "types.SimpleNamespace", body = NamespaceBody, export = "_PyNamespace_Type", refs(dict), dict = dict, gc,
    sig = "(mapping_or_iterable=(), /, **kwargs)", flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct SimpleNamespace;

fn make(cls: &Type) -> PyResult<Object> {
    let dict = Dict::new()?;
    // SAFETY: the field is filled before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        (*(o.as_raw() as *mut NamespaceBody)).dict = dict.into_ptr();
        Ok(o)
    }
}

impl SimpleNamespace {
    /// A namespace of these attributes.
    pub fn from_dict(attributes: &Dict) -> PyResult<Ref<SimpleNamespace>> {
        // SAFETY: made of this type.
        let ns: Ref<SimpleNamespace> = unsafe { make(SimpleNamespace::type_object())?.cast_into_unchecked() };
        ns.dict()?.update_from(attributes)?;
        Ok(ns)
    }

    /// The attributes.
    pub fn dict(&self) -> PyResult<Ref<Dict>> {
        // SAFETY: NULL only while the collector takes the namespace apart.
        unsafe {
            match ((*self.body()).dict as *const Dict).as_ref() {
                Some(d) => Ok(d.to_ref()),
                None => Err(raise!(SystemError, "namespace without a dictionary")),
            }
        }
    }
}

fn check_names(d: &Dict) -> PyResult<()> {
    if d.iter_borrowed().any(|(k, _)| !k.is_a::<Str>()) {
        bail!(TypeError, "keywords must be strings");
    }
    Ok(())
}

#[pymethods(members(("__dict__", _Py_T_OBJECT, dict, abi::Py_READONLY, ""),))]
impl SimpleNamespace {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        make(cls)
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        at_most_one(self.ob_type().short_name(), args.len())?;
        let dict = self.dict()?;
        if let Some(a) = args.items().first() {
            let source = match a.downcast_exact::<Dict>() {
                Some(d) => d.to_ref(),
                None => {
                    let d = Dict::new()?;
                    d.update_any(a)?;
                    d
                }
            };
            check_names(&source)?;
            dict.update_from(&source)?;
        }
        match kwargs {
            Some(k) => {
                check_names(k)?;
                dict.update_from(k)
            }
            None => Ok(()),
        }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let exact = self.is_exact::<SimpleNamespace>();
        let name = if exact { "namespace" } else { self.ob_type().name() };
        let shown = ThreadState::current().repr_guard(self, || {
            let dict = self.dict()?;
            let mut out = TextBuf::with_capacity(32);
            out.push_str(name);
            out.push_str("(");
            let mut first = true;
            for (k, v) in crate::types::dict_methods::snapshot(&dict) {
                let Some(k) = k.downcast::<Str>().filter(|k| k.len() > 0) else { continue };
                if !first {
                    out.push_str(", ");
                }
                first = false;
                out.push_text(k.text());
                out.push_str("=");
                push_repr(&mut out, &v)?;
            }
            out.push_str(")");
            Str::from_buf(out)
        });
        shown.unwrap_or_else(|| Str::new(&format!("{name}(...)")))
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast::<SimpleNamespace>() else { return Ok(not_implemented().to_owned()) };
        self.dict()?.compare(&*o.dict()?, op)
    }

    /// Return state information for pickling
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let out = [owned(self.ob_type()), Tuple::empty().into_object(), self.dict()?.into_object()];
        Ok(Tuple::from_array(out)?.into_object())
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[method(name = "__replace__", sig = "(**changes)")]
    fn replace(&self, changes: Option<&Dict>) -> PyResult<Object> {
        let o = self.ob_type().call(&[])?;
        let Some(new) = o.downcast::<SimpleNamespace>() else {
            bail!(
                TypeError,
                "expect types.SimpleNamespace type, but {}() returned '{}' object",
                self.type_name(),
                o.type_name()
            );
        };
        let dict = new.dict()?;
        dict.update_from(&*self.dict()?)?;
        if let Some(c) = changes {
            dict.update_from(c)?;
        }
        Ok(o)
    }
}
