//! All tasks that are not done: native ones in a list through their bodies, eager ones and those of other classes in
//! a set and a `WeakSet`.

use super::state::loop_of;
use super::task::{Task, TaskBody};
use crate::util::owned;
use dovetail_core::error::PyResult;
use dovetail_core::import::import_module;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::sym;
use dovetail_core::types::set::Set;
use dovetail_core::types::str_::Str;
use std::ptr::null_mut;
use std::sync::OnceLock;

/// An object made once in each interpreter and kept; the cell has the main interpreter's.
struct Kept(OnceLock<usize>);

/// What a sub-interpreter keeps, by the address of its `Kept`.
#[derive(Default)]
struct OfSubInterpreter(std::cell::RefCell<std::collections::HashMap<usize, usize>>);

impl Kept {
    const fn new() -> Kept {
        Kept(OnceLock::new())
    }

    fn peek(&self) -> Option<&'static Obj> {
        let interp = Interpreter::current();
        let found = match interp.is_main() {
            true => self.0.get().copied(),
            false => {
                let own = std::ptr::from_ref(self) as usize;
                interp.state::<OfSubInterpreter>().0.borrow().get(&own).copied()
            }
        };
        // SAFETY: the reference was never given back.
        found.map(|p| unsafe { Obj::from_ptr(p as *mut abi::PyObject) })
    }

    fn get(&self, make: impl FnOnce() -> PyResult<Object>) -> PyResult<&'static Obj> {
        if let Some(o) = self.peek() {
            return Ok(o);
        }
        let p = make()?.into_ptr();
        let interp = Interpreter::current();
        if interp.is_main() {
            let _ = self.0.set(p as usize);
        } else {
            let own = std::ptr::from_ref(self) as usize;
            interp.state::<OfSubInterpreter>().0.borrow_mut().insert(own, p as usize);
        }
        // SAFETY: the reference is never given back.
        Ok(unsafe { Obj::from_ptr(p) })
    }
}

static EAGER: Kept = Kept::new();
static FOREIGN: Kept = Kept::new();

fn eager() -> PyResult<&'static Set> {
    let o = EAGER.get(|| Ok(Set::new()?.into_object()))?;
    // SAFETY: made as a set.
    Ok(unsafe { o.cast_unchecked() })
}

fn foreign() -> PyResult<&'static Obj> {
    FOREIGN.get(|| import_module("weakref")?.get_attr(&*Str::intern("WeakSet")?)?.call(&[]))
}

/// Enters a native task into the list; does nothing when it is there already.
pub fn link(task: &Task) {
    let head = &Interpreter::current().asyncio_tasks;
    // SAFETY: bodies of live tasks: a task leaves the list before it ends.
    unsafe {
        let b = task.body();
        if (*b).linked {
            return;
        }
        (*b).linked = true;
        (*b).newer = null_mut();
        (*b).older = head.get().cast();
        if !(*b).older.is_null() {
            (*(*b).older).newer = b;
        }
        head.set(b.cast());
    }
}

/// Takes a native task out of the list.
///
/// # Safety
/// `b` is the body of a task that lives or is about to end.
pub unsafe fn unlink(b: *mut TaskBody) {
    // SAFETY: the caller's promise; neighbours live.
    unsafe {
        if !(*b).linked {
            return;
        }
        (*b).linked = false;
        if (*b).newer.is_null() {
            Interpreter::current().asyncio_tasks.set((*b).older.cast());
        } else {
            (*(*b).newer).older = (*b).older;
        }
        if !(*b).older.is_null() {
            (*(*b).older).newer = (*b).newer;
        }
        (*b).newer = null_mut();
        (*b).older = null_mut();
    }
}

pub fn register(task: &Obj) -> PyResult<()> {
    match task.downcast::<Task>() {
        Some(t) => {
            link(t);
            Ok(())
        }
        None => foreign()?.call_method(sym!(add), &[task]).map(|_| ()),
    }
}

pub fn unregister(task: &Obj) -> PyResult<()> {
    match task.downcast::<Task>() {
        // SAFETY: a live task.
        Some(t) => {
            unsafe { unlink(t.body()) };
            Ok(())
        }
        None => foreign()?.call_method(sym!(discard), &[task]).map(|_| ()),
    }
}

pub fn register_eager(task: &Obj) -> PyResult<()> {
    eager()?.add(task)
}

pub fn unregister_eager(task: &Obj) -> PyResult<()> {
    eager()?.discard_key(task).map(|_| ())
}

/// The tasks of a loop that are not done.
pub fn all(event_loop: &Obj) -> PyResult<Ref<Set>> {
    let out = Set::new()?;
    // Collected first: what follows may run Python code.
    let mut native = Vec::new();
    let mut at: *mut TaskBody = Interpreter::current().asyncio_tasks.get().cast();
    // SAFETY: bodies of live tasks.
    unsafe {
        while !at.is_null() {
            native.push(Obj::from_ptr(at.cast()).to_owned());
            at = (*at).older;
        }
    }
    for t in native {
        // SAFETY: from the list of tasks.
        let task = unsafe { t.cast_unchecked::<Task>() };
        let f = task.future();
        if f.is_pending() && f.event_loop().is_some_and(|l| l.is(event_loop)) {
            out.add(&t)?;
        }
    }
    let mut others: Vec<Object> = Vec::new();
    if let Some(e) = EAGER.peek() {
        others.extend(e.collect_all()?);
    }
    if let Some(f) = FOREIGN.peek() {
        others.extend(f.collect_all()?);
    }
    for t in others {
        if loop_of(&t)?.is(event_loop) && !t.call_method(sym!(done), &[])?.is_true()? {
            out.add(&t)?;
        }
    }
    Ok(out)
}

/// The items of an iterable.
trait CollectAll {
    fn collect_all(&self) -> PyResult<Vec<Object>>;
}

impl CollectAll for Obj {
    fn collect_all(&self) -> PyResult<Vec<Object>> {
        let mut out = Vec::new();
        owned(self).iter()?.for_each(|o| {
            out.push(o);
            Ok(())
        })?;
        Ok(out)
    }
}
