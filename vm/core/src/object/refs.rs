//! Owned references: `Ref<T>`, and `Object` for any type. Dropping one gives its count back.

use crate::object::native::Native;
use crate::object::obj::{Obj, decref};
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

/// An owned reference to an object whose type is `T` or a subtype. One pointer wide, never NULL, so that
/// `Option<Ref<T>>` and `PyResult<Ref<T>>` are C pointers where NULL means none or raised.
#[repr(transparent)]
pub struct Ref<T: Native>(NonNull<T>);

/// An owned reference to any object.
pub type Object = Ref<Obj>;

impl<T: Native> Ref<T> {
    /// Takes over an owned reference from C.
    ///
    /// # Safety
    /// `p` is not NULL, owned, and an instance of `T`.
    #[inline(always)]
    pub unsafe fn from_owned<U>(p: *mut U) -> Ref<T> {
        debug_assert!(!p.is_null());
        // SAFETY: the caller's promise.
        unsafe { Ref(NonNull::new_unchecked(p.cast())) }
    }

    /// A new reference to a borrowed object.
    ///
    /// # Safety
    /// `p` is not NULL, alive, and an instance of `T`.
    #[inline(always)]
    pub unsafe fn from_borrowed<U>(p: *mut U) -> Ref<T> {
        // SAFETY: the caller's promise.
        unsafe {
            crate::object::obj::incref(p.cast());
            Ref::from_owned(p)
        }
    }

    /// As `from_owned`, with NULL as `None`.
    ///
    /// # Safety
    /// As `from_owned`, where not NULL.
    #[inline(always)]
    pub unsafe fn from_owned_opt<U>(p: *mut U) -> Option<Ref<T>> {
        NonNull::new(p.cast()).map(Ref)
    }

    /// Hands the reference to C, or to a field.
    #[inline(always)]
    pub fn into_ptr(self) -> *mut abi::PyObject {
        ManuallyDrop::new(self).0.as_ptr().cast()
    }

    /// The pointer, still owned by `self`.
    #[inline(always)]
    pub fn as_raw(&self) -> *mut abi::PyObject {
        self.0.as_ptr().cast()
    }

    /// Forgets the type.
    #[inline(always)]
    pub fn into_object(self) -> Object {
        // SAFETY: every instance of T is an object.
        unsafe { Ref::from_owned(self.into_ptr()) }
    }

    /// Another view of the same object, without looking.
    ///
    /// # Safety
    /// The object is an instance of `U`.
    #[inline(always)]
    pub unsafe fn cast_into_unchecked<U: Native>(self) -> Ref<U> {
        // SAFETY: the caller's promise.
        unsafe { Ref::from_owned(self.into_ptr()) }
    }

    /// The typed reference, or the object back when it is of another type.
    pub fn downcast_into<U: Native>(self) -> Result<Ref<U>, Ref<T>>
    where
        T: AsObj,
    {
        // SAFETY: checked.
        if self.as_obj().is_a::<U>() { Ok(unsafe { self.cast_into_unchecked() }) } else { Err(self) }
    }
}

/// Everything that can be seen as `&Obj`.
pub trait AsObj {
    fn as_obj(&self) -> &Obj;
}

impl<T: Native> AsObj for T {
    #[inline(always)]
    fn as_obj(&self) -> &Obj {
        // SAFETY: a native view is transparent over a body that begins with the header.
        unsafe { &*(self as *const T as *const Obj) }
    }
}

impl<T: Native> Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the reference keeps the object alive.
        unsafe { self.0.as_ref() }
    }
}

impl<T: Native> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        // SAFETY: alive through self.
        unsafe { Ref::from_borrowed(self.0.as_ptr()) }
    }
}

impl<T: Native> Drop for Ref<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: self owns one count.
        unsafe { decref(self.0.as_ptr().cast()) }
    }
}

impl<T: Native> AsRef<Obj> for Ref<T> {
    fn as_ref(&self) -> &Obj {
        (**self).as_obj()
    }
}

/// A new typed owned reference from a typed borrow.
pub trait ToRef: Native {
    fn to_ref(&self) -> Ref<Self> {
        // SAFETY: borrowed, hence alive.
        unsafe { Ref::from_borrowed(self as *const Self as *mut Self) }
    }
}

impl<T: Native> ToRef for T {}
