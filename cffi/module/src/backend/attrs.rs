//! Attributes: the fields of structs, also behind a pointer.

use super::cdata::CData;
use super::cfield::{CField, EMPTY_ARRAY};
use super::ctype::{CType, FieldRow};
use super::flags::*;
use super::{from_c, to_c};
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::abstract_::attribute_name;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::list::List;
use dovetail_core::types::object_::{generic_getattr, generic_setattr};
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};

/// The struct whose fields are attributes.
#[inline(always)]
fn record(cd: &CData) -> Option<&CType> {
    let ct = cd.ctype();
    let ct = if ct.kind() == Kind::Pointer { ct.item() } else { ct };
    if ct.is(RECORD) { Some(ct) } else { None }
}

/// `cd.name`.
#[inline(always)]
pub fn get(cd: &CData, name: &Str) -> PyResult<Object> {
    if let Some(ct) = record(cd)
        && let Some(row) = ct.row(name)
    {
        let p = cd.data().wrapping_offset(row.offset);
        if cd.data().is_null() {
            check_null(cd, row)?;
        }
        if row.plain {
            // SAFETY: the program vouches for the memory; the row's type lives as long as the struct's.
            return unsafe { from_c::convert(p, &*row.ctype) };
        }
        return get_special(cd, p, row);
    }
    get_slowly(cd, name)
}

/// A field behind a NULL pointer: its address can be had (arrays, structs), its value cannot.
#[cold]
fn check_null(cd: &CData, row: &FieldRow) -> PyResult<()> {
    // SAFETY: rows of a living type.
    let (field, ct) = unsafe { (&*row.field, &*row.ctype) };
    if !field.is_bits() && ct.is(ARRAY | RECORD) {
        return Ok(());
    }
    bail!(RuntimeError, "cannot dereference null pointer from cdata '{}'", cd.ctype().name());
}

#[inline(never)]
fn get_special(cd: &CData, p: *mut u8, row: &FieldRow) -> PyResult<Object> {
    // SAFETY: rows of a living type.
    let field: &CField = unsafe { &*row.field };
    if field.place().bitshift != EMPTY_ARRAY {
        // SAFETY: the program vouches for the memory.
        return unsafe { from_c::convert_bits(p, field) };
    }
    let ct = field.ctype();
    match cd.var_size().map(|size| size - row.offset) {
        Some(size) if size >= 0 && ct.item().size() > 0 => CData::sized(p, ct, size / ct.item().size()),
        _ => CData::new(p, ct.pointer()),
    }
}

#[cold]
#[inline(never)]
fn get_slowly(cd: &CData, name: &Str) -> PyResult<Object> {
    let mut what = "has no attribute";
    if let Some(ct) = record(cd) {
        if ct.has_state(LAZY) {
            ct.force()?;
            return get(cd, name);
        }
        what = if ct.force()? { "has no field" } else { OPAQUE_READ };
    }
    generic_getattr(cd.as_obj(), name).map_err(|e| reworded(e, cd, name, what))
}

const OPAQUE_READ: &str = "points to an opaque type: cannot read fields";
const OPAQUE_WRITE: &str = "points to an opaque type: cannot write fields";

/// An `AttributeError` in cffi's words.
fn reworded(e: Raised, cd: &CData, name: &Str, what: &str) -> Raised {
    if !e.matches(exc::AttributeError()) {
        return e;
    }
    e.clear();
    let ct = cd.ctype().name();
    if what.starts_with("points") {
        raise!(AttributeError, "cdata '{ct}' {what}")
    } else {
        raise!(AttributeError, "cdata '{ct}' {what} '{}'", name.to_string_lossy())
    }
}

/// `cd.name = value`.
#[inline]
pub fn set(cd: &CData, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let name = attribute_name(name)?;
    let mut what = "has no attribute";
    if let Some(ct) = record(cd) {
        if ct.has_state(LAZY) {
            ct.force()?;
        }
        if let Some(row) = ct.row(name) {
            let Some(value) = value else { bail!(AttributeError, "cannot delete struct field") };
            if cd.data().is_null() {
                bail!(RuntimeError, "cannot dereference null pointer from cdata '{}'", cd.ctype().name());
            }
            // SAFETY: the program vouches for the memory; rows of a living type.
            return unsafe {
                if row.plain {
                    to_c::convert(cd.data().wrapping_offset(row.offset), &*row.ctype, value)
                } else {
                    to_c::convert_field(cd.data(), &*row.field, value)
                }
            };
        }
        what = if ct.force()? { "has no field" } else { OPAQUE_WRITE };
    }
    generic_setattr(cd.as_obj(), name, value).map_err(|e| reworded(e, cd, name, what))
}

/// `dir(cd)`: the fields.
pub fn dir(cd: &CData) -> PyResult<Ref<List>> {
    match record(cd) {
        Some(ct) if ct.force()? => match ct.fields() {
            Some(fields) => fields.keys_list(),
            None => List::new(),
        },
        _ => List::new(),
    }
}
