//! `_stat`: constants and tests of file modes.

use crate::util::set_ints;
use dovetail_core::error::PyResult;
use dovetail_core::object::Obj;
use dovetail_macros::pymodule;

fn is_kind(mode: i64, bits: u32) -> bool {
    mode as u32 & libc::S_IFMT == bits
}

fn rwx(out: &mut String, mode: u32, shift: u32, special: u32, letter: char) {
    let m = mode >> shift;
    out.push(if m & 4 != 0 { 'r' } else { '-' });
    out.push(if m & 2 != 0 { 'w' } else { '-' });
    out.push(match (mode & special != 0, m & 1 != 0) {
        (true, true) => letter,
        (true, false) => letter.to_ascii_uppercase(),
        (false, true) => 'x',
        (false, false) => '-',
    });
}

/// S_IFMT_: file type bits
/// S_IFDIR: directory
///
/// Tests, constants and the text form of file modes.
#[pymodule(name = "_stat")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set_ints(
            module,
            &[
                ("S_IFDIR", libc::S_IFDIR as i64),
                ("S_IFCHR", libc::S_IFCHR as i64),
                ("S_IFBLK", libc::S_IFBLK as i64),
                ("S_IFREG", libc::S_IFREG as i64),
                ("S_IFIFO", libc::S_IFIFO as i64),
                ("S_IFLNK", libc::S_IFLNK as i64),
                ("S_IFSOCK", libc::S_IFSOCK as i64),
                ("S_IFDOOR", 0),
                ("S_IFPORT", 0),
                ("S_IFWHT", 0),
                ("S_ISUID", 0o4000),
                ("S_ISGID", 0o2000),
                ("S_ISVTX", 0o1000),
                ("S_ENFMT", 0o2000),
                ("S_IREAD", 0o400),
                ("S_IWRITE", 0o200),
                ("S_IEXEC", 0o100),
                ("S_IRWXU", 0o700),
                ("S_IRUSR", 0o400),
                ("S_IWUSR", 0o200),
                ("S_IXUSR", 0o100),
                ("S_IRWXG", 0o070),
                ("S_IRGRP", 0o040),
                ("S_IWGRP", 0o020),
                ("S_IXGRP", 0o010),
                ("S_IRWXO", 0o007),
                ("S_IROTH", 0o004),
                ("S_IWOTH", 0o002),
                ("S_IXOTH", 0o001),
                ("UF_SETTABLE", 0xffff),
                ("UF_NODUMP", 1),
                ("UF_IMMUTABLE", 2),
                ("UF_APPEND", 4),
                ("UF_OPAQUE", 8),
                ("UF_NOUNLINK", 16),
                ("UF_COMPRESSED", 32),
                ("UF_TRACKED", 64),
                ("UF_DATAVAULT", 128),
                ("UF_HIDDEN", 0x8000),
                ("SF_SUPPORTED", 0x9f0000),
                ("SF_SETTABLE", 0x3fff0000),
                ("SF_SYNTHETIC", 0xc0000000),
                ("SF_ARCHIVED", 0x10000),
                ("SF_IMMUTABLE", 0x20000),
                ("SF_APPEND", 0x40000),
                ("SF_RESTRICTED", 0x80000),
                ("SF_NOUNLINK", 0x100000),
                ("SF_SNAPSHOT", 0x200000),
                ("SF_FIRMLINK", 0x800000),
                ("SF_DATALESS", 0x40000000),
                ("ST_MODE", 0),
                ("ST_INO", 1),
                ("ST_DEV", 2),
                ("ST_NLINK", 3),
                ("ST_UID", 4),
                ("ST_GID", 5),
                ("ST_SIZE", 6),
                ("ST_ATIME", 7),
                ("ST_MTIME", 8),
                ("ST_CTIME", 9),
            ],
        )
    }

    /// Return the portion of the file's mode that describes the file type.
    #[function(name = "S_IFMT")]
    fn ifmt(mode: i64) -> i64 {
        mode & libc::S_IFMT as i64
    }

    /// Return the portion of the file's mode that can be set by os.chmod().
    #[function(name = "S_IMODE")]
    fn imode(mode: i64) -> i64 {
        mode & 0o7777
    }

    /// S_ISDIR(mode) -> bool
    ///
    /// Return True if mode is from a directory.
    #[function(name = "S_ISDIR")]
    fn isdir(mode: i64) -> bool {
        is_kind(mode, libc::S_IFDIR)
    }

    /// S_ISCHR(mode) -> bool
    ///
    /// Return True if mode is from a character special device file.
    #[function(name = "S_ISCHR")]
    fn ischr(mode: i64) -> bool {
        is_kind(mode, libc::S_IFCHR)
    }

    /// S_ISBLK(mode) -> bool
    ///
    /// Return True if mode is from a block special device file.
    #[function(name = "S_ISBLK")]
    fn isblk(mode: i64) -> bool {
        is_kind(mode, libc::S_IFBLK)
    }

    /// S_ISREG(mode) -> bool
    ///
    /// Return True if mode is from a regular file.
    #[function(name = "S_ISREG")]
    fn isreg(mode: i64) -> bool {
        is_kind(mode, libc::S_IFREG)
    }

    /// S_ISFIFO(mode) -> bool
    ///
    /// Return True if mode is from a FIFO (named pipe).
    #[function(name = "S_ISFIFO")]
    fn isfifo(mode: i64) -> bool {
        is_kind(mode, libc::S_IFIFO)
    }

    /// S_ISLNK(mode) -> bool
    ///
    /// Return True if mode is from a symbolic link.
    #[function(name = "S_ISLNK")]
    fn islnk(mode: i64) -> bool {
        is_kind(mode, libc::S_IFLNK)
    }

    /// S_ISSOCK(mode) -> bool
    ///
    /// Return True if mode is from a socket.
    #[function(name = "S_ISSOCK")]
    fn issock(mode: i64) -> bool {
        is_kind(mode, libc::S_IFSOCK)
    }

    /// S_ISDOOR(mode) -> bool
    ///
    /// Return True if mode is from a door.
    #[function(name = "S_ISDOOR")]
    fn isdoor(_mode: i64) -> bool {
        false
    }

    /// S_ISPORT(mode) -> bool
    ///
    /// Return True if mode is from an event port.
    #[function(name = "S_ISPORT")]
    fn isport(_mode: i64) -> bool {
        false
    }

    /// S_ISWHT(mode) -> bool
    ///
    /// Return True if mode is from a whiteout.
    #[function(name = "S_ISWHT")]
    fn iswht(_mode: i64) -> bool {
        false
    }

    /// Convert a file's mode to a string of the form '-rwxrwxrwx'
    #[function]
    fn filemode(mode: i64) -> String {
        let m = mode as u32;
        let mut out = String::with_capacity(10);
        out.push(match m & libc::S_IFMT {
            libc::S_IFREG => '-',
            libc::S_IFDIR => 'd',
            libc::S_IFLNK => 'l',
            libc::S_IFBLK => 'b',
            libc::S_IFCHR => 'c',
            libc::S_IFIFO => 'p',
            libc::S_IFSOCK => 's',
            _ => '?',
        });
        rwx(&mut out, m, 6, 0o4000, 's');
        rwx(&mut out, m, 3, 0o2000, 's');
        rwx(&mut out, m, 0, 0o1000, 't');
        out
    }
}

pub use module::MODULE;
