//! What the declaration macros expand to: static types, tables, argument binding, conversions.
//!
//! # Declaring a type
//!
//! ```ignore
//! /// What the source should say about it.
//! /// ---
//! /// The Python `__doc__`.
//! #[pytype(name = "list", body = abi::PyListObject, export = "PyList_Type", gc, flags = abi::Py_TPFLAGS_BASETYPE,
//!          sig = "(iterable=(), /)")]
//! pub struct List;
//!
//! #[pymethods]
//! impl List {
//!     /// Append object to the end of the list.
//!     #[method]
//!     fn append(&self, object: &Obj) -> PyResult<()> { ... }
//!
//!     /// Insert object before index.
//!     #[method]
//!     fn insert(&self, index: isize, object: &Obj) -> PyResult<()> { ... }
//!
//!     /// Sort the list in ascending order and return None.
//!     #[method(sig = "(*, key=None, reverse=False)")]
//!     fn sort(&self, key: Option<&Obj>, reverse: bool) -> PyResult<()> { ... }
//!
//!     #[slot(tp_repr)]
//!     fn repr(&self) -> PyResult<Ref<Str>> { ... }
//!     #[slot(tp_init, sig = "(iterable=(), /)")]
//!     fn init(&self, iterable: Option<&Obj>) -> PyResult<()> { ... }
//!     #[slot(sq_length)]
//!     fn len(&self) -> usize { ... }
//!     #[slot(nb_add)]                       // binary number slots take two objects, either may be ours
//!     fn add(a: &Obj, b: &Obj) -> PyResult<Object> { ... }
//! }
//! ```
//!
//! - The Python signature is given by `sig` in `inspect`'s notation, without the receiver; without `sig`, all
//!   parameters are positional-only and carry their Rust names. Rust parameters stand in the same order.
//! - A parameter with a default is an `Option<T>` in Rust, unless its default is a literal (`False`, `0`,
//!   `sys.maxsize`, `''`). With the default `None`, an explicit `None` arrives as Rust `None` too.
//! - `*args` arrives as `&[&Obj]`, `**kwargs` as `Option<&Dict>`.
//! - `#[classmethod]` functions take `cls: &Type` first, `#[staticmethod]` nothing, `#[slot(tp_new, sig = ...)]`
//!   takes `cls: &Type`. `#[getter]`/`#[setter]` make properties (a setter takes `Option<&Obj>`, `None` deletes).
//! - `#[slot(tp_x, raw)]` takes an `unsafe extern "C"` function as it is; one that stands elsewhere, for several types, is
//!   named in the attribute: `#[pymethods(slots(bf_getbuffer = Shared::get_buffer))]`.
//! - `tp_dealloc`, `tp_traverse` and `tp_clear` come from `refs`, `weaklist` and `gc`. A type with a `base` and none of the
//!   three has its base's.
//! - Results: `()`, `bool`, integers, floats, `&str`, `String`, `Object`, `Ref<T>`, `Option` of these, and
//!   `PyResult` of all.

use crate::error::{PyResult, Raised};
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Ref};
use crate::types::str_::Str;
use crate::types::type_::Type;
use std::cell::UnsafeCell;
use std::ffi::{c_char, c_int, c_ulong};

pub use super::bind::{CallArgs, Signature, TupleArgs, Wording};
pub use super::convert::{ArgInfo, FromArg, IntoInt, IntoNext, IntoResult, IntoReturn, IntoSize, Place};

/// A Rust view of a Python type's instances.
///
/// # Safety
/// `Self` is `repr(transparent)` over `Body`, which begins with `PyObject`, and `TYPE_POINTER` is the type whose
/// instances have that body.
pub unsafe trait Native: Sized {
    type Body;
    const NAME: &'static str;
    const SHORT_NAME: &'static str;
    const TYPE_POINTER: *mut abi::PyTypeObject;
    const FIELDS: Option<&'static Fields> = None;

    #[inline(always)]
    fn type_object() -> &'static Type {
        // SAFETY: a static type object lives for ever.
        unsafe { &*(Self::TYPE_POINTER as *const Type) }
    }

    /// The body, for reading and writing fields under the GIL.
    #[inline(always)]
    fn body(&self) -> *mut Self::Body {
        self as *const Self as *mut Self::Body
    }
}

// SAFETY: Obj is transparent over PyObject; `object` is its type.
unsafe impl Native for Obj {
    type Body = abi::PyObject;
    const NAME: &'static str = "object";
    const SHORT_NAME: &'static str = "object";
    const TYPE_POINTER: *mut abi::PyTypeObject = crate::types::object_::PyBaseObject_Type.as_ptr();
}

/// The owned pointer fields of a body, from which deallocation and collection derive.
pub struct Fields {
    pub refs: &'static [usize],
    /// Offset of the weak reference list, 0 if none.
    pub weaklist: usize,
    pub gc: bool,
}

/// A flag of our own among `tp_flags`: the type is static here and a heap type in CPython, which is what `__flags__` says.
/// (`copyreg` takes a static base for one whose value must be copied.)
pub const SHOWN_AS_HEAP: u64 = 1 << 40;

/// What a static type object says of itself before `Type::ready`.
pub struct TypeHead {
    pub name: *const c_char,
    pub metatype: *mut abi::PyTypeObject,
    pub base: *mut abi::PyTypeObject,
    pub basicsize: isize,
    pub itemsize: isize,
    pub flags: c_ulong,
    pub doc: *const c_char,
    pub weaklistoffset: isize,
    pub dictoffset: isize,
    pub vectorcall_offset: isize,
}

/// A type object in static memory, exported to C by its name.
#[repr(transparent)]
pub struct StaticType(UnsafeCell<abi::PyTypeObject>);

// SAFETY: mutated under the GIL only.
unsafe impl Sync for StaticType {}

impl StaticType {
    pub const fn new(head: TypeHead) -> StaticType {
        // SAFETY: all-zero is a valid PyTypeObject: null pointers and no flags.
        let mut t: abi::PyTypeObject = unsafe { std::mem::zeroed() };
        // SAFETY: the header is the first field.
        unsafe {
            let h = (&raw mut t).cast::<super::obj::Head>();
            (*h).refcnt = super::obj::IMMORTAL;
            (*h).ob_type = head.metatype;
        }
        t.tp_name = head.name;
        t.tp_base = head.base;
        t.tp_basicsize = head.basicsize;
        t.tp_itemsize = head.itemsize;
        t.tp_flags = head.flags;
        t.tp_doc = head.doc;
        t.tp_weaklistoffset = head.weaklistoffset;
        t.tp_dictoffset = head.dictoffset;
        t.tp_vectorcall_offset = head.vectorcall_offset;
        StaticType(UnsafeCell::new(t))
    }

    pub const fn as_ptr(&self) -> *mut abi::PyTypeObject {
        self.0.get()
    }
}

/// A table of C rows with its end mark, in static memory.
#[repr(transparent)]
pub struct Table<T, const N: usize>(pub [T; N]);

// SAFETY: rows are read only.
unsafe impl<T, const N: usize> Sync for Table<T, N> {}

// SAFETY: all-zero rows are valid: null names end the tables.
pub const NO_METHOD: abi::PyMethodDef = unsafe { std::mem::zeroed() };
pub const NO_GETSET: abi::PyGetSetDef = unsafe { std::mem::zeroed() };
pub const NO_MEMBER: abi::PyMemberDef = unsafe { std::mem::zeroed() };

/// One slot of a native type: `Py_tp_repr` and siblings with the function.
pub struct SlotRow {
    pub id: c_int,
    pub function: *const (),
}

/// Everything `#[pymethods]` declares of a type.
pub struct Tables {
    pub methods: *const abi::PyMethodDef,
    pub getset: *const abi::PyGetSetDef,
    pub members: *const abi::PyMemberDef,
    pub slots: &'static [SlotRow],
}

/// A native type with its tables; implemented by `#[pymethods]`.
pub trait Declared: Native {
    const TABLES: &'static Tables;
}

/// A native module, declared by `#[pymodule]`.
pub struct NativeModule {
    pub name: &'static str,
    pub c_name: *const c_char,
    pub doc: *const c_char,
    pub methods: *const abi::PyMethodDef,
    /// Fills constants and types.
    pub exec: Option<fn(&Obj) -> PyResult<()>>,
}

// SAFETY: read only.
unsafe impl Sync for NativeModule {}

/// # Safety
/// `p` is a live object.
#[inline(always)]
pub unsafe fn type_of(p: *mut abi::PyObject) -> *mut abi::PyTypeObject {
    // SAFETY: the caller's promise.
    unsafe { (*(p as *mut super::obj::Head)).ob_type }
}

/// # Safety
/// `p` is a live object.
#[inline(always)]
pub unsafe fn borrow<'a>(p: *mut abi::PyObject) -> &'a Obj {
    // SAFETY: the caller's promise.
    unsafe { Obj::from_ptr(p) }
}

/// # Safety
/// `p` is NULL or a live object.
#[inline(always)]
pub unsafe fn borrow_opt<'a>(p: *mut abi::PyObject) -> Option<&'a Obj> {
    // SAFETY: the caller's promise.
    if p.is_null() { None } else { Some(unsafe { Obj::from_ptr(p) }) }
}

/// # Safety
/// `p` is a live instance of `T`.
#[inline(always)]
pub unsafe fn cast_unchecked<'a, T: Native>(p: *mut abi::PyObject) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe { &*(p as *const T) }
}

/// # Safety
/// `p` is NULL or a live instance of `T`.
#[inline(always)]
pub unsafe fn cast_opt_unchecked<'a, T: Native>(p: *mut abi::PyObject) -> Option<&'a T> {
    // SAFETY: the caller's promise.
    if p.is_null() { None } else { Some(unsafe { &*(p as *const T) }) }
}

/// The pointer of an optional borrow, for C.
#[inline(always)]
pub fn opt_ptr<T: Native>(o: Option<&T>) -> *mut abi::PyObject {
    o.map_or(std::ptr::null_mut(), |o| o.as_obj().as_ptr())
}

/// The result of a Rust function for C: the owned pointer, or NULL when raised.
#[inline(always)]
pub fn result_ptr<T: Native>(r: PyResult<Ref<T>>) -> *mut abi::PyObject {
    match r {
        Ok(o) => o.into_ptr(),
        Err(Raised { .. }) => std::ptr::null_mut(),
    }
}

/// Adds a native type to a module under its short name.
pub fn add_type<T: Declared>(module: &Obj) -> PyResult<()> {
    crate::types::ready::ready::<T>()?;
    module.set_attr(&*Str::intern(T::SHORT_NAME)?, T::type_object())
}
