//! A folder brought to a wanted content with the fewest writes.
//!
//! Every file put into the tree is compared first and written through a temporary name, so a reader never
//! sees half of one. Closing the tree removes what was not put there this time, except what
//! grows in an installed prefix: byte-code caches and site-packages.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::Stop;

/// Folders whose content is not the tree's.
const GROWN: &[&str] = &["__pycache__", "site-packages"];

/// A folder being filled.
pub struct Tree {
    root: PathBuf,
    wanted: BTreeSet<PathBuf>,
    written: usize,
}

/// What closing a tree reports.
#[derive(Debug, PartialEq, Eq)]
pub struct Count {
    /// Files and links in the tree.
    pub files: usize,
    /// Those that were new or different.
    pub written: usize,
    /// Files that no longer belonged.
    pub removed: usize,
}

impl Tree {
    /// Opens or makes the folder.
    pub fn open(root: &Path) -> Result<Self, Stop> {
        fs::create_dir_all(root)?;
        Ok(Tree { root: root.to_path_buf(), wanted: BTreeSet::new(), written: 0 })
    }

    /// Puts a file with this content; `mode` as in chmod.
    pub fn put(&mut self, at: &Path, content: &[u8], mode: u32) -> Result<(), Stop> {
        let path = self.claim(at)?;
        let same = path.symlink_metadata().is_ok_and(|meta| meta.is_file())
            && fs::read(&path).is_ok_and(|present| present == content);
        if !same {
            let partial = path.with_file_name(format!(
                ".{}.partial",
                path.file_name().unwrap_or_default().to_string_lossy()
            ));
            fs::write(&partial, content)?;
            fs::set_permissions(&partial, fs::Permissions::from_mode(mode))?;
            fs::rename(&partial, &path)?;
            self.written += 1;
        }
        Ok(())
    }

    /// Puts a symbolic link that leads to `to`.
    pub fn put_link(&mut self, to: &Path, at: &Path) -> Result<(), Stop> {
        let path = self.claim(at)?;
        if link(to, &path)? {
            self.written += 1;
        }
        Ok(())
    }

    /// Makes an empty folder.
    pub fn put_folder(&mut self, at: &Path) -> Result<(), Stop> {
        Ok(fs::create_dir_all(self.root.join(at))?)
    }

    /// Copies all files of a folder, with their modes.
    pub fn copy_all(&mut self, from: &Path, to: &Path) -> Result<(), Stop> {
        for file in files_under(from)? {
            let source = from.join(&file);
            let mode = fs::metadata(&source)?.permissions().mode() & 0o777;
            self.put(&to.join(&file), &fs::read(&source)?, mode)?;
        }
        Ok(())
    }

    /// Removes what was not put this time and counts.
    pub fn close(self) -> Result<Count, Stop> {
        let mut removed = 0;
        for file in files_under(&self.root)? {
            let grown = file.components().any(|part| GROWN.iter().any(|name| part.as_os_str() == *name));
            if !grown && !self.wanted.contains(&file) {
                fs::remove_file(self.root.join(&file))?;
                removed += 1;
            }
        }
        Ok(Count { files: self.wanted.len(), written: self.written, removed })
    }

    fn claim(&mut self, at: &Path) -> Result<PathBuf, Stop> {
        let path = self.root.join(at);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        self.wanted.insert(at.to_path_buf());
        Ok(path)
    }
}

/// Makes the link `at` lead to `to`; says whether anything changed. A real folder in its place is an error.
pub fn link(to: &Path, at: &Path) -> Result<bool, Stop> {
    match fs::read_link(at) {
        Ok(present) if present == to => return Ok(false),
        Ok(_) => fs::remove_file(at)?,
        Err(_) if at.is_dir() => {
            return Err(Stop::Failed(format!("{} is a folder, not a link", at.display())));
        }
        Err(_) if at.exists() => fs::remove_file(at)?,
        Err(_) => {}
    }
    std::os::unix::fs::symlink(to, at)?;
    Ok(true)
}

/// All files and links under a folder, relative to it, sorted. Links are not followed.
pub fn files_under(root: &Path) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_writes_nothing_and_stale_files_go() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let fill = |names: &[&str]| {
            let mut tree = Tree::open(dir.path()).expect("opens");
            for name in names {
                tree.put(Path::new(name), name.as_bytes(), 0o644).expect("puts");
            }
            tree.close().expect("closes")
        };
        assert_eq!(fill(&["a/b.py", "c.py"]), Count { files: 2, written: 2, removed: 0 });
        assert_eq!(fill(&["a/b.py", "c.py"]), Count { files: 2, written: 0, removed: 0 });
        fs::create_dir_all(dir.path().join("a/__pycache__")).expect("makes");
        fs::write(dir.path().join("a/__pycache__/b.pyc"), "x").expect("writes");
        assert_eq!(fill(&["a/b.py"]), Count { files: 1, written: 0, removed: 1 });
        assert!(dir.path().join("a/__pycache__/b.pyc").exists());
    }

    #[test]
    fn a_link_is_made_once_and_never_replaces_a_folder() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let at = dir.path().join("l");
        assert!(link(Path::new("x"), &at).expect("links"));
        assert!(!link(Path::new("x"), &at).expect("stays"));
        assert!(link(Path::new("y"), &at).expect("changes"));
        fs::create_dir(dir.path().join("d")).expect("makes");
        assert!(link(Path::new("x"), &dir.path().join("d")).is_err());
    }
}
