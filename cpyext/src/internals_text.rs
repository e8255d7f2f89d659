//! Functions of CPython's inside about text, constants of code, pending calls and interpreters, which some binaries use.

use crate::boundary::P;
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::{Bool, bool_obj};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::code::Code;
use dovetail_core::types::complex::Complex;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::slice::Slice;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use dovetail_text::props;
use std::ffi::{c_char, c_int, c_long, c_void};

type I = *mut abi::PyInterpreterState;

// ---- text ----

/// UTF-8 text without a NUL in it, kept by the object; `ValueError` otherwise.
#[capi]
fn _PyUnicode_AsUTF8NoNUL(s: &Str) -> PyResult<*const c_char> {
    let text = s.as_str()?;
    if text.as_bytes().contains(&0) {
        bail!(ValueError, "embedded null character");
    }
    Ok(text.as_ptr().cast())
}

/// Text in an encoding whose byte order is below zero for little, above for big, zero for the machine's with a mark.
unsafe fn encode(s: &Obj, bits: u32, errors: *const c_char, order: c_int) -> PyResult<Object> {
    let name = match order {
        0 => format!("utf-{bits}"),
        n if n < 0 => format!("utf-{bits}-le"),
        _ => format!("utf-{bits}-be"),
    };
    let name = Str::new(&name)?;
    let mut args: Vec<Object> = vec![name.into_object()];
    if !errors.is_null() {
        // SAFETY: a C string.
        args.push(unsafe { crate::text::c_text(errors)? }.as_obj().to_owned());
    }
    let args: Vec<&Obj> = args.iter().map(|a| &**a).collect();
    s.get_attr_text("encode")?.call(&args)
}

/// Text in UTF-16.
#[capi]
unsafe fn _PyUnicode_EncodeUTF16(s: &Str, errors: *const c_char, order: c_int) -> PyResult<Object> {
    // SAFETY: passed on.
    unsafe { encode(s.as_obj(), 16, errors, order) }
}

/// Text in UTF-32.
#[capi]
unsafe fn _PyUnicode_EncodeUTF32(s: &Str, errors: *const c_char, order: c_int) -> PyResult<Object> {
    // SAFETY: passed on.
    unsafe { encode(s.as_obj(), 32, errors, order) }
}

/// Replaces a string by the interned one of its text.
unsafe fn intern(place: *mut P) -> PyResult<()> {
    // SAFETY: the caller's variable owns an object or is NULL.
    unsafe {
        if let Some(s) = (*place as *const Obj).as_ref().and_then(|o| o.downcast::<Str>()) {
            let new = s.to_interned()?;
            dovetail_core::object::obj::replace(place, Some(new.into_object()));
        }
    }
    Ok(())
}

/// Interns a string for good.
#[capi]
unsafe fn _PyUnicode_InternImmortal(_interp: I, place: *mut P) {
    // SAFETY: passed on.
    unsafe {
        if let Err(e) = intern(place) {
            e.clear();
        }
        if let Some(o) = (*place as *const Obj).as_ref() {
            o.immortalize();
        }
    }
}

/// Interns a string as long as somebody uses it.
#[capi]
unsafe fn _PyUnicode_InternMortal(_interp: I, place: *mut P) {
    // SAFETY: passed on.
    if let Err(e) = unsafe { intern(place) } {
        e.clear();
    }
}

/// How many characters at the start are an identifier.
#[capi]
fn _PyUnicode_ScanIdentifier(s: &Str) -> isize {
    use dovetail_text::predicates::is_identifier;
    let text = s.to_string_lossy();
    let is = |t: &str| Str::new(t).is_ok_and(|t| is_identifier(t.text()));
    let mut n = 0;
    for c in text.chars() {
        let single = if n == 0 { c.to_string() } else { format!("a{c}") };
        if !is(&single) {
            break;
        }
        n += 1;
    }
    n
}

/// ASCII text for numbers: other spaces become blanks, other digits ASCII ones; anything else becomes `?` and ends the
/// text.
#[capi]
unsafe fn _PyUnicode_TransformDecimalAndSpaceToASCII(s: &Str) -> PyResult<Object> {
    if s.is_ascii() {
        return Ok(s.as_obj().to_owned());
    }
    let mut out = String::with_capacity(s.len());
    for i in 0..s.len() {
        let c = s.char_at(i);
        match (c, props::is_space(c), props::decimal(c)) {
            (0..=127, ..) => out.push(char::from(c as u8)),
            (_, true, _) => out.push(' '),
            (_, _, Some(digit)) => out.push(char::from(b'0' + digit)),
            _ => {
                out.push('?');
                break;
            }
        }
    }
    Ok(Str::new(&out)?.into_object())
}

// ---- constants of code ----

fn keys(items: &[Object]) -> PyResult<Vec<Object>> {
    items.iter().map(|i| constant_key(i)).collect()
}

fn constant_key(o: &Obj) -> PyResult<Object> {
    let ty = o.ob_type().as_obj();
    let typed = |more: Option<&Obj>| -> PyResult<Object> {
        let mut all = vec![ty.to_owned(), o.to_owned()];
        all.extend(more.map(Obj::to_owned));
        Ok(Tuple::from_vec(all)?.into_object())
    };
    let paired =
        |first: Object| -> PyResult<Object> { Ok(Tuple::from_vec(vec![first, o.to_owned()])?.into_object()) };
    let plain = o.is_none()
        || o.is(dovetail_core::types::none::ellipsis())
        || o.is_exact::<Int>()
        || o.is_exact::<Str>()
        || o.is_a::<Code>();
    if plain {
        return Ok(o.to_owned());
    }
    if o.is_exact::<Bool>() || o.is_exact::<Bytes>() {
        return typed(None);
    }
    let negative_zero = |d: f64| d == 0.0 && d.is_sign_negative();
    if let Some(f) = o.downcast_exact::<Float>() {
        return typed(negative_zero(f.value()).then(none));
    }
    if let Some(c) = o.downcast_exact::<Complex>() {
        let v = c.value();
        return typed(match (negative_zero(v.real), negative_zero(v.imag)) {
            (true, true) => Some(bool_obj(true)),
            (false, true) => Some(bool_obj(false)),
            (true, false) => Some(none()),
            (false, false) => None,
        });
    }
    if let Some(t) = o.downcast_exact::<Tuple>() {
        return paired(Tuple::from_vec(keys(t.items())?)?.into_object());
    }
    if let Some(s) = o.downcast_exact::<Slice>() {
        // SAFETY: a slice's body.
        let parts = unsafe {
            let b = s.body();
            [(*b).start, (*b).stop, (*b).step].map(|p| Obj::from_ptr(p).to_owned())
        };
        return paired(Tuple::from_vec(keys(&parts)?)?.into_object());
    }
    if o.is_exact::<dovetail_core::types::set::FrozenSet>() {
        let mut all = Vec::new();
        o.for_each(|i| {
            all.push(constant_key(&i)?);
            Ok(())
        })?;
        let list = dovetail_core::types::list::List::from_vec(all)?;
        return paired(ty.call(&[list.as_obj()])?);
    }
    // By identity.
    paired(Int::from_usize(o.as_ptr() as usize)?.into_object())
}

/// What constants of code are compared by: values of different types, and zeros of different signs, are different.
#[capi]
fn _PyCode_ConstantKey(o: &Obj) -> PyResult<Object> {
    constant_key(o)
}

// ---- pending calls, interpreters ----

/// Runs the pending calls.
#[capi]
unsafe fn _PyEval_MakePendingCalls(_ts: *mut abi::PyThreadState) -> c_int {
    // SAFETY: no arguments.
    unsafe { crate::ceval::Py_MakePendingCalls() }
}

/// Does what asks the loop to stop: signals, pending calls, collection, the turn of another thread.
#[capi]
fn _Py_HandlePending(_ts: *mut abi::PyThreadState) -> PyResult<()> {
    dovetail_core::interp::pending::handle(dovetail_core::thread::ThreadState::current())
}

/// Adds a pending call: 0, or -1 when there are too many.
#[capi(private)]
unsafe fn _PyEval_AddPendingCall(
    _interp: I,
    f: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    arg: *mut c_void,
    _flags: c_int,
) -> c_int {
    // SAFETY: passed on.
    unsafe { crate::ceval::Py_AddPendingCall(f, arg) }
}

/// Sets the thread's profile function.
#[capi]
unsafe fn _PyEval_SetProfile(_ts: *mut abi::PyThreadState, f: abi::Py_tracefunc, arg: P) -> c_int {
    // SAFETY: passed on.
    unsafe { crate::pylifecycle::PyEval_SetProfile(f, arg) };
    0
}

unsafe fn interpreter<'a>(interp: I) -> &'a Interpreter {
    // SAFETY: a live interpreter.
    unsafe { &*(interp as *const Interpreter) }
}

/// Has the interpreter been set up?
#[capi]
fn _PyInterpreterState_IsReady(_interp: I) -> c_int {
    1
}

/// Who made the interpreter, by CPython's numbers.
#[capi]
unsafe fn _PyInterpreterState_GetWhence(interp: I) -> c_long {
    // SAFETY: a live interpreter.
    dovetail_stdlib::interpreters::whence_of(unsafe { interpreter(interp) }) as c_long
}

/// Has the interpreter's end begun?
#[capi]
unsafe fn _Py_IsInterpreterFinalizing(interp: I) -> c_int {
    // SAFETY: a live interpreter.
    c_int::from(unsafe { interpreter(interp) }.is_finalizing())
}

/// A new thread state; see `PyThreadState_New`.
#[capi]
unsafe fn _PyThreadState_New(interp: I, _whence: c_int) -> *mut abi::PyThreadState {
    // SAFETY: passed on.
    unsafe { crate::pystate::PyThreadState_New(interp) }
}

/// A new thread state of the calling thread; see `PyThreadState_New`.
#[capi]
unsafe fn _PyThreadState_NewBound(interp: I, _whence: c_int) -> *mut abi::PyThreadState {
    // SAFETY: passed on.
    unsafe { crate::pystate::PyThreadState_New(interp) }
}

/// The module `_warnings`.
#[capi]
fn _PyWarnings_Init() -> PyResult<Object> {
    dovetail_core::import::import_module("_warnings")
}

/// `TypeError` unless `*` arguments are an iterable.
#[capi]
fn _Py_Check_ArgsIterable(_ts: *mut abi::PyThreadState, f: &Obj, args: &Obj) -> PyResult<()> {
    if args.ob_type().raw().tp_iter.is_some()
        || args.get_attr_opt(dovetail_core::sym!(__getitem__))?.is_some()
    {
        return Ok(());
    }
    let name: Ref<Str> = match f.get_attr_opt(dovetail_core::sym!(__qualname__))? {
        Some(q) => Str::new(&format!("{}()", q.str_()?.to_string_lossy()))?,
        None => f.str_()?,
    };
    let (name, kind) = (name.to_string_lossy(), args.type_name());
    Err(raise!(TypeError, "{name} argument after * must be an iterable, not {kind}"))
}
