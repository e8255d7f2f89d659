//! `sys._jit`, the hooks of asynchronous generators, and what `dataclasses` asks for.

use crate::util::{TypeCell, owned, set};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::native::borrow_opt;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{Obj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::structseq::{self, Declaration, Field};
use dovetail_core::types::type_::Type;
use dovetail_macros::pymodule;

/// Whether code is compiled while it runs. Nothing of that kind is part of this build.
#[pymodule(name = "sys._jit")]
pub mod jit {
    use super::*;

    #[exec]
    fn exec_(_module: &Obj) -> PyResult<()> {
        Ok(())
    }

    /// Return True if the current Python executable supports JIT compilation, and False otherwise.
    #[function]
    fn is_available() -> bool {
        false
    }

    /// Return True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()),
    /// and False otherwise.
    #[function]
    fn is_enabled() -> bool {
        false
    }

    /// Return True if the topmost Python frame is currently executing JIT code (implies sys._jit.is_enabled()), and
    /// False otherwise.
    #[function]
    fn is_active() -> bool {
        false
    }
}

#[pymodule(name = "sys")]
pub mod part {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "_jit", &*Module::from_native(&super::jit::MODULE)?.into_object())
    }

    /// Private function for clearing certain descriptors from a type's dictionary.
    ///
    /// See gh-135228 for context.
    #[function(sig = "(type, /)")]
    fn _clear_type_descriptors(r#type: &Type) -> PyResult<()> {
        if r#type.is_immutable() {
            bail!(TypeError, "argument is immutable");
        }
        let dict = r#type.dict();
        for name in [dovetail_core::sym!(__dict__), dovetail_core::sym!(__weakref__)] {
            if dict.get_str(name).is_some() {
                dict.remove(name)?;
            }
        }
        r#type.modified();
        Ok(())
    }

    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set a finalizer for async generators objects.
    #[function(sig = "(firstiter=<unrepresentable>, finalizer=<unrepresentable>)")]
    fn set_asyncgen_hooks(firstiter: Option<&Obj>, finalizer: Option<&Obj>) -> PyResult<()> {
        for (hook, name) in [(finalizer, "finalizer"), (firstiter, "firstiter")] {
            if let Some(hook) = hook.filter(|h| !h.is_none() && !h.is_callable()) {
                bail!(TypeError, "callable {name} expected, got {}", hook.type_name());
            }
        }
        let c = ThreadState::current().c();
        let value = |hook: &Obj| if hook.is_none() { None } else { Some(hook.to_owned()) };
        // SAFETY: owned fields of the own state.
        unsafe {
            if let Some(hook) = finalizer {
                replace(&raw mut (*c).async_gen_finalizer, value(hook));
            }
            if let Some(hook) = firstiter {
                replace(&raw mut (*c).async_gen_firstiter, value(hook));
            }
        }
        Ok(())
    }

    /// Return the installed asynchronous generators hooks.
    ///
    /// This returns a namedtuple of the form (firstiter, finalizer).
    #[function]
    fn get_asyncgen_hooks() -> PyResult<Object> {
        static TYPE: TypeCell = TypeCell::new();
        let ty = TYPE.get_or(|| {
            let fields: [Field<'_>; 2] = [
                (Some("firstiter"), "Hook to intercept first iteration"),
                (Some("finalizer"), "Hook to intercept finalization"),
            ];
            structseq::new_type(&Declaration {
                name: "asyncgen_hooks",
                doc: "asyncgen_hooks\n\nA named tuple providing information about asynchronous\ngenerators hooks.  The attributes are read only.",
                fields: &fields,
                visible: 2,
            })
        })?;
        let c = ThreadState::current().c();
        // SAFETY: NULL or owned objects of the own state.
        let hooks = unsafe { [(*c).async_gen_firstiter, (*c).async_gen_finalizer].map(|p| borrow_opt(p)) };
        structseq::new(ty, hooks.map(|h| h.map_or_else(|| owned(none()), Obj::to_owned)).to_vec())
    }
}

/// Adds all of this to `sys`.
pub fn add(module: &Obj) -> PyResult<()> {
    crate::util::add_part(module, &part::MODULE)
}

