//! Reads the format.

use super::{CodeFields, MAX_DEPTH, MarshalError, tag};

/// Makes values. What a method cannot make, it reports as its own error.
pub trait MarshalSink {
    /// A value; cloning it gives another reference to the same.
    type Value: Clone;
    /// The sink's errors, the reader's among them.
    type Error: From<MarshalError>;

    /// `None`
    fn none(&mut self) -> Self::Value;
    /// `True` or `False`
    fn bool(&mut self, value: bool) -> Self::Value;
    /// `...`
    fn ellipsis(&mut self) -> Self::Value;
    /// `StopIteration`, the class.
    fn stop_iteration(&mut self) -> Result<Self::Value, Self::Error>;
    /// An int.
    fn int(&mut self, value: i64) -> Result<Self::Value, Self::Error>;
    /// An int by sign and 30-bit digits, least significant first, the last not zero.
    fn big_int(&mut self, negative: bool, digits: &[u32]) -> Result<Self::Value, Self::Error>;
    /// A float.
    fn float(&mut self, value: f64) -> Result<Self::Value, Self::Error>;
    /// A complex.
    fn complex(&mut self, real: f64, imag: f64) -> Result<Self::Value, Self::Error>;
    /// A str: UTF-8 with surrogates in three bytes each, not checked; or ASCII, where the format says so
    /// (bytes above 127 are then Latin-1). `interned` asks for the interned str.
    fn str(&mut self, text: &[u8], ascii: bool, interned: bool) -> Result<Self::Value, Self::Error>;
    /// A bytes object.
    fn bytes(&mut self, bytes: &[u8]) -> Result<Self::Value, Self::Error>;
    /// A tuple.
    fn tuple(&mut self, elements: Vec<Self::Value>) -> Result<Self::Value, Self::Error>;
    /// A list, to be filled by `list_push`: its elements may refer to it.
    fn list(&mut self, len: usize) -> Result<Self::Value, Self::Error>;
    /// Appends to a list of `list`.
    fn list_push(&mut self, list: &Self::Value, element: Self::Value) -> Result<(), Self::Error>;
    /// A dict, to be filled by `dict_insert`.
    fn dict(&mut self) -> Result<Self::Value, Self::Error>;
    /// Adds to a dict of `dict`.
    fn dict_insert(
        &mut self,
        dict: &Self::Value,
        key: Self::Value,
        value: Self::Value,
    ) -> Result<(), Self::Error>;
    /// A set, to be filled by `set_add`.
    fn set(&mut self) -> Result<Self::Value, Self::Error>;
    /// Adds to a set of `set`.
    fn set_add(&mut self, set: &Self::Value, element: Self::Value) -> Result<(), Self::Error>;
    /// A frozenset.
    fn frozenset(&mut self, elements: Vec<Self::Value>) -> Result<Self::Value, Self::Error>;
    /// A slice.
    fn slice(
        &mut self,
        start: Self::Value,
        stop: Self::Value,
        step: Self::Value,
    ) -> Result<Self::Value, Self::Error>;
    /// A code object; the types of the fields are for the sink to check.
    fn code(&mut self, fields: CodeFields<Self::Value>) -> Result<Self::Value, Self::Error>;
}

/// Where the bytes come from.
pub trait Input<E> {
    /// The next byte, `None` at the end.
    fn byte(&mut self) -> Result<Option<u8>, E>;
    /// The next `len` bytes; fewer are the error `EOFError: marshal data too short`.
    fn take(&mut self, len: usize) -> Result<&[u8], E>;
}

/// Bytes in memory.
#[derive(Clone, Copy, Debug)]
pub struct SliceInput<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> SliceInput<'a> {
    /// Reads `bytes` from the start.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.at
    }
}

impl<E: From<MarshalError>> Input<E> for SliceInput<'_> {
    fn byte(&mut self) -> Result<Option<u8>, E> {
        let byte = self.bytes.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        Ok(byte)
    }

    fn take(&mut self, len: usize) -> Result<&[u8], E> {
        let end = self.at.checked_add(len).filter(|&end| end <= self.bytes.len());
        let Some(end) = end else { return Err(MarshalError::Eof("marshal data too short").into()) };
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }
}

/// Reads values from an input into a sink.
pub struct Reader<'a, S: MarshalSink, I> {
    sink: &'a mut S,
    input: I,
    allow_code: bool,
    refs: Vec<Option<S::Value>>,
    depth: usize,
}

type Read<S> = Result<<S as MarshalSink>::Value, <S as MarshalSink>::Error>;

impl<'a, S: MarshalSink, I: Input<S::Error>> Reader<'a, S, I> {
    /// A reader; without `allow_code`, code objects are refused.
    pub fn new(sink: &'a mut S, input: I, allow_code: bool) -> Self {
        Self { sink, input, allow_code, refs: Vec::new(), depth: 0 }
    }

    /// Reads one value.
    pub fn read(&mut self) -> Read<S> {
        self.value("object")
    }

    /// The input, for what comes after the value.
    pub fn into_input(self) -> I {
        self.input
    }

    fn value(&mut self, holder: &str) -> Read<S> {
        let value = self.maybe()?;
        value.ok_or_else(|| MarshalError::Type(format!("NULL object in marshal data for {holder}")).into())
    }

    fn i32(&mut self) -> Result<i32, S::Error> {
        let bytes = self.input.take(4)?;
        Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn f64(&mut self) -> Result<f64, S::Error> {
        let bytes = self.input.take(8)?;
        let mut eight = [0; 8];
        eight.copy_from_slice(bytes);
        Ok(f64::from_le_bytes(eight))
    }

    fn text_f64(&mut self) -> Result<f64, S::Error> {
        let len = self.one_byte()?;
        let text = std::str::from_utf8(self.input.take(len)?).ok();
        let number = text.and_then(|text| text.trim().parse().ok());
        let shown = text.unwrap_or("?").to_owned();
        number.ok_or_else(|| {
            MarshalError::Value(format!("could not convert string to float: '{shown}'")).into()
        })
    }

    fn one_byte(&mut self) -> Result<usize, S::Error> {
        let byte = self.input.byte()?;
        byte.map(usize::from).ok_or_else(|| MarshalError::Eof("EOF read where not expected").into())
    }

    fn size(&mut self, what: &str) -> Result<usize, S::Error> {
        let size = self.i32()?;
        usize::try_from(size).map_err(|_| MarshalError::bad(&format!("{what} size out of range")).into())
    }

    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        })
    }

    fn keep(&mut self, slot: Option<usize>, value: S::Value) -> S::Value {
        if let Some(slot) = slot {
            self.refs[slot] = Some(value.clone());
        }
        value
    }

    /// Reads a value; `None` is the mark that ends a dict.
    fn maybe(&mut self) -> Result<Option<S::Value>, S::Error> {
        let Some(code) = self.input.byte()? else {
            return Err(MarshalError::Eof("EOF read where object expected").into());
        };
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.depth -= 1;
            return Err(MarshalError::Value("recursion limit exceeded".into()).into());
        }
        let value = self.tagged(code & !tag::FLAG_REF, code & tag::FLAG_REF != 0);
        self.depth -= 1;
        value
    }

    fn tagged(&mut self, code: u8, flag: bool) -> Result<Option<S::Value>, S::Error> {
        let value = match code {
            tag::NULL => return Ok(None),
            tag::NONE => return Ok(Some(self.sink.none())),
            tag::FALSE => return Ok(Some(self.sink.bool(false))),
            tag::TRUE => return Ok(Some(self.sink.bool(true))),
            tag::ELLIPSIS => return Ok(Some(self.sink.ellipsis())),
            tag::STOP_ITERATION => return self.sink.stop_iteration().map(Some),
            tag::REF => {
                let index = usize::try_from(self.i32()?).ok();
                let known = index.and_then(|index| self.refs.get(index)?.clone());
                return known.map(Some).ok_or_else(|| MarshalError::bad("invalid reference").into());
            }
            tag::TUPLE | tag::SMALL_TUPLE | tag::FROZENSET => return self.frozen(code, flag),
            tag::SLICE => return self.slice(flag),
            tag::CODE => return self.code_object(flag),
            tag::LIST => return self.list(flag),
            tag::SET => return self.set(flag),
            tag::DICT => return self.dict(flag),
            _ => self.scalar(code)?,
        };
        self.remember(flag, &value);
        Ok(Some(value))
    }

    // Each kind of holder has a function of its own, so that deep nesting takes little stack.

    #[inline(never)]
    fn frozen(&mut self, code: u8, flag: bool) -> Result<Option<S::Value>, S::Error> {
        let holder = if code == tag::FROZENSET { "set" } else { "tuple" };
        let len = if code == tag::SMALL_TUPLE { self.one_byte()? } else { self.size(holder)? };
        let slot = self.reserve(flag);
        let elements = self.values(len, holder)?;
        let value = if code == tag::FROZENSET {
            self.sink.frozenset(elements)?
        } else {
            self.sink.tuple(elements)?
        };
        Ok(Some(self.keep(slot, value)))
    }

    #[inline(never)]
    fn slice(&mut self, flag: bool) -> Result<Option<S::Value>, S::Error> {
        let slot = self.reserve(flag);
        let (start, stop, step) = (self.value("slice")?, self.value("slice")?, self.value("slice")?);
        let slice = self.sink.slice(start, stop, step)?;
        Ok(Some(self.keep(slot, slice)))
    }

    #[inline(never)]
    fn code_object(&mut self, flag: bool) -> Result<Option<S::Value>, S::Error> {
        if !self.allow_code {
            return Err(MarshalError::Value("unmarshalling code objects is disallowed".into()).into());
        }
        let slot = self.reserve(flag);
        let fields = self.code()?;
        let code = self.sink.code(fields)?;
        Ok(Some(self.keep(slot, code)))
    }

    #[inline(never)]
    fn list(&mut self, flag: bool) -> Result<Option<S::Value>, S::Error> {
        let len = self.size("list")?;
        let list = self.sink.list(len)?;
        self.remember(flag, &list);
        for _ in 0..len {
            let element = self.value("list")?;
            self.sink.list_push(&list, element)?;
        }
        Ok(Some(list))
    }

    #[inline(never)]
    fn set(&mut self, flag: bool) -> Result<Option<S::Value>, S::Error> {
        let len = self.size("set")?;
        let set = self.sink.set()?;
        self.remember(flag, &set);
        for _ in 0..len {
            let element = self.value("set")?;
            self.sink.set_add(&set, element)?;
        }
        Ok(Some(set))
    }

    #[inline(never)]
    fn dict(&mut self, flag: bool) -> Result<Option<S::Value>, S::Error> {
        let dict = self.sink.dict()?;
        self.remember(flag, &dict);
        while let Some(key) = self.maybe()? {
            let Some(value) = self.maybe()? else { break };
            self.sink.dict_insert(&dict, key, value)?;
        }
        Ok(Some(dict))
    }

    fn remember(&mut self, flag: bool, value: &S::Value) {
        if flag {
            self.refs.push(Some(value.clone()));
        }
    }

    fn values(&mut self, len: usize, holder: &str) -> Result<Vec<S::Value>, S::Error> {
        // The length is the file's word: it must not decide how much memory is taken.
        let mut values = Vec::with_capacity(len.min(1024));
        for _ in 0..len {
            values.push(self.value(holder)?);
        }
        Ok(values)
    }

    #[inline(never)]
    fn scalar(&mut self, code: u8) -> Read<S> {
        match code {
            tag::INT => {
                let value = self.i32()?;
                self.sink.int(i64::from(value))
            }
            tag::INT64 => {
                let bytes = self.input.take(8)?;
                let mut eight = [0; 8];
                eight.copy_from_slice(bytes);
                self.sink.int(i64::from_le_bytes(eight))
            }
            tag::LONG => self.long(),
            tag::FLOAT => {
                let value = self.text_f64()?;
                self.sink.float(value)
            }
            tag::BINARY_FLOAT => {
                let value = self.f64()?;
                self.sink.float(value)
            }
            tag::COMPLEX => {
                let (real, imag) = (self.text_f64()?, self.text_f64()?);
                self.sink.complex(real, imag)
            }
            tag::BINARY_COMPLEX => {
                let (real, imag) = (self.f64()?, self.f64()?);
                self.sink.complex(real, imag)
            }
            tag::BYTES => {
                let len = self.size("bytes object")?;
                let bytes = self.input.take(len)?;
                self.sink.bytes(bytes)
            }
            tag::UNICODE | tag::INTERNED | tag::ASCII | tag::ASCII_INTERNED => {
                let len = self.size("string")?;
                let text = self.input.take(len)?;
                let ascii = matches!(code, tag::ASCII | tag::ASCII_INTERNED);
                let interned = matches!(code, tag::INTERNED | tag::ASCII_INTERNED);
                self.sink.str(text, ascii, interned)
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let len = self.one_byte()?;
                let text = self.input.take(len)?;
                self.sink.str(text, true, code == tag::SHORT_ASCII_INTERNED)
            }
            _ => Err(MarshalError::bad("unknown type code").into()),
        }
    }

    /// Reads an int of 15-bit digits.
    fn long(&mut self) -> Read<S> {
        let size = self.i32()?;
        if size == 0 {
            return self.sink.int(0);
        }
        if size == i32::MIN {
            return Err(MarshalError::bad("long size out of range").into());
        }
        let len = size.unsigned_abs() as usize;
        let bytes = self.input.take(2 * len)?;
        let mut digits = Vec::with_capacity(len.div_ceil(2));
        for (at, pair) in bytes.chunks_exact(2).enumerate() {
            let digit = u32::from(u16::from_le_bytes([pair[0], pair[1]]));
            if digit >= 1 << 15 {
                return Err(MarshalError::bad("digit out of range in long").into());
            }
            if at % 2 == 0 {
                digits.push(digit);
            } else if let Some(last) = digits.last_mut() {
                *last |= digit << 15;
            }
        }
        if bytes[2 * len - 2..] == [0, 0] {
            return Err(MarshalError::bad("unnormalized long data").into());
        }
        self.sink.big_int(size < 0, &digits)
    }

    fn code(&mut self) -> Result<CodeFields<S::Value>, S::Error> {
        const HOLDER: &str = "code object";
        Ok(CodeFields {
            argcount: self.i32()?,
            posonlyargcount: self.i32()?,
            kwonlyargcount: self.i32()?,
            stacksize: self.i32()?,
            flags: self.i32()?,
            code: self.value(HOLDER)?,
            consts: self.value(HOLDER)?,
            names: self.value(HOLDER)?,
            localsplusnames: self.value(HOLDER)?,
            localspluskinds: self.value(HOLDER)?,
            filename: self.value(HOLDER)?,
            name: self.value(HOLDER)?,
            qualname: self.value(HOLDER)?,
            firstlineno: self.i32()?,
            linetable: self.value(HOLDER)?,
            exceptiontable: self.value(HOLDER)?,
        })
    }
}
