//! The frozen code is what the compiler makes of the library's source. A stale file is rewritten, and the test fails
//! once.
//!
//! A file of `stdlib-overlay/lib` takes the place of the library's, as in `cargo xtask dist`.

use dovetail_front::marshal::plain::dumps_code;
use dovetail_front::{Mode, Options, compile};
use std::path::{Path, PathBuf};

/// The name that code of a frozen file carries as its file name.
fn dotted(file: &str) -> String {
    let stem = file.trim_end_matches(".py");
    stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".")
}

#[test]
fn frozen_code_is_fresh() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [here.join("../../stdlib-overlay/lib"), PathBuf::from(rustpython_pylib::LIB_PATH)];
    let mut stale = Vec::new();
    for f in dovetail_frozen::all() {
        let path = folders.iter().map(|d| d.join(f.file)).find(|p| p.is_file()).expect(f.file);
        let source = std::fs::read(&path).expect("the source can be read");
        let name = format!("<frozen {}>", dotted(f.file));
        let compiled = compile(&source, &name, Mode::Exec, &Options::default()).expect("the source compiles");
        let code = dumps_code(&compiled.code).expect("code can be marshalled");
        if code != f.code {
            let data = here.join("data").join(format!("{}.marshal", dotted(f.file)));
            std::fs::write(&data, code).expect("the data folder can be written");
            stale.push(f.name);
        }
    }
    assert!(stale.is_empty(), "these were out of date and are written anew: {stale:?}");
}
