//! The fast way of calls: function pointers have a vectorcall word, and their types a plan that
//! turns arguments into register words and the result register into an object. The interpreter hands over its frame's words
//! directly (`words`), where integers are no objects. What the plan does not foresee (a list
//! for a pointer, a wrong number of arguments, structs) goes the general way of `call`, before anything was converted.
//!
//! # Contract of the unsafe blocks
//! A plan lives as long as its type, and the type as long as the pointer that is being called, which the caller holds. Words
//! are of the kinds that the signature states.

use super::cdata::{CData, CDataBody};
use super::ctype::CType;
use super::flags::*;
use super::{call, from_c, to_c};
use dovetail_call::{Lane, Registers, Scalar, Scalars, Slot, errno};
use dovetail_core::error::PyResult;
use dovetail_core::gil;
use dovetail_core::interp;
use dovetail_core::interp::value::Value;
use dovetail_core::interp::words::{DECLINED, RAISED};
use dovetail_core::native::{Native, result_ptr};
use dovetail_core::object::signature::{self, CallFlags, CallKind, CallShape, CallSignature};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::tuple::Tuple;
use std::mem::MaybeUninit;
use std::ptr::null_mut;

/// How an argument becomes a word.
struct Converter {
    kind: Kind,
    slot: Slot,
    scalar: Scalar,
    /// Integers: the least and the greatest value.
    low: i64,
    high: i64,
    /// Pointers: whether bytes objects are passed as they are.
    takes_bytes: bool,
    ctype: *const CType,
}

/// A function type made ready for fast calls.
pub struct Plan {
    scalars: Scalars,
    converters: Box<[Converter]>,
    /// Which arguments are pointers to data.
    pointers: Box<[usize]>,
    result: Kind,
    shape: CallShape,
}

impl Plan {
    /// The plan of a function type, if all of its values are single numbers or pointers in registers.
    pub fn new(ct: &CType) -> PyResult<Option<Box<Plan>>> {
        if ct.more().variadic {
            return Ok(None);
        }
        let signature = call::signature(ct)?;
        let Some(scalars) = signature.scalars() else { return Ok(None) };
        let params: Vec<&CType> = (0..ct.params().len()).map(|i| ct.param(i)).collect();
        let converters: Box<[Converter]> = params
            .iter()
            .zip(&scalars.arguments)
            .map(|(p, &(scalar, slot))| converter(p, scalar, slot))
            .collect();
        let pointers =
            params.iter().enumerate().filter(|(_, p)| p.kind() == Kind::Pointer).map(|(i, _)| i).collect();
        let shape = CallShape {
            arguments: params.iter().map(|p| call_kind(p)).collect(),
            result: call_kind(ct.item()),
            flags: CallFlags::RELEASES_GIL.with(CallFlags::SAVES_ERRNO),
        };
        let scalars = scalars.clone();
        Ok(Some(Box::new(Plan { scalars, converters, pointers, result: ct.item().kind(), shape })))
    }
}

fn converter(p: &CType, scalar: Scalar, slot: Slot) -> Converter {
    let (low, high) = match p.kind() {
        Kind::I8 => (i8::MIN.into(), i8::MAX.into()),
        Kind::I16 => (i16::MIN.into(), i16::MAX.into()),
        Kind::I32 => (i32::MIN.into(), i32::MAX.into()),
        Kind::I64 => (i64::MIN, i64::MAX),
        Kind::U8 => (0, u8::MAX.into()),
        Kind::U16 => (0, u16::MAX.into()),
        Kind::U32 => (0, u32::MAX.into()),
        Kind::U64 => (0, i64::MAX),
        Kind::Bool => (0, 1),
        // No integer fits: the general conversion decides.
        _ => (0, -1),
    };
    let takes_bytes = p.kind() == Kind::Pointer
        && !p.item().is(BOOL)
        && (p.is(VOIDCHAR_PTR) || (p.item().is(SIGNED | UNSIGNED) && p.item().size() == 1));
    Converter { kind: p.kind(), slot, scalar, low, high, takes_bytes, ctype: p }
}

fn call_kind(ct: &CType) -> CallKind {
    match ct.kind() {
        Kind::Void => CallKind::Void,
        Kind::Bool => CallKind::Bool,
        Kind::I8 => CallKind::I8,
        Kind::U8 => CallKind::U8,
        Kind::I16 => CallKind::I16,
        Kind::U16 | Kind::Char16 => CallKind::U16,
        Kind::I32 => CallKind::I32,
        Kind::U32 | Kind::Char32 => CallKind::U32,
        Kind::I64 => CallKind::I64,
        Kind::U64 => CallKind::U64,
        Kind::Char => CallKind::Char,
        Kind::F32 => CallKind::F32,
        Kind::F64 => CallKind::F64,
        _ => CallKind::Pointer,
    }
}

/// What the JIT may know of a function pointer. Characters of 16 and 32 bits are text, which it does not convert.
pub fn signature_of(o: &Obj) -> Option<CallSignature<'_>> {
    let cd = CData::of(o)?;
    let ct = cd.ctype();
    if !ct.is(FUNCTION) || cd.data().is_null() {
        return None;
    }
    let text = |t: &CType| matches!(t.kind(), Kind::Char16 | Kind::Char32);
    if text(ct.item()) || (0..ct.params().len()).any(|i| text(ct.param(i))) {
        return None;
    }
    let plan = match ct.plan() {
        Ok(plan) => plan?,
        Err(e) => {
            e.clear();
            return None;
        }
    };
    Some(CallSignature { address: cd.data().cast(), shape: &plan.shape })
}

/// Lets the rest of the runtime see signatures of function pointers, and of functions of compiled modules, and the
/// interpreter call function pointers with its words.
pub fn register() {
    interp::words::register(CData::type_object(), words);
    signature::register(CData::type_object(), signature_of);
    signature::register(CFunction::type_object(), super::compiled::function_signature);
}

/// The word of an integer. Floats have those that a `double` is sure to hold.
#[inline(always)]
fn integer(c: &Converter, v: i64) -> Option<u64> {
    if v >= c.low && v <= c.high {
        return Some(v as u64);
    }
    (c.kind == Kind::F64 && v.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS).then(|| (v as f64).to_bits())
}

/// An argument's word, where that takes no more than a look at the object. Nothing happens if not.
#[inline(always)]
fn quick(c: &Converter, o: &Obj) -> Option<u64> {
    if c.kind == Kind::Pointer {
        if c.takes_bytes
            && let Some(b) = o.downcast_exact::<Bytes>()
        {
            return Some(b.data() as u64);
        }
        // SAFETY: parameter types live with the function type.
        let ct = unsafe { &*c.ctype };
        let cd = CData::of(o)?;
        let from = cd.ctype();
        let fits = std::ptr::eq(from, ct)
            || (from.is(POINTER | FUNCTION | ARRAY) && (ct.is(VOID_PTR) || std::ptr::eq(from.decayed(), ct)));
        return fits.then(|| cd.data() as u64);
    }
    if let Some(i) = o.downcast_exact::<Int>() {
        return if i.is_compact() { integer(c, i.compact_value()) } else { None };
    }
    let f = o.downcast_exact::<Float>()?;
    match c.kind {
        Kind::F64 => Some(f.value().to_bits()),
        Kind::F32 => Some(u64::from((f.value() as f32).to_bits())),
        _ => None,
    }
}

/// An argument's word, by the general conversion. Pointers that are neither cdata nor bytes do not come here.
unsafe fn slow(c: &Converter, o: &Obj) -> PyResult<u64> {
    if let Some(word) = quick(c, o) {
        return Ok(word);
    }
    let mut room = [0u8; 16];
    // SAFETY: parameter types live with the function type; scalars have at most eight bytes.
    unsafe {
        to_c::convert(room.as_mut_ptr(), &*c.ctype, o)?;
        Ok(c.scalar.read(room.as_ptr()))
    }
}

/// Are all pointer arguments cdata, or bytes that are passed as they are?
unsafe fn plain(plan: &Plan, args: *const *mut abi::PyObject) -> bool {
    plan.pointers.iter().all(|&i| {
        // SAFETY: the number of arguments was checked.
        let (c, o) = unsafe { (plan.converters.get_unchecked(i), Obj::from_ptr(*args.add(i))) };
        CData::of(o).is_some() || (c.takes_bytes && o.is_exact::<Bytes>())
    })
}

#[inline(always)]
unsafe fn put(registers: &mut MaybeUninit<Registers>, slot: Slot, word: u64) {
    let r = registers.as_mut_ptr();
    // SAFETY: slots lie within the registers.
    unsafe {
        match slot {
            Slot::General(n) => (&raw mut (*r).general).cast::<u64>().add(usize::from(n)).write(word),
            Slot::Float(n) => {
                (&raw mut (*r).float).cast::<Lane>().add(usize::from(n)).write(Lane::from(word))
            }
        }
    }
}

/// The call, if all arguments are of the usual kinds.
#[inline(always)]
unsafe fn perform(plan: &Plan, cd: &CData, args: *const *mut abi::PyObject) -> PyResult<Object> {
    let mut registers = MaybeUninit::uninit();
    plan.scalars.clear(&mut registers);
    for (i, c) in plan.converters.iter().enumerate() {
        // SAFETY: the number of arguments was checked.
        unsafe {
            match quick(c, Obj::from_ptr(*args.add(i))) {
                Some(word) => put(&mut registers, c.slot, word),
                None => return careful(plan, cd, args),
            }
        }
    }
    // SAFETY: the registers hold the arguments.
    unsafe { object_of(plan, cd, run(plan, cd, &registers, ThreadState::current())) }
}

/// The call with words of a frame: the usual kinds of arguments alone.
unsafe fn words(ts: &'static ThreadState, o: &Obj, args: *const Value, nargs: usize) -> Value {
    // SAFETY: the type that was registered has this body.
    let cd = unsafe { &*(o.as_ptr() as *const CData) };
    let plan = match cd.ctype().ready_plan() {
        Some(plan) if nargs == plan.converters.len() && !cd.data().is_null() => plan,
        _ => return DECLINED,
    };
    let mut registers = MaybeUninit::uninit();
    plan.scalars.clear(&mut registers);
    for (i, c) in plan.converters.iter().enumerate() {
        // SAFETY: the number of arguments was checked; words are integers or live objects.
        unsafe {
            let v = *args.add(i);
            let word = if v.is_int() { integer(c, v.as_int()) } else { quick(c, v.obj()) };
            match word {
                Some(word) => put(&mut registers, c.slot, word),
                None => return DECLINED,
            }
        }
    }
    // SAFETY: the registers hold the arguments.
    unsafe {
        let word = run(plan, cd, &registers, ts);
        match plan.result {
            Kind::Void => return Value::none(),
            kind => {
                if let Some(v) = small(kind, word) {
                    return Value::int(v);
                }
            }
        }
        object_of(plan, cd, word).map_or(RAISED, Value::owned)
    }
}

/// A result that is an integer, if a frame's word holds all of its type.
#[inline(always)]
fn small(kind: Kind, word: u64) -> Option<i64> {
    Some(match kind {
        Kind::I8 => (word as i8).into(),
        Kind::I16 => (word as i16).into(),
        Kind::I32 => (word as i32).into(),
        Kind::I64 if Value::fits(word as i64) => word as i64,
        Kind::U8 => (word as u8).into(),
        Kind::U16 => (word as u16).into(),
        Kind::U32 => (word as u32).into(),
        Kind::U64 if word <= i64::MAX as u64 && Value::fits(word as i64) => word as i64,
        _ => return None,
    })
}

/// The same, with conversions that may run Python code: none of them twice.
#[cold]
#[inline(never)]
unsafe fn careful(plan: &Plan, cd: &CData, args: *const *mut abi::PyObject) -> PyResult<Object> {
    // SAFETY: as `perform`.
    unsafe {
        if !plain(plan, args) {
            return general(cd, args, plan.converters.len(), null_mut());
        }
        let mut registers = MaybeUninit::uninit();
        plan.scalars.clear(&mut registers);
        for (i, c) in plan.converters.iter().enumerate() {
            put(&mut registers, c.slot, slow(c, Obj::from_ptr(*args.add(i)))?);
        }
        object_of(plan, cd, run(plan, cd, &registers, ThreadState::current()))
    }
}

/// Calls with these registers, without the GIL. The answer is the result register.
#[inline(always)]
unsafe fn run(plan: &Plan, cd: &CData, registers: &MaybeUninit<Registers>, ts: &'static ThreadState) -> u64 {
    let address = cd.data();
    gil::detach_from(ts);
    // SAFETY: the program vouches for the function's type; the registers hold its arguments.
    let word = errno::with_saved_errno(|| unsafe { plan.scalars.call(address.cast(), registers.as_ptr()) });
    gil::attach(ts);
    word
}

/// The object of a result register.
unsafe fn object_of(plan: &Plan, cd: &CData, word: u64) -> PyResult<Object> {
    let word = plan.scalars.result.extended(word);
    match plan.result {
        Kind::I32 | Kind::I64 | Kind::I8 | Kind::I16 | Kind::U8 | Kind::U16 | Kind::U32 => {
            Ok(Int::from_i64(word as i64)?.into_object())
        }
        Kind::U64 if word <= i64::MAX as u64 => Ok(Int::from_i64(word as i64)?.into_object()),
        Kind::U64 => Ok(Int::from_u64(word)?.into_object()),
        Kind::F64 => Ok(Float::new(f64::from_bits(word))?.into_object()),
        Kind::F32 => Ok(Float::new(f32::from_bits(word as u32).into())?.into_object()),
        Kind::Void => Ok(none().to_owned()),
        Kind::Bool if word <= 1 => Ok(bool_obj(word != 0).to_owned()),
        Kind::Pointer | Kind::Function => CData::new(word as *mut u8, cd.ctype().item()),
        // SAFETY: a value of the result's type.
        _ => unsafe { from_c::convert((&raw const word).cast(), cd.ctype().item()) },
    }
}

unsafe extern "C" fn vectorcall(
    o: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: called as the vectorcall of a function pointer.
    unsafe {
        let cd = &*(o as *const CData);
        let nargs = nargsf & !(1 << (usize::BITS - 1));
        let ready = match cd.ctype().ready_plan() {
            Some(plan) if kwnames.is_null() && nargs == plan.converters.len() && !cd.data().is_null() => {
                perform(plan, cd, args)
            }
            _ => general(cd, args, nargs, kwnames),
        };
        result_ptr(ready)
    }
}

/// What the plan does not foresee; the first call of a type makes the plan.
#[cold]
#[inline(never)]
unsafe fn general(
    cd: &CData,
    args: *const *mut abi::PyObject,
    nargs: usize,
    kwnames: *mut abi::PyObject,
) -> PyResult<Object> {
    // SAFETY: as `vectorcall`: live objects for the length of the call.
    unsafe {
        let args: &[&Obj] = std::slice::from_raw_parts(args.cast(), nargs);
        let args = Tuple::from_slice(args)?;
        let kwargs: Option<Ref<Dict>> = match (kwnames as *const Tuple).as_ref() {
            Some(names) if !names.is_empty() => {
                // Which ones does not matter: none are taken.
                let d = Dict::new()?;
                for name in names.items() {
                    d.set(name, none())?;
                }
                Some(d)
            }
            _ => None,
        };
        let r = call::call_slot(cd, &args, kwargs.as_deref());
        if r.is_ok() && !cd.ctype().more().variadic {
            let _ = cd.ctype().plan()?;
        }
        r
    }
}

/// A function pointer: plain, but for its vectorcall word.
#[inline]
pub fn make(data: *mut u8, ct: &CType) -> PyResult<Object> {
    let o = CData::plain(data, ct)?;
    // SAFETY: a new object of the common body.
    unsafe { (*(o.as_raw() as *mut CDataBody)).vectorcall = Some(vectorcall) };
    Ok(o)
}
