//! Running frames that C code made of code and namespaces (`PyFrame_New`): for their result, or as generators.
//!
//! What the frame object holds moves to a frame on the data stack, which the object stands for as long as it runs. The
//! code starts at its beginning, so that cells are made and a generator's code gives its generator.

use crate::bail;
use crate::error::PyResult;
use crate::interp::eval::run_new;
use crate::interp::frame::{Frame, OWNED_BY_FRAME_OBJECT};
use crate::interp::value::Value;
use crate::object::{Obj, Object};
use crate::sym;
use crate::thread::ThreadState;
use crate::types::frame::FrameObject;

/// The kinds of code whose call does not run it.
const SUSPENDED: i32 = abi::CO_GENERATOR | abi::CO_COROUTINE | abi::CO_ASYNC_GENERATOR;

/// Runs a frame that has not run yet (`PyEval_EvalFrame`).
pub fn run(frame: &FrameObject) -> PyResult<Object> {
    let ts = ThreadState::current();
    // SAFETY: the object's own frame; each word moves to a frame on the data stack of the same code.
    unsafe {
        let old = frame.frame();
        if (*old).owner != OWNED_BY_FRAME_OBJECT || (*old).function.is_null() {
            bail!(SystemError, "only a frame that has not run yet can be evaluated");
        }
        let code = Frame::code(old);
        if code.raw().co_nfreevars > 0 {
            bail!(SystemError, "a frame of code with free variables has no closure to run with");
        }
        let function = (*old).function.to_object()?;
        let new = ts.push_frame(Value::owned(function), ts.frame())?;
        let (from, to) = (Frame::locals_ptr(old), Frame::locals_ptr(new));
        for i in 0..code.raw().co_nlocalsplus as usize {
            *to.add(i) = std::mem::replace(&mut *from.add(i), Value::NULL);
        }
        if !(*old).locals.is_null() {
            let taken = std::mem::replace(&mut (*old).locals, std::ptr::null_mut());
            crate::object::obj::xdecref(std::mem::replace(&mut (*new).locals, taken));
        }
        std::mem::replace(&mut (*old).function, Value::NULL).release();
        std::mem::replace(&mut (*old).executable, Value::none()).release();
        (*new).frame_obj = frame.to_owned().into_ptr().cast();
        (*frame.body()).f_frame = new.cast();
        run_new(ts, new)
    }
}

/// The generator, coroutine or asynchronous generator of a frame that has not run yet, with names of its own if there
/// are some (`PyGen_NewWithQualName` and its kin).
pub fn suspended(frame: &FrameObject, name: Option<&Obj>, qualname: Option<&Obj>) -> PyResult<Object> {
    if frame.code().raw().co_flags & SUSPENDED == 0 {
        bail!(SystemError, "the frame's code is not a generator's");
    }
    let made = run(frame)?;
    if let Some(n) = name {
        made.set_attr(sym!(__name__), n)?;
    }
    if let Some(n) = qualname {
        made.set_attr(sym!(__qualname__), n)?;
    }
    Ok(made)
}
