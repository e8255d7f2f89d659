//! Sub-interpreters: `Py_NewInterpreter` and its kin, and `PyInterpreterConfig` (C API, section "Sub-interpreter
//! support"; PEP 684).
//!
//! A lock of its own is granted in name: all interpreters of the process take turns under one.

use crate::text::c_str;
use dovetail_core::error::PyResult;
use dovetail_core::hooks::{self, SUB_INTERPRETERS};
use dovetail_core::interpreter::{Features, Interpreter};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::{Bool, bool_obj};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::capi;
use std::ffi::{CStr, c_int, c_long};
use std::ptr::null_mut;

type T = *mut abi::PyThreadState;
type I = *mut abi::PyInterpreterState;
type C = *mut abi::PyInterpreterConfig;

const DEFAULT_GIL: c_int = abi::PyInterpreterConfig_DEFAULT_GIL as c_int;
const SHARED_GIL: c_int = abi::PyInterpreterConfig_SHARED_GIL as c_int;
const OWN_GIL: c_int = abi::PyInterpreterConfig_OWN_GIL as c_int;

/// A `PyStatus` of failure.
fn failure(function: &'static CStr, message: &'static CStr) -> abi::PyStatus {
    abi::PyStatus {
        _type: abi::_PyStatus_TYPE_ERROR,
        func: function.as_ptr(),
        err_msg: message.as_ptr(),
        exitcode: 0,
    }
}

/// The features that a configuration asks for, or why they cannot be.
fn features(c: &abi::PyInterpreterConfig) -> Result<Features, &'static CStr> {
    let own_gil = match c.gil {
        DEFAULT_GIL | SHARED_GIL => false,
        OWN_GIL => true,
        _ => return Err(c"invalid interpreter config 'gil' value"),
    };
    if c.use_main_obmalloc == 0 && c.check_multi_interp_extensions == 0 {
        return Err(c"per-interpreter obmalloc does not support single-phase init extension modules");
    }
    if own_gil && c.use_main_obmalloc != 0 {
        return Err(c"per-interpreter GIL does not support a shared obmalloc");
    }
    Ok(Features {
        use_main_obmalloc: c.use_main_obmalloc != 0,
        allow_fork: c.allow_fork != 0,
        allow_exec: c.allow_exec != 0,
        allow_threads: c.allow_threads != 0,
        allow_daemon_threads: c.allow_daemon_threads != 0,
        check_multi_interp_extensions: c.check_multi_interp_extensions != 0,
        own_gil,
    })
}

fn config_of(f: &Features) -> abi::PyInterpreterConfig {
    abi::PyInterpreterConfig {
        use_main_obmalloc: c_int::from(f.use_main_obmalloc),
        allow_fork: c_int::from(f.allow_fork),
        allow_exec: c_int::from(f.allow_exec),
        allow_threads: c_int::from(f.allow_threads),
        allow_daemon_threads: c_int::from(f.allow_daemon_threads),
        check_multi_interp_extensions: c_int::from(f.check_multi_interp_extensions),
        gil: if f.own_gil { OWN_GIL } else { SHARED_GIL },
    }
}

fn create(features: Features) -> Result<&'static ThreadState, &'static CStr> {
    match SUB_INTERPRETERS.get() {
        Some(h) => (h.create)(features),
        None => Err(c"this program registered nothing that makes interpreters"),
    }
}

/// Makes an interpreter as `PyInterpreterConfig` says; its first thread state, of this thread, is current then.
#[unsafe(no_mangle)]
unsafe extern "C" fn Py_NewInterpreterFromConfig(
    made: *mut T,
    config: *const abi::PyInterpreterConfig,
) -> abi::PyStatus {
    const NAME: &CStr = c"Py_NewInterpreterFromConfig";
    // SAFETY: the caller's place and configuration.
    unsafe {
        *made = null_mut();
        let features = match features(&*config) {
            Ok(features) => features,
            Err(message) => return failure(c"init_interp_settings", message),
        };
        match create(features) {
            Ok(ts) => {
                *made = ts.c();
                crate::legacy::PyStatus_Ok()
            }
            Err(message) => failure(NAME, message),
        }
    }
}

/// Makes an interpreter that shares what can be shared; its first thread state, of this thread, is current then. NULL
/// without an exception when it cannot be made.
#[capi(no_gil)]
fn Py_NewInterpreter() -> T {
    create(Features::LEGACY).map_or(null_mut(), |ts| ts.c())
}

/// Ends the interpreter of the current thread state; no state is current afterwards.
#[capi]
unsafe fn Py_EndInterpreter(ts: T) {
    if !std::ptr::eq(ThreadState::current().c(), ts) {
        hooks::fatal("Py_EndInterpreter: thread is not current");
    }
    // SAFETY: the current state.
    if unsafe { (*(*ts).interp.cast::<Interpreter>()).is_main() } {
        hooks::fatal("Py_EndInterpreter: the main interpreter ends with the process");
    }
    if let Some(h) = SUB_INTERPRETERS.get() {
        (h.end)();
    }
}

/// Raises what a failed `PyStatus` says.
#[unsafe(no_mangle)]
unsafe extern "C" fn _PyErr_SetFromPyStatus(status: abi::PyStatus) {
    // SAFETY: C strings or NULL.
    unsafe {
        if status._type != abi::_PyStatus_TYPE_ERROR {
            let _ = raise!(SystemError, "_PyErr_SetFromPyStatus() status is not an error");
            return;
        }
        let message = if status.err_msg.is_null() { "".into() } else { c_str(status.err_msg) };
        if message == "memory allocation failed" {
            let _ = dovetail_core::error::no_memory();
            return;
        }
        let _ = match status.func.is_null() {
            true => raise!(RuntimeError, "{message}"),
            false => raise!(RuntimeError, "{}: {message}", c_str(status.func)),
        };
    }
}

/// As `Py_NewInterpreterFromConfig`, without leaving the new state current for a caller that gives no place for the old one.
#[capi(private)]
unsafe fn _PyXI_NewInterpreter(
    config: C,
    _whence: *mut c_long,
    made: *mut T,
    before: *mut T,
) -> PyResult<*mut abi::PyInterpreterState> {
    let old = ThreadState::current();
    // SAFETY: the caller's configuration and places.
    unsafe {
        let ts = match features(&*config).and_then(create) {
            Ok(ts) => ts,
            Err(message) => bail!(InterpreterError, "{}", message.to_string_lossy()),
        };
        let interp = (*ts.c()).interp;
        if before.is_null() {
            gil::switch_to(old);
            if made.is_null() {
                // Whoever wants to run something in it makes a state of its own.
                gil::drop_thread(ts);
            }
        } else {
            *before = old.c();
        }
        if !made.is_null() {
            *made = ts.c();
        }
        Ok(interp)
    }
}

/// Ends an interpreter; the state that was current (or `*before`) is current again.
#[capi(private)]
unsafe fn _PyXI_EndInterpreter(interp: I, ts: T, before: *mut T) {
    // SAFETY: a live interpreter, a state of it or NULL, a place with a state or NULL.
    unsafe {
        let current = ThreadState::current();
        let (ts, back): (&'static ThreadState, Option<&'static ThreadState>) = if ts.is_null() {
            if std::ptr::eq((*current.c()).interp, interp) {
                (current, before.as_ref().map(|p| &*(*p as *const ThreadState)))
            } else {
                (gil::prepare_thread(interp.cast()), Some(current))
            }
        } else {
            let back = before.as_ref().map(|p| &*(*p as *const ThreadState));
            (&*(ts as *const ThreadState), back.or((!std::ptr::eq(current.c(), ts)).then_some(current)))
        };
        if !std::ptr::eq(ThreadState::current(), ts) {
            gil::switch_to(ts);
        }
        if let Some(h) = SUB_INTERPRETERS.get() {
            (h.end)();
        }
        if let Some(back) = back {
            gil::attach(back);
            gil::own(back);
        }
    }
}

// ---- PyInterpreterConfig as a dictionary ----

/// The fields that are flags, with their places.
fn flags(c: &mut abi::PyInterpreterConfig) -> [(&'static str, &mut c_int); 6] {
    [
        ("use_main_obmalloc", &mut c.use_main_obmalloc),
        ("allow_fork", &mut c.allow_fork),
        ("allow_exec", &mut c.allow_exec),
        ("allow_threads", &mut c.allow_threads),
        ("allow_daemon_threads", &mut c.allow_daemon_threads),
        ("check_multi_interp_extensions", &mut c.check_multi_interp_extensions),
    ]
}

/// Fills a configuration from what an interpreter was made with.
#[capi(private)]
unsafe fn _PyInterpreterConfig_InitFromState(config: C, interp: I) -> PyResult<()> {
    // SAFETY: the caller's place and a live interpreter.
    unsafe { *config = config_of(&(*interp.cast::<Interpreter>()).features) };
    Ok(())
}

/// A dictionary of a configuration's fields.
#[capi(private)]
unsafe fn _PyInterpreterConfig_AsDict(config: C) -> PyResult<Ref<Dict>> {
    // SAFETY: a configuration.
    let mut c = unsafe { *config };
    let d = Dict::new()?;
    for (name, value) in flags(&mut c) {
        d.set_text(name, bool_obj(*value != 0))?;
    }
    let gil = match c.gil {
        DEFAULT_GIL => "default",
        SHARED_GIL => "shared",
        OWN_GIL => "own",
        _ => bail!(SystemError, "invalid interpreter config 'gil' value"),
    };
    d.set_text("gil", Str::new(gil)?.as_obj())?;
    Ok(d)
}

/// Sets fields from a dictionary; with `all`, every field must be there.
fn from_dict(config: &mut abi::PyInterpreterConfig, given: &Dict, all: bool) -> PyResult<()> {
    let left = given.copy()?;
    let take = |name: &str| -> PyResult<Option<Object>> {
        let key = Str::intern(name)?;
        let found = left.get(key.as_obj())?;
        if found.is_some() {
            left.remove(key.as_obj())?;
        } else if all {
            bail!(ValueError, "missing config key: {name}");
        }
        Ok(found)
    };
    let mut c = *config;
    for (name, place) in flags(&mut c) {
        if let Some(v) = take(name)? {
            let Some(b) = v.downcast::<Bool>() else { bail!(TypeError, "invalid config type: {name}") };
            *place = c_int::from(b.as_obj().is_true()?);
        }
    }
    if let Some(v) = take("gil")? {
        let Some(s) = v.downcast::<Str>() else { bail!(TypeError, "invalid config type: gil") };
        c.gil = match &*s.to_string_lossy() {
            "default" => DEFAULT_GIL,
            "shared" => SHARED_GIL,
            "own" => OWN_GIL,
            _ => bail!(ValueError, "unsupported interpreter config .gil value '{}'", s.to_string_lossy()),
        };
    }
    match left.len() {
        0 => {}
        n => {
            let s = if n == 1 { "" } else { "s" };
            let items = left.as_obj().repr()?;
            bail!(ValueError, "config dict has {n} extra item{s} ({})", items.to_string_lossy())
        }
    }
    *config = c;
    Ok(())
}

fn as_dict(o: &Obj) -> PyResult<&Dict> {
    match o.downcast::<Dict>() {
        Some(d) => Ok(d),
        None => bail!(TypeError, "dict expected"),
    }
}

/// Fills a configuration from a dictionary of all its fields.
#[capi(private)]
unsafe fn _PyInterpreterConfig_InitFromDict(config: C, given: &Obj) -> PyResult<()> {
    let mut c = config_of(&Features::LEGACY);
    from_dict(&mut c, as_dict(given)?, true)?;
    // SAFETY: the caller's place.
    unsafe { *config = c };
    Ok(())
}

/// Sets those fields of a configuration that a dictionary has.
#[capi(private)]
unsafe fn _PyInterpreterConfig_UpdateFromDict(config: C, given: &Obj) -> PyResult<()> {
    // SAFETY: a configuration.
    from_dict(unsafe { &mut *config }, as_dict(given)?, false)
}

/// The interpreter with this number; raises `InterpreterNotFoundError`.
#[capi(private)]
unsafe fn _PyInterpreterState_LookUpID(id: i64) -> PyResult<*mut abi::PyInterpreterState> {
    let found = Interpreter::current().family.find(id);
    match found {
        Some(i) => Ok(std::ptr::from_ref(i).cast_mut().cast()),
        None => bail!(InterpreterNotFoundError, "unrecognized interpreter ID {id}"),
    }
}

/// The number in an object, as the functions on interpreters take it.
#[capi(private)]
unsafe fn _PyInterpreterState_ObjectToID(id: &Obj) -> PyResult<i64> {
    // SAFETY: the slot of a live type.
    let numbers = unsafe { id.ob_type().raw().tp_as_number.as_ref() };
    if numbers.is_none_or(|n| n.nb_index.is_none()) {
        bail!(TypeError, "interpreter ID must be an int, got {}", id.type_name());
    }
    match id.index()?.to_i64() {
        Some(n) if n >= 0 => Ok(n),
        Some(_) => bail!(
            ValueError,
            "interpreter ID must be a non-negative int, got {}",
            id.repr()?.to_string_lossy()
        ),
        None => bail!(OverflowError, "int too big to convert"),
    }
}

/// As `_PyInterpreterState_LookUpID`, by a number as object.
#[capi(private)]
unsafe fn _PyInterpreterState_LookUpIDObject(id: &Obj) -> PyResult<*mut abi::PyInterpreterState> {
    // SAFETY: no pointers of C.
    unsafe {
        let n = _PyInterpreterState_ObjectToID(id.as_ptr());
        if n < 0 {
            return Err(dovetail_core::error::Raised::from_c());
        }
        let found = _PyInterpreterState_LookUpID(n);
        if found.is_null() { Err(dovetail_core::error::Raised::from_c()) } else { Ok(found) }
    }
}

/// The interpreter's number as an object.
#[capi(private)]
unsafe fn _PyInterpreterState_GetIDObject(interp: I) -> PyResult<Object> {
    // SAFETY: a live interpreter.
    Ok(dovetail_stdlib::util::int(unsafe { (*interp.cast::<Interpreter>()).id })?.into_object())
}
