//! Instructions whose events come in their middle or at their end: calls, and the step of a loop.

#![allow(non_snake_case)]

use super::fire::call_tools;
use super::{Event, Monitors, code, fire};
use crate::error::{PyResult, Raised, exc};
use crate::interp::frame::Frame;
use crate::interp::generic::{self, Generic, State, python_function};
use crate::interp::value::Value;
use crate::object::{Obj, Object};
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::method::Method;
use crate::types::tuple::Tuple;

/// The unit of the instruction that the frame is at.
fn unit(st: &State) -> usize {
    // SAFETY: a complete frame.
    unsafe { Frame::instruction_index(st.fp).max(0) as usize }
}

/// Fires `CALL`, runs the instruction, and fires the end of the call unless it has entered a Python function.
fn call(
    st: &mut State,
    oparg: usize,
    run: Generic,
    callable: Object,
    first: Option<Object>,
    python: bool,
) -> PyResult<()> {
    let (ts, f, i) = (st.ts, st.fp, unit(st));
    // SAFETY: the running frame.
    let tools =
        move |i: usize| code::existing(unsafe { Frame::code(f) }).map_or(0, |data| data.event_tools(i));
    let first = match first {
        Some(o) => o,
        None => Monitors::current().missing()?,
    };
    let args = [Int::from_usize(i * 2)?.into_object(), callable, first];
    let told = tools(i);
    call_tools(ts, f, Event::Call, i, told, &args)?;
    let r = run(st, oparg);
    if python {
        return r;
    }
    // Nothing of the frame is on the heap while a function in Rust or C runs.
    // SAFETY: the running frame again.
    unsafe {
        (*f).stackpointer = st.sp;
    }
    // The call may have changed what is watched.
    // SAFETY: the running frame.
    let told = {
        let code = unsafe { Frame::code(f) };
        code::flags_at(code, i, Monitors::current());
        tools(i)
    };
    match r {
        Ok(()) => call_tools(ts, f, Event::CReturn, i, told, &args),
        Err(Raised { .. }) => {
            let Some(pending) = ts.take_exception() else { return Err(Raised::from_c()) };
            call_tools(ts, f, Event::CRaise, i, told, &args)?;
            Err(Raised::restore(pending))
        }
    }
}

/// The callable and its first argument, where a bound method is taken apart.
fn parts(callable: Value, this: Option<Value>, first: Option<Value>) -> PyResult<(Object, Option<Object>)> {
    let o = callable.to_object()?;
    match this {
        Some(this) => Ok((o, Some(this.to_object()?))),
        None => match o.downcast_exact::<Method>() {
            Some(m) => Ok((m.func().to_owned(), Some(m.this().to_owned()))),
            None => Ok((o, first.map(Value::to_object).transpose()?)),
        },
    }
}

fn is_python(o: &Obj) -> bool {
    python_function(Value::borrowed(o))
}

fn some(v: Value) -> Option<Value> {
    if v.is_null() { None } else { Some(v) }
}

pub fn CALL(st: &mut State, oparg: usize) -> PyResult<()> {
    let first = if oparg > 0 { some(st.peek(oparg)) } else { None };
    let (callable, first) = parts(st.peek(oparg + 2), some(st.peek(oparg + 1)), first)?;
    let python = is_python(&callable);
    call(st, oparg, generic::CALL, callable, first, python)
}

pub fn CALL_KW(st: &mut State, oparg: usize) -> PyResult<()> {
    let first = if oparg > 0 { some(st.peek(oparg + 1)) } else { None };
    let (callable, first) = parts(st.peek(oparg + 3), some(st.peek(oparg + 2)), first)?;
    let python = is_python(&callable);
    call(st, oparg, generic::CALL_KW, callable, first, python)
}

pub fn CALL_FUNCTION_EX(st: &mut State, oparg: usize) -> PyResult<()> {
    let callable = st.object(4)?.to_owned();
    let args = st.object(2)?;
    let first = match (args.downcast_exact::<Tuple>(), args.downcast_exact::<List>()) {
        (Some(t), _) => t.items().first().cloned(),
        (_, Some(l)) => l.get(0),
        _ => None,
    };
    drop(args);
    let python = is_python(&callable);
    call(st, oparg, generic::CALL_FUNCTION_EX, callable, first, python)
}

/// Stack: `super`, class, self. The call is the one of `super`.
pub fn LOAD_SUPER_ATTR(st: &mut State, oparg: usize) -> PyResult<()> {
    let callable = st.object(3)?.to_owned();
    let first = if oparg & 2 != 0 { Some(st.object(2)?.to_owned()) } else { None };
    call(st, oparg, bound_super_attribute, callable, first, false)
}

/// The attribute of a `super` object as a whole, for a call too: tools see the call of what is bound.
fn bound_super_attribute(st: &mut State, oparg: usize) -> PyResult<()> {
    generic::LOAD_SUPER_ATTR(st, oparg & !1)?;
    if oparg & 1 != 0 {
        st.push(Value::NULL);
    }
    Ok(())
}

/// One step of a loop: the iterator's end counts as an exception raised here, and both ways out are branches.
pub fn FOR_ITER(st: &mut State, oparg: usize) -> PyResult<()> {
    let (ts, f, i) = (st.ts, st.fp, unit(st));
    // SAFETY: the running frame.
    let tools = move || code::existing(unsafe { Frame::code(f) }).map_or(0, |data| data.event_tools(i));
    let it = st.object(1)?.to_owned();
    let item = match it.ob_type().raw().tp_iternext {
        // SAFETY: a slot of the object's type.
        Some(next) => unsafe { Object::from_owned_opt(next(it.as_raw())) },
        None => it.iter_next()?,
    };
    // Past the cache.
    st.skip(1);
    match item {
        Some(item) => {
            st.push_object(item);
            // SAFETY: as above.
            unsafe { (*f).stackpointer = st.sp };
            let places = [i * 2, i * 2 + 4].map(|n| Int::from_usize(n).map(crate::object::Ref::into_object));
            let [from, to] = places;
            call_tools(ts, f, Event::BranchLeft, i, tools(), &[from?, to?])
        }
        None => {
            if ts.has_exception() {
                if !ts.exception_matches(exc::StopIteration()) {
                    return Err(Raised::from_c());
                }
                fire::exception_at(ts, f, Event::Raise, i);
                if !ts.exception_matches(exc::StopIteration()) {
                    return Err(Raised::from_c());
                }
                drop(ts.take_exception());
            }
            st.jump(oparg as isize + 1);
            Ok(())
        }
    }
}
