//! What Expat calls: each event becomes a call of a Python handler.
//!
//! # Contract of the unsafe blocks
//! Expat calls these functions while `Parse` or `ParseFile` runs, with the parser object as its user data, under the GIL;
//! texts are UTF-8 C strings that live during the call.

use super::library::{Chars, Content, Encoding, Function, XmlParser, loaded};
use super::parser::{Parser, ParserBody};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::raise;
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use std::ffi::{CStr, c_char, c_int, c_void};

type User = *mut c_void;

macro_rules! events {
    ($($event:ident = $set:ident, $function:ident;)*) => {
        /// The handlers by number.
        #[derive(Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Event {
            $($event),*
        }

        pub const EVENTS: usize = Event::ALL.len();

        impl Event {
            /// All of them, each at its number.
            pub const ALL: [Event; [$(stringify!($event)),*].len()] = [$(Event::$event),*];

            /// The setter of Expat, and our function for it.
            fn functions(self) -> (unsafe extern "C" fn(XmlParser, Function), Function) {
                let e = loaded();
                match self {
                    $(Event::$event => (e.$set, $function as Function)),*
                }
            }
        }
    };
}

// Event, Expat's setter, the function that Expat calls.
events! {
    StartElement = on_start_element, start_element;
    EndElement = on_end_element, end_element;
    ProcessingInstruction = on_instruction, instruction;
    CharacterData = on_text, text;
    UnparsedEntityDecl = on_unparsed, unparsed;
    NotationDecl = on_notation, notation;
    StartNamespaceDecl = on_start_namespace, start_namespace;
    EndNamespaceDecl = on_end_namespace, end_namespace;
    Comment = on_comment, comment;
    StartCdataSection = on_start_cdata, start_cdata;
    EndCdataSection = on_end_cdata, end_cdata;
    Default = on_default, default;
    DefaultExpand = on_default_expand, default_expand;
    NotStandalone = on_not_standalone, not_standalone;
    ExternalEntityRef = on_external, external;
    StartDoctypeDecl = on_start_doctype, start_doctype;
    EndDoctypeDecl = on_end_doctype, end_doctype;
    EntityDecl = on_entity, entity;
    XmlDecl = on_xml_decl, xml_decl;
    ElementDecl = on_element_decl, element_decl;
    AttlistDecl = on_attlist, attlist;
    SkippedEntity = on_skipped, skipped;
}

impl Event {
    /// Tells Expat whether the event is wanted.
    pub fn set(self, parser: XmlParser, on: bool) {
        let (set, f) = self.functions();
        unsafe { set(parser, if on { f } else { std::ptr::null() }) }
    }

    /// Makes Expat drop text silently, where taking the handler away within a call would confuse it.
    pub fn set_silent(parser: XmlParser) {
        unsafe { (loaded().on_text)(parser, silent as Function) }
    }
}

unsafe extern "C" fn silent(_: User, _: Chars, _: c_int) {}

unsafe extern "C" fn refuse(_: XmlParser, _: Chars, _: Chars, _: Chars, _: Chars) -> c_int {
    0
}

/// After an error: no handler is called any more, and external entities fail.
pub fn give_up(p: &Parser) {
    for event in Event::ALL {
        let old = p.state().handlers[event as usize].take();
        event.set(p.expat(), false);
        drop(old);
    }
    unsafe { (loaded().on_external)(p.expat(), refuse as Function) }
}

unsafe fn parser<'a>(user: User) -> &'a Parser {
    unsafe { &*(user as *const Parser) }
}

unsafe fn bytes<'a>(p: Chars) -> Option<&'a [u8]> {
    if p.is_null() { None } else { Some(unsafe { CStr::from_ptr(p) }.to_bytes()) }
}

unsafe fn string(p: Chars) -> PyResult<Object> {
    match unsafe { bytes(p) } {
        None => Ok(none().to_owned()),
        Some(b) => Ok(Str::from_utf8(b)?.into_object()),
    }
}

unsafe fn counted(p: Chars, len: c_int) -> PyResult<Object> {
    if p.is_null() {
        return Ok(none().to_owned());
    }
    let b = unsafe { std::slice::from_raw_parts(p.cast::<u8>(), len.max(0) as usize) };
    Ok(Str::from_utf8(b)?.into_object())
}

fn int(v: c_int) -> PyResult<Object> {
    Ok(Int::from_i64(v.into())?.into_object())
}

/// A name, shared through the parser's dictionary.
unsafe fn name(p: &Parser, s: Chars) -> PyResult<Object> {
    let o = unsafe { string(s)? };
    if s.is_null() {
        return Ok(o);
    }
    match p.intern() {
        Some(d) => d.set_default(&o, &o),
        None => Ok(o),
    }
}

/// Calls a handler; `None` if there is none or something is wrong already, or goes wrong now.
unsafe fn call(
    user: User,
    event: Event,
    args: impl FnOnce(&Parser) -> PyResult<Vec<Object>>,
) -> Option<Object> {
    let p = unsafe { parser(user) };
    p.state().handlers[event as usize].as_ref()?;
    if ThreadState::current().has_exception() {
        return None;
    }
    let run = || -> PyResult<Option<Object>> {
        p.flush_text()?;
        // Flushing may have taken the handler away.
        let Some(f) = p.state().handlers[event as usize].clone() else { return Ok(None) };
        let args = Tuple::from_vec(args(p)?)?;
        call_handler(p, &f, &args).map(Some)
    };
    settle(p, run())
}

/// The call itself; an error stops Expat.
fn call_handler(p: &Parser, f: &Obj, args: &Tuple) -> PyResult<Object> {
    p.state().in_callback = true;
    let r = f.call_dict(args, None);
    p.state().in_callback = false;
    if r.is_err() {
        unsafe { (loaded().stop)(p.expat(), 0) };
    }
    r
}

fn settle(p: &Parser, r: PyResult<Option<Object>>) -> Option<Object> {
    match r {
        Ok(o) => o,
        Err(Raised { .. }) => {
            give_up(p);
            None
        }
    }
}

/// Gives text to its handler.
pub fn call_text(p: &Parser, text: &[u8]) -> PyResult<()> {
    let Some(f) = p.state().handlers[Event::CharacterData as usize].clone() else { return Ok(()) };
    let run = || {
        let args = Tuple::from_vec(vec![Str::from_utf8(text)?.into_object()])?;
        call_handler(p, &f, &args).map(drop)
    };
    run().inspect_err(|_| give_up(p))
}

unsafe extern "C" fn text(user: User, data: Chars, len: c_int) {
    let p = unsafe { parser(user) };
    if ThreadState::current().has_exception() {
        return;
    }
    let data = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), len.max(0) as usize) };
    // An error is kept in the thread and found when Expat returns.
    let _ = p.add_text(data);
}

unsafe extern "C" fn start_element(user: User, tag: Chars, atts: *const Chars) {
    let args = |p: &Parser| unsafe {
        let s = p.state();
        let mut count = 0;
        if s.specified_attributes {
            count = (loaded().specified)(p.expat()) as usize;
        } else {
            while !(*atts.add(count)).is_null() {
                count += 2;
            }
        }
        let tag = name(p, tag)?;
        let pairs = (0..count).step_by(2);
        if s.ordered_attributes {
            let mut items = Vec::with_capacity(count);
            for i in pairs {
                items.push(name(p, *atts.add(i))?);
                items.push(string(*atts.add(i + 1))?);
            }
            return Ok(vec![tag, List::from_vec(items)?.into_object()]);
        }
        let d = Dict::new()?;
        for i in pairs {
            d.set(&*name(p, *atts.add(i))?, &*string(*atts.add(i + 1))?)?;
        }
        Ok(vec![tag, d.into_object()])
    };
    unsafe { call(user, Event::StartElement, args) };
}

/// The functions for events whose handler is called with what Expat gave, and whose answer does not matter: a line has the
/// function, the event with Expat's arguments, and the handler's arguments made of them.
macro_rules! plain_handlers {
    ($($function:ident = $event:ident($($parameter:ident: $kind:ty),*) |$p:pat_param| $($argument:expr),*;)*) => { $(
        #[allow(clippy::too_many_arguments)]
        unsafe extern "C" fn $function(user: User $(, $parameter: $kind)*) {
            unsafe { call(user, Event::$event, |$p: &Parser| Ok(vec![$($argument?),*])) };
        }
    )* };
}

plain_handlers! {
    end_element = EndElement(tag: Chars) |p| name(p, tag);
    instruction = ProcessingInstruction(target: Chars, data: Chars) |p| name(p, target), string(data);
    unparsed = UnparsedEntityDecl(entity: Chars, base: Chars, system: Chars, public: Chars, notation: Chars)
        |p| name(p, entity), name(p, base), name(p, system), name(p, public), name(p, notation);
    notation = NotationDecl(notation: Chars, base: Chars, system: Chars, public: Chars)
        |p| name(p, notation), name(p, base), name(p, system), name(p, public);
    start_namespace = StartNamespaceDecl(prefix: Chars, uri: Chars) |p| name(p, prefix), name(p, uri);
    end_namespace = EndNamespaceDecl(prefix: Chars) |p| name(p, prefix);
    comment = Comment(data: Chars) |_| string(data);
    start_cdata = StartCdataSection() |_|;
    end_cdata = EndCdataSection() |_|;
    default = Default(data: Chars, len: c_int) |_| counted(data, len);
    default_expand = DefaultExpand(data: Chars, len: c_int) |_| counted(data, len);
    start_doctype = StartDoctypeDecl(doctype: Chars, system: Chars, public: Chars, internal: c_int)
        |p| name(p, doctype), name(p, system), name(p, public), int(internal);
    end_doctype = EndDoctypeDecl() |_|;
    entity = EntityDecl(
        entity: Chars, parameter: c_int, value: Chars, len: c_int, base: Chars, system: Chars, public: Chars, notation: Chars
    ) |p| name(p, entity), int(parameter), counted(value, len), name(p, base), name(p, system), name(p, public), name(p, notation);
    xml_decl = XmlDecl(version: Chars, encoding: Chars, standalone: c_int)
        |_| string(version), string(encoding), int(standalone);
    attlist = AttlistDecl(element: Chars, attribute: Chars, kind: Chars, default: Chars, required: c_int)
        |p| name(p, element), name(p, attribute), string(kind), string(default), int(required);
    skipped = SkippedEntity(entity: Chars, parameter: c_int) |p| name(p, entity), int(parameter);
}

/// The int that a handler answered; 0 stops Expat.
unsafe fn answer(user: User, r: Option<Object>) -> c_int {
    let p = unsafe { parser(user) };
    let Some(r) = r else { return 0 };
    match r.as_i64() {
        Ok(v) => v as c_int,
        Err(Raised { .. }) => {
            give_up(p);
            0
        }
    }
}

unsafe extern "C" fn not_standalone(user: User) -> c_int {
    unsafe { answer(user, call(user, Event::NotStandalone, |_| Ok(Vec::new()))) }
}

unsafe extern "C" fn external(
    parser: XmlParser,
    context: Chars,
    base: Chars,
    system: Chars,
    public: Chars,
) -> c_int {
    unsafe {
        // The user data are the parser's first word.
        let user = *(parser as *mut User);
        let args =
            |p: &Parser| Ok(vec![string(context)?, name(p, base)?, name(p, system)?, name(p, public)?]);
        answer(user, call(user, Event::ExternalEntityRef, args))
    }
}

/// A content model as nested tuples.
unsafe fn model_tuple(m: *const Content) -> PyResult<Object> {
    ThreadState::current().check_recursion(" in conv_content_model")?;
    unsafe {
        let mut children = Vec::new();
        for i in 0..(*m).count as usize {
            children.push(model_tuple((*m).children.add(i))?);
        }
        let children = Tuple::from_vec(children)?.into_object();
        let parts = vec![int((*m).kind)?, int((*m).quant)?, string((*m).name)?, children];
        Ok(Tuple::from_vec(parts)?.into_object())
    }
}

unsafe extern "C" fn element_decl(user: User, element: Chars, model: *mut Content) {
    unsafe {
        call(user, Event::ElementDecl, |p| Ok(vec![name(p, element)?, model_tuple(model)?]));
        (loaded().free_model)(parser(user).expat(), model);
    }
}

/// Reads an encoding that Expat does not know through the codec of its name, if it is one byte a character.
pub unsafe extern "C" fn unknown_encoding(_: User, encoding: Chars, info: *mut Encoding) -> c_int {
    if ThreadState::current().has_exception() {
        return 0;
    }
    let all: Vec<u8> = (0..=255).collect();
    let run = || -> PyResult<Ref<Str>> {
        let name = unsafe { CStr::from_ptr(encoding) }.to_string_lossy();
        let text = dovetail_core::types::codec::decode_bytes(&all, Some(&name), Some("replace"))?;
        if text.len() != 256 {
            return Err(raise!(ValueError, "multi-byte encodings are not supported"));
        }
        Ok(text)
    };
    let Ok(text) = run() else { return 0 };
    unsafe {
        for (i, c) in text.text().iter().enumerate() {
            (*info).map[i] = if c == 0xfffd { -1 } else { c as c_int };
        }
        (*info).data = std::ptr::null_mut();
        (*info).convert = None;
        (*info).release = None;
    }
    1
}

/// The body's address, as Expat keeps it.
pub fn user_data(p: &Parser) -> *mut c_void {
    let b: *mut ParserBody = p.body();
    b.cast()
}

const _: () = assert!(size_of::<c_char>() == 1);
