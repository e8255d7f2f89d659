//! Iterators over arrangements of a pool of items.
//!
//! Each keeps positions in its pool and the tuple that it gave out last. Where nobody kept that tuple it is filled anew, as
//! CPython does it: a step then costs as much as the positions that it moves.

use dovetail_core::bail;
use dovetail_core::error::{PyResult, no_memory};
use dovetail_core::gc;
use dovetail_core::object::obj::{clear, decref};
use dovetail_core::object::{Obj, Object, Ref, alloc};
use dovetail_core::types::int::Int;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};

/// Not begun: the first result is next.
const FRESH: i32 = 0;
const BEGUN: i32 = 1;
const ENDED: i32 = 2;

/// A product: a tuple of tuples, a position in each, the last result.
#[repr(C)]
pub struct ProductBody {
    ob_base: abi::PyObject,
    pools: *mut abi::PyObject,
    at: *mut usize,
    result: *mut abi::PyObject,
    state: i32,
}

/// Combinations: the pool, positions in it, the last result, the length of results.
#[repr(C)]
pub struct ChoiceBody {
    ob_base: abi::PyObject,
    pool: *mut abi::PyObject,
    at: *mut usize,
    result: *mut abi::PyObject,
    r: isize,
    state: i32,
}

/// Permutations: as combinations, with a position for each item of the pool, and how far each place is in its cycle.
#[repr(C)]
pub struct OrderBody {
    ob_base: abi::PyObject,
    pool: *mut abi::PyObject,
    at: *mut usize,
    cycles: *mut usize,
    result: *mut abi::PyObject,
    r: isize,
    state: i32,
}

/// Room for `count` positions, filled by `value`; freed by `alloc::free`.
fn positions(count: usize, value: impl Fn(usize) -> usize) -> PyResult<*mut usize> {
    let size = match count.max(1).checked_mul(size_of::<usize>()) {
        Some(n) if n <= isize::MAX as usize => n,
        _ => return Err(no_memory()),
    };
    // SAFETY: fresh memory of that size is filled.
    unsafe {
        let p = alloc::malloc(size) as *mut usize;
        if p.is_null() {
            return Err(no_memory());
        }
        for i in 0..count {
            p.add(i).write(value(i));
        }
        Ok(p)
    }
}

/// Frees positions; NULL is none.
///
/// # Safety
/// From `positions`.
unsafe fn free_positions(p: *mut usize) {
    if !p.is_null() {
        // SAFETY: the caller's promise.
        unsafe { alloc::free(p.cast()) };
    }
}

/// The items of a tuple.
///
/// # Safety
/// `tuple` is a tuple, which lives as long as the items are used.
unsafe fn items<'a>(tuple: *mut abi::PyObject) -> &'a [Object] {
    // SAFETY: the caller's promise.
    unsafe { Obj::from_ptr(tuple).cast_unchecked::<Tuple>().items() }
}

/// Gives out the next result, in which `places` differ from the last one: that tuple itself where nobody else holds it.
///
/// # Safety
/// `result` is an iterator's field: NULL or a tuple of the right length. `item` gives the new item of a place and runs no
/// Python code.
pub(super) unsafe fn give(
    result: *mut *mut abi::PyObject,
    len: usize,
    places: std::ops::Range<usize>,
    item: impl Fn(usize) -> Object,
) -> PyResult<Option<Object>> {
    // SAFETY: the caller's promise. Old items end after the tuple is whole again.
    unsafe {
        let last = *result;
        if last.is_null() {
            let t = Tuple::from_vec((0..len).map(item).collect())?.into_object();
            // The empty tuple is shared by all.
            *result = t.clone().into_ptr();
            return Ok(Some(t));
        }
        if Obj::from_ptr(last).refcnt() > 1 {
            let old = items(last);
            let new = (0..len).map(|i| if places.contains(&i) { item(i) } else { old[i].clone() }).collect();
            let t = Tuple::from_vec(new)?.into_object();
            *result = t.clone().into_ptr();
            decref(last);
            return Ok(Some(t));
        }
        let out: Object = Ref::from_borrowed(last);
        let first = (&raw mut (*(last as *mut abi::PyTupleObject)).ob_item).cast::<*mut abi::PyObject>();
        (*(last as *mut abi::PyTupleObject)).ob_hash = -1;
        // The collector may have let go of a tuple whose items were of no interest to it.
        if !gc::is_tracked(last) {
            gc::track(last);
        }
        for i in places {
            let before = std::mem::replace(&mut *first.add(i), item(i).into_ptr());
            decref(before);
        }
        Ok(Some(out))
    }
}

fn length(r: isize) -> PyResult<isize> {
    if r < 0 {
        bail!(ValueError, "r must be non-negative");
    }
    Ok(r)
}

/// The Cartesian product.
/// ---
/// Cartesian product of input iterables.  Equivalent to nested for-loops.
///
/// For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).
#[pytype(name = "itertools.product", body = ProductBody, refs(pools, result), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_product", sig = "(*iterables, repeat=1)")]
pub struct Product;

#[pymethods]
impl Product {
    #[slot(tp_new, sig = "(*iterables, repeat=1)")]
    fn new_slot(cls: &Type, iterables: &[&Obj], repeat: isize) -> PyResult<Object> {
        if repeat < 0 {
            bail!(ValueError, "repeat argument cannot be negative");
        }
        let mut once = Vec::new();
        if repeat > 0 {
            for i in iterables {
                once.push(Tuple::from_iter_obj(i)?.into_object());
            }
        }
        let most = isize::MAX as usize / size_of::<usize>();
        let Some(count) = once.len().checked_mul(repeat as usize).filter(|n| *n <= most) else {
            bail!(OverflowError, "repeat argument too large");
        };
        let mut pools = Vec::new();
        if pools.try_reserve_exact(count).is_err() {
            return Err(no_memory());
        }
        for _ in 0..if once.is_empty() { 0 } else { repeat } {
            pools.extend(once.iter().cloned());
        }
        let pools = Tuple::from_vec(pools)?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut ProductBody;
            (*b).at = positions(pools.len(), |_| 0)?;
            (*b).pools = pools.into_ptr();
            Ok(o)
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let b = o as *mut ProductBody;
            clear(&raw mut (*b).pools);
            clear(&raw mut (*b).result);
            free_positions((*b).at);
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields; the pools are tuples, with a position for each.
        unsafe {
            let b = self.body();
            if (*b).state == ENDED || (*b).pools.is_null() {
                return Ok(None);
            }
            let pools = items((*b).pools);
            let at = std::slice::from_raw_parts_mut((*b).at, pools.len());
            let pool = |i: usize| items(pools[i].as_raw());
            let mut changed = 0;
            if (*b).state == FRESH {
                if (0..pools.len()).any(|i| pool(i).is_empty()) {
                    (*b).state = ENDED;
                    return Ok(None);
                }
                (*b).state = BEGUN;
            } else {
                changed = pools.len();
                loop {
                    if changed == 0 {
                        (*b).state = ENDED;
                        clear(&raw mut (*b).result);
                        return Ok(None);
                    }
                    changed -= 1;
                    at[changed] += 1;
                    if at[changed] < pool(changed).len() {
                        break;
                    }
                    at[changed] = 0;
                }
            }
            give(&raw mut (*b).result, pools.len(), changed..pools.len(), |i| pool(i)[at[i]].clone())
        }
    }

    /// Returns size in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        // SAFETY: own fields.
        let count =
            unsafe { if (*self.body()).pools.is_null() { 0 } else { items((*self.body()).pools).len() } };
        self.ob_type().raw().tp_basicsize as usize + count * size_of::<usize>()
    }
}

/// Ends a choice.
///
/// # Safety
/// An instance of a class with a `ChoiceBody`, whose last reference is gone.
unsafe fn end_choice(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise; owned fields.
    unsafe {
        gc::untrack(o);
        let b = o as *mut ChoiceBody;
        clear(&raw mut (*b).pool);
        clear(&raw mut (*b).result);
        free_positions((*b).at);
        if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
            free(o.cast());
        }
    }
}

/// A new iterator over choices of `r` items.
///
/// # Safety
/// `cls` has bodies of that shape.
unsafe fn new_choice(
    cls: &Type,
    pool: Ref<Tuple>,
    r: isize,
    ended: bool,
    first: fn(usize) -> usize,
) -> PyResult<Object> {
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        let b = o.as_raw() as *mut ChoiceBody;
        (*b).at = positions(r as usize, first)?;
        (*b).pool = pool.into_ptr();
        (*b).r = r;
        (*b).state = if ended { ENDED } else { FRESH };
        Ok(o)
    }
}

/// Subsequences.
/// ---
/// Return successive r-length combinations of elements in the iterable.
///
/// combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)
#[pytype(name = "itertools.combinations", body = ChoiceBody, refs(pool, result), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_combinations", sig = "(iterable, r)")]
pub struct Combinations;

#[pymethods]
impl Combinations {
    #[slot(tp_new, sig = "(iterable, r)")]
    fn new_slot(cls: &Type, iterable: &Obj, r: isize) -> PyResult<Object> {
        let pool = Tuple::from_iter_obj(iterable)?;
        let r = length(r)?;
        let ended = r as usize > pool.len();
        // SAFETY: instances of this class.
        unsafe { new_choice(cls, pool, r, ended, |i| i) }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe { end_choice(o) }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields: a tuple, and positions in it.
        unsafe {
            let b = self.body();
            if (*b).state == ENDED || (*b).pool.is_null() {
                return Ok(None);
            }
            let pool = items((*b).pool);
            let at = std::slice::from_raw_parts_mut((*b).at, (*b).r as usize);
            let (n, r) = (pool.len(), at.len());
            let mut changed = 0;
            if (*b).state == FRESH {
                (*b).state = BEGUN;
            } else {
                let Some(i) = (0..r).rev().find(|i| at[*i] != i + n - r) else {
                    (*b).state = ENDED;
                    clear(&raw mut (*b).result);
                    return Ok(None);
                };
                at[i] += 1;
                for j in i + 1..r {
                    at[j] = at[j - 1] + 1;
                }
                changed = i;
            }
            give(&raw mut (*b).result, r, changed..r, |i| pool[at[i]].clone())
        }
    }

    /// Returns size in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        // SAFETY: own fields.
        let count = unsafe { (*self.body()).r as usize };
        self.ob_type().raw().tp_basicsize as usize + count * size_of::<usize>()
    }
}

/// Subsequences with repetition.
/// ---
/// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
///
/// combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')
#[pytype(name = "itertools.combinations_with_replacement", body = ChoiceBody, refs(pool, result), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_cwr", sig = "(iterable, r)")]
pub struct CombinationsWithReplacement;

#[pymethods]
impl CombinationsWithReplacement {
    #[slot(tp_new, sig = "(iterable, r)")]
    fn new_slot(cls: &Type, iterable: &Obj, r: isize) -> PyResult<Object> {
        let pool = Tuple::from_iter_obj(iterable)?;
        let r = length(r)?;
        let ended = pool.is_empty() && r > 0;
        // SAFETY: instances of this class.
        unsafe { new_choice(cls, pool, r, ended, |_| 0) }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe { end_choice(o) }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields: a tuple, and positions in it.
        unsafe {
            let b = self.body();
            if (*b).state == ENDED || (*b).pool.is_null() {
                return Ok(None);
            }
            let pool = items((*b).pool);
            let at = std::slice::from_raw_parts_mut((*b).at, (*b).r as usize);
            let (n, r) = (pool.len(), at.len());
            let mut changed = 0;
            if (*b).state == FRESH {
                (*b).state = BEGUN;
            } else {
                let Some(i) = (0..r).rev().find(|i| at[*i] != n - 1) else {
                    (*b).state = ENDED;
                    clear(&raw mut (*b).result);
                    return Ok(None);
                };
                let v = at[i] + 1;
                at[i..].fill(v);
                changed = i;
            }
            give(&raw mut (*b).result, r, changed..r, |i| pool[at[i]].clone())
        }
    }

    /// Returns size in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        // SAFETY: own fields.
        let count = unsafe { (*self.body()).r as usize };
        self.ob_type().raw().tp_basicsize as usize + count * size_of::<usize>()
    }
}

/// Orderings.
/// ---
/// Return successive r-length permutations of elements in the iterable.
///
/// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
#[pytype(name = "itertools.permutations", body = OrderBody, refs(pool, result), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_permutations", sig = "(iterable, r=None)")]
pub struct Permutations;

#[pymethods]
impl Permutations {
    #[slot(tp_new, sig = "(iterable, r=None)")]
    fn new_slot(cls: &Type, iterable: &Obj, r: Option<&Obj>) -> PyResult<Object> {
        let pool = Tuple::from_iter_obj(iterable)?;
        let n = pool.len();
        let r = match r {
            None => n as isize,
            Some(r) if r.is_a::<Int>() => length(r.as_isize()?)?,
            Some(_) => bail!(TypeError, "Expected int as r"),
        };
        // SAFETY: the fields are filled before anything runs; instances of this class.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut OrderBody;
            (*b).at = positions(n, |i| i)?;
            (*b).cycles = positions(r as usize, |i| n.wrapping_sub(i))?;
            (*b).pool = pool.into_ptr();
            (*b).r = r;
            (*b).state = if r as usize > n { ENDED } else { FRESH };
            Ok(o)
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let b = o as *mut OrderBody;
            clear(&raw mut (*b).pool);
            clear(&raw mut (*b).result);
            free_positions((*b).at);
            free_positions((*b).cycles);
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields: a tuple, a position for each of its items, a count for each place of a result.
        unsafe {
            let b = self.body();
            if (*b).state == ENDED || (*b).pool.is_null() {
                return Ok(None);
            }
            let pool = items((*b).pool);
            let (n, r) = (pool.len(), (*b).r as usize);
            let at = std::slice::from_raw_parts_mut((*b).at, n);
            let cycles = std::slice::from_raw_parts_mut((*b).cycles, r);
            let mut changed = 0;
            if (*b).state == FRESH {
                (*b).state = BEGUN;
            } else {
                changed = r;
                loop {
                    if changed == 0 {
                        (*b).state = ENDED;
                        clear(&raw mut (*b).result);
                        return Ok(None);
                    }
                    changed -= 1;
                    cycles[changed] -= 1;
                    if cycles[changed] == 0 {
                        at[changed..].rotate_left(1);
                        cycles[changed] = n - changed;
                    } else {
                        at.swap(changed, n - cycles[changed]);
                        break;
                    }
                }
            }
            give(&raw mut (*b).result, r, changed..r, |i| pool[at[i]].clone())
        }
    }

    /// Returns size in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        // SAFETY: own fields.
        let count = unsafe {
            (*self.body()).r as usize
                + if (*self.body()).pool.is_null() { 0 } else { items((*self.body()).pool).len() }
        };
        self.ob_type().raw().tp_basicsize as usize + count * size_of::<usize>()
    }
}
