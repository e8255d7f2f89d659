//! Finding what a pickle names: globals and extension codes.

use super::unpickler::Unpickler;
use super::{dotted, get_path, library, unpickling};
use dovetail_core::error::{PyResult, Raised, exc, raise_message};
use dovetail_core::import::import_module;
use dovetail_core::object::{AsObj, Obj, Object, ToRef};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, sym};

/// The object of this name in this module, under its new name if the pickle is of Python 2.
pub fn find_class(u: &Unpickler, module: &Obj, name: &Obj) -> PyResult<Object> {
    let (mut module, mut name) = (module.to_owned(), name.to_owned());
    crate::osutil::audit("pickle.find_class", || Ok(vec![module.clone(), name.clone()]))?;
    let (proto, fix) = (u.state().proto, u.state().fix_imports);
    if proto < 3 && fix {
        let l = library()?;
        let key = Tuple::from_slice(&[&module, &name])?;
        if let Some(pair) = l.name_mapping.get(key.as_obj())? {
            let Some(t) = pair.downcast::<Tuple>().filter(|t| t.len() == 2) else {
                bail!(
                    RuntimeError,
                    "_compat_pickle.NAME_MAPPING values should be 2-tuples, not {}",
                    pair.type_name()
                );
            };
            if !t.get(0).is_a::<Str>() || !t.get(1).is_a::<Str>() {
                bail!(
                    RuntimeError,
                    "_compat_pickle.NAME_MAPPING values should be pairs of str, not ({}, {})",
                    t.get(0).type_name(),
                    t.get(1).type_name()
                );
            }
            (module, name) = (t.get(0).to_owned(), t.get(1).to_owned());
        } else if let Some(m) = l.import_mapping.get(&module)? {
            if !m.is_a::<Str>() {
                bail!(
                    RuntimeError,
                    "_compat_pickle.IMPORT_MAPPING values should be strings, not {}",
                    m.type_name()
                );
            }
            module = m;
        }
    }
    let Some(module_name) = module.downcast::<Str>() else {
        bail!(TypeError, "module name must be a string, not {}", module.type_name());
    };
    let found = import_module(module_name.as_str()?)?;
    let Some(text) = name.downcast::<Str>() else {
        bail!(TypeError, "attribute name must be string, not '{}'", name.type_name());
    };
    if proto < 4 || !text.text().iter().any(|c| c == '.' as u32) {
        return found.get_attr(text);
    }
    match get_path(&found, &dotted(text)?) {
        Err(e) if e.matches(exc::AttributeError()) => {
            let context = e.take();
            let (path, module) = (text.as_obj().repr()?, module.repr()?);
            let message =
                format!("Can't resolve path {} on module {}", path.to_string_lossy(), module.to_string_lossy());
            let new = raise_message(exc::AttributeError(), &message).take();
            new.set_context(Some(context));
            Err(Raised::restore(new))
        }
        other => other,
    }
}

impl Unpickler {
    /// `find_class`, of a subclass if there is one.
    pub fn find(&self, module: &Obj, name: &Obj) -> PyResult<Object> {
        if self.state().plain {
            return find_class(self, module, name);
        }
        self.as_obj().call_method(sym!(find_class), &[module, name])
    }

    /// What an extension code of `copyreg` stands for.
    pub fn extension(&self, code: i64) -> PyResult<Object> {
        if code <= 0 {
            return Err(unpickling("EXT specifies code <= 0"));
        }
        let l = library()?;
        let key = Int::from_i64(code)?;
        if let Some(o) = l.extension_cache.get(key.as_obj())? {
            return Ok(o);
        }
        let Some(pair) = l.inverted_registry.get(key.as_obj())? else {
            bail!(ValueError, "unregistered extension code {code}");
        };
        let names = pair.downcast::<Tuple>().filter(|t| t.len() == 2);
        let names = names.filter(|t| t.get(0).is_a::<Str>() && t.get(1).is_a::<Str>());
        let Some(names) = names.map(|t| t.to_ref()) else {
            bail!(ValueError, "_inverted_registry[{code}] isn't a 2-tuple of strings");
        };
        let o = self.find(names.get(0), names.get(1))?;
        l.extension_cache.set(key.as_obj(), &o)?;
        Ok(o)
    }
}
