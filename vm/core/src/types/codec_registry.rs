//! The codec registry: search functions, the cache of codecs, and error handlers by name.
//!
//! Its state belongs to the interpreter (`CodecRegistry`). The first look-up imports `encodings`, which registers
//! the standard library's search function.

use crate::error::{PyResult, Raised, exc, raise_exception};
use crate::interpreter::Interpreter;
use crate::object::native::{NO_METHOD, Table, borrow, result_ptr};
use crate::object::{Obj, Object, Ref, ToRef};
use crate::types::bytes::Bytes;
use crate::types::cfunction::CFunction;
use crate::types::codec::{as_exception, normalize_name};
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::{bail, raise, sym};
use dovetail_text::TextBuf;
use dovetail_text::codecs::{Builtin, Fault, Replacement};
use dovetail_text::repr::push_escape;
use std::ffi::c_int;

type P = *mut abi::PyObject;

fn registry() -> &'static std::cell::RefCell<crate::interpreter::CodecRegistry> {
    &Interpreter::current().codecs
}

/// The list of search functions.
fn search_functions() -> PyResult<Ref<List>> {
    if let Some(l) = &registry().borrow().search
        && let Some(l) = l.downcast::<List>()
    {
        return Ok(l.to_ref());
    }
    let l = List::new()?;
    registry().borrow_mut().search = Some(l.clone().into_object());
    Ok(l)
}

/// The cache of codecs found, by normalized name.
fn cache() -> PyResult<Ref<Dict>> {
    if let Some(d) = &registry().borrow().cache {
        return Ok(d.clone());
    }
    let d = Dict::new()?;
    registry().borrow_mut().cache = Some(d.clone());
    Ok(d)
}

/// Adds a search function.
pub fn register(search: &Obj) -> PyResult<()> {
    if !search.is_callable() {
        bail!(TypeError, "argument must be callable");
    }
    search_functions()?.push(search.to_owned())
}

/// Takes a search function out, and forgets what was found.
pub fn unregister(search: &Obj) -> PyResult<()> {
    let l = search_functions()?;
    if let Some(i) = l.items().iter().position(|f| f.is(search)) {
        cache()?.clear_items();
        l.remove_at(i)?;
    }
    Ok(())
}

/// Sees to it that the standard library's codecs can be found.
fn ensure_encodings(l: &List) -> PyResult<()> {
    if !l.is_empty() {
        return Ok(());
    }
    let Some(import) = Interpreter::current().builtins().get_str(sym!(__import__)).map(Obj::to_owned) else {
        return Ok(());
    };
    import.call(&[sym!(encodings)])?;
    Ok(())
}

/// The codec's tuple (a `codecs.CodecInfo`) for a name; `LookupError` if there is none.
pub fn lookup(encoding: &str) -> PyResult<Object> {
    let name = Str::intern(&normalize_name(encoding))?;
    if let Some(found) = cache()?.get(&name)? {
        return Ok(found);
    }
    let functions = search_functions()?;
    ensure_encodings(&functions)?;
    if functions.is_empty() {
        bail!(LookupError, "no codec search functions registered: can't find encoding");
    }
    let mut i = 0;
    while let Some(f) = functions.get(i) {
        i += 1;
        let r = f.call(&[&name])?;
        if r.is_none() {
            continue;
        }
        if r.downcast::<Tuple>().is_none_or(|t| t.len() != 4) {
            bail!(TypeError, "codec search functions must return 4-tuples");
        }
        cache()?.set(&name, &r)?;
        return Ok(r);
    }
    bail!(LookupError, "unknown encoding: {encoding}")
}

/// One of the four functions of a codec.
fn function(codec: &Obj, i: usize) -> PyResult<Object> {
    match codec.downcast::<Tuple>() {
        Some(t) if t.len() == 4 => Ok(t.get(i).to_owned()),
        _ => Err(raise!(TypeError, "codec search functions must return 4-tuples")),
    }
}

pub fn encoder(encoding: &str) -> PyResult<Object> {
    function(&*lookup(encoding)?, 0)
}

pub fn decoder(encoding: &str) -> PyResult<Object> {
    function(&*lookup(encoding)?, 1)
}

pub fn stream_reader(encoding: &str) -> PyResult<Object> {
    function(&*lookup(encoding)?, 2)
}

pub fn stream_writer(encoding: &str) -> PyResult<Object> {
    function(&*lookup(encoding)?, 3)
}

/// `codec.incrementalencoder(errors)` or `codec.incrementaldecoder(errors)`.
pub fn make_incremental(codec: &Obj, attribute: &Str, errors: Option<&str>) -> PyResult<Object> {
    let f = codec.get_attr(attribute)?;
    match errors {
        Some(e) => f.call(&[&*Str::new(e)?]),
        None => f.call(&[]),
    }
}

/// The codec of a text encoding; `LookupError` for others, advising `alternative` unless that is empty.
pub fn lookup_text_encoding(encoding: &str, alternative: &str) -> PyResult<Object> {
    let codec = lookup(encoding)?;
    // Plain tuples come from old search functions, which knew text encodings only.
    if !codec.is_exact::<Tuple>()
        && let Some(flag) = codec.get_attr_opt(sym!(_is_text_encoding))?
        && !flag.is_true()?
    {
        let advice = match alternative {
            "" => String::new(),
            _ => format!("; use {alternative} to handle arbitrary codecs"),
        };
        bail!(LookupError, "'{encoding}' is not a text encoding{advice}");
    }
    Ok(codec)
}

/// Adds the note that names the codec to a pending exception.
fn noted(e: Raised, what: &str, encoding: &str) -> Raised {
    let exception = e.take();
    let note = Str::new(&format!("{what} with '{encoding}' codec failed"));
    match note.and_then(|n| (**exception).call_method(sym!(add_note), &[&n])) {
        Ok(_) => Raised::restore(exception),
        Err(again) => again,
    }
}

/// Calls a codec's function; its result is a pair whose first item is what was asked for.
fn run(f: &Obj, input: &Obj, errors: Option<&str>, what: &str, encoding: &str) -> PyResult<Object> {
    let r = match errors {
        Some(e) => f.call(&[input, &*Str::new(e)?]),
        None => f.call(&[input]),
    };
    let r = r.map_err(|e| noted(e, what, encoding))?;
    match r.downcast::<Tuple>().map(Tuple::as_borrows) {
        Some([v, _]) => Ok((*v).to_owned()),
        _ if what == "encoding" => Err(raise!(TypeError, "encoder must return a tuple (object, integer)")),
        _ => Err(raise!(TypeError, "decoder must return a tuple (object,integer)")),
    }
}

/// `codecs.encode(o, encoding, errors)`.
pub fn encode(o: &Obj, encoding: &str, errors: Option<&str>) -> PyResult<Object> {
    run(&*encoder(encoding)?, o, errors, "encoding", encoding)
}

/// `codecs.decode(o, encoding, errors)`.
pub fn decode(o: &Obj, encoding: &str, errors: Option<&str>) -> PyResult<Object> {
    run(&*decoder(encoding)?, o, errors, "decoding", encoding)
}

/// As `encode`, for text encodings only.
pub fn encode_text(o: &Obj, encoding: &str, errors: Option<&str>) -> PyResult<Object> {
    let codec = lookup_text_encoding(encoding, "codecs.encode()")?;
    run(&*function(&codec, 0)?, o, errors, "encoding", encoding)
}

/// As `decode`, for text encodings only.
pub fn decode_text(o: &Obj, encoding: &str, errors: Option<&str>) -> PyResult<Object> {
    let codec = lookup_text_encoding(encoding, "codecs.decode()")?;
    run(&*function(&codec, 1)?, o, errors, "decoding", encoding)
}

// ---- error handlers ----

/// The handlers by name, with the built-in ones.
fn handlers() -> PyResult<Ref<Dict>> {
    if let Some(d) = &registry().borrow().errors {
        return Ok(d.clone());
    }
    let d = Dict::new()?;
    for (name, row) in NAMES.iter().zip(HANDLERS.0.iter()) {
        let f = CFunction::new(row as *const abi::PyMethodDef as *mut abi::PyMethodDef, None, None)?;
        d.set_text(name, &f)?;
    }
    registry().borrow_mut().errors = Some(d.clone());
    Ok(d)
}

/// `codecs.register_error(name, handler)`.
pub fn register_error(name: &str, handler: &Obj) -> PyResult<()> {
    if !handler.is_callable() {
        bail!(TypeError, "handler must be callable");
    }
    handlers()?.set_text(name, handler)
}

/// `codecs._unregister_error(name)`: was there one?
pub fn unregister_error(name: &str) -> PyResult<bool> {
    if Builtin::by_name(name).is_some() {
        bail!(ValueError, "cannot un-register built-in error handler '{name}'");
    }
    handlers()?.remove(&*Str::new(name)?)
}

/// `codecs.lookup_error(name)`; without a name the one of `strict`.
pub fn lookup_error(name: Option<&str>) -> PyResult<Object> {
    let name = name.unwrap_or("strict");
    match handlers()?.get_text(name) {
        Some(f) => Ok(f.to_owned()),
        None => Err(raise!(LookupError, "unknown error handler name '{name}'")),
    }
}

/// The place of an error in its object, as the exception's own accessors fit it.
fn span(e: &Obj, len: usize) -> PyResult<(usize, usize)> {
    let start = e.get_attr(sym!(start))?.as_isize()?.clamp(0, (len as isize - 1).max(0)) as usize;
    let end = e.get_attr(sym!(end))?.as_isize()?.clamp((len as isize).min(1), len as isize) as usize;
    Ok((start, end))
}

/// `(replacement, place)`.
fn answer(replacement: Object, at: usize) -> PyResult<Object> {
    Ok(Tuple::from_array([replacement, Int::from_i64(at as i64)?.into_object()])?.into_object())
}

/// Raises the exception that the handler was called with.
fn stands(e: &Obj) -> Raised {
    match as_exception(e) {
        Some(e) => raise_exception(e.to_ref()),
        None => raise!(TypeError, "codec must pass exception instance"),
    }
}

/// A built-in handler, called with an exception object.
pub fn handle(b: Builtin, e: &Obj) -> PyResult<Object> {
    let is = |t: &crate::Type| e.ob_type().is_subtype(t);
    if b == Builtin::Strict {
        return Err(stands(e));
    }
    let object = |kind: &str| -> PyResult<Object> {
        let o = e.get_attr(sym!(object))?;
        let right = if kind == "str" { o.is_a::<Str>() } else { o.is_a::<Bytes>() };
        if right { Ok(o) } else { Err(raise!(TypeError, "object attribute must be {kind}")) }
    };
    let encoding = || -> PyResult<String> {
        let n = e.get_attr(sym!(encoding))?;
        match n.downcast::<Str>() {
            Some(n) => Ok(n.to_string_lossy().into_owned()),
            None => Err(raise!(TypeError, "encoding attribute must be str")),
        }
    };
    if is(exc::UnicodeEncodeError()) {
        let o = object("str")?;
        let Some(s) = o.downcast::<Str>() else { return Err(stands(e)) };
        let (start, end) = span(e, s.len())?;
        let fault = Fault { start, end: end.max(start), reason: "" };
        return match b.encode(&encoding()?, s.text(), fault) {
            Ok(Some(Replacement::Text(t))) => answer(Str::from_buf(t)?.into_object(), end),
            Ok(Some(Replacement::Bytes(v))) => answer(Bytes::from_vec(v)?.into_object(), end),
            _ => Err(stands(e)),
        };
    }
    if is(exc::UnicodeDecodeError()) && !matches!(b, Builtin::Xmlcharrefreplace | Builtin::Namereplace) {
        let o = object("bytes")?;
        let Some(input) = o.downcast::<Bytes>() else { return Err(stands(e)) };
        let (start, end) = span(e, input.len())?;
        let fault = Fault { start, end: end.max(start), reason: "" };
        let mut out = TextBuf::new();
        return match b.decode(&encoding()?, input.as_slice(), fault, &mut out) {
            Ok(Some(at)) => answer(Str::from_buf(out)?.into_object(), at),
            _ => Err(stands(e)),
        };
    }
    if is(exc::UnicodeTranslateError())
        && matches!(b, Builtin::Ignore | Builtin::Replace | Builtin::Backslashreplace)
    {
        let o = object("str")?;
        let Some(s) = o.downcast::<Str>() else { return Err(stands(e)) };
        let (start, end) = span(e, s.len())?;
        let mut out = TextBuf::new();
        match b {
            Builtin::Replace => out.push_repeat(0xfffd, end.saturating_sub(start)),
            Builtin::Backslashreplace => {
                s.text().slice(start..end.max(start)).iter().for_each(|c| push_escape(&mut out, c))
            }
            _ => {}
        }
        return answer(Str::from_buf(out)?.into_object(), end);
    }
    bail!(TypeError, "don't know how to handle {} in error callback", e.type_name())
}

const NAMES: [&str; 8] = [
    "strict",
    "ignore",
    "replace",
    "xmlcharrefreplace",
    "backslashreplace",
    "namereplace",
    "surrogatepass",
    "surrogateescape",
];

macro_rules! handler_rows {
    ($($name:literal $f:ident $kind:ident $doc:literal;)*) => {
        $(unsafe extern "C" fn $f(_: P, e: P) -> P {
            // SAFETY: METH_O: a live argument.
            result_ptr(unsafe { handle(Builtin::$kind, borrow(e)) })
        })*

        /// The functions that stand for the built-in handlers.
        static HANDLERS: Table<abi::PyMethodDef, 9> = Table([
            $(abi::PyMethodDef {
                ml_name: concat!($name, "_errors\0").as_ptr().cast(),
                // SAFETY: METH_O calls it with self and one argument.
                ml_meth: unsafe { std::mem::transmute::<*const (), abi::PyCFunction>($f as *const ()) },
                ml_flags: abi::METH_O as c_int,
                ml_doc: concat!($doc, "\0").as_ptr().cast(),
            },)*
            NO_METHOD,
        ]);
    };
}

handler_rows! {
    "strict" strict Strict "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.";
    "ignore" ignore Ignore "Implements the 'ignore' error handling, which ignores malformed data and continues.";
    "replace" replace Replace "Implements the 'replace' error handling, which replaces malformed data with a replacement marker.";
    "xmlcharrefreplace" xmlcharrefreplace Xmlcharrefreplace "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.";
    "backslashreplace" backslashreplace Backslashreplace "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.";
    "namereplace" namereplace Namereplace "Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence.";
    "surrogatepass" surrogatepass Surrogatepass "Implements the 'surrogatepass' error handling, which lets the UTF codecs carry surrogates.";
    "surrogateescape" surrogateescape Surrogateescape "Implements the 'surrogateescape' error handling, which carries bytes as lone surrogates.";
}
