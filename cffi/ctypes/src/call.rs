//! Calls of C: arguments of any kind, results of any kind, the checks after a call.

use crate::carg::{CArg, Word};
use crate::code;
use crate::data::{self, CData};
use crate::describe;
use crate::flags;
use crate::function::{CDECL, Function, MOST, PYTHON_API, USE_ERRNO};
use crate::info::{self, Kind};
use crate::wide;
use dovetail_call::Signature;
use dovetail_core::error::{PyResult, Raised, raise_message};
use dovetail_core::gil;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_ctype::{Convention, Function as FunctionDescription, Primitive, TypeId};
use smallvec::SmallVec;
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::sync::Arc;

thread_local! {
    /// The `errno` that functions with `use_errno` see and leave.
    static ERRNO: Cell<c_int> = const { Cell::new(0) };
}

/// The thread's copy of `errno`, and what it is from now on.
pub fn errno() -> c_int {
    ERRNO.get()
}

/// Sets the copy; gives the old one.
pub fn set_errno(value: c_int) -> c_int {
    ERRNO.replace(value)
}

/// Exchanges the copy with C's own.
pub fn swap_errno() {
    // SAFETY: the thread's own errno.
    unsafe {
        let place = libc::__errno_location();
        *place = ERRNO.replace(*place);
    }
}

/// Runs the call itself: without the GIL but for functions of the Python API.
#[inline(always)]
pub fn run(flags: u32, f: impl FnOnce()) -> PyResult<()> {
    let own = flags & USE_ERRNO != 0;
    let call = || {
        if own {
            swap_errno();
        }
        f();
        if own {
            swap_errno();
        }
    };
    if flags & PYTHON_API == 0 {
        let ts = gil::detach();
        call();
        gil::attach(ts);
        return Ok(());
    }
    call();
    if ThreadState::current().has_exception() {
        return Err(Raised::from_c());
    }
    Ok(())
}

/// An argument ready for a call.
pub struct Argument {
    ty: TypeId,
    value: Word,
    /// A value longer than a word.
    block: Vec<u128>,
    /// What has to live until the call is over.
    _keep: Option<Object>,
    is_float: bool,
}

impl Argument {
    fn word(ty: TypeId, value: Word, keep: Option<Object>) -> Argument {
        Argument { ty, value, block: Vec::new(), _keep: keep, is_float: false }
    }

    fn pointer(address: usize, keep: Option<Object>) -> Argument {
        Argument::word(describe::pointer(), Word::of(address), keep)
    }

    fn place(&mut self) -> *mut c_void {
        if self.block.is_empty() { self.value.0.as_mut_ptr().cast() } else { self.block.as_mut_ptr().cast() }
    }
}

fn is_float_code(c: u8) -> bool {
    b"fdgFDG".contains(&c)
}

/// An instance as an argument.
fn of_instance(d: &CData) -> PyResult<Argument> {
    let info = d.info()?;
    let keep = Some(d.to_owned());
    match info.kind {
        Kind::Array => Ok(Argument::pointer(d.ptr() as usize, keep)),
        Kind::Pointer | Kind::Function => Ok(Argument::pointer(d.pointer() as usize, keep)),
        Kind::Simple | Kind::Struct | Kind::Union => {
            let ty = describe::of_value(info)?;
            let mut a = Argument::word(ty, Word::ZERO, keep);
            let n = info.size.get() as usize;
            if n > a.value.0.len() {
                a.block = vec![0; n.div_ceil(16)];
            }
            a.is_float = info.kind != Kind::Simple || is_float_code(info.code.get());
            // SAFETY: an instance has its type's size, and so has the place.
            unsafe { std::ptr::copy_nonoverlapping(d.ptr(), a.place().cast(), n) };
            Ok(a)
        }
    }
}

/// An object as the argument of that number.
fn argument(o: &Obj, index: usize) -> PyResult<Argument> {
    if let Some(a) = o.downcast_exact::<CArg>() {
        let mut out = Argument::word(describe::of_code(a.tag())?, a.value(), Some(o.to_owned()));
        out.is_float = is_float_code(a.tag());
        return Ok(out);
    }
    if let Some(d) = data::instance(o) {
        return of_instance(d);
    }
    if o.is_none() {
        return Ok(Argument::pointer(0, None));
    }
    if let Some(i) = o.downcast::<Int>() {
        let Some(v) = i.to_i64().map(|v| v as u64).or_else(|| i.to_u64()) else {
            bail!(OverflowError, "int too long to convert");
        };
        return Ok(Argument::word(describe::primitive(Primitive::Int), Word::of(v as usize), None));
    }
    if let Some(b) = o.downcast::<Bytes>() {
        return Ok(Argument::pointer(b.data() as usize, Some(o.to_owned())));
    }
    if let Some(s) = o.downcast::<Str>() {
        let (p, keep) = wide::copy(s)?;
        return Ok(Argument::pointer(p as usize, Some(keep)));
    }
    if let Some(other) = o.get_attr_opt(sym!(_as_parameter_))? {
        ThreadState::current().check_recursion(" while processing _as_parameter_")?;
        let mut a = argument(&other, index)?;
        if a._keep.is_none() {
            a._keep = Some(other);
        }
        return Ok(a);
    }
    Err(raise!(TypeError, "Don't know how to convert parameter {index}"))
}

/// Arguments by their converters, or as they are.
fn arguments(args: &[&Obj], converters: Option<&Tuple>) -> PyResult<SmallVec<[Argument; 8]>> {
    if args.len() > MOST {
        let text = format!("too many arguments ({}), maximum is {MOST}", args.len());
        return Err(raise_message(crate::module::argument_error()?, &text));
    }
    let mut out = SmallVec::with_capacity(args.len());
    for (i, o) in args.iter().enumerate() {
        let converted = match converters.and_then(|c| c.items().get(i)) {
            Some(f) => f.call(&[*o]).and_then(|v| {
                let mut a = argument(&v, i + 1)?;
                if a._keep.is_none() {
                    a._keep = Some(v);
                }
                Ok(a)
            }),
            None => argument(o, i + 1),
        };
        match converted {
            Ok(a) => out.push(a),
            Err(e) => {
                let prefix = format!("argument {}: ", i + 1);
                return Err(data::extend_error(e, crate::module::argument_error()?, &prefix));
            }
        }
    }
    Ok(out)
}

/// A signature for these arguments. `fixed` is how many of them are declared; those beyond are of a function with `...`,
/// as those of functions without declaration may be.
pub fn signature(
    result: TypeId,
    params: &[TypeId],
    fixed: Option<usize>,
    floats: bool,
) -> PyResult<Arc<Signature>> {
    let declared = fixed.unwrap_or(0).min(params.len());
    // Only the number of floating-point registers makes a difference to the callee.
    let variadic = declared < params.len() && floats;
    let declared = if variadic { declared } else { params.len() };
    let description = FunctionDescription {
        result,
        params: params[..declared].into(),
        variadic,
        convention: Convention::C,
    };
    let made = Signature::new(&describe::arena().borrow(), &description, &params[declared..]);
    match made {
        Ok(s) => Ok(Arc::new(s)),
        Err(e) => Err(raise!(RuntimeError, "ffi_prep_cif failed: {e}")),
    }
}

/// The last signature of a function's calls, with what it was made for.
pub type Known = (SmallVec<[TypeId; 8]>, TypeId, Option<usize>, Arc<Signature>);

/// Calls the function at an address.
pub fn invoke(
    address: *const c_void,
    args: &[&Obj],
    flags: u32,
    converters: Option<&Tuple>,
    restype: Option<&Obj>,
    checker: Option<&Obj>,
    known: Option<&Cell<Option<Known>>>,
) -> PyResult<Object> {
    let mut ready = arguments(args, converters)?;
    if address.is_null() {
        bail!(ValueError, "NULL function pointer");
    }
    let in_x87 = cfg!(target_arch = "x86_64")
        && restype.and_then(info::of_class).is_some_and(|i| i.kind == Kind::Simple && i.code.get() == b'G');
    let result = if in_x87 { TypeId::VOID } else { describe::of_result(restype)? };
    let fixed = converters.map(Tuple::len);
    let types: SmallVec<[TypeId; 8]> = ready.iter().map(|a| a.ty).collect();
    let last = known.and_then(Cell::take).filter(|(t, r, n, _)| (t, r, n) == (&types, &result, &fixed));
    let (signature, known_now) = match last {
        Some(k) => (k.3.clone(), Some(k)),
        None => {
            let s = signature(result, &types, fixed, ready.iter().any(|a| a.is_float))?;
            (s.clone(), Some((types, result, fixed, s)))
        }
    };
    if let Some(k) = known {
        k.set(known_now);
    }
    let size = restype.and_then(info::of_class).map_or(8, |i| i.size.get() as usize).max(32);
    let mut room: SmallVec<[u128; 4]> = SmallVec::from_elem(0, size.div_ceil(16));
    let places: SmallVec<[*mut c_void; 8]> = ready.iter_mut().map(Argument::place).collect();
    let to = room.as_mut_ptr();
    // SAFETY: the program says what the function takes; the places are of the sizes that the signature was made for.
    run(flags, || unsafe {
        signature.call(address, &places, to.cast());
        if in_x87 {
            take_x87_pair(to);
        }
    })?;
    // SAFETY: the result's bytes.
    let result = unsafe { result_object(restype, to.cast()) }?;
    drop(ready);
    match checker {
        Some(c) => c.call(&[&*result]),
        None => Ok(result),
    }
}

/// Takes a `long double _Complex` from the two x87 registers in which a function has just given it.
///
/// # Safety
/// Nothing but the function has used those registers; two of 16 bytes are writable.
unsafe fn take_x87_pair(_to: *mut u128) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller's promise: the function pushed two values, which are popped here.
    unsafe {
        std::arch::asm!("fstp tbyte ptr [{p}]", "fstp tbyte ptr [{p} + 16]", p = in(reg) _to, options(nostack));
    }
}

/// The Python value of a result.
///
/// # Safety
/// The result is readable there.
pub unsafe fn result_object(restype: Option<&Obj>, p: *mut u8) -> PyResult<Object> {
    // SAFETY: the caller's memory.
    unsafe {
        let int = || Int::from_i64(i64::from(p.cast::<i32>().read_unaligned())).map(Ref::into_object);
        let Some(restype) = restype else { return int() };
        if restype.is_none() {
            return Ok(none().to_owned());
        }
        let Some(ty) = restype.downcast::<Type>() else { return restype.call(&[&*int()?]) };
        let Some(info) = info::of_type(ty) else { return restype.call(&[&*int()?]) };
        if !info.plain.get() {
            return Ok(data::part(ty, None, 0, p)?.into_object());
        }
        if info.code.get() == b'O' {
            // The reference becomes ours.
            let o = p.cast::<*mut abi::PyObject>().read_unaligned();
            if o.is_null() {
                bail!(ValueError, "PyObject is NULL");
            }
            return Ok(Ref::from_owned(o));
        }
        code::get(info.code.get(), info.swapped.get(), p, info.size.get())
    }
}

/// Calls a function pointer.
pub fn call(f: &Function, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
    let info = f.info()?;
    let converters = f.converters()?;
    let plan = f.plan();
    let restype = f.restype()?;
    let checker = f.checker()?;
    let prepared = flags::arguments(f, args, kwargs)?;
    let args = prepared.as_ref().map_or(args, |p| p.args.as_borrows());
    if let Some(c) = &converters {
        let (want, given) = (c.len(), args.len());
        let plural = if want == 1 { "" } else { "s" };
        if info.has(CDECL) {
            if want > given {
                bail!(TypeError, "this function takes at least {want} argument{plural} ({given} given)");
            }
        } else if want != given {
            bail!(TypeError, "this function takes {want} argument{plural} ({given} given)");
        }
    }
    let result = invoke(
        f.data().pointer().cast(),
        args,
        info.flags.get(),
        converters.as_deref(),
        restype.as_deref(),
        checker.as_deref(),
        Some(&plan.last),
    )?;
    if let Some(check) = f.errcheck() {
        let all = Tuple::from_slice(args)?;
        let checked = check.call(&[&*result, f.as_obj(), all.as_obj()])?;
        if !checked.is(all.as_obj()) {
            return Ok(checked);
        }
    }
    match &prepared {
        Some(p) => flags::result(result, p),
        None => Ok(result),
    }
}
