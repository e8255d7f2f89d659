//! `moduleobject.h`, `modsupport.h`: modules of C, single-phase and multi-phase (PEP 489), their definitions and state.

use crate::boundary::{Borrowed, P, bad_internal_call};
use crate::extension;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::module::{Module, ModuleDef};
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicIsize, Ordering};

static NEXT_INDEX: AtomicIsize = AtomicIsize::new(1);

/// Text of a C string, for messages.
///
/// # Safety
/// `text` is NULL or ends with a zero byte.
unsafe fn shown(text: *const c_char) -> String {
    if text.is_null() {
        return "<NULL>".to_owned();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// Makes a definition an object and gives it its index.
#[capi]
unsafe fn PyModuleDef_Init(def: *mut abi::PyModuleDef) -> PyResult<Borrowed> {
    // SAFETY: a definition in C's static memory, of which nothing but the header is set here.
    unsafe {
        if (*def).m_base.m_index == 0 {
            let head = def as *mut dovetail_core::object::obj::Head;
            (*head).refcnt = dovetail_core::object::obj::IMMORTAL;
            (*head).ob_type = ModuleDef::TYPE_POINTER;
            (*def).m_base.m_index = NEXT_INDEX.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(Borrowed(def.cast()))
}

/// The state that a definition asks for, zeroed.
unsafe fn allocate_state(module: &Module, size: isize) -> PyResult<()> {
    // SAFETY: the module owns its state.
    unsafe {
        let state = alloc::calloc_in(dovetail_core::object::domains::MEM, size.max(0) as usize);
        if state.is_null() {
            return Err(dovetail_core::error::no_memory());
        }
        (*module.body()).md_state = state.cast();
    }
    Ok(())
}

/// A module of a single-phase definition.
#[capi]
unsafe fn PyModule_Create2(def: *mut abi::PyModuleDef, api_version: c_int) -> PyResult<Ref<Module>> {
    // SAFETY: a definition of C.
    unsafe {
        PyModuleDef_Init(def);
        let plain = shown((*def).m_name);
        check_version(&plain, api_version)?;
        if !(*def).m_slots.is_null() {
            bail!(SystemError, "module {plain}: PyModule_Create is incompatible with m_slots");
        }
        let name = extension::full_name(&plain);
        let module = Module::new(&name)?;
        if (*def).m_size > 0 {
            allocate_state(&module, (*def).m_size)?;
        }
        module.add_functions((*def).m_methods)?;
        set_doc(&module, (*def).m_doc)?;
        (*module.body()).md_def = def;
        Ok(module)
    }
}

/// Warns of a module that was compiled for another API version.
fn check_version(name: &str, version: c_int) -> PyResult<()> {
    if version != 1013 && version != 3 {
        let text = format!(
            "Python C API version mismatch for module {name}: This Python has API version 1013, module {name} has version {version}."
        );
        dovetail_core::types::exception::warn(exc::RuntimeWarning(), &text, 1)?;
    }
    Ok(())
}

unsafe fn set_doc(module: &Obj, doc: *const c_char) -> PyResult<()> {
    if doc.is_null() {
        return Ok(());
    }
    // SAFETY: a C string of the definition.
    let text = unsafe { CStr::from_ptr(doc) }.to_string_lossy();
    module.set_attr(sym!(__doc__), Str::new(&text)?.as_obj())
}

type Create = unsafe extern "C" fn(P, *mut abi::PyModuleDef) -> P;
type Exec = unsafe extern "C" fn(P) -> c_int;

/// The first phase of a multi-phase definition: the module object.
#[capi]
unsafe fn PyModule_FromDefAndSpec2(
    def: *mut abi::PyModuleDef,
    spec: &Obj,
    api_version: c_int,
) -> PyResult<Object> {
    // SAFETY: a definition of C; slots end with a zero row.
    unsafe {
        PyModuleDef_Init(def);
        let name = spec.get_attr(sym!(name))?;
        let Some(name) = name.downcast::<Str>() else { bail!(TypeError, "name must be string") };
        let shown_name = name.to_string_lossy().into_owned();
        check_version(&shown_name, api_version)?;
        if (*def).m_size < 0 {
            bail!(
                SystemError,
                "module {shown_name}: m_size may not be negative for multi-phase initialization"
            );
        }
        let mut create: Option<Create> = None;
        let mut executes = false;
        let (mut seen_interpreters, mut seen_gil) = (false, false);
        // What Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED stands for.
        let mut multiple = 1;
        let mut slot = (*def).m_slots;
        while !slot.is_null() && (*slot).slot != 0 {
            match (*slot).slot {
                abi::Py_mod_create => {
                    if create.is_some() {
                        bail!(SystemError, "module {shown_name} has multiple create slots");
                    }
                    create = Some(std::mem::transmute::<*mut c_void, Create>((*slot).value));
                }
                abi::Py_mod_exec => executes = true,
                abi::Py_mod_multiple_interpreters => {
                    if seen_interpreters {
                        bail!(
                            SystemError,
                            "module {shown_name} has more than one 'multiple interpreters' slots"
                        );
                    }
                    seen_interpreters = true;
                    multiple = (*slot).value as usize;
                }
                abi::Py_mod_gil => {
                    if seen_gil {
                        bail!(SystemError, "module {shown_name} has more than one 'gil' slot");
                    }
                    seen_gil = true;
                }
                id => bail!(SystemError, "module {shown_name} uses unknown slot ID {id}"),
            }
            slot = slot.add(1);
        }
        let interp = dovetail_core::interpreter::Interpreter::current();
        if !interp.is_main()
            && interp.checks_extensions()
            && (multiple == 0 || interp.features.own_gil && multiple != 2)
        {
            return Err(crate::extension::unsupported(&shown_name));
        }
        let made = match create {
            Some(f) => {
                let o = f(spec.as_ptr(), def);
                if o.is_null() {
                    if !ThreadState::current().has_exception() {
                        bail!(
                            SystemError,
                            "creation of module {shown_name} failed without setting an exception"
                        );
                    }
                    return Err(Raised::from_c());
                }
                let o: Object = Ref::from_owned(o);
                if ThreadState::current().has_exception() {
                    return Err(extension::from_cause(
                        exc::SystemError(),
                        &format!("creation of module {shown_name} raised unreported exception"),
                    ));
                }
                o
            }
            None => Module::named(name)?.into_object(),
        };
        match made.downcast::<Module>() {
            Some(m) => (*m.body()).md_def = def,
            None => {
                if (*def).m_size > 0
                    || (*def).m_traverse.is_some()
                    || (*def).m_clear.is_some()
                    || (*def).m_free.is_some()
                {
                    bail!(
                        SystemError,
                        "module {shown_name} is not a module object, but requests module state"
                    );
                }
                if executes {
                    bail!(
                        SystemError,
                        "module {shown_name} specifies execution slots, but did not create a ModuleType instance"
                    );
                }
            }
        }
        add_functions(&made, name, (*def).m_methods)?;
        set_doc(&made, (*def).m_doc)?;
        Ok(made)
    }
}

/// Adds the functions of a table to a module, or to what a `create` slot made instead.
unsafe fn add_functions(target: &Obj, name: &Str, table: *mut abi::PyMethodDef) -> PyResult<()> {
    let mut row = table;
    // SAFETY: the table ends with a null name and outlives the functions.
    unsafe {
        while !row.is_null() && !(*row).ml_name.is_null() {
            if (*row).ml_flags & (abi::METH_CLASS | abi::METH_STATIC) != 0 {
                bail!(ValueError, "module functions cannot set METH_CLASS or METH_STATIC");
            }
            let f = dovetail_core::types::cfunction::CFunction::new(row, Some(target), Some(name.as_obj()))?;
            target.set_attr(&*Str::intern_c((*row).ml_name)?, f.as_obj())?;
            row = row.add(1);
        }
    }
    Ok(())
}

/// The second phase: state, then the `exec` slots in order. A module that has state is complete already.
pub unsafe fn execute(module: &Module, def: *mut abi::PyModuleDef) -> PyResult<()> {
    // SAFETY: the module's definition.
    unsafe {
        if (*def).m_size >= 0 && (*module.body()).md_state.is_null() {
            allocate_state(module, (*def).m_size)?;
        }
        let mut slot = (*def).m_slots;
        while !slot.is_null() && (*slot).slot != 0 {
            if (*slot).slot == abi::Py_mod_exec {
                let f = std::mem::transmute::<*mut c_void, Exec>((*slot).value);
                let status = f(module.as_ptr());
                let raised = ThreadState::current().has_exception();
                if status != 0 {
                    if !raised {
                        bail!(
                            SystemError,
                            "execution of module {} failed without setting an exception",
                            module.name_text()
                        );
                    }
                    return Err(Raised::from_c());
                }
                if raised {
                    let text =
                        format!("execution of module {} raised unreported exception", module.name_text());
                    return Err(extension::from_cause(exc::SystemError(), &text));
                }
            }
            slot = slot.add(1);
        }
    }
    Ok(())
}

/// The second phase, for a module made by `PyModule_FromDefAndSpec`.
#[capi]
unsafe fn PyModule_ExecDef(module: &Module, def: *mut abi::PyModuleDef) -> PyResult<()> {
    // SAFETY: C's own definition.
    unsafe { execute(module, def) }
}

/// A new module object.
#[capi]
fn PyModule_NewObject(name: &Str) -> PyResult<Ref<Module>> {
    Module::named(name)
}

/// As `PyModule_NewObject`, with UTF-8 text.
#[capi]
unsafe fn PyModule_New(name: *const c_char) -> PyResult<Ref<Module>> {
    // SAFETY: a C string.
    Module::new(unsafe { CStr::from_ptr(name) }.to_str().unwrap_or_default())
}

/// The module's namespace, borrowed from it.
#[capi]
fn PyModule_GetDict(module: &Module) -> PyResult<Borrowed> {
    Ok(Borrowed::of(module.dict()))
}

/// `__name__`.
#[capi]
fn PyModule_GetNameObject(module: &Obj) -> PyResult<Object> {
    let Some(m) = module.downcast::<Module>() else {
        bail!(TypeError, "bad argument type for built-in operation")
    };
    match m.name_object() {
        Some(n) => Ok(n),
        None => Err(raise!(SystemError, "nameless module")),
    }
}

/// `__name__` in UTF-8, borrowed from the name object.
#[capi]
fn PyModule_GetName(module: &Obj) -> PyResult<*const c_char> {
    let Some(m) = module.downcast::<Module>() else {
        bail!(TypeError, "bad argument type for built-in operation")
    };
    let Some(name) = m.name_object() else { bail!(SystemError, "nameless module") };
    // SAFETY: checked by name_object.
    let text = unsafe { name.cast_unchecked::<Str>() }.as_str()?;
    // The module's namespace keeps the string, whose UTF-8 form ends with a zero byte.
    Ok(text.as_ptr().cast())
}

/// The definition, or NULL for modules that have none.
#[capi]
fn PyModule_GetDef(module: &Obj) -> PyResult<*mut abi::PyModuleDef> {
    match module.downcast::<Module>() {
        // SAFETY: a module's body.
        Some(m) => Ok(unsafe { (*m.body()).md_def }),
        None => Err(bad_argument()),
    }
}

/// The state, or NULL.
#[capi]
fn PyModule_GetState(module: &Obj) -> PyResult<*mut c_void> {
    match module.downcast::<Module>() {
        // SAFETY: a module's body.
        Some(m) => Ok(unsafe { (*m.body()).md_state }),
        None => Err(bad_argument()),
    }
}

/// What CPython says of a wrong argument type without naming it (`PyErr_BadArgument`).
fn bad_argument() -> Raised {
    raise!(TypeError, "bad argument type for built-in operation")
}

/// Sets the doc string.
#[capi]
unsafe fn PyModule_SetDocString(module: &Obj, doc: *const c_char) -> PyResult<()> {
    // SAFETY: a C string.
    unsafe { set_doc(module, doc) }
}

/// Adds the functions of a table that outlives the module.
#[capi]
unsafe fn PyModule_AddFunctions(module: &Obj, table: *mut abi::PyMethodDef) -> PyResult<()> {
    let Some(m) = module.downcast::<Module>() else { return Err(bad_argument()) };
    // SAFETY: a table of C with an end mark.
    unsafe { m.add_functions(table) }
}

fn namespace(module: &Obj) -> PyResult<&Dict> {
    match module.downcast::<Module>() {
        Some(m) => Ok(m.dict()),
        None => Err(raise!(TypeError, "PyModule_AddObjectRef() first argument must be a module")),
    }
}

unsafe fn add(module: &Obj, name: *const c_char, value: &Obj) -> PyResult<()> {
    let key = Str::intern_c(name)?;
    namespace(module)?.set(key.as_obj(), value)
}

/// The error of adding NULL: the exception that is set, or a `SystemError`.
fn nothing_to_add() -> Raised {
    if ThreadState::current().has_exception() {
        return Raised::from_c();
    }
    raise!(SystemError, "PyModule_AddObjectRef() must be called with an exception raised if value is NULL")
}

/// Adds an attribute, without taking the reference.
#[capi]
unsafe fn PyModule_AddObjectRef(module: &Obj, name: *const c_char, value: Option<&Obj>) -> PyResult<()> {
    match value {
        // SAFETY: a C string.
        Some(v) => unsafe { add(module, name, v) },
        None => Err(nothing_to_add()),
    }
}

/// Adds an attribute, taking the reference also on error.
#[capi]
unsafe fn PyModule_Add(module: &Obj, name: *const c_char, value: Option<Object>) -> PyResult<()> {
    match value {
        // SAFETY: a C string.
        Some(v) => unsafe { add(module, name, &v) },
        None => Err(nothing_to_add()),
    }
}

/// Adds an attribute, taking the reference on success only.
#[capi]
unsafe fn PyModule_AddObject(module: &Obj, name: *const c_char, value: Option<&Obj>) -> PyResult<()> {
    let Some(v) = value else { return Err(nothing_to_add()) };
    // SAFETY: a C string; the caller's reference is given back when the namespace has its own.
    unsafe {
        add(module, name, v)?;
        dovetail_core::object::obj::decref(v.as_ptr());
    }
    Ok(())
}

/// Adds an integer.
#[capi]
unsafe fn PyModule_AddIntConstant(
    module: &Obj,
    name: *const c_char,
    value: std::ffi::c_long,
) -> PyResult<()> {
    let v = dovetail_core::types::int::Int::from_i64(value)?;
    // SAFETY: a C string.
    unsafe { add(module, name, &v) }
}

/// Adds a string, from UTF-8.
#[capi]
unsafe fn PyModule_AddStringConstant(
    module: &Obj,
    name: *const c_char,
    value: *const c_char,
) -> PyResult<()> {
    // SAFETY: C strings.
    unsafe {
        let v = Str::new(&CStr::from_ptr(value).to_string_lossy())?;
        add(module, name, &v)
    }
}

/// Completes a type and adds it under the last part of its name.
#[capi]
unsafe fn PyModule_AddType(module: &Obj, ty: *mut abi::PyTypeObject) -> PyResult<()> {
    // SAFETY: a type object of C.
    unsafe {
        let t = &*(ty as *const dovetail_core::types::type_::Type);
        dovetail_core::types::ready::type_ready(t)?;
        let full = (*ty).tp_name;
        let bytes = CStr::from_ptr(full).to_bytes();
        let start = bytes.iter().rposition(|b| *b == b'.').map_or(0, |i| i + 1);
        add(module, full.add(start), t.as_obj())
    }
}

/// The module that `PyState_AddModule` or single-phase initialization registered for a definition.
#[capi]
unsafe fn PyState_FindModule(def: *mut abi::PyModuleDef) -> Borrowed {
    // SAFETY: a definition of C.
    let (index, slots) = unsafe { ((*def).m_base.m_index, (*def).m_slots) };
    if !slots.is_null() || index == 0 {
        return Borrowed::NULL;
    }
    Borrowed(extension::state().by_index.borrow().get(&index).map_or(null_mut(), |m| m.as_raw()))
}

/// Registers a module for its definition.
#[capi]
unsafe fn PyState_AddModule(module: &Obj, def: *mut abi::PyModuleDef) -> PyResult<()> {
    if def.is_null() {
        dovetail_core::hooks::fatal("PyState_AddModule: module definition is NULL");
    }
    // SAFETY: a definition of C.
    let (index, slots) = unsafe { ((*def).m_base.m_index, (*def).m_slots) };
    if !slots.is_null() {
        bail!(SystemError, "PyState_AddModule called on module with slots");
    }
    extension::state().by_index.borrow_mut().insert(index, module.to_owned());
    Ok(())
}

/// Forgets the module registered for a definition.
#[capi]
unsafe fn PyState_RemoveModule(def: *mut abi::PyModuleDef) -> PyResult<()> {
    // SAFETY: a definition of C.
    let (index, slots) = unsafe { ((*def).m_base.m_index, (*def).m_slots) };
    if !slots.is_null() {
        bail!(SystemError, "PyState_RemoveModule called on module with slots");
    }
    let removed = extension::state().by_index.borrow_mut().remove(&index);
    if removed.is_none() {
        return Err(bad_internal_call());
    }
    Ok(())
}
