//! `_lsprof`: the profiler behind `cProfile`, a tool of `sys.monitoring`.
//!
//! Each call pushes a context; each return gives its time to the entry of what was called, and to that entry's line
//! under its caller. Times are nanoseconds, or a custom timer's units.

use crate::osutil::monotonic;
use crate::util::{Boxed, TypeCell, data, dealloc_boxed, int, new_boxed, set, text, visit_all};
use dovetail_core::error::{PyResult, unraisable};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::native::add_type;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::descr::MethodDescr;
use dovetail_core::types::float::Float;
use dovetail_core::types::list::List;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::hash::{BuildHasherDefault, Hasher};

/// `sys.monitoring.PROFILER_ID`
const TOOL: i64 = 2;

/// The events, and the methods that hear of them.
const EVENTS: [(&str, &str); 9] = [
    ("PY_START", "_pystart_callback"),
    ("PY_RESUME", "_pystart_callback"),
    ("PY_THROW", "_pythrow_callback"),
    ("PY_RETURN", "_pyreturn_callback"),
    ("PY_YIELD", "_pyreturn_callback"),
    ("PY_UNWIND", "_pyreturn_callback"),
    ("CALL", "_ccall_callback"),
    ("C_RETURN", "_creturn_callback"),
    ("C_RAISE", "_creturn_callback"),
];

/// Hashes addresses and small numbers by one multiplication.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_usize(usize::from(*b));
        }
    }

    fn write_usize(&mut self, n: usize) {
        self.0 = (self.0.rotate_left(26) ^ n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

type Map<V> = HashMap<usize, V, BuildHasherDefault<Mixer>>;

/// Times and counts of a function, or of its calls by one other.
#[derive(Default)]
struct Tally {
    total: i64,
    inline: i64,
    calls: i64,
    recursive: i64,
    depth: i64,
}

impl Tally {
    /// A call ended that took so long, and so long without what it called.
    fn end(&mut self, total: i64, inline: i64) {
        self.depth -= 1;
        match self.depth {
            0 => self.total += total,
            _ => self.recursive += 1,
        }
        self.inline += inline;
        self.calls += 1;
    }
}

/// What is known of one function.
struct Entry {
    /// A code object, or a builtin function.
    function: Object,
    own: Tally,
    callees: Map<Tally>,
}

/// A call that has not ended.
struct Context {
    entry: usize,
    start: i64,
    /// The time of the calls within.
    within: i64,
}

#[derive(Default)]
struct Records {
    entries: Vec<Entry>,
    /// Places of entries by address: of the code object, or of the C function's definition.
    places: Map<usize>,
    calls: Vec<Context>,
}

/// What a profiler holds.
#[derive(Default)]
pub struct State {
    records: RefCell<Records>,
    timer: RefCell<Option<Object>>,
    unit: Cell<f64>,
    subcalls: Cell<bool>,
    builtins: Cell<bool>,
    enabled: Cell<bool>,
    in_timer: Cell<bool>,
    /// `sys.monitoring.MISSING`
    missing: RefCell<Option<Object>>,
}

/// Profilers.
/// ---
/// Build a profiler object using the specified timer function.
///
/// The default timer is a fast built-in one based on real time.
/// For custom timer functions returning integers, 'timeunit' can
/// be a float specifying a scale (that is, how long each integer unit
/// is, in seconds).
#[pytype(name = "_lsprof.Profiler", body = Boxed<State>, gc, flags = abi::Py_TPFLAGS_BASETYPE,
         sig = "(timer=None, timeunit=0.0, subcalls=True, builtins=True)")]
pub struct Profiler;

static ENTRY: TypeCell = TypeCell::new();
static SUBENTRY: TypeCell = TypeCell::new();

fn entry_type() -> PyResult<&'static Type> {
    ENTRY.get_or(|| {
        structseq::new_type(&Declaration {
            name: "_lsprof.profiler_entry",
            doc: "",
            fields: &[
                (Some("code"), "code object or built-in function name"),
                (Some("callcount"), "how many times this was called"),
                (Some("reccallcount"), "how many times called recursively"),
                (Some("totaltime"), "total time in this entry"),
                (Some("inlinetime"), "inline time in this entry (not in subcalls)"),
                (Some("calls"), "details of the calls"),
            ],
            visible: 6,
        })
    })
}

fn subentry_type() -> PyResult<&'static Type> {
    SUBENTRY.get_or(|| {
        structseq::new_type(&Declaration {
            name: "_lsprof.profiler_subentry",
            doc: "",
            fields: &[
                (Some("code"), "called code object or built-in function name"),
                (Some("callcount"), "how many times this is called"),
                (Some("reccallcount"), "how many times this is called recursively"),
                (Some("totaltime"), "total time spent in this call"),
                (Some("inlinetime"), "inline time (not in further subcalls)"),
            ],
            visible: 5,
        })
    })
}

/// What stands for a function in the statistics: code objects themselves, words for builtin functions.
fn shown(function: &Obj) -> PyResult<Object> {
    let Some(f) = function.downcast::<CFunction>() else { return Ok(function.to_owned()) };
    // SAFETY: NULL or an owned object.
    let module = unsafe { dovetail_core::native::borrow_opt((*f.body()).m_module) };
    let this = f.this().filter(|t| !t.is_a::<Module>());
    if let Some(this) = this {
        let name = Str::intern(f.name())?;
        if let Some(descr) = this.ob_type().lookup(&name) {
            match descr.to_owned().repr() {
                Ok(s) => return Ok(s.into_object()),
                Err(e) => e.clear(),
            }
        }
        return text(&format!("<built-in method {}>", f.name()));
    }
    let module = match module {
        Some(m) if m.is_a::<Str>() => m.downcast::<Str>().map(|s| s.to_string_lossy().into_owned()),
        _ => None,
    };
    match module {
        Some(m) => text(&format!("<built-in method {m}.{}>", f.name())),
        None => text(&format!("<built-in method {}>", f.name())),
    }
}

fn monitoring() -> PyResult<Object> {
    match Interpreter::current().sysdict.get().and_then(|d| d.get_text("monitoring")) {
        Some(m) => Ok(m.to_owned()),
        None => bail!(RuntimeError, "lost sys.monitoring"),
    }
}

impl Profiler {
    fn state(&self) -> &State {
        data(self)
    }

    /// The time, by the clock or the custom timer; what that raises is told and counts as 0.
    fn now(&self) -> i64 {
        let s = self.state();
        let Some(timer) = s.timer.borrow().clone() else { return monotonic() };
        s.in_timer.set(true);
        let read = || -> PyResult<i64> {
            let now = timer.call(&[])?;
            if s.unit.get() > 0.0 { now.as_i64() } else { Ok((now.as_f64()? * 1e9).round() as i64) }
        };
        let now = read();
        s.in_timer.set(false);
        now.unwrap_or_else(|e| {
            let name = timer.repr().map(|r| r.to_string_lossy().into_owned()).unwrap_or_else(|e| {
                e.clear();
                String::new()
            });
            unraisable(e, &format!("Exception ignored while calling _lsprof timer {name}"), None);
            0
        })
    }

    fn enter(&self, key: usize, function: &Obj) {
        let s = self.state();
        {
            let mut r = s.records.borrow_mut();
            let r = &mut *r;
            let entry = *r.places.entry(key).or_insert_with(|| {
                r.entries.push(Entry {
                    function: function.to_owned(),
                    own: Tally::default(),
                    callees: Map::default(),
                });
                r.entries.len() - 1
            });
            r.entries[entry].own.depth += 1;
            if s.subcalls.get()
                && let Some(caller) = r.calls.last().map(|c| c.entry)
            {
                r.entries[caller].callees.entry(entry).or_default().depth += 1;
            }
            r.calls.push(Context { entry, start: 0, within: 0 });
        }
        // The timer may be Python code: nothing is borrowed while it runs.
        let now = self.now();
        if let Some(c) = s.records.borrow_mut().calls.last_mut() {
            c.start = now;
        }
    }

    fn stop(&self) {
        let now = self.now();
        let s = self.state();
        let mut r = s.records.borrow_mut();
        let Some(c) = r.calls.pop() else { return };
        let total = now - c.start;
        let inline = total - c.within;
        let mut caller = None;
        if let Some(outer) = r.calls.last_mut() {
            outer.within += total;
            caller = Some(outer.entry);
        }
        r.entries[c.entry].own.end(total, inline);
        if s.subcalls.get()
            && let Some(caller) = caller
            && let Some(tally) = r.entries[caller].callees.get_mut(&c.entry)
        {
            tally.end(total, inline);
        }
    }

    /// A function returned: ends the innermost call, whose entry is the function's if nothing was missed.
    fn leave(&self, key: usize) {
        let known = {
            let mut r = self.state().records.borrow_mut();
            if r.calls.is_empty() {
                return;
            }
            let known = r.places.contains_key(&key);
            if !known {
                r.calls.pop();
            }
            known
        };
        if known {
            self.stop();
        }
    }

    /// The builtin function that is called, if it is one.
    fn builtin(&self, callable: &Obj, this: &Obj) -> PyResult<Option<Object>> {
        if callable.is_a::<CFunction>() {
            return Ok(Some(callable.to_owned()));
        }
        if callable.is_a::<MethodDescr>() {
            if self.state().missing.borrow().as_ref().is_some_and(|m| m.is(this)) {
                return Ok(None);
            }
            // As if it had been looked up on the instance.
            let bound = callable.call_method(sym!(__get__), &[this, this.ob_type().as_obj()])?;
            return Ok(bound.is_a::<CFunction>().then_some(bound));
        }
        Ok(None)
    }

    fn definition(function: &Obj) -> usize {
        function.downcast::<CFunction>().map_or(0, |f| std::ptr::from_ref(f.def()) as usize)
    }
}

#[pymethods]
impl Profiler {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn make(
        cls: &Type,
        _args: &[&Obj],
        _kwargs: Option<&dovetail_core::types::dict::Dict>,
    ) -> PyResult<Object> {
        new_boxed(cls, State::default())
    }

    #[slot(tp_init, sig = "(timer=None, timeunit=0.0, subcalls=True, builtins=True)")]
    fn init(
        &self,
        timer: Option<&Obj>,
        timeunit: Option<f64>,
        subcalls: bool,
        builtins: bool,
    ) -> PyResult<()> {
        let s = self.state();
        let old = s.timer.replace(timer.map(Obj::to_owned));
        drop(old);
        s.unit.set(timeunit.unwrap_or(0.0));
        s.subcalls.set(subcalls);
        s.builtins.set(builtins);
        let missing = monitoring()?.get_attr_text("MISSING")?;
        drop(s.missing.replace(Some(missing)));
        Ok(())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the slot of a type of these bodies.
        unsafe { dealloc_boxed::<State>(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live profiler.
        unsafe {
            let state = (*(o as *mut Boxed<State>)).data;
            let (Some(visit), false) = (visit, state.is_null()) else { return 0 };
            let (records, timer) = ((*state).records.borrow(), (*state).timer.borrow());
            let functions = records.entries.iter().map(|e| &e.function).chain(timer.as_ref());
            visit_all(functions.map(|f| f.as_raw()), visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live profiler; what it held ends after it is empty.
        unsafe {
            let state = &*(*(o as *mut Boxed<State>)).data;
            let gone = (state.records.take(), state.timer.take());
            drop(gone);
        }
        0
    }

    /// list of profiler_entry objects.
    ///
    /// getstats() -> list of profiler_entry objects
    ///
    /// Return all information collected by the profiler.
    /// Each profiler_entry is a tuple-like object with the
    /// following attributes:
    ///
    ///     code          code object
    ///     callcount     how many times this was called
    ///     reccallcount  how many times called recursively
    ///     totaltime     total time in this entry
    ///     inlinetime    inline time in this entry (not in subcalls)
    ///     calls         details of the calls
    ///
    /// The calls attribute is either None or a list of
    /// profiler_subentry objects:
    ///
    ///     code          called code object
    ///     callcount     how many times this is called
    ///     reccallcount  how many times this is called recursively
    ///     totaltime     total time spent in this call
    ///     inlinetime    inline time (not in further subcalls)
    #[method(sig = "()")]
    fn getstats(&self) -> PyResult<Ref<List>> {
        let s = self.state();
        let factor = match (&*s.timer.borrow(), s.unit.get()) {
            (Some(_), unit) if unit > 0.0 => unit,
            _ => 1e-9,
        };
        let functions: Vec<Object> = s.records.borrow().entries.iter().map(|e| e.function.clone()).collect();
        let names = functions.iter().map(|f| shown(f)).collect::<PyResult<Vec<Object>>>()?;
        let row = |name: &Object, t: &Tally| -> PyResult<Vec<Object>> {
            let time = |n: i64| -> PyResult<Object> { Ok(Float::new(factor * n as f64)?.into_object()) };
            Ok(vec![name.clone(), int(t.calls)?, int(t.recursive)?, time(t.total)?, time(t.inline)?])
        };
        let records = s.records.borrow();
        let mut out = Vec::new();
        for (entry, name) in records.entries.iter().zip(&names) {
            if entry.own.calls == 0 {
                continue;
            }
            let mut values = row(name, &entry.own)?;
            let mut callees: Vec<(&usize, &Tally)> = entry.callees.iter().collect();
            callees.sort_by_key(|(place, _)| **place);
            let finished = callees.iter().filter(|(_, t)| t.calls > 0);
            let lines = finished.map(|(place, t)| structseq::new(subentry_type()?, row(&names[**place], t)?));
            values.push(match callees.is_empty() {
                true => none().to_owned(),
                false => List::from_vec(lines.collect::<PyResult<_>>()?)?.into_object(),
            });
            out.push(structseq::new(entry_type()?, values)?);
        }
        List::from_vec(out)
    }

    #[method]
    fn _pystart_callback(&self, code: &Obj, _instruction_offset: &Obj) {
        self.enter(code.as_ptr() as usize, code);
    }

    #[method]
    fn _pythrow_callback(&self, code: &Obj, _instruction_offset: &Obj, _exception: &Obj) {
        self.enter(code.as_ptr() as usize, code);
    }

    #[method]
    fn _pyreturn_callback(&self, code: &Obj, _instruction_offset: &Obj, _retval: &Obj) {
        self.leave(code.as_ptr() as usize);
    }

    #[method]
    fn _ccall_callback(
        &self,
        _code: &Obj,
        _instruction_offset: &Obj,
        callable: &Obj,
        self_arg: &Obj,
    ) -> PyResult<()> {
        if self.state().builtins.get()
            && let Some(f) = self.builtin(callable, self_arg)?
        {
            self.enter(Profiler::definition(&f), &f);
        }
        Ok(())
    }

    #[method]
    fn _creturn_callback(
        &self,
        _code: &Obj,
        _instruction_offset: &Obj,
        callable: &Obj,
        self_arg: &Obj,
    ) -> PyResult<()> {
        if self.state().builtins.get()
            && let Some(f) = self.builtin(callable, self_arg)?
        {
            self.leave(Profiler::definition(&f));
        }
        Ok(())
    }

    /// Start collecting profiling information.
    ///
    ///   subcalls
    ///     If True, also records for each function
    ///     statistics separated according to its current caller.
    ///   builtins
    ///     If True, records the time spent in
    ///     built-in functions separately from their caller.
    #[method(sig = "(subcalls=True, builtins=True)")]
    fn enable(&self, subcalls: bool, builtins: bool) -> PyResult<()> {
        let s = self.state();
        s.subcalls.set(subcalls);
        s.builtins.set(builtins);
        let (m, tool) = (monitoring()?, int(TOOL)?);
        m.call_method_text("use_tool_id", &[&tool, &*text("cProfile")?])?;
        let events = m.get_attr_text("events")?;
        let mut all = 0;
        for (event, method) in EVENTS {
            let number = events.get_attr_text(event)?;
            all |= number.as_i64()?;
            let callback = self.as_obj().get_attr_text(method)?;
            m.call_method_text("register_callback", &[&tool, &number, &callback])?;
        }
        m.call_method_text("set_events", &[&tool, &*int(all)?])?;
        s.enabled.set(true);
        Ok(())
    }

    /// Stop collecting profiling information.
    #[method(sig = "()")]
    fn disable(&self) -> PyResult<()> {
        let s = self.state();
        if s.in_timer.get() {
            bail!(RuntimeError, "cannot disable profiler in external timer");
        }
        if !s.enabled.get() {
            return Ok(());
        }
        let (m, tool) = (monitoring()?, int(TOOL)?);
        let events = m.get_attr_text("events")?;
        for (event, _) in EVENTS {
            let number = events.get_attr_text(event)?;
            m.call_method_text("register_callback", &[&tool, &number, none()])?;
        }
        m.call_method_text("set_events", &[&tool, &*int(0)?])?;
        m.call_method_text("free_tool_id", &[&tool])?;
        s.enabled.set(false);
        while !s.records.borrow().calls.is_empty() {
            self.stop();
        }
        Ok(())
    }

    /// Clear all profiling information collected so far.
    #[method(sig = "()")]
    fn clear(&self) -> PyResult<()> {
        let s = self.state();
        if s.in_timer.get() {
            bail!(RuntimeError, "cannot clear profiler in external timer");
        }
        let gone = s.records.take();
        drop(gone);
        Ok(())
    }
}

/// Fast profiler
#[pymodule(name = "_lsprof")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Profiler>(module)?;
        set(module, "profiler_entry", entry_type()?.as_obj())?;
        set(module, "profiler_subentry", subentry_type()?.as_obj())
    }
}

pub use module::MODULE;
