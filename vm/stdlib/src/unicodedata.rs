//! `unicodedata`: the Unicode database 16.0, and 3.2 as the object `ucd_3_2_0`.
//!
//! The tables are those of `dovetail_text::props`. The module's functions are the methods of `UCD` with the module
//! as their receiver, which stands for the current database.

use crate::util::{set, text};
use dovetail_core::error::PyResult;
use dovetail_core::native::{ArgInfo, Declared, FromArg, Place};
use dovetail_core::object::buffer::TextOrBytes;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::capsule::Capsule;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::module::Module;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pymodule, pytype};
use dovetail_text::TextBuf;
use dovetail_text::props::{self, Form, Named, Version, old};
use std::ffi::{c_char, c_int};

/// No name is longer.
const LONGEST_NAME: usize = 256;

/// A str of one character, as these functions want it.
pub struct Chr(u32);

impl<'a> FromArg<'a> for Chr {
    fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        let Some(s) = object.downcast::<Str>() else { return Err(info.bad("a unicode character", object)) };
        if s.len() != 1 {
            let place = match info.place {
                Place::Index(i) => format!("argument {}", i + 1),
                _ => "argument".to_owned(),
            };
            bail!(
                TypeError,
                "{}(): {place} must be a unicode character, not a string of length {}",
                info.function,
                s.len()
            );
        }
        Ok(Chr(s.char_at(0)))
    }
}

#[repr(C)]
pub struct UcdBody {
    ob_base: abi::PyObject,
    version: *mut abi::PyObject,
}

/// A version of the database; the receiver may also be the module, for the current one.
#[pytype(name = "unicodedata.UCD", body = UcdBody, refs(version), flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Ucd;

impl Ucd {
    fn version(&self) -> Version {
        if self.is_exact::<Ucd>() { Version::Old } else { Version::Current }
    }

    fn is_old(&self) -> bool {
        self.version() == Version::Old
    }
}

fn or_default(value: Option<Object>, default: Option<&Obj>, message: &str) -> PyResult<Object> {
    match (value, default) {
        (Some(v), _) => Ok(v),
        (None, Some(d)) => Ok(d.to_owned()),
        (None, None) => Err(raise!(ValueError, "{message}")),
    }
}

fn small(value: Option<u8>) -> PyResult<Option<Object>> {
    value.map(|v| Ok(Int::from_i64(v.into())?.into_object())).transpose()
}

fn form_of(name: &Str) -> PyResult<Form> {
    let form = name.as_ascii().and_then(Form::by_name);
    form.ok_or_else(|| raise!(ValueError, "invalid normalization form"))
}

#[pymethods(members(("unidata_version", _Py_T_OBJECT, version, abi::Py_READONLY, "")))]
impl Ucd {
    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "(chr, default=<unrepresentable>, /)")]
    fn decimal(&self, chr: Chr, default: Option<&Obj>) -> PyResult<Object> {
        let value = if self.is_old() { old::decimal(chr.0) } else { props::decimal(chr.0) };
        or_default(small(value)?, default, "not a decimal")
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "(chr, default=<unrepresentable>, /)")]
    fn digit(&self, chr: Chr, default: Option<&Obj>) -> PyResult<Object> {
        // The digit values of the current database stand for the old one too, as in CPython.
        or_default(small(props::digit(chr.0))?, default, "not a digit")
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "(chr, default=<unrepresentable>, /)")]
    fn numeric(&self, chr: Chr, default: Option<&Obj>) -> PyResult<Object> {
        let value = if self.is_old() { old::numeric(chr.0) } else { props::numeric(chr.0) };
        let value = value.map(|v| Ok(Float::new(v)?.into_object())).transpose()?;
        or_default(value, default, "not a numeric character")
    }

    /// Returns the general category assigned to the character chr as string.
    #[method]
    fn category(&self, chr: Chr) -> PyResult<Ref<Str>> {
        Str::intern(if self.is_old() { old::category(chr.0) } else { props::category(chr.0) })
    }

    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[method]
    fn bidirectional(&self, chr: Chr) -> PyResult<Ref<Str>> {
        Str::intern(if self.is_old() { old::bidirectional(chr.0) } else { props::bidirectional(chr.0) })
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[method]
    fn combining(&self, chr: Chr) -> i32 {
        let class = if self.is_old() { old::combining(chr.0) } else { props::combining(chr.0) };
        class.into()
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[method]
    fn mirrored(&self, chr: Chr) -> i32 {
        let mirrored = if self.is_old() { old::mirrored(chr.0) } else { props::mirrored(chr.0) };
        mirrored.into()
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[method]
    fn east_asian_width(&self, chr: Chr) -> PyResult<Ref<Str>> {
        Str::intern(if self.is_old() { old::east_asian_width(chr.0) } else { props::east_asian_width(chr.0) })
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[method]
    fn decomposition(&self, chr: Chr) -> String {
        if let Some(parts) = syllable_parts(chr.0) {
            return parts;
        }
        let Some((tag, parts)) = props::decomposition(self.version(), chr.0) else { return String::new() };
        let mut out = tag.to_owned();
        for part in parts {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&format!("{part:04X}"));
        }
        out
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "(chr, default=<unrepresentable>, /)")]
    fn name(&self, chr: Chr, default: Option<&Obj>) -> PyResult<Object> {
        let name = props::name(self.version(), chr.0).map(|n| text(&n)).transpose()?;
        or_default(name, default, "no such name")
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[method]
    fn lookup(&self, name: TextOrBytes<'_>) -> PyResult<Ref<Str>> {
        if name.len() > LONGEST_NAME {
            bail!(KeyError, "name too long");
        }
        let shown = String::from_utf8_lossy(&name);
        match props::look_up(self.version(), &shown) {
            Some(Named::Char(c)) => Str::from_code_point(c),
            Some(Named::Sequence(codes)) => Str::from_buf(TextBuf::from_ucs4(codes).finish()),
            None => {
                Err(raise!(KeyError, "undefined character name '{}'", shown.split('\0').next().unwrap_or("")))
            }
        }
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method]
    fn is_normalized(&self, form: &Str, unistr: &Str) -> PyResult<bool> {
        Ok(unistr.is_empty() || props::is_normalized(self.version(), form_of(form)?, unistr.text()))
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method]
    fn normalize(&self, form: &Str, unistr: &Str) -> PyResult<Ref<Str>> {
        if unistr.is_empty() {
            return unistr.to_exact();
        }
        match props::normalize(self.version(), form_of(form)?, unistr.text()) {
            Some(new) => Str::from_buf(new.finish()),
            None => unistr.to_exact(),
        }
    }
}

/// What a Hangul syllable is made of, as `decomposition` writes it.
fn syllable_parts(c: u32) -> Option<String> {
    let s = c.checked_sub(0xac00).filter(|s| *s < 19 * 21 * 28)?;
    let (lead, vowel) = (0x1100 + s / (21 * 28), 0x1161 + s % (21 * 28) / 28);
    Some(match s % 28 {
        0 => format!("{lead:04X} {vowel:04X}"),
        tail => format!("{lead:04X} {vowel:04X} {:04X}", 0x11a7 + tail),
    })
}

/// What `_ucnhash_CAPI` points to: CPython's table of two functions.
#[repr(C)]
struct NameApi {
    get_name: unsafe extern "C" fn(u32, *mut c_char, c_int, c_int) -> c_int,
    get_code: unsafe extern "C" fn(*const c_char, c_int, *mut u32) -> c_int,
}

/// Writes the name of a code point with its null byte; 0 where there is none or no room.
unsafe extern "C" fn get_name(code: u32, buffer: *mut c_char, room: c_int, _with_aliases: c_int) -> c_int {
    let Some(name) = props::name(Version::Current, code) else { return 0 };
    if name.len() as i64 + 1 > i64::from(room) {
        return 0;
    }
    // SAFETY: the caller gives `room` bytes at `buffer`.
    unsafe {
        std::ptr::copy_nonoverlapping(name.as_ptr(), buffer.cast(), name.len());
        *buffer.add(name.len()) = 0;
    }
    1
}

/// Finds the code point of a name or alias; 0 where there is none.
unsafe extern "C" fn get_code(name: *const c_char, len: c_int, code: *mut u32) -> c_int {
    // SAFETY: the caller gives `len` bytes at `name` and a place for the code.
    unsafe {
        let bytes = std::slice::from_raw_parts(name.cast::<u8>(), len.max(0) as usize);
        match std::str::from_utf8(bytes).ok().and_then(|n| props::look_up(Version::Current, n)) {
            Some(Named::Char(c)) => {
                *code = c;
                1
            }
            _ => 0,
        }
    }
}

static NAME_API: NameApi = NameApi { get_name, get_code };

/// This module provides access to the Unicode Character Database which
/// defines character properties for all Unicode characters. The data in
/// this database is based on the UnicodeData.txt file version
/// 16.0.0 which is publicly available from ftp://ftp.unicode.org/.
///
/// The module uses the same names and symbols as defined by the
/// UnicodeData File Format 16.0.0.
#[pymodule(name = "unicodedata")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        dovetail_core::native::add_type::<Ucd>(module)?;
        let Some(m) = module.downcast::<Module>() else { bail!(SystemError, "a module is needed") };
        // SAFETY: a static table with an end mark; the functions tell a module from a UCD.
        unsafe { m.add_functions(<Ucd as Declared>::TABLES.methods.cast_mut())? };
        set(module, "unidata_version", &*text(props::UNIDATA_VERSION)?)?;
        // SAFETY: a new UCD, whose field owns what it gets.
        let old = unsafe {
            let o = type_alloc(<Ucd as dovetail_core::native::Native>::type_object(), 0)?;
            (*(o.as_raw() as *mut UcdBody)).version = text("3.2.0")?.into_ptr();
            o
        };
        set(module, "ucd_3_2_0", &old)?;
        let api = (&raw const NAME_API).cast_mut().cast();
        let capsule = Capsule::new(api, c"unicodedata._ucnhash_CAPI".as_ptr(), None)?;
        set(module, "_ucnhash_CAPI", capsule.as_obj())
    }
}

pub use module::MODULE;
