//! `import`: names resolved against packages, `sys.modules`, and the import system in `importlib._bootstrap`.

use crate::error::{PyResult, Raised, exc};
use crate::interpreter::Interpreter;
use crate::object::native::NativeModule;
use crate::object::{AsObj, Obj, Object, Ref};
use crate::types::dict::Dict;
use crate::types::exception::warn;
use crate::types::module::Module;
use crate::types::str_::Str;
use crate::{bail, raise, sym};
use std::cell::Cell;

/// Running times of imports (`-X importtime`).
#[derive(Default)]
pub struct Times {
    depth: Cell<usize>,
    /// Time of the imports inside of the running one, in nanoseconds.
    inner: Cell<u64>,
}

/// Runs an import and prints how long it took.
#[cold]
fn timed(name: &Str, f: impl FnOnce() -> PyResult<Object>) -> PyResult<Object> {
    let times = &Interpreter::current().import_times;
    let outer = times.inner.replace(0);
    let depth = times.depth.get();
    times.depth.set(depth + 1);
    let started = std::time::Instant::now();
    let result = f();
    let total = started.elapsed().as_nanos() as u64;
    times.depth.set(depth);
    let inner = times.inner.replace(outer + total);
    let micros = |n: u64| n.div_ceil(1000);
    eprintln!(
        "import time: {:>9} | {:>10} | {:indent$}{}",
        micros(total.saturating_sub(inner)),
        micros(total),
        "",
        crate::types::traceback_lines::text_of(name),
        indent = depth * 2
    );
    result
}

/// Where native modules come from; registered at start-up by the crate that holds them.
pub type Finder = fn(&str) -> Option<&'static NativeModule>;

/// The package that a relative import starts from.
fn package_of(globals: &Dict) -> PyResult<Object> {
    let package = globals.get_str(sym!(__package__)).filter(|p| !p.is_none()).map(Obj::to_owned);
    let spec = globals.get_str(sym!(__spec__)).filter(|s| !s.is_none()).map(Obj::to_owned);
    if let Some(p) = package {
        if !p.is_a::<Str>() {
            bail!(TypeError, "package must be a string");
        }
        if let Some(s) = spec
            && !p.equals(&*s.get_attr(sym!(parent))?)?
        {
            warn(exc::DeprecationWarning(), "__package__ != __spec__.parent", 1)?;
        }
        return Ok(p);
    }
    if let Some(s) = spec {
        let parent = s.get_attr(sym!(parent))?;
        if !parent.is_a::<Str>() {
            bail!(TypeError, "__spec__.parent must be a string");
        }
        return Ok(parent);
    }
    warn(
        exc::ImportWarning(),
        "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
        1,
    )?;
    let Some(name) = globals.get_str(sym!(__name__)).map(Obj::to_owned) else {
        bail!(KeyError, "'__name__' not in globals");
    };
    let Some(text) = name.downcast::<Str>() else { bail!(TypeError, "__name__ must be a string") };
    if globals.get_str(sym!(__path__)).is_some() {
        return Ok(name);
    }
    let text = text.as_str()?;
    match text.rsplit_once('.') {
        Some((parent, _)) => Ok(Str::new(parent)?.into_object()),
        None => Ok(sym!("").as_obj().to_owned()),
    }
}

/// The absolute name of `name` at `level` dots.
fn resolve(name: &Str, globals: Option<&Obj>, level: i32) -> PyResult<Ref<Str>> {
    let Some(globals) = globals.and_then(|g| g.downcast::<Dict>()) else {
        bail!(KeyError, "'__name__' not in globals");
    };
    let package = package_of(globals)?;
    // SAFETY: checked to be a string.
    let package = unsafe { package.cast_unchecked::<Str>() }.as_str()?;
    if package.is_empty() {
        bail!(ImportError, "attempted relative import with no known parent package");
    }
    let mut base = package;
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((b, _)) => base = b,
            None => bail!(ImportError, "attempted relative import beyond top-level package"),
        }
    }
    if name.is_empty() { Str::new(base) } else { Str::new(&format!("{base}.{}", name.as_str()?)) }
}

/// The module `name`, from `sys.modules` or found and loaded.
fn find_and_load(name: &Str) -> PyResult<Object> {
    let interp = Interpreter::current();
    if let Some(m) = interp.modules().get(name.as_obj())? {
        if m.is_none() {
            let r = raise!(
                ModuleNotFoundError,
                "import of {} halted; None in sys.modules",
                crate::types::traceback_lines::text_of(name)
            );
            return Err(crate::types::exception::set_name(r, name));
        }
        if let Some(import) = interp.importlib.get() {
            ensure_initialized(import, &m, name)?;
        }
        if interp.config.get().is_some_and(|c| c.import_time > 1) {
            let indent = interp.import_times.depth.get() * 2;
            eprintln!(
                "import time: cached    | cached     | {:indent$}{}",
                "",
                crate::types::traceback_lines::text_of(name)
            );
        }
        return Ok(m);
    }
    if let Some(import) = interp.importlib.get() {
        if let Some(audit) = crate::hooks::AUDIT.get().filter(|a| (a.wanted)()) {
            let of_sys = |n: &str| {
                let found = interp.sysdict.get().and_then(|d| d.get_text(n));
                found.unwrap_or(crate::types::none::none()).to_owned()
            };
            let none = crate::types::none::none().to_owned();
            let places = [of_sys("path"), of_sys("meta_path"), of_sys("path_hooks")];
            let args = [name.as_obj().to_owned(), none].into_iter().chain(places).collect();
            (audit.event)("import", args)?;
        }
        let f = import.get_attr(sym!(_find_and_load))?;
        let function = import_function()?;
        let load = || f.call(&[name.as_obj(), &*function]).map_err(trim_traceback);
        return if interp.config.get().is_some_and(|c| c.import_time > 0) {
            timed(name, load)
        } else {
            load()
        };
    }
    // Before importlib runs there are native modules only.
    if let Some(m) = interp.native_modules.get().and_then(|f| f(&name.to_string_lossy())) {
        let module = Module::from_native(m)?;
        interp.modules().set(name.as_obj(), module.as_obj())?;
        return Ok(module.into_object());
    }
    let r = raise!(ModuleNotFoundError, "No module named {}", name.repr()?.to_string_lossy());
    Err(crate::types::exception::set_name(r, name))
}

/// `builtins.__import__` as it is now.
fn import_function() -> PyResult<Object> {
    match Interpreter::current().builtins().get_str(sym!(__import__)) {
        Some(f) => Ok(f.to_owned()),
        None => Err(raise!(ImportError, "__import__ not found")),
    }
}

/// Waits for another thread that is still importing the module.
fn ensure_initialized(importlib: &Obj, module: &Obj, name: &Str) -> PyResult<()> {
    let Some(spec) = module.get_attr_opt(sym!(__spec__))?.filter(|s| !s.is_none()) else { return Ok(()) };
    let busy = match spec.get_attr_opt(sym!(_initializing))? {
        Some(v) => v.is_true()?,
        None => false,
    };
    if busy {
        importlib.call_method(sym!(_lock_unlock_module), &[name.as_obj()])?;
    }
    Ok(())
}

/// Removes the import system's own frames from the traceback of a failed import.
fn trim_traceback(raised: Raised) -> Raised {
    let e = raised.take();
    crate::types::traceback::remove_import_frames(&e);
    Raised::restore(e)
}

/// `__import__(name, globals, locals, fromlist, level)`.
pub fn import(name: &Str, globals: Option<&Obj>, fromlist: Option<&Obj>, level: i32) -> PyResult<Object> {
    if level < 0 {
        bail!(ValueError, "level must be >= 0");
    }
    let absolute = if level > 0 {
        resolve(name, globals, level)?
    } else {
        if name.is_empty() {
            bail!(ValueError, "Empty module name");
        }
        crate::object::ToRef::to_ref(name)
    };
    let module = find_and_load(&absolute)?;
    let has_from = match fromlist.filter(|f| !f.is_none()) {
        Some(f) => f.is_true()?,
        None => false,
    };
    if has_from {
        if let Some(import) = Interpreter::current().importlib.get()
            && module.get_attr_opt(sym!(__path__))?.is_some()
            && let Some(fromlist) = fromlist
        {
            let f = import_function()?;
            return import
                .call_method(sym!(_handle_fromlist), &[&module, fromlist, &f])
                .map_err(trim_traceback);
        }
        return Ok(module);
    }
    // `import a.b.c` binds `a`; a relative one binds the first part after the package.
    let text = name.as_str()?;
    let Some((front, _)) = text.split_once('.') else {
        return Ok(module);
    };
    if level == 0 {
        return find_and_load(&*Str::new(front)?);
    }
    let cut = text.len() - front.len();
    let full = absolute.as_str()?;
    let top = Str::new(&full[..full.len() - cut])?;
    match Interpreter::current().modules().get(top.as_obj())? {
        Some(m) => Ok(m),
        None => Err(raise!(KeyError, "{} not in sys.modules as expected", top.repr()?.to_string_lossy())),
    }
}

/// `importlib.import_module(name)` for Rust and C.
pub fn import_module(name: &str) -> PyResult<Object> {
    let s = Str::new(name)?;
    let f = import_function()?;
    // The leaf module comes from sys.modules.
    f.call(&[s.as_obj()])?;
    match Interpreter::current().modules().get(s.as_obj())? {
        Some(m) => Ok(m),
        None => Err(crate::error::raise_with(exc::KeyError(), s.as_obj())),
    }
}
