//! `int.from_bytes` and `int.to_bytes`.

use super::{Int, IntRef};
use crate::digits::{self, Digits, MASK, SHIFT};
use crate::error::{Error, Result};

/// The order of bytes in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Lowest byte first.
    Little,
    /// Highest byte first.
    Big,
}

/// The integer these bytes stand for, in two's complement if `signed`.
pub fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> Int {
    let last = match order {
        ByteOrder::Little => bytes.last(),
        ByteOrder::Big => bytes.first(),
    };
    let negative = signed && last.is_some_and(|byte| byte & 0x80 != 0);
    let mut reader = Reader { negative, carry: 1, buffer: 0, filled: 0, out: Digits::new() };
    reader.out.reserve((bytes.len() * 8).div_ceil(SHIFT as usize));
    match order {
        ByteOrder::Little => bytes.iter().for_each(|&byte| reader.push(byte)),
        ByteOrder::Big => bytes.iter().rev().for_each(|&byte| reader.push(byte)),
    }
    Int::new(negative, reader.finish())
}

struct Reader {
    negative: bool,
    carry: u32,
    buffer: u64,
    filled: u32,
    out: Digits,
}

impl Reader {
    #[inline]
    fn push(&mut self, byte: u8) {
        let mut byte = byte as u32;
        if self.negative {
            byte = (byte ^ 0xff) + self.carry;
            self.carry = byte >> 8;
            byte &= 0xff;
        }
        self.buffer |= (byte as u64) << self.filled;
        self.filled += 8;
        if self.filled >= SHIFT {
            self.out.push(self.buffer as u32 & MASK);
            self.buffer >>= SHIFT;
            self.filled -= SHIFT;
        }
    }

    fn finish(mut self) -> Digits {
        if self.negative {
            // Only -2^(8n) in n bytes carries out, and that has no bit set: impossible for a
            // negative pattern, whose top bit is one and whose complement's is zero.
            debug_assert!(self.carry == 0 || self.buffer != 0 || !self.out.is_empty());
        }
        self.out.push(self.buffer as u32);
        digits::normalize(&mut self.out);
        self.out
    }
}

/// Fills `out` with the integer, sign-extended if `signed`.
///
/// Errors: `OverflowError` for a negative number when not `signed`, and for a number that needs
/// more bytes; `out` is then unspecified.
pub fn to_bytes(a: IntRef<'_>, out: &mut [u8], order: ByteOrder, signed: bool) -> Result<()> {
    if a.negative && !signed {
        return Err(Error::overflow("can't convert negative int to unsigned"));
    }
    if bytes_needed(a, signed) > out.len() as u64 {
        return Err(Error::overflow("int too big to convert"));
    }
    let mut source = a.digits.iter();
    let (mut buffer, mut filled, mut carry) = (0u64, 0, 1);
    let mut next = || {
        if filled < 8 {
            buffer |= (source.next().copied().unwrap_or(0) as u64) << filled;
            filled += SHIFT;
        }
        let byte = buffer as u8;
        buffer >>= 8;
        filled -= 8;
        if !a.negative {
            return byte;
        }
        let complement = (byte ^ 0xff) as u32 + carry;
        carry = complement >> 8;
        complement as u8
    };
    match order {
        ByteOrder::Little => out.iter_mut().for_each(|slot| *slot = next()),
        ByteOrder::Big => out.iter_mut().rev().for_each(|slot| *slot = next()),
    }
    Ok(())
}

/// The fewest bytes [`to_bytes`] can write the number to; 0 for zero.
pub fn bytes_needed(a: IntRef<'_>, signed: bool) -> u64 {
    let bits = digits::bit_length(a.digits);
    if bits == 0 || !signed {
        return bits.div_ceil(8);
    }
    // A power of two needs no bit for its sign when it is negative.
    let power = digits::trailing_zeros(a.digits) + 1 == bits;
    (bits + !(a.negative && power) as u64).div_ceil(8)
}
