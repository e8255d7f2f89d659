//! The class statement, and the asynchronous `aiter` and `anext`.

use dovetail_core::error::{PyResult, from_c};
use dovetail_core::interp::eval::run_function_body;
use dovetail_core::object::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::cell::Cell;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::function::Function;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{Type, bail, raise, sym};

/// Replaces bases that have `__mro_entries__`; `None` when nothing changed.
fn resolve_bases(bases: &Tuple) -> PyResult<Option<Ref<Tuple>>> {
    let mut out: Vec<Object> = Vec::new();
    let mut changed = false;
    for b in bases.items() {
        if !b.is_a::<Type>()
            && let Some(f) = b.get_attr_opt(sym!(__mro_entries__))?
        {
            let more = f.call(&[bases])?;
            let Some(t) = more.downcast::<Tuple>() else {
                bail!(TypeError, "__mro_entries__ must return a tuple");
            };
            out.extend(t.items().iter().cloned());
            changed = true;
            continue;
        }
        out.push(b.clone());
    }
    if changed { Tuple::from_vec(out).map(Some) } else { Ok(None) }
}

/// `__build_class__(func, name, *bases, **kwds)`.
pub fn build_class(func: &Obj, name: &Obj, bases: &[&Obj], kwds: Option<&Dict>) -> PyResult<Object> {
    let Some(function) = func.downcast::<Function>() else {
        bail!(TypeError, "__build_class__: func must be a function");
    };
    if !name.is_a::<Str>() {
        bail!(TypeError, "__build_class__: name is not a string");
    }
    let original = Tuple::from_slice(bases)?;
    let resolved = resolve_bases(&original)?;
    let bases = resolved.as_ref().unwrap_or(&original);
    let kwds = match kwds {
        Some(d) => Some(d.copy()?),
        None => None,
    };
    let mut meta: Object = match &kwds {
        Some(d) => match d.pop(sym!(metaclass).as_obj())? {
            Some(m) => m,
            None => default_metaclass(bases),
        },
        None => default_metaclass(bases),
    };
    let is_class = meta.is_a::<Type>();
    if let Some(m) = meta.downcast::<Type>() {
        let winner = dovetail_core::types::type_new::metaclass_of(m, bases)?;
        meta = winner.into_object();
    }
    let namespace = match meta.get_attr_opt(sym!(__prepare__))? {
        None => Dict::new()?.into_object(),
        Some(prepare) => {
            let args = Tuple::from_slice(&[name, bases])?;
            prepare.call_dict(&args, kwds.as_deref())?
        }
    };
    // SAFETY: a suite of the object's type.
    let mapping =
        unsafe { namespace.ob_type().raw().tp_as_mapping.as_ref() }.is_some_and(|m| m.mp_subscript.is_some());
    if !mapping {
        let shown = match meta.downcast::<Type>() {
            Some(m) if is_class => m.name().to_owned(),
            _ => "<metaclass>".to_owned(),
        };
        bail!(TypeError, "{shown}.__prepare__() must return a mapping, not {}", namespace.type_name());
    }
    let cell = run_function_body(function, Some(&namespace), &[])?;
    if resolved.is_some() {
        namespace.set_item(sym!(__orig_bases__).as_obj(), &original)?;
    }
    let args = Tuple::from_slice(&[name, bases, &namespace])?;
    let class = meta.call_dict(&args, kwds.as_deref())?;
    if class.is_a::<Type>()
        && let Some(c) = cell.downcast::<Cell>()
    {
        match c.get() {
            None => {
                let n = name.str_()?;
                bail!(
                    RuntimeError,
                    "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                    n.repr()?.to_string_lossy(),
                    class.repr()?.to_string_lossy()
                );
            }
            Some(v) if !v.is(&class) => {
                let n = name.str_()?;
                bail!(
                    TypeError,
                    "__class__ set to {} defining {} as {}",
                    v.repr()?.to_string_lossy(),
                    n.repr()?.to_string_lossy(),
                    class.repr()?.to_string_lossy()
                );
            }
            Some(_) => {}
        }
    }
    Ok(class)
}

fn default_metaclass(bases: &Tuple) -> Object {
    match bases.items().first() {
        Some(b) => b.ob_type().as_obj().to_owned(),
        None => Type::type_object().as_obj().to_owned(),
    }
}

/// `aiter(o)`.
pub fn aiter(o: &Obj) -> PyResult<Object> {
    // SAFETY: suites and slots of the objects' types.
    unsafe {
        let Some(f) = o.ob_type().raw().tp_as_async.as_ref().and_then(|a| a.am_aiter) else {
            return Err(raise!(TypeError, "'{}' object is not an async iterable", o.type_name()));
        };
        let it = from_c(f(o.as_ptr()))?;
        if it.ob_type().raw().tp_as_async.as_ref().is_none_or(|a| a.am_anext.is_none()) {
            bail!(TypeError, "aiter() returned not an async iterator of type '{}'", it.type_name());
        }
        Ok(it)
    }
}

/// `anext(it, default)`.
pub fn anext(it: &Obj, default: Option<&Obj>) -> PyResult<Object> {
    // SAFETY: suites and slots of the object's type.
    unsafe {
        let Some(f) = it.ob_type().raw().tp_as_async.as_ref().and_then(|a| a.am_anext) else {
            return Err(raise!(TypeError, "'{}' object is not an async iterator", it.type_name()));
        };
        let awaitable = from_c(f(it.as_ptr()))?;
        match default {
            None => Ok(awaitable),
            Some(d) => dovetail_core::types::asyncgen::anext_awaitable(&awaitable, d),
        }
    }
}
