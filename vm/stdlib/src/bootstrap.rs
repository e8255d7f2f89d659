//! Start-up of the import system: the library is found, `importlib` runs, and `import` works from then on.
//!
//! The search is CPython's in short: `DOVETAIL_HOME` or `PYTHONHOME`, else the folders above the executable, each
//! tried for `lib/python3.14/os.py`. Without a library only native modules can be imported.

use crate::util::text;
use dovetail_core::error::PyResult;
use dovetail_core::interp::eval::run_code;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::code::Code;
use dovetail_core::types::module::Module;
use dovetail_core::types::str_::Str;
use dovetail_core::{raise, sym};
use std::path::{Path, PathBuf};

/// The library's folder within a prefix.
const LIBRARY: &str = "lib/python3.14";

/// The prefix that holds the library.
pub fn find_prefix() -> Option<PathBuf> {
    let ignore = Interpreter::current().config.get().is_some_and(|c| c.ignore_environment);
    let has_library = |p: &Path| p.join(LIBRARY).join("os.py").is_file();
    if !ignore {
        for name in ["DOVETAIL_HOME", "PYTHONHOME"] {
            if let Some(home) = std::env::var_os(name).filter(|h| !h.is_empty()) {
                let home = PathBuf::from(home);
                if has_library(&home) {
                    return Some(home);
                }
            }
        }
    }
    let exe = std::env::current_exe().ok()?;
    let exe = exe.canonicalize().unwrap_or(exe);
    exe.ancestors().skip(1).find(|p| has_library(p)).map(Path::to_path_buf)
}

/// Runs a source file of `importlib` as the module of the given name.
fn run_file(library: &Path, file: &str, name: &str) -> PyResult<Ref<Module>> {
    let path = library.join(file);
    let source = std::fs::read(&path).map_err(|e| {
        dovetail_core::types::exceptions_os::from_io(
            &e,
            Str::new(&path.to_string_lossy()).ok().as_ref().map(|s| s.as_obj()),
        )
    })?;
    let origin =
        format!("<frozen importlib.{}>", file.trim_start_matches("importlib/").trim_end_matches(".py"));
    let code: Ref<Code> = crate::compile::compile_bytes(&source, &origin, "exec", 0, 0)?;
    let module = Module::new(name)?;
    crate::imp::add_builtins(module.dict())?;
    Interpreter::current().modules().set(Str::intern(name)?.as_obj(), module.as_obj())?;
    run_code(&code, module.dict(), module.dict(), None)?;
    Ok(module)
}

/// A native module, made and entered in `sys.modules`.
fn native(name: &str) -> PyResult<Object> {
    let Some(m) = crate::find(name) else {
        return Err(raise!(ImportError, "no native module {name}"));
    };
    let module = Module::from_native(m)?;
    Interpreter::current().modules().set(Str::intern(name)?.as_obj(), module.as_obj())?;
    Ok(module.into_object())
}

/// The entries of `sys.path` that do not depend on the program.
fn search_path(prefix: &Path) -> Vec<String> {
    let mut path = Vec::new();
    let config = Interpreter::current().config.get();
    if !config.is_some_and(|c| c.ignore_environment)
        && let Ok(extra) = std::env::var("PYTHONPATH")
    {
        path.extend(extra.split(':').filter(|p| !p.is_empty()).map(str::to_owned));
    }
    let p = prefix.to_string_lossy();
    path.push(format!("{p}/lib/python314.zip"));
    path.push(format!("{p}/{LIBRARY}"));
    path.push(format!("{p}/{LIBRARY}/lib-dynload"));
    path
}

/// Starts `importlib`. Does nothing where no library is found.
pub fn start_import() -> PyResult<()> {
    let Some(prefix) = find_prefix() else { return Ok(()) };
    let interp = Interpreter::current();
    let Some(sys) = interp.modules().get(sym!(sys).as_obj())? else { return Ok(()) };
    crate::sys::set_paths(&sys, &prefix.to_string_lossy(), &search_path(&prefix))?;
    let library = prefix.join(LIBRARY);
    for name in ["_imp", "_thread", "_warnings", "_weakref"] {
        native(name)?;
    }
    let Some(imp) = interp.modules().get(sym!(_imp).as_obj())? else { return Ok(()) };
    let bootstrap = run_file(&library, "importlib/_bootstrap.py", "_frozen_importlib")?;
    bootstrap.call_method(sym!(_install), &[&sys, &imp])?;
    let _ = interp.importlib.set(bootstrap.clone().into_object());
    run_file(&library, "importlib/_bootstrap_external.py", "_frozen_importlib_external")?;
    bootstrap.call_method(sym!(_install_external_importers), &[])?;
    Ok(())
}

/// Makes `builtins.open` and the standard streams.
fn start_io() -> PyResult<()> {
    let interp = Interpreter::current();
    let io = match interp.modules().get(sym!(_io).as_obj())? {
        Some(io) => io,
        None => native("_io")?,
    };
    interp.builtins().set(sym!(open).as_obj(), &*io.get_attr(sym!(open))?)?;
    crate::io::streams::start()
}

/// Makes the standard streams and imports what every program has: `site`.
pub fn start_library() -> PyResult<()> {
    start_io()?;
    let interp = Interpreter::current();
    if interp.importlib.get().is_none() {
        return Ok(());
    }
    let no_site = interp.config.get().is_some_and(|c| c.no_site);
    if !no_site {
        dovetail_core::import::import_module("site")?;
    }
    Ok(())
}

/// Puts a folder (or nothing, for the current one) before the search path.
pub fn insert_path(entry: &str) -> PyResult<()> {
    let Some(sys) = Interpreter::current().sysdict.get() else { return Ok(()) };
    let Some(path) = sys.get_text("path").map(Obj::to_owned) else { return Ok(()) };
    let (zero, entry) = (crate::util::int(0)?, text(entry)?);
    path.call_method(sym!(insert), &[&zero, &entry])?;
    Ok(())
}
