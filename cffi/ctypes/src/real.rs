//! `long double` in memory: the x87's 80 bits, or 128 on aarch64, to and from doubles.

/// Sign, exponent of a leading one at bit 63, and 64 bits of mantissa; or what is no number.
enum Parts {
    Finite { negative: bool, exponent: i32, mantissa: u64 },
    Infinite(bool),
    NaN(bool, u64),
}

const BIAS: i32 = 16383;

fn split(v: f64) -> Parts {
    let bits = v.to_bits();
    let (negative, exponent, fraction) =
        (bits >> 63 != 0, (bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    match (exponent, fraction) {
        (0x7ff, 0) => Parts::Infinite(negative),
        (0x7ff, f) => Parts::NaN(negative, f << 11),
        (0, 0) => Parts::Finite { negative, exponent: 0, mantissa: 0 },
        (0, f) => {
            let shift = f.leading_zeros() as i32;
            Parts::Finite { negative, exponent: 63 - shift - 1074, mantissa: f << shift }
        }
        (e, f) => Parts::Finite { negative, exponent: e - 1023, mantissa: 1 << 63 | f << 11 },
    }
}

/// `value / 2^bits`, rounded to the nearest, halves to even.
fn round_off(value: u64, bits: u32) -> u64 {
    if bits > 64 {
        return 0;
    }
    let value = u128::from(value);
    let (kept, rest, half) = (value >> bits, value & ((1 << bits) - 1), 1u128 << (bits - 1));
    let up = rest > half || rest == half && kept & 1 == 1;
    (kept + u128::from(up)) as u64
}

fn join(parts: Parts) -> f64 {
    let (negative, bits) = match parts {
        Parts::Infinite(n) => (n, 0x7ff << 52),
        Parts::NaN(n, m) => (n, 0x7ff << 52 | 1 << 51 | m << 1 >> 12),
        Parts::Finite { negative, mantissa: 0, .. } => (negative, 0),
        Parts::Finite { negative, mut exponent, mut mantissa } => {
            let zeros = mantissa.leading_zeros();
            mantissa <<= zeros;
            exponent -= zeros as i32;
            let bits = match exponent {
                1024.. => 0x7ff << 52,
                // A carry of the rounding goes into the exponent, where it belongs.
                -1022.. => (((exponent + 1022) as u64) << 52) + round_off(mantissa, 11),
                _ => round_off(mantissa, (11 - 1022 - exponent) as u32),
            };
            (negative, bits)
        }
    };
    f64::from_bits(bits | u64::from(negative) << 63)
}

/// Writes a double as a `long double`.
///
/// # Safety
/// 16 bytes are writable.
#[cfg(not(target_arch = "aarch64"))]
pub unsafe fn write(v: f64, p: *mut u8) {
    let (negative, exponent, mantissa) = match split(v) {
        Parts::Infinite(n) => (n, 0x7fff, 1 << 63),
        Parts::NaN(n, m) => (n, 0x7fff, 1 << 63 | m),
        Parts::Finite { negative, mantissa: 0, .. } => (negative, 0, 0),
        Parts::Finite { negative, exponent, mantissa } => (negative, (exponent + BIAS) as u16, mantissa),
    };
    // SAFETY: the caller's memory.
    unsafe {
        p.cast::<u64>().write_unaligned(mantissa);
        p.add(8).cast::<u64>().write_unaligned(u64::from(exponent | u16::from(negative) << 15));
    }
}

/// Reads a `long double` as the nearest double.
///
/// # Safety
/// 16 bytes are readable.
#[cfg(not(target_arch = "aarch64"))]
pub unsafe fn read(p: *const u8) -> f64 {
    // SAFETY: the caller's memory.
    let (mantissa, top) =
        unsafe { (p.cast::<u64>().read_unaligned(), p.add(8).cast::<u16>().read_unaligned()) };
    let (negative, exponent) = (top >> 15 != 0, i32::from(top & 0x7fff));
    join(match exponent {
        0x7fff if mantissa << 1 == 0 => Parts::Infinite(negative),
        0x7fff => Parts::NaN(negative, mantissa << 1 >> 1),
        e => Parts::Finite { negative, exponent: e.max(1) - BIAS, mantissa },
    })
}

/// Writes a double as a `long double`.
///
/// # Safety
/// 16 bytes are writable.
#[cfg(target_arch = "aarch64")]
pub unsafe fn write(v: f64, p: *mut u8) {
    let (negative, exponent, fraction) = match split(v) {
        Parts::Infinite(n) => (n, 0x7fff, 0),
        Parts::NaN(n, m) => (n, 0x7fff, u128::from(m) << 49),
        Parts::Finite { negative, mantissa: 0, .. } => (negative, 0, 0),
        Parts::Finite { negative, exponent, mantissa } => {
            (negative, (exponent + BIAS) as u128, u128::from(mantissa << 1) << 48)
        }
    };
    let bits = u128::from(negative) << 127 | exponent << 112 | fraction;
    // SAFETY: the caller's memory.
    unsafe { p.cast::<u128>().write_unaligned(bits) }
}

/// Reads a `long double` as the nearest double.
///
/// # Safety
/// 16 bytes are readable.
#[cfg(target_arch = "aarch64")]
pub unsafe fn read(p: *const u8) -> f64 {
    // SAFETY: the caller's memory.
    let bits = unsafe { p.cast::<u128>().read_unaligned() };
    let (negative, exponent, fraction) =
        (bits >> 127 != 0, (bits >> 112) as i32 & 0x7fff, bits & ((1 << 112) - 1));
    // The lowest bit says that there were more.
    let top = |m: u128| (m >> 49) as u64 | u64::from(m & ((1 << 49) - 1) != 0);
    join(match exponent {
        0x7fff if fraction == 0 => Parts::Infinite(negative),
        0x7fff => Parts::NaN(negative, top(fraction)),
        0 => Parts::Finite { negative, exponent: 1 - BIAS, mantissa: top(fraction) },
        e => Parts::Finite { negative, exponent: e - BIAS, mantissa: top(1 << 112 | fraction) },
    })
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn doubles_come_back() {
        for v in [0.0, -0.0, 1.0, -3.25, 1e300, -1e-300, 5e-324, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY] {
            let mut bytes = [0u8; 16];
            // SAFETY: 16 bytes.
            let back = unsafe {
                write(v, bytes.as_mut_ptr());
                read(bytes.as_ptr())
            };
            assert_eq!(back.to_bits(), v.to_bits(), "{v}");
        }
        let mut bytes = [0u8; 16];
        // SAFETY: 16 bytes.
        assert!(
            unsafe {
                write(f64::NAN, bytes.as_mut_ptr());
                read(bytes.as_ptr())
            }
            .is_nan()
        );
    }
}
