//! Built-in modules in C's form (`import.h`): the table that an embedding program adds its own to, frozen modules of a
//! program, and the init functions of the runtime's native modules.

use crate::boundary::P;
use crate::extension::{self, Init};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::module::Module;
use dovetail_core::{gil, hooks, raise, sym};
use dovetail_frozen::Frozen;
use dovetail_stdlib::imp::{MoreBuiltins, register_more_builtins};
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Mutex, PoisonError};

/// Registers what the import system asks of this file.
pub fn register() {
    register_more_builtins(MoreBuiltins { has: |name| find(name).is_some(), create, names });
    dovetail_stdlib::frozen::register_more(frozen);
}

// ---- the table ----

/// The rows of `PyImport_Inittab` as it is now.
fn rows() -> Vec<(&'static CStr, Init)> {
    let mut out = Vec::new();
    // SAFETY: the table ends with a null name; rows and names live as long as the process, as CPython asks of them.
    unsafe {
        let mut row = crate::data::PyImport_Inittab;
        while !row.is_null() && !(*row).name.is_null() {
            if let Some(init) = (*row).initfunc {
                out.push((CStr::from_ptr((*row).name), init));
            }
            row = row.add(1);
        }
    }
    out
}

fn find(name: &str) -> Option<Init> {
    rows().into_iter().find(|(n, _)| n.to_bytes() == name.as_bytes()).map(|(_, init)| init)
}

fn names() -> Vec<String> {
    rows().into_iter().map(|(n, _)| n.to_string_lossy().into_owned()).collect()
}

fn create(spec: &Obj) -> PyResult<Object> {
    let name = spec.get_attr(sym!(name))?.str_()?;
    match find(&name.to_string_lossy()) {
        Some(init) => extension::create_builtin(spec, init),
        None => Err(raise!(ImportError, "no built-in module {}", name.to_string_lossy())),
    }
}

/// Puts a longer table in the place of the old one, which stays where it is: somebody may read it.
fn extend(more: &[abi::_inittab]) {
    // SAFETY: before Python starts, one thread reads and writes the variable; the old table ends with a null name.
    unsafe {
        let mut all = Vec::new();
        let mut row = crate::data::PyImport_Inittab;
        while !row.is_null() && !(*row).name.is_null() {
            all.push(*row);
            row = row.add(1);
        }
        all.extend_from_slice(more);
        all.push(abi::_inittab { name: std::ptr::null(), initfunc: None });
        crate::data::PyImport_Inittab = Box::leak(all.into_boxed_slice()).as_mut_ptr();
    }
}

/// Adds modules to the built-in ones, before Python is initialized; the array ends with a null name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ExtendInittab(table: *mut abi::_inittab) -> c_int {
    if gil::is_initialized() {
        hooks::fatal(
            "PyImport_ExtendInittab: PyImport_ExtendInittab() may not be called after Py_Initialize()",
        );
    }
    let mut all = Vec::new();
    // SAFETY: the caller's table.
    unsafe {
        let mut row = table;
        while !(*row).name.is_null() {
            all.push(*row);
            row = row.add(1);
        }
    }
    extend(&all);
    0
}

/// Adds a module to the built-in ones, before Python is initialized. The name is the caller's and stays.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_AppendInittab(name: *const c_char, init: Option<Init>) -> c_int {
    if gil::is_initialized() {
        hooks::fatal(
            "PyImport_AppendInittab: PyImport_AppendInittab() may not be called after Py_Initialize()",
        );
    }
    extend(&[abi::_inittab { name, initfunc: init }]);
    0
}

// ---- frozen modules of the program ----

/// The module of this name in `PyImport_FrozenModules`.
fn frozen(name: &str) -> Option<&'static Frozen> {
    static KNOWN: Mutex<Option<HashMap<(usize, usize), &'static Frozen>>> = Mutex::new(None);
    // SAFETY: the program's table ends with a null name, and what it names lives as long as the process.
    unsafe {
        let mut row = crate::data::PyImport_FrozenModules;
        while !row.is_null() && !(*row).name.is_null() {
            let own = CStr::from_ptr((*row).name);
            if own.to_bytes() != name.as_bytes() || (*row).code.is_null() {
                row = row.add(1);
                continue;
            }
            let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
            let known = known.get_or_insert_default();
            let made = known.entry((row as usize, (*row).code as usize)).or_insert_with(|| {
                let name = own.to_str().unwrap_or_default();
                let code = std::slice::from_raw_parts((*row).code, (*row).size.unsigned_abs() as usize);
                let package = (*row).is_package != 0 || (*row).size < 0;
                Box::leak(Box::new(Frozen { name, code, package, origin: name, file: "", essential: true }))
            });
            return Some(made);
        }
    }
    None
}

// ---- init functions of native modules ----

/// Makes the native module that the definition names.
unsafe extern "C" fn make(_spec: P, def: *mut abi::PyModuleDef) -> P {
    // SAFETY: one of the definitions below.
    let name = unsafe { CStr::from_ptr((*def).m_name) }.to_string_lossy();
    let made = match dovetail_stdlib::find(&name) {
        Some(native) => Module::from_native(native),
        None => Err(raise!(ImportError, "no native module {name}")),
    };
    made.map_or(std::ptr::null_mut(), Ref::into_ptr)
}

/// The slots of all of them: made by the function above, and fit for any interpreter.
static mut SLOTS: [abi::PyModuleDef_Slot; 3] = [
    abi::PyModuleDef_Slot { slot: abi::Py_mod_create as c_int, value: make as *mut c_void },
    abi::PyModuleDef_Slot {
        slot: abi::Py_mod_multiple_interpreters as c_int,
        value: abi::Py_MOD_PER_INTERPRETER_GIL_SUPPORTED,
    },
    abi::PyModuleDef_Slot { slot: 0, value: std::ptr::null_mut() },
];

/// Init functions by the names of their modules.
macro_rules! init_capi {
    ($($function:ident $name:literal)*) => {$(
        /// The definition of a native module.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $function() -> P {
            static mut DEF: std::mem::MaybeUninit<abi::PyModuleDef> = std::mem::MaybeUninit::zeroed();
            // SAFETY: our own definition, under the GIL; all but the header is filled here.
            unsafe {
                let def: *mut abi::PyModuleDef = (&raw mut DEF).cast();
                (*def).m_name = concat!($name, "\0").as_ptr().cast();
                (*def).m_slots = (&raw mut SLOTS).cast();
                crate::moduleobject::PyModuleDef_Init(def)
            }
        }
    )*};
}

init_capi! {
    PyInit__abc "_abc"
    PyInit__ast "_ast"
    PyInit__bisect "_bisect"
    PyInit__blake2 "_blake2"
    PyInit__codecs "_codecs"
    PyInit__collections "_collections"
    PyInit__contextvars "_contextvars"
    PyInit__csv "_csv"
    PyInit__datetime "_datetime"
    PyInit__functools "_functools"
    PyInit__heapq "_heapq"
    PyInit__imp "_imp"
    PyInit__io "_io"
    PyInit__json "_json"
    PyInit__locale "_locale"
    PyInit__md5 "_md5"
    PyInit__opcode "_opcode"
    PyInit__operator "_operator"
    PyInit__pickle "_pickle"
    PyInit__posixsubprocess "_posixsubprocess"
    PyInit__random "_random"
    PyInit__sha1 "_sha1"
    PyInit__sha2 "_sha2"
    PyInit__sha3 "_sha3"
    PyInit__signal "_signal"
    PyInit__socket "_socket"
    PyInit__sre "_sre"
    PyInit__stat "_stat"
    PyInit__statistics "_statistics"
    PyInit__string "_string"
    PyInit__struct "_struct"
    PyInit__symtable "_symtable"
    PyInit__sysconfig "_sysconfig"
    PyInit__thread "_thread"
    PyInit__tokenize "_tokenize"
    PyInit__tracemalloc "_tracemalloc"
    PyInit__types "_types"
    PyInit__typing "_typing"
    PyInit__weakref "_weakref"
    PyInit_array "array"
    PyInit_atexit "atexit"
    PyInit_binascii "binascii"
    PyInit_cmath "cmath"
    PyInit_errno "errno"
    PyInit_faulthandler "faulthandler"
    PyInit_fcntl "fcntl"
    PyInit_gc "gc"
    PyInit_grp "grp"
    PyInit_itertools "itertools"
    PyInit_math "math"
    PyInit_posix "posix"
    PyInit_pwd "pwd"
    PyInit_pyexpat "pyexpat"
    PyInit_select "select"
    PyInit_time "time"
    PyInit_unicodedata "unicodedata"
    PyInit_zlib "zlib"
    PyMarshal_Init "marshal"
}
