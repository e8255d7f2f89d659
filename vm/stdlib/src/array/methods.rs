//! The methods and slots of arrays.

use super::machine;
use super::object::{Array, same_kind};
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::sequence::clip;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::generic_alias;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::pymethods;
use std::ffi::c_int;

/// Files are written in pieces of this size.
const BLOCK: usize = 64 * 1024;

impl Array {
    fn position(&self, v: &Obj, from: usize, to: usize) -> PyResult<Option<usize>> {
        let mut i = from;
        while i < to.min(self.len()) {
            if self.get(i)?.equals(v)? {
                return Ok(Some(i));
            }
            i += 1;
        }
        Ok(None)
    }
}

#[pymethods]
impl Array {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        Array::create(cls, args, kwargs)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as the slot.
        unsafe { Array::finish(o) }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        self.show()
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        self.compare_with(other, op)
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Object> {
        self.iterator()
    }

    #[slot(sq_length)]
    fn length(&self) -> usize {
        self.len()
    }

    #[slot(mp_length)]
    fn length_slot(&self) -> usize {
        self.len()
    }

    #[slot(sq_item)]
    fn item_slot(&self, i: isize) -> PyResult<Object> {
        match usize::try_from(i).ok().filter(|i| *i < self.len()) {
            Some(i) => self.get(i),
            None => bail!(IndexError, "array index out of range"),
        }
    }

    #[slot(sq_ass_item)]
    fn set_item_slot(&self, i: isize, value: Option<&Obj>) -> PyResult<()> {
        let Some(i) = usize::try_from(i).ok().filter(|i| *i < self.len()) else {
            bail!(IndexError, "array assignment index out of range");
        };
        match value {
            Some(v) => self.set(i, v),
            None => self.splice(i, i + 1, &[]),
        }
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        self.subscript_of(key)
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        self.assign(key, value)
    }

    #[slot(sq_contains)]
    fn contains_slot(&self, v: &Obj) -> PyResult<bool> {
        Ok(self.position(v, 0, usize::MAX)?.is_some())
    }

    #[slot(sq_concat)]
    fn concat_slot(&self, other: &Obj) -> PyResult<Object> {
        let b = same_kind(self, other)?;
        let a = Array::of_bytes(self.kind(), self.bytes())?;
        a.push_bytes(b.bytes())?;
        Ok(a.into_object())
    }

    #[slot(sq_inplace_concat)]
    fn inplace_concat(&self, other: &Obj) -> PyResult<Object> {
        if !other.is_a::<Array>() {
            bail!(TypeError, "can only extend array with array (not \"{}\")", other.type_name());
        }
        self.extend_by(other)?;
        Ok(self.as_obj().to_owned())
    }

    #[slot(sq_repeat)]
    fn repeat_slot(&self, n: isize) -> PyResult<Object> {
        Ok(Array::of_bytes(self.kind(), &self.repeated(n)?)?.into_object())
    }

    #[slot(sq_inplace_repeat)]
    fn inplace_repeat(&self, n: isize) -> PyResult<Object> {
        let all = self.repeated(n)?;
        self.splice(0, self.len(), &all)?;
        Ok(self.as_obj().to_owned())
    }

    #[slot(bf_getbuffer, raw)]
    unsafe extern "C" fn getbuffer(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
        // SAFETY: called as the slot.
        unsafe { Array::give_buffer(o, view, flags) }
    }

    #[slot(bf_releasebuffer, raw)]
    unsafe extern "C" fn releasebuffer(o: *mut abi::PyObject, _view: *mut abi::Py_buffer) {
        // SAFETY: called once for each buffer given out.
        unsafe { (*(*(o as *const Array)).body()).ob_exports -= 1 }
    }

    /// the typecode character used to create the array
    #[getter]
    fn typecode(&self) -> String {
        self.kind().code().to_string()
    }

    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(&self) -> i32 {
        self.kind().itemsize
    }

    /// Append new value v to the end of the array.
    #[method]
    fn append(&self, v: &Obj) -> PyResult<()> {
        self.push(v)
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to
    /// calculate the buffer length in bytes.
    #[method]
    fn buffer_info(&self) -> PyResult<Ref<Tuple>> {
        // SAFETY: own field.
        let address = unsafe { (*self.body()).ob_item } as usize;
        Tuple::from_array([
            Int::from_usize(address)?.into_object(),
            Int::from_usize(self.len())?.into_object(),
        ])
    }

    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size,
    /// RuntimeError is raised.
    #[method]
    fn byteswap(&self) {
        self.bytes_mut().chunks_exact_mut(self.kind().size()).for_each(<[u8]>::reverse);
    }

    /// Remove all items from the array.
    #[method]
    fn clear(&self) -> PyResult<()> {
        self.resize(0)
    }

    /// Return a copy of the array.
    #[method(name = "__copy__")]
    fn copy(&self) -> PyResult<Ref<Array>> {
        Array::of_bytes(self.kind(), self.bytes())
    }

    /// Return a copy of the array.
    #[method(name = "__deepcopy__", sig = "(unused, /)")]
    fn deepcopy(&self, _unused: &Obj) -> PyResult<Ref<Array>> {
        Array::of_bytes(self.kind(), self.bytes())
    }

    /// Return number of occurrences of v in the array.
    #[method]
    fn count(&self, v: &Obj) -> PyResult<usize> {
        let (mut n, mut i) = (0, 0);
        while i < self.len() {
            n += self.get(i)?.equals(v)? as usize;
            i += 1;
        }
        Ok(n)
    }

    /// Append items to the end of the array.
    #[method]
    fn extend(&self, bb: &Obj) -> PyResult<()> {
        self.extend_by(bb)
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[method]
    fn fromfile(&self, f: &Obj, n: isize) -> PyResult<()> {
        if n < 0 {
            bail!(ValueError, "negative count");
        }
        let Some(size) = (n as usize).checked_mul(self.kind().size()).filter(|s| *s <= isize::MAX as usize) else {
            return Err(dovetail_core::error::no_memory());
        };
        let read = f.call_method(sym!(read), &[Int::from_usize(size)?.as_obj()])?;
        let Some(b) = read.downcast::<Bytes>() else { bail!(TypeError, "read() didn't return bytes") };
        let enough = b.len() == size;
        self.push_whole(b.as_slice())?;
        if !enough {
            bail!(EOFError, "read() didn't return enough bytes");
        }
        Ok(())
    }

    /// Write all items (as machine values) to the file object f.
    #[method]
    fn tofile(&self, f: &Obj) -> PyResult<()> {
        let mut at = 0;
        loop {
            // Writing may change the array.
            let b = self.bytes();
            if at >= b.len() {
                return Ok(());
            }
            let piece = Bytes::new(&b[at..(at + BLOCK).min(b.len())])?;
            f.call_method(sym!(write), &[piece.as_obj()])?;
            at += BLOCK;
        }
    }

    /// Append items to array from list.
    #[method(sig = "(list, /)")]
    fn fromlist(&self, list: &Obj) -> PyResult<()> {
        let Some(l) = list.downcast::<List>() else { bail!(TypeError, "arg must be list") };
        let (n, before) = (l.len(), self.len());
        for i in 0..n {
            let pushed = match l.get(i) {
                Some(o) => self.push(&o),
                None => bail!(RuntimeError, "list changed size during iteration"),
            };
            if let Err(e) = pushed {
                if self.len() > before {
                    let e = e.take();
                    self.resize(before)?;
                    return Err(dovetail_core::error::Raised::restore(e));
                }
                return Err(e);
            }
            if l.len() != n {
                self.resize(before)?;
                bail!(RuntimeError, "list changed size during iteration");
            }
        }
        Ok(())
    }

    /// Convert array to an ordinary list with the same items.
    #[method]
    fn tolist(&self) -> PyResult<Ref<List>> {
        self.to_list()
    }

    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[method]
    fn frombytes(&self, buffer: &Obj) -> PyResult<()> {
        let bytes = BytesLike::of(buffer)?;
        if let BytesLike::Buffer(b) = &bytes
            && b.view().itemsize != 1
        {
            bail!(TypeError, "a bytes-like object is required");
        }
        self.push_whole(&bytes)
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    #[method]
    fn tobytes(&self) -> PyResult<Ref<Bytes>> {
        Bytes::new(self.bytes())
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is
    /// raised.  Use array.frombytes(ustr.encode(...)) to append Unicode
    /// data to an array of some other type.
    #[method]
    fn fromunicode(&self, ustr: &Str) -> PyResult<()> {
        if !self.kind().is_text() {
            bail!(ValueError, "fromunicode() may only be called on unicode type arrays ('u' or 'w')");
        }
        self.push_text(ustr)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode
    /// type array; otherwise a ValueError is raised.  Use
    /// array.tobytes().decode() to obtain a unicode string from an array of
    /// some other type.
    #[method]
    fn tounicode(&self) -> PyResult<Ref<Str>> {
        if !self.kind().is_text() {
            bail!(ValueError, "tounicode() may only be called on unicode type arrays ('u' or 'w')");
        }
        self.text()
    }

    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[method(sig = "(v, start=0, stop=sys.maxsize, /)")]
    fn index(&self, v: &Obj, start: Option<&Obj>, stop: Option<&Obj>) -> PyResult<usize> {
        let bound = |o: Option<&Obj>| o.map(Obj::as_isize_clipped).transpose();
        let (from, to) = clip(bound(start)?, bound(stop)?, self.len());
        match self.position(v, from, to)? {
            Some(i) => Ok(i),
            None => bail!(ValueError, "array.index(x): x not in array"),
        }
    }

    /// Insert a new item v into the array before position i.
    #[method]
    fn insert(&self, i: isize, v: &Obj) -> PyResult<()> {
        self.insert_at(i, v)
    }

    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[method(sig = "(i=-1, /)")]
    fn pop(&self, i: isize) -> PyResult<Object> {
        if self.len() == 0 {
            bail!(IndexError, "pop from empty array");
        }
        let Some(i) = dovetail_core::object::sequence::index_in(i, self.len()) else {
            bail!(IndexError, "pop index out of range");
        };
        let v = self.get(i)?;
        self.splice(i, i + 1, &[])?;
        Ok(v)
    }

    /// Remove the first occurrence of v in the array.
    #[method]
    fn remove(&self, v: &Obj) -> PyResult<()> {
        match self.position(v, 0, usize::MAX)? {
            Some(i) if i < self.len() => self.splice(i, i + 1, &[]),
            _ => bail!(ValueError, "array.remove(x): x not in array"),
        }
    }

    /// Reverse the order of the items in the array.
    #[method]
    fn reverse(&self) {
        let (n, size) = (self.len(), self.kind().size());
        let b = self.bytes_mut();
        for i in 0..n / 2 {
            let (low, high) = b.split_at_mut((n - 1 - i) * size);
            low[i * size..(i + 1) * size].swap_with_slice(&mut high[..size]);
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce_ex__", sig = "(value, /)")]
    fn reduce_ex(&self, value: &Obj) -> PyResult<Ref<Tuple>> {
        let Some(protocol) = value.downcast::<Int>() else {
            bail!(TypeError, "__reduce_ex__ argument should be an integer");
        };
        let protocol = protocol.to_i64().unwrap_or(0);
        let dict = match self.as_obj().get_attr_opt(sym!(__dict__))? {
            Some(d) => d,
            None => none().to_owned(),
        };
        let code = Str::from_code_point(self.kind().typecode as u32)?.into_object();
        let cls = self.as_obj().ob_type().as_obj().to_owned();
        if protocol < 3 {
            let args = Tuple::from_array([code, self.to_list()?.into_object()])?;
            return Tuple::from_array([cls, args.into_object(), dict]);
        }
        let function = dovetail_core::import::import_module("array")?.get_attr_text("_array_reconstructor")?;
        let format = Int::from_usize(machine::format_of(self.kind()))?;
        let args = Tuple::from_array([cls, code, format.into_object(), self.tobytes()?.into_object()])?;
        Tuple::from_array([function, args.into_object(), dict])
    }

    /// Size of the array in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        // SAFETY: own field.
        let allocated = unsafe { (*self.body()).allocated } as usize;
        self.as_obj().ob_type().raw().tp_basicsize as usize + allocated * self.kind().size()
    }

    /// Arrays are generic over the type of their elements
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}
