//! Finding a slice in a slice of wide units, in linear time whatever they hold.
//!
//! Candidates are found by their first unit with vector instructions, and compared. When the comparing costs
//! more than the scanning gains, the two-way algorithm of Crochemore and Perrin takes over, whose
//! time is linear in the worst case.

use std::cell::OnceCell;

use super::Unit;

/// A needle, which must not be empty, prepared for any number of searches.
pub(super) struct Finder<'n, U> {
    needle: &'n [U],
    two_way: OnceCell<TwoWay>,
}

/// How much comparing is free, and how much each scanned unit pays for.
const FREE_WORK: usize = 256;
const WORK_PER_UNIT: usize = 2;

impl<'n, U: Unit> Finder<'n, U> {
    pub(super) fn new(needle: &'n [U]) -> Finder<'n, U> {
        debug_assert!(!needle.is_empty());
        Finder { needle, two_way: OnceCell::new() }
    }

    /// The first occurrence.
    pub(super) fn find(&self, hay: &[U]) -> Option<usize> {
        let (needle, m) = (self.needle, self.needle.len());
        let starts = (hay.len() + 1).checked_sub(m)?;
        let (first, last) = (needle[0], needle[m - 1]);
        if m == 1 {
            return first.position_in(hay);
        }
        let (mut at, mut work) = (0, 0);
        while let Some(i) = first.position_in(&hay[at..starts]) {
            at += i;
            if hay[at + m - 1] == last {
                let same = needle.iter().zip(&hay[at..]).take_while(|(a, b)| a == b).count();
                if same == m {
                    return Some(at);
                }
                work += same;
            }
            at += 1;
            work += 4;
            if work > FREE_WORK + WORK_PER_UNIT * at {
                let two_way = self.two_way.get_or_init(|| TwoWay::new(needle));
                return two_way.find(needle, &hay[at..]).map(|i| at + i);
            }
        }
        None
    }

    /// The last occurrence.
    pub(super) fn rfind(&self, hay: &[U]) -> Option<usize> {
        let (needle, m) = (self.needle, self.needle.len());
        let mut starts = (hay.len() + 1).checked_sub(m)?;
        let all = starts;
        let (first, last) = (needle[0], needle[m - 1]);
        let mut work = 0;
        while let Some(at) = first.last_position_in(&hay[..starts]) {
            if hay[at + m - 1] == last {
                let same = needle.iter().zip(&hay[at..]).take_while(|(a, b)| a == b).count();
                if same == m {
                    return Some(at);
                }
                work += same;
            }
            starts = at;
            work += 4;
            if work > FREE_WORK + WORK_PER_UNIT * (all - starts) {
                let reversed = |s: &[U]| s.iter().rev().copied().collect::<Vec<U>>();
                let left = &hay[..(starts + m - 1).min(hay.len())];
                let needle = reversed(needle);
                let found = TwoWay::new(&needle).find(&needle, &reversed(left))?;
                return Some(left.len() - found - m);
            }
        }
        None
    }
}

/// What the two-way algorithm knows of a needle.
struct TwoWay {
    /// Where the needle is cut: the right part is compared first, left to right.
    cut: usize,
    period: usize,
    /// The needle repeats itself with the period, so that what matched is remembered.
    periodic: bool,
}

impl TwoWay {
    fn new<U: Unit>(needle: &[U]) -> TwoWay {
        let (cut, period) = maximal_suffix(needle, false).max(maximal_suffix(needle, true));
        if cut + period <= needle.len() && needle[..cut] == needle[period..period + cut] {
            TwoWay { cut, period, periodic: true }
        } else {
            TwoWay { cut, period: cut.max(needle.len() - cut) + 1, periodic: false }
        }
    }

    fn find<U: Unit>(&self, needle: &[U], hay: &[U]) -> Option<usize> {
        let m = needle.len();
        let (mut at, mut known) = (0, 0);
        while at + m <= hay.len() {
            let window = &hay[at..at + m];
            let from = self.cut.max(known);
            if let Some(i) = (from..m).find(|&i| needle[i] != window[i]) {
                at += i - self.cut + 1;
                known = 0;
            } else if (known..self.cut).rev().any(|i| needle[i] != window[i]) {
                at += self.period;
                known = if self.periodic { m - self.period } else { 0 };
            } else {
                return Some(at);
            }
        }
        None
    }
}

/// Start and period of the greatest suffix, in the order of units or its reverse.
fn maximal_suffix<U: Unit>(s: &[U], reversed: bool) -> (usize, usize) {
    let (mut best, mut candidate, mut offset, mut period) = (0, 1, 0, 1);
    while candidate + offset < s.len() {
        let (a, b) = (s[candidate + offset], s[best + offset]);
        if a == b {
            if offset + 1 == period {
                candidate += period;
                offset = 0;
            } else {
                offset += 1;
            }
        } else if (a < b) != reversed {
            candidate += offset + 1;
            offset = 0;
            period = candidate - best;
        } else {
            best = candidate;
            candidate += 1;
            offset = 0;
            period = 1;
        }
    }
    (best, period)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All needles and hays over two letters up to a length, against the plain definition.
    #[test]
    fn exhaustive_over_two_letters() {
        let words = |len: u32| {
            (0..1u32 << len).map(move |bits| (0..len).map(|i| (bits >> i & 1) as u16).collect::<Vec<_>>())
        };
        for n in 0..=10 {
            for hay in words(n) {
                for m in 1..=5 {
                    for needle in words(m) {
                        let want = hay.windows(m as usize).position(|w| w == needle);
                        let last = hay.windows(m as usize).rposition(|w| w == needle);
                        assert_eq!(Finder::new(&needle).find(&hay), want, "{needle:?} {hay:?}");
                        assert_eq!(TwoWay::new(&needle).find(&needle, &hay), want, "{needle:?} {hay:?}");
                        assert_eq!(Finder::new(&needle).rfind(&hay), last, "{needle:?} {hay:?}");
                    }
                }
            }
        }
    }

    /// Long and repetitive: the two-way algorithm is reached, forwards and backwards.
    #[test]
    fn bad_cases() {
        for (m, n) in [(50usize, 3000usize), (300, 5000)] {
            let mut needle = vec![7u32; m];
            let mut hay = vec![7u32; n];
            needle[m / 2] = 8;
            assert_eq!(Finder::new(&needle).find(&hay), None);
            assert_eq!(Finder::new(&needle).rfind(&hay), None);
            hay[n - m] = 8;
            assert_eq!(Finder::new(&needle).find(&hay), Some(n - m - m / 2));
            hay[n - m] = 7;
            hay[m] = 8;
            assert_eq!(Finder::new(&needle).rfind(&hay), Some(m - m / 2));
        }
    }
}
