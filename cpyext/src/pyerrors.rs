//! `pyerrors.h`: setting, asking for and clearing exceptions, exception objects (C API, section "Exception Handling").

use crate::boundary::{Borrowed, P, bad_internal_call};
use crate::text::{c_str, c_text, opt_c_text};
use dovetail_core::error::{PyResult, Raised, exc, raise_exception, raise_with};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::none::none;
use dovetail_core::types::raising;
use dovetail_core::types::str_::Str;
use dovetail_core::types::traceback::Traceback;
use dovetail_core::types::traceback_show::display;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_ulong};
use std::ptr::null_mut;

/// Is it an exception class? By the flag that says so, without a walk.
pub fn exception_class(o: &Obj) -> Option<&Type> {
    o.downcast::<Type>().filter(|t| t.flags() & abi::Py_TPFLAGS_BASE_EXC_SUBCLASS as c_ulong != 0)
}

/// Raises `class(value)`, with CPython's error for what is no exception class.
#[cold]
pub fn set_object(class: &Obj, value: &Obj) -> Raised {
    match exception_class(class) {
        Some(ty) => raise_with(ty, value),
        None => match class.repr() {
            Ok(r) => raise!(
                SystemError,
                "_PyErr_SetObject: exception {} is not a BaseException subclass",
                r.to_string_lossy()
            ),
            Err(e) => e,
        },
    }
}

/// Raises `class(value)`.
#[capi]
fn PyErr_SetObject(class: &Obj, value: Option<&Obj>) {
    let _ = set_object(class, value.unwrap_or(none()));
}

/// Raises the class without a value.
#[capi]
fn PyErr_SetNone(class: &Obj) {
    let _ = set_object(class, none());
}

/// Raises `class(message)`; the message is UTF-8.
#[capi]
unsafe fn PyErr_SetString(class: &Obj, message: *const c_char) {
    // SAFETY: a C string.
    match unsafe { c_text(message) } {
        Ok(text) => drop(set_object(class, text.as_obj())),
        Err(raised) => drop(raised),
    }
}

/// Raises the class with formatted text: what the variadic functions end in.
pub fn set_formatted(class: &Obj, text: PyResult<Ref<Str>>) {
    let _ = match text {
        Ok(text) => set_object(class, text.as_obj()),
        Err(raised) => raised,
    };
}

/// The pending exception's type, borrowed, or NULL.
#[capi]
fn PyErr_Occurred() -> Borrowed {
    let ts = ThreadState::current();
    // SAFETY: own state; an exception's type lives as long as it is pending.
    unsafe {
        let e = (*ts.c()).current_exception;
        if e.is_null() { Borrowed::NULL } else { Borrowed(Obj::from_ptr(e).type_ptr().cast()) }
    }
}

/// Forgets the pending exception.
#[capi]
fn PyErr_Clear() {
    drop(ThreadState::current().take_exception());
}

/// The pending exception, which is pending no more, or NULL.
#[capi]
fn PyErr_GetRaisedException() -> Option<Ref<BaseException>> {
    ThreadState::current().take_exception()
}

/// Makes an exception pending; NULL clears. The reference is stolen.
#[capi]
fn PyErr_SetRaisedException(exception: Option<Object>) {
    // SAFETY: the C API asks for an exception.
    let e = exception.map(|e| unsafe { e.cast_into_unchecked::<BaseException>() });
    ThreadState::current().set_exception(e);
}

/// As `PyErr_GetRaisedException`, in the three parts of old.
#[capi]
unsafe fn PyErr_Fetch(class: *mut P, value: *mut P, traceback: *mut P) {
    let taken = ThreadState::current().take_exception();
    // SAFETY: the caller's three variables.
    unsafe {
        match taken {
            None => {
                *class = null_mut();
                *value = null_mut();
                *traceback = null_mut();
            }
            Some(e) => {
                *class = e.ob_type().as_obj().to_owned().into_ptr();
                *traceback = e.traceback().map_or(null_mut(), Ref::into_ptr);
                *value = e.into_ptr();
            }
        }
    }
}

/// Makes an exception of three stolen parts pending; no class clears.
#[capi]
fn PyErr_Restore(class: Option<Object>, value: Option<Object>, traceback: Option<Object>) {
    let ts = ThreadState::current();
    let Some(class) = class else {
        ts.set_exception(None);
        return;
    };
    let Some(ty) = exception_class(&class) else {
        let _ = set_object(&class, none());
        return;
    };
    let made = BaseException::normalize(ty, value.as_deref().unwrap_or(none()));
    match made {
        Ok(e) => {
            if let Some(tb) = traceback.filter(|t| !t.is_none()) {
                e.set_traceback(tb.downcast_into::<Traceback>().ok());
            }
            ts.set_exception(Some(e));
        }
        Err(raised) => drop(raised),
    }
}

/// Makes the value an instance of the class. Since exceptions are always normalized, only what C built by hand changes.
#[capi]
unsafe fn PyErr_NormalizeException(class: *mut P, value: *mut P, traceback: *mut P) {
    // SAFETY: the caller's variables own what they hold.
    unsafe {
        if (*class).is_null() {
            return;
        }
        let Some(ty) = exception_class(Obj::from_ptr(*class)) else { return };
        let old: Option<Object> = Ref::from_owned_opt(std::mem::replace(&mut *value, null_mut()));
        let made = match BaseException::normalize(ty, old.as_deref().unwrap_or(none())) {
            Ok(e) => e,
            Err(raised) => raised.take(),
        };
        let kept = std::mem::replace(&mut *class, made.ob_type().as_obj().to_owned().into_ptr());
        dovetail_core::object::obj::xdecref(kept);
        if (*traceback).is_null() {
            *traceback = made.traceback().map_or(null_mut(), Ref::into_ptr);
        }
        *value = made.into_ptr();
    }
}

/// Does `given` (a class or an instance) match a class, or one of a tuple of them?
fn matches(given: &Obj, wanted: &Obj) -> bool {
    if let Some(all) = wanted.downcast::<Tuple>() {
        if let Err(e) = ThreadState::current().check_recursion(" in PyErr_GivenExceptionMatches") {
            dovetail_core::hooks::unraisable(e.take(), "Exception ignored while matching exceptions", None);
            return false;
        }
        return all.items().iter().any(|w| matches(given, w));
    }
    let class = if given.is_a::<BaseException>() { given.ob_type().as_obj() } else { given };
    match (exception_class(class), exception_class(wanted)) {
        (Some(c), Some(w)) => c.is_subtype(w),
        _ => class.is(wanted),
    }
}

/// Does an exception or class match?
#[capi]
fn PyErr_GivenExceptionMatches(given: Option<&Obj>, wanted: Option<&Obj>) -> bool {
    match (given, wanted) {
        (Some(g), Some(w)) => matches(g, w),
        _ => false,
    }
}

/// Does the pending exception match?
#[capi]
fn PyErr_ExceptionMatches(wanted: Option<&Obj>) -> bool {
    // SAFETY: own state; borrowed while it is pending.
    let pending = unsafe { (*ThreadState::current().c()).current_exception };
    match wanted {
        Some(w) if !pending.is_null() => matches(unsafe { Obj::from_ptr(pending) }, w),
        _ => false,
    }
}

/// `TypeError` that names nothing.
#[capi]
fn PyErr_BadArgument() -> c_int {
    let _ = raise!(TypeError, "bad argument type for built-in operation");
    0
}

/// `SystemError` for a wrong call of the C API.
#[capi(alias = "_PyErr_BadInternalCallOld")]
fn PyErr_BadInternalCall() {
    let _ = bad_internal_call();
}

/// As `PyErr_BadInternalCall`, with the place in the C source.
#[capi(private)]
unsafe fn _PyErr_BadInternalCall(file: *const c_char, line: c_int) {
    // SAFETY: a C string.
    let file = unsafe { c_str(file) };
    let _ = raise!(SystemError, "{file}:{line}: bad argument to internal function");
}

/// `MemoryError`.
#[capi]
fn PyErr_NoMemory() -> PyResult<Object> {
    Err(dovetail_core::error::no_memory())
}

fn from_errno(class: &Obj, first: Option<&Obj>, second: Option<&Obj>) -> PyResult<Object> {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    if errno == libc::EINTR {
        dovetail_stdlib::signal::check()?;
    }
    if class.is(exc::OSError().as_obj()) {
        return Err(raising::os_error_with_two(errno, first, second));
    }
    let code = dovetail_core::types::int::Int::from_i64(errno.into())?;
    let text = Str::new(&dovetail_core::types::exceptions_os::strerror(errno))?;
    let mut args = vec![code.into_object(), text.into_object()];
    if let Some(first) = first {
        args.push(first.to_owned());
        if let Some(second) = second {
            let zero = dovetail_core::types::int::Int::from_i64(0)?;
            args.extend([zero.into_object(), second.to_owned()]);
        }
    }
    let args = Tuple::from_vec(args)?;
    Err(set_object(class, args.as_obj()))
}

/// Raises `class(errno, strerror(errno))`; NULL always.
#[capi]
fn PyErr_SetFromErrno(class: &Obj) -> PyResult<Object> {
    from_errno(class, None, None)
}

/// As `PyErr_SetFromErrno`, with a file name.
#[capi]
fn PyErr_SetFromErrnoWithFilenameObject(class: &Obj, filename: Option<&Obj>) -> PyResult<Object> {
    from_errno(class, filename, None)
}

/// As `PyErr_SetFromErrno`, with two file names.
#[capi]
fn PyErr_SetFromErrnoWithFilenameObjects(
    class: &Obj,
    filename: Option<&Obj>,
    second: Option<&Obj>,
) -> PyResult<Object> {
    from_errno(class, filename, second)
}

/// As `PyErr_SetFromErrno`, with a file name in the file system's encoding.
#[capi]
unsafe fn PyErr_SetFromErrnoWithFilename(class: &Obj, filename: *const c_char) -> PyResult<Object> {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let name = if filename.is_null() {
        None
    } else {
        // SAFETY: a C string.
        Some(dovetail_stdlib::util::fs_decode(unsafe { std::ffi::CStr::from_ptr(filename) }.to_bytes())?)
    };
    // SAFETY: the thread's own errno, which the decoding may have changed.
    unsafe { *libc::__errno_location() = errno };
    from_errno(class, name.as_deref().map(AsObj::as_obj), None)
}

/// Raises `class(message, name=name, path=path)`; NULL always.
#[capi]
fn PyErr_SetImportErrorSubclass(
    class: &Obj,
    message: Option<&Obj>,
    name: Option<&Obj>,
    path: Option<&Obj>,
) -> PyResult<Object> {
    if !class.is_subclass(exc::ImportError().as_obj())? {
        bail!(TypeError, "expected a subclass of ImportError");
    }
    let Some(message) = message else { bail!(TypeError, "expected a message argument") };
    let kw = Dict::new()?;
    kw.set_text("name", name.unwrap_or(none()))?;
    kw.set_text("path", path.unwrap_or(none()))?;
    let made = class.call_dict(&*Tuple::from_slice(&[message])?, Some(&kw))?;
    match made.downcast_into::<BaseException>() {
        Ok(e) => Err(raise_exception(e)),
        Err(o) => Err(set_object(class, &o)),
    }
}

/// As `PyErr_SetImportErrorSubclass`, with `ImportError`.
#[capi]
unsafe fn PyErr_SetImportError(
    message: Option<&Obj>,
    name: Option<&Obj>,
    path: Option<&Obj>,
) -> PyResult<Object> {
    let raw = |o: Option<&Obj>| o.map_or(null_mut(), Obj::as_ptr);
    // SAFETY: the pointers come from C.
    unsafe { PyErr_SetImportErrorSubclass(exc::ImportError().as_ptr(), raw(message), raw(name), raw(path)) };
    Err(Raised::from_c())
}

/// Runs the handlers of signals that have arrived.
#[capi(alias = "_PyErr_CheckSignals")]
fn PyErr_CheckSignals() -> PyResult<()> {
    dovetail_stdlib::signal::check()
}

/// Pretends that SIGINT arrived.
#[capi(no_gil)]
fn PyErr_SetInterrupt() {
    let _ = dovetail_stdlib::signal::simulate(libc::SIGINT);
}

/// Pretends that a signal arrived; -1 when there is no such signal.
#[capi(no_gil)]
fn PyErr_SetInterruptEx(signal: c_int) -> c_int {
    if !(1..=64).contains(&signal) {
        return -1;
    }
    if let Err(raised) = dovetail_stdlib::signal::simulate(signal) {
        raised.clear();
        return -1;
    }
    0
}

// ---- the handled exception (sys.exception()) ----

/// The exception being handled, or NULL.
#[capi]
fn PyErr_GetHandledException() -> Option<Ref<BaseException>> {
    ThreadState::current().handled_exception()
}

/// Changes what is being handled; the reference stays the caller's.
#[capi]
fn PyErr_SetHandledException(exception: Option<&Obj>) {
    let new = exception.filter(|e| !e.is_none()).map_or(null_mut(), |e| e.to_owned().into_ptr());
    let old = ThreadState::current().swap_handled(new);
    // SAFETY: the field owned it.
    unsafe { dovetail_core::object::obj::xdecref(old) };
}

/// The handled exception in three parts, as new references.
#[capi]
unsafe fn PyErr_GetExcInfo(class: *mut P, value: *mut P, traceback: *mut P) {
    let handled = ThreadState::current().handled_exception();
    let (c, v, t) = match handled {
        Some(e) => (
            e.ob_type().as_obj().to_owned().into_ptr(),
            e.as_obj().to_owned().into_ptr(),
            e.traceback().map_or_else(|| none().to_owned().into_ptr(), Ref::into_ptr),
        ),
        None => (none().as_ptr(), none().as_ptr(), none().as_ptr()),
    };
    // SAFETY: the caller's variables.
    unsafe {
        *class = c;
        *value = v;
        *traceback = t;
    }
}

/// Changes what is being handled; steals all three, of which only the value counts.
#[capi]
unsafe fn PyErr_SetExcInfo(class: Option<Object>, value: Option<Object>, traceback: Option<Object>) {
    drop((class, traceback));
    // SAFETY: borrowed for the call.
    unsafe { PyErr_SetHandledException(value.as_ref().map_or(null_mut(), Ref::as_raw)) };
}

// ---- exception objects ----

fn exception(o: &Obj) -> PyResult<&BaseException> {
    o.downcast::<BaseException>().ok_or_else(bad_internal_call)
}

/// The traceback, or NULL.
#[capi]
fn PyException_GetTraceback(e: &Obj) -> PyResult<Option<Ref<Traceback>>> {
    Ok(exception(e)?.traceback())
}

/// Sets the traceback; None removes it.
#[capi]
fn PyException_SetTraceback(e: &Obj, traceback: &Obj) -> PyResult<()> {
    if traceback.is_none() {
        exception(e)?.set_traceback(None);
        return Ok(());
    }
    match traceback.downcast::<Traceback>() {
        Some(tb) => {
            exception(e)?.set_traceback(Some(tb.to_ref()));
            Ok(())
        }
        None => Err(raise!(TypeError, "__traceback__ must be a traceback or None")),
    }
}

/// `__context__`, or NULL.
#[capi]
fn PyException_GetContext(e: &Obj) -> PyResult<Option<Ref<BaseException>>> {
    Ok(exception(e)?.context())
}

/// Sets `__context__`, stealing it; NULL removes it.
#[capi]
fn PyException_SetContext(e: &Obj, context: Option<Object>) {
    if let Some(e) = e.downcast::<BaseException>() {
        // SAFETY: the C API asks for an exception.
        e.set_context(context.filter(|c| !c.is_none()).map(|c| unsafe { c.cast_into_unchecked() }));
    }
}

/// `__cause__`, or NULL.
#[capi]
fn PyException_GetCause(e: &Obj) -> PyResult<Option<Ref<BaseException>>> {
    Ok(exception(e)?.cause())
}

/// Sets `__cause__`, stealing it, and `__suppress_context__`; NULL removes it.
#[capi]
fn PyException_SetCause(e: &Obj, cause: Option<Object>) {
    if let Some(e) = e.downcast::<BaseException>() {
        // SAFETY: the C API asks for an exception.
        e.set_cause(cause.filter(|c| !c.is_none()).map(|c| unsafe { c.cast_into_unchecked() }));
    }
}

/// `args`.
#[capi]
fn PyException_GetArgs(e: &Obj) -> PyResult<Ref<Tuple>> {
    Ok(exception(e)?.args())
}

/// Sets `args`, a tuple.
#[capi]
fn PyException_SetArgs(e: &Obj, args: &Obj) {
    if let (Some(e), Some(args)) = (e.downcast::<BaseException>(), args.downcast::<Tuple>()) {
        e.set_args(args.to_ref());
    }
}

/// `tp_name` of an exception class.
#[capi]
fn PyExceptionClass_Name(class: &Obj) -> *const c_char {
    // SAFETY: an exception class is a type.
    unsafe { (*(class.as_ptr() as *mut abi::PyTypeObject)).tp_name }
}

/// A new exception class `module.name`.
#[capi]
unsafe fn PyErr_NewException(
    name: *const c_char,
    base: Option<&Obj>,
    dict: Option<&Obj>,
) -> PyResult<Object> {
    // SAFETY: a C string.
    new_exception(unsafe { c_str(name) }.as_ref(), None, base, dict)
}

/// As `PyErr_NewException`, with a doc string.
#[capi]
unsafe fn PyErr_NewExceptionWithDoc(
    name: *const c_char,
    doc: *const c_char,
    base: Option<&Obj>,
    dict: Option<&Obj>,
) -> PyResult<Object> {
    // SAFETY: C strings.
    unsafe { new_exception(c_str(name).as_ref(), opt_c_text(doc)?, base, dict) }
}

fn new_exception(
    name: &str,
    doc: Option<Ref<Str>>,
    base: Option<&Obj>,
    dict: Option<&Obj>,
) -> PyResult<Object> {
    let Some((module, short)) = name.rsplit_once('.') else {
        bail!(SystemError, "PyErr_NewException: name must be module.class");
    };
    let own: Ref<Dict> = match dict {
        Some(d) => match d.downcast::<Dict>() {
            Some(d) => d.to_ref(),
            None => return Err(bad_internal_call()),
        },
        None => Dict::new()?,
    };
    if let Some(doc) = doc {
        own.set(sym!(__doc__).as_obj(), doc.as_obj())?;
    }
    if own.get_str(sym!(__module__)).is_none() {
        own.set(sym!(__module__).as_obj(), Str::new(module)?.as_obj())?;
    }
    let base = base.unwrap_or(exc::Exception().as_obj());
    let bases = match base.downcast::<Tuple>() {
        Some(t) => t.to_ref(),
        None => Tuple::from_slice(&[base])?,
    };
    Type::type_object().as_obj().call(&[Str::new(short)?.as_obj(), bases.as_obj(), own.as_obj()])
}

// ---- reporting ----

/// Reports the pending exception as one that cannot be raised.
#[capi]
fn PyErr_WriteUnraisable(object: Option<&Obj>) {
    if let Some(e) = ThreadState::current().take_exception() {
        dovetail_core::hooks::unraisable(e, "", object);
    }
}

/// As `PyErr_WriteUnraisable`, with text of the variadic function.
pub fn unraisable_formatted(text: Option<PyResult<Ref<Str>>>) {
    let Some(e) = ThreadState::current().take_exception() else { return };
    let message = match text {
        Some(Ok(t)) => t.to_string_lossy().into_owned(),
        Some(Err(raised)) => {
            raised.clear();
            String::new()
        }
        None => String::new(),
    };
    dovetail_core::hooks::unraisable(e, &message, None);
}

/// Prints an exception with its traceback to `sys.stderr`.
#[capi]
fn PyErr_DisplayException(e: &Obj) {
    match e.downcast::<BaseException>() {
        Some(e) => display(e),
        None => refuse(e),
    }
}

/// Says that what is to be printed is no exception.
fn refuse(value: &Obj) {
    let name = value.type_name();
    show(&format!("TypeError: print_exception(): Exception expected for value, {name} found\n"));
}

/// As `PyErr_DisplayException`, with the parts of old.
#[capi]
fn PyErr_Display(_class: Option<&Obj>, value: Option<&Obj>, traceback: Option<&Obj>) {
    let Some(value) = value else { return };
    let Some(e) = value.downcast::<BaseException>() else { return refuse(value) };
    if e.traceback().is_none()
        && let Some(tb) = traceback.and_then(|t| t.downcast::<Traceback>())
    {
        e.set_traceback(Some(tb.to_ref()));
    }
    display(e);
}

/// Writes to `sys.stderr`.
fn show(text: &str) {
    let stderr = Interpreter::current().sysdict.get().and_then(|d| d.get_text("stderr").map(Obj::to_owned));
    let written = match (stderr.filter(|s| !s.is_none()), Str::new(text)) {
        (Some(s), Ok(t)) => s.call_method(sym!(write), &[t.as_obj()]).map(drop),
        _ => Ok(()),
    };
    if let Err(raised) = written {
        raised.clear();
    }
}

/// Prints the pending exception through `sys.excepthook`, and exits for `SystemExit`.
#[capi]
unsafe fn PyErr_PrintEx(set_last: c_int) {
    let Some(e) = ThreadState::current().take_exception() else { return };
    if e.ob_type().is_subtype(exc::SystemExit()) {
        dovetail_core::hooks::exit_with(e);
    }
    let Some(sys) = Interpreter::current().sysdict.get() else { return display(&e) };
    let traceback = e.traceback().map_or_else(|| none().to_owned(), Ref::into_object);
    if set_last != 0 {
        let all = [
            ("last_exc", e.as_obj()),
            ("last_type", e.ob_type().as_obj()),
            ("last_value", e.as_obj()),
            ("last_traceback", &*traceback),
        ];
        for (name, value) in all {
            if let Err(raised) = sys.set_text(name, value) {
                raised.clear();
            }
        }
    }
    match sys.get_text("excepthook").map(Obj::to_owned) {
        Some(hook) => {
            let called = hook.call(&[e.ob_type().as_obj(), e.as_obj(), &*traceback]);
            if let Err(raised) = called {
                let second = raised.take();
                dovetail_core::types::stdprinter::write_stderr("Error in sys.excepthook:\n");
                display(&second);
                dovetail_core::types::stdprinter::write_stderr("\nOriginal exception was:\n");
                display(&e);
            }
        }
        None => {
            dovetail_core::types::stdprinter::write_stderr("sys.excepthook is missing\n");
            display(&e);
        }
    }
}

/// `PyErr_PrintEx(1)`.
#[capi]
unsafe fn PyErr_Print() {
    // SAFETY: no pointers.
    unsafe { PyErr_PrintEx(1) }
}

// ---- warnings ----

/// Warns with `category(message)`; an error when a filter makes it one.
#[capi]
unsafe fn PyErr_WarnEx(category: Option<&Obj>, message: *const c_char, stack_level: isize) -> PyResult<()> {
    // SAFETY: a C string.
    let text = unsafe { c_str(message) };
    warn(category, &text, stack_level)
}

/// Warns with text, as from `stack_level` frames up.
pub fn warn(category: Option<&Obj>, text: &str, stack_level: isize) -> PyResult<()> {
    let category = match category {
        None => exc::RuntimeWarning(),
        Some(c) => match c.downcast::<Type>() {
            Some(t) if t.is_subtype(exc::Warning()) => t,
            _ => bail!(TypeError, "category must be a Warning subclass, not '{}'", c.type_name()),
        },
    };
    raising::warn(category, text, stack_level)
}

/// `_warnings.warn_explicit` with everything given.
#[capi]
fn PyErr_WarnExplicitObject(
    category: Option<&Obj>,
    message: &Obj,
    filename: &Obj,
    line: c_int,
    module: Option<&Obj>,
    registry: Option<&Obj>,
) -> PyResult<()> {
    let warnings = dovetail_core::import::import_module("_warnings")?;
    let line = dovetail_core::types::int::Int::from_i64(line.into())?;
    let category = category.unwrap_or(exc::RuntimeWarning().as_obj());
    let args = Tuple::from_slice(&[message, category, filename, line.as_obj()])?;
    // A module that is None, not merely absent, silences the warning.
    let more = Dict::new()?;
    for (name, value) in [("module", module), ("registry", registry)] {
        if let Some(value) = value {
            more.set_text(name, value)?;
        }
    }
    warnings.get_attr(sym!(warn_explicit))?.call_dict(&args, Some(&*more)).map(drop)
}

/// As `PyErr_WarnExplicitObject`, with C strings.
#[capi]
unsafe fn PyErr_WarnExplicit(
    category: Option<&Obj>,
    message: *const c_char,
    filename: *const c_char,
    line: c_int,
    module: *const c_char,
    registry: Option<&Obj>,
) -> PyResult<()> {
    // SAFETY: C strings, the module's may be NULL.
    unsafe {
        let message = c_text(message)?;
        let filename = dovetail_stdlib::util::fs_decode(std::ffi::CStr::from_ptr(filename).to_bytes())?;
        let module = opt_c_text(module)?;
        let raw = |o: Option<&Obj>| o.map_or(null_mut(), Obj::as_ptr);
        let status = PyErr_WarnExplicitObject(
            raw(category),
            message.as_ptr(),
            filename.as_ptr(),
            line,
            module.as_ref().map_or(null_mut(), |m| m.as_ptr()),
            raw(registry),
        );
        if status < 0 { Err(Raised::from_c()) } else { Ok(()) }
    }
}

// ---- SyntaxError places ----

/// Sets the place of a pending `SyntaxError`.
#[capi]
fn PyErr_RangedSyntaxLocationObject(
    filename: Option<&Obj>,
    line: c_int,
    column: c_int,
    end_line: c_int,
    end_column: c_int,
) {
    let Some(e) = ThreadState::current().take_exception() else { return };
    let set = || -> PyResult<()> {
        let number = |n: c_int| dovetail_core::types::int::Int::from_i64(n.into());
        e.set_attr(sym!(lineno), number(line)?.as_obj())?;
        let optional = |n: c_int| -> PyResult<Object> {
            Ok(if n < 0 { none().to_owned() } else { number(n)?.into_object() })
        };
        e.set_attr(sym!(offset), &*optional(column)?)?;
        e.set_attr(sym!(end_lineno), number(end_line)?.as_obj())?;
        e.set_attr(sym!(end_offset), &*optional(end_column)?)?;
        if let Some(f) = filename {
            e.set_attr(sym!(filename), f)?;
            let text = program_line(f, line);
            e.set_attr(sym!(text), text.as_deref().map_or(none(), AsObj::as_obj))?;
        }
        if e.as_obj().get_attr_opt(sym!(msg))?.is_none() {
            e.set_attr(sym!(msg), e.str_()?.as_obj())?;
        }
        Ok(())
    };
    if let Err(raised) = set() {
        raised.clear();
    }
    ThreadState::current().set_exception(Some(e.clone()));
}

/// As `PyErr_RangedSyntaxLocationObject`, without an end.
#[capi]
unsafe fn PyErr_SyntaxLocationObject(filename: Option<&Obj>, line: c_int, column: c_int) {
    let raw = filename.map_or(null_mut(), Obj::as_ptr);
    // SAFETY: a borrowed object or NULL.
    unsafe { PyErr_RangedSyntaxLocationObject(raw, line, column, line, -1) }
}

/// As `PyErr_SyntaxLocationObject`, with a C string.
#[capi]
unsafe fn PyErr_SyntaxLocationEx(filename: *const c_char, line: c_int, column: c_int) {
    // SAFETY: a C string or NULL.
    unsafe {
        match opt_c_text(filename) {
            Ok(name) => {
                PyErr_SyntaxLocationObject(name.as_ref().map_or(null_mut(), |n| n.as_ptr()), line, column)
            }
            Err(raised) => raised.clear(),
        }
    }
}

/// As `PyErr_SyntaxLocationEx`, without a column.
#[capi]
unsafe fn PyErr_SyntaxLocation(filename: *const c_char, line: c_int) {
    // SAFETY: a C string or NULL.
    unsafe { PyErr_SyntaxLocationEx(filename, line, -1) }
}

/// A line of a source file, with its end.
fn program_line(filename: &Obj, line: c_int) -> Option<Ref<Str>> {
    let path = match dovetail_stdlib::util::fs_bytes(filename) {
        Ok(p) => p,
        Err(raised) => {
            raised.clear();
            return None;
        }
    };
    let path =
        std::path::PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(path));
    let text = std::fs::read(path).ok()?;
    let row = text.split_inclusive(|b| *b == b'\n').nth(usize::try_from(line - 1).ok()?)?;
    match Str::new(&String::from_utf8_lossy(row)) {
        Ok(s) => Some(s),
        Err(raised) => {
            raised.clear();
            None
        }
    }
}

/// The line of a source file, or NULL without an exception.
#[capi]
fn PyErr_ProgramTextObject(filename: &Obj, line: c_int) -> Option<Ref<Str>> {
    program_line(filename, line)
}

/// As `PyErr_ProgramTextObject`, with a C string.
#[capi]
unsafe fn PyErr_ProgramText(filename: *const c_char, line: c_int) -> PyResult<Option<Ref<Str>>> {
    // SAFETY: a C string or NULL.
    let name = unsafe { opt_c_text(filename)? };
    Ok(name.and_then(|n| program_line(n.as_obj(), line)))
}
