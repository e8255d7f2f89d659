//! The Python half of the standard library in the prefix: the crate's files after our rules, our overlay over them.

use std::fs;
use std::path::{Path, PathBuf};

use super::rules::Rules;
use super::tree::{Tree, files_under};
use crate::{Done, Stop, facts, paths};

/// Name of the other runtime that must not stand in the result.
const OTHER_RUNTIME: &[u8] = b"rustpython";

/// `lib/python3.14`, relative to the prefix.
pub fn folder() -> PathBuf {
    PathBuf::from(format!("lib/python{}", facts::SHORT_VERSION))
}

/// Where the crate with the library lies unpacked.
pub fn source() -> PathBuf {
    PathBuf::from(rustpython_pylib::LIB_PATH)
}

/// Reads the rules.
pub fn rules() -> Result<Rules, Stop> {
    let path = paths::root().join("stdlib-overlay/rules.toml");
    Rules::parse(&fs::read_to_string(&path)?)
        .map_err(|error| Stop::Failed(format!("{}: {error}", path.display())))
}

/// Puts the library into the prefix.
pub fn install(tree: &mut Tree) -> Done {
    let (source, folder, rules) = (source(), folder(), rules()?);
    check_version(&source, &rules)?;
    if let Some(missing) = rules.named_files().find(|file| !source.join(file).exists()) {
        return Err(Stop::Failed(format!("a rule names {}, which the library lacks", missing.display())));
    }
    for file in files_under(&source)? {
        let Some(place) = rules.placed(&file) else { continue };
        let mut content = fs::read(source.join(&file))?;
        if rules.changes(&file) {
            let text = String::from_utf8(content)
                .map_err(|_| Stop::Failed(format!("{} is not UTF-8 text", file.display())))?;
            content = rules.apply(&file, &text).map_err(Stop::Failed)?.into_bytes();
        }
        if mentions(&content, OTHER_RUNTIME) && file.extension().is_some_and(|e| e == "py") {
            return Err(Stop::Failed(format!(
                "{} names another runtime: it needs a rule in stdlib-overlay/rules.toml",
                file.display()
            )));
        }
        tree.put(&folder.join(place), &content, 0o644)?;
    }
    let overlay = paths::root().join("stdlib-overlay/lib");
    for file in files_under(&overlay)? {
        if file != Path::new(".gitkeep") {
            tree.put(&folder.join(&file), &fs::read(overlay.join(&file))?, 0o644)?;
        }
    }
    tree.put_folder(&folder.join("lib-dynload"))?;
    tree.put_folder(&folder.join("site-packages"))?;
    for absent in &rules.absent {
        println!("not in the library: {} ({})", absent.module, absent.why);
    }
    Ok(())
}

fn check_version(source: &Path, rules: &Rules) -> Done {
    let manifest = fs::read_to_string(source.join("../Cargo.toml"))?;
    let manifest: toml::Table =
        manifest.parse().map_err(|error| Stop::Failed(format!("the library's Cargo.toml: {error}")))?;
    let version = manifest["package"]["version"].as_str().unwrap_or_default();
    if version == rules.pylib {
        return Ok(());
    }
    Err(Stop::Failed(format!(
        "the library crate is {version}, stdlib-overlay/rules.toml was written for {}: look through its \
         differences and set `pylib`",
        rules.pylib
    )))
}

fn mentions(content: &[u8], word: &[u8]) -> bool {
    content.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules fit the library that the lock file pins, and leave nothing of the other runtime.
    #[test]
    fn the_library_is_made() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut tree = Tree::open(dir.path()).expect("opens");
        if let Err(stop) = install(&mut tree) {
            panic!("{stop:?}");
        }
        let lib = dir.path().join(folder());
        let read = |name: &str| fs::read_to_string(lib.join(name)).expect(name);
        assert!(read("sysconfig/__init__.py").contains("    return 'Python'\n"));
        assert!(read("site.py").contains("{userbase}/lib/python{version[0]}.{version[1]}"));
        assert!(read("io.py").contains("\nfrom _io import FileIO\n"));
        assert!(read("io.py").contains("\nRawIOBase.register(FileIO)\n"));
        assert!(read("json/decoder.py").contains("    \"\"\"\n    # Note that this exception"));
        assert!(
            read("platform.py").contains("match.groups()\n        name = 'CPython'\n        if builddate")
        );
        assert!(lib.join("LICENSE.txt").is_file() && lib.join("site-packages").is_dir());
        assert!(!lib.join("idlelib").exists() && !lib.join("_pycodecs.py").exists());
    }
}
