//! Entering the evaluation loop from Rust and C.

use crate::error::{PyResult, Raised};
use crate::interp::bind;
use crate::interp::dispatch::{RAISED, run};
use crate::interp::frame::{Frame, OWNED_BY_INTERPRETER};
use crate::interp::generic::State;
use crate::interp::value::Value;
use crate::object::{AsObj, Obj, Object};
use crate::thread::ThreadState;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::int::Int;
use crate::types::tuple::Tuple;
use dovetail_ops::metadata::INTERPRETER_EXIT;
use std::ptr::null_mut;

/// A frame on the C stack under the first frame of a nested loop: returning to it ends the loop.
#[repr(C)]
struct Entry {
    frame: Frame,
    words: [Value; 4],
}

/// Returns go on at the first unit, yields at the third.
static EXIT: [u16; 4] = [INTERPRETER_EXIT as u16; 4];

/// Runs a frame to its end, or a generator's frame to its next suspension. With `raise`, the pending exception is
/// raised inside it first.
///
/// # Safety
/// `f` is ready to run: new, or a generator's that was started.
#[inline(always)]
pub unsafe fn run_frame(ts: &ThreadState, f: *mut Frame, raise: bool) -> PyResult<Value> {
    // SAFETY: the caller's promise; the entry outlives the loop.
    unsafe {
        let mut entry = Entry {
            frame: Frame {
                executable: Value::none(),
                previous: ts.frame(),
                function: Value::NULL,
                globals: null_mut(),
                builtins: null_mut(),
                locals: null_mut(),
                frame_obj: null_mut(),
                instr_ptr: EXIT.as_ptr(),
                stackpointer: null_mut(),
                return_offset: 0,
                owner: OWNED_BY_INTERPRETER,
                visited: 0,
                pad: 0,
                localsplus: [],
            },
            words: [Value::NULL; 4],
        };
        entry.frame.stackpointer = (&raw mut entry.words).cast::<Value>().add(1);
        (*f).previous = &raw mut entry.frame;
        ts.set_frame(f);
        let pc = (*f).instr_ptr.add((*f).return_offset as usize);
        let sp = (*f).stackpointer;
        let r = if raise {
            // The suspended instruction is where the exception appears.
            let mut st = State { pc: (*f).instr_ptr.add(1), sp, fp: f, ts };
            // Seen from outside, the frame is where it would have gone on.
            (*f).instr_ptr = pc;
            crate::monitor::fire::exception(
                ts,
                f,
                crate::monitor::Event::PyThrow,
                Frame::instruction_index(f),
            );
            crate::interp::unwind::unwind(&mut st);
            run(st.pc, st.sp, st.fp, ts)
        } else {
            run(pc, sp, f, ts)
        };
        ts.set_frame(entry.frame.previous);
        if r == RAISED { Err(Raised::from_c()) } else { Ok(Value(r)) }
    }
}

/// Runs a new frame; on a C stack that is nearly used up it is discarded with `RecursionError`.
pub(super) unsafe fn run_new(ts: &ThreadState, f: *mut Frame) -> PyResult<Object> {
    // SAFETY: a bound frame, the newest on the data stack.
    unsafe {
        if let Err(e) = ts.check_recursion(" in Python call") {
            bind::discard_frame(ts, f);
            return Err(e);
        }
        run_frame(ts, f, false)?.into_object()
    }
}

/// The vectorcall of Python functions.
///
/// # Safety
/// As vectorcall.
pub unsafe extern "C" fn function_vectorcall(
    func: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: the caller keeps function and arguments alive during the call.
    unsafe {
        let nargs = nargsf & !crate::object::call::ARGUMENTS_OFFSET;
        let kwnames = (kwnames as *const Tuple).as_ref();
        let total = nargs + kwnames.map_or(0, Tuple::len);
        crate::object::native::result_ptr(call_function(&*(func as *const Function), args, total, kwnames))
    }
}

/// A word borrowed from an argument of C.
#[inline(always)]
unsafe fn argument(o: *mut abi::PyObject) -> Value {
    // SAFETY: a live argument.
    unsafe {
        let o = Obj::from_ptr(o);
        if let Some(i) = o.downcast_exact::<Int>()
            && let Some(v) = i.to_i64()
            && Value::fits(v)
        {
            return Value::int(v);
        }
        Value::borrowed(o)
    }
}

unsafe fn call_function(
    func: &Function,
    args: *const *mut abi::PyObject,
    total: usize,
    kwnames: Option<&Tuple>,
) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let ts = ThreadState::current();
        let f = ts.push_frame(Value::borrowed(func), ts.frame())?;
        let mut few = [Value::NULL; 8];
        let mut many: Vec<Value>;
        let words: &mut [Value] = if total <= 8 {
            &mut few[..total]
        } else {
            many = vec![Value::NULL; total];
            &mut many
        };
        for (i, w) in words.iter_mut().enumerate() {
            *w = argument(*args.add(i));
        }
        if let Err(e) = bind::bind_words(f, words.as_mut_ptr(), total, kwnames) {
            bind::discard_frame(ts, f);
            return Err(e);
        }
        run_new(ts, f)
    }
}

/// Runs code in a namespace (`exec`, module and class bodies). A function supplies closure cells.
pub fn run_code(code: &Code, globals: &Dict, locals: &Obj, closure: Option<&Tuple>) -> PyResult<Object> {
    let function = Function::new(code, globals)?;
    if let Some(c) = closure {
        function.set_attribute(8, c.as_obj().to_owned())?;
    }
    run_function_body(&function, Some(locals), &[])
}

/// Runs a function's body with a namespace as its locals.
pub fn run_function_body(function: &Function, locals: Option<&Obj>, args: &[&Obj]) -> PyResult<Object> {
    let ts = ThreadState::current();
    // SAFETY: the function outlives the frame.
    unsafe {
        let f = ts.push_frame(Value::borrowed(function), ts.frame())?;
        let optimized = function.code().raw().co_flags & abi::CO_OPTIMIZED != 0;
        if let Some(l) = locals
            && !optimized
        {
            let old = std::mem::replace(&mut (*f).locals, l.to_owned().into_ptr());
            crate::object::obj::xdecref(old);
        }
        let mut words: Vec<Value> = args.iter().map(|o| Value::borrowed(o)).collect();
        if let Err(e) = bind::bind_words(f, words.as_mut_ptr(), words.len(), None) {
            bind::discard_frame(ts, f);
            return Err(e);
        }
        run_new(ts, f)
    }
}
