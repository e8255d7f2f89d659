//! `syslog`: messages for the system's logger.
//!
//! The C library keeps the pointer of the identification: the text lives here until another takes its place.

use crate::osutil::audit;
use crate::util::{int, set_int, text};
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::pymodule;
use std::ffi::{CString, c_int};
use std::sync::{Mutex, PoisonError};

/// Is the logger open, and under what name?
struct Open {
    open: bool,
    ident: Option<CString>,
}

static STATE: Mutex<Open> = Mutex::new(Open { open: false, ident: None });

/// The program's name without its folder, from `sys.argv`.
fn program() -> Option<String> {
    let argv = Interpreter::current().sysdict.get()?.get_text("argv")?.downcast::<List>()?.get(0)?;
    let name = argv.downcast::<Str>()?.to_string_lossy().into_owned();
    name.rsplit('/').next().filter(|n| !n.is_empty()).map(str::to_owned)
}

fn open(ident: Option<String>, option: c_int, facility: c_int) -> PyResult<()> {
    let ident = ident.or_else(program);
    let shown = match &ident {
        Some(i) => text(i)?,
        None => none().to_owned(),
    };
    audit("syslog.openlog", || Ok(vec![shown, int(option)?, int(facility)?]))?;
    let ident = ident.map(CString::new).transpose();
    let ident = ident.map_err(|_| raise!(ValueError, "embedded null character"))?;
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    let pointer = ident.as_ref().map_or(std::ptr::null(), |i| i.as_ptr());
    // SAFETY: the text lives until the next call gives another one, or the logger is closed.
    unsafe { libc::openlog(pointer, option, facility) };
    state.ident = ident;
    state.open = true;
    Ok(())
}

fn refuse_elsewhere(what: &str) -> PyResult<()> {
    match Interpreter::current().is_main() {
        true => Ok(()),
        false => Err(raise!(RuntimeError, "subinterpreter can't use {what}()")),
    }
}

#[pymodule(name = "syslog")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        for (name, value) in [
            ("LOG_EMERG", libc::LOG_EMERG),
            ("LOG_ALERT", libc::LOG_ALERT),
            ("LOG_CRIT", libc::LOG_CRIT),
            ("LOG_ERR", libc::LOG_ERR),
            ("LOG_WARNING", libc::LOG_WARNING),
            ("LOG_NOTICE", libc::LOG_NOTICE),
            ("LOG_INFO", libc::LOG_INFO),
            ("LOG_DEBUG", libc::LOG_DEBUG),
            ("LOG_PID", libc::LOG_PID),
            ("LOG_CONS", libc::LOG_CONS),
            ("LOG_NDELAY", libc::LOG_NDELAY),
            ("LOG_ODELAY", libc::LOG_ODELAY),
            ("LOG_NOWAIT", libc::LOG_NOWAIT),
            ("LOG_PERROR", libc::LOG_PERROR),
            ("LOG_KERN", libc::LOG_KERN),
            ("LOG_USER", libc::LOG_USER),
            ("LOG_MAIL", libc::LOG_MAIL),
            ("LOG_DAEMON", libc::LOG_DAEMON),
            ("LOG_AUTH", libc::LOG_AUTH),
            ("LOG_LPR", libc::LOG_LPR),
            ("LOG_SYSLOG", libc::LOG_SYSLOG),
            ("LOG_NEWS", libc::LOG_NEWS),
            ("LOG_UUCP", libc::LOG_UUCP),
            ("LOG_CRON", libc::LOG_CRON),
            ("LOG_AUTHPRIV", libc::LOG_AUTHPRIV),
            ("LOG_FTP", libc::LOG_FTP),
            ("LOG_LOCAL0", libc::LOG_LOCAL0),
            ("LOG_LOCAL1", libc::LOG_LOCAL1),
            ("LOG_LOCAL2", libc::LOG_LOCAL2),
            ("LOG_LOCAL3", libc::LOG_LOCAL3),
            ("LOG_LOCAL4", libc::LOG_LOCAL4),
            ("LOG_LOCAL5", libc::LOG_LOCAL5),
            ("LOG_LOCAL6", libc::LOG_LOCAL6),
            ("LOG_LOCAL7", libc::LOG_LOCAL7),
        ] {
            set_int(module, name, value)?;
        }
        Ok(())
    }

    /// Set logging options of subsequent syslog() calls.
    #[function(sig = "(ident=<unrepresentable>, logoption=0, facility=LOG_USER)")]
    fn openlog(ident: Option<&Str>, logoption: Option<i32>, facility: Option<i32>) -> PyResult<()> {
        refuse_elsewhere("syslog.openlog")?;
        let ident = ident.map(Str::as_str).transpose()?.map(str::to_owned);
        open(ident, logoption.unwrap_or(0), facility.unwrap_or(libc::LOG_USER))
    }

    /// syslog([priority=LOG_INFO,] message)
    /// Send the string message to the system logger.
    #[function(nosig, sig = "(*args)")]
    fn syslog(args: &[&Obj]) -> PyResult<()> {
        let (priority, message) = match args {
            [message] => (libc::LOG_INFO, *message),
            [priority, message] => (crate::datetime::args::c_int(priority)?, *message),
            _ => bail!(TypeError, "syslog.syslog requires 1 to 2 arguments"),
        };
        let Some(message) = message.downcast::<Str>() else {
            let at = args.len();
            bail!(TypeError, "syslog() argument {at} must be str, not {}", message.type_name());
        };
        let bytes = CString::new(message.as_str()?);
        let bytes = bytes.map_err(|_| raise!(ValueError, "embedded null character"))?;
        let event = || -> PyResult<Vec<Object>> { Ok(vec![int(priority)?, crate::util::owned(message)]) };
        audit("syslog.syslog", event)?;
        if !STATE.lock().unwrap_or_else(PoisonError::into_inner).open {
            refuse_elsewhere("syslog.syslog")?;
            open(None, 0, libc::LOG_USER)?;
        }
        gil::allow_threads(|| {
            // Held, so that no other thread frees the identification.
            let _state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
            // SAFETY: texts that end with a null byte; the format takes the second.
            unsafe { libc::syslog(priority, c"%s".as_ptr(), bytes.as_ptr()) };
        });
        Ok(())
    }

    /// Reset the syslog module values and call the system library closelog().
    #[function(sig = "()")]
    fn closelog() -> PyResult<()> {
        refuse_elsewhere("syslog.closelog")?;
        audit("syslog.closelog", || Ok(vec![]))?;
        let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
        if state.open {
            // SAFETY: ends the use of the identification, which is freed next.
            unsafe { libc::closelog() };
            *state = Open { open: false, ident: None };
        }
        Ok(())
    }

    /// Set the priority mask to maskpri and return the previous mask value.
    #[function]
    fn setlogmask(maskpri: i32) -> PyResult<i32> {
        audit("syslog.setlogmask", || Ok(vec![int(maskpri)?]))?;
        // SAFETY: sets a number of the C library.
        Ok(unsafe { libc::setlogmask(maskpri) })
    }

    /// Calculates the mask for the individual priority pri.
    #[function]
    fn LOG_MASK(pri: i32) -> i32 {
        1i32.wrapping_shl(pri as u32)
    }

    /// Calculates the mask for all priorities up to and including pri.
    #[function]
    fn LOG_UPTO(pri: i32) -> i32 {
        1i32.wrapping_shl(pri.wrapping_add(1) as u32).wrapping_sub(1)
    }
}

pub use module::MODULE;
