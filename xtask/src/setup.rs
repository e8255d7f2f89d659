//! `cargo xtask setup`: finds what building needs and installs what the machine lacks.
//!
//! It uses the system's own package manager (apt), only for the named packages, and says each command
//! before it runs. `--check` installs nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::Parser;

use crate::{Done, Stop, cargo, paths};

/// A tool the build needs.
pub struct Need {
    name: &'static str,
    why: &'static str,
    packages: &'static [&'static str],
    found: fn() -> Option<PathBuf>,
}

const NEEDS: &[Need] = &[
    Need {
        name: "C compiler",
        why: "builds the C parts of crates, the variadic entry points and the test extensions",
        packages: &["gcc", "g++", "libc6-dev"],
        found: || paths::find_program("cc").or_else(|| paths::find_program("gcc")),
    },
    Need {
        name: "libclang",
        why: "bindgen reads our headers with it",
        packages: &["libclang-dev", "clang"],
        found: find_libclang,
    },
    Need {
        name: "make",
        why: "build scripts of bundled C libraries call it",
        packages: &["make"],
        found: || paths::find_program("make"),
    },
    Need { name: "perl", why: "OpenSSL's build is configured by it", packages: &["perl"], found: find_perl },
    Need {
        name: "pkg-config",
        why: "build scripts look for system libraries with it",
        packages: &["pkg-config"],
        found: || paths::find_program("pkg-config"),
    },
    Need {
        name: "git",
        why: "xtask asks it for the project's files",
        packages: &["git"],
        found: || paths::find_program("git"),
    },
];

/// The libraries, and the headers of most, that `compat-tests/wrappers` and `compat-tests/packages` use.
pub static HEADERS: Need = Need {
    name: "C libraries",
    why: "the wrappers of compat-tests read their declarations from the headers of these",
    packages: &[
        "zlib1g-dev",
        "libsqlite3-dev",
        "libpq-dev",
        "libxml2-dev",
        "libssl-dev",
        "libcurl4-openssl-dev",
        "libcairo2",
    ],
    found: find_headers,
};

/// The last of these files, where all of them are there.
fn find_headers() -> Option<PathBuf> {
    let machine = format!("{}-linux-gnu", std::env::consts::ARCH);
    let places =
        ["/usr/include", "/usr/lib"].map(|place| [Path::new(place).join(&machine), PathBuf::from(place)]);
    let all = [
        "zlib.h",
        "sqlite3.h",
        "postgresql/libpq-fe.h",
        "libxml2/libxml/tree.h",
        "openssl/evp.h",
        "curl/curl.h",
        "libcairo.so.2",
    ];
    let find = |file: &&str| places.iter().flatten().map(|p| p.join(file)).find(|p| p.exists());
    all.iter().map(find).collect::<Option<Vec<_>>>()?.pop()
}

/// What the demo and the tests with a database need besides.
pub static POSTGRES: Need = Need {
    name: "PostgreSQL",
    why: "the demo and the tests of psycopg2 start a server of their own",
    packages: &["postgresql"],
    found: || crate::postgres::find_program("initdb").or_else(|| paths::find_program("initdb")),
};

/// A perl with its standard modules: the small one of a fresh system has none.
fn find_perl() -> Option<PathBuf> {
    let perl = paths::find_program("perl")?;
    let modules = ["-MIPC::Cmd", "-MFindBin", "-MFile::Compare", "-MFile::Copy", "-MTime::Piece", "-e1"];
    let asked = Command::new(&perl).args(modules).output().ok()?;
    asked.status.success().then_some(perl)
}

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    let (mut check_only, mut with_deny) = (false, false);
    let mut extra = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("check") => check_only = true,
            lexopt::Arg::Long("with-deny") => with_deny = true,
            lexopt::Arg::Long("with-postgres") => extra.push(&POSTGRES),
            lexopt::Arg::Long("with-headers") => extra.push(&HEADERS),
            other => return Err(other.unexpected().into()),
        }
    }
    if check_only {
        let missing = look(&extra);
        if !missing.is_empty() {
            return Err(Stop::Failed(format!("{} missing", missing.len())));
        }
    } else {
        ensure(&extra)?;
    }
    if cargo::has_subcommand("deny") {
        println!("found    cargo-deny");
    } else if with_deny && !check_only {
        println!("installing cargo-deny with cargo; this takes some minutes");
        let status = cargo::cargo("install").args(["cargo-deny", "--locked"]).status()?;
        if !status.success() {
            return Err(Stop::Failed("cargo-deny could not be installed".into()));
        }
    } else {
        println!(
            "absent   cargo-deny   optional; `--with-deny` installs it, without it xtask checks licences itself"
        );
    }
    Ok(())
}

/// Installs what the machine lacks of what building needs and of these.
pub fn ensure(extra: &[&'static Need]) -> Done {
    let missing = look(extra);
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

/// Prints what is there, and returns what is not.
fn look(extra: &[&'static Need]) -> Vec<&'static Need> {
    let mut needs: Vec<&'static Need> = NEEDS.iter().chain(extra.iter().copied()).collect();
    needs.retain(|need| match (need.found)() {
        Some(place) => {
            println!("found    {:12} {}", need.name, place.display());
            false
        }
        None => {
            println!("missing  {:12} {}", need.name, need.why);
            true
        }
    });
    needs
}

fn install(missing: &[&Need]) -> Done {
    if paths::find_program("apt-get").is_none() {
        let list: Vec<&str> = missing.iter().map(|need| need.name).collect();
        return Err(Stop::Failed(format!("no apt-get here: install these yourself: {}", list.join(", "))));
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    apt(&["update", "-q"])?;
    let mut arguments = vec!["install", "-y", "-q", "--no-install-recommends"];
    arguments.extend(&packages);
    apt(&arguments)?;
    for need in missing {
        if (need.found)().is_none() {
            return Err(Stop::Failed(format!(
                "{} is still missing after installing {packages:?}",
                need.name
            )));
        }
    }
    Ok(())
}

fn apt(arguments: &[&str]) -> Done {
    println!("running: apt-get {}", arguments.join(" "));
    let mut command = if is_root() || paths::find_program("sudo").is_none() {
        Command::new("apt-get")
    } else {
        let mut command = Command::new("sudo");
        command.arg("apt-get");
        command
    };
    let status = command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").status()?;
    if status.success() { Ok(()) } else { Err(Stop::Failed(format!("apt-get {} failed", arguments[0]))) }
}

/// Whether this process may do everything.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// Looks where `clang-sys`, through which bindgen finds the library, looks first.
fn find_libclang() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(dir) = std::env::var_os("LIBCLANG_PATH") {
        let dir = PathBuf::from(dir);
        if dir.is_file() {
            return Some(dir);
        }
        folders.push(dir);
    }
    let multiarch = crate::facts::multiarch();
    folders.extend(["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from));
    folders.push(Path::new("/usr/lib").join(multiarch));
    if let Ok(entries) = std::fs::read_dir("/usr/lib") {
        folders.extend(
            entries
                .flatten()
                .filter(|entry| entry.file_name().to_string_lossy().starts_with("llvm"))
                .map(|entry| entry.path().join("lib")),
        );
    }
    folders.iter().find_map(|folder| {
        std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("libclang.so") || (name.starts_with("libclang-") && name.contains(".so"))
        })
    })
}
