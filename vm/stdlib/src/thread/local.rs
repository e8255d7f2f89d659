//! `_thread._local`: an object with a namespace for each thread.
//!
//! The object owns the namespaces, by thread; a thread that ends takes its own out of every such object.

use crate::util::{Boxed, data, dealloc_boxed, new_boxed, visit_all};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::object_::{generic_getattr, generic_getattr_opt, generic_setattr};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::types::weakref::WeakRef;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{c_int, c_void};

/// What a local owns. Guarded by the GIL, as every object.
pub struct LocalData {
    args: Ref<Tuple>,
    kwargs: Option<Ref<Dict>>,
    by_thread: RefCell<HashMap<u64, Ref<Dict>>>,
}

/// Weak references that a thread holds.
#[derive(Default)]
struct Used(Vec<Ref<WeakRef>>);

impl Drop for Used {
    /// A thread of C ends without the GIL, and objects must not be touched then: they are left to others.
    fn drop(&mut self) {
        if ThreadState::current_or_null().is_null() {
            super::foreign::leave_behind(std::mem::take(&mut self.0));
        }
    }
}

/// Sees to it that [`foreign::leave_behind`](super::foreign::leave_behind) is called when the calling thread ends.
pub(super) fn watch_end() {
    USED.with(|_| {});
}

thread_local! {
    /// The locals in which this thread has a namespace, weakly: they are asked for it when the thread ends.
    static USED: RefCell<Used> = const { RefCell::new(Used(Vec::new())) };
}

/// Thread-local data.
/// ---
/// Thread-local data
#[pytype(name = "_thread._local", body = Boxed<LocalData>, gc, weaklist = weakrefs, sig = "()", flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Local;

/// The address of `object.__init__`'s slot.
fn plain_init() -> usize {
    Obj::type_object().raw().tp_init.map_or(0, |f| f as usize)
}

/// The current state's number: unlike its address, no later state has it again.
fn this_thread() -> u64 {
    // SAFETY: own state.
    unsafe { (*ThreadState::current().c()).id }
}

/// Notes a local in which the calling thread has a namespace; those that died meanwhile leave the list before it grows.
fn remember(weak: Ref<WeakRef>) {
    USED.with_borrow_mut(|Used(used)| {
        if used.len() == used.capacity() {
            used.retain(|weak| weak.get().is_some());
        }
        used.push(weak);
    });
}

impl Local {
    /// The calling thread's namespace; the first use in a thread runs `__init__` again.
    fn namespace(&self) -> PyResult<Ref<Dict>> {
        let d = data(self);
        if let Some(dict) = d.by_thread.borrow().get(&this_thread()) {
            return Ok(dict.clone());
        }
        let dict = Dict::new()?;
        d.by_thread.borrow_mut().insert(this_thread(), dict.clone());
        let weak = WeakRef::new(self.as_obj(), None)?;
        remember(weak);
        let init = self.as_obj().ob_type().raw().tp_init;
        let own = init.is_some_and(|f| f as usize != plain_init());
        if own {
            let init = self.as_obj().ob_type().as_obj().get_attr(sym!(__init__))?;
            let mut args: Vec<&Obj> = vec![self.as_obj()];
            args.extend(d.args.items().iter().map(|a| &**a));
            let args = Tuple::from_slice(&args)?;
            if let Err(raised) = init.call_dict(&args, d.kwargs.as_deref()) {
                d.by_thread.borrow_mut().remove(&this_thread());
                return Err(raised);
            }
        }
        Ok(dict)
    }

    /// Is the attribute one of the type that wins over the namespace?
    fn is_data_descriptor(&self, name: &Str) -> bool {
        self.as_obj().ob_type().lookup(name).is_some_and(|d| d.ob_type().raw().tp_descr_set.is_some())
    }
}

/// Gives back the namespaces of a thread that ends.
pub fn end_thread() {
    leave(std::mem::take(&mut USED.take().0));
}

/// The calling thread's current state, one of several that it has, ends: as `end_thread`, for that state alone.
pub fn end_state() {
    let used = USED.with_borrow(|used| used.0.clone());
    leave(used);
}

/// Takes the namespaces of the current state out of these locals.
pub(super) fn leave(used: Vec<Ref<WeakRef>>) {
    for weak in used {
        let Some(alive) = weak.get() else { continue };
        if let Some(local) = alive.downcast::<Local>() {
            let dict = data(local).by_thread.borrow_mut().remove(&this_thread());
            drop(dict);
        }
    }
}

#[pymethods]
impl Local {
    #[slot(tp_new)]
    fn make(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let plain = cls.raw().tp_init.is_none_or(|f| f as usize == plain_init());
        if plain && (!args.is_empty() || kwargs.is_some_and(|k| !k.is_empty())) {
            bail!(TypeError, "Initialization arguments are not supported");
        }
        let made = new_boxed(
            cls,
            LocalData {
                args: args.to_ref(),
                kwargs: kwargs.map(ToRef::to_ref),
                by_thread: RefCell::new(HashMap::new()),
            },
        )?;
        if let Some(local) = made.downcast::<Local>() {
            // The thread that makes it runs `__init__` as part of the call.
            let dict = Dict::new()?;
            data(local).by_thread.borrow_mut().insert(this_thread(), dict);
            let weak = WeakRef::new(&made, None)?;
            remember(weak);
        }
        Ok(made)
    }

    #[slot(tp_getattro)]
    fn getattro(&self, name: &Obj) -> PyResult<Object> {
        let name = dovetail_core::object::abstract_::attribute_name(name)?;
        let dict = self.namespace()?;
        if name.equals_str("__dict__") {
            return Ok(dict.into_object());
        }
        if !self.is_data_descriptor(name)
            && let Some(v) = dict.get_str(name)
        {
            return Ok(v.to_owned());
        }
        match generic_getattr_opt(self.as_obj(), name)? {
            Some(v) => Ok(v),
            None => generic_getattr(self.as_obj(), name),
        }
    }

    #[slot(tp_setattro)]
    fn setattro(&self, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
        let name = dovetail_core::object::abstract_::attribute_name(name)?;
        if name.equals_str("__dict__") {
            let shown = self.as_obj().type_name().to_owned();
            return Err(raise!(AttributeError, "'{shown}' object attribute '__dict__' is read-only"));
        }
        let dict = self.namespace()?;
        if self.is_data_descriptor(name) {
            return generic_setattr(self.as_obj(), name, value);
        }
        match value {
            Some(v) => dict.set(name.as_obj(), v),
            None if dict.remove(name.as_obj())? => Ok(()),
            None => generic_setattr(self.as_obj(), name, None),
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the slot of this type.
        unsafe { dealloc_boxed::<LocalData>(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live local; everything visited is owned by it.
        unsafe {
            let d = (*(o as *mut Boxed<LocalData>)).data;
            let Some(visit) = visit else { return 0 };
            if d.is_null() {
                return 0;
            }
            let own = [(*d).args.as_raw()].into_iter().chain((*d).kwargs.iter().map(Ref::as_raw));
            let Ok(dicts) = (*d).by_thread.try_borrow() else { return 0 };
            visit_all(own.chain(dicts.values().map(Ref::as_raw)), visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live local.
        unsafe {
            let d = (*(o as *mut Boxed<LocalData>)).data;
            if !d.is_null() {
                drop((*d).by_thread.take());
            }
        }
        0
    }
}
