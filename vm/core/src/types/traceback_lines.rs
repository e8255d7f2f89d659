//! Lines of source files for tracebacks, read once per printing.

use crate::error::PyResult;
use crate::interpreter::Interpreter;
use crate::object::{AsObj, Obj};
use crate::sym;
use crate::types::code::Code;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::str_::Str;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The lines of the files that a traceback names.
#[derive(Default)]
pub struct Lines {
    files: HashMap<String, Option<Vec<String>>>,
    /// Only the first line of an instruction is shown, without marks (`PyTraceBack_Print`).
    pub plain: bool,
}

/// Drops an error: printing goes on without what it was for.
pub(crate) fn quiet<T>(r: PyResult<T>) -> Option<T> {
    match r {
        Ok(v) => Some(v),
        Err(e) => {
            e.clear();
            None
        }
    }
}

/// The text of a string, with lone surrogates written as escapes.
pub(crate) fn text_of(s: &Str) -> String {
    let mut out = String::with_capacity(s.len());
    for c in s.text().iter() {
        match char::from_u32(c) {
            Some(c) => out.push(c),
            None => out.push_str(&format!("\\u{c:04x}")),
        }
    }
    out
}

/// The encoding that a file's first two lines name (PEP 263).
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|b| *b == b'\n').take(2) {
        let line = String::from_utf8_lossy(line);
        let Some(comment) = line.trim_start_matches([' ', '\t', '\x0c']).strip_prefix('#') else {
            if line.trim().is_empty() {
                continue;
            }
            return None;
        };
        if let Some(at) = comment.find("coding")
            && let Some(rest) = comment[at + 6..].strip_prefix([':', '='])
        {
            let name: String = rest
                .trim_start_matches([' ', '\t'])
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
                .collect();
            if !name.is_empty() {
                return Some(name.to_ascii_lowercase().replace('_', "-"));
            }
        }
    }
    None
}

fn decode(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match declared_encoding(bytes).as_deref() {
        None | Some("utf-8" | "utf8") => String::from_utf8(bytes.to_vec()).ok(),
        Some("latin-1" | "iso-8859-1" | "latin1" | "iso8859-1" | "l1") => {
            Some(bytes.iter().map(|b| *b as char).collect())
        }
        Some(_) => Some(String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// Lines of a text, without their ends.
pub(crate) fn split_lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn read(name: &str) -> Option<Vec<String>> {
    let direct = Path::new(name);
    let bytes = std::fs::read(direct).ok().or_else(|| {
        if direct.is_absolute() {
            return None;
        }
        search_path().into_iter().find_map(|d| std::fs::read(d.join(name)).ok())
    })?;
    decode(&bytes).map(|t| split_lines(&t))
}

/// The folders of `sys.path`.
fn search_path() -> Vec<PathBuf> {
    let Some(sys) = Interpreter::current().sysdict.get() else { return Vec::new() };
    let Some(path) = sys.get_str(sym!(path)).and_then(|p| p.downcast::<List>()) else { return Vec::new() };
    path.items().iter().filter_map(|d| d.downcast::<Str>()).map(|d| PathBuf::from(text_of(d))).collect()
}

/// The module `linecache`, when the program has imported it: it knows text that is in no file.
fn linecache() -> Option<crate::Object> {
    let modules = Interpreter::current().modules.get()?;
    modules.get_str(sym!(linecache)).map(|m| m.to_owned())
}

/// The source that the importer of a frame's module has for it.
fn from_loader(globals: &Obj) -> Option<Vec<String>> {
    let d = globals.downcast::<crate::types::dict::Dict>()?;
    let name = d.get_str(sym!(__name__))?.to_owned();
    let loader = match d.get_str(sym!(__spec__)) {
        Some(spec) if !spec.is_none() => {
            let spec = spec.to_owned();
            quiet(spec.get_attr_opt(sym!(loader))).flatten()
        }
        _ => None,
    };
    let loader = loader.or_else(|| d.get_str(sym!(__loader__)).map(|l| l.to_owned()))?;
    let get = quiet(loader.get_attr_opt(sym!(get_source))).flatten()?;
    let source = quiet(get.call(&[&name]))?;
    source.downcast::<Str>().map(|s| split_lines(&text_of(s)))
}

/// Keeps the source of code that is in no file: the command line's program, or what was typed. `linecache` gets it, once
/// the program has imported that. Until then code whose functions nobody has any more is forgotten.
pub fn register_command(code: &Code, source: &str) {
    if let Some(module) = linecache() {
        quiet(tell_linecache(&module, code, source));
        return;
    }
    let new = (code.as_obj().to_owned(), source.to_owned());
    let gone: Vec<_> = {
        let mut all = Interpreter::current().commands.borrow_mut();
        let (kept, gone) = std::mem::take(&mut *all).into_iter().partition(|(c, _)| in_use(c));
        *all = kept;
        all.push(new);
        gone
    };
    drop(gone);
}

fn tell_linecache(module: &Obj, code: &Code, source: &str) -> PyResult<()> {
    let name = code.as_obj().get_attr(sym!(co_filename))?;
    let register = module.get_attr(sym!(_register_code))?;
    register.call(&[code.as_obj(), Str::new(source)?.as_obj(), &name]).map(drop)
}

/// Hands out what was kept, for `linecache`, which keeps it from then on: code and source.
pub fn take_commands() -> Vec<(crate::Object, String)> {
    std::mem::take(&mut *Interpreter::current().commands.borrow_mut())
}

/// Does anybody but the list of commands hold the code, or the code of a function within?
fn in_use(code: &Obj) -> bool {
    code.refcnt() > 1
        || code
            .downcast::<Code>()
            .is_some_and(|c| c.consts().items().iter().any(|c| c.is_a::<Code>() && in_use(c)))
}

/// Is `code` the code `root` or inside of it?
fn contains(root: &Code, code: &Obj) -> bool {
    root.as_obj().is(code)
        || root.consts().items().iter().any(|c| c.downcast::<Code>().is_some_and(|c| contains(c, code)))
}

/// A line of the command line's program.
fn from_command(line: i32, code: &Obj) -> Option<String> {
    let commands = Interpreter::current().commands.borrow();
    let (_, source) =
        commands.iter().rev().find(|(root, _)| root.downcast::<Code>().is_some_and(|r| contains(r, code)))?;
    source.lines().nth((line - 1).max(0) as usize).map(str::to_owned)
}

impl Lines {
    /// A line of a file, counted from 1, without white space at its end; empty when it is not to be had.
    pub fn get(&mut self, file: &str, line: i32, globals: Option<&Obj>, code: Option<&Obj>) -> String {
        if !self.files.contains_key(file) {
            let lines = if file.starts_with('<') && file.ends_with('>') { None } else { read(file) };
            let lines = lines.or_else(|| globals.and_then(from_loader));
            self.files.insert(file.to_owned(), lines);
        }
        let found = self.files.get(file).and_then(Option::as_ref);
        let text = match found {
            Some(lines) => lines.get((line - 1).max(0) as usize).cloned(),
            None => code
                .filter(|_| file.starts_with('<'))
                .and_then(|c| from_command(line, c))
                .or_else(|| from_linecache(file, line, code)),
        };
        text.map(|t| t.trim_end().to_owned()).unwrap_or_default()
    }
}

fn from_linecache(file: &str, line: i32, code: Option<&Obj>) -> Option<String> {
    let module = linecache()?;
    let number = quiet(Int::from_i64(line as i64))?;
    let name = quiet(Str::new(file))?;
    let text = quiet(module.call_method(sym!(getline), &[name.as_obj(), number.as_obj()]))?;
    let text = text.downcast::<Str>().map(text_of).unwrap_or_default();
    if text.trim_end().is_empty() && file.starts_with('<') {
        let code = code?;
        let text = quiet(module.call_method(sym!(_getline_from_code), &[code, number.as_obj()]))?;
        return text.downcast::<Str>().map(text_of);
    }
    Some(text)
}
