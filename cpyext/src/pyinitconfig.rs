//! `PyInitConfig` (PEP 741): the start-up configuration by names, for programs that do not know the structs of this version.
//!
//! Nothing here needs Python to be initialized, or the GIL.

use crate::extension::Init;
use crate::legacy::PyStatus_Ok;
use crate::pyconfig::{self, FIELDS, Field, Kind, PRE_FIELDS, error};
use crate::{initialize, wide};
use abi::{PyConfig, PyInitConfig, PyPreConfig, PyStatus, PyWideStringList, wchar_t};
use dovetail_launch::cmdline::Line;
use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_uint, c_ulong};
use std::os::unix::ffi::OsStrExt;
use std::ptr::null_mut;

/// What stands behind the pointer.
struct Body {
    pre: PyPreConfig,
    config: PyConfig,
    modules: Vec<(CString, Option<Init>)>,
    status: PyStatus,
    /// The text that `PyInitConfig_GetError` gave last.
    shown: CString,
}

impl Body {
    fn fail(&mut self, message: &'static CStr) -> c_int {
        self.status = crate::legacy::PyStatus_Error(message.as_ptr());
        -1
    }

    /// The field of this name, and its place.
    fn find(&mut self, name: *const c_char) -> Option<(&'static Field, *mut u8)> {
        // SAFETY: a C string of the caller; offsets are those of fields.
        unsafe {
            let name = CStr::from_ptr(name).to_bytes();
            let of = |table: &'static [Field]| table.iter().find(|f| f.name.as_bytes() == name);
            if let Some(f) = of(PRE_FIELDS) {
                return Some((f, (&raw mut self.pre).cast::<u8>().add(f.offset)));
            }
            let f = of(FIELDS)?;
            Some((f, (&raw mut self.config).cast::<u8>().add(f.offset)))
        }
    }
}

/// # Safety
/// From `PyInitConfig_Create`, and not freed.
unsafe fn body<'a>(config: *mut PyInitConfig) -> &'a mut Body {
    // SAFETY: the caller's promise.
    unsafe { &mut *config.cast::<Body>() }
}

/// A new configuration: that of a Python which heeds nothing around it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_Create() -> *mut PyInitConfig {
    // SAFETY: plain structs, which are filled.
    unsafe {
        let mut made = Box::new(Body {
            pre: std::mem::zeroed(),
            config: std::mem::zeroed(),
            modules: Vec::new(),
            status: PyStatus_Ok(),
            shown: CString::default(),
        });
        pyconfig::PyPreConfig_InitIsolatedConfig(&mut made.pre);
        pyconfig::PyConfig_InitIsolatedConfig(&mut made.config);
        Box::into_raw(made).cast()
    }
}

/// Frees a configuration; NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_Free(config: *mut PyInitConfig) {
    if config.is_null() {
        return;
    }
    // SAFETY: from `PyInitConfig_Create`, for the last time.
    unsafe {
        let mut body = Box::from_raw(config.cast::<Body>());
        pyconfig::PyConfig_Clear(&mut body.config);
    }
}

/// The last error as text: 1 when there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_GetError(
    config: *mut PyInitConfig,
    message: *mut *const c_char,
) -> c_int {
    // SAFETY: the caller's configuration and variable; the status has C strings or NULL.
    unsafe {
        let body = body(config);
        let s = &body.status;
        let text = match s._type {
            abi::_PyStatus_TYPE_EXIT => format!("exit code {}", s.exitcode),
            abi::_PyStatus_TYPE_ERROR if s.func.is_null() => crate::text::c_str(s.err_msg).into_owned(),
            abi::_PyStatus_TYPE_ERROR => {
                format!("{}: {}", crate::text::c_str(s.func), crate::text::c_str(s.err_msg))
            }
            _ => {
                *message = std::ptr::null();
                return 0;
            }
        };
        body.shown = CString::new(text).unwrap_or_default();
        *message = body.shown.as_ptr();
    }
    1
}

/// The exit code that the last error asks for: 1 when it does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_GetExitCode(config: *mut PyInitConfig, code: *mut c_int) -> c_int {
    // SAFETY: the caller's configuration and variable.
    unsafe {
        let s = &body(config).status;
        if s._type != abi::_PyStatus_TYPE_EXIT {
            return 0;
        }
        *code = s.exitcode;
    }
    1
}

/// Is there an option of this name?
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_HasOption(config: *mut PyInitConfig, name: *const c_char) -> c_int {
    // SAFETY: the caller's configuration and name.
    unsafe { c_int::from(body(config).find(name).is_some()) }
}

const UNKNOWN: &CStr = c"unknown config option name";

/// A number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_GetInt(
    config: *mut PyInitConfig,
    name: *const c_char,
    value: *mut i64,
) -> c_int {
    // SAFETY: the caller's configuration, name and variable; the place has the kind's type.
    unsafe {
        let body = body(config);
        let Some((f, place)) = body.find(name) else { return body.fail(UNKNOWN) };
        *value = match f.kind {
            Kind::Bool | Kind::Level | Kind::Int => (*place.cast::<c_int>()).into(),
            Kind::Long => *place.cast::<c_ulong>() as i64,
            Kind::Text | Kind::Texts => return body.fail(c"config option type is not int"),
        };
    }
    0
}

/// Sets a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_SetInt(
    config: *mut PyInitConfig,
    name: *const c_char,
    value: i64,
) -> c_int {
    // SAFETY: the caller's configuration and name; the place has the kind's type.
    unsafe {
        let body = body(config);
        let Some((f, place)) = body.find(name) else { return body.fail(UNKNOWN) };
        match f.kind {
            Kind::Int => match c_int::try_from(value) {
                Ok(n) => *place.cast() = n,
                Err(_) => return body.fail(c"config option value is out of int range"),
            },
            Kind::Bool | Kind::Level => {
                match c_uint::try_from(value).ok().and_then(|n| c_int::try_from(n).ok()) {
                    Some(n) => *place.cast() = n,
                    None => return body.fail(c"config option value is out of unsigned int range"),
                }
            }
            Kind::Long => match c_ulong::try_from(value) {
                Ok(n) => *place.cast() = n,
                Err(_) => return body.fail(c"config option value is out of unsigned long range"),
            },
            Kind::Text | Kind::Texts => return body.fail(c"config option type is not int"),
        }
        if f.name == "hash_seed" {
            body.config.use_hash_seed = 1;
        }
    }
    0
}

/// Text of C as a new string in memory of `malloc`.
unsafe fn to_utf8(text: *const wchar_t) -> *mut c_char {
    // SAFETY: a wide string.
    let bytes = unsafe { wide::os(text) };
    let c = CString::new(bytes.as_bytes()).unwrap_or_default();
    // SAFETY: a C string.
    unsafe { libc::strdup(c.as_ptr()) }
}

/// A text in UTF-8, which the caller frees with `free`; NULL when it is not set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_GetStr(
    config: *mut PyInitConfig,
    name: *const c_char,
    value: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's configuration, name and variable; the place has the kind's type.
    unsafe {
        let body = body(config);
        let Some((f, place)) = body.find(name) else { return body.fail(UNKNOWN) };
        if f.kind != Kind::Text {
            return body.fail(c"config option type is not string");
        }
        let text = *place.cast::<*mut wchar_t>();
        *value = if text.is_null() { null_mut() } else { to_utf8(text) };
    }
    0
}

/// Text of the caller, which must be UTF-8.
unsafe fn from_utf8<'a>(text: *const c_char) -> Option<&'a OsStr> {
    // SAFETY: a C string.
    unsafe { CStr::from_ptr(text) }.to_str().ok().map(OsStr::new)
}

/// Sets a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_SetStr(
    config: *mut PyInitConfig,
    name: *const c_char,
    value: *const c_char,
) -> c_int {
    // SAFETY: the caller's configuration and texts; the place has the kind's type.
    unsafe {
        let body = body(config);
        let Some((f, place)) = body.find(name) else { return body.fail(UNKNOWN) };
        if f.kind != Kind::Text {
            return body.fail(c"config option type is not string");
        }
        match from_utf8(value) {
            Some(text) => wide::set(place.cast(), Some(text)),
            None => return body.fail(c"decoding error"),
        }
    }
    0
}

/// The texts of a list, which the caller frees with `PyInitConfig_FreeStrList`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_GetStrList(
    config: *mut PyInitConfig,
    name: *const c_char,
    length: *mut usize,
    items: *mut *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's configuration, name and variables; the place has the kind's type; new memory as long as the list.
    unsafe {
        let body = body(config);
        let Some((f, place)) = body.find(name) else { return body.fail(UNKNOWN) };
        if f.kind != Kind::Texts {
            return body.fail(c"config option type is not string list");
        }
        let list = &*place.cast::<PyWideStringList>();
        let n = list.length.max(0) as usize;
        let p = libc::calloc(n.max(1), size_of::<*mut c_char>()).cast::<*mut c_char>();
        if p.is_null() {
            return body.fail(c"memory allocation failed");
        }
        for i in 0..n {
            *p.add(i) = to_utf8(*list.items.add(i));
        }
        *length = n;
        *items = p;
    }
    0
}

/// Frees what `PyInitConfig_GetStrList` gave.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_FreeStrList(length: usize, items: *mut *mut c_char) {
    // SAFETY: memory of `malloc`, as given.
    unsafe {
        for i in 0..length {
            libc::free((*items.add(i)).cast());
        }
        libc::free(items.cast());
    }
}

/// Sets a list of texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_SetStrList(
    config: *mut PyInitConfig,
    name: *const c_char,
    length: usize,
    items: *const *mut c_char,
) -> c_int {
    // SAFETY: the caller's configuration, name and array; the place has the kind's type.
    unsafe {
        let body = body(config);
        let Some((f, place)) = body.find(name) else { return body.fail(UNKNOWN) };
        if f.kind != Kind::Texts {
            return body.fail(c"config option type is not strings list");
        }
        let texts: Option<Vec<&OsStr>> = (0..length).map(|i| from_utf8(*items.add(i))).collect();
        let Some(texts) = texts else { return body.fail(c"decoding error") };
        if !wide::set_texts(&mut *place.cast(), &texts) {
            return body.fail(c"memory allocation failed");
        }
        if f.name == "module_search_paths" {
            body.config.module_search_paths_set = 1;
        }
    }
    0
}

/// Adds a module to the built-in ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInitConfig_AddModule(
    config: *mut PyInitConfig,
    name: *const c_char,
    init: Option<Init>,
) -> c_int {
    // SAFETY: the caller's configuration and name.
    unsafe { body(config).modules.push((CStr::from_ptr(name).to_owned(), init)) };
    0
}

/// Starts Python as the configuration says; -1 for an error, of which the configuration tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_InitializeFromInitConfig(config: *mut PyInitConfig) -> c_int {
    // SAFETY: the caller's configuration.
    let body = unsafe { body(config) };
    body.pre.isolated = body.config.isolated;
    body.pre.use_environment = body.config.use_environment;
    body.pre.dev_mode = body.config.dev_mode;
    let s = initialize::preconfigure(&Line::default(), &body.pre);
    let done = if s._type != abi::_PyStatus_TYPE_OK {
        Err(s)
    } else if dovetail_core::gil::is_initialized() && !body.modules.is_empty() {
        Err(error("", "modules cannot be added after Python is initialized"))
    } else {
        for (name, init) in body.modules.drain(..) {
            // SAFETY: the name stays for ever, as the table wants.
            unsafe { crate::inittab::PyImport_AppendInittab(name.into_raw(), init) };
        }
        // SAFETY: the body's own struct.
        unsafe { initialize::initialize(&body.config) }
    };
    match done {
        Ok(()) => {
            body.status = PyStatus_Ok();
            0
        }
        Err(s) => {
            body.status = s;
            -1
        }
    }
}
