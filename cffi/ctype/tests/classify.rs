//! Argument passing, with cases worked out from the two ABI documents; `random_calls.rs` compares with Clang.

use dovetail_ctype::classify::{Part, Passing, Place, Register, argument, call, result};
use dovetail_ctype::{
    Convention, Field, Function, Length, Primitive, Quals, Record, RecordKind, Target, Type, TypeId, Types,
};

/// A struct of the given members.
fn record(t: &mut Types, kind: RecordKind, members: &[TypeId]) -> TypeId {
    let (id, ty) = t.new_record(Record::opaque(kind, "s"));
    let fields = members.iter().enumerate().map(|(i, &m)| Field::new(format!("f{i}"), m)).collect();
    t.complete_record(id, fields).unwrap();
    ty
}

fn parts(list: &[(Register, u64, u64)]) -> Passing {
    Passing::Registers(list.iter().map(|&(register, offset, size)| Part { register, offset, size }).collect())
}

use Register::{Float, General, X87};

#[test]
fn system_v() {
    let t = &mut Types::new(Target::X86_64);
    let [int, double, float, ch, ld] =
        [Primitive::Int, Primitive::Double, Primitive::Float, Primitive::Char, Primitive::LongDouble]
            .map(|p| t.primitive(p));
    assert_eq!(argument(t, int).unwrap(), parts(&[(General, 0, 4)]));
    assert_eq!(argument(t, ld).unwrap(), Passing::Stack);
    assert_eq!(result(t, ld).unwrap(), parts(&[(X87, 0, 16)]));
    assert_eq!(result(t, TypeId::VOID).unwrap(), Passing::Nothing);
    let wide = t.primitive(Primitive::Int128);
    assert_eq!(argument(t, wide).unwrap(), parts(&[(General, 0, 8), (General, 8, 8)]));
    let s = record(t, RecordKind::Struct, &[int, double]);
    assert_eq!(argument(t, s).unwrap(), parts(&[(General, 0, 8), (Float, 8, 8)]));
    let s = record(t, RecordKind::Struct, &[float, float, float]);
    assert_eq!(argument(t, s).unwrap(), parts(&[(Float, 0, 8), (Float, 8, 4)]));
    let s = record(t, RecordKind::Struct, &[float, int, double]);
    assert_eq!(argument(t, s).unwrap(), parts(&[(General, 0, 8), (Float, 8, 8)]));
    let s = record(t, RecordKind::Struct, &[double, double, ch]);
    assert_eq!(argument(t, s).unwrap(), Passing::Stack);
    assert_eq!(result(t, s).unwrap(), Passing::Address);
    let s = record(t, RecordKind::Struct, &[ld]);
    assert_eq!(argument(t, s).unwrap(), Passing::Stack);
    assert_eq!(result(t, s).unwrap(), parts(&[(X87, 0, 16)]));
    let u = record(t, RecordKind::Union, &[ld, int]);
    assert_eq!(result(t, u).unwrap(), Passing::Address);
    let u = record(t, RecordKind::Union, &[double, int]);
    assert_eq!(result(t, u).unwrap(), parts(&[(General, 0, 8)]));
    let s = record(t, RecordKind::Struct, &[]);
    assert_eq!(argument(t, s).unwrap(), Passing::Nothing);
    let complex = t.primitive(Primitive::DoubleComplex);
    assert_eq!(argument(t, complex).unwrap(), parts(&[(Float, 0, 8), (Float, 8, 8)]));
    // A member off its alignment puts the whole into memory.
    let (id, packed) = t.new_record(Record { packed: true, ..Record::opaque(RecordKind::Struct, "p") });
    t.complete_record(id, vec![Field::new("a", ch), Field::new("b", int)]).unwrap();
    assert_eq!(argument(t, packed).unwrap(), Passing::Stack);
    let (id, bits) = t.new_record(Record::opaque(RecordKind::Struct, "b"));
    let long = t.primitive(Primitive::Long);
    t.complete_record(id, vec![Field::bit_field("a", long, 40), Field::bit_field("b", long, 40)]).unwrap();
    assert_eq!(argument(t, bits).unwrap(), parts(&[(General, 0, 8), (General, 8, 8)]));
}

#[test]
fn aapcs() {
    let t = &mut Types::new(Target::Aarch64);
    let [int, double, float, ch, ld] =
        [Primitive::Int, Primitive::Double, Primitive::Float, Primitive::Char, Primitive::LongDouble]
            .map(|p| t.primitive(p));
    assert_eq!(argument(t, ld).unwrap(), parts(&[(Float, 0, 16)]));
    let s = record(t, RecordKind::Struct, &[float, float, float]);
    assert_eq!(argument(t, s).unwrap(), parts(&[(Float, 0, 4), (Float, 4, 4), (Float, 8, 4)]));
    let four = t.array(double, Quals::NONE, Length::Fixed(4));
    let s = record(t, RecordKind::Struct, &[four]);
    assert_eq!(
        argument(t, s).unwrap(),
        parts(&[(Float, 0, 8), (Float, 8, 8), (Float, 16, 8), (Float, 24, 8)])
    );
    let five = t.array(float, Quals::NONE, Length::Fixed(5));
    let s = record(t, RecordKind::Struct, &[five]);
    assert_eq!(argument(t, s).unwrap(), Passing::Address);
    let s = record(t, RecordKind::Struct, &[float, double]);
    assert_eq!(argument(t, s).unwrap(), parts(&[(General, 0, 8), (General, 8, 8)]));
    let s = record(t, RecordKind::Struct, &[int, ch]);
    assert_eq!(argument(t, s).unwrap(), parts(&[(General, 0, 8)]));
    let (id, wide) = t.new_record(Record { aligned: Some(16), ..Record::opaque(RecordKind::Struct, "w") });
    t.complete_record(id, vec![Field::new("a", float)]).unwrap();
    assert_eq!(argument(t, wide).unwrap(), parts(&[(General, 0, 8), (General, 8, 8)]));
    let both = record(t, RecordKind::Union, &[float, float]);
    assert_eq!(argument(t, both).unwrap(), parts(&[(Float, 0, 4)]));
}

fn function(t: &mut Types, result: TypeId, params: &[TypeId]) -> Function {
    let id = t.function(result, params, false, Convention::C);
    match t.get(id) {
        Type::Function(f) => f.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn whole_calls() {
    let t = &mut Types::new(Target::X86_64);
    let long = t.primitive(Primitive::Long);
    let pair = record(t, RecordKind::Struct, &[long, long]);
    let big = record(t, RecordKind::Struct, &[long, long, long]);
    // Five longs, a pair that no longer fits, and a long that takes the register it left.
    let f = function(t, TypeId::VOID, &[long, long, long, long, long, pair, long]);
    let c = call(t, &f, &[]).unwrap();
    assert_eq!(c.arguments[5], Place::Stack { offset: 0 });
    let Place::Registers(last) = &c.arguments[6] else { panic!("{c:?}") };
    assert_eq!(last[0].1, 5);
    assert_eq!(c.stack_bytes, 16);
    // A hidden result takes rdi.
    let f = function(t, big, &[long]);
    let c = call(t, &f, &[]).unwrap();
    assert_eq!(c.result, Passing::Address);
    let Place::Registers(first) = &c.arguments[0] else { panic!("{c:?}") };
    assert_eq!(first[0].1, 1);

    let t = &mut Types::new(Target::Aarch64);
    let long = t.primitive(Primitive::Long);
    let wide = t.primitive(Primitive::Int128);
    let pair = record(t, RecordKind::Struct, &[long, long]);
    let f = function(t, TypeId::VOID, &[long, wide, long, long, long, long, pair, long]);
    let c = call(t, &f, &[]).unwrap();
    // x1 stays empty before the aligned pair x2, x3; the pair finds x7 alone and shuts the registers.
    let Place::Registers(w) = &c.arguments[1] else { panic!("{c:?}") };
    assert_eq!((w[0].1, w[1].1), (2, 3));
    assert_eq!(c.arguments[6], Place::Stack { offset: 0 });
    assert_eq!(c.arguments[7], Place::Stack { offset: 16 });
}
