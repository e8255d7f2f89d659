//! Reading a line with the editor: prompt, completion by a Python function, hooks, signals.
//!
//! # Safety
//! The editor's library runs under the GIL, in one thread at a time; strings handed to it are terminated and outlive the
//! call; those it hands out are from `malloc` and freed here.

use super::library::{Library, library};
use super::state::{self, state};
use crate::util::{fs_decode, int};
use dovetail_core::error::PyResult;
use dovetail_core::gil;
use dovetail_core::interp::pending;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int};

thread_local! {
    /// The line that the editor finished, NULL for the end of the input.
    static DONE: Cell<Option<*mut c_char>> = const { Cell::new(None) };
}

unsafe extern "C" fn on_line(line: *mut c_char) {
    DONE.set(Some(line));
    if let Some(l) = library() {
        // SAFETY: the module's contract.
        unsafe { (l.rl_callback_handler_remove)() };
    }
}

/// Connects the editor with the functions of this file.
pub fn start(l: &Library) {
    // SAFETY: the module's contract.
    unsafe {
        *l.rl_readline_name = c"python".as_ptr();
        if let Some(catch) = l.rl_catch_signals {
            *catch = 0;
        }
        (l.using_history)();
        *l.rl_completer_word_break_characters =
            libc::strdup(c" \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?".as_ptr());
        *l.rl_attempted_completion_function = Some(complete);
        *l.rl_completion_append_character = 0;
        (l.rl_initialize)();
    }
}

/// Reads a line with its end; none at the end of the input. A signal handler may raise.
pub fn read_line(prompt: &CStr) -> PyResult<Option<Vec<u8>>> {
    let Some(l) = library() else { return Ok(None) };
    DONE.set(None);
    // SAFETY: the module's contract.
    unsafe { (l.rl_callback_handler_install)(prompt.as_ptr(), on_line) };
    let line = loop {
        if let Some(line) = DONE.take() {
            break line;
        }
        let ready = gil::allow_threads(|| {
            let mut p = libc::pollfd { fd: 0, events: libc::POLLIN, revents: 0 };
            // SAFETY: one entry.
            unsafe { libc::poll(&mut p, 1, -1) }
        });
        if ready > 0 {
            // SAFETY: the module's contract.
            unsafe { (l.rl_callback_read_char)() };
        }
        if let Err(e) = pending::handle(ThreadState::current()) {
            // SAFETY: as above; the line begun is given up.
            unsafe {
                if let Some(f) = l.rl_free_line_state {
                    f();
                }
                if let Some(f) = l.rl_callback_sigcleanup {
                    f();
                }
                if let Some(f) = l.rl_cleanup_after_signal {
                    f();
                }
                (l.rl_callback_handler_remove)();
            }
            return Err(e);
        }
    };
    if line.is_null() {
        return Ok(None);
    }
    // SAFETY: a string from malloc.
    let mut bytes = unsafe {
        let b = CStr::from_ptr(line).to_bytes().to_vec();
        libc::free(line.cast());
        b
    };
    if !bytes.is_empty() && state().auto_history.get() {
        remember(l, &bytes);
    }
    bytes.push(b'\n');
    Ok(Some(bytes))
}

/// Adds a line to the history, unless it is the last one there.
fn remember(l: &Library, line: &[u8]) {
    let Ok(line) = CString::new(line) else { return };
    // SAFETY: the module's contract.
    unsafe {
        let length = *l.history_length;
        if length > 0 {
            let last = (l.history_get)(if l.is_libedit { length - 1 } else { length });
            if !last.is_null() && !(*last).line.is_null() && CStr::from_ptr((*last).line) == line.as_c_str() {
                return;
            }
        }
        (l.add_history)(line.as_ptr());
    }
}

/// Runs Python for the editor; what it raises is dropped, as the editor can do nothing with it.
fn quietly<T>(result: PyResult<T>) -> Option<T> {
    match result {
        Ok(v) => Some(v),
        Err(e) => {
            e.clear();
            None
        }
    }
}

unsafe extern "C" fn complete(text: *const c_char, start: c_int, end: c_int) -> *mut *mut c_char {
    let Some(l) = library() else { return std::ptr::null_mut() };
    state().begidx.set(start);
    state().endidx.set(end);
    // SAFETY: the editor's own text.
    unsafe {
        *l.rl_completion_append_character = 0;
        *l.rl_attempted_completion_over = 0;
        if state::get(&state().completer).is_none() {
            return std::ptr::null_mut();
        }
        (l.rl_completion_matches)(text, generate)
    }
}

unsafe extern "C" fn generate(text: *const c_char, index: c_int) -> *mut c_char {
    let Some(l) = library() else { return std::ptr::null_mut() };
    let Some(f) = state::get(&state().completer) else { return std::ptr::null_mut() };
    // SAFETY: as above; the answer is a copy that the editor frees.
    unsafe {
        *l.rl_attempted_completion_over = 1;
        let ask = || -> PyResult<Option<CString>> {
            let text = fs_decode(CStr::from_ptr(text).to_bytes())?;
            let r = f.call(&[text.as_obj(), &*int(index)?])?;
            match r.downcast::<Str>() {
                Some(s) => Ok(CString::new(crate::util::fs_encode(s)?).ok()),
                None => Ok(None),
            }
        };
        match quietly(ask()).flatten() {
            Some(s) => libc::strdup(s.as_ptr()),
            None => std::ptr::null_mut(),
        }
    }
}

fn call_hook(f: Option<Object>) -> c_int {
    let call = |f: Object| -> PyResult<c_int> {
        let r = f.call(&[])?;
        if r.is_none() { Ok(0) } else { Ok(r.as_i64()? as c_int) }
    };
    f.and_then(|f| quietly(call(f))).unwrap_or(0)
}

pub unsafe extern "C" fn on_startup() -> c_int {
    call_hook(state::get(&state().startup))
}

pub unsafe extern "C" fn on_pre_input() -> c_int {
    call_hook(state::get(&state().pre_input))
}

pub unsafe extern "C" fn on_display(matches: *mut *mut c_char, count: c_int, longest: c_int) {
    let Some(f) = state::get(&state().display) else { return };
    let tell = || -> PyResult<()> {
        // SAFETY: `matches` has the substitution and `count` matches after it.
        let text = |i: usize| unsafe { fs_decode(CStr::from_ptr(*matches.add(i)).to_bytes()) };
        let list = List::new()?;
        for i in 1..=count.max(0) as usize {
            list.push(text(i)?.into_object())?;
        }
        f.call(&[text(0)?.as_obj(), list.as_obj() as &Obj, &*int(longest)?])?;
        Ok(())
    };
    quietly(tell());
}
