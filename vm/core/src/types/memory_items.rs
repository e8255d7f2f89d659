//! The items of a memoryview: native formats of one character, packed and unpacked.

use crate::error::{PyResult, Raised, exc};
use crate::object::{Obj, Object};
use crate::raise;
use crate::types::bool_::bool_obj;
use crate::types::bytes::Bytes;
use crate::types::float::Float;
use crate::types::int::Int;
use std::ffi::CStr;

/// The character of a native format such as `i` or `@i`; `None` for any other.
pub fn native_char(format: &CStr) -> Option<u8> {
    let b = format.to_bytes();
    match b.strip_prefix(b"@").unwrap_or(b) {
        [c] if item_size(*c).is_some() => Some(*c),
        _ => None,
    }
}

/// The size of a native item.
pub fn item_size(c: u8) -> Option<usize> {
    Some(match c {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'P' | b'd' => 8,
        _ => return None,
    })
}

/// The format as static text, as casts keep it.
pub fn static_format(format: &str) -> Option<&'static CStr> {
    macro_rules! rows {
        ($($text:literal)*) => { match format {
            $($text => {
                // SAFETY: the literal ends with the zero byte written here.
                Some(unsafe { CStr::from_bytes_with_nul_unchecked(concat!($text, "\0").as_bytes()) })
            })*
            _ => None,
        } };
    }
    rows!(
        "c" "b" "B" "h" "H" "i" "I" "l" "L" "q" "Q" "n" "N" "f" "d" "e" "?" "P"
        "@c" "@b" "@B" "@h" "@H" "@i" "@I" "@l" "@L" "@q" "@Q" "@n" "@N" "@f" "@d" "@e" "@?" "@P"
    )
}

/// The value of a half-precision number.
pub fn half_to_f64(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, mantissa) = ((h >> 10 & 31) as i32, (h & 0x3ff) as f64);
    sign * match exponent {
        0 => mantissa * f64::powi(2.0, -24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + mantissa) * f64::powi(2.0, exponent - 25),
    }
}

/// The nearest half-precision number, ties to even; `None` when it is too large.
pub fn f64_to_half(x: f64) -> Option<u16> {
    let bits = x.to_bits();
    let sign = (bits >> 48 & 0x8000) as u16;
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    let a = x.abs();
    if a.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if a >= 65520.0 {
        return None;
    }
    // Smallest steps: of subnormal numbers 2^-24, of normal ones 2^-10 of their power of two.
    if a < f64::powi(2.0, -14) {
        return Some(sign | (a * f64::powi(2.0, 24)).round_ties_even() as u16);
    }
    let e = (bits >> 52 & 0x7ff) as i32 - 1023;
    let m = (a * f64::powi(2.0, 10 - e)).round_ties_even() as u32;
    // A carry of the rounding goes into the exponent.
    Some(sign | ((((e + 15) as u32) << 10) + (m - 1024)) as u16)
}

/// The value of the item at `p`.
///
/// # Safety
/// There is an item of the format `c`.
pub unsafe fn unpack(p: *const u8, c: u8) -> PyResult<Object> {
    macro_rules! int {
        ($t:ty) => {
            Ok(Int::from_i128(std::ptr::read_unaligned(p.cast::<$t>()) as i128)?.into_object())
        };
    }
    // SAFETY: the caller's promise; items may lie unaligned.
    unsafe {
        match c {
            b'c' => Ok(Bytes::of_byte(*p).into_object()),
            b'?' => Ok(bool_obj(*p != 0).to_owned()),
            b'b' => int!(i8),
            b'B' => int!(u8),
            b'h' => int!(i16),
            b'H' => int!(u16),
            b'i' => int!(i32),
            b'I' => int!(u32),
            b'l' | b'q' | b'n' => int!(i64),
            b'L' | b'Q' | b'N' | b'P' => int!(u64),
            b'e' => Ok(Float::new(half_to_f64(std::ptr::read_unaligned(p.cast())))?.into_object()),
            b'f' => Ok(Float::new(std::ptr::read_unaligned(p.cast::<f32>()) as f64)?.into_object()),
            b'd' => Ok(Float::new(std::ptr::read_unaligned(p.cast::<f64>()))?.into_object()),
            _ => Err(raise!(NotImplementedError, "memoryview: format {} not supported", c as char)),
        }
    }
}

/// Errors of conversions in memoryview's words.
fn reworded(e: Raised, format: &str) -> Raised {
    if e.matches(exc::TypeError()) {
        e.clear();
        return raise!(TypeError, "memoryview: invalid type for format '{format}'");
    }
    if e.matches(exc::OverflowError()) || e.matches(exc::ValueError()) {
        e.clear();
        return raise!(ValueError, "memoryview: invalid value for format '{format}'");
    }
    e
}

/// The bytes of a value in the format `c`; `shown` is the format in messages.
pub fn pack(value: &Obj, c: u8, shown: &str) -> PyResult<Vec<u8>> {
    let too_big = || raise!(ValueError, "memoryview: invalid value for format '{shown}'");
    macro_rules! int {
        ($t:ty) => {{
            let i = value.index().map_err(|e| reworded(e, shown))?;
            let n = i.to_i128().and_then(|n| <$t>::try_from(n).ok()).ok_or_else(too_big)?;
            Ok(n.to_ne_bytes().to_vec())
        }};
    }
    let float = || value.as_f64().map_err(|e| reworded(e, shown));
    match c {
        b'c' => match value.downcast::<Bytes>() {
            Some(b) if b.len() == 1 => Ok(b.as_slice().to_vec()),
            Some(_) => Err(too_big()),
            None => Err(raise!(TypeError, "memoryview: invalid type for format '{shown}'")),
        },
        b'?' => Ok(vec![value.is_true()? as u8]),
        b'b' => int!(i8),
        b'B' => int!(u8),
        b'h' => int!(i16),
        b'H' => int!(u16),
        b'i' => int!(i32),
        b'I' => int!(u32),
        b'l' | b'q' | b'n' => int!(i64),
        b'L' | b'Q' | b'N' | b'P' => int!(u64),
        b'e' => Ok(f64_to_half(float()?).ok_or_else(too_big)?.to_ne_bytes().to_vec()),
        b'f' => {
            let x = float()?;
            let y = x as f32;
            if y.is_infinite() && x.is_finite() {
                return Err(too_big());
            }
            Ok(y.to_ne_bytes().to_vec())
        }
        b'd' => Ok(float()?.to_ne_bytes().to_vec()),
        _ => Err(raise!(NotImplementedError, "memoryview: format {shown} not supported")),
    }
}

/// Are two items of the same native format equal as values?
///
/// # Safety
/// Both are items of the format.
pub unsafe fn items_equal(p: *const u8, q: *const u8, c: u8) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        match c {
            b'f' => std::ptr::read_unaligned(p.cast::<f32>()) == std::ptr::read_unaligned(q.cast::<f32>()),
            b'd' => std::ptr::read_unaligned(p.cast::<f64>()) == std::ptr::read_unaligned(q.cast::<f64>()),
            b'e' => {
                half_to_f64(std::ptr::read_unaligned(p.cast())) == half_to_f64(std::ptr::read_unaligned(q.cast()))
            }
            b'?' => (*p != 0) == (*q != 0),
            _ => {
                let n = item_size(c).unwrap_or(1);
                std::slice::from_raw_parts(p, n) == std::slice::from_raw_parts(q, n)
            }
        }
    }
}
