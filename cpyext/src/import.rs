//! `import.h`: importing (C API, section "Importing Modules").

use crate::boundary::Borrowed;
use crate::text::{c_str, c_text};
use dovetail_core::error::PyResult;
use dovetail_core::import;
use dovetail_core::interp::frame::{current_builtins, current_globals};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::module::Module;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_long};

/// Imports through `__import__` as it is now; the module of the full name.
fn through_hook(name: &Str) -> PyResult<Object> {
    let interp = Interpreter::current();
    let globals = match current_globals() {
        Some(g) => g,
        None => {
            let g = Dict::new()?;
            g.set(sym!(__builtins__).as_obj(), interp.builtins().as_obj())?;
            g
        }
    };
    let builtins = current_builtins().unwrap_or_else(|| interp.builtins().clone().into_object());
    let hook = match builtins.downcast::<Dict>() {
        Some(d) => d.get_str(sym!(__import__)).map(Obj::to_owned),
        None => builtins.get_attr_opt(sym!(__import__))?,
    };
    let Some(hook) = hook else { bail!(KeyError, "'__import__'") };
    let (zero, none) = (Int::from_i64(0)?, List::new()?);
    hook.call(&[name.as_obj(), globals.as_obj(), globals.as_obj(), none.as_obj(), zero.as_obj()])?;
    match interp.modules().get(name.as_obj())? {
        Some(m) => Ok(m),
        None => Err(dovetail_core::types::support::key_error(name.as_obj())),
    }
}

/// Imports a module by its full name.
#[capi]
fn PyImport_Import(name: &Str) -> PyResult<Object> {
    through_hook(name)
}

/// Imports a module by its full name in UTF-8.
#[capi(alias = "PyImport_ImportModuleNoBlock")]
unsafe fn PyImport_ImportModule(name: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string.
    through_hook(&*unsafe { c_text(name) }?)
}

/// An attribute of a module that is imported.
#[capi]
fn PyImport_ImportModuleAttr(module: &Str, name: &Str) -> PyResult<Object> {
    through_hook(module)?.get_attr(name)
}

/// As `PyImport_ImportModuleAttr`, by UTF-8 text.
#[capi]
unsafe fn PyImport_ImportModuleAttrString(module: *const c_char, name: *const c_char) -> PyResult<Object> {
    // SAFETY: C strings.
    unsafe { through_hook(&*c_text(module)?)?.get_attr(&*c_text(name)?) }
}

/// `__import__(name, globals, locals, fromlist, level)`.
#[capi]
fn PyImport_ImportModuleLevelObject(
    name: &Obj,
    globals: Option<&Obj>,
    _locals: Option<&Obj>,
    fromlist: Option<&Obj>,
    level: c_int,
) -> PyResult<Object> {
    let Some(name) = name.downcast::<Str>() else { bail!(TypeError, "module name must be a string") };
    import::import(name, globals, fromlist, level)
}

/// As `PyImport_ImportModuleLevelObject`, with the name in UTF-8.
#[capi]
unsafe fn PyImport_ImportModuleLevel(
    name: *const c_char,
    globals: Option<&Obj>,
    _locals: Option<&Obj>,
    fromlist: Option<&Obj>,
    level: c_int,
) -> PyResult<Object> {
    // SAFETY: a C string.
    import::import(&*unsafe { c_text(name) }?, globals, fromlist, level)
}

/// `sys.modules`, borrowed.
#[capi]
fn PyImport_GetModuleDict() -> Borrowed {
    Borrowed::of(&**Interpreter::current().modules())
}

/// The module of that name in `sys.modules`; NULL without an exception when there is none.
#[capi]
fn PyImport_GetModule(name: &Obj) -> PyResult<Option<Object>> {
    Interpreter::current().modules().get(name)
}

fn add(name: &Str) -> PyResult<Object> {
    let modules = Interpreter::current().modules();
    if let Some(m) = modules.get(name.as_obj())?
        && m.is_a::<Module>()
    {
        return Ok(m);
    }
    let m = Module::named(name)?;
    modules.set(name.as_obj(), m.as_obj())?;
    Ok(m.into_object())
}

/// The module of that name in `sys.modules`, made empty when there is none; borrowed.
#[capi]
fn PyImport_AddModuleObject(name: &Str) -> PyResult<Borrowed> {
    // `sys.modules` keeps it.
    Ok(Borrowed(add(name)?.as_raw()))
}

/// As `PyImport_AddModuleObject`, by UTF-8 text.
#[capi]
unsafe fn PyImport_AddModule(name: *const c_char) -> PyResult<Borrowed> {
    // SAFETY: a C string.
    Ok(Borrowed(add(&*unsafe { c_text(name) }?)?.as_raw()))
}

/// As `PyImport_AddModule`, as a new reference.
#[capi]
unsafe fn PyImport_AddModuleRef(name: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string.
    add(&*unsafe { c_text(name) }?)
}

/// `importlib.reload(module)`.
#[capi]
fn PyImport_ReloadModule(module: &Obj) -> PyResult<Object> {
    import::import_module("importlib")?.call_method_text("reload", &[module])
}

/// The number at the start of `.pyc` files.
#[capi]
fn PyImport_GetMagicNumber() -> PyResult<c_long> {
    Ok(c_long::from(u32::from_le_bytes([0x2b, 0x0e, b'\r', b'\n'])))
}

/// What `.pyc` files have in their names.
#[capi]
fn PyImport_GetMagicTag() -> *const c_char {
    c"cpython-314".as_ptr()
}

/// Runs code in the module of that name, which is made when there is none.
pub fn execute(name: &Str, code: &Obj, file: Option<&Obj>, cached: Option<&Obj>) -> PyResult<Object> {
    let m = add(name)?;
    let Some(module) = m.downcast::<Module>() else { bail!(TypeError, "not a module") };
    let d = module.dict();
    if d.get_str(sym!(__builtins__)).is_none() {
        d.set(sym!(__builtins__).as_obj(), Interpreter::current().builtins().as_obj())?;
    }
    let Some(c) = code.downcast::<dovetail_core::types::code::Code>() else {
        return Err(crate::boundary::bad_internal_call());
    };
    let own = code.get_attr_text("co_filename")?;
    let none = dovetail_core::types::none::none();
    import::import_module("importlib._bootstrap_external")?.get_attr_text("_fix_up_module")?.call(&[
        d.as_obj(),
        name.as_obj(),
        file.unwrap_or(&own),
        cached.unwrap_or(none),
    ])?;
    if let Err(e) = dovetail_core::interp::eval::run_code(c, d, d.as_obj(), None) {
        let e = e.take();
        let _ = Interpreter::current().modules().remove(name.as_obj());
        return Err(dovetail_core::error::Raised::restore(e));
    }
    match Interpreter::current().modules().get(name.as_obj())? {
        Some(m) => Ok(m),
        None => Err(raise!(ImportError, "Loaded module {} not found in sys.modules", name.to_string_lossy())),
    }
}

/// Runs code as the body of a module.
#[capi]
fn PyImport_ExecCodeModuleObject(
    name: &Str,
    code: &Obj,
    file: Option<&Obj>,
    cached: Option<&Obj>,
) -> PyResult<Object> {
    execute(name, code, file, cached)
}

/// As `PyImport_ExecCodeModuleObject`, by UTF-8 text.
#[capi]
unsafe fn PyImport_ExecCodeModule(name: *const c_char, code: &Obj) -> PyResult<Object> {
    // SAFETY: a C string.
    execute(&*unsafe { c_text(name) }?, code, None, None)
}

/// As `PyImport_ExecCodeModule`, with the file's name.
#[capi]
unsafe fn PyImport_ExecCodeModuleEx(
    name: *const c_char,
    code: &Obj,
    file: *const c_char,
) -> PyResult<Object> {
    // SAFETY: C strings.
    unsafe {
        let file = crate::text::opt_c_text(file)?;
        execute(&*c_text(name)?, code, file.as_ref().map(|f| f.as_obj()), None)
    }
}

// ---- evaluation: sys and audit ----

/// An attribute of `sys`, borrowed; NULL without an exception when it is missing.
#[capi]
unsafe fn PySys_GetObject(name: *const c_char) -> Borrowed {
    let Some(d) = Interpreter::current().sysdict.get() else { return Borrowed::NULL };
    // SAFETY: a C string.
    Borrowed::option(d.get_text(&unsafe { c_str(name) }))
}

/// Sets an attribute of `sys`; NULL deletes it.
#[capi]
unsafe fn PySys_SetObject(name: *const c_char, value: Option<&Obj>) -> PyResult<()> {
    let Some(d) = Interpreter::current().sysdict.get() else { bail!(RuntimeError, "lost sys module") };
    let key = Str::intern_c(name)?;
    match value {
        Some(v) => d.set(key.as_obj(), v),
        None => d.remove(key.as_obj()).map(drop),
    }
}

/// `sys._xoptions`, borrowed.
#[capi]
fn PySys_GetXOptions() -> PyResult<Borrowed> {
    let Some(d) = Interpreter::current().sysdict.get() else { bail!(RuntimeError, "lost sys module") };
    match d.get_text("_xoptions") {
        Some(o) => Ok(Borrowed::of(o)),
        None => Err(raise!(RuntimeError, "lost sys._xoptions")),
    }
}

/// `sys.audit(event, *args)`; NULL is no arguments.
#[capi]
unsafe fn PySys_AuditTuple(event: *const c_char, args: Option<&Obj>) -> PyResult<()> {
    let items = match args {
        None => Vec::new(),
        Some(a) => match a.downcast::<dovetail_core::types::tuple::Tuple>() {
            Some(t) => t.items().to_vec(),
            None => bail!(TypeError, "args must be tuple, got {}", a.type_name()),
        },
    };
    // SAFETY: a C string.
    dovetail_stdlib::sys::audit_event(&unsafe { c_str(event) }, items)
}

/// Adds an audit hook of C for all interpreters, before Python starts or while it runs. A hook that is there already may
/// be against it: then nothing happens.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_AddAuditHook(
    hook: Option<dovetail_stdlib::sys::NativeHook>,
    data: *mut std::ffi::c_void,
) -> c_int {
    let Some(hook) = hook else { return -1 };
    if !dovetail_core::thread::ThreadState::current_or_null().is_null() {
        match dovetail_stdlib::sys::may_add_audit_hook() {
            Ok(true) => {}
            Ok(false) => return 0,
            Err(_) => return -1,
        }
    }
    dovetail_stdlib::sys::add_native_audit_hook(hook, data);
    0
}

/// For `c/sys.c`: is there anybody to hear of events?
#[unsafe(no_mangle)]
extern "C" fn dovetail_audited() -> c_int {
    c_int::from(dovetail_stdlib::sys::audited())
}

/// For `c/sys.c`: passes an event on; `built` is a tuple of arguments or the only one, and is taken over.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_audit(event: *const c_char, built: crate::boundary::P) -> c_int {
    // SAFETY: an owned reference or NULL with an exception.
    let Some(built): Option<Object> = (unsafe { Ref::from_owned_opt(built) }) else { return -1 };
    let items = match built.downcast::<dovetail_core::types::tuple::Tuple>() {
        Some(t) => t.items().to_vec(),
        None => vec![built],
    };
    // SAFETY: a C string.
    match dovetail_stdlib::sys::audit_event(&unsafe { c_str(event) }, items) {
        Ok(()) => 0,
        Err(_) => -1,
    }
}
