//! Runs a program at one place of a text.
//!
//! A choice is put on a stack with all that is needed to come back to it; failing takes the last one. Groups are
//! marks in an array, and what they were before is kept on a trail while there are choices to come back to.
//! Inner patterns (look-around, atomic groups, possessive repetitions) put a fence on the stack: what lies above
//! it goes when the inner pattern has matched. Nothing is allocated while the stacks have room.

use super::charset::{Fold, is_ascii_word, is_locale_word, is_unicode_word};
use super::program::{At, Item, NO_FIRST, Op, Program, bound};
use dovetail_core::error::PyResult;
use dovetail_text::Unit;

/// A mark that was not set; no position.
const UNSET: usize = usize::MAX;
/// No repetition, no fence.
const NONE: u32 = u32::MAX;
/// After so many steps back, signals are looked at.
const PATIENCE: u32 = 1 << 16;
/// Stacks that grew beyond this many entries are given back.
const KEEP: usize = 1 << 14;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Go on at `pc`.
    Resume,
    /// The repetition at `pc` gives back one character, down to `aux`.
    Greedy,
    /// The repetition at `pc` takes one more, up to `aux`.
    Lazy,
    /// The lazy repetition at `pc` goes round once more.
    Again,
    FenceAssert,
    FenceAssertNot,
    FenceAtomic,
    /// `aux` rounds are done; this one began at `at`.
    FencePossessive,
}

#[derive(Clone, Copy)]
struct Choice {
    at: usize,
    aux: usize,
    pc: u32,
    repeat: u32,
    trail: u32,
    nodes: u32,
    /// Of a fence: the one around it.
    fence: u32,
    kind: Kind,
}

#[derive(Clone, Copy)]
struct Undo {
    mark: u32,
    last: u32,
    old: usize,
}

/// A repetition under way, after `count` rounds; the last round that may be the last began at `last`.
#[derive(Clone, Copy)]
struct Round {
    count: u32,
    outer: u32,
    last: usize,
}

/// The stacks, kept from run to run, and the groups of the last match.
#[derive(Default)]
pub struct Machine {
    stack: Vec<Choice>,
    trail: Vec<Undo>,
    rounds: Vec<Round>,
    marks: Vec<usize>,
    last: u32,
    dirty: bool,
    patience: u32,
}

/// What a match must be like.
#[derive(Clone, Copy)]
pub struct Limits {
    /// It goes to the end.
    pub whole: bool,
    /// It does not end here.
    pub not_at: usize,
}

impl Limits {
    pub const NONE: Limits = Limits { whole: false, not_at: UNSET };
}

/// Does the item match this unit?
#[inline(always)]
fn fits<U: Unit>(p: &Program, item: Item, unit: U) -> bool {
    let c: u32 = unit.into();
    match item {
        Item::AnyAll => true,
        Item::Any => c != 10,
        Item::Lit(x) => c == x,
        Item::NotLit(x) => c != x,
        Item::Set(i) => p.sets[i as usize].has(unit),
        Item::Varying(i) => p.classes[i as usize].has(c),
    }
}

/// How far the item goes on matching, at most to `end`.
#[inline]
fn scan<U: Unit>(p: &Program, item: Item, text: &[U], at: usize, end: usize) -> usize {
    let part = &text[at..end];
    let n = match item {
        Item::AnyAll => None,
        Item::Any => U::cut(10).position_in(part),
        Item::NotLit(c) => U::of(c).and_then(|c| c.position_in(part)),
        Item::Lit(c) => match U::of(c) {
            Some(c) => part.iter().position(|u| *u != c),
            None => Some(0),
        },
        Item::Set(i) => {
            let set = &p.sets[i as usize];
            part.iter().position(|u| !set.has(*u))
        }
        Item::Varying(i) => {
            let class = &p.classes[i as usize];
            part.iter().position(|u| !class.has((*u).into()))
        }
    };
    n.map_or(end, |n| at + n)
}

fn word(fold: Fold, c: u32) -> bool {
    match fold {
        Fold::Unicode => is_unicode_word(c),
        Fold::Locale => is_locale_word(c),
        _ => is_ascii_word(c),
    }
}

fn stands<U: Unit>(test: At, text: &[U], at: usize) -> bool {
    let end = text.len();
    let feed = |i: usize| text[i].into() == 10;
    let boundary = |fold| {
        let before = at > 0 && word(fold, text[at - 1].into());
        let after = at < end && word(fold, text[at].into());
        before != after
    };
    match test {
        At::Beginning => at == 0,
        At::BeginningLine => at == 0 || feed(at - 1),
        At::Boundary(fold) => boundary(fold),
        At::NonBoundary(fold) => !boundary(fold),
        At::End => at == end || at + 1 == end && feed(at),
        At::EndLine => at == end || feed(at),
        At::EndString => at == end,
    }
}

impl Machine {
    /// Makes ready for a program's groups.
    pub fn prepare(&mut self, p: &Program) {
        self.marks.clear();
        self.marks.resize(p.groups * 2, UNSET);
        self.last = 0;
        self.dirty = false;
        self.patience = PATIENCE;
        if self.stack.capacity() > KEEP || self.trail.capacity() > KEEP || self.rounds.capacity() > KEEP {
            *self =
                Machine { marks: std::mem::take(&mut self.marks), patience: PATIENCE, ..Machine::default() };
        }
    }

    /// Start and end of a group of the last match, counted from 0.
    #[inline]
    pub fn group(&self, i: usize) -> Option<(usize, usize)> {
        match self.marks.get(i * 2..i * 2 + 2) {
            Some(&[a, b]) if a != UNSET && b != UNSET => Some((a, b)),
            _ => None,
        }
    }

    /// The group that was closed last, counted from 1.
    pub fn last_group(&self) -> Option<usize> {
        (self.last != 0).then_some(self.last as usize)
    }

    #[inline(always)]
    fn choice(&self, kind: Kind, pc: u32, at: usize, aux: usize, repeat: u32) -> Choice {
        let (trail, nodes) = (self.trail.len() as u32, self.rounds.len() as u32);
        Choice { at, aux, pc, repeat, trail, nodes, fence: NONE, kind }
    }

    #[inline(always)]
    fn round(&mut self, count: u32, last: usize, outer: u32) -> u32 {
        self.rounds.push(Round { count, outer, last });
        self.rounds.len() as u32 - 1
    }

    /// Takes marks back to an earlier length of the trail.
    #[inline(always)]
    fn undo(&mut self, to: u32) {
        while self.trail.len() > to as usize {
            if let Some(u) = self.trail.pop() {
                self.marks[u.mark as usize] = u.old;
                self.last = u.last;
            }
        }
    }

    #[cold]
    fn rest(&mut self) -> PyResult<()> {
        self.patience = PATIENCE;
        crate::osutil::check_signals()
    }

    /// Where a match that begins at `at` ends. `text` ends where matching may go.
    pub fn run<U: Unit>(
        &mut self,
        p: &Program,
        text: &[U],
        at: usize,
        limits: Limits,
    ) -> PyResult<Option<usize>> {
        if self.dirty {
            self.marks.fill(UNSET);
            self.last = 0;
            self.dirty = false;
        }
        self.stack.clear();
        self.trail.clear();
        self.rounds.clear();
        let (mut pc, mut at, end) = (0u32, at, text.len());
        let (mut repeat, mut fence) = (NONE, NONE);
        // May a match with this map of first characters begin here?
        let may =
            |first: u32, at: usize| first == NO_FIRST || at < end && p.firsts[first as usize].has(text[at]);
        'run: loop {
            'fail: loop {
                match p.ops[pc as usize] {
                    Op::One(item) => {
                        if at >= end || !fits(p, item, text[at]) {
                            break 'fail;
                        }
                        at += 1;
                        pc += 1;
                    }
                    Op::Literals { at: from, len } => {
                        let (from, len) = (from as usize, len as usize);
                        if end - at < len {
                            break 'fail;
                        }
                        let wanted = &p.pool[from..from + len];
                        if !wanted.iter().zip(&text[at..at + len]).all(|(a, b)| *a == (*b).into()) {
                            break 'fail;
                        }
                        at += len;
                        pc += 1;
                    }
                    Op::Alternative { mut next, mut first } => {
                        let mut this = pc;
                        while !may(first, at) {
                            if next == 0 {
                                break 'fail;
                            }
                            this = next;
                            let Op::Alternative { next: n, first: f } = p.ops[this as usize] else {
                                break 'fail;
                            };
                            (next, first) = (n, f);
                        }
                        // Come back only for one that can match here.
                        while next != 0 {
                            let Op::Alternative { next: n, first: f } = p.ops[next as usize] else {
                                break 'fail;
                            };
                            if may(f, at) {
                                let choice = self.choice(Kind::Resume, next, at, 0, repeat);
                                self.stack.push(choice);
                                break;
                            }
                            next = n;
                        }
                        pc = this + 1;
                    }
                    Op::Jump(to) => pc = to,
                    Op::Mark(n) => {
                        let old = self.marks[n as usize];
                        if !self.stack.is_empty() {
                            self.trail.push(Undo { mark: n, last: self.last, old });
                        }
                        self.marks[n as usize] = at;
                        self.dirty = true;
                        if n & 1 != 0 {
                            self.last = n / 2 + 1;
                        }
                        pc += 1;
                    }
                    Op::At(test) => {
                        if !stands(test, text, at) {
                            break 'fail;
                        }
                        pc += 1;
                    }
                    Op::Greedy { item, min, max, behind } => {
                        let limit = if bound(max) < end - at { at + max as usize } else { end };
                        let low = at + min as usize;
                        let mut to = scan(p, item, text, at, limit);
                        if to < low {
                            break 'fail;
                        }
                        let disjoint = if U::MAX == 255 { behind.disjoint.0 } else { behind.disjoint.1 };
                        if disjoint {
                            if !may(behind.first, to) {
                                break 'fail;
                            }
                        } else {
                            while !may(behind.first, to) {
                                if to == low {
                                    break 'fail;
                                }
                                to -= 1;
                            }
                            if to > low {
                                let choice = self.choice(Kind::Greedy, pc, to, low, repeat);
                                self.stack.push(choice);
                            }
                        }
                        at = to;
                        pc += 1;
                    }
                    Op::Lazy { item, min, max, first } => {
                        let min = min as usize;
                        if end - at < min || scan(p, item, text, at, at + min) != at + min {
                            break 'fail;
                        }
                        let high = at.saturating_add(bound(max)).min(end);
                        at += min;
                        while !may(first, at) {
                            if at >= high || !fits(p, item, text[at]) {
                                break 'fail;
                            }
                            at += 1;
                        }
                        if at < high {
                            let choice = self.choice(Kind::Lazy, pc, at, high, repeat);
                            self.stack.push(choice);
                        }
                        pc += 1;
                    }
                    Op::Possessive { item, min, max } => {
                        let limit = if bound(max) < end - at { at + max as usize } else { end };
                        let to = scan(p, item, text, at, limit);
                        if to < at + min as usize {
                            break 'fail;
                        }
                        at = to;
                        pc += 1;
                    }
                    Op::Repeat { until, .. } => {
                        repeat = self.round(0, UNSET, repeat);
                        pc = until;
                    }
                    Op::MaxUntil { body, min, max, body_first, first } => {
                        let now = self.rounds[repeat as usize];
                        if now.count < min {
                            repeat = self.round(now.count + 1, now.last, now.outer);
                            pc = body;
                        } else if (now.count as usize) < bound(max) && at != now.last && may(body_first, at) {
                            if may(first, at) {
                                let choice = self.choice(Kind::Resume, pc + 1, at, 0, now.outer);
                                self.stack.push(choice);
                            }
                            repeat = self.round(now.count.saturating_add(1), at, now.outer);
                            pc = body;
                        } else {
                            repeat = now.outer;
                            pc += 1;
                        }
                    }
                    Op::MinUntil { body, min, .. } => {
                        let now = self.rounds[repeat as usize];
                        if now.count < min {
                            repeat = self.round(now.count + 1, now.last, now.outer);
                            pc = body;
                        } else {
                            let choice = self.choice(Kind::Again, pc, at, 0, repeat);
                            self.stack.push(choice);
                            repeat = now.outer;
                            pc += 1;
                        }
                    }
                    Op::Assert { to, back } => {
                        let back = back as usize;
                        if at < back {
                            break 'fail;
                        }
                        let choice = Choice { fence, ..self.choice(Kind::FenceAssert, to, at, 0, repeat) };
                        fence = self.stack.len() as u32;
                        self.stack.push(choice);
                        at -= back;
                        pc += 1;
                    }
                    Op::AssertNot { to, back } => {
                        let back = back as usize;
                        if at < back {
                            pc = to;
                            continue;
                        }
                        let choice = Choice { fence, ..self.choice(Kind::FenceAssertNot, to, at, 0, repeat) };
                        fence = self.stack.len() as u32;
                        self.stack.push(choice);
                        at -= back;
                        pc += 1;
                    }
                    Op::Atomic { to } => {
                        let choice = Choice { fence, ..self.choice(Kind::FenceAtomic, to, at, 0, repeat) };
                        fence = self.stack.len() as u32;
                        self.stack.push(choice);
                        pc += 1;
                    }
                    Op::PossessiveGroup { tail, max, .. } => {
                        if max == 0 {
                            pc = tail;
                            continue;
                        }
                        let choice =
                            Choice { fence, ..self.choice(Kind::FencePossessive, pc, at, 0, repeat) };
                        fence = self.stack.len() as u32;
                        self.stack.push(choice);
                        pc += 1;
                    }
                    Op::Group { group, fold } => {
                        let Some((a, b)) = self.group(group as usize).filter(|(a, b)| a <= b) else {
                            break 'fail;
                        };
                        let n = b - a;
                        if end - at < n {
                            break 'fail;
                        }
                        let same = (0..n).all(|i| {
                            let (x, y): (u32, u32) = (text[a + i].into(), text[at + i].into());
                            x == y || fold.lower(x) == fold.lower(y)
                        });
                        if !same {
                            break 'fail;
                        }
                        at += n;
                        pc += 1;
                    }
                    Op::GroupExists { group, otherwise } => {
                        let is = self.group(group as usize).is_some_and(|(a, b)| a <= b);
                        pc = if is { pc + 1 } else { otherwise };
                    }
                    Op::Fail => break 'fail,
                    Op::Success if fence == NONE => {
                        if limits.whole && at != end || at == limits.not_at {
                            break 'fail;
                        }
                        return Ok(Some(at));
                    }
                    Op::Success => {
                        let here = fence as usize;
                        let inner = self.stack[here];
                        match inner.kind {
                            Kind::FenceAssertNot => {
                                self.stack.truncate(here);
                                fence = inner.fence;
                                break 'fail;
                            }
                            Kind::FencePossessive => {
                                let Op::PossessiveGroup { tail, min, max } = p.ops[inner.pc as usize] else {
                                    break 'fail;
                                };
                                let done = inner.aux + 1;
                                repeat = inner.repeat;
                                if done < min as usize || done < bound(max) && at != inner.at {
                                    self.stack.truncate(here);
                                    let choice = self.choice(inner.kind, inner.pc, at, done, repeat);
                                    self.stack.push(Choice { fence: inner.fence, ..choice });
                                    pc = inner.pc + 1;
                                } else {
                                    self.stack.truncate(here);
                                    fence = inner.fence;
                                    pc = tail;
                                }
                            }
                            kind => {
                                if kind == Kind::FenceAssert {
                                    at = inner.at;
                                }
                                self.stack.truncate(here);
                                fence = inner.fence;
                                repeat = inner.repeat;
                                pc = inner.pc;
                            }
                        }
                    }
                }
            }
            // Back to the last choice that has something left.
            self.patience -= 1;
            if self.patience == 0 {
                self.rest()?;
            }
            loop {
                let Some(&top) = self.stack.last() else { return Ok(None) };
                self.undo(top.trail);
                self.rounds.truncate(top.nodes as usize);
                repeat = top.repeat;
                match top.kind {
                    Kind::Resume => {
                        self.stack.pop();
                        (at, pc) = (top.at, top.pc);
                        continue 'run;
                    }
                    Kind::Greedy => {
                        let Op::Greedy { behind, .. } = p.ops[top.pc as usize] else { return Ok(None) };
                        let mut to = top.at - 1;
                        while to > top.aux && !may(behind.first, to) {
                            to -= 1;
                        }
                        if to > top.aux {
                            if let Some(choice) = self.stack.last_mut() {
                                choice.at = to;
                            }
                        } else {
                            self.stack.pop();
                            if !may(behind.first, to) {
                                continue;
                            }
                        }
                        (at, pc) = (to, top.pc + 1);
                        continue 'run;
                    }
                    Kind::Lazy => {
                        let Op::Lazy { item, first, .. } = p.ops[top.pc as usize] else { return Ok(None) };
                        let mut to = top.at;
                        let more = loop {
                            if to >= top.aux || !fits(p, item, text[to]) {
                                break false;
                            }
                            to += 1;
                            if may(first, to) {
                                break true;
                            }
                        };
                        if !more || to >= top.aux {
                            self.stack.pop();
                        } else if let Some(choice) = self.stack.last_mut() {
                            choice.at = to;
                        }
                        if !more {
                            continue;
                        }
                        (at, pc) = (to, top.pc + 1);
                        continue 'run;
                    }
                    Kind::Again => {
                        self.stack.pop();
                        let Op::MinUntil { body, max, .. } = p.ops[top.pc as usize] else { return Ok(None) };
                        let now = self.rounds[top.repeat as usize];
                        if now.count as usize >= bound(max) || top.at == now.last {
                            continue;
                        }
                        repeat = self.round(now.count.saturating_add(1), top.at, now.outer);
                        (at, pc) = (top.at, body);
                        continue 'run;
                    }
                    Kind::FenceAssert | Kind::FenceAtomic => {
                        self.stack.pop();
                        fence = top.fence;
                    }
                    Kind::FenceAssertNot => {
                        self.stack.pop();
                        fence = top.fence;
                        (at, pc) = (top.at, top.pc);
                        continue 'run;
                    }
                    Kind::FencePossessive => {
                        self.stack.pop();
                        fence = top.fence;
                        let Op::PossessiveGroup { tail, min, .. } = p.ops[top.pc as usize] else {
                            return Ok(None);
                        };
                        if top.aux >= min as usize {
                            (at, pc) = (top.at, tail);
                            continue 'run;
                        }
                    }
                }
            }
        }
    }
}
