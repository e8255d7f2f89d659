//! `CField`: a field of a struct or union, as `ctype.fields` shows it.

use super::ctype::CType;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Object, Ref, alloc};
use dovetail_core::types::str_::Str;
use dovetail_macros::{pymethods, pytype};

/// `bitshift` of a field that is no bit-field.
pub const REGULAR: i16 = -1;
/// `bitshift` of an array without length or of length 0.
pub const EMPTY_ARRAY: i16 = -2;
/// In `flags`: a member of a union after its first, which a list of initializers passes over.
pub const IGNORE_IN_CTOR: u8 = 1;

/// The body of a field.
#[repr(C)]
pub struct CFieldBody {
    pub ob_base: abi::PyObject,
    pub ctype: *mut abi::PyObject,
    pub name: *mut abi::PyObject,
    pub offset: isize,
    pub index: u32,
    pub bitshift: i16,
    pub bitsize: i16,
    pub flags: u8,
}

/// Fields of structs and unions.
#[pytype(name = "_cffi_backend.CField", body = CFieldBody, refs(ctype, name), gc, static_in_c)]
pub struct CField;

/// What a field is, but for its name and number.
#[derive(Clone, Copy)]
pub struct Place {
    pub offset: isize,
    pub bitshift: i16,
    pub bitsize: i16,
    pub flags: u8,
}

impl CField {
    /// A field, the `index`-th of its struct.
    pub fn new(name: &Str, ctype: &CType, place: Place, index: usize) -> PyResult<Ref<CField>> {
        // SAFETY: a body of zeros, filled before it is tracked.
        unsafe {
            let o = alloc::alloc_sized(CField::type_object(), size_of::<CFieldBody>())?;
            let b = o as *mut CFieldBody;
            (*b).ctype = ctype.as_obj().to_owned().into_ptr();
            (*b).name = name.as_obj().to_owned().into_ptr();
            (*b).offset = place.offset;
            (*b).index = index as u32;
            (*b).bitshift = place.bitshift;
            (*b).bitsize = place.bitsize;
            (*b).flags = place.flags;
            dovetail_core::gc::track(o);
            Ok(Ref::from_owned(o))
        }
    }

    fn b(&self) -> &CFieldBody {
        // SAFETY: written while it was made only.
        unsafe { &*self.body() }
    }

    /// Its type. (The collector empties it of garbage only.)
    pub fn ctype(&self) -> &CType {
        // SAFETY: filled when made.
        unsafe { &*(self.b().ctype as *const CType) }
    }

    pub fn name(&self) -> &Str {
        // SAFETY: filled when made.
        unsafe { &*(self.b().name as *const Str) }
    }

    /// Its number among the fields.
    pub fn index(&self) -> usize {
        self.b().index as usize
    }

    #[inline(always)]
    pub fn place(&self) -> Place {
        let b = self.b();
        Place { offset: b.offset, bitshift: b.bitshift, bitsize: b.bitsize, flags: b.flags }
    }

    /// Is it a bit-field?
    pub fn is_bits(&self) -> bool {
        self.b().bitshift >= 0
    }
}

#[pymethods]
impl CField {
    #[getter]
    fn type_(&self) -> Object {
        self.ctype().as_obj().to_owned()
    }

    #[getter]
    fn offset(&self) -> isize {
        self.b().offset
    }

    #[getter]
    fn bitshift(&self) -> i32 {
        self.b().bitshift.into()
    }

    #[getter]
    fn bitsize(&self) -> i32 {
        self.b().bitsize.into()
    }

    #[getter]
    fn flags(&self) -> i32 {
        self.b().flags.into()
    }
}
