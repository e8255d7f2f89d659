//! Weak references: `weakref.ref`, and the list of an object's weak references.
//!
//! An object whose type allows it holds a list of its weak references (linked through `wr_prev` and `wr_next`), at
//! `tp_weaklistoffset` or, for types with a managed one, four words before the object. The plain reference and the
//! plain proxy without callbacks are shared and stand first. Proxies are in `weakproxy`.

use crate::error::{PyResult, unraisable};
use crate::gc;
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::{Head, Obj};
use crate::object::{AsObj, Object, Ref};
use crate::thread::ThreadState;
use crate::types::bool_::bool_obj;
use crate::types::dict::Dict;
use crate::types::none::{none, not_implemented};
use crate::types::str_::Str;
use crate::types::support::{full_type_name, generic_alias, type_alloc};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
pub use crate::types::weakproxy::{CallableProxy, Proxy};
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

/// Words from an object to its managed list of weak references.
pub const MANAGED_WEAKREF_OFFSET: isize = -4;

/// References that do not keep alive.
#[pytype(
    name = "weakref.ReferenceType", body = abi::PyWeakReference, export = "_PyWeakref_RefType", gc,
    vectorcall = vectorcall, flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct WeakRef;

/// Any of the three kinds, by its body.
type Link = *mut abi::PyWeakReference;

/// Where an object's list begins; `None` when its type does not allow weak references.
pub fn list_of(o: &Obj) -> Option<*mut Link> {
    let ty = o.ob_type();
    // SAFETY: flags and offset of the object's type describe its memory.
    unsafe {
        if ty.has_flag(abi::Py_TPFLAGS_MANAGED_WEAKREF) {
            return Some((o.as_ptr() as *mut Link).offset(MANAGED_WEAKREF_OFFSET));
        }
        let offset = ty.raw().tp_weaklistoffset;
        (offset > 0).then(|| (o.as_ptr() as *mut u8).offset(offset).cast())
    }
}

fn is_type(w: Link, ty: &Type) -> bool {
    // SAFETY: a live reference.
    unsafe { (*(w as *mut Head)).ob_type == ty.as_type_ptr() }
}

fn is_proxy(w: Link) -> bool {
    is_type(w, Proxy::type_object()) || is_type(w, CallableProxy::type_object())
}

/// The shared reference and the shared proxy at the start of a list.
unsafe fn basic(list: *mut Link) -> (Link, Link) {
    // SAFETY: links are live references.
    unsafe {
        let (mut r, mut p) = (null_mut(), null_mut());
        let mut w = *list;
        if !w.is_null() && (*w).wr_callback.is_null() {
            if is_type(w, WeakRef::type_object()) {
                r = w;
                w = (*w).wr_next;
            }
            if !w.is_null() && (*w).wr_callback.is_null() && is_proxy(w) {
                p = w;
            }
        }
        (r, p)
    }
}

unsafe fn alive(w: Link) -> bool {
    // SAFETY: NULL or a live link.
    !w.is_null() && unsafe { (*(w as *mut Head)).refcnt } != 0
}

unsafe fn insert_head(list: *mut Link, w: Link) {
    // SAFETY: a new link and a live list.
    unsafe {
        let next = *list;
        (*w).wr_prev = null_mut();
        (*w).wr_next = next;
        if !next.is_null() {
            (*next).wr_prev = w;
        }
        *list = w;
    }
}

unsafe fn insert_after(prev: Link, w: Link) {
    // SAFETY: a new link and a live one.
    unsafe {
        (*w).wr_prev = prev;
        (*w).wr_next = (*prev).wr_next;
        if !(*w).wr_next.is_null() {
            (*(*w).wr_next).wr_prev = w;
        }
        (*prev).wr_next = w;
    }
}

fn cannot_refer(o: &Obj) -> crate::Raised {
    crate::raise!(TypeError, "cannot create weak reference to '{}' object", o.type_name())
}

/// A reference of type `cls` (a proxy type or `ref` or a subclass), shared when it is plain.
pub(crate) fn make(cls: &Type, target: &Obj, callback: Option<&Obj>) -> PyResult<Object> {
    let Some(list) = list_of(target) else { return Err(cannot_refer(target)) };
    let callback = callback.filter(|c| !c.is_none());
    let is_ref = std::ptr::eq(cls, WeakRef::type_object());
    let proxy = std::ptr::eq(cls, Proxy::type_object()) || std::ptr::eq(cls, CallableProxy::type_object());
    // SAFETY: the list is looked at again after the allocation, which may run the collector.
    unsafe {
        if callback.is_none() {
            let (r, p) = basic(list);
            let shared = if is_ref {
                r
            } else if proxy {
                p
            } else {
                null_mut()
            };
            if alive(shared) {
                return Ok(Ref::from_borrowed(shared));
            }
        }
        let o = type_alloc(cls, 0)?;
        let w = o.as_raw() as Link;
        (*w).hash = -1;
        (*w).wr_object = target.as_ptr();
        (*w).wr_callback = callback.map_or(null_mut(), |c| c.to_owned().into_ptr());
        (*w).vectorcall = if proxy { None } else { Some(call_ref) };
        let (r, p) = basic(list);
        if callback.is_none() && is_ref {
            if alive(r) {
                // Somebody made one meanwhile; the new one is no link yet.
                (*w).wr_object = none().as_ptr();
                return Ok(Ref::from_borrowed(r));
            }
            insert_head(list, w);
        } else {
            let prev = if callback.is_none() && proxy {
                if alive(p) {
                    (*w).wr_object = none().as_ptr();
                    return Ok(Ref::from_borrowed(p));
                }
                r
            } else if p.is_null() {
                r
            } else {
                p
            };
            if prev.is_null() { insert_head(list, w) } else { insert_after(prev, w) }
        }
        Ok(o)
    }
}

/// What a reference or proxy refers to, while that is alive.
///
/// # Safety
/// `w` is a live reference.
#[inline]
pub(crate) unsafe fn target(w: Link) -> Option<Object> {
    // SAFETY: `wr_object` is a live object, one that is ending (count 0), or None.
    unsafe {
        let o = (*w).wr_object;
        if o.is_null() || o == none().as_ptr() || (*(o as *mut Head)).refcnt == 0 {
            return None;
        }
        Some(Ref::from_borrowed(o))
    }
}

/// What a reference or proxy of C refers to, while that is alive.
///
/// # Safety
/// `w` is a live reference.
pub unsafe fn referent(w: *mut abi::PyWeakReference) -> Option<Object> {
    // SAFETY: the caller's promise.
    unsafe { target(w) }
}

/// Ends one reference without calling its callback (`_PyWeakref_ClearRef`).
///
/// # Safety
/// `w` is a live reference.
pub unsafe fn end_link(w: *mut abi::PyWeakReference) {
    // SAFETY: the caller's promise.
    drop(unsafe { unlink(w) });
}

/// Takes a reference out of its object's list; it is dead then. Gives the callback back.
unsafe fn unlink(w: Link) -> Option<Object> {
    // SAFETY: a live link.
    unsafe {
        let o = (*w).wr_object;
        if o.is_null() {
            return None;
        }
        if o != none().as_ptr() {
            if let Some(list) = list_of(Obj::from_ptr(o))
                && *list == w
            {
                *list = (*w).wr_next;
            }
            (*w).wr_object = none().as_ptr();
            if !(*w).wr_prev.is_null() {
                (*(*w).wr_prev).wr_next = (*w).wr_next;
            }
            if !(*w).wr_next.is_null() {
                (*(*w).wr_next).wr_prev = (*w).wr_prev;
            }
            (*w).wr_prev = null_mut();
            (*w).wr_next = null_mut();
        }
        Ref::from_owned_opt(std::mem::replace(&mut (*w).wr_callback, null_mut()))
    }
}

/// How many weak references an object has.
pub fn weakref_count(o: &Obj) -> usize {
    let Some(list) = list_of(o) else { return 0 };
    let mut n = 0;
    // SAFETY: live links.
    unsafe {
        let mut w = *list;
        while !w.is_null() {
            n += alive(w) as usize;
            w = (*w).wr_next;
        }
    }
    n
}

/// An object's weak references.
pub fn weakrefs(o: &Obj) -> Vec<Object> {
    let Some(list) = list_of(o) else { return Vec::new() };
    let mut out = Vec::new();
    // SAFETY: live links.
    unsafe {
        let mut w = *list;
        while !w.is_null() {
            if alive(w) {
                out.push(Ref::from_borrowed(w));
            }
            w = (*w).wr_next;
        }
    }
    out
}

/// Kills all weak references of an object and gives back those with callbacks, for the caller to call.
pub fn take_callbacks(o: &Obj) -> Vec<(Object, Object)> {
    let Some(list) = list_of(o) else { return Vec::new() };
    let mut out = Vec::new();
    // SAFETY: each step takes the first link out.
    unsafe {
        while !(*list).is_null() {
            let w = *list;
            let keep: Option<Object> = alive(w).then(|| Ref::from_borrowed(w));
            if let (Some(callback), Some(w)) = (unlink(w), keep) {
                out.push((w, callback));
            }
        }
    }
    out
}

/// Calls the callbacks that `take_callbacks` gave; their errors are reported, not raised.
pub fn run_callbacks(callbacks: Vec<(Object, Object)>) {
    for (w, callback) in callbacks {
        if let Err(e) = callback.call(&[w.as_obj()]) {
            unraisable(e, "Exception ignored while calling weakref callback", Some(&callback));
        }
    }
}

/// Ends the weak references of an object that is about to be freed, and calls their callbacks
/// (`PyObject_ClearWeakRefs`). A pending exception stays pending.
pub fn clear_weakrefs(o: &Obj) {
    let callbacks = take_callbacks(o);
    if callbacks.is_empty() {
        return;
    }
    let ts = ThreadState::current();
    let pending = ts.take_exception();
    run_callbacks(callbacks);
    ts.set_exception(pending);
}

/// Kills the weak references of an object without calling anything (`_PyWeakref_ClearWeakRefsNoCallbacks`).
pub fn clear_without_callbacks(o: &Obj) {
    drop(take_callbacks(o));
}

/// `tp_dealloc` of references and proxies.
pub(crate) unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        gc::untrack(o);
        drop(unlink(o as Link));
        let ty = (*(o as *mut Head)).ob_type;
        if let Some(free) = (*ty).tp_free {
            free(o.cast());
        }
    }
}

/// `tp_traverse` of references and proxies.
pub(crate) unsafe extern "C" fn traverse(
    o: *mut abi::PyObject,
    visit: abi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: a live reference.
    unsafe {
        let callback = (*(o as Link)).wr_callback;
        match visit {
            Some(f) if !callback.is_null() => f(callback, arg),
            _ => 0,
        }
    }
}

/// `tp_clear` of references and proxies.
pub(crate) unsafe extern "C" fn clear_ref(o: *mut abi::PyObject) -> c_int {
    // SAFETY: a live reference.
    unsafe { drop(unlink(o as Link)) };
    0
}

/// `<weakref at 0x...; to 'C' at 0x...>`.
pub(crate) unsafe fn repr(w: Link, kind: &str, named: bool) -> PyResult<Ref<Str>> {
    // SAFETY: a live reference.
    let Some(o) = (unsafe { target(w) }) else {
        return Str::new(&format!("<{kind} at {w:p}; dead>"));
    };
    let to = format!("<{kind} at {w:p}; to '{}' at {:p}", full_type_name(o.ob_type()), o.as_raw());
    // Not asked of the object itself: its `__getattr__` is not meant for this.
    let name = if named { o.lookup_special(sym!(__name__))? } else { None };
    if let Some(n) = name
        && let Some(n) = n.downcast::<Str>()
    {
        return Str::new(&format!("{to} ({})>", n.to_string_lossy()));
    }
    Str::new(&format!("{to}>"))
}

/// `reference()`.
unsafe extern "C" fn call_ref(
    slf: *mut abi::PyObject,
    _args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: the vectorcall protocol.
    unsafe {
        let nargs = nargsf & !crate::object::call::ARGUMENTS_OFFSET;
        let keywords = (kwnames as *const Tuple).as_ref().is_some_and(|t| !t.is_empty());
        crate::object::native::result_ptr((*(slf as *const WeakRef)).called(nargs, keywords))
    }
}

impl WeakRef {
    /// A reference to an object.
    pub fn new(target: &Obj, callback: Option<&Obj>) -> PyResult<Ref<WeakRef>> {
        // SAFETY: made of this type.
        Ok(unsafe { make(WeakRef::type_object(), target, callback)?.cast_into_unchecked() })
    }

    /// The object, while it is alive.
    #[inline]
    pub fn get(&self) -> Option<Object> {
        // SAFETY: own body.
        unsafe { target(self.body()) }
    }

    fn called(&self, nargs: usize, keywords: bool) -> PyResult<Object> {
        if keywords {
            bail!(TypeError, "weakref() takes no keyword arguments");
        }
        if nargs != 0 {
            bail!(TypeError, "weakref expected 0 arguments, got {nargs}");
        }
        Ok(self.get().unwrap_or_else(|| none().to_owned()))
    }
}

fn arguments<'a>(name: &str, args: &'a Tuple) -> PyResult<(&'a Obj, Option<&'a Obj>)> {
    match args.items() {
        [o] => Ok((o, None)),
        [o, c] => Ok((o, Some(c))),
        [] => bail!(TypeError, "{name} expected at least 1 argument, got 0"),
        more => bail!(TypeError, "{name} expected at most 2 arguments, got {}", more.len()),
    }
}

#[pymethods(members(("__callback__", _Py_T_OBJECT, wr_callback, abi::Py_READONLY, ""),))]
impl WeakRef {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        let (o, callback) = arguments("__new__", args)?;
        make(cls, o, callback)
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "ref() takes no keyword arguments");
        }
        arguments("__init__", args).map(drop)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
        // SAFETY: passed on.
        unsafe { dealloc(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse_slot(
        o: *mut abi::PyObject,
        visit: abi::visitproc,
        arg: *mut c_void,
    ) -> c_int {
        // SAFETY: passed on.
        unsafe { traverse(o, visit, arg) }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: passed on.
        unsafe { clear_ref(o) }
    }

    #[slot(tp_call)]
    fn call_slot_(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.called(args.len(), kwargs.is_some_and(|k| !k.is_empty()))
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        // SAFETY: own body.
        unsafe { repr(self.body(), "weakref", true) }
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        // SAFETY: own body.
        unsafe {
            let b = self.body();
            if (*b).hash == -1 {
                let Some(o) = self.get() else { bail!(TypeError, "weak object has gone away") };
                (*b).hash = o.hash()?;
            }
            Ok((*b).hash)
        }
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(o), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<WeakRef>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        match (self.get(), o.get()) {
            (Some(a), Some(b)) => a.compare(&b, op),
            _ => Ok(bool_obj(self.is(o) == (op == CompareOp::Eq)).to_owned()),
        }
    }

    /// Weakrefs are generic over the type of the referenced object.
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

/// A proxy of an object, callable if the object is (`weakref.proxy`).
pub fn new_proxy(target: &Obj, callback: Option<&Obj>) -> PyResult<Object> {
    let cls = if target.is_callable() { CallableProxy::type_object() } else { Proxy::type_object() };
    make(cls, target, callback)
}

/// Completes the types of weak references and proxies.
pub fn ready_all() -> PyResult<()> {
    use crate::types::ready::ready;
    ready::<WeakRef>()?;
    ready::<Proxy>()?;
    ready::<CallableProxy>()
}
