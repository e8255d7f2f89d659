//! What a pickler has written and an unpickler has read, by number; and the proxies that show it to Python.

use super::pickler::Pickler;
use super::unpickler::Unpickler;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef, alloc};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes a pointer by its middle bits.
#[derive(Default)]
pub struct PointerHash(u64);

impl Hasher for PointerHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    #[inline]
    fn write_usize(&mut self, p: usize) {
        self.0 = (p as u64 >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Objects by address, kept alive, with their numbers.
pub type Memo = HashMap<usize, (Object, usize), BuildHasherDefault<PointerHash>>;

#[repr(C)]
pub struct ProxyBody {
    ob_base: abi::PyObject,
    owner: *mut abi::PyObject,
}

/// A pickler's memo.
#[pytype(name = "_pickle.PicklerMemoProxy", body = ProxyBody, gc, refs(owner))]
pub struct PicklerMemo;

/// An unpickler's memo.
#[pytype(name = "_pickle.UnpicklerMemoProxy", body = ProxyBody, gc, refs(owner))]
pub struct UnpicklerMemo;

fn proxy<T: Native<Body = ProxyBody>>(owner: &Obj) -> PyResult<Ref<T>> {
    // SAFETY: the field owns what it gets.
    unsafe {
        let p = alloc::new_body::<T>()?;
        (*Native::body(&*p)).owner = owner.to_owned().into_ptr();
        Ok(p)
    }
}

fn reduced(dict: Ref<Dict>) -> PyResult<Ref<Tuple>> {
    let args = Tuple::from_slice(&[dict.as_obj()])?;
    Tuple::from_slice(&[Dict::type_object().as_obj(), args.as_obj()])
}

impl PicklerMemo {
    pub fn new(p: &Pickler) -> PyResult<Ref<PicklerMemo>> {
        proxy(p.as_obj())
    }

    pub fn owner(&self) -> Ref<Pickler> {
        // SAFETY: filled when made, with a pickler.
        unsafe { &*((*self.body()).owner as *const Pickler) }.to_ref()
    }

    fn dict(&self) -> PyResult<Ref<Dict>> {
        let out = Dict::new()?;
        let rows: Vec<(usize, (Object, usize))> =
            self.owner().state().memo.iter().map(|(k, v)| (*k, v.clone())).collect();
        for (key, (o, n)) in rows {
            let n = Int::from_usize(n)?;
            let pair = Tuple::from_slice(&[n.as_obj(), &o])?;
            out.set(Int::from_usize(key)?.as_obj(), pair.as_obj())?;
        }
        Ok(out)
    }
}

#[pymethods]
impl PicklerMemo {
    #[slot(tp_hash, raw)]
    unsafe extern "C" fn hash(o: *mut abi::PyObject) -> isize {
        // SAFETY: called as a slot.
        unsafe { dovetail_core::object::slotdefs::hash_not_implemented(o) }
    }

    /// Remove all items from memo.
    #[method]
    fn clear(&self) {
        drop(std::mem::take(&mut self.owner().state().memo));
    }

    /// Copy the memo to a new object.
    #[method]
    fn copy(&self) -> PyResult<Ref<Dict>> {
        self.dict()
    }

    /// Implement pickle support.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        reduced(self.dict()?)
    }
}

impl UnpicklerMemo {
    pub fn new(p: &Unpickler) -> PyResult<Ref<UnpicklerMemo>> {
        proxy(p.as_obj())
    }

    pub fn owner(&self) -> Ref<Unpickler> {
        // SAFETY: filled when made, with an unpickler.
        unsafe { &*((*self.body()).owner as *const Unpickler) }.to_ref()
    }

    fn dict(&self) -> PyResult<Ref<Dict>> {
        let out = Dict::new()?;
        let rows: Vec<Option<Object>> = self.owner().state().memo.clone();
        for (i, o) in rows.iter().enumerate() {
            if let Some(o) = o {
                out.set(Int::from_usize(i)?.as_obj(), o)?;
            }
        }
        Ok(out)
    }
}

#[pymethods]
impl UnpicklerMemo {
    #[slot(tp_hash, raw)]
    unsafe extern "C" fn hash(o: *mut abi::PyObject) -> isize {
        // SAFETY: called as a slot.
        unsafe { dovetail_core::object::slotdefs::hash_not_implemented(o) }
    }

    /// Remove all items from memo.
    #[method]
    fn clear(&self) {
        drop(std::mem::take(&mut self.owner().state().memo));
    }

    /// Copy the memo to a new object.
    #[method]
    fn copy(&self) -> PyResult<Ref<Dict>> {
        self.dict()
    }

    /// Implement pickling support.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        reduced(self.dict()?)
    }
}

/// The value of an assignment to `Pickler.memo`.
pub fn pickler_memo(value: Option<&Obj>) -> PyResult<Memo> {
    let Some(value) = value else { bail!(TypeError, "attribute deletion is not supported") };
    if let Some(p) = value.downcast_exact::<PicklerMemo>() {
        return Ok(p.owner().state().memo.iter().map(|(k, v)| (*k, v.clone())).collect());
    }
    let Some(d) = value.downcast::<Dict>() else {
        bail!(
            TypeError,
            "'memo' attribute must be a PicklerMemoProxy object or dict, not {}",
            value.type_name()
        );
    };
    let mut memo = Memo::default();
    for (_, v) in d.iter_borrowed() {
        let Some(t) = v.downcast::<Tuple>().filter(|t| t.len() == 2) else {
            bail!(TypeError, "'memo' values must be 2-item tuples");
        };
        let n = usize::try_from(t.get(0).as_isize()?)
            .map_err(|_| raise!(ValueError, "memo id must be positive"))?;
        let o = t.get(1).to_owned();
        memo.insert(o.as_raw() as usize, (o, n));
    }
    Ok(memo)
}

/// The value of an assignment to `Unpickler.memo`.
pub fn unpickler_memo(value: Option<&Obj>) -> PyResult<Vec<Option<Object>>> {
    let Some(value) = value else { bail!(TypeError, "attribute deletion is not supported") };
    if let Some(p) = value.downcast_exact::<UnpicklerMemo>() {
        return Ok(p.owner().state().memo.clone());
    }
    let Some(d) = value.downcast::<Dict>() else {
        bail!(
            TypeError,
            "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {}",
            value.type_name()
        );
    };
    let mut memo = Vec::new();
    for (k, v) in d.iter_borrowed() {
        if !k.is_a::<Int>() {
            bail!(TypeError, "memo key must be integers");
        }
        let Ok(i) = usize::try_from(k.as_isize()?) else {
            bail!(ValueError, "memo key must be positive integers.");
        };
        put(&mut memo, i, v.to_owned())?;
    }
    Ok(memo)
}

/// Stores a value under its number.
pub fn put(memo: &mut Vec<Option<Object>>, i: usize, value: Object) -> PyResult<()> {
    if i >= memo.len() {
        let more = (i + 1).saturating_sub(memo.len());
        memo.try_reserve(more).map_err(|_| dovetail_core::error::no_memory())?;
        memo.resize(i + 1, None);
    }
    let old = memo[i].replace(value);
    drop(old);
    Ok(())
}
