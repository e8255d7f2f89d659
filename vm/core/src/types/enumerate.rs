//! `enumerate` and `reversed`.

use crate::error::{PyResult, exc};
use crate::object::number::{BinaryOp, binary};
use crate::object::obj::{Obj, clear, replace};
use crate::object::{Native, Object, Ref};
use crate::sym;
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::support::{
    TypeCall, called, called_plainly, generic_alias, owned, pair, reduce_iter, type_alloc,
};
use crate::types::tuple::{IndexIterBody, Tuple};
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::{pymethods, pytype};

/// An enumeration. When the count leaves the range of `index`, which then stands at its maximum, it is in `long`.
#[repr(C)]
pub struct EnumerateBody {
    pub ob_base: abi::PyObject,
    pub index: isize,
    pub it: *mut abi::PyObject,
    /// The pair given out last, used again when nobody kept it.
    pub result: *mut abi::PyObject,
    pub long: *mut abi::PyObject,
    pub one: *mut abi::PyObject,
}

/// Numbered items.
/// ---
/// Return an enumerate object.
///
///   iterable
///     an object supporting iteration
///
/// The enumerate object yields pairs of a count (from start, by default
/// zero) and a value yielded by the iterable argument:
///     (0, seq[0]), (1, seq[1]), (2, seq[2]), ...
#[pytype(
    name = "enumerate", body = EnumerateBody, export = "PyEnum_Type", refs(it, result, long, one), gc,
    sig = "(iterable, start=0)", flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Enumerate;

#[pymethods]
impl Enumerate {
    #[slot(tp_new, sig = "(iterable=<required>, start=0)")]
    fn new_slot(cls: &Type, iterable: Option<&Obj>, start: Option<&Obj>) -> PyResult<Object> {
        let Some(iterable) = iterable else {
            bail!(TypeError, "enumerate() missing required argument 'iterable'");
        };
        Enumerate::make(cls, iterable, start)
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        let unknown = call.keywords().and_then(|names| {
            names.items().iter().find(|name| {
                name.downcast::<Str>().is_none_or(|s| !s.equals_str("iterable") && !s.equals_str("start"))
            })
        });
        if let Some(name) = unknown {
            let name = name.downcast::<Str>().map(Str::to_string_lossy).unwrap_or_default();
            let error = raise!(TypeError, "'{name}' is an invalid keyword argument for enumerate()");
            return crate::object::native::result_ptr(Err::<Object, _>(error));
        }
        called_plainly(call, |a| match a {
            [x] => Some(Enumerate::make(Enumerate::type_object(), x, None)),
            [x, start] => Some(Enumerate::make(Enumerate::type_object(), x, Some(start))),
            _ => None,
        })
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).it.is_null() {
                return Ok(None);
            }
            let it: Object = Ref::from_borrowed((*b).it);
            let Some(x) = it.inner_next()? else { return Ok(None) };
            let count =
                if (*b).index == isize::MAX { self.long_count()? } else { Int::from_i64((*b).index as i64)? };
            if (*b).index != isize::MAX {
                (*b).index += 1;
            }
            let result = (*b).result;
            if !result.is_null() && Obj::from_ptr(result).refcnt() == 1 {
                let t = &*(result as *const Tuple);
                return Ok(Some(Tuple::refill_pair(t, count.into_object(), x).into_object()));
            }
            Ok(Some(pair(count.into_object(), x)?.into_object()))
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let count = if (*b).long.is_null() {
                Int::from_i64((*b).index as i64)?.into_object()
            } else {
                Ref::from_borrowed((*b).long)
            };
            let args = pair(Ref::from_borrowed((*b).it), count)?;
            Ok(pair(owned(self.ob_type()), args.into_object())?.into_object())
        }
    }

    /// 'enumerate' objects are generic over the type of their values
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

impl Enumerate {
    fn make(cls: &Type, iterable: &Obj, start: Option<&Obj>) -> PyResult<Object> {
        let start = start.map(Obj::index).transpose()?;
        // SAFETY: NULL fields are skipped; the object is complete before it is given out.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut EnumerateBody;
            match start.as_ref().map(|s| (s, s.to_i64())) {
                None => {}
                Some((_, Some(i))) => (*b).index = i as isize,
                Some((s, None)) => {
                    (*b).index = isize::MAX;
                    (*b).long = owned(&**s).into_ptr();
                }
            }
            (*b).it = iterable.iter()?.into_ptr();
            (*b).result = pair(none().to_owned(), none().to_owned())?.into_ptr();
            Ok(o)
        }
    }

    /// The count beyond machine words, moved on.
    unsafe fn long_count(&self) -> PyResult<Ref<Int>> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let count: Ref<Int> =
                if (*b).long.is_null() { Int::from_i64(i64::MAX)? } else { Ref::from_borrowed((*b).long) };
            let next = binary(BinaryOp::Add, &count, &*Int::from_i64(1)?)?;
            replace(&raw mut (*b).long, Some(next));
            Ok(count)
        }
    }
}

/// Reverse iteration.
/// ---
/// Return a reverse iterator over the values of the given sequence.
#[pytype(
    name = "reversed", body = IndexIterBody, export = "PyReversed_Type", refs(seq), gc, sig = "(sequence, /)",
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Reversed;

/// Does the type have items by number?
fn is_sequence(o: &Obj) -> bool {
    // SAFETY: a suite of a live type.
    !o.is_a::<Dict>()
        && unsafe { o.ob_type().raw().tp_as_sequence.as_ref().is_some_and(|s| s.sq_item.is_some()) }
}

impl Reversed {
    fn make(cls: &Type, sequence: &Obj) -> PyResult<Object> {
        if let Some(method) = sequence.lookup_special(sym!(__reversed__))? {
            if method.is_none() {
                bail!(TypeError, "'{}' object is not reversible", sequence.type_name());
            }
            return method.call(&[]);
        }
        if !is_sequence(sequence) {
            bail!(TypeError, "'{}' object is not reversible", sequence.type_name());
        }
        let n = sequence.len_()?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut IndexIterBody;
            (*b).index = n as isize - 1;
            (*b).seq = sequence.to_owned().into_ptr();
            Ok(o)
        }
    }
}

#[pymethods]
impl Reversed {
    #[slot(tp_new, sig = "(sequence, /)")]
    fn new_slot(cls: &Type, sequence: &Obj) -> PyResult<Object> {
        Reversed::make(cls, sequence)
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called(call, "reversed", 1, 1, |a| Reversed::make(Reversed::type_object(), a[0]))
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).index >= 0 && !(*b).seq.is_null() {
                let seq: Object = Ref::from_borrowed((*b).seq);
                match seq.sequence_get((*b).index) {
                    Ok(x) => {
                        (*b).index -= 1;
                        return Ok(Some(x));
                    }
                    Err(e) if e.matches(exc::IndexError()) || e.matches(exc::StopIteration()) => e.clear(),
                    Err(e) => return Err(e),
                }
            }
            (*b).index = -1;
            clear(&raw mut (*b).seq);
            Ok(None)
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> PyResult<isize> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).seq.is_null() {
                return Ok(0);
            }
            let seq: Object = Ref::from_borrowed((*b).seq);
            let n = seq.len_()? as isize;
            let left = (*b).index + 1;
            Ok(if n < left { 0 } else { left })
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let ty = owned(self.ob_type());
            if (*b).seq.is_null() {
                return reduce_iter(ty, Tuple::empty().into_object(), None);
            }
            reduce_iter(ty, Ref::from_borrowed((*b).seq), Some((*b).index))
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        let i = object.as_isize()?;
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if !(*b).seq.is_null() {
                let seq: Object = Ref::from_borrowed((*b).seq);
                let n = seq.len_()? as isize;
                (*b).index = i.clamp(-1, (n - 1).max(-1));
            }
        }
        Ok(())
    }
}
