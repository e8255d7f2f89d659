//! `re.Pattern` and its scanners.

use super::engine::Program;
use super::matched::Match;
use super::subject::{How, Runner, slice};
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
use std::cell::RefCell;

/// A compiled pattern.
pub struct PatternState {
    pub pattern: Object,
    pub flags: i32,
    pub codes: Vec<u32>,
    pub program: Program,
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
    /// Runs over `string` and is gone before it.
    runner: RefCell<Runner<'static>>,
    pattern: Ref<Pattern>,
    string: Object,
    pos: usize,
}

/// Scanners.
#[pytype(name = "_sre.SRE_Scanner", body = Boxed<ScanState>, export = "Dovetail_Scanner_Type")]
pub struct Scanner;

impl Pattern {
    pub fn s(&self) -> &PatternState {
        data(self)
    }

    /// What runs it over `string`, between two positions as Python gives them.
    fn runner<'a>(&'a self, string: &'a Obj, pos: isize, endpos: isize) -> PyResult<Runner<'a>> {
        Runner::new(&self.s().program, string, self.s().text, pos, endpos)
    }

    fn once(&self, string: &Obj, pos: isize, endpos: isize, how: How) -> PyResult<Option<Object>> {
        let mut runner = self.runner(string, pos, endpos)?;
        let start = runner.at;
        match runner.next(how)? {
            Some(whole) => Ok(Some(Match::new(self, string, start, &runner, whole)?.into_object())),
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
        let mut runner = self.runner(string, 0, isize::MAX)?;
        let end = runner.end;
        let (mut last, mut n) = (0, 0usize);
        let mut pieces: Vec<Object> = Vec::new();
        while count == 0 || n < count as usize {
            let Some((b, e)) = runner.next(How::Search)? else { break };
            if last < b {
                pieces.push(slice(string, last, b)?);
            }
            let item = match &filter {
                Filter::Literal(o) => o.clone(),
                Filter::Template(t) => {
                    let m = Match::new(self, string, 0, &runner, (b, e))?;
                    // SAFETY: made as such.
                    unsafe { t.cast_unchecked::<Template>().expand(&m)? }
                }
                Filter::Call(c) => {
                    let m = Match::new(self, string, 0, &runner, (b, e))?;
                    c.call(&[&*m])?
                }
            };
            if !item.is_none() {
                pieces.push(item);
            }
            last = e;
            n += 1;
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
        h ^= s.flags as isize ^ s.program.groups as isize;
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
        self.s().program.groups
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
        let mut runner = self.runner(string, pos, endpos)?;
        let list = List::new()?;
        let part = |s: Option<(usize, usize)>| match s {
            Some((a, b)) => slice(string, a, b),
            None => slice(string, 0, 0),
        };
        while let Some(whole) = runner.next(How::Search)? {
            let item = match self.s().program.groups {
                0 => part(Some(whole))?,
                1 => part(runner.group(0))?,
                n => Tuple::from_vec((0..n).map(|i| part(runner.group(i))).collect::<PyResult<_>>()?)?
                    .into_object(),
            };
            list.push(item)?;
        }
        Ok(list)
    }

    /// Split string by the occurrences of pattern.
    #[method(sig = "(string, maxsplit=0)")]
    fn split(&self, string: &Obj, maxsplit: isize) -> PyResult<Ref<List>> {
        let mut runner = self.runner(string, 0, isize::MAX)?;
        let list = List::new()?;
        let (mut last, mut n) = (0, 0);
        while maxsplit == 0 || n < maxsplit {
            let Some((start, end)) = runner.next(How::Search)? else { break };
            list.push(slice(string, last, start)?)?;
            for i in 0..self.s().program.groups {
                list.push(match runner.group(i) {
                    Some((a, b)) => slice(string, a, b)?,
                    None => none().to_owned(),
                })?;
            }
            n += 1;
            last = end;
        }
        list.push(slice(string, last, runner.end)?)?;
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
        let (pattern, string) = (self.to_ref(), string.to_owned());
        let (program, subject): (*const Program, *const Obj) = (&pattern.s().program, &*string);
        // SAFETY: the state owns both, and drops the runner first.
        let (program, subject) = unsafe { (&*program, &*subject) };
        let runner = Runner::new(program, subject, self.s().text, pos, endpos)?;
        let pos = runner.at;
        new_native(ScanState { runner: RefCell::new(runner), pattern, string, pos })
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
        let Ok(mut runner) = s.runner.try_borrow_mut() else {
            bail!(ValueError, "regular expression scanner already executing");
        };
        let Some(whole) = runner.next(how)? else {
            runner.at = usize::MAX;
            return Ok(None);
        };
        let found = Match::new(&s.pattern, &s.string, s.pos, &runner, whole)?;
        runner.pause();
        Ok(Some(found.into_object()))
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
