//! Start-up of the import system: `importlib`, which is frozen into the executable, runs, and `import` works from then on.
//!
//! Where the library is, the launcher has found out before (`Config`).

use dovetail_core::error::PyResult;
use dovetail_core::interp::eval::run_code;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Object, Ref};
use dovetail_core::types::code::Code;
use dovetail_core::types::module::Module;
use dovetail_core::types::str_::Str;
use dovetail_core::{raise, sym};

/// Runs a frozen module that the import system consists of.
fn run_frozen(name: &str) -> PyResult<Ref<Module>> {
    let Some(frozen) = crate::frozen::find(name) else {
        return Err(raise!(ImportError, "no frozen module {name}"));
    };
    let code = crate::marshal::loads(frozen.code, true)?;
    let Some(code) = code.downcast::<Code>() else {
        return Err(raise!(TypeError, "frozen object {name} is not a code object"));
    };
    let module = Module::new(name)?;
    crate::imp::add_builtins(module.dict())?;
    Interpreter::current().modules().set(Str::intern(name)?.as_obj(), module.as_obj())?;
    run_code(code, module.dict(), module.dict(), None)?;
    // The importer takes it from there when it fixes the module up.
    module.dict().set_text("__origname__", Str::new(frozen.origin)?.as_obj())?;
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

/// Starts `importlib`: after this, native and frozen modules, files and zip files can be imported.
pub fn start_import() -> PyResult<()> {
    let interp = Interpreter::current();
    let Some(sys) = interp.modules().get(sym!(sys).as_obj())? else {
        return Err(raise!(RuntimeError, "sys is not there yet"));
    };
    let verbose = interp.config.get().is_some_and(|c| c.verbose > 0);
    let bootstrap = run_frozen("_frozen_importlib")?;
    if verbose {
        eprintln!("import _frozen_importlib # frozen");
    }
    let imp = native("_imp")?;
    if verbose {
        eprintln!("import _imp # builtin");
    }
    bootstrap.call_method(sym!(_install), &[&sys, &imp])?;
    let _ = interp.importlib.set(bootstrap.clone().into_object());
    bootstrap.call_method(sym!(_install_external_importers), &[])?;
    if verbose {
        eprintln!("# installing zipimport hook");
    }
    let importer = dovetail_core::import::import_module("zipimport")?.get_attr_text("zipimporter")?;
    let hooks = sys.get_attr_text("path_hooks")?;
    hooks.call_method(sym!(insert), &[&*crate::util::int(0)?, &importer])?;
    if verbose {
        eprintln!("# installed zipimport hook");
    }
    Ok(())
}

/// Makes `builtins.open` and the standard streams.
pub fn start_io() -> PyResult<()> {
    let interp = Interpreter::current();
    let io = dovetail_core::import::import_module("io")?;
    interp.builtins().set(sym!(open).as_obj(), &*io.get_attr(sym!(open))?)?;
    crate::io::streams::start()?;
    Ok(())
}
