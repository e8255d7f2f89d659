//! Dispatch: one tail-called handler per opcode, made from the instruction table.
//!
//! A handler is `extern "C" fn(pc, sp, frame, ts, table, tos) -> u64`; it ends in a sibling call of the next one, so
//! that the loop has no loop. `pc` points behind the instruction's unit; a handler that wants its argument reads the
//! byte before it. `EXTENDED_ARG` parks its byte in the thread state and enters the second half of the table, whose
//! handlers take the whole argument from there. Without optimization there are no sibling calls: then each handler
//! stores the registers and returns to the trampoline in `run`.

use crate::interp::direct;
use crate::interp::exec::Exec;
use crate::interp::frame::Frame;
use crate::interp::generic::{self, Generic, State};
use crate::interp::value::Value;
use crate::interp::watch::current;
use crate::thread::ThreadState;
use dovetail_ops::metadata::{EXTENDED_ARG, INTERPRETER_EXIT, stays};
use dovetail_ops::{Machine, Step};

/// A handler.
pub type Handler =
    unsafe extern "C" fn(*const u16, *mut Value, *mut Frame, *const ThreadState, *const Table, Value) -> u64;

/// Handlers by opcode; the second half takes extended arguments.
#[repr(C, align(64))]
pub struct Table(pub [Handler; 512]);

/// The answer of a handler that wants to be called again by the trampoline.
const AGAIN: u64 = 5;
/// The answer of the loop when an exception leaves its entry frame.
pub const RAISED: u64 = 0;
/// An opcode of our own that ends the loop with an exception.
pub const EXIT_RAISED: u8 = 232;

const TRAMPOLINE: bool = cfg!(debug_assertions);

macro_rules! go {
    ($pc:expr, $sp:expr, $fp:expr, $ts:expr, $table:expr, $tos:expr) => {
        go!($pc, $sp, $fp, $ts, $table, $tos, 0)
    };
    ($pc:expr, $sp:expr, $fp:expr, $ts:expr, $table:expr, $tos:expr, $half:expr) => {{
        let pc: *const u16 = $pc;
        let (sp, fp, tos) = ($sp, $fp, $tos);
        let op = *(pc as *const u8) as usize + $half;
        if TRAMPOLINE {
            let ts: &ThreadState = &*$ts;
            ts.saved_pc.set(pc);
            ts.saved_sp.set(sp);
            ts.saved_frame.set(fp);
            ts.saved_tos.set(tos);
            ts.saved_half.set($half);
            return AGAIN;
        }
        let handler = (*$table).0[op];
        return handler(pc.add(1), sp, fp, $ts, $table, tos);
    }};
}

macro_rules! count { () => { 0 }; ($head:ident $($tail:ident)*) => { 1 + count!($($tail)*) }; }

/// The bodies of the table, generic over the machine.
pub mod body {
    use super::*;
    macro_rules! bodies {
        ($($name:ident = $num:literal, $caches:literal, $generic:ident ($($i:ident)* -- $($o:ident)*) $m:ident $oparg:ident { $($b:tt)* })*) => { $(
            #[allow(non_snake_case, unused_variables, unused_mut, unused_assignments, clippy::missing_safety_doc)]
            #[inline(always)]
            pub unsafe fn $name<M: Machine>($m: &mut M, $oparg: usize) -> Step<()> {
                const INPUTS: usize = count!($($i)*);
                // SAFETY: the machine's contract is the caller's.
                unsafe {
                    let mut k = 0;
                    $( let $i = $m.input(INPUTS, k); k += 1; )*
                    $($b)*
                    $m.finish(INPUTS, [$($o),*]);
                    $m.skip($caches);
                }
                Ok(())
            }
        )* };
    }
    dovetail_ops::for_each_op!(bodies);
}

/// Runs a generic instruction that is known at run time only, as `around`; `pc` and `sp` are saved too.
///
/// # Safety
/// The registers are those of a running frame: `pc` is in its code and `sp` within its stack.
#[cold]
#[inline(never)]
pub unsafe fn cold(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    f: Generic,
    oparg: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let (pc, sp) = around(pc, sp, fp, ts, oparg, f);
        (*ts).saved_pc.set(pc);
        (*ts).saved_sp.set(sp);
    }
}

/// Runs a generic instruction outside the hot code: the new `pc` and `sp`; the frame is in the thread state. Each
/// instruction has a copy of its own, so that the call is direct.
#[inline(always)]
unsafe fn around(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    oparg: usize,
    f: impl FnOnce(&mut State, usize) -> crate::error::PyResult<()>,
) -> (*const u16, *mut Value) {
    // SAFETY: the registers are a consistent state of the frame between two instructions.
    unsafe {
        let t = &*ts;
        generic::refill(t);
        (*fp).instr_ptr = pc.sub(1);
        (*fp).stackpointer = sp;
        t.set_frame(fp);
        let mut state = State { pc, sp, fp, ts: t };
        if f(&mut state, oparg).is_err() {
            crate::interp::unwind::unwind(&mut state);
        }
        // Destructors may run Python code, which parks its own registers in the thread state: they come first.
        if !t.dead.get().is_null() {
            if !Frame::is_entry(state.fp) {
                (*state.fp).stackpointer = state.sp;
            }
            t.set_frame(state.fp);
            generic::reap_all(t)
        }
        // Read one by one: a vector load of words that were just written separately would wait for the stores.
        t.saved_frame.set((&raw const state.fp).read_volatile());
        ((&raw const state.pc).read_volatile(), (&raw const state.sp).read_volatile())
    }
}

/// Runs a generic instruction that only changes the stack: its new end, or null when it raised. Then `pc` and `sp` as
/// it left them are in the thread state. What the instruction goes on with does not wait for memory.
#[inline(always)]
unsafe fn within(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    oparg: usize,
    f: impl FnOnce(&mut State, usize) -> crate::error::PyResult<()>,
) -> *mut Value {
    // SAFETY: as `around`.
    unsafe {
        let t = &*ts;
        generic::refill(t);
        (*fp).instr_ptr = pc.sub(1);
        (*fp).stackpointer = sp;
        t.set_frame(fp);
        let mut state = State { pc, sp, fp, ts: t };
        if f(&mut state, oparg).is_err() {
            t.saved_pc.set(state.pc);
            t.saved_sp.set(state.sp);
            return std::ptr::null_mut();
        }
        state.sp
    }
}

/// Goes on where the pending exception of the instruction at `pc` is handled; `sp` is the end of the stack in memory.
///
/// # Safety
/// The registers of a running frame, whose stack is in memory.
#[cold]
#[inline(never)]
pub unsafe extern "C" fn raised(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    _: *const Table,
    _: Value,
) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        find_handler(pc, sp, fp, ts);
        let sp = (*ts).saved_sp.get().sub(1);
        go!((*ts).saved_pc.get(), sp, (*ts).saved_frame.get(), ts, current(&*ts), *sp)
    }
}

#[cold]
#[inline(never)]
unsafe fn find_handler(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: *const ThreadState) {
    // SAFETY: as `raised`.
    unsafe {
        let t = &*ts;
        let mut state = State { pc, sp, fp, ts: t };
        crate::interp::unwind::unwind(&mut state);
        t.saved_pc.set(state.pc);
        t.saved_sp.set(state.sp);
        t.saved_frame.set(state.fp);
    }
}

macro_rules! handlers {
    ($($name:ident = $num:literal, $caches:literal, $generic:ident ($($i:ident)* -- $($o:ident)*) $m:ident $oparg:ident { $($b:tt)* })*) => {
        #[allow(non_snake_case)]
        mod hot { use super::*; $(
            pub unsafe extern "C" fn $name(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: *const ThreadState, table: *const Table, tos: Value) -> u64 {
                // SAFETY: called by dispatch with the frame's registers.
                unsafe {
                    let oparg = *(pc as *const u8).sub(1) as usize;
                    let mut m = Exec { pc, sp, fp, ts, tos, dead: false };
                    match body::$name(&mut m, oparg) {
                        Ok(()) => {
                            if m.dead { return reap(m.pc, m.sp, m.fp, ts, table, m.tos) }
                            go!(m.pc, m.sp, m.fp, ts, table, m.tos)
                        }
                        Err(_) => cold_handlers::$generic(pc, sp, fp, ts, table, tos),
                    }
                }
            }
        )* }
        /// The same with an extended argument: rare, so that code size counts.
        #[allow(non_snake_case)]
        mod wide { use super::*; $(
            pub unsafe extern "C" fn $name(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: *const ThreadState, table: *const Table, tos: Value) -> u64 {
                // SAFETY: called by dispatch with the frame's registers.
                unsafe {
                    let oparg = (*ts).extended_arg.get() << 8 | *(pc as *const u8).sub(1) as usize;
                    let mut m = Exec { pc, sp, fp, ts, tos, dead: false };
                    match body::$name(&mut m, oparg) {
                        Ok(()) => {
                            if m.dead { return reap(m.pc, m.sp, m.fp, ts, table, m.tos) }
                            go!(m.pc, m.sp, m.fp, ts, table, m.tos)
                        }
                        Err(_) => cold_wide::$generic(pc, sp, fp, ts, table, tos),
                    }
                }
            }
        )* }
        const fn fill_hot(mut t: [Handler; 512]) -> [Handler; 512] {
            $( t[$num] = hot::$name; t[256 + $num] = wide::$name; )*
            t
        }
    };
}
dovetail_ops::for_each_op!(handlers);

macro_rules! generics {
    ($($name:ident = $num:literal, $caches:literal;)*) => {
        /// The generic instructions between registers. Not marked cold: many are hot enough to be worth their speed.
        #[allow(non_snake_case)]
        mod outlined { use super::*; $(
            #[inline(never)]
            pub unsafe fn $name(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: *const ThreadState, oparg: usize) -> (*const u16, *mut Value) {
                // SAFETY: the handler's registers.
                unsafe { around(pc, sp, fp, ts, oparg, generic::$name) }
            }
        )* }
        /// Those that only change the stack.
        #[allow(non_snake_case)]
        mod staying { use super::*; $(
            #[inline(never)]
            pub unsafe fn $name(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: *const ThreadState, oparg: usize) -> *mut Value {
                // SAFETY: the handler's registers.
                unsafe { within(pc, sp, fp, ts, oparg, generic::$name) }
            }
        )* }
        #[allow(non_snake_case)]
        pub(crate) mod cold_handlers { use super::*;
            pub unsafe extern "C" fn NOP(_: *const u16, _: *mut Value, _: *mut Frame, _: *const ThreadState, _: *const Table, _: Value) -> u64 {
                // SAFETY: rows that name NOP as their generic form have no fallible micro-op.
                unsafe { std::hint::unreachable_unchecked() }
            }
            $(
            #[cold] #[inline(never)]
            pub unsafe extern "C" fn $name(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: *const ThreadState, _: *const Table, tos: Value) -> u64 {
                // SAFETY: called with the frame's registers; the top goes to memory first.
                unsafe {
                    let oparg = *(pc as *const u8).sub(1) as usize;
                    *sp = tos;
                    if const { stays($num) } {
                        let top = staying::$name(pc, sp.add(1), fp, ts, oparg);
                        if top.is_null() {
                            return raised((*ts).saved_pc.get(), (*ts).saved_sp.get(), fp, ts, &TABLE, tos);
                        }
                        let sp = top.sub(1);
                        go!(pc.add($caches), sp, fp, ts, current(&*ts), *sp)
                    }
                    let (pc, top) = outlined::$name(pc, sp.add(1), fp, ts, oparg);
                    let sp = top.sub(1);
                    go!(pc, sp, (*ts).saved_frame.get(), ts, current(&*ts), *sp)
                }
            } )*
        }
        #[allow(non_snake_case)]
        mod cold_wide { use super::*;
            pub use super::cold_handlers::NOP;
            $(
            #[cold] #[inline(never)]
            pub unsafe extern "C" fn $name(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: *const ThreadState, _: *const Table, tos: Value) -> u64 {
                // SAFETY: as above.
                unsafe {
                    let oparg = (*ts).extended_arg.get() << 8 | *(pc as *const u8).sub(1) as usize;
                    *sp = tos;
                    if const { stays($num) } {
                        let top = staying::$name(pc, sp.add(1), fp, ts, oparg);
                        if top.is_null() {
                            return raised((*ts).saved_pc.get(), (*ts).saved_sp.get(), fp, ts, &TABLE, tos);
                        }
                        let sp = top.sub(1);
                        go!(pc.add($caches), sp, fp, ts, current(&*ts), *sp)
                    }
                    let (pc, top) = outlined::$name(pc, sp.add(1), fp, ts, oparg);
                    let sp = top.sub(1);
                    go!(pc, sp, (*ts).saved_frame.get(), ts, current(&*ts), *sp)
                }
            } )*
        }
        const fn fill_generic(mut t: [Handler; 512]) -> [Handler; 512] {
            $( if $num < 256 { t[$num & 255] = cold_handlers::$name; t[256 + ($num & 255)] = cold_wide::$name; } )*
            t
        }
    };
}
dovetail_ops::for_each_generic!(generics);

/// Ends the objects whose count reached zero in the instruction before.
#[inline(never)]
unsafe extern "C" fn reap(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    // SAFETY: the list holds objects with count zero; a float's end is to join the free list.
    unsafe {
        let o = (*ts).dead.get();
        if std::ptr::eq(
            (*(o as *const crate::object::obj::Head)).ob_type,
            <crate::types::float::Float as crate::object::Native>::TYPE_POINTER,
        ) {
            (*ts).dead.set(*(o as *mut *mut abi::PyObject));
            *(o as *mut *mut abi::PyObject) = (*ts).free_floats.get();
            (*ts).free_floats.set(o);
            if (*ts).dead.get().is_null() {
                go!(pc, sp, fp, ts, table, tos)
            }
        }
        reap_slow(pc, sp, fp, ts, table, tos)
    }
}

#[inline(never)]
unsafe extern "C" fn reap_slow(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    // SAFETY: as above; the frame is made presentable for code that destructors run.
    unsafe {
        *sp = tos;
        let t = &*ts;
        let o = t.dead.get();
        if (*(o as *mut *mut abi::PyObject)).is_null() && !Frame::is_entry(fp) {
            // Mostly there is one.
            t.dead.set(std::ptr::null_mut());
            *(o as *mut u64) = 0;
            (*fp).instr_ptr = pc.sub(1);
            (*fp).stackpointer = sp.add(1);
            t.set_frame(fp);
            crate::object::alloc::dealloc(o);
            if t.dead.get().is_null() {
                go!(pc, sp, fp, ts, table, tos)
            }
        }
        generic::reap_between(pc, sp.add(1), fp, t);
        go!(pc, sp, fp, ts, table, *sp)
    }
}

unsafe extern "C" fn extended_arg(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    // SAFETY: another instruction follows.
    unsafe {
        (*ts).extended_arg.set(*(pc as *const u8).sub(1) as usize);
        go!(pc, sp, fp, ts, table, tos, 256)
    }
}

unsafe extern "C" fn extended_arg_again(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    // SAFETY: another instruction follows.
    unsafe {
        (*ts).extended_arg.set((*ts).extended_arg.get() << 8 | *(pc as *const u8).sub(1) as usize);
        go!(pc, sp, fp, ts, table, tos, 256)
    }
}

unsafe extern "C" fn interpreter_exit(
    _: *const u16,
    _: *mut Value,
    _: *mut Frame,
    _: *const ThreadState,
    _: *const Table,
    tos: Value,
) -> u64 {
    tos.0
}

unsafe extern "C" fn exit_raised(
    _: *const u16,
    _: *mut Value,
    _: *mut Frame,
    _: *const ThreadState,
    _: *const Table,
    _: Value,
) -> u64 {
    RAISED
}

unsafe extern "C" fn unknown(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    _: *const Table,
    tos: Value,
) -> u64 {
    // SAFETY: as for generic handlers.
    unsafe {
        *sp = tos;
        cold(pc, sp.add(1), fp, ts, generic::unknown, 0);
        let sp = (*ts).saved_sp.get().sub(1);
        go!((*ts).saved_pc.get(), sp, (*ts).saved_frame.get(), ts, current(&*ts), *sp)
    }
}

/// The dispatch table of plain execution.
pub static TABLE: Table = {
    let mut t = fill_hot(fill_generic([unknown as Handler; 512]));
    t = direct::fill(t);
    t[EXTENDED_ARG as usize] = extended_arg;
    t[256 + EXTENDED_ARG as usize] = extended_arg_again;
    t[INTERPRETER_EXIT as usize] = interpreter_exit;
    t[EXIT_RAISED as usize] = exit_raised;
    Table(t)
};

/// Goes on with the instruction at `pc`.
///
/// # Safety
/// The registers are those of a frame that is about to run.
#[inline(always)]
pub unsafe extern "C" fn enter(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    // SAFETY: the registers of a frame that is about to run.
    unsafe { go!(pc, sp, fp, ts, table, tos) }
}

/// Runs from `pc` until the entry frame's `INTERPRETER_EXIT`: the word of the result, or `RAISED`. `sp` points behind
/// the top word in memory.
///
/// # Safety
/// The registers are those of a frame linked to an entry frame.
pub unsafe fn run(pc: *const u16, sp: *mut Value, fp: *mut Frame, ts: &ThreadState) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        let sp = sp.sub(1);
        let mut r = enter(pc, sp, fp, ts, current(ts), *sp);
        while TRAMPOLINE && r == AGAIN {
            let pc = ts.saved_pc.get();
            let table = current(ts);
            let handler = table.0[*(pc as *const u8) as usize + ts.saved_half.get()];
            r = handler(pc.add(1), ts.saved_sp.get(), ts.saved_frame.get(), ts, table, ts.saved_tos.get());
        }
        r
    }
}
