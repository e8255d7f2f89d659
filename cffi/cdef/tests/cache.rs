//! The cache: hits are equal, changes are seen, bad files are ignored, writers do not meet.

use dovetail_cdef::{Cache, Options, Text};
use std::fs;

fn items(cache: &Cache, text: &Text, options: &Options) -> String {
    let d = cache.parse(&[], text, options).unwrap();
    format!("{:?} {:?}", d.items, d.types.records().collect::<Vec<_>>())
}

#[test]
fn hits_are_equal_and_bad_files_are_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path().join("a/b"));
    let options = Options::default();
    let text = Text::new(
        "struct s { int a:3; char *b; }; #define X 4\nint f(struct s *, double);\nenum { A = -1 };",
    );
    let text = Text::new(text.source.replace(" #define", "\n#define"));
    let first = items(&cache, &text, &options);
    let path = cache.path(&[], &text, &options);
    let good = fs::read(&path).unwrap();
    assert_eq!(items(&cache, &text, &options), first);
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("foreign", b"#!/bin/sh\n".to_vec()),
        ("short", good[..good.len() / 2].to_vec()),
        ("flipped", {
            let mut b = good.clone();
            let at = b.len() - 9;
            b[at] ^= 1;
            b
        }),
        ("longer", {
            let mut b = good.clone();
            b.push(0);
            b
        }),
    ] {
        fs::write(&path, bytes).unwrap();
        assert_eq!(items(&cache, &text, &options), first, "{what}");
        assert_eq!(fs::read(&path).unwrap(), good, "{what} was not rebuilt");
    }
    let leftover = fs::read_dir(folder.path().join("a/b")).unwrap().count();
    assert_eq!(leftover, 1);
}

#[test]
fn a_changed_header_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("h.h"), "int one(void);\n").unwrap();
    let cache = Cache::new(folder.path().join("cache"));
    let options = Options { include_dirs: vec![folder.path().into()], ..Options::default() };
    let text = Text::header("h.h");
    assert!(items(&cache, &text, &options).contains("one"));
    fs::write(folder.path().join("h.h"), "int other(void);\n").unwrap();
    assert!(items(&cache, &text, &options).contains("other"));
    fs::remove_file(folder.path().join("h.h")).unwrap();
    assert!(cache.parse(&[], &text, &options).is_err());
}

#[test]
fn a_new_header_that_hides_another_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = ["first", "second"].map(|name| folder.path().join(name));
    for dir in &dirs {
        fs::create_dir_all(dir.join("part")).unwrap();
    }
    fs::write(dirs[1].join("part/x.h"), "#define VALUE 1\n").unwrap();
    let cache = Cache::new(folder.path().join("cache"));
    let options = Options { include_dirs: dirs.to_vec(), ..Options::default() };
    let text = Text::new("#include <part/x.h>\n");
    let first = items(&cache, &text, &options);
    assert_eq!(items(&cache, &text, &options), first);
    fs::write(dirs[0].join("part/x.h"), "#define VALUE 2\n").unwrap();
    let second = items(&cache, &text, &options);
    assert_ne!(second, first);
    assert_eq!(items(&cache, &text, &options), second);
}

#[test]
fn texts_and_flags_are_told_apart() {
    let cache = Cache::new("/nowhere");
    let text = Text::new("int f(void);");
    let plain = Options::default();
    let base = cache.path(&[], &text, &plain);
    let defined = Options { defines: vec![("X".into(), None)], ..Options::default() };
    assert_ne!(base, cache.path(&[], &text, &defined));
    assert_ne!(base, cache.path(&[], &Text { pack: Some(1), ..text.clone() }, &plain));
    assert_ne!(base, cache.path(&[Text::new("")], &text, &plain));
    assert_ne!(base, cache.path(&[], &text, &Options { names: vec!["*".into()], ..Options::default() }));
    // A folder that cannot be written costs the cache, not the result.
    assert_eq!(cache.parse(&[], &text, &plain).unwrap().items.len(), 1);
}

#[test]
fn many_writers() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path());
    let texts: Vec<Text> =
        (0..3).map(|i| Text::new(format!("struct s{i} {{ int a[{}]; }};", i + 1))).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for text in texts.iter().cycle().take(9) {
                    let d = cache.parse(&[], text, &Options::default()).unwrap();
                    assert_eq!(d.items.len(), 1);
                }
            });
        }
    });
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}
