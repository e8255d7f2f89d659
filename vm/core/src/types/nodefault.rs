//! `typing.NoDefault`: says that a type parameter has no default.

use crate::bail;
use crate::error::PyResult;
use crate::object::native::Native;
use crate::object::obj::{Head, IMMORTAL, Obj};
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use std::cell::UnsafeCell;

/// The type of `NoDefault`.
/// ---
/// The type of the NoDefault singleton.
#[pytype(name = "NoDefaultType", static_in_c, body = abi::PyObject, sig = "()")]
pub struct NoDefault;

/// The object, in static memory.
#[repr(transparent)]
struct Singleton(UnsafeCell<Head>);

// SAFETY: immortal, without fields.
unsafe impl Sync for Singleton {}

static NO_DEFAULT: Singleton = Singleton(UnsafeCell::new(Head {
    refcnt: IMMORTAL,
    overflow: 0,
    flags: 0,
    ob_type: NoDefault::TYPE_POINTER,
}));

/// `typing.NoDefault`.
pub fn no_default() -> &'static Obj {
    // SAFETY: an immortal object.
    unsafe { Obj::from_ptr(NO_DEFAULT.0.get().cast()) }
}

#[pymethods]
impl NoDefault {
    #[slot(tp_new)]
    fn make(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<crate::Object> {
        if !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "NoDefaultType takes no arguments");
        }
        Ok(no_default().to_owned())
    }

    #[slot(tp_repr)]
    fn show(&self) -> &'static str {
        "typing.NoDefault"
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> &'static str {
        "NoDefault"
    }
}
