//! `_cdef`: C declarations for the package `cffi`. A [`Declarations`](module) object stands for what one `FFI` declares: texts
//! are read by libclang (or from the cache on disk), and Python asks for single names, types and records when it needs them,
//! by number. Nothing is converted before it is asked for.
//!
//! Errors do not raise here: `parse` and its siblings give `(kind, message, name)` with a kind that the package makes its
//! exception of (`parse`, `conflict`, `unsupported`, `not implemented`, `header`, `libclang`, `crash`).

mod describe;
mod scope;

use crate::backend::{InlineFfi, keep_document};
use describe::{describe_enum, describe_item, describe_record, describe_type, outcome, strings};
use dovetail_cdef::{Cache, Error, ErrorKind, Text};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::signature::{self, CallKind};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pymodule, pytype};
use dovetail_stdlib::util::{Boxed, data, dealloc_boxed, new_boxed};
use scope::{Request, Scope};
use std::cell::RefCell;
use std::path::PathBuf;

/// The state of one object: what its texts declare so far.
pub struct State(RefCell<Scope>);

/// What the texts of one FFI object declare.
#[pytype(name = "_cdef.Declarations", body = Boxed<State>)]
pub struct DeclarationsObject;

/// The word for a kind of error that Python decides by.
fn kind_word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Parse => "parse",
        ErrorKind::Conflict => "conflict",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::NotImplemented => "not implemented",
        ErrorKind::HeaderNotFound => "header",
        ErrorKind::NoLibclang => "libclang",
        ErrorKind::Crashed => "crash",
    }
}

/// `(kind, message, name or None)`.
fn error_tuple(error: &Error) -> PyResult<Object> {
    let name = match &error.name {
        Some(name) => Str::new(name)?.into_object(),
        None => none().to_owned(),
    };
    let kind = Str::intern(kind_word(error.kind))?.into_object();
    Ok(Tuple::from_array([kind, Str::new(&error.to_string())?.into_object(), name])?.into_object())
}

/// The strings of a sequence.
fn texts(o: Option<&Obj>) -> PyResult<Vec<String>> {
    let Some(o) = o else { return Ok(Vec::new()) };
    o.collect_items()?
        .iter()
        .map(|item| match item.downcast::<Str>() {
            Some(s) => Ok(s.as_str()?.to_owned()),
            None => bail!(TypeError, "expected a list of str, not of {}", item.type_name()),
        })
        .collect()
}

/// Macro definitions: `NAME` or `NAME=value`.
fn defines(list: Vec<String>) -> Vec<(String, Option<String>)> {
    list.into_iter()
        .map(|d| match d.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (d, None),
        })
        .collect()
}

fn index(value: isize, kind: &str) -> PyResult<usize> {
    usize::try_from(value).or_else(|_| bail!(IndexError, "no {kind} of number {value}"))
}

impl DeclarationsObject {
    fn scope(&self) -> &RefCell<Scope> {
        let state: &State = data(self);
        &state.0
    }

    fn type_id(scope: &Scope, id: isize) -> PyResult<dovetail_ctype::TypeId> {
        match scope.types().id_at(index(id, "type")?) {
            Some(id) => Ok(id),
            None => bail!(IndexError, "no type of number {id}"),
        }
    }
}

#[pymethods]
impl DeclarationsObject {
    #[slot(tp_new, sig = "(cache=None, libclang=())")]
    fn new_slot(cls: &Type, cache: Option<&Obj>, libclang: Option<&Obj>) -> PyResult<Object> {
        let cache = match cache.and_then(|c| c.downcast::<Str>()) {
            Some(folder) => Some(Cache::new(folder.as_str()?)),
            None => None,
        };
        let places = texts(libclang)?.into_iter().map(PathBuf::from).collect();
        new_boxed(cls, State(RefCell::new(Scope::new(cache, places))))
    }

    /// Reads a text on top of the earlier ones. Gives (keys, constants, unknown, changed, macros, warnings), or an error's
    /// (kind, message, name).
    ///
    /// keys: a dict from 'kind name' to the number of the item; constants: a dict of integer constants; unknown: a dict from
    /// constants without value to their enum's type; changed: types of earlier records that have got members or a name; macros:
    /// a dict from macros that are no constants to their text, or to (parameters, text).
    #[method(sig = "(source, pack=0, override=False, names=(), include_dirs=(), defines=(), arguments=())")]
    #[allow(clippy::too_many_arguments)]
    fn parse(
        &self,
        source: &str,
        pack: i64,
        override_: bool,
        names: Option<&Obj>,
        include_dirs: Option<&Obj>,
        defines_: Option<&Obj>,
        arguments: Option<&Obj>,
    ) -> PyResult<Object> {
        let mut text = Text::new(source);
        text.pack = u64::try_from(pack).ok().filter(|p| *p != 0);
        let request = Request {
            text,
            replace: override_,
            names: texts(names)?,
            include_dirs: texts(include_dirs)?.into_iter().map(PathBuf::from).collect(),
            defines: defines(texts(defines_)?),
            arguments: texts(arguments)?,
        };
        let news = self.scope().borrow_mut().parse(request);
        match news {
            Ok(news) => outcome(&self.scope().borrow(), &news),
            Err(error) => error_tuple(&error),
        }
    }

    /// Completes what is declared with dots from the declarations of headers. Gives the list of differences as (name,
    /// message) pairs, or an error's (kind, message, name).
    #[method(sig = "(source, include_dirs=(), defines=())")]
    fn resolve(&self, source: &str, include_dirs: Option<&Obj>, defines_: Option<&Obj>) -> PyResult<Object> {
        let request = Request {
            text: Text::new(source),
            replace: false,
            names: vec!["*".to_owned()],
            include_dirs: texts(include_dirs)?.into_iter().map(PathBuf::from).collect(),
            defines: defines(texts(defines_)?),
            arguments: Vec::new(),
        };
        let differences = self.scope().borrow_mut().resolve(request);
        match differences {
            Ok(list) => {
                let pairs = list.iter().map(|d| {
                    let name = Str::new(&d.name)?.into_object();
                    Ok(Tuple::from_array([name, Str::new(&d.message)?.into_object()])?.into_object())
                });
                Ok(List::from_vec(pairs.collect::<PyResult<_>>()?)?.into_object())
            }
            Err(error) => error_tuple(&error),
        }
    }

    /// A type written as text: (type, qualifiers), or (message, offset).
    #[method]
    fn parse_type(&self, text: &str) -> PyResult<Object> {
        let parsed = self.scope().borrow_mut().parse_type(text);
        let (first, second) = match parsed {
            Ok((ty, quals)) => (Int::from_i64(ty.index() as i64)?.into_object(), i64::from(quals.0)),
            Err(e) => (Str::new(&e.message)?.into_object(), e.offset as i64),
        };
        Ok(Tuple::from_array([first, Int::from_i64(second)?.into_object()])?.into_object())
    }

    /// Makes the types of another object known here, and its texts part of what later texts build on. Gives a dict from
    /// our numbers of its structs, unions and enums to its own.
    #[method]
    fn include(&self, other: &Obj) -> PyResult<Object> {
        let Some(other) = other.downcast::<DeclarationsObject>() else {
            bail!(TypeError, "expected Declarations, not {}", other.type_name());
        };
        if std::ptr::eq(self, other) {
            bail!(ValueError, "declarations cannot include themselves");
        }
        let pairs = self.scope().borrow_mut().include(&other.scope().borrow());
        let dict = Dict::new()?;
        for (ours, theirs) in pairs {
            dict.set(
                &*Int::from_i64(ours.index() as i64)?.into_object(),
                &*Int::from_i64(theirs.index() as i64)?.into_object(),
            )?;
        }
        Ok(dict.into_object())
    }

    /// What an item is: (type, qualifiers, value, parameters, doc, inline, symbol).
    #[method]
    fn item(&self, number: isize) -> PyResult<Object> {
        let scope = self.scope().borrow();
        match scope.items().get(index(number, "item")?) {
            Some(item) => describe_item(item),
            None => bail!(IndexError, "no item of number {number}"),
        }
    }

    /// What a type is: a tuple whose first element says of which kind.
    #[method(sig = "(number, /)")]
    fn r#type(&self, number: isize) -> PyResult<Object> {
        let scope = self.scope().borrow();
        let id = Self::type_id(&scope, number)?;
        describe_type(scope.types(), id)
    }

    /// The struct or union of a type: (keyword, tag, name, fields, partial, pack, layout).
    #[method]
    fn record(&self, number: isize) -> PyResult<Object> {
        let scope = self.scope().borrow();
        let id = Self::type_id(&scope, number)?;
        match *scope.types().get(id) {
            dovetail_ctype::Type::Record(record) => describe_record(scope.types(), record),
            _ => bail!(TypeError, "type {number} is no struct or union"),
        }
    }

    /// The enum of a type: (tag, name, constants, values, partial, underlying type).
    #[method]
    fn enumeration(&self, number: isize) -> PyResult<Object> {
        let scope = self.scope().borrow();
        let id = Self::type_id(&scope, number)?;
        match *scope.types().get(id) {
            dovetail_ctype::Type::Enum(e) => describe_enum(scope.types(), e),
            _ => bail!(TypeError, "type {number} is no enum"),
        }
    }

    /// A declaration with that declarator, as C writes it.
    #[method]
    fn c_declaration(&self, number: isize, quals: u8, declarator: &str) -> PyResult<String> {
        let scope = self.scope().borrow();
        let id = Self::type_id(&scope, number)?;
        Ok(scope.types().c_declare(id, dovetail_ctype::Quals(quals), declarator))
    }

    /// What could not be read from headers: a dict from names to reasons.
    #[method]
    fn skipped(&self) -> PyResult<Object> {
        let dict = Dict::new()?;
        for (name, why) in self.scope().borrow().skipped() {
            dict.set_text(name, &*Str::new(why)?.into_object())?;
        }
        Ok(dict.into_object())
    }

    /// The texts so far, those of included objects too.
    #[method]
    fn texts(&self) -> PyResult<Object> {
        strings(self.scope().borrow().sources())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a body of this type.
        unsafe { dealloc_boxed::<State>(o) }
    }
}

/// C declarations read by libclang, for the package cffi.
#[pymodule(name = "_cdef")]
pub mod module {
    use super::*;

    /// Whether libclang has been opened in this process.
    #[function]
    fn libclang_is_open() -> bool {
        dovetail_cdef::libclang_is_open()
    }

    /// Keeps what help() says of a function of a library; without a text, forgets it.
    #[function(sig = "(function, text=None)")]
    fn document(function: &Obj, text: Option<&str>) {
        keep_document(function, text);
    }

    /// What a callable tells of the C function behind it: address, kinds of the arguments, kind of the result, and what is
    /// done around a call.  None for a callable that tells nothing.
    #[function]
    fn call_signature(callable: &Obj) -> PyResult<Object> {
        let Some(found) = signature::of(callable) else { return Ok(none().to_owned()) };
        let kind = |kind: CallKind| Str::new(&format!("{kind:?}")).map(Ref::into_object);
        let texts = |list: &mut dyn Iterator<Item = PyResult<Object>>| {
            list.collect::<PyResult<Vec<Object>>>().and_then(Tuple::from_vec).map(Ref::into_object)
        };
        let arguments = texts(&mut found.shape.arguments.iter().map(|a| kind(*a)))?;
        let flags = found.shape.flags.names().map(|name| Str::new(name).map(Ref::into_object));
        let flags = texts(&mut { flags })?;
        let address = Int::from_u64(found.address as u64)?.into_object();
        Ok(Tuple::from_array([address, arguments, kind(found.shape.result)?, flags])?.into_object())
    }

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<DeclarationsObject>(module)?;
        add_type::<InlineFfi>(module)
    }
}

pub use module::MODULE;
