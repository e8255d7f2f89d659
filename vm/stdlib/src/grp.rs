//! `grp`: the group database.

use crate::osutil::{id_number, id_object};
use crate::pwd::{look_up, name_of, text_or_none, unknown};
use crate::util::{TypeCell, set};
use dovetail_core::Type;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_macros::pymodule;

static GROUP: TypeCell = TypeCell::new();

fn group_type() -> PyResult<&'static Type> {
    GROUP.get_or(|| {
        structseq::new_type(&Declaration {
            name: "grp.struct_group",
            doc: "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  \
                  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n",
            fields: &[
                (Some("gr_name"), "group name"),
                (Some("gr_passwd"), "password"),
                (Some("gr_gid"), "group id"),
                (Some("gr_mem"), "group members"),
            ],
            visible: 4,
        })
    })
}

/// # Safety
/// `g` is an entry of the database.
unsafe fn entry(g: &libc::group) -> PyResult<Object> {
    // SAFETY: the texts of a live entry; the member list ends with NULL and may be unaligned.
    unsafe {
        let mut members = Vec::new();
        let mut m = g.gr_mem;
        while !m.is_null() && !m.read_unaligned().is_null() {
            members.push(text_or_none(m.read_unaligned())?);
            m = m.add(1);
        }
        let values = vec![
            text_or_none(g.gr_name)?,
            text_or_none(g.gr_passwd)?,
            id_object(g.gr_gid)?,
            List::from_vec(members)?.into_object(),
        ];
        structseq::new(group_type()?, values)
    }
}

/// Access to the Unix group database.
///
/// Group entries are reported as 4-tuples containing the following fields
/// from the group database, in order:
///
///   gr_name   - name of the group
///   gr_passwd - group password (encrypted); often empty
///   gr_gid    - numeric ID of the group
///   gr_mem    - list of members
///
/// The gid is an integer, name and password are strings.  (Note that most
/// users are not explicitly listed as members of the groups they are in
/// according to the password database.  Check both databases to get
/// complete membership information.)
#[pymodule(name = "grp")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "struct_group", group_type()?.as_obj())
    }

    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[function(sig = "(id)")]
    fn getgrgid(id: &Obj) -> PyResult<Object> {
        let gid = id_number(id, "gid")?;
        // SAFETY: room as the call asks for it.
        let found = look_up(|p, room, size, result| unsafe { libc::getgrgid_r(gid, p, room, size, result) })?;
        match found {
            // SAFETY: the texts lie in the room that is kept.
            Some((g, _room)) => unsafe { entry(&g) },
            None => {
                let shown = id_object(gid)?.str_()?;
                Err(unknown(&format!("getgrgid(): gid not found: {}", shown.to_string_lossy())))
            }
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[function(sig = "(name)")]
    fn getgrnam(name: &Str) -> PyResult<Object> {
        let c = name_of(name)?;
        // SAFETY: room as the call asks for it.
        let found =
            look_up(|p, room, size, result| unsafe { libc::getgrnam_r(c.as_ptr(), p, room, size, result) })?;
        match found {
            // SAFETY: the texts lie in the room that is kept.
            Some((g, _room)) => unsafe { entry(&g) },
            None => Err(unknown(&format!("getgrnam(): name not found: {}", name.repr()?.to_string_lossy()))),
        }
    }

    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    #[function]
    fn getgrall() -> PyResult<Ref<List>> {
        let mut out = Vec::new();
        // SAFETY: the GIL keeps others out of the one walk that the C library has.
        unsafe {
            libc::setgrent();
            loop {
                let g = libc::getgrent();
                if g.is_null() {
                    break;
                }
                match entry(&*g) {
                    Ok(e) => out.push(e),
                    Err(e) => {
                        libc::endgrent();
                        return Err(e);
                    }
                }
            }
            libc::endgrent();
        }
        List::from_vec(out)
    }
}

pub use module::MODULE;
