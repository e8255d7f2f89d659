//! What C docstrings say: `name(signature)\n--\n\ntext`.

use crate::error::PyResult;
use crate::object::Object;
use crate::types::none::none;
use crate::types::str_::Str;
use std::ffi::{CStr, c_char, c_int};

const SIGNATURE_END: &str = ")\n--\n\n";

/// Where the signature in a C docstring begins and the text after it, if there is one.
fn split_signature(doc: &str) -> Option<(usize, usize)> {
    let open = doc.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))?;
    if open == 0 || !doc[open..].starts_with('(') {
        return None;
    }
    let end = doc.find(SIGNATURE_END)?;
    if doc.find("\n\n").is_some_and(|p| p < end) {
        return None;
    }
    Some((open, end))
}

/// The docstring without the signature that stands before it.
pub fn doc_body(doc: &str) -> &str {
    match split_signature(doc) {
        Some((_, end)) => &doc[end + SIGNATURE_END.len()..],
        None => doc,
    }
}

/// The signature `(...)` that a C docstring gives for `name`.
pub fn doc_signature<'a>(name: &str, doc: &'a str) -> Option<&'a str> {
    let (open, end) = split_signature(doc)?;
    let short = name.rsplit('.').next().unwrap_or(name);
    (doc[..open] == *short).then(|| &doc[open..end + 1])
}

/// `__doc__` from a C docstring.
pub fn doc_object(doc: *const c_char) -> PyResult<Object> {
    if doc.is_null() {
        return Ok(none().to_owned());
    }
    // SAFETY: a C string that lives with the definition.
    let doc = unsafe { CStr::from_ptr(doc) }.to_string_lossy();
    let body = doc_body(&doc);
    if body.is_empty() { Ok(none().to_owned()) } else { Ok(Str::new(body)?.into_object()) }
}

/// `__text_signature__` of a function of C: what its docstring says, or else what its flags do.
pub fn method_signature(def: &abi::PyMethodDef) -> PyResult<Object> {
    let told = signature_object(def.ml_name, def.ml_doc)?;
    let has = |flag: c_int| def.ml_flags & flag != 0;
    let (alone, first) = match () {
        () if has(abi::METH_STATIC) => ("()", "(object, /)"),
        () if has(abi::METH_CLASS) => ("($type, /)", "($type, object, /)"),
        () => ("($self, /)", "($self, object, /)"),
    };
    match told {
        told if !told.is_none() => Ok(told),
        _ if has(abi::METH_NOARGS) => Ok(Str::new(alone)?.into_object()),
        _ if has(abi::METH_O) => Ok(Str::new(first)?.into_object()),
        told => Ok(told),
    }
}

/// `__text_signature__` from a C docstring.
pub fn signature_object(name: *const c_char, doc: *const c_char) -> PyResult<Object> {
    if doc.is_null() {
        return Ok(none().to_owned());
    }
    // SAFETY: C strings that live with the definition.
    let (name, doc) =
        unsafe { (CStr::from_ptr(name).to_string_lossy(), CStr::from_ptr(doc).to_string_lossy()) };
    match doc_signature(&name, &doc) {
        Some(s) => Ok(Str::new(s)?.into_object()),
        None => Ok(none().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docstrings_are_split() {
        let doc = "append($self, object, /)\n--\n\nAppend object.";
        assert_eq!(doc_body(doc), "Append object.");
        assert_eq!(doc_signature("append", doc), Some("($self, object, /)"));
        assert_eq!(doc_signature("list.append", doc), Some("($self, object, /)"));
        assert_eq!(doc_signature("extend", doc), None);
        assert_eq!(doc_body("max(iterable) -> value"), "max(iterable) -> value");
        assert_eq!(doc_body("f(x)\n\nText)\n--\n\nmore"), "f(x)\n\nText)\n--\n\nmore");
        assert_eq!(doc_body(""), "");
    }
}
