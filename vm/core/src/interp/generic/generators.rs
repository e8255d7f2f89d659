//! Generators and coroutines: creation, suspension, resumption inside the loop.
//!
//! A suspended frame's `instr_ptr` names the instruction that suspended it and `return_offset` is 1. The frame that
//! resumed it is left with `return_offset` naming where a *return* goes on; a *yield* goes on behind the one cache unit
//! of `SEND` or `FOR_ITER`.

use super::State;
use crate::error::{PyResult, Raised, exc};
use crate::interp::frame::{Frame, OWNED_BY_GENERATOR, OWNED_BY_THREAD};
use crate::interp::value::Value;
use crate::object::Obj;
use crate::types::generator::{self, Generator};
use crate::types::none::none;
use dovetail_ops::metadata::{generic, op};

/// Units from a resuming instruction to where a yielded value goes on: the instruction and one cache.
pub const YIELD_OFFSET: usize = 2;

pub fn RETURN_GENERATOR(st: &mut State, _: usize) -> PyResult<()> {
    // SAFETY: the frame of a generator function at its start; its contents move into the generator.
    unsafe {
        let f = st.fp;
        (*f).stackpointer = st.sp;
        let gen_ = generator::from_frame(f)?;
        leave(st, Value::owned(gen_));
    }
    Ok(())
}

/// Pops the running frame, whose contents were moved out or released, and pushes `v` for the caller.
///
/// # Safety
/// The frame is the newest on the data stack.
unsafe fn leave(st: &mut State, v: Value) {
    // SAFETY: the caller's promise.
    unsafe {
        let f = st.fp;
        let caller = (*f).previous;
        (*st.ts.c()).py_recursion_remaining += 1;
        st.ts.pop_words(f);
        return_to(st, caller, v);
    }
}

unsafe fn return_to(st: &mut State, caller: *mut Frame, v: Value) {
    // SAFETY: a suspended caller.
    unsafe {
        st.fp = caller;
        st.pc = (*caller).instr_ptr.add((*caller).return_offset as usize);
        st.sp = (*caller).stackpointer;
        st.ts.set_frame(caller);
        st.push(v);
    }
}

/// The return of frames that the hot form refuses: generators, module bodies, frames that somebody looks at.
pub fn RETURN_SLOW(st: &mut State, _: usize) -> PyResult<()> {
    let v = st.pop().own();
    // SAFETY: the running frame; what it holds is released once.
    unsafe {
        let f = st.fp;
        (*f).stackpointer = st.sp;
        if (*f).owner == OWNED_BY_THREAD {
            let caller = (*f).previous;
            Frame::clear(f);
            (*st.ts.c()).py_recursion_remaining += 1;
            st.ts.pop_words(f);
            return_to(st, caller, v);
        } else {
            debug_assert!((*f).owner == OWNED_BY_GENERATOR);
            let caller = (*f).previous;
            generator::finish(st.ts, f);
            return_to(st, caller, v);
        }
    }
    Ok(())
}

/// Enters a suspended generator with `v`; its return goes on `return_offset` units behind the current instruction.
///
/// # Safety
/// The generator can be resumed.
unsafe fn resume(st: &mut State, g: &Generator, v: Value, return_offset: usize) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*st.ts.c()).py_recursion_remaining <= 1 {
            v.release();
            return Err(st.ts.python_recursion_error());
        }
        let caller = st.fp;
        (*caller).return_offset = return_offset as u16;
        (*caller).stackpointer = st.sp;
        let f = generator::start(st.ts, g, caller);
        st.fp = f;
        st.pc = (*f).instr_ptr.add((*f).return_offset as usize);
        st.sp = (*f).stackpointer;
        st.ts.set_frame(f);
        st.push(v);
    }
    Ok(())
}

/// `FOR_ITER` over a generator; `pc` is behind the cache.
pub fn resume_for_iter(st: &mut State, g: &Generator, oparg: usize) -> PyResult<()> {
    // SAFETY: checked by the caller. A return goes to END_FOR, which drops the value.
    unsafe { resume(st, g, Value::none(), YIELD_OFFSET + oparg) }
}

/// Stack: receiver, value. Pushes what the receiver yields, or jumps with its return value on top.
pub fn SEND(st: &mut State, oparg: usize) -> PyResult<()> {
    // SAFETY: an iterator on the stack.
    let receiver: &Obj = unsafe { st.peek(2).obj() };
    if st.should_specialize(generic::SEND as u8) {
        if generator::as_plain(receiver).is_some() {
            st.specialize(op::SEND_GEN)
        } else {
            st.specialize_failed()
        }
    }
    if let Some(g) = generator::as_plain(receiver)
        && g.can_resume_inline()
    {
        let v = st.pop().own();
        // SAFETY: just checked.
        return unsafe { resume(st, g, v, YIELD_OFFSET + oparg) };
    }
    let v = st.object(1)?;
    let result = match generator::send(receiver, &v)? {
        Ok(yielded) => {
            st.skip(1);
            yielded
        }
        Err(returned) => {
            if st.ts.interp().monitors.on.get() && generator::as_plain(receiver).is_none() {
                told_end(st, &returned)?;
            }
            st.skip(1);
            st.jump(oparg as isize);
            returned
        }
    };
    drop(v);
    st.replace_n(1, result);
    Ok(())
}

/// Tells tools of the `StopIteration` that an iterator's end was.
#[cold]
fn told_end(st: &State, returned: &Obj) -> PyResult<()> {
    let e = generator::raise_stop_always(returned);
    // SAFETY: the running frame.
    let at = unsafe { Frame::instruction_index(st.fp).max(0) as usize };
    crate::monitor::fire::exception_at(st.ts, st.fp, crate::monitor::Event::Raise, at);
    if !e.matches(exc::StopIteration()) {
        return Err(e);
    }
    e.clear();
    Ok(())
}

/// An exception came out of a delegated generator: stack is receiver, last value, exception. `StopIteration` is its
/// return value.
pub fn CLEANUP_THROW(st: &mut State, _: usize) -> PyResult<()> {
    let e = st.object(1)?;
    if e.ob_type().is_subtype(exc::StopIteration()) {
        // SAFETY: StopIteration has this layout.
        let value = unsafe {
            let v = (*(e.as_ptr() as *mut abi::PyStopIterationObject)).value;
            if v.is_null() { none().to_owned() } else { Obj::from_ptr(v).to_owned() }
        };
        drop(e);
        st.drop_n(3);
        st.push(Value::none());
        st.push_object(value);
        return Ok(());
    }
    drop(e);
    let e = st.pop_object()?;
    match e.downcast_into() {
        Ok(e) => {
            let r = Raised::restore(e);
            crate::interp::unwind::mark_reraise(st.ts);
            Err(r)
        }
        Err(_) => Err(crate::raise!(SystemError, "no exception to rethrow")),
    }
}
