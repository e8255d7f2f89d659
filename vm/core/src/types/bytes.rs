//! `bytes`: the object with its bytes behind the header, its constructors, slots and own methods.

use crate::error::{PyResult, catch, exc, no_memory};
use crate::object::buffer::{Buffer, BytesLike, fill_info};
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::{Head, IMMORTAL, clear};
use crate::object::sequence::index_in;
use crate::object::{Obj, Object, Ref, ToRef, alloc, pool};
use crate::types::bool_::bool_obj;
use crate::types::bytes_methods::{self as methods, ByteString, FillByte, Needle, byte_methods};
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::none::not_implemented;
use crate::types::slice::Slice;
use crate::types::str_::{Str, hash_key};
use crate::types::str_methods::bounds;
use crate::types::support::{builtin, owned, reduce_iter, type_alloc};
use crate::types::tuple::{IndexIterBody, Tuple};
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::predicates::bytes as predicates;
use dovetail_text::repr::repr_bytes;
use dovetail_text::search::{self, Side};
use std::cell::UnsafeCell;
use std::ffi::c_int;

/// Bytes before the first one.
const HEADER: usize = std::mem::offset_of!(abi::PyBytesObject, ob_sval);

/// Immutable bytes.
/// ---
/// bytes(iterable_of_ints) -> bytes
/// bytes(string, encoding[, errors]) -> bytes
/// bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer
/// bytes(int) -> bytes object of size given by the parameter initialized with null bytes
/// bytes() -> empty bytes object
///
/// Construct an immutable array of bytes from:
///   - an iterable yielding integers in range(256)
///   - a text string encoded using the specified encoding
///   - any object implementing the buffer API.
///   - an integer
#[pytype(
    name = "bytes", body = abi::PyBytesObject, export = "PyBytes_Type", basicsize = HEADER + 1, itemsize = 1,
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_BYTES_SUBCLASS | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct Bytes;

/// The empty bytes and those of one byte exist once in the process.
#[repr(C)]
#[derive(Clone, Copy)]
struct StaticBytes {
    head: abi::PyVarObject,
    hash: isize,
    data: [u8; 8],
}

struct StaticsCell(UnsafeCell<[StaticBytes; 257]>);
// SAFETY: immortal; only the cached hash is written, under the GIL.
unsafe impl Sync for StaticsCell {}

/// The single bytes, and behind them the empty one.
static STATICS: StaticsCell = StaticsCell(UnsafeCell::new(
    const {
        // SAFETY: all-zero is valid but for the header, which is written.
        unsafe {
            let mut all: [StaticBytes; 257] = std::mem::zeroed();
            let mut i = 0;
            while i < 257 {
                let h = (&raw mut all[i].head).cast::<Head>();
                (*h).refcnt = IMMORTAL;
                (*h).ob_type = Bytes::TYPE_POINTER;
                all[i].hash = -1;
                if i < 256 {
                    all[i].head.ob_size = 1;
                    all[i].data[0] = i as u8;
                }
                i += 1;
            }
            all
        }
    },
));

impl Bytes {
    /// The empty bytes.
    #[inline]
    pub fn empty() -> Ref<Bytes> {
        // SAFETY: an immortal object in static memory.
        unsafe { Ref::from_owned(&raw mut (*STATICS.0.get())[256]) }
    }

    /// One byte.
    #[inline]
    pub fn of_byte(b: u8) -> Ref<Bytes> {
        // SAFETY: as above.
        unsafe { Ref::from_owned(&raw mut (*STATICS.0.get())[b as usize]) }
    }

    /// A new object of `n` bytes, which the caller writes before anyone sees it; the final zero byte stands.
    /// `n` is not 0.
    #[inline]
    pub fn alloc(n: usize) -> PyResult<Ref<Bytes>> {
        if n > isize::MAX as usize - HEADER - 16 {
            bail!(OverflowError, "byte string is too large");
        }
        // SAFETY: fresh memory; header and end are written.
        unsafe {
            if n >= alloc::HUGE_BLOCK && !alloc::may_have(n) {
                return Err(no_memory());
            }
            let p = pool::take(HEADER + n + 1);
            if p.is_null() {
                return Err(no_memory());
            }
            let o = p as *mut abi::PyBytesObject;
            alloc::init(o.cast(), Bytes::type_object());
            (*o).ob_base.ob_size = n as isize;
            (*o).ob_shash = -1;
            *p.add(HEADER + n) = 0;
            Ok(Ref::from_owned(o))
        }
    }

    /// A copy of the bytes.
    #[inline]
    pub fn new(bytes: &[u8]) -> PyResult<Ref<Bytes>> {
        match bytes {
            [] => return Ok(Bytes::empty()),
            [b] => return Ok(Bytes::of_byte(*b)),
            _ => {}
        }
        let b = Bytes::alloc(bytes.len())?;
        // SAFETY: a new object with room for them.
        unsafe { copy(bytes.as_ptr(), b.data(), bytes.len()) };
        Ok(b)
    }

    pub fn from_vec(bytes: Vec<u8>) -> PyResult<Ref<Bytes>> {
        Bytes::new(&bytes)
    }

    /// `n` zero bytes.
    pub fn zeros(n: usize) -> PyResult<Ref<Bytes>> {
        if n == 0 {
            return Ok(Bytes::empty());
        }
        let b = Bytes::alloc(n)?;
        // SAFETY: a new object with room for them.
        unsafe { std::ptr::write_bytes(b.data(), 0, n) };
        Ok(b)
    }

    /// The first byte's place.
    #[inline(always)]
    pub fn data(&self) -> *mut u8 {
        // SAFETY: the bytes follow the header.
        unsafe { (self.body() as *mut u8).add(HEADER) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: a live object.
        unsafe { (*self.body()).ob_base.ob_size as usize }
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: they live as long as the object and do not change.
        unsafe { std::slice::from_raw_parts(self.data(), self.len()) }
    }

    /// The hash, computed once.
    pub fn hash_value(&self) -> isize {
        // SAFETY: a live object; the cache is -1 until known.
        unsafe {
            let known = (*self.body()).ob_shash;
            if known != -1 {
                return known;
            }
            let h = hash_key().hash_bytes(self.as_slice());
            (*self.body()).ob_shash = h;
            h
        }
    }

    /// Changes the length, in place where only the caller has the object (`_PyBytes_Resize`).
    pub fn resize(b: Ref<Bytes>, n: usize) -> PyResult<Ref<Bytes>> {
        if n == b.len() {
            return Ok(b);
        }
        if n == 0 {
            return Ok(Bytes::empty());
        }
        if b.refcnt() != 1 || !b.is_exact::<Bytes>() {
            let new = Bytes::alloc(n)?;
            let keep = n.min(b.len());
            // SAFETY: a new object with room for what is kept.
            unsafe { std::ptr::copy_nonoverlapping(b.data(), new.data(), keep) };
            return Ok(new);
        }
        // SAFETY: an object with one reference moves as a block of memory.
        unsafe {
            let p = alloc::realloc(b.as_raw().cast(), HEADER + n + 1);
            if p.is_null() {
                return Err(no_memory());
            }
            std::mem::forget(b);
            let o = p as *mut abi::PyBytesObject;
            (*o).ob_base.ob_size = n as isize;
            (*o).ob_shash = -1;
            *p.add(HEADER + n) = 0;
            Ok(Ref::from_owned(o))
        }
    }

    /// `bytes(o)` for bytes-like objects and iterables of ints (`PyBytes_FromObject`).
    pub fn from_object(o: &Obj) -> PyResult<Ref<Bytes>> {
        if let Some(b) = o.downcast_exact::<Bytes>() {
            return Ok(b.to_ref());
        }
        if Buffer::supported(o) {
            let b = Buffer::get(o, abi::PyBUF_FULL_RO)?;
            return Bytes::from_vec(b.to_vec(b'C')?);
        }
        if o.is_a::<Str>() {
            bail!(TypeError, "cannot convert '{}' object to bytes", o.type_name());
        }
        let out = collect_bytes(o, "bytes must be in range(0, 256)")?;
        match out {
            Some(v) => Bytes::from_vec(v),
            None => bail!(TypeError, "cannot convert '{}' object to bytes", o.type_name()),
        }
    }
}

/// The ints of an iterable as bytes; `None` where the object is not iterable.
pub(crate) fn collect_bytes(o: &Obj, range_message: &str) -> PyResult<Option<Vec<u8>>> {
    let Some(it) = catch(o.iter(), exc::TypeError())? else { return Ok(None) };
    let mut out = Vec::with_capacity(o.length_hint(64)?.min(1 << 20));
    while let Some(x) = it.iter_next()? {
        match u8::try_from(x.as_isize_clipped()?) {
            Ok(b) => out.push(b),
            Err(_) => bail!(ValueError, "{range_message}"),
        }
    }
    Ok(Some(out))
}

/// The result of the object's `__bytes__`, if its type has one.
pub fn special_bytes(o: &Obj) -> PyResult<Option<Ref<Bytes>>> {
    let Some(f) = o.lookup_special(sym!(__bytes__))? else { return Ok(None) };
    match f.call(&[])?.downcast_into::<Bytes>() {
        Ok(b) => Ok(Some(b)),
        Err(r) => Err(raise!(TypeError, "__bytes__ returned non-bytes (type {})", r.type_name())),
    }
}

/// What the constructors of bytes and bytearray share: the bytes of a str argument, or errors about stray
/// encoding arguments.
pub(crate) fn encoded_source(
    source: Option<&Obj>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Option<Ref<Bytes>>> {
    let text = source.and_then(|s| s.downcast::<Str>());
    match (text, encoding, errors) {
        (Some(s), Some(_), _) => Ok(Some(crate::types::codec::encode_str(s, encoding, errors)?)),
        (None, Some(_), _) => Err(raise!(TypeError, "encoding without a string argument")),
        (Some(_), None, Some(_)) => Err(raise!(TypeError, "string argument without an encoding")),
        (None, None, Some(_)) => Err(raise!(TypeError, "errors without a string argument")),
        (_, None, None) => Ok(None),
    }
}

/// A size argument: the value of an object with `__index__`, `None` for others.
pub(crate) fn size_argument(o: &Obj) -> PyResult<Option<usize>> {
    if !o.has_index() {
        return Ok(None);
    }
    // A TypeError of a failing __index__ leaves the object to be tried as an iterable.
    match catch(o.as_isize_size(), exc::TypeError())? {
        None => Ok(None),
        Some(n) => match usize::try_from(n) {
            Ok(n) => Ok(Some(n)),
            Err(_) => Err(raise!(ValueError, "negative count")),
        },
    }
}

impl Obj {
    /// `__index__` as a size; too large raises `OverflowError: cannot fit 'int' into an index-sized integer`.
    pub(crate) fn as_isize_size(&self) -> PyResult<isize> {
        let i = self.index()?;
        match i.to_i64() {
            Some(n) => Ok(n as isize),
            None => {
                Err(raise!(OverflowError, "cannot fit '{}' into an index-sized integer", self.type_name()))
            }
        }
    }
}

impl ByteString for Bytes {
    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        self.as_slice()
    }

    fn make(bytes: &[u8]) -> PyResult<Object> {
        Ok(Bytes::new(bytes)?.into_object())
    }

    fn unchanged(&self) -> PyResult<Object> {
        if self.is_exact::<Bytes>() { Ok(owned(self)) } else { Bytes::make(self.as_slice()) }
    }
}

byte_methods! { Bytes, {
    #[slot(tp_new, sig = "(source=b'', encoding='utf-8', errors='strict')")]
    fn new_slot(
        cls: &Type,
        source: Option<&Obj>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Object> {
        let plain = match (encoded_source(source, encoding, errors)?, source) {
            (Some(b), _) => b,
            (None, None) => Bytes::empty(),
            (None, Some(o)) => match special_bytes(o)? {
                Some(b) => b,
                None if o.is_a::<Str>() => bail!(TypeError, "string argument without an encoding"),
                None => match size_argument(o)? {
                    Some(n) => Bytes::zeros(n)?,
                    None => Bytes::from_object(o)?,
                },
            },
        };
        if std::ptr::eq(cls, Bytes::type_object()) {
            return Ok(plain.into_object());
        }
        // SAFETY: the bytes are written before anything runs; one more was allocated for the final zero.
        unsafe {
            let o = type_alloc(cls, plain.len() as isize)?;
            let b = o.as_raw() as *mut abi::PyBytesObject;
            (*b).ob_shash = -1;
            let data = (b as *mut u8).add(HEADER);
            std::ptr::copy_nonoverlapping(plain.data(), data, plain.len());
            *data.add(plain.len()) = 0;
            Ok(o)
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            let ty = (*(o as *mut Head)).ob_type;
            if ty == Bytes::TYPE_POINTER {
                let n = (*(o as *mut abi::PyBytesObject)).ob_base.ob_size as usize;
                return pool::put(o.cast(), HEADER + n + 1);
            }
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        Str::from_buf(repr_bytes(self.as_slice(), true))
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        warn_str("bytes")?;
        self.repr_slot()
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> isize {
        self.hash_value()
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<BytesIter>> {
        // SAFETY: the field is filled before anything runs.
        unsafe {
            let it = alloc::new_body::<BytesIter>()?;
            (*it.body()).seq = self.to_ref().into_ptr();
            Ok(it)
        }
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) = other.downcast::<Bytes>() else {
            if matches!(op, CompareOp::Eq | CompareOp::Ne) {
                warn_compare(other, "bytes")?;
            }
            return Ok(not_implemented().to_owned());
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
            None => bail!(IndexError, "index out of range"),
        }
    }

    #[slot(sq_concat)]
    fn concat_slot(&self, other: &Obj) -> PyResult<Object> {
        if !Buffer::supported(other) {
            bail!(TypeError, "can't concat {} to {}", other.type_name(), self.type_name());
        }
        let b = BytesLike::of(other)?;
        if self.is_empty() && other.is_exact::<Bytes>() {
            return Ok(other.to_owned());
        }
        if b.is_empty() && self.is_exact::<Bytes>() {
            return Ok(owned(self));
        }
        let Some(n) = self.len().checked_add(b.len()) else { return Err(no_memory()) };
        if n == 0 {
            return Ok(Bytes::empty().into_object());
        }
        let out = Bytes::alloc(n)?;
        // SAFETY: a new object with room for both.
        unsafe {
            std::ptr::copy_nonoverlapping(self.data(), out.data(), self.len());
            std::ptr::copy_nonoverlapping(b.as_ptr(), out.data().add(self.len()), b.len());
        }
        Ok(out.into_object())
    }

    #[slot(sq_repeat)]
    fn repeat_slot(&self, n: isize) -> PyResult<Object> {
        if n == 1 || self.is_empty() {
            return self.unchanged();
        }
        if self.len().checked_mul(n.max(0) as usize).is_none_or(|t| t > isize::MAX as usize) {
            bail!(OverflowError, "repeated bytes are too long");
        }
        Bytes::make(&methods::times(self.as_slice(), n)?)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        if key.has_index() {
            return match index_in(key.as_isize_index()?, self.len()) {
                Some(i) => Ok(Int::from_i64(self.as_slice()[i] as i64)?.into_object()),
                None => bail!(IndexError, "index out of range"),
            };
        }
        match key.downcast_exact::<Slice>() {
            Some(s) => {
                let (start, _, step, count) = s.indices(self.len())?;
                if count == 0 {
                    return Ok(Bytes::empty().into_object());
                }
                if step == 1 {
                    return self.part(start as usize..start as usize + count);
                }
                Bytes::make(&methods::strided(self.as_slice(), start, step, count))
            }
            None => bail!(TypeError, "byte indices must be integers or slices, not {}", key.type_name()),
        }
    }

    #[slot(bf_getbuffer, raw)]
    unsafe extern "C" fn getbuffer(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
        // SAFETY: a live object and the consumer's struct.
        unsafe {
            let b = &*(o as *const Bytes);
            match fill_info(view, o, b.data().cast(), b.len() as isize, true, flags) {
                Ok(()) => 0,
                Err(_) => -1,
            }
        }
    }

    /// Convert this value to exact type bytes.
    #[method(name = "__bytes__")]
    fn bytes_method(&self) -> PyResult<Object> {
        self.unchanged()
    }

    #[method(name = "__getnewargs__")]
    fn getnewargs(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_array([Bytes::new(self.as_slice())?.into_object()])
    }
} }

/// `BytesWarning` of `str(bytes)`, where `-b` asks for it.
pub(crate) fn warn_str(what: &str) -> PyResult<()> {
    let level = crate::interpreter::Interpreter::current().config.get().map_or(0, |c| c.bytes_warning);
    if level == 0 {
        return Ok(());
    }
    crate::types::exception::warn(exc::BytesWarning(), &format!("str() on a {what} instance"), 1)
}

/// `BytesWarning` of comparisons with text and numbers.
pub(crate) fn warn_compare(other: &Obj, what: &str) -> PyResult<()> {
    let level = crate::interpreter::Interpreter::current().config.get().map_or(0, |c| c.bytes_warning);
    if level == 0 {
        return Ok(());
    }
    let warn = |t: &str| {
        crate::types::exception::warn(exc::BytesWarning(), &format!("Comparison between {what} and {t}"), 1)
    };
    if other.is_a::<Str>() {
        return warn("string");
    }
    if other.is_a::<Int>() && what == "bytes" {
        return warn("int");
    }
    Ok(())
}

/// `iter(bytes)`.
#[pytype(name = "bytes_iterator", body = IndexIterBody, export = "PyBytesIter_Type", refs(seq), gc)]
pub struct BytesIter;

impl BytesIter {
    fn seq(&self) -> Option<&Bytes> {
        // SAFETY: NULL or an owned bytes.
        unsafe { ((*self.body()).seq as *const Bytes).as_ref() }
    }
}

/// Copies `n` bytes. Few of them are two words that may overlap: a call would cost more than it does.
///
/// # Safety
/// `n` bytes can be read and written, in places that do not overlap.
#[inline(always)]
unsafe fn copy(from: *const u8, to: *mut u8, n: usize) {
    // SAFETY: the caller's promise; both words lie within the `n` bytes.
    unsafe {
        match n {
            8..=16 => {
                let (first, last) =
                    (from.cast::<u64>().read_unaligned(), from.add(n - 8).cast::<u64>().read_unaligned());
                to.cast::<u64>().write_unaligned(first);
                to.add(n - 8).cast::<u64>().write_unaligned(last);
            }
            4..8 => {
                let (first, last) =
                    (from.cast::<u32>().read_unaligned(), from.add(n - 4).cast::<u32>().read_unaligned());
                to.cast::<u32>().write_unaligned(first);
                to.add(n - 4).cast::<u32>().write_unaligned(last);
            }
            _ => std::ptr::copy_nonoverlapping(from, to, n),
        }
    }
}

#[pymethods]
impl BytesIter {
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
        self.seq().map_or(0, |s| s.len() as isize - unsafe { (*self.body()).index })
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
