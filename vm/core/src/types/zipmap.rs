//! `zip`, `map` and `filter`.

use crate::error::{PyResult, Raised};
use crate::object::obj::Obj;
use crate::object::{AsObj, Native, Object, Ref};
use crate::types::bool_::{Bool, bool_obj};
use crate::types::dict::Dict;
use crate::types::support::{TypeCall, called, called_plainly, owned, pair, type_alloc};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::{pymethods, pytype};

/// A zip: a tuple of iterators, and the tuple given out last, used again when nobody kept it.
#[repr(C)]
pub struct ZipBody {
    pub ob_base: abi::PyObject,
    pub size: isize,
    pub iters: *mut abi::PyObject,
    pub result: *mut abi::PyObject,
    pub strict: i32,
}

/// Parallel iteration.
/// ---
/// The zip object yields n-length tuples, where n is the number of
/// iterables passed as positional arguments to zip().  The i-th element
/// of every tuple comes from the i-th iterable argument to zip(), until
/// the shortest argument is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the
/// others, raise a ValueError.
///
///    >>> list(zip('abcdefg', range(3), range(4)))
///    [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]
#[pytype(
    name = "zip", body = ZipBody, export = "PyZip_Type", refs(iters, result), gc, sig = "(*iterables, strict=False)",
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Zip;

fn iterators(iterables: &[&Obj]) -> PyResult<Ref<Tuple>> {
    Tuple::from_vec(iterables.iter().map(|x| x.iter()).collect::<PyResult<Vec<_>>>()?)
}

/// `f() argument 3 is shorter than arguments 1-2`.
#[cold]
fn unequal(function: &str, i: usize, how: &str) -> Raised {
    let others = if i == 1 { " 1".to_owned() } else { format!("s 1-{i}") };
    raise!(ValueError, "{function}() argument {} is {how} than argument{others}", i + 1)
}

/// The next item of each iterator; `None` at the end of the first to end.
fn next_items(function: &str, iters: &Tuple, strict: bool) -> PyResult<Option<Vec<Object>>> {
    let mut items = Vec::with_capacity(iters.len());
    for (i, it) in iters.items().iter().enumerate() {
        match it.inner_next()? {
            Some(x) => items.push(x),
            None if !strict => return Ok(None),
            None if i > 0 => return Err(unequal(function, i, "shorter")),
            None => {
                for (i, it) in iters.items().iter().enumerate().skip(1) {
                    if it.inner_next()?.is_some() {
                        return Err(unequal(function, i, "longer"));
                    }
                }
                return Ok(None);
            }
        }
    }
    Ok(Some(items))
}

fn make_zip(cls: &Type, iterables: &[&Obj], strict: bool) -> PyResult<Object> {
    let iters = iterators(iterables)?;
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        let b = o.as_raw() as *mut ZipBody;
        (*b).size = iters.len() as isize;
        (*b).iters = iters.into_ptr();
        (*b).strict = strict as i32;
        Ok(o)
    }
}

#[pymethods]
impl Zip {
    #[slot(tp_new, sig = "(*iterables, strict=False)", wording = "format")]
    fn new_slot(cls: &Type, iterables: &[&Obj], strict: bool) -> PyResult<Object> {
        make_zip(cls, iterables, strict)
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called_plainly(call, |a| Some(make_zip(Zip::type_object(), a, false)))
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields; the tuple of iterators stays alive through the loop.
        unsafe {
            let b = self.body();
            if (*b).size == 0 || (*b).iters.is_null() {
                return Ok(None);
            }
            let iters: Ref<Tuple> = Ref::from_borrowed((*b).iters);
            if (*b).size == 2 && (*b).strict == 0 {
                let Some(x) = iters.get(0).inner_next()? else { return Ok(None) };
                let Some(y) = iters.get(1).inner_next()? else { return Ok(None) };
                let result = (*b).result;
                if !result.is_null() && Obj::from_ptr(result).refcnt() == 1 {
                    return Ok(Some(Tuple::refill_pair(&*(result as *const Tuple), x, y).into_object()));
                }
                let t = pair(x, y)?;
                if result.is_null() {
                    (*b).result = t.clone().into_ptr();
                }
                return Ok(Some(t.into_object()));
            }
            match next_items("zip", &iters, (*b).strict != 0)? {
                Some(items) => Ok(Some(Tuple::from_vec(items)?.into_object())),
                None => Ok(None),
            }
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let mut out = vec![owned(self.ob_type()), Ref::from_borrowed((*b).iters)];
            if (*b).strict != 0 {
                out.push(bool_obj(true).to_owned());
            }
            Ok(Tuple::from_vec(out)?.into_object())
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        let strict = object.is_true()?;
        // SAFETY: own fields.
        unsafe { (*self.body()).strict = strict as i32 };
        Ok(())
    }
}

/// A map: a tuple of iterators and the function.
#[repr(C)]
pub struct MapBody {
    pub ob_base: abi::PyObject,
    pub iters: *mut abi::PyObject,
    pub func: *mut abi::PyObject,
    pub strict: i32,
}

/// Calls over iterables.
/// ---
/// Make an iterator that computes the function using arguments from
/// each of the iterables.  Stops when the shortest iterable is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the
/// others, raise a ValueError.
#[pytype(
    name = "map", body = MapBody, export = "PyMap_Type", refs(iters, func), gc,
    sig = "(function, iterable, /, *iterables, strict=False)", flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Map;

fn make_map(cls: &Type, args: &[&Obj], strict: bool) -> PyResult<Object> {
    let [func, iterables @ ..] = args else {
        bail!(TypeError, "map() must have at least two arguments.");
    };
    if iterables.is_empty() {
        bail!(TypeError, "map() must have at least two arguments.");
    }
    let iters = iterators(iterables)?;
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        let b = o.as_raw() as *mut MapBody;
        (*b).iters = iters.into_ptr();
        (*b).func = Obj::to_owned(func).into_ptr();
        (*b).strict = strict as i32;
        Ok(o)
    }
}

#[pymethods]
impl Map {
    #[slot(tp_new, sig = "(*args, strict=False)", wording = "format")]
    fn new_slot(cls: &Type, args: &[&Obj], strict: bool) -> PyResult<Object> {
        make_map(cls, args, strict)
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called_plainly(call, |a| Some(make_map(Map::type_object(), a, false)))
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields, kept alive through the call.
        unsafe {
            let b = self.body();
            if (*b).iters.is_null() {
                return Ok(None);
            }
            let iters: Ref<Tuple> = Ref::from_borrowed((*b).iters);
            let func: Object = Ref::from_borrowed((*b).func);
            if iters.len() == 1 {
                return match iters.get(0).inner_next()? {
                    Some(x) => func.call(&[x.as_obj()]).map(Some),
                    None => Ok(None),
                };
            }
            match next_items("map", &iters, (*b).strict != 0)? {
                Some(items) => {
                    let args: Vec<&Obj> = items.iter().map(|x| x.as_obj()).collect();
                    func.call(&args).map(Some)
                }
                None => Ok(None),
            }
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let iters: Ref<Tuple> = Ref::from_borrowed((*b).iters);
            let mut args = vec![Ref::from_borrowed((*b).func)];
            args.extend(iters.items().iter().cloned());
            let mut out = vec![owned(self.ob_type()), Tuple::from_vec(args)?.into_object()];
            if (*b).strict != 0 {
                out.push(bool_obj(true).to_owned());
            }
            Ok(Tuple::from_vec(out)?.into_object())
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        let strict = object.is_true()?;
        // SAFETY: own fields.
        unsafe { (*self.body()).strict = strict as i32 };
        Ok(())
    }
}

/// A filter: the function (or `None`) and the iterator.
#[repr(C)]
pub struct FilterBody {
    pub ob_base: abi::PyObject,
    pub func: *mut abi::PyObject,
    pub it: *mut abi::PyObject,
}

/// Selected items.
/// ---
/// Return an iterator yielding those items of iterable for which function(item)
/// is true. If function is None, return the items that are true.
#[pytype(
    name = "filter", body = FilterBody, export = "PyFilter_Type", refs(func, it), gc,
    sig = "(function, iterable, /)", flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Filter;

fn make_filter(cls: &Type, func: &Obj, iterable: &Obj) -> PyResult<Object> {
    let it = iterable.iter()?;
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        let b = o.as_raw() as *mut FilterBody;
        (*b).func = func.to_owned().into_ptr();
        (*b).it = it.into_ptr();
        Ok(o)
    }
}

#[pymethods]
impl Filter {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        // A subclass may have an `__init__` that takes some.
        let own = Filter::type_object().raw().tp_init.map(|f| f as usize);
        let exact = cls.raw().tp_init.map(|f| f as usize) == own;
        if exact && kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "filter() takes no keyword arguments");
        }
        let [func, iterable] = args.items() else {
            bail!(TypeError, "filter expected 2 arguments, got {}", args.len());
        };
        make_filter(cls, func, iterable)
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called(call, "filter", 2, 2, |a| make_filter(Filter::type_object(), a[0], a[1]))
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields, kept alive through the loop.
        let (func, it): (Object, Object) = unsafe {
            let b = self.body();
            if (*b).it.is_null() {
                return Ok(None);
            }
            (Ref::from_borrowed((*b).func), Ref::from_borrowed((*b).it))
        };
        let truth = func.is_none() || std::ptr::eq(func.as_raw(), Bool::type_object().as_ptr());
        while let Some(x) = it.inner_next()? {
            let good = if truth { x.is_true()? } else { func.call(&[x.as_obj()])?.is_true()? };
            if good {
                return Ok(Some(x));
            }
        }
        Ok(None)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let args = pair(Ref::from_borrowed((*b).func), Ref::from_borrowed((*b).it))?;
            Ok(pair(owned(self.ob_type()), args.into_object())?.into_object())
        }
    }
}
