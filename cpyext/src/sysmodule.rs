//! `sysmodule.h`, `marshal.h`, `pytime.h`, the rest of `import.h`: settings of `sys`, marshalled data, clocks.

use crate::pystring::wide_units;
use crate::text::{c_str, c_text, opt_c_text};
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::import::import_module;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_long};

// ---- sys ----

fn attribute(name: &str) -> PyResult<Object> {
    import_module("sys")?.get_attr_text(name)
}

fn set(name: &str, value: &Obj) -> PyResult<()> {
    match Interpreter::current().sysdict.get() {
        Some(d) => d.set_text(name, value),
        None => Err(raise!(SystemError, "no sys module")),
    }
}

/// Wide characters as a string.
unsafe fn wide(text: *const abi::wchar_t) -> PyResult<Ref<Str>> {
    let mut buf = dovetail_text::TextBuf::new();
    // SAFETY: a wide C string.
    unsafe { wide_units(text) }.iter().for_each(|c| buf.push(*c));
    Str::from_buf(buf)
}

/// What has no way to report an error forgets it.
fn quietly(result: PyResult<()>) {
    if let Err(e) = result {
        e.clear();
    }
}

fn warn_options() -> PyResult<Ref<List>> {
    attribute("warnoptions")?.downcast_into().map_err(|_| raise!(TypeError, "sys.warnoptions is no list"))
}

/// Adds to `sys.warnoptions`.
#[capi]
fn PySys_AddWarnOptionUnicode(option: &Obj) {
    quietly(warn_options().and_then(|l| l.push(option.to_owned())));
}

/// Does Python run in this thread? Before its start, settings are kept for it.
fn runs() -> bool {
    !dovetail_core::thread::ThreadState::current_or_null().is_null()
}

/// Adds to `sys.warnoptions`, or to what the next start of Python begins with.
#[capi(no_gil)]
unsafe fn PySys_AddWarnOption(option: *const abi::wchar_t) {
    if !runs() {
        // SAFETY: a wide C string.
        return crate::pyconfig::early().warn_options.push(unsafe { crate::wide::os(option) });
    }
    // SAFETY: a wide C string.
    quietly(unsafe { wide(option) }.and_then(|o| warn_options()?.push(o.into_object())));
}

/// Empties `sys.warnoptions`.
#[capi(no_gil)]
fn PySys_ResetWarnOptions() {
    if !runs() {
        return crate::pyconfig::early().warn_options.clear();
    }
    quietly(warn_options().and_then(|l| l.as_obj().call_method(sym!(clear), &[]).map(drop)));
}

/// Is there anything in `sys.warnoptions`?
#[capi]
fn PySys_HasWarnOptions() -> c_int {
    match warn_options() {
        Ok(l) => c_int::from(!l.is_empty()),
        Err(e) => {
            e.clear();
            0
        }
    }
}

/// Adds an `-X` option, `name` or `name=value`, also for the next start of Python.
#[capi(no_gil)]
unsafe fn PySys_AddXOption(option: *const abi::wchar_t) {
    if !runs() {
        // SAFETY: a wide C string.
        return crate::pyconfig::early().x_options.push(unsafe { crate::wide::os(option) });
    }
    // SAFETY: a wide C string.
    let add = || -> PyResult<()> {
        let text = unsafe { wide(option) }?.to_string_lossy().into_owned();
        let options = attribute("_xoptions")?;
        let Some(d) = options.downcast::<Dict>() else { bail!(TypeError, "sys._xoptions is no dict") };
        match text.split_once('=') {
            Some((name, value)) => d.set_text(name, Str::new(value)?.as_obj()),
            None => d.set_text(&text, bool_obj(true).as_obj()),
        }
    };
    quietly(add());
}

/// Sets `sys.path` to the parts between colons.
#[capi]
unsafe fn PySys_SetPath(path: *const abi::wchar_t) {
    // SAFETY: a wide C string.
    let change = || -> PyResult<()> {
        let parts = unsafe { wide(path) }?.as_obj().call_method(sym!(split), &[Str::new(":")?.as_obj()])?;
        set("path", &parts)
    };
    quietly(change());
}

/// Sets `sys.argv`, and with `update` puts the script's folder before `sys.path`.
#[capi]
unsafe fn PySys_SetArgvEx(argc: c_int, argv: *mut *mut abi::wchar_t, update: c_int) {
    let change = || -> PyResult<()> {
        let list = List::new()?;
        for i in 0..argc.max(0) as usize {
            // SAFETY: the caller's array of wide C strings.
            list.push(unsafe { wide(*argv.add(i)) }?.into_object())?;
        }
        if list.is_empty() {
            list.push(Str::empty().into_object())?;
        }
        let first = list.get(0);
        set("argv", list.as_obj())?;
        if update != 0
            && let Some(script) = first
        {
            let folder = script_folder(&script)?;
            let path = attribute("path")?;
            if let Some(path) = path.downcast::<List>() {
                path.as_obj().call_method(
                    sym!(insert),
                    &[dovetail_core::types::int::Int::from_i64(0)?.as_obj(), folder.as_obj()],
                )?;
            }
        }
        Ok(())
    };
    quietly(change());
}

/// The folder of the script, links followed; for `-c` and no script the empty one.
fn script_folder(script: &Obj) -> PyResult<Ref<Str>> {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let bytes = dovetail_stdlib::util::fs_bytes(script)?;
    if bytes.is_empty() || bytes == b"-c" || bytes == b"-m" {
        return Ok(Str::empty());
    }
    let path = std::path::PathBuf::from(std::ffi::OsString::from_vec(bytes));
    let path = std::fs::canonicalize(&path).unwrap_or(path);
    dovetail_stdlib::util::fs_decode(path.parent().map_or(&b""[..], |p| p.as_os_str().as_bytes()))
}

/// As `PySys_SetArgvEx`, with the folder put there unless `-I` was given.
#[capi]
unsafe fn PySys_SetArgv(argc: c_int, argv: *mut *mut abi::wchar_t) {
    // SAFETY: as above, and our own variable.
    unsafe { PySys_SetArgvEx(argc, argv, c_int::from(crate::data::Py_IsolatedFlag == 0)) }
}

/// `sys.thread_info`.
#[capi]
fn PyThread_GetInfo() -> PyResult<Object> {
    attribute("thread_info")
}

// ---- modules ----

fn module(o: &Obj) -> PyResult<&Module> {
    o.downcast::<Module>().ok_or_else(crate::unicodeobject::bad_argument)
}

/// `__file__`.
#[capi]
fn PyModule_GetFilenameObject(o: &Obj) -> PyResult<Object> {
    match module(o)?.dict().get_text("__file__") {
        Some(f) if f.is_a::<Str>() => Ok(f.to_owned()),
        _ => Err(raise!(SystemError, "module filename missing")),
    }
}

/// `__file__` in UTF-8, borrowed from the module's namespace.
#[capi]
fn PyModule_GetFilename(o: &Obj) -> PyResult<*const c_char> {
    match module(o)?.dict().get_text("__file__").and_then(|f| f.downcast::<Str>()) {
        Some(f) => Ok(f.as_str()?.as_ptr().cast()),
        None => Err(raise!(SystemError, "module filename missing")),
    }
}

/// Runs code as the body of a module, with the names of its files.
#[capi]
unsafe fn PyImport_ExecCodeModuleWithPathnames(
    name: *const c_char,
    code: &Obj,
    file: *const c_char,
    cached: *const c_char,
) -> PyResult<Object> {
    // SAFETY: C strings, of which the last two may be NULL.
    let (name, file, cached) = unsafe { (c_text(name)?, opt_c_text(file)?, opt_c_text(cached)?) };
    let source = match (&file, &cached) {
        (None, Some(c)) => {
            let external = import_module("importlib._bootstrap_external")?;
            Some(external.get_attr_text("_get_sourcefile")?.call(&[c.as_obj()])?).filter(|s| !s.is_none())
        }
        _ => None,
    };
    let file = file.map(Ref::into_object).or(source);
    crate::import::execute(&name, code, file.as_deref(), cached.as_ref().map(|c| c.as_obj()))
}

/// The finder of an entry of `sys.path`, or None; kept in `sys.path_importer_cache`.
#[capi]
fn PyImport_GetImporter(path: &Obj) -> PyResult<Object> {
    let cache = attribute("path_importer_cache")?;
    let Some(cache) = cache.downcast::<Dict>() else {
        bail!(RuntimeError, "lost sys.path_importer_cache");
    };
    if let Some(found) = cache.get(path)? {
        return Ok(found);
    }
    let hooks = attribute("path_hooks")?;
    let Some(hooks) = hooks.downcast::<List>() else { bail!(RuntimeError, "lost sys.path_hooks") };
    cache.set(path, none())?;
    let mut i = 0;
    while let Some(hook) = hooks.get(i) {
        i += 1;
        match hook.call(&[path]) {
            Ok(finder) => {
                cache.set(path, &finder)?;
                return Ok(finder);
            }
            Err(e) if e.matches(exc::ImportError()) => e.clear(),
            Err(e) => return Err(e),
        }
    }
    Ok(none().to_owned())
}

/// Runs a frozen module: 1 when there is one of that name, 0 when not.
#[capi]
fn PyImport_ImportFrozenModuleObject(name: &Str) -> PyResult<c_int> {
    let imp = import_module("_imp")?;
    if !imp.get_attr_text("is_frozen")?.call(&[name.as_obj()])?.is_true()? {
        return Ok(0);
    }
    let code = imp.get_attr_text("get_frozen_object")?.call(&[name.as_obj()])?;
    let made = crate::import::execute(name, &code, None, None)?;
    if imp.get_attr_text("is_frozen_package")?.call(&[name.as_obj()])?.is_true()? {
        made.set_attr(sym!(__path__), List::new()?.as_obj())?;
    }
    Ok(1)
}

/// As `PyImport_ImportFrozenModuleObject`, by UTF-8 text.
#[capi]
unsafe fn PyImport_ImportFrozenModule(name: *const c_char) -> PyResult<c_int> {
    // SAFETY: a C string, and a live object.
    unsafe {
        match PyImport_ImportFrozenModuleObject(c_text(name)?.as_ptr()) {
            -1 => Err(Raised::from_c()),
            n => Ok(n),
        }
    }
}

// ---- marshal ----

/// The object that marshalled bytes stand for.
#[capi]
unsafe fn PyMarshal_ReadObjectFromString(data: *const c_char, n: isize) -> PyResult<Object> {
    // SAFETY: the caller's n bytes.
    let bytes = if n <= 0 { &[] } else { unsafe { std::slice::from_raw_parts(data.cast(), n as usize) } };
    dovetail_stdlib::marshal::loads(bytes, true)
}

/// Marshalled bytes.
#[capi]
fn PyMarshal_WriteObjectToString(value: &Obj, version: c_int) -> PyResult<Ref<Bytes>> {
    Bytes::from_vec(dovetail_stdlib::marshal::dumps(value, version, true)?)
}

unsafe fn write(bytes: &[u8], file: *mut abi::FILE) {
    // SAFETY: an open file of C.
    unsafe { libc::fwrite(bytes.as_ptr().cast(), 1, bytes.len(), file.cast()) };
}

/// Writes marshalled bytes to a file of C; an exception says what went wrong.
#[capi]
unsafe fn PyMarshal_WriteObjectToFile(value: &Obj, file: *mut abi::FILE, version: c_int) {
    if let Ok(bytes) = dovetail_stdlib::marshal::dumps(value, version, true) {
        // SAFETY: an open file of C.
        unsafe { write(&bytes, file) };
    }
}

/// Writes four bytes, the lowest first.
#[capi]
unsafe fn PyMarshal_WriteLongToFile(value: c_long, file: *mut abi::FILE, _version: c_int) {
    // SAFETY: an open file of C.
    unsafe { write(&(value as i32).to_le_bytes(), file) };
}

unsafe fn read<const N: usize>(file: *mut abi::FILE) -> PyResult<[u8; N]> {
    let mut bytes = [0u8; N];
    // SAFETY: an open file of C.
    if unsafe { libc::fread(bytes.as_mut_ptr().cast(), 1, N, file.cast()) } != N {
        bail!(EOFError, "EOF read where not expected");
    }
    Ok(bytes)
}

/// Reads four bytes.
#[capi]
unsafe fn PyMarshal_ReadLongFromFile(file: *mut abi::FILE) -> PyResult<c_long> {
    // SAFETY: an open file of C.
    Ok(i32::from_le_bytes(unsafe { read(file) }?).into())
}

/// Reads two bytes.
#[capi]
unsafe fn PyMarshal_ReadShortFromFile(file: *mut abi::FILE) -> PyResult<c_int> {
    // SAFETY: an open file of C.
    Ok(i16::from_le_bytes(unsafe { read(file) }?).into())
}

/// Reads an object, and no more than belongs to it.
#[capi]
unsafe fn PyMarshal_ReadObjectFromFile(file: *mut abi::FILE) -> PyResult<Object> {
    // SAFETY: an open file of C.
    let mut fill = |b: &mut [u8]| unsafe { libc::fread(b.as_mut_ptr().cast(), 1, b.len(), file.cast()) };
    dovetail_stdlib::marshal::load_from(&mut fill, true)
}

/// Reads the rest of the file, which is one object.
#[capi]
unsafe fn PyMarshal_ReadLastObjectFromFile(file: *mut abi::FILE) -> PyResult<Object> {
    // SAFETY: an open file of C.
    dovetail_stdlib::marshal::loads(&unsafe { rest(file) }, true)
}

/// All bytes up to the end of a file of C.
///
/// # Safety
/// An open file.
pub unsafe fn rest(file: *mut abi::FILE) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0u8; 8192];
    loop {
        // SAFETY: the caller's promise.
        let n = unsafe { libc::fread(part.as_mut_ptr().cast(), 1, part.len(), file.cast()) };
        if n == 0 {
            return all;
        }
        all.extend_from_slice(&part[..n]);
    }
}

// ---- clocks ----

/// The clock's nanoseconds.
fn clock(id: libc::clockid_t) -> PyResult<i64> {
    // SAFETY: our own struct.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        if libc::clock_gettime(id, &mut t) < 0 {
            return Err(dovetail_core::types::exceptions_os::last_os_error(None));
        }
        Ok(t.tv_sec * 1_000_000_000 + t.tv_nsec)
    }
}

/// Clocks, with and without exceptions.
macro_rules! clock_capi {
    ($($name:ident $raw:ident $id:ident;)*) => {$(
        /// Stores the clock's nanoseconds.
        #[capi]
        unsafe fn $name(result: *mut i64) -> PyResult<()> {
            // SAFETY: the caller's variable.
            unsafe { *result = 0 };
            let t = clock(libc::$id)?;
            // SAFETY: as above.
            unsafe { *result = t };
            Ok(())
        }

        /// As the other, without exceptions and without a need for the GIL.
        #[capi]
        unsafe fn $raw(result: *mut i64) -> c_int {
            // SAFETY: the caller's variable and our own struct.
            unsafe {
                let mut t: libc::timespec = std::mem::zeroed();
                let status = libc::clock_gettime(libc::$id, &mut t);
                *result = if status == 0 { t.tv_sec * 1_000_000_000 + t.tv_nsec } else { 0 };
                status
            }
        }
    )*};
}

clock_capi! {
    PyTime_Time PyTime_TimeRaw CLOCK_REALTIME;
    PyTime_Monotonic PyTime_MonotonicRaw CLOCK_MONOTONIC;
    PyTime_PerfCounter PyTime_PerfCounterRaw CLOCK_MONOTONIC;
}

/// Nanoseconds as seconds.
#[capi]
fn PyTime_AsSecondsDouble(t: i64) -> f64 {
    if t % 1_000_000_000 == 0 { (t / 1_000_000_000) as f64 } else { t as f64 / 1e9 }
}

// ---- files of C ----

/// `fopen`, with a path object and the file descriptor not inherited.
#[capi]
unsafe fn Py_fopen(path: &Obj, mode: *const c_char) -> PyResult<*mut abi::FILE> {
    let name = dovetail_stdlib::util::fs_cstring(path)?;
    // SAFETY: C strings.
    unsafe {
        let mode = std::ffi::CString::new(format!("{}e", c_str(mode)))
            .map_err(|_| raise!(ValueError, "embedded null character"))?;
        let file = libc::fopen(name.as_ptr(), mode.as_ptr());
        if file.is_null() {
            return Err(dovetail_core::types::exceptions_os::last_os_error(Some(path)));
        }
        Ok(file.cast())
    }
}

/// `fclose`.
#[capi]
unsafe fn Py_fclose(file: *mut abi::FILE) -> c_int {
    // SAFETY: an open file of C.
    unsafe { libc::fclose(file.cast()) }
}

/// Is the file a terminal, or named as the standard input is with `-i`?
#[capi]
unsafe fn Py_FdIsInteractive(file: *mut abi::FILE, name: *const c_char) -> c_int {
    // SAFETY: an open file of C, a C string or NULL, our own variable.
    unsafe {
        if libc::isatty(libc::fileno(file.cast())) != 0 {
            return 1;
        }
        if crate::data::Py_InteractiveFlag == 0 {
            return 0;
        }
        c_int::from(name.is_null() || matches!(&*c_str(name), "<stdin>" | "???"))
    }
}
