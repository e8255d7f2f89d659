//! The registers of a call, and calls with nothing but registers. This is the direct path: no libffi, no description.
//!
//! A C function finds its arguments in registers, whatever their number: so a function of one `int` may be called as if it
//! took six words and eight doubles, as long as the right ones are in place. Results are taken from the registers by
//! the result type of the function pointer.

use std::ffi::c_void;
use std::mem::transmute;

/// How many arguments travel in general registers.
pub const GENERAL: usize = if cfg!(target_arch = "aarch64") { 8 } else { 6 };
/// How many travel in floating-point registers.
pub const FLOAT: usize = 8;

/// What a floating-point register holds of an argument: eight bytes on x86-64, where nothing wider is passed in one;
/// on aarch64 sixteen (`long double`).
#[cfg(not(target_arch = "aarch64"))]
pub type Lane = u64;
#[cfg(target_arch = "aarch64")]
pub type Lane = u128;

/// The registers before a call. A `float` lies in its lane's low four bytes.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub struct Registers {
    pub general: [u64; GENERAL],
    pub float: [Lane; FLOAT],
}

impl Registers {
    /// All zero.
    pub const ZERO: Registers = Registers { general: [0; GENERAL], float: [0; FLOAT] };
}

/// Which registers a call fills: function pointers with fewer of them are a little faster.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Fill {
    General1,
    General2,
    General3,
    General,
    Float1,
    Float2,
    All,
    /// All, and the callee is told that it is variadic (`al` of System V).
    Variadic,
}

impl Fill {
    /// For so many arguments of each kind.
    pub fn for_counts(general: usize, float: usize, variadic: bool) -> Fill {
        match (general, float) {
            _ if variadic => Fill::Variadic,
            (0 | 1, 0) => Fill::General1,
            (2, 0) => Fill::General2,
            (3, 0) => Fill::General3,
            (_, 0) => Fill::General,
            (0, 1) => Fill::Float1,
            (0, 2) => Fill::Float2,
            _ => Fill::All,
        }
    }
}

/// Two result registers.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Pair<A, B>(pub A, pub B);

/// Calls the function as one with result `R`.
///
/// # Safety
/// The function takes what the registers hold, and gives an `R`, or nothing and `R` is an integer.
#[inline(always)]
#[allow(clippy::unnecessary_cast, reason = "lanes are wider on aarch64")]
pub(crate) unsafe fn invoke<R>(fill: Fill, address: *const c_void, r: *const Registers) -> R {
    // SAFETY: the caller's promise: the registers that are read are filled.
    unsafe {
        let g = |i: usize| *(&raw const (*r).general).cast::<u64>().add(i);
        let f = |i: usize| f64::from_bits(*(&raw const (*r).float).cast::<Lane>().add(i) as u64);
        match fill {
            Fill::General1 => {
                let call: unsafe extern "C" fn(u64) -> R = transmute(address);
                call(g(0))
            }
            Fill::General2 => {
                let call: unsafe extern "C" fn(u64, u64) -> R = transmute(address);
                call(g(0), g(1))
            }
            Fill::General3 => {
                let call: unsafe extern "C" fn(u64, u64, u64) -> R = transmute(address);
                call(g(0), g(1), g(2))
            }
            #[cfg(not(target_arch = "aarch64"))]
            Fill::General => {
                let call: unsafe extern "C" fn(u64, u64, u64, u64, u64, u64) -> R = transmute(address);
                call(g(0), g(1), g(2), g(3), g(4), g(5))
            }
            #[cfg(target_arch = "aarch64")]
            Fill::General => {
                let call: unsafe extern "C" fn(u64, u64, u64, u64, u64, u64, u64, u64) -> R =
                    transmute(address);
                call(g(0), g(1), g(2), g(3), g(4), g(5), g(6), g(7))
            }
            Fill::Float1 => {
                let call: unsafe extern "C" fn(f64) -> R = transmute(address);
                call(f(0))
            }
            Fill::Float2 => {
                let call: unsafe extern "C" fn(f64, f64) -> R = transmute(address);
                call(f(0), f(1))
            }
            #[cfg(not(target_arch = "aarch64"))]
            Fill::All => {
                #[rustfmt::skip]
                let call: unsafe extern "C" fn(
                    u64, u64, u64, u64, u64, u64, f64, f64, f64, f64, f64, f64, f64, f64,
                ) -> R = transmute(address);
                call(g(0), g(1), g(2), g(3), g(4), g(5), f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7))
            }
            #[cfg(not(target_arch = "aarch64"))]
            Fill::Variadic => {
                let call: unsafe extern "C" fn(u64, ...) -> R = transmute(address);
                call(g(0), g(1), g(2), g(3), g(4), g(5), f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7))
            }
            // Variadic functions of AAPCS64 save all registers.
            #[cfg(target_arch = "aarch64")]
            Fill::All | Fill::Variadic => {
                #[rustfmt::skip]
                let call: unsafe extern "C" fn(
                    u64, u64, u64, u64, u64, u64, u64, u64, f64, f64, f64, f64, f64, f64, f64, f64,
                ) -> R = transmute(address);
                call(
                    g(0),
                    g(1),
                    g(2),
                    g(3),
                    g(4),
                    g(5),
                    g(6),
                    g(7),
                    f(0),
                    f(1),
                    f(2),
                    f(3),
                    f(4),
                    f(5),
                    f(6),
                    f(7),
                )
            }
        }
    }
}
