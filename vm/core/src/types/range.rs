//! `range` and its iterators: a fast one on machine words, and one on ints of any size.
//!
//! The evaluation loop reads `RangeIterBody` directly.

use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::number::{BinaryOp, binary};
use crate::object::obj::{Obj, replace};
use crate::object::{Object, Ref, ToRef, alloc};
use crate::types::bool_::{Bool, bool_obj};
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::none::{none, not_implemented};
use crate::types::slice::Slice;
use crate::types::str_::Str;
use crate::types::support::{TypeCall, builtin, called, owned};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};

/// A range: four ints.
#[repr(C)]
pub struct RangeBody {
    pub ob_base: abi::PyObject,
    pub start: *mut abi::PyObject,
    pub stop: *mut abi::PyObject,
    pub step: *mut abi::PyObject,
    pub length: *mut abi::PyObject,
}

/// Arithmetic progressions.
/// ---
/// range(stop) -> range object
/// range(start, stop[, step]) -> range object
///
/// Return an object that stands for the integers from start (inclusive)
/// to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.
/// start defaults to 0: range(4) produces 0, 1, 2, 3, the valid indices for
/// a list of 4 elements.
#[pytype(
    name = "range", body = RangeBody, export = "PyRange_Type", refs(start, stop, step, length),
    flags = abi::Py_TPFLAGS_SEQUENCE,
)]
pub struct Range;

/// Arithmetic of ints as objects.
fn arith(op: BinaryOp, a: &Obj, b: &Obj) -> PyResult<Ref<Int>> {
    // SAFETY: operations of ints give ints.
    Ok(unsafe { binary(op, a, b)?.cast_into_unchecked() })
}

/// How many numbers there are from start to stop.
fn length_of(start: &Int, stop: &Int, step: &Int) -> PyResult<Ref<Int>> {
    if let (Some(a), Some(b), Some(s)) = (start.to_i64(), stop.to_i64(), step.to_i64()) {
        let (a, b, s) = (a as i128, b as i128, s as i128);
        let n = if s > 0 && a < b {
            (b - a - 1) / s + 1
        } else if s < 0 && a > b {
            (a - b - 1) / -s + 1
        } else {
            0
        };
        return Int::from_i128(n);
    }
    let down = step.is_negative();
    let (low, high) = if down { (stop, start) } else { (start, stop) };
    if high.compare_bool(low, CompareOp::Le)? {
        return Int::from_i64(0);
    }
    let one = Int::from_i64(1)?;
    let zero = Int::from_i64(0)?;
    let size = if down { arith(BinaryOp::Subtract, &zero, step)? } else { step.to_ref() };
    let span = arith(BinaryOp::Subtract, &*arith(BinaryOp::Subtract, high, low)?, &one)?;
    arith(BinaryOp::Add, &*arith(BinaryOp::FloorDivide, &span, &size)?, &one)
}

impl Range {
    /// `range(start, stop, step)`; the step is not zero.
    pub fn new(start: Ref<Int>, stop: Ref<Int>, step: Ref<Int>) -> PyResult<Ref<Range>> {
        let length = length_of(&start, &stop, &step)?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let r = alloc::new_body::<Range>()?;
            let b = r.body();
            (*b).start = start.into_ptr();
            (*b).stop = stop.into_ptr();
            (*b).step = step.into_ptr();
            (*b).length = length.into_ptr();
            Ok(r)
        }
    }

    pub fn start(&self) -> &Int {
        // SAFETY: always an int.
        unsafe { &*((*self.body()).start as *const Int) }
    }

    pub fn stop(&self) -> &Int {
        // SAFETY: always an int.
        unsafe { &*((*self.body()).stop as *const Int) }
    }

    pub fn step(&self) -> &Int {
        // SAFETY: always an int.
        unsafe { &*((*self.body()).step as *const Int) }
    }

    pub fn length(&self) -> &Int {
        // SAFETY: always an int.
        unsafe { &*((*self.body()).length as *const Int) }
    }

    /// Start, step and length as machine words, when all numbers of the range and its iteration fit.
    fn words(&self) -> Option<(i64, i64, i64)> {
        let a = self.start().to_i64()?;
        let (s, n) = (self.step().to_i64()?, self.length().to_i64()?);
        self.stop().to_i64()?;
        // What comes behind the last number must be representable too.
        let end = a as i128 + s as i128 * n as i128;
        i64::try_from(end).ok()?;
        Some((a, s, n))
    }

    /// `start + i * step`.
    fn item_at(&self, i: &Obj) -> PyResult<Ref<Int>> {
        arith(BinaryOp::Add, self.start(), &*arith(BinaryOp::Multiply, i, self.step())?)
    }

    fn contains_int(&self, x: &Int) -> PyResult<bool> {
        let down = self.step().is_negative();
        if let (Some(a), Some(b), Some(s), Some(x)) =
            (self.start().to_i64(), self.stop().to_i64(), self.step().to_i64(), x.to_i64())
        {
            let inside = if down { b < x && x <= a } else { a <= x && x < b };
            return Ok(inside && (x as i128 - a as i128) % s as i128 == 0);
        }
        let inside = if down {
            x.compare_bool(self.stop(), CompareOp::Gt)? && x.compare_bool(self.start(), CompareOp::Le)?
        } else {
            x.compare_bool(self.start(), CompareOp::Ge)? && x.compare_bool(self.stop(), CompareOp::Lt)?
        };
        if !inside {
            return Ok(false);
        }
        let rest = arith(BinaryOp::Remainder, &*arith(BinaryOp::Subtract, x, self.start())?, self.step())?;
        Ok(rest.is_zero())
    }

    fn sub_range(&self, s: &Slice) -> PyResult<Ref<Range>> {
        let (start, stop, step) = s.long_indices(self.length())?;
        let sub_step = arith(BinaryOp::Multiply, self.step(), &step)?;
        Range::new(self.item_at(&start)?, self.item_at(&stop)?, sub_step)
    }

    /// The iterator over the numbers from the last to the first.
    fn reverse_iter(&self) -> PyResult<Object> {
        if let Some((a, s, n)) = self.words()
            && s != i64::MIN
        {
            // `start - step` is behind the last number of the reversed range.
            let before = a as i128 - s as i128;
            if i64::try_from(before).is_ok() {
                let last = a as i128 + (n as i128 - 1) * s as i128;
                return Ok(RangeIter::new(last as i64, -s, n)?.into_object());
            }
        }
        let one = Int::from_i64(1)?;
        let zero = Int::from_i64(0)?;
        let last = self.item_at(&*arith(BinaryOp::Subtract, self.length(), &one)?)?;
        let step = arith(BinaryOp::Subtract, &zero, self.step())?;
        Ok(LongRangeIter::new(&last, &step, self.length())?.into_object())
    }
}

fn is_plain_int(o: &Obj) -> Option<&Int> {
    // SAFETY: bool is a subtype of int.
    (o.is_exact::<Int>() || o.is_exact::<Bool>()).then(|| unsafe { o.cast_unchecked::<Int>() })
}

/// `range(*args)` of one to three arguments.
/// The same number as an exact `int`.
fn exact_int(i: Ref<Int>) -> PyResult<Ref<Int>> {
    if i.is_exact::<Int>() { Ok(i) } else { Int::from_big(i.int_ref().to_owned()) }
}

fn from_arguments(args: &[&Obj]) -> PyResult<Ref<Range>> {
    let (start, stop, step) = match args {
        [stop] => (Int::from_i64(0)?, stop.index()?, Int::from_i64(1)?),
        [start, stop] => (start.index()?, stop.index()?, Int::from_i64(1)?),
        [start, stop, step] => (start.index()?, stop.index()?, step.index()?),
        [] => bail!(TypeError, "range expected at least 1 argument, got 0"),
        more => bail!(TypeError, "range expected at most 3 arguments, got {}", more.len()),
    };
    if step.is_zero() {
        bail!(ValueError, "range() arg 3 must not be zero");
    }
    Range::new(exact_int(start)?, exact_int(stop)?, exact_int(step)?)
}

#[pymethods(members(
    ("start", Py_T_OBJECT_EX, start, abi::Py_READONLY, ""),
    ("stop", Py_T_OBJECT_EX, stop, abi::Py_READONLY, ""),
    ("step", Py_T_OBJECT_EX, step, abi::Py_READONLY, ""),
))]
impl Range {
    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called(call, "range", 1, 3, |a| Ok(from_arguments(a)?.into_object()))
    }

    #[slot(tp_new)]
    fn new_slot(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Ref<Range>> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "range() takes no keyword arguments");
        }
        from_arguments(args.as_borrows())
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let (a, b) = (self.start().repr()?, self.stop().repr()?);
        let (a, b) = (a.to_string_lossy(), b.to_string_lossy());
        if self.step().to_i64() == Some(1) {
            return Str::new(&format!("range({a}, {b})"));
        }
        Str::new(&format!("range({a}, {b}, {})", self.step().repr()?.to_string_lossy()))
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        let n = self.length();
        let (mut start, mut step) = (none(), none());
        if !n.is_zero() {
            start = self.start();
            if n.to_i64() != Some(1) {
                step = self.step();
            }
        }
        Tuple::from_slice(&[n, start, step])?.hash()
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(o), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Range>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        let n = self.length();
        let equal = self.is(o)
            || n.equals(o.length())?
                && (n.is_zero()
                    || self.start().equals(o.start())?
                        && (n.to_i64() == Some(1) || self.step().equals(o.step())?));
        Ok(bool_obj(equal == (op == CompareOp::Eq)).to_owned())
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Object> {
        if let Some((a, s, n)) = self.words() {
            return Ok(RangeIter::new(a, s, n)?.into_object());
        }
        Ok(LongRangeIter::new(self.start(), self.step(), self.length())?.into_object())
    }

    #[slot(nb_bool)]
    fn bool_slot(&self) -> bool {
        !self.length().is_zero()
    }

    #[slot(sq_length)]
    fn len_slot(&self) -> PyResult<isize> {
        self.length().as_isize()
    }

    #[slot(sq_item)]
    fn item(&self, i: isize) -> PyResult<Object> {
        let n = self.length();
        let inside = i >= 0 && n.to_i64().is_none_or(|n| (i as i64) < n);
        if !inside {
            bail!(IndexError, "range object index out of range");
        }
        Ok(self.item_at(&*Int::from_i64(i as i64)?)?.into_object())
    }

    #[slot(sq_contains)]
    fn contains_slot(&self, item: &Obj) -> PyResult<bool> {
        if let Some(x) = is_plain_int(item) {
            return self.contains_int(x);
        }
        let it = self.iter()?;
        while let Some(x) = it.iter_next()? {
            if x.equals(item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[slot(mp_length)]
    fn mapping_length(&self) -> PyResult<isize> {
        self.len_slot()
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        if let Some(s) = key.downcast_exact::<Slice>() {
            return Ok(self.sub_range(s)?.into_object());
        }
        if !key.has_index() {
            bail!(TypeError, "range indices must be integers or slices, not {}", key.type_name());
        }
        let mut i = key.index()?;
        if i.is_negative() {
            i = arith(BinaryOp::Add, &i, self.length())?;
        }
        if i.is_negative() || i.compare_bool(self.length(), CompareOp::Ge)? {
            bail!(IndexError, "range object index out of range");
        }
        Ok(self.item_at(&i)?.into_object())
    }

    /// Return a reverse iterator.
    #[method(name = "__reversed__")]
    fn reversed(&self) -> PyResult<Object> {
        self.reverse_iter()
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let args = Tuple::from_slice(&[self.start(), self.stop(), self.step()])?;
        Ok(Tuple::from_array([owned(self.ob_type()), args.into_object()])?.into_object())
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[method]
    fn count(&self, object: &Obj) -> PyResult<usize> {
        match is_plain_int(object) {
            Some(x) => Ok(self.contains_int(x)? as usize),
            None => self.count_of(object),
        }
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[method]
    fn index(&self, object: &Obj) -> PyResult<Object> {
        let Some(x) = is_plain_int(object) else {
            return Ok(Int::from_i64(self.index_of(object)? as i64)?.into_object());
        };
        if !self.contains_int(x)? {
            bail!(ValueError, "range.index(x): x not in range");
        }
        let distance = arith(BinaryOp::Subtract, x, self.start())?;
        Ok(arith(BinaryOp::FloorDivide, &distance, self.step())?.into_object())
    }
}

/// A range iterator on machine words: the next number, the step, and how many are left. What `start` becomes after
/// the last number is representable.
#[repr(C)]
pub struct RangeIterBody {
    pub ob_base: abi::PyObject,
    pub start: i64,
    pub step: i64,
    pub len: i64,
}

/// `iter(range(...))` in machine words.
#[pytype(name = "range_iterator", body = RangeIterBody, export = "PyRangeIter_Type")]
pub struct RangeIter;

impl RangeIter {
    /// The iterator over `start, start + step, ...`, `len` numbers.
    pub fn new(start: i64, step: i64, len: i64) -> PyResult<Ref<RangeIter>> {
        // SAFETY: plain fields.
        unsafe {
            let it = alloc::new_body::<RangeIter>()?;
            let b = it.body();
            (*b).start = start;
            (*b).step = step;
            (*b).len = len;
            Ok(it)
        }
    }

    /// The next number.
    #[inline(always)]
    pub fn advance(&self) -> Option<i64> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).len <= 0 {
                return None;
            }
            let x = (*b).start;
            (*b).start = x.wrapping_add((*b).step);
            (*b).len -= 1;
            Some(x)
        }
    }
}

/// `(iter, (range,), None)`.
fn reduce_range(start: Ref<Int>, step: Ref<Int>, len: &Int) -> PyResult<Object> {
    let stop = arith(BinaryOp::Add, &start, &*arith(BinaryOp::Multiply, len, &step)?)?;
    let r = Range::new(start, stop, step)?.into_object();
    let args = Tuple::from_array([r])?.into_object();
    Ok(Tuple::from_array([builtin(sym!(iter))?, args, none().to_owned()])?.into_object())
}

#[pymethods]
impl RangeIter {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: no fields to drop.
        unsafe { alloc::object_free(o.cast()) }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Ref<Int>>> {
        self.advance().map(Int::from_i64).transpose()
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> i64 {
        // SAFETY: own fields.
        unsafe { (*self.body()).len }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // SAFETY: own fields.
        let (a, s, n) = unsafe { ((*self.body()).start, (*self.body()).step, (*self.body()).len) };
        reduce_range(Int::from_i64(a)?, Int::from_i64(s)?, &*Int::from_i64(n)?)
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        let i = object.as_i64()?;
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let i = i.clamp(0, (*b).len.max(0));
            (*b).start = (*b).start.wrapping_add(i.wrapping_mul((*b).step));
            (*b).len -= i;
        }
        Ok(())
    }
}

/// A range iterator on ints of any size.
#[repr(C)]
pub struct LongRangeIterBody {
    pub ob_base: abi::PyObject,
    pub start: *mut abi::PyObject,
    pub step: *mut abi::PyObject,
    pub len: *mut abi::PyObject,
}

/// `iter(range(...))` in big ints.
#[pytype(
    name = "longrange_iterator", body = LongRangeIterBody, export = "PyLongRangeIter_Type", refs(start, step, len),
)]
pub struct LongRangeIter;

impl LongRangeIter {
    /// The iterator over `start, start + step, ...`, `len` numbers.
    pub fn new(start: &Int, step: &Int, len: &Int) -> PyResult<Ref<LongRangeIter>> {
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let it = alloc::new_body::<LongRangeIter>()?;
            let b = it.body();
            (*b).start = start.to_ref().into_ptr();
            (*b).step = step.to_ref().into_ptr();
            (*b).len = len.to_ref().into_ptr();
            Ok(it)
        }
    }

    fn field(&self, p: *mut abi::PyObject) -> Ref<Int> {
        // SAFETY: all fields are ints.
        unsafe { Ref::from_borrowed(p) }
    }

    fn parts(&self) -> (Ref<Int>, Ref<Int>, Ref<Int>) {
        // SAFETY: own fields.
        let b = unsafe { &*self.body() };
        (self.field(b.start), self.field(b.step), self.field(b.len))
    }
}

#[pymethods]
impl LongRangeIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let (start, step, len) = self.parts();
        if len.is_zero() || len.is_negative() {
            return Ok(None);
        }
        let next = arith(BinaryOp::Add, &start, &step)?;
        let left = arith(BinaryOp::Subtract, &len, &*Int::from_i64(1)?)?;
        // SAFETY: own fields.
        unsafe {
            replace(&raw mut (*self.body()).start, Some(next.into_object()));
            replace(&raw mut (*self.body()).len, Some(left.into_object()));
        }
        Ok(Some(start.into_object()))
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> Object {
        self.parts().2.into_object()
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let (start, step, len) = self.parts();
        reduce_range(start, step, &len)
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        let Some(state) = object.downcast::<Int>() else {
            bail!(TypeError, "state must be an int, not {}", object.type_name());
        };
        let (start, step, len) = self.parts();
        let state = if state.is_negative() {
            Int::from_i64(0)?
        } else if state.compare_bool(&len, CompareOp::Gt)? {
            len.clone()
        } else {
            state.to_ref()
        };
        let start = arith(BinaryOp::Add, &start, &*arith(BinaryOp::Multiply, &state, &step)?)?;
        let left = arith(BinaryOp::Subtract, &len, &state)?;
        // SAFETY: own fields.
        unsafe {
            replace(&raw mut (*self.body()).start, Some(start.into_object()));
            replace(&raw mut (*self.body()).len, Some(left.into_object()));
        }
        Ok(())
    }
}
