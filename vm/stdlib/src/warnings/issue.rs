//! One warning: is it new, what do the filters say, and showing it.

use super::filters::{self, library, state};
use crate::util::{int, text};
use dovetail_core::error::{PyResult, Raised, exc, raise_exception};
use dovetail_core::interp::frame::Frame;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::frame::{FrameObject, frame_object};
use dovetail_core::types::none::none;
use dovetail_core::types::stdprinter::write_stderr;
use dovetail_core::types::str_::Str;
use dovetail_core::types::traceback_lines::Lines;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};

/// Where a warning belongs.
pub struct Place {
    pub filename: Ref<Str>,
    pub line: i64,
    /// The module's name; derived from the file's if there is none.
    pub module: Option<Object>,
    /// The module's `__warningregistry__`.
    pub registry: Option<Object>,
    /// The line of source, where it is in no file.
    pub source_line: Option<Object>,
}

/// Is this a file of the import system, whose frames do not count?
fn is_internal(filename: &str) -> bool {
    filename.contains("importlib") && filename.contains("_bootstrap")
}

impl Place {
    /// The place `level` frames up; frames of files that begin with a prefix do not count.
    pub fn of_frame(mut level: i64, skip: &[String]) -> PyResult<Place> {
        let top = Frame::first_complete(ThreadState::current().frame());
        let mut frame = if top.is_null() { None } else { Some(frame_object(top)?) };
        let name = |f: &FrameObject| f.code().filename().to_string_lossy().into_owned();
        let all = level <= 0 || frame.as_ref().is_some_and(|f| is_internal(&name(f)));
        while level > 1 {
            level -= 1;
            let Some(f) = frame else { break };
            frame = f.back()?;
            while let Some(f) = &frame
                && !all
                && (is_internal(&name(f)) || skip.iter().any(|p| name(f).starts_with(p.as_str())))
            {
                frame = f.back()?;
            }
        }
        let (globals, filename, line) = match &frame {
            Some(f) => {
                let globals = f.as_obj().get_attr(sym!(f_globals))?;
                (globals, f.code().filename().to_ref(), i64::from(f.line().unwrap_or(0)))
            }
            None => {
                let Some(sys) = Interpreter::current().sysdict.get() else {
                    bail!(SystemError, "there is no sys");
                };
                (sys.as_obj().to_owned(), Str::new("<sys>")?, 0)
            }
        };
        let Some(globals) = globals.downcast::<Dict>() else {
            bail!(SystemError, "a frame's globals are no dict");
        };
        let registry = match globals.get_str(sym!(__warningregistry__)) {
            Some(r) => r.to_owned(),
            None => {
                let r = Dict::new()?;
                globals.set(sym!(__warningregistry__).as_obj(), r.as_obj())?;
                r.into_object()
            }
        };
        let module = match globals.get_str(sym!(__name__)) {
            Some(n) if n.is_a::<Str>() || n.is_none() => n.to_owned(),
            _ => text("<string>")?,
        };
        Ok(Place { filename, line, module: Some(module), registry: Some(registry), source_line: None })
    }

    fn module(&self) -> PyResult<Object> {
        if let Some(m) = &self.module {
            return Ok(m.clone());
        }
        let name = self.filename.to_string_lossy();
        match &*name {
            "" => text("<unknown>"),
            n => text(n.strip_suffix(".py").unwrap_or(n)),
        }
    }
}

/// The class of a warning: that of the message, or what is given, or `UserWarning`.
pub fn category_of(message: &Obj, category: Option<&Obj>) -> PyResult<Object> {
    if message.is_instance(exc::Warning().as_obj())? {
        return Ok(message.ob_type().as_obj().to_owned());
    }
    let Some(c) = category.filter(|c| !c.is_none()) else {
        return Ok(exc::UserWarning().as_obj().to_owned());
    };
    if c.downcast::<Type>().is_some_and(|t| t.is_subtype(exc::Warning())) {
        return Ok(c.to_owned());
    }
    Err(raise!(TypeError, "category must be a Warning subclass, not '{}'", c.type_name()))
}

/// Has the registry this key already? With `set`, it has from now on. A registry of older filters is emptied.
fn already(registry: &Dict, key: &Obj, set: bool) -> PyResult<bool> {
    let version = state().version.get();
    let current = match registry.get_text("version") {
        Some(v) => v.to_owned().as_i64().map_or_else(
            |e| {
                e.clear();
                false
            },
            |v| v == version,
        ),
        None => false,
    };
    if !current {
        registry.clear_items();
        registry.set_text("version", &*int(version)?)?;
    } else if let Some(v) = registry.get(key)?
        && v.is_true()?
    {
        return Ok(true);
    }
    if set {
        registry.set(key, bool_obj(true))?;
    }
    Ok(false)
}

fn as_dict(registry: &Option<Object>) -> PyResult<Option<&Dict>> {
    match registry {
        Some(r) if !r.is_none() => match r.downcast::<Dict>() {
            Some(d) => Ok(Some(d)),
            None => Err(raise!(TypeError, "'registry' must be a dict or None")),
        },
        _ => Ok(None),
    }
}

/// Issues a warning at a place: shows it, ignores it or raises it, as the filters say.
pub fn issue(category: &Obj, message: &Obj, place: &Place, source: Option<&Obj>) -> PyResult<()> {
    let module = place.module()?;
    if module.is_none() {
        return Ok(());
    }
    let registry = as_dict(&place.registry)?;
    let (shown, category, message): (Object, Object, Object) =
        if message.is_instance(exc::Warning().as_obj())? {
            (message.str_()?.into_object(), message.ob_type().as_obj().to_owned(), message.to_owned())
        } else {
            (message.to_owned(), category.to_owned(), category.call(&[message])?)
        };
    let line = int(place.line)?;
    let key = Tuple::from_vec(vec![shown.clone(), category.clone(), line.clone()])?;
    if let Some(r) = registry
        && already(r, &key, false)?
    {
        return Ok(());
    }
    let (action, filter) = filters::search(&category, &shown, place.line, &module)?;
    let Some(action_text) = action.downcast::<Str>().map(|a| a.to_string_lossy().into_owned()) else {
        bail!(TypeError, "action must be a string");
    };
    match action_text.as_str() {
        "error" => return Err(raise_warning(message)),
        "ignore" => return Ok(()),
        "always" | "all" => {}
        _ => {
            if let Some(r) = registry {
                r.set(&key, bool_obj(true))?;
            }
            let short = Tuple::from_vec(vec![shown.clone(), category.clone()])?;
            let known = match action_text.as_str() {
                "once" => match registry {
                    Some(r) => already(r, &short, true)?,
                    None => {
                        let once = match library(sym!(onceregistry), false)? {
                            Some(o) => o,
                            None => state().once()?.as_obj().to_owned(),
                        };
                        match once.downcast::<Dict>() {
                            Some(d) => already(d, &short, true)?,
                            None => bail!(
                                TypeError,
                                "_warnings.onceregistry must be a dict, not '{}'",
                                once.type_name()
                            ),
                        }
                    }
                },
                "module" => match registry {
                    Some(r) => already(r, &short, true)?,
                    None => false,
                },
                "default" => false,
                _ => {
                    let filter = filter.unwrap_or_else(|| none().to_owned());
                    return Err(raise!(
                        RuntimeError,
                        "Unrecognized action ({}) in warnings.filters:\n {}",
                        action.repr()?.to_string_lossy(),
                        filter.repr()?.to_string_lossy()
                    ));
                }
            };
            if known {
                return Ok(());
            }
        }
    }
    show(&category, &shown, &message, place, source)
}

fn raise_warning(message: Object) -> Raised {
    match message.downcast_into::<BaseException>() {
        Ok(e) => raise_exception(e),
        Err(_) => raise!(TypeError, "exceptions must derive from BaseException"),
    }
}

/// Shows a warning through the module `warnings`, or plainly where that is not imported.
fn show(category: &Obj, shown: &Obj, message: &Obj, place: &Place, source: Option<&Obj>) -> PyResult<()> {
    let Some(function) = library(sym!(_showwarnmsg), source.is_some())? else {
        return show_plainly(category, shown, place);
    };
    if !function.is_callable() {
        bail!(TypeError, "warnings._showwarnmsg() must be set to a callable");
    }
    let Some(class) = library(sym!(WarningMessage), false)? else {
        bail!(RuntimeError, "unable to get warnings.WarningMessage");
    };
    let line = int(place.line)?;
    let record = class.call(&[
        message,
        category,
        place.filename.as_obj(),
        &line,
        none(),
        none(),
        source.unwrap_or(none()),
    ])?;
    function.call(&[&record])?;
    Ok(())
}

fn show_plainly(category: &Obj, shown: &Obj, place: &Place) -> PyResult<()> {
    let name = category.get_attr(sym!(__name__))?.str_()?.to_string_lossy().into_owned();
    let file = place.filename.to_string_lossy().into_owned();
    let mut out = format!("{file}:{}: {name}: {}\n", place.line, shown.str_()?.to_string_lossy());
    let source = match &place.source_line {
        Some(l) => l.str_()?.to_string_lossy().into_owned(),
        None => Lines::default().get(&file, place.line as i32, None, None),
    };
    let source = source.trim();
    if !source.is_empty() {
        out.push_str(&format!("  {source}\n"));
    }
    write_stderr(&out);
    Ok(())
}
