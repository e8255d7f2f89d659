//! C functions whose addresses the library calls through prototypes: `cast`, `string_at`, `wstring_at`, `memoryview_at`.

use crate::code;
use crate::data;
use crate::info::{self, Kind};
use crate::wide;
use dovetail_core::error::PyResult;
use dovetail_core::native::result_ptr;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::managed_buffer::from_memory;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_stdlib::audit;
use std::ffi::{CStr, c_int, c_void};

fn audit_place(event: &str, p: *const c_void, size: isize) -> PyResult<()> {
    audit(event, || {
        Ok(vec![Int::from_usize(p as usize)?.into_object(), Int::from_i64(size as i64)?.into_object()])
    })
}

/// `string_at`: bytes up to a NUL, or so many.
pub unsafe extern "C" fn string_at(p: *const u8, size: c_int) -> *mut abi::PyObject {
    let run = || -> PyResult<Object> {
        audit_place("ctypes.string_at", p.cast(), size as isize)?;
        // SAFETY: the program says what is there.
        unsafe {
            match size {
                -1 => Bytes::new(CStr::from_ptr(p.cast()).to_bytes()),
                0.. => Bytes::new(std::slice::from_raw_parts(p, size as usize)),
                _ => Err(raise!(SystemError, "Negative size passed to PyBytes_FromStringAndSize")),
            }
        }
        .map(Ref::into_object)
    };
    result_ptr(run())
}

/// `wstring_at`: text up to a NUL, or so many characters.
pub unsafe extern "C" fn wstring_at(p: *const u32, size: c_int) -> *mut abi::PyObject {
    let run = || -> PyResult<Object> {
        audit_place("ctypes.wstring_at", p.cast(), size as isize)?;
        // SAFETY: the program says what is there.
        unsafe {
            let n = match size {
                -1 => wide::length(p, usize::MAX),
                0.. => size as usize,
                _ => bail!(SystemError, "bad argument to internal function"),
            };
            wide::text(p, n).map(Ref::into_object)
        }
    };
    result_ptr(run())
}

/// `memoryview_at`.
pub unsafe extern "C" fn memoryview_at(p: *mut u8, size: isize, readonly: c_int) -> *mut abi::PyObject {
    let run = || -> PyResult<Object> {
        audit("ctypes.memoryview_at", || {
            Ok(vec![
                Int::from_usize(p as usize)?.into_object(),
                Int::from_i64(size as i64)?.into_object(),
                Int::from_i64(readonly.into())?.into_object(),
            ])
        })?;
        if size < 0 {
            bail!(ValueError, "memoryview_at: size is negative (or overflowed): {size}");
        }
        // SAFETY: the program says what is there.
        unsafe { from_memory(p, size, readonly != 0) }
    };
    result_ptr(run())
}

/// Is it a class of pointers of some kind?
fn check_pointer(target: &Obj) -> PyResult<()> {
    let pointer = info::of_class(target).is_some_and(|i| match i.kind {
        Kind::Pointer | Kind::Function => true,
        Kind::Simple => b"sPzUZXO".contains(&i.code.get()),
        _ => false,
    });
    if pointer {
        return Ok(());
    }
    match target.downcast::<Type>() {
        Some(t) if info::of_type(t).is_some() => {
            Err(raise!(TypeError, "cast() argument 2 must be a pointer type, not {}", t.name()))
        }
        _ => Err(raise!(TypeError, "cast() argument 2 must be a pointer type")),
    }
}

/// `cast`: an address as an instance of another pointer type, which keeps alive what the source keeps.
pub unsafe extern "C" fn cast(
    p: *mut c_void,
    source: *mut abi::PyObject,
    target: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: the prototype's arguments.
    let (source, target) = unsafe { (Obj::from_ptr(source), Obj::from_ptr(target)) };
    let run = || -> PyResult<Object> {
        check_pointer(target)?;
        let made = target.call(&[])?;
        let Some(result) = data::instance(&made) else { bail!(TypeError, "expected CData instance") };
        if let Some(from) = data::instance(source) {
            from.kept()?;
            // The same objects, not a copy of them: what is kept from now on is kept by both.
            result.set_objects(from.objects().map(Obj::to_owned));
            if let Some(d) = result.objects().and_then(|o| o.downcast_exact::<Dict>()) {
                let key = Int::from_usize(source.as_obj().as_ptr() as usize)?;
                d.set(&key, source)?;
            }
        }
        // SAFETY: an instance of a pointer type.
        unsafe { code::write_integer(b'Q', false, result.ptr(), p as u64) };
        Ok(made)
    };
    result_ptr(run())
}
