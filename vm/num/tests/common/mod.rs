//! Reading the rows of `tests/data/*.tsv`, which the generators beside them describe.
#![allow(dead_code, reason = "each test program uses its part")]

use dovetail_num::{Error, Int, int};

/// The rows of a data file.
pub fn rows(text: &'static str) -> impl Iterator<Item = (usize, Vec<&'static str>)> {
    text.lines().enumerate().map(|(i, line)| (i + 1, line.split('\t').collect()))
}

/// A hexadecimal integer.
pub fn integer(text: &str) -> Int {
    int::parse(text.as_bytes(), 16, 0).unwrap_or_else(|_| panic!("not an integer: {text}"))
}

/// Sixteen hexadecimal digits after an `f`.
pub fn float(text: &str) -> f64 {
    let digits = text.strip_prefix('f').unwrap_or_else(|| panic!("not a float: {text}"));
    f64::from_bits(u64::from_str_radix(digits, 16).expect("hexadecimal"))
}

/// Bytes in hexadecimal after a `t`.
pub fn bytes(text: &str) -> Vec<u8> {
    let digits = text.strip_prefix('t').unwrap_or_else(|| panic!("not a text: {text}"));
    (0..digits.len() / 2)
        .map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).expect("hexadecimal"))
        .collect()
}

/// UTF-8 text in hexadecimal after a `t`.
pub fn text(text: &str) -> String {
    String::from_utf8(bytes(text)).expect("UTF-8")
}

/// An integer as the generators write it.
pub fn show_int(value: &Int) -> String {
    int::to_radix(value.as_ref(), int::Radix::Hex, true)
}

/// A float as the generators write it; every NaN is alike.
pub fn show_float(value: f64) -> String {
    if value.is_nan() { "nan".into() } else { format!("f{:016x}", value.to_bits()) }
}

/// A text as the generators write it.
pub fn show_text(value: impl AsRef<[u8]>) -> String {
    let mut out = String::from("t");
    value.as_ref().iter().for_each(|byte| out += &format!("{byte:02x}"));
    out
}

/// An exception as the generators write it.
pub fn show_error(error: &Error) -> String {
    format!("!{}", escaped(&error.to_string()))
}

/// Python's `unicode_escape` codec.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out += "\\\\",
            '\t' => out += "\\t",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            ' '..='~' => out.push(c),
            _ if (c as u32) < 0x100 => out += &format!("\\x{:02x}", c as u32),
            _ if (c as u32) < 0x10000 => out += &format!("\\u{:04x}", c as u32),
            _ => out += &format!("\\U{:08x}", c as u32),
        }
    }
    out
}

/// A result as the generators write it.
pub fn show<T>(result: Result<T, Error>, show: impl Fn(&T) -> String) -> String {
    match result {
        Ok(value) => show(&value),
        Err(error) => show_error(&error),
    }
}

/// Collects differences, so that one run shows them all.
#[derive(Default)]
pub struct Report {
    rows: usize,
    wrong: Vec<String>,
}

impl Report {
    /// Compares one row.
    pub fn check(&mut self, line: usize, row: &[&str], actual: &str, expected: &str) {
        self.check_text(line, row, actual, &normalized(expected));
    }

    /// Compares one row to the letter.
    pub fn check_text(&mut self, line: usize, row: &[&str], actual: &str, expected: &str) {
        self.rows += 1;
        if actual != expected {
            self.wrong.push(format!("line {line}: {row:?}\n  is     {actual}\n  should {expected}"));
        }
    }

    /// Panics with the first differences, if there are any, or if nothing was compared.
    pub fn finish(self, at_least: usize) {
        assert!(self.rows >= at_least, "only {} rows were compared", self.rows);
        let shown: Vec<_> = self.wrong.iter().take(25).cloned().collect();
        assert!(self.wrong.is_empty(), "{} of {} differ:\n{}", self.wrong.len(), self.rows, shown.join("\n"));
    }
}

/// Every NaN alike.
fn normalized(expected: &str) -> String {
    expected
        .split(',')
        .map(|part| {
            let is_nan = part.len() == 17 && part.starts_with('f') && float(part).is_nan();
            if is_nan { "nan" } else { part }
        })
        .collect::<Vec<_>>()
        .join(",")
}
