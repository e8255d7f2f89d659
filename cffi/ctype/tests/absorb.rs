//! Types of one arena taken over into another.

use dovetail_ctype::{Field, Merger, Primitive, Quals, Record, RecordKind, Target, Type, TypeId, Types};

/// An arena with `struct s`, its members if asked, and `struct s *`.
fn arena(with_members: bool) -> (Types, TypeId) {
    let mut t = Types::new(Target::X86_64);
    let (id, s) = t.new_record(Record::opaque(RecordKind::Struct, "s"));
    let p = t.pointer(s, Quals::NONE);
    if with_members {
        let int = t.primitive(Primitive::Int);
        t.complete_record(id, vec![Field::new("a", int), Field::new("next", p)]).unwrap();
    }
    (t, p)
}

#[test]
fn equal_tags_are_equal_types_and_opaque_ones_learn() {
    let mut ours = Types::new(Target::X86_64);
    let mut scope = Merger::default();
    let (opaque, p) = arena(false);
    let first = ours.absorb(&opaque, &mut scope)[p.index()];
    let (whole, p) = arena(true);
    let second = ours.absorb(&whole, &mut scope)[p.index()];
    assert_eq!(first, second);
    let &Type::Pointer { to, .. } = ours.get(second) else { panic!() };
    assert_eq!(ours.layout(to).unwrap().size, 16);
    let &Type::Record(id) = ours.get(to) else { panic!() };
    assert_eq!(ours.record(id).fields.as_ref().unwrap()[1].ty, second);
    // Another scope has another struct s.
    let third = ours.absorb(&whole, &mut Merger::default())[p.index()];
    assert_ne!(first, third);
    scope.forget("struct", "s");
    let fourth = ours.absorb(&whole, &mut scope)[p.index()];
    assert_ne!(first, fourth);
}
