//! `weakref.ProxyType` and `weakref.CallableProxyType`: objects that pass everything on to what they refer to
//! weakly, and raise `ReferenceError` when that is gone.

use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::number::{BinaryOp, binary, inplace, power};
use crate::object::obj::Obj;
use crate::object::{Object, Ref};
use crate::types::dict::Dict;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::weakref;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};

/// A proxy of an object that cannot be called.
#[pytype(name = "weakref.ProxyType", body = abi::PyWeakReference, export = "_PyWeakref_ProxyType", gc)]
pub struct Proxy;

/// A proxy of an object that can be called.
#[pytype(name = "weakref.CallableProxyType", body = abi::PyWeakReference, export = "_PyWeakref_CallableProxyType", gc)]
pub struct CallableProxy;

fn is_proxy(o: &Obj) -> bool {
    o.is_exact::<Proxy>() || o.is_exact::<CallableProxy>()
}

/// What an operand stands for: a proxy's target, or the operand itself.
fn target(o: &Obj) -> PyResult<Object> {
    if !is_proxy(o) {
        return Ok(o.to_owned());
    }
    // SAFETY: a proxy has the body of a reference.
    match unsafe { weakref::target(o.as_ptr().cast()) } {
        Some(t) => Ok(t),
        None => Err(raise!(ReferenceError, "weakly-referenced object no longer exists")),
    }
}

fn operate(op: BinaryOp, a: &Obj, b: &Obj) -> PyResult<Object> {
    binary(op, &*target(a)?, &*target(b)?)
}

fn operate_inplace(op: BinaryOp, a: &Obj, b: &Obj) -> PyResult<Object> {
    inplace(op, &*target(a)?, &*target(b)?)
}

macro_rules! proxy_type {
    ($ty:ident { $($extra:tt)* }) => {
        #[pymethods]
        impl $ty {
            #[slot(tp_dealloc, raw)]
            unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
                // SAFETY: passed on.
                unsafe { weakref::dealloc(o) }
            }

            #[slot(tp_traverse, raw)]
            unsafe extern "C" fn traverse_slot(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
                // SAFETY: passed on.
                unsafe { weakref::traverse(o, visit, arg) }
            }

            #[slot(tp_clear, raw)]
            unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
                // SAFETY: passed on.
                unsafe { weakref::clear_ref(o) }
            }

            #[slot(tp_repr)]
            fn repr_slot(&self) -> PyResult<Ref<Str>> {
                // SAFETY: own body.
                unsafe { weakref::repr(self.body(), "weakproxy", false) }
            }

            #[slot(tp_str)]
            fn str_slot(&self) -> PyResult<Ref<Str>> {
                target(self)?.str_()
            }

            #[slot(tp_getattro)]
            fn getattro_slot(&self, name: &Obj) -> PyResult<Object> {
                target(self)?.get_attr(crate::object::abstract_::attribute_name(name)?)
            }

            #[slot(tp_setattro)]
            fn setattro_slot(&self, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
                let name = crate::object::abstract_::attribute_name(name)?;
                match value {
                    Some(v) => target(self)?.set_attr(name, v),
                    None => target(self)?.del_attr(name),
                }
            }

            #[slot(tp_richcompare)]
            fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
                target(self)?.compare(&*target(other)?, op)
            }

            #[slot(tp_iter)]
            fn iter_slot(&self) -> PyResult<Object> {
                target(self)?.iter()
            }

            #[slot(tp_iternext)]
            fn next_slot(&self) -> PyResult<Option<Object>> {
                let t = target(self)?;
                if !t.is_iterator() {
                    bail!(TypeError, "Weakref proxy referenced a non-iterator '{}' object", t.type_name());
                }
                t.iter_next()
            }

            #[slot(nb_add)]
            fn add(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::Add, a, b)
            }

            #[slot(nb_subtract)]
            fn subtract(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::Subtract, a, b)
            }

            #[slot(nb_multiply)]
            fn multiply(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::Multiply, a, b)
            }

            #[slot(nb_remainder)]
            fn remainder(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::Remainder, a, b)
            }

            #[slot(nb_divmod)]
            fn divmod_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::DivMod, a, b)
            }

            #[slot(nb_power)]
            fn power_slot(a: &Obj, b: &Obj, c: &Obj) -> PyResult<Object> {
                power(&*target(a)?, &*target(b)?, &*target(c)?)
            }

            #[slot(nb_negative)]
            fn negative_slot(&self) -> PyResult<Object> {
                target(self)?.negative()
            }

            #[slot(nb_positive)]
            fn positive_slot(&self) -> PyResult<Object> {
                target(self)?.positive()
            }

            #[slot(nb_absolute)]
            fn absolute_slot(&self) -> PyResult<Object> {
                target(self)?.absolute()
            }

            #[slot(nb_bool)]
            fn bool_slot(&self) -> PyResult<bool> {
                target(self)?.is_true()
            }

            #[slot(nb_invert)]
            fn invert_slot(&self) -> PyResult<Object> {
                target(self)?.invert()
            }

            #[slot(nb_lshift)]
            fn lshift(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::Lshift, a, b)
            }

            #[slot(nb_rshift)]
            fn rshift(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::Rshift, a, b)
            }

            #[slot(nb_and)]
            fn and(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::And, a, b)
            }

            #[slot(nb_xor)]
            fn xor(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::Xor, a, b)
            }

            #[slot(nb_or)]
            fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::Or, a, b)
            }

            #[slot(nb_int)]
            fn int_slot(&self) -> PyResult<Object> {
                Ok(target(self)?.to_int()?.into_object())
            }

            #[slot(nb_float)]
            fn float_slot(&self) -> PyResult<f64> {
                target(self)?.as_f64()
            }

            #[slot(nb_index)]
            fn index_slot(&self) -> PyResult<Object> {
                Ok(target(self)?.index()?.into_object())
            }

            #[slot(nb_floor_divide)]
            fn floor_divide(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::FloorDivide, a, b)
            }

            #[slot(nb_true_divide)]
            fn true_divide(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::TrueDivide, a, b)
            }

            #[slot(nb_matrix_multiply)]
            fn matrix_multiply(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate(BinaryOp::MatrixMultiply, a, b)
            }

            #[slot(nb_inplace_add)]
            fn iadd(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::Add, a, b)
            }

            #[slot(nb_inplace_subtract)]
            fn isubtract(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::Subtract, a, b)
            }

            #[slot(nb_inplace_multiply)]
            fn imultiply(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::Multiply, a, b)
            }

            #[slot(nb_inplace_remainder)]
            fn iremainder(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::Remainder, a, b)
            }

            #[slot(nb_inplace_power)]
            fn ipower(a: &Obj, b: &Obj, _c: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::Power, a, b)
            }

            #[slot(nb_inplace_lshift)]
            fn ilshift(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::Lshift, a, b)
            }

            #[slot(nb_inplace_rshift)]
            fn irshift(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::Rshift, a, b)
            }

            #[slot(nb_inplace_and)]
            fn iand(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::And, a, b)
            }

            #[slot(nb_inplace_xor)]
            fn ixor(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::Xor, a, b)
            }

            #[slot(nb_inplace_or)]
            fn ior(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::Or, a, b)
            }

            #[slot(nb_inplace_floor_divide)]
            fn ifloor_divide(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::FloorDivide, a, b)
            }

            #[slot(nb_inplace_true_divide)]
            fn itrue_divide(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::TrueDivide, a, b)
            }

            #[slot(nb_inplace_matrix_multiply)]
            fn imatrix_multiply(a: &Obj, b: &Obj) -> PyResult<Object> {
                operate_inplace(BinaryOp::MatrixMultiply, a, b)
            }

            #[slot(sq_length)]
            fn length(&self) -> PyResult<usize> {
                target(self)?.len_()
            }

            #[slot(sq_contains)]
            fn contains_slot(&self, item: &Obj) -> PyResult<bool> {
                target(self)?.contains(item)
            }

            #[slot(mp_length)]
            fn mapping_length(&self) -> PyResult<usize> {
                target(self)?.len_()
            }

            #[slot(mp_subscript)]
            fn subscript(&self, key: &Obj) -> PyResult<Object> {
                target(self)?.get_item(key)
            }

            #[slot(mp_ass_subscript)]
            fn assign_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
                match value {
                    Some(v) => target(self)?.set_item(key, v),
                    None => target(self)?.del_item(key),
                }
            }

            #[method(name = "__bytes__")]
            fn bytes_method(&self) -> PyResult<Object> {
                target(self)?.call_method(sym!(__bytes__), &[])
            }

            #[method(name = "__reversed__")]
            fn reversed_method(&self) -> PyResult<Object> {
                target(self)?.call_method(sym!(__reversed__), &[])
            }

            $($extra)*
        }
    };
}

proxy_type!(Proxy {});
proxy_type!(CallableProxy {
    #[slot(tp_call)]
    fn call_proxy(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        target(self)?.call_dict(args, kwargs)
    }
});
