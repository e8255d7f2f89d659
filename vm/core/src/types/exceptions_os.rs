//! `OSError`: fields, the choice of the subclass by errno, and errors from the C library.

use crate::error::{PyResult, Raised, exc, raise_exception};
use crate::object::native::Native;
use crate::object::obj::{Obj, replace};
use crate::object::{AsObj, Object, Ref, ToRef};
use crate::types::dict::Dict;
use crate::types::exception::{BaseException, FLAGS, field, no_keywords, or_none, views};
use crate::types::exceptions_fields::base;
use crate::types::int::Int;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::support::type_alloc;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;
use std::ffi::CStr;

/// Failures that the operating system reports.
/// ---
/// Base class for I/O related errors.
#[pytype(
    name = "OSError", body = abi::PyOSErrorObject, export = "_PyExc_OSError", gc, dict = dict,
    base = views::Exception, flags = FLAGS,
    refs(dict, args, notes, traceback, context, cause, myerrno, strerror, filename, filename2),
)]
pub struct OSError;

base!(OSError);

/// The subclass that an error number stands for.
fn class_of(errno: i32) -> Option<&'static Type> {
    Some(match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => exc::BlockingIOError(),
        libc::EPIPE | libc::ESHUTDOWN => exc::BrokenPipeError(),
        libc::ECHILD => exc::ChildProcessError(),
        libc::ECONNABORTED => exc::ConnectionAbortedError(),
        libc::ECONNREFUSED => exc::ConnectionRefusedError(),
        libc::ECONNRESET => exc::ConnectionResetError(),
        libc::EEXIST => exc::FileExistsError(),
        libc::ENOENT => exc::FileNotFoundError(),
        libc::EISDIR => exc::IsADirectoryError(),
        libc::ENOTDIR => exc::NotADirectoryError(),
        libc::EINTR => exc::InterruptedError(),
        libc::EACCES | libc::EPERM => exc::PermissionError(),
        libc::ESRCH => exc::ProcessLookupError(),
        libc::ETIMEDOUT => exc::TimeoutError(),
        _ => return None,
    })
}

/// The C library's words for an error number.
pub fn strerror(errno: i32) -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the POSIX form writes a terminated text of at most the buffer's size.
    unsafe {
        if libc::strerror_r(errno, buffer.as_mut_ptr().cast(), buffer.len()) != 0 {
            return format!("Unknown error {errno}");
        }
    }
    CStr::from_bytes_until_nul(&buffer).map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Raises the `OSError` of an error number: `(errno, strerror)` or `(errno, strerror, filename)`.
#[cold]
pub fn os_error_from_errno(errno: i32, filename: Option<&Obj>) -> Raised {
    os_error_with_two(errno, filename, None)
}

/// As `os_error_from_errno`, with a second file name.
#[cold]
pub fn os_error_with_two(errno: i32, filename: Option<&Obj>, second: Option<&Obj>) -> Raised {
    let make = || -> PyResult<Ref<BaseException>> {
        let mut args =
            vec![Int::from_i64(errno as i64)?.into_object(), Str::new(&strerror(errno))?.into_object()];
        args.extend(filename.map(|f| f.to_owned()));
        if let Some(f) = second {
            args.extend([none().to_owned(), f.to_owned()]);
        }
        BaseException::normalize(exc::OSError(), &*Tuple::from_vec(args)?)
    };
    match make() {
        Ok(e) => raise_exception(e),
        Err(e) => e,
    }
}

/// Raises the `OSError` of the calling thread's `errno`.
#[cold]
pub fn last_os_error(filename: Option<&Obj>) -> Raised {
    os_error_from_errno(std::io::Error::last_os_error().raw_os_error().unwrap_or(0), filename)
}

/// The fields that positional arguments give.
#[derive(Default)]
struct Parsed {
    errno: Option<Object>,
    strerror: Option<Object>,
    filename: Option<Object>,
    filename2: Option<Object>,
}

fn parse(args: &Tuple) -> Parsed {
    let items = args.items();
    if !(2..=5).contains(&items.len()) {
        return Parsed::default();
    }
    Parsed {
        errno: items.first().cloned(),
        strerror: items.get(1).cloned(),
        filename: items.get(2).cloned(),
        filename2: items.get(4).cloned(),
    }
}

/// Does `__init__` read the arguments? That is so for classes with their own `__init__` but not their own `__new__`.
fn init_reads(cls: &Type) -> bool {
    let ours = OSError::type_object().raw();
    let address = |f: abi::initproc| f.map(|f| f as usize);
    let new_address = |f: abi::newfunc| f.map(|f| f as usize);
    address(cls.raw().tp_init) != address(ours.tp_init)
        && new_address(cls.raw().tp_new) == new_address(ours.tp_new)
}

impl OSError {
    fn fill(&self, args: &Tuple, parsed: Parsed) -> PyResult<()> {
        let mut args = args.to_ref();
        // SAFETY: owned fields of a live instance.
        unsafe {
            let b = self.body();
            if let Some(name) = parsed.filename.filter(|f| !f.is_none()) {
                // SAFETY: a suite of the object's type.
                let number = name
                    .ob_type()
                    .raw()
                    .tp_as_number
                    .as_ref()
                    .is_some_and(|n| n.nb_index.is_some() || n.nb_int.is_some() || n.nb_float.is_some());
                if std::ptr::eq(self.ob_type(), exc::BlockingIOError()) && number {
                    (*b).written = written(&name)?;
                } else {
                    replace(&raw mut (*b).filename, Some(name));
                    if let Some(second) = parsed.filename2.filter(|f| !f.is_none()) {
                        replace(&raw mut (*b).filename2, Some(second));
                    }
                    if (2..=5).contains(&args.len()) {
                        args = args.sub(0, 2)?;
                    }
                }
            }
            replace(&raw mut (*b).myerrno, parsed.errno);
            replace(&raw mut (*b).strerror, parsed.strerror);
        }
        self.base().set_args(args);
        Ok(())
    }

    /// The fields errno, strerror, filename and filename2, where set.
    pub fn fields(&self) -> [Option<Object>; 4] {
        // SAFETY: NULL or owned.
        unsafe {
            let b = self.body();
            [field((*b).myerrno), field((*b).strerror), field((*b).filename), field((*b).filename2)]
        }
    }
}

/// `characters_written` from an object.
fn written(o: &Obj) -> PyResult<isize> {
    let i = o.index()?;
    i.to_i64()
        .map(|v| v as isize)
        .ok_or_else(|| raise!(ValueError, "cannot fit '{}' into an index-sized integer", o.type_name()))
}

#[pymethods(members(
    ("errno", _Py_T_OBJECT, myerrno, 0, "POSIX exception code"),
    ("strerror", _Py_T_OBJECT, strerror, 0, "exception strerror"),
    ("filename", _Py_T_OBJECT, filename, 0, "exception filename"),
    ("filename2", _Py_T_OBJECT, filename2, 0, "second exception filename"),
))]
impl OSError {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let mut cls = cls;
        let here = !init_reads(cls);
        let mut parsed = Parsed::default();
        if here {
            no_keywords(cls, kwargs)?;
            parsed = parse(args);
            if std::ptr::eq(cls, OSError::type_object())
                && let Some(n) = parsed.errno.as_deref().and_then(Int::of).and_then(Int::to_i64)
                && let Ok(n) = i32::try_from(n)
                && let Some(c) = class_of(n)
            {
                cls = c;
            }
        }
        // SAFETY: zeroed fields are valid; the rest is set before anything runs.
        let o = unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut abi::PyOSErrorObject;
            (*b).written = -1;
            (*b).args = Tuple::empty().into_ptr();
            o
        };
        if here {
            // SAFETY: an instance of OSError.
            unsafe { o.cast_unchecked::<OSError>() }.fill(args, parsed)?;
        }
        Ok(o)
    }

    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        if !init_reads(self.ob_type()) {
            return Ok(());
        }
        no_keywords(self.ob_type(), kwargs)?;
        self.fill(args, parse(args))
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        let [errno, strerror, filename, filename2] = self.fields();
        if filename.is_none() && (errno.is_none() || strerror.is_none()) {
            return self.base().plain_str();
        }
        let mut out = TextBuf::with_capacity(64);
        out.push_str("[Errno ");
        out.push_text(or_none(errno).str_()?.text());
        out.push_str("] ");
        out.push_text(or_none(strerror).str_()?.text());
        if let Some(f) = filename {
            out.push_str(": ");
            out.push_text(f.repr()?.text());
            if let Some(f) = filename2 {
                out.push_str(" -> ");
                out.push_text(f.repr()?.text());
            }
        }
        Str::from_buf(out)
    }

    #[method]
    fn __reduce__(&self) -> PyResult<Ref<Tuple>> {
        let mut args = self.base().args();
        let [_, _, filename, filename2] = self.fields();
        if args.len() == 2
            && let Some(f) = filename
        {
            let mut all = args.items().to_vec();
            all.push(f);
            if let Some(second) = filename2 {
                all.extend([none().to_owned(), second]);
            }
            args = Tuple::from_vec(all)?;
        }
        self.base().reduce_with(args, self.base().instance_dict().map(Ref::into_object))
    }

    #[getter]
    fn characters_written(&self) -> PyResult<isize> {
        // SAFETY: a live instance.
        match unsafe { (*self.body()).written } {
            -1 => Err(crate::error::raise_with(exc::AttributeError(), sym!(characters_written))),
            n => Ok(n),
        }
    }

    #[setter]
    fn set_characters_written(&self, value: Option<&Obj>) -> PyResult<()> {
        // SAFETY: a live instance.
        unsafe {
            match value {
                None if (*self.body()).written == -1 => {
                    return Err(crate::error::raise_with(exc::AttributeError(), sym!(characters_written)));
                }
                None => (*self.body()).written = -1,
                Some(v) => (*self.body()).written = written(v)?,
            }
        }
        Ok(())
    }
}

/// Raises an `OSError` of `errno` from an I/O error of Rust's library.
#[cold]
pub fn from_io(error: &std::io::Error, filename: Option<&Obj>) -> Raised {
    match error.raw_os_error() {
        Some(n) => os_error_from_errno(n, filename),
        None => raise!(OSError, "{error}"),
    }
}

/// Turns -1 with `errno` set into an exception.
pub fn check(result: libc::c_int) -> PyResult<libc::c_int> {
    if result == -1 {
        return Err(last_os_error(None));
    }
    if result < -1 {
        bail!(OSError, "unexpected result {result}");
    }
    Ok(result)
}
