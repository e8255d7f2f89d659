//! The native files of the prefix: launcher and its names, shared library, pkg-config files.

use std::fs;
use std::path::{Path, PathBuf};

use super::tree::Tree;
use crate::{Done, Stop, facts, paths};

/// The file under `target/PROFILE` that becomes the prefix's shared library.
const BUILT_LIBRARY: &str = "libdovetail_embed.so";

/// How the launcher gets into the prefix.
pub enum Launcher {
    /// A copy: the prefix can be moved and the build deleted.
    Copy,
    /// A link: the prefix always runs the last build.
    Link,
}

/// Puts `bin/dovetail` and its Python names.
pub fn launcher(tree: &mut Tree, built: &Path, how: Launcher) -> Done {
    if !built.is_file() {
        return Err(Stop::Failed(format!("{} is not built", built.display())));
    }
    let bin = Path::new("bin");
    match how {
        Launcher::Copy => tree.put(&bin.join("dovetail"), &fs::read(built)?, 0o755)?,
        Launcher::Link => {
            // From `target/prefix/bin`, so that the folder can be seen at another place.
            let inside = built.strip_prefix(paths::target()).map(|rest| Path::new("../..").join(rest));
            tree.put_link(inside.as_deref().unwrap_or(built), &bin.join("dovetail"))?;
        }
    }
    for name in [&format!("python{}", facts::SHORT_VERSION), "python3", "python"] {
        tree.put_link(Path::new("dovetail"), &bin.join(name))?;
    }
    Ok(())
}

/// Puts `lib/libpython3.14.so.1.0` with its link, when the build made it. Says whether it did.
pub fn shared_library(tree: &mut Tree, release: bool) -> Result<bool, Stop> {
    let built = paths::target().join(if release { "release" } else { "debug" }).join(BUILT_LIBRARY);
    if !built.is_file() {
        println!("not written yet: {}; no crate makes {BUILT_LIBRARY}", facts::LIBPYTHON);
        return Ok(false);
    }
    let lib = Path::new("lib");
    tree.put(&lib.join(facts::LIBPYTHON), &fs::read(built)?, 0o755)?;
    tree.put_link(Path::new(facts::LIBPYTHON), &lib.join(format!("libpython{}.so", facts::SHORT_VERSION)))?;
    Ok(true)
}

/// Puts the pkg-config files; they find the prefix from where they lie.
pub fn pkg_config(tree: &mut Tree) -> Done {
    let folder = PathBuf::from("lib/pkgconfig");
    let version = facts::SHORT_VERSION;
    for (suffix, about, libs) in [
        ("", "Headers for extension modules", String::new()),
        ("-embed", "Python in a program of one's own", format!(" -L${{libdir}} -lpython{version}")),
    ] {
        let text = format!(
            "prefix=${{pcfiledir}}/../..\nexec_prefix=${{prefix}}\nlibdir=${{exec_prefix}}/lib\n\
             includedir=${{prefix}}/include\n\nName: Python\nDescription: {about} (Dovetail)\n\
             Version: {version}\nRequires:\nLibs.private: -ldl -lpthread -lm\nLibs:{libs}\n\
             Cflags: -I${{includedir}}/python{version}\n"
        );
        let name = format!("python-{version}{suffix}.pc");
        tree.put(&folder.join(&name), text.as_bytes(), 0o644)?;
        tree.put_link(Path::new(&name), &folder.join(format!("python3{suffix}.pc")))?;
    }
    Ok(())
}
