//! Calls that take the frame's words as they are: integers need no object on the way in or out.
//!
//! A crate above this one registers a type whose instances can be called so, with the function that does it ([`register`]). `CALL`
//! specializes for that type, and falls back to vectorcall where the function declines. One type registers: the
//! function pointers of the FFI toolkit, whose arguments become machine words anyhow.

use crate::interp::value::Value;
use crate::object::Obj;
use crate::thread::ThreadState;
use crate::types::type_::Type;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

/// What a call gives that cannot be done with words: nothing has happened yet, and vectorcall shall do it.
pub const DECLINED: Value = Value::NULL;
/// What a call gives that raised.
pub const RAISED: Value = Value(0);

/// Calls an instance of the registered type with so many words, which stay the caller's. The result is a word of its own, [`DECLINED`]
/// or [`RAISED`].
///
/// # Safety
/// The object is an instance of the type that was registered, the words are readable and none of them is null; the
/// thread's state is attached.
pub type WordCall = unsafe fn(&'static ThreadState, &Obj, *const Value, usize) -> Value;

static CALLEE: AtomicPtr<abi::PyTypeObject> = AtomicPtr::new(null_mut());
static CALL: AtomicPtr<()> = AtomicPtr::new(null_mut());

/// From now on, instances of this static type (not of classes below it) are called with words.
pub fn register(ty: &'static Type, call: WordCall) {
    CALL.store(call as *mut (), Ordering::Relaxed);
    CALLEE.store(ty.as_type_ptr(), Ordering::Release);
}

/// Is this the registered type?
#[inline(always)]
pub(crate) fn takes_words(ty: *mut abi::PyTypeObject) -> bool {
    std::ptr::eq(CALLEE.load(Ordering::Acquire), ty)
}

/// The registered function.
///
/// # Safety
/// [`takes_words`] has said yes.
#[inline(always)]
pub(crate) unsafe fn word_call() -> WordCall {
    // SAFETY: stored from such a function before the type was.
    unsafe { std::mem::transmute(CALL.load(Ordering::Relaxed)) }
}
