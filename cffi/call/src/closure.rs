//! Closures: C functions made at run time. libffi has the trampolines; what it hands over are registers and words of the
//! stack (see `flat`), which are put together to values here.

use crate::CallError;
use crate::flat::{Area, Flat};
use crate::plan::{Move, Plan, Return, To};
use crate::registers::GENERAL;
use crate::signature::{Signature, step};
use libffi_sys as ffi;
use smallvec::SmallVec;
use std::ffi::c_void;
use std::ptr::{copy_nonoverlapping, null_mut};
use std::sync::Arc;

/// What runs when C calls a closure: writes the result (its bytes as they lie in memory; there is room for 16, or for all
/// of a larger one) from the arguments at those addresses, which it may change. It must not unwind.
pub type Handler =
    unsafe extern "C" fn(result: *mut c_void, arguments: *const *mut c_void, user: *mut c_void);

/// A C function that calls a handler. It is freed when this is dropped: C must not call it any more then.
pub struct Closure {
    memory: *mut c_void,
    code: *const c_void,
    _inner: Box<Inner>,
}

// SAFETY: what is behind the pointers is not changed after it was made.
unsafe impl Send for Closure {}
// SAFETY: likewise.
unsafe impl Sync for Closure {}

struct Inner {
    signature: Arc<Signature>,
    flat: Flat,
    /// Bytes for values that are put together of several words, and where each argument's begin; those that lie
    /// whole where libffi has them have no place here.
    scratch: usize,
    gather: Vec<Gather>,
    handler: Handler,
    user: *mut c_void,
}

/// How an argument's address is found.
#[derive(Clone, Copy)]
enum Gather {
    /// In the value of that number.
    Whole(usize),
    /// It is what the value of that number says.
    Pointed(usize),
    /// Put together at that byte of the scratch memory.
    Scratch(usize),
}

/// Which of libffi's values a place is.
fn index(plan: &Plan, to: To) -> usize {
    match to {
        To::General(n) => usize::from(n),
        To::Float(n) => plan.general + usize::from(n),
        To::Stack(n) => GENERAL + plan.float + n as usize,
    }
}

impl Closure {
    /// Makes a C function of a type. `handler` gets `user` with each call.
    pub fn new(signature: Arc<Signature>, handler: Handler, user: *mut c_void) -> Result<Closure, CallError> {
        let plan = &signature.plan;
        if plan.variadic {
            return Err(CallError::Variadic);
        }
        let flat = Flat::new(plan)?;
        let (mut scratch, mut gather) = (0, vec![Gather::Scratch(0); plan.arguments]);
        for (i, m) in plan.moves.iter().enumerate() {
            let argument = m.argument();
            let alone = !plan.moves.iter().enumerate().any(|(k, o)| k != i && o.argument() == argument);
            gather[argument] = match *m {
                Move::Address { to, .. } => Gather::Pointed(index(plan, to)),
                Move::Number { to, .. } => Gather::Whole(index(plan, to)),
                Move::Part { offset: 0, to, .. } if alone => Gather::Whole(index(plan, to)),
                Move::Quad { offset: 0, to, .. } if alone => Gather::Whole(index(plan, To::Float(to))),
                Move::Block { size, .. } => {
                    let at = scratch;
                    scratch += size as usize;
                    Gather::Scratch(at)
                }
                Move::Part { offset, size, .. } => {
                    let at = match gather[argument] {
                        Gather::Scratch(at) if plan.moves[..i].iter().any(|o| o.argument() == argument) => at,
                        _ => scratch,
                    };
                    scratch = scratch.max(at + usize::from(offset) + usize::from(size));
                    Gather::Scratch(at)
                }
                Move::Quad { offset, .. } => {
                    let at = match gather[argument] {
                        Gather::Scratch(at) if plan.moves[..i].iter().any(|o| o.argument() == argument) => at,
                        _ => scratch,
                    };
                    scratch = scratch.max(at + usize::from(offset) + 16);
                    Gather::Scratch(at)
                }
            };
            // The next value begins aligned, once this one is complete: its parts follow one another in the list.
            if plan.moves.get(i + 1).is_none_or(|next| next.argument() != argument) {
                scratch = scratch.next_multiple_of(16);
            }
        }
        let inner = Box::new(Inner { flat, scratch, gather, handler, user, signature });
        let mut code: *mut c_void = null_mut();
        // SAFETY: libffi gives a block for its struct and the address of the code that belongs to it; the description
        // and the user data live in the box, which the closure keeps.
        unsafe {
            let memory = ffi::ffi_closure_alloc(size_of::<ffi::ffi_closure>(), &mut code);
            if memory.is_null() {
                return Err(CallError::NoMemory);
            }
            let user = std::ptr::from_ref(&*inner).cast_mut().cast();
            let status = ffi::ffi_prep_closure_loc(memory.cast(), inner.flat.cif(), Some(entry), user, code);
            if status != ffi::ffi_status_FFI_OK {
                ffi::ffi_closure_free(memory);
                return Err(CallError::Refused("a callback".to_owned()));
            }
            Ok(Closure { memory, code, _inner: inner })
        }
    }

    /// The C function's address.
    pub fn code(&self) -> *const c_void {
        self.code
    }
}

impl Drop for Closure {
    fn drop(&mut self) {
        // SAFETY: from `ffi_closure_alloc`, freed once.
        unsafe { ffi::ffi_closure_free(self.memory) }
    }
}

/// Where libffi's trampolines arrive.
unsafe extern "C" fn entry(
    _cif: *mut ffi::ffi_cif,
    out: *mut c_void,
    values: *mut *mut c_void,
    user: *mut c_void,
) {
    // SAFETY: `user` is the closure's `Inner`, and `values` are the words and lanes of its description. All places lie within
    // them by the plan.
    unsafe {
        let inner = &*(user as *const Inner);
        let plan = &inner.signature.plan;
        let value = |i: usize| (*values.add(i)).cast::<u8>();
        let mut scratch: SmallVec<[u128; 8]> = SmallVec::from_elem(0, inner.scratch / 16 + 1);
        let scratch = scratch.as_mut_ptr().cast::<u8>();
        if inner.scratch > 0 {
            for m in &plan.moves {
                let Gather::Scratch(at) = inner.gather[m.argument()] else { continue };
                let to = scratch.add(at);
                match *m {
                    Move::Part { offset, size, to: from, .. } => {
                        let from = value(index(plan, from));
                        copy_nonoverlapping(from, to.add(usize::from(offset)), usize::from(size));
                    }
                    Move::Quad { offset, to: from, .. } => {
                        let from = value(index(plan, To::Float(from)));
                        copy_nonoverlapping(from, to.add(usize::from(offset)), 16);
                    }
                    Move::Block { size, word, .. } => {
                        let mut left = size as usize;
                        for i in 0..left.div_ceil(8) {
                            let from = value(index(plan, To::Stack(word + i as u32)));
                            copy_nonoverlapping(from, to.add(i * 8), left.min(8));
                            left = left.saturating_sub(8);
                        }
                    }
                    Move::Number { .. } | Move::Address { .. } => {}
                }
            }
        }
        let arguments: SmallVec<[*mut c_void; 16]> = inner
            .gather
            .iter()
            .map(|g| match *g {
                Gather::Whole(i) => value(i).cast(),
                Gather::Pointed(i) => *value(i).cast::<*mut c_void>(),
                Gather::Scratch(at) => scratch.add(at).cast(),
            })
            .collect();
        let mut area: Area = [0; 4];
        let place = area.as_mut_ptr().cast::<u8>();
        let out = out.cast::<u8>();
        let result = match plan.result {
            Return::Address { in_general: true, .. } => *value(0).cast::<*mut c_void>(),
            Return::Address { in_general: false, .. } => out.cast(),
            _ => place.cast(),
        };
        (inner.handler)(result, arguments.as_ptr(), inner.user);
        match &plan.result {
            Return::Nothing | Return::Address { in_general: false, .. } => {}
            Return::Number(scalar) => out.cast::<u64>().write(scalar.read(place)),
            Return::X87 => copy_nonoverlapping(place, out, 16),
            Return::Address { in_general: true, .. } => out.cast::<*mut c_void>().write(result),
            Return::Registers(parts) => {
                let step = step(parts);
                for (i, p) in parts.iter().enumerate() {
                    let to = out.add(i * step);
                    // A register of its own is written whole.
                    if step == 8 && parts.len() == 1 {
                        to.cast::<u64>().write(0);
                    }
                    copy_nonoverlapping(place.add(usize::from(p.offset)), to, usize::from(p.size));
                }
            }
        }
    }
}
