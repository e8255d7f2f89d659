//! `_opcode`: facts about bytecode for `opcode` and `dis`, from the tables of the instruction set.

use crate::util::{owned, text};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::code::Code;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use dovetail_ops::effects::{Use, instruction};

/// The names of `CALL_INTRINSIC_1`'s functions, by number.
static INTRINSICS_1: [&str; 12] = [
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];

/// The names of `CALL_INTRINSIC_2`'s functions, by number.
static INTRINSICS_2: [&str; 6] = [
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];

/// The arguments of `BINARY_OP`; after these come the same in place, then `[]`.
static OPERATORS: [(&str, &str); 13] = [
    ("ADD", "+"),
    ("AND", "&"),
    ("FLOOR_DIVIDE", "//"),
    ("LSHIFT", "<<"),
    ("MATRIX_MULTIPLY", "@"),
    ("MULTIPLY", "*"),
    ("REMAINDER", "%"),
    ("OR", "|"),
    ("POWER", "**"),
    ("RSHIFT", ">>"),
    ("SUBTRACT", "-"),
    ("TRUE_DIVIDE", "/"),
    ("XOR", "^"),
];

fn uses(number: i32, what: Use) -> bool {
    instruction(number.into()).is_some_and(|i| i.uses(what))
}

fn texts(all: &[&str]) -> PyResult<Object> {
    Ok(List::from_vec(all.iter().map(|t| text(t)).collect::<PyResult<Vec<_>>>()?)?.into_object())
}

/// What an instruction does to the depth of the stack when it jumps, or does not; without `jump`, the most. None for
/// what is no instruction.
pub fn effect(opcode: i32, oparg: i32, jump: Option<bool>) -> Option<i32> {
    instruction(opcode.into()).and_then(|i| i.stack_effect(oparg, jump))
}

/// Opcode support module.
#[pymodule(name = "_opcode")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        crate::util::set_int(module, "ENABLE_SPECIALIZATION", 1)?;
        crate::util::set_int(module, "ENABLE_SPECIALIZATION_FT", 1)
    }

    /// Compute the stack effect of the opcode.
    #[function(sig = "(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(opcode: i32, oparg: Option<&Obj>, jump: Option<&Obj>) -> PyResult<i32> {
        let jump = match jump {
            None => None,
            Some(j) if j.is(dovetail_core::types::bool_::bool_obj(true)) => Some(true),
            Some(j) if j.is(dovetail_core::types::bool_::bool_obj(false)) => Some(false),
            Some(_) => bail!(ValueError, "stack_effect: jump must be False, True or None"),
        };
        let arg = match oparg {
            None => 0,
            Some(o) => {
                let value = o.index()?.to_i64().and_then(|n| i32::try_from(n).ok());
                value.ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C int"))?
            }
        };
        match effect(opcode, arg, jump) {
            Some(effect) => Ok(effect),
            None => bail!(ValueError, "invalid opcode or oparg"),
        }
    }

    /// Return True if opcode is valid, False otherwise.
    #[function(sig = "(opcode)")]
    fn is_valid(opcode: i32) -> bool {
        instruction(opcode.into()).is_some()
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_arg(opcode: i32) -> bool {
        uses(opcode, Use::Argument)
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_const(opcode: i32) -> bool {
        uses(opcode, Use::Constant)
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_name(opcode: i32) -> bool {
        uses(opcode, Use::Name)
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_jump(opcode: i32) -> bool {
        uses(opcode, Use::Jump)
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    ///
    /// Note that 'free' in this context refers to names in the current scope
    /// that are referenced by inner scopes or names in outer scopes that are
    /// referenced from this scope. It does not include references to global
    /// or builtin scopes.
    #[function(sig = "(opcode)")]
    fn has_free(opcode: i32) -> bool {
        uses(opcode, Use::Free)
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_local(opcode: i32) -> bool {
        uses(opcode, Use::Local)
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_exc(opcode: i32) -> bool {
        uses(opcode, Use::Exception)
    }

    /// Return the specialization stats
    #[function]
    fn get_specialization_stats() -> Object {
        owned(none())
    }

    /// Return array of symbols of binary ops.
    ///
    /// Indexed by the BINARY_OP oparg value.
    #[function]
    fn get_nb_ops() -> PyResult<Object> {
        let pair = |name: String, symbol: String| -> PyResult<Object> {
            Ok(Tuple::from_array([text(&name)?, text(&symbol)?])?.into_object())
        };
        let mut all = Vec::new();
        for (name, symbol) in OPERATORS {
            all.push(pair(format!("NB_{name}"), symbol.to_owned())?);
        }
        for (name, symbol) in OPERATORS {
            all.push(pair(format!("NB_INPLACE_{name}"), format!("{symbol}="))?);
        }
        all.push(pair("NB_SUBSCR".to_owned(), "[]".to_owned())?);
        List::from_vec(all).map(Ref::into_object)
    }

    /// Return a list of names of the unary intrinsics.
    #[function]
    fn get_intrinsic1_descs() -> PyResult<Object> {
        texts(&INTRINSICS_1)
    }

    /// Return a list of names of the binary intrinsics.
    #[function]
    fn get_intrinsic2_descs() -> PyResult<Object> {
        texts(&INTRINSICS_2)
    }

    /// Return a list of special method names.
    #[function]
    fn get_special_method_names() -> PyResult<Object> {
        texts(&["__enter__", "__exit__", "__aenter__", "__aexit__"])
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[function(sig = "(code, offset)")]
    fn get_executor(code: &Obj, offset: i32) -> PyResult<Object> {
        let Some(_) = code.downcast_exact::<Code>() else {
            bail!(TypeError, "expected a code object, not '{}'", code.type_name());
        };
        // There is no code with executors of CPython's kind.
        let _ = offset;
        bail!(ValueError, "no executor at given byte offset")
    }
}

pub use module::MODULE;
