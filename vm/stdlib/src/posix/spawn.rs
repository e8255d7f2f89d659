//! `posix_spawn`: starting a program with the C library's own means.

use super::path::Path;
use super::process::{Strings, environment};
use super::scheduling;
use crate::osutil::c_int;
use crate::util::fs_cstring;
use dovetail_core::error::PyResult;
use dovetail_core::object::sequence::fast_items;
use dovetail_core::object::Obj;
use dovetail_core::types::exceptions_os::os_error_from_errno;
use dovetail_core::types::list::List;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::pymodule;
use std::ffi::{CString, c_char};

unsafe extern "C" {
    fn posix_spawn_file_actions_addclosefrom_np(
        actions: *mut libc::posix_spawn_file_actions_t,
        from: libc::c_int,
    ) -> libc::c_int;
    static environ: *const *mut c_char;
}

/// What the keyword arguments ask for.
struct Wish<'a> {
    file_actions: Option<&'a Obj>,
    setpgroup: Option<&'a Obj>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<&'a Obj>,
    setsigdef: Option<&'a Obj>,
    scheduler: Option<&'a Obj>,
}

/// The list of actions, with the names that it refers to.
struct Actions {
    list: Box<libc::posix_spawn_file_actions_t>,
    names: Vec<CString>,
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: initialized when made.
        unsafe { libc::posix_spawn_file_actions_destroy(&mut *self.list) };
    }
}

fn check(r: libc::c_int) -> PyResult<()> {
    if r != 0 { Err(os_error_from_errno(r, None)) } else { Ok(()) }
}

impl Actions {
    fn new(o: Option<&Obj>) -> PyResult<Actions> {
        // SAFETY: initialized before anything else.
        let mut a = unsafe {
            let mut list: Box<libc::posix_spawn_file_actions_t> = Box::new(std::mem::zeroed());
            check(libc::posix_spawn_file_actions_init(&mut *list))?;
            Actions { list, names: Vec::new() }
        };
        let Some(o) = o else { return Ok(a) };
        for item in fast_items(o, "file_actions must be a sequence or None")? {
            let Some(t) = item.downcast::<Tuple>().filter(|t| !t.is_empty()) else {
                bail!(TypeError, "Each file_actions element must be a non-empty tuple");
            };
            a.add(t)?;
        }
        Ok(a)
    }

    fn add(&mut self, t: &Tuple) -> PyResult<()> {
        let shape = |n: usize, name: &str| -> PyResult<()> {
            if t.len() != n {
                bail!(TypeError, "A {name} file_action tuple must have {n} elements");
            }
            Ok(())
        };
        let int = |i: usize| c_int(t.get(i));
        let list = &mut *self.list;
        // SAFETY: an initialized list; names live as long as it.
        unsafe {
            match int(0)? {
                0 => {
                    shape(5, "open")?;
                    let (fd, path, flags, mode) = (int(1)?, fs_cstring(t.get(2))?, int(3)?, int(4)?);
                    let r = libc::posix_spawn_file_actions_addopen(
                        list,
                        fd,
                        path.as_ptr(),
                        flags,
                        mode as libc::mode_t,
                    );
                    self.names.push(path);
                    check(r)
                }
                1 => {
                    shape(2, "close")?;
                    check(libc::posix_spawn_file_actions_addclose(list, int(1)?))
                }
                2 => {
                    shape(3, "dup2")?;
                    check(libc::posix_spawn_file_actions_adddup2(list, int(1)?, int(2)?))
                }
                3 => {
                    shape(2, "closefrom")?;
                    check(posix_spawn_file_actions_addclosefrom_np(list, int(1)?))
                }
                _ => Err(raise!(TypeError, "Unknown file_actions identifier")),
            }
        }
    }
}

/// The attributes of the new process.
struct Attributes(Box<libc::posix_spawnattr_t>);

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialized when made.
        unsafe { libc::posix_spawnattr_destroy(&mut *self.0) };
    }
}

impl Attributes {
    fn new(w: &Wish<'_>) -> PyResult<Attributes> {
        // SAFETY: initialized before anything else; sets and parameters of ours.
        unsafe {
            let mut raw: Box<libc::posix_spawnattr_t> = Box::new(std::mem::zeroed());
            check(libc::posix_spawnattr_init(&mut *raw))?;
            let mut a = Attributes(raw);
            let mut flags = 0;
            if let Some(g) = w.setpgroup {
                check(libc::posix_spawnattr_setpgroup(&mut *a.0, c_int(g)?))?;
                flags |= libc::POSIX_SPAWN_SETPGROUP;
            }
            if w.resetids {
                flags |= libc::POSIX_SPAWN_RESETIDS;
            }
            if w.setsid {
                flags |= i32::from(libc::POSIX_SPAWN_SETSID);
            }
            if let Some(o) = w.setsigmask {
                let set = crate::signal::to_signal_set(o)?;
                check(libc::posix_spawnattr_setsigmask(&mut *a.0, &set))?;
                flags |= libc::POSIX_SPAWN_SETSIGMASK;
            }
            if let Some(o) = w.setsigdef {
                let set = crate::signal::to_signal_set(o)?;
                check(libc::posix_spawnattr_setsigdefault(&mut *a.0, &set))?;
                flags |= libc::POSIX_SPAWN_SETSIGDEF;
            }
            if let Some(o) = w.scheduler {
                let Some(t) = o.downcast::<Tuple>() else {
                    bail!(TypeError, "posix_spawn: scheduler must be a tuple or None");
                };
                if t.len() != 2 {
                    bail!(TypeError, "A scheduler tuple must have two elements");
                }
                if !t.get(0).is_none() {
                    check(libc::posix_spawnattr_setschedpolicy(&mut *a.0, c_int(t.get(0))?))?;
                    flags |= libc::POSIX_SPAWN_SETSCHEDULER;
                }
                let p = scheduling::param(t.get(1))?;
                check(libc::posix_spawnattr_setschedparam(&mut *a.0, &p))?;
                flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
            }
            check(libc::posix_spawnattr_setflags(&mut *a.0, flags as libc::c_short))?;
            Ok(a)
        }
    }
}

fn start(function: &str, path: &Path, argv: &Obj, env: &Obj, w: &Wish<'_>, search: bool) -> PyResult<i32> {
    if !argv.is_a::<Tuple>() && !argv.is_a::<List>() {
        bail!(TypeError, "{function}: argv must be a tuple or list");
    }
    let items = argv.collect_items()?;
    if items.is_empty() {
        bail!(ValueError, "{function}: argv must not be empty");
    }
    let list = items.iter().map(|o| fs_cstring(o)).collect::<PyResult<Vec<_>>>()?;
    if list[0].is_empty() {
        bail!(ValueError, "{function}: argv first element cannot be empty");
    }
    let args = Strings::new(list);
    let env = if env.is_none() {
        None
    } else {
        match env.get_attr_opt(dovetail_core::sym!(keys))? {
            Some(_) => Some(environment(env)?),
            None => bail!(TypeError, "{function}: environment must be a mapping object or None"),
        }
    };
    let actions = Actions::new(w.file_actions)?;
    let attributes = Attributes::new(w)?;
    let mut pid = 0;
    // SAFETY: prepared lists and terminated tables.
    let r = gil::allow_threads(|| unsafe {
        let a = args.as_ptr() as *const *mut c_char;
        let e = env.as_ref().map_or(environ, |e| e.as_ptr() as *const *mut c_char);
        let run = if search { libc::posix_spawnp } else { libc::posix_spawn };
        run(&mut pid, path.ptr(), &*actions.list, &*attributes.0, a, e)
    });
    match r {
        0 => Ok(pid),
        e => Err(os_error_from_errno(e, Some(&path.object))),
    }
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    /// Execute the program specified by path in a new process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    ///   file_actions
    ///     A sequence of file action tuples.
    ///   setpgroup
    ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
    ///   resetids
    ///     If the value is `true` the POSIX_SPAWN_RESETIDS will be activated.
    ///   setsid
    ///     If the value is `true` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP
    ///     will be activated.
    ///   setsigmask
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
    ///   setsigdef
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
    ///   scheduler
    ///     A tuple with the scheduler policy (optional) and parameters.
    #[function(
        sig = "(path, argv, env, /, *, file_actions=None, setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn posix_spawn(
        path: Path,
        argv: &Obj,
        env: &Obj,
        file_actions: Option<&Obj>,
        setpgroup: Option<&Obj>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<&Obj>,
        setsigdef: Option<&Obj>,
        scheduler: Option<&Obj>,
    ) -> PyResult<i32> {
        let w = Wish { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
        start("posix_spawn", &path, argv, env, &w, false)
    }

    /// Execute the program specified by path in a new process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    ///   file_actions
    ///     A sequence of file action tuples.
    ///   setpgroup
    ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
    ///   resetids
    ///     If the value is `True` the POSIX_SPAWN_RESETIDS will be activated.
    ///   setsid
    ///     If the value is `True` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP
    ///     will be activated.
    ///   setsigmask
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
    ///   setsigdef
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
    ///   scheduler
    ///     A tuple with the scheduler policy (optional) and parameters.
    #[function(
        sig = "(path, argv, env, /, *, file_actions=None, setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn posix_spawnp(
        path: Path,
        argv: &Obj,
        env: &Obj,
        file_actions: Option<&Obj>,
        setpgroup: Option<&Obj>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<&Obj>,
        setsigdef: Option<&Obj>,
        scheduler: Option<&Obj>,
    ) -> PyResult<i32> {
        let w = Wish { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
        start("posix_spawnp", &path, argv, env, &w, true)
    }
}

pub use module::MODULE;
