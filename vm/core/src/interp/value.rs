//! `Value`: a word of a frame. An owned pointer, a borrowed pointer, a tagged integer, or null.
//!
//! | low bits | meaning |
//! |---|---|
//! | `00` | owned object pointer |
//! | `01` | object pointer borrowed from something that outlives the word; `1` alone is null |
//! | `11` | integer in the upper 62 bits |
//!
//! The encoding is that of CPython 3.14's `_PyStackRef`. Integers that fit are always tagged when they enter a
//! frame (`from_heap`, `from_object`), so that typed instructions need to look at tags only.

use crate::error::PyResult;
use crate::object::obj::{decref, incref};
use crate::object::{Native, Obj, Object, Ref};
use crate::types::bool_::bool_obj;
use crate::types::int::Int;

#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Value(pub u64);

impl Value {
    pub const NULL: Value = Value(1);

    /// The object pointer of a pointer word.
    #[inline(always)]
    pub fn ptr(self) -> *mut abi::PyObject {
        (self.0 & !1) as *mut abi::PyObject
    }

    #[inline(always)]
    pub fn borrowed(o: &Obj) -> Value {
        Value(o.as_ptr() as u64 | 1)
    }

    /// A word that takes over the reference as it is, without tagging integers.
    #[inline(always)]
    pub fn owned(o: Object) -> Value {
        Value(o.into_ptr() as u64)
    }

    /// A word from an owned pointer.
    #[inline(always)]
    pub fn from_owned_ptr(p: *mut abi::PyObject) -> Value {
        Value(p as u64)
    }

    #[inline(always)]
    pub fn is_int(self) -> bool {
        self.0 & 2 != 0
    }

    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.0 == 1
    }

    /// Does the word hold a reference of its own?
    #[inline(always)]
    pub fn owns(self) -> bool {
        self.0 & 1 == 0
    }

    #[inline(always)]
    pub fn int(v: i64) -> Value {
        Value((v << 2) as u64 | 3)
    }

    /// Does the integer fit into a word?
    #[inline(always)]
    pub fn fits(v: i64) -> bool {
        (v << 2) >> 2 == v
    }

    #[inline(always)]
    pub fn as_int(self) -> i64 {
        (self.0 as i64) >> 2
    }

    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        Value::borrowed(bool_obj(b))
    }

    #[inline(always)]
    pub fn none() -> Value {
        Value::borrowed(crate::types::none::none())
    }

    #[inline(always)]
    pub fn is_none(self) -> bool {
        self.0 | 1 == Value::none().0
    }

    /// The object of a pointer word.
    ///
    /// # Safety
    /// The word is not null and not an integer, and stays alive for `'a`.
    #[inline(always)]
    pub unsafe fn obj<'a>(self) -> &'a Obj {
        // SAFETY: the caller's promise.
        unsafe { Obj::from_ptr(self.ptr()) }
    }

    /// The type of the value; integers are `int`.
    #[inline(always)]
    pub fn type_ptr(self) -> *mut abi::PyTypeObject {
        if self.is_int() {
            Int::TYPE_POINTER
        } else {
            // SAFETY: a pointer word that is not null refers to a live object.
            unsafe { self.obj() }.type_ptr()
        }
    }

    /// A word for a heap object that stays owned by its container: integers are tagged, others counted.
    ///
    /// # Safety
    /// `o` is a live object.
    #[inline(always)]
    pub unsafe fn from_heap(o: *mut abi::PyObject) -> Value {
        // SAFETY: the caller's promise; the layout is PyLongObject's.
        unsafe {
            if std::ptr::eq((*(o as *const crate::object::obj::Head)).ob_type, Int::TYPE_POINTER) {
                let l = &(*(o as *const abi::PyLongObject)).long_value;
                if l.lv_tag < 16 {
                    let sign = 1 - (l.lv_tag & 3) as i64;
                    return Value::int(sign * l.ob_digit[0] as i64);
                }
            }
            incref(o);
            Value(o as u64)
        }
    }

    /// A word for an owned object: integers are tagged.
    #[inline]
    pub fn from_object(o: Object) -> Value {
        if let Some(i) = o.downcast_exact::<Int>()
            && let Some(v) = i.to_i64()
            && Value::fits(v)
        {
            return Value::int(v);
        }
        Value::owned(o)
    }

    /// Takes the value out of the word as an owned object; integers are boxed.
    #[inline]
    pub fn into_object(self) -> PyResult<Object> {
        if self.is_int() {
            return Int::from_i64(self.as_int()).map(Ref::into_object);
        }
        // SAFETY: an owned pointer, or one that is borrowed from something alive.
        unsafe {
            if self.owns() { Ok(Ref::from_owned(self.ptr())) } else { Ok(Ref::from_borrowed(self.ptr())) }
        }
    }

    /// An owned object of the value; the word keeps what it has.
    #[inline]
    pub fn to_object(self) -> PyResult<Object> {
        if self.is_int() {
            return Int::from_i64(self.as_int()).map(Ref::into_object);
        }
        // SAFETY: alive through the word.
        unsafe { Ok(Ref::from_borrowed(self.ptr())) }
    }

    /// A second word for the same value, owning its own reference.
    #[inline(always)]
    pub fn dup(self) -> Value {
        if self.is_int() || self.is_null() {
            return self;
        }
        // SAFETY: alive through the word.
        unsafe { incref(self.ptr()) };
        Value(self.0 & !1)
    }

    /// The word as one that may outlive the frame: a borrowed pointer becomes owned.
    #[inline(always)]
    pub fn own(self) -> Value {
        if self.0 & 3 == 1 && self.0 != 1 {
            // SAFETY: alive through what it is borrowed from.
            unsafe { incref(self.ptr()) };
            return Value(self.0 & !1);
        }
        self
    }

    /// Gives back what the word owns.
    #[inline(always)]
    pub fn release(self) {
        if self.owns() {
            // SAFETY: the word owns its reference.
            unsafe { decref(self.ptr()) }
        }
    }

    /// Same object, where equal integers are the same.
    #[inline]
    pub fn is(self, other: Value) -> bool {
        if self.is_int() || other.is_int() {
            if self.0 == other.0 {
                return true;
            }
            let boxed = |v: Value| -> Option<i64> {
                if v.is_int() {
                    return Some(v.as_int());
                }
                // SAFETY: a pointer word.
                unsafe { v.obj() }.downcast_exact::<Int>().and_then(Int::to_i64)
            };
            return match (boxed(self), boxed(other)) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            };
        }
        self.0 | 1 == other.0 | 1
    }
}

/// A borrowed object of a value for the length of a call: boxes integers.
pub struct Boxed {
    ptr: *mut abi::PyObject,
    owned: bool,
}

impl Boxed {
    #[inline]
    pub fn new(v: Value) -> PyResult<Boxed> {
        if v.is_int() {
            return Ok(Boxed { ptr: Int::from_i64(v.as_int())?.into_ptr(), owned: true });
        }
        Ok(Boxed { ptr: v.ptr(), owned: false })
    }
}

impl std::ops::Deref for Boxed {
    type Target = Obj;
    #[inline(always)]
    fn deref(&self) -> &Obj {
        // SAFETY: owned by self, or alive through the frame word it came from.
        unsafe { Obj::from_ptr(self.ptr) }
    }
}

impl Drop for Boxed {
    #[inline(always)]
    fn drop(&mut self) {
        if self.owned {
            // SAFETY: the integer was boxed by `new`.
            unsafe { decref(self.ptr) }
        }
    }
}
