//! How arguments and results travel: one answer for both targets, made in [`sysv`] and [`aapcs`].
//!
//! [`argument`] and [`result`] look at one type. [`call`] hands out the registers of a whole call in order.

mod aapcs;
mod flat;
mod sysv;

use crate::{Function, LayoutError, Target, TypeId, Types};
use smallvec::SmallVec;

/// A kind of register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Register {
    /// rdi, rsi ... rax, rdx; x0-x7.
    General,
    /// xmm0-xmm7; v0-v7.
    Float,
    /// The top of the x87 stack; results alone.
    X87,
}

/// A piece of a value in one register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    pub register: Register,
    /// Its place in the value.
    pub offset: u64,
    /// How many bytes of the value it holds.
    pub size: u64,
}

/// How one value travels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Passing {
    /// `void`, and structs of no bytes.
    Nothing,
    /// In registers, while there are enough; an argument goes onto the stack as a whole when there are not.
    Registers(SmallVec<[Part; 4]>),
    /// An argument copied onto the stack (class MEMORY of System V).
    Stack,
    /// An argument whose caller makes a copy and passes its address (AAPCS64), or a result whose caller passes the
    /// address where it goes: in rdi, and again in rax; in x8.
    Address,
}

impl Passing {
    fn one(register: Register, size: u64) -> Passing {
        Passing::Registers(SmallVec::from_slice(&[Part { register, offset: 0, size }]))
    }
}

/// How an argument of that type travels, before registers run out.
pub fn argument(types: &Types, id: TypeId) -> Result<Passing, LayoutError> {
    match types.target() {
        Target::X86_64 => sysv::argument(types, id),
        Target::Aarch64 => aapcs::argument(types, id),
    }
}

/// How a result of that type travels.
pub fn result(types: &Types, id: TypeId) -> Result<Passing, LayoutError> {
    match types.target() {
        Target::X86_64 => sysv::result(types, id),
        Target::Aarch64 => aapcs::result(types, id),
    }
}

/// Where an argument of a call is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    Nothing,
    /// Its parts with the number of the register of that kind (0 is rdi, xmm0, x0, v0).
    Registers(SmallVec<[(Part, u8); 4]>),
    /// Its bytes, at that offset of the argument area.
    Stack {
        offset: u64,
    },
    /// The address of a copy, in that general register, or at that offset of the argument area.
    AddressInRegister(u8),
    AddressOnStack {
        offset: u64,
    },
}

/// A whole call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// One for each argument.
    pub arguments: Vec<Place>,
    /// How the result comes back.
    pub result: Passing,
    /// Bytes of the argument area, a multiple of 16.
    pub stack_bytes: u64,
    /// How many vector registers hold arguments: al, for variadic functions of System V.
    pub float_registers: u8,
}

/// Hands out registers and stack for a call with the function's own parameters and then `extra` ones
/// (those behind `...`, already promoted).
pub fn call(types: &Types, function: &Function, extra: &[TypeId]) -> Result<Call, LayoutError> {
    let result = result(types, function.result)?;
    let sysv = types.target() == Target::X86_64;
    let mut hand = Hand {
        general: u8::from(sysv && result == Passing::Address),
        float: 0,
        general_limit: if sysv { 6 } else { 8 },
        float_limit: 8,
        stack: 0,
        sysv,
    };
    let mut arguments = Vec::new();
    for &id in function.params.iter().chain(extra) {
        let passing = argument(types, id)?;
        let layout = types.layout(id)?;
        let align = if sysv { layout.align } else { aapcs::natural_align(types, id)? };
        arguments.push(hand.place(passing, layout.size, align));
    }
    Ok(Call { arguments, result, stack_bytes: hand.stack.div_ceil(16) * 16, float_registers: hand.float })
}

/// The registers and stack that are still free.
struct Hand {
    general: u8,
    float: u8,
    general_limit: u8,
    float_limit: u8,
    stack: u64,
    sysv: bool,
}

impl Hand {
    fn on_stack(&mut self, size: u64, align: u64) -> u64 {
        let align = align.clamp(8, if self.sysv { 1 << 60 } else { 16 });
        let offset = self.stack.div_ceil(align) * align;
        self.stack = offset + size.div_ceil(8) * 8;
        offset
    }

    fn place(&mut self, passing: Passing, size: u64, align: u64) -> Place {
        match passing {
            Passing::Nothing => Place::Nothing,
            Passing::Stack => Place::Stack { offset: self.on_stack(size, align) },
            Passing::Address if self.general < self.general_limit => {
                self.general += 1;
                Place::AddressInRegister(self.general - 1)
            }
            Passing::Address => Place::AddressOnStack { offset: self.on_stack(8, 8) },
            Passing::Registers(parts) => {
                let count = |kind| parts.iter().filter(|p| p.register == kind).count() as u8;
                let (general, float) = (count(Register::General), count(Register::Float));
                let mut first = self.general;
                // AAPCS64 C.8: what is aligned to 16 begins at an even register.
                if !self.sysv && align >= 16 && general > 0 {
                    first = first.next_multiple_of(2);
                }
                if first + general > self.general_limit || self.float + float > self.float_limit {
                    // AAPCS64 C.4, C.13: once something went to the stack, later ones of its kind do too.
                    if !self.sysv {
                        if general > 0 {
                            self.general = self.general_limit;
                        }
                        if float > 0 {
                            self.float = self.float_limit;
                        }
                    }
                    return Place::Stack { offset: self.on_stack(size, align) };
                }
                self.general = first;
                let take = |part: Part| {
                    let next =
                        if part.register == Register::General { &mut self.general } else { &mut self.float };
                    *next += 1;
                    (part, *next - 1)
                };
                Place::Registers(parts.into_iter().map(take).collect())
            }
        }
    }
}
