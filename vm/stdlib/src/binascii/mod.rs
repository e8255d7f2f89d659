//! `binascii`: binary data as text, and checksums.

mod base64;
mod qp;
mod uu;

use crate::util::{TypeCell, set};
use dovetail_core::error::{PyResult, Raised, exc, raise_message};
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::convert::{ArgInfo, FromArg};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

/// The exception type `binascii.Error`.
fn error_type() -> PyResult<&'static Type> {
    static TYPE: TypeCell = TypeCell::new();
    TYPE.get_or(|| crate::util::new_exception("binascii.Error", exc::ValueError()))
}

/// Raises `binascii.Error`.
#[cold]
fn error(message: &str) -> Raised {
    match error_type() {
        Ok(t) => raise_message(t, message),
        Err(e) => e,
    }
}

/// Bytes, or a str of ASCII characters.
enum AsciiData<'a> {
    Text(&'a str),
    Bytes(BytesLike<'a>),
}

impl<'a> FromArg<'a> for AsciiData<'a> {
    fn from_arg(o: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        if let Some(s) = o.downcast::<Str>() {
            return match s.as_ascii() {
                Some(a) => Ok(AsciiData::Text(a)),
                None => Err(raise!(ValueError, "string argument should contain only ASCII characters")),
            };
        }
        if !dovetail_core::object::buffer::Buffer::supported(o) {
            bail!(TypeError, "argument should be bytes, buffer or ASCII string, not '{}'", o.type_name());
        }
        Ok(AsciiData::Bytes(BytesLike::of(o)?))
    }
}

impl std::ops::Deref for AsciiData<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            AsciiData::Text(s) => s.as_bytes(),
            AsciiData::Bytes(b) => b,
        }
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The separator of `hexlify`: one character, which may be any byte.
fn separator(o: &Obj) -> PyResult<u8> {
    if o.len_()? != 1 {
        bail!(ValueError, "sep must be length 1.");
    }
    if let Some(s) = o.downcast::<Str>() {
        return u8::try_from(s.char_at(0)).map_err(|_| raise!(ValueError, "sep must be ASCII."));
    }
    match o.downcast::<Bytes>() {
        Some(b) => Ok(b.as_slice()[0]),
        None => bail!(TypeError, "sep must be str or bytes."),
    }
}

fn hex(data: &[u8], sep: Option<&Obj>, per: i32) -> PyResult<Ref<Bytes>> {
    let sep = sep.map(separator).transpose()?;
    let group = per.unsigned_abs() as usize;
    let sep = sep.filter(|_| group > 0 && group < data.len());
    let mut out = Vec::with_capacity(data.len() * 2 + sep.map_or(0, |_| data.len() / group));
    for (i, x) in data.iter().enumerate() {
        if let Some(c) = sep
            && i > 0
            && (if per > 0 { data.len() - i } else { i }) % group == 0
        {
            out.push(c);
        }
        out.extend([DIGITS[(x >> 4) as usize], DIGITS[(x & 15) as usize]]);
    }
    Bytes::from_vec(out)
}

fn unhex(data: &[u8]) -> PyResult<Ref<Bytes>> {
    if data.len() % 2 != 0 {
        return Err(error("Odd-length string"));
    }
    let digit = |c: u8| (c as char).to_digit(16).map(|d| d as u8);
    let pair = |p: &[u8]| Some(digit(p[0])? << 4 | digit(p[1])?);
    match data.chunks_exact(2).map(pair).collect::<Option<Vec<u8>>>() {
        Some(out) => Bytes::from_vec(out),
        None => Err(error("Non-hexadecimal digit found")),
    }
}

/// An int's low 32 bits.
fn low_bits(o: &Obj) -> PyResult<u32> {
    Ok(o.index()?.int_ref().to_u64_wrapping() as u32)
}

/// From this size on a checksum lets other threads run.
const LARGE: usize = 5 * 1024;

/// CRC-CCITT with the polynomial of BinHex 4.
fn crc_ccitt(mut crc: u16, data: &[u8]) -> u16 {
    const TABLE: [u16; 256] = {
        let mut table = [0u16; 256];
        let mut i = 0;
        while i < 256 {
            let mut c = (i as u16) << 8;
            let mut bit = 0;
            while bit < 8 {
                c = if c & 0x8000 != 0 { c << 1 ^ 0x1021 } else { c << 1 };
                bit += 1;
            }
            table[i] = c;
            i += 1;
        }
        table
    };
    for b in data {
        crc = crc << 8 ^ TABLE[(crc >> 8) as usize ^ *b as usize];
    }
    crc
}

/// Conversion between binary data and ASCII
#[pymodule(name = "binascii")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "Error", error_type()?.as_obj())?;
        static INCOMPLETE: TypeCell = TypeCell::new();
        let make = || crate::util::new_exception("binascii.Incomplete", exc::Exception());
        set(module, "Incomplete", INCOMPLETE.get_or(make)?.as_obj())
    }

    /// Decode a line of uuencoded data.
    #[function]
    fn a2b_uu(data: AsciiData<'_>) -> PyResult<Ref<Bytes>> {
        Bytes::from_vec(uu::decode(&data).map_err(error)?)
    }

    /// Uuencode line of data.
    #[function(sig = "(data, /, *, backtick=False)")]
    fn b2a_uu(data: BytesLike<'_>, backtick: bool) -> PyResult<Ref<Bytes>> {
        Bytes::from_vec(uu::encode(&data, backtick).map_err(error)?)
    }

    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not part of the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[function(sig = "(data, /, *, strict_mode=False)")]
    fn a2b_base64(data: AsciiData<'_>, strict_mode: bool) -> PyResult<Ref<Bytes>> {
        Bytes::from_vec(base64::decode(&data, strict_mode).map_err(|e| error(&e))?)
    }

    /// Base64-code line of data.
    #[function(sig = "(data, /, *, newline=True)")]
    fn b2a_base64(data: BytesLike<'_>, newline: bool) -> PyResult<Ref<Bytes>> {
        Bytes::from_vec(base64::encode(&data, newline))
    }

    /// Compute CRC-CCITT incrementally.
    #[function]
    fn crc_hqx(data: BytesLike<'_>, crc: &Obj) -> PyResult<u32> {
        Ok(crc_ccitt(low_bits(crc)? as u16, &data) as u32)
    }

    /// Compute CRC-32 incrementally.
    #[function(sig = "(data, crc=0, /)")]
    fn crc32(data: BytesLike<'_>, crc: Option<&Obj>) -> PyResult<u32> {
        let mut hasher = crc32fast::Hasher::new_with_initial(crc.map_or(Ok(0), low_bits)?);
        let bytes: &[u8] = &data;
        if bytes.len() > LARGE {
            dovetail_core::gil::allow_threads(|| hasher.update(bytes));
        } else {
            hasher.update(bytes);
        }
        Ok(hasher.finalize())
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "hexlify()".
    ///
    /// Example:
    /// >>> binascii.b2a_hex(b'\xb9\x01\xef')
    /// b'b901ef'
    /// >>> binascii.hexlify(b'\xb9\x01\xef', ':')
    /// b'b9:01:ef'
    /// >>> binascii.b2a_hex(b'\xb9\x01\xef', b'_', 2)
    /// b'b9_01ef'
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(data: BytesLike<'_>, sep: Option<&Obj>, bytes_per_sep: i32) -> PyResult<Ref<Bytes>> {
        hex(&data, sep, bytes_per_sep)
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "b2a_hex()".
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(data: BytesLike<'_>, sep: Option<&Obj>, bytes_per_sep: i32) -> PyResult<Ref<Bytes>> {
        hex(&data, sep, bytes_per_sep)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[function]
    fn a2b_hex(hexstr: AsciiData<'_>) -> PyResult<Ref<Bytes>> {
        unhex(&hexstr)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[function]
    fn unhexlify(hexstr: AsciiData<'_>) -> PyResult<Ref<Bytes>> {
        unhex(&hexstr)
    }

    /// Decode a string of qp-encoded data.
    #[function(sig = "(data, header=False)")]
    fn a2b_qp(data: AsciiData<'_>, header: bool) -> PyResult<Object> {
        Ok(Bytes::from_vec(qp::decode(&data, header))?.into_object())
    }

    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[function(sig = "(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(data: BytesLike<'_>, quotetabs: bool, istext: bool, header: bool) -> PyResult<Object> {
        Ok(Bytes::from_vec(qp::encode(&data, quotetabs, istext, header))?.into_object())
    }
}

pub use module::MODULE;
