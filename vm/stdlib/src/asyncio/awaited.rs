//! Who awaits a future: nobody, one future, or a set of them (for `asyncio.capture_call_graph`).

use super::future::Future;
use super::state::field;
use dovetail_core::error::PyResult;
use dovetail_core::object::obj::{clear, replace};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::set::{FrozenSet, Set};

/// Records that `waiter` awaits `fut`; objects that are no native futures are left alone.
pub fn add(fut: &Obj, waiter: &Obj) -> PyResult<()> {
    let (Some(f), true) = (fut.downcast::<Future>(), waiter.is_a::<Future>()) else { return Ok(()) };
    // SAFETY: own fields of the future.
    unsafe {
        let b = f.body();
        let Some(old) = field((*b).awaited_by) else {
            replace(&raw mut (*b).awaited_by, Some(waiter.to_owned()));
            return Ok(());
        };
        if (*b).awaited_by_many {
            return old.cast_unchecked::<Set>().add(waiter);
        }
        if old.is(waiter) {
            return Ok(());
        }
        let set = Set::new()?;
        set.add(&old)?;
        set.add(waiter)?;
        replace(&raw mut (*b).awaited_by, Some(set.into_object()));
        (*b).awaited_by_many = true;
    }
    Ok(())
}

/// Forgets that `waiter` awaits `fut`.
pub fn discard(fut: &Obj, waiter: &Obj) -> PyResult<()> {
    let (Some(f), true) = (fut.downcast::<Future>(), waiter.is_a::<Future>()) else { return Ok(()) };
    // SAFETY: own fields of the future.
    unsafe {
        let b = f.body();
        match field((*b).awaited_by) {
            Some(set) if (*b).awaited_by_many => {
                set.cast_unchecked::<Set>().discard_key(waiter)?;
            }
            Some(one) if one.is(waiter) => clear(&raw mut (*b).awaited_by),
            _ => {}
        }
    }
    Ok(())
}

/// The frozenset of those that await the future; `None` when nobody ever did.
pub fn all(f: &Future) -> PyResult<Option<Object>> {
    // SAFETY: own fields of the future.
    unsafe {
        let b = f.body();
        let Some(o) = field((*b).awaited_by) else { return Ok(None) };
        let out: Ref<FrozenSet> = if (*b).awaited_by_many {
            FrozenSet::from_iterable(&o)?
        } else {
            FrozenSet::from_iterable(dovetail_core::types::tuple::Tuple::from_vec(vec![o])?.as_obj())?
        };
        Ok(Some(out.into_object()))
    }
}
