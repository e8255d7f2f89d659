//! Code objects from the compiler's plain data. Equal constants of one compilation are one object, as in CPython.

use crate::error::PyResult;
use crate::object::refs::{Object, Ref};
use crate::types::bool_::bool_obj;
use crate::types::bytes::Bytes;
use crate::types::code::{Code, Parts};
use crate::types::complex::Complex;
use crate::types::float::Float;
use crate::types::int::Int;
use crate::types::none::{ellipsis, none};
use crate::types::set::FrozenSet;
use crate::types::slice::Slice;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use dovetail_front::{Const, Wtf8};
use dovetail_text::TextBuf;
use std::collections::HashMap;

impl Code {
    /// The object of compiled code, with all code nested in it.
    pub fn from_front(code: &dovetail_front::Code) -> PyResult<Ref<Code>> {
        Builder::default().code(code)
    }
}

/// A constant of the compiler as an object.
pub fn constant(c: &Const) -> PyResult<Object> {
    Builder::default().constant(c)
}

/// What one compilation shares.
#[derive(Default)]
struct Builder {
    constants: HashMap<Vec<u8>, Object>,
    filename: Option<(String, Ref<Str>)>,
}

impl Builder {
    fn code(&mut self, c: &dovetail_front::Code) -> PyResult<Ref<Code>> {
        let mut consts = Vec::with_capacity(c.consts.len());
        for k in &c.consts {
            consts.push(self.constant(k)?);
        }
        let filename = match &self.filename {
            Some((text, f)) if *text == c.filename => f.clone(),
            _ => {
                let f = Str::new(&c.filename)?;
                self.filename = Some((c.filename.clone(), f.clone()));
                f
            }
        };
        Code::new(Parts {
            argcount: c.argcount as i32,
            posonlyargcount: c.posonlyargcount as i32,
            kwonlyargcount: c.kwonlyargcount as i32,
            stacksize: c.stacksize as i32,
            flags: c.flags as i32,
            code: c.code.clone(),
            consts: Tuple::from_vec(consts)?,
            names: names(&c.names)?,
            localsplusnames: names(&c.localsplusnames)?,
            localspluskinds: Bytes::new(&c.localspluskinds)?,
            filename,
            name: Str::intern(&c.name)?,
            qualname: Str::intern(&c.qualname)?,
            firstlineno: c.firstlineno,
            linetable: Bytes::new(&c.linetable)?,
            exceptiontable: Bytes::new(&c.exceptiontable)?,
        })
    }

    fn constant(&mut self, c: &Const) -> PyResult<Object> {
        if let Const::Code(code) = c {
            return Ok(self.code(code)?.into_object());
        }
        let shared = !matches!(c, Const::None | Const::Bool(_) | Const::Ellipsis);
        let mut key = Vec::new();
        if shared && encode(c, &mut key) {
            if let Some(o) = self.constants.get(&key) {
                return Ok(o.clone());
            }
            let o = self.make(c)?;
            self.constants.insert(key, o.clone());
            return Ok(o);
        }
        self.make(c)
    }

    fn all(&mut self, items: &[Const]) -> PyResult<Vec<Object>> {
        items.iter().map(|i| self.constant(i)).collect()
    }

    fn make(&mut self, c: &Const) -> PyResult<Object> {
        Ok(match c {
            Const::None => none().to_owned(),
            Const::Bool(b) => bool_obj(*b).to_owned(),
            Const::Ellipsis => ellipsis().to_owned(),
            Const::Int(i) => Int::from_i64(*i)?.into_object(),
            Const::BigInt { negative, digits } => {
                Int::from_big(dovetail_num::int::IntRef::new(*negative, digits).to_owned())?.into_object()
            }
            Const::Float(f) => Float::new(*f)?.into_object(),
            Const::Complex { real, imag } => {
                Complex::new(dovetail_num::complex::Complex { real: *real, imag: *imag })?.into_object()
            }
            Const::Str(s) => string(s)?.into_object(),
            Const::Bytes(b) => Bytes::new(b)?.into_object(),
            Const::Tuple(items) => Tuple::from_vec(self.all(items)?)?.into_object(),
            Const::FrozenSet(items) => {
                let items = Tuple::from_vec(self.all(items)?)?;
                FrozenSet::from_iterable(&items)?.into_object()
            }
            Const::Slice(parts) => {
                let p = self.all(&parts[..])?;
                Slice::new(&p[0], &p[1], &p[2])?.into_object()
            }
            Const::Code(code) => self.code(code)?.into_object(),
        })
    }
}

fn names(all: &[String]) -> PyResult<Ref<Tuple>> {
    let mut out = Vec::with_capacity(all.len());
    for n in all {
        out.push(Str::intern(n)?.into_object());
    }
    Tuple::from_vec(out)
}

/// A string constant; identifier-like ones are interned.
fn string(s: &Wtf8) -> PyResult<Ref<Str>> {
    match s.to_str() {
        Some(t) if t.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric()) => Str::intern(t),
        Some(t) => Str::new(t),
        None => Str::from_buf(decode(s.as_bytes())),
    }
}

/// UTF-8 in which surrogates have three bytes each.
fn decode(bytes: &[u8]) -> TextBuf {
    let mut out = TextBuf::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let b = bytes[i] as u32;
        let (n, first) = match b {
            0..0x80 => (1, b),
            0x80..0xe0 => (2, b & 0x1f),
            0xe0..0xf0 => (3, b & 0x0f),
            _ => (4, b & 0x07),
        };
        let tail = bytes.get(i + 1..i + n).unwrap_or(&[]);
        out.push(tail.iter().fold(first, |c, b| c << 6 | (*b as u32 & 0x3f)));
        i += n;
    }
    out
}

/// A key that tells constants of different types and zeros of different signs apart; false where there is none.
fn encode(c: &Const, out: &mut Vec<u8>) -> bool {
    let mut sized = |tag: u8, body: &[u8]| {
        out.push(tag);
        out.extend((body.len() as u64).to_le_bytes());
        out.extend(body);
    };
    match c {
        Const::None => out.push(b'N'),
        Const::Bool(b) => out.push(if *b { b'T' } else { b'F' }),
        Const::Ellipsis => out.push(b'.'),
        Const::Int(i) => sized(b'i', &i.to_le_bytes()),
        Const::BigInt { negative, digits } => {
            let body: Vec<u8> = digits.iter().flat_map(|d| d.to_le_bytes()).collect();
            sized(if *negative { b'-' } else { b'+' }, &body);
        }
        Const::Float(f) => sized(b'f', &f.to_bits().to_le_bytes()),
        Const::Complex { real, imag } => {
            let body = [real.to_bits().to_le_bytes(), imag.to_bits().to_le_bytes()].concat();
            sized(b'c', &body);
        }
        Const::Str(s) => sized(b's', s.as_bytes()),
        Const::Bytes(b) => sized(b'b', b),
        Const::Tuple(items) => {
            out.push(b'(');
            let ok = items.iter().all(|i| encode(i, out));
            out.push(b')');
            return ok;
        }
        Const::FrozenSet(items) => {
            out.push(b'<');
            let ok = items.iter().all(|i| encode(i, out));
            out.push(b'>');
            return ok;
        }
        Const::Slice(parts) => {
            out.push(b':');
            return parts.iter().all(|i| encode(i, out));
        }
        Const::Code(_) => return false,
    }
    true
}
