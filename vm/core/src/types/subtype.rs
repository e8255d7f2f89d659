//! Instances of classes: their end, collection, slots, and the `__dict__` and `__weakref__` attributes.
//!
//! A class made by a class statement gets these functions; each calls the one of the nearest base that has its own.

use crate::error::{PyResult, Raised};
use crate::gc;
use crate::object::native::{borrow_opt, result_ptr};
use crate::object::obj::{Head, Obj, clear, decref};
use crate::object::refs::{AsObj, Object};
use crate::types::dict::{self, Dict};
use crate::types::dict_instance::dict_pointer;
use crate::types::none::none;
use crate::types::object_;
use crate::types::type_::Type;
use crate::types::weakref::clear_weakrefs;
use crate::{bail, raise, sym};
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

type P = *mut abi::PyObject;
type Visit = unsafe extern "C" fn(P, *mut c_void) -> c_int;

/// The member rows of a heap type's `__slots__`, which stand behind the type object.
///
/// # Safety
/// `ty` is a heap type.
pub unsafe fn slot_members(ty: &Type) -> *mut abi::PyMemberDef {
    // SAFETY: the metaclass's size is where the items begin.
    unsafe { (ty.as_type_ptr() as *mut u8).offset((*ty.type_ptr()).tp_basicsize).cast() }
}

/// How many there are.
pub fn slot_count(ty: &Type) -> usize {
    // SAFETY: a type object is of variable size.
    if ty.is_heap() { unsafe { (*ty.as_type_ptr()).ob_base.ob_size as usize } } else { 0 }
}

/// The object fields that `__slots__` of this very class added.
unsafe fn slot_fields(ty: &Type, o: P) -> impl Iterator<Item = *mut P> {
    // SAFETY: the caller has an instance of the heap type.
    let (members, n) = unsafe { (slot_members(ty), slot_count(ty)) };
    (0..n).filter_map(move |i| unsafe {
        let m = &*members.add(i);
        let owned = m.type_ == abi::Py_T_OBJECT_EX && m.flags & abi::Py_READONLY == 0;
        owned.then(|| (o as *mut u8).offset(m.offset).cast::<P>())
    })
}

fn same<F: Copy>(a: F, b: usize) -> bool {
    // SAFETY: optional function pointers are words.
    unsafe { std::mem::transmute_copy::<F, usize>(&a) == b }
}

fn is_subtype_dealloc(t: &Type) -> bool {
    same(t.raw().tp_dealloc, subtype_dealloc as *const () as usize)
}

/// Does the class use the clear function of class statements?
pub fn has_subtype_clear(t: &Type) -> bool {
    same(t.raw().tp_clear, subtype_clear as *const () as usize)
}

/// Calls `tp_finalize` once in an object's life (`PyObject_CallFinalizer`).
///
/// # Safety
/// `o` is alive.
pub unsafe fn call_finalizer(o: P) {
    // SAFETY: the caller's promise.
    unsafe {
        let t = Obj::from_ptr(o).ob_type();
        let Some(f) = t.raw().tp_finalize else { return };
        let collected = t.is_gc();
        if collected && gc::is_finalized(o) {
            return;
        }
        f(o);
        if collected {
            gc::set_finalized(o);
        }
    }
}

/// The finalizer of an object whose count is zero; `true` when it came back to life
/// (`PyObject_CallFinalizerFromDealloc`).
///
/// # Safety
/// Called from `tp_dealloc`.
pub unsafe fn finalize_dying(o: P) -> bool {
    // SAFETY: the object is revived for the call, its count is ours.
    unsafe {
        let h = o as *mut Head;
        (*h).refcnt = 1;
        call_finalizer(o);
        let n = (*h).refcnt;
        if (n as i32) >= 0 {
            (*h).refcnt = n - 1;
        }
        n != 1
    }
}

/// `tp_dealloc` of classes.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn subtype_dealloc(o: P) {
    // SAFETY: the last reference is gone; the order of steps is what weak references and finalizers rely on.
    unsafe {
        let ob = Obj::from_ptr(o);
        let ty = ob.ob_type();
        let native = native_base(ty);
        let collected = ty.is_gc();
        if collected {
            gc::untrack(o);
        }
        if ty.raw().tp_finalize.is_some() {
            if collected {
                gc::track(o);
            }
            if finalize_dying(o) {
                return;
            }
            if collected {
                gc::untrack(o);
            }
        }
        // The finalizer may have changed the class.
        let ty = ob.ob_type();
        let has_weak = ty.raw().tp_weaklistoffset != 0 && native.raw().tp_weaklistoffset == 0;
        if has_weak {
            clear_weakrefs(ob);
        }
        if let Some(del) = ty.raw().tp_del {
            // It is called with the count zero that the object has; a higher one means that it lives on.
            if collected {
                gc::track(o);
            }
            del(o);
            if (*(o as *mut Head)).refcnt > 0 {
                return;
            }
            if collected {
                gc::untrack(o);
            }
            if has_weak {
                clear_weakrefs(ob);
            }
        }
        let mut t = Some(ty);
        while let Some(c) = t
            && is_subtype_dealloc(c)
        {
            for f in slot_fields(c, o) {
                clear(f);
            }
            t = c.base();
        }
        let native = native_base(ty);
        if ty.has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
            dict::clear_managed_dict(o);
        } else if ty.raw().tp_dictoffset != 0
            && native.raw().tp_dictoffset == 0
            && let Some(p) = dict_pointer(ob)
        {
            clear(p);
        }
        let ty = ob.ob_type();
        let type_ptr = ty.as_ptr();
        // A heap base gives the type back itself.
        let give_back = ty.is_heap() && !native.is_heap();
        if native.is_gc() {
            gc::track(o);
        }
        if let Some(f) = native.raw().tp_dealloc {
            f(o);
        }
        if give_back {
            decref(type_ptr);
        }
    }
}

/// The nearest base with a deallocator of its own.
fn native_base(ty: &Type) -> &Type {
    let mut t = ty;
    while is_subtype_dealloc(t)
        && let Some(b) = t.base()
    {
        t = b;
    }
    t
}

/// `tp_traverse` of classes.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn subtype_traverse(o: P, visit: abi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live instance.
    unsafe {
        let Some(f): Option<Visit> = visit else { return 0 };
        let ob = Obj::from_ptr(o);
        let ty = ob.ob_type();
        let own = subtype_traverse as *const () as usize;
        let mut base = ty;
        while same(base.raw().tp_traverse, own) {
            for p in slot_fields(base, o) {
                if !(*p).is_null() {
                    let r = f(*p, arg);
                    if r != 0 {
                        return r;
                    }
                }
            }
            let Some(b) = base.base() else { break };
            base = b;
        }
        if ty.has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
            let r = dict::visit_managed_dict(o, visit, arg);
            if r != 0 {
                return r;
            }
        } else if ty.raw().tp_dictoffset != base.raw().tp_dictoffset
            && let Some(p) = dict_pointer(ob)
            && !(*p).is_null()
        {
            let r = f(*p, arg);
            if r != 0 {
                return r;
            }
        }
        let up = base.raw().tp_traverse.filter(|_| !same(base.raw().tp_traverse, own));
        // A heap base visits the type itself.
        if ty.is_heap() && (up.is_none() || !base.is_heap()) {
            let r = f(ty.as_ptr(), arg);
            if r != 0 {
                return r;
            }
        }
        match up {
            Some(up) => up(o, visit, arg),
            None => 0,
        }
    }
}

/// `tp_clear` of classes.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn subtype_clear(o: P) -> c_int {
    // SAFETY: an instance that only garbage refers to.
    unsafe {
        let ob = Obj::from_ptr(o);
        let ty = ob.ob_type();
        let mut base = ty;
        while has_subtype_clear(base) {
            for p in slot_fields(base, o) {
                clear(p);
            }
            let Some(b) = base.base() else { break };
            base = b;
        }
        if ty.has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
            dict::clear_managed_dict(o);
        } else if ty.raw().tp_dictoffset != base.raw().tp_dictoffset
            && let Some(p) = dict_pointer(ob)
        {
            clear(p);
        }
        match base.raw().tp_clear {
            Some(f) if !has_subtype_clear(base) => f(o),
            _ => 0,
        }
    }
}

// ---- __dict__ and __weakref__ ----

struct GetSets(UnsafeCell<[abi::PyGetSetDef; 3]>);
// SAFETY: read only.
unsafe impl Sync for GetSets {}

const DICT: abi::PyGetSetDef = abi::PyGetSetDef {
    name: c"__dict__".as_ptr(),
    get: Some(get_dict),
    set: Some(set_dict),
    doc: c"dictionary for instance variables".as_ptr(),
    closure: null_mut(),
};
const WEAKREF: abi::PyGetSetDef = abi::PyGetSetDef {
    name: c"__weakref__".as_ptr(),
    get: Some(get_weakref),
    set: None,
    doc: c"list of weak references to the object".as_ptr(),
    closure: null_mut(),
};
const END: abi::PyGetSetDef = crate::object::native::NO_GETSET;

static BOTH: GetSets = GetSets(UnsafeCell::new([DICT, WEAKREF, END]));
static DICT_ONLY: GetSets = GetSets(UnsafeCell::new([DICT, END, END]));
static WEAKREF_ONLY: GetSets = GetSets(UnsafeCell::new([WEAKREF, END, END]));

/// The getset table of a class that adds these to its base.
pub fn getsets(dict: bool, weakref: bool) -> *mut abi::PyGetSetDef {
    match (dict, weakref) {
        (true, true) => BOTH.0.get().cast(),
        (true, false) => DICT_ONLY.0.get().cast(),
        (false, true) => WEAKREF_ONLY.0.get().cast(),
        (false, false) => null_mut(),
    }
}

/// A native base that has a `__dict__` descriptor of its own (a subclass of `type` or of a function-like type).
fn native_dict_descriptor(o: &Obj) -> PyResult<Option<Object>> {
    let mut t = Some(o.ob_type());
    while let Some(c) = t {
        if c.raw().tp_dictoffset != 0 && !c.is_heap() {
            let d = c.lookup(sym!(__dict__)).filter(|d| d.ob_type().raw().tp_descr_set.is_some());
            return match d {
                Some(d) => Ok(Some(d.to_owned())),
                None => Ok(None),
            };
        }
        t = c.base();
    }
    Ok(None)
}

unsafe extern "C" fn get_dict(o: P, _: *mut c_void) -> P {
    // SAFETY: a live instance; slots of the descriptor's type.
    unsafe {
        let o = Obj::from_ptr(o);
        match native_dict_descriptor(o) {
            Ok(Some(d)) => match d.ob_type().raw().tp_descr_get {
                Some(get) => get(d.as_raw(), o.as_ptr(), o.type_ptr().cast()),
                None => {
                    let _ = raise!(
                        TypeError,
                        "this __dict__ descriptor does not support '{}' objects",
                        o.type_name()
                    );
                    null_mut()
                }
            },
            Ok(None) => result_ptr(object_::get_instance_dict(o)),
            Err(Raised { .. }) => null_mut(),
        }
    }
}

unsafe extern "C" fn set_dict(o: P, value: P, _: *mut c_void) -> c_int {
    // SAFETY: a live instance; NULL deletes.
    let (o, value) = unsafe { (Obj::from_ptr(o), borrow_opt(value)) };
    let r = (|| -> PyResult<()> {
        if let Some(d) = native_dict_descriptor(o)? {
            let Some(set) = d.ob_type().raw().tp_descr_set else {
                bail!(TypeError, "this __dict__ descriptor does not support '{}' objects", o.type_name());
            };
            // SAFETY: a slot of the descriptor's type.
            return crate::object::abstract_::status(unsafe {
                set(d.as_raw(), o.as_ptr(), crate::object::native::opt_ptr(value))
            });
        }
        match value {
            None => dict::set_instance_dict(o, None),
            Some(v) => match v.downcast::<Dict>() {
                Some(d) => dict::set_instance_dict(o, Some(d)),
                None => bail!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", v.type_name()),
            },
        }
    })();
    match r {
        Ok(()) => 0,
        Err(Raised { .. }) => -1,
    }
}

unsafe extern "C" fn get_weakref(o: P, _: *mut c_void) -> P {
    // SAFETY: a live instance, whose type tells where the list is.
    unsafe {
        let offset = (*Obj::from_ptr(o).type_ptr()).tp_weaklistoffset;
        if offset == 0 {
            let _ = raise!(AttributeError, "This object has no __weakref__");
            return null_mut();
        }
        let p = *((o as *mut u8).offset(offset) as *const P);
        borrow_opt(p).unwrap_or(none()).as_obj().to_owned().into_ptr()
    }
}
