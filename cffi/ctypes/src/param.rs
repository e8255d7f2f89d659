//! `from_param`: what a class of C type takes as an argument of its kind.

use crate::carg::{CArg, Word};
use crate::code;
use crate::data::{self, CData};
use crate::info::{self, Info, Kind};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};

/// `cls.from_param(value)` of all kinds.
pub fn from_param(ty: &Type, value: &Obj) -> PyResult<Object> {
    let Some(info) = info::of_type(ty) else { return plain(ty, None, value) };
    match (info.kind, info.code.get()) {
        (Kind::Pointer, _) => pointer(ty, info, value),
        (Kind::Simple, c @ (b'z' | b'Z')) => string(ty, c, value),
        (Kind::Simple, b'P') => void_pointer(ty, value),
        (Kind::Simple, c) => simple(ty, c, value),
        _ => plain(ty, Some(info), value),
    }
}

/// The object that `_as_parameter_` gives in the place of another.
fn as_parameter(value: &Obj) -> PyResult<Option<Object>> {
    value.get_attr_opt(sym!(_as_parameter_))
}

fn again(ty: &Type, value: &Obj) -> PyResult<Object> {
    ThreadState::current().check_recursion(" while processing _as_parameter_")?;
    from_param(ty, value)
}

/// Instances of the class, and references to instances of what it stands for.
fn plain(ty: &Type, info: Option<&Info>, value: &Obj) -> PyResult<Object> {
    if value.is_instance(ty)? {
        return Ok(value.to_owned());
    }
    if let Some(arg) = value.downcast_exact::<CArg>() {
        if let (Some(o), Some(target)) = (arg.object(), info.and_then(|i| i.proto.get()))
            && target.is_a::<Type>()
            && o.is_instance(&target)?
        {
            return Ok(value.to_owned());
        }
        let name = arg.object().map_or("???", |o| o.type_name());
        bail!(TypeError, "expected {} instance instead of pointer to {name}", ty.name());
    }
    match as_parameter(value)? {
        Some(v) => {
            ThreadState::current().check_recursion(" while processing _as_parameter_")?;
            plain(ty, info, &v)
        }
        None => Err(raise!(TypeError, "expected {} instance instead of {}", ty.name(), value.type_name())),
    }
}

fn simple(ty: &Type, c: u8, value: &Obj) -> PyResult<Object> {
    if value.is_instance(ty)? {
        return Ok(value.to_owned());
    }
    let mut word = Word::ZERO;
    // SAFETY: a word has room for any simple type.
    match unsafe { code::set(c, false, word.0.as_mut_ptr(), value, 0) } {
        Ok(keep) => Ok(CArg::new(c, word, keep)?.into_object()),
        Err(e) => {
            let error = e.take();
            match as_parameter(value)? {
                Some(v) => again(ty, &v),
                None => Err(dovetail_core::Raised::restore(error)),
            }
        }
    }
}

/// A pointer's or string's bits as an argument.
fn word(tag: u8, c: u8, value: &Obj) -> PyResult<Object> {
    let (address, keep) = code::pointer(c, value)?;
    Ok(CArg::new(tag, Word::of(address), keep)?.into_object())
}

/// An array or pointer whose items are plain characters of the code.
fn is_text(info: Option<&Info>, c: u8) -> bool {
    let Some(i) = info.filter(|i| matches!(i.kind, Kind::Array | Kind::Pointer)) else { return false };
    i.target_info().is_some_and(|t| t.kind == Kind::Simple && t.code.get() == c)
}

/// `c_char_p` and `c_wchar_p`.
fn string(ty: &Type, c: u8, value: &Obj) -> PyResult<Object> {
    if value.is_none() || value.is_instance(ty)? {
        return Ok(value.to_owned());
    }
    if if c == b'z' { value.is_a::<Bytes>() } else { value.is_a::<Str>() } {
        return word(c, c, value);
    }
    let item = if c == b'z' { b'c' } else { b'u' };
    if data::instance(value).is_some() && is_text(info::of_instance(value), item) {
        return Ok(value.to_owned());
    }
    if let Some(o) = value.downcast_exact::<CArg>().and_then(|a| a.object())
        && info::of_instance(o).is_some_and(|i| i.kind == Kind::Simple && i.code.get() == item)
    {
        return Ok(value.to_owned());
    }
    match as_parameter(value)? {
        Some(v) => again(ty, &v),
        None => {
            let name = if c == b'z' { "c_char_p" } else { "c_wchar_p" };
            let got = value.type_name();
            Err(raise!(TypeError, "'{got:.200}' object cannot be interpreted as ctypes.{name}"))
        }
    }
}

/// `c_void_p`.
fn void_pointer(ty: &Type, value: &Obj) -> PyResult<Object> {
    if value.is_none() {
        return Ok(value.to_owned());
    }
    if value.is_a::<Int>() {
        return word(b'P', b'P', value);
    }
    if value.is_a::<Bytes>() {
        return word(b'z', b'z', value);
    }
    if value.is_a::<Str>() {
        return word(b'Z', b'Z', value);
    }
    if value.is_instance(ty)? {
        return Ok(value.to_owned());
    }
    if value.downcast_exact::<CArg>().is_some_and(|a| a.tag() == b'P') {
        return Ok(value.to_owned());
    }
    if let Some(d) = data::instance(value)
        && let Some(info) = info::of_instance(value)
    {
        let address = |tag: u8, d: &CData| {
            Ok(CArg::new(tag, Word::of(d.pointer() as usize), Some(d.to_owned()))?.into_object())
        };
        match (info.kind, info.code.get()) {
            (Kind::Array | Kind::Pointer, _) => return Ok(value.to_owned()),
            (Kind::Function, _) => return address(b'P', d),
            (Kind::Simple, b'z' | b'Z') => return address(b'Z', d),
            _ => {}
        }
    }
    match as_parameter(value)? {
        Some(v) => again(ty, &v),
        None => {
            let got = value.type_name();
            Err(raise!(TypeError, "'{got:.200}' object cannot be interpreted as ctypes.c_void_p"))
        }
    }
}

/// Pointers take instances of what they point to, and arrays of it.
fn pointer(ty: &Type, info: &Info, value: &Obj) -> PyResult<Object> {
    if value.is_none() {
        return Ok(value.to_owned());
    }
    let Some(target) = info.target() else {
        bail!(TypeError, "cannot convert argument: POINTER _type_ type is not set");
    };
    if let Some(d) = data::instance(value) {
        if value.is_instance(&target)? {
            return Ok(CArg::reference(d, 0)?.into_object());
        }
        let of = info::of_instance(value).filter(|i| matches!(i.kind, Kind::Pointer | Kind::Array));
        if let Some(own) = of.and_then(|i| i.proto.get())
            && own.is_subclass(&target)?
        {
            return Ok(value.to_owned());
        }
    }
    plain(ty, Some(info), value)
}

/// Is this the class's own `from_param`, and not somebody's?
pub fn is_standard(converter: &Obj, ty: &Type) -> bool {
    use dovetail_core::native::Declared;
    use dovetail_core::types::cfunction::CFunction;
    let Some(f) = converter.downcast::<CFunction>() else { return false };
    if f.name() != "from_param" || f.this().is_none_or(|t| !t.is(ty)) {
        return false;
    }
    let mut row = info::CType::TABLES.methods;
    // SAFETY: a table that ends with a null name.
    unsafe {
        while !(*row).ml_name.is_null() {
            if std::ptr::eq(row, f.def()) {
                return true;
            }
            row = row.add(1);
        }
    }
    false
}
