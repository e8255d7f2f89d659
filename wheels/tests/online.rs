//! Real wheels from the package index. Needs the network and pip: `cargo xtask compat wheels`.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{files_under, target};
use dovetail_wheels::check::check;
use dovetail_wheels::install::{Options, install};
use dovetail_wheels::scheme::Scheme;

/// Packages and the number of extension modules that their wheels have at least.
const PACKAGES: &[(&str, usize)] = &[("numpy", 15), ("lxml", 5), ("psycopg2-binary", 1), ("markupsafe", 1)];

fn download(to: &Path) {
    let pip = ["pip", "pip3"].into_iter().find(|pip| Command::new(pip).arg("--version").output().is_ok());
    let mut command = Command::new(pip.expect("pip is on the search path"));
    command.args(["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--python-version", "3.14"]);
    command.args(["--implementation", "cp", "--abi", "cp314", "--abi", "abi3"]);
    for platform in target().platforms() {
        command.args(["--platform", &platform]);
    }
    command.args(PACKAGES.iter().map(|(name, _)| name)).arg("--dest").arg(to);
    assert!(command.status().expect("pip starts").success());
}

#[test]
#[ignore = "needs the package index"]
fn wheels_from_the_index_are_read_and_installed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    download(dir.path());
    let mut wheels: Vec<PathBuf> =
        std::fs::read_dir(dir.path()).expect("reads").flatten().map(|entry| entry.path()).collect();
    wheels.sort();
    assert_eq!(wheels.len(), PACKAGES.len());
    for wheel in &wheels {
        let report = check(wheel, &target(), None).expect("can be read");
        assert!(report.problems.is_empty(), "{}: {:?}", wheel.display(), report.problems);
        let modules = report.native.iter().filter(|(_, needs)| needs.is_module()).count();
        println!(
            "{}: {} files, {modules} modules, {} symbols, glibc {:?}",
            wheel.display(),
            report.files,
            report.symbols.len(),
            report.glibc
        );
        let stem = wheel.file_name().expect("has a name").to_string_lossy().replace('_', "-");
        let (_, least) = PACKAGES.iter().find(|(name, _)| stem.starts_with(name)).expect("is one of ours");
        assert!(modules >= *least && !report.symbols.is_empty());

        let root = dir.path().join("prefix");
        let options = Options {
            scheme: Scheme::prefix(&root, (3, 14)),
            interpreter: "/usr/bin/python3".into(),
            force: false,
        };
        let before = files_under(&root).len();
        let done = install(wheel, &target(), &options).expect("installs");
        assert_eq!(files_under(&root).len(), before + done.files);
        install(wheel, &target(), &options).expect_err("a second time it is there already");
    }
}
