//! `CArgObject`: a value made ready as an argument, as `byref` and `from_param` give it.

use crate::data::CData;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::float::Float;
use dovetail_core::types::support::type_alloc;
use dovetail_macros::{pymethods, pytype};

/// A value of at most so many bytes; longer ones are pointed to.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub struct Word(pub [u8; 32]);

impl Word {
    pub const ZERO: Word = Word([0; 32]);

    /// A pointer's or integer's bits.
    pub fn of(value: usize) -> Word {
        let mut w = Word::ZERO;
        w.0[..8].copy_from_slice(&value.to_ne_bytes());
        w
    }

    pub fn address(&self) -> usize {
        usize::from_ne_bytes(self.0[..8].try_into().unwrap_or_default())
    }
}

#[repr(C)]
pub struct CArgBody {
    ob_base: abi::PyObject,
    /// What the value belongs to, or what keeps it alive.
    obj: *mut abi::PyObject,
    /// A type code.
    tag: u8,
    value: Word,
}

/// A value made ready as an argument.
/// ---
#[pytype(name = "_ctypes.CArgObject", body = CArgBody, gc, refs(obj), flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct CArg;

impl CArg {
    /// A value by its code, and what it needs to stay alive.
    pub fn new(tag: u8, value: Word, obj: Option<Object>) -> PyResult<Ref<CArg>> {
        // SAFETY: a new object with fields of its own.
        unsafe {
            let ty = CArg::type_object();
            let o: Ref<CArg> = type_alloc(ty, 0)?.cast_into_unchecked();
            let b = &mut *o.body();
            b.tag = tag;
            b.value = value;
            b.obj = obj.map_or(std::ptr::null_mut(), Ref::into_ptr);
            Ok(o)
        }
    }

    /// What `byref` gives.
    pub fn reference(to: &CData, offset: isize) -> PyResult<Ref<CArg>> {
        CArg::new(b'P', Word::of(to.ptr().wrapping_offset(offset) as usize), Some(to.to_owned()))
    }

    pub fn tag(&self) -> u8 {
        // SAFETY: own field.
        unsafe { (*self.body()).tag }
    }

    pub fn value(&self) -> Word {
        // SAFETY: own field.
        unsafe { (*self.body()).value }
    }

    pub fn object(&self) -> Option<&Obj> {
        // SAFETY: NULL or kept by this object.
        unsafe { ((*self.body()).obj as *const Obj).as_ref() }
    }
}

#[pymethods(members(("_obj", _Py_T_OBJECT, obj, abi::Py_READONLY, "the wrapped object")))]
impl CArg {
    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let (tag, value) = (self.tag(), self.value());
        let p = value.0.as_ptr();
        let letter = char::from(tag);
        let float = |v: f64| -> PyResult<String> {
            let shown = Float::new(v)?.repr()?;
            Ok(format!("<cparam '{letter}' ({})>", shown.to_string_lossy()))
        };
        // SAFETY: a value of 32 bytes.
        unsafe {
            Ok(match tag {
                b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'q' => {
                    format!("<cparam '{letter}' ({})>", crate::code::read_integer(tag, false, p))
                }
                b'L' | b'Q' => format!("<cparam '{letter}' ({})>", value.address()),
                b'f' => float(f64::from(p.cast::<f32>().read_unaligned()))?,
                b'd' => float(p.cast::<f64>().read_unaligned())?,
                b'c' if (0x20..0x7f).contains(&*p) && *p != b'\'' && *p != b'\\' => {
                    format!("<cparam '{letter}' ('{}')>", char::from(*p))
                }
                b'c' => format!("<cparam '{letter}' ('\\x{:02x}')>", *p),
                b'z' | b'Z' | b'P' => format!("<cparam '{letter}' ({:#x})>", value.address()),
                0x21..=0x7e => format!("<cparam '{letter}' at {:#x}>", self.as_ptr() as usize),
                _ => format!("<cparam 0x{tag:02x} at {:#x}>", self.as_ptr() as usize),
            })
        }
    }
}
