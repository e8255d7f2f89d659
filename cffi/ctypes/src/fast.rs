//! The short way of a call: arguments and result that are plain numbers and strings, in registers.
//!
//! A [`Plan`] says once what a function's calls need. Here nothing is asked of Python code: an argument that is not exactly
//! what is expected sends the call the long way, from its beginning.

use crate::call::{self, Known};
use crate::carg::CArg;
use crate::code;
use crate::describe;
use crate::function::Function;
use crate::info::{self, Kind};
use crate::param;
use dovetail_call::{GENERAL, Lane, Registers, Scalar, Signature, Slot};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::type_::Type;
use dovetail_ctype::{Primitive, TypeId};
use smallvec::SmallVec;
use std::cell::{Cell, OnceCell};
use std::sync::Arc;

/// What a function's calls need.
pub struct Plan {
    /// The type codes of declared arguments, and their signature.
    typed: Option<(Box<[u8]>, Arc<Signature>)>,
    /// Signatures of calls without declared arguments, by how many.
    free: Option<(TypeId, [OnceCell<Option<Arc<Signature>>>; GENERAL + 1])>,
    /// The type code of the result; 0 is nothing.
    result: u8,
    flags: u32,
    /// Of the long way.
    pub last: Cell<Option<Known>>,
}

/// The result's code, if the short way can give it.
fn result_code(f: &Function) -> Option<u8> {
    let (restype, checker) = (f.restype().ok()?, f.checker().ok()?);
    if checker.is_some() || f.errcheck().is_some() || f.paramflags().is_some() {
        return None;
    }
    let Some(restype) = restype else { return Some(b'i') };
    if restype.is_none() {
        return Some(0);
    }
    let i = info::of_class(&restype).filter(|i| i.plain.get() && !i.swapped.get())?;
    Some(i.code.get())
}

/// An argument type's code, if its instances are converted as the library does it.
fn argument_code(ty: &Obj, converter: &Obj) -> Option<u8> {
    let ty = ty.downcast::<Type>()?;
    let i = info::of_type(ty).filter(|i| i.kind == Kind::Simple && i.plain.get())?;
    let known = b"bBhHiIlLqQ?fdzPO".contains(&i.code.get());
    (known && param::is_standard(converter, ty)).then(|| i.code.get())
}

fn scalar_signature(result: TypeId, params: &[TypeId]) -> Option<Arc<Signature>> {
    let s = call::signature(result, params, Some(params.len()), false).map_err(|e| e.clear()).ok()?;
    s.scalars().is_some().then_some(s)
}

impl Plan {
    pub fn new(f: &Function) -> Plan {
        let flags = f.info().map_or(0, |i| i.flags.get());
        let mut plan = Plan { typed: None, free: None, result: 0, flags, last: Cell::new(None) };
        let Some(result) = result_code(f) else { return plan };
        plan.result = result;
        let ty = if result == 0 { Some(TypeId::VOID) } else { describe::of_code(result).map_err(|e| e.clear()).ok() };
        let Some(ty) = ty else { return plan };
        let (Ok(types), Ok(converters)) = (f.argtypes(), f.converters()) else { return plan };
        match (types, converters) {
            (Some(types), Some(converters)) => {
                let codes: Option<Box<[u8]>> =
                    types.items().iter().zip(converters.items()).map(|(t, c)| argument_code(t, c)).collect();
                let ids: Option<Vec<TypeId>> = codes
                    .as_ref()
                    .and_then(|c| c.iter().map(|c| describe::of_code(*c).map_err(|e| e.clear()).ok()).collect());
                plan.typed = codes.zip(ids.and_then(|ids| scalar_signature(ty, &ids)));
            }
            (None, _) => plan.free = Some((ty, Default::default())),
            _ => {}
        }
        plan
    }

    /// The signature of so many words.
    fn words(&self, n: usize) -> Option<&Arc<Signature>> {
        let (result, all) = self.free.as_ref()?;
        let cell = all.get(n)?;
        cell.get_or_init(|| {
            let long = describe::primitive(Primitive::Long);
            scalar_signature(*result, &SmallVec::<[TypeId; GENERAL]>::from_elem(long, n))
        })
        .as_ref()
    }
}

/// A declared argument's register, if the object is exactly what the code takes.
#[inline(always)]
fn typed_word(c: u8, scalar: Scalar, o: &Obj) -> Option<u64> {
    match c {
        b'f' | b'd' => {
            let v = match o.downcast_exact::<Float>() {
                Some(f) => f.value(),
                None => {
                    let i = o.downcast_exact::<Int>().filter(|i| i.is_compact())?;
                    i.compact_value() as f64
                }
            };
            Some(if c == b'f' { u64::from((v as f32).to_bits()) } else { v.to_bits() })
        }
        b'z' | b'P' => match o.downcast_exact::<Bytes>() {
            Some(b) => Some(b.data() as u64),
            None if o.is_none() => Some(0),
            // `c_char_p` takes no integers.
            None if c == b'P' => o.downcast_exact::<Int>().map(code::low_bits),
            None => None,
        },
        b'O' => Some(o.as_ptr() as u64).filter(|_| info::of_instance(o).is_none() && !o.is_exact::<CArg>()),
        b'?' => o.is_bool().then(|| u64::from(!code_is_false(o))),
        _ => o.downcast_exact::<Int>().map(|i| scalar.extended(code::low_bits(i))),
    }
}

fn code_is_false(o: &Obj) -> bool {
    // SAFETY: a bool is an int.
    unsafe { o.cast_unchecked::<Int>() }.is_zero()
}

/// An undeclared argument's register, if the object is an integer of C, a string of bytes, nothing or a reference.
#[inline(always)]
fn free_word(o: &Obj) -> Option<u64> {
    if let Some(i) = o.downcast_exact::<Int>() {
        return i.to_i64().map(|v| i64::from(v as i32) as u64);
    }
    if let Some(b) = o.downcast_exact::<Bytes>() {
        return Some(b.data() as u64);
    }
    if o.is_none() {
        return Some(0);
    }
    let a = o.downcast_exact::<CArg>()?;
    b"PzZ".contains(&a.tag()).then(|| a.value().address() as u64)
}

/// Calls the function, if it can be done in short.
#[inline]
pub fn call(f: &Function, args: &[&Obj]) -> Option<PyResult<Object>> {
    let plan = f.plan()?;
    let mut registers = Registers::ZERO;
    let signature = match &plan.typed {
        Some((codes, signature)) => {
            let scalars = signature.scalars()?;
            if codes.len() != args.len() {
                return None;
            }
            for ((c, (scalar, slot)), o) in codes.iter().zip(&scalars.arguments).zip(args) {
                let word = typed_word(*c, *scalar, o)?;
                match *slot {
                    Slot::General(n) => *registers.general.get_mut(usize::from(n))? = word,
                    Slot::Float(n) => *registers.float.get_mut(usize::from(n))? = word as Lane,
                }
            }
            signature
        }
        None => {
            let signature = plan.words(args.len())?;
            for (to, o) in registers.general.iter_mut().zip(args) {
                *to = free_word(o)?;
            }
            signature
        }
    };
    let scalars = signature.scalars()?;
    let address = f.data().pointer();
    if address.is_null() {
        return None;
    }
    let mut word = 0;
    // SAFETY: the program says what the function takes; the registers hold its arguments.
    if let Err(e) = call::run(plan.flags, || word = unsafe { scalars.call(address.cast(), &registers) }) {
        return Some(Err(e));
    }
    Some(match plan.result {
        0 => Ok(none().to_owned()),
        b'i' => Int::from_i64(i64::from(word as i32)).map(Ref::into_object),
        b'd' => Float::new(f64::from_bits(word)).map(Ref::into_object),
        b'O' if word == 0 => Err(dovetail_core::raise!(ValueError, "PyObject is NULL")),
        // SAFETY: the function gave its reference away.
        b'O' => Ok(unsafe { Ref::from_owned(word as usize as *mut abi::PyObject) }),
        // SAFETY: the value's bytes, little endian.
        c => unsafe { code::get(c, false, (&raw const word).cast(), 8) },
    })
}
