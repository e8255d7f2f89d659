//! The line editor's C library, GNU Readline or libedit, found when the module is imported.
//!
//! Nothing is linked: a machine without either has no module `readline`, as with CPython.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::OnceLock;

/// The names under which the libraries are installed, the preferred one first.
const NAMES: [&CStr; 4] = [c"libreadline.so.8", c"libreadline.so.7", c"libedit.so.2", c"libedit.so.0"];

/// A function that fills in matches.
pub type Completion = unsafe extern "C" fn(*const c_char, c_int, c_int) -> *mut *mut c_char;
/// A function that gives one match after the other.
pub type Generator = unsafe extern "C" fn(*const c_char, c_int) -> *mut c_char;
pub type Hook = unsafe extern "C" fn() -> c_int;
pub type Display = unsafe extern "C" fn(*mut *mut c_char, c_int, c_int);
pub type LineHandler = unsafe extern "C" fn(*mut c_char);

/// An item of the history.
#[repr(C)]
pub struct HistoryEntry {
    pub line: *mut c_char,
    pub timestamp: *mut c_char,
    pub data: *mut c_void,
}

macro_rules! library {
    (functions { $($f:ident: $ft:ty;)* } variables { $($v:ident: $vt:ty;)* } optional { $($o:ident: $ot:ty;)* }) => {
        /// The library's functions, and the places of its variables.
        pub struct Library {
            pub is_libedit: bool,
            $(pub $f: $ft,)*
            $(pub $v: *mut $vt,)*
            $(pub $o: Option<$ot>,)*
        }

        /// Finds all symbols in an open library.
        ///
        /// # Safety
        /// `handle` is of a library whose symbols of these names have these types.
        unsafe fn bind(handle: *mut c_void, is_libedit: bool) -> Option<Library> {
            // SAFETY: the caller's promise; a NULL is never made a function.
            unsafe {
                let symbol = |name: &str| -> Option<*mut c_void> {
                    let name = std::ffi::CString::new(name).ok()?;
                    let p = libc::dlsym(handle, name.as_ptr());
                    if p.is_null() { None } else { Some(p) }
                };
                Some(Library {
                    is_libedit,
                    $($f: std::mem::transmute::<*mut c_void, $ft>(symbol(stringify!($f))?),)*
                    $($v: symbol(stringify!($v))?.cast(),)*
                    $($o: symbol(stringify!($o)).map(|p| std::mem::transmute::<*mut c_void, $ot>(p)),)*
                })
            }
        }
    };
}

library! {
    functions {
        rl_initialize: unsafe extern "C" fn() -> c_int;
        rl_parse_and_bind: unsafe extern "C" fn(*mut c_char) -> c_int;
        rl_read_init_file: unsafe extern "C" fn(*const c_char) -> c_int;
        rl_insert_text: unsafe extern "C" fn(*const c_char) -> c_int;
        rl_redisplay: unsafe extern "C" fn();
        rl_completion_matches: unsafe extern "C" fn(*const c_char, Generator) -> *mut *mut c_char;
        rl_callback_handler_install: unsafe extern "C" fn(*const c_char, LineHandler);
        rl_callback_read_char: unsafe extern "C" fn();
        rl_callback_handler_remove: unsafe extern "C" fn();
        using_history: unsafe extern "C" fn();
        add_history: unsafe extern "C" fn(*const c_char) -> c_int;
        clear_history: unsafe extern "C" fn();
        remove_history: unsafe extern "C" fn(c_int) -> *mut HistoryEntry;
        replace_history_entry: unsafe extern "C" fn(c_int, *const c_char, *mut c_void) -> *mut HistoryEntry;
        history_get: unsafe extern "C" fn(c_int) -> *mut HistoryEntry;
        read_history: unsafe extern "C" fn(*const c_char) -> c_int;
        write_history: unsafe extern "C" fn(*const c_char) -> c_int;
        history_truncate_file: unsafe extern "C" fn(*const c_char, c_int) -> c_int;
    }
    variables {
        rl_line_buffer: *mut c_char;
        rl_readline_name: *const c_char;
        rl_library_version: *const c_char;
        rl_readline_version: c_int;
        rl_completer_word_break_characters: *mut c_char;
        rl_attempted_completion_function: Option<Completion>;
        rl_attempted_completion_over: c_int;
        rl_completion_append_character: c_int;
        rl_completion_type: c_int;
        rl_startup_hook: Option<Hook>;
        rl_pre_input_hook: Option<Hook>;
        history_length: c_int;
    }
    optional {
        append_history: unsafe extern "C" fn(c_int, *const c_char) -> c_int;
        rl_free_line_state: unsafe extern "C" fn();
        rl_callback_sigcleanup: unsafe extern "C" fn();
        rl_cleanup_after_signal: unsafe extern "C" fn();
        rl_catch_signals: *mut c_int;
        rl_completion_display_matches_hook: *mut Option<Display>;
    }
}

// SAFETY: used under the GIL only, as the libraries ask for one thread at a time.
unsafe impl Sync for Library {}
// SAFETY: as above.
unsafe impl Send for Library {}

/// The library, opened the first time; none where none is installed.
pub fn library() -> Option<&'static Library> {
    static LIBRARY: OnceLock<Option<Library>> = OnceLock::new();
    LIBRARY
        .get_or_init(|| {
            NAMES.iter().find_map(|name| {
                // SAFETY: system libraries of these names have the symbols with these types.
                unsafe {
                    let handle = libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
                    if handle.is_null() {
                        return None;
                    }
                    bind(handle, name.to_bytes().starts_with(b"libedit"))
                }
            })
        })
        .as_ref()
}
