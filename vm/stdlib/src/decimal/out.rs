//! From decimals: ints, tuples, ratios, floats, formatted text.

use super::context::Context;
use super::number::Decimal;
use super::signals::{made, raise_conditions};
use crate::util::int;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::raising::warn;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_decimal::context::MAX_PREC;
use dovetail_decimal::format::{Locale, Spec, format};
use dovetail_decimal::number::Kind;
use dovetail_decimal::{Decimal as Number, Rounding, convert, nat, quantize};
use std::ffi::CStr;

/// An int object of limbs.
pub fn int_of_limbs(negative: bool, limbs: &[u64]) -> PyResult<Ref<Int>> {
    if let Some(n) = nat::to_u64(limbs).and_then(|n| i64::try_from(n).ok()) {
        return Int::from_i64(if negative { -n } else { n });
    }
    let words = nat::to_bits(limbs);
    let mut digits = Vec::with_capacity(words.len() * 64 / 30 + 1);
    let (mut buffer, mut filled) = (0u128, 0);
    for word in words {
        buffer |= (word as u128) << filled;
        filled += 64;
        while filled >= 30 {
            digits.push(buffer as u32 & ((1 << 30) - 1));
            buffer >>= 30;
            filled -= 30;
        }
    }
    if buffer != 0 {
        digits.push(buffer as u32);
    }
    while let Some(0) = digits.last() {
        digits.pop();
    }
    Int::from_digits(negative, &digits)
}

/// The int of a number rounded to one.
pub fn to_int(n: &Number, rounding: Rounding) -> PyResult<Object> {
    if n.is_nan() {
        bail!(ValueError, "cannot convert NaN to integer");
    }
    if n.is_infinite() {
        bail!(OverflowError, "cannot convert Infinity to integer");
    }
    let mut status = 0;
    let whole;
    let n = if n.exponent < 0 && rounding != Rounding::Down {
        whole = quantize::rescale(n, 0, rounding, &mut status);
        &whole
    } else {
        n
    };
    match convert::truncated(n, &mut status) {
        Some(limbs) if status == 0 => Ok(int_of_limbs(n.negative, &limbs)?.into_object()),
        _ => Err(raise_conditions(status)),
    }
}

/// The nearest float.
pub fn to_float(n: &Number) -> PyResult<f64> {
    if n.is_nan() {
        if n.is_snan() {
            bail!(ValueError, "cannot convert signaling NaN to float");
        }
        return Ok(if n.negative { -f64::NAN } else { f64::NAN });
    }
    Ok(convert::to_f64(n))
}

/// Sign, digits and exponent.
pub fn to_tuple(n: &Number) -> PyResult<Object> {
    let mut text = Vec::new();
    if n.is_finite() || n.is_infinite() || !n.coefficient.is_empty() {
        nat::push_text(&mut text, &n.coefficient);
    }
    let digits = text.iter().map(|b| int((b - b'0') as i64)).collect::<PyResult<Vec<Object>>>()?;
    let exponent = match n.kind {
        Kind::Finite => int(n.exponent)?,
        Kind::Infinite => Str::intern("F")?.into_object(),
        Kind::NaN => Str::intern("n")?.into_object(),
        Kind::SNaN => Str::intern("N")?.into_object(),
    };
    let sign = int(n.negative as i64)?;
    made().decimal_tuple.call(&[&sign, Tuple::from_vec(digits)?.as_obj(), &exponent])
}

/// Numerator and denominator in lowest terms.
pub fn to_ratio(n: &Number) -> PyResult<Ref<Tuple>> {
    if n.is_nan() {
        bail!(ValueError, "cannot convert NaN to integer ratio");
    }
    if n.is_infinite() {
        bail!(OverflowError, "cannot convert Infinity to integer ratio");
    }
    let pair = |a: Ref<Int>, b: Ref<Int>| Tuple::from_vec(vec![a.into_object(), b.into_object()]);
    let mut status = 0;
    if n.exponent >= 0 || n.coefficient.is_empty() {
        let Some(limbs) = convert::truncated(n, &mut status) else { return Err(raise_conditions(status)) };
        return pair(int_of_limbs(n.negative, &limbs)?, Int::from_i64(1)?);
    }
    let mut top = n.coefficient.clone();
    let zeros = (nat::trailing_zeros(&top) as i64).min(-n.exponent);
    nat::shift_right(&mut top, zeros as usize);
    let places = -n.exponent - zeros;
    let below = Number::new(false, nat::from_u64(1), places);
    let Some(bottom) = convert::truncated(&below, &mut status) else { return Err(raise_conditions(status)) };
    let top = int_of_limbs(n.negative, &top)?;
    let bottom = int_of_limbs(false, &bottom)?;
    let (a, b) = (top.int_ref(), bottom.int_ref());
    let g = dovetail_num::int::gcd(a, b);
    if g.as_ref().is_one() {
        return pair(top, bottom);
    }
    let part = |x| match dovetail_num::int::floor_div(x, g.as_ref()) {
        Ok(q) => Int::from_big(q),
        Err(e) => Err(dovetail_core::types::int::num_error(e)),
    };
    pair(part(a)?, part(b)?)
}

/// The C library's current locale.
fn c_locale() -> Locale {
    // SAFETY: localeconv's texts are valid until the next call; they are copied here under the GIL.
    unsafe {
        let l = &*libc::localeconv();
        let text = |p: *const std::ffi::c_char| CStr::from_ptr(p).to_string_lossy().into_owned();
        Locale {
            point: text(l.decimal_point),
            separator: text(l.thousands_sep),
            grouping: CStr::from_ptr(l.grouping).to_bytes().to_vec(),
        }
    }
}

/// Point, separator and grouping from a dict, each one character at most, and no negative group.
fn overridden(o: &Obj, mut locale: Locale) -> PyResult<Locale> {
    let Some(d) = o.downcast::<Dict>() else { bail!(TypeError, "optional argument must be a dict") };
    let text = |name: &str| -> PyResult<Option<String>> {
        match d.get_text(name) {
            None => Ok(None),
            Some(v) => match v.downcast::<Str>() {
                Some(s) => Ok(Some(s.as_str()?.to_owned())),
                None => Err(raise!(TypeError, "bad argument type for built-in operation")),
            },
        }
    };
    if let Some(point) = text("decimal_point")? {
        locale.point = point;
    }
    if let Some(separator) = text("thousands_sep")? {
        locale.separator = separator;
    }
    let mut negative = false;
    if let Some(grouping) = text("grouping")? {
        negative = grouping.chars().any(|ch| ch as u32 > 127);
        locale.grouping = grouping.into_bytes();
    }
    if negative || locale.point.is_empty() || locale.point.len() > 4 || locale.separator.len() > 4 {
        bail!(ValueError, "invalid override dict");
    }
    Ok(locale)
}

/// `__format__`.
pub fn formatted(d: &Decimal, spec: &Obj, changes: Option<&Obj>, ctx: &Context) -> PyResult<Ref<Str>> {
    let Some(text) = spec.downcast::<Str>() else { bail!(TypeError, "format arg must be str") };
    let text = text.as_str()?;
    if text.ends_with('N') {
        let message = "Format specifier 'N' is deprecated and slated for removal in Python 3.18";
        warn(exc::DeprecationWarning(), message, 1)?;
    }
    let Some(parsed) = Spec::parse(text) else { bail!(ValueError, "invalid format string") };
    if parsed.is_beyond(MAX_PREC, d.number()) {
        bail!(ValueError, "format specification exceeds internal limits of _decimal");
    }
    let mut locale = parsed.is_local().then(c_locale);
    if let Some(changes) = changes {
        let own = locale.take().unwrap_or_else(|| parsed.own_locale());
        let changed = overridden(changes, own)?;
        // What CPython's library for decimals does not know itself ignores the dict.
        locale = (!parsed.is_extended()).then_some(changed);
    }
    let mut status = 0;
    let out =
        format(d.number(), &parsed, locale.as_ref(), ctx.capitals(), ctx.limits().rounding, &mut status);
    match out {
        Some(text) => Str::new(&text),
        None => Err(raise_conditions(status)),
    }
}
