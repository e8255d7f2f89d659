//! Types written as text, with what `ffi.getctype` of cffi 2.1 prints for them on CPython 3.14.

use dovetail_ctype::{Length, Names, Quals, Record, RecordKind, Target, Type, TypeId, Types};

/// `foo_t` is a struct, `cb` a pointer to a function, N is 7; any tag is an opaque record.
struct Scope;

impl Names for Scope {
    fn typedef(&mut self, t: &mut Types, name: &str) -> Option<(TypeId, Quals)> {
        match name {
            "foo_t" => {
                let known = t.records().find(|(_, r)| r.tag == "$foo_t").map(|(id, _)| id);
                let id = known.unwrap_or_else(|| {
                    let forced_name = Some("foo_t".into());
                    t.new_record(Record { forced_name, ..Record::opaque(RecordKind::Struct, "$foo_t") }).0
                });
                Some((t.intern(Type::Record(id)), Quals::NONE))
            }
            "cb" => Some(t.parse("int(*)(int)", &mut Scope).unwrap()),
            _ => None,
        }
    }

    fn record(&mut self, t: &mut Types, kind: RecordKind, tag: &str) -> Option<TypeId> {
        let known = t.records().find(|(_, r)| r.tag == tag && r.kind == kind).map(|(id, _)| id);
        let id = known.unwrap_or_else(|| t.new_record(Record::opaque(kind, tag)).0);
        Some(t.intern(Type::Record(id)))
    }

    fn enumeration(&mut self, _: &mut Types, _: &str) -> Option<TypeId> {
        None
    }

    fn constant(&mut self, name: &str) -> Option<i128> {
        (name == "N").then_some(7)
    }
}

#[test]
fn as_cffi_names_them() {
    let mut t = Types::new(Target::X86_64);
    for (text, name) in [
        ("int", "int"),
        ("int **", "int * *"),
        ("int(*)[5]", "int(*)[5]"),
        ("int *(*)[5]", "int *(*)[5]"),
        ("int[]", "int[]"),
        ("int[3][4]", "int[3][4]"),
        ("int(*)(char*, ...)", "int(*)(char *, ...)"),
        ("int(*)(void)", "int(*)()"),
        ("int(*)(int(*)(int))", "int(*)(int(*)(int))"),
        ("char*(*)(int)", "char *(*)(int)"),
        ("int(*(*)(int))(char)", "int(*(*)(int))(char)"),
        ("foo_t*", "foo_t *"),
        ("struct bar*", "struct bar *"),
        ("union u[3]", "union u[3]"),
        ("cb[3]", "int(*[3])(int)"),
        ("cb*", "int(* *)(int)"),
        ("const char *", "char *"),
        ("unsigned", "unsigned int"),
        ("long long int", "long long"),
        ("short unsigned", "unsigned short"),
        ("signed char", "signed char"),
        ("int32_t", "int32_t"),
        ("bool", "_Bool"),
        ("float _Complex", "_cffi_float_complex_t"),
        ("int(__stdcall *)(int)", "int(*)(int)"),
        ("void(*(*)[3])(int)", "void(*(*)[3])(int)"),
        ("struct bar(*)(struct bar)", "struct bar(*)(struct bar)"),
        ("int(*)(int[3], int f(int))", "int(*)(int *, int(*)(int))"),
        ("int *const", "int *"),
        ("char const*const*", "char * *"),
        ("int named[2 + N * 'a' / 0x61]", "int[9]"),
        ("  int /* here */ x ", "int"),
        ("int[...]", "int[...]"),
        ("foo_t(*)(foo_t)", "foo_t(*)(foo_t)"),
        ("int(foo_t)", "int(foo_t)"),
    ] {
        let (id, _) = t.parse(text, &mut Scope).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(t.name(id), name, "{text}");
        // What is printed reads back as the same type.
        let plain = t.unqualified(id);
        if !matches!(t.get(id), Type::Pointer { .. } if text.contains("__stdcall")) {
            let (again, _) = t.parse(&t.name(plain), &mut Scope).unwrap();
            assert_eq!(again, plain, "{text}");
        }
    }
    assert_eq!(t.parse("int const *const", &mut Scope).unwrap().1, Quals::CONST);
    let (id, _) = t.parse("int[0]", &mut Scope).unwrap();
    assert!(matches!(t.get(id), Type::Array { length: Length::Fixed(0), .. }));
}

#[test]
fn errors_have_places() {
    let mut t = Types::new(Target::X86_64);
    for (text, message, offset) in [
        ("", "expected a type", 0),
        ("nope *", "unknown identifier 'nope'", 0),
        ("int *(", "expected a type", 6),
        ("int (*", "expected ')' at the end", 6),
        ("int x y", "unexpected 'y'", 6),
        ("int[", "expected a constant", 4),
        ("int[-1]", "negative array size", 4),
        ("int[1/0]", "invalid constant expression", 7),
        ("int(*)(...)", "a function with only '(...)' as argument is not correct C", 10),
        ("enum e", "unknown enum 'e'", 5),
        ("float short", "Unsupported type: 'float short'", 11),
        ("int(*)(int, void)", "a parameter of type void", 17),
        ("\u{e9}", "unexpected character", 0),
    ] {
        let e = t.parse(text, &mut Scope).expect_err(text);
        assert_eq!((e.message.as_str(), e.offset), (message, offset), "{text}");
    }
    for deep in ["(".repeat(5000), "int".to_owned() + &"(*".repeat(5000), format!("int[{}", "-".repeat(5000))]
    {
        assert!(t.parse(&deep, &mut Scope).is_err());
    }
}
