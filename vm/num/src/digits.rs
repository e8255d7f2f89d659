//! Magnitudes: natural numbers as little-endian digits of 30 bits, the form in which an int object
//! keeps its body.
//!
//! A magnitude is a slice whose digits are below 2^30 and whose last digit is not zero; zero is the
//! empty slice. Every function here takes and returns magnitudes in that form. Small operands work
//! in place; large ones are handed to `dashu-int` (see [`big`]), whose multiplication, division and
//! radix conversion are subquadratic. The thresholds were measured with `benches/speed.rs`.

use std::cmp::Ordering;

use smallvec::SmallVec;

pub mod big;

/// Bits in a digit.
pub const SHIFT: u32 = 30;
/// The largest digit.
pub const MASK: u32 = (1 << SHIFT) - 1;

/// An owned magnitude; up to four digits (120 bits) live in the value itself.
pub type Digits = SmallVec<[u32; 4]>;

/// From this many digits in the shorter operand on, products go to `dashu-int`.
const BIG_MUL: usize = 30;
/// From this many digits in the shorter operand on, the schoolbook product uses 60-bit limbs.
const WIDE_MUL: usize = 9;
/// From this many digits in divisor and quotient on, division goes to `dashu-int`.
const BIG_DIV: usize = 40;

/// Drops zero digits at the top.
pub fn normalize(digits: &mut Digits) {
    let len = normalized_len(digits);
    digits.truncate(len);
}

/// How many digits are left when zeros at the top are dropped.
#[inline]
pub fn normalized_len(digits: &[u32]) -> usize {
    let mut len = digits.len();
    while len > 0 && digits[len - 1] == 0 {
        len -= 1;
    }
    len
}

/// The magnitude of a machine word.
#[inline]
pub fn from_u64(value: u64) -> Digits {
    let ([d0, d1, d2], len) = split_u64(value);
    let mut out = Digits::from_buf([d0, d1, d2, 0]);
    out.truncate(len);
    out
}

/// The magnitude of a double machine word.
#[inline]
pub fn from_u128(mut value: u128) -> Digits {
    let mut out = Digits::new();
    while value != 0 {
        out.push(value as u32 & MASK);
        value >>= SHIFT;
    }
    out
}

/// The digits of a machine word and how many there are: for filling an object's body in place.
#[inline]
pub fn split_u64(value: u64) -> ([u32; 3], usize) {
    let digits = [value as u32 & MASK, (value >> SHIFT) as u32 & MASK, (value >> (2 * SHIFT)) as u32];
    (digits, (64 - value.leading_zeros()).div_ceil(SHIFT) as usize)
}

/// The digits of a double machine word and how many there are.
#[inline]
pub fn split_u128(value: u128) -> ([u32; 5], usize) {
    let digits = std::array::from_fn(|i| (value >> (SHIFT * i as u32)) as u32 & MASK);
    (digits, (128 - value.leading_zeros()).div_ceil(SHIFT) as usize)
}

/// The value, if it is below 2^64.
#[inline]
pub fn to_u64(a: &[u32]) -> Option<u64> {
    match *a {
        [] => Some(0),
        [d0] => Some(d0 as u64),
        [d0, d1] => Some(d0 as u64 | (d1 as u64) << 30),
        [d0, d1, d2] if d2 < 16 => Some(d0 as u64 | (d1 as u64) << 30 | (d2 as u64) << 60),
        _ => None,
    }
}

/// The value, if it is below 2^128.
pub fn to_u128(a: &[u32]) -> Option<u128> {
    if a.len() > 5 || (a.len() == 5 && a[4] >= 256) {
        return None;
    }
    Some(a.iter().rev().fold(0, |value, &digit| value << SHIFT | digit as u128))
}

/// The number of bits, not counting zeros at the top.
#[inline]
pub fn bit_length(a: &[u32]) -> u64 {
    match a.last() {
        None => 0,
        Some(&top) => a.len() as u64 * SHIFT as u64 - (top.leading_zeros() - 2) as u64,
    }
}

/// The number of zero bits at the bottom; 0 for zero.
pub fn trailing_zeros(a: &[u32]) -> u64 {
    match a.iter().position(|&digit| digit != 0) {
        None => 0,
        Some(i) => i as u64 * SHIFT as u64 + a[i].trailing_zeros() as u64,
    }
}

/// Compares two magnitudes.
#[inline]
pub fn cmp(a: &[u32], b: &[u32]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Writes `a + b` to `out`, which holds `max(a.len(), b.len()) + 1` digits, and returns the length
/// of the sum.
pub fn add_into(out: &mut [u32], a: &[u32], b: &[u32]) -> usize {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let (low, high) = a.split_at(b.len());
    let mut carry = 0;
    for ((o, &x), &y) in out.iter_mut().zip(low).zip(b) {
        let sum = x + y + carry;
        *o = sum & MASK;
        carry = sum >> SHIFT;
    }
    for (o, &x) in out[b.len()..].iter_mut().zip(high) {
        let sum = x + carry;
        *o = sum & MASK;
        carry = sum >> SHIFT;
    }
    out[a.len()] = carry;
    a.len() + carry as usize
}

/// Writes `a - b` to `out`, which holds `a.len()` digits, and returns the length of the difference.
/// `a` must not be below `b`.
pub fn sub_into(out: &mut [u32], a: &[u32], b: &[u32]) -> usize {
    debug_assert!(cmp(a, b) != Ordering::Less);
    let (low, high) = a.split_at(b.len());
    let mut borrow = 0;
    for ((o, &x), &y) in out.iter_mut().zip(low).zip(b) {
        let difference = x.wrapping_sub(y).wrapping_sub(borrow);
        *o = difference & MASK;
        borrow = difference >> 31;
    }
    for (o, &x) in out[b.len()..].iter_mut().zip(high) {
        let difference = x.wrapping_sub(borrow);
        *o = difference & MASK;
        borrow = difference >> 31;
    }
    debug_assert_eq!(borrow, 0);
    normalized_len(&out[..a.len()])
}

/// `a + b`.
pub fn add(a: &[u32], b: &[u32]) -> Digits {
    let mut out = Digits::from_elem(0, a.len().max(b.len()) + 1);
    let len = add_into(&mut out, a, b);
    out.truncate(len);
    out
}

/// `a - b`, where `a` must not be below `b`.
pub fn sub(a: &[u32], b: &[u32]) -> Digits {
    let mut out = Digits::from_elem(0, a.len());
    let len = sub_into(&mut out, a, b);
    out.truncate(len);
    out
}

/// `a + 1`.
pub fn increment(a: &[u32]) -> Digits {
    add(a, &[1])
}

/// Writes `a * b` to `out`, which holds `a.len() + b.len()` digits, and returns the length of the
/// product.
pub fn mul_into(out: &mut [u32], a: &[u32], b: &[u32]) -> usize {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let out = &mut out[..a.len() + b.len()];
    match b {
        [] => out.fill(0),
        &[digit] => mul_digit_into(out, a, digit),
        _ if b.len() < WIDE_MUL => mul_schoolbook(out, a, b),
        _ if b.len() < BIG_MUL => mul_wide(out, a, b),
        _ => big::mul_into(out, a, b),
    }
    normalized_len(out)
}

/// `a * b`.
pub fn mul(a: &[u32], b: &[u32]) -> Digits {
    let mut out = Digits::from_elem(0, a.len() + b.len());
    let len = mul_into(&mut out, a, b);
    out.truncate(len);
    out
}

fn mul_digit_into(out: &mut [u32], a: &[u32], digit: u32) {
    let mut carry = 0;
    for (o, &x) in out.iter_mut().zip(a) {
        let product = x as u64 * digit as u64 + carry;
        *o = product as u32 & MASK;
        carry = product >> SHIFT;
    }
    out[a.len()] = carry as u32;
}

fn mul_schoolbook(out: &mut [u32], a: &[u32], b: &[u32]) {
    out.fill(0);
    for (i, &y) in b.iter().enumerate() {
        let mut carry = 0;
        let row = &mut out[i..i + a.len() + 1];
        for (o, &x) in row.iter_mut().zip(a) {
            let sum = x as u64 * y as u64 + *o as u64 + carry;
            *o = sum as u32 & MASK;
            carry = sum >> SHIFT;
        }
        row[a.len()] = carry as u32;
    }
}

/// Two digits in one limb of 60 bits: a quarter of the multiplications.
fn pairs(a: &[u32]) -> SmallVec<[u64; 24]> {
    a.chunks(2).map(|pair| pair[0] as u64 | (pair.get(1).copied().unwrap_or(0) as u64) << 30).collect()
}

fn mul_wide(out: &mut [u32], a: &[u32], b: &[u32]) {
    const MASK60: u128 = (1 << 60) - 1;
    let (a, b) = (pairs(a), pairs(b));
    let mut wide: SmallVec<[u64; 64]> = SmallVec::from_elem(0, a.len() + b.len());
    for (i, &y) in b.iter().enumerate() {
        let mut carry = 0u128;
        let row = &mut wide[i..i + a.len() + 1];
        for (o, &x) in row.iter_mut().zip(&a) {
            let sum = x as u128 * y as u128 + *o as u128 + carry;
            *o = (sum & MASK60) as u64;
            carry = sum >> 60;
        }
        row[a.len()] = carry as u64;
    }
    for (o, limb) in out.chunks_mut(2).zip(wide) {
        o[0] = limb as u32 & MASK;
        if let Some(high) = o.get_mut(1) {
            *high = (limb >> SHIFT) as u32;
        }
    }
}

/// Quotient and remainder of `a` by one digit, which must not be zero.
pub fn divmod_digit(a: &[u32], divisor: u32) -> (Digits, u32) {
    let mut quotient = Digits::from_elem(0, a.len());
    let mut rest = 0u64;
    for (q, &digit) in quotient.iter_mut().zip(a).rev() {
        let current = rest << SHIFT | digit as u64;
        *q = (current / divisor as u64) as u32;
        rest = current % divisor as u64;
    }
    normalize(&mut quotient);
    (quotient, rest as u32)
}

/// The remainder of `a` by one digit, which must not be zero.
pub fn rem_digit(a: &[u32], divisor: u32) -> u32 {
    a.iter().rev().fold(0u64, |rest, &digit| (rest << SHIFT | digit as u64) % divisor as u64) as u32
}

/// Quotient and remainder of `a` by `b`, which must not be zero.
pub fn divmod(a: &[u32], b: &[u32]) -> (Digits, Digits) {
    assert!(!b.is_empty(), "division of a magnitude by zero");
    if let (Some(x), Some(y)) = (to_u64(a), to_u64(b)) {
        return (from_u64(x / y), from_u64(x % y));
    }
    if let &[digit] = b {
        let (quotient, rest) = divmod_digit(a, digit);
        return (quotient, from_u64(rest as u64));
    }
    if cmp(a, b) == Ordering::Less {
        return (Digits::new(), Digits::from_slice(a));
    }
    if b.len() >= BIG_DIV && a.len() - b.len() >= BIG_DIV {
        return big::divmod(a, b);
    }
    divmod_schoolbook(a, b)
}

/// Knuth's algorithm D (The Art of Computer Programming, 4.3.1) in base 2^30; `b` has at least two
/// digits and is not above `a`.
fn divmod_schoolbook(a: &[u32], b: &[u32]) -> (Digits, Digits) {
    let n = b.len();
    let shift = b[n - 1].leading_zeros() - 2;
    let divisor = shl(b, shift as u64);
    let mut rest = shl(a, shift as u64);
    rest.resize(a.len() + 1, 0);
    let mut quotient = Digits::from_elem(0, a.len() - n + 1);
    let (top, second) = (divisor[n - 1] as u64, divisor[n - 2] as u64);
    for j in (0..quotient.len()).rev() {
        let window = &mut rest[j..j + n + 1];
        let head = (window[n] as u64) << SHIFT | window[n - 1] as u64;
        let mut q = head / top;
        let mut r = head % top;
        while q > MASK as u64 || q * second > (r << SHIFT | window[n - 2] as u64) {
            q -= 1;
            r += top;
            if r > MASK as u64 {
                break;
            }
        }
        let mut borrow = 0i64;
        for (w, &d) in window.iter_mut().zip(&divisor) {
            let difference = *w as i64 - (q * d as u64) as i64 + borrow;
            *w = difference as u32 & MASK;
            borrow = difference >> SHIFT;
        }
        let last = window[n] as i64 + borrow;
        window[n] = last as u32 & MASK;
        if last < 0 {
            q -= 1;
            let mut carry = 0;
            for (w, &d) in window.iter_mut().zip(&divisor) {
                let sum = *w + d + carry;
                *w = sum & MASK;
                carry = sum >> SHIFT;
            }
            window[n] = (window[n] + carry) & MASK;
        }
        quotient[j] = q as u32;
    }
    normalize(&mut quotient);
    normalize(&mut rest);
    (quotient, shr(&rest, shift as u64))
}

/// `a << bits`. The result must fit in memory: callers check sizes first.
pub fn shl(a: &[u32], bits: u64) -> Digits {
    if a.is_empty() {
        return Digits::new();
    }
    let (whole, part) = ((bits / SHIFT as u64) as usize, (bits % SHIFT as u64) as u32);
    let mut out = Digits::with_capacity(whole + a.len() + 1);
    out.resize(whole, 0);
    if part == 0 {
        out.extend_from_slice(a);
        return out;
    }
    let mut carry = 0u64;
    for &digit in a {
        carry |= (digit as u64) << part;
        out.push(carry as u32 & MASK);
        carry >>= SHIFT;
    }
    if carry != 0 {
        out.push(carry as u32);
    }
    out
}

/// `a >> bits`, rounded towards zero.
pub fn shr(a: &[u32], bits: u64) -> Digits {
    let whole = bits / SHIFT as u64;
    if whole >= a.len() as u64 {
        return Digits::new();
    }
    let a = &a[whole as usize..];
    let part = (bits % SHIFT as u64) as u32;
    if part == 0 {
        return Digits::from_slice(a);
    }
    let mut out = Digits::with_capacity(a.len());
    for (i, &digit) in a.iter().enumerate() {
        let next = a.get(i + 1).copied().unwrap_or(0);
        out.push((digit >> part | next << (SHIFT - part)) & MASK);
    }
    normalize(&mut out);
    out
}

/// Whether any of the lowest `bits` bits is set.
pub fn any_low_bits(a: &[u32], bits: u64) -> bool {
    !a.is_empty() && trailing_zeros(a) < bits
}

/// The highest 64 bits as a number with its top bit set, for an `a` of at least 64 bits; the lowest
/// bit is also set when anything below is not zero (a sticky bit).
pub fn top_bits(a: &[u32]) -> u64 {
    let bits = bit_length(a);
    debug_assert!(bits >= 64);
    let dropped = bits - 64;
    let top = to_u64(&shr(a, dropped)).expect("64 bits are left");
    top | any_low_bits(a, dropped) as u64
}
