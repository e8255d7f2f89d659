//! Frames on the data stack: CPython's `_PyInterpreterFrame`, pushed and popped without the C stack.
//!
//! After the header come the locals (`co_nlocalsplus` words), one dummy word for the cached stack top, and the
//! evaluation stack. The caller of a suspended frame finds its place in its own `instr_ptr`, `return_offset` and
//! `stackpointer`.

use crate::error::PyResult;
use crate::interp::value::Value;
use crate::object::obj::Head;
use crate::object::{Object, Ref, ToRef};
use crate::thread::ThreadState;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::type_::Type;
use crate::{bail, raise};
use std::ptr::null_mut;

/// Who owns a frame's memory.
pub const OWNED_BY_THREAD: i8 = 0;
pub const OWNED_BY_GENERATOR: i8 = 1;
pub const OWNED_BY_FRAME_OBJECT: i8 = 2;
pub const OWNED_BY_INTERPRETER: i8 = 3;

/// Words before the locals.
pub const HEADER_WORDS: usize = std::mem::offset_of!(abi::_PyInterpreterFrame, localsplus) / 8;

/// A frame. Always behind a raw pointer: it lives on the data stack, in a generator or in a frame object.
#[repr(C)]
pub struct Frame {
    /// The code, borrowed (the function keeps it alive) or owned (module and class bodies).
    pub executable: Value,
    pub previous: *mut Frame,
    pub function: Value,
    pub globals: *mut abi::PyObject,
    pub builtins: *mut abi::PyObject,
    /// Owned namespace of module and class bodies, or NULL.
    pub locals: *mut abi::PyObject,
    pub frame_obj: *mut abi::PyFrameObject,
    pub instr_ptr: *const u16,
    pub stackpointer: *mut Value,
    pub return_offset: u16,
    pub owner: i8,
    pub visited: u8,
    pub pad: u32,
    pub localsplus: [Value; 0],
}

const _: () = assert!(std::mem::offset_of!(Frame, localsplus) == HEADER_WORDS * 8);
const _: () = assert!(
    std::mem::offset_of!(Frame, return_offset)
        == std::mem::offset_of!(abi::_PyInterpreterFrame, return_offset)
);
const _: () =
    assert!(std::mem::offset_of!(Frame, owner) == std::mem::offset_of!(abi::_PyInterpreterFrame, owner));
const _: () = assert!(
    std::mem::offset_of!(Frame, frame_obj) == std::mem::offset_of!(abi::_PyInterpreterFrame, frame_obj)
);

/// Bytes of a data stack chunk.
const CHUNK: usize = 16 * 1024;

impl Frame {
    /// The code object's C struct.
    ///
    /// # Safety
    /// `f` is a complete frame (not an interpreter entry).
    #[inline(always)]
    pub unsafe fn code<'a>(f: *const Frame) -> &'a Code {
        // SAFETY: the caller's promise.
        unsafe { (*f).executable.obj().cast_unchecked() }
    }

    /// The first local.
    #[inline(always)]
    pub fn locals_ptr(f: *mut Frame) -> *mut Value {
        (f as *mut Value).wrapping_add(HEADER_WORDS)
    }

    /// The bottom of the evaluation stack: the dummy word under the first value is at the address before.
    ///
    /// # Safety
    /// `f` is a complete frame.
    #[inline(always)]
    pub unsafe fn stack_base(f: *mut Frame) -> *mut Value {
        // SAFETY: the caller's promise.
        unsafe { Frame::locals_ptr(f).add(Frame::code(f).raw().co_nlocalsplus as usize + 1) }
    }

    /// The namespace of the frame's module.
    ///
    /// # Safety
    /// `f` is a complete frame.
    #[inline(always)]
    pub unsafe fn globals<'a>(f: *const Frame) -> &'a Dict {
        // SAFETY: a complete frame has globals, and they are a dict.
        unsafe { &*((*f).globals as *const Dict) }
    }

    /// Is this the entry frame of a nested evaluation loop, which Python does not see?
    pub fn is_entry(f: *const Frame) -> bool {
        // SAFETY: a live frame.
        unsafe { (*f).owner == OWNED_BY_INTERPRETER }
    }

    /// The innermost frame at or below `f` that Python sees.
    pub fn first_complete(mut f: *mut Frame) -> *mut Frame {
        // SAFETY: live frames linked by `previous`.
        unsafe {
            while !f.is_null() && (Frame::is_entry(f) || Frame::is_incomplete(f)) {
                f = (*f).previous;
            }
        }
        f
    }

    /// Has the frame not yet reached its first traceable instruction?
    unsafe fn is_incomplete(f: *const Frame) -> bool {
        // SAFETY: a live frame with code.
        unsafe {
            if (*f).owner >= OWNED_BY_INTERPRETER {
                return true;
            }
            let code = Frame::code(f);
            (*f).owner != OWNED_BY_GENERATOR
                && (*f).instr_ptr < code.instructions().add(code.raw()._co_firsttraceable.max(0) as usize)
        }
    }

    /// Index of the current instruction, in code units.
    ///
    /// # Safety
    /// `f` is a complete frame.
    pub unsafe fn instruction_index(f: *const Frame) -> isize {
        // SAFETY: instr_ptr points into the code.
        unsafe { (*f).instr_ptr.offset_from(Frame::code(f).instructions()) }
    }

    /// The line that the frame is at, if it has one.
    ///
    /// # Safety
    /// `f` is a complete frame.
    pub unsafe fn line(f: *const Frame) -> Option<i32> {
        // SAFETY: a complete frame.
        unsafe { Frame::code(f).line_of((Frame::instruction_index(f) * 2) as i32) }
    }
}

impl ThreadState {
    /// Memory for a frame of `words`, on the data stack.
    pub fn push_words(&self, words: usize) -> PyResult<*mut Frame> {
        // SAFETY: own state; chunks as `PyThreadState` documents them.
        unsafe {
            let ts = self.c();
            let top = (*ts).datastack_top as *mut Value;
            if !top.is_null() && top.wrapping_add(words) < (*ts).datastack_limit as *mut Value {
                (*ts).datastack_top = top.add(words).cast();
                return Ok(top.cast());
            }
            self.push_chunk(words)
        }
    }

    #[cold]
    unsafe fn push_chunk(&self, words: usize) -> PyResult<*mut Frame> {
        // SAFETY: own state.
        unsafe {
            let ts = self.c();
            let mut size = CHUNK;
            while size < (words + 8) * 8 + size_of::<abi::_PyStackChunk>() {
                size *= 2;
            }
            if !(*ts).datastack_chunk.is_null() {
                let c = (*ts).datastack_chunk;
                (*c).top = ((*ts).datastack_top as usize - (&raw mut (*c).data) as usize) / 8;
            }
            let c = crate::object::alloc::malloc(size) as *mut abi::_PyStackChunk;
            if c.is_null() {
                return Err(crate::error::no_memory());
            }
            (*c).previous = (*ts).datastack_chunk;
            (*c).size = size as _;
            (*c).top = 0;
            (*ts).datastack_chunk = c;
            (*ts).datastack_limit = ((c as *mut u8).add(size)) as *mut _;
            // As in CPython, the first word of the first chunk stays free, so that a frame never starts there.
            let first = (&raw mut (*c).data) as *mut Value;
            let base = if (*c).previous.is_null() { first.add(1) } else { first };
            (*ts).datastack_top = base.add(words).cast();
            Ok(base.cast())
        }
    }

    /// Gives back the newest frame's memory.
    ///
    /// # Safety
    /// `f` is the newest on the data stack.
    pub unsafe fn pop_words(&self, f: *mut Frame) {
        // SAFETY: own state.
        unsafe {
            let ts = self.c();
            let c = (*ts).datastack_chunk;
            if f as *mut u8 == (&raw mut (*c).data) as *mut u8 {
                let previous = (*c).previous;
                (*ts).datastack_chunk = previous;
                crate::object::alloc::free(c.cast());
                (*ts).datastack_top =
                    ((&raw mut (*previous).data) as *mut *mut abi::PyObject).add((*previous).top);
                (*ts).datastack_limit = ((previous as *mut u8).add((*previous).size)) as *mut _;
            } else {
                (*ts).datastack_top = f.cast();
            }
        }
    }

    /// Pushes a frame for `function` with empty locals; takes the words for code and function over.
    ///
    /// # Safety
    /// `function` is an owned or borrowed word of a function object that outlives the frame or is owned.
    pub unsafe fn push_frame(&self, function: Value, previous: *mut Frame) -> PyResult<*mut Frame> {
        // SAFETY: the caller's promise; fields are written before use.
        unsafe {
            let func: &Function = function.obj().cast_unchecked();
            let code = func.code();
            if (*self.c()).py_recursion_remaining <= 1 {
                return Err(self.python_recursion_error());
            }
            let f = self.push_words(code.raw().co_framesize as usize)?;
            (*self.c()).py_recursion_remaining -= 1;
            // Code of a module or class body that a function was made of works in the function's globals.
            let globals = func.globals().as_ptr();
            let locals = if code.raw().co_flags & abi::CO_OPTIMIZED != 0 {
                null_mut()
            } else {
                crate::object::obj::incref(globals);
                globals
            };
            Frame::init(f, function, code, globals, func.builtins().as_ptr(), locals, previous);
            Ok(f)
        }
    }

    #[cold]
    pub fn python_recursion_error(&self) -> crate::error::Raised {
        raise!(RecursionError, "maximum recursion depth exceeded")
    }
}

impl Frame {
    /// Fills a frame's header and empties its locals.
    ///
    /// # Safety
    /// `f` has room for the code's frame.
    pub unsafe fn init(
        f: *mut Frame,
        function: Value,
        code: &Code,
        globals: *mut abi::PyObject,
        builtins: *mut abi::PyObject,
        locals: *mut abi::PyObject,
        previous: *mut Frame,
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            f.write(Frame {
                executable: Value::borrowed(code),
                previous,
                function,
                globals,
                builtins,
                locals,
                frame_obj: null_mut(),
                instr_ptr: code.instructions(),
                stackpointer: null_mut(),
                return_offset: 0,
                owner: OWNED_BY_THREAD,
                visited: 0,
                pad: 0,
                localsplus: [],
            });
            let l = Frame::locals_ptr(f);
            let n = code.raw().co_nlocalsplus as usize + 1;
            for i in 0..n {
                l.add(i).write(Value::NULL);
            }
            (*f).stackpointer = l.add(n);
        }
    }

    /// Releases everything a frame holds: stack, locals, namespace, function. A frame object that still refers to
    /// it takes the contents over first.
    ///
    /// # Safety
    /// The frame is not executing; `stackpointer` is the top of its stack.
    pub unsafe fn clear(f: *mut Frame) {
        // SAFETY: the caller's promise.
        unsafe {
            if !(*f).frame_obj.is_null() {
                let fo = std::mem::replace(&mut (*f).frame_obj, null_mut());
                if (*(fo as *mut Head)).refcnt > 1 {
                    crate::types::frame::take_over(fo, f);
                    crate::object::obj::decref(fo.cast());
                    return;
                }
                crate::object::obj::decref(fo.cast());
            }
            Frame::release_contents(f);
        }
    }

    /// Releases stack, locals, namespace, function and code.
    ///
    /// # Safety
    /// As `clear`.
    pub unsafe fn release_contents(f: *mut Frame) {
        // SAFETY: each word is emptied before its object's end can run code that looks at the frame.
        unsafe {
            let base = Frame::locals_ptr(f);
            let top = (*f).stackpointer;
            (*f).stackpointer = base;
            // From the top down, as CPython does it: the last local dies first.
            let mut p = top;
            while p > base {
                p = p.sub(1);
                let v = std::mem::replace(&mut *p, Value::NULL);
                v.release();
            }
            crate::object::obj::clear(&raw mut (*f).locals);
            let func = std::mem::replace(&mut (*f).function, Value::NULL);
            func.release();
            (*f).executable.release();
        }
    }
}

/// The class and self of the innermost Python frame, for `super()` without arguments.
pub fn super_arguments() -> PyResult<(Ref<Type>, Object)> {
    let f = Frame::first_complete(ThreadState::current().frame());
    if f.is_null() {
        bail!(RuntimeError, "super(): no current frame");
    }
    // SAFETY: a complete frame.
    unsafe {
        let code = Frame::code(f);
        if code.raw().co_argcount == 0 {
            bail!(RuntimeError, "super(): no arguments");
        }
        let locals = Frame::locals_ptr(f);
        let first = *locals;
        let cell = if first.is_null() || first.is_int() || code.kind(0) & 0x40 == 0 {
            None
        } else {
            first.obj().downcast::<crate::types::cell::Cell>()
        };
        // The first argument is a cell once MAKE_CELL has run.
        let this = match cell {
            Some(cell) => cell.get(),
            None if first.is_null() => None,
            None => Some(first.to_object()?),
        };
        let Some(this) = this else { bail!(RuntimeError, "super(): arg[0] deleted") };
        let nlocalsplus = code.raw().co_nlocalsplus as usize;
        let nfree = code.raw().co_nfreevars as usize;
        for i in nlocalsplus - nfree..nlocalsplus {
            if code.local_name(i).equals_str("__class__") {
                let v = *locals.add(i);
                let cell = if v.is_null() { None } else { v.obj().downcast::<crate::types::cell::Cell>() };
                let Some(cell) = cell else { bail!(RuntimeError, "super(): bad __class__ cell") };
                let Some(t) = cell.get() else { bail!(RuntimeError, "super(): empty __class__ cell") };
                let Some(t) = t.downcast::<Type>() else {
                    bail!(RuntimeError, "super(): __class__ is not a type ({})", t.type_name());
                };
                return Ok((t.to_ref(), this));
            }
        }
    }
    Err(raise!(RuntimeError, "super(): __class__ cell not found"))
}

/// The globals of the innermost Python frame.
pub fn current_globals() -> Option<Ref<Dict>> {
    let f = Frame::first_complete(ThreadState::current().frame());
    // SAFETY: a complete frame.
    if f.is_null() { None } else { Some(unsafe { Frame::globals(f) }.to_ref()) }
}

/// Writes the Python traceback of the calling thread to stderr, innermost call first, without allocating objects.
pub fn dump_traceback() {
    let ts = ThreadState::current_or_null();
    if ts.is_null() {
        return;
    }
    eprintln!("Current thread (most recent call first):");
    // SAFETY: the thread's own frames.
    unsafe {
        let mut f = (*ts).frame();
        while !f.is_null() {
            if !Frame::is_entry(f) && !Frame::code(f).is_init_shim_of((*ts).interp()) {
                let code = Frame::code(f);
                let line = Frame::line(f).unwrap_or(-1);
                eprintln!(
                    "  File \"{}\", line {line} in {}",
                    code.filename().to_string_lossy(),
                    code.name().to_string_lossy()
                );
            }
            f = (*f).previous;
        }
    }
}

/// The builtins of the innermost Python frame.
pub fn current_builtins() -> Option<Object> {
    let f = Frame::first_complete(ThreadState::current().frame());
    // SAFETY: a complete frame has builtins.
    if f.is_null() { None } else { Some(unsafe { crate::Obj::from_ptr((*f).builtins) }.to_owned()) }
}

/// `co_flags` of the innermost Python frame; 0 when there is none.
pub fn current_flags() -> i32 {
    let f = Frame::first_complete(ThreadState::current().frame());
    // SAFETY: a complete frame.
    if f.is_null() { 0 } else { unsafe { Frame::code(f).raw().co_flags } }
}
