//! `_zstd`: Zstandard (RFC 8878), for `compression.zstd`, over libzstd.

mod compressor;
mod decompressor;
mod dictionary;
mod lib;
mod params;

use crate::compress::{Fail, FailKind, finish};
use crate::module_types::ExceptionCell;
use crate::util::{int, set, set_int, text};
use compressor::ZstdCompressor;
use decompressor::ZstdDecompressor;
use dictionary::ZstdDict;
use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{AsObj, Obj, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::pymodule;

/// `ZstdError`.
pub static ERROR: ExceptionCell =
    ExceptionCell::new("compression.zstd", "ZstdError", Some("An error occurred in the zstd library."));

/// Sizes of samples, which add up to the length of the samples.
fn sample_sizes(sizes: &Tuple, total: usize) -> PyResult<Vec<usize>> {
    let mut out = Vec::with_capacity(sizes.len());
    let mut sum = 0usize;
    for size in sizes.items() {
        let Some(n) = size.downcast::<Int>() else { bail!(TypeError, "an integer is required") };
        let Some(n) = n.to_i128() else {
            bail!(OverflowError, "Python int too large to convert to C size_t");
        };
        if n > usize::MAX as i128 {
            bail!(OverflowError, "Python int too large to convert to C size_t");
        }
        let n = n as usize;
        sum = sum.wrapping_add(n);
        out.push(n);
    }
    if sum != total || out.iter().any(|n| *n > total) {
        bail!(ValueError, "The samples size tuple doesn't match the concatenation's size.");
    }
    if u32::try_from(out.len()).is_err() {
        return Err(raise!(ValueError, "The number of samples should be <= {}.", u32::MAX));
    }
    Ok(out)
}

fn dict_capacity(size: isize) -> PyResult<usize> {
    match usize::try_from(size) {
        Ok(n) if n > 0 => Ok(n),
        _ => bail!(ValueError, "dict_size argument should be positive number."),
    }
}

#[pymodule(name = "_zstd")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<ZstdDict>(module)?;
        add_type::<ZstdCompressor>(module)?;
        add_type::<ZstdDecompressor>(module)?;
        compressor::add_modes()?;
        set(module, "ZstdError", ERROR.get()?.as_obj())?;
        params::add_constants(module)?;
        set(module, "zstd_version", &*text(lib::version())?)?;
        set_int(module, "zstd_version_number", lib::version_number() as i64)
    }

    /// Train a Zstandard dictionary on sample data.
    ///
    ///   samples_bytes
    ///     Concatenation of samples.
    ///   samples_sizes
    ///     Tuple of samples' sizes.
    ///   dict_size
    ///     The size of the dictionary.
    #[function(sig = "(samples_bytes, samples_sizes, dict_size, /)")]
    fn train_dict(samples_bytes: &Bytes, samples_sizes: &Tuple, dict_size: isize) -> PyResult<Ref<Bytes>> {
        let capacity = dict_capacity(dict_size)?;
        let samples = samples_bytes.as_slice();
        let sizes = sample_sizes(samples_sizes, samples.len())?;
        finish(gil::allow_threads(|| lib::train(samples, &sizes, capacity)), Some(&ERROR))
    }

    /// Finalize a Zstandard dictionary.
    ///
    ///   custom_dict_bytes
    ///     Custom dictionary content.
    ///   samples_bytes
    ///     Concatenation of samples.
    ///   samples_sizes
    ///     Tuple of samples' sizes.
    ///   dict_size
    ///     The size of the dictionary.
    ///   compression_level
    ///     Optimize for a specific Zstandard compression level, 0 means default.
    #[function(sig = "(custom_dict_bytes, samples_bytes, samples_sizes, dict_size, compression_level, /)")]
    fn finalize_dict(
        custom_dict_bytes: &Bytes,
        samples_bytes: &Bytes,
        samples_sizes: &Tuple,
        dict_size: isize,
        compression_level: i32,
    ) -> PyResult<Ref<Bytes>> {
        let capacity = dict_capacity(dict_size)?;
        let (content, samples) = (custom_dict_bytes.as_slice(), samples_bytes.as_slice());
        let sizes = sample_sizes(samples_sizes, samples.len())?;
        let run = || lib::finalize(content, samples, &sizes, capacity, compression_level);
        finish(gil::allow_threads(run), Some(&ERROR))
    }

    /// Get CompressionParameter/DecompressionParameter bounds.
    ///
    ///   parameter
    ///     The parameter to get bounds.
    ///   is_compress
    ///     True for CompressionParameter, False for DecompressionParameter.
    #[function(sig = "(parameter, is_compress)")]
    fn get_param_bounds(parameter: i32, is_compress: bool) -> PyResult<Ref<Tuple>> {
        let kind = if is_compress { "compression" } else { "decompression" };
        let (low, high) = lib::bounds(parameter, is_compress).map_err(|e| {
            let text = format!("Unable to get zstd {kind} parameter bounds: {}", lib::error_name(e));
            Fail::new(FailKind::Module, text).raise(Some(&ERROR))
        })?;
        Tuple::from_vec(vec![int(low)?, int(high)?])
    }

    /// Get the size of a Zstandard frame, including the header and optional checksum.
    ///
    ///   frame_buffer
    ///     A bytes-like object, it should start from the beginning of a frame,
    ///     and contains at least one complete frame.
    #[function(sig = "(frame_buffer)")]
    fn get_frame_size(frame_buffer: BytesLike<'_>) -> PyResult<usize> {
        lib::frame_size(&frame_buffer).map_err(|e| {
            ERROR.raise(&format!(
                "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer argument starts \
                 from the beginning of a frame, and its length is not less than this complete frame. Zstd error \
                 message: {}.",
                lib::error_name(e)
            ))
        })
    }

    /// Get Zstandard frame infomation from a frame header.
    ///
    ///   frame_buffer
    ///     A bytes-like object, containing the header of a Zstandard frame.
    #[function(sig = "(frame_buffer)")]
    fn get_frame_info(frame_buffer: BytesLike<'_>) -> PyResult<Ref<Tuple>> {
        let Some((size, id)) = lib::frame_info(&frame_buffer) else {
            return Err(ERROR.raise(
                "Error when getting information from the header of a Zstandard frame. Ensure the frame_buffer argument \
                 starts from the beginning of a frame, and its length is not less than the frame header (6~18 bytes).",
            ));
        };
        let size = match size {
            Some(n) => int(n)?,
            None => none().to_owned(),
        };
        Tuple::from_vec(vec![size, int(id)?])
    }

    /// Set CompressionParameter and DecompressionParameter types for validity check.
    ///
    ///   c_parameter_type
    ///     CompressionParameter IntEnum type object
    ///   d_parameter_type
    ///     DecompressionParameter IntEnum type object
    #[function(sig = "(c_parameter_type, d_parameter_type)", pass_module)]
    fn set_parameter_types(module: &Obj, c_parameter_type: &Type, d_parameter_type: &Type) -> PyResult<()> {
        params::set_types(module, c_parameter_type, d_parameter_type)
    }
}

pub use module::MODULE;
