//! The head of a `.pyc` file (PEP 552), and the hash of a source that it may hold.

/// The number of CPython 3.14's bytecode.
pub const MAGIC: u16 = 3627;

/// The four bytes a `.pyc` file starts with: `importlib.util.MAGIC_NUMBER`.
pub const MAGIC_BYTES: [u8; 4] = [MAGIC.to_le_bytes()[0], MAGIC.to_le_bytes()[1], b'\r', b'\n'];

/// How many bytes the head has.
pub const HEADER_LEN: usize = 16;

/// How a `.pyc` file is known to be of its source's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// By the low 32 bits of the source's time of change in seconds and of its size.
    Timestamp { mtime: u32, size: u32 },
    /// By the source's hash, which is compared if `checked`.
    Hash { hash: [u8; 8], checked: bool },
}

/// Why a head is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// Other bytecode.
    BadMagic,
    /// Fewer than 16 bytes.
    TooShort,
    /// Flags that this version does not know.
    BadFlags(u32),
}

/// Reads the head; the code object's marshal data follows it.
pub fn read_header(bytes: &[u8]) -> Result<Validity, HeaderError> {
    if !bytes.starts_with(&MAGIC_BYTES) {
        return Err(HeaderError::BadMagic);
    }
    let Some(head) = bytes.first_chunk::<HEADER_LEN>() else { return Err(HeaderError::TooShort) };
    let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let flags = word(4);
    if flags & !3 != 0 {
        return Err(HeaderError::BadFlags(flags));
    }
    if flags & 1 == 0 {
        return Ok(Validity::Timestamp { mtime: word(8), size: word(12) });
    }
    let mut hash = [0; 8];
    hash.copy_from_slice(&head[8..]);
    Ok(Validity::Hash { hash, checked: flags & 2 != 0 })
}

/// Makes the head.
pub fn header(validity: Validity) -> [u8; HEADER_LEN] {
    let mut head = [0; HEADER_LEN];
    head[..4].copy_from_slice(&MAGIC_BYTES);
    match validity {
        Validity::Timestamp { mtime, size } => {
            head[8..12].copy_from_slice(&mtime.to_le_bytes());
            head[12..].copy_from_slice(&size.to_le_bytes());
        }
        Validity::Hash { hash, checked } => {
            head[4] = 1 | u8::from(checked) << 1;
            head[8..].copy_from_slice(&hash);
        }
    }
    head
}

/// `_imp.source_hash(key, source)`: SipHash-1-3 under the key `(key, 0)`. `importlib` takes the four
/// magic bytes for the key.
pub fn source_hash(key: u64, source: &[u8]) -> [u8; 8] {
    sip13(key, 0, source).to_le_bytes()
}

/// The key that `importlib` uses.
pub fn source_key() -> u64 {
    u64::from(u32::from_le_bytes(MAGIC_BYTES))
}

fn sip13(k0: u64, k1: u64, bytes: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    fn round(v: &mut [u64; 4]) {
        v[0] = v[0].wrapping_add(v[1]);
        v[2] = v[2].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[1]);
        v[0] = v[0].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].rotate_left(32);
    }
    let take = |v: &mut [u64; 4], word: u64| {
        v[3] ^= word;
        round(v);
        v[0] ^= word;
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        take(&mut v, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    take(&mut v, u64::from_le_bytes(last) | (bytes.len() as u64) << 56);
    v[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_come_back() {
        for validity in [
            Validity::Timestamp { mtime: 1_700_000_000, size: 77 },
            Validity::Hash { hash: *b"12345678", checked: true },
            Validity::Hash { hash: *b"12345678", checked: false },
        ] {
            assert_eq!(read_header(&header(validity)), Ok(validity));
        }
        assert_eq!(read_header(b"\x2b\x0e\r\n"), Err(HeaderError::TooShort));
        assert_eq!(read_header(b"\x2a\x0e\r\n"), Err(HeaderError::BadMagic));
    }

    #[test]
    fn source_hashes_are_cpythons() {
        // Recorded: importlib.util.source_hash(...)
        assert_eq!(source_hash(source_key(), b""), [97, 245, 183, 203, 101, 58, 106, 164]);
        assert_eq!(
            source_hash(source_key(), b"print('hello, world')\n"),
            [180, 162, 130, 183, 175, 63, 254, 215]
        );
    }
}
