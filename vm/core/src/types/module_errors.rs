//! What to say when a module lacks a name: circular imports and files that hide a library are told apart.

use crate::error::{PyResult, Raised, exc};
use crate::interpreter::Interpreter;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object};
use crate::sym;
use crate::types::exception::attribute_error;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;

/// An attribute of a spec; errors count as missing.
fn quiet(o: &Obj, name: &Str) -> Option<Object> {
    match o.get_attr_opt(name) {
        Ok(v) => v,
        Err(e) => {
            e.clear();
            None
        }
    }
}

fn truth(o: Option<Object>) -> bool {
    match o.map(|o| o.is_true()) {
        Some(Ok(t)) => t,
        Some(Err(e)) => {
            e.clear();
            false
        }
        None => false,
    }
}

/// Is the module of this spec still being imported?
pub fn is_initializing(spec: &Obj) -> PyResult<bool> {
    if spec.is_none() {
        return Ok(false);
    }
    match spec.get_attr_opt(sym!(_initializing))? {
        Some(v) => v.is_true(),
        None => Ok(false),
    }
}

/// The file that a spec names as the module's origin.
fn origin(spec: &Obj) -> Option<String> {
    if spec.is_none() || !truth(quiet(spec, sym!(has_location))) {
        return None;
    }
    quiet(spec, sym!(origin))?.downcast::<Str>().map(|s| s.to_string_lossy().into_owned())
}

/// Does the file stand where the script's folder puts it before other modules of its name?
fn possibly_shadowing(origin: &str) -> bool {
    let interp = Interpreter::current();
    if interp.config.get().is_some_and(|c| c.safe_path) {
        return false;
    }
    let Some((mut folder, file)) = origin.rsplit_once('/') else { return false };
    if file == "__init__.py" {
        match folder.rsplit_once('/') {
            Some((f, _)) => folder = f,
            None => return false,
        }
    }
    let first = interp.sysdict.get().and_then(|d| d.get_str(sym!(path))).map(Obj::to_owned);
    let first = first.and_then(|p| p.downcast::<List>().and_then(|l| l.get(0)));
    let Some(first) =
        first.as_ref().and_then(|f| f.downcast::<Str>()).map(|f| f.to_string_lossy().into_owned())
    else {
        return false;
    };
    if first.is_empty() {
        return std::env::current_dir().is_ok_and(|d| d.to_str() == Some(folder));
    }
    first == folder
}

/// Is it the name of a module of the standard library?
fn is_stdlib_name(name: &Str) -> bool {
    let names = Interpreter::current()
        .sysdict
        .get()
        .and_then(|d| d.get_str(sym!(stdlib_module_names)))
        .map(Obj::to_owned);
    match names.map(|n| n.contains(name)) {
        Some(Ok(found)) => found,
        Some(Err(e)) => {
            e.clear();
            false
        }
        None => false,
    }
}

/// The `AttributeError` of a module that lacks `name`.
#[cold]
pub fn missing_attribute(m: &Module, name: &Str) -> Raised {
    let attr = name.to_string_lossy();
    let module_name = m.name_object();
    let Some(module_name) = module_name.as_ref().and_then(|n| n.downcast::<Str>()) else {
        return attribute_error(m, name, &format!("module has no attribute '{attr}'"));
    };
    let shown = module_name.to_string_lossy();
    let plain = format!("module '{shown}' has no attribute '{attr}'");
    let Some(spec) = m.dict().get_str(sym!(__spec__)).filter(|s| !s.is_none()).map(Obj::to_owned) else {
        return attribute_error(m, name, &plain);
    };
    let origin = origin(&spec);
    let shadowing = origin.as_deref().is_some_and(possibly_shadowing);
    let message = match &origin {
        Some(file) if shadowing && is_stdlib_name(module_name) => format!(
            "{plain} (consider renaming '{file}' since it has the same name as the standard library module named \
             '{shown}' and prevents importing that standard library module)"
        ),
        _ if truth(quiet(&spec, sym!(_initializing))) => match &origin {
            Some(file) if shadowing => format!(
                "{plain} (consider renaming '{file}' if it has the same name as a library you intended to import)"
            ),
            Some(file) => format!(
                "partially initialized module '{shown}' from '{file}' has no attribute '{attr}' (most likely due to a \
                 circular import)"
            ),
            None => format!(
                "partially initialized module '{shown}' has no attribute '{attr}' (most likely due to a circular import)"
            ),
        },
        _ => {
            let waiting = quiet(&spec, sym!(_uninitialized_submodules)).map(|l| l.contains(name));
            match waiting {
                Some(Ok(true)) => format!(
                    "cannot access submodule '{attr}' of module '{shown}' (most likely due to a circular import)"
                ),
                Some(Err(e)) => {
                    e.clear();
                    plain
                }
                _ => plain,
            }
        }
    };
    attribute_error(m, name, &message)
}

fn shown(o: &Obj) -> String {
    match o.repr() {
        Ok(r) => r.to_string_lossy().into_owned(),
        Err(e) => {
            e.clear();
            "?".to_owned()
        }
    }
}

/// The `ImportError` of `from module import name` when there is no such name. `module_name` is the module's
/// `__name__`, if it has one.
#[cold]
pub fn cannot_import(module: &Obj, name: &Str, module_name: Option<&Str>) -> PyResult<Object> {
    let name_shown = shown(name);
    let from = module_name.map_or_else(|| "'<unknown module name>'".to_owned(), |n| shown(n));
    let spec = module.get_attr_opt(sym!(__spec__))?;
    let head = format!("cannot import name {name_shown} from {from}");
    let Some(spec) = spec else {
        return Err(import_error(&format!("{head} (unknown location)"), name, module_name, None));
    };
    let located = origin(&spec);
    let shadowing = located.as_deref().is_some_and(possibly_shadowing);
    let file = located.or_else(|| {
        quiet(module, sym!(__file__))?.downcast::<Str>().map(|s| s.to_string_lossy().into_owned())
    });
    let message = match &file {
        Some(f) if shadowing && module_name.is_some_and(is_stdlib_name) => format!(
            "{head} (consider renaming '{f}' since it has the same name as the standard library module named {from} and \
             prevents importing that standard library module)"
        ),
        _ if truth(quiet(&spec, sym!(_initializing))) => match &file {
            Some(f) if shadowing => {
                format!(
                    "{head} (consider renaming '{f}' if it has the same name as a library you intended to import)"
                )
            }
            _ => {
                let place = file.as_ref().map(|f| format!(" ({f})")).unwrap_or_default();
                format!(
                    "cannot import name {name_shown} from partially initialized module {from} (most likely due to a circular \
                     import){place}"
                )
            }
        },
        Some(f) => format!("{head} ({f})"),
        None => format!("{head} (unknown location)"),
    };
    Err(import_error(&message, name, module_name, file.as_deref()))
}

fn import_error(message: &str, name: &Str, module_name: Option<&Str>, path: Option<&str>) -> Raised {
    let make = || -> PyResult<Object> {
        let message = Str::new(message)?;
        let path = match path {
            Some(p) => Str::new(p)?.into_object(),
            None => none().to_owned(),
        };
        let names = Tuple::from_array([
            sym!(name).as_obj().to_owned(),
            sym!(path).as_obj().to_owned(),
            sym!(name_from).as_obj().to_owned(),
        ])?;
        let module_name = module_name.map_or(none(), |n| n.as_obj());
        exc::ImportError().call_kw(&[message.as_obj(), module_name, &path, name.as_obj()], Some(&names))
    };
    match make() {
        Ok(e) => crate::error::raise_with(exc::ImportError(), &e),
        Err(e) => e,
    }
}
