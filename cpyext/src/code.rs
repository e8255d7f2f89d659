//! `code.h`, `genobject.h`: code objects and generators.

use crate::boundary::P;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::code::{Code, KIND_CELL, KIND_FREE, KIND_LOCAL};
use dovetail_core::types::generator;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int};

type C = *mut abi::PyCodeObject;

/// # Safety
/// `c` is a live code object.
unsafe fn view<'a>(c: C) -> &'a Code {
    // SAFETY: the caller's promise.
    unsafe { &*(c as *const Code) }
}

/// Code with a name and a line for tracebacks, which raises when it is run.
#[capi]
unsafe fn PyCode_NewEmpty(file: *const c_char, name: *const c_char, line: c_int) -> PyResult<C> {
    // SAFETY: C strings.
    let text = |p: *const c_char| Str::from_utf8(unsafe { CStr::from_ptr(p) }.to_bytes());
    let (file, name) = (text(file)?, text(name)?);
    Ok(Code::empty(&file, &name, line)?.into_ptr().cast())
}

/// A code object of all its parts.
#[capi]
unsafe fn PyUnstable_Code_NewWithPosOnlyArgs(
    argcount: c_int,
    posonlyargcount: c_int,
    kwonlyargcount: c_int,
    nlocals: c_int,
    stacksize: c_int,
    flags: c_int,
    code: &Obj,
    consts: &Obj,
    names: &Obj,
    varnames: &Obj,
    freevars: &Obj,
    cellvars: &Obj,
    filename: &Obj,
    name: &Obj,
    qualname: &Obj,
    firstlineno: c_int,
    linetable: &Obj,
    exceptiontable: &Obj,
) -> PyResult<C> {
    let int = |n: c_int| Int::from_i64(i64::from(n));
    let (a, p, k) = (int(argcount)?, int(posonlyargcount)?, int(kwonlyargcount)?);
    let (n, s, f, l) = (int(nlocals)?, int(stacksize)?, int(flags)?, int(firstlineno)?);
    let args: [&Obj; 18] = [
        &a,
        &p,
        &k,
        &n,
        &s,
        &f,
        code,
        consts,
        names,
        varnames,
        filename,
        name,
        qualname,
        &l,
        linetable,
        exceptiontable,
        freevars,
        cellvars,
    ];
    Ok(Code::type_object().as_obj().call(&args)?.into_ptr().cast())
}

/// As `PyUnstable_Code_NewWithPosOnlyArgs`, without positional-only parameters.
#[capi]
unsafe fn PyUnstable_Code_New(
    argcount: c_int,
    kwonlyargcount: c_int,
    nlocals: c_int,
    stacksize: c_int,
    flags: c_int,
    code: P,
    consts: P,
    names: P,
    varnames: P,
    freevars: P,
    cellvars: P,
    filename: P,
    name: P,
    qualname: P,
    firstlineno: c_int,
    linetable: P,
    exceptiontable: P,
) -> C {
    // SAFETY: the same contract.
    unsafe {
        PyUnstable_Code_NewWithPosOnlyArgs(
            argcount,
            0,
            kwonlyargcount,
            nlocals,
            stacksize,
            flags,
            code,
            consts,
            names,
            varnames,
            freevars,
            cellvars,
            filename,
            name,
            qualname,
            firstlineno,
            linetable,
            exceptiontable,
        )
    }
}

/// The line of the instruction at a byte index; -1 when it has none.
#[capi]
unsafe fn PyCode_Addr2Line(code: C, address: c_int) -> c_int {
    // SAFETY: a live code object.
    unsafe { view(code) }.line_of(address).unwrap_or(-1)
}

/// Lines and columns of the instruction at a byte index; -1 for what is not known.
#[capi]
unsafe fn PyCode_Addr2Location(
    code: C,
    address: c_int,
    line: *mut c_int,
    column: *mut c_int,
    end_line: *mut c_int,
    end_column: *mut c_int,
) -> c_int {
    // SAFETY: a live code object and places for the results.
    unsafe {
        let p = view(code).positions_of(address);
        *line = p.line.unwrap_or(-1);
        *column = p.column.unwrap_or(-1);
        *end_line = p.end_line.unwrap_or(-1);
        *end_column = p.end_column.unwrap_or(-1);
    }
    1
}

/// The instructions as the compiler wrote them.
#[capi]
unsafe fn PyCode_GetCode(code: C) -> PyResult<Ref<Bytes>> {
    // SAFETY: a live code object.
    Bytes::from_vec(unsafe { view(code) }.original_code())
}

/// The names of local variables.
#[capi]
unsafe fn PyCode_GetVarnames(code: C) -> PyResult<Object> {
    // SAFETY: a live code object.
    Ok(unsafe { view(code) }.names_of_kind(KIND_LOCAL)?.into_object())
}

/// The names of variables that inner functions share.
#[capi]
unsafe fn PyCode_GetCellvars(code: C) -> PyResult<Object> {
    // SAFETY: a live code object.
    Ok(unsafe { view(code) }.names_of_kind(KIND_CELL)?.into_object())
}

/// The names of variables of enclosing functions.
#[capi]
unsafe fn PyCode_GetFreevars(code: C) -> PyResult<Object> {
    // SAFETY: a live code object.
    Ok(unsafe { view(code) }.names_of_kind(KIND_FREE)?.into_object())
}

/// The instructions as they are: there is nothing left to optimize.
#[capi]
fn PyCode_Optimize(code: &Obj, _consts: P, _names: P, _lines: P) -> PyResult<Object> {
    Ok(code.to_owned())
}

// ---- generators ----

/// The code of a generator.
#[capi]
unsafe fn PyGen_GetCode(generator: *mut abi::PyGenObject) -> C {
    // SAFETY: a live generator.
    unsafe {
        match generator::body_of(Obj::from_ptr(generator.cast())) {
            Some(b) => b.code_object().into_ptr().cast(),
            None => std::ptr::null_mut(),
        }
    }
}

/// What a suspended generator delegates to, or NULL.
#[capi]
unsafe fn _PyGen_yf(generator: *mut abi::PyGenObject) -> Option<Object> {
    // SAFETY: a live generator.
    generator::body_of(unsafe { Obj::from_ptr(generator.cast()) })?.delegate()
}

/// The iterator of an awaitable.
#[capi(private)]
fn _PyCoro_GetAwaitableIter(object: &Obj) -> PyResult<Object> {
    dovetail_core::interp::generic::iteration::awaitable_iter(object)
}

/// The value of a pending `StopIteration`, which is cleared; `None` when nothing is pending.
#[capi]
unsafe fn _PyGen_FetchStopIterationValue(result: *mut P) -> PyResult<()> {
    let ts = ThreadState::current();
    // SAFETY: a place for the result.
    unsafe {
        if !ts.has_exception() {
            *result = none().to_owned().into_ptr();
            return Ok(());
        }
        let raised = dovetail_core::error::Raised::from_c();
        if !raised.matches(exc::StopIteration()) {
            *result = std::ptr::null_mut();
            return Err(raised);
        }
        *result = generator::stop_value(raised).into_ptr();
    }
    Ok(())
}

/// Raises `StopIteration` with a value.
#[capi]
fn _PyGen_SetStopIterationValue(value: &Obj) -> PyResult<()> {
    Err(generator::raise_stop_always(value))
}
