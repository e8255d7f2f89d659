//! The mapping of signals to booleans: the traps and flags of a context.

use super::signals::{SIGNALS, made};
use dovetail_core::bail;
use dovetail_core::error::{PyResult, catch, exc};
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::raise;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::none::not_implemented;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};

/// The bits, once a context has given them a meaning.
#[repr(C)]
pub struct SignalBody {
    pub ob_base: abi::PyObject,
    pub bits: u32,
    pub valid: bool,
}

/// What `SignalDict` has beside `MutableMapping`. The bits live here; contexts hold the mapping and read them, so that a
/// mapping outlives its context.
#[pytype(
    name = "decimal.SignalDictMixin",
    body = SignalBody,
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct SignalDictMixin;

impl SignalDictMixin {
    /// A mapping with these bits.
    pub fn make(bits: u32) -> PyResult<Object> {
        // SAFETY: a subtype of this type; both fields are written.
        unsafe {
            let o = type_alloc(made().signal_dict, 0)?;
            let b = o.as_raw() as *mut SignalBody;
            (*b).bits = bits;
            (*b).valid = true;
            Ok(o)
        }
    }

    fn checked(&self) -> PyResult<u32> {
        // SAFETY: own fields.
        unsafe {
            if !(*self.body()).valid {
                bail!(ValueError, "invalid signal dict");
            }
            Ok((*self.body()).bits)
        }
    }
}

/// The bits that a mapping of exactly all signals names: a `SignalDict` or a dict.
pub fn bits_of_mapping(o: &Obj) -> PyResult<u32> {
    if std::ptr::eq(o.type_ptr(), made().signal_dict.as_type_ptr())
        && let Some(d) = o.downcast::<SignalDictMixin>()
    {
        return d.checked();
    }
    let Some(d) = o.downcast::<Dict>() else { bail!(TypeError, "argument must be a signal dict") };
    let invalid = || raise!(KeyError, "invalid signal dict");
    if d.len() != SIGNALS {
        return Err(invalid());
    }
    let mut bits = 0;
    for (class, own) in &made().signals {
        let Some(value) = d.get(class.as_obj())? else { return Err(invalid()) };
        if value.is_true()? {
            bits |= own;
        }
    }
    Ok(bits)
}

#[pymethods]
impl SignalDictMixin {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: zeros are a mapping without meaning.
        unsafe { type_alloc(cls, 0) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let bits = self.checked()?;
        let mut parts = Vec::with_capacity(SIGNALS);
        for (class, own) in &made().signals {
            let value = if bits & own != 0 { "True" } else { "False" };
            parts.push(format!("{}:{value}", class.as_obj().repr()?.to_string_lossy()));
        }
        Ok(format!("{{{}}}", parts.join(", ")))
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Object> {
        self.checked()?;
        let keys: Vec<&Obj> = made().signals.iter().map(|(t, _)| t.as_obj()).collect();
        Tuple::from_slice(&keys)?.as_obj().iter()
    }

    #[slot(mp_length)]
    fn length(&self) -> PyResult<isize> {
        self.checked()?;
        Ok(SIGNALS as isize)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<&'static Obj> {
        let bits = self.checked()?;
        Ok(bool_obj(bits & made().bits_of(key)? != 0))
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        self.checked()?;
        let Some(value) = value else { bail!(ValueError, "signal keys cannot be deleted") };
        let own = made().bits_of(key)?;
        let on = value.is_true()?;
        // SAFETY: own field.
        unsafe {
            let bits = &raw mut (*self.body()).bits;
            *bits = if on { *bits | own } else { *bits & !own };
        }
        Ok(())
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let bits = self.checked()?;
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(not_implemented().to_owned());
        }
        let other = match other.downcast::<SignalDictMixin>() {
            Some(d) => d.checked()?,
            None if other.is_a::<Dict>() => match catch(bits_of_mapping(other), exc::KeyError())? {
                Some(bits) => bits,
                None => return Ok(not_implemented().to_owned()),
            },
            None => return Ok(not_implemented().to_owned()),
        };
        Ok(bool_obj((bits == other) == (op == CompareOp::Eq)).to_owned())
    }

    #[method]
    fn copy(&self) -> PyResult<Ref<Dict>> {
        let bits = self.checked()?;
        let out = Dict::new()?;
        for (class, own) in &made().signals {
            out.set(class.as_obj(), bool_obj(bits & own != 0))?;
        }
        Ok(out)
    }
}
