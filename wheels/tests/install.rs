//! What `install` leaves behind: everything when it succeeds, nothing when it does not.

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use common::{Builder, files_under, full, target};
use dovetail_wheels::install::{Installed, Options, install};
use dovetail_wheels::scheme::{Scheme, resolve};
use dovetail_wheels::{Result, WheelError, record};

const LIBRARY: &str = "lib/python3.14/site-packages";

fn options(root: &Path) -> Options {
    Options { scheme: Scheme::prefix(root, (3, 14)), interpreter: "/opt/d/bin/python".into(), force: false }
}

fn install_into(builder: &Builder, root: &Path) -> Result<Installed> {
    install_with(builder, &options(root))
}

fn install_with(builder: &Builder, options: &Options) -> Result<Installed> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    install(&builder.write(dir.path()), &target(), options)
}

fn read(root: &Path, path: &str) -> String {
    std::fs::read_to_string(root.join(path)).expect(path)
}

#[test]
fn everything_goes_to_its_place() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("new/prefix");
    let done = install_into(&full("1.0"), &root).expect("installs");
    assert_eq!(done.scripts, ["old-style", "thing"]);
    assert_eq!(done.requires, ["other>=1"]);
    let info = format!("{LIBRARY}/Some_Thing-1.0.dist-info");
    let mut expect: Vec<String> =
        ["METADATA", "WHEEL", "RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "entry_points.txt"]
            .iter()
            .map(|name| format!("{info}/{name}"))
            .collect();
    expect.extend(
        ["some_thing/__init__.py", "some_thing/deep/er.py", "some_thing/tool", "extra.py"]
            .map(|f| format!("{LIBRARY}/{f}")),
    );
    expect.extend(
        ["bin/old-style", "bin/thing", "include/python3.14/Some_Thing/thing.h", "share/thing.txt"]
            .map(String::from),
    );
    expect.sort();
    assert_eq!(files_under(&root), expect);
    assert_eq!(done.files, expect.len());

    assert_eq!(read(&root, "bin/old-style"), "#!/opt/d/bin/python\nprint('hello')\n");
    assert!(read(&root, "bin/thing").starts_with("#!/opt/d/bin/python\nimport sys\n"));
    assert_eq!(read(&root, &format!("{info}/INSTALLER")), "dovetail\n");
    assert!(read(&root, &format!("{info}/direct_url.json")).contains("\"url\": \"file:///"));
    let mode = |path: &str| std::fs::metadata(root.join(path)).expect(path).permissions().mode() & 0o777;
    assert_eq!(mode("bin/thing"), 0o755);
    assert_eq!(mode("bin/old-style"), 0o755);
    assert_eq!(mode(&format!("{LIBRARY}/some_thing/tool")), 0o755);
    assert_eq!(mode(&format!("{LIBRARY}/extra.py")), 0o644);
}

/// The RECORD that is written describes what is on disk, file by file.
#[test]
fn the_record_is_true() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    install_into(&full("1.0"), dir.path()).expect("installs");
    let library = dir.path().join(LIBRARY);
    let text = read(dir.path(), &format!("{LIBRARY}/Some_Thing-1.0.dist-info/RECORD"));
    let rows = record::parse("RECORD", &text).expect("parses");
    let mut named: Vec<String> = Vec::new();
    for row in &rows {
        let path = resolve(&library, &row.path, dir.path()).expect("is inside");
        let content = std::fs::read(&path).expect("is there");
        let (hash, size) = record::hash_of(&content);
        record::compare(row, &hash, size).expect("is true");
        assert_eq!(row.hash.is_none(), row.path.ends_with("/RECORD"), "{}", row.path);
        named.push(path.strip_prefix(dir.path()).expect("is inside").to_string_lossy().into_owned());
    }
    named.sort();
    assert_eq!(named, files_under(dir.path()));
}

#[test]
fn a_target_folder_has_modules_at_its_top() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let options = Options { scheme: Scheme::target(dir.path()), ..options(dir.path()) };
    install_with(&full("1.0"), &options).expect("installs");
    let files = files_under(dir.path());
    for file in ["some_thing/__init__.py", "extra.py", "bin/thing", "Some_Thing-1.0.dist-info/RECORD"] {
        assert!(files.iter().any(|f| f == file), "{file} in {files:?}");
    }
}

#[test]
fn a_failure_leaves_nothing() {
    let cases: &[(&str, fn(&mut Builder) -> &mut Builder)] = &[
        ("corrupt", |b| {
            let (good, other) = (record::hash_of(b"x = 1\n").0, record::hash_of(b"x = 2\n").0);
            b.spoil_record(&good.to_string(), &other.to_string())
        }),
        ("not recorded", |b| b.spoil_record("extra.py,", "extra2.py,")),
        ("an entry point without a function", |b| b.info("entry_points.txt", "[console_scripts]\nx = y\n")),
        ("a wrong data folder", |b| b.file("Some_Thing-1.0.data/wrong/x", "")),
        ("two files for one place", |b| b.file("extra.py", "other")),
        ("other python", |b| {
            b.info("METADATA", "Metadata-Version: 2.1\nName: Some-Thing\nVersion: 1.0\nRequires-Python: <3\n")
        }),
    ];
    for (name, spoil) in cases {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().join("prefix");
        let mut builder = full("1.0");
        spoil(&mut builder);
        install_into(&builder, &root).expect_err(name);
        assert!(!root.exists(), "{name}: {:?}", files_under(&root));
    }
}

#[test]
fn a_wheel_for_another_platform_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let error = install_into(&Builder::new("a", "1", "cp314-cp314-macosx_11_0_arm64"), dir.path())
        .expect_err("no fit");
    assert!(matches!(error, WheelError::NoFit { .. }), "{error}");
    assert!(files_under(dir.path()).is_empty());
}

#[test]
fn somebody_elses_file_is_not_overwritten() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let library = dir.path().join(LIBRARY);
    std::fs::create_dir_all(&library).expect("makes");
    std::fs::write(library.join("extra.py"), "mine\n").expect("writes");
    let error = install_into(&full("1.0"), dir.path()).expect_err("is occupied");
    assert!(matches!(&error, WheelError::Occupied { path } if path.ends_with("extra.py")), "{error}");
    assert_eq!(files_under(dir.path()), [format!("{LIBRARY}/extra.py")]);
    assert_eq!(read(dir.path(), &format!("{LIBRARY}/extra.py")), "mine\n");
}

#[test]
fn an_installed_distribution_is_replaced_on_request_only() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut old = full("1.0");
    old.file("some_thing/gone/only_in_old.py", "");
    install_into(&old, dir.path()).expect("installs");
    let before = files_under(dir.path());
    let error = install_into(&full("2.0"), dir.path()).expect_err("is there");
    assert_eq!(error.to_string(), "Some_Thing 1.0 is installed already (--force replaces it)");
    assert_eq!(files_under(dir.path()), before);

    let cache = dir.path().join(LIBRARY).join("some_thing/gone/__pycache__");
    std::fs::create_dir_all(&cache).expect("makes");
    std::fs::write(cache.join("only_in_old.cpython-314.pyc"), "").expect("writes");
    let force = Options { force: true, ..options(dir.path()) };
    let done = install_with(&full("2.0"), &force).expect("replaces");
    assert_eq!(done.replaced.as_deref(), Some("1.0"));
    assert_eq!(read(dir.path(), &format!("{LIBRARY}/some_thing/__init__.py")), "version = '2.0'\n");
    assert!(!dir.path().join(LIBRARY).join("some_thing/gone").exists());
    assert!(!dir.path().join(LIBRARY).join("Some_Thing-1.0.dist-info").exists());
}

/// The new one cannot be put in place: the old one comes back whole.
#[test]
fn a_failed_replacement_restores_the_old_one() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    install_into(&full("1.0"), dir.path()).expect("installs");
    std::fs::write(dir.path().join(LIBRARY).join("in_the_way.py"), "mine\n").expect("writes");
    let before: Vec<(String, Vec<u8>)> = contents(dir.path());
    let mut new = full("2.0");
    new.file("in_the_way.py", "new\n");
    let force = Options { force: true, ..options(dir.path()) };
    let error = install_with(&new, &force).expect_err("is occupied");
    assert!(matches!(error, WheelError::Occupied { .. }), "{error}");
    assert_eq!(contents(dir.path()), before);
}

fn contents(root: &Path) -> Vec<(String, Vec<u8>)> {
    files_under(root)
        .into_iter()
        .map(|file| {
            let content = std::fs::read(root.join(&file)).expect("reads");
            (file, content)
        })
        .collect()
}

/// A RECORD that names files outside of the prefix must not make us remove them.
#[test]
fn a_record_that_leaves_the_prefix_is_not_followed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("prefix");
    let outside = dir.path().join("outside.py");
    std::fs::write(&outside, "mine\n").expect("writes");
    install_into(&full("1.0"), &root).expect("installs");
    let record = root.join(LIBRARY).join("Some_Thing-1.0.dist-info/RECORD");
    let text = std::fs::read_to_string(&record).expect("reads");
    std::fs::write(&record, format!("{text}../../../../outside.py,,\n")).expect("writes");
    let error =
        install_with(&full("2.0"), &Options { force: true, ..options(&root) }).expect_err("is refused");
    assert!(error.to_string().contains("../../../../outside.py"), "{error}");
    assert!(outside.exists() && root.join(LIBRARY).join("extra.py").exists());
}
