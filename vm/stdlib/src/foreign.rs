//! `_foreign`: what `_ctypes`, which is written in Python here, cannot do in Python: raw memory, libraries, calls.
//!
//! Addresses are integers and nothing checks them: as with `ctypes`, a wrong one ends the process.

use crate::util::{int, set};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::gil::allow_threads;
use dovetail_core::object::buffer::Buffer;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::managed_buffer;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use std::collections::BTreeSet;
use std::ffi::{CStr, CString, c_int, c_void};
use std::sync::Mutex;

/// How many arguments of a call travel in general registers.
const GENERAL: usize = if cfg!(target_arch = "aarch64") { 8 } else { 6 };
/// How many travel in floating-point registers.
const FLOATING: usize = 8;
/// How many more travel on the stack.
const STACK: usize = 16;

/// The format strings of typed views: views do not own theirs, so these are kept for ever, each once.
static FORMATS: Mutex<BTreeSet<&'static CStr>> = Mutex::new(BTreeSet::new());

fn kept_format(text: &str) -> PyResult<&'static CStr> {
    let Ok(format) = CString::new(text) else { bail!(ValueError, "embedded null character") };
    let mut known = FORMATS.lock().unwrap_or_else(|e| e.into_inner());
    if let Some(found) = known.get(format.as_c_str()) {
        return Ok(found);
    }
    let kept: &'static CStr = Box::leak(format.into_boxed_c_str());
    known.insert(kept);
    Ok(kept)
}

/// An integer's low 64 bits.
fn word(o: &Obj) -> PyResult<u64> {
    let Some(n) = o.downcast::<Int>().and_then(Int::to_i128) else {
        bail!(TypeError, "an integer of at most 64 bits is required");
    };
    Ok(n as u64)
}

fn words<const N: usize>(given: &Tuple) -> PyResult<[u64; N]> {
    let mut words = [0; N];
    if given.len() > N {
        bail!(NotImplementedError, "a foreign call with so many arguments");
    }
    for (place, o) in words.iter_mut().zip(given.items()) {
        *place = word(o)?;
    }
    Ok(words)
}

/// What the dynamic linker says of its last error.
fn linker_error() -> String {
    // SAFETY: NULL or a C string that lives until the next call.
    unsafe {
        let text = libc::dlerror();
        if text.is_null() {
            "unknown error".into()
        } else {
            CStr::from_ptr(text).to_string_lossy().into_owned()
        }
    }
}

/// # Safety
/// The function at `address` takes what the words stand for.
unsafe fn invoke<R>(address: usize, g: [u64; GENERAL], f: [f64; FLOATING], s: [u64; STACK]) -> R {
    // The variadic form passes all registers, and tells variadic callees that floating-point ones are in use.
    #[cfg(not(target_arch = "aarch64"))]
    // SAFETY: the caller's promise; general and floating-point registers are filled one by one, the rest lies on the stack.
    unsafe {
        let call: unsafe extern "C" fn(u64, ...) -> R = std::mem::transmute(address);
        call(
            g[0], g[1], g[2], g[3], g[4], g[5], f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], s[0], s[1],
            s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11], s[12], s[13], s[14], s[15],
        )
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        let call: unsafe extern "C" fn(u64, ...) -> R = std::mem::transmute(address);
        call(
            g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7],
            s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11], s[12], s[13], s[14],
            s[15],
        )
    }
}

/// Raw memory, shared libraries and calls into them, for _ctypes.
#[pymodule(name = "_foreign")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "GENERAL", &*int(GENERAL as i32)?)?;
        set(module, "FLOATING", &*int(FLOATING as i32)?)?;
        set(module, "STACK", &*int(STACK as i32)?)?;
        set(module, "RTLD_NOW", &*int(libc::RTLD_NOW)?)
    }

    /// A writable view of memory.
    #[function(sig = "(address, size, /)")]
    fn memory(address: &Obj, size: isize) -> PyResult<Object> {
        let address = word(address)?;
        if address == 0 && size > 0 {
            bail!(ValueError, "NULL pointer access");
        }
        // An empty view may not have the address NULL.
        let place = if address == 0 { std::ptr::dangling_mut() } else { address as usize as *mut u8 };
        // SAFETY: the caller vouches for the memory.
        unsafe { managed_buffer::from_memory(place, size, false) }
    }

    /// A view of memory with a format and a shape; the caller keeps the memory.
    #[function(sig = "(address, size, format, itemsize, shape, /)")]
    fn view(address: &Obj, size: isize, format: &Str, itemsize: isize, shape: &Tuple) -> PyResult<Object> {
        let mut sizes = Vec::with_capacity(shape.len());
        for o in shape.items() {
            sizes.push(word(o)? as isize);
        }
        let mut strides = dovetail_core::object::buffer::c_strides(&sizes, itemsize);
        // SAFETY: all-zero is a buffer without owner; the pointers are read while it is copied.
        unsafe {
            let mut info: abi::Py_buffer = std::mem::zeroed();
            info.buf = word(address)? as usize as *mut c_void;
            info.len = size;
            info.itemsize = itemsize;
            info.format = kept_format(format.as_str()?)?.as_ptr().cast_mut();
            info.ndim = sizes.len() as c_int;
            if info.ndim > 0 {
                info.shape = sizes.as_mut_ptr();
                info.strides = strides.as_mut_ptr();
            }
            managed_buffer::from_buffer_info(&info)
        }
    }

    /// Where an object's buffer begins.
    #[function(sig = "(buffer, /)")]
    fn address(buffer: &Obj) -> PyResult<u64> {
        let buffer = Buffer::simple(buffer)?;
        Ok(buffer.view().buf as usize as u64)
    }

    /// The bytes up to a NUL.
    #[function(sig = "(address, /)")]
    fn string(address: &Obj) -> PyResult<Ref<Bytes>> {
        let address = word(address)? as usize;
        if address == 0 {
            bail!(ValueError, "NULL pointer access");
        }
        // SAFETY: the caller vouches for the text.
        Bytes::new(unsafe { CStr::from_ptr(address as *const _) }.to_bytes())
    }

    /// Opens a shared library, or with None the program.
    #[function(sig = "(name, mode, /)")]
    fn open(name: &Obj, mode: c_int) -> PyResult<u64> {
        let file = match name.downcast::<Str>() {
            Some(name) => match CString::new(name.as_str()?) {
                Ok(name) => Some(name),
                Err(_) => bail!(ValueError, "embedded null character"),
            },
            None if name.is(none()) => None,
            None => bail!(TypeError, "a library's name is a string or None"),
        };
        let file = file.as_ref().map_or(std::ptr::null(), |name| name.as_ptr());
        // SAFETY: a C string or NULL; what the library does when it is loaded is the caller's wish.
        let handle = unsafe { libc::dlopen(file, mode | libc::RTLD_NOW) };
        if handle.is_null() {
            return Err(raise!(OSError, "{}", linker_error()));
        }
        Ok(handle as usize as u64)
    }

    /// Closes a library.
    #[function(sig = "(handle, /)")]
    fn close(handle: &Obj) -> PyResult<()> {
        // SAFETY: a handle of `open`.
        if unsafe { libc::dlclose(word(handle)? as usize as *mut c_void) } != 0 {
            return Err(raise!(OSError, "{}", linker_error()));
        }
        Ok(())
    }

    /// The address of a library's symbol.
    #[function(sig = "(handle, name, /)")]
    fn symbol(handle: &Obj, name: &Str) -> PyResult<u64> {
        let Ok(c) = CString::new(name.as_str()?) else { bail!(ValueError, "embedded null character") };
        // SAFETY: a handle of `open` and a C string.
        let found = unsafe {
            libc::dlerror();
            libc::dlsym(word(handle)? as usize as *mut c_void, c.as_ptr())
        };
        if found.is_null() {
            return Err(raise!(OSError, "{}", linker_error()));
        }
        Ok(found as usize as u64)
    }

    /// Calls a C function and gives back the result register and errno.
    ///
    /// The arguments for general registers, the bits of those for floating-point registers, and those for the stack are
    /// tuples of integers. floating says which register has the result; python says that the function
    /// belongs to the Python API: it keeps the GIL, and may raise.
    #[function(sig = "(address, general, floating, stack, result_floating, python, errno, /)")]
    fn call(
        address: &Obj,
        general: &Tuple,
        floating: &Tuple,
        stack: &Tuple,
        result_floating: bool,
        python: bool,
        errno: c_int,
    ) -> PyResult<Ref<Tuple>> {
        let address = word(address)? as usize;
        if address == 0 {
            bail!(ValueError, "NULL function pointer");
        }
        let (g, f, s) = (words(general)?, words::<FLOATING>(floating)?.map(f64::from_bits), words(stack)?);
        let run = || {
            // SAFETY: the caller vouches for the function and its arguments; errno is the thread's own.
            unsafe {
                *libc::__errno_location() = errno;
                let bits = if result_floating {
                    invoke::<f64>(address, g, f, s).to_bits()
                } else {
                    invoke::<u64>(address, g, f, s)
                };
                (bits, *libc::__errno_location())
            }
        };
        let (bits, errno) = if python { run() } else { allow_threads(run) };
        if python && ThreadState::current().has_exception() {
            return Err(Raised::from_c());
        }
        Tuple::from_vec(vec![Int::from_u64(bits)?.into_object(), int(errno)?])
    }

    /// The object at an address; with owned, the caller's reference to it is taken over.
    #[function(sig = "(address, owned, /)")]
    fn object(address: &Obj, owned: bool) -> PyResult<Object> {
        let p = word(address)? as usize as *mut abi::PyObject;
        if p.is_null() {
            bail!(ValueError, "PyObject is NULL");
        }
        // SAFETY: the caller vouches for the object.
        Ok(unsafe { if owned { Ref::from_owned(p) } else { Obj::from_ptr(p).to_owned() } })
    }
}

pub use module::MODULE;
