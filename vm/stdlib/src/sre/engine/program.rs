//! Codes turned into operations: checked, with targets resolved, and with what helps to choose well.

use super::charset::{Class, Fold, Set, set_length};
use super::first::{self, First};
use super::{MAXREPEAT, code};

/// The codes are not what the compiler makes.
#[derive(Debug)]
pub struct Invalid;

/// A test of one character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item {
    AnyAll,
    /// Anything but a line feed.
    Any,
    Lit(u32),
    NotLit(u32),
    /// By number of the set.
    Set(u32),
    /// By number of the class, whose answer changes with the locale.
    Varying(u32),
}

/// Where positions are tested, in the codes' numbering.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    Beginning,
    BeginningLine,
    Boundary(Fold),
    NonBoundary(Fold),
    End,
    EndLine,
    EndString,
}

/// No map of first characters.
pub const NO_FIRST: u32 = u32::MAX;

/// What is known of a single-character repetition and what follows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Behind {
    /// What may come first behind it.
    pub first: u32,
    /// Nothing the item matches may come first behind it: among narrow characters, among all.
    pub disjoint: (bool, bool),
}

/// An operation. Numbers of operations are meant where it goes elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    Fail,
    Success,
    One(Item),
    /// A part of the pool of literals.
    Literals {
        at: u32,
        len: u32,
    },
    At(At),
    Mark(u32),
    Jump(u32),
    /// One of several; the next of them, or 0.
    Alternative {
        next: u32,
        first: u32,
    },
    Greedy {
        item: Item,
        min: u32,
        max: u32,
        behind: Behind,
    },
    Lazy {
        item: Item,
        min: u32,
        max: u32,
        first: u32,
    },
    Possessive {
        item: Item,
        min: u32,
        max: u32,
    },
    /// Begins a repetition whose body follows.
    Repeat {
        until: u32,
        min: u32,
    },
    MaxUntil {
        body: u32,
        min: u32,
        max: u32,
        body_first: u32,
        first: u32,
    },
    MinUntil {
        body: u32,
        min: u32,
        max: u32,
    },
    PossessiveGroup {
        tail: u32,
        min: u32,
        max: u32,
    },
    Assert {
        to: u32,
        back: u32,
    },
    AssertNot {
        to: u32,
        back: u32,
    },
    Atomic {
        to: u32,
    },
    Group {
        group: u32,
        fold: Fold,
    },
    GroupExists {
        group: u32,
        otherwise: u32,
    },
}

/// A pattern ready to run.
pub struct Program {
    pub ops: Box<[Op]>,
    pub pool: Box<[u32]>,
    pub sets: Box<[Set]>,
    pub classes: Box<[Class]>,
    pub firsts: Box<[First]>,
    /// Capturing groups.
    pub groups: usize,
    /// The least number of characters of a match.
    pub min: usize,
    /// What every match begins with.
    pub prefix: Box<[u32]>,
    /// The prefix is all of the match, and there are no groups.
    pub literal: bool,
    /// What may come first, when that is of use.
    pub start: Option<First>,
    /// It begins with `\A` or its like.
    pub anchored: bool,
}

struct Reader<'a> {
    codes: &'a [u32],
    groups: u32,
    ops: Vec<Op>,
    pool: Vec<u32>,
    sets: Vec<Set>,
    classes: Vec<Class>,
    /// The operation made from each code; MAX for none.
    op_of: Vec<u32>,
    /// Codes that something goes to.
    targets: Vec<bool>,
    /// Where alternatives begin.
    alternatives: Vec<bool>,
    /// Ends of repetitions met: place, body, bounds.
    open: Vec<(usize, usize, u32, u32)>,
}

impl Program {
    /// The program of these codes.
    pub fn new(codes: &[u32], groups: usize) -> Result<Program, Invalid> {
        let groups32 = u32::try_from(groups).map_err(|_| Invalid)?;
        let mut r = Reader {
            codes,
            groups: groups32,
            ops: Vec::with_capacity(codes.len() / 2 + 1),
            pool: Vec::new(),
            sets: Vec::new(),
            classes: Vec::new(),
            op_of: vec![u32::MAX; codes.len() + 1],
            targets: vec![false; codes.len() + 1],
            alternatives: vec![false; codes.len() + 1],
            open: Vec::new(),
        };
        let mut at = 0;
        let (mut min, mut prefix, mut literal) = (0, Vec::new(), false);
        if codes.first() == Some(&code::INFO) {
            // <INFO> <skip> <flags> <min> <max>, then <length> <skip> <prefix> <overlap> if it has a prefix
            let flags = r.get(2)?;
            min = r.get(3)? as usize;
            at = 1 + r.get(1)? as usize;
            if flags & 1 != 0 {
                let n = r.get(5)? as usize;
                prefix = codes.get(7..7 + n).ok_or(Invalid)?.to_vec();
                literal = flags & 2 != 0 && groups == 0;
            }
        }
        r.read(at)?;
        r.resolve()?;
        let firsts = r.choose();
        let start = first::at(&r.ops, &r.pool, &r.sets, 0);
        let anchored = r.ops.first() == Some(&Op::At(At::Beginning));
        Ok(Program {
            ops: r.ops.into(),
            pool: r.pool.into(),
            sets: r.sets.into(),
            classes: r.classes.into(),
            firsts: firsts.into(),
            groups,
            min,
            prefix: prefix.into(),
            literal,
            start: start.tells().then_some(start),
            anchored,
        })
    }
}

impl Reader<'_> {
    fn get(&self, i: usize) -> Result<u32, Invalid> {
        self.codes.get(i).copied().ok_or(Invalid)
    }

    /// The code that the skip at `i` leads to, further on.
    fn target(&mut self, i: usize) -> Result<usize, Invalid> {
        let to = i.checked_add(self.get(i)? as usize).ok_or(Invalid)?;
        if to <= i || to >= self.codes.len() {
            return Err(Invalid);
        }
        self.targets[to] = true;
        Ok(to)
    }

    fn class(&mut self, class: Class) -> Item {
        if class.varies() {
            self.classes.push(class);
            return Item::Varying(self.classes.len() as u32 - 1);
        }
        self.sets.push(Set::new(class));
        Item::Set(self.sets.len() as u32 - 1)
    }

    /// The single-character test at `i` and the place behind it, if there is one.
    fn item(&mut self, i: usize) -> Result<Option<(Item, usize)>, Invalid> {
        use Fold::*;
        let op = self.get(i)?;
        let (item, next) = match op {
            code::ANY => (Item::Any, i + 1),
            code::ANY_ALL => (Item::AnyAll, i + 1),
            code::LITERAL => (Item::Lit(self.get(i + 1)?), i + 2),
            code::NOT_LITERAL => (Item::NotLit(self.get(i + 1)?), i + 2),
            code::LITERAL_IGNORE | code::LITERAL_LOC_IGNORE | code::LITERAL_UNI_IGNORE => {
                let fold = match op {
                    code::LITERAL_IGNORE => Ascii,
                    code::LITERAL_LOC_IGNORE => Locale,
                    _ => Unicode,
                };
                (self.class(Class::Is(self.get(i + 1)?, fold)), i + 2)
            }
            code::NOT_LITERAL_IGNORE | code::NOT_LITERAL_LOC_IGNORE | code::NOT_LITERAL_UNI_IGNORE => {
                let fold = match op {
                    code::NOT_LITERAL_IGNORE => Ascii,
                    code::NOT_LITERAL_LOC_IGNORE => Locale,
                    _ => Unicode,
                };
                (self.class(Class::IsNot(self.get(i + 1)?, fold)), i + 2)
            }
            code::IN | code::IN_IGNORE | code::IN_LOC_IGNORE | code::IN_UNI_IGNORE => {
                let fold = match op {
                    code::IN => Exact,
                    code::IN_IGNORE => Ascii,
                    code::IN_LOC_IGNORE => Locale,
                    _ => Unicode,
                };
                let rest = self.codes.get(i + 2..).ok_or(Invalid)?;
                let n = set_length(rest).filter(|n| *n <= rest.len()).ok_or(Invalid)?;
                if self.get(i + 1)? as usize != n + 1 {
                    return Err(Invalid);
                }
                let class = Class::Set(rest[..n].into(), fold);
                (self.class(class), i + 2 + n)
            }
            code::CATEGORY => {
                let set = [code::CATEGORY, self.get(i + 1)?, code::FAILURE];
                set_length(&set).ok_or(Invalid)?;
                (self.class(Class::Set(set.into(), Exact)), i + 2)
            }
            _ => return Ok(None),
        };
        Ok(Some((item, next)))
    }

    /// Makes operations of the codes from `i` on; they still go to numbers of codes.
    fn read(&mut self, mut i: usize) -> Result<(), Invalid> {
        let start = i;
        while i < self.codes.len() {
            self.op_of[i] = self.ops.len() as u32;
            if self.alternatives[i] {
                let next = self.target(i)?;
                let last = self.codes[next] == 0;
                self.ops.push(Op::Alternative { next: if last { 0 } else { next as u32 }, first: NO_FIRST });
                i += 1;
                continue;
            }
            if let Some((item, next)) = self.item(i)? {
                self.one(item, self.targets[i] || i == start);
                i = next;
                continue;
            }
            let op = self.codes[i];
            let (made, next) = match op {
                code::FAILURE => (Op::Fail, i + 1),
                code::SUCCESS => (Op::Success, i + 1),
                code::AT => (Op::At(position(self.get(i + 1)?)?), i + 2),
                code::MARK => {
                    let n = self.get(i + 1)?;
                    if n / 2 >= self.groups {
                        return Err(Invalid);
                    }
                    (Op::Mark(n), i + 2)
                }
                code::JUMP => (Op::Jump(self.target(i + 1)? as u32), i + 2),
                code::BRANCH => {
                    let mut at = i + 1;
                    while self.get(at)? != 0 {
                        self.alternatives[at] = true;
                        at = self.target(at)?;
                    }
                    i += 1;
                    continue;
                }
                code::REPEAT_ONE | code::MIN_REPEAT_ONE | code::POSSESSIVE_REPEAT_ONE => {
                    let to = self.target(i + 1)?;
                    let (min, max) = self.bounds(i + 2)?;
                    let item = match self.item(i + 4)? {
                        Some((item, end)) if self.codes.get(end..to) == Some(&[code::SUCCESS]) => item,
                        // A set that nothing is in.
                        None if self.codes.get(i + 4..to) == Some(&[code::FAILURE, code::SUCCESS]) => {
                            self.class(Class::Set([code::FAILURE].into(), Fold::Exact))
                        }
                        _ => return Err(Invalid),
                    };
                    let behind = Behind { first: NO_FIRST, disjoint: (false, false) };
                    let made = match op {
                        code::REPEAT_ONE => Op::Greedy { item, min, max, behind },
                        code::MIN_REPEAT_ONE => Op::Lazy { item, min, max, first: NO_FIRST },
                        _ => Op::Possessive { item, min, max },
                    };
                    (made, to)
                }
                code::REPEAT => {
                    let until = self.target(i + 1)?;
                    let (min, max) = self.bounds(i + 2)?;
                    self.targets[i + 4] = true;
                    self.open.push((until, i + 4, min, max));
                    (Op::Repeat { until: until as u32, min }, i + 4)
                }
                code::MAX_UNTIL | code::MIN_UNTIL => {
                    let (until, body, min, max) = self.open.pop().ok_or(Invalid)?;
                    if until != i {
                        return Err(Invalid);
                    }
                    let body = body as u32;
                    let made = if op == code::MAX_UNTIL {
                        Op::MaxUntil { body, min, max, body_first: NO_FIRST, first: NO_FIRST }
                    } else {
                        Op::MinUntil { body, min, max }
                    };
                    (made, i + 1)
                }
                code::POSSESSIVE_REPEAT => {
                    let end = self.target(i + 1)?;
                    let (min, max) = self.bounds(i + 2)?;
                    if self.codes[end] != code::SUCCESS {
                        return Err(Invalid);
                    }
                    self.targets[i + 4] = true;
                    self.targets[end + 1] = true;
                    (Op::PossessiveGroup { tail: end as u32 + 1, min, max }, i + 4)
                }
                code::ASSERT | code::ASSERT_NOT => {
                    let to = self.target(i + 1)? as u32;
                    let back = self.get(i + 2)?;
                    self.targets[i + 3] = true;
                    let not = op == code::ASSERT_NOT;
                    (if not { Op::AssertNot { to, back } } else { Op::Assert { to, back } }, i + 3)
                }
                code::ATOMIC_GROUP => {
                    self.targets[i + 2] = true;
                    (Op::Atomic { to: self.target(i + 1)? as u32 }, i + 2)
                }
                code::GROUPREF
                | code::GROUPREF_IGNORE
                | code::GROUPREF_LOC_IGNORE
                | code::GROUPREF_UNI_IGNORE => {
                    let fold = match op {
                        code::GROUPREF => Fold::Exact,
                        code::GROUPREF_IGNORE => Fold::Ascii,
                        code::GROUPREF_LOC_IGNORE => Fold::Locale,
                        _ => Fold::Unicode,
                    };
                    (Op::Group { group: self.group(i + 1)?, fold }, i + 2)
                }
                code::GROUPREF_EXISTS => {
                    let group = self.group(i + 1)?;
                    let otherwise = (i + 1).checked_add(self.get(i + 2)? as usize).ok_or(Invalid)?;
                    if otherwise <= i + 2 || otherwise >= self.codes.len() {
                        return Err(Invalid);
                    }
                    self.targets[otherwise] = true;
                    self.targets[i + 3] = true;
                    (Op::GroupExists { group, otherwise: otherwise as u32 }, i + 3)
                }
                _ => return Err(Invalid),
            };
            self.ops.push(made);
            i = next;
        }
        if !self.open.is_empty() || self.ops.last() != Some(&Op::Success) {
            return Err(Invalid);
        }
        Ok(())
    }

    /// Puts a test, together with the literals before it unless something goes to this place.
    fn one(&mut self, item: Item, target: bool) {
        if let (Item::Lit(c), false) = (item, target) {
            match self.ops.last_mut() {
                Some(Op::Literals { len, .. }) => {
                    self.pool.push(c);
                    *len += 1;
                    return;
                }
                Some(last @ Op::One(Item::Lit(_))) => {
                    let Op::One(Item::Lit(before)) = *last else { return };
                    *last = Op::Literals { at: self.pool.len() as u32, len: 2 };
                    self.pool.extend([before, c]);
                    return;
                }
                _ => {}
            }
        }
        self.ops.push(Op::One(item));
    }

    fn bounds(&self, i: usize) -> Result<(u32, u32), Invalid> {
        let (min, max) = (self.get(i)?, self.get(i + 1)?);
        if min > max { Err(Invalid) } else { Ok((min, max)) }
    }

    fn group(&self, i: usize) -> Result<u32, Invalid> {
        self.get(i).and_then(|g| if g < self.groups { Ok(g) } else { Err(Invalid) })
    }

    /// Numbers of codes become numbers of operations.
    fn resolve(&mut self) -> Result<(), Invalid> {
        let op_of = &self.op_of;
        let find = |to: &mut u32| -> Result<(), Invalid> {
            *to = op_of.get(*to as usize).copied().filter(|n| *n != u32::MAX).ok_or(Invalid)?;
            Ok(())
        };
        for op in &mut self.ops {
            match op {
                Op::Alternative { next, .. } if *next != 0 => find(next)?,
                Op::Jump(to)
                | Op::Repeat { until: to, .. }
                | Op::MaxUntil { body: to, .. }
                | Op::MinUntil { body: to, .. }
                | Op::PossessiveGroup { tail: to, .. }
                | Op::Assert { to, .. }
                | Op::AssertNot { to, .. }
                | Op::Atomic { to }
                | Op::GroupExists { otherwise: to, .. } => find(to)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Finds what may come first at choices.
    fn choose(&mut self) -> Vec<First> {
        let mut firsts = Vec::new();
        let (ops, pool, sets) = (&self.ops, &self.pool, &self.sets);
        let mut keep = |first: First| {
            if !first.tells() {
                return NO_FIRST;
            }
            firsts.push(first);
            firsts.len() as u32 - 1
        };
        let mut made = Vec::with_capacity(ops.len());
        for (i, op) in ops.iter().enumerate() {
            let behind = |pc: u32| first::at(ops, pool, sets, pc);
            made.push(match *op {
                Op::Alternative { next, .. } => Op::Alternative { next, first: keep(behind(i as u32 + 1)) },
                Op::Greedy { item, min, max, .. } => {
                    let tail = behind(i as u32 + 1);
                    let first = keep(tail);
                    let disjoint = if first == NO_FIRST {
                        (false, false)
                    } else {
                        first::of_item(item, sets).disjoint(&tail)
                    };
                    Op::Greedy { item, min, max, behind: Behind { first, disjoint } }
                }
                Op::Lazy { item, min, max, .. } => {
                    Op::Lazy { item, min, max, first: keep(behind(i as u32 + 1)) }
                }
                Op::MaxUntil { body, min, max, .. } => Op::MaxUntil {
                    body,
                    min,
                    max,
                    body_first: keep(behind(body)),
                    first: keep(behind(i as u32 + 1)),
                },
                op => op,
            });
        }
        self.ops = made;
        firsts
    }
}

/// The bound as a number of characters.
pub fn bound(max: u32) -> usize {
    if max == MAXREPEAT { usize::MAX } else { max as usize }
}

fn position(number: u32) -> Result<At, Invalid> {
    Ok(match number {
        0 | 2 => At::Beginning,
        1 => At::BeginningLine,
        3 => At::Boundary(Fold::Ascii),
        4 => At::NonBoundary(Fold::Ascii),
        5 => At::End,
        6 => At::EndLine,
        7 => At::EndString,
        8 => At::Boundary(Fold::Locale),
        9 => At::NonBoundary(Fold::Locale),
        10 => At::Boundary(Fold::Unicode),
        11 => At::NonBoundary(Fold::Unicode),
        _ => return Err(Invalid),
    })
}
