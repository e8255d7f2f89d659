//! Exception classes, the conditions that raise them, and the other classes that the module makes once.

use super::signal_dict::SignalDictMixin;
use crate::util::{new_exception, new_exception_of, text};
use dovetail_core::error::{PyResult, Raised, exc, no_memory, raise_with};
use dovetail_core::import::import_module;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::raise;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::structseq::for_ever;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_decimal::condition as c;
use std::sync::OnceLock;

/// How many signals there are.
pub const SIGNALS: usize = 9;

/// What the module makes once and keeps.
pub struct Classes {
    /// Signals in their order, with the bits that they stand for.
    pub signals: [(&'static Type, u32); SIGNALS],
    /// The parts of `InvalidOperation`: what a trapped condition is listed as.
    conditions: [(&'static Type, u32); 5],
    decimal_exception: &'static Type,
    pub signal_dict: &'static Type,
    pub decimal_tuple: Object,
    pub rational: Object,
    /// The context variable.
    pub variable: Object,
}

struct Shared(Classes);

// SAFETY: immortal objects, used under the GIL.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

static CLASSES: OnceLock<Shared> = OnceLock::new();

/// The classes, made the first time.
pub fn classes() -> PyResult<&'static Classes> {
    match CLASSES.get() {
        Some(c) => Ok(&c.0),
        None => {
            let made = make()?;
            let _ = CLASSES.set(Shared(made));
            classes()
        }
    }
}

/// The classes after the module is imported, which made them.
#[inline]
pub fn made() -> &'static Classes {
    &CLASSES.get().expect("the module made its classes").0
}

fn class(name: &str, bases: &[&Type]) -> PyResult<&'static Type> {
    Ok(for_ever(&*new_exception_of(&format!("decimal.{name}"), bases)?))
}

fn make() -> PyResult<Classes> {
    let base = for_ever(&*new_exception("decimal.DecimalException", exc::ArithmeticError())?);
    let invalid = class("InvalidOperation", &[base])?;
    let float = class("FloatOperation", &[base, exc::TypeError()])?;
    let by_zero = class("DivisionByZero", &[base, exc::ZeroDivisionError()])?;
    let subnormal = class("Subnormal", &[base])?;
    let inexact = class("Inexact", &[base])?;
    let rounded = class("Rounded", &[base])?;
    let clamped = class("Clamped", &[base])?;
    let overflow = class("Overflow", &[inexact, rounded])?;
    let underflow = class("Underflow", &[inexact, rounded, subnormal])?;
    let syntax = class("ConversionSyntax", &[invalid])?;
    let impossible = class("DivisionImpossible", &[invalid])?;
    let undefined = class("DivisionUndefined", &[invalid, exc::ZeroDivisionError()])?;
    let context = class("InvalidContext", &[invalid])?;

    let mapping = import_module("collections.abc")?.get_attr_text("MutableMapping")?;
    let namespace = Dict::new()?;
    namespace.set_text("__module__", &*text("abc")?)?;
    let bases = Tuple::from_slice(&[SignalDictMixin::type_object().as_obj(), &mapping])?;
    let name = text("SignalDict")?;
    let meta = import_module("abc")?.get_attr_text("ABCMeta")?;
    let signal_dict = meta.call(&[&name, bases.as_obj(), namespace.as_obj()])?;
    let Ok(signal_dict) = signal_dict.downcast_into::<Type>() else {
        return Err(raise!(SystemError, "ABCMeta made no type"));
    };

    let named = import_module("collections")?
        .call_method_text("namedtuple", &[&*text("DecimalTuple")?, &*text("sign digits exponent")?])?;
    named.set_attr(dovetail_core::sym!(__module__), &*text("decimal")?)?;
    let variable =
        import_module("_contextvars")?.get_attr_text("ContextVar")?.call(&[&*text("decimal_context")?])?;

    Ok(Classes {
        signals: [
            (invalid, c::IEEE_INVALID),
            (float, c::FLOAT_OPERATION),
            (by_zero, c::DIVISION_BY_ZERO),
            (overflow, c::OVERFLOW),
            (underflow, c::UNDERFLOW),
            (subnormal, c::SUBNORMAL),
            (inexact, c::INEXACT),
            (rounded, c::ROUNDED),
            (clamped, c::CLAMPED),
        ],
        conditions: [
            (invalid, c::INVALID_OPERATION),
            (syntax, c::CONVERSION_SYNTAX),
            (impossible, c::DIVISION_IMPOSSIBLE),
            (undefined, c::DIVISION_UNDEFINED),
            (context, c::INVALID_CONTEXT),
        ],
        decimal_exception: base,
        signal_dict: for_ever(&signal_dict),
        decimal_tuple: named,
        rational: import_module("numbers")?.get_attr_text("Rational")?,
        variable,
    })
}

impl Classes {
    /// The exception classes with their names.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &'static Type)> {
        let all = self.signals.iter().chain(&self.conditions[1..]).map(|(t, _)| *t);
        all.chain([self.decimal_exception]).map(|t| (t.short_name(), t))
    }

    /// The bits of a signal; `KeyError` for anything else.
    pub fn bits_of(&self, signal: &Obj) -> PyResult<u32> {
        match self.signals.iter().find(|(t, _)| signal.is(t.as_obj())) {
            Some((_, bits)) => Ok(*bits),
            None => Err(raise!(
                KeyError,
                "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, \
                 Underflow, Subnormal, Inexact, Rounded,\n   Clamped]"
            )),
        }
    }

    /// The signals that are set.
    pub fn list(&self, bits: u32) -> PyResult<Object> {
        let out = List::new()?;
        for (class, own) in &self.signals {
            if bits & own != 0 {
                out.push(class.as_obj().to_owned())?;
            }
        }
        Ok(out.into_object())
    }
}

/// The exception of trapped conditions: the first signal's class, with a list of all.
#[cold]
pub fn raise_conditions(trapped: u32) -> Raised {
    if trapped & c::MALLOC_ERROR != 0 {
        return no_memory();
    }
    let classes = made();
    let Some((class, _)) = classes.signals.iter().find(|(_, bits)| trapped & bits != 0) else {
        return raise!(SystemError, "a condition without a signal");
    };
    let list = || -> PyResult<Object> {
        let out = List::new()?;
        for (class, bits) in classes.conditions.iter().chain(&classes.signals[1..]) {
            if trapped & bits != 0 {
                out.push(class.as_obj().to_owned())?;
            }
        }
        Ok(out.into_object())
    };
    match list() {
        Ok(list) => raise_with(class, &list),
        Err(e) => e,
    }
}
