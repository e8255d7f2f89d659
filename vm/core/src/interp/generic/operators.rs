//! Arithmetic, comparison, truth and subscripts.

use super::State;
use crate::error::PyResult;
use crate::interp::direct::subscript_slot;
use crate::interp::value::Value;
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::number::{self, BinaryOp};
use crate::object::{AsObj, Ref, ToRef};
use crate::types::bool_::Bool;
use crate::types::dict::Dict;
use crate::types::float::Float;

use crate::types::list::List;
use crate::types::none::none;
use crate::types::slice::Slice;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use dovetail_ops::metadata::{NOT_TAKEN, POP_JUMP_IF_FALSE, direct, generic, op};

const SUBSCR: usize = 26;
const ADD: usize = 0;
const INPLACE_ADD: usize = 13;

/// Both operands are exactly `T`.
fn both<T: Native>(l: Value, r: Value) -> bool {
    std::ptr::eq(l.type_ptr(), T::TYPE_POINTER) && std::ptr::eq(r.type_ptr(), T::TYPE_POINTER)
}

#[inline(always)]
pub fn BINARY_OP(st: &mut State, oparg: usize) -> PyResult<()> {
    let (l, r) = (st.peek(2), st.peek(1));
    if st.should_specialize(generic::BINARY_OP as u8) {
        match binary_form(l, r, oparg) {
            Some(form) => st.specialize(form),
            None => st.specialize_failed(),
        }
    }
    let result = binary_value(st, l, r, oparg)?;
    st.replace_n_value(2, result);
    st.skip(5);
    Ok(())
}

fn binary_form(l: Value, r: Value, oparg: usize) -> Option<u8> {
    let operation = if oparg == SUBSCR { SUBSCR } else { oparg % 13 };
    if l.is_int() && r.is_int() {
        return Some(match operation {
            0 => op::BINARY_OP_ADD_INT,
            1 => op::BINARY_OP_AND_INT,
            2 => op::BINARY_OP_FLOOR_DIVIDE_INT,
            3 => op::BINARY_OP_LSHIFT_INT,
            5 => op::BINARY_OP_MULTIPLY_INT,
            6 => op::BINARY_OP_REMAINDER_INT,
            7 => op::BINARY_OP_OR_INT,
            9 => op::BINARY_OP_RSHIFT_INT,
            10 => op::BINARY_OP_SUBTRACT_INT,
            12 => op::BINARY_OP_XOR_INT,
            _ => return None,
        });
    }
    if both::<Float>(l, r) {
        return Some(match operation {
            0 => op::BINARY_OP_ADD_FLOAT,
            5 => op::BINARY_OP_MULTIPLY_FLOAT,
            10 => op::BINARY_OP_SUBTRACT_FLOAT,
            11 => op::BINARY_OP_TRUE_DIVIDE_FLOAT,
            _ => return None,
        });
    }
    if operation == SUBSCR && r.is_int() && r.as_int() >= 0 && !l.is_int() {
        if std::ptr::eq(l.type_ptr(), List::TYPE_POINTER) {
            return Some(op::BINARY_OP_SUBSCR_LIST_INT);
        }
        if std::ptr::eq(l.type_ptr(), Tuple::TYPE_POINTER) {
            return Some(op::BINARY_OP_SUBSCR_TUPLE_INT);
        }
    }
    if operation == SUBSCR && !l.is_int() && std::ptr::eq(l.type_ptr(), Dict::TYPE_POINTER) {
        return Some(direct::BINARY_OP_SUBSCR_DICT);
    }
    if operation == SUBSCR && subscript_slot(l).is_some() {
        return Some(direct::BINARY_OP_SUBSCR_MAPPING);
    }
    None
}

/// Integer results that fit a word, without boxing the operands.
fn small_int(l: i64, r: i64, oparg: usize) -> Option<Value> {
    let v = match oparg % 13 {
        0 => l.checked_add(r)?,
        1 => l & r,
        5 => l.checked_mul(r)?,
        7 => l | r,
        10 => l.checked_sub(r)?,
        12 => l ^ r,
        2 if r > 0 => l.div_euclid(r),
        6 if r > 0 => l.rem_euclid(r),
        _ => return None,
    };
    Value::fits(v).then(|| Value::int(v))
}

fn binary_value(st: &mut State, l: Value, r: Value, oparg: usize) -> PyResult<Value> {
    if l.is_int()
        && r.is_int()
        && oparg != SUBSCR
        && let Some(v) = small_int(l.as_int(), r.as_int(), oparg)
    {
        return Ok(v);
    }
    if matches!(oparg, ADD | INPLACE_ADD) && both::<Str>(l, r) {
        return add_strings(st, l, r);
    }
    if oparg != SUBSCR
        && (!l.is_int() || !r.is_int() || oparg % 13 == 11)
        && let (Some(x), Some(y)) = (real(l), real(r))
        && let Some(z) = float_result(x, y, oparg)
    {
        return Ok(Value::owned(Float::new(z)?.into_object()));
    }
    let (a, b) = (st.object(2)?, st.object(1)?);
    let result = if oparg == SUBSCR {
        let found = match a.downcast_exact::<Dict>() {
            Some(d) => d.get(&b)?,
            None => None,
        };
        match found {
            Some(v) => v,
            None => a.get_item(&b)?,
        }
    } else {
        let (operation, inplace) = BinaryOp::from_oparg(oparg);
        if inplace { number::inplace(operation, &a, &b)? } else { number::binary(operation, &a, &b)? }
    };
    Ok(Value::from_object(result))
}

/// The value of a float, or of an integer that a float holds exactly.
#[inline]
fn real(v: Value) -> Option<f64> {
    if v.is_int() {
        let i = v.as_int();
        return (i.unsigned_abs() < 1 << 53).then_some(i as f64);
    }
    // SAFETY: a pointer word on the stack.
    unsafe { v.obj() }.downcast_exact::<Float>().map(Float::value)
}

/// The plain operations of floats; what may raise or needs care is left to the type. Two integers come here only where
/// they were not for `small_int`, and true division of them rounds once, as it should.
#[inline]
fn float_result(x: f64, y: f64, oparg: usize) -> Option<f64> {
    match oparg % 13 {
        0 => Some(x + y),
        5 => Some(x * y),
        10 => Some(x - y),
        11 if y != 0.0 => Some(x / y),
        _ => None,
    }
}

/// Adds two strings. Where the result goes to the local that the left one came from, that local lets go first, so
/// that a string which nobody else has grows in place.
fn add_strings(st: &mut State, l: Value, r: Value) -> PyResult<Value> {
    // SAFETY: exact strings on the stack; an instruction follows the five caches.
    unsafe {
        let next = st.pc.add(5) as *const u8;
        let place = st.local(*next.add(1) as usize);
        let right: &Str = r.obj().cast_unchecked();
        if *next == op::STORE_FAST && (*place).0 | 1 == l.0 | 1 && (*place).owns() {
            if l.owns() {
                // Two references: the local's one goes.
                (*place).release();
            } else {
                // The word borrows from the local, whose reference becomes the word's.
                st.poke(2, Value(l.0 & !1));
            }
            *place = Value::NULL;
            let left = st.peek(2).into_object()?;
            st.poke(2, Value::NULL);
            let sum = Str::append(left.cast_into_unchecked(), right)?;
            return Ok(Value::owned(sum.into_object()));
        }
        let left: &Str = l.obj().cast_unchecked();
        Ok(Value::owned(left.concat(right)?.into_object()))
    }
}

#[inline(always)]
pub fn COMPARE_OP(st: &mut State, oparg: usize) -> PyResult<()> {
    let (l, r) = (st.peek(2), st.peek(1));
    if st.should_specialize(generic::COMPARE_OP as u8) {
        let form = if l.is_int() && r.is_int() {
            Some((op::COMPARE_INT_JUMP, op::COMPARE_OP_INT))
        } else if both::<Float>(l, r) {
            Some((op::COMPARE_FLOAT_JUMP, op::COMPARE_OP_FLOAT))
        } else if both::<Str>(l, r)
            && matches!(CompareOp::from_c((oparg >> 5) as i32), CompareOp::Eq | CompareOp::Ne)
        {
            Some((op::COMPARE_OP_STR, op::COMPARE_OP_STR))
        } else {
            None
        };
        match form {
            Some((fused, plain)) => {
                // SAFETY: a comparison is followed by its cache and further instructions.
                let followed = unsafe {
                    *(st.pc.add(1) as *const u8) == POP_JUMP_IF_FALSE
                        && *(st.pc.add(3) as *const u8) == NOT_TAKEN
                };
                st.specialize(if followed && !st.is_wide() { fused } else { plain })
            }
            None => st.specialize_failed(),
        }
    }
    let compare = CompareOp::from_c((oparg >> 5) as i32);
    if l.is_int() && r.is_int() {
        let t = compare.holds(l.as_int().cmp(&r.as_int()));
        st.replace_n_value(2, Value::bool(t));
        st.skip(1);
        return Ok(());
    }
    let (a, b) = (st.object(2)?, st.object(1)?);
    let result = match (a.downcast_exact::<Str>(), b.downcast_exact::<Str>(), compare) {
        (Some(x), Some(y), CompareOp::Eq) => Value::bool(x.equals(y)),
        (Some(x), Some(y), CompareOp::Ne) => Value::bool(!x.equals(y)),
        _ => {
            let o = a.compare(&b, compare)?;
            if oparg & 16 != 0 { Value::bool(o.is_true()?) } else { Value::from_object(o) }
        }
    };
    drop((a, b));
    st.replace_n_value(2, result);
    st.skip(1);
    Ok(())
}

#[inline(always)]
pub fn CONTAINS_OP(st: &mut State, oparg: usize) -> PyResult<()> {
    let (item, container) = (st.object(2)?, st.object(1)?);
    let t = container.contains(&item)?;
    drop((item, container));
    st.replace_n_value(2, Value::bool(t != (oparg & 1 != 0)));
    st.skip(1);
    Ok(())
}

pub fn IS_OP_SLOW(st: &mut State, oparg: usize) -> PyResult<()> {
    let t = st.peek(2).is(st.peek(1));
    st.replace_n_value(2, Value::bool(t != (oparg & 1 != 0)));
    Ok(())
}

#[inline(always)]
pub fn TO_BOOL(st: &mut State, _: usize) -> PyResult<()> {
    let v = st.peek(1);
    if st.should_specialize(generic::TO_BOOL as u8) {
        let t = v.type_ptr();
        if v.is_int() {
            st.specialize(op::TO_BOOL_INT)
        } else if std::ptr::eq(t, Bool::TYPE_POINTER) {
            st.specialize(op::TO_BOOL_BOOL)
        } else if v.is_none() {
            st.specialize(op::TO_BOOL_NONE)
        } else if std::ptr::eq(t, List::TYPE_POINTER) {
            st.specialize(op::TO_BOOL_LIST)
        } else if std::ptr::eq(t, Str::TYPE_POINTER) {
            st.specialize(op::TO_BOOL_STR)
        } else {
            // SAFETY: a pointer word on the stack, and its type's suites.
            let (version, sized) = unsafe {
                let ty = v.obj().ob_type();
                let r = ty.raw();
                let sized = r.tp_as_number.as_ref().is_some_and(|s| s.nb_bool.is_some())
                    || r.tp_as_mapping.as_ref().is_some_and(|s| s.mp_length.is_some())
                    || r.tp_as_sequence.as_ref().is_some_and(|s| s.sq_length.is_some());
                (if sized { 0 } else { ty.assign_version() }, sized)
            };
            if sized || version == 0 {
                st.specialize_failed()
            } else {
                st.specialize(op::TO_BOOL_ALWAYS_TRUE);
                st.set_cache32(1, version);
            }
        }
    }
    // SAFETY: a pointer word on the stack.
    let t = if v.is_int() { v.as_int() != 0 } else { unsafe { v.obj() }.is_true()? };
    st.replace_n_value(1, Value::bool(t));
    st.skip(3);
    Ok(())
}

pub fn UNARY_NEGATIVE(st: &mut State, _: usize) -> PyResult<()> {
    let v = st.peek(1);
    if v.is_int() && Value::fits(-v.as_int()) {
        st.poke(1, Value::int(-v.as_int()));
        return Ok(());
    }
    let r = st.object(1)?.negative()?;
    st.replace_n(1, r);
    Ok(())
}

pub fn UNARY_INVERT(st: &mut State, _: usize) -> PyResult<()> {
    let v = st.peek(1);
    if v.is_int() {
        st.poke(1, Value::int(!v.as_int()));
        return Ok(());
    }
    let r = st.object(1)?.invert()?;
    st.replace_n(1, r);
    Ok(())
}

#[inline(always)]
pub fn STORE_SUBSCR(st: &mut State, _: usize) -> PyResult<()> {
    let (container, key) = (st.peek(2), st.peek(1));
    if st.should_specialize(generic::STORE_SUBSCR as u8) {
        if key.is_int() && key.as_int() >= 0 && std::ptr::eq(container.type_ptr(), List::TYPE_POINTER) {
            st.specialize(op::STORE_SUBSCR_LIST_INT)
        } else {
            st.specialize_failed()
        }
    }
    let (v, c, k) = (st.object(3)?, st.object(2)?, st.object(1)?);
    match c.downcast_exact::<Dict>() {
        Some(d) => d.set(&k, &v)?,
        None => c.set_item(&k, &v)?,
    }
    drop((v, c, k));
    st.drop_n(3);
    st.skip(1);
    Ok(())
}

pub fn DELETE_SUBSCR(st: &mut State, _: usize) -> PyResult<()> {
    let (c, k) = (st.object(2)?, st.object(1)?);
    c.del_item(&k)?;
    drop((c, k));
    st.drop_n(2);
    Ok(())
}

/// A bound of a slice: an integer or None.
fn bound(v: Value, default: i64, len: usize) -> Option<usize> {
    let i = if v.is_int() {
        v.as_int()
    } else if v.is_none() {
        default
    } else {
        return None;
    };
    let i = if i < 0 { i.saturating_add(len as i64).max(0) } else { i };
    Some((i as usize).min(len))
}

/// Slices of lists, tuples and strings between plain bounds, without a slice object.
fn quick_slice(container: Value, a: Value, b: Value) -> PyResult<Option<crate::Object>> {
    if container.is_int() {
        return Ok(None);
    }
    // SAFETY: a pointer word on the stack.
    let o: &crate::Obj = unsafe { container.obj() };
    let len = match (o.downcast_exact::<List>(), o.downcast_exact::<Tuple>(), o.downcast_exact::<Str>()) {
        (Some(l), _, _) => l.len(),
        (_, Some(t), _) => t.len(),
        (_, _, Some(s)) => s.len(),
        _ => return Ok(None),
    };
    let (Some(start), Some(stop)) = (bound(a, 0, len), bound(b, i64::MAX, len)) else { return Ok(None) };
    let stop = stop.max(start);
    if let Some(l) = o.downcast_exact::<List>() {
        let part = l.items()[start..stop].iter().map(|x| x.as_obj());
        return Ok(Some(List::from_items(stop - start, part)?.into_object()));
    }
    if let Some(t) = o.downcast_exact::<Tuple>() {
        if stop - start == len {
            return Ok(Some(t.to_ref().into_object()));
        }
        return Ok(Some(Tuple::from_objects(&t.items()[start..stop])?.into_object()));
    }
    match o.downcast_exact::<Str>() {
        Some(s) => Ok(Some(s.sub(start, stop)?.into_object())),
        None => Ok(None),
    }
}

pub fn BINARY_SLICE(st: &mut State, _: usize) -> PyResult<()> {
    if let Some(r) = quick_slice(st.peek(3), st.peek(2), st.peek(1))? {
        st.replace_n(3, r);
        return Ok(());
    }
    let (c, a, b) = (st.object(3)?, st.object(2)?, st.object(1)?);
    let slice = Slice::new(&a, &b, none())?;
    let r = c.get_item(slice.as_obj())?;
    drop((c, a, b));
    st.replace_n(3, r);
    Ok(())
}

/// Assignment of a list to a part of another between plain bounds, without a slice object.
fn quick_store_slice(st: &State) -> PyResult<bool> {
    let (v, c) = (st.peek(4), st.peek(3));
    if v.is_int() || c.is_int() {
        return Ok(false);
    }
    // SAFETY: pointer words on the stack.
    let (v, c): (&crate::Obj, &crate::Obj) = unsafe { (v.obj(), c.obj()) };
    let (Some(v), Some(c)) = (v.downcast_exact::<List>(), c.downcast_exact::<List>()) else {
        return Ok(false);
    };
    if v.is(c) {
        return Ok(false);
    }
    let n = c.len();
    let (Some(start), Some(stop)) = (bound(st.peek(2), 0, n), bound(st.peek(1), i64::MAX, n)) else {
        return Ok(false);
    };
    c.assign_borrowed(start, stop.max(start), v.items())?;
    Ok(true)
}

pub fn STORE_SLICE(st: &mut State, _: usize) -> PyResult<()> {
    if quick_store_slice(st)? {
        st.drop_n(4);
        return Ok(());
    }
    let (v, c, a, b) = (st.object(4)?, st.object(3)?, st.object(2)?, st.object(1)?);
    let slice = Slice::new(&a, &b, none())?;
    c.set_item(slice.as_obj(), &v)?;
    drop((v, c, a, b));
    st.drop_n(4);
    Ok(())
}

pub fn GET_LEN(st: &mut State, _: usize) -> PyResult<()> {
    let n = st.object(1)?.len_()?;
    st.push(Value::int(n as i64));
    Ok(())
}

pub fn CONVERT_VALUE(st: &mut State, oparg: usize) -> PyResult<()> {
    let o = st.object(1)?;
    let r: Ref<Str> = match oparg {
        1 => o.str_()?,
        2 => o.repr()?,
        _ => o.ascii()?,
    };
    drop(o);
    st.replace_n(1, r);
    Ok(())
}

pub fn FORMAT_SIMPLE(st: &mut State, _: usize) -> PyResult<()> {
    let o = st.object(1)?;
    let r = match o.downcast_exact::<Str>() {
        Some(s) => s.to_ref(),
        None => o.format(crate::sym!(""))?,
    };
    drop(o);
    st.replace_n(1, r);
    Ok(())
}

pub fn FORMAT_WITH_SPEC(st: &mut State, _: usize) -> PyResult<()> {
    let (o, spec) = (st.object(2)?, st.object(1)?);
    let r = match spec.downcast::<Str>() {
        Some(s) => o.format(s)?,
        None => return Err(crate::raise!(TypeError, "format spec must be str, not {}", spec.type_name())),
    };
    drop((o, spec));
    st.replace_n(2, r);
    Ok(())
}
