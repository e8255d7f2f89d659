//! `longobject.h`, `boolobject.h`: ints (C API, section "Integer Objects").

use crate::boundary::P;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::int::{Int, num_error};
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use dovetail_num::int::{self, ByteOrder};
use std::ffi::{CStr, c_char, c_int, c_long, c_longlong, c_ulong, c_ulonglong, c_void};

/// `bool(value)`.
#[capi]
fn PyBool_FromLong(value: c_long) -> Object {
    bool_obj(value != 0).as_obj().to_owned()
}

#[capi]
fn PyLong_FromLong(value: c_long) -> PyResult<Ref<Int>> {
    Int::from_i64(value)
}

#[capi]
fn PyLong_FromUnsignedLong(value: c_ulong) -> PyResult<Ref<Int>> {
    Int::from_u64(value)
}

#[capi]
fn PyLong_FromLongLong(value: c_longlong) -> PyResult<Ref<Int>> {
    Int::from_i64(value)
}

#[capi]
fn PyLong_FromUnsignedLongLong(value: c_ulonglong) -> PyResult<Ref<Int>> {
    Int::from_u64(value)
}

#[capi]
fn PyLong_FromSsize_t(value: isize) -> PyResult<Ref<Int>> {
    Int::from_i64(value as i64)
}

#[capi]
fn PyLong_FromSize_t(value: usize) -> PyResult<Ref<Int>> {
    Int::from_u64(value as u64)
}

#[capi]
fn PyLong_FromInt32(value: i32) -> PyResult<Ref<Int>> {
    Int::from_i64(value.into())
}

#[capi]
fn PyLong_FromUInt32(value: u32) -> PyResult<Ref<Int>> {
    Int::from_i64(value.into())
}

#[capi]
fn PyLong_FromInt64(value: i64) -> PyResult<Ref<Int>> {
    Int::from_i64(value)
}

#[capi]
fn PyLong_FromUInt64(value: u64) -> PyResult<Ref<Int>> {
    Int::from_u64(value)
}

/// The address as a number that is not negative.
#[capi]
fn PyLong_FromVoidPtr(pointer: *mut c_void) -> PyResult<Ref<Int>> {
    Int::from_u64(pointer as usize as u64)
}

/// The number toward zero; infinities and NaN raise.
#[capi]
fn PyLong_FromDouble(value: f64) -> PyResult<Ref<Int>> {
    Int::from_big(int::from_float(value).map_err(num_error)?)
}

/// The int through `__index__`, borrowed where it is one already.
fn as_int(o: &Obj) -> PyResult<Ref<Int>> {
    o.index()
}

fn too_large(kind: &str) -> Raised {
    raise!(OverflowError, "Python int too large to convert to C {kind}")
}

/// Signed conversions through `__index__`.
macro_rules! signed_capi {
    ($($name:ident $ty:ty, $kind:literal;)*) => {$(
        /// The value; `OverflowError` when it does not fit, -1 then.
        #[capi]
        fn $name(o: &Obj) -> PyResult<$ty> {
            if let Some(i) = o.downcast_exact::<Int>()
                && i.is_compact()
                && let Ok(v) = <$ty>::try_from(i.compact_value())
            {
                return Ok(v);
            }
            as_int(o)?.to_i64().and_then(|v| <$ty>::try_from(v).ok()).ok_or_else(|| too_large($kind))
        }
    )*};
}

signed_capi! {
    PyLong_AsLong c_long, "long";
    PyLong_AsInt c_int, "int";
}

/// Stores the value.
#[capi]
unsafe fn PyLong_AsInt32(o: &Obj, value: *mut i32) -> PyResult<()> {
    let v = as_int(o)?.to_i64().and_then(|v| i32::try_from(v).ok()).ok_or_else(|| too_large("int32_t"))?;
    // SAFETY: the caller's variable.
    unsafe { *value = v };
    Ok(())
}

/// Stores the value.
#[capi]
unsafe fn PyLong_AsInt64(o: &Obj, value: *mut i64) -> PyResult<()> {
    let v = as_int(o)?.to_i64().ok_or_else(|| too_large("int64_t"))?;
    // SAFETY: the caller's variable.
    unsafe { *value = v };
    Ok(())
}

/// As `PyLong_AsLong`; another word for what is too large.
#[capi]
fn PyLong_AsLongLong(o: &Obj) -> PyResult<c_longlong> {
    as_int(o)?.to_i64().ok_or_else(|| raise!(OverflowError, "int too big to convert"))
}

fn overflow_sign(i: &Int) -> c_int {
    if i.is_negative() { -1 } else { 1 }
}

/// The value, or -1 with `*overflow` telling the side on which it does not fit.
#[capi]
unsafe fn PyLong_AsLongAndOverflow(o: &Obj, overflow: *mut c_int) -> PyResult<c_long> {
    // SAFETY: the caller's variable.
    unsafe { *overflow = 0 };
    let i = as_int(o)?;
    match i.to_i64() {
        Some(v) => Ok(v),
        None => {
            // SAFETY: as above.
            unsafe { *overflow = overflow_sign(&i) };
            Ok(-1)
        }
    }
}

/// As `PyLong_AsLongAndOverflow`.
#[capi]
unsafe fn PyLong_AsLongLongAndOverflow(o: &Obj, overflow: *mut c_int) -> c_longlong {
    // SAFETY: the caller's variable.
    unsafe { PyLong_AsLongAndOverflow(o.as_ptr(), overflow) }
}

/// The value of an int (no `__index__`), or `OverflowError`.
#[capi]
fn PyLong_AsSsize_t(o: &Obj) -> PyResult<isize> {
    let Some(i) = o.downcast::<Int>() else { bail!(TypeError, "an integer is required") };
    i.to_i64().map(|v| v as isize).ok_or_else(|| too_large("ssize_t"))
}

/// Unsigned conversions of ints (no `__index__`).
macro_rules! unsigned_capi {
    ($($name:ident $ty:ty, $kind:literal, $negative:literal;)*) => {$(
        /// The value; `OverflowError` when it is negative or does not fit, all bits set then.
        #[capi]
        fn $name(o: &Obj) -> PyResult<$ty> {
            let Some(i) = o.downcast::<Int>() else { bail!(TypeError, "an integer is required") };
            if i.is_negative() {
                bail!(OverflowError, $negative);
            }
            i.to_u64().and_then(|v| <$ty>::try_from(v).ok()).ok_or_else(|| too_large($kind))
        }
    )*};
}

unsigned_capi! {
    PyLong_AsUnsignedLong c_ulong, "unsigned long", "can't convert negative value to unsigned int";
    PyLong_AsSize_t usize, "size_t", "can't convert negative value to size_t";
}

/// As `PyLong_AsUnsignedLong`; another word for what is too large.
#[capi]
fn PyLong_AsUnsignedLongLong(o: &Obj) -> PyResult<c_ulonglong> {
    let Some(i) = o.downcast::<Int>() else { bail!(TypeError, "an integer is required") };
    if i.is_negative() {
        bail!(OverflowError, "can't convert negative int to unsigned");
    }
    i.to_u64().ok_or_else(|| raise!(OverflowError, "int too big to convert"))
}

/// Unsigned conversions through `__index__`, for the fixed widths.
fn as_unsigned(o: &Obj, bits: u32) -> PyResult<u64> {
    let i = as_int(o)?;
    if i.is_negative() {
        bail!(ValueError, "Cannot convert negative int");
    }
    i.to_u64()
        .filter(|v| bits == 64 || *v >> bits == 0)
        .ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C uint{bits}_t"))
}

/// Stores the value.
#[capi]
unsafe fn PyLong_AsUInt32(o: &Obj, value: *mut u32) -> PyResult<()> {
    let v = as_unsigned(o, 32)?;
    // SAFETY: the caller's variable.
    unsafe { *value = v as u32 };
    Ok(())
}

/// Stores the value.
#[capi]
unsafe fn PyLong_AsUInt64(o: &Obj, value: *mut u64) -> PyResult<()> {
    let v = as_unsigned(o, 64)?;
    // SAFETY: the caller's variable.
    unsafe { *value = v };
    Ok(())
}

/// The low 64 bits in two's complement.
fn low_bits(i: &Int) -> u64 {
    i.int_ref().to_u64_wrapping()
}

/// The low bits, through `__index__`.
#[capi]
fn PyLong_AsUnsignedLongMask(o: &Obj) -> PyResult<c_ulong> {
    Ok(low_bits(&*as_int(o)?))
}

/// The low bits, through `__index__`.
#[capi]
fn PyLong_AsUnsignedLongLongMask(o: &Obj) -> PyResult<c_ulonglong> {
    Ok(low_bits(&*as_int(o)?))
}

/// The nearest double of an int.
#[capi]
fn PyLong_AsDouble(o: &Obj) -> PyResult<f64> {
    match o.downcast::<Int>() {
        Some(i) => i.to_f64(),
        None => Err(raise!(TypeError, "an integer is required")),
    }
}

/// An address from a number.
#[capi]
fn PyLong_AsVoidPtr(o: &Obj) -> PyResult<*mut c_void> {
    let Some(i) = o.downcast::<Int>() else { bail!(TypeError, "an integer is required") };
    let bits = if i.is_negative() { i.to_i64().map(|v| v as u64) } else { i.to_u64() };
    bits.map(|b| b as usize as *mut c_void).ok_or_else(|| raise!(OverflowError, "int too big to convert"))
}

/// The number that the whole text spells; `*end` gets the end of what was read, also on error.
#[capi]
unsafe fn PyLong_FromString(text: *const c_char, end: *mut *mut c_char, base: c_int) -> PyResult<Ref<Int>> {
    // SAFETY: a C string and the caller's variable.
    unsafe {
        let bytes = CStr::from_ptr(text).to_bytes();
        if (base != 0 && base < 2) || base > 36 {
            bail!(ValueError, "int() arg 2 must be >= 2 and <= 36");
        }
        let digits = dovetail_core::types::int::max_str_digits();
        let whole = int::parse(bytes, base as u32, digits);
        if !end.is_null() {
            let mut n = bytes.len();
            if whole.is_err() {
                while n > 0 && int::parse(&bytes[..n], base as u32, digits).is_err() {
                    n -= 1;
                }
            }
            *end = text.add(n).cast_mut();
        }
        match whole {
            Ok(v) => Int::from_big(v),
            Err(e) => {
                let shown = Str::from_latin1(bytes)?.repr()?;
                Err(raise!(ValueError, "{}", e.message(&shown.to_string_lossy(), base as u32, digits)))
            }
        }
    }
}

/// The number that a string spells.
#[capi]
fn PyLong_FromUnicodeObject(text: &Obj, base: c_int) -> PyResult<Object> {
    let base = Int::from_i64(base.into())?;
    Int::type_object().call(&[text, base.as_obj()])
}

/// -1, 0 or 1.
#[capi(private)]
unsafe fn _PyLong_Sign(o: P) -> c_int {
    // SAFETY: the caller passes an int.
    let i = unsafe { Obj::from_ptr(o).cast_unchecked::<Int>() };
    if i.is_negative() { -1 } else { c_int::from(!i.is_zero()) }
}

/// Stores -1, 0 or 1.
#[capi]
unsafe fn PyLong_GetSign(o: &Obj, sign: *mut c_int) -> PyResult<()> {
    let Some(i) = o.downcast::<Int>() else { bail!(TypeError, "expect int, got {}", o.type_name()) };
    // SAFETY: the caller's variable.
    unsafe { *sign = if i.is_negative() { -1 } else { c_int::from(!i.is_zero()) } };
    Ok(())
}

/// Questions about an int's sign.
macro_rules! sign_capi {
    ($($name:ident $test:expr;)*) => {$(
        /// 1 or 0; `TypeError` for what is not an int.
        #[capi]
        fn $name(o: &Obj) -> PyResult<bool> {
            match o.downcast::<Int>() {
                Some(i) => Ok({
                    let test: fn(&Int) -> bool = $test;
                    test(i)
                }),
                None => Err(raise!(TypeError, "expected int, got {}", o.type_name())),
            }
        }
    )*};
}

sign_capi! {
    PyLong_IsPositive |i: &Int| !i.is_negative() && !i.is_zero();
    PyLong_IsNegative |i: &Int| i.is_negative();
    PyLong_IsZero |i: &Int| i.is_zero();
}

/// `bit_length()`.
#[capi(private)]
unsafe fn _PyLong_NumBits(o: P) -> i64 {
    // SAFETY: the caller passes an int.
    int::bit_length(unsafe { Obj::from_ptr(o).cast_unchecked::<Int>() }.int_ref()) as i64
}

/// An int of bytes in the given order.
#[capi(private)]
unsafe fn _PyLong_FromByteArray(
    bytes: *const u8,
    n: usize,
    little: c_int,
    signed: c_int,
) -> PyResult<Ref<Int>> {
    if n == 0 {
        return Int::from_i64(0);
    }
    // SAFETY: the caller's buffer.
    let bytes = unsafe { std::slice::from_raw_parts(bytes, n) };
    let order = if little != 0 { ByteOrder::Little } else { ByteOrder::Big };
    Int::from_big(int::from_bytes(bytes, order, signed != 0))
}

/// Writes an int as `n` bytes; `OverflowError` when it does not fit.
#[capi(private)]
unsafe fn _PyLong_AsByteArray(
    o: P,
    bytes: *mut u8,
    n: usize,
    little: c_int,
    signed: c_int,
    with_exceptions: c_int,
) -> PyResult<()> {
    // SAFETY: the caller passes an int and a buffer.
    let (i, out) =
        unsafe { (Obj::from_ptr(o).cast_unchecked::<Int>(), std::slice::from_raw_parts_mut(bytes, n)) };
    let order = if little != 0 { ByteOrder::Little } else { ByteOrder::Big };
    if i.is_negative() && signed == 0 {
        if with_exceptions != 0 {
            bail!(OverflowError, "can't convert negative int to unsigned");
        }
        return Err(silent());
    }
    match int::to_bytes(i.int_ref(), out, order, signed != 0) {
        Ok(()) => Ok(()),
        Err(_) if with_exceptions == 0 => Err(silent()),
        Err(_) => Err(raise!(OverflowError, "int too big to convert")),
    }
}

/// The error value without an exception, where the caller asked for none.
fn silent() -> Raised {
    // SAFETY: only turned into the error value, which the caller reads as "does not fit".
    unsafe { Raised::assume() }
}

const NATIVE_BIG: c_int = 0;
const NATIVE_UNSIGNED: c_int = 4;
const NATIVE_REJECT_NEGATIVE: c_int = 8;
const NATIVE_ALLOW_INDEX: c_int = 16;

fn native_order(flags: c_int) -> ByteOrder {
    let native_little = cfg!(target_endian = "little");
    match flags {
        -1 => {
            if native_little {
                ByteOrder::Little
            } else {
                ByteOrder::Big
            }
        }
        f => match f & 3 {
            NATIVE_BIG => ByteOrder::Big,
            1 => ByteOrder::Little,
            _ if native_little => ByteOrder::Little,
            _ => ByteOrder::Big,
        },
    }
}

/// Copies the int's two's complement into `n` bytes, cut where it is longer, and gives the size that would hold it.
#[capi]
unsafe fn PyLong_AsNativeBytes(o: &Obj, buffer: *mut c_void, n: isize, flags: c_int) -> PyResult<isize> {
    if n < 0 {
        bail!(ValueError, "negative buffer size");
    }
    let i = match o.downcast::<Int>() {
        Some(i) => dovetail_core::object::ToRef::to_ref(i),
        None if flags != -1 && flags & NATIVE_ALLOW_INDEX != 0 => o.index()?,
        None => bail!(TypeError, "expect int, got {}", o.type_name()),
    };
    if flags != -1 && flags & NATIVE_REJECT_NEGATIVE != 0 && i.is_negative() {
        bail!(ValueError, "Cannot convert negative int");
    }
    let unsigned = flags == -1 || flags & NATIVE_UNSIGNED != 0;
    let needed = int::bytes_needed(i.int_ref(), true).max(1) as usize;
    let order = native_order(flags);
    let mut all = vec![0u8; needed.max(n as usize)];
    int::to_bytes(i.int_ref(), &mut all, ByteOrder::Little, true).map_err(num_error)?;
    // SAFETY: the caller's buffer of n bytes.
    unsafe {
        let out = std::slice::from_raw_parts_mut(buffer.cast::<u8>(), n as usize);
        let k = out.len();
        out.copy_from_slice(&all[..k]);
        if matches!(order, ByteOrder::Big) {
            out.reverse();
        }
    }
    // A positive number whose highest bit is used fits an unsigned buffer one byte smaller.
    let bits = int::bit_length(i.int_ref());
    if unsigned && !i.is_negative() && bits > 0 && bits.is_multiple_of(8) && n as u64 == bits / 8 {
        return Ok(n);
    }
    if needed <= 8 && n as usize >= needed {
        return Ok(if flags == -1 || n > 8 { needed as isize } else { n.min(8) }.max(needed as isize));
    }
    Ok(needed as isize)
}

/// An int of `n` bytes in two's complement.
#[capi]
unsafe fn PyLong_FromNativeBytes(buffer: *const c_void, n: usize, flags: c_int) -> PyResult<Ref<Int>> {
    if n == 0 {
        return Int::from_i64(0);
    }
    // SAFETY: the caller's buffer.
    let bytes = unsafe { std::slice::from_raw_parts(buffer.cast::<u8>(), n) };
    let signed = flags == -1 || flags & NATIVE_UNSIGNED == 0;
    Int::from_big(int::from_bytes(bytes, native_order(flags), signed))
}

/// An int of `n` bytes without a sign.
#[capi]
unsafe fn PyLong_FromUnsignedNativeBytes(
    buffer: *const c_void,
    n: usize,
    flags: c_int,
) -> PyResult<Ref<Int>> {
    if n == 0 {
        return Int::from_i64(0);
    }
    // SAFETY: the caller's buffer.
    let bytes = unsafe { std::slice::from_raw_parts(buffer.cast::<u8>(), n) };
    Int::from_big(int::from_bytes(bytes, native_order(flags), false))
}

/// An exact int of the same value.
#[capi(private)]
unsafe fn _PyLong_Copy(o: P) -> PyResult<Ref<Int>> {
    // SAFETY: the caller passes an int.
    Int::from_ref(unsafe { Obj::from_ptr(o).cast_unchecked::<Int>() }.int_ref())
}

/// The greatest common divisor.
#[capi(private)]
fn _PyLong_GCD(a: &Int, b: &Int) -> PyResult<Ref<Int>> {
    Int::from_big(int::gcd(a.int_ref(), b.int_ref()))
}

/// `sys.int_info`.
#[capi]
fn PyLong_GetInfo() -> PyResult<Object> {
    dovetail_core::import::import_module("sys")?.get_attr_text("int_info")
}

/// Is the value kept in one digit?
#[capi]
unsafe fn PyUnstable_Long_IsCompact(i: *const abi::PyLongObject) -> c_int {
    // SAFETY: the caller passes an int.
    c_int::from(unsafe { Obj::from_ptr(i.cast_mut().cast()).cast_unchecked::<Int>() }.is_compact())
}

/// The value of a compact int.
#[capi]
unsafe fn PyUnstable_Long_CompactValue(i: *const abi::PyLongObject) -> isize {
    // SAFETY: the caller passes a compact int.
    unsafe { Obj::from_ptr(i.cast_mut().cast()).cast_unchecked::<Int>() }.compact_value() as isize
}

/// Converter for `O&`: a file descriptor from an int or an object with `fileno()`.
#[capi(private)]
unsafe fn _PyLong_FileDescriptor_Converter(o: &Obj, pointer: *mut c_void) -> c_int {
    match crate::file::descriptor(o) {
        Ok(fd) => {
            // SAFETY: the caller's int.
            unsafe { *pointer.cast::<c_int>() = fd };
            1
        }
        Err(_) => 0,
    }
}

/// Unsigned converters for `O&`.
macro_rules! converter_capi {
    ($($name:ident $ty:ty, $kind:literal;)*) => {$(
        /// Converter for `O&`: 1 with the value stored, or 0 with an exception.
        #[capi(private)]
        unsafe fn $name(o: &Obj, pointer: *mut c_void) -> c_int {
            let convert = || -> PyResult<$ty> {
                let i = o.index()?;
                if i.is_negative() {
                    bail!(ValueError, "Cannot convert negative int");
                }
                i.to_u64()
                    .and_then(|v| <$ty>::try_from(v).ok())
                    .ok_or_else(|| raise!(OverflowError, "Python int too large for C {}", $kind))
            };
            match convert() {
                Ok(v) => {
                    // SAFETY: the caller's variable.
                    unsafe { *pointer.cast::<$ty>() = v };
                    1
                }
                Err(_) => 0,
            }
        }
    )*};
}

converter_capi! {
    _PyLong_UnsignedShort_Converter u16, "unsigned short";
    _PyLong_UnsignedInt_Converter u32, "unsigned int";
    _PyLong_UnsignedLong_Converter u64, "unsigned long";
    _PyLong_UnsignedLongLong_Converter u64, "unsigned long long";
    _PyLong_Size_t_Converter usize, "size_t";
    _PyLong_UInt8_Converter u8, "uint8_t";
    _PyLong_UInt16_Converter u16, "uint16_t";
    _PyLong_UInt32_Converter u32, "uint32_t";
    _PyLong_UInt64_Converter u64, "uint64_t";
}
