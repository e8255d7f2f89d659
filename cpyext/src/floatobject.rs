//! `floatobject.h`, `complexobject.h`: floats and complex numbers (C API, sections of those names).

use dovetail_core::error::PyResult;
use dovetail_core::object::{Native, Obj, Object, Ref};
use dovetail_core::types::complex::{Complex, to_complex};
use dovetail_core::types::float::Float;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use dovetail_num::complex::Complex as Parts;
use std::ffi::{c_char, c_int};

#[capi]
fn PyFloat_FromDouble(value: f64) -> PyResult<Ref<Float>> {
    Float::new(value)
}

/// `float(value)` of a string, bytes or buffer.
#[capi]
fn PyFloat_FromString(value: &Obj) -> PyResult<Object> {
    use dovetail_core::types::str_::Str;
    if !value.is_a::<Str>() && !dovetail_core::object::buffer::Buffer::supported(value) {
        bail!(TypeError, "float() argument must be a string or a real number, not '{}'", value.type_name());
    }
    Float::type_object().call(&[value])
}

/// The double of a float, or through `__float__` or `__index__`.
#[capi]
fn PyFloat_AsDouble(o: Option<&Obj>) -> PyResult<f64> {
    match o {
        Some(o) => o.as_f64(),
        None => Err(raise!(TypeError, "bad argument type for built-in operation")),
    }
}

#[capi]
fn PyFloat_GetMax() -> f64 {
    f64::MAX
}

#[capi]
fn PyFloat_GetMin() -> f64 {
    f64::MIN_POSITIVE
}

/// `sys.float_info`.
#[capi]
fn PyFloat_GetInfo() -> PyResult<Object> {
    dovetail_core::import::import_module("sys")?.get_attr_text("float_info")
}

/// Copies bytes in the wanted order.
unsafe fn put<const N: usize>(bytes: [u8; N], out: *mut c_char, little: c_int) {
    let mut bytes = bytes;
    if little == 0 {
        bytes.reverse();
    }
    // SAFETY: the caller's N bytes.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast(), N) };
}

/// Bytes, lowest first.
unsafe fn take<const N: usize>(data: *const c_char, little: c_int) -> [u8; N] {
    let mut bytes = [0u8; N];
    // SAFETY: the caller's N bytes.
    unsafe { std::ptr::copy_nonoverlapping(data.cast(), bytes.as_mut_ptr(), N) };
    if little == 0 {
        bytes.reverse();
    }
    bytes
}

/// IEEE half precision, rounded to even; what is too large raises.
#[capi]
unsafe fn PyFloat_Pack2(value: f64, data: *mut c_char, little: c_int) -> PyResult<()> {
    let Some(bits) = half(value) else { bail!(OverflowError, "float too large to pack with e format") };
    // SAFETY: two bytes of the caller's.
    unsafe { put(bits.to_le_bytes(), data, little) };
    Ok(())
}

/// The bits of the nearest half, or `None` when finite and too large.
fn half(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000u16 } else { 0 };
    if value.is_nan() {
        // The quiet bit and the highest bits of the payload.
        let payload = (value.to_bits() >> 42) as u16 & 0x3ff;
        return Some(sign | 0x7c00 | payload.max(1));
    }
    if value.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let magnitude = value.abs();
    if magnitude == 0.0 {
        return Some(sign);
    }
    let exponent = (((magnitude.to_bits() >> 52) & 0x7ff) as i32 - 1023).max(-14);
    // Units of the last place at this exponent; scaling by a power of two is exact.
    let scaled = magnitude * 2f64.powi(10 - exponent);
    let mut units = scaled.round_ties_even() as u32;
    let mut exponent = exponent;
    if units >= 0x800 {
        units >>= 1;
        exponent += 1;
    }
    if exponent > 15 {
        return None;
    }
    let biased = if units >= 0x400 { (exponent + 15) as u16 } else { 0 };
    Some(sign | biased << 10 | (units as u16 & 0x3ff))
}

/// IEEE single precision; what is too large raises.
#[capi]
unsafe fn PyFloat_Pack4(value: f64, data: *mut c_char, little: c_int) -> PyResult<()> {
    let single = value as f32;
    if single.is_infinite() && value.is_finite() {
        bail!(OverflowError, "float too large to pack with f format");
    }
    // SAFETY: four bytes of the caller's.
    unsafe { put(single.to_le_bytes(), data, little) };
    Ok(())
}

/// IEEE double precision.
#[capi]
unsafe fn PyFloat_Pack8(value: f64, data: *mut c_char, little: c_int) -> PyResult<()> {
    // SAFETY: eight bytes of the caller's.
    unsafe { put(value.to_le_bytes(), data, little) };
    Ok(())
}

#[capi]
unsafe fn PyFloat_Unpack2(data: *const c_char, little: c_int) -> f64 {
    // SAFETY: two bytes of the caller's.
    let bits = u16::from_le_bytes(unsafe { take(data, little) });
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::from_bits((u64::from(bits & 0x8000) << 48) | 0x7ff << 52 | u64::from(bits & 0x3ff) << 42),
        e => sign * (1.0 + fraction / 1024.0) * 2f64.powi(e - 15),
    }
}

#[capi]
unsafe fn PyFloat_Unpack4(data: *const c_char, little: c_int) -> f64 {
    // SAFETY: four bytes of the caller's.
    f32::from_le_bytes(unsafe { take(data, little) }).into()
}

#[capi]
unsafe fn PyFloat_Unpack8(data: *const c_char, little: c_int) -> f64 {
    // SAFETY: eight bytes of the caller's.
    f64::from_le_bytes(unsafe { take(data, little) })
}

#[capi]
fn PyComplex_FromDoubles(real: f64, imag: f64) -> PyResult<Ref<Complex>> {
    Complex::new(Parts::new(real, imag))
}

#[capi]
fn PyComplex_FromCComplex(value: abi::Py_complex) -> PyResult<Ref<Complex>> {
    Complex::new(Parts::new(value.real, value.imag))
}

/// The real part, also of what has `__complex__` or `__float__`.
#[capi]
fn PyComplex_RealAsDouble(o: &Obj) -> PyResult<f64> {
    Ok(to_complex(o)?.real)
}

/// The imaginary part, also of what has `__complex__`; 0 for anything else.
#[capi]
fn PyComplex_ImagAsDouble(o: &Obj) -> PyResult<f64> {
    if let Some(c) = o.downcast::<Complex>() {
        return Ok(c.value().imag);
    }
    Ok(dovetail_core::types::complex::special(o)?.map_or(0.0, |c| c.imag))
}

/// The value, through `__complex__`, `__float__` or `__index__`.
#[capi]
fn PyComplex_AsCComplex(o: &Obj) -> PyResult<abi::Py_complex> {
    let v = to_complex(o)?;
    Ok(abi::Py_complex { real: v.real, imag: v.imag })
}
