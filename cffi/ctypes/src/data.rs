//! `_CData`: the body of all instances of C types, their memory, what they keep alive, and their parts.

use crate::code;
use crate::function;
use crate::info::{self, FINAL, HAS_POINTER, IS_POINTER, Info, Kind};
use crate::library;
use dovetail_core::error::{PyResult, Raised, exc, no_memory, raise_message};
use dovetail_core::gc;
use dovetail_core::native::Native;
use dovetail_core::object::buffer::{Buffer, is_contiguous};
use dovetail_core::object::obj::{clear, incref, replace};
use dovetail_core::object::{Obj, Object, Ref, ToRef, alloc};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::memoryview;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_stdlib::audit;
use std::ffi::{c_int, c_void};
use std::ptr::{copy_nonoverlapping, null_mut};

/// Room for small values inside the object.
#[repr(C, align(16))]
pub struct Inline([u8; 16]);

/// The body of an instance.
#[repr(C)]
pub struct CDataBody {
    pub ob_base: abi::PyObject,
    /// The value.
    pub ptr: *mut u8,
    /// Whether the memory is the instance's own.
    pub needsfree: c_int,
    /// The instance that this one is a part of.
    pub base: *mut abi::PyObject,
    pub size: isize,
    pub length: isize,
    /// Which part of the base.
    pub index: isize,
    /// What is kept alive: NULL, one object, or a dict by the place of the part.
    pub objects: *mut abi::PyObject,
    pub value: Inline,
}

/// The base of all instances.
/// ---
/// XXX to be provided
#[pytype(
    name = "_ctypes._CData", body = CDataBody, metatype = info::CType, gc,
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct CData;

impl CData {
    /// Where the value lies.
    #[inline(always)]
    pub fn ptr(&self) -> *mut u8 {
        // SAFETY: own field.
        unsafe { (*self.body()).ptr }
    }

    #[inline(always)]
    pub fn size(&self) -> isize {
        // SAFETY: own field.
        unsafe { (*self.body()).size }
    }

    #[inline(always)]
    pub fn length(&self) -> isize {
        // SAFETY: own field.
        unsafe { (*self.body()).length }
    }

    pub fn base(&self) -> Option<&CData> {
        // SAFETY: NULL or an instance that this one keeps.
        unsafe { ((*self.body()).base as *const CData).as_ref() }
    }

    pub fn objects(&self) -> Option<&Obj> {
        // SAFETY: NULL or an object that this one keeps.
        unsafe { ((*self.body()).objects as *const Obj).as_ref() }
    }

    pub fn set_objects(&self, value: Option<Object>) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).objects, value) }
    }

    /// The address in a pointer, function pointer or string pointer.
    pub fn pointer(&self) -> *mut u8 {
        // SAFETY: instances of those types have a pointer's size.
        unsafe { self.ptr().cast::<*mut u8>().read_unaligned() }
    }

    pub fn set_pointer(&self, address: usize) {
        // SAFETY: as above.
        unsafe { self.ptr().cast::<usize>().write_unaligned(address) }
    }

    /// What the class knows.
    pub fn info(&self) -> PyResult<&Info> {
        info::concrete(self.ob_type())
    }

    fn is_inline(&self) -> bool {
        // SAFETY: own fields.
        unsafe { std::ptr::eq((*self.body()).ptr, (&raw const (*self.body()).value).cast()) }
    }

    /// Gives the instance memory of its own, all zero.
    pub fn own_memory(&self, size: isize) -> PyResult<()> {
        // SAFETY: a new instance; the memory is freed with it.
        unsafe {
            let b = self.body();
            if size as usize <= size_of::<Inline>() {
                (*b).ptr = (&raw mut (*b).value).cast();
            } else {
                let n = size as usize;
                if n >= alloc::HUGE_BLOCK && !alloc::may_have(n) {
                    return Err(no_memory());
                }
                (*b).ptr = alloc::calloc(n);
                if (*b).ptr.is_null() {
                    return Err(no_memory());
                }
            }
            (*b).needsfree = 1;
            (*b).size = size;
        }
        Ok(())
    }

    /// `resize`: other memory of at least the type's size.
    pub fn resize(&self, size: isize) -> PyResult<()> {
        let least = self.info()?.size.get();
        if size < least {
            bail!(ValueError, "minimum size is {least}");
        }
        // SAFETY: own fields; the old memory is as long as `size` says.
        unsafe {
            let b = self.body();
            if (*b).needsfree == 0 {
                bail!(ValueError, "Memory cannot be resized because this object doesn't own it");
            }
            if size as usize > size_of::<Inline>() || !self.is_inline() {
                let n = size as usize;
                if n >= alloc::HUGE_BLOCK && !alloc::may_have(n) {
                    return Err(no_memory());
                }
                let fresh = alloc::calloc(n);
                if fresh.is_null() {
                    return Err(no_memory());
                }
                copy_nonoverlapping((*b).ptr, fresh, size.min((*b).size) as usize);
                if !self.is_inline() {
                    alloc::free((*b).ptr);
                }
                (*b).ptr = fresh;
            }
            (*b).size = size;
        }
        Ok(())
    }

    /// The outermost instance that this is a part of, with something to keep objects in.
    fn container(&self) -> PyResult<&CData> {
        let mut c = self;
        while let Some(b) = c.base() {
            c = b;
        }
        if c.objects().is_none() {
            let objects = if c.length() != 0 { Dict::new()?.into_object() } else { none().to_owned() };
            c.set_objects(Some(objects));
        }
        Ok(c)
    }

    /// All that this instance keeps alive.
    pub fn kept(&self) -> PyResult<Object> {
        Ok(self.container()?.objects().map_or_else(|| none().to_owned(), Obj::to_owned))
    }

    /// Keeps an object alive for the part `index`.
    pub fn keep(&self, index: isize, object: Option<Object>) -> PyResult<()> {
        let Some(object) = object.filter(|o| !o.is_none()) else { return Ok(()) };
        let c = self.container()?;
        let Some(dict) = c.objects().and_then(|o| o.downcast_exact::<Dict>()) else {
            c.set_objects(Some(object));
            return Ok(());
        };
        let mut key = format!("{:x}", index as i32);
        let mut part = self;
        while let Some(base) = part.base() {
            // SAFETY: own field.
            key.push_str(&format!(":{:x}", unsafe { (*part.body()).index } as i32));
            if key.len() > 255 {
                bail!(ValueError, "ctypes object structure too deep");
            }
            part = base;
        }
        dict.to_ref().set(&*Str::new(&key)?, &object)
    }
}

/// The kinds of instances that have no more than [`CDataBody`].
pub trait Instance {
    /// The instance without its kind.
    fn data(&self) -> &CData;
}

impl<T: Native<Body = CDataBody>> Instance for T {
    fn data(&self) -> &CData {
        // SAFETY: a live instance; both views are transparent over the same body.
        unsafe { &*(self.body() as *const CData) }
    }
}

/// An instance of a C type, seen as such.
pub fn instance(o: &Obj) -> Option<&CData> {
    o.downcast::<CData>()
}

/// A bare instance, without memory.
fn bare(ty: &Type, info: &Info) -> PyResult<Ref<CData>> {
    info.add_flags(FINAL);
    // SAFETY: a concrete C type's instances have this body; all zero is an instance without memory.
    unsafe {
        let o: Ref<CData> = type_alloc(ty, 0)?.cast_into_unchecked();
        let b = o.body();
        (*b).size = info.size.get();
        (*b).length = info.length.get();
        if info.kind == Kind::Function {
            function::prepare(&o);
        }
        Ok(o)
    }
}

/// A new instance, all zero.
pub fn new(ty: &Type) -> PyResult<Ref<CData>> {
    let info = info::concrete(ty)?;
    let o = bare(ty, info)?;
    o.own_memory(info.size.get())?;
    Ok(o)
}

/// An instance over memory that somebody else has.
///
/// # Safety
/// The memory is the program's business.
pub unsafe fn at_address(ty: &Type, address: *mut u8) -> PyResult<Ref<CData>> {
    audit("ctypes.cdata", || Ok(vec![Int::from_usize(address as usize)?.into_object()]))?;
    let o = bare(ty, info::concrete(ty)?)?;
    // SAFETY: own field.
    unsafe { (*o.body()).ptr = address };
    Ok(o)
}

/// An instance that is part of another one; without a base, a copy of the value.
///
/// # Safety
/// The value is readable there.
pub unsafe fn part(ty: &Type, base: Option<&CData>, index: isize, address: *mut u8) -> PyResult<Ref<CData>> {
    let info = info::concrete(ty)?;
    let o = bare(ty, info)?;
    // SAFETY: a new instance.
    unsafe {
        let b = o.body();
        (*b).index = index;
        match base {
            Some(base) => {
                (*b).ptr = address;
                (*b).base = base.to_owned().into_ptr();
            }
            None => {
                o.own_memory(info.size.get())?;
                copy_nonoverlapping(address, o.ptr(), info.size.get() as usize);
            }
        }
    }
    Ok(o)
}

/// The value of a part: a Python value for plain simple types, else an instance over the part.
///
/// # Safety
/// The part is readable.
pub unsafe fn get(ty: &Type, src: &CData, index: isize, size: isize, address: *mut u8) -> PyResult<Object> {
    // SAFETY: the caller's memory.
    unsafe {
        if let Some(i) = info::of_type(ty).filter(|i| i.plain.get()) {
            return code::get(i.code.get(), i.swapped.get(), address, size);
        }
        Ok(part(ty, Some(src), index, address)?.into_object())
    }
}

/// Writes a part; gives what must be kept alive for it.
unsafe fn write(ty: &Type, value: &Obj, size: isize, address: *mut u8) -> PyResult<Option<Object>> {
    let info = info::of_type(ty);
    let is_pointer = info.is_some_and(|i| i.kind == Kind::Pointer);
    let Some(src) = instance(value) else {
        // SAFETY: the caller's memory.
        unsafe {
            if let Some(i) = info.filter(|i| i.kind == Kind::Simple) {
                return code::set(i.code.get(), i.swapped.get(), address, value, size);
            }
            if let Some(args) = value.downcast::<Tuple>() {
                let made = match ty.call_dict(args, None) {
                    Ok(made) => made,
                    Err(e) => {
                        return Err(extend_error(e, exc::RuntimeError(), &format!("({}) ", ty.name())));
                    }
                };
                return write(ty, &made, size, address);
            }
            if value.is_none() && is_pointer {
                address.cast::<usize>().write_unaligned(0);
                return Ok(None);
            }
        }
        return Err(raise!(TypeError, "expected {} instance, got {}", ty.name(), value.type_name()));
    };
    if value.is_instance(ty)? {
        // SAFETY: the caller's memory; instances of the type have its size at least.
        unsafe { std::ptr::copy(src.ptr(), address, size as usize) };
        return src.kept().map(Some);
    }
    let wrong = || {
        raise!(
            TypeError,
            "incompatible types, {} instance instead of {} instance",
            value.type_name(),
            ty.name()
        )
    };
    if let (true, Some(array)) = (is_pointer, info::of_instance(value).filter(|i| i.kind == Kind::Array)) {
        let same = match (array.proto.peek(), info.and_then(|i| i.proto.peek())) {
            (Some(a), Some(b)) => a.is(b),
            _ => false,
        };
        if !same {
            return Err(wrong());
        }
        // SAFETY: the caller's memory has a pointer's size.
        unsafe { address.cast::<*mut u8>().write_unaligned(src.ptr()) };
        // The array itself is pointed to, beside what it keeps.
        return Ok(Some(Tuple::from_array([src.kept()?, value.to_owned()])?.into_object()));
    }
    Err(wrong())
}

/// Writes the part `index` of an instance, and keeps alive what it needs.
///
/// # Safety
/// The part is writable.
pub unsafe fn set(
    into: &CData,
    ty: &Type,
    value: &Obj,
    index: isize,
    size: isize,
    address: *mut u8,
) -> PyResult<()> {
    // SAFETY: the caller's memory.
    let keep = unsafe { write(ty, value, size, address) }?;
    into.keep(index, keep)
}

/// The same error as another exception, with more text before it.
pub fn extend_error(error: Raised, ty: &Type, prefix: &str) -> Raised {
    let e = error.take();
    let name = e.ob_type().short_name().to_owned();
    let text = match e.str_() {
        Ok(s) => s.to_string_lossy().into_owned(),
        Err(again) => {
            again.clear();
            "???".to_owned()
        }
    };
    drop(e);
    raise_message(ty, &format!("{prefix}{name}: {text}"))
}

pub fn from_address(ty: &Type, value: &Obj) -> PyResult<Object> {
    let Some(i) = value.downcast::<Int>() else { bail!(TypeError, "integer expected") };
    // SAFETY: the program says what is there.
    Ok(unsafe { at_address(ty, code::low_bits(i) as usize as *mut u8) }?.into_object())
}

fn check_room(have: usize, offset: isize, want: isize) -> PyResult<()> {
    if offset < 0 {
        bail!(ValueError, "offset cannot be negative");
    }
    if want > have as isize - offset {
        let least = want.wrapping_add(offset);
        bail!(ValueError, "Buffer size too small ({have} instead of at least {least} bytes)");
    }
    Ok(())
}

fn audit_buffer(address: usize, len: usize, offset: isize) -> PyResult<()> {
    audit("ctypes.cdata/buffer", || {
        Ok(vec![
            Int::from_usize(address)?.into_object(),
            Int::from_usize(len)?.into_object(),
            Int::from_i64(offset as i64)?.into_object(),
        ])
    })
}

pub fn from_buffer(ty: &Type, source: &Obj, offset: isize) -> PyResult<Object> {
    let info = info::concrete(ty)?;
    let view = memoryview::from_object(source)?;
    let v = view.view();
    if v.readonly != 0 {
        bail!(TypeError, "underlying buffer is not writable");
    }
    if !is_contiguous(v, b'C') {
        bail!(TypeError, "underlying buffer is not C contiguous");
    }
    check_room(v.len as usize, offset, info.size.get())?;
    audit_buffer(v.buf as usize, v.len as usize, offset)?;
    // SAFETY: inside the buffer, which the view keeps.
    let o = unsafe { at_address(ty, v.buf.cast::<u8>().offset(offset)) }?;
    o.keep(-1, Some(view.into_object()))?;
    Ok(o.into_object())
}

pub fn from_buffer_copy(ty: &Type, source: &Obj, offset: isize) -> PyResult<Object> {
    let size = info::concrete(ty)?.size.get();
    let buffer = Buffer::simple(source)?;
    check_room(buffer.len(), offset, size)?;
    audit_buffer(buffer.view().buf as usize, buffer.len(), offset)?;
    let o = new(ty)?;
    let bytes = &buffer.as_slice()[offset as usize..(offset + size) as usize];
    // SAFETY: fresh memory of that size.
    unsafe { copy_nonoverlapping(bytes.as_ptr(), o.ptr(), bytes.len()) };
    Ok(o.into_object())
}

pub fn in_dll(ty: &Type, dll: &Obj, name: &Obj) -> PyResult<Object> {
    let Some(name) = name.downcast::<Str>() else {
        bail!(TypeError, "in_dll() argument 2 must be str, not {}", name.type_name());
    };
    audit("ctypes.dlsym", || Ok(vec![dll.to_owned(), name.to_owned()]))?;
    let handle = library::handle_of(dll)?;
    let address = library::find(handle, name.as_str()?.as_bytes(), "symbol", exc::ValueError())?;
    // SAFETY: what the symbol stands for is the program's word.
    Ok(unsafe { at_address(ty, address) }?.into_object())
}

// ---- slots ----

/// Frees the memory and drops what the body keeps.
///
/// # Safety
/// An instance at its end, or one that only garbage refers to.
unsafe fn release(o: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let b = o as *mut CDataBody;
        clear(&raw mut (*b).objects);
        let own = (*b).needsfree != 0 && !(*(o as *const CData)).is_inline();
        (*b).needsfree = 0;
        let p = std::mem::replace(&mut (*b).ptr, null_mut());
        if own {
            alloc::free(p);
        }
        clear(&raw mut (*b).base);
    }
}

#[pymethods(members(
    ("_b_base_", _Py_T_OBJECT, base, abi::Py_READONLY, "the base object"),
    ("_b_needsfree_", Py_T_INT, needsfree, abi::Py_READONLY, "whether the object owns the memory or not"),
    ("_objects", _Py_T_OBJECT, objects, abi::Py_READONLY, "internal objects tree (NEVER CHANGE THIS OBJECT!)"),
))]
impl CData {
    /// # Safety
    /// Called as a slot.
    #[slot(tp_dealloc, raw)]
    pub unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            release(o);
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    /// # Safety
    /// Called as a slot.
    #[slot(tp_traverse, raw)]
    pub unsafe extern "C" fn traverse(
        o: *mut abi::PyObject,
        visit: abi::visitproc,
        arg: *mut c_void,
    ) -> c_int {
        // SAFETY: a live instance.
        unsafe {
            let Some(f) = visit else { return 0 };
            let b = o as *mut CDataBody;
            let all = [(*b).objects, (*b).base].into_iter().filter(|p| !p.is_null());
            dovetail_stdlib::util::visit_all(all, f, arg)
        }
    }

    /// # Safety
    /// Called as a slot.
    #[slot(tp_clear, raw)]
    pub unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: an instance that only garbage refers to. Its memory stays: others may still read it.
        unsafe {
            let b = o as *mut CDataBody;
            clear(&raw mut (*b).objects);
            // A part's memory goes with its base: the base stays until the end.
            0
        }
    }

    /// # Safety
    /// Called as a slot.
    #[slot(bf_getbuffer, raw)]
    pub unsafe extern "C" fn get_buffer(
        o: *mut abi::PyObject,
        view: *mut abi::Py_buffer,
        _flags: c_int,
    ) -> c_int {
        // SAFETY: a live instance; format and lengths belong to its class, which it keeps.
        unsafe {
            let data = &*(o as *const CData);
            let Ok(info) = data.info() else { return -1 };
            let mut item = info;
            while item.kind == Kind::Array
                && let Some(t) = item.target_info()
            {
                item = t;
            }
            incref(o);
            let v = &mut *view;
            v.obj = o;
            // An empty buffer may not have the address NULL.
            v.buf =
                if data.ptr().is_null() { std::ptr::dangling_mut::<u64>().cast() } else { data.ptr().cast() };
            v.len = data.size();
            v.readonly = 0;
            v.format = match &*info.format.borrow() {
                Some(f) => f.as_ptr().cast_mut(),
                None => c"B".as_ptr().cast_mut(),
            };
            v.itemsize = item.size.get();
            let shape = info.shape.borrow();
            v.ndim = shape.len() as c_int;
            v.shape = if shape.is_empty() { null_mut() } else { shape.as_ptr().cast_mut() };
            v.strides = null_mut();
            v.suboffsets = null_mut();
            v.internal = null_mut();
            0
        }
    }

    #[slot(tp_hash)]
    fn hash(&self) -> PyResult<isize> {
        bail!(TypeError, "unhashable type")
    }

    /// default __ctypes_from_outparam__ method returns self.
    #[method(name = "__ctypes_from_outparam__")]
    fn from_outparam(&self) -> Object {
        self.to_owned()
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let info = self.info()?;
        if info.has(IS_POINTER | HAS_POINTER) {
            bail!(ValueError, "ctypes objects containing pointers cannot be pickled");
        }
        let dict = self.get_attr(sym!(__dict__))?;
        // SAFETY: the instance's own value.
        let bytes = Bytes::new(unsafe { std::slice::from_raw_parts(self.ptr(), self.size() as usize) })?;
        let state = Tuple::from_array([dict, bytes.into_object()])?;
        let args = Tuple::from_array([self.ob_type().to_owned(), state.into_object()])?;
        let unpickle = dovetail_core::import::import_module("_ctypes")?.get_attr(sym!(_unpickle))?;
        Tuple::from_array([unpickle, args.into_object()])
    }

    #[method(name = "__setstate__", sig = "(dict, data, /)")]
    fn setstate(&self, dict: &Dict, data: &Bytes) -> PyResult<()> {
        let n = data.len().min(self.size() as usize);
        // SAFETY: the instance's own value, and bytes of that length at least.
        unsafe { copy_nonoverlapping(data.data(), self.ptr(), n) };
        let own = self.get_attr(sym!(__dict__))?;
        match own.downcast::<Dict>() {
            Some(own) => own.update_from(dict),
            None => {
                let (name, got) = (self.type_name(), own.type_name());
                Err(raise!(TypeError, "{name:.200}.__dict__ must be a dictionary, not {got:.200}"))
            }
        }
    }
}
