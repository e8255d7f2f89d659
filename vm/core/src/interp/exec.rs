//! The executing machine: micro-ops on the real frame. Every field is a register once a handler is inlined.
//!
//! The stack's top travels in `tos`; the words below it are in memory at `sp[-1]`, `sp[-2]` ... A count that reaches
//! zero links its object to `ThreadState::dead`, and the handler ends by jumping to `reap`: destructors run between
//! instructions, and no handler calls anything.
//!
//! # Safety
//! The whole module is unsafe by nature: its contract is `Machine`'s. Words, locals and caches are what the bytecode
//! says they are; a guard comes before every use that needs a type.
#![allow(clippy::missing_safety_doc)]
#![allow(unsafe_op_in_unsafe_fn)]

use crate::interp::frame::{Frame, OWNED_BY_GENERATOR};
use crate::interp::generic::YIELD_OFFSET;
use crate::interp::value::Value;
use crate::object::Native;
use crate::object::obj::{Head, incref};
use crate::thread::ThreadState;
use crate::types::bool_::Bool;
use crate::types::code::CodeExtra;
use crate::types::dict::{Dict, order_push, values_ptr};
use crate::types::dict_instance::{MANAGED_DICT_OFFSET, inline_values};
use crate::types::float::Float;
use crate::types::function::Function;
use crate::types::generator::{CLEARED, Coroutine, EXECUTING, Generator, SUSPENDED, SUSPENDED_YIELD_FROM};
use crate::types::int::Int;
use crate::types::list::{List, ListIter};
use crate::types::module::Module;
use crate::types::range::RangeIter;
use crate::types::str_::Str;
use crate::types::tuple::{Tuple, TupleIter};
use dovetail_ops::metadata::NOT_TAKEN;
use dovetail_ops::{Exit, Machine, Step};
use std::sync::atomic::Ordering::Relaxed;

/// The machine's registers.
pub struct Exec {
    pub pc: *const u16,
    pub sp: *mut Value,
    pub fp: *mut Frame,
    pub ts: *const ThreadState,
    pub tos: Value,
    pub dead: bool,
}

/// Keeps a branch a branch: a conditional move here would overload indirect prediction.
#[inline(always)]
fn branch() {
    // SAFETY: no instruction at all.
    unsafe { std::arch::asm!("", options(nomem, nostack, preserves_flags)) }
}

#[inline(always)]
unsafe fn is_type<T: Native>(v: Value) -> bool {
    !v.is_int() && std::ptr::eq((*(v.ptr() as *const Head)).ob_type, T::TYPE_POINTER)
}

#[inline(always)]
unsafe fn float_value(v: Value) -> f64 {
    (*(v.ptr() as *const abi::PyFloatObject)).ob_fval
}

/// Three-way outcome as a bit of `COMPARE_OP`'s mask.
#[inline(always)]
fn compare_mask(a: i64, b: i64, mask: usize) -> bool {
    let bit = 3 - ((a != b) as u32) * 2 + ((a > b) as u32);
    (mask as u32 >> bit) & 1 != 0
}

impl Exec {
    #[inline(always)]
    unsafe fn locals(&self) -> *mut Value {
        Frame::locals_ptr(self.fp)
    }

    #[inline(always)]
    unsafe fn cache16(&self, at: usize) -> u16 {
        *self.pc.add(at)
    }

    #[inline(always)]
    unsafe fn cache32(&self, at: usize) -> u32 {
        (self.pc.add(at) as *const u32).read_unaligned()
    }

    /// Gives back one reference; the object's end is put off to the end of the instruction.
    #[inline(always)]
    unsafe fn dec(&mut self, o: *mut abi::PyObject) {
        #[cfg(feature = "debug-checks")]
        crate::object::checks::owned(o);
        let h = o as *mut Head;
        let c = (*h).refcnt;
        if (c as i32) >= 0 {
            (*h).refcnt = c - 1;
            if c == 1 {
                *(o as *mut *mut abi::PyObject) = (*self.ts).dead.get();
                (*self.ts).dead.set(o);
                self.dead = true;
            }
        }
    }

    #[inline(always)]
    unsafe fn release(&mut self, v: Value) {
        if v.owns() {
            self.dec(v.ptr())
        }
    }

    #[inline(always)]
    unsafe fn extra(&self) -> *const CodeExtra {
        (*((*self.fp).executable.ptr() as *const abi::PyCodeObject)).co_executors as *const CodeExtra
    }
}

impl Machine for Exec {
    type V = Value;
    type I = Value;
    type F = f64;
    type B = bool;
    type P = *mut abi::PyObject;

    #[inline(always)]
    unsafe fn input(&mut self, n: usize, i: usize) -> Value {
        if i + 1 == n { self.tos } else { *self.sp.sub(n - 1).add(i) }
    }

    #[inline(always)]
    unsafe fn finish<const N: usize>(&mut self, inputs: usize, outputs: [Value; N]) {
        if N == 0 {
            if inputs > 0 {
                self.tos = *self.sp.sub(inputs);
                self.sp = self.sp.sub(inputs);
            }
            return;
        }
        if inputs == 0 {
            *self.sp = self.tos;
            self.sp = self.sp.add(1);
        } else {
            self.sp = self.sp.sub(inputs - 1);
        }
        let mut i = 0;
        while i + 1 < N {
            *self.sp = outputs[i];
            self.sp = self.sp.add(1);
            i += 1;
        }
        self.tos = outputs[N - 1];
    }

    #[inline(always)]
    unsafe fn skip(&mut self, n: usize) {
        self.pc = self.pc.add(n)
    }

    #[inline(always)]
    unsafe fn jump(&mut self, delta: isize) {
        self.pc = self.pc.offset(delta)
    }

    #[inline(always)]
    unsafe fn jump_if(&mut self, b: bool, delta: usize) {
        if b {
            branch();
            self.pc = self.pc.add(delta)
        } else {
            self.pc = self.pc.add((*self.pc.add(1) as u8 == NOT_TAKEN) as usize)
        }
    }

    /// After the comparison's cache come POP_JUMP_IF_FALSE, its cache, NOT_TAKEN.
    #[inline(always)]
    unsafe fn jump_compared(&mut self, b: bool) {
        let delta = *(self.pc.add(1) as *const u8).add(1) as usize;
        if b {
            branch();
            self.pc = self.pc.add(4)
        } else {
            self.pc = self.pc.add(3 + delta)
        }
    }

    #[inline(always)]
    unsafe fn poll(&mut self) -> Step<()> {
        if (*self.ts).eval_breaker().load(Relaxed) != 0 { Err(Exit) } else { Ok(()) }
    }

    #[inline(always)]
    unsafe fn local_dup(&mut self, i: usize) -> Value {
        (*self.locals().add(i)).dup()
    }

    #[inline(always)]
    unsafe fn local_borrow(&mut self, i: usize) -> Value {
        Value((*self.locals().add(i)).0 | 1)
    }

    #[inline(always)]
    unsafe fn local_checked(&mut self, i: usize) -> Step<Value> {
        let v = *self.locals().add(i);
        if v.is_null() { Err(Exit) } else { Ok(v.dup()) }
    }

    #[inline(always)]
    unsafe fn local_take(&mut self, i: usize) -> Value {
        let p = self.locals().add(i);
        let v = *p;
        *p = Value::NULL;
        v
    }

    #[inline(always)]
    unsafe fn local_set(&mut self, i: usize, v: Value) {
        let p = self.locals().add(i);
        let old = *p;
        *p = v;
        self.release(old)
    }

    #[inline(always)]
    unsafe fn cell_get(&mut self, i: usize) -> Step<Value> {
        let cell = (*self.locals().add(i)).ptr() as *const abi::PyCellObject;
        let o = (*cell).ob_ref;
        if o.is_null() { Err(Exit) } else { Ok(Value::from_heap(o)) }
    }

    #[inline(always)]
    unsafe fn constant(&mut self, i: usize) -> Value {
        *(*self.extra()).constants.add(i)
    }

    #[inline(always)]
    unsafe fn small_int(&mut self, i: usize) -> Value {
        Value::int(i as i64)
    }

    #[inline(always)]
    unsafe fn null(&mut self) -> Value {
        Value::NULL
    }

    #[inline(always)]
    unsafe fn none(&mut self) -> Value {
        Value::none()
    }

    #[inline(always)]
    unsafe fn copy(&mut self, depth: usize) -> Value {
        if depth == 1 { self.tos.dup() } else { (*self.sp.sub(depth - 1)).dup() }
    }

    // By hand: a reference to `tos` would make the register escape to memory.
    #[allow(clippy::manual_swap)]
    #[inline(always)]
    unsafe fn swap(&mut self, depth: usize) {
        let p = self.sp.sub(depth - 1);
        let v = *p;
        *p = self.tos;
        self.tos = v;
    }

    #[inline(always)]
    unsafe fn discard(&mut self, v: Value) {
        self.release(v)
    }

    #[inline(always)]
    unsafe fn own(&mut self, v: Value) -> Value {
        if v.0 & 3 == 1 {
            incref(v.ptr());
            return Value(v.0 & !1);
        }
        v
    }

    #[inline(always)]
    unsafe fn push_null_if(&mut self, v: Value, oparg: usize) {
        if oparg & 1 != 0 { self.finish(0, [v, Value::NULL]) } else { self.finish(0, [v]) }
    }

    #[inline(always)]
    unsafe fn global(&mut self, index_at: usize, version_at: usize) -> Step<Value> {
        let keys = (*((*self.fp).globals as *const abi::PyDictObject)).ma_keys;
        if (*keys).dk_version as u16 != self.cache16(version_at) || (*keys).dk_version > u16::MAX as u32 {
            return Err(Exit);
        }
        let entries = crate::types::dict_keys::unicode_entries(keys);
        let v = (*entries.add(self.cache16(index_at) as usize)).me_value;
        if v.is_null() { Err(Exit) } else { Ok(Value::from_heap(v)) }
    }

    #[inline(always)]
    unsafe fn builtin(&mut self, index_at: usize, globals_at: usize, builtins_at: usize) -> Step<Value> {
        let gkeys = (*((*self.fp).globals as *const abi::PyDictObject)).ma_keys;
        let bkeys = (*((*self.fp).builtins as *const abi::PyDictObject)).ma_keys;
        let (g, b) = ((*gkeys).dk_version, (*bkeys).dk_version);
        if g as u16 != self.cache16(globals_at)
            || b as u16 != self.cache16(builtins_at)
            || (g | b) > u16::MAX as u32
        {
            return Err(Exit);
        }
        let entries = crate::types::dict_keys::unicode_entries(bkeys);
        let v = (*entries.add(self.cache16(index_at) as usize)).me_value;
        if v.is_null() { Err(Exit) } else { Ok(Value::from_heap(v)) }
    }

    #[inline(always)]
    unsafe fn guard_ints(&mut self, a: Value, b: Value) -> Step<(Value, Value)> {
        if a.0 & b.0 & 2 != 0 { Ok((a, b)) } else { Err(Exit) }
    }

    #[inline(always)]
    unsafe fn guard_int(&mut self, a: Value) -> Step<Value> {
        if a.is_int() { Ok(a) } else { Err(Exit) }
    }

    #[inline(always)]
    unsafe fn int_add(&mut self, a: Value, b: Value) -> Step<Value> {
        match ((a.0 & !3) as i64).checked_add(b.0 as i64) {
            Some(x) => Ok(Value(x as u64)),
            None => Err(Exit),
        }
    }

    #[inline(always)]
    unsafe fn int_sub(&mut self, a: Value, b: Value) -> Step<Value> {
        match (a.0 as i64).checked_sub((b.0 & !3) as i64) {
            Some(x) => Ok(Value(x as u64)),
            None => Err(Exit),
        }
    }

    #[inline(always)]
    unsafe fn int_mul(&mut self, a: Value, b: Value) -> Step<Value> {
        match ((a.0 & !3) as i64).checked_mul(b.as_int()) {
            Some(x) => Ok(Value(x as u64 | 3)),
            None => Err(Exit),
        }
    }

    #[inline(always)]
    unsafe fn int_mod(&mut self, a: Value, b: Value) -> Step<Value> {
        let (a, b) = (a.as_int(), b.as_int());
        if b <= 0 {
            return Err(Exit);
        }
        let r = if (a | b) as u64 >> 32 == 0 { ((a as u32) % (b as u32)) as i64 } else { a.rem_euclid(b) };
        Ok(Value::int(r))
    }

    #[inline(always)]
    unsafe fn int_floordiv(&mut self, a: Value, b: Value) -> Step<Value> {
        let (a, b) = (a.as_int(), b.as_int());
        if b <= 0 {
            return Err(Exit);
        }
        let q = if (a | b) as u64 >> 32 == 0 { ((a as u32) / (b as u32)) as i64 } else { a.div_euclid(b) };
        Ok(Value::int(q))
    }

    #[inline(always)]
    unsafe fn int_and(&mut self, a: Value, b: Value) -> Value {
        Value(a.0 & b.0)
    }

    #[inline(always)]
    unsafe fn int_or(&mut self, a: Value, b: Value) -> Value {
        Value(a.0 | b.0)
    }

    #[inline(always)]
    unsafe fn int_xor(&mut self, a: Value, b: Value) -> Value {
        Value((a.0 ^ b.0) | 3)
    }

    #[inline(always)]
    unsafe fn int_lshift(&mut self, a: Value, b: Value) -> Step<Value> {
        let (a, b) = (a.as_int(), b.as_int());
        if !(0..62).contains(&b) {
            return Err(Exit);
        }
        let r = a << b;
        if r >> b != a || !Value::fits(r) {
            return Err(Exit);
        }
        Ok(Value::int(r))
    }

    #[inline(always)]
    unsafe fn int_rshift(&mut self, a: Value, b: Value) -> Step<Value> {
        let (a, b) = (a.as_int(), b.as_int());
        if b < 0 {
            return Err(Exit);
        }
        Ok(Value::int(a >> if b > 63 { 63 } else { b }))
    }

    #[inline(always)]
    unsafe fn int_compare(&mut self, a: Value, b: Value, mask: usize) -> bool {
        compare_mask(a.0 as i64, b.0 as i64, mask)
    }

    #[inline(always)]
    unsafe fn int_true(&mut self, a: Value) -> bool {
        a.0 != 3
    }

    #[inline(always)]
    unsafe fn box_int(&mut self, a: Value) -> Value {
        a
    }

    #[inline(always)]
    unsafe fn guard_floats(&mut self, a: Value, b: Value) -> Step<(f64, f64)> {
        // A tagged integer has bit 1: test it before touching memory.
        if (a.0 | b.0) & 2 != 0 || !is_type::<Float>(a) || !is_type::<Float>(b) {
            return Err(Exit);
        }
        if (*self.ts).free_floats.get().is_null() {
            return Err(Exit);
        }
        Ok((float_value(a), float_value(b)))
    }

    #[inline(always)]
    unsafe fn float_add(&mut self, a: f64, b: f64) -> f64 {
        a + b
    }

    #[inline(always)]
    unsafe fn float_sub(&mut self, a: f64, b: f64) -> f64 {
        a - b
    }

    #[inline(always)]
    unsafe fn float_mul(&mut self, a: f64, b: f64) -> f64 {
        a * b
    }

    #[inline(always)]
    unsafe fn float_div(&mut self, a: f64, b: f64) -> Step<f64> {
        if b == 0.0 { Err(Exit) } else { Ok(a / b) }
    }

    #[inline(always)]
    unsafe fn float_compare(&mut self, a: f64, b: f64, mask: usize) -> bool {
        let bit = if a < b {
            2
        } else if a > b {
            4
        } else if a == b {
            8
        } else {
            1
        };
        mask & bit != 0
    }

    #[inline(always)]
    unsafe fn box_float_reusing(&mut self, f: f64, l: Value, r: Value) -> Value {
        // An operand that is not reused is shared, so that its count cannot reach zero here.
        if l.owns() && (*(l.ptr() as *const Head)).refcnt == 1 {
            (*(l.ptr() as *mut abi::PyFloatObject)).ob_fval = f;
            self.release(r);
            return l;
        }
        if l.owns() {
            let h = l.ptr() as *mut Head;
            if ((*h).refcnt as i32) >= 0 {
                (*h).refcnt -= 1
            }
        }
        if r.owns() {
            let h = r.ptr() as *mut Head;
            if (*h).refcnt == 1 {
                (*(r.ptr() as *mut abi::PyFloatObject)).ob_fval = f;
                return r;
            }
            if ((*h).refcnt as i32) >= 0 {
                (*h).refcnt -= 1
            }
        }
        let cell = (*self.ts).free_floats.get();
        (*self.ts).free_floats.set(*(cell as *mut *mut abi::PyObject));
        *(cell as *mut u64) = 1;
        (*(cell as *mut abi::PyFloatObject)).ob_fval = f;
        Value::from_owned_ptr(cell)
    }

    #[inline(always)]
    unsafe fn box_bool(&mut self, b: bool) -> Value {
        Value::bool(b)
    }

    #[inline(always)]
    unsafe fn guard_bool(&mut self, v: Value) -> Step<bool> {
        if is_type::<Bool>(v) { Ok(self.bool_of(v)) } else { Err(Exit) }
    }

    #[inline(always)]
    unsafe fn bool_of(&mut self, v: Value) -> bool {
        v.0 | 1 == Value::bool(true).0
    }

    #[inline(always)]
    unsafe fn not(&mut self, b: bool) -> bool {
        !b
    }

    #[inline(always)]
    unsafe fn is_none(&mut self, v: Value) -> bool {
        v.is_none()
    }

    #[inline(always)]
    unsafe fn identical(&mut self, a: Value, b: Value) -> Step<bool> {
        if (a.0 ^ b.0) & 2 != 0 {
            // One tagged integer: the other may be the same integer, boxed.
            return Err(Exit);
        }
        if a.is_int() || a.0 | 1 == b.0 | 1 {
            return Ok(a.0 | 1 == b.0 | 1);
        }
        if is_type::<Int>(a) && is_type::<Int>(b) {
            return Err(Exit);
        }
        Ok(false)
    }

    #[inline(always)]
    unsafe fn guard_list(&mut self, v: Value) -> Step<*mut abi::PyObject> {
        if is_type::<List>(v) { Ok(v.ptr()) } else { Err(Exit) }
    }

    #[inline(always)]
    unsafe fn list_get(&mut self, l: *mut abi::PyObject, i: Value) -> Step<Value> {
        let l = l as *const abi::PyListObject;
        let i = i.as_int();
        if i as u64 >= (*l).ob_base.ob_size as u64 {
            return Err(Exit);
        }
        Ok(Value::from_heap(*(*l).ob_item.add(i as usize)))
    }

    #[inline(always)]
    unsafe fn list_set(&mut self, l: *mut abi::PyObject, i: Value, v: Value) -> Step<()> {
        let l = l as *const abi::PyListObject;
        let i = i.as_int();
        if i as u64 >= (*l).ob_base.ob_size as u64 {
            return Err(Exit);
        }
        let new = self.heap(v)?;
        let p = (*l).ob_item.add(i as usize);
        let old = *p;
        *p = new;
        self.dec(old);
        Ok(())
    }

    #[inline(always)]
    unsafe fn guard_tuple(&mut self, v: Value) -> Step<*mut abi::PyObject> {
        if is_type::<Tuple>(v) { Ok(v.ptr()) } else { Err(Exit) }
    }

    #[inline(always)]
    unsafe fn tuple_get(&mut self, t: *mut abi::PyObject, i: Value) -> Step<Value> {
        let t = t as *const abi::PyTupleObject;
        let i = i.as_int();
        if i as u64 >= (*t).ob_base.ob_size as u64 {
            return Err(Exit);
        }
        Ok(Value::from_heap(*(&raw const (*t).ob_item).cast::<*mut abi::PyObject>().add(i as usize)))
    }

    #[inline(always)]
    unsafe fn guard_pair(&mut self, v: Value) -> Step<*mut abi::PyObject> {
        if is_type::<Tuple>(v) && (*(v.ptr() as *const abi::PyTupleObject)).ob_base.ob_size == 2 {
            Ok(v.ptr())
        } else {
            Err(Exit)
        }
    }

    #[inline(always)]
    unsafe fn pair_get(&mut self, t: *mut abi::PyObject, i: usize) -> Value {
        let t = t as *const abi::PyTupleObject;
        Value::from_heap(*(&raw const (*t).ob_item).cast::<*mut abi::PyObject>().add(i))
    }

    #[inline(always)]
    unsafe fn range_next(&mut self, it: Value) -> Step<(bool, Value)> {
        if !is_type::<RangeIter>(it) {
            return Err(Exit);
        }
        let r = it.ptr() as *mut <RangeIter as Native>::Body;
        let n = (*r).len;
        if n <= 0 {
            return Ok((false, Value::int(0)));
        }
        let v = (*r).start;
        if !Value::fits(v) {
            return Err(Exit);
        }
        (*r).start = v.wrapping_add((*r).step);
        (*r).len = n - 1;
        Ok((true, Value::int(v)))
    }

    #[inline(always)]
    unsafe fn list_next(&mut self, it: Value) -> Step<(bool, Value)> {
        if !is_type::<ListIter>(it) {
            return Err(Exit);
        }
        let r = it.ptr() as *mut <ListIter as Native>::Body;
        let l = (*r).seq as *const abi::PyListObject;
        if l.is_null() || (*r).index < 0 {
            return Err(Exit);
        }
        if (*r).index >= (*l).ob_base.ob_size {
            branch();
            (*r).seq = std::ptr::null_mut();
            self.dec(l.cast_mut().cast());
            return Ok((false, Value::NULL));
        }
        let v = Value::from_heap(*(*l).ob_item.add((*r).index as usize));
        (*r).index += 1;
        Ok((true, v))
    }

    #[inline(always)]
    unsafe fn tuple_next(&mut self, it: Value) -> Step<(bool, Value)> {
        if !is_type::<TupleIter>(it) {
            return Err(Exit);
        }
        let r = it.ptr() as *mut <TupleIter as Native>::Body;
        let t = (*r).seq as *const abi::PyTupleObject;
        if t.is_null() || (*r).index < 0 {
            return Err(Exit);
        }
        if (*r).index >= (*t).ob_base.ob_size {
            branch();
            (*r).seq = std::ptr::null_mut();
            self.dec(t.cast_mut().cast());
            return Ok((false, Value::NULL));
        }
        let v = Value::from_heap(
            *(&raw const (*t).ob_item).cast::<*mut abi::PyObject>().add((*r).index as usize),
        );
        (*r).index += 1;
        Ok((true, v))
    }

    #[inline(always)]
    unsafe fn iterate(&mut self, more: bool, v: Value, delta: usize) {
        if more { self.finish(0, [v]) } else { self.pc = self.pc.add(delta + 1) }
    }

    #[inline(always)]
    unsafe fn guard_instance(&mut self, v: Value, version_at: usize) -> Step<*mut abi::PyObject> {
        let o = self.guard_type(v, version_at)?;
        let ty = (*(o as *const Head)).ob_type;
        let values = (o as *const u8).offset((*ty).tp_basicsize) as *const abi::PyDictValues;
        if (*values).valid == 0 { Err(Exit) } else { Ok(o) }
    }

    #[inline(always)]
    unsafe fn guard_type(&mut self, v: Value, version_at: usize) -> Step<*mut abi::PyObject> {
        if v.is_int() {
            return Err(Exit);
        }
        let o = v.ptr();
        if (*(*(o as *const Head)).ob_type).tp_version_tag != self.cache32(version_at) {
            return Err(Exit);
        }
        Ok(o)
    }

    #[inline(always)]
    unsafe fn guard_keys(&mut self, p: *mut abi::PyObject, version_at: usize) -> Step<()> {
        let ty = (*(p as *const Head)).ob_type as *const abi::PyHeapTypeObject;
        if (*(*ty).ht_cached_keys).dk_version != self.cache32(version_at) { Err(Exit) } else { Ok(()) }
    }

    #[inline(always)]
    unsafe fn field_get(&mut self, p: *mut abi::PyObject, offset_at: usize) -> Step<Value> {
        let o = *((p as *const u8).add(self.cache16(offset_at) as usize) as *const *mut abi::PyObject);
        if o.is_null() { Err(Exit) } else { Ok(Value::from_heap(o)) }
    }

    #[inline(always)]
    unsafe fn field_set(&mut self, p: *mut abi::PyObject, offset_at: usize, v: Value) -> Step<()> {
        let offset = self.cache16(offset_at) as usize;
        let field = (p as *mut u8).add(offset) as *mut *mut abi::PyObject;
        let old = *field;
        if old.is_null() {
            branch();
            // A dictionary over the values counts them: the general form keeps it right.
            if !(*(p as *mut *mut abi::PyObject).offset(MANAGED_DICT_OFFSET)).is_null() {
                return Err(Exit);
            }
            *field = self.heap(v)?;
            let values = inline_values(p);
            order_push(values, field.offset_from(values_ptr(values)));
            return Ok(());
        }
        *field = self.heap(v)?;
        self.dec(old);
        Ok(())
    }

    #[inline(always)]
    unsafe fn slot_set(&mut self, p: *mut abi::PyObject, offset_at: usize, v: Value) -> Step<()> {
        let field = (p as *mut u8).add(self.cache16(offset_at) as usize) as *mut *mut abi::PyObject;
        let old = *field;
        *field = self.heap(v)?;
        if !old.is_null() {
            branch();
            self.dec(old);
        }
        Ok(())
    }

    #[inline(always)]
    unsafe fn cached_value(&mut self, at: usize) -> Value {
        Value::from_heap((self.pc.add(at) as *const *mut abi::PyObject).read_unaligned())
    }

    #[inline(always)]
    unsafe fn guard_class(&mut self, v: Value, version_at: usize) -> Step<()> {
        let t = v.ptr() as *const abi::PyTypeObject;
        if (*t).tp_version_tag != self.cache32(version_at) { Err(Exit) } else { Ok(()) }
    }

    #[inline(always)]
    unsafe fn guard_list_append(&mut self, f: Value, v: Value) -> Step<*mut abi::PyObject> {
        // `list.append(x)` calls the same descriptor without an object before it.
        if f.ptr() != (*self.ts).list_append.get() || v.is_null() || !is_type::<List>(v) {
            return Err(Exit);
        }
        Ok(v.ptr())
    }

    #[inline(always)]
    unsafe fn below(&mut self, depth: usize) -> *mut abi::PyObject {
        (*self.sp.sub(depth)).ptr()
    }

    #[inline(always)]
    unsafe fn list_push(&mut self, l: *mut abi::PyObject, v: Value) -> Step<()> {
        let l = l as *mut abi::PyListObject;
        let n = (*l).ob_base.ob_size;
        if n >= (*l).allocated {
            return Err(Exit);
        }
        *(*l).ob_item.add(n as usize) = self.heap(v)?;
        (*l).ob_base.ob_size = n + 1;
        Ok(())
    }

    #[inline(always)]
    unsafe fn truth(&mut self) -> bool {
        true
    }

    #[inline(always)]
    unsafe fn guard_none(&mut self, v: Value) -> Step<()> {
        if v.is_none() { Ok(()) } else { Err(Exit) }
    }

    #[inline(always)]
    unsafe fn list_true(&mut self, l: *mut abi::PyObject) -> bool {
        (*(l as *const abi::PyListObject)).ob_base.ob_size != 0
    }

    #[inline(always)]
    unsafe fn guard_str(&mut self, v: Value) -> Step<*mut abi::PyObject> {
        if is_type::<Str>(v) { Ok(v.ptr()) } else { Err(Exit) }
    }

    #[inline(always)]
    unsafe fn str_true(&mut self, s: *mut abi::PyObject) -> bool {
        (*(s as *const abi::PyASCIIObject)).length != 0
    }

    #[inline(always)]
    unsafe fn str_equal(&mut self, a: *mut abi::PyObject, b: *mut abi::PyObject, mask: usize) -> Step<bool> {
        // The bit of "equal" in the mask tells == from !=.
        let wanted = mask & 8 != 0;
        if a == b {
            return Ok(wanted);
        }
        let (x, y) = (a as *const abi::PyASCIIObject, b as *const abi::PyASCIIObject);
        let n = (*x).length;
        if n != (*y).length {
            return Ok(!wanted);
        }
        let (a, b): (&Str, &Str) = (&*(a as *const Str), &*(b as *const Str));
        if !a.is_ascii() || !b.is_ascii() {
            return Err(Exit);
        }
        let (p, q) = (a.data(), b.data());
        let mut i = 0;
        while i < n as usize {
            branch();
            if *p.add(i) != *q.add(i) {
                return Ok(!wanted);
            }
            i += 1;
        }
        Ok(wanted)
    }

    #[inline(always)]
    unsafe fn module_get(&mut self, v: Value, version_at: usize, index_at: usize) -> Step<Value> {
        if !is_type::<Module>(v) {
            return Err(Exit);
        }
        let dict = (*(v.ptr() as *const abi::PyModuleObject)).md_dict as *const abi::PyDictObject;
        let keys = (*dict).ma_keys;
        if (*keys).dk_version != self.cache32(version_at) {
            return Err(Exit);
        }
        let entries = crate::types::dict_keys::unicode_entries(keys);
        let v = (*entries.add(self.cache16(index_at) as usize)).me_value;
        if v.is_null() { Err(Exit) } else { Ok(Value::from_heap(v)) }
    }

    #[inline(always)]
    unsafe fn cached_object(&mut self, at: usize) -> Value {
        let o = (self.pc.add(at) as *const *mut abi::PyObject).read_unaligned();
        incref(o);
        Value::from_owned_ptr(o)
    }

    #[inline(always)]
    unsafe fn call_python(&mut self, argc: usize, version_at: usize, caches: usize) -> Step<()> {
        *self.sp = self.tos;
        let top = self.sp.add(1);
        let base = top.sub(argc + 2);
        let (callee, this) = (*base, *base.add(1));
        if !is_type::<Function>(callee) {
            return Err(Exit);
        }
        let func = callee.ptr() as *const abi::PyFunctionObject;
        if (*func).func_version != self.cache32(version_at) {
            return Err(Exit);
        }
        let code = (*func).func_code as *const abi::PyCodeObject;
        let (from, total) = if this.is_null() { (base.add(2), argc) } else { (base.add(1), argc + 1) };
        if (*code).co_argcount as usize != total {
            return Err(Exit);
        }
        let c = (*self.ts).c();
        let new = (*c).datastack_top as *mut Frame;
        let end = (new as *mut Value).wrapping_add((*code).co_framesize as usize);
        if end >= (*c).datastack_limit as *mut Value || (*c).py_recursion_remaining <= 1 {
            return Err(Exit);
        }
        (*c).py_recursion_remaining -= 1;
        (*c).datastack_top = end.cast();
        (*self.fp).instr_ptr = self.pc.sub(1);
        (*self.fp).return_offset = 1 + caches as u16;
        (*self.fp).stackpointer = base;
        (*new).executable = Value(code as u64 | 1);
        (*new).previous = self.fp;
        (*new).function = callee;
        (*new).globals = (*func).func_globals;
        (*new).builtins = (*func).func_builtins;
        (*new).locals = std::ptr::null_mut();
        (*new).frame_obj = std::ptr::null_mut();
        // return_offset, owner, visited
        *(&raw mut (*new).return_offset).cast::<u64>() = 0;
        let locals = Frame::locals_ptr(new);
        let mut i = 0;
        while i < total {
            branch();
            *locals.add(i) = *from.add(i);
            i += 1
        }
        let n = (*code).co_nlocalsplus as usize;
        while i < n {
            branch();
            *locals.add(i) = Value::NULL;
            i += 1
        }
        self.fp = new;
        self.sp = locals.add(n);
        self.tos = Value::NULL;
        self.pc = (&raw const (*code).co_code_adaptive).cast();
        Ok(())
    }

    #[inline(always)]
    unsafe fn guard_len(&mut self, f: Value, this: Value) -> Step<()> {
        if this.is_null() && f.ptr() == (*self.ts).len_function.get() { Ok(()) } else { Err(Exit) }
    }

    #[inline(always)]
    unsafe fn size_of(&mut self, v: Value) -> Step<Value> {
        if v.is_int() {
            return Err(Exit);
        }
        let o = v.ptr();
        let ty = (*(o as *const Head)).ob_type;
        let n = if std::ptr::eq(ty, List::TYPE_POINTER) || std::ptr::eq(ty, Tuple::TYPE_POINTER) {
            branch();
            (*(o as *const abi::PyVarObject)).ob_size
        } else if std::ptr::eq(ty, Str::TYPE_POINTER) {
            branch();
            (*(o as *const abi::PyASCIIObject)).length
        } else if std::ptr::eq(ty, Dict::TYPE_POINTER) {
            branch();
            (*(o as *const abi::PyDictObject)).ma_used
        } else {
            return Err(Exit);
        };
        Ok(Value::int(n as i64))
    }

    #[inline(always)]
    unsafe fn unpack_tuple(&mut self, n: usize) -> Step<()> {
        let t = self.tos;
        if !is_type::<Tuple>(t) {
            return Err(Exit);
        }
        let p = t.ptr() as *const abi::PyTupleObject;
        self.unpack(t, (&raw const (*p).ob_item).cast(), (*p).ob_base.ob_size as usize, n)
    }

    #[inline(always)]
    unsafe fn unpack_list(&mut self, n: usize) -> Step<()> {
        let l = self.tos;
        if !is_type::<List>(l) {
            return Err(Exit);
        }
        let p = l.ptr() as *const abi::PyListObject;
        self.unpack(l, (*p).ob_item.cast(), (*p).ob_base.ob_size as usize, n)
    }

    #[inline(always)]
    unsafe fn next_of_generator(&mut self, delta: usize) -> Step<()> {
        let it = self.tos;
        if !is_type::<Generator>(it) {
            return Err(Exit);
        }
        self.resume(it.ptr().cast(), self.sp.add(1), Value::none(), YIELD_OFFSET + delta)
    }

    #[inline(always)]
    unsafe fn send_to_generator(&mut self, delta: usize) -> Step<()> {
        let g = *self.sp.sub(1);
        if !is_type::<Coroutine>(g) && !is_type::<Generator>(g) {
            return Err(Exit);
        }
        let v = self.tos;
        self.resume(g.ptr().cast(), self.sp, v, YIELD_OFFSET + delta)
    }

    #[inline(always)]
    unsafe fn yield_value(&mut self, v: Value, oparg: usize) {
        let f = self.fp;
        let c = (*self.ts).c();
        let v = self.own(v);
        (*f).stackpointer = self.sp;
        (*f).instr_ptr = self.pc.sub(1);
        (*f).return_offset = 1;
        let g = crate::types::generator::of_frame(f);
        (*g).gi_frame_state = if oparg & 1 != 0 { SUSPENDED_YIELD_FROM } else { SUSPENDED };
        (*c).exc_info = (*g).gi_exc_state.previous_item;
        (*g).gi_exc_state.previous_item = std::ptr::null_mut();
        (*c).py_recursion_remaining += 1;
        let caller = (*f).previous;
        (*f).previous = std::ptr::null_mut();
        self.fp = caller;
        self.pc = (*caller).instr_ptr.add(YIELD_OFFSET);
        self.sp = (*caller).stackpointer;
        self.tos = v;
    }

    #[inline(always)]
    unsafe fn return_value(&mut self, v: Value) -> Step<()> {
        let f = self.fp;
        let c = (*self.ts).c();
        if !(*f).frame_obj.is_null() || !(*f).locals.is_null() {
            return Err(Exit);
        }
        if (*f).owner != 0 {
            branch();
            return self.return_of_generator(v);
        }
        if f as *mut u8 == (&raw mut (*(*c).datastack_chunk).data) as *mut u8 {
            return Err(Exit);
        }
        let v = self.own(v);
        let locals = self.locals();
        let n = (*((*f).executable.ptr() as *const abi::PyCodeObject)).co_nlocalsplus as usize;
        let mut i = n;
        while i > 0 {
            i -= 1;
            let l = *locals.add(i);
            self.release(l);
        }
        let func = (*f).function;
        self.release(func);
        let code = (*f).executable;
        self.release(code);
        (*c).py_recursion_remaining += 1;
        (*c).datastack_top = f.cast();
        let caller = (*f).previous;
        self.fp = caller;
        self.pc = (*caller).instr_ptr.add((*caller).return_offset as usize);
        self.sp = (*caller).stackpointer;
        self.tos = v;
        Ok(())
    }
}

impl Exec {
    /// Replaces the container on top by its items.
    #[inline(always)]
    unsafe fn unpack(
        &mut self,
        container: Value,
        items: *const *mut abi::PyObject,
        len: usize,
        n: usize,
    ) -> Step<()> {
        if len != n || n == 0 {
            return Err(Exit);
        }
        let mut i = n - 1;
        while i > 0 {
            branch();
            *self.sp = Value::from_heap(*items.add(i));
            self.sp = self.sp.add(1);
            i -= 1;
        }
        self.tos = Value::from_heap(*items);
        self.release(container);
        Ok(())
    }

    /// Enters a suspended generator. `top` is the end of the caller's stack meanwhile.
    #[inline(always)]
    unsafe fn resume(
        &mut self,
        g: *mut abi::PyGenObject,
        top: *mut Value,
        v: Value,
        return_offset: usize,
    ) -> Step<()> {
        let c = (*self.ts).c();
        if (*g).gi_frame_state >= EXECUTING
            || (*c).py_recursion_remaining <= 1
            || return_offset > u16::MAX as usize
        {
            return Err(Exit);
        }
        let caller = self.fp;
        let v = self.own(v);
        // Where the top word stays on the stack, it goes to memory; else a word is written that nobody reads.
        *self.sp = self.tos;
        (*caller).instr_ptr = self.pc.sub(1);
        (*caller).return_offset = return_offset as u16;
        (*caller).stackpointer = top;
        let f = (&raw mut (*g).gi_iframe) as *mut Frame;
        (*f).previous = caller;
        (*g).gi_frame_state = EXECUTING;
        (*g).gi_exc_state.previous_item = (*c).exc_info;
        (*c).exc_info = &raw mut (*g).gi_exc_state;
        (*c).py_recursion_remaining -= 1;
        self.fp = f;
        self.pc = (*f).instr_ptr.add((*f).return_offset as usize);
        self.sp = (*f).stackpointer;
        self.tos = v;
        Ok(())
    }

    /// Ends a generator's frame that handles no exception.
    #[inline(always)]
    unsafe fn return_of_generator(&mut self, v: Value) -> Step<()> {
        let f = self.fp;
        let g = crate::types::generator::of_frame(f);
        if (*f).owner != OWNED_BY_GENERATOR || !(*g).gi_exc_state.exc_value.is_null() {
            return Err(Exit);
        }
        let c = (*self.ts).c();
        let v = self.own(v);
        (*g).gi_frame_state = CLEARED;
        (*c).exc_info = (*g).gi_exc_state.previous_item;
        (*g).gi_exc_state.previous_item = std::ptr::null_mut();
        (*c).py_recursion_remaining += 1;
        let locals = self.locals();
        (*f).stackpointer = locals;
        let n = (*((*f).executable.ptr() as *const abi::PyCodeObject)).co_nlocalsplus as usize;
        let mut i = 0;
        while i < n {
            branch();
            let l = *locals.add(i);
            *locals.add(i) = Value::NULL;
            self.release(l);
            i += 1
        }
        let func = (*f).function;
        (*f).function = Value::NULL;
        self.release(func);
        let caller = (*f).previous;
        (*f).previous = std::ptr::null_mut();
        self.fp = caller;
        self.pc = (*caller).instr_ptr.add((*caller).return_offset as usize);
        self.sp = (*caller).stackpointer;
        self.tos = v;
        Ok(())
    }

    /// A word as an owned object pointer for the heap; a big integer without a free cell is left to the generic form.
    #[inline(always)]
    unsafe fn heap(&mut self, v: Value) -> Step<*mut abi::PyObject> {
        if !v.is_int() {
            return Ok(self.own(v).ptr());
        }
        let i = v.as_int();
        if (i + 5) as u64 <= 261 {
            return Ok(Int::small(i));
        }
        let cell = (*self.ts).free_ints.get();
        if cell.is_null() || i.unsigned_abs() >= 1 << 30 {
            return Err(Exit);
        }
        (*self.ts).free_ints.set(*(cell as *mut *mut abi::PyObject));
        *(cell as *mut u64) = 1;
        let l = &mut (*(cell as *mut abi::PyLongObject)).long_value;
        l.ob_digit[0] = i.unsigned_abs() as u32;
        l.lv_tag = 8 | ((i < 0) as usize) << 1;
        Ok(cell)
    }
}
