//! `InlineFFI`: the base of the package's class `FFI`, with the methods that programs call often. A text names a type that
//! the class has looked up before, or one that its `_typeof` looks up now.
//!
//! What is neither a type nor a value of this backend goes to the object's `_backend`: another backend takes its own, and
//! this one refuses the rest in its usual words.

use super::cdata::CData;
use super::ctype::CType;
use super::module::{size_of_cdata, size_of_type};
use super::{buffer, cast, gcp, handle, newp, release, strings};
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::Buffer;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use dovetail_stdlib::util::int;

/// The body.
#[repr(C)]
pub struct InlineBody {
    pub ob_base: abi::PyObject,
    /// Types by their texts; a bare function's stands in a tuple, as the pointer to it.
    pub types: *mut abi::PyObject,
}

/// The native half of cffi.FFI.
#[pytype(name = "_cdef.InlineFFI", body = InlineBody, refs(types), gc, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct InlineFfi;

impl InlineFfi {
    fn types(&self) -> &Dict {
        // SAFETY: made with the object.
        unsafe { &*((*self.body()).types as *const Dict) }
    }

    /// The type that a text names; anything else as it is.
    #[inline]
    fn resolve(&self, cdecl: &Obj) -> PyResult<Object> {
        let Some(text) = cdecl.downcast::<Str>() else { return Ok(cdecl.to_owned()) };
        match self.types().get_str(text) {
            Some(known) if known.is_exact::<CType>() => Ok(known.to_owned()),
            _ => self.as_obj().call_method_text("_typeof", &[cdecl]),
        }
    }

    /// A function of the object's backend.
    #[cold]
    fn backend(&self, function: &str, args: &[&Obj]) -> PyResult<Object> {
        self.as_obj().get_attr_text("_backend")?.call_method_text(function, args)
    }
}

// The names of the methods are Python's.
#[allow(clippy::wrong_self_convention)]
#[pymethods]
impl InlineFfi {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Ref<InlineFfi>> {
        let types = Dict::new()?;
        // SAFETY: a zeroed body, filled before anything runs.
        unsafe {
            let o: Ref<InlineFfi> = type_alloc(cls, 0)?.cast_into_unchecked();
            (*o.body()).types = types.into_ptr();
            Ok(o)
        }
    }

    /// Types by the texts that named them.
    #[getter]
    fn _parsed_types(&self) -> Ref<Dict> {
        self.types().to_ref()
    }

    /// The type that a text names, or that a piece of C data has.
    #[method(sig = "(cdecl)")]
    fn r#typeof(&self, cdecl: &Obj) -> PyResult<Object> {
        if cdecl.is_a::<Str>() {
            return self.resolve(cdecl);
        }
        match CData::of(cdecl) {
            Some(cd) => Ok(cd.ctype().as_obj().to_owned()),
            None => self.as_obj().call_method_text("_typeof_other", &[cdecl]),
        }
    }

    /// Bytes of a type or of a piece of C data.
    #[method(sig = "(cdecl)")]
    fn sizeof(&self, cdecl: &Obj) -> PyResult<Object> {
        if let Some(cd) = CData::of(cdecl) {
            return int(size_of_cdata(cd) as i128);
        }
        let o = self.resolve(cdecl)?;
        match o.downcast_exact::<CType>() {
            Some(ct) => int(size_of_type(ct)? as i128),
            None => self.backend("sizeof", &[&o]),
        }
    }

    /// The alignment of a type, in bytes.
    #[method(sig = "(cdecl)")]
    fn alignof(&self, cdecl: &Obj) -> PyResult<Object> {
        let o = self.resolve(cdecl)?;
        match o.downcast_exact::<CType>() {
            Some(ct) => int(ct.alignment()? as i128),
            None => self.backend("alignof", &[&o]),
        }
    }

    /// Allocates what a pointer type points to, or an array, filled with zeros or from `init`.
    ///
    /// The memory lives as long as the object that comes back.
    #[method(sig = "(cdecl, init=None)")]
    fn new(&self, cdecl: &Obj, init: Option<&Obj>) -> PyResult<Object> {
        let o = self.resolve(cdecl)?;
        match o.downcast_exact::<CType>() {
            Some(ct) => newp::newp(ct, init, newp::DEFAULT),
            None => self.backend("newp", &[&o, init.unwrap_or(none())]),
        }
    }

    /// A number, character or pointer as a value of another type, as C casts it.
    #[method(sig = "(cdecl, source)")]
    fn cast(&self, cdecl: &Obj, source: &Obj) -> PyResult<Object> {
        let o = self.resolve(cdecl)?;
        match o.downcast_exact::<CType>() {
            Some(ct) => cast::cast(ct, source),
            None => self.backend("cast", &[&o, source]),
        }
    }

    /// The text at a pointer or in an array of characters, up to the first zero or `maxlen`: bytes, or str for wide
    /// characters.  For an enum the name of its value.
    #[method(sig = "(cdata, maxlen=-1)")]
    fn string(&self, cdata: &Obj, maxlen: isize) -> PyResult<Object> {
        match CData::of(cdata) {
            Some(cd) => strings::string(cd, maxlen),
            None => self.backend("string", &[cdata, &*Int::from_i64(maxlen as i64)?]),
        }
    }

    /// `length` items from a pointer or array on: bytes, a str, or a list.
    #[method(sig = "(cdata, length)")]
    fn unpack(&self, cdata: &Obj, length: isize) -> PyResult<Object> {
        match CData::of(cdata) {
            Some(cd) => strings::unpack(cd, length),
            None => self.backend("unpack", &[cdata, &*Int::from_i64(length as i64)?]),
        }
    }

    /// C data that lies in the memory of an object with a buffer; as `char[]` unless a type comes first.
    #[method(sig = "(cdecl, python_buffer=<unrepresentable>, require_writable=False)")]
    fn from_buffer(
        &self,
        cdecl: &Obj,
        python_buffer: Option<&Obj>,
        require_writable: Option<&Obj>,
    ) -> PyResult<Object> {
        let (o, source) = match python_buffer {
            Some(source) => (self.resolve(cdecl)?, source),
            None => (self.as_obj().get_attr_text("BCharA")?, cdecl),
        };
        let writable = require_writable.unwrap_or(bool_obj(false));
        match o.downcast_exact::<CType>() {
            Some(ct) => buffer::from_buffer(ct, source, writable.is_true()?),
            None => self.backend("from_buffer", &[&o, source, writable]),
        }
    }

    /// Copies `n` bytes between C data or objects with a buffer; the two may overlap.
    #[method(sig = "(dest, src, n)")]
    fn memmove(&self, dest: &Obj, src: &Obj, n: isize) -> PyResult<()> {
        let ours = |o: &Obj| CData::of(o).is_some() || Buffer::supported(o);
        if ours(dest) && ours(src) {
            return buffer::memmove(dest, src, n);
        }
        self.backend("memmove", &[dest, src, &*Int::from_i64(n as i64)?]).map(drop)
    }

    /// The same data as another object; when that one dies, `destructor` is called with the original.
    ///
    /// With None for a destructor, an earlier one is taken back.  `size` is what the data costs besides.
    #[method(sig = "(cdata, destructor, size=0)")]
    fn gc(&self, cdata: &Obj, destructor: &Obj, size: isize) -> PyResult<Object> {
        match CData::of(cdata) {
            Some(cd) => gcp::gcp(cd, destructor),
            None => self.backend("gcp", &[cdata, destructor, &*Int::from_i64(size as i64)?]),
        }
    }

    /// Gives memory back, or calls the destructor, without waiting for the object to die.
    #[method(sig = "(cdata)")]
    fn release(&self, cdata: &Obj) -> PyResult<()> {
        match CData::of(cdata) {
            Some(cd) => release::release(cd),
            None => self.backend("release", &[cdata]).map(drop),
        }
    }

    /// A `void *` that stands for any object; it is good as long as it is kept.
    #[method(sig = "(x)")]
    fn new_handle(&self, x: &Obj) -> PyResult<Object> {
        let o = self.as_obj().get_attr_text("BVoidP")?;
        match o.downcast_exact::<CType>() {
            Some(ct) => handle::new(ct, x),
            None => self.backend("newp_handle", &[&o, x]),
        }
    }

    /// The object of a handle.
    #[method(sig = "(x)")]
    fn from_handle(&self, x: &Obj) -> PyResult<Object> {
        match CData::of(x) {
            Some(_) => handle::get(x),
            None => self.backend("from_handle", &[x]),
        }
    }
}
