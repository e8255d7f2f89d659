//! The methods and slots of `str`. The algorithms are in `dovetail_text`; formatting is in `str_format`.

use crate::error::{PyResult, catch, exc, no_memory};
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::sequence::{fast_items, index_in};
use crate::object::{Obj, Object, Ref, ToRef};
use crate::types::bool_::bool_obj;
use crate::types::codec;
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::none::{none, not_implemented};
use crate::types::slice::{Slice, opt_index};
use crate::types::str_::{Str, is_code_point};
use crate::types::str_format;
use crate::types::str_iter;
use crate::types::support::{TypeCall, called_plainly};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::pymethods;
use dovetail_text::search::{self, Side};
use dovetail_text::{Text, TextBuf, case, predicates, repr};
use std::ops::Range;

/// A bound of a search: `None` and absent give the default; huge numbers are clipped.
pub(crate) fn bound(o: Option<&Obj>, default: isize) -> PyResult<isize> {
    match o {
        None => Ok(default),
        Some(o) => Ok(opt_index(o)?.unwrap_or(default)),
    }
}

/// The two bounds of a search, before they are fitted to a length.
pub(crate) fn bounds(start: Option<&Obj>, end: Option<&Obj>) -> PyResult<(isize, isize)> {
    Ok((bound(start, 0)?, bound(end, isize::MAX)?))
}

/// A count that is unlimited when negative.
pub(crate) fn limit(n: isize) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// The first or last place of `sub` in the window of `text`.
fn find_in(text: Text<'_>, sub: Text<'_>, window: (isize, isize), last: bool) -> Option<usize> {
    let w = search::window(text.len(), window.0, window.1)?;
    let from = w.start;
    let part = text.slice(w);
    let found = if last { search::rfind(part, sub) } else { search::find(part, sub) };
    found.map(|i| i + from)
}

fn index_result(found: Option<usize>) -> isize {
    found.map_or(-1, |i| i as isize)
}

impl Str {
    /// The part, which is the string itself when that is all of it.
    fn part(&self, r: Range<usize>) -> PyResult<Ref<Str>> {
        self.sub(r.start, r.end)
    }

    /// The result of a case mapping or replacement that may have left the text as it was.
    fn changed(&self, new: Option<TextBuf>) -> PyResult<Ref<Str>> {
        match new {
            Some(buf) => Str::from_buf(buf),
            None => self.to_exact(),
        }
    }

    fn push_part(&self, list: &List, r: Range<usize>) -> PyResult<()> {
        list.push(self.part(r)?.into_object())
    }

    /// The text with `left` and `right` fill characters around it.
    fn padded(&self, left: usize, right: usize, fill: u32) -> PyResult<Ref<Str>> {
        if left == 0 && right == 0 {
            return self.to_exact();
        }
        let t = self.text();
        let total =
            left.checked_add(right).and_then(|n| n.checked_add(t.len())).filter(|n| *n < isize::MAX as usize);
        let Some(total) = total else { bail!(OverflowError, "padded string is too long") };
        let s = Str::alloc(total, t.kind().max_char().max(fill))?;
        // SAFETY: a new string with room for all three parts.
        unsafe {
            s.fill(0, left, fill);
            s.write(left, t);
            s.fill(left + t.len(), right, fill);
        }
        Ok(s)
    }

    /// Writes `n` times `c` at `at`.
    ///
    /// # Safety
    /// As for `write`.
    pub(crate) unsafe fn fill(&self, at: usize, n: usize, c: u32) {
        // SAFETY: the caller's promise.
        unsafe {
            match self.unit_size() {
                1 => std::ptr::write_bytes(self.data().add(at), c as u8, n),
                2 => std::slice::from_raw_parts_mut(self.data().cast::<u16>().add(at), n).fill(c as u16),
                _ => std::slice::from_raw_parts_mut(self.data().cast::<u32>().add(at), n).fill(c),
            }
        }
    }

    /// `self * n`.
    pub fn times(&self, n: isize) -> PyResult<Ref<Str>> {
        let n = n.max(0) as usize;
        if n == 0 || self.is_empty() {
            return Ok(Str::empty());
        }
        if n == 1 {
            return self.to_exact();
        }
        let t = self.text();
        let Some(total) = t.len().checked_mul(n).filter(|x| *x < isize::MAX as usize) else {
            bail!(OverflowError, "repeated string is too long");
        };
        let s = Str::alloc(total, t.kind().max_char())?;
        // SAFETY: a new string with room for n copies; what is copied from is written already.
        unsafe {
            if t.len() == 1 {
                s.fill(0, total, t.at(0));
                return Ok(s);
            }
            s.write(0, t);
            let (p, unit) = (s.data(), s.unit_size());
            let mut done = t.len();
            while done < total {
                let more = done.min(total - done);
                std::ptr::copy_nonoverlapping(p, p.add(done * unit), more * unit);
                done += more;
            }
        }
        Ok(s)
    }

    /// The fill character of an argument.
    fn fill_char(fill: Option<&Obj>) -> PyResult<u32> {
        match fill {
            None => Ok(' ' as u32),
            Some(o) => match o.downcast::<Str>() {
                Some(s) if s.len() == 1 => Ok(s.char_at(0)),
                Some(_) => Err(raise!(TypeError, "The fill character must be exactly one character long")),
                None => Err(raise!(
                    TypeError,
                    "The fill character must be a unicode character, not {}",
                    o.type_name()
                )),
            },
        }
    }

    fn stripped(&self, chars: Option<&Obj>, side: Side, name: &str) -> PyResult<Ref<Str>> {
        let r = match chars {
            None => search::strip_whitespace(self.text(), side),
            Some(o) => match o.downcast::<Str>() {
                Some(c) => search::strip_chars(self.text(), c.text(), side),
                None => bail!(TypeError, "{name} arg must be None or str"),
            },
        };
        self.part(r)
    }

    fn affix(&self, what: &Obj, start: Option<&Obj>, end: Option<&Obj>, suffix: bool) -> PyResult<bool> {
        let name = if suffix { "endswith" } else { "startswith" };
        let (start, end) = bounds(start, end)?;
        let test = |s: &Str| match search::window(self.len(), start, end) {
            None => false,
            Some(w) => {
                let part = self.text().slice(w);
                if suffix { search::ends_with(part, s.text()) } else { search::starts_with(part, s.text()) }
            }
        };
        if let Some(s) = what.downcast::<Str>() {
            return Ok(test(s));
        }
        let Some(all) = what.downcast::<Tuple>() else {
            bail!(TypeError, "{name} first arg must be str or a tuple of str, not {}", what.type_name());
        };
        for x in all.items() {
            let Some(s) = x.downcast::<Str>() else {
                bail!(TypeError, "tuple for {name} must only contain str, not {}", x.type_name());
            };
            if test(s) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn split_with(&self, sep: Option<&Obj>, maxsplit: isize, from_right: bool) -> PyResult<Ref<List>> {
        let list = List::new()?;
        let max = limit(maxsplit);
        let text = self.text();
        let each = |r| self.push_part(&list, r);
        match sep {
            None if from_right => search::rsplit_whitespace(text, max, each)?,
            None => search::split_whitespace(text, max, each)?,
            Some(o) => {
                let Some(s) = o.downcast::<Str>() else {
                    bail!(TypeError, "must be str or None, not {}", o.type_name());
                };
                if s.is_empty() {
                    bail!(ValueError, "empty separator");
                }
                if from_right {
                    search::rsplit(text, s.text(), max, each)?;
                } else {
                    search::split(text, s.text(), max, each)?;
                }
            }
        }
        if from_right {
            list.reverse_items();
        }
        Ok(list)
    }

    fn separator(sep: &Obj) -> PyResult<&Str> {
        let Some(s) = sep.downcast::<Str>() else { bail!(TypeError, "must be str, not {}", sep.type_name()) };
        if s.is_empty() {
            bail!(ValueError, "empty separator");
        }
        Ok(s)
    }

    /// `separator.join(iterable)`.
    pub fn join_iterable(&self, iterable: &Obj) -> PyResult<Ref<Str>> {
        if let Some(l) = iterable.downcast_exact::<List>() {
            return self.join_objects(l.items());
        }
        if let Some(t) = iterable.downcast_exact::<Tuple>() {
            return self.join_objects(t.items());
        }
        self.join_objects(&fast_items(iterable, "can only join an iterable")?)
    }

    /// The strings with this one between them.
    pub fn join_objects(&self, items: &[Object]) -> PyResult<Ref<Str>> {
        if let Some((i, x)) = items.iter().enumerate().find(|(_, x)| !x.is_a::<Str>()) {
            bail!(TypeError, "sequence item {i}: expected str instance, {} found", x.type_name());
        }
        // SAFETY: checked.
        Str::join_strs(Some(self), items.iter().map(|x| unsafe { x.cast_unchecked::<Str>() }))
    }

    /// `self[start:stop:step]` by the indices of a slice.
    fn sliced(&self, start: isize, step: isize, count: usize) -> PyResult<Ref<Str>> {
        if count == 0 {
            return Ok(Str::empty());
        }
        if step == 1 {
            return self.sub(start as usize, start as usize + count);
        }
        let t = self.text();
        let mut out = TextBuf::with_max_char(count, t.kind().max_char());
        out.extend((0..count as isize).map(|i| t.at((start + i * step) as usize)));
        Str::from_buf(out)
    }

    /// The character at `i` as a string.
    #[inline]
    pub fn char_str(&self, i: usize) -> PyResult<Ref<Str>> {
        Str::from_code_point(self.char_at(i))
    }
}

/// What a translation table says of a character.
pub(crate) enum Mapped {
    Same,
    Gone,
    Char(u32),
    Text(Ref<Str>),
}

/// Asks a translation table.
pub(crate) fn map_char(table: &Obj, c: u32) -> PyResult<Mapped> {
    let key = Int::from_i64(c as i64)?;
    let Some(v) = catch(table.get_item(&key), exc::LookupError())? else { return Ok(Mapped::Same) };
    if v.is_none() {
        return Ok(Mapped::Gone);
    }
    if let Some(i) = v.downcast::<Int>() {
        return match i.to_i64() {
            Some(n) if is_code_point(n) => Ok(Mapped::Char(n as u32)),
            _ => Err(raise!(ValueError, "character mapping must be in range(0x110000)")),
        };
    }
    match v.downcast_into::<Str>() {
        Ok(s) if s.len() == 1 => Ok(Mapped::Char(s.char_at(0))),
        Ok(s) => Ok(Mapped::Text(s)),
        Err(_) => Err(raise!(TypeError, "character mapping must return integer, None or str")),
    }
}

#[pymethods]
impl Str {
    #[slot(tp_new, sig = "(object='', encoding='utf-8', errors='strict')", wording = "unpack")]
    fn new_slot(
        cls: &Type,
        object: Option<&Obj>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Object> {
        let text = match (object, encoding, errors) {
            (None, ..) => Str::empty(),
            (Some(o), None, None) => o.str_()?,
            (Some(o), ..) => codec::decode_object(o, encoding, errors)?,
        };
        if std::ptr::eq(cls, Str::type_object()) {
            return Ok(text.into_object());
        }
        Str::new_in_subclass(cls, &text)
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called_plainly(call, |a| match a {
            [] => Some(Ok(Str::empty().into_object())),
            [x] => Some(x.str_().map(Ref::into_object)),
            _ => None,
        })
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called once, as a slot.
        unsafe { Str::dealloc_slot(o) }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        // Most strings only get quotes.
        if let Text::Ascii(s) = self.text()
            && s.iter().fold(true, |all, b| all & ((0x20..0x7f).contains(b) & (*b != b'\'') & (*b != b'\\')))
        {
            let out = Str::alloc(s.len() + 2, 0x7f)?;
            // SAFETY: a new string with room for the text between quotes.
            unsafe {
                out.write(0, Text::Ascii(b"'"));
                out.write(1, Text::Ascii(s));
                out.write(1 + s.len(), Text::Ascii(b"'"));
            }
            return Ok(out);
        }
        Str::from_buf(repr::repr(self.text()))
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        self.to_exact()
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> isize {
        self.hash_value()
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Object> {
        str_iter::new_iter(self)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast::<Str>() else { return Ok(not_implemented().to_owned()) };
        let r = match op {
            CompareOp::Eq => self.equals(o),
            CompareOp::Ne => !self.equals(o),
            _ => op.holds(self.text().cmp(&o.text())),
        };
        Ok(bool_obj(r).to_owned())
    }

    #[slot(sq_length)]
    fn length(&self) -> usize {
        self.len()
    }

    #[slot(sq_item)]
    fn item(&self, i: isize) -> PyResult<Ref<Str>> {
        match usize::try_from(i).ok().and_then(|i| self.text().get(i)) {
            Some(c) => Str::from_code_point(c),
            None => bail!(IndexError, "string index out of range"),
        }
    }

    #[slot(sq_contains)]
    fn contains_slot(&self, item: &Obj) -> PyResult<bool> {
        match item.downcast::<Str>() {
            Some(s) => Ok(search::contains(self.text(), s.text())),
            None => {
                bail!(TypeError, "'in <string>' requires string as left operand, not {}", item.type_name())
            }
        }
    }

    #[slot(sq_concat)]
    fn concat_slot(&self, other: &Obj) -> PyResult<Ref<Str>> {
        match other.downcast::<Str>() {
            Some(o) => Str::concat(self, o),
            None => bail!(TypeError, "can only concatenate str (not \"{}\") to str", other.type_name()),
        }
    }

    #[slot(sq_repeat)]
    fn repeat_slot(&self, n: isize) -> PyResult<Ref<Str>> {
        self.times(n)
    }

    #[slot(mp_length)]
    fn mapping_length(&self) -> usize {
        self.len()
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Ref<Str>> {
        if key.has_index() {
            return match index_in(key.as_isize_index()?, self.len()) {
                Some(i) => self.char_str(i),
                None => bail!(IndexError, "string index out of range"),
            };
        }
        match key.downcast_exact::<Slice>() {
            Some(s) => {
                let (start, _, step, count) = s.indices(self.len())?;
                self.sliced(start, step, count)
            }
            None => bail!(TypeError, "string indices must be integers, not '{}'", key.type_name()),
        }
    }

    #[slot(nb_remainder)]
    fn remainder(a: &Obj, b: &Obj) -> PyResult<Object> {
        match a.downcast::<Str>() {
            Some(s) => Ok(str_format::percent(s, b)?.into_object()),
            None => Ok(not_implemented().to_owned()),
        }
    }

    /// Encode the string using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding in which to encode the string.
    ///   errors
    ///     The error handling scheme to use for encoding errors.
    ///     The default is 'strict' meaning that encoding errors raise a
    ///     UnicodeEncodeError.  Other possible values are 'ignore', 'replace' and
    ///     'xmlcharrefreplace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeEncodeErrors.
    #[method(sig = "(encoding='utf-8', errors='strict')")]
    fn encode(&self, encoding: &str, errors: &str) -> PyResult<Object> {
        Ok(codec::encode_str(self, Some(encoding), Some(errors))?.into_object())
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    ///
    ///   count
    ///     Maximum number of occurrences to replace.
    ///     -1 (the default value) means replace all occurrences.
    ///
    /// If the optional argument count is given, only the first count occurrences are
    /// replaced.
    #[method(sig = "(old, new, /, count=-1)")]
    fn replace(&self, old: &Str, new: &Str, count: isize) -> PyResult<Ref<Str>> {
        if old.is(new) && self.is_exact::<Str>() {
            return Ok(self.to_ref());
        }
        // A longer text could have more characters than there is memory for.
        if new.len() > old.len() && self.len() > 1 << 20 {
            let n = search::count(self.text(), old.text()).min(limit(count));
            let grown = (new.len() - old.len()).checked_mul(n).and_then(|g| g.checked_add(self.len()));
            match grown {
                None => bail!(OverflowError, "replace string is too long"),
                Some(g) if g > isize::MAX as usize => bail!(OverflowError, "replace string is too long"),
                Some(g) if g > 1 << 40 => return Err(no_memory()),
                Some(_) => {}
            }
        }
        if let (Text::Ascii(s), Text::Ascii(&[a]), Text::Ascii(&[b])) = (self.text(), old.text(), new.text())
            && s.len() > 1
            && count < 0
        {
            if !s.contains(&a) {
                return self.to_exact();
            }
            let out = Str::alloc(s.len(), 0x7f)?;
            // SAFETY: a new string of that length that nobody has seen.
            let body = unsafe { std::slice::from_raw_parts_mut(out.data(), s.len()) };
            for (to, from) in body.iter_mut().zip(s) {
                *to = if *from == a { b } else { *from };
            }
            return Ok(out);
        }
        self.changed(search::replace(self.text(), old.text(), new.text(), limit(count)))
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any whitespace
    ///     character (including \n \r \t \f and spaces) and will discard
    ///     empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the front of the string and works to the end.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn split(&self, sep: Option<&Obj>, maxsplit: isize) -> PyResult<Ref<List>> {
        self.split_with(sep, maxsplit, false)
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any whitespace
    ///     character (including \n \r \t \f and spaces) and will discard
    ///     empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the end of the string and works to the front.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn rsplit(&self, sep: Option<&Obj>, maxsplit: isize) -> PyResult<Ref<List>> {
        self.split_with(sep, maxsplit, true)
    }

    /// Concatenate any number of strings.
    ///
    /// The string whose method is called is inserted in between each given string.
    /// The result is returned as a new string.
    ///
    /// Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'
    #[method]
    fn join(&self, iterable: &Obj) -> PyResult<Ref<Str>> {
        self.join_iterable(iterable)
    }

    /// Return a capitalized version of the string.
    ///
    /// More specifically, make the first character have upper case and the rest lower
    /// case.
    #[method]
    fn capitalize(&self) -> PyResult<Ref<Str>> {
        Str::from_buf(case::capitalize(self.text()))
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[method]
    fn casefold(&self) -> PyResult<Ref<Str>> {
        Str::from_buf(case::casefold(self.text()))
    }

    /// Return a version of the string where each word is titlecased.
    ///
    /// More specifically, words start with uppercased characters and all remaining
    /// cased characters have lower case.
    #[method]
    fn title(&self) -> PyResult<Ref<Str>> {
        Str::from_buf(case::title(self.text()))
    }

    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[method(sig = "(width, fillchar=' ', /)")]
    fn center(&self, width: isize, fillchar: Option<&Obj>) -> PyResult<Ref<Str>> {
        let fill = Str::fill_char(fillchar)?;
        let (left, right) = search::center_padding(self.len(), width.max(0) as usize);
        self.padded(left, right, fill)
    }

    #[method(
        nosig,
        sig = "(sub, start=None, end=None, /)",
        doc = "count($self, sub[, start[, end]], /)\n--\n\nReturn the number of non-overlapping occurrences of substring sub in string S[start:end].\n\nOptional arguments start and end are interpreted as in slice notation."
    )]
    fn count(&self, sub: &Str, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<usize> {
        let (start, end) = bounds(start, end)?;
        Ok(search::window(self.len(), start, end)
            .map_or(0, |w| search::count(self.text().slice(w), sub.text())))
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[method(sig = "(tabsize=8)")]
    fn expandtabs(&self, tabsize: i32) -> PyResult<Ref<Str>> {
        let text = self.text();
        if search::find(text, Text::Ascii(b"\t")).is_none() {
            return self.to_exact();
        }
        match search::expand_tabs(text, tabsize.max(0) as usize) {
            Ok(buf) => Str::from_buf(buf),
            Err(_) => bail!(OverflowError, "new string is too long"),
        }
    }

    #[method(
        nosig,
        sig = "(sub, start=None, end=None, /)",
        doc = "find($self, sub[, start[, end]], /)\n--\n\nReturn the lowest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nOptional arguments start and end are interpreted as in slice notation.\nReturn -1 on failure."
    )]
    fn find(&self, sub: &Str, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<isize> {
        Ok(index_result(find_in(self.text(), sub.text(), bounds(start, end)?, false)))
    }

    #[method(
        nosig,
        sig = "(sub, start=None, end=None, /)",
        doc = "rfind($self, sub[, start[, end]], /)\n--\n\nReturn the highest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nOptional arguments start and end are interpreted as in slice notation.\nReturn -1 on failure."
    )]
    fn rfind(&self, sub: &Str, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<isize> {
        Ok(index_result(find_in(self.text(), sub.text(), bounds(start, end)?, true)))
    }

    #[method(
        name = "index",
        nosig,
        sig = "(sub, start=None, end=None, /)",
        doc = "index($self, sub[, start[, end]], /)\n--\n\nReturn the lowest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nOptional arguments start and end are interpreted as in slice notation.\nRaises ValueError when the substring is not found."
    )]
    fn index_method(&self, sub: &Str, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<usize> {
        find_in(self.text(), sub.text(), bounds(start, end)?, false)
            .ok_or_else(|| raise!(ValueError, "substring not found"))
    }

    #[method(
        nosig,
        sig = "(sub, start=None, end=None, /)",
        doc = "rindex($self, sub[, start[, end]], /)\n--\n\nReturn the highest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nOptional arguments start and end are interpreted as in slice notation.\nRaises ValueError when the substring is not found."
    )]
    fn rindex(&self, sub: &Str, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<usize> {
        find_in(self.text(), sub.text(), bounds(start, end)?, true)
            .ok_or_else(|| raise!(ValueError, "substring not found"))
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string.  If the separator is found,
    /// returns a 3-tuple containing the part before the separator, the separator
    /// itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing the original string
    /// and two empty strings.
    #[method]
    fn partition(&self, sep: &Obj) -> PyResult<Ref<Tuple>> {
        let s = Str::separator(sep)?;
        let parts = match search::partition(self.text(), s.text()) {
            Some(r) => [
                self.part(0..r.start)?.into_object(),
                sep.to_owned(),
                self.part(r.end..self.len())?.into_object(),
            ],
            None => [self.to_exact()?.into_object(), Str::empty().into_object(), Str::empty().into_object()],
        };
        Tuple::from_array(parts)
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string, starting at the end. If
    /// the separator is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing two empty strings
    /// and the original string.
    #[method]
    fn rpartition(&self, sep: &Obj) -> PyResult<Ref<Tuple>> {
        let s = Str::separator(sep)?;
        let parts = match search::rpartition(self.text(), s.text()) {
            Some(r) => [
                self.part(0..r.start)?.into_object(),
                sep.to_owned(),
                self.part(r.end..self.len())?.into_object(),
            ],
            None => [Str::empty().into_object(), Str::empty().into_object(), self.to_exact()?.into_object()],
        };
        Tuple::from_array(parts)
    }

    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[method(sig = "(width, fillchar=' ', /)")]
    fn ljust(&self, width: isize, fillchar: Option<&Obj>) -> PyResult<Ref<Str>> {
        let fill = Str::fill_char(fillchar)?;
        self.padded(0, (width.max(0) as usize).saturating_sub(self.len()), fill)
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[method(sig = "(width, fillchar=' ', /)")]
    fn rjust(&self, width: isize, fillchar: Option<&Obj>) -> PyResult<Ref<Str>> {
        let fill = Str::fill_char(fillchar)?;
        self.padded((width.max(0) as usize).saturating_sub(self.len()), 0, fill)
    }

    /// Return a copy of the string converted to lowercase.
    #[method]
    fn lower(&self) -> PyResult<Ref<Str>> {
        Str::from_buf(case::lower(self.text()))
    }

    /// Return a copy of the string converted to uppercase.
    #[method]
    fn upper(&self) -> PyResult<Ref<Str>> {
        Str::from_buf(case::upper(self.text()))
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[method]
    fn swapcase(&self) -> PyResult<Ref<Str>> {
        Str::from_buf(case::swapcase(self.text()))
    }

    /// Return a copy of the string with leading whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "(chars=None, /)")]
    fn lstrip(&self, chars: Option<&Obj>) -> PyResult<Ref<Str>> {
        self.stripped(chars, Side::Left, "lstrip")
    }

    /// Return a copy of the string with trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "(chars=None, /)")]
    fn rstrip(&self, chars: Option<&Obj>) -> PyResult<Ref<Str>> {
        self.stripped(chars, Side::Right, "rstrip")
    }

    /// Return a copy of the string with leading and trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "(chars=None, /)")]
    fn strip(&self, chars: Option<&Obj>) -> PyResult<Ref<Str>> {
        self.stripped(chars, Side::Both, "strip")
    }

    /// Return a list of the lines in the string, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends is given and
    /// true.
    #[method(sig = "(keepends=False)")]
    fn splitlines(&self, keepends: bool) -> PyResult<Ref<List>> {
        let list = List::new()?;
        search::split_lines(self.text(), keepends, |r| self.push_part(&list, r))?;
        Ok(list)
    }

    /// Replace each character in the string using the given translation table.
    ///
    ///   table
    ///     Translation table, which must be a mapping of Unicode ordinals to
    ///     Unicode ordinals, strings, or None.
    ///
    /// The table must implement lookup/indexing via __getitem__, for instance a
    /// dictionary or list.  If this operation raises LookupError, the character is
    /// left untouched.  Characters mapped to None are deleted.
    #[method]
    fn translate(&self, table: &Obj) -> PyResult<Ref<Str>> {
        let text = self.text();
        let mut out = TextBuf::with_capacity(text.len());
        // What is known of ASCII characters: -2 nothing, -1 deleted, else the character.
        let mut known = [-2i32; 128];
        for c in text.iter() {
            if let Some(k) = known.get(c as usize)
                && *k != -2
            {
                if *k >= 0 {
                    out.push(*k as u32);
                }
                continue;
            }
            let remembered = match map_char(table, c)? {
                Mapped::Same => c as i32,
                Mapped::Gone => -1,
                Mapped::Char(x) => x as i32,
                Mapped::Text(s) => {
                    out.push_text(s.text());
                    continue;
                }
            };
            if remembered >= 0 {
                out.push(remembered as u32);
            }
            if let Some(k) = known.get_mut(c as usize) {
                *k = remembered;
            }
        }
        Str::from_buf(out)
    }

    /// Return a translation table usable for str.translate().
    ///
    /// If there is only one argument, it must be a dictionary mapping Unicode
    /// ordinals (integers) or characters to Unicode ordinals, strings or None.
    /// Character keys will be then converted to ordinals.
    /// If there are two arguments, they must be strings of equal length, and
    /// in the resulting dictionary, each character in x will be mapped to the
    /// character at the same position in y. If there is a third argument, it
    /// must be a string, whose characters will be mapped to None in the result.
    #[staticmethod(sig = "(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(x: &Obj, y: Option<&Str>, z: Option<&Str>) -> PyResult<Ref<Dict>> {
        let out = Dict::new()?;
        let Some(y) = y else {
            let Some(d) = x.downcast_exact::<Dict>() else {
                bail!(TypeError, "if you give only one argument to maketrans it must be a dict");
            };
            let mut pos = 0;
            while let Some((k, v)) = d.next(&mut pos) {
                let (k, v) = (k.to_owned(), v.to_owned());
                if let Some(s) = k.downcast::<Str>() {
                    if s.len() != 1 {
                        bail!(ValueError, "string keys in translatetable must be of length 1");
                    }
                    out.set(&*Int::from_i64(s.char_at(0) as i64)?, &v)?;
                } else if k.is_a::<Int>() {
                    out.set(&k, &v)?;
                } else {
                    bail!(TypeError, "keys in translate table mustbe strings or integers");
                }
            }
            return Ok(out);
        };
        let Some(x) = x.downcast::<Str>() else {
            bail!(TypeError, "first maketrans argument must be a string if there is a second argument");
        };
        if x.len() != y.len() {
            bail!(ValueError, "the first two maketrans arguments must have equal length");
        }
        for (a, b) in x.text().iter().zip(y.text().iter()) {
            out.set(&*Int::from_i64(a as i64)?, &*Int::from_i64(b as i64)?)?;
        }
        if let Some(z) = z {
            for c in z.text().iter() {
                out.set(&*Int::from_i64(c as i64)?, none())?;
            }
        }
        Ok(out)
    }

    #[method(
        nosig,
        sig = "(prefix, start=None, end=None, /)",
        doc = "startswith($self, prefix[, start[, end]], /)\n--\n\nReturn True if the string starts with the specified prefix, False otherwise.\n\n  prefix\n    A string or a tuple of strings to try.\n  start\n    Optional start position. Default: start of the string.\n  end\n    Optional stop position. Default: end of the string."
    )]
    fn startswith(&self, prefix: &Obj, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<bool> {
        self.affix(prefix, start, end, false)
    }

    #[method(
        nosig,
        sig = "(suffix, start=None, end=None, /)",
        doc = "endswith($self, suffix[, start[, end]], /)\n--\n\nReturn True if the string ends with the specified suffix, False otherwise.\n\n  suffix\n    A string or a tuple of strings to try.\n  start\n    Optional start position. Default: start of the string.\n  end\n    Optional stop position. Default: end of the string."
    )]
    fn endswith(&self, suffix: &Obj, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<bool> {
        self.affix(suffix, start, end, true)
    }

    /// Return a str with the given prefix string removed if present.
    ///
    /// If the string starts with the prefix string, return string[len(prefix):].
    /// Otherwise, return a copy of the original string.
    #[method]
    fn removeprefix(&self, prefix: &Str) -> PyResult<Ref<Str>> {
        if search::starts_with(self.text(), prefix.text()) {
            return self.part(prefix.len()..self.len());
        }
        self.to_exact()
    }

    /// Return a str with the given suffix string removed if present.
    ///
    /// If the string ends with the suffix string and that suffix is not empty,
    /// return string[:-len(suffix)]. Otherwise, return a copy of the original
    /// string.
    #[method]
    fn removesuffix(&self, suffix: &Str) -> PyResult<Ref<Str>> {
        if search::ends_with(self.text(), suffix.text()) {
            return self.part(0..self.len() - suffix.len());
        }
        self.to_exact()
    }

    /// Return True if all characters in the string are ASCII, False otherwise.
    ///
    /// ASCII characters have code points in the range U+0000-U+007F.
    /// Empty string is ASCII too.
    #[method]
    fn isascii(&self) -> bool {
        self.is_ascii()
    }

    /// Return True if the string is a lowercase string, False otherwise.
    ///
    /// A string is lowercase if all cased characters in the string are lowercase and
    /// there is at least one cased character in the string.
    #[method]
    fn islower(&self) -> bool {
        predicates::is_lower(self.text())
    }

    /// Return True if the string is an uppercase string, False otherwise.
    ///
    /// A string is uppercase if all cased characters in the string are uppercase and
    /// there is at least one cased character in the string.
    #[method]
    fn isupper(&self) -> bool {
        predicates::is_upper(self.text())
    }

    /// Return True if the string is a title-cased string, False otherwise.
    ///
    /// In a title-cased string, upper- and title-case characters may only
    /// follow uncased characters and lowercase characters only cased ones.
    #[method]
    fn istitle(&self) -> bool {
        predicates::is_title(self.text())
    }

    /// Return True if the string is a whitespace string, False otherwise.
    ///
    /// A string is whitespace if all characters in the string are whitespace and there
    /// is at least one character in the string.
    #[method]
    fn isspace(&self) -> bool {
        predicates::is_space(self.text())
    }

    /// Return True if the string is a decimal string, False otherwise.
    ///
    /// A string is a decimal string if all characters in the string are decimal and
    /// there is at least one character in the string.
    #[method]
    fn isdecimal(&self) -> bool {
        predicates::is_decimal(self.text())
    }

    /// Return True if the string is a digit string, False otherwise.
    ///
    /// A string is a digit string if all characters in the string are digits and there
    /// is at least one character in the string.
    #[method]
    fn isdigit(&self) -> bool {
        predicates::is_digit(self.text())
    }

    /// Return True if the string is a numeric string, False otherwise.
    ///
    /// A string is numeric if all characters in the string are numeric and there is at
    /// least one character in the string.
    #[method]
    fn isnumeric(&self) -> bool {
        predicates::is_numeric(self.text())
    }

    /// Return True if the string is an alphabetic string, False otherwise.
    ///
    /// A string is alphabetic if all characters in the string are alphabetic and there
    /// is at least one character in the string.
    #[method]
    fn isalpha(&self) -> bool {
        predicates::is_alpha(self.text())
    }

    /// Return True if the string is an alpha-numeric string, False otherwise.
    ///
    /// A string is alpha-numeric if all characters in the string are alpha-numeric and
    /// there is at least one character in the string.
    #[method]
    fn isalnum(&self) -> bool {
        predicates::is_alnum(self.text())
    }

    /// Return True if the string is a valid Python identifier, False otherwise.
    ///
    /// Call keyword.iskeyword(s) to test whether string s is a reserved identifier,
    /// such as "def" or "class".
    #[method]
    fn isidentifier(&self) -> bool {
        predicates::is_identifier(self.text())
    }

    /// Return True if all characters in the string are printable, False otherwise.
    ///
    /// A character is printable if repr() may use it in its output.
    #[method]
    fn isprintable(&self) -> bool {
        predicates::is_printable(self.text())
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The string is never truncated.
    #[method]
    fn zfill(&self, width: isize) -> PyResult<Ref<Str>> {
        let t = self.text();
        let zeros = (width.max(0) as usize).saturating_sub(t.len());
        if zeros == 0 {
            return self.to_exact();
        }
        let s = self.padded(zeros, 0, '0' as u32)?;
        if let Some(sign @ (0x2b | 0x2d)) = t.get(0) {
            // SAFETY: a new string that nobody else has seen; the sign moves to its beginning.
            unsafe {
                s.fill(zeros, 1, '0' as u32);
                s.fill(0, 1, sign);
            }
        }
        Ok(s)
    }

    /// Return a formatted version of the string, using substitutions from args and kwargs.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[method(name = "format", sig = "(*args, **kwargs)")]
    fn format_method(&self, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Ref<Str>> {
        str_format::format(self, args, kwargs.map(|d| &**d))
    }

    /// Return a formatted version of the string, using substitutions from mapping.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[method]
    fn format_map(&self, mapping: &Obj) -> PyResult<Ref<Str>> {
        str_format::format_map(self, mapping)
    }

    /// Return a formatted version of the string as described by format_spec.
    #[method(name = "__format__")]
    fn format_spec_method(&self, format_spec: &Str) -> PyResult<Ref<Str>> {
        if format_spec.is_empty() {
            return if self.is_exact::<Str>() { Ok(self.to_ref()) } else { self.str_() };
        }
        str_format::format_str(self, format_spec)
    }

    /// Return the size of the string in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof_method(&self) -> usize {
        let unit = self.unit_size();
        let body = (self.len() + 1) * unit;
        if !self.is_exact::<Str>() {
            return self.ob_type().raw().tp_basicsize as usize + body + self.utf8_cache_size();
        }
        let header = if self.is_ascii() {
            size_of::<abi::PyASCIIObject>()
        } else {
            size_of::<abi::PyCompactUnicodeObject>()
        };
        header + body + self.utf8_cache_size()
    }

    #[method(name = "__getnewargs__")]
    fn getnewargs(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_array([Str::from_text(self.text())?.into_object()])
    }
}
