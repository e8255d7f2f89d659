//! The functions of `_warnings`.

use super::filters::state;
use super::issue::{Place, category_of, issue};
use crate::contextvars::ContextVar;
use crate::util::{set, text};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, ToRef};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, sym};
use dovetail_macros::pymodule;

/// The lock that the module `warnings` holds while it changes filters.
fn lock() -> PyResult<Object> {
    let s = state();
    if let Some(l) = s.lock.get() {
        return Ok(l.clone());
    }
    let l = crate::thread::RLock::type_object().call(&[])?;
    Ok(s.lock.get_or_init(|| l).clone())
}

/// A warning of the runtime's own.
fn warn_text(category: &dovetail_core::types::type_::Type, message: &str, level: isize) -> PyResult<()> {
    let place = Place::of_frame(level as i64, &[])?;
    issue(category.as_obj(), &*text(message)?, &place, None)
}

/// The line of source that a module's loader has.
fn line_from(globals: &Obj, line: i64) -> PyResult<Option<Object>> {
    if globals.is_none() {
        return Ok(None);
    }
    let Some(d) = globals.downcast::<Dict>() else {
        bail!(TypeError, "module_globals must be a dict, not '{}'", globals.type_name());
    };
    let Some(name) = d.get_str(sym!(__name__)).map(Obj::to_owned) else { return Ok(None) };
    // The import system knows which of `__loader__` and `__spec__.loader` counts, and complains where they differ.
    let external = dovetail_core::import::import_module("_frozen_importlib_external")?;
    let loader = external.get_attr_text("_bless_my_loader")?.call(&[globals])?;
    if loader.is_none() {
        return Ok(None);
    }
    let Some(get) = loader.get_attr_opt(sym!(get_source))? else { return Ok(None) };
    let source = get.call(&[&name])?;
    if source.is_none() {
        return Ok(None);
    }
    let lines = source.call_method(sym!(splitlines), &[])?;
    let lines = lines.downcast::<List>().map(List::to_vec).unwrap_or_default();
    Ok(usize::try_from(line - 1).ok().and_then(|i| lines.get(i).cloned()))
}

/// _warnings provides basic warning filtering support.
/// It is a helper module to speed up interpreter start-up.
#[pymodule(name = "_warnings")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let _ = dovetail_core::hooks::WARN.set(warn_text);
        let s = state();
        set(module, "filters", s.filters()?)?;
        set(module, "_onceregistry", s.once()?)?;
        set(module, "_defaultaction", &*text("default")?)?;
        // This module is made before `_contextvars`.
        dovetail_core::types::ready::ready::<ContextVar>()?;
        let variable = ContextVar::type_object().call(&[&*text("_warnings_context")?])?;
        let _ = s.context.set(variable.clone());
        set(module, "_warnings_context", &variable)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    ///
    ///   message
    ///     Text of the warning message.
    ///   category
    ///     The Warning category subclass. Defaults to UserWarning.
    ///   stacklevel
    ///     How far up the call stack to make this warning appear. A value of 2 for
    ///     example attributes the warning to the caller of the code calling warn().
    ///   source
    ///     If supplied, the destroyed object which emitted a ResourceWarning
    ///   skip_file_prefixes
    ///     An optional tuple of module filename prefixes indicating frames to skip
    ///     during stacklevel computations for stack frame attribution.
    #[function(sig = "(message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=())")]
    fn warn(
        message: &Obj,
        category: Option<&Obj>,
        stacklevel: isize,
        source: Option<&Obj>,
        skip_file_prefixes: Option<&Obj>,
    ) -> PyResult<()> {
        let category = category_of(message, category)?;
        let mut skip = Vec::new();
        if let Some(p) = skip_file_prefixes {
            let Some(t) = p.downcast::<Tuple>() else {
                bail!(TypeError, "warn() argument 'skip_file_prefixes' must be tuple, not {}", p.type_name());
            };
            for item in t.items() {
                match item.downcast::<Str>() {
                    Some(s) => skip.push(s.to_string_lossy().into_owned()),
                    None => {
                        bail!(TypeError, "Found non-str '{}' in skip_file_prefixes.", item.type_name())
                    }
                }
            }
        }
        let level = if skip.is_empty() { stacklevel } else { stacklevel.max(2) };
        let place = Place::of_frame(level as i64, &skip)?;
        issue(&category, message, &place, source)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(
        sig = "(message, category, filename, lineno,\n              module=<unrepresentable>, registry=None,\n              module_globals=None, source=None)"
    )]
    fn warn_explicit(
        message: &Obj,
        category: &Obj,
        filename: &Str,
        lineno: i32,
        module: Option<&Obj>,
        registry: Option<&Obj>,
        module_globals: Option<&Obj>,
        source: Option<&Obj>,
    ) -> PyResult<()> {
        let source_line = match module_globals {
            Some(g) => line_from(g, lineno.into())?,
            None => None,
        };
        let place = Place {
            filename: filename.to_ref(),
            line: lineno.into(),
            module: module.map(Obj::to_owned),
            registry: registry.map(Obj::to_owned),
            source_line,
        };
        issue(category, message, &place, source)
    }

    #[function]
    fn _filters_mutated_lock_held() -> PyResult<()> {
        if !lock()?.call_method(sym!(_is_owned), &[])?.is_true()? {
            bail!(RuntimeError, "warnings lock is not held");
        }
        let version = &state().version;
        version.set(version.get() + 1);
        Ok(())
    }

    #[function]
    fn _acquire_lock() -> PyResult<()> {
        lock()?.call_method(sym!(acquire), &[])?;
        Ok(())
    }

    #[function]
    fn _release_lock() -> PyResult<()> {
        lock()?.call_method(sym!(release), &[])?;
        Ok(())
    }
}

pub use module::MODULE;
