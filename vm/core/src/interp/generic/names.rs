//! Names: namespaces, globals, cells, locals, and the errors of unbound ones.

use super::State;
use crate::error::{PyResult, Raised, catch, exc};
use crate::interp::value::Value;
use crate::object::{AsObj, Obj, Object};
use crate::types::cell::Cell;
use crate::types::dict::Dict;
use crate::types::dict_keys;
use crate::types::exception::name_error;
use crate::types::str_::Str;
use crate::{bail, raise, sym};
use dovetail_ops::metadata::{generic, op};

#[cold]
fn not_defined(name: &Str) -> Raised {
    name_error(name, &format!("name '{}' is not defined", name.to_string_lossy()))
}

/// A value of a namespace that may be any mapping.
fn namespace_get(ns: &Obj, name: &Str) -> PyResult<Option<Object>> {
    match ns.downcast_exact::<Dict>() {
        Some(d) => Ok(d.get_str(name).map(Obj::to_owned)),
        None => catch(ns.get_item(name.as_obj()), exc::KeyError()),
    }
}

fn global_or_builtin(st: &State, name: &Str) -> PyResult<Object> {
    if let Some(v) = namespace_get(st.globals().as_obj(), name)? {
        return Ok(v);
    }
    match namespace_get(st.builtins(), name)? {
        Some(v) => Ok(v),
        None => Err(not_defined(name)),
    }
}

pub fn LOAD_NAME(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg);
    let v = match namespace_get(st.locals()?, name)? {
        Some(v) => v,
        None => global_or_builtin(st, name)?,
    };
    st.push_object(v);
    Ok(())
}

pub fn STORE_NAME(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg);
    let v = st.object(1)?;
    let ns = st.locals()?;
    match ns.downcast_exact::<Dict>() {
        Some(d) => d.set(name.as_obj(), &v)?,
        None => ns.set_item(name.as_obj(), &v)?,
    }
    drop(v);
    st.drop_n(1);
    Ok(())
}

pub fn DELETE_NAME(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg);
    match catch(st.locals()?.del_item(name.as_obj()), exc::KeyError())? {
        Some(()) => Ok(()),
        None => Err(not_defined(name)),
    }
}

pub fn LOAD_LOCALS(st: &mut State, _: usize) -> PyResult<()> {
    let l = st.locals()?;
    st.push(Value::owned(l.to_owned()));
    Ok(())
}

pub fn LOAD_FROM_DICT_OR_GLOBALS(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg);
    let ns = st.object(1)?;
    let v = match namespace_get(&ns, name)? {
        Some(v) => v,
        None => global_or_builtin(st, name)?,
    };
    drop(ns);
    st.replace_n(1, v);
    Ok(())
}

pub fn LOAD_GLOBAL(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg >> 1);
    if st.should_specialize(generic::LOAD_GLOBAL as u8) && !specialize_global(st, name) {
        st.specialize_failed();
    }
    let v = global_or_builtin(st, name)?;
    st.push_object(v);
    if oparg & 1 != 0 {
        st.push(Value::NULL);
    }
    st.skip(4);
    Ok(())
}

/// Chooses a cached form where both namespaces are plain dicts with string keys.
fn specialize_global(st: &mut State, name: &Str) -> bool {
    let (g, b) = (st.globals(), st.builtins());
    if !g.is_exact::<Dict>() {
        return false;
    }
    // SAFETY: keys tables of live dicts.
    unsafe {
        let Some(gk) = g.unicode_keys() else { return false };
        let gv = dict_keys::keys_version(gk);
        if gv == 0 || gv > u16::MAX as u32 {
            return false;
        }
        let index = dict_keys::lookup_unicode(gk, name.as_ptr(), name.hash_value());
        if index >= 0 {
            if index > u16::MAX as isize {
                return false;
            }
            st.specialize(op::LOAD_GLOBAL_MODULE);
            st.set_cache16(1, index as u16);
            st.set_cache16(2, gv as u16);
            return true;
        }
        let Some(bk) = b.downcast_exact::<Dict>().and_then(Dict::unicode_keys) else { return false };
        let bv = dict_keys::keys_version(bk);
        let index = dict_keys::lookup_unicode(bk, name.as_ptr(), name.hash_value());
        if bv == 0 || bv > u16::MAX as u32 || !(0..=u16::MAX as isize).contains(&index) {
            return false;
        }
        st.specialize(op::LOAD_GLOBAL_BUILTIN);
        st.set_cache16(1, index as u16);
        st.set_cache16(2, gv as u16);
        st.set_cache16(3, bv as u16);
        true
    }
}

pub fn STORE_GLOBAL(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.object(1)?;
    st.globals().set(st.name(oparg).as_obj(), &v)?;
    drop(v);
    st.drop_n(1);
    Ok(())
}

pub fn DELETE_GLOBAL(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg);
    if !st.globals().remove(name.as_obj())? {
        return Err(not_defined(name));
    }
    Ok(())
}

#[cold]
fn unbound_local(name: &Str) -> Raised {
    let message = format!(
        "cannot access local variable '{}' where it is not associated with a value",
        name.to_string_lossy()
    );
    let r = crate::error::raise_message(exc::UnboundLocalError(), &message);
    crate::types::exception::set_name(r, name)
}

pub fn LOAD_FAST_CHECK_ERROR(st: &mut State, oparg: usize) -> PyResult<()> {
    Err(unbound_local(st.code().local_name(oparg)))
}

pub fn DELETE_FAST(st: &mut State, oparg: usize) -> PyResult<()> {
    let p = st.local(oparg);
    // SAFETY: a local of the frame, emptied before its object may end.
    unsafe {
        let v = std::mem::replace(&mut *p, Value::NULL);
        if v.is_null() {
            return Err(unbound_local(st.code().local_name(oparg)));
        }
        v.release();
    }
    Ok(())
}

// ---- cells ----

fn cell(st: &State, i: usize) -> &'static Cell {
    // SAFETY: the compiler uses cell instructions on cells; the frame keeps them alive.
    unsafe { (*st.local(i)).obj().cast_unchecked() }
}

#[cold]
fn unbound_cell(st: &State, i: usize) -> Raised {
    let code = st.code();
    let name = code.local_name(i);
    if i < (code.raw().co_nlocalsplus - code.raw().co_nfreevars) as usize {
        return unbound_local(name);
    }
    let message = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        name.to_string_lossy()
    );
    let r = crate::error::raise_message(exc::NameError(), &message);
    crate::types::exception::set_name(r, name)
}

pub fn LOAD_DEREF_ERROR(st: &mut State, oparg: usize) -> PyResult<()> {
    Err(unbound_cell(st, oparg))
}

pub fn STORE_DEREF(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.pop_object()?;
    cell(st, oparg).set(Some(v));
    Ok(())
}

pub fn DELETE_DEREF(st: &mut State, oparg: usize) -> PyResult<()> {
    let c = cell(st, oparg);
    if c.get().is_none() {
        return Err(unbound_cell(st, oparg));
    }
    c.set(None);
    Ok(())
}

pub fn LOAD_FROM_DICT_OR_DEREF(st: &mut State, oparg: usize) -> PyResult<()> {
    let ns = st.object(1)?;
    let v = match namespace_get(&ns, st.code().local_name(oparg))? {
        Some(v) => v,
        None => match cell(st, oparg).get() {
            Some(v) => v,
            None => return Err(unbound_cell(st, oparg)),
        },
    };
    drop(ns);
    st.replace_n(1, v);
    Ok(())
}

pub fn MAKE_CELL(st: &mut State, oparg: usize) -> PyResult<()> {
    let p = st.local(oparg);
    // SAFETY: a local of the frame.
    unsafe {
        let v = *p;
        let content = if v.is_null() { None } else { Some(v.into_object()?) };
        *p = Value::NULL;
        *p = Value::owned(Cell::new(content)?.into_object());
    }
    Ok(())
}

pub fn COPY_FREE_VARS(st: &mut State, oparg: usize) -> PyResult<()> {
    // SAFETY: the frame runs a function whose closure has `oparg` cells.
    unsafe {
        let function: &crate::types::function::Function = (*st.fp).function.obj().cast_unchecked();
        let Some(closure) = function.closure() else { bail!(SystemError, "function without closure") };
        let first = st.code().raw().co_nlocalsplus as usize - oparg;
        for (i, c) in closure.items().iter().enumerate() {
            *st.local(first + i) = Value::owned(c.clone());
        }
    }
    Ok(())
}

pub fn LOAD_BUILD_CLASS(st: &mut State, _: usize) -> PyResult<()> {
    match namespace_get(st.builtins(), sym!(__build_class__))? {
        Some(f) => {
            st.push_object(f);
            Ok(())
        }
        None => Err(raise!(NameError, "__build_class__ not found")),
    }
}

pub fn SETUP_ANNOTATIONS(st: &mut State, _: usize) -> PyResult<()> {
    let ns = st.locals()?;
    if namespace_get(ns, sym!(__annotations__))?.is_none() {
        ns.set_item(sym!(__annotations__).as_obj(), Dict::new()?.as_obj())?;
    }
    Ok(())
}

pub fn LOAD_COMMON_CONSTANT(st: &mut State, oparg: usize) -> PyResult<()> {
    let o: Object = match oparg {
        0 => exc::AssertionError().as_obj().to_owned(),
        1 => exc::NotImplementedError().as_obj().to_owned(),
        2 => <crate::types::tuple::Tuple as crate::object::Native>::type_object().as_obj().to_owned(),
        n => {
            // The functions themselves, whatever the names are bound to by now.
            let interp = crate::interpreter::Interpreter::current();
            let name = if n == 3 { sym!(all) } else { sym!(any) };
            let kept = interp.common_functions.borrow()[n - 3].clone();
            match kept {
                Some(f) => f,
                None => bail!(SystemError, "no builtin {}", name.to_string_lossy()),
            }
        }
    };
    st.push(Value::owned(o));
    Ok(())
}
