//! `pwd`: the user database.

use crate::osutil::{errno, id_number, id_object, os_error};
use crate::util::{TypeCell, fs_decode, fs_encode, set};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, exc, raise_message};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::{Raised, gil, raise};
use dovetail_macros::pymodule;
use std::ffi::{CStr, CString, c_char};

static PASSWD: TypeCell = TypeCell::new();

fn passwd_type() -> PyResult<&'static Type> {
    PASSWD.get_or(|| {
        structseq::new_type(&Declaration {
            name: "pwd.struct_passwd",
            doc: "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  \
                  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.",
            fields: &[
                (Some("pw_name"), "user name"),
                (Some("pw_passwd"), "password"),
                (Some("pw_uid"), "user id"),
                (Some("pw_gid"), "group id"),
                (Some("pw_gecos"), "real name"),
                (Some("pw_dir"), "home directory"),
                (Some("pw_shell"), "shell program"),
            ],
            visible: 7,
        })
    })
}

/// C text as a str, NULL as None.
///
/// # Safety
/// `p` is NULL or a terminated text.
pub unsafe fn text_or_none(p: *const c_char) -> PyResult<Object> {
    if p.is_null() {
        return Ok(none().to_owned());
    }
    // SAFETY: the caller's promise.
    Ok(fs_decode(unsafe { CStr::from_ptr(p) }.to_bytes())?.into_object())
}

/// # Safety
/// `p` is an entry of the database.
unsafe fn entry(p: &libc::passwd) -> PyResult<Object> {
    // SAFETY: the texts of a live entry.
    unsafe {
        let values = vec![
            text_or_none(p.pw_name)?,
            text_or_none(p.pw_passwd)?,
            id_object(p.pw_uid)?,
            id_object(p.pw_gid)?,
            text_or_none(p.pw_gecos)?,
            text_or_none(p.pw_dir)?,
            text_or_none(p.pw_shell)?,
        ];
        structseq::new(passwd_type()?, values)
    }
}

/// Calls a `get..._r` function with a buffer that grows until the entry fits. `None` where there is no entry.
pub fn look_up<T>(
    find: impl Fn(*mut T, *mut c_char, usize, *mut *mut T) -> i32,
) -> PyResult<Option<(T, Vec<u8>)>> {
    let mut size = 1024;
    loop {
        let mut room = vec![0u8; size];
        // SAFETY: all-zero is a valid entry: null pointers.
        let mut found: T = unsafe { std::mem::zeroed() };
        let mut result = std::ptr::null_mut();
        let status = gil::allow_threads(|| find(&mut found, room.as_mut_ptr().cast(), size, &mut result));
        if status == 0 && !result.is_null() {
            return Ok(Some((found, room)));
        }
        match status {
            libc::ERANGE if size < 1 << 24 => size *= 2,
            libc::ENOMEM => return Err(dovetail_core::error::no_memory()),
            _ => return Ok(None),
        }
    }
}

/// A name for the database.
pub fn name_of(name: &Str) -> PyResult<CString> {
    CString::new(fs_encode(name)?).map_err(|_| raise!(ValueError, "embedded null byte"))
}

/// `KeyError` for an unknown number.
pub fn unknown(message: &str) -> Raised {
    raise_message(exc::KeyError(), message)
}

/// This module provides access to the Unix password database.
/// It is available on all Unix versions.
///
/// Password database entries are reported as 7-tuples containing the following
/// items from the password database (see `<pwd.h>'), in order:
/// pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.
/// The uid and gid items are integers, all others are strings. An
/// exception is raised if the entry asked for cannot be found.
#[pymodule(name = "pwd")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "struct_passwd", passwd_type()?.as_obj())
    }

    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function]
    fn getpwuid(uidobj: &Obj) -> PyResult<Object> {
        let uid = match id_number(uidobj, "uid") {
            Ok(u) => u,
            Err(e) if e.matches(exc::OverflowError()) => {
                e.clear();
                return Err(unknown("getpwuid(): uid not found"));
            }
            Err(e) => return Err(e),
        };
        // SAFETY: room as the call asks for it.
        let found = look_up(|p, room, size, result| unsafe { libc::getpwuid_r(uid, p, room, size, result) })?;
        match found {
            // SAFETY: the texts lie in the room that is kept.
            Some((p, _room)) => unsafe { entry(&p) },
            None => {
                let shown = id_object(uid)?.str_()?;
                Err(unknown(&format!("getpwuid(): uid not found: {}", shown.to_string_lossy())))
            }
        }
    }

    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function]
    fn getpwnam(name: &Str) -> PyResult<Object> {
        let c = name_of(name)?;
        // SAFETY: room as the call asks for it.
        let found =
            look_up(|p, room, size, result| unsafe { libc::getpwnam_r(c.as_ptr(), p, room, size, result) })?;
        match found {
            // SAFETY: the texts lie in the room that is kept.
            Some((p, _room)) => unsafe { entry(&p) },
            None => Err(unknown(&format!("getpwnam(): name not found: {}", name.repr()?.to_string_lossy()))),
        }
    }

    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    #[function]
    fn getpwall() -> PyResult<Ref<List>> {
        let mut out = Vec::new();
        // SAFETY: the GIL keeps others out of the one walk that the C library has.
        unsafe {
            libc::setpwent();
            loop {
                *libc::__errno_location() = 0;
                let p = libc::getpwent();
                if p.is_null() {
                    break;
                }
                match entry(&*p) {
                    Ok(e) => out.push(e),
                    Err(e) => {
                        libc::endpwent();
                        return Err(e);
                    }
                }
            }
            let e = errno();
            libc::endpwent();
            if out.is_empty() && e != 0 && e != libc::ENOENT {
                return Err(os_error(e));
            }
        }
        List::from_vec(out)
    }
}

pub use module::MODULE;
