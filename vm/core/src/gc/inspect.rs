//! Questions about the heap: which objects are tracked, who refers to whom.

use super::list::{self, Head};
use super::{GENERATIONS, is_gc, state};
use crate::error::PyResult;
use crate::object::obj::Obj;
use crate::object::refs::{Object, Ref};
use crate::types::list::List;
use std::ffi::{c_int, c_void};

/// Calls `f` for every object of a list. `f` must not run Python code.
fn for_each(end: *mut Head, mut f: impl FnMut(&Obj)) {
    // SAFETY: a list of live objects, under the GIL.
    unsafe {
        let mut h = list::next(end);
        while h != end {
            f(Obj::from_ptr(list::object_of(h)));
            h = list::next(h);
        }
    }
}

/// The tracked objects of a generation, or of all.
pub fn objects(generation: Option<usize>) -> PyResult<Ref<List>> {
    let mut found: Vec<Object> = Vec::new();
    let range = match generation {
        Some(g) => g..g + 1,
        None => 0..GENERATIONS,
    };
    for g in &state().generations[range] {
        for_each(g.heads.get(), |o| found.push(o.to_owned()));
    }
    List::from_vec(found)
}

/// The tracked objects that refer directly to one of `targets`.
pub fn referrers(targets: &[&Obj], except: &Obj) -> PyResult<Ref<List>> {
    unsafe extern "C" fn visit(o: *mut abi::PyObject, targets: *mut c_void) -> c_int {
        // SAFETY: the argument is the slice below.
        unsafe { (*(targets as *const &[&Obj])).iter().any(|t| std::ptr::eq(t.as_ptr(), o)) as c_int }
    }
    let mut found: Vec<Object> = Vec::new();
    for g in &state().generations {
        for_each(g.heads.get(), |o| {
            // SAFETY: tracked objects can be traversed.
            let hit = unsafe {
                o.ob_type()
                    .raw()
                    .tp_traverse
                    .is_some_and(|f| f(o.as_ptr(), Some(visit), (&raw const targets) as *mut c_void) != 0)
            };
            if hit && !o.is(except) {
                found.push(o.to_owned());
            }
        });
    }
    List::from_vec(found)
}

/// The objects that `sources` refer to directly.
pub fn referents(sources: &[&Obj]) -> PyResult<Ref<List>> {
    unsafe extern "C" fn visit(o: *mut abi::PyObject, out: *mut c_void) -> c_int {
        // SAFETY: the argument is the vector below.
        unsafe { (*(out as *mut Vec<Object>)).push(Obj::from_ptr(o).to_owned()) };
        0
    }
    let mut found: Vec<Object> = Vec::new();
    for o in sources {
        if is_gc(o)
            && let Some(f) = o.ob_type().raw().tp_traverse
        {
            // SAFETY: a live object.
            unsafe { f(o.as_ptr(), Some(visit), (&raw mut found).cast()) };
        }
    }
    List::from_vec(found)
}
