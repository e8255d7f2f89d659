//! `_lzma`: the .xz, .lzma and raw formats, over liblzma.

mod compressor;
mod decompressor;
mod filters;

use super::{Fail, FailKind, Output, Run};
use crate::module_types::ExceptionCell;
use crate::util::{int, set, set_ints};
use compressor::LzmaCompressor;
use decompressor::LzmaDecompressor;
use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{AsObj, Obj, Ref};
use dovetail_core::raise;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_macros::pymodule;
use filters::Filter;
use liblzma_sys as lz;

/// `_lzma.LZMAError`.
pub static ERROR: ExceptionCell = ExceptionCell::new("_lzma", "LZMAError", Some("Call to liblzma failed."));

pub const FORMAT_AUTO: i32 = 0;
pub const FORMAT_XZ: i32 = 1;
pub const FORMAT_ALONE: i32 = 2;
pub const FORMAT_RAW: i32 = 3;
/// The highest check number that the format has room for.
const CHECK_ID_MAX: i64 = 15;
pub const CHECK_UNKNOWN: u32 = 16;

/// What an answer of the library means.
pub fn check(code: lz::lzma_ret) -> Run<lz::lzma_ret> {
    let text = match code {
        lz::LZMA_OK | lz::LZMA_GET_CHECK | lz::LZMA_NO_CHECK | lz::LZMA_STREAM_END => return Ok(code),
        lz::LZMA_MEM_ERROR => return Err(Fail::memory()),
        lz::LZMA_UNSUPPORTED_CHECK => "Unsupported integrity check",
        lz::LZMA_MEMLIMIT_ERROR => "Memory usage limit exceeded",
        lz::LZMA_FORMAT_ERROR => "Input format not supported by decoder",
        lz::LZMA_OPTIONS_ERROR => "Invalid or unsupported options",
        lz::LZMA_DATA_ERROR => "Corrupt input data",
        lz::LZMA_BUF_ERROR => "Insufficient buffer space",
        lz::LZMA_PROG_ERROR => "Internal error",
        _ => {
            return Err(Fail::new(FailKind::Module, format!("Unrecognized error from liblzma: {code}")));
        }
    };
    Err(Fail::new(FailKind::Module, text))
}

/// As `check`, raising.
pub fn checked(code: lz::lzma_ret) -> PyResult<()> {
    check(code).map(|_| ()).map_err(|f| f.raise(Some(&ERROR)))
}

/// A stream of the library.
pub struct Stream(pub Box<lz::lzma_stream>);

// SAFETY: the library's state belongs to the stream alone.
unsafe impl Send for Stream {}

impl Stream {
    pub fn blank() -> Stream {
        // SAFETY: all-zero is LZMA_STREAM_INIT.
        Stream(Box::new(unsafe { std::mem::zeroed() }))
    }

    /// One call of the library: takes from `input`, adds to `out`. The bool says that the room is used up.
    pub fn step(
        &mut self,
        input: &mut &[u8],
        out: &mut Output,
        action: lz::lzma_action,
    ) -> Run<(lz::lzma_ret, bool)> {
        let (at, room) = out.space()?;
        self.0.next_in = input.as_ptr();
        self.0.avail_in = input.len();
        self.0.next_out = at;
        self.0.avail_out = room;
        // SAFETY: both regions are live, as long as said.
        let code = unsafe { lz::lzma_code(&mut *self.0, action) };
        *input = &input[input.len() - self.0.avail_in..];
        let left = self.0.avail_out;
        // SAFETY: the library wrote that much.
        unsafe { out.commit(room - left) };
        Ok((code, left == 0))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: initialized, or blank.
        unsafe { lz::lzma_end(&mut *self.0) };
    }
}

/// An int that is not negative and fits in 64 bits.
pub fn unsigned(o: &Obj) -> PyResult<u64> {
    if !o.is_a::<dovetail_core::types::int::Int>() {
        return Err(raise!(TypeError, "'{}' object cannot be interpreted as an integer", o.type_name()));
    }
    let n = o.index()?;
    if n.is_negative() {
        return Err(raise!(ValueError, "Cannot convert negative int"));
    }
    n.to_i128()
        .and_then(|n| u64::try_from(n).ok())
        .ok_or_else(|| raise!(OverflowError, "Python int too large for C unsigned long long"))
}

/// As `unsigned`, for a narrower field.
pub fn unsigned32(o: &Obj) -> PyResult<u32> {
    u32::try_from(unsigned(o)?).map_err(|_| raise!(OverflowError, "Value too large for uint32_t type"))
}

#[pymodule(name = "_lzma")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set_ints(
            module,
            &[
                ("FORMAT_AUTO", FORMAT_AUTO as i64),
                ("FORMAT_XZ", FORMAT_XZ as i64),
                ("FORMAT_ALONE", FORMAT_ALONE as i64),
                ("FORMAT_RAW", FORMAT_RAW as i64),
                ("CHECK_NONE", lz::LZMA_CHECK_NONE as i64),
                ("CHECK_CRC32", lz::LZMA_CHECK_CRC32 as i64),
                ("CHECK_CRC64", lz::LZMA_CHECK_CRC64 as i64),
                ("CHECK_SHA256", lz::LZMA_CHECK_SHA256 as i64),
                ("CHECK_ID_MAX", CHECK_ID_MAX),
                ("CHECK_UNKNOWN", CHECK_UNKNOWN as i64),
                ("FILTER_LZMA1", lz::LZMA_FILTER_LZMA1 as i64),
                ("FILTER_LZMA2", lz::LZMA_FILTER_LZMA2 as i64),
                ("FILTER_DELTA", lz::LZMA_FILTER_DELTA as i64),
                ("FILTER_X86", lz::LZMA_FILTER_X86 as i64),
                ("FILTER_IA64", lz::LZMA_FILTER_IA64 as i64),
                ("FILTER_ARM", lz::LZMA_FILTER_ARM as i64),
                ("FILTER_ARMTHUMB", lz::LZMA_FILTER_ARMTHUMB as i64),
                ("FILTER_SPARC", lz::LZMA_FILTER_SPARC as i64),
                ("FILTER_POWERPC", lz::LZMA_FILTER_POWERPC as i64),
                ("MF_HC3", lz::LZMA_MF_HC3 as i64),
                ("MF_HC4", lz::LZMA_MF_HC4 as i64),
                ("MF_BT2", lz::LZMA_MF_BT2 as i64),
                ("MF_BT3", lz::LZMA_MF_BT3 as i64),
                ("MF_BT4", lz::LZMA_MF_BT4 as i64),
                ("MODE_FAST", lz::LZMA_MODE_FAST as i64),
                ("MODE_NORMAL", lz::LZMA_MODE_NORMAL as i64),
                ("PRESET_DEFAULT", lz::LZMA_PRESET_DEFAULT as i64),
                ("PRESET_EXTREME", lz::LZMA_PRESET_EXTREME as i64),
            ],
        )?;
        set(module, "LZMAError", ERROR.get()?.as_obj())?;
        add_type::<LzmaCompressor>(module)?;
        add_type::<LzmaDecompressor>(module)
    }

    /// Test whether the given integrity check is supported.
    ///
    /// Always returns True for CHECK_NONE and CHECK_CRC32.
    #[function]
    fn is_check_supported(check_id: i32) -> bool {
        // SAFETY: asks about a number.
        u32::try_from(check_id).is_ok_and(|id| unsafe { lz::lzma_check_is_supported(id) } != 0)
    }

    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[function]
    fn _encode_filter_properties(filter: &Obj) -> PyResult<Ref<Bytes>> {
        let f = Filter::of(filter)?;
        let raw = f.raw();
        let mut size = 0;
        // SAFETY: a filter whose options live in `f`; the library writes as much as it said.
        unsafe {
            checked(lz::lzma_properties_size(&mut size, &raw))?;
            let mut out = vec![0; size as usize];
            checked(lz::lzma_properties_encode(&raw, out.as_mut_ptr()))?;
            Bytes::new(&out)
        }
    }

    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[function]
    fn _decode_filter_properties(filter_id: &Obj, encoded_props: BytesLike<'_>) -> PyResult<Ref<Dict>> {
        let id = unsigned(filter_id)?;
        let mut raw = lz::lzma_filter { id, options: std::ptr::null_mut() };
        // SAFETY: pointer and length of the slice; without an allocator the options come from `malloc`.
        unsafe {
            checked(lz::lzma_properties_decode(
                &mut raw,
                std::ptr::null(),
                encoded_props.as_ptr(),
                encoded_props.len(),
            ))?;
            let fields = filters::fields(&raw);
            libc::free(raw.options);
            let spec = Dict::new()?;
            for (name, value) in fields.map_err(|f| f.raise(Some(&ERROR)))? {
                spec.set_text(name, &*int(value)?)?;
            }
            Ok(spec)
        }
    }
}

pub use module::MODULE;
