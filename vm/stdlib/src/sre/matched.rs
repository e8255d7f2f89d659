//! `re.Match`.

use super::pattern::Pattern;
use super::subject::{Runner, slice};
use super::template::Template;
use crate::util::int;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef, alloc};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::none::none;
use dovetail_core::types::support::generic_alias;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{Raised, raise};
use dovetail_macros::{pymethods, pytype};
use std::mem::MaybeUninit;

/// What was matched, where.
pub struct MatchState {
    pattern: Ref<Pattern>,
    string: Object,
    pos: usize,
    end_pos: usize,
    whole: (usize, usize),
    groups: Box<[Option<(usize, usize)>]>,
    /// The group that was closed last.
    last: Option<usize>,
}

/// A match object.
#[repr(C)]
pub struct MatchBody {
    pub ob_base: abi::PyObject,
    state: MaybeUninit<MatchState>,
}

/// Matches.
/// ---
/// The result of re.match() and re.search().
/// Match objects always have a boolean value of True.
#[pytype(name = "re.Match", body = MatchBody, export = "Dovetail_Match_Type")]
pub struct Match;

fn no_group() -> Raised {
    raise!(IndexError, "no such group")
}

impl Match {
    /// The match that a runner over `string` has just found.
    pub fn new(
        pattern: &Pattern,
        string: &Obj,
        pos: usize,
        runner: &Runner<'_>,
        whole: (usize, usize),
    ) -> PyResult<Ref<Match>> {
        let groups = (0..pattern.s().program.groups).map(|i| runner.group(i)).collect();
        // SAFETY: the state is filled in before anything runs.
        unsafe {
            let it = alloc::new_body::<Match>()?;
            (*it.body()).state.write(MatchState {
                pattern: pattern.to_ref(),
                string: string.to_owned(),
                pos,
                end_pos: runner.end,
                whole,
                groups,
                last: runner.last_group(),
            });
            Ok(it)
        }
    }

    fn s(&self) -> &MatchState {
        // SAFETY: filled when made, dropped by the deallocator.
        unsafe { (*self.body()).state.assume_init_ref() }
    }

    /// Start and end of a group; no group has this number, or it took no part.
    fn bounds(&self, i: usize) -> Option<Option<(usize, usize)>> {
        let s = self.s();
        if i == 0 { Some(Some(s.whole)) } else { s.groups.get(i - 1).copied() }
    }

    /// The text of a group by number; none when it took no part.
    pub fn text_of(&self, i: usize) -> PyResult<Option<Object>> {
        match self.bounds(i) {
            None => Err(no_group()),
            Some(None) => Ok(None),
            Some(Some((a, b))) => slice(&self.s().string, a, b).map(Some),
        }
    }

    fn number(&self, group: &Obj) -> PyResult<usize> {
        let s = self.s();
        let n = if group.has_index() {
            group.index()?.to_i64().map_or(-1, |n| n as isize)
        } else {
            match s.pattern.s().group_index.get(group) {
                Ok(Some(i)) => i.as_isize()?,
                Ok(None) => -1,
                Err(e) => {
                    e.clear();
                    -1
                }
            }
        };
        if n < 0 || n as usize > s.groups.len() { Err(no_group()) } else { Ok(n as usize) }
    }

    fn span_of(&self, group: Option<&Obj>) -> PyResult<(i64, i64)> {
        let i = match group {
            Some(g) => self.number(g)?,
            None => 0,
        };
        Ok(self.bounds(i).flatten().map_or((-1, -1), |(a, b)| (a as i64, b as i64)))
    }

    fn group_or(&self, i: usize, default: Option<&Obj>) -> PyResult<Object> {
        Ok(match self.text_of(i)? {
            Some(o) => o,
            None => default.unwrap_or(none()).to_owned(),
        })
    }
}

#[pymethods]
impl Match {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe {
            (*(o as *mut MatchBody)).state.assume_init_drop();
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let (a, b) = self.span_of(None)?;
        let shown = self.group_or(0, None)?.repr()?.to_string_lossy().into_owned();
        Ok(format!("<{} object; span=({a}, {b}), match={shown}>", self.type_name()))
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        self.group_or(self.number(key)?, None)
    }

    /// group([group1, ...]) -> str or tuple.
    /// Returns subgroup(s) of the match by indices or names.
    /// For 0 returns the entire match.
    #[method(nosig, sig = "(*args)")]
    fn group(&self, args: &[&Obj]) -> PyResult<Object> {
        match args {
            [] => self.group_or(0, None),
            [one] => self.group_or(self.number(one)?, None),
            many => {
                let all = many
                    .iter()
                    .map(|g| self.group_or(self.number(g)?, None))
                    .collect::<PyResult<Vec<_>>>()?;
                Ok(Tuple::from_vec(all)?.into_object())
            }
        }
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    #[method(sig = "(default=None)")]
    fn groups(&self, default: Option<&Obj>) -> PyResult<Ref<Tuple>> {
        let n = self.s().groups.len();
        Tuple::from_vec((1..=n).map(|i| self.group_or(i, default)).collect::<PyResult<_>>()?)
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    #[method(sig = "(default=None)")]
    fn groupdict(&self, default: Option<&Obj>) -> PyResult<Ref<Dict>> {
        let d = Dict::new()?;
        let index = self.s().pattern.s().group_index.clone();
        for (k, v) in index.iter_borrowed() {
            let i = v.as_isize()? as usize;
            d.set(k, &*self.group_or(i, default)?)?;
        }
        Ok(d)
    }

    /// Return index of the start of the substring matched by group.
    #[method(sig = "(group=0, /)")]
    fn start(&self, group: Option<&Obj>) -> PyResult<i64> {
        Ok(self.span_of(group)?.0)
    }

    /// Return index of the end of the substring matched by group.
    #[method(sig = "(group=0, /)")]
    fn end(&self, group: Option<&Obj>) -> PyResult<i64> {
        Ok(self.span_of(group)?.1)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[method(sig = "(group=0, /)")]
    fn span(&self, group: Option<&Obj>) -> PyResult<Ref<Tuple>> {
        let (a, b) = self.span_of(group)?;
        Tuple::from_vec(vec![int(a)?, int(b)?])
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[method(sig = "(template)")]
    fn expand(&self, template: &Obj) -> PyResult<Object> {
        let re = dovetail_core::import::import_module("re")?;
        let t = re.get_attr_text("_compile_template")?.call(&[self.s().pattern.as_obj(), template])?;
        match t.downcast::<Template>() {
            Some(t) => t.expand(self),
            None => Ok(t),
        }
    }

    /// The string passed to match() or search().
    #[getter]
    fn string(&self) -> Object {
        self.s().string.clone()
    }

    /// The regular expression object.
    #[getter]
    fn re(&self) -> Object {
        self.s().pattern.clone().into_object()
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[getter]
    fn pos(&self) -> usize {
        self.s().pos
    }

    /// The index into the string beyond which the RE engine will not go.
    #[getter]
    fn endpos(&self) -> usize {
        self.s().end_pos
    }

    /// The integer index of the last matched capturing group.
    #[getter]
    fn lastindex(&self) -> Option<usize> {
        self.s().last
    }

    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(&self) -> Option<Object> {
        let s = self.s();
        let i = s.last?;
        s.pattern.s().index_group.items().get(i).map(|o| o.as_obj().to_owned())
    }

    #[getter]
    fn regs(&self) -> PyResult<Ref<Tuple>> {
        let pair = |i: usize| -> PyResult<Object> {
            let (a, b) = self.bounds(i).flatten().map_or((-1, -1), |(a, b)| (a as i64, b as i64));
            Ok(Tuple::from_vec(vec![int(a)?, int(b)?])?.into_object())
        };
        Tuple::from_vec((0..=self.s().groups.len()).map(pair).collect::<PyResult<_>>()?)
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
