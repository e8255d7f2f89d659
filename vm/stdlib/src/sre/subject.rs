//! The text that a pattern runs over, and what a run finds.

use super::engine::search::search;
use super::engine::{Limits, Machine, Program};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_text::{Text, Unit};
use std::cell::Cell;

/// A subject. Positions are counted in characters, or bytes of bytes-like objects.
pub enum Subject<'a> {
    Text(Text<'a>),
    Bytes(BytesLike<'a>),
}

/// How to match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    Search,
    Match,
    Full,
}

thread_local! {
    /// A machine between runs.
    static IDLE: Cell<Option<Box<Machine>>> = const { Cell::new(None) };
}

/// A pattern running over a subject; keeps the groups of its last match.
pub struct Runner<'a> {
    program: &'a Program,
    pub subject: Subject<'a>,
    /// Where to go on, and where to stop.
    pub at: usize,
    pub end: usize,
    /// May the next match not be empty and begin here?
    pub must_advance: bool,
    machine: Option<Box<Machine>>,
}

impl Drop for Runner<'_> {
    fn drop(&mut self) {
        self.pause();
    }
}

impl<'a> Runner<'a> {
    /// A runner over `o`, for a pattern of str (`text`), bytes, or both, between two positions as Python gives them.
    pub fn new(
        program: &'a Program,
        o: &'a Obj,
        text: Option<bool>,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Runner<'a>> {
        let subject = Subject::new(o, text)?;
        let len = subject.len();
        let (at, end) = ((pos.max(0) as usize).min(len), (endpos.max(0) as usize).min(len));
        Ok(Runner { program, subject, at, end, must_advance: false, machine: None })
    }

    /// The next match's start and end. The one after it begins at its end.
    pub fn next(&mut self, how: How) -> PyResult<Option<(usize, usize)>> {
        if self.at > self.end {
            return Ok(None);
        }
        let machine = self.machine.get_or_insert_with(|| IDLE.take().unwrap_or_default());
        let (program, at, end, must_advance) = (self.program, self.at, self.end, self.must_advance);
        machine.prepare(program);
        fn go<U: Unit>(
            machine: &mut Machine,
            program: &Program,
            text: &[U],
            at: usize,
            how: How,
            must_advance: bool,
        ) -> PyResult<Option<(usize, usize)>> {
            if how == How::Search {
                return search(machine, program, text, at, must_advance);
            }
            let not_at = if must_advance { at } else { usize::MAX };
            let limits = Limits { whole: how == How::Full, not_at };
            Ok(machine.run(program, text, at, limits)?.map(|end| (at, end)))
        }
        let found = match &self.subject {
            Subject::Text(Text::Ascii(s) | Text::Latin1(s)) => {
                go(machine, program, &s[..end], at, how, must_advance)
            }
            Subject::Text(Text::Ucs2(s)) => go(machine, program, &s[..end], at, how, must_advance),
            Subject::Text(Text::Ucs4(s)) => go(machine, program, &s[..end], at, how, must_advance),
            Subject::Bytes(b) => go(machine, program, &b.as_slice()[..end], at, how, must_advance),
        }?;
        if let Some((start, end)) = found {
            self.at = end;
            self.must_advance = start == end;
        }
        Ok(found)
    }

    /// Forgets the groups and lets others have the stacks.
    pub fn pause(&mut self) {
        if self.machine.is_some() {
            IDLE.set(self.machine.take());
        }
    }

    /// Start and end of a group of the last match, counted from 0.
    pub fn group(&self, i: usize) -> Option<(usize, usize)> {
        self.machine.as_ref().and_then(|m| m.group(i))
    }

    /// The group that was closed last, counted from 1.
    pub fn last_group(&self) -> Option<usize> {
        self.machine.as_ref().and_then(|m| m.last_group())
    }
}

impl<'a> Subject<'a> {
    /// The subject that `o` is for a pattern of str (`text`) or bytes; none takes both.
    pub fn new(o: &'a Obj, text: Option<bool>) -> PyResult<Subject<'a>> {
        if let Some(s) = o.downcast::<Str>() {
            if text == Some(false) {
                bail!(TypeError, "cannot use a bytes pattern on a string-like object");
            }
            return Ok(Subject::Text(s.text()));
        }
        if !dovetail_core::object::buffer::Buffer::supported(o) {
            bail!(TypeError, "expected string or bytes-like object, got '{}'", o.type_name());
        }
        if text == Some(true) {
            bail!(TypeError, "cannot use a string pattern on a bytes-like object");
        }
        Ok(Subject::Bytes(BytesLike::of(o)?))
    }

    pub fn len(&self) -> usize {
        match self {
            Subject::Text(t) => t.len(),
            Subject::Bytes(b) => b.as_slice().len(),
        }
    }
}

/// A slice of a subject object.
pub fn slice(o: &Obj, start: usize, end: usize) -> PyResult<Object> {
    if let Some(s) = o.downcast::<Str>() {
        return Ok(s.sub(start, end)?.into_object());
    }
    if let Some(b) = o.downcast_exact::<Bytes>() {
        let b = b.as_slice();
        if start == 0 && end == b.len() {
            return Ok(o.to_owned());
        }
        return Ok(Bytes::new(&b[start.min(b.len())..end.min(b.len())])?.into_object());
    }
    let b = BytesLike::of(o)?;
    let n = b.as_slice().len();
    Ok(Bytes::new(&b.as_slice()[start.min(n)..end.min(n)])?.into_object())
}
