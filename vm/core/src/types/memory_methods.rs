//! The methods and slots of `memoryview`.

use crate::bail;
use crate::error::{PyResult, Raised};
use crate::gc;
use crate::object::buffer::{Buffer, c_strides, contiguous_copy};
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::clear;
use crate::object::{Obj, Object, Ref};
use crate::types::bool_::bool_obj;
use crate::types::bytes::Bytes;
use crate::types::bytes_methods;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::managed_buffer::{add_view, from_object, from_object_flags};
use crate::types::memory_compare::equal_views;
use crate::types::memory_items::{item_size, native_char, static_format, unpack};
use crate::types::memory_iter::MemoryIter;
use crate::types::memoryview::{C_ORDER, F_ORDER, MemoryView, RELEASED};
use crate::types::none::{ellipsis, none, not_implemented};
use crate::types::slice::Slice;
use crate::types::str_::{Str, hash_key};
use crate::types::support::{generic_alias, owned};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use dovetail_macros::pymethods;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

type P = *mut abi::PyObject;

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
            let exporter = unsafe { Obj::from_ptr(v.obj) }.to_owned();
            self.pinned(|| exporter.hash())?;
        }
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
        MemoryIter::new(self, self.shape()[0])
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
        if (shape.is_some() || self.ndim() != 1) && (self.shape().contains(&0) || self.strides().contains(&0))
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
                    bail!(
                        ValueError,
                        "memoryview: number of dimensions must not exceed {}",
                        abi::PyBUF_MAX_NDIM
                    );
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
        let to = native_char(new_format).unwrap_or(b'B');
        let is_byte = |c| matches!(c, b'b' | b'B' | b'c');
        if !native_char(self.format()).is_some_and(is_byte) && !is_byte(to) {
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
            None => {
                bail!(TypeError, "tobytes() argument 'order' must be str or None, not {}", order.type_name())
            }
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
    ///
    /// Example:
    /// >>> data = memoryview(b'\x01\x23\x45')
    /// >>> data.hex()
    /// '012345'
    /// >>> data.hex('-', 2)
    /// '01-2345'
    #[method(sig = "(sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(&self, sep: Option<&Obj>, bytes_per_sep: i32) -> PyResult<Ref<Str>> {
        self.check()?;
        self.pinned(|| bytes_methods::hex(&contiguous_copy(self.view(), b'C'), sep, bytes_per_sep))
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
