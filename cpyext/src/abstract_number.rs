//! `abstract.h`, numbers: `PyNumber_*` and `PyIndex_Check`.

use dovetail_core::error::PyResult;
use dovetail_core::object::number::{self, BinaryOp};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::complex::Complex;
use dovetail_core::types::float::{Float, to_double};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::c_int;

/// Binary operations: the plain and the in-place form.
macro_rules! binary_capi {
    ($($plain:ident $inplace:ident $op:ident;)*) => { $(
        /// The binary operation of this name, with the rules of reflected operands.
        #[capi]
        fn $plain(a: &Obj, b: &Obj) -> PyResult<Object> {
            number::binary(BinaryOp::$op, a, b)
        }

        /// The in-place form, which falls back to the plain one.
        #[capi]
        fn $inplace(a: &Obj, b: &Obj) -> PyResult<Object> {
            number::inplace(BinaryOp::$op, a, b)
        }
    )* };
}

binary_capi! {
    PyNumber_Add PyNumber_InPlaceAdd Add;
    PyNumber_Subtract PyNumber_InPlaceSubtract Subtract;
    PyNumber_Multiply PyNumber_InPlaceMultiply Multiply;
    PyNumber_MatrixMultiply PyNumber_InPlaceMatrixMultiply MatrixMultiply;
    PyNumber_FloorDivide PyNumber_InPlaceFloorDivide FloorDivide;
    PyNumber_TrueDivide PyNumber_InPlaceTrueDivide TrueDivide;
    PyNumber_Remainder PyNumber_InPlaceRemainder Remainder;
    PyNumber_Lshift PyNumber_InPlaceLshift Lshift;
    PyNumber_Rshift PyNumber_InPlaceRshift Rshift;
    PyNumber_And PyNumber_InPlaceAnd And;
    PyNumber_Xor PyNumber_InPlaceXor Xor;
    PyNumber_Or PyNumber_InPlaceOr Or;
}

/// `divmod(a, b)`.
#[capi]
fn PyNumber_Divmod(a: &Obj, b: &Obj) -> PyResult<Object> {
    a.divmod(b)
}

/// `pow(a, b, c)`; `c` is `None` for the binary form.
#[capi]
fn PyNumber_Power(a: &Obj, b: &Obj, c: &Obj) -> PyResult<Object> {
    number::power(a, b, c)
}

/// `a **= b`; with a modulus as `pow(a, b, c)`, in place.
#[capi]
fn PyNumber_InPlacePower(a: &Obj, b: &Obj, c: &Obj) -> PyResult<Object> {
    number::inplace_power(a, b, c)
}

/// `-o`.
#[capi]
fn PyNumber_Negative(o: &Obj) -> PyResult<Object> {
    o.negative()
}

/// `+o`.
#[capi]
fn PyNumber_Positive(o: &Obj) -> PyResult<Object> {
    o.positive()
}

/// `~o`.
#[capi]
fn PyNumber_Invert(o: &Obj) -> PyResult<Object> {
    o.invert()
}

/// `abs(o)`.
#[capi]
fn PyNumber_Absolute(o: &Obj) -> PyResult<Object> {
    o.absolute()
}

/// Is it a number of any kind? No for NULL.
#[capi]
fn PyNumber_Check(o: Option<&Obj>) -> c_int {
    let Some(o) = o else { return 0 };
    // SAFETY: a suite of the object's type.
    let n = unsafe { o.ob_type().raw().tp_as_number.as_ref() };
    let has = n.is_some_and(|n| n.nb_index.is_some() || n.nb_int.is_some() || n.nb_float.is_some());
    c_int::from(has || o.is_a::<Complex>())
}

/// Has it `__index__`?
#[capi]
fn PyIndex_Check(o: &Obj) -> bool {
    o.has_index()
}

/// `operator.index(o)`, an exact int.
#[capi]
fn PyNumber_Index(o: &Obj) -> PyResult<Ref<Int>> {
    let i = o.index()?;
    if i.as_obj().is_exact::<Int>() { Ok(i) } else { i.to_exact() }
}

/// `operator.index(o)`, perhaps of a subclass of int.
#[capi(private)]
fn _PyNumber_Index(o: &Obj) -> PyResult<Ref<Int>> {
    o.index()
}

/// `int(o)`.
#[capi]
fn PyNumber_Long(o: &Obj) -> PyResult<Ref<Int>> {
    o.to_int()
}

/// `float(o)`.
#[capi]
fn PyNumber_Float(o: &Obj) -> PyResult<Ref<Float>> {
    if let Some(f) = o.downcast_exact::<Float>() {
        return Ok(dovetail_core::object::ToRef::to_ref(f));
    }
    Float::new(to_double(o)?)
}

/// The text of an int in base 2, 8, 10 or 16, with its prefix.
#[capi]
fn PyNumber_ToBase(o: &Obj, base: c_int) -> PyResult<Ref<Str>> {
    let prefix = match base {
        2 => "0b",
        8 => "0o",
        10 => "",
        16 => "0x",
        _ => bail!(SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16"),
    };
    let i = o.index()?;
    let text = i.to_base(base as u32)?;
    match text.strip_prefix('-') {
        Some(digits) => Str::new(&format!("-{prefix}{digits}")),
        None => Str::new(&format!("{prefix}{text}")),
    }
}

/// An index-sized number: what is too big raises `error`, or is clipped when that is NULL.
#[capi]
fn PyNumber_AsSsize_t(o: &Obj, error: Option<&Obj>) -> PyResult<isize> {
    let i = o.index()?;
    if let Some(v) = i.to_i64() {
        return Ok(v as isize);
    }
    let Some(error) = error else { return o.as_isize_clipped() };
    let text = format!("cannot fit '{}' into an index-sized integer", o.type_name());
    match error.downcast::<Type>() {
        Some(t) => Err(dovetail_core::error::raise_message(t, &text)),
        None => Err(raise!(SystemError, "{text}")),
    }
}
