//! The exception types: `BaseException` with its methods, and the table of all builtin exceptions.
//!
//! Layouts are CPython's. A row of the table declares a type without methods of its own: name, base, body, doc, and
//! the exported pointer variable (`PyExc_TypeError`) that C reads. Types with fields or methods have files of their
//! own and are listed at the end. `types` gives them all as functions: `exc::TypeError()`.

use crate::error::{PyResult, exc, raise_message};
use crate::object::native::{Native, StaticType, TypeHead};
use crate::object::obj::{Obj, replace};
use crate::object::{AsObj, Object, Ref, ToRef, alloc};
use crate::types::dict::Dict;
use crate::types::exceptions_fields::{
    AttributeError, ImportError, KeyError, NameError, StopIteration, SystemExit,
};
use crate::types::exceptions_os::OSError;
use crate::types::exceptions_syntax::SyntaxError;
use crate::types::exceptions_unicode::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError};
use crate::types::group::{BaseExceptionGroup, ExceptionGroup};
use crate::types::list::List;
use crate::types::none::none;
use crate::types::ready::{fill, ready, type_ready};
use crate::types::str_::Str;
use crate::types::support::type_alloc;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_char;

pub use crate::types::exceptions_syntax::raise_syntax;
pub use crate::types::raising::*;

/// Flags of every exception type.
pub(crate) const FLAGS: u64 = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_BASE_EXC_SUBCLASS;

/// The root of all exceptions.
/// ---
/// Common base class for all exceptions
#[pytype(
    name = "BaseException", body = abi::PyBaseExceptionObject, export = "_PyExc_BaseException", gc, dict = dict,
    flags = FLAGS, refs(dict, args, notes, traceback, context, cause),
)]
pub struct BaseException;

/// A variable of C that points to an exception type.
#[repr(transparent)]
pub struct ExceptionPointer(pub *mut abi::PyTypeObject);
// SAFETY: the address of a static type.
unsafe impl Sync for ExceptionPointer {}

/// A new reference from a field that is NULL or owned.
///
/// # Safety
/// `p` is NULL or a live object.
pub(crate) unsafe fn field(p: *mut abi::PyObject) -> Option<Object> {
    // SAFETY: the caller's promise.
    if p.is_null() { None } else { Some(unsafe { Ref::from_borrowed(p) }) }
}

/// Raises when keyword arguments are given to `cls`.
pub(crate) fn no_keywords(cls: &Type, kwargs: Option<&Dict>) -> PyResult<()> {
    if kwargs.is_some_and(|k| !k.is_empty()) {
        bail!(TypeError, "{}() takes no keyword arguments", cls.name());
    }
    Ok(())
}

/// A new instance with these arguments, its other fields empty (`BaseException.__new__`).
pub(crate) fn new_instance(cls: &Type, args: &Tuple) -> PyResult<Object> {
    // SAFETY: zeroed fields are valid; the arguments are set before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        (*(o.as_raw() as *mut abi::PyBaseExceptionObject)).args = args.to_ref().into_ptr();
        Ok(o)
    }
}

impl BaseException {
    /// An instance of `ty` from `value`: the value itself when it is an instance, else `ty` called with nothing (for
    /// None), with a tuple's items, or with the value (what `PyErr_SetObject` makes).
    pub fn normalize(ty: &Type, value: &Obj) -> PyResult<Ref<BaseException>> {
        if !ty.is_subtype(exc::BaseException()) {
            bail!(
                SystemError,
                "_PyErr_SetObject: exception {} is not a BaseException subclass",
                ty.repr()?.to_string_lossy()
            );
        }
        if let Some(e) = value.downcast::<BaseException>()
            && value.ob_type().as_obj().is_subclass(ty.as_obj())?
        {
            return Ok(e.to_ref());
        }
        let e = if value.is_none() {
            ty.call(&[])?
        } else if let Some(args) = value.downcast::<Tuple>() {
            ty.call_dict(args, None)?
        } else {
            ty.call(&[value])?
        };
        e.downcast_into::<BaseException>().map_err(|e| {
            let shown = ty.repr().map(|r| r.to_string_lossy().into_owned());
            match shown {
                Ok(shown) => raise!(
                    TypeError,
                    "calling {shown} should have returned an instance of BaseException, not {}",
                    e.type_name()
                ),
                Err(again) => again,
            }
        })
    }

    /// The arguments.
    pub fn args(&self) -> Ref<Tuple> {
        // SAFETY: a tuple, or NULL in a half-made instance.
        unsafe {
            let p = (*self.body()).args;
            if p.is_null() { Tuple::empty() } else { Ref::from_borrowed(p) }
        }
    }

    /// Replaces the arguments.
    pub fn set_args(&self, args: Ref<Tuple>) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).args, Some(args.into_object())) }
    }

    /// `__cause__`.
    pub fn cause(&self) -> Option<Ref<BaseException>> {
        // SAFETY: an exception or NULL.
        unsafe { field((*self.body()).cause).map(|o| o.cast_into_unchecked()) }
    }

    /// `__context__`.
    pub fn context(&self) -> Option<Ref<BaseException>> {
        // SAFETY: an exception or NULL.
        unsafe { field((*self.body()).context).map(|o| o.cast_into_unchecked()) }
    }

    /// `__suppress_context__`.
    pub fn suppress_context(&self) -> bool {
        // SAFETY: a live exception.
        unsafe { (*self.body()).suppress_context != 0 }
    }

    /// Sets `__cause__`, and with it `__suppress_context__`.
    pub fn set_cause(&self, cause: Option<Ref<BaseException>>) {
        // SAFETY: an owned field.
        unsafe {
            (*self.body()).suppress_context = 1;
            replace(&raw mut (*self.body()).cause, cause.map(Ref::into_object));
        }
    }

    /// Sets `__context__`.
    pub fn set_context(&self, context: Option<Ref<BaseException>>) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).context, context.map(Ref::into_object)) }
    }

    /// `__traceback__`.
    pub fn traceback(&self) -> Option<Ref<Traceback>> {
        // SAFETY: a traceback or NULL.
        unsafe { field((*self.body()).traceback).map(|o| o.cast_into_unchecked()) }
    }

    /// Sets `__traceback__`.
    pub fn set_traceback(&self, tb: Option<Ref<Traceback>>) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).traceback, tb.map(Ref::into_object)) }
    }

    /// Makes `handled` the context of this exception. Where this exception stands in the chain of `handled` already,
    /// the link to it is cut, so that no cycle comes about.
    pub fn chain_context(&self, handled: &BaseException) {
        if std::ptr::eq(self, handled) {
            return;
        }
        let mut o = handled.to_ref();
        let mut slow = handled.to_ref();
        let mut toggle = false;
        while let Some(context) = o.context() {
            if std::ptr::eq(&*context, self) {
                o.set_context(None);
                break;
            }
            o = context;
            if std::ptr::eq(&*o, &*slow) {
                // A cycle that was there before and does not hold this exception.
                break;
            }
            if toggle && let Some(next) = slow.context() {
                slow = next;
            }
            toggle = !toggle;
        }
        self.set_context(Some(handled.to_ref()));
    }

    /// `str(e)` of the plain kind: nothing, the argument, or the tuple of arguments.
    pub(crate) fn plain_str(&self) -> PyResult<Ref<Str>> {
        let args = self.args();
        match args.len() {
            0 => Str::new(""),
            1 => args.get(0).str_(),
            _ => args.str_(),
        }
    }

    /// `(type, args)` or `(type, args, state)`.
    pub(crate) fn reduce_with(&self, args: Ref<Tuple>, state: Option<Object>) -> PyResult<Ref<Tuple>> {
        let mut out = vec![self.ob_type().as_obj().to_owned(), args.into_object()];
        out.extend(state);
        Tuple::from_vec(out)
    }

    /// The instance's dictionary, if it has one.
    pub(crate) fn instance_dict(&self) -> Option<Ref<Dict>> {
        // SAFETY: a dict or NULL.
        unsafe { field((*self.body()).dict).map(|o| o.cast_into_unchecked()) }
    }

    /// The instance's dictionary, made when it has none.
    fn dict_or_new(&self) -> PyResult<Ref<Dict>> {
        if let Some(d) = self.instance_dict() {
            return Ok(d);
        }
        let d = Dict::new()?;
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).dict, Some(d.clone().into_object())) };
        Ok(d)
    }

    /// `__init__` of the plain kind.
    pub(crate) fn plain_init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        no_keywords(self.ob_type(), kwargs)?;
        self.set_args(args.to_ref());
        Ok(())
    }
}

/// An exception from an attribute's new value: None and instances are allowed.
fn exception_or_none(value: &Obj, what: &str) -> PyResult<Option<Ref<BaseException>>> {
    if value.is_none() {
        return Ok(None);
    }
    match value.downcast::<BaseException>() {
        Some(e) => Ok(Some(e.to_ref())),
        None => Err(raise!(TypeError, "exception {what} must be None or derive from BaseException")),
    }
}

#[pymethods(members(("__suppress_context__", Py_T_BOOL, suppress_context, 0, "")))]
impl BaseException {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        new_instance(cls, args)
    }

    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.plain_init(args, kwargs)
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        // SAFETY: the vectorcall protocol.
        crate::object::native::result_ptr(unsafe { BaseException::called(cls, args, nargsf, kwnames) })
    }

    /// A call of the type.
    unsafe fn called(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> PyResult<Object> {
        // SAFETY: the vectorcall protocol; the class is one of the plain exception types.
        unsafe {
            let cls: &Type = Obj::from_ptr(cls).cast_unchecked();
            if !kwnames.is_null() && !(*(kwnames as *const Tuple)).is_empty() {
                bail!(TypeError, "{}() takes no keyword arguments", cls.name());
            }
            let n = nargsf & !crate::object::call::ARGUMENTS_OFFSET;
            let all: &[&Obj] = if n == 0 { &[] } else { std::slice::from_raw_parts(args.cast(), n) };
            new_instance(cls, &*Tuple::from_slice(all)?)
        }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Object> {
        let args = self.args();
        let name = self.ob_type().short_name();
        let mut out = dovetail_text::TextBuf::with_capacity(name.len() + 16);
        out.push_str(name);
        if args.len() == 1 {
            out.push_str("(");
            out.push_text(args.get(0).repr()?.text());
            out.push_str(")");
        } else {
            out.push_text(args.repr()?.text());
        }
        Str::from_buf(out).map(Ref::into_object)
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        self.plain_str()
    }

    #[method]
    fn __reduce__(&self) -> PyResult<Ref<Tuple>> {
        self.reduce_with(self.args(), self.instance_dict().map(Ref::into_object))
    }

    #[method]
    fn __setstate__(&self, state: &Obj) -> PyResult<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(d) = state.downcast::<Dict>() else { bail!(TypeError, "state is not a dictionary") };
        let items: Vec<(Object, Object)> =
            d.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        for (k, v) in items {
            self.set_attr(crate::object::abstract_::attribute_name(&k)?, &v)?;
        }
        Ok(())
    }

    /// Set self.__traceback__ to tb and return self.
    #[method]
    fn with_traceback(&self, tb: &Obj) -> PyResult<Ref<BaseException>> {
        self.set_traceback_slot(Some(tb))?;
        Ok(self.to_ref())
    }

    /// Add a note to the exception
    #[method]
    fn add_note(&self, note: &Str) -> PyResult<()> {
        let notes = match self.get_attr_opt(sym!(__notes__))? {
            Some(n) => n,
            None => {
                let l = List::new()?.into_object();
                self.set_attr(sym!(__notes__), &l)?;
                l
            }
        };
        match notes.downcast::<List>() {
            Some(l) => l.push(note.as_obj().to_owned()),
            None => Err(raise!(TypeError, "Cannot add note: __notes__ is not a list")),
        }
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self) -> PyResult<Ref<Dict>> {
        self.dict_or_new()
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "cannot delete __dict__") };
        if !value.is_a::<Dict>() {
            bail!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", value.type_name());
        }
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).dict, Some(value.to_owned())) };
        Ok(())
    }

    #[getter(name = "args")]
    fn get_args(&self) -> Ref<Tuple> {
        self.args()
    }

    #[setter(name = "args")]
    fn set_args_slot(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "args may not be deleted") };
        self.set_args(Tuple::from_iter_obj(value)?);
        Ok(())
    }

    #[getter(name = "__traceback__")]
    fn get_traceback(&self) -> Option<Ref<Traceback>> {
        self.traceback()
    }

    #[setter(name = "__traceback__")]
    fn set_traceback_slot(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "__traceback__ may not be deleted") };
        let tb = if value.is_none() {
            None
        } else {
            match value.downcast::<Traceback>() {
                Some(t) => Some(t.to_ref()),
                None => bail!(TypeError, "__traceback__ must be a traceback or None"),
            }
        };
        self.set_traceback(tb);
        Ok(())
    }

    #[getter(name = "__context__")]
    fn get_context(&self) -> Option<Ref<BaseException>> {
        self.context()
    }

    #[setter(name = "__context__")]
    fn set_context_slot(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "__context__ may not be deleted") };
        self.set_context(exception_or_none(value, "context")?);
        Ok(())
    }

    #[getter(name = "__cause__")]
    fn get_cause(&self) -> Option<Ref<BaseException>> {
        self.cause()
    }

    #[setter(name = "__cause__")]
    fn set_cause_slot(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "__cause__ may not be deleted") };
        self.set_cause(exception_or_none(value, "cause")?);
        Ok(())
    }
}

/// Declares exception types without methods of their own: name, static, exported pointer, `tp_name`, base, the view
/// whose body they share, doc. Gives a module of views and a function that readies them.
macro_rules! plain {
    ($views:ident, $fill:ident, $ready:ident; $(
        $name:ident $static:ident $pointer:ident ($c:literal): $base:ty, $layout:ty, $doc:literal;
    )*) => {
        $(
            static $static: StaticType = StaticType::new(TypeHead {
                name: concat!($c, "\0").as_ptr().cast::<c_char>(),
                metatype: Type::TYPE_POINTER,
                base: <$base as Native>::TYPE_POINTER,
                basicsize: size_of::<<$layout as Native>::Body>() as isize,
                itemsize: 0,
                flags: FLAGS | abi::Py_TPFLAGS_HAVE_GC,
                doc: concat!($doc, "\0").as_ptr().cast::<c_char>(),
                weaklistoffset: 0,
                dictoffset: std::mem::offset_of!(abi::PyBaseExceptionObject, dict) as isize,
                vectorcall_offset: 0,
            });

            #[doc = concat!("C's variable for `", $c, "`.")]
            #[unsafe(no_mangle)]
            pub static $pointer: ExceptionPointer = ExceptionPointer($static.as_ptr());
        )*

        /// Views of instances, as bases of other types.
        #[allow(unused_imports)]
        pub mod $views {
            use super::*;
            $(
                #[doc = $doc]
                #[repr(transparent)]
                pub struct $name(std::cell::UnsafeCell<<$layout as Native>::Body>);

                // SAFETY: transparent over the body that the static type declares.
                unsafe impl Native for $name {
                    type Body = <$layout as Native>::Body;
                    const NAME: &'static str = $c;
                    const SHORT_NAME: &'static str = stringify!($name);
                    const TYPE_POINTER: *mut abi::PyTypeObject = $static.as_ptr();
                }

                impl std::ops::Deref for $name {
                    type Target = Obj;
                    fn deref(&self) -> &Obj {
                        self.as_obj()
                    }
                }
            )*
        }

        fn $fill() {
            $( fill_plain::<$layout>(&$static); )*
        }

        fn $ready() -> PyResult<()> {
            // SAFETY: static types, under the GIL.
            $( type_ready(unsafe { &*($static.as_ptr() as *const Type) })?; )*
            Ok(())
        }
    };
}

/// Fills the slots of a type of the table.
fn fill_plain<L: Native>(ty: &'static StaticType) {
    let t = ty.as_ptr();
    // SAFETY: start-up, before the type is used.
    unsafe {
        if (*t).tp_flags & abi::Py_TPFLAGS_IMMUTABLETYPE != 0 {
            return;
        }
        (*t).tp_flags |= abi::Py_TPFLAGS_IMMUTABLETYPE;
        (*t).tp_dealloc = Some(alloc::dealloc_fields::<L>);
        (*t).tp_traverse = Some(alloc::traverse_fields::<L>);
        (*t).tp_clear = Some(alloc::clear_fields::<L>);
        (*t).tp_free = Some(alloc::gc_del);
        if std::ptr::eq(L::TYPE_POINTER, BaseException::TYPE_POINTER) {
            let root = exc::BaseException().raw();
            (*t).tp_new = root.tp_new;
            (*t).tp_init = root.tp_init;
            (*t).tp_vectorcall = root.tp_vectorcall;
        }
    }
}

plain! {
    views, fill_simple, ready_simple;
    Exception _PyExc_Exception PyExc_Exception ("Exception"): BaseException, BaseException, "Common base class for all non-exit exceptions.";
    GeneratorExit _PyExc_GeneratorExit PyExc_GeneratorExit ("GeneratorExit"): BaseException, BaseException, "Request that a generator exit.";
    KeyboardInterrupt _PyExc_KeyboardInterrupt PyExc_KeyboardInterrupt ("KeyboardInterrupt"): BaseException, BaseException, "Program interrupted by user.";
    ArithmeticError _PyExc_ArithmeticError PyExc_ArithmeticError ("ArithmeticError"): views::Exception, BaseException, "Base class for arithmetic errors.";
    AssertionError _PyExc_AssertionError PyExc_AssertionError ("AssertionError"): views::Exception, BaseException, "Assertion failed.";
    BufferError _PyExc_BufferError PyExc_BufferError ("BufferError"): views::Exception, BaseException, "Buffer error.";
    EOFError _PyExc_EOFError PyExc_EOFError ("EOFError"): views::Exception, BaseException, "Read beyond end of file.";
    LookupError _PyExc_LookupError PyExc_LookupError ("LookupError"): views::Exception, BaseException, "Base class for lookup errors.";
    MemoryError _PyExc_MemoryError PyExc_MemoryError ("MemoryError"): views::Exception, BaseException, "Out of memory.";
    ReferenceError _PyExc_ReferenceError PyExc_ReferenceError ("ReferenceError"): views::Exception, BaseException, "Weak ref proxy used after referent went away.";
    RuntimeError _PyExc_RuntimeError PyExc_RuntimeError ("RuntimeError"): views::Exception, BaseException, "Unspecified run-time error.";
    StopAsyncIteration _PyExc_StopAsyncIteration PyExc_StopAsyncIteration ("StopAsyncIteration"): views::Exception, BaseException, "Signal the end from iterator.__anext__().";
    SystemError _PyExc_SystemError PyExc_SystemError ("SystemError"): views::Exception, BaseException, "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    TypeError _PyExc_TypeError PyExc_TypeError ("TypeError"): views::Exception, BaseException, "Inappropriate argument type.";
    ValueError _PyExc_ValueError PyExc_ValueError ("ValueError"): views::Exception, BaseException, "Inappropriate argument value (of correct type).";
    Warning _PyExc_Warning PyExc_Warning ("Warning"): views::Exception, BaseException, "Base class for warning categories.";
    InterpreterError _PyExc_InterpreterError PyExc_InterpreterError ("concurrent.interpreters.InterpreterError"): views::Exception, BaseException, "A cross-interpreter operation failed";
    InterpreterNotFoundError _PyExc_InterpreterNotFoundError PyExc_InterpreterNotFoundError ("concurrent.interpreters.InterpreterNotFoundError"): views::InterpreterError, BaseException, "An interpreter was not found";
    FloatingPointError _PyExc_FloatingPointError PyExc_FloatingPointError ("FloatingPointError"): views::ArithmeticError, BaseException, "Floating-point operation failed.";
    OverflowError _PyExc_OverflowError PyExc_OverflowError ("OverflowError"): views::ArithmeticError, BaseException, "Result too large to be represented.";
    ZeroDivisionError _PyExc_ZeroDivisionError PyExc_ZeroDivisionError ("ZeroDivisionError"): views::ArithmeticError, BaseException, "Second argument to a division or modulo operation was zero.";
    IndexError _PyExc_IndexError PyExc_IndexError ("IndexError"): views::LookupError, BaseException, "Sequence index out of range.";
    NotImplementedError _PyExc_NotImplementedError PyExc_NotImplementedError ("NotImplementedError"): views::RuntimeError, BaseException, "Method or function hasn't been implemented yet.";
    PythonFinalizationError _PyExc_PythonFinalizationError PyExc_PythonFinalizationError ("PythonFinalizationError"): views::RuntimeError, BaseException, "Operation blocked during Python finalization.";
    RecursionError _PyExc_RecursionError PyExc_RecursionError ("RecursionError"): views::RuntimeError, BaseException, "Recursion limit exceeded.";
    UnicodeError _PyExc_UnicodeError PyExc_UnicodeError ("UnicodeError"): views::ValueError, BaseException, "Unicode related error.";
    BytesWarning _PyExc_BytesWarning PyExc_BytesWarning ("BytesWarning"): views::Warning, BaseException, "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    DeprecationWarning _PyExc_DeprecationWarning PyExc_DeprecationWarning ("DeprecationWarning"): views::Warning, BaseException, "Base class for warnings about deprecated features.";
    EncodingWarning _PyExc_EncodingWarning PyExc_EncodingWarning ("EncodingWarning"): views::Warning, BaseException, "Base class for warnings about encodings.";
    FutureWarning _PyExc_FutureWarning PyExc_FutureWarning ("FutureWarning"): views::Warning, BaseException, "Base class for warnings about constructs that will change semantically\nin the future.";
    ImportWarning _PyExc_ImportWarning PyExc_ImportWarning ("ImportWarning"): views::Warning, BaseException, "Base class for warnings about probable mistakes in module imports";
    PendingDeprecationWarning _PyExc_PendingDeprecationWarning PyExc_PendingDeprecationWarning ("PendingDeprecationWarning"): views::Warning, BaseException, "Base class for warnings about features which will be deprecated\nin the future.";
    ResourceWarning _PyExc_ResourceWarning PyExc_ResourceWarning ("ResourceWarning"): views::Warning, BaseException, "Base class for warnings about resource usage.";
    RuntimeWarning _PyExc_RuntimeWarning PyExc_RuntimeWarning ("RuntimeWarning"): views::Warning, BaseException, "Base class for warnings about dubious runtime behavior.";
    SyntaxWarning _PyExc_SyntaxWarning PyExc_SyntaxWarning ("SyntaxWarning"): views::Warning, BaseException, "Base class for warnings about dubious syntax.";
    UnicodeWarning _PyExc_UnicodeWarning PyExc_UnicodeWarning ("UnicodeWarning"): views::Warning, BaseException, "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    UserWarning _PyExc_UserWarning PyExc_UserWarning ("UserWarning"): views::Warning, BaseException, "Base class for warnings generated by user code.";
}

plain! {
    derived, fill_derived, ready_derived;
    BlockingIOError _PyExc_BlockingIOError PyExc_BlockingIOError ("BlockingIOError"): OSError, OSError, "I/O operation would block.";
    ChildProcessError _PyExc_ChildProcessError PyExc_ChildProcessError ("ChildProcessError"): OSError, OSError, "Child process error.";
    ConnectionError _PyExc_ConnectionError PyExc_ConnectionError ("ConnectionError"): OSError, OSError, "Connection error.";
    FileExistsError _PyExc_FileExistsError PyExc_FileExistsError ("FileExistsError"): OSError, OSError, "File already exists.";
    FileNotFoundError _PyExc_FileNotFoundError PyExc_FileNotFoundError ("FileNotFoundError"): OSError, OSError, "File not found.";
    InterruptedError _PyExc_InterruptedError PyExc_InterruptedError ("InterruptedError"): OSError, OSError, "Interrupted by signal.";
    IsADirectoryError _PyExc_IsADirectoryError PyExc_IsADirectoryError ("IsADirectoryError"): OSError, OSError, "Operation doesn't work on directories.";
    NotADirectoryError _PyExc_NotADirectoryError PyExc_NotADirectoryError ("NotADirectoryError"): OSError, OSError, "Operation only works on directories.";
    PermissionError _PyExc_PermissionError PyExc_PermissionError ("PermissionError"): OSError, OSError, "Not enough permissions.";
    ProcessLookupError _PyExc_ProcessLookupError PyExc_ProcessLookupError ("ProcessLookupError"): OSError, OSError, "Process not found.";
    TimeoutError _PyExc_TimeoutError PyExc_TimeoutError ("TimeoutError"): OSError, OSError, "Timeout expired.";
    BrokenPipeError _PyExc_BrokenPipeError PyExc_BrokenPipeError ("BrokenPipeError"): derived::ConnectionError, OSError, "Broken pipe.";
    ConnectionAbortedError _PyExc_ConnectionAbortedError PyExc_ConnectionAbortedError ("ConnectionAbortedError"): derived::ConnectionError, OSError, "Connection aborted.";
    ConnectionRefusedError _PyExc_ConnectionRefusedError PyExc_ConnectionRefusedError ("ConnectionRefusedError"): derived::ConnectionError, OSError, "Connection refused.";
    ConnectionResetError _PyExc_ConnectionResetError PyExc_ConnectionResetError ("ConnectionResetError"): derived::ConnectionError, OSError, "Connection reset.";
    IndentationError _PyExc_IndentationError PyExc_IndentationError ("IndentationError"): SyntaxError, SyntaxError, "Improper indentation.";
    TabError _PyExc_TabError PyExc_TabError ("TabError"): derived::IndentationError, SyntaxError, "Improper mixture of spaces and tabs.";
    _IncompleteInputError IncompleteInputError _PyExc_IncompleteInputError ("_IncompleteInputError"): SyntaxError, SyntaxError, "incomplete input.";
    ModuleNotFoundError _PyExc_ModuleNotFoundError PyExc_ModuleNotFoundError ("ModuleNotFoundError"): ImportError, ImportError, "Module not found.";
    UnboundLocalError _PyExc_UnboundLocalError PyExc_UnboundLocalError ("UnboundLocalError"): NameError, NameError, "Local name referenced but not bound to a value.";
}

/// Types with files of their own: the exported pointers.
macro_rules! own {
    ($($pointer:ident $view:ty;)*) => { $(
        /// C's variable for the type.
        #[unsafe(no_mangle)]
        pub static $pointer: ExceptionPointer = ExceptionPointer(<$view as Native>::TYPE_POINTER);
    )* };
}

own! {
    PyExc_BaseException BaseException;
    PyExc_BaseExceptionGroup BaseExceptionGroup;
    PyExc_SystemExit SystemExit;
    PyExc_StopIteration StopIteration;
    PyExc_KeyError KeyError;
    PyExc_ImportError ImportError;
    PyExc_NameError NameError;
    PyExc_AttributeError AttributeError;
    PyExc_OSError OSError;
    PyExc_IOError OSError;
    PyExc_EnvironmentError OSError;
    PyExc_SyntaxError SyntaxError;
    PyExc_UnicodeDecodeError UnicodeDecodeError;
    PyExc_UnicodeEncodeError UnicodeEncodeError;
    PyExc_UnicodeTranslateError UnicodeTranslateError;
}

/// The types as functions, and the list of the names in `builtins`.
macro_rules! all_names {
    ($($own:ident)*; $($simple:ident)*; $($derived:ident)*; $($alias:ident)*) => {
        /// The static exception types by their names.
        #[allow(non_snake_case)]
        pub mod types {
            use super::{Native, Type};
            pub use super::builtin_exceptions;
            $(
                #[doc = concat!("The type `", stringify!($own), "`.")]
                #[inline(always)]
                pub fn $own() -> &'static Type {
                    <super::$own as Native>::type_object()
                }
            )*
            $(
                #[doc = concat!("The type `", stringify!($simple), "`.")]
                #[inline(always)]
                pub fn $simple() -> &'static Type {
                    <super::views::$simple as Native>::type_object()
                }
            )*
            $(
                #[doc = concat!("The type `", stringify!($derived), "`.")]
                #[inline(always)]
                pub fn $derived() -> &'static Type {
                    <super::derived::$derived as Native>::type_object()
                }
            )*
            $(
                #[doc = "Another name of `OSError`."]
                #[inline(always)]
                pub fn $alias() -> &'static Type {
                    <super::OSError as Native>::type_object()
                }
            )*

            /// Exceptions that `builtins` does not name.
            pub fn InterpreterError() -> &'static Type {
                <super::views::InterpreterError as Native>::type_object()
            }

            /// As `InterpreterError`, for an interpreter that does not exist.
            pub fn InterpreterNotFoundError() -> &'static Type {
                <super::views::InterpreterNotFoundError as Native>::type_object()
            }
        }

        /// Every exception of the module `builtins`, with aliases.
        pub fn builtin_exceptions() -> Vec<(&'static str, &'static Type)> {
            vec![
                $((stringify!($own), types::$own()),)*
                $((stringify!($simple), types::$simple()),)*
                $((stringify!($derived), types::$derived()),)*
                $((stringify!($alias), types::$alias()),)*
            ]
        }
    };
}

all_names! {
    BaseException BaseExceptionGroup ExceptionGroup SystemExit StopIteration KeyError ImportError NameError
    AttributeError OSError SyntaxError UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError;
    Exception GeneratorExit KeyboardInterrupt ArithmeticError AssertionError BufferError EOFError LookupError
    MemoryError ReferenceError RuntimeError StopAsyncIteration SystemError TypeError ValueError Warning
    FloatingPointError OverflowError ZeroDivisionError IndexError NotImplementedError PythonFinalizationError
    RecursionError UnicodeError BytesWarning DeprecationWarning EncodingWarning FutureWarning ImportWarning
    PendingDeprecationWarning ResourceWarning RuntimeWarning SyntaxWarning UnicodeWarning UserWarning;
    BlockingIOError ChildProcessError ConnectionError FileExistsError FileNotFoundError InterruptedError
    IsADirectoryError NotADirectoryError PermissionError ProcessLookupError TimeoutError BrokenPipeError
    ConnectionAbortedError ConnectionRefusedError ConnectionResetError IndentationError TabError
    _IncompleteInputError ModuleNotFoundError UnboundLocalError;
    EnvironmentError IOError
}

/// Runs `$f::<T>()` for the types with files of their own.
macro_rules! for_each_own {
    ($f:ident $($q:tt)?) => {{
        $f::<BaseException>()$($q)?;
        $f::<SystemExit>()$($q)?;
        $f::<StopIteration>()$($q)?;
        $f::<KeyError>()$($q)?;
        $f::<ImportError>()$($q)?;
        $f::<NameError>()$($q)?;
        $f::<AttributeError>()$($q)?;
        $f::<OSError>()$($q)?;
        $f::<SyntaxError>()$($q)?;
        $f::<UnicodeDecodeError>()$($q)?;
        $f::<UnicodeEncodeError>()$($q)?;
        $f::<UnicodeTranslateError>()$($q)?;
        $f::<BaseExceptionGroup>()$($q)?;
        $f::<ExceptionGroup>()$($q)?;
        $f::<UnraisableHookArgs>()$($q)?;
    }};
}

/// Fills the slots of all exception types, so that exceptions can be raised while types are completed.
pub fn fill_all() {
    for_each_own!(fill);
    fill_simple();
    fill_derived();
}

/// Completes all exception types.
pub fn ready_all() -> PyResult<()> {
    fill_all();
    crate::types::group::set_group_bases()?;
    for_each_own!(ready?);
    ready_simple()?;
    ready_derived()
}

/// `None` for an absent object.
pub(crate) fn or_none(o: Option<Object>) -> Object {
    o.unwrap_or_else(|| none().to_owned())
}

/// Raises `TypeError` with a text that is no literal.
pub(crate) fn type_error(message: &str) -> crate::Raised {
    raise_message(exc::TypeError(), message)
}
