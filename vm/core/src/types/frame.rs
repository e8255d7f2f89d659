//! Frame objects: made when somebody asks for one, a view of a running frame, later the owner of what it held.
//!
//! While the frame runs, `f_frame` points to it and the frame owns one reference to the object. When the frame ends and
//! somebody still holds the object, `take_over` copies the words into the object's own storage.

use crate::error::PyResult;
use crate::interp::frame::{Frame, HEADER_WORDS, OWNED_BY_FRAME_OBJECT, OWNED_BY_GENERATOR, OWNED_BY_THREAD};
use crate::interp::value::Value;
use crate::object::alloc;
use crate::object::native::Native;
use crate::object::obj::{Head, Obj, clear, replace};
use crate::object::refs::{AsObj, Object, Ref};
use crate::thread::ThreadState;
use crate::types::bool_::Bool;
use crate::types::cell::Cell;
use crate::types::code::{Code, KIND_CELL, KIND_HIDDEN};
use crate::types::dict::Dict;
pub use crate::types::frame_locals::FrameLocalsProxy;
use crate::{bail, gc};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// Bytes before the words of a frame object's own frame.
const DATA: usize = std::mem::offset_of!(abi::PyFrameObject, _f_frame_data);

/// Frame objects.
#[pytype(name = "frame", body = abi::PyFrameObject, export = "PyFrame_Type", gc, basicsize = DATA + HEADER_WORDS * 8,
         itemsize = 8)]
pub struct FrameObject;

/// The object of a frame, made on first use. The frame is one that Python sees.
pub fn frame_object(f: *mut Frame) -> PyResult<Ref<FrameObject>> {
    debug_assert!(!Frame::is_entry(f));
    // SAFETY: a complete frame; the new object's fields are filled, and it refers to the frame as long as that lives.
    unsafe {
        if !(*f).frame_obj.is_null() {
            return Ok(Ref::from_borrowed((*f).frame_obj));
        }
        let words = Frame::code(f).raw().co_framesize as usize;
        let o = alloc::alloc_sized(FrameObject::type_object(), DATA + words * 8)? as *mut abi::PyFrameObject;
        (*o).f_frame = f.cast();
        (*o).f_trace_lines = 1;
        (*f).frame_obj = o;
        Ok(Ref::from_borrowed(o))
    }
}

/// A frame object of its own, for code that does not run (`PyFrame_New`).
pub fn detached(code: &Code, globals: &Dict, locals: Option<&Obj>) -> PyResult<Ref<FrameObject>> {
    let function = crate::types::function::Function::new(code, globals)?;
    // SAFETY: room for the code's frame; the function keeps globals and builtins alive.
    unsafe {
        let words = code.raw().co_framesize as usize;
        let o = alloc::alloc_sized(FrameObject::type_object(), DATA + words * 8)? as *mut abi::PyFrameObject;
        (*o).f_trace_lines = 1;
        let f = (&raw mut (*o)._f_frame_data) as *mut Frame;
        let (g, b) = (function.globals().as_ptr(), function.builtins().as_ptr());
        Frame::init(f, Value::owned(function.into_object()), code, g, b, null_mut(), null_mut());
        (*f).executable = Value::owned(code.as_obj().to_owned());
        (*f).locals = locals.map_or(null_mut(), |l| l.to_owned().into_ptr());
        (*f).instr_ptr = code.instructions().add(code.raw()._co_firsttraceable.max(0) as usize);
        (*f).owner = OWNED_BY_FRAME_OBJECT;
        (*o).f_frame = f.cast();
        gc::track(o.cast());
        Ok(Ref::from_owned(o))
    }
}

/// Makes the frame object the owner of what the ending frame `f` holds. `f`'s words are moved out; the reference that
/// the frame had to the object is the caller's.
///
/// # Safety
/// `fo` is the object of `f`, whose `stackpointer` is set and whose contents are not used afterwards.
pub unsafe fn take_over(fo: *mut abi::PyFrameObject, f: *mut Frame) {
    // SAFETY: the caller's promise; the storage was made for the code's frame.
    unsafe {
        // What an exception left on the evaluation stack has no reader any more, and may refer to the frame.
        let base = Frame::stack_base(f);
        while (*f).stackpointer > base {
            (*f).stackpointer = (*f).stackpointer.sub(1);
            std::mem::replace(&mut *(*f).stackpointer, Value::NULL).release();
        }
        let new = (&raw mut (*fo)._f_frame_data) as *mut Frame;
        let (from, to) = (Frame::locals_ptr(f), Frame::locals_ptr(new));
        std::ptr::copy_nonoverlapping(f as *const u8, new as *mut u8, HEADER_WORDS * 8);
        let used = (*f).stackpointer.offset_from(from) as usize;
        for i in 0..used {
            *to.add(i) = (*from.add(i)).own();
        }
        (*new).stackpointer = to.add(used);
        (*new).executable = (*f).executable.own();
        (*new).function = (*f).function.own();
        (*new).owner = OWNED_BY_FRAME_OBJECT;
        (*new).frame_obj = null_mut();
        (*new).previous = null_mut();
        (*fo).f_frame = new.cast();
        // A function that is only borrowed keeps globals and builtins alive no longer: see `Frame::init`.
        let back = Frame::first_complete((*f).previous);
        if !back.is_null() && (*fo).f_back.is_null() {
            let ts = ThreadState::current();
            let pending = ts.take_exception();
            match frame_object(back) {
                Ok(b) => (*fo).f_back = b.into_ptr().cast(),
                Err(e) => e.clear(),
            }
            if pending.is_some() {
                ts.set_exception(pending);
            }
        }
        // The copies above own their references; what `f` owned has moved.
        (*f).stackpointer = from;
        (*f).locals = null_mut();
        if !gc::is_tracked(fo.cast()) {
            gc::track(fo.cast());
        }
    }
}

/// The locals of the innermost Python frame, as `locals()` gives them: the namespace itself for module and class
/// bodies, a new dict for functions.
pub fn current_locals() -> PyResult<Object> {
    let f = Frame::first_complete(ThreadState::current().frame());
    if f.is_null() {
        bail!(SystemError, "frame does not exist");
    }
    // SAFETY: a complete frame.
    unsafe {
        if is_namespace(f) {
            return namespace(f);
        }
        let fo = frame_object(f)?;
        Ok(crate::types::frame_locals::to_dict(&fo)?.into_object())
    }
}

/// Does the frame's code keep its variables in a namespace (and no comprehension's are on top of it)?
unsafe fn is_namespace(f: *mut Frame) -> bool {
    // SAFETY: a complete frame.
    unsafe {
        let code = Frame::code(f);
        if code.has_flag(abi::CO_OPTIMIZED) {
            return false;
        }
        let locals = Frame::locals_ptr(f);
        // A variable that functions capture is in a cell, which is there for good and empty between comprehensions.
        let is_set = |i: usize, kind: u8| {
            let word = *locals.add(i);
            !word.is_null()
                && (kind & KIND_CELL == 0
                    || word.is_int()
                    || word.obj().downcast::<Cell>().is_none_or(|cell| cell.get().is_some()))
        };
        !code.kinds().iter().enumerate().any(|(i, k)| k & KIND_HIDDEN != 0 && is_set(i, *k))
    }
}

unsafe fn namespace(f: *mut Frame) -> PyResult<Object> {
    // SAFETY: a complete frame; the field owns its dict.
    unsafe {
        if (*f).locals.is_null() {
            (*f).locals = Dict::new()?.into_ptr();
        }
        Ok(Ref::from_borrowed((*f).locals))
    }
}

impl FrameObject {
    /// The frame.
    #[inline]
    pub fn frame(&self) -> *mut Frame {
        // SAFETY: set at creation.
        unsafe { (*self.body()).f_frame.cast() }
    }

    /// The code, alive as long as the frame object.
    pub fn code(&self) -> &Code {
        // SAFETY: a complete frame.
        unsafe { Frame::code(self.frame()) }
    }

    /// The frame that called this one.
    pub fn back(&self) -> PyResult<Option<Ref<FrameObject>>> {
        // SAFETY: own fields; live frames.
        unsafe {
            let b = self.body();
            if !(*b).f_back.is_null() {
                return Ok(Some(Ref::from_borrowed((*b).f_back)));
            }
            let previous = (*self.frame()).previous;
            if previous.is_null() {
                return Ok(None);
            }
            match Frame::first_complete(previous) {
                f if f.is_null() => Ok(None),
                f => frame_object(f).map(Some),
            }
        }
    }

    /// The line that the frame is at (`PyFrame_GetLineNumber`); C code may have set it.
    pub fn line(&self) -> Option<i32> {
        // SAFETY: own fields.
        unsafe {
            match (*self.body()).f_lineno {
                0 => Frame::line(self.frame()),
                n if n < 0 => None,
                n => Some(n),
            }
        }
    }

    /// Byte index of the current instruction, -1 before the first. A suspended generator's is where it goes on.
    pub fn lasti(&self) -> i32 {
        // SAFETY: a complete frame.
        let mut i = unsafe { Frame::instruction_index(self.frame()) };
        if let Some(b) = self.generator().and_then(|g| crate::types::generator::body_of(&g))
            && b.state() < crate::types::generator::EXECUTING
        {
            i += 1;
        }
        if i < 0 { -1 } else { (i * 2) as i32 }
    }

    /// The mapping of local variables: a write-through proxy for functions, else the namespace.
    pub fn locals(&self) -> PyResult<Object> {
        // SAFETY: a complete frame.
        unsafe {
            if is_namespace(self.frame()) {
                return namespace(self.frame());
            }
        }
        Ok(FrameLocalsProxy::new(self)?.into_object())
    }

    /// The generator whose frame this is.
    pub fn generator(&self) -> Option<Object> {
        let f = self.frame();
        // SAFETY: a generator's frame is embedded at a fixed offset.
        unsafe {
            ((*f).owner == OWNED_BY_GENERATOR).then(|| {
                Ref::from_borrowed((f as *mut u8).sub(std::mem::offset_of!(abi::PyGenObject, gi_iframe)))
            })
        }
    }

    /// Empties what a frame object owns.
    unsafe fn clear_own(&self) {
        // SAFETY: fields and words are emptied before objects end.
        unsafe {
            let b = self.body();
            clear(&raw mut (*b).f_trace);
            clear(&raw mut (*b).f_extra_locals);
            clear(&raw mut (*b).f_locals_cache);
            clear(&raw mut (*b).f_overwritten_fast_locals);
            let f = self.frame();
            if (*f).owner == OWNED_BY_FRAME_OBJECT {
                let first = Frame::locals_ptr(f);
                let n = (*f).stackpointer.offset_from(first) as usize;
                // The locals stay as unbound ones.
                let keep = Frame::code(f).raw().co_nlocalsplus as usize;
                (*f).stackpointer = first.add(keep.min(n));
                for i in 0..n {
                    std::mem::replace(&mut *first.add(i), Value::NULL).release();
                }
            }
        }
    }
}

#[pymethods(members(
    ("f_trace_lines", Py_T_BOOL, f_trace_lines, 0, ""),
))]
impl FrameObject {
    #[slot(tp_repr)]
    fn show(&self) -> PyResult<String> {
        let code = self.code();
        let file = code.filename().repr()?;
        let line = self.line().map_or("None".to_owned(), |l| l.to_string());
        Ok(format!(
            "<frame at {:p}, file {}, line {line}, code {}>",
            self.as_ptr(),
            file.to_string_lossy(),
            code.name().to_string_lossy()
        ))
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: P, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live frame object; only a frame of its own is visited.
        unsafe {
            let Some(visit) = visit else { return 0 };
            let b = o as *mut abi::PyFrameObject;
            let go = |p: P| if p.is_null() { 0 } else { visit(p, arg) };
            let fields = [
                (*b).f_back.cast(),
                (*b).f_trace,
                (*b).f_extra_locals,
                (*b).f_locals_cache,
                (*b).f_overwritten_fast_locals,
            ];
            for p in fields {
                let r = go(p);
                if r != 0 {
                    return r;
                }
            }
            let f = (*b).f_frame as *mut Frame;
            if f.is_null() || (*f).owner != OWNED_BY_FRAME_OBJECT {
                return 0;
            }
            let r = go((*f).locals);
            if r != 0 {
                return r;
            }
            let word =
                |v: Value| if v.is_int() || v.is_null() || !v.owns() { 0 } else { visit(v.ptr(), arg) };
            for v in [(*f).executable, (*f).function] {
                let r = word(v);
                if r != 0 {
                    return r;
                }
            }
            let mut p = Frame::locals_ptr(f);
            while p < (*f).stackpointer {
                let r = word(*p);
                if r != 0 {
                    return r;
                }
                p = p.add(1);
            }
            0
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: P) -> c_int {
        // SAFETY: a live frame object.
        unsafe { (*(o as *const FrameObject)).clear_own() }
        0
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: P) {
        // SAFETY: the last reference is gone; a running frame keeps its object alive, so that only own frames are left.
        unsafe {
            gc::untrack(o);
            let this = &*(o as *const FrameObject);
            let b = this.body();
            let f = this.frame();
            clear(&raw mut (*b).f_back);
            this.clear_own();
            if (*f).owner == OWNED_BY_FRAME_OBJECT {
                clear(&raw mut (*f).locals);
                std::mem::replace(&mut (*f).function, Value::NULL).release();
                std::mem::replace(&mut (*f).executable, Value::none()).release();
            }
            let ty = (*(o as *mut Head)).ob_type;
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    #[getter]
    fn f_back(&self) -> PyResult<Option<Object>> {
        Ok(self.back()?.map(Ref::into_object))
    }

    /// Return the mapping used by the frame to look up local variables.
    #[getter]
    fn f_locals(&self) -> PyResult<Object> {
        self.locals()
    }

    /// Return the global variables in the frame.
    #[getter]
    fn f_globals(&self) -> Object {
        // SAFETY: a frame has globals.
        unsafe { Obj::from_ptr((*self.frame()).globals).to_owned() }
    }

    /// Return the built-in variables in the frame.
    #[getter]
    fn f_builtins(&self) -> Object {
        // SAFETY: a frame has builtins.
        unsafe { Obj::from_ptr((*self.frame()).builtins).to_owned() }
    }

    /// Return the code object being executed in this frame.
    #[getter]
    fn f_code(&self) -> Object {
        self.code().as_obj().to_owned()
    }

    /// Return the index of the last attempted instruction in the frame.
    #[getter]
    fn f_lasti(&self) -> i32 {
        self.lasti()
    }

    /// Return the current line number in the frame.
    #[getter]
    fn f_lineno(&self) -> Option<i32> {
        self.line()
    }

    #[setter(name = "f_lineno")]
    fn set_lineno(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value else {
            bail!(AttributeError, "attribute 'f_lineno' of 'frame' objects cannot be deleted");
        };
        crate::monitor::jump::set_line(self, v)
    }

    /// Return the trace function for this frame, or None if no trace function is set.
    #[getter]
    fn f_trace(&self) -> Option<Object> {
        // SAFETY: NULL or an object.
        unsafe { ((*self.body()).f_trace as *const Obj).as_ref().map(Obj::to_owned) }
    }

    #[setter(name = "f_trace")]
    fn set_trace(&self, value: Option<&Obj>) {
        let v = value.filter(|v| !v.is_none()).map(Obj::to_owned);
        // SAFETY: an owned field.
        unsafe {
            replace(&raw mut (*self.body()).f_trace, v);
            if (*self.body()).f_trace_opcodes != 0 {
                crate::monitor::jump::trace_opcodes(self.code());
            }
        }
    }

    /// Return True if opcode tracing is enabled, False otherwise.
    #[getter]
    fn f_trace_opcodes(&self) -> bool {
        // SAFETY: own fields.
        unsafe { (*self.body()).f_trace_opcodes != 0 }
    }

    #[setter(name = "f_trace_opcodes")]
    fn set_trace_opcodes(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(v) = value else {
            bail!(AttributeError, "attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted");
        };
        if !v.is_exact::<Bool>() {
            bail!(TypeError, "attribute value type must be bool");
        }
        // SAFETY: own fields.
        unsafe {
            (*self.body()).f_trace_opcodes = v.is_true()? as _;
            // A frame without a trace function of its own is seen to when it is left.
            if v.is_true()? && !(*self.body()).f_trace.is_null() {
                crate::monitor::jump::trace_opcodes(self.code());
            }
        }
        Ok(())
    }

    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(&self) -> Option<Object> {
        self.generator()
    }

    /// Clear all references held by the frame.
    #[method]
    fn clear(&self) -> PyResult<()> {
        // SAFETY: a live frame.
        let owner = unsafe { (*self.frame()).owner };
        if owner == OWNED_BY_THREAD {
            bail!(RuntimeError, "cannot clear an executing frame");
        }
        if let Some(g) = self.generator() {
            let state = crate::types::generator::body_of(&g).map_or(0, |b| b.state());
            if state == crate::types::generator::EXECUTING {
                bail!(RuntimeError, "cannot clear an executing frame");
            }
            if state == crate::types::generator::SUSPENDED
                || state == crate::types::generator::SUSPENDED_YIELD_FROM
            {
                bail!(RuntimeError, "cannot clear a suspended frame");
            }
            if let Some(f) = g.ob_type().raw().tp_finalize {
                // SAFETY: a slot of the generator's type.
                unsafe { f(g.as_raw()) };
            }
            return Ok(());
        }
        // SAFETY: the object owns its words.
        unsafe { self.clear_own() };
        Ok(())
    }

    /// Return the size of the frame in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        // Without the word for the cached stack top, which CPython's frames do not have.
        DATA + (self.code().raw().co_framesize as usize - 1) * 8
    }
}
