//! Readers of the generated tables in `data/`, run when the crate is compiled.

/// How many low bits of a code point select within a page.
pub(super) const SHIFT: u32 = 7;

/// The `u32` at byte `at`.
pub(super) const fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The count number `n` in a file's head.
pub(super) const fn count(bytes: &[u8], n: usize) -> usize {
    u32_at(bytes, n * 4) as usize
}

/// `N` numbers of two bytes from byte `at` on.
pub(super) const fn u16s<const N: usize>(bytes: &[u8], at: usize) -> [u16; N] {
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        out[i] = u16::from_le_bytes([bytes[at + 2 * i], bytes[at + 2 * i + 1]]);
        i += 1;
    }
    out
}

/// `N` numbers of four bytes from byte `at` on.
pub(super) const fn u32s<const N: usize>(bytes: &[u8], at: usize) -> [u32; N] {
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        out[i] = u32_at(bytes, at + 4 * i);
        i += 1;
    }
    out
}

/// `N` floating-point numbers from byte `at` on.
pub(super) const fn f64s<const N: usize>(bytes: &[u8], at: usize) -> [f64; N] {
    let mut out = [0.0; N];
    let mut i = 0;
    while i < N {
        let low = u32_at(bytes, at + 8 * i) as u64;
        let high = u32_at(bytes, at + 8 * i + 4) as u64;
        out[i] = f64::from_bits(low | high << 32);
        i += 1;
    }
    out
}

/// The value of `c` in a table of pages.
#[inline]
pub(super) fn look_up(index: &[u16], pages: &[u16], c: u32) -> u16 {
    match index.get((c >> SHIFT) as usize) {
        Some(&page) => pages[((page as usize) << SHIFT) + (c & ((1 << SHIFT) - 1)) as usize],
        None => 0,
    }
}
