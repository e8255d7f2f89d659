//! Watchers: C functions that are told when a dictionary, type, code object, function or context changes.
//!
//! An interpreter has eight places for each kind. Dictionaries and types are watched one by one, and say so with bits of
//! their own (`_ma_watcher_tag`, `tp_watched`); of code, functions and contexts all are watched as soon as there is a
//! watcher. Whoever changes something tests those bits and calls the cold function here. A watcher that fails is reported
//! as unraisable; what it watched goes on.
//!
//! A watched dictionary has a table of its own: inline caches store into the values inside an instance without looking
//! at the dictionary over them, so that watching moves them out.

use crate::error::{PyResult, Raised};
use crate::hooks::unraisable;
use crate::interpreter::Interpreter;
use crate::object::native::opt_ptr;
use crate::object::obj::Head;
use crate::object::{AsObj, Obj};
use crate::raise;
use crate::thread::ThreadState;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::type_::Type;
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};

/// Places of each kind.
const PLACES: usize = 8;

/// The bits of a dictionary's tag that are watchers.
const DICT_MASK: u64 = (1 << PLACES) - 1;

/// One kind's watchers.
pub struct Places<F> {
    all: [Cell<Option<F>>; PLACES],
    /// The places in use, as bits.
    active: Cell<u8>,
    /// The first place for extensions; those before are the runtime's own.
    first: usize,
    /// As messages name the kind.
    kind: &'static str,
    /// How messages about a wrong number begin.
    invalid: &'static str,
    none_set: &'static str,
}

impl<F: Copy> Places<F> {
    const fn new(first: usize, kind: &'static str, invalid: &'static str, none_set: &'static str) -> Self {
        let all = [const { Cell::new(None) }; PLACES];
        Places { all, active: Cell::new(0), first, kind, invalid, none_set }
    }

    /// Is there a watcher?
    #[inline(always)]
    pub fn any(&self) -> bool {
        self.active.get() != 0
    }

    /// Registers a watcher; its number.
    pub fn add(&self, f: F) -> PyResult<c_int> {
        for i in self.first..PLACES {
            if self.all[i].get().is_none() {
                self.all[i].set(Some(f));
                self.active.set(self.active.get() | 1 << i);
                return Ok(i as c_int);
            }
        }
        Err(raise!(RuntimeError, "no more {} watcher IDs available", self.kind))
    }

    /// The place with this number, which must have a watcher.
    pub fn check(&self, id: c_int) -> PyResult<usize> {
        match usize::try_from(id) {
            Ok(i) if i < PLACES => match self.all[i].get() {
                Some(_) => Ok(i),
                None => Err(raise!(ValueError, "{} {id}", self.none_set)),
            },
            _ => Err(raise!(ValueError, "{} {id}", self.invalid)),
        }
    }

    /// Takes a watcher away.
    pub fn remove(&self, id: c_int) -> PyResult<()> {
        let i = self.check(id)?;
        self.all[i].set(None);
        self.active.set(self.active.get() & !(1 << i));
        Ok(())
    }

    /// Calls `f` with the watchers of `bits`, and `failed` with the number of one that gives less than zero.
    fn each(&self, bits: u8, f: impl Fn(F) -> c_int, failed: impl Fn(usize) -> String) {
        let ts = ThreadState::current();
        let pending = ts.take_exception();
        for i in (0..PLACES).filter(|i| bits >> i & 1 != 0) {
            if let Some(one) = self.all[i].get()
                && f(one) < 0
                && ts.has_exception()
            {
                let text = failed(i);
                unraisable(Raised::from_c().take(), &text, None);
            }
        }
        if pending.is_some() {
            ts.set_exception(pending);
        }
    }
}

type DictWatcher = unsafe extern "C" fn(
    abi::PyDict_WatchEvent,
    *mut abi::PyObject,
    *mut abi::PyObject,
    *mut abi::PyObject,
) -> c_int;
type TypeWatcher = unsafe extern "C" fn(*mut abi::PyTypeObject) -> c_int;
type CodeWatcher = unsafe extern "C" fn(abi::PyCodeEvent, *mut abi::PyCodeObject) -> c_int;
type FunctionWatcher =
    unsafe extern "C" fn(abi::PyFunction_WatchEvent, *mut abi::PyFunctionObject, *mut abi::PyObject) -> c_int;
type ContextWatcher = unsafe extern "C" fn(abi::PyContextEvent, *mut abi::PyObject) -> c_int;
type FreeExtra = unsafe extern "C" fn(*mut c_void);

/// An interpreter's watchers, and who gives back what C keeps with code objects.
pub struct Watchers {
    pub dicts: Places<DictWatcher>,
    pub types: Places<TypeWatcher>,
    pub codes: Places<CodeWatcher>,
    pub functions: Places<FunctionWatcher>,
    pub contexts: Places<ContextWatcher>,
    /// What ends the words at each index of a code object's extra ones (`PyUnstable_Eval_RequestCodeExtraIndex`).
    pub code_extras: RefCell<Vec<Option<FreeExtra>>>,
}

impl Default for Watchers {
    fn default() -> Watchers {
        Watchers {
            dicts: Places::new(2, "dict", "Invalid dict watcher ID", "No dict watcher set for ID"),
            types: Places::new(1, "type", "Invalid type watcher ID", "No type watcher set for ID"),
            codes: Places::new(0, "code", "Invalid code watcher ID", "No code watcher set for ID"),
            functions: Places::new(0, "func", "invalid func watcher ID", "no func watcher set for ID"),
            contexts: Places::new(
                0,
                "context",
                "Invalid context watcher ID",
                "No context watcher set for ID",
            ),
            code_extras: RefCell::default(),
        }
    }
}

fn watchers() -> &'static Watchers {
    &Interpreter::current().watchers
}

// ---- dictionaries ----

/// Is the dictionary watched?
#[inline(always)]
pub fn dict_is_watched(d: &Dict) -> bool {
    // SAFETY: a live dictionary.
    unsafe { (*d.b())._ma_watcher_tag & DICT_MASK != 0 }
}

/// Tells of what is about to happen to a watched dictionary.
#[cold]
#[inline(never)]
pub fn dict_event(d: &Dict, event: abi::PyDict_WatchEvent, key: Option<&Obj>, value: Option<&Obj>) {
    // SAFETY: a live dictionary.
    let bits = unsafe { (*d.b())._ma_watcher_tag & DICT_MASK } as u8;
    dict_event_for(d, bits, event, key, value);
}

/// As `dict_event`, for the watchers of these bits.
pub fn dict_event_for(
    d: &Dict,
    bits: u8,
    event: abi::PyDict_WatchEvent,
    key: Option<&Obj>,
    value: Option<&Obj>,
) {
    let name = match event {
        abi::PyDict_EVENT_ADDED => "ADDED",
        abi::PyDict_EVENT_MODIFIED => "MODIFIED",
        abi::PyDict_EVENT_DELETED => "DELETED",
        abi::PyDict_EVENT_CLONED => "CLONED",
        abi::PyDict_EVENT_CLEARED => "CLEARED",
        _ => "DEALLOCATED",
    };
    watchers().dicts.each(
        bits,
        // SAFETY: live objects, or NULL.
        |f| unsafe { f(event, d.as_obj().as_ptr(), opt_ptr(key), opt_ptr(value)) },
        |_| {
            let at = d as *const Dict as usize;
            format!("Exception ignored in PyDict_EVENT_{name} watcher callback for <dict at {at:#x}>")
        },
    );
}

/// Watches a dictionary (`PyDict_Watch`), or no longer.
pub fn watch_dict(id: c_int, d: &Dict, on: bool) -> PyResult<()> {
    let i = watchers().dicts.check(id)?;
    if on {
        d.make_combined()?;
    }
    // SAFETY: a live dictionary.
    unsafe {
        let tag = &mut (*d.b())._ma_watcher_tag;
        *tag = if on { *tag | 1 << i } else { *tag & !(1 << i) };
    }
    Ok(())
}

/// Tells of the end of a watched dictionary; true when a watcher has kept it.
///
/// # Safety
/// Called from `tp_dealloc`, with the count zero.
#[cold]
pub unsafe fn dict_ends(o: *mut abi::PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { told_of_end(o, || dict_event(&*(o as *const Dict), abi::PyDict_EVENT_DEALLOCATED, None, None)) }
}

/// Runs `f` with the object alive; true when somebody has taken a reference that stays.
unsafe fn told_of_end(o: *mut abi::PyObject, f: impl FnOnce()) -> bool {
    // SAFETY: the object is revived for the call, its count is ours.
    unsafe {
        let h = o as *mut Head;
        (*h).refcnt = 1;
        f();
        let n = (*h).refcnt;
        if (n as i32) >= 0 {
            (*h).refcnt = n - 1;
        }
        n != 1
    }
}

// ---- types ----

/// Tells that a watched type or one of its bases has changed.
#[cold]
#[inline(never)]
pub fn type_modified(t: &Type) {
    watchers().types.each(
        t.raw().tp_watched,
        // SAFETY: a live type.
        |f| unsafe { f(t.as_type_ptr()) },
        |i| format!("Exception ignored in type watcher callback #{i} for {}", shown(t)),
    );
}

/// Watches a type (`PyType_Watch`), or no longer.
pub fn watch_type(id: c_int, t: &Type, on: bool) -> PyResult<()> {
    let i = watchers().types.check(id)?;
    if on {
        // Only a type that caches know of tells of its next change.
        t.assign_version();
    }
    // SAFETY: a live type.
    unsafe {
        let bits = &mut (*t.as_type_ptr()).tp_watched;
        *bits = if on { *bits | 1 << i } else { *bits & !(1 << i) };
    }
    Ok(())
}

fn shown(o: &Obj) -> String {
    match o.repr() {
        Ok(r) => r.to_string_lossy().into_owned(),
        Err(e) => {
            e.clear();
            "<object repr() failed>".to_owned()
        }
    }
}

// ---- code ----

/// Tells of new code.
#[cold]
#[inline(never)]
pub fn code_made(code: &Code) {
    code_event(code, abi::PY_CODE_EVENT_CREATE, "PY_CODE_EVENT_CREATE");
}

fn code_event(code: &Code, event: abi::PyCodeEvent, name: &str) {
    let all = &watchers().codes;
    all.each(
        all.active.get(),
        // SAFETY: a live code object.
        |f| unsafe { f(event, code.body()) },
        |_| format!("Exception ignored in {name} watcher callback for {}", shown(code.as_obj())),
    );
}

/// Tells of the end of code; true when a watcher has kept it.
///
/// # Safety
/// Called from `tp_dealloc`, with the count zero.
#[cold]
pub unsafe fn code_ends(o: *mut abi::PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let name = "PY_CODE_EVENT_DESTROY";
        told_of_end(o, || code_event(&*(o as *const Code), abi::PY_CODE_EVENT_DESTROY, name))
    }
}

/// The words that C keeps with a code object, as CPython lays them out.
#[repr(C)]
struct Extras {
    count: isize,
    words: [*mut c_void; 0],
}

/// Where a code object's extra word stands, if there is room for it.
fn extra_word(code: &Code, index: isize) -> Option<*mut *mut c_void> {
    // SAFETY: NULL or made by `set_code_extra`.
    unsafe {
        let e = (*code.body()).co_extra as *mut Extras;
        (!e.is_null() && index >= 0 && index < (*e).count)
            .then(|| (&raw mut (*e).words).cast::<*mut c_void>().offset(index))
    }
}

/// The word at an index, NULL when there is none (`PyUnstable_Code_GetExtra`).
pub fn code_extra(code: &Code, index: isize) -> *mut c_void {
    // SAFETY: within the array.
    extra_word(code, index).map_or(std::ptr::null_mut(), |p| unsafe { *p })
}

/// Sets the word at an index, which was given out; the old one ends by its function (`PyUnstable_Code_SetExtra`).
pub fn set_code_extra(code: &Code, index: isize, word: *mut c_void) -> PyResult<()> {
    // SAFETY: the array grows to all indices given out, with NULL in new places.
    unsafe {
        let count = watchers().code_extras.borrow().len();
        if extra_word(code, index).is_none() {
            let old = (*code.body()).co_extra as *mut Extras;
            let had = if old.is_null() { 0 } else { (*old).count as usize };
            let size = size_of::<Extras>() + count * size_of::<*mut c_void>();
            let new = crate::object::alloc::realloc(old.cast(), size) as *mut Extras;
            if new.is_null() {
                return Err(crate::error::no_memory());
            }
            let words = (&raw mut (*new).words).cast::<*mut c_void>();
            for i in had..count {
                *words.add(i) = std::ptr::null_mut();
            }
            (*new).count = count as isize;
            (*code.body()).co_extra = new.cast();
        }
        let Some(place) = extra_word(code, index) else { return Ok(()) };
        let old = std::mem::replace(&mut *place, word);
        end_extra(index as usize, old);
    }
    Ok(())
}

unsafe fn end_extra(index: usize, word: *mut c_void) {
    let end = watchers().code_extras.borrow().get(index).copied().flatten();
    if let Some(end) = end
        && !word.is_null()
    {
        // SAFETY: the function that was given with the index.
        unsafe { end(word) }
    }
}

/// Ends the extra words of a code object that ends.
///
/// # Safety
/// `p` is its `co_extra`, and not used again.
#[cold]
pub unsafe fn free_code_extras(p: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe {
        let e = p as *mut Extras;
        for i in 0..(*e).count as usize {
            end_extra(i, *(&raw mut (*e).words).cast::<*mut c_void>().add(i));
        }
        crate::object::alloc::free(p.cast());
    }
}

// ---- functions ----

/// Tells of a function's making or change.
#[cold]
#[inline(never)]
pub fn function_event(f: &Function, event: abi::PyFunction_WatchEvent, value: Option<&Obj>) {
    let name = match event {
        abi::PyFunction_EVENT_CREATE => "CREATE",
        abi::PyFunction_EVENT_DESTROY => "DESTROY",
        abi::PyFunction_EVENT_MODIFY_CODE => "MODIFY_CODE",
        abi::PyFunction_EVENT_MODIFY_DEFAULTS => "MODIFY_DEFAULTS",
        _ => "MODIFY_KWDEFAULTS",
    };
    let all = &watchers().functions;
    all.each(
        all.active.get(),
        // SAFETY: a live function, and an object or NULL.
        |w| unsafe { w(event, f.body(), opt_ptr(value)) },
        |_| {
            let (q, at) = (f.qualname(), f as *const Function as usize);
            let q = q.to_string_lossy();
            format!(
                "Exception ignored in PyFunction_EVENT_{name} watcher callback for function {q} at {at:#x}"
            )
        },
    );
}

/// Is anybody told of functions?
#[inline(always)]
pub fn functions_are_watched() -> bool {
    watchers().functions.any()
}

/// Tells of the end of a function; true when a watcher has kept it.
///
/// # Safety
/// Called from `tp_dealloc`, with the count zero.
#[cold]
pub unsafe fn function_ends(o: *mut abi::PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        told_of_end(o, || function_event(&*(o as *const Function), abi::PyFunction_EVENT_DESTROY, None))
    }
}

// ---- contexts ----

/// Tells that another context is the thread's now: None stands for none.
#[cold]
#[inline(never)]
pub fn context_switched(context: Option<&Obj>) {
    let context = context.unwrap_or(crate::types::none::none());
    let all = &watchers().contexts;
    all.each(
        all.active.get(),
        // SAFETY: a live object.
        |f| unsafe { f(abi::Py_CONTEXT_SWITCHED, context.as_ptr()) },
        |_| format!("Exception ignored in Py_CONTEXT_SWITCHED watcher callback for {}", shown(context)),
    );
}
