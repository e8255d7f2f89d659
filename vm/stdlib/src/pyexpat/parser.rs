//! `xmlparser`: the parser object over an Expat parser.

use super::handlers::{self, EVENTS, Event};
use super::library::{Expat, XmlParser, loaded};
use super::{expat_error, raise_expat};
use crate::util::visit_all;
use dovetail_core::error::{PyResult, Raised, no_memory};
use dovetail_core::native::Native;
use dovetail_core::object::buffer::Buffer;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{CStr, CString, c_int, c_void};

/// Longer data go to Expat in parts.
const CHUNK: usize = 1 << 20;
/// How much `ParseFile` reads at a time.
const READ: usize = 2048;
/// Text is gathered up to this length at first.
const TEXT: usize = 8192;

/// What a parser object holds beside Expat's own.
pub struct State {
    pub handlers: [Option<Object>; EVENTS],
    pub ordered_attributes: bool,
    pub specified_attributes: bool,
    pub in_callback: bool,
    pub namespace_prefixes: bool,
    pub deferral: bool,
    /// Text gathered for one call, if `buffer_text` is set.
    pub buffer: Option<Vec<u8>>,
    pub buffer_size: usize,
    /// The parser of the document whose external entity this one reads.
    pub parent: Option<Object>,
}

#[repr(C)]
pub struct ParserBody {
    ob_base: abi::PyObject,
    expat: XmlParser,
    state: *mut State,
    intern: *mut abi::PyObject,
}

/// An Expat parser with Python handlers.
/// ---
/// XML parser
#[pytype(name = "pyexpat.xmlparser", body = ParserBody, gc, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Parser;

impl Parser {
    pub fn expat(&self) -> XmlParser {
        // SAFETY: own field.
        unsafe { (*self.body()).expat }
    }

    /// The state; not held across a call that can run Python code.
    #[allow(clippy::mut_from_ref)]
    pub fn state(&self) -> &mut State {
        // SAFETY: made with the object; used for an instant under the GIL.
        unsafe { &mut *(*self.body()).state }
    }

    pub fn intern(&self) -> Option<&Dict> {
        // SAFETY: NULL or an owned dict.
        unsafe { dovetail_core::native::cast_opt_unchecked((*self.body()).intern) }
    }

    /// An object around a new Expat parser, which it owns.
    fn wrap(expat: XmlParser, state: State, intern: Option<Object>) -> PyResult<Ref<Parser>> {
        if expat.is_null() {
            return Err(no_memory());
        }
        // SAFETY: the fields own what they get; Expat is told of the object.
        unsafe {
            let p = match alloc::new_body::<Parser>() {
                Ok(p) => p,
                Err(e) => {
                    (loaded().free)(expat);
                    return Err(e);
                }
            };
            (*p.body()).state = Box::into_raw(Box::new(state));
            (*p.body()).expat = expat;
            (*p.body()).intern = intern.map_or(std::ptr::null_mut(), Ref::into_ptr);
            (loaded().set_user_data)(expat, handlers::user_data(&p));
            Ok(p)
        }
    }

    /// `ParserCreate`.
    pub fn create(
        encoding: Option<&str>,
        separator: Option<&str>,
        intern: Option<Object>,
    ) -> PyResult<Ref<Parser>> {
        let e = loaded();
        let encoding = encoding.map(c_string).transpose()?;
        let separator = separator.map(c_string).transpose()?;
        let pointer = |s: &Option<CString>| s.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
        let state = State {
            handlers: [const { None }; EVENTS],
            ordered_attributes: false,
            specified_attributes: false,
            in_callback: false,
            namespace_prefixes: false,
            deferral: e.set_deferral.is_some(),
            buffer: None,
            buffer_size: TEXT,
            parent: None,
        };
        // SAFETY: C strings or NULL; NULL for the memory functions stands for malloc's.
        unsafe {
            let expat = (e.create)(pointer(&encoding), std::ptr::null(), pointer(&separator));
            let p = Parser::wrap(expat, state, intern)?;
            (e.set_hash_salt)(expat, salt());
            let f = handlers::unknown_encoding as super::library::Function;
            (e.set_unknown_encoding)(expat, f, std::ptr::null_mut());
            Ok(p)
        }
    }

    /// Gives gathered text to its handler.
    pub fn flush_text(&self) -> PyResult<()> {
        let Some(buffer) = self.state().buffer.as_mut().filter(|b| !b.is_empty()) else { return Ok(()) };
        let text = std::mem::take(buffer);
        handlers::call_text(self, &text)
    }

    /// Takes text from Expat.
    pub fn add_text(&self, text: &[u8]) -> PyResult<()> {
        let size = self.state().buffer_size;
        let Some(used) = self.state().buffer.as_ref().map(Vec::len) else {
            return handlers::call_text(self, text);
        };
        if used + text.len() > size {
            self.flush_text()?;
            // The handler may be gone now; then the rest is dropped.
            if self.state().handlers[Event::CharacterData as usize].is_none() {
                return Ok(());
            }
        }
        if text.len() > size {
            return handlers::call_text(self, text);
        }
        match self.state().buffer.as_mut() {
            Some(b) => {
                b.extend_from_slice(text);
                Ok(())
            }
            None => handlers::call_text(self, text),
        }
    }

    fn result(&self, rc: c_int) -> PyResult<c_int> {
        if ThreadState::current().has_exception() {
            return Err(Raised::from_c());
        }
        if rc == 0 {
            // SAFETY: the object's own parser.
            let code = unsafe { (loaded().error_code)(self.expat()) };
            return Err(raise_expat(self, code));
        }
        self.flush_text()?;
        Ok(rc)
    }

    fn parse_bytes(&self, data: &[u8], last: bool) -> PyResult<c_int> {
        let e: &Expat = loaded();
        let mut rest = data;
        let mut rc = 1;
        // SAFETY: pointers and lengths of the data; handlers run inside.
        unsafe {
            while rest.len() > CHUNK {
                rc = (e.parse)(self.expat(), rest.as_ptr().cast(), CHUNK as c_int, 0);
                if rc == 0 {
                    break;
                }
                rest = &rest[CHUNK..];
            }
            if rc != 0 {
                rc = (e.parse)(self.expat(), rest.as_ptr().cast(), rest.len() as c_int, last.into());
            }
        }
        self.result(rc)
    }

    /// Expat cannot be entered again by its own handlers.
    fn not_inside(&self, function: &str) -> PyResult<()> {
        if self.state().in_callback {
            bail!(RuntimeError, "cannot call {function}() from within a handler");
        }
        Ok(())
    }

    fn position(&self) -> (u64, u64, i64) {
        let (e, p) = (loaded(), self.expat());
        // SAFETY: the object's own parser.
        unsafe { ((e.line)(p), (e.column)(p), (e.byte_index)(p)) }
    }

    pub fn line_and_column(&self) -> (u64, u64) {
        let (line, column, _) = self.position();
        (line, column)
    }
}

fn c_string(s: &str) -> PyResult<CString> {
    CString::new(s).map_err(|_| dovetail_core::raise!(ValueError, "embedded null character"))
}

/// Bytes for Expat's hash tables that nobody knows.
fn salt() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

fn flag(value: Option<&Obj>) -> PyResult<bool> {
    match value {
        None => Err(cannot_delete()),
        Some(v) => v.is_true(),
    }
}

fn cannot_delete() -> Raised {
    dovetail_core::raise!(RuntimeError, "Cannot delete attribute")
}

/// The attributes that hold handlers.
macro_rules! with_handlers {
    ($({ $($methods:tt)* })? $($get:ident $set:ident $name:literal $event:ident;)*) => {
        #[pymethods(members(("intern", _Py_T_OBJECT, intern, abi::Py_READONLY, "")))]
        impl Parser {
            $($($methods)*)?
            $(
                #[getter(name = $name)]
                fn $get(&self) -> Option<Object> {
                    self.state().handlers[Event::$event as usize].clone()
                }

                #[setter(name = $name)]
                fn $set(&self, value: Option<&Obj>) -> PyResult<()> {
                    self.set_handler(Event::$event, value)
                }
            )*
        }
    };
}

impl Parser {
    fn set_handler(&self, event: Event, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete()) };
        if event == Event::CharacterData {
            self.flush_text()?;
        }
        let new = if value.is_none() { None } else { Some(value.to_owned()) };
        let on = new.is_some();
        let old = std::mem::replace(&mut self.state().handlers[event as usize], new);
        if !on && event == Event::CharacterData && self.state().in_callback {
            Event::set_silent(self.expat());
        } else {
            event.set(self.expat(), on);
        }
        drop(old);
        Ok(())
    }

    /// A setting of newer versions of the library.
    fn limit(&self, done: Option<u8>, what: &str) -> PyResult<()> {
        match done {
            Some(0) => {
                let root = self.state().parent.is_none();
                let message = if root {
                    format!("'{what}' must be at least 1.0 and no NaN")
                } else {
                    "parser must be a root parser".to_owned()
                };
                Err(dovetail_core::error::raise_message(expat_error()?, &message))
            }
            Some(_) => Ok(()),
            None => Err(dovetail_core::raise!(
                NotImplementedError,
                "the system's Expat library cannot set {what}"
            )),
        }
    }
}

fn factor(o: &Obj) -> PyResult<f32> {
    Ok(o.as_f64()? as f32)
}

fn threshold(o: &Obj) -> PyResult<u64> {
    match o.index()?.to_u64() {
        Some(v) => Ok(v),
        None if o.index()?.is_negative() => {
            Err(dovetail_core::raise!(ValueError, "Cannot convert negative int"))
        }
        None => Err(dovetail_core::raise!(
            OverflowError,
            "Python int too large to convert to C unsigned long long"
        )),
    }
}

with_handlers! {
    {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            dovetail_core::gc::untrack(o);
            let b = o as *mut ParserBody;
            if !(*b).expat.is_null() {
                (loaded().free)((*b).expat);
                (*b).expat = std::ptr::null_mut();
            }
            let state = std::mem::replace(&mut (*b).state, std::ptr::null_mut());
            if !state.is_null() {
                drop(Box::from_raw(state));
            }
            dovetail_core::object::obj::clear(&raw mut (*b).intern);
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live parser.
        unsafe {
            let b = o as *mut ParserBody;
            let (Some(visit), Some(s)) = (visit, (*b).state.as_ref()) else { return 0 };
            let intern = if (*b).intern.is_null() { None } else { Some((*b).intern) };
            let all = s.handlers.iter().flatten().chain(&s.parent).map(Ref::as_raw).chain(intern);
            visit_all(all, visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live parser; what it held ends after the fields are empty. The parent stays: Expat needs it.
        unsafe {
            let b = o as *mut ParserBody;
            if let Some(s) = (*b).state.as_mut() {
                for event in Event::ALL {
                    let old = s.handlers[event as usize].take();
                    event.set((*b).expat, false);
                    drop(old);
                }
            }
            dovetail_core::object::obj::clear(&raw mut (*b).intern);
        }
        0
    }

    /// Parse XML data.
    ///
    /// 'data' can be a bytes-like object or a string.  If it is a string,
    /// the encoding declaration in the XML data is ignored.
    /// 'isfinal' should be true at end of input.
    #[method(name = "Parse", sig = "(data, isfinal=False, /)")]
    fn parse(&self, data: &Obj, isfinal: bool) -> PyResult<c_int> {
        self.not_inside("Parse")?;
        if let Some(s) = data.downcast::<Str>() {
            let text = s.as_str()?;
            // SAFETY: a C string.
            unsafe { (loaded().set_encoding)(self.expat(), c"utf-8".as_ptr()) };
            return self.parse_bytes(text.as_bytes(), isfinal);
        }
        let buffer = Buffer::simple(data)?;
        self.parse_bytes(buffer.as_slice(), isfinal)
    }

    /// Parse XML data from a binary file-like object.
    ///
    /// Its read() method should return bytes.
    #[method(name = "ParseFile")]
    fn parse_file(&self, file: &Obj) -> PyResult<c_int> {
        self.not_inside("ParseFile")?;
        let Some(read) = file.get_attr_opt(sym!(read))? else {
            bail!(TypeError, "argument must have 'read' attribute");
        };
        let size = Int::from_usize(READ)?;
        loop {
            let data = read.call(&[size.as_obj()])?;
            let bytes = match (data.downcast::<Bytes>(), data.downcast::<ByteArray>()) {
                (Some(b), _) => b.as_slice(),
                (_, Some(b)) => b.as_slice(),
                _ => bail!(TypeError, "read() did not return a bytes object (type={})", data.type_name()),
            };
            if bytes.len() > READ {
                bail!(ValueError, "read() returned too much data: {READ} bytes requested, {} returned", bytes.len());
            }
            // SAFETY: Expat's buffer holds as much as was asked for.
            let rc = unsafe {
                let buffer = (loaded().get_buffer)(self.expat(), READ as c_int);
                if buffer.is_null() {
                    return self.result(0);
                }
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer.cast(), bytes.len());
                (loaded().parse_buffer)(self.expat(), bytes.len() as c_int, bytes.is_empty().into())
            };
            if ThreadState::current().has_exception() {
                return Err(Raised::from_c());
            }
            if rc == 0 || bytes.is_empty() {
                return self.result(rc);
            }
        }
    }

    /// Set the base URL for the parser.
    #[method(name = "SetBase")]
    fn set_base(&self, base: &str) -> PyResult<()> {
        let base = c_string(base)?;
        // SAFETY: a C string.
        if unsafe { (loaded().set_base)(self.expat(), base.as_ptr()) } == 0 { Err(no_memory()) } else { Ok(()) }
    }

    /// Return base URL string for the parser.
    #[method(name = "GetBase")]
    fn get_base(&self) -> PyResult<Object> {
        // SAFETY: NULL or a C string of the library.
        unsafe {
            let p = (loaded().get_base)(self.expat());
            if p.is_null() {
                return Ok(none().to_owned());
            }
            Ok(Str::from_utf8(CStr::from_ptr(p).to_bytes())?.into_object())
        }
    }

    /// Return the input which generated the current event as bytes.
    ///
    /// The data is in the encoding of the entity which contains the text.
    /// It extends to the end of the currently buffered input, therefore it
    /// can contain also the data of the following events, and if the event
    /// was generated by a large amount of text, not all of it may be
    /// available.
    #[method(name = "GetInputContext")]
    fn input_context(&self) -> PyResult<Object> {
        if !self.state().in_callback {
            return Ok(none().to_owned());
        }
        // SAFETY: the library gives its buffer with the place in it.
        unsafe {
            let (mut offset, mut size) = (0, 0);
            let p = (loaded().input_context)(self.expat(), &mut offset, &mut size);
            if p.is_null() {
                return Ok(none().to_owned());
            }
            let len = (size - offset).max(0) as usize;
            Ok(Bytes::new(std::slice::from_raw_parts(p.add(offset as usize).cast(), len))?.into_object())
        }
    }

    /// Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.
    #[method(name = "ExternalEntityParserCreate", sig = "(context, encoding=<unrepresentable>, /)")]
    fn external_parser(&self, context: &Obj, encoding: Option<&str>) -> PyResult<Ref<Parser>> {
        let context = match context.downcast::<Str>() {
            Some(s) => Some(c_string(s.as_str()?)?),
            None if context.is_none() => None,
            None => bail!(
                TypeError,
                "ExternalEntityParserCreate() argument 1 must be str or None, not {}",
                context.type_name()
            ),
        };
        let encoding = encoding.map(c_string).transpose()?;
        let pointer = |s: &Option<CString>| s.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
        let s = self.state();
        let state = State {
            handlers: s.handlers.clone(),
            ordered_attributes: s.ordered_attributes,
            specified_attributes: s.specified_attributes,
            in_callback: false,
            namespace_prefixes: s.namespace_prefixes,
            deferral: s.deferral,
            buffer: s.buffer.as_ref().map(|_| Vec::new()),
            buffer_size: s.buffer_size,
            parent: Some(self.as_obj().to_owned()),
        };
        let intern = self.intern().map(|d| d.as_obj().to_owned());
        // SAFETY: C strings or NULL.
        let expat = unsafe { (loaded().external)(self.expat(), pointer(&context), pointer(&encoding)) };
        let p = Parser::wrap(expat, state, intern)?;
        for event in Event::ALL {
            if p.state().handlers[event as usize].is_some() {
                event.set(expat, true);
            }
        }
        Ok(p)
    }

    /// Controls parsing of parameter entities (including the external DTD subset).
    ///
    /// Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,
    /// XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and
    /// XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag
    /// was successful.
    #[method(name = "SetParamEntityParsing")]
    fn set_param_entities(&self, flag: i32) -> c_int {
        // SAFETY: the object's own parser.
        unsafe { (loaded().set_param_entities)(self.expat(), flag) }
    }

    /// Allows the application to provide an artificial external subset if one is not specified as part of the document instance.
    ///
    /// This readily allows the use of a 'default' document type controlled
    /// by the application, while still getting the advantage of providing
    /// document type information to the parser.  'flag' defaults to True if
    /// not provided.
    #[method(name = "UseForeignDTD", sig = "(flag=True, /)")]
    fn use_foreign_dtd(&self, flag: bool) -> PyResult<()> {
        // SAFETY: the object's own parser.
        match unsafe { (loaded().use_foreign_dtd)(self.expat(), flag.into()) } {
            0 => Ok(()),
            code => Err(raise_expat(self, code)),
        }
    }

    /// Sets the number of output bytes needed to activate protection against billion laughs attacks.
    ///
    /// The number of output bytes includes amplification from entity expansion
    /// and reading DTD files.
    ///
    /// Parser objects usually have a protection activation threshold of 8 MiB,
    /// but the actual default value depends on the underlying Expat library.
    ///
    /// Activation thresholds below 4 MiB are known to break support for DITA 1.3
    /// payload and are hence not recommended.
    #[method(name = "SetBillionLaughsAttackProtectionActivationThreshold")]
    fn laughs_threshold(&self, threshold: &Obj) -> PyResult<()> {
        let v = self::threshold(threshold)?;
        // SAFETY: the object's own parser.
        self.limit(loaded().laughs_threshold.map(|f| unsafe { f(self.expat(), v) }), "threshold")
    }

    /// Sets the maximum tolerated amplification factor for protection against billion laughs attacks.
    ///
    /// The amplification factor is calculated as "(direct + indirect) / direct"
    /// while parsing, where "direct" is the number of bytes read from the primary
    /// document in parsing and "indirect" is the number of bytes added by expanding
    /// entities and reading external DTD files, combined.
    #[method(name = "SetBillionLaughsAttackProtectionMaximumAmplification")]
    fn laughs_factor(&self, max_factor: &Obj) -> PyResult<()> {
        let v = factor(max_factor)?;
        // SAFETY: the object's own parser.
        self.limit(loaded().laughs_factor.map(|f| unsafe { f(self.expat(), v) }), "max_factor")
    }

    /// Sets the number of allocated bytes of dynamic memory needed to activate protection against disproportionate use of RAM.
    ///
    /// Parser objects usually have an allocation activation threshold of 64 MiB,
    /// but the actual default value depends on the underlying Expat library.
    #[method(name = "SetAllocTrackerActivationThreshold")]
    fn alloc_threshold(&self, threshold: &Obj) -> PyResult<()> {
        let v = self::threshold(threshold)?;
        // SAFETY: the object's own parser.
        self.limit(loaded().alloc_threshold.map(|f| unsafe { f(self.expat(), v) }), "threshold")
    }

    /// Sets the maximum amplification factor between direct input and bytes of dynamic memory allocated.
    ///
    /// The amplification factor is calculated as "allocated / direct" while
    /// parsing, where "direct" is the number of bytes read from the primary
    /// document in parsing and "allocated" is the number of bytes of
    /// dynamic memory allocated in the parser hierarchy.
    #[method(name = "SetAllocTrackerMaximumAmplification")]
    fn alloc_factor(&self, max_factor: &Obj) -> PyResult<()> {
        let v = factor(max_factor)?;
        // SAFETY: the object's own parser.
        self.limit(loaded().alloc_factor.map(|f| unsafe { f(self.expat(), v) }), "max_factor")
    }

    /// Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.
    #[method(name = "SetReparseDeferralEnabled")]
    fn set_deferral(&self, enabled: bool) {
        if let Some(f) = loaded().set_deferral {
            // SAFETY: the object's own parser.
            unsafe { f(self.expat(), enabled.into()) };
            self.state().deferral = enabled;
        }
    }

    /// Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.
    #[method(name = "GetReparseDeferralEnabled")]
    fn get_deferral(&self) -> bool {
        self.state().deferral
    }

    #[getter(name = "ErrorCode")]
    fn error_code(&self) -> c_int {
        // SAFETY: the object's own parser.
        unsafe { (loaded().error_code)(self.expat()) }
    }

    #[getter(name = "ErrorLineNumber")]
    fn error_line(&self) -> u64 {
        self.position().0
    }

    #[getter(name = "ErrorColumnNumber")]
    fn error_column(&self) -> u64 {
        self.position().1
    }

    #[getter(name = "ErrorByteIndex")]
    fn error_index(&self) -> i64 {
        self.position().2
    }

    #[getter(name = "CurrentLineNumber")]
    fn current_line(&self) -> u64 {
        self.position().0
    }

    #[getter(name = "CurrentColumnNumber")]
    fn current_column(&self) -> u64 {
        self.position().1
    }

    #[getter(name = "CurrentByteIndex")]
    fn current_index(&self) -> i64 {
        self.position().2
    }

    #[getter]
    fn buffer_size(&self) -> usize {
        self.state().buffer_size
    }

    #[setter]
    fn set_buffer_size(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete()) };
        let Some(i) = value.downcast::<Int>() else { bail!(TypeError, "buffer_size must be an integer") };
        let size = i.to_i64().unwrap_or(i64::MAX);
        if size <= 0 {
            bail!(ValueError, "buffer_size must be greater than zero");
        }
        if size > i64::from(i32::MAX) {
            bail!(ValueError, "buffer_size must not be greater than {}", i32::MAX);
        }
        if self.state().buffer.is_some() {
            self.flush_text()?;
        }
        self.state().buffer_size = size as usize;
        Ok(())
    }

    #[getter]
    fn buffer_text(&self) -> bool {
        self.state().buffer.is_some()
    }

    #[setter]
    fn set_buffer_text(&self, value: Option<&Obj>) -> PyResult<()> {
        if flag(value)? {
            self.state().buffer.get_or_insert_default();
            return Ok(());
        }
        self.flush_text()?;
        self.state().buffer = None;
        Ok(())
    }

    #[getter]
    fn buffer_used(&self) -> usize {
        self.state().buffer.as_ref().map_or(0, Vec::len)
    }

    #[getter]
    fn namespace_prefixes(&self) -> bool {
        self.state().namespace_prefixes
    }

    #[setter]
    fn set_namespace_prefixes(&self, value: Option<&Obj>) -> PyResult<()> {
        let on = flag(value)?;
        self.state().namespace_prefixes = on;
        // SAFETY: the object's own parser.
        unsafe { (loaded().set_triplet)(self.expat(), on.into()) };
        Ok(())
    }

    #[getter]
    fn ordered_attributes(&self) -> bool {
        self.state().ordered_attributes
    }

    #[setter]
    fn set_ordered_attributes(&self, value: Option<&Obj>) -> PyResult<()> {
        self.state().ordered_attributes = flag(value)?;
        Ok(())
    }

    #[getter]
    fn specified_attributes(&self) -> bool {
        self.state().specified_attributes
    }

    #[setter]
    fn set_specified_attributes(&self, value: Option<&Obj>) -> PyResult<()> {
        self.state().specified_attributes = flag(value)?;
        Ok(())
    }
    }
    get_start_element set_start_element "StartElementHandler" StartElement;
    get_end_element set_end_element "EndElementHandler" EndElement;
    get_instruction set_instruction "ProcessingInstructionHandler" ProcessingInstruction;
    get_text set_text "CharacterDataHandler" CharacterData;
    get_unparsed set_unparsed "UnparsedEntityDeclHandler" UnparsedEntityDecl;
    get_notation set_notation "NotationDeclHandler" NotationDecl;
    get_start_namespace set_start_namespace "StartNamespaceDeclHandler" StartNamespaceDecl;
    get_end_namespace set_end_namespace "EndNamespaceDeclHandler" EndNamespaceDecl;
    get_comment set_comment "CommentHandler" Comment;
    get_start_cdata set_start_cdata "StartCdataSectionHandler" StartCdataSection;
    get_end_cdata set_end_cdata "EndCdataSectionHandler" EndCdataSection;
    get_default set_default "DefaultHandler" Default;
    get_default_expand set_default_expand "DefaultHandlerExpand" DefaultExpand;
    get_not_standalone set_not_standalone "NotStandaloneHandler" NotStandalone;
    get_external set_external "ExternalEntityRefHandler" ExternalEntityRef;
    get_start_doctype set_start_doctype "StartDoctypeDeclHandler" StartDoctypeDecl;
    get_end_doctype set_end_doctype "EndDoctypeDeclHandler" EndDoctypeDecl;
    get_entity set_entity "EntityDeclHandler" EntityDecl;
    get_xml_decl set_xml_decl "XmlDeclHandler" XmlDecl;
    get_element_decl set_element_decl "ElementDeclHandler" ElementDecl;
    get_attlist set_attlist "AttlistDeclHandler" AttlistDecl;
    get_skipped set_skipped "SkippedEntityHandler" SkippedEntity;
}

/// The type, for the module.
pub fn parser_type() -> &'static dovetail_core::types::type_::Type {
    <Parser as Native>::type_object()
}
