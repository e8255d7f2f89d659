//! Truth, hash and order. Primitive values compare as the Python objects they convert to; everything else by address.

use super::cdata::CData;
use super::flags::*;
use super::from_c;
use super::raw::{long_double_is_true, read, read_unsigned};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::none::not_implemented;

/// `bool(cdata)`: no NULL, no zero.
pub fn is_true(cd: &CData) -> bool {
    let (ct, p) = (cd.ctype(), cd.data());
    // SAFETY: a value of the type.
    unsafe {
        match ct.kind() {
            Kind::I128 | Kind::U128 => read::<u128>(p) != 0,
            _ if ct.is(INTEGRAL) => read_unsigned(p, ct.size()) != 0,
            Kind::F32 => read::<f32>(p) != 0.0,
            Kind::F64 => read::<f64>(p) != 0.0,
            Kind::LongDouble => long_double_is_true(p),
            Kind::C64 | Kind::C128 => {
                let value = from_c::read_complex(p, ct);
                value.real != 0.0 || value.imag != 0.0
            }
            _ => !p.is_null(),
        }
    }
}

/// The hash of an address: its low bits, which are mostly zero, go to the top.
fn hash_address(p: *const u8) -> isize {
    match (p as usize).rotate_right(4) as isize {
        -1 => -2,
        h => h,
    }
}

/// `hash(cdata)`.
pub fn hash(cd: &CData) -> PyResult<isize> {
    if cd.ctype().is(PRIMITIVE) {
        // SAFETY: a value of the type.
        let value = unsafe { from_c::convert(cd.data(), cd.ctype())? };
        if CData::of(&value).is_none() {
            return value.hash();
        }
    }
    Ok(hash_address(cd.data()))
}

/// As a plain Python object, for a comparison.
fn plain(o: &Obj) -> PyResult<Object> {
    let Some(cd) = CData::of(o) else { return Ok(o.to_owned()) };
    // SAFETY: a value of the type.
    let value = unsafe { from_c::convert(cd.data(), cd.ctype())? };
    if CData::of(&value).is_some() {
        bail!(NotImplementedError, "cannot use <cdata '{}'> in a comparison", cd.ctype().name());
    }
    Ok(value)
}

/// `a op b`.
pub fn compare(a: &CData, b: &Obj, op: CompareOp) -> PyResult<Object> {
    let address = |cd: &CData| if cd.ctype().is(PRIMITIVE) { None } else { Some(cd.data()) };
    match (address(a), CData::of(b).and_then(address)) {
        (Some(p), Some(q)) => Ok(bool_obj(op.holds(p.cmp(&q))).to_owned()),
        (None, None) => plain(a.as_obj())?.compare(&*plain(b)?, op),
        _ => Ok(not_implemented().to_owned()),
    }
}
