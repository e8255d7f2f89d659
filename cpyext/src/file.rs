//! `fileobject.h`: file objects by their methods (C API, section "File Objects").

use crate::text::{c_str, opt_c_text};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int};

/// The descriptor of an int or of an object with `fileno()`.
pub fn descriptor(o: &Obj) -> PyResult<c_int> {
    let fd = if let Some(i) = o.downcast::<Int>() {
        dovetail_core::object::ToRef::to_ref(i)
    } else {
        match o.get_attr_opt(sym!(fileno))? {
            Some(f) => match f.call(&[])?.downcast_into::<Int>() {
                Ok(i) => i,
                Err(_) => bail!(TypeError, "fileno() returned a non-integer"),
            },
            None => bail!(TypeError, "argument must be an int, or have a fileno() method."),
        }
    };
    let Some(n) = fd.to_i64().and_then(|n| c_int::try_from(n).ok()) else {
        bail!(OverflowError, "Python int too large to convert to C int");
    };
    if n < 0 {
        bail!(ValueError, "file descriptor cannot be a negative integer ({n})");
    }
    Ok(n)
}

/// The file descriptor of an object.
#[capi]
fn PyObject_AsFileDescriptor(o: &Obj) -> PyResult<c_int> {
    descriptor(o)
}

/// A file object over a descriptor, as `io.open` makes it. The name counts for nothing.
#[capi]
unsafe fn PyFile_FromFd(
    fd: c_int,
    _name: *const c_char,
    mode: *const c_char,
    buffering: c_int,
    encoding: *const c_char,
    errors: *const c_char,
    newline: *const c_char,
    closefd: c_int,
) -> PyResult<Object> {
    // SAFETY: C strings, some of which may be NULL.
    let (mode, encoding, errors, newline) =
        unsafe { (c_str(mode), opt_c_text(encoding)?, opt_c_text(errors)?, opt_c_text(newline)?) };
    let or_none =
        |s: &Option<dovetail_core::Ref<Str>>| s.as_ref().map_or(none().to_owned(), |s| s.as_obj().to_owned());
    let args = [
        Int::from_i64(fd.into())?.into_object(),
        Str::new(&mode)?.into_object(),
        Int::from_i64(buffering.into())?.into_object(),
        or_none(&encoding),
        or_none(&errors),
        or_none(&newline),
        bool_obj(closefd != 0).as_obj().to_owned(),
    ];
    let refs: Vec<&Obj> = args.iter().map(|a| &**a).collect();
    dovetail_core::import::import_module("_io")?.get_attr_text("open")?.call(&refs)
}

/// A line of a file: without its end for negative `n` (then `EOFError` at the end), at most `n` bytes for positive.
#[capi]
fn PyFile_GetLine(file: &Obj, n: c_int) -> PyResult<Object> {
    let line = if n <= 0 {
        file.call_method_text("readline", &[])?
    } else {
        file.call_method_text("readline", &[Int::from_i64(n.into())?.as_obj()])?
    };
    let (empty, ends) = if let Some(s) = line.downcast::<Str>() {
        (s.is_empty(), !s.is_empty() && s.char_at(s.len() - 1) == 10)
    } else if let Some(b) = line.downcast::<Bytes>() {
        (b.is_empty(), b.as_slice().last() == Some(&b'\n'))
    } else {
        bail!(TypeError, "object.readline() returned non-string");
    };
    if n < 0 && empty {
        bail!(EOFError, "EOF when reading a line");
    }
    if n < 0 && ends {
        return match line.downcast::<Str>() {
            Some(s) => s.sub(0, s.len() - 1).map(dovetail_core::Ref::into_object),
            // SAFETY: looked at above.
            None => unsafe { line.cast_unchecked::<Bytes>() }
                .as_slice()
                .strip_suffix(b"\n")
                .map_or_else(|| Ok(line.clone()), |b| Bytes::new(b).map(dovetail_core::Ref::into_object)),
        };
    }
    Ok(line)
}

/// Writes `str(o)` with `Py_PRINT_RAW` in the flags, else `repr(o)`.
#[capi]
fn PyFile_WriteObject(o: &Obj, file: Option<&Obj>, flags: c_int) -> PyResult<()> {
    let Some(file) = file else { bail!(TypeError, "writeobject with NULL file") };
    let write = file.get_attr(sym!(write))?;
    let text = if flags & abi::Py_PRINT_RAW as c_int != 0 { o.str_()? } else { o.repr()? };
    write.call(&[text.as_obj()]).map(drop)
}

/// Writes UTF-8 text.
#[capi]
unsafe fn PyFile_WriteString(text: *const c_char, file: Option<&Obj>) -> PyResult<()> {
    let Some(file) = file else {
        return Err(raise!(SystemError, "null file for PyFile_WriteString"));
    };
    // SAFETY: a C string.
    let text = unsafe { crate::text::c_text(text)? };
    file.call_method(sym!(write), &[text.as_obj()]).map(drop)
}

/// Opens a file of code, through the hook if one was set.
#[capi]
fn PyFile_OpenCodeObject(path: &Obj) -> PyResult<Object> {
    dovetail_core::import::import_module("_io")?.get_attr_text("open_code")?.call(&[path])
}

/// As `PyFile_OpenCodeObject`, with UTF-8 text.
#[capi]
unsafe fn PyFile_OpenCode(path: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string.
    let path = unsafe { crate::text::c_text(path)? };
    dovetail_core::import::import_module("_io")?.get_attr_text("open_code")?.call(&[path.as_obj()])
}
