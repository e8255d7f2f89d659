//! A hit does not open libclang. Alone in its file: whether libclang is open is a fact of the process.

use dovetail_cdef::{Cache, Options, Text, libclang_is_open};
use std::process::Command;

#[test]
fn a_hit_does_not_open_libclang() {
    let text = Text::new("int f(int);");
    if let Some(folder) = std::env::var_os("DOVETAIL_CDEF_CACHE") {
        // The second process.
        let d = Cache::new(folder).parse(&[], &text, &Options::default()).unwrap();
        assert_eq!(d.items.len(), 1);
        assert!(!libclang_is_open());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    Cache::new(folder.path()).parse(&[], &text, &Options::default()).unwrap();
    assert!(libclang_is_open());
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_hit_does_not_open_libclang"])
        .env("DOVETAIL_CDEF_CACHE", folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}
