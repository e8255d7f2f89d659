//! Iterators over arrangements of a pool of items. In each: a the pool as a tuple (or a tuple of pools), b the list of
//! indices, c the list of cycles (permutations); n the length of results, m 0 before the start, 1 within, 2 after the end.

use super::body::{It, ItBody, make};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};

fn index_list(items: impl Iterator<Item = usize>) -> PyResult<Object> {
    let list = items.map(|i| Ok(Int::from_usize(i)?.into_object())).collect::<PyResult<Vec<_>>>()?;
    Ok(List::from_vec(list)?.into_object())
}

fn indices(list: &Option<Object>) -> Vec<usize> {
    let Some(l) = list.as_ref().and_then(|o| o.downcast::<List>()) else { return Vec::new() };
    l.items().iter().map(|i| i.downcast::<Int>().and_then(Int::to_i64).unwrap_or(0) as usize).collect()
}

fn chosen(pool: &Tuple, at: &[usize]) -> PyResult<Option<Object>> {
    Ok(Some(Tuple::from_vec(at.iter().map(|i| pool.get(*i).to_owned()).collect())?.into_object()))
}

fn pool_of(o: &Option<Object>) -> PyResult<&Tuple> {
    match o.as_ref().and_then(|o| o.downcast::<Tuple>()) {
        Some(t) => Ok(t),
        None => bail!(SystemError, "an iterator without its pool"),
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
#[pytype(name = "itertools.product", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_product")]
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
        let mut pools = Vec::with_capacity(once.len() * repeat as usize);
        for _ in 0..repeat {
            pools.extend(once.iter().cloned());
        }
        let n = pools.len();
        let start = index_list(std::iter::repeat_n(0, n))?;
        make(cls, [Some(Tuple::from_vec(pools)?.into_object()), Some(start), None], [n as isize, 0, 0])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let (a, b) = (self.a(), self.b());
        let pools = pool_of(&a)?;
        let size = |i: usize| pools.get(i).downcast::<Tuple>().map_or(0, Tuple::len);
        let mut at = indices(&b);
        match self.m() {
            2 => return Ok(None),
            0 => {
                if (0..at.len()).any(|i| size(i) == 0) {
                    self.set_m(2);
                    return Ok(None);
                }
                self.set_m(1);
            }
            _ => {
                let mut i = at.len();
                loop {
                    if i == 0 {
                        self.set_m(2);
                        return Ok(None);
                    }
                    i -= 1;
                    at[i] += 1;
                    if at[i] < size(i) {
                        break;
                    }
                    at[i] = 0;
                }
                self.set_b(Some(index_list(at.iter().copied())?));
            }
        }
        let mut out = Vec::with_capacity(at.len());
        for (i, j) in at.iter().enumerate() {
            // SAFETY: the constructor put tuples there.
            out.push(unsafe { pools.get(i).cast_unchecked::<Tuple>() }.get(*j).to_owned());
        }
        Ok(Some(Tuple::from_vec(out)?.into_object()))
    }
}

/// Subsequences.
/// ---
/// Return successive r-length combinations of elements in the iterable.
///
/// combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)
#[pytype(name = "itertools.combinations", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_combinations", sig = "(iterable, r)")]
pub struct Combinations;

#[pymethods]
impl Combinations {
    #[slot(tp_new, sig = "(iterable, r)")]
    fn new_slot(cls: &Type, iterable: &Obj, r: isize) -> PyResult<Object> {
        let pool = Tuple::from_iter_obj(iterable)?;
        let r = length(r)?;
        let state = if r as usize > pool.len() { 2 } else { 0 };
        make(cls, [Some(pool.into_object()), Some(index_list(0..r as usize)?), None], [r, state, 0])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let (a, b) = (self.a(), self.b());
        let pool = pool_of(&a)?;
        let mut at = indices(&b);
        match self.m() {
            2 => return Ok(None),
            0 => self.set_m(1),
            _ => {
                let (n, r) = (pool.len(), at.len());
                let Some(i) = (0..r).rev().find(|i| at[*i] != i + n - r) else {
                    self.set_m(2);
                    return Ok(None);
                };
                at[i] += 1;
                for j in i + 1..r {
                    at[j] = at[j - 1] + 1;
                }
                self.set_b(Some(index_list(at.iter().copied())?));
            }
        }
        chosen(pool, &at)
    }
}

/// Subsequences with repetition.
/// ---
/// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
///
/// combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')
#[pytype(name = "itertools.combinations_with_replacement", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_cwr", sig = "(iterable, r)")]
pub struct CombinationsWithReplacement;

#[pymethods]
impl CombinationsWithReplacement {
    #[slot(tp_new, sig = "(iterable, r)")]
    fn new_slot(cls: &Type, iterable: &Obj, r: isize) -> PyResult<Object> {
        let pool = Tuple::from_iter_obj(iterable)?;
        let r = length(r)?;
        let state = if pool.is_empty() && r > 0 { 2 } else { 0 };
        let start = index_list(std::iter::repeat_n(0, r as usize))?;
        make(cls, [Some(pool.into_object()), Some(start), None], [r, state, 0])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let (a, b) = (self.a(), self.b());
        let pool = pool_of(&a)?;
        let mut at = indices(&b);
        match self.m() {
            2 => return Ok(None),
            0 => self.set_m(1),
            _ => {
                let Some(i) = (0..at.len()).rev().find(|i| at[*i] != pool.len() - 1) else {
                    self.set_m(2);
                    return Ok(None);
                };
                let v = at[i] + 1;
                at[i..].fill(v);
                self.set_b(Some(index_list(at.iter().copied())?));
            }
        }
        chosen(pool, &at)
    }
}

/// Orderings.
/// ---
/// Return successive r-length permutations of elements in the iterable.
///
/// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
#[pytype(name = "itertools.permutations", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_permutations", sig = "(iterable, r=None)")]
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
        let state = if r as usize > n { 2 } else { 0 };
        let cycles = index_list((0..(r as usize).min(n)).map(|i| n - i))?;
        make(cls, [Some(pool.into_object()), Some(index_list(0..n)?), Some(cycles)], [r, state, 0])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let (a, b, c) = (self.a(), self.b(), self.c());
        let pool = pool_of(&a)?;
        let (mut at, mut cycles) = (indices(&b), indices(&c));
        let (n, r) = (pool.len(), self.n() as usize);
        match self.m() {
            2 => return Ok(None),
            0 => self.set_m(1),
            _ => {
                let mut i = r;
                loop {
                    if i == 0 {
                        self.set_m(2);
                        return Ok(None);
                    }
                    i -= 1;
                    cycles[i] -= 1;
                    if cycles[i] == 0 {
                        at[i..].rotate_left(1);
                        cycles[i] = n - i;
                    } else {
                        let j = n - cycles[i];
                        at.swap(i, j);
                        break;
                    }
                }
                self.set_b(Some(index_list(at.iter().copied())?));
                self.set_c(Some(index_list(cycles.iter().copied())?));
            }
        }
        chosen(pool, &at[..r])
    }
}
