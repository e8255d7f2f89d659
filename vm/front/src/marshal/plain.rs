//! Marshal data of [`Code`] and [`Const`].

use super::{CodeFields, MarshalError, MarshalSink, MarshalSource, Reader, Shape, SliceInput, VERSION};
use super::{WriteError, Writer};
use crate::code::{Code, Const, Wtf8};
use std::borrow::Cow;

/// Writes a constant, code objects among them.
pub fn dumps(value: &Const) -> Result<Vec<u8>, WriteError> {
    let mut source = PlainSource::default();
    let mut writer = Writer::new(&mut source, VERSION, true);
    writer.write(&Part::Const(value))?;
    Ok(writer.into_bytes())
}

/// Writes a code object.
pub fn dumps_code(code: &Code) -> Result<Vec<u8>, WriteError> {
    let mut source = PlainSource::default();
    let mut writer = Writer::new(&mut source, VERSION, true);
    writer.write(&Part::Code(code))?;
    Ok(writer.into_bytes())
}

/// Reads a constant; lists, dicts and sets are none. Bytes after it are not looked at.
pub fn loads(bytes: &[u8]) -> Result<Const, MarshalError> {
    Reader::new(&mut PlainSink, SliceInput::new(bytes), true).read()
}

/// A constant or a part of a code object.
#[derive(Clone, Copy, Debug)]
enum Part<'c> {
    Const(&'c Const),
    Consts(&'c [Const]),
    Code(&'c Code),
    Name(&'c str),
    Names(&'c [String]),
    Bytes(&'c [u8]),
}

/// Takes plain values apart. Names are interned, and so are constant strs that look like names, as
/// CPython's compiler does it: these are the values that are shared.
#[derive(Default)]
struct PlainSource<'c>(std::marker::PhantomData<&'c Code>);

fn looks_like_a_name(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

impl<'c> MarshalSource for PlainSource<'c> {
    type Value = Part<'c>;
    type Identity = Vec<u8>;
    type Error = WriteError;

    fn shape<'a>(&mut self, part: &'a Part<'c>) -> Result<Shape<'a, Part<'c>>, WriteError> {
        let constants = |all: &'c [Const]| all.iter().map(Part::Const).collect();
        Ok(match *part {
            Part::Bytes(bytes) => Shape::Bytes(Cow::Borrowed(bytes)),
            Part::Name(name) => Shape::Str(Cow::Borrowed(name.as_bytes()), true),
            Part::Names(names) => Shape::Tuple(names.iter().map(|name| Part::Name(name)).collect()),
            Part::Consts(all) => Shape::Tuple(constants(all)),
            Part::Code(code) => Shape::Code(Box::new(fields(code))),
            Part::Const(constant) => match constant {
                Const::None => Shape::None,
                Const::Bool(value) => Shape::Bool(*value),
                Const::Ellipsis => Shape::Ellipsis,
                Const::Int(value) => Shape::Int(*value),
                Const::BigInt { negative, digits } => Shape::BigInt(*negative, Cow::Borrowed(digits)),
                Const::Float(value) => Shape::Float(*value),
                Const::Complex { real, imag } => Shape::Complex(*real, *imag),
                Const::Str(text) => {
                    let text = text.as_bytes();
                    Shape::Str(Cow::Borrowed(text), looks_like_a_name(text))
                }
                Const::Bytes(bytes) => Shape::Bytes(Cow::Borrowed(bytes)),
                Const::Tuple(all) => Shape::Tuple(constants(all)),
                Const::FrozenSet(all) => Shape::FrozenSet(constants(all)),
                Const::Slice(parts) => {
                    let [start, stop, step] = &**parts;
                    Shape::Slice(Part::Const(start), Part::Const(stop), Part::Const(step))
                }
                Const::Code(code) => Shape::Code(Box::new(fields(code))),
            },
        })
    }

    fn identity(&mut self, part: &Part<'c>) -> Option<Vec<u8>> {
        match *part {
            Part::Name(name) => Some(name.as_bytes().to_vec()),
            Part::Const(Const::Str(text)) if looks_like_a_name(text.as_bytes()) => {
                Some(text.as_bytes().to_vec())
            }
            _ => None,
        }
    }
}

fn fields(code: &Code) -> CodeFields<Part<'_>> {
    CodeFields {
        argcount: code.argcount as i32,
        posonlyargcount: code.posonlyargcount as i32,
        kwonlyargcount: code.kwonlyargcount as i32,
        stacksize: code.stacksize as i32,
        flags: code.flags as i32,
        code: Part::Bytes(&code.code),
        consts: Part::Consts(&code.consts),
        names: Part::Names(&code.names),
        localsplusnames: Part::Names(&code.localsplusnames),
        localspluskinds: Part::Bytes(&code.localspluskinds),
        filename: Part::Name(&code.filename),
        name: Part::Name(&code.name),
        qualname: Part::Name(&code.qualname),
        firstlineno: code.firstlineno,
        linetable: Part::Bytes(&code.linetable),
        exceptiontable: Part::Bytes(&code.exceptiontable),
    }
}

/// Makes plain values.
struct PlainSink;

fn not_plain(what: &str) -> MarshalError {
    MarshalError::Type(format!("{what} is no constant of a code object"))
}

fn string(value: Const) -> Result<String, MarshalError> {
    match value {
        Const::Str(text) => {
            text.to_str().map(str::to_owned).ok_or_else(|| not_plain("a name with surrogates"))
        }
        _ => Err(not_plain("a name that is no str")),
    }
}

fn strings(value: Const) -> Result<Vec<String>, MarshalError> {
    match value {
        Const::Tuple(all) => all.into_iter().map(string).collect(),
        _ => Err(not_plain("names that are no tuple")),
    }
}

fn byte_string(value: Const) -> Result<Vec<u8>, MarshalError> {
    match value {
        Const::Bytes(bytes) => Ok(bytes),
        _ => Err(not_plain("a table that is no bytes object")),
    }
}

impl MarshalSink for PlainSink {
    type Value = Const;
    type Error = MarshalError;

    fn none(&mut self) -> Const {
        Const::None
    }

    fn bool(&mut self, value: bool) -> Const {
        Const::Bool(value)
    }

    fn ellipsis(&mut self) -> Const {
        Const::Ellipsis
    }

    fn stop_iteration(&mut self) -> Result<Const, MarshalError> {
        Err(not_plain("StopIteration"))
    }

    fn int(&mut self, value: i64) -> Result<Const, MarshalError> {
        Ok(Const::Int(value))
    }

    fn big_int(&mut self, negative: bool, digits: &[u32]) -> Result<Const, MarshalError> {
        let magnitude = digits
            .iter()
            .rev()
            .try_fold(0i128, |sum, &digit| (sum < 1 << 90).then_some((sum << 30) | i128::from(digit)));
        let small = magnitude.map(|m| if negative { -m } else { m }).and_then(|m| i64::try_from(m).ok());
        Ok(match small {
            Some(value) => Const::Int(value),
            None => Const::BigInt { negative, digits: digits.to_vec() },
        })
    }

    fn float(&mut self, value: f64) -> Result<Const, MarshalError> {
        Ok(Const::Float(value))
    }

    fn complex(&mut self, real: f64, imag: f64) -> Result<Const, MarshalError> {
        Ok(Const::Complex { real, imag })
    }

    fn str(&mut self, text: &[u8], _ascii: bool, _interned: bool) -> Result<Const, MarshalError> {
        Ok(Const::Str(Wtf8::from_bytes(text.to_vec())))
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<Const, MarshalError> {
        Ok(Const::Bytes(bytes.to_vec()))
    }

    fn tuple(&mut self, elements: Vec<Const>) -> Result<Const, MarshalError> {
        Ok(Const::Tuple(elements))
    }

    fn list(&mut self, _len: usize) -> Result<Const, MarshalError> {
        Err(not_plain("a list"))
    }

    fn list_push(&mut self, _list: &Const, _element: Const) -> Result<(), MarshalError> {
        Err(not_plain("a list"))
    }

    fn dict(&mut self) -> Result<Const, MarshalError> {
        Err(not_plain("a dict"))
    }

    fn dict_insert(&mut self, _dict: &Const, _key: Const, _value: Const) -> Result<(), MarshalError> {
        Err(not_plain("a dict"))
    }

    fn set(&mut self) -> Result<Const, MarshalError> {
        Err(not_plain("a set"))
    }

    fn set_add(&mut self, _set: &Const, _element: Const) -> Result<(), MarshalError> {
        Err(not_plain("a set"))
    }

    fn frozenset(&mut self, elements: Vec<Const>) -> Result<Const, MarshalError> {
        Ok(Const::FrozenSet(elements))
    }

    fn slice(&mut self, start: Const, stop: Const, step: Const) -> Result<Const, MarshalError> {
        Ok(Const::Slice(Box::new([start, stop, step])))
    }

    fn code(&mut self, fields: CodeFields<Const>) -> Result<Const, MarshalError> {
        let consts = match fields.consts {
            Const::Tuple(all) => all,
            _ => return Err(not_plain("constants that are no tuple")),
        };
        Ok(Const::Code(Box::new(Code {
            argcount: fields.argcount as u32,
            posonlyargcount: fields.posonlyargcount as u32,
            kwonlyargcount: fields.kwonlyargcount as u32,
            stacksize: fields.stacksize as u32,
            flags: fields.flags as u32,
            code: byte_string(fields.code)?,
            consts,
            names: strings(fields.names)?,
            localsplusnames: strings(fields.localsplusnames)?,
            localspluskinds: byte_string(fields.localspluskinds)?,
            filename: string(fields.filename)?,
            name: string(fields.name)?,
            qualname: string(fields.qualname)?,
            firstlineno: fields.firstlineno,
            linetable: byte_string(fields.linetable)?,
            exceptiontable: byte_string(fields.exceptiontable)?,
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, Options, compile};

    #[test]
    fn code_comes_back_as_it_was() {
        let source = "def f(a, *b, c=(1, 2.5, -3j, 'x\u{e9}', b'y', ..., None)):\n    x = 1 << 100\n    return a[1:2] in {1, 2}, lambda: x\nclass A:\n    y = -10**30; z = 2**40; s = '\\ud800'\n";
        let code = compile(source.as_bytes(), "a.py", Mode::Exec, &Options::default()).unwrap().code;
        let bytes = dumps_code(&code).unwrap();
        assert_eq!(loads(&bytes), Ok(Const::Code(Box::new(code))));
    }

    #[test]
    fn known_bytes() {
        assert_eq!(dumps(&Const::Int(1 << 40)).unwrap(), b"l\x03\0\0\0\0\0\0\0\0\x04");
        assert_eq!(dumps(&Const::Str("ab c".into())).unwrap(), b"z\x04ab c");
        let set = Const::FrozenSet(vec![Const::Int(2), Const::Int(1)]);
        assert_eq!(dumps(&set).unwrap(), b">\x02\0\0\0i\x01\0\0\0i\x02\0\0\0");
    }

    #[test]
    fn bad_data() {
        let error = |bytes: &[u8]| loads(bytes).unwrap_err().to_string();
        assert_eq!(error(b""), "EOF read where object expected");
        assert_eq!(error(b"i\0"), "marshal data too short");
        assert_eq!(error(b"?"), "bad marshal data (unknown type code)");
        assert_eq!(error(b"r\0\0\0\0"), "bad marshal data (invalid reference)");
        assert_eq!(error(b"0"), "NULL object in marshal data for object");
        assert_eq!(error(b")\x01"), "EOF read where object expected");
        assert_eq!(error(b"l\x01\0\0\0\0\0"), "bad marshal data (unnormalized long data)");
        assert_eq!(error(&b")\x01".repeat(3000)), "recursion limit exceeded");
    }
}
