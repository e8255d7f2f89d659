//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`: one body, three readings of it.

use crate::bail;
use crate::error::{PyResult, Raised, exc, raise_exception};
use crate::object::obj::{Obj, replace};
use crate::object::{AsObj, Object, Ref};
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::exception::{BaseException, FLAGS, field, views};
use crate::types::exceptions_fields::base;
use crate::types::int::Int;
use crate::types::number_text::with_buffer;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

/// Text that an encoding cannot write.
/// ---
/// Unicode encoding error.
#[pytype(
    name = "UnicodeEncodeError", body = abi::PyUnicodeErrorObject, export = "_PyExc_UnicodeEncodeError", gc,
    dict = dict, base = views::UnicodeError, flags = FLAGS,
    refs(dict, args, notes, traceback, context, cause, encoding, object, reason),
)]
pub struct UnicodeEncodeError;

/// Bytes that an encoding cannot read.
/// ---
/// Unicode decoding error.
#[pytype(
    name = "UnicodeDecodeError", body = abi::PyUnicodeErrorObject, export = "_PyExc_UnicodeDecodeError", gc,
    dict = dict, base = views::UnicodeError, flags = FLAGS,
    refs(dict, args, notes, traceback, context, cause, encoding, object, reason),
)]
pub struct UnicodeDecodeError;

/// Text that cannot be translated.
/// ---
/// Unicode translation error.
#[pytype(
    name = "UnicodeTranslateError", body = abi::PyUnicodeErrorObject, export = "_PyExc_UnicodeTranslateError", gc,
    dict = dict, base = views::UnicodeError, flags = FLAGS,
    refs(dict, args, notes, traceback, context, cause, encoding, object, reason),
)]
pub struct UnicodeTranslateError;

base!(UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError);

fn count(args: &Tuple, n: usize) -> PyResult<()> {
    if args.len() != n {
        bail!(TypeError, "function takes exactly {n} arguments ({} given)", args.len());
    }
    Ok(())
}

fn text(args: &Tuple, i: usize) -> PyResult<Object> {
    let o = args.get(i);
    if !o.is_a::<Str>() {
        let shown = if o.is_none() { "None" } else { o.type_name() };
        bail!(TypeError, "argument {} must be str, not {shown}", i + 1);
    }
    Ok(o.to_owned())
}

/// Sets the fields of an instance.
///
/// # Safety
/// `b` is a live instance's body.
unsafe fn fill(
    b: *mut abi::PyUnicodeErrorObject,
    encoding: Option<Object>,
    object: Object,
    start: isize,
    end: isize,
    reason: Object,
) {
    // SAFETY: owned fields.
    unsafe {
        replace(&raw mut (*b).encoding, encoding);
        replace(&raw mut (*b).object, Some(object));
        replace(&raw mut (*b).reason, Some(reason));
        (*b).start = start;
        (*b).end = end;
    }
}

/// `str()` of a field, `<NULL>` when it was deleted.
fn push_field(out: &mut TextBuf, p: *mut abi::PyObject) -> PyResult<()> {
    // SAFETY: NULL or owned by the instance.
    match unsafe { field(p) } {
        Some(o) => out.push_text(o.str_()?.text()),
        None => out.push_str("<NULL>"),
    }
    Ok(())
}

/// A code point as a message shows it.
fn escaped(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

/// Which of the three errors it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Encode,
    Decode,
    Translate,
}

fn shown(b: *mut abi::PyUnicodeErrorObject, which: Which) -> PyResult<Ref<Str>> {
    // SAFETY: a live instance's body.
    if unsafe { (*b).object.is_null() } {
        return Str::new("");
    }
    // What `str()` of the fields runs may change the others: they are read after it.
    let (mut encoding, mut reason) = (TextBuf::with_capacity(16), TextBuf::with_capacity(64));
    // SAFETY: as above.
    push_field(&mut reason, unsafe { (*b).reason })?;
    if which != Which::Translate {
        // SAFETY: as above.
        push_field(&mut encoding, unsafe { (*b).encoding })?;
    }
    // SAFETY: as above.
    let (object, start, end) = unsafe { (field((*b).object), (*b).start, (*b).end) };
    let Some(object) = object else { bail!(TypeError, "UnicodeError 'object' attribute is not set") };
    let one = start >= 0 && end == start.wrapping_add(1);
    let (verb, noun, single) = match which {
        Which::Decode => {
            if !object.is_a::<Bytes>() {
                bail!(TypeError, "UnicodeError 'object' attribute must be a bytes");
            }
            let byte = with_buffer(&object, |s| s.get(start as usize).copied())?.flatten().filter(|_| one);
            ("decode", "byte", byte.map(|b| format!("0x{b:02x}")))
        }
        _ => {
            let Some(s) = object.downcast::<Str>() else {
                bail!(TypeError, "UnicodeError 'object' attribute must be a string");
            };
            let c = if one { s.text().get(start as usize) } else { None };
            let verb = if which == Which::Encode { "encode" } else { "translate" };
            (verb, "character", c.map(|c| format!("'{}'", escaped(c))))
        }
    };
    let mut out = TextBuf::with_capacity(64);
    if which != Which::Translate {
        out.push_str("'");
        out.push_text(encoding.as_text());
        out.push_str("' codec ");
    }
    match single {
        Some(c) => out.push_str(&format!("can't {verb} {noun} {c} in position {start}: ")),
        None => out.push_str(&format!("can't {verb} {noun}s in position {start}-{}: ", end.wrapping_sub(1))),
    }
    out.push_text(reason.as_text());
    Str::from_buf(out)
}

#[pymethods(members(
    ("encoding", _Py_T_OBJECT, encoding, 0, "exception encoding"),
    ("object", _Py_T_OBJECT, object, 0, "exception object"),
    ("start", Py_T_PYSSIZET, start, 0, "exception start"),
    ("end", Py_T_PYSSIZET, end, 0, "exception end"),
    ("reason", _Py_T_OBJECT, reason, 0, "exception reason"),
))]
impl UnicodeEncodeError {
    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.base().plain_init(args, kwargs)?;
        count(args, 5)?;
        let (encoding, object) = (text(args, 0)?, text(args, 1)?);
        let (start, end) = (args.get(2).as_isize()?, args.get(3).as_isize()?);
        // SAFETY: the instance's body.
        unsafe { fill(self.body(), Some(encoding), object, start, end, text(args, 4)?) };
        Ok(())
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        shown(self.body(), Which::Encode)
    }
}

#[pymethods(members(
    ("encoding", _Py_T_OBJECT, encoding, 0, "exception encoding"),
    ("object", _Py_T_OBJECT, object, 0, "exception object"),
    ("start", Py_T_PYSSIZET, start, 0, "exception start"),
    ("end", Py_T_PYSSIZET, end, 0, "exception end"),
    ("reason", _Py_T_OBJECT, reason, 0, "exception reason"),
))]
impl UnicodeDecodeError {
    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.base().plain_init(args, kwargs)?;
        count(args, 5)?;
        let encoding = text(args, 0)?;
        let (start, end) = (args.get(2).as_isize()?, args.get(3).as_isize()?);
        let reason = text(args, 4)?;
        let o = args.get(1);
        let object = if o.is_a::<Bytes>() {
            o.to_owned()
        } else {
            match with_buffer(o, <[u8]>::to_vec)? {
                Some(v) => Bytes::new(&v)?.into_object(),
                None => bail!(TypeError, "a bytes-like object is required, not '{}'", o.type_name()),
            }
        };
        // SAFETY: the instance's body.
        unsafe { fill(self.body(), Some(encoding), object, start, end, reason) };
        Ok(())
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        shown(self.body(), Which::Decode)
    }
}

#[pymethods(members(
    ("encoding", _Py_T_OBJECT, encoding, 0, "exception encoding"),
    ("object", _Py_T_OBJECT, object, 0, "exception object"),
    ("start", Py_T_PYSSIZET, start, 0, "exception start"),
    ("end", Py_T_PYSSIZET, end, 0, "exception end"),
    ("reason", _Py_T_OBJECT, reason, 0, "exception reason"),
))]
impl UnicodeTranslateError {
    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.base().plain_init(args, kwargs)?;
        count(args, 4)?;
        let object = text(args, 0)?;
        let (start, end) = (args.get(1).as_isize()?, args.get(2).as_isize()?);
        // SAFETY: the instance's body.
        unsafe { fill(self.body(), None, object, start, end, text(args, 3)?) };
        Ok(())
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        shown(self.body(), Which::Translate)
    }
}

fn raise(
    ty: &crate::types::type_::Type,
    first: &[&str],
    object: &Obj,
    start: usize,
    end: usize,
    reason: &str,
) -> Raised {
    match make(ty, first, object, start, end, reason) {
        Ok(e) => raise_exception(e),
        Err(e) => e,
    }
}

fn make(
    ty: &crate::types::type_::Type,
    first: &[&str],
    object: &Obj,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Ref<BaseException>> {
    let mut args = Vec::with_capacity(5);
    for s in first {
        args.push(Str::new(s)?.into_object());
    }
    args.extend([
        object.to_owned(),
        Int::from_usize(start)?.into_object(),
        Int::from_usize(end)?.into_object(),
    ]);
    args.push(Str::new(reason)?.into_object());
    BaseException::normalize(ty, &*Tuple::from_vec(args)?)
}

/// A new `UnicodeDecodeError`, not raised.
pub fn new_decode_error(
    encoding: &str,
    object: &Obj,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Ref<BaseException>> {
    make(exc::UnicodeDecodeError(), &[encoding], object, start, end, reason)
}

/// A new `UnicodeEncodeError`, not raised.
pub fn new_encode_error(
    encoding: &str,
    object: &Obj,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Ref<BaseException>> {
    make(exc::UnicodeEncodeError(), &[encoding], object, start, end, reason)
}

/// A new `UnicodeTranslateError`, not raised.
pub fn new_translate_error(
    object: &Obj,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Ref<BaseException>> {
    make(exc::UnicodeTranslateError(), &[], object, start, end, reason)
}

/// Raises `UnicodeDecodeError(encoding, object, start, end, reason)`.
#[cold]
pub fn decode_error(encoding: &str, object: &Obj, start: usize, end: usize, reason: &str) -> Raised {
    raise(exc::UnicodeDecodeError(), &[encoding], object, start, end, reason)
}

/// Raises `UnicodeEncodeError(encoding, object, start, end, reason)`.
#[cold]
pub fn encode_error(encoding: &str, object: &Obj, start: usize, end: usize, reason: &str) -> Raised {
    raise(exc::UnicodeEncodeError(), &[encoding], object, start, end, reason)
}

/// Raises `UnicodeTranslateError(object, start, end, reason)`.
#[cold]
pub fn translate_error(object: &Obj, start: usize, end: usize, reason: &str) -> Raised {
    raise(exc::UnicodeTranslateError(), &[], object, start, end, reason)
}
