//! The body that all iterators of `itertools` share: three objects and three numbers.

use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::type_::Type;

/// Three owned objects and three numbers; each type says what they are.
#[repr(C)]
pub struct ItBody {
    pub ob_base: abi::PyObject,
    pub a: *mut abi::PyObject,
    pub b: *mut abi::PyObject,
    pub c: *mut abi::PyObject,
    pub n: isize,
    pub m: isize,
    pub k: isize,
}

/// A new iterator of `cls`.
pub fn make(cls: &Type, parts: [Option<Object>; 3], numbers: [isize; 3]) -> PyResult<Object> {
    // SAFETY: `cls` has bodies of this shape; zero is valid, and the fields own what they get.
    unsafe {
        let o = type_alloc(cls, 0)?;
        let b = o.as_raw() as *mut ItBody;
        let [x, y, z] = parts;
        replace(&raw mut (*b).a, x);
        replace(&raw mut (*b).b, y);
        replace(&raw mut (*b).c, z);
        [(*b).n, (*b).m, (*b).k] = numbers;
        Ok(o)
    }
}

/// Reading and writing the fields.
pub trait It: Native<Body = ItBody> {
    fn a(&self) -> Option<Object> {
        // SAFETY: NULL or an owned object.
        unsafe { (*self.body()).a.as_mut() }.map(|p| unsafe { Obj::from_ptr(p) }.to_owned())
    }
    fn b(&self) -> Option<Object> {
        // SAFETY: NULL or an owned object.
        unsafe { (*self.body()).b.as_mut() }.map(|p| unsafe { Obj::from_ptr(p) }.to_owned())
    }
    fn c(&self) -> Option<Object> {
        // SAFETY: NULL or an owned object.
        unsafe { (*self.body()).c.as_mut() }.map(|p| unsafe { Obj::from_ptr(p) }.to_owned())
    }
    fn set_a(&self, o: Option<Object>) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).a, o) }
    }
    fn set_b(&self, o: Option<Object>) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).b, o) }
    }
    fn set_c(&self, o: Option<Object>) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).c, o) }
    }
    fn n(&self) -> isize {
        // SAFETY: own field.
        unsafe { (*self.body()).n }
    }
    fn m(&self) -> isize {
        // SAFETY: own field.
        unsafe { (*self.body()).m }
    }
    fn k(&self) -> isize {
        // SAFETY: own field.
        unsafe { (*self.body()).k }
    }
    fn set_n(&self, v: isize) {
        // SAFETY: own field.
        unsafe { (*self.body()).n = v }
    }
    fn set_k(&self, v: isize) {
        // SAFETY: own field.
        unsafe { (*self.body()).k = v }
    }
}

impl<T: Native<Body = ItBody>> It for T {}
