//! The array object: its memory, and what its slots do.

use super::item::{Kind, find};
use super::iter;
use dovetail_core::error::{PyResult, exc, no_memory};
use dovetail_core::native::{Native, borrow};
use dovetail_core::object::buffer::fill_info;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::obj::Head;
use dovetail_core::object::sequence::index_in;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef, alloc};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::none::not_implemented;
use dovetail_core::types::raising::warn;
use dovetail_core::types::slice::Slice;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::pytype;
use dovetail_text::TextBuf;
use std::ffi::{c_char, c_int};

/// CPython's array, field by field: C code reads them.
#[repr(C)]
pub struct ArrayBody {
    pub ob_base: abi::PyVarObject,
    pub ob_item: *mut u8,
    pub allocated: isize,
    pub ob_descr: *const Kind,
    pub weakreflist: *mut abi::PyObject,
    pub ob_exports: isize,
}

/// Arrays.
/// ---
/// array(typecode [, initializer]) -> array
///
/// Return a new array whose items are restricted by typecode, and
/// initialized from the optional initializer value, which must be a list,
/// string or iterable over elements of the appropriate type.
///
/// Arrays represent basic values and behave very much like lists, except
/// the type of objects stored in them is constrained. The type is specified
/// at object creation time by using a type code, which is a single character.
/// The following type codes are defined:
///
///     Type code   C Type             Minimum size in bytes
///     'b'         signed integer     1
///     'B'         unsigned integer   1
///     'u'         Unicode character  2 (see note)
///     'w'         Py_UCS4            4
///     'h'         signed integer     2
///     'H'         unsigned integer   2
///     'i'         signed integer     2
///     'I'         unsigned integer   2
///     'l'         signed integer     4
///     'L'         unsigned integer   4
///     'q'         signed integer     8
///     'Q'         unsigned integer   8
///     'f'         floating-point     4
///     'd'         floating-point     8
///
/// NOTE: The 'u' typecode corresponds to Python's unicode character. On
/// narrow builds this is 2-bytes on wide builds this is 4-bytes.
///
/// Methods:
///
/// append() -- append a new item to the end of the array
/// buffer_info() -- return information giving the current memory info
/// byteswap() -- byteswap all the items of the array
/// count() -- return number of occurrences of an object
/// extend() -- extend array by appending multiple elements from an iterable
/// fromfile() -- read items from a file object
/// fromlist() -- append items from the list
/// frombytes() -- append items from the string
/// index() -- return index of first occurrence of an object
/// insert() -- insert a new item into the array at a provided position
/// pop() -- remove and return item (default last)
/// remove() -- remove first occurrence of an object
/// reverse() -- reverse the order of the items in the array
/// tofile() -- write all items to a file object
/// tolist() -- return the array converted to an ordinary list
/// tobytes() -- return the array converted to a string
///
/// Attributes:
///
/// typecode -- the typecode character used to create the array
/// itemsize -- the length in bytes of one array item
#[pytype(
    name = "array.array", body = ArrayBody, weaklist = weakreflist,
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_SEQUENCE,
)]
pub struct Array;

impl Array {
    pub fn kind(&self) -> &'static Kind {
        // SAFETY: set when made, to a constant.
        unsafe { &*(*self.body()).ob_descr }
    }

    pub fn len(&self) -> usize {
        // SAFETY: own field.
        unsafe { (*self.body()).ob_base.ob_size as usize }
    }

    /// The bytes. Not to be held while anything runs that may change the array.
    pub fn bytes(&self) -> &[u8] {
        if self.len() == 0 {
            return &[];
        }
        // SAFETY: the memory is the array's.
        unsafe { std::slice::from_raw_parts((*self.body()).ob_item, self.len() * self.kind().size()) }
    }

    /// The bytes for writing, under the same rule.
    #[allow(clippy::mut_from_ref)]
    pub fn bytes_mut(&self) -> &mut [u8] {
        if self.len() == 0 {
            return &mut [];
        }
        // SAFETY: as above, under the GIL.
        unsafe { std::slice::from_raw_parts_mut((*self.body()).ob_item, self.len() * self.kind().size()) }
    }

    /// An empty array of a class.
    pub fn make(cls: &Type, kind: &'static Kind) -> PyResult<Ref<Array>> {
        // SAFETY: zeroed fields with a kind are an empty array.
        unsafe {
            let o = type_alloc(cls, 0)?;
            (*(o.as_raw() as *mut ArrayBody)).ob_descr = kind;
            Ok(o.cast_into_unchecked())
        }
    }

    /// A plain array of bytes.
    pub fn of_bytes(kind: &'static Kind, bytes: &[u8]) -> PyResult<Ref<Array>> {
        let a = Array::make(Array::type_object(), kind)?;
        a.push_bytes(bytes)?;
        Ok(a)
    }

    /// Changes the length; new items are not written.
    pub fn resize(&self, n: usize) -> PyResult<()> {
        let size = self.kind().size();
        // SAFETY: own fields; the memory is reallocated as a whole.
        unsafe {
            let b = &mut *self.body();
            if b.ob_exports > 0 && n != self.len() {
                bail!(BufferError, "cannot resize an array that is exporting buffers");
            }
            let allocated = b.allocated as usize;
            if n <= allocated && n >= allocated / 2 && !b.ob_item.is_null() {
                b.ob_base.ob_size = n as isize;
                return Ok(());
            }
            if n == 0 {
                alloc::free(b.ob_item);
                b.ob_item = std::ptr::null_mut();
                b.allocated = 0;
                b.ob_base.ob_size = 0;
                return Ok(());
            }
            // Room for growth, as lists have it.
            let room = n + (n >> 4) + if self.len() < 8 { 3 } else { 7 };
            let total = room.checked_mul(size).filter(|t| *t <= isize::MAX as usize).ok_or_else(no_memory)?;
            if total >= alloc::HUGE_BLOCK && !alloc::may_have(total) {
                return Err(no_memory());
            }
            let p = alloc::realloc(b.ob_item, total);
            if p.is_null() {
                return Err(no_memory());
            }
            b.ob_item = p;
            b.allocated = room as isize;
            b.ob_base.ob_size = n as isize;
        }
        Ok(())
    }

    pub fn get(&self, i: usize) -> PyResult<Object> {
        debug_assert!(i < self.len());
        // SAFETY: an item within the length.
        unsafe { self.kind().unpack((*self.body()).ob_item.add(i * self.kind().size())) }
    }

    /// Writes the packed value into an item.
    fn write(&self, i: usize, word: u64) {
        let size = self.kind().size();
        let bytes = if cfg!(target_endian = "little") { word.to_le_bytes() } else { word.to_be_bytes() };
        let from = if cfg!(target_endian = "little") { &bytes[..size] } else { &bytes[8 - size..] };
        self.bytes_mut()[i * size..(i + 1) * size].copy_from_slice(from);
    }

    /// Stores a value; the array may have shrunk while the value was worked out.
    pub fn set(&self, i: usize, o: &Obj) -> PyResult<()> {
        let word = self.kind().pack(o)?;
        if i >= self.len() {
            bail!(IndexError, "array assignment index out of range");
        }
        self.write(i, word);
        Ok(())
    }

    pub fn push(&self, o: &Obj) -> PyResult<()> {
        let word = self.kind().pack(o)?;
        let n = self.len();
        self.resize(n + 1)?;
        self.write(n, word);
        Ok(())
    }

    pub fn insert_at(&self, i: isize, o: &Obj) -> PyResult<()> {
        let word = self.kind().pack(o)?;
        let (n, size) = (self.len(), self.kind().size());
        self.resize(n + 1)?;
        let i = (if i < 0 { (i + n as isize).max(0) } else { i } as usize).min(n);
        self.bytes_mut().copy_within(i * size..n * size, (i + 1) * size);
        self.write(i, word);
        Ok(())
    }

    /// Appends whole items.
    pub fn push_bytes(&self, bytes: &[u8]) -> PyResult<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let (n, size) = (self.len(), self.kind().size());
        self.resize(n + bytes.len() / size)?;
        self.bytes_mut()[n * size..].copy_from_slice(bytes);
        Ok(())
    }

    /// Appends the code points of a str.
    pub fn push_text(&self, s: &Str) -> PyResult<()> {
        let bytes: Vec<u8> = s.text().iter().flat_map(u32::to_ne_bytes).collect();
        self.push_bytes(&bytes)
    }

    /// Replaces the items `low..high` by whole items.
    pub fn splice(&self, low: usize, high: usize, new: &[u8]) -> PyResult<()> {
        let (n, size) = (self.len(), self.kind().size());
        let (old, added) = (high - low, new.len() / size);
        // SAFETY: own field.
        if unsafe { (*self.body()).ob_exports } > 0 && old != added {
            bail!(BufferError, "cannot resize an array that is exporting buffers");
        }
        if added > old {
            self.resize(n + added - old)?;
        }
        let b = self.bytes_mut();
        b.copy_within(high * size..n * size, (low + added) * size);
        b[low * size..(low + added) * size].copy_from_slice(new);
        if added < old {
            self.resize(n - (old - added))?;
        }
        Ok(())
    }

    /// Appends the items of an array of the same kind, or of any iterable.
    pub fn extend_by(&self, other: &Obj) -> PyResult<()> {
        if let Some(a) = other.downcast::<Array>() {
            if !std::ptr::eq(a.kind(), self.kind()) {
                bail!(TypeError, "can only extend with array of same kind");
            }
            return self.push_bytes(&a.bytes().to_vec());
        }
        other.iter()?.for_each(|o| self.push(&o))
    }

    /// The text of a `u` or `w` array.
    pub fn text(&self) -> PyResult<Ref<Str>> {
        let mut out = TextBuf::new();
        for c in self.bytes().chunks_exact(4) {
            let c = u32::from_ne_bytes([c[0], c[1], c[2], c[3]]);
            if c > 0x10_ffff {
                bail!(ValueError, "character U+{c:x} is not in range [U+0000; U+10ffff]");
            }
            out.push(c);
        }
        Str::from_buf(out.finish())
    }

    pub fn to_list(&self) -> PyResult<Ref<List>> {
        List::from_vec((0..self.len()).map(|i| self.get(i)).collect::<PyResult<Vec<_>>>()?)
    }

    /// `array(typecode, initial)`.
    pub fn create(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let own_init = cls.raw().tp_init.map(|f| f as usize) == Array::type_object().raw().tp_init.map(|f| f as usize);
        if (std::ptr::eq(cls, Array::type_object()) || own_init) && kwargs.is_some_and(|d| !d.is_empty()) {
            bail!(TypeError, "array.array() takes no keyword arguments");
        }
        let (code, initial) = match args.as_borrows() {
            [] => bail!(TypeError, "array() takes at least 1 argument (0 given)"),
            [c] => (*c, None),
            [c, i] => (*c, Some(*i)),
            all => bail!(TypeError, "array() takes at most 2 arguments ({} given)", all.len()),
        };
        let code = match code.downcast::<Str>() {
            Some(s) if s.len() == 1 => s.char_at(0),
            Some(s) => bail!(
                TypeError,
                "array() argument 1 must be a unicode character, not a string of length {}",
                s.len()
            ),
            None => bail!(TypeError, "array() argument 1 must be a unicode character, not {}", code.type_name()),
        };
        if code == b'u' as u32 {
            let message = "The 'u' type code is deprecated and will be removed in Python 3.16";
            warn(exc::DeprecationWarning(), message, 1)?;
        }
        let shown = char::from_u32(code).unwrap_or('?');
        if let Some(i) = initial
            && !matches!(shown, 'u' | 'w')
        {
            if i.is_a::<Str>() {
                bail!(TypeError, "cannot use a str to initialize an array with typecode '{shown}'");
            }
            if i.downcast::<Array>().is_some_and(|a| a.kind().is_text()) {
                bail!(TypeError, "cannot use a unicode array to initialize an array with typecode '{shown}'");
            }
        }
        let text = matches!(shown, 'u' | 'w');
        // Other iterables are asked for an iterator before the type code is looked at.
        let direct = initial.is_none_or(|i| {
            i.is_a::<List>()
                || i.is_a::<Tuple>()
                || i.is_a::<Bytes>()
                || i.is_a::<ByteArray>()
                || text && i.is_a::<Str>()
                || i.downcast::<Array>().is_some_and(|a| a.kind().typecode as u32 == code)
        });
        let iterator = match initial {
            Some(i) if !direct => Some(i.iter()?),
            _ => None,
        };
        let Some(kind) = find(code) else {
            bail!(ValueError, "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)");
        };
        let a = Array::make(cls, kind)?;
        if let Some(it) = iterator {
            a.extend_by(&it)?;
        } else if let Some(i) = initial {
            a.fill(i)?;
        }
        Ok(a.into_object())
    }

    fn fill(&self, initial: &Obj) -> PyResult<()> {
        if let Some(l) = initial.downcast::<List>() {
            let mut i = 0;
            while let Some(o) = l.get(i) {
                self.push(&o)?;
                i += 1;
            }
            return Ok(());
        }
        if let Some(t) = initial.downcast::<Tuple>() {
            return t.items().iter().try_for_each(|o| self.push(o));
        }
        if let Some(s) = initial.downcast::<Str>() {
            return self.push_text(s);
        }
        if let Some(a) = initial.downcast::<Array>() {
            return self.push_bytes(&a.bytes().to_vec());
        }
        if let Some(b) = initial.downcast::<Bytes>() {
            return self.push_whole(b.as_slice());
        }
        match initial.downcast::<ByteArray>() {
            Some(b) => self.push_whole(&b.as_slice().to_vec()),
            None => Ok(()),
        }
    }

    /// Appends bytes that must be whole items.
    pub fn push_whole(&self, bytes: &[u8]) -> PyResult<()> {
        if bytes.len() % self.kind().size() != 0 {
            bail!(ValueError, "bytes length not a multiple of item size");
        }
        self.push_bytes(bytes)
    }

    pub fn compare_with(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast::<Array>() else { return Ok(not_implemented().to_owned()) };
        if self.len() != o.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(bool_obj(op == CompareOp::Ne).to_owned());
        }
        let whole = self.kind().class != super::item::Class::Float;
        if std::ptr::eq(self.kind(), o.kind()) && whole && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(bool_obj((self.bytes() == o.bytes()) == (op == CompareOp::Eq)).to_owned());
        }
        let n = self.len().min(o.len());
        for i in 0..n {
            let (a, b) = (self.get(i)?, o.get(i)?);
            if !a.equals(&b)? {
                return match op {
                    CompareOp::Eq | CompareOp::Ne => Ok(bool_obj(op == CompareOp::Ne).to_owned()),
                    _ => a.compare(&b, op),
                };
            }
        }
        Ok(bool_obj(op.holds(self.len().cmp(&o.len()))).to_owned())
    }

    pub fn repeated(&self, n: isize) -> PyResult<Vec<u8>> {
        let n = n.max(0) as usize;
        let total = self.bytes().len().checked_mul(n).filter(|t| *t <= isize::MAX as usize);
        let mut out = Vec::new();
        match total {
            Some(t) if (t < alloc::HUGE_BLOCK || alloc::may_have(t)) && out.try_reserve_exact(t).is_ok() => {}
            _ => return Err(no_memory()),
        }
        for _ in 0..if self.len() == 0 { 0 } else { n } {
            out.extend_from_slice(self.bytes());
        }
        Ok(out)
    }

    pub fn subscript_of(&self, key: &Obj) -> PyResult<Object> {
        if key.has_index() {
            return match index_in(key.as_isize_index()?, self.len()) {
                Some(i) => self.get(i),
                None => bail!(IndexError, "array index out of range"),
            };
        }
        let Some(s) = key.downcast::<Slice>() else { bail!(TypeError, "array indices must be integers") };
        let (start, _, step, count) = s.indices(self.len())?;
        let size = self.kind().size();
        let b = self.bytes();
        if step == 1 {
            let start = start as usize * size;
            return Ok(Array::of_bytes(self.kind(), &b[start..start + count * size])?.into_object());
        }
        let mut out = Vec::with_capacity(count * size);
        for i in 0..count as isize {
            let at = (start + i * step) as usize * size;
            out.extend_from_slice(&b[at..at + size]);
        }
        Ok(Array::of_bytes(self.kind(), &out)?.into_object())
    }

    pub fn assign(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        if key.has_index() {
            let Some(i) = index_in(key.as_isize_index()?, self.len()) else {
                bail!(IndexError, "array assignment index out of range");
            };
            return match value {
                Some(v) => self.set(i, v),
                None => self.splice(i, i + 1, &[]),
            };
        }
        let Some(s) = key.downcast::<Slice>() else { bail!(TypeError, "array indices must be integers") };
        let (start, stop, step, count) = s.indices(self.len())?;
        let new = match value {
            None => None,
            Some(v) => match v.downcast::<Array>() {
                Some(a) if std::ptr::eq(a.kind(), self.kind()) => Some(a.bytes().to_vec()),
                Some(_) => bail!(TypeError, "bad argument type for built-in operation"),
                None => bail!(TypeError, "can only assign array (not \"{}\") to array slice", v.type_name()),
            },
        };
        let size = self.kind().size();
        if step == 1 {
            let stop = stop.max(start);
            return self.splice(start as usize, stop as usize, new.as_deref().unwrap_or(&[]));
        }
        let at = |i: usize| (start + i as isize * step) as usize;
        if let Some(new) = new {
            if new.len() / size != count {
                bail!(
                    ValueError,
                    "attempt to assign array of size {} to extended slice of size {count}",
                    new.len() / size
                );
            }
            let b = self.bytes_mut();
            for (i, item) in new.chunks_exact(size).enumerate() {
                b[at(i) * size..(at(i) + 1) * size].copy_from_slice(item);
            }
            return Ok(());
        }
        if count == 0 {
            return Ok(());
        }
        let mut gone: Vec<usize> = (0..count).map(at).collect();
        gone.sort_unstable();
        let mut next = gone.iter().peekable();
        let mut kept = Vec::with_capacity((self.len() - count) * size);
        for (i, item) in self.bytes().chunks_exact(size).enumerate() {
            if next.next_if(|g| **g == i).is_none() {
                kept.extend_from_slice(item);
            }
        }
        self.splice(0, self.len(), &kept)
    }

    pub fn show(&self) -> PyResult<Ref<Str>> {
        let (name, code) = (self.as_obj().ob_type().short_name(), self.kind().code());
        if self.len() == 0 {
            return Str::new(&format!("{name}('{code}')"));
        }
        let values =
            if self.kind().is_text() { self.text()?.into_object() } else { self.to_list()?.into_object() };
        let mut out = TextBuf::new();
        out.push_str(&format!("{name}('{code}', "));
        out.push_text(values.repr()?.text());
        out.push_str(")");
        Str::from_buf(out.finish())
    }

    pub fn iterator(&self) -> PyResult<Object> {
        iter::make(self)
    }

    /// `tp_dealloc`.
    ///
    /// # Safety
    /// Called as the slot.
    pub unsafe fn finish(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            let b = o as *mut ArrayBody;
            if !(*b).weakreflist.is_null() {
                dovetail_core::types::weakref::clear_weakrefs(borrow(o));
            }
            alloc::free((*b).ob_item);
            let ty = (*(o as *mut Head)).ob_type;
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    /// `bf_getbuffer`.
    ///
    /// # Safety
    /// Called as the slot.
    pub unsafe fn give_buffer(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
        // SAFETY: a live array and the consumer's struct. What has no memory gives the address of a constant.
        unsafe {
            let a = &*(o as *const Array);
            let b = a.body();
            static EMPTY: [u64; 1] = [0];
            let p = if (*b).ob_item.is_null() { EMPTY.as_ptr().cast_mut().cast() } else { (*b).ob_item };
            let kind = a.kind();
            let length = (a.len() * kind.size()) as isize;
            if fill_info(view, o, p.cast(), length, false, flags).is_err() {
                return -1;
            }
            let v = &mut *view;
            v.itemsize = kind.itemsize as isize;
            v.format = if flags & abi::PyBUF_FORMAT != 0 { kind.format.cast_mut() } else { std::ptr::null_mut::<c_char>() };
            if flags & abi::PyBUF_ND != 0 {
                v.shape = &raw mut (*b).ob_base.ob_size;
            }
            (*b).ob_exports += 1;
            0
        }
    }
}

/// The array of a typed argument of the same kind.
pub fn same_kind(a: &Array, o: &Obj) -> PyResult<Ref<Array>> {
    match o.downcast::<Array>() {
        Some(b) if std::ptr::eq(a.kind(), b.kind()) => Ok(b.to_ref()),
        Some(_) => Err(raise!(TypeError, "bad argument type for built-in operation")),
        None => Err(raise!(TypeError, "can only append array (not \"{}\") to array", o.type_name())),
    }
}
