//! `_decimal`: decimal numbers in the arithmetic of the crate `dovetail-decimal`.
//!
//! - `signals` has the exception classes and what conditions raise; `signal_dict` the mapping of signals to bits.
//! - `context` holds the type `Context` with its attributes, `operations` its methods; `current` is the context of
//!   the running thread and the manager that `localcontext` gives.
//! - `number` holds the type `Decimal` and conversions to it, `binary` the operators and comparisons, `methods` the
//!   rest; `out` makes ints, tuples and text of numbers.

mod binary;
mod context;
mod current;
mod methods;
mod number;
mod operations;
mod out;
mod signal_dict;
mod signals;

use crate::util::{set, set_int, text};
use context::Context;
use current::Manager;
use dovetail_core::error::PyResult;
use dovetail_core::import::import_module;
use dovetail_core::native::add_type;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, native::Native};
use dovetail_decimal::context as limits;
use dovetail_decimal::{Context as Limits, Rounding};
use dovetail_macros::pymodule;
use number::Decimal;

/// C decimal arithmetic module
#[pymodule(name = "_decimal")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Decimal>(module)?;
        add_type::<Context>(module)?;
        dovetail_core::types::ready::ready::<signal_dict::SignalDictMixin>()?;
        dovetail_core::types::ready::ready::<Manager>()?;
        let classes = signals::classes()?;
        for (name, class) in classes.named() {
            set(module, name, class.as_obj())?;
        }
        set(module, "DecimalTuple", &classes.decimal_tuple)?;
        import_module("numbers")?
            .get_attr_text("Number")?
            .call_method_text("register", &[Decimal::type_object().as_obj()])?;
        let templates = current::templates()?;
        set(module, "DefaultContext", &templates.default)?;
        set(module, "BasicContext", &templates.basic)?;
        set(module, "ExtendedContext", &templates.extended)?;
        for rounding in Rounding::ALL {
            set(module, rounding.name(), Str::intern(rounding.name())?.as_obj())?;
        }
        set_int(module, "MAX_PREC", limits::MAX_PREC)?;
        set_int(module, "MAX_EMAX", limits::MAX_EMAX)?;
        set_int(module, "MIN_EMIN", limits::MIN_EMIN)?;
        set_int(module, "MIN_ETINY", limits::MIN_ETINY)?;
        set_int(module, "IEEE_CONTEXT_MAX_BITS", limits::IEEE_CONTEXT_MAX_BITS)?;
        set(module, "HAVE_THREADS", dovetail_core::types::bool_::bool_obj(true))?;
        set(module, "HAVE_CONTEXTVAR", dovetail_core::types::bool_::bool_obj(true))?;
        // The version of the specification, and of the library whose results these are.
        set(module, "__version__", &*text("1.70")?)?;
        set(module, "__libmpdec_version__", &*text("2.5.1")?)
    }

    /// Get the current default context.
    #[function(sig = "()")]
    fn getcontext() -> PyResult<Ref<Context>> {
        current::current()
    }

    /// Set a new default context.
    #[function(sig = "(context, /)")]
    fn setcontext(context: &Obj) -> PyResult<()> {
        current::set_current(context)
    }

    /// Return a context manager that will set the default context to a copy of ctx
    /// on entry to the with-statement and restore the previous default context when
    /// exiting the with-statement.
    ///
    /// If no context is specified, a copy of the current default context is used.
    #[function(sig = "(ctx=None, **kwargs)")]
    fn localcontext(ctx: Option<&Obj>, kwargs: Option<&Dict>) -> PyResult<Object> {
        current::local(ctx, kwargs)
    }

    /// Return a context object initialized to the proper values for one of the
    /// IEEE interchange formats.
    ///
    /// The argument must be a multiple of 32 and less than IEEE_CONTEXT_MAX_BITS.
    #[function(name = "IEEEContext", sig = "(bits, /)")]
    fn ieee_context(bits: &Obj) -> PyResult<Ref<Context>> {
        let Some(found) = Limits::ieee(context::machine_int(bits)?) else {
            bail!(
                ValueError,
                "argument must be a multiple of 32, with a maximum of {}",
                limits::IEEE_CONTEXT_MAX_BITS
            );
        };
        Context::with(found, true, 0, 0)
    }
}

pub use module::MODULE;
