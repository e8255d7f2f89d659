//! `extern "Python"`: C functions of a compiled module whose bodies are Python functions.
//!
//! Compiled code has a struct for each; its two last words are ours: the interpreter that last defined or called the
//! function, and what to call there.

use super::super::callback;
use super::super::errors::ffi_error;
use super::super::flags::*;
use super::context::{argument, number, op, text};
use super::ffi::Ffi;
use dovetail_call::errno;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, sym};
use dovetail_stdlib::thread::foreign::ensure;
use std::cell::UnsafeCell;
use std::collections::BTreeMap;
use std::ffi::{c_char, c_void};

/// The struct in compiled code.
#[repr(C)]
pub struct ExternPy {
    name: *const c_char,
    size_of_result: usize,
    interpreter: *mut c_void,
    info: *mut c_void,
}

/// By interpreter and struct: what to call, owned.
struct Registry(UnsafeCell<BTreeMap<(usize, usize), *mut abi::PyObject>>);
// SAFETY: used under the GIL only.
unsafe impl Sync for Registry {}

static REGISTRY: Registry = Registry(UnsafeCell::new(BTreeMap::new()));

fn interpreter() -> *mut c_void {
    std::ptr::from_ref(ThreadState::current().interp()).cast_mut().cast()
}

/// Attaches a Python function, which comes back.
pub fn define(ffi: &Ffi, function: &Obj, name: &Obj, error: &Obj, onerror: &Obj) -> PyResult<Object> {
    let named = if name.is_none() { function.get_attr(sym!(__name__))? } else { name.to_owned() };
    let Some(name) = named.downcast::<Str>() else {
        bail!(TypeError, "argument 2 must be str or None, not {}", named.type_name());
    };
    let name = name.as_str()?;
    let context = ffi.context();
    let global = context.find_global(name).map(|i| &context.globals()[i]);
    let Some(g) = global.filter(|g| number(g.type_op) == op::EXTERN_PYTHON) else {
        return Err(ffi_error(&format!(
            "ffi.def_extern('{name}'): no 'extern \"Python\"' function with this name"
        )));
    };
    let ct = context.realize_type(argument(g.type_op))?;
    let given = |o: &'_ Obj| if o.is_none() { None } else { Some(o.to_owned()) };
    let (error, onerror) = (given(error), given(onerror));
    let info = callback::info(&ct, function, error.as_deref(), onerror.as_deref())?;
    let e = g.address.cast::<ExternPy>();
    // SAFETY: the address of such a function is its struct; the GIL is held.
    let before = unsafe {
        let key = (interpreter() as usize, e as usize);
        let p = info.into_ptr();
        (*e).interpreter = interpreter();
        (*e).info = p.cast();
        (*REGISTRY.0.get()).insert(key, p)
    };
    if let Some(before) = before {
        // SAFETY: the registry owned it.
        unsafe { dovetail_core::object::obj::decref(before) };
    }
    Ok(function.to_owned())
}

/// What to call in this interpreter, if anything.
unsafe fn lookup(e: *mut ExternPy) -> Option<*mut abi::PyObject> {
    // SAFETY: the GIL is held.
    unsafe {
        if (*e).interpreter != interpreter() {
            let key = (interpreter() as usize, e as usize);
            (*e).info = (*(*REGISTRY.0.get()).get(&key)?).cast();
            (*e).interpreter = interpreter();
        }
        Some((*e).info.cast())
    }
}

/// What compiled code calls: arguments of eight bytes each (long doubles and structs by address), in whose place the result
/// is written.
pub unsafe extern "C" fn call_python(e: *mut ExternPy, args: *mut c_char) {
    errno::with_callers_errno(|| {
        // SAFETY: called by compiled code.
        let problem = unsafe {
            if (*e).interpreter.is_null() {
                Some("no code was attached to it yet with @ffi.def_extern()")
            } else if let Some(_attached) = ensure() {
                match lookup(e) {
                    Some(info) => {
                        let info = (*(info as *const Tuple)).to_ref();
                        let args = args.cast::<u8>();
                        let at = |i: usize, ct: &super::super::CType| {
                            let p = args.add(8 * i).cast_const();
                            if ct.is(LONGDOUBLE | RECORD) { *p.cast::<*const u8>() } else { p }
                        };
                        callback::invoke(&info, args, &at);
                        None
                    }
                    None => Some("@ffi.def_extern() was not called in the current subinterpreter"),
                }
            } else {
                Some("got internal exception (shutdown issue?)")
            }
        };
        if let Some(problem) = problem {
            // SAFETY: called by compiled code.
            unsafe {
                eprintln!(
                    "extern \"Python\": function {}() called, but {problem}.  Returning 0.",
                    text((*e).name)
                );
                std::ptr::write_bytes(args, 0, (*e).size_of_result);
            }
        }
    });
}
