//! `collections.deque`: a double-ended queue on a ring buffer.

use super::max_length;
use crate::util::visit_all;
use dovetail_core::error::{PyResult, no_memory};
use dovetail_core::object::sequence::{clip, index_in};
use dovetail_core::object::{AsObj, CompareOp, Native, Obj, Object, Ref, ToRef, alloc};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::{none, not_implemented};
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::{generic_alias, type_alloc};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use std::collections::VecDeque;
use std::ffi::{c_int, c_void};

/// The body: the items, the greatest length, and a count of changes for iterators.
#[repr(C)]
pub struct DequeBody {
    ob_base: abi::PyObject,
    items: *mut VecDeque<Object>,
    max: Option<usize>,
    state: usize,
    weaklist: *mut abi::PyObject,
}

/// A double-ended queue.
/// ---
/// A list-like sequence optimized for data accesses near its endpoints.
#[pytype(
    name = "collections.deque", body = DequeBody, gc, weaklist = weaklist, sig = "([iterable[, maxlen]])",
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_SEQUENCE,
)]
pub struct Deque;

impl Deque {
    /// The items; not held across a call that can run Python code.
    #[allow(clippy::mut_from_ref)]
    fn items(&self) -> &mut VecDeque<Object> {
        // SAFETY: made by tp_new; used for an instant under the GIL.
        unsafe { &mut *(*self.body()).items }
    }

    fn changed(&self) {
        // SAFETY: own body.
        unsafe { (*self.body()).state = (*self.body()).state.wrapping_add(1) }
    }

    fn state(&self) -> usize {
        // SAFETY: own body.
        unsafe { (*self.body()).state }
    }

    fn max(&self) -> Option<usize> {
        // SAFETY: own body.
        unsafe { (*self.body()).max }
    }

    fn make(cls: &Type) -> PyResult<Ref<Deque>> {
        // SAFETY: the field is filled before anything else runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            (*(o.as_raw() as *mut DequeBody)).items = Box::into_raw(Box::default());
            Ok(o.cast_into_unchecked())
        }
    }

    fn push_back(&self, v: Object) {
        self.items().push_back(v);
        self.changed();
        let surplus =
            if self.max().is_some_and(|m| self.items().len() > m) { self.items().pop_front() } else { None };
        drop(surplus);
    }

    fn push_front(&self, v: Object) {
        self.items().push_front(v);
        self.changed();
        let surplus =
            if self.max().is_some_and(|m| self.items().len() > m) { self.items().pop_back() } else { None };
        drop(surplus);
    }

    fn extend_back(&self, iterable: &Obj) -> PyResult<()> {
        if iterable.is(self.as_obj()) {
            for v in self.snapshot() {
                self.push_back(v);
            }
            return Ok(());
        }
        iterable.for_each(|v| {
            self.push_back(v);
            Ok(())
        })
    }

    fn snapshot(&self) -> Vec<Object> {
        self.items().iter().cloned().collect()
    }

    fn like(&self, items: Vec<Object>) -> PyResult<Object> {
        let exact = self.is_exact::<Deque>();
        if exact {
            let d = Deque::make(Deque::type_object())?;
            // SAFETY: own body of the new deque.
            unsafe { (*d.body()).max = self.max() };
            for v in items {
                d.push_back(v);
            }
            return Ok(d.into_object());
        }
        let list = dovetail_core::types::list::List::from_vec(items)?;
        match self.max() {
            None => self.ob_type().call(&[list.as_obj()]),
            Some(m) => self.ob_type().call(&[list.as_obj(), Int::from_usize(m)?.as_obj()]),
        }
    }

    fn position(&self, value: &Obj, from: usize, to: usize) -> PyResult<Option<usize>> {
        let state = self.state();
        let mut i = from;
        while i < to.min(self.items().len()) {
            let item = self.items()[i].clone();
            let same = item.equals(value)?;
            if self.state() != state {
                bail!(RuntimeError, "deque mutated during iteration");
            }
            if same {
                return Ok(Some(i));
            }
            i += 1;
        }
        Ok(None)
    }

    fn rotate_by(&self, n: isize) {
        let len = self.items().len();
        if len > 1 {
            self.items().rotate_right(n.rem_euclid(len as isize) as usize);
            self.changed();
        }
    }
}

#[pymethods]
impl Deque {
    #[slot(tp_new)]
    fn new_slot(
        cls: &Type,
        _args: &Tuple,
        _kwargs: Option<&dovetail_core::types::dict::Dict>,
    ) -> PyResult<Ref<Deque>> {
        Deque::make(cls)
    }

    #[slot(tp_init, sig = "(iterable=None, maxlen=None)")]
    fn init(&self, iterable: Option<&Obj>, maxlen: Option<&Obj>) -> PyResult<()> {
        let max = max_length(maxlen)?;
        // SAFETY: own body.
        unsafe { (*self.body()).max = max };
        let old = std::mem::take(self.items());
        self.changed();
        drop(old);
        match iterable {
            Some(i) => self.extend_back(i),
            None => Ok(()),
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            dovetail_core::gc::untrack(o);
            let b = o as *mut DequeBody;
            if !(*b).weaklist.is_null() {
                dovetail_core::types::weakref::clear_weakrefs(Obj::from_ptr(o));
            }
            if !(*b).items.is_null() {
                drop(Box::from_raw((*b).items));
            }
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live deque.
        unsafe {
            let b = o as *mut DequeBody;
            let Some(visit) = visit else { return 0 };
            if (*b).items.is_null() {
                return 0;
            }
            visit_all((*(*b).items).iter().map(|v| v.as_raw()), visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live deque; its items end after it is empty.
        unsafe {
            let d = &*(o as *const Deque);
            drop(std::mem::take(d.items()));
        }
        0
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<Ref<Str>> {
        let ts = ThreadState::current();
        let name = self.ob_type().short_name().to_owned();
        match ts.repr_guard(self.as_obj(), || -> PyResult<Ref<Str>> {
            let list = dovetail_core::types::list::List::from_vec(self.snapshot())?;
            let inner = list.repr()?;
            match self.max() {
                None => Str::new(&format!("{name}({})", inner.to_string_lossy())),
                Some(m) => Str::new(&format!("{name}({}, maxlen={m})", inner.to_string_lossy())),
            }
        }) {
            Some(r) => r,
            None => Str::new("[...]"),
        }
    }

    #[slot(tp_hash, raw)]
    unsafe extern "C" fn hash(o: *mut abi::PyObject) -> isize {
        // SAFETY: called as a slot.
        unsafe { dovetail_core::object::slotdefs::hash_not_implemented(o) }
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(other) = other.downcast::<Deque>() else { return Ok(not_implemented().to_owned()) };
        let (a, b) = (self.snapshot(), other.snapshot());
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && a.len() != b.len() {
            return Ok(bool_obj(op == CompareOp::Ne).to_owned());
        }
        for (x, y) in a.iter().zip(&b) {
            if !x.equals(y)? {
                return match op {
                    CompareOp::Eq => Ok(bool_obj(false).to_owned()),
                    CompareOp::Ne => Ok(bool_obj(true).to_owned()),
                    _ => x.compare(y, op),
                };
            }
        }
        Ok(bool_obj(op.holds(a.len().cmp(&b.len()))).to_owned())
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Object> {
        new_iter::<DequeIter>(self, 0)
    }

    #[slot(sq_length)]
    fn len_slot(&self) -> usize {
        self.items().len()
    }

    #[slot(nb_bool)]
    fn bool_slot(&self) -> bool {
        !self.items().is_empty()
    }

    #[slot(sq_item)]
    fn item(&self, i: isize) -> PyResult<Object> {
        match usize::try_from(i).ok().and_then(|i| self.items().get(i).cloned()) {
            Some(v) => Ok(v),
            None => Err(raise!(IndexError, "deque index out of range")),
        }
    }

    #[slot(sq_ass_item)]
    fn set_item_slot(&self, i: isize, value: Option<&Obj>) -> PyResult<()> {
        let len = self.items().len();
        let Some(i) = usize::try_from(i).ok().filter(|i| *i < len) else {
            bail!(IndexError, "deque index out of range");
        };
        let old = match value {
            Some(v) => Some(std::mem::replace(&mut self.items()[i], v.to_owned())),
            None => {
                self.changed();
                self.items().remove(i)
            }
        };
        drop(old);
        Ok(())
    }

    #[slot(sq_contains)]
    fn contains_slot(&self, value: &Obj) -> PyResult<bool> {
        Ok(self.position(value, 0, usize::MAX)?.is_some())
    }

    #[slot(sq_concat)]
    fn concat_slot(&self, other: &Obj) -> PyResult<Object> {
        let Some(o) = other.downcast::<Deque>() else {
            bail!(TypeError, "can only concatenate deque (not \"{}\") to deque", other.type_name());
        };
        let mut all = self.snapshot();
        all.extend(o.snapshot());
        self.like(all)
    }

    #[slot(sq_inplace_concat)]
    fn inplace_concat(&self, other: &Obj) -> PyResult<Object> {
        self.extend_back(other)?;
        Ok(self.as_obj().to_owned())
    }

    #[slot(sq_repeat)]
    fn repeat_slot(&self, n: isize) -> PyResult<Object> {
        self.like(self.repeated(n)?)
    }

    #[slot(sq_inplace_repeat)]
    fn inplace_repeat(&self, n: isize) -> PyResult<Object> {
        let all = self.repeated(n)?;
        let old = std::mem::take(self.items());
        self.changed();
        for v in all {
            self.push_back(v);
        }
        drop(old);
        Ok(self.as_obj().to_owned())
    }

    /// Add an element to the right side of the deque.
    #[method]
    fn append(&self, item: &Obj) {
        self.push_back(item.to_owned())
    }

    /// Add an element to the left side of the deque.
    #[method]
    fn appendleft(&self, item: &Obj) {
        self.push_front(item.to_owned())
    }

    /// Extend the right side of the deque with elements from the iterable.
    #[method]
    fn extend(&self, iterable: &Obj) -> PyResult<()> {
        self.extend_back(iterable)
    }

    /// Extend the left side of the deque with elements from the iterable.
    #[method]
    fn extendleft(&self, iterable: &Obj) -> PyResult<()> {
        if iterable.is(self.as_obj()) {
            for v in self.snapshot() {
                self.push_front(v);
            }
            return Ok(());
        }
        iterable.for_each(|v| {
            self.push_front(v);
            Ok(())
        })
    }

    /// Remove and return the rightmost element.
    #[method]
    fn pop(&self) -> PyResult<Object> {
        self.changed();
        self.items().pop_back().ok_or_else(|| raise!(IndexError, "pop from an empty deque"))
    }

    /// Remove and return the leftmost element.
    #[method]
    fn popleft(&self) -> PyResult<Object> {
        self.changed();
        self.items().pop_front().ok_or_else(|| raise!(IndexError, "pop from an empty deque"))
    }

    /// Remove all elements from the deque.
    #[method]
    fn clear(&self) {
        let old = std::mem::take(self.items());
        self.changed();
        drop(old);
    }

    /// Return a shallow copy of a deque.
    #[method]
    fn copy(&self) -> PyResult<Object> {
        self.like(self.snapshot())
    }

    /// Return a shallow copy of a deque.
    #[method(name = "__copy__")]
    fn copy_dunder(&self) -> PyResult<Object> {
        self.like(self.snapshot())
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(&self, value: &Obj) -> PyResult<usize> {
        let state = self.state();
        let mut n = 0;
        for item in self.snapshot() {
            n += item.equals(value)? as usize;
            if self.state() != state {
                bail!(RuntimeError, "deque mutated during iteration");
            }
        }
        Ok(n)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "(value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, value: &Obj, start: isize, stop: isize) -> PyResult<usize> {
        let (from, to) = clip(Some(start), Some(stop), self.items().len());
        match self.position(value, from, to)? {
            Some(i) => Ok(i),
            None => Err(raise!(ValueError, "deque.index(x): x not in deque")),
        }
    }

    /// Insert value before index.
    #[method]
    fn insert(&self, index: isize, value: &Obj) -> PyResult<()> {
        let len = self.items().len();
        if self.max() == Some(len) {
            bail!(IndexError, "deque already at its maximum size");
        }
        let i = if index < 0 { (index + len as isize).max(0) as usize } else { (index as usize).min(len) };
        self.items().insert(i, value.to_owned());
        self.changed();
        Ok(())
    }

    /// Remove first occurrence of value.
    #[method]
    fn remove(&self, value: &Obj) -> PyResult<()> {
        match self.position(value, 0, usize::MAX)? {
            Some(i) => {
                self.changed();
                let old = self.items().remove(i);
                drop(old);
                Ok(())
            }
            None => Err(raise!(ValueError, "deque.remove(x): x not in deque")),
        }
    }

    /// Reverse *IN PLACE*.
    #[method]
    fn reverse(&self) {
        self.items().make_contiguous().reverse();
        self.changed();
    }

    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[method(sig = "(n=1, /)")]
    fn rotate(&self, n: isize) {
        self.rotate_by(n)
    }

    /// Return a reverse iterator over the deque.
    #[method(name = "__reversed__")]
    fn reversed(&self) -> PyResult<Object> {
        new_iter::<DequeRevIter>(self, 0)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let state = self.as_obj().call_method(dovetail_core::sym!(__getstate__), &[])?;
        let args = match self.max() {
            None => Tuple::empty(),
            Some(m) => Tuple::from_slice(&[Tuple::empty().as_obj(), Int::from_usize(m)?.as_obj()])?,
        };
        let items = self.as_obj().iter()?;
        Tuple::from_slice(&[self.ob_type().as_obj(), args.as_obj(), &state, &items])
    }

    /// Return the size of the deque in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        size_of::<DequeBody>() + self.items().capacity() * size_of::<Object>()
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__", nosig)]
    fn class_getitem(cls: &Type, item: &Obj) -> PyResult<Object> {
        generic_alias(cls, item)
    }

    /// maximum size of a deque or None if unbounded
    #[getter]
    fn maxlen(&self) -> Option<usize> {
        self.max()
    }
}

impl Deque {
    /// The items `n` times over, no more than fit.
    fn repeated(&self, n: isize) -> PyResult<Vec<Object>> {
        let items = self.snapshot();
        let n = n.max(0) as usize;
        let times = match self.max() {
            Some(m) if !items.is_empty() => n.min(m.div_ceil(items.len()) + 1),
            _ => n,
        };
        if items.len().checked_mul(times).is_none_or(|t| t > isize::MAX as usize / 8) {
            return Err(no_memory());
        }
        let mut all = Vec::new();
        all.try_reserve_exact(items.len() * times).map_err(|_| no_memory())?;
        for _ in 0..times {
            all.extend(items.iter().cloned());
        }
        Ok(all)
    }
}

/// The body of both iterators.
#[repr(C)]
pub struct DequeIterBody {
    ob_base: abi::PyObject,
    deque: *mut abi::PyObject,
    done: usize,
    state: usize,
}

/// An iterator over a deque.
#[pytype(name = "_collections._deque_iterator", body = DequeIterBody, gc, refs(deque))]
pub struct DequeIter;

/// A reverse iterator over a deque.
#[pytype(name = "_collections._deque_reverse_iterator", body = DequeIterBody, gc, refs(deque))]
pub struct DequeRevIter;

fn new_iter<T: Native<Body = DequeIterBody>>(d: &Deque, done: usize) -> PyResult<Object> {
    // SAFETY: the fields are filled.
    unsafe {
        let it = alloc::new_body::<T>()?;
        (*Native::body(&*it)).deque = d.as_obj().to_owned().into_ptr();
        (*Native::body(&*it)).done = done;
        (*Native::body(&*it)).state = d.state();
        Ok(it.into_object())
    }
}

fn deque_of(b: *mut DequeIterBody) -> Option<Ref<Deque>> {
    // SAFETY: NULL at the end, or a deque.
    unsafe { ((*b).deque as *const Deque).as_ref() }.map(ToRef::to_ref)
}

fn step(b: *mut DequeIterBody, back: bool) -> PyResult<Option<Object>> {
    let Some(d) = deque_of(b) else { return Ok(None) };
    // SAFETY: own body.
    unsafe {
        if (*b).state != d.state() {
            dovetail_core::object::obj::clear(&raw mut (*b).deque);
            bail!(RuntimeError, "deque mutated during iteration");
        }
        let i = (*b).done;
        let len = d.items().len();
        let at = if back { len.checked_sub(i + 1) } else { Some(i) };
        match at.and_then(|i| d.items().get(i).cloned()) {
            Some(v) => {
                (*b).done = i + 1;
                Ok(Some(v))
            }
            None => {
                dovetail_core::object::obj::clear(&raw mut (*b).deque);
                Ok(None)
            }
        }
    }
}

fn remaining(b: *mut DequeIterBody) -> usize {
    // SAFETY: own body.
    deque_of(b).map_or(0, |d| d.items().len().saturating_sub(unsafe { (*b).done }))
}

macro_rules! iterator {
    ($ty:ident, $back:literal) => {
        #[pymethods]
        impl $ty {
            #[slot(tp_new, sig = "(deque, index=0, /)")]
            fn new_slot(_cls: &Type, deque: &Obj, index: isize) -> PyResult<Object> {
                let Some(d) = deque.downcast::<Deque>() else {
                    bail!(TypeError, "argument 1 must be collections.deque, not {}", deque.type_name());
                };
                new_iter::<$ty>(d, index_in(index, usize::MAX >> 1).unwrap_or(0))
            }

            #[slot(tp_iter)]
            fn iter_slot(&self) -> Object {
                self.as_obj().to_owned()
            }

            #[slot(tp_iternext)]
            fn next_slot(&self) -> PyResult<Option<Object>> {
                step(self.body(), $back)
            }

            /// Private method returning an estimate of len(list(it)).
            #[method(name = "__length_hint__")]
            fn length_hint_(&self) -> usize {
                remaining(self.body())
            }

            /// Return state information for pickling.
            #[method(name = "__reduce__")]
            fn reduce(&self) -> PyResult<Ref<Tuple>> {
                let d = match deque_of(self.body()) {
                    Some(d) => d.into_object(),
                    None => none().to_owned(),
                };
                // SAFETY: own body.
                let done = Int::from_usize(unsafe { (*self.body()).done })?;
                let args = Tuple::from_slice(&[&d, done.as_obj()])?;
                Tuple::from_slice(&[self.ob_type().as_obj(), args.as_obj()])
            }
        }
    };
}

iterator!(DequeIter, false);
iterator!(DequeRevIter, true);
