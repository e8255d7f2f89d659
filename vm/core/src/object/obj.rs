//! `Obj`: any Python object, seen through a borrowed reference.
//!
//! An `&Obj` promises a live object for the lifetime of the borrow. It gives access to the header only;
//! typed views (`List`, `Str` ...) add their bodies. Counting is CPython 3.14's: 32 bits, immortal when the
//! count is negative as a signed number (PEP 683).

use crate::object::native::Native;
use crate::object::refs::{Object, Ref};
use crate::types::type_::Type;
use std::cell::UnsafeCell;

/// The reference count of objects that never die.
pub const IMMORTAL: u32 = 3 << 30;

/// The first two words of every object, with the count in the shape that code uses.
#[repr(C)]
pub struct Head {
    pub refcnt: u32,
    pub overflow: u16,
    pub flags: u16,
    pub ob_type: *mut abi::PyTypeObject,
}

/// The flag that marks the subtypes of a built-in type, of those eight that have one; else zero.
#[inline(always)]
fn subclass_flag<T: Native>() -> std::ffi::c_ulong {
    use crate::types::{
        bytes::Bytes, dict::Dict, exception::BaseException, int::Int, list::List, str_::Str, tuple::Tuple,
    };
    // Addresses of statics: the compiler knows the outcome.
    let is = |p: *mut abi::PyTypeObject| std::ptr::eq(T::TYPE_POINTER, p);
    match () {
        _ if is(Type::TYPE_POINTER) => abi::Py_TPFLAGS_TYPE_SUBCLASS,
        _ if is(Str::TYPE_POINTER) => abi::Py_TPFLAGS_UNICODE_SUBCLASS,
        _ if is(Int::TYPE_POINTER) => abi::Py_TPFLAGS_LONG_SUBCLASS,
        _ if is(Tuple::TYPE_POINTER) => abi::Py_TPFLAGS_TUPLE_SUBCLASS,
        _ if is(List::TYPE_POINTER) => abi::Py_TPFLAGS_LIST_SUBCLASS,
        _ if is(Dict::TYPE_POINTER) => abi::Py_TPFLAGS_DICT_SUBCLASS,
        _ if is(Bytes::TYPE_POINTER) => abi::Py_TPFLAGS_BYTES_SUBCLASS,
        _ if is(BaseException::TYPE_POINTER) => abi::Py_TPFLAGS_BASE_EXC_SUBCLASS,
        _ => 0,
    }
}

/// Any Python object; only ever behind a reference.
#[repr(transparent)]
pub struct Obj(UnsafeCell<abi::PyObject>);

impl Obj {
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut abi::PyObject {
        self.0.get()
    }

    /// A borrowed object from C.
    ///
    /// # Safety
    /// `p` is not NULL and stays alive for `'a`.
    #[inline(always)]
    pub unsafe fn from_ptr<'a>(p: *mut abi::PyObject) -> &'a Obj {
        debug_assert!(!p.is_null());
        // SAFETY: the caller's promise.
        unsafe { &*(p as *const Obj) }
    }

    #[inline(always)]
    pub fn head(&self) -> *mut Head {
        self.0.get().cast()
    }

    /// The type of the object, borrowed from it.
    #[inline(always)]
    pub fn ob_type(&self) -> &Type {
        // SAFETY: a live object has a live type.
        unsafe { &*((*self.head()).ob_type as *const Type) }
    }

    #[inline(always)]
    pub fn type_ptr(&self) -> *mut abi::PyTypeObject {
        // SAFETY: a live object has a header.
        unsafe { (*self.head()).ob_type }
    }

    /// Changes the type, moving the reference that heap types hold. The layouts must agree.
    ///
    /// # Safety
    /// Instances of both types have the same layout.
    pub unsafe fn set_type(&self, ty: &Type) {
        let old = self.type_ptr();
        if ty.is_heap() {
            ty.incref();
        }
        // SAFETY: header of a live object; the old type was counted if it is a heap type.
        unsafe {
            (*self.head()).ob_type = ty.as_type_ptr();
            let old = &*(old as *const Type);
            if old.is_heap() {
                decref(old.as_ptr());
            }
        }
    }

    /// Same object?
    #[inline(always)]
    pub fn is(&self, other: &Obj) -> bool {
        std::ptr::eq(self, other)
    }

    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.is(crate::types::none::none())
    }

    #[inline(always)]
    pub fn refcnt(&self) -> u32 {
        // SAFETY: a live object has a header.
        unsafe { (*self.head()).refcnt }
    }

    #[inline(always)]
    pub fn is_immortal(&self) -> bool {
        (self.refcnt() as i32) < 0
    }

    /// Makes the object immortal.
    pub fn immortalize(&self) {
        // SAFETY: a live object has a header.
        unsafe { (*self.head()).refcnt = IMMORTAL }
    }

    #[inline(always)]
    pub fn incref(&self) {
        // SAFETY: a live object has a header; the GIL serializes counting.
        unsafe { incref(self.as_ptr()) }
    }

    /// A new owned reference to this object.
    #[inline(always)]
    pub fn to_owned(&self) -> Object {
        self.incref();
        // SAFETY: the count just taken belongs to the result.
        unsafe { Ref::from_owned(self.as_ptr()) }
    }

    /// Is the type exactly `T`?
    #[inline(always)]
    pub fn is_exact<T: Native>(&self) -> bool {
        std::ptr::eq(self.type_ptr(), T::TYPE_POINTER)
    }

    /// Is this an instance of `T` or of a subtype?
    #[inline(always)]
    pub fn is_a<T: Native>(&self) -> bool {
        if self.is_exact::<T>() {
            return true;
        }
        match subclass_flag::<T>() {
            0 => self.ob_type().is_subtype(T::type_object()),
            flag => self.ob_type().flags() & flag != 0,
        }
    }

    /// The typed view, when the object is an instance of `T` or of a subtype.
    #[inline(always)]
    pub fn downcast<T: Native>(&self) -> Option<&T> {
        // SAFETY: an instance has the body of the type.
        if self.is_a::<T>() { Some(unsafe { self.cast_unchecked() }) } else { None }
    }

    /// The typed view, when the type is exactly `T`.
    #[inline(always)]
    pub fn downcast_exact<T: Native>(&self) -> Option<&T> {
        // SAFETY: as above.
        if self.is_exact::<T>() { Some(unsafe { self.cast_unchecked() }) } else { None }
    }

    /// The typed view, without looking.
    ///
    /// # Safety
    /// The object is an instance of `T` or of a subtype.
    #[inline(always)]
    pub unsafe fn cast_unchecked<T: Native>(&self) -> &T {
        // SAFETY: the caller's promise; views are transparent over their bodies.
        unsafe { &*(self as *const Obj as *const T) }
    }

    /// `tp_name` of the type, as messages show it.
    pub fn type_name(&self) -> &str {
        self.ob_type().name()
    }
}

/// Takes a reference.
///
/// # Safety
/// `o` is a live object and the thread holds the GIL.
#[inline(always)]
pub unsafe fn incref(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        #[cfg(feature = "debug-checks")]
        crate::object::checks::alive(o, "taking a reference");
        let h = o as *mut Head;
        let c = (*h).refcnt;
        if (c as i32) >= 0 {
            (*h).refcnt = c + 1;
        }
    }
}

/// Gives a reference back; the last one ends the object.
///
/// # Safety
/// The caller owns the reference and the thread holds the GIL.
#[inline(always)]
pub unsafe fn decref(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        #[cfg(feature = "debug-checks")]
        crate::object::checks::owned(o);
        let h = o as *mut Head;
        let c = (*h).refcnt;
        if (c as i32) >= 0 {
            (*h).refcnt = c - 1;
            if c == 1 {
                crate::object::alloc::dealloc(o);
            }
        }
    }
}

/// `decref` of a pointer that may be NULL.
///
/// # Safety
/// As `decref`, where not NULL.
#[inline(always)]
pub unsafe fn xdecref(o: *mut abi::PyObject) {
    if !o.is_null() {
        // SAFETY: the caller's promise.
        unsafe { decref(o) }
    }
}

/// `incref` of a pointer that may be NULL.
///
/// # Safety
/// As `incref`, where not NULL.
#[inline(always)]
pub unsafe fn xincref(o: *mut abi::PyObject) {
    if !o.is_null() {
        // SAFETY: the caller's promise.
        unsafe { incref(o) }
    }
}

/// Empties an owned pointer field, then gives the reference back (`Py_CLEAR`).
///
/// # Safety
/// `*slot` is NULL or an owned reference.
pub unsafe fn clear<T>(slot: *mut *mut T) {
    // SAFETY: the caller's promise; the field is emptied before code of the object's end can run.
    unsafe {
        let old = std::mem::replace(&mut *slot, std::ptr::null_mut());
        xdecref(old.cast());
    }
}

/// Stores an owned reference in a field, giving the old one back (`Py_XSETREF`).
///
/// # Safety
/// `*slot` is NULL or an owned reference.
pub unsafe fn replace<T>(slot: *mut *mut T, value: Option<Object>) {
    // SAFETY: as in `clear`.
    unsafe {
        let new = value.map_or(std::ptr::null_mut(), Ref::into_ptr);
        let old = std::mem::replace(&mut *slot, new.cast());
        xdecref(old.cast());
    }
}
