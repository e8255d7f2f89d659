//! `_heapq`: priority queues in lists.

use dovetail_core::error::PyResult;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::list::List;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

/// A list as a heap: its smallest item first, or its largest.
struct Heap<'a> {
    list: &'a List,
    max: bool,
}

impl Heap<'_> {
    fn item(&self, i: usize) -> PyResult<Object> {
        self.list.get(i).ok_or_else(|| raise!(IndexError, "index out of range"))
    }

    /// Does `a` belong above `b`?
    fn above(&self, a: &Obj, b: &Obj) -> PyResult<bool> {
        if self.max { b.compare_bool(a, CompareOp::Lt) } else { a.compare_bool(b, CompareOp::Lt) }
    }

    fn check_size(&self, size: usize) -> PyResult<()> {
        if self.list.len() != size {
            bail!(RuntimeError, "list changed size during iteration");
        }
        Ok(())
    }

    fn swap(&self, i: usize, j: usize) {
        let items = self.list.items();
        assert!(i < items.len() && j < items.len());
        let p = items.as_ptr().cast_mut();
        // SAFETY: places of the list, under the GIL; nothing runs in between.
        unsafe { std::ptr::swap(p.add(i), p.add(j)) }
    }

    /// Moves the item at `at` up, not above `start`.
    fn sift_up(&self, start: usize, mut at: usize) -> PyResult<()> {
        let size = self.list.len();
        let new = self.item(at)?;
        while at > start {
            let parent = (at - 1) / 2;
            let above = self.above(&new, &*self.item(parent)?)?;
            self.check_size(size)?;
            if !above {
                break;
            }
            self.swap(at, parent);
            at = parent;
        }
        Ok(())
    }

    /// Moves the item at `start` down to a leaf and up again to its place, which takes fewer comparisons than stopping
    /// on the way down.
    fn sift_down(&self, start: usize) -> PyResult<()> {
        let size = self.list.len();
        let mut at = start;
        while at < size / 2 {
            let mut child = 2 * at + 1;
            if child + 1 < size {
                let left = self.above(&*self.item(child)?, &*self.item(child + 1)?)?;
                self.check_size(size)?;
                child += !left as usize;
            }
            self.swap(at, child);
            at = child;
        }
        self.sift_up(start, at)
    }

    fn push(&self, item: &Obj) -> PyResult<()> {
        self.list.push(item.to_owned())?;
        self.sift_up(0, self.list.len() - 1)
    }

    fn pop(&self) -> PyResult<Object> {
        let n = self.list.len();
        if n == 0 {
            bail!(IndexError, "index out of range");
        }
        let last = self.list.remove_at(n - 1)?;
        if n == 1 {
            return Ok(last);
        }
        let first = self.item(0)?;
        self.list.set_at(0, last);
        self.sift_down(0)?;
        Ok(first)
    }

    fn replace(&self, item: &Obj) -> PyResult<Object> {
        let first = self.item(0)?;
        self.list.set_at(0, item.to_owned());
        self.sift_down(0)?;
        Ok(first)
    }

    fn push_pop(&self, item: &Obj) -> PyResult<Object> {
        let Some(first) = self.list.get(0) else { return Ok(item.to_owned()) };
        if !self.above(&first, item)? {
            return Ok(item.to_owned());
        }
        if self.list.is_empty() {
            bail!(IndexError, "index out of range");
        }
        self.replace(item)
    }

    fn heapify(&self) -> PyResult<()> {
        let n = self.list.len();
        (0..n / 2).rev().try_for_each(|i| {
            self.check_size(n)?;
            self.sift_down(i)
        })
    }
}

fn least(list: &List) -> Heap<'_> {
    Heap { list, max: false }
}

fn greatest(list: &List) -> Heap<'_> {
    Heap { list, max: true }
}

/// Heap queue algorithm (a.k.a. priority queue).
///
/// Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for
/// all k, counting elements from 0.  For the sake of comparison,
/// non-existing elements are considered to be infinite.  The interesting
/// property of a heap is that a[0] is always its smallest element.
///
/// Usage:
///
/// heap = []            # creates an empty heap
/// heappush(heap, item) # pushes a new item on the heap
/// item = heappop(heap) # pops the smallest item from the heap
/// item = heap[0]       # smallest item on the heap without popping it
/// heapify(x)           # transforms list into a heap, in-place, in linear time
/// item = heapreplace(heap, item) # pops and returns smallest item, and adds
///                                # new item; the heap size is unchanged
///
/// Indexes count from 0, and heappop() gives the smallest item, not the largest: so
/// the heap is an ordinary Python list, with heap[0] the smallest item, and
/// heap.sort() keeps it a heap.
#[pymodule(name = "_heapq")]
pub mod module {
    use super::*;

    /// Push item onto heap, maintaining the heap invariant.
    #[function]
    fn heappush(heap: &List, item: &Obj) -> PyResult<()> {
        least(heap).push(item)
    }

    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[function]
    fn heappop(heap: &List) -> PyResult<Object> {
        least(heap).pop()
    }

    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[function]
    fn heapreplace(heap: &List, item: &Obj) -> PyResult<Object> {
        least(heap).replace(item)
    }

    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[function]
    fn heappushpop(heap: &List, item: &Obj) -> PyResult<Object> {
        least(heap).push_pop(item)
    }

    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[function]
    fn heapify(heap: &List) -> PyResult<()> {
        least(heap).heapify()
    }

    /// Push item onto max heap, maintaining the heap invariant.
    #[function]
    fn heappush_max(heap: &List, item: &Obj) -> PyResult<()> {
        greatest(heap).push(item)
    }

    /// Maxheap variant of heappop.
    #[function]
    fn heappop_max(heap: &List) -> PyResult<Object> {
        greatest(heap).pop()
    }

    /// Maxheap variant of heapreplace.
    #[function]
    fn heapreplace_max(heap: &List, item: &Obj) -> PyResult<Object> {
        greatest(heap).replace(item)
    }

    /// Maxheap variant of heappushpop.
    ///
    /// The combined action runs more efficiently than heappush_max()
    /// followed by a separate call to heappop_max().
    #[function]
    fn heappushpop_max(heap: &List, item: &Obj) -> PyResult<Object> {
        greatest(heap).push_pop(item)
    }

    /// Maxheap variant of heapify.
    #[function]
    fn heapify_max(heap: &List) -> PyResult<()> {
        greatest(heap).heapify()
    }
}

pub use module::MODULE;
