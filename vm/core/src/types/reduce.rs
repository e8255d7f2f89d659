//! The default pickling of objects: `object.__reduce_ex__`, `__reduce__`, `__getstate__` (PEP 307, PEP 3154).

use crate::error::PyResult;
use crate::interpreter::Interpreter;
use crate::object::Native;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref};
use crate::types::cfunction::CFunction;
use crate::types::descr::MethodDescr;
use crate::types::dict::{self, Dict};
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};

/// The module `copyreg`, imported when it is not yet.
fn copyreg() -> PyResult<Object> {
    let i = Interpreter::current();
    if let Some(m) = i.modules().get_str(sym!(copyreg)) {
        return Ok(m.to_owned());
    }
    match i.builtins().get_str(sym!(__import__)).map(Obj::to_owned) {
        Some(f) => f.call(&[sym!(copyreg)]),
        None => bail!(ImportError, "__import__ not found"),
    }
}

/// `object.__reduce_ex__`: an overridden `__reduce__` goes first.
pub fn reduce_ex(o: &Obj, protocol: isize) -> PyResult<Object> {
    if let Some(reduce) = o.get_attr_opt(sym!(__reduce__))? {
        let of_class = o.ob_type().as_obj().get_attr(sym!(__reduce__))?;
        let default = Obj::type_object().dict().get_str(sym!(__reduce__)).is_some_and(|d| d.is(&of_class));
        if !default {
            return reduce.call(&[]);
        }
    }
    common_reduce(o, protocol)
}

/// The reduction by protocol: `copyreg._reduce_ex` below 2, `copyreg.__newobj__` from 2 on.
pub fn common_reduce(o: &Obj, protocol: isize) -> PyResult<Object> {
    if protocol >= 2 {
        return reduce_newobj(o);
    }
    copyreg()?.call_method(sym!(_reduce_ex), &[o, &*Int::from_i64(protocol as i64)?])
}

/// What `__getnewargs_ex__` or `__getnewargs__` give.
fn new_arguments(o: &Obj) -> PyResult<(Option<Ref<Tuple>>, Option<Ref<Dict>>)> {
    if let Some(f) = o.lookup_special(sym!(__getnewargs_ex__))? {
        let r = f.call(&[])?;
        let Some(t) = r.downcast::<Tuple>() else {
            bail!(TypeError, "__getnewargs_ex__ should return a tuple, not '{}'", r.type_name());
        };
        let [args, kwargs] = t.items() else {
            bail!(ValueError, "__getnewargs_ex__ should return a tuple of length 2, not {}", t.len());
        };
        let args = args.clone().downcast_into::<Tuple>().map_err(|a| {
            crate::raise!(
                TypeError,
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                a.type_name()
            )
        })?;
        let kwargs = kwargs.clone().downcast_into::<Dict>().map_err(|a| {
            crate::raise!(
                TypeError,
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                a.type_name()
            )
        })?;
        return Ok((Some(args), Some(kwargs)));
    }
    if let Some(f) = o.lookup_special(sym!(__getnewargs__))? {
        let r = f.call(&[])?;
        return match r.downcast_into::<Tuple>() {
            Ok(t) => Ok((Some(t), None)),
            Err(r) => bail!(TypeError, "__getnewargs__ should return a tuple, not '{}'", r.type_name()),
        };
    }
    Ok((None, None))
}

fn reduce_newobj(o: &Obj) -> PyResult<Object> {
    let ty = o.ob_type();
    if ty.raw().tp_new.is_none() || ty.has_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION) {
        bail!(TypeError, "cannot pickle '{}' object", ty.name());
    }
    let (args, kwargs) = new_arguments(o)?;
    let module = copyreg()?;
    let has_args = args.is_some();
    let kwargs = kwargs.filter(|k| !k.is_empty());
    let (f, new_args) = match (kwargs, args) {
        (Some(k), Some(a)) => {
            let f = module.get_attr(sym!(__newobj_ex__))?;
            (f, Tuple::from_vec(vec![ty.as_obj().to_owned(), a.into_object(), k.into_object()])?)
        }
        (_, a) => {
            let f = module.get_attr(sym!(__newobj__))?;
            let mut all = vec![ty.as_obj().to_owned()];
            if let Some(a) = a {
                all.extend(a.items().iter().cloned());
            }
            (f, Tuple::from_vec(all)?)
        }
    };
    let required = !(has_args || o.is_a::<List>() || o.is_a::<Dict>());
    let state = state(o, required)?;
    let items = if o.is_a::<List>() { o.iter()? } else { none().to_owned() };
    let pairs = if o.is_a::<Dict>() { o.call_method(sym!(items), &[])?.iter()? } else { none().to_owned() };
    Ok(Tuple::from_vec(vec![f, new_args.into_object(), state, items, pairs])?.into_object())
}

/// `o.__getstate__()`; the default one is told whether the state must be complete.
pub(crate) fn state(o: &Obj, required: bool) -> PyResult<Object> {
    let f = o.get_attr(sym!(__getstate__))?;
    if let Some(c) = f.downcast_exact::<CFunction>()
        && c.this().is_some_and(|s| s.is(o))
        && Obj::type_object()
            .dict()
            .get_str(sym!(__getstate__))
            .and_then(|d| d.downcast_exact::<MethodDescr>())
            .is_some_and(|d| std::ptr::eq(d.def(), c.def()))
    {
        return default_state(o, required);
    }
    f.call(&[])
}

/// `copyreg._slotnames(cls)`, which keeps its answer in the class: a list or None.
fn slot_names(ty: &Type) -> PyResult<Object> {
    if let Some(n) = ty.dict().get_str(sym!(__slotnames__))
        && (n.is_none() || n.is_a::<List>())
    {
        return Ok(n.to_owned());
    }
    let n = copyreg()?.call_method(sym!(_slotnames), &[ty])?;
    if !n.is_none() && !n.is_a::<List>() {
        bail!(TypeError, "copyreg._slotnames didn't return a list or None");
    }
    Ok(n)
}

/// `object.__getstate__`: the instance's dict, with the values of slots beside it where there are some.
pub fn default_state(o: &Obj, required: bool) -> PyResult<Object> {
    let ty = o.ob_type();
    let raw = ty.raw();
    if required && raw.tp_itemsize != 0 {
        bail!(TypeError, "cannot pickle {} objects", ty.name());
    }
    let mut state = match dict::instance_dict(o)? {
        Some(d) if !d.is_empty() => d.into_object(),
        _ => none().to_owned(),
    };
    let names = slot_names(ty)?;
    let names = names.downcast::<List>();
    if required {
        let word = size_of::<usize>() as isize;
        let mut size = size_of::<abi::PyObject>() as isize;
        if raw.tp_dictoffset != 0 && !ty.has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
            size += word;
        }
        if raw.tp_weaklistoffset > 0 {
            size += word;
        }
        if let Some(l) = names {
            size += word * l.len() as isize;
        }
        if raw.tp_basicsize > size {
            bail!(TypeError, "cannot pickle '{}' object", ty.name());
        }
    }
    if let Some(l) = names
        && !l.is_empty()
    {
        let slots = Dict::new()?;
        for name in l.items().to_vec() {
            let Some(s) = name.downcast::<Str>() else { continue };
            if let Some(v) = o.get_attr_opt(s)? {
                slots.set(&name, &v)?;
            }
        }
        if !slots.is_empty() {
            state = Tuple::from_vec(vec![state, slots.into_object()])?.into_object();
        }
    }
    Ok(state)
}
