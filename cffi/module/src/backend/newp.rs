//! `newp`: memory of a type, zeroed or initialized, that lives as long as its object; also from a program's allocator.

use super::cdata::CData;
use super::ctype::CType;
use super::flags::*;
use super::{gcp, initialize, to_c};
use dovetail_core::bail;
use dovetail_core::error::{PyResult, raise_message};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::int::Int;

/// Who gives the memory.
#[derive(Clone, Copy)]
pub struct Allocator<'a> {
    pub alloc: Option<&'a Obj>,
    pub free: Option<&'a Obj>,
    pub clear: bool,
}

/// Memory inside the object, zeroed.
pub const DEFAULT: Allocator<'static> = Allocator { alloc: None, free: None, clear: true };

impl Allocator<'_> {
    /// An object of type `ct` with `size` bytes, whose word is `word`.
    #[inline]
    fn make(&self, ct: &CType, size: isize, word: isize) -> PyResult<Ref<CData>> {
        match self.alloc {
            None => CData::owning(ct, size as usize, word as usize, self.clear),
            Some(alloc) => self.ask(alloc, ct, size, word),
        }
    }

    #[cold]
    fn ask(&self, alloc: &Obj, ct: &CType, size: isize, word: isize) -> PyResult<Ref<CData>> {
        let answer = alloc.call(&[&*Int::from_i64(size as i64)?])?;
        let Some(memory) = CData::of(&answer) else {
            bail!(TypeError, "alloc() must return a cdata object (got {})", answer.type_name());
        };
        if !memory.ctype().is(POINTER | ARRAY) {
            bail!(TypeError, "alloc() must return a cdata pointer, not '{}'", memory.ctype().name());
        }
        if memory.data().is_null() {
            return Err(raise_message(dovetail_core::error::exc::MemoryError(), "alloc() returned NULL"));
        }
        let cd = gcp::guarded(memory, ct, self.free)?;
        // SAFETY: the allocator was asked for that many bytes; guarded bodies have the word.
        unsafe {
            if self.clear {
                std::ptr::write_bytes(cd.data(), 0, size as usize);
            }
            (*(cd.body() as *mut super::cdata::OwnBody)).word = word as usize;
        }
        Ok(cd)
    }
}

/// `newp(ct, init)`.
#[inline]
pub fn newp(ct: &CType, init: Option<&Obj>, allocator: Allocator) -> PyResult<Object> {
    match ct.kind() {
        Kind::Pointer => new_pointer(ct, init, allocator),
        Kind::Array => new_array(ct, init, allocator),
        _ => bail!(TypeError, "expected a pointer or array ctype, got '{}'", ct.name()),
    }
}

fn new_pointer(ct: &CType, init: Option<&Obj>, allocator: Allocator) -> PyResult<Object> {
    let item = ct.item();
    if item.is(RECORD) {
        item.force()?;
    }
    let mut size = item.size();
    if size < 0 {
        bail!(TypeError, "cannot instantiate ctype '{}' of unknown size", item.name());
    }
    if item.is(CHAR) {
        // A zero behind it, so that it is a string.
        size *= 2;
    }
    let cd = if item.is(RECORD) {
        let mut word = 0;
        if item.has_state(VAR_ARRAY) {
            if let Some(init) = init {
                size = initialize::record_size(item, init, size)?;
            }
            word = size;
        }
        CData::owning_pointer(ct, allocator.make(item, size, word)?)?
    } else {
        allocator.make(ct, size, 0)?
    };
    if let Some(init) = init {
        // SAFETY: room for a value of the type.
        unsafe { to_c::convert(cd.data(), item, init)? };
    }
    Ok(cd.into_object())
}

fn new_array(ct: &CType, init: Option<&Obj>, allocator: Allocator) -> PyResult<Object> {
    let mut init = init;
    let (mut size, mut length) = (ct.size(), 0);
    if size < 0 {
        let none = dovetail_core::types::none::none();
        let (n, only_length) = initialize::new_array_length(ct.item(), init.unwrap_or(none))?;
        if only_length {
            init = None;
        }
        length = n;
        size = match n.checked_mul(ct.item().size()) {
            Some(size) => size,
            None => bail!(OverflowError, "array size would overflow a Py_ssize_t"),
        };
    }
    let cd = allocator.make(ct, size, length)?;
    if let Some(init) = init {
        // SAFETY: room for a value of the type.
        unsafe { initialize::array(cd.data(), ct, init)? };
    }
    Ok(cd.into_object())
}
