//! Lines that a person types at a terminal: through the function that C put into `PyOS_ReadlineFunctionPointer`, through
//! the editor of the module `readline`, or plainly, with `PyOS_InputHook` called before each wait.

use crate::data;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::thread::ThreadState;
use dovetail_core::{bail, gil, hooks};
use std::ffi::{CStr, c_char, c_int};

type File = *mut abi::FILE;

unsafe extern "C" {
    static stdin: File;
    static stdout: File;
}

/// Notes which thread reads (`_PyOS_ReadlineTState`) as long as it lives.
struct Reading;

impl Reading {
    fn begin() -> PyResult<Reading> {
        let ts = ThreadState::current().c();
        // SAFETY: a variable that is read and written under the GIL.
        unsafe {
            if data::_PyOS_ReadlineTState == ts {
                bail!(RuntimeError, "can't re-enter readline");
            }
            data::_PyOS_ReadlineTState = ts;
        }
        Ok(Reading)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe { data::_PyOS_ReadlineTState = std::ptr::null_mut() };
    }
}

/// Reads a line with its end from two terminals: empty at the end of the input, none after an interrupt.
///
/// # Safety
/// Open files of C.
pub unsafe fn line(input: File, output: File, prompt: &CStr) -> PyResult<Option<Vec<u8>>> {
    let _reading = Reading::begin()?;
    // SAFETY: the caller's files; the function's answer is memory of `PyMem_RawMalloc`.
    unsafe {
        if let Some(read) = data::PyOS_ReadlineFunctionPointer {
            let line = gil::allow_threads(|| read(input, output, prompt.as_ptr()));
            if line.is_null() {
                return Ok(None);
            }
            let copy = CStr::from_ptr(line).to_bytes().to_vec();
            crate::pymem::PyMem_RawFree(line.cast());
            return Ok(Some(copy));
        }
        match hooks::READ_LINE.get() {
            Some(read) => Ok(Some(read(prompt)?.unwrap_or_default())),
            None => plain(input, output, prompt),
        }
    }
}

/// Reads a line with `fgets`; the prompt goes to standard error.
///
/// # Safety
/// Open files of C.
pub unsafe fn plain(input: File, output: File, prompt: &CStr) -> PyResult<Option<Vec<u8>>> {
    let mut line = Vec::new();
    // SAFETY: the caller's files and our own buffer.
    unsafe {
        gil::allow_threads(|| {
            libc::fflush(output.cast());
            let text = prompt.to_bytes();
            libc::write(2, text.as_ptr().cast(), text.len());
        });
        loop {
            let mut part = [0 as c_char; 1024];
            let (got, error) = gil::allow_threads(|| {
                if let Some(hook) = data::PyOS_InputHook {
                    hook();
                }
                *libc::__errno_location() = 0;
                libc::clearerr(input.cast());
                let got = !libc::fgets(part.as_mut_ptr(), part.len() as c_int, input.cast()).is_null();
                (got, *libc::__errno_location())
            });
            if got {
                line.extend_from_slice(CStr::from_ptr(part.as_ptr()).to_bytes());
                if line.ends_with(b"\n") {
                    return Ok(Some(line));
                }
            } else if libc::feof(input.cast()) != 0 {
                libc::clearerr(input.cast());
                return Ok(Some(line));
            } else {
                dovetail_core::interp::pending::handle(ThreadState::current())?;
                if error != libc::EINTR {
                    return Ok(Some(line));
                }
            }
        }
    }
}

/// What `input()` asks when both its streams are the process's terminal.
fn typed(prompt: &CStr) -> PyResult<Option<Vec<u8>>> {
    // SAFETY: C's own streams.
    match unsafe { line(stdin, stdout, prompt)? } {
        None if ThreadState::current().has_exception() => Err(dovetail_core::error::Raised::from_c()),
        None => Err(dovetail_core::error::raise_message(exc::KeyboardInterrupt(), "")),
        Some(line) if line.is_empty() => Ok(None),
        Some(line) => Ok(Some(line)),
    }
}

/// Registers what `input()` asks of this file.
pub fn register() {
    let _ = hooks::TYPED_LINE.set(typed);
}
