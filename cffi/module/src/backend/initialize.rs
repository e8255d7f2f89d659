//! Initializers of arrays and structs: lists, tuples, dicts, strings.
//!
//! # Contract of the unsafe functions
//! Addresses have room for what the initializer fills, zeroed where it leaves something out.

use super::cdata::CData;
use super::cfield::IGNORE_IN_CTOR;
use super::ctype::{CType, FieldRow};
use super::flags::*;
use super::strings;
use super::to_c::{self, bad};
use dovetail_core::bail;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::key_error;
use dovetail_core::types::tuple::Tuple;

/// The items of a list or tuple: looked up one by one, since converting one may run Python code.
enum Items<'a> {
    List(&'a List),
    Tuple(&'a Tuple),
}

impl Items<'_> {
    fn of(o: &Obj) -> Option<Items<'_>> {
        match o.downcast::<List>() {
            Some(l) => Some(Items::List(l)),
            None => o.downcast::<Tuple>().map(Items::Tuple),
        }
    }

    fn len(&self) -> usize {
        match self {
            Items::List(l) => l.len(),
            Items::Tuple(t) => t.len(),
        }
    }

    fn get(&self, i: usize) -> Option<Object> {
        match self {
            Items::List(l) => l.get(i),
            Items::Tuple(t) => t.items().get(i).cloned(),
        }
    }
}

/// Is it a list or tuple, and of which length?
pub fn sequence_length(o: &Obj) -> Option<usize> {
    Items::of(o).map(|i| i.len())
}

/// How long an open array becomes by its initializer; whether the initializer was nothing but that length.
pub fn new_array_length(item: &CType, value: &Obj) -> PyResult<(isize, bool)> {
    if let Some(n) = sequence_length(value) {
        return Ok((n as isize, false));
    }
    if let Some(b) = value.downcast::<Bytes>() {
        return Ok((b.len() as isize + 1, false));
    }
    if let Some(s) = value.downcast::<Str>() {
        return Ok((strings::units(s, item.size()) as isize + 1, false));
    }
    match value.as_isize_count() {
        Ok(n) if n < 0 => bail!(ValueError, "negative array length"),
        Ok(n) => Ok((n, true)),
        Err(e) if e.matches(exc::TypeError()) => {
            e.clear();
            bail!(TypeError, "expected new array length or list/tuple/str, not {}", value.type_name());
        }
        Err(e) => Err(e),
    }
}

fn check_bools(bytes: &[u8]) -> PyResult<()> {
    if bytes.iter().any(|b| *b > 1) {
        bail!(ValueError, "an array of _Bool can only contain \\x00 or \\x01");
    }
    Ok(())
}

/// As `check_bools`, where the items are `_Bool`.
pub fn check_bool_items(item: &CType, bytes: &[u8]) -> PyResult<()> {
    if item.is(BOOL) { check_bools(bytes) } else { Ok(()) }
}

/// Fills an array from `init`. `ct` may also be a pointer: the array then is as long as the initializer.
///
/// # Safety
/// As the module says.
pub unsafe fn array(p: *mut u8, ct: &CType, init: &Obj) -> PyResult<()> {
    let item = ct.item();
    let most = if ct.is(ARRAY) { ct.length() } else { -1 };
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(items) = Items::of(init) {
            let n = items.len();
            if most >= 0 && n as isize > most {
                bail!(IndexError, "too many initializers for '{}' (got {n})", ct.name());
            }
            for i in 0..n {
                let Some(value) = items.get(i) else { break };
                to_c::convert(p.wrapping_offset(i as isize * item.size()), item, &value)?;
            }
            return Ok(());
        }
        let expected = if item.is(CHAR) && item.size() > 1 {
            if let Some(s) = init.downcast::<Str>() {
                return text(p, ct, most, s);
            }
            "unicode or list or tuple"
        } else if item.is(INTEGRAL) && item.size() == 1 {
            if let Some(b) = init.downcast::<Bytes>() {
                return bytes(p, ct, most, b);
            }
            "bytes or list or tuple"
        } else {
            "list or tuple"
        };
        if ct.is(ARRAY)
            && let Some(cd) = CData::of(init)
            && std::ptr::eq(cd.ctype(), ct)
        {
            std::ptr::copy(cd.data(), p, (cd.array_length() * item.size()) as usize);
            return Ok(());
        }
        Err(bad(init, ct, expected))
    }
}

unsafe fn bytes(p: *mut u8, ct: &CType, most: isize, b: &Bytes) -> PyResult<()> {
    let n = b.len();
    if most >= 0 && n as isize > most {
        bail!(IndexError, "initializer bytes is too long for '{}' (got {n} characters)", ct.name());
    }
    check_bool_items(ct.item(), b.as_slice())?;
    // With its final zero, where there is room for it.
    let with_end = if n as isize == most { n } else { n + 1 };
    // SAFETY: a zero byte follows the bytes of a bytes object.
    unsafe { std::ptr::copy_nonoverlapping(b.data(), p, with_end) };
    Ok(())
}

unsafe fn text(p: *mut u8, ct: &CType, most: isize, s: &Str) -> PyResult<()> {
    let size = ct.item().size();
    let n = strings::units(s, size) as isize;
    if most >= 0 && n > most {
        bail!(IndexError, "initializer unicode is too long for '{}' (got {n} characters)", ct.name());
    }
    // SAFETY: the caller's promise.
    unsafe { strings::write(p, s, size, n != most) };
    Ok(())
}

/// Fills a struct or union from `init`, which is no cdata.
///
/// # Safety
/// As the module says.
pub unsafe fn record(p: *mut u8, ct: &CType, init: &Obj) -> PyResult<()> {
    each_field(ct, init, "list or tuple or dict or struct-cdata", &mut |row, value| {
        // SAFETY: rows of a living type; fields lie inside the struct.
        unsafe {
            let (field, ft) = (&*row.field, &*row.ctype);
            if ft.is(ARRAY) && ft.size() < 0 && new_array_length(ft.item(), value)?.1 {
                // Nothing but a length: the items stay zero.
                return Ok(());
            }
            to_c::convert_field(p, field, value)
        }
    })
}

/// The bytes that a struct with an open array takes with this initializer, `least` at least.
pub fn record_size(ct: &CType, init: &Obj, least: isize) -> PyResult<isize> {
    let mut size = least;
    each_field(ct, init, "list or tuple or dict", &mut |row, value| {
        // SAFETY: rows of a living type.
        let ft = unsafe { &*row.ctype };
        let (unit, count) = if ft.is(ARRAY) && ft.size() < 0 {
            (ft.item().size(), new_array_length(ft.item(), value)?.0)
        } else if ft.is(RECORD) && ft.has_state(VAR_ARRAY) && CData::of(value).is_none() {
            (1, record_size(ft, value, ft.size())?)
        } else {
            return Ok(());
        };
        match unit.checked_mul(count).and_then(|n| n.checked_add(row.offset)) {
            Some(end) => size = size.max(end),
            None => bail!(OverflowError, "array size would overflow a Py_ssize_t"),
        }
        Ok(())
    })?;
    Ok(size)
}

/// Calls `f` with each field that `init` names, and its value.
fn each_field(
    ct: &CType,
    init: &Obj,
    expected: &str,
    f: &mut dyn FnMut(&FieldRow, &Obj) -> PyResult<()>,
) -> PyResult<()> {
    if !ct.force()? {
        bail!(TypeError, "'{}' is opaque", ct.name());
    }
    if let Some(items) = Items::of(init) {
        let n = items.len();
        // SAFETY: rows of a living type.
        let mut rows =
            ct.rows().iter().filter(|row| unsafe { (*row.field).place().flags } & IGNORE_IN_CTOR == 0);
        for i in 0..n {
            let Some(value) = items.get(i) else { break };
            let Some(row) = rows.next() else {
                bail!(ValueError, "too many initializers for '{}' (got {n})", ct.name());
            };
            f(row, &value)?;
        }
        return Ok(());
    }
    if let Some(d) = init.downcast::<Dict>() {
        let mut at = 0;
        while let Some((key, value)) = d.next(&mut at) {
            let (key, value) = (key.to_owned(), value.to_owned());
            let Some(row) = key.downcast::<Str>().and_then(|name| ct.row(name)) else {
                return Err(key_error(&key));
            };
            f(row, &value)?;
        }
        return Ok(());
    }
    Err(bad(init, ct, expected))
}
