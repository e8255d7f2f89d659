//! Python objects as C values: what may initialize what, with cffi's words where it may not.
//!
//! # Contract of the unsafe functions
//! Addresses have room for a value of the type.

use super::arith::PythonInt;
use super::cdata::CData;
use super::cfield::CField;
use super::compiled::direct_function;
use super::ctype::CType;
use super::flags::*;
use super::raw::{read, read_unsigned, write, write_integer, write_long_double};
use super::{initialize, strings};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};

/// The value of an int that fits a machine word, seen at once.
#[inline(always)]
fn short(init: &Obj) -> Option<i64> {
    let i = init.downcast_exact::<Int>()?;
    if i.is_compact() { Some(i.compact_value()) } else { None }
}

/// Stores `init` at `p` as a value of type `ct`.
///
/// # Safety
/// As the module says.
#[inline]
pub unsafe fn convert(p: *mut u8, ct: &CType, init: &Obj) -> PyResult<()> {
    // The common values of the common types; everything else, and everything that fails, goes the long way.
    if let Some(v) = short(init) {
        // SAFETY: the caller's promise.
        unsafe {
            match ct.kind() {
                Kind::I32 => {
                    if let Ok(v) = i32::try_from(v) {
                        write(p, v);
                        return Ok(());
                    }
                }
                Kind::I64 => {
                    write(p, v);
                    return Ok(());
                }
                Kind::U64 => {
                    if let Ok(v) = u64::try_from(v) {
                        write(p, v);
                        return Ok(());
                    }
                }
                Kind::U32 => {
                    if let Ok(v) = u32::try_from(v) {
                        write(p, v);
                        return Ok(());
                    }
                }
                Kind::U8 => {
                    if let Ok(v) = u8::try_from(v) {
                        write(p, v);
                        return Ok(());
                    }
                }
                Kind::I16 => {
                    if let Ok(v) = i16::try_from(v) {
                        write(p, v);
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
    }
    // SAFETY: the caller's promise.
    unsafe { convert_any(p, ct, init) }
}

#[inline(never)]
unsafe fn convert_any(p: *mut u8, ct: &CType, init: &Obj) -> PyResult<()> {
    // SAFETY: as `convert`.
    unsafe {
        match ct.kind() {
            Kind::F64 => write(p, init.as_f64()?),
            Kind::F32 => write(p, init.as_f64()? as f32),
            Kind::Pointer | Kind::Function => write(p, pointer_value(ct, init)?),
            Kind::Array => return initialize::array(p, ct, init),
            Kind::Struct | Kind::Union => return record(p, ct, init),
            Kind::I8 | Kind::I16 | Kind::I32 | Kind::I64 => {
                let value = i64::from_python(init)?;
                let bits = 64 - 8 * ct.size() as u32;
                if value << bits >> bits != value {
                    return Err(overflow(init, ct.name()));
                }
                write_integer(p, value as u64, ct.size());
            }
            Kind::Bool | Kind::U8 | Kind::U16 | Kind::U32 | Kind::U64 => {
                let value = u64::from_python(init)?;
                let bits = 64 - 8 * ct.size() as u32;
                if value << bits >> bits != value || (ct.is(BOOL) && value > 1) {
                    return Err(overflow(init, ct.name()));
                }
                write_integer(p, value, ct.size());
            }
            Kind::I128 => match init.index()?.to_i128() {
                Some(value) => write(p, value),
                None => return Err(overflow(init, ct.name())),
            },
            Kind::U128 => write(p, wide_unsigned(init, ct)?),
            Kind::LongDouble => {
                if let Some(cd) = CData::of(init)
                    && cd.ctype().is(LONGDOUBLE)
                {
                    std::ptr::copy_nonoverlapping(cd.data(), p, ct.size() as usize);
                    return Ok(());
                }
                write_long_double(p, init.as_f64()?);
            }
            Kind::Char => *p = char_value(init)?,
            Kind::Char16 => write(p, char16_value(init)?),
            Kind::Char32 => write(p, char32_value(init)?),
            Kind::C64 | Kind::C128 => {
                let value = dovetail_core::types::complex::to_complex(init)?;
                write_complex(p, ct, value.real, value.imag);
            }
            Kind::Void => bail!(SystemError, "convert_from_object: '{}'", ct.name()),
        }
    }
    Ok(())
}

fn wide_unsigned(init: &Obj, ct: &CType) -> PyResult<u128> {
    let i = init.index()?;
    if i.is_negative() {
        bail!(OverflowError, "can't convert negative number to unsigned");
    }
    let text = i.to_base(10)?;
    text.parse().map_err(|_| overflow(init, ct.name()))
}

/// Stores a complex number.
///
/// # Safety
/// As the module says.
pub unsafe fn write_complex(p: *mut u8, ct: &CType, real: f64, imag: f64) {
    // SAFETY: the caller's promise.
    unsafe {
        if ct.kind() == Kind::C64 {
            write(p, real as f32);
            write(p.add(4), imag as f32);
        } else {
            write(p, real);
            write(p.add(8), imag);
        }
    }
}

unsafe fn record(p: *mut u8, ct: &CType, init: &Obj) -> PyResult<()> {
    if let Some(cd) = CData::of(init)
        && std::ptr::eq(cd.ctype(), ct)
        && ct.size() >= 0
    {
        // SAFETY: both are of the type; they may be the same memory.
        unsafe { std::ptr::copy(cd.data(), p, ct.size() as usize) };
        return Ok(());
    }
    // SAFETY: the caller's promise.
    unsafe { initialize::record(p, ct, init) }
}

/// What a pointer (or function pointer) of type `ct` becomes when `init` is assigned to it.
pub fn pointer_value(ct: &CType, init: &Obj) -> PyResult<*mut u8> {
    let direct;
    let cd = match CData::of(init) {
        Some(cd) => cd,
        None => {
            direct = direct_function(init)?;
            match direct.as_deref().and_then(CData::of) {
                Some(cd) => cd,
                None => return Err(bad(init, ct, "cdata pointer")),
            }
        }
    };
    let from = cd.ctype();
    if !from.is(POINTER | FUNCTION | ARRAY) {
        return Err(bad(init, ct, "pointer or array"));
    }
    let from = from.decayed();
    if !std::ptr::eq(from, ct) {
        check_pointers(ct, from).ok_or_else(|| mismatch(ct, from, cd))?;
    }
    Ok(cd.data())
}

/// May a pointer of one type be assigned to the other without a cast?
fn check_pointers(ct: &CType, from: &CType) -> Option<()> {
    let both = ct.flags() | from.flags();
    if both & VOID_PTR != 0 {
        return Some(());
    }
    if both & VOIDCHAR_PTR != 0 && ct.is(POINTER) && from.is(POINTER) {
        // Pointers to single bytes are taken for one another.
        return (ct.item().size() == 1 && from.item().size() == 1).then_some(());
    }
    None
}

#[cold]
fn mismatch(ct: &CType, from: &CType, init: &CData) -> Raised {
    if (ct.flags() | from.flags()) & VOIDCHAR_PTR == 0 {
        return bad(init.as_obj(), ct, "pointer to same type");
    }
    if ct.is(VOIDCHAR_PTR) {
        raise!(
            TypeError,
            "implicit cast to 'char *' from a different pointer type.(check that the types are as you expect; use an \
             explicit ffi.cast() if they are correct)"
        )
    } else {
        raise!(
            TypeError,
            "implicit cast from 'char *' to a different pointer type: (check that the types are as you expect; use \
             an explicit ffi.cast() if they are correct)"
        )
    }
}

/// `integer 300 does not fit 'char'`.
#[cold]
pub fn overflow(init: &Obj, what: &str) -> Raised {
    match init.str_() {
        Ok(s) => raise!(OverflowError, "integer {} does not fit '{what}'", s.to_string_lossy()),
        Err(e) => e,
    }
}

/// `initializer for ctype 'int *' must be a cdata pointer, not int`.
#[cold]
pub fn bad(init: &Obj, ct: &CType, expected: &str) -> Raised {
    let name = ct.name();
    let Some(cd) = CData::of(init) else {
        return raise!(
            TypeError,
            "initializer for ctype '{name}' must be a {expected}, not {}",
            init.type_name()
        );
    };
    let other = cd.ctype();
    if other.name() != name {
        raise!(TypeError, "initializer for ctype '{name}' must be a {expected}, not cdata '{}'", other.name())
    } else if !std::ptr::eq(ct, other) {
        raise!(
            TypeError,
            "initializer for ctype '{name}' appears indeed to be '{name}', but the types are different (check that \
             you are not e.g. mixing up different ffi instances)"
        )
    } else {
        raise!(
            SystemError,
            "initializer for ctype '{name}' is correct, but we get an internal mismatch--please report a bug"
        )
    }
}

/// The byte that initializes a `char`.
pub fn char_value(init: &Obj) -> PyResult<u8> {
    if let Some(b) = init.downcast::<Bytes>()
        && let [byte] = b.as_slice()
    {
        return Ok(*byte);
    }
    if let Some(cd) = CData::of(init)
        && cd.ctype().kind() == Kind::Char
    {
        // SAFETY: a char.
        return Ok(unsafe { *cd.data() });
    }
    bail!(TypeError, "initializer for ctype 'char' must be a bytes of length 1, not {}", init.type_name());
}

/// The unit that initializes a `char16_t`.
pub fn char16_value(init: &Obj) -> PyResult<u16> {
    let mut got = init.type_name().to_owned();
    if let Some(s) = init.downcast::<Str>() {
        match strings::single(s) {
            Ok(c) => match u16::try_from(c) {
                Ok(c) => return Ok(c),
                Err(_) => got = "larger-than-0xFFFF character".to_owned(),
            },
            Err(what) => got = what,
        }
    }
    if let Some(cd) = CData::of(init)
        && cd.ctype().kind() == Kind::Char16
    {
        // SAFETY: a char16_t.
        return Ok(unsafe { read(cd.data()) });
    }
    bail!(TypeError, "initializer for ctype 'char16_t' must be a unicode string of length 1, not {got}");
}

/// The unit that initializes a `char32_t` or a `wchar_t`.
pub fn char32_value(init: &Obj) -> PyResult<u32> {
    let mut got = init.type_name().to_owned();
    if let Some(s) = init.downcast::<Str>() {
        match strings::single(s) {
            Ok(c) => return Ok(c),
            Err(what) => got = what,
        }
    }
    if let Some(cd) = CData::of(init)
        && cd.ctype().kind() == Kind::Char32
    {
        // SAFETY: a char32_t.
        return Ok(unsafe { read(cd.data()) });
    }
    bail!(TypeError, "initializer for ctype 'char32_t' must be a unicode string of length 1, not {got}");
}

/// Stores `init` in a field of the struct at `p`.
///
/// # Safety
/// As the module says.
pub unsafe fn convert_field(p: *mut u8, field: &CField, init: &Obj) -> PyResult<()> {
    // SAFETY: fields lie inside the struct.
    unsafe {
        let at = p.wrapping_offset(field.place().offset);
        if field.is_bits() { convert_bits(at, field, init) } else { convert(at, field.ctype(), init) }
    }
}

/// Stores `init` in a bit-field, whose unit begins at `p`.
unsafe fn convert_bits(p: *mut u8, field: &CField, init: &Obj) -> PyResult<()> {
    let (ct, place) = (field.ctype(), field.place());
    let value = init.index()?;
    let Some(value) = value.to_i64() else {
        bail!(OverflowError, "Python int too large to convert to C long");
    };
    let (low, high) = if ct.is(SIGNED) {
        let half = 1i64 << (place.bitsize - 1);
        // One signed bit takes 1 too.
        (half.wrapping_neg(), if half == 1 { 1 } else { half.wrapping_sub(1) })
    } else {
        (0, (u64::MAX >> (64 - place.bitsize)) as i64)
    };
    if value < low || value > high {
        bail!(
            OverflowError,
            "value {} outside the range allowed by the bit field width: {low} <= x <= {high}",
            init.str_()?.to_string_lossy()
        );
    }
    let mask = (u64::MAX >> (64 - place.bitsize)) << place.bitshift;
    // SAFETY: the caller's promise.
    unsafe {
        let before = read_unsigned(p, ct.size());
        write_integer(p, before & !mask | ((value as u64) << place.bitshift) & mask, ct.size());
    }
    Ok(())
}
