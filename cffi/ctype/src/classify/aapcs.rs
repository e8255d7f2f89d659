//! AAPCS64, section 6.8: homogeneous float aggregates, small and large composites.

use super::flat::{LeafKind, walk};
use super::{Part, Passing, Register};
use crate::{LayoutError, Primitive, Type, TypeId, Types};
use smallvec::SmallVec;

pub(super) fn argument(types: &Types, id: TypeId) -> Result<Passing, LayoutError> {
    classify(types, id)
}

pub(super) fn result(types: &Types, id: TypeId) -> Result<Passing, LayoutError> {
    classify(types, id)
}

fn classify(types: &Types, id: TypeId) -> Result<Passing, LayoutError> {
    if id == TypeId::VOID {
        return Ok(Passing::Nothing);
    }
    let size = types.layout(id)?.size;
    if size == 0 {
        return Ok(Passing::Nothing);
    }
    // A record of nothing but padding is not passed.
    if walk(types, id, 0, &mut |_| false)? {
        return Ok(Passing::Nothing);
    }
    if let Some((item, count)) = homogeneous(types, id, size)? {
        let part = |i| Part { register: Register::Float, offset: i * item, size: item };
        return Ok(Passing::Registers((0..count).map(part).collect()));
    }
    if size > 16 {
        return Ok(Passing::Address);
    }
    let mut parts = SmallVec::new();
    for offset in (0..size).step_by(8) {
        parts.push(Part { register: Register::General, offset, size: (size - offset).min(8) });
    }
    Ok(Passing::Registers(parts))
}

/// Whether a value is one to four floats of one type and nothing else: their size and number.
fn homogeneous(types: &Types, id: TypeId, size: u64) -> Result<Option<(u64, u64)>, LayoutError> {
    if size > 64 {
        return Ok(None);
    }
    let mut base: Option<Primitive> = None;
    let whole = walk(types, id, 0, &mut |leaf| match leaf.kind {
        LeafKind::Integer => false,
        LeafKind::Float(p) => *base.get_or_insert(p) == p,
    })?;
    Ok(match base {
        Some(p) if whole && size.is_multiple_of(p.size()) && size / p.size() <= 4 => {
            // Padding by `aligned` leaves bytes that no member covers.
            let covered = members(types, id)?.unwrap_or(0);
            (covered * p.size() == size).then_some((p.size(), covered))
        }
        _ => None,
    })
}

/// How many floats a value that is made of floats alone has: a union those of its longest member. None: it has an array of
/// no items or a bit-field, which is no float.
fn members(types: &Types, id: TypeId) -> Result<Option<u64>, LayoutError> {
    Ok(match types.get(id) {
        Type::Primitive(Primitive::FloatComplex | Primitive::DoubleComplex) => Some(2),
        Type::Array { item, length: crate::Length::Fixed(n), .. } if *n > 0 => {
            members(types, *item)?.map(|each| n * each)
        }
        Type::Array { .. } => None,
        Type::Record(r) => {
            let record = types.record(*r);
            let mut sum = 0;
            for field in record.fields.iter().flatten() {
                if field.bits.is_some() {
                    return Ok(None);
                }
                let Some(n) = members(types, field.ty)? else { return Ok(None) };
                sum = match record.kind {
                    crate::RecordKind::Struct => sum + n,
                    crate::RecordKind::Union => n.max(sum),
                };
            }
            Some(sum)
        }
        _ => Some(1),
    })
}

/// The alignment that counts for registers and stack: the strictest member's, whatever `aligned` says of the whole.
pub(super) fn natural_align(types: &Types, id: TypeId) -> Result<u64, LayoutError> {
    match types.get(id) {
        Type::Record(_) => {
            let mut align = 1;
            walk(types, id, 0, &mut |leaf| {
                align = align.max(if leaf.bit_field { 1 } else { leaf.align });
                align < 16
            })?;
            Ok(align)
        }
        _ => Ok(types.layout(id)?.align),
    }
}
