//! The part of `sys` about asynchronous generators, the JIT compiler, and what `dataclasses` asks of types.

use crate::util::TypeCell;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::convert::Given;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::type_::Type;
use dovetail_macros::pymodule;

/// An object of a field, or `None`.
fn field(p: *mut abi::PyObject) -> Object {
    // SAFETY: NULL or an owned object of the thread state.
    if p.is_null() { none().to_owned() } else { unsafe { Obj::from_ptr(p) }.to_owned() }
}

/// What `set_asyncgen_hooks` is given for one hook: something to call, or `None` to have none.
fn hook(given: Given<'_>, name: &str) -> PyResult<Option<Option<Object>>> {
    match given {
        None => Ok(None),
        Some(o) if o.is_none() => Ok(Some(None)),
        Some(o) if o.is_callable() => Ok(Some(Some(o.to_owned()))),
        Some(o) => bail!(TypeError, "callable {name} expected, got {}", o.type_name()),
    }
}

/// `sys._jit`: Dovetail's loops run in its interpreter.
#[pymodule(name = "sys._jit")]
mod jit {
    /// Return True if the current Python executable supports JIT compilation, and False otherwise.
    #[function]
    fn is_available() -> bool {
        false
    }

    /// Return True if JIT compilation is enabled for the current Python process, and False otherwise.
    #[function]
    fn is_enabled() -> bool {
        false
    }

    /// Return True if the topmost Python frame is currently executing JIT code, and False otherwise.
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
        module.set_attr(&*Str::intern("_jit")?, Module::from_native(&jit::MODULE)?.as_obj())
    }

    /// Return the installed asynchronous generators hooks.
    ///
    /// This returns a namedtuple of the form (firstiter, finalizer).
    #[function]
    fn get_asyncgen_hooks() -> PyResult<Object> {
        static HOOKS: TypeCell = TypeCell::new();
        let ty = HOOKS.get_or(|| {
            structseq::new_type(&Declaration {
                name: "asyncgen_hooks",
                doc: "asyncgen_hooks\n\nNamed tuple providing information about asynchronous\ngenerators hooks.  \
                      The attributes are read only.",
                fields: &[
                    (Some("firstiter"), "Hook to intercept first iteration"),
                    (Some("finalizer"), "Hook to intercept finalization"),
                ],
                visible: 2,
            })
        })?;
        // SAFETY: own state.
        let (first, last) = unsafe {
            let ts = ThreadState::current().c();
            (field((*ts).async_gen_firstiter), field((*ts).async_gen_finalizer))
        };
        structseq::new(ty, vec![first, last])
    }

    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set a finalizer for async generators objects.
    #[function(nosig, sig = "(firstiter=<unrepresentable>, finalizer=<unrepresentable>)")]
    fn set_asyncgen_hooks(firstiter: Option<&Obj>, finalizer: Option<&Obj>) -> PyResult<()> {
        let last = hook(finalizer, "finalizer")?;
        let first = hook(firstiter, "firstiter")?;
        // SAFETY: owned fields of the own state.
        unsafe {
            let ts = ThreadState::current().c();
            if let Some(h) = last {
                replace(&raw mut (*ts).async_gen_finalizer, h);
            }
            if let Some(h) = first {
                replace(&raw mut (*ts).async_gen_firstiter, h);
            }
        }
        Ok(())
    }

    /// Private function for clearing certain descriptors from a type's dictionary.
    #[function(sig = "(type, /)")]
    fn _clear_type_descriptors(ty: &Type) -> PyResult<()> {
        if ty.is_immutable() {
            bail!(TypeError, "argument is immutable");
        }
        for name in ["__dict__", "__weakref__"] {
            ty.dict().pop(&*Str::intern(name)?)?;
        }
        ty.modified();
        Ok(())
    }
}

pub use part::MODULE;
