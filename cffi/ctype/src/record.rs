//! Structs, unions and enums: what a declaration says, before bytes are counted.

use crate::{Quals, RecordLayout, TypeId};
use serde::{Deserialize, Serialize};

/// A struct or union of one arena.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct RecordId(pub(crate) u32);

/// An enum of one arena.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct EnumId(pub(crate) u32);

/// Struct or union.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum RecordKind {
    Struct,
    Union,
}

impl RecordKind {
    /// C's keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            RecordKind::Struct => "struct",
            RecordKind::Union => "union",
        }
    }
}

/// A struct or union.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Struct or union.
    pub kind: RecordKind,
    /// The tag; without one, cffi's substitute: `$1`, or `$name` after the typedef that names it.
    pub tag: String,
    /// A typedef that serves as the name where there is no tag: printed alone, without `struct`.
    pub forced_name: Option<String>,
    /// The members; None while the record is opaque.
    pub fields: Option<Vec<Field>>,
    /// Members may be missing and out of order (`...;`): only [`Types::fix_layout`](crate::Types::fix_layout) knows.
    pub partial: bool,
    /// `__attribute__((packed))` on the record.
    pub packed: bool,
    /// `#pragma pack(n)` in force at its definition.
    pub pack: Option<u64>,
    /// `__attribute__((aligned(n)))` on the record.
    pub aligned: Option<u64>,
    /// Places given by somebody who knows (libclang, a compiled module); else computed.
    pub fixed: Option<RecordLayout>,
}

impl Record {
    /// An opaque struct or union of that tag.
    pub fn opaque(kind: RecordKind, tag: impl Into<String>) -> Record {
        Record {
            kind,
            tag: tag.into(),
            forced_name: None,
            fields: None,
            partial: false,
            packed: false,
            pack: None,
            aligned: None,
            fixed: None,
        }
    }

    /// As it is printed: `struct foo`, or the name of the typedef.
    pub fn name(&self) -> String {
        match &self.forced_name {
            Some(name) => name.clone(),
            None => format!("{} {}", self.kind.keyword(), self.tag),
        }
    }

    /// Whether nothing but its name is known.
    pub fn is_opaque(&self) -> bool {
        self.fields.is_none()
    }

    /// Whether the tag is cffi's substitute, so that C cannot name the record by it.
    pub fn is_anonymous(&self) -> bool {
        self.tag.starts_with('$')
    }
}

/// A member of a struct or union.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Field {
    /// Empty for an anonymous struct or union, and for an unnamed bit-field.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// Qualifiers of the member itself.
    pub quals: Quals,
    /// The width of a bit-field; 0 is the unnamed one that closes a unit.
    pub bits: Option<u32>,
    /// `__attribute__((packed))` on the member.
    pub packed: bool,
    /// `__attribute__((aligned(n)))` on the member: at least so much.
    pub aligned: Option<u64>,
    /// The alignment of the typedef it was declared with, where that is not its type's own.
    pub type_align: Option<u64>,
    /// What the comment before it says.
    pub doc: Option<String>,
}

impl Field {
    /// A plain member.
    pub fn new(name: impl Into<String>, ty: TypeId) -> Field {
        Field {
            name: name.into(),
            ty,
            quals: Quals::NONE,
            bits: None,
            packed: false,
            aligned: None,
            type_align: None,
            doc: None,
        }
    }

    /// A bit-field.
    pub fn bit_field(name: impl Into<String>, ty: TypeId, bits: u32) -> Field {
        Field { bits: Some(bits), ..Field::new(name, ty) }
    }
}

/// An enum.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Enum {
    /// The tag, or cffi's substitute (`$1`, `$name`).
    pub tag: String,
    /// A typedef that serves as the name.
    pub forced_name: Option<String>,
    /// The integer type a compiler stores it in.
    pub underlying: TypeId,
    /// Its constants in the order of the source; None while only the tag is known.
    pub enumerators: Option<Vec<Enumerator>>,
    /// Constants may be missing or have unknown values (`...`).
    pub partial: bool,
}

impl Enum {
    /// As it is printed: `enum foo`, or the name of the typedef.
    pub fn name(&self) -> String {
        match &self.forced_name {
            Some(name) => name.clone(),
            None => format!("enum {}", self.tag),
        }
    }
}

/// A constant of an enum.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Enumerator {
    pub name: String,
    /// As a mathematical integer: unsigned 64-bit values stay positive. None: written as `...`.
    pub value: Option<i128>,
    /// What the comment before it says.
    pub doc: Option<String>,
}
