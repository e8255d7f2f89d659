//! Generic instructions: outlined, ordinary Rust. They specialize, do the general thing, or raise.
//!
//! Each takes the state with its stack in memory (`sp` behind the top) and `pc` behind its own unit, and must move
//! `pc` past its caches itself. On `Err` the stack may hold anything above the handler's depth: unwinding cleans up.

#![allow(non_snake_case)]

mod attributes;
mod build;
mod calls;
mod containers;
mod exceptions;
mod generators;
mod imports;
mod intrinsics;
pub mod iteration;
mod matching;
mod names;
mod operators;

pub use attributes::*;
pub use build::*;
pub use calls::*;
pub use containers::*;
pub use exceptions::*;
pub use generators::*;
pub use imports::*;
pub use intrinsics::*;
pub use iteration::*;
pub use matching::*;
pub use names::*;
pub use operators::*;

use crate::error::PyResult;
use crate::interp::frame::Frame;
use crate::interp::value::{Boxed, Value};
use crate::object::native::Native;
use crate::object::obj::Head;
use crate::object::{Object, Ref};
use crate::raise;
use crate::thread::ThreadState;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::str_::Str;

/// A generic instruction.
pub type Generic = fn(&mut State, usize) -> PyResult<()>;

/// The loop's registers while a generic instruction runs.
pub struct State<'a> {
    pub pc: *const u16,
    pub sp: *mut Value,
    pub fp: *mut Frame,
    pub ts: &'a ThreadState,
}

impl State<'_> {
    #[inline(always)]
    pub fn pop(&mut self) -> Value {
        // SAFETY: the bytecode's stack discipline.
        unsafe {
            self.sp = self.sp.sub(1);
            *self.sp
        }
    }

    /// Pops an object, boxing an integer.
    #[inline]
    pub fn pop_object(&mut self) -> PyResult<Object> {
        self.pop().into_object()
    }

    #[inline(always)]
    pub fn push(&mut self, v: Value) {
        // SAFETY: as above.
        unsafe {
            *self.sp = v;
            self.sp = self.sp.add(1);
        }
    }

    /// Pushes an object, tagging an integer.
    #[inline]
    pub fn push_object<T: Native>(&mut self, o: Ref<T>) {
        self.push(Value::from_object(o.into_object()))
    }

    /// The word `depth` from the top; 1 is the top.
    #[inline(always)]
    pub fn peek(&self, depth: usize) -> Value {
        // SAFETY: as above.
        unsafe { *self.sp.sub(depth) }
    }

    /// Replaces the word `depth` from the top, without releasing it.
    #[inline(always)]
    pub fn poke(&mut self, depth: usize, v: Value) {
        // SAFETY: as above.
        unsafe { *self.sp.sub(depth) = v }
    }

    /// A borrowed object of the word `depth` from the top.
    #[inline]
    pub fn object(&self, depth: usize) -> PyResult<Boxed> {
        Boxed::new(self.peek(depth))
    }

    /// Pops and releases `n` words.
    #[inline]
    pub fn drop_n(&mut self, n: usize) {
        for _ in 0..n {
            self.pop().release();
        }
    }

    /// Replaces the top `n` words by an object.
    #[inline]
    pub fn replace_n<T: Native>(&mut self, n: usize, o: Ref<T>) {
        self.replace_n_value(n, Value::from_object(o.into_object()))
    }

    #[inline]
    pub fn replace_n_value(&mut self, n: usize, v: Value) {
        self.drop_n(n);
        self.push(v);
    }

    /// Moves past cache units.
    #[inline(always)]
    pub fn skip(&mut self, n: usize) {
        // SAFETY: caches follow the instruction.
        unsafe { self.pc = self.pc.add(n) }
    }

    /// Jumps relative to the current place.
    #[inline(always)]
    pub fn jump(&mut self, delta: isize) {
        // SAFETY: the compiler's jump targets lie in the code.
        unsafe { self.pc = self.pc.offset(delta) }
    }

    #[inline(always)]
    pub fn code(&self) -> &'static Code {
        // SAFETY: the frame keeps its code alive while it runs; the borrow does not leave the instruction.
        unsafe { Frame::code(self.fp) }
    }

    /// The name `i` of the code.
    #[inline(always)]
    pub fn name(&self, i: usize) -> &'static Str {
        self.code().name_at(i)
    }

    #[inline(always)]
    pub fn globals(&self) -> &'static Dict {
        // SAFETY: as `code`.
        unsafe { &*((*self.fp).globals as *const Dict) }
    }

    #[inline(always)]
    pub fn builtins(&self) -> &'static crate::Obj {
        // SAFETY: as `code`.
        unsafe { crate::Obj::from_ptr((*self.fp).builtins) }
    }

    /// The namespace of a module or class body.
    pub fn locals(&self) -> PyResult<&'static crate::Obj> {
        // SAFETY: as `code`.
        unsafe {
            let l = (*self.fp).locals;
            if l.is_null() {
                return Err(raise!(SystemError, "no locals"));
            }
            Ok(crate::Obj::from_ptr(l))
        }
    }

    /// The place of local `i`.
    #[inline(always)]
    pub fn local(&self, i: usize) -> *mut Value {
        Frame::locals_ptr(self.fp).wrapping_add(i)
    }

    // ---- caches and quickening ----

    #[inline(always)]
    pub fn cache16(&self, at: usize) -> u16 {
        // SAFETY: within the instruction's caches.
        unsafe { *self.pc.add(at) }
    }

    pub fn set_cache16(&mut self, at: usize, v: u16) {
        // SAFETY: within the instruction's caches; code is only changed under the GIL.
        unsafe { *(self.pc as *mut u16).add(at) = v }
    }

    pub fn set_cache32(&mut self, at: usize, v: u32) {
        // SAFETY: as above.
        unsafe { (self.pc.add(at) as *mut u32).write_unaligned(v) }
    }

    pub fn set_cache_ptr(&mut self, at: usize, v: *mut abi::PyObject) {
        // SAFETY: as above; four units.
        unsafe { (self.pc.add(at) as *mut *mut abi::PyObject).write_unaligned(v) }
    }

    /// The opcode as it stands in the code now.
    #[inline(always)]
    pub fn opcode(&self) -> u8 {
        // SAFETY: pc stands behind the instruction.
        unsafe { *(self.pc.sub(1) as *const u8) }
    }

    /// Rewrites the instruction's opcode.
    pub fn quicken(&mut self, op: u8) {
        // SAFETY: as above.
        unsafe { *(self.pc.sub(1) as *mut u8) = op }
    }

    /// Does the instruction carry an extended argument?
    pub fn is_wide(&self) -> bool {
        // SAFETY: the unit before an instruction is part of the code, except for the first one.
        unsafe {
            let own = self.pc.sub(1);
            own > self.code().instructions()
                && *(own.sub(1) as *const u8) == dovetail_ops::metadata::EXTENDED_ARG
        }
    }
}

/// Fills the free lists that handlers take from, in batches.
pub fn refill(ts: &ThreadState) {
    if ts.free_floats.get().is_null() {
        refill_list(
            &ts.free_floats,
            size_of::<abi::PyFloatObject>(),
            crate::types::float::Float::TYPE_POINTER,
        );
    }
    if ts.free_ints.get().is_null() {
        refill_list(&ts.free_ints, size_of::<abi::PyLongObject>(), crate::types::int::Int::TYPE_POINTER);
    }
}

#[cold]
fn refill_list(list: &std::cell::Cell<*mut abi::PyObject>, size: usize, ty: *mut abi::PyTypeObject) {
    for _ in 0..32 {
        // SAFETY: fresh memory for one object, linked through its first word.
        unsafe {
            let p = crate::object::alloc::malloc(size) as *mut abi::PyObject;
            if p.is_null() {
                return;
            }
            (*(p as *mut Head)).ob_type = ty;
            *(p as *mut *mut abi::PyObject) = list.get();
            list.set(p);
        }
    }
}

/// Ends all objects on the dead list, in the order of their deaths.
///
/// A destructor can reach other objects of the list through their weak references: before it runs, their counts must be
/// the zeros that they are, not links.
pub fn reap_all(ts: &ThreadState) {
    loop {
        let mut o = ts.dead.replace(std::ptr::null_mut());
        // SAFETY: objects on the list have count zero; their first word links them. The vector belongs to this
        // thread and is not borrowed while a destructor runs.
        unsafe {
            let dying = ts.dying.get();
            while !o.is_null() {
                let next = *(o as *mut *mut abi::PyObject);
                *(o as *mut u64) = 0;
                (*dying).push(o);
                o = next;
            }
            match (*dying).pop() {
                Some(o) => crate::object::alloc::dealloc(o),
                None => return,
            }
        }
    }
}

/// As `reap_all`, between two hot instructions: the frame is made presentable first, and a pending exception kept.
pub fn reap_between(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: &ThreadState) {
    // SAFETY: the frame's registers.
    unsafe {
        if !Frame::is_entry(fp) {
            (*fp).instr_ptr = pc.sub(1);
            (*fp).stackpointer = sp;
        }
        ts.set_frame(fp);
    }
    reap_all(ts);
}

/// An opcode that the table does not know.
pub fn unknown(st: &mut State, _: usize) -> PyResult<()> {
    Err(raise!(SystemError, "{}: unknown opcode {}", st.code().name().to_string_lossy(), st.opcode()))
}
