//! `readline`: line editing, completion and history through GNU Readline or libedit, whichever is installed.
//!
//! # Safety
//! As `edit` says: the library runs under the GIL and gets terminated strings.

mod edit;
mod library;
mod state;

use crate::util::{fs_cstring, fs_decode, set as set_name, set_int, text};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::exceptions_os::from_io;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use library::{HistoryEntry, Library, library};
use state::state;
use std::ffi::{CStr, CString, c_int};

/// The open library; the module's functions exist only with it.
fn open() -> PyResult<&'static Library> {
    match library() {
        Some(l) => Ok(l),
        None => Err(raise!(ImportError, "neither libreadline nor libedit is installed")),
    }
}

fn c_string(s: &Str) -> PyResult<CString> {
    CString::new(crate::util::fs_encode(s)?).map_err(|_| raise!(ValueError, "embedded null character"))
}

/// A file argument, or the history file of the user.
fn history_file(file: Option<&Obj>) -> PyResult<CString> {
    if let Some(f) = file.filter(|f| !f.is_none()) {
        return fs_cstring(f);
    }
    let home = std::env::var_os("HOME").unwrap_or_default();
    let path = std::path::Path::new(&home).join(".history");
    CString::new(path.into_os_string().into_encoded_bytes())
        .map_err(|_| raise!(ValueError, "embedded null byte"))
}

/// The result of a call that gives an error number.
fn check(errno: c_int) -> PyResult<()> {
    if errno == 0 { Ok(()) } else { Err(from_io(&std::io::Error::from_raw_os_error(errno), None)) }
}

/// Frees an entry that was taken out of the history.
///
/// # Safety
/// `entry` is NULL or from the library, which knows it no more.
unsafe fn free_entry(entry: *mut HistoryEntry) {
    // SAFETY: the caller's promise; the parts are from malloc.
    unsafe {
        if !entry.is_null() {
            libc::free((*entry).line.cast());
            libc::free((*entry).timestamp.cast());
            libc::free(entry.cast());
        }
    }
}

/// Importing this module enables command line editing using GNU readline.
#[pymodule(name = "readline")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let l = open()?;
        edit::start(l);
        // SAFETY: the library's own variables.
        unsafe {
            let version = CStr::from_ptr(*l.rl_library_version).to_string_lossy();
            set_name(module, "_READLINE_LIBRARY_VERSION", &*text(&version)?)?;
            set_int(module, "_READLINE_VERSION", *l.rl_readline_version)?;
            set_int(module, "_READLINE_RUNTIME_VERSION", *l.rl_readline_version)?;
        }
        set_name(module, "backend", &*text(if l.is_libedit { "editline" } else { "readline" })?)?;
        let _ = dovetail_core::hooks::READ_LINE.set(edit::read_line);
        Ok(())
    }

    /// Execute the init line provided in the string argument.
    #[function]
    fn parse_and_bind(string: &Str) -> PyResult<()> {
        let line = c_string(string)?;
        let l = open()?;
        // SAFETY: the call changes its argument: it gets a copy.
        unsafe {
            let copy = libc::strdup(line.as_ptr());
            (l.rl_parse_and_bind)(copy);
            libc::free(copy.cast());
        }
        Ok(())
    }

    /// Execute a readline initialization file.
    ///
    /// The default filename is the last filename used.
    #[function(sig = "(filename=None, /)")]
    fn read_init_file(filename: Option<&Obj>) -> PyResult<()> {
        let name = filename.map(fs_cstring).transpose()?;
        // SAFETY: a string or NULL.
        check(unsafe { (open()?.rl_read_init_file)(name.as_ref().map_or(std::ptr::null(), |n| n.as_ptr())) })
    }

    /// Load a readline history file.
    ///
    /// The default filename is ~/.history.
    #[function(sig = "(filename=None, /)")]
    fn read_history_file(filename: Option<&Obj>) -> PyResult<()> {
        let name = history_file(filename)?;
        // SAFETY: a string.
        check(unsafe { (open()?.read_history)(name.as_ptr()) })
    }

    /// Cuts a history file to the limit.
    fn truncate(l: &Library, name: &CStr) {
        let limit = state().limit.get();
        if limit >= 0 {
            // SAFETY: a string.
            unsafe { (l.history_truncate_file)(name.as_ptr(), limit) };
        }
    }

    /// Save a readline history file.
    ///
    /// The default filename is ~/.history.
    #[function(sig = "(filename=None, /)")]
    fn write_history_file(filename: Option<&Obj>) -> PyResult<()> {
        let name = history_file(filename)?;
        let l = open()?;
        // SAFETY: a string.
        check(unsafe { (l.write_history)(name.as_ptr()) })?;
        truncate(l, &name);
        Ok(())
    }

    /// Append the last nelements items of the history list to file.
    ///
    /// The default filename is ~/.history.
    #[function(sig = "(nelements, filename=None, /)")]
    fn append_history_file(nelements: i32, filename: Option<&Obj>) -> PyResult<()> {
        if nelements < 0 {
            bail!(ValueError, "nelements must be positive");
        }
        let name = history_file(filename)?;
        let l = open()?;
        let Some(append) = l.append_history else {
            bail!(NotImplementedError, "append_history_file: the installed libedit cannot append");
        };
        // SAFETY: a string.
        check(unsafe { append(nelements, name.as_ptr()) })?;
        truncate(l, &name);
        Ok(())
    }

    /// Set the maximal number of lines which will be written to the history file.
    ///
    /// A negative length is used to inhibit history truncation.
    #[function]
    fn set_history_length(length: i32) {
        state().limit.set(length);
    }

    /// Return the maximum number of lines that will be written to the history file.
    #[function]
    fn get_history_length() -> i32 {
        state().limit.get()
    }

    /// Return the current (not the maximum) length of history.
    #[function]
    fn get_current_history_length() -> PyResult<i32> {
        // SAFETY: the library's own variable.
        Ok(unsafe { *open()?.history_length })
    }

    /// Return the current contents of history item at one-based index.
    #[function]
    fn get_history_item(index: i32) -> PyResult<Option<Ref<Str>>> {
        let l = open()?;
        // SAFETY: the entry is the library's; its text is copied.
        unsafe {
            let index = if l.is_libedit { index - 1 } else { index };
            if l.is_libedit && !(0..*l.history_length).contains(&index) {
                return Ok(None);
            }
            let e = (l.history_get)(index);
            if e.is_null() || (*e).line.is_null() {
                return Ok(None);
            }
            fs_decode(CStr::from_ptr((*e).line).to_bytes()).map(Some)
        }
    }

    /// Remove history item given by its zero-based position.
    #[function]
    fn remove_history_item(pos: i32) -> PyResult<()> {
        if pos < 0 {
            bail!(ValueError, "History index cannot be negative");
        }
        // SAFETY: what the library gives out is freed.
        unsafe {
            let e = (open()?.remove_history)(pos);
            if e.is_null() {
                bail!(ValueError, "No history item at position {pos}");
            }
            free_entry(e);
        }
        Ok(())
    }

    /// Replaces history item given by its position with contents of line.
    ///
    /// pos is zero-based.
    #[function]
    fn replace_history_item(pos: i32, line: &Str) -> PyResult<()> {
        if pos < 0 {
            bail!(ValueError, "History index cannot be negative");
        }
        let line = c_string(line)?;
        // SAFETY: as above.
        unsafe {
            let e = (open()?.replace_history_entry)(pos, line.as_ptr(), std::ptr::null_mut());
            if e.is_null() {
                bail!(ValueError, "No history item at position {pos}");
            }
            free_entry(e);
        }
        Ok(())
    }

    /// Add an item to the history buffer.
    #[function]
    fn add_history(string: &Str) -> PyResult<()> {
        let line = c_string(string)?;
        // SAFETY: a string, which the library copies.
        unsafe { (open()?.add_history)(line.as_ptr()) };
        Ok(())
    }

    /// Clear the current readline history.
    #[function]
    fn clear_history() -> PyResult<()> {
        // SAFETY: under the GIL.
        unsafe { (open()?.clear_history)() };
        Ok(())
    }

    /// Enables or disables automatic history.
    #[function]
    fn set_auto_history(enabled: bool) {
        state().auto_history.set(enabled);
    }

    /// Return the current contents of the line buffer.
    #[function]
    fn get_line_buffer() -> PyResult<Ref<Str>> {
        // SAFETY: the library's own text, copied.
        unsafe {
            let p = *open()?.rl_line_buffer;
            if p.is_null() { Str::new("") } else { fs_decode(CStr::from_ptr(p).to_bytes()) }
        }
    }

    /// Insert text into the line buffer at the cursor position.
    #[function]
    fn insert_text(string: &Str) -> PyResult<()> {
        let s = c_string(string)?;
        // SAFETY: a string.
        unsafe { (open()?.rl_insert_text)(s.as_ptr()) };
        Ok(())
    }

    /// Change what's displayed on the screen to reflect contents of the line buffer.
    #[function]
    fn redisplay() -> PyResult<()> {
        // SAFETY: under the GIL.
        unsafe { (open()?.rl_redisplay)() };
        Ok(())
    }

    /// Set or remove the completer function.
    ///
    /// The function is called as function(text, state),
    /// for state in 0, 1, 2, ..., until it returns a non-string.
    /// It should return the next possible completion starting with 'text'.
    #[function(sig = "(function=None, /)")]
    fn set_completer(function: Option<&Obj>) {
        state::set(&state().completer, function);
    }

    /// Get the current completer function.
    #[function]
    fn get_completer() -> Option<Object> {
        state::get(&state().completer)
    }

    /// Set the word delimiters for completion.
    #[function]
    fn set_completer_delims(string: &Str) -> PyResult<()> {
        let s = c_string(string)?;
        let l = open()?;
        // SAFETY: the variable holds a string from malloc, set at start.
        unsafe {
            let old = std::mem::replace(&mut *l.rl_completer_word_break_characters, libc::strdup(s.as_ptr()));
            libc::free(old.cast());
        }
        Ok(())
    }

    /// Get the word delimiters for completion.
    #[function]
    fn get_completer_delims() -> PyResult<Ref<Str>> {
        // SAFETY: as above.
        unsafe { fs_decode(CStr::from_ptr(*open()?.rl_completer_word_break_characters).to_bytes()) }
    }

    /// Get the type of completion being attempted.
    #[function]
    fn get_completion_type() -> PyResult<i32> {
        // SAFETY: the library's own variable.
        Ok(unsafe { *open()?.rl_completion_type })
    }

    /// Get the beginning index of the completion scope.
    #[function]
    fn get_begidx() -> i32 {
        state().begidx.get()
    }

    /// Get the ending index of the completion scope.
    #[function]
    fn get_endidx() -> i32 {
        state().endidx.get()
    }

    /// Set or remove the function invoked by the rl_startup_hook callback.
    ///
    /// The function is called with no arguments just
    /// before readline prints the first prompt.
    #[function(sig = "(function=None, /)")]
    fn set_startup_hook(function: Option<&Obj>) -> PyResult<()> {
        state::set(&state().startup, function);
        let on = function.is_some_and(|f| !f.is_none());
        // SAFETY: the library's own variable.
        unsafe { *open()?.rl_startup_hook = if on { Some(edit::on_startup) } else { None } };
        Ok(())
    }

    /// Set or remove the function invoked by the rl_pre_input_hook callback.
    ///
    /// The function is called with no arguments after the first prompt
    /// has been printed and just before readline starts reading input
    /// characters.
    #[function(sig = "(function=None, /)")]
    fn set_pre_input_hook(function: Option<&Obj>) -> PyResult<()> {
        state::set(&state().pre_input, function);
        let on = function.is_some_and(|f| !f.is_none());
        // SAFETY: the library's own variable.
        unsafe { *open()?.rl_pre_input_hook = if on { Some(edit::on_pre_input) } else { None } };
        Ok(())
    }

    /// Set or remove the completion display function.
    ///
    /// The function is called as
    ///   function(substitution, [matches], longest_match_length)
    /// once each time matches need to be displayed.
    #[function(sig = "(function=None, /)")]
    fn set_completion_display_matches_hook(function: Option<&Obj>) -> PyResult<()> {
        state::set(&state().display, function);
        let on = function.is_some_and(|f| !f.is_none());
        if let Some(hook) = open()?.rl_completion_display_matches_hook {
            // SAFETY: the library's own variable.
            unsafe { *hook = if on { Some(edit::on_display) } else { None } };
        }
        Ok(())
    }
}

pub use module::MODULE;
