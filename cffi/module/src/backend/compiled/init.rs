//! The start of a compiled module: it hands over its tables, and gets the functions of `exports`, an `ffi` and a `lib`.

use super::context::{Context, RawContext, text};
use super::ffi::Ffi;
use super::ffi_init::{VERSION_MAX, VERSION_MIN};
use super::libobj::Lib;
use super::{super::VERSION, exports};
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::module::Module;
use dovetail_core::{bail, raise};
use std::ffi::{CString, c_char, c_void};

/// From this version on a module wants the conversions of `char16_t` and `char32_t`.
const VERSION_CHAR16: isize = 0x2801;

/// `_init_cffi_1_0_external_module(address)`.
pub fn init_module(address: &Obj) -> PyResult<Object> {
    let Some(raw) = address.index()?.to_u64().filter(|a| *a != 0) else {
        bail!(ValueError, "the address of a compiled module's tables is needed");
    };
    // SAFETY: compiled modules call this with the address of four words: name, version, table of exports, tables.
    let (name, version, table, context) = unsafe {
        let raw = raw as *const *mut c_void;
        let name = text((*raw).cast::<c_char>()).into_owned();
        (name, *raw.add(1) as isize, *raw.add(2), (*raw.add(3)).cast::<RawContext>())
    };
    if !(VERSION_MIN..=VERSION_MAX).contains(&version) {
        bail!(
            ImportError,
            "cffi extension module '{name}' uses an unknown version tag {version:#x}. This module might need a more \
             recent version of cffi than the one currently installed, which is {VERSION}"
        );
    }
    // SAFETY: the tables live as long as the module, which is never unloaded.
    let raw = unsafe { *context };
    let entries = if version >= VERSION_CHAR16 {
        28
    } else if raw.flags & 1 != 0 {
        // With functions that are extern "Python".
        26
    } else {
        25
    };
    // SAFETY: the version says how much room there is.
    unsafe { exports::copy_to(table, entries) };
    let module = Module::new(&name)?;
    define(&module, &name)?;
    let tables = Context::compiled(raw);
    let ffi = Ffi::with(Ffi::type_object(), tables.clone(), true)?;
    let lib = Lib::new(&ffi, &name, std::ptr::null_mut(), false)?;
    module.dict().set_text("ffi", ffi.as_obj())?;
    module.dict().set_text("lib", lib.as_obj())?;
    // Code of the module may use them whatever becomes of the module object.
    std::mem::forget(ffi.clone());
    include(&tables, &raw, &name)?;
    let modules = &Interpreter::current().modules;
    let Some(modules) = modules.get() else { bail!(RuntimeError, "no sys.modules") };
    modules.set_text(&format!("{name}.lib"), lib.as_obj())?;
    modules.set_text(&name, module.as_obj())?;
    Ok(Ref::into_object(module))
}

/// Gives the module object a definition, as extension modules have one.
fn define(module: &Module, name: &str) -> PyResult<()> {
    let c_name = CString::new(name).map_err(|_| raise!(ValueError, "embedded null character"))?;
    // SAFETY: all-zero is a valid definition; it is never freed, as the module is not.
    unsafe {
        let mut def: abi::PyModuleDef = std::mem::zeroed();
        def.m_name = c_name.into_raw();
        def.m_size = -1;
        (*module.body()).md_def = Box::leak(Box::new(def));
    }
    Ok(())
}

/// Imports the modules that this one includes.
fn include(context: &Context, raw: &RawContext, name: &str) -> PyResult<()> {
    let mut p = raw.includes;
    // SAFETY: NULL, or C strings up to a NULL.
    while !p.is_null() && unsafe { !(*p).is_null() } {
        let other = unsafe { text(*p) };
        let import = || -> PyResult<(Object, Object)> {
            let m = dovetail_core::import::import_module(&other)?;
            Ok((m.get_attr_text("ffi")?, m.get_attr_text("lib")?))
        };
        let failed = || raise!(ImportError, "while loading {name}: failed to import ffi, lib from {other}");
        let (ffi, lib) = import().map_err(|e| {
            e.clear();
            failed()
        })?;
        if !ffi.is_a::<Ffi>() || !lib.is_exact::<Lib>() {
            return Err(failed());
        }
        context.included.borrow_mut().push((ffi, Some(lib)));
        p = p.wrapping_add(1);
    }
    Ok(())
}
