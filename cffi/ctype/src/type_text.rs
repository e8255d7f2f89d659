//! Types written as text, as `ffi.typeof`, `ffi.new` and `ffi.cast` take them: a C declarator without or with a name,
//! over keywords, the names of the fixed-width family, and what the caller has declared. No libclang is needed.

use crate::{Convention, Length, Primitive, Quals, RecordKind, TypeId, Types};
use std::fmt;

/// What the caller has declared.
pub trait Names {
    /// The type of a typedef, with its qualifiers.
    fn typedef(&mut self, types: &mut Types, name: &str) -> Option<(TypeId, Quals)>;

    /// The struct or union of that tag. cffi makes an opaque one of a tag it has not seen.
    fn record(&mut self, types: &mut Types, kind: RecordKind, tag: &str) -> Option<TypeId>;

    /// The enum of that tag.
    fn enumeration(&mut self, types: &mut Types, tag: &str) -> Option<TypeId>;

    /// The value of an integer constant, for lengths of arrays.
    fn constant(&mut self, name: &str) -> Option<i128>;
}

/// Nothing is declared: keywords and library names alone.
pub struct NoNames;

impl Names for NoNames {
    fn typedef(&mut self, _: &mut Types, _: &str) -> Option<(TypeId, Quals)> {
        None
    }

    fn record(&mut self, _: &mut Types, _: RecordKind, _: &str) -> Option<TypeId> {
        None
    }

    fn enumeration(&mut self, _: &mut Types, _: &str) -> Option<TypeId> {
        None
    }

    fn constant(&mut self, _: &str) -> Option<i128> {
        None
    }
}

/// Why a text is no type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeTextError {
    pub message: String,
    /// The byte it goes wrong at.
    pub offset: usize,
}

impl fmt::Display for TypeTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TypeTextError {}

/// More levels than any declarator has; each costs stack.
const DEEPEST: u32 = 100;

impl Types {
    /// Reads a type. The outermost qualifiers come beside it.
    ///
    /// # Errors
    /// Text that is no type, a name nobody declared, a length that is no constant or negative.
    pub fn parse(&mut self, text: &str, names: &mut dyn Names) -> Result<(TypeId, Quals), TypeTextError> {
        let tokens = tokens(text)?;
        let mut parser = Parser { types: self, names, tokens, at: 0, end: text.len(), depth: 0 };
        let (base, quals) = parser.specifiers()?;
        let declarator = parser.declarator()?;
        if let Some(extra) = parser.peek() {
            return Err(parser.wrong(format!("unexpected '{extra}'")));
        }
        parser.apply(declarator, base, quals)
    }
}

/// A word, number, character literal or mark, with where it begins.
fn tokens(text: &str) -> Result<Vec<(usize, &str)>, TypeTextError> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let start = i;
        let b = bytes[i];
        if b.is_ascii_whitespace() {
            i += 1;
            continue;
        }
        if bytes[i..].starts_with(b"/*") {
            let close = text[i + 2..].find("*/");
            i = close.map_or(bytes.len(), |p| i + 2 + p + 2);
            continue;
        }
        if is_word(b) {
            while i < bytes.len() && is_word(bytes[i]) {
                i += 1;
            }
        } else if bytes[i..].starts_with(b"...") {
            i += 3;
        } else if bytes[i..].starts_with(b"<<") || bytes[i..].starts_with(b">>") {
            i += 2;
        } else if b == b'\'' {
            i += if bytes.get(i + 1) == Some(&b'\\') { 4 } else { 3 };
            if i > bytes.len() || bytes[i - 1] != b'\'' || !text.is_char_boundary(i) {
                return Err(TypeTextError { message: "invalid constant".into(), offset: start });
            }
        } else if b.is_ascii() {
            i += 1;
        } else {
            return Err(TypeTextError { message: "unexpected character".into(), offset: start });
        }
        out.push((start, &text[start..i]));
    }
    Ok(out)
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$'
}

/// What a declarator does to its base, outermost first.
#[derive(Default)]
struct Declarator {
    pointers: Vec<Quals>,
    convention: Convention,
    suffixes: Vec<Suffix>,
    inner: Option<Box<Declarator>>,
}

enum Suffix {
    Array(Length),
    Function { params: Vec<TypeId>, variadic: bool },
}

struct Parser<'a, 't> {
    types: &'a mut Types,
    names: &'a mut dyn Names,
    tokens: Vec<(usize, &'t str)>,
    at: usize,
    end: usize,
    depth: u32,
}

impl<'t> Parser<'_, 't> {
    fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.at).map(|t| t.1)
    }

    fn take(&mut self, what: &str) -> bool {
        let is = self.peek() == Some(what);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, what: &str) -> Result<(), TypeTextError> {
        if self.take(what) {
            return Ok(());
        }
        Err(self.wrong(match self.peek() {
            Some(found) => format!("expected '{what}' before '{found}'"),
            None => format!("expected '{what}' at the end"),
        }))
    }

    fn wrong(&self, message: impl Into<String>) -> TypeTextError {
        let offset = self.tokens.get(self.at).map_or(self.end, |t| t.0);
        TypeTextError { message: message.into(), offset }
    }

    fn deeper(&mut self) -> Result<(), TypeTextError> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(self.wrong("the type is nested too deeply")) } else { Ok(()) }
    }

    fn qualifier(&mut self) -> Option<Quals> {
        let quals = match self.peek()? {
            "const" | "__const" => Quals::CONST,
            "volatile" | "__volatile__" => Quals::VOLATILE,
            "restrict" | "__restrict" | "__restrict__" => Quals::RESTRICT,
            _ => return None,
        };
        self.at += 1;
        Some(quals)
    }

    /// The base type: keywords in any order, a tag, or a name.
    fn specifiers(&mut self) -> Result<(TypeId, Quals), TypeTextError> {
        let mut quals = Quals::NONE;
        let mut words: Vec<&str> = Vec::new();
        let mut found: Option<TypeId> = None;
        loop {
            if let Some(q) = self.qualifier() {
                quals = quals.with(q);
                continue;
            }
            let Some(word) = self.peek() else { break };
            if is_keyword(word) && found.is_none() {
                words.push(word);
                self.at += 1;
            } else if words.is_empty() && found.is_none() && matches!(word, "struct" | "union" | "enum") {
                self.at += 1;
                found = Some(self.tagged(word)?);
            } else if words.is_empty() && found.is_none() && is_name(word) {
                let (id, more) = self.named(word)?;
                self.at += 1;
                quals = quals.with(more);
                found = Some(id);
            } else {
                break;
            }
        }
        let id = match found {
            Some(id) => id,
            None if words.is_empty() => return Err(self.wrong("expected a type")),
            None if words == ["void"] => TypeId::VOID,
            None => match keyword_type(&mut words) {
                Some(p) => self.types.primitive(p),
                None => return Err(self.wrong(format!("Unsupported type: '{}'", words.join(" ")))),
            },
        };
        Ok((id, quals))
    }

    fn tagged(&mut self, keyword: &str) -> Result<TypeId, TypeTextError> {
        let Some(tag) = self.peek().filter(|t| is_name(t)) else {
            return Err(self.wrong(format!("expected a tag after '{keyword}'")));
        };
        let id = match keyword {
            "struct" => self.names.record(self.types, RecordKind::Struct, tag),
            "union" => self.names.record(self.types, RecordKind::Union, tag),
            _ => self.names.enumeration(self.types, tag),
        };
        let id = id.ok_or_else(|| self.wrong(format!("unknown {keyword} '{tag}'")))?;
        self.at += 1;
        Ok(id)
    }

    fn named(&mut self, name: &str) -> Result<(TypeId, Quals), TypeTextError> {
        if let Some(found) = self.names.typedef(self.types, name) {
            return Ok(found);
        }
        let primitive = match name {
            "bool" => Some(Primitive::Bool),
            _ => Primitive::from_name(name),
        };
        match primitive {
            Some(p) => Ok((self.types.primitive(p), Quals::NONE)),
            None => Err(self.wrong(format!("unknown identifier '{name}'"))),
        }
    }

    fn declarator(&mut self) -> Result<Declarator, TypeTextError> {
        self.deeper()?;
        let mut d = Declarator::default();
        loop {
            match self.peek() {
                Some("__stdcall" | "WINAPI") => {
                    d.convention = Convention::Stdcall;
                    self.at += 1;
                }
                Some("__cdecl") => self.at += 1,
                Some("*") => {
                    self.at += 1;
                    let mut quals = Quals::NONE;
                    while let Some(q) = self.qualifier() {
                        quals = quals.with(q);
                    }
                    d.pointers.push(quals);
                }
                _ => break,
            }
        }
        if self.peek() == Some("(") && !self.params_follow() {
            self.at += 1;
            d.inner = Some(Box::new(self.declarator()?));
            self.expect(")")?;
        } else if self.peek().is_some_and(|w| is_name(w) && !is_keyword(w)) {
            self.at += 1;
        }
        loop {
            if self.take("[") {
                d.suffixes.push(Suffix::Array(self.length()?));
            } else if self.take("(") {
                d.suffixes.push(self.params()?);
            } else {
                break;
            }
        }
        self.depth -= 1;
        Ok(d)
    }

    /// Whether the parenthesis here opens parameters, not a declarator: a type or nothing follows.
    fn params_follow(&mut self) -> bool {
        match self.tokens.get(self.at + 1).map(|t| t.1) {
            None | Some(")" | "...") => true,
            Some("*" | "(" | "[" | "__stdcall" | "WINAPI" | "__cdecl") => false,
            Some("const" | "volatile" | "struct" | "union" | "enum") => true,
            Some(word) if is_keyword(word) || Primitive::from_name(word).is_some() || word == "bool" => true,
            Some(word) => is_name(word) && self.names.typedef(self.types, word).is_some(),
        }
    }

    fn length(&mut self) -> Result<Length, TypeTextError> {
        if self.take("]") {
            return Ok(Length::Open);
        }
        if self.take("...") {
            self.expect("]")?;
            return Ok(Length::Dots);
        }
        let at = self.at;
        let value = self.expression(0)?;
        self.expect("]")?;
        match u64::try_from(value) {
            Ok(n) => Ok(Length::Fixed(n)),
            Err(_) => {
                self.at = at;
                Err(self.wrong("negative array size"))
            }
        }
    }

    /// A constant expression; binary operators of `level` and tighter ones.
    fn expression(&mut self, level: usize) -> Result<i128, TypeTextError> {
        const LEVELS: [&[&str]; 6] = [&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "/", "%"]];
        if level == LEVELS.len() {
            return self.operand();
        }
        let mut left = self.expression(level + 1)?;
        while let Some(op) = self.peek().filter(|op| LEVELS[level].contains(op)) {
            self.at += 1;
            let right = self.expression(level + 1)?;
            let shift = u32::try_from(right).unwrap_or(128);
            let value = match op {
                "|" => Some(left | right),
                "^" => Some(left ^ right),
                "&" => Some(left & right),
                "<<" => left.checked_shl(shift).filter(|v| v >> shift.min(127) == left),
                ">>" => left.checked_shr(shift),
                "+" => left.checked_add(right),
                "-" => left.checked_sub(right),
                "*" => left.checked_mul(right),
                "/" => left.checked_div(right),
                _ => left.checked_rem(right),
            };
            left = value.ok_or_else(|| self.wrong("invalid constant expression"))?;
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<i128, TypeTextError> {
        self.deeper()?;
        let Some(word) = self.peek() else { return Err(self.wrong("expected a constant")) };
        let value = match word {
            "-" | "+" => {
                self.at += 1;
                let value = self.operand()?;
                let value = if word == "-" { value.checked_neg() } else { Some(value) };
                value.ok_or_else(|| self.wrong("invalid constant expression"))?
            }
            "(" => {
                self.at += 1;
                let value = self.expression(0)?;
                self.expect(")")?;
                value
            }
            _ => {
                let value =
                    number(word).or_else(|| if is_name(word) { self.names.constant(word) } else { None });
                let value = value.ok_or_else(|| self.wrong(format!("invalid constant '{word}'")))?;
                self.at += 1;
                value
            }
        };
        self.depth -= 1;
        Ok(value)
    }

    fn params(&mut self) -> Result<Suffix, TypeTextError> {
        let (mut params, mut variadic) = (Vec::new(), false);
        if !self.take(")") {
            loop {
                if self.take("...") {
                    if params.is_empty() {
                        return Err(self.wrong("a function with only '(...)' as argument is not correct C"));
                    }
                    variadic = true;
                    break;
                }
                let (base, quals) = self.specifiers()?;
                let declarator = self.declarator()?;
                let (id, _) = self.apply(declarator, base, quals)?;
                params.push(id);
                if !self.take(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        if params == [TypeId::VOID] && !variadic {
            params.clear();
        }
        if params.contains(&TypeId::VOID) {
            return Err(self.wrong("a parameter of type void"));
        }
        Ok(Suffix::Function { params, variadic })
    }

    fn apply(&mut self, d: Declarator, base: TypeId, quals: Quals) -> Result<(TypeId, Quals), TypeTextError> {
        let (mut id, mut quals) = (base, quals);
        for q in d.pointers {
            id = self.types.pointer(id, quals);
            quals = q;
        }
        // The convention of `(__stdcall *)` belongs to the function around the parentheses.
        let convention = d.inner.as_ref().map_or(d.convention, |inner| inner.convention);
        for suffix in d.suffixes.into_iter().rev() {
            id = match suffix {
                Suffix::Array(length) => self.types.array(id, quals, length),
                Suffix::Function { params, variadic } => {
                    quals = Quals::NONE;
                    self.types.function(id, &params, variadic, convention)
                }
            };
        }
        match d.inner {
            Some(inner) => self.apply(*inner, id, quals),
            None => Ok((id, quals)),
        }
    }
}

fn is_name(word: &str) -> bool {
    word.as_bytes().first().is_some_and(|b| is_word(*b) && !b.is_ascii_digit())
}

const KEYWORDS: &[&str] = &[
    "void",
    "char",
    "short",
    "int",
    "long",
    "float",
    "double",
    "signed",
    "unsigned",
    "_Bool",
    "_Complex",
    "__complex__",
    "__int128",
    "__signed__",
    "const",
    "volatile",
    "restrict",
    "struct",
    "union",
    "enum",
];

/// Keywords of base types; those of qualifiers and tags are taken before.
fn is_keyword(word: &str) -> bool {
    KEYWORDS[..14].contains(&word)
}

/// The type that keywords name together, in any order.
fn keyword_type(words: &mut [&str]) -> Option<Primitive> {
    use Primitive::*;
    words.sort_unstable();
    Some(match &*words {
        ["char"] => Char,
        ["char", "signed"] | ["__signed__", "char"] => SChar,
        ["char", "unsigned"] => UChar,
        ["_Bool"] => Bool,
        ["short"] | ["int", "short"] | ["short", "signed"] | ["int", "short", "signed"] => Short,
        ["short", "unsigned"] | ["int", "short", "unsigned"] => UShort,
        ["int"] | ["signed"] | ["int", "signed"] => Int,
        ["unsigned"] | ["int", "unsigned"] => UInt,
        ["long"] | ["int", "long"] | ["long", "signed"] | ["int", "long", "signed"] => Long,
        ["long", "unsigned"] | ["int", "long", "unsigned"] => ULong,
        ["long", "long"] | ["int", "long", "long"] | ["long", "long", "signed"] => LongLong,
        ["int", "long", "long", "signed"] => LongLong,
        ["long", "long", "unsigned"] | ["int", "long", "long", "unsigned"] => ULongLong,
        ["__int128"] | ["__int128", "signed"] => Int128,
        ["__int128", "unsigned"] => UInt128,
        ["float"] => Float,
        ["double"] => Double,
        ["double", "long"] => LongDouble,
        ["_Complex", "float"] | ["__complex__", "float"] => FloatComplex,
        ["_Complex", "double"] | ["__complex__", "double"] => DoubleComplex,
        _ => return None,
    })
}

/// An integer or character literal.
fn number(word: &str) -> Option<i128> {
    if let Some(inner) = word.strip_prefix('\'') {
        let inner = inner.strip_suffix('\'')?.as_bytes();
        return match inner {
            [c] => Some(i128::from(*c)),
            [b'\\', c] => Some(match c {
                b'n' => 10,
                b't' => 9,
                b'r' => 13,
                b'0' => 0,
                c => i128::from(*c),
            }),
            _ => None,
        };
    }
    let lower = word.to_ascii_lowercase();
    let digits = lower.trim_end_matches(['u', 'l']);
    if let Some(hex) = digits.strip_prefix("0x") {
        i128::from_str_radix(hex, 16).ok()
    } else if let Some(binary) = digits.strip_prefix("0b") {
        i128::from_str_radix(binary, 2).ok()
    } else if digits.len() > 1 && digits.starts_with('0') {
        i128::from_str_radix(digits, 8).ok()
    } else if digits.as_bytes().first()?.is_ascii_digit() {
        digits.parse().ok()
    } else {
        None
    }
}
