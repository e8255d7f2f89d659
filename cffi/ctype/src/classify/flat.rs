//! A value as the scalars it is made of, each with its place.

use crate::{LayoutError, Length, Primitive, Type, TypeId, Types};

/// A scalar inside a value.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    /// First byte.
    pub offset: u64,
    /// Bytes; of a bit-field, those it touches.
    pub size: u64,
    /// What its type wants.
    pub align: u64,
    pub kind: LeafKind,
    pub bit_field: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LeafKind {
    /// Integers, pointers, enums, bit-fields.
    Integer,
    Float(Primitive),
}

/// Calls `see` for each scalar of a value of that type at `base`; a complex number is two of them. Stops at the
/// first `false`. Long arrays of equal items are walked item by item: callers stop early.
pub(super) fn walk(
    types: &Types,
    id: TypeId,
    base: u64,
    see: &mut impl FnMut(Leaf) -> bool,
) -> Result<bool, LayoutError> {
    let leaf = |offset, size, kind| Leaf { offset, size, align: size, kind, bit_field: false };
    Ok(match types.get(id) {
        Type::Primitive(Primitive::FloatComplex) => {
            let part = |at| leaf(base + at, 4, LeafKind::Float(Primitive::Float));
            see(part(0)) && see(part(4))
        }
        Type::Primitive(Primitive::DoubleComplex) => {
            let part = |at| leaf(base + at, 8, LeafKind::Float(Primitive::Double));
            see(part(0)) && see(part(8))
        }
        Type::Primitive(p @ (Primitive::Float | Primitive::Double | Primitive::LongDouble)) => {
            see(leaf(base, p.size(), LeafKind::Float(*p)))
        }
        Type::Primitive(_) | Type::Pointer { .. } | Type::Enum(_) => {
            let layout = types.layout(id)?;
            see(leaf(base, layout.size, LeafKind::Integer))
        }
        Type::Array { length: Length::Open, .. } => true,
        Type::Array { item, length: Length::Fixed(n), .. } => {
            let size = types.layout(*item)?.size;
            for i in 0..*n {
                if size == 0 {
                    break;
                }
                if !walk(types, *item, base + i * size, see)? {
                    return Ok(false);
                }
            }
            true
        }
        Type::Record(r) => {
            let layout = types.record_layout(*r)?;
            let fields = types.record(*r).fields.as_deref().unwrap_or_default();
            for (field, place) in fields.iter().zip(&layout.places) {
                let go_on = match place.bits {
                    // Unnamed bit-fields are padding.
                    Some(_) if field.name.is_empty() => true,
                    Some(bits) => {
                        let first = place.first_bit();
                        let end = (first + u64::from(bits)).div_ceil(8);
                        see(Leaf {
                            offset: base + first / 8,
                            size: end - first / 8,
                            align: 1,
                            kind: LeafKind::Integer,
                            bit_field: true,
                        })
                    }
                    None => walk(types, field.ty, base + place.offset, see)?,
                };
                if !go_on {
                    return Ok(false);
                }
            }
            true
        }
        Type::Void | Type::Function(_) | Type::Unknown { .. } | Type::Array { .. } => {
            types.layout(id)?;
            true
        }
    })
}
