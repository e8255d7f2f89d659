//! The table of functions that compiled modules copy: conversions and helpers, by number. Signatures and meaning are those
//! that cffi's generated C code declares.
//!
//! # Contract of the unsafe functions
//! Compiled code calls them with the GIL held, live objects, and addresses that hold (or have room for) what the name says.

use super::super::arith::PythonInt;
use super::super::call::{PointerArgument, pointer_argument};
use super::super::cdata::CData;
use super::super::ctype::CType;
use super::super::flags::*;
use super::super::{files, from_c, initialize, strings, to_c};
use super::externpy;
use dovetail_call::errno;
use dovetail_core::error::PyResult;
use dovetail_core::native::result_ptr;
use dovetail_core::object::Obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use std::ffi::{c_char, c_int, c_void};

type P = *mut abi::PyObject;

unsafe fn object<'a>(o: P) -> &'a Obj {
    // SAFETY: see the head.
    unsafe { Obj::from_ptr(o) }
}

/// -1 for an exception.
fn status(r: PyResult<()>) -> c_int {
    match r {
        Ok(()) => 0,
        Err(_) => -1,
    }
}

macro_rules! to_integer {
    ($($name:ident $wide:ident $narrow:ident $out:ident $what:literal,)*) => { $(
        unsafe extern "C" fn $name(o: P) -> $out {
            // SAFETY: see the head.
            let o = unsafe { object(o) };
            let value = $wide::from_python(o).and_then(|v| {
                $narrow::try_from(v).map_err(|_| to_c::overflow(o, $what))
            });
            match value {
                Ok(v) => v as $out,
                Err(_) => -1i64 as $out,
            }
        }
    )* };
}

to_integer! {
    to_i8 i64 i8 c_int "8-bit int",
    to_u8 u64 u8 c_int "8-bit unsigned int",
    to_i16 i64 i16 c_int "16-bit int",
    to_u16 u64 u16 c_int "16-bit unsigned int",
    to_i32 i64 i32 c_int "32-bit int",
    to_u32 u64 u32 u32 "32-bit unsigned int",
    to_i64 i64 i64 i64 "64-bit int",
    to_u64 u64 u64 u64 "64-bit unsigned int",
}

unsafe extern "C" fn to_char(o: P) -> c_int {
    // SAFETY: see the head.
    to_c::char_value(unsafe { object(o) }).map_or(-1, c_int::from)
}

unsafe extern "C" fn from_pointer(p: *mut c_char, ct: *const CType) -> P {
    // SAFETY: see the head.
    result_ptr(unsafe { from_c::convert((&raw const p).cast(), &*ct) })
}

unsafe extern "C" fn to_pointer(o: P, ct: *const CType) -> *mut c_char {
    // SAFETY: see the head.
    let (o, ct) = unsafe { (object(o), &*ct) };
    let found = to_c::pointer_value(ct, o).or_else(|e| {
        let pending = e.take();
        if ct.is(POINTER) && ct.item().is(FILE) && files::is_file(o)? {
            return files::as_file(o);
        }
        Err(dovetail_core::error::Raised::restore(pending))
    });
    found.map_or(std::ptr::null_mut(), |p| p.cast())
}

/// Numbers up to the first negative one, as a list.
unsafe extern "C" fn struct_layout(nums: *const isize) -> P {
    let make = || {
        let list = List::new()?;
        let mut p = nums;
        // SAFETY: see the head.
        unsafe {
            while *p >= 0 {
                list.push(Int::from_i64(*p as i64)?.into_object())?;
                p = p.add(1);
            }
        }
        Ok(list)
    };
    result_ptr(make())
}

unsafe extern "C" fn restore_errno() {
    errno::set_current(errno::saved());
}

unsafe extern "C" fn save_errno() {
    errno::set_saved(errno::current());
}

unsafe extern "C" fn from_char(c: c_char) -> P {
    Bytes::of_byte(c as u8).into_ptr()
}

unsafe extern "C" fn from_value(p: *mut c_char, ct: *const CType) -> P {
    // SAFETY: see the head.
    result_ptr(unsafe { from_c::convert(p.cast(), &*ct) })
}

unsafe extern "C" fn to_value(p: *mut c_char, ct: *const CType, o: P) -> c_int {
    // SAFETY: see the head.
    status(unsafe { to_c::convert(p.cast(), &*ct, object(o)) })
}

unsafe extern "C" fn from_struct(p: *mut c_char, ct: *const CType) -> P {
    // SAFETY: see the head.
    result_ptr(unsafe {
        match (*ct).force() {
            Ok(_) => CData::struct_copy(p.cast(), &*ct),
            Err(e) => Err(e),
        }
    })
}

unsafe extern "C" fn to_wchar(o: P) -> i32 {
    // SAFETY: see the head.
    to_c::char32_value(unsafe { object(o) }).map_or(-1, |c| c as i32)
}

unsafe extern "C" fn from_wchar(c: i32) -> P {
    // SAFETY: one unit.
    result_ptr(unsafe { strings::from_char32((&raw const c).cast(), 1) })
}

/// The other width of wide characters.
unsafe extern "C" fn to_char16(o: P) -> c_int {
    // SAFETY: see the head.
    to_c::char16_value(unsafe { object(o) }).map_or(-1, c_int::from)
}

unsafe extern "C" fn from_char16(c: c_int) -> P {
    let unit = c as u16;
    // SAFETY: one unit.
    result_ptr(unsafe { strings::from_char16((&raw const unit).cast(), 1) })
}

unsafe extern "C" {
    /// Returns a `long double`, which Rust has no type for: in C, over `dovetail_cffi_to_long_double`.
    fn dovetail_ld_of_object(o: P);
}

/// Stores an object as `long double`; -1.0 with an exception where it is no number.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_cffi_to_long_double(o: P, out: *mut c_void) {
    // SAFETY: see the head; `out` has room.
    unsafe {
        let o = object(o);
        match CData::of(o).filter(|cd| cd.ctype().is(LONGDOUBLE)) {
            Some(cd) => std::ptr::copy_nonoverlapping(cd.data(), out.cast(), 16),
            None => super::super::raw::write_long_double(out.cast(), o.as_f64().unwrap_or(-1.0)),
        }
    }
}

unsafe extern "C" fn to_bool(o: P) -> u8 {
    // SAFETY: see the head.
    let o = unsafe { object(o) };
    match i64::from_python(o) {
        Ok(value @ (0 | 1)) => value as u8,
        Ok(_) => {
            let _raised = to_c::overflow(o, "_Bool");
            1
        }
        Err(_) => 1,
    }
}

/// 0: the pointer is in `out`; above: so many bytes are wanted for an array; -1: an exception.
unsafe extern "C" fn prepare_pointer(ct: *const CType, o: P, out: *mut *mut c_char) -> isize {
    // SAFETY: see the head.
    unsafe {
        match pointer_argument(&*ct, object(o)) {
            Ok(PointerArgument::Value(p)) => {
                *out = p.cast();
                0
            }
            Ok(PointerArgument::Room(n)) => n as isize,
            Err(_) => -1,
        }
    }
}

unsafe extern "C" fn to_array(p: *mut c_char, ct: *const CType, o: P) -> c_int {
    // SAFETY: see the head.
    status(unsafe { initialize::array(p.cast(), &*ct, object(o)) })
}

/// An entry: the address of a function.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Entry(*const ());
// SAFETY: addresses of code.
unsafe impl Sync for Entry {}

static TABLE: [Entry; 28] = [
    Entry(std::ptr::null()),
    Entry(to_i8 as *const ()),
    Entry(to_u8 as *const ()),
    Entry(to_i16 as *const ()),
    Entry(to_u16 as *const ()),
    Entry(to_i32 as *const ()),
    Entry(to_u32 as *const ()),
    Entry(to_i64 as *const ()),
    Entry(to_u64 as *const ()),
    Entry(to_char as *const ()),
    Entry(from_pointer as *const ()),
    Entry(to_pointer as *const ()),
    Entry(struct_layout as *const ()),
    Entry(restore_errno as *const ()),
    Entry(save_errno as *const ()),
    Entry(from_char as *const ()),
    Entry(from_value as *const ()),
    Entry(to_value as *const ()),
    Entry(from_struct as *const ()),
    Entry(to_wchar as *const ()),
    Entry(from_wchar as *const ()),
    Entry(dovetail_ld_of_object as *const ()),
    Entry(to_bool as *const ()),
    Entry(prepare_pointer as *const ()),
    Entry(to_array as *const ()),
    Entry(externpy::call_python as *const ()),
    Entry(to_char16 as *const ()),
    Entry(from_char16 as *const ()),
];

/// The table's address.
pub fn table() -> *const c_void {
    TABLE.as_ptr().cast()
}

/// The first `n` entries into a compiled module's own table.
///
/// # Safety
/// There is room for them.
pub unsafe fn copy_to(to: *mut c_void, n: usize) {
    // SAFETY: the caller's promise.
    unsafe { std::ptr::copy_nonoverlapping(TABLE.as_ptr(), to.cast(), n.min(TABLE.len())) }
}
