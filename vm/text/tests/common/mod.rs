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
