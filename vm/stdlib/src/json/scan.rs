//! `make_scanner`: the reader of JSON texts.

use super::{decode_error, string};
use dovetail_core::error::{PyResult, Raised, exc, raise_with};
use dovetail_core::native::{Native, borrow};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::{Int, max_str_digits};
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::Text;
use std::collections::HashMap;
use std::ffi::c_char;
use std::hash::{BuildHasherDefault, Hasher};

type P = *mut abi::PyObject;

/// The options of a decoder.
#[repr(C)]
pub struct ScannerBody {
    pub ob_base: abi::PyObject,
    strict: c_char,
    object_hook: P,
    object_pairs_hook: P,
    parse_float: P,
    parse_int: P,
    parse_constant: P,
}

/// Scanners.
/// ---
/// JSON scanner object
#[pytype(
    name = "_json.Scanner", body = ScannerBody, gc,
    refs(object_hook, object_pairs_hook, parse_float, parse_int, parse_constant),
)]
pub struct Scanner;

/// Keys come with their hashes.
#[derive(Default)]
struct Given(u64);

impl Hasher for Given {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_u64(*b as u64);
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// One reading of a text of units `U`.
struct Reader<'a, U> {
    s: &'a Str,
    units: &'a [U],
    strict: bool,
    object_hook: Option<Object>,
    pairs_hook: Option<Object>,
    /// None for the builtin types.
    parse_float: Option<Object>,
    parse_int: Option<Object>,
    parse_constant: Object,
    /// The keys met so far, each one object.
    keys: HashMap<u64, Ref<Str>, BuildHasherDefault<Given>>,
}

#[cold]
fn stop(at: usize) -> Raised {
    match Int::from_usize(at) {
        Ok(i) => raise_with(exc::StopIteration(), i.as_obj()),
        Err(e) => e,
    }
}

impl<U: Copy + Into<u32>> Reader<'_, U> {
    #[inline(always)]
    fn unit(&self, i: usize) -> Option<u32> {
        self.units.get(i).map(|u| (*u).into())
    }

    #[inline(always)]
    fn is(&self, i: usize, c: u8) -> bool {
        self.unit(i) == Some(c as u32)
    }

    fn has(&self, i: usize, word: &[u8]) -> bool {
        word.iter().enumerate().all(|(n, c)| self.is(i + n, *c))
    }

    #[inline(always)]
    fn space(&self, mut i: usize) -> usize {
        while let Some(0x20 | 0x09 | 0x0a | 0x0d) = self.unit(i) {
            i += 1;
        }
        i
    }

    #[cold]
    fn error(&self, message: &str, at: usize) -> Raised {
        decode_error(message, self.s, at as isize)
    }

    fn constant(&self, name: &str) -> PyResult<Object> {
        self.parse_constant.call(&[Str::new(name)?.as_obj()])
    }

    /// Reads the value at `at`; gives it and the place behind it.
    fn value(&mut self, at: usize) -> PyResult<(Object, usize)> {
        let Some(c) = self.unit(at) else { return Err(stop(at)) };
        match c as u8 as char {
            _ if c > 127 => Err(stop(at)),
            '"' => {
                let (s, next) = string::scan(self.s, self.units, at + 1, self.strict)?;
                Ok((s.into_object(), next))
            }
            '{' => {
                ThreadState::current().check_recursion(" while decoding a JSON object from a unicode string")?;
                self.object(at + 1)
            }
            '[' => {
                ThreadState::current().check_recursion(" while decoding a JSON array from a unicode string")?;
                self.array(at + 1)
            }
            'n' if self.has(at, b"null") => Ok((none().to_owned(), at + 4)),
            't' if self.has(at, b"true") => Ok((bool_obj(true).to_owned(), at + 4)),
            'f' if self.has(at, b"false") => Ok((bool_obj(false).to_owned(), at + 5)),
            'N' if self.has(at, b"NaN") => Ok((self.constant("NaN")?, at + 3)),
            'I' if self.has(at, b"Infinity") => Ok((self.constant("Infinity")?, at + 8)),
            '-' if self.has(at, b"-Infinity") => Ok((self.constant("-Infinity")?, at + 9)),
            '-' | '0'..='9' => self.number(at),
            _ => Err(stop(at)),
        }
    }

    fn number(&self, start: usize) -> PyResult<(Object, usize)> {
        let is_digit = |i: usize| matches!(self.unit(i), Some(0x30..=0x39));
        let digits = |mut i: usize| {
            while is_digit(i) {
                i += 1;
            }
            i
        };
        let first = start + self.is(start, b'-') as usize;
        if !is_digit(first) {
            return Err(stop(start));
        }
        let mut end = if self.is(first, b'0') { first + 1 } else { digits(first) };
        let mut is_float = false;
        if self.is(end, b'.') && is_digit(end + 1) {
            is_float = true;
            end = digits(end + 1);
        }
        if self.is(end, b'e') || self.is(end, b'E') {
            let mut e = end + 1;
            if self.is(e, b'-') || self.is(e, b'+') {
                e += 1;
            }
            if is_digit(e) {
                is_float = true;
                end = digits(e);
            }
        }
        let custom = if is_float { &self.parse_float } else { &self.parse_int };
        if let Some(f) = custom {
            let text = Str::from_text(self.s.text().slice(start..end))?;
            return Ok((f.call(&[text.as_obj()])?, end));
        }
        let value = |i: usize| -> u32 { self.units[i].into() };
        if !is_float && end - first <= 18 {
            let n = (first..end).fold(0i64, |n, i| n * 10 + (value(i) - 0x30) as i64);
            return Ok((Int::from_i64(if first > start { -n } else { n })?.into_object(), end));
        }
        let mut small = [0u8; 64];
        let large: Vec<u8>;
        let bytes: &[u8] = if end - start <= small.len() {
            for i in start..end {
                small[i - start] = value(i) as u8;
            }
            &small[..end - start]
        } else {
            large = (start..end).map(|i| value(i) as u8).collect();
            &large
        };
        if is_float {
            // What was read is a number.
            let v = dovetail_num::float::parse(bytes).unwrap_or(f64::NAN);
            return Ok((Float::new(v)?.into_object(), end));
        }
        let max = max_str_digits();
        match dovetail_num::int::parse(bytes, 10, max) {
            Ok(v) => Ok((Int::from_big(v)?.into_object(), end)),
            Err(e) => {
                let shown = String::from_utf8_lossy(bytes).into_owned();
                Err(dovetail_core::error::raise_message(exc::ValueError(), &e.message(&shown, 10, max)))
            }
        }
    }

    /// A key, the same object for the same text.
    fn key(&mut self, at: usize) -> PyResult<(Ref<Str>, usize)> {
        // Keys without escapes are looked up before an object is made of them.
        let Some(end) = string::special(self.units, at, true).filter(|e| self.is(*e, b'"')) else {
            return string::scan(self.s, self.units, at, self.strict);
        };
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for u in &self.units[at..end] {
            let c: u32 = (*u).into();
            hash = (hash ^ c as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        }
        let same = |k: &Str| {
            let units = &self.units[at..end];
            k.len() == units.len() && k.text().iter().zip(units).all(|(a, b)| a == (*b).into())
        };
        if let Some(k) = self.keys.get(&hash)
            && same(k)
        {
            return Ok((k.clone(), end + 1));
        }
        let k = Str::from_text(self.s.text().slice(at..end))?;
        self.keys.entry(hash).or_insert_with(|| k.clone());
        Ok((k, end + 1))
    }

    fn object(&mut self, at: usize) -> PyResult<(Object, usize)> {
        let pairs = if self.pairs_hook.is_some() { Some(List::new()?) } else { None };
        let dict = Dict::new()?;
        let mut i = self.space(at);
        if !self.is(i, b'}') {
            loop {
                if !self.is(i, b'"') {
                    return Err(self.error("Expecting property name enclosed in double quotes", i));
                }
                let (key, next) = self.key(i + 1)?;
                i = self.space(next);
                if !self.is(i, b':') {
                    return Err(self.error("Expecting ':' delimiter", i));
                }
                let (value, next) = self.value(self.space(i + 1))?;
                match &pairs {
                    Some(p) => p.push(Tuple::from_array([key.into_object(), value])?.into_object())?,
                    None => dict.set(key.as_obj(), &value)?,
                }
                i = self.space(next);
                if self.is(i, b'}') {
                    break;
                }
                if !self.is(i, b',') {
                    return Err(self.error("Expecting ',' delimiter", i));
                }
                let comma = i;
                i = self.space(i + 1);
                if self.is(i, b'}') {
                    return Err(self.error("Illegal trailing comma before end of object", comma));
                }
            }
        }
        let value = match (&self.pairs_hook, pairs, &self.object_hook) {
            (Some(hook), Some(pairs), _) => hook.call(&[pairs.as_obj()])?,
            (_, _, Some(hook)) => hook.call(&[dict.as_obj()])?,
            _ => dict.into_object(),
        };
        Ok((value, i + 1))
    }

    fn array(&mut self, at: usize) -> PyResult<(Object, usize)> {
        let list = List::new()?;
        let mut i = self.space(at);
        if !self.is(i, b']') {
            loop {
                let (value, next) = self.value(i)?;
                list.push(value)?;
                i = self.space(next);
                if self.is(i, b']') {
                    break;
                }
                if !self.is(i, b',') {
                    return Err(self.error("Expecting ',' delimiter", i));
                }
                let comma = i;
                i = self.space(i + 1);
                if self.is(i, b']') {
                    return Err(self.error("Illegal trailing comma before end of array", comma));
                }
            }
        }
        Ok((list.into_object(), i + 1))
    }
}

impl Scanner {
    /// A field, where it is not None and not the builtin type that is the default.
    fn custom(&self, p: P, default: Option<&Type>) -> Option<Object> {
        // SAFETY: the fields are filled when made.
        let o = unsafe { borrow(p) };
        if o.is_none() || default.is_some_and(|t| t.as_obj().is(o)) { None } else { Some(o.to_owned()) }
    }

    fn read<U: Copy + Into<u32>>(&self, s: &Str, units: &[U], at: usize) -> PyResult<(Object, usize)> {
        let b = self.body();
        // SAFETY: own fields.
        let mut reader = unsafe {
            Reader {
                s,
                units,
                strict: (*b).strict != 0,
                object_hook: self.custom((*b).object_hook, None),
                pairs_hook: self.custom((*b).object_pairs_hook, None),
                parse_float: self.custom((*b).parse_float, Some(Float::type_object())),
                parse_int: self.custom((*b).parse_int, Some(Int::type_object())),
                parse_constant: borrow((*b).parse_constant).to_owned(),
                keys: HashMap::default(),
            }
        };
        reader.value(at)
    }
}

#[pymethods(members(
    ("strict", Py_T_BOOL, strict, abi::Py_READONLY, "strict"),
    ("object_hook", _Py_T_OBJECT, object_hook, abi::Py_READONLY, "object_hook"),
    ("object_pairs_hook", _Py_T_OBJECT, object_pairs_hook, abi::Py_READONLY, ""),
    ("parse_float", _Py_T_OBJECT, parse_float, abi::Py_READONLY, "parse_float"),
    ("parse_int", _Py_T_OBJECT, parse_int, abi::Py_READONLY, "parse_int"),
    ("parse_constant", _Py_T_OBJECT, parse_constant, abi::Py_READONLY, "parse_constant"),
))]
impl Scanner {
    #[slot(tp_new, sig = "(context)", name = "make_scanner")]
    fn new_slot(cls: &Type, context: &Obj) -> PyResult<Object> {
        let strict = context.get_attr(sym!(strict))?.is_true()?;
        let object_hook = context.get_attr(sym!(object_hook))?;
        let object_pairs_hook = context.get_attr(sym!(object_pairs_hook))?;
        let parse_float = context.get_attr(sym!(parse_float))?;
        let parse_int = context.get_attr(sym!(parse_int))?;
        let parse_constant = context.get_attr(sym!(parse_constant))?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut ScannerBody;
            (*b).strict = strict as c_char;
            (*b).object_hook = object_hook.into_ptr();
            (*b).object_pairs_hook = object_pairs_hook.into_ptr();
            (*b).parse_float = parse_float.into_ptr();
            (*b).parse_int = parse_int.into_ptr();
            (*b).parse_constant = parse_constant.into_ptr();
            Ok(o)
        }
    }

    #[slot(tp_call, sig = "(string, idx)", name = "scan_once")]
    fn call_slot(&self, string: &Obj, idx: isize) -> PyResult<Object> {
        let Some(s) = string.downcast::<Str>() else {
            bail!(TypeError, "first argument must be a string, not {}", string.type_name());
        };
        if idx < 0 {
            bail!(ValueError, "idx cannot be negative");
        }
        let (s, at) = (s.to_ref(), idx as usize);
        let (value, next) = match s.text() {
            Text::Ascii(u) | Text::Latin1(u) => self.read(&s, u, at)?,
            Text::Ucs2(u) => self.read(&s, u, at)?,
            Text::Ucs4(u) => self.read(&s, u, at)?,
        };
        Ok(Tuple::from_array([value, Int::from_usize(next)?.into_object()])?.into_object())
    }
}
