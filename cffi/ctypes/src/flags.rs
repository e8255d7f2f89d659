//! `paramflags`: arguments with names, defaults and directions.

use crate::function::Function;
use crate::info::{self, Kind};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};

const IN: u32 = 1;
const OUT: u32 = 2;
const LOCALE: u32 = 4;
const IN_LOCALE: u32 = IN | LOCALE;
const IN_OUT: u32 = IN | OUT;

/// One parameter's `(flag[, name[, default]])`.
struct Flag {
    direction: u32,
    name: Option<Ref<Str>>,
    default: Option<Object>,
}

fn parse(item: &Obj) -> PyResult<Flag> {
    let wrong = || raise!(TypeError, "paramflags must be a sequence of (int [,string [,value]]) tuples");
    let Some(t) = item.downcast::<Tuple>() else { return Err(wrong()) };
    let (flag, name, default) = match t.items() {
        [flag] => (flag, None, None),
        [flag, name] => (flag, Some(name), None),
        [flag, name, default] => (flag, Some(name), Some(default.clone())),
        _ => return Err(wrong()),
    };
    let Some(flag) = flag.downcast::<Int>().and_then(Int::to_i64) else { return Err(wrong()) };
    let name = match name.filter(|n| !n.is_none()) {
        None => None,
        Some(n) => match n.clone().downcast_into::<Str>() {
            Ok(n) => Some(n),
            Err(_) => return Err(wrong()),
        },
    };
    Ok(Flag { direction: flag as u32 & 7, name, default })
}

/// Checks what a prototype was called with.
pub fn check(cls: &Type, paramflags: Option<&Obj>) -> PyResult<()> {
    let Some(types) = info::of_type(cls).and_then(|i| i.argtypes.get()) else { return Ok(()) };
    match (paramflags, types.downcast::<Tuple>()) {
        (Some(flags), Some(types)) => check_types(types, flags),
        _ => Ok(()),
    }
}

/// Checks whether they fit these argument types.
pub fn check_types(types: &Tuple, given: &Obj) -> PyResult<()> {
    let Some(all) = given.downcast::<Tuple>() else { bail!(TypeError, "paramflags must be a tuple or None") };
    if all.len() != types.len() {
        bail!(ValueError, "paramflags must have the same length as argtypes");
    }
    for (i, (item, ty)) in all.items().iter().zip(types.items()).enumerate() {
        match parse(item)?.direction {
            0 | IN | IN_LOCALE | IN_OUT => {}
            OUT => check_out(ty, i + 1)?,
            other => bail!(TypeError, "paramflag value {other} not supported"),
        }
    }
    Ok(())
}

fn check_out(ty: &Obj, index: usize) -> PyResult<()> {
    let info = info::of_class(ty);
    let pointer = info.is_some_and(|i| match i.kind {
        Kind::Pointer | Kind::Array => true,
        Kind::Simple => b"PzZ".contains(&i.code.get()),
        _ => false,
    });
    if pointer {
        return Ok(());
    }
    let name = ty.downcast::<Type>().map_or_else(|| ty.type_name(), Type::name);
    Err(raise!(TypeError, "'out' parameter {index} must be a pointer type, not {name}"))
}

/// Arguments as `paramflags` has made them.
pub struct Prepared {
    pub args: Ref<Tuple>,
    /// What comes back beside the result: the argument's number, and whether it goes in too.
    outs: Vec<(usize, bool)>,
}

struct Given<'a> {
    args: &'a [&'a Obj],
    kwargs: Option<&'a Dict>,
    used: usize,
}

impl Given<'_> {
    /// The next argument, by place, by name or by default.
    fn take(&mut self, flag: &Flag) -> PyResult<Object> {
        if let Some(o) = self.args.get(self.used) {
            self.used += 1;
            return Ok((*o).to_owned());
        }
        if let (Some(k), Some(name)) = (self.kwargs, &flag.name)
            && let Some(v) = k.get(name)?
        {
            self.used += 1;
            return Ok(v);
        }
        if let Some(d) = &flag.default {
            return Ok(d.clone());
        }
        match &flag.name {
            Some(n) => Err(raise!(TypeError, "required argument '{}' missing", n.to_string_lossy())),
            None => Err(raise!(TypeError, "not enough arguments")),
        }
    }
}

/// The arguments of a call, where the function has `paramflags`.
pub fn arguments(f: &Function, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Option<Prepared>> {
    let Some(flags) = f.paramflags() else { return Ok(None) };
    let (Some(types), Some(flags)) = (f.argtypes()?.filter(|t| !t.is_empty()), flags.downcast::<Tuple>())
    else {
        return Ok(None);
    };
    let mut given = Given { args, kwargs, used: 0 };
    let (mut all, mut outs) = (Vec::with_capacity(types.len()), Vec::new());
    for (i, ty) in types.items().iter().enumerate() {
        let Some(item) = flags.items().get(i) else {
            bail!(ValueError, "paramflags must have the same length as argtypes")
        };
        let flag = parse(item)?;
        match flag.direction {
            IN_LOCALE => all.push(match flag.default {
                Some(d) => d,
                None => Int::from_i64(0)?.into_object(),
            }),
            0 | IN => all.push(given.take(&flag)?),
            IN_OUT => {
                outs.push((i, true));
                all.push(given.take(&flag)?);
            }
            OUT => {
                outs.push((i, false));
                all.push(match flag.default {
                    Some(d) => d,
                    None => room_for(ty)?,
                });
            }
            other => bail!(ValueError, "paramflag {other} not yet implemented"),
        }
    }
    let actual = args.len() + kwargs.map_or(0, Dict::len);
    if actual != given.used {
        bail!(TypeError, "call takes exactly {} arguments ({actual} given)", given.used);
    }
    Ok(Some(Prepared { args: Tuple::from_vec(all)?, outs }))
}

/// A new instance for what the function writes.
fn room_for(ty: &Obj) -> PyResult<Object> {
    let Some(info) = info::of_class(ty) else { bail!(RuntimeError, "NULL stginfo unexpected") };
    match info.kind {
        Kind::Array => ty.call(&[]),
        Kind::Simple => {
            let name = ty.downcast::<Type>().map_or("?", Type::name);
            Err(raise!(TypeError, "{name} 'out' parameter must be passed as default value"))
        }
        _ => match info.proto.get() {
            Some(target) => target.call(&[]),
            None => bail!(TypeError, "abstract class"),
        },
    }
}

/// What a call gives: the parameters that come back, if there are any.
pub fn result(result: Object, prepared: &Prepared) -> PyResult<Object> {
    let one = |&(i, both): &(usize, bool)| {
        let o = prepared.args.get(i);
        if both { Ok(o.to_owned()) } else { o.call_method(sym!(__ctypes_from_outparam__), &[]) }
    };
    match prepared.outs.as_slice() {
        [] => Ok(result),
        [out] => one(out),
        more => Ok(Tuple::from_vec(more.iter().map(one).collect::<PyResult<_>>()?)?.into_object()),
    }
}
