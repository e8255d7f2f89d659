//! Building of containers, strings, slices and functions.

use super::State;
use crate::error::{PyResult, exc};
use crate::interp::value::Value;
use crate::object::{AsObj, Object, Ref};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::none::none;
use crate::types::set::Set;
use crate::types::slice::Slice;
use crate::types::str_::Str;
use crate::types::tuple::{Tuple, track_filled};
use crate::{bail, raise};

impl State<'_> {
    /// Pops `n` objects, in order.
    pub fn pop_many(&mut self, n: usize) -> PyResult<Vec<Object>> {
        let mut v = Vec::with_capacity(n);
        for i in 0..n {
            let w = self.peek(n - i);
            self.poke(n - i, Value::NULL);
            v.push(w.into_object()?);
        }
        // SAFETY: the words were moved out.
        unsafe { self.sp = self.sp.sub(n) };
        Ok(v)
    }
}

pub fn BUILD_TUPLE(st: &mut State, oparg: usize) -> PyResult<()> {
    let t = if oparg == 0 { Tuple::empty() } else { Tuple::unfinished(oparg)? };
    // SAFETY: the items of a new tuple, each written once; the words move out of the stack.
    unsafe {
        let items = t.items_ptr();
        for i in 0..oparg {
            let v = st.peek(oparg - i);
            st.poke(oparg - i, Value::NULL);
            *items.add(i) = v.into_object()?.into_ptr();
        }
        st.sp = st.sp.sub(oparg);
        if oparg > 0 {
            track_filled(t.body());
        }
    }
    st.push(Value::owned(t.into_object()));
    Ok(())
}

pub fn BUILD_LIST(st: &mut State, oparg: usize) -> PyResult<()> {
    let l = List::with_room(oparg)?;
    // SAFETY: places of the list's memory, each written before it counts; the words move out of the stack.
    unsafe {
        let b = l.body();
        for i in 0..oparg {
            let v = st.peek(oparg - i);
            st.poke(oparg - i, Value::NULL);
            *(*b).ob_item.add(i) = v.into_object()?.into_ptr();
            (*b).ob_base.ob_size = i as isize + 1;
        }
        st.sp = st.sp.sub(oparg);
    }
    st.push(Value::owned(l.into_object()));
    Ok(())
}

pub fn BUILD_SET(st: &mut State, oparg: usize) -> PyResult<()> {
    let s = Set::new()?;
    for i in (1..=oparg).rev() {
        s.add(&*st.object(i)?)?;
    }
    st.drop_n(oparg);
    st.push(Value::owned(s.into_object()));
    Ok(())
}

pub fn BUILD_MAP(st: &mut State, oparg: usize) -> PyResult<()> {
    let d = Dict::new()?;
    for i in (1..=oparg).rev() {
        d.set(&*st.object(2 * i)?, &*st.object(2 * i - 1)?)?;
    }
    st.drop_n(oparg * 2);
    st.push(Value::owned(d.into_object()));
    Ok(())
}

pub fn BUILD_STRING(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.pop_many(oparg)?;
    let s = Str::join_pieces(&v)?;
    st.push(Value::owned(s.into_object()));
    Ok(())
}

pub fn BUILD_SLICE(st: &mut State, oparg: usize) -> PyResult<()> {
    let (start, stop) = (st.object(oparg)?, st.object(oparg - 1)?);
    let s = if oparg == 3 {
        Slice::new(&start, &stop, &*st.object(1)?)
    } else {
        Slice::new(&start, &stop, none())
    }?;
    drop((start, stop));
    st.drop_n(oparg);
    st.push(Value::owned(s.into_object()));
    Ok(())
}

pub fn BUILD_TEMPLATE(st: &mut State, _: usize) -> PyResult<()> {
    let (s, i) = (st.object(2)?, st.object(1)?);
    let t = crate::types::template::new_template(&s, &i)?;
    drop((s, i));
    st.replace_n(2, t);
    Ok(())
}

pub fn BUILD_INTERPOLATION(st: &mut State, oparg: usize) -> PyResult<()> {
    let n = 2 + (oparg & 1);
    let v = st.pop_many(n)?;
    let i = crate::types::template::new_interpolation(
        &v[0],
        &v[1],
        (oparg >> 2) as i32,
        v.get(2).map(|o| o.as_obj()),
    )?;
    st.push(Value::owned(i));
    Ok(())
}

pub fn LIST_APPEND_SLOW(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.pop_object()?;
    // SAFETY: the compiler puts a list there.
    let list: &List = unsafe { st.peek(oparg).obj().cast_unchecked() };
    list.push(v)
}

pub fn SET_ADD(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.pop_object()?;
    // SAFETY: the compiler puts a set there.
    let set: &Set = unsafe { st.peek(oparg).obj().cast_unchecked() };
    set.add(&v)
}

pub fn MAP_ADD(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.pop_object()?;
    let k = st.pop_object()?;
    // SAFETY: the compiler puts a dict there.
    let dict: &Dict = unsafe { st.peek(oparg).obj().cast_unchecked() };
    dict.set(&k, &v)
}

pub fn LIST_EXTEND(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.object(1)?;
    // SAFETY: the compiler puts a list there.
    let list: &List = unsafe { st.peek(oparg + 1).obj().cast_unchecked() };
    if let Err(e) = list.extend(&v) {
        if e.matches(exc::TypeError())
            && v.ob_type().raw().tp_iter.is_none()
            && !super::containers::has_sequence_item(&v)
        {
            e.clear();
            bail!(TypeError, "Value after * must be an iterable, not {}", v.type_name());
        }
        return Err(e);
    }
    drop(v);
    st.drop_n(1);
    Ok(())
}

pub fn SET_UPDATE(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.object(1)?;
    // SAFETY: the compiler puts a set there.
    let set: &Set = unsafe { st.peek(oparg + 1).obj().cast_unchecked() };
    set.update_with(&v)?;
    drop(v);
    st.drop_n(1);
    Ok(())
}

pub fn DICT_UPDATE(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.object(1)?;
    // SAFETY: the compiler puts a dict there.
    let dict: &Dict = unsafe { st.peek(oparg + 1).obj().cast_unchecked() };
    if let Err(e) = dict.merge(&v, true) {
        if e.matches(exc::AttributeError()) {
            e.clear();
            bail!(TypeError, "'{}' object is not a mapping", v.type_name());
        }
        return Err(e);
    }
    drop(v);
    st.drop_n(1);
    Ok(())
}

/// Merges keyword arguments of a call, refusing duplicates; the callable is deeper on the stack.
pub fn DICT_MERGE(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.object(1)?;
    // SAFETY: the compiler puts a dict there.
    let dict: &Dict = unsafe { st.peek(oparg + 1).obj().cast_unchecked() };
    let callable = st.object(oparg + 4)?;
    merge_keywords(dict, &v, &callable)?;
    drop((v, callable));
    st.drop_n(1);
    Ok(())
}

fn merge_keywords(dict: &Dict, more: &crate::Obj, callable: &crate::Obj) -> PyResult<()> {
    let shown = || super::calls::function_text(callable);
    let add = |k: &crate::Obj, v: &crate::Obj| -> PyResult<()> {
        if dict.get(k)?.is_some() {
            return match k.downcast::<Str>() {
                Some(s) => Err(raise!(
                    TypeError,
                    "{} got multiple values for keyword argument '{}'",
                    shown()?,
                    s.to_string_lossy()
                )),
                None => Err(raise!(TypeError, "{} keywords must be strings", shown()?)),
            };
        }
        dict.set(k, v)
    };
    if let Some(d) = more.downcast::<Dict>()
        && crate::types::dict::iter_is_plain(d)
    {
        let pairs: Vec<(Object, Object)> =
            d.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        for (k, v) in &pairs {
            add(k, v)?;
        }
        return Ok(());
    }
    let Some(keys) = more.get_attr_opt(crate::sym!(keys))? else {
        bail!(TypeError, "{} argument after ** must be a mapping, not {}", shown()?, more.type_name());
    };
    let keys = keys.call(&[])?;
    keys.for_each(|k| {
        let v = more.get_item(&k)?;
        add(&k, &v)
    })
}

pub fn MAKE_FUNCTION(st: &mut State, _: usize) -> PyResult<()> {
    let code = st.pop_object()?;
    // SAFETY: the compiler puts a code object there.
    let code: &Code = unsafe { code.cast_unchecked() };
    let f: Ref<Function> = Function::new(code, st.globals())?;
    st.push(Value::owned(f.into_object()));
    Ok(())
}

pub fn SET_FUNCTION_ATTRIBUTE(st: &mut State, oparg: usize) -> PyResult<()> {
    let f = st.pop();
    let v = st.pop_object()?;
    // SAFETY: the compiler puts a function there.
    let function: &Function = unsafe { f.obj().cast_unchecked() };
    let done = function.set_attribute(oparg, v);
    st.push(f);
    done
}
