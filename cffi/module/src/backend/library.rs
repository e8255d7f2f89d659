//! `CLibrary`: shared libraries opened by `load_library`.

use super::cdata::CData;
use super::ctype::CType;
use super::flags::*;
use super::{from_c, to_c};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::{pymethods, pytype};
use dovetail_stdlib::util::{self, Boxed};
use std::cell::Cell;
use std::ffi::{CStr, CString, c_void};
use std::ptr::null_mut;

/// An open library.
pub struct Library {
    handle: Cell<*mut c_void>,
    name: String,
    auto_close: bool,
}

impl Drop for Library {
    fn drop(&mut self) {
        let handle = self.handle.get();
        if !handle.is_null() && self.auto_close {
            // SAFETY: opened here, closed once.
            unsafe { libc::dlclose(handle) };
        }
    }
}

/// Libraries.
#[pytype(name = "_cffi_backend.CLibrary", body = Boxed<Library>, static_in_c)]
pub struct CLibrary;

/// What `dlerror` says.
pub fn last_error() -> String {
    // SAFETY: a string of the C library's, copied at once.
    unsafe {
        let e = libc::dlerror();
        if e.is_null() { "(null)".to_owned() } else { CStr::from_ptr(e).to_string_lossy().into_owned() }
    }
}

/// A symbol's address, or why there is none.
pub fn symbol(handle: *mut c_void, name: &str) -> Result<*mut u8, String> {
    let Ok(c_name) = CString::new(name) else { return Err(format!("{name}: no such symbol")) };
    // SAFETY: an open library.
    unsafe {
        libc::dlerror();
        let p = libc::dlsym(handle, c_name.as_ptr());
        if p.is_null() { Err(last_error()) } else { Ok(p.cast()) }
    }
}

/// The answer to `dlopen`: a handle, what the library is called, and whether to close it.
pub struct Opened {
    pub handle: *mut c_void,
    pub name: String,
    pub auto_close: bool,
}

/// Opens a library: a path, None for the program itself, or a `void *` that `dlopen` gave.
pub fn open(file: Option<&Obj>, flags: i32) -> PyResult<Opened> {
    if let Some(cd) = file.and_then(CData::of) {
        if !cd.ctype().is(VOID_PTR) {
            bail!(TypeError, "dlopen() takes a file name or 'void *' handle, not '{}'", cd.ctype().name());
        }
        if cd.data().is_null() {
            bail!(RuntimeError, "cannot call dlopen(NULL)");
        }
        return Ok(Opened { handle: cd.data().cast(), name: format!("{:p}", cd.data()), auto_close: false });
    }
    let flags = if flags & (libc::RTLD_NOW | libc::RTLD_LAZY) == 0 { flags | libc::RTLD_NOW } else { flags };
    let (path, name) = match file.filter(|f| !f.is_none()) {
        None => (None, "<None>".to_owned()),
        Some(f) => {
            let bytes = if let Some(s) = f.downcast::<Str>() {
                util::fs_encode(s)?
            } else if let Some(b) = f.downcast::<Bytes>() {
                b.as_slice().to_vec()
            } else if let Some(b) = f.downcast::<ByteArray>() {
                b.as_slice().to_vec()
            } else {
                bail!(
                    TypeError,
                    "load_library() argument 1 must be str, bytes or bytearray, not {}",
                    f.type_name()
                );
            };
            let name = String::from_utf8_lossy(&bytes).into_owned();
            let path = CString::new(bytes).map_err(|_| raise!(ValueError, "embedded null byte"))?;
            (Some(path), name)
        }
    };
    let path = path.as_deref().map_or(std::ptr::null(), CStr::as_ptr);
    // SAFETY: a path or NULL. Initializers of the library may want the GIL, of threads of their own too.
    let handle = gil::allow_threads(|| unsafe { libc::dlopen(path, flags) });
    if handle.is_null() {
        bail!(OSError, "cannot load library '{name}': {}", last_error());
    }
    Ok(Opened { handle, name, auto_close: true })
}

/// `load_library(file=None, flags=0)`.
pub fn load(file: Option<&Obj>, flags: i32) -> PyResult<Object> {
    let o = open(file, flags)?;
    let library = Library { handle: Cell::new(o.handle), name: o.name, auto_close: o.auto_close };
    Ok(util::new_native::<CLibrary, _>(library)?.into_object())
}

impl CLibrary {
    fn library(&self) -> &Library {
        util::data(self)
    }

    fn handle(&self) -> PyResult<*mut c_void> {
        let handle = self.library().handle.get();
        if handle.is_null() {
            bail!(ValueError, "library '{}' has already been closed", self.library().name);
        }
        Ok(handle)
    }

    fn variable(&self, name: &str) -> PyResult<*mut u8> {
        let library = &self.library().name;
        symbol(self.handle()?, name)
            .map_err(|e| raise!(KeyError, "variable '{name}' not found in library '{library}': {e}"))
    }
}

#[pymethods]
impl CLibrary {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as the slot.
        unsafe { util::dealloc_boxed::<Library>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<clibrary '{}'>", self.library().name)
    }

    #[method]
    fn load_function(&self, ctype: &CType, name: &str) -> PyResult<Object> {
        let handle = self.handle()?;
        if !ctype.is(FUNCTION | POINTER | ARRAY) {
            bail!(TypeError, "function or pointer or array cdata expected, got '{}'", ctype.name());
        }
        let library = &self.library().name;
        let p = symbol(handle, name).map_err(|e| {
            raise!(AttributeError, "function/symbol '{name}' not found in library '{library}': {e}")
        })?;
        CData::new(p, if ctype.is(ARRAY) && ctype.length() < 0 { ctype.pointer() } else { ctype })
    }

    #[method]
    fn read_variable(&self, ctype: &CType, name: &str) -> PyResult<Object> {
        let p = self.variable(name)?;
        // SAFETY: the program vouches for the variable's type.
        unsafe { from_c::convert(p, ctype) }
    }

    #[method]
    fn write_variable(&self, ctype: &CType, name: &str, value: &Obj) -> PyResult<()> {
        let p = self.variable(name)?;
        // SAFETY: the program vouches for the variable's type.
        unsafe { to_c::convert(p, ctype, value) }
    }

    #[method]
    fn close_lib(&self) {
        let handle = self.library().handle.replace(null_mut());
        if !handle.is_null() {
            // SAFETY: opened by `load`, closed once.
            unsafe { libc::dlclose(handle) };
        }
    }
}
