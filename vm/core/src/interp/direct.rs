//! Direct handlers: instructions that call something, written by hand because they know where they go on.
//!
//! A generic instruction hands all its registers back through memory. These keep them over the call; the stack is in
//! memory meanwhile, as the called code may look at the frame.
//!
//! # Safety
//! The contract of `exec`: words, locals and caches are what the bytecode says they are.
#![allow(clippy::missing_safety_doc)]
#![allow(unsafe_op_in_unsafe_fn)]
#![allow(non_snake_case)]

use crate::error::Raised;
use crate::interp::ccalls::*;
use crate::interp::dispatch::{Handler, Table, cold_handlers, enter, raised};
use crate::interp::frame::Frame;
use crate::interp::generic::State;
use crate::interp::value::{Boxed, Value};
use crate::interp::watch::current;
use crate::interp::words::{DECLINED, RAISED, takes_words, word_call};
use crate::object::call::{ARGUMENTS_OFFSET, call_tuple, check_result, vectorcall_function};
use crate::object::obj::{Head, Obj, decref, incref};
use crate::object::{Native, Ref};
use crate::thread::ThreadState;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::generator::{self, Generator};
use crate::types::int::Int;
use crate::types::method::Method;
use crate::types::object_::{generic_getattr_slot, generic_setattr_slot};
use dovetail_ops::metadata::{direct, generic};
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::Ordering::Relaxed;

/// Installs the handlers.
pub const fn fill(mut t: [Handler; 512]) -> [Handler; 512] {
    t[generic::FOR_ITER as usize] = FOR_ITER;
    t[generic::SEND as usize] = SEND;
    t[generic::RETURN_GENERATOR as usize] = RETURN_GENERATOR;
    t[256 + generic::RETURN_GENERATOR as usize] = RETURN_GENERATOR;
    // Where somebody watches, a specialized form is its generic one.
    macro_rules! install {
        ($($name:ident = $number:literal, $base:ident;)*) => {
            $(
                t[direct::$name as usize] = $name;
                t[256 + direct::$name as usize] = t[256 + generic::$base as usize];
            )*
        };
    }
    dovetail_ops::for_each_direct!(install);
    t
}

/// A word of an owned pointer from a call: integers are tagged.
#[inline(always)]
pub(super) unsafe fn taken(o: *mut abi::PyObject) -> Value {
    if std::ptr::eq((*(o as *const Head)).ob_type, Int::TYPE_POINTER) {
        let v = Value::from_heap(o);
        if v.is_int() {
            decref(o);
            return v;
        }
        // One reference is the word's, the other the caller's.
        decref(o);
    }
    Value::from_owned_ptr(o)
}

/// Shows the frame to code that is called.
#[inline(always)]
pub(super) unsafe fn show(pc: *const u16, top: *mut Value, fp: *mut Frame, ts: *const ThreadState) {
    (*fp).instr_ptr = pc.sub(1);
    (*fp).stackpointer = top;
    (*ts).set_frame(fp);
}

/// A loop over an iterator that has no form of its own. The first cache unit counts down to the next attempt to
/// specialize, which is the generic instruction's business, as generators are.
unsafe extern "C" fn FOR_ITER(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    let left = *pc;
    if left <= 1 || left == u16::MAX || tos.is_int() {
        return cold_handlers::FOR_ITER(pc, sp, fp, ts, table, tos);
    }
    let ty = (*(tos.ptr() as *const Head)).ob_type;
    let Some(next) = (*ty).tp_iternext else {
        return cold_handlers::FOR_ITER(pc, sp, fp, ts, table, tos);
    };
    if std::ptr::eq(ty, Generator::TYPE_POINTER) {
        return cold_handlers::FOR_ITER(pc, sp, fp, ts, table, tos);
    }
    *(pc as *mut u16) = left - 1;
    *sp = tos;
    let top = sp.add(1);
    show(pc, top, fp, ts);
    let item = next(tos.ptr());
    if item.is_null() {
        if !ended() {
            return raised(pc, top, fp, ts, table, tos);
        }
        // Past the cache and END_FOR, to POP_ITER.
        let oparg = *(pc as *const u8).sub(1) as usize;
        return enter(pc.add(oparg + 2), sp, fp, ts, current(&*ts), tos);
    }
    enter(pc.add(1), top, fp, ts, current(&*ts), taken(item))
}

/// A value for an awaitable that is no generator. Counts down as `FOR_ITER` does.
unsafe extern "C" fn SEND(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    let left = *pc;
    let receiver = (*sp.sub(1)).obj();
    if left <= 1
        || left == u16::MAX
        || generator::as_plain(receiver).is_some()
        || (*ts).interp().monitors.on.get()
    {
        return cold_handlers::SEND(pc, sp, fp, ts, table, tos);
    }
    *(pc as *mut u16) = left - 1;
    *sp = tos;
    let top = sp.add(1);
    show(pc, top, fp, ts);
    let (answer, is_end) = sent(receiver, tos);
    if answer.0 == 0 {
        return raised(pc, top, fp, ts, table, tos);
    }
    tos.release();
    let oparg = *(pc as *const u8).sub(1) as usize;
    let pc = if is_end { pc.add(1 + oparg) } else { pc.add(1) };
    enter(pc, sp, fp, ts, current(&*ts), answer)
}

/// The answer, and whether it is the last one; zero is raised.
#[inline(never)]
unsafe fn sent(receiver: &Obj, v: Value) -> (Value, bool) {
    let Ok(v) = Boxed::new(v) else { return (Value(0), false) };
    match generator::send(receiver, &v) {
        Ok(Ok(yielded)) => (Value::from_object(yielded), false),
        Ok(Err(returned)) => (Value::from_object(returned), true),
        Err(_) => (Value(0), false),
    }
}

/// An iterator gave nothing: is that its end? A pending `StopIteration` is cleared.
#[inline(never)]
fn ended() -> bool {
    let ts = ThreadState::current();
    if !ts.has_exception() {
        return true;
    }
    let stop = ts.exception_matches(crate::error::exc::StopIteration());
    if stop {
        Raised::from_c().clear();
    }
    stop
}

/// The frame of a generator function becomes a generator, which is the value of the call.
unsafe extern "C" fn RETURN_GENERATOR(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    *sp = tos;
    let top = sp.add(1);
    show(pc, top, fp, ts);
    let g = made_generator(fp);
    if g.is_null() {
        return raised(pc, top, fp, ts, table, tos);
    }
    let caller = (*fp).previous;
    (*(*ts).c()).py_recursion_remaining += 1;
    (*ts).pop_words(fp);
    (*ts).set_frame(caller);
    let pc = (*caller).instr_ptr.add((*caller).return_offset as usize);
    enter(pc, (*caller).stackpointer, caller, ts, current(&*ts), Value::from_owned_ptr(g))
}

#[inline(never)]
unsafe fn made_generator(f: *mut Frame) -> *mut abi::PyObject {
    generator::from_frame(f).map_or(null_mut(), Ref::into_ptr)
}

/// Goes on behind a subscript with its owned value, in the place of container and key. Null is raised.
#[inline(always)]
unsafe fn subscripted(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
    value: *mut abi::PyObject,
) -> u64 {
    if value.is_null() {
        return raised(pc, sp.add(1), fp, ts, table, tos);
    }
    let value = taken(value);
    tos.release();
    (*sp.sub(1)).release();
    enter(pc.add(5), sp.sub(1), fp, ts, current(&*ts), value)
}

/// Goes on behind `LOAD_ATTR` with the owned attribute of what was on top. Null is raised.
#[inline(always)]
unsafe fn attribute_loaded(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
    value: *mut abi::PyObject,
) -> u64 {
    let top = sp.add(1);
    if value.is_null() {
        return raised(pc, top, fp, ts, table, tos);
    }
    let value = taken(value);
    tos.release();
    let oparg = *(pc as *const u8).sub(1);
    if oparg & 1 != 0 {
        *sp = value;
        return enter(pc.add(9), top, fp, ts, current(&*ts), Value::NULL);
    }
    enter(pc.add(9), sp, fp, ts, current(&*ts), value)
}

/// The item of a dictionary; the generic instruction raises for a missing one.
unsafe extern "C" fn BINARY_OP_SUBSCR_DICT(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    let d = *sp.sub(1);
    if d.is_int() || !std::ptr::eq((*(d.ptr() as *const Head)).ob_type, Dict::TYPE_POINTER) {
        return cold_handlers::BINARY_OP(pc, sp, fp, ts, table, tos);
    }
    *sp = tos;
    let top = sp.add(1);
    show(pc, top, fp, ts);
    let v = dict_item(d, tos);
    subscripted(pc, sp, fp, ts, table, tos, v)
}

/// The owned item of a key, or null when it raised.
#[inline(never)]
unsafe fn dict_item(d: Value, key: Value) -> *mut abi::PyObject {
    let Ok(key) = Boxed::new(key) else { return null_mut() };
    let d: &Dict = d.obj().cast_unchecked();
    match d.get(&key) {
        Ok(Some(v)) => v.into_ptr(),
        Ok(None) => d.get_item(&key).map_or(null_mut(), Ref::into_ptr),
        Err(_) => null_mut(),
    }
}

/// Classes whose subscripts have forms of their own.
const OWN_SUBSCRIPT: u64 =
    abi::Py_TPFLAGS_LIST_SUBCLASS | abi::Py_TPFLAGS_TUPLE_SUBCLASS | abi::Py_TPFLAGS_DICT_SUBCLASS;

/// The `mp_subscript` of an object's class, where it is none of those with forms of their own.
#[inline(always)]
pub(super) fn subscript_slot(v: Value) -> abi::binaryfunc {
    if v.is_int() {
        return None;
    }
    // SAFETY: a pointer word of the stack; suites live as long as their class.
    unsafe {
        let ty = (*(v.ptr() as *const Head)).ob_type;
        if (*ty).tp_flags & OWN_SUBSCRIPT != 0 || (*ty).tp_as_mapping.is_null() {
            return None;
        }
        (*(*ty).tp_as_mapping).mp_subscript
    }
}

/// A subscript of an object whose class has `mp_subscript`.
unsafe extern "C" fn BINARY_OP_SUBSCR_MAPPING(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    let o = *sp.sub(1);
    let Some(subscript) = subscript_slot(o) else {
        return cold_handlers::BINARY_OP(pc, sp, fp, ts, table, tos);
    };
    *sp = tos;
    let top = sp.add(1);
    show(pc, top, fp, ts);
    let r = if !tos.is_int() {
        subscript(o.ptr(), tos.ptr())
    } else if Int::is_small(tos.as_int()) {
        subscript(o.ptr(), Int::small(tos.as_int()))
    } else {
        subscript_int(subscript, o, tos)
    };
    subscripted(pc, sp, fp, ts, table, tos, r)
}

/// The slot with an int object made of a tagged one.
#[inline(never)]
unsafe fn subscript_int(
    subscript: unsafe extern "C" fn(*mut abi::PyObject, *mut abi::PyObject) -> *mut abi::PyObject,
    o: Value,
    key: Value,
) -> *mut abi::PyObject {
    match Int::from_i64(key.as_int()) {
        Ok(key) => subscript(o.ptr(), key.as_ptr()),
        Err(_) => null_mut(),
    }
}

/// The `tp_getattro` of an object's class, where it is not the usual one.
#[inline(always)]
pub(super) fn getattro_slot(v: Value) -> abi::getattrofunc {
    if v.is_int() {
        return None;
    }
    // SAFETY: a pointer word of the stack.
    let slot = unsafe { (*(*(v.ptr() as *const Head)).ob_type).tp_getattro };
    slot.filter(|f| *f as usize != generic_getattr_slot as *const () as usize)
}

/// An attribute of an object whose class finds attributes in a way of its own.
unsafe extern "C" fn LOAD_ATTR_GETATTRO(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    let Some(getattro) = getattro_slot(tos) else {
        return cold_handlers::LOAD_ATTR(pc, sp, fp, ts, table, tos);
    };
    *sp = tos;
    let top = sp.add(1);
    show(pc, top, fp, ts);
    let oparg = *(pc as *const u8).sub(1) as usize;
    let r = getattro(tos.ptr(), Frame::code(fp).name_at(oparg >> 1).as_ptr());
    attribute_loaded(pc, sp, fp, ts, table, tos, r)
}

/// The object of `v` has the type version of the cache: then its attribute is the descriptor in the cache at `at`,
/// borrowed from the class. Null if not.
#[inline(always)]
unsafe fn cached_descriptor(pc: *const u16, v: Value, at: usize) -> *mut abi::PyObject {
    if v.is_int()
        || (*(*(v.ptr() as *const Head)).ob_type).tp_version_tag != (pc.add(1) as *const u32).read_unaligned()
    {
        return null_mut();
    }
    (pc.add(at) as *const *mut abi::PyObject).read_unaligned()
}

unsafe extern "C" fn LOAD_ATTR_DESCRIPTOR(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    let d = cached_descriptor(pc, tos, 5);
    if d.is_null() {
        return cold_handlers::LOAD_ATTR(pc, sp, fp, ts, table, tos);
    }
    let Some(get) = (*(*(d as *const Head)).ob_type).tp_descr_get else {
        return cold_handlers::LOAD_ATTR(pc, sp, fp, ts, table, tos);
    };
    *sp = tos;
    let top = sp.add(1);
    show(pc, top, fp, ts);
    let o = tos.ptr();
    // The class may lose the descriptor while it runs.
    incref(d);
    let r = get(d, o, (*(o as *const Head)).ob_type.cast());
    decref(d);
    attribute_loaded(pc, sp, fp, ts, table, tos, r)
}

/// The class attribute of the instruction's name, where the class stores in the usual way; else null. The caches have
/// no room for it.
#[inline(always)]
unsafe fn setting_descriptor(pc: *const u16, fp: *mut Frame, v: Value) -> *mut abi::PyObject {
    if v.is_int() {
        return null_mut();
    }
    let ty = v.obj().ob_type();
    if ty.raw().tp_setattro.is_none_or(|f| f as usize != generic_setattr_slot as *const () as usize) {
        return null_mut();
    }
    let name = Frame::code(fp).name_at(*(pc as *const u8).sub(1) as usize);
    ty.lookup(name).map_or(null_mut(), Obj::as_ptr)
}

unsafe extern "C" fn STORE_ATTR_DESCRIPTOR(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    // The object is on top, the value below it.
    let d = setting_descriptor(pc, fp, tos);
    if d.is_null() {
        return cold_handlers::STORE_ATTR(pc, sp, fp, ts, table, tos);
    }
    let Some(set) = (*(*(d as *const Head)).ob_type).tp_descr_set else {
        return cold_handlers::STORE_ATTR(pc, sp, fp, ts, table, tos);
    };
    *sp = tos;
    let top = sp.add(1);
    show(pc, top, fp, ts);
    let value = *sp.sub(1);
    let boxed = if value.is_int() {
        let Ok(boxed) = Int::from_i64(value.as_int()) else {
            return raised(pc, top, fp, ts, table, tos);
        };
        // Its place gives it back.
        let boxed = boxed.into_ptr();
        *sp.sub(1) = Value::from_owned_ptr(boxed);
        boxed
    } else {
        value.ptr()
    };
    incref(d);
    let r = set(d, tos.ptr(), boxed);
    decref(d);
    if r < 0 {
        return raised(pc, top, fp, ts, table, tos);
    }
    tos.release();
    (*sp.sub(1)).release();
    let sp = sp.sub(2);
    enter(pc.add(4), sp, fp, ts, current(&*ts), *sp)
}

/// What a call has before it: the number of arguments, the end of the stack, which is in memory now, and the callable's place.
#[inline(always)]
pub(super) unsafe fn laid_out(pc: *const u16, sp: *mut Value, tos: Value) -> (usize, *mut Value, *mut Value) {
    let oparg = *(pc as *const u8).sub(1) as usize;
    *sp = tos;
    let top = sp.add(1);
    (oparg, top, top.sub(oparg + 2))
}

/// Arguments that fit on the C stack.
const FEW: usize = 8;

/// A call of something that is no Python function.
pub(super) unsafe extern "C" fn CALL_NON_PY_GENERAL(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    let (oparg, top, base) = laid_out(pc, sp, tos);
    let callable = *base;
    if callable.is_int() || oparg >= FEW {
        return cold_handlers::CALL(pc, sp, fp, ts, table, tos);
    }
    let ty = (*(callable.ptr() as *const Head)).ob_type;
    if std::ptr::eq(ty, Function::TYPE_POINTER) || std::ptr::eq(ty, Method::TYPE_POINTER) {
        return cold_handlers::CALL(pc, sp, fp, ts, table, tos);
    }
    let f = vectorcall_function(callable.ptr());
    if f.is_none() && (*ty).tp_flags & abi::Py_TPFLAGS_TYPE_SUBCLASS != 0 {
        // A class without its own vectorcall: only the one that was seen, as others may have an `__init__` that the
        // loop enters by itself.
        let version = (pc.add(1) as *const u32).read_unaligned();
        if (*(callable.ptr() as *const abi::PyTypeObject)).tp_version_tag != version {
            return cold_handlers::CALL(pc, sp, fp, ts, table, tos);
        }
    }
    show(pc, top, fp, ts);
    let r = call_vector(&*ts, base, oparg, f);
    if r == RAISED {
        return raised(pc, top, fp, ts, table, tos);
    }
    called(pc, base, fp, ts, table, r)
}

/// A call of something that takes the words as they are.
unsafe extern "C" fn CALL_WORDS(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    let (oparg, top, base) = laid_out(pc, sp, tos);
    let callable = *base;
    if callable.is_int() || !(*base.add(1)).is_null() || !takes_words(callable.type_ptr()) {
        return CALL_NON_PY_GENERAL(pc, sp, fp, ts, table, tos);
    }
    show(pc, top, fp, ts);
    let from = base.add(2);
    let r = word_call()(&*ts, callable.obj(), from, oparg);
    if r == RAISED {
        return raised(pc, top, fp, ts, table, tos);
    }
    if r == DECLINED {
        return CALL_NON_PY_GENERAL(pc, sp, fp, ts, table, tos);
    }
    for i in (0..oparg).rev() {
        (*from.add(i)).release();
    }
    callable.release();
    called(pc, base, fp, ts, table, r)
}

/// Behind a call: the result is on top of the stack, from which callable and arguments are gone.
#[inline(always)]
pub(super) unsafe fn called(
    pc: *const u16,
    base: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    r: Value,
) -> u64 {
    let pc = pc.add(3);
    if (*ts).eval_breaker().load(Relaxed) != 0 {
        return after_call(pc, base, fp, ts, table, r);
    }
    enter(pc, base, fp, ts, current(&*ts), r)
}

/// The signature of vectorcall.
type VectorCall = unsafe extern "C" fn(
    *mut abi::PyObject,
    *const *mut abi::PyObject,
    usize,
    *mut abi::PyObject,
) -> *mut abi::PyObject;

/// Calls the word at `base` with the words behind it; gives them back when it returns. Zero is raised.
#[inline(never)]
unsafe fn call_vector(ts: &ThreadState, base: *mut Value, nargs: usize, f: Option<VectorCall>) -> Value {
    let callable = (*base).ptr();
    let this = (*base.add(1)).is_null() as usize;
    let from = base.add(1 + this);
    let total = nargs + 1 - this;
    // One free word before the arguments, for callees that prepend self.
    let mut words = [const { MaybeUninit::<*mut abi::PyObject>::uninit() }; FEW + 2];
    let args = words.as_mut_ptr().cast::<*mut abi::PyObject>().add(1);
    for i in 0..total {
        // An object made of an integer is given back with the rest.
        if (*from.add(i)).is_int() && !boxed(from, i) {
            return RAISED;
        }
        *args.add(i) = (*from.add(i)).ptr();
    }
    let r = match f {
        Some(f) => f(callable, args, total | ARGUMENTS_OFFSET, null_mut()),
        None => {
            call_tuple(Obj::from_ptr(callable), args, total, null_mut()).map_or(null_mut(), Ref::into_ptr)
        }
    };
    if r.is_null() || ts.has_exception() {
        // Raises where the callee failed to, and where it returned a value all the same.
        return match check_result(Obj::from_ptr(callable), r) {
            Ok(v) => Value::from_object(v),
            Err(_) => RAISED,
        };
    }
    let r = taken(r);
    for i in (0..total).rev() {
        (*from.add(i)).release();
    }
    (*base).release();
    r
}

/// Signals and other requests that came during a call are handled before the next instruction.
#[cold]
#[inline(never)]
unsafe extern "C" fn after_call(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    *sp = tos;
    let top = sp.add(1);
    (*fp).stackpointer = top;
    if !handled_pending(pc, top, fp, ts) {
        return raised(pc, top, fp, ts, table, tos);
    }
    enter(pc, sp, fp, ts, current(&*ts), *sp)
}

#[inline(never)]
unsafe fn handled_pending(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: *const ThreadState) -> bool {
    let st = State { pc, sp, fp, ts: &*ts };
    crate::interp::pending::handle(st.ts).is_ok()
}
