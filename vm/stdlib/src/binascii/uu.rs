//! One line of uuencoded data.

/// Decodes a line: a length byte, then six bits a character. What is missing at the end counts as zeros.
///
/// Errors: the message of `binascii.Error`.
pub fn decode(line: &[u8]) -> Result<Vec<u8>, &'static str> {
    let Some((length, mut rest)) = line.split_first() else { return Err("Missing length byte") };
    let length = (length.wrapping_sub(b' ') & 0x3f) as usize;
    let mut out = Vec::with_capacity(length);
    let (mut bits, mut n) = (0u32, 0);
    while out.len() < length {
        let v = match rest.split_first() {
            None => 0,
            Some((&c, next)) => {
                rest = next;
                match c {
                    b'\n' | b'\r' => 0,
                    b' '..=b'`' => (c - b' ') & 0x3f,
                    _ => return Err("Illegal char"),
                }
            }
        };
        bits = bits << 6 | v as u32;
        n += 6;
        if n >= 8 {
            n -= 8;
            out.push((bits >> n) as u8);
        }
    }
    if rest.iter().all(|c| matches!(c, b' ' | b'`' | b'\n' | b'\r')) { Ok(out) } else { Err("Trailing garbage") }
}

/// Encodes a line of at most 45 bytes; with `backtick`, zeros are backticks instead of spaces.
///
/// Errors: the message of `binascii.Error`.
pub fn encode(data: &[u8], backtick: bool) -> Result<Vec<u8>, &'static str> {
    if data.len() > 45 {
        return Err("At most 45 bytes at once");
    }
    let digit = |v: u32| match v as u8 & 0x3f {
        0 if backtick => b'`',
        v => b' ' + v,
    };
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 2);
    out.push(digit(data.len() as u32));
    for c in data.chunks(3) {
        let byte = |i: usize| c.get(i).copied().unwrap_or(0) as u32;
        let v = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.extend([digit(v >> 18), digit(v >> 12), digit(v >> 6), digit(v)]);
    }
    out.push(b'\n');
    Ok(out)
}
