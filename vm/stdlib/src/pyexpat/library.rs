//! The system's Expat library, loaded when `pyexpat` is imported.
//!
//! Expat is what its users' programs see: its events, positions and limits. No crate carries a current one, and the
//! ports leave out handlers that `xml` needs, so the library itself is used, as distributions' CPython does. Where it
//! is missing, the import says so. Functions of newer versions are optional.

use dovetail_core::error::PyResult;
use dovetail_core::raise;
use std::ffi::{c_char, c_int, c_long, c_uchar, c_ulong, c_void};
use std::sync::OnceLock;

pub type XmlParser = *mut c_void;
pub type Chars = *const c_char;

/// A part of a content model.
#[repr(C)]
pub struct Content {
    pub kind: c_int,
    pub quant: c_int,
    pub name: Chars,
    pub count: u32,
    pub children: *mut Content,
}

/// A row of the library's features; `feature` is 0 at the end.
#[repr(C)]
pub struct Feature {
    pub feature: c_int,
    pub name: Chars,
    pub value: c_long,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Version {
    pub major: c_int,
    pub minor: c_int,
    pub micro: c_int,
}

/// What an unknown encoding's bytes stand for.
#[repr(C)]
pub struct Encoding {
    pub map: [c_int; 256],
    pub data: *mut c_void,
    pub convert: Option<unsafe extern "C" fn(*mut c_void, Chars) -> c_int>,
    pub release: Option<unsafe extern "C" fn(*mut c_void)>,
}

pub type Function = *const c_void;

macro_rules! library {
    (required { $($field:ident = $symbol:literal: fn($($arg:ty),*) $(-> $ret:ty)?;)* }
     optional { $($ofield:ident = $osymbol:literal: fn($($oarg:ty),*) $(-> $oret:ty)?;)* }) => {
        /// Expat's functions.
        pub struct Expat {
            $(pub $field: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)*
            $(pub $ofield: Option<unsafe extern "C" fn($($oarg),*) $(-> $oret)?>,)*
        }

        impl Expat {
            /// # Safety
            /// `handle` is the library.
            unsafe fn load(handle: *mut c_void) -> Result<Expat, &'static str> {
                // SAFETY: the symbols have these types in every version of the library's interface.
                unsafe {
                    Ok(Expat {
                        $($field: {
                            let p = libc::dlsym(handle, concat!($symbol, "\0").as_ptr().cast());
                            if p.is_null() {
                                return Err($symbol);
                            }
                            std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($arg),*) $(-> $ret)?>(p)
                        },)*
                        $($ofield: {
                            let p = libc::dlsym(handle, concat!($osymbol, "\0").as_ptr().cast());
                            if p.is_null() {
                                None
                            } else {
                                Some(std::mem::transmute::<
                                    *mut c_void, unsafe extern "C" fn($($oarg),*) $(-> $oret)?>(p))
                            }
                        },)*
                    })
                }
            }
        }
    };
}

library! {
    required {
    create = "XML_ParserCreate_MM": fn(Chars, *const c_void, Chars) -> XmlParser;
    free = "XML_ParserFree": fn(XmlParser);
    external = "XML_ExternalEntityParserCreate": fn(XmlParser, Chars, Chars) -> XmlParser;
    set_user_data = "XML_SetUserData": fn(XmlParser, *mut c_void);
    set_hash_salt = "XML_SetHashSalt": fn(XmlParser, c_ulong) -> c_int;
    set_encoding = "XML_SetEncoding": fn(XmlParser, Chars) -> c_int;
    set_unknown_encoding = "XML_SetUnknownEncodingHandler": fn(XmlParser, Function, *mut c_void);
    parse = "XML_Parse": fn(XmlParser, Chars, c_int, c_int) -> c_int;
    get_buffer = "XML_GetBuffer": fn(XmlParser, c_int) -> *mut c_void;
    parse_buffer = "XML_ParseBuffer": fn(XmlParser, c_int, c_int) -> c_int;
    stop = "XML_StopParser": fn(XmlParser, c_uchar) -> c_int;
    error_code = "XML_GetErrorCode": fn(XmlParser) -> c_int;
    error_string = "XML_ErrorString": fn(c_int) -> Chars;
    line = "XML_GetCurrentLineNumber": fn(XmlParser) -> c_ulong;
    column = "XML_GetCurrentColumnNumber": fn(XmlParser) -> c_ulong;
    byte_index = "XML_GetCurrentByteIndex": fn(XmlParser) -> c_long;
    input_context = "XML_GetInputContext": fn(XmlParser, *mut c_int, *mut c_int) -> Chars;
    set_base = "XML_SetBase": fn(XmlParser, Chars) -> c_int;
    get_base = "XML_GetBase": fn(XmlParser) -> Chars;
    specified = "XML_GetSpecifiedAttributeCount": fn(XmlParser) -> c_int;
    set_triplet = "XML_SetReturnNSTriplet": fn(XmlParser, c_int);
    set_param_entities = "XML_SetParamEntityParsing": fn(XmlParser, c_int) -> c_int;
    use_foreign_dtd = "XML_UseForeignDTD": fn(XmlParser, c_uchar) -> c_int;
    free_model = "XML_FreeContentModel": fn(XmlParser, *mut Content);
    version_text = "XML_ExpatVersion": fn() -> Chars;
    version = "XML_ExpatVersionInfo": fn() -> Version;
    features = "XML_GetFeatureList": fn() -> *const Feature;
    on_start_element = "XML_SetStartElementHandler": fn(XmlParser, Function);
    on_end_element = "XML_SetEndElementHandler": fn(XmlParser, Function);
    on_instruction = "XML_SetProcessingInstructionHandler": fn(XmlParser, Function);
    on_text = "XML_SetCharacterDataHandler": fn(XmlParser, Function);
    on_unparsed = "XML_SetUnparsedEntityDeclHandler": fn(XmlParser, Function);
    on_notation = "XML_SetNotationDeclHandler": fn(XmlParser, Function);
    on_start_namespace = "XML_SetStartNamespaceDeclHandler": fn(XmlParser, Function);
    on_end_namespace = "XML_SetEndNamespaceDeclHandler": fn(XmlParser, Function);
    on_comment = "XML_SetCommentHandler": fn(XmlParser, Function);
    on_start_cdata = "XML_SetStartCdataSectionHandler": fn(XmlParser, Function);
    on_end_cdata = "XML_SetEndCdataSectionHandler": fn(XmlParser, Function);
    on_default = "XML_SetDefaultHandler": fn(XmlParser, Function);
    on_default_expand = "XML_SetDefaultHandlerExpand": fn(XmlParser, Function);
    on_not_standalone = "XML_SetNotStandaloneHandler": fn(XmlParser, Function);
    on_external = "XML_SetExternalEntityRefHandler": fn(XmlParser, Function);
    on_start_doctype = "XML_SetStartDoctypeDeclHandler": fn(XmlParser, Function);
    on_end_doctype = "XML_SetEndDoctypeDeclHandler": fn(XmlParser, Function);
    on_entity = "XML_SetEntityDeclHandler": fn(XmlParser, Function);
    on_xml_decl = "XML_SetXmlDeclHandler": fn(XmlParser, Function);
    on_element_decl = "XML_SetElementDeclHandler": fn(XmlParser, Function);
    on_attlist = "XML_SetAttlistDeclHandler": fn(XmlParser, Function);
    on_skipped = "XML_SetSkippedEntityHandler": fn(XmlParser, Function);
    }
    optional {
        set_deferral = "XML_SetReparseDeferralEnabled": fn(XmlParser, c_uchar) -> c_uchar;
        laughs_threshold = "XML_SetBillionLaughsAttackProtectionActivationThreshold":
            fn(XmlParser, u64) -> c_uchar;
        laughs_factor = "XML_SetBillionLaughsAttackProtectionMaximumAmplification":
            fn(XmlParser, f32) -> c_uchar;
        alloc_threshold = "XML_SetAllocTrackerActivationThreshold": fn(XmlParser, u64) -> c_uchar;
        alloc_factor = "XML_SetAllocTrackerMaximumAmplification": fn(XmlParser, f32) -> c_uchar;
    }
}

static EXPAT: OnceLock<Result<Expat, &'static str>> = OnceLock::new();

/// The library, loaded the first time.
pub fn expat() -> PyResult<&'static Expat> {
    let found = EXPAT.get_or_init(|| {
        // SAFETY: loading a system library.
        unsafe {
            let handle = libc::dlopen(c"libexpat.so.1".as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
            if handle.is_null() {
                return Err("libexpat.so.1");
            }
            Expat::load(handle)
        }
    });
    found.as_ref().map_err(|what| {
        raise!(
            ImportError,
            "pyexpat needs the system's Expat library: {what} is missing (package libexpat1 or expat)"
        )
    })
}

/// The library, where it is known to be loaded.
pub fn loaded() -> &'static Expat {
    match EXPAT.get() {
        Some(Ok(e)) => e,
        _ => unreachable!("parsers exist only where the library is loaded"),
    }
}
