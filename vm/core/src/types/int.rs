//! `int`: the object with CPython's layout (30-bit digits behind a tag of size and sign), its making and its value.
//!
//! The methods and slots stand in `int_methods.rs`, the algorithms in the crate `dovetail_num`. The ints from -5 to
//! 256 are static and immortal. Other ints of up to two digits come from a free list of the thread, whose cells are
//! linked through their first word and keep their type.

use crate::error::{PyResult, Raised, exc, no_memory, raise_message, raise_with};
use crate::object::native::Native;
use crate::object::obj::{Head, IMMORTAL, Obj};
use crate::object::{AsObj, Ref, ToRef, alloc};
use crate::thread::ThreadState;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use dovetail_macros::pytype;
use dovetail_num::{Int as BigInt, IntRef, Kind};
use std::cell::UnsafeCell;
use std::mem::offset_of;

pub use crate::types::number_text::from_text_object;

/// Bytes before the digits: the type's basic size.
pub const HEADER: usize = offset_of!(abi::PyLongObject, long_value.ob_digit);

/// Bytes of a free-list cell, which holds up to two digits.
const CELL: usize = size_of::<abi::PyLongObject>();
const _: () = assert!(CELL == HEADER + 8);

/// The tag's sign of zero and of negative numbers, and its mark of static ints.
const ZERO: usize = 1;
const NEGATIVE: usize = 2;
const STATIC: usize = 4;
/// Tags below this one are of ints with at most one digit.
const COMPACT: usize = 2 << 3;
const DIGIT_BITS: u32 = 30;
const MASK: u64 = (1 << DIGIT_BITS) - 1;

/// Integers of any size.
/// ---
/// int([x]) -> integer
/// int(x, base=10) -> integer
///
/// Turn a number or a string into an integer; without arguments, give 0.
/// A number is converted by its __int__() or __index__() method, which for
/// floating-point numbers drops the fraction.
///
/// A string, bytes or bytearray object holds an integer literal in the given
/// base, perhaps with a sign and with whitespace around it.  The base is 2
/// to 36, or 0 to take it from the literal's prefix.
/// >>> int('0b100', base=0)
/// 4
#[pytype(
    name = "int", body = abi::PyLongObject, export = "PyLong_Type", basicsize = HEADER, itemsize = 4,
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_LONG_SUBCLASS | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct Int;

/// Static int objects.
struct SmallInts(UnsafeCell<[abi::PyLongObject; 262]>);
// SAFETY: immortal, never written.
unsafe impl Sync for SmallInts {}

/// An immortal int object of at most one digit, for static memory.
pub(crate) const fn static_int(value: i64, ty: *mut abi::PyTypeObject, mark: usize) -> abi::PyLongObject {
    // SAFETY: all-zero is an int object without a type; the header is filled in.
    unsafe {
        let mut o: abi::PyLongObject = std::mem::zeroed();
        let h = (&raw mut o).cast::<Head>();
        (*h).refcnt = IMMORTAL;
        (*h).ob_type = ty;
        o.long_value.ob_digit[0] = value.unsigned_abs() as u32;
        o.long_value.lv_tag = mark
            | if value == 0 {
                ZERO
            } else if value < 0 {
                8 | NEGATIVE
            } else {
                8
            };
        o
    }
}

static SMALL: SmallInts = SmallInts(UnsafeCell::new(
    const {
        let mut a = [static_int(0, Int::TYPE_POINTER, STATIC); 262];
        let mut i = 0;
        while i < 262 {
            a[i] = static_int(i as i64 - 5, Int::TYPE_POINTER, STATIC);
            i += 1;
        }
        a
    },
));

/// Memory for an int of up to two digits, with header and count 1.
#[inline(always)]
fn cell() -> PyResult<*mut abi::PyLongObject> {
    let ts = ThreadState::current();
    let p = ts.free_ints.get();
    if p.is_null() {
        return new_cell();
    }
    // SAFETY: cells of the list are linked through their first word and keep their type.
    unsafe {
        ts.free_ints.set(*(p as *mut *mut abi::PyObject));
        (p as *mut u64).write(1);
    }
    Ok(p.cast())
}

#[cold]
fn new_cell() -> PyResult<*mut abi::PyLongObject> {
    // SAFETY: fresh memory of a cell's size.
    unsafe {
        let p = alloc::malloc(CELL) as *mut abi::PyLongObject;
        if p.is_null() {
            return Err(no_memory());
        }
        alloc::init(p.cast(), Int::type_object());
        Ok(p)
    }
}

/// The first digit's place.
///
/// # Safety
/// `o` is an int object.
#[inline(always)]
pub unsafe fn digits_ptr(o: *mut abi::PyLongObject) -> *mut u32 {
    // SAFETY: inside the object.
    unsafe { (&raw mut (*o).long_value.ob_digit).cast() }
}

/// An int that does not fit one digit, of at most 60 bits.
#[inline]
fn from_two_digits(negative: bool, magnitude: u64) -> PyResult<Ref<Int>> {
    let o = cell()?;
    let n = if magnitude > MASK { 2 } else { 1 };
    // SAFETY: a cell has room for two digits.
    unsafe {
        let d = digits_ptr(o);
        *d = (magnitude & MASK) as u32;
        *d.add(1) = (magnitude >> DIGIT_BITS) as u32;
        (*o).long_value.lv_tag = n << 3 | if negative { NEGATIVE } else { 0 };
        Ok(Ref::from_owned(o))
    }
}

impl Int {
    /// Equality where it is decided by signs, numbers of digits or a single digit.
    #[inline(always)]
    pub fn equals_short(&self, other: &Int) -> Option<bool> {
        // SAFETY: live integers; one digit is always there.
        unsafe {
            let (a, b) = (&(*self.body()).long_value, &(*other.body()).long_value);
            // The bits below tell sign and immortality of small ints.
            const KIND: usize = 4;
            if a.lv_tag | KIND != b.lv_tag | KIND {
                return Some(false);
            }
            if a.lv_tag < 16 {
                return Some(a.ob_digit[0] == b.ob_digit[0]);
            }
        }
        None
    }

    /// Has the value a static int?
    #[inline(always)]
    pub fn is_small(value: i64) -> bool {
        value.wrapping_add(5) as u64 <= 261
    }

    /// The static int of a value from -5 to 256.
    #[inline(always)]
    pub fn small(value: i64) -> *mut abi::PyObject {
        debug_assert!((-5..=256).contains(&value));
        // SAFETY: inside the array.
        unsafe { (SMALL.0.get() as *mut abi::PyLongObject).add((value + 5) as usize).cast() }
    }

    /// An int of a machine word.
    #[inline]
    pub fn from_i64(value: i64) -> PyResult<Ref<Int>> {
        if Int::is_small(value) {
            // SAFETY: an immortal object.
            return Ok(unsafe { Ref::from_owned(Int::small(value)) });
        }
        let magnitude = value.unsigned_abs();
        if magnitude < 1 << (2 * DIGIT_BITS) {
            return from_two_digits(value < 0, magnitude);
        }
        let (digits, n) = dovetail_num::digits::split_u64(magnitude);
        Int::from_digits(value < 0, &digits[..n])
    }

    /// An int of an unsigned machine word.
    #[inline]
    pub fn from_u64(value: u64) -> PyResult<Ref<Int>> {
        if let Ok(v) = i64::try_from(value) {
            return Int::from_i64(v);
        }
        let (digits, n) = dovetail_num::digits::split_u64(value);
        Int::from_digits(false, &digits[..n])
    }

    /// An int of a length or index.
    #[inline]
    pub fn from_usize(value: usize) -> PyResult<Ref<Int>> {
        Int::from_u64(value as u64)
    }

    /// An int of two machine words.
    #[inline]
    pub fn from_i128(value: i128) -> PyResult<Ref<Int>> {
        if let Ok(v) = i64::try_from(value) {
            return Int::from_i64(v);
        }
        Int::from_big(BigInt::from(value))
    }

    /// An int of two unsigned machine words.
    pub fn from_u128(value: u128) -> PyResult<Ref<Int>> {
        Int::from_big(BigInt::from(value))
    }

    /// An int of a computed number.
    #[inline]
    pub fn from_big(value: BigInt) -> PyResult<Ref<Int>> {
        Int::from_digits(value.negative, &value.digits)
    }

    /// An exact int of a borrowed number.
    pub fn from_ref(value: IntRef<'_>) -> PyResult<Ref<Int>> {
        Int::from_digits(value.negative, value.digits)
    }

    /// An int of a sign and digits without leading zeros.
    pub fn from_digits(negative: bool, digits: &[u32]) -> PyResult<Ref<Int>> {
        match *digits {
            [] => Int::from_i64(0),
            [d] => Int::from_i64(if negative { -(d as i64) } else { d as i64 }),
            [d0, d1] => from_two_digits(negative, d0 as u64 | (d1 as u64) << DIGIT_BITS),
            _ => {
                // SAFETY: fresh memory for the header and all digits.
                unsafe {
                    let o = Int::with_room(digits.len())?;
                    std::ptr::copy_nonoverlapping(digits.as_ptr(), digits_ptr(o), digits.len());
                    (*o).long_value.lv_tag = digits.len() << 3 | if negative { NEGATIVE } else { 0 };
                    Ok(Ref::from_owned(o))
                }
            }
        }
    }

    /// Memory for an exact int of `n` digits (`_PyLong_New`), with header and count 1; tag and digits are the
    /// caller's to write.
    ///
    /// # Safety
    /// The caller writes a valid tag and the digits that it names.
    pub unsafe fn with_room(n: usize) -> PyResult<*mut abi::PyLongObject> {
        if n <= 2 {
            return cell();
        }
        if n > (isize::MAX as usize - HEADER) / 8 {
            return Err(raise_message(exc::OverflowError(), "too many digits in integer"));
        }
        // SAFETY: fresh memory.
        unsafe {
            let p = alloc::malloc((HEADER + 4 * n + 7) & !7) as *mut abi::PyLongObject;
            if p.is_null() {
                return Err(no_memory());
            }
            alloc::init(p.cast(), Int::type_object());
            Ok(p)
        }
    }

    /// The tag: number of digits and sign.
    #[inline(always)]
    fn tag(&self) -> usize {
        // SAFETY: a live int.
        unsafe { (*self.body()).long_value.lv_tag }
    }

    /// At most one digit?
    #[inline(always)]
    pub fn is_compact(&self) -> bool {
        self.tag() < COMPACT
    }

    /// The value of a compact int.
    #[inline(always)]
    pub fn compact_value(&self) -> i64 {
        debug_assert!(self.is_compact());
        // SAFETY: a live int has at least one digit's memory; zero's digit is zero.
        unsafe { (1 - (self.tag() & 3) as i64) * (*digits_ptr(self.body())) as i64 }
    }

    /// Sign and magnitude.
    #[inline(always)]
    pub fn int_ref(&self) -> IntRef<'_> {
        let tag = self.tag();
        // SAFETY: the tag says how many digits there are.
        unsafe {
            IntRef::new(tag & NEGATIVE != 0, std::slice::from_raw_parts(digits_ptr(self.body()), tag >> 3))
        }
    }

    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.tag() & 3 == ZERO
    }

    #[inline(always)]
    pub fn is_negative(&self) -> bool {
        self.tag() & 3 == NEGATIVE
    }

    /// The value, if it fits.
    #[inline(always)]
    pub fn to_i64(&self) -> Option<i64> {
        if self.is_compact() { Some(self.compact_value()) } else { self.int_ref().to_i64() }
    }

    /// The value, if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        self.int_ref().to_u64()
    }

    /// The value, if it fits.
    pub fn to_i128(&self) -> Option<i128> {
        if self.is_compact() { Some(self.compact_value() as i128) } else { self.int_ref().to_i128() }
    }

    /// The nearest float; OverflowError when there is none.
    pub fn to_f64(&self) -> PyResult<f64> {
        if self.is_compact() {
            return Ok(self.compact_value() as f64);
        }
        dovetail_num::int::to_float(self.int_ref()).map_err(num_error)
    }

    /// This int, or an exact int of the same value where the type is a subclass.
    pub fn to_exact(&self) -> PyResult<Ref<Int>> {
        if self.is_exact::<Int>() { Ok(self.to_ref()) } else { Int::from_ref(self.int_ref()) }
    }

    /// The digits in base 2, 8, 10 or 16, with a minus sign and without a prefix.
    pub fn to_base(&self, base: u32) -> PyResult<String> {
        use dovetail_num::int::{Radix, to_decimal_limited, to_radix};
        let radix = match base {
            2 => Radix::Binary,
            8 => Radix::Octal,
            16 => Radix::Hex,
            _ => return to_decimal_limited(self.int_ref(), max_str_digits()).map_err(num_error),
        };
        Ok(to_radix(self.int_ref(), radix, false))
    }

    /// The slot that hashes ints.
    pub fn type_object_hash() -> abi::hashfunc {
        Int::type_object().raw().tp_hash
    }

    /// An instance of `cls`, a subclass, with the value of `value`.
    pub(crate) fn new_subclass(cls: &Type, value: &Int) -> PyResult<crate::Object> {
        let r = value.int_ref();
        let n = r.digits.len();
        // SAFETY: instances have room for the digits asked for, at least one.
        unsafe {
            let o = crate::types::support::type_alloc(cls, n.max(1) as isize)?;
            let l = o.as_raw() as *mut abi::PyLongObject;
            (*l).long_value.lv_tag = value.tag() & !STATIC;
            *digits_ptr(l) = 0;
            std::ptr::copy_nonoverlapping(r.digits.as_ptr(), digits_ptr(l), n);
            Ok(o)
        }
    }

    /// The int view of an instance of int or of a subclass: a look at one flag.
    #[inline(always)]
    pub fn of(o: &Obj) -> Option<&Int> {
        if o.ob_type().flags() & abi::Py_TPFLAGS_LONG_SUBCLASS != 0 {
            // SAFETY: the flag belongs to int and its subclasses.
            Some(unsafe { o.cast_unchecked() })
        } else {
            None
        }
    }
}

/// `tp_dealloc`: exact ints of up to two digits join the free list.
///
/// # Safety
/// Called as a slot.
pub(crate) unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        let l = o as *mut abi::PyLongObject;
        let ty = (*(o as *mut Head)).ob_type;
        if std::ptr::eq(ty, Int::TYPE_POINTER) {
            if (*l).long_value.lv_tag < 3 << 3 {
                let ts = ThreadState::current();
                *(o as *mut *mut abi::PyObject) = ts.free_ints.get();
                ts.free_ints.set(o);
                crate::object::cells::freed(ts);
            } else {
                alloc::free(o.cast());
            }
            return;
        }
        if let Some(free) = (*ty).tp_free {
            free(o.cast());
        }
    }
}

/// Raises what an error of the number crate stands for.
#[cold]
pub fn num_error(e: dovetail_num::Error) -> Raised {
    let ty = match e.kind {
        Kind::ZeroDivision => exc::ZeroDivisionError(),
        Kind::Overflow => exc::OverflowError(),
        Kind::Value => exc::ValueError(),
        Kind::Type => exc::TypeError(),
        Kind::Memory => return no_memory(),
        Kind::Range => {
            let args = || {
                let (number, text) = (Int::from_i64(34)?, Str::new(&e.message)?);
                Tuple::from_slice(&[number.as_obj(), text.as_obj()])
            };
            return match args() {
                Ok(t) => raise_with(exc::OverflowError(), &t),
                Err(again) => again,
            };
        }
    };
    raise_message(ty, &e.message)
}

/// `sys.get_int_max_str_digits()` of this interpreter; 0 for no limit.
pub fn max_str_digits() -> usize {
    crate::interpreter::Interpreter::current().int_max_str_digits.get()
}
