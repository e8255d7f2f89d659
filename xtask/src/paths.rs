//! Where things lie: the workspace, the build folder, programs on the search path.

use std::path::{Path, PathBuf};

/// The workspace's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_path_buf()
}

/// The build folder: `CARGO_TARGET_DIR`, or `target` in the workspace.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The built launcher of a profile. It need not exist.
pub fn launcher(release: bool) -> PathBuf {
    target().join(if release { "release" } else { "debug" }).join("dovetail")
}

/// The development prefix that `dist --dev` makes.
pub fn dev_prefix() -> PathBuf {
    target().join("prefix")
}

/// The first executable of this name on `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| {
        file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    })
}

/// The files git knows in the workspace, and new ones it does not ignore, relative to the root, sorted.
pub fn project_files() -> Result<Vec<PathBuf>, crate::Stop> {
    let out = std::process::Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .map_err(|error| crate::Stop::Failed(format!("cannot run git: {error}")))?;
    if !out.status.success() {
        return Err(crate::Stop::Failed("git ls-files failed: this must be a git checkout".into()));
    }
    let mut files: Vec<PathBuf> = out
        .stdout
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned()))
        .filter(|name| root().join(name).is_file())
        .collect();
    files.sort();
    Ok(files)
}
