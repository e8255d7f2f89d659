//! A prefix of links: the runtime's own library, and beside it CPython's package `test` with the extension modules that
//! only the tests use. So isolated children of a test find them too, and what else the library lacks stays lacking.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::Stop;

/// Beginnings of the names of extension modules that belong to the tests.
const TEST_EXTENSIONS: &[&str] = &["_test", "_ctypes_test", "_xxtestfuzz", "xxlimited"];

/// Makes the prefix anew in `folder`; returns the executable in it.
///
/// The extensions are CPython's own builds, taken from `lib-dynload` beside the tests if it is there.
pub fn with_tests(launcher: &Path, tests: &Path, folder: &Path) -> Result<PathBuf, Stop> {
    let executable = std::fs::canonicalize(launcher)
        .map_err(|error| Stop::Cannot(format!("{}: {error}", launcher.display())))?;
    let prefix = std::path::absolute(launcher)?
        .parent()
        .and_then(Path::parent)
        .ok_or_else(|| Stop::Cannot(format!("{} lies in no prefix", launcher.display())))?
        .to_path_buf();
    let library = prefix.join("lib/python3.14");
    if !library.is_dir() {
        return Err(Stop::Cannot(format!("{} is not there: cargo xtask dist --dev", library.display())));
    }
    let _ = std::fs::remove_dir_all(folder);
    let made = folder.join("lib/python3.14");
    std::fs::create_dir_all(folder.join("bin"))?;
    std::fs::create_dir_all(made.join("lib-dynload"))?;
    let started = folder.join("bin/dovetail");
    // No symbolic link: the runtime looks for its library beside the file that such a link leads to.
    if std::fs::hard_link(&executable, &started).is_err() {
        std::fs::copy(&executable, &started)?;
    }
    if prefix.join("include").is_dir() {
        symlink(prefix.join("include"), folder.join("include"))?;
    }
    link_all(&library, &made, |name| !matches!(name, "lib-dynload" | "test" | "__pycache__"))?;
    if library.join("lib-dynload").is_dir() {
        link_all(&library.join("lib-dynload"), &made.join("lib-dynload"), |_| true)?;
    }
    let tests = std::fs::canonicalize(tests)?;
    symlink(&tests, made.join("test"))?;
    let extensions = tests.with_file_name("lib-dynload");
    if extensions.is_dir() {
        link_all(&extensions, &made.join("lib-dynload"), |name| {
            TEST_EXTENSIONS.iter().any(|start| name.starts_with(start))
        })?;
    }
    Ok(started)
}

/// Links those entries of a folder that are wanted.
fn link_all(from: &Path, to: &Path, wanted: impl Fn(&str) -> bool) -> Result<(), Stop> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if wanted(&name.to_string_lossy()) {
            let link = to.join(&name);
            let _ = std::fs::remove_file(&link);
            symlink(entry.path(), link)?;
        }
    }
    Ok(())
}
