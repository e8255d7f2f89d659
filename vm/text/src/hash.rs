//! The hash of strings and bytes: SipHash-1-3 over the raw body, as CPython 3.14 computes it.
//!
//! With the same `PYTHONHASHSEED` the numbers are the same as CPython's. Two strings that are
//! equal have the same body only if both are of the narrowest kind, which a `str` always is.

use siphasher::sip::SipHasher13;

use crate::Text;

/// The secret that makes an interpreter's hashes its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct HashKey {
    k0: u64,
    k1: u64,
}

impl HashKey {
    /// How many random bytes a secret takes.
    pub const SIZE: usize = 16;

    /// The key for `PYTHONHASHSEED=seed`; 0 switches randomization off.
    pub fn from_seed(seed: u32) -> HashKey {
        let mut bytes = [0; HashKey::SIZE];
        if seed != 0 {
            // The linear congruential generator of the Microsoft C library: each step gives a byte.
            let mut x = seed;
            for byte in &mut bytes {
                x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (x >> 16) as u8;
            }
        }
        HashKey::from_bytes(bytes)
    }

    /// The key made of random bytes.
    pub fn from_bytes(bytes: [u8; HashKey::SIZE]) -> HashKey {
        let (k0, k1) = bytes.split_at(8);
        let number = |b: &[u8]| u64::from_le_bytes(b.try_into().expect("eight bytes"));
        HashKey { k0: number(k0), k1: number(k1) }
    }

    /// The two words of the key.
    pub fn words(&self) -> [u64; 2] {
        [self.k0, self.k1]
    }

    /// The hash of a byte string: `hash(b"...")`, and of a string with this body.
    ///
    /// It is 0 for nothing and never -1, which stands for an error.
    #[inline]
    pub fn hash_bytes(&self, bytes: &[u8]) -> isize {
        if bytes.is_empty() {
            return 0;
        }
        match SipHasher13::new_with_keys(self.k0, self.k1).hash(bytes) as isize {
            -1 => -2,
            hash => hash,
        }
    }

    /// The hash of a string, which must be of the narrowest kind.
    #[inline]
    pub fn hash_text(&self, text: Text<'_>) -> isize {
        self.hash_bytes(text.raw_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TextBuf;

    /// Each line: seed, hash of `""`, `"a"`, `"abc"`, `"h\xe9"`, `"\u20ac\u20ac"`, `"\U0001f600"`,
    /// and of `b"abcdefgh"`, from the reference.
    #[test]
    fn same_as_the_reference() {
        let mut lines = 0;
        for line in include_str!("../tests/data/hash.tsv").lines() {
            let n: Vec<i64> = line.split('\t').map(|x| x.parse().unwrap()).collect();
            let key = HashKey::from_seed(n[0] as u32);
            let texts = ["", "a", "abc", "h\u{e9}", "\u{20ac}\u{20ac}", "\u{1f600}"];
            for (text, want) in texts.iter().zip(&n[1..7]) {
                assert_eq!(key.hash_text(TextBuf::from(*text).as_text()) as i64, *want, "{text} {}", n[0]);
            }
            assert_eq!(key.hash_bytes(b"abcdefgh") as i64, n[7]);
            lines += 1;
        }
        assert!(lines >= 5);
    }
}
