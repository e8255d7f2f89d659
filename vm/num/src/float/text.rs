//! Floats as decimal text, in the layouts of `repr` and the format codes `e`, `f` and `g`.

use std::fmt::Write;

use smallvec::SmallVec;

/// How the digits are chosen and laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The shortest digits that read back the same; the precision is not used.
    Repr,
    /// `e`: one digit, the point, `precision` digits, an exponent.
    Exponent,
    /// `f`: `precision` digits after the point.
    Fixed,
    /// `g`: `precision` significant digits, in the shorter layout.
    General,
}

/// Refinements of a layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// A plus sign for numbers that are not negative.
    pub sign: bool,
    /// `.0` where neither a point nor an exponent would show that this is a float.
    pub add_dot_0: bool,
    /// The `#` forms: always a point, and trailing zeros kept in `g`.
    pub alternate: bool,
    /// A zero, also one by rounding, has no minus sign.
    pub no_negative_zero: bool,
    /// `E`, `INF` and `NAN` in upper case.
    pub upper: bool,
}

/// `repr(value)`.
#[inline]
pub fn repr(value: f64) -> String {
    let mut out = String::with_capacity(24);
    repr_into(&mut out, value);
    out
}

/// Appends `repr(value)`.
pub fn repr_into(out: &mut String, value: f64) {
    format_into(out, value, Code::Repr, 0, Flags { add_dot_0: true, ..Flags::default() });
}

/// The text of a float: what C extensions get from `PyOS_double_to_string`.
pub fn format(value: f64, code: Code, precision: usize, flags: Flags) -> String {
    let mut out = String::with_capacity(24);
    format_into(&mut out, value, code, precision, flags);
    out
}

fn format_into(out: &mut String, value: f64, code: Code, precision: usize, flags: Flags) {
    if value.is_nan() {
        out.push_str(if flags.sign { "+nan" } else { "nan" });
    } else if value.is_infinite() {
        out.push_str(if value < 0.0 {
            "-inf"
        } else if flags.sign {
            "+inf"
        } else {
            "inf"
        });
    } else {
        let start = out.len();
        if value.is_sign_negative() {
            out.push('-');
        } else if flags.sign {
            out.push('+');
        }
        let body = out.len();
        let magnitude = value.abs();
        match code {
            Code::Repr => shortest(out, magnitude, flags),
            Code::Exponent => exponent(out, magnitude, precision, flags),
            Code::Fixed => fixed(out, magnitude, precision, flags),
            Code::General => general(out, magnitude, precision.max(1), flags),
        }
        if flags.no_negative_zero && value.is_sign_negative() {
            let mantissa = out[body..].split('e').next().unwrap_or_default();
            if !mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
                out.replace_range(start..body, if flags.sign { "+" } else { "" });
            }
        }
        if flags.upper {
            out[start..].make_ascii_uppercase();
        }
        return;
    }
    if flags.upper {
        out.make_ascii_uppercase();
    }
}

/// No float has more digits after the point than this; the rest are zeros.
const MAX_DECIMALS: usize = 1074;
/// No float has more significant digits than this.
const MAX_SIGNIFICANT: usize = 767;

fn fixed(out: &mut String, magnitude: f64, precision: usize, flags: Flags) {
    let exact = precision.min(MAX_DECIMALS);
    write!(out, "{magnitude:.exact$}").expect("writing to a string");
    push_zeros(out, precision - exact);
    if precision == 0 && flags.alternate {
        out.push('.');
    } else if precision == 0 && flags.add_dot_0 {
        out.push_str(".0");
    }
}

fn exponent(out: &mut String, magnitude: f64, precision: usize, flags: Flags) {
    let exact = precision.min(MAX_SIGNIFICANT);
    let start = out.len();
    write!(out, "{magnitude:.exact$e}").expect("writing to a string");
    let e = start + out[start..].find('e').expect("an exponent");
    let value: i32 = out[e + 1..].parse().expect("an exponent");
    out.truncate(e);
    push_zeros(out, precision - exact);
    if precision == 0 && flags.alternate {
        out.push('.');
    }
    push_exponent(out, value);
}

fn general(out: &mut String, magnitude: f64, precision: usize, flags: Flags) {
    let exact = (precision - 1).min(MAX_SIGNIFICANT);
    let mut text = Buffer::new();
    write!(text, "{magnitude:.exact$e}").expect("writing to a buffer");
    let (digits, point) = text.digits();
    let limit = precision as i64 - flags.add_dot_0 as i64;
    let scientific = point <= -4 || point as i64 > limit;
    let total = if flags.alternate { precision } else { 0 };
    layout(out, &digits, point, scientific, total, flags);
}

fn shortest(out: &mut String, magnitude: f64, flags: Flags) {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(magnitude);
    // The crate's own layout is already Python's for most numbers.
    if (1e-4..1e16).contains(&magnitude) && flags.add_dot_0 && !flags.alternate {
        out.push_str(text);
        return;
    }
    // Its exponents lack only the sign and the second digit.
    if let Some((mantissa, exponent)) = text.split_once('e')
        && !(1e-4..1e16).contains(&magnitude)
        && !flags.alternate
    {
        out.push_str(mantissa.strip_suffix(".0").unwrap_or(mantissa));
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => ("e-", digits),
            None => ("e+", exponent.strip_prefix('+').unwrap_or(exponent)),
        };
        out.push_str(sign);
        if digits.len() < 2 {
            out.push('0');
        }
        out.push_str(digits);
        return;
    }
    let (digits, point) = Buffer(SmallVec::from_slice(text.as_bytes())).digits();
    layout(out, &digits, point, point <= -4 || point > 16, 0, flags);
}

/// A line of text on the stack.
struct Buffer(SmallVec<[u8; 64]>);

impl Buffer {
    fn new() -> Buffer {
        Buffer(SmallVec::new())
    }

    /// The significant digits of a decimal number, without zeros at either end but at least one,
    /// and the place of the point: the value is `0.digits * 10^point`. Zero is `("0", 1)`.
    fn digits(self) -> (SmallVec<[u8; 64]>, i32) {
        let mut digits = self.0;
        let mut point = 0;
        if let Some(e) = digits.iter().position(|&byte| byte == b'e') {
            let exponent = std::str::from_utf8(&digits[e + 1..]).expect("ASCII");
            point = exponent.parse().expect("an exponent");
            digits.truncate(e);
        }
        match digits.iter().position(|&byte| byte == b'.') {
            Some(dot) => {
                digits.remove(dot);
                point += dot as i32;
            }
            None => point += digits.len() as i32,
        }
        while digits.len() > 1 && digits.last() == Some(&b'0') {
            digits.pop();
        }
        let zeros = digits.iter().take_while(|&&byte| byte == b'0').count().min(digits.len() - 1);
        digits.drain(..zeros);
        point -= zeros as i32;
        if *digits == [b'0'] {
            point = 1;
        }
        (digits, point)
    }
}

impl Write for Buffer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Writes digits with a point and perhaps an exponent, with zeros up to `total` digits.
fn layout(out: &mut String, digits: &[u8], point: i32, scientific: bool, total: usize, flags: Flags) {
    let digits = std::str::from_utf8(digits).expect("ASCII");
    let place = if scientific { 1 } else { point };
    if place <= 0 {
        out.push_str("0.");
        push_zeros(out, -place as usize);
        out.push_str(digits);
        push_zeros(out, total.saturating_sub(digits.len()));
    } else {
        let place = place as usize;
        let (whole, fraction) = digits.split_at(place.min(digits.len()));
        out.push_str(whole);
        push_zeros(out, place - whole.len());
        let mut padding = total.saturating_sub(place.max(digits.len()));
        if flags.add_dot_0 && !scientific && fraction.is_empty() {
            padding = padding.max(1);
        }
        if !fraction.is_empty() || padding > 0 || flags.alternate {
            out.push('.');
        }
        out.push_str(fraction);
        push_zeros(out, padding);
    }
    if scientific {
        push_exponent(out, point - 1);
    }
}

fn push_exponent(out: &mut String, value: i32) {
    write!(out, "e{}{:02}", if value < 0 { '-' } else { '+' }, value.unsigned_abs())
        .expect("writing to a string");
}

fn push_zeros(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n('0', count));
}
