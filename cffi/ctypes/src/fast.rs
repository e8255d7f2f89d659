//! The short way of a call: arguments and result that are plain numbers and strings, in registers.
//!
//! A [`Plan`] says once what a function's calls need. Here nothing is asked of Python code: an argument that is not exactly
//! what is expected sends the call the long way, from its beginning.

use crate::call::{self, Known};
use crate::carg::CArg;
use crate::code;
use crate::data::{self, CData};
use crate::describe;
use crate::function::{Function, PYTHON_API, USE_ERRNO};
use crate::info::{self, Kind};
use crate::param;
use dovetail_call::{GENERAL, Lane, Registers, Scalar, Signature, Slot};
use dovetail_core::error::PyResult;
use dovetail_core::object::signature::{CallFlags, CallKind, CallShape, CallSignature};
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
    /// The declared arguments, and their signature.
    typed: Option<(Box<[Typed]>, Arc<Signature>)>,
    /// Signatures of calls without declared arguments, by how many.
    free: Option<(TypeId, [OnceCell<Option<Arc<Signature>>>; GENERAL + 1])>,
    /// The type code of the result; 0 is nothing, `INSTANCE` an instance of the class beside it.
    result: u8,
    class: Option<Object>,
    flags: u32,
    /// What the JIT is told of it.
    shape: Option<CallShape>,
    /// Of the long way.
    pub last: Cell<Option<Known>>,
}

/// The code of results that are pointers in an instance.
const INSTANCE: u8 = b'*';

/// A declared argument.
struct Typed {
    /// A type code, or `INSTANCE` for pointers and functions.
    code: u8,
    /// Its class, and what that points to or NULL: addresses to compare with. The function's `argtypes` keep them.
    class: *const abi::PyObject,
    target: *const abi::PyObject,
}

/// The result's code, if the short way can give it, and its class.
fn result_code(f: &Function) -> Option<(u8, Option<Object>)> {
    let (restype, checker) = (f.restype().ok()?, f.checker().ok()?);
    if checker.is_some() || f.errcheck().is_some() || f.paramflags().is_some() {
        return None;
    }
    let Some(restype) = restype else { return Some((b'i', None)) };
    if restype.is_none() {
        return Some((0, None));
    }
    let i = info::of_class(&restype).filter(|i| !i.swapped.get())?;
    match i.kind {
        Kind::Simple if i.plain.get() => Some((i.code.get(), None)),
        Kind::Pointer | Kind::Function => Some((INSTANCE, Some(restype.clone()))),
        _ => None,
    }
}

/// A declared argument, if its values are converted as the library does it.
fn typed(ty: &Obj, converter: &Obj) -> Option<Typed> {
    let class = ty.downcast::<Type>()?;
    let i = info::of_type(class)?;
    let code = match i.kind {
        Kind::Simple if i.plain.get() && !i.swapped.get() => i.code.get(),
        Kind::Pointer | Kind::Function => INSTANCE,
        _ => return None,
    };
    if !b"bBhHiIlLqQ?fdzPO*".contains(&code) || !param::is_standard(converter, class) {
        return None;
    }
    let target = i.proto.peek().filter(|_| i.kind == Kind::Pointer);
    Some(Typed { code, class: ty.as_ptr(), target: target.map_or(std::ptr::null(), |t| t.as_ptr()) })
}

/// The type of a code in calls.
fn described(code: u8) -> Option<TypeId> {
    match code {
        0 => Some(TypeId::VOID),
        c => describe::of_code(c).map_err(|e| e.clear()).ok(),
    }
}

fn scalar_signature(result: TypeId, params: &[TypeId]) -> Option<Arc<Signature>> {
    let s = call::signature(result, params, Some(params.len()), false).map_err(|e| e.clear()).ok()?;
    s.scalars().is_some().then_some(s)
}

/// A type code as the JIT knows it; None where the value is more than its bits.
fn kind(code: u8) -> Option<CallKind> {
    Some(match code {
        0 => CallKind::Void,
        b'?' => CallKind::Bool,
        b'b' => CallKind::I8,
        b'B' => CallKind::U8,
        b'h' => CallKind::I16,
        b'H' => CallKind::U16,
        b'i' => CallKind::I32,
        b'I' => CallKind::U32,
        b'l' | b'q' => CallKind::I64,
        b'L' | b'Q' => CallKind::U64,
        b'c' => CallKind::Char,
        b'f' => CallKind::F32,
        b'd' => CallKind::F64,
        b'z' | b'P' | INSTANCE => CallKind::Pointer,
        _ => return None,
    })
}

/// The shape of a function that has no `errno` of its own.
fn shape(result: u8, arguments: &[Typed], flags: u32) -> Option<CallShape> {
    let around = match flags & (PYTHON_API | USE_ERRNO) {
        0 => CallFlags::RELEASES_GIL,
        PYTHON_API => CallFlags::RAISES,
        _ => return None,
    };
    let arguments = arguments.iter().map(|t| kind(t.code)).collect::<Option<_>>()?;
    Some(CallShape { arguments, result: kind(result)?, flags: around })
}

/// Reads the signature of a function pointer, for the JIT.
pub fn signature(o: &Obj) -> Option<CallSignature<'_>> {
    let f = o.downcast::<Function>()?;
    // A class may have a `__call__` of its own.
    if !o.ob_type().has_flag(abi::Py_TPFLAGS_HAVE_VECTORCALL) || f.data().pointer().is_null() {
        return None;
    }
    let plan = f.plan_ref();
    plan.typed.as_ref()?;
    Some(CallSignature { address: f.data().pointer().cast(), shape: plan.shape.as_ref()? })
}

impl Plan {
    pub fn new(f: &Function) -> Plan {
        let flags = f.info().map_or(0, |i| i.flags.get());
        let mut plan = Plan {
            typed: None,
            free: None,
            result: 0,
            class: None,
            flags,
            shape: None,
            last: Cell::new(None),
        };
        let Some((result, class)) = result_code(f) else { return plan };
        (plan.result, plan.class) = (result, class);
        let Some(ty) = described(result) else { return plan };
        let (Ok(types), Ok(converters)) = (f.argtypes(), f.converters()) else { return plan };
        match (types, converters) {
            (Some(types), Some(converters)) => {
                let all: Option<Box<[Typed]>> =
                    types.items().iter().zip(converters.items()).map(|(t, c)| typed(t, c)).collect();
                let ids: Option<Vec<TypeId>> =
                    all.as_ref().and_then(|all| all.iter().map(|t| described(t.code)).collect());
                plan.shape = all.as_ref().and_then(|all| shape(result, all, flags));
                plan.typed = all.zip(ids.and_then(|ids| scalar_signature(ty, &ids)));
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

/// A declared argument's register, if the object is exactly what the type takes.
#[inline(always)]
fn typed_word(t: &Typed, scalar: Scalar, o: &Obj) -> Option<u64> {
    match t.code {
        b'f' | b'd' => {
            let v = match o.downcast_exact::<Float>() {
                Some(f) => f.value(),
                None => match o.downcast_exact::<Int>().filter(|i| i.is_compact()) {
                    Some(i) => i.compact_value() as f64,
                    None => return instance_word(t, scalar, o),
                },
            };
            Some(if t.code == b'f' { u64::from((v as f32).to_bits()) } else { v.to_bits() })
        }
        b'z' | b'P' => match o.downcast_exact::<Bytes>() {
            Some(b) => Some(b.data() as u64),
            None if o.is_none() => Some(0),
            // `c_char_p` takes no integers.
            None if t.code == b'P' && o.is_exact::<Int>() => o.downcast_exact::<Int>().map(code::low_bits),
            None => pointer_word(t, o),
        },
        INSTANCE => pointer_word(t, o),
        b'O' => Some(o.as_ptr() as u64).filter(|_| data::instance(o).is_none() && !o.is_exact::<CArg>()),
        b'?' => o.is_bool().then(|| u64::from(!is_false(o))),
        _ => match o.downcast_exact::<Int>() {
            Some(i) => Some(scalar.extended(code::low_bits(i))),
            None => instance_word(t, scalar, o),
        },
    }
}

fn is_false(o: &Obj) -> bool {
    // SAFETY: a bool is an int.
    unsafe { o.cast_unchecked::<Int>() }.is_zero()
}

fn is_class(class: *const abi::PyObject, o: &Obj) -> bool {
    std::ptr::eq(o.type_ptr().cast(), class)
}

/// The value of an instance of the argument's very class.
fn instance_word(t: &Typed, scalar: Scalar, o: &Obj) -> Option<u64> {
    if !is_class(t.class, o) {
        return None;
    }
    // SAFETY: an instance of a simple type has that value.
    unsafe { Some(scalar.read(o.cast_unchecked::<CData>().ptr())) }
}

/// The address in what a pointer argument takes: nothing, a reference, an instance, an array.
fn pointer_word(t: &Typed, o: &Obj) -> Option<u64> {
    if o.is_none() {
        return (t.code != INSTANCE || !t.target.is_null()).then_some(0);
    }
    if let Some(a) = o.downcast_exact::<CArg>() {
        if a.tag() != b'P' {
            return None;
        }
        let fits = match t.code {
            b'P' => true,
            _ => a.object().is_some_and(|o| is_class(t.target, o)),
        };
        return fits.then(|| a.value().address() as u64);
    }
    if is_class(t.class, o) {
        // SAFETY: an instance of a pointer type.
        return Some(unsafe { o.cast_unchecked::<CData>() }.pointer() as u64);
    }
    let d = data::instance(o)?;
    if is_class(t.target, o) {
        return Some(d.ptr() as u64);
    }
    let i = info::of_type(d.ob_type())?;
    match (t.code, i.kind) {
        (b'P', Kind::Array) => Some(d.ptr() as u64),
        (b'P', Kind::Pointer | Kind::Function) => Some(d.pointer() as u64),
        (b'z', Kind::Array) if i.item.get().is_some_and(|i| i.code == b'c') => Some(d.ptr() as u64),
        (INSTANCE, Kind::Array) => {
            let same = i.proto.peek().is_some_and(|p| std::ptr::eq(p.as_ptr(), t.target));
            same.then(|| d.ptr() as u64)
        }
        _ => None,
    }
}

/// An undeclared argument's register, if it travels in a general one.
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
    if let Some(a) = o.downcast_exact::<CArg>() {
        return b"PzZ".contains(&a.tag()).then(|| a.value().address() as u64);
    }
    let d = data::instance(o)?;
    let i = info::of_type(d.ob_type())?;
    match i.kind {
        Kind::Array => Some(d.ptr() as u64),
        Kind::Pointer | Kind::Function => Some(d.pointer() as u64),
        // SAFETY: an instance of a simple type has that value.
        Kind::Simple if !b"fdgFDG".contains(&i.code.get()) => {
            Some(unsafe { code::read_integer(i.code.get(), false, d.ptr()) } as u64)
        }
        _ => None,
    }
}

/// Calls the function, if it can be done in short.
#[inline]
pub fn call(f: &Function, args: &[&Obj]) -> Option<PyResult<Object>> {
    let plan = f.plan();
    let mut registers = Registers::ZERO;
    let signature = match &plan.typed {
        Some((types, signature)) => {
            let scalars = signature.scalars()?;
            if types.len() != args.len() {
                return None;
            }
            for ((t, (scalar, slot)), o) in types.iter().zip(&scalars.arguments).zip(args) {
                let word = typed_word(t, *scalar, o)?;
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
        INSTANCE => match plan.class.as_deref().and_then(|c| c.downcast::<Type>()) {
            // SAFETY: a copy of the pointer.
            Some(class) => {
                unsafe { data::part(class, None, 0, (&raw mut word).cast()) }.map(Ref::into_object)
            }
            None => return None,
        },
        // SAFETY: the value's bytes, little endian.
        c => unsafe { code::get(c, false, (&raw const word).cast(), 8) },
    })
}
