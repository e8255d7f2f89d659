//! `memoryview`: typed, possibly many-dimensional views of another object's memory.
//!
//! A managed buffer holds the exporter's buffer; the views made of it count themselves there, and the last one to be
//! released gives the buffer back. A view's shape, strides and suboffsets lie behind the object.

use crate::error::{PyResult, Raised, catch, exc};
use crate::gc;
use crate::object::buffer::{self, Buffer, c_strides, contiguous_copy, each_item, is_contiguous, shape_of, strides_of};
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::{clear, decref, incref};
use crate::object::{Obj, Object, Ref, ToRef, alloc};
use crate::types::bool_::bool_obj;
use crate::types::bytes::Bytes;
use crate::types::bytes_methods;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::memory_items::{item_size, items_equal, native_char, pack, static_format, unpack};
use crate::types::none::{ellipsis, none, not_implemented};
use crate::types::slice::Slice;
use crate::types::str_::{Str, hash_key};
use crate::types::support::{generic_alias, owned};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{CStr, c_int, c_void};
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// The owner of an exporter's buffer.
/// ---
#[pytype(name = "managedbuffer", body = abi::_PyManagedBufferObject, export = "_PyManagedBuffer_Type", gc,
         flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct ManagedBuffer;

/// Views of memory.
/// ---
/// Create a new memoryview object which references the given object.
#[pytype(
    name = "memoryview", body = abi::PyMemoryViewObject, export = "PyMemoryView_Type", gc,
    basicsize = std::mem::offset_of!(abi::PyMemoryViewObject, ob_array), itemsize = size_of::<isize>(),
    weaklist = weakreflist, flags = abi::Py_TPFLAGS_SEQUENCE, sig = "(object)",
)]
pub struct MemoryView;

const RELEASED: c_int = abi::_Py_MEMORYVIEW_RELEASED;
const C_ORDER: c_int = abi::_Py_MEMORYVIEW_C;
const F_ORDER: c_int = abi::_Py_MEMORYVIEW_FORTRAN;
const SCALAR: c_int = abi::_Py_MEMORYVIEW_SCALAR;
const INDIRECT: c_int = abi::_Py_MEMORYVIEW_PIL;
const RESTRICTED: c_int = abi::_Py_MEMORYVIEW_RESTRICTED;

impl ManagedBuffer {
    /// A holder of nothing yet, not tracked.
    fn empty() -> PyResult<Ref<ManagedBuffer>> {
        // SAFETY: all-zero is a holder without a buffer.
        unsafe {
            let o = alloc::generic_alloc_untracked(ManagedBuffer::type_object(), 0)?;
            gc::track(o);
            Ok(Ref::from_owned(o))
        }
    }

    /// Gives the exporter's buffer back.
    fn release_buffer(&self) {
        // SAFETY: own fields; the flag is set before foreign code runs.
        unsafe {
            let b = self.body();
            if (*b).flags & abi::_Py_MANAGED_BUFFER_RELEASED != 0 {
                return;
            }
            (*b).flags |= abi::_Py_MANAGED_BUFFER_RELEASED;
            buffer::release(&raw mut (*b).master);
        }
    }
}

#[pymethods]
impl ManagedBuffer {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: P) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let m = &*(o as *const ManagedBuffer);
            m.release_buffer();
            if (*m.body()).flags & abi::_Py_MANAGED_BUFFER_FREE_FORMAT != 0 {
                alloc::free((*m.body()).master.format.cast());
            }
            if let Some(free) = (*ManagedBuffer::TYPE_POINTER).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: P, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live holder.
        unsafe {
            let owner = (*(o as *mut abi::_PyManagedBufferObject)).master.obj;
            match visit {
                Some(v) if !owner.is_null() => v(owner, arg),
                _ => 0,
            }
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: P) -> c_int {
        // SAFETY: a live holder.
        unsafe { &*(o as *const ManagedBuffer) }.release_buffer();
        0
    }
}

/// A view over a holder's buffer with the layout of `src`.
///
/// # Safety
/// `src` describes memory of the holder's buffer.
unsafe fn add_view(m: &ManagedBuffer, src: &abi::Py_buffer, ndim: usize) -> PyResult<Ref<MemoryView>> {
    // SAFETY: a new object with room for three numbers a dimension.
    unsafe {
        if (*m.body()).flags & abi::_Py_MANAGED_BUFFER_RELEASED != 0 {
            bail!(ValueError, "operation forbidden on released memoryview object");
        }
        let o = alloc::generic_alloc_untracked(MemoryView::type_object(), 3 * ndim as isize)?;
        let v = o as *mut abi::PyMemoryViewObject;
        (*v).hash = -1;
        let array: *mut isize = (&raw mut (*v).ob_array).cast();
        let d = &mut (*v).view;
        d.obj = src.obj;
        d.buf = src.buf;
        d.len = src.len;
        d.itemsize = src.itemsize;
        d.readonly = src.readonly;
        d.format = if src.format.is_null() { c"B".as_ptr().cast_mut() } else { src.format };
        d.internal = src.internal;
        d.ndim = ndim as c_int;
        d.shape = array;
        d.strides = array.add(ndim);
        d.suboffsets = null_mut();
        if ndim == src.ndim as usize {
            for (i, n) in shape_of(src).into_iter().enumerate() {
                *array.add(i) = n;
            }
            for (i, n) in strides_of(src).into_iter().enumerate() {
                *array.add(ndim + i) = n;
            }
            if !src.suboffsets.is_null() {
                d.suboffsets = array.add(2 * ndim);
                std::ptr::copy_nonoverlapping(src.suboffsets, d.suboffsets, ndim);
            }
        }
        if ndim == 0 {
            d.shape = null_mut();
            d.strides = null_mut();
        }
        (*v).mbuf = m.to_ref().into_ptr().cast();
        (*m.body()).exports += 1;
        let mv: Ref<MemoryView> = Ref::from_owned(o);
        mv.set_flags();
        gc::track(o);
        Ok(mv)
    }
}

/// A view over a buffer that `get` fills in (`_PyMemoryView_FromBufferProc`).
///
/// # Safety
/// `get` is an exporter's `bf_getbuffer`, for `owner`.
pub unsafe fn from_getbuffer(
    owner: P,
    get: unsafe extern "C" fn(P, *mut abi::Py_buffer, c_int) -> c_int,
    flags: c_int,
) -> PyResult<Object> {
    let m = ManagedBuffer::empty()?;
    // SAFETY: the struct is in the holder and does not move.
    unsafe {
        if get(owner, &raw mut (*m.body()).master, flags) < 0 {
            (*m.body()).master.obj = null_mut();
            return Err(Raised::from_c());
        }
        let src = &(*m.body()).master;
        Ok(add_view(&m, src, src.ndim as usize)?.into_object())
    }
}

/// A view over memory that somebody else keeps (`PyMemoryView_FromBuffer`): the description is copied, nothing is
/// released at the end.
pub fn from_buffer_info(info: &abi::Py_buffer) -> PyResult<Object> {
    if info.buf.is_null() {
        bail!(ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
    }
    let m = ManagedBuffer::empty()?;
    // SAFETY: the caller's description holds during this call; its arrays are copied into the view.
    unsafe {
        (*m.body()).master = *info;
        (*m.body()).master.obj = null_mut();
        let v = add_view(&m, info, info.ndim as usize)?;
        (*v.body()).view.obj = null_mut();
        Ok(v.into_object())
    }
}

/// A view over `len` bytes (`PyMemoryView_FromMemory`).
///
/// # Safety
/// The memory outlives the view.
pub unsafe fn from_memory(p: *mut u8, len: isize, readonly: bool) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut info: abi::Py_buffer = std::mem::zeroed();
        buffer::fill_info(&mut info, null_mut(), p.cast(), len, readonly, abi::PyBUF_FULL_RO)?;
        from_buffer_info(&info)
    }
}

/// `memoryview(o)`, with other flags than the usual ones for `_from_flags`.
pub fn from_object_flags(o: &Obj, flags: c_int) -> PyResult<Ref<MemoryView>> {
    if let Some(v) = o.downcast::<MemoryView>() {
        v.check_unrestricted()?;
        // SAFETY: the view's own description.
        return unsafe { add_view(v.holder(), &(*v.body()).view, (*v.body()).view.ndim as usize) };
    }
    if !Buffer::supported(o) {
        bail!(TypeError, "memoryview: a bytes-like object is required, not '{}'", o.type_name());
    }
    let m = ManagedBuffer::empty()?;
    // SAFETY: filled in place.
    unsafe {
        if let Err(e) = buffer::acquire(o, &raw mut (*m.body()).master, flags) {
            (*m.body()).master.obj = null_mut();
            return Err(e);
        }
        let src = &(*m.body()).master;
        add_view(&m, src, src.ndim as usize)
    }
}

/// `memoryview(o)`.
pub fn from_object(o: &Obj) -> PyResult<Ref<MemoryView>> {
    from_object_flags(o, abi::PyBUF_FULL_RO)
}

impl MemoryView {
    /// The description of the memory.
    pub fn view(&self) -> &abi::Py_buffer {
        // SAFETY: own fields.
        unsafe { &(*self.body()).view }
    }

    #[allow(clippy::mut_from_ref)]
    unsafe fn view_mut(&self) -> &mut abi::Py_buffer {
        // SAFETY: a new view that nobody else has seen.
        unsafe { &mut (*self.body()).view }
    }

    fn holder(&self) -> &ManagedBuffer {
        // SAFETY: a live view has a holder.
        unsafe { &*((*self.body()).mbuf as *const ManagedBuffer) }
    }

    fn flags(&self) -> c_int {
        // SAFETY: own fields.
        unsafe { (*self.body()).flags }
    }

    fn has(&self, flag: c_int) -> bool {
        self.flags() & flag != 0
    }

    /// Finds out how the memory lies.
    fn set_flags(&self) {
        let v = self.view();
        let mut f = 0;
        if v.ndim == 0 {
            f |= C_ORDER | F_ORDER | SCALAR;
        } else {
            f |= if is_contiguous(v, b'C') { C_ORDER } else { 0 };
            f |= if is_contiguous(v, b'F') { F_ORDER } else { 0 };
        }
        if !v.suboffsets.is_null() {
            f = f & !(C_ORDER | F_ORDER) | INDIRECT;
        }
        // SAFETY: own fields.
        unsafe { (*self.body()).flags = (*self.body()).flags & (RELEASED | RESTRICTED) | f }
    }

    /// Is the view, or the buffer under it, given back?
    pub fn is_released(&self) -> bool {
        // SAFETY: own fields.
        self.has(RELEASED)
            || unsafe {
                (*self.body()).mbuf.is_null() || (*(*self.body()).mbuf).flags & abi::_Py_MANAGED_BUFFER_RELEASED != 0
            }
    }

    fn check(&self) -> PyResult<()> {
        if self.is_released() {
            bail!(ValueError, "operation forbidden on released memoryview object");
        }
        Ok(())
    }

    fn check_unrestricted(&self) -> PyResult<()> {
        self.check()?;
        if self.has(RESTRICTED) {
            bail!(ValueError, "cannot create new view on restricted memoryview");
        }
        Ok(())
    }

    /// Forbids new views, for the time of `__release_buffer__`.
    pub fn restrict(&self) {
        // SAFETY: own fields.
        unsafe { (*self.body()).flags |= RESTRICTED }
    }

    fn ndim(&self) -> usize {
        self.view().ndim as usize
    }

    fn shape(&self) -> &[isize] {
        // SAFETY: own array.
        if self.ndim() == 0 { &[] } else { unsafe { std::slice::from_raw_parts(self.view().shape, self.ndim()) } }
    }

    fn strides(&self) -> &[isize] {
        // SAFETY: own array.
        if self.ndim() == 0 { &[] } else { unsafe { std::slice::from_raw_parts(self.view().strides, self.ndim()) } }
    }

    fn format(&self) -> &CStr {
        // SAFETY: a view has a format.
        unsafe { CStr::from_ptr(self.view().format) }
    }

    fn format_text(&self) -> String {
        self.format().to_string_lossy().into_owned()
    }

    /// The native format, or `NotImplementedError`.
    fn item_format(&self) -> PyResult<u8> {
        match native_char(self.format()) {
            Some(c) => Ok(c),
            None => Err(raise!(NotImplementedError, "memoryview: format {} not supported", self.format_text())),
        }
    }

    /// Follows an indirection of a dimension.
    unsafe fn adjusted(&self, p: *mut u8, dim: usize) -> *mut u8 {
        let v = self.view();
        if v.suboffsets.is_null() {
            return p;
        }
        // SAFETY: suboffsets come as one a dimension; the exporter's arithmetic.
        unsafe {
            let s = *v.suboffsets.add(dim);
            if s >= 0 { (*(p as *mut *mut u8)).offset(s) } else { p }
        }
    }

    /// The address of an item on one dimension.
    fn at(&self, p: *mut u8, dim: usize, index: isize) -> PyResult<*mut u8> {
        let n = self.shape()[dim];
        let i = if index < 0 { index + n } else { index };
        if i < 0 || i >= n {
            bail!(IndexError, "index out of bounds on dimension {}", dim + 1);
        }
        // SAFETY: inside the shape.
        Ok(unsafe { self.adjusted(p.offset(self.strides()[dim] * i), dim) })
    }

    fn start(&self) -> *mut u8 {
        self.view().buf.cast()
    }

    /// `v[i]` of a one-dimensional view.
    fn item_at(&self, i: isize) -> PyResult<Object> {
        self.check()?;
        let c = self.item_format()?;
        match self.ndim() {
            0 => bail!(TypeError, "invalid indexing of 0-dim memory"),
            // SAFETY: the address of an item.
            1 => unsafe { unpack(self.at(self.start(), 0, i)?, c) },
            _ => bail!(NotImplementedError, "multi-dimensional sub-views are not implemented"),
        }
    }

    /// The address of an item by one index a dimension.
    fn multi(&self, key: &Tuple) -> PyResult<*mut u8> {
        if key.len() > self.ndim() {
            bail!(TypeError, "cannot index {}-dimension view with {}-element tuple", self.ndim(), key.len());
        }
        let mut p = self.start();
        for (dim, k) in key.items().iter().enumerate() {
            p = self.at(p, dim, k.as_isize_index()?)?;
        }
        Ok(p)
    }

    /// The view cut to a slice of its first dimension; the view is new.
    fn cut(&self, s: &Slice) -> PyResult<()> {
        let (start, _, step, count) = s.indices(self.shape()[0] as usize)?;
        // SAFETY: a new view; the slice lies inside the shape.
        unsafe {
            let v = self.view_mut();
            if v.suboffsets.is_null() || *v.suboffsets < 0 {
                v.buf = (v.buf as *mut u8).offset(*v.strides * start).cast();
            } else {
                *v.suboffsets += *v.strides * start;
            }
            *v.shape = count as isize;
            *v.strides *= step;
            v.len = self.shape().iter().product::<isize>() * v.itemsize;
        }
        self.set_flags();
        Ok(())
    }

    /// Another view of the same memory.
    fn again(&self) -> PyResult<Ref<MemoryView>> {
        // SAFETY: own description.
        unsafe { add_view(self.holder(), self.view(), self.ndim()) }
    }

    fn release_view(&self) -> PyResult<()> {
        if self.has(RELEASED) {
            return Ok(());
        }
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let n = (*b).exports;
            if n > 0 {
                bail!(BufferError, "memoryview has {n} exported buffer{}", if n == 1 { "" } else { "s" });
            }
            (*b).flags |= RELEASED;
            if !(*b).mbuf.is_null() {
                (*(*b).mbuf).exports -= 1;
                if (*(*b).mbuf).exports == 0 {
                    let m = self.holder().to_ref();
                    m.release_buffer();
                }
            }
        }
        Ok(())
    }

    /// The items as nested lists.
    fn list_from(&self, p: *mut u8, dim: usize, c: u8) -> PyResult<Object> {
        if dim == self.ndim() {
            // SAFETY: the address of an item.
            return unsafe { unpack(p, c) };
        }
        let n = self.shape()[dim];
        let mut items = Vec::with_capacity(n as usize);
        for i in 0..n {
            let q = self.at(p, dim, i)?;
            items.push(self.list_from(q, dim + 1, c)?);
        }
        Ok(List::from_vec(items)?.into_object())
    }

    fn numbers(p: *const isize, n: usize) -> PyResult<Ref<Tuple>> {
        if p.is_null() {
            return Ok(Tuple::empty());
        }
        // SAFETY: one number a dimension.
        let all = unsafe { std::slice::from_raw_parts(p, n) };
        let ints = all.iter().map(|x| Ok(Int::from_i64(*x as i64)?.into_object())).collect::<PyResult<Vec<_>>>()?;
        Tuple::from_vec(ints)
    }

    fn assign(&self, key: &Obj, value: &Obj) -> PyResult<()> {
        let c = self.item_format()?;
        let shown = self.format_text();
        let store = |find: &dyn Fn() -> PyResult<*mut u8>| -> PyResult<()> {
            let p = find()?;
            let bytes = pack(value, c, shown.trim_start_matches('@'))?;
            // Conversions may have run Python code, which may have released the view.
            self.check()?;
            // SAFETY: the address of an item of that size.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len()) };
            Ok(())
        };
        if self.ndim() == 0 {
            if key.is(ellipsis()) || key.downcast::<Tuple>().is_some_and(Tuple::is_empty) {
                return store(&|| Ok(self.start()));
            }
            bail!(TypeError, "invalid indexing of 0-dim memory");
        }
        if key.has_index() {
            if self.ndim() > 1 {
                bail!(NotImplementedError, "sub-views are not implemented");
            }
            let i = key.as_isize_index()?;
            self.check()?;
            return store(&|| self.at(self.start(), 0, i));
        }
        if let Some(s) = key.downcast_exact::<Slice>()
            && self.ndim() == 1
        {
            let src = Buffer::get(value, abi::PyBUF_FULL_RO)?;
            let dest = self.again()?;
            dest.cut(s)?;
            return copy_items(dest.view(), src.view());
        }
        if let Some(t) = key.downcast::<Tuple>() {
            if t.items().iter().all(|k| k.has_index()) {
                if t.len() < self.ndim() {
                    bail!(NotImplementedError, "sub-views are not implemented");
                }
                let p = self.multi(t)?;
                return store(&|| Ok(p));
            }
            if !t.is_empty() && t.items().iter().all(|k| k.is_exact::<Slice>()) {
                bail!(NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
            }
        } else if key.is_exact::<Slice>() {
            bail!(NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
        }
        bail!(TypeError, "memoryview: invalid slice key")
    }
}

fn plain_format(v: &abi::Py_buffer) -> &[u8] {
    if v.format.is_null() {
        return b"B";
    }
    // SAFETY: a C string of the exporter.
    let b = unsafe { CStr::from_ptr(v.format) }.to_bytes();
    b.strip_prefix(b"@").unwrap_or(b)
}

/// Same number of dimensions and extents?
fn same_shape(a: &abi::Py_buffer, b: &abi::Py_buffer) -> bool {
    if a.ndim != b.ndim {
        return false;
    }
    for (x, y) in shape_of(a).into_iter().zip(shape_of(b)) {
        if x != y {
            return false;
        }
        if x == 0 {
            break;
        }
    }
    true
}

/// Copies items between equal structures, which may overlap.
fn copy_items(dest: &abi::Py_buffer, src: &abi::Py_buffer) -> PyResult<()> {
    let same = plain_format(dest) == plain_format(src) && dest.itemsize == src.itemsize && same_shape(dest, src);
    if !same {
        bail!(ValueError, "memoryview assignment: lvalue and rvalue have different structures");
    }
    let items = contiguous_copy(src, b'C');
    let (n, mut at) = (dest.itemsize as usize, 0);
    // SAFETY: both views are held; the shapes agree.
    unsafe {
        each_item(dest, &mut |p| {
            std::ptr::copy_nonoverlapping(items.as_ptr().add(at), p, n);
            at += n;
        });
    }
    Ok(())
}

/// The values of all items by module struct, for formats that are not native ones; `None` where struct does not know
/// the format.
fn struct_values(v: &abi::Py_buffer) -> PyResult<Option<Vec<Object>>> {
    let interp = crate::interpreter::Interpreter::current();
    let Some(import) = interp.builtins().get_str(sym!(__import__)).map(Obj::to_owned) else { return Ok(None) };
    let module = import.call(&[sym!("struct")])?;
    let format = if v.format.is_null() {
        "B".to_owned()
    } else {
        // SAFETY: a C string of the exporter.
        unsafe { CStr::from_ptr(v.format) }.to_string_lossy().into_owned()
    };
    let unpack = module.get_attr(sym!(unpack))?;
    let format = Str::new(&format)?;
    let bytes = contiguous_copy(v, b'C');
    let mut out = Vec::new();
    for item in bytes.chunks_exact((v.itemsize as usize).max(1)) {
        match unpack.call(&[&format, &*Bytes::new(item)?]) {
            Ok(t) => out.push(match t.downcast::<Tuple>() {
                Some(t) if t.len() == 1 => t.get(0).to_owned(),
                _ => t.clone(),
            }),
            Err(e) => {
                let error = module.get_attr(sym!(error))?;
                let pending = e.take();
                if (**pending).is_instance(&error)? {
                    return Ok(None);
                }
                return Err(Raised::restore(pending));
            }
        }
    }
    Ok(Some(out))
}

/// Have two views equal items?
fn equal_views(a: &abi::Py_buffer, b: &abi::Py_buffer) -> PyResult<bool> {
    if !same_shape(a, b) {
        return Ok(false);
    }
    let native = |v: &abi::Py_buffer| match plain_format(v) {
        [c] if item_size(*c).is_some() => Some(*c),
        _ => None,
    };
    let (ca, cb) = (native(a), native(b));
    let addresses = |v: &abi::Py_buffer| {
        let mut all = Vec::new();
        // SAFETY: the view is held by the caller.
        unsafe { each_item(v, &mut |p| all.push(p)) };
        all
    };
    if let (Some(x), Some(y)) = (ca, cb) {
        let byte_block = matches!(x, b'B' | b'b' | b'c') && x == y;
        if byte_block && is_contiguous(a, b'C') && is_contiguous(b, b'C') {
            return Ok(a.len == b.len && (a.len == 0 || {
                // SAFETY: contiguous blocks of that length.
                unsafe {
                    std::slice::from_raw_parts(a.buf as *const u8, a.len as usize)
                        == std::slice::from_raw_parts(b.buf as *const u8, b.len as usize)
                }
            }));
        }
        for (p, q) in addresses(a).into_iter().zip(addresses(b)) {
            // SAFETY: items of those formats.
            let same = unsafe { if x == y { items_equal(p, q, x) } else { unpack(p, x)?.equals(&*unpack(q, y)?)? } };
            if !same {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let (Some(va), Some(vb)) = (struct_values(a)?, struct_values(b)?) else { return Ok(false) };
    for (p, q) in va.iter().zip(&vb) {
        if !p.equals(q)? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[pymethods]
impl MemoryView {
    #[slot(tp_new, sig = "(object)")]
    fn new_slot(_cls: &Type, object: &Obj) -> PyResult<Ref<MemoryView>> {
        from_object(object)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: P) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let v = &*(o as *const MemoryView);
            if let Err(e) = v.release_view() {
                e.clear();
            }
            clear(&raw mut (*v.body()).mbuf);
            if !(*v.body()).weakreflist.is_null() {
                crate::types::weakref::clear_weakrefs(v);
            }
            if let Some(free) = (*MemoryView::TYPE_POINTER).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: P, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live view.
        unsafe {
            let m = (*(o as *mut abi::PyMemoryViewObject)).mbuf;
            match visit {
                Some(v) if !m.is_null() => v(m.cast(), arg),
                _ => 0,
            }
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: P) -> c_int {
        // SAFETY: a live view in garbage; without its holder it counts as released.
        unsafe {
            let v = &*(o as *const MemoryView);
            if let Err(e) = v.release_view() {
                e.clear();
            }
            clear(&raw mut (*v.body()).mbuf);
        }
        0
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> String {
        let what = if self.has(RELEASED) { "released memory" } else { "memory" };
        format!("<{what} at {:p}>", self.as_ptr())
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        // SAFETY: own fields.
        let known = unsafe { (*self.body()).hash };
        if known != -1 {
            return Ok(known);
        }
        self.check()?;
        let v = self.view();
        if v.readonly == 0 {
            bail!(ValueError, "cannot hash writable memoryview object");
        }
        if !matches!(native_char(self.format()), Some(b'B' | b'b' | b'c')) {
            bail!(ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
        }
        if !v.obj.is_null() {
            // SAFETY: the exporter lives as long as the holder; it must be hashable itself.
            unsafe { Obj::from_ptr(v.obj) }.to_owned().hash()?;
        }
        self.check()?;
        let h = hash_key().hash_bytes(&contiguous_copy(v, b'C'));
        // SAFETY: own fields.
        unsafe { (*self.body()).hash = h };
        Ok(h)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(not_implemented().to_owned());
        }
        let result = |equal: bool| Ok(bool_obj(equal == (op == CompareOp::Eq)).to_owned());
        if self.is_released() {
            return result(other.is(self));
        }
        if let Some(o) = other.downcast::<MemoryView>() {
            if o.is_released() {
                return result(other.is(self));
            }
            // Both are kept from being released while they are compared.
            let (a, b) = (self.again()?, o.again()?);
            return result(equal_views(a.view(), b.view())?);
        }
        if !Buffer::supported(other) {
            return Ok(not_implemented().to_owned());
        }
        let held = match Buffer::get(other, abi::PyBUF_FULL_RO) {
            Ok(b) => b,
            Err(e) => {
                e.clear();
                return Ok(not_implemented().to_owned());
            }
        };
        let a = self.again()?;
        result(equal_views(a.view(), held.view())?)
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<MemoryIter>> {
        self.check()?;
        self.item_format()?;
        match self.ndim() {
            0 => bail!(TypeError, "invalid indexing of 0-dim memory"),
            1 => {}
            _ => bail!(NotImplementedError, "multi-dimensional sub-views are not implemented"),
        }
        crate::types::ready::ready::<MemoryIter>()?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let it = alloc::new_body::<MemoryIter>()?;
            (*it.body()).seq = self.to_ref().into_ptr();
            (*it.body()).length = self.shape()[0];
            Ok(it)
        }
    }

    #[slot(sq_length)]
    fn length(&self) -> PyResult<isize> {
        self.check()?;
        match self.shape() {
            [] => bail!(TypeError, "0-dim memory has no length"),
            [n, ..] => Ok(*n),
        }
    }

    #[slot(mp_length)]
    fn mapping_length(&self) -> PyResult<isize> {
        self.length()
    }

    #[slot(sq_item)]
    fn item_slot(&self, i: isize) -> PyResult<Object> {
        self.item_at(i)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        self.check()?;
        if self.ndim() == 0 {
            if key.downcast::<Tuple>().is_some_and(Tuple::is_empty) {
                // SAFETY: the one item.
                return unsafe { unpack(self.start(), self.item_format()?) };
            }
            if key.is(ellipsis()) {
                return Ok(owned(self));
            }
            bail!(TypeError, "invalid indexing of 0-dim memory");
        }
        if key.has_index() {
            return self.item_at(key.as_isize_index()?);
        }
        if let Some(s) = key.downcast_exact::<Slice>() {
            self.check_unrestricted()?;
            let v = self.again()?;
            v.cut(s)?;
            return Ok(v.into_object());
        }
        if let Some(t) = key.downcast::<Tuple>() {
            if t.items().iter().all(|k| k.has_index()) {
                let c = self.item_format()?;
                if t.len() < self.ndim() {
                    bail!(NotImplementedError, "sub-views are not implemented");
                }
                let p = self.multi(t)?;
                self.check()?;
                // SAFETY: the address of an item.
                return unsafe { unpack(p, c) };
            }
            if !t.is_empty() && t.items().iter().all(|k| k.is_exact::<Slice>()) {
                bail!(NotImplementedError, "multi-dimensional slicing is not implemented");
            }
        }
        bail!(TypeError, "memoryview: invalid slice key")
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        self.check()?;
        self.item_format()?;
        if self.view().readonly != 0 {
            bail!(TypeError, "cannot modify read-only memory");
        }
        match value {
            Some(v) => self.assign(key, v),
            None => bail!(TypeError, "cannot delete memory"),
        }
    }

    #[slot(bf_getbuffer, raw)]
    unsafe extern "C" fn getbuffer(o: P, out: *mut abi::Py_buffer, flags: c_int) -> c_int {
        // SAFETY: a live view and the consumer's struct.
        unsafe {
            let v = &*(o as *const MemoryView);
            match v.give(out, flags) {
                Ok(()) => 0,
                Err(Raised { .. }) => {
                    (*out).obj = null_mut();
                    -1
                }
            }
        }
    }

    #[slot(bf_releasebuffer, raw)]
    unsafe extern "C" fn releasebuffer(o: P, _view: *mut abi::Py_buffer) {
        // SAFETY: called once for each buffer given out.
        unsafe { (*(o as *mut abi::PyMemoryViewObject)).exports -= 1 }
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method]
    fn release(&self) -> PyResult<()> {
        self.release_view()
    }

    #[method(name = "__enter__")]
    fn enter(&self) -> PyResult<&Obj> {
        self.check()?;
        Ok(self)
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method(name = "__exit__", sig = "(*exc_info)")]
    fn exit(&self, _exc_info: &[&Obj]) -> PyResult<()> {
        self.release_view()
    }

    /// Create a new memoryview object which references the given object.
    #[classmethod(name = "_from_flags", sig = "(object, flags)")]
    fn from_flags_method(_cls: &Type, object: &Obj, flags: i32) -> PyResult<Ref<MemoryView>> {
        from_object_flags(object, flags)
    }

    /// Cast a memoryview to a new format or shape.
    #[method(sig = "(format, shape=<unrepresentable>)")]
    fn cast(&self, format: &Str, shape: Option<&Obj>) -> PyResult<Ref<MemoryView>> {
        self.check_unrestricted()?;
        if !self.has(C_ORDER) {
            bail!(TypeError, "memoryview: casts are restricted to C-contiguous views");
        }
        if (shape.is_some() || self.ndim() != 1)
            && (self.shape().contains(&0) || self.strides().contains(&0))
        {
            bail!(TypeError, "memoryview: cannot cast view with zeros in shape or strides");
        }
        let extents = match shape {
            None => None,
            Some(s) => {
                let items = if let Some(l) = s.downcast::<List>() {
                    l.to_vec()
                } else if let Some(t) = s.downcast::<Tuple>() {
                    t.items().to_vec()
                } else {
                    bail!(TypeError, "shape must be a list or a tuple");
                };
                if items.len() > abi::PyBUF_MAX_NDIM as usize {
                    bail!(ValueError, "memoryview: number of dimensions must not exceed {}", abi::PyBUF_MAX_NDIM);
                }
                if items.len() != 1 && self.ndim() != 1 {
                    bail!(TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
                }
                Some(items)
            }
        };
        let name = format.as_str()?;
        let Some(new_format) = static_format(name) else {
            bail!(
                ValueError,
                "memoryview: destination format must be a native single character format prefixed with an optional '@'"
            );
        };
        let Some(from) = native_char(self.format()) else {
            bail!(
                ValueError,
                "memoryview: source format must be a native single character format prefixed with an optional '@'"
            );
        };
        let to = native_char(new_format).unwrap_or(b'B');
        let is_byte = |c| matches!(c, b'b' | b'B' | b'c');
        if !is_byte(from) && !is_byte(to) {
            bail!(TypeError, "memoryview: cannot cast between two non-byte formats");
        }
        let size = item_size(to).unwrap_or(1) as isize;
        if self.view().len % size != 0 {
            bail!(TypeError, "memoryview: length is not a multiple of itemsize");
        }
        let dims = match &extents {
            None => vec![self.view().len / size],
            Some(items) => {
                let mut product: isize = 1;
                let mut dims = Vec::with_capacity(items.len());
                for x in items {
                    if !x.is_a::<Int>() {
                        bail!(TypeError, "memoryview.cast(): elements of shape must be integers");
                    }
                    let n = x.as_isize()?;
                    if n <= 0 {
                        bail!(ValueError, "memoryview.cast(): elements of shape must be integers > 0");
                    }
                    let Some(p) = product.checked_mul(n) else {
                        bail!(ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
                    };
                    product = p;
                    dims.push(n);
                }
                if product.checked_mul(size) != Some(self.view().len) {
                    bail!(TypeError, "memoryview: product(shape) * itemsize != buffer size");
                }
                dims
            }
        };
        // SAFETY: a new view; its arrays have room for `dims`.
        unsafe {
            let mut src = *self.view();
            src.suboffsets = null_mut();
            src.format = new_format.as_ptr().cast_mut();
            src.itemsize = size;
            src.ndim = dims.len() as c_int;
            let mut strides = c_strides(&dims, size);
            let mut dims = dims;
            src.shape = dims.as_mut_ptr();
            src.strides = strides.as_mut_ptr();
            add_view(self.holder(), &src, dims.len())
        }
    }

    /// Return a readonly version of the memoryview.
    #[method]
    fn toreadonly(&self) -> PyResult<Ref<MemoryView>> {
        self.check_unrestricted()?;
        let v = self.again()?;
        // SAFETY: a new view.
        unsafe { v.view_mut().readonly = 1 };
        Ok(v)
    }

    /// Return the data in the buffer as a list of elements.
    #[method]
    fn tolist(&self) -> PyResult<Object> {
        self.check()?;
        let c = self.item_format()?;
        self.list_from(self.start(), 0, c)
    }

    /// Return the data in the buffer as a byte string.
    ///
    /// Order can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the
    /// original array is converted to C or Fortran order. For contiguous views,
    /// 'A' returns an exact copy of the physical memory. In particular, in-memory
    /// Fortran order is preserved. For non-contiguous views, the data is converted
    /// to C first. order=None is the same as order='C'.
    #[method(sig = "(order='C')")]
    fn tobytes(&self, order: Option<&Obj>) -> PyResult<Ref<Bytes>> {
        self.check()?;
        let order = order.unwrap_or(none());
        let order = match order.downcast::<Str>() {
            None if order.is_none() => b'C',
            None => bail!(TypeError, "tobytes() argument 'order' must be str or None, not {}", order.type_name()),
            Some(s) => match s.as_ascii() {
                Some("C") => b'C',
                Some("F") => b'F',
                Some("A") => b'A',
                _ => bail!(ValueError, "order must be 'C', 'F' or 'A'"),
            },
        };
        Bytes::from_vec(contiguous_copy(self.view(), order))
    }

    /// Return the data in the buffer as a str of hexadecimal numbers.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    #[method(sig = "(sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(&self, sep: Option<&Obj>, bytes_per_sep: i32) -> PyResult<Ref<Str>> {
        self.check()?;
        bytes_methods::hex(&contiguous_copy(self.view(), b'C'), sep, bytes_per_sep)
    }

    /// Count the number of occurrences of a value.
    #[method(name = "count")]
    fn count_method(&self, value: &Obj) -> PyResult<usize> {
        let mut n = 0;
        let it = (**self).iter()?;
        while let Some(x) = it.iter_next()? {
            n += x.equals(value)? as usize;
        }
        Ok(n)
    }

    /// Return the index of the first occurrence of a value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(name = "index", sig = "(value, start=0, stop=sys.maxsize, /)")]
    fn index_method(&self, value: &Obj, start: Option<&Obj>, stop: Option<&Obj>) -> PyResult<isize> {
        self.check()?;
        match self.ndim() {
            0 => bail!(TypeError, "invalid lookup on 0-dim memory"),
            1 => {}
            _ => bail!(NotImplementedError, "multi-dimensional lookup is not implemented"),
        }
        let (start, stop) = crate::types::slice::clip_range(start, stop, self.shape()[0] as usize)?;
        for i in start..stop {
            if self.item_at(i as isize)?.equals(value)? {
                return Ok(i as isize);
            }
        }
        bail!(ValueError, "memoryview.index(x): x not found")
    }

    /// memoryviews are generic over the type of their underlying data
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }

    /// The underlying object of the memoryview.
    #[getter]
    fn obj(&self) -> PyResult<Object> {
        self.check()?;
        let o = self.view().obj;
        // SAFETY: NULL or an exporter that the holder keeps alive.
        Ok(if o.is_null() { none().to_owned() } else { unsafe { Ref::from_borrowed(o) } })
    }

    /// The amount of space in bytes that the array would use in
    ///  a contiguous representation.
    #[getter]
    fn nbytes(&self) -> PyResult<isize> {
        self.check()?;
        Ok(self.view().len)
    }

    /// A bool indicating whether the memory is read only.
    #[getter]
    fn readonly(&self) -> PyResult<bool> {
        self.check()?;
        Ok(self.view().readonly != 0)
    }

    /// The size in bytes of each element of the memoryview.
    #[getter]
    fn itemsize(&self) -> PyResult<isize> {
        self.check()?;
        Ok(self.view().itemsize)
    }

    /// A string containing the format (in struct module style)
    ///  for each element in the view.
    #[getter(name = "format")]
    fn format_getter(&self) -> PyResult<Ref<Str>> {
        self.check()?;
        Str::from_utf8(self.format().to_bytes())
    }

    /// An integer indicating how many dimensions of a multi-dimensional
    ///  array the memory represents.
    #[getter(name = "ndim")]
    fn ndim_getter(&self) -> PyResult<usize> {
        self.check()?;
        Ok(self.ndim())
    }

    /// A tuple of ndim integers giving the shape of the memory
    ///  as an N-dimensional array.
    #[getter(name = "shape")]
    fn shape_getter(&self) -> PyResult<Ref<Tuple>> {
        self.check()?;
        MemoryView::numbers(self.view().shape, self.ndim())
    }

    /// A tuple of ndim integers giving the size in bytes to access
    ///  each element for each dimension of the array.
    #[getter(name = "strides")]
    fn strides_getter(&self) -> PyResult<Ref<Tuple>> {
        self.check()?;
        MemoryView::numbers(self.view().strides, self.ndim())
    }

    /// A tuple of integers used internally for PIL-style arrays.
    #[getter]
    fn suboffsets(&self) -> PyResult<Ref<Tuple>> {
        self.check()?;
        MemoryView::numbers(self.view().suboffsets, self.ndim())
    }

    /// A bool indicating whether the memory is C contiguous.
    #[getter]
    fn c_contiguous(&self) -> PyResult<bool> {
        self.check()?;
        Ok(self.has(C_ORDER))
    }

    /// A bool indicating whether the memory is Fortran contiguous.
    #[getter]
    fn f_contiguous(&self) -> PyResult<bool> {
        self.check()?;
        Ok(self.has(F_ORDER))
    }

    /// A bool indicating whether the memory is contiguous.
    #[getter]
    fn contiguous(&self) -> PyResult<bool> {
        self.check()?;
        Ok(self.has(C_ORDER | F_ORDER))
    }
}

impl MemoryView {
    /// Fills a consumer's struct.
    unsafe fn give(&self, out: *mut abi::Py_buffer, flags: c_int) -> PyResult<()> {
        self.check_unrestricted()?;
        let asks = |f: c_int| flags & f == f;
        if asks(abi::PyBUF_WRITABLE) && self.view().readonly != 0 {
            bail!(BufferError, "memoryview: underlying buffer is not writable");
        }
        if asks(abi::PyBUF_C_CONTIGUOUS) && !self.has(C_ORDER) {
            bail!(BufferError, "memoryview: underlying buffer is not C-contiguous");
        }
        if asks(abi::PyBUF_F_CONTIGUOUS) && !self.has(F_ORDER) {
            bail!(BufferError, "memoryview: underlying buffer is not Fortran contiguous");
        }
        if asks(abi::PyBUF_ANY_CONTIGUOUS) && !self.has(C_ORDER | F_ORDER) {
            bail!(BufferError, "memoryview: underlying buffer is not contiguous");
        }
        if !asks(abi::PyBUF_INDIRECT) && self.has(INDIRECT) {
            bail!(BufferError, "memoryview: underlying buffer requires suboffsets");
        }
        if !asks(abi::PyBUF_STRIDES) && !self.has(C_ORDER) {
            bail!(BufferError, "memoryview: underlying buffer is not C-contiguous");
        }
        if !asks(abi::PyBUF_ND) && asks(abi::PyBUF_FORMAT) {
            bail!(BufferError, "memoryview: cannot cast to unsigned bytes if the format flag is present");
        }
        // SAFETY: the consumer's struct; the view counts as exported until it is released.
        unsafe {
            *out = *self.view();
            let o = &mut *out;
            if !asks(abi::PyBUF_FORMAT) {
                o.format = null_mut();
            }
            if !asks(abi::PyBUF_STRIDES) {
                o.strides = null_mut();
            }
            if !asks(abi::PyBUF_ND) {
                o.ndim = 1;
                o.shape = null_mut();
            }
            incref(self.as_ptr());
            o.obj = self.as_ptr();
            (*self.body()).exports += 1;
        }
        Ok(())
    }
}

/// The body of the iterator.
#[repr(C)]
pub struct MemoryIterBody {
    pub ob_base: abi::PyObject,
    pub index: isize,
    pub seq: P,
    pub length: isize,
}

/// `iter(memoryview)`.
#[pytype(name = "memory_iterator", body = MemoryIterBody, export = "_PyMemoryIter_Type", refs(seq), gc,
         flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct MemoryIter;

#[pymethods]
impl MemoryIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields; the view is kept while it is looked at.
        unsafe {
            let b = self.body();
            let Some(v) = ((*b).seq as *const MemoryView).as_ref() else { return Ok(None) };
            if (*b).index < (*b).length {
                v.check()?;
                let i = (*b).index;
                (*b).index += 1;
                return v.item_at(i).map(Some);
            }
            let seq = std::mem::replace(&mut (*b).seq, null_mut());
            decref(seq);
        }
        Ok(None)
    }
}

/// Ignores a `TypeError` of an object without a buffer: its view, or nothing.
pub fn try_from_object(o: &Obj) -> PyResult<Option<Ref<MemoryView>>> {
    catch(from_object(o), exc::TypeError())
}
