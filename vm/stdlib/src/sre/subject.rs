//! The text that a pattern runs over, in the shapes the engine takes, and what a run finds.

use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_text::Text;
use rustpython_sre_engine::{Request, State, StrDrive};
use rustpython_wtf8::{CodePoint, Wtf8Buf};

/// A subject. Positions are counted in characters, or bytes of bytes-like objects.
pub enum Subject<'a> {
    /// A str whose characters are single bytes.
    Narrow(&'a [u8]),
    /// Any other str.
    Wide(Wtf8Buf, usize),
    Bytes(BytesLike<'a>),
}

/// How to match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    Search,
    Match,
    Full,
}

/// What a run found.
pub struct Found {
    /// Start and end of the whole and of each group; none for groups that took no part.
    pub spans: Vec<Option<(usize, usize)>>,
    pub last_index: isize,
}

impl Found {
    pub fn start(&self) -> usize {
        self.spans[0].map_or(0, |s| s.0)
    }

    pub fn end(&self) -> usize {
        self.spans[0].map_or(0, |s| s.1)
    }
}

fn run<S: StrDrive>(s: S, r: &Run<'_>) -> Option<Found> {
    let mut req = Request::new(s, r.start, r.end, r.codes, r.how == How::Full);
    req.must_advance = r.must_advance;
    let mut state = State::default();
    let ok = if r.how == How::Search { state.search(req) } else { state.py_match(&req) };
    if !ok {
        return None;
    }
    let mut spans = Vec::with_capacity(r.groups + 1);
    spans.push(Some((state.start, state.cursor.position)));
    for g in 0..r.groups {
        let (a, b) = state.marks.get(g);
        spans.push(match (a.into_option(), b.into_option()) {
            (Some(a), Some(b)) => Some((a, b)),
            _ => None,
        });
    }
    Some(Found { spans, last_index: state.marks.last_index() })
}

/// One run of a pattern.
pub struct Run<'a> {
    pub codes: &'a [u32],
    pub groups: usize,
    pub start: usize,
    pub end: usize,
    pub how: How,
    pub must_advance: bool,
}

impl<'a> Subject<'a> {
    /// The subject that `o` is for a pattern of str (`text`) or bytes; none takes both.
    pub fn new(o: &'a Obj, text: Option<bool>) -> PyResult<Subject<'a>> {
        if let Some(s) = o.downcast::<Str>() {
            if text == Some(false) {
                bail!(TypeError, "cannot use a bytes pattern on a string-like object");
            }
            if s.unit_size() == 1 {
                return Ok(Subject::Narrow(s.raw_bytes()));
            }
            let t: Text<'_> = s.text();
            let mut w = Wtf8Buf::with_capacity(t.len() * 2);
            for c in t.iter() {
                if let Some(c) = CodePoint::from_u32(c) {
                    w.push(c);
                }
            }
            return Ok(Subject::Wide(w, t.len()));
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
            Subject::Narrow(s) => s.len(),
            Subject::Wide(_, n) => *n,
            Subject::Bytes(b) => b.as_slice().len(),
        }
    }

    pub fn run(&self, r: &Run<'_>) -> Option<Found> {
        match self {
            Subject::Narrow(s) => run(*s, r),
            Subject::Wide(w, _) => run(&**w, r),
            Subject::Bytes(b) => run(b.as_slice(), r),
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
