//! Functions of CPython's inside about exceptions, `sys`, objects, types and containers, which some binaries use. Each is
//! what a public function does, told in another way: with the thread state as an argument, or with a result beside.

use crate::boundary::{Borrowed, P, bad_internal_call};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::alloc;
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::set::Set;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::ptr::null_mut;

type T = *mut abi::PyThreadState;

/// Stores an optional result: 1 and the object, or 0 and NULL; -1 and NULL on error.
unsafe fn optional(result: PyResult<Option<Object>>, place: *mut P) -> PyResult<c_int> {
    // SAFETY: the caller's variable.
    unsafe {
        *place = null_mut();
        Ok(match result? {
            Some(o) => {
                *place = o.into_ptr();
                1
            }
            None => 0,
        })
    }
}

// ---- exceptions ----

/// Forgets the pending exception.
#[capi]
fn _PyErr_Clear(_ts: T) {
    ThreadState::current().set_exception(None);
}

/// Is the pending exception of this class, or of one of these?
#[capi]
unsafe fn _PyErr_ExceptionMatches(_ts: T, class: P) -> c_int {
    // SAFETY: passed on.
    unsafe { crate::pyerrors::PyErr_ExceptionMatches(class) }
}

/// Takes the pending exception.
#[capi]
unsafe fn _PyErr_GetRaisedException(_ts: T) -> P {
    // SAFETY: no arguments.
    unsafe { crate::pyerrors::PyErr_GetRaisedException() }
}

/// Makes an exception pending; its reference is taken over.
#[capi]
unsafe fn _PyErr_SetRaisedException(_ts: T, exception: P) {
    // SAFETY: passed on.
    unsafe { crate::pyerrors::PyErr_SetRaisedException(exception) }
}

/// Raises a class with a message.
#[capi]
unsafe fn _PyErr_SetString(_ts: T, class: P, message: *const c_char) {
    // SAFETY: passed on.
    unsafe { crate::pyerrors::PyErr_SetString(class, message) }
}

/// Raises `InterpreterError`: the interpreter runs its main program already.
#[capi]
fn _PyErr_SetInterpreterAlreadyRunning() {
    let _ = raise!(InterpreterError, "interpreter already running");
}

/// Adds a note to the pending exception, from C.
///
/// # Safety
/// `text` is owned text, or NULL with an exception in its place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dovetail_err_note(text: P) {
    // SAFETY: the caller's promise.
    let Some(text) = (unsafe { Object::from_owned_opt(text) }) else { return };
    let ts = ThreadState::current();
    let Some(e) = ts.take_exception() else { return };
    if let Err(again) = e.call_method(sym!(add_note), &[&text]) {
        again.clear();
    }
    ts.set_exception(Some(e));
}

// ---- sys ----

fn sys() -> PyResult<&'static Ref<Dict>> {
    Interpreter::current().sysdict.get().ok_or_else(|| raise!(RuntimeError, "no sys module"))
}

/// Stores an attribute of `sys`, or NULL.
#[capi]
unsafe fn _PySys_GetOptionalAttr(name: &Obj, value: *mut P) -> PyResult<c_int> {
    // SAFETY: the caller's variable.
    unsafe { optional(sys().and_then(|d| d.get(name)), value) }
}

/// As `_PySys_GetOptionalAttr`, with UTF-8 text.
#[capi]
unsafe fn _PySys_GetOptionalAttrString(name: *const c_char, value: *mut P) -> PyResult<c_int> {
    // SAFETY: a C string and the caller's variable.
    unsafe { optional(crate::text::c_text(name).and_then(|n| sys()?.get(n.as_obj())), value) }
}

fn required(name: &Obj) -> PyResult<Object> {
    if !name.is_a::<Str>() {
        bail!(TypeError, "attribute name must be string, not '{}'", name.type_name());
    }
    match sys()?.get(name)? {
        Some(v) => Ok(v),
        None => Err(raise!(RuntimeError, "lost sys.{}", name.str_()?.to_string_lossy())),
    }
}

/// An attribute of `sys`; `RuntimeError` without it.
#[capi]
fn _PySys_GetRequiredAttr(name: &Obj) -> PyResult<Object> {
    required(name)
}

/// As `_PySys_GetRequiredAttr`, with UTF-8 text.
#[capi]
unsafe fn _PySys_GetRequiredAttrString(name: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string.
    required(unsafe { crate::text::c_text(name)? }.as_obj())
}

/// `sys.getsizeof(o)`.
#[capi]
fn _PySys_GetSizeOf(o: &Obj) -> PyResult<usize> {
    let f = required(Str::intern("getsizeof")?.as_obj())?;
    Ok(f.call(&[o])?.as_isize()? as usize)
}

// ---- objects ----

/// Stores an attribute that is about to be called: 1 when it is a function to be called with the object before its
/// arguments, 0 when it is to be called as it is, or is NULL after an error.
#[capi]
unsafe fn _PyObject_GetMethod(o: &Obj, name: &Str, method: *mut P) -> c_int {
    let ty = o.ob_type();
    let plain =
        ty.raw().tp_getattro.map(|f| f as usize) == Obj::type_object().raw().tp_getattro.map(|f| f as usize);
    let function = if plain { ty.lookup(name).map(Obj::to_owned) } else { None };
    let unbound = function.filter(|f| f.ob_type().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR));
    // SAFETY: the caller's variable.
    unsafe {
        *method = null_mut();
        if let Some(f) = unbound
            && dovetail_core::types::dict::instance_get(o, name).is_none()
        {
            *method = f.into_ptr();
            return 1;
        }
        if let Ok(v) = o.get_attr(name) {
            *method = v.into_ptr();
        }
    }
    0
}

/// `o.__getstate__()`.
#[capi]
fn _PyObject_GetState(o: &Obj) -> PyResult<Object> {
    o.get_attr(sym!(__getstate__))?.call(&[])
}

/// Does a pointer, or the type behind it, look like freed memory?
#[capi]
unsafe fn _PyObject_IsFreed(o: P) -> c_int {
    let bytes = |b: u8| usize::from_ne_bytes([b; size_of::<usize>()]);
    let dead = |p: usize| p == 0 || [0xcd, 0xdd, 0xfd].into_iter().any(|b| p == bytes(b));
    // SAFETY: a pointer that is not of those patterns points to memory.
    c_int::from(
        dead(o as usize) || dead(unsafe { (*(o as *mut dovetail_core::object::obj::Head)).ob_type } as usize),
    )
}

/// A method of the type, bound to the object; NULL without an exception when there is none.
#[capi]
fn _PyObject_LookupSpecial(o: &Obj, name: &Str) -> PyResult<Option<Object>> {
    o.lookup_special(name)
}

/// Calls a method of the type; NULL without an exception when there is none.
#[capi]
fn _PyObject_MaybeCallSpecialNoArgs(o: &Obj, name: &Str) -> PyResult<Option<Object>> {
    o.lookup_special(name)?.map(|f| f.call(&[])).transpose()
}

/// As `_PyObject_MaybeCallSpecialNoArgs`, with an argument.
#[capi]
fn _PyObject_MaybeCallSpecialOneArg(o: &Obj, name: &Str, arg: &Obj) -> PyResult<Option<Object>> {
    o.lookup_special(name)?.map(|f| f.call(&[arg])).transpose()
}

// ---- types ----

/// A new instance that the collector does not know yet.
#[capi]
fn _PyType_AllocNoTrack(ty: &Type, items: isize) -> PyResult<P> {
    // SAFETY: a ready type.
    unsafe { alloc::generic_alloc_untracked(ty, items) }
}

/// A new instance of a type with managed dict and weak references, which the collector knows.
#[capi]
fn _PyType_NewManagedObject(ty: &Type) -> PyResult<P> {
    // SAFETY: a ready type.
    unsafe {
        let o = alloc::generic_alloc_untracked(ty, 0)?;
        dovetail_core::gc::track(o);
        Ok(o)
    }
}

/// Stores the class with this token among the bases, borrowed, or NULL: 1 or 0.
#[capi]
unsafe fn _PyType_GetBaseByToken_Borrow(
    ty: *mut abi::PyTypeObject,
    token: *mut c_void,
    result: *mut *mut abi::PyTypeObject,
) -> c_int {
    // SAFETY: passed on; the class is kept by the MRO.
    unsafe {
        let mut found = null_mut();
        let r = crate::typeobject::PyType_GetBaseByToken(ty, token, &mut found);
        if let Some(place) = result.as_mut() {
            *place = found;
        }
        dovetail_core::object::obj::xdecref(found.cast());
        r
    }
}

/// The type's namespace.
#[capi]
fn _PyType_GetDict(ty: &Type) -> Borrowed {
    Borrowed(ty.dict().as_obj().as_ptr())
}

/// Gives the type a version that inline caches compare.
#[capi]
fn _PyType_SetVersion(ty: &Type, version: c_uint) {
    // SAFETY: under the GIL.
    unsafe { (*ty.as_type_ptr()).tp_version_tag = version };
}

/// Completes a static type of an extension.
#[capi]
unsafe fn _PyStaticType_InitForExtension(
    _interp: *mut abi::PyInterpreterState,
    ty: *mut abi::PyTypeObject,
) -> c_int {
    // SAFETY: passed on.
    unsafe { crate::typeobject::PyType_Ready(ty) }
}

/// What `super(ty, o).name` is; the third result says whether it is a function that wants the object before its arguments.
#[capi]
unsafe fn _PySuper_Lookup(ty: &Type, o: &Obj, name: &Str, unbound: *mut c_int) -> PyResult<Object> {
    let class = dovetail_core::types::super_::Super::type_object();
    let bound = class.call(&[ty.as_obj(), o])?;
    // SAFETY: NULL or the caller's variable.
    if let Some(place) = unsafe { unbound.as_mut() } {
        *place = 0;
    }
    bound.get_attr(name)
}

// ---- dictionaries ----

fn dict(d: &Obj) -> PyResult<&Dict> {
    d.downcast().ok_or_else(bad_internal_call)
}

/// Deletes a key whose value `wanted` says yes to: 1 when it was deleted, 0 when not, or when it is not there.
#[capi]
unsafe fn _PyDict_DelItemIf(
    d: &Obj,
    key: &Obj,
    wanted: Option<unsafe extern "C" fn(P, *mut c_void) -> c_int>,
    arg: *mut c_void,
) -> PyResult<c_int> {
    let (d, hash) = (dict(d)?, key.hash()?);
    let Some(value) = d.get_hashed(key, hash)? else { return Ok(0) };
    // SAFETY: the caller's function.
    match wanted.map_or(1, |f| unsafe { f(value.as_raw(), arg) }) {
        n if n < 0 => Err(dovetail_core::Raised::from_c()),
        0 => Ok(0),
        _ => d.pop_hashed(key, hash).map(|_| 1),
    }
}

/// Stores the value of a key with a known hash, or NULL: 1 or 0.
#[capi]
unsafe fn _PyDict_GetItemRef_KnownHash_LockHeld(
    d: *mut abi::PyDictObject,
    key: &Obj,
    hash: isize,
    value: *mut P,
) -> PyResult<c_int> {
    // SAFETY: a live dictionary and the caller's variable.
    unsafe { optional((*(d as *const Dict)).get_hashed(key, hash), value) }
}

/// A global variable, else a builtin one; NULL without an exception when there is neither.
#[capi]
unsafe fn _PyDict_LoadGlobal(
    globals: *mut abi::PyDictObject,
    builtins: *mut abi::PyDictObject,
    key: &Obj,
) -> PyResult<Option<Object>> {
    // SAFETY: live dictionaries.
    let (g, b) = unsafe { (&*(globals as *const Dict), &*(builtins as *const Dict)) };
    Ok(match g.get(key)? {
        Some(v) => Some(v),
        None => b.get(key)?,
    })
}

/// Bytes of a dictionary, as `__sizeof__` gives them.
#[capi]
unsafe fn _PyDict_SizeOf(d: *mut abi::PyDictObject) -> PyResult<isize> {
    // SAFETY: a live dictionary.
    let d = unsafe { Obj::from_ptr(d.cast()) };
    let f = Dict::type_object().as_obj().get_attr_text("__sizeof__")?;
    f.call(&[d])?.as_isize()
}

// ---- lists, tuples, sets ----

/// Appends an item, whose reference is taken over.
#[capi]
unsafe fn _PyList_AppendTakeRefListResize(list: *mut abi::PyListObject, item: Object) -> PyResult<()> {
    // SAFETY: a live list.
    unsafe { &*(list as *const List) }.push(item)
}

/// The items in a tuple; the list is empty afterwards.
#[capi]
unsafe fn _PyList_AsTupleAndClear(list: *mut abi::PyListObject) -> PyResult<Ref<Tuple>> {
    // SAFETY: a live list.
    let list = unsafe { &*(list as *const List) };
    let tuple = Tuple::from_vec(list.items().to_vec())?;
    list.as_obj().call_method(sym!(clear), &[])?;
    Ok(tuple)
}

/// `list.extend(iterable)`: None.
#[capi]
unsafe fn _PyList_Extend(list: *mut abi::PyListObject, iterable: &Obj) -> PyResult<Object> {
    // SAFETY: a live list.
    unsafe { &*(list as *const List) }.extend(iterable)?;
    Ok(none().to_owned())
}

/// `list[slice]`.
#[capi]
fn _PyList_SliceSubscript(list: &Obj, slice: &Obj) -> PyResult<Object> {
    list.get_item(slice)
}

/// Adds an item, whose reference is taken over.
#[capi]
unsafe fn _PySet_AddTakeRef(set: *mut abi::PySetObject, item: Object) -> PyResult<()> {
    // SAFETY: a live set.
    unsafe { &*(set as *const Set) }.as_obj().call_method(sym!(add), &[&item]).map(drop)
}

// ---- the ends of numbers and text ----

/// Ends an object of exactly one type.
macro_rules! dealloc_capi {
    ($($name:ident)*) => { $(
        /// Ends an object whose last reference is gone.
        #[capi]
        unsafe fn $name(o: P) {
            // SAFETY: the caller's object, with its count at zero.
            unsafe { alloc::dealloc(o) }
        }
    )* };
}

dealloc_capi! {
    _PyFloat_ExactDealloc
    _PyLong_ExactDealloc
    _PyUnicode_ExactDealloc
}

/// An `int` of so many digits, all zero, to be filled before it is used.
#[capi]
fn _PyLong_New(digits: isize) -> PyResult<*mut abi::PyLongObject> {
    const MOST: isize = isize::MAX / 4 - 64;
    if !(0..=MOST).contains(&digits) {
        bail!(OverflowError, "too many digits in integer");
    }
    let ty = dovetail_core::types::int::Int::type_object();
    let header = std::mem::offset_of!(abi::PyLongObject, long_value) + size_of::<usize>();
    // SAFETY: room for the digits, zeroed; the tag says how many there are.
    unsafe {
        let o = alloc::alloc_sized(ty, (header + digits.max(1) as usize * 4).next_multiple_of(8))?;
        let p = o as *mut abi::PyLongObject;
        (*p).long_value.lv_tag = (digits as usize) << 3;
        Ok(p)
    }
}

// ---- templates ----

/// A template string of its strings and interpolations.
#[capi]
fn _PyTemplate_Build(strings: &Obj, interpolations: &Obj) -> PyResult<Object> {
    dovetail_core::types::template::new_template(strings, interpolations)
}

/// An interpolation of its value, expression, conversion and format.
#[capi]
fn _PyInterpolation_Build(value: &Obj, text: &Obj, conversion: c_int, format: &Obj) -> PyResult<Object> {
    dovetail_core::types::template::new_interpolation(value, text, conversion, Some(format))
}

// ---- import ----

/// `sys.modules[name] = module`.
#[capi]
fn _PyImport_SetModule(name: &Obj, module: &Obj) -> PyResult<()> {
    Interpreter::current().modules().as_obj().set_item(name, module)
}

// ---- builtins ----

/// A builtin; `AttributeError` when it is gone.
#[capi]
fn _PyEval_GetBuiltin(name: &Obj) -> PyResult<Object> {
    let Some(n) = name.downcast::<Str>() else { return Err(bad_internal_call()) };
    dovetail_core::types::support::builtin(n)
}

/// `TypeError` unless a class may stand in an `except` clause.
#[capi]
fn _PyEval_CheckExceptTypeValid(_ts: T, class: &Obj) -> PyResult<()> {
    let check = |c: &Obj| -> PyResult<()> {
        match c.downcast::<Type>() {
            Some(t) if t.is_subtype(exc::BaseException()) => Ok(()),
            _ => Err(raise!(
                TypeError,
                "catching classes that do not inherit from BaseException is not allowed"
            )),
        }
    };
    match class.downcast::<Tuple>() {
        Some(t) => t.items().iter().try_for_each(|c| check(c)),
        None => check(class),
    }
}
