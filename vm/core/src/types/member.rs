//! Fields of C structs as attributes: reading and writing by `PyMemberDef` (`PyMember_GetOne`, `PyMember_SetOne`).

use crate::error::{PyResult, Raised};
use crate::object::obj::{Obj, replace};
use crate::object::refs::{Object, Ref};
use crate::types::bool_::{Bool, bool_obj};
use crate::types::float::Float;
use crate::types::int::Int;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::{bail, raise};
use std::ffi::{CStr, c_char};

type P = *mut abi::PyObject;

fn missing(o: &Obj, def: &abi::PyMemberDef) -> Raised {
    // SAFETY: a member has a name.
    let name = unsafe { CStr::from_ptr(def.name) }.to_string_lossy();
    match Str::new(&name) {
        Ok(s) => crate::types::exception::attribute_error(
            o,
            &s,
            &format!(
                "'{}' object has no attribute '{name}'",
                crate::types::support::full_type_name(o.ob_type())
            ),
        ),
        Err(e) => e,
    }
}

fn text(p: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string of the extension.
    let bytes = unsafe { CStr::from_ptr(p) };
    Ok(Str::new(&bytes.to_string_lossy())?.into_object())
}

fn integer(v: i64) -> PyResult<Object> {
    Ok(Int::from_i64(v)?.into_object())
}

/// The value of the member of `o`.
///
/// # Safety
/// `def` describes a field of the type of `o`.
pub unsafe fn get(o: &Obj, def: &abi::PyMemberDef) -> PyResult<Object> {
    if def.flags & abi::Py_RELATIVE_OFFSET != 0 {
        bail!(SystemError, "PyMember_GetOne used with Py_RELATIVE_OFFSET");
    }
    // SAFETY: the caller's promise gives the address its type.
    unsafe {
        let a = (o.as_ptr() as *const u8).offset(def.offset);
        match def.type_ {
            abi::Py_T_BOOL => Ok(bool_obj(a.cast::<c_char>().read() != 0).to_owned()),
            abi::Py_T_BYTE => integer(a.cast::<i8>().read() as i64),
            abi::Py_T_UBYTE => integer(a.read() as i64),
            abi::Py_T_SHORT => integer(a.cast::<i16>().read_unaligned() as i64),
            abi::Py_T_USHORT => integer(a.cast::<u16>().read_unaligned() as i64),
            abi::Py_T_INT => integer(a.cast::<i32>().read_unaligned() as i64),
            abi::Py_T_UINT => integer(a.cast::<u32>().read_unaligned() as i64),
            abi::Py_T_LONG | abi::Py_T_LONGLONG | abi::Py_T_PYSSIZET => {
                integer(a.cast::<i64>().read_unaligned())
            }
            abi::Py_T_ULONG | abi::Py_T_ULONGLONG => {
                Ok(Int::from_u64(a.cast::<u64>().read_unaligned())?.into_object())
            }
            abi::Py_T_FLOAT => Ok(Float::new(a.cast::<f32>().read_unaligned() as f64)?.into_object()),
            abi::Py_T_DOUBLE => Ok(Float::new(a.cast::<f64>().read_unaligned())?.into_object()),
            abi::Py_T_STRING => {
                let p = a.cast::<*const c_char>().read();
                if p.is_null() { Ok(none().to_owned()) } else { text(p) }
            }
            abi::Py_T_STRING_INPLACE => text(a.cast()),
            abi::Py_T_CHAR => Ok(Str::from_code_point(a.read() as u32)?.into_object()),
            abi::_Py_T_OBJECT => {
                let p = a.cast::<P>().read();
                Ok(if p.is_null() { none().to_owned() } else { Ref::from_borrowed(p) })
            }
            abi::Py_T_OBJECT_EX => {
                let p = a.cast::<P>().read();
                if p.is_null() { Err(missing(o, def)) } else { Ok(Ref::from_borrowed(p)) }
            }
            abi::_Py_T_NONE => Ok(none().to_owned()),
            _ => Err(bad_kind(def)),
        }
    }
}

fn bad_kind(def: &abi::PyMemberDef) -> Raised {
    // SAFETY: a member has a name.
    raise!(SystemError, "bad memberdescr type for {}", unsafe { CStr::from_ptr(def.name) }.to_string_lossy())
}

/// An int (or object with `__index__`) for a signed field, truncated to the field's width as C does.
fn signed(v: &Obj) -> PyResult<i64> {
    let i = v.index()?;
    i.to_i64().ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C long"))
}

/// As `signed`, for unsigned fields: negative values wrap.
fn unsigned(v: &Obj) -> PyResult<u64> {
    let i = v.index()?;
    match i.to_i128() {
        Some(n) if n <= u64::MAX as i128 && n >= i64::MIN as i128 => Ok(n as u64),
        _ => Err(raise!(OverflowError, "Python int too large to convert to C unsigned long")),
    }
}

/// Writes the member of `o`; `None` deletes.
///
/// # Safety
/// As `get`.
pub unsafe fn set(o: &Obj, def: &abi::PyMemberDef, value: Option<&Obj>) -> PyResult<()> {
    if def.flags & abi::Py_RELATIVE_OFFSET != 0 {
        bail!(SystemError, "PyMember_SetOne used with Py_RELATIVE_OFFSET");
    }
    if def.flags & abi::Py_READONLY != 0 {
        bail!(AttributeError, "readonly attribute");
    }
    // SAFETY: as in `get`.
    unsafe {
        let a = (o.as_ptr() as *mut u8).offset(def.offset);
        let v = match (def.type_, value) {
            (abi::Py_T_OBJECT_EX, None) => {
                if a.cast::<P>().read().is_null() {
                    let name = Str::new(&CStr::from_ptr(def.name).to_string_lossy())?;
                    return Err(crate::error::raise_with(crate::error::exc::AttributeError(), &name));
                }
                replace(a.cast::<P>(), None);
                return Ok(());
            }
            (abi::_Py_T_OBJECT, None) => {
                replace(a.cast::<P>(), None);
                return Ok(());
            }
            (_, None) => bail!(TypeError, "can't delete numeric/char attribute"),
            (_, Some(v)) => v,
        };
        match def.type_ {
            abi::Py_T_BOOL => {
                if !v.is_exact::<Bool>() {
                    bail!(TypeError, "attribute value type must be bool");
                }
                a.write(v.is_true()? as u8);
            }
            abi::Py_T_BYTE | abi::Py_T_UBYTE => a.write(signed(v)? as u8),
            abi::Py_T_SHORT | abi::Py_T_USHORT => a.cast::<u16>().write_unaligned(signed(v)? as u16),
            abi::Py_T_INT => a.cast::<i32>().write_unaligned(signed(v)? as i32),
            abi::Py_T_UINT => a.cast::<u32>().write_unaligned(unsigned(v)? as u32),
            abi::Py_T_LONG | abi::Py_T_LONGLONG => a.cast::<i64>().write_unaligned(signed(v)?),
            abi::Py_T_PYSSIZET => a.cast::<isize>().write_unaligned(v.as_isize()?),
            abi::Py_T_ULONG | abi::Py_T_ULONGLONG => a.cast::<u64>().write_unaligned(unsigned(v)?),
            abi::Py_T_FLOAT => a.cast::<f32>().write_unaligned(v.as_f64()? as f32),
            abi::Py_T_DOUBLE => a.cast::<f64>().write_unaligned(v.as_f64()?),
            abi::_Py_T_OBJECT | abi::Py_T_OBJECT_EX => replace(a.cast::<P>(), Some(v.to_owned())),
            abi::Py_T_CHAR => match v.downcast::<Str>().map(Str::as_str) {
                Some(s) => match s?.as_bytes() {
                    [c] => a.write(*c),
                    _ => bail!(TypeError, "bad argument type for built-in operation"),
                },
                None => bail!(TypeError, "bad argument type for built-in operation"),
            },
            abi::Py_T_STRING | abi::Py_T_STRING_INPLACE => bail!(TypeError, "readonly attribute"),
            _ => return Err(bad_kind(def)),
        }
    }
    Ok(())
}
