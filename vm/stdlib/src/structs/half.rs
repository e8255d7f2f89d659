//! Half-precision floats (IEEE 754 binary16).

/// The nearest half, ties to even; `None` where it is too large.
pub fn from_f64(x: f64) -> Option<u16> {
    let bits = x.to_bits();
    let sign = ((bits >> 48) & 0x8000) as u16;
    if x.is_nan() {
        // The payload's upper bits; a NaN stays one.
        let payload = ((bits >> 42) & 0x3ff) as u16;
        return Some(sign | 0x7c00 | if payload == 0 { 1 } else { payload });
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let magnitude = x.abs();
    // Half the way from the largest half to what would follow it rounds up, to infinity.
    if magnitude >= 65520.0 {
        return None;
    }
    // Scaled so that the last bit of the half is one; numbers below the normal range share their scale.
    let exponent = (((bits >> 52) & 0x7ff) as i32 - 1023).max(-14);
    let scaled = magnitude * 2f64.powi(10 - exponent);
    let mantissa = scaled.round_ties_even() as u16;
    // A mantissa that carries over raises the exponent by itself.
    Some(sign | ((((exponent + 14) as u16) << 10) + mantissa))
}

/// The value of a half.
pub fn to_f64(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, mantissa) = ((h >> 10) & 0x1f, (h & 0x3ff) as u64);
    match exponent {
        0x1f if mantissa == 0 => sign * f64::INFINITY,
        0x1f => f64::from_bits((h as u64 & 0x8000) << 48 | 0x7ff << 52 | mantissa << 42),
        0 => sign * mantissa as f64 * 2f64.powi(-24),
        e => sign * (mantissa + 0x400) as f64 * 2f64.powi(e as i32 - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_comes_back() {
        for h in 0..=u16::MAX {
            let v = to_f64(h);
            assert_eq!(from_f64(v), Some(h), "{v}");
        }
    }

    #[test]
    fn rounds_to_even_and_refuses_what_is_too_large() {
        assert_eq!(from_f64(65519.9), Some(0x7bff));
        assert_eq!(from_f64(65520.0), None);
        assert_eq!(from_f64(2f64.powi(-25)), Some(0));
        assert_eq!(from_f64(2f64.powi(-25) * 1.5), Some(1));
        assert_eq!(from_f64(1.0 + 2f64.powi(-11)), Some(0x3c00));
        assert_eq!(from_f64(1.0 + 3.0 * 2f64.powi(-11)), Some(0x3c02));
    }
}
