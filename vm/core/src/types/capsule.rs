//! `PyCapsule`: a C pointer with a name, for extensions to hand to each other.

use crate::error::PyResult;
use crate::gc;
use crate::object::native::Native;
use crate::object::obj::Head;
use crate::object::{Obj, Ref, alloc};
use crate::raise;
use crate::types::str_::Str;
use dovetail_macros::{pymethods, pytype};
use std::ffi::{CStr, c_char, c_int, c_void};

/// CPython's capsule.
#[repr(C)]
pub struct CapsuleBody {
    pub ob_base: abi::PyObject,
    pub pointer: *mut c_void,
    pub name: *const c_char,
    pub context: *mut c_void,
    pub destructor: abi::PyCapsule_Destructor,
    pub traverse: abi::traverseproc,
    pub clear: abi::inquiry,
}

/// C pointers as objects.
/// ---
/// Capsule objects wrap a C "void *" pointer in a Python object, so that
/// it can go through the interpreter without a type of its own.
///
/// Extension modules use them to offer each other C interfaces, found by
/// the ordinary import.
#[pytype(name = "PyCapsule", body = CapsuleBody, export = "PyCapsule_Type", gc)]
pub struct Capsule;

impl Capsule {
    /// A capsule around a pointer that is not NULL. The name, if any, must outlive the capsule.
    pub fn new(pointer: *mut c_void, name: *const c_char, destructor: abi::PyCapsule_Destructor) -> PyResult<Ref<Capsule>> {
        if pointer.is_null() {
            return Err(raise!(ValueError, "PyCapsule_New called with null pointer"));
        }
        // SAFETY: plain fields.
        unsafe {
            let o = alloc::alloc_sized(Capsule::type_object(), size_of::<CapsuleBody>())?;
            let b = o as *mut CapsuleBody;
            (*b).pointer = pointer;
            (*b).name = name;
            (*b).destructor = destructor;
            Ok(Ref::from_owned(o))
        }
    }

    /// Is this the name of the capsule? Two missing names agree.
    ///
    /// # Safety
    /// `name` is NULL or a C string.
    pub unsafe fn name_is(&self, name: *const c_char) -> bool {
        // SAFETY: the caller's promise, and that of `new`.
        unsafe {
            let own = (*self.body()).name;
            if own.is_null() || name.is_null() {
                return own == name;
            }
            CStr::from_ptr(own) == CStr::from_ptr(name)
        }
    }

    /// Makes the collector see what the pointer refers to (`_PyCapsule_SetTraverse`).
    pub fn set_traverse(&self, traverse: abi::traverseproc, clear: abi::inquiry) {
        // SAFETY: own fields.
        unsafe {
            (*self.body()).traverse = traverse;
            (*self.body()).clear = clear;
            if !gc::is_tracked(self.as_ptr()) {
                gc::track(self.as_ptr());
            }
        }
    }
}

#[pymethods]
impl Capsule {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; the destructor sees the whole capsule.
        unsafe {
            gc::untrack(o);
            if let Some(f) = (*(o as *mut CapsuleBody)).destructor {
                f(o);
            }
            let ty = (*(o as *mut Head)).ob_type;
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live capsule with the function that its maker gave.
        unsafe {
            match (*(o as *mut CapsuleBody)).traverse {
                Some(f) => f(o, visit, arg),
                None => 0,
            }
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: as above.
        unsafe {
            match (*(o as *mut CapsuleBody)).clear {
                Some(f) => f(o),
                None => 0,
            }
        }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        // SAFETY: NULL or a C string.
        let name = unsafe {
            let n = (*self.body()).name;
            if n.is_null() { "NULL".to_owned() } else { format!("\"{}\"", CStr::from_ptr(n).to_string_lossy()) }
        };
        let o: &Obj = self;
        Str::new(&format!("<capsule object {name} at {:p}>", o.as_ptr()))
    }
}
