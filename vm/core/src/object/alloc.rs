//! Allocation and the end of objects.
//!
//! An object's memory is, from low to high: the pre-header of types with a managed dict or weak reference list
//! (two words), the GC head (two words) of collected types, the object, and the inline values of heap types. All
//! memory comes from mimalloc, for `PyMem_*`, `PyObject_*` and raw allocations alike.

use crate::error::{PyResult, no_memory};
use crate::gc;
use crate::object::native::{Fields, Native};
use crate::object::obj::{Head, Obj, xdecref};
use crate::object::pool;
use crate::object::{domains, traced, tracer};
use crate::thread::ThreadState;
use crate::types::type_::Type;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

const WORD: usize = size_of::<usize>();

/// Blocks from this size on are asked for carefully.
pub const HUGE_BLOCK: usize = 1 << 28;

/// Would the system give a block of this size? mimalloc reserves address space without asking, so that a block far
/// beyond the machine's memory would be found missing only when it is written to.
#[cold]
pub fn may_have(size: usize) -> bool {
    // SAFETY: a mapping of our own, gone at once.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let p = libc::mmap(null_mut(), size, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
        if p == libc::MAP_FAILED {
            return false;
        }
        libc::munmap(p, size);
        true
    }
}

/// Rust's own allocations come from the same place.
struct Shared;

#[global_allocator]
static SHARED: Shared = Shared;

/// mimalloc aligns blocks of any size this far.
const ALIGNED: usize = 16;

// SAFETY: mimalloc keeps the contract of an allocator.
unsafe impl std::alloc::GlobalAlloc for Shared {
    #[inline]
    unsafe fn alloc(&self, layout: std::alloc::Layout) -> *mut u8 {
        // SAFETY: a layout of non-zero size.
        unsafe {
            if layout.align() <= ALIGNED && layout.align() <= layout.size() {
                libmimalloc_sys::mi_malloc(layout.size()).cast()
            } else {
                libmimalloc_sys::mi_malloc_aligned(layout.size(), layout.align()).cast()
            }
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: std::alloc::Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe {
            if layout.align() <= ALIGNED && layout.align() <= layout.size() {
                libmimalloc_sys::mi_zalloc(layout.size()).cast()
            } else {
                libmimalloc_sys::mi_zalloc_aligned(layout.size(), layout.align()).cast()
            }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, p: *mut u8, _: std::alloc::Layout) {
        // SAFETY: a block of this allocator.
        unsafe { libmimalloc_sys::mi_free(p.cast()) }
    }

    #[inline]
    unsafe fn realloc(&self, p: *mut u8, layout: std::alloc::Layout, size: usize) -> *mut u8 {
        // SAFETY: a block of this allocator.
        unsafe {
            if layout.align() <= ALIGNED && layout.align() <= size {
                libmimalloc_sys::mi_realloc(p.cast(), size).cast()
            } else {
                libmimalloc_sys::mi_realloc_aligned(p.cast(), size, layout.align()).cast()
            }
        }
    }
}

/// Memory of `size` bytes, 16-aligned, or NULL.
///
/// # Safety
/// The result is uninitialized.
#[inline(always)]
pub unsafe fn malloc(size: usize) -> *mut u8 {
    // SAFETY: no preconditions.
    unsafe { malloc_in(domains::OBJ, size) }
}

/// Zeroed memory, or NULL.
///
/// # Safety
/// As `malloc`.
pub unsafe fn calloc(size: usize) -> *mut u8 {
    // SAFETY: no preconditions.
    unsafe { calloc_in(domains::OBJ, size) }
}

/// # Safety
/// `p` is NULL or came from `malloc`, `calloc` or `realloc`.
pub unsafe fn realloc(p: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { realloc_in(domains::OBJ, p, size) }
}

/// # Safety
/// `p` is NULL or came from `malloc`, `calloc` or `realloc`, and is not used again.
#[inline(always)]
pub unsafe fn free(p: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { free_in(domains::OBJ, p) }
}

/// As `malloc`, of a domain.
///
/// # Safety
/// As `malloc`.
#[inline(always)]
pub unsafe fn malloc_in(domain: usize, size: usize) -> *mut u8 {
    // SAFETY: no preconditions.
    unsafe {
        if traced::is_watched() {
            return note(domains::malloc(domain, size), size);
        }
        libmimalloc_sys::mi_malloc(if size == 0 { 1 } else { size }).cast()
    }
}

/// A new block, told to the tracer if there is one.
#[cold]
fn note(p: *mut u8, size: usize) -> *mut u8 {
    if traced::is_on() && !p.is_null() {
        traced::note(0, p as usize, size);
    }
    p
}

/// As `calloc`, of a domain.
///
/// # Safety
/// As `malloc`.
#[inline(always)]
pub unsafe fn calloc_in(domain: usize, size: usize) -> *mut u8 {
    // SAFETY: no preconditions.
    unsafe {
        if traced::is_watched() {
            return note(domains::calloc(domain, 1, size), size);
        }
        libmimalloc_sys::mi_zalloc(if size == 0 { 1 } else { size }).cast()
    }
}

/// As `realloc`, of a domain.
///
/// # Safety
/// As `realloc`, with the same domain.
#[inline(always)]
pub unsafe fn realloc_in(domain: usize, p: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        if traced::is_watched() {
            return realloc_watched(domain, p, size);
        }
        libmimalloc_sys::mi_realloc(p.cast(), if size == 0 { 1 } else { size }).cast()
    }
}

#[cold]
unsafe fn realloc_watched(domain: usize, p: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    let new = unsafe { domains::realloc(domain, p, size) };
    if traced::is_on() && !new.is_null() {
        if p != new {
            traced::remove(0, p as usize);
        }
        traced::note(0, new as usize, size);
    }
    new
}

/// As `free`, of a domain.
///
/// # Safety
/// As `free`, with the same domain.
#[inline(always)]
pub unsafe fn free_in(domain: usize, p: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe {
        if traced::is_watched() {
            return free_watched(domain, p);
        }
        #[cfg(feature = "debug-checks")]
        crate::object::checks::poison(p);
        libmimalloc_sys::mi_free(p.cast())
    }
}

#[cold]
unsafe fn free_watched(domain: usize, p: *mut u8) {
    if traced::is_on() {
        traced::remove(0, p as usize);
    }
    // SAFETY: the caller's promise.
    unsafe { domains::free(domain, p) }
}

/// Bytes before the object.
#[inline]
pub fn presize(ty: &Type) -> usize {
    let flags = ty.flags();
    let mut n = 0;
    if flags & abi::Py_TPFLAGS_PREHEADER != 0 {
        n += 2 * WORD;
    }
    if flags & abi::Py_TPFLAGS_HAVE_GC != 0 {
        n += 2 * WORD;
    }
    n
}

/// Bytes of an instance with `items` variable items, rounded up to whole words.
#[inline]
pub fn var_size(ty: &Type, items: isize) -> Option<usize> {
    let t = ty.raw();
    let n = (t.tp_itemsize as usize).checked_mul(items as usize)?.checked_add(t.tp_basicsize as usize)?;
    Some(n.checked_add(WORD - 1)? & !(WORD - 1))
}

/// A zeroed, untracked instance with count 1 (`ob_size` is left zero).
///
/// # Safety
/// `size` covers what the type's deallocator will touch.
#[inline]
pub unsafe fn alloc_sized(ty: &Type, size: usize) -> PyResult<*mut abi::PyObject> {
    // SAFETY: the caller's promise.
    unsafe { alloc_partly(ty, size, size) }
}

/// Zeroes whole words. A loop for the few words of most objects: a call would cost more than it does.
#[inline(always)]
unsafe fn zero_words(p: *mut u8, size: usize) {
    // SAFETY: the caller's memory.
    unsafe {
        if size > 256 {
            std::ptr::write_bytes(p, 0, size);
            return;
        }
        let (mut w, end) = (p as *mut usize, p.add(size) as *mut usize);
        while w < end {
            // Else the loop would be made a call.
            std::arch::asm!("", options(nomem, nostack, preserves_flags));
            *w = 0;
            w = w.add(1);
        }
    }
}

/// As `alloc_sized`, where only the first `zeroed` bytes of the object need be zero.
///
/// # Safety
/// As `alloc_sized`; the rest is uninitialized.
#[inline]
pub unsafe fn alloc_partly(ty: &Type, size: usize, zeroed: usize) -> PyResult<*mut abi::PyObject> {
    let pre = presize(ty);
    // SAFETY: fresh memory of the size asked for; blocks are whole words.
    unsafe {
        let p = if size <= 1024 { pool::take(pre + size.next_multiple_of(WORD)) } else { calloc(pre + size) };
        if p.is_null() {
            return Err(no_memory());
        }
        if size <= 1024 {
            zero_words(p, pre + zeroed);
        }
        let o = p.add(pre);
        init(o.cast(), ty);
        if ty.is_gc() {
            gc::count_allocation();
        }
        Ok(o.cast())
    }
}

/// Writes the header of a new object.
///
/// # Safety
/// `o` is memory for an instance.
#[inline(always)]
pub unsafe fn init(o: *mut abi::PyObject, ty: &Type) {
    // SAFETY: the caller's promise.
    unsafe {
        let h = o as *mut Head;
        (h as *mut u64).write(1);
        (*h).ob_type = ty.as_type_ptr();
        if ty.is_heap() {
            ty.incref();
        }
        if tracer::is_on() {
            tracer::tell(o, abi::PyRefTracer_CREATE);
        }
    }
}

/// A new instance of a native type's own body; fields are zero. Tracked when the type is collected.
///
/// # Safety
/// Zeroed fields are a state that the type's deallocator accepts.
pub unsafe fn new_body<T: Native>() -> PyResult<crate::object::Ref<T>> {
    // SAFETY: the size is the body's.
    unsafe {
        let ty = T::type_object();
        let o = alloc_sized(ty, size_of::<T::Body>())?;
        if ty.is_gc() {
            gc::track(o);
        }
        Ok(crate::object::Ref::from_owned(o))
    }
}

/// `PyType_GenericAlloc`: an instance of any type, tracked when the type is collected.
///
/// # Safety
/// `ty` is a ready type.
pub unsafe extern "C" fn generic_alloc(ty: *mut abi::PyTypeObject, items: isize) -> *mut abi::PyObject {
    // SAFETY: called with a ready type.
    unsafe {
        let t = &*(ty as *const Type);
        let o = match generic_alloc_untracked(t, items) {
            Ok(o) => o,
            Err(_) => return null_mut(),
        };
        if t.is_gc() {
            gc::track(o);
        }
        o
    }
}

/// As `generic_alloc`, not yet tracked.
///
/// # Safety
/// `ty` is ready.
pub unsafe fn generic_alloc_untracked(t: &Type, items: isize) -> PyResult<*mut abi::PyObject> {
    // SAFETY: sizes come from the type.
    unsafe {
        // One more item as a sentinel, as CPython allocates.
        let Some(mut size) = var_size(t, items + 1) else { return Err(no_memory()) };
        let inline = t.flags() & abi::Py_TPFLAGS_INLINE_VALUES != 0;
        if inline {
            size = t.raw().tp_basicsize as usize + crate::types::dict::inline_values_size(t);
        }
        let o = alloc_sized(t, size)?;
        if t.raw().tp_itemsize != 0 {
            (*(o as *mut abi::PyVarObject)).ob_size = items;
        }
        if inline {
            crate::types::dict::init_inline_values(o, t);
        }
        Ok(o)
    }
}

/// An untracked instance of a collected type of C, with `extra` bytes behind its fields; all zero.
///
/// # Safety
/// `t` is a ready type with GC.
pub unsafe fn gc_new(t: &Type, items: isize, extra: usize) -> PyResult<*mut abi::PyObject> {
    // SAFETY: sizes come from the type.
    unsafe {
        let Some(mut size) = var_size(t, items) else { return Err(no_memory()) };
        let inline = t.flags() & abi::Py_TPFLAGS_INLINE_VALUES != 0;
        if inline {
            size += crate::types::dict::inline_values_size(t);
        }
        let Some(size) = size.checked_add(extra) else { return Err(no_memory()) };
        let o = alloc_sized(t, size)?;
        if inline {
            crate::types::dict::init_inline_values(o, t);
        }
        Ok(o)
    }
}

/// `PyObject_Free`, for types without GC.
///
/// # Safety
/// Called once, with an object whose contents are gone.
pub unsafe extern "C" fn object_free(o: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { release_memory(o) }
}

/// Gives an object's memory back.
///
/// # Safety
/// As `object_free`.
#[inline(always)]
unsafe fn release_memory(o: *mut c_void) {
    // SAFETY: tp_free is called once with the object.
    unsafe {
        let ty = &*((*(o as *mut Head)).ob_type as *const Type);
        let (pre, t) = (presize(ty), ty.raw());
        let p = (o as *mut u8).sub(pre);
        if t.tp_itemsize != 0 {
            free(p);
            return;
        }
        let mut size = pre + t.tp_basicsize as usize;
        if ty.flags() & abi::Py_TPFLAGS_INLINE_VALUES != 0 {
            let values = crate::types::dict_instance::inline_values(o.cast());
            size += crate::types::dict::values_size((*values).capacity as usize);
        }
        pool::put(p, size);
    }
}

/// `PyObject_GC_Del`, for types with GC.
///
/// # Safety
/// Called once, with an object whose contents are gone.
pub unsafe extern "C" fn gc_del(o: *mut c_void) {
    // SAFETY: as above; untracking is harmless when done before.
    unsafe {
        gc::untrack(o.cast());
        gc::count_free();
        object_free(o);
    }
}

/// Ends an object whose count reached zero (`_Py_Dealloc`). Chains of containers deeper than the C stack allows
/// are put aside and ended by the outermost call.
///
/// # Safety
/// The count is zero and nobody else refers to the object.
#[inline(never)]
pub unsafe fn dealloc(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if tracer::is_on() {
            tracer::tell(o, abi::PyRefTracer_DESTROY);
        }
        let ty = &*((*(o as *mut Head)).ob_type as *const Type);
        let Some(f) = ty.raw().tp_dealloc else { fatal_no_dealloc(ty) };
        if !ty.is_gc() {
            f(o);
            return;
        }
        let ts = ThreadState::current();
        if ts.stack_is_low() {
            gc::untrack(o);
            ts.deposit(o);
            return;
        }
        f(o);
        if ts.has_deposit() && !ts.stack_is_below_margin() {
            destroy_deposited(ts);
        }
    }
}

/// Ends the objects that were put aside.
///
/// # Safety
/// They were put aside at count zero.
#[cold]
#[inline(never)]
pub unsafe fn destroy_deposited(ts: &ThreadState) {
    while let Some(o) = ts.take_deposit() {
        // SAFETY: deposited by `dealloc` with count zero.
        unsafe {
            let ty = &*((*(o as *mut Head)).ob_type as *const Type);
            if let Some(f) = ty.raw().tp_dealloc {
                f(o)
            }
        }
    }
}

#[cold]
fn fatal_no_dealloc(ty: &Type) -> ! {
    crate::hooks::fatal(&format!("type {} has no tp_dealloc", ty.name()))
}

/// `tp_dealloc` of native types, from their declared fields.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn dealloc_fields<T: Native>(o: *mut abi::PyObject) {
    // SAFETY: the object's last reference is gone; the fields are owned pointers.
    unsafe {
        let empty = Fields { refs: &[], weaklist: 0, gc: false };
        let f = T::FIELDS.unwrap_or(&empty);
        if f.gc {
            gc::untrack(o);
        }
        if f.weaklist != 0 && !(*((o as *mut u8).add(f.weaklist) as *mut *mut abi::PyObject)).is_null() {
            crate::types::weakref::clear_weakrefs(Obj::from_ptr(o));
        }
        for offset in f.refs {
            xdecref(*((o as *mut u8).add(*offset) as *mut *mut abi::PyObject));
        }
        let ty = &*((*(o as *mut Head)).ob_type as *const Type);
        match ty.raw().tp_free {
            // What nearly all of them have: the object is no longer tracked.
            Some(free) if f.gc && free as usize == gc_del as *const () as usize => {
                gc::count_free();
                release_memory(o.cast());
            }
            Some(free) => free(o.cast()),
            None => {}
        }
    }
}

/// `tp_traverse` of native types, from their declared fields.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn traverse_fields<T: Native>(
    o: *mut abi::PyObject,
    visit: abi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the object is alive, the fields are owned pointers.
    unsafe {
        for offset in T::FIELDS.map_or(&[][..], |f| f.refs) {
            let p = *((o as *mut u8).add(*offset) as *mut *mut abi::PyObject);
            if !p.is_null()
                && let Some(visit) = visit
            {
                let r = visit(p, arg);
                if r != 0 {
                    return r;
                }
            }
        }
        0
    }
}

/// `tp_clear` of native types, from their declared fields.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn clear_fields<T: Native>(o: *mut abi::PyObject) -> c_int {
    // SAFETY: as above.
    unsafe {
        for offset in T::FIELDS.map_or(&[][..], |f| f.refs) {
            crate::object::obj::clear((o as *mut u8).add(*offset) as *mut *mut abi::PyObject);
        }
        0
    }
}

/// Blocks in use in the calling thread's heap, whatever asked for them (`sys.getallocatedblocks`).
pub fn blocks_in_use() -> usize {
    unsafe extern "C" fn add(
        _heap: *const libmimalloc_sys::mi_heap_t,
        area: *const libmimalloc_sys::mi_heap_area_t,
        _block: *mut c_void,
        _size: usize,
        total: *mut c_void,
    ) -> bool {
        // SAFETY: the visit gives an area and passes on the counter; `used` counts blocks.
        unsafe { *total.cast::<usize>() += (*area).used };
        true
    }
    let mut total = 0usize;
    // SAFETY: the visitor above keeps its contract; the thread's heap is its own.
    unsafe {
        // What other threads freed of it counts as in use until it is collected.
        libmimalloc_sys::mi_collect(true);
        let heap = libmimalloc_sys::mi_heap_get_default();
        libmimalloc_sys::mi_heap_visit_blocks(heap, false, Some(add), (&raw mut total).cast());
    }
    let waiting = ThreadState::current_or_null();
    // SAFETY: NULL or the thread's state.
    total - unsafe { waiting.as_ref() }.map_or(0, |ts| ts.pool.waiting() + crate::object::cells::waiting(ts))
}
