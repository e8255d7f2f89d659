//! The filters: their state in the interpreter, and the search for the one that a warning meets.

use crate::util::text;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use std::cell::{Cell, OnceCell};

/// What an interpreter keeps for warnings.
#[derive(Default)]
pub struct State {
    pub filters: OnceCell<Ref<List>>,
    pub once: OnceCell<Ref<Dict>>,
    /// Counts changes of the filters: registries of older versions are void.
    pub version: Cell<i64>,
    /// The lock of the module `warnings`.
    pub lock: OnceCell<Object>,
    /// The context variable of `-X context_aware_warnings`.
    pub context: OnceCell<Object>,
}

/// The state of the calling interpreter.
pub fn state() -> &'static State {
    Interpreter::current().state::<State>()
}

impl State {
    /// The filters as they are without the module `warnings`.
    pub fn filters(&self) -> PyResult<&Ref<List>> {
        if let Some(f) = self.filters.get() {
            return Ok(f);
        }
        let row = |action: &str, category: &Type, module: Option<&str>| -> PyResult<Object> {
            let module = module.map_or_else(|| Ok(none().to_owned()), text)?;
            let parts = vec![
                text(action)?,
                none().to_owned(),
                category.as_obj().to_owned(),
                module,
                crate::util::int(0)?,
            ];
            Ok(Tuple::from_vec(parts)?.into_object())
        };
        let list = List::from_vec(vec![
            row("default", exc::DeprecationWarning(), Some("__main__"))?,
            row("ignore", exc::DeprecationWarning(), None)?,
            row("ignore", exc::PendingDeprecationWarning(), None)?,
            row("ignore", exc::ImportWarning(), None)?,
            row("ignore", exc::ResourceWarning(), None)?,
        ])?;
        Ok(self.filters.get_or_init(|| list))
    }

    /// What was warned of once.
    pub fn once(&self) -> PyResult<&Ref<Dict>> {
        if let Some(d) = self.once.get() {
            return Ok(d);
        }
        let d = Dict::new()?;
        Ok(self.once.get_or_init(|| d))
    }
}

/// An attribute of the module `warnings`, if that is imported. With `import`, it is imported for it.
pub fn library(name: &Str, import: bool) -> PyResult<Option<Object>> {
    let interp = Interpreter::current();
    let module = if import && !interp.is_finalizing() {
        match dovetail_core::import::import_module("warnings") {
            Ok(m) => m,
            Err(e) if e.matches(exc::ImportError()) => {
                e.clear();
                return Ok(None);
            }
            Err(e) => return Err(e),
        }
    } else {
        // At the end of the process its functions may be gone.
        if interp.is_finalizing() {
            return Ok(None);
        }
        match interp.modules().get(sym!(warnings).as_obj())? {
            Some(m) => m,
            None => return Ok(None),
        }
    };
    module.get_attr_opt(name)
}

/// Does a filter's pattern (None, text or a compiled expression) fit?
fn fits(pattern: &Obj, value: &Obj) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if pattern.is_exact::<Str>() {
        return pattern.equals(value);
    }
    pattern.call_method(sym!("match"), &[value])?.is_true()
}

/// The action of the first filter that fits, with that filter; none if the default action is to be taken.
pub fn search(category: &Obj, message: &Obj, line: i64, module: &Obj) -> PyResult<(Object, Option<Object>)> {
    let s = state();
    if Interpreter::current().config.get().is_some_and(|c| c.context_aware_warnings)
        && let Some(variable) = s.context.get()
        && let context = variable.call_method(sym!(get), &[none()])?
        && !context.is_none()
    {
        let list = context.get_attr(sym!(_filters))?;
        let Some(list) = list.downcast::<List>() else {
            bail!(ValueError, "_filters of warnings._warnings_context must be a list");
        };
        if let Some(found) = search_list(list, category, message, line, module)? {
            return Ok(found);
        }
    }
    let list = match library(sym!(filters), false)? {
        Some(f) => f,
        None => s.filters()?.as_obj().to_owned(),
    };
    let Some(list) = list.downcast::<List>() else {
        bail!(ValueError, "_warnings.filters must be a list");
    };
    if let Some(found) = search_list(list, category, message, line, module)? {
        return Ok(found);
    }
    let action = match library(sym!(defaultaction), false)? {
        Some(a) if a.is_a::<Str>() => a,
        Some(a) => bail!(TypeError, "_warnings.defaultaction must be a string, not '{}'", a.type_name()),
        None => text("default")?,
    };
    Ok((action, None))
}

/// The action of the first filter of a list that fits, with that filter.
fn search_list(
    list: &List,
    category: &Obj,
    message: &Obj,
    line: i64,
    module: &Obj,
) -> PyResult<Option<(Object, Option<Object>)>> {
    let mut i = 0;
    // Patterns run Python code, which may change the list.
    while let Some(item) = list.get(i) {
        let Some(t) = item.downcast::<Tuple>().filter(|t| t.len() == 5) else {
            bail!(ValueError, "warnings.filters item {i} isn't a 5-tuple");
        };
        let action = t.get(0);
        if !action.is_a::<Str>() {
            bail!(TypeError, "action must be a string, not '{}'", action.type_name());
        }
        let number = t.get(4);
        if fits(t.get(1), message)?
            && subclass(category, t.get(2))?
            && fits(t.get(3), module)?
            && let wanted = number.as_i64()?
            && (wanted == 0 || wanted == line)
        {
            return Ok(Some((action.to_owned(), Some(item))));
        }
        i += 1;
    }
    Ok(None)
}

fn subclass(category: &Obj, of: &Obj) -> PyResult<bool> {
    category.is_subclass(of)
}
