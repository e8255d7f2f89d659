//! `bytearray`: a growing block of bytes that may begin behind the start of its memory, so that taking from the
//! front is cheap. While a buffer of it is held its length cannot change.

use crate::error::{PyResult, no_memory};
use crate::object::buffer::{Buffer, BytesLike, fill_info};
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::{Head, clear};
use crate::object::sequence::index_in;
use crate::object::{Obj, Object, Ref, ToRef, alloc};
use crate::types::bool_::bool_obj;
use crate::types::bytes::{Bytes, collect_bytes, encoded_source, size_argument, warn_compare, warn_str};
use crate::types::bytes_methods::{self as methods, ByteString, FillByte, Needle, byte_methods, byte_value};
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::none::not_implemented;
use crate::types::slice::Slice;
use crate::types::str_::Str;
use crate::types::str_methods::bounds;
use crate::types::support::{builtin, owned, reduce_iter, type_alloc};
use crate::types::tuple::{IndexIterBody, Tuple};
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::predicates::bytes as predicates;
use dovetail_text::repr::repr_bytes;
use dovetail_text::search::{self, Side};
use std::ffi::c_int;

/// Mutable bytes.
/// ---
/// bytearray(iterable_of_ints) -> bytearray
/// bytearray(string, encoding[, errors]) -> bytearray
/// bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer
/// bytearray(int) -> bytes array of size given by the parameter initialized with null bytes
/// bytearray() -> empty bytes array
///
/// Construct a mutable bytearray object from:
///   - an iterable yielding integers in range(256)
///   - a text string encoded using the specified encoding
///   - a bytes or a buffer object
///   - any object implementing the buffer API.
///   - an integer
#[pytype(
    name = "bytearray", body = abi::PyByteArrayObject, export = "PyByteArray_Type",
    flags = abi::Py_TPFLAGS_BASETYPE | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct ByteArray;

/// What `PyByteArray_AS_STRING` gives for an empty one.
#[unsafe(export_name = "_PyByteArray_empty_string")]
pub static EMPTY_STRING: [u8; 1] = [0];

impl ByteArray {
    /// A copy of the bytes.
    pub fn new(bytes: &[u8]) -> PyResult<Ref<ByteArray>> {
        // SAFETY: an all-zero body is an empty bytearray.
        let b: Ref<ByteArray> = unsafe { alloc::new_body()? };
        b.splice(0, 0, bytes)?;
        Ok(b)
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: a live object.
        unsafe { (*self.body()).ob_base.ob_size as usize }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes. Not to be held while anything runs that may change the object.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        if self.is_empty() {
            return &[];
        }
        // SAFETY: the memory is the object's.
        unsafe { std::slice::from_raw_parts((*self.body()).ob_start.cast(), self.len()) }
    }

    /// The bytes for writing, under the same rule.
    #[allow(clippy::mut_from_ref)]
    pub fn as_mut_slice(&self) -> &mut [u8] {
        if self.is_empty() {
            return &mut [];
        }
        // SAFETY: as above, under the GIL.
        unsafe { std::slice::from_raw_parts_mut((*self.body()).ob_start.cast(), self.len()) }
    }

    fn check_resizable(&self) -> PyResult<()> {
        // SAFETY: own fields.
        if unsafe { (*self.body()).ob_exports } > 0 {
            bail!(BufferError, "Existing exports of data: object cannot be re-sized");
        }
        Ok(())
    }

    /// Changes the length (`PyByteArray_Resize`); new bytes are not written.
    pub fn resize_to(&self, size: usize) -> PyResult<()> {
        if size == self.len() {
            return Ok(());
        }
        self.check_resizable()?;
        if size > isize::MAX as usize - 64 || size >= alloc::HUGE_BLOCK && !alloc::may_have(size) {
            return Err(no_memory());
        }
        // SAFETY: own fields; the memory is reallocated with room for a final zero byte.
        unsafe {
            let b = &mut *self.body();
            let mut alloc_size = b.ob_alloc as usize;
            let offset = (b.ob_start as usize).wrapping_sub(b.ob_bytes as usize);
            if size + offset < alloc_size {
                if size >= alloc_size / 2 {
                    b.ob_base.ob_size = size as isize;
                    *b.ob_start.add(size) = 0;
                    return Ok(());
                }
                // Much smaller: down to the exact size.
                alloc_size = size + 1;
            } else if size as f64 <= alloc_size as f64 * 1.125 {
                alloc_size = size + (size >> 3) + if size < 9 { 3 } else { 6 };
            } else {
                alloc_size = size + 1;
            }
            let p: *mut u8 = if offset > 0 {
                let p = alloc::malloc(alloc_size);
                if p.is_null() {
                    return Err(no_memory());
                }
                std::ptr::copy_nonoverlapping(b.ob_start.cast(), p, size.min(b.ob_base.ob_size as usize));
                alloc::free(b.ob_bytes.cast());
                p
            } else {
                let p = alloc::realloc(b.ob_bytes.cast(), alloc_size);
                if p.is_null() {
                    return Err(no_memory());
                }
                p
            };
            b.ob_bytes = p.cast();
            b.ob_start = p.cast();
            b.ob_base.ob_size = size as isize;
            b.ob_alloc = alloc_size as isize;
            *p.add(size) = 0;
        }
        Ok(())
    }

    /// Replaces the bytes `low..high` by others.
    pub fn splice(&self, low: usize, high: usize, new: &[u8]) -> PyResult<()> {
        let n = self.len();
        let (low, high) = (low.min(n), high.clamp(low.min(n), n));
        let tail = n - high;
        if new.len() < high - low {
            self.check_resizable()?;
            let less = high - low - new.len();
            if low == 0 {
                // The front goes: the bytes begin later in their memory.
                // SAFETY: own fields; the new start stays inside the memory.
                unsafe {
                    let b = &mut *self.body();
                    b.ob_start = b.ob_start.add(less);
                    b.ob_base.ob_size = (n - less) as isize;
                }
                // Gives memory back where much is unused, as any resize does.
                // SAFETY: own field.
                if n - less < unsafe { (*self.body()).ob_alloc } as usize / 2 {
                    self.compact()?;
                }
            } else {
                self.as_mut_slice().copy_within(high.., low + new.len());
                self.resize_to(n - less)?;
            }
        } else if new.len() > high - low {
            let more = new.len() - (high - low);
            self.resize_to(n + more)?;
            let all = self.as_mut_slice();
            all.copy_within(high..high + tail, high + more);
        }
        self.as_mut_slice()[low..low + new.len()].copy_from_slice(new);
        Ok(())
    }

    /// Moves the bytes into memory of just their size.
    fn compact(&self) -> PyResult<()> {
        // SAFETY: own fields.
        unsafe {
            let b = &mut *self.body();
            let n = b.ob_base.ob_size as usize;
            let p = alloc::malloc(n + 1);
            if p.is_null() {
                return Err(no_memory());
            }
            std::ptr::copy_nonoverlapping(b.ob_start.cast(), p, n);
            *p.add(n) = 0;
            alloc::free(b.ob_bytes.cast());
            b.ob_bytes = p.cast();
            b.ob_start = p.cast();
            b.ob_alloc = n as isize + 1;
        }
        Ok(())
    }

    /// Appends bytes.
    pub fn push_bytes(&self, new: &[u8]) -> PyResult<()> {
        let n = self.len();
        self.splice(n, n, new)
    }

    /// Deletes the items `start`, `start + step`, ...
    fn delete_strided(&self, start: isize, step: isize, count: usize) -> PyResult<()> {
        if count == 0 {
            return Ok(());
        }
        self.check_resizable()?;
        let (first, step) = if step > 0 {
            (start as usize, step as usize)
        } else {
            ((start + step * (count as isize - 1)) as usize, step.unsigned_abs())
        };
        let mut at = 0;
        let (mut next, mut left) = (first, count);
        let n = self.len();
        let all = self.as_mut_slice();
        for i in 0..n {
            if left > 0 && i == next {
                next += step;
                left -= 1;
            } else {
                all[at] = all[i];
                at += 1;
            }
        }
        self.resize_to(at)
    }

    fn assign(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        if key.has_index() {
            let i = key.as_isize_index()?;
            let byte = match value {
                Some(v) => Some(byte_value(v)?),
                None => None,
            };
            let Some(i) = index_in(i, self.len()) else { bail!(IndexError, "bytearray index out of range") };
            return match byte {
                Some(b) => {
                    self.as_mut_slice()[i] = b;
                    Ok(())
                }
                None => self.splice(i, i + 1, &[]),
            };
        }
        let Some(s) = key.downcast_exact::<Slice>() else {
            bail!(TypeError, "bytearray indices must be integers or slices, not {}", key.type_name());
        };
        let Some(v) = value else {
            let (start, _, step, count) = s.indices_then(|| self.len())?;
            if step == 1 {
                return self.splice(start as usize, start as usize + count, &[]);
            }
            return self.delete_strided(start, step, count);
        };
        let new: Vec<u8> = if let Some(b) = v.downcast::<ByteArray>() {
            b.as_slice().to_vec()
        } else if v.has_index() || v.is_a::<Str>() {
            bail!(TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
        } else {
            plain_bytes(v)?
        };
        let (start, _, step, count) = s.indices_then(|| self.len())?;
        if step == 1 {
            return self.splice(start as usize, start as usize + count, &new);
        }
        if new.is_empty() {
            return self.delete_strided(start, step, count);
        }
        if new.len() != count {
            bail!(
                ValueError,
                "attempt to assign bytes of size {} to extended slice of size {count}",
                new.len()
            );
        }
        let all = self.as_mut_slice();
        for (i, b) in new.iter().enumerate() {
            all[(start + i as isize * step) as usize] = *b;
        }
        Ok(())
    }

    /// What `__reduce_ex__` gives for a protocol.
    fn reduced(&self, protocol: isize) -> PyResult<Object> {
        let state = (**self).call_method(sym!(__getstate__), &[])?;
        let args = if protocol < 3 {
            if self.is_empty() {
                Tuple::empty()
            } else {
                Tuple::from_array([
                    Str::from_latin1(self.as_slice())?.into_object(),
                    Str::new("latin-1")?.into_object(),
                ])?
            }
        } else {
            Tuple::from_array([Bytes::new(self.as_slice())?.into_object()])?
        };
        Ok(Tuple::from_array([owned(self.ob_type()), args.into_object(), state])?.into_object())
    }
}

/// The bytes of a buffer or an iterable of ints.
fn plain_bytes(o: &Obj) -> PyResult<Vec<u8>> {
    if Buffer::supported(o) {
        return Buffer::get(o, abi::PyBUF_FULL_RO)?.to_vec(b'C');
    }
    match collect_bytes(o, "byte must be in range(0, 256)")? {
        Some(v) => Ok(v),
        None => Err(raise!(TypeError, "cannot convert '{}' object to bytearray", o.type_name())),
    }
}

impl ByteString for ByteArray {
    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        self.as_slice()
    }

    fn pin(&self) -> crate::types::bytes_methods::Pin {
        crate::types::bytes_methods::Pin::new(self)
    }

    fn make(bytes: &[u8]) -> PyResult<Object> {
        Ok(ByteArray::new(bytes)?.into_object())
    }

    fn unchanged(&self) -> PyResult<Object> {
        ByteArray::make(self.as_slice())
    }
}

byte_methods! { ByteArray, {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: an all-zero body is an empty bytearray.
        unsafe { type_alloc(cls, 0) }
    }

    #[slot(tp_init, sig = "(source=b'', encoding='utf-8', errors='strict')")]
    fn init_slot(&self, source: Option<&Obj>, encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
        self.resize_to(0)?;
        if let Some(b) = encoded_source(source, encoding, errors)? {
            return self.push_bytes(b.as_slice());
        }
        let Some(o) = source else { return Ok(()) };
        if o.is_a::<Str>() {
            bail!(TypeError, "string argument without an encoding");
        }
        if let Some(n) = size_argument(o)? {
            self.resize_to(n)?;
            self.as_mut_slice().fill(0);
            return Ok(());
        }
        let ty = o.ob_type();
        if !Buffer::supported(o)
            && ty.lookup(sym!(__bytes__)).is_none()
            && ty.lookup(sym!(__iter__)).is_some()
            && ty.lookup(sym!(__next__)).is_some()
        {
            // What the iterator sees of this object is what it has given so far.
            while let Some(item) = o.iter_next()? {
                self.push_bytes(&[byte_value(&item)?])?;
            }
            return Ok(());
        }
        self.push_bytes(&plain_bytes(o)?)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            let b = o as *mut abi::PyByteArrayObject;
            if (*b).ob_exports > 0 {
                let e = raise!(SystemError, "deallocated bytearray object has exported buffers");
                crate::error::unraisable(e, "", None);
            }
            alloc::free((*b).ob_bytes.cast());
            let ty = (*(o as *mut Head)).ob_type;
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        // As the literal of bytes, but with every single quote escaped.
        let shown = repr_bytes(self.as_slice(), true);
        let double = shown.as_text().get(1) == Some('"' as u32);
        let mut out = dovetail_text::TextBuf::from(self.ob_type().short_name());
        out.push_str("(");
        for c in shown.as_text().iter() {
            if double && c == '\'' as u32 {
                out.push_str("\\");
            }
            out.push(c);
        }
        out.push_str(")");
        Str::from_buf(out)
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        warn_str("bytearray")?;
        self.repr_slot()
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<ByteArrayIter>> {
        // SAFETY: the field is filled before anything runs.
        unsafe {
            let it = alloc::new_body::<ByteArrayIter>()?;
            (*it.body()).seq = self.to_ref().into_ptr();
            Ok(it)
        }
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        if other.is_a::<Str>() {
            if matches!(op, CompareOp::Eq | CompareOp::Ne) {
                warn_compare(other, "bytearray")?;
            }
            return Ok(not_implemented().to_owned());
        }
        if !Buffer::supported(other) {
            return Ok(not_implemented().to_owned());
        }
        let o = match BytesLike::of(other) {
            Ok(b) => b,
            Err(e) => {
                e.clear();
                return Ok(not_implemented().to_owned());
            }
        };
        let (a, b) = (self.as_slice(), o.as_slice());
        let r = match op {
            CompareOp::Eq => a == b,
            CompareOp::Ne => a != b,
            _ => op.holds(a.cmp(b)),
        };
        Ok(bool_obj(r).to_owned())
    }

    #[slot(sq_item)]
    fn item(&self, i: isize) -> PyResult<Ref<Int>> {
        match usize::try_from(i).ok().and_then(|i| self.as_slice().get(i)) {
            Some(b) => Int::from_i64(*b as i64),
            None => bail!(IndexError, "bytearray index out of range"),
        }
    }

    #[slot(sq_ass_item)]
    fn set_item_slot(&self, i: isize, value: Option<&Obj>) -> PyResult<()> {
        let byte = match value {
            Some(v) => Some(byte_value(v)?),
            None => None,
        };
        let Some(i) = usize::try_from(i).ok().filter(|i| *i < self.len()) else {
            bail!(IndexError, "bytearray index out of range");
        };
        match byte {
            Some(b) => {
                self.as_mut_slice()[i] = b;
                Ok(())
            }
            None => self.splice(i, i + 1, &[]),
        }
    }

    #[slot(sq_concat)]
    fn concat_slot(&self, other: &Obj) -> PyResult<Object> {
        if !Buffer::supported(other) {
            bail!(TypeError, "can't concat {} to {}", other.type_name(), self.type_name());
        }
        let b = BytesLike::of(other)?;
        let out = ByteArray::new(self.as_slice())?;
        out.push_bytes(&b)?;
        Ok(out.into_object())
    }

    #[slot(sq_inplace_concat)]
    fn inplace_concat(&self, other: &Obj) -> PyResult<Object> {
        if !Buffer::supported(other) {
            bail!(TypeError, "can't concat {} to {}", other.type_name(), self.type_name());
        }
        // Held while the array grows: adding an array to itself is refused.
        let b = BytesLike::of(other)?;
        self.push_bytes(&b)?;
        Ok(owned(self))
    }

    #[slot(sq_repeat)]
    fn repeat_slot(&self, n: isize) -> PyResult<Object> {
        ByteArray::make(&methods::times(self.as_slice(), n)?)
    }

    #[slot(sq_inplace_repeat)]
    fn inplace_repeat(&self, n: isize) -> PyResult<Object> {
        let all = methods::times(self.as_slice(), n)?;
        self.resize_to(all.len())?;
        self.as_mut_slice().copy_from_slice(&all);
        Ok(owned(self))
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        if key.has_index() {
            return match index_in(key.as_isize_index()?, self.len()) {
                Some(i) => Ok(Int::from_i64(self.as_slice()[i] as i64)?.into_object()),
                None => bail!(IndexError, "bytearray index out of range"),
            };
        }
        match key.downcast_exact::<Slice>() {
            Some(s) => {
                let (start, _, step, count) = s.indices_then(|| self.len())?;
                ByteArray::make(&methods::strided(self.as_slice(), start, step, count))
            }
            None => bail!(TypeError, "bytearray indices must be integers or slices, not {}", key.type_name()),
        }
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        self.assign(key, value)
    }

    #[slot(bf_getbuffer, raw)]
    unsafe extern "C" fn getbuffer(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
        // SAFETY: a live object and the consumer's struct.
        unsafe {
            let b = &*(o as *const ByteArray);
            let p = if b.is_empty() { EMPTY_STRING.as_ptr().cast_mut() } else { (*b.body()).ob_start.cast() };
            match fill_info(view, o, p.cast(), b.len() as isize, false, flags) {
                Ok(()) => {
                    (*b.body()).ob_exports += 1;
                    0
                }
                Err(_) => -1,
            }
        }
    }

    #[slot(bf_releasebuffer, raw)]
    unsafe extern "C" fn releasebuffer(o: *mut abi::PyObject, _view: *mut abi::Py_buffer) {
        // SAFETY: called once for each buffer given out.
        unsafe { (*(o as *mut abi::PyByteArrayObject)).ob_exports -= 1 }
    }

    /// Append a single item to the end of the bytearray.
    ///
    ///   item
    ///     The item to be appended.
    #[method]
    fn append(&self, item: &Obj) -> PyResult<()> {
        let b = byte_value(item)?;
        let n = self.len();
        self.resize_to(n + 1)?;
        self.as_mut_slice()[n] = b;
        Ok(())
    }

    /// Remove all items from the bytearray.
    #[method]
    fn clear(&self) -> PyResult<()> {
        self.resize_to(0)
    }

    /// Return a copy of B.
    #[method]
    fn copy(&self) -> PyResult<Object> {
        self.unchanged()
    }

    /// Append all the items from the iterator or sequence to the end of the bytearray.
    ///
    ///   iterable_of_ints
    ///     The iterable of items to append.
    #[method]
    fn extend(&self, iterable_of_ints: &Obj) -> PyResult<()> {
        let o = iterable_of_ints;
        if Buffer::supported(o) {
            let end = self.len();
            let new = if o.is(self) { self.as_slice().to_vec() } else { Buffer::get(o, abi::PyBUF_FULL_RO)?.to_vec(b'C')? };
            // Giving the buffer out may have changed this object: the data goes where the end was.
            let at = end.min(self.len());
            return self.splice(at, at, &new);
        }
        let text = o.is_a::<Str>();
        let new = match collect_bytes(o, "byte must be in range(0, 256)") {
            Ok(Some(v)) => v,
            Ok(None) => bail!(TypeError, "can't extend bytearray with {}", o.type_name()),
            Err(e) if text && e.matches(crate::error::exc::TypeError()) => {
                e.clear();
                bail!(TypeError, "expected iterable of integers; got: 'str'");
            }
            Err(e) => return Err(e),
        };
        self.push_bytes(&new)
    }

    /// Insert a single item into the bytearray before the given index.
    ///
    ///   index
    ///     The index where the value is to be inserted.
    ///   item
    ///     The item to be inserted.
    #[method]
    fn insert(&self, index: isize, item: &Obj) -> PyResult<()> {
        let b = byte_value(item)?;
        let n = self.len() as isize;
        let i = if index < 0 { (index + n).max(0) } else { index.min(n) } as usize;
        self.splice(i, i, &[b])
    }

    /// Remove and return a single item from B.
    ///
    ///   index
    ///     The index from where to remove the item.
    ///     -1 (the default value) means remove the last item.
    ///
    /// If no index argument is given, will pop the last item.
    #[method(sig = "(index=-1, /)")]
    fn pop(&self, index: isize) -> PyResult<u8> {
        if self.is_empty() {
            bail!(IndexError, "pop from empty bytearray");
        }
        let Some(i) = index_in(index, self.len()) else { bail!(IndexError, "pop index out of range") };
        self.check_resizable()?;
        let b = self.as_slice()[i];
        self.splice(i, i + 1, &[])?;
        Ok(b)
    }

    /// Remove the first occurrence of a value in the bytearray.
    ///
    ///   value
    ///     The value to remove.
    #[method]
    fn remove(&self, value: &Obj) -> PyResult<()> {
        let b = byte_value(value)?;
        match self.as_slice().iter().position(|x| *x == b) {
            Some(i) => {
                self.check_resizable()?;
                self.splice(i, i + 1, &[])
            }
            None => bail!(ValueError, "value not found in bytearray"),
        }
    }

    /// Resize the internal buffer of bytearray to len.
    ///
    ///   size
    ///     New size to resize to..
    #[method]
    fn resize(&self, size: isize) -> PyResult<()> {
        let Ok(n) = usize::try_from(size) else { bail!(ValueError, "Can only resize to positive sizes, got {size}") };
        let old = self.len();
        self.resize_to(n)?;
        if n > old {
            self.as_mut_slice()[old..].fill(0);
        }
        Ok(())
    }

    /// Reverse the order of the values in B in place.
    #[method]
    fn reverse(&self) {
        self.as_mut_slice().reverse();
    }

    #[method(name = "__alloc__", doc = "B.__alloc__() -> int\n\nReturn the number of bytes actually allocated.")]
    fn alloc_method(&self) -> isize {
        // SAFETY: own fields.
        unsafe { (*self.body()).ob_alloc }
    }

    /// Returns the size of the bytearray object in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof_method(&self) -> isize {
        // SAFETY: own fields.
        self.ob_type().raw().tp_basicsize + unsafe { (*self.body()).ob_alloc }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        self.reduced(2)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce_ex__", sig = "(proto=0, /)")]
    fn reduce_ex(&self, proto: i32) -> PyResult<Object> {
        self.reduced(proto as isize)
    }
} }

/// `iter(bytearray)`.
#[pytype(name = "bytearray_iterator", body = IndexIterBody, export = "PyByteArrayIter_Type", refs(seq), gc)]
pub struct ByteArrayIter;

impl ByteArrayIter {
    fn seq(&self) -> Option<&ByteArray> {
        // SAFETY: NULL or an owned bytearray.
        unsafe { ((*self.body()).seq as *const ByteArray).as_ref() }
    }
}

#[pymethods]
impl ByteArrayIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Ref<Int>>> {
        let Some(s) = self.seq() else { return Ok(None) };
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if let Some(x) = s.as_slice().get((*b).index as usize) {
                (*b).index += 1;
                return Int::from_i64(*x as i64).map(Some);
            }
            clear(&raw mut (*b).seq);
        }
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> isize {
        // SAFETY: own fields.
        self.seq().map_or(0, |s| (s.len() as isize - unsafe { (*self.body()).index }).max(0))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // Looking the function up can run code that moves the iterator.
        let function = builtin(sym!(iter))?;
        match self.seq() {
            // SAFETY: own fields.
            Some(s) => reduce_iter(function, owned(s), Some(unsafe { (*self.body()).index })),
            None => reduce_iter(builtin(sym!(iter))?, Tuple::empty().into_object(), None),
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        let i = object.as_isize()?;
        if let Some(s) = self.seq() {
            // SAFETY: own fields.
            unsafe { (*self.body()).index = i.clamp(0, s.len() as isize) }
        }
        Ok(())
    }
}
