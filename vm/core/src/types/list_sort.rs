//! Sorting of lists: stable, adaptive to runs, by `<` only.
//!
//! Keys that are all exact strings, machine-size integers or ordered floats are sorted by their values with the
//! standard library's stable sort; all others by a merge sort of natural runs (run lengths balanced as powersort
//! does, merges galloping through long stretches) whose comparisons may raise or change anything but the items.

use crate::bail;
use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::obj::{Obj, decref};
use crate::object::{Object, Ref};
use crate::types::float::Float;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::str_::Str;
use std::cmp::Ordering;
use std::ptr::null_mut;

/// A key with the item it stands for; both borrowed from the sort's own arrays.
#[derive(Clone, Copy)]
struct Entry {
    key: *mut abi::PyObject,
    item: *mut abi::PyObject,
}

impl Entry {
    fn key(&self) -> &Obj {
        // SAFETY: the sort owns its keys.
        unsafe { Obj::from_ptr(self.key) }
    }
}

/// `list.sort`. The list is empty while it runs; changing it raises `ValueError` at the end.
pub fn sort_list(list: &List, key: Option<&Obj>, reverse: bool) -> PyResult<()> {
    // SAFETY: the items' memory belongs to this function until it is put back.
    unsafe {
        let b = list.body();
        let (items, size, allocated) = ((*b).ob_item, (*b).ob_base.ob_size, (*b).allocated);
        (*b).ob_item = null_mut();
        (*b).ob_base.ob_size = 0;
        (*b).allocated = -1;

        let slice: &mut [*mut abi::PyObject] =
            if size == 0 { &mut [] } else { std::slice::from_raw_parts_mut(items, size as usize) };
        let result = sort_items(slice, key, reverse);

        let modified = (*b).allocated != -1;
        let (new_items, new_size) = ((*b).ob_item, (*b).ob_base.ob_size);
        (*b).ob_item = items;
        (*b).ob_base.ob_size = size;
        (*b).allocated = allocated;
        if !new_items.is_null() {
            for i in (0..new_size as usize).rev() {
                decref(*new_items.add(i));
            }
            crate::object::alloc::free(new_items.cast());
        }
        result?;
        if modified {
            bail!(ValueError, "list modified during sort");
        }
        Ok(())
    }
}

/// Sorts an array of items; on an error they are all still there, in some order.
fn sort_items(items: &mut [*mut abi::PyObject], key: Option<&Obj>, reverse: bool) -> PyResult<()> {
    let mut keys: Vec<Object> = Vec::new();
    if let Some(f) = key {
        keys.reserve_exact(items.len());
        for p in items.iter() {
            // SAFETY: the items are alive.
            keys.push(f.call(&[unsafe { Obj::from_ptr(*p) }])?);
        }
    }
    if items.len() < 2 {
        return Ok(());
    }
    let mut entries: Vec<Entry> = items
        .iter()
        .enumerate()
        .map(|(i, p)| Entry { key: keys.get(i).map_or(*p, Ref::as_raw), item: *p })
        .collect();
    // Reversing before and after keeps equal elements in their order.
    if reverse {
        entries.reverse();
    }
    let result = sort_entries(&mut entries);
    if reverse {
        entries.reverse();
    }
    for (p, e) in items.iter_mut().zip(&entries) {
        *p = e.item;
    }
    result
}

fn sort_entries(entries: &mut Vec<Entry>) -> PyResult<()> {
    if entries.iter().all(|e| e.key().is_exact::<Str>()) {
        // SAFETY: all keys are strings.
        entries.sort_by(|a, b| unsafe {
            a.key().cast_unchecked::<Str>().text().cmp(&b.key().cast_unchecked::<Str>().text())
        });
        return Ok(());
    }
    if let Some(values) = all_values(entries, |k| k.downcast_exact::<Int>()?.to_i64()) {
        sort_by_values(entries, values, |a, b| a.cmp(b));
        return Ok(());
    }
    if let Some(values) =
        all_values(entries, |k| k.downcast_exact::<Float>().map(Float::value).filter(|v| !v.is_nan()))
    {
        sort_by_values(entries, values, |a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
        return Ok(());
    }
    merge_sort(entries, &mut |a: &Entry, b: &Entry| a.key().compare_bool(b.key(), CompareOp::Lt))
}

fn all_values<T>(entries: &[Entry], value: impl Fn(&Obj) -> Option<T>) -> Option<Vec<T>> {
    // Most lists that fail do so at the first element.
    value(entries[0].key())?;
    entries.iter().map(|e| value(e.key())).collect()
}

fn sort_by_values<T: Copy>(entries: &mut Vec<Entry>, values: Vec<T>, cmp: impl Fn(&T, &T) -> Ordering) {
    let mut both: Vec<(T, Entry)> = values.into_iter().zip(entries.iter().copied()).collect();
    both.sort_by(|a, b| cmp(&a.0, &b.0));
    for (e, (_, sorted)) in entries.iter_mut().zip(both) {
        *e = sorted;
    }
}

/// Runs shorter than this are filled up by insertion.
const MIN_MERGE: usize = 64;
/// So many wins in a row make a merge gallop.
const MIN_GALLOP: usize = 7;

struct Run {
    start: usize,
    len: usize,
    /// The depth of the boundary to the next run in the merge tree.
    power: u32,
}

/// Sorts stably by a fallible `lt`. On an error the elements are a permutation of what they were.
pub fn merge_sort<T: Copy, E>(v: &mut [T], lt: &mut impl FnMut(&T, &T) -> Result<bool, E>) -> Result<(), E> {
    let n = v.len();
    let min_run = min_run_length(n);
    let mut runs: Vec<Run> = Vec::new();
    let mut tmp: Vec<T> = Vec::new();
    let mut start = 0;
    while start < n {
        let mut len = natural_run(&mut v[start..], lt)?;
        if len < min_run {
            let forced = min_run.min(n - start);
            insertion_sort(&mut v[start..start + forced], len, lt)?;
            len = forced;
        }
        if let Some(top) = runs.last() {
            let power = node_power(top.start, top.len, len, n);
            while runs.len() > 1 && runs[runs.len() - 2].power > power {
                merge_top(v, &mut runs, &mut tmp, lt)?;
            }
            if let Some(top) = runs.last_mut() {
                top.power = power;
            }
        }
        runs.push(Run { start, len, power: 0 });
        start += len;
    }
    while runs.len() > 1 {
        merge_top(v, &mut runs, &mut tmp, lt)?;
    }
    Ok(())
}

/// A length of at most `MIN_MERGE` such that `n` over it is near, and not above, a power of two.
fn min_run_length(mut n: usize) -> usize {
    let mut rest = 0;
    while n >= MIN_MERGE {
        rest |= n & 1;
        n >>= 1;
    }
    n + rest
}

/// The depth at which the boundary between two neighbouring runs stands in a balanced tree over all `n` elements:
/// the first bit in which the two midpoints, as fractions of `n`, differ.
fn node_power(start: usize, len1: usize, len2: usize, n: usize) -> u32 {
    let mut a = 2 * start + len1;
    let mut b = a + len1 + len2;
    let mut power = 0;
    loop {
        power += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

/// The length of the run at the start: not descending, or strictly descending, which is then reversed.
fn natural_run<T: Copy, E>(v: &mut [T], lt: &mut impl FnMut(&T, &T) -> Result<bool, E>) -> Result<usize, E> {
    if v.len() < 2 {
        return Ok(v.len());
    }
    let mut n = 2;
    if lt(&v[1], &v[0])? {
        while n < v.len() && lt(&v[n], &v[n - 1])? {
            n += 1;
        }
        v[..n].reverse();
    } else {
        while n < v.len() && !lt(&v[n], &v[n - 1])? {
            n += 1;
        }
    }
    Ok(n)
}

/// Sorts by binary insertion; the first `sorted` elements are in order.
fn insertion_sort<T: Copy, E>(
    v: &mut [T],
    sorted: usize,
    lt: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<(), E> {
    for i in sorted.max(1)..v.len() {
        let pivot = v[i];
        let (mut low, mut high) = (0, i);
        while low < high {
            let mid = (low + high) / 2;
            if lt(&pivot, &v[mid])? { high = mid } else { low = mid + 1 }
        }
        v.copy_within(low..i, low + 1);
        v[low] = pivot;
    }
    Ok(())
}

fn merge_top<T: Copy, E>(
    v: &mut [T],
    runs: &mut Vec<Run>,
    tmp: &mut Vec<T>,
    lt: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<(), E> {
    let (Some(right), Some(left)) = (runs.pop(), runs.last_mut()) else { return Ok(()) };
    let (low, mid, high) = (left.start, right.start, right.start + right.len);
    left.len += right.len;
    // What is in place already needs no merge.
    let low = low + gallop_right(&v[mid], &v[low..mid], false, lt)?;
    if low == mid {
        return Ok(());
    }
    let high = mid + gallop_left(&v[mid - 1], &v[mid..high], true, lt)?;
    if high == mid {
        return Ok(());
    }
    if mid - low <= high - mid { merge_low(v, low, mid, high, tmp, lt) } else { merge_high(v, low, mid, high, tmp, lt) }
}

/// How many elements of the sorted `v` are less than `key`, found by growing steps from one end.
fn gallop_left<T, E>(
    key: &T,
    v: &[T],
    from_end: bool,
    lt: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<usize, E> {
    gallop(v.len(), from_end, |i| lt(&v[i], key))
}

/// How many elements of the sorted `v` are not greater than `key`.
fn gallop_right<T, E>(
    key: &T,
    v: &[T],
    from_end: bool,
    lt: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<usize, E> {
    gallop(v.len(), from_end, |i| Ok(!lt(key, &v[i])?))
}

/// The number of leading positions for which `before` holds; it holds for a prefix.
fn gallop<E>(n: usize, from_end: bool, mut before: impl FnMut(usize) -> Result<bool, E>) -> Result<usize, E> {
    let (mut low, mut high) = (0, n);
    let mut step = 1;
    if from_end {
        // Positions from `high` on do not hold.
        while high > 0 {
            let probe = high.saturating_sub(step);
            if before(probe)? {
                low = probe + 1;
                break;
            }
            high = probe;
            step = step.saturating_mul(2);
        }
    } else {
        while low < n {
            let probe = (low + step - 1).min(n - 1);
            if !before(probe)? {
                high = probe;
                break;
            }
            low = probe + 1;
            step = step.saturating_mul(2);
        }
    }
    while low < high {
        let mid = (low + high) / 2;
        if before(mid)? { low = mid + 1 } else { high = mid }
    }
    Ok(low)
}

/// Merges with the left run set aside, from the left.
fn merge_low<T: Copy, E>(
    v: &mut [T],
    low: usize,
    mid: usize,
    high: usize,
    tmp: &mut Vec<T>,
    lt: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<(), E> {
    tmp.clear();
    tmp.extend_from_slice(&v[low..mid]);
    let na = tmp.len();
    // `i` in the left run, `j` in the right one, `d` where the next element goes: always `d + (na - i) == j`.
    let (mut i, mut j, mut d) = (0, mid, low);
    let mut run = || -> Result<(), E> {
        loop {
            let (mut left_wins, mut right_wins) = (0, 0);
            while left_wins < MIN_GALLOP && right_wins < MIN_GALLOP {
                if lt(&v[j], &tmp[i])? {
                    v[d] = v[j];
                    j += 1;
                    d += 1;
                    (left_wins, right_wins) = (0, right_wins + 1);
                    if j == high {
                        return Ok(());
                    }
                } else {
                    v[d] = tmp[i];
                    i += 1;
                    d += 1;
                    (left_wins, right_wins) = (left_wins + 1, 0);
                    if i == na {
                        return Ok(());
                    }
                }
            }
            loop {
                let a = gallop_right(&v[j], &tmp[i..], false, lt)?;
                v[d..d + a].copy_from_slice(&tmp[i..i + a]);
                i += a;
                d += a;
                if i == na {
                    return Ok(());
                }
                v[d] = v[j];
                j += 1;
                d += 1;
                if j == high {
                    return Ok(());
                }
                let b = gallop_left(&tmp[i], &v[j..high], false, lt)?;
                v.copy_within(j..j + b, d);
                j += b;
                d += b;
                if j == high {
                    return Ok(());
                }
                v[d] = tmp[i];
                i += 1;
                d += 1;
                if i == na {
                    return Ok(());
                }
                if a < MIN_GALLOP && b < MIN_GALLOP {
                    break;
                }
            }
        }
    };
    let result = run();
    v[d..d + (na - i)].copy_from_slice(&tmp[i..]);
    result
}

/// Merges with the right run set aside, from the right.
fn merge_high<T: Copy, E>(
    v: &mut [T],
    low: usize,
    mid: usize,
    high: usize,
    tmp: &mut Vec<T>,
    lt: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<(), E> {
    tmp.clear();
    tmp.extend_from_slice(&v[mid..high]);
    // Ends (exclusive) of what is left of both runs, and of the gap: always `i + j == d`, counting `j` from 0.
    let (mut i, mut j, mut d) = (mid, tmp.len(), high);
    let mut run = || -> Result<(), E> {
        loop {
            let (mut left_wins, mut right_wins) = (0, 0);
            while left_wins < MIN_GALLOP && right_wins < MIN_GALLOP {
                if lt(&tmp[j - 1], &v[i - 1])? {
                    d -= 1;
                    i -= 1;
                    v[d] = v[i];
                    (left_wins, right_wins) = (left_wins + 1, 0);
                    if i == low {
                        return Ok(());
                    }
                } else {
                    d -= 1;
                    j -= 1;
                    v[d] = tmp[j];
                    (left_wins, right_wins) = (0, right_wins + 1);
                    if j == 0 {
                        return Ok(());
                    }
                }
            }
            loop {
                let keep = gallop_right(&tmp[j - 1], &v[low..i], true, lt)?;
                let a = i - low - keep;
                v.copy_within(i - a..i, d - a);
                i -= a;
                d -= a;
                if i == low {
                    return Ok(());
                }
                d -= 1;
                j -= 1;
                v[d] = tmp[j];
                if j == 0 {
                    return Ok(());
                }
                let keep = gallop_left(&v[i - 1], &tmp[..j], true, lt)?;
                let b = j - keep;
                v[d - b..d].copy_from_slice(&tmp[keep..j]);
                j -= b;
                d -= b;
                if j == 0 {
                    return Ok(());
                }
                d -= 1;
                i -= 1;
                v[d] = v[i];
                if i == low {
                    return Ok(());
                }
                if a < MIN_GALLOP && b < MIN_GALLOP {
                    break;
                }
            }
        }
    };
    let result = run();
    v[i..i + j].copy_from_slice(&tmp[..j]);
    result
}

#[cfg(test)]
mod tests {
    use super::merge_sort;

    /// Sorts pairs by their first half and compares with the standard library's stable sort.
    fn check(mut v: Vec<(u32, u32)>) {
        let mut expect = v.clone();
        expect.sort_by_key(|p| p.0);
        merge_sort(&mut v, &mut |a, b| Ok::<bool, ()>(a.0 < b.0)).unwrap();
        assert_eq!(v, expect);
    }

    fn numbered(keys: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
        keys.zip(0..).collect()
    }

    fn random(n: usize, modulus: u32, mut seed: u32) -> Vec<(u32, u32)> {
        numbered((0..n).map(|_| {
            seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
            (seed >> 8) % modulus
        }))
    }

    #[test]
    fn sorts_stably() {
        for n in [0, 1, 2, 3, 10, 63, 64, 65, 100, 1000, 5000] {
            check(numbered(0..n));
            check(numbered((0..n).rev()));
            check(numbered((0..n).map(|i| i / 3 % 50)));
            check(numbered((0..n).map(|i| if i % 500 < 250 { i } else { n - i })));
            for modulus in [2, 10, 1000, u32::MAX] {
                check(random(n as usize, modulus, n + modulus % 97));
            }
        }
    }

    #[test]
    fn keeps_all_elements_on_errors() {
        for budget in [0, 1, 5, 50, 200, 999, 3000, 7000] {
            let mut v = random(1000, 300, budget);
            let mut expect = v.clone();
            let mut left = budget;
            let r = merge_sort(&mut v, &mut |a, b| {
                if left == 0 {
                    return Err(());
                }
                left -= 1;
                Ok(a.0 < b.0)
            });
            assert!(r.is_err());
            v.sort_unstable();
            expect.sort_unstable();
            assert_eq!(v, expect);
        }
    }
}
