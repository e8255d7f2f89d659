//! Loading of extension modules: `_imp.create_dynamic` and `_imp.exec_dynamic`.
//!
//! Single-phase modules are remembered by file and name, so that a second import makes the module again from its
//! namespace (`m_size == -1`) or by its init function, as CPython does (PEP 489, C API section "Module Objects").

use crate::boundary::P;
use dovetail_core::error::{PyResult, Raised, exc, raise_exception};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::module::{Module, ModuleDef};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_stdlib::imp::{ExtensionLoader, register_extension_loader};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::{CStr, CString};

pub type Init = unsafe extern "C" fn() -> P;

/// A single-phase module that was loaded.
#[derive(Clone)]
struct Known {
    def: *mut abi::PyModuleDef,
    init: Init,
    /// The namespace after initialization, for modules that keep state in C globals.
    copy: Option<Ref<Dict>>,
}

/// What one interpreter knows of extension modules.
#[derive(Default)]
pub struct State {
    known: RefCell<HashMap<(Vec<u8>, String), Known>>,
    /// Modules by the index of their definition (`PyState_FindModule`).
    pub by_index: RefCell<HashMap<isize, Object>>,
    /// `PyInterpreterState_GetDict`.
    pub dict: std::cell::OnceCell<Ref<Dict>>,
}

/// The state of the calling thread's interpreter.
pub fn state() -> &'static State {
    state_of(Interpreter::current())
}

/// Single-phase modules by file and name. Those that keep their state in C variables run their init function once in a
/// process, so that the main interpreter knows them for all.
fn known() -> &'static RefCell<HashMap<(Vec<u8>, String), Known>> {
    let main = dovetail_core::gil::main_state().map_or_else(Interpreter::current, ThreadState::interp);
    &state_of(main).known
}

/// The state of an interpreter.
pub fn state_of(interp: &'static Interpreter) -> &'static State {
    interp
        .extensions
        .get_or_init(|| Box::new(State::default()))
        .downcast_ref()
        .expect("nothing else is stored there")
}

thread_local! {
    /// The full name of the module whose init function runs.
    static CONTEXT: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The name that a module gets: the full name being imported, when `plain` is its last part.
pub fn full_name(plain: &str) -> String {
    if let Some(context) = CONTEXT.get()
        && context.rsplit_once('.').is_some_and(|(_, last)| last == plain)
    {
        CONTEXT.set(None);
        return context.to_owned();
    }
    plain.to_owned()
}

/// Registers the loader with `_imp`.
pub fn register() {
    register_extension_loader(ExtensionLoader { create, exec });
}

/// Raises `ty(message)` with the pending exception as its cause and context (`_PyErr_FormatFromCause`).
#[cold]
pub fn from_cause(ty: &Type, message: &str) -> Raised {
    let Some(cause) = ThreadState::current().take_exception() else {
        return dovetail_core::error::raise_message(ty, message);
    };
    let text = match Str::new(message) {
        Ok(t) => t,
        Err(e) => return e,
    };
    match BaseException::normalize(ty, text.as_obj()) {
        Ok(e) => {
            e.set_cause(Some(cause.clone()));
            e.set_context(Some(cause));
            Raised::restore(e)
        }
        Err(e) => e,
    }
}

/// `ImportError(message, name=name, path=path)`.
fn import_error(message: &str, name: &Obj, path: &Obj) -> Raised {
    let make = || -> PyResult<Object> {
        let kw = Dict::new()?;
        kw.set_text("name", name)?;
        kw.set_text("path", path)?;
        exc::ImportError().call_dict(&*Tuple::from_slice(&[Str::new(message)?.as_obj()])?, Some(&kw))
    };
    match make() {
        Ok(e) => match e.downcast_into::<BaseException>() {
            Ok(e) => raise_exception(e),
            Err(_) => raise!(ImportError, "{message}"),
        },
        Err(e) => e,
    }
}

/// The init function's symbol: `PyInit_NAME`, or `PyInitU_` with the punycode of a name that is not ASCII.
fn init_symbol(last: &str) -> String {
    if last.is_ascii() {
        return format!("PyInit_{last}");
    }
    format!("PyInitU_{}", punycode(last).replace('-', "_"))
}

/// RFC 3492, as Python's `punycode` codec writes it.
fn punycode(text: &str) -> String {
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (128u32, 0u32, 72u32, basic);
    let total = text.chars().count() as u32;
    while handled < total {
        let next = text.chars().map(|c| c as u32).filter(|c| *c >= n).min().unwrap_or(n);
        delta += (next - n) * (handled + 1);
        n = next;
        for c in text.chars().map(|c| c as u32) {
            if c < n {
                delta += 1;
            } else if c == n {
                let mut q = delta;
                let mut k = 36;
                loop {
                    let t = if k <= bias { 1 } else { (k - bias).min(26) };
                    let digit = if q < t { q } else { t + (q - t) % (36 - t) };
                    out.push(if digit < 26 { b'a' + digit as u8 } else { b'0' + (digit - 26) as u8 } as char);
                    if q < t {
                        break;
                    }
                    q = (q - t) / (36 - t);
                    k += 36;
                }
                delta = if handled == basic { delta / 700 } else { delta / 2 };
                delta += delta / (handled + 1);
                let mut steps = 0;
                while delta > 455 {
                    delta /= 35;
                    steps += 36;
                }
                bias = steps + 36 * delta / (delta + 38);
                delta = 0;
                handled += 1;
            }
        }
        delta += 1;
        n += 1;
    }
    out
}

/// The text of the last `dlopen` or `dlsym` error.
fn link_error() -> String {
    // SAFETY: the thread's own message, a C string or NULL.
    unsafe {
        let p = libc::dlerror();
        if p.is_null() {
            return "unknown dlopen() error".to_owned();
        }
        CStr::from_ptr(p).to_string_lossy().into_owned()
    }
}

/// Opens the file and finds its init function.
fn open(name: &Str, path_object: &Obj, path: &CString, symbol: &str) -> PyResult<Init> {
    let flags = dovetail_stdlib::sys::dlopen_flags();
    let with_slash = if path.as_bytes().contains(&b'/') {
        path.clone()
    } else {
        CString::new([b"./", path.as_bytes()].concat()).expect("no zero byte in a C string")
    };
    let wanted = CString::new(symbol).map_err(|_| raise!(ValueError, "embedded null character"))?;
    // SAFETY: C strings; the library stays loaded for ever.
    unsafe {
        let library = libc::dlopen(with_slash.as_ptr(), flags);
        if library.is_null() {
            return Err(import_error(&link_error(), name, path_object));
        }
        let init = libc::dlsym(library, wanted.as_ptr());
        if init.is_null() {
            let text = format!("dynamic module does not define module export function ({symbol})");
            return Err(import_error(&text, name, path_object));
        }
        Ok(std::mem::transmute::<*mut std::ffi::c_void, Init>(init))
    }
}

fn create(spec: &Obj, _file: Option<&Obj>) -> PyResult<Object> {
    if let Err(e) = dovetail_core::types::odict::ready_all() {
        e.clear();
    }
    let name = spec.get_attr(sym!(name))?;
    let Some(name) = name.downcast::<Str>() else {
        bail!(TypeError, "name must be string, not {}", name.type_name());
    };
    let origin = spec.get_attr(sym!(origin))?;
    let path = CString::new(dovetail_stdlib::util::fs_bytes(&origin)?)
        .map_err(|_| raise!(ValueError, "embedded null character"))?;
    let text = name.as_str()?.to_owned();
    let key = (path.as_bytes().to_vec(), text.clone());
    let before = known().borrow().get(&key).cloned();
    if let Some(known) = before {
        refuse_single_phase(&text)?;
        return again(&known, name, &text);
    }
    let last = text.rsplit_once('.').map_or(text.as_str(), |(_, l)| l);
    let init = open(name, &origin, &path, &init_symbol(last))?;
    make(spec, name, init, key, Some(&origin))
}

/// Makes a module that the program itself brings along, not a file (`PyImport_AppendInittab`).
pub fn create_builtin(spec: &Obj, init: Init) -> PyResult<Object> {
    let name = spec.get_attr(sym!(name))?;
    let Some(name) = name.downcast::<Str>() else {
        bail!(TypeError, "name must be string, not {}", name.type_name());
    };
    let text = name.as_str()?.to_owned();
    let key = (Vec::new(), text.clone());
    let before = known().borrow().get(&key).cloned();
    match before {
        Some(known) => {
            refuse_single_phase(&text)?;
            again(&known, name, &text)
        }
        None => make(spec, name, init, key, None),
    }
}

/// Runs an init function that this process has not run for this name, and takes in what it gives.
fn make(
    spec: &Obj,
    name: &Str,
    init: Init,
    key: (Vec<u8>, String),
    origin: Option<&Obj>,
) -> PyResult<Object> {
    let text = key.1.clone();
    let last = text.rsplit_once('.').map_or(text.as_str(), |(_, l)| l);
    let made = call_init(init, &text)?;
    if made.is_exact::<ModuleDef>() {
        // SAFETY: an object of that type is a definition.
        unsafe {
            let p = crate::moduleobject::PyModule_FromDefAndSpec2(made.as_raw().cast(), spec.as_ptr(), 1013);
            return Ref::from_owned_opt(p).ok_or_else(Raised::from_c);
        }
    }
    refuse_single_phase(&text)?;
    let Some(module) = made.downcast::<Module>() else {
        bail!(SystemError, "initialization of {last} did not return an extension module");
    };
    // SAFETY: a module's body.
    let def = unsafe { (*module.body()).md_def };
    if def.is_null() {
        bail!(SystemError, "initialization of {last} did not return a valid extension module");
    }
    // A module that was not made by `PyModule_Create` (cffi's are not) gets its number here.
    // SAFETY: a definition that lives for ever.
    unsafe { crate::moduleobject::PyModuleDef_Init(def) };
    if let Some(origin) = origin {
        module.dict().set_text("__file__", origin)?;
    }
    // SAFETY: a definition of C.
    let (index, size) = unsafe { ((*def).m_base.m_index, (*def).m_size) };
    let copy = if size < 0 { Some(module.dict().copy()?) } else { None };
    known().borrow_mut().insert(key, Known { def, init, copy });
    state().by_index.borrow_mut().insert(index, made.to_owned());
    Interpreter::current().modules().set(name.as_obj(), &made)?;
    Ok(made)
}

/// Raises in an interpreter whose extension modules must say that several interpreters can use them.
fn refuse_single_phase(name: &str) -> PyResult<()> {
    let interp = Interpreter::current();
    if interp.is_main() || !interp.checks_extensions() {
        return Ok(());
    }
    Err(unsupported(name))
}

/// A module that this sub-interpreter cannot load.
pub fn unsupported(name: &str) -> Raised {
    raise!(ImportError, "module {name} does not support loading in subinterpreters")
}

/// Runs an init function, with the checks of what it gives back.
fn call_init(init: Init, full: &str) -> PyResult<Object> {
    let last = full.rsplit_once('.').map_or(full, |(_, l)| l);
    // The name lives as long as the process: init functions run once or a few times.
    let context: &'static str = Box::leak(full.to_owned().into_boxed_str());
    let outer = CONTEXT.replace(Some(context));
    // SAFETY: the module's init function.
    let made = unsafe { init() };
    CONTEXT.set(outer);
    let raised = ThreadState::current().has_exception();
    if made.is_null() {
        if !raised {
            bail!(SystemError, "initialization of {last} failed without raising an exception");
        }
        return Err(Raised::from_c());
    }
    // SAFETY: the init function gives its reference away; definitions are immortal.
    unsafe {
        if raised {
            return Err(from_cause(
                exc::SystemError(),
                &format!("initialization of {last} raised unreported exception"),
            ));
        }
        if (*(made as *mut dovetail_core::object::obj::Head)).ob_type.is_null() {
            bail!(SystemError, "init function of {last} returned uninitialized object");
        }
        Ok(Ref::from_owned(made))
    }
}

/// A single-phase module imported again after it left `sys.modules`.
fn again(known: &Known, name: &Str, text: &str) -> PyResult<Object> {
    let made = match &known.copy {
        Some(copy) => {
            // SAFETY: a module's definition lives for ever.
            let index = unsafe { (*known.def).m_base.m_index };
            let old = state().by_index.borrow().get(&index).cloned();
            let module = match old.as_ref().and_then(|o| o.downcast::<Module>()) {
                Some(m) => m.to_ref(),
                None => {
                    let m = Module::named(name)?;
                    // SAFETY: the definition outlives the module.
                    unsafe { (*m.body()).md_def = known.def };
                    m
                }
            };
            module.dict().update_from(copy)?;
            module.into_object()
        }
        None => call_init(known.init, text)?,
    };
    Interpreter::current().modules().set(name.as_obj(), &made)?;
    Ok(made)
}

/// The second phase of a module that has one.
fn exec(module: &Obj) -> PyResult<i32> {
    let Some(m) = module.downcast::<Module>() else { return Ok(0) };
    // SAFETY: a module's body and definition.
    unsafe {
        let def = (*m.body()).md_def;
        if def.is_null() || !(*m.body()).md_state.is_null() {
            return Ok(0);
        }
        crate::moduleobject::execute(m, def)?;
    }
    Ok(0)
}
