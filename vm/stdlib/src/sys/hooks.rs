//! Functions of `sys` that set and ask for hooks, limits and the state of the interpreter.

use crate::util::{int, set, text};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::interp::frame::Frame;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::monitor::legacy;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::frame::{FrameObject, frame_object};
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, sym};
use dovetail_macros::pymodule;
use std::time::Duration;

/// The hooks of `sys.addaudithook`.
#[derive(Default)]
struct Audit(std::cell::RefCell<Vec<Object>>);

/// Has any interpreter a hook? Most programs have none.
static AUDITED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// A hook of C (`PySys_AddAuditHook`): event, arguments, its own data; not 0 when it raised.
pub type NativeHook = unsafe extern "C" fn(
    *const std::ffi::c_char,
    *mut abi::PyObject,
    *mut std::ffi::c_void,
) -> std::ffi::c_int;

/// The hooks of C, for all interpreters, with their data.
static NATIVE: std::sync::Mutex<Vec<(NativeHook, usize)>> = std::sync::Mutex::new(Vec::new());

fn native_hooks() -> std::sync::MutexGuard<'static, Vec<(NativeHook, usize)>> {
    NATIVE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Adds a hook of C; Python need not run yet.
pub fn add_native_audit_hook(hook: NativeHook, data: *mut std::ffi::c_void) {
    native_hooks().push((hook, data as usize));
    AUDITED.store(true, std::sync::atomic::Ordering::Relaxed);
}

/// After the end of the main interpreter: the hooks of C hear of it and are gone.
pub fn forget_native_audit_hooks() {
    if native_hooks().is_empty() {
        return;
    }
    if let Err(e) = audit_event("cpython._PySys_ClearAuditHooks", Vec::new()) {
        e.clear();
    }
    native_hooks().clear();
}

/// Is there anybody to hear of events?
pub fn audited() -> bool {
    AUDITED.load(std::sync::atomic::Ordering::Relaxed)
        && (!Interpreter::current().state::<Audit>().0.borrow().is_empty() || !native_hooks().is_empty())
}

/// Passes an event of a native function to the audit hooks: those of C, then the interpreter's own.
pub fn audit_event(event: &str, args: Vec<Object>) -> PyResult<()> {
    if !audited() {
        return Ok(());
    }
    pass_on(&*Str::new(event)?, &*Tuple::from_vec(args)?)
}

fn pass_on(event: &Str, args: &Tuple) -> PyResult<()> {
    let native = native_hooks().clone();
    if !native.is_empty() {
        let name = std::ffi::CString::new(event.to_string_lossy().as_ref()).unwrap_or_default();
        for (hook, data) in native {
            // SAFETY: the function and data that were registered; the arguments outlive the call.
            if unsafe { hook(name.as_ptr(), args.as_ptr(), data as *mut _) } != 0 {
                return Err(dovetail_core::Raised::from_c());
            }
        }
    }
    let hooks = Interpreter::current().state::<Audit>().0.borrow().clone();
    hooks.iter().try_for_each(|h| h.call(&[event.as_obj(), args.as_obj()]).map(|_| ()))
}

/// Tells the hooks that one more wants to be added. False where one of them is against it.
pub fn may_add_audit_hook() -> PyResult<bool> {
    match audit_event("sys.addaudithook", Vec::new()) {
        Ok(()) => Ok(true),
        Err(e) if e.matches(exc::Exception()) => {
            e.clear();
            Ok(false)
        }
        Err(e) => Err(e),
    }
}

/// The frame `depth` calls up.
fn frame_at(depth: isize) -> PyResult<Ref<FrameObject>> {
    let mut f = Frame::first_complete(ThreadState::current().frame());
    let mut left = depth.max(0);
    while left > 0 && !f.is_null() {
        // SAFETY: a live frame of this thread.
        f = Frame::first_complete(unsafe { (*f).previous });
        left -= 1;
    }
    if f.is_null() {
        bail!(ValueError, "call stack is not deep enough");
    }
    frame_object(f)
}

fn print(out: &str) -> PyResult<()> {
    match super::stream("stderr") {
        Some(f) => {
            f.call_method(sym!(write), &[&*text(out)?])?;
            if let Err(e) = f.call_method(sym!(flush), &[]) {
                e.clear();
            }
        }
        // A program may set it to None to hear nothing.
        None if Interpreter::current().sysdict.get().is_some_and(|d| d.get_text("stderr").is_some()) => {}
        None => dovetail_core::types::stdprinter::write_stderr(out),
    }
    Ok(())
}

#[pymodule(name = "sys")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        for name in ["excepthook", "unraisablehook", "breakpointhook", "displayhook"] {
            let f = module.get_attr_text(name)?;
            set(module, &format!("__{name}__"), &f)?;
        }
        Ok(())
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[function]
    fn excepthook(_exctype: &Obj, value: &Obj, traceback: &Obj) -> PyResult<()> {
        let Some(e) = value.downcast::<BaseException>() else {
            return print(&format!(
                "TypeError: print_exception(): Exception expected for value, {} found\n",
                value.type_name()
            ));
        };
        if e.traceback().is_none() && traceback.is_a::<dovetail_core::types::traceback::Traceback>() {
            e.set_attr(sym!(__traceback__), traceback)?;
        }
        dovetail_core::types::traceback_show::display(e);
        Ok(())
    }

    /// Handle an unraisable exception.
    #[function]
    fn unraisablehook(unraisable: &Obj) -> PyResult<()> {
        let message = unraisable.get_attr(sym!(err_msg))?;
        let object = unraisable.get_attr(sym!(object))?;
        let value = unraisable.get_attr(sym!(exc_value))?;
        let message =
            if message.is_none() { String::new() } else { message.str_()?.to_string_lossy().into_owned() };
        let object = Some(&*object).filter(|o| !o.is_none());
        let out = dovetail_core::types::traceback_plain::format_unraisable(
            value.downcast::<BaseException>(),
            &message,
            object,
        );
        print(&out)
    }

    /// This hook function is called by built-in breakpoint().
    #[function(sig = "(*args, **kws)")]
    fn breakpointhook(args: &[&Obj], kws: Option<&Dict>) -> PyResult<Object> {
        let ignored = Interpreter::current().config.get().is_some_and(|c| c.ignore_environment);
        let wish = if ignored { None } else { std::env::var("PYTHONBREAKPOINT").ok() };
        let wish = wish.filter(|w| !w.is_empty()).unwrap_or_else(|| "pdb.set_trace".into());
        if wish == "0" {
            return Ok(none().to_owned());
        }
        let (module, name) = wish.rsplit_once('.').unwrap_or(("builtins", &wish));
        let found = if module.is_empty() {
            None
        } else {
            match dovetail_core::import::import_module(module).and_then(|m| m.get_attr_text(name)) {
                Ok(f) => Some(f),
                Err(e) if e.matches(exc::ImportError()) || e.matches(exc::AttributeError()) => {
                    e.clear();
                    None
                }
                Err(e) => return Err(e),
            }
        };
        let Some(hook) = found else {
            let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wish}\"");
            dovetail_core::types::exception::warn(exc::RuntimeWarning(), &message, 0)?;
            return Ok(none().to_owned());
        };
        hook.call_dict(&*Tuple::from_slice(args)?, kws)
    }

    /// Return a frame object from the call stack.
    ///
    /// If optional integer depth is given, return the frame object that many
    /// calls below the top of the stack.  If that is deeper than the call
    /// stack, ValueError is raised.  The default for depth is zero, returning
    /// the frame at the top of the call stack.
    #[function(sig = "(depth=0, /)")]
    fn _getframe(depth: isize) -> PyResult<Ref<FrameObject>> {
        frame_at(depth)
    }

    /// Return the name of the module for a calling frame.
    #[function(sig = "(depth=0)")]
    fn _getframemodulename(depth: isize) -> PyResult<Option<Object>> {
        let mut f = Frame::first_complete(ThreadState::current().frame());
        for _ in 0..depth.max(0) {
            if f.is_null() {
                return Ok(None);
            }
            // SAFETY: a live frame of this thread.
            f = Frame::first_complete(unsafe { (*f).previous });
        }
        if f.is_null() {
            return Ok(None);
        }
        // SAFETY: a live frame.
        Ok(unsafe { Frame::globals(f) }.get_str(sym!(__name__)).map(Obj::to_owned))
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    #[function]
    fn _current_frames() -> PyResult<Ref<Dict>> {
        let d = Dict::new()?;
        for t in Interpreter::current().threads() {
            let f = Frame::first_complete(t.frame());
            if !f.is_null() {
                // SAFETY: a listed state lives while the GIL is held.
                let id = unsafe { (*t.c()).thread_id };
                d.set(&*int(id)?, frame_object(f)?.as_obj())?;
            }
        }
        Ok(d)
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    #[function]
    fn _current_exceptions() -> PyResult<Ref<Dict>> {
        let d = Dict::new()?;
        for t in Interpreter::current().threads() {
            // SAFETY: as above.
            let id = unsafe { (*t.c()).thread_id };
            match t.handled_exception() {
                Some(e) => d.set(&*int(id)?, e.as_obj())?,
                None => d.set(&*int(id)?, none())?,
            }
        }
        Ok(d)
    }

    /// Set the global debug tracing function.
    ///
    /// It will be called on each function call.  See the debugger chapter
    /// in the library manual.
    #[function(sig = "(function, /)")]
    fn settrace(function: &Obj) {
        legacy::set_trace_function(ThreadState::current(), Some(function).filter(|f| !f.is_none()));
    }

    /// Return the global debug tracing function set with sys.settrace.
    ///
    /// See the debugger chapter in the library manual.
    #[function]
    fn gettrace() -> Option<Object> {
        legacy::functions(ThreadState::current()).0
    }

    /// Set the global debug tracing function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call. See the debugger chapter
    /// in the library manual.
    #[function(sig = "(function, /)")]
    fn _settraceallthreads(function: &Obj) {
        for t in Interpreter::current().threads() {
            legacy::set_trace_function(t, Some(function).filter(|f| !f.is_none()));
        }
    }

    /// Set the profiling function.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[function(sig = "(function, /)")]
    fn setprofile(function: &Obj) {
        legacy::set_profile_function(ThreadState::current(), Some(function).filter(|f| !f.is_none()));
    }

    /// Set the profiling function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[function(sig = "(function, /)")]
    fn _setprofileallthreads(function: &Obj) {
        for t in Interpreter::current().threads() {
            legacy::set_profile_function(t, Some(function).filter(|f| !f.is_none()));
        }
    }

    /// Return the profiling function set with sys.setprofile.
    ///
    /// See the profiler chapter in the library manual.
    #[function]
    fn getprofile() -> Option<Object> {
        legacy::functions(ThreadState::current()).1
    }

    /// Return the current default encoding used by the Unicode implementation.
    #[function]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[function]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error mode used for Unicode to OS filename conversion.
    #[function]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[function]
    fn getswitchinterval() -> f64 {
        Interpreter::current().gil.interval().as_secs_f64()
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    ///
    /// The actual frequency of switching threads can be lower if the
    /// interpreter executes long sequences of uninterruptible code
    /// (this is implementation-specific and workload-dependent).
    #[function]
    fn setswitchinterval(interval: f64) -> PyResult<()> {
        if interval <= 0.0 {
            bail!(ValueError, "switch interval must be strictly positive");
        }
        Interpreter::current().gil.set_interval(Duration::from_secs_f64(interval.min(1e6)));
        Ok(())
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[function]
    fn get_int_max_str_digits() -> usize {
        Interpreter::current().int_max_str_digits.get()
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[function(sig = "(maxdigits)")]
    fn set_int_max_str_digits(maxdigits: i32) -> PyResult<()> {
        if maxdigits != 0 && maxdigits < 640 {
            bail!(ValueError, "maxdigits must be >= 640 or 0 for unlimited");
        }
        Interpreter::current().int_max_str_digits.set(maxdigits as usize);
        Ok(())
    }

    /// Return the size of object in bytes.
    #[function(nosig, sig = "(object, default=<unrepresentable>)")]
    fn getsizeof(object: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        let size = || -> PyResult<Object> {
            let Some(m) = object.lookup_special(sym!(__sizeof__))? else {
                bail!(TypeError, "Type {} doesn't define __sizeof__", object.type_name());
            };
            let n = m.call(&[])?;
            if !n.is_a::<Int>() {
                bail!(TypeError, "an integer is required");
            }
            let n = n.as_isize()?;
            if n < 0 {
                bail!(ValueError, "__sizeof__() should return >= 0");
            }
            int(n as i128 + dovetail_core::object::alloc::presize(object.ob_type()) as i128)
        };
        match (size(), default) {
            (Err(e), Some(d)) if e.matches(exc::TypeError()) => {
                e.clear();
                Ok(d.to_owned())
            }
            (r, _) => r,
        }
    }

    /// Passes the event to any hooks that are attached.
    #[function(sig = "(event, /, *args)")]
    fn audit(event: &Str, args: &[&Obj]) -> PyResult<()> {
        if !audited() {
            return Ok(());
        }
        pass_on(event, &*Tuple::from_slice(args)?)
    }

    /// Adds a new audit hook callback.
    #[function(sig = "(hook)")]
    fn addaudithook(hook: &Obj) -> PyResult<()> {
        if may_add_audit_hook()? {
            Interpreter::current().state::<Audit>().0.borrow_mut().push(hook.to_owned());
            AUDITED.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        Ok(())
    }

    /// Return True if Python is exiting.
    #[function]
    fn is_finalizing() -> bool {
        Interpreter::current().is_finalizing()
    }

    /// Return True if the GIL is currently enabled and False if the GIL is disabled.
    #[function]
    fn _is_gil_enabled() -> bool {
        true
    }

    /// Return True if the given string is "interned".
    #[function]
    fn _is_interned(string: &Str) -> bool {
        string.is_interned()
    }

    /// Return True if the given object is "immortal" per PEP 683.
    #[function]
    fn _is_immortal(op: &Obj) -> bool {
        op.is_immortal()
    }

    /// Return the number of memory blocks currently allocated.
    #[function]
    fn getallocatedblocks() -> usize {
        dovetail_core::object::alloc::blocks_in_use()
    }

    /// Return the number of elements of the unicode interned dictionary
    #[function(sig = "(*, _only_immortal=False)")]
    fn getunicodeinternedsize(_only_immortal: bool) -> usize {
        dovetail_core::types::str_::interned_count()
    }

    /// Clear the internal type lookup cache.
    #[function]
    fn _clear_type_cache() -> PyResult<()> {
        dovetail_core::types::exception::warn(
            exc::DeprecationWarning(),
            "sys._clear_type_cache() is deprecated and may be removed in a future version of Python.  Use \
             sys._clear_internal_caches() instead.",
            1,
        )?;
        dovetail_core::types::type_::clear_cache();
        Ok(())
    }

    /// Clear all internal performance-related caches.
    #[function]
    fn _clear_internal_caches() {}

    /// Call func(*args), while tracing is enabled.
    #[function]
    fn call_tracing(func: &Obj, funcargs: &Tuple) -> PyResult<Object> {
        legacy::with_tracing(ThreadState::current(), || func.call_dict(funcargs, None))
    }

    /// Return the current value of the flags that are used for dlopen calls.
    #[function]
    fn getdlopenflags() -> i32 {
        super::DLOPEN.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Set the flags used by the interpreter for dlopen calls.
    #[function]
    fn setdlopenflags(flags: i32) {
        super::DLOPEN.store(flags, std::sync::atomic::Ordering::Relaxed);
    }

    /// Check the origin tracking depth for coroutine objects in this thread.
    #[function]
    fn get_coroutine_origin_tracking_depth() -> i32 {
        // SAFETY: own state.
        unsafe { (*ThreadState::current().c()).coroutine_origin_tracking_depth }
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    #[function(sig = "(depth)")]
    fn set_coroutine_origin_tracking_depth(depth: i32) -> PyResult<()> {
        if depth < 0 {
            bail!(ValueError, "depth must be >= 0");
        }
        // SAFETY: own state.
        unsafe { (*ThreadState::current().c()).coroutine_origin_tracking_depth = depth };
        Ok(())
    }

    /// Private function for getting the base REPL
    #[function]
    fn _baserepl() -> PyResult<()> {
        match super::super::BASE_REPL.get() {
            Some(repl) => {
                repl();
                Ok(())
            }
            None => Err(dovetail_core::raise!(RuntimeError, "this process has no launcher with a prompt")),
        }
    }

    /// Private function for getting PyConfig.cpu_count
    #[function]
    fn _get_cpu_count_config() -> i32 {
        Interpreter::current().config.get().and_then(|c| c.cpu_count).unwrap_or(-1)
    }

    /// Return whether a stack profiler trampoline is active.
    #[function]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    /// Return True if remote debugging is enabled, False otherwise.
    #[function]
    fn is_remote_debug_enabled() -> bool {
        false
    }
}

pub static DLOPEN: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(libc::RTLD_NOW);

pub use module::MODULE;
