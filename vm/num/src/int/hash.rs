//! Hashing of integers: the value modulo the Mersenne prime 2^61 - 1, so that equal numbers of
//! different types hash alike (`sys.hash_info`).

use super::IntRef;

/// 2^61 - 1.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;

/// `hash(a)`; never -1, which is the error value of C's hash functions.
#[inline]
pub fn hash(a: IntRef<'_>) -> i64 {
    let mut rest = 0u64;
    for &digit in a.digits.iter().rev() {
        // Multiplication by 2^30 rotates the 61-bit word.
        rest = (rest << 30 & HASH_MODULUS) | rest >> 31;
        rest += digit as u64;
        if rest >= HASH_MODULUS {
            rest -= HASH_MODULUS;
        }
    }
    let value = if a.negative { -(rest as i64) } else { rest as i64 };
    if value == -1 { -2 } else { value }
}
