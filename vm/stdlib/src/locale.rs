//! `_locale`: the C library's locales.

use crate::osutil::{errno, new_exception, numbers, os_error};
use crate::util::{TypeCell, fs_cstring, fs_decode, int, set, set_int, set_ints, text};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, Raised, exc, raise_message};
use dovetail_core::native::{ArgInfo, FromArg};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use dovetail_text::TextBuf;
use std::ffi::{CStr, CString, c_char};

unsafe extern "C" {
    fn wcscoll(a: *const libc::wchar_t, b: *const libc::wchar_t) -> libc::c_int;
    fn wcsxfrm(to: *mut libc::wchar_t, from: *const libc::wchar_t, n: usize) -> usize;
    fn mbstowcs(to: *mut libc::wchar_t, from: *const c_char, n: usize) -> usize;
    fn gettext(msg: *const c_char) -> *mut c_char;
    fn dgettext(domain: *const c_char, msg: *const c_char) -> *mut c_char;
    fn dcgettext(domain: *const c_char, msg: *const c_char, category: libc::c_int) -> *mut c_char;
    fn textdomain(domain: *const c_char) -> *mut c_char;
    fn bindtextdomain(domain: *const c_char, dir: *const c_char) -> *mut c_char;
    fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
}

static NUMBERS: &[(&str, i64)] = numbers!(
    ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6 ABDAY_7 ABMON_1 ABMON_10 ABMON_11 ABMON_12 ABMON_2
    ABMON_3 ABMON_4 ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ALT_DIGITS AM_STR CODESET CRNCYSTR DAY_1 DAY_2
    DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 D_FMT D_T_FMT ERA ERA_D_FMT ERA_D_T_FMT ERA_T_FMT LC_ALL LC_COLLATE
    LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME MON_1 MON_10 MON_11 MON_12 MON_2 MON_3 MON_4 MON_5
    MON_6 MON_7 MON_8 MON_9 NOEXPR PM_STR RADIXCHAR THOUSEP T_FMT T_FMT_AMPM YESEXPR
);

/// Numbers that the `libc` crate does not name.
static MORE_NUMBERS: &[(&str, i64)] = &[("CHAR_MAX", 127), ("_DATE_FMT", 0x2006c)];

static ERROR: TypeCell = TypeCell::new();

fn make_error() -> PyResult<Ref<Type>> {
    new_exception("locale.Error", &[exc::Exception()], None)
}

fn locale_error(message: &str) -> Raised {
    match ERROR.get_or(make_error) {
        Ok(t) => raise_message(t, message),
        Err(e) => e,
    }
}

/// Sets the character type of the environment's locale, as Python programs start. Where that is the plain C locale,
/// a UTF-8 one takes its place, for child processes too (PEP 538).
pub fn start() {
    // SAFETY: start-up: no other thread reads the locale or the environment.
    unsafe {
        let set = |name: &CStr| {
            let r = libc::setlocale(libc::LC_CTYPE, name.as_ptr());
            (!r.is_null()).then(|| CStr::from_ptr(r))
        };
        let plain = set(c"").is_none_or(|n| n == c"C" || n == c"POSIX");
        let allowed = std::env::var_os("PYTHONCOERCECLOCALE").is_none_or(|v| v != "0");
        let forced = std::env::var_os("LC_ALL").is_some_and(|v| !v.is_empty());
        if !plain || !allowed || forced {
            return;
        }
        for name in [c"C.UTF-8", c"C.utf8", c"UTF-8"] {
            if set(name).is_some() {
                std::env::set_var("LC_CTYPE", name.to_str().unwrap_or_default());
                libc::setlocale(libc::LC_CTYPE, c"".as_ptr());
                return;
            }
        }
    }
}

/// Text for C, without null characters (`z` and `s` of C functions).
pub struct CText(pub CString);

impl<'a> FromArg<'a> for CText {
    fn from_arg(o: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        let s = <&str>::from_arg(o, info)?;
        CString::new(s).map(CText).map_err(|_| raise!(ValueError, "embedded null character"))
    }
}

/// Text or None.
pub struct OptCText(pub Option<CString>);

impl<'a> FromArg<'a> for OptCText {
    fn from_arg(o: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        if o.is_none() {
            return Ok(OptCText(None));
        }
        if !o.is_a::<Str>() {
            return Err(info.bad("str or None", o));
        }
        Ok(OptCText(Some(CText::from_arg(o, info)?.0)))
    }
}

impl OptCText {
    fn ptr(&self) -> *const c_char {
        self.0.as_ref().map_or(std::ptr::null(), |c| c.as_ptr())
    }
}

/// C text in the locale's encoding as a str.
///
/// # Safety
/// `p` is a terminated text.
unsafe fn decode(p: *const c_char) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { CStr::from_ptr(p) };
    if bytes.to_bytes().is_ascii() {
        return Ok(fs_decode(bytes.to_bytes())?.into_object());
    }
    let mut wide = vec![0; bytes.to_bytes().len() + 1];
    // SAFETY: room for every byte as a character, and the end.
    let n = unsafe { mbstowcs(wide.as_mut_ptr(), p, wide.len()) };
    if n == usize::MAX {
        return Ok(fs_decode(bytes.to_bytes())?.into_object());
    }
    from_wide(&wide[..n])
}

fn from_wide(wide: &[libc::wchar_t]) -> PyResult<Object> {
    let mut out = TextBuf::new();
    wide.iter().for_each(|c| out.push(*c as u32));
    Ok(Str::from_buf(out)?.into_object())
}

fn to_wide(s: &Str) -> PyResult<Vec<libc::wchar_t>> {
    let mut out: Vec<libc::wchar_t> = s.text().iter().map(|c| c as libc::wchar_t).collect();
    if out.contains(&0) {
        bail!(ValueError, "embedded null character");
    }
    out.push(0);
    Ok(out)
}

/// The sizes of digit groups.
///
/// # Safety
/// `p` is a terminated text.
unsafe fn grouping(p: *const c_char) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { CStr::from_ptr(p) }.to_bytes();
    let mut items = Vec::new();
    let mut ended = false;
    for b in bytes {
        items.push(int(*b as i8 as i32)?);
        if *b as c_char == c_char::MAX {
            ended = true;
            break;
        }
    }
    if !ended && !items.is_empty() {
        items.push(int(0)?);
    }
    Ok(List::from_vec(items)?.into_object())
}

/// Support for POSIX locales.
#[pymodule(name = "_locale")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set_ints(module, NUMBERS)?;
        set_ints(module, MORE_NUMBERS)?;
        set_int(module, "CHAR_MAX", c_char::MAX as i32)?;
        set(module, "Error", ERROR.get_or(make_error)?.as_obj())
    }

    /// Activates/queries locale processing.
    #[function(sig = "(category, locale=None, /)")]
    fn setlocale(category: i32, locale: Option<OptCText>) -> PyResult<Object> {
        let locale = locale.unwrap_or(OptCText(None));
        // SAFETY: a terminated text or NULL; the result is read at once, with the GIL held.
        unsafe {
            let r = libc::setlocale(category, locale.ptr());
            if r.is_null() {
                let asked = locale.0.is_some();
                return Err(locale_error(if asked {
                    "unsupported locale setting"
                } else {
                    "locale query failed"
                }));
            }
            decode(r)
        }
    }

    /// Returns numeric and monetary locale-specific parameters.
    #[function]
    fn localeconv() -> PyResult<Ref<Dict>> {
        let out = Dict::new()?;
        // SAFETY: the C library's own struct, read at once.
        unsafe {
            let l = &*libc::localeconv();
            for (name, p) in [
                ("int_curr_symbol", l.int_curr_symbol),
                ("currency_symbol", l.currency_symbol),
                ("mon_decimal_point", l.mon_decimal_point),
                ("mon_thousands_sep", l.mon_thousands_sep),
            ] {
                out.set_text(name, &*decode(p)?)?;
            }
            out.set_text("mon_grouping", &*grouping(l.mon_grouping)?)?;
            out.set_text("positive_sign", &*decode(l.positive_sign)?)?;
            out.set_text("negative_sign", &*decode(l.negative_sign)?)?;
            for (name, v) in [
                ("int_frac_digits", l.int_frac_digits),
                ("frac_digits", l.frac_digits),
                ("p_cs_precedes", l.p_cs_precedes),
                ("p_sep_by_space", l.p_sep_by_space),
                ("n_cs_precedes", l.n_cs_precedes),
                ("n_sep_by_space", l.n_sep_by_space),
                ("p_sign_posn", l.p_sign_posn),
                ("n_sign_posn", l.n_sign_posn),
            ] {
                out.set_text(name, &*int(v as i32)?)?;
            }
            out.set_text("decimal_point", &*decode(l.decimal_point)?)?;
            out.set_text("thousands_sep", &*decode(l.thousands_sep)?)?;
            out.set_text("grouping", &*grouping(l.grouping)?)?;
        }
        Ok(out)
    }

    /// Compares two strings according to the locale.
    #[function]
    fn strcoll(os1: &Str, os2: &Str) -> PyResult<i32> {
        let (a, b) = (to_wide(os1)?, to_wide(os2)?);
        // SAFETY: terminated texts.
        Ok(unsafe { wcscoll(a.as_ptr(), b.as_ptr()) })
    }

    /// Return a string that can be used as a key for locale-aware comparisons.
    #[function]
    fn strxfrm(string: &Str) -> PyResult<Object> {
        let s = to_wide(string)?;
        let mut room = vec![0; s.len() * 2 + 1];
        loop {
            // SAFETY: a terminated text, and room of the given size.
            let n = unsafe {
                *libc::__errno_location() = 0;
                wcsxfrm(room.as_mut_ptr(), s.as_ptr(), room.len())
            };
            if errno() != 0 && errno() != libc::ERANGE {
                return Err(os_error(errno()));
            }
            if n < room.len() {
                let wide = &room[..n];
                if wide.iter().any(|c| *c as u32 > 0x10ffff) {
                    // Weights that are no characters: split so that the order stays.
                    let mut out = TextBuf::new();
                    for c in wide {
                        let c = *c as u32;
                        out.push(0x10000 + (c >> 16));
                        out.push(c & 0xffff);
                    }
                    return Ok(Str::from_buf(out)?.into_object());
                }
                return from_wide(wide);
            }
            room = vec![0; n + 1];
        }
    }

    /// Return the value for the locale information associated with key.
    #[function]
    fn nl_langinfo(key: i32) -> PyResult<Object> {
        let known = NUMBERS
            .iter()
            .chain(MORE_NUMBERS)
            .any(|(name, v)| *v == key as i64 && !name.starts_with("LC_") && *name != "CHAR_MAX");
        if !known {
            bail!(ValueError, "unsupported langinfo constant");
        }
        // SAFETY: a known item; the result is read at once.
        unsafe {
            let p = libc::nl_langinfo(key);
            if p.is_null() {
                return text("");
            }
            if key == libc::ALT_DIGITS && *p != 0 {
                return alternative_digits(p);
            }
            if key == libc::ERA && *p != 0 {
                return eras(p);
            }
            decode(p)
        }
    }

    /// The hundred texts behind each other, joined by semicolons.
    ///
    /// # Safety
    /// `p` is the C library's answer for `ALT_DIGITS`.
    unsafe fn alternative_digits(p: *const c_char) -> PyResult<Object> {
        // SAFETY: terminated texts in a row.
        unsafe {
            let mut parts = Vec::new();
            let mut at = p;
            for _ in 0..100 {
                let s = CStr::from_ptr(at);
                parts.push(decode(at)?.str_()?.to_string_lossy().into_owned());
                at = at.add(s.to_bytes().len() + 1);
            }
            text(&parts.join(";"))
        }
    }

    /// The eras behind each other, joined by semicolons.
    ///
    /// # Safety
    /// `p` is the C library's answer for `ERA`.
    unsafe fn eras(p: *const c_char) -> PyResult<Object> {
        // SAFETY: terminated texts in a row; an empty one ends it.
        unsafe {
            let mut parts = Vec::new();
            let mut at = p;
            while *at != 0 && parts.len() < 32 {
                let s = CStr::from_ptr(at);
                parts.push(decode(at)?.str_()?.to_string_lossy().into_owned());
                at = at.add(s.to_bytes().len() + 1);
            }
            text(&parts.join(";"))
        }
    }

    /// gettext(msg) -> string
    ///
    /// Return translation of msg.
    #[function]
    fn gettext(msg: CText) -> PyResult<Object> {
        // SAFETY: a terminated text; the result is read at once.
        unsafe { decode(super::gettext(msg.0.as_ptr())) }
    }

    /// dgettext(domain, msg) -> string
    ///
    /// Return translation of msg in domain.
    #[function]
    fn dgettext(domain: OptCText, msg: CText) -> PyResult<Object> {
        // SAFETY: as above.
        unsafe { decode(super::dgettext(domain.ptr(), msg.0.as_ptr())) }
    }

    /// Return translation of msg in domain and category.
    #[function]
    fn dcgettext(domain: OptCText, msg: CText, category: i32) -> PyResult<Object> {
        // SAFETY: as above.
        unsafe { decode(super::dcgettext(domain.ptr(), msg.0.as_ptr(), category)) }
    }

    /// Set the C library's textdmain to domain, returning the new domain.
    #[function]
    fn textdomain(domain: OptCText) -> PyResult<Object> {
        // SAFETY: as above.
        unsafe {
            let p = super::textdomain(domain.ptr());
            if p.is_null() { Err(os_error(errno())) } else { decode(p) }
        }
    }

    /// Bind the C library's domain to dir.
    #[function]
    fn bindtextdomain(domain: CText, dir: &Obj) -> PyResult<Object> {
        if domain.0.is_empty() {
            return Err(locale_error("domain must be a non-empty string"));
        }
        let dir = if dir.is_none() { None } else { Some(fs_cstring(dir)?) };
        let p = dir.as_ref().map_or(std::ptr::null(), |d| d.as_ptr());
        // SAFETY: terminated texts.
        unsafe {
            let r = super::bindtextdomain(domain.0.as_ptr(), p);
            if r.is_null() { Err(os_error(errno())) } else { decode(r) }
        }
    }

    /// Bind the C library's domain to codeset.
    #[function]
    fn bind_textdomain_codeset(domain: CText, codeset: OptCText) -> PyResult<Object> {
        // SAFETY: terminated texts.
        unsafe {
            let r = super::bind_textdomain_codeset(domain.0.as_ptr(), codeset.ptr());
            if r.is_null() { Ok(none().to_owned()) } else { decode(r) }
        }
    }

    /// Get the current locale encoding.
    #[function]
    fn getencoding() -> PyResult<Object> {
        // SAFETY: read at once.
        unsafe {
            let p = libc::nl_langinfo(libc::CODESET);
            if p.is_null() || *p == 0 {
                return text("UTF-8");
            }
            decode(p)
        }
    }
}

pub use module::MODULE;
