//! `CData`: a C value or pointer as a Python object. Five classes share one view: plain ones (a pointer, or a small
//! value inside), ones that own their memory (`newp`), handles and callbacks, views of a buffer, and guarded
//! ones (`gc`).
//!
//! # Contract of the unsafe blocks
//! `ctype` is an owned type object for as long as the object lives. `data` is what C says it is: an address that the
//! program vouches for. The word behind the common fields is a length where the type is an open array (or the object
//! was made of a struct with one), and an owned struct object where a pointer to a struct owns it.

use super::ctype::CType;
use super::flags::*;
use super::{access, arith, attrs, call, compare, docs, fast, gcp, iter, release, show};
use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, result_ptr};
use dovetail_core::object::convert::{ArgInfo, CompareOp, FromArg};
use dovetail_core::object::obj::{decref, xdecref};
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc, pool};
use dovetail_core::types::complex::Complex;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::weakref::clear_weakrefs;
use dovetail_core::{bail, gc};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};

/// What all have in common.
#[repr(C)]
pub struct CDataBody {
    pub ob_base: abi::PyObject,
    pub ctype: *mut abi::PyObject,
    pub data: *mut u8,
    pub weakrefs: *mut abi::PyObject,
    /// Of pointers to functions; NULL elsewhere.
    pub vectorcall: abi::vectorcallfunc,
}

/// With the word behind it: a length, or an owned object.
#[repr(C)]
pub struct OwnBody {
    pub head: CDataBody,
    pub word: usize,
}

/// Where inline data begins: behind the word, at an address that is a multiple of 16.
pub const INLINE: usize = size_of::<OwnBody>().next_multiple_of(16);

/// Plain values and pointers.
/// ---
/// The internal base type for CData objects.  Use FFI.CData to access
/// it.  Always check with isinstance(): subtypes are sometimes returned
/// on CPython, for performance reasons.
#[pytype(name = "_cffi_backend._CDataBase", body = CDataBody, weaklist = weakrefs, vectorcall = vectorcall, static_in_c)]
pub struct CData;

/// Values with their memory.
/// ---
/// This is an internal subtype of _CDataBase for performance only on
/// CPython.  Check with isinstance(x, ffi.CData).
#[pytype(name = "_cffi_backend.__CDataOwn", body = CDataBody, base = CData, static_in_c)]
pub struct CDataOwn;

/// The body of handles and callbacks.
#[repr(C)]
pub struct OwnGcBody {
    pub head: CDataBody,
    pub word: usize,
    /// Handles: the object. Callbacks: (type, callable, result on error, onerror).
    pub object: *mut abi::PyObject,
    /// Callbacks: the closure, in a box.
    pub closure: *mut c_void,
}

/// Handles and callbacks.
/// ---
/// This is an internal subtype of _CDataBase for performance only on
/// CPython.  Check with isinstance(x, ffi.CData).
#[pytype(name = "_cffi_backend.__CDataOwnGC", body = OwnGcBody, base = CDataOwn, gc, static_in_c)]
pub struct CDataOwnGc;

/// The body of views.
#[repr(C)]
pub struct FromBufBody {
    pub head: CDataBody,
    pub length: usize,
    /// The buffer, in a box.
    pub view: *mut abi::Py_buffer,
}

/// Memory of a buffer.
/// ---
/// This is an internal subtype of _CDataBase for performance only on
/// CPython.  Check with isinstance(x, ffi.CData).
#[pytype(name = "_cffi_backend.__CDataFromBuf", body = FromBufBody, base = CData, gc, static_in_c)]
pub struct CDataFromBuf;

/// The body of guarded values.
#[repr(C)]
pub struct GcpBody {
    pub head: CDataBody,
    pub length: usize,
    pub origin: *mut abi::PyObject,
    pub destructor: *mut abi::PyObject,
}

/// Values with a destructor.
/// ---
/// This is an internal subtype of _CDataBase for performance only on
/// CPython.  Check with isinstance(x, ffi.CData).
#[pytype(name = "_cffi_backend.__CDataGCP", body = GcpBody, base = CData, gc, static_in_c)]
pub struct CDataGcp;

impl<'a> FromArg<'a> for &'a CData {
    #[inline]
    fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        CData::of(object).ok_or_else(|| info.bad("_cffi_backend._CDataBase", object))
    }
}

impl CData {
    /// The view of an object of any of the five classes.
    #[inline(always)]
    pub fn of(o: &Obj) -> Option<&CData> {
        let t = o.type_ptr();
        let ours = std::ptr::eq(t, CData::TYPE_POINTER)
            || std::ptr::eq(t, CDataOwn::TYPE_POINTER)
            || std::ptr::eq(t, CDataOwnGc::TYPE_POINTER)
            || std::ptr::eq(t, CDataFromBuf::TYPE_POINTER)
            || std::ptr::eq(t, CDataGcp::TYPE_POINTER);
        // SAFETY: all bodies begin with the common one.
        if ours { Some(unsafe { o.cast_unchecked() }) } else { None }
    }

    #[inline(always)]
    pub fn ctype(&self) -> &CType {
        // SAFETY: see the head.
        unsafe { &*((*self.body()).ctype as *const CType) }
    }

    #[inline(always)]
    pub fn data(&self) -> *mut u8 {
        // SAFETY: see the head.
        unsafe { (*self.body()).data }
    }

    /// Does it own its memory (the two owning classes)?
    #[inline(always)]
    pub fn owns(&self) -> bool {
        let t = self.as_obj().type_ptr();
        std::ptr::eq(t, CDataOwn::TYPE_POINTER) || std::ptr::eq(t, CDataOwnGc::TYPE_POINTER)
    }

    /// The word behind the common fields.
    ///
    /// # Safety
    /// The object has one.
    #[inline(always)]
    pub unsafe fn word(&self) -> usize {
        // SAFETY: the caller's promise.
        unsafe { (*(self.body() as *mut OwnBody)).word }
    }

    /// Items of an array.
    #[inline(always)]
    pub fn array_length(&self) -> isize {
        let n = self.ctype().length();
        // SAFETY: values of open array types have a length.
        if n >= 0 { n } else { unsafe { self.word() as isize } }
    }

    /// The struct that an owning pointer owns.
    #[inline(always)]
    pub fn owned_struct(&self) -> Option<&CData> {
        if self.ctype().is(PTR_TO_OWNED) && self.as_obj().is_exact::<CDataOwn>() {
            // SAFETY: such pointers have one.
            Some(unsafe { &*(self.word() as *const CData) })
        } else {
            None
        }
    }

    /// Of a struct with an open array that was made here, or of the pointer to it: the bytes there are.
    pub fn var_size(&self) -> Option<isize> {
        if !self.owns() {
            return None;
        }
        let cd = self.owned_struct().unwrap_or(self);
        if cd.ctype().is(RECORD) && cd.ctype().has_state(VAR_ARRAY) {
            // SAFETY: such structs carry their size.
            Some(unsafe { cd.word() as isize })
        } else {
            None
        }
    }

    /// The bytes an owning object owns.
    pub fn owned_bytes(&self) -> isize {
        self.var_size().unwrap_or_else(|| {
            let ct = self.ctype();
            match ct.kind() {
                Kind::Pointer => ct.item().size(),
                Kind::Array => self.array_length() * ct.item().size(),
                _ => ct.size(),
            }
        })
    }

    // ---- making ----

    /// A pointer, or a struct or array somewhere in memory.
    #[inline(always)]
    pub fn new(data: *mut u8, ct: &CType) -> PyResult<Object> {
        if ct.kind() == Kind::Function {
            return fast::make(data, ct);
        }
        CData::plain(data, ct)
    }

    /// As `new`, of any type.
    #[inline(always)]
    pub fn plain(data: *mut u8, ct: &CType) -> PyResult<Object> {
        // SAFETY: all fields are written.
        unsafe {
            let o = pool::take(size_of::<CDataBody>()) as *mut CDataBody;
            if o.is_null() {
                return Err(dovetail_core::error::no_memory());
            }
            alloc::init(o.cast(), CData::type_object());
            ct.as_obj().incref();
            (*o).ctype = ct.as_ptr();
            (*o).data = data;
            (*o).weakrefs = std::ptr::null_mut();
            (*o).vectorcall = None;
            Ok(Ref::from_owned(o))
        }
    }

    /// An array with a length of its own.
    pub fn sized(data: *mut u8, ct: &CType, length: isize) -> PyResult<Object> {
        // SAFETY: all fields are written.
        unsafe {
            let o = CData::room(CData::type_object(), size_of::<OwnBody>(), ct)?;
            (*o).head.data = data;
            (*o).word = length as usize;
            Ok(Ref::from_owned(o))
        }
    }

    /// A block of `size` bytes with header and type; `data` and `word` are for the caller to write.
    unsafe fn room(
        class: &dovetail_core::types::type_::Type,
        size: usize,
        ct: &CType,
    ) -> PyResult<*mut OwnBody> {
        // SAFETY: the caller writes the rest.
        unsafe {
            if size >= alloc::HUGE_BLOCK && !alloc::may_have(size) {
                return Err(dovetail_core::error::no_memory());
            }
            let o = pool::take(size) as *mut OwnBody;
            if o.is_null() {
                return Err(dovetail_core::error::no_memory());
            }
            alloc::init(o.cast(), class);
            ct.as_obj().incref();
            (*o).head.ctype = ct.as_ptr();
            (*o).head.weakrefs = std::ptr::null_mut();
            (*o).head.vectorcall = None;
            Ok(o)
        }
    }

    /// A primitive value, which lies in the object; the caller writes it.
    pub fn primitive(ct: &CType) -> PyResult<Ref<CData>> {
        // SAFETY: the data lies behind the word.
        unsafe {
            let o = CData::room(CData::type_object(), INLINE + ct.size() as usize, ct)?;
            (*o).head.data = (o as *mut u8).add(INLINE);
            (*o).word = 0;
            Ok(Ref::from_owned(o))
        }
    }

    /// An owning object with `size` bytes inside; zeroed when `clear`.
    #[inline]
    pub fn owning(ct: &CType, size: usize, word: usize, clear: bool) -> PyResult<Ref<CData>> {
        let Some(whole) = size.checked_add(INLINE) else { return Err(dovetail_core::error::no_memory()) };
        // SAFETY: the data lies behind the word.
        unsafe {
            let o = CData::room(CDataOwn::type_object(), whole, ct)?;
            let data = (o as *mut u8).add(INLINE);
            if clear {
                std::ptr::write_bytes(data, 0, size);
            }
            (*o).head.data = data;
            (*o).word = word;
            Ok(Ref::from_owned(o))
        }
    }

    /// An owning pointer to a struct object.
    pub fn owning_pointer(ct: &CType, owned: Ref<CData>) -> PyResult<Ref<CData>> {
        // SAFETY: the struct's reference moves into the word.
        unsafe {
            let o = CData::room(CDataOwn::type_object(), size_of::<OwnBody>(), ct)?;
            (*o).head.data = owned.data();
            (*o).word = owned.into_ptr() as usize;
            Ok(Ref::from_owned(o))
        }
    }

    /// A struct with a copy of these bytes.
    ///
    /// # Safety
    /// `from` has as many bytes as the struct.
    pub unsafe fn struct_copy(from: *const u8, ct: &CType) -> PyResult<Object> {
        let Ok(size) = usize::try_from(ct.size()) else {
            bail!(TypeError, "return type is an opaque structure or union");
        };
        if ct.has_state(VAR_ARRAY) {
            bail!(TypeError, "return type is a struct/union with a varsize array member");
        }
        let cd = CData::owning(ct, size, 0, false)?;
        // SAFETY: the caller's promise.
        unsafe { std::ptr::copy_nonoverlapping(from, cd.data(), size) };
        Ok(cd.into_object())
    }
}

/// Ends what all have in common but the memory.
///
/// # Safety
/// The object's last reference is gone.
#[inline(always)]
unsafe fn end(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let b = o as *mut CDataBody;
        if !(*b).weakrefs.is_null() {
            clear_weakrefs(Obj::from_ptr(o));
        }
    }
}

#[pymethods]
impl CData {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; every block is as long as the common fields at least.
        unsafe {
            end(o);
            decref((*(o as *mut CDataBody)).ctype);
            pool::put(o.cast(), size_of::<CDataBody>());
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        show::plain(self)
    }

    #[slot(tp_hash)]
    fn hash(&self) -> PyResult<isize> {
        compare::hash(self)
    }

    #[slot(tp_richcompare)]
    fn compare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        compare::compare(self, other, op)
    }

    #[slot(tp_getattro, raw)]
    unsafe extern "C" fn getattr(o: *mut abi::PyObject, name: *mut abi::PyObject) -> *mut abi::PyObject {
        // SAFETY: called as the slot, with a string.
        unsafe { result_ptr(attrs::get(&*(o as *const CData), &*(name as *const Str))) }
    }

    #[slot(tp_setattro)]
    fn setattr(&self, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
        attrs::set(self, name, value)
    }

    #[slot(tp_call)]
    fn call_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        call::call_slot(self, args, kwargs)
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Object> {
        iter::new(self)
    }

    #[slot(mp_length)]
    fn length_slot(&self) -> PyResult<usize> {
        if self.ctype().is(ARRAY) {
            return Ok(self.array_length() as usize);
        }
        bail!(TypeError, "cdata of type '{}' has no len()", self.ctype().name());
    }

    #[slot(mp_subscript, raw)]
    unsafe extern "C" fn subscript(o: *mut abi::PyObject, key: *mut abi::PyObject) -> *mut abi::PyObject {
        // SAFETY: called as the slot.
        unsafe { result_ptr(access::get_item(&*(o as *const CData), Obj::from_ptr(key))) }
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        access::set_item(self, key, value)
    }

    #[slot(nb_bool)]
    fn is_true(&self) -> bool {
        compare::is_true(self)
    }

    #[slot(nb_int)]
    fn int(&self) -> PyResult<Object> {
        arith::int(self)
    }

    #[slot(nb_float)]
    fn float(&self) -> PyResult<Object> {
        arith::float(self)
    }

    #[slot(nb_add)]
    fn add(a: &Obj, b: &Obj) -> PyResult<Object> {
        arith::add(a, b)
    }

    #[slot(nb_subtract)]
    fn subtract(a: &Obj, b: &Obj) -> PyResult<Object> {
        arith::subtract(a, b)
    }

    #[getter]
    fn __doc__(&self) -> PyResult<Object> {
        match docs::of(self) {
            Some(text) => Ok(Str::new(&text)?.into_object()),
            None => CData::type_object().as_obj().get_attr_text("__doc__"),
        }
    }

    #[method]
    fn __dir__(&self) -> PyResult<Ref<List>> {
        attrs::dir(self)
    }

    #[method]
    fn __complex__(&self) -> PyResult<Ref<Complex>> {
        arith::complex(self)
    }

    #[method]
    fn __enter__(&self) -> PyResult<Object> {
        release::case(self)?;
        Ok(self.as_obj().to_owned())
    }

    #[method(sig = "(*args)")]
    fn __exit__(&self, _args: &[&Obj]) -> PyResult<()> {
        release::release(self)
    }
}

#[pymethods]
impl CDataOwn {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; the block's length follows from type and length.
        unsafe {
            end(o);
            let cd = &*(o as *const CData);
            let ct = cd.ctype();
            let size = if ct.is(PTR_TO_OWNED) {
                decref(cd.word() as *mut abi::PyObject);
                size_of::<OwnBody>()
            } else {
                INLINE + cd.owned_bytes().max(0) as usize
            };
            decref((*(o as *mut CDataBody)).ctype);
            pool::put(o.cast(), size);
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        // SAFETY: bodies begin with the common one.
        show::owning(unsafe { self.as_obj().cast_unchecked() })
    }

    #[slot(mp_subscript, raw)]
    unsafe extern "C" fn subscript(o: *mut abi::PyObject, key: *mut abi::PyObject) -> *mut abi::PyObject {
        // SAFETY: called as the slot.
        unsafe { result_ptr(access::get_own_item(&*(o as *const CData), Obj::from_ptr(key))) }
    }
}

#[pymethods]
impl CDataOwnGc {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            end(o);
            let b = o as *mut OwnGcBody;
            if (*b).closure.is_null() {
                super::handle::ended(o);
            }
            super::callback::drop_closure((*b).closure);
            xdecref((*b).object);
            decref((*b).head.ctype);
            alloc::gc_del(o.cast());
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: called by the collector.
        unsafe { visit_one((*(o as *mut OwnGcBody)).object, visit, arg) }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: called by the collector. A handle keeps an object (None), as C may still ask for it.
        unsafe {
            let b = o as *mut OwnGcBody;
            let rest = if (*b).closure.is_null() {
                Some(dovetail_core::types::none::none().to_owned())
            } else {
                super::callback::forget((*b).closure);
                None
            };
            dovetail_core::object::obj::replace(&raw mut (*b).object, rest);
        }
        0
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        // SAFETY: own fields.
        unsafe { show::owning_gc(self.as_obj().cast_unchecked(), self.body()) }
    }
}

#[pymethods]
impl CDataFromBuf {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            end(o);
            let b = o as *mut FromBufBody;
            let view = Box::from_raw((*b).view);
            decref((*b).head.ctype);
            alloc::gc_del(o.cast());
            let view = Box::into_raw(view);
            dovetail_core::object::buffer::release(view);
            drop(Box::from_raw(view));
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: called by the collector.
        unsafe { visit_one((*(*(o as *mut FromBufBody)).view).obj, visit, arg) }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: called by the collector.
        unsafe { dovetail_core::object::buffer::release((*(o as *mut FromBufBody)).view) };
        0
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        // SAFETY: own fields.
        unsafe { show::from_buffer(self.as_obj().cast_unchecked(), (*self.body()).view) }
    }
}

#[pymethods]
impl CDataGcp {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; the destructor gets the origin, which outlives this object.
        unsafe {
            gc::untrack(o);
            end(o);
            let b = o as *mut GcpBody;
            let (origin, destructor) = gcp::take(b);
            decref((*b).head.ctype);
            alloc::gc_del(o.cast());
            gcp::finalize(destructor, origin);
        }
    }

    #[slot(tp_finalize, raw)]
    unsafe extern "C" fn finalize(o: *mut abi::PyObject) {
        // SAFETY: called on a live object.
        unsafe {
            let (origin, destructor) = gcp::take(o as *mut GcpBody);
            gcp::finalize(destructor, origin);
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: called by the collector.
        unsafe {
            let b = o as *mut GcpBody;
            match visit_one((*b).destructor, visit, arg) {
                0 => visit_one((*b).origin, visit, arg),
                r => r,
            }
        }
    }
}

/// Shows the collector a field that may be NULL.
unsafe fn visit_one(p: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
    match visit {
        // SAFETY: the collector's visitor, with a live object.
        Some(visit) if !p.is_null() => unsafe { visit(p, arg) },
        _ => 0,
    }
}
