//! `groupby` and `tee`: iterators that share a source.

use super::body::{It, ItBody, make};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};

/// Runs of equal keys: a the iterator, b the key function, c a tuple (current key, current value, target key) with
/// None-marks kept in bits of m; k counts groups.
/// ---
/// make an iterator that returns consecutive keys and groups from the iterable
///
///   iterable
///     Elements to divide into groups according to the key function.
///   key
///     A function for computing the group category for each element.
///     If the key function is not specified or is None, the element itself
///     is used for grouping.
#[pytype(name = "itertools.groupby", body = GroupBody, refs(it, keyfunc, target, key, value), gc, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_It_groupby", sig = "(iterable, key=None)")]
pub struct GroupBy;

/// The state of a `groupby`.
#[repr(C)]
pub struct GroupBody {
    pub ob_base: abi::PyObject,
    pub it: *mut abi::PyObject,
    pub keyfunc: *mut abi::PyObject,
    pub target: *mut abi::PyObject,
    pub key: *mut abi::PyObject,
    pub value: *mut abi::PyObject,
    /// Which group is the current one.
    pub round: isize,
}

/// A new reference to a field.
fn field(p: *mut abi::PyObject) -> Option<Object> {
    // SAFETY: NULL or an owned object of a live body.
    if p.is_null() { None } else { Some(unsafe { Obj::from_ptr(p) }.to_owned()) }
}

impl GroupBy {
    fn step(&self) -> PyResult<bool> {
        use dovetail_core::object::obj::replace;
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let Some(it) = field((*b).it) else { return Ok(false) };
            let Some(value) = it.inner_next()? else { return Ok(false) };
            let key = match field((*b).keyfunc) {
                Some(f) => f.call(&[&value])?,
                None => value.clone(),
            };
            replace(&raw mut (*b).value, Some(value));
            replace(&raw mut (*b).key, Some(key));
            Ok(true)
        }
    }
}

#[pymethods]
impl GroupBy {
    #[slot(tp_new, sig = "(iterable, key=None)")]
    fn new_slot(cls: &Type, iterable: &Obj, key: Option<&Obj>) -> PyResult<Object> {
        let it = iterable.iter()?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = dovetail_core::types::support::type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut GroupBody;
            (*b).it = it.into_ptr();
            (*b).keyfunc = key.map_or(std::ptr::null_mut(), |k| k.to_owned().into_ptr());
            Ok(o)
        }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        use dovetail_core::object::obj::replace;
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            (*b).round += 1;
            loop {
                match (field((*b).key), field((*b).target)) {
                    (None, _) => {}
                    (Some(_), None) => break,
                    (Some(k), Some(t)) => {
                        if !t.equals(&k)? {
                            break;
                        }
                    }
                }
                if !self.step()? {
                    return Ok(None);
                }
            }
            let key = field((*b).key);
            replace(&raw mut (*b).target, key.clone());
            let Some(key) = key else { return Ok(None) };
            let group = make(
                Grouper::type_object(),
                [Some(self.as_obj().to_owned()), Some(key.clone()), None],
                [(*b).round, 0, 0],
            )?;
            Ok(Some(Tuple::from_vec(vec![key, group])?.into_object()))
        }
    }
}

/// One group: a the `groupby`, b its key, n its round.
#[pytype(name = "itertools._grouper", body = ItBody, refs(a, b, c), gc, export = "Dovetail_It_grouper")]
pub struct Grouper;

#[pymethods]
impl Grouper {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        use dovetail_core::object::obj::replace;
        let Some(parent) = self.a() else { return Ok(None) };
        let Some(target) = self.b() else { return Ok(None) };
        // SAFETY: made by `groupby`; own fields.
        unsafe {
            let parent: &GroupBy = parent.cast_unchecked();
            let b = parent.body();
            if (*b).round != self.n() {
                return Ok(None);
            }
            if (*b).value.is_null() && !parent.step()? {
                return Ok(None);
            }
            let Some(key) = field((*b).key) else { return Ok(None) };
            if !target.equals(&key)? {
                return Ok(None);
            }
            let value = field((*b).value);
            replace(&raw mut (*b).value, None);
            // The key stays: the next group is told from it.
            Ok(value)
        }
    }
}

/// A link of a tee's chain: a the item, b the next link, c the iterator at the chain's end.
#[pytype(name = "itertools._tee_dataobject", body = ItBody, refs(a, b, c), gc, export = "Dovetail_It_teedata")]
pub struct TeeLink;

#[pymethods]
impl TeeLink {}

/// One of several iterators over one source: a the link whose item comes next.
/// ---
/// Iterator wrapped to make it copyable.
#[pytype(name = "itertools._tee", body = TeeBody, refs(a), weaklist = weakrefs, gc, export = "Dovetail_It_tee", sig = "(iterable, /)")]
pub struct Tee;

/// The state of a `tee` iterator.
#[repr(C)]
pub struct TeeBody {
    pub ob_base: abi::PyObject,
    pub a: *mut abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
}

fn link(it: Object) -> PyResult<Object> {
    make(TeeLink::type_object(), [None, None, Some(it)], [0; 3])
}

impl Tee {
    fn at(link: Object) -> PyResult<Object> {
        // SAFETY: the field is filled before anything runs.
        unsafe {
            let o = dovetail_core::types::support::type_alloc(Tee::type_object(), 0)?;
            (*(o.as_raw() as *mut TeeBody)).a = link.into_ptr();
            Ok(o)
        }
    }

    fn from_iterable(iterable: &Obj) -> PyResult<Object> {
        let it = iterable.iter()?;
        match it.downcast::<Tee>() {
            Some(t) => t.__copy__(),
            None => Tee::at(link(it.clone())?),
        }
    }
}

#[pymethods]
impl Tee {
    #[slot(tp_new, sig = "(iterable, /)")]
    fn new_slot(_cls: &Type, iterable: &Obj) -> PyResult<Object> {
        Tee::from_iterable(iterable)
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        use dovetail_core::object::obj::replace;
        // SAFETY: own fields; the field holds a link.
        unsafe {
            let Some(current) = field((*self.body()).a) else { return Ok(None) };
            let l: &TeeLink = current.cast_unchecked();
            if l.b().is_none() {
                let Some(it) = l.c() else { return Ok(None) };
                if l.k() == 1 {
                    bail!(RuntimeError, "cannot re-enter the tee iterator");
                }
                l.set_k(1);
                let next = it.inner_next();
                l.set_k(0);
                let Some(x) = next? else { return Ok(None) };
                l.set_a(Some(x));
                l.set_b(Some(link(it)?));
                l.set_c(None);
            }
            let x = l.a();
            replace(&raw mut (*self.body()).a, l.b());
            Ok(x)
        }
    }

    /// Returns an independent iterator.
    #[method]
    fn __copy__(&self) -> PyResult<Object> {
        // SAFETY: own field.
        match field(unsafe { (*self.body()).a }) {
            Some(l) => Tee::at(l),
            None => Err(raise!(SystemError, "tee without a link")),
        }
    }
}

/// `tee(iterable, n)`.
pub fn tee(iterable: &Obj, n: isize) -> PyResult<Ref<Tuple>> {
    if n < 0 {
        bail!(ValueError, "n must be >= 0");
    }
    if n == 0 {
        return Ok(Tuple::empty());
    }
    let it = iterable.iter()?;
    let first = match it.get_attr_opt(sym!(__copy__))? {
        Some(copy) => copy.call(&[])?,
        None => Tee::from_iterable(&it)?,
    };
    let mut out = vec![first.clone()];
    for _ in 1..n {
        out.push(first.call_method(sym!(__copy__), &[])?);
    }
    Tuple::from_vec(out)
}
