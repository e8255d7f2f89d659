//! `set` and `frozenset`: their methods and operators over the table of `set_table`.

use crate::error::{PyResult, Raised, exc};
use crate::gc;
use crate::object::convert::CompareOp;
use crate::object::obj::{Head, Obj, clear, decref};
use crate::object::{Native, Object, Ref, alloc};
use crate::thread::ThreadState;
use crate::types::bool_::bool_obj;
use crate::types::dict::{Dict, at_most_one};
use crate::types::list::List;
use crate::types::none::not_implemented;
use crate::types::set_table::{AnySet, dict_keys_with_hashes, dummy, hash_element};
use crate::types::str_::Str;
use crate::types::support::{
    TypeCall, called, generic_alias, key_error, owned, push_repr, reduce_list, type_alloc,
};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;
use std::ffi::{c_int, c_void};

/// Mutable sets.
/// ---
/// Build an unordered collection of unique elements.
#[pytype(
    name = "set", body = abi::PySetObject, export = "PySet_Type", gc, weaklist = weakreflist, sig = "(iterable=(), /)",
    flags = abi::Py_TPFLAGS_BASETYPE | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct Set;

/// Immutable sets.
/// ---
/// Build an immutable unordered collection of unique elements.
#[pytype(
    name = "frozenset", body = abi::PySetObject, export = "PyFrozenSet_Type", gc, weaklist = weakreflist,
    sig = "(iterable=(), /)", flags = abi::Py_TPFLAGS_BASETYPE | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct FrozenSet;

/// The common view of a set or frozenset.
#[inline]
pub fn any_set(o: &Obj) -> Option<&AnySet> {
    // SAFETY: checked.
    if is_any_set(o) { Some(unsafe { AnySet::from_obj(o) }) } else { None }
}

/// Is this a `set`, a `frozenset` or an instance of a subclass?
#[inline]
pub fn is_any_set(o: &Obj) -> bool {
    o.is_a::<Set>() || o.is_a::<FrozenSet>()
}

/// The elements of an exact set or frozenset with their hashes.
pub fn any_set_items(o: &Obj) -> Option<Vec<(Object, isize)>> {
    if o.is_exact::<Set>() || o.is_exact::<FrozenSet>() { any_set(o).map(AnySet::snapshot) } else { None }
}

/// A new set of type `cls`, filled from an iterable.
fn make(cls: &Type, iterable: Option<&Obj>) -> PyResult<Object> {
    // SAFETY: the body is completed before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        let s = AnySet::from_obj(&o);
        s.init_body();
        if let Some(x) = iterable {
            s.update(x)?;
        }
        Ok(o)
    }
}

/// The builtin type of a set: what operators give.
fn base_type(s: &AnySet) -> &'static Type {
    if s.is_a::<FrozenSet>() { FrozenSet::type_object() } else { Set::type_object() }
}

fn view(o: &Object) -> &AnySet {
    // SAFETY: made by `make`.
    unsafe { AnySet::from_obj(o) }
}

fn copy(s: &AnySet) -> PyResult<Object> {
    make(base_type(s), Some(s))
}

/// `key in s`; an unhashable set stands for the frozenset of its elements.
fn contains(s: &AnySet, key: &Obj) -> PyResult<bool> {
    with_set_key(key, |k| s.contains_hashed(k, hash_element(k)?))
}

/// Runs `f` with the key, or with a frozenset of it when it is a set and cannot be hashed.
fn with_set_key<T>(key: &Obj, f: impl Fn(&Obj) -> PyResult<T>) -> PyResult<T> {
    match f(key) {
        Err(e) if key.is_a::<Set>() && e.matches(exc::TypeError()) => {
            e.clear();
            f(&*make(FrozenSet::type_object(), Some(key))?)
        }
        r => r,
    }
}

fn intersection(s: &AnySet, other: &Obj) -> PyResult<Object> {
    if s.is(other) {
        return copy(s);
    }
    let out = make(base_type(s), None)?;
    if let Some(o) = any_set(other) {
        let (small, big) = if o.len() > s.len() { (s, o) } else { (o, s) };
        let mut pos = 0;
        while let Some((k, h)) = small.next(&mut pos) {
            let k = k.to_owned();
            if big.contains_hashed(&k, h)? {
                view(&out).add_hashed(&k, h)?;
            }
        }
        return Ok(out);
    }
    other.for_each(|k| {
        let h = k.hash()?;
        if s.contains_hashed(&k, h)? {
            view(&out).add_hashed(&k, h)?;
        }
        Ok(())
    })?;
    Ok(out)
}

fn intersection_all(s: &AnySet, others: &[&Obj]) -> PyResult<Object> {
    let Some((first, rest)) = others.split_first() else { return copy(s) };
    let mut out = intersection(s, first)?;
    for o in rest {
        out = intersection(view(&out), o)?;
    }
    Ok(out)
}

fn difference_update(s: &AnySet, other: &Obj) -> PyResult<()> {
    if s.is(other) {
        s.clear_items();
        return Ok(());
    }
    if let Some(o) = any_set(other) {
        // A much bigger set is not walked: only its common part with this one counts.
        let part;
        let o = if o.len() >> 3 > s.len() {
            part = intersection(s, o)?;
            view(&part)
        } else {
            o
        };
        let mut pos = 0;
        while let Some((k, h)) = o.next(&mut pos) {
            let k = k.to_owned();
            s.discard_hashed(&k, h)?;
        }
    } else {
        other.for_each(|k| s.discard_hashed(&k, hash_element(&k)?).map(drop))?;
    }
    s.shrink_dummies()
}

fn difference(s: &AnySet, other: &Obj) -> PyResult<Object> {
    if let Some(o) = any_set(other).filter(|o| s.len() >> 2 <= o.len()) {
        let out = make(base_type(s), None)?;
        let mut pos = 0;
        while let Some((k, h)) = s.next(&mut pos) {
            let k = k.to_owned();
            if !o.contains_hashed(&k, h)? {
                view(&out).add_hashed(&k, h)?;
            }
        }
        return Ok(out);
    }
    if let Some(d) = other.downcast_exact::<Dict>() {
        let out = make(base_type(s), None)?;
        let mut pos = 0;
        while let Some((k, h)) = s.next(&mut pos) {
            let k = k.to_owned();
            if d.lookup(&k, h)?.is_null() {
                view(&out).add_hashed(&k, h)?;
            }
        }
        return Ok(out);
    }
    let out = copy(s)?;
    difference_update(view(&out), other)?;
    Ok(out)
}

fn symmetric_difference_update(s: &AnySet, other: &Obj) -> PyResult<()> {
    if s.is(other) {
        s.clear_items();
        return Ok(());
    }
    let toggle = |k: &Obj, h: isize| -> PyResult<()> {
        if s.discard_hashed(k, h)?.is_none() {
            s.add_hashed(k, h)?;
        }
        Ok(())
    };
    if let Some(items) = dict_keys_with_hashes(other) {
        for (k, h) in items {
            toggle(&k, h)?;
        }
        return Ok(());
    }
    let made;
    let o = match any_set(other) {
        Some(o) => o,
        None => {
            made = make(base_type(s), Some(other))?;
            view(&made)
        }
    };
    let mut pos = 0;
    while let Some((k, h)) = o.next(&mut pos) {
        let k = k.to_owned();
        toggle(&k, h)?;
    }
    Ok(())
}

fn is_subset(s: &AnySet, other: &Obj) -> PyResult<bool> {
    let Some(o) = any_set(other) else {
        return Ok(view(&intersection(s, other)?).len() == s.len());
    };
    if s.len() > o.len() {
        return Ok(false);
    }
    let mut pos = 0;
    while let Some((k, h)) = s.next(&mut pos) {
        let found = match o.contains_same(k, h) {
            Some(found) => found,
            None => {
                let k = k.to_owned();
                o.contains_hashed(&k, h)?
            }
        };
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_superset(s: &AnySet, other: &Obj) -> PyResult<bool> {
    if let Some(o) = any_set(other) {
        return is_subset(o, s);
    }
    let it = other.iter()?;
    while let Some(k) = it.iter_next()? {
        if !contains(s, &k)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_disjoint(s: &AnySet, other: &Obj) -> PyResult<bool> {
    if s.is(other) {
        return Ok(s.is_empty());
    }
    if let Some(o) = any_set(other) {
        let (small, big) = if o.len() > s.len() { (s, o) } else { (o, s) };
        let mut pos = 0;
        while let Some((k, h)) = small.next(&mut pos) {
            let k = k.to_owned();
            if big.contains_hashed(&k, h)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let it = other.iter()?;
    while let Some(k) = it.iter_next()? {
        if s.contains_hashed(&k, hash_element(&k)?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(s: &AnySet, other: &Obj, op: CompareOp) -> PyResult<Object> {
    let Some(o) = any_set(other) else { return Ok(not_implemented().to_owned()) };
    // SAFETY: live sets.
    let (h, g) = unsafe { ((*s.b()).hash, (*o.b()).hash) };
    let equal =
        || Ok::<bool, Raised>(s.len() == o.len() && (h == -1 || g == -1 || h == g) && is_subset(s, o)?);
    let r = match op {
        CompareOp::Eq => equal()?,
        CompareOp::Ne => !equal()?,
        CompareOp::Le => is_subset(s, o)?,
        CompareOp::Ge => is_subset(o, s)?,
        CompareOp::Lt => s.len() < o.len() && is_subset(s, o)?,
        CompareOp::Gt => s.len() > o.len() && is_subset(o, s)?,
    };
    Ok(bool_obj(r).to_owned())
}

fn repr(s: &AnySet) -> PyResult<Ref<Str>> {
    let name = s.ob_type().name();
    let shown = ThreadState::current().repr_guard(s, || {
        if s.is_empty() {
            return Str::new(&format!("{name}()"));
        }
        let plain = s.is_exact::<Set>();
        let mut out = TextBuf::with_capacity(s.len() * 4 + 16);
        if !plain {
            out.push_str(name);
            out.push_str("(");
        }
        out.push_str("{");
        for (i, (k, _)) in s.snapshot().into_iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            push_repr(&mut out, &k)?;
        }
        out.push_str(if plain { "}" } else { "})" });
        Str::from_buf(out)
    });
    shown.unwrap_or_else(|| Str::new(&format!("{name}(...)")))
}

unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        gc::untrack(o);
        let b = o as *mut abi::PySetObject;
        if !(*b).weakreflist.is_null() {
            crate::types::weakref::clear_weakrefs(Obj::from_ptr(o));
        }
        let table = (*b).table;
        if !table.is_null() {
            for i in 0..=(*b).mask as usize {
                let k = (*table.add(i)).key;
                if !k.is_null() && k != dummy() {
                    decref(k);
                }
            }
            if table != (&raw mut (*b).smalltable).cast() {
                alloc::free(table.cast());
            }
        }
        let ty = (*(o as *mut Head)).ob_type;
        if let Some(free) = (*ty).tp_free {
            free(o.cast());
        }
    }
}

unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live set.
    unsafe {
        let Some(f) = visit else { return 0 };
        if (*(o as *mut abi::PySetObject)).table.is_null() {
            return 0;
        }
        let (s, mut pos) = (AnySet::from_obj(Obj::from_ptr(o)), 0);
        while let Some((k, _)) = s.next(&mut pos) {
            let r = f(k.as_ptr(), arg);
            if r != 0 {
                return r;
            }
        }
        0
    }
}

/// What both types have; the rest of a type's methods follow in braces.
macro_rules! set_type {
    ($ty:ident { $($extra:tt)* }) => {
        impl $ty {
            /// The common view.
            #[inline(always)]
            pub fn any(&self) -> &AnySet {
                // SAFETY: the same body.
                unsafe { AnySet::from_obj(self) }
            }

            #[inline(always)]
            pub fn len(&self) -> usize {
                self.any().len()
            }

            #[inline(always)]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// A set of the items of an iterable.
            pub fn from_iterable(iterable: &Obj) -> PyResult<Ref<$ty>> {
                // SAFETY: made of this type.
                Ok(unsafe { make($ty::type_object(), Some(iterable))?.cast_into_unchecked() })
            }

            /// An empty set.
            pub fn new() -> PyResult<Ref<$ty>> {
                // SAFETY: made of this type.
                Ok(unsafe { make($ty::type_object(), None)?.cast_into_unchecked() })
            }

            /// `key in self`.
            pub fn contains_key(&self, key: &Obj) -> PyResult<bool> {
                contains(self.any(), key)
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_dealloc, raw)]
            unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
                // SAFETY: passed on.
                unsafe { dealloc(o) }
            }

            #[slot(tp_traverse, raw)]
            unsafe extern "C" fn traverse_slot(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
                // SAFETY: passed on.
                unsafe { traverse(o, visit, arg) }
            }

            #[slot(tp_clear, raw)]
            unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
                // SAFETY: a live set.
                unsafe { AnySet::from_obj(Obj::from_ptr(o)).clear_items() };
                0
            }

            #[slot(tp_repr)]
            fn repr_slot(&self) -> PyResult<Ref<Str>> {
                repr(self.any())
            }

            #[slot(tp_iter)]
            fn iter_slot(&self) -> PyResult<Ref<SetIter>> {
                SetIter::new(self.any())
            }

            #[slot(tp_richcompare)]
            fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
                compare(self.any(), other, op)
            }

            #[slot(sq_length)]
            fn length(&self) -> usize {
                self.len()
            }

            #[slot(sq_contains)]
            fn contains_slot(&self, item: &Obj) -> PyResult<bool> {
                contains(self.any(), item)
            }

            #[slot(nb_subtract)]
            fn sub(a: &Obj, b: &Obj) -> PyResult<Object> {
                match (any_set(a), any_set(b)) {
                    (Some(x), Some(_)) => difference(x, b),
                    _ => Ok(not_implemented().to_owned()),
                }
            }

            #[slot(nb_and)]
            fn and(a: &Obj, b: &Obj) -> PyResult<Object> {
                match (any_set(a), any_set(b)) {
                    (Some(x), Some(_)) => intersection(x, b),
                    _ => Ok(not_implemented().to_owned()),
                }
            }

            #[slot(nb_xor)]
            fn xor(a: &Obj, b: &Obj) -> PyResult<Object> {
                match (any_set(a), any_set(b)) {
                    (Some(x), Some(_)) => sym_diff(x, b),
                    _ => Ok(not_implemented().to_owned()),
                }
            }

            #[slot(nb_or)]
            fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
                match (any_set(a), any_set(b)) {
                    (Some(x), Some(y)) => {
                        let out = copy(x)?;
                        if !x.is(y) {
                            view(&out).merge(y)?;
                        }
                        Ok(out)
                    }
                    _ => Ok(not_implemented().to_owned()),
                }
            }

            /// x.__contains__(y) <==> y in x.
            #[method(name = "__contains__", coexist)]
            fn contains_method(&self, object: &Obj) -> PyResult<bool> {
                contains(self.any(), object)
            }

            /// Return a new set with elements in the set that are not in the others.
            #[method]
            fn difference(&self, others: &[&Obj]) -> PyResult<Object> {
                let Some((first, rest)) = others.split_first() else { return copy(self.any()) };
                let out = difference(self.any(), first)?;
                for o in rest {
                    difference_update(view(&out), o)?;
                }
                Ok(out)
            }

            /// Return a new set with elements common to the set and all others.
            #[method]
            fn intersection(&self, others: &[&Obj]) -> PyResult<Object> {
                intersection_all(self.any(), others)
            }

            /// Return True if two sets have a null intersection.
            #[method]
            fn isdisjoint(&self, other: &Obj) -> PyResult<bool> {
                is_disjoint(self.any(), other)
            }

            /// Report whether another set contains this set.
            #[method]
            fn issubset(&self, other: &Obj) -> PyResult<bool> {
                is_subset(self.any(), other)
            }

            /// Report whether this set contains another set.
            #[method]
            fn issuperset(&self, other: &Obj) -> PyResult<bool> {
                is_superset(self.any(), other)
            }

            /// Return state information for pickling.
            #[method(name = "__reduce__")]
            fn reduce(&self) -> PyResult<Object> {
                let args = Tuple::from_vec(vec![List::from_iter_obj(self)?.into_object()])?;
                let state = self.call_method(sym!(__getstate__), &[])?;
                let out = Tuple::from_vec(vec![owned(self.ob_type()), args.into_object(), state])?;
                Ok(out.into_object())
            }

            /// S.__sizeof__() -> size of S in memory, in bytes.
            #[method(name = "__sizeof__")]
            fn sizeof(&self) -> usize {
                // SAFETY: a live set.
                unsafe {
                    let b = self.body();
                    let small = (*b).table == (&raw mut (*b).smalltable).cast();
                    let table = if small { 0 } else { ((*b).mask as usize + 1) * size_of::<abi::setentry>() };
                    self.ob_type().raw().tp_basicsize as usize + table
                }
            }

            /// Return a new set with elements in either the set or other but not both.
            #[method]
            fn symmetric_difference(&self, other: &Obj) -> PyResult<Object> {
                sym_diff(self.any(), other)
            }

            /// Return a new set with elements from the set and all others.
            #[method]
            fn union(&self, others: &[&Obj]) -> PyResult<Object> {
                let out = copy(self.any())?;
                for o in others {
                    if !self.is(o) {
                        view(&out).update(o)?;
                    }
                }
                Ok(out)
            }

            $($extra)*
        }
    };
}

fn sym_diff(s: &AnySet, other: &Obj) -> PyResult<Object> {
    let out = make(base_type(s), Some(other))?;
    symmetric_difference_update(view(&out), s)?;
    Ok(out)
}

impl Set {
    /// Adds an element.
    pub fn add(&self, key: &Obj) -> PyResult<()> {
        self.any().add(key).map(drop)
    }

    /// Removes an element; was it there?
    pub fn discard_key(&self, key: &Obj) -> PyResult<bool> {
        with_set_key(key, |k| Ok(self.any().discard_hashed(k, hash_element(k)?)?.is_some()))
    }

    /// Adds the items of an iterable.
    pub fn update_with(&self, other: &Obj) -> PyResult<()> {
        self.any().update(other)
    }

    /// Removes the items of an iterable.
    pub fn difference_update_with(&self, other: &Obj) -> PyResult<()> {
        difference_update(self.any(), other)
    }

    /// Keeps what is in exactly one of the set and the iterable.
    pub fn symmetric_difference_update_with(&self, other: &Obj) -> PyResult<()> {
        symmetric_difference_update(self.any(), other)
    }
}

set_type!(Set {
    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called(call, "set", 0, 1, |a| make(Set::type_object(), a.first().copied()))
    }

    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        make(cls, None)
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "set() takes no keyword arguments");
        }
        at_most_one("set", args.len())?;
        let iterable = args.items().first().map(|x| &**x);
        self.any().clear_items();
        // SAFETY: a live set.
        unsafe { (*self.body()).hash = -1 };
        match iterable {
            Some(x) => self.any().update(x),
            None => Ok(()),
        }
    }

    #[slot(nb_inplace_subtract)]
    fn isub(&self, other: &Obj) -> PyResult<Object> {
        if !is_any_set(other) {
            return Ok(not_implemented().to_owned());
        }
        difference_update(self.any(), other)?;
        Ok(owned(self))
    }

    #[slot(nb_inplace_and)]
    fn iand(&self, other: &Obj) -> PyResult<Object> {
        if !is_any_set(other) {
            return Ok(not_implemented().to_owned());
        }
        let out = intersection(self.any(), other)?;
        self.any().swap(view(&out));
        Ok(owned(self))
    }

    #[slot(nb_inplace_xor)]
    fn ixor(&self, other: &Obj) -> PyResult<Object> {
        if !is_any_set(other) {
            return Ok(not_implemented().to_owned());
        }
        symmetric_difference_update(self.any(), other)?;
        Ok(owned(self))
    }

    #[slot(nb_inplace_or)]
    fn ior(&self, other: &Obj) -> PyResult<Object> {
        if !is_any_set(other) {
            return Ok(not_implemented().to_owned());
        }
        self.any().update(other)?;
        Ok(owned(self))
    }

    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    #[method(name = "add")]
    fn add_method(&self, object: &Obj) -> PyResult<()> {
        self.add(object)
    }

    /// Remove all elements from this set.
    #[method]
    fn clear(&self) {
        self.any().clear_items()
    }

    /// Return a shallow copy of a set.
    #[method(name = "copy")]
    fn copy_method(&self) -> PyResult<Object> {
        copy(self.any())
    }

    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise
    /// an exception when an element is missing from the set.
    #[method]
    fn discard(&self, object: &Obj) -> PyResult<()> {
        self.discard_key(object).map(drop)
    }

    /// Update the set, removing elements found in others.
    #[method(name = "difference_update")]
    fn difference_update_method(&self, others: &[&Obj]) -> PyResult<()> {
        for o in others {
            difference_update(self.any(), o)?;
        }
        Ok(())
    }

    /// Update the set, keeping only elements found in it and all others.
    #[method(name = "intersection_update")]
    fn intersection_update_method(&self, others: &[&Obj]) -> PyResult<()> {
        let out = intersection_all(self.any(), others)?;
        self.any().swap(view(&out));
        Ok(())
    }

    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    #[method]
    fn pop(&self) -> PyResult<Object> {
        match self.any().pop_any() {
            Some(k) => Ok(k),
            None => bail!(KeyError, "pop from an empty set"),
        }
    }

    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    #[method]
    fn remove(&self, object: &Obj) -> PyResult<()> {
        if self.discard_key(object)? { Ok(()) } else { Err(key_error(object)) }
    }

    /// Update the set, keeping only elements found in either set, but not in both.
    #[method(name = "symmetric_difference_update")]
    fn symmetric_difference_update_method(&self, other: &Obj) -> PyResult<()> {
        symmetric_difference_update(self.any(), other)
    }

    /// Update the set, adding elements from all others.
    #[method]
    fn update(&self, others: &[&Obj]) -> PyResult<()> {
        for o in others {
            self.any().update(o)?;
        }
        Ok(())
    }

    /// sets are generic over the type of their elements
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
});

set_type!(FrozenSet {
    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called(call, "frozenset", 0, 1, |a| match a.first() {
            Some(x) if x.is_exact::<FrozenSet>() => Ok(Obj::to_owned(x)),
            x => make(FrozenSet::type_object(), x.copied()),
        })
    }

    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let exact = std::ptr::eq(cls, FrozenSet::type_object());
        let own_init = cls.raw().tp_init.map(|f| f as usize) != FrozenSet::type_object().raw().tp_init.map(|f| f as usize);
        if !own_init && kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "frozenset() takes no keyword arguments");
        }
        at_most_one("frozenset", args.len())?;
        match args.items().first() {
            Some(x) if exact && x.is_exact::<FrozenSet>() => Ok(x.clone()),
            x => make(cls, x.map(|x| &**x)),
        }
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> isize {
        // SAFETY: a live set; the cache is -1 until known.
        unsafe {
            let b = self.body();
            if (*b).hash == -1 {
                (*b).hash = self.any().hash_of_elements();
            }
            (*b).hash
        }
    }

    /// Return a shallow copy of a set.
    #[method(name = "copy")]
    fn copy_method(&self) -> PyResult<Object> {
        if self.is_exact::<FrozenSet>() { Ok(owned(self)) } else { copy(self.any()) }
    }

    /// frozensets are generic over the type of their elements
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
});

/// An iterator over a set: `used` is the set's size at the start, -1 after it changed.
#[repr(C)]
pub struct SetIterBody {
    pub ob_base: abi::PyObject,
    pub set: *mut abi::PyObject,
    pub used: isize,
    pub pos: isize,
    pub len: isize,
}

/// `iter(set)`.
#[pytype(name = "set_iterator", body = SetIterBody, export = "PySetIter_Type", refs(set), gc)]
pub struct SetIter;

impl SetIter {
    /// An iterator at the start.
    pub fn new(s: &AnySet) -> PyResult<Ref<SetIter>> {
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let it = alloc::new_body::<SetIter>()?;
            let b = it.body();
            (*b).set = Obj::to_owned(s).into_ptr();
            (*b).used = s.len() as isize;
            (*b).len = s.len() as isize;
            Ok(it)
        }
    }

    fn set(&self) -> Option<&AnySet> {
        // SAFETY: NULL or an owned set.
        unsafe { ((*self.body()).set as *const AnySet).as_ref() }
    }
}

#[pymethods]
impl SetIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let b = self.body();
        let Some(s) = self.set() else { return Ok(None) };
        // SAFETY: own fields.
        unsafe {
            if (*b).used != s.len() as isize {
                (*b).used = -1;
                bail!(RuntimeError, "Set changed size during iteration");
            }
            let mut pos = (*b).pos as usize;
            let found = s.next(&mut pos).map(|(k, _)| k.to_owned());
            (*b).pos = pos as isize;
            match found {
                Some(k) => {
                    (*b).len -= 1;
                    Ok(Some(k))
                }
                None => {
                    clear(&raw mut (*b).set);
                    Ok(None)
                }
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> isize {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            match self.set() {
                Some(s) if (*b).used == s.len() as isize => (*b).len,
                _ => 0,
            }
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let mut out = Vec::new();
        if let Some(s) = self.set() {
            // SAFETY: own fields.
            let mut pos = unsafe { (*self.body()).pos } as usize;
            while let Some((k, _)) = s.next(&mut pos) {
                out.push(k.to_owned());
            }
        }
        reduce_list(out)
    }
}
