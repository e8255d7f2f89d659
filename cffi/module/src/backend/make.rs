//! Making type objects: primitives, pointers, arrays, structs, enums, functions.
//!
//! Names are built as cffi builds them, on top of the item's name, so that they are the same to the letter.

use super::arena;
use super::ctype::{CType, Draft};
use super::flags::*;
use super::{call, to_c};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_ctype::{
    Convention, Enum, Enumerator, Length, Primitive, PrimitiveKind, Quals, Record, RecordKind, Type, TypeId,
};

/// `FFI_DEFAULT_ABI` of libffi: `FFI_UNIX64`, on aarch64 `FFI_SYSV`.
pub const DEFAULT_ABI: i32 = if cfg!(target_arch = "aarch64") { 1 } else { 2 };

fn draft(name: String, id: TypeId, kind: Kind, flags: u32, size: isize, length: isize) -> Draft {
    let name_at = name.len();
    Draft {
        name,
        name_at,
        id,
        shared: true,
        kind,
        flags,
        size,
        length,
        item: None,
        stuff: None,
        abi: 0,
        variadic: false,
    }
}

/// Kind and flags of a primitive.
fn describe(p: Primitive) -> (Kind, u32) {
    let target = arena::with(|types| types.target());
    let size = p.size();
    match p.kind(target) {
        PrimitiveKind::Char { signed } => match size {
            1 => (Kind::Char, CHAR),
            2 => (Kind::Char16, CHAR),
            _ => (Kind::Char32, CHAR | if signed { SIGNED_WCHAR } else { 0 }),
        },
        PrimitiveKind::Signed => (
            match size {
                1 => Kind::I8,
                2 => Kind::I16,
                4 => Kind::I32,
                8 => Kind::I64,
                _ => Kind::I128,
            },
            SIGNED,
        ),
        PrimitiveKind::Unsigned => (
            match size {
                1 => Kind::U8,
                2 => Kind::U16,
                4 => Kind::U32,
                8 => Kind::U64,
                _ => Kind::U128,
            },
            UNSIGNED,
        ),
        PrimitiveKind::Bool => (Kind::Bool, UNSIGNED | BOOL),
        PrimitiveKind::Float => match size {
            4 => (Kind::F32, FLOAT),
            8 => (Kind::F64, FLOAT),
            _ => (Kind::LongDouble, FLOAT | LONGDOUBLE),
        },
        PrimitiveKind::Complex => (if size == 8 { Kind::C64 } else { Kind::C128 }, COMPLEX),
    }
}

/// The type of a primitive.
pub fn primitive(p: Primitive) -> PyResult<Ref<CType>> {
    let id = arena::with(|types| types.primitive(p));
    if let Some(ct) = arena::object(id) {
        return Ok(ct);
    }
    let (kind, flags) = describe(p);
    CType::make(draft(p.name().to_owned(), id, kind, flags, p.size() as isize, p.align() as isize))
}

/// The primitive of that name; `KeyError` where there is none.
pub fn primitive_by_name(name: &str) -> PyResult<Ref<CType>> {
    match Primitive::from_name(name) {
        Some(p) => primitive(p),
        None => bail!(KeyError, "{name}"),
    }
}

pub fn void() -> PyResult<Ref<CType>> {
    match arena::object(TypeId::VOID) {
        Some(ct) => Ok(ct),
        None => CType::make(draft("void".to_owned(), TypeId::VOID, Kind::Void, VOID | OPAQUE, -1, -1)),
    }
}

/// `item` with `text` put into its name, where a variable's name then stands `at` bytes further.
fn on_top(item: &CType, text: &str, at: usize) -> (String, usize) {
    (item.name_around(text), item.more().name_at + at)
}

pub fn pointer_type(item: &CType) -> PyResult<Ref<CType>> {
    let item_id = item.id();
    let id = arena::with(|types| types.pointer(item_id, Quals::NONE));
    if let Some(ct) = arena::object(id) {
        return Ok(ct);
    }
    let (name, name_at) = on_top(item, if item.is(ARRAY) { "(*)" } else { " *" }, 2);
    let mut flags = POINTER;
    if item.is(RECORD) {
        flags |= PTR_TO_OWNED;
    }
    if item.is(VOID) {
        flags |= VOID_PTR;
    }
    if item.is(VOID) || item.kind() == Kind::Char {
        flags |= VOIDCHAR_PTR;
    }
    CType::make(Draft {
        name_at,
        item: Some(item.as_obj().to_owned()),
        ..draft(name, id, Kind::Pointer, flags, 8, -1)
    })
}

/// The array of what `pointer` points to; a length below 0 is an open one.
pub fn array_type(pointer: &CType, length: isize) -> PyResult<Ref<CType>> {
    if !pointer.is(POINTER) {
        bail!(TypeError, "first arg must be a pointer ctype");
    }
    let item = pointer.item();
    if item.is(RECORD) {
        item.force()?;
    }
    let item_size = item.size();
    if item_size < 0 {
        bail!(ValueError, "array item of unknown size: '{}'", item.name());
    }
    let (text, size, c_length) = match usize::try_from(length) {
        Err(_) => ("[]".to_owned(), -1, Length::Open),
        Ok(n) => match item_size.checked_mul(length) {
            Some(size) => (format!("[{n}]"), size, Length::Fixed(n as u64)),
            None => bail!(OverflowError, "array size would overflow a Py_ssize_t"),
        },
    };
    let item_id = item.id();
    let id = arena::with(|types| types.array(item_id, Quals::NONE, c_length));
    if let Some(ct) = arena::object(id) {
        return Ok(ct);
    }
    let (name, name_at) = on_top(item, &text, 0);
    CType::make(Draft {
        name_at,
        item: Some(item.as_obj().to_owned()),
        stuff: Some(pointer.as_obj().to_owned()),
        ..draft(name, id, Kind::Array, ARRAY, size, length.max(-1))
    })
}

/// A new struct or union without fields; `name` is what it is shown as (`struct foo`, `foo_t`).
pub fn record_type(name: &str, kind: RecordKind) -> PyResult<Ref<CType>> {
    record_type_with(name, kind, 0)
}

/// As `record_type`; with the flag `OPAQUE` it never gets fields.
pub fn record_type_with(name: &str, kind: RecordKind, more: u32) -> PyResult<Ref<CType>> {
    let prefix = format!("{} ", kind.keyword());
    let record = match name.strip_prefix(&prefix) {
        Some(tag) => Record::opaque(kind, tag),
        None => Record { forced_name: Some(name.to_owned()), ..Record::opaque(kind, name) },
    };
    let (_, id) = arena::with(|types| types.new_record(record));
    let (c_kind, mut flags) = match kind {
        RecordKind::Struct => (Kind::Struct, STRUCT | more),
        RecordKind::Union => (Kind::Union, UNION | more),
    };
    if kind == RecordKind::Struct && matches!(name, "struct _IO_FILE" | "FILE") {
        flags |= FILE;
    }
    let ct = CType::make(Draft { shared: false, ..draft(name.to_owned(), id, c_kind, flags, -1, -1) })?;
    // One record, one object, for as long as it lives.
    arena::enter(id, &ct);
    ct.set_state(UNREALIZED, true);
    Ok(ct)
}

/// An enum with these constants, in the order of the source, stored as `base`.
pub fn enum_type(name: &str, names: &Tuple, values: &Tuple, base: &CType) -> PyResult<Ref<CType>> {
    if names.len() != values.len() {
        bail!(ValueError, "tuple args must have the same size");
    }
    if !base.is(SIGNED | UNSIGNED) {
        bail!(TypeError, "expected a primitive signed or unsigned base type");
    }
    let (by_name, by_value) = (Dict::new()?, Dict::new()?);
    let mut enumerators = Vec::with_capacity(names.len());
    // From the last on: of several names of a value the first one is kept.
    for (key, value) in names.items().iter().zip(values.items()).rev() {
        let Some(text) = key.downcast::<Str>() else {
            bail!(TypeError, "enumerators must be a list of strings");
        };
        let mut room = [0u8; 16];
        // SAFETY: room for any integer.
        unsafe { to_c::convert(room.as_mut_ptr(), base, value)? };
        by_name.set(key, value)?;
        by_value.set(value, key)?;
        enumerators.push(Enumerator {
            name: text.to_string_lossy().into_owned(),
            value: value.index()?.to_i128(),
            doc: None,
        });
    }
    enumerators.reverse();
    let (tag, forced_name) = match name.strip_prefix("enum ") {
        Some(tag) => (tag.to_owned(), None),
        None => (name.to_owned(), Some(name.to_owned())),
    };
    let underlying = base.id();
    let (_, id) = arena::with(|types| {
        types.new_enum(Enum { tag, forced_name, underlying, enumerators: Some(enumerators), partial: false })
    });
    let both = Tuple::from_array([by_name.into_object(), by_value.into_object()])?;
    let ct = CType::make(Draft {
        shared: false,
        stuff: Some(both.into_object()),
        ..draft(name.to_owned(), id, base.kind(), base.flags() | ENUM, base.size(), base.length())
    })?;
    arena::enter(id, &ct);
    Ok(ct)
}

/// The name of a function type with `inner` (`(*)`) where the function's name stands, and where that is.
pub fn function_name(result: &CType, inner: &str, params: &[&CType], variadic: bool) -> (String, usize) {
    let more = result.more();
    let (before, after) = more.name.split_at(more.name_at);
    let mut name = before.to_owned();
    if !inner.starts_with('(') && !before.ends_with('*') {
        name.push(' ');
    }
    name.push_str(inner);
    let name_at = before.len() + inner.len() - 1;
    name.push('(');
    for (i, p) in params.iter().enumerate() {
        if i > 0 {
            name.push_str(", ");
        }
        name.push_str(p.name());
    }
    if variadic {
        name.push_str(if params.is_empty() { "..." } else { ", ..." });
    }
    name.push(')');
    name.push_str(after);
    (name, name_at)
}

/// The type of pointers to functions.
pub fn function_type(params: &Tuple, result: &CType, variadic: bool, abi: i32) -> PyResult<Ref<CType>> {
    if result.is(RECORD) && result.has_state(LAZY) {
        result.force()?;
    }
    if (result.size() < 0 && !result.is(VOID)) || result.is(ARRAY) {
        let name = result.name();
        return Err(if result.is(OPAQUE) {
            raise!(TypeError, "result type '{name}' is opaque")
        } else if result.has_state(UNREALIZED) {
            raise!(TypeError, "result type '{name}' is not yet initialized")
        } else if result.has_state(UNDER_CONSTRUCTION) {
            raise!(TypeError, "result type '{name}' is under construction")
        } else {
            raise!(TypeError, "invalid result type: '{name}'")
        });
    }
    let types = params
        .items()
        .iter()
        .map(|p| p.downcast_exact::<CType>().ok_or_else(|| raise!(TypeError, "expected a tuple of ctypes")))
        .collect::<PyResult<Vec<&CType>>>()?;
    if !variadic {
        call::check_signature(&types, result)?;
    }
    let decayed: Vec<&CType> = types.iter().map(|p| p.decayed()).collect();
    let ids: Vec<TypeId> = decayed.iter().map(|p| p.id()).collect();
    let result_id = result.id();
    // Another number is another type; on our targets all of them are the same call.
    let convention = if abi == DEFAULT_ABI { Convention::C } else { Convention::Stdcall };
    let id = arena::with(|arena| {
        let f = arena.function(result_id, &ids, variadic, convention);
        arena.pointer(f, Quals::NONE)
    });
    if let Some(ct) = arena::object(id) {
        return Ok(ct);
    }
    let (name, name_at) = function_name(result, "(*)", &types, variadic);
    let borrowed: Vec<&Obj> = decayed.iter().map(|p| p.as_obj()).collect();
    let stuff = Tuple::from_slice(&borrowed)?;
    CType::make(Draft {
        name_at,
        item: Some(result.as_obj().to_owned()),
        stuff: Some(stuff.into_object()),
        abi,
        variadic,
        ..draft(name, id, Kind::Function, FUNCTION, 8, -1)
    })
}

/// The type object of an id of the arena, made with all it stands on. Structs and enums must have an object already
/// (whoever brought them in keeps it alive).
pub fn object_of(id: TypeId) -> PyResult<Ref<CType>> {
    if let Some(ct) = arena::object(id) {
        return Ok(ct);
    }
    match arena::with(|types| types.get(id).clone()) {
        Type::Void => void(),
        Type::Primitive(p) => primitive(p),
        Type::Pointer { to, .. } => match arena::with(|types| types.get(to).clone()) {
            Type::Function(f) => {
                let params =
                    f.params.iter().map(|p| Ok(object_of(*p)?.into_object())).collect::<PyResult<_>>()?;
                let abi = if f.convention == Convention::C { DEFAULT_ABI } else { DEFAULT_ABI + 1 };
                function_type(&*Tuple::from_vec(params)?, &*object_of(f.result)?, f.variadic, abi)
            }
            _ => pointer_type(&*object_of(to)?),
        },
        Type::Array { item, length, .. } => {
            let length = match length {
                Length::Fixed(n) => n as isize,
                Length::Open | Length::Dots => -1,
            };
            array_type(&*pointer_type(&*object_of(item)?)?, length)
        }
        Type::Function(_) => {
            let pointer = arena::with(|types| types.pointer(id, Quals::NONE));
            object_of(pointer)
        }
        Type::Record(_) | Type::Enum(_) | Type::Unknown { .. } => {
            let name = arena::with(|types| types.name(id));
            Err(raise!(RuntimeError, "the type '{name}' has no object any more"))
        }
    }
}
