//! Structs before their members are known: cffi takes them, and so do we.

use dovetail_cdef::{Declarations, Error, Kind, Options, Text, parse};

fn read(text: &str) -> Result<Declarations, Error> {
    parse(&[], &Text::new(text), &Options::default())
}

/// Size of a struct or union of the text.
fn size(d: &Declarations, tag: &str) -> u64 {
    let item = d.find(tag, |k| matches!(k, Kind::Record { .. })).unwrap_or_else(|| panic!("no {tag}"));
    match item.kind {
        Kind::Record { ty } => d.types.layout(ty).unwrap().size,
        _ => unreachable!(),
    }
}

#[test]
fn fields_of_later_structs() {
    let d = read("struct a { struct b x; char c; };\nstruct b { long y; };").unwrap();
    assert_eq!((size(&d, "a"), size(&d, "b")), (16, 8));
    let d = read(
        "#define N 2\n/** Outer. */\nstruct a { struct b x[2]; union u y; };\nint f(struct a *);\ntypedef short t;\n\
         struct b { struct c z; };\nunion u { int i; double d; };\nstruct c { t s; };\nstruct a g(void);",
    )
    .unwrap();
    assert_eq!((size(&d, "a"), size(&d, "b"), size(&d, "c")), (16, 2, 2));
    assert!(d.find("g", |_| true).is_some());
    let doc = |tag: &str| d.find(tag, |_| true).and_then(|i| i.doc.clone());
    assert_eq!(doc("a").as_deref(), Some("Outer."));
    // A typedef stays where it is; what it needs comes to it.
    let d = read("typedef struct b b_t; typedef struct { b_t x; } a; struct b { char y[3]; }; a f(void);")
        .unwrap();
    assert!(d.typedef("a").is_some_and(|(ty, _)| d.types.layout(ty).unwrap().size == 3));
    // With dots there is no layout, but declarations.
    let d = read("struct a { struct b f; ...; }; struct b { ...; };").unwrap();
    assert_eq!(d.items.len(), 2);
}

#[test]
fn later_texts_build_on_them() {
    let first = Text::new("struct a { struct b x; }; struct b { int y; };");
    let d =
        parse(&[first], &Text::new("struct c { struct a z; struct b w; };"), &Options::default()).unwrap();
    assert_eq!(size(&d, "c"), 8);
}

#[test]
fn arrays_of_them_as_parameters() {
    for text in [
        "struct b; void f(struct b[]);",
        "struct b; void f(struct b x[3], int);",
        "struct b; void f(struct b x[\n3]);",
    ] {
        let d = read(text).unwrap_or_else(|e| panic!("{e}"));
        let item = d.find("f", |_| true).unwrap();
        let Kind::Function { ty, .. } = item.kind else { panic!("{item:?}") };
        assert!(d.types.name(ty).starts_with("void(struct b *"), "{}", d.types.name(ty));
    }
    let d = read("struct b; struct a { void (*f)(struct b[]); }; struct b { struct a x; };").unwrap();
    assert_eq!(size(&d, "b"), 8);
}

#[test]
fn places_stay_the_users() {
    let d = read("int f(int);\nstruct a { struct b x; };\n\nstruct b { long y; };\nint g(int);").unwrap();
    let line = |name: &str| d.find(name, |_| true).unwrap().place.line;
    assert_eq!((line("f"), line("a"), line("b"), line("g")), (1, 2, 4, 5));
    let e = read("struct a { struct b x; };\nstruct b { long y; };\n  wrong_t g(int);").unwrap_err();
    let place = e.place.clone().unwrap();
    assert_eq!((place.line, place.column), (3, 3), "{e}");
}

#[test]
fn what_cannot_be_is_refused() {
    for text in [
        "struct a { struct b x; }; struct b { struct a y; };",
        "struct a { struct a x; };",
        "struct a { struct b x; };",
        "struct a { struct b x; };\n#pragma pack(1)\nstruct b { int y; };",
        "struct b; extern struct b x[2];",
    ] {
        let e = read(text).expect_err(text);
        assert!(e.to_string().contains("incomplete"), "{e}");
    }
}
