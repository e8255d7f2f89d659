//! `longobject.h`, `longintrepr.h`: ints as digits (PEP 757).

use crate::boundary::bad_internal_call;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Ref};
use dovetail_core::types::int::Int;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{c_int, c_void};

static LAYOUT: abi::PyLongLayout = abi::PyLongLayout {
    bits_per_digit: 30,
    digit_size: 4,
    digits_order: -1,
    digit_endianness: if cfg!(target_endian = "little") { -1 } else { 1 },
};

/// How the digits of an int look.
#[capi]
fn PyLong_GetNativeLayout() -> *const abi::PyLongLayout {
    &raw const LAYOUT
}

/// Shows an int: its value where 64 bits hold it, else its digits, which the export keeps alive.
#[capi]
unsafe fn PyLong_Export(o: &Obj, out: *mut abi::PyLongExport) -> PyResult<()> {
    let Some(i) = o.downcast::<Int>() else {
        // SAFETY: the caller's struct.
        unsafe { out.write_bytes(0, 1) };
        bail!(TypeError, "expected int, got {}", o.type_name());
    };
    // SAFETY: the caller's struct; the digits are the int's own, which the export owns a count of.
    unsafe {
        out.write_bytes(0, 1);
        match i.to_i64() {
            Some(v) => (*out).value = v,
            None => {
                let body = o.as_ptr() as *const abi::PyLongObject;
                (*out).negative = u8::from(i.is_negative());
                (*out).ndigits = ((*body).long_value.lv_tag >> 3) as isize;
                (*out).digits = (&raw const (*body).long_value.ob_digit).cast();
                (*out)._reserved = o.to_owned().into_ptr() as usize;
            }
        }
    }
    Ok(())
}

/// Ends an export.
#[capi]
unsafe fn PyLong_FreeExport(export: *mut abi::PyLongExport) {
    // SAFETY: filled by `PyLong_Export`.
    unsafe {
        let owner = std::mem::take(&mut (*export)._reserved);
        drop(Ref::<Obj>::from_owned_opt(owner as *mut abi::PyObject));
    }
}

/// An int that is being written.
struct Writer {
    negative: bool,
    digits: Vec<u32>,
}

/// A writer of an int of `n` digits, whose memory `*digits` gets; they must all be written.
#[capi]
unsafe fn PyLongWriter_Create(
    negative: c_int,
    n: isize,
    digits: *mut *mut c_void,
) -> PyResult<*mut abi::PyLongWriter> {
    if n <= 0 {
        // SAFETY: the caller's variable.
        unsafe { *digits = std::ptr::null_mut() };
        bail!(ValueError, "ndigits must be positive");
    }
    if n as usize > (isize::MAX as usize) / 4 {
        bail!(OverflowError, "too many digits in integer");
    }
    let mut writer = Box::new(Writer { negative: negative != 0, digits: vec![0; n as usize] });
    // SAFETY: the caller's variable; the memory lives as long as the writer.
    unsafe { *digits = writer.digits.as_mut_ptr().cast() };
    Ok(Box::into_raw(writer).cast())
}

/// The int, and the end of the writer.
#[capi]
unsafe fn PyLongWriter_Finish(writer: *mut abi::PyLongWriter) -> PyResult<Ref<Int>> {
    // SAFETY: from `PyLongWriter_Create`.
    let w = unsafe { Box::from_raw(writer.cast::<Writer>()) };
    from_digits(w.negative, &w.digits)
}

/// Frees a writer; NULL is fine.
#[capi]
unsafe fn PyLongWriter_Discard(writer: *mut abi::PyLongWriter) {
    if !writer.is_null() {
        // SAFETY: from `PyLongWriter_Create`.
        drop(unsafe { Box::from_raw(writer.cast::<Writer>()) });
    }
}

fn from_digits(negative: bool, digits: &[u32]) -> PyResult<Ref<Int>> {
    let used = digits.iter().rposition(|d| *d != 0).map_or(0, |i| i + 1);
    Int::from_digits(negative && used > 0, &digits[..used])
}

/// An int of digits, lowest first.
#[capi(private)]
unsafe fn _PyLong_FromDigits(negative: c_int, n: isize, digits: *const u32) -> PyResult<Ref<Int>> {
    if n <= 0 {
        return Int::from_i64(0);
    }
    // SAFETY: the caller's n digits.
    from_digits(negative != 0, unsafe { std::slice::from_raw_parts(digits, n as usize) })
}

/// Arithmetic on ints alone.
macro_rules! arithmetic_capi {
    ($($name:ident $function:path;)*) => {$(
        /// The result; anything but ints is an internal error.
        #[capi(private)]
        fn $name(a: &Int, b: &Int) -> PyResult<Ref<Int>> {
            Int::from_big($function(a.int_ref(), b.int_ref()))
        }
    )*};
}

use dovetail_num::int;

arithmetic_capi! {
    _PyLong_Add int::add;
    _PyLong_Subtract int::sub;
    _PyLong_Multiply int::mul;
}

/// Shifts by a count of bits.
#[capi(private)]
fn _PyLong_Lshift(o: &Int, bits: i64) -> PyResult<Ref<Int>> {
    let bits = u64::try_from(bits).map_err(|_| bad_internal_call())?;
    Int::from_big(int::lshift(o.int_ref(), Int::from_u64(bits)?.int_ref()).map_err(dovetail_core::types::int::num_error)?)
}

/// Shifts by a count of bits.
#[capi(private)]
fn _PyLong_Rshift(o: &Int, bits: i64) -> PyResult<Ref<Int>> {
    let bits = u64::try_from(bits).map_err(|_| bad_internal_call())?;
    Int::from_big(int::shr(o.int_ref(), bits))
}

/// `divmod` with the remainder nearest to zero, the even quotient on a tie.
#[capi(private)]
fn _PyLong_DivmodNear(a: &Obj, b: &Obj) -> PyResult<Ref<dovetail_core::types::tuple::Tuple>> {
    let (Some(a), Some(b)) = (a.downcast::<Int>(), b.downcast::<Int>()) else {
        bail!(TypeError, "non-integer arguments in division");
    };
    let (q, r) = int::near_divmod(a.int_ref(), b.int_ref()).map_err(dovetail_core::types::int::num_error)?;
    let (q, r) = (Int::from_big(q)?, Int::from_big(r)?);
    dovetail_core::types::tuple::Tuple::from_slice(&[q.as_obj(), r.as_obj()])
}

/// Mantissa in `[0.5, 1)` and the exponent of two.
#[capi(private)]
unsafe fn _PyLong_Frexp(o: &Int, exponent: *mut i64) -> f64 {
    let (mantissa, e) = int::frexp(o.int_ref());
    // SAFETY: the caller's variable.
    unsafe { *exponent = e };
    mantissa
}

/// The text in base 2, 8, 10 or 16, with its prefix.
#[capi(private)]
fn _PyLong_Format(o: &Obj, base: c_int) -> PyResult<Ref<dovetail_core::types::str_::Str>> {
    use dovetail_core::types::str_::Str;
    let Some(i) = o.downcast::<Int>() else { return Err(bad_internal_call()) };
    let text = match base {
        10 => i.to_base(10)?,
        2 => int::to_radix(i.int_ref(), int::Radix::Binary, true),
        8 => int::to_radix(i.int_ref(), int::Radix::Octal, true),
        16 => int::to_radix(i.int_ref(), int::Radix::Hex, true),
        _ => return Err(raise!(ValueError, "base must be 2, 8, 10 or 16")),
    };
    Str::new(&text)
}

/// A group's or user's number.
#[capi(private)]
fn _PyLong_FromGid(gid: libc::gid_t) -> PyResult<Ref<Int>> {
    if gid == libc::gid_t::MAX { Int::from_i64(-1) } else { Int::from_i64(gid.into()) }
}

/// A time in seconds.
#[capi(private)]
fn _PyLong_FromTime_t(time: libc::time_t) -> PyResult<Ref<Int>> {
    Int::from_i64(time)
}

/// A time in seconds.
#[capi(private)]
fn _PyLong_AsTime_t(o: &Obj) -> PyResult<libc::time_t> {
    o.index()?.to_i64().ok_or_else(|| raise!(OverflowError, "timestamp out of range for platform time_t"))
}

/// Arithmetic on C's complex numbers.
macro_rules! complex_capi {
    ($($name:ident $function:ident;)*) => {$(
        /// The result; an error leaves `errno` set.
        #[capi]
        fn $name(a: abi::Py_complex, b: abi::Py_complex) -> abi::Py_complex {
            into_c($function(Parts::new(a.real, a.imag), Parts::new(b.real, b.imag)))
        }
    )*};
}

use dovetail_num::complex::Complex as Parts;

type Made = Result<Parts, dovetail_num::Error>;

/// The value; `errno` says what went wrong.
fn into_c(made: Made) -> abi::Py_complex {
    match made {
        Ok(v) => abi::Py_complex { real: v.real, imag: v.imag },
        Err(e) => {
            let code =
                if matches!(e.kind, dovetail_num::Kind::Overflow) { libc::ERANGE } else { libc::EDOM };
            // SAFETY: the thread's own variable.
            unsafe { *libc::__errno_location() = code };
            abi::Py_complex { real: 0.0, imag: 0.0 }
        }
    }
}

fn sum(a: Parts, b: Parts) -> Made {
    Ok(dovetail_num::complex::add(a, b))
}

fn difference(a: Parts, b: Parts) -> Made {
    Ok(dovetail_num::complex::sub(a, b))
}

fn product(a: Parts, b: Parts) -> Made {
    Ok(dovetail_num::complex::mul(a, b))
}

fn quotient(a: Parts, b: Parts) -> Made {
    dovetail_num::complex::div(a, b)
}

fn power(a: Parts, b: Parts) -> Made {
    dovetail_num::complex::pow(a, b)
}

complex_capi! {
    _Py_c_sum sum;
    _Py_c_diff difference;
    _Py_c_prod product;
    _Py_c_quot quotient;
    _Py_c_pow power;
}

/// The negative.
#[capi]
fn _Py_c_neg(a: abi::Py_complex) -> abi::Py_complex {
    abi::Py_complex { real: -a.real, imag: -a.imag }
}

/// The absolute value; one too large leaves `errno` set.
#[capi]
fn _Py_c_abs(a: abi::Py_complex) -> f64 {
    let r = a.real.hypot(a.imag);
    let overflow = r.is_infinite() && a.real.is_finite() && a.imag.is_finite();
    // SAFETY: the thread's own variable.
    unsafe { *libc::__errno_location() = if overflow { libc::ERANGE } else { 0 } };
    r
}

/// C's complex number, under a name that does not look like an exported one.
type Complex = abi::Py_complex;

/// Arithmetic with one real operand.
macro_rules! mixed_capi {
    ($($name:ident ($a:ident: $at:ty, $b:ident: $bt:ty) $made:expr;)*) => {$(
        /// The result; an error leaves `errno` set.
        #[capi(private)]
        fn $name($a: $at, $b: $bt) -> abi::Py_complex {
            into_c($made)
        }
    )*};
}

mixed_capi! {
    _Py_cr_sum (a: Complex, b: f64) Ok(Parts::new(a.real + b, a.imag));
    _Py_cr_diff (a: Complex, b: f64) Ok(Parts::new(a.real - b, a.imag));
    _Py_rc_diff (a: f64, b: Complex) Ok(Parts::new(a - b.real, -b.imag));
    _Py_cr_prod (a: Complex, b: f64) Ok(Parts::new(a.real * b, a.imag * b));
    _Py_cr_quot (a: Complex, b: f64) dovetail_num::complex::div_by_real(Parts::new(a.real, a.imag), b);
    _Py_rc_quot (a: f64, b: Complex) dovetail_num::complex::div_real(a, Parts::new(b.real, b.imag));
}
