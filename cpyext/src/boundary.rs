//! The border between C and Rust: how C arguments become Rust values and Rust results become C ones.
//!
//! A function of the C API is written once, as a Rust function under `#[capi]`, and its parameter types say who owns
//! what:
//!
//! | Rust parameter | C parameter | meaning |
//! |---|---|---|
//! | `&Obj` | `PyObject *` | borrowed; NULL raises `SystemError` |
//! | `Option<&Obj>` | `PyObject *` | borrowed; NULL is `None` |
//! | `Object`, `Option<Object>` | `PyObject *` | stolen |
//! | `&List`, `&Dict`, ... | `PyObject *` | borrowed and of that type; another one raises `SystemError` |
//! | `&Type` | `PyTypeObject *` | borrowed |
//! | numbers, raw pointers, C function pointers | themselves | |
//!
//! | Rust result | C result | on error |
//! |---|---|---|
//! | `PyResult<Object>`, `PyResult<Ref<T>>` | new reference | NULL |
//! | `Option<Object>` | new reference or NULL | |
//! | `Borrowed`, `PyResult<Borrowed>`, `Option<&Obj>`, `&Obj` | borrowed reference | NULL |
//! | `PyResult<()>` | `int` 0 | -1 |
//! | `PyResult<bool>` | `int` 0 or 1 | -1 |
//! | `PyResult<number>` | the number | -1 |
//! | `PyResult<*mut T>`, `PyResult<*const T>` | the pointer | NULL |
//! | `bool`, `()`, numbers, pointers | 0 or 1, nothing, themselves | |
//!
//! Every exported function runs on a thread that holds the GIL, unless its documentation says otherwise. The build
//! aborts on panic after printing the Python traceback, so no panic crosses into C.

use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::raise;
use dovetail_core::thread::ThreadState;
use dovetail_core::types::type_::Type;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

/// Any object pointer of C.
pub type P = *mut abi::PyObject;

/// A Rust value from a C argument.
pub trait FromC: Sized {
    /// The C type.
    type C;
    /// # Safety
    /// Pointers are NULL or point to what the C API asks for.
    unsafe fn from_c(c: Self::C) -> PyResult<Self>;
}

/// A C result from a Rust value.
pub trait IntoC {
    /// The C type.
    type C;
    /// The result.
    fn into_c(self) -> Self::C;
    /// What says that an exception is set.
    fn failed(raised: Raised) -> Self::C;
}

/// A NULL where C owes an object. An exception that is set already stays: C often passes on a failed result.
#[cold]
pub fn null_argument() -> Raised {
    if ThreadState::current().has_exception() {
        return Raised::from_c();
    }
    raise!(SystemError, "null argument to internal routine")
}

/// An argument of the wrong type (`PyErr_BadInternalCall`).
#[cold]
pub fn bad_internal_call() -> Raised {
    raise!(SystemError, "bad argument to internal function")
}

impl FromC for &'static Obj {
    type C = P;
    #[inline(always)]
    unsafe fn from_c(c: P) -> PyResult<Self> {
        if c.is_null() {
            return Err(null_argument());
        }
        // SAFETY: not NULL; C keeps it alive during the call.
        Ok(unsafe { Obj::from_ptr(c) })
    }
}

impl FromC for Option<&'static Obj> {
    type C = P;
    #[inline(always)]
    unsafe fn from_c(c: P) -> PyResult<Self> {
        // SAFETY: not NULL; C keeps it alive during the call.
        Ok(if c.is_null() { None } else { Some(unsafe { Obj::from_ptr(c) }) })
    }
}

impl FromC for Object {
    type C = P;
    #[inline(always)]
    unsafe fn from_c(c: P) -> PyResult<Self> {
        if c.is_null() {
            return Err(null_argument());
        }
        // SAFETY: C gives its reference away.
        Ok(unsafe { Ref::from_owned(c) })
    }
}

impl FromC for Option<Object> {
    type C = P;
    #[inline(always)]
    unsafe fn from_c(c: P) -> PyResult<Self> {
        // SAFETY: C gives its reference away.
        Ok(unsafe { Ref::from_owned_opt(c) })
    }
}

impl FromC for &'static Type {
    type C = *mut abi::PyTypeObject;
    #[inline(always)]
    unsafe fn from_c(c: Self::C) -> PyResult<Self> {
        if c.is_null() {
            return Err(null_argument());
        }
        // SAFETY: not NULL; a type object of C or ours.
        Ok(unsafe { &*(c as *const Type) })
    }
}

impl FromC for Option<&'static Type> {
    type C = *mut abi::PyTypeObject;
    #[inline(always)]
    unsafe fn from_c(c: Self::C) -> PyResult<Self> {
        // SAFETY: NULL or a type object of C or ours.
        Ok(unsafe { (c as *const Type).as_ref() })
    }
}

/// Borrowed arguments that must be of one type.
macro_rules! typed {
    ($($ty:ty),* $(,)?) => {$(
        impl FromC for &'static $ty {
            type C = P;
            #[inline(always)]
            unsafe fn from_c(c: P) -> PyResult<Self> {
                if c.is_null() {
                    return Err(bad_internal_call());
                }
                // SAFETY: not NULL; C keeps it alive during the call.
                match unsafe { Obj::from_ptr(c) }.downcast::<$ty>() {
                    Some(v) => Ok(v),
                    None => Err(bad_internal_call()),
                }
            }
        }
    )*};
}

typed! {
    dovetail_core::types::bytearray::ByteArray,
    dovetail_core::types::bytes::Bytes,
    dovetail_core::types::cell::Cell,
    dovetail_core::types::code::Code,
    dovetail_core::types::complex::Complex,
    dovetail_core::types::dict::Dict,
    dovetail_core::types::exception::BaseException,
    dovetail_core::types::float::Float,
    dovetail_core::types::frame::FrameObject,
    dovetail_core::types::function::Function,
    dovetail_core::types::int::Int,
    dovetail_core::types::list::List,
    dovetail_core::types::method::Method,
    dovetail_core::types::module::Module,
    dovetail_core::types::slice::Slice,
    dovetail_core::types::str_::Str,
    dovetail_core::types::tuple::Tuple,
}

/// What C passes and takes as it is.
macro_rules! plain {
    ($($ty:ty = $failed:expr),* $(,)?) => {$(
        impl FromC for $ty {
            type C = $ty;
            #[inline(always)]
            unsafe fn from_c(c: $ty) -> PyResult<Self> {
                Ok(c)
            }
        }
        impl IntoC for $ty {
            type C = $ty;
            #[inline(always)]
            fn into_c(self) -> $ty {
                self
            }
            fn failed(_: Raised) -> $ty {
                $failed
            }
        }
        impl IntoC for PyResult<$ty> {
            type C = $ty;
            #[inline(always)]
            fn into_c(self) -> $ty {
                self.unwrap_or_else(|_| $failed)
            }
            fn failed(_: Raised) -> $ty {
                $failed
            }
        }
    )*};
}

plain! {
    i8 = -1, u8 = u8::MAX, i16 = -1, u16 = u16::MAX, i32 = -1, u32 = u32::MAX, i64 = -1, u64 = u64::MAX,
    isize = -1, usize = usize::MAX, f64 = -1.0, f32 = -1.0,
    abi::Py_complex = abi::Py_complex { real: -1.0, imag: 0.0 },
}

impl<T> FromC for *mut T {
    type C = *mut T;
    #[inline(always)]
    unsafe fn from_c(c: *mut T) -> PyResult<Self> {
        Ok(c)
    }
}

impl<T> FromC for *const T {
    type C = *const T;
    #[inline(always)]
    unsafe fn from_c(c: *const T) -> PyResult<Self> {
        Ok(c)
    }
}

/// C function pointers, which may be NULL.
macro_rules! function_pointers {
    ($(($($arg:ident),*))*) => {$(
        impl<R, $($arg),*> FromC for Option<unsafe extern "C" fn($($arg),*) -> R> {
            type C = Self;
            #[inline(always)]
            unsafe fn from_c(c: Self) -> PyResult<Self> {
                Ok(c)
            }
        }
        impl<R, $($arg),*> IntoC for Option<unsafe extern "C" fn($($arg),*) -> R> {
            type C = Self;
            #[inline(always)]
            fn into_c(self) -> Self {
                self
            }
            fn failed(_: Raised) -> Self {
                None
            }
        }
    )*};
}

function_pointers! { () (A) (A, B) (A, B, D) (A, B, D, E) (A, B, D, E, F) }

impl<T> IntoC for *mut T {
    type C = *mut T;
    #[inline(always)]
    fn into_c(self) -> *mut T {
        self
    }
    fn failed(_: Raised) -> *mut T {
        null_mut()
    }
}

impl<T> IntoC for *const T {
    type C = *const T;
    #[inline(always)]
    fn into_c(self) -> *const T {
        self
    }
    fn failed(_: Raised) -> *const T {
        std::ptr::null()
    }
}

impl<T> IntoC for PyResult<*mut T> {
    type C = *mut T;
    #[inline(always)]
    fn into_c(self) -> *mut T {
        self.unwrap_or(null_mut())
    }
    fn failed(_: Raised) -> *mut T {
        null_mut()
    }
}

impl<T> IntoC for PyResult<*const T> {
    type C = *const T;
    #[inline(always)]
    fn into_c(self) -> *const T {
        self.unwrap_or(std::ptr::null())
    }
    fn failed(_: Raised) -> *const T {
        std::ptr::null()
    }
}

impl IntoC for () {
    type C = ();
    #[inline(always)]
    fn into_c(self) {}
    fn failed(_: Raised) {}
}

impl IntoC for bool {
    type C = c_int;
    #[inline(always)]
    fn into_c(self) -> c_int {
        c_int::from(self)
    }
    /// A question that cannot fail answers no, and the error is forgotten.
    fn failed(raised: Raised) -> c_int {
        raised.clear();
        0
    }
}

impl IntoC for PyResult<()> {
    type C = c_int;
    #[inline(always)]
    fn into_c(self) -> c_int {
        if self.is_ok() { 0 } else { -1 }
    }
    fn failed(_: Raised) -> c_int {
        -1
    }
}

impl IntoC for PyResult<bool> {
    type C = c_int;
    #[inline(always)]
    fn into_c(self) -> c_int {
        self.map_or(-1, c_int::from)
    }
    fn failed(_: Raised) -> c_int {
        -1
    }
}

impl<T: Native> IntoC for Ref<T> {
    type C = P;
    #[inline(always)]
    fn into_c(self) -> P {
        self.into_ptr()
    }
    fn failed(_: Raised) -> P {
        null_mut()
    }
}

impl<T: Native> IntoC for Option<Ref<T>> {
    type C = P;
    #[inline(always)]
    fn into_c(self) -> P {
        self.map_or(null_mut(), Ref::into_ptr)
    }
    fn failed(_: Raised) -> P {
        null_mut()
    }
}

impl<T: Native> IntoC for PyResult<Ref<T>> {
    type C = P;
    #[inline(always)]
    fn into_c(self) -> P {
        self.map_or(null_mut(), Ref::into_ptr)
    }
    fn failed(_: Raised) -> P {
        null_mut()
    }
}

impl<T: Native> IntoC for PyResult<Option<Ref<T>>> {
    type C = P;
    #[inline(always)]
    fn into_c(self) -> P {
        self.ok().flatten().map_or(null_mut(), Ref::into_ptr)
    }
    fn failed(_: Raised) -> P {
        null_mut()
    }
}

/// A borrowed reference, owned by another object that outlives the caller's use; NULL when there is none.
#[derive(Clone, Copy)]
pub struct Borrowed(pub P);

impl Borrowed {
    /// No object.
    pub const NULL: Borrowed = Borrowed(null_mut());

    /// Borrows what something else keeps alive.
    #[inline(always)]
    pub fn of(o: &(impl AsObj + ?Sized)) -> Borrowed {
        Borrowed(o.as_obj().as_ptr())
    }

    /// As `of`, with `None` as NULL.
    #[inline(always)]
    pub fn option<T: AsObj + ?Sized>(o: Option<&T>) -> Borrowed {
        o.map_or(Borrowed::NULL, Borrowed::of)
    }
}

impl IntoC for Borrowed {
    type C = P;
    #[inline(always)]
    fn into_c(self) -> P {
        self.0
    }
    fn failed(_: Raised) -> P {
        null_mut()
    }
}

impl IntoC for PyResult<Borrowed> {
    type C = P;
    #[inline(always)]
    fn into_c(self) -> P {
        self.map_or(null_mut(), |b| b.0)
    }
    fn failed(_: Raised) -> P {
        null_mut()
    }
}

/// What a function that is not written yet does: raises `NotImplementedError` with its name.
#[cold]
pub fn missing(name: &'static str) {
    if ThreadState::current_or_null().is_null() {
        dovetail_core::hooks::fatal(&format!(
            "{name} is not implemented, and no thread state is there to say so"
        ));
    }
    // Some functions are called with an exception pending, which must not disturb this one.
    let pending = ThreadState::current().take_exception();
    let raised = raise!(NotImplementedError, "{name}").take();
    raised.set_context(pending);
    ThreadState::current().set_exception(Some(raised));
}

/// One exported symbol.
pub struct Export {
    /// The C name.
    pub name: &'static str,
    /// Written, and not a function that raises by name.
    pub real: bool,
    /// Where it is.
    pub address: *const u8,
}

/// The functions nobody has written.
mod stubs {
    #![allow(non_snake_case, improper_ctypes_definitions, clippy::all)]
    use super::{c_void, missing, null_mut};
    include!(concat!(env!("OUT_DIR"), "/stubs.rs"));
}

/// All exports. The table of addresses is C's, where a name needs no type.
mod exports {
    include!(concat!(env!("OUT_DIR"), "/exports.rs"));

    unsafe extern "C" {
        static dovetail_export_addresses: [*const u8; COUNT];
    }

    /// All exports, sorted by name.
    pub fn all() -> impl Iterator<Item = super::Export> {
        // SAFETY: a constant table of that length.
        let addresses = unsafe { &dovetail_export_addresses };
        ROWS.lines().zip(addresses).map(|(row, address)| {
            let (name, state) = row.split_once(' ').unwrap_or((row, ""));
            super::Export { name, real: state == "real", address: *address }
        })
    }
}

pub use exports::all as exports;
