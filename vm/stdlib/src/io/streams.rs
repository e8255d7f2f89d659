//! The standard streams, and the encoding of the locale.
//!
//! `sys.stdin`, `stdout` and `stderr` are made at start-up as CPython does: a descriptor that is closed gives None;
//! encoding and errors are the configuration's (but `backslashreplace` on stderr always); a terminal is line buffered,
//! `-u` writes through.

use super::buffered::{BufferedReader, BufferedWriter};
use super::file::FileIo;
use super::text::TextIoWrapper;
use dovetail_core::config::Config;
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Object};
use dovetail_core::sym;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use std::ffi::CStr;

/// Is UTF-8 mode (PEP 540) on?
pub fn utf8_mode() -> bool {
    Interpreter::current().config.get().is_some_and(|c| c.utf8_mode)
}

/// The encoding of the process's locale, as the C library names it (`locale.getencoding()`).
pub fn locale_encoding() -> String {
    // SAFETY: the C library's own text, copied at once.
    let name = unsafe {
        let p = libc::nl_langinfo(libc::CODESET);
        if p.is_null() { String::new() } else { CStr::from_ptr(p).to_string_lossy().into_owned() }
    };
    if name.is_empty() { "utf-8".to_owned() } else { name }
}

/// What the standard streams are made with.
struct Settings {
    encoding: String,
    errors: String,
    unbuffered: bool,
}

/// What locale, environment and command line decided at start-up.
fn settings() -> Settings {
    let default = Config::default();
    let c = Interpreter::current().config.get().unwrap_or(&default);
    Settings { encoding: c.stdio_encoding.clone(), errors: c.stdio_errors.clone(), unbuffered: c.unbuffered }
}

/// A codec's own name.
fn codec_name(encoding: &str) -> PyResult<String> {
    let info = dovetail_core::types::codec_registry::lookup(encoding)?;
    Ok(info.get_attr(sym!(name))?.str_()?.to_string_lossy().into_owned())
}

/// One stream, or None where the descriptor is closed.
fn make(fd: i32, name: &str, write: bool, s: &Settings) -> PyResult<Object> {
    // SAFETY: asks only.
    if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Ok(none().to_owned());
    }
    let mode = Str::new(if write { "wb" } else { "rb" })?;
    let number = Int::from_i64(fd as i64)?;
    let raw = match FileIo::type_object().call(&[&*number, &**mode, bool_obj(false)]) {
        Ok(r) => r,
        Err(e) if e.matches(dovetail_core::error::exc::OSError()) && !is_directory(fd) => {
            e.clear();
            return Ok(none().to_owned());
        }
        Err(e) => return Err(e),
    };
    let shown = Str::new(name)?;
    raw.set_attr(sym!(name), &shown)?;
    // SAFETY: made of this very type.
    let terminal = unsafe { raw.cast_unchecked::<FileIo>() }.looks_like_terminal();
    let buffer = if write && s.unbuffered {
        raw
    } else {
        let ty = if write { BufferedWriter::type_object() } else { BufferedReader::type_object() };
        ty.call(&[&*raw])?
    };
    let errors = if fd == 2 { "backslashreplace" } else { &s.errors };
    let encoding = Str::new(&s.encoding)?;
    let errors = Str::new(errors)?;
    let line_buffering = write && (terminal || fd == 2) && !s.unbuffered;
    let text = TextIoWrapper::type_object().call(&[
        &*buffer,
        &**encoding,
        &**errors,
        sym!("\n").as_obj(),
        bool_obj(line_buffering),
        bool_obj(s.unbuffered),
    ])?;
    text.set_attr(sym!(mode), &*Str::new(if write { "w" } else { "r" })?)?;
    Ok(text)
}

fn is_directory(fd: i32) -> bool {
    // SAFETY: the call fills the struct.
    unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        libc::fstat(fd, &mut st) == 0 && st.st_mode & libc::S_IFMT == libc::S_IFDIR
    }
}

/// Makes the three streams and puts them into `sys`.
pub fn start() -> PyResult<()> {
    let Some(sys) = Interpreter::current().sysdict.get() else { return Ok(()) };
    let mut s = settings();
    s.encoding = codec_name(&s.encoding)?;
    for (fd, name) in ["stdin", "stdout", "stderr"].into_iter().enumerate() {
        let stream = make(fd as i32, &format!("<{name}>"), fd > 0, &s)?;
        sys.set_text(name, &stream)?;
        sys.set_text(&format!("__{name}__"), &stream)?;
    }
    Ok(())
}
