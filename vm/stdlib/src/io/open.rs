//! `open`, `open_code` and `text_encoding`.

use super::buffered::{BufferedRandom, BufferedReader, BufferedWriter};
use super::file::FileIo;
use super::text::TextIoWrapper;
use crate::util::fspath;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, sym};

/// A mode of `open`.
#[derive(Default, Clone, Copy)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

fn parse(mode: &str) -> Option<Mode> {
    let mut m = Mode::default();
    for c in mode.chars() {
        let flag = match c {
            'x' => &mut m.creating,
            'r' => &mut m.reading,
            'w' => &mut m.writing,
            'a' => &mut m.appending,
            '+' => &mut m.updating,
            't' => &mut m.text,
            'b' => &mut m.binary,
            _ => return None,
        };
        if *flag {
            return None;
        }
        *flag = true;
    }
    Some(m)
}

/// The arguments of `open` behind the file.
pub struct Arguments<'a> {
    pub mode: &'a str,
    pub buffering: i32,
    pub encoding: Option<&'a Obj>,
    pub errors: Option<&'a Obj>,
    pub newline: Option<&'a Obj>,
    pub closefd: bool,
    pub opener: Option<&'a Obj>,
}

/// `open()`.
pub fn open(file: &Obj, a: &Arguments<'_>) -> PyResult<Object> {
    let path;
    let file = if file.is_a::<Int>() || file.has_index() {
        file
    } else {
        path = fspath(file)?;
        &*path
    };
    let Some(m) = parse(a.mode) else {
        bail!(ValueError, "invalid mode: {}", Str::new(a.mode)?.repr()?.to_string_lossy());
    };
    if m.text && m.binary {
        bail!(ValueError, "can't have text and binary mode at once");
    }
    if m.creating as u8 + m.reading as u8 + m.writing as u8 + m.appending as u8 > 1 {
        bail!(ValueError, "must have exactly one of create/read/write/append mode");
    }
    for (given, what) in [
        (a.encoding.is_some(), "an encoding"),
        (a.errors.is_some(), "an errors"),
        (a.newline.is_some(), "a newline"),
    ] {
        if m.binary && given {
            bail!(ValueError, "binary mode doesn't take {what} argument");
        }
    }
    if m.binary && a.buffering == 1 {
        dovetail_core::types::exception::warn(
            exc::RuntimeWarning(),
            "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
            1,
        )?;
    }
    let mut raw_mode = String::with_capacity(4);
    for (on, c) in
        [(m.creating, 'x'), (m.reading, 'r'), (m.writing, 'w'), (m.appending, 'a'), (m.updating, '+')]
    {
        if on {
            raw_mode.push(c);
        }
    }
    let mode = Str::new(&raw_mode)?;
    let args = [file, mode.as_obj(), bool_obj(a.closefd), a.opener.unwrap_or(none())];
    let raw = FileIo::type_object().call(&args)?;
    match layers(&raw, m, a) {
        Ok(o) => Ok(o),
        Err((outermost, e)) => {
            let kept = e.take();
            match outermost.call_method(sym!(close), &[]) {
                Ok(_) => Err(Raised::restore(kept)),
                Err(again) => Err(super::buffered::chain(kept, Err(again))),
            }
        }
    }
}

/// What a file is wrapped in, as its mode asks. An error comes with the outermost layer that was made.
fn layers(raw: &Object, m: Mode, a: &Arguments<'_>) -> Result<Object, (Object, Raised)> {
    let failed = |e: Raised| (raw.clone(), e);
    // SAFETY: made of this very type.
    let file: &FileIo = unsafe { raw.cast_unchecked() };
    let terminal = a.buffering < 0 && file.looks_like_terminal();
    let line_buffering = (a.buffering == 1 && !m.binary) || terminal;
    let mut size = a.buffering;
    if a.buffering < 0 || a.buffering == 1 {
        size = file.block_size().clamp(super::DEFAULT_BUFFER_SIZE, 8 << 20) as i32;
    }
    let buffering = if size < 0 {
        return Err(failed(dovetail_core::raise!(ValueError, "invalid buffering size")));
    } else {
        size
    };
    if buffering == 0 {
        if !m.binary {
            return Err(failed(dovetail_core::raise!(ValueError, "can't have unbuffered text I/O")));
        }
        return Ok(raw.clone());
    }
    let ty = if m.updating {
        BufferedRandom::type_object()
    } else if m.creating || m.writing || m.appending {
        BufferedWriter::type_object()
    } else if m.reading {
        BufferedReader::type_object()
    } else {
        let shown = a.mode;
        return Err(failed(dovetail_core::raise!(ValueError, "unknown mode: '{shown}'")));
    };
    let size = Int::from_i64(buffering as i64).map_err(failed)?;
    let buffer = ty.call(&[&**raw, &size]).map_err(failed)?;
    if m.binary {
        return Ok(buffer);
    }
    let failed = |e: Raised| (buffer.clone(), e);
    let or_none = |o: Option<&Obj>| o.map_or_else(|| none().to_owned(), Obj::to_owned);
    let args = [or_none(a.encoding), or_none(a.errors), or_none(a.newline)];
    let wrapper = TextIoWrapper::type_object()
        .call(&[&*buffer, &*args[0], &*args[1], &*args[2], bool_obj(line_buffering)])
        .map_err(failed)?;
    let failed = |e: Raised| (wrapper.clone(), e);
    let shown = Str::new(a.mode).map_err(failed)?;
    wrapper.set_attr(sym!(mode), &shown).map_err(|e| (wrapper.clone(), e))?;
    Ok(wrapper)
}

/// `open_code(path)`.
pub fn open_code(path: &Str) -> PyResult<Object> {
    if let Some((hook, data)) = dovetail_core::hooks::OPEN_CODE.get() {
        // SAFETY: C's function, with its data.
        return unsafe { dovetail_core::error::from_c(hook(path.as_obj().as_ptr(), *data as *mut _)) };
    }
    let a = Arguments {
        mode: "rb",
        buffering: -1,
        encoding: None,
        errors: None,
        newline: None,
        closefd: true,
        opener: None,
    };
    open(path, &a)
}

/// `EncodingWarning` where an encoding is left out and the option asks for it.
pub fn warn_default_encoding(level: isize) -> PyResult<()> {
    let Some(sys) = Interpreter::current().sysdict.get() else { return Ok(()) };
    let Some(flags) = sys.get_text("flags").map(Obj::to_owned) else { return Ok(()) };
    let wanted = match flags.get_attr_opt(sym!(warn_default_encoding))? {
        Some(f) => f.is_true()?,
        None => false,
    };
    if wanted {
        dovetail_core::types::exception::warn(
            exc::EncodingWarning(),
            "'encoding' argument not specified",
            level,
        )?;
    }
    Ok(())
}

/// `text_encoding(encoding, stacklevel)`.
pub fn text_encoding(encoding: &Obj, level: isize) -> PyResult<Object> {
    if !encoding.is_none() {
        return Ok(encoding.to_owned());
    }
    warn_default_encoding(level)?;
    Ok(if super::streams::utf8_mode() { sym!("utf-8") } else { sym!(locale) }.as_obj().to_owned())
}
