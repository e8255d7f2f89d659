//! Structural pattern matching (PEP 634).

use super::State;
use crate::error::PyResult;
use crate::interp::value::Value;
use crate::object::{AsObj, Obj, Object};
use crate::types::none::none;
use crate::types::set::Set;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};

pub fn MATCH_MAPPING(st: &mut State, _: usize) -> PyResult<()> {
    match_flag(st, abi::Py_TPFLAGS_MAPPING)
}

pub fn MATCH_SEQUENCE(st: &mut State, _: usize) -> PyResult<()> {
    match_flag(st, abi::Py_TPFLAGS_SEQUENCE)
}

fn match_flag(st: &mut State, flag: u64) -> PyResult<()> {
    let t = st.object(1)?.ob_type().has_flag(flag);
    st.push(Value::bool(t));
    Ok(())
}

/// Stack: subject, keys; pushes the values as a tuple, or None.
pub fn MATCH_KEYS(st: &mut State, _: usize) -> PyResult<()> {
    let (subject, keys) = (st.object(2)?, st.object(1)?);
    // SAFETY: the compiler puts a tuple there.
    let keys: &Tuple = unsafe { keys.cast_unchecked() };
    let result = match match_keys(&subject, keys)? {
        Some(v) => Tuple::from_vec(v)?.into_object(),
        None => none().to_owned(),
    };
    st.push(Value::owned(result));
    Ok(())
}

fn match_keys(subject: &Obj, keys: &Tuple) -> PyResult<Option<Vec<Object>>> {
    let mut values = Vec::with_capacity(keys.len());
    if keys.is_empty() {
        return Ok(Some(values));
    }
    let seen = Set::new()?;
    let dummy = none_sentinel()?;
    let get = subject.get_attr(sym!(get))?;
    for key in keys.items() {
        if seen.contains_key(key)? {
            bail!(ValueError, "mapping pattern checks duplicate key ({})", key.repr()?.to_string_lossy());
        }
        seen.add(key)?;
        let v = get.call(&[key, &dummy])?;
        if v.is(&dummy) {
            return Ok(None);
        }
        values.push(v);
    }
    Ok(Some(values))
}

/// An object that no mapping holds.
fn none_sentinel() -> PyResult<Object> {
    <Obj as crate::object::Native>::type_object().call(&[])
}

/// Stack: subject, class, names; replaces them by a tuple of attributes or None.
pub fn MATCH_CLASS(st: &mut State, oparg: usize) -> PyResult<()> {
    let (subject, class, names) = (st.object(3)?, st.object(2)?, st.object(1)?);
    // SAFETY: the compiler puts a tuple there.
    let names: &Tuple = unsafe { names.cast_unchecked() };
    let r = match match_class(&subject, &class, oparg, names)? {
        Some(v) => Tuple::from_vec(v)?.into_object(),
        None => none().to_owned(),
    };
    drop((subject, class));
    st.replace_n(3, r);
    Ok(())
}

fn match_class(subject: &Obj, class: &Obj, count: usize, names: &Tuple) -> PyResult<Option<Vec<Object>>> {
    let Some(t) = class.downcast::<Type>() else {
        bail!(TypeError, "called match pattern must be a class");
    };
    if !subject.is_instance(class)? {
        return Ok(None);
    }
    let seen = Set::new()?;
    let mut values = Vec::new();
    let attribute = |name: &Obj| -> PyResult<Option<Object>> {
        if seen.contains_key(name)? {
            bail!(
                TypeError,
                "{}() got multiple sub-patterns for attribute {}",
                t.name(),
                name.repr()?.to_string_lossy()
            );
        }
        seen.add(name)?;
        // SAFETY: names were checked to be strings.
        subject.get_attr_opt(unsafe { name.cast_unchecked::<Str>() })
    };
    if count > 0 {
        let (args, match_self) = match class.get_attr_opt(sym!(__match_args__))? {
            Some(a) => match a.downcast_into::<Tuple>() {
                Ok(t) => (t, false),
                Err(a) => {
                    bail!(TypeError, "{}.__match_args__ must be a tuple (got {})", t.name(), a.type_name())
                }
            },
            None => (Tuple::empty(), t.has_flag(abi::_Py_TPFLAGS_MATCH_SELF)),
        };
        let allowed = if match_self { 1 } else { args.len() };
        if allowed < count {
            let s = if allowed == 1 { "" } else { "s" };
            bail!(TypeError, "{}() accepts {allowed} positional sub-pattern{s} ({count} given)", t.name());
        }
        if match_self {
            values.push(subject.to_owned());
        } else {
            for name in args.items().iter().take(count) {
                if !name.is_exact::<Str>() {
                    bail!(TypeError, "__match_args__ elements must be strings (got {})", name.type_name());
                }
                match attribute(name)? {
                    Some(v) => values.push(v),
                    None => return Ok(None),
                }
            }
        }
    }
    for name in names.items() {
        match attribute(name.as_obj())? {
            Some(v) => values.push(v),
            None => return Ok(None),
        }
    }
    Ok(Some(values))
}
