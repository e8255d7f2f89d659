//! `bool`: the two static objects and their few own operations.

use crate::bail;
use crate::error::{PyResult, exc};
use crate::object::native::Native;
use crate::object::obj::Obj;
use crate::object::{Object, Ref};
use crate::types::int::{HEADER, Int, static_int};
use crate::types::str_::Str;
use crate::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use std::cell::UnsafeCell;

/// True and False: ints of the values 1 and 0.
/// ---
/// True when the argument is true, False otherwise.
/// There are two instances, the builtins True and False.
/// The class bool is a subclass of the class int, and cannot be subclassed.
#[pytype(
    name = "bool", body = abi::PyLongObject, export = "PyBool_Type", base = Int, basicsize = HEADER, itemsize = 4,
    sig = "(object=False, /)",
)]
pub struct Bool;

/// One of the two objects.
#[repr(transparent)]
pub struct StaticBool(UnsafeCell<abi::PyLongObject>);
// SAFETY: immortal, never written.
unsafe impl Sync for StaticBool {}

/// `False`.
#[unsafe(export_name = "_Py_FalseStruct")]
pub static _Py_FalseStruct: StaticBool = StaticBool(UnsafeCell::new(static_int(0, Bool::TYPE_POINTER, 0)));

/// `True`.
#[unsafe(export_name = "_Py_TrueStruct")]
pub static _Py_TrueStruct: StaticBool = StaticBool(UnsafeCell::new(static_int(1, Bool::TYPE_POINTER, 0)));

/// `True` or `False`.
#[inline(always)]
pub fn bool_obj(value: bool) -> &'static Obj {
    let b = if value { &_Py_TrueStruct } else { &_Py_FalseStruct };
    // SAFETY: a static object.
    unsafe { Obj::from_ptr(b.0.get().cast()) }
}

/// Both operands as truth values when both are bools.
#[inline(always)]
fn bools(a: &Obj, b: &Obj) -> Option<(bool, bool)> {
    if a.is_exact::<Bool>() && b.is_exact::<Bool>() {
        Some((a.is(bool_obj(true)), b.is(bool_obj(true))))
    } else {
        None
    }
}

macro_rules! bitwise {
    ($a:ident, $b:ident, $slot:ident, $op:tt) => {{
        if let Some((x, y)) = bools($a, $b) {
            return Ok(bool_obj(x $op y).to_owned());
        }
        // SAFETY: the suite of int.
        let f = unsafe { (*Int::type_object().raw().tp_as_number).$slot };
        match f {
            // SAFETY: int's slot takes any two objects.
            Some(f) => unsafe { crate::error::from_c(f($a.as_ptr(), $b.as_ptr())) },
            None => Ok(crate::types::none::not_implemented().to_owned()),
        }
    }};
}

#[pymethods]
impl Bool {
    #[slot(tp_new, sig = "(object=False, /)")]
    fn new_slot(_cls: &Type, object: Option<&Obj>) -> PyResult<Object> {
        let v = match object {
            Some(o) => o.is_true()?,
            None => false,
        };
        Ok(bool_obj(v).to_owned())
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        // SAFETY: the vectorcall protocol.
        crate::object::native::result_ptr(unsafe { Bool::called(cls, args, nargsf, kwnames) })
    }

    /// A call of the type.
    unsafe fn called(
        _cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> PyResult<Object> {
        let n = nargsf & !crate::object::call::ARGUMENTS_OFFSET;
        // SAFETY: the vectorcall protocol.
        unsafe {
            if !kwnames.is_null() && !(*(kwnames as *const crate::types::tuple::Tuple)).is_empty() {
                bail!(TypeError, "bool() takes no keyword arguments");
            }
            let v = match n {
                0 => false,
                1 => Obj::from_ptr(*args).is_true()?,
                _ => bail!(TypeError, "bool expected at most 1 argument, got {n}"),
            };
            Ok(bool_obj(v).to_owned())
        }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        Str::intern(if self.is(bool_obj(true)) { "True" } else { "False" })
    }

    #[slot(nb_and)]
    fn and(a: &Obj, b: &Obj) -> PyResult<Object> {
        bitwise!(a, b, nb_and, &)
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        bitwise!(a, b, nb_or, |)
    }

    #[slot(nb_xor)]
    fn xor(a: &Obj, b: &Obj) -> PyResult<Object> {
        bitwise!(a, b, nb_xor, ^)
    }

    #[slot(nb_invert)]
    fn invert_slot(&self) -> PyResult<Object> {
        crate::types::exception::warn(
            exc::DeprecationWarning(),
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
             inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
             'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the \
             underlying int.",
            1,
        )?;
        Int::from_i64(if self.is(bool_obj(true)) { -2 } else { -1 }).map(Ref::into_object)
    }
}
