//! The one arena of C types behind all type objects of the process, and which object stands for which type.
//!
//! The interpreter's lock guards it: sub-interpreters share that lock, and the type objects with it. Ids are never
//! given out again: of a struct or enum whose object is gone an empty description stays behind.

use super::ctype::CType;
use dovetail_core::object::{Obj, Ref};
use dovetail_ctype::{Record, Target, Type, TypeId, Types};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

struct State {
    types: Option<Types>,
    /// By id: the living object, not owned.
    objects: Vec<*mut abi::PyObject>,
}

struct Arena(UnsafeCell<State>);

// SAFETY: used under the GIL only.
unsafe impl Sync for Arena {}

static ARENA: Arena = Arena(UnsafeCell::new(State { types: None, objects: Vec::new() }));

fn state() -> &'static mut State {
    // SAFETY: the GIL is held, and no borrow outlives a function of this module, none of which runs Python code.
    unsafe { &mut *ARENA.0.get() }
}

/// The machine this program runs on.
fn host() -> Target {
    Target::host().expect("built for one of the two targets")
}

/// Works on the arena. `f` runs no Python code and makes or drops no object.
pub fn with<R>(f: impl FnOnce(&mut Types) -> R) -> R {
    f(state().types.get_or_insert_with(|| Types::new(host())))
}

/// The living object of a type.
pub fn object(id: TypeId) -> Option<Ref<CType>> {
    let p = state().objects.get(id.index()).copied().filter(|p| !p.is_null())?;
    // SAFETY: an object takes its address out before it goes.
    Some(unsafe { Obj::from_ptr(p).to_owned().cast_into_unchecked() })
}

/// Makes an object the one for its type.
pub fn enter(id: TypeId, ct: &CType) {
    let objects = &mut state().objects;
    if objects.len() <= id.index() {
        objects.resize(id.index() + 1, null_mut());
    }
    objects[id.index()] = ct.as_ptr();
}

/// Forgets a dying object, unless another one has its place.
pub fn leave(id: TypeId, o: *mut abi::PyObject) {
    if let Some(slot) = state().objects.get_mut(id.index())
        && *slot == o
    {
        *slot = null_mut();
    }
}

/// Empties the description of a struct, union or enum whose object is gone: no other type refers to it any more.
pub fn forget(id: TypeId) {
    with(|types| match *types.get(id) {
        Type::Record(r) => {
            let kind = types.record(r).kind;
            *types.record_mut(r) = Record::opaque(kind, "");
        }
        Type::Enum(e) => {
            let e = types.enumeration_mut(e);
            (e.tag, e.forced_name, e.enumerators) = (String::new(), None, None);
        }
        _ => {}
    });
}
