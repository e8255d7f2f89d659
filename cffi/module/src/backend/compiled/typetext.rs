//! Types written as text, over the names of a context: what `ffi.typeof`, `ffi.new` and `ffi.cast` of compiled modules
//! take. Errors say what is wrong and at which byte.

use super::super::ctype::CType;
use super::super::make;
use super::context::{Context, F_UNION, IO_FILE_STRUCT, Realized, file_struct, number, op};
use dovetail_core::error::PyResult;
use dovetail_core::object::Ref;
use dovetail_core::types::tuple::Tuple;
use dovetail_ctype::Primitive;
use std::rc::Rc;

/// What is wrong, and where.
pub struct TextError {
    pub message: &'static str,
    pub at: usize,
}

type Parse<T> = Result<T, TextError>;

/// A parsed type.
enum Node {
    Void,
    Primitive(Primitive),
    Typename(usize),
    Record(isize),
    Enum(usize),
    Pointer(Box<Node>),
    Array(Box<Node>, Option<u64>),
    Function { result: Box<Node>, params: Vec<Node>, variadic: bool },
}

/// What a declarator does to its base, in this order.
enum Step {
    Pointer,
    Array(Option<u64>),
    Function { params: Vec<Node>, variadic: bool },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'t> {
    End,
    Mark(char),
    Word(&'t str),
    Number(&'t str),
    Dots,
}

const KEYWORDS: [&str; 18] = [
    "_Bool",
    "char",
    "_Complex",
    "const",
    "double",
    "enum",
    "float",
    "int",
    "long",
    "short",
    "signed",
    "struct",
    "union",
    "unsigned",
    "void",
    "volatile",
    "__cdecl",
    "__stdcall",
];

/// Parses within parses: more than any declarator has.
const DEEPEST: u32 = 200;

struct Parser<'a, 't> {
    context: &'a Rc<Context>,
    text: &'t str,
    at: usize,
    size: usize,
    token: Token<'t>,
    depth: u32,
}

impl<'t> Parser<'_, 't> {
    fn error<T>(&self, message: &'static str) -> Parse<T> {
        Err(TextError { message, at: self.at })
    }

    fn next(&mut self) {
        let bytes = self.text.as_bytes();
        let mut p = self.at + self.size;
        while p < bytes.len() && (bytes[p].is_ascii_whitespace() || bytes[p] == 0x0b) {
            p += 1;
        }
        let while_ = |mut q: usize, f: fn(u8) -> bool| {
            while q < bytes.len() && f(bytes[q]) {
                q += 1;
            }
            q
        };
        let end;
        (end, self.token) = match bytes.get(p) {
            None => (p, Token::End),
            Some(b) if b.is_ascii_alphabetic() || matches!(b, b'_' | b'$') => {
                let end = while_(p, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$'));
                (end, Token::Word(&self.text[p..end]))
            }
            Some(b) if b.is_ascii_digit() => {
                let start = if matches!(bytes.get(p + 1), Some(b'x' | b'X')) { p + 2 } else { p + 1 };
                let end = while_(start, |b| b.is_ascii_hexdigit());
                (end, Token::Number(&self.text[p..end]))
            }
            Some(b'.') if bytes[p..].starts_with(b"...") => (p + 3, Token::Dots),
            Some(_) => {
                let c = self.text[p..].chars().next().unwrap_or('?');
                (p + c.len_utf8(), Token::Mark(c))
            }
        };
        self.at = p;
        self.size = end - p;
    }

    fn is(&self, word: &str) -> bool {
        self.token == Token::Word(word)
    }

    fn is_mark(&self, mark: char) -> bool {
        self.token == Token::Mark(mark)
    }

    fn identifier(&self) -> Option<&'t str> {
        match self.token {
            Token::Word(w) if !KEYWORDS.contains(&w) => Some(w),
            _ => None,
        }
    }

    fn skip_qualifiers(&mut self) {
        while self.is("const") || self.is("volatile") {
            self.next();
        }
    }

    /// A whole type: specifiers and declarator.
    fn complete(&mut self) -> Parse<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error("internal type complexity limit reached");
        }
        let base = self.specifiers()?;
        let steps = self.sequel()?;
        self.depth -= 1;
        Ok(steps.into_iter().fold(base, |base, step| match step {
            Step::Pointer => Node::Pointer(Box::new(base)),
            Step::Array(n) => Node::Array(Box::new(base), n),
            Step::Function { params, variadic } => {
                Node::Function { result: Box::new(base), params, variadic }
            }
        }))
    }

    fn specifiers(&mut self) -> Parse<Node> {
        self.skip_qualifiers();
        let (mut length, mut sign) = (0, 0);
        loop {
            match self.token {
                Token::Word("short") if length != 0 => {
                    return self.error("'short' after another 'short' or 'long'");
                }
                Token::Word("short") => length -= 1,
                Token::Word("long") if length < 0 => return self.error("'long' after 'short'"),
                Token::Word("long") if length >= 2 => return self.error("'long long long' is too long"),
                Token::Word("long") => length += 1,
                Token::Word("signed" | "unsigned") if sign != 0 => {
                    return self.error("multiple 'signed' or 'unsigned'");
                }
                Token::Word("signed") => sign = 1,
                Token::Word("unsigned") => sign = -1,
                _ => break,
            }
            self.next();
        }
        let (node, complex) =
            if length != 0 || sign != 0 { (self.modified(length, sign)?, None) } else { self.plain()? };
        if self.is("_Complex") {
            let Some(complex) = complex else {
                return self.error("_Complex type combination unsupported");
            };
            self.next();
            return Ok(Node::Primitive(complex));
        }
        Ok(node)
    }

    fn modified(&mut self, length: i32, sign: i32) -> Parse<Node> {
        let mut length = length;
        match self.token {
            Token::Word("void" | "_Bool" | "float" | "struct" | "union" | "enum" | "_Complex") => {
                return self.error("invalid combination of types");
            }
            Token::Word("double") => {
                if sign != 0 || length != 1 {
                    return self.error("invalid combination of types");
                }
                self.next();
                return Ok(Node::Primitive(Primitive::LongDouble));
            }
            Token::Word("char") => {
                if length != 0 {
                    return self.error("invalid combination of types");
                }
                length = -2;
                self.next();
            }
            Token::Word("int") => self.next(),
            _ => {}
        }
        use Primitive::*;
        Ok(Node::Primitive(match (sign >= 0, length) {
            (true, -2) => SChar,
            (true, -1) => Short,
            (true, 1) => Long,
            (true, 2) => LongLong,
            (true, _) => Int,
            (false, -2) => UChar,
            (false, -1) => UShort,
            (false, 1) => ULong,
            (false, 2) => ULongLong,
            (false, _) => UInt,
        }))
    }

    fn plain(&mut self) -> Parse<(Node, Option<Primitive>)> {
        let mut complex = None;
        let Token::Word(word) = self.token else { return self.error("identifier expected") };
        let node = match word {
            "int" => Node::Primitive(Primitive::Int),
            "char" => Node::Primitive(Primitive::Char),
            "void" => Node::Void,
            "_Bool" => Node::Primitive(Primitive::Bool),
            "float" => {
                complex = Some(Primitive::FloatComplex);
                Node::Primitive(Primitive::Float)
            }
            "double" => {
                complex = Some(Primitive::DoubleComplex);
                Node::Primitive(Primitive::Double)
            }
            "struct" | "union" => {
                self.next();
                self.tagged(word == "union")?
            }
            "enum" => {
                self.next();
                let Some(tag) = self.identifier() else { return self.error("enum name expected") };
                match self.context.find_enum(tag) {
                    Some(i) => Node::Enum(i),
                    None => return self.error("undefined enum name"),
                }
            }
            _ if KEYWORDS.contains(&word) => return self.error("identifier expected"),
            _ => self.named(word)?,
        };
        self.next();
        Ok((node, complex))
    }

    fn tagged(&mut self, union: bool) -> Parse<Node> {
        let Some(tag) = self.identifier() else { return self.error("struct or union name expected") };
        match self.context.find_struct(tag) {
            Some(i) if (self.context.struct_unions()[i].flags & F_UNION != 0) != union => {
                self.error("wrong kind of tag: struct vs union")
            }
            Some(i) => Ok(Node::Record(i as isize)),
            None if !union && tag == "_IO_FILE" => Ok(Node::Record(IO_FILE_STRUCT)),
            None => self.error("undefined struct/union name"),
        }
    }

    fn named(&mut self, name: &str) -> Parse<Node> {
        if let Some(i) = self.context.find_typename(name) {
            return Ok(Node::Typename(i));
        }
        match name {
            "FILE" => return Ok(Node::Record(IO_FILE_STRUCT)),
            "bool" => return Ok(Node::Primitive(Primitive::Bool)),
            _ => {}
        }
        match Primitive::from_name(name).filter(|p| p.is_library_name() || name.starts_with("_cffi_")) {
            Some(p) => Ok(Node::Primitive(p)),
            None => self.error("undefined type name"),
        }
    }

    /// Stars, parentheses and brackets behind (or around) a name, as steps.
    fn sequel(&mut self) -> Parse<Vec<Step>> {
        let mut steps = Vec::new();
        let mut convention = false;
        loop {
            match self.token {
                Token::Mark('*') => steps.push(Step::Pointer),
                Token::Word("const" | "volatile") => {}
                Token::Word("__cdecl" | "__stdcall") => convention = true,
                _ => break,
            }
            self.next();
        }
        let mut may_group = true;
        if self.identifier().is_some() {
            self.next();
            may_group = false;
        }
        let (mut suffixes, mut inner) = (Vec::new(), Vec::new());
        while self.is_mark('(') {
            self.next();
            if self.is("__cdecl") || self.is("__stdcall") {
                convention = true;
                self.next();
            }
            let groups = matches!(self.token, Token::Mark('*' | '[') | Token::Word("const" | "volatile"));
            if may_group && groups {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return self.error("internal type complexity limit reached");
                }
                inner = self.sequel()?;
                self.depth -= 1;
            } else {
                convention = false;
                suffixes.push(self.function()?);
            }
            may_group = false;
            if !self.is_mark(')') {
                return self.error("expected ')'");
            }
            self.next();
        }
        if convention {
            return self.error("expected '('");
        }
        while self.is_mark('[') {
            self.next();
            let length = if self.is_mark(']') { None } else { Some(self.length()?) };
            suffixes.push(Step::Array(length));
            if !self.is_mark(']') {
                return self.error("expected ']'");
            }
            self.next();
        }
        // The suffix next to the name is applied last.
        steps.extend(suffixes.into_iter().rev());
        steps.extend(inner);
        Ok(steps)
    }

    fn function(&mut self) -> Parse<Step> {
        let (mut params, mut variadic) = (Vec::new(), false);
        if self.is("void") && self.text[self.at + self.size..].trim_start().starts_with(')') {
            self.next();
        }
        if !self.is_mark(')') {
            loop {
                if self.token == Token::Dots {
                    variadic = true;
                    self.next();
                    break;
                }
                params.push(match self.complete()? {
                    Node::Array(item, _) => Node::Pointer(item),
                    node => node,
                });
                if !self.is_mark(',') {
                    break;
                }
                self.next();
            }
        }
        Ok(Step::Function { params, variadic })
    }

    fn length(&mut self) -> Parse<u64> {
        const EXPECTED: &str = "expected a positive integer constant";
        let length = match self.token {
            Token::Number(digits) => {
                let (digits, radix) = match digits.as_bytes() {
                    [b'0', b'x' | b'X', ..] => (&digits[2..], 16),
                    [b'0', _, ..] => (&digits[1..], 8),
                    _ => (digits, 10),
                };
                if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
                    return self.error("invalid number");
                }
                match u64::from_str_radix(digits, radix) {
                    Ok(n) if i64::try_from(n).is_ok() => n,
                    _ => return self.error("number too large"),
                }
            }
            Token::Word(name) => {
                let Some(i) = self.context.find_global(name) else { return self.error(EXPECTED) };
                if !matches!(number(self.context.globals()[i].type_op), op::CONSTANT_INT | op::ENUM) {
                    return self.error(EXPECTED);
                }
                match self.context.constant(i) {
                    (value, 0) if i64::try_from(value).is_err() => {
                        return self.error("integer constant too large");
                    }
                    (value, 0) => value,
                    (0, _) => 0,
                    (_, 1) => return self.error(EXPECTED),
                    _ => return self.error("disagreement about this constant's value"),
                }
            }
            _ => return self.error(EXPECTED),
        };
        self.next();
        Ok(length)
    }
}

impl Node {
    fn realize(&self, context: &Rc<Context>) -> PyResult<Realized> {
        Ok(Realized::Type(match self {
            Node::Void => make::void()?,
            Node::Primitive(p) => make::primitive(*p)?,
            Node::Typename(i) => return context.realize_typename(*i),
            Node::Record(IO_FILE_STRUCT) => file_struct()?,
            Node::Record(i) => context.realize_record(*i)?,
            Node::Enum(i) => context.realize_type(context.enums()[*i].type_index as isize)?,
            Node::Pointer(item) => match item.realize(context)? {
                Realized::Type(item) => make::pointer_type(&item)?,
                Realized::Function(pointer) => pointer,
            },
            Node::Array(item, length) => {
                let pointer = make::pointer_type(&*item.realize_type(context)?)?;
                make::array_type(&pointer, length.map_or(-1, |n| n as isize))?
            }
            Node::Function { result, params, variadic } => {
                let result = result.realize_type(context)?;
                let params = params
                    .iter()
                    .map(|p| match p {
                        // A function as a parameter is a pointer to it.
                        Node::Function { .. } => Ok(p.realize(context)?.into_pointer().into_object()),
                        p => Ok(p.realize_type(context)?.into_object()),
                    })
                    .collect::<PyResult<Vec<_>>>()?;
                let params = Tuple::from_vec(params)?;
                return Ok(Realized::Function(make::function_type(
                    &params,
                    &result,
                    *variadic,
                    make::DEFAULT_ABI,
                )?));
            }
        }))
    }

    fn realize_type(&self, context: &Rc<Context>) -> PyResult<Ref<CType>> {
        self.realize(context)?.into_type()
    }
}

/// The type that a text says, or why it says none.
pub fn parse(context: &Rc<Context>, text: &str) -> Result<PyResult<Realized>, TextError> {
    let mut parser = Parser { context, text, at: 0, size: 0, token: Token::End, depth: 0 };
    parser.next();
    let node = parser.complete()?;
    if parser.token != Token::End {
        return parser.error("unexpected symbol");
    }
    Ok(node.realize(context))
}
