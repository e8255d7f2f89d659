//! `print` and `input`.

use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise, sym};

/// An attribute of `sys`, if it is set.
pub fn sys_attribute(name: &str) -> PyResult<Option<Object>> {
    match Interpreter::current().sysdict.get() {
        Some(d) => Ok(d.get_text(name).map(Obj::to_owned)),
        None => Ok(None),
    }
}

fn check_text<'a>(name: &str, o: Option<&'a Obj>) -> PyResult<Option<&'a Str>> {
    match o.filter(|o| !o.is_none()) {
        None => Ok(None),
        Some(o) => match o.downcast::<Str>() {
            Some(s) => Ok(Some(s)),
            None => Err(raise!(TypeError, "{name} must be None or a string, not {}", o.type_name())),
        },
    }
}

/// `print(*args, sep, end, file, flush)`.
pub fn print(
    args: &[&Obj],
    sep: Option<&Obj>,
    end: Option<&Obj>,
    file: Option<&Obj>,
    flush: Option<&Obj>,
) -> PyResult<()> {
    let file = match file.filter(|f| !f.is_none()) {
        Some(f) => f.to_owned(),
        None => match sys_attribute("stdout")? {
            None => bail!(RuntimeError, "lost sys.stdout"),
            // No standard output: nothing to do, as CPython.
            Some(f) if f.is_none() => return Ok(()),
            Some(f) => f,
        },
    };
    let (sep, end) = (check_text("sep", sep)?, check_text("end", end)?);
    let write = file.get_attr(sym!(write))?;
    for (i, a) in args.iter().enumerate() {
        if i > 0 {
            match sep {
                Some(s) => write.call(&[s])?,
                None => write.call(&[sym!(" ")])?,
            };
        }
        let text = a.str_()?;
        write.call(&[&**text])?;
    }
    match end {
        Some(s) => write.call(&[s])?,
        None => write.call(&[sym!("\n")])?,
    };
    let flush = match flush {
        Some(f) => f.is_true()?,
        None => false,
    };
    if flush {
        file.call_method(sym!(flush), &[])?;
    }
    Ok(())
}

/// `input(prompt)`, through `sys.stdin` and `sys.stdout`.
pub fn input(prompt: Option<&Obj>) -> PyResult<Object> {
    let stream = |name: &str| -> PyResult<Object> {
        match sys_attribute(name)?.filter(|f| !f.is_none()) {
            Some(f) => Ok(f),
            None => Err(raise!(RuntimeError, "input(): lost sys.{name}")),
        }
    };
    let (stdin, stdout, stderr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
    if let Err(e) = stderr.call_method(sym!(flush), &[]) {
        e.clear();
    }
    if let Some(read) = dovetail_core::hooks::TYPED_LINE.get()
        && is_terminal(&stdin, 0)
        && is_terminal(&stdout, 1)
    {
        return edited(*read, prompt, &stdout);
    }
    if let Some(p) = prompt {
        let p = p.str_()?;
        stdout.call_method(sym!(write), &[&**p])?;
    }
    if let Err(e) = stdout.call_method(sym!(flush), &[]) {
        e.clear();
    }
    let line = stdin.call_method(sym!(readline), &[])?;
    let Some(s) = line.downcast::<Str>() else {
        bail!(TypeError, "object.readline() returned non-string");
    };
    if s.is_empty() {
        bail!(EOFError, "EOF when reading a line");
    }
    match s.len() - 1 {
        last if s.char_at(last) == u32::from('\n') => Ok(s.sub(0, last)?.into_object()),
        _ => Ok(line),
    }
}

/// Is the stream the process's own terminal on this descriptor?
fn is_terminal(stream: &Obj, fd: i64) -> bool {
    let number = stream.call_method(sym!(fileno), &[]).and_then(|n| n.as_i64());
    let same = number.map_or_else(
        |e| {
            e.clear();
            false
        },
        |n| n == fd,
    );
    // SAFETY: any descriptor may be asked about.
    same && unsafe { libc::isatty(fd as i32) == 1 }
}

/// `input()` with the line editor.
fn edited(read: dovetail_core::hooks::ReadLine, prompt: Option<&Obj>, stdout: &Obj) -> PyResult<Object> {
    stdout.call_method(sym!(flush), &[])?;
    let shown = match prompt {
        Some(p) => crate::util::fs_encode(&*p.str_()?)?,
        None => Vec::new(),
    };
    let Ok(shown) = std::ffi::CString::new(shown) else {
        bail!(ValueError, "input: prompt string cannot contain null characters");
    };
    match read(&shown)? {
        None => Err(raise!(EOFError, "")),
        Some(line) => {
            let line = line.strip_suffix(b"\n").unwrap_or(&line);
            Ok(crate::util::fs_decode(line)?.into_object())
        }
    }
}
