//! What is moved where before a call, and from where afterwards: made once of [`classify::call`], used by calls and
//! closures alike.

use crate::CallError;
use crate::registers::{FLOAT, GENERAL};
use crate::scalar::Scalar;
use dovetail_ctype::classify::{self, Passing, Place, Register};
use dovetail_ctype::{Convention, Function, Target, TypeId, Types};

/// A place before a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum To {
    General(u8),
    Float(u8),
    /// A word of the argument area.
    Stack(u32),
}

/// One move of an argument, or of a part of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Move {
    /// A number of at most eight bytes, extended as its type says.
    Number { argument: u16, scalar: Scalar, to: To },
    /// Up to eight bytes of the value, the rest zero.
    Part { argument: u16, offset: u16, size: u8, to: To },
    /// Sixteen bytes into a floating-point register (aarch64).
    Quad { argument: u16, offset: u16, to: u8 },
    /// All bytes into the argument area, from that word on.
    Block { argument: u16, size: u32, word: u32 },
    /// The value's address (AAPCS64: large records).
    Address { argument: u16, to: To },
}

/// What comes back in registers: parts of the result, each with its register.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Back {
    /// Where it goes in the result.
    pub offset: u16,
    pub size: u8,
    pub float: bool,
}

/// How the result comes back.
#[derive(Clone, Debug)]
pub(crate) enum Return {
    Nothing,
    /// In one general or floating-point register.
    Number(Scalar),
    /// In registers.
    Registers(Vec<Back>),
    /// On the top of the x87 stack.
    X87,
    /// The callee writes it where it is told. `in_general`: the address travels in the first general register (System V),
    /// and comes back; else in a register of its own (x8 of AAPCS64).
    Address {
        in_general: bool,
        size: usize,
    },
}

/// The plan of a call.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub moves: Vec<Move>,
    /// How many arguments there are.
    pub arguments: usize,
    /// Registers that are filled, counted from the first.
    pub general: usize,
    pub float: usize,
    /// Words of the argument area.
    pub stack: usize,
    pub result: Return,
    pub variadic: bool,
}

impl Plan {
    pub fn new(types: &Types, function: &Function, extra: &[TypeId]) -> Result<Plan, CallError> {
        match function.convention {
            Convention::C | Convention::Stdcall => {}
            Convention::SysV if types.target() == Target::X86_64 => {}
            Convention::SysV | Convention::MsAbi | Convention::Other => return Err(CallError::Convention),
        }
        let call = classify::call(types, function, extra)?;
        let in_general = call.result == Passing::Address && types.target() == Target::X86_64;
        let mut plan = Plan {
            moves: Vec::new(),
            arguments: call.arguments.len(),
            general: usize::from(in_general),
            float: 0,
            stack: 0,
            result: result(types, function.result, call.result)?,
            variadic: function.variadic,
        };
        for (i, (place, &id)) in call.arguments.iter().zip(function.params.iter().chain(extra)).enumerate() {
            plan.argument(types, i as u16, place, id)?;
        }
        // Words of the stack begin where the registers end.
        if plan.stack > 0 {
            plan.general = GENERAL;
        }
        Ok(plan)
    }

    fn reach(&mut self, to: To) {
        match to {
            To::General(n) => self.general = self.general.max(usize::from(n) + 1),
            To::Float(n) => self.float = self.float.max(usize::from(n) + 1),
            To::Stack(n) => self.stack = self.stack.max(n as usize + 1),
        }
    }

    fn argument(&mut self, types: &Types, argument: u16, place: &Place, id: TypeId) -> Result<(), CallError> {
        let layout = types.layout(id)?;
        match place {
            Place::Nothing => {}
            Place::Registers(parts) => {
                for &(part, number) in parts {
                    let to = match part.register {
                        Register::General => To::General(number),
                        _ => To::Float(number),
                    };
                    self.reach(to);
                    let offset = part.offset as u16;
                    self.moves.push(match Scalar::of(types, id) {
                        Some(scalar) => Move::Number { argument, scalar, to },
                        None if part.size > 8 => Move::Quad { argument, offset, to: number },
                        None => Move::Part { argument, offset, size: part.size as u8, to },
                    });
                }
            }
            Place::Stack { offset } => {
                let word = (offset / 8) as u32;
                if let Some(scalar) = Scalar::of(types, id) {
                    self.reach(To::Stack(word));
                    self.moves.push(Move::Number { argument, scalar, to: To::Stack(word) });
                } else {
                    if layout.align > 16 && types.target() == Target::X86_64 {
                        return Err(CallError::Alignment(types.name(id)));
                    }
                    self.reach(To::Stack(word + (layout.size.div_ceil(8)) as u32 - 1));
                    self.moves.push(Move::Block { argument, size: layout.size as u32, word });
                }
            }
            Place::AddressInRegister(n) => {
                self.reach(To::General(*n));
                self.moves.push(Move::Address { argument, to: To::General(*n) });
            }
            Place::AddressOnStack { offset } => {
                let to = To::Stack((offset / 8) as u32);
                self.reach(to);
                self.moves.push(Move::Address { argument, to });
            }
        }
        // What stands behind `FLOAT` registers is on the stack.
        debug_assert!(self.float <= FLOAT && self.general <= GENERAL);
        Ok(())
    }
}

fn result(types: &Types, id: TypeId, passing: Passing) -> Result<Return, CallError> {
    match Scalar::of(types, id) {
        Some(Scalar::Void) => return Ok(Return::Nothing),
        Some(scalar) => return Ok(Return::Number(scalar)),
        None => {}
    }
    Ok(match passing {
        Passing::Nothing => Return::Nothing,
        Passing::Registers(parts) if parts.iter().any(|p| p.register == Register::X87) => Return::X87,
        Passing::Registers(parts) => Return::Registers(
            parts
                .iter()
                .map(|p| Back {
                    offset: p.offset as u16,
                    size: p.size as u8,
                    float: p.register == Register::Float,
                })
                .collect(),
        ),
        Passing::Stack | Passing::Address => Return::Address {
            in_general: types.target() == Target::X86_64,
            size: types.layout(id)?.size as usize,
        },
    })
}

impl Move {
    /// Which argument it belongs to.
    pub fn argument(&self) -> usize {
        match *self {
            Move::Number { argument, .. }
            | Move::Part { argument, .. }
            | Move::Quad { argument, .. }
            | Move::Block { argument, .. }
            | Move::Address { argument, .. } => usize::from(argument),
        }
    }
}
