//! `zlib`: compression compatible with gzip.

mod compressobj;
mod decompressobj;
mod decompressor;
mod stream;

use crate::compress::finish;
use crate::module_types::ExceptionCell;
use crate::util::{set, set_ints, text};
use compressobj::Compress;
use decompressobj::Decompress;
use decompressor::ZlibDecompressor;
use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::buffer::{Buffer, BytesLike};
use dovetail_core::object::number::{BinaryOp, binary};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::ready::ready;
use dovetail_core::{bail, gil};
use dovetail_macros::pymodule;
use libz_rs_sys as z;
use stream::Setup;

/// `zlib.error`.
pub static ERROR: ExceptionCell = ExceptionCell::new("zlib", "error", None);

pub const MAX_WBITS: i32 = 15;
pub const DEF_MEM_LEVEL: i32 = 8;
pub const DEF_BUF_SIZE: isize = 16384;
/// Input from this length on is summed without the GIL.
const LONG: usize = 5 * 1024;

/// The low 32 bits of an int.
fn low_bits(o: Option<&Obj>, default: u32) -> PyResult<u32> {
    let Some(o) = o else { return Ok(default) };
    let n = o.index()?;
    if let Some(v) = n.to_i128() {
        return Ok(v as u32);
    }
    let low = binary(BinaryOp::And, n.as_obj(), Int::from_i64(0xffff_ffff)?.as_obj())?;
    Ok(low.as_i64()? as u32)
}

/// The bytes of a dictionary argument that has to be a buffer.
pub fn dictionary(zdict: Option<&Obj>) -> PyResult<Option<Vec<u8>>> {
    match zdict {
        Some(d) if !Buffer::supported(d) => {
            bail!(TypeError, "zdict argument must support the buffer protocol")
        }
        Some(d) => Ok(Some(BytesLike::of(d)?.to_vec())),
        None => Ok(None),
    }
}

/// The functions in this module allow compression and decompression using the
/// zlib library, which is based on GNU zip.
///
/// adler32(string[, start]) -- Compute an Adler-32 checksum.
/// compress(data[, level]) -- Compress data, with compression level 0-9 or -1.
/// compressobj([level[, ...]]) -- Return a compressor object.
/// crc32(string[, start]) -- Compute a CRC-32 checksum.
/// decompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.
/// decompressobj([wbits[, zdict]]) -- Return a decompressor object.
///
/// 'wbits' is window buffer size and container format.
/// Compressor objects support compress() and flush() methods; decompressor
/// objects support decompress() and flush().
#[pymodule(name = "zlib")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        ready::<Compress>()?;
        ready::<Decompress>()?;
        add_type::<ZlibDecompressor>(module)?;
        set(module, "error", ERROR.get()?.as_obj())?;
        set_ints(
            module,
            &[
                ("MAX_WBITS", MAX_WBITS as i64),
                ("DEFLATED", z::Z_DEFLATED as i64),
                ("DEF_MEM_LEVEL", DEF_MEM_LEVEL as i64),
                ("DEF_BUF_SIZE", DEF_BUF_SIZE as i64),
                ("Z_NO_COMPRESSION", z::Z_NO_COMPRESSION as i64),
                ("Z_BEST_SPEED", z::Z_BEST_SPEED as i64),
                ("Z_BEST_COMPRESSION", z::Z_BEST_COMPRESSION as i64),
                ("Z_DEFAULT_COMPRESSION", z::Z_DEFAULT_COMPRESSION as i64),
                ("Z_FILTERED", z::Z_FILTERED as i64),
                ("Z_HUFFMAN_ONLY", z::Z_HUFFMAN_ONLY as i64),
                ("Z_RLE", z::Z_RLE as i64),
                ("Z_FIXED", z::Z_FIXED as i64),
                ("Z_DEFAULT_STRATEGY", z::Z_DEFAULT_STRATEGY as i64),
                ("Z_NO_FLUSH", z::Z_NO_FLUSH as i64),
                ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH as i64),
                ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH as i64),
                ("Z_FULL_FLUSH", z::Z_FULL_FLUSH as i64),
                ("Z_FINISH", z::Z_FINISH as i64),
                ("Z_BLOCK", z::Z_BLOCK as i64),
                ("Z_TREES", z::Z_TREES as i64),
            ],
        )?;
        let version = stream::version();
        set(module, "ZLIB_VERSION", &*text(version)?)?;
        set(module, "ZLIB_RUNTIME_VERSION", &*text(version)?)
    }

    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=1, /)")]
    fn adler32(data: BytesLike<'_>, value: Option<&Obj>) -> PyResult<u32> {
        let start = low_bits(value, 1)?;
        // SAFETY: pointer and length of the slice.
        let run = || unsafe { z::adler32_z(start as _, data.as_ptr(), data.len()) } as u32;
        Ok(if data.len() > LONG { gil::allow_threads(run) } else { run() })
    }

    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=0, /)")]
    fn crc32(data: BytesLike<'_>, value: Option<&Obj>) -> PyResult<u32> {
        let start = low_bits(value, 0)?;
        // SAFETY: pointer and length of the slice.
        let run = || unsafe { z::crc32_z(start as _, data.as_ptr(), data.len()) } as u32;
        Ok(if data.len() > LONG { gil::allow_threads(run) } else { run() })
    }

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[function(sig = "(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)")]
    fn compress(data: BytesLike<'_>, level: Option<i32>, wbits: Option<i32>) -> PyResult<Ref<Bytes>> {
        let setup =
            Setup { level: level.unwrap_or(-1), wbits: wbits.unwrap_or(MAX_WBITS), ..Setup::default() };
        finish(gil::allow_threads(|| stream::compress(&data, &setup)), Some(&ERROR))
    }

    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[function(sig = "(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)")]
    fn decompress(data: BytesLike<'_>, wbits: Option<i32>, bufsize: Option<&Obj>) -> PyResult<Ref<Bytes>> {
        if let Some(size) = bufsize
            && size.as_isize_clipped()? < 0
        {
            bail!(ValueError, "bufsize must be non-negative");
        }
        let wbits = wbits.unwrap_or(MAX_WBITS);
        finish(gil::allow_threads(|| stream::decompress(&data, wbits)), Some(&ERROR))
    }

    /// Return a compressor object.
    ///
    ///   level
    ///     The compression level (an integer in the range 0-9 or -1; default is
    ///     currently equivalent to 6).  Higher compression levels are slower,
    ///     but produce smaller results.
    ///   method
    ///     The compression algorithm.  If given, this must be DEFLATED.
    ///   wbits
    ///     +9 to +15: The base-two logarithm of the window size.  Include a zlib
    ///         container.
    ///     -9 to -15: Generate a raw stream.
    ///     +25 to +31: Include a gzip container.
    ///   memLevel
    ///     Controls the amount of memory used for internal compression state.
    ///     Valid values range from 1 to 9.  Higher values result in higher memory
    ///     usage, faster compression, and smaller output.
    ///   strategy
    ///     Used to tune the compression algorithm.  Possible values are
    ///     Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.
    ///   zdict
    ///     The predefined compression dictionary - a sequence of bytes
    ///     containing subsequences that are likely to occur in the input data.
    #[function(
        sig = "(level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, \
                      strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)"
    )]
    fn compressobj(
        level: Option<i32>,
        method: Option<i32>,
        wbits: Option<i32>,
        memLevel: Option<i32>,
        strategy: Option<i32>,
        zdict: Option<BytesLike<'_>>,
    ) -> PyResult<Object> {
        let setup = Setup {
            level: level.unwrap_or(-1),
            method: method.unwrap_or(z::Z_DEFLATED),
            wbits: wbits.unwrap_or(MAX_WBITS),
            mem_level: memLevel.unwrap_or(DEF_MEM_LEVEL),
            strategy: strategy.unwrap_or(0),
        };
        if zdict.as_ref().is_some_and(|d| d.len() > u32::MAX as usize) {
            bail!(OverflowError, "zdict length does not fit in an unsigned int");
        }
        Compress::create(&setup, zdict.as_deref())
    }

    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    #[function(sig = "(wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(wbits: Option<i32>, zdict: Option<&Obj>) -> PyResult<Object> {
        Decompress::create(wbits.unwrap_or(MAX_WBITS), dictionary(zdict)?)
    }
}

pub use module::MODULE;
