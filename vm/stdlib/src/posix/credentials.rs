//! Users, groups and namespaces of the process.

use super::path::{Fd, call};
use crate::osutil::{id_number, id_object};
use dovetail_core::bail;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{Obj, Ref};
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_macros::pymodule;

/// The most groups that the system takes.
const MAX_GROUPS: usize = 65536;

fn done(r: PyResult<isize>) -> PyResult<()> {
    r.map(|_| ())
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    /// Set the current process's real and effective user ids.
    #[function]
    fn setreuid(ruid: &Obj, euid: &Obj) -> PyResult<()> {
        let (r, e) = (id_number(ruid, "uid")?, id_number(euid, "uid")?);
        // SAFETY: no memory is involved.
        done(call(None, || unsafe { libc::setreuid(r, e) } as isize))
    }

    /// Set the current process's real and effective group ids.
    #[function]
    fn setregid(rgid: &Obj, egid: &Obj) -> PyResult<()> {
        let (r, e) = (id_number(rgid, "gid")?, id_number(egid, "gid")?);
        // SAFETY: no memory is involved.
        done(call(None, || unsafe { libc::setregid(r, e) } as isize))
    }

    /// Set the current process's real, effective, and saved user ids.
    #[function]
    fn setresuid(ruid: &Obj, euid: &Obj, suid: &Obj) -> PyResult<()> {
        let (r, e, s) = (id_number(ruid, "uid")?, id_number(euid, "uid")?, id_number(suid, "uid")?);
        // SAFETY: no memory is involved.
        done(call(None, || unsafe { libc::setresuid(r, e, s) } as isize))
    }

    /// Set the current process's real, effective, and saved group ids.
    #[function]
    fn setresgid(rgid: &Obj, egid: &Obj, sgid: &Obj) -> PyResult<()> {
        let (r, e, s) = (id_number(rgid, "gid")?, id_number(egid, "gid")?, id_number(sgid, "gid")?);
        // SAFETY: no memory is involved.
        done(call(None, || unsafe { libc::setresgid(r, e, s) } as isize))
    }

    /// Set the groups of the current process to list.
    #[function]
    fn setgroups(groups: &Obj) -> PyResult<()> {
        let n = match groups.len_() {
            Ok(n) if !groups.is_a::<dovetail_core::types::dict::Dict>() => n,
            Ok(_) => bail!(TypeError, "setgroups argument must be a sequence"),
            Err(e) => {
                if e.matches(exc::TypeError()) {
                    e.clear();
                    bail!(TypeError, "setgroups argument must be a sequence");
                }
                return Err(e);
            }
        };
        if n > MAX_GROUPS {
            bail!(ValueError, "too many groups");
        }
        let mut list = Vec::with_capacity(n);
        for i in 0..n {
            let o = groups.get_item(&*crate::util::int(i as i64)?)?;
            if !o.is_a::<Int>() {
                bail!(TypeError, "groups must be integers");
            }
            list.push(id_number(&o, "gid")?);
        }
        // SAFETY: the list with its length.
        done(call(None, || unsafe { libc::setgroups(list.len(), list.as_ptr()) } as isize))
    }

    /// Initialize the group access list.
    ///
    /// Call the system initgroups() to initialize the group access list with
    /// all of the groups of which the specified username is a member, plus the
    /// specified group id.
    #[function(sig = "(username, gid, /)")]
    fn initgroups(username: &Obj, gid: &Obj) -> PyResult<()> {
        let name = crate::util::fs_cstring(username)?;
        let gid = id_number(gid, "gid")?;
        // SAFETY: a terminated name.
        done(call(None, || unsafe { libc::initgroups(name.as_ptr(), gid) } as isize))
    }

    /// Returns a list of groups to which a user belongs.
    ///
    ///   user
    ///     username to lookup
    ///   group
    ///     base group id of the user
    #[function]
    fn getgrouplist(user: &Str, group: &Obj) -> PyResult<Ref<List>> {
        let name = crate::pwd::name_of(user)?;
        let gid = id_number(group, "gid")?;
        let mut room = 64;
        loop {
            let mut list = vec![0u32; room];
            let mut n = room as i32;
            // SAFETY: a terminated name, room of the given size.
            let r = unsafe { libc::getgrouplist(name.as_ptr(), gid, list.as_mut_ptr(), &mut n) };
            if r >= 0 {
                let ids = list[..n as usize].iter().map(|g| id_object(*g)).collect::<PyResult<Vec<_>>>()?;
                return List::from_vec(ids);
            }
            room = (n as usize).max(room * 2);
        }
    }

    /// Move the calling thread into different namespaces.
    ///
    ///   fd
    ///     A file descriptor to a namespace.
    ///   nstype
    ///     Type of namespace.
    #[function(sig = "(fd, nstype=0)")]
    fn setns(fd: Fd, nstype: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        done(call(None, || unsafe { libc::setns(fd.0, nstype) } as isize))
    }

    /// Disassociate parts of a process (or thread) execution context.
    ///
    ///   flags
    ///     Namespaces to be unshared.
    #[function(sig = "(flags)")]
    fn unshare(flags: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        done(call(None, || unsafe { libc::unshare(flags) } as isize))
    }

    /// Return a file descriptor referring to the process *pid*.
    ///
    /// The descriptor can be used to perform process management without races
    /// and signals.
    #[function(sig = "(pid, flags=0)")]
    fn pidfd_open(pid: i32, flags: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) } as isize)
    }
}

pub use module::MODULE;
