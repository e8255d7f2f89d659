//! The end of the interpreter, in CPython's order: threads, `atexit`, streams, modules, collections.

use crate::run;
use dovetail_core::gc::{
    self,
    collect::{Reason, collect},
};
use dovetail_core::interp::pending;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::weakref::WeakRef;
use dovetail_core::{gil, hooks, startup, sym};

/// The oldest generation.
const ALL: usize = dovetail_core::gc::GENERATIONS - 1;

/// Ends the interpreter: joins threads that are no daemons, calls what `atexit` registered, empties all modules. False
/// where standard output did not take everything.
pub fn finish() -> bool {
    let interp = Interpreter::current();
    if let Err(e) = run::call_if_there("threading", "_shutdown") {
        hooks::unraisable(e.take(), "Exception ignored on threading shutdown", None);
    }
    if let Err(e) = pending::handle(ThreadState::current()) {
        hooks::ignore(e, None);
    }
    dovetail_stdlib::atexit::run_callbacks();
    crate::subinterpreter::end_all();
    interp.gil.finalize();
    gil::set_initialized(false);
    let mut whole = startup::flush_streams();
    if interp.gc.enabled.get() {
        collect(ALL, Reason::Shutdown);
    }
    dovetail_stdlib::signal::forget_handlers();
    forget_modules();
    whole &= startup::flush_streams();
    if let Some(f) = hooks::AT_END.get() {
        f();
    }
    whole
}

/// After [`finish`]: the calling thread and the process have no interpreter any more, and one may be started again.
/// What objects are left stay where they are, as those of a sub-interpreter do; the next interpreter's collector
/// takes care of their cycles.
pub fn leave() {
    let ts = ThreadState::current();
    let interp = ts.interp();
    dovetail_stdlib::signal::end();
    dovetail_stdlib::sys::forget_native_audit_hooks();
    // Threads that still wait for the lock stop for ever.
    interp.finalize();
    dovetail_stdlib::thread::end_local();
    // SAFETY: other threads have stopped, and Python's part of this one is over.
    unsafe { interp.let_go() };
    if interp.gc.enabled.get() {
        collect(ALL, Reason::Shutdown);
    }
    interp.leave_family();
    gil::forget_main();
    // SAFETY: the current state; no frame of it is left, and its interpreter's memory stays.
    unsafe { gil::end_thread(ts) };
    interp.gil.reopen();
    crate::locale::forget();
}

/// Ends the process as SIGINT would have, so that a waiting shell knows.
pub fn die_of_interrupt() {
    // SAFETY: the default handling is restored, and the process sends itself the signal.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
}

/// Clears an error that nobody is left to hear of.
fn quietly<T>(result: dovetail_core::PyResult<T>) -> Option<T> {
    match result {
        Ok(v) => Some(v),
        Err(e) => {
            e.clear();
            None
        }
    }
}

/// Takes all modules apart: first by letting go of `sys.modules`, then by emptying those that something still holds.
pub(crate) fn forget_modules() {
    let interp = Interpreter::current();
    let (Some(sys), Some(modules)) = (interp.sysdict.get(), interp.modules.get()) else { return };
    quietly(interp.builtins().set_text("_", none()));
    for name in [
        "path",
        "argv",
        "ps1",
        "ps2",
        "last_exc",
        "last_type",
        "last_value",
        "last_traceback",
        "path_importer_cache",
        "meta_path",
        "path_hooks",
    ] {
        if sys.get_text(name).is_some() {
            quietly(sys.set_text(name, none()));
        }
    }
    for name in ["stdin", "stdout", "stderr"] {
        let kept = sys.get_text(&format!("__{name}__")).map_or_else(|| none().to_owned(), Obj::to_owned);
        quietly(sys.set_text(name, &kept));
    }
    let mut left = Vec::new();
    for (name, module) in modules_in_order(modules) {
        if module.is_a::<Module>()
            && let Some(w) = quietly(WeakRef::new(&module, None))
        {
            left.push(w);
        }
        quietly(modules.set(&name, none()));
    }
    // What `import` would use is gone from here on.
    modules.clear_items();
    collect(ALL, Reason::Shutdown);
    gc::report_garbage();
    for weak in left.iter().rev() {
        let Some(module) = weak.get() else { continue };
        let Some(m) = module.downcast::<Module>() else { continue };
        let d = m.dict();
        if std::ptr::eq(d, &**sys) || std::ptr::eq(d, &**interp.builtins()) {
            continue;
        }
        clear_module_dict(d);
    }
    clear_module_dict(sys);
    clear_module_dict(interp.builtins());
    drop(left);
    collect(ALL, Reason::Shutdown);
}

/// The entries of `sys.modules`, which is a dict in most programs.
fn modules_in_order(modules: &Dict) -> Vec<(Object, Object)> {
    modules.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

/// Sets all names of a module to None: first those with one underscore, then the others but `__builtins__`.
fn clear_module_dict(dict: &Dict) {
    let dict = dict.to_ref();
    for private in [true, false] {
        let names: Vec<Object> = dict
            .iter_borrowed()
            .filter(|(_, v)| !v.is_none())
            .filter_map(|(k, _)| k.downcast::<Str>())
            .filter(|k| {
                let text = k.to_string_lossy();
                if private {
                    text.starts_with('_') && !text.starts_with("__")
                } else {
                    text != "__builtins__"
                }
            })
            .map(|k| k.as_obj().to_owned())
            .collect();
        for name in names {
            // An earlier destructor may have taken it away.
            if dict.get_str(sym_or(&name)).is_some_and(|v| !v.is_none()) {
                quietly(dict.set(&name, none()));
            }
        }
    }
}

fn sym_or(name: &Obj) -> &Str {
    name.downcast::<Str>().unwrap_or(sym!(""))
}
