//! What an array's items are: the type codes, and items to and from objects.

use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use std::ffi::c_char;

/// A type code's description. Its beginning is what C code that knows CPython's arrays reads.
#[repr(C)]
pub struct Kind {
    pub typecode: i32,
    pub itemsize: i32,
    getitem: *const (),
    setitem: *const (),
    /// The format of buffers.
    pub format: *const c_char,
    pub class: Class,
}

// SAFETY: constants.
unsafe impl Sync for Kind {}

/// What the bytes of an item mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Signed,
    Unsigned,
    Float,
    Text,
}

const fn kind(typecode: u8, itemsize: i32, format: &'static std::ffi::CStr, class: Class) -> Kind {
    let none = std::ptr::null();
    Kind { typecode: typecode as i32, itemsize, getitem: none, setitem: none, format: format.as_ptr(), class }
}

/// All type codes.
pub static KINDS: [Kind; 14] = [
    kind(b'b', 1, c"b", Class::Signed),
    kind(b'B', 1, c"B", Class::Unsigned),
    kind(b'u', 4, c"w", Class::Text),
    kind(b'w', 4, c"w", Class::Text),
    kind(b'h', 2, c"h", Class::Signed),
    kind(b'H', 2, c"H", Class::Unsigned),
    kind(b'i', 4, c"i", Class::Signed),
    kind(b'I', 4, c"I", Class::Unsigned),
    kind(b'l', 8, c"l", Class::Signed),
    kind(b'L', 8, c"L", Class::Unsigned),
    kind(b'q', 8, c"q", Class::Signed),
    kind(b'Q', 8, c"Q", Class::Unsigned),
    kind(b'f', 4, c"f", Class::Float),
    kind(b'd', 8, c"d", Class::Float),
];

/// The description of a type code.
pub fn find(code: u32) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.typecode as u32 == code)
}

/// The names of a C type in range errors, and its bounds.
fn bounded(i: &Int, name: &str, low: i64, high: i64) -> PyResult<i64> {
    let v = long(i)?;
    if v < low {
        bail!(OverflowError, "{name} is less than minimum");
    }
    if v > high {
        bail!(OverflowError, "{name} is greater than maximum");
    }
    Ok(v)
}

fn long(i: &Int) -> PyResult<i64> {
    i.to_i64().ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C long"))
}

fn unsigned_long(i: &Int) -> PyResult<u64> {
    if i.is_negative() {
        bail!(OverflowError, "can't convert negative value to unsigned int");
    }
    i.to_u64().ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C unsigned long"))
}

/// The code point of a str of length 1.
fn character(o: &Obj) -> PyResult<u32> {
    let Some(s) = o.downcast::<Str>() else {
        bail!(TypeError, "array item must be a unicode character, not {}", o.type_name());
    };
    if s.len() != 1 {
        bail!(TypeError, "array item must be a unicode character, not a string of length {}", s.len());
    }
    Ok(s.char_at(0))
}

impl Kind {
    pub fn code(&self) -> char {
        self.typecode as u8 as char
    }

    pub fn size(&self) -> usize {
        self.itemsize as usize
    }

    pub fn is_text(&self) -> bool {
        self.class == Class::Text
    }

    /// The bytes of a value, in the low end of a word; `TypeError` or `OverflowError` where there are none.
    pub fn pack(&self, o: &Obj) -> PyResult<u64> {
        let code = self.typecode as u8;
        match code {
            b'f' | b'd' => {
                let v = match o.downcast_exact::<Float>() {
                    Some(f) => f.value(),
                    None => o.as_f64()?,
                };
                return Ok(if code == b'f' { (v as f32).to_bits() as u64 } else { v.to_bits() });
            }
            b'u' | b'w' => return Ok(character(o)? as u64),
            _ => {}
        }
        let owned;
        let i = match o.downcast::<Int>() {
            Some(i) => i,
            None => {
                owned = o.index()?;
                &*owned
            }
        };
        Ok(match code {
            b'b' => {
                let v = bounded(i, "signed short integer", i16::MIN as i64, i16::MAX as i64)?;
                if v < i8::MIN as i64 {
                    bail!(OverflowError, "signed char is less than minimum");
                }
                if v > i8::MAX as i64 {
                    bail!(OverflowError, "signed char is greater than maximum");
                }
                v as u64
            }
            b'B' => bounded(i, "unsigned byte integer", 0, u8::MAX as i64)? as u64,
            b'h' => bounded(i, "signed short integer", i16::MIN as i64, i16::MAX as i64)? as u64,
            b'H' => {
                bounded(i, "signed integer", i32::MIN as i64, i32::MAX as i64)?;
                bounded(i, "unsigned short", 0, u16::MAX as i64)? as u64
            }
            b'i' => bounded(i, "signed integer", i32::MIN as i64, i32::MAX as i64)? as u64,
            b'I' => {
                let v = unsigned_long(i)?;
                if v > u32::MAX as u64 {
                    bail!(OverflowError, "unsigned int is greater than maximum");
                }
                v
            }
            b'l' => long(i)? as u64,
            b'L' => unsigned_long(i)?,
            b'q' => i.to_i64().ok_or_else(too_big)? as u64,
            _ => {
                if i.is_negative() {
                    bail!(OverflowError, "can't convert negative int to unsigned");
                }
                i.to_u64().ok_or_else(too_big)?
            }
        })
    }

    /// The object of an item's bytes.
    ///
    /// # Safety
    /// `p` is an item of this kind.
    pub unsafe fn unpack(&self, p: *const u8) -> PyResult<Object> {
        // SAFETY: the caller's promise; items need not be aligned.
        unsafe {
            Ok(match self.typecode as u8 {
                b'b' => Int::from_i64(*p.cast::<i8>() as i64)?.into_object(),
                b'B' => Int::from_i64(*p as i64)?.into_object(),
                b'h' => Int::from_i64(p.cast::<i16>().read_unaligned() as i64)?.into_object(),
                b'H' => Int::from_i64(p.cast::<u16>().read_unaligned() as i64)?.into_object(),
                b'i' => Int::from_i64(p.cast::<i32>().read_unaligned() as i64)?.into_object(),
                b'I' => Int::from_i64(p.cast::<u32>().read_unaligned() as i64)?.into_object(),
                b'l' | b'q' => Int::from_i64(p.cast::<i64>().read_unaligned())?.into_object(),
                b'L' | b'Q' => Int::from_u64(p.cast::<u64>().read_unaligned())?.into_object(),
                b'f' => Float::new(p.cast::<f32>().read_unaligned() as f64)?.into_object(),
                b'd' => Float::new(p.cast::<f64>().read_unaligned())?.into_object(),
                _ => {
                    let c = p.cast::<u32>().read_unaligned();
                    if c > 0x10_ffff {
                        bail!(ValueError, "character U+{c:x} is not in range [U+0000; U+10ffff]");
                    }
                    Str::from_code_point(c)?.into_object()
                }
            })
        }
    }
}

#[cold]
fn too_big() -> Raised {
    raise!(OverflowError, "int too big to convert")
}
