//! The commands' exit codes, as a shell sees them. What they print is for people and is not fixed here.

mod common;

use std::ffi::OsString;
use std::process::ExitCode;

use common::{Builder, files_under, full};
use dovetail_wheels::cli;

fn run(args: &[&str]) -> ExitCode {
    cli::main(args.iter().map(OsString::from))
}

/// `ExitCode` has no equality; its debug form tells the number.
fn assert_code(args: &[&str], expect: u8) {
    assert_eq!(format!("{:?}", run(args)), format!("{:?}", ExitCode::from(expect)), "{args:?}");
}

#[test]
fn exit_codes_tell_the_outcome() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let good = full("1.0").write(dir.path());
    let good = good.to_str().expect("is text");
    assert_code(&["check", good], 0);
    assert_code(&["check", dir.path().to_str().expect("is text")], 0);
    let bad = Builder::new("a", "1", "cp27-none-win32").write(dir.path());
    assert_code(&["check", bad.to_str().expect("is text")], 1);
    assert_code(&["check", dir.path().to_str().expect("is text")], 1);
    assert_code(&["check", "/there/is/no/such-1-py3-none-any.whl"], 1);
    assert_code(&["check", "--coverage", "/there/is/no/table", good], 1);

    let target = dir.path().join("target");
    let target = target.to_str().expect("is text");
    assert_code(&["install", good, "--target", target], 0);
    assert_code(&["install", good, "--target", target], 1);
    assert_code(&["install", good, "--target", target, "--force"], 0);
    assert!(!files_under(std::path::Path::new(target)).is_empty());
}

#[test]
fn wrong_command_lines_exit_with_2() {
    for args in [
        &[][..],
        &["frobnicate"],
        &["check"],
        &["check", "--no-such-option"],
        &["install"],
        &["install", "a.whl"],
        &["install", "a.whl", "--prefix", "x", "--target", "y"],
        &["install", "a.whl", "b.whl", "--target", "y"],
    ] {
        assert_code(args, 2);
    }
    assert_code(&["--help"], 0);
}
