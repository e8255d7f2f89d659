//! Tables of CPython's evaluation loop, for what reads them: intrinsic functions, special methods of `with`, the types of
//! what a frame runs, and the machine code through which a profiler calls the evaluation function.

use crate::boundary::{IntoC, P};
use crate::data_tables::Static;
use dovetail_core::error::PyResult;
use dovetail_core::interp::frame;
use dovetail_core::interp::generic::{Place, intrinsic_1, intrinsic_2};
use dovetail_core::object::native::Native;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::code::Code;
use dovetail_core::types::descr::MethodDescr;
use dovetail_core::types::method::Method;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

type Ts = *mut abi::PyThreadState;

/// The innermost Python frame.
struct Innermost;

impl Place for Innermost {
    fn namespace(&self) -> PyResult<Object> {
        dovetail_core::types::frame::current_locals()
    }

    fn code_flags(&self) -> i32 {
        frame::current_flags()
    }
}

/// An intrinsic function with its name: the number of a table is `CALL_INTRINSIC_1`'s or `CALL_INTRINSIC_2`'s argument.
#[repr(C)]
pub struct Intrinsic<F> {
    function: F,
    name: *const c_char,
}

// SAFETY: constant functions and texts.
unsafe impl<F> Sync for Intrinsic<F> {}

unsafe extern "C" fn unary<const N: usize>(_ts: Ts, v: P) -> P {
    // SAFETY: the caller's live object.
    intrinsic_1(&Innermost, N, unsafe { Obj::from_ptr(v) })
        .map_or_else(PyResult::<Object>::failed, IntoC::into_c)
}

unsafe extern "C" fn binary<const N: usize>(_ts: Ts, a: P, b: P) -> P {
    // SAFETY: the caller's live objects.
    intrinsic_2(N, unsafe { Obj::from_ptr(a) }, unsafe { Obj::from_ptr(b) })
        .map_or_else(PyResult::<Object>::failed, IntoC::into_c)
}

type Unary = unsafe extern "C" fn(Ts, P) -> P;
type Binary = unsafe extern "C" fn(Ts, P, P) -> P;

const fn one<F>(function: F, name: &'static CStr) -> Intrinsic<F> {
    Intrinsic { function, name: name.as_ptr() }
}

/// The intrinsic functions of one argument.
#[unsafe(no_mangle)]
pub static _PyIntrinsics_UnaryFunctions: [Intrinsic<Unary>; 12] = [
    one(unary::<0>, c"INTRINSIC_1_INVALID"),
    one(unary::<1>, c"INTRINSIC_PRINT"),
    one(unary::<2>, c"INTRINSIC_IMPORT_STAR"),
    one(unary::<3>, c"INTRINSIC_STOPITERATION_ERROR"),
    one(unary::<4>, c"INTRINSIC_ASYNC_GEN_WRAP"),
    one(unary::<5>, c"INTRINSIC_UNARY_POSITIVE"),
    one(unary::<6>, c"INTRINSIC_LIST_TO_TUPLE"),
    one(unary::<7>, c"INTRINSIC_TYPEVAR"),
    one(unary::<8>, c"INTRINSIC_PARAMSPEC"),
    one(unary::<9>, c"INTRINSIC_TYPEVARTUPLE"),
    one(unary::<10>, c"INTRINSIC_SUBSCRIPT_GENERIC"),
    one(unary::<11>, c"INTRINSIC_TYPEALIAS"),
];

/// The intrinsic functions of two arguments.
#[unsafe(no_mangle)]
pub static _PyIntrinsics_BinaryFunctions: [Intrinsic<Binary>; 6] = [
    one(binary::<0>, c"INTRINSIC_2_INVALID"),
    one(binary::<1>, c"INTRINSIC_PREP_RERAISE_STAR"),
    one(binary::<2>, c"INTRINSIC_TYPEVAR_WITH_BOUND"),
    one(binary::<3>, c"INTRINSIC_TYPEVAR_WITH_CONSTRAINTS"),
    one(binary::<4>, c"INTRINSIC_SET_FUNCTION_TYPE_PARAMS"),
    one(binary::<5>, c"INTRINSIC_SET_TYPEPARAM_DEFAULT"),
];

/// A method that a statement looks up in the type, and what is said where it is not there.
#[repr(C)]
pub struct SpecialMethod {
    name: P,
    error: *const c_char,
    error_suggestion: *const c_char,
}

macro_rules! context_manager {
    ($method:literal, $kind:literal, $other:literal, $statement:literal) => {
        SpecialMethod {
            name: null_mut(),
            error: concat!(
                "'%T' object does not support the ",
                $kind,
                " protocol (missed ",
                $method,
                " method)\0"
            )
            .as_ptr()
            .cast(),
            error_suggestion: concat!(
                "'%T' object does not support the ",
                $kind,
                " protocol (missed ",
                $method,
                " method) but it supports the ",
                $other,
                " protocol. Did you mean to use '",
                $statement,
                "'?\0"
            )
            .as_ptr()
            .cast(),
        }
    };
}

/// The methods of `LOAD_SPECIAL` by its argument; the names are filled in at start-up.
#[unsafe(no_mangle)]
pub static mut _Py_SpecialMethods: [SpecialMethod; 4] = [
    context_manager!("__enter__", "context manager", "asynchronous context manager", "async with"),
    context_manager!("__exit__", "context manager", "asynchronous context manager", "async with"),
    context_manager!("__aenter__", "asynchronous context manager", "context manager", "with"),
    context_manager!("__aexit__", "asynchronous context manager", "context manager", "with"),
];

/// The types of what an interpreter frame runs, by `PyUnstable_EXECUTABLE_KIND_*`; filled in at start-up.
#[unsafe(no_mangle)]
pub static mut PyUnstable_ExecutableKinds: [Static<*const abi::PyTypeObject>; 6] =
    [const { Static(std::ptr::null()) }; 6];

/// Fills in what is made at start-up; called once.
pub fn fill() {
    let names = ["__enter__", "__exit__", "__aenter__", "__aexit__"];
    // SAFETY: start-up, before any extension is loaded.
    unsafe {
        let methods = &raw mut _Py_SpecialMethods;
        for (i, name) in names.into_iter().enumerate() {
            if let Ok(s) = Str::intern(name) {
                s.immortalize();
                (*methods)[i].name = s.into_ptr();
            }
        }
        let kinds = &raw mut PyUnstable_ExecutableKinds;
        (*kinds)[0] = Static(none().type_ptr());
        (*kinds)[1] = Static(Code::type_object().as_ptr().cast());
        (*kinds)[3] = Static(Method::type_object().as_ptr().cast());
        (*kinds)[4] = Static(MethodDescr::type_object().as_ptr().cast());
    }
}

// ---- the trampoline ----
//
// A function (thread state, frame, flag, evaluation function) that calls the fourth argument with the first three. A
// profiler copies the bytes between the two names for each Python function, so that each has an address of its own.

#[cfg(target_arch = "x86_64")]
std::arch::global_asm!(
    ".text",
    ".globl _Py_trampoline_func_start",
    ".globl _Py_trampoline_func_end",
    "_Py_trampoline_func_start:",
    "push rbp",
    "mov rbp, rsp",
    "call rcx",
    "pop rbp",
    "ret",
    "_Py_trampoline_func_end:",
    "nop",
);

#[cfg(target_arch = "aarch64")]
std::arch::global_asm!(
    ".text",
    ".globl _Py_trampoline_func_start",
    ".globl _Py_trampoline_func_end",
    "_Py_trampoline_func_start:",
    "stp x29, x30, [sp, #-16]!",
    "mov x29, sp",
    "blr x3",
    "ldp x29, x30, [sp], #16",
    "ret",
    "_Py_trampoline_func_end:",
    "nop",
);

/// Both ends of the trampoline, which the assembler text above exports.
macro_rules! trampoline_capi {
    ($($name:ident)*) => { unsafe extern "C" { $(static $name: u8;)* } };
}

trampoline_capi! {
    _Py_trampoline_func_start
    _Py_trampoline_func_end
}
