//! Names, compared with what cffi 2.1 prints on CPython 3.14 for the same declarations.

use dovetail_ctype::{
    Convention, Enum, Enumerator, Length, Primitive, Quals, Record, RecordKind, Target, TypeId, Types,
};

fn types() -> Types {
    Types::new(Target::X86_64)
}

/// `name`, then `getctype(t, "v")`, `getctype(t, "*")`, `getctype(t, "[2]")`.
fn check(types: &Types, id: TypeId, expect: [&str; 4]) {
    let got = [types.name(id), types.declare(id, "v"), types.declare(id, "*"), types.declare(id, "[2]")];
    assert_eq!(got, expect.map(str::to_owned));
}

#[test]
fn pointers_and_arrays() {
    let mut t = types();
    let int = t.primitive(Primitive::Int);
    check(&t, int, ["int", "int v", "int *", "int[2]"]);
    let p = t.pointer(int, Quals::NONE);
    check(&t, p, ["int *", "int * v", "int * *", "int *[2]"]);
    let pp = t.pointer(p, Quals::NONE);
    check(&t, pp, ["int * *", "int * * v", "int * * *", "int * *[2]"]);
    let a = t.array(int, Quals::NONE, Length::Fixed(5));
    check(&t, a, ["int[5]", "int v[5]", "int(*)[5]", "int[2][5]"]);
    let pa = t.pointer(a, Quals::NONE);
    check(&t, pa, ["int(*)[5]", "int(* v)[5]", "int(* *)[5]", "int(*[2])[5]"]);
    let ap = t.array(p, Quals::NONE, Length::Fixed(5));
    let pap = t.pointer(ap, Quals::NONE);
    check(&t, pap, ["int *(*)[5]", "int *(* v)[5]", "int *(* *)[5]", "int *(*[2])[5]"]);
    let open = t.array(int, Quals::NONE, Length::Open);
    check(&t, open, ["int[]", "int v[]", "int(*)[]", "int[2][]"]);
    let inner = t.array(int, Quals::NONE, Length::Fixed(4));
    let outer = t.array(inner, Quals::NONE, Length::Fixed(3));
    check(&t, outer, ["int[3][4]", "int v[3][4]", "int(*)[3][4]", "int[2][3][4]"]);
}

#[test]
fn functions() {
    let mut t = types();
    let int = t.primitive(Primitive::Int);
    let ch = t.primitive(Primitive::Char);
    let chp = t.pointer(ch, Quals::NONE);
    let f = t.function(int, &[chp], true, Convention::C);
    let fp = t.pointer(f, Quals::NONE);
    check(
        &t,
        fp,
        ["int(*)(char *, ...)", "int(* v)(char *, ...)", "int(* *)(char *, ...)", "int(*[2])(char *, ...)"],
    );
    let none = t.function(int, &[], false, Convention::C);
    let none = t.pointer(none, Quals::NONE);
    assert_eq!(t.name(none), "int(*)()");
    assert_eq!(t.c_name(none), "int(*)(void)");
    let simple = t.function(int, &[ch], false, Convention::C);
    let simple = t.pointer(simple, Quals::NONE);
    let returns = t.function(simple, &[int], false, Convention::C);
    let returns = t.pointer(returns, Quals::NONE);
    check(
        &t,
        returns,
        [
            "int(*(*)(int))(char)",
            "int(*(* v)(int))(char)",
            "int(*(* *)(int))(char)",
            "int(*(*[2])(int))(char)",
        ],
    );
    let array = t.array(simple, Quals::NONE, Length::Fixed(3));
    check(&t, array, ["int(*[3])(char)", "int(* v[3])(char)", "int(*(*)[3])(char)", "int(*[2][3])(char)"]);
    // int(*)(int[3], int f(int)) is int(*)(int *, int(*)(int)).
    let a3 = t.array(int, Quals::NONE, Length::Fixed(3));
    let raw = t.function(int, &[int], false, Convention::C);
    let decayed = t.function(int, &[a3, raw], false, Convention::C);
    let decayed = t.pointer(decayed, Quals::NONE);
    assert_eq!(t.name(decayed), "int(*)(int *, int(*)(int))");
}

#[test]
fn qualifiers_are_for_c_alone() {
    let mut t = types();
    let ch = t.primitive(Primitive::Char);
    let cp = t.pointer(ch, Quals::CONST);
    let cpcp = t.pointer(cp, Quals::CONST);
    assert_eq!(t.name(cpcp), "char * *");
    assert_eq!(t.c_name(cpcp), "const char *const *");
    assert_eq!(t.c_declare(cpcp, Quals::CONST, "names"), "const char *const *const names");
    let plain = t.pointer(ch, Quals::NONE);
    let plain = t.pointer(plain, Quals::NONE);
    assert_ne!(cpcp, plain);
    assert_eq!(t.unqualified(cpcp), plain);
}

#[test]
fn records_and_enums() {
    let mut t = types();
    let (_, bar) = t.new_record(Record::opaque(RecordKind::Struct, "bar"));
    let (_, again) = t.new_record(Record::opaque(RecordKind::Struct, "bar"));
    assert_ne!(bar, again);
    let p = t.pointer(bar, Quals::NONE);
    check(&t, p, ["struct bar *", "struct bar * v", "struct bar * *", "struct bar *[2]"]);
    let named = Record { forced_name: Some("foo_t".into()), ..Record::opaque(RecordKind::Struct, "$foo_t") };
    let (_, foo) = t.new_record(named);
    check(&t, foo, ["foo_t", "foo_t v", "foo_t *", "foo_t[2]"]);
    let (_, anonymous) = t.new_record(Record::opaque(RecordKind::Union, "$1"));
    assert_eq!(t.name(anonymous), "union $1");
    let underlying = t.primitive(Primitive::UInt);
    let a = Enumerator { name: "A".into(), value: Some(0), doc: None };
    let e =
        Enum { tag: "e".into(), forced_name: None, underlying, enumerators: Some(vec![a]), partial: false };
    let (_, e) = t.new_enum(e);
    check(&t, e, ["enum e", "enum e v", "enum e *", "enum e[2]"]);
    assert_eq!(t.layout(e).unwrap().size, 4);
}

#[test]
fn equal_types_have_equal_ids_and_names_go_both_ways() {
    let mut t = types();
    for p in Primitive::all() {
        assert_eq!(Primitive::from_name(p.name()), Some(p));
        let id = t.primitive(p);
        assert_eq!(id, t.primitive(p));
        assert_eq!(t.name(id), p.name());
        let target = Target::X86_64;
        assert_eq!(p.keyword(target).size(), p.size());
        assert_eq!(p.keyword(target).is_signed(target), p.is_signed(target));
    }
    assert_eq!(Types::enum_storage([0, 5]), Some(Primitive::UInt));
    assert_eq!(Types::enum_storage([-1, 0x7fff_ffff]), Some(Primitive::Int));
    assert_eq!(Types::enum_storage([-1, 0x8000_0000]), Some(Primitive::Long));
    assert_eq!(Types::enum_storage([0xffff_ffff_ffff_ffff]), Some(Primitive::ULong));
    assert_eq!(Types::enum_storage([-1, 0xffff_ffff_ffff_ffff]), None);
}
