//! Calls of C functions through their pointers.

use super::cdata::CData;
use super::ctype::CType;
use super::flags::*;
use super::{arena, files, from_c, initialize, make, strings, to_c};
use dovetail_call::{CallError, Signature, errno};
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil, raise};
use dovetail_ctype::{Primitive, Type, TypeId};
use smallvec::SmallVec;
use std::ffi::c_void;
use std::sync::Arc;

/// Memory for C values, aligned for all of them.
type Words = SmallVec<[u128; 12]>;

fn words(bytes: usize) -> Words {
    SmallVec::from_elem(0, bytes.div_ceil(16))
}

/// Where such structs may be passed.
fn api_mode_only(place: &str) -> String {
    format!(
        " are only supported as {place} if the function is 'API mode' and non-variadic (i.e. declared inside \
         ffibuilder.cdef()+ffibuilder.set_source() and not taking a final '...' argument)"
    )
}

fn unsupported(ct: &CType, place: &str, why: &str) -> Raised {
    raise!(
        NotImplementedError,
        "ctype '{}' not supported as {place}.  {why}.  Such structs{}",
        ct.name(),
        api_mode_only(place)
    )
}

/// Can values of this type be arguments (or results) of a call by pointer?
fn check(ct: &CType, is_result: bool) -> PyResult<()> {
    let place = if is_result { "return value" } else { "argument" };
    if ct.is(PRIMITIVE & !COMPLEX | POINTER | FUNCTION) || (is_result && ct.is(VOID)) {
        return Ok(());
    }
    if ct.is(RECORD) {
        ct.force()?;
    }
    match ct.size() {
        ..0 => bail!(TypeError, "ctype '{}' has incomplete type", ct.name()),
        0 => bail!(TypeError, "ctype '{}' has size 0", ct.name()),
        _ => {}
    }
    if ct.is(STRUCT) {
        return check_struct(ct, place);
    }
    if ct.is(UNION) {
        bail!(
            NotImplementedError,
            "ctype '{}' not supported as {place} by libffi.  Unions{}",
            ct.name(),
            api_mode_only(place)
        );
    }
    let extra = if ct.is(COMPLEX) {
        " (the support for complex types inside libffi is mostly missing at this point, so CFFI only supports complex \
         types as arguments or return value in API-mode functions)"
    } else {
        ""
    };
    bail!(NotImplementedError, "ctype '{}' (size {}) not supported as {place}{extra}", ct.name(), ct.size())
}

fn check_struct(ct: &CType, place: &str) -> PyResult<()> {
    if ct.has_state(CUSTOM_POS) {
        let why = "It is a struct declared with \"...;\", but the C calling convention may depend on the missing \
                   fields; or, it contains anonymous struct/unions";
        return Err(unsupported(ct, place, why));
    }
    if ct.has_state(PACKED_CHANGE) {
        let why = "It is a 'packed' structure, with a different layout than expected by libffi";
        return Err(unsupported(ct, place, why));
    }
    for row in ct.rows() {
        // SAFETY: rows of a living type.
        let field = unsafe { &*row.field };
        if field.is_bits() {
            let why = "It is a struct with bit fields, which libffi does not support";
            return Err(unsupported(ct, place, why));
        }
        let mut member = field.ctype();
        while member.is(ARRAY) {
            if member.length() <= 0 {
                let why = "It is a struct with a zero-length array, which libffi does not support";
                return Err(unsupported(ct, place, why));
            }
            member = member.item();
        }
        check(member, false)?;
    }
    Ok(())
}

fn check_all(params: &[&CType], result: &CType) -> PyResult<()> {
    check(result, true)?;
    params.iter().try_for_each(|p| check(p.decayed(), false))
}

/// Whether a function type can exist. What exists but cannot be called is told by the call.
pub fn check_signature(params: &[&CType], result: &CType) -> PyResult<()> {
    match check_all(params, result) {
        Err(e) if e.matches(exc::NotImplementedError()) => {
            e.clear();
            Ok(())
        }
        r => r,
    }
}

fn refused(ct: &CType, e: &CallError) -> Raised {
    match e {
        CallError::NoMemory => raise!(
            MemoryError,
            "Cannot allocate write+execute memory for ffi.callback(). You might be running on a system that prevents \
             this. For more information, see https://cffi.readthedocs.io/en/latest/using.html#callbacks"
        ),
        e => raise!(NotImplementedError, "{}: {e}", ct.name()),
    }
}

/// The signature of a call of type `ct` with these further arguments.
fn sign(ct: &CType, extra: &[TypeId]) -> PyResult<Arc<Signature>> {
    let id = ct.id();
    let made = arena::with(|types| {
        let Type::Pointer { to, .. } = *types.get(id) else { return None };
        let Type::Function(f) = types.get(to).clone() else { return None };
        Some(Signature::new(types, &f, extra))
    });
    match made {
        Some(Ok(s)) => Ok(Arc::new(s)),
        Some(Err(e)) => Err(refused(ct, &e)),
        None => bail!(SystemError, "'{}' is no function type", ct.name()),
    }
}

/// The prepared signature of a function type without `...`, made the first time.
pub fn signature(ct: &CType) -> PyResult<Arc<Signature>> {
    if let Some(s) = &*ct.more().signature.borrow() {
        return Ok(s.clone());
    }
    let params: Vec<&CType> = (0..ct.params().len()).map(|i| ct.param(i)).collect();
    check_all(&params, ct.item())?;
    let s = sign(ct, &[])?;
    *ct.more().signature.borrow_mut() = Some(s.clone());
    Ok(s)
}

/// A pointer argument: its value, or that the callee needs this many bytes filled from the argument.
pub enum PointerArgument {
    Value(*mut u8),
    Room(usize),
}

/// What a pointer parameter makes of an argument: bytes, strings, lists and tuples become arrays for the call.
pub fn pointer_argument(ct: &CType, init: &Obj) -> PyResult<PointerArgument> {
    let default = || to_c::pointer_value(ct, init).map(PointerArgument::Value);
    if CData::of(init).is_some() {
        return default();
    }
    let item = ct.item();
    let length = if let Some(b) = init.downcast::<Bytes>() {
        if !(ct.is(VOIDCHAR_PTR) || (item.is(SIGNED | UNSIGNED) && item.size() == 1)) {
            return default();
        }
        // C is not expected to write to it.
        initialize::check_bool_items(item, b.as_slice())?;
        return Ok(PointerArgument::Value(b.data()));
    } else if let Some(n) = initialize::sequence_length(init) {
        n
    } else if let Some(s) = init.downcast::<Str>() {
        strings::units(s, item.size()) + 1
    } else if item.is(FILE) && files::is_file(init)? {
        return files::as_file(init).map(PointerArgument::Value);
    } else {
        return default();
    };
    if item.is(RECORD) {
        item.force()?;
    }
    match usize::try_from(item.size()) {
        Err(_) | Ok(0) => default(),
        Ok(size) => match size.checked_mul(length).filter(|n| isize::try_from(*n).is_ok()) {
            Some(n) => Ok(PointerArgument::Room(n.max(1))),
            None => bail!(OverflowError, "array size would overflow a Py_ssize_t"),
        },
    }
}

/// `cd(*args)`.
pub fn call_slot(cd: &CData, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
    let ct = cd.ctype();
    if !ct.is(FUNCTION) {
        bail!(TypeError, "cdata '{}' is not callable", ct.name());
    }
    if cd.data().is_null() {
        bail!(RuntimeError, "cannot call null pointer pointer from cdata '{}'", ct.name());
    }
    if kwargs.is_some_and(|k| !k.is_empty()) {
        bail!(TypeError, "a cdata function cannot be called with keyword arguments");
    }
    call(cd.data(), ct, args.as_borrows())
}

/// Calls the function at `address`, which has type `ct`.
pub fn call(address: *const u8, ct: &CType, args: &[&Obj]) -> PyResult<Object> {
    let declared = ct.params().len();
    if !ct.more().variadic {
        if args.len() != declared {
            bail!(TypeError, "'{}' expects {declared} arguments, got {}", ct.name(), args.len());
        }
        let signature = signature(ct)?;
        return perform(address, ct, &signature, args, &[]);
    }
    if args.len() < declared {
        bail!(TypeError, "'{}' expects at least {declared} arguments, got {}", ct.name(), args.len());
    }
    let extra = further(args, declared)?;
    let mut types: Vec<&CType> = (0..declared).map(|i| ct.param(i)).collect();
    types.extend(extra.iter().map(|e| &**e));
    check_all(&types, ct.item())?;
    let ids: Vec<TypeId> = extra.iter().map(|e| e.id()).collect();
    let signature = sign(ct, &ids)?;
    perform(address, ct, &signature, args, &extra)
}

/// The types of the arguments behind `...`: those must be cdata, and are promoted as C does it.
fn further(args: &[&Obj], declared: usize) -> PyResult<Vec<Ref<CType>>> {
    let one = |(i, o): (usize, &&Obj)| {
        let Some(cd) = CData::of(o) else {
            bail!(
                TypeError,
                "argument {} passed in the variadic part needs to be a cdata object (got {})",
                i + 1,
                o.type_name()
            );
        };
        let ct = cd.ctype();
        if ct.is(INTEGRAL) && ct.size() < size_of::<i32>() as isize {
            return make::primitive(Primitive::Int);
        }
        if ct.kind() == Kind::F32 {
            return make::primitive(Primitive::Double);
        }
        Ok(ct.decayed().to_ref())
    };
    args.iter().enumerate().skip(declared).map(one).collect()
}

fn perform(
    address: *const u8,
    ct: &CType,
    signature: &Signature,
    args: &[&Obj],
    extra: &[Ref<CType>],
) -> PyResult<Object> {
    let declared = ct.params().len();
    let type_of = |i: usize| if i < declared { ct.param(i) } else { &*extra[i - declared] };
    let size_of_argument = |i: usize| (type_of(i).size().max(0) as usize).next_multiple_of(16);
    let mut values = words((0..args.len()).map(size_of_argument).sum());
    let mut places: SmallVec<[*mut c_void; 12]> = SmallVec::new();
    // Arrays made for the call live until it is over.
    let mut arrays: Vec<Vec<u128>> = Vec::new();
    let mut at = values.as_mut_ptr().cast::<u8>();
    for (i, o) in args.iter().enumerate() {
        let t = type_of(i);
        // SAFETY: `values` has room for all arguments, each at a multiple of 16.
        unsafe {
            if t.kind() == Kind::Pointer {
                let p = match pointer_argument(t, o)? {
                    PointerArgument::Value(p) => p,
                    PointerArgument::Room(bytes) => {
                        let mut array = vec![0u128; bytes.div_ceil(16)];
                        let p = array.as_mut_ptr().cast::<u8>();
                        arrays.push(array);
                        initialize::array(p, t, o)?;
                        p
                    }
                };
                at.cast::<*mut u8>().write(p);
            } else {
                to_c::convert(at, t, o)?;
            }
            places.push(at.cast());
            at = at.add(size_of_argument(i));
        }
    }
    let result = ct.item();
    let mut out = words((result.size().max(16)) as usize);
    let to = out.as_mut_ptr().cast::<c_void>();
    // SAFETY: the program vouches for the function; the arguments have the signature's types.
    gil::allow_threads(|| {
        errno::with_saved_errno(|| unsafe { signature.call(address.cast(), &places, to) });
    });
    // SAFETY: the call has written a value of the result's type.
    unsafe {
        match result.kind() {
            Kind::Void => Ok(dovetail_core::types::none::none().as_obj().to_owned()),
            Kind::Struct | Kind::Union => CData::struct_copy(to.cast(), result),
            _ => from_c::convert(to.cast(), result),
        }
    }
}
