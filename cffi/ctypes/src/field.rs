//! `CField`: a field of a structure or union, as a descriptor of its class.

use crate::code;
use crate::data::{self, CData};
use crate::info::{self, Kind};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_int;

#[repr(C)]
pub struct CFieldBody {
    ob_base: abi::PyObject,
    name: *mut abi::PyObject,
    proto: *mut abi::PyObject,
    byte_offset: isize,
    byte_size: isize,
    index: isize,
    bit_offset: isize,
    /// 0: not a bit-field.
    bit_size: isize,
    /// `s` or `U`, where an array of characters is read as a string; else the code of plain values, or 0.
    code: u8,
    swapped: bool,
    anonymous: bool,
}

/// A field.
/// ---
/// Structure/Union member
#[pytype(name = "ctypes.CField", body = CFieldBody, gc, refs(name, proto))]
pub struct CField;

/// What a field says of itself.
pub struct Place {
    pub offset: isize,
    pub size: isize,
    pub index: isize,
    /// First bit and number of bits.
    pub bits: Option<(u32, u32)>,
}

impl CField {
    pub fn name(&self) -> &Str {
        // SAFETY: set when the field was made.
        unsafe { &*((*self.body()).name as *const Str) }
    }

    /// The class of the field's value.
    pub fn target(&self) -> &Type {
        // SAFETY: set when the field was made.
        unsafe { &*((*self.body()).proto as *const Type) }
    }

    pub fn place(&self) -> Place {
        // SAFETY: own fields.
        let b = unsafe { &*self.body() };
        Place {
            offset: b.byte_offset,
            size: b.byte_size,
            index: b.index,
            bits: (b.bit_size != 0).then_some((b.bit_offset as u32, b.bit_size as u32)),
        }
    }

    pub fn is_anonymous(&self) -> bool {
        // SAFETY: own field.
        unsafe { (*self.body()).anonymous }
    }

    pub fn set_anonymous(&self) {
        // SAFETY: own field.
        unsafe { (*self.body()).anonymous = true }
    }

    /// The same field, seen from a record that has this one's record inside.
    pub fn moved(&self, index: isize, offset: isize) -> PyResult<Ref<CField>> {
        // SAFETY: a new field, whose references are its own.
        unsafe {
            let o: Ref<CField> = type_alloc(CField::type_object(), 0)?.cast_into_unchecked();
            let (from, to) = (&*self.body(), &mut *o.body());
            to.name = self.name().to_owned().into_ptr();
            to.proto = self.target().as_obj().to_owned().into_ptr();
            to.byte_offset = from.byte_offset + offset;
            to.byte_size = from.byte_size;
            to.index = from.index + index;
            to.bit_offset = from.bit_offset;
            to.bit_size = from.bit_size;
            to.code = from.code;
            to.swapped = from.swapped;
            Ok(o)
        }
    }
}

/// A number of bits or an index, for which None is none.
fn number(o: &Obj) -> PyResult<isize> {
    match o.downcast::<Int>() {
        Some(i) => i
            .to_i64()
            .map(|v| v as isize)
            .ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C ssize_t")),
        None => Err(raise!(TypeError, "an integer is required")),
    }
}

/// Which code the value is read by: a string's for arrays of characters; 0 where an instance is made.
fn value_code(ty: &Type) -> u8 {
    let info = info::of_type(ty);
    if let Some(i) = info.filter(|i| i.plain.get()) {
        return i.code.get();
    }
    let item = info.filter(|i| i.kind == Kind::Array).and_then(|i| i.target_info());
    match item.filter(|i| i.kind == Kind::Simple && i.plain.get()).map(|i| i.code.get()) {
        Some(b'c') => b's',
        Some(b'u') => b'U',
        _ => 0,
    }
}

/// The checked bit offset and number of bits.
fn bits(
    name: &str,
    ty: &Type,
    size: isize,
    bit_size: &Obj,
    bit_offset: Option<&Obj>,
) -> PyResult<(isize, isize)> {
    let Some(info) = info::of_type(ty) else { bail!(TypeError, "type of field {name} must be a C type") };
    if info.kind != Kind::Simple || !code::is_integer(info.code.get()) {
        bail!(TypeError, "bit fields not allowed for type {}", ty.name());
    }
    let n = number(bit_size)?;
    let at = number(bit_offset.unwrap_or_else(|| none()))?;
    if n <= 0 || n > 255 {
        bail!(ValueError, "bit size of field {name} out of range, got {n}");
    }
    if !(0..=255).contains(&at) {
        bail!(ValueError, "bit offset of field {name} out of range, got {at}");
    }
    if at + n > size * 8 {
        bail!(ValueError, "bit field {name} overflows its type ({at} + {n} > {})", size * 8);
    }
    Ok((at, n))
}

#[pymethods(members(
    ("name", _Py_T_OBJECT, name, abi::Py_READONLY, "name of this field"),
    ("type", _Py_T_OBJECT, proto, abi::Py_READONLY, "type of this field"),
    ("offset", Py_T_PYSSIZET, byte_offset, abi::Py_READONLY, "offset in bytes of this field (same as byte_offset)"),
    ("byte_offset", Py_T_PYSSIZET, byte_offset, abi::Py_READONLY, "offset in bytes of this field, without that of bits"),
    ("byte_size", Py_T_PYSSIZET, byte_size, abi::Py_READONLY, "size of this field in bytes"),
    ("bit_offset", Py_T_PYSSIZET, bit_offset, abi::Py_READONLY, "offset in bits beyond byte_offset; zero for non-bitfields"),
))]
impl CField {
    #[slot(
        tp_new,
        sig = "(name, type, byte_size, byte_offset, index, _internal_use, bit_size=None, bit_offset=None)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn new(
        cls: &Type,
        name: &Str,
        type_: &Obj,
        byte_size: isize,
        byte_offset: isize,
        index: isize,
        internal_use: bool,
        bit_size: Option<&Obj>,
        bit_offset: Option<&Obj>,
    ) -> PyResult<Object> {
        if !internal_use {
            bail!(TypeError, "cannot create {} object", cls.ob_type().name());
        }
        let shown = name.repr()?.to_string_lossy().into_owned();
        let Some((ty, info)) = type_.downcast::<Type>().and_then(|t| Some((t, info::of_type(t)?))) else {
            bail!(TypeError, "type of field {shown} must be a C type");
        };
        if byte_size < 0 {
            bail!(ValueError, "byte size of field {shown} must not be negative, got {byte_size}");
        }
        let size = info.size.get();
        if size != byte_size {
            bail!(ValueError, "byte size of field {shown} ({byte_size}) does not match type size ({size})");
        }
        let (bit_at, bit_count) = match bit_size {
            Some(n) => bits(&shown, ty, byte_size, n, bit_offset)?,
            None => (0, 0),
        };
        // SAFETY: a new field, whose references are its own.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = &mut *(o.as_raw() as *mut CFieldBody);
            b.name = name.to_owned().into_ptr();
            b.proto = type_.to_owned().into_ptr();
            b.byte_offset = byte_offset;
            b.byte_size = byte_size;
            b.index = index;
            b.bit_offset = bit_at;
            b.bit_size = bit_count;
            b.code = if bit_count == 0 { value_code(ty) } else { 0 };
            b.swapped = info.swapped.get();
            Ok(o)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(_o: *mut abi::PyObject) -> c_int {
        // The class lets go of its fields; a field without its class could not be read.
        0
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let name = self.name().repr()?;
        let head = format!("<ctypes.CField {} type={}", name.to_string_lossy(), self.target().name());
        let p = self.place();
        Ok(match p.bits {
            Some((at, n)) => format!("{head}, ofs={}, bit_size={n}, bit_offset={at}>", p.offset),
            None => format!("{head}, ofs={}, size={}>", p.offset, p.size),
        })
    }

    #[slot(tp_descr_get)]
    fn get(&self, instance: Option<&Obj>, _owner: Option<&Obj>) -> PyResult<Object> {
        let Some(instance) = instance else { return Ok(self.to_owned()) };
        let Some(src) = data::instance(instance) else { bail!(TypeError, "not a ctype instance") };
        // SAFETY: own fields; the field's bytes are inside instances of its class.
        unsafe {
            let b = &*self.body();
            let p = src.ptr().wrapping_offset(b.byte_offset);
            if b.bit_size != 0 {
                let Some(i) = info::of_type(self.target()) else { bail!(TypeError, "abstract class") };
                let (n, at) = (b.bit_size as u32, b.bit_offset as u32);
                return code::get_bits(i.code.get(), i.swapped.get(), p, n, at);
            }
            if b.code != 0 {
                return code::get(b.code, b.swapped, p, b.byte_size);
            }
            data::get(self.target(), src, b.index, b.byte_size, p)
        }
    }

    #[slot(tp_descr_set)]
    fn set(&self, instance: &Obj, value: Option<&Obj>) -> PyResult<()> {
        let Some(into): Option<&CData> = data::instance(instance) else {
            bail!(TypeError, "not a ctype instance")
        };
        let Some(value) = value else { bail!(TypeError, "can't delete attribute") };
        // SAFETY: as in `get`.
        unsafe {
            let b = &*self.body();
            let p = into.ptr().wrapping_offset(b.byte_offset);
            if b.bit_size != 0 {
                let Some(i) = info::of_type(self.target()) else { bail!(TypeError, "abstract class") };
                let held;
                let value = match data::instance(value) {
                    // An instance of the type gives its value.
                    Some(v) if value.is_instance(self.target())? => {
                        held = crate::simple::value(v)?;
                        &*held
                    }
                    _ => value,
                };
                let (n, at) = (b.bit_size as u32, b.bit_offset as u32);
                return code::set_bits(i.code.get(), i.swapped.get(), p, value, n, at);
            }
            if b.code != 0 && (matches!(b.code, b's' | b'U') || data::instance(value).is_none()) {
                let keep = code::set(b.code, b.swapped, p, value, b.byte_size)?;
                return into.keep(b.index, keep);
            }
            data::set(into, self.target(), value, b.index, b.byte_size, p)
        }
    }

    /// size in bytes of this field. For bitfields, this is a legacy packed value; use byte_size instead
    #[getter]
    fn size(&self) -> isize {
        let p = self.place();
        p.bits.map_or(p.size, |(at, n)| (n << 16 | at) as isize)
    }

    /// size of this field in bits
    #[getter]
    fn bit_size(&self) -> i128 {
        let p = self.place();
        p.bits.map_or(p.size as i128 * 8, |(_, n)| i128::from(n))
    }

    /// true if this is a bitfield
    #[getter]
    fn is_bitfield(&self) -> bool {
        self.place().bits.is_some()
    }

    /// true if this field is anonymous
    #[getter(name = "is_anonymous")]
    fn get_is_anonymous(&self) -> bool {
        self.is_anonymous()
    }
}

/// For `info`: a field out of an object.
pub fn field(o: &Obj) -> Option<Ref<CField>> {
    o.downcast::<CField>().map(ToRef::to_ref)
}
