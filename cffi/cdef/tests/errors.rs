//! Errors stand in the user's own line and column, whatever was rewritten before them.

use dovetail_cdef::{Error, ErrorKind, Options, Text, parse};

fn error(text: &str) -> Error {
    parse(&[], &Text::new(text), &Options::default()).expect_err(text)
}

fn at(e: &Error) -> (u32, u32) {
    let place = e.place.as_ref().unwrap();
    assert_eq!(place.file, "<cdef source string>");
    (place.line, place.column)
}

#[test]
fn unknown_type_with_caret() {
    let e = error("int ok(void);\n\tint f(foo_t x);\n");
    assert_eq!(e.kind, ErrorKind::Parse);
    assert_eq!(at(&e), (2, 8));
    assert_eq!(
        e.to_string(),
        "cannot parse \"int f(foo_t x);\"\n<cdef source string>:2:8: unknown type name 'foo_t'\n\
         \tint f(foo_t x);\n\t      ^"
    );
}

#[test]
fn places_survive_rewriting() {
    let before = "struct s { int a; ...; }; typedef ... o; extern \"Python\" int p(int); \
                  enum e { A = ..., ... }; extern int x[...]; int __stdcall w(int); typedef int... k; ";
    for lines in ["", "\n", "/* a\n * comment ... */ \n"] {
        let e = error(&format!("{before}{lines}bad_t f(void);"));
        let line = lines.matches('\n').count() as u32 + 1;
        let column = if lines.is_empty() { before.len() as u32 + 1 } else { 1 };
        assert_eq!(at(&e), (line, column), "{e}");
        assert!(e.message.contains("bad_t"), "{e}");
    }
}

#[test]
fn header_not_found_says_where_it_looked() {
    let options = Options { include_dirs: vec!["/nowhere/include".into()], ..Options::default() };
    let e = parse(&[], &Text::new("\n#include <no_such_header.h>\n"), &options).unwrap_err();
    assert_eq!(e.kind, ErrorKind::HeaderNotFound);
    assert_eq!(e.place.as_ref().unwrap().line, 2);
    let text = e.to_string();
    assert!(text.contains("'no_such_header.h' file not found"), "{text}");
    assert!(text.contains("looked in /nowhere/include, "), "{text}");
}

#[test]
fn conflicts_name_both_places() {
    let e = error("int f(int);\nint f(long);");
    assert_eq!(e.kind, ErrorKind::Conflict);
    assert_eq!(e.name.as_deref(), Some("f"));
    let text = e.to_string();
    assert!(text.contains("multiple declarations of function f"), "{text}");
    assert!(text.contains("<cdef source string>:1:5"), "{text}");
    let done = [Text::new("struct s { int a; };")];
    let e = parse(&done, &Text::new("struct s { int b; };"), &Options::default()).unwrap_err();
    assert_eq!(e.message, "duplicate declaration of struct s");
    let options = Options { replace: true, ..Options::default() };
    let d = parse(&done, &Text::new("struct s { int b; };"), &options).unwrap();
    assert_eq!(d.items.len(), 1);
}

#[test]
fn identical_declarations_are_one() {
    let d = parse(
        &[],
        &Text::new("int f(int); int f(int x); typedef int t; typedef int t;"),
        &Options::default(),
    );
    assert_eq!(d.unwrap().items.len(), 2);
}

#[test]
fn odd_texts_are_errors_or_nothing() {
    for text in [
        "",
        "\n\n",
        ";",
        "/* only */",
        "// only",
        "#",
        "\\",
        "/*",
        "\"",
        "'",
        "#define",
        "#define X",
        "{",
        "}",
    ] {
        let _ = parse(&[], &Text::new(text), &Options::default());
    }
    assert_eq!(error("int a\0b;").kind, ErrorKind::Parse);
    let deep = format!("extern int {}x;", "*".repeat(5000));
    assert!(matches!(error(&deep).kind, ErrorKind::Unsupported | ErrorKind::Parse | ErrorKind::Crashed));
    let nested = format!("extern int {}x{};", "(".repeat(2000), ")".repeat(2000));
    assert!(matches!(error(&nested).kind, ErrorKind::Unsupported | ErrorKind::Parse | ErrorKind::Crashed));
    assert_eq!(error("typedef int ... ... x;").kind, ErrorKind::Unsupported);
    assert_eq!(error("int x = ...;").kind, ErrorKind::Unsupported);
}

#[test]
fn a_declaration_without_end_is_told_at_the_texts_end() {
    for text in
        ["int f(int x)", "int a;\nstruct s { int b; }\n\n", "double // a \\\n x(void);", "enum e { A,"]
    {
        let e = error(text);
        let line = text.trim_end().matches('\n').count() as u32 + 1;
        assert_eq!(at(&e).0, line, "{e}");
        assert!(e.to_string().contains("cannot parse \""), "{e}");
    }
}
