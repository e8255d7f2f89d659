//! What may stand first where a program goes on: a map of 256 characters, found by following the operations.
//!
//! An over-estimate, never an under-estimate. Nothing is known where the rest may match nothing at all.

use super::charset::{Bits, Set, bit};
use super::program::{Item, Op};
use dovetail_text::Unit;

/// Characters that may come first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct First {
    pub bits: Bits,
    /// May it be one above 255?
    pub wide: bool,
    /// May nothing be consumed, or is it not known?
    open: bool,
}

const NOTHING: First = First { bits: [0; 4], wide: false, open: false };
const UNKNOWN: First = First { bits: [u64::MAX; 4], wide: true, open: true };

impl First {
    /// Is it of use, as a test that some characters fail?
    pub fn tells(&self) -> bool {
        !self.open && (self.bits != [u64::MAX; 4] || !self.wide)
    }

    #[inline(always)]
    pub fn has<U: Unit>(&self, unit: U) -> bool {
        let c: u32 = unit.into();
        if U::MAX == 255 || c < 256 { bit(&self.bits, c) } else { self.wide }
    }

    /// Have the two no character in common, among those up to 255 and among all?
    pub fn disjoint(&self, other: &First) -> (bool, bool) {
        let narrow = self.bits.iter().zip(&other.bits).all(|(a, b)| a & b == 0);
        (narrow, narrow && !(self.wide && other.wide))
    }

    fn or(self, other: First) -> First {
        let mut bits = self.bits;
        for (a, b) in bits.iter_mut().zip(other.bits) {
            *a |= b;
        }
        First { bits, wide: self.wide || other.wide, open: self.open || other.open }
    }
}

/// The characters an item matches.
pub fn of_item(item: Item, sets: &[Set]) -> First {
    let one = |c: u32| {
        let mut first = NOTHING;
        if c < 256 {
            first.bits[(c >> 6) as usize] = 1 << (c & 63);
        }
        first.wide = c > 255;
        first
    };
    let others = |c: u32| First { bits: one(c).bits.map(|b| !b), wide: true, open: false };
    match item {
        Item::Lit(c) => one(c),
        Item::NotLit(c) => others(c),
        Item::Any => others(10),
        Item::Set(i) => First { bits: sets[i as usize].bits, wide: sets[i as usize].wide, open: false },
        Item::AnyAll | Item::Varying(_) => First { open: false, ..UNKNOWN },
    }
}

/// What may come first at operation `pc`.
pub fn at(ops: &[Op], pool: &[u32], sets: &[Set], pc: u32) -> First {
    Walk { ops, pool, sets, steps: 64 }.at(pc)
}

struct Walk<'a> {
    ops: &'a [Op],
    pool: &'a [u32],
    sets: &'a [Set],
    /// Where to stop asking.
    steps: u32,
}

impl Walk<'_> {
    fn at(&mut self, mut pc: u32) -> First {
        loop {
            if self.steps == 0 {
                return UNKNOWN;
            }
            self.steps -= 1;
            match self.ops[pc as usize] {
                Op::One(item) => return of_item(item, self.sets),
                Op::Literals { at, .. } => return of_item(Item::Lit(self.pool[at as usize]), self.sets),
                Op::Fail => return NOTHING,
                Op::Mark(_) | Op::At(_) => pc += 1,
                Op::Jump(to) => pc = to,
                Op::Alternative { next, .. } => {
                    let this = self.at(pc + 1);
                    if next == 0 {
                        return this;
                    }
                    return this.or(self.at(next));
                }
                Op::Greedy { item, min, .. }
                | Op::Lazy { item, min, .. }
                | Op::Possessive { item, min, .. } => {
                    let own = of_item(item, self.sets);
                    return if min > 0 { own } else { own.or(self.at(pc + 1)) };
                }
                Op::Repeat { until, min } => {
                    let body = self.at(pc + 1);
                    return if min > 0 { body } else { body.or(self.at(until + 1)) };
                }
                Op::PossessiveGroup { min, tail, .. } => {
                    let body = self.at(pc + 1);
                    return if min > 0 { body } else { body.or(self.at(tail)) };
                }
                Op::Assert { to, .. } | Op::AssertNot { to, .. } => pc = to,
                Op::Atomic { .. } => pc += 1,
                Op::GroupExists { otherwise, .. } => return self.at(pc + 1).or(self.at(otherwise)),
                Op::Success | Op::MaxUntil { .. } | Op::MinUntil { .. } | Op::Group { .. } => return UNKNOWN,
            }
        }
    }
}
