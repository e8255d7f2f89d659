//! One item: a value into bytes, bytes into a value.

use super::layout::{Kind, Run};
use super::{error, half};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::raise;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::complex::{Complex, to_complex};
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;

/// Writes the low bytes of a word.
#[inline(always)]
fn put(out: &mut [u8], word: u64, little: bool) {
    let n = out.len();
    if little {
        out.copy_from_slice(&word.to_le_bytes()[..n]);
    } else {
        out.copy_from_slice(&word.to_be_bytes()[8 - n..]);
    }
}

/// Reads bytes into the low end of a word.
#[inline(always)]
fn get(bytes: &[u8], little: bool) -> u64 {
    let mut word = [0u8; 8];
    let n = bytes.len();
    if little {
        word[..n].copy_from_slice(bytes);
        u64::from_le_bytes(word)
    } else {
        word[8 - n..].copy_from_slice(bytes);
        u64::from_be_bytes(word)
    }
}

/// The integer of a value: an int, or what `__index__` gives.
fn integer(o: &Obj) -> PyResult<Ref<Int>> {
    if let Some(i) = o.downcast::<Int>() {
        return Ok(dovetail_core::object::ToRef::to_ref(i));
    }
    if !o.has_index() {
        return Err(error("required argument is not an integer"));
    }
    o.index()
}

#[cold]
fn range_error(run: &Run) -> Raised {
    let bits = 8 * run.size as u32;
    let code = run.code as char;
    if run.kind == Kind::Signed {
        let low = -(1i128 << (bits - 1));
        error(&format!("'{code}' format requires {low} <= number <= {}", -low - 1))
    } else {
        error(&format!("'{code}' format requires 0 <= number <= {}", (1u128 << bits) - 1))
    }
}

fn float(o: &Obj) -> PyResult<f64> {
    if let Some(f) = o.downcast_exact::<Float>() {
        return Ok(f.value());
    }
    o.as_f64().map_err(|e| {
        e.clear();
        error("required argument is not a float")
    })
}

fn single(x: f64) -> PyResult<u64> {
    let y = x as f32;
    if y.is_infinite() && !x.is_infinite() {
        return Err(raise!(OverflowError, "float too large to pack with f format"));
    }
    Ok(y.to_bits() as u64)
}

fn bytes_of(o: &Obj, code: char) -> PyResult<&[u8]> {
    if let Some(b) = o.downcast::<Bytes>() {
        return Ok(b.as_slice());
    }
    match o.downcast::<ByteArray>() {
        Some(b) => Ok(b.as_slice()),
        None => Err(error(&format!("argument for '{code}' must be a bytes object"))),
    }
}

/// Writes a value into the bytes of one item, which are zero.
pub fn pack(run: &Run, o: &Obj, out: &mut [u8], little: bool) -> PyResult<()> {
    match run.kind {
        Kind::Pad => {}
        Kind::Signed => {
            let i = integer(o)?;
            let bits = 8 * run.size as u32;
            let v = i.to_i64().filter(|v| bits == 64 || *v >> (bits - 1) == *v >> 63);
            put(out, v.ok_or_else(|| range_error(run))? as u64, little);
        }
        Kind::Unsigned => {
            let i = integer(o)?;
            let bits = 8 * run.size as u32;
            let v = i.to_u64().filter(|v| bits == 64 || *v >> bits == 0);
            put(out, v.ok_or_else(|| range_error(run))?, little);
        }
        Kind::Pointer => {
            let i = integer(o)?;
            let v = i.to_u64().or_else(|| i.to_i64().map(|v| v as u64));
            put(out, v.ok_or_else(|| error("int too large to convert"))?, little);
        }
        Kind::Char => match o.downcast::<Bytes>().map(Bytes::as_slice) {
            Some([b]) => out[0] = *b,
            _ => return Err(error("char format requires a bytes object of length 1")),
        },
        Kind::Text => {
            let b = bytes_of(o, 's')?;
            let n = b.len().min(out.len());
            out[..n].copy_from_slice(&b[..n]);
        }
        Kind::Pascal => {
            let b = bytes_of(o, 'p')?;
            if let Some((length, room)) = out.split_first_mut() {
                let n = b.len().min(room.len());
                room[..n].copy_from_slice(&b[..n]);
                *length = n.min(255) as u8;
            }
        }
        Kind::Bool => out[0] = o.is_true()? as u8,
        Kind::Half => match half::from_f64(float(o)?) {
            Some(h) => put(out, h as u64, little),
            None => return Err(raise!(OverflowError, "float too large to pack with e format")),
        },
        Kind::Float => put(out, single(float(o)?)?, little),
        Kind::Double => put(out, float(o)?.to_bits(), little),
        Kind::ComplexFloat | Kind::ComplexDouble => {
            let z = to_complex(o).map_err(|e| {
                e.clear();
                error("required argument is not a complex")
            })?;
            let (real, imag) = out.split_at_mut(run.size / 2);
            if run.kind == Kind::ComplexFloat {
                put(real, single(z.real)?, little);
                put(imag, single(z.imag)?, little);
            } else {
                put(real, z.real.to_bits(), little);
                put(imag, z.imag.to_bits(), little);
            }
        }
    }
    Ok(())
}

fn object<T: dovetail_core::native::Native>(r: Ref<T>) -> Object {
    r.into_object()
}

/// The value in the bytes of one item.
pub fn unpack(run: &Run, bytes: &[u8], little: bool) -> PyResult<Object> {
    match run.kind {
        Kind::Signed => {
            let shift = 64 - 8 * run.size as u32;
            Int::from_i64(((get(bytes, little) << shift) as i64) >> shift).map(object)
        }
        Kind::Unsigned | Kind::Pointer => Int::from_u64(get(bytes, little)).map(object),
        Kind::Pad => Ok(Bytes::empty().into_object()),
        Kind::Char => Ok(Bytes::of_byte(bytes[0]).into_object()),
        Kind::Text => Bytes::new(bytes).map(object),
        Kind::Pascal => match bytes.split_first() {
            None => Ok(Bytes::empty().into_object()),
            Some((n, rest)) => Bytes::new(&rest[..(*n as usize).min(rest.len())]).map(object),
        },
        Kind::Bool => Ok(bool_obj(bytes[0] != 0).as_obj().to_owned()),
        Kind::Half => Float::new(half::to_f64(get(bytes, little) as u16)).map(object),
        Kind::Float => Float::new(f32::from_bits(get(bytes, little) as u32) as f64).map(object),
        Kind::Double => Float::new(f64::from_bits(get(bytes, little))).map(object),
        Kind::ComplexFloat => {
            let (real, imag) = bytes.split_at(4);
            let part = |b| f32::from_bits(get(b, little) as u32) as f64;
            Complex::new(dovetail_num::complex::Complex::new(part(real), part(imag))).map(object)
        }
        Kind::ComplexDouble => {
            let (real, imag) = bytes.split_at(8);
            let part = |b| f64::from_bits(get(b, little));
            Complex::new(dovetail_num::complex::Complex::new(part(real), part(imag))).map(object)
        }
    }
}
