//! Direct handlers for functions and methods written in C: `CALL_BUILTIN_*` and `CALL_METHOD_DESCRIPTOR_*`. They call
//! the definition's C function with arguments in their places on the stack, without the steps of vectorcall.
//!
//! Words that are not owned become so where they stand, as the callee sees an array of plain pointers: integers are boxed, borrowed
//! pointers counted. What the form does not foresee goes on as `CALL_NON_PY_GENERAL`, which calls anything.
//!
//! # Safety
//! The contract of `exec`: words, locals and caches are what the bytecode says they are. Definitions outlive what is made of
//! them, and their flags name the shape of their function.
#![allow(clippy::missing_safety_doc)]
#![allow(unsafe_op_in_unsafe_fn)]

use crate::interp::direct::{CALL_NON_PY_GENERAL, called, laid_out, show, taken};
use crate::interp::dispatch::{Handler, Table, raised};
use crate::interp::frame::Frame;
use crate::interp::value::Value;
use crate::object::call::check_result;
use crate::object::native::Native;
use crate::object::obj::{Head, incref};
use crate::thread::ThreadState;
use crate::types::cfunction::CFunction;
use crate::types::descr::{Fast, FastKw, KIND, MethodDescr, TwoArgs, shaped};
use crate::types::int::Int;
use dovetail_ops::metadata::direct;
use std::ffi::c_int;
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// One way in which C functions take their arguments.
trait Shape {
    /// The kind bits of the flags.
    const FLAGS: c_int;
    /// How many they are, where that is fixed.
    const COUNT: Option<usize> = None;

    /// Can it be called with so many? Where not, the general form says what is wrong.
    #[inline(always)]
    fn takes(n: usize) -> bool {
        Self::COUNT.is_none_or(|count| count == n)
    }

    /// Calls it with `n` words.
    unsafe fn call(def: &abi::PyMethodDef, this: P, from: *mut Value, n: usize) -> Result<P, ()>;
}

struct NoArgs;
impl Shape for NoArgs {
    const FLAGS: c_int = abi::METH_NOARGS;
    const COUNT: Option<usize> = Some(0);

    #[inline(always)]
    unsafe fn call(def: &abi::PyMethodDef, this: P, _: *mut Value, _: usize) -> Result<P, ()> {
        Ok(shaped::<TwoArgs>(def)(this, null_mut()))
    }
}

struct One;
impl Shape for One {
    const FLAGS: c_int = abi::METH_O;
    const COUNT: Option<usize> = Some(1);

    #[inline(always)]
    unsafe fn call(def: &abi::PyMethodDef, this: P, from: *mut Value, _: usize) -> Result<P, ()> {
        if (*from).is_int() && !boxed(from, 0) {
            return Err(());
        }
        Ok(shaped::<TwoArgs>(def)(this, (*from).ptr()))
    }
}

struct Many;
impl Shape for Many {
    const FLAGS: c_int = abi::METH_FASTCALL;

    #[inline(always)]
    unsafe fn call(def: &abi::PyMethodDef, this: P, from: *mut Value, n: usize) -> Result<P, ()> {
        settle(from, n)?;
        Ok(shaped::<Fast>(def)(this, from.cast(), n as isize))
    }
}

struct ManyNamed;
impl Shape for ManyNamed {
    const FLAGS: c_int = abi::METH_FASTCALL | abi::METH_KEYWORDS;

    #[inline(always)]
    unsafe fn call(def: &abi::PyMethodDef, this: P, from: *mut Value, n: usize) -> Result<P, ()> {
        settle(from, n)?;
        Ok(shaped::<FastKw>(def)(this, from.cast(), n as isize, null_mut()))
    }
}

/// Makes owned pointers of `n` words.
#[inline(always)]
unsafe fn settle(from: *mut Value, n: usize) -> Result<(), ()> {
    for i in 0..n {
        let v = from.add(i);
        if (*v).is_int() {
            if !boxed(from, i) {
                return Err(());
            }
        } else if !(*v).owns() {
            incref((*v).ptr());
            *v = Value::from_owned_ptr((*v).ptr());
        }
    }
    Ok(())
}

/// Boxes an integer, the n-th word, in its place; false is raised.
#[inline(always)]
pub(in crate::interp) unsafe fn boxed(from: *mut Value, n: usize) -> bool {
    let number = (*from.add(n)).as_int();
    if Int::is_small(number) {
        *from.add(n) = Value::from_owned_ptr(Int::small(number));
        return true;
    }
    boxed_large(from, n, number)
}

/// How many words are looked at.
const FEW: usize = 8;

/// The same integer among the few words before it is the same object, as it is for `is`.
#[inline(never)]
unsafe fn boxed_large(from: *mut Value, n: usize, number: i64) -> bool {
    let before = (n.saturating_sub(FEW)..n).map(|i| *from.add(i)).filter(|w| !w.is_int() && !w.is_null());
    for w in before {
        if let Some(i) = w.obj().downcast_exact::<Int>()
            && i.to_i64() == Some(number)
        {
            *from.add(n) = w.dup();
            return true;
        }
    }
    match Int::from_i64(number) {
        Ok(boxed) => {
            *from.add(n) = Value::owned(boxed.into_object());
            true
        }
        Err(_) => false,
    }
}

/// A kind of callable with a definition.
trait Callable: Native {
    /// The definition, the function's first argument, and how many of the words that argument is. None: not this form's business.
    unsafe fn parts(&self, from: *mut Value, total: usize) -> Option<(&abi::PyMethodDef, P, usize)>;
}

impl Callable for CFunction {
    #[inline(always)]
    unsafe fn parts(&self, _: *mut Value, _: usize) -> Option<(&abi::PyMethodDef, P, usize)> {
        Some((self.def(), self.receiver(), 0))
    }
}

impl Callable for MethodDescr {
    /// Instances of the method's own type alone: what is below it is looked at by the general form.
    #[inline(always)]
    unsafe fn parts(&self, from: *mut Value, total: usize) -> Option<(&abi::PyMethodDef, P, usize)> {
        if total == 0 || (*from).is_int() {
            return None;
        }
        let this = (*from).ptr();
        let fits = std::ptr::eq((*(this as *const Head)).ob_type, self.owner().as_type_ptr());
        fits.then(|| (self.def(), this, 1))
    }
}

unsafe extern "C" fn call<C: Callable, S: Shape>(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    tos: Value,
) -> u64 {
    let (oparg, top, base) = laid_out(pc, sp, tos);
    let callable = *base;
    if callable.is_int() || !std::ptr::eq(callable.type_ptr(), C::TYPE_POINTER) || (*ts).stack_is_low() {
        return CALL_NON_PY_GENERAL(pc, sp, fp, ts, table, tos);
    }
    let c: &C = callable.obj().cast_unchecked();
    let skipped = (*base.add(1)).is_null() as usize;
    let (from, total) = (base.add(1 + skipped), oparg + 1 - skipped);
    let Some((def, this, own)) = c.parts(from, total) else {
        return CALL_NON_PY_GENERAL(pc, sp, fp, ts, table, tos);
    };
    if def.ml_flags & KIND != S::FLAGS || !S::takes(total - own) {
        return CALL_NON_PY_GENERAL(pc, sp, fp, ts, table, tos);
    }
    show(pc, top, fp, ts);
    let Ok(r) = S::call(def, this, from.add(own), total - own) else {
        return raised(pc, top, fp, ts, table, tos);
    };
    if r.is_null() || (*ts).has_exception() {
        return odd(pc, base, fp, ts, table, Value(r as u64));
    }
    finish(pc, base, fp, ts, table, taken(r))
}

/// Raises where the callee failed to, and where it returned a value all the same.
#[cold]
#[inline(never)]
unsafe extern "C" fn odd(
    pc: *const u16,
    base: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    r: Value,
) -> u64 {
    match check_result((*base).obj(), r.0 as P) {
        Ok(v) => finish(pc, base, fp, ts, table, Value::from_object(v)),
        Err(_) => raised(pc, (*fp).stackpointer, fp, ts, table, r),
    }
}

/// Gives callable and arguments back, and goes on with the result.
#[inline(always)]
unsafe fn finish(
    pc: *const u16,
    base: *mut Value,
    fp: *mut Frame,
    ts: *const ThreadState,
    table: *const Table,
    r: Value,
) -> u64 {
    // As in the beginning: what lives over the call should fit the registers that it keeps.
    let mut v = base.add(*(pc as *const u8).sub(1) as usize + 2);
    while v != base {
        v = v.sub(1);
        // The word behind the callable may be null, which owns nothing.
        (*v).release();
    }
    called(pc, base, fp, ts, table, r)
}

/// Declares the forms: their handlers, and which one a callable takes.
macro_rules! forms {
    ($($name:ident = $callable:ident, $shape:ident;)*) => {
        $( pub(super) const $name: Handler = call::<$callable, $shape>; )*

        /// The form for calls of this callable with these words, if there is one.
        pub(super) unsafe fn form(callable: Value, from: *mut Value, total: usize) -> Option<u8> {
            $(
                if std::ptr::eq(callable.type_ptr(), $callable::TYPE_POINTER) {
                    let c: &$callable = callable.obj().cast_unchecked();
                    if let Some((def, _, own)) = c.parts(from, total)
                        && def.ml_flags & KIND == $shape::FLAGS
                        && $shape::takes(total - own)
                    {
                        return Some(direct::$name);
                    }
                }
            )*
            None
        }
    };
}

forms! {
    CALL_BUILTIN_NOARGS = CFunction, NoArgs;
    CALL_BUILTIN_O = CFunction, One;
    CALL_BUILTIN_FAST = CFunction, Many;
    CALL_BUILTIN_FAST_WITH_KEYWORDS = CFunction, ManyNamed;
    CALL_METHOD_DESCRIPTOR_NOARGS = MethodDescr, NoArgs;
    CALL_METHOD_DESCRIPTOR_O = MethodDescr, One;
    CALL_METHOD_DESCRIPTOR_FAST = MethodDescr, Many;
    CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS = MethodDescr, ManyNamed;
}
