//! Signatures: a function type made ready to be called.

use crate::CallError;
use crate::flat::{Area, Flat};
use crate::plan::{Back, Move, Plan, Return, To};
use crate::registers::{Fill, GENERAL, Lane, Pair, Registers, invoke};
use crate::scalar::Scalar;
use dovetail_ctype::{Function, TypeId, Types};
use smallvec::SmallVec;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr::{copy_nonoverlapping, from_mut};

/// A function type made ready to be called. One serves all calls of the type, from any thread; those of a function
/// with `...` have one for each list of further arguments.
pub struct Signature {
    pub(crate) plan: Plan,
    /// How the direct path calls it; None: through libffi.
    direct: Option<(Fill, Form)>,
    /// Made at once where calls need it.
    flat: Option<Flat>,
    scalars: Option<Scalars>,
}

/// Result registers of the direct path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    General,
    Float,
    Generals,
    Floats,
    GeneralFloat,
    FloatGeneral,
}

/// The register of a scalar argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    General(u8),
    Float(u8),
}

/// A signature of nothing but single numbers and pointers in registers.
#[derive(Clone, Debug)]
pub struct Scalars {
    /// What each argument is and where it goes.
    pub arguments: Box<[(Scalar, Slot)]>,
    pub result: Scalar,
    fill: Fill,
}

impl Scalars {
    /// Readies registers to put arguments into. Those that no argument goes to and that are passed all the same become zero.
    #[inline(always)]
    pub fn clear(&self, registers: &mut MaybeUninit<Registers>) {
        let r = registers.as_mut_ptr();
        // SAFETY: within the registers.
        unsafe {
            match self.fill {
                // Nothing but arguments is read, but of a function without any the first register.
                Fill::General1 | Fill::General2 | Fill::General3 | Fill::Float1 | Fill::Float2 => {
                    (&raw mut (*r).general[0]).write(0);
                }
                Fill::General => (&raw mut (*r).general).write([0; GENERAL]),
                Fill::All | Fill::Variadic => r.write(Registers::ZERO),
            }
        }
    }

    /// Calls the function; the answer is the result register's word, of which the bytes beyond the result's size mean nothing
    /// ([`Scalar::extended`]).
    ///
    /// # Safety
    /// The function at `address` has this signature, and the registers are whole, or made ready by [`clear`](Self::clear); they hold
    /// the arguments, as [`Scalar::read`] or an extension of the number gives them.
    #[inline(always)]
    pub unsafe fn call(&self, address: *const c_void, registers: *const Registers) -> u64 {
        // SAFETY: the caller's promise.
        unsafe {
            if self.result.is_float() {
                invoke::<f64>(self.fill, address, registers).to_bits()
            } else {
                invoke::<u64>(self.fill, address, registers)
            }
        }
    }
}

impl Signature {
    /// Prepares calls of a function type; `extra` are the types of the arguments behind `...` in these calls,
    /// already promoted as C does it. All types must be complete.
    pub fn new(types: &Types, function: &Function, extra: &[TypeId]) -> Result<Signature, CallError> {
        let plan = Plan::new(types, function, extra)?;
        let fill = Fill::for_counts(plan.general, plan.float, plan.variadic);
        let lanes = plan.moves.iter().all(|m| !matches!(m, Move::Quad { .. }));
        let direct = if plan.stack == 0 && lanes { form(&plan.result).map(|f| (fill, f)) } else { None };
        let flat = match direct {
            Some(_) => None,
            None => Some(Flat::new(&plan)?),
        };
        let scalars = match (&plan.result, direct) {
            (Return::Number(result), Some(_)) => scalars(&plan, *result, fill),
            (Return::Nothing, Some(_)) if function.result == TypeId::VOID => {
                scalars(&plan, Scalar::Void, fill)
            }
            _ => None,
        };
        // An empty record is no argument of the machine, but one of the function.
        let scalars = scalars.filter(|s| s.arguments.len() == plan.arguments);
        Ok(Signature { plan, direct, flat, scalars })
    }

    /// For tests: the same signature without the direct path.
    #[doc(hidden)]
    pub fn without_direct(mut self) -> Result<Signature, CallError> {
        self.flat = Some(Flat::new(&self.plan)?);
        self.direct = None;
        self.scalars = None;
        Ok(self)
    }

    /// Whether calls go without libffi.
    pub fn is_direct(&self) -> bool {
        self.direct.is_some()
    }

    /// How many arguments a call has.
    pub fn len(&self) -> usize {
        self.plan.arguments
    }

    /// Without arguments?
    pub fn is_empty(&self) -> bool {
        self.plan.arguments == 0
    }

    /// If all values are single numbers and pointers in registers.
    #[inline]
    pub fn scalars(&self) -> Option<&Scalars> {
        self.scalars.as_ref()
    }

    /// Calls a function. `arguments` are the addresses of the values; the callee may change large records there. The result is
    /// written to `result` as it lies in memory: exactly its size, nothing for `void`.
    ///
    /// # Safety
    /// The function at `address` has this type, there are as many arguments as it takes, each readable for its size,
    /// and `result` is writable for the result's size and aligned for it.
    pub unsafe fn call(&self, address: *const c_void, arguments: &[*mut c_void], result: *mut c_void) {
        debug_assert_eq!(arguments.len(), self.plan.arguments);
        let mut registers = Registers::ZERO;
        let mut stack: SmallVec<[u64; 16]> = SmallVec::from_elem(0, self.plan.stack);
        let result = result.cast::<u8>();
        // SAFETY: the caller's promise, and the plan's: each move reads within its value and writes within the registers and
        // the stack's words.
        unsafe {
            if let Return::Address { in_general: true, .. } = self.plan.result {
                registers.general[0] = result as u64;
            }
            for m in &self.plan.moves {
                let value = (*arguments.get_unchecked(m.argument())).cast::<u8>();
                let (to, word) = match *m {
                    Move::Number { scalar, to, .. } => (to, scalar.read(value)),
                    Move::Part { offset, size, to, .. } => (to, part(value.add(usize::from(offset)), size)),
                    Move::Address { to, .. } => (to, value as u64),
                    Move::Quad { offset, to, .. } => {
                        let lane = value.add(usize::from(offset)).cast::<u128>().read_unaligned();
                        registers.float[usize::from(to)] = lane as Lane;
                        continue;
                    }
                    Move::Block { size, word, .. } => {
                        let to = stack.as_mut_ptr().add(word as usize).cast();
                        copy_nonoverlapping(value, to, size as usize);
                        continue;
                    }
                };
                match to {
                    To::General(n) => registers.general[usize::from(n)] = word,
                    To::Float(n) => registers.float[usize::from(n)] = Lane::from(word),
                    To::Stack(n) => *stack.get_unchecked_mut(n as usize) = word,
                }
            }
            match self.direct {
                Some((fill, form)) => self.direct(fill, form, address, &registers, result),
                None => self.by_libffi(address, &mut registers, &mut stack, result),
            }
        }
    }

    /// # Safety
    /// As for `call`.
    unsafe fn direct(
        &self,
        fill: Fill,
        form: Form,
        address: *const c_void,
        registers: &Registers,
        result: *mut u8,
    ) {
        // SAFETY: the form is that of the plan's result.
        unsafe {
            let words = match form {
                Form::General => {
                    let a = invoke::<u64>(fill, address, registers);
                    [a, 0]
                }
                Form::Float => [invoke::<f64>(fill, address, registers).to_bits(), 0],
                Form::Generals => {
                    let Pair(a, b) = invoke::<Pair<u64, u64>>(fill, address, registers);
                    [a, b]
                }
                Form::Floats => {
                    let Pair(a, b) = invoke::<Pair<f64, f64>>(fill, address, registers);
                    [a.to_bits(), b.to_bits()]
                }
                Form::GeneralFloat => {
                    let Pair(a, b) = invoke::<Pair<u64, f64>>(fill, address, registers);
                    [a, b.to_bits()]
                }
                Form::FloatGeneral => {
                    let Pair(a, b) = invoke::<Pair<f64, u64>>(fill, address, registers);
                    [a.to_bits(), b]
                }
            };
            match &self.plan.result {
                Return::Number(scalar) => scalar.write(words[0], result),
                Return::Registers(parts) => {
                    for (p, word) in parts.iter().zip(words) {
                        let to = result.add(usize::from(p.offset));
                        copy_nonoverlapping((&raw const word).cast(), to, usize::from(p.size));
                    }
                }
                _ => {}
            }
        }
    }

    /// # Safety
    /// As for `call`.
    unsafe fn by_libffi(
        &self,
        address: *const c_void,
        registers: &mut Registers,
        stack: &mut [u64],
        result: *mut u8,
    ) {
        let Some(flat) = &self.flat else { unreachable!("a signature has one of the two paths") };
        let plan = &self.plan;
        let mut places: SmallVec<[*mut c_void; 32]> = SmallVec::new();
        places.extend(registers.general[..plan.general].iter_mut().map(|w| from_mut(w).cast()));
        places.extend(registers.float[..plan.float].iter_mut().map(|w| from_mut(w).cast()));
        places.extend(stack.iter_mut().map(|w| from_mut(w).cast()));
        let mut area: Area = [0; 4];
        let place = area.as_mut_ptr().cast::<u8>();
        // SAFETY: the caller's promise; the places are those that the description of the plan lists.
        unsafe {
            match &plan.result {
                Return::Address { in_general: false, .. } => flat.call(address, result.cast(), &mut places),
                _ => flat.call(address, place.cast(), &mut places),
            }
            match &plan.result {
                Return::Number(scalar) => copy_nonoverlapping(place, result, scalar.size()),
                Return::X87 => copy_nonoverlapping(place, result, 16),
                Return::Registers(parts) => {
                    let step = step(parts);
                    for (i, p) in parts.iter().enumerate() {
                        let to = result.add(usize::from(p.offset));
                        copy_nonoverlapping(place.add(i * step), to, usize::from(p.size));
                    }
                }
                Return::Nothing | Return::Address { .. } => {}
            }
        }
    }
}

/// How far apart libffi lays result registers: as members of a struct.
pub(crate) fn step(parts: &[Back]) -> usize {
    match parts {
        [Back { float: true, size, .. }, ..] if cfg!(target_arch = "aarch64") => usize::from(*size),
        _ => 8,
    }
}

/// Up to eight bytes as a word.
///
/// # Safety
/// `p` is readable for `size` bytes.
#[inline]
unsafe fn part(p: *const u8, size: u8) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        if size == 8 {
            return p.cast::<u64>().read_unaligned();
        }
        let mut word = 0;
        copy_nonoverlapping(p, (&raw mut word).cast(), usize::from(size));
        word
    }
}

/// The direct path's result registers; None: it has none for such a result.
fn form(result: &Return) -> Option<Form> {
    match result {
        Return::Nothing | Return::Address { in_general: true, .. } => Some(Form::General),
        Return::Number(s) => Some(if s.is_float() { Form::Float } else { Form::General }),
        Return::X87 | Return::Address { in_general: false, .. } => None,
        Return::Registers(parts) => {
            // Floats of AAPCS64 are a register each, whatever their size.
            if cfg!(target_arch = "aarch64") && parts.iter().any(|p| p.float && p.size != 8) {
                return None;
            }
            Some(match parts.as_slice() {
                [Back { float: false, .. }] => Form::General,
                [Back { float: true, .. }] => Form::Float,
                [Back { float: false, .. }, Back { float: false, .. }] => Form::Generals,
                [Back { float: true, .. }, Back { float: true, .. }] => Form::Floats,
                [Back { float: false, .. }, Back { float: true, .. }] => Form::GeneralFloat,
                [Back { float: true, .. }, Back { float: false, .. }] => Form::FloatGeneral,
                _ => return None,
            })
        }
    }
}

fn scalars(plan: &Plan, result: Scalar, fill: Fill) -> Option<Scalars> {
    let one = |m: &Move| match *m {
        Move::Number { scalar, to: To::General(n), .. } => Some((scalar, Slot::General(n))),
        Move::Number { scalar, to: To::Float(n), .. } => Some((scalar, Slot::Float(n))),
        _ => None,
    };
    Some(Scalars { arguments: plan.moves.iter().map(one).collect::<Option<_>>()?, result, fill })
}
