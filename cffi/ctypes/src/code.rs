//! The simple types by their type codes: sizes, names in formats, values from and to memory.

use crate::{real, wide};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::complex::{self, Complex};
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::full_type_name;
use dovetail_core::{bail, raise};
use dovetail_ctype::Primitive;
use dovetail_num::complex::Complex as Parts;
use std::ffi::CStr;

/// All codes that a class may name, as the message for a bad one lists them.
pub const CODES: &str = "cbBhHiIlLdDFGfuzZqQPOv?g";

/// Size and alignment.
pub fn layout(code: u8) -> (isize, isize) {
    match code {
        b'c' | b'b' | b'B' | b'?' => (1, 1),
        b'h' | b'H' | b'v' => (2, 2),
        b'i' | b'I' | b'f' | b'u' => (4, 4),
        b'F' => (8, 4),
        b'D' => (16, 8),
        b'g' => (16, 16),
        b'G' => (32, 16),
        _ => (8, 8),
    }
}

/// Whether there is the same type with its bytes the other way round.
pub fn has_swapped(code: u8) -> bool {
    b"bBhHiIlLqQfdFDc?".contains(&code)
}

/// What the code is called in a buffer's format: those of the machine become standard ones.
pub fn format(code: u8, big: bool) -> String {
    let standard = match code {
        b'l' => 'q',
        b'L' => 'Q',
        c => char::from(c),
    };
    format!("{}{standard}", if big { '>' } else { '<' })
}

/// What the type is in C; None: calls have no description of it.
pub fn primitive(code: u8) -> Option<Primitive> {
    Some(match code {
        b'c' => Primitive::Char,
        b'b' => Primitive::SChar,
        b'B' => Primitive::UChar,
        b'?' => Primitive::UChar,
        b'h' | b'v' => Primitive::Short,
        b'H' => Primitive::UShort,
        b'i' => Primitive::Int,
        b'I' => Primitive::UInt,
        b'l' => Primitive::Long,
        b'L' => Primitive::ULong,
        b'q' => Primitive::LongLong,
        b'Q' => Primitive::ULongLong,
        b'f' => Primitive::Float,
        b'd' => Primitive::Double,
        b'g' => Primitive::LongDouble,
        b'F' => Primitive::FloatComplex,
        b'D' => Primitive::DoubleComplex,
        b'u' => Primitive::WChar,
        _ => return None,
    })
}

/// Whether it is an integer that may be a bit-field.
pub fn is_integer(code: u8) -> bool {
    b"bBhHiIlLqQ?v".contains(&code)
}

/// Whether an integer code is signed.
pub fn is_signed(code: u8) -> bool {
    b"bhilqv".contains(&code)
}

/// An int's low 64 bits.
#[inline]
pub fn low_bits(i: &Int) -> u64 {
    if let Some(v) = i.to_i64() {
        return v as u64;
    }
    let r = i.int_ref();
    let low =
        r.digits.iter().take(3).enumerate().fold(0u128, |v, (n, d)| v | u128::from(*d) << (30 * n)) as u64;
    if r.negative { low.wrapping_neg() } else { low }
}

/// The low 64 bits of an int, or of what has `__index__`.
#[inline]
pub fn integer(o: &Obj) -> PyResult<u64> {
    match o.downcast::<Int>() {
        Some(i) => Ok(low_bits(i)),
        None => Ok(low_bits(&*o.index()?)),
    }
}

/// Reads an integer of the code's size as 64 bits, extended as its sign says.
///
/// # Safety
/// It is readable.
pub unsafe fn read_integer(code: u8, swapped: bool, p: *const u8) -> i64 {
    macro_rules! read {
        ($t:ty) => {{
            // SAFETY: the caller's memory.
            let v = unsafe { p.cast::<$t>().read_unaligned() };
            (if swapped { v.swap_bytes() } else { v }) as i64
        }};
    }
    match code {
        b'b' => read!(i8),
        b'h' | b'v' => read!(i16),
        b'H' => read!(u16),
        b'i' => read!(i32),
        b'I' | b'u' => read!(u32),
        b'c' | b'B' | b'?' => read!(u8),
        _ => read!(i64),
    }
}

/// Writes the low bits of `v` as an integer of that code.
///
/// # Safety
/// It is writable.
pub unsafe fn write_integer(code: u8, swapped: bool, p: *mut u8, v: u64) {
    macro_rules! write {
        ($t:ty) => {{
            let v = v as $t;
            // SAFETY: the caller's memory.
            unsafe { p.cast::<$t>().write_unaligned(if swapped { v.swap_bytes() } else { v }) }
        }};
    }
    match layout(code).0 {
        1 => write!(u8),
        2 => write!(u16),
        4 => write!(u32),
        _ => write!(u64),
    }
}

unsafe fn read_f32(swapped: bool, p: *const u8) -> f64 {
    // SAFETY: the caller's memory.
    let v = unsafe { p.cast::<u32>().read_unaligned() };
    f64::from(f32::from_bits(if swapped { v.swap_bytes() } else { v }))
}

unsafe fn read_f64(swapped: bool, p: *const u8) -> f64 {
    // SAFETY: the caller's memory.
    let v = unsafe { p.cast::<u64>().read_unaligned() };
    f64::from_bits(if swapped { v.swap_bytes() } else { v })
}

unsafe fn write_f32(swapped: bool, p: *mut u8, v: f64) {
    let v = (v as f32).to_bits();
    // SAFETY: the caller's memory.
    unsafe { p.cast::<u32>().write_unaligned(if swapped { v.swap_bytes() } else { v }) }
}

unsafe fn write_f64(swapped: bool, p: *mut u8, v: f64) {
    let v = v.to_bits();
    // SAFETY: the caller's memory.
    unsafe { p.cast::<u64>().write_unaligned(if swapped { v.swap_bytes() } else { v }) }
}

fn complex_of(re: f64, im: f64) -> PyResult<Object> {
    Ok(Complex::new(Parts::new(re, im))?.into_object())
}

/// The Python value at an address. `size` matters for the strings in memory (`s`, `U`) alone.
///
/// # Safety
/// A value of that code is readable there.
pub unsafe fn get(code: u8, swapped: bool, p: *const u8, size: isize) -> PyResult<Object> {
    // SAFETY: the caller's memory; what pointers in it point to is the program's promise.
    unsafe {
        match code {
            b'c' => Bytes::new(std::slice::from_raw_parts(p, 1)).map(Ref::into_object),
            b'?' => Ok(bool_obj(*p != 0).to_owned()),
            b'v' => Ok(bool_obj(read_integer(code, false, p) != 0).to_owned()),
            b'L' | b'Q' => Int::from_u64(read_integer(code, swapped, p) as u64).map(Ref::into_object),
            b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'q' => {
                Int::from_i64(read_integer(code, swapped, p)).map(Ref::into_object)
            }
            b'f' => Float::new(read_f32(swapped, p)).map(Ref::into_object),
            b'd' => Float::new(read_f64(swapped, p)).map(Ref::into_object),
            b'g' => Float::new(real::read(p)).map(Ref::into_object),
            b'F' => complex_of(read_f32(swapped, p), read_f32(swapped, p.add(4))),
            b'D' => complex_of(read_f64(swapped, p), read_f64(swapped, p.add(8))),
            b'G' => complex_of(real::read(p), real::read(p.add(16))),
            b'u' => wide::text(p.cast(), 1).map(Ref::into_object),
            b'U' => {
                let n = wide::length(p.cast(), size as usize / 4);
                wide::text(p.cast(), n).map(Ref::into_object)
            }
            b's' => {
                let all = std::slice::from_raw_parts(p, size as usize);
                let n = all.iter().position(|b| *b == 0).unwrap_or(all.len());
                Bytes::new(&all[..n]).map(Ref::into_object)
            }
            _ => {
                let at = p.cast::<usize>().read_unaligned();
                match code {
                    b'O' => match at {
                        0 => Err(raise!(ValueError, "PyObject is NULL")),
                        _ => Ok(Obj::from_ptr(at as *mut abi::PyObject).to_owned()),
                    },
                    _ if at == 0 => Ok(none().to_owned()),
                    b'z' => Bytes::new(CStr::from_ptr(at as *const _).to_bytes()).map(Ref::into_object),
                    b'Z' => {
                        let p = at as *const u32;
                        wide::text(p, wide::length(p, usize::MAX)).map(Ref::into_object)
                    }
                    _ => Int::from_usize(at).map(Ref::into_object),
                }
            }
        }
    }
}

/// Writes a Python value to an address; gives what must be kept alive for it, if anything.
///
/// # Safety
/// A value of that code is writable there.
pub unsafe fn set(code: u8, swapped: bool, p: *mut u8, value: &Obj, size: isize) -> PyResult<Option<Object>> {
    // SAFETY: the caller's memory.
    unsafe {
        match code {
            b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' => {
                write_integer(code, swapped, p, integer(value)?);
            }
            b'?' => *p = u8::from(value.is_true()?),
            b'v' => write_integer(code, false, p, if value.is_true()? { u64::MAX } else { 0 }),
            b'f' => write_f32(swapped, p, value.as_f64()?),
            b'd' => write_f64(swapped, p, value.as_f64()?),
            b'g' => real::write(value.as_f64()?, p),
            b'F' | b'D' | b'G' => {
                let v = complex::to_complex(value)?;
                match code {
                    b'F' => {
                        write_f32(swapped, p, v.real);
                        write_f32(swapped, p.add(4), v.imag);
                    }
                    b'D' => {
                        write_f64(swapped, p, v.real);
                        write_f64(swapped, p.add(8), v.imag);
                    }
                    _ => {
                        real::write(v.real, p);
                        real::write(v.imag, p.add(16));
                    }
                }
            }
            b'c' => *p = character(value)?,
            b'u' => p.cast::<u32>().write_unaligned(wide_character(value)?),
            b's' => set_bytes(p, value, size)?,
            b'U' => set_wide(p, value, size)?,
            b'O' => {
                p.cast::<usize>().write_unaligned(value.as_ptr() as usize);
                return Ok(Some(value.to_owned()));
            }
            _ => {
                let (address, keep) = pointer(code, value)?;
                p.cast::<usize>().write_unaligned(address);
                return Ok(keep);
            }
        }
    }
    Ok(None)
}

fn character(value: &Obj) -> PyResult<u8> {
    const EXPECTED: &str = "one character bytes, bytearray, or an integer in range(256) expected, not";
    if let Some(b) = value.downcast::<Bytes>() {
        return match b.as_slice() {
            [c] => Ok(*c),
            s => Err(raise!(TypeError, "{EXPECTED} bytes of length {}", s.len())),
        };
    }
    if let Some(b) = value.downcast::<ByteArray>() {
        return match b.as_slice() {
            [c] => Ok(*c),
            s => Err(raise!(TypeError, "{EXPECTED} bytearray of length {}", s.len())),
        };
    }
    match value.downcast::<Int>() {
        Some(i) => match i.to_i64().and_then(|v| u8::try_from(v).ok()) {
            Some(c) => Ok(c),
            None => Err(raise!(TypeError, "integer not in range(256)")),
        },
        None => Err(raise!(TypeError, "{EXPECTED} {}", full_type_name(value.ob_type()))),
    }
}

fn wide_character(value: &Obj) -> PyResult<u32> {
    let Some(s) = value.downcast::<Str>() else {
        let name = full_type_name(value.ob_type());
        return Err(raise!(TypeError, "a unicode character expected, not instance of {name}"));
    };
    if s.len() != 1 {
        bail!(TypeError, "a unicode character expected, not a string of length {}", s.len());
    }
    Ok(s.char_at(0))
}

/// A C string into memory of so many bytes: up to its NUL, which is written where there is room.
unsafe fn set_bytes(p: *mut u8, value: &Obj, size: isize) -> PyResult<()> {
    let Some(b) = value.downcast::<Bytes>() else {
        return Err(raise!(TypeError, "expected bytes, {} found", value.type_name()));
    };
    let all = b.as_slice();
    let s = &all[..all.iter().position(|c| *c == 0).unwrap_or(all.len())];
    let size = size as usize;
    if s.len() > size {
        return Err(raise!(ValueError, "bytes too long ({}, maximum length {size})", s.len()));
    }
    // SAFETY: the caller's memory of that size.
    unsafe {
        std::ptr::copy_nonoverlapping(s.as_ptr(), p, s.len());
        if s.len() < size {
            *p.add(s.len()) = 0;
        }
    }
    Ok(())
}

/// Text into memory of so many bytes; a NUL behind it where there is room.
unsafe fn set_wide(p: *mut u8, value: &Obj, size: isize) -> PyResult<()> {
    let Some(s) = value.downcast::<Str>() else {
        return Err(raise!(TypeError, "unicode string expected instead of {} instance", value.type_name()));
    };
    let most = size as usize / 4;
    if s.len() > most {
        return Err(raise!(ValueError, "string too long ({}, maximum length {most})", s.len()));
    }
    // SAFETY: the caller's memory of that size.
    unsafe {
        for (i, c) in s.text().iter().enumerate() {
            p.cast::<u32>().add(i).write_unaligned(c);
        }
        if s.len() < most {
            p.cast::<u32>().add(s.len()).write_unaligned(0);
        }
    }
    Ok(())
}

/// The address that a value of a pointer code (`z`, `Z`, `P`) stands for, and what keeps it.
pub fn pointer(code: u8, value: &Obj) -> PyResult<(usize, Option<Object>)> {
    if value.is_none() {
        return Ok((0, None));
    }
    if let Some(i) = value.downcast::<Int>() {
        return Ok((low_bits(i) as usize, None));
    }
    match code {
        b'z' => match value.downcast::<Bytes>() {
            Some(b) => Ok((b.data() as usize, Some(value.to_owned()))),
            None => {
                let name = value.type_name();
                Err(raise!(TypeError, "bytes or integer address expected instead of {name} instance"))
            }
        },
        b'Z' => match value.downcast::<Str>() {
            Some(s) => {
                let (p, keep) = wide::copy(s)?;
                Ok((p as usize, Some(keep)))
            }
            None => {
                let name = value.type_name();
                Err(raise!(
                    TypeError,
                    "unicode string or integer address expected instead of {name} instance"
                ))
            }
        },
        _ => Err(raise!(TypeError, "cannot be converted to pointer")),
    }
}

/// Reads bits of an integer: `size` bits from bit `low`, extended as its sign says.
///
/// # Safety
/// An integer of that code is readable there.
pub unsafe fn get_bits(code: u8, swapped: bool, p: *const u8, size: u32, low: u32) -> PyResult<Object> {
    // SAFETY: the caller's memory.
    let v = unsafe { read_integer(code, swapped, p) } << (64 - size - low);
    if code == b'?' {
        return Ok(bool_obj(v != 0).as_obj().to_owned());
    }
    Ok(if is_signed(code) {
        Int::from_i64(v >> (64 - size))?.into_object()
    } else {
        Int::from_u64(v as u64 >> (64 - size))?.into_object()
    })
}

/// Writes the low bits of a Python integer to bits of an integer in memory.
///
/// # Safety
/// An integer of that code is writable there.
pub unsafe fn set_bits(
    code: u8,
    swapped: bool,
    p: *mut u8,
    value: &Obj,
    size: u32,
    low: u32,
) -> PyResult<()> {
    let v = if code == b'?' { u64::from(value.is_true()?) } else { integer(value)? };
    let mask = (u64::MAX >> (64 - size)) << low;
    // SAFETY: the caller's memory.
    unsafe {
        let old = read_integer(code, swapped, p) as u64;
        write_integer(code, swapped, p, old & !mask | v << low & mask);
    }
    Ok(())
}
