//! Base64 (RFC 4648), with Python's leniency.

use std::borrow::Cow;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The six bits of a character, 64 for what is none of the alphabet's.
const VALUES: [u8; 256] = {
    let mut table = [64u8; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// Encodes, with padding.
pub fn encode(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    let digit = |v: u32| ALPHABET[v as usize & 63];
    let mut chunks = data.chunks_exact(3);
    for c in &mut chunks {
        let v = (c[0] as u32) << 16 | (c[1] as u32) << 8 | c[2] as u32;
        out.extend([digit(v >> 18), digit(v >> 12), digit(v >> 6), digit(v)]);
    }
    match *chunks.remainder() {
        [a] => out.extend([digit(a as u32 >> 2), digit((a as u32) << 4), b'=', b'=']),
        [a, b] => {
            let v = (a as u32) << 8 | b as u32;
            out.extend([digit(v >> 10), digit(v >> 4), digit(v << 2), b'=']);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    out
}

/// Decodes. Foreign characters are skipped, padding may stand between data; not so in strict mode.
///
/// Errors: the message of `binascii.Error`.
pub fn decode(data: &[u8], strict: bool) -> Result<Vec<u8>, Cow<'static, str>> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    let refuse = |m: &'static str| Err(Cow::Borrowed(m));
    if strict && data.first() == Some(&b'=') {
        return refuse("Leading padding not allowed");
    }
    // Where in a group of four the next character stands, the bits left of the last one, and the pads since then.
    let (mut place, mut left, mut pads) = (0, 0u8, 0);
    let mut rest = data;
    while let Some((&c, next)) = rest.split_first() {
        if place == 0 && pads == 0 {
            // Whole groups at once.
            if let [a, b, c, d, ..] = *rest {
                let [a, b, c, d] = [a, b, c, d].map(|c| VALUES[c as usize]);
                if (a | b | c | d) < 64 {
                    out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
                    rest = &rest[4..];
                    continue;
                }
            }
        }
        rest = next;
        if c == b'=' {
            pads += 1;
            if strict && !(place >= 2 && place + pads <= 4) {
                if place == 1 {
                    break;
                }
                return refuse("Excess padding not allowed");
            }
            continue;
        }
        let v = VALUES[c as usize];
        if v >= 64 {
            if strict {
                return refuse("Only base64 data is allowed");
            }
            continue;
        }
        if strict && pads > 0 {
            let whole = place + pads == 4;
            return refuse(if whole { "Excess data after padding" } else { "Discontinuous padding not allowed" });
        }
        pads = 0;
        match place {
            0 => {}
            1 => out.push(left << 2 | v >> 4),
            2 => out.push((left & 15) << 4 | v >> 2),
            _ => out.push((left & 3) << 6 | v),
        }
        left = v;
        place = (place + 1) % 4;
    }
    if place == 1 {
        return Err(Cow::Owned(format!(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            out.len() / 3 * 4 + 1
        )));
    }
    if place != 0 && place + pads < 4 {
        return refuse("Incorrect padding");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_comes_back() {
        for n in 0..70 {
            let data: Vec<u8> = (0..n).map(|i| (i * 37 + n) as u8).collect();
            assert_eq!(decode(&encode(&data, true), false), Ok(data.clone()));
            assert_eq!(decode(&encode(&data, false), true), Ok(data));
        }
    }
}
