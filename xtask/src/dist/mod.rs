//! `cargo xtask dist`: the prefix layout that `venv`, `sysconfig`, pip, uv and pkg-config look for.
//!
//! ```text
//! bin/dovetail                      the launcher; python3.14, python3 and python are links to it
//! lib/python3.14/                   the standard library; lib-dynload (empty) and site-packages
//! bin/python3.14-config             how to build with this prefix
//! bin/cffi-gen-src                  the commands of packages that the library carries
//! lib/libpython3.14.so.1.0          for programs that embed
//! lib/pkgconfig/                    python-3.14.pc, python-3.14-embed.pc and their python3 names
//! include/python3.14/               our headers
//! ```
//!
//! Files are written only when their content changes, so that byte-code caches stay valid, and files
//! that no longer belong are removed. With `--dev` the prefix is `target/prefix`, its launcher is a link
//! to the build's, and `target/lib` leads to its library, so that the build's executable finds it too:
//! both `target/prefix/bin/dovetail` and what that link leads to have `lib/python3.14` in a folder above them.

mod compare;
mod library;
mod native;
mod rules;
mod sysconfig;
mod tree;

use std::path::{Path, PathBuf};

use lexopt::Parser;

use crate::{Done, Stop, cargo, facts, paths};
use tree::Tree;

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    let (mut dev, mut release, mut dir) = (false, false, None);
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("dev") => dev = true,
            lexopt::Arg::Long("release") => release = true,
            lexopt::Arg::Long("compare") => return compare::run(Path::new(&args.value()?)),
            lexopt::Arg::Value(value) if dir.is_none() => dir = Some(PathBuf::from(value)),
            other => return Err(other.unexpected().into()),
        }
    }
    if dev {
        if dir.is_some() {
            return Err(Stop::Cannot("--dev makes target/prefix: name no folder".into()));
        }
        build(release)?;
        return make_dev(release);
    }
    make(&dir.unwrap_or_else(|| paths::root().join("dist")))
}

/// Builds for release and makes a prefix that can be moved.
pub fn make(dir: &Path) -> Done {
    build(true)?;
    let dir = std::path::absolute(dir)?;
    refuse_foreign(&dir)?;
    let mut tree = Tree::open(&dir)?;
    native::launcher(&mut tree, &paths::launcher(true), native::Launcher::Copy)?;
    fill(&mut tree, true)?;
    report(tree, &dir)
}

/// Makes `target/prefix` for a launcher that is already built.
pub fn make_dev(release: bool) -> Done {
    let dir = paths::dev_prefix();
    let mut tree = Tree::open(&dir)?;
    native::launcher(&mut tree, &paths::launcher(release), native::Launcher::Link)?;
    fill(&mut tree, release)?;
    for name in ["lib", "include"] {
        tree::link(&Path::new("prefix").join(name), &paths::target().join(name))?;
    }
    report(tree, &dir)
}

/// Brings the folder `to` to the content of `from`, without removing what else is in it.
pub fn copy_folder(from: &Path, to: &Path) -> Done {
    Tree::open(to)?.copy_all(from, Path::new(""))
}

fn build(release: bool) -> Done {
    println!("building the launcher and the library");
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    let status =
        cargo::cargo("build").args(["-p", "dovetail", "-p", "dovetail-embed"]).args(profile).status()?;
    if status.success() { Ok(()) } else { Err(Stop::Failed("the build failed".into())) }
}

/// All of the prefix except the launcher.
fn fill(tree: &mut Tree, release: bool) -> Done {
    library::install(tree)?;
    let include = PathBuf::from(format!("include/python{}", facts::SHORT_VERSION));
    let headers = paths::root().join("headers-shim/include");
    if headers.is_dir() {
        tree.copy_all(&headers, &include)?;
    } else {
        println!("not written yet: headers-shim/include; the prefix has no headers");
    }
    native::shared_library(tree, release)?;
    native::pkg_config(tree)?;
    native::config_script(tree)?;
    native::console_scripts(tree)?;
    sysconfig::install(tree, &headers.join("pyconfig.h"))
}

fn report(tree: Tree, dir: &Path) -> Done {
    let count = tree.close()?;
    println!(
        "{}: {} files, {} written, {} removed",
        dir.display(),
        count.files,
        count.written,
        count.removed
    );
    Ok(())
}

/// A folder that is neither empty nor a prefix of ours is somebody else's.
fn refuse_foreign(dir: &Path) -> Done {
    let empty = match std::fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => true,
    };
    if empty || dir.join(library::folder()).join("os.py").is_file() {
        return Ok(());
    }
    Err(Stop::Cannot(format!("{} is not empty and not a prefix made by this command", dir.display())))
}
