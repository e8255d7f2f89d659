//! `PyUnicode_Translate`: `str.translate` where deleted characters go through an error handler.

use crate::error::PyResult;
use crate::object::{AsObj, Obj, Ref};
use crate::raise;
use crate::types::codec_registry;
use crate::types::exceptions_unicode::{new_translate_error, translate_error};
use crate::types::str_::Str;
use crate::types::str_methods::{Mapped, map_char};
use crate::types::tuple::Tuple;
use dovetail_text::TextBuf;

const REASON: &str = "character maps to <undefined>";

/// Replaces each character by what the table has for it. Runs of characters that map to None go to the handler of that
/// name: without one they raise `UnicodeTranslateError`, with `ignore` they are left out.
pub fn translate_with(s: &Str, table: &Obj, errors: Option<&str>) -> PyResult<Ref<Str>> {
    let text = s.text();
    let n = text.len();
    let mut out = TextBuf::with_capacity(n);
    let mut i = 0;
    while i < n {
        match map_char(table, text.at(i))? {
            Mapped::Same => out.push(text.at(i)),
            Mapped::Char(c) => out.push(c),
            Mapped::Text(t) => out.push_text(t.text()),
            Mapped::Gone => {
                let mut end = i + 1;
                while end < n && matches!(map_char(table, text.at(end))?, Mapped::Gone) {
                    end += 1;
                }
                i = match errors {
                    Some("ignore") => end,
                    None | Some("strict") => return Err(translate_error(s, i, end, REASON)),
                    Some(name) => handled(s, i, end, name, &mut out)?,
                };
                continue;
            }
        }
        i += 1;
    }
    Str::from_buf(out)
}

/// Calls a handler; gives the position at which translation goes on.
fn handled(s: &Str, start: usize, end: usize, name: &str, out: &mut TextBuf) -> PyResult<usize> {
    let wrong = || raise!(TypeError, "translating error handler must return (str, int) tuple");
    let e = new_translate_error(s, start, end, REASON)?;
    let r = codec_registry::lookup_error(Some(name))?.call(&[e.as_obj()])?;
    let Some([text, position]) = r.downcast::<Tuple>().map(Tuple::as_borrows) else { return Err(wrong()) };
    let Some(text) = text.downcast::<Str>() else { return Err(wrong()) };
    let mut at = position.as_isize()?;
    if at < 0 {
        at += s.len() as isize;
    }
    if at < 0 || at as usize > s.len() {
        return Err(raise!(IndexError, "position {at} from error handler out of bounds"));
    }
    out.push_text(text.text());
    Ok(at as usize)
}
