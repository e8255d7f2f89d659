//! `pylifecycle.h`, `osmodule.h`, `intrcheck.h`: facts about the runtime, signals, forks, the end of the process (C API,
//! sections "Initialization, Finalization, and Threads" and "Operating System Utilities").

use crate::boundary::P;
use crate::pystring::raw_wide;
use crate::text::c_str;
use dovetail_core::config::Config;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::monitor::legacy;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, hooks};
use dovetail_macros::capi;
use dovetail_stdlib::posix::process::{self, ForkLock};
use dovetail_stdlib::sys;
use std::cell::RefCell;
use std::ffi::{CString, OsString, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::{Mutex, OnceLock};

// ---- facts ----

/// Texts that live for ever; none needs Python to be initialized.
macro_rules! text_capi {
    ($($name:ident $make:expr;)*) => {$(
        /// A text in memory that lives for ever.
        #[capi(no_gil)]
        fn $name() -> *const c_char {
            static TEXT: OnceLock<CString> = OnceLock::new();
            TEXT.get_or_init(|| CString::new($make).unwrap_or_default()).as_ptr()
        }
    )*};
}

/// The part of `sys.version` from its `[` on, as `platform.python_compiler` reads it.
fn compiler() -> String {
    sys::version().split_once('[').map_or(String::new(), |(_, c)| format!("[{c}"))
}

/// The part of `sys.version` in parentheses.
fn build_info() -> String {
    let version = sys::version();
    version.split_once('(').and_then(|(_, b)| b.split_once(')')).map_or("", |(b, _)| b).to_owned()
}

text_capi! {
    Py_GetVersion sys::version();
    Py_GetPlatform sys::PLATFORM;
    Py_GetCopyright sys::COPYRIGHT;
    Py_GetCompiler compiler();
    Py_GetBuildInfo build_info();
}

/// Wide strings that live for ever, each of them a setting of the running Python.
macro_rules! wide_capi {
    ($($name:ident $make:expr;)*) => {$(
        /// A wide string that lives for ever; NULL when there is none, as before Python is initialized. After its end, the last
        /// answer.
        #[capi(no_gil)]
        fn $name() -> *mut abi::wchar_t {
            static KEPT: Mutex<Vec<(Vec<u32>, usize)>> = Mutex::new(Vec::new());
            if !dovetail_core::gil::is_initialized() {
                let all = KEPT.lock().unwrap_or_else(|e| e.into_inner());
                return all.last().map_or(null_mut(), |(_, place)| *place as *mut abi::wchar_t);
            }
            let make: fn() -> Option<Object> = $make;
            match make().and_then(|o| o.downcast_into::<Str>().ok()) {
                Some(s) => kept(&KEPT, s.text().iter().collect()),
                None => null_mut(),
            }
        }
    )*};
}

/// The one copy of a text among those that were asked for.
fn kept(all: &Mutex<Vec<(Vec<u32>, usize)>>, text: Vec<u32>) -> *mut abi::wchar_t {
    let mut all = all.lock().unwrap_or_else(|e| e.into_inner());
    if let Some((_, place)) = all.iter().find(|(known, _)| *known == text) {
        return *place as *mut abi::wchar_t;
    }
    let made = raw_wide(&text);
    all.push((text, made as usize));
    made
}

fn of_sys(name: &str) -> Option<Object> {
    Interpreter::current().sysdict.get().and_then(|d| d.get_text(name).map(Obj::to_owned))
}

/// The module search path of the start, joined by colons: without the program's folder and what `site` adds.
fn search_path() -> Option<Object> {
    let paths = &Interpreter::current().config.get()?.module_search_paths;
    let joined = paths.join(std::ffi::OsStr::new(":"));
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(joined.as_os_str());
    dovetail_stdlib::util::fs_decode(bytes).map_err(Raised::clear).ok().map(Ref::into_object)
}

fn setting(read: fn(&Config) -> Option<&OsString>) -> Option<Object> {
    let text = Interpreter::current().config.get().and_then(read)?;
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(text.as_os_str());
    dovetail_stdlib::util::fs_decode(bytes).map_err(Raised::clear).ok().map(Ref::into_object)
}

wide_capi! {
    Py_GetPrefix || of_sys("prefix");
    Py_GetExecPrefix || of_sys("exec_prefix");
    Py_GetProgramFullPath || of_sys("executable");
    Py_GetProgramName || setting(|c| Some(&c.program_name));
    Py_GetPath search_path;
    Py_GetPythonHome || setting(|c| c.home.as_ref());
}

/// A version as one number, as `PY_VERSION_HEX` has it.
#[capi]
fn Py_PACK_FULL_VERSION(major: c_int, minor: c_int, micro: c_int, level: c_int, serial: c_int) -> u32 {
    let part = |v: c_int, mask: u32, shift: u32| (v as u32 & mask) << shift;
    part(major, 0xff, 24)
        | part(minor, 0xff, 16)
        | part(micro, 0xff, 8)
        | part(level, 0xf, 4)
        | part(serial, 0xf, 0)
}

/// As `Py_PACK_FULL_VERSION`, of two parts.
#[capi]
unsafe fn Py_PACK_VERSION(major: c_int, minor: c_int) -> u32 {
    // SAFETY: no pointers.
    unsafe { Py_PACK_FULL_VERSION(major, minor, 0, 0, 0) }
}

/// A variable of the environment, or NULL; none count with `-E`.
#[capi]
unsafe fn Py_GETENV(name: *const c_char) -> *mut c_char {
    // SAFETY: our variable, and a C string.
    unsafe { if crate::data::Py_IgnoreEnvironmentFlag != 0 { null_mut() } else { libc::getenv(name) } }
}

// ---- recursion ----

/// `sys.getrecursionlimit()`.
#[capi]
fn Py_GetRecursionLimit() -> c_int {
    Interpreter::current().recursion_limit.get()
}

/// `sys.setrecursionlimit(limit)`; a limit that is too low is left.
#[capi]
fn Py_SetRecursionLimit(limit: c_int) {
    let set = || -> PyResult<()> {
        let sys = dovetail_core::import::import_module("sys")?;
        sys.get_attr_text("setrecursionlimit")?.call(&[&*dovetail_stdlib::util::int(limit)?]).map(drop)
    };
    if let Err(e) = set() {
        e.clear();
    }
}

/// Raises `RecursionError`: what a caller does that found too little of the C stack left.
#[capi]
unsafe fn _Py_CheckRecursiveCall(_ts: *mut abi::PyThreadState, place: *const c_char) -> PyResult<()> {
    // SAFETY: a C string.
    Err(ThreadState::current().recursion_error(&unsafe { c_str(place) }))
}

// ---- the end ----

/// What C registered for the end, in order.
enum AtEnd {
    Plain(unsafe extern "C" fn()),
    WithData(unsafe extern "C" fn(*mut c_void), usize),
}

static AT_END: Mutex<Vec<AtEnd>> = Mutex::new(Vec::new());

fn at_end() -> std::sync::MutexGuard<'static, Vec<AtEnd>> {
    AT_END.lock().unwrap_or_else(|e| e.into_inner())
}

/// Calls what was registered, the last one first.
fn run_at_end() {
    loop {
        let next = at_end().pop();
        match next {
            // SAFETY: the functions and data that were registered.
            Some(AtEnd::Plain(f)) => unsafe { f() },
            Some(AtEnd::WithData(f, data)) => unsafe { f(data as *mut c_void) },
            None => return,
        }
    }
}

/// Registers a function for the end of the interpreter, when Python objects are gone; at most 32.
#[capi]
fn Py_AtExit(f: Option<unsafe extern "C" fn()>) -> c_int {
    let Some(f) = f else { return -1 };
    let mut all = at_end();
    if all.iter().filter(|e| matches!(e, AtEnd::Plain(_))).count() >= 32 {
        return -1;
    }
    all.push(AtEnd::Plain(f));
    0
}

/// Registers a function and its data for the end of an interpreter.
#[capi]
fn PyUnstable_AtExit(
    _interp: *mut abi::PyInterpreterState,
    f: Option<unsafe extern "C" fn(*mut c_void)>,
    data: *mut c_void,
) -> PyResult<()> {
    let Some(f) = f else { bail!(SystemError, "bad argument to internal function") };
    at_end().push(AtEnd::WithData(f, data as usize));
    Ok(())
}

/// Ends the interpreter and the process.
#[unsafe(no_mangle)]
pub extern "C" fn Py_Exit(status: c_int) -> ! {
    let whole = hooks::FINISH.get().is_none_or(|finish| finish());
    std::process::exit(if whole { status } else { 120 })
}

// ---- the hooks of the command line ----

fn input_hook() -> Option<hooks::InputHook> {
    // SAFETY: a variable of C that is written under the GIL.
    unsafe { crate::data::PyOS_InputHook }
}

/// Registers what the runtime asks of this file; called once at start-up.
pub fn register() {
    let _ = hooks::INPUT_HOOK.set(input_hook);
    let _ = hooks::AT_END.set(run_at_end);
}

// ---- paths, signals, forks ----

/// `os.fspath(path)`.
#[capi]
fn PyOS_FSPath(path: &Obj) -> PyResult<Object> {
    dovetail_stdlib::util::fspath(path)
}

type Handler = Option<unsafe extern "C" fn(c_int)>;

fn handler_of(number: usize) -> Handler {
    // SAFETY: a handler's address, or one of the constants, of which SIG_DFL is NULL.
    unsafe { std::mem::transmute::<usize, Handler>(number) }
}

/// The handler of a signal, `SIG_ERR` when it cannot be asked.
#[capi]
fn PyOS_getsig(signal: c_int) -> Handler {
    // SAFETY: reads the way of one signal.
    unsafe {
        let mut a: libc::sigaction = std::mem::zeroed();
        match libc::sigaction(signal, std::ptr::null(), &mut a) {
            0 => handler_of(a.sa_sigaction),
            _ => handler_of(libc::SIG_ERR),
        }
    }
}

/// Sets the handler of a signal and gives the old one.
#[capi]
fn PyOS_setsig(signal: c_int, handler: Handler) -> Handler {
    // SAFETY: sets the way of one signal, without a mask; calls go on an alternate stack where there is one.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        let mut old: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = handler.map_or(libc::SIG_DFL, |f| f as usize);
        new.sa_flags = libc::SA_ONSTACK;
        match libc::sigaction(signal, &new, &mut old) {
            0 => handler_of(old.sa_sigaction),
            _ => handler_of(libc::SIG_ERR),
        }
    }
}

/// Has SIGINT come? Asked by the main thread, which forgets it then.
#[capi]
fn PyOS_InterruptOccurred() -> c_int {
    c_int::from(dovetail_stdlib::signal::take_interrupt())
}

/// The descriptor that hears of signals; the old one comes back.
#[capi]
fn PySignal_SetWakeupFd(fd: c_int) -> c_int {
    dovetail_stdlib::signal::set_wakeup(if fd < 0 { -1 } else { fd })
}

thread_local! {
    /// What is held from `PyOS_BeforeFork` on.
    static FORK: RefCell<Option<ForkLock>> = const { RefCell::new(None) };
}

/// Before `fork()` in C: the hooks of `os.register_at_fork`, then the locks.
#[capi]
fn PyOS_BeforeFork() {
    let lock = process::before_fork();
    FORK.set(Some(lock));
}

/// After `fork()`, in the parent.
#[capi]
fn PyOS_AfterFork_Parent() {
    if let Some(lock) = FORK.take() {
        process::after_fork_parent(lock);
    }
}

/// After `fork()`, in the child.
#[capi]
fn PyOS_AfterFork_Child() {
    let lock = FORK.take().unwrap_or_else(process::before_fork_unprepared);
    process::after_fork_child(lock);
}

/// The name of old of `PyOS_AfterFork_Child`.
#[capi]
unsafe fn PyOS_AfterFork() {
    // SAFETY: no pointers.
    unsafe { PyOS_AfterFork_Child() }
}

// ---- tracing ----

/// Sets this thread's trace function.
#[capi]
fn PyEval_SetTrace(f: abi::Py_tracefunc, object: Option<&Obj>) {
    legacy::set_trace(ThreadState::current(), f, object.map(Obj::to_owned));
}

/// Sets this thread's profile function.
#[capi]
fn PyEval_SetProfile(f: abi::Py_tracefunc, object: Option<&Obj>) {
    legacy::set_profile(ThreadState::current(), f, object.map(Obj::to_owned));
}

/// Sets the trace function of all threads.
#[capi]
fn PyEval_SetTraceAllThreads(f: abi::Py_tracefunc, object: Option<&Obj>) {
    for ts in ThreadState::current().interp().threads() {
        legacy::set_trace(ts, f, object.map(Obj::to_owned));
    }
}

/// Sets the profile function of all threads.
#[capi]
fn PyEval_SetProfileAllThreads(f: abi::Py_tracefunc, object: Option<&Obj>) {
    for ts in ThreadState::current().interp().threads() {
        legacy::set_profile(ts, f, object.map(Obj::to_owned));
    }
}

/// As `PyState_AddModule`, for a given thread.
#[capi]
unsafe fn _PyState_AddModule(_ts: *mut abi::PyThreadState, module: P, def: *mut abi::PyModuleDef) -> c_int {
    // SAFETY: the caller's module and definition.
    unsafe { crate::moduleobject::PyState_AddModule(module, def) }
}
