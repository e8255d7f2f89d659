//! What bytes and bytearray have in common: the methods, over plain slices, and the macro that declares them.

use crate::error::{PyResult, catch, exc, no_memory};
use crate::object::buffer::{Buffer, BytesLike};
use crate::object::convert::{ArgInfo, FromArg};
use crate::object::native::Native;
use crate::object::sequence::fast_items;
use crate::object::{Obj, Object, Ref};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::str_::Str;
use crate::types::str_methods::{bounds, limit};
use crate::types::tuple::Tuple;
use crate::{bail, raise};
use dovetail_text::search::{self, Side};
use dovetail_text::{Text, TextBuf};
use std::ops::Range;

/// Holds a bytearray's bytes in place for its lifetime; the object outlives it. NULL for bytes.
pub struct Pin(*mut abi::PyByteArrayObject);

impl Pin {
    /// Counts as an export of the bytearray's buffer.
    pub fn new(b: &crate::types::bytearray::ByteArray) -> Pin {
        // SAFETY: own field.
        unsafe { (*b.body()).ob_exports += 1 }
        Pin(b.body())
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the bytearray lives, as `new` demands.
            unsafe { (*self.0).ob_exports -= 1 }
        }
    }
}

/// `bytes` and `bytearray`.
pub trait ByteString: Native {
    /// The bytes. Not to be held while Python code runs, which may change a bytearray.
    fn bytes(&self) -> &[u8];
    /// Keeps the bytes where they are while Python code runs: changing their number raises BufferError.
    fn pin(&self) -> Pin {
        Pin(std::ptr::null_mut())
    }
    /// A new object of the plain type.
    fn make(bytes: &[u8]) -> PyResult<Object>;
    /// The object as a result: itself where it cannot change.
    fn unchanged(&self) -> PyResult<Object>;

    /// A part of the object as a new one.
    fn part(&self, r: Range<usize>) -> PyResult<Object> {
        if r.len() == self.bytes().len() {
            return self.unchanged();
        }
        Self::make(&self.bytes()[r])
    }

    fn make_buf(buf: TextBuf) -> PyResult<Object> {
        match buf.into_latin1() {
            Some(v) => Self::make(&v),
            None => Err(raise!(SystemError, "bytes out of range")),
        }
    }
}

/// The bytes as text of the Latin-1 kind, for the search functions.
#[inline]
pub fn text(b: &[u8]) -> Text<'_> {
    Text::Latin1(b)
}

/// What is searched for: bytes, or one byte as a number.
pub enum Needle<'a> {
    Byte([u8; 1]),
    Bytes(BytesLike<'a>),
}

impl Needle<'_> {
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Needle::Byte(b) => b,
            Needle::Bytes(b) => b.as_slice(),
        }
    }
}

/// A number as a byte.
pub fn byte_value(o: &Obj) -> PyResult<u8> {
    match u8::try_from(o.as_isize_clipped()?) {
        Ok(b) => Ok(b),
        Err(_) => Err(raise!(ValueError, "byte must be in range(0, 256)")),
    }
}

impl<'a> Needle<'a> {
    /// What is looked for.
    pub fn of(o: &'a Obj) -> PyResult<Self> {
        if Buffer::supported(o) {
            return Ok(Needle::Bytes(BytesLike::of(o)?));
        }
        if !o.has_index() {
            bail!(TypeError, "argument should be integer or bytes-like object, not '{}'", o.type_name());
        }
        Ok(Needle::Byte([byte_value(o)?]))
    }
}

/// A fill byte: bytes or bytearray of length 1.
pub struct FillByte(pub u8);

impl<'a> FromArg<'a> for FillByte {
    fn from_arg(o: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        let f = info.function;
        let one = |b: &[u8], what: &str| match b {
            [c] => Ok(FillByte(*c)),
            _ => Err(raise!(
                TypeError,
                "{f}(): argument 2 must be a byte string of length 1, not a {what} object of length {}",
                b.len()
            )),
        };
        if let Some(b) = o.downcast::<Bytes>() {
            return one(b.as_slice(), "bytes");
        }
        if let Some(b) = o.downcast::<ByteArray>() {
            return one(b.as_slice(), "bytearray");
        }
        Err(info.bad("a byte string of length 1", o))
    }
}

/// The place of `sub` in a window.
pub fn find(b: &[u8], sub: &[u8], window: (isize, isize), last: bool) -> Option<usize> {
    let w = search::window(b.len(), window.0, window.1)?;
    let from = w.start;
    let part = text(&b[w]);
    let found = if last { search::rfind(part, text(sub)) } else { search::find(part, text(sub)) };
    found.map(|i| i + from)
}

pub fn count(b: &[u8], sub: &[u8], window: (isize, isize)) -> usize {
    search::window(b.len(), window.0, window.1).map_or(0, |w| search::count(text(&b[w]), text(sub)))
}

/// `item in b`.
pub fn contains<T: ByteString>(this: &T, item: &Obj) -> PyResult<bool> {
    if item.has_index()
        && let Some(i) = catch(item.as_isize_clipped(), exc::TypeError())?
    {
        let Ok(c) = u8::try_from(i) else { bail!(ValueError, "byte must be in range(0, 256)") };
        return Ok(this.bytes().contains(&c));
    }
    let sub = BytesLike::of(item)?;
    Ok(search::contains(text(this.bytes()), text(&sub)))
}

/// `startswith` and `endswith`.
pub fn affix<T: ByteString>(
    this: &T,
    what: &Obj,
    start: Option<&Obj>,
    end: Option<&Obj>,
    suffix: bool,
) -> PyResult<bool> {
    let window = bounds(start, end)?;
    let test = |x: &Obj| -> PyResult<bool> {
        let s = BytesLike::of(x)?;
        let b = this.bytes();
        Ok(search::window(b.len(), window.0, window.1)
            .is_some_and(|w| if suffix { b[w].ends_with(&s) } else { b[w].starts_with(&s) }))
    };
    if let Some(all) = what.downcast::<Tuple>() {
        for x in all.items() {
            if test(x)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match catch(test(what), exc::TypeError())? {
        Some(r) => Ok(r),
        None => bail!(
            TypeError,
            "{} first arg must be bytes or a tuple of bytes, not {}",
            if suffix { "endswith" } else { "startswith" },
            what.type_name()
        ),
    }
}

/// The bytes-like items joined by `sep`.
pub fn join(sep: &dyn Fn() -> Vec<u8>, iterable: &Obj) -> PyResult<Vec<u8>> {
    let items = fast_items(iterable, "can only join an iterable")?;
    let mut parts = Vec::with_capacity(items.len());
    for (i, x) in items.iter().enumerate() {
        match BytesLike::of(x) {
            Ok(b) => {
                parts.push(b);
                if iterable.downcast::<List>().is_some_and(|l| l.len() != items.len()) {
                    bail!(RuntimeError, "sequence changed size during iteration");
                }
            }
            Err(e) => {
                e.clear();
                bail!(TypeError, "sequence item {i}: expected a bytes-like object, {} found", x.type_name());
            }
        }
    }
    let sep = sep();
    let total: usize =
        parts.iter().map(|p| p.len()).sum::<usize>() + sep.len() * parts.len().saturating_sub(1);
    let mut out = Vec::new();
    if out.try_reserve_exact(total).is_err() {
        return Err(no_memory());
    }
    for (i, p) in parts.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(&sep);
        }
        out.extend_from_slice(p);
    }
    Ok(out)
}

pub fn split<T: ByteString>(
    this: &T,
    sep: Option<&Obj>,
    maxsplit: isize,
    from_right: bool,
) -> PyResult<Ref<List>> {
    let list = List::new()?;
    let max = limit(maxsplit);
    let sep = match sep {
        None => None,
        Some(o) => Some(BytesLike::of(o)?),
    };
    // A copy of a bytearray's bytes is not needed: making parts runs no Python code.
    let b = this.bytes();
    let each = |r: Range<usize>| list.push(this.part(r)?);
    match &sep {
        None if from_right => search::rsplit_whitespace_bytes(b, max, each)?,
        None => search::split_whitespace_bytes(b, max, each)?,
        Some(s) if s.is_empty() => bail!(ValueError, "empty separator"),
        Some(s) if from_right => search::rsplit(text(b), text(s), max, each)?,
        Some(s) => search::split(text(b), text(s), max, each)?,
    }
    if from_right {
        list.reverse_items();
    }
    Ok(list)
}

pub fn splitlines<T: ByteString>(this: &T, keepends: bool) -> PyResult<Ref<List>> {
    let list = List::new()?;
    search::split_lines_bytes(this.bytes(), keepends, |r| list.push(this.part(r)?))?;
    Ok(list)
}

pub fn strip<T: ByteString>(this: &T, chars: Option<&Obj>, side: Side) -> PyResult<Object> {
    let r = match chars {
        None => search::strip_whitespace_bytes(this.bytes(), side),
        Some(o) => {
            let c = BytesLike::of(o)?;
            search::strip_chars(text(this.bytes()), text(&c), side)
        }
    };
    this.part(r)
}

pub fn partition<T: ByteString>(this: &T, sep: &Obj, last: bool) -> PyResult<Ref<Tuple>> {
    let s = BytesLike::of(sep)?;
    if s.is_empty() {
        bail!(ValueError, "empty separator");
    }
    let b = this.bytes();
    let found =
        if last { search::rpartition(text(b), text(&s)) } else { search::partition(text(b), text(&s)) };
    match found {
        Some(r) => {
            let middle = if sep.is_exact::<Bytes>() && T::TYPE_POINTER == Bytes::TYPE_POINTER {
                sep.to_owned()
            } else {
                T::make(&s)?
            };
            Tuple::from_array([this.part(0..r.start)?, middle, this.part(r.end..b.len())?])
        }
        None if last => Tuple::from_array([T::make(&[])?, T::make(&[])?, this.unchanged()?]),
        None => Tuple::from_array([this.unchanged()?, T::make(&[])?, T::make(&[])?]),
    }
}

pub fn replace<T: ByteString>(this: &T, old: &[u8], new: &[u8], max: isize) -> PyResult<Object> {
    let b = this.bytes();
    if new.len() > old.len() && b.len() > 1 << 20 {
        let n = search::count(text(b), text(old)).min(limit(max));
        let grown = (new.len() - old.len()).checked_mul(n).and_then(|g| g.checked_add(b.len()));
        match grown {
            Some(g) if g <= 1 << 40 => {}
            Some(g) if g <= isize::MAX as usize => return Err(no_memory()),
            _ => bail!(OverflowError, "replace bytes is too long"),
        }
    }
    match search::replace_bytes(b, old, new, limit(max)) {
        Some(v) => T::make(&v),
        None => this.unchanged(),
    }
}

pub fn pad<T: ByteString>(this: &T, left: usize, right: usize, fill: u8) -> PyResult<Object> {
    if left == 0 && right == 0 {
        return this.unchanged();
    }
    let b = this.bytes();
    let mut out = Vec::new();
    let total = left.checked_add(right).and_then(|n| n.checked_add(b.len()));
    if total.is_none_or(|n| out.try_reserve_exact(n).is_err()) {
        return Err(no_memory());
    }
    out.resize(left, fill);
    out.extend_from_slice(b);
    out.resize(left + right + b.len(), fill);
    T::make(&out)
}

pub fn zfill<T: ByteString>(this: &T, width: isize) -> PyResult<Object> {
    let n = this.bytes().len();
    let zeros = (width.max(0) as usize).saturating_sub(n);
    if zeros == 0 {
        return this.unchanged();
    }
    let b = this.bytes();
    let sign = matches!(b.first(), Some(b'+' | b'-')) as usize;
    let mut out = Vec::new();
    if out.try_reserve_exact(n + zeros).is_err() {
        return Err(no_memory());
    }
    out.extend_from_slice(&b[..sign]);
    out.resize(sign + zeros, b'0');
    out.extend_from_slice(&b[sign..]);
    T::make(&out)
}

pub fn expandtabs<T: ByteString>(this: &T, tabsize: i32) -> PyResult<Object> {
    match search::expand_tabs(text(this.bytes()), tabsize.max(0) as usize) {
        Ok(buf) => T::make_buf(buf),
        Err(_) => bail!(OverflowError, "result too long"),
    }
}

pub fn translate<T: ByteString>(this: &T, table: &Obj, delete: Option<&Obj>) -> PyResult<Object> {
    let table = match table.is_none() {
        true => None,
        false => Some(BytesLike::of(table)?),
    };
    let map = match &table {
        None => None,
        Some(t) => match <&[u8; 256]>::try_from(t.as_slice()) {
            Ok(m) => Some(m),
            Err(_) => bail!(ValueError, "translation table must be 256 characters long"),
        },
    };
    let delete = match delete {
        None => None,
        Some(o) => Some(BytesLike::of(o)?),
    };
    let out = search::translate_bytes(this.bytes(), map, delete.as_ref().map_or(&[], |d| d.as_slice()));
    if out == this.bytes() { this.unchanged() } else { T::make(&out) }
}

/// `bytes.maketrans(frm, to)`.
pub fn maketrans(from: &[u8], to: &[u8]) -> PyResult<Object> {
    if from.len() != to.len() {
        bail!(ValueError, "maketrans arguments must have same length");
    }
    let mut table: [u8; 256] = std::array::from_fn(|i| i as u8);
    for (f, t) in from.iter().zip(to) {
        table[*f as usize] = *t;
    }
    Ok(Bytes::new(&table)?.into_object())
}

/// `b.hex(sep, bytes_per_sep)`.
pub fn hex(b: &[u8], sep: Option<&Obj>, per: i32) -> PyResult<Ref<Str>> {
    Str::from_ascii(&hex_bytes(b, sep, per)?)
}

/// As `hex`, before it becomes a string.
pub fn hex_bytes(b: &[u8], sep: Option<&Obj>, per: i32) -> PyResult<Vec<u8>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let sep = match sep {
        None => None,
        Some(o) => {
            if o.len_()? != 1 {
                bail!(ValueError, "sep must be length 1.");
            }
            let c = if let Some(s) = o.downcast::<Str>() {
                s.char_at(0)
            } else if let Some(s) = o.downcast::<Bytes>() {
                s.as_slice()[0] as u32
            } else {
                bail!(TypeError, "sep must be str or bytes.");
            };
            if c > 127 {
                bail!(ValueError, "sep must be ASCII.");
            }
            Some(c as u8)
        }
    };
    let group = per.unsigned_abs() as usize;
    let sep = sep.filter(|_| group > 0 && group < b.len());
    let mut out = Vec::new();
    if out.try_reserve_exact(b.len() * 2 + sep.map_or(0, |_| b.len() / group.max(1))).is_err() {
        return Err(no_memory());
    }
    for (i, x) in b.iter().enumerate() {
        if let Some(c) = sep
            && i > 0
            && (if per > 0 { b.len() - i } else { i }) % group == 0
        {
            out.push(c);
        }
        out.push(DIGITS[(x >> 4) as usize]);
        out.push(DIGITS[(x & 15) as usize]);
    }
    Ok(out)
}

/// The bytes that pairs of hexadecimal digits spell.
pub fn from_hex(arg: &Obj) -> PyResult<Vec<u8>> {
    let bad = |i: usize| raise!(ValueError, "non-hexadecimal number found in fromhex() arg at position {i}");
    let held;
    let b: &[u8] = if let Some(s) = arg.downcast::<Str>() {
        match s.as_ascii() {
            Some(a) => a.as_bytes(),
            None => return Err(bad(s.text().iter().position(|c| c >= 128).unwrap_or(0))),
        }
    } else if Buffer::supported(arg) {
        held = BytesLike::of(arg)?;
        &held
    } else {
        bail!(TypeError, "fromhex() argument must be str or bytes-like, not {}", arg.type_name());
    };
    let digit = |i: usize| b.get(i).and_then(|c| (*c as char).to_digit(16)).map(|d| d as u8);
    let mut out = Vec::with_capacity(b.len() / 2);
    let mut i = 0;
    while i < b.len() {
        if matches!(b[i], b' ' | b'\t'..=b'\r') {
            i += 1;
            continue;
        }
        let high = digit(i).ok_or_else(|| bad(i))?;
        if i + 1 >= b.len() {
            bail!(ValueError, "fromhex() arg must contain an even number of hexadecimal digits");
        }
        let low = digit(i + 1).ok_or_else(|| bad(i + 1))?;
        out.push(high << 4 | low);
        i += 2;
    }
    Ok(out)
}

/// `n` copies of the bytes.
pub fn times(b: &[u8], n: isize) -> PyResult<Vec<u8>> {
    let Some(total) = b.len().checked_mul(n.max(0) as usize).filter(|t| *t < isize::MAX as usize) else {
        return Err(no_memory());
    };
    let mut out = Vec::new();
    if out.try_reserve_exact(total).is_err() {
        return Err(no_memory());
    }
    if let [c] = b {
        out.resize(total, *c);
    } else {
        for _ in 0..n.max(0) {
            out.extend_from_slice(b);
        }
    }
    Ok(out)
}

/// The items `start`, `start + step`, ... of the bytes.
pub fn strided(b: &[u8], start: isize, step: isize, count: usize) -> Vec<u8> {
    if step == 1 {
        return b[start as usize..start as usize + count].to_vec();
    }
    (0..count as isize).map(|i| b[(start + i * step) as usize]).collect()
}

/// The search result of `find`.
pub fn index_or_minus_one(found: Option<usize>) -> isize {
    found.map_or(-1, |i| i as isize)
}

/// Declares the shared methods together with those of one type.
macro_rules! byte_methods {
    ($T:ident, { $($extra:tt)* }) => {
        #[pymethods]
        impl $T {
            $($extra)*

            #[method(name = "capitalize", doc = "B.capitalize() -> copy of B\n\nReturn a copy of B with only its first character capitalized (ASCII)\nand the rest lower-cased.")]
            fn capitalize_method(&self) -> PyResult<Object> {
                $T::make(&dovetail_text::case::capitalize_bytes(self.bytes()))
            }

            #[method(name = "lower", doc = "B.lower() -> copy of B\n\nReturn a copy of B with all ASCII characters converted to lowercase.")]
            fn lower_method(&self) -> PyResult<Object> {
                $T::make(&self.bytes().to_ascii_lowercase())
            }

            #[method(name = "upper", doc = "B.upper() -> copy of B\n\nReturn a copy of B with all ASCII characters converted to uppercase.")]
            fn upper_method(&self) -> PyResult<Object> {
                $T::make(&self.bytes().to_ascii_uppercase())
            }

            #[method(name = "swapcase", doc = "B.swapcase() -> copy of B\n\nReturn a copy of B with uppercase ASCII characters converted\nto lowercase ASCII and vice versa.")]
            fn swapcase_method(&self) -> PyResult<Object> {
                $T::make(&dovetail_text::case::swapcase_bytes(self.bytes()))
            }

            #[method(name = "title", doc = "B.title() -> copy of B\n\nReturn a titlecased version of B, i.e. ASCII words start with uppercase\ncharacters, all remaining cased characters have lowercase.")]
            fn title_method(&self) -> PyResult<Object> {
                $T::make(&dovetail_text::case::title_bytes(self.bytes()))
            }

            #[method(doc = "B.isalnum() -> bool\n\nReturn True if all characters in B are alphanumeric\nand there is at least one character in B, False otherwise.")]
            fn isalnum(&self) -> bool {
                predicates::is_alnum(self.bytes())
            }

            #[method(doc = "B.isalpha() -> bool\n\nReturn True if all characters in B are alphabetic\nand there is at least one character in B, False otherwise.")]
            fn isalpha(&self) -> bool {
                predicates::is_alpha(self.bytes())
            }

            #[method(doc = "B.isascii() -> bool\n\nReturn True if B is empty or all characters in B are ASCII,\nFalse otherwise.")]
            fn isascii(&self) -> bool {
                self.bytes().is_ascii()
            }

            #[method(doc = "B.isdigit() -> bool\n\nReturn True if all characters in B are digits\nand there is at least one character in B, False otherwise.")]
            fn isdigit(&self) -> bool {
                predicates::is_digit(self.bytes())
            }

            #[method(doc = "B.islower() -> bool\n\nReturn True if all cased characters in B are lowercase and there is\nat least one cased character in B, False otherwise.")]
            fn islower(&self) -> bool {
                predicates::is_lower(self.bytes())
            }

            #[method(doc = "B.isspace() -> bool\n\nReturn True if all characters in B are whitespace\nand there is at least one character in B, False otherwise.")]
            fn isspace(&self) -> bool {
                predicates::is_space(self.bytes())
            }

            #[method(doc = "B.istitle() -> bool\n\nReturn True if B is a titlecased string and there is at least one\ncharacter in B, i.e. uppercase characters may only follow uncased\ncharacters and lowercase characters only cased ones. Return False\notherwise.")]
            fn istitle(&self) -> bool {
                predicates::is_title(self.bytes())
            }

            #[method(doc = "B.isupper() -> bool\n\nReturn True if all cased characters in B are uppercase and there is\nat least one cased character in B, False otherwise.")]
            fn isupper(&self) -> bool {
                predicates::is_upper(self.bytes())
            }

            /// Return a centered string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(sig = "(width, fillchar=b' ', /)")]
            fn center(&self, width: isize, fillchar: Option<FillByte>) -> PyResult<Object> {
                let (l, r) = search::center_padding(self.bytes().len(), width.max(0) as usize);
                methods::pad(self, l, r, fillchar.map_or(b' ', |f| f.0))
            }

            /// Return a left-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(sig = "(width, fillchar=b' ', /)")]
            fn ljust(&self, width: isize, fillchar: Option<FillByte>) -> PyResult<Object> {
                let n = (width.max(0) as usize).saturating_sub(self.bytes().len());
                methods::pad(self, 0, n, fillchar.map_or(b' ', |f| f.0))
            }

            /// Return a right-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(sig = "(width, fillchar=b' ', /)")]
            fn rjust(&self, width: isize, fillchar: Option<FillByte>) -> PyResult<Object> {
                let n = (width.max(0) as usize).saturating_sub(self.bytes().len());
                methods::pad(self, n, 0, fillchar.map_or(b' ', |f| f.0))
            }

            /// Pad a numeric string with zeros on the left, to fill a field of the given width.
            ///
            /// The original string is never truncated.
            #[method]
            fn zfill(&self, width: isize) -> PyResult<Object> {
                methods::zfill(self, width)
            }

            /// Return a copy where all tab characters are expanded using spaces.
            ///
            /// If tabsize is not given, a tab size of 8 characters is assumed.
            #[method(sig = "(tabsize=8)")]
            fn expandtabs(&self, tabsize: i32) -> PyResult<Object> {
                methods::expandtabs(self, tabsize)
            }

            #[method(nosig, sig = "(sub, start=None, end=None, /)", doc = "count($self, sub[, start[, end]], /)\n--\n\nReturn the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.")]
            fn count(&self, sub: &Obj, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<usize> {
                let w = bounds(start, end)?;
                let sub = Needle::of(sub)?;
                Ok(methods::count(self.bytes(), sub.as_slice(), w))
            }

            #[method(nosig, sig = "(sub, start=None, end=None, /)", doc = "find($self, sub[, start[, end]], /)\n--\n\nReturn the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.")]
            fn find(&self, sub: &Obj, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<isize> {
                let w = bounds(start, end)?;
                let sub = Needle::of(sub)?;
                Ok(methods::index_or_minus_one(methods::find(self.bytes(), sub.as_slice(), w, false)))
            }

            #[method(nosig, sig = "(sub, start=None, end=None, /)", doc = "rfind($self, sub[, start[, end]], /)\n--\n\nReturn the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.")]
            fn rfind(&self, sub: &Obj, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<isize> {
                let w = bounds(start, end)?;
                let sub = Needle::of(sub)?;
                Ok(methods::index_or_minus_one(methods::find(self.bytes(), sub.as_slice(), w, true)))
            }

            #[method(name = "index", nosig, sig = "(sub, start=None, end=None, /)", doc = "index($self, sub[, start[, end]], /)\n--\n\nReturn the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.")]
            fn index_method(&self, sub: &Obj, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<usize> {
                let w = bounds(start, end)?;
                let sub = Needle::of(sub)?;
                methods::find(self.bytes(), sub.as_slice(), w, false).ok_or_else(|| raise!(ValueError, "subsection not found"))
            }

            #[method(nosig, sig = "(sub, start=None, end=None, /)", doc = "rindex($self, sub[, start[, end]], /)\n--\n\nReturn the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.")]
            fn rindex(&self, sub: &Obj, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<usize> {
                let w = bounds(start, end)?;
                let sub = Needle::of(sub)?;
                methods::find(self.bytes(), sub.as_slice(), w, true).ok_or_else(|| raise!(ValueError, "subsection not found"))
            }

            #[method(nosig, sig = "(prefix, start=None, end=None, /)", doc = "startswith($self, prefix[, start[, end]], /)\n--\n\nReturn True if the bytes starts with the specified prefix, False otherwise.\n\n  prefix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.")]
            fn startswith(&self, prefix: &Obj, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<bool> {
                methods::affix(self, prefix, start, end, false)
            }

            #[method(nosig, sig = "(suffix, start=None, end=None, /)", doc = "endswith($self, suffix[, start[, end]], /)\n--\n\nReturn True if the bytes ends with the specified suffix, False otherwise.\n\n  suffix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.")]
            fn endswith(&self, suffix: &Obj, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<bool> {
                methods::affix(self, suffix, start, end, true)
            }

            /// Return a copy with the given prefix removed if present.
            ///
            /// If the bytes start with the prefix, return bytes[len(prefix):].
            /// Otherwise, return a copy of the original bytes.
            #[method]
            fn removeprefix(&self, prefix: BytesLike<'_>) -> PyResult<Object> {
                let n = if self.bytes().starts_with(&prefix) { prefix.len() } else { 0 };
                self.part(n..self.bytes().len())
            }

            /// Return a copy with the given suffix removed if present.
            ///
            /// If the bytes end with the suffix and that suffix is not empty,
            /// return bytes[:-len(suffix)]. Otherwise, return a copy of the
            /// original bytes.
            #[method]
            fn removesuffix(&self, suffix: BytesLike<'_>) -> PyResult<Object> {
                let n = if self.bytes().ends_with(&suffix) { suffix.len() } else { 0 };
                self.part(0..self.bytes().len() - n)
            }

            /// Return a copy with all occurrences of substring old replaced by new.
            ///
            ///   count
            ///     Maximum number of occurrences to replace.
            ///     -1 (the default value) means replace all occurrences.
            ///
            /// If the optional argument count is given, only the first count occurrences are
            /// replaced.
            #[method(sig = "(old, new, count=-1, /)")]
            fn replace(&self, old: BytesLike<'_>, new: BytesLike<'_>, count: isize) -> PyResult<Object> {
                methods::replace(self, &old, &new, count)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            ///   sep
            ///     The delimiter according which to split the bytes.
            ///     None (the default value) means split on ASCII whitespace characters
            ///     (space, tab, return, newline, formfeed, vertical tab).
            ///   maxsplit
            ///     Maximum number of splits to do.
            ///     -1 (the default value) means no limit.
            #[method(sig = "(sep=None, maxsplit=-1)")]
            fn split(&self, sep: Option<&Obj>, maxsplit: isize) -> PyResult<Ref<List>> {
                methods::split(self, sep, maxsplit, false)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            ///   sep
            ///     The delimiter according which to split the bytes.
            ///     None (the default value) means split on ASCII whitespace characters
            ///     (space, tab, return, newline, formfeed, vertical tab).
            ///   maxsplit
            ///     Maximum number of splits to do.
            ///     -1 (the default value) means no limit.
            ///
            /// Splitting is done starting at the end of the bytes and working to the front.
            #[method(sig = "(sep=None, maxsplit=-1)")]
            fn rsplit(&self, sep: Option<&Obj>, maxsplit: isize) -> PyResult<Ref<List>> {
                methods::split(self, sep, maxsplit, true)
            }

            /// Return a list of the lines in the bytes, breaking at line boundaries.
            ///
            /// Line breaks are not included in the resulting list unless keepends is given and
            /// true.
            #[method(sig = "(keepends=False)")]
            fn splitlines(&self, keepends: bool) -> PyResult<Ref<List>> {
                methods::splitlines(self, keepends)
            }

            /// Partition the bytes into three parts using the given separator.
            ///
            /// This will search for the separator sep in the bytes. If the separator is found,
            /// returns a 3-tuple containing the part before the separator, the separator
            /// itself, and the part after it.
            ///
            /// If the separator is not found, returns a 3-tuple containing the original bytes
            /// object and two empty bytes objects.
            #[method]
            fn partition(&self, sep: &Obj) -> PyResult<Ref<Tuple>> {
                methods::partition(self, sep, false)
            }

            /// Partition the bytes into three parts using the given separator.
            ///
            /// This will search for the separator sep in the bytes, starting at the end. If
            /// the separator is found, returns a 3-tuple containing the part before the
            /// separator, the separator itself, and the part after it.
            ///
            /// If the separator is not found, returns a 3-tuple containing two empty bytes
            /// objects and the original bytes object.
            #[method]
            fn rpartition(&self, sep: &Obj) -> PyResult<Ref<Tuple>> {
                methods::partition(self, sep, true)
            }

            /// Strip leading and trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading and trailing ASCII
            /// whitespace.
            #[method(sig = "(bytes=None, /)")]
            fn strip(&self, bytes: Option<&Obj>) -> PyResult<Object> {
                methods::strip(self, bytes, Side::Both)
            }

            /// Strip leading bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading ASCII whitespace.
            #[method(sig = "(bytes=None, /)")]
            fn lstrip(&self, bytes: Option<&Obj>) -> PyResult<Object> {
                methods::strip(self, bytes, Side::Left)
            }

            /// Strip trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip trailing ASCII whitespace.
            #[method(sig = "(bytes=None, /)")]
            fn rstrip(&self, bytes: Option<&Obj>) -> PyResult<Object> {
                methods::strip(self, bytes, Side::Right)
            }

            /// Return a copy with each character mapped by the given translation table.
            ///
            ///   table
            ///     Translation table, which must be a bytes object of length 256.
            ///
            /// All characters occurring in the optional argument delete are removed.
            /// The remaining characters are mapped through the given translation table.
            #[method(sig = "(table, /, delete=b'')")]
            fn translate(&self, table: &Obj, delete: Option<&Obj>) -> PyResult<Object> {
                methods::translate(self, table, delete)
            }

            /// Return a translation table usable for the bytes or bytearray translate method.
            ///
            /// The returned table will be one where each byte in frm is mapped to the byte at
            /// the same position in to.
            ///
            /// The bytes objects frm and to must be of the same length.
            #[staticmethod]
            fn maketrans(frm: BytesLike<'_>, to: BytesLike<'_>) -> PyResult<Object> {
                methods::maketrans(&frm, &to)
            }

            /// Concatenate any number of bytes objects.
            ///
            /// The bytes whose method is called is inserted in between each pair.
            ///
            /// The result is returned as a new object.
            #[method]
            fn join(&self, iterable_of_bytes: &Obj) -> PyResult<Object> {
                let _pin = self.pin();
                $T::make(&methods::join(&|| self.bytes().to_vec(), iterable_of_bytes)?)
            }

            /// Create a string of hexadecimal numbers from a bytes object.
            ///
            ///   sep
            ///     An optional single character or byte to separate hex bytes.
            ///   bytes_per_sep
            ///     How many bytes between separators.  Positive values count from the
            ///     right, negative values count from the left.
            ///
            /// Example:
            /// >>> data = b'\x01\x23\x45'
            /// >>> data.hex()
            /// '012345'
            /// >>> data.hex('-', 2)
            /// '01-2345'
            #[method(sig = "(sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(&self, sep: Option<&Obj>, bytes_per_sep: i32) -> PyResult<Ref<Str>> {
                let _pin = self.pin();
                methods::hex(self.bytes(), sep, bytes_per_sep)
            }

            /// Create an object from a string of hexadecimal numbers.
            ///
            /// Spaces between two numbers are accepted.
            /// Example: fromhex('B9 01EF') -> bytes b'\\xB9\\x01\\xEF'.
            #[classmethod]
            fn fromhex(cls: &Type, string: &Obj) -> PyResult<Object> {
                let plain = $T::make(&methods::from_hex(string)?)?;
                if std::ptr::eq(cls, $T::type_object()) { Ok(plain) } else { cls.call(&[&plain]) }
            }

            /// Decode the bytes using the codec registered for encoding.
            ///
            ///   encoding
            ///     The encoding with which to decode the bytes.
            ///   errors
            ///     The error handling scheme to use for the handling of decoding errors.
            ///     The default is 'strict' meaning that decoding errors raise a
            ///     UnicodeDecodeError. Other possible values are 'ignore' and 'replace'
            ///     as well as any other name registered with codecs.register_error that
            ///     can handle UnicodeDecodeErrors.
            #[method(sig = "(encoding='utf-8', errors='strict')")]
            fn decode(&self, encoding: &str, errors: &str) -> PyResult<Ref<Str>> {
                crate::types::codec::decode_object(self, Some(encoding), Some(errors))
            }

            #[slot(sq_length)]
            fn length(&self) -> usize {
                self.bytes().len()
            }

            #[slot(mp_length)]
            fn mapping_length(&self) -> usize {
                self.bytes().len()
            }

            #[slot(sq_contains)]
            fn contains_slot(&self, item: &Obj) -> PyResult<bool> {
                methods::contains(self, item)
            }

            #[slot(nb_remainder)]
            fn remainder(a: &Obj, b: &Obj) -> PyResult<Object> {
                match a.downcast::<$T>() {
                    Some(s) => {
                        let _pin = s.pin();
                        $T::make(&crate::types::str_format::percent_bytes(s.bytes(), b)?)
                    }
                    None => Ok(crate::types::none::not_implemented().to_owned()),
                }
            }
        }
    };
}
pub(crate) use byte_methods;
