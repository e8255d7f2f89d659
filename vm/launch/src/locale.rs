//! The locale of the process and UTF-8 mode, which come before all other settings (PEPs 538 and 540).

use crate::preset::Pre;
use crate::settings::{Environment, Fatal, XOptions};
use std::ffi::CStr;
use std::sync::{Mutex, PoisonError};

/// The name of `LC_CTYPE`'s locale after start.
#[derive(Clone, Debug)]
pub struct Locale {
    name: String,
}

impl Locale {
    fn current() -> Locale {
        // SAFETY: asks for the name; the text is copied before anything can change it.
        let name = unsafe {
            let p = libc::setlocale(libc::LC_CTYPE, std::ptr::null());
            if p.is_null() { String::new() } else { CStr::from_ptr(p).to_string_lossy().into_owned() }
        };
        Locale { name }
    }

    /// The locale of programs that ask for none?
    pub fn is_plain(&self) -> bool {
        matches!(self.name.as_str(), "C" | "POSIX")
    }

    /// One of those that stand in for it?
    pub fn is_replacement(&self) -> bool {
        matches!(self.name.as_str(), "C.UTF-8" | "C.utf8" | "UTF-8")
    }
}

/// The locale's encoding, as the C library names it.
pub fn codeset() -> String {
    // SAFETY: a text of the C library, copied at once.
    unsafe { CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) }.to_string_lossy().into_owned()
}

/// What was decided before all other settings.
#[derive(Clone, Debug)]
pub struct Done {
    pub locale: Locale,
    pub utf8_mode: bool,
    pub dev_mode: Option<bool>,
}

/// Kept until the interpreter ends: the first who decides is right.
static DONE: Mutex<Option<Done>> = Mutex::new(None);

/// Lets the next start decide anew.
pub fn forget() {
    *DONE.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Decides, the first time.
pub(crate) fn preconfigure(pre: &Pre, env: &Environment, x: &XOptions) -> Result<Done, Fatal> {
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(done) = &*done {
        return Ok(done.clone());
    }
    let locale = start(pre, env);
    let utf8_mode = utf8_mode(pre, env, x, &locale)?;
    Ok(done.insert(Done { locale, utf8_mode, dev_mode: pre.dev_mode }).clone())
}

/// Takes the user's locale on; the C locale is replaced by one with UTF-8 (PEP 538), unless that is forbidden.
fn start(pre: &Pre, env: &Environment) -> Locale {
    if !pre.configure_locale {
        return Locale::current();
    }
    let user = || {
        // SAFETY: no other thread runs yet that asks for the locale.
        unsafe { libc::setlocale(libc::LC_CTYPE, c"".as_ptr()) };
        Locale::current()
    };
    let locale = user();
    let wish = env.get("PYTHONCOERCECLOCALE");
    let wish = wish.as_deref().and_then(|v| v.to_str());
    let wanted = pre.coerce_c_locale.unwrap_or(wish != Some("0"));
    let all = std::env::var_os("LC_ALL").is_some_and(|v| !v.is_empty());
    if locale.name != "C" || !wanted || all {
        return locale;
    }
    for target in [c"C.UTF-8", c"C.utf8", c"UTF-8"] {
        // SAFETY: as above.
        if !unsafe { libc::setlocale(libc::LC_CTYPE, target.as_ptr()) }.is_null() {
            // SAFETY: no other thread reads the environment yet.
            unsafe { std::env::set_var("LC_CTYPE", target.to_string_lossy().as_ref()) };
            if pre.coerce_c_locale_warn.unwrap_or(wish == Some("warn")) {
                eprintln!(
                    "Python detected LC_CTYPE=C: LC_CTYPE coerced to {} (set another locale or PYTHONCOERCECLOCALE=0 \
                     to disable this locale coercion behavior).",
                    target.to_string_lossy()
                );
            }
            return user();
        }
    }
    locale
}

fn utf8_mode(pre: &Pre, env: &Environment, x: &XOptions, locale: &Locale) -> Result<bool, Fatal> {
    if let Some(mode) = pre.utf8_mode {
        return Ok(mode);
    }
    let bad =
        |message: &str| Fatal { place: "preconfig_init_utf8_mode", message: message.to_owned(), early: true };
    if let Some(v) = x.get("utf8") {
        return match v {
            None | Some("1") => Ok(true),
            Some("0") => Ok(false),
            _ => Err(bad("invalid -X utf8 option value")),
        };
    }
    match env.get("PYTHONUTF8").as_deref().map(std::os::unix::ffi::OsStrExt::as_bytes) {
        Some(b"1") => Ok(true),
        Some(b"0") => Ok(false),
        Some(_) => Err(bad("invalid PYTHONUTF8 environment variable value")),
        None => Ok(locale.is_plain()),
    }
}
