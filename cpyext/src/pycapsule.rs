//! `pycapsule.h`: C pointers as objects.

use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::capsule::Capsule;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int, c_void};

/// The capsule with a pointer, or the error of the function.
fn legal<'a>(object: Option<&'a Obj>, function: &str) -> PyResult<&'a Capsule> {
    let found = object.and_then(|o| o.downcast_exact::<Capsule>());
    // SAFETY: a capsule's body.
    match found.filter(|c| !unsafe { (*c.body()).pointer }.is_null()) {
        Some(c) => Ok(c),
        None => Err(invalid(function)),
    }
}

#[cold]
fn invalid(function: &str) -> Raised {
    raise!(ValueError, "{function} called with invalid PyCapsule object")
}

/// A capsule around a pointer that is not NULL. The name must outlive it.
#[capi]
unsafe fn PyCapsule_New(
    pointer: *mut c_void,
    name: *const c_char,
    destructor: abi::PyCapsule_Destructor,
) -> PyResult<Ref<Capsule>> {
    Capsule::new(pointer, name, destructor)
}

/// The pointer, when the name is the capsule's.
#[capi]
unsafe fn PyCapsule_GetPointer(capsule: Option<&Obj>, name: *const c_char) -> PyResult<*mut c_void> {
    let c = legal(capsule, "PyCapsule_GetPointer")?;
    // SAFETY: NULL or a C string.
    unsafe {
        if !c.name_is(name) {
            bail!(ValueError, "PyCapsule_GetPointer called with incorrect name");
        }
        Ok((*c.body()).pointer)
    }
}

/// Is it a capsule of that name, with a pointer? Never fails.
#[capi]
unsafe fn PyCapsule_IsValid(capsule: Option<&Obj>, name: *const c_char) -> c_int {
    let Some(c) = capsule.and_then(|o| o.downcast_exact::<Capsule>()) else { return 0 };
    // SAFETY: NULL or a C string.
    c_int::from(unsafe { !(*c.body()).pointer.is_null() && c.name_is(name) })
}

/// The name, which may be NULL.
#[capi]
unsafe fn PyCapsule_GetName(capsule: Option<&Obj>) -> PyResult<*const c_char> {
    let c = legal(capsule, "PyCapsule_GetName")?;
    // SAFETY: a capsule's body.
    Ok(unsafe { (*c.body()).name })
}

/// The destructor, which may be NULL.
#[capi]
unsafe fn PyCapsule_GetDestructor(capsule: Option<&Obj>) -> abi::PyCapsule_Destructor {
    // SAFETY: a capsule's body.
    legal(capsule, "PyCapsule_GetDestructor").ok().and_then(|c| unsafe { (*c.body()).destructor })
}

/// The context, which may be NULL.
#[capi]
unsafe fn PyCapsule_GetContext(capsule: Option<&Obj>) -> PyResult<*mut c_void> {
    let c = legal(capsule, "PyCapsule_GetContext")?;
    // SAFETY: a capsule's body.
    Ok(unsafe { (*c.body()).context })
}

/// Replaces the pointer.
#[capi]
unsafe fn PyCapsule_SetPointer(capsule: Option<&Obj>, pointer: *mut c_void) -> PyResult<()> {
    if pointer.is_null() {
        bail!(ValueError, "PyCapsule_SetPointer called with null pointer");
    }
    let c = legal(capsule, "PyCapsule_SetPointer")?;
    // SAFETY: a capsule's body.
    unsafe { (*c.body()).pointer = pointer };
    Ok(())
}

/// Replaces the name.
#[capi]
unsafe fn PyCapsule_SetName(capsule: Option<&Obj>, name: *const c_char) -> PyResult<()> {
    let c = legal(capsule, "PyCapsule_SetName")?;
    // SAFETY: a capsule's body.
    unsafe { (*c.body()).name = name };
    Ok(())
}

/// Replaces the destructor.
#[capi]
unsafe fn PyCapsule_SetDestructor(
    capsule: Option<&Obj>,
    destructor: abi::PyCapsule_Destructor,
) -> PyResult<()> {
    let c = legal(capsule, "PyCapsule_SetDestructor")?;
    // SAFETY: a capsule's body.
    unsafe { (*c.body()).destructor = destructor };
    Ok(())
}

/// Replaces the context.
#[capi]
unsafe fn PyCapsule_SetContext(capsule: Option<&Obj>, context: *mut c_void) -> PyResult<()> {
    let c = legal(capsule, "PyCapsule_SetContext")?;
    // SAFETY: a capsule's body.
    unsafe { (*c.body()).context = context };
    Ok(())
}

/// Lets the collector see what the pointer refers to.
#[capi(private)]
unsafe fn _PyCapsule_SetTraverse(
    capsule: Option<&Obj>,
    traverse: abi::traverseproc,
    clear: abi::inquiry,
) -> PyResult<()> {
    let c = legal(capsule, "_PyCapsule_SetTraverse")?;
    if traverse.is_none() || clear.is_none() {
        bail!(ValueError, "_PyCapsule_SetTraverse() called with NULL callback");
    }
    c.set_traverse(traverse, clear);
    Ok(())
}

/// The pointer of the capsule that a dotted name finds: the first part is imported, the others are attributes.
#[capi]
unsafe fn PyCapsule_Import(name: *const c_char, _no_block: c_int) -> PyResult<*mut c_void> {
    // SAFETY: a C string.
    let text = unsafe { CStr::from_ptr(name) }.to_string_lossy();
    let mut found: Option<Object> = None;
    for part in text.split('.') {
        found = Some(match found {
            None => match dovetail_core::import::import_module(part) {
                Ok(m) => m,
                Err(e) => {
                    e.clear();
                    bail!(ImportError, "PyCapsule_Import could not import module \"{part}\"");
                }
            },
            Some(o) => o.get_attr(&*Str::intern(part)?)?,
        });
    }
    let capsule = found.as_ref().and_then(|o| o.downcast_exact::<Capsule>());
    // SAFETY: a capsule's body and a C string.
    match capsule.filter(|c| unsafe { !(*c.body()).pointer.is_null() && c.name_is(name) }) {
        Some(c) => Ok(unsafe { (*c.body()).pointer }),
        None => Err(raise!(AttributeError, "PyCapsule_Import \"{text}\" is not valid")),
    }
}
