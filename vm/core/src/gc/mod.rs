//! The cycle collector: which objects are tracked, when a collection runs, and its settings.
//!
//! As CPython's with the GIL: two words before every collected object link it into the list of its generation. The
//! algorithm is in `collect`, questions about the heap in `inspect`, Python's module in `module`.
//!
//! # Safety
//! The lists are touched under the GIL only. `track` and `untrack` take objects whose type has the GC flag.

pub mod collect;
pub mod inspect;
mod list;
pub mod module;

use crate::interp::pending::GC_SCHEDULED;
use crate::interpreter::Interpreter;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Ref};
use crate::thread::ThreadState;
use crate::types::list::List;
pub use list::{Head, Heads};
use std::cell::{Cell, OnceCell};
use std::sync::atomic::Ordering;

/// Bits of `gc.set_debug`.
pub const DEBUG_STATS: i32 = 1;
pub const DEBUG_COLLECTABLE: i32 = 2;
pub const DEBUG_UNCOLLECTABLE: i32 = 4;
pub const DEBUG_SAVEALL: i32 = 32;
pub const DEBUG_LEAK: i32 = DEBUG_COLLECTABLE | DEBUG_UNCOLLECTABLE | DEBUG_SAVEALL;

/// The number of generations.
pub const GENERATIONS: usize = 3;

/// One generation's list, with how much has happened since its last collection.
#[derive(Default)]
pub struct Generation {
    heads: Heads,
    pub threshold: Cell<i32>,
    pub count: Cell<i32>,
    pub collections: Cell<isize>,
    pub collected: Cell<isize>,
    pub uncollectable: Cell<isize>,
}

/// The collector's state of one interpreter.
pub struct GcState {
    pub generations: [Generation; GENERATIONS],
    permanent: Heads,
    pub enabled: Cell<bool>,
    pub debug: Cell<i32>,
    /// A collection is at work.
    pub collecting: Cell<bool>,
    /// Objects that could not be freed: `gc.garbage`.
    pub garbage: OnceCell<Ref<List>>,
    /// `gc.callbacks`.
    pub callbacks: OnceCell<Ref<List>>,
    /// Objects that survived the last full collection, and those that came to the oldest generation since.
    long_lived_total: Cell<isize>,
    long_lived_pending: Cell<isize>,
}

impl Default for GcState {
    fn default() -> Self {
        let s = GcState {
            generations: Default::default(),
            permanent: Heads::default(),
            enabled: Cell::new(true),
            debug: Cell::new(0),
            collecting: Cell::new(false),
            garbage: OnceCell::new(),
            callbacks: OnceCell::new(),
            long_lived_total: Cell::new(0),
            long_lived_pending: Cell::new(0),
        };
        for (g, t) in s.generations.iter().zip([2000, 10, 10]) {
            g.threshold.set(t);
        }
        s
    }
}

impl GcState {
    /// The list of `gc.garbage`, made on first use.
    pub fn garbage_list(&self) -> crate::PyResult<&Ref<List>> {
        list_cell(&self.garbage)
    }

    /// The list of `gc.callbacks`, made on first use.
    pub fn callback_list(&self) -> crate::PyResult<&Ref<List>> {
        list_cell(&self.callbacks)
    }
}

fn list_cell(cell: &OnceCell<Ref<List>>) -> crate::PyResult<&Ref<List>> {
    if let Some(l) = cell.get() {
        return Ok(l);
    }
    let l = List::new()?;
    Ok(cell.get_or_init(|| l))
}

#[inline]
fn state() -> &'static GcState {
    &Interpreter::current().gc
}

/// Begins to track an object: from now on collections may look at its fields.
///
/// # Safety
/// A collected object that is not tracked, with fields that `tp_traverse` accepts.
#[inline]
pub unsafe fn track(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let h = list::head_of(o);
        debug_assert!(!list::is_linked(h));
        list::append(h, state().generations[0].heads.get());
    }
}

/// Stops tracking, where the object is tracked.
///
/// # Safety
/// A collected object.
#[inline]
pub unsafe fn untrack(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let h = list::head_of(o);
        if list::is_linked(h) {
            list::unlink(h);
            (*h)._gc_next = 0;
            (*h)._gc_prev &= list::FINALIZED;
        }
    }
}

/// Is the object tracked?
///
/// # Safety
/// A collected object.
#[inline]
pub unsafe fn is_tracked(o: *mut abi::PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { list::is_linked(list::head_of(o)) }
}

/// Does the object have a collector's head (`PyObject_IS_GC`)?
#[inline]
pub fn is_gc(o: &Obj) -> bool {
    let t = o.ob_type();
    // SAFETY: a slot of the object's type.
    t.is_gc() && t.raw().tp_is_gc.is_none_or(|f| unsafe { f(o.as_ptr()) } != 0)
}

/// Has the object's finalizer been called already?
///
/// # Safety
/// A collected object.
pub unsafe fn is_finalized(o: *mut abi::PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*list::head_of(o))._gc_prev & list::FINALIZED != 0 }
}

/// Remembers that the finalizer was called.
///
/// # Safety
/// A collected object.
pub unsafe fn set_finalized(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe { (*list::head_of(o))._gc_prev |= list::FINALIZED }
}

/// Counts an allocation of a collected object; asks for a collection past the threshold.
#[inline]
pub fn count_allocation() {
    let s = state();
    let g = &s.generations[0];
    let n = g.count.get() + 1;
    g.count.set(n);
    if n > g.threshold.get() {
        schedule(s);
    }
}

/// Counts the end of a collected object.
#[inline]
pub fn count_free() {
    let g = &state().generations[0];
    if g.count.get() > 0 {
        g.count.set(g.count.get() - 1);
    }
}

#[cold]
fn schedule(s: &GcState) {
    if s.enabled.get() && s.generations[0].threshold.get() != 0 && !s.collecting.get() {
        ThreadState::current().eval_breaker().fetch_or(GC_SCHEDULED, Ordering::Relaxed);
    }
}

/// Runs the collection that `count_allocation` asked for.
pub fn run_scheduled() {
    let s = state();
    if !s.enabled.get() || s.collecting.get() {
        return;
    }
    // The oldest generation whose threshold is exceeded; a full collection waits until a quarter of the long-lived
    // objects is new, so that its cost stays in proportion.
    for i in (0..GENERATIONS).rev() {
        let g = &s.generations[i];
        if g.count.get() <= g.threshold.get() {
            continue;
        }
        if i == GENERATIONS - 1 && s.long_lived_pending.get() < s.long_lived_total.get() / 4 {
            continue;
        }
        collect::collect(i, collect::Reason::Heap);
        return;
    }
}

/// Hands everything that an ended interpreter's lists hold to the lists of another: somebody there may still use it.
pub fn bequeath(from: &Interpreter, to: &Interpreter) {
    let oldest = to.gc.generations[GENERATIONS - 1].heads.get();
    for g in &from.gc.generations {
        // SAFETY: lists of interpreters that share the GIL.
        unsafe { list::merge(g.heads.get(), oldest) };
        g.count.set(0);
    }
    // SAFETY: as above.
    unsafe { list::merge(from.gc.permanent.get(), to.gc.permanent.get()) };
}

/// Says how many objects could not be freed, when the interpreter ends, and which they are where `gc.set_debug` asks.
pub fn report_garbage() {
    let s = state();
    let Some(garbage) = s.garbage.get().filter(|g| !g.is_empty()) else { return };
    let debug = s.debug.get();
    if debug & DEBUG_SAVEALL != 0 {
        return;
    }
    let asked = debug & DEBUG_UNCOLLECTABLE != 0;
    let hint = if asked { "" } else { "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them" };
    let message = format!("gc: {} uncollectable objects at shutdown{hint}", garbage.len());
    if let Err(e) = crate::types::exception::warn(crate::error::exc::ResourceWarning(), &message, 1) {
        crate::hooks::ignore(e, None);
    }
    if asked {
        match garbage.as_obj().repr() {
            Ok(text) => {
                crate::types::stdprinter::write_stderr(&format!("      {}\n", text.to_string_lossy()));
            }
            Err(e) => crate::hooks::ignore(e, None),
        }
    }
}

/// Moves all tracked objects out of the collector's sight (`gc.freeze`).
pub fn freeze() {
    let s = state();
    for g in &s.generations {
        // SAFETY: lists of this interpreter.
        unsafe { list::merge(g.heads.get(), s.permanent.get()) };
        g.count.set(0);
    }
}

/// Undoes `freeze`.
pub fn unfreeze() {
    let s = state();
    // SAFETY: lists of this interpreter.
    unsafe { list::merge(s.permanent.get(), s.generations[GENERATIONS - 1].heads.get()) };
}

/// The number of frozen objects.
pub fn freeze_count() -> usize {
    // SAFETY: a list of this interpreter.
    unsafe { list::size(state().permanent.get()) }
}
