//! The singletons `None`, `Ellipsis` and `NotImplemented` with their types.

use crate::bail;
use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::{Head, IMMORTAL, Obj};
use crate::object::Object;
use crate::types::bool_::bool_obj;
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use std::cell::UnsafeCell;

/// An immortal object without fields in static memory, exported to C.
#[repr(transparent)]
pub struct StaticObject(UnsafeCell<Head>);

// SAFETY: never written after its construction.
unsafe impl Sync for StaticObject {}

impl StaticObject {
    /// The one instance of a type.
    pub const fn new(ty: *mut abi::PyTypeObject) -> StaticObject {
        StaticObject(UnsafeCell::new(Head { refcnt: IMMORTAL, overflow: 0, flags: 0, ob_type: ty }))
    }

    #[inline(always)]
    fn obj(&self) -> &Obj {
        // SAFETY: an immortal object.
        unsafe { Obj::from_ptr(self.0.get().cast()) }
    }
}

/// `None`.
#[unsafe(export_name = "_Py_NoneStruct")]
pub static _Py_NoneStruct: StaticObject = StaticObject::new(NoneType::TYPE_POINTER);
/// `Ellipsis`.
#[unsafe(export_name = "_Py_EllipsisObject")]
pub static _Py_EllipsisObject: StaticObject = StaticObject::new(EllipsisType::TYPE_POINTER);
/// `NotImplemented`.
#[unsafe(export_name = "_Py_NotImplementedStruct")]
pub static _Py_NotImplementedStruct: StaticObject = StaticObject::new(NotImplementedType::TYPE_POINTER);

/// `None`.
#[inline(always)]
pub fn none() -> &'static Obj {
    _Py_NoneStruct.obj()
}

/// `Ellipsis`.
#[inline(always)]
pub fn ellipsis() -> &'static Obj {
    _Py_EllipsisObject.obj()
}

/// `NotImplemented`.
#[inline(always)]
pub fn not_implemented() -> &'static Obj {
    _Py_NotImplementedStruct.obj()
}

/// `None`'s type.
/// ---
/// The type of the None singleton.
#[pytype(name = "NoneType", body = abi::PyObject, export = "_PyNone_Type", sig = "()")]
pub struct NoneType;

/// `Ellipsis`'s type.
/// ---
/// The type of the Ellipsis singleton.
#[pytype(name = "ellipsis", body = abi::PyObject, export = "PyEllipsis_Type", sig = "()")]
pub struct EllipsisType;

/// `NotImplemented`'s type.
/// ---
/// The type of the NotImplemented singleton.
#[pytype(name = "NotImplementedType", body = abi::PyObject, export = "_PyNotImplemented_Type", sig = "()")]
pub struct NotImplementedType;

fn only(name: &str, value: &Obj, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
    if !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty()) {
        bail!(TypeError, "{name} takes no arguments");
    }
    Ok(value.to_owned())
}

/// The end of a singleton: a counting mistake of C code, which must not free static memory.
unsafe extern "C" fn revive(o: *mut abi::PyObject) {
    // SAFETY: the object is static.
    unsafe { Obj::from_ptr(o).immortalize() }
}

#[pymethods]
impl NoneType {
    #[slot(tp_new)]
    fn new_slot(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        only("NoneType", none(), args, kwargs)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: passed on.
        unsafe { revive(o) }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> &'static str {
        "None"
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> isize {
        0xfca86420
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> Object {
        let same = self.is(other);
        match op {
            CompareOp::Eq if same => bool_obj(true).to_owned(),
            CompareOp::Ne if same => bool_obj(false).to_owned(),
            _ => not_implemented().to_owned(),
        }
    }

    #[slot(nb_bool)]
    fn bool_slot(&self) -> bool {
        false
    }
}

#[pymethods]
impl EllipsisType {
    #[slot(tp_new)]
    fn new_slot(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        only("EllipsisType", ellipsis(), args, kwargs)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: passed on.
        unsafe { revive(o) }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> &'static str {
        "Ellipsis"
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> &'static str {
        "Ellipsis"
    }
}

#[pymethods]
impl NotImplementedType {
    #[slot(tp_new)]
    fn new_slot(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        only("NotImplementedType", not_implemented(), args, kwargs)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: passed on.
        unsafe { revive(o) }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> &'static str {
        "NotImplemented"
    }

    #[slot(nb_bool)]
    fn bool_slot(&self) -> PyResult<bool> {
        bail!(TypeError, "NotImplemented should not be used in a boolean context")
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> &'static str {
        "NotImplemented"
    }
}
