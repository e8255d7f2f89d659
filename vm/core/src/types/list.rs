//! `list`: growable arrays of objects, in CPython's layout and with its growth.
//!
//! Whatever may run Python code reads the length anew at each step: a list can change under any comparison.

use crate::error::{PyResult, no_memory};
use crate::gc;
use crate::object::convert::CompareOp;
use crate::object::obj::{Obj, decref, xdecref};
use crate::object::sequence::index_in;
use crate::object::{Object, Ref, alloc, pool};
use crate::thread::ThreadState;
pub use crate::types::list_iter::{ListIter, ListRevIter};
use crate::types::none::not_implemented;
use crate::types::slice::{Slice, clip_range};
use crate::types::str_::Str;
use crate::types::support::{TypeCall, called, generic_alias, owned, type_alloc};
use crate::types::tuple::{Tuple, compare_items, push_items};
use crate::types::type_::Type;
use crate::{bail, types::dict::Dict};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

const WORD: usize = size_of::<usize>();

/// Mutable sequences.
/// ---
/// Built-in mutable sequence.
///
/// Without an argument, the constructor makes an empty list.
/// The argument must be an iterable.
#[pytype(
    name = "list", body = abi::PyListObject, export = "PyList_Type", gc, sig = "(iterable=(), /)",
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_LIST_SUBCLASS | abi::Py_TPFLAGS_SEQUENCE
        | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct List;

impl List {
    /// A new empty list.
    pub fn new() -> PyResult<Ref<List>> {
        // SAFETY: a zeroed body is an empty list.
        unsafe { alloc::new_body() }
    }

    /// A list of these items.
    pub fn from_vec(items: Vec<Object>) -> PyResult<Ref<List>> {
        let list = List::new()?;
        let n = items.len();
        if n > 0 {
            // SAFETY: the references move from the vector into fresh memory.
            unsafe {
                let p = alloc::malloc(n * WORD) as *mut *mut abi::PyObject;
                if p.is_null() {
                    return Err(no_memory());
                }
                let mut items = std::mem::ManuallyDrop::new(items);
                std::ptr::copy_nonoverlapping(items.as_ptr().cast(), p, n);
                drop(Vec::from_raw_parts(items.as_mut_ptr(), 0, items.capacity()));
                let b = list.body();
                (*b).ob_item = p;
                (*b).allocated = n as isize;
                (*b).ob_base.ob_size = n as isize;
            }
        }
        Ok(list)
    }

    /// An empty list with memory for `n` items.
    pub fn with_room(n: usize) -> PyResult<Ref<List>> {
        let list = List::new()?;
        if n > 0 {
            list.reserve_exact(n)?;
        }
        Ok(list)
    }

    /// A list of borrowed items, of which there are `n`.
    pub fn from_items<'a>(n: usize, items: impl Iterator<Item = &'a Obj>) -> PyResult<Ref<List>> {
        let list = List::with_room(n)?;
        // SAFETY: places of the list's memory, each written before it counts.
        unsafe {
            let b = list.body();
            for (i, x) in items.take(n).enumerate() {
                x.incref();
                *(*b).ob_item.add(i) = x.as_ptr();
                (*b).ob_base.ob_size = i as isize + 1;
            }
        }
        Ok(list)
    }

    /// A list of borrowed items, which are counted.
    pub fn from_slice(items: &[&Obj]) -> PyResult<Ref<List>> {
        List::from_vec(items.iter().map(|o| Obj::to_owned(o)).collect())
    }

    /// The items of an iterable (`list(iterable)`).
    pub fn from_iter_obj(iterable: &Obj) -> PyResult<Ref<List>> {
        let list = List::new()?;
        list.extend(iterable)?;
        Ok(list)
    }

    /// A list of `n` NULL items that the caller writes before anything else runs (`PyList_New`).
    pub fn with_nulls(n: usize) -> PyResult<Ref<List>> {
        let list = List::new()?;
        if n > 0 {
            // SAFETY: NULL items are skipped by collector and deallocator.
            unsafe {
                list.reserve_exact(n)?;
                std::ptr::write_bytes((*list.body()).ob_item, 0, n);
                (*list.body()).ob_base.ob_size = n as isize;
            }
        }
        Ok(list)
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: a live list.
        unsafe { (*self.body()).ob_base.ob_size as usize }
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items; not to be held while Python code may run.
    #[inline(always)]
    pub fn items(&self) -> &[Object] {
        // SAFETY: `Object` is one non-null pointer; a finished list has no NULL items.
        unsafe {
            let b = self.body();
            let n = (*b).ob_base.ob_size as usize;
            if n == 0 { &[] } else { std::slice::from_raw_parts((*b).ob_item.cast(), n) }
        }
    }

    /// The item at `i`.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Object> {
        self.items().get(i).cloned()
    }

    /// Makes room for `n` items in a list without memory.
    fn reserve_exact(&self, n: usize) -> PyResult<()> {
        // SAFETY: a list without items gets its first memory.
        unsafe {
            let b = self.body();
            if n > isize::MAX as usize / WORD / 2 {
                return Err(no_memory());
            }
            let n = (n + 1) & !1;
            if n * WORD >= alloc::HUGE_BLOCK && !alloc::may_have(n * WORD) {
                return Err(no_memory());
            }
            debug_assert!((*b).ob_item.is_null());
            let p = pool::take(n * WORD) as *mut *mut abi::PyObject;
            if p.is_null() {
                return Err(no_memory());
            }
            (*b).ob_item = p;
            (*b).allocated = n as isize;
        }
        Ok(())
    }

    /// Sets the length, with CPython's growth. New places are not written; dropped items are the caller's.
    fn resize(&self, n: usize) -> PyResult<()> {
        // SAFETY: the memory is kept at least as long as the length.
        unsafe {
            let b = self.body();
            let (n, allocated) = (n as isize, (*b).allocated);
            if allocated >= n && n >= allocated >> 1 {
                (*b).ob_base.ob_size = n;
                return Ok(());
            }
            if n > isize::MAX / WORD as isize / 2 {
                return Err(no_memory());
            }
            let mut new = (n + (n >> 3) + 6) & !3;
            if n - (*b).ob_base.ob_size > new - n {
                new = (n + 3) & !3;
            }
            if n == 0 {
                alloc::free((*b).ob_item.cast());
                (*b).ob_item = null_mut();
                (*b).allocated = 0;
                (*b).ob_base.ob_size = 0;
                return Ok(());
            }
            let size = new as usize * WORD;
            if size >= alloc::HUGE_BLOCK && !alloc::may_have(size) {
                return Err(no_memory());
            }
            let p = alloc::realloc((*b).ob_item.cast(), size) as *mut *mut abi::PyObject;
            if p.is_null() {
                return Err(no_memory());
            }
            (*b).ob_item = p;
            (*b).allocated = new;
            (*b).ob_base.ob_size = n;
            Ok(())
        }
    }

    #[inline(always)]
    unsafe fn place(&self, i: usize) -> *mut *mut abi::PyObject {
        // SAFETY: `i` is within the memory.
        unsafe { (*self.body()).ob_item.add(i) }
    }

    /// Appends an item.
    #[inline]
    pub fn push(&self, item: Object) -> PyResult<()> {
        let n = self.len();
        // SAFETY: the place exists after the growth.
        unsafe {
            let b = self.body();
            if (n as isize) < (*b).allocated {
                (*b).ob_base.ob_size += 1;
            } else {
                self.resize(n + 1)?;
            }
            *self.place(n) = item.into_ptr();
        }
        Ok(())
    }

    /// Appends the items of an iterable.
    pub fn extend(&self, iterable: &Obj) -> PyResult<()> {
        if let Some(t) = iterable.downcast_exact::<Tuple>() {
            return self.extend_from_slice(t.items());
        }
        if let Some(l) = iterable.downcast_exact::<List>() {
            if l.is(self) {
                let copy = l.items().to_vec();
                return self.extend_from_slice(&copy);
            }
            return self.extend_from_slice(l.items());
        }
        if let Some(d) = iterable.downcast_exact::<Dict>() {
            let keys: Vec<Object> = d.iter_borrowed().map(|(k, _)| k.to_owned()).collect();
            return self.extend_from_slice(&keys);
        }
        let it = iterable.iter()?;
        let n = self.len();
        let hint = iterable.length_hint(8)?;
        // SAFETY: only room is made; the length is put back.
        unsafe {
            let b = self.body();
            if hint > 0 && (*b).ob_item.is_null() {
                self.reserve_exact(hint)?;
            } else if let Some(total) = n.checked_add(hint).filter(|t| *t <= isize::MAX as usize / WORD / 4)
                && total as isize > (*b).allocated
            {
                self.resize(total)?;
                (*b).ob_base.ob_size = n as isize;
            }
        }
        while let Some(x) = it.iter_next()? {
            self.push(x)?;
        }
        // SAFETY: a live list.
        if unsafe { (self.len() as isize) < (*self.body()).allocated } {
            self.resize(self.len())?;
        }
        Ok(())
    }

    fn extend_from_slice(&self, items: &[Object]) -> PyResult<()> {
        if items.is_empty() {
            return Ok(());
        }
        let n = self.len();
        // SAFETY: the new places are all written; `items` is not this list's memory.
        unsafe {
            if (*self.body()).ob_item.is_null() {
                self.reserve_exact(items.len())?;
                (*self.body()).ob_base.ob_size = items.len() as isize;
            } else {
                self.resize(n + items.len())?;
            }
            for (i, x) in items.iter().enumerate() {
                *self.place(n + i) = x.clone().into_ptr();
            }
        }
        Ok(())
    }

    /// Inserts an item before `i`, which is clipped to the list.
    pub fn insert_at(&self, i: isize, item: Object) -> PyResult<()> {
        let n = self.len();
        let i = if i < 0 { (i + n as isize).max(0) as usize } else { (i as usize).min(n) };
        self.resize(n + 1)?;
        // SAFETY: the items behind move up by one place.
        unsafe {
            let p = self.place(i);
            std::ptr::copy(p, p.add(1), n - i);
            *p = item.into_ptr();
        }
        Ok(())
    }

    /// Takes the item at `i` out, which is below the length.
    pub fn remove_at(&self, i: usize) -> PyResult<Object> {
        let n = self.len();
        // SAFETY: the items behind move down; the reference goes to the caller.
        unsafe {
            let p = self.place(i);
            let item = Ref::from_owned(*p);
            std::ptr::copy(p.add(1), p, n - i - 1);
            self.resize(n - 1)?;
            Ok(item)
        }
    }

    /// Replaces the item at `i`; `false` when it is out of range.
    pub fn set_at(&self, i: usize, item: Object) -> bool {
        if i >= self.len() {
            return false;
        }
        // SAFETY: within the length; the old item ends last.
        unsafe {
            let old = std::mem::replace(&mut *self.place(i), item.into_ptr());
            if !old.is_null() {
                decref(old);
            }
        }
        true
    }

    /// Takes all items out.
    pub fn take_items(&self) -> Vec<Object> {
        // SAFETY: the list is empty before the caller sees the items.
        unsafe {
            let b = self.body();
            let (p, n) = ((*b).ob_item, self.len());
            (*b).ob_item = null_mut();
            (*b).ob_base.ob_size = 0;
            (*b).allocated = 0;
            let items = (0..n).filter_map(|i| Ref::from_owned_opt(*p.add(i))).collect();
            alloc::free(p.cast());
            items
        }
    }

    /// Removes all items.
    pub fn clear_items(&self) {
        // From the end, as CPython does.
        let mut items = self.take_items();
        while items.pop().is_some() {}
    }

    /// The items in an array of their own.
    pub fn to_vec(&self) -> Vec<Object> {
        self.items().to_vec()
    }

    /// Reverses the items in place.
    pub fn reverse_items(&self) {
        // SAFETY: a plain permutation.
        unsafe {
            if self.len() > 1 {
                std::slice::from_raw_parts_mut((*self.body()).ob_item, self.len()).reverse();
            }
        }
    }

    /// Replaces `self[low..high]` by items.
    pub fn assign_range(&self, low: usize, high: usize, items: Vec<Object>) -> PyResult<()> {
        let n = self.len();
        let low = low.min(n);
        let high = high.clamp(low, n);
        let new_len = n - (high - low) + items.len();
        // SAFETY: the tail moves before new items are written; the old ones end after the list is whole.
        unsafe {
            let old: Vec<*mut abi::PyObject> = (low..high).map(|i| *self.place(i)).collect();
            if new_len > n {
                self.resize(new_len)?;
            }
            if n > high {
                std::ptr::copy(self.place(high), self.place(low + items.len()), n - high);
            }
            for (i, x) in items.into_iter().enumerate() {
                *self.place(low + i) = x.into_ptr();
            }
            if new_len < n {
                self.resize(new_len)?;
            }
            // C code may have left places empty (`PyList_New`).
            for p in old {
                xdecref(p);
            }
        }
        Ok(())
    }

    fn slice(&self, start: isize, step: isize, count: usize) -> PyResult<Ref<List>> {
        let items = self.items();
        List::from_items(count, (0..count).map(|i| &*items[(start + i as isize * step) as usize]))
    }

    /// Replaces `self[low..high]` by items of something else, which stays as it is meanwhile.
    pub fn assign_borrowed(&self, low: usize, high: usize, items: &[Object]) -> PyResult<()> {
        const FEW: usize = 32;
        let n = self.len();
        let low = low.min(n);
        let high = high.clamp(low, n);
        if high - low != items.len() || items.len() > FEW {
            return self.assign_range(low, high, items.to_vec());
        }
        let mut old = [null_mut(); FEW];
        // SAFETY: the places exist; the old items end after the list is whole.
        unsafe {
            for (i, x) in items.iter().enumerate() {
                x.incref();
                old[i] = std::mem::replace(&mut *self.place(low + i), x.as_raw());
            }
            for p in &old[..items.len()] {
                xdecref(*p);
            }
        }
        Ok(())
    }

    fn assign_slice(&self, s: &Slice, value: Option<&Obj>) -> PyResult<()> {
        if let Some(l) = value.and_then(|v| v.downcast_exact::<List>())
            && !l.is(self)
        {
            let (start, stop, step, _) = s.indices_then(|| self.len())?;
            if step == 1 {
                return self.assign_borrowed(start as usize, stop.max(start) as usize, l.items());
            }
        }
        let values = match value {
            None => None,
            Some(v) => match v.downcast::<List>() {
                // A list's items are taken at once: it may be this list.
                Some(l) if l.is_exact::<List>() => Some(l.to_vec()),
                _ => Some(crate::object::sequence::fast_items(v, "must assign iterable to extended slice")?),
            },
        };
        let (start, stop, step, count) = s.indices_then(|| self.len())?;
        if step == 1 {
            return self.assign_range(start as usize, stop.max(start) as usize, values.unwrap_or_default());
        }
        let position = |i: usize| (start + i as isize * step) as usize;
        let Some(values) = values else {
            let mut gone: Vec<usize> = (0..count).map(position).collect();
            gone.sort_unstable();
            return self.remove_positions(&gone);
        };
        if values.len() != count {
            bail!(
                ValueError,
                "attempt to assign sequence of size {} to extended slice of size {count}",
                values.len()
            );
        }
        // SAFETY: the positions are inside the list; the old items end last.
        unsafe {
            let mut old = Vec::with_capacity(count);
            for (i, x) in values.into_iter().enumerate() {
                old.push(std::mem::replace(&mut *self.place(position(i)), x.into_ptr()));
            }
            for p in old {
                decref(p);
            }
        }
        Ok(())
    }

    /// Removes the items at sorted positions.
    fn remove_positions(&self, gone: &[usize]) -> PyResult<()> {
        if gone.is_empty() {
            return Ok(());
        }
        let n = self.len();
        // SAFETY: kept items move down; the removed ones end after the list is whole.
        unsafe {
            let mut old = Vec::with_capacity(gone.len());
            let (mut to, mut next) = (gone[0], 0);
            for i in gone[0]..n {
                if next < gone.len() && gone[next] == i {
                    old.push(*self.place(i));
                    next += 1;
                } else {
                    *self.place(to) = *self.place(i);
                    to += 1;
                }
            }
            self.resize(to)?;
            for p in old {
                decref(p);
            }
        }
        Ok(())
    }

    /// How many items `n` times this list are.
    fn times(&self, n: isize) -> PyResult<usize> {
        match self.len().checked_mul(n.max(0) as usize) {
            Some(total) if total <= isize::MAX as usize / 16 => Ok(total),
            _ => Err(no_memory()),
        }
    }

    /// Writes the first `n` items of `from` again and again into this list's places `given..total`.
    ///
    /// # Safety
    /// This list has memory for `total` items, of which nobody sees those from `given` on.
    unsafe fn fill(&self, from: &List, n: usize, given: usize, total: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            let items = (*from.body()).ob_item;
            let to = (*self.body()).ob_item;
            let mut i = given;
            while i < total {
                for k in 0..n {
                    let x = *items.add(k);
                    crate::object::obj::incref(x);
                    *to.add(i + k) = x;
                }
                i += n;
            }
            (*self.body()).ob_base.ob_size = total as isize;
        }
    }

    /// Sorts by `<`, ascending.
    pub fn sort_default(&self) -> PyResult<()> {
        super::list_sort::sort_list(self, None, false)
    }

    fn bad_index(key: &Obj) -> crate::Raised {
        crate::raise!(TypeError, "list indices must be integers or slices, not {}", key.type_name())
    }
}

#[pymethods]
impl List {
    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called(call, "list", 0, 1, |a| match a {
            [] => Ok(List::new()?.into_object()),
            [x, ..] => Ok(List::from_iter_obj(x)?.into_object()),
        })
    }

    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: a zeroed body is an empty list.
        unsafe { type_alloc(cls, 0) }
    }

    #[slot(tp_init, sig = "(iterable=(), /)")]
    fn init(&self, iterable: Option<&Obj>) -> PyResult<()> {
        self.clear_items();
        match iterable {
            Some(x) => self.extend(x),
            None => Ok(()),
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let b = o as *mut abi::PyListObject;
            if !(*b).ob_item.is_null() {
                for i in (0..(*b).ob_base.ob_size as usize).rev() {
                    crate::object::obj::xdecref(*(*b).ob_item.add(i));
                }
                pool::put((*b).ob_item.cast(), (*b).allocated.max(0) as usize * WORD);
            }
            let ty = (*(o as *mut crate::object::obj::Head)).ob_type;
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live list.
        unsafe {
            let Some(visit) = visit else { return 0 };
            let b = o as *mut abi::PyListObject;
            for i in 0..(*b).ob_base.ob_size as usize {
                let p = *(*b).ob_item.add(i);
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

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live list.
        unsafe { (*(o as *const List)).clear_items() };
        0
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        if self.is_empty() {
            return Str::new("[]");
        }
        let shown = ThreadState::current().repr_guard(self, || {
            let mut out = TextBuf::with_capacity(self.len() * 4);
            out.push_str("[");
            push_items(&mut out, |i| self.get(i))?;
            out.push_str("]");
            Str::from_buf(out)
        });
        shown.unwrap_or_else(|| Str::new("[...]"))
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<ListIter>> {
        ListIter::new(self)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast::<List>() else { return Ok(not_implemented().to_owned()) };
        compare_items(op, || (self.len(), o.len()), |i| Some((self.get(i)?, o.get(i)?)))
    }

    #[slot(sq_length)]
    fn length(&self) -> usize {
        self.len()
    }

    #[slot(sq_item)]
    fn item(&self, i: isize) -> PyResult<Object> {
        match usize::try_from(i).ok().and_then(|i| self.get(i)) {
            Some(x) => Ok(x),
            None => bail!(IndexError, "list index out of range"),
        }
    }

    #[slot(sq_ass_item)]
    fn assign_item(&self, i: isize, value: Option<&Obj>) -> PyResult<()> {
        let Some(i) = usize::try_from(i).ok().filter(|i| *i < self.len()) else {
            bail!(IndexError, "list assignment index out of range");
        };
        match value {
            Some(v) => {
                self.set_at(i, v.to_owned());
            }
            None => drop(self.remove_at(i)?),
        }
        Ok(())
    }

    #[slot(sq_contains)]
    fn contains_slot(&self, item: &Obj) -> PyResult<bool> {
        let mut i = 0;
        while let Some(x) = self.get(i) {
            if x.equals(item)? {
                return Ok(true);
            }
            i += 1;
        }
        Ok(false)
    }

    #[slot(sq_concat)]
    fn concat_slot(&self, other: &Obj) -> PyResult<Ref<List>> {
        let Some(o) = other.downcast::<List>() else {
            bail!(TypeError, "can only concatenate list (not \"{}\") to list", other.type_name());
        };
        let mut v = Vec::with_capacity(self.len() + o.len());
        v.extend_from_slice(self.items());
        v.extend_from_slice(o.items());
        List::from_vec(v)
    }

    #[slot(sq_repeat)]
    fn repeat_slot(&self, n: isize) -> PyResult<Ref<List>> {
        let total = self.times(n)?;
        let list = List::new()?;
        if total > 0 {
            list.reserve_exact(total)?;
            // SAFETY: just reserved; the new list is not this one.
            unsafe { list.fill(self, self.len(), 0, total) };
        }
        Ok(list)
    }

    #[slot(sq_inplace_concat)]
    fn inplace_concat(&self, other: &Obj) -> PyResult<Object> {
        self.extend(other)?;
        Ok(owned(self))
    }

    #[slot(sq_inplace_repeat)]
    fn inplace_repeat(&self, n: isize) -> PyResult<Object> {
        if n < 1 {
            self.clear_items();
        } else if n > 1 {
            let (had, total) = (self.len(), self.times(n)?);
            if total > had {
                self.resize(total)?;
                // SAFETY: the list has grown; both numbers are multiples of the old length.
                unsafe { self.fill(self, had, had, total) };
            }
        }
        Ok(owned(self))
    }

    #[slot(mp_length)]
    fn mapping_length(&self) -> usize {
        self.len()
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        if let Some(s) = key.downcast_exact::<Slice>() {
            let (start, _, step, count) = s.indices_then(|| self.len())?;
            return Ok(self.slice(start, step, count)?.into_object());
        }
        if !key.has_index() {
            return Err(List::bad_index(key));
        }
        let i = key.as_isize_index()?;
        match index_in(i, self.len()).and_then(|i| self.get(i)) {
            Some(x) => Ok(x),
            None => bail!(IndexError, "list index out of range"),
        }
    }

    #[slot(mp_ass_subscript)]
    fn assign_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        if let Some(s) = key.downcast_exact::<Slice>() {
            return self.assign_slice(s, value);
        }
        if !key.has_index() {
            return Err(List::bad_index(key));
        }
        let i = key.as_isize_index()?;
        match index_in(i, self.len()) {
            Some(i) => self.assign_item(i as isize, value),
            None => bail!(IndexError, "list assignment index out of range"),
        }
    }

    /// Return self[index].
    #[method(name = "__getitem__", coexist)]
    fn getitem(&self, index: &Obj) -> PyResult<Object> {
        self.subscript(index)
    }

    /// Return a reverse iterator over the list.
    #[method(name = "__reversed__")]
    fn reversed(&self) -> PyResult<Ref<ListRevIter>> {
        ListRevIter::new(self)
    }

    /// Return the size of the list in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        // SAFETY: a live list.
        self.ob_type().raw().tp_basicsize as usize + unsafe { (*self.body()).allocated } as usize * WORD
    }

    /// Remove all items from list.
    #[method]
    fn clear(&self) {
        self.clear_items()
    }

    /// Return a shallow copy of the list.
    #[method]
    fn copy(&self) -> PyResult<Ref<List>> {
        List::from_vec(self.to_vec())
    }

    /// Append object to the end of the list.
    #[method]
    fn append(&self, object: &Obj) -> PyResult<()> {
        self.push(object.to_owned())
    }

    /// Insert object before index.
    #[method]
    fn insert(&self, index: isize, object: &Obj) -> PyResult<()> {
        self.insert_at(index, object.to_owned())
    }

    /// Extend list by appending elements from the iterable.
    #[method(name = "extend")]
    fn extend_method(&self, iterable: &Obj) -> PyResult<()> {
        self.extend(iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[method(sig = "(index=-1, /)")]
    fn pop(&self, index: isize) -> PyResult<Object> {
        if self.is_empty() {
            bail!(IndexError, "pop from empty list");
        }
        match index_in(index, self.len()) {
            Some(i) => self.remove_at(i),
            None => bail!(IndexError, "pop index out of range"),
        }
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method]
    fn remove(&self, value: &Obj) -> PyResult<()> {
        let mut i = 0;
        while let Some(x) = self.get(i) {
            if x.equals(value)? {
                if i < self.len() {
                    drop(self.remove_at(i)?);
                }
                return Ok(());
            }
            i += 1;
        }
        bail!(ValueError, "list.remove(x): x not in list")
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "(value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, value: &Obj, start: Option<&Obj>, stop: Option<&Obj>) -> PyResult<usize> {
        let (start, stop) = clip_range(start, stop, self.len())?;
        for i in start..stop {
            match self.get(i) {
                Some(x) if x.equals(value)? => return Ok(i),
                Some(_) => {}
                None => break,
            }
        }
        bail!(ValueError, "list.index(x): x not in list")
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(&self, value: &Obj) -> PyResult<usize> {
        let (mut n, mut i) = (0, 0);
        while let Some(x) = self.get(i) {
            n += x.equals(value)? as usize;
            i += 1;
        }
        Ok(n)
    }

    /// Reverse *IN PLACE*.
    #[method]
    fn reverse(&self) {
        self.reverse_items()
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The list itself is modified, and the sort is stable: equal elements
    /// keep their order.
    ///
    /// A key function is applied once to each item, and the items are sorted
    /// by what it returns, ascending or descending.
    ///
    /// With the reverse flag the order is descending.
    #[method(sig = "(*, key=None, reverse=False)")]
    fn sort(&self, key: Option<&Obj>, reverse: bool) -> PyResult<()> {
        super::list_sort::sort_list(self, key, reverse)
    }

    /// lists are generic over the type of their contents
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}
