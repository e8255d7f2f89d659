//! `release` and the `with` statement.

use super::cdata::{CData, CDataFromBuf, CDataGcp, CDataOwn, FromBufBody, GcpBody};
use super::flags::*;
use super::gcp;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::AsObj;

/// What `release` does to an object.
pub enum Case {
    /// Made by `new`: its memory goes with the object.
    New,
    Buffer,
    Guarded,
}

/// Can it be released?
pub fn case(cd: &CData) -> PyResult<Case> {
    let o = cd.as_obj();
    if o.is_exact::<CDataOwn>() && cd.ctype().is(POINTER | ARRAY) {
        Ok(Case::New)
    } else if o.is_exact::<CDataFromBuf>() {
        Ok(Case::Buffer)
    } else if o.is_exact::<CDataGcp>() {
        Ok(Case::Guarded)
    } else {
        bail!(
            ValueError,
            "only 'cdata' object from ffi.new(), ffi.gc(), ffi.from_buffer() or ffi.new_allocator()() can be used \
             with the 'with' keyword or ffi.release()"
        )
    }
}

/// `release(cd)`.
pub fn release(cd: &CData) -> PyResult<()> {
    // SAFETY: the case says which body it is.
    unsafe {
        match case(cd)? {
            Case::New => {
                // An allocator's memory stands behind a guarded struct.
                if let Some(owned) = cd.owned_struct()
                    && owned.as_obj().is_exact::<CDataGcp>()
                {
                    finalize(owned);
                }
            }
            Case::Buffer => dovetail_core::object::buffer::release((*(cd.body() as *mut FromBufBody)).view),
            Case::Guarded => finalize(cd),
        }
    }
    Ok(())
}

/// # Safety
/// A guarded object.
unsafe fn finalize(cd: &CData) {
    // SAFETY: the caller's promise.
    let (origin, destructor) = unsafe { gcp::take(cd.body() as *mut GcpBody) };
    gcp::finalize(destructor, origin);
}
