//! `_interpreters`: sub-interpreters for Python programs (PEP 734's low level).
//!
//! A call enters the other interpreter on the calling thread, with a state of its own, and comes back. All interpreters
//! take turns under one lock, so that what cannot change (None, truth values, numbers, strings, bytes) passes as it is;
//! tuples are made anew, code is copied by `marshal`, and other arguments of calls by `pickle`.

use crate::util::{TypeCell, int, set, set_int, text};
use dovetail_core::error::{PyResult, Raised, exc, raise_message};
use dovetail_core::hooks::SUB_INTERPRETERS;
use dovetail_core::import::import_module;
use dovetail_core::interp::eval::run_code;
use dovetail_core::interpreter::{Features, Interpreter};
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::{Bool, bool_obj};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::code::Code;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::float::Float;
use dovetail_core::types::function::Function;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::memoryview::MemoryView;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::simplenamespace::SimpleNamespace;
use dovetail_core::types::str_::Str;
use dovetail_core::types::traceback_format::{format_exception, format_exception_only};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gil, sym};
use dovetail_macros::pymodule;
use std::cell::Cell;

static NOT_SHAREABLE: TypeCell = TypeCell::new();

fn not_shareable_type() -> PyResult<&'static Type> {
    NOT_SHAREABLE
        .get_or(|| crate::util::new_exception("concurrent.interpreters.NotShareableError", exc::TypeError()))
}

fn not_shareable(o: &Obj) -> Raised {
    let make = || -> PyResult<Raised> {
        let shown = o.repr()?.to_string_lossy().into_owned();
        Ok(raise_message(not_shareable_type()?, &format!("{shown} does not support cross-interpreter data")))
    };
    make().unwrap_or_else(|e| e)
}

// ---- who made an interpreter ----

const RUNTIME: i64 = 1;
const CAPI: i64 = 3;
const STDLIB: i64 = 5;

/// What this module notes of an interpreter.
#[derive(Default)]
struct Notes {
    made_here: Cell<bool>,
    /// Something runs in its `__main__` through this module.
    running: Cell<bool>,
    references: Cell<usize>,
    /// It ends with its last reference.
    counted: Cell<bool>,
}

fn whence_of(interp: &Interpreter) -> i64 {
    match interp.is_main() {
        true => RUNTIME,
        false if interp.state::<Notes>().made_here.get() => STDLIB,
        false => CAPI,
    }
}

fn is_busy(interp: &Interpreter) -> bool {
    // The main interpreter runs its program as long as it lives.
    interp.is_main()
        || interp.state::<Notes>().running.get()
        || interp.threads().iter().any(|t| !t.frame().is_null())
}

fn find(id: &Obj) -> PyResult<&'static Interpreter> {
    if !id.has_index() {
        bail!(TypeError, "interpreter ID must be an int, got {}", id.type_name());
    }
    let shown = id.repr()?.to_string_lossy().into_owned();
    let n = match id.index()?.to_i64() {
        Some(n) if n >= 0 => n,
        Some(_) => bail!(ValueError, "interpreter ID must be a non-negative int, got {shown}"),
        None => bail!(OverflowError, "max interpreter ID is {}, got {shown}", i64::MAX),
    };
    match Interpreter::current().family.find(n) {
        Some(i) => Ok(i),
        None => bail!(InterpreterNotFoundError, "unrecognized interpreter ID {n}"),
    }
}

fn restricted(interp: &Interpreter, restrict: bool) -> PyResult<()> {
    if restrict && whence_of(interp) != STDLIB {
        bail!(InterpreterError, "unrecognized interpreter ID {}", interp.id);
    }
    Ok(())
}

// ---- configurations ----

const FIELDS: [&str; 6] = [
    "use_main_obmalloc",
    "allow_fork",
    "allow_exec",
    "allow_threads",
    "allow_daemon_threads",
    "check_multi_interp_extensions",
];

/// A configuration: the flags in the order of `FIELDS`, and the word for the lock.
type Settings = ([bool; 6], &'static str);

fn named(name: &str) -> PyResult<Settings> {
    Ok(match name {
        "" | "default" | "isolated" => ([false, false, false, true, false, true], "own"),
        "legacy" => ([true, true, true, true, true, false], "shared"),
        "empty" => ([false; 6], "default"),
        _ => bail!(ValueError, "unsupported config name '{name}'"),
    })
}

fn override_settings(settings: &mut Settings, given: &Dict) -> PyResult<()> {
    for (key, value) in given.iter_borrowed() {
        let name = key.str_()?.to_string_lossy().into_owned();
        if name == "gil" {
            settings.1 = match value.downcast::<Str>().map(|s| s.to_string_lossy().into_owned()).as_deref() {
                Some("default") => "default",
                Some("shared") => "shared",
                Some("own") => "own",
                Some(other) => bail!(ValueError, "unsupported interpreter config .gil value '{other}'"),
                None => bail!(TypeError, "expected a str for 'gil'"),
            };
            continue;
        }
        let Some(i) = FIELDS.iter().position(|f| **f == *name) else {
            let extra = Dict::new()?;
            for (k, v) in given.iter_borrowed() {
                if k.downcast::<Str>().is_none_or(|k| {
                    let k = k.to_string_lossy();
                    k != "gil" && !FIELDS.contains(&&*k)
                }) {
                    extra.set(k, v)?;
                }
            }
            let s = if extra.len() == 1 { "" } else { "s" };
            let shown = extra.as_obj().repr()?.to_string_lossy().into_owned();
            bail!(ValueError, "config dict has {} extra item{s} ({shown})", extra.len());
        };
        let Some(b) = value.downcast::<Bool>() else { bail!(TypeError, "expected a bool for '{name}'") };
        settings.0[i] = b.as_obj().is_true()?;
    }
    Ok(())
}

fn settings_of(config: Option<&Obj>) -> PyResult<Settings> {
    let Some(config) = config.filter(|c| !c.is_none()) else { return named("isolated") };
    if let Some(name) = config.downcast::<Str>() {
        return named(&name.to_string_lossy());
    }
    let dict = config.get_attr_opt(sym!(__dict__))?;
    let Some(dict) = dict.as_ref().and_then(|d| d.downcast::<Dict>()) else {
        bail!(TypeError, "bad config {}", config.repr()?.to_string_lossy());
    };
    for field in FIELDS.iter().chain(&["gil"]) {
        if dict.get_text(field).is_none() {
            bail!(ValueError, "missing config key: {field}");
        }
    }
    let mut settings = named("empty")?;
    override_settings(&mut settings, dict)?;
    Ok(settings)
}

fn features((flags, gil): Settings) -> PyResult<Features> {
    let own_gil = gil == "own";
    let [use_main_obmalloc, allow_fork, allow_exec, allow_threads, allow_daemon_threads, check] = flags;
    if !use_main_obmalloc && !check {
        bail!(
            InterpreterError,
            "per-interpreter obmalloc does not support single-phase init extension modules"
        );
    }
    if own_gil && use_main_obmalloc {
        bail!(InterpreterError, "per-interpreter GIL does not support a shared obmalloc");
    }
    Ok(Features {
        use_main_obmalloc,
        allow_fork,
        allow_exec,
        allow_threads,
        allow_daemon_threads,
        check_multi_interp_extensions: check,
        own_gil,
    })
}

fn namespace((flags, gil): Settings) -> PyResult<Object> {
    let d = Dict::new()?;
    for (name, flag) in FIELDS.iter().zip(flags) {
        d.set_text(name, bool_obj(flag))?;
    }
    d.set_text("gil", &*text(gil)?)?;
    Ok(SimpleNamespace::from_dict(&d)?.into_object())
}

/// The numbers of all interpreters that have not ended.
pub fn of_interpreters() -> Vec<i64> {
    // SAFETY: members are never freed.
    Interpreter::current().family.all().iter().map(|p| unsafe { (**p).id }).collect()
}

// ---- what passes the border ----

/// A value on its way.
pub enum Parcel {
    /// An object that never changes.
    Plain(Object),
    Tuple(Vec<Parcel>),
    Pickled(Vec<u8>),
    /// A queue of `_interpqueues`.
    Queue(i64),
    /// The buffer of a memory view.
    View(Object),
}

impl Parcel {
    /// Takes an object along, by `pickle` if it may be and nothing else does.
    pub fn pack(o: &Obj, pickled: bool) -> PyResult<Parcel> {
        let plain = o.is_none()
            || o.is_exact::<Bool>()
            || o.is_exact::<Int>()
            || o.is_exact::<Float>()
            || o.is_exact::<Str>()
            || o.is_exact::<Bytes>();
        if plain {
            return Ok(Parcel::Plain(o.to_owned()));
        }
        if let Some(t) = o.downcast_exact::<Tuple>() {
            return Ok(Parcel::Tuple(
                t.items().iter().map(|i| Parcel::pack(i, pickled)).collect::<PyResult<_>>()?,
            ));
        }
        if let Some(id) = crate::interpqueues::id_of(o) {
            return Ok(Parcel::Queue(id));
        }
        if o.is_exact::<MemoryView>() {
            return Ok(Parcel::View(o.to_owned()));
        }
        if !pickled {
            return Err(not_shareable(o));
        }
        match import_module("pickle")?.get_attr_text("dumps")?.call(&[o]) {
            Ok(b) => match b.downcast::<Bytes>() {
                Some(b) => Ok(Parcel::Pickled(b.as_slice().to_vec())),
                None => Err(not_shareable(o)),
            },
            Err(e) => {
                e.clear();
                Err(not_shareable(o))
            }
        }
    }

    /// The object on the other side.
    pub fn unpack(self) -> PyResult<Object> {
        match self {
            Parcel::Plain(o) => remade(&o),
            Parcel::Queue(id) => crate::interpqueues::object_of(id),
            Parcel::View(view) => MemoryView::type_object().as_obj().call(&[&view]),
            Parcel::Tuple(items) => {
                let items = items.into_iter().map(Parcel::unpack).collect::<PyResult<_>>()?;
                Ok(Tuple::from_vec(items)?.into_object())
            }
            Parcel::Pickled(bytes) => {
                import_module("pickle")?.get_attr_text("loads")?.call(&[Bytes::new(&bytes)?.as_obj()])
            }
        }
    }
}

/// The same value as an object of its own, where values are not shared anyway.
fn remade(o: &Obj) -> PyResult<Object> {
    if let Some(b) = o.downcast::<Bytes>() {
        return Ok(Bytes::new(b.as_slice())?.into_object());
    }
    if let Some(s) = o.downcast::<Str>() {
        return Ok(Str::from_buf(dovetail_text::TextBuf::from(s.text()))?.into_object());
    }
    match o.downcast_exact::<Float>() {
        Some(f) => Ok(Float::new(f.value())?.into_object()),
        None => Ok(o.to_owned()),
    }
}

fn pack_names(names: Option<&Obj>) -> PyResult<Vec<(String, Parcel)>> {
    let Some(names) = names.filter(|n| !n.is_none()) else { return Ok(Vec::new()) };
    let Some(d) = names.downcast::<Dict>() else {
        bail!(TypeError, "expected a dict, got {}", names.type_name())
    };
    d.iter_borrowed()
        .map(|(k, v)| match k.downcast::<Str>() {
            Some(k) => Ok((k.to_string_lossy().into_owned(), Parcel::pack(v, false)?)),
            None => bail!(TypeError, "expected str keys, got {}", k.type_name()),
        })
        .collect()
}

/// What is told of an exception of another interpreter.
struct Told {
    name: String,
    qualname: String,
    module: String,
    message: String,
    formatted: String,
    display: String,
}

impl Told {
    fn of(e: &BaseException) -> Told {
        let ty = e.as_obj().ob_type();
        let shown = |r: PyResult<Object>| match r.and_then(|o| o.str_()) {
            Ok(s) => s.to_string_lossy().into_owned(),
            Err(e) => {
                e.clear();
                String::new()
            }
        };
        Told {
            name: ty.short_name().to_owned(),
            qualname: shown(ty.as_obj().get_attr(sym!(__qualname__))),
            module: shown(ty.as_obj().get_attr(sym!(__module__))),
            message: shown(Ok(e.as_obj().to_owned())),
            formatted: format_exception_only(e).trim_end().to_owned(),
            display: format_exception(e).trim_end().to_owned(),
        }
    }

    fn into_namespace(self) -> PyResult<Object> {
        let ty = Dict::new()?;
        ty.set_text("__name__", &*text(&self.name)?)?;
        ty.set_text("__qualname__", &*text(&self.qualname)?)?;
        ty.set_text("__module__", &*text(&self.module)?)?;
        let d = Dict::new()?;
        d.set_text("type", SimpleNamespace::from_dict(&ty)?.as_obj())?;
        d.set_text("msg", &*text(&self.message)?)?;
        d.set_text("formatted", &*text(&self.formatted)?)?;
        d.set_text("errdisplay", &*text(&self.display)?)?;
        Ok(SimpleNamespace::from_dict(&d)?.into_object())
    }
}

// ---- entering ----

/// Runs `f` in an interpreter, with a thread state for it. What it raises comes back as `Told`.
fn within<R>(interp: &'static Interpreter, f: impl FnOnce() -> PyResult<R>) -> Result<R, Box<Told>> {
    let before = ThreadState::current();
    if std::ptr::eq(before.interp(), interp) {
        return f().map_err(|e| Box::new(Told::of(&e.take())));
    }
    // SAFETY: a live interpreter; the state is given back below.
    let ts = unsafe { gil::prepare_thread(std::ptr::from_ref(interp).cast_mut()) };
    gil::switch_to(ts);
    let result = f().map_err(|e| Box::new(Told::of(&e.take())));
    crate::thread::end_local_state();
    // SAFETY: the state made above; no frame of it is left.
    unsafe { gil::end_state(ts, before) };
    result
}

/// As `within`, for what counts as running the interpreter's program.
fn running<R>(
    interp: &'static Interpreter,
    f: impl FnOnce() -> PyResult<R>,
) -> PyResult<Result<R, Box<Told>>> {
    if is_busy(interp) {
        bail!(InterpreterError, "interpreter already running");
    }
    let notes = interp.state::<Notes>();
    notes.running.set(true);
    let result = within(interp, f);
    notes.running.set(false);
    Ok(result)
}

/// The namespace of the current interpreter's `__main__`.
fn main_dict() -> PyResult<Ref<Dict>> {
    let modules = Interpreter::current().modules();
    let main = match modules.get(sym!(__main__).as_obj())? {
        Some(m) => m,
        None => bail!(RuntimeError, "interpreter has no __main__"),
    };
    match main.downcast::<Module>() {
        Some(m) => Ok(m.dict().to_ref()),
        None => bail!(RuntimeError, "__main__ is no module"),
    }
}

fn bind(names: Vec<(String, Parcel)>, into: &Dict) -> PyResult<()> {
    names.into_iter().try_for_each(|(name, parcel)| into.set_text(&name, &*parcel.unpack()?))
}

/// A script as marshalled code: of a text, a code object or a function, none of which may take or need anything.
fn script(code: &Obj) -> PyResult<Vec<u8>> {
    let code: Ref<Code> = if let Some(s) = code.downcast::<Str>() {
        crate::compile_bytes(s.to_string_lossy().as_bytes(), "<script>", "exec", 0, -1)?
    } else {
        let code = match (code.downcast::<Function>(), code.downcast::<Code>()) {
            (Some(f), _) => f.code().to_ref(),
            (_, Some(c)) => c.to_ref(),
            _ => bail!(TypeError, "unsupported script {}", code.repr()?.to_string_lossy()),
        };
        let number = |name: &str| -> PyResult<i64> {
            Ok(code.as_obj().get_attr_text(name)?.downcast::<Int>().and_then(Int::to_i64).unwrap_or(0))
        };
        const TAKES_MORE: i64 = 0x0c;
        let takes =
            number("co_argcount")? + number("co_kwonlyargcount")? + (number("co_flags")? & TAKES_MORE);
        if takes != 0 {
            bail!(ValueError, "code with args not supported");
        }
        if code.as_obj().get_attr_text("co_freevars")?.is_true()? {
            bail!(ValueError, "code with closure not supported");
        }
        code
    };
    crate::marshal::dumps(code.as_obj(), 5, true)
}

fn load(code: &[u8]) -> PyResult<Ref<Code>> {
    match crate::marshal::loads(code, true)?.downcast_into::<Code>() {
        Ok(c) => Ok(c),
        Err(_) => bail!(SystemError, "no code came over"),
    }
}

fn execute(id: &Obj, code: &Obj, shared: Option<&Obj>, restrict: bool) -> PyResult<Option<Object>> {
    let interp = find(id)?;
    restricted(interp, restrict)?;
    let code = script(code)?;
    let names = pack_names(shared)?;
    let done = running(interp, || {
        let main = main_dict()?;
        bind(names, &main)?;
        run_code(&*load(&code)?, &main, main.as_obj(), None).map(drop)
    })?;
    match done {
        Ok(()) => Ok(None),
        Err(told) => told.into_namespace().map(Some),
    }
}

/// What is called in another interpreter.
enum Callee {
    Function(Vec<u8>),
    /// A function of a module, by name.
    Named(String, String),
}

fn callee(o: &Obj) -> PyResult<Callee> {
    if let Some(f) = o.downcast::<Function>() {
        if f.closure().is_some_and(|c| !c.is_empty()) {
            return Err(not_shareable(o));
        }
        return Ok(Callee::Function(crate::marshal::dumps(f.code().as_obj(), 5, true)?));
    }
    if o.is_a::<CFunction>() || o.is_a::<Type>() {
        let module = o.get_attr(sym!(__module__))?;
        if let Some(module) = module.downcast::<Str>() {
            let name = o.get_attr(sym!(__name__))?.str_()?.to_string_lossy().into_owned();
            return Ok(Callee::Named(module.to_string_lossy().into_owned(), name));
        }
    }
    Err(not_shareable(o))
}

impl Callee {
    fn resolve(self) -> PyResult<Object> {
        match self {
            Callee::Function(code) => Ok(Function::new(&*load(&code)?, &*main_dict()?)?.into_object()),
            Callee::Named(module, name) => import_module(&module)?.get_attr_text(&name),
        }
    }
}

fn destroy_now(interp: &'static Interpreter) -> PyResult<()> {
    let before = ThreadState::current();
    if std::ptr::eq(before.interp(), interp) {
        bail!(InterpreterError, "cannot destroy the current interpreter");
    }
    if is_busy(interp) {
        bail!(InterpreterError, "interpreter running");
    }
    let Some(hooks) = SUB_INTERPRETERS.get() else { bail!(RuntimeError, "no sub-interpreters here") };
    for idle in interp.threads() {
        // SAFETY: no thread runs in it: this is the state that its maker left.
        unsafe { gil::drop_thread(idle) };
    }
    // SAFETY: a live interpreter.
    gil::switch_to(unsafe { gil::prepare_thread(std::ptr::from_ref(interp).cast_mut()) });
    (hooks.end)();
    gil::attach(before);
    gil::own(before);
    Ok(())
}

fn pair(interp: &Interpreter) -> PyResult<Object> {
    Ok(Tuple::from_vec(vec![int(interp.id)?, int(whence_of(interp))?])?.into_object())
}

/// This module provides primitive operations to manage Python interpreters.
/// The 'interpreters' module provides a more convenient interface.
#[pymodule(name = "_interpreters")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        for (name, number) in [
            ("WHENCE_UNKNOWN", 0),
            ("WHENCE_RUNTIME", RUNTIME),
            ("WHENCE_LEGACY_CAPI", 2),
            ("WHENCE_CAPI", CAPI),
            ("WHENCE_XI", 4),
            ("WHENCE_STDLIB", STDLIB),
        ] {
            set_int(module, name, number)?;
        }
        set(module, "InterpreterError", exc::InterpreterError().as_obj())?;
        set(module, "InterpreterNotFoundError", exc::InterpreterNotFoundError().as_obj())?;
        set(module, "NotShareableError", not_shareable_type()?.as_obj())
    }

    /// Return a representation of a new configuration: one that has a name, with other values for some fields.
    #[function(nosig, sig = "(name='isolated', /, **overrides)")]
    fn new_config(name: Option<&str>, overrides: Option<&Dict>) -> PyResult<Object> {
        let mut settings = named(name.unwrap_or("isolated"))?;
        if let Some(d) = overrides {
            override_settings(&mut settings, d)?;
        }
        namespace(settings)
    }

    /// Create a new interpreter and return its number.
    ///
    /// The configuration is an object with its fields, or the name of one: "isolated", the default, or "legacy".
    #[function(nosig, sig = "(config=None, *, reqrefs=False)")]
    fn create(config: Option<&Obj>, reqrefs: bool) -> PyResult<Object> {
        let features = features(settings_of(config)?)?;
        let Some(hooks) = SUB_INTERPRETERS.get() else { bail!(RuntimeError, "no sub-interpreters here") };
        let before = ThreadState::current();
        let ts = match (hooks.create)(features) {
            Ok(ts) => ts,
            Err(message) => bail!(InterpreterError, "{}", message.to_string_lossy()),
        };
        let interp = ts.interp();
        let notes = interp.state::<Notes>();
        notes.made_here.set(true);
        notes.counted.set(reqrefs);
        // SAFETY: the first state of the interpreter, on which nothing runs; others are made when something does.
        unsafe { gil::end_state(ts, before) };
        int(interp.id)
    }

    /// Destroy an interpreter, which must not be the current one and not run.
    #[function(nosig, sig = "(id, *, restrict=False)")]
    fn destroy(id: &Obj, restrict: bool) -> PyResult<()> {
        let interp = find(id)?;
        restricted(interp, restrict)?;
        destroy_now(interp)
    }

    /// Return the number of each interpreter with where it was made.
    #[function(nosig, sig = "(*, require_ready=False)")]
    fn list_all(require_ready: bool) -> PyResult<Ref<List>> {
        let _ = require_ready;
        let all = Interpreter::current().family.all();
        // SAFETY: interpreters are never freed.
        List::from_vec(all.iter().rev().map(|i| pair(unsafe { &**i })).collect::<PyResult<_>>()?)
    }

    /// Return the number of the current interpreter, with where it was made.
    #[function(nosig, sig = "()")]
    fn get_current() -> PyResult<Object> {
        pair(Interpreter::current())
    }

    /// Return the number of the main interpreter, with where it was made.
    #[function(nosig, sig = "()")]
    fn get_main() -> PyResult<Object> {
        match Interpreter::current().family.find(0) {
            Some(main) => pair(main),
            None => bail!(RuntimeError, "no main interpreter"),
        }
    }

    /// Say where an interpreter was made: one of the WHENCE constants.
    #[function(nosig, sig = "(id)")]
    fn whence(id: &Obj) -> PyResult<i64> {
        Ok(whence_of(find(id)?))
    }

    /// Return the configuration that an interpreter was made with.
    #[function(nosig, sig = "(id, *, restrict=False)")]
    fn get_config(id: &Obj, restrict: bool) -> PyResult<Object> {
        let interp = find(id)?;
        restricted(interp, restrict)?;
        let f = &interp.features;
        let flags = [
            f.use_main_obmalloc,
            f.allow_fork,
            f.allow_exec,
            f.allow_threads,
            f.allow_daemon_threads,
            f.check_multi_interp_extensions,
        ];
        namespace((flags, if f.own_gil { "own" } else { "shared" }))
    }

    /// Execute a script, or the body of a function, in the `__main__` of an interpreter.
    ///
    /// Returns None, or a snapshot of the exception that it ended by.
    #[function(name = "exec", nosig, sig = "(id, code, shared=None, *, restrict=False)")]
    fn exec_in(id: &Obj, code: &Obj, shared: Option<&Obj>, restrict: bool) -> PyResult<Option<Object>> {
        execute(id, code, shared, restrict)
    }

    /// As exec(), of a string.
    #[function(nosig, sig = "(id, script, shared=None, *, restrict=False)")]
    fn run_string(id: &Obj, script: &Obj, shared: Option<&Obj>, restrict: bool) -> PyResult<Option<Object>> {
        if !script.is_a::<Str>() {
            bail!(TypeError, "run_string() argument 2 must be a string, not {}", script.type_name());
        }
        execute(id, script, shared, restrict)
    }

    /// As exec(), of a function or code object.
    #[function(nosig, sig = "(id, func, shared=None, *, restrict=False)")]
    fn run_func(id: &Obj, func: &Obj, shared: Option<&Obj>, restrict: bool) -> PyResult<Option<Object>> {
        if func.is_a::<Str>() {
            bail!(TypeError, "run_func() argument 2 must be a function or code, not str");
        }
        execute(id, func, shared, restrict)
    }

    /// Call something in an interpreter: the result, and None or a snapshot of the exception.
    #[function(nosig, sig = "(id, callable, args=None, kwargs=None, *, restrict=False)")]
    fn call(
        id: &Obj,
        callable: &Obj,
        args: Option<&Obj>,
        kwargs: Option<&Obj>,
        restrict: bool,
    ) -> PyResult<Object> {
        let interp = find(id)?;
        restricted(interp, restrict)?;
        let callee = callee(callable)?;
        let empty = Tuple::empty();
        let args = match args.filter(|a| !a.is_none()) {
            None => Parcel::pack(empty.as_obj(), true)?,
            Some(a) if a.is_a::<Tuple>() => Parcel::pack(a, true)?,
            Some(a) => bail!(TypeError, "call() argument 'args' must be tuple, not {}", a.type_name()),
        };
        let mut keywords = Vec::new();
        if let Some(k) = kwargs.filter(|k| !k.is_none()) {
            let Some(d) = k.downcast::<Dict>() else {
                bail!(TypeError, "call() argument 'kwargs' must be dict, not {}", k.type_name());
            };
            for (k, v) in d.iter_borrowed() {
                keywords.push((k.str_()?.to_string_lossy().into_owned(), Parcel::pack(v, true)?));
            }
        }
        let done = running(interp, || {
            let function = callee.resolve()?;
            let args = args.unpack()?;
            let Some(args) = args.downcast::<Tuple>() else { bail!(SystemError, "no arguments came over") };
            let kwargs = Dict::new()?;
            bind(keywords, &kwargs)?;
            Parcel::pack(&*function.call_dict(args, Some(&kwargs))?, true)
        })?;
        let (value, told) = match done {
            Ok(parcel) => (parcel.unpack()?, none().to_owned()),
            Err(told) => (none().to_owned(), told.into_namespace()?),
        };
        Ok(Tuple::from_vec(vec![value, told])?.into_object())
    }

    /// Return whether something runs in an interpreter.
    #[function(nosig, sig = "(id, *, restrict=False)")]
    fn is_running(id: &Obj, restrict: bool) -> PyResult<bool> {
        let interp = find(id)?;
        restricted(interp, restrict)?;
        Ok(is_busy(interp))
    }

    /// Bind names in the `__main__` of an interpreter.
    #[function(nosig, sig = "(id, updates, *, restrict=False)")]
    fn set___main___attrs(id: &Obj, updates: &Obj, restrict: bool) -> PyResult<()> {
        let interp = find(id)?;
        restricted(interp, restrict)?;
        let names = pack_names(Some(updates))?;
        match within(interp, || bind(names, &*main_dict()?)) {
            Ok(()) => Ok(()),
            Err(told) => bail!(InterpreterError, "{}", told.formatted),
        }
    }

    /// Return whether an object can pass from one interpreter to another as it is.
    #[function(nosig, sig = "(obj)")]
    fn is_shareable(obj: &Obj) -> bool {
        match Parcel::pack(obj, false) {
            Ok(_) => true,
            Err(e) => {
                e.clear();
                false
            }
        }
    }

    /// Return a snapshot of an exception, or of the one that is being handled.
    #[function(nosig, sig = "(exc=None)")]
    fn capture_exception(exc: Option<&Obj>) -> PyResult<Option<Object>> {
        let handled;
        let e = match exc.filter(|e| !e.is_none()) {
            Some(e) => match e.downcast::<BaseException>() {
                Some(e) => e,
                None => bail!(TypeError, "expected exception, got {}", e.repr()?.to_string_lossy()),
            },
            None => match ThreadState::current().handled_exception() {
                Some(e) => {
                    handled = e;
                    &*handled
                }
                None => return Ok(None),
            },
        };
        Told::of(e).into_namespace().map(Some)
    }

    #[function(nosig, sig = "(id, *, implieslink=False, restrict=False)")]
    fn incref(id: &Obj, implieslink: bool, restrict: bool) -> PyResult<()> {
        let interp = find(id)?;
        restricted(interp, restrict)?;
        let notes = interp.state::<Notes>();
        if implieslink {
            notes.counted.set(true);
        }
        notes.references.set(notes.references.get() + 1);
        Ok(())
    }

    #[function(nosig, sig = "(id, *, restrict=False)")]
    fn decref(id: &Obj, restrict: bool) -> PyResult<()> {
        let interp = find(id)?;
        restricted(interp, restrict)?;
        let notes = interp.state::<Notes>();
        let left = notes.references.get().saturating_sub(1);
        notes.references.set(left);
        if left == 0 && notes.counted.get() && !is_busy(interp) { destroy_now(interp) } else { Ok(()) }
    }
}

pub use module::MODULE;
