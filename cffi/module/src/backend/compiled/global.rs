//! Global variables of a library: where they are, read and written each time `lib.name` is.

use super::super::cdata::CData;
use super::super::ctype::CType;
use super::super::errors::ffi_error;
use super::super::{from_c, make, to_c};
use dovetail_call::errno;
use dovetail_core::error::PyResult;
use dovetail_core::gil;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::types::str_::Str;
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_void;

/// A function of compiled code that gives a variable's address.
pub type FetchAddress = unsafe extern "C" fn() -> *mut c_void;

/// The body of a variable.
#[repr(C)]
pub struct GlobBody {
    pub ob_base: abi::PyObject,
    pub name: *mut abi::PyObject,
    pub ctype: *mut abi::PyObject,
    pub address: *mut u8,
    pub fetch: Option<FetchAddress>,
}

/// Variables.
#[pytype(name = "_cffi_backend.__FFIGlobSupport", body = GlobBody, refs(name, ctype), static_in_c)]
pub struct GlobSupport;

#[pymethods]
impl GlobSupport {}

impl GlobSupport {
    /// A variable at an address, or at what a function says.
    pub fn new(name: &Str, ctype: &CType, address: *mut u8, fetch: Option<FetchAddress>) -> PyResult<Object> {
        // SAFETY: a body of zeros, filled at once.
        unsafe {
            let g: Ref<GlobSupport> = alloc::new_body()?;
            let b = g.body();
            (*b).name = name.as_obj().to_owned().into_ptr();
            (*b).ctype = ctype.as_obj().to_owned().into_ptr();
            (*b).address = address;
            (*b).fetch = fetch;
            Ok(g.into_object())
        }
    }

    fn ctype(&self) -> &CType {
        // SAFETY: filled when made.
        unsafe { &*((*self.body()).ctype as *const CType) }
    }

    fn address(&self) -> PyResult<*mut u8> {
        // SAFETY: own fields; compiled code gives the function.
        let p = unsafe {
            let b = &*self.body();
            match b.fetch {
                Some(fetch) if b.address.is_null() => {
                    gil::allow_threads(|| errno::with_saved_errno(|| fetch())).cast()
                }
                _ => b.address,
            }
        };
        if p.is_null() {
            // SAFETY: filled when made.
            let name = unsafe { (*((*self.body()).name as *const Str)).to_string_lossy() };
            return Err(ffi_error(&format!("global variable '{name}' is at address NULL")));
        }
        Ok(p)
    }

    /// The value.
    pub fn read(&self) -> PyResult<Object> {
        // SAFETY: the library has the variable there.
        unsafe { from_c::convert(self.address()?, self.ctype()) }
    }

    /// Stores a value.
    pub fn write(&self, value: &Obj) -> PyResult<()> {
        // SAFETY: the library has the variable there.
        unsafe { to_c::convert(self.address()?, self.ctype(), value) }
    }

    /// A pointer to the variable.
    pub fn pointer(&self) -> PyResult<Object> {
        let pointer = make::pointer_type(self.ctype())?;
        CData::new(self.address()?, &pointer)
    }
}
