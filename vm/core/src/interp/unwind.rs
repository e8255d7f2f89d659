//! Unwinding: from an exception to its handler, frame by frame, through zero-cost exception tables.

use crate::interp::dispatch::EXIT_RAISED;
use crate::interp::frame::{Frame, OWNED_BY_GENERATOR};
use crate::interp::generic::State;
use crate::interp::value::Value;
use crate::monitor::{Event, fire};
use crate::thread::ThreadState;
use crate::types::traceback::add_entry;

static EXIT: [u16; 2] = [EXIT_RAISED as u16; 2];

/// The exception being raised keeps its traceback: the frame that re-raises it adds no entry.
pub fn mark_reraise(ts: &ThreadState) {
    ts.reraising.set(true);
}

/// Finds the handler of the pending exception. Leaves the state at the handler, or at the entry frame with an
/// instruction that ends the loop.
pub fn unwind(st: &mut State) {
    debug_assert!(st.ts.has_exception());
    // SAFETY: frames linked by `previous`; the innermost one's stack ends at `st.sp`, the others' at their
    // `stackpointer`.
    unsafe {
        // The failing instruction of the innermost frame, even where RERAISE has set the line's instruction back.
        let mut at = if Frame::is_entry(st.fp) {
            0
        } else {
            st.pc.sub(1).offset_from(Frame::code(st.fp).instructions())
        };
        let mut quiet = false;
        loop {
            let f = st.fp;
            if Frame::is_entry(f) {
                st.pc = EXIT.as_ptr();
                st.sp = (*f).stackpointer;
                return;
            }
            (*f).stackpointer = st.sp;
            let again = st.ts.reraising.replace(false);
            if Frame::code(f).is_init_shim() {
                // Nobody sees this frame.
            } else if std::mem::take(&mut quiet) {
                // A callback raised: the frame has been told of it.
            } else if again {
                fire::exception(st.ts, f, Event::Reraise, at);
            } else {
                add_entry(f);
                fire::exception(st.ts, f, Event::Raise, at);
            }
            let code = Frame::code(f);
            let base = Frame::stack_base(f);
            if let Some((target, depth, lasti)) = find_handler(code.exception_table(), at as u32) {
                let keep = base.add(depth);
                while st.sp > keep {
                    let v = st.pop();
                    v.release();
                }
                if lasti {
                    st.push(Value::int(Frame::instruction_index(f) as i64));
                }
                if let Some(e) = st.ts.take_exception() {
                    st.push(Value::owned(e.into_object()));
                }
                st.pc = code.instructions().add(target as usize);
                if st.ts.interp().monitors.on.get() {
                    (*f).stackpointer = st.sp;
                    if fire::handled(st.ts, f, target as isize, st.peek(1)).is_err() {
                        (at, quiet) = (target as isize, true);
                        continue;
                    }
                }
                return;
            }
            if !code.is_init_shim() {
                fire::exception(st.ts, f, Event::PyUnwind, at);
            }
            (*f).stackpointer = st.sp;
            let caller = (*f).previous;
            leave(st.ts, f);
            st.fp = caller;
            st.ts.set_frame(caller);
            st.sp = (*caller).stackpointer;
            if !Frame::is_entry(caller) {
                at = Frame::instruction_index(caller);
            }
        }
    }
}

/// Ends a frame that an exception leaves; the exception is kept while contents are released.
unsafe fn leave(ts: &ThreadState, f: *mut Frame) {
    // SAFETY: the newest frame, or a generator's.
    unsafe {
        let pending = ts.take_exception();
        if (*f).owner == OWNED_BY_GENERATOR {
            crate::types::generator::finish(ts, f);
        } else {
            Frame::clear(f);
            (*ts.c()).py_recursion_remaining += 1;
            ts.pop_words(f);
        }
        if let Some(e) = pending {
            ts.set_exception(Some(e));
        }
    }
}

/// Looks an instruction up in an exception table: target, stack depth, and whether the index is pushed.
pub fn find_handler(table: &[u8], at: u32) -> Option<(u32, usize, bool)> {
    let mut i = 0;
    let number = |i: &mut usize| -> Option<u32> {
        let mut v = 0u32;
        loop {
            let b = *table.get(*i)?;
            *i += 1;
            v = v << 6 | (b & 63) as u32;
            if b & 64 == 0 {
                return Some(v);
            }
        }
    };
    while i < table.len() {
        let start = number(&mut i)?;
        let length = number(&mut i)?;
        let target = number(&mut i)?;
        let depth = number(&mut i)?;
        if start > at {
            return None;
        }
        if at < start + length {
            return Some((target, (depth >> 1) as usize, depth & 1 != 0));
        }
    }
    None
}
