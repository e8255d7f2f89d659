//! Where the runtime and its library are: `sys.executable`, the prefixes, the module search path.
//!
//! As CPython's `getpath` does it on Linux: `pyvenv.cfg` beside or above the executable leads to the environment's
//! base; `PYTHONHOME` overrides the search; else the folders above the shared library that holds the runtime, then those
//! above the real executable, are tried for the library. What an embedding program decided stays.

use crate::preset::Preset;
use dovetail_core::config::Config;
use std::ffi::{CStr, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The library's folder within `platlibdir`.
const VERSIONED: &str = "python3.14";
const ZIP: &str = "python314.zip";
/// The prefix of a library that is not found.
const FALLBACK: &str = "/usr/local";

/// The file that the program's own name leads to: as it is when it has a slash, else on `PATH`.
fn executable(argv0: &OsStr) -> PathBuf {
    if argv0.is_empty() {
        return PathBuf::new();
    }
    if argv0.as_bytes().contains(&b'/') {
        return absolute(Path::new(argv0));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|d| d.join(argv0))
        .find(|p| is_executable(p))
        .map(|p| absolute(&p))
        .unwrap_or_default()
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

fn parent(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// An environment's folder and the value of `home` in its `pyvenv.cfg`.
fn environment(executable: &Path) -> Option<(PathBuf, Option<String>)> {
    let dir = parent(executable);
    for folder in [dir.clone(), parent(&dir)] {
        let Ok(text) = std::fs::read_to_string(folder.join("pyvenv.cfg")) else { continue };
        let home = text.lines().find_map(|l| {
            let (key, value) = l.split_once('=')?;
            key.trim().eq_ignore_ascii_case("home").then(|| value.trim().to_owned())
        });
        return Some((folder, home));
    }
    None
}

/// The executable from which an environment was made.
fn base_executable(executable: &Path, home: &Path) -> PathBuf {
    let real = real(executable);
    if real != executable && !real.as_os_str().is_empty() {
        return real;
    }
    let name = executable.file_name().unwrap_or_default();
    let beside = home.join(name);
    if beside.is_file() {
        return beside;
    }
    ["python3", "python3.14", "dovetail"]
        .iter()
        .filter(|n| *n != &name)
        .map(|n| home.join(n))
        .find(|p| p.is_file())
        .unwrap_or(beside)
}

/// The folder of the shared library that holds the runtime; none for a program that holds it itself.
fn library_folder() -> Option<PathBuf> {
    // SAFETY: fills the struct with a name that the loader keeps.
    let name = unsafe {
        let mut info: libc::Dl_info = std::mem::zeroed();
        if libc::dladdr(library_folder as *const libc::c_void, &mut info) == 0 || info.dli_fname.is_null() {
            return None;
        }
        CStr::from_ptr(info.dli_fname)
    };
    let path = Path::new(OsStr::from_bytes(name.to_bytes()));
    let shared = path.file_name().is_some_and(|n| n.as_bytes().starts_with(b"libpython"));
    shared.then(|| parent(&real(path)))
}

/// Fills the paths of `c`, which has the program's name. Gives what is to be said on stderr.
pub fn fill(c: &mut Config, preset: &Preset) -> Vec<&'static str> {
    let mut notes = search(c, preset);
    for (place, wish) in [
        (&mut c.prefix, &preset.prefix),
        (&mut c.base_prefix, &preset.base_prefix),
        (&mut c.exec_prefix, &preset.exec_prefix),
        (&mut c.base_exec_prefix, &preset.base_exec_prefix),
        (&mut c.base_executable, &preset.base_executable),
    ] {
        if let Some(wish) = wish {
            place.clone_from(wish);
        }
    }
    if preset.stdlib_dir.is_some() {
        c.stdlib_dir.clone_from(&preset.stdlib_dir);
    }
    if let Some(paths) = &preset.module_search_paths {
        c.module_search_paths.clone_from(paths);
        notes.clear();
    }
    if !c.path_warnings {
        notes.clear();
    }
    notes
}

/// The search itself.
fn search(c: &mut Config, preset: &Preset) -> Vec<&'static str> {
    let mut notes = Vec::new();
    let lib = Path::new(&c.platlibdir).to_path_buf();
    let program = match &preset.executable {
        Some(path) => PathBuf::from(path),
        None => executable(&c.program_name),
    };
    let mut search_from = match program.as_os_str().is_empty() {
        true => std::env::current_exe().map(|p| parent(&real(&p))).unwrap_or_default(),
        false => parent(&real(&program)),
    };
    let mut venv = None;
    let mut base = program.clone();
    if c.home.is_none()
        && let Some((folder, home)) = environment(&program)
    {
        if let Some(home) = home {
            base = base_executable(&program, Path::new(&home));
            search_from = real(Path::new(&home));
            // The base may itself be reached through a link.
            if !has_library_above(&search_from, &lib) {
                search_from = parent(&real(&base));
            }
        }
        venv = Some(folder);
    }
    let (prefix, exec_prefix, stdlib);
    if let Some(home) = &c.home {
        let mut parts = home.as_bytes().splitn(2, |b| *b == b':');
        let first = parts.next().unwrap_or_default();
        let second = parts.next().unwrap_or(first);
        prefix = PathBuf::from(OsString::from_vec(first.to_vec()));
        exec_prefix = PathBuf::from(OsString::from_vec(second.to_vec()));
        stdlib = Some(prefix.join(&lib).join(VERSIONED));
    } else {
        let shared = if preset.embedded { library_folder() } else { None };
        let above = |from: &Path| from.ancestors().find(|p| has_library(p, &lib)).map(Path::to_path_buf);
        let found = shared.and_then(|f| above(&f)).or_else(|| above(&search_from));
        match found {
            Some(p) => {
                stdlib = Some(p.join(&lib).join(VERSIONED));
                prefix = p.clone();
                exec_prefix = p;
            }
            None => {
                notes.push("Could not find platform independent libraries <prefix>");
                notes.push("Could not find platform dependent libraries <exec_prefix>");
                prefix = PathBuf::from(FALLBACK);
                exec_prefix = prefix.clone();
                stdlib = Some(prefix.join(&lib).join(VERSIONED));
            }
        }
    }
    let mut path = Vec::new();
    if let Some(p) = &c.pythonpath {
        for part in p.as_bytes().split(|b| *b == b':') {
            let entry = Path::new(OsStr::from_bytes(part));
            let entry =
                if part.is_empty() { std::env::current_dir().unwrap_or_default() } else { absolute(entry) };
            path.push(entry.into_os_string());
        }
    }
    path.push(prefix.join(&lib).join(ZIP).into_os_string());
    if let Some(s) = &stdlib {
        path.push(s.clone().into_os_string());
    }
    path.push(exec_prefix.join(&lib).join(VERSIONED).join("lib-dynload").into_os_string());
    c.module_search_paths = path;
    c.stdlib_dir = stdlib.map(PathBuf::into_os_string);
    c.base_prefix = prefix.clone().into_os_string();
    c.base_exec_prefix = exec_prefix.clone().into_os_string();
    match venv {
        Some(v) => {
            c.prefix = v.clone().into_os_string();
            c.exec_prefix = v.into_os_string();
        }
        None => {
            c.prefix = prefix.into_os_string();
            c.exec_prefix = exec_prefix.into_os_string();
        }
    }
    c.executable = program.into_os_string();
    c.base_executable = base.into_os_string();
    notes
}

fn has_library(prefix: &Path, lib: &Path) -> bool {
    let folder = prefix.join(lib).join(VERSIONED);
    folder.join("os.py").is_file() || folder.join("os.pyc").is_file()
}

fn has_library_above(from: &Path, lib: &Path) -> bool {
    from.ancestors().any(|p| has_library(p, lib))
}
