//! Iterators that take items from iterators, one at a time.

use super::body::{It, ItBody, make};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::number::{BinaryOp, binary};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bool_::Bool;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::support::generic_alias;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pytype};

/// Concatenated iterables: a the outer iterator, b the inner one.
/// ---
/// Return a chain object whose .__next__() method returns elements from the
/// first iterable until it is exhausted, then elements from the next
/// iterable, until all of the iterables are exhausted.
#[pytype(name = "itertools.chain", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_chain", sig = "(*iterables)")]
pub struct Chain;

#[pymethods]
impl Chain {
    #[slot(tp_new, sig = "(*iterables)")]
    fn new_slot(cls: &Type, iterables: &[&Obj]) -> PyResult<Object> {
        make(cls, [Some(Tuple::from_slice(iterables)?.iter()?), None, None], [0; 3])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        loop {
            if let Some(inner) = self.b() {
                if let Some(x) = inner.inner_next()? {
                    return Ok(Some(x));
                }
                self.set_b(None);
            }
            let Some(outer) = self.a() else { return Ok(None) };
            match outer.inner_next() {
                Ok(Some(next)) => match next.iter() {
                    Ok(it) => self.set_b(Some(it)),
                    Err(e) => {
                        self.set_a(None);
                        return Err(e);
                    }
                },
                Ok(None) => {
                    self.set_a(None);
                    return Ok(None);
                }
                Err(e) => {
                    self.set_a(None);
                    return Err(e);
                }
            }
        }
    }

    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod]
    fn from_iterable(cls: &Type, iterable: &Obj) -> PyResult<Object> {
        make(cls, [Some(iterable.iter()?), None, None], [0; 3])
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

/// Even steps: a the next value as an object, or none while n holds it; b the step.
/// ---
/// Return a count object whose .__next__() method returns consecutive values.
///
/// Equivalent to:
///     def count(firstval=0, step=1):
///         x = firstval
///         while 1:
///             yield x
///             x += step
#[pytype(name = "itertools.count", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_count", sig = "(start=0, step=1)")]
pub struct Count;

fn is_number(o: &Obj) -> bool {
    let t = o.ob_type().raw();
    // SAFETY: the suite of a live type.
    o.has_index()
        || o.is_a::<dovetail_core::types::complex::Complex>()
        || unsafe { t.tp_as_number.as_ref() }.is_some_and(|n| n.nb_int.is_some() || n.nb_float.is_some())
}

#[pymethods]
impl Count {
    #[slot(tp_new, sig = "(start=0, step=1)")]
    fn new_slot(cls: &Type, start: Option<&Obj>, step: Option<&Obj>) -> PyResult<Object> {
        for o in [start, step].into_iter().flatten() {
            if !is_number(o) {
                bail!(TypeError, "a number is required");
            }
        }
        let step_one = step.is_none_or(|s| s.downcast_exact::<Int>().and_then(Int::to_i64) == Some(1));
        let fast = match start {
            None => Some(0),
            Some(s) => s.downcast_exact::<Int>().and_then(Int::to_i64),
        };
        match fast.filter(|_| step_one) {
            Some(v) => make(cls, [None, None, None], [v as isize, 0, 0]),
            None => {
                let start = match start {
                    Some(s) => s.to_owned(),
                    None => Int::from_i64(0)?.into_object(),
                };
                let step = match step {
                    Some(s) => s.to_owned(),
                    None => Int::from_i64(1)?.into_object(),
                };
                make(cls, [Some(start), Some(step), None], [0; 3])
            }
        }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some(value) = self.a() else {
            let n = self.n();
            if n == isize::MAX {
                self.set_a(Some(Int::from_i64(n as i64)?.into_object()));
                self.set_b(Some(Int::from_i64(1)?.into_object()));
                return self.next_slot();
            }
            self.set_n(n + 1);
            return Ok(Some(Int::from_i64(n as i64)?.into_object()));
        };
        let Some(step) = self.b() else { bail!(SystemError, "count without a step") };
        self.set_a(Some(binary(BinaryOp::Add, &value, &step)?));
        Ok(Some(value))
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let name = self.ob_type().short_name();
        let Some(v) = self.a() else { return Ok(format!("{name}({})", self.n())) };
        let v = v.repr()?.to_string_lossy().into_owned();
        let Some(step) = self.b() else { return Ok(format!("{name}({v})")) };
        if step.downcast::<Int>().and_then(Int::to_i64) == Some(1) {
            return Ok(format!("{name}({v})"));
        }
        Ok(format!("{name}({v}, {})", step.repr()?.to_string_lossy()))
    }
}

/// Endless repetition: a the iterator, b the list of items seen, n the place in it.
/// ---
/// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
#[pytype(name = "itertools.cycle", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_cycle", sig = "(iterable, /)")]
pub struct Cycle;

#[pymethods]
impl Cycle {
    #[slot(tp_new, sig = "(iterable, /)")]
    fn new_slot(cls: &Type, iterable: &Obj) -> PyResult<Object> {
        make(cls, [Some(iterable.iter()?), Some(List::new()?.into_object()), None], [0; 3])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some(saved) = self.b() else { return Ok(None) };
        // SAFETY: made by the constructor.
        let saved: &List = unsafe { saved.cast_unchecked() };
        if let Some(it) = self.a() {
            if let Some(x) = it.inner_next()? {
                saved.push(x.clone())?;
                return Ok(Some(x));
            }
            self.set_a(None);
        }
        if saved.is_empty() {
            return Ok(None);
        }
        let at = self.n() as usize;
        self.set_n(if at + 1 >= saved.len() { 0 } else { at as isize + 1 });
        Ok(saved.get(at))
    }
}

/// One object again and again: a the object, n how often (negative: for ever).
/// ---
/// repeat(object [,times]) -> create an iterator which returns the object
/// for the specified number of times.  If not specified, returns the object
/// endlessly.
#[pytype(name = "itertools.repeat", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_repeat")]
pub struct Repeat;

#[pymethods]
impl Repeat {
    #[slot(tp_new, sig = "(object, times=<unrepresentable>)")]
    fn new_slot(cls: &Type, object: &Obj, times: Option<&Obj>) -> PyResult<Object> {
        let n = match times {
            Some(t) => t.as_isize()?.max(0),
            None => -1,
        };
        make(cls, [Some(object.to_owned()), None, None], [n, 0, 0])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> Option<Object> {
        match self.n() {
            0 => None,
            n => {
                if n > 0 {
                    self.set_n(n - 1);
                }
                self.a()
            }
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let name = self.ob_type().short_name();
        let Some(o) = self.a() else { return Ok(String::new()) };
        let o = o.repr()?.to_string_lossy().into_owned();
        Ok(if self.n() < 0 { format!("{name}({o})") } else { format!("{name}({o}, {})", self.n()) })
    }

    #[method]
    fn __length_hint__(&self) -> PyResult<isize> {
        if self.n() < 0 { Err(raise!(TypeError, "len() of unsized object")) } else { Ok(self.n()) }
    }
}

/// A function over tuples of arguments: a the function, b the iterator.
/// ---
/// Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.
#[pytype(name = "itertools.starmap", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_starmap", sig = "(function, iterable, /)")]
pub struct Starmap;

#[pymethods]
impl Starmap {
    #[slot(tp_new, sig = "(function, iterable, /)")]
    fn new_slot(cls: &Type, function: &Obj, iterable: &Obj) -> PyResult<Object> {
        make(cls, [Some(function.to_owned()), Some(iterable.iter()?), None], [0; 3])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let (Some(f), Some(it)) = (self.a(), self.b()) else { return Ok(None) };
        let Some(args) = it.inner_next()? else { return Ok(None) };
        let args = match args.downcast_into::<Tuple>() {
            Ok(t) => t,
            Err(o) => Tuple::from_iter_obj(&o)?,
        };
        f.call_dict(&args, None).map(Some)
    }
}

/// The tail that starts where the function fails: a the function, b the iterator, n 1 once begun.
/// ---
/// Drop items from the iterable while predicate(item) is true.
///
/// Afterwards, return every element until the iterable is exhausted.
#[pytype(name = "itertools.dropwhile", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_dropwhile", sig = "(predicate, iterable, /)")]
pub struct DropWhile;

/// The head until the function fails: a the function, b the iterator, n 1 once ended.
/// ---
/// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
#[pytype(name = "itertools.takewhile", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_takewhile", sig = "(predicate, iterable, /)")]
pub struct TakeWhile;

/// The items for which the function is false: a the function, b the iterator.
/// ---
/// Return those items of iterable for which function(item) is false.
///
/// If function is None, return the items that are false.
#[pytype(name = "itertools.filterfalse", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_filterfalse", sig = "(function, iterable, /)")]
pub struct FilterFalse;

#[pymethods]
impl DropWhile {
    #[slot(tp_new, sig = "(predicate, iterable, /)")]
    fn new_slot(cls: &Type, predicate: &Obj, iterable: &Obj) -> PyResult<Object> {
        make(cls, [Some(predicate.to_owned()), Some(iterable.iter()?), None], [0; 3])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let (Some(f), Some(it)) = (self.a(), self.b()) else { return Ok(None) };
        loop {
            let Some(x) = it.inner_next()? else { return Ok(None) };
            if self.n() == 1 {
                return Ok(Some(x));
            }
            if !f.call(&[&x])?.is_true()? {
                self.set_n(1);
                return Ok(Some(x));
            }
        }
    }
}

#[pymethods]
impl TakeWhile {
    #[slot(tp_new, sig = "(predicate, iterable, /)")]
    fn new_slot(cls: &Type, predicate: &Obj, iterable: &Obj) -> PyResult<Object> {
        make(cls, [Some(predicate.to_owned()), Some(iterable.iter()?), None], [0; 3])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        if self.n() == 1 {
            return Ok(None);
        }
        let (Some(f), Some(it)) = (self.a(), self.b()) else { return Ok(None) };
        let Some(x) = it.inner_next()? else { return Ok(None) };
        if f.call(&[&x])?.is_true()? {
            return Ok(Some(x));
        }
        self.set_n(1);
        Ok(None)
    }
}

#[pymethods]
impl FilterFalse {
    #[slot(tp_new, sig = "(function, iterable, /)")]
    fn new_slot(cls: &Type, function: &Obj, iterable: &Obj) -> PyResult<Object> {
        make(cls, [Some(function.to_owned()), Some(iterable.iter()?), None], [0; 3])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let (Some(f), Some(it)) = (self.a(), self.b()) else { return Ok(None) };
        let plain = f.is_none() || f.is(Bool::type_object().as_obj());
        loop {
            let Some(x) = it.inner_next()? else { return Ok(None) };
            let good = if plain { x.is_true()? } else { f.call(&[&x])?.is_true()? };
            if !good {
                return Ok(Some(x));
            }
        }
    }
}

/// Items chosen by a second iterable: a the data, b the selectors.
/// ---
/// Return data elements corresponding to true selector elements.
///
/// Forms a shorter iterator from selected data elements using the selectors to
/// choose the data elements.
#[pytype(name = "itertools.compress", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_compress", sig = "(data, selectors)")]
pub struct Compress;

#[pymethods]
impl Compress {
    #[slot(tp_new, sig = "(data, selectors)")]
    fn new_slot(cls: &Type, data: &Obj, selectors: &Obj) -> PyResult<Object> {
        make(cls, [Some(data.iter()?), Some(selectors.iter()?), None], [0; 3])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let (Some(data), Some(selectors)) = (self.a(), self.b()) else { return Ok(None) };
        loop {
            let Some(x) = data.inner_next()? else { return Ok(None) };
            let Some(s) = selectors.inner_next()? else { return Ok(None) };
            if s.is_true()? {
                return Ok(Some(x));
            }
        }
    }
}

/// A slice of an iterator: a the iterator, n the next index wanted, m the stop (-1 none), k the step; b counts.
/// ---
/// islice(iterable, stop) --> islice object
/// islice(iterable, start, stop[, step]) --> islice object
///
/// Return an iterator whose next() method returns selected values from an
/// iterable.  If start is specified, will skip all preceding elements;
/// otherwise, start defaults to zero.  Step defaults to one.  If
/// specified as another value, step determines how many values are
/// skipped between successive calls.  Works like a slice() on a list
/// but returns an iterator.
#[pytype(name = "itertools.islice", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_islice")]
pub struct Islice;

fn slice_number(o: &Obj, message: &str) -> PyResult<Option<isize>> {
    if o.is_none() {
        return Ok(None);
    }
    match o.as_isize_index() {
        Ok(v) if v >= 0 => Ok(Some(v)),
        Ok(_) => Err(dovetail_core::error::raise_message(dovetail_core::error::exc::ValueError(), message)),
        Err(e) => {
            e.clear();
            Err(dovetail_core::error::raise_message(dovetail_core::error::exc::ValueError(), message))
        }
    }
}

#[pymethods]
impl Islice {
    #[slot(tp_new, sig = "(iterable, /, *args)")]
    fn new_slot(cls: &Type, iterable: &Obj, args: &[&Obj]) -> PyResult<Object> {
        const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        let (start, stop, step) = match args {
            [stop] => (0, slice_number(stop, STOP)?, 1),
            [start, stop, rest @ ..] if rest.len() <= 1 => {
                let step = match rest.first() {
                    Some(s) => {
                        slice_number(s, "Step for islice() must be a positive integer or None.")?.unwrap_or(1)
                    }
                    None => 1,
                };
                (slice_number(start, INDICES)?.unwrap_or(0), slice_number(stop, STOP)?, step)
            }
            _ => bail!(TypeError, "islice expected at least 2 arguments, got {}", args.len() + 1),
        };
        if step < 1 {
            bail!(ValueError, "Step for islice() must be a positive integer or None.");
        }
        let count = Int::from_i64(0)?.into_object();
        make(cls, [Some(iterable.iter()?), Some(count), None], [start, stop.unwrap_or(-1), step])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some(it) = self.a() else { return Ok(None) };
        let count = self.b().and_then(|c| c.downcast::<Int>().and_then(Int::to_i64)).unwrap_or(0) as isize;
        let (next, stop) = (self.n(), self.m());
        let mut count = count;
        let end = || self.set_a(None);
        while count < next && (stop < 0 || count < stop) {
            if it.inner_next()?.is_none() {
                end();
                return Ok(None);
            }
            count += 1;
        }
        if stop >= 0 && count >= stop {
            end();
            return Ok(None);
        }
        let Some(x) = it.inner_next()? else {
            end();
            return Ok(None);
        };
        count += 1;
        self.set_b(Some(Int::from_i64(count as i64)?.into_object()));
        let wanted = next.checked_add(self.k()).filter(|w| stop < 0 || *w <= stop);
        self.set_n(wanted.unwrap_or(if stop < 0 { isize::MAX } else { stop }));
        Ok(Some(x))
    }
}

/// Running totals: a the iterator, b the function or none, c the total; n 1 when an initial value is still to come.
/// ---
/// Return series of accumulated sums (or other binary function results).
#[pytype(name = "itertools.accumulate", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_accumulate", sig = "(iterable, func=None, *, initial=None)")]
pub struct Accumulate;

#[pymethods]
impl Accumulate {
    #[slot(tp_new, sig = "(iterable, func=None, *, initial=None)")]
    fn new_slot(cls: &Type, iterable: &Obj, func: Option<&Obj>, initial: Option<&Obj>) -> PyResult<Object> {
        let initial = initial.map(Obj::to_owned);
        let first = initial.is_some() as isize;
        make(cls, [Some(iterable.iter()?), func.map(Obj::to_owned), initial], [first, 0, 0])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        if self.n() == 1 {
            self.set_n(0);
            return Ok(self.c());
        }
        let Some(it) = self.a() else { return Ok(None) };
        let Some(x) = it.inner_next()? else { return Ok(None) };
        let new = match (self.c(), self.b()) {
            (None, _) => x,
            (Some(total), None) => binary(BinaryOp::Add, &total, &x)?,
            (Some(total), Some(f)) => f.call(&[&total, &x])?,
        };
        self.set_c(Some(new.clone()));
        Ok(Some(new))
    }
}

/// Overlapping pairs: a the iterator, b the item before.
/// ---
/// Return an iterator of overlapping pairs taken from the input iterator.
///
///     s -> (s0,s1), (s1,s2), (s2, s3), ...
#[pytype(name = "itertools.pairwise", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_pairwise", sig = "(iterable, /)")]
pub struct Pairwise;

#[pymethods]
impl Pairwise {
    #[slot(tp_new, sig = "(iterable, /)")]
    fn new_slot(cls: &Type, iterable: &Obj) -> PyResult<Object> {
        make(cls, [Some(iterable.iter()?), None, None], [0; 3])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some(it) = self.a() else { return Ok(None) };
        let old = match self.b() {
            Some(o) => o,
            None => {
                let Some(first) = it.inner_next()? else {
                    self.set_a(None);
                    return Ok(None);
                };
                self.set_b(Some(first.clone()));
                first
            }
        };
        let Some(new) = it.inner_next()? else {
            self.set_a(None);
            self.set_b(None);
            return Ok(None);
        };
        self.set_b(Some(new.clone()));
        Ok(Some(Tuple::from_vec(vec![old, new])?.into_object()))
    }
}

/// Tuples of n items: a the iterator, n the size, m whether all must be full.
/// ---
/// Batch data into tuples of length n. The last batch may be shorter than n.
///
/// Loops over the input iterable and accumulates data into tuples
/// up to size n.  The input is consumed lazily, just enough to
/// fill a batch.  The result is yielded as soon as a batch is full
/// or when the input iterable is exhausted.
///
///     >>> list(batched('spam', 3))
///     [('s', 'p', 'a'), ('m',)]
#[pytype(name = "itertools.batched", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_batched", sig = "(iterable, n, *, strict=False)")]
pub struct Batched;

#[pymethods]
impl Batched {
    #[slot(tp_new, sig = "(iterable, n, *, strict=False)")]
    fn new_slot(cls: &Type, iterable: &Obj, n: isize, strict: bool) -> PyResult<Object> {
        if n < 1 {
            bail!(ValueError, "n must be at least one");
        }
        make(cls, [Some(iterable.iter()?), None, None], [n, strict as isize, 0])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some(it) = self.a() else { return Ok(None) };
        let mut items = Vec::new();
        while items.len() < self.n() as usize {
            match it.inner_next()? {
                Some(x) => items.push(x),
                None => {
                    self.set_a(None);
                    break;
                }
            }
        }
        if items.is_empty() {
            return Ok(None);
        }
        if items.len() < self.n() as usize && self.m() != 0 {
            bail!(ValueError, "batched(): incomplete batch");
        }
        Ok(Some(Tuple::from_vec(items)?.into_object()))
    }
}

/// Parallel iteration to the longest end: a the list of iterators (None once ended), b the fill, n how many go on.
/// ---
/// Return a zip_longest object whose .__next__() method returns a tuple where
/// the i-th element comes from the i-th iterable argument.  The .__next__()
/// method continues until the longest iterable in the argument sequence
/// is exhausted and then it raises StopIteration.  When the shorter iterables
/// are exhausted, the fillvalue is substituted in their place.  The fillvalue
/// defaults to None or can be specified by a keyword argument.
#[pytype(name = "itertools.zip_longest", body = ItBody, refs(a, b, c), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_zip_longest", sig = "(*iterables, fillvalue=None)")]
pub struct ZipLongest;

#[pymethods]
impl ZipLongest {
    #[slot(tp_new, sig = "(*iterables, fillvalue=None)", wording = "nameless")]
    fn new_slot(cls: &Type, iterables: &[&Obj], fillvalue: Option<&Obj>) -> PyResult<Object> {
        let its = iterables.iter().map(|i| i.iter()).collect::<PyResult<Vec<_>>>()?;
        let n = its.len() as isize;
        let fill = fillvalue.map(Obj::to_owned);
        make(cls, [Some(List::from_vec(its)?.into_object()), fill, None], [n, 0, 0])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some(its) = self.a() else { return Ok(None) };
        // SAFETY: made by the constructor.
        let list: &List = unsafe { its.cast_unchecked() };
        let none = || dovetail_core::types::none::none().to_owned();
        let fill = self.b().unwrap_or_else(none);
        if self.n() == 0 {
            return Ok(None);
        }
        let mut out = Vec::with_capacity(list.len());
        for i in 0..list.len() {
            let Some(it) = list.get(i) else { break };
            if it.is_none() {
                out.push(fill.clone());
                continue;
            }
            match it.inner_next() {
                Ok(Some(x)) => out.push(x),
                Ok(None) => {
                    self.set_n(self.n() - 1);
                    if self.n() == 0 {
                        return Ok(None);
                    }
                    list.set_at(i, none());
                    out.push(fill.clone());
                }
                Err(e) => {
                    self.set_n(0);
                    return Err(e);
                }
            }
        }
        // SAFETY: the field holds what was given out last, of the same length.
        unsafe {
            super::combine::give(&raw mut (*self.body()).c, out.len(), 0..out.len(), |i| out[i].clone())
        }
    }
}
