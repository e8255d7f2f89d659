//! `wchar_t`, which is 32 bits wide on our targets: strings to and from memory.

use dovetail_core::error::PyResult;
use dovetail_core::object::{Object, Ref};
use dovetail_core::raise;
use dovetail_core::types::capsule::Capsule;
use dovetail_core::types::str_::{Str, is_code_point};
use dovetail_text::TextBuf;
use std::ffi::c_void;

/// The text of so many characters.
///
/// # Safety
/// They are readable.
pub unsafe fn text(p: *const u32, n: usize) -> PyResult<Ref<Str>> {
    let mut out = TextBuf::new();
    for i in 0..n {
        // SAFETY: the caller's memory.
        let c = unsafe { p.add(i).read_unaligned() };
        if !is_code_point(i64::from(c)) {
            return Err(raise!(ValueError, "character U+{c:x} is not in range [U+0000; U+10ffff]"));
        }
        out.push(c);
    }
    Str::from_buf(out.finish())
}

/// How many characters come before the NUL; at most `most`.
///
/// # Safety
/// They are readable.
pub unsafe fn length(p: *const u32, most: usize) -> usize {
    // SAFETY: the caller's memory.
    (0..most).take_while(|i| unsafe { p.add(*i).read_unaligned() } != 0).count()
}

/// A copy with a NUL at the end, and the capsule that keeps it.
pub fn copy(s: &Str) -> PyResult<(*mut u32, Object)> {
    let mut units: Vec<u32> = s.text().iter().collect();
    units.push(0);
    let block = Box::into_raw(units.into_boxed_slice());
    // The capsule's destructor takes the boxes back; the inner one knows its length.
    let keep = Box::into_raw(Box::new(block));
    let capsule = Capsule::new(keep.cast(), c"_ctypes/cfield.c pymem".as_ptr(), Some(free))?;
    Ok((block.cast(), capsule.into_object()))
}

unsafe extern "C" fn free(capsule: *mut abi::PyObject) {
    // SAFETY: a capsule of `copy`, at its end.
    unsafe {
        let p: *mut c_void = (*(*(capsule as *const Capsule)).body()).pointer;
        drop(Box::from_raw(*Box::from_raw(p.cast::<*mut [u32]>())));
    }
}
