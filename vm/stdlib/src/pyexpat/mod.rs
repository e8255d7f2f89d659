//! `pyexpat`: the Expat parser, its errors and content models.

mod handlers;
mod library;
mod parser;

use crate::util::{TypeCell, int, set, set_int, set_ints, text};
use dovetail_core::error::{PyResult, Raised, exc, raise_exception};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::list::List;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use library::{expat, loaded};
use parser::Parser;
use std::ffi::CStr;

/// The error codes from 1 on: names and what they mean.
const ERRORS: [(&str, &str); 44] = [
    ("XML_ERROR_NO_MEMORY", "out of memory"),
    ("XML_ERROR_SYNTAX", "syntax error"),
    ("XML_ERROR_NO_ELEMENTS", "no element found"),
    ("XML_ERROR_INVALID_TOKEN", "not well-formed (invalid token)"),
    ("XML_ERROR_UNCLOSED_TOKEN", "unclosed token"),
    ("XML_ERROR_PARTIAL_CHAR", "partial character"),
    ("XML_ERROR_TAG_MISMATCH", "mismatched tag"),
    ("XML_ERROR_DUPLICATE_ATTRIBUTE", "duplicate attribute"),
    ("XML_ERROR_JUNK_AFTER_DOC_ELEMENT", "junk after document element"),
    ("XML_ERROR_PARAM_ENTITY_REF", "illegal parameter entity reference"),
    ("XML_ERROR_UNDEFINED_ENTITY", "undefined entity"),
    ("XML_ERROR_RECURSIVE_ENTITY_REF", "recursive entity reference"),
    ("XML_ERROR_ASYNC_ENTITY", "asynchronous entity"),
    ("XML_ERROR_BAD_CHAR_REF", "reference to invalid character number"),
    ("XML_ERROR_BINARY_ENTITY_REF", "reference to binary entity"),
    ("XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF", "reference to external entity in attribute"),
    ("XML_ERROR_MISPLACED_XML_PI", "XML or text declaration not at start of entity"),
    ("XML_ERROR_UNKNOWN_ENCODING", "unknown encoding"),
    ("XML_ERROR_INCORRECT_ENCODING", "encoding specified in XML declaration is incorrect"),
    ("XML_ERROR_UNCLOSED_CDATA_SECTION", "unclosed CDATA section"),
    ("XML_ERROR_EXTERNAL_ENTITY_HANDLING", "error in processing external entity reference"),
    ("XML_ERROR_NOT_STANDALONE", "document is not standalone"),
    ("XML_ERROR_UNEXPECTED_STATE", "unexpected parser state - please send a bug report"),
    ("XML_ERROR_ENTITY_DECLARED_IN_PE", "entity declared in parameter entity"),
    ("XML_ERROR_FEATURE_REQUIRES_XML_DTD", "requested feature requires XML_DTD support in Expat"),
    ("XML_ERROR_CANT_CHANGE_FEATURE_ONCE_PARSING", "cannot change setting once parsing has begun"),
    ("XML_ERROR_UNBOUND_PREFIX", "unbound prefix"),
    ("XML_ERROR_UNDECLARING_PREFIX", "must not undeclare prefix"),
    ("XML_ERROR_INCOMPLETE_PE", "incomplete markup in parameter entity"),
    ("XML_ERROR_XML_DECL", "XML declaration not well-formed"),
    ("XML_ERROR_TEXT_DECL", "text declaration not well-formed"),
    ("XML_ERROR_PUBLICID", "illegal character(s) in public id"),
    ("XML_ERROR_SUSPENDED", "parser suspended"),
    ("XML_ERROR_NOT_SUSPENDED", "parser not suspended"),
    ("XML_ERROR_ABORTED", "parsing aborted"),
    ("XML_ERROR_FINISHED", "parsing finished"),
    ("XML_ERROR_SUSPEND_PE", "cannot suspend in external parameter entity"),
    (
        "XML_ERROR_RESERVED_PREFIX_XML",
        "reserved prefix (xml) must not be undeclared or bound to another namespace name",
    ),
    ("XML_ERROR_RESERVED_PREFIX_XMLNS", "reserved prefix (xmlns) must not be declared or undeclared"),
    ("XML_ERROR_RESERVED_NAMESPACE_URI", "prefix must not be bound to one of the reserved namespace names"),
    ("XML_ERROR_INVALID_ARGUMENT", "invalid argument"),
    ("XML_ERROR_NO_BUFFER", "a successful prior call to function XML_GetBuffer is required"),
    (
        "XML_ERROR_AMPLIFICATION_LIMIT_BREACH",
        "limit on input amplification factor (from DTD and entities) breached",
    ),
    ("XML_ERROR_NOT_STARTED", "parser not started"),
];

const MODEL: [(&str, i64); 10] = [
    ("XML_CTYPE_EMPTY", 1),
    ("XML_CTYPE_ANY", 2),
    ("XML_CTYPE_MIXED", 3),
    ("XML_CTYPE_NAME", 4),
    ("XML_CTYPE_CHOICE", 5),
    ("XML_CTYPE_SEQ", 6),
    ("XML_CQUANT_NONE", 0),
    ("XML_CQUANT_OPT", 1),
    ("XML_CQUANT_REP", 2),
    ("XML_CQUANT_PLUS", 3),
];

static ERROR: TypeCell = TypeCell::new();

/// `ExpatError`.
fn expat_error() -> PyResult<&'static Type> {
    ERROR.get_or(|| {
        let dict = Dict::new()?;
        dict.set_text("__module__", &*text("xml.parsers.expat")?)?;
        let bases = Tuple::from_slice(&[exc::Exception().as_obj()])?;
        let args = [&*text("ExpatError")?, bases.as_obj(), dict.as_obj()];
        let t = Type::type_object().as_obj().call(&args)?;
        t.downcast_into::<Type>().map_err(|_| raise!(SystemError, "type() gave no type"))
    })
}

/// The meaning of an error code.
fn message_of(code: i32) -> Option<String> {
    // SAFETY: NULL or a C string of the library.
    unsafe {
        let p = (loaded().error_string)(code);
        if p.is_null() { None } else { Some(CStr::from_ptr(p).to_string_lossy().into_owned()) }
    }
}

/// Raises `ExpatError` at the parser's position.
fn raise_expat(p: &Parser, code: i32) -> Raised {
    let make = || -> PyResult<Ref<BaseException>> {
        let (line, column) = p.line_and_column();
        let what = message_of(code).unwrap_or_default();
        let message = text(&format!("{what}: line {line}, column {column}"))?;
        let e = expat_error()?.as_obj().call(&[&*message])?;
        for (name, value) in [("code", code as i128), ("offset", column as i128), ("lineno", line as i128)] {
            e.set_attr(&*Str::intern(name)?, &*int(value)?)?;
        }
        e.downcast_into::<BaseException>().map_err(|_| raise!(SystemError, "ExpatError is no exception"))
    };
    match make() {
        Ok(e) => raise_exception(e),
        Err(e) => e,
    }
}

/// A module inside this one, which `sys.modules` knows too.
fn submodule(module: &Obj, name: &str, doc: &str) -> PyResult<Ref<Module>> {
    let full = format!("pyexpat.{name}");
    let m = Module::new(&full)?;
    set(m.as_obj(), "__doc__", &*text(doc)?)?;
    Interpreter::current().modules().set(&*text(&full)?, m.as_obj())?;
    set(module, name, m.as_obj())?;
    Ok(m)
}

fn add_errors(module: &Obj) -> PyResult<()> {
    let m = submodule(module, "errors", "Constants used to describe error conditions.")?;
    let (codes, messages) = (Dict::new()?, Dict::new()?);
    for (i, (name, meaning)) in ERRORS.iter().enumerate() {
        let meaning = text(&message_of(i as i32 + 1).unwrap_or_else(|| (*meaning).to_owned()))?;
        let code = int(i as i64 + 1)?;
        set(m.as_obj(), name, &meaning)?;
        codes.set(&meaning, &code)?;
        messages.set(&code, &meaning)?;
    }
    let doc = "Constants used to describe error conditions.";
    set(m.as_obj(), "__doc__", &*text(doc)?)?;
    set(m.as_obj(), "codes", codes.as_obj())?;
    set(m.as_obj(), "messages", messages.as_obj())
}

fn features() -> PyResult<Ref<List>> {
    let mut rows: Vec<Object> = Vec::new();
    // SAFETY: a table of the library that ends with a zero row.
    unsafe {
        let mut f = (loaded().features)();
        while !f.is_null() && (*f).feature != 0 {
            let name = text(&CStr::from_ptr((*f).name).to_string_lossy())?;
            rows.push(Tuple::from_array([name, int((*f).value)?])?.into_object());
            f = f.add(1);
        }
    }
    List::from_vec(rows)
}

/// Python wrapper for Expat parser.
#[pymodule(name = "pyexpat")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let e = expat()?;
        dovetail_core::types::ready::ready::<Parser>()?;
        set(module, "error", expat_error()?.as_obj())?;
        set(module, "ExpatError", expat_error()?.as_obj())?;
        set(module, "XMLParserType", parser::parser_type().as_obj())?;
        // SAFETY: facts of the library.
        let (version, v) = unsafe { (CStr::from_ptr((e.version_text)()), (e.version)()) };
        set(module, "EXPAT_VERSION", &*text(&version.to_string_lossy())?)?;
        let info = Tuple::from_array([int(v.major)?, int(v.minor)?, int(v.micro)?])?;
        set(module, "version_info", info.as_obj())?;
        set(module, "native_encoding", &*text("UTF-8")?)?;
        add_errors(module)?;
        let model = submodule(module, "model", "Constants used to interpret content model information.")?;
        set_ints(model.as_obj(), &MODEL)?;
        set(module, "features", features()?.as_obj())?;
        set_int(module, "XML_PARAM_ENTITY_PARSING_NEVER", 0)?;
        set_int(module, "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", 1)?;
        set_int(module, "XML_PARAM_ENTITY_PARSING_ALWAYS", 2)
    }

    /// Return a new XML parser object.
    #[function(
        name = "ParserCreate",
        sig = "(encoding=None, namespace_separator=None, intern=<unrepresentable>)"
    )]
    fn parser_create(
        encoding: Option<&Obj>,
        namespace_separator: Option<&Obj>,
        intern: Option<&Obj>,
    ) -> PyResult<Ref<Parser>> {
        let string = |o: Option<&Obj>, name: &str| -> PyResult<Option<String>> {
            let Some(o) = o else { return Ok(None) };
            match o.downcast::<Str>() {
                Some(s) => Ok(Some(s.as_str()?.to_owned())),
                None => bail!(
                    TypeError,
                    "ParserCreate() argument '{name}' must be str or None, not {}",
                    o.type_name()
                ),
            }
        };
        let encoding = string(encoding, "encoding")?;
        let separator = string(namespace_separator, "namespace_separator")?;
        if separator.as_ref().is_some_and(|s| s.len() > 1) {
            bail!(ValueError, "namespace_separator must be at most one character, omitted, or None");
        }
        let intern = match intern {
            None => Some(Dict::new()?.into_object()),
            Some(o) if o.is_none() => None,
            Some(o) if o.is_a::<Dict>() => Some(o.to_owned()),
            Some(_) => bail!(TypeError, "intern must be a dictionary"),
        };
        Parser::create(encoding.as_deref(), separator.as_deref(), intern)
    }

    /// Returns string error for given number.
    #[function(name = "ErrorString", sig = "(code, /)")]
    fn error_string(code: i64) -> PyResult<Object> {
        match message_of(code as i32) {
            Some(m) => text(&m),
            None => Ok(none().to_owned()),
        }
    }
}

pub use module::MODULE;
