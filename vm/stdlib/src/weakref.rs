//! `_weakref`: weak references, and the functions about them.

use crate::util::set;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::weakproxy::{CallableProxy, Proxy};
use dovetail_core::types::weakref::{self, WeakRef};
use dovetail_macros::pymodule;

/// Weak-reference support module.
#[pymodule(name = "_weakref")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "ref", WeakRef::type_object().as_obj())?;
        set(module, "ReferenceType", WeakRef::type_object().as_obj())?;
        set(module, "ProxyType", Proxy::type_object().as_obj())?;
        set(module, "CallableProxyType", CallableProxy::type_object().as_obj())
    }

    /// Return the number of weak references to 'object'.
    #[function]
    fn getweakrefcount(object: &Obj) -> usize {
        weakref::weakref_count(object)
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[function]
    fn getweakrefs(object: &Obj) -> PyResult<Ref<List>> {
        List::from_vec(weakref::weakrefs(object))
    }

    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[function(sig = "(object, callback=None, /)")]
    fn proxy(object: &Obj, callback: Option<&Obj>) -> PyResult<Object> {
        weakref::new_proxy(object, callback)
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[function]
    fn _remove_dead_weakref(dct: &Dict, key: &Obj) -> PyResult<()> {
        let Some(value) = dct.get(key)? else { return Ok(()) };
        let Some(w) = value.downcast::<WeakRef>() else { bail!(TypeError, "not a weakref") };
        if w.get().is_none() {
            dct.remove(key)?;
        }
        Ok(())
    }
}

pub use module::MODULE;
