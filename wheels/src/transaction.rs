//! Moving prepared files to their places, all of them or none.
//!
//! Each step that changes the file system is noted before the next one is made; dropping a transaction
//! that was not committed takes the steps back in reverse. Only renames happen between the first and the last
//! step, no writing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Result, WheelError};

/// A step that has been made.
#[derive(Debug)]
enum Step {
    MadeFolder(PathBuf),
    Moved { from: PathBuf, to: PathBuf },
}

/// Steps made so far.
#[derive(Debug, Default)]
pub struct Transaction {
    steps: Vec<Step>,
    committed: bool,
}

impl Transaction {
    /// Starts with no step.
    pub fn new() -> Self {
        Transaction::default()
    }

    /// Makes a folder and those above it.
    pub fn make_folders(&mut self, folder: &Path) -> Result<()> {
        let mut missing = Vec::new();
        let mut at = Some(folder);
        while let Some(folder) = at.filter(|folder| !folder.is_dir()) {
            missing.push(folder.to_path_buf());
            at = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        }
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder).map_err(WheelError::io(&folder))?;
            self.steps.push(Step::MadeFolder(folder));
        }
        Ok(())
    }

    /// Moves a file to a place where nothing is. Both must be on one file system.
    pub fn move_file(&mut self, from: &Path, to: &Path) -> Result<()> {
        if to.symlink_metadata().is_ok() {
            return Err(WheelError::Occupied { path: to.to_path_buf() });
        }
        if let Some(folder) = to.parent() {
            self.make_folders(folder)?;
        }
        fs::rename(from, to).map_err(WheelError::io(to))?;
        self.steps.push(Step::Moved { from: from.to_path_buf(), to: to.to_path_buf() });
        Ok(())
    }

    /// Keeps all steps.
    pub fn commit(mut self) {
        self.committed = true;
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        for step in self.steps.drain(..).rev() {
            // What cannot be taken back stays; there is nobody left to tell but the user who sees the first error.
            let _ = match step {
                Step::MadeFolder(folder) => fs::remove_dir(folder),
                Step::Moved { from, to } => fs::rename(to, from),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_transaction_leaves_nothing() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (source, deep) = (dir.path().join("source"), dir.path().join("a/b/target"));
        fs::write(&source, "content").expect("writes");
        let mut transaction = Transaction::new();
        transaction.move_file(&source, &deep).expect("moves");
        assert!(deep.exists() && !source.exists());
        drop(transaction);
        assert!(source.exists() && !dir.path().join("a").exists());
    }

    #[test]
    fn a_committed_one_stays_and_nothing_is_overwritten() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (one, two, to) = (dir.path().join("one"), dir.path().join("two"), dir.path().join("d/to"));
        fs::write(&one, "1").expect("writes");
        fs::write(&two, "2").expect("writes");
        let mut transaction = Transaction::new();
        transaction.move_file(&one, &to).expect("moves");
        assert!(matches!(transaction.move_file(&two, &to), Err(WheelError::Occupied { .. })));
        transaction.commit();
        assert_eq!(fs::read_to_string(&to).expect("reads"), "1");
    }
}
