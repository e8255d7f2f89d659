//! `cmp_to_key`'s keys: objects that compare through a function.

use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::{borrow_opt, cast_opt_unchecked, result_ptr};
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{AsObj, Obj, Object, alloc};
use dovetail_core::raise;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::{pymethods, pytype};

/// The comparison function, and the value wrapped (NULL in the key function itself).
#[repr(C)]
pub struct KeyBody {
    pub ob_base: abi::PyObject,
    pub cmp: *mut abi::PyObject,
    pub object: *mut abi::PyObject,
    pub vectorcall: abi::vectorcallfunc,
}

/// Key functions made by `cmp_to_key`, and the keys they make.
#[pytype(
    name = "functools.KeyWrapper", body = KeyBody, refs(cmp, object), gc, vectorcall = vectorcall,
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct KeyWrapper;

/// A key function, or a key of `object`.
pub fn new(cmp: Option<&Obj>, object: Option<&Obj>) -> PyResult<Object> {
    // SAFETY: zeroed fields are valid; the fields own what they get.
    unsafe {
        let k = alloc::new_body::<KeyWrapper>()?;
        let b = k.body();
        (*b).cmp = cmp.map_or(std::ptr::null_mut(), |o| o.to_owned().into_ptr());
        (*b).object = object.map_or(std::ptr::null_mut(), |o| o.to_owned().into_ptr());
        (*b).vectorcall = Some(call_key);
        Ok(k.into_object())
    }
}

unsafe extern "C" fn call_key(
    slf: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: the vectorcall protocol.
    unsafe {
        let k = &*(slf as *const KeyWrapper);
        let n = nargsf & !dovetail_core::object::call::ARGUMENTS_OFFSET;
        let names = cast_opt_unchecked::<Tuple>(kwnames).filter(|t| !t.is_empty());
        let make = |o: *mut abi::PyObject| new(borrow_opt((*k.body()).cmp), borrow_opt(o));
        result_ptr(match (n, names) {
            (1, None) => make(*args),
            (0, Some(t))
                if t.len() == 1 && t.get(0).downcast::<Str>().is_some_and(|s| s.equals_str("obj")) =>
            {
                make(*args)
            }
            (n, t) if n + t.map_or(0, Tuple::len) > 1 => {
                Err(raise!(TypeError, "K() takes at most 1 argument ({} given)", n + t.map_or(0, Tuple::len)))
            }
            _ => Err(raise!(TypeError, "K() missing required argument 'obj' (pos 1)")),
        })
    }
}

impl KeyWrapper {
    fn object(&self) -> Option<Object> {
        // SAFETY: NULL or an owned object.
        unsafe { borrow_opt((*self.body()).object) }.map(Obj::to_owned)
    }
}

#[pymethods(members(("obj", _Py_T_OBJECT, object, 0, "Value wrapped by a key function."),))]
impl KeyWrapper {
    #[slot(tp_call)]
    fn call_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.as_obj().call_dict(args, kwargs)
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        "(obj)"
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast_exact::<KeyWrapper>() else {
            bail!(TypeError, "other argument must be K instance");
        };
        let (Some(x), Some(y)) = (self.object(), o.object()) else { bail!(AttributeError, "object") };
        // SAFETY: an owned field; kept alive over the call.
        let Some(cmp) = unsafe { borrow_opt((*self.body()).cmp) }.map(Obj::to_owned) else {
            bail!(AttributeError, "cmp");
        };
        let order = cmp.call(&[&x, &y])?;
        if let Some(i) = order.downcast_exact::<Int>() {
            return Ok(dovetail_core::types::bool_::bool_obj(op.holds(i.int_ref().sign().cmp(&0))).to_owned());
        }
        order.compare(Int::from_i64(0)?.as_obj(), op)
    }
}
