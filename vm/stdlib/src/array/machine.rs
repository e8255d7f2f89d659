//! Pickled arrays: the bytes of one machine, read on another.

use super::item::{Class, KINDS, Kind, find};
use super::object::Array;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::codec::decode_bytes;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;

/// The machine formats by number: class, size of an item, big-endian. Of text, the size that lengths must be
/// multiples of.
const FORMATS: [(Class, usize, bool); 22] = [
    (Class::Unsigned, 1, false),
    (Class::Signed, 1, false),
    (Class::Unsigned, 2, false),
    (Class::Unsigned, 2, true),
    (Class::Signed, 2, false),
    (Class::Signed, 2, true),
    (Class::Unsigned, 4, false),
    (Class::Unsigned, 4, true),
    (Class::Signed, 4, false),
    (Class::Signed, 4, true),
    (Class::Unsigned, 8, false),
    (Class::Unsigned, 8, true),
    (Class::Signed, 8, false),
    (Class::Signed, 8, true),
    (Class::Float, 4, false),
    (Class::Float, 4, true),
    (Class::Float, 8, false),
    (Class::Float, 8, true),
    (Class::Text, 4, false),
    (Class::Text, 4, true),
    (Class::Text, 8, false),
    (Class::Text, 8, true),
];

/// The format of this machine's items.
pub fn format_of(kind: &Kind) -> usize {
    let big = cfg!(target_endian = "big");
    match (kind.class, kind.itemsize) {
        (Class::Unsigned, 1) => 0,
        (Class::Signed, 1) => 1,
        (Class::Text, _) => 20 + big as usize,
        (class, size) => {
            let same = |f: &(Class, usize, bool)| *f == (class, size as usize, big);
            FORMATS.iter().position(same).unwrap_or(0)
        }
    }
}

/// `_array_reconstructor`: an array of `arraytype` from items in a machine format.
pub fn reconstruct(arraytype: &Obj, typecode: &Obj, format: i32, items: &Obj) -> PyResult<Object> {
    let Some(ty) = arraytype.downcast::<Type>() else {
        bail!(TypeError, "first argument must be a type object, not {}", arraytype.type_name());
    };
    let code = match typecode.downcast::<Str>() {
        Some(s) if s.len() == 1 => s.char_at(0),
        Some(s) => bail!(
            TypeError,
            "_array_reconstructor(): argument 2 must be a unicode character, not a string of length {}",
            s.len()
        ),
        None => bail!(
            TypeError,
            "_array_reconstructor() argument 2 must be a unicode character, not {}",
            typecode.type_name()
        ),
    };
    if !ty.is_subtype(Array::type_object()) {
        bail!(TypeError, "{} is not a subtype of {}", ty.name(), Array::type_object().name());
    }
    let Some(kind) = find(code) else { bail!(ValueError, "second argument must be a valid type code") };
    let Some(&(class, size, big)) = usize::try_from(format).ok().and_then(|f| FORMATS.get(f)) else {
        bail!(ValueError, "third argument must be a valid machine format code.");
    };
    let Some(bytes) = items.downcast::<Bytes>() else {
        bail!(TypeError, "fourth argument should be bytes, not {}", items.type_name());
    };
    let make = |kind: &Kind, values: &Obj| {
        let code = Str::from_code_point(kind.typecode as u32)?;
        ty.as_obj().call(&[code.as_obj(), values])
    };
    if format_of(kind) == format as usize {
        return make(kind, items);
    }
    let bytes = bytes.as_slice();
    if bytes.len() % size != 0 {
        bail!(ValueError, "string length not a multiple of item size");
    }
    if class == Class::Text {
        let name = match (size, big) {
            (4, false) => "utf-16-le",
            (4, true) => "utf-16-be",
            (_, false) => "utf-32-le",
            (_, true) => "utf-32-be",
        };
        return make(kind, decode_bytes(bytes, Some(name), None)?.as_obj());
    }
    let values = List::new()?;
    for chunk in bytes.chunks_exact(size) {
        let mut word = [0u8; 8];
        word[..size].copy_from_slice(chunk);
        if big {
            word[..size].reverse();
        }
        let word = u64::from_le_bytes(word);
        let shift = 64 - 8 * size as u32;
        values.push(match (class, size) {
            (Class::Float, 4) => Float::new(f32::from_bits(word as u32) as f64)?.into_object(),
            (Class::Float, _) => Float::new(f64::from_bits(word))?.into_object(),
            (Class::Signed, _) => Int::from_i64((word << shift) as i64 >> shift)?.into_object(),
            _ => Int::from_u64(word)?.into_object(),
        })?;
    }
    // Ints go to the type code that fits the format best, the last of those of its size.
    let fits = |k: &&Kind| class != Class::Float && k.class == class && k.size() == size;
    make(KINDS.iter().rev().find(fits).unwrap_or(kind), values.as_obj())
}
