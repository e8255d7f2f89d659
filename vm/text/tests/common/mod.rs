//! The notation of the recorded data: code points and bytes in hexadecimal, `-` for nothing.

use dovetail_text::{Text, TextBuf};

pub fn text(field: &str) -> TextBuf {
    if field == "-" {
        return TextBuf::new();
    }
    field.split('.').map(|hex| u32::from_str_radix(hex, 16).expect("a code point")).collect()
}

pub fn show(text: Text<'_>) -> String {
    if text.is_empty() {
        return "-".into();
    }
    text.iter().map(|c| format!("{c:x}")).collect::<Vec<_>>().join(".")
}

/// CRC-32 as in zlib.
#[allow(dead_code)]
pub fn crc32(parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> u32 {
    let mut crc = !0u32;
    for part in parts {
        for &b in part.as_ref() {
            crc ^= u32::from(b);
            for _ in 0..8 {
                crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
            }
        }
    }
    !crc
}
