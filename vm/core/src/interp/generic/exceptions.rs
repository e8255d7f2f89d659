//! Raising, handling, and the exit of `with` blocks.

use super::State;
use crate::error::{PyResult, Raised, exc, raise_exception};
use crate::interp::value::Value;
use crate::object::{AsObj, Obj, Object, Ref};
use crate::types::exception::BaseException;
use crate::types::group;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise};

/// An exception instance of `raise`'s operand: a class is called.
fn instance_of(o: &Obj, message: &str) -> PyResult<Ref<BaseException>> {
    if let Some(e) = o.downcast::<BaseException>() {
        return Ok(crate::object::ToRef::to_ref(e));
    }
    if let Some(t) = o.downcast::<Type>()
        && t.is_subtype(exc::BaseException())
    {
        let e = t.call(&[])?;
        return e.downcast_into::<BaseException>().map_err(|e| {
            raise!(
                TypeError,
                "calling {} should have returned an instance of BaseException, not {}",
                t.repr().map(|r| r.to_string_lossy().into_owned()).unwrap_or_default(),
                e.ob_type().repr().map(|r| r.to_string_lossy().into_owned()).unwrap_or_default()
            )
        });
    }
    Err(crate::error::raise_message(exc::TypeError(), message))
}

pub fn RAISE_VARARGS(st: &mut State, oparg: usize) -> PyResult<()> {
    if oparg == 0 {
        return match st.ts.handled_exception() {
            Some(e) => {
                let r = Raised::restore(e);
                crate::interp::unwind::mark_reraise(st.ts);
                Err(r)
            }
            None => Err(raise!(RuntimeError, "No active exception to reraise")),
        };
    }
    let cause = if oparg == 2 { Some(st.pop_object()?) } else { None };
    let operand = st.pop_object()?;
    let e = instance_of(&operand, "exceptions must derive from BaseException")?;
    if let Some(c) = cause {
        let c = if c.is_none() {
            None
        } else {
            Some(instance_of(&c, "exception causes must derive from BaseException")?)
        };
        e.set_cause(c);
    }
    Err(raise_exception(e))
}

/// Puts the exception under the handled one of the thread.
pub fn PUSH_EXC_INFO(st: &mut State, _: usize) -> PyResult<()> {
    let e = st.pop();
    let new = e.dup();
    let old = st.ts.swap_handled(new.ptr());
    st.push(if old.is_null() { Value::none() } else { Value::from_owned_ptr(old) });
    st.push(e);
    Ok(())
}

pub fn POP_EXCEPT(st: &mut State, _: usize) -> PyResult<()> {
    let old = st.pop();
    let p = if old.is_none() { std::ptr::null_mut() } else { old.own().ptr() };
    let current = st.ts.swap_handled(p);
    // SAFETY: the item owned it.
    unsafe { crate::object::obj::xdecref(current) };
    Ok(())
}

const NOT_EXCEPTIONS: &str = "catching classes that do not inherit from BaseException is not allowed";

/// Does the exception match the class or tuple of classes?
pub fn exception_matches(e: &Obj, filter: &Obj) -> PyResult<bool> {
    if let Some(t) = filter.downcast::<Tuple>() {
        for c in t.items() {
            if c.as_obj().downcast::<Tuple>().is_some() || !is_exception_class(c) {
                bail!(TypeError, "catching classes that do not inherit from BaseException is not allowed");
            }
        }
        return Ok(t.items().iter().any(|c| matches_one(e, c)));
    }
    if !is_exception_class(filter) {
        return Err(crate::error::raise_message(exc::TypeError(), NOT_EXCEPTIONS));
    }
    Ok(matches_one(e, filter))
}

fn is_exception_class(o: &Obj) -> bool {
    o.downcast::<Type>().is_some_and(|t| t.is_subtype(exc::BaseException()))
}

fn matches_one(e: &Obj, class: &Obj) -> bool {
    class.downcast::<Type>().is_some_and(|t| e.ob_type().is_subtype(t))
}

pub fn CHECK_EXC_MATCH(st: &mut State, _: usize) -> PyResult<()> {
    let (e, filter) = (st.object(2)?, st.object(1)?);
    let t = exception_matches(&e, &filter)?;
    drop((e, filter));
    st.replace_n_value(1, Value::bool(t));
    Ok(())
}

/// Splits an exception group by a filter: rest, match.
pub fn CHECK_EG_MATCH(st: &mut State, _: usize) -> PyResult<()> {
    let (e, filter) = (st.object(2)?, st.object(1)?);
    let (matched, rest): (Object, Object) = group::match_group(&e, &filter)?;
    drop((e, filter));
    if !matched.is_none() {
        let p = matched.clone().into_ptr();
        let old = st.ts.swap_handled(p);
        // SAFETY: the item owned it.
        unsafe { crate::object::obj::xdecref(old) };
    }
    st.drop_n(2);
    st.push(Value::owned(rest));
    st.push(Value::owned(matched));
    Ok(())
}

/// Re-raises the exception on top; `oparg` says how deep the saved instruction index is.
pub fn RERAISE(st: &mut State, oparg: usize) -> PyResult<()> {
    let e = st.pop_object()?;
    if oparg > 0 {
        let index = st.peek(oparg);
        if index.is_int() {
            // SAFETY: the index was pushed by unwinding and lies in the code. One unit is added back since
            // unwinding looks up the instruction before.
            unsafe { (*st.fp).instr_ptr = st.code().instructions().offset(index.as_int() as isize) };
        }
    }
    match e.downcast_into::<BaseException>() {
        Ok(e) => {
            let r = Raised::restore(e);
            crate::interp::unwind::mark_reraise(st.ts);
            Err(r)
        }
        Err(_) => Err(raise!(SystemError, "reraise of something that is no exception")),
    }
}

/// Calls the exit function of a `with` block: stack is exit, self or null, index, previous, exception.
pub fn WITH_EXCEPT_START(st: &mut State, _: usize) -> PyResult<()> {
    let (e, this, exit) = (st.object(1)?, st.peek(4), st.object(5)?);
    let ty = e.ob_type().as_obj().to_owned();
    let tb: Object = match e.downcast::<BaseException>().and_then(BaseException::traceback) {
        Some(t) => t.into_object(),
        None => crate::types::none::none().to_owned(),
    };
    let r = if this.is_null() {
        exit.call(&[&ty, &e, &tb])?
    } else {
        let this = st.object(4)?;
        exit.call(&[&this, &ty, &e, &tb])?
    };
    drop((e, exit));
    st.push_object(r);
    Ok(())
}
