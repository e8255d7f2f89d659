//! Wrappers: how `x.__add__(y)` of a native type calls the C slot behind it.
//!
//! Each is a C `wrapperfunc`: it takes the instance, the argument tuple and the slot's function, checks the number
//! of arguments, calls the slot and converts its result.

use crate::error::{PyResult, Raised, from_c};
use crate::object::native::{cast_opt_unchecked, cast_unchecked, result_ptr};
use crate::object::obj::Obj;
use crate::object::refs::{Object, Ref};
use crate::object::{AsObj, slotfuncs};
use crate::types::bool_::bool_obj;
use crate::types::int::Int;
use crate::types::none::none;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

type P = *mut abi::PyObject;
type Unary = unsafe extern "C" fn(P) -> P;
type Binary = unsafe extern "C" fn(P, P) -> P;
type Ternary = unsafe extern "C" fn(P, P, P) -> P;
type Len = unsafe extern "C" fn(P) -> isize;
type Inquiry = unsafe extern "C" fn(P) -> c_int;
type SizeArg = unsafe extern "C" fn(P, isize) -> P;
type SizeObjArg = unsafe extern "C" fn(P, isize, P) -> c_int;
type ObjObj = unsafe extern "C" fn(P, P) -> c_int;
type ObjObjArg = unsafe extern "C" fn(P, P, P) -> c_int;
type RichCompare = unsafe extern "C" fn(P, P, c_int) -> P;
type Void = unsafe extern "C" fn(P);

/// "expected 1 argument, got 0".
pub(crate) fn expect(args: &Tuple, n: usize) -> PyResult<()> {
    if args.len() == n {
        return Ok(());
    }
    Err(raise!(TypeError, "expected {n} argument{}, got {}", if n == 1 { "" } else { "s" }, args.len()))
}

/// "__get__ expected at least 1 argument, got 0" (`PyArg_UnpackTuple`).
fn unpack(args: &Tuple, name: &str, min: usize, max: usize) -> PyResult<()> {
    let n = args.len();
    let (bound, limit) = match () {
        _ if n < min => ("at least ", min),
        _ if n > max => ("at most ", max),
        _ => return Ok(()),
    };
    let bound = if min == max { "" } else { bound };
    Err(raise!(
        TypeError,
        "{name} expected {bound}{limit} argument{}, got {n}",
        if limit == 1 { "" } else { "s" }
    ))
}

/// None for a status of success.
fn status(r: c_int) -> PyResult<Object> {
    if r < 0 { Err(Raised::from_c()) } else { Ok(none().to_owned()) }
}

macro_rules! wrappers {
    ($($(#[$doc:meta])* $name:ident($slf:ident, $args:ident, $f:ident: $ty:ty) $body:block)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// `wrapped` is a slot function of the instance's type; `args` is a tuple.
        pub unsafe extern "C" fn $name(slf: P, args: P, wrapped: *mut c_void) -> P {
            // SAFETY: the caller's promise.
            let run = || -> PyResult<Object> { unsafe {
                let $slf: &Obj = Obj::from_ptr(slf);
                let $args: &Tuple = cast_unchecked(args);
                let $f: $ty = std::mem::transmute::<*mut c_void, $ty>(wrapped);
                $body
            } };
            result_ptr(run())
        }
    )* };
}

wrappers! {
    /// `__neg__`, `__repr__` and others without arguments.
    wrap_unaryfunc(slf, args, f: Unary) {
        expect(args, 0)?;
        from_c(f(slf.as_ptr()))
    }
    /// `__bool__`.
    wrap_inquirypred(slf, args, f: Inquiry) {
        expect(args, 0)?;
        let r = f(slf.as_ptr());
        if r == -1 && crate::thread::ThreadState::current().has_exception() {
            return Err(Raised::from_c());
        }
        Ok(bool_obj(r != 0).to_owned())
    }
    /// `__add__` and other methods of one argument.
    wrap_binaryfunc(slf, args, f: Binary) {
        expect(args, 1)?;
        from_c(f(slf.as_ptr(), args.get(0).as_ptr()))
    }
    /// `__radd__` and siblings.
    wrap_binaryfunc_r(slf, args, f: Binary) {
        expect(args, 1)?;
        from_c(f(args.get(0).as_ptr(), slf.as_ptr()))
    }
    /// `__pow__`.
    wrap_ternaryfunc(slf, args, f: Ternary) {
        let (a, b) = power_args(args)?;
        from_c(f(slf.as_ptr(), a.as_ptr(), b.as_ptr()))
    }
    /// `__rpow__`.
    wrap_ternaryfunc_r(slf, args, f: Ternary) {
        let (a, b) = power_args(args)?;
        from_c(f(a.as_ptr(), slf.as_ptr(), b.as_ptr()))
    }
    /// `__len__`.
    wrap_lenfunc(slf, args, f: Len) {
        expect(args, 0)?;
        let n = f(slf.as_ptr());
        if n == -1 && crate::thread::ThreadState::current().has_exception() {
            return Err(Raised::from_c());
        }
        Ok(Int::from_i64(n as i64)?.into_object())
    }
    /// `__hash__`.
    wrap_hashfunc(slf, args, f: Len) {
        expect(args, 0)?;
        let n = f(slf.as_ptr());
        if n == -1 && crate::thread::ThreadState::current().has_exception() {
            return Err(Raised::from_c());
        }
        Ok(Int::from_i64(n as i64)?.into_object())
    }
    /// `__mul__` of sequences.
    wrap_indexargfunc(slf, args, f: SizeArg) {
        expect(args, 1)?;
        let i = args.get(0).as_isize_size()?;
        from_c(f(slf.as_ptr(), i))
    }
    /// `__getitem__` of sequences.
    wrap_sq_item(slf, args, f: SizeArg) {
        expect(args, 1)?;
        let i = sequence_index(slf, args.get(0))?;
        from_c(f(slf.as_ptr(), i))
    }
    /// `__setitem__` of sequences.
    wrap_sq_setitem(slf, args, f: SizeObjArg) {
        expect(args, 2)?;
        let i = sequence_index(slf, args.get(0))?;
        status(f(slf.as_ptr(), i, args.get(1).as_ptr()))
    }
    /// `__delitem__` of sequences.
    wrap_sq_delitem(slf, args, f: SizeObjArg) {
        expect(args, 1)?;
        let i = sequence_index(slf, args.get(0))?;
        status(f(slf.as_ptr(), i, null_mut()))
    }
    /// `__contains__`.
    wrap_objobjproc(slf, args, f: ObjObj) {
        expect(args, 1)?;
        let r = f(slf.as_ptr(), args.get(0).as_ptr());
        if r == -1 && crate::thread::ThreadState::current().has_exception() {
            return Err(Raised::from_c());
        }
        Ok(bool_obj(r != 0).to_owned())
    }
    /// `__setitem__` of mappings.
    wrap_objobjargproc(slf, args, f: ObjObjArg) {
        unpack(args, "__setitem__", 2, 2)?;
        status(f(slf.as_ptr(), args.get(0).as_ptr(), args.get(1).as_ptr()))
    }
    /// `__delitem__` of mappings.
    wrap_delitem(slf, args, f: ObjObjArg) {
        expect(args, 1)?;
        status(f(slf.as_ptr(), args.get(0).as_ptr(), null_mut()))
    }
    /// `__setattr__`.
    wrap_setattr(slf, args, f: ObjObjArg) {
        unpack(args, "__setattr__", 2, 2)?;
        check_setattr(slf, f, "__setattr__")?;
        status(f(slf.as_ptr(), args.get(0).as_ptr(), args.get(1).as_ptr()))
    }
    /// `__delattr__`.
    wrap_delattr(slf, args, f: ObjObjArg) {
        expect(args, 1)?;
        check_setattr(slf, f, "__delattr__")?;
        status(f(slf.as_ptr(), args.get(0).as_ptr(), null_mut()))
    }
    /// `__lt__`.
    richcmp_lt(slf, args, f: RichCompare) { compare(slf, args, f, 0) }
    /// `__le__`.
    richcmp_le(slf, args, f: RichCompare) { compare(slf, args, f, 1) }
    /// `__eq__`.
    richcmp_eq(slf, args, f: RichCompare) { compare(slf, args, f, 2) }
    /// `__ne__`.
    richcmp_ne(slf, args, f: RichCompare) { compare(slf, args, f, 3) }
    /// `__gt__`.
    richcmp_gt(slf, args, f: RichCompare) { compare(slf, args, f, 4) }
    /// `__ge__`.
    richcmp_ge(slf, args, f: RichCompare) { compare(slf, args, f, 5) }
    /// `__next__`: the silent end of a C iterator becomes `StopIteration`.
    wrap_next(slf, args, f: Unary) {
        expect(args, 0)?;
        match Ref::from_owned_opt(f(slf.as_ptr())) {
            Some(v) => Ok(v),
            None if crate::thread::ThreadState::current().has_exception() => Err(Raised::from_c()),
            None => Err(crate::error::raise_bare(crate::error::exc::StopIteration())),
        }
    }
    /// `__get__`.
    wrap_descr_get(slf, args, f: Ternary) {
        unpack(args, "__get__", 1, 2)?;
        let given = |i: usize| args.items().get(i).map(|o| o.as_obj()).filter(|o| !o.is_none());
        let (obj, ty) = (given(0), given(1));
        if obj.is_none() && ty.is_none() {
            bail!(TypeError, "__get__(None, None) is invalid");
        }
        from_c(f(slf.as_ptr(), obj.map_or(null_mut(), Obj::as_ptr), ty.map_or(null_mut(), Obj::as_ptr)))
    }
    /// `__set__`.
    wrap_descr_set(slf, args, f: ObjObjArg) {
        unpack(args, "__set__", 2, 2)?;
        status(f(slf.as_ptr(), args.get(0).as_ptr(), args.get(1).as_ptr()))
    }
    /// `__delete__`.
    wrap_descr_delete(slf, args, f: ObjObjArg) {
        expect(args, 1)?;
        status(f(slf.as_ptr(), args.get(0).as_ptr(), null_mut()))
    }
    /// `__del__`.
    wrap_del(slf, args, f: Void) {
        expect(args, 0)?;
        f(slf.as_ptr());
        Ok(none().to_owned())
    }
}

/// `__call__`.
///
/// # Safety
/// As the other wrappers; `kwargs` is a dict or NULL.
pub unsafe extern "C" fn wrap_call(slf: P, args: P, wrapped: *mut c_void, kwargs: P) -> P {
    // SAFETY: the caller's promise.
    unsafe { std::mem::transmute::<*mut c_void, Ternary>(wrapped)(slf, args, kwargs) }
}

/// `__init__`.
///
/// # Safety
/// As `wrap_call`.
pub unsafe extern "C" fn wrap_init(slf: P, args: P, wrapped: *mut c_void, kwargs: P) -> P {
    // SAFETY: the caller's promise.
    unsafe { result_ptr(status(std::mem::transmute::<*mut c_void, ObjObjArg>(wrapped)(slf, args, kwargs))) }
}

fn power_args(args: &Tuple) -> PyResult<(&Obj, &Obj)> {
    match args.items() {
        [a] => Ok((a, none())),
        [a, b] => Ok((a, b)),
        other => Err(raise!(TypeError, "expected 1 or 2 arguments, got {}", other.len())),
    }
}

/// # Safety
/// `f` is a `tp_richcompare` of the instance's type.
unsafe fn compare(slf: &Obj, args: &Tuple, f: RichCompare, op: c_int) -> PyResult<Object> {
    expect(args, 1)?;
    // SAFETY: the caller's promise.
    unsafe { from_c(f(slf.as_ptr(), args.get(0).as_ptr(), op)) }
}

/// The index given, counted from the end when negative and the length is known.
fn sequence_index(slf: &Obj, arg: &Obj) -> PyResult<isize> {
    let i = arg.as_isize_size()?;
    if i < 0 {
        // SAFETY: the suite of a live type; the slot takes an instance.
        unsafe {
            let s = slf.ob_type().raw().tp_as_sequence;
            if !s.is_null()
                && let Some(length) = (*s).sq_length
            {
                let n = length(slf.as_ptr());
                if n < 0 {
                    return Err(Raised::from_c());
                }
                return Ok(i + n);
            }
        }
    }
    Ok(i)
}

/// Refuses `object.__setattr__(x, ...)` that would jump over the C-level `__setattr__` of a type in between.
fn check_setattr(slf: &Obj, f: ObjObjArg, what: &str) -> PyResult<()> {
    let ty = slf.ob_type();
    let address = |t: &Type| t.raw().tp_setattro.map_or(0, |f| f as usize);
    let python = slotfuncs::slot_tp_setattro as *const () as usize;
    // The last class in the MRO that brought the function in use.
    let Some(mro) = ty.mro() else { return Ok(()) };
    let mut base = Some(ty);
    for t in mro.items().iter().rev() {
        // SAFETY: an MRO holds types.
        let t = unsafe { t.as_obj().cast_unchecked::<Type>() };
        if address(t) != python && address(t) == address(ty) {
            base = Some(t);
            break;
        }
    }
    while let Some(b) = base {
        if address(b) == f as usize {
            break;
        }
        if address(b) != python {
            bail!(TypeError, "can't apply this {what} to {} object", ty.name());
        }
        base = b.base();
    }
    Ok(())
}

/// Keyword-taking wrappers get the dictionary, the others refuse a filled one.
///
/// # Safety
/// `wrapped` belongs to the wrapper and to the instance's type.
pub unsafe fn call_wrapper(
    base: &abi::wrapperbase,
    slf: &Obj,
    args: &Tuple,
    wrapped: *mut c_void,
    kwargs: P,
) -> PyResult<Object> {
    // SAFETY: the caller's promise; the flag tells the wrapper's shape.
    unsafe {
        let Some(f) = base.wrapper else { bail!(SystemError, "slot without wrapper") };
        if base.flags & super::slotdefs::WRAPPER_KEYWORDS != 0 {
            let f = std::mem::transmute::<
                unsafe extern "C" fn(P, P, *mut c_void) -> P,
                unsafe extern "C" fn(P, P, *mut c_void, P) -> P,
            >(f);
            return from_c(f(slf.as_ptr(), args.as_ptr(), wrapped, kwargs));
        }
        if let Some(k) = cast_opt_unchecked::<crate::types::dict::Dict>(kwargs)
            && !k.is_empty()
        {
            let name = std::ffi::CStr::from_ptr(base.name).to_string_lossy();
            bail!(TypeError, "wrapper {name}() takes no keyword arguments");
        }
        from_c(f(slf.as_ptr(), args.as_ptr(), wrapped))
    }
}
