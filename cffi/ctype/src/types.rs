//! The arena: one type, one id.

use crate::layout::{Layout, LayoutError, RecordLayout};
use crate::{Enum, EnumId, Field, Primitive, Record, RecordId, Target};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A type of one arena. Equal types have equal ids.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct TypeId(pub(crate) u32);

impl TypeId {
    /// Its number: ids count from 0, in the order in which types are made.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// `void`, in every arena.
    pub const VOID: TypeId = TypeId(0);
}

/// `const`, `volatile` and `restrict`, as a set.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Quals(pub u8);

impl Quals {
    pub const NONE: Quals = Quals(0);
    pub const CONST: Quals = Quals(1);
    pub const RESTRICT: Quals = Quals(2);
    pub const VOLATILE: Quals = Quals(4);

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Quals) -> Quals {
        Quals(self.0 | other.0)
    }

    /// Whether all of `other` are in.
    pub fn has(self, other: Quals) -> bool {
        self.0 & other.0 == other.0
    }

    /// `const volatile ` and so on, each with a blank after it.
    pub(crate) fn text(self) -> String {
        let mut out = String::new();
        for (bit, word) in
            [(Quals::CONST, "const "), (Quals::VOLATILE, "volatile "), (Quals::RESTRICT, "__restrict ")]
        {
            if self.has(bit) {
                out.push_str(word);
            }
        }
        out
    }
}

/// The length of an array.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Length {
    Fixed(u64),
    /// `[]`: as long as the memory it is laid over.
    Open,
    /// `[...]`: the library knows.
    Dots,
}

/// How a function is called. On our targets all but the last two are the same call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
pub enum Convention {
    #[default]
    C,
    /// Written `__stdcall` or `WINAPI`: kept for its name, called as C.
    Stdcall,
    /// `__attribute__((ms_abi))`: Windows' registers on x86-64.
    MsAbi,
    /// `__attribute__((sysv_abi))` where it is not the default.
    SysV,
    /// Something else (`vectorcall`, `preserve_most` ...): not callable from here.
    Other,
}

/// A function's type.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Function {
    pub result: TypeId,
    /// Arrays and functions have become pointers.
    pub params: Box<[TypeId]>,
    /// Ends with `...`.
    pub variadic: bool,
    pub convention: Convention,
}

/// What `typedef int... t;` and `typedef float... t;` promise.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum UnknownKind {
    Integer,
    Float,
}

/// A C type.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Type {
    Void,
    Primitive(Primitive),
    /// A number whose size only a compiler run or the real header tells.
    Unknown {
        name: Box<str>,
        kind: UnknownKind,
    },
    /// `quals` are those of what it points to.
    Pointer {
        to: TypeId,
        quals: Quals,
    },
    /// `quals` are those of the items.
    Array {
        item: TypeId,
        quals: Quals,
        length: Length,
    },
    Function(Function),
    Record(RecordId),
    Enum(EnumId),
}

/// All types of a target that somebody has asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Types {
    target: Target,
    types: Vec<Type>,
    records: Vec<Record>,
    enums: Vec<Enum>,
    #[serde(skip)]
    index: FxHashMap<Type, TypeId>,
}

/// The arena without what follows from the rest.
#[derive(Deserialize)]
struct Stored {
    target: Target,
    types: Vec<Type>,
    records: Vec<Record>,
    enums: Vec<Enum>,
}

impl From<Stored> for Types {
    fn from(s: Stored) -> Types {
        let index = s.types.iter().enumerate().map(|(i, t)| (t.clone(), TypeId(i as u32))).collect();
        Types { target: s.target, types: s.types, records: s.records, enums: s.enums, index }
    }
}

impl Types {
    /// An arena with nothing but `void` in it.
    pub fn new(target: Target) -> Types {
        let mut types = Types {
            target,
            types: Vec::new(),
            records: Vec::new(),
            enums: Vec::new(),
            index: FxHashMap::default(),
        };
        types.intern(Type::Void);
        types
    }

    /// Whose types they are.
    pub fn target(&self) -> Target {
        self.target
    }

    /// What an id stands for.
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[id.0 as usize]
    }

    /// All types, in the order they were made.
    pub fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.types.len() as u32).map(TypeId)
    }

    /// The id of that number, if there is one.
    pub fn id_at(&self, index: usize) -> Option<TypeId> {
        (index < self.types.len()).then_some(TypeId(index as u32))
    }

    /// How many types there are.
    pub fn len(&self) -> usize {
        self.types.len()
    }

    /// Never: `void` is always there.
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// The id of a type.
    pub fn intern(&mut self, ty: Type) -> TypeId {
        if let Some(&id) = self.index.get(&ty) {
            return id;
        }
        let id = TypeId(u32::try_from(self.types.len()).expect("four thousand million C types"));
        self.types.push(ty.clone());
        self.index.insert(ty, id);
        id
    }

    pub fn primitive(&mut self, p: Primitive) -> TypeId {
        self.intern(Type::Primitive(p))
    }

    /// A pointer to `to`, whose target has those qualifiers.
    pub fn pointer(&mut self, to: TypeId, quals: Quals) -> TypeId {
        self.intern(Type::Pointer { to, quals })
    }

    pub fn array(&mut self, item: TypeId, quals: Quals, length: Length) -> TypeId {
        self.intern(Type::Array { item, quals, length })
    }

    /// A function's type; parameters of array and function type become pointers, as C does it.
    pub fn function(
        &mut self,
        result: TypeId,
        params: &[TypeId],
        variadic: bool,
        convention: Convention,
    ) -> TypeId {
        let params = params.iter().map(|&p| self.decayed(p)).collect();
        self.intern(Type::Function(Function { result, params, variadic, convention }))
    }

    /// What a parameter declared so really is: arrays and functions become pointers.
    pub fn decayed(&mut self, id: TypeId) -> TypeId {
        match *self.get(id) {
            Type::Array { item, quals, .. } => self.pointer(item, quals),
            Type::Function(_) => self.pointer(id, Quals::NONE),
            _ => id,
        }
    }

    /// Another struct or union, and its type.
    pub fn new_record(&mut self, record: Record) -> (RecordId, TypeId) {
        let id = RecordId(self.records.len() as u32);
        self.records.push(record);
        (id, self.intern(Type::Record(id)))
    }

    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.0 as usize]
    }

    /// For names and flags; members come by [`complete_record`](Self::complete_record).
    pub fn record_mut(&mut self, id: RecordId) -> &mut Record {
        &mut self.records[id.0 as usize]
    }

    /// All structs and unions, in the order they were made.
    pub fn records(&self) -> impl Iterator<Item = (RecordId, &Record)> {
        self.records.iter().enumerate().map(|(i, r)| (RecordId(i as u32), r))
    }

    /// Gives an opaque record its members, and computes its places where it is whole. An error leaves the members in
    /// and the places out: asking for the layout says why again.
    pub fn complete_record(&mut self, id: RecordId, fields: Vec<Field>) -> Result<(), LayoutError> {
        let record = self.record_mut(id);
        record.fields = Some(fields);
        if record.partial || record.fixed.is_some() {
            return Ok(());
        }
        let layout = self.compute_record(id)?;
        self.record_mut(id).fixed = Some(layout);
        Ok(())
    }

    /// Places from somebody who knows. One place for each member, in their order.
    pub fn fix_layout(&mut self, id: RecordId, layout: RecordLayout) {
        self.record_mut(id).fixed = Some(layout);
    }

    /// Another enum, and its type.
    pub fn new_enum(&mut self, e: Enum) -> (EnumId, TypeId) {
        let id = EnumId(self.enums.len() as u32);
        self.enums.push(e);
        (id, self.intern(Type::Enum(id)))
    }

    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0 as usize]
    }

    pub fn enumeration_mut(&mut self, id: EnumId) -> &mut Enum {
        &mut self.enums[id.0 as usize]
    }

    /// All enums, in the order they were made.
    pub fn enums(&self) -> impl Iterator<Item = (EnumId, &Enum)> {
        self.enums.iter().enumerate().map(|(i, e)| (EnumId(i as u32), e))
    }

    /// The integer type an enum is stored in when it has those values: what GCC and Clang choose without
    /// `-fshort-enums`. None when no type of C holds them all.
    pub fn enum_storage(values: impl IntoIterator<Item = i128>) -> Option<Primitive> {
        let (low, high) = values.into_iter().fold((0, 0), |(low, high), v| (v.min(low), v.max(high)));
        if low >= 0 {
            match high {
                ..=0xffff_ffff => Some(Primitive::UInt),
                0x1_0000_0000..=0xffff_ffff_ffff_ffff => Some(Primitive::ULong),
                _ => None,
            }
        } else if low >= i128::from(i32::MIN) && high <= i128::from(i32::MAX) {
            Some(Primitive::Int)
        } else if low >= i128::from(i64::MIN) && high <= i128::from(i64::MAX) {
            Some(Primitive::Long)
        } else {
            None
        }
    }

    /// The same type with no qualifier anywhere in it: what cffi's `typeof` gives.
    pub fn unqualified(&mut self, id: TypeId) -> TypeId {
        match self.get(id).clone() {
            Type::Pointer { to, .. } => {
                let to = self.unqualified(to);
                self.pointer(to, Quals::NONE)
            }
            Type::Array { item, length, .. } => {
                let item = self.unqualified(item);
                self.array(item, Quals::NONE, length)
            }
            Type::Function(f) => {
                let result = self.unqualified(f.result);
                let params: Vec<_> = f.params.iter().map(|&p| self.unqualified(p)).collect();
                self.function(result, &params, f.variadic, f.convention)
            }
            _ => id,
        }
    }

    /// Size and alignment of anything complete.
    pub fn layout(&self, id: TypeId) -> Result<Layout, LayoutError> {
        self.compute(id)
    }

    /// Size, alignment and places of a struct or union.
    pub fn record_layout(&self, id: RecordId) -> Result<RecordLayout, LayoutError> {
        match &self.record(id).fixed {
            Some(layout) => Ok(layout.clone()),
            None => self.compute_record(id),
        }
    }

    /// The layout that follows from the members alone, whatever somebody who knows has said.
    pub fn computed_layout(&self, id: RecordId) -> Result<RecordLayout, LayoutError> {
        self.compute_record(id)
    }

    /// Takes over all types of another arena of the same target; the answer maps its ids (by number) to ours.
    /// Structs, unions and enums that `merger` has seen under the same tag are the same: an opaque one learns its
    /// members from the newcomer. Substitutes for tags (`$1`, `$foo_t`) count as tags: within one scope they are given
    /// out in the order of its texts.
    ///
    /// # Panics
    /// When the targets differ.
    pub fn absorb(&mut self, other: &Types, merger: &mut Merger) -> Vec<TypeId> {
        assert_eq!(self.target, other.target, "types of another machine");
        let mut fresh_records = Vec::new();
        let mut records = Vec::with_capacity(other.records.len());
        for record in &other.records {
            let key = format!("{} {}", record.kind.keyword(), record.tag);
            let known = merger.records.get(&key).copied();
            let id = known.unwrap_or_else(|| {
                let id = self.new_record(Record { fields: None, fixed: None, ..record.clone() }).0;
                merger.records.insert(key, id);
                id
            });
            fresh_records.push(self.record(id).is_opaque() && !record.is_opaque());
            records.push(id);
        }
        let mut enums = Vec::with_capacity(other.enums.len());
        let mut fresh_enums = Vec::new();
        for e in &other.enums {
            let known = merger.enums.get(&e.tag).copied();
            let id = known.unwrap_or_else(|| {
                let id = self.new_enum(Enum { enumerators: None, ..e.clone() }).0;
                merger.enums.insert(e.tag.clone(), id);
                id
            });
            fresh_enums.push(self.enumeration(id).enumerators.is_none() && e.enumerators.is_some());
            enums.push(id);
        }
        // A type only refers to types made before it, and to records and enums.
        let mut map: Vec<TypeId> = Vec::with_capacity(other.types.len());
        for ty in &other.types {
            let at = |id: TypeId| map[id.0 as usize];
            let ours = match ty {
                Type::Void | Type::Primitive(_) | Type::Unknown { .. } => ty.clone(),
                Type::Pointer { to, quals } => Type::Pointer { to: at(*to), quals: *quals },
                Type::Array { item, quals, length } => {
                    Type::Array { item: at(*item), quals: *quals, length: *length }
                }
                Type::Function(f) => Type::Function(Function {
                    result: at(f.result),
                    params: f.params.iter().map(|&p| at(p)).collect(),
                    ..*f
                }),
                Type::Record(id) => Type::Record(records[id.0 as usize]),
                Type::Enum(id) => Type::Enum(enums[id.0 as usize]),
            };
            let id = self.intern(ours);
            map.push(id);
        }
        for (i, record) in other.records.iter().enumerate().filter(|(i, _)| fresh_records[*i]) {
            let fields = record.fields.as_ref().map(|fields| {
                fields.iter().map(|f| Field { ty: map[f.ty.0 as usize], ..f.clone() }).collect()
            });
            *self.record_mut(records[i]) = Record { fields, ..record.clone() };
        }
        for (i, e) in other.enums.iter().enumerate() {
            let underlying = map[e.underlying.0 as usize];
            if fresh_enums[i] {
                *self.enumeration_mut(enums[i]) = Enum { underlying, ..e.clone() };
            } else if self.enumeration(enums[i]).enumerators.is_none() {
                self.enumeration_mut(enums[i]).underlying = underlying;
            }
        }
        map
    }
}

/// Which tags [`Types::absorb`] has seen: one per scope in which a tag has one meaning (an `FFI` object).
#[derive(Clone, Default, Debug)]
pub struct Merger {
    records: FxHashMap<String, RecordId>,
    enums: FxHashMap<String, EnumId>,
}

impl Merger {
    /// Takes note of a struct, union or enum that was made in `types` itself: the next one of its tag is the same.
    pub fn adopt(&mut self, types: &Types, ty: TypeId) {
        match *types.get(ty) {
            Type::Record(id) => {
                let record = types.record(id);
                self.records.insert(format!("{} {}", record.kind.keyword(), record.tag), id);
            }
            Type::Enum(id) => {
                self.enums.insert(types.enumeration(id).tag.clone(), id);
            }
            _ => {}
        }
    }

    /// Forgets what a tag stood for (`override=True`): the next one of that tag is another type.
    pub fn forget(&mut self, keyword: &str, tag: &str) {
        if keyword == "enum" {
            self.enums.remove(tag);
        } else {
            self.records.remove(&format!("{keyword} {tag}"));
        }
    }
}
