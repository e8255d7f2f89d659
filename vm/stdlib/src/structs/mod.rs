//! `_struct`: values to and from the bytes of C structs.

mod half;
mod items;
mod layout;
mod object;

use crate::util::{TypeCell, set};
use dovetail_core::bail;
use dovetail_core::error::{PyResult, Raised, exc, raise_message};
use dovetail_core::native::add_type;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::pymodule;
use object::Struct;
use std::sync::OnceLock;

/// The exception type `struct.error`.
pub fn error_type() -> PyResult<&'static Type> {
    static TYPE: TypeCell = TypeCell::new();
    TYPE.get_or(|| crate::util::new_exception("struct.error", exc::Exception()))
}

/// Raises `struct.error`.
#[cold]
pub fn error(message: &str) -> Raised {
    match error_type() {
        Ok(t) => raise_message(t, message),
        Err(e) => e,
    }
}

/// How many compiled formats are kept.
const CACHED: usize = 100;

fn cache() -> PyResult<&'static Dict> {
    static CACHE: OnceLock<usize> = OnceLock::new();
    if let Some(p) = CACHE.get() {
        // SAFETY: kept for ever below.
        return Ok(unsafe { &*(*p as *const Dict) });
    }
    let d = Dict::new()?;
    d.as_obj().immortalize();
    let _ = CACHE.set(d.into_ptr() as usize);
    cache()
}

/// The compiled form of a format.
fn compiled(format: &Obj) -> PyResult<Ref<Struct>> {
    // One key for the text and the bytes of a format: they are not compared.
    let text = match format.downcast::<Bytes>() {
        Some(b) if b.as_slice().is_ascii() => Some(Str::from_ascii(b.as_slice())?),
        _ => None,
    };
    let format = text.as_ref().map_or(format, |t| t.as_obj());
    let cache = cache()?;
    if let Some(o) = cache.get(format)? {
        // SAFETY: the cache holds structs only.
        return Ok(unsafe { o.cast_into_unchecked() });
    }
    let s = Struct::new(format)?;
    if cache.len() >= CACHED {
        cache.clear_items();
    }
    cache.set(format, s.as_obj())?;
    Ok(s)
}

fn with_format<'a>(args: &'a [&'a Obj]) -> PyResult<(Ref<Struct>, &'a [&'a Obj])> {
    let Some((format, rest)) = args.split_first() else { bail!(TypeError, "missing format argument") };
    Ok((compiled(format)?, rest))
}

/// Functions to convert between Python values and C structs.
/// Python bytes objects are used to hold the data representing the C struct.
/// The format string (explained below) describes the layout of data
/// in the C struct.
///
/// The optional first format char indicates byte order, size and alignment:
///   @: native order, size & alignment (default)
///   =: native order, std. size & alignment
///   <: little-endian, std. size & alignment
///   >: big-endian, std. size & alignment
///   !: same as >
///
/// The remaining characters indicate types of args and must match exactly;
/// these can be preceded by a decimal repeat count:
///   x: pad byte (no data); c: char; b: signed byte; B: unsigned byte;
///   ?: _Bool; h: short; H: unsigned short; i: int; I: unsigned int;
///   l: long; L: unsigned long; q: long long; Q: unsigned long long;
///   f: float; d: double; e: half-float;
///   F: float complex; D: double complex.
/// Special cases (preceding decimal count indicates length):
///   s: byte string (array of char); p: Pascal string (with count byte).
/// Special cases (only available in native format):
///   n: ssize_t; N: size_t;
///   P: an integer type that is wide enough to hold a pointer.
/// Whitespace between formats is ignored.
///
/// The variable struct.error is an exception raised on errors.
#[pymodule(name = "_struct")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "error", error_type()?.as_obj())?;
        dovetail_core::types::ready::ready::<object::UnpackIterator>()?;
        add_type::<Struct>(module)
    }

    /// Clear the internal cache.
    #[function(sig = "()")]
    fn _clearcache() -> PyResult<()> {
        cache()?.clear_items();
        Ok(())
    }

    /// Return size in bytes of the struct described by the format string.
    #[function]
    fn calcsize(format: &Obj) -> PyResult<usize> {
        Ok(compiled(format)?.layout()?.size)
    }

    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[function(nosig)]
    fn pack(args: &[&Obj]) -> PyResult<Object> {
        let (s, values) = with_format(args)?;
        s.pack_values(values)
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  A negative offset counts from
    /// the end of the buffer.  See help(struct) for more on format strings.
    #[function(nosig)]
    fn pack_into(args: &[&Obj]) -> PyResult<()> {
        let (s, rest) = with_format(args)?;
        s.pack_values_into(rest)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function]
    fn unpack(format: &Obj, buffer: &Obj) -> PyResult<Ref<Tuple>> {
        compiled(format)?.unpack_all(buffer)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    /// A negative offset counts from the end of the buffer.
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "(format, /, buffer, offset=0)")]
    fn unpack_from(format: &Obj, buffer: &Obj, offset: isize) -> PyResult<Ref<Tuple>> {
        compiled(format)?.unpack_at(buffer, offset)
    }

    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[function]
    fn iter_unpack(format: &Obj, buffer: &Obj) -> PyResult<Object> {
        let s = compiled(format)?;
        object::UnpackIterator::make(s.to_ref(), buffer)
    }
}

pub use module::MODULE;
