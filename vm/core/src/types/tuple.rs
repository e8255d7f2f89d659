//! `tuple`: immutable sequences with their items in the object.

use crate::error::{PyResult, no_memory};
use crate::gc;
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::{Head, IMMORTAL, Obj, decref, xdecref};
use crate::object::sequence::index_in;
use crate::object::{Object, Ref, ToRef, alloc, pool};
use crate::thread::ThreadState;
use crate::types::bool_::bool_obj;
use crate::types::none::not_implemented;
use crate::types::slice::{Slice, clip_range};
use crate::types::str_::Str;
use crate::types::support::{
    TypeCall, builtin, called, generic_alias, owned, push_repr, reduce_iter, type_alloc,
};
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};

/// Bytes before the first item.
const HEADER: usize = std::mem::offset_of!(abi::PyTupleObject, ob_item);

/// Immutable sequences.
/// ---
/// Built-in immutable sequence.
///
/// Without an argument, the constructor gives an empty tuple.
/// With an iterable, the tuple holds the iterable's items.
///
/// An argument that is a tuple is returned as it is.
#[pytype(
    name = "tuple", body = abi::PyTupleObject, export = "PyTuple_Type", gc, basicsize = HEADER,
    itemsize = size_of::<usize>(), sig = "(iterable=(), /)",
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_TUPLE_SUBCLASS | abi::Py_TPFLAGS_SEQUENCE
        | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct Tuple;

/// The empty tuple with the words that the collector would use.
#[repr(C, align(16))]
struct EmptyTuple {
    gc: [usize; 2],
    tuple: abi::PyTupleObject,
}

struct EmptyCell(UnsafeCell<EmptyTuple>);
// SAFETY: immortal and never written, but for the cached hash under the GIL.
unsafe impl Sync for EmptyCell {}

static EMPTY: EmptyCell = EmptyCell(UnsafeCell::new(
    const {
        // SAFETY: all-zero is a tuple without items; the header is filled in.
        unsafe {
            let mut t: EmptyTuple = std::mem::zeroed();
            let h = (&raw mut t.tuple).cast::<Head>();
            (*h).refcnt = IMMORTAL;
            (*h).ob_type = Tuple::TYPE_POINTER;
            t.tuple.ob_hash = -1;
            t
        }
    },
));

/// Bytes of the collector's words.
const GC: usize = 2 * size_of::<usize>();

/// Memory for a tuple of `n` items, not filled and not tracked.
unsafe fn new_raw(n: usize) -> PyResult<*mut abi::PyTupleObject> {
    if n > (isize::MAX as usize - 256) / size_of::<usize>()
        || n >= alloc::HUGE_BLOCK / size_of::<usize>() && !alloc::may_have(n * size_of::<usize>())
    {
        return Err(no_memory());
    }
    // SAFETY: fresh memory; the collector's words and the header are written.
    unsafe {
        let p = pool::take(GC + HEADER + n * size_of::<usize>());
        if p.is_null() {
            return Err(no_memory());
        }
        (p as *mut [usize; 2]).write([0, 0]);
        let t = p.add(GC) as *mut abi::PyTupleObject;
        alloc::init(t.cast(), Tuple::type_object());
        (*t).ob_base.ob_size = n as isize;
        (*t).ob_hash = -1;
        gc::count_allocation();
        Ok(t)
    }
}

/// The first item's place.
unsafe fn first(t: *mut abi::PyTupleObject) -> *mut *mut abi::PyObject {
    // SAFETY: the items follow the header.
    unsafe { (&raw mut (*t).ob_item).cast() }
}

/// Tracks a new tuple, unless none of its items can be part of a cycle.
///
/// # Safety
/// All items are written.
#[inline]
pub(crate) unsafe fn track_filled(t: *mut abi::PyTupleObject) {
    // SAFETY: the caller's promise; items are live objects.
    unsafe {
        for i in 0..(*t).ob_base.ob_size as usize {
            if (*(*first(t).add(i) as *const Obj)).ob_type().is_gc() {
                gc::track(t.cast());
                return;
            }
        }
    }
}

impl Tuple {
    /// The empty tuple.
    pub fn empty() -> Ref<Tuple> {
        // SAFETY: an immortal object in static memory.
        unsafe { Ref::from_owned(&raw mut (*EMPTY.0.get()).tuple) }
    }

    /// A tuple of these items.
    pub fn from_vec(items: Vec<Object>) -> PyResult<Ref<Tuple>> {
        if items.is_empty() {
            return Ok(Tuple::empty());
        }
        // SAFETY: every item is written before the tuple is seen; the references move out of the vector.
        unsafe {
            let t = new_raw(items.len())?;
            let mut items = std::mem::ManuallyDrop::new(items);
            std::ptr::copy_nonoverlapping(items.as_ptr().cast(), first(t), items.len());
            drop(Vec::from_raw_parts(items.as_mut_ptr(), 0, items.capacity()));
            track_filled(t);
            Ok(Ref::from_owned(t))
        }
    }

    /// A tuple of `N` items.
    #[inline]
    pub fn from_array<const N: usize>(items: [Object; N]) -> PyResult<Ref<Tuple>> {
        if N == 0 {
            return Ok(Tuple::empty());
        }
        // SAFETY: as above.
        unsafe {
            let t = new_raw(N)?;
            for (i, x) in items.into_iter().enumerate() {
                *first(t).add(i) = x.into_ptr();
            }
            track_filled(t);
            Ok(Ref::from_owned(t))
        }
    }

    /// A tuple of borrowed items, which are counted.
    pub fn from_slice(items: &[&Obj]) -> PyResult<Ref<Tuple>> {
        if items.is_empty() {
            return Ok(Tuple::empty());
        }
        // SAFETY: as above.
        unsafe {
            let t = new_raw(items.len())?;
            for (i, x) in items.iter().enumerate() {
                x.incref();
                *first(t).add(i) = x.as_ptr();
            }
            track_filled(t);
            Ok(Ref::from_owned(t))
        }
    }

    /// A tuple of owned items that stay with the caller too.
    pub fn from_objects(items: &[Object]) -> PyResult<Ref<Tuple>> {
        // SAFETY: `Object` and `&Obj` are both one object pointer.
        Tuple::from_slice(unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), items.len()) })
    }

    /// The items of an iterable (`tuple(iterable)`).
    pub fn from_iter_obj(iterable: &Obj) -> PyResult<Ref<Tuple>> {
        if let Some(t) = iterable.downcast_exact::<Tuple>() {
            return Ok(t.to_ref());
        }
        Tuple::from_vec(iterable.collect_items()?)
    }

    /// As [`Tuple::with_nulls`], unknown to the collector until `track_filled`. `n` is not 0.
    pub(crate) fn unfinished(n: usize) -> PyResult<Ref<Tuple>> {
        // SAFETY: NULL items are skipped by the deallocator.
        unsafe {
            let t = new_raw(n)?;
            std::ptr::write_bytes(first(t), 0, n);
            Ok(Ref::from_owned(t))
        }
    }

    /// `n` items that the caller writes before anything else runs (`PyTuple_New`): NULL until then.
    pub fn with_nulls(n: usize) -> PyResult<Ref<Tuple>> {
        if n == 0 {
            return Ok(Tuple::empty());
        }
        // SAFETY: NULL items are skipped by the collector and the deallocator.
        unsafe {
            let t = new_raw(n)?;
            std::ptr::write_bytes(first(t), 0, n);
            gc::track(t.cast());
            Ok(Ref::from_owned(t))
        }
    }

    /// The place of the first item, for filling a new tuple.
    #[inline(always)]
    pub fn items_ptr(&self) -> *mut *mut abi::PyObject {
        // SAFETY: a live tuple.
        unsafe { first(self.body()) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: a live tuple.
        unsafe { (*self.body()).ob_base.ob_size as usize }
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Object] {
        // SAFETY: `Object` is one non-null pointer; a finished tuple has no NULL items.
        unsafe { std::slice::from_raw_parts(first(self.body()).cast(), self.len()) }
    }

    /// The item at `i`, which is below the length.
    #[inline(always)]
    pub fn get(&self, i: usize) -> &Obj {
        &self.items()[i]
    }

    /// The items as borrows.
    pub fn as_borrows(&self) -> &[&Obj] {
        // SAFETY: `&Obj` is one non-null object pointer.
        unsafe { std::slice::from_raw_parts(first(self.body()).cast(), self.len()) }
    }

    /// Puts two new items into a pair that only its maker knows, and gives it out again.
    pub(crate) fn refill_pair(pair: &Tuple, a: Object, b: Object) -> Ref<Tuple> {
        // SAFETY: a pair of count 1, held by the caller.
        unsafe {
            let out = pair.to_ref();
            let t = pair.body();
            let old = [*first(t), *first(t).add(1)];
            *first(t) = a.into_ptr();
            *first(t).add(1) = b.into_ptr();
            (*t).ob_hash = -1;
            if !gc::is_tracked(t.cast()) {
                gc::track(t.cast());
            }
            for p in old {
                decref(p);
            }
            out
        }
    }

    /// The items `start`, `start + step`, ...
    fn slice(&self, start: isize, step: isize, count: usize) -> PyResult<Ref<Tuple>> {
        if count == self.len() && step == 1 && self.is_exact::<Tuple>() {
            return Ok(self.to_ref());
        }
        let items = self.items();
        Tuple::from_vec((0..count).map(|i| items[(start + i as isize * step) as usize].clone()).collect())
    }

    /// `self[start:stop]` with bounds inside the tuple.
    pub fn sub(&self, start: usize, stop: usize) -> PyResult<Ref<Tuple>> {
        self.slice(start as isize, 1, stop.saturating_sub(start))
    }

    /// `self * n`.
    fn times(&self, n: isize) -> PyResult<Ref<Tuple>> {
        let n = n.max(0) as usize;
        if self.is_exact::<Tuple>() && (n == 1 || self.is_empty()) {
            return Ok(self.to_ref());
        }
        let items = self.items();
        let Some(total) = items.len().checked_mul(n).filter(|t| *t <= isize::MAX as usize / 16) else {
            return Err(no_memory());
        };
        if total == 0 {
            return Ok(Tuple::empty());
        }
        // SAFETY: every item is written before the tuple is seen.
        unsafe {
            let t = new_raw(total)?;
            let mut at = first(t);
            for _ in 0..n {
                for x in items {
                    *at = x.clone().into_ptr();
                    at = at.add(1);
                }
            }
            track_filled(t);
            Ok(Ref::from_owned(t))
        }
    }
}

/// Compares two sequences of items; `get` gives the item of a side, or `None` behind its end.
pub(crate) fn compare_items(
    op: CompareOp,
    lengths: impl Fn() -> (usize, usize),
    get: impl Fn(usize) -> Option<(Object, Object)>,
) -> PyResult<Object> {
    let (n, m) = lengths();
    if n != m && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(bool_obj(op == CompareOp::Ne).to_owned());
    }
    let mut i = 0;
    while let Some((a, b)) = get(i) {
        if !a.equals(&b)? {
            let (n, m) = lengths();
            if i >= n || i >= m {
                break; // the comparison itself made a list shorter
            }
            return match op {
                CompareOp::Eq => Ok(bool_obj(false).to_owned()),
                CompareOp::Ne => Ok(bool_obj(true).to_owned()),
                _ => a.compare(&b, op),
            };
        }
        i += 1;
    }
    let (n, m) = lengths();
    Ok(bool_obj(op.holds(n.cmp(&m))).to_owned())
}

/// Appends `item, item, ...` as repr shows them.
pub(crate) fn push_items(out: &mut TextBuf, mut get: impl FnMut(usize) -> Option<Object>) -> PyResult<usize> {
    let mut i = 0;
    while let Some(x) = get(i) {
        if i > 0 {
            out.push_str(", ");
        }
        push_repr(out, &x)?;
        i += 1;
    }
    Ok(i)
}

/// The hash of a sequence of item hashes, as tuples have it (the mixing of xxHash).
#[derive(Clone, Copy)]
pub struct TupleHash {
    acc: u64,
    n: u64,
}

const P1: u64 = 11400714785074694791;
const P2: u64 = 14029467366897019727;
const P5: u64 = 2870177450012600261;

impl Default for TupleHash {
    fn default() -> Self {
        TupleHash { acc: P5, n: 0 }
    }
}

impl TupleHash {
    #[inline]
    pub fn add(&mut self, hash: isize) {
        self.acc = self.acc.wrapping_add((hash as u64).wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
        self.n += 1;
    }

    pub fn finish(self) -> isize {
        let acc = self.acc.wrapping_add(self.n ^ (P5 ^ 3527539));
        if acc == u64::MAX { 1546275796 } else { acc as isize }
    }

    /// As slices finish it.
    pub fn finish_without_length(self) -> isize {
        if self.acc == u64::MAX { 1546275796 } else { self.acc as isize }
    }
}

#[pymethods]
impl Tuple {
    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called(call, "tuple", 0, 1, |a| match a {
            [] => Ok(Tuple::empty().into_object()),
            [x, ..] => Ok(Tuple::from_iter_obj(x)?.into_object()),
        })
    }

    #[slot(tp_new, sig = "(iterable=(), /)")]
    fn new_slot(cls: &Type, iterable: Option<&Obj>) -> PyResult<Object> {
        let exact = match iterable {
            None => Tuple::empty(),
            Some(x) => Tuple::from_iter_obj(x)?,
        };
        if std::ptr::eq(cls, Tuple::type_object()) {
            return Ok(exact.into_object());
        }
        // SAFETY: the items are written before anything runs.
        unsafe {
            let o = type_alloc(cls, exact.len() as isize)?;
            let t = o.as_raw() as *mut abi::PyTupleObject;
            (*t).ob_hash = -1;
            for (i, x) in exact.items().iter().enumerate() {
                *first(t).add(i) = x.clone().into_ptr();
            }
            Ok(o)
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let t = o as *mut abi::PyTupleObject;
            for i in (0..(*t).ob_base.ob_size as usize).rev() {
                xdecref(*first(t).add(i));
            }
            let ty = (*(o as *mut Head)).ob_type;
            if std::ptr::eq(ty, Tuple::TYPE_POINTER) {
                gc::count_free();
                let size = GC + HEADER + (*t).ob_base.ob_size as usize * size_of::<usize>();
                pool::put((o as *mut u8).sub(GC), size);
                return;
            }
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live tuple.
        unsafe {
            let Some(visit) = visit else { return 0 };
            let t = o as *mut abi::PyTupleObject;
            for i in 0..(*t).ob_base.ob_size as usize {
                let p = *first(t).add(i);
                if !p.is_null() {
                    let r = visit(p, arg);
                    if r != 0 {
                        return r;
                    }
                }
            }
            0
        }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        if self.is_empty() {
            return Str::new("()");
        }
        let shown = ThreadState::current().repr_guard(self, || {
            let mut out = TextBuf::with_capacity(self.len() * 4);
            out.push_str("(");
            let n = push_items(&mut out, |i| self.items().get(i).cloned())?;
            out.push_str(if n == 1 { ",)" } else { ")" });
            Str::from_buf(out)
        });
        shown.unwrap_or_else(|| Str::new("(...)"))
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        // SAFETY: a live tuple; the cache is -1 until known.
        unsafe {
            let known = (*self.body()).ob_hash;
            if known != -1 {
                return Ok(known);
            }
            ThreadState::current().check_recursion(" while hashing a tuple")?;
            let mut h = TupleHash::default();
            for x in self.items() {
                h.add(x.hash()?);
            }
            let h = h.finish();
            (*self.body()).ob_hash = h;
            Ok(h)
        }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<TupleIter>> {
        TupleIter::new(self)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast::<Tuple>() else { return Ok(not_implemented().to_owned()) };
        // Tuples do not change: their items need no references of their own.
        let (a, b) = (self.items(), o.items());
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if equality && a.len() != b.len() {
            return Ok(bool_obj(op == CompareOp::Ne).to_owned());
        }
        for (x, y) in a.iter().zip(b) {
            if !x.equals(y)? {
                return if equality {
                    Ok(bool_obj(op == CompareOp::Ne).to_owned())
                } else {
                    x.compare(y, op)
                };
            }
        }
        Ok(bool_obj(op.holds(a.len().cmp(&b.len()))).to_owned())
    }

    #[slot(sq_length)]
    fn length(&self) -> usize {
        self.len()
    }

    #[slot(sq_item)]
    fn item(&self, i: isize) -> PyResult<Object> {
        match usize::try_from(i).ok().and_then(|i| self.items().get(i)) {
            Some(x) => Ok(x.clone()),
            None => bail!(IndexError, "tuple index out of range"),
        }
    }

    #[slot(sq_contains)]
    fn contains_slot(&self, item: &Obj) -> PyResult<bool> {
        for x in self.items() {
            if x.equals(item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[slot(sq_concat)]
    fn concat_slot(&self, other: &Obj) -> PyResult<Object> {
        let Some(o) = other.downcast::<Tuple>() else {
            bail!(TypeError, "can only concatenate tuple (not \"{}\") to tuple", other.type_name());
        };
        if self.is_empty() && o.is_exact::<Tuple>() {
            return Ok(owned(o));
        }
        if o.is_empty() && self.is_exact::<Tuple>() {
            return Ok(owned(self));
        }
        Ok(Tuple::from_vec(self.items().iter().chain(o.items()).cloned().collect())?.into_object())
    }

    #[slot(sq_repeat)]
    fn repeat_slot(&self, n: isize) -> PyResult<Ref<Tuple>> {
        self.times(n)
    }

    #[slot(mp_length)]
    fn mapping_length(&self) -> usize {
        self.len()
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        if let Some(s) = key.downcast_exact::<Slice>() {
            let (start, _, step, count) = s.indices(self.len())?;
            return Ok(self.slice(start, step, count)?.into_object());
        }
        if !key.has_index() {
            bail!(TypeError, "tuple indices must be integers or slices, not {}", key.type_name());
        }
        match index_in(key.as_isize_index()?, self.len()) {
            Some(i) => Ok(self.items()[i].clone()),
            None => bail!(IndexError, "tuple index out of range"),
        }
    }

    #[method(name = "__getnewargs__")]
    fn getnewargs(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_vec(vec![Tuple::from_objects(self.items())?.into_object()])
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "(value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, value: &Obj, start: Option<&Obj>, stop: Option<&Obj>) -> PyResult<usize> {
        let (start, stop) = clip_range(start, stop, self.len())?;
        for i in start..stop {
            if self.items()[i].equals(value)? {
                return Ok(i);
            }
        }
        bail!(ValueError, "tuple.index(x): x not in tuple")
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(&self, value: &Obj) -> PyResult<usize> {
        let mut n = 0;
        for x in self.items() {
            n += x.equals(value)? as usize;
        }
        Ok(n)
    }

    /// Tuples are generic over the types of their contents.
    ///
    /// For example, use ``tuple[int, str]`` for a pair whose first element
    /// is an int and second element is a string.
    ///
    /// Tuples also support the form ``tuple[T, ...]`` to indicate
    /// an arbitrary length tuple of elements of type T.
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

/// A position in a sequence, which is gone (NULL) at the end: the iterators of list, tuple and others.
#[repr(C)]
pub struct IndexIterBody {
    pub ob_base: abi::PyObject,
    pub index: isize,
    pub seq: *mut abi::PyObject,
}

/// `iter(tuple)`.
#[pytype(name = "tuple_iterator", body = IndexIterBody, export = "PyTupleIter_Type", refs(seq), gc)]
pub struct TupleIter;

impl TupleIter {
    /// An iterator at the start.
    pub fn new(t: &Tuple) -> PyResult<Ref<TupleIter>> {
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let it = alloc::new_body::<TupleIter>()?;
            (*it.body()).seq = t.to_ref().into_ptr();
            Ok(it)
        }
    }

    /// The tuple, until the end.
    #[inline(always)]
    pub fn seq(&self) -> Option<&Tuple> {
        // SAFETY: NULL or an owned tuple.
        unsafe { ((*self.body()).seq as *const Tuple).as_ref() }
    }
}

#[pymethods]
impl TupleIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> Option<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let t = self.seq()?;
            if let Some(x) = t.items().get((*b).index as usize) {
                (*b).index += 1;
                return Some(x.clone());
            }
            crate::object::obj::clear(&raw mut (*b).seq);
            None
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> isize {
        // SAFETY: own fields.
        unsafe { self.seq().map_or(0, |t| t.len() as isize - (*self.body()).index) }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // Looking the function up can run code that moves the iterator.
        let function = builtin(sym!(iter))?;
        match self.seq() {
            // SAFETY: own fields.
            Some(t) => reduce_iter(function, owned(t), Some(unsafe { (*self.body()).index })),
            None => reduce_iter(builtin(sym!(iter))?, Tuple::empty().into_object(), None),
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        let i = object.as_isize()?;
        if let Some(t) = self.seq() {
            // SAFETY: own fields.
            unsafe { (*self.body()).index = i.clamp(0, t.len() as isize) }
        }
        Ok(())
    }
}
