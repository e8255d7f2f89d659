//! libzstd behind types that free what they hold. Errors are the library's codes, or `Fail`s ready to be raised.

use crate::compress::{Fail, FailKind, Run};
use std::ffi::{CStr, c_int, c_void};
use std::ptr::NonNull;
use zstd_sys as zs;

// Parameters are plain numbers here: any int may come from Python, and the library says which it knows.
#[allow(clashing_extern_declarations)]
mod plain {
    use super::{c_int, zs};

    unsafe extern "C" {
        pub fn ZSTD_CCtx_setParameter(c: *mut zs::ZSTD_CCtx, parameter: c_int, value: c_int) -> usize;
        pub fn ZSTD_DCtx_setParameter(d: *mut zs::ZSTD_DCtx, parameter: c_int, value: c_int) -> usize;
        pub fn ZSTD_cParam_getBounds(parameter: c_int) -> zs::ZSTD_bounds;
        pub fn ZSTD_dParam_getBounds(parameter: c_int) -> zs::ZSTD_bounds;
    }
}

/// An error code of the library.
#[derive(Clone, Copy, Debug)]
pub struct Code(usize);

/// A result, or the error code it is.
pub fn checked(r: usize) -> Result<usize, Code> {
    // SAFETY: asks about a number.
    if unsafe { zs::ZSTD_isError(r) } != 0 { Err(Code(r)) } else { Ok(r) }
}

/// The library's text for an error.
pub fn error_name(e: Code) -> &'static str {
    // SAFETY: a constant string.
    unsafe { CStr::from_ptr(zs::ZSTD_getErrorName(e.0)) }.to_str().unwrap_or("")
}

/// `ZstdError` that says what failed and why.
pub fn fail(what: &str, e: Code) -> Fail {
    Fail::new(FailKind::Module, format!("Unable to {what}: {}", error_name(e)))
}

pub fn version() -> &'static str {
    // SAFETY: a constant string.
    unsafe { CStr::from_ptr(zs::ZSTD_versionString()) }.to_str().unwrap_or("")
}

pub fn version_number() -> u32 {
    // SAFETY: no arguments.
    unsafe { zs::ZSTD_versionNumber() }
}

/// The lowest and highest compression level.
pub fn levels() -> (i32, i32) {
    // SAFETY: no arguments.
    unsafe { (zs::ZSTD_minCLevel(), zs::ZSTD_maxCLevel()) }
}

pub fn default_level() -> i32 {
    // SAFETY: no arguments.
    unsafe { zs::ZSTD_defaultCLevel() }
}

pub fn stream_out_size() -> usize {
    // SAFETY: no arguments.
    unsafe { zs::ZSTD_DStreamOutSize() }
}

/// The bounds of a parameter.
pub fn bounds(parameter: i32, compress: bool) -> Result<(i32, i32), Code> {
    // SAFETY: asks about a number.
    let b = unsafe {
        if compress {
            plain::ZSTD_cParam_getBounds(parameter)
        } else {
            plain::ZSTD_dParam_getBounds(parameter)
        }
    };
    checked(b.error).map(|_| (b.lowerBound, b.upperBound))
}

/// The length of the frame that begins here.
pub fn frame_size(data: &[u8]) -> Result<usize, Code> {
    // SAFETY: pointer and length of the slice.
    checked(unsafe { zs::ZSTD_findFrameCompressedSize(data.as_ptr().cast(), data.len()) })
}

/// The content's length, if known, and the dictionary's number that a frame header tells.
pub fn frame_info(data: &[u8]) -> Option<(Option<u64>, u32)> {
    // SAFETY: pointer and length of the slice.
    unsafe {
        let size = match zs::ZSTD_getFrameContentSize(data.as_ptr().cast(), data.len()) {
            n if n == zs::ZSTD_CONTENTSIZE_ERROR as u64 => return None,
            n if n == zs::ZSTD_CONTENTSIZE_UNKNOWN as u64 => None,
            n => Some(n),
        };
        Some((size, zs::ZSTD_getDictID_fromFrame(data.as_ptr().cast(), data.len())))
    }
}

/// The number of a dictionary, 0 for raw content.
pub fn dict_id(content: &[u8]) -> u32 {
    // SAFETY: pointer and length of the slice.
    unsafe { zs::ZSTD_getDictID_fromDict(content.as_ptr().cast(), content.len()) }
}

/// Memory for a dictionary.
fn room(n: usize) -> Run<Vec<u8>> {
    let mut out = Vec::new();
    out.try_reserve_exact(n).map_err(|_| Fail::memory())?;
    out.resize(n, 0);
    Ok(out)
}

/// A dictionary trained on samples.
pub fn train(samples: &[u8], sizes: &[usize], capacity: usize) -> Run<Vec<u8>> {
    let mut out = room(capacity)?;
    // SAFETY: pointers and lengths of slices; the sizes add up to the samples' length.
    let n = unsafe {
        zs::ZDICT_trainFromBuffer(
            out.as_mut_ptr().cast(),
            out.len(),
            samples.as_ptr().cast(),
            sizes.as_ptr(),
            sizes.len() as u32,
        )
    };
    out.truncate(checked(n).map_err(|e| fail("train the Zstandard dictionary", e))?);
    Ok(out)
}

/// A dictionary of this content, with statistics of samples.
pub fn finalize(
    content: &[u8],
    samples: &[u8],
    sizes: &[usize],
    capacity: usize,
    level: i32,
) -> Run<Vec<u8>> {
    let mut out = room(capacity)?;
    let params = zs::ZDICT_params_t { compressionLevel: level, notificationLevel: 0, dictID: 0 };
    // SAFETY: as above.
    let n = unsafe {
        zs::ZDICT_finalizeDictionary(
            out.as_mut_ptr().cast(),
            out.len(),
            content.as_ptr().cast(),
            content.len(),
            samples.as_ptr().cast(),
            sizes.as_ptr(),
            sizes.len() as u32,
            params,
        )
    };
    out.truncate(checked(n).map_err(|e| fail("finalize the Zstandard dictionary", e))?);
    Ok(out)
}

macro_rules! owner {
    ($(#[$attr:meta])* $name:ident, $raw:ident, $free:ident) => {
        $(#[$attr])*
        pub struct $name(NonNull<zs::$raw>);

        // SAFETY: the library's object belongs to its owner alone, or is read only.
        unsafe impl Send for $name {}
        // SAFETY: as above.
        unsafe impl Sync for $name {}

        impl $name {
            pub fn as_ptr(&self) -> *mut zs::$raw {
                self.0.as_ptr()
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: owned.
                unsafe { zs::$free(self.0.as_ptr()) };
            }
        }
    };
}

owner!(
    /// A compression context.
    CCtx, ZSTD_CCtx_s, ZSTD_freeCCtx
);
owner!(
    /// A decompression context.
    DCtx, ZSTD_DCtx_s, ZSTD_freeDCtx
);
owner!(
    /// A dictionary digested for compression at one level.
    CDict, ZSTD_CDict_s, ZSTD_freeCDict
);
owner!(
    /// A dictionary digested for decompression.
    DDict, ZSTD_DDict_s, ZSTD_freeDDict
);

impl CCtx {
    pub fn new() -> Option<CCtx> {
        // SAFETY: no arguments.
        NonNull::new(unsafe { zs::ZSTD_createCCtx() }).map(CCtx)
    }

    pub fn set(&self, parameter: i32, value: i32) -> Result<usize, Code> {
        // SAFETY: a live context.
        checked(unsafe { plain::ZSTD_CCtx_setParameter(self.as_ptr(), parameter, value) })
    }

    /// Forgets the frame in progress.
    pub fn reset(&self) {
        // SAFETY: a live context.
        unsafe { zs::ZSTD_CCtx_reset(self.as_ptr(), zs::ZSTD_ResetDirective::ZSTD_reset_session_only) };
    }
}

impl DCtx {
    pub fn new() -> Option<DCtx> {
        // SAFETY: no arguments.
        NonNull::new(unsafe { zs::ZSTD_createDCtx() }).map(DCtx)
    }

    pub fn set(&self, parameter: i32, value: i32) -> Result<usize, Code> {
        // SAFETY: a live context.
        checked(unsafe { plain::ZSTD_DCtx_setParameter(self.as_ptr(), parameter, value) })
    }

    /// Forgets the frame in progress.
    pub fn reset(&self) {
        // SAFETY: a live context.
        unsafe { zs::ZSTD_DCtx_reset(self.as_ptr(), zs::ZSTD_ResetDirective::ZSTD_reset_session_only) };
    }
}

impl CDict {
    pub fn new(content: &[u8], level: i32) -> Option<CDict> {
        // SAFETY: the library copies the content.
        NonNull::new(unsafe { zs::ZSTD_createCDict(content.as_ptr().cast::<c_void>(), content.len(), level) })
            .map(CDict)
    }
}

impl DDict {
    pub fn new(content: &[u8]) -> Option<DDict> {
        // SAFETY: the library copies the content.
        NonNull::new(unsafe { zs::ZSTD_createDDict(content.as_ptr().cast::<c_void>(), content.len()) })
            .map(DDict)
    }
}
