//! System V x86-64, section 3.2.3: a value's eight-byte pieces each get a class.

use super::flat::{Leaf, LeafKind, walk};
use super::{Part, Passing, Register};
use crate::{LayoutError, Primitive, Type, TypeId, Types};
use smallvec::SmallVec;

/// The class of one eight-byte piece.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    None,
    Integer,
    Sse,
    X87,
    X87Up,
}

pub(super) fn argument(types: &Types, id: TypeId) -> Result<Passing, LayoutError> {
    Ok(match classify(types, id)? {
        // x87 values are arguments in memory.
        Passing::Registers(parts) if parts.iter().any(|p| p.register == Register::X87) => Passing::Stack,
        Passing::Address => Passing::Stack,
        other => other,
    })
}

pub(super) fn result(types: &Types, id: TypeId) -> Result<Passing, LayoutError> {
    classify(types, id)
}

/// `Address` stands for class MEMORY.
fn classify(types: &Types, id: TypeId) -> Result<Passing, LayoutError> {
    if id == TypeId::VOID {
        return Ok(Passing::Nothing);
    }
    let size = types.layout(id)?.size;
    if let Type::Primitive(Primitive::LongDouble) = types.get(id) {
        return Ok(Passing::one(Register::X87, size));
    }
    if size == 0 {
        return Ok(Passing::Nothing);
    }
    if size > 16 {
        return Ok(Passing::Address);
    }
    let mut classes = [Class::None; 2];
    let whole = walk(types, id, 0, &mut |leaf| see(types, &mut classes, leaf))?;
    if !whole || (classes[1] == Class::X87Up && classes[0] != Class::X87) {
        return Ok(Passing::Address);
    }
    if classes[0] == Class::X87 {
        return Ok(Passing::one(Register::X87, size));
    }
    let mut parts = SmallVec::new();
    for (i, class) in classes.iter().enumerate() {
        let offset = i as u64 * 8;
        if offset >= size {
            break;
        }
        let register = match class {
            Class::Integer => Register::General,
            Class::Sse => Register::Float,
            // Nothing but padding: no register is spent on it.
            _ => continue,
        };
        parts.push(Part { register, offset, size: (size - offset).min(8) });
    }
    if parts.is_empty() { Ok(Passing::Nothing) } else { Ok(Passing::Registers(parts)) }
}

/// Merges a scalar's classes into those of the value; false says memory.
fn see(types: &Types, classes: &mut [Class; 2], leaf: Leaf) -> bool {
    if !leaf.bit_field && !leaf.offset.is_multiple_of(leaf.align) {
        return false;
    }
    match leaf.kind {
        LeafKind::Float(p) if p.is_x87(types.target()) => {
            merge(&mut classes[0], Class::X87) && merge(&mut classes[1], Class::X87Up)
        }
        kind => {
            let class = if kind == LeafKind::Integer { Class::Integer } else { Class::Sse };
            let last = (leaf.offset + leaf.size.max(1) - 1) / 8;
            (leaf.offset / 8..=last).all(|i| merge(&mut classes[i as usize], class))
        }
    }
}

fn merge(into: &mut Class, class: Class) -> bool {
    *into = match (*into, class) {
        (a, b) if a == b => a,
        (Class::None, b) => b,
        (Class::Integer, _) | (_, Class::Integer) => Class::Integer,
        _ => return false,
    };
    true
}
