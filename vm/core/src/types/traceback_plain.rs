//! Exceptions that nobody can catch, as text: CPython's short form, with bare lines of source from files and without
//! causes, contexts or notes.

use crate::object::{AsObj, Obj};
use crate::sym;
use crate::types::exception::BaseException;
use crate::types::str_::Str;
use crate::types::traceback_lines::{Lines, quiet, text_of};

/// How often the same line is shown before repetitions are counted.
const REPEATED: usize = 3;

/// What `sys.unraisablehook` prints: where the exception was ignored, the traceback, the exception.
pub fn format_unraisable(exception: Option<&BaseException>, message: &str, object: Option<&Obj>) -> String {
    let shown = object.map(|o| match quiet(o.repr()) {
        Some(r) => text_of(&r),
        None => "<object repr() failed>".to_owned(),
    });
    let mut out = match (message, shown) {
        ("", Some(o)) => format!("Exception ignored in: {o}\n"),
        (m, Some(o)) => format!("{m}: {o}\n"),
        ("", None) => String::new(),
        (m, None) => format!("{m}:\n"),
    };
    let Some(e) = exception else { return out };
    add_traceback(&mut out, e);
    out.push_str(&class_name(e));
    match quiet(e.as_obj().str_()) {
        Some(s) => out.push_str(&format!(": {}\n", text_of(&s))),
        None => out.push_str(": <exception str() failed>\n"),
    }
    out
}

/// The class with its module, unless that is `builtins` or the program.
fn class_name(e: &BaseException) -> String {
    let ty = e.ob_type();
    let name = quiet(ty.as_obj().get_attr(sym!(__qualname__))).and_then(|n| n.downcast::<Str>().map(text_of));
    let name = name.unwrap_or_else(|| ty.name().to_owned());
    let module = quiet(ty.as_obj().get_attr(sym!(__module__))).and_then(|n| n.downcast::<Str>().map(text_of));
    match module.as_deref() {
        None => format!("<unknown>.{name}"),
        Some("builtins" | "__main__") => name,
        Some(m) => format!("{m}.{name}"),
    }
}

fn add_traceback(out: &mut String, e: &BaseException) {
    let Some(first) = e.traceback() else { return };
    out.push_str("Traceback (most recent call last):\n");
    let mut lines = Lines::default();
    let mut next = Some(first);
    let mut last = (String::new(), 0, String::new());
    let mut count = 0;
    let repeated = |out: &mut String, count: usize| {
        if count > REPEATED {
            let more = count - REPEATED;
            let s = if more == 1 { "" } else { "s" };
            out.push_str(&format!("  [Previous line repeated {more} more time{s}]\n"));
        }
    };
    while let Some(t) = next {
        next = t.next();
        let frame = t.frame();
        let code = frame.code();
        let line = t.line().unwrap_or(0);
        let place = (text_of(code.filename()), line, text_of(code.name()));
        if place != last {
            repeated(out, count);
            last = place;
            count = 0;
        }
        count += 1;
        if count > REPEATED {
            continue;
        }
        let (file, line, name) = &last;
        out.push_str(&format!("  File \"{file}\", line {line}, in {name}\n"));
        let source = lines.get(file, *line, None, None);
        let source = source.trim();
        if !source.is_empty() {
            out.push_str(&format!("    {source}\n"));
        }
    }
    repeated(out, count);
}
