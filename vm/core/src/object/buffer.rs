//! The buffer protocol: borrowed views of an exporter's memory, given back when dropped.

use crate::error::{PyResult, Raised};
use crate::object::convert::{ArgInfo, FromArg};
use crate::object::obj::{Obj, decref, incref};
use crate::types::bytes::Bytes;
use crate::types::str_::Str;
use crate::{bail, raise};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

/// A buffer held from its exporter. It lives in a box because exporters point into the struct itself.
pub struct Buffer {
    view: Box<abi::Py_buffer>,
}

impl Buffer {
    /// The struct, as long as the buffer is held.
    pub fn raw(&self) -> *const abi::Py_buffer {
        &*self.view
    }
}

/// Asks an object for its buffer (`PyObject_GetBuffer`).
///
/// # Safety
/// `out` is a buffer struct, which the caller releases after success.
pub unsafe fn acquire(o: &Obj, out: *mut abi::Py_buffer, flags: c_int) -> PyResult<()> {
    // SAFETY: the suite of a live type; the exporter fills the struct.
    unsafe {
        if flags == abi::PyBUF_READ || flags == abi::PyBUF_WRITE {
            bail!(SystemError, "bad argument to internal function");
        }
        let get = o.ob_type().raw().tp_as_buffer.as_ref().and_then(|b| b.bf_getbuffer);
        let Some(get) = get else {
            bail!(TypeError, "a bytes-like object is required, not '{}'", o.type_name());
        };
        if get(o.as_ptr(), out, flags) < 0 { Err(Raised::from_c()) } else { Ok(()) }
    }
}

/// Gives a buffer back (`PyBuffer_Release`). Does nothing for one without an owner.
///
/// # Safety
/// The struct was filled by `acquire`, or has a NULL owner.
pub unsafe fn release(view: *mut abi::Py_buffer) {
    // SAFETY: the caller's promise.
    unsafe {
        let o = (*view).obj;
        if o.is_null() {
            return;
        }
        let ty = Obj::from_ptr(o).ob_type();
        if let Some(f) = ty.raw().tp_as_buffer.as_ref().and_then(|b| b.bf_releasebuffer) {
            f(o, view);
        }
        (*view).obj = null_mut();
        decref(o);
    }
}

/// Fills the struct for a block of bytes (`PyBuffer_FillInfo`).
///
/// # Safety
/// `view` is a buffer struct; `buf` holds `len` bytes as long as `owner` lives and is exported.
pub unsafe fn fill_info(
    view: *mut abi::Py_buffer,
    owner: *mut abi::PyObject,
    buf: *mut c_void,
    len: isize,
    readonly: bool,
    flags: c_int,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if view.is_null() {
            bail!(BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete");
        }
        if flags & abi::PyBUF_WRITABLE != 0 && readonly {
            (*view).obj = null_mut();
            bail!(BufferError, "Object is not writable.");
        }
        if !owner.is_null() {
            incref(owner);
        }
        let v = &mut *view;
        v.obj = owner;
        v.buf = buf;
        v.len = len;
        v.readonly = readonly as c_int;
        v.itemsize = 1;
        v.format = if flags & abi::PyBUF_FORMAT != 0 { c"B".as_ptr().cast_mut() } else { null_mut() };
        v.ndim = 1;
        v.shape = if flags & abi::PyBUF_ND != 0 { &raw mut v.len } else { null_mut() };
        v.strides =
            if flags & abi::PyBUF_STRIDES == abi::PyBUF_STRIDES { &raw mut v.itemsize } else { null_mut() };
        v.suboffsets = null_mut();
        v.internal = null_mut();
        Ok(())
    }
}

/// The extents of a view's dimensions; one of `len / itemsize` where no shape is given.
pub fn shape_of(v: &abi::Py_buffer) -> Vec<isize> {
    if v.ndim == 0 {
        return Vec::new();
    }
    if v.shape.is_null() {
        return vec![if v.itemsize > 0 { v.len / v.itemsize } else { v.len }];
    }
    // SAFETY: a shape has `ndim` extents.
    unsafe { std::slice::from_raw_parts(v.shape, v.ndim as usize) }.to_vec()
}

/// The strides of a C-contiguous array.
pub fn c_strides(shape: &[isize], itemsize: isize) -> Vec<isize> {
    let mut strides = vec![itemsize; shape.len()];
    for i in (0..shape.len().saturating_sub(1)).rev() {
        strides[i] = strides[i + 1] * shape[i + 1];
    }
    strides
}

/// The strides of a Fortran-contiguous array.
pub fn f_strides(shape: &[isize], itemsize: isize) -> Vec<isize> {
    let mut strides = vec![itemsize; shape.len()];
    for i in 1..shape.len() {
        strides[i] = strides[i - 1] * shape[i - 1];
    }
    strides
}

/// The strides of a view, computed where none are given.
pub fn strides_of(v: &abi::Py_buffer) -> Vec<isize> {
    if v.strides.is_null() {
        return c_strides(&shape_of(v), v.itemsize);
    }
    // SAFETY: strides come as one a dimension.
    unsafe { std::slice::from_raw_parts(v.strides, v.ndim as usize) }.to_vec()
}

/// The suboffsets of a view, if it has any.
pub fn suboffsets_of(v: &abi::Py_buffer) -> Option<Vec<isize>> {
    if v.suboffsets.is_null() {
        return None;
    }
    // SAFETY: suboffsets come as one a dimension.
    Some(unsafe { std::slice::from_raw_parts(v.suboffsets, v.ndim as usize) }.to_vec())
}

/// Is the memory one block in C order (`b'C'`), Fortran order (`b'F'`) or either (`b'A'`)?
pub fn is_contiguous(v: &abi::Py_buffer, order: u8) -> bool {
    if !v.suboffsets.is_null() {
        return false;
    }
    let fits = |want: Vec<isize>| {
        let shape = shape_of(v);
        if v.len == 0 || v.strides.is_null() {
            return true;
        }
        let strides = strides_of(v);
        shape.iter().zip(strides.iter().zip(&want)).all(|(n, (s, w))| *n <= 1 || s == w)
    };
    let c = || fits(c_strides(&shape_of(v), v.itemsize));
    let f = || {
        if v.strides.is_null() {
            // Without strides the memory is in C order; both are the same with one dimension.
            return v.ndim <= 1 || v.len == 0 || shape_of(v).iter().filter(|n| **n > 1).count() <= 1;
        }
        fits(f_strides(&shape_of(v), v.itemsize))
    };
    match order {
        b'C' => c(),
        b'F' => f(),
        _ => c() || f(),
    }
}

/// Calls `each` with the address of every item, the last index moving fastest.
///
/// # Safety
/// The view is held, and `each` keeps within an item.
pub unsafe fn each_item(v: &abi::Py_buffer, each: &mut dyn FnMut(*mut u8)) {
    let (shape, strides, sub) = (shape_of(v), strides_of(v), suboffsets_of(v));
    unsafe fn walk(
        p: *mut u8,
        shape: &[isize],
        strides: &[isize],
        sub: Option<&[isize]>,
        each: &mut dyn FnMut(*mut u8),
    ) {
        let Some((n, inner)) = shape.split_first() else { return each(p) };
        for i in 0..*n {
            // SAFETY: the exporter's own arithmetic.
            unsafe {
                let mut q = p.offset(i * strides[0]);
                if let Some(s) = sub
                    && s[0] >= 0
                {
                    q = (*(q as *mut *mut u8)).offset(s[0]);
                }
                walk(q, inner, &strides[1..], sub.map(|s| &s[1..]), each);
            }
        }
    }
    // SAFETY: the caller's promise.
    unsafe { walk(v.buf.cast(), &shape, &strides, sub.as_deref(), each) }
}

/// The items of a view as one block, in C order, Fortran order, or (`b'A'`) as they lie where they are contiguous.
pub fn contiguous_copy(v: &abi::Py_buffer, order: u8) -> Vec<u8> {
    let whole = match order {
        b'F' => is_contiguous(v, b'F'),
        b'A' => is_contiguous(v, b'A'),
        _ => is_contiguous(v, b'C'),
    };
    // SAFETY: the view is held by the caller; a contiguous one is a block of `len` bytes.
    unsafe {
        if whole {
            return if v.len == 0 {
                Vec::new()
            } else {
                std::slice::from_raw_parts(v.buf.cast(), v.len as usize).to_vec()
            };
        }
        let item = v.itemsize as usize;
        if order != b'F' {
            let mut out = Vec::with_capacity(v.len as usize);
            each_item(v, &mut |p| out.extend_from_slice(std::slice::from_raw_parts(p, item)));
            return out;
        }
        // Items come in C order; each goes to its place in Fortran order.
        let shape = shape_of(v);
        let places = f_strides(&shape, v.itemsize);
        let mut out = vec![0u8; v.len as usize];
        let mut index = vec![0isize; shape.len()];
        each_item(v, &mut |p| {
            let at: isize = index.iter().zip(&places).map(|(i, s)| i * s).sum();
            out[at as usize..at as usize + item].copy_from_slice(std::slice::from_raw_parts(p, item));
            for d in (0..shape.len()).rev() {
                index[d] += 1;
                if index[d] < shape[d] {
                    break;
                }
                index[d] = 0;
            }
        });
        out
    }
}

impl Buffer {
    /// Can the object give out a buffer?
    pub fn supported(o: &Obj) -> bool {
        // SAFETY: the suite of a live type.
        unsafe { o.ob_type().raw().tp_as_buffer.as_ref() }.is_some_and(|b| b.bf_getbuffer.is_some())
    }

    /// The object's buffer; `TypeError` where it has none, `BufferError` where it cannot fulfil `flags`.
    pub fn get(o: &Obj, flags: c_int) -> PyResult<Buffer> {
        // SAFETY: all-zero is an empty view; it is filled in place and does not move.
        unsafe {
            let mut view: Box<abi::Py_buffer> = Box::new(std::mem::zeroed());
            acquire(o, &mut *view, flags)?;
            Ok(Buffer { view })
        }
    }

    /// The plain contiguous bytes.
    pub fn simple(o: &Obj) -> PyResult<Buffer> {
        Buffer::get(o, abi::PyBUF_SIMPLE)
    }

    pub fn view(&self) -> &abi::Py_buffer {
        &self.view
    }

    pub fn len(&self) -> usize {
        self.view.len as usize
    }

    pub fn is_empty(&self) -> bool {
        self.view.len == 0
    }

    pub fn is_readonly(&self) -> bool {
        self.view.readonly != 0
    }

    /// The bytes of a contiguous buffer.
    pub fn as_slice(&self) -> &[u8] {
        if self.view.len == 0 {
            return &[];
        }
        debug_assert!(is_contiguous(&self.view, b'A'));
        // SAFETY: the buffer is held.
        unsafe { std::slice::from_raw_parts(self.view.buf.cast(), self.view.len as usize) }
    }

    /// The bytes of a contiguous writable buffer.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        if self.view.len == 0 {
            return &mut [];
        }
        debug_assert!(!self.is_readonly());
        // SAFETY: the buffer is held, and writable.
        unsafe { std::slice::from_raw_parts_mut(self.view.buf.cast(), self.view.len as usize) }
    }

    /// The items as one block: order `b'C'`, `b'F'` or `b'A'`.
    pub fn to_vec(&self, order: u8) -> PyResult<Vec<u8>> {
        Ok(contiguous_copy(&self.view, order))
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: filled by `acquire`.
        unsafe { release(&mut *self.view) }
    }
}

/// A bytes-like argument: contiguous bytes for reading.
pub enum BytesLike<'a> {
    /// A bytes object, seen without asking for a buffer.
    Bytes(&'a [u8]),
    Buffer(Buffer),
}

impl<'a> BytesLike<'a> {
    /// The bytes of an object; `TypeError` where it has no buffer.
    #[inline]
    pub fn of(o: &'a Obj) -> PyResult<BytesLike<'a>> {
        if let Some(b) = o.downcast_exact::<Bytes>() {
            return Ok(BytesLike::Bytes(b.as_slice()));
        }
        let b = Buffer::simple(o)?;
        if !is_contiguous(b.view(), b'C') {
            bail!(BufferError, "contiguous buffer expected");
        }
        Ok(BytesLike::Buffer(b))
    }

    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        match self {
            BytesLike::Bytes(b) => b,
            BytesLike::Buffer(b) => b.as_slice(),
        }
    }
}

impl std::ops::Deref for BytesLike<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl<'a> FromArg<'a> for BytesLike<'a> {
    fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        BytesLike::of(object)
    }
}

/// Bytes, or the UTF-8 of a str (`s*` of C functions).
pub enum TextOrBytes<'a> {
    Text(&'a str),
    Bytes(BytesLike<'a>),
}

impl std::ops::Deref for TextOrBytes<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            TextOrBytes::Text(s) => s.as_bytes(),
            TextOrBytes::Bytes(b) => b,
        }
    }
}

impl<'a> FromArg<'a> for TextOrBytes<'a> {
    fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        match object.downcast::<Str>() {
            Some(s) => Ok(TextOrBytes::Text(s.as_str()?)),
            None => Ok(TextOrBytes::Bytes(BytesLike::of(object)?)),
        }
    }
}

/// A writable contiguous buffer (`w*` of C functions).
pub struct WritableBytes(pub Buffer);

impl<'a> FromArg<'a> for WritableBytes {
    fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        match Buffer::get(object, abi::PyBUF_WRITABLE) {
            Ok(b) if is_contiguous(b.view(), b'C') => Ok(WritableBytes(b)),
            Ok(_) => Err(raise!(BufferError, "contiguous buffer expected")),
            Err(e) => {
                e.clear();
                Err(info.bad("read-write bytes-like object", object))
            }
        }
    }
}
