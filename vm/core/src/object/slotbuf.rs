//! Buffer slots (PEP 688): `__buffer__` and `__release_buffer__` in both directions.
//!
//! A class with `__buffer__` gives out buffers through a memoryview; a small object, hidden from Python, is the
//! buffer's owner and calls `__release_buffer__` when the consumer lets go.

use crate::error::{PyResult, Raised};
use crate::object::native::{cast_unchecked, result_ptr};
use crate::object::obj::{Obj, clear, xdecref};
use crate::object::refs::{Object, Ref};
use crate::object::slotwrap::unpack;
use crate::object::{AsObj, slotfuncs};
use crate::types::int::Int;
use crate::types::memoryview::MemoryView;
use crate::types::none::none;
use crate::types::tuple::Tuple;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// The body of a buffer owner: the memoryview that `__buffer__` returned, and the exporter.
#[repr(C)]
pub struct BufferWrapperBody {
    pub ob_base: abi::PyObject,
    pub view: P,
    pub exporter: P,
}

/// The owner of a buffer made by `__buffer__`.
/// ---
#[pytype(name = "_buffer_wrapper", static_in_c, body = BufferWrapperBody, gc, refs(view, exporter), flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct BufferWrapper;

#[pymethods]
impl BufferWrapper {
    #[slot(bf_releasebuffer, raw)]
    unsafe extern "C" fn release(slf: P, view: *mut abi::Py_buffer) {
        // SAFETY: called once, with the buffer that this object owns.
        unsafe {
            let b = (*(slf as *const BufferWrapper)).body();
            if (*b).view.is_null() || (*b).exporter.is_null() {
                return;
            }
            let mv: Object = Ref::from_borrowed((*b).view);
            let exporter: Object = Ref::from_borrowed((*b).exporter);
            let release = |o: &Obj| {
                let s = o.ob_type().raw().tp_as_buffer;
                if s.is_null() { None } else { (*s).bf_releasebuffer }
            };
            // The memoryview counts one export less.
            if let Some(f) = release(&mv) {
                f(mv.as_raw(), view);
            }
            // A view of the exporter's own memory calls the exporter when it ends itself.
            let own =
                mv.downcast::<MemoryView>().is_some_and(|m| std::ptr::eq(m.view().obj, exporter.as_raw()));
            let python = slot_bf_releasebuffer as *const () as usize;
            if !own && release(&exporter).is_some_and(|f| f as usize == python) {
                call_release(&exporter, &mv);
            }
            clear(&raw mut (*b).view);
            clear(&raw mut (*b).exporter);
        }
    }
}

/// Calls the exporter's `__release_buffer__`, if any; errors are unraisable.
fn call_release(exporter: &Obj, view: &Obj) {
    let saved = crate::thread::ThreadState::current().take_exception();
    if let Some(Err(e)) = slotfuncs::call_special(sym!(__release_buffer__), &[exporter, view]) {
        let text = format!("Exception ignored in __release_buffer__ of {}", exporter.type_name());
        crate::error::unraisable(e, &text, None);
    }
    crate::thread::ThreadState::current().set_exception(saved);
}

/// `bf_getbuffer` of classes with a Python `__buffer__`.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_bf_getbuffer(slf: P, out: *mut abi::Py_buffer, flags: c_int) -> c_int {
    // SAFETY: a live exporter and the consumer's struct.
    let r = (|| -> PyResult<()> {
        unsafe {
            let slf = Obj::from_ptr(slf);
            let flag_object = Int::from_i64(flags as i64)?;
            let ret = match slotfuncs::call_special(sym!(__buffer__), &[slf, &flag_object]) {
                Some(r) => r?,
                None => bail!(AttributeError, "__buffer__"),
            };
            if !ret.is_a::<MemoryView>() {
                bail!(TypeError, "__buffer__ returned non-memoryview object");
            }
            super::buffer::acquire(&ret, out, flags)?;
            crate::types::ready::ready::<BufferWrapper>()?;
            let wrapper = crate::object::alloc::new_body::<BufferWrapper>()?;
            (*wrapper.body()).exporter = slf.to_owned().into_ptr();
            // The wrapper keeps the memoryview's own export: it is ended by `release`.
            xdecref((*out).obj);
            (*wrapper.body()).view = ret.into_ptr();
            (*out).obj = wrapper.into_ptr();
        }
        Ok(())
    })();
    match r {
        Ok(()) => 0,
        Err(Raised { .. }) => {
            // SAFETY: the consumer's struct; no owner on failure.
            unsafe { (*out).obj = null_mut() };
            -1
        }
    }
}

/// `bf_releasebuffer` of classes with a Python `__release_buffer__` over a C exporter.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn slot_bf_releasebuffer(slf: P, view: *mut abi::Py_buffer) {
    // SAFETY: a live exporter and the consumer's struct.
    unsafe {
        let slf = Obj::from_ptr(slf);
        let saved = crate::thread::ThreadState::current().take_exception();
        match crate::types::memoryview::from_buffer_info(&*view) {
            Ok(mv) => {
                // The exporter must not hand the view on: it ends with the call.
                if let Some(m) = mv.downcast::<MemoryView>() {
                    m.restrict();
                }
                call_release(slf, &mv);
                if let Err(e) = mv.call_method(sym!(release), &[]) {
                    crate::error::unraisable(e, "Exception ignored while releasing a buffer", Some(slf));
                }
            }
            Err(e) => crate::error::unraisable(e, "Exception ignored in bf_releasebuffer of", Some(slf)),
        }
        crate::thread::ThreadState::current().set_exception(saved);
        // A C base that made the buffer also ends it.
        let own = slot_bf_releasebuffer as *const () as usize;
        for t in slf.ob_type().mro_types() {
            let b = t.raw().tp_as_buffer;
            if !b.is_null()
                && let Some(release) = (*b).bf_releasebuffer
                && release as usize != own
            {
                release(slf.as_ptr(), view);
                break;
            }
        }
    }
}

/// `__buffer__` of native types.
///
/// # Safety
/// As the other wrappers.
pub unsafe extern "C" fn wrap_buffer(slf: P, args: P, wrapped: *mut c_void) -> P {
    // SAFETY: `wrapped` is the type's bf_getbuffer.
    result_ptr((|| -> PyResult<Object> {
        unsafe {
            let args: &Tuple = cast_unchecked(args);
            unpack(args, "__buffer__", 1, 1)?;
            let flags = args.get(0).as_isize()?;
            let Ok(flags) = c_int::try_from(flags) else { bail!(OverflowError, "buffer flags out of range") };
            let get = std::mem::transmute::<
                *mut c_void,
                unsafe extern "C" fn(P, *mut abi::Py_buffer, c_int) -> c_int,
            >(wrapped);
            crate::types::memoryview::from_getbuffer(slf, get, flags)
        }
    })())
}

/// `__release_buffer__` of native types: ends the view that `__buffer__` gave.
///
/// # Safety
/// As the other wrappers.
pub unsafe extern "C" fn wrap_releasebuffer(slf: P, args: P, _wrapped: *mut c_void) -> P {
    // SAFETY: the caller's promise.
    result_ptr((|| -> PyResult<Object> {
        unsafe {
            let args: &Tuple = cast_unchecked(args);
            unpack(args, "__release_buffer__", 1, 1)?;
            let Some(mv) = args.get(0).downcast::<MemoryView>() else {
                bail!(TypeError, "expected a memoryview object");
            };
            let owner = mv.view().obj;
            if owner.is_null() && !mv.is_released() {
                return Ok(none().to_owned());
            }
            if !owner.is_null() && !std::ptr::eq(owner, slf) {
                bail!(ValueError, "memoryview's buffer is not this object");
            }
            if mv.is_released() {
                bail!(ValueError, "memoryview's buffer has already been released");
            }
            mv.as_obj().call_method(sym!(release), &[])?;
            Ok(none().to_owned())
        }
    })())
}
