//! Bytes of C values: reading and writing them at any address, aligned or not.
//!
//! # Contract of the unsafe functions
//! Addresses point to as many readable (or writable) bytes as the value has.

use std::ffi::{CStr, c_char, c_int, c_void};

/// Reads a value, aligned or not.
///
/// # Safety
/// As the module says.
#[inline(always)]
pub unsafe fn read<T: Copy>(p: *const u8) -> T {
    // SAFETY: the caller's promise.
    unsafe { p.cast::<T>().read_unaligned() }
}

/// Writes a value, aligned or not.
///
/// # Safety
/// As the module says.
#[inline(always)]
pub unsafe fn write<T: Copy>(p: *mut u8, value: T) {
    // SAFETY: the caller's promise.
    unsafe { p.cast::<T>().write_unaligned(value) }
}

/// A signed integer of 1, 2, 4 or 8 bytes.
///
/// # Safety
/// As the module says.
#[inline]
pub unsafe fn read_signed(p: *const u8, size: isize) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        match size {
            1 => read::<i8>(p).into(),
            2 => read::<i16>(p).into(),
            4 => read::<i32>(p).into(),
            _ => read::<i64>(p),
        }
    }
}

/// An unsigned integer of 1, 2, 4 or 8 bytes.
///
/// # Safety
/// As the module says.
#[inline]
pub unsafe fn read_unsigned(p: *const u8, size: isize) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        match size {
            1 => read::<u8>(p).into(),
            2 => read::<u16>(p).into(),
            4 => read::<u32>(p).into(),
            _ => read::<u64>(p),
        }
    }
}

/// The low bytes of an integer, 1, 2, 4 or 8 of them.
///
/// # Safety
/// As the module says.
#[inline]
pub unsafe fn write_integer(p: *mut u8, value: u64, size: isize) {
    // SAFETY: the caller's promise.
    unsafe {
        match size {
            1 => write(p, value as u8),
            2 => write(p, value as u16),
            4 => write(p, value as u32),
            16 => write(p, i128::from(value as i64)),
            _ => write(p, value),
        }
    }
}

unsafe extern "C" {
    fn dovetail_ld_from_double(to: *mut c_void, value: f64);
    fn dovetail_ld_to_double(from: *const c_void) -> f64;
    fn dovetail_ld_is_true(from: *const c_void) -> c_int;
    fn dovetail_ld_format(from: *const c_void, to: *mut c_char, room: usize);
    fn dovetail_cffi_testfunc(n: c_int) -> *mut c_void;
}

/// Stores a double as `long double`.
///
/// # Safety
/// As the module says.
pub unsafe fn write_long_double(p: *mut u8, value: f64) {
    // SAFETY: the caller's promise.
    unsafe { dovetail_ld_from_double(p.cast(), value) }
}

/// A `long double`, rounded to a double.
///
/// # Safety
/// As the module says.
pub unsafe fn read_long_double(p: *const u8) -> f64 {
    // SAFETY: the caller's promise.
    unsafe { dovetail_ld_to_double(p.cast()) }
}

/// Whether a `long double` is not zero.
///
/// # Safety
/// As the module says.
pub unsafe fn long_double_is_true(p: *const u8) -> bool {
    // SAFETY: the caller's promise.
    unsafe { dovetail_ld_is_true(p.cast()) != 0 }
}

/// A `long double` as `%LE` writes it.
///
/// # Safety
/// As the module says.
pub unsafe fn long_double_text(p: *const u8) -> String {
    let mut room = [0 as c_char; 128];
    // SAFETY: the caller's promise; the text ends inside.
    unsafe {
        dovetail_ld_format(p.cast(), room.as_mut_ptr(), room.len());
        CStr::from_ptr(room.as_ptr()).to_string_lossy().into_owned()
    }
}

/// The address of the n-th function that tests call, or NULL.
pub fn test_function(n: i32) -> *mut c_void {
    // SAFETY: looks a number up.
    unsafe { dovetail_cffi_testfunc(n) }
}
