//! `atexit`: functions that are called when the interpreter ends, last registered first.

use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, hooks};
use dovetail_macros::pymodule;
use std::cell::RefCell;

struct Callback {
    function: Object,
    args: Ref<Tuple>,
    kwargs: Option<Ref<Dict>>,
}

/// The callbacks of an interpreter.
#[derive(Default)]
struct Callbacks(RefCell<Vec<Option<Callback>>>);

/// Does something with the calling interpreter's list. Python code does not run meanwhile.
fn with_list<R>(f: impl FnOnce(&mut Vec<Option<Callback>>) -> R) -> R {
    f(&mut Interpreter::current().state::<Callbacks>().0.borrow_mut())
}

/// Calls all functions and forgets them, with those that are registered meanwhile. What they raise is reported.
pub fn run_callbacks() {
    for c in with_list(std::mem::take).into_iter().flatten().rev() {
        if let Err(e) = c.function.call_dict(&c.args, c.kwargs.as_deref()) {
            let e = e.take();
            let shown = match c.function.repr() {
                Ok(r) => r.to_string_lossy().into_owned(),
                Err(e) => {
                    e.clear();
                    "?".to_owned()
                }
            };
            hooks::unraisable(e, &format!("Exception ignored in atexit callback {shown}"), None);
        }
    }
    let late = with_list(std::mem::take);
    drop(late);
}

/// allow programmer to define multiple exit functions to be executed
/// upon normal program termination.
///
/// Two public functions, register and unregister, are defined.
#[pymodule(name = "atexit")]
pub mod module {
    use super::*;

    /// Register a function to be executed upon normal program termination
    ///
    ///     func - function to be called at exit
    ///     args - optional arguments to pass to func
    ///     kwargs - optional keyword arguments to pass to func
    ///
    ///     func is returned to facilitate usage as a decorator.
    #[function(sig = "(func, /, *args, **kwargs)")]
    fn register(func: &Obj, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        if !func.is_callable() {
            bail!(TypeError, "the first argument must be callable");
        }
        let callback = Callback {
            function: func.to_owned(),
            args: Tuple::from_slice(args)?,
            kwargs: match kwargs {
                Some(k) => Some(k.copy()?),
                None => None,
            },
        };
        with_list(|c| c.push(Some(callback)));
        Ok(func.to_owned())
    }

    /// Clear the list of previously registered exit functions.
    #[function]
    fn _clear() {
        let gone = with_list(std::mem::take);
        drop(gone);
    }

    /// Unregister an exit function which was previously registered using
    /// atexit.register
    ///
    ///     func - function to be unregistered
    #[function]
    fn unregister(func: &Obj) -> PyResult<()> {
        let mut at = 0;
        loop {
            // Comparing may run Python code, which may change the list.
            let next = with_list(|c| c.get(at).map(|c| c.as_ref().map(|c| c.function.clone())));
            let Some(next) = next else { break };
            if let Some(f) = next
                && f.equals(func)?
            {
                let gone = with_list(|c| match c.get_mut(at) {
                    Some(c) => c.take(),
                    None => None,
                });
                drop(gone);
            }
            at += 1;
        }
        with_list(|c| c.retain(Option::is_some));
        Ok(())
    }

    /// Run all registered exit functions.
    ///
    /// If a callback raises an exception, it is logged with sys.unraisablehook.
    #[function]
    fn _run_exitfuncs() {
        run_callbacks();
    }

    /// Return the number of exit functions currently registered.
    #[function]
    fn _ncallbacks() -> usize {
        with_list(|c| c.iter().flatten().count())
    }
}

pub use module::MODULE;
