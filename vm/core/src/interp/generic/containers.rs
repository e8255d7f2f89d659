//! Unpacking.

use super::State;
use crate::error::{PyResult, exc};
use crate::interp::value::Value;
use crate::object::native::Native;
use crate::object::{Obj, Object};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::{bail, raise};
use dovetail_ops::metadata::{generic, op};

/// Can be iterated by index?
pub fn has_sequence_item(o: &Obj) -> bool {
    // SAFETY: a suite of the object's type.
    unsafe { o.ob_type().raw().tp_as_sequence.as_ref() }.is_some_and(|s| s.sq_item.is_some())
        && !o.is_a::<Dict>()
}

pub fn UNPACK_SEQUENCE(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.peek(1);
    if st.should_specialize(generic::UNPACK_SEQUENCE as u8) {
        let t = v.type_ptr();
        if std::ptr::eq(t, Tuple::TYPE_POINTER) {
            st.specialize(if oparg == 2 { op::UNPACK_SEQUENCE_TWO_TUPLE } else { op::UNPACK_SEQUENCE_TUPLE })
        } else if std::ptr::eq(t, List::TYPE_POINTER) {
            st.specialize(op::UNPACK_SEQUENCE_LIST)
        } else {
            st.specialize_failed()
        }
    }
    let o = st.object(1)?;
    let held = match (o.downcast_exact::<Tuple>(), o.downcast_exact::<List>()) {
        (Some(t), _) => t.items(),
        (_, Some(l)) => l.items(),
        _ => &[],
    };
    if held.len() == oparg && oparg > 0 {
        // The items take the place of the container, which goes last.
        let container = st.pop();
        for x in held.iter().rev() {
            // SAFETY: a live object of the container, which is still held.
            st.push(unsafe { Value::from_heap(x.as_raw()) });
        }
        container.release();
        st.skip(1);
        return Ok(());
    }
    let items: Vec<Object> = unpack(&o, oparg, None)?;
    drop(o);
    st.drop_n(1);
    for x in items.into_iter().rev() {
        st.push_object(x);
    }
    st.skip(1);
    Ok(())
}

pub fn UNPACK_EX(st: &mut State, oparg: usize) -> PyResult<()> {
    let (before, after) = (oparg & 0xff, oparg >> 8);
    let o = st.object(1)?;
    let items = unpack(&o, before, Some(after))?;
    drop(o);
    st.drop_n(1);
    for x in items.into_iter().rev() {
        st.push_object(x);
    }
    Ok(())
}

/// `n` items of an iterable; with `after`, then a list of the middle and the last `after` items.
fn unpack(o: &Obj, n: usize, after: Option<usize>) -> PyResult<Vec<Object>> {
    let it = match o.iter() {
        Err(e)
            if e.matches(exc::TypeError())
                && o.ob_type().raw().tp_iter.is_none()
                && !has_sequence_item(o) =>
        {
            e.clear();
            bail!(TypeError, "cannot unpack non-iterable {} object", o.type_name());
        }
        r => r?,
    };
    let mut items = Vec::with_capacity(n + after.unwrap_or(0) + 1);
    while items.len() < n {
        match it.iter_next()? {
            Some(x) => items.push(x),
            None => {
                let got = items.len();
                return Err(match after {
                    None => raise!(ValueError, "not enough values to unpack (expected {n}, got {got})"),
                    Some(a) => {
                        raise!(
                            ValueError,
                            "not enough values to unpack (expected at least {}, got {got})",
                            n + a
                        )
                    }
                });
            }
        }
    }
    let Some(after) = after else {
        if it.iter_next()?.is_none() {
            return Ok(items);
        }
        let exact = o.is_exact::<List>() || o.is_exact::<Tuple>() || o.is_exact::<Dict>();
        if exact {
            let len = o.len_()?;
            if len > n {
                bail!(ValueError, "too many values to unpack (expected {n}, got {len})");
            }
        }
        bail!(ValueError, "too many values to unpack (expected {n})");
    };
    let mut rest = it.collect_items()?;
    if rest.len() < after {
        bail!(
            ValueError,
            "not enough values to unpack (expected at least {}, got {})",
            n + after,
            n + rest.len()
        );
    }
    let tail = rest.split_off(rest.len() - after);
    items.push(List::from_vec(rest)?.into_object());
    items.extend(tail);
    Ok(items)
}
