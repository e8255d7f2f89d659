//! `_imp`: what `importlib` needs of the runtime: native, frozen and extension modules, and the import lock.

use crate::marshal;
use crate::util::{owned, set, text};
use dovetail_core::error::PyResult;
use dovetail_core::interp::eval::run_code;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::code::Code;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::module::Module;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::pymodule;
use std::cell::Cell;
use std::sync::OnceLock;

/// What loads extension modules; the C API registers it.
pub struct ExtensionLoader {
    /// `create_dynamic(spec, file)`.
    pub create: fn(&Obj, Option<&Obj>) -> PyResult<Object>,
    /// `exec_dynamic(module)`.
    pub exec: fn(&Obj) -> PyResult<i32>,
}

static LOADER: OnceLock<ExtensionLoader> = OnceLock::new();

/// Registers the loader of extension modules; the first one stays.
pub fn register_extension_loader(loader: ExtensionLoader) {
    let _ = LOADER.set(loader);
}

/// Built-in modules of an embedding program, beside the runtime's own (`PyImport_AppendInittab`).
pub struct MoreBuiltins {
    /// Is a module of this name there?
    pub has: fn(&str) -> bool,
    /// Makes it for its spec.
    pub create: fn(&Obj) -> PyResult<Object>,
    /// All names.
    pub names: fn() -> Vec<String>,
}

static MORE: OnceLock<MoreBuiltins> = OnceLock::new();

/// Registers the embedding program's modules; the first ones stay.
pub fn register_more_builtins(more: MoreBuiltins) {
    let _ = MORE.set(more);
}

/// The names of the embedding program's modules.
pub fn more_builtin_names() -> Vec<String> {
    MORE.get().map_or_else(Vec::new, |m| (m.names)())
}

fn more_with(name: &str) -> Option<&'static MoreBuiltins> {
    MORE.get().filter(|m| (m.has)(name))
}

thread_local! {
    static LOCK_DEPTH: Cell<usize> = const { Cell::new(0) };
}

fn spec_name(spec: &Obj) -> PyResult<Ref<Str>> {
    let name = spec.get_attr(sym!(name))?;
    match name.downcast_into::<Str>() {
        Ok(s) => Ok(s),
        Err(o) => Err(raise!(TypeError, "name must be string, not {}", o.type_name())),
    }
}

fn no_frozen(name: &Str) -> PyResult<Object> {
    let r = raise!(ImportError, "No such frozen object named {}", name.repr()?.to_string_lossy());
    Err(dovetail_core::types::exception::set_name(r, name))
}

/// Takes the import lock for the calling thread, once more if it has it.
pub fn lock_imports() {
    if LOCK_DEPTH.get() == 0 {
        crate::thread::import_lock().acquire();
    }
    LOCK_DEPTH.set(LOCK_DEPTH.get() + 1);
}

/// Undoes one `lock_imports`.
pub fn unlock_imports() {
    match LOCK_DEPTH.get() {
        0 => {}
        1 => {
            LOCK_DEPTH.set(0);
            crate::thread::import_lock().release();
        }
        n => LOCK_DEPTH.set(n - 1),
    }
}

/// (Extremely) low-level import machinery bits as used by importlib.
#[pymodule(name = "_imp")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let check = Interpreter::current().config.get().map_or("default", |c| &c.check_hash_pycs);
        set(module, "check_hash_based_pycs", &*text(check)?)?;
        set(module, "pyc_magic_number_token", &*crate::util::int(0x0a0d_0e2b_i64)?)
    }

    /// Return whether the import lock is currently held.
    ///
    /// On platforms without threads, return False.
    #[function]
    fn lock_held() -> bool {
        LOCK_DEPTH.get() > 0
    }

    /// Acquires the interpreter's import lock for the current thread.
    ///
    /// This lock should be used by import hooks to ensure thread-safety when importing
    /// modules. On platforms without threads, this function does nothing.
    #[function]
    fn acquire_lock() {
        lock_imports();
    }

    /// Release the interpreter's import lock.
    ///
    /// On platforms without threads, this function does nothing.
    #[function]
    fn release_lock() -> PyResult<()> {
        match LOCK_DEPTH.get() {
            0 => Err(raise!(RuntimeError, "not holding the import lock")),
            _ => {
                unlock_imports();
                Ok(())
            }
        }
    }

    /// The code that ran from no file before `linecache` was imported: tuples of code, source and file name.
    #[function]
    fn _command_sources() -> PyResult<Ref<List>> {
        let entries = dovetail_core::types::traceback::take_commands().into_iter().map(|(code, source)| {
            let name = code.get_attr(sym!(co_filename))?;
            Ok(Tuple::from_array([code, Str::new(&source)?.into_object(), name])?.into_object())
        });
        List::from_vec(entries.collect::<PyResult<_>>()?)
    }

    /// Returns the list of file suffixes used to identify extension modules.
    #[function]
    fn extension_suffixes() -> PyResult<Ref<List>> {
        let arch = std::env::consts::ARCH;
        let full = format!(".cpython-314-{arch}-linux-gnu.so");
        List::from_vec(vec![text(&full)?, text(".abi3.so")?, text(".so")?])
    }

    /// Create an extension module.
    #[function]
    fn create_builtin(spec: &Obj) -> PyResult<Object> {
        let name = spec_name(spec)?;
        let interp = Interpreter::current();
        if let Some(m) = interp.modules().get(name.as_obj())? {
            return Ok(m);
        }
        match interp.native_modules.get().and_then(|f| f(&name.to_string_lossy())) {
            Some(native) => Ok(Module::from_native(native)?.into_object()),
            None => match more_with(&name.to_string_lossy()) {
                Some(more) => (more.create)(spec),
                None => Ok(dovetail_core::types::none::none().to_owned()),
            },
        }
    }

    /// Initialize a built-in module.
    #[function]
    fn exec_builtin(module: &Obj) -> PyResult<i32> {
        // Of ours, `create_builtin` has filled it.
        match LOADER.get() {
            Some(l) => (l.exec)(module),
            None => Ok(0),
        }
    }

    /// Returns True if the module name corresponds to a built-in module.
    #[function]
    fn is_builtin(name: &Str) -> i32 {
        let found = Interpreter::current().native_modules.get().and_then(|f| f(&name.to_string_lossy()));
        match found {
            // `builtins` and `sys` cannot be made again.
            Some(m) if m.name == "builtins" || m.name == "sys" => -1,
            Some(_) => 1,
            None => i32::from(more_with(&name.to_string_lossy()).is_some()),
        }
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[function]
    fn is_frozen(name: &Str) -> bool {
        crate::frozen::find(&name.to_string_lossy()).is_some()
    }

    /// Returns True if the module name is of a frozen package.
    #[function]
    fn is_frozen_package(name: &Str) -> PyResult<bool> {
        match crate::frozen::find(&name.to_string_lossy()) {
            Some(f) => Ok(f.package),
            None => no_frozen(name).map(|_| false),
        }
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    #[function(sig = "(name, /, *, withdata=False)")]
    fn find_frozen(name: &Str, withdata: bool) -> PyResult<Option<Object>> {
        let Some(f) = crate::frozen::find(&name.to_string_lossy()) else { return Ok(None) };
        let data = if withdata { Some(Bytes::new(f.code)?.into_object()) } else { None };
        let none = || dovetail_core::types::none::none().to_owned();
        let package = owned(dovetail_core::types::bool_::bool_obj(f.package));
        let origin = text(f.origin)?;
        Ok(Some(
            dovetail_core::types::tuple::Tuple::from_vec(vec![data.unwrap_or_else(none), package, origin])?
                .into_object(),
        ))
    }

    /// Create a code object for a frozen module.
    #[function(sig = "(name, data=None, /)")]
    fn get_frozen_object(name: &Str, data: Option<&Obj>) -> PyResult<Object> {
        let code = match data {
            Some(d) => marshal::loads(&BytesLike::of(d)?, true)?,
            None => match crate::frozen::find(&name.to_string_lossy()) {
                Some(f) => marshal::loads(f.code, true)?,
                None => return no_frozen(name),
            },
        };
        if !code.is_a::<Code>() {
            bail!(TypeError, "frozen object {} is not a code object", name.repr()?.to_string_lossy());
        }
        Ok(code)
    }

    /// Initializes a frozen module.
    #[function]
    fn init_frozen(name: &Str) -> PyResult<Option<Object>> {
        let Some(f) = crate::frozen::find(&name.to_string_lossy()) else { return Ok(None) };
        let code = marshal::loads(f.code, true)?;
        let Some(code) = code.downcast::<Code>() else {
            bail!(TypeError, "frozen object {} is not a code object", name.repr()?.to_string_lossy());
        };
        let m = Module::named(name)?;
        let interp = Interpreter::current();
        m.dict().set(sym!(__builtins__).as_obj(), interp.builtins().as_obj())?;
        interp.modules().set(name.as_obj(), m.as_obj())?;
        if f.package {
            m.dict().set_text("__path__", List::new()?.as_obj())?;
        }
        run_code(code, m.dict(), m.dict(), None)?;
        m.dict().set_text("__origname__", &*text(f.origin)?)?;
        Ok(Some(m.into_object()))
    }

    /// Create an extension module.
    #[function(sig = "(spec, file=<unrepresentable>, /)")]
    fn create_dynamic(spec: &Obj, file: Option<&Obj>) -> PyResult<Object> {
        match LOADER.get() {
            Some(l) => (l.create)(spec, file),
            None => {
                let name = spec_name(spec)?;
                Err(raise!(
                    ImportError,
                    "cannot load {}: the C API (cpyext) is not part of this build",
                    name.to_string_lossy()
                ))
            }
        }
    }

    /// Initialize an extension module.
    #[function]
    fn exec_dynamic(module: &Obj) -> PyResult<i32> {
        match LOADER.get() {
            Some(l) => (l.exec)(module),
            None => Ok(0),
        }
    }

    /// Changes code.co_filename to specify the passed-in file path.
    #[function]
    fn _fix_co_filename(code: &Code, path: &Str) -> PyResult<()> {
        let old = dovetail_core::object::ToRef::to_ref(code.filename());
        if old.equals(path) {
            return Ok(());
        }
        code.set_filename(&old, path)
    }

    /// (internal-only) Return the module names that are frozen.
    #[function]
    fn _frozen_module_names() -> PyResult<Ref<List>> {
        List::from_vec(crate::frozen::names().map(text).collect::<PyResult<_>>()?)
    }

    /// (internal-only) Override PyConfig.use_frozen_modules.
    #[function]
    fn _override_frozen_modules_for_tests(r#override: i32) {
        crate::frozen::override_for_tests(r#override);
    }

    /// (internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.
    #[function]
    fn _override_multi_interp_extensions_check(r#override: i32) -> PyResult<i32> {
        let interp = Interpreter::current();
        if interp.is_main() {
            bail!(
                RuntimeError,
                "_imp._override_multi_interp_extensions_check() cannot be used in the main interpreter"
            );
        }
        Ok(interp.override_extensions_check.replace(r#override))
    }

    /// Compute the hash of a source file, for hash-based pycs.
    #[function(sig = "(key, source)")]
    fn source_hash(key: i64, source: &Obj) -> PyResult<Ref<Bytes>> {
        let b = BytesLike::of(source)?;
        Bytes::new(&dovetail_front::marshal::pyc::source_hash(key as u64, &b))
    }
}

/// Fills `__builtins__` of a namespace, as a module of the import system has it.
pub fn add_builtins(dict: &Dict) -> PyResult<()> {
    if dict.get_str(sym!(__builtins__)).is_none() {
        let b = Interpreter::current().builtins();
        dict.set(sym!(__builtins__).as_obj(), b.as_obj())?;
    }
    Ok(())
}

pub use module::MODULE;
