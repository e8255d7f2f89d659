//! Saving objects by what they reduce to, and classes and functions by their names.

use super::opcodes::*;
use super::pickler::Pickler;
use super::save::note;
use super::{dotted, get_path, getattr_function, library, noted, pickling, type_of};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::import::import_module;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::{ellipsis, none, not_implemented};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};

fn shown(o: &Obj) -> PyResult<String> {
    Ok(o.repr()?.to_string_lossy().into_owned())
}

impl Pickler {
    /// Saves an object of no kind that has a way of its own.
    pub fn save_other(&self, o: &Obj) -> PyResult<()> {
        let ty = o.ob_type();
        let function = match self.dispatch_table() {
            None => library()?.dispatch_table.get(ty.as_obj())?,
            Some(table) => dovetail_core::object::abstract_::mapping_get(&table, ty.as_obj())?,
        };
        let value = if let Some(f) = function {
            f.call(&[o])?
        } else if ty.is_subtype(Type::type_object()) {
            return self.save_global(o, None);
        } else if let Some(f) = o.get_attr_opt(sym!(__reduce_ex__))? {
            f.call(&[Int::from_i64(self.state().proto)?.as_obj()])?
        } else if let Some(f) = o.get_attr_opt(sym!(__reduce__))? {
            f.call(&[])?
        } else {
            return Err(pickling(&format!("can't pickle '{}' object: {}", o.type_name(), shown(o)?)));
        };
        self.save_reduced(o, value)
    }

    /// Saves an object as a reducing function answered.
    pub fn save_reduced(&self, o: &Obj, value: Object) -> PyResult<()> {
        if let Some(name) = value.downcast::<Str>() {
            return self.save_global(o, Some(name));
        }
        let r = match value.downcast::<Tuple>() {
            Some(t) => self.save_reduce(t, Some(o)),
            None => {
                Err(pickling(&format!("__reduce__ must return a string or tuple, not {}", type_of(&value))))
            }
        };
        note!(r, "when serializing {} object", type_of(o))
    }

    /// Saves an object as the call of `f` with these arguments.
    pub fn save_call(&self, f: &Obj, args: &Tuple, o: &Obj) -> PyResult<()> {
        self.save_reduce(&*Tuple::from_slice(&[f, args.as_obj()])?, Some(o))
    }

    fn save_reduce(&self, parts: &Tuple, o: Option<&Obj>) -> PyResult<()> {
        if !(2..=6).contains(&parts.len()) {
            return Err(pickling("tuple returned by __reduce__ must contain 2 through 6 elements"));
        }
        let part = |i: usize| parts.items().get(i).map(|o| o.as_obj()).filter(|o| !o.is_none());
        let (callable, args) = (parts.get(0), parts.get(1));
        let wrong = |which: &str, what: &str, o: &Obj| {
            Err(pickling(&format!(
                "{which} item of the tuple returned by __reduce__ must be {what}, not {}",
                type_of(o)
            )))
        };
        if !callable.is_callable() {
            return wrong("first", "callable", callable);
        }
        let Some(args) = args.downcast::<Tuple>() else { return wrong("second", "a tuple", args) };
        let (state, list, dict, setter) = (part(2), part(3), part(4), part(5));
        for (which, it) in [("fourth", list), ("fifth", dict)] {
            if let Some(it) = it.filter(|it| !it.is_iterator()) {
                return wrong(which, "an iterator", it);
            }
        }
        if let Some(f) = setter.filter(|f| !f.is_callable()) {
            return wrong("sixth", "callable", f);
        }
        let me = || type_of(o.unwrap_or(none()));
        let proto = self.state().proto;
        let name = if proto >= 2 { callable.get_attr_opt(sym!(__name__))? } else { None };
        let named =
            |n: &str| name.as_ref().and_then(|o| o.downcast::<Str>()).is_some_and(|s| s.equals_str(n));
        if named("__newobj_ex__") {
            self.save_new_ex(args, &me)?;
        } else if named("__newobj__") {
            self.save_new(args, o, &me)?;
        } else {
            note!(self.save(callable), "when serializing {} reconstructor", me())?;
            note!(self.save(args.as_obj()), "when serializing {} reconstructor arguments", me())?;
            self.op(REDUCE);
        }
        if let Some(o) = o
            && !self.fetched(o, &[POP])
        {
            self.memoize(o);
        }
        if let Some(it) = list {
            self.batch_append(it, o.unwrap_or(none()))?;
        }
        if let Some(it) = dict {
            self.batch_set_items(it, o.unwrap_or(none()))?;
        }
        let Some(state) = state else { return Ok(()) };
        let save_state = || note!(self.save(state), "when serializing {} state", me());
        let (Some(setter), Some(o)) = (setter, o) else {
            save_state()?;
            self.op(BUILD);
            return Ok(());
        };
        // The setter is called for its effect; its result is taken off again.
        note!(self.save(setter), "when serializing {} state setter", me())?;
        self.save(o)?;
        save_state()?;
        self.state().out.put(&[TUPLE2, REDUCE, POP]);
        Ok(())
    }

    /// `cls.__new__(cls, *args)`.
    fn save_new(&self, args: &Tuple, o: Option<&Obj>, me: &dyn Fn() -> String) -> PyResult<()> {
        if args.is_empty() {
            return Err(pickling("__newobj__ expected at least 1 argument, got 0"));
        }
        let cls = args.get(0);
        if !cls.is_a::<Type>() {
            return Err(pickling(&format!(
                "first argument to __newobj__() must be a class, not {}",
                type_of(cls)
            )));
        }
        if let Some(o) = o {
            let own = o.get_attr(sym!(__class__))?;
            if !own.is(cls) {
                return Err(pickling(&format!(
                    "first argument to __newobj__() must be {}, not {}",
                    shown(&own)?,
                    shown(cls)?
                )));
            }
        }
        note!(self.save(cls), "when serializing {} class", me())?;
        let rest = args.sub(1, args.len())?;
        note!(self.save(rest.as_obj()), "when serializing {} __new__ arguments", me())?;
        self.op(NEWOBJ);
        Ok(())
    }

    /// `cls.__new__(cls, *args, **kwargs)`.
    fn save_new_ex(&self, args: &Tuple, me: &dyn Fn() -> String) -> PyResult<()> {
        if args.len() != 3 {
            return Err(pickling(&format!("__newobj_ex__ expected 3 arguments, got {}", args.len())));
        }
        let (cls, positional, keywords) = (args.get(0), args.get(1), args.get(2));
        let wrong = |which: &str, what: &str, o: &Obj| {
            Err(pickling(&format!(
                "{which} argument to __newobj_ex__() must be a {what}, not {}",
                type_of(o)
            )))
        };
        if !cls.is_a::<Type>() {
            return wrong("first", "class", cls);
        }
        let Some(positional) = positional.downcast::<Tuple>() else {
            return wrong("second", "tuple", positional);
        };
        let Some(keywords) = keywords.downcast::<Dict>() else { return wrong("third", "dict", keywords) };
        if self.state().proto >= 4 {
            note!(self.save(cls), "when serializing {} class", me())?;
            note!(self.save(positional.as_obj()), "when serializing {} __new__ arguments", me())?;
            note!(self.save(keywords.as_obj()), "when serializing {} __new__ arguments", me())?;
            self.op(NEWOBJ_EX);
            return Ok(());
        }
        let new = cls.get_attr(sym!(__new__))?;
        let mut all = vec![new.clone(), cls.to_owned()];
        all.extend(positional.items().iter().cloned());
        let partial = import_module("functools")?.get_attr(sym!(partial))?;
        let callable = partial.call_dict(&*Tuple::from_vec(all)?, Some(keywords))?;
        note!(self.save(&callable), "when serializing {} reconstructor", me())?;
        self.save(Tuple::empty().as_obj())?;
        self.op(REDUCE);
        Ok(())
    }

    pub fn save_type(&self, o: &Obj) -> PyResult<()> {
        for single in [none(), ellipsis(), not_implemented()] {
            if o.is(single.ob_type().as_obj()) {
                let args = Tuple::from_slice(&[single])?;
                return self.save_call(Type::type_object().as_obj(), &args, o);
            }
        }
        self.save_global(o, None)
    }

    /// Saves an object by its module and name.
    pub fn save_global(&self, o: &Obj, name: Option<&Str>) -> PyResult<()> {
        let name: Object = match name {
            Some(n) => n.as_obj().to_owned(),
            None => match o.get_attr_opt(sym!(__qualname__))? {
                Some(q) => q,
                None => o.get_attr(sym!(__name__))?,
            },
        };
        let Some(name) = name.downcast::<Str>() else {
            bail!(TypeError, "__qualname__ must be str, not {}", name.type_name());
        };
        let path = dotted(name)?;
        let module = module_of(o, name, &path)?;
        let proto = self.state().proto;
        if proto >= 2 {
            let key = Tuple::from_slice(&[module.as_obj(), name.as_obj()])?;
            if let Some(code) = library()?.extension_registry.get(key.as_obj())? {
                return self.put_extension(&code);
            }
        }
        if proto >= 4 {
            self.save(module.as_obj())?;
            self.save(name.as_obj())?;
            self.op(STACK_GLOBAL);
        } else if path.len() > 1 {
            let getattr = getattr_function()?;
            for _ in 1..path.len() {
                self.save(&getattr)?;
                if proto < 2 {
                    self.op(MARK);
                }
            }
            self.put_global(&module, &path[0])?;
            for part in &path[1..] {
                self.save(part.as_obj())?;
                self.op(if proto < 2 { TUPLE } else { TUPLE2 });
                self.op(REDUCE);
            }
        } else {
            self.put_global(&module, name)?;
        }
        self.memoize(o);
        Ok(())
    }

    fn put_extension(&self, code: &Obj) -> PyResult<()> {
        let code = code.index()?;
        let out = &mut self.state().out;
        match code.to_i64() {
            Some(c @ 1..=0xff) => out.op(EXT1, &[c as u8]),
            Some(c @ 0x100..=0xffff) => out.op(EXT2, &(c as u16).to_le_bytes()),
            Some(c @ 0x1_0000..=0x7fff_ffff) => out.op(EXT4, &(c as u32).to_le_bytes()),
            None => bail!(OverflowError, "Python int too large to convert to C long"),
            _ => bail!(RuntimeError, "extension code {} is out of range", shown(code.as_obj())?),
        }
        Ok(())
    }

    /// A module's own name in the text form, under the names of Python 2 for old protocols.
    fn put_global(&self, module: &Str, name: &Str) -> PyResult<()> {
        let (mut module, mut name) = (module.to_ref(), name.to_ref());
        let s = self.state();
        let proto = s.proto;
        if s.fix_imports {
            (module, name) = old_names(module, name)?;
        }
        for (o, what) in [(&module, "module"), (&name, "global")] {
            let text = if proto >= 3 {
                o.as_str()
            } else {
                o.as_ascii().ok_or_else(|| match dovetail_core::types::codec::encode_ascii(o, None) {
                    Err(e) => e,
                    Ok(_) => dovetail_core::raise!(SystemError, "text that is no ASCII was encoded"),
                })
            };
            let text = match text {
                Ok(t) => t,
                Err(e) if e.matches(exc::UnicodeEncodeError()) => {
                    let context = e.take();
                    let message = format!(
                        "can't pickle {what} identifier {} using pickle protocol {proto}",
                        shown(o.as_obj())?
                    );
                    return Err(with_context(pickling(&message), context));
                }
                Err(e) => return Err(e),
            };
            let out = &mut self.state().out;
            if what == "module" {
                out.byte(GLOBAL);
            }
            out.put(text.as_bytes());
            out.byte(b'\n');
        }
        Ok(())
    }
}

/// The names that Python 2 had for a module and a name in it.
fn old_names(module: Ref<Str>, name: Ref<Str>) -> PyResult<(Ref<Str>, Ref<Str>)> {
    let l = library()?;
    let key = Tuple::from_slice(&[module.as_obj(), name.as_obj()])?;
    if let Some(pair) = l.reverse_name_mapping.get(key.as_obj())? {
        let Some(t) = pair.downcast::<Tuple>().filter(|t| t.len() == 2) else {
            bail!(
                RuntimeError,
                "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not {}",
                pair.type_name()
            );
        };
        let (Some(m), Some(n)) = (t.get(0).downcast::<Str>(), t.get(1).downcast::<Str>()) else {
            bail!(
                RuntimeError,
                "_compat_pickle.REVERSE_NAME_MAPPING values should be pairs of str, not ({}, {})",
                t.get(0).type_name(),
                t.get(1).type_name()
            );
        };
        return Ok((m.to_ref(), n.to_ref()));
    }
    if let Some(m) = l.reverse_import_mapping.get(module.as_obj())? {
        let Some(m) = m.downcast::<Str>() else {
            bail!(
                RuntimeError,
                "_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings, not {}",
                m.type_name()
            );
        };
        return Ok((m.to_ref(), name));
    }
    Ok((module, name))
}

/// The module where an object is found under its name; errors where it is not.
fn module_of(o: &Obj, name: &Str, path: &[Ref<Str>]) -> PyResult<Ref<Str>> {
    let given = o.get_attr_opt(sym!(__module__))?.filter(|m| !m.is_none());
    if path.iter().any(|p| p.equals_str("<locals>")) {
        return Err(pickling(&format!("Can't pickle local object {}", shown(o)?)));
    }
    let module_name: Object = match given {
        Some(m) => m,
        None => match search_modules(o, path)? {
            Some(m) => return Ok(m),
            None => sym!(__main__).as_obj().to_owned(),
        },
    };
    let Some(module_name) = module_name.downcast::<Str>() else {
        bail!(TypeError, "module name must be a string, not {}", module_name.type_name());
    };
    let module = match import_named(module_name) {
        Ok(m) => m,
        Err(e)
            if e.matches(exc::ImportError())
                || e.matches(exc::ValueError())
                || e.matches(exc::KeyError()) =>
        {
            let cause = e.take();
            let text = cause.as_obj().str_()?;
            let raised = pickling(&format!("Can't pickle {}: {}", shown(o)?, text.to_string_lossy()));
            return Err(with_context(raised, cause));
        }
        Err(e) => return Err(e),
    };
    let place = || Ok(format!("{}.{}", module_name.to_string_lossy(), name.to_string_lossy()));
    match get_path(&module, path) {
        Ok(found) if found.is(o) => Ok(module_name.to_ref()),
        Ok(_) => {
            let place: String = place()?;
            Err(pickling(&format!("Can't pickle {}: it's not the same object as {place}", shown(o)?)))
        }
        Err(e) if e.matches(exc::AttributeError()) => {
            let cause = e.take();
            let place: String = place()?;
            let raised = pickling(&format!("Can't pickle {}: it's not found as {place}", shown(o)?));
            Err(with_context(raised, cause))
        }
        Err(e) => Err(e),
    }
}

/// The module of this name, which need not be text that can be encoded.
fn import_named(name: &Str) -> PyResult<Object> {
    let import = dovetail_core::types::support::builtin(sym!(__import__))?;
    import.call(&[name.as_obj()])?;
    match Interpreter::current().modules().get(name.as_obj())? {
        Some(m) => Ok(m),
        None => Err(dovetail_core::error::raise_with(exc::KeyError(), name.as_obj())),
    }
}

fn with_context(
    raised: dovetail_core::Raised,
    context: Ref<dovetail_core::types::exception::BaseException>,
) -> dovetail_core::Raised {
    let e = raised.take();
    e.set_context(Some(context));
    dovetail_core::Raised::restore(e)
}

/// The first module, but for the main ones, in which the path leads to the object.
fn search_modules(o: &Obj, path: &[Ref<Str>]) -> PyResult<Option<Ref<Str>>> {
    let modules = Interpreter::current().modules().copy()?;
    for (name, module) in modules.iter_borrowed() {
        let Some(name) = name.downcast::<Str>() else { continue };
        if name.equals_str("__main__") || name.equals_str("__mp_main__") || module.is_none() {
            continue;
        }
        match get_path(module, path) {
            Ok(found) if found.is(o) => return Ok(Some(name.to_ref())),
            Ok(_) => {}
            Err(e) if e.matches(exc::AttributeError()) => e.clear(),
            Err(e) => return Err(e),
        }
    }
    Ok(None)
}
