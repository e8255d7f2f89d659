//! `objimpl.h`, `cpython/objimpl.h`: making and freeing objects, the collector, finalizers.

use crate::boundary::P;
use dovetail_core::bail;
use dovetail_core::error::{PyResult, no_memory};
use dovetail_core::gc::{self, collect};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::obj::Head;
use dovetail_core::object::{Obj, alloc, traced};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::subtype;
use dovetail_core::types::type_::Type;
use dovetail_core::types::weakref;
use dovetail_macros::capi;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

// ---- headers ----

/// Writes the header of a new object into memory of the caller; NULL raises `MemoryError`.
#[capi]
unsafe fn PyObject_Init(object: P, ty: &Type) -> PyResult<P> {
    if object.is_null() {
        return Err(no_memory());
    }
    // SAFETY: memory for an instance.
    unsafe { alloc::init(object, ty) };
    Ok(object)
}

/// As `PyObject_Init`, with the number of items.
#[capi]
unsafe fn PyObject_InitVar(
    object: *mut abi::PyVarObject,
    ty: &Type,
    size: isize,
) -> PyResult<*mut abi::PyVarObject> {
    if object.is_null() {
        return Err(no_memory());
    }
    // SAFETY: memory for an instance.
    unsafe {
        alloc::init(object.cast(), ty);
        (*object).ob_size = size;
    }
    Ok(object)
}

/// A header that begins to count at one.
#[capi(alias = "_Py_NewReferenceNoTotal")]
unsafe fn _Py_NewReference(object: P) {
    // SAFETY: memory of an object; the count and its flags share a word.
    unsafe { object.cast::<u64>().write(1) }
}

/// Nothing: an object whose end was stopped lives on with the count that the caller gave it.
#[capi]
unsafe fn _Py_ResurrectReference(_object: P) {}

/// Nothing: only builds that list all objects do something here.
#[capi]
unsafe fn _Py_ForgetReference(_object: P) {}

/// Bytes of an instance, without what stands before it.
fn size_of_instance(ty: &Type, items: isize) -> PyResult<usize> {
    alloc::var_size(ty, items).ok_or_else(no_memory)
}

/// An instance without GC head, whose fields are not set.
#[capi]
fn _PyObject_New(ty: &Type) -> PyResult<P> {
    // SAFETY: fresh memory of the type's size.
    unsafe {
        let p = alloc::malloc(size_of_instance(ty, 0)?);
        if p.is_null() {
            return Err(no_memory());
        }
        alloc::init(p.cast(), ty);
        Ok(p.cast())
    }
}

/// As `_PyObject_New`, with a number of items.
#[capi]
fn _PyObject_NewVar(ty: &Type, items: isize) -> PyResult<*mut abi::PyVarObject> {
    // SAFETY: fresh memory of the type's size.
    unsafe {
        let p = alloc::malloc(size_of_instance(ty, items)?);
        if p.is_null() {
            return Err(no_memory());
        }
        let o = p.cast::<abi::PyVarObject>();
        (*o).ob_size = items;
        alloc::init(o.cast(), ty);
        Ok(o)
    }
}

/// An instance with GC head, not tracked yet.
#[capi]
fn _PyObject_GC_New(ty: &Type) -> PyResult<P> {
    // SAFETY: a type of C with GC.
    unsafe { alloc::gc_new(ty, 0, 0) }
}

/// As `_PyObject_GC_New`, with a number of items.
#[capi]
fn _PyObject_GC_NewVar(ty: &Type, items: isize) -> PyResult<*mut abi::PyVarObject> {
    if items < 0 {
        return Err(crate::boundary::bad_internal_call());
    }
    // SAFETY: a type of C with GC.
    unsafe {
        let o = alloc::gc_new(ty, items, 0)?.cast::<abi::PyVarObject>();
        (*o).ob_size = items;
        Ok(o)
    }
}

/// An instance with GC head and zeroed bytes behind its fields.
#[capi]
fn PyUnstable_Object_GC_NewWithExtraData(ty: &Type, extra: usize) -> PyResult<P> {
    // SAFETY: a type of C with GC.
    unsafe { alloc::gc_new(ty, 0, extra) }
}

/// Resizes an untracked instance for another number of items.
#[capi]
unsafe fn _PyObject_GC_Resize(
    object: *mut abi::PyVarObject,
    items: isize,
) -> PyResult<*mut abi::PyVarObject> {
    // SAFETY: an untracked object of C, moved with all that stands before it.
    unsafe {
        let ty = Obj::from_ptr(object.cast()).ob_type();
        if gc::is_tracked(object.cast()) {
            bail!(SystemError, "bad argument to internal function");
        }
        let pre = alloc::presize(ty);
        let size = size_of_instance(ty, items)?;
        let p = alloc::realloc(object.cast::<u8>().sub(pre), pre + size);
        if p.is_null() {
            return Err(no_memory());
        }
        let o = p.add(pre).cast::<abi::PyVarObject>();
        (*o).ob_size = items;
        Ok(o)
    }
}

// ---- the collector ----

/// Begins to track an object.
#[capi]
unsafe fn PyObject_GC_Track(object: *mut c_void) {
    // SAFETY: a collected object that is complete.
    unsafe {
        if gc::is_tracked(object.cast()) {
            dovetail_core::hooks::fatal("PyObject_GC_Track: object already tracked by the garbage collector");
        }
        gc::track(object.cast());
    }
}

/// Stops tracking an object, where it is tracked.
#[capi]
unsafe fn PyObject_GC_UnTrack(object: *mut c_void) {
    // SAFETY: a collected object.
    unsafe { gc::untrack(object.cast()) }
}

/// Frees an object that has a GC head.
#[capi]
unsafe fn PyObject_GC_Del(object: *mut c_void) {
    // SAFETY: the object's contents are gone.
    unsafe { alloc::gc_del(object) }
}

/// Is it tracked? No for objects without GC head.
#[capi]
unsafe fn PyObject_GC_IsTracked(object: P) -> c_int {
    // SAFETY: a live object.
    unsafe { c_int::from(gc::is_gc(Obj::from_ptr(object)) && gc::is_tracked(object)) }
}

/// Was its finalizer called?
#[capi]
unsafe fn PyObject_GC_IsFinalized(object: P) -> c_int {
    // SAFETY: a live object.
    unsafe { c_int::from(gc::is_gc(Obj::from_ptr(object)) && gc::is_finalized(object)) }
}

/// Has it a GC head?
#[capi]
fn PyObject_IS_GC(object: &Obj) -> bool {
    gc::is_gc(object)
}

fn state() -> &'static gc::GcState {
    &Interpreter::current().gc
}

/// Collects everything, when the collector is enabled and not at work; the number of unreachable objects.
#[capi]
fn PyGC_Collect() -> isize {
    let s = state();
    if !s.enabled.get() || s.collecting.get() {
        return 0;
    }
    let pending = ThreadState::current().take_exception();
    let n = collect::collect(gc::GENERATIONS - 1, collect::Reason::Manual);
    ThreadState::current().set_exception(pending);
    n as isize
}

/// Enables the collector; whether it was enabled before.
#[capi]
fn PyGC_Enable() -> c_int {
    c_int::from(state().enabled.replace(true))
}

/// Disables the collector; whether it was enabled before.
#[capi]
fn PyGC_Disable() -> c_int {
    c_int::from(state().enabled.replace(false))
}

/// Is the collector enabled?
#[capi]
fn PyGC_IsEnabled() -> c_int {
    c_int::from(state().enabled.get())
}

/// Calls a function for each tracked object until it returns 0.
#[capi]
unsafe fn PyUnstable_GC_VisitObjects(visit: abi::gcvisitobjects_t, arg: *mut c_void) {
    let Some(visit) = visit else { return };
    let s = state();
    let enabled = s.enabled.replace(false);
    if let Ok(all) = gc::inspect::objects(None) {
        for o in all.items() {
            // SAFETY: live objects; the collector is at rest.
            if unsafe { visit(o.as_raw(), arg) } == 0 {
                break;
            }
        }
    }
    s.enabled.set(enabled);
}

// ---- the end of objects ----

/// Calls the finalizer, once in the object's life.
#[capi]
unsafe fn PyObject_CallFinalizer(object: P) {
    // SAFETY: a live object.
    unsafe { subtype::call_finalizer(object) }
}

/// The finalizer of an object that ends: -1 when it came back to life.
#[capi]
unsafe fn PyObject_CallFinalizerFromDealloc(object: P) -> c_int {
    // SAFETY: called from tp_dealloc, at count zero.
    unsafe {
        if (*(object as *const Head)).refcnt != 0 {
            dovetail_core::hooks::fatal(
                "PyObject_CallFinalizerFromDealloc called on object with a non-zero refcount",
            );
        }
        if subtype::finalize_dying(object) { -1 } else { 0 }
    }
}

/// Ends the weak references of an object that ends, and calls their callbacks.
#[capi]
unsafe fn PyObject_ClearWeakRefs(object: P) {
    if object.is_null() {
        let _ = crate::boundary::bad_internal_call();
        return;
    }
    // SAFETY: called from tp_dealloc, at count zero.
    unsafe {
        let o = Obj::from_ptr(object);
        if weakref::list_of(o).is_none() || (*(object as *const Head)).refcnt != 0 {
            let _ = crate::boundary::bad_internal_call();
            return;
        }
        weakref::clear_weakrefs(o);
    }
}

/// Ends the weak references of an object that ends, without calling anything.
#[capi]
unsafe fn PyUnstable_Object_ClearWeakRefsNoCallbacks(object: P) {
    // SAFETY: called from tp_dealloc.
    unsafe { weakref::clear_without_callbacks(Obj::from_ptr(object)) }
}

/// Where an object has its list of weak references.
#[capi]
fn PyObject_GET_WEAKREFS_LISTPTR(object: &Obj) -> *mut P {
    weakref::list_of(object).map_or(null_mut(), |p| p.cast())
}

/// May instances have weak references?
#[capi]
fn PyType_SUPPORTS_WEAKREFS(ty: &Type) -> c_int {
    c_int::from(ty.has_flag(abi::Py_TPFLAGS_MANAGED_WEAKREF) || ty.raw().tp_weaklistoffset > 0)
}

// ---- chains of containers deeper than the C stack (Py_TRASHCAN_BEGIN) ----

/// Is less C stack left than the margin times `count` beyond the soft limit?
#[capi]
unsafe fn _Py_ReachedRecursionLimitWithMargin(_ts: *mut abi::PyThreadState, count: c_int) -> c_int {
    c_int::from(ThreadState::current().stack_is_within(count))
}

/// Puts an ended object aside.
#[capi]
unsafe fn _PyTrash_thread_deposit_object(_ts: *mut abi::PyThreadState, object: P) {
    // SAFETY: an object with a collector's head, which the list of put aside objects uses.
    unsafe { dovetail_core::gc::untrack(object) };
    ThreadState::current().deposit(object);
}

/// Ends what was put aside.
#[capi]
unsafe fn _PyTrash_thread_destroy_chain(_ts: *mut abi::PyThreadState) {
    // SAFETY: objects of count zero.
    unsafe { alloc::destroy_deposited(ThreadState::current()) }
}

// ---- arenas ----

/// What `PyObject_SetArenaAllocator` was given last; blocks come from the process's allocator and never ask it.
static ARENAS: std::sync::Mutex<Option<Arenas>> = std::sync::Mutex::new(None);

struct Arenas(abi::PyObjectArenaAllocator);

// SAFETY: function pointers and a context that are only handed back.
unsafe impl Send for Arenas {}

/// The functions that allocate arenas: those that were set, or ones on the system's mappings.
#[capi(no_gil)]
unsafe fn PyObject_GetArenaAllocator(out: *mut abi::PyObjectArenaAllocator) {
    let set = ARENAS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(Arenas(a)) = &*set {
        // SAFETY: a place for the struct.
        unsafe { *out = abi::PyObjectArenaAllocator { ctx: a.ctx, alloc: a.alloc, free: a.free } };
        return;
    }
    unsafe extern "C" fn take(_: *mut c_void, size: usize) -> *mut c_void {
        // SAFETY: a plain mapping.
        unsafe {
            let p = libc::mmap(
                null_mut(),
                size,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            if p == libc::MAP_FAILED { null_mut() } else { p }
        }
    }
    unsafe extern "C" fn give(_: *mut c_void, p: *mut c_void, size: usize) {
        // SAFETY: made by `take`.
        unsafe { libc::munmap(p, size) };
    }
    // SAFETY: a place for the struct.
    unsafe {
        *out = abi::PyObjectArenaAllocator { ctx: null_mut(), alloc: Some(take), free: Some(give) };
    }
}

/// Notes the functions for `PyObject_GetArenaAllocator`: no arenas are allocated here.
#[capi(no_gil)]
unsafe fn PyObject_SetArenaAllocator(new: *mut abi::PyObjectArenaAllocator) {
    // SAFETY: the caller's struct.
    let new =
        unsafe { abi::PyObjectArenaAllocator { ctx: (*new).ctx, alloc: (*new).alloc, free: (*new).free } };
    *ARENAS.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Arenas(new));
}

// ---- tracemalloc ----

/// Notes a block of somebody's own domain; -2 while memory is not traced. Works without the GIL.
#[capi(no_gil)]
fn PyTraceMalloc_Track(domain: std::ffi::c_uint, address: usize, size: usize) -> c_int {
    if !traced::is_on() {
        return -2;
    }
    traced::note(domain, address, size);
    0
}

/// Forgets a block of somebody's own domain; -2 while memory is not traced. Works without the GIL.
#[capi(no_gil)]
fn PyTraceMalloc_Untrack(domain: std::ffi::c_uint, address: usize) -> c_int {
    if !traced::is_on() {
        return -2;
    }
    traced::remove(domain, address);
    0
}

/// The traceback of a traced block, innermost frame first, or None.
#[capi(private)]
fn _PyTraceMalloc_GetTraceback(
    domain: std::ffi::c_uint,
    address: usize,
) -> PyResult<dovetail_core::object::Object> {
    dovetail_stdlib::tracemalloc::traceback_or_none(traced::traceback(domain, address).as_ref())
}
