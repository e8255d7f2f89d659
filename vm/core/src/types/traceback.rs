//! Traceback objects: the frames that an exception went through, outermost first.

use crate::error::PyResult;
use crate::interp::frame::Frame;
use crate::object::obj::{Obj, replace};
use crate::object::{Object, Ref, ToRef, alloc};
use crate::thread::ThreadState;
use crate::types::exception::BaseException;
use crate::types::frame::{FrameObject, frame_object};
use crate::types::list::List;
use crate::types::str_::Str;
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::{pymethods, pytype};

pub use crate::types::traceback_format::format_exception;
pub use crate::types::traceback_lines::{register_command, take_commands};

/// One frame of a traceback, linked to the next inner one.
/// ---
/// Create a new traceback object.
#[pytype(
    name = "traceback", body = abi::PyTracebackObject, export = "PyTraceBack_Type", gc, refs(tb_next, tb_frame),
    sig = "(tb_next, tb_frame, tb_lasti, tb_lineno)",
)]
pub struct Traceback;

/// The line is found from the instruction when it is asked for.
const LAZY: i32 = -1;

impl Traceback {
    fn make(
        next: Option<Ref<Traceback>>,
        frame: Ref<FrameObject>,
        lasti: i32,
        line: i32,
    ) -> PyResult<Ref<Traceback>> {
        // SAFETY: a new body whose fields are owned or NULL.
        unsafe {
            let t: Ref<Traceback> = alloc::new_body()?;
            let b = t.body();
            (*b).tb_next = next.map_or(std::ptr::null_mut(), |n| n.into_ptr().cast());
            (*b).tb_frame = frame.into_ptr().cast();
            (*b).tb_lasti = lasti;
            (*b).tb_lineno = line;
            Ok(t)
        }
    }

    /// An entry for where the frame is now.
    pub fn from_frame(next: Option<Ref<Traceback>>, f: *mut Frame) -> PyResult<Ref<Traceback>> {
        let frame = frame_object(f)?;
        let lasti = frame.lasti();
        Traceback::make(next, frame, lasti, LAZY)
    }

    /// An entry for a frame object.
    pub fn from_object(next: Option<Ref<Traceback>>, frame: &FrameObject) -> PyResult<Ref<Traceback>> {
        Traceback::make(next, frame.to_ref(), frame.lasti(), LAZY)
    }

    /// The frame.
    pub fn frame(&self) -> &FrameObject {
        // SAFETY: a traceback owns a frame.
        unsafe { &*((*self.body()).tb_frame as *const FrameObject) }
    }

    /// The entry of the next inner frame.
    pub fn next(&self) -> Option<Ref<Traceback>> {
        // SAFETY: a traceback or NULL.
        unsafe {
            let p = (*self.body()).tb_next;
            if p.is_null() { None } else { Some(Ref::from_borrowed(p)) }
        }
    }

    /// Byte index of the instruction.
    pub fn lasti(&self) -> i32 {
        // SAFETY: a live traceback.
        unsafe { (*self.body()).tb_lasti }
    }

    /// The line, if the instruction has one.
    pub fn line(&self) -> Option<i32> {
        // SAFETY: a live traceback.
        match unsafe { (*self.body()).tb_lineno } {
            LAZY => self.frame().code().line_of(self.lasti()),
            n => Some(n),
        }
    }

    /// The entry of the innermost frame.
    pub fn last(&self) -> Ref<Traceback> {
        let mut t = self.to_ref();
        while let Some(n) = t.next() {
            t = n;
        }
        t
    }
}

/// Adds the frame to the pending exception's traceback (`PyTraceBack_Here`).
pub fn add_entry(f: *mut Frame) {
    let ts = ThreadState::current();
    let Some(e) = ts.take_exception() else { return };
    match Traceback::from_frame(e.traceback(), f) {
        Ok(tb) => {
            e.set_traceback(Some(tb));
            ts.set_exception(Some(e));
        }
        Err(again) => {
            // Out of memory: that error takes the place, with what went before as its context.
            let new = again.take();
            new.chain_context(&e);
            ts.set_exception(Some(new));
        }
    }
}

/// As `add_entry`, for a frame object (`PyTraceBack_Here`).
pub fn add_entry_of(frame: &FrameObject) -> PyResult<()> {
    let ts = ThreadState::current();
    let Some(e) = ts.take_exception() else { return Ok(()) };
    match Traceback::from_object(e.traceback(), frame) {
        Ok(tb) => {
            e.set_traceback(Some(tb));
            ts.set_exception(Some(e));
            Ok(())
        }
        Err(again) => {
            let new = again.take();
            new.chain_context(&e);
            Err(crate::error::Raised::restore(new))
        }
    }
}

/// Removes the import system's own frames from the traceback of a failed import: all of a run of them for an
/// `ImportError`, else those that end in the call of the module's code.
pub fn remove_import_frames(e: &BaseException) {
    let always = e.ob_type().is_subtype(crate::error::exc::ImportError());
    let mut entries = Vec::new();
    let mut next = e.traceback();
    while let Some(t) = next {
        next = t.next();
        entries.push(t);
    }
    // The entries that stay; a run of import frames begins at `run`.
    let mut kept: Vec<Ref<Traceback>> = Vec::with_capacity(entries.len());
    let mut run = None;
    let mut cut = false;
    for t in entries {
        let code = t.frame().code();
        let file = code.filename();
        let inside = file.equals_str("<frozen importlib._bootstrap>")
            || file.equals_str("<frozen importlib._bootstrap_external>");
        if inside && run.is_none() {
            run = Some(kept.len());
        } else if !inside {
            run = None;
        }
        match run {
            Some(start) if always || code.name().equals_str("_call_with_frames_removed") => {
                kept.truncate(start);
                cut = true;
            }
            _ => kept.push(t),
        }
    }
    if !cut {
        return;
    }
    let mut link: Option<Ref<Traceback>> = None;
    for t in kept.into_iter().rev() {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*t.body()).tb_next, link.map(Ref::into_object)) };
        link = Some(t);
    }
    e.set_traceback(link);
}

fn traceback_or_none(o: &Obj) -> Option<Option<Ref<Traceback>>> {
    if o.is_none() { Some(None) } else { o.downcast::<Traceback>().map(|t| Some(t.to_ref())) }
}

#[pymethods(members(
    ("tb_frame", _Py_T_OBJECT, tb_frame, abi::Py_READONLY, ""),
    ("tb_lasti", Py_T_INT, tb_lasti, abi::Py_READONLY, ""),
))]
impl Traceback {
    #[slot(tp_new, sig = "(tb_next, tb_frame, tb_lasti, tb_lineno)", name = "traceback")]
    fn new_slot(
        _cls: &Type,
        tb_next: &Obj,
        tb_frame: &Obj,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> PyResult<Object> {
        let Some(next) = traceback_or_none(tb_next) else {
            bail!(TypeError, "expected traceback object or None, got '{}'", tb_next.type_name());
        };
        let Some(frame) = tb_frame.downcast::<FrameObject>() else {
            bail!(TypeError, "traceback() argument 'tb_frame' must be frame, not {}", tb_frame.type_name());
        };
        Traceback::make(next, frame.to_ref(), tb_lasti, tb_lineno).map(Ref::into_object)
    }

    #[method]
    fn __dir__(&self) -> PyResult<Ref<List>> {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        let names: PyResult<Vec<Object>> =
            names.iter().map(|n| Str::intern(n).map(Ref::into_object)).collect();
        List::from_vec(names?)
    }

    #[getter]
    fn tb_next(&self) -> Option<Ref<Traceback>> {
        self.next()
    }

    #[setter]
    fn set_tb_next(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "can't delete tb_next attribute") };
        let Some(new) = traceback_or_none(value) else {
            bail!(TypeError, "expected traceback object, got '{}'", value.type_name());
        };
        let mut cursor = new.clone();
        while let Some(t) = cursor {
            if std::ptr::eq(&*t, self) {
                return Err(raise!(ValueError, "traceback loop detected"));
            }
            cursor = t.next();
        }
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).tb_next, new.map(Ref::into_object)) };
        Ok(())
    }

    #[getter]
    fn tb_lineno(&self) -> Option<i32> {
        self.line()
    }
}
