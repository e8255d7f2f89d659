//! `sum()`: integers in a machine word, floats and complex numbers with a compensated rounding error, all else by `+`.
//!
//! Each way of adding is left for the next one when an item does not fit it, and not come back to, as CPython does it:
//! so the results agree to the last bit.

use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::number::{self, BinaryOp};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::complex::Complex;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;

/// A sum with the error of its roundings beside it (Neumaier).
#[derive(Clone, Copy)]
struct Compensated {
    sum: f64,
    error: f64,
}

impl Compensated {
    fn new(sum: f64) -> Self {
        Compensated { sum, error: 0.0 }
    }

    fn add(&mut self, x: f64) {
        let t = self.sum + x;
        self.error += if self.sum.abs() >= x.abs() { (self.sum - t) + x } else { (x - t) + self.sum };
        self.sum = t;
    }

    /// The sum; an infinite error is left out.
    fn value(self) -> f64 {
        if self.error != 0.0 && self.error.is_finite() { self.sum + self.error } else { self.sum }
    }
}

/// `sum(iterable, start)`.
pub fn sum(iterable: &Obj, start: Option<&Obj>) -> PyResult<Object> {
    let mut total = match start {
        Some(s) => {
            refuse_text(s)?;
            s.to_owned()
        }
        None => Int::from_i64(0)?.into_object(),
    };
    let it = iterable.iter()?;
    if let Some(mut word) = total.downcast_exact::<Int>().and_then(Int::to_i64) {
        loop {
            let Some(x) = it.iter_next()? else { return Ok(Int::from_i64(word)?.into_object()) };
            let plain = x.downcast::<Int>().filter(|_| x.is_exact::<Int>() || x.is_bool());
            match plain.and_then(Int::to_i64).and_then(|v| word.checked_add(v)) {
                Some(s) => word = s,
                None => {
                    total = number::binary(BinaryOp::Add, Int::from_i64(word)?.as_obj(), &x)?;
                    break;
                }
            }
        }
    }
    if let Some(f) = total.downcast_exact::<Float>().map(Float::value) {
        let mut sum = Compensated::new(f);
        loop {
            let Some(x) = it.iter_next()? else { return Ok(Float::new(sum.value())?.into_object()) };
            if x.is_exact::<Float>() || x.is_a::<Int>() {
                sum.add(x.as_f64()?);
                continue;
            }
            total = number::binary(BinaryOp::Add, Float::new(sum.value())?.as_obj(), &x)?;
            break;
        }
    }
    if let Some(z) = total.downcast_exact::<Complex>().map(Complex::value) {
        let (mut re, mut im) = (Compensated::new(z.real), Compensated::new(z.imag));
        let value = |re: Compensated, im: Compensated| {
            Complex::new(dovetail_num::complex::Complex { real: re.value(), imag: im.value() })
        };
        loop {
            let Some(x) = it.iter_next()? else { return Ok(value(re, im)?.into_object()) };
            if let Some(z) = x.downcast_exact::<Complex>().map(Complex::value) {
                re.add(z.real);
                im.add(z.imag);
            } else if x.is_a::<Int>() || x.is_a::<Float>() {
                re.add(x.as_f64()?);
            } else {
                total = number::binary(BinaryOp::Add, value(re, im)?.as_obj(), &x)?;
                break;
            }
        }
    }
    while let Some(x) = it.iter_next()? {
        total = number::binary(BinaryOp::Add, &total, &x)?;
    }
    Ok(total)
}

fn refuse_text(start: &Obj) -> PyResult<()> {
    let what = if start.is_a::<Str>() {
        "strings [use ''.join(seq) instead]"
    } else if start.is_a::<Bytes>() {
        "bytes [use b''.join(seq) instead]"
    } else if start.is_a::<ByteArray>() {
        "bytearray [use b''.join(seq) instead]"
    } else {
        return Ok(());
    };
    bail!(TypeError, "sum() can't sum {what}");
}
