//! Arguments of variadic C functions, fetched one at a time.
//!
//! Stable Rust cannot define variadic functions. The ones of the C API are defined in `cpyext/c`, which hands over a
//! pointer to the started `va_list`; the readers below are C functions there.

use std::ffi::{c_double, c_int, c_long, c_longlong, c_uint, c_void};

/// A started `va_list` in C's memory.
#[repr(C)]
pub struct VaList {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn dovetail_va_int(va: *mut VaList) -> c_int;
    fn dovetail_va_long(va: *mut VaList) -> c_long;
    fn dovetail_va_longlong(va: *mut VaList) -> c_longlong;
    fn dovetail_va_double(va: *mut VaList) -> c_double;
    fn dovetail_va_pointer(va: *mut VaList) -> *mut c_void;
}

/// The arguments that are left.
pub struct Args(*mut VaList);

impl Args {
    /// Wraps a started list.
    ///
    /// # Safety
    /// `va` is started and stays so as long as the value lives; each reader is asked for the type that was passed.
    pub unsafe fn new(va: *mut VaList) -> Args {
        Args(va)
    }

    /// The next `int` (also `char` and `short`, which C passes as `int`).
    pub fn int(&mut self) -> c_int {
        // SAFETY: the promise given at `new`.
        unsafe { dovetail_va_int(self.0) }
    }

    /// The next `unsigned int`.
    pub fn uint(&mut self) -> c_uint {
        self.int() as c_uint
    }

    /// The next `long`, or `unsigned long` by its bits.
    pub fn long(&mut self) -> c_long {
        // SAFETY: the promise given at `new`.
        unsafe { dovetail_va_long(self.0) }
    }

    /// The next `long long`, or `unsigned long long` by its bits.
    pub fn longlong(&mut self) -> c_longlong {
        // SAFETY: the promise given at `new`.
        unsafe { dovetail_va_longlong(self.0) }
    }

    /// The next `Py_ssize_t`, `size_t` by its bits, or `intptr_t`.
    pub fn size(&mut self) -> isize {
        self.longlong() as isize
    }

    /// The next `double` (also `float`).
    pub fn double(&mut self) -> c_double {
        // SAFETY: the promise given at `new`.
        unsafe { dovetail_va_double(self.0) }
    }

    /// The next pointer of any type.
    pub fn pointer<T>(&mut self) -> *mut T {
        // SAFETY: the promise given at `new`.
        unsafe { dovetail_va_pointer(self.0).cast() }
    }
}
