//! Numbers: what a cdata is as a Python number, Python numbers as C integers, and pointer arithmetic.

use super::cdata::CData;
use super::ctype::CType;
use super::flags::*;
use super::from_c;
use super::raw::{read, read_long_double, read_signed};
use dovetail_core::error::{PyResult, from_c as owned_result};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::complex::Complex;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::not_implemented;
use dovetail_core::{bail, raise};

/// C integers that Python objects are converted to.
pub trait PythonInt: Sized {
    /// Refuses floats, and what does not fit 64 bits.
    fn from_python(o: &Obj) -> PyResult<Self>;
}

fn is_float(o: &Obj) -> bool {
    o.is_a::<Float>() || CData::of(o).is_some_and(|cd| cd.ctype().is(FLOAT))
}

/// `int(o)` by the number slot alone: neither `__index__` nor `__trunc__` is asked.
fn by_slot(o: &Obj, floats: bool) -> PyResult<Ref<Int>> {
    if let Some(cd) = CData::of(o)
        && cd.ctype().is(INTEGRAL)
    {
        return int_of(cd);
    }
    // SAFETY: a suite of the object's type.
    let slot = unsafe { o.ob_type().raw().tp_as_number.as_ref() }.and_then(|n| n.nb_int);
    let Some(slot) = slot.filter(|_| floats || !is_float(o)) else {
        bail!(TypeError, "an integer is required");
    };
    // SAFETY: a slot of the object's type.
    let made = unsafe { owned_result(slot(o.as_ptr())) }?;
    made.downcast_into::<Int>().map_err(|_| raise!(TypeError, "integer conversion failed"))
}

/// Runs `f` on an int, or on what the object gives as one.
fn with_int<R>(o: &Obj, floats: bool, f: impl Fn(&Int) -> PyResult<R>) -> PyResult<R> {
    match o.downcast::<Int>() {
        Some(i) => f(i),
        None => f(&*by_slot(o, floats)?),
    }
}

impl PythonInt for i64 {
    fn from_python(o: &Obj) -> PyResult<i64> {
        with_int(o, false, |i| i.to_i64().ok_or_else(|| raise!(OverflowError, "int too big to convert")))
    }
}

impl PythonInt for u64 {
    fn from_python(o: &Obj) -> PyResult<u64> {
        with_int(o, false, |i| {
            if i.is_negative() {
                bail!(OverflowError, "can't convert negative number to unsigned");
            }
            i.to_u64().ok_or_else(|| raise!(OverflowError, "int too big to convert"))
        })
    }
}

/// The low 64 bits of an int; floats are cut.
pub fn masked(o: &Obj) -> PyResult<u64> {
    with_int(o, true, |i| {
        if let Some(v) = i.to_i64() {
            return Ok(v as u64);
        }
        // 30-bit digits, the lowest first.
        let digits = i.int_ref();
        let mut value = 0u64;
        for (n, digit) in digits.digits.iter().take(3).enumerate() {
            value |= u64::from(*digit) << (30 * n);
        }
        Ok(if digits.negative { value.wrapping_neg() } else { value })
    })
}

/// The low 128 bits, for casts to 128-bit integers.
pub fn masked_wide(o: &Obj) -> PyResult<u128> {
    with_int(o, true, |i| {
        let digits = i.int_ref();
        let mut value = 0u128;
        for (n, digit) in digits.digits.iter().take(5).enumerate() {
            value |= u128::from(*digit) << (30 * n);
        }
        Ok(if digits.negative { value.wrapping_neg() } else { value })
    })
}

fn int_of(cd: &CData) -> PyResult<Ref<Int>> {
    let (ct, p) = (cd.ctype(), cd.data());
    // SAFETY: a value of the type.
    unsafe {
        match ct.kind() {
            Kind::Bool | Kind::Char => Int::from_i64((*p).into()),
            Kind::Char16 => Int::from_i64(read::<u16>(p).into()),
            Kind::Char32 if ct.is(SIGNED_WCHAR) => Int::from_i64(read::<i32>(p).into()),
            Kind::Char32 => Int::from_i64(read::<u32>(p).into()),
            Kind::I128 | Kind::U128 => Ok(from_c::convert(p, ct)?.cast_into_unchecked()),
            _ if ct.is(SIGNED) => Int::from_i64(read_signed(p, ct.size())),
            _ if ct.is(UNSIGNED) => Ok(from_c::convert(p, ct)?.cast_into_unchecked()),
            _ if ct.is(FLOAT) => float(cd)?.to_int(),
            _ => bail!(TypeError, "int() not supported on cdata '{}'", ct.name()),
        }
    }
}

/// `int(cdata)`.
pub fn int(cd: &CData) -> PyResult<Object> {
    Ok(int_of(cd)?.into_object())
}

/// `float(cdata)`.
pub fn float(cd: &CData) -> PyResult<Object> {
    let (ct, p) = (cd.ctype(), cd.data());
    // SAFETY: a value of the type.
    let value = unsafe {
        match ct.kind() {
            Kind::F32 => read::<f32>(p).into(),
            Kind::F64 => read(p),
            Kind::LongDouble => read_long_double(p),
            _ => bail!(TypeError, "float() not supported on cdata '{}'", ct.name()),
        }
    };
    Ok(Float::new(value)?.into_object())
}

/// `complex(cdata)`.
pub fn complex(cd: &CData) -> PyResult<Ref<Complex>> {
    if !cd.ctype().is(COMPLEX) {
        bail!(TypeError, "complex() not supported on cdata '{}'", cd.ctype().name());
    }
    // SAFETY: a value of the type.
    Complex::new(unsafe { from_c::read_complex(cd.data(), cd.ctype()) })
}

/// `cd + i`, in items.
fn shifted(cd: &CData, by: &Obj, sign: isize) -> PyResult<Object> {
    let steps = by.as_isize_count()?.wrapping_mul(sign);
    let ct = cd.ctype();
    if !ct.is(POINTER | ARRAY) {
        bail!(TypeError, "cannot add a cdata '{}' and a number", ct.name());
    }
    let pointer = ct.decayed();
    let size = item_size(pointer)?;
    if size < 0 && !pointer.is(VOID_PTR) {
        bail!(TypeError, "ctype '{}' points to items of unknown size", ct.name());
    }
    let size = if size < 0 { 1 } else { size };
    CData::new(cd.data().wrapping_offset(steps.wrapping_mul(size)), pointer)
}

/// The item's size, of lazy structs too.
fn item_size(pointer: &CType) -> PyResult<isize> {
    Ok(pointer.item().size())
}

/// `a + b`, one of which is a cdata.
pub fn add(a: &Obj, b: &Obj) -> PyResult<Object> {
    match (CData::of(a), CData::of(b)) {
        (Some(cd), _) => shifted(cd, b, 1),
        (None, Some(cd)) => shifted(cd, a, 1),
        (None, None) => Ok(not_implemented().to_owned()),
    }
}

/// `a - b`, one of which is a cdata.
pub fn subtract(a: &Obj, b: &Obj) -> PyResult<Object> {
    match (CData::of(a), CData::of(b)) {
        (Some(a), Some(b)) => distance(a, b),
        (Some(a), None) => shifted(a, b.as_obj(), -1),
        _ => Ok(not_implemented().to_owned()),
    }
}

fn distance(a: &CData, b: &CData) -> PyResult<Object> {
    let ct = b.ctype().decayed();
    if !std::ptr::eq(ct, a.ctype()) || !ct.is(POINTER) || (ct.item().size() <= 0 && !ct.is(VOID_PTR)) {
        bail!(TypeError, "cannot subtract cdata '{}' and cdata '{}'", a.ctype().name(), ct.name());
    }
    let size = ct.item().size();
    let mut diff = (a.data() as isize).wrapping_sub(b.data() as isize);
    if size > 1 {
        if diff % size != 0 {
            bail!(
                ValueError,
                "pointer subtraction: the distance between the two pointers is not a multiple of the item size"
            );
        }
        diff /= size;
    }
    Ok(Int::from_i64(diff as i64)?.into_object())
}
