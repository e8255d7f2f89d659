//! One collection: find what only cycles keep alive, tell weak references and finalizers, and break the cycles.
//!
//! Steps, as CPython documents them: (1) copy each count and subtract the references that come from inside the
//! generation; what keeps a rest is held from outside; (2) move the others aside, and back when something reachable
//! refers to them; (3) set aside what legacy finalizers (`tp_del`) reach; (4) clear weak references and call their
//! callbacks; (5) call finalizers, each once in an object's life (PEP 442); (6) find what the finalizers brought back;
//! (7) clear weak references that finalizers made to the rest, and the rest itself.
//!
//! # Safety
//! Everything here runs under the GIL on lists of live objects; traversal does not change them.
#![allow(clippy::missing_safety_doc)]

use super::list::{
    self, COLLECTING, FINALIZED, Head, SHIFT, UNREACHABLE, append, clear_collecting, head_of, is_collecting,
    is_empty, merge, move_to, next, object_of, refs, set_prev, set_refs,
};
use super::{
    DEBUG_COLLECTABLE, DEBUG_SAVEALL, DEBUG_STATS, DEBUG_UNCOLLECTABLE, GENERATIONS, GcState, is_gc,
};
use crate::error::PyResult;
use crate::interpreter::Interpreter;
use crate::object::Native;
use crate::object::obj::{Obj, decref, incref};
use crate::object::refs::AsObj;
use crate::sym;
use crate::thread::ThreadState;
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::weakref::{CallableProxy, Proxy, WeakRef, list_of};
use std::ffi::{c_int, c_void};
use std::time::Instant;

type P = *mut abi::PyObject;

/// Why a collection runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Enough allocations.
    Heap,
    /// `gc.collect()`.
    Manual,
    /// The interpreter ends: callbacks are not called.
    Shutdown,
}

/// Collects a generation and the younger ones: the number of unreachable objects found. Does nothing while another
/// collection runs.
pub fn collect(generation: usize, reason: Reason) -> isize {
    let s = &Interpreter::current().gc;
    let ts = ThreadState::current();
    if s.collecting.get() {
        return 0;
    }
    // Objects whose count reached zero have their links in the way of counting.
    crate::interp::generic::reap_all(ts);
    s.collecting.set(true);
    let pending = ts.take_exception();
    if reason != Reason::Shutdown {
        call_callbacks(s, "start", generation, 0, 0);
    }
    // SAFETY: the module's contract.
    let (collected, uncollectable) = unsafe { collect_main(s, generation) };
    let g = &s.generations[generation];
    g.collections.set(g.collections.get() + 1);
    g.collected.set(g.collected.get() + collected);
    g.uncollectable.set(g.uncollectable.get() + uncollectable);
    if reason != Reason::Shutdown {
        call_callbacks(s, "stop", generation, collected, uncollectable);
    }
    if let Some(e) = pending {
        ts.set_exception(Some(e));
    }
    s.collecting.set(false);
    collected + uncollectable
}

/// A list end on the stack of a collection.
struct Local(Box<Head>);

impl Local {
    fn new() -> Local {
        let mut l = Local(Box::new(Head { _gc_next: 0, _gc_prev: 0 }));
        // SAFETY: a box does not move.
        unsafe { list::init(l.get()) };
        l
    }

    fn get(&mut self) -> *mut Head {
        &raw mut *self.0
    }
}

unsafe fn collect_main(s: &GcState, generation: usize) -> (isize, isize) {
    // SAFETY: the module's contract.
    unsafe {
        let debug = s.debug.get();
        let started = Instant::now();
        if debug & DEBUG_STATS != 0 {
            let sizes: Vec<String> =
                s.generations.iter().map(|g| list::size(g.heads.get()).to_string()).collect();
            eprintln!("gc: collecting generation {generation}...");
            eprintln!("gc: objects in each generation: {}", sizes.join(" "));
            eprintln!("gc: objects in permanent generation: {}", super::freeze_count());
        }
        if generation + 1 < GENERATIONS {
            let older = &s.generations[generation + 1].count;
            older.set(older.get() + 1);
        }
        let young = s.generations[generation].heads.get();
        for (i, g) in s.generations.iter().enumerate().take(generation + 1) {
            g.count.set(0);
            if i < generation {
                merge(g.heads.get(), young);
            }
        }
        let full = generation == GENERATIONS - 1;
        let old = if full { young } else { s.generations[generation + 1].heads.get() };

        let mut unreachable = Local::new();
        let unreachable = unreachable.get();
        let reachable = deduce_unreachable(s, young, unreachable, true);
        if full {
            s.long_lived_pending.set(0);
            s.long_lived_total.set(reachable);
        } else {
            if generation == GENERATIONS - 2 {
                s.long_lived_pending.set(s.long_lived_pending.get() + reachable);
            }
            merge(young, old);
        }

        let mut legacy = Local::new();
        let legacy = legacy.get();
        move_legacy_finalizers(unreachable, legacy);
        move_legacy_reachable(legacy);

        let mut collected = 0;
        if debug & DEBUG_COLLECTABLE != 0 {
            let mut h = next(unreachable);
            while h != unreachable {
                debug_object("collectable", object_of(h));
                h = next(h);
            }
        }
        handle_weakrefs(unreachable, old);
        finalize_garbage(unreachable);
        let mut still = Local::new();
        let still = still.get();
        handle_resurrected(s, unreachable, still, old);
        clear_weakrefs(still);
        collected += list::size(still) as isize;
        delete_garbage(s, still, old);

        let mut uncollectable = 0;
        let mut h = next(legacy);
        while h != legacy {
            uncollectable += 1;
            if debug & DEBUG_UNCOLLECTABLE != 0 {
                debug_object("uncollectable", object_of(h));
            }
            h = next(h);
        }
        if debug & DEBUG_STATS != 0 {
            eprintln!(
                "gc: done, {} unreachable, {uncollectable} uncollectable, {:.4}s elapsed",
                collected + uncollectable,
                started.elapsed().as_secs_f64()
            );
        }
        handle_legacy(s, legacy, old);
        (collected, uncollectable)
    }
}

unsafe fn debug_object(what: &str, o: P) {
    // SAFETY: a live object.
    eprintln!("gc: {what} <{} {o:p}>", unsafe { Obj::from_ptr(o) }.type_name());
}

/// What a traversal does with each reference: called directly for the items of lists and tuples, through `call` by the
/// types' own traversals.
trait Visit {
    unsafe fn visit(o: P, arg: *mut c_void);

    unsafe extern "C" fn call(o: P, arg: *mut c_void) -> c_int {
        // SAFETY: called with a live object and the argument of the traversal.
        unsafe { Self::visit(o, arg) };
        0
    }
}

#[inline(always)]
unsafe fn traverse_by<V: Visit>(h: *mut Head, arg: *mut c_void) {
    // SAFETY: a tracked object, whose items are NULL or alive.
    unsafe {
        let o = object_of(h);
        let ty = Obj::from_ptr(o).type_ptr();
        let (items, n) = if std::ptr::eq(ty, List::TYPE_POINTER) {
            let l = o as *const abi::PyListObject;
            ((*l).ob_item as *const P, (*l).ob_base.ob_size)
        } else if std::ptr::eq(ty, Tuple::TYPE_POINTER) {
            let t = o as *const abi::PyTupleObject;
            ((&raw const (*t).ob_item).cast(), (*t).ob_base.ob_size)
        } else {
            if let Some(f) = (*ty).tp_traverse {
                f(o, Some(V::call), arg);
            }
            return;
        };
        for i in 0..n as usize {
            let item = *items.add(i);
            if !item.is_null() {
                V::visit(item, arg);
            }
        }
    }
}

unsafe fn traverse(h: *mut Head, visit: unsafe extern "C" fn(P, *mut c_void) -> c_int, arg: *mut c_void) {
    // SAFETY: a tracked object's type has tp_traverse.
    unsafe {
        let o = object_of(h);
        if let Some(f) = Obj::from_ptr(o).ob_type().raw().tp_traverse {
            f(o, Some(visit), arg);
        }
    }
}

/// Splits `base` into what is reachable from outside of it, and the rest: how much stays. With `untracking`, tuples that
/// can never be part of a cycle are no longer tracked.
unsafe fn deduce_unreachable(
    s: &GcState,
    base: *mut Head,
    unreachable: *mut Head,
    untracking: bool,
) -> isize {
    // SAFETY: the module's contract.
    unsafe {
        // Copy the counts. Immortal objects need no more looking at.
        let mut h = next(base);
        while h != base {
            let following = next(h);
            let o = Obj::from_ptr(object_of(h));
            if o.is_immortal() {
                move_to(h, s.permanent.get());
            } else {
                (*h)._gc_prev = (*h)._gc_prev & FINALIZED | COLLECTING | (o.refcnt() as usize) << SHIFT;
            }
            h = following;
        }
        let mut h = next(base);
        while h != base {
            traverse_by::<Subtract>(h, std::ptr::null_mut());
            h = next(h);
        }
        list::init(unreachable);
        move_unreachable(base, unreachable, untracking)
    }
}

/// A reference from inside.
struct Subtract;

impl Visit for Subtract {
    #[inline(always)]
    unsafe fn visit(o: P, _: *mut c_void) {
        // SAFETY: a live object.
        unsafe {
            if is_gc(Obj::from_ptr(o)) {
                let h = head_of(o);
                if is_collecting(h) {
                    debug_assert!(
                        refs(h) > 0,
                        "more references found than counted: {}",
                        Obj::from_ptr(o).type_name()
                    );
                    set_refs(h, refs(h).saturating_sub(1));
                }
            }
        }
    }
}

unsafe fn move_unreachable(young: *mut Head, unreachable: *mut Head, untracking: bool) -> isize {
    // SAFETY: `young` is singly linked while counts stand in `_gc_prev`; the backward links are restored on the way.
    unsafe {
        let mut before = young;
        let mut h = next(young);
        let mut reachable = 0;
        while h != young {
            if refs(h) > 0 {
                traverse_by::<Reach>(h, young.cast());
                if untracking && is_plain_tuple(h) {
                    let following = (*h)._gc_next as *mut Head;
                    (*before)._gc_next = following as usize;
                    if following == young {
                        // It was the last one, behind which others are put back.
                        (*young)._gc_prev = before as usize;
                    }
                    (*h)._gc_next = 0;
                    (*h)._gc_prev &= FINALIZED;
                } else {
                    // Behind this point an object is known to be reachable and no longer marked.
                    (*h)._gc_prev = before as usize | (*h)._gc_prev & FINALIZED;
                    before = h;
                    reachable += 1;
                }
            } else {
                (*before)._gc_next = (*h)._gc_next;
                let last = list::prev(unreachable);
                (*last)._gc_next = UNREACHABLE | h as usize;
                // The count is zero: the links may stand in its place.
                (*h)._gc_prev = last as usize | (*h)._gc_prev & (FINALIZED | COLLECTING);
                (*h)._gc_next = UNREACHABLE | unreachable as usize;
                (*unreachable)._gc_prev = h as usize;
            }
            h = (*before)._gc_next as *mut Head;
        }
        (*young)._gc_prev = before as usize;
        (*unreachable)._gc_next &= !UNREACHABLE;
        reachable
    }
}

/// A reference from something reachable.
struct Reach;

impl Visit for Reach {
    #[inline(always)]
    unsafe fn visit(o: P, young: *mut c_void) {
        // SAFETY: a live object.
        unsafe {
            if !is_gc(Obj::from_ptr(o)) {
                return;
            }
            let h = head_of(o);
            if !is_collecting(h) {
                return;
            }
            if (*h)._gc_next & UNREACHABLE != 0 {
                // Set aside too early: back to the end of the list that is being looked at.
                let (p, n) = (list::prev(h), next(h));
                (*p)._gc_next = (*h)._gc_next;
                set_prev(n, p);
                let young = young as *mut Head;
                append(h, young);
                set_refs(h, 1);
            } else if refs(h) == 0 {
                set_refs(h, 1);
            }
        }
    }
}

/// Is this a tuple of items that can never be part of a cycle?
#[inline(always)]
unsafe fn is_plain_tuple(h: *mut Head) -> bool {
    // SAFETY: a live object, and the items of a tuple.
    unsafe {
        let Some(t) = Obj::from_ptr(object_of(h)).downcast_exact::<Tuple>() else { return false };
        let p = t.items_ptr();
        (0..t.len()).all(|i| {
            let item = *p.add(i);
            !item.is_null() && !may_be_tracked(Obj::from_ptr(item))
        })
    }
}

unsafe fn may_be_tracked(o: &Obj) -> bool {
    // SAFETY: a live object.
    is_gc(o) && (!o.is_exact::<Tuple>() || unsafe { super::is_tracked(o.as_ptr()) })
}

unsafe fn has_legacy_finalizer(o: P) -> bool {
    // SAFETY: a live object.
    unsafe { Obj::from_ptr(o).ob_type().raw().tp_del.is_some() }
}

/// Moves objects with `tp_del` out of `unreachable`, whose marks on links end here.
unsafe fn move_legacy_finalizers(unreachable: *mut Head, legacy: *mut Head) {
    // SAFETY: the module's contract.
    unsafe {
        let mut h = next(unreachable);
        while h != unreachable {
            (*h)._gc_next &= !UNREACHABLE;
            let following = next(h);
            if has_legacy_finalizer(object_of(h)) {
                clear_collecting(h);
                move_to(h, legacy);
            }
            h = following;
        }
    }
}

/// Follows what objects with `tp_del` reach.
unsafe fn move_legacy_reachable(legacy: *mut Head) {
    unsafe extern "C" fn visit(o: P, legacy: *mut c_void) -> c_int {
        // SAFETY: a live object.
        unsafe {
            if is_gc(Obj::from_ptr(o)) {
                let h = head_of(o);
                if is_collecting(h) {
                    move_to(h, legacy as *mut Head);
                    clear_collecting(h);
                }
            }
            0
        }
    }
    // SAFETY: the module's contract; the list grows while it is walked.
    unsafe {
        let mut h = next(legacy);
        while h != legacy {
            traverse(h, visit, legacy.cast());
            h = next(h);
        }
    }
}

/// Takes a weak reference out of its object's list and makes it dead; the callback stays.
unsafe fn clear_weakref(r: *mut abi::PyWeakReference) {
    // SAFETY: a live weak reference under the GIL.
    unsafe {
        let none = crate::types::none::none().as_ptr();
        let o = (*r).wr_object;
        if o.is_null() || std::ptr::eq(o, none) {
            return;
        }
        if let Some(list) = list_of(Obj::from_ptr(o))
            && std::ptr::eq(*list, r)
        {
            *list = (*r).wr_next;
        }
        (*r).wr_object = none;
        let (p, n) = ((*r).wr_prev, (*r).wr_next);
        if !p.is_null() {
            (*p).wr_next = n;
        }
        if !n.is_null() {
            (*n).wr_prev = p;
        }
        (*r).wr_prev = std::ptr::null_mut();
        (*r).wr_next = std::ptr::null_mut();
    }
}

fn is_weakref(o: &Obj) -> bool {
    o.is_a::<WeakRef>() || o.is_a::<Proxy>() || o.is_a::<CallableProxy>()
}

/// Clears the weak references that finalizers made to objects that are about to be cleared.
unsafe fn clear_weakrefs(unreachable: *mut Head) {
    // SAFETY: the module's contract; clearing a weak reference runs no Python code.
    unsafe {
        let mut h = next(unreachable);
        while h != unreachable {
            if let Some(list) = list_of(Obj::from_ptr(object_of(h))) {
                while !(*list).is_null() {
                    clear_weakref(*list);
                }
            }
            h = next(h);
        }
    }
}

/// Clears all weak references to (and among) the unreachable objects; those that are reachable themselves have their
/// callbacks called.
unsafe fn handle_weakrefs(unreachable: *mut Head, old: *mut Head) {
    // SAFETY: the module's contract.
    unsafe {
        let mut calls = Local::new();
        let calls = calls.get();
        let mut h = next(unreachable);
        while h != unreachable {
            let following = next(h);
            let o = Obj::from_ptr(object_of(h));
            if is_weakref(o) {
                clear_weakref(o.as_ptr().cast());
            }
            if let Some(list) = list_of(o) {
                while !(*list).is_null() {
                    let r = *list;
                    clear_weakref(r);
                    if (*r).wr_callback.is_null() {
                        continue;
                    }
                    let rh = head_of(r.cast());
                    // An unreachable weak reference's callback is not called.
                    if is_collecting(rh) || !list::is_linked(rh) {
                        continue;
                    }
                    incref(r.cast());
                    move_to(rh, calls);
                }
            }
            h = following;
        }
        while !is_empty(calls) {
            let h = next(calls);
            let r = Obj::from_ptr(object_of(h));
            let callback = Obj::from_ptr((*(r.as_ptr() as *mut abi::PyWeakReference)).wr_callback).to_owned();
            if let Err(e) = callback.call(&[r]) {
                crate::hooks::unraisable(
                    e.take(),
                    "Exception ignored while calling weakref callback",
                    Some(&callback),
                );
            }
            if next(calls) == h {
                move_to(h, old);
            }
            decref(r.as_ptr());
        }
    }
}

/// Calls finalizers that were not called yet.
unsafe fn finalize_garbage(unreachable: *mut Head) {
    // SAFETY: finalizers may free any object of the list, so that it is only ever taken from the front.
    unsafe {
        let mut seen = Local::new();
        let seen = seen.get();
        while !is_empty(unreachable) {
            let h = next(unreachable);
            move_to(h, seen);
            let o = object_of(h);
            if (*h)._gc_prev & FINALIZED == 0
                && let Some(f) = Obj::from_ptr(o).ob_type().raw().tp_finalize
            {
                (*h)._gc_prev |= FINALIZED;
                incref(o);
                f(o);
                debug_assert!(!ThreadState::current().has_exception());
                decref(o);
            }
        }
        merge(seen, unreachable);
    }
}

/// What finalizers made reachable again, with all it refers to, goes back to the living.
unsafe fn handle_resurrected(s: &GcState, unreachable: *mut Head, still: *mut Head, old: *mut Head) {
    // SAFETY: the module's contract.
    unsafe {
        deduce_unreachable(s, unreachable, still, false);
        let mut h = next(still);
        while h != still {
            (*h)._gc_next &= !UNREACHABLE;
            h = next(h);
        }
        merge(unreachable, old);
    }
}

/// Breaks the cycles. Objects that survive their `tp_clear` go to the older generation.
unsafe fn delete_garbage(s: &GcState, garbage: *mut Head, old: *mut Head) {
    // SAFETY: each step may free any object of the list.
    unsafe {
        while !is_empty(garbage) {
            let h = next(garbage);
            let o = Obj::from_ptr(object_of(h));
            if s.debug.get() & DEBUG_SAVEALL != 0 {
                save(s, o);
            } else if let Some(clear) = o.ob_type().raw().tp_clear {
                incref(o.as_ptr());
                clear(o.as_ptr());
                if let Some(e) = ThreadState::current().take_exception() {
                    crate::hooks::unraisable(e, "Exception ignored in tp_clear of", Some(o.ob_type()));
                }
                decref(o.as_ptr());
            }
            if next(garbage) == h {
                clear_collecting(h);
                move_to(h, old);
            }
        }
    }
}

fn save(s: &GcState, o: &Obj) {
    let r = s.garbage_list().and_then(|l| l.push(o.to_owned()));
    if let Err(e) = r {
        e.clear();
    }
}

/// Legacy finalizers are not called: their objects are uncollectable.
unsafe fn handle_legacy(s: &GcState, legacy: *mut Head, old: *mut Head) {
    // SAFETY: the module's contract.
    unsafe {
        let mut h = next(legacy);
        while h != legacy {
            let o = object_of(h);
            if s.debug.get() & DEBUG_SAVEALL != 0 || has_legacy_finalizer(o) {
                save(s, Obj::from_ptr(o));
            }
            h = next(h);
        }
        merge(legacy, old);
    }
}

fn call_callbacks(s: &GcState, phase: &str, generation: usize, collected: isize, uncollectable: isize) {
    let Some(list) = s.callbacks.get() else { return };
    if list.is_empty() {
        return;
    }
    let prepared = || -> PyResult<_> {
        let info = Dict::new()?;
        info.set(sym!(generation).as_obj(), &*Int::from_i64(generation as i64)?)?;
        info.set(sym!(collected).as_obj(), &*Int::from_i64(collected as i64)?)?;
        info.set(sym!(uncollectable).as_obj(), &*Int::from_i64(uncollectable as i64)?)?;
        Ok((Str::intern(phase)?, info))
    };
    match prepared() {
        Ok((phase, info)) => {
            for f in list.to_vec() {
                if let Err(e) = f.call(&[phase.as_obj(), info.as_obj()]) {
                    crate::hooks::unraisable(
                        e.take(),
                        "Exception ignored while calling GC callback",
                        Some(&f),
                    );
                }
            }
        }
        Err(e) => crate::hooks::ignore(e, None),
    }
}
