//! Arguments of constructors and `replace`, and checks of fields, with CPython's messages.

use super::calendar::{self, MAX_YEAR, MIN_YEAR};
use super::zone::TzInfo;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};

/// A C `int` by `__index__`.
pub fn c_int(o: &Obj) -> PyResult<i32> {
    let Some(v) = o.index()?.to_i64() else {
        bail!(OverflowError, "Python int too large to convert to C long");
    };
    i32::try_from(v).map_err(|_| {
        let bound = if v > 0 { "greater than maximum" } else { "less than minimum" };
        raise!(OverflowError, "signed integer is {bound}")
    })
}

/// The arguments of a constructor by its parameters' names: the first `positional` may be positional, the first
/// `required` must be there.
pub fn bind<const N: usize>(
    names: &[&str; N],
    positional: usize,
    required: usize,
    args: &Tuple,
    kwargs: Option<&Dict>,
) -> PyResult<[Option<Object>; N]> {
    let (n, nk) = (args.len(), kwargs.map_or(0, Dict::len));
    if n + nk > N {
        let kind = if n == 0 { "keyword argument" } else { "argument" };
        bail!(TypeError, "function takes at most {N} {kind}s ({} given)", n + nk);
    }
    if n > positional {
        bail!(TypeError, "function takes at most {positional} positional arguments ({n} given)");
    }
    let mut out = [const { None }; N];
    for (to, from) in out.iter_mut().zip(args.items()) {
        *to = Some(from.clone());
    }
    if let Some(kwargs) = kwargs {
        let mut used = 0;
        for (i, name) in names.iter().enumerate() {
            let Some(v) = kwargs.get_text(name) else { continue };
            if out[i].is_some() {
                bail!(TypeError, "argument for function given by name ('{name}') and position ({})", i + 1);
            }
            out[i] = Some(v.to_owned());
            used += 1;
        }
        if used < nk {
            for (k, _) in kwargs.iter_borrowed() {
                let Some(k) = k.downcast::<Str>() else { bail!(TypeError, "keywords must be strings") };
                if !names.iter().any(|n| k.equals_str(n)) {
                    let k = k.to_string_lossy();
                    bail!(TypeError, "this function got an unexpected keyword argument '{k}'");
                }
            }
        }
    }
    if let Some(i) = (0..required).find(|i| out[*i].is_none()) {
        // What stands before it is looked at first; it holds ints.
        for o in out[..i].iter().flatten() {
            c_int(o)?;
        }
        bail!(TypeError, "function missing required argument '{}' (pos {})", names[i], i + 1);
    }
    Ok(out)
}

/// An int field, or its default.
pub fn field(o: &Option<Object>, default: i32) -> PyResult<i32> {
    o.as_ref().map_or(Ok(default), |o| c_int(o))
}

/// A `tzinfo` argument: none, or an instance of a subclass.
pub fn zone(o: Option<&Obj>) -> PyResult<Option<Object>> {
    match o {
        None => Ok(None),
        Some(o) if o.is_none() => Ok(None),
        Some(o) if o.is_a::<TzInfo>() => Ok(Some(o.to_owned())),
        Some(o) => Err(raise!(
            TypeError,
            "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
            o.type_name()
        )),
    }
}

pub fn check_date(year: i32, month: i32, day: i32) -> PyResult<()> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        bail!(ValueError, "year must be in 1..9999, not {year}");
    }
    if !(1..=12).contains(&month) {
        bail!(ValueError, "month must be in 1..12, not {month}");
    }
    let days = calendar::days_in_month(year, month);
    if !(1..=days).contains(&day) {
        bail!(ValueError, "day {day} must be in range 1..{days} for month {month} in year {year}");
    }
    Ok(())
}

pub fn check_time(hour: i32, minute: i32, second: i32, microsecond: i32, fold: i32) -> PyResult<()> {
    if !(0..24).contains(&hour) {
        bail!(ValueError, "hour must be in 0..23, not {hour}");
    }
    if !(0..60).contains(&minute) {
        bail!(ValueError, "minute must be in 0..59, not {minute}");
    }
    if !(0..60).contains(&second) {
        bail!(ValueError, "second must be in 0..59, not {second}");
    }
    if !(0..1_000_000).contains(&microsecond) {
        bail!(ValueError, "microsecond must be in 0..999999, not {microsecond}");
    }
    if !(0..=1).contains(&fold) {
        bail!(ValueError, "fold must be either 0 or 1, not {fold}");
    }
    Ok(())
}

/// The bytes of a pickled state that a constructor was called with, if that is what the arguments are: a first
/// argument of `n` bytes (or Latin-1 characters, of Python 2) that `sane` accepts.
pub fn state<const N: usize>(
    args: &Tuple,
    kwargs: Option<&Dict>,
    most: usize,
    what: &str,
    sane: impl Fn(&dyn Fn(usize) -> u32) -> bool,
) -> PyResult<Option<[u8; N]>> {
    if kwargs.is_some_and(|k| !k.is_empty()) || args.is_empty() || args.len() > most {
        return Ok(None);
    }
    let first = args.get(0);
    if let Some(b) = first.downcast::<Bytes>() {
        let b = b.as_slice();
        let found = b.len() == N && sane(&|i| b[i].into());
        return Ok(found.then(|| std::array::from_fn(|i| b[i])));
    }
    let Some(s) = first.downcast::<Str>().filter(|s| s.len() == N && sane(&|i| s.char_at(i))) else {
        return Ok(None);
    };
    let mut out = [0; N];
    for (i, b) in out.iter_mut().enumerate() {
        *b = u8::try_from(s.char_at(i)).map_err(|_| {
            raise!(
                ValueError,
                "Failed to encode latin1 string when unpickling a {what} object. pickle.load(data, encoding='latin1') is assumed."
            )
        })?;
    }
    Ok(Some(out))
}

/// The `tzinfo` of a pickled state.
pub fn state_zone(args: &Tuple) -> PyResult<Option<Object>> {
    if args.len() < 2 || args.get(1).is_none() {
        return Ok(None);
    }
    if !args.get(1).is_a::<TzInfo>() {
        bail!(TypeError, "bad tzinfo state arg");
    }
    Ok(Some(args.get(1).to_owned()))
}

/// The hash of bytes, as bytes objects have it.
pub fn hash_bytes(bytes: &[u8]) -> PyResult<isize> {
    Ok(Bytes::new(bytes)?.hash_value())
}
