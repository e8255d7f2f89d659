//! `re.Pattern` and its scanners.

use super::matched::{Match, MatchState};
use super::subject::{Found, How, Run, Subject, slice};
use super::template::Template;
use crate::util::{Boxed, data, dealloc_boxed, int, new_native};
use dovetail_core::error::PyResult;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::iterators::CallIter;
use dovetail_core::types::list::List;
use dovetail_core::types::mappingproxy::MappingProxy;
use dovetail_core::types::none::{none, not_implemented};
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::generic_alias;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::cell::Cell;

/// A compiled pattern.
pub struct PatternState {
    pub pattern: Object,
    pub flags: i32,
    pub codes: Vec<u32>,
    pub groups: usize,
    pub group_index: Ref<Dict>,
    pub index_group: Ref<Tuple>,
    /// Of str (true), of bytes (false), or of both.
    pub text: Option<bool>,
}

/// Compiled patterns.
/// ---
/// Compiled regular expression object.
#[pytype(name = "re.Pattern", body = Boxed<PatternState>, weaklist = weakrefs, export = "Dovetail_Pattern_Type")]
pub struct Pattern;

/// What is left of a subject to scan.
pub struct ScanState {
    pattern: Ref<Pattern>,
    string: Object,
    start: Cell<usize>,
    end: usize,
    pos: usize,
    must_advance: Cell<bool>,
    done: Cell<bool>,
}

/// Scanners.
#[pytype(name = "_sre.SRE_Scanner", body = Boxed<ScanState>, export = "Dovetail_Scanner_Type")]
pub struct Scanner;

/// `pos` and `endpos` within a subject.
fn bounds(len: usize, pos: isize, endpos: isize) -> (usize, usize) {
    let end = (endpos.max(0) as usize).min(len);
    let start = (pos.max(0) as usize).min(len);
    (start, end)
}

impl Pattern {
    pub fn s(&self) -> &PatternState {
        data(self)
    }

    fn find(
        &self,
        subject: &Subject<'_>,
        start: usize,
        end: usize,
        how: How,
        must_advance: bool,
    ) -> Option<Found> {
        if start > end {
            return None;
        }
        let s = self.s();
        subject.run(&Run { codes: &s.codes, groups: s.groups, start, end, how, must_advance })
    }

    fn make_match(&self, string: &Obj, pos: usize, end: usize, found: Found) -> PyResult<Object> {
        let state = MatchState::new(self.to_ref(), string.to_owned(), pos, end, found);
        let m: Ref<Match> = new_native(state)?;
        Ok(m.into_object())
    }

    fn once(&self, string: &Obj, pos: isize, endpos: isize, how: How) -> PyResult<Option<Object>> {
        let subject = Subject::new(string, self.s().text)?;
        let (start, end) = bounds(subject.len(), pos, endpos);
        match self.find(&subject, start, end, how, false) {
            Some(f) => self.make_match(string, start, end, f).map(Some),
            None => Ok(None),
        }
    }

    fn substitute(&self, repl: &Obj, string: &Obj, count: isize) -> PyResult<(Object, usize)> {
        enum Filter {
            Literal(Object),
            Template(Object),
            Call(Object),
        }
        let filter = if repl.is_callable() {
            Filter::Call(repl.to_owned())
        } else {
            let literal = match repl.downcast::<Str>() {
                Some(s) => !s.text().iter().any(|c| c == '\\' as u32),
                None => dovetail_core::object::buffer::BytesLike::of(repl)
                    .is_ok_and(|b| !b.as_slice().contains(&b'\\')),
            };
            dovetail_core::thread::ThreadState::current().set_exception(None);
            if literal {
                Filter::Literal(repl.to_owned())
            } else {
                let re = dovetail_core::import::import_module("re")?;
                let t = re.get_attr_text("_compile_template")?.call(&[self.as_obj(), repl])?;
                match t.downcast::<Template>() {
                    Some(t) if t.literal().is_some() => {
                        Filter::Literal(t.literal().unwrap_or_else(|| repl.to_owned()))
                    }
                    Some(_) => Filter::Template(t),
                    None if t.is_callable() => Filter::Call(t),
                    None => Filter::Literal(t),
                }
            }
        };
        let subject = Subject::new(string, self.s().text)?;
        let end = subject.len();
        let (mut at, mut last, mut n) = (0, 0, 0usize);
        let mut must_advance = false;
        let mut pieces: Vec<Object> = Vec::new();
        while count == 0 || n < count as usize {
            let Some(f) = self.find(&subject, at, end, How::Search, must_advance) else { break };
            let (b, e) = (f.start(), f.end());
            if last < b {
                pieces.push(slice(string, last, b)?);
            }
            let item = match &filter {
                Filter::Literal(o) => o.clone(),
                Filter::Template(t) => {
                    let m = self.make_match(string, 0, end, f)?;
                    // SAFETY: both were made as such.
                    unsafe { t.cast_unchecked::<Template>().expand(m.cast_unchecked::<Match>())? }
                }
                Filter::Call(c) => {
                    let m = self.make_match(string, 0, end, f)?;
                    c.call(&[&m])?
                }
            };
            if !item.is_none() {
                pieces.push(item);
            }
            last = e;
            n += 1;
            must_advance = b == e;
            at = e;
        }
        if n == 0 {
            return Ok((slice(string, 0, end)?, 0));
        }
        if last < end {
            pieces.push(slice(string, last, end)?);
        }
        Ok((join(string, pieces)?, n))
    }
}

/// Pieces put together, as text or bytes like `like`.
pub fn join(like: &Obj, pieces: Vec<Object>) -> PyResult<Object> {
    if like.is_a::<Str>() {
        for (i, p) in pieces.iter().enumerate() {
            if !p.is_a::<Str>() {
                bail!(TypeError, "sequence item {i}: expected str instance, {} found", p.type_name());
            }
        }
        return Ok(Str::join_pieces(&pieces)?.into_object());
    }
    let list = List::from_vec(pieces)?;
    Bytes::new(b"")?.call_method(sym!(join), &[list.as_obj()])
}

static FLAGS: &[(i32, &str)] = &[
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (32, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
];

#[pymethods]
impl Pattern {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<PatternState>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let s = self.s();
        let mut flags = s.flags;
        if s.pattern.is_a::<Str>() && flags & (4 | 256 | 32) == 32 {
            flags &= !32;
        }
        let shown: String = s.pattern.repr()?.to_string_lossy().chars().take(200).collect();
        let mut names: Vec<String> = Vec::new();
        for (bit, name) in FLAGS {
            if flags & bit != 0 {
                names.push((*name).to_owned());
                flags &= !bit;
            }
        }
        if flags != 0 {
            names.push(format!("0x{flags:x}"));
        }
        Ok(if names.is_empty() {
            format!("re.compile({shown})")
        } else {
            format!("re.compile({shown}, {})", names.join("|"))
        })
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        let s = self.s();
        let mut h = s.pattern.hash()?;
        for c in &s.codes {
            h = h.wrapping_mul(1000003) ^ *c as isize;
        }
        h ^= s.flags as isize ^ s.groups as isize;
        Ok(if h == -1 { -2 } else { h })
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) =
            other.downcast_exact::<Pattern>().filter(|_| matches!(op, CompareOp::Eq | CompareOp::Ne))
        else {
            return Ok(not_implemented().to_owned());
        };
        let (a, b) = (self.s(), o.s());
        let same =
            a.flags == b.flags && a.text == b.text && a.codes == b.codes && a.pattern.equals(&b.pattern)?;
        Ok(dovetail_core::types::bool_::bool_obj(same == (op == CompareOp::Eq)).to_owned())
    }

    /// The pattern string from which the RE object was compiled.
    #[getter]
    fn pattern(&self) -> Object {
        self.s().pattern.clone()
    }

    /// The regex matching flags.
    #[getter]
    fn flags(&self) -> i32 {
        self.s().flags
    }

    /// The number of capturing groups in the pattern.
    #[getter]
    fn groups(&self) -> usize {
        self.s().groups
    }

    /// A dictionary mapping group names to group numbers.
    #[getter]
    fn groupindex(&self) -> PyResult<Object> {
        Ok(MappingProxy::new(self.s().group_index.as_obj())?.into_object())
    }

    /// Matches zero or more characters at the beginning of the string.
    #[method(name = "match", sig = "(string, pos=0, endpos=sys.maxsize)")]
    fn match_(&self, string: &Obj, pos: isize, endpos: isize) -> PyResult<Option<Object>> {
        self.once(string, pos, endpos, How::Match)
    }

    /// Matches against all of the string.
    #[method(sig = "(string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(&self, string: &Obj, pos: isize, endpos: isize) -> PyResult<Option<Object>> {
        self.once(string, pos, endpos, How::Full)
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[method(sig = "(string, pos=0, endpos=sys.maxsize)")]
    fn search(&self, string: &Obj, pos: isize, endpos: isize) -> PyResult<Option<Object>> {
        self.once(string, pos, endpos, How::Search)
    }

    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[method(sig = "(repl, string, count=0)")]
    fn sub(&self, repl: &Obj, string: &Obj, count: isize) -> PyResult<Object> {
        Ok(self.substitute(repl, string, count)?.0)
    }

    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[method(sig = "(repl, string, count=0)")]
    fn subn(&self, repl: &Obj, string: &Obj, count: isize) -> PyResult<Ref<Tuple>> {
        let (s, n) = self.substitute(repl, string, count)?;
        Tuple::from_vec(vec![s, int(n as i64)?])
    }

    /// Return a list of all non-overlapping matches of pattern in string.
    #[method(sig = "(string, pos=0, endpos=sys.maxsize)")]
    fn findall(&self, string: &Obj, pos: isize, endpos: isize) -> PyResult<Ref<List>> {
        let subject = Subject::new(string, self.s().text)?;
        let (mut at, end) = bounds(subject.len(), pos, endpos);
        let list = List::new()?;
        let mut must_advance = false;
        let part = |s: Option<(usize, usize)>| match s {
            Some((a, b)) => slice(string, a, b),
            None => slice(string, 0, 0),
        };
        while let Some(f) = self.find(&subject, at, end, How::Search, must_advance) {
            let item = match self.s().groups {
                0 => part(f.spans[0])?,
                1 => part(f.spans[1])?,
                _ => Tuple::from_vec(f.spans[1..].iter().map(|s| part(*s)).collect::<PyResult<_>>()?)?
                    .into_object(),
            };
            list.push(item)?;
            must_advance = f.start() == f.end();
            at = f.end();
        }
        Ok(list)
    }

    /// Split string by the occurrences of pattern.
    #[method(sig = "(string, maxsplit=0)")]
    fn split(&self, string: &Obj, maxsplit: isize) -> PyResult<Ref<List>> {
        let subject = Subject::new(string, self.s().text)?;
        let end = subject.len();
        let list = List::new()?;
        let (mut at, mut last, mut n) = (0, 0, 0);
        let mut must_advance = false;
        while maxsplit == 0 || n < maxsplit {
            let Some(f) = self.find(&subject, at, end, How::Search, must_advance) else { break };
            list.push(slice(string, last, f.start())?)?;
            for s in &f.spans[1..] {
                list.push(match s {
                    Some((a, b)) => slice(string, *a, *b)?,
                    None => none().to_owned(),
                })?;
            }
            n += 1;
            last = f.end();
            must_advance = f.start() == f.end();
            at = f.end();
        }
        list.push(slice(string, last, end)?)?;
        Ok(list)
    }

    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[method(sig = "(string, pos=0, endpos=sys.maxsize)")]
    fn finditer(&self, string: &Obj, pos: isize, endpos: isize) -> PyResult<Object> {
        let s = self.scanner(string, pos, endpos)?;
        let search = s.get_attr_text("search")?;
        Ok(CallIter::new(&search, none())?.into_object())
    }

    #[method(sig = "(string, pos=0, endpos=sys.maxsize)")]
    fn scanner(&self, string: &Obj, pos: isize, endpos: isize) -> PyResult<Ref<Scanner>> {
        let len = Subject::new(string, self.s().text)?.len();
        let (start, end) = bounds(len, pos, endpos);
        new_native(ScanState {
            pattern: self.to_ref(),
            string: string.to_owned(),
            start: Cell::new(start),
            end,
            pos: start,
            must_advance: Cell::new(false),
            done: Cell::new(false),
        })
    }

    #[method]
    fn __copy__(&self) -> &Obj {
        self
    }

    #[method]
    fn __deepcopy__(&self, _memo: &Obj) -> &Obj {
        self
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

impl Scanner {
    fn step(&self, how: How) -> PyResult<Option<Object>> {
        let s = data(self);
        if s.done.get() {
            return Ok(None);
        }
        let subject = Subject::new(&s.string, s.pattern.s().text)?;
        let Some(f) = s.pattern.find(&subject, s.start.get(), s.end, how, s.must_advance.get()) else {
            s.done.set(true);
            return Ok(None);
        };
        s.must_advance.set(f.start() == f.end());
        s.start.set(f.end());
        s.pattern.make_match(&s.string, s.pos, s.end, f).map(Some)
    }
}

#[pymethods]
impl Scanner {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<ScanState>(o) }
    }

    #[method(name = "match")]
    fn match_(&self) -> PyResult<Option<Object>> {
        self.step(How::Match)
    }

    #[method]
    fn search(&self) -> PyResult<Option<Object>> {
        self.step(How::Search)
    }

    #[getter]
    fn pattern(&self) -> Object {
        data(self).pattern.clone().into_object()
    }
}
