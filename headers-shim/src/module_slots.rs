//! Values of module and type slots that C writes as pointers: small numbers that bindgen cannot
//! give a type to. The names and values are CPython's.

#![allow(non_upper_case_globals)]

use core::ffi::c_void;
use core::ptr;

/// `Py_mod_multiple_interpreters`: only in the main interpreter (PEP 489, 684).
pub const Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED: *mut c_void = ptr::null_mut();
/// `Py_mod_multiple_interpreters`: in interpreters that share the main one's lock.
pub const Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED: *mut c_void = ptr::without_provenance_mut(1);
/// `Py_mod_multiple_interpreters`: also in interpreters with their own lock.
pub const Py_MOD_PER_INTERPRETER_GIL_SUPPORTED: *mut c_void = ptr::without_provenance_mut(2);
/// `Py_mod_gil`: the module depends on the global lock (PEP 703).
pub const Py_MOD_GIL_USED: *mut c_void = ptr::null_mut();
/// `Py_mod_gil`: the module runs without the global lock.
pub const Py_MOD_GIL_NOT_USED: *mut c_void = ptr::without_provenance_mut(1);
/// `Py_tp_token`: the spec's address is the token.
pub const Py_TP_USE_SPEC: *mut c_void = ptr::null_mut();
