//! What `check` says of good and of spoiled wheels.

mod common;

use common::{Builder, full, patch, shared_object, target};
use dovetail_wheels::check::{Problem, Report, check};
use dovetail_wheels::symbols::{Status, SymbolStatus, Table};
use dovetail_wheels::{Result, WheelError, record};

fn report(builder: &Builder) -> Result<Report> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    check(&builder.write(dir.path()), &target(), None)
}

fn problems(builder: &Builder) -> Vec<String> {
    report(builder).expect("can be read").problems.iter().map(Problem::to_string).collect()
}

#[test]
fn a_right_wheel_fits() {
    let report = report(&full("1.0")).expect("can be read");
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert_eq!(report.fit.expect("fits").1.to_string(), "py3-none-any");
    assert_eq!(report.files, 11);
    assert!(report.native.is_empty() && report.glibc.is_none());
}

#[test]
fn a_changed_file_is_named_with_both_hashes() {
    let mut builder = full("1.0");
    let (good, _) = record::hash_of(b"x = 1\n");
    let (other, _) = record::hash_of(b"x = 2\n");
    builder.spoil_record(&good.to_string(), &other.to_string());
    assert_eq!(
        problems(&builder),
        [format!("some_thing/deep/er.py: corrupt: RECORD expects {other}, found {good}")]
    );
}

/// The archive's own checksum fails too; the hash is computed all the same.
#[test]
fn a_flipped_byte_in_the_archive_is_named_with_both_hashes() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = full("1.0").stored().file("some_thing/data.txt", "q7Zk!").write(dir.path());
    patch(&path, b"q7Zk!", b"q7Zk?");
    let report = check(&path, &target(), None).expect("can be read");
    let (expected, found) = (record::hash_of(b"q7Zk!").0, record::hash_of(b"q7Zk?").0);
    let text: Vec<String> = report.problems.iter().map(Problem::to_string).collect();
    assert_eq!(text, [format!("some_thing/data.txt: corrupt: RECORD expects {expected}, found {found}")]);
}

/// A compressed stream that breaks off has no hash to tell: the expected one and the reason are named.
#[test]
fn a_broken_stream_is_named() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let text = "a line that comes again and again\n".repeat(50);
    let path = full("1.0").file("some_thing/data.txt", &text).write(dir.path());
    let mut content = std::fs::read(&path).expect("reads");
    let name = b"some_thing/data.txt";
    let at = content.windows(name.len()).position(|part| part == name).expect("has the entry") + name.len();
    content[at] = 0xff; // a block type that does not exist
    std::fs::write(&path, content).expect("writes");
    let report = check(&path, &target(), None).expect("can be read");
    let [Problem::Wheel(WheelError::Damaged { entry, expected, .. })] = &report.problems[..] else {
        panic!("{:?}", report.problems);
    };
    assert_eq!(entry, "some_thing/data.txt");
    assert_eq!(*expected, record::hash_of(text.as_bytes()).0.to_string());
}

#[test]
fn files_and_rows_must_match() {
    let mut builder = full("1.0");
    builder.spoil_record("some_thing/tool,", "some_thing/tail,");
    assert_eq!(
        problems(&builder),
        [
            "some_thing/tool: is in the archive and not in RECORD",
            "some_thing/tail: is in RECORD and not in the archive"
        ]
    );
}

#[test]
fn a_wheel_for_another_platform_says_what_was_found_and_what_fits() {
    for tags in
        ["cp314-cp314-win_amd64", "cp313-cp313-manylinux_2_17_x86_64", "cp314-cp314t-manylinux_2_17_x86_64"]
    {
        let found = problems(&Builder::new("a", "1", tags));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with(&format!("made for {tags}; here fit cp314-cp314-manylinux_2_36_")),
            "{found:?}"
        );
    }
}

#[test]
fn a_python_version_is_asked_for() {
    let mut builder = Builder::new("a", "1", "py3-none-any");
    builder.info("METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1\nRequires-Python: <3.14\n");
    assert_eq!(problems(&builder), ["requires Python <3.14, this is 3.14.10"]);
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let spoiled = |spoil: fn(&mut Builder) -> &mut Builder| {
        let mut builder = Builder::new("a", "1", "py3-none-any");
        spoil(&mut builder);
        report(&builder).expect_err("cannot be read")
    };
    let error = spoiled(|b| b.info("METADATA", "Metadata-Version: 2.1\nName: b\nVersion: 1\n"));
    assert_eq!(error.to_string(), "a-1.dist-info/METADATA: is of b 1, the file name says a 1");
    let error = spoiled(|b| b.info("WHEEL", "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n"));
    assert_eq!(error.to_string(), "a-1.dist-info/WHEEL: Wheel-Version 2.0 is newer than 1");
    let error = spoiled(|b| b.file("../outside.py", ""));
    assert!(matches!(error, WheelError::UnsafePath { .. }), "{error}");
    let error = spoiled(|b| b.file("z-1.dist-info/METADATA", ""));
    assert!(error.to_string().contains("more than one"), "{error}");

    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("a-1-py3-none-any.whl");
    std::fs::write(&path, "not a zip").expect("writes");
    assert!(matches!(check(&path, &target(), None), Err(WheelError::NotAnArchive { .. })));
    std::fs::write(dir.path().join("a.whl"), "").expect("writes");
    assert!(matches!(check(&dir.path().join("a.whl"), &target(), None), Err(WheelError::FileName { .. })));
}

const MODULE: &str = "
    extern void *PyList_New(long);
    extern void *PyFoo_Later(void);
    extern void *PyFoo_Never(void);
    extern void *PyFoo_Maybe(void) __attribute__((weak));
    extern void *PyShared_Helper(void);
    void *PyInit_m(void) {
        if (PyFoo_Maybe) PyFoo_Maybe();
        return PyList_New(0) + (long)PyFoo_Later() + (long)PyFoo_Never() + (long)PyShared_Helper();
    }
";

#[test]
fn symbols_are_found_and_judged() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut builder = Builder::new("a", "1", &format!("cp314-cp314-linux_{}", target().machine.name()));
    builder
        .file("a/m.so", shared_object(dir.path(), MODULE))
        .file("a.libs/libh.so", shared_object(dir.path(), "void *PyShared_Helper(void) { return 0; }"));
    let path = builder.write(dir.path());

    let table = Table::parse("t", "PyList_New\treal\nPyFoo_Later\traising\n").expect("parses");
    let report = check(&path, &target(), Some(&table)).expect("can be read");
    let rows: Vec<(&str, Option<Status>, bool)> =
        report.symbols.iter().map(|s| (s.name.as_str(), s.status, s.weak)).collect();
    assert_eq!(
        rows,
        [
            ("PyFoo_Later", Some(Status::Raising), false),
            ("PyFoo_Maybe", Some(Status::Unknown), true),
            ("PyFoo_Never", Some(Status::Unknown), false),
            ("PyList_New", Some(Status::Real), false),
        ]
    );
    let text: Vec<String> = report.problems.iter().map(Problem::to_string).collect();
    assert_eq!(text, ["a/m.so: needs PyFoo_Never, which is unknown here"]);
    assert_eq!(report.native.iter().filter(|(_, needs)| needs.is_module()).count(), 1);

    struct All;
    impl SymbolStatus for All {
        fn status(&self, _: &str) -> Status {
            Status::Real
        }
    }
    assert!(check(&path, &target(), Some(&All)).expect("can be read").problems.is_empty());
}

#[test]
fn a_newer_c_library_is_a_problem() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    // Every shared object made here needs some version of the C library's symbols.
    let object = shared_object(
        dir.path(),
        "#include <stdio.h>\n#include <stdlib.h>\nvoid *PyInit_m(void) { puts(getenv(\"A\")); return 0; }",
    );
    let mut builder = Builder::new("a", "1", "py3-none-any");
    builder.file("m.so", object);
    let path = builder.write(dir.path());
    let mut old = target();
    old.glibc = Some((2, 1));
    let report = check(&path, &old, None).expect("can be read");
    let ((major, minor), file) = report.glibc.expect("asks for one");
    assert_eq!(file, "m.so");
    let text: Vec<String> = report.problems.iter().map(Problem::to_string).collect();
    assert_eq!(text, [format!("m.so: asks for glibc {major}.{minor}, this machine has 2.1")]);
}

#[test]
fn a_file_for_another_processor_is_a_problem() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut object = shared_object(dir.path(), "void *PyInit_m(void) { return 0; }");
    // e_machine: RISC-V.
    object[18..20].copy_from_slice(&243u16.to_le_bytes());
    let mut builder = Builder::new("a", "1", "py3-none-any");
    builder.file("m.so", object);
    let found = problems(&builder);
    assert!(found.len() == 1 && found[0].starts_with("m.so: is built for "), "{found:?}");
}
