//! Slot functions of classes written in Python: each finds its special method on the type and calls it.
//!
//! A function found on the type that binds as a method does (`Py_TPFLAGS_METHOD_DESCRIPTOR`) is called with the
//! instance first, without a bound method in between. Behaviour: the data model, chapter "Special method names".

use crate::error::{PyResult, Raised, exc, from_c};
use crate::object::Native;
use crate::object::native::{borrow_opt, cast_opt_unchecked, cast_unchecked, result_ptr};
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref};
use crate::types::bool_::Bool;
use crate::types::descr::WrapperDescr;
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::none::{none, not_implemented};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use std::ffi::c_int;

type P = *mut abi::PyObject;

/// A special method of an object: the callable, and whether the object itself is its first argument.
pub struct Special {
    pub function: Object,
    pub unbound: bool,
}

/// Finds a special method on the type of `o` (never in the instance).
#[inline]
pub fn special(o: &Obj, name: &Str) -> Option<PyResult<Special>> {
    let found = o.ob_type().lookup(name)?;
    let ty = found.ob_type();
    if ty.has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR) {
        return Some(Ok(Special { function: found.to_owned(), unbound: true }));
    }
    let Some(get) = ty.raw().tp_descr_get else {
        return Some(Ok(Special { function: found.to_owned(), unbound: false }));
    };
    let found = found.to_owned();
    // SAFETY: a slot of the attribute's type.
    let bound = unsafe { from_c(get(found.as_raw(), o.as_ptr(), o.type_ptr().cast())) };
    Some(bound.map(|function| Special { function, unbound: false }))
}

impl Special {
    /// Calls it; `args[0]` is the instance.
    #[inline]
    pub fn call(&self, args: &[&Obj]) -> PyResult<Object> {
        self.function.call(if self.unbound { args } else { &args[1..] })
    }
}

/// Calls the special method of `args[0]` with the others; `None` when the type has none.
#[inline]
pub fn call_special(name: &Str, args: &[&Obj]) -> Option<PyResult<Object>> {
    Some(match special(args[0], name)? {
        Ok(m) => m.call(args),
        Err(e) => Err(e),
    })
}

/// As `call_special`; a missing method is an `AttributeError`.
#[inline]
fn call_required(name: &Str, args: &[&Obj]) -> PyResult<Object> {
    match call_special(name, args) {
        Some(r) => r,
        None => Err(crate::error::raise_with(exc::AttributeError(), name)),
    }
}

/// As `call_special`; a missing method answers `NotImplemented`.
#[inline]
fn call_maybe(name: &Str, args: &[&Obj]) -> PyResult<Object> {
    call_special(name, args).unwrap_or_else(|| Ok(not_implemented().to_owned()))
}

fn int_status(r: PyResult<()>) -> c_int {
    match r {
        Ok(()) => 0,
        Err(Raised { .. }) => -1,
    }
}

/// Slots of one argument.
macro_rules! unary {
    ($($slot:ident $name:ident)*) => { $(
        /// # Safety
        /// Called as a slot.
        pub unsafe extern "C" fn $slot(slf: P) -> P {
            // SAFETY: a live instance.
            result_ptr(call_required(sym!($name), &[unsafe { Obj::from_ptr(slf) }]))
        }
    )* };
}

unary! {
    slot_nb_negative __neg__
    slot_nb_positive __pos__
    slot_nb_absolute __abs__
    slot_nb_invert __invert__
    slot_nb_int __int__
    slot_nb_float __float__
    slot_nb_index __index__
    slot_tp_str __str__
    slot_tp_iternext __next__
}

/// Slots of two arguments without reflection.
macro_rules! plain_binary {
    ($($slot:ident $name:ident)*) => { $(
        /// # Safety
        /// Called as a slot.
        pub unsafe extern "C" fn $slot(slf: P, other: P) -> P {
            // SAFETY: live arguments.
            result_ptr(call_required(sym!($name), &[unsafe { Obj::from_ptr(slf) }, unsafe { Obj::from_ptr(other) }]))
        }
    )* };
}

plain_binary! {
    slot_nb_inplace_add __iadd__
    slot_nb_inplace_subtract __isub__
    slot_nb_inplace_multiply __imul__
    slot_nb_inplace_remainder __imod__
    slot_nb_inplace_lshift __ilshift__
    slot_nb_inplace_rshift __irshift__
    slot_nb_inplace_and __iand__
    slot_nb_inplace_xor __ixor__
    slot_nb_inplace_or __ior__
    slot_nb_inplace_floor_divide __ifloordiv__
    slot_nb_inplace_true_divide __itruediv__
    slot_nb_inplace_matrix_multiply __imatmul__
    slot_mp_subscript __getitem__
}

/// `__ipow__` gets no third argument.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_nb_inplace_power(slf: P, other: P, _modulus: P) -> P {
    // SAFETY: live arguments.
    result_ptr(call_required(
        sym!(__ipow__),
        &[unsafe { Obj::from_ptr(slf) }, unsafe { Obj::from_ptr(other) }],
    ))
}

/// Does the right operand's type have a reflected method of its own? (Then it goes first.)
fn is_overloaded(left: &Obj, right: &Obj, name: &Str) -> PyResult<bool> {
    let Some(b) = right.ob_type().as_obj().get_attr_opt(name)? else { return Ok(false) };
    let Some(a) = left.ob_type().as_obj().get_attr_opt(name)? else { return Ok(true) };
    a.compare_bool(&b, crate::object::CompareOp::Ne)
}

/// The rules of binary operators: `left` implements the slot by Python methods, or `right` does, or both.
/// `call` gets the method's name and the operands in the order in which the method takes them.
#[inline]
fn reflected(
    left: &Obj,
    right: &Obj,
    ours: impl Fn(&Type) -> bool,
    name: &Str,
    rname: &Str,
    call: impl Fn(&Str, &Obj, &Obj) -> PyResult<Object>,
) -> PyResult<Object> {
    let same_type = std::ptr::eq(left.type_ptr(), right.type_ptr());
    let mut do_right = !same_type && ours(right.ob_type());
    if ours(left.ob_type()) {
        if do_right && right.ob_type().is_subtype(left.ob_type()) && is_overloaded(left, right, rname)? {
            let r = call(rname, right, left)?;
            if !r.is(not_implemented()) {
                return Ok(r);
            }
            do_right = false;
        }
        let r = call(name, left, right)?;
        if !r.is(not_implemented()) || same_type {
            return Ok(r);
        }
    }
    if do_right {
        return call(rname, right, left);
    }
    Ok(not_implemented().to_owned())
}

macro_rules! reflected_binary {
    ($($slot:ident $field:ident $name:ident $rname:ident)*) => { $(
        /// # Safety
        /// Called as a slot.
        pub unsafe extern "C" fn $slot(left: P, right: P) -> P {
            // SAFETY: live operands; suites are NULL or whole structs.
            let (left, right) = unsafe { (Obj::from_ptr(left), Obj::from_ptr(right)) };
            let ours = |t: &Type| unsafe {
                let n = t.raw().tp_as_number;
                !n.is_null() && (*n).$field.is_some_and(|f| f as usize == $slot as *const () as usize)
            };
            result_ptr(reflected(left, right, ours, sym!($name), sym!($rname), |name, a, b| call_maybe(name, &[a, b])))
        }
    )* };
}

reflected_binary! {
    slot_nb_add nb_add __add__ __radd__
    slot_nb_subtract nb_subtract __sub__ __rsub__
    slot_nb_multiply nb_multiply __mul__ __rmul__
    slot_nb_remainder nb_remainder __mod__ __rmod__
    slot_nb_divmod nb_divmod __divmod__ __rdivmod__
    slot_nb_lshift nb_lshift __lshift__ __rlshift__
    slot_nb_rshift nb_rshift __rshift__ __rrshift__
    slot_nb_and nb_and __and__ __rand__
    slot_nb_xor nb_xor __xor__ __rxor__
    slot_nb_or nb_or __or__ __ror__
    slot_nb_floor_divide nb_floor_divide __floordiv__ __rfloordiv__
    slot_nb_true_divide nb_true_divide __truediv__ __rtruediv__
    slot_nb_matrix_multiply nb_matrix_multiply __matmul__ __rmatmul__
}

/// `__pow__` and `__rpow__`, with the modulus where one is given.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_nb_power(left: P, right: P, modulus: P) -> P {
    // SAFETY: live operands; suites are NULL or whole structs.
    let (left, right, m) = unsafe { (Obj::from_ptr(left), Obj::from_ptr(right), Obj::from_ptr(modulus)) };
    let ours = |t: &Type| unsafe {
        let n = t.raw().tp_as_number;
        !n.is_null() && (*n).nb_power.is_some_and(|f| f as usize == slot_nb_power as *const () as usize)
    };
    result_ptr(reflected(left, right, ours, sym!(__pow__), sym!(__rpow__), |name, a, b| {
        if m.is_none() { call_maybe(name, &[a, b]) } else { call_maybe(name, &[a, b, m]) }
    }))
}

/// `__bool__`, else `__len__`, else true.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_nb_bool(slf: P) -> c_int {
    let r = (|| -> PyResult<bool> {
        // SAFETY: a live instance.
        let o = unsafe { Obj::from_ptr(slf) };
        if let Some(r) = call_special(sym!(__bool__), &[o]) {
            let r = r?;
            if !r.is_exact::<Bool>() {
                bail!(TypeError, "__bool__ should return bool, returned {}", r.type_name());
            }
            return r.is_true();
        }
        match call_special(sym!(__len__), &[o]) {
            Some(r) => Ok(checked_length(&*r?)? != 0),
            None => Ok(true),
        }
    })();
    match r {
        Ok(b) => b as c_int,
        Err(Raised { .. }) => -1,
    }
}

/// `__repr__`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_repr(slf: P) -> P {
    // SAFETY: a live instance.
    let o = unsafe { Obj::from_ptr(slf) };
    result_ptr(match call_special(sym!(__repr__), &[o]) {
        Some(r) => r,
        None => Str::new(&format!("<{} object at {:#x}>", o.type_name(), slf as usize)).map(Ref::into_object),
    })
}

/// `__hash__`: any int, reduced to the hash of that int when it does not fit; never -1.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_hash(slf: P) -> isize {
    let r = (|| -> PyResult<isize> {
        // SAFETY: a live instance.
        let o = unsafe { Obj::from_ptr(slf) };
        let unhashable = || raise!(TypeError, "unhashable type: '{}'", o.type_name());
        let m = match special(o, sym!(__hash__)) {
            Some(m) => m?,
            None => return Err(unhashable()),
        };
        if m.function.is_none() {
            return Err(unhashable());
        }
        let v = m.call(&[o])?;
        let Some(i) = v.downcast::<Int>() else {
            bail!(TypeError, "__hash__ method should return an integer");
        };
        let h = match i.to_i64() {
            Some(h) => h as isize,
            None => match <Int as Native>::type_object().raw().tp_hash {
                // SAFETY: int's own slot.
                Some(f) => unsafe { f(i.as_ptr()) },
                None => v.hash()?,
            },
        };
        Ok(if h == -1 { -2 } else { h })
    })();
    r.unwrap_or(-1)
}

/// Calls `f(slf, *args, **kwargs)`, or without `slf` when it is bound.
fn call_prepended(m: &Special, slf: &Obj, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
    if !m.unbound {
        return m.function.call_dict(args, kwargs);
    }
    prepended(&m.function, slf, args, kwargs)
}

/// Calls `f(first, *args, **kwargs)`.
pub fn prepended(f: &Obj, first: &Obj, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
    let kwargs = kwargs.filter(|k| !k.is_empty());
    let items = args.items();
    if kwargs.is_none() && items.len() < 8 {
        let mut all = [first; 8];
        for (to, from) in all[1..].iter_mut().zip(items) {
            *to = from;
        }
        return f.call(&all[..items.len() + 1]);
    }
    let mut all: Vec<Object> = Vec::with_capacity(items.len() + 1 + kwargs.map_or(0, Dict::len));
    all.push(first.to_owned());
    all.extend(items.iter().cloned());
    let mut names = Vec::new();
    if let Some(k) = kwargs {
        for (name, value) in k.iter_borrowed() {
            if !name.is_a::<Str>() {
                bail!(TypeError, "keywords must be strings");
            }
            names.push(name.to_owned());
            all.push(value.to_owned());
        }
    }
    let names = if names.is_empty() { None } else { Some(Tuple::from_vec(names)?) };
    let borrowed: Vec<&Obj> = all.iter().map(|o| o.as_obj()).collect();
    f.call_kw(&borrowed, names.as_deref())
}

/// `__call__`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_call(slf: P, args: P, kwargs: P) -> P {
    // SAFETY: a live callable with a tuple and a dict or NULL.
    let (o, args, kwargs) =
        unsafe { (Obj::from_ptr(slf), cast_unchecked::<Tuple>(args), cast_opt_unchecked::<Dict>(kwargs)) };
    result_ptr(match special(o, sym!(__call__)) {
        Some(Ok(m)) => call_prepended(&m, o, args, kwargs),
        Some(Err(e)) => Err(e),
        None => Err(crate::error::raise_with(exc::AttributeError(), sym!(__call__))),
    })
}

/// `__getattribute__` alone.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_getattro(slf: P, name: P) -> P {
    // SAFETY: live arguments.
    result_ptr(call_required(
        sym!(__getattribute__),
        &[unsafe { Obj::from_ptr(slf) }, unsafe { Obj::from_ptr(name) }],
    ))
}

/// `__getattribute__`, then `__getattr__` when that raised `AttributeError`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_getattr_hook(slf: P, name: P) -> P {
    // SAFETY: live arguments.
    let (o, name) = unsafe { (Obj::from_ptr(slf), Obj::from_ptr(name)) };
    let ty = o.ob_type();
    let Some(getattr) = ty.lookup(sym!(__getattr__)).map(Obj::to_owned) else {
        // No hook (any more): the direct function from now on.
        // SAFETY: under the GIL.
        unsafe {
            (*ty.as_type_ptr()).tp_getattro = Some(slot_tp_getattro);
            return slot_tp_getattro(slf, name.as_ptr());
        }
    };
    result_ptr((|| {
        let first = match ty.lookup(sym!(__getattribute__)) {
            Some(d) if is_generic_getattribute(d) => {
                match crate::types::object_::generic_getattr_opt(
                    o,
                    crate::object::abstract_::attribute_name(name)?,
                ) {
                    Ok(Some(v)) => return Ok(v),
                    Ok(None) => None,
                    Err(e) => Some(e),
                }
            }
            _ => match call_required(sym!(__getattribute__), &[o, name]) {
                Ok(v) => return Ok(v),
                Err(e) => Some(e),
            },
        };
        if let Some(e) = first {
            if !e.matches(exc::AttributeError()) {
                return Err(e);
            }
            e.clear();
        }
        let t = getattr.ob_type();
        if t.has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR) {
            return getattr.call(&[o, name]);
        }
        match t.raw().tp_descr_get {
            // SAFETY: a slot of the attribute's type.
            Some(get) => {
                unsafe { from_c(get(getattr.as_raw(), o.as_ptr(), o.type_ptr().cast())) }?.call(&[name])
            }
            None => getattr.call(&[name]),
        }
    })())
}

/// Is the attribute `object.__getattribute__` itself?
pub(crate) fn is_generic_getattribute(d: &Obj) -> bool {
    d.downcast_exact::<WrapperDescr>().is_some_and(|d| {
        std::ptr::eq(d.wrapped(), crate::types::object_::generic_getattr_slot as *const std::ffi::c_void)
    })
}

/// `__setattr__` and `__delattr__`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_setattro(slf: P, name: P, value: P) -> c_int {
    // SAFETY: live arguments; a NULL value deletes.
    let (o, name, value) = unsafe { (Obj::from_ptr(slf), Obj::from_ptr(name), borrow_opt(value)) };
    int_status(match value {
        Some(v) => call_required(sym!(__setattr__), &[o, name, v]).map(drop),
        None => call_required(sym!(__delattr__), &[o, name]).map(drop),
    })
}

/// The six comparisons.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_richcompare(slf: P, other: P, op: c_int) -> P {
    let name = match op {
        0 => sym!(__lt__),
        1 => sym!(__le__),
        2 => sym!(__eq__),
        3 => sym!(__ne__),
        4 => sym!(__gt__),
        _ => sym!(__ge__),
    };
    // SAFETY: live operands.
    let (slf, other) = unsafe { (Obj::from_ptr(slf), Obj::from_ptr(other)) };
    // A descriptor that raises AttributeError has no method to give.
    result_ptr(match special(slf, name) {
        Some(Ok(m)) => m.call(&[slf, other]),
        Some(Err(e)) if e.matches(exc::AttributeError()) => {
            e.clear();
            Ok(not_implemented().to_owned())
        }
        Some(Err(e)) => Err(e),
        None => Ok(not_implemented().to_owned()),
    })
}

/// `__iter__`, else an iterator over `__getitem__`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_iter(slf: P) -> P {
    // SAFETY: a live instance.
    let o = unsafe { Obj::from_ptr(slf) };
    let not_iterable = || raise!(TypeError, "'{}' object is not iterable", o.type_name());
    result_ptr(match special(o, sym!(__iter__)) {
        Some(Ok(m)) if m.function.is_none() => Err(not_iterable()),
        Some(Ok(m)) => m.call(&[o]),
        Some(Err(e)) => Err(e),
        None if o.ob_type().lookup(sym!(__getitem__)).is_none() => Err(not_iterable()),
        None => crate::types::iterators::SeqIter::new(o).map(Ref::into_object),
    })
}

/// `__get__`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_descr_get(slf: P, instance: P, owner: P) -> P {
    // SAFETY: live or NULL arguments.
    let (o, instance, owner) = unsafe { (Obj::from_ptr(slf), borrow_opt(instance), borrow_opt(owner)) };
    let ty = o.ob_type();
    let Some(get) = ty.lookup(sym!(__get__)).map(Obj::to_owned) else {
        // SAFETY: under the GIL; the method is gone, so that the slot goes too.
        unsafe { (*ty.as_type_ptr()).tp_descr_get = None };
        return o.to_owned().into_ptr();
    };
    result_ptr(get.call(&[o, instance.unwrap_or(none()), owner.unwrap_or(none())]))
}

/// `__set__` and `__delete__`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_descr_set(slf: P, target: P, value: P) -> c_int {
    // SAFETY: live arguments; a NULL value deletes.
    let (o, target, value) = unsafe { (Obj::from_ptr(slf), Obj::from_ptr(target), borrow_opt(value)) };
    int_status(match value {
        Some(v) => call_required(sym!(__set__), &[o, target, v]).map(drop),
        None => call_required(sym!(__delete__), &[o, target]).map(drop),
    })
}

/// `__init__`, which must return None.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_init(slf: P, args: P, kwargs: P) -> c_int {
    // SAFETY: a live instance with a tuple and a dict or NULL.
    let (o, args, kwargs) =
        unsafe { (Obj::from_ptr(slf), cast_unchecked::<Tuple>(args), cast_opt_unchecked::<Dict>(kwargs)) };
    int_status((|| {
        let r = match special(o, sym!(__init__)) {
            Some(m) => call_prepended(&m?, o, args, kwargs)?,
            None => return Err(crate::error::raise_with(exc::AttributeError(), sym!(__init__))),
        };
        if !r.is_none() {
            bail!(TypeError, "__init__() should return None, not '{}'", r.type_name());
        }
        Ok(())
    })())
}

/// `__new__`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_new(cls: *mut abi::PyTypeObject, args: P, kwargs: P) -> P {
    // SAFETY: a live class with a tuple and a dict or NULL.
    let (cls, args, kwargs) = unsafe {
        (&*(cls as *const Type), cast_unchecked::<Tuple>(args), cast_opt_unchecked::<Dict>(kwargs))
    };
    result_ptr((|| {
        let f = cls.as_obj().get_attr(sym!(__new__))?;
        prepended(&f, cls, args, kwargs)
    })())
}

/// `__del__`; what it raises is reported, not propagated.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_tp_finalize(slf: P) {
    // SAFETY: an instance, revived for the call.
    let o = unsafe { Obj::from_ptr(slf) };
    let ts = crate::thread::ThreadState::current();
    let saved = ts.take_exception();
    if let Some(m) = special(o, sym!(__del__)) {
        match m {
            Ok(m) => {
                if let Err(e) = m.call(&[o]) {
                    let e = e.take();
                    let shown = match m.function.repr() {
                        Ok(r) => r.to_string_lossy().into_owned(),
                        Err(again) => {
                            again.clear();
                            String::from("__del__")
                        }
                    };
                    let message = format!("Exception ignored while calling deallocator {shown}");
                    crate::hooks::unraisable(e, &message, None);
                }
            }
            Err(e) => crate::error::unraisable(e, "Exception ignored while calling deallocator", Some(o)),
        }
    }
    ts.set_exception(saved);
}

/// A length from the result of `__len__`.
fn checked_length(v: &Obj) -> PyResult<isize> {
    let i = v.index()?;
    if i.is_negative() {
        bail!(ValueError, "__len__() should return >= 0");
    }
    i.as_isize_count()
}

fn length(slf: P) -> isize {
    // SAFETY: a live instance.
    let o = unsafe { Obj::from_ptr(slf) };
    call_required(sym!(__len__), &[o]).and_then(|v| checked_length(&v)).unwrap_or(-1)
}

/// `__len__` of sequences.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_sq_length(slf: P) -> isize {
    length(slf)
}

/// `__len__` of mappings.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_mp_length(slf: P) -> isize {
    length(slf)
}

/// `__getitem__` by index.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_sq_item(slf: P, i: isize) -> P {
    // SAFETY: a live instance.
    let o = unsafe { Obj::from_ptr(slf) };
    result_ptr(Int::from_i64(i as i64).and_then(|i| call_required(sym!(__getitem__), &[o, &i])))
}

/// `__setitem__` and `__delitem__` by index.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_sq_ass_item(slf: P, i: isize, value: P) -> c_int {
    match Int::from_i64(i as i64) {
        // SAFETY: live arguments.
        Ok(i) => unsafe { slot_mp_ass_subscript(slf, i.as_raw(), value) },
        Err(Raised { .. }) => -1,
    }
}

/// `__setitem__` and `__delitem__`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_mp_ass_subscript(slf: P, key: P, value: P) -> c_int {
    // SAFETY: live arguments; a NULL value deletes.
    let (o, key, value) = unsafe { (Obj::from_ptr(slf), Obj::from_ptr(key), borrow_opt(value)) };
    int_status(match value {
        Some(v) => call_required(sym!(__setitem__), &[o, key, v]).map(drop),
        None => call_required(sym!(__delitem__), &[o, key]).map(drop),
    })
}

/// `__contains__`, else a search by iteration.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_sq_contains(slf: P, value: P) -> c_int {
    // SAFETY: live arguments.
    let (o, value) = unsafe { (Obj::from_ptr(slf), Obj::from_ptr(value)) };
    let r = (|| -> PyResult<bool> {
        match special(o, sym!(__contains__)) {
            Some(m) => {
                let m = m?;
                if m.function.is_none() {
                    bail!(TypeError, "'{}' object is not a container", o.type_name());
                }
                m.call(&[o, value])?.is_true()
            }
            None => {
                let it = match o.iter() {
                    Ok(it) => it,
                    Err(e) if e.matches(exc::TypeError()) => {
                        e.clear();
                        bail!(
                            TypeError,
                            "argument of type '{}' is not a container or iterable",
                            o.type_name()
                        );
                    }
                    Err(e) => return Err(e),
                };
                while let Some(item) = it.iter_next()? {
                    if item.equals(value)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    })();
    match r {
        Ok(b) => b as c_int,
        Err(Raised { .. }) => -1,
    }
}

macro_rules! async_slots {
    ($($slot:ident $name:ident)*) => { $(
        /// # Safety
        /// Called as a slot.
        pub unsafe extern "C" fn $slot(slf: P) -> P {
            // SAFETY: a live instance.
            let o = unsafe { Obj::from_ptr(slf) };
            result_ptr(match call_special(sym!($name), &[o]) {
                Some(r) => r,
                None => Err(raise!(AttributeError, "object {} does not have {} method", o.type_name(), stringify!($name))),
            })
        }
    )* };
}

async_slots! {
    slot_am_await __await__
    slot_am_aiter __aiter__
    slot_am_anext __anext__
}
