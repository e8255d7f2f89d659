//! The format-specification mini-language (PEP 3101) for decimal numbers.

use crate::context::{Rounding, Status, condition};
use crate::finish::MOST_DIGITS;
use crate::nat;
use crate::number::Decimal;
use crate::quantize::rescale;
use crate::text;

/// Where text shorter than the width stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Right,
    Center,
    AfterSign,
}

/// A specification:
/// `[[fill]align][sign][z][#][0][width][separator][.[precision][separator]][type]`.
#[derive(Clone, Debug)]
pub struct Spec {
    fill: char,
    align: Align,
    sign: char,
    no_negative_zero: bool,
    alternate: bool,
    zero_pad: bool,
    width: usize,
    separator: Option<char>,
    precision: Option<i64>,
    fraction_separator: Option<char>,
    code: Option<char>,
}

/// Point, separator and sizes of groups, these in the form of C's `localeconv`.
#[derive(Clone, Debug, Default)]
pub struct Locale {
    pub point: String,
    pub separator: String,
    pub grouping: Vec<u8>,
}

/// The end of grouping in a locale's sizes.
const NO_MORE: u8 = 127;

impl Spec {
    /// Reads a specification; `None` when it is not one.
    pub fn parse(spec: &str) -> Option<Spec> {
        let chars: Vec<char> = spec.chars().collect();
        let mut at = 0;
        let align = |c: Option<&char>| match c? {
            '<' => Some(Align::Left),
            '>' => Some(Align::Right),
            '^' => Some(Align::Center),
            '=' => Some(Align::AfterSign),
            _ => None,
        };
        let mut out = Spec {
            fill: ' ',
            align: Align::Right,
            sign: '-',
            no_negative_zero: false,
            alternate: false,
            zero_pad: false,
            width: 0,
            separator: None,
            precision: None,
            fraction_separator: None,
            code: None,
        };
        let mut aligned = true;
        if let Some(a) = align(chars.get(1)) {
            (out.fill, out.align, at) = (chars[0], a, 2);
        } else if let Some(a) = align(chars.first()) {
            (out.align, at) = (a, 1);
        } else {
            aligned = false;
        }
        if let Some(&c @ ('-' | '+' | ' ')) = chars.get(at) {
            out.sign = c;
            at += 1;
        }
        let take = |wanted: char, at: &mut usize| {
            let found = chars.get(*at) == Some(&wanted);
            *at += usize::from(found);
            found
        };
        out.no_negative_zero = take('z', &mut at);
        out.alternate = take('#', &mut at);
        out.zero_pad = take('0', &mut at);
        if out.zero_pad && aligned {
            return None;
        }
        let number = |at: &mut usize| -> Option<i64> {
            let mut value = None;
            while let Some(digit) = chars.get(*at).and_then(|c| c.to_digit(10)) {
                value = Some(value.unwrap_or(0i64).saturating_mul(10).saturating_add(digit as i64));
                *at += 1;
            }
            value
        };
        let separator = |at: &mut usize| match chars.get(*at) {
            Some(&c @ (',' | '_')) => {
                *at += 1;
                Some(c)
            }
            _ => None,
        };
        out.width = number(&mut at).unwrap_or(0) as usize;
        out.separator = separator(&mut at);
        if chars.get(at) == Some(&'.') {
            at += 1;
            out.precision = number(&mut at);
            out.fraction_separator = separator(&mut at);
            if out.precision.is_none() && out.fraction_separator.is_none() {
                return None;
            }
        }
        if let Some(&c @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | 'N' | '%')) = chars.get(at) {
            out.code = Some(c);
            at += 1;
        }
        if at != chars.len() || (out.is_local() && out.separator.is_some()) {
            return None;
        }
        if out.precision == Some(0) && matches!(out.code, None | Some('g' | 'G' | 'n' | 'N')) {
            out.precision = Some(1);
        }
        Some(out)
    }

    /// Whether the locale's point and separators are wanted.
    pub fn is_local(&self) -> bool {
        matches!(self.code, Some('n' | 'N'))
    }

    /// Whether it has parts that the General Decimal Arithmetic library of CPython does not know.
    pub fn is_extended(&self) -> bool {
        self.alternate || self.fraction_separator.is_some() || self.separator == Some('_')
    }

    /// Whether the width, or the precision where it counts for the number, is beyond a limit.
    pub fn is_beyond(&self, limit: i64, d: &Decimal) -> bool {
        self.width as i64 > limit || (d.is_finite() && self.precision.is_some_and(|p| p > limit))
    }

    /// The point and separators it brings itself: none without a separator, and no point either.
    pub fn own_locale(&self) -> Locale {
        match self.separator {
            Some(c) => Locale { point: ".".into(), separator: c.into(), grouping: vec![3] },
            None => Locale::default(),
        }
    }
}

/// The number as the specification wants it; `None` with a condition when that does not fit in memory.
pub fn format(
    d: &Decimal,
    spec: &Spec,
    locale: Option<&Locale>,
    capitals: bool,
    rounding: Rounding,
    status: &mut Status,
) -> Option<String> {
    if spec.is_beyond(MOST_DIGITS, d) {
        *status |= condition::MALLOC_ERROR;
        return None;
    }
    let sign = |negative: bool| match (negative, spec.sign) {
        (true, _) => "-",
        (_, '+') => "+",
        (_, ' ') => " ",
        _ => "",
    };
    if d.is_special() {
        let mut body = text::to_sci(&d.clone().with_sign(false), true);
        if spec.code == Some('%') {
            body.push('%');
        }
        return Some(aligned(sign(d.negative), body, spec));
    }
    let code = match spec.code {
        None => {
            if capitals {
                'G'
            } else {
                'g'
            }
        }
        Some('n') => 'g',
        Some('N') => 'G',
        Some(c) => c,
    };
    let precision = spec.precision;
    let mut number = d.clone();
    if code == '%' {
        number.exponent += 2;
    }
    match (code, precision) {
        ('e' | 'E', Some(p)) => number = significant(number, p + 1, rounding, status),
        ('f' | 'F' | '%', Some(p)) => number = rescale(&number, -p, rounding, status),
        ('g' | 'G', Some(p)) if number.digits() > p => number = significant(number, p, rounding, status),
        _ => {}
    }
    if number.is_zero() && number.exponent > 0 && matches!(code, 'f' | 'F' | '%') {
        number.exponent = 0;
    }
    if *status & condition::MALLOC_ERROR != 0 {
        return None;
    }
    let negative = number.negative && !(number.is_zero() && spec.no_negative_zero);
    let mut digits = Vec::new();
    nat::push_text(&mut digits, &number.coefficient);
    let digits = String::from_utf8(digits).expect("digits");
    let left = number.exponent + digits.len() as i64;
    let point = match code {
        'e' | 'E' => match precision {
            Some(p) if number.is_zero() => 1 - p,
            _ => 1,
        },
        'g' | 'G' if number.exponent > 0 || left <= -6 => 1,
        _ => left,
    };
    if point.abs() > MOST_DIGITS {
        *status |= condition::MALLOC_ERROR;
        return None;
    }
    let (whole, fraction) = if point < 0 {
        (String::from("0"), "0".repeat(-point as usize) + &digits)
    } else if point > digits.len() as i64 {
        let zeros = point as usize - digits.len();
        (digits + &"0".repeat(zeros), String::new())
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        (String::from(if whole.is_empty() { "0" } else { whole }), fraction.to_owned())
    };
    // What follows the integral part.
    let mut tail = String::new();
    if !fraction.is_empty() || spec.alternate {
        tail.push_str(locale.map_or(".", |l| &l.point));
    }
    for (i, c) in fraction.chars().enumerate() {
        match spec.fraction_separator {
            Some(s) if i > 0 && i % 3 == 0 => tail.push(s),
            _ => {}
        }
        tail.push(c);
    }
    let exponent = left - point;
    if exponent != 0 || matches!(code, 'e' | 'E') {
        let mut out = tail.into_bytes();
        text::push_exponent(&mut out, exponent, if matches!(code, 'E' | 'G') { b'E' } else { b'e' });
        tail = String::from_utf8(out).expect("text");
    }
    if code == '%' {
        tail.push('%');
    }
    let sign = sign(negative);
    let mut own = [0; 4];
    let (separator, sizes): (&str, &[u8]) = match (locale, spec.separator) {
        (Some(l), _) => (&l.separator, &l.grouping),
        (None, Some(c)) => (c.encode_utf8(&mut own), &[3]),
        (None, None) => ("", &[]),
    };
    let mut body = if separator.is_empty() && !spec.zero_pad {
        whole
    } else {
        let least = if spec.zero_pad {
            spec.width as i64 - tail.chars().count() as i64 - sign.len() as i64
        } else {
            0
        };
        grouped(&whole, least, separator, sizes)
    };
    body.push_str(&tail);
    Some(aligned(sign, body, spec))
}

/// Rounded, or filled up, to so many digits; zero stays as it is.
fn significant(d: Decimal, places: i64, rounding: Rounding, status: &mut Status) -> Decimal {
    if d.is_zero() {
        return d;
    }
    let out = rescale(&d, d.adjusted() + 1 - places, rounding, status);
    if out.adjusted() == d.adjusted() || out.is_special() {
        return out;
    }
    rescale(&out, out.adjusted() + 1 - places, rounding, status)
}

/// Digits with separators, after zeros that fill up to a width; the zeros are grouped too.
fn grouped(digits: &str, least: i64, separator: &str, sizes: &[u8]) -> String {
    let wide = separator.chars().count() as i64;
    // The groups from the right: how many zeros and how many digits.
    let mut groups: Vec<(usize, usize)> = Vec::new();
    let mut remaining = digits.len() as i64;
    let mut least = least;
    let mut given = sizes.iter().copied().filter(|&size| size != 0);
    let mut last = 0;
    loop {
        last = given.next().unwrap_or(last);
        let wanted = remaining.max(least).max(1);
        let ended = last == 0 || last == NO_MORE;
        let len = if ended { wanted } else { wanted.min(last as i64) };
        let own = remaining.min(len);
        groups.push(((len - own) as usize, own as usize));
        remaining -= own;
        least -= len;
        if ended || (remaining == 0 && least <= 0) {
            break;
        }
        least -= wide;
    }
    let mut out = String::new();
    let mut rest = digits;
    for (i, &(zeros, own)) in groups.iter().rev().enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        out.extend(std::iter::repeat_n('0', zeros));
        let (group, after) = rest.split_at(own);
        out.push_str(group);
        rest = after;
    }
    out
}

fn aligned(sign: &str, body: String, spec: &Spec) -> String {
    let missing = spec.width.saturating_sub(sign.len() + body.chars().count());
    let (before, between, after) = match spec.align {
        Align::Left => (0, 0, missing),
        Align::Right => (missing, 0, 0),
        Align::AfterSign => (0, missing, 0),
        Align::Center => (missing / 2, 0, missing - missing / 2),
    };
    let fill = |out: &mut String, count| out.extend(std::iter::repeat_n(spec.fill, count));
    let mut out = String::with_capacity(body.len() + missing * spec.fill.len_utf8() + 1);
    fill(&mut out, before);
    out.push_str(sign);
    fill(&mut out, between);
    out.push_str(&body);
    fill(&mut out, after);
    out
}
