//! `CALL_INTRINSIC_1` and `_2`, and `RESUME` with the work that the evaluation breaker asks for.

use super::State;
use crate::error::{PyResult, exc};
use crate::object::{AsObj, Obj, Object, ToRef};
use crate::types::dict::Dict;
use crate::types::exception::BaseException;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::{group, typevar};
use crate::{bail, raise, sym};
use dovetail_ops::metadata::op;

pub fn RESUME(st: &mut State, _: usize) -> PyResult<()> {
    if st.opcode() == dovetail_ops::metadata::generic::RESUME as u8 {
        st.quicken(op::RESUME_CHECK);
    }
    crate::interp::pending::handle(st.ts)
}

pub fn JUMP_BACKWARD(st: &mut State, oparg: usize) -> PyResult<()> {
    if st.opcode() == dovetail_ops::metadata::generic::JUMP_BACKWARD as u8 {
        st.quicken(op::JUMP_BACKWARD_NO_JIT);
    }
    st.skip(1);
    crate::interp::pending::handle(st.ts)?;
    st.jump(-(oparg as isize));
    Ok(())
}

/// The code that an intrinsic function works for.
pub trait Place {
    /// Its namespace.
    fn namespace(&self) -> PyResult<Object>;
    /// Its `co_flags`.
    fn code_flags(&self) -> i32;
}

impl Place for State<'_> {
    fn namespace(&self) -> PyResult<Object> {
        self.locals().map(Obj::to_owned)
    }

    fn code_flags(&self) -> i32 {
        self.code().raw().co_flags
    }
}

/// The intrinsic function of one argument with this number (`INTRINSIC_PRINT` is 1).
pub fn intrinsic_1(place: &impl Place, number: usize, v: &Obj) -> PyResult<Object> {
    match number {
        1 => print_expression(v),
        2 => import_star(place, v),
        3 => stop_iteration_error(place, v),
        4 => crate::types::asyncgen::wrap_value(v),
        5 => v.positive(),
        6 => match v.downcast::<List>() {
            Some(l) => Ok(Tuple::from_vec(l.items().to_vec())?.into_object()),
            None => bail!(SystemError, "list expected"),
        },
        7 => typevar::new_typevar(v),
        8 => typevar::new_paramspec(v),
        9 => typevar::new_typevartuple(v),
        10 => crate::types::typing_support::subscript_generic(v),
        11 => typevar::new_typealias(v),
        _ => bail!(SystemError, "invalid intrinsic function"),
    }
}

/// The intrinsic function of two arguments with this number.
pub fn intrinsic_2(number: usize, a: &Obj, b: &Obj) -> PyResult<Object> {
    match number {
        1 => group::prep_reraise_star(a, b),
        2 => typevar::typevar_with_bound(a, b),
        3 => typevar::typevar_with_constraints(a, b),
        4 => {
            // SAFETY: the compiler puts a function there.
            let f: &Function = unsafe { a.cast_unchecked() };
            f.set_type_params(b);
            Ok(f.as_obj().to_owned())
        }
        5 => typevar::set_default(a, b),
        _ => bail!(SystemError, "invalid intrinsic function"),
    }
}

pub fn CALL_INTRINSIC_1(st: &mut State, oparg: usize) -> PyResult<()> {
    let v = st.object(1)?;
    let r = intrinsic_1(st, oparg, &v)?;
    drop(v);
    st.replace_n(1, r);
    Ok(())
}

pub fn CALL_INTRINSIC_2(st: &mut State, oparg: usize) -> PyResult<()> {
    let (a, b) = (st.object(2)?, st.object(1)?);
    let r = intrinsic_2(oparg, &a, &b)?;
    drop((a, b));
    st.replace_n(2, r);
    Ok(())
}

/// `sys.displayhook(value)`, for interactive statements.
fn print_expression(v: &Obj) -> PyResult<Object> {
    let sys = crate::interpreter::Interpreter::current().sysdict.get();
    match sys.and_then(|d| d.get_str(sym!(displayhook))).map(Obj::to_owned) {
        Some(hook) => hook.call(&[v]),
        None => bail!(RuntimeError, "lost sys.displayhook"),
    }
}

/// Copies a module's public names into the running namespace.
fn import_star(place: &impl Place, module: &Obj) -> PyResult<Object> {
    let locals = place.namespace()?;
    let (names, skip_private) = match module.get_attr_opt(sym!(__all__))? {
        Some(all) => (all, false),
        None => match module.get_attr_opt(sym!(__dict__))? {
            Some(d) => match d.downcast::<Dict>() {
                Some(d) => (d.keys_list()?.into_object(), true),
                None => (d.call_method(sym!(keys), &[])?, true),
            },
            None => bail!(ImportError, "from-import-* object has no __dict__ and no __all__"),
        },
    };
    for n in names.collect_items()? {
        let Some(s) = n.downcast::<Str>() else {
            let name = module.get_attr(sym!(__name__))?;
            let (what, place) = if skip_private { ("Key in", "__dict__") } else { ("Item in", "__all__") };
            bail!(
                TypeError,
                "{what} {}.{place} must be str, not {}",
                name.str_()?.to_string_lossy(),
                n.type_name()
            );
        };
        if skip_private && s.text().get(0) == Some(u32::from(b'_')) {
            continue;
        }
        let v = module.get_attr(s)?;
        locals.set_item(&n, &v)?;
    }
    Ok(none().to_owned())
}

/// A `StopIteration` that leaves a generator becomes a `RuntimeError` (PEP 479).
fn stop_iteration_error(place: &impl Place, e: &Obj) -> PyResult<Object> {
    let flags = place.code_flags();
    let Some(e) = e.downcast::<BaseException>() else {
        return Err(raise!(SystemError, "no exception to convert"));
    };
    let t = e.ob_type();
    let message = if t.is_subtype(exc::StopIteration()) {
        if flags & abi::CO_ASYNC_GENERATOR != 0 {
            "async generator raised StopIteration"
        } else if flags & abi::CO_COROUTINE != 0 {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if flags & abi::CO_ASYNC_GENERATOR != 0 && t.is_subtype(exc::StopAsyncIteration()) {
        "async generator raised StopAsyncIteration"
    } else {
        return Ok(e.as_obj().to_owned());
    };
    let new = crate::error::raise_message(exc::RuntimeError(), message).take();
    new.set_cause(Some(e.to_ref()));
    new.set_context(Some(e.to_ref()));
    Ok(new.into_object())
}
