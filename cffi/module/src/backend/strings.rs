//! Characters: C's 8, 16 and 32-bit units to and from Python's, and the functions `string` and `unpack`.
//!
//! # Contract of the unsafe functions
//! Addresses hold (or have room for) as many units as are asked for.

use super::cdata::CData;
use super::flags::*;
use super::raw::{read, write as put};
use super::{from_c, show};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;

/// The one character of a string, or what else it is, for messages.
pub fn single(s: &Str) -> Result<u32, String> {
    if s.len() == 1 { Ok(s.char_at(0)) } else { Err(format!("unicode string of length {}", s.len())) }
}

/// How many units of 2 or 4 bytes a string takes.
pub fn units(s: &Str, size: isize) -> usize {
    let pairs = if size == 2 && s.unit_size() == 4 {
        (0..s.len()).filter(|i| s.char_at(*i) > 0xffff).count()
    } else {
        0
    };
    s.len() + pairs
}

/// Writes a string as units of 2 or 4 bytes, with a zero at its end if wanted.
///
/// # Safety
/// As the module says.
pub unsafe fn write(p: *mut u8, s: &Str, size: isize, end: bool) {
    let mut at = p;
    // SAFETY: the caller's promise.
    unsafe {
        let mut unit = |c: u32| {
            if size == 2 {
                put(at, c as u16);
            } else {
                put(at, c);
            }
            at = at.wrapping_offset(size);
        };
        for i in 0..s.len() {
            let c = s.char_at(i);
            if size == 2 && c > 0xffff {
                let c = c - 0x1_0000;
                unit(0xd800 | c >> 10);
                unit(0xdc00 | c & 0x3ff);
            } else {
                unit(c);
            }
        }
        if end {
            unit(0);
        }
    }
}

/// The string of these code points (of which `most` is the greatest, and `n` the number).
fn build(n: usize, most: u32, points: impl Iterator<Item = u32>) -> PyResult<Ref<Str>> {
    if n == 0 {
        return Str::new("");
    }
    let s = Str::alloc(n, most)?;
    let (data, size) = (s.data(), s.unit_size());
    for (i, c) in points.enumerate() {
        // SAFETY: a new string of `n` units, not seen by anybody yet.
        unsafe {
            match size {
                1 => *data.add(i) = c as u8,
                2 => put(data.add(2 * i), c as u16),
                _ => put(data.add(4 * i), c),
            }
        }
    }
    Ok(s)
}

/// The string of `n` units of 4 bytes.
///
/// # Safety
/// As the module says.
pub unsafe fn from_char32(p: *const u8, n: usize) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's promise.
    let at = |i: usize| unsafe { read::<u32>(p.wrapping_add(4 * i)) };
    if n == 1 && at(0) <= 0x10_ffff {
        return Str::from_code_point(at(0));
    }
    let most = (0..n).map(at).max().unwrap_or(0);
    if most > 0x10_ffff {
        bail!(ValueError, "character U+{most:x} is not in range [U+0000; U+10ffff]");
    }
    build(n, most, (0..n).map(at))
}

/// The string of `n` units of 2 bytes; surrogate pairs become one character.
///
/// # Safety
/// As the module says.
pub unsafe fn from_char16(p: *const u8, n: usize) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's promise.
    let units = || (0..n).map(|i| unsafe { read::<u16>(p.wrapping_add(2 * i)) });
    let points = || {
        char::decode_utf16(units()).map(|c| match c {
            Ok(c) => u32::from(c),
            Err(lone) => lone.unpaired_surrogate().into(),
        })
    };
    let (count, most) = points().fold((0, 0), |(n, most), c| (n + 1, c.max(most)));
    build(count, most, points())
}

/// Units until the first zero, `most` at most.
unsafe fn length<T: Copy + PartialEq + Default>(p: *const u8, most: Option<usize>) -> usize {
    let mut n = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while most.is_none_or(|m| n < m) && read::<T>(p.wrapping_add(n * size_of::<T>())) != T::default() {
            n += 1;
        }
    }
    n
}

/// How many of these bytes stand before the first zero. Short texts are seen at one look.
///
/// # Safety
/// `most` bytes can be read.
#[inline(always)]
unsafe fn bytes_before_zero(p: *const u8, most: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    // SAFETY: the caller's promise.
    unsafe {
        if most >= 8 {
            let word = u64::from_le(read::<u64>(p));
            // The lowest mark is that of the first zero; higher ones may be wrong.
            let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
            if zeros != 0 {
                return zeros.trailing_zeros() as usize / 8;
            }
        }
        let end = libc::memchr(p.cast(), 0, most);
        if end.is_null() { most } else { end as usize - p as usize }
    }
}

/// `string(cdata, maxlen=-1)`.
#[inline(always)]
pub fn string(cd: &CData, maxlen: isize) -> PyResult<Object> {
    let (ct, p) = (cd.ctype(), cd.data());
    if ct.is(ARRAY) && maxlen < 0 && !p.is_null() && ct.item().kind() == Kind::Char {
        // SAFETY: an array has as many.
        let text = unsafe {
            let n = bytes_before_zero(p, cd.array_length() as usize);
            std::slice::from_raw_parts(p, n)
        };
        return Ok(Bytes::new(text)?.into_object());
    }
    string_of(cd, maxlen)
}

#[inline(never)]
fn string_of(cd: &CData, maxlen: isize) -> PyResult<Object> {
    let (ct, p) = (cd.ctype(), cd.data());
    if let Some(item) = ct.item_opt()
        && item.is(INTEGRAL)
        && !item.is(BOOL)
    {
        if p.is_null() {
            bail!(RuntimeError, "cannot use string() on {}", show::plain(cd)?);
        }
        let most = match usize::try_from(maxlen) {
            Ok(n) => Some(n),
            Err(_) if ct.is(ARRAY) => Some(cd.array_length() as usize),
            Err(_) => None,
        };
        // SAFETY: the program vouches for a string there.
        unsafe {
            match item.kind() {
                _ if item.size() == 1 => {
                    let n = match most {
                        None => libc::strlen(p.cast()),
                        Some(most) => {
                            let end = libc::memchr(p.cast(), 0, most);
                            if end.is_null() { most } else { end as usize - p as usize }
                        }
                    };
                    return Ok(Bytes::new(std::slice::from_raw_parts(p, n))?.into_object());
                }
                Kind::Char16 => return Ok(from_char16(p, length::<u16>(p, most))?.into_object()),
                Kind::Char32 => return Ok(from_char32(p, length::<u32>(p, most))?.into_object()),
                _ => {}
            }
        }
    } else if ct.is(ENUM) {
        return show::enum_text(cd, false);
    } else if ct.is(INTEGRAL) && !ct.is(BOOL) {
        // SAFETY: a value of the type.
        unsafe {
            match ct.kind() {
                _ if ct.size() == 1 => return Ok(Bytes::of_byte(*p).into_object()),
                Kind::Char16 => return Ok(from_char16(p, 1)?.into_object()),
                Kind::Char32 => return Ok(from_char32(p, 1)?.into_object()),
                _ => {}
            }
        }
    }
    bail!(TypeError, "string(): unexpected cdata '{}' argument", ct.name());
}

/// `unpack(cdata, length)`: as bytes or str where the items are characters, else as a list.
pub fn unpack(cd: &CData, length: isize) -> PyResult<Object> {
    let (ct, p) = (cd.ctype(), cd.data());
    if !ct.is(ARRAY | POINTER) {
        bail!(TypeError, "expected a pointer or array, got '{}'", ct.name());
    }
    let Ok(n) = usize::try_from(length) else { bail!(ValueError, "'length' cannot be negative") };
    if p.is_null() {
        bail!(RuntimeError, "cannot use unpack() on {}", show::plain(cd)?);
    }
    let item = ct.item();
    // SAFETY: the program vouches for that many items.
    unsafe {
        match item.kind() {
            Kind::Char => return Ok(Bytes::new(std::slice::from_raw_parts(p, n))?.into_object()),
            Kind::Char16 => return Ok(from_char16(p, n)?.into_object()),
            Kind::Char32 => return Ok(from_char32(p, n)?.into_object()),
            _ => {}
        }
        let Ok(size) = usize::try_from(item.size()) else {
            bail!(ValueError, "'{}' points to items of unknown size", ct.name());
        };
        let at = |i: usize| p.wrapping_add(i * size);
        let mut items: Vec<Object> = Vec::new();
        if items.try_reserve_exact(n).is_err() {
            return Err(dovetail_core::error::no_memory());
        }
        match item.kind() {
            Kind::I32 => {
                for i in 0..n {
                    items.push(Int::from_i64(read::<i32>(at(i)).into())?.into_object());
                }
            }
            Kind::I64 => {
                for i in 0..n {
                    items.push(Int::from_i64(read::<i64>(at(i)))?.into_object());
                }
            }
            Kind::F64 => {
                for i in 0..n {
                    items.push(Float::new(read::<f64>(at(i)))?.into_object());
                }
            }
            Kind::Bool if (0..n).all(|i| *at(i) <= 1) => {
                items.extend((0..n).map(|i| bool_obj(*at(i) != 0).to_owned()));
            }
            _ => {
                for i in 0..n {
                    items.push(from_c::convert(at(i), item)?);
                }
            }
        }
        Ok(List::from_vec(items)?.into_object())
    }
}
