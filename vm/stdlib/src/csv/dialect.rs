//! Dialects: how fields are separated and quoted.

use super::registered;
use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, borrow};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::type_::Type;
use dovetail_core::bail;
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_char;

/// When fields are quoted (`csv.QUOTE_...`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum Quoting {
    Minimal = 0,
    All = 1,
    NonNumeric = 2,
    None = 3,
    Strings = 4,
    NotNull = 5,
}

/// The options; code points, with none for those not set.
#[repr(C)]
pub struct DialectBody {
    pub ob_base: abi::PyObject,
    pub doublequote: c_char,
    pub skipinitialspace: c_char,
    pub strict: c_char,
    pub quoting: Quoting,
    pub delimiter: u32,
    pub quotechar: Option<u32>,
    pub escapechar: Option<u32>,
    lineterminator: *mut abi::PyObject,
}

/// Dialects.
/// ---
/// CSV dialect
///
/// The Dialect type records CSV parsing and generation options.
#[pytype(
    name = "_csv.Dialect", body = DialectBody, refs(lineterminator), gc, flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Dialect;

fn character(name: &str, o: Option<&Obj>, or_none: bool) -> PyResult<Option<u32>> {
    let Some(o) = o else { return Ok(None) };
    let expected = if or_none { "a unicode character or None" } else { "a unicode character" };
    if or_none && o.is_none() {
        return Ok(None);
    }
    match o.downcast::<Str>() {
        Some(s) if s.len() == 1 => Ok(Some(s.char_at(0))),
        Some(s) => bail!(TypeError, "\"{name}\" must be {expected}, not a string of length {}", s.len()),
        None => bail!(TypeError, "\"{name}\" must be {expected}, not {}", o.type_name()),
    }
}

fn boolean(o: Option<&Obj>, default: bool) -> PyResult<bool> {
    o.map_or(Ok(default), Obj::is_true)
}

fn quoting_of(o: Option<&Obj>) -> PyResult<Quoting> {
    let Some(o) = o else { return Ok(Quoting::Minimal) };
    let Some(i) = o.downcast_exact::<Int>() else {
        bail!(TypeError, "\"quoting\" must be an integer, not {}", o.type_name());
    };
    Ok(match i.to_i64() {
        Some(0) => Quoting::Minimal,
        Some(1) => Quoting::All,
        Some(2) => Quoting::NonNumeric,
        Some(3) => Quoting::None,
        Some(4) => Quoting::Strings,
        Some(5) => Quoting::NotNull,
        _ => bail!(TypeError, "bad \"quoting\" value"),
    })
}

fn optional(c: Option<u32>) -> PyResult<Object> {
    match c {
        Some(c) => Ok(Str::from_code_point(c)?.into_object()),
        None => Ok(none().to_owned()),
    }
}

impl Dialect {
    /// The options, for reading.
    pub fn options(&self) -> &DialectBody {
        // SAFETY: never changed after the object is made.
        unsafe { &*self.body() }
    }

    pub fn terminator(&self) -> &Str {
        // SAFETY: filled when made, with a str.
        unsafe { borrow(self.options().lineterminator).cast_unchecked() }
    }
}

#[pymethods(members(
    ("skipinitialspace", Py_T_BOOL, skipinitialspace, abi::Py_READONLY, ""),
    ("doublequote", Py_T_BOOL, doublequote, abi::Py_READONLY, ""),
    ("strict", Py_T_BOOL, strict, abi::Py_READONLY, ""),
))]
impl Dialect {
    #[slot(
        tp_new,
        sig = "(dialect=<unrepresentable>, delimiter=<unrepresentable>, doublequote=<unrepresentable>, escapechar=<unrepresentable>, lineterminator=<unrepresentable>, quotechar=<unrepresentable>, quoting=<unrepresentable>, skipinitialspace=<unrepresentable>, strict=<unrepresentable>)",
        name = "this function"
    )]
    fn new_slot(
        cls: &Type,
        dialect: Option<&Obj>,
        delimiter: Option<&Obj>,
        doublequote: Option<&Obj>,
        escapechar: Option<&Obj>,
        lineterminator: Option<&Obj>,
        quotechar: Option<&Obj>,
        quoting: Option<&Obj>,
        skipinitialspace: Option<&Obj>,
        strict: Option<&Obj>,
    ) -> PyResult<Object> {
        let given = [
            delimiter,
            doublequote,
            escapechar,
            lineterminator,
            quotechar,
            quoting,
            skipinitialspace,
            strict,
        ];
        let base = match dialect {
            Some(d) if d.is_a::<Str>() => Some(registered(d)?),
            other => other.map(Obj::to_owned),
        };
        if let Some(b) = &base
            && b.is_a::<Dialect>()
            && std::ptr::eq(cls, Dialect::type_object())
            && given.iter().all(Option::is_none)
        {
            return Ok(b.clone());
        }
        // What is not given comes from the base, as far as it has it.
        let names = [
            "delimiter",
            "doublequote",
            "escapechar",
            "lineterminator",
            "quotechar",
            "quoting",
            "skipinitialspace",
            "strict",
        ];
        let values = given.map(|g| g.map(Obj::to_owned));
        let mut all = Vec::with_capacity(8);
        for (name, value) in names.iter().zip(values) {
            all.push(match (value, &base) {
                (Some(v), _) => Some(v),
                (None, Some(b)) => match b.get_attr_text(name) {
                    Ok(v) => Some(v),
                    Err(e) => {
                        e.clear();
                        None
                    }
                },
                (None, None) => None,
            });
        }
        let get = |i: usize| all.get(i).and_then(|o| o.as_deref());
        let delimiter = character("delimiter", get(0), false)?.unwrap_or(b',' as u32);
        let doublequote = boolean(get(1), true)?;
        let escapechar = character("escapechar", get(2), true)?;
        let terminator = match get(3) {
            None => Str::new("\r\n")?.into_object(),
            Some(o) if o.is_a::<Str>() => o.to_owned(),
            Some(o) => bail!(TypeError, "\"lineterminator\" must be a string, not {}", o.type_name()),
        };
        let quotechar = match get(4) {
            None => Some(b'"' as u32),
            some => character("quotechar", some, true)?,
        };
        let mut quoting = quoting_of(get(5))?;
        let skipinitialspace = boolean(get(6), false)?;
        let strict = boolean(get(7), false)?;
        if get(4).is_some_and(Obj::is_none) && get(5).is_none() {
            quoting = Quoting::None;
        }
        if quoting != Quoting::None && quotechar.is_none() {
            bail!(TypeError, "quotechar must be set if quoting enabled");
        }
        // SAFETY: checked to be a str.
        let text = unsafe { terminator.cast_unchecked::<Str>() }.text();
        let check = |name: &str, c: Option<u32>, space: bool| -> PyResult<()> {
            let Some(c) = c else { return Ok(()) };
            if c == 10 || c == 13 || c == 32 && !space {
                bail!(ValueError, "bad {name} value");
            }
            if text.iter().any(|t| t == c) {
                bail!(ValueError, "bad {name} or lineterminator value");
            }
            Ok(())
        };
        check("delimiter", Some(delimiter), true)?;
        check("escapechar", escapechar, !skipinitialspace)?;
        check("quotechar", quotechar, !skipinitialspace)?;
        let differ = |a: &str, b: &str, x: Option<u32>, y: Option<u32>| -> PyResult<()> {
            if x.is_some() && x == y {
                bail!(ValueError, "bad {a} or {b} value");
            }
            Ok(())
        };
        differ("delimiter", "escapechar", Some(delimiter), escapechar)?;
        differ("delimiter", "quotechar", Some(delimiter), quotechar)?;
        differ("escapechar", "quotechar", escapechar, quotechar)?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = &mut *(o.as_raw() as *mut DialectBody);
            b.doublequote = doublequote as c_char;
            b.skipinitialspace = skipinitialspace as c_char;
            b.strict = strict as c_char;
            b.quoting = quoting;
            b.delimiter = delimiter;
            b.quotechar = quotechar;
            b.escapechar = escapechar;
            b.lineterminator = terminator.into_ptr();
            Ok(o)
        }
    }

    #[getter]
    fn delimiter(&self) -> PyResult<Object> {
        optional(Some(self.options().delimiter))
    }

    #[getter]
    fn escapechar(&self) -> PyResult<Object> {
        optional(self.options().escapechar)
    }

    #[getter]
    fn lineterminator(&self) -> &Obj {
        self.terminator().as_obj()
    }

    #[getter]
    fn quotechar(&self) -> PyResult<Object> {
        optional(self.options().quotechar)
    }

    #[getter]
    fn quoting(&self) -> i32 {
        self.options().quoting as i32
    }

    /// raises an exception to avoid pickling
    #[method(name = "__reduce__", nosig)]
    fn reduce(&self, _args: &[&Obj]) -> PyResult<()> {
        bail!(TypeError, "cannot pickle '{}' instances", self.as_obj().ob_type().short_name())
    }

    /// raises an exception to avoid pickling
    #[method(name = "__reduce_ex__", nosig)]
    fn reduce_ex(&self, _args: &[&Obj]) -> PyResult<()> {
        bail!(TypeError, "cannot pickle '{}' instances", self.as_obj().ob_type().short_name())
    }
}

/// A dialect of an object field.
///
/// # Safety
/// `p` is a live dialect.
pub unsafe fn of<'a>(p: *mut abi::PyObject) -> &'a Dialect {
    // SAFETY: the caller's promise.
    unsafe { borrow(p).cast_unchecked() }
}

/// An owned dialect as a field.
pub fn into_field(d: Ref<Dialect>) -> *mut abi::PyObject {
    d.into_ptr()
}
