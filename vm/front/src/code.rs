//! A code object as plain data: every field of CPython 3.14's `PyCodeObject` that a compiler
//! decides, and nothing a running program adds to it.

use malachite_bigint::BigInt;
use rustpython_compiler_core::bytecode::{CodeObject, ConstantData};

/// The bits of [`Code::flags`] (`co_flags`; names as in the module `inspect`).
pub mod code_flags {
    /// Locals live in the frame's array, not in a dictionary.
    pub const OPTIMIZED: u32 = 0x0001;
    /// A call makes a new local namespace.
    pub const NEWLOCALS: u32 = 0x0002;
    /// Takes `*args`.
    pub const VARARGS: u32 = 0x0004;
    /// Takes `**kwargs`.
    pub const VARKEYWORDS: u32 = 0x0008;
    /// Defined within another function.
    pub const NESTED: u32 = 0x0010;
    /// A generator function.
    pub const GENERATOR: u32 = 0x0020;
    /// A coroutine function.
    pub const COROUTINE: u32 = 0x0080;
    /// A generator made awaitable by `types.coroutine`.
    pub const ITERABLE_COROUTINE: u32 = 0x0100;
    /// An asynchronous generator function.
    pub const ASYNC_GENERATOR: u32 = 0x0200;
    /// `from __future__ import annotations` was in force.
    pub const FUTURE_ANNOTATIONS: u32 = 0x0100_0000;
    /// The first constant is the docstring.
    pub const HAS_DOCSTRING: u32 = 0x0400_0000;
    /// A function defined directly in a class body.
    pub const METHOD: u32 = 0x0800_0000;
}

/// The bits of each byte of [`Code::localspluskinds`] (`CO_FAST_*`).
pub mod fast_kinds {
    /// An argument that may be given by position.
    pub const ARG_POS: u8 = 0x02;
    /// An argument that may be given by keyword.
    pub const ARG_KW: u8 = 0x04;
    /// `*args` or `**kwargs`, together with `ARG_POS` or `ARG_KW`.
    pub const ARG_VAR: u8 = 0x08;
    /// A comprehension's variable in a class or module body: not in `locals()`.
    pub const HIDDEN: u8 = 0x10;
    /// A local variable.
    pub const LOCAL: u8 = 0x20;
    /// A cell shared with inner functions.
    pub const CELL: u8 = 0x40;
    /// A cell that comes from an enclosing function.
    pub const FREE: u8 = 0x80;
}

/// Text that may hold lone surrogates: UTF-8 in which a surrogate takes the three bytes that
/// the error handler `surrogatepass` gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wtf8(Vec<u8>);

impl Wtf8 {
    /// Takes bytes that are UTF-8, or UTF-8 with surrogates in three bytes each. A pair of a high
    /// and a low surrogate side by side stays a pair: they are two characters in Python.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, if it holds no surrogate.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Whether every character is ASCII.
    pub fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }
}

impl From<&str> for Wtf8 {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<String> for Wtf8 {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

/// A constant of a code object.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `None`
    None,
    /// `True` and `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An int that fits in 64 bits.
    Int(i64),
    /// Any other int: its magnitude in 30-bit digits, least significant first, without leading zeros.
    BigInt { negative: bool, digits: Vec<u32> },
    /// A float; the bits count, so `-0.0` and NaNs are kept.
    Float(f64),
    /// A complex number.
    Complex { real: f64, imag: f64 },
    /// A str.
    Str(Wtf8),
    /// A bytes object.
    Bytes(Vec<u8>),
    /// A tuple.
    Tuple(Vec<Const>),
    /// A frozenset, its elements in the order they were written.
    FrozenSet(Vec<Const>),
    /// `slice(start, stop, step)`
    Slice(Box<[Const; 3]>),
    /// The code of a function, class body or comprehension.
    Code(Box<Code>),
}

/// A code object. Field names are CPython's without the `co_`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    /// Positional arguments, positional-only ones among them, without `*args`.
    pub argcount: u32,
    /// Positional-only arguments.
    pub posonlyargcount: u32,
    /// Keyword-only arguments.
    pub kwonlyargcount: u32,
    /// Words of evaluation stack needed.
    pub stacksize: u32,
    /// See [`code_flags`].
    pub flags: u32,
    /// Instruction units, two bytes each (opcode, argument), cache entries among them as zeros.
    pub code: Vec<u8>,
    /// Constants; see [`code_flags::HAS_DOCSTRING`] for the first.
    pub consts: Vec<Const>,
    /// Names of globals and attributes.
    pub names: Vec<String>,
    /// Names of arguments, locals, cells and free variables, in the order of the frame's slots.
    pub localsplusnames: Vec<String>,
    /// One byte for each of `localsplusnames`; see [`fast_kinds`].
    pub localspluskinds: Vec<u8>,
    /// The file the code came from, as given to the compiler.
    pub filename: String,
    /// Name of the function or class, or `<module>` and the like.
    pub name: String,
    /// The name with what it is nested in (PEP 3155).
    pub qualname: String,
    /// First source line.
    pub firstlineno: i32,
    /// Positions of instructions, in CPython's location table format.
    pub linetable: Vec<u8>,
    /// Handlers, in CPython's exception table format.
    pub exceptiontable: Vec<u8>,
}

impl Code {
    /// This code object and all it holds, outermost first, depth first.
    pub fn walk(&self, visit: &mut dyn FnMut(&Code)) {
        visit(self);
        for constant in &self.consts {
            if let Const::Code(code) = constant {
                code.walk(visit);
            }
        }
    }
}

/// Takes the code generator's object apart.
pub(crate) fn from_codegen(object: &CodeObject<ConstantData>) -> Code {
    let mut code = take_apart(object);
    name_annotate_functions(&mut code, "");
    code
}

/// Gives the functions that compute annotations the qualified names of CPython 3.14, where the one of
/// `C.f` is `C.__annotate__`; the code generator has later versions' `C.f.__annotate__`. `prefix` is
/// what `code`'s own name stands behind.
fn name_annotate_functions(code: &mut Code, prefix: &str) {
    let inner = if code.name.starts_with("<generic parameters of ") {
        prefix.to_owned()
    } else if code.qualname == "<module>" {
        String::new()
    } else if code.flags & code_flags::NEWLOCALS != 0 {
        format!("{}.<locals>.", code.qualname)
    } else {
        format!("{}.", code.qualname)
    };
    for constant in &mut code.consts {
        let Const::Code(child) = constant else { continue };
        if child.name == "__annotate__" {
            let wanted = format!("{inner}__annotate__");
            if child.qualname != wanted {
                let found = child.qualname.clone();
                rename(child, &found, &wanted);
            }
        }
        name_annotate_functions(child, &inner);
    }
}

/// Replaces the start of the qualified names of a code object and of all it holds.
fn rename(code: &mut Code, found: &str, wanted: &str) {
    if let Some(rest) = code.qualname.strip_prefix(found) {
        code.qualname = format!("{wanted}{rest}");
    }
    for constant in &mut code.consts {
        if let Const::Code(child) = constant {
            rename(child, found, wanted);
        }
    }
}

fn take_apart(object: &CodeObject<ConstantData>) -> Code {
    let varnames = object.varnames.iter();
    let cells = object.cellvars.iter().filter(|cell| !object.varnames.contains(cell));
    let localsplusnames: Vec<String> = varnames.chain(cells).chain(object.freevars.iter()).cloned().collect();
    debug_assert_eq!(localsplusnames.len(), object.localspluskinds.len());
    Code {
        argcount: object.arg_count,
        posonlyargcount: object.posonlyarg_count,
        kwonlyargcount: object.kwonlyarg_count,
        stacksize: object.max_stackdepth,
        flags: object.flags.bits(),
        code: object.instructions.original_bytes(),
        consts: object.constants.iter().map(from_constant).collect(),
        names: object.names.to_vec(),
        localsplusnames,
        localspluskinds: object.localspluskinds.to_vec(),
        filename: object.source_path.clone(),
        name: object.obj_name.clone(),
        qualname: object.qualname.clone(),
        firstlineno: object.first_line_number.map_or(0, |line| line.get() as i32),
        linetable: object.linetable.to_vec(),
        exceptiontable: object.exceptiontable.to_vec(),
    }
}

fn from_constant(constant: &ConstantData) -> Const {
    let all = |elements: &[ConstantData]| elements.iter().map(from_constant).collect();
    match constant {
        ConstantData::None => Const::None,
        ConstantData::Ellipsis => Const::Ellipsis,
        ConstantData::Boolean { value } => Const::Bool(*value),
        ConstantData::Integer { value } => from_big_int(value),
        ConstantData::Float { value } => Const::Float(*value),
        ConstantData::Complex { value } => Const::Complex { real: value.re, imag: value.im },
        ConstantData::Str { value } => Const::Str(Wtf8(value.as_bytes().to_vec())),
        ConstantData::Bytes { value } => Const::Bytes(value.clone()),
        ConstantData::Tuple { elements } => Const::Tuple(all(elements)),
        ConstantData::Frozenset { elements } => Const::FrozenSet(all(elements)),
        ConstantData::Slice { elements } => {
            Const::Slice(Box::new([0, 1, 2].map(|i| from_constant(&elements[i]))))
        }
        ConstantData::Code { code } => Const::Code(Box::new(take_apart(code))),
    }
}

fn from_big_int(value: &BigInt) -> Const {
    match i64::try_from(value) {
        Ok(small) => Const::Int(small),
        Err(_) => {
            let (sign, words) = value.to_u32_digits();
            let negative = sign == malachite_bigint::Sign::Minus;
            Const::BigInt { negative, digits: thirty_bit_digits(&words) }
        }
    }
}

/// An int by its digits in a base; anything else is 0.
pub(crate) fn int_from_digits(digits: &str, base: u32) -> Const {
    BigInt::parse_bytes(digits.as_bytes(), base).map_or(Const::Int(0), |value| from_big_int(&value))
}

/// An int of 30-bit digits in decimal.
pub(crate) fn decimal(negative: bool, digits: &[u32]) -> String {
    let magnitude =
        digits.iter().rev().fold(BigInt::from(0), |sum, &digit| (sum << 30u32) + BigInt::from(digit));
    if negative { format!("-{magnitude}") } else { magnitude.to_string() }
}

/// Cuts a magnitude in 32-bit words into 30-bit digits.
fn thirty_bit_digits(words: &[u32]) -> Vec<u32> {
    let mut digits = Vec::with_capacity(words.len() * 32 / 30 + 1);
    let (mut bits, mut have) = (0u64, 0);
    for &word in words {
        bits |= u64::from(word) << have;
        have += 32;
        while have >= 30 {
            digits.push((bits & 0x3fff_ffff) as u32);
            bits >>= 30;
            have -= 30;
        }
    }
    digits.push(bits as u32);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::thirty_bit_digits;

    #[test]
    fn digits_of_thirty_bits() {
        assert_eq!(thirty_bit_digits(&[0, 1]), [0, 4]);
        assert_eq!(thirty_bit_digits(&[u32::MAX, u32::MAX]), [0x3fff_ffff, 0x3fff_ffff, 0xf]);
        assert_eq!(thirty_bit_digits(&[5]), [5]);
    }
}
