//! Makes random records, as C text and as types of an arena at once.

use dovetail_ctype::{
    Enum, Enumerator, Field, Length, Primitive, Quals, Record, RecordId, RecordKind, Target, Type, TypeId,
    Types,
};
use std::fmt::Write;

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, n: u64) -> bool {
        self.below(100) < n
    }

    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }
}

/// A top-level record and what is to be measured of it.
pub struct Made {
    pub id: RecordId,
    /// C's name of the type: `struct S7`.
    pub name: String,
    /// Names of members, those of anonymous members too, as C reaches them from the record itself.
    pub members: Vec<Member>,
    text: std::ops::Range<usize>,
}

/// A member that C can name.
pub struct Member {
    pub name: String,
    pub bits: Option<u32>,
    /// Member numbers from the outside in.
    path: Vec<usize>,
    /// Whether all ones read as -1 or 1; unsigned ones have no sign.
    pub ones: String,
}

pub struct Program {
    pub types: Types,
    pub text: String,
    pub records: Vec<Made>,
}

/// Size, alignment, and for each member its offset in bytes or its bits as (first, number).
#[derive(PartialEq, Eq, Debug)]
pub struct Found {
    pub size: u64,
    pub align: u64,
    pub members: Vec<(String, Where)>,
}

#[derive(PartialEq, Eq, Debug)]
pub enum Where {
    Byte(u64),
    Bits(u64, u32),
}

impl Program {
    pub fn bit_fields(&self) -> usize {
        self.records.iter().flat_map(|r| &r.members).filter(|m| m.bits.is_some()).count()
    }

    pub fn text_of(&self, index: usize) -> &str {
        &self.text[self.records[index].text.clone()]
    }

    /// What we say of a record.
    pub fn expectation(&self, made: &Made) -> Found {
        let layout = self.types.record_layout(made.id).unwrap();
        let members = made.members.iter().map(|m| (m.name.clone(), self.place(made.id, m))).collect();
        Found { size: layout.size, align: layout.align, members }
    }

    fn place(&self, mut id: RecordId, member: &Member) -> Where {
        let mut base = 0;
        for (depth, &i) in member.path.iter().enumerate() {
            let layout = self.types.record_layout(id).unwrap();
            let place = layout.places[i];
            if depth + 1 == member.path.len() {
                return match place.bits {
                    Some(bits) => Where::Bits(base * 8 + place.first_bit(), bits),
                    None => Where::Byte(base + place.offset),
                };
            }
            base += place.offset;
            let field = &self.types.record(id).fields.as_ref().unwrap()[i];
            let Type::Record(inner) = self.types.get(field.ty) else { panic!("a path through no record") };
            id = *inner;
        }
        unreachable!("an empty path")
    }
}

const PRIMITIVES: &[Primitive] = &[
    Primitive::Char,
    Primitive::SChar,
    Primitive::UChar,
    Primitive::Bool,
    Primitive::Short,
    Primitive::UShort,
    Primitive::Int,
    Primitive::UInt,
    Primitive::Long,
    Primitive::ULong,
    Primitive::LongLong,
    Primitive::ULongLong,
    Primitive::Int128,
    Primitive::UInt128,
    Primitive::Float,
    Primitive::Double,
    Primitive::LongDouble,
    Primitive::FloatComplex,
    Primitive::DoubleComplex,
];

const BIT_TYPES: &[Primitive] = &[
    Primitive::Bool,
    Primitive::SChar,
    Primitive::UChar,
    Primitive::Short,
    Primitive::UShort,
    Primitive::Int,
    Primitive::UInt,
    Primitive::Int,
    Primitive::UInt,
    Primitive::Long,
    Primitive::ULong,
    Primitive::LongLong,
];

const ENUMS: &[(&str, Primitive)] =
    &[("enum small", Primitive::UInt), ("enum negative", Primitive::Int), ("enum large", Primitive::ULong)];

struct Maker {
    random: Random,
    types: Types,
    enums: Vec<TypeId>,
    done: Vec<(String, TypeId)>,
    names: u32,
    /// Whether bit-fields may be `aligned`: GCC and Clang lay some of those out differently.
    aligned_bits: bool,
    /// The shortest array.
    least_items: u64,
}

/// `count` records for one compiler run.
pub fn generate(target: Target, seed: u64, count: usize, aligned_bits: bool, least_items: u64) -> Program {
    let mut types = Types::new(target);
    let mut text = String::from(
        "enum small { SMALL_A, SMALL_B = 9 };\nenum negative { NEG_A = -3, NEG_B };\n\
         enum large { LARGE = 0x123456789abcdefUL };\n",
    );
    let mut enums = Vec::new();
    for (name, storage) in ENUMS {
        let underlying = types.primitive(*storage);
        let one = Enumerator { name: "X".into(), value: Some(0), doc: None };
        let tag = name.trim_start_matches("enum ").to_owned();
        enums.push(
            types
                .new_enum(Enum {
                    tag,
                    forced_name: None,
                    underlying,
                    enumerators: Some(vec![one]),
                    partial: false,
                })
                .1,
        );
    }
    let mut maker = Maker {
        random: Random::new(seed),
        types,
        enums,
        done: Vec::new(),
        names: 0,
        aligned_bits,
        least_items,
    };
    let mut records = Vec::new();
    for i in 0..count {
        let begin = text.len();
        let pack = maker.random.percent(20).then(|| maker.random.pick(&[1, 2, 4, 8, 16]));
        if let Some(n) = pack {
            writeln!(text, "#pragma pack(push, {n})").unwrap();
        }
        let tag = format!("S{i}");
        let built = maker.record(&tag, pack, 0);
        writeln!(text, "{};", built.text).unwrap();
        if pack.is_some() {
            text.push_str("#pragma pack(pop)\n");
        }
        let name = format!("{} {tag}", built.kind.keyword());
        if !built.tail {
            maker.done.push((name.clone(), built.ty));
        }
        records.push(Made { id: built.id, name, members: built.members, text: begin..text.len() });
    }
    Program { types: maker.types, text, records }
}

struct Built {
    id: RecordId,
    ty: TypeId,
    kind: RecordKind,
    text: String,
    members: Vec<Member>,
    tail: bool,
}

/// A member in the making.
struct One {
    field: Field,
    text: String,
    inner: Vec<Member>,
    ones: String,
}

impl Maker {
    fn fresh(&mut self) -> String {
        self.names += 1;
        format!("m{}", self.names)
    }

    fn record(&mut self, tag: &str, pack: Option<u64>, depth: u32) -> Built {
        let kind = if self.random.percent(22) { RecordKind::Union } else { RecordKind::Struct };
        let packed = self.random.percent(18);
        let aligned = self.random.percent(8).then(|| self.random.pick(&[1, 2, 4, 8, 16, 32, 64]));
        let bits = if self.random.percent(50) { self.random.pick(&[15, 40, 80]) } else { 0 };
        let fields = 1 + self.random.below(if depth == 0 { 8 } else { 4 });
        let (mut list, mut members, mut body) = (Vec::new(), Vec::new(), String::new());
        for i in 0..fields {
            let one =
                if self.random.percent(bits) { self.bit_field(i == 0) } else { self.member(pack, depth) };
            writeln!(body, "    {}", one.text).unwrap();
            for m in one.inner {
                members.push(Member { path: [vec![i as usize], m.path].concat(), ..m });
            }
            if !one.field.name.is_empty() {
                members.push(Member {
                    name: one.field.name.clone(),
                    bits: one.field.bits,
                    path: vec![i as usize],
                    ones: one.ones,
                });
            }
            list.push(one.field);
        }
        let tail = depth == 0 && kind == RecordKind::Struct && !members.is_empty() && self.random.percent(6);
        if tail {
            let p = self.random.pick(PRIMITIVES);
            let item = self.types.primitive(p);
            let name = self.fresh();
            writeln!(body, "    {} {name}[];", p.c_name()).unwrap();
            members.push(Member {
                name: name.clone(),
                bits: None,
                path: vec![list.len()],
                ones: String::new(),
            });
            list.push(Field::new(name, self.types.array(item, Quals::NONE, Length::Open)));
        }
        let mut text = format!("{} ", kind.keyword());
        if packed {
            text.push_str("__attribute__((packed)) ");
        }
        if let Some(n) = aligned {
            write!(text, "__attribute__((aligned({n}))) ").unwrap();
        }
        write!(text, "{tag} {{\n{body}}}").unwrap();
        let record =
            Record { packed, pack, aligned, ..Record::opaque(kind, if tag.is_empty() { "$1" } else { tag }) };
        let (id, ty) = self.types.new_record(record);
        self.types.complete_record(id, list).unwrap();
        Built { id, ty, kind, text, members, tail }
    }

    fn bit_field(&mut self, first: bool) -> One {
        let (ty, written, most, ones) = if self.random.percent(12) {
            let i = self.random.below(2) as usize;
            (self.enums[i], ENUMS[i].0.to_owned(), 32, if i == 0 { "~0u" } else { "-1" })
        } else {
            let p = self.random.pick(BIT_TYPES);
            let most = if p == Primitive::Bool { 1 } else { p.size() * 8 };
            (
                self.types.primitive(p),
                p.c_name().to_owned(),
                most,
                if p == Primitive::Bool { "1" } else { "-1" },
            )
        };
        let zero = !first && self.random.percent(10);
        let bits = if zero {
            0
        } else if self.random.percent(50) {
            1 + self.random.below(most.min(9))
        } else {
            1 + self.random.below(most)
        };
        let name = if zero || self.random.percent(12) { String::new() } else { self.fresh() };
        let mut field = Field::bit_field(name.clone(), ty, bits as u32);
        let attributes = self.attributes(&mut field, !name.is_empty(), self.aligned_bits);
        let text = format!("{written} {name} : {bits}{attributes};");
        // Enum bit-fields may be too narrow for their values: ones are written through a cast.
        let ones = if ones == "~0u" { "(enum small)-1" } else { ones };
        One { field, text, inner: Vec::new(), ones: ones.to_owned() }
    }

    fn attributes(&mut self, field: &mut Field, may: bool, may_align: bool) -> String {
        let mut text = String::new();
        if may && self.random.percent(5) {
            field.packed = true;
            text.push_str(" __attribute__((packed))");
        }
        if may && may_align && self.random.percent(6) {
            let n = self.random.pick(&[1, 2, 4, 8, 16, 32]);
            field.aligned = Some(n);
            write!(text, " __attribute__((aligned({n})))").unwrap();
        }
        text
    }

    fn member(&mut self, pack: Option<u64>, depth: u32) -> One {
        if depth < 3 && self.random.percent(12) {
            // A record inside, with a name or without.
            let built = self.record("", pack, depth + 1);
            let name = if self.random.percent(50) { String::new() } else { self.fresh() };
            let field = Field::new(name.clone(), built.ty);
            let inner = if name.is_empty() { built.members } else { Vec::new() };
            return One { field, text: format!("{} {name};", built.text), inner, ones: String::new() };
        }
        let name = self.fresh();
        let (mut ty, written) = if !self.done.is_empty() && self.random.percent(20) {
            let i = self.random.below(self.done.len() as u64) as usize;
            (self.done[i].1, self.done[i].0.clone())
        } else if self.random.percent(6) {
            let i = self.random.below(3) as usize;
            (self.enums[i], ENUMS[i].0.to_owned())
        } else {
            let p = self.random.pick(PRIMITIVES);
            (self.types.primitive(p), p.c_name().to_owned())
        };
        let mut inner = name.clone();
        if self.random.percent(12) {
            ty = self.types.pointer(ty, Quals::NONE);
            inner = format!("*{inner}");
        }
        if self.random.percent(18) && self.types.layout(ty).unwrap().size < 1 << 16 {
            let n = self.random.below(5).max(self.least_items);
            ty = self.types.array(ty, Quals::NONE, Length::Fixed(n));
            inner = format!("{inner}[{n}]");
        }
        let mut field = Field::new(name, ty);
        let attributes = self.attributes(&mut field, true, true);
        One { field, text: format!("{written} {inner}{attributes};"), inner: Vec::new(), ones: String::new() }
    }
}
