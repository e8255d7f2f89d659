//! Loops over iterators, synchronous and asynchronous.

use super::State;
use crate::error::{PyResult, Raised, exc};
use crate::object::native::Native;
use crate::object::{Obj, Object};
use crate::types::generator::{Coroutine, Generator};
use crate::types::list::ListIter;
use crate::types::range::RangeIter;
use crate::types::tuple::TupleIter;
use crate::{bail, raise};
use dovetail_ops::metadata::{generic, op};

pub fn GET_ITER(st: &mut State, _: usize) -> PyResult<()> {
    let it = st.object(1)?.iter()?;
    st.replace_n(1, it);
    Ok(())
}

#[inline(always)]
pub fn FOR_ITER(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.peek(1);
    if v.is_int() {
        crate::bail!(TypeError, "'int' object is not an iterator");
    }
    if st.should_specialize(generic::FOR_ITER as u8) {
        let t = v.type_ptr();
        if std::ptr::eq(t, RangeIter::TYPE_POINTER) {
            st.specialize(op::FOR_ITER_RANGE)
        } else if std::ptr::eq(t, ListIter::TYPE_POINTER) {
            st.specialize(op::FOR_ITER_LIST)
        } else if std::ptr::eq(t, TupleIter::TYPE_POINTER) {
            st.specialize(op::FOR_ITER_TUPLE)
        } else if std::ptr::eq(t, Generator::TYPE_POINTER) {
            st.specialize(op::FOR_ITER_GEN)
        } else {
            st.specialize_failed()
        }
    }
    // SAFETY: a pointer word on the stack.
    let it: &Obj = unsafe { v.obj() };
    if let Some(g) = it.downcast_exact::<Generator>()
        && g.can_resume_inline()
    {
        // The generator's frame goes on in this loop. Its end comes back as a StopIteration-free jump.
        st.skip(1);
        return super::generators::resume_for_iter(st, g, oparg);
    }
    // A program can put anything where a generator expression's iterator was.
    if it.ob_type().raw().tp_iternext.is_none() {
        bail!(TypeError, "'{}' object is not an iterator", it.type_name());
    }
    match it.iter_next()? {
        Some(x) => {
            st.push_object(x);
            st.skip(1);
        }
        None => {
            // Past the cache and END_FOR, to POP_ITER.
            st.skip(1);
            st.jump(oparg as isize + 1);
        }
    }
    Ok(())
}

pub fn GET_YIELD_FROM_ITER(st: &mut State, _: usize) -> PyResult<()> {
    let o = st.object(1)?;
    if o.is_exact::<Generator>() {
        return Ok(());
    }
    if o.is_exact::<Coroutine>() {
        let flags = st.code().raw().co_flags;
        if flags & (abi::CO_COROUTINE | abi::CO_ITERABLE_COROUTINE) == 0 {
            bail!(TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
        }
        return Ok(());
    }
    let it = o.iter()?;
    drop(o);
    st.replace_n(1, it);
    Ok(())
}

/// The awaitable iterator of an object (`_PyCoro_GetAwaitableIter`).
pub fn awaitable_iter(o: &Obj) -> PyResult<Object> {
    if o.is_exact::<Coroutine>() || crate::types::generator::is_iterable_coroutine(o) {
        return Ok(o.to_owned());
    }
    // SAFETY: a suite of the object's type.
    let f = unsafe { o.ob_type().raw().tp_as_async.as_ref() }.and_then(|a| a.am_await);
    let Some(f) = f else {
        bail!(TypeError, "'{}' object can't be awaited", o.type_name());
    };
    // SAFETY: a slot of the object's type.
    let it = unsafe { crate::error::from_c(f(o.as_ptr())) }?;
    if it.is_exact::<Coroutine>() || crate::types::generator::is_iterable_coroutine(&it) {
        bail!(TypeError, "__await__() returned a coroutine");
    }
    if !it.is_iterator() {
        bail!(TypeError, "__await__() returned non-iterator of type '{}'", it.type_name());
    }
    Ok(it)
}

pub fn GET_AWAITABLE(st: &mut State, oparg: usize) -> PyResult<()> {
    let o = st.object(1)?;
    let it = match awaitable_iter(&o) {
        Ok(it) => it,
        Err(e) => {
            let what = match oparg {
                1 => "__aenter__",
                2 => "__aexit__",
                _ => return Err(e),
            };
            // SAFETY: a suite of the object's type.
            let has = unsafe { o.ob_type().raw().tp_as_async.as_ref() }.is_some_and(|a| a.am_await.is_some());
            if has || !e.matches(exc::TypeError()) {
                return Err(e);
            }
            e.clear();
            bail!(
                TypeError,
                "'async with' received an object from {what} that does not implement __await__: {}",
                o.type_name()
            );
        }
    };
    if it.downcast_exact::<Coroutine>().is_some_and(Coroutine::is_awaited) {
        bail!(RuntimeError, "coroutine is being awaited already");
    }
    drop(o);
    st.replace_n(1, it);
    Ok(())
}

pub fn GET_AITER(st: &mut State, _: usize) -> PyResult<()> {
    let o = st.object(1)?;
    // SAFETY: suites and slots of the objects' types.
    unsafe {
        let Some(f) = o.ob_type().raw().tp_as_async.as_ref().and_then(|a| a.am_aiter) else {
            bail!(TypeError, "'async for' requires an object with __aiter__ method, got {}", o.type_name());
        };
        let it = crate::error::from_c(f(o.as_ptr()))?;
        if it.ob_type().raw().tp_as_async.as_ref().is_none_or(|a| a.am_anext.is_none()) {
            bail!(
                TypeError,
                "'async for' received an object from __aiter__ that does not implement __anext__: {}",
                it.type_name()
            );
        }
        drop(o);
        st.replace_n(1, it);
    }
    Ok(())
}

pub fn GET_ANEXT(st: &mut State, _: usize) -> PyResult<()> {
    let o = st.object(1)?;
    // SAFETY: suites and slots of the objects' types.
    let next = unsafe {
        let Some(f) = o.ob_type().raw().tp_as_async.as_ref().and_then(|a| a.am_anext) else {
            bail!(TypeError, "'async for' requires an iterator with __anext__ method, got {}", o.type_name());
        };
        crate::error::from_c(f(o.as_ptr()))?
    };
    let it = if o.is_exact::<crate::types::generator::AsyncGenerator>() {
        next
    } else {
        match awaitable_iter(&next) {
            Ok(it) => it,
            Err(e) => {
                let cause = e.take();
                let r = raise!(
                    TypeError,
                    "'async for' received an invalid object from __anext__: {}",
                    next.type_name()
                );
                let t = r.take();
                t.set_cause(Some(cause));
                return Err(Raised::restore(t));
            }
        }
    };
    drop(o);
    st.push_object(it);
    Ok(())
}

pub fn END_ASYNC_FOR(st: &mut State, _: usize) -> PyResult<()> {
    let e = st.object(1)?;
    if e.ob_type().is_subtype(exc::StopAsyncIteration()) {
        drop(e);
        st.drop_n(2);
        return Ok(());
    }
    drop(e);
    let e = st.pop_object()?;
    match e.downcast_into::<crate::types::exception::BaseException>() {
        Ok(e) => {
            let r = Raised::restore(e);
            crate::interp::unwind::mark_reraise(st.ts);
            Err(r)
        }
        Err(_) => Err(raise!(SystemError, "async for ended without an exception")),
    }
}
