//! Formatting with strings: `%`, `str.format`, `str.format_map`, `format(str, spec)`.
//!
//! The syntax of templates is read by `dovetail_text::template`, numbers are formatted by `dovetail_num`.

use crate::error::{PyResult, Raised, catch, exc, no_memory, raise_message};
use crate::interpreter::Interpreter;
use crate::object::{Obj, Object, Ref, alloc};
use crate::types::float::Float;
use crate::types::int::Int;
use crate::types::str_::{Str, is_code_point};
use crate::types::support::key_error;
use crate::types::tuple::Tuple;
use crate::{bail, raise};
use dovetail_num::Kind;
use dovetail_num::format_spec::percent::{Options, format_float, format_int};
use dovetail_num::format_spec::{Align, FormatSpec, Padded, lay_out_text};
use dovetail_text::template::format::{
    self as braces, FormatError, Key as FieldKey, MAX_DEPTH, Numbering, Step,
};
use dovetail_text::template::percent::{self, Key, Piece, Size, Spec};
use dovetail_text::{Text, TextBuf, props, with_units};

/// Would text of that length find memory?
fn affordable(n: usize) -> PyResult<()> {
    if n >= alloc::HUGE_BLOCK && !alloc::may_have(n) { Err(no_memory()) } else { Ok(()) }
}

/// Raises the exception that an error of the number crate stands for.
#[cold]
pub fn raise_number_error(e: dovetail_num::Error) -> Raised {
    match e.kind {
        Kind::ZeroDivision => raise_message(exc::ZeroDivisionError(), &e.message),
        Kind::Overflow | Kind::Range => raise_message(exc::OverflowError(), &e.message),
        Kind::Value => raise_message(exc::ValueError(), &e.message),
        Kind::Type => raise_message(exc::TypeError(), &e.message),
        Kind::Memory => no_memory(),
    }
}

/// `sys.get_int_max_str_digits()`, 0 for no limit.
fn max_digits() -> usize {
    Interpreter::current().int_max_str_digits.get()
}

/// Reads a format specification in any script's digits.
pub fn parse_spec(spec: &Str, type_name: &str, code: Option<char>, align: Align) -> PyResult<FormatSpec> {
    let decimal = |c| props::decimal(c).map(u32::from);
    with_units!(spec.text(), |s| FormatSpec::parse(s, type_name, code, align, decimal))
        .map_err(raise_number_error)
}

/// A formatted number as a string.
pub fn padded_str(p: Padded) -> PyResult<Ref<Str>> {
    if p.left == 0 && p.right == 0 && p.inner == 0 && p.surrogate.is_none() {
        return Str::new(&p.body);
    }
    affordable(p.left + p.right + p.inner)?;
    let mut out = TextBuf::with_capacity(p.body.len() + p.left + p.right + p.inner);
    p.for_each(|c| out.push(c));
    Str::from_buf(out)
}

/// `format(str, spec)` with a specification that is not empty.
pub fn format_str(s: &Str, spec: &Str) -> PyResult<Ref<Str>> {
    let spec = parse_spec(spec, s.type_name(), Some('s'), Align::Left)?;
    let l = lay_out_text(s.len(), &spec, s.type_name()).map_err(raise_number_error)?;
    let text = s.text().slice(0..l.take);
    if l.left == 0 && l.right == 0 {
        return s.sub(0, l.take);
    }
    let total = l.left + l.take + l.right;
    let out = Str::alloc(total, text.max_char().max(l.fill))?;
    // SAFETY: a new string of a kind that holds both; there is room for all parts.
    unsafe {
        out.fill(0, l.left, l.fill);
        out.write(l.left, text);
        out.fill(l.left + l.take, l.right, l.fill);
    }
    Ok(out)
}

// ---- percent ----

/// The values of a `%` operation.
struct Values<'a> {
    /// The right operand, or the value of the last key.
    args: Object,
    /// The tuple that `args` is, unless it stands for itself.
    tuple: bool,
    /// How many were taken.
    taken: usize,
    /// The right operand, when it is a mapping.
    mapping: Option<&'a Obj>,
}

impl<'a> Values<'a> {
    fn new(args: &'a Obj, is_text: bool) -> Values<'a> {
        let tuple = args.is_a::<Tuple>();
        // SAFETY: a suite of a live type.
        let subscript =
            unsafe { args.ob_type().raw().tp_as_mapping.as_ref() }.is_some_and(|m| m.mp_subscript.is_some());
        let mapping = (subscript && !tuple && !is_text).then_some(args);
        Values { args: args.to_owned(), tuple, taken: 0, mapping }
    }

    fn count(&self) -> usize {
        match self.args.downcast::<Tuple>() {
            Some(t) if self.tuple => t.len(),
            _ => 1,
        }
    }

    fn next(&mut self) -> PyResult<Object> {
        if self.taken >= self.count() {
            bail!(TypeError, "not enough arguments for format string");
        }
        self.taken += 1;
        match self.args.downcast::<Tuple>() {
            Some(t) if self.tuple => Ok(t.get(self.taken - 1).to_owned()),
            _ => Ok(self.args.clone()),
        }
    }

    /// Goes on with the value of a key.
    fn select(&mut self, key: &Obj) -> PyResult<()> {
        let Some(m) = self.mapping else { bail!(TypeError, "format requires a mapping") };
        self.args = m.get_item(key)?;
        self.tuple = false;
        self.taken = 0;
        Ok(())
    }

    fn star(&mut self) -> PyResult<Object> {
        let v = self.next()?;
        if v.is_a::<Int>() { Ok(v) } else { Err(raise!(TypeError, "* wants int")) }
    }

    fn finish(&self) -> PyResult<()> {
        if self.taken < self.count() && self.mapping.is_none() {
            bail!(TypeError, "not all arguments converted during string formatting");
        }
        Ok(())
    }

    /// The flags and sizes of a conversion, with the stars' values.
    fn options(&mut self, spec: &Spec) -> PyResult<Options> {
        let f = spec.flags;
        let mut o = Options {
            left: f.left,
            sign: f.sign,
            blank: f.blank,
            alternate: f.alternate,
            zero: f.zero,
            width: 0,
            precision: None,
        };
        match spec.width {
            Size::None => {}
            Size::Number(n) => o.width = n,
            Size::Star => {
                let n = self.star()?.as_isize()?;
                if n == isize::MIN {
                    bail!(OverflowError, "width too big");
                }
                o.left |= n < 0;
                o.width = n.unsigned_abs();
            }
        }
        match spec.precision {
            Size::None => {}
            Size::Number(n) => o.precision = Some(n),
            Size::Star => {
                let n = self.star()?.as_isize()?;
                let Ok(n) = i32::try_from(n) else {
                    bail!(OverflowError, "Python int too large to convert to C int")
                };
                o.precision = Some(n.max(0) as usize);
            }
        }
        affordable(o.width)?;
        Ok(o)
    }
}

/// Does the type have a number's conversions (`PyNumber_Check`)?
fn is_number(o: &Obj) -> bool {
    // SAFETY: a suite of a live type.
    let n = unsafe { o.ob_type().raw().tp_as_number.as_ref() };
    n.is_some_and(|n| n.nb_index.is_some() || n.nb_int.is_some() || n.nb_float.is_some())
        || o.is_a::<crate::types::complex::Complex>()
}

/// `%d`, `%x` and siblings of any object.
fn integer_text(v: &Obj, c: char, o: &Options) -> PyResult<String> {
    let radix = matches!(c, 'o' | 'x' | 'X');
    let converted;
    let i: &Int = if let Some(i) = v.downcast::<Int>() {
        i
    } else {
        let result = match is_number(v) {
            true if radix => catch(v.index(), exc::TypeError())?,
            true => catch(v.to_int(), exc::TypeError())?,
            false => None,
        };
        match result {
            Some(i) => converted = i,
            None if radix => bail!(TypeError, "%{c} format: an integer is required, not {}", v.type_name()),
            None => bail!(TypeError, "%{c} format: a real number is required, not {}", v.type_name()),
        }
        &converted
    };
    affordable(o.precision.unwrap_or(0))?;
    format_int(i.int_ref(), c, o, max_digits()).map_err(raise_number_error)
}

/// `%e`, `%f`, `%g` of any object.
fn float_text(v: &Obj, c: char, o: &Options) -> PyResult<String> {
    let x = match v.downcast::<Float>() {
        Some(f) => f.value(),
        None => v.as_f64()?,
    };
    Ok(format_float(x, c, o))
}

/// The code point of a `%c` value.
fn char_of(v: &Obj) -> PyResult<u32> {
    if let Some(s) = v.downcast::<Str>() {
        if s.len() == 1 {
            return Ok(s.char_at(0));
        }
        bail!(TypeError, "%c requires an int or a unicode character, not a string of length {}", s.len());
    }
    let i = if v.has_index() { catch(v.index(), exc::TypeError())? } else { None };
    let Some(i) = i else {
        bail!(
            TypeError,
            "%c requires an int or a unicode character, not {}",
            crate::types::support::full_type_name(v.ob_type())
        );
    };
    match i.to_i64() {
        Some(n) if is_code_point(n) => Ok(n as u32),
        _ => Err(raise!(OverflowError, "%c arg not in range(0x110000)")),
    }
}

/// Appends text in its field.
fn push_padded(out: &mut TextBuf, text: Text<'_>, o: &Options) {
    let missing = o.width.saturating_sub(text.len());
    if !o.left {
        out.push_repeat(' ' as u32, missing);
    }
    out.push_text(text);
    if o.left {
        out.push_repeat(' ' as u32, missing);
    }
}

/// Appends a value as `%s`, `%r` or `%d` shows it.
#[inline]
fn push_plain(out: &mut TextBuf, v: &Obj, c: u8) -> PyResult<()> {
    match c {
        b's' => match v.downcast_exact::<Str>() {
            Some(s) => out.push_text(s.text()),
            None => out.push_text(v.str_()?.text()),
        },
        b'r' => out.push_text(v.repr()?.text()),
        _ => match v.downcast_exact::<Int>().and_then(Int::to_i64) {
            Some(i) => out.push_str(itoa::Buffer::new().format(i)),
            None => out.push_str(&integer_text(v, 'd', &Options::default())?),
        },
    }
    Ok(())
}

/// `template % args`.
pub fn percent(template: &Str, args: &Obj) -> PyResult<Ref<Str>> {
    let mut values = Values::new(args, args.is_a::<Str>());
    let text = template.text();
    let mut out = TextBuf::with_capacity(text.len() + 100.min(text.len()));
    let mut pieces = percent::parse(text);
    loop {
        if let Some((literal, c)) = pieces.next_plain() {
            if c == b's' && text.len() == 2 {
                // The text of the value is all.
                let all = values.next()?.str_()?;
                values.finish()?;
                return all.to_exact();
            }
            out.push_text(text.slice(literal));
            push_plain(&mut out, &*values.next()?, c)?;
            continue;
        }
        let Some(piece) = pieces.next() else { break };
        let spec = match piece {
            Piece::Literal(r) => {
                out.push_text(text.slice(r));
                continue;
            }
            Piece::Spec(spec) => spec,
        };
        match &spec.key {
            Key::None => {}
            Key::Name(r) => {
                if values.mapping.is_none() {
                    bail!(TypeError, "format requires a mapping");
                }
                values.select(&*Str::from_text(text.slice(r.clone()))?)?
            }
            Key::Incomplete if values.mapping.is_none() => bail!(TypeError, "format requires a mapping"),
            Key::Incomplete => {}
        }
        let o = values.options(&spec)?;
        let (conversion, at) = spec.conversion.map_err(|e| raise!(ValueError, "{}", e.message(false)))?;
        let v = values.next()?;
        let unknown = || raise!(ValueError, "{}", percent::unsupported((conversion, at), false));
        let c = char::from_u32(conversion).ok_or_else(unknown)?;
        match c {
            's' | 'r' | 'a' => {
                let s = match c {
                    's' => v.str_()?,
                    'r' => v.repr()?,
                    _ => v.ascii()?,
                };
                let t = s.text();
                push_padded(&mut out, t.slice(0..o.precision.unwrap_or(usize::MAX).min(t.len())), &o);
            }
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => out.push_str(&integer_text(&v, c, &o)?),
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => out.push_str(&float_text(&v, c, &o)?),
            'c' => push_padded(&mut out, Text::Ucs4(&[char_of(&v)?]), &o),
            _ => return Err(unknown()),
        }
    }
    values.finish()?;
    Str::from_buf(out)
}

/// Appends what `%b` and `%s` of bytes show of a value: its buffer or `__bytes__`.
fn push_bytes_of(out: &mut Vec<u8>, v: &Obj, o: &Options) -> PyResult<()> {
    use crate::object::buffer::Buffer;
    use crate::types::bytes::Bytes;
    fn put(out: &mut Vec<u8>, b: &[u8], o: &Options) {
        let b = &b[..o.precision.unwrap_or(usize::MAX).min(b.len())];
        let missing = o.width.saturating_sub(b.len());
        let (before, after) = if o.left { (0, missing) } else { (missing, 0) };
        out.extend(std::iter::repeat_n(b' ', before));
        out.extend_from_slice(b);
        out.extend(std::iter::repeat_n(b' ', after));
    }
    if let Some(b) = v.downcast_exact::<Bytes>() {
        put(out, b.as_slice(), o);
        return Ok(());
    }
    if let Some(r) = crate::types::bytes::special_bytes(v)? {
        put(out, r.as_slice(), o);
        return Ok(());
    }
    if Buffer::supported(v) {
        let b = Buffer::get(v, abi::PyBUF_FULL_RO)?;
        put(out, &b.to_vec(b'C')?, o);
        return Ok(());
    }
    bail!(
        TypeError,
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        v.type_name()
    )
}

/// The byte of a `%c` value in bytes.
fn byte_of(v: &Obj) -> PyResult<u8> {
    use crate::types::bytearray::ByteArray;
    use crate::types::bytes::Bytes;
    let one = |b: &[u8], what: &str| match b {
        [c] => Ok(*c),
        _ => Err(raise!(
            TypeError,
            "%c requires an integer in range(256) or a single byte, not a {what} object of length {}",
            b.len()
        )),
    };
    if let Some(b) = v.downcast::<Bytes>() {
        return one(b.as_slice(), "bytes");
    }
    if let Some(b) = v.downcast::<ByteArray>() {
        return one(b.as_slice(), "bytearray");
    }
    if v.has_index()
        && let Some(i) = catch(v.index(), exc::TypeError())?
    {
        return match i.to_i64() {
            Some(n @ 0..=255) => Ok(n as u8),
            _ => Err(raise!(OverflowError, "%c arg not in range(256)")),
        };
    }
    bail!(
        TypeError,
        "%c requires an integer in range(256) or a single byte, not {}",
        crate::types::support::full_type_name(v.ob_type())
    )
}

/// `template % args` of bytes and bytearray.
pub fn percent_bytes(template: &[u8], args: &Obj) -> PyResult<Vec<u8>> {
    use crate::types::bytearray::ByteArray;
    use crate::types::bytes::Bytes;
    let is_text = args.is_a::<Bytes>() || args.is_a::<Str>() || args.is_a::<ByteArray>();
    let mut values = Values::new(args, is_text);
    let mut out = Vec::with_capacity(template.len() + 100);
    for piece in percent::parse(Text::Latin1(template)) {
        let spec = match piece {
            Piece::Literal(r) => {
                out.extend_from_slice(&template[r]);
                continue;
            }
            Piece::Spec(spec) => spec,
        };
        match &spec.key {
            Key::None => {}
            Key::Name(r) => {
                if values.mapping.is_none() {
                    bail!(TypeError, "format requires a mapping");
                }
                values.select(&*Bytes::new(&template[r.clone()])?)?
            }
            Key::Incomplete if values.mapping.is_none() => bail!(TypeError, "format requires a mapping"),
            Key::Incomplete => {}
        }
        let o = values.options(&spec)?;
        let (conversion, at) = spec.conversion.map_err(|e| raise!(ValueError, "{}", e.message(true)))?;
        let v = values.next()?;
        match conversion as u8 as char {
            'r' | 'a' => {
                let s = v.ascii()?;
                let b = s.raw_bytes();
                let missing = o.width.saturating_sub(b.len().min(o.precision.unwrap_or(usize::MAX)));
                let b = &b[..o.precision.unwrap_or(usize::MAX).min(b.len())];
                let (before, after) = if o.left { (0, missing) } else { (missing, 0) };
                out.extend(std::iter::repeat_n(b' ', before));
                out.extend_from_slice(b);
                out.extend(std::iter::repeat_n(b' ', after));
            }
            's' | 'b' => push_bytes_of(&mut out, &v, &o)?,
            c @ ('d' | 'i' | 'u' | 'o' | 'x' | 'X') => {
                out.extend_from_slice(integer_text(&v, c, &o)?.as_bytes())
            }
            c @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G') => {
                if !v.is_a::<Float>() && catch(v.as_f64(), exc::TypeError())?.is_none() {
                    bail!(TypeError, "float argument required, not {}", v.type_name());
                }
                out.extend_from_slice(float_text(&v, c, &o)?.as_bytes());
            }
            'c' => {
                let b = byte_of(&v)?;
                let missing = o.width.saturating_sub(1);
                let (before, after) = if o.left { (0, missing) } else { (missing, 0) };
                out.extend(std::iter::repeat_n(b' ', before));
                out.push(b);
                out.extend(std::iter::repeat_n(b' ', after));
            }
            _ => bail!(ValueError, "{}", percent::unsupported((conversion, at), true)),
        }
    }
    if values.taken < values.count() && values.mapping.is_none() {
        bail!(TypeError, "not all arguments converted during bytes formatting");
    }
    Ok(out)
}

// ---- str.format ----

/// Where the fields' values come from.
struct Fields<'a> {
    /// `None` for `format_map`.
    args: Option<&'a [&'a Obj]>,
    names: Option<&'a Obj>,
    numbering: Numbering,
}

#[cold]
fn format_error(e: FormatError) -> Raised {
    raise!(ValueError, "{}", e.0)
}

impl Fields<'_> {
    /// The value that a field's name leads to.
    fn value(&mut self, template: Text<'_>, name: std::ops::Range<usize>) -> PyResult<Object> {
        let (first, steps) = braces::parse_name(template, name).map_err(format_error)?;
        let mut o = match (self.numbering.resolve(&first).map_err(format_error)?, &first) {
            (Some(i), _) => match self.args {
                None => bail!(ValueError, "Format string contains positional fields"),
                Some(args) => match args.get(i) {
                    Some(o) => (*o).to_owned(),
                    None => bail!(IndexError, "Replacement index {i} out of range for positional args tuple"),
                },
            },
            (None, FieldKey::Name(r)) => {
                let key = Str::from_text(template.slice(r.clone()))?;
                match self.names {
                    Some(names) => names.get_item(&key)?,
                    None => return Err(key_error(&key)),
                }
            }
            (None, FieldKey::Index(_)) => unreachable!("a number is resolved to a place"),
        };
        for step in steps {
            o = match step.map_err(format_error)? {
                Step::Attribute(r) => o.get_attr(&*Str::from_text(template.slice(r))?)?,
                Step::Item(FieldKey::Index(i)) if is_sequence(&o) => o.sequence_get(i as isize)?,
                Step::Item(FieldKey::Index(i)) => o.get_item(&*Int::from_i64(i as i64)?)?,
                Step::Item(FieldKey::Name(r)) => o.get_item(&*Str::from_text(template.slice(r))?)?,
            };
        }
        Ok(o)
    }

    /// Appends the template with its fields filled in.
    fn expand(&mut self, template: Text<'_>, depth: usize, out: &mut TextBuf) -> PyResult<()> {
        if depth >= MAX_DEPTH {
            bail!(ValueError, "Max string recursion exceeded");
        }
        for piece in braces::parse(template) {
            let piece = piece.map_err(format_error)?;
            out.push_text(template.slice(piece.literal));
            let Some(field) = piece.field else { continue };
            let mut o = self.value(template, field.name)?;
            if let Some(c) = field.conversion {
                o = convert(&o, c)?.into_object();
            }
            if field.spec.is_empty() {
                if let Some(s) = o.downcast_exact::<Str>() {
                    out.push_text(s.text());
                    continue;
                }
                out.push_text(o.format(&Str::empty())?.text());
                continue;
            }
            let spec = if field.nested {
                let mut inner = TextBuf::new();
                self.expand(template.slice(field.spec), depth + 1, &mut inner)?;
                Str::from_buf(inner)?
            } else {
                Str::from_text(template.slice(field.spec))?
            };
            out.push_text(o.format(&spec)?.text());
        }
        Ok(())
    }
}

/// `PySequence_Check`: indexed by `sq_item`, and no dict.
fn is_sequence(o: &Obj) -> bool {
    if o.is_a::<crate::types::dict::Dict>() {
        return false;
    }
    // SAFETY: a suite of a live type.
    unsafe { o.ob_type().raw().tp_as_sequence.as_ref() }.is_some_and(|s| s.sq_item.is_some())
}

/// `!s`, `!r`, `!a`.
fn convert(o: &Obj, c: u32) -> PyResult<Ref<Str>> {
    match char::from_u32(c) {
        Some('s') => o.str_(),
        Some('r') => o.repr(),
        Some('a') => o.ascii(),
        Some(shown @ '!'..='~') => Err(raise!(ValueError, "Unknown conversion specifier {shown}")),
        _ => Err(raise!(ValueError, "Unknown conversion specifier \\x{c:x}")),
    }
}

/// `template.format(*args, **kwargs)`.
pub fn format(template: &Str, args: &[&Obj], kwargs: Option<&Obj>) -> PyResult<Ref<Str>> {
    let mut fields = Fields { args: Some(args), names: kwargs, numbering: Numbering::default() };
    let mut out = TextBuf::with_capacity(template.len() + 16);
    fields.expand(template.text(), 0, &mut out)?;
    Str::from_buf(out)
}

/// `template.format_map(mapping)`.
pub fn format_map(template: &Str, mapping: &Obj) -> PyResult<Ref<Str>> {
    let mut fields = Fields { args: None, names: Some(mapping), numbering: Numbering::default() };
    let mut out = TextBuf::with_capacity(template.len() + 16);
    fields.expand(template.text(), 0, &mut out)?;
    Str::from_buf(out)
}
