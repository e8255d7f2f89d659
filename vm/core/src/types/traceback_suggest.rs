//! What a misspelt name was meant to be: "Did you mean: 'x'?".

use crate::error::exc;
use crate::interpreter::Interpreter;
use crate::object::{AsObj, Obj, Object};
use crate::sym;
use crate::types::exception::BaseException;
use crate::types::exceptions_fields::{AttributeError, NameError};
use crate::types::str_::Str;
use crate::types::suggest::closest;
use crate::types::traceback_lines::quiet;

/// What is added to the message of an exception with a wrong name in it.
pub fn hint(e: &BaseException) -> String {
    let ty = e.ob_type();
    if ty.is_subtype(exc::ImportError()) {
        let Some(wrong) = attribute(e, sym!(name_from)) else { return String::new() };
        return wrong.downcast::<Str>().and_then(|w| for_import(e, w)).map(did_you_mean).unwrap_or_default();
    }
    if let Some(a) = e.downcast::<AttributeError>() {
        let (obj, name) = a.place();
        let (Some(obj), Some(name)) = (obj.or_else(|| Some(crate::types::none::none().to_owned())), name)
        else {
            return String::new();
        };
        return name
            .downcast::<Str>()
            .and_then(|n| for_attribute(e, &obj, n))
            .map(did_you_mean)
            .unwrap_or_default();
    }
    let Some(n) = e.downcast::<NameError>() else { return String::new() };
    let Some(name) = n.name() else { return String::new() };
    let Some(wrong) = name.downcast::<Str>() else { return String::new() };
    let suggestion = for_name(e, wrong);
    let mut out = suggestion.clone().map(did_you_mean).unwrap_or_default();
    if is_stdlib_module(wrong) {
        let wrong = wrong.to_string_lossy();
        if suggestion.is_some() {
            out.push_str(&format!(" Or did you forget to import '{wrong}'?"));
        } else {
            out.push_str(&format!(". Did you forget to import '{wrong}'?"));
        }
    }
    out
}

fn did_you_mean(name: String) -> String {
    format!(". Did you mean: '{name}'?")
}

fn attribute(o: &Obj, name: &'static Str) -> Option<Object> {
    quiet(o.get_attr_opt(name)).flatten().filter(|v| !v.is_none())
}

fn strings(items: &[Object]) -> Vec<String> {
    items.iter().filter_map(|x| x.downcast::<Str>()).map(|s| s.to_string_lossy().into_owned()).collect()
}

/// The names of `o.__dir__()`, sorted.
fn names_of(o: &Obj) -> Option<Vec<String>> {
    let listed = match o.call_method(sym!(__dir__), &[]) {
        Ok(l) => l,
        Err(e) if e.matches(exc::TypeError()) => {
            // The object is a class.
            e.clear();
            quiet(o.ob_type().as_obj().call_method(sym!(__dir__), &[o]))?
        }
        Err(e) => {
            e.clear();
            return None;
        }
    };
    let mut names = strings(&quiet(listed.collect_items())?);
    names.sort();
    Some(names)
}

fn nearest(wrong: &Str, names: &[String]) -> Option<String> {
    if names.len() >= 750 {
        return None;
    }
    closest(&wrong.to_string_lossy(), names.iter().map(String::as_str)).map(str::to_owned)
}

fn without_private(wrong: &Str, names: Vec<String>) -> Vec<String> {
    if wrong.to_string_lossy().starts_with('_') {
        return names;
    }
    names.into_iter().filter(|n| !n.starts_with('_')).collect()
}

/// The local variable of the innermost frame of the traceback.
fn innermost_local(e: &BaseException, name: &'static Str) -> Option<Object> {
    let frame = e.traceback()?.last().frame().as_obj().to_owned();
    let locals = quiet(frame.get_attr(sym!(f_locals)))?;
    if quiet(locals.contains(name.as_obj())) != Some(true) {
        return None;
    }
    quiet(locals.get_item(name.as_obj()))
}

fn for_attribute(e: &BaseException, obj: &Obj, wrong: &Str) -> Option<String> {
    let names = names_of(obj)?;
    // Inside of a method, private names are near at hand.
    let inside = innermost_local(e, sym!(self)).is_some_and(|s| s.is(obj));
    let names = if inside { names } else { without_private(wrong, names) };
    nearest(wrong, &names)
}

fn for_import(e: &BaseException, wrong: &Str) -> Option<String> {
    let name = attribute(e, sym!(name))?;
    let module = quiet(Interpreter::current().modules.get()?.get(&name)).flatten()?;
    nearest(wrong, &without_private(wrong, names_of(&module)?))
}

fn for_name(e: &BaseException, wrong: &Str) -> Option<String> {
    let frame = e.traceback()?.last().frame().as_obj().to_owned();
    let mut names = Vec::new();
    for place in [sym!(f_locals), sym!(f_globals), sym!(f_builtins)] {
        let namespace = quiet(frame.get_attr(place))?;
        names.extend(strings(&quiet(namespace.collect_items())?));
    }
    if let Some(this) = innermost_local(e, sym!(self))
        && quiet(this.get_attr_opt(wrong)).flatten().is_some()
    {
        return Some(format!("self.{}", wrong.to_string_lossy()));
    }
    nearest(wrong, &names)
}

fn is_stdlib_module(name: &Str) -> bool {
    let Some(sys) = Interpreter::current().sysdict.get() else { return false };
    let Some(names) = sys.get_str(sym!(stdlib_module_names)) else { return false };
    quiet(names.to_owned().contains(name.as_obj())) == Some(true)
}
