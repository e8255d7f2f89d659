//! Writes the format, in any of its versions.

use super::{CodeFields, MAX_DEPTH, tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;

/// What a value is, taken apart.
#[derive(Clone, Debug)]
pub enum Shape<'a, V> {
    /// `None`
    None,
    /// `StopIteration`, the class.
    StopIteration,
    /// `...`
    Ellipsis,
    /// `True` or `False`
    Bool(bool),
    /// An int that fits.
    Int(i64),
    /// Any int: sign, and 30-bit digits, least significant first, the last not zero.
    BigInt(bool, Cow<'a, [u32]>),
    /// A float.
    Float(f64),
    /// A complex.
    Complex(f64, f64),
    /// A bytes object, or another object's buffer.
    Bytes(Cow<'a, [u8]>),
    /// A str in UTF-8, surrogates in three bytes each; and whether it is interned.
    Str(Cow<'a, [u8]>, bool),
    /// A tuple.
    Tuple(Vec<V>),
    /// A list.
    List(Vec<V>),
    /// A dict.
    Dict(Vec<(V, V)>),
    /// A set.
    Set(Vec<V>),
    /// A frozenset.
    FrozenSet(Vec<V>),
    /// A slice.
    Slice(V, V, V),
    /// A code object.
    Code(Box<CodeFields<V>>),
    /// Nothing that the format can hold.
    Other,
}

/// Takes values apart.
pub trait MarshalSource {
    /// A value.
    type Value: Clone;
    /// What tells shared values apart, such as an address.
    type Identity: Hash + Eq;
    /// The source's errors, the writer's among them.
    type Error: From<WriteError>;

    /// Takes a value apart.
    fn shape<'a>(&mut self, value: &'a Self::Value) -> Result<Shape<'a, Self::Value>, Self::Error>;

    /// The identity of a value that may occur more than once: CPython asks whether its reference count
    /// is above one, or whether it is an interned str. `None` for a value that occurs once.
    fn identity(&mut self, value: &Self::Value) -> Option<Self::Identity>;
}

/// Why a value cannot be written: each is a `ValueError` with this text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// A value the format does not hold.
    Unmarshallable,
    /// A value that nests too deeply.
    TooDeep,
    /// A code object where none is allowed.
    CodeNotAllowed,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unmarshallable => "unmarshallable object",
            Self::TooDeep => "object too deeply nested to marshal",
            Self::CodeNotAllowed => "marshalling code objects is disallowed",
        })
    }
}

impl std::error::Error for WriteError {}

/// Writes values of a source.
pub struct Writer<'s, S: MarshalSource> {
    source: &'s mut S,
    version: i32,
    allow_code: bool,
    out: Vec<u8>,
    refs: HashMap<S::Identity, i32>,
    depth: usize,
}

impl<'s, S: MarshalSource> Writer<'s, S> {
    /// A writer for a version of the format, 0 to 5.
    pub fn new(source: &'s mut S, version: i32, allow_code: bool) -> Self {
        Self { source, version, allow_code, out: Vec::new(), refs: HashMap::new(), depth: 0 }
    }

    /// What has been written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    fn i32(&mut self, value: i32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn size(&mut self, len: usize) -> Result<(), S::Error> {
        let len = i32::try_from(len).map_err(|_| WriteError::Unmarshallable)?;
        self.i32(len);
        Ok(())
    }

    fn text_f64(&mut self, value: f64) {
        // The format's first versions hold floats as text; 17 digits are enough for any.
        let text = format!("{value:e}");
        self.out.push(text.len() as u8);
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes one value.
    pub fn write(&mut self, value: &S::Value) -> Result<(), S::Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.depth -= 1;
            return Err(WriteError::TooDeep.into());
        }
        let result = self.write_inner(value);
        self.depth -= 1;
        result
    }

    fn write_inner(&mut self, value: &S::Value) -> Result<(), S::Error> {
        let shape = self.source.shape(value)?;
        let plain = match shape {
            Shape::None => Some(tag::NONE),
            Shape::StopIteration => Some(tag::STOP_ITERATION),
            Shape::Ellipsis => Some(tag::ELLIPSIS),
            Shape::Bool(false) => Some(tag::FALSE),
            Shape::Bool(true) => Some(tag::TRUE),
            _ => None,
        };
        if let Some(code) = plain {
            self.out.push(code);
            return Ok(());
        }
        let mut flag = 0;
        if self.version >= 3
            && let Some(identity) = self.source.identity(value)
        {
            let next = self.refs.len() as i32;
            match self.refs.entry(identity) {
                std::collections::hash_map::Entry::Occupied(known) => {
                    let index = *known.get();
                    self.out.push(tag::REF);
                    self.i32(index);
                    return Ok(());
                }
                std::collections::hash_map::Entry::Vacant(place) => place.insert(next),
            };
            flag = tag::FLAG_REF;
        }
        self.shape(shape, flag)
    }

    fn shape(&mut self, shape: Shape<'_, S::Value>, flag: u8) -> Result<(), S::Error> {
        match shape {
            Shape::Int(value) => match i32::try_from(value) {
                Ok(small) => {
                    self.out.push(tag::INT | flag);
                    self.i32(small);
                }
                Err(_) => {
                    let magnitude = value.unsigned_abs();
                    let digits = [0, 30, 60].map(|shift| (magnitude >> shift) as u32 & 0x3fff_ffff);
                    let len = digits.iter().rposition(|&digit| digit != 0).map_or(0, |at| at + 1);
                    self.long(value < 0, &digits[..len], flag);
                }
            },
            Shape::BigInt(negative, digits) => self.long(negative, &digits, flag),
            Shape::Float(value) if self.version > 1 => {
                self.out.push(tag::BINARY_FLOAT | flag);
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Shape::Float(value) => {
                self.out.push(tag::FLOAT | flag);
                self.text_f64(value);
            }
            Shape::Complex(real, imag) if self.version > 1 => {
                self.out.push(tag::BINARY_COMPLEX | flag);
                self.out.extend_from_slice(&real.to_le_bytes());
                self.out.extend_from_slice(&imag.to_le_bytes());
            }
            Shape::Complex(real, imag) => {
                self.out.push(tag::COMPLEX | flag);
                self.text_f64(real);
                self.text_f64(imag);
            }
            Shape::Bytes(bytes) => {
                self.out.push(tag::BYTES | flag);
                self.size(bytes.len())?;
                self.out.extend_from_slice(&bytes);
            }
            Shape::Str(text, interned) => self.str(&text, interned, flag)?,
            Shape::Tuple(elements) => {
                match u8::try_from(elements.len()) {
                    Ok(len) if self.version >= 4 => self.out.extend([tag::SMALL_TUPLE | flag, len]),
                    _ => {
                        self.out.push(tag::TUPLE | flag);
                        self.size(elements.len())?;
                    }
                }
                self.all(&elements)?;
            }
            Shape::List(elements) => {
                self.out.push(tag::LIST | flag);
                self.size(elements.len())?;
                self.all(&elements)?;
            }
            Shape::Dict(items) => {
                self.out.push(tag::DICT | flag);
                for (key, value) in &items {
                    self.write(key)?;
                    self.write(value)?;
                }
                self.out.push(tag::NULL);
            }
            Shape::Set(elements) => self.set(tag::SET | flag, elements)?,
            Shape::FrozenSet(elements) => self.set(tag::FROZENSET | flag, elements)?,
            Shape::Slice(start, stop, step) if self.version >= 5 => {
                self.out.push(tag::SLICE | flag);
                self.all(&[start, stop, step])?;
            }
            Shape::Code(fields) => {
                if !self.allow_code {
                    return Err(WriteError::CodeNotAllowed.into());
                }
                self.out.push(tag::CODE | flag);
                self.code(&fields)?;
            }
            _ => return Err(WriteError::Unmarshallable.into()),
        }
        Ok(())
    }

    fn all(&mut self, values: &[S::Value]) -> Result<(), S::Error> {
        values.iter().try_for_each(|value| self.write(value))
    }

    /// Writes a set in an order that does not depend on hashes: that of the elements' own bytes.
    #[inline(never)]
    fn set(&mut self, code: u8, elements: Vec<S::Value>) -> Result<(), S::Error> {
        self.out.push(code);
        self.size(elements.len())?;
        let mut keyed = Vec::with_capacity(elements.len());
        for element in elements {
            let mut alone = Writer::new(&mut *self.source, self.version, self.allow_code);
            alone.depth = self.depth;
            alone.write(&element)?;
            keyed.push((alone.into_bytes(), element));
        }
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        keyed.iter().try_for_each(|(_, element)| self.write(element))
    }

    #[inline(never)]
    fn long(&mut self, negative: bool, digits: &[u32], flag: u8) {
        self.out.push(tag::LONG | flag);
        let mut halves: Vec<u16> =
            digits.iter().flat_map(|digit| [(digit & 0x7fff) as u16, (digit >> 15) as u16]).collect();
        while halves.last() == Some(&0) {
            halves.pop();
        }
        let len = halves.len() as i32;
        self.i32(if negative { -len } else { len });
        self.out.extend(halves.iter().flat_map(|half| half.to_le_bytes()));
    }

    fn str(&mut self, text: &[u8], interned: bool, flag: u8) -> Result<(), S::Error> {
        if self.version >= 4 && text.is_ascii() {
            match u8::try_from(text.len()) {
                Ok(len) => {
                    let code = if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII };
                    self.out.extend([code | flag, len]);
                }
                Err(_) => {
                    self.out.push(if interned { tag::ASCII_INTERNED } else { tag::ASCII } | flag);
                    self.size(text.len())?;
                }
            }
        } else {
            let code = if interned && self.version >= 3 { tag::INTERNED } else { tag::UNICODE };
            self.out.push(code | flag);
            self.size(text.len())?;
        }
        self.out.extend_from_slice(text);
        Ok(())
    }

    #[inline(never)]
    fn code(&mut self, fields: &CodeFields<S::Value>) -> Result<(), S::Error> {
        self.i32(fields.argcount);
        self.i32(fields.posonlyargcount);
        self.i32(fields.kwonlyargcount);
        self.i32(fields.stacksize);
        self.i32(fields.flags);
        self.write(&fields.code)?;
        self.write(&fields.consts)?;
        self.write(&fields.names)?;
        self.write(&fields.localsplusnames)?;
        self.write(&fields.localspluskinds)?;
        self.write(&fields.filename)?;
        self.write(&fields.name)?;
        self.write(&fields.qualname)?;
        self.i32(fields.firstlineno);
        self.write(&fields.linetable)?;
        self.write(&fields.exceptiontable)
    }
}
