//! Subscripts: `a[i]`, slices, and storing through them.

use super::cdata::CData;
use super::ctype::CType;
use super::flags::*;
use super::{from_c, to_c};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::slice::Slice;

/// The address of an item.
#[inline(always)]
fn item_at(cd: &CData, key: &Obj) -> PyResult<*mut u8> {
    let i = match key.downcast_exact::<Int>() {
        Some(i) if i.is_compact() => i.compact_value() as isize,
        _ => key.as_isize_index()?,
    };
    let ct = cd.ctype();
    match ct.kind() {
        Kind::Array if i >= 0 && i < cd.array_length() => {}
        Kind::Pointer if !cd.owns() && !cd.data().is_null() => {}
        Kind::Pointer if cd.owns() && i == 0 => {}
        _ => return refuse(cd, i),
    }
    Ok(cd.data().wrapping_offset(i.wrapping_mul(ct.item().size())))
}

#[cold]
fn refuse(cd: &CData, i: isize) -> PyResult<*mut u8> {
    let name = cd.ctype().name();
    match cd.ctype().kind() {
        Kind::Pointer if cd.owns() => bail!(IndexError, "cdata '{name}' can only be indexed by 0"),
        Kind::Pointer => bail!(RuntimeError, "cannot dereference null pointer from cdata '{name}'"),
        Kind::Array if i < 0 => bail!(IndexError, "negative index"),
        Kind::Array => {
            bail!(IndexError, "index too large for cdata '{name}' (expected {i} < {})", cd.array_length())
        }
        _ => bail!(TypeError, "cdata of type '{name}' cannot be indexed"),
    }
}

/// `cd[key]`.
#[inline(always)]
pub fn get_item(cd: &CData, key: &Obj) -> PyResult<Object> {
    if key.is_exact::<Slice>() {
        return slice(cd, key);
    }
    let p = item_at(cd, key)?;
    // SAFETY: the program vouches for the memory.
    unsafe { from_c::convert(p, cd.ctype().item()) }
}

/// `cd[key]` of an owning object: a struct that a pointer owns is one object.
#[inline(always)]
pub fn get_own_item(cd: &CData, key: &Obj) -> PyResult<Object> {
    if cd.ctype().is(PTR_TO_OWNED) && !key.is_exact::<Slice>() {
        item_at(cd, key)?;
        if let Some(owned) = cd.owned_struct() {
            return Ok(owned.as_obj().to_owned());
        }
    }
    get_item(cd, key)
}

/// Where a slice begins and how many items it has; the type of pointers to them.
fn bounds<'a>(cd: &'a CData, key: &Obj) -> PyResult<(isize, isize, &'a CType)> {
    // SAFETY: the caller has seen a slice.
    let slice: &Slice = unsafe { key.cast_unchecked() };
    let part = |o: &Obj, what: &str| -> PyResult<isize> {
        if o.is_none() {
            bail!(IndexError, "slice {what} must be specified");
        }
        o.as_isize()
    };
    let (start, stop) = (part(slice.start(), "start")?, part(slice.stop(), "stop")?);
    if !slice.step().is_none() {
        bail!(IndexError, "slice with step not supported");
    }
    if start > stop {
        bail!(IndexError, "slice start > stop");
    }
    let ct = cd.ctype();
    match ct.kind() {
        Kind::Array => {
            if start < 0 {
                bail!(IndexError, "negative index");
            }
            if stop > cd.array_length() {
                bail!(IndexError, "index too large (expected {stop} <= {})", cd.array_length());
            }
        }
        Kind::Pointer => {}
        _ => bail!(TypeError, "cdata of type '{}' cannot be indexed", ct.name()),
    }
    Ok((start, stop.wrapping_sub(start), ct.decayed()))
}

#[cold]
fn slice(cd: &CData, key: &Obj) -> PyResult<Object> {
    let (start, length, pointer) = bounds(cd, key)?;
    let array = pointer.open_array()?;
    CData::sized(cd.data().wrapping_offset(start.wrapping_mul(pointer.item().size())), &array, length)
}

/// `cd[key] = value`.
#[inline]
pub fn set_item(cd: &CData, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    if key.is_exact::<Slice>() {
        return set_slice(cd, key, value);
    }
    let p = item_at(cd, key)?;
    let Some(value) = value else { return no_delete() };
    // SAFETY: the program vouches for the memory.
    unsafe { to_c::convert(p, cd.ctype().item(), value) }
}

#[cold]
fn no_delete() -> PyResult<()> {
    bail!(TypeError, "'del x[n]' not supported for cdata objects");
}

fn set_slice(cd: &CData, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let (start, length, pointer) = bounds(cd, key)?;
    let Some(value) = value else { return no_delete() };
    let item = pointer.item();
    let size = item.size();
    let to = cd.data().wrapping_offset(start.wrapping_mul(size));
    if let Some(from) = CData::of(value)
        && from.ctype().is(ARRAY)
        && std::ptr::eq(from.ctype().item(), item)
        && from.array_length() == length
    {
        // SAFETY: the program vouches for the memory.
        unsafe { std::ptr::copy(from.data(), to, (size * length) as usize) };
        return Ok(());
    }
    if item.kind() == Kind::Char {
        // bytes and bytearray give integers when iterated: here they give their bytes.
        let bytes = match (value.downcast::<Bytes>(), value.downcast::<ByteArray>()) {
            (Some(b), _) => Some(b.as_slice()),
            (_, Some(b)) => Some(b.as_slice()),
            _ => None,
        };
        if let Some(bytes) = bytes {
            if bytes.len() as isize != length {
                bail!(ValueError, "need a string of length {length}, got {}", bytes.len());
            }
            // SAFETY: the program vouches for the memory; the array may belong to a view of the same bytes.
            unsafe { std::ptr::copy(bytes.as_ptr(), to, bytes.len()) };
            return Ok(());
        }
    }
    let iterator: Ref<Obj> = value.iter()?;
    for i in 0..length {
        let Some(next) = iterator.iter_next()? else {
            bail!(ValueError, "need {length} values to unpack, got {i}");
        };
        // SAFETY: the program vouches for the memory.
        unsafe { to_c::convert(to.wrapping_offset(i * size), item, &next)? };
    }
    if iterator.iter_next()?.is_some() {
        bail!(ValueError, "got more than {length} values to unpack");
    }
    Ok(())
}
