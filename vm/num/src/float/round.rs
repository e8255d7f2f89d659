//! `round(value, ndigits)`.

use std::fmt::Write;

use crate::error::{Error, Result};

/// `value` rounded to `ndigits` decimals after the point (before it, if negative): the float
/// nearest to the exact decimal rounding, whose ties go to even.
///
/// Errors: `OverflowError` when rounding up leaves the range.
pub fn round_to(value: f64, ndigits: i64) -> Result<f64> {
    // Outside these bounds nothing changes, or nothing is left.
    if ndigits > 323 || !value.is_finite() || value == 0.0 {
        return Ok(value);
    }
    if ndigits < -308 {
        return Ok(0.0f64.copysign(value));
    }
    let mut text = String::with_capacity(40);
    if ndigits >= 0 {
        write!(text, "{value:.*}", ndigits as usize).expect("writing to a string");
    } else {
        let place = -ndigits;
        let magnitude = value.abs();
        write!(text, "{magnitude:e}").expect("writing to a string");
        let top: i64 = text[text.find('e').expect("an exponent") + 1..].parse().expect("an exponent");
        text.clear();
        if top < place - 1 {
            return Ok(0.0f64.copysign(value));
        }
        if top == place - 1 {
            // No digit is left of the rounding place: one half of the place decides. Its float is
            // exact up to 5e21; above that no float lies on the tie, but one may be nearest to it.
            let half: f64 = format!("5e{top}").parse().expect("a float");
            let up =
                if magnitude == half { top >= 22 && above_half(magnitude, top) } else { magnitude > half };
            if !up {
                return Ok(0.0f64.copysign(value));
            }
            write!(text, "1e{place}").expect("writing to a string");
        } else {
            write!(text, "{magnitude:.*e}", (top - place) as usize).expect("writing to a string");
        }
        if value < 0.0 {
            text.insert(0, '-');
        }
    }
    let rounded: f64 = text.parse().expect("a float");
    if rounded.is_infinite() {
        return Err(Error::overflow("rounded value too large to represent"));
    }
    Ok(rounded)
}

/// Whether a float of magnitude about `5 * 10^top` is exactly above that decimal number.
fn above_half(magnitude: f64, top: i64) -> bool {
    let exact = format!("{magnitude:.0}");
    let half = format!("5{}", "0".repeat(top as usize));
    (exact.len(), exact) > (half.len(), half)
}
