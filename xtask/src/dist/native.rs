//! What of the prefix is no library of Python: launcher and its names, commands, shared library, pkg-config files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tree::Tree;
use crate::{Done, Stop, facts, paths};

/// The file under `target/PROFILE` that becomes the prefix's shared library: cargo would leave the names that are
/// defined in C out of a library of its own making.
const ARCHIVE: &str = "libdovetail_embed.a";

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

/// Puts `lib/libpython3.14.so.1.0` with its link, and `libpython3.so`, from the archive that the build made.
pub fn shared_library(tree: &mut Tree, release: bool) -> Done {
    let built = paths::target().join(if release { "release" } else { "debug" });
    let library = link(&built)?;
    let lib = Path::new("lib");
    tree.put(&lib.join(facts::LIBPYTHON), &fs::read(library)?, 0o755)?;
    tree.put_link(Path::new(facts::LIBPYTHON), &lib.join(format!("libpython{}.so", facts::SHORT_VERSION)))?;
    tree.put(&lib.join(STABLE), &fs::read(built.join(STABLE))?, 0o755)
}

/// The library for programs that use the limited API alone: it only asks for the real one.
const STABLE: &str = "libpython3.so";

/// What the shared library shows: the C API and nothing that is linked in.
const EXPORTS: &str = "{ global: Py*; _Py*; local: *; };\n";

/// What Rust's own library needs of the system.
const SYSTEM: [&str; 7] = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"];

/// Links the archive in a build folder into the shared library, unless that is newer. Gives the library's path.
fn link(folder: &Path) -> Result<PathBuf, Stop> {
    let archive = folder.join(ARCHIVE);
    if !archive.is_file() {
        return Err(Stop::Failed(format!("{} is not built", archive.display())));
    }
    let library = folder.join(facts::LIBPYTHON);
    let time = |path: &Path| path.metadata().and_then(|m| m.modified());
    let fresh = match (time(&library), time(&archive)) {
        (Ok(made), Ok(built)) => made > built && folder.join(STABLE).is_file(),
        _ => false,
    };
    if fresh {
        return Ok(library);
    }
    let exports = folder.join("libpython.map");
    fs::write(&exports, EXPORTS)?;
    let option = |name: &str, value: &Path| format!("-Wl,{name}={}", value.display());
    run(cc()
        .arg("-shared")
        .arg("-o")
        .arg(&library)
        .arg(format!("-Wl,-soname,{}", facts::LIBPYTHON))
        .arg(option("--version-script", &exports))
        // The table of all exported names brings everything else in, but for what registers the modules of upper crates.
        .args(["-Wl,-u,dovetail_export_addresses", "-Wl,-u,DOVETAIL_EMBED_AT_LOAD"])
        .args(["-Wl,--gc-sections", "-Wl,-Bsymbolic-functions"])
        .args(["-Wl,-O1", "-Wl,-z,relro,-z,now"])
        .arg(&archive)
        .args(SYSTEM))?;
    run(cc()
        .arg("-shared")
        .arg("-o")
        .arg(folder.join(STABLE))
        .arg(format!("-Wl,-soname,{STABLE}"))
        .arg("-Wl,--no-as-needed")
        .arg(&library))?;
    Ok(library)
}

fn cc() -> Command {
    Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()))
}

fn run(command: &mut Command) -> Done {
    let status = command.status()?;
    match status.success() {
        true => Ok(()),
        false => Err(Stop::Failed(format!("{:?} failed", command.get_program()))),
    }
}

/// Puts `bin/python3.14-config`, which tells compilers how to build with this prefix, wherever that lies.
pub fn config_script(tree: &mut Tree) -> Done {
    let (version, soabi) = (facts::SHORT_VERSION, facts::soabi());
    let text = CONFIG_SCRIPT
        .replace("@VERSION@", version)
        .replace("@SOABI@", &soabi)
        .replace("@MULTIARCH@", &facts::multiarch());
    let name = format!("python{version}-config");
    let bin = Path::new("bin");
    tree.put(&bin.join(&name), text.as_bytes(), 0o755)?;
    tree.put_link(Path::new(&name), &bin.join("python3-config"))
}

const CONFIG_SCRIPT: &str = r##"#!/bin/sh
# Says how programs and extension modules are built with the Python of this prefix.

usage() {
    echo "Usage: $0 --prefix|--exec-prefix|--includes|--libs|--cflags|--ldflags|--extension-suffix|--help|--abiflags|--configdir|--embed"
    exit "$1"
}

[ $# -gt 0 ] || usage 1

prefix=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
includes="-I$prefix/include/python@VERSION@"
library=
for option; do
    case $option in
        --prefix|--exec-prefix|--includes|--libs|--cflags|--ldflags|--extension-suffix|--abiflags|--configdir) ;;
        --embed) library=-lpython@VERSION@ ;;
        --help) usage 0 ;;
        *) usage 1 ;;
    esac
done
libs="${library:+$library }-ldl -lm"

for option; do
    case $option in
        --prefix|--exec-prefix) echo "$prefix" ;;
        --includes) echo "$includes" ;;
        --cflags) echo "$includes -fno-strict-overflow -Wsign-compare -DNDEBUG -g -O2 -Wall" ;;
        --libs) echo "$libs" ;;
        --ldflags) echo "-L$prefix/lib $libs" ;;
        --extension-suffix) echo ".@SOABI@.so" ;;
        --abiflags) echo "" ;;
        --configdir) echo "$prefix/lib/python@VERSION@/config-@VERSION@-@MULTIARCH@" ;;
    esac
done
"##;

/// Puts the commands that the packages of our overlay declare (`cffi-gen-src`) into `bin`. They run on the launcher beside
/// them, wherever the prefix lies.
pub fn console_scripts(tree: &mut Tree) -> Done {
    for entry in fs::read_dir(paths::root().join("stdlib-overlay/lib"))? {
        let Ok(text) = fs::read_to_string(entry?.path().join("entry_points.txt")) else { continue };
        for (name, script) in scripts(&text) {
            tree.put(&Path::new("bin").join(name), script.as_bytes(), 0o755)?;
        }
    }
    Ok(())
}

/// The commands of an `entry_points.txt`, each with its text: a shell reads its first lines and hands it to Python, to which
/// they are a string.
fn scripts(entry_points: &str) -> Vec<(&str, String)> {
    let lines = entry_points.lines().skip_while(|line| line.trim() != "[console_scripts]").skip(1);
    lines
        .take_while(|line| !line.trim_start().starts_with('['))
        .filter_map(|line| {
            let (name, place) = line.split_once('=')?;
            let (module, function) = place.trim().split_once(':')?;
            Some((
                name.trim(),
                format!(
                    "#!/bin/sh\n'''exec' \"$(dirname \"$(readlink -f \"$0\")\")/dovetail\" \"$0\" \"$@\"\n' '''\n\
                     import sys\nfrom {module} import {function}\nsys.exit({function}())\n"
                ),
            ))
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_commands_are_found() {
        let text = "[console_scripts]\none = a.b:c\n\n[other]\ntwo = d:e\n";
        let found = scripts(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "one");
        assert!(found[0].1.ends_with("from a.b import c\nsys.exit(c())\n"), "{}", found[0].1);
        assert!(scripts("[other]\ntwo = d:e\n").is_empty());
    }
}
