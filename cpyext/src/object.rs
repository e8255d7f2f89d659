//! `object.h`: what every object has: its end, text forms, attributes, comparison, truth.

use crate::boundary::{Borrowed, P, bad_internal_call, null_argument};
use dovetail_core::bail;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::native::{cast_opt_unchecked, opt_ptr};
use dovetail_core::object::obj::Head;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef, abstract_, alloc};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytes::{Bytes, special_bytes};
use dovetail_core::types::dict_instance;
use dovetail_core::types::int::Int;
use dovetail_core::types::object_;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::ptr::null_mut;

/// Writes a result that may be missing to C: 1 with a new reference, 0 with NULL, -1 with NULL and an exception.
///
/// # Safety
/// `out` points to a place for a reference.
pub unsafe fn give_optional(out: *mut P, found: PyResult<Option<Object>>) -> PyResult<bool> {
    // SAFETY: the caller's promise.
    unsafe {
        match found {
            Ok(Some(v)) => {
                *out = v.into_ptr();
                Ok(true)
            }
            Ok(None) => {
                *out = null_mut();
                Ok(false)
            }
            Err(e) => {
                *out = null_mut();
                Err(e)
            }
        }
    }
}

/// For questions that cannot report an error: says so on `sys.stderr` and answers no.
#[cold]
pub fn unraisable_question(raised: Raised, name: &str, better: &str) {
    dovetail_core::error::unraisable(
        raised,
        &format!("Exception ignored in {name}(); consider using {better}"),
        None,
    );
}

/// An attribute name from C text, interned.
///
/// # Safety
/// `name` is a C string.
#[inline]
pub unsafe fn name_of(name: *const c_char) -> PyResult<Ref<Str>> {
    if name.is_null() {
        return Err(null_argument());
    }
    Str::intern_c(name)
}

// ---- identity, type, counts ----

/// Ends an object whose count has reached zero.
#[capi]
unsafe fn _Py_Dealloc(object: P) {
    // SAFETY: the caller found the count at zero.
    unsafe { alloc::dealloc(object) }
}

/// Is `x is y`?
#[capi]
fn Py_Is(x: P, y: P) -> c_int {
    c_int::from(std::ptr::eq(x, y))
}

/// Is it `None`?
#[capi]
fn Py_IsNone(x: P) -> c_int {
    c_int::from(std::ptr::eq(x, dovetail_core::types::none::none().as_ptr()))
}

/// Is it `True`?
#[capi]
fn Py_IsTrue(x: P) -> c_int {
    c_int::from(std::ptr::eq(x, dovetail_core::types::bool_::bool_obj(true).as_ptr()))
}

/// Is it `False`?
#[capi]
fn Py_IsFalse(x: P) -> c_int {
    c_int::from(std::ptr::eq(x, dovetail_core::types::bool_::bool_obj(false).as_ptr()))
}

/// The type of an object, borrowed.
#[capi(private)]
unsafe fn Py_TYPE(object: P) -> *mut abi::PyTypeObject {
    // SAFETY: a live object.
    unsafe { (*(object as *const Head)).ob_type }
}

/// The type of an object.
#[capi]
fn PyObject_Type(object: &Obj) -> PyResult<Object> {
    Ok(object.ob_type().as_obj().to_owned())
}

fn constant(id: c_uint) -> Option<Object> {
    use dovetail_core::types::{bool_, none};
    Some(match id as c_int {
        abi::Py_CONSTANT_NONE => none::none().to_owned(),
        abi::Py_CONSTANT_FALSE => bool_::bool_obj(false).to_owned(),
        abi::Py_CONSTANT_TRUE => bool_::bool_obj(true).to_owned(),
        abi::Py_CONSTANT_ELLIPSIS => none::ellipsis().to_owned(),
        abi::Py_CONSTANT_NOT_IMPLEMENTED => none::not_implemented().to_owned(),
        abi::Py_CONSTANT_ZERO => Int::from_i64(0).ok()?.into_object(),
        abi::Py_CONSTANT_ONE => Int::from_i64(1).ok()?.into_object(),
        abi::Py_CONSTANT_EMPTY_STR => Str::empty().into_object(),
        abi::Py_CONSTANT_EMPTY_BYTES => Bytes::empty().into_object(),
        abi::Py_CONSTANT_EMPTY_TUPLE => Tuple::empty().into_object(),
        _ => return None,
    })
}

/// A constant of the interpreter by its number.
#[capi]
fn Py_GetConstant(id: c_uint) -> PyResult<Object> {
    constant(id).ok_or_else(bad_internal_call)
}

/// As `Py_GetConstant`; the constants never die.
#[capi]
fn Py_GetConstantBorrowed(id: c_uint) -> PyResult<Borrowed> {
    match constant(id) {
        Some(o) => Ok(Borrowed(o.as_raw())),
        None => Err(bad_internal_call()),
    }
}

// ---- text forms ----

/// `repr(object)`; `<NULL>` for NULL.
#[capi]
fn PyObject_Repr(object: Option<&Obj>) -> PyResult<Ref<Str>> {
    match object {
        Some(o) => o.repr(),
        None => Str::new("<NULL>"),
    }
}

/// `str(object)`; `<NULL>` for NULL.
#[capi]
fn PyObject_Str(object: Option<&Obj>) -> PyResult<Ref<Str>> {
    match object {
        Some(o) => o.str_(),
        None => Str::new("<NULL>"),
    }
}

/// `ascii(object)`; `<NULL>` for NULL.
#[capi]
fn PyObject_ASCII(object: Option<&Obj>) -> PyResult<Ref<Str>> {
    match object {
        Some(o) => o.ascii(),
        None => Str::new("<NULL>"),
    }
}

/// `bytes(object)` without the meanings of strings and integers; `<NULL>` for NULL.
#[capi]
fn PyObject_Bytes(object: Option<&Obj>) -> PyResult<Ref<Bytes>> {
    let Some(o) = object else { return Bytes::new(b"<NULL>") };
    if let Some(b) = o.downcast_exact::<Bytes>() {
        return Ok(b.to_ref());
    }
    match special_bytes(o)? {
        Some(b) => Ok(b),
        None => Bytes::from_object(o),
    }
}

/// `dir(object)`; the names of the caller's local variables for NULL.
#[capi]
fn PyObject_Dir(object: Option<&Obj>) -> PyResult<Object> {
    if let Some(o) = object {
        return Ok(abstract_::dir(o)?.into_object());
    }
    if ThreadState::current().frame().is_null() {
        bail!(SystemError, "frame does not exist");
    }
    let locals = dovetail_core::types::frame::current_locals()?;
    let names = locals.call_method_text("keys", &[])?;
    let list = dovetail_core::types::list::List::from_iter_obj(&names)?;
    list.sort_default()?;
    Ok(list.into_object())
}

/// Writes the text of an object to a C stream: `str` with `Py_PRINT_RAW`, else `repr`.
#[capi]
unsafe fn PyObject_Print(object: P, stream: *mut abi::FILE, flags: c_int) -> PyResult<()> {
    let stream = stream.cast::<libc::FILE>();
    // SAFETY: a stream of C; a live object or NULL.
    unsafe {
        let bytes = if object.is_null() {
            b"<nil>".to_vec()
        } else if (*(object as *const Head)).refcnt == 0 {
            format!("<refcnt 0 at {object:p}>").into_bytes()
        } else {
            let o = Obj::from_ptr(object);
            let text = if flags & abi::Py_PRINT_RAW != 0 { o.str_()? } else { o.repr()? };
            let args = [Str::new("utf-8")?, Str::new("backslashreplace")?];
            let b = text.as_obj().call_method_text("encode", &[args[0].as_obj(), args[1].as_obj()])?;
            match b.downcast::<Bytes>() {
                Some(b) => b.as_slice().to_vec(),
                None => bail!(TypeError, "encode() did not return bytes"),
            }
        };
        clearerr(stream);
        libc::fwrite(bytes.as_ptr().cast(), 1, bytes.len(), stream);
        if libc::ferror(stream) != 0 {
            return Err(os_error());
        }
    }
    Ok(())
}

unsafe extern "C" {
    fn clearerr(stream: *mut libc::FILE);
}

/// `OSError` of the current `errno`.
pub fn os_error() -> Raised {
    let e = std::io::Error::last_os_error();
    let code = e.raw_os_error().unwrap_or(0);
    let text = {
        // SAFETY: a C string of the C library, valid until the next call on this thread.
        unsafe { std::ffi::CStr::from_ptr(libc::strerror(code)) }.to_string_lossy().into_owned()
    };
    let make = || -> PyResult<Object> {
        exc::OSError().call(&[Int::from_i64(i64::from(code))?.as_obj(), Str::new(&text)?.as_obj()])
    };
    match make() {
        Ok(e) => dovetail_core::error::raise_with(exc::OSError(), &e),
        Err(e) => e,
    }
}

// ---- hash, truth, comparison ----

/// `hash(object)`.
#[capi]
fn PyObject_Hash(object: &Obj) -> PyResult<isize> {
    object.hash()
}

/// `bool(object)`.
#[capi]
fn PyObject_IsTrue(object: &Obj) -> PyResult<bool> {
    object.is_true()
}

/// `not object`.
#[capi]
fn PyObject_Not(object: &Obj) -> PyResult<bool> {
    Ok(!object.is_true()?)
}

/// `callable(object)`; no for NULL.
#[capi]
fn PyCallable_Check(object: Option<&Obj>) -> c_int {
    c_int::from(object.is_some_and(Obj::is_callable))
}

fn operation(op: c_int) -> PyResult<CompareOp> {
    if !(0..=5).contains(&op) {
        return Err(bad_internal_call());
    }
    Ok(CompareOp::from_c(op))
}

/// `a op b`.
#[capi]
fn PyObject_RichCompare(a: Option<&Obj>, b: Option<&Obj>, op: c_int) -> PyResult<Object> {
    let (Some(a), Some(b)) = (a, b) else {
        if ThreadState::current().has_exception() {
            return Err(Raised::from_c());
        }
        return Err(bad_internal_call());
    };
    a.compare(b, operation(op)?)
}

/// `a op b` as a truth value; an object equals itself.
#[capi]
fn PyObject_RichCompareBool(a: Option<&Obj>, b: Option<&Obj>, op: c_int) -> PyResult<bool> {
    let (Some(a), Some(b)) = (a, b) else {
        if ThreadState::current().has_exception() {
            return Err(Raised::from_c());
        }
        return Err(bad_internal_call());
    };
    a.compare_bool(b, operation(op)?)
}

// ---- attributes ----

/// `getattr(object, name)`.
#[capi]
fn PyObject_GetAttr(object: &Obj, name: &Obj) -> PyResult<Object> {
    object.get_attr(abstract_::attribute_name(name)?)
}

/// `getattr(object, name)` by UTF-8 text.
#[capi]
unsafe fn PyObject_GetAttrString(object: &Obj, name: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string.
    object.get_attr(&*unsafe { name_of(name) }?)
}

/// The attribute, or nothing when it is missing: 1, 0, -1 on other errors.
#[capi(alias = "_PyObject_LookupAttr")]
unsafe fn PyObject_GetOptionalAttr(object: &Obj, name: &Obj, result: *mut P) -> PyResult<bool> {
    // SAFETY: a place for the result.
    unsafe { give_optional(result, abstract_::attribute_name(name).and_then(|n| object.get_attr_opt(n))) }
}

/// As `PyObject_GetOptionalAttr`, by UTF-8 text.
#[capi]
unsafe fn PyObject_GetOptionalAttrString(
    object: &Obj,
    name: *const c_char,
    result: *mut P,
) -> PyResult<bool> {
    // SAFETY: a C string and a place for the result.
    unsafe { give_optional(result, name_of(name).and_then(|n| object.get_attr_opt(&n))) }
}

/// Has it the attribute? -1 on errors other than a missing attribute.
#[capi]
fn PyObject_HasAttrWithError(object: &Obj, name: &Obj) -> PyResult<bool> {
    Ok(object.get_attr_opt(abstract_::attribute_name(name)?)?.is_some())
}

/// As `PyObject_HasAttrWithError`, by UTF-8 text.
#[capi]
unsafe fn PyObject_HasAttrStringWithError(object: &Obj, name: *const c_char) -> PyResult<bool> {
    // SAFETY: a C string.
    Ok(object.get_attr_opt(&*unsafe { name_of(name) }?)?.is_some())
}

fn settle(found: PyResult<bool>, name: &str, better: &str) -> c_int {
    match found {
        Ok(b) => c_int::from(b),
        Err(e) => {
            unraisable_question(e, name, better);
            0
        }
    }
}

/// Has it the attribute? Errors are written to `sys.stderr`.
#[capi]
fn PyObject_HasAttr(object: Option<&Obj>, name: Option<&Obj>) -> c_int {
    let found = match (object, name) {
        (Some(o), Some(n)) => {
            abstract_::attribute_name(n).and_then(|n| o.get_attr_opt(n)).map(|v| v.is_some())
        }
        _ => Err(null_argument()),
    };
    settle(
        found,
        "PyObject_HasAttr",
        "PyObject_HasAttrWithError(), PyObject_GetOptionalAttr() or PyObject_GetAttr()",
    )
}

/// As `PyObject_HasAttr`, by UTF-8 text.
#[capi]
unsafe fn PyObject_HasAttrString(object: Option<&Obj>, name: *const c_char) -> c_int {
    let found = match object {
        // SAFETY: a C string.
        Some(o) => unsafe { name_of(name) }.and_then(|n| o.get_attr_opt(&n)).map(|v| v.is_some()),
        None => Err(null_argument()),
    };
    settle(
        found,
        "PyObject_HasAttrString",
        "PyObject_HasAttrStringWithError(), PyObject_GetOptionalAttrString() or PyObject_GetAttrString()",
    )
}

fn store(object: &Obj, name: &Str, value: Option<&Obj>) -> PyResult<()> {
    match value {
        Some(v) => object.set_attr(name, v),
        None => object.del_attr(name),
    }
}

/// `setattr(object, name, value)`; NULL deletes.
#[capi]
fn PyObject_SetAttr(object: &Obj, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let name = abstract_::attribute_name(name)?;
    // The name becomes a key: interned, as code's names are.
    match name.is_interned() {
        true => store(object, name, value),
        false if name.as_obj().is_exact::<Str>() => store(object, &*name.to_interned()?, value),
        false => store(object, name, value),
    }
}

/// As `PyObject_SetAttr`, by UTF-8 text.
#[capi]
unsafe fn PyObject_SetAttrString(object: &Obj, name: *const c_char, value: Option<&Obj>) -> PyResult<()> {
    // SAFETY: a C string.
    store(object, &*unsafe { name_of(name) }?, value)
}

/// `delattr(object, name)`.
#[capi]
fn PyObject_DelAttr(object: &Obj, name: &Obj) -> PyResult<()> {
    object.del_attr(abstract_::attribute_name(name)?)
}

/// As `PyObject_DelAttr`, by UTF-8 text.
#[capi]
unsafe fn PyObject_DelAttrString(object: &Obj, name: *const c_char) -> PyResult<()> {
    // SAFETY: a C string.
    object.del_attr(&*unsafe { name_of(name) }?)
}

/// The attribute whose name a static identifier of C holds; older Cython modules ask for it.
#[capi]
unsafe fn _PyObject_GetAttrId(object: &Obj, name: *mut abi::_Py_Identifier) -> PyResult<Object> {
    // SAFETY: an identifier begins as constant text.
    object.get_attr(&*unsafe { name_of((*name).string) }?)
}

// ---- the instance's dict ----

/// The getter of `__dict__`.
#[capi]
fn PyObject_GenericGetDict(object: &Obj, _closure: *mut c_void) -> PyResult<Object> {
    object_::get_instance_dict(object)
}

/// The setter of `__dict__`.
#[capi]
fn PyObject_GenericSetDict(object: &Obj, value: Option<&Obj>, _closure: *mut c_void) -> PyResult<()> {
    object_::set_instance_dict(object, value)
}

/// Where the object has its dict, or NULL. The dict of a class's instance is made first.
#[capi]
fn _PyObject_GetDictPtr(object: &Obj) -> PyResult<*mut P> {
    if object.ob_type().has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
        dict_instance::instance_dict(object)?;
    }
    Ok(dict_instance::dict_pointer(object).unwrap_or(null_mut()))
}

/// Visits the dict of an instance that the runtime manages.
#[capi]
unsafe fn PyObject_VisitManagedDict(object: P, visit: abi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: called from tp_traverse.
    unsafe {
        if !Obj::from_ptr(object).ob_type().has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
            return 0;
        }
        dict_instance::visit_managed_dict(object, visit, arg)
    }
}

/// Clears the dict of an instance that the runtime manages.
#[capi]
unsafe fn PyObject_ClearManagedDict(object: P) {
    // SAFETY: called from tp_clear or tp_dealloc.
    unsafe {
        if Obj::from_ptr(object).ob_type().has_flag(abi::Py_TPFLAGS_MANAGED_DICT) {
            dict_instance::clear_managed_dict(object);
        }
    }
}

/// Replaces the dict of an instance that the runtime manages.
#[capi]
fn _PyObject_SetManagedDict(object: &Obj, dict: Option<&Obj>) -> PyResult<()> {
    match dict {
        None => dict_instance::set_instance_dict(object, None),
        Some(d) => match d.downcast() {
            Some(d) => dict_instance::set_instance_dict(object, Some(d)),
            None => Err(bad_internal_call()),
        },
    }
}

/// The generic attribute access with the instance's dict given.
#[capi]
unsafe fn _PyObject_GenericGetAttrWithDict(
    object: &Obj,
    name: &Obj,
    dict: P,
    suppress: c_int,
) -> Option<Object> {
    let find = || -> PyResult<Option<Object>> {
        let name = abstract_::attribute_name(name)?;
        if dict.is_null() {
            return match suppress {
                0 => object_::generic_getattr(object, name).map(Some),
                _ => object_::generic_getattr_opt(object, name),
            };
        }
        // SAFETY: a dict of C.
        let dict: Option<&dovetail_core::types::dict::Dict> = unsafe { cast_opt_unchecked(dict) };
        let descr = object.ob_type().lookup(name).map(Obj::to_owned);
        let get = descr.as_ref().and_then(|d| d.ob_type().raw().tp_descr_get);
        let data = descr.as_ref().is_some_and(|d| d.ob_type().raw().tp_descr_set.is_some());
        let bind = |d: &Obj| match get {
            // SAFETY: a slot of the attribute's type.
            Some(get) => unsafe {
                dovetail_core::error::from_c(get(d.as_ptr(), object.as_ptr(), object.ob_type().as_ptr()))
            },
            None => Ok(d.to_owned()),
        };
        if let Some(d) = &descr
            && data
            && get.is_some()
        {
            return bind(d).map(Some);
        }
        if let Some(d) = dict
            && let Some(v) = d.get(name.as_obj())?
        {
            return Ok(Some(v));
        }
        descr.as_ref().map(|d| bind(d)).transpose()
    };
    match find() {
        Ok(Some(v)) => Some(v),
        Ok(None) if suppress != 0 => None,
        Ok(None) => {
            let _ = abstract_::attribute_name(name).map(|n| object_::no_attribute(object, n));
            None
        }
        Err(e) => {
            if suppress != 0 && e.matches(exc::AttributeError()) {
                e.clear();
            }
            None
        }
    }
}

/// The generic attribute store with the instance's dict given.
#[capi]
fn _PyObject_GenericSetAttrWithDict(
    object: &Obj,
    name: &Obj,
    value: Option<&Obj>,
    dict: Option<&Obj>,
) -> PyResult<()> {
    let name = abstract_::attribute_name(name)?;
    let Some(dict) = dict.and_then(|d| d.downcast::<dovetail_core::types::dict::Dict>()) else {
        return object_::generic_setattr(object, name, value);
    };
    if let Some(d) = object.ob_type().lookup(name).map(Obj::to_owned)
        && let Some(set) = d.ob_type().raw().tp_descr_set
    {
        // SAFETY: a slot of the attribute's type.
        return abstract_::status(unsafe { set(d.as_raw(), object.as_ptr(), opt_ptr(value)) });
    }
    match value {
        Some(v) => dict.set(name.as_obj(), v),
        None => {
            if !dict.remove(name.as_obj())? {
                let text =
                    format!("'{}' object has no attribute '{}'", object.type_name(), name.to_string_lossy());
                return Err(dovetail_core::types::exception::attribute_error(object, name, &text));
            }
            Ok(())
        }
    }
}

// ---- guards and the rest ----

/// Notes that the object is being shown: 1 when it already is, so that recursive containers end.
#[capi]
fn Py_ReprEnter(object: &Obj) -> PyResult<bool> {
    Ok(!ThreadState::current().repr_enter(object))
}

/// Ends what `Py_ReprEnter` began.
#[capi]
fn Py_ReprLeave(object: Option<&Obj>) {
    if let Some(o) = object {
        ThreadState::current().repr_leave(o);
    }
}

/// The object itself, for `tp_iter` of iterators.
#[capi]
fn PyObject_SelfIter(object: &Obj) -> PyResult<Object> {
    Ok(object.to_owned())
}

/// A function's name for messages: `module.qualname()`, without the module for builtins.
#[capi]
fn _PyObject_FunctionStr(object: &Obj) -> PyResult<Ref<Str>> {
    Str::new(&dovetail_core::types::descr::function_str(object)?)
}

/// Writes what is known of an object to stderr, for debuggers.
#[capi]
unsafe fn _PyObject_Dump(object: P) {
    if object.is_null() {
        eprintln!("<object at NULL>");
        return;
    }
    // SAFETY: what a debugger shows is alive, hopefully.
    unsafe {
        let o = Obj::from_ptr(object);
        eprintln!("object address  : {object:p}");
        eprintln!("object refcount : {}", o.refcnt());
        eprintln!("object type     : {:p}", o.type_ptr());
        eprintln!("object type name: {}", o.type_name());
        eprint!("object repr     : ");
        let pending = ThreadState::current().take_exception();
        match o.repr() {
            Ok(r) => eprintln!("{}", r.to_string_lossy()),
            Err(e) => {
                e.clear();
                eprintln!();
            }
        }
        ThreadState::current().set_exception(pending);
    }
}

/// Ends the process after a failed assertion about an object, telling where it was.
#[capi(private)]
unsafe fn _PyObject_AssertFailed(
    object: P,
    expression: *const c_char,
    message: *const c_char,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) {
    let text = |p: *const c_char| -> String {
        if p.is_null() {
            return String::new();
        }
        // SAFETY: C strings of the failing source.
        unsafe { std::ffi::CStr::from_ptr(p) }.to_string_lossy().into_owned()
    };
    let (function, expression, message) = (text(function), text(expression), text(message));
    let function = if function.is_empty() { function } else { format!("{function}: ") };
    let expression = if expression.is_empty() { expression } else { format!("\"{expression}\" ") };
    let message = if message.is_empty() { message } else { format!(": {message}") };
    eprintln!("{}:{line}: {function}Assertion {expression}failed{message}", text(file));
    if !dovetail_core::object::traced::is_on() {
        eprintln!("Enable tracemalloc to get the memory block allocation traceback");
    }
    eprintln!();
    // SAFETY: the object that failed.
    unsafe { _PyObject_Dump(object) };
    eprintln!();
    dovetail_core::hooks::fatal("_PyObject_AssertFailed: _PyObject_AssertFailed");
}

/// A place for a debugger's breakpoint.
#[capi]
fn _Py_BreakPoint() {}

/// The type whose name a message shows: `_PyType_Name` gives the last part of `tp_name`, borrowed from it.
#[capi]
fn _PyType_Name(ty: &Type) -> *const c_char {
    // SAFETY: the last part of a C string is a C string.
    unsafe {
        let start = ty.raw().tp_name;
        let text = std::ffi::CStr::from_ptr(start).to_bytes();
        start.add(text.iter().rposition(|c| *c == b'.').map_or(0, |i| i + 1))
    }
}
