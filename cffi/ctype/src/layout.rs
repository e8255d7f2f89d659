//! Where bytes and bits lie: C's layout on the System V and AAPCS64 targets, as GCC and Clang agree on it.
//! `tests/random_layouts.rs` compares it with the compilers over thousands of random records.

use crate::{Length, Primitive, Record, RecordId, RecordKind, Type, TypeId, Types};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::fmt;

/// Size and alignment in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Layout {
    pub size: u64,
    pub align: u64,
}

/// The place of a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FieldPlace {
    /// First byte; for a bit-field, of the unit of its declared type that it is read with where that unit lies inside
    /// the record and covers it, else the byte of its first bit.
    pub offset: u64,
    /// For a bit-field: its first bit counted from `offset`, little endian.
    pub bit_shift: u32,
    /// The bits of a bit-field; None for other members.
    pub bits: Option<u32>,
}

impl FieldPlace {
    /// The first bit counted from the record's start.
    pub fn first_bit(&self) -> u64 {
        self.offset * 8 + u64::from(self.bit_shift)
    }
}

/// The layout of a struct or union.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecordLayout {
    pub size: u64,
    pub align: u64,
    /// One for each member, in the declaration's order.
    pub places: SmallVec<[FieldPlace; 4]>,
}

/// Why a type has no layout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LayoutError {
    /// A struct, union or enum of which only the name is known.
    Opaque(String),
    /// `...;`, `[...]`, `int...`: only the library's header or a compiler knows.
    Partial(String),
    /// `void`, a function, an array without length.
    NoSize(String),
    /// A bit-field wider than its type, of no integer type, or zero wide with a name.
    BadBitField { record: String, field: String },
    /// A member that is a function, `void` or an open array before the end.
    BadField { record: String, field: String },
    /// More than a signed 64-bit number of bits.
    TooLarge(String),
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LayoutError::Opaque(name) => write!(f, "ctype '{name}' is opaque"),
            LayoutError::Partial(name) => {
                write!(f, "'{name}' is only partly declared ('...'): its layout is not known")
            }
            LayoutError::NoSize(name) => write!(f, "ctype '{name}' is of unknown size"),
            LayoutError::BadBitField { record, field } => {
                write!(f, "bit-field '{field}' of '{record}' does not fit its type")
            }
            LayoutError::BadField { record, field } => {
                write!(f, "field '{field}' of '{record}' has a type that cannot be a field there")
            }
            LayoutError::TooLarge(name) => write!(f, "'{name}' is too large for this machine"),
        }
    }
}

impl std::error::Error for LayoutError {}

/// The most bytes an object may have, so that its bits can be counted in an i64.
const MOST: u64 = 1 << 60;

impl Types {
    pub(crate) fn compute(&self, id: TypeId) -> Result<Layout, LayoutError> {
        let pointer = self.target().pointer_size();
        Ok(match self.get(id) {
            Type::Primitive(p) => Layout { size: p.size(), align: p.align() },
            Type::Pointer { .. } => Layout { size: pointer, align: pointer },
            Type::Array { item, length, .. } => {
                let item = self.compute(*item)?;
                match length {
                    Length::Fixed(n) => {
                        let size = item.size.checked_mul(*n).filter(|&s| s <= MOST);
                        let size = size.ok_or_else(|| LayoutError::TooLarge(self.name(id)))?;
                        Layout { size, align: item.align }
                    }
                    Length::Open => return Err(LayoutError::NoSize(self.name(id))),
                    Length::Dots => return Err(LayoutError::Partial(self.name(id))),
                }
            }
            Type::Record(r) => match &self.record(*r).fixed {
                Some(l) => Layout { size: l.size, align: l.align },
                None => {
                    let l = self.compute_record(*r)?;
                    Layout { size: l.size, align: l.align }
                }
            },
            Type::Enum(e) => {
                let e = self.enumeration(*e);
                if e.enumerators.is_none() {
                    return Err(LayoutError::Opaque(e.name()));
                }
                return self.compute(e.underlying);
            }
            Type::Unknown { .. } => return Err(LayoutError::Partial(self.name(id))),
            Type::Void | Type::Function(_) => return Err(LayoutError::NoSize(self.name(id))),
        })
    }

    pub(crate) fn compute_record(&self, id: RecordId) -> Result<RecordLayout, LayoutError> {
        let record = self.record(id);
        let Some(fields) = &record.fields else { return Err(LayoutError::Opaque(record.name())) };
        if record.partial {
            return Err(LayoutError::Partial(record.name()));
        }
        let mut builder = Builder::new(record, self.target().unnamed_bit_fields_align());
        for (i, field) in fields.iter().enumerate() {
            let mut own = self.member_layout(record, i)?;
            if let Some(align) = field.type_align {
                own.align = align;
            }
            match field.bits {
                Some(bits) => {
                    self.check_bit_field(record, i, bits)?;
                    builder.bit_field(i, own, bits);
                }
                None => builder.plain(i, own),
            }
            if builder.size_bits > MOST * 8 {
                return Err(LayoutError::TooLarge(record.name()));
            }
        }
        Ok(builder.finish())
    }

    /// Size and alignment of a member; an open array at the end has size 0.
    fn member_layout(&self, record: &Record, index: usize) -> Result<Layout, LayoutError> {
        let fields = record.fields.as_deref().unwrap_or_default();
        let field = &fields[index];
        let last = index + 1 == fields.len() || record.kind == RecordKind::Union;
        match self.get(field.ty) {
            Type::Array { item, length: Length::Open, .. } if last => {
                Ok(Layout { size: 0, align: self.compute(*item)?.align })
            }
            Type::Void | Type::Function(_) | Type::Array { length: Length::Open, .. } => {
                Err(LayoutError::BadField { record: record.name(), field: field.name.clone() })
            }
            _ => self.compute(field.ty),
        }
    }

    fn check_bit_field(&self, record: &Record, index: usize, bits: u32) -> Result<(), LayoutError> {
        let field = &record.fields.as_deref().unwrap_or_default()[index];
        let most = match self.get(field.ty) {
            Type::Primitive(Primitive::Bool) => 1,
            Type::Primitive(p) if p.is_integral() => p.size() as u32 * 8,
            Type::Enum(e) => self.compute(self.enumeration(*e).underlying)?.size as u32 * 8,
            _ => 0,
        };
        if bits > most || (bits == 0 && !field.name.is_empty()) {
            return Err(LayoutError::BadBitField { record: record.name(), field: field.name.clone() });
        }
        Ok(())
    }
}

fn round_up(value: u64, to: u64) -> u64 {
    value.div_ceil(to) * to
}

/// Lays members out one after the other. Positions are bits.
struct Builder<'a> {
    record: &'a Record,
    unnamed_align: bool,
    /// Where the next bit-field may begin (struct), or the longest member's end (union).
    size_bits: u64,
    /// Bytes.
    align: u64,
    places: SmallVec<[FieldPlace; 4]>,
    /// The declared size of each bit-field's type, for the choice of its unit at the end.
    units: SmallVec<[u64; 4]>,
}

impl<'a> Builder<'a> {
    fn new(record: &'a Record, unnamed_align: bool) -> Builder<'a> {
        Builder {
            record,
            unnamed_align,
            size_bits: 0,
            align: 1,
            places: SmallVec::new(),
            units: SmallVec::new(),
        }
    }

    fn begin(&self) -> u64 {
        match self.record.kind {
            RecordKind::Struct => self.size_bits,
            RecordKind::Union => 0,
        }
    }

    fn plain(&mut self, index: usize, own: Layout) {
        let field = &self.record.fields.as_deref().unwrap_or_default()[index];
        let mut align = if self.record.packed || field.packed { 1 } else { own.align };
        // `aligned` of the member is a floor even when packed; `#pragma pack` is a ceiling over both.
        align = align.max(field.aligned.unwrap_or(1));
        if let Some(pack) = self.record.pack {
            align = align.min(pack);
        }
        let offset = round_up(self.begin().div_ceil(8), align);
        self.place(offset * 8, own.size * 8, align);
        self.places.push(FieldPlace { offset, bit_shift: 0, bits: None });
        self.units.push(0);
    }

    fn bit_field(&mut self, index: usize, own: Layout, bits: u32) {
        let field = &self.record.fields.as_deref().unwrap_or_default()[index];
        let packed = self.record.packed || field.packed;
        // A zero width ignores `packed` and `#pragma pack`: it always closes the unit.
        let mut align = if packed && bits != 0 { 1 } else { own.align };
        let mut align_bits = if packed && bits != 0 { 1 } else { own.align * 8 };
        if let Some(aligned) = field.aligned {
            align = align.max(aligned);
            align_bits = align_bits.max(aligned * 8);
        }
        if let (Some(pack), true) = (self.record.pack, bits != 0) {
            // Both together: `packed` no longer lowers the alignment, the pragma alone does.
            align = if packed { own.align.max(field.aligned.unwrap_or(1)) } else { align }.min(pack);
            align_bits = align_bits.min(pack * 8);
        }
        let mut first = self.begin();
        // Inside `#pragma pack` fields follow each other without regard to their units.
        let may_pad = self.record.pack.is_none();
        // GCC: `aligned` first (as far as the pragma lets it), then the unit. Clang does the unit first, so the two differ
        // in the few fields that have both; the libraries of our targets are GCC's.
        if let Some(aligned) = field.aligned {
            first = round_up(first, aligned.min(self.record.pack.unwrap_or(aligned)) * 8);
        }
        let crosses = first % align_bits + u64::from(bits) > own.size * 8;
        if bits == 0 || (may_pad && crosses) {
            first = round_up(first, align_bits);
        }
        if field.name.is_empty() && !self.unnamed_align {
            align = 1;
        }
        self.place(first, u64::from(bits), align);
        self.places.push(FieldPlace { offset: first / 8, bit_shift: (first % 8) as u32, bits: Some(bits) });
        self.units.push(own.size);
    }

    fn place(&mut self, first: u64, bits: u64, align: u64) {
        self.size_bits = self.size_bits.max(first.saturating_add(bits));
        self.align = self.align.max(align);
    }

    fn finish(mut self) -> RecordLayout {
        let align = self.align.max(self.record.aligned.unwrap_or(1));
        let size = round_up(self.size_bits.div_ceil(8), align);
        for (place, &unit) in self.places.iter_mut().zip(&self.units) {
            *place = in_unit(*place, unit, size);
        }
        RecordLayout { size, align, places: self.places }
    }
}

/// Counts a bit-field from the unit of its type that it lies in, where there is one inside the record.
pub(crate) fn in_unit(place: FieldPlace, unit: u64, size: u64) -> FieldPlace {
    let Some(bits) = place.bits else { return place };
    let first = place.first_bit();
    if unit == 0 {
        return place;
    }
    let start = first / (unit * 8) * unit;
    if first + u64::from(bits) <= (start + unit) * 8 && start + unit <= size {
        FieldPlace { offset: start, bit_shift: (first - start * 8) as u32, bits: place.bits }
    } else {
        place
    }
}

impl RecordLayout {
    /// A layout from bit offsets that somebody else measured: for each member its first bit, its bits if it is a
    /// bit-field, and the size of its type.
    pub fn measured(size: u64, align: u64, members: &[(u64, Option<u32>, u64)]) -> RecordLayout {
        let places = members
            .iter()
            .map(|&(first, bits, unit)| {
                let place = FieldPlace { offset: first / 8, bit_shift: (first % 8) as u32, bits };
                in_unit(place, unit, size)
            })
            .collect();
        RecordLayout { size, align, places }
    }
}
