//! C values as Python objects.
//!
//! # Contract of the unsafe functions
//! Addresses hold a value of the type.

use super::cdata::CData;
use super::cfield::CField;
use super::ctype::CType;
use super::flags::*;
use super::raw::{read, read_signed, read_unsigned};
use super::strings;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::complex::Complex;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_num::complex::Complex as Parts;

#[inline(always)]
fn int(value: i64) -> PyResult<Object> {
    Ok(Int::from_i64(value)?.into_object())
}

/// The value at `p`.
///
/// # Safety
/// As the module says.
#[inline]
pub unsafe fn convert(p: *const u8, ct: &CType) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        match ct.kind() {
            Kind::I8 => int(read::<i8>(p).into()),
            Kind::I16 => int(read::<i16>(p).into()),
            Kind::I32 => int(read::<i32>(p).into()),
            Kind::I64 => int(read::<i64>(p)),
            Kind::U8 => int(read::<u8>(p).into()),
            Kind::U16 => int(read::<u16>(p).into()),
            Kind::U32 => int(read::<u32>(p).into()),
            Kind::U64 => Ok(Int::from_u64(read::<u64>(p))?.into_object()),
            Kind::F64 => Ok(Float::new(read::<f64>(p))?.into_object()),
            Kind::F32 => Ok(Float::new(read::<f32>(p).into())?.into_object()),
            Kind::Pointer | Kind::Function => CData::new(read::<*mut u8>(p), ct),
            Kind::Char => Ok(Bytes::of_byte(*p).into_object()),
            _ => convert_rare(p, ct),
        }
    }
}

#[inline(never)]
unsafe fn convert_rare(p: *const u8, ct: &CType) -> PyResult<Object> {
    // SAFETY: as `convert`.
    unsafe {
        match ct.kind() {
            Kind::Struct | Kind::Union if ct.is(OPAQUE) => {
                bail!(TypeError, "cdata '{}' is opaque", ct.name())
            }
            Kind::Struct | Kind::Union => {
                ct.force()?;
                CData::new(p.cast_mut(), ct)
            }
            // How long an open array is, nobody knows here: a pointer stands for it.
            Kind::Array if ct.length() < 0 => CData::new(p.cast_mut(), ct.pointer()),
            Kind::Array => CData::new(p.cast_mut(), ct),
            Kind::Bool => match *p {
                value @ (0 | 1) => Ok(bool_obj(value != 0).to_owned()),
                value => bail!(ValueError, "got a _Bool of value {value}, expected 0 or 1"),
            },
            Kind::I128 => Ok(Int::from_i128(read::<i128>(p))?.into_object()),
            Kind::U128 => Ok(Int::from_u128(read::<u128>(p))?.into_object()),
            Kind::LongDouble => {
                let cd = CData::primitive(ct)?;
                std::ptr::copy_nonoverlapping(p, cd.data(), ct.size() as usize);
                Ok(cd.into_object())
            }
            Kind::C64 | Kind::C128 => Ok(Complex::new(read_complex(p, ct))?.into_object()),
            Kind::Char16 => Ok(strings::from_char16(p, 1)?.into_object()),
            Kind::Char32 => Ok(strings::from_char32(p, 1)?.into_object()),
            Kind::Void => bail!(TypeError, "cdata '{}' is opaque", ct.name()),
            _ => bail!(SystemError, "convert_to_object: '{}'", ct.name()),
        }
    }
}

/// A complex number.
///
/// # Safety
/// As the module says.
pub unsafe fn read_complex(p: *const u8, ct: &CType) -> Parts {
    // SAFETY: the caller's promise.
    unsafe {
        if ct.kind() == Kind::C64 {
            Parts { real: read::<f32>(p).into(), imag: read::<f32>(p.add(4)).into() }
        } else {
            Parts { real: read::<f64>(p), imag: read::<f64>(p.add(8)) }
        }
    }
}

/// The value of a bit-field, whose unit begins at `p`.
///
/// # Safety
/// As the module says.
pub unsafe fn convert_bits(p: *const u8, field: &CField) -> PyResult<Object> {
    let (ct, place) = (field.ctype(), field.place());
    let mask = u64::MAX >> (64 - place.bitsize);
    // SAFETY: the caller's promise.
    unsafe {
        if ct.is(SIGNED) {
            let value = read_signed(p, ct.size()) as u64 >> place.bitshift;
            let unused = 64 - place.bitsize as u32;
            return int(((value & mask) << unused) as i64 >> unused);
        }
        let value = (read_unsigned(p, ct.size()) >> place.bitshift) & mask;
        Ok(Ref::into_object(Int::from_u64(value)?))
    }
}
