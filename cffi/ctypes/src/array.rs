//! Arrays of C types.

use crate::code;
use crate::data::{self, CData, CDataBody, Instance};
use crate::info::{self, HAS_POINTER, IS_POINTER, Kind, class};
use crate::wide;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::descr::GetSetDescr;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::genericalias::GenericAlias;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::slice::Slice;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::types::weakref::WeakRef;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};

/// The metatype of arrays.
/// ---
/// metatype for the Array Objects
#[pytype(
    name = "_ctypes.PyCArrayType", body = info::CTypeBody, base = info::CType,
    itemsize = size_of::<abi::PyMemberDef>(), flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct ArrayType;

/// The array type of an item's class and a length: the same one while it lives.
pub fn type_of(item: &Type, length: isize) -> PyResult<Object> {
    if length < 0 {
        bail!(ValueError, "Array length must be >= 0, not {length}");
    }
    let info = info::of_type(item);
    if let Some(i) = info {
        let found = i.arrays.borrow().iter().find(|(n, _)| *n == length).and_then(|(_, w)| w.get());
        if let Some(t) = found {
            return Ok(t);
        }
    }
    let name = Str::new(&format!("{:.200}_Array_{length}", item.name()))?;
    let namespace = Dict::new()?;
    namespace.set(sym!(_length_), &*Int::from_i64(length as i64)?)?;
    namespace.set(sym!(_type_), item)?;
    let bases = Tuple::from_slice(&[Array::type_object()])?;
    let made = ArrayType::type_object().as_obj().call(&[&name, &bases, &namespace])?;
    if let Some(i) = info {
        let weak = WeakRef::new(&made, None)?;
        let mut all = i.arrays.borrow_mut();
        all.retain(|(n, w)| *n != length && w.get().is_some());
        all.push((length, weak));
    }
    Ok(made)
}

fn length_of(ty: &Type) -> PyResult<isize> {
    let Some(length) = ty.as_obj().get_attr_opt(sym!(_length_))?.filter(|l| !l.is_none()) else {
        bail!(AttributeError, "class must define a '_length_' attribute");
    };
    let Some(n) = length.downcast::<Int>() else {
        bail!(TypeError, "The '_length_' attribute must be an integer");
    };
    if n.is_negative() {
        bail!(ValueError, "The '_length_' attribute must not be negative");
    }
    match n.to_i64() {
        Some(n) => Ok(n as isize),
        None => bail!(OverflowError, "The '_length_' attribute is too large"),
    }
}

/// The attributes of character arrays, which their classes get.
struct Rows(UnsafeCell<[abi::PyGetSetDef; 3]>);
// SAFETY: read only.
unsafe impl Sync for Rows {}

const fn row(
    name: &'static std::ffi::CStr,
    doc: &'static std::ffi::CStr,
    get: unsafe extern "C" fn(*mut abi::PyObject, *mut c_void) -> *mut abi::PyObject,
    set: unsafe extern "C" fn(*mut abi::PyObject, *mut abi::PyObject, *mut c_void) -> c_int,
) -> abi::PyGetSetDef {
    abi::PyGetSetDef {
        name: name.as_ptr(),
        get: Some(get),
        set: Some(set),
        doc: doc.as_ptr(),
        closure: std::ptr::null_mut(),
    }
}

static ROWS: Rows = Rows(UnsafeCell::new([
    row(c"raw", c"value", get_raw, set_raw),
    row(c"value", c"string value", get_chars, set_chars),
    row(c"value", c"string value", get_wide, set_wide),
]));

macro_rules! accessors {
    ($($get:ident = $read:ident, $set:ident = $write:ident;)*) => { $(
        unsafe extern "C" fn $get(o: *mut abi::PyObject, _: *mut c_void) -> *mut abi::PyObject {
            // SAFETY: the descriptor has checked the instance.
            dovetail_core::native::result_ptr($read(unsafe { &*(o as *const CData) }))
        }

        unsafe extern "C" fn $set(o: *mut abi::PyObject, value: *mut abi::PyObject, _: *mut c_void) -> c_int {
            // SAFETY: the descriptor has checked the instance; NULL deletes.
            let r = unsafe { $write(&*(o as *const CData), dovetail_core::native::borrow_opt(value)) };
            if r.is_ok() { 0 } else { -1 }
        }
    )* };
}

accessors! {
    get_raw = raw, set_raw = write_raw;
    get_chars = chars, set_chars = write_chars;
    get_wide = wides, set_wide = write_wides;
}

fn bytes(d: &CData) -> &[u8] {
    // SAFETY: the instance's own value.
    unsafe { std::slice::from_raw_parts(d.ptr(), d.size() as usize) }
}

fn raw(d: &CData) -> PyResult<Ref<Bytes>> {
    Bytes::new(bytes(d))
}

fn write_raw(d: &CData, value: Option<&Obj>) -> PyResult<()> {
    let Some(value) = value else {
        bail!(AttributeError, "attribute 'raw' of '{:.100}' objects cannot be deleted", d.type_name());
    };
    let new = BytesLike::of(value)?;
    if new.len() > d.size() as usize {
        bail!(ValueError, "byte string too long");
    }
    // SAFETY: the instance's own value; the buffer may be the same memory.
    unsafe { std::ptr::copy(new.as_ptr(), d.ptr(), new.len()) };
    Ok(())
}

fn chars(d: &CData) -> PyResult<Ref<Bytes>> {
    let all = bytes(d);
    Bytes::new(&all[..all.iter().position(|b| *b == 0).unwrap_or(all.len())])
}

fn write_chars(d: &CData, value: Option<&Obj>) -> PyResult<()> {
    let Some(value) = value else { bail!(TypeError, "can't delete attribute") };
    let Some(new) = value.downcast::<Bytes>() else {
        bail!(TypeError, "bytes expected instead of {} instance", value.type_name());
    };
    if new.len() > d.size() as usize {
        bail!(ValueError, "byte string too long");
    }
    // SAFETY: the instance's own value.
    unsafe {
        std::ptr::copy_nonoverlapping(new.data(), d.ptr(), new.len());
        if new.len() < d.size() as usize {
            *d.ptr().add(new.len()) = 0;
        }
    }
    Ok(())
}

fn wides(d: &CData) -> PyResult<Object> {
    // SAFETY: the instance's own value.
    unsafe { code::get(b'U', false, d.ptr(), d.size()) }
}

fn write_wides(d: &CData, value: Option<&Obj>) -> PyResult<()> {
    let Some(value) = value else { bail!(TypeError, "can't delete attribute") };
    let Some(new) = value.downcast::<Str>() else {
        bail!(TypeError, "unicode string expected instead of {} instance", value.type_name());
    };
    if new.len() > d.size() as usize / 4 {
        bail!(ValueError, "string too long");
    }
    // SAFETY: the instance's own value.
    unsafe { code::set(b'U', false, d.ptr(), value, d.size()) }.map(drop)
}

#[pymethods]
impl ArrayType {
    #[slot(tp_init)]
    fn init(&self, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<()> {
        let ty = class(self);
        let length = length_of(ty)?;
        let Some(item) = ty.as_obj().get_attr_opt(sym!(_type_))? else {
            bail!(AttributeError, "class must define a '_type_' attribute");
        };
        let info = info::init(ty, Kind::Array)?;
        let Some(of) = info::of_class(&item) else { bail!(TypeError, "_type_ must have storage info") };
        let size = of.size.get();
        let Some(total) = size.checked_mul(length) else { bail!(OverflowError, "array too large") };
        info.format.replace(of.format.borrow().clone());
        let mut shape = vec![length];
        shape.extend_from_slice(&of.shape.borrow());
        info.shape.replace(shape);
        info.size.set(total);
        info.align.set(of.align.get());
        info.length.set(length);
        if of.has(IS_POINTER | HAS_POINTER) {
            info.add_flags(HAS_POINTER);
        }
        let rows: &[usize] = match of.code.get() {
            b'c' if of.kind == Kind::Simple => &[0, 1],
            b'u' if of.kind == Kind::Simple => &[2],
            _ => &[],
        };
        info.set_item(of);
        info.proto.set(Some(item));
        for i in rows {
            // SAFETY: a row of the table, which lives for ever.
            let row = unsafe { ROWS.0.get().cast::<abi::PyGetSetDef>().add(*i) };
            let name = if *i == 0 { sym!(raw) } else { sym!(value) };
            ty.dict().set(name, &*GetSetDescr::new(ty, row)?)?;
        }
        ty.modified();
        Ok(())
    }
}

/// Abstract base of arrays.
/// ---
/// Abstract base class for arrays.
///
/// Concrete array types are best made by multiplying any
/// ctypes data type with a non-negative integer. A subclass of this
/// type may also define _length_ and _type_ class variables. Array elements can
/// be read and written using standard subscript and slice accesses for slice
/// reads, the resulting object is not itself an Array.
#[pytype(
    name = "_ctypes.Array", body = CDataBody, base = CData, metatype = ArrayType,
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Array;

/// The number that an index stands for; None for what is no integer.
pub fn index_of(key: &Obj) -> PyResult<Option<isize>> {
    if key.has_index() { key.as_isize_index().map(Some) } else { Ok(None) }
}

/// Items at `p` from `start`, `count` of them, `step` apart: bytes and text for characters, else a list.
pub fn items_as_object(
    item: Option<&Type>,
    p: *const u8,
    start: isize,
    step: isize,
    count: isize,
    get: impl Fn(isize) -> PyResult<Object>,
) -> PyResult<Object> {
    let at = |i: isize| start + i * step;
    let info = item.and_then(info::of_type).filter(|i| i.kind == Kind::Simple);
    match info.map_or(0, |i| i.code.get()) {
        b'c' => {
            // SAFETY: the program says how many there are.
            let out: Vec<u8> = (0..count).map(|i| unsafe { *p.offset(at(i)) }).collect();
            Ok(Bytes::from_vec(out)?.into_object())
        }
        b'u' => {
            // SAFETY: as above.
            let out: Vec<u32> =
                (0..count).map(|i| unsafe { p.cast::<u32>().offset(at(i)).read_unaligned() }).collect();
            // SAFETY: a vector of that length.
            Ok(unsafe { wide::text(out.as_ptr(), out.len()) }?.into_object())
        }
        _ => {
            let out = List::new()?;
            for i in 0..count {
                out.push(get(at(i))?)?;
            }
            Ok(out.into_object())
        }
    }
}

impl Array {
    /// The class, size and address of an item.
    fn place(&self, index: isize) -> PyResult<(Ref<Type>, isize, *mut u8)> {
        let d = self.data();
        if index < 0 || index >= d.length() {
            bail!(IndexError, "invalid index");
        }
        let info = d.info()?;
        let Some(item) = info.target() else { bail!(TypeError, "abstract class") };
        let size = info::concrete(&item)?.size.get();
        Ok((item, size, d.ptr().wrapping_offset(index * size)))
    }

    fn get_at(&self, index: isize) -> PyResult<Object> {
        let d = self.data();
        if let Some(p) = info::of_type(d.ob_type()).and_then(|i| i.item.get())
            && index >= 0
            && index < d.length()
        {
            // SAFETY: inside the array.
            return unsafe { code::get(p.code, p.swapped, d.ptr().offset(index * p.size), p.size) };
        }
        let (item, size, p) = self.place(index)?;
        // SAFETY: inside the array.
        unsafe { data::get(&item, self.data(), index, size, p) }
    }

    fn set_at(&self, index: isize, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "Array does not support item deletion") };
        let d = self.data();
        if let Some(p) = info::of_type(d.ob_type()).and_then(|i| i.item.get())
            && index >= 0
            && index < d.length()
            && data::instance(value).is_none()
        {
            // SAFETY: inside the array.
            let keep =
                unsafe { code::set(p.code, p.swapped, d.ptr().offset(index * p.size), value, p.size) }?;
            return d.keep(index, keep);
        }
        let (item, size, p) = self.place(index)?;
        // SAFETY: inside the array.
        unsafe { data::set(self.data(), &item, value, index, size, p) }
    }

    fn counted(&self, index: isize) -> isize {
        if index < 0 { index + self.data().length() } else { index }
    }
}

#[pymethods(slots(bf_getbuffer = CData::get_buffer))]
impl Array {
    #[slot(tp_new)]
    fn new(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Ref<CData>> {
        data::new(cls)
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<()> {
        for (i, value) in args.items().iter().enumerate() {
            self.set_at(i as isize, Some(value))?;
        }
        Ok(())
    }

    #[slot(sq_length)]
    fn len(&self) -> isize {
        self.data().length()
    }

    #[slot(mp_length)]
    fn mp_len(&self) -> isize {
        self.data().length()
    }

    #[slot(sq_item)]
    fn item(&self, index: isize) -> PyResult<Object> {
        self.get_at(index)
    }

    #[slot(sq_ass_item)]
    fn set_item_at(&self, index: isize, value: Option<&Obj>) -> PyResult<()> {
        self.set_at(index, value)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        if let Some(i) = index_of(key)? {
            return self.get_at(self.counted(i));
        }
        let Some(slice) = key.downcast::<Slice>() else { bail!(TypeError, "indices must be integers") };
        let (start, _, step, count) = slice.indices(self.data().length() as usize)?;
        let item = self.data().info()?.target();
        // A step beyond the array is never taken.
        let step = if count > 1 { step } else { 1 };
        items_as_object(item.as_deref(), self.data().ptr(), start, step, count as isize, |i| self.get_at(i))
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "Array does not support item deletion") };
        if let Some(i) = index_of(key)? {
            return self.set_at(self.counted(i), Some(value));
        }
        let Some(slice) = key.downcast::<Slice>() else { bail!(TypeError, "indices must be integer") };
        let (start, _, step, count) = slice.indices(self.data().length() as usize)?;
        if value.len_()? != count {
            bail!(ValueError, "Can only assign sequence of same size");
        }
        for i in 0..count as isize {
            let item = value.sequence_get(i)?;
            self.set_at(start + i * step, Some(&item))?;
        }
        Ok(())
    }

    /// Arrays are generic over the type of their elements
    #[classmethod(name = "__class_getitem__", sig = "(object, /)")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Ref<GenericAlias>> {
        GenericAlias::new(cls, object)
    }
}
