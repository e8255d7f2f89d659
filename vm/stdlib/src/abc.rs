//! `_abc`: what abstract base classes remember of their subclasses (PEP 3119).
//!
//! A class that was asked about is remembered by its address, together with a weak reference that tells whether the
//! class at that address is still the one that was meant. Dead entries are thrown out when a table grows.

use crate::util::{Boxed, data, dealloc_boxed, new_native};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::not_implemented;
use dovetail_core::types::property::is_abstract;
use dovetail_core::types::set::{FrozenSet, Set};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::types::weakref::WeakRef;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts registrations, of all classes: a negative answer holds until the next one. Counting the registrations of
/// all interpreters together only makes answers be looked up again.
static REGISTRATIONS: AtomicU64 = AtomicU64::new(0);

fn registrations() -> u64 {
    REGISTRATIONS.load(Ordering::Relaxed)
}

/// Spreads addresses.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_usize(*b as usize);
        }
    }
    fn write_usize(&mut self, n: usize) {
        self.0 = (self.0 ^ n as u64 >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Classes, held weakly.
#[derive(Default)]
struct Classes {
    known: HashMap<usize, Ref<WeakRef>, BuildHasherDefault<AddressHasher>>,
    /// The size at which dead entries are looked for.
    limit: usize,
}

impl Classes {
    fn contains(&self, cls: &Obj) -> bool {
        match self.known.get(&(cls.as_ptr() as usize)) {
            Some(w) => w.get().is_some(),
            None => false,
        }
    }

    fn add(&mut self, cls: &Obj, reference: Ref<WeakRef>) {
        if self.known.len() >= self.limit {
            self.known.retain(|_, w| w.get().is_some());
            self.limit = (2 * self.known.len()).max(16);
        }
        self.known.insert(cls.as_ptr() as usize, reference);
    }

    fn as_set(&self) -> PyResult<Ref<Set>> {
        let set = Set::new()?;
        for w in self.known.values().filter(|w| w.get().is_some()) {
            set.add(w.as_obj())?;
        }
        Ok(set)
    }
}

/// What one abstract class remembers.
pub struct State {
    registry: RefCell<Classes>,
    cache: RefCell<Classes>,
    negative: RefCell<Classes>,
    negative_version: Cell<u64>,
}

/// What an abstract class remembers, as an object.
/// ---
/// Internal state held by ABC machinery.
#[pytype(name = "_abc._abc_data", body = Boxed<State>)]
pub struct AbcData;

#[pymethods]
impl AbcData {
    #[slot(tp_new)]
    fn new_slot(_cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        Ok(new_data()?.into_object())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as the slot.
        unsafe { dealloc_boxed::<State>(o) }
    }
}

fn new_data() -> PyResult<Ref<AbcData>> {
    new_native(State {
        registry: RefCell::default(),
        cache: RefCell::default(),
        negative: RefCell::default(),
        negative_version: Cell::new(registrations()),
    })
}

/// The state object of a class.
fn state_of(cls: &Obj) -> PyResult<Ref<AbcData>> {
    let o = cls.get_attr(sym!(_abc_impl))?;
    match o.downcast_exact::<AbcData>() {
        Some(d) => Ok(d.to_ref()),
        None => bail!(TypeError, "_abc_impl is set to a wrong type"),
    }
}

fn remember(classes: &RefCell<Classes>, cls: &Obj) -> PyResult<()> {
    let w = WeakRef::new(cls, None)?;
    classes.borrow_mut().add(cls, w);
    Ok(())
}

/// The names of a class's methods that are still abstract.
fn abstract_names(cls: &Obj) -> PyResult<Ref<FrozenSet>> {
    let names = List::new()?;
    let namespace = cls.get_attr(sym!(__dict__))?;
    let items = namespace.call_method(sym!(items), &[])?;
    items.for_each(|item| {
        let Some(pair) = item.downcast::<Tuple>().filter(|t| t.len() == 2) else {
            bail!(TypeError, "iteration over .items() of a class namespace gave no pair");
        };
        if is_abstract(Some(pair.get(1)))? {
            names.push(pair.get(0).to_owned())?;
        }
        Ok(())
    })?;
    let bases = cls.get_attr(sym!(__bases__))?;
    let Some(bases) = bases.downcast::<Tuple>() else { bail!(TypeError, "__bases__ is not tuple") };
    for base in bases.items() {
        let Some(inherited) = base.get_attr_opt(sym!(__abstractmethods__))? else { continue };
        inherited.for_each(|name| {
            let value = cls.get_attr_opt(dovetail_core::object::abstract_::attribute_name(&name)?)?;
            if let Some(v) = value
                && is_abstract(Some(&v))?
            {
                names.push(name)?;
            }
            Ok(())
        })?;
    }
    FrozenSet::from_iterable(names.as_obj())
}

const COLLECTION_FLAGS: u64 = abi::Py_TPFLAGS_SEQUENCE | abi::Py_TPFLAGS_MAPPING;

fn set_collection_flag(cls: &Type, flag: u64) {
    if cls.flags() & COLLECTION_FLAGS == flag || cls.is_immutable() {
        return;
    }
    cls.set_flag(COLLECTION_FLAGS, false);
    cls.set_flag(flag, true);
    for s in cls.subclasses() {
        set_collection_flag(&s, flag);
    }
}

/// Module contains faster C implementation of abc.ABCMeta
#[pymodule(name = "_abc")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(_module: &Obj) -> PyResult<()> {
        dovetail_core::types::ready::ready::<AbcData>()
    }

    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[function(sig = "(self, /)")]
    fn _abc_init(cls: &Obj) -> PyResult<()> {
        let names = abstract_names(cls)?;
        cls.set_attr(sym!(__abstractmethods__), names.as_obj())?;
        cls.set_attr(sym!(_abc_impl), new_data()?.as_obj())?;
        let Some(ty) = cls.downcast::<Type>() else { return Ok(()) };
        let Some(flags) = ty.dict().get_str(sym!(__abc_tpflags__)).map(Obj::to_owned) else { return Ok(()) };
        if let Some(flags) = flags.downcast_exact::<Int>() {
            let flags = flags.to_i64().unwrap_or(0) as u64;
            if flags & COLLECTION_FLAGS == COLLECTION_FLAGS {
                bail!(TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
            }
            ty.set_flag(flags & COLLECTION_FLAGS, true);
        }
        ty.dict().remove(sym!(__abc_tpflags__).as_obj())?;
        ty.modified();
        Ok(())
    }

    /// Internal ABC helper for subclasss registration. Should be never used outside abc module.
    #[function(sig = "(self, subclass, /)")]
    fn _abc_register(cls: &Obj, subclass: &Obj) -> PyResult<Object> {
        let Some(sub) = subclass.downcast::<Type>() else { bail!(TypeError, "Can only register classes") };
        if subclass.is_subclass(cls)? {
            return Ok(subclass.to_owned());
        }
        if cls.is_subclass(subclass)? {
            bail!(RuntimeError, "Refusing to create an inheritance cycle");
        }
        remember(&data(&*state_of(cls)?).registry, subclass)?;
        REGISTRATIONS.fetch_add(1, Ordering::Relaxed);
        if let Some(ty) = cls.downcast::<Type>() {
            let flag = ty.flags() & COLLECTION_FLAGS;
            if flag != 0 {
                set_collection_flag(sub, flag);
            }
        }
        Ok(subclass.to_owned())
    }

    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[function(sig = "(self, instance, /)")]
    fn _abc_instancecheck(cls: &Obj, instance: &Obj) -> PyResult<Object> {
        let state = state_of(cls)?;
        let s = data(&*state);
        let subclass = match instance.get_attr_opt(sym!(__class__))? {
            Some(c) => c,
            None => instance.ob_type().as_obj().to_owned(),
        };
        if s.cache.borrow().contains(&subclass) {
            return Ok(bool_obj(true).to_owned());
        }
        let subtype = instance.ob_type().as_obj();
        if subtype.is(&subclass) {
            if s.negative_version.get() == registrations() && s.negative.borrow().contains(&subclass) {
                return Ok(bool_obj(false).to_owned());
            }
            return cls.call_method(sym!(__subclasscheck__), &[&subclass]);
        }
        let subtype = subtype.to_owned();
        let r = cls.call_method(sym!(__subclasscheck__), &[&subclass])?;
        if r.is_true()? { Ok(r) } else { cls.call_method(sym!(__subclasscheck__), &[&subtype]) }
    }

    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[function(sig = "(self, subclass, /)")]
    fn _abc_subclasscheck(cls: &Obj, subclass: &Obj) -> PyResult<bool> {
        let Some(sub) = subclass.downcast::<Type>() else {
            bail!(TypeError, "issubclass() arg 1 must be a class");
        };
        let state = state_of(cls)?;
        let s = data(&*state);
        if s.cache.borrow().contains(subclass) {
            return Ok(true);
        }
        if s.negative_version.get() < registrations() {
            *s.negative.borrow_mut() = Classes::default();
            s.negative_version.set(registrations());
        } else if s.negative.borrow().contains(subclass) {
            return Ok(false);
        }
        let hook = cls.call_method(sym!(__subclasshook__), &[subclass])?;
        if hook.is(bool_obj(true)) {
            remember(&s.cache, subclass)?;
            return Ok(true);
        }
        if hook.is(bool_obj(false)) {
            remember(&s.negative, subclass)?;
            return Ok(false);
        }
        if !hook.is(not_implemented()) {
            bail!(AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
        }
        if let Some(c) = cls.downcast::<Type>()
            && sub.is_subtype(c)
        {
            remember(&s.cache, subclass)?;
            return Ok(true);
        }
        if registered(s, subclass)? {
            return Ok(true);
        }
        let subclasses = cls.call_method(sym!(__subclasses__), &[])?;
        let Some(list) = subclasses.downcast::<List>() else {
            bail!(TypeError, "__subclasses__() must return a list");
        };
        for c in list.to_vec() {
            if subclass.is_subclass(&c)? {
                remember(&s.cache, subclass)?;
                return Ok(true);
            }
        }
        remember(&s.negative, subclass)?;
        Ok(false)
    }

    /// Is the class registered, or a subclass of a registered one?
    fn registered(s: &State, subclass: &Obj) -> PyResult<bool> {
        if s.registry.borrow().contains(subclass) {
            return Ok(true);
        }
        let classes: Vec<Object> = s.registry.borrow().known.values().filter_map(|w| w.get()).collect();
        for c in classes {
            if subclass.is_subclass(&c)? {
                remember(&s.cache, subclass)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call this function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[function(sig = "(self, /)")]
    fn _get_dump(cls: &Obj) -> PyResult<Ref<Tuple>> {
        let state = state_of(cls)?;
        let s = data(&*state);
        Tuple::from_vec(vec![
            s.registry.borrow().as_set()?.into_object(),
            s.cache.borrow().as_set()?.into_object(),
            s.negative.borrow().as_set()?.into_object(),
            Int::from_u64(s.negative_version.get())?.into_object(),
        ])
    }

    /// Internal ABC helper to reset both caches of a given class.
    ///
    /// Should be only used by refleak.py
    #[function(sig = "(self, /)")]
    fn _reset_caches(cls: &Obj) -> PyResult<()> {
        let state = state_of(cls)?;
        let s = data(&*state);
        *s.cache.borrow_mut() = Classes::default();
        *s.negative.borrow_mut() = Classes::default();
        Ok(())
    }

    /// Internal ABC helper to reset registry of a given class.
    ///
    /// Should be only used by refleak.py
    #[function(sig = "(self, /)")]
    fn _reset_registry(cls: &Obj) -> PyResult<()> {
        let state = state_of(cls)?;
        *data(&*state).registry.borrow_mut() = Classes::default();
        Ok(())
    }

    /// Returns the current ABC cache token.
    ///
    /// The token is an opaque object (supporting equality testing) identifying
    /// the current version of the ABC cache for virtual subclasses.  The token
    /// changes with every call to register() on any ABC.
    #[function(sig = "()")]
    fn get_cache_token() -> u64 {
        registrations()
    }
}

pub use module::MODULE;
