//! Watchers of dictionaries, types, code, functions and contexts, and the words that C keeps with code objects; all in
//! `dovetail_core::watch`.

use crate::boundary::{P, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::Obj;
use dovetail_core::raise;
use dovetail_core::types::code::Code;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::type_::Type;
use dovetail_core::watch::{self, Watchers};
use dovetail_macros::capi;
use std::ffi::{c_int, c_void};

fn watchers() -> &'static Watchers {
    &Interpreter::current().watchers
}

fn given<F>(callback: Option<F>) -> PyResult<F> {
    callback.ok_or_else(bad_internal_call)
}

type ToldDict = abi::PyDict_WatchCallback;
type ToldType = abi::PyType_WatchCallback;
type ToldCode = abi::PyCode_WatchCallback;
type ToldFunction = abi::PyFunction_WatchCallback;
type ToldContext = abi::PyContext_WatchCallback;

/// Registers and takes away the watchers of one kind.
macro_rules! watcher_capi {
    ($($add:ident $clear:ident $callback:ident $field:ident)*) => { $(
        /// Registers a watcher; its number, or -1.
        #[capi]
        fn $add(callback: $callback) -> PyResult<c_int> {
            watchers().$field.add(given(callback)?)
        }

        /// Takes a watcher away; `ValueError` when there is none with this number.
        #[capi]
        fn $clear(id: c_int) -> PyResult<()> {
            watchers().$field.remove(id)
        }
    )* };
}

watcher_capi! {
    PyDict_AddWatcher PyDict_ClearWatcher ToldDict dicts
    PyType_AddWatcher PyType_ClearWatcher ToldType types
    PyCode_AddWatcher PyCode_ClearWatcher ToldCode codes
    PyFunction_AddWatcher PyFunction_ClearWatcher ToldFunction functions
    PyContext_AddWatcher PyContext_ClearWatcher ToldContext contexts
}

fn dict(o: &Obj) -> PyResult<&Dict> {
    o.downcast().ok_or_else(|| raise!(ValueError, "Cannot watch non-dictionary"))
}

fn ty(o: &Obj) -> PyResult<&Type> {
    o.downcast().ok_or_else(|| raise!(ValueError, "Cannot watch non-type"))
}

/// From now on the watcher is told of what happens to a dictionary.
#[capi]
fn PyDict_Watch(id: c_int, o: &Obj) -> PyResult<()> {
    watch::watch_dict(id, dict(o)?, true)
}

/// The watcher is no longer told of a dictionary.
#[capi]
fn PyDict_Unwatch(id: c_int, o: &Obj) -> PyResult<()> {
    watch::watch_dict(id, dict(o)?, false)
}

/// Tells the watchers of these bits of what is about to happen to a dictionary.
#[capi]
unsafe fn _PyDict_SendEvent(
    bits: c_int,
    event: abi::PyDict_WatchEvent,
    d: *mut abi::PyDictObject,
    key: P,
    value: P,
) {
    // SAFETY: live objects, or NULL.
    unsafe {
        let (key, value) = ((key as *const Obj).as_ref(), (value as *const Obj).as_ref());
        watch::dict_event_for(&*(d as *const Dict), bits as u8, event, key, value);
    }
}

/// From now on the watcher is told of changes to a type and its bases.
#[capi]
fn PyType_Watch(id: c_int, o: &Obj) -> PyResult<()> {
    watch::watch_type(id, ty(o)?, true)
}

/// The watcher is no longer told of a type.
#[capi]
fn PyType_Unwatch(id: c_int, o: &Obj) -> PyResult<()> {
    watch::watch_type(id, ty(o)?, false)
}

/// The most users of extra words.
const EXTRA_USERS: usize = 255;

/// A new index of extra words, whose old values `free` ends; -1 when there are no more.
#[capi]
fn PyUnstable_Eval_RequestCodeExtraIndex(free: abi::freefunc) -> isize {
    let mut all = watchers().code_extras.borrow_mut();
    if all.len() >= EXTRA_USERS {
        return -1;
    }
    all.push(free);
    all.len() as isize - 1
}

/// The word that C keeps with a code object at an index, or NULL.
#[capi]
unsafe fn PyUnstable_Code_GetExtra(code: &Obj, index: isize, extra: *mut *mut c_void) -> PyResult<()> {
    let code = code.downcast::<Code>().ok_or_else(bad_internal_call)?;
    // SAFETY: the caller's variable.
    unsafe { *extra = watch::code_extra(code, index) };
    Ok(())
}

/// Sets the word that C keeps with a code object at an index.
#[capi]
fn PyUnstable_Code_SetExtra(code: &Obj, index: isize, extra: *mut c_void) -> PyResult<()> {
    let known = watchers().code_extras.borrow().len() as isize;
    match code.downcast::<Code>() {
        Some(code) if (0..known).contains(&index) => watch::set_code_extra(code, index, extra),
        _ => Err(bad_internal_call()),
    }
}
