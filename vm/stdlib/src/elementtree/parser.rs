//! `XMLParser`: text to events for a target, by way of `pyexpat`'s parser, whose handlers are native here.

use super::builder::{EVENTS, TreeBuilder};
use super::{parse_error, parse_error_type};
use crate::util::{int, text, visit_all};
use dovetail_core::error::{PyResult, Raised, exc, raise_exception};
use dovetail_core::import::import_module;
use dovetail_core::native::borrow_opt;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::{BaseException, warn};
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gc, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};

/// The target's methods that are called, as places in `State::methods`.
const METHODS: [&str; 9] =
    ["start", "data", "end", "comment", "pi", "close", "doctype", "start_ns", "end_ns"];
const START: usize = 0;
const DATA: usize = 1;
const END: usize = 2;
const COMMENT: usize = 3;
const PI: usize = 4;
const CLOSE: usize = 5;
const DOCTYPE: usize = 6;
const START_NS: usize = 7;
const END_NS: usize = 8;

/// Of Expat's errors.
const UNDEFINED_ENTITY: i64 = 11;

/// What the handlers know.
pub struct State {
    target: Object,
    methods: [Option<Object>; METHODS.len()],
    entity: Ref<Dict>,
    /// Names as trees have them, by names as Expat has them.
    names: Ref<Dict>,
    /// `pyexpat`'s parser, for positions.
    parser: Object,
    /// Has the parser object a `doctype` method of its own, which is called no more?
    old_doctype: bool,
}

impl State {
    /// The target, if it is a builder of this module.
    fn builder(&self) -> Option<&TreeBuilder> {
        self.target.downcast_exact::<TreeBuilder>()
    }

    fn call(&self, method: usize, args: &[&Obj]) -> PyResult<()> {
        match &self.methods[method] {
            Some(m) => m.clone().call(args).map(drop),
            None => Ok(()),
        }
    }

    /// `{uri}name` of `uri}name`.
    fn universal(&self, name: &Obj) -> PyResult<Object> {
        let Some(s) = name.downcast::<Str>() else { return Ok(name.to_owned()) };
        if !s.text().iter().any(|c| c == u32::from(b'}')) {
            return Ok(name.to_owned());
        }
        if let Some(known) = self.names.get(name)? {
            return Ok(known);
        }
        let made = Str::intern(&format!("{{{}", s.as_str()?))?;
        self.names.set(name, made.as_obj())?;
        Ok(made.into_object())
    }

    fn universal_keys(&self, attrib: &Dict) -> PyResult<Option<Ref<Dict>>> {
        let is_long = |k: &Obj| k.downcast::<Str>().is_some_and(|s| s.text().iter().any(|c| c == 0x7d));
        if !attrib.iter_borrowed().any(|(k, _)| is_long(k)) {
            return Ok(None);
        }
        let d = Dict::new()?;
        let pairs: Vec<(Object, Object)> =
            attrib.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        for (k, v) in pairs {
            d.set(&*self.universal(&k)?, &v)?;
        }
        Ok(Some(d))
    }
}

#[repr(C)]
pub struct HandlersBody {
    pub ob_base: abi::PyObject,
    state: *mut State,
}

/// What Expat's events are given to.
#[pytype(name = "_elementtree._handlers", body = HandlersBody, gc, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Handlers;

impl Handlers {
    fn new(state: State) -> PyResult<Ref<Handlers>> {
        // SAFETY: the field is filled before anything runs.
        unsafe {
            let h = alloc::new_body::<Handlers>()?;
            (*h.body()).state = Box::into_raw(Box::new(state));
            Ok(h)
        }
    }

    fn state(&self) -> PyResult<&State> {
        // SAFETY: filled when made; emptied by the collector and the deallocator.
        unsafe { (*self.body()).state.as_ref() }.ok_or_else(|| raise!(ValueError, "the parser is gone"))
    }
}

#[pymethods]
impl Handlers {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            Handlers::clear_slot(o);
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: live handlers.
        unsafe {
            let (Some(visit), Some(s)) = (visit, (*(o as *mut HandlersBody)).state.as_ref()) else {
                return 0;
            };
            let fixed =
                [s.target.as_raw(), s.entity.as_raw().cast(), s.names.as_raw().cast(), s.parser.as_raw()];
            visit_all(fixed.into_iter().chain(s.methods.iter().flatten().map(|m| m.as_raw())), visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: live handlers; what they held ends after the field is empty.
        unsafe {
            let state = std::mem::replace(&mut (*(o as *mut HandlersBody)).state, std::ptr::null_mut());
            if !state.is_null() {
                drop(Box::from_raw(state));
            }
        }
        0
    }

    #[method]
    fn start(&self, tag: &Obj, attrib: &Obj) -> PyResult<()> {
        let s = self.state()?;
        let tag = s.universal(tag)?;
        let Some(given) = attrib.downcast::<Dict>() else { bail!(TypeError, "attributes must be a dict") };
        let long = s.universal_keys(given)?;
        let attrib = long.as_deref().unwrap_or(given);
        match s.builder() {
            Some(b) => b.on_start(&tag, Some(attrib)).map(drop),
            None => s.call(START, &[&tag, attrib.as_obj()]),
        }
    }

    #[method]
    fn data(&self, data: &Obj) -> PyResult<()> {
        let s = self.state()?;
        match s.builder() {
            Some(b) => {
                b.on_data(data);
                Ok(())
            }
            None => s.call(DATA, &[data]),
        }
    }

    #[method]
    fn end(&self, tag: &Obj) -> PyResult<()> {
        let s = self.state()?;
        match s.builder() {
            Some(b) => b.on_end().map(drop),
            None => s.call(END, &[&*s.universal(tag)?]),
        }
    }

    #[method]
    fn comment(&self, data: &Obj) -> PyResult<()> {
        let s = self.state()?;
        match s.builder() {
            Some(b) => b.on_comment(data).map(drop),
            None => s.call(COMMENT, &[data]),
        }
    }

    #[method]
    fn pi(&self, target: &Obj, data: &Obj) -> PyResult<()> {
        let s = self.state()?;
        match s.builder() {
            Some(b) => b.on_pi(target, data).map(drop),
            None => s.call(PI, &[target, data]),
        }
    }

    #[method]
    fn start_ns(&self, prefix: &Obj, uri: &Obj) -> PyResult<()> {
        let s = self.state()?;
        let or_empty = |o: &Obj| if o.is_none() { text("") } else { Ok(o.to_owned()) };
        let (prefix, uri) = (or_empty(prefix)?, or_empty(uri)?);
        match s.builder() {
            Some(b) => b.report(2, || Ok(Tuple::from_array([prefix, uri])?.into_object())),
            None => s.call(START_NS, &[&prefix, &uri]),
        }
    }

    #[method]
    fn end_ns(&self, prefix: &Obj) -> PyResult<()> {
        let s = self.state()?;
        match s.builder() {
            Some(b) => b.report(3, || Ok(none().to_owned())),
            None if prefix.is_none() => s.call(END_NS, &[&*text("")?]),
            None => s.call(END_NS, &[prefix]),
        }
    }

    #[method]
    fn doctype(&self, name: &Obj, system: &Obj, public: &Obj, _internal: &Obj) -> PyResult<()> {
        let s = self.state()?;
        if s.methods[DOCTYPE].is_some() {
            return s.call(DOCTYPE, &[name, public, system]);
        }
        if s.old_doctype {
            let message = "The doctype() method of XMLParser is deprecated.  Define doctype() method on the TreeBuilder target.";
            warn(exc::RuntimeWarning(), message, 1)?;
        }
        Ok(())
    }

    /// What no other handler takes: references to entities, by the parser's dictionary.
    #[method]
    fn other(&self, data: &Obj) -> PyResult<()> {
        let s = self.state()?;
        let Some(words) = data.downcast::<Str>() else { return Ok(()) };
        let words = words.to_string_lossy().into_owned();
        let Some(name) = words.strip_prefix('&').map(|n| n.strip_suffix(';').unwrap_or(n)) else {
            return Ok(());
        };
        if let Some(value) = s.entity.get(&*text(name)?)? {
            return self.data(&value);
        }
        let line = s.parser.get_attr_text("CurrentLineNumber")?.as_i64()?;
        let column = s.parser.get_attr_text("CurrentColumnNumber")?.as_i64()?;
        let message = format!("undefined entity &{name};: line {line}, column {column}");
        Err(positioned(&message, UNDEFINED_ENTITY, line, column))
    }
}

/// A `ParseError` with its place.
fn positioned(message: &str, code: i64, line: i64, column: i64) -> Raised {
    let make = || -> PyResult<Raised> {
        let e = parse_error_type()?.as_obj().call(&[&*text(message)?])?;
        e.set_attr(sym!(code), &*int(code)?)?;
        e.set_attr(sym!(position), Tuple::from_array([int(line)?, int(column)?])?.as_obj())?;
        match e.downcast_into::<BaseException>() {
            Ok(e) => Ok(raise_exception(e)),
            Err(_) => Ok(parse_error(message)),
        }
    };
    make().unwrap_or_else(|e| e)
}

#[repr(C)]
pub struct Body {
    pub ob_base: abi::PyObject,
    pub entity: *mut abi::PyObject,
    pub target: *mut abi::PyObject,
    pub parser: *mut abi::PyObject,
    pub handlers: *mut abi::PyObject,
}

/// Parsers.
#[pytype(name = "xml.etree.ElementTree.XMLParser", body = Body, gc, refs(entity, target, parser, handlers),
         flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct XmlParser;

impl XmlParser {
    fn parser(&self) -> PyResult<Object> {
        // SAFETY: NULL or owned.
        unsafe { borrow_opt((*self.body()).parser) }
            .map(Obj::to_owned)
            .ok_or_else(|| raise!(ValueError, "XMLParser.__init__() wasn't called"))
    }

    fn target(&self) -> PyResult<Object> {
        // SAFETY: NULL or owned.
        unsafe { borrow_opt((*self.body()).target) }
            .map(Obj::to_owned)
            .ok_or_else(|| raise!(ValueError, "XMLParser.__init__() wasn't called"))
    }

    fn handlers(&self) -> PyResult<Object> {
        // SAFETY: NULL or owned.
        unsafe { borrow_opt((*self.body()).handlers) }
            .map(Obj::to_owned)
            .ok_or_else(|| raise!(ValueError, "XMLParser.__init__() wasn't called"))
    }

    /// Parses a piece; Expat's errors become this module's.
    fn parse(&self, data: &Obj, last: bool) -> PyResult<()> {
        let last = dovetail_core::types::bool_::bool_obj(last);
        let parsed = self.parser()?.call_method(sym!(Parse), &[data, last]);
        let Err(raised) = parsed else { return Ok(()) };
        let e = raised.take();
        let class = import_module("pyexpat")?.get_attr_text("ExpatError")?;
        if !e.as_obj().is_instance(&class)? {
            return Err(Raised::restore(e));
        }
        let number = |name: &str| e.as_obj().get_attr_text(name).and_then(|n| n.as_i64());
        let (code, line, column) = (number("code")?, number("lineno")?, number("offset")?);
        let message = e.as_obj().str_()?.to_string_lossy().into_owned();
        Err(positioned(&message, code, line, column))
    }

    /// What has been parsed, or what the target's `close` gives.
    fn result(&self, close: bool) -> PyResult<Object> {
        let target = self.target()?;
        if let Some(b) = target.downcast_exact::<TreeBuilder>() {
            return Ok(b.done());
        }
        let handlers = self.handlers()?;
        let method = match handlers.downcast::<Handlers>() {
            Some(h) if close => h.state()?.methods[CLOSE].clone(),
            _ => None,
        };
        method.map_or_else(|| Ok(none().to_owned()), |m| m.call(&[]))
    }

    fn handle(&self, attribute: &str, method: &str) -> PyResult<()> {
        let f = self.handlers()?.get_attr_text(method)?;
        self.parser()?.set_attr(&*Str::intern(attribute)?, &*f)
    }
}

#[pymethods(members(
    ("entity", _Py_T_OBJECT, entity, abi::Py_READONLY, ""),
    ("target", _Py_T_OBJECT, target, abi::Py_READONLY, "")
))]
impl XmlParser {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn make(cls: &Type, _args: &[&Obj], _kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: all fields may be NULL.
        unsafe { type_alloc(cls, 0) }
    }

    #[slot(tp_init, sig = "(*, target=None, encoding=None)")]
    fn init(&self, target: Option<&Obj>, encoding: Option<&Obj>) -> PyResult<()> {
        let encoding = match encoding {
            None => none(),
            Some(e) if e.is_a::<Str>() => e,
            Some(e) => {
                bail!(TypeError, "XMLParser() argument 'encoding' must be str or None, not {}", e.type_name())
            }
        };
        let create = import_module("pyexpat")?.get_attr_text("ParserCreate")?;
        let parser = create.call(&[encoding, &*text("}")?])?;
        let target = match target {
            Some(t) => t.to_owned(),
            None => TreeBuilder::create()?,
        };
        let mut methods = [const { None }; METHODS.len()];
        for (to, name) in methods.iter_mut().zip(METHODS) {
            *to = target.get_attr_opt(&*Str::intern(name)?)?;
        }
        let entity = Dict::new()?;
        let old_doctype = self.as_obj().get_attr_opt(sym!(doctype))?.is_some();
        let has = |m: usize| methods[m].is_some();
        let (comment, pi) = (has(COMMENT), has(PI));
        let namespaces = [has(START_NS), has(END_NS)];
        let state = State {
            target: target.clone(),
            methods: methods.clone(),
            entity: entity.clone(),
            names: Dict::new()?,
            parser: parser.clone(),
            old_doctype,
        };
        let handlers = Handlers::new(state)?;
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            replace(&raw mut (*b).entity, Some(entity.into_object()));
            replace(&raw mut (*b).target, Some(target));
            replace(&raw mut (*b).parser, Some(parser));
            replace(&raw mut (*b).handlers, Some(handlers.into_object()));
        }
        let wanted = [
            (true, "StartElementHandler", "start"),
            (true, "EndElementHandler", "end"),
            (true, "CharacterDataHandler", "data"),
            (true, "DefaultHandlerExpand", "other"),
            (true, "StartDoctypeDeclHandler", "doctype"),
            (comment, "CommentHandler", "comment"),
            (pi, "ProcessingInstructionHandler", "pi"),
            (namespaces[0], "StartNamespaceDeclHandler", "start_ns"),
            (namespaces[1], "EndNamespaceDeclHandler", "end_ns"),
        ];
        for (_, attribute, method) in wanted.into_iter().filter(|w| w.0) {
            self.handle(attribute, method)?;
        }
        Ok(())
    }

    #[method]
    fn feed(&self, data: &Obj) -> PyResult<Object> {
        self.parse(data, false)?;
        Ok(none().to_owned())
    }

    #[method(sig = "()")]
    fn close(&self) -> PyResult<Object> {
        self.parse(Bytes::empty().as_obj(), true)?;
        self.result(true)
    }

    #[method(sig = "()")]
    fn flush(&self) -> PyResult<()> {
        let parser = self.parser()?;
        let before = parser.call_method(sym!(GetReparseDeferralEnabled), &[])?;
        let off = dovetail_core::types::bool_::bool_obj(false);
        parser.call_method(sym!(SetReparseDeferralEnabled), &[off])?;
        let done = self.parse(Bytes::empty().as_obj(), false);
        // An error, if there is one, is the one to tell.
        let kept = done.map_err(Raised::take);
        let reset = parser.call_method(sym!(SetReparseDeferralEnabled), &[&before]);
        match kept {
            Ok(()) => reset.map(drop),
            Err(e) => {
                let _ = reset.map_err(Raised::clear);
                Err(Raised::restore(e))
            }
        }
    }

    #[method]
    fn _parse_whole(&self, file: &Obj) -> PyResult<Object> {
        let read = file.get_attr(sym!(read))?;
        let size = int(64 * 1024)?;
        loop {
            let piece = read.call(&[&size])?;
            let empty = match (piece.downcast::<Str>(), piece.downcast_exact::<Bytes>()) {
                (Some(s), _) => s.is_empty(),
                (None, Some(b)) => b.is_empty(),
                (None, None) => true,
            };
            if empty {
                break;
            }
            self.parse(&piece, false)?;
        }
        self.parse(Bytes::empty().as_obj(), true)?;
        self.result(false)
    }

    #[method(sig = "(events_queue, events_to_report=None, /)")]
    fn _setevents(&self, events_queue: &Obj, events_to_report: Option<&Obj>) -> PyResult<()> {
        let target = self.target()?;
        let Some(builder) = target.downcast_exact::<TreeBuilder>() else {
            bail!(TypeError, "event handling only supported for ElementTree.TreeBuilder targets");
        };
        builder.set_queue(events_queue.get_attr(sym!(append))?);
        let Some(events) = events_to_report else {
            builder.want(1, text("end")?);
            return Ok(());
        };
        for event in dovetail_core::object::sequence::fast_items(events, "events must be a sequence")? {
            let name = match (event.downcast::<Str>(), event.downcast::<Bytes>()) {
                (Some(s), _) => s.to_string_lossy().into_owned(),
                (_, Some(b)) => String::from_utf8_lossy(b.as_slice()).into_owned(),
                _ => bail!(ValueError, "invalid events sequence"),
            };
            let Some(place) = EVENTS.iter().position(|e| *e == name) else {
                bail!(ValueError, "unknown event '{name}'");
            };
            builder.want(place, event.clone());
            match place {
                2 => self.handle("StartNamespaceDeclHandler", "start_ns")?,
                3 => self.handle("EndNamespaceDeclHandler", "end_ns")?,
                4 => self.handle("CommentHandler", "comment")?,
                5 => self.handle("ProcessingInstructionHandler", "pi")?,
                _ => {}
            }
        }
        Ok(())
    }

    #[getter]
    fn version(&self) -> PyResult<String> {
        let info = import_module("pyexpat")?.get_attr_text("version_info")?;
        let part = |i: isize| info.sequence_get(i).and_then(|n| n.as_i64());
        Ok(format!("Expat {}.{}.{}", part(0)?, part(1)?, part(2)?))
    }
}
