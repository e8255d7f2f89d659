//! Where the parts of a wheel go: the folders of a prefix, or one target folder.

use std::path::{Component, Path, PathBuf};

/// The kinds of files a wheel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Python files that run anywhere.
    Purelib,
    /// Modules with native code.
    Platlib,
    /// Programs.
    Scripts,
    /// C headers.
    Headers,
    /// Anything, relative to the prefix.
    Data,
}

impl Kind {
    /// The kind of a folder under `.data`.
    pub fn of_data_folder(name: &str) -> Option<Kind> {
        Some(match name {
            "purelib" => Kind::Purelib,
            "platlib" => Kind::Platlib,
            "scripts" => Kind::Scripts,
            "headers" => Kind::Headers,
            "data" => Kind::Data,
            _ => return None,
        })
    }
}

/// The folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Everything goes under this folder.
    pub root: PathBuf,
    /// Modules; the two kinds are one folder, as on all our platforms.
    pub library: PathBuf,
    /// Programs.
    pub scripts: PathBuf,
    /// Headers, to be followed by the distribution's name.
    pub headers: PathBuf,
}

impl Scheme {
    /// An installation's or virtual environment's prefix. The folder must be absolute.
    pub fn prefix(root: &Path, version: (u32, u32)) -> Self {
        let python = format!("python{}.{}", version.0, version.1);
        // In a virtual environment `include` may be a link into the installation.
        let headers = if root.join("pyvenv.cfg").exists() { "include/site" } else { "include" };
        Scheme {
            root: root.to_path_buf(),
            library: root.join("lib").join(&python).join("site-packages"),
            scripts: root.join("bin"),
            headers: root.join(headers).join(&python),
        }
    }

    /// One folder to put on the module path. It must be absolute.
    pub fn target(root: &Path) -> Self {
        Scheme {
            root: root.to_path_buf(),
            library: root.to_path_buf(),
            scripts: root.join("bin"),
            headers: root.join("include"),
        }
    }

    /// The folder of a kind for this distribution.
    pub fn folder(&self, kind: Kind, distribution: &str) -> PathBuf {
        match kind {
            Kind::Purelib | Kind::Platlib => self.library.clone(),
            Kind::Scripts => self.scripts.clone(),
            Kind::Headers => self.headers.join(distribution),
            Kind::Data => self.root.clone(),
        }
    }
}

/// The path from the folder `base` to `file`, both absolute, with `/` and `..` as RECORD writes it.
pub fn relative(file: &Path, base: &Path) -> String {
    let (file, base): (Vec<_>, Vec<_>) = (file.components().collect(), base.components().collect());
    let common = file.iter().zip(&base).take_while(|(a, b)| a == b).count();
    let up = base[common..].iter().map(|_| "..".to_string());
    let down = file[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// `base` followed by a path as RECORD writes it, with `..` resolved by name. `None` if it leaves `root`.
pub fn resolve(base: &Path, path: &str, root: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in base.join(path).components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out.starts_with(root).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_library() {
        let scheme = Scheme::prefix(Path::new("/p"), (3, 14));
        let file = scheme.folder(Kind::Scripts, "x").join("f2py");
        assert_eq!(relative(&file, &scheme.library), "../../../bin/f2py");
        assert_eq!(relative(&scheme.library.join("a/b.py"), &scheme.library), "a/b.py");
        assert_eq!(resolve(&scheme.library, "../../../bin/f2py", &scheme.root), Some("/p/bin/f2py".into()));
        assert_eq!(resolve(&scheme.library, "../../../../etc/passwd", &scheme.root), None);
        assert_eq!(resolve(&scheme.library, "/etc/passwd", &scheme.root), None);
    }
}
