//! `_bisect`: search in sorted sequences, and insertion into them.

use dovetail_core::error::PyResult;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::list::List;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, sym};
use dovetail_macros::pymodule;

/// What is searched for.
struct Search<'a> {
    list: &'a Obj,
    key: Option<&'a Obj>,
    /// Behind equal items?
    right: bool,
}

impl Search<'_> {
    fn item(&self, i: usize) -> PyResult<Object> {
        if let Some(l) = self.list.downcast_exact::<List>()
            && let Some(o) = l.get(i)
        {
            return Ok(o);
        }
        if let Some(t) = self.list.downcast_exact::<Tuple>()
            && let Some(o) = t.items().get(i)
        {
            return Ok(o.clone());
        }
        self.list.sequence_get(i as isize)
    }

    /// Does item `i` stand before the place of `x`?
    fn before(&self, i: usize, x: &Obj) -> PyResult<bool> {
        let mut item = self.item(i)?;
        if let Some(k) = self.key {
            item = k.call(&[&item])?;
        }
        if self.right { Ok(!x.compare_bool(&item, CompareOp::Lt)?) } else { item.compare_bool(x, CompareOp::Lt) }
    }

    fn find(&self, x: &Obj, lo: isize, hi: Option<&Obj>) -> PyResult<usize> {
        if lo < 0 {
            bail!(ValueError, "lo must be non-negative");
        }
        let mut lo = lo as usize;
        let hi = match hi {
            Some(h) => h.as_isize_count()?,
            None => -1,
        };
        let mut hi = if hi == -1 { self.list.len_()? } else { hi.max(0) as usize };
        while lo < hi {
            let middle = lo.midpoint(hi);
            if self.before(middle, x)? {
                lo = middle + 1;
            } else {
                hi = middle;
            }
        }
        Ok(lo)
    }

    fn insert(&self, x: &Obj, lo: isize, hi: Option<&Obj>) -> PyResult<()> {
        let at = match self.key {
            Some(k) => self.find(&*k.call(&[x])?, lo, hi)?,
            None => self.find(x, lo, hi)?,
        };
        if let Some(l) = self.list.downcast_exact::<List>() {
            return l.insert_at(at as isize, x.to_owned());
        }
        let at = dovetail_core::types::int::Int::from_usize(at)?.into_object();
        self.list.call_method(sym!(insert), &[&at, x])?;
        Ok(())
    }
}

/// Bisection algorithms.
///
/// This module provides support for maintaining a list in sorted order without
/// having to sort the list after each insertion. For long lists of items with
/// expensive comparison operations, this can be an improvement over the more
/// common approach.
#[pymodule(name = "_bisect")]
pub mod module {
    use super::*;

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(a: &Obj, x: &Obj, lo: isize, hi: Option<&Obj>, key: Option<&Obj>) -> PyResult<usize> {
        Search { list: a, key, right: true }.find(x, lo, hi)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(a: &Obj, x: &Obj, lo: isize, hi: Option<&Obj>, key: Option<&Obj>) -> PyResult<()> {
        Search { list: a, key, right: true }.insert(x, lo, hi)
    }

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(a: &Obj, x: &Obj, lo: isize, hi: Option<&Obj>, key: Option<&Obj>) -> PyResult<usize> {
        Search { list: a, key, right: false }.find(x, lo, hi)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(a: &Obj, x: &Obj, lo: isize, hi: Option<&Obj>, key: Option<&Obj>) -> PyResult<()> {
        Search { list: a, key, right: false }.insert(x, lo, hi)
    }
}

pub use module::MODULE;
