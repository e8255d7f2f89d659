//! Items, types and records as small tuples for Python.

use super::scope::{News, Scope};
use dovetail_cdef::{Declaration, Kind, Linkage, PythonLinkage, Value};
use dovetail_core::error::PyResult;
use dovetail_core::object::Object;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_ctype::{
    Convention, EnumId, Field, Length, Quals, Record, RecordId, Type, TypeId, Types, UnknownKind,
};

fn int(n: i64) -> PyResult<Object> {
    Ok(Int::from_i64(n)?.into_object())
}

fn id(ty: TypeId) -> PyResult<Object> {
    int(ty.index() as i64)
}

fn text(s: &str) -> PyResult<Object> {
    Ok(Str::new(s)?.into_object())
}

fn or_none<T>(value: Option<T>, make: impl FnOnce(T) -> PyResult<Object>) -> PyResult<Object> {
    value.map_or_else(|| Ok(none().to_owned()), make)
}

fn tuple(items: Vec<Object>) -> PyResult<Object> {
    Ok(Tuple::from_vec(items)?.into_object())
}

/// A tuple of str.
pub fn strings<'a>(items: impl Iterator<Item = &'a str>) -> PyResult<Object> {
    tuple(items.map(text).collect::<PyResult<_>>()?)
}

/// A constant's value: int, float or bytes; an address that a macro makes is `(address,)`.
fn value(v: &Value) -> PyResult<Object> {
    match v {
        Value::Integer(n) => Ok(Int::from_i128(*n)?.into_object()),
        Value::Float(x) => Ok(Float::new(*x)?.into_object()),
        Value::Text(bytes) => Ok(Bytes::new(bytes)?.into_object()),
        Value::Address(a) => tuple(vec![Int::from_i128(i128::from(*a))?.into_object()]),
    }
}

/// The key of an item in the package's table of declarations; a second one for the type that a typedef names.
fn keys(types: &Types, item: &Declaration) -> (Option<String>, Option<String>) {
    let name = &item.name;
    let named = |ty: TypeId| match types.get(ty) {
        Type::Record(r) => {
            let r = types.record(*r);
            let ours = r.is_anonymous() && !r.is_opaque() && r.forced_name.as_deref() == Some(name);
            ours.then(|| format!("anonymous {name}"))
        }
        Type::Enum(e) => {
            let e = types.enumeration(*e);
            (e.tag.starts_with('$') && e.forced_name.as_deref() == Some(name))
                .then(|| format!("anonymous {name}"))
        }
        _ => None,
    };
    let key = match &item.kind {
        Kind::Function { linkage, .. } => {
            let kind = match linkage {
                Linkage::Python(PythonLinkage::Python) => "extern_python",
                Linkage::Python(PythonLinkage::PythonPlusC) => "extern_python_plus_c",
                Linkage::Library | Linkage::Inline => "function",
            };
            format!("{kind} {name}")
        }
        Kind::Variable { .. } => format!("variable {name}"),
        Kind::Constant { is_macro: true, .. } | Kind::Constant { value: Some(Value::Integer(_)), .. } => {
            format!("macro {name}")
        }
        Kind::Constant { .. } => format!("constant {name}"),
        Kind::Typedef { ty, .. } => return (named(*ty), Some(format!("typedef {name}"))),
        Kind::Record { ty } => match types.get(*ty) {
            Type::Record(r) => format!("{} {name}", types.record(*r).kind.keyword()),
            _ => return (None, None),
        },
        Kind::Enum { ty } => match types.get(*ty) {
            Type::Enum(e) if name.is_empty() => {
                let e = types.enumeration(*e);
                match &e.forced_name {
                    Some(name) => format!("anonymous {name}"),
                    None => format!("anonymous $enum_{}", e.tag),
                }
            }
            _ => format!("enum {name}"),
        },
        Kind::FunctionMacro { .. } | Kind::OtherMacro { .. } => return (None, None),
    };
    (Some(key), None)
}

/// What `parse` gives; see there.
pub fn outcome(scope: &Scope, news: &News) -> PyResult<Object> {
    let types = scope.types();
    let (keys_, constants, unknown, macros) = (Dict::new()?, Dict::new()?, Dict::new()?, Dict::new()?);
    for (at, item) in scope.items().iter().enumerate().skip(news.first) {
        let number = int(at as i64)?;
        let (first, second) = keys(types, item);
        for key in [first, second].into_iter().flatten() {
            keys_.set_text(&key, &number)?;
        }
        match &item.kind {
            Kind::Constant { value: Some(Value::Integer(n)), .. } => {
                constants.set_text(&item.name, &*Int::from_i128(*n)?.into_object())?;
            }
            Kind::Enum { ty } | Kind::Typedef { ty, .. } => constants_of(types, *ty, &constants, &unknown)?,
            Kind::OtherMacro { body } => macros.set_text(&item.name, &*text(body)?)?,
            Kind::FunctionMacro { params, body } => {
                let params = strings(params.iter().map(String::as_str))?;
                macros.set_text(&item.name, &*tuple(vec![params, text(body)?])?)?;
            }
            _ => {}
        }
    }
    let changed = news.changed.iter().map(|ty| id(*ty)).collect::<PyResult<Vec<_>>>()?;
    let warnings = news.warnings.iter().map(|w| text(w)).collect::<PyResult<Vec<_>>>()?;
    tuple(vec![
        keys_.into_object(),
        constants.into_object(),
        unknown.into_object(),
        List::from_vec(changed)?.into_object(),
        macros.into_object(),
        List::from_vec(warnings)?.into_object(),
    ])
}

fn constants_of(types: &Types, ty: TypeId, constants: &Dict, unknown: &Dict) -> PyResult<()> {
    let &Type::Enum(e) = types.get(ty) else { return Ok(()) };
    let e = types.enumeration(e);
    for c in e.enumerators.iter().flatten() {
        if let Some(n) = c.value {
            constants.set_text(&c.name, &*Int::from_i128(n)?.into_object())?;
        }
        if e.partial {
            unknown.set_text(&c.name, &*id(ty)?)?;
        }
    }
    Ok(())
}

/// See `Declarations.item`.
pub fn describe_item(item: &Declaration) -> PyResult<Object> {
    let mut known = none().to_owned();
    let mut names = none().to_owned();
    let (mut inline, mut linker) = (false, none().to_owned());
    let (ty, quals) = match &item.kind {
        Kind::Function { ty, params, linkage, symbol } => {
            names = strings(params.iter().map(String::as_str))?;
            inline = *linkage == Linkage::Inline;
            linker = or_none(symbol.as_deref(), text)?;
            (*ty, Quals::NONE)
        }
        Kind::Variable { ty, quals } | Kind::Typedef { ty, quals } => (*ty, *quals),
        Kind::Constant { ty, quals, value: v, .. } => {
            known = or_none(v.as_ref(), value)?;
            (*ty, *quals)
        }
        Kind::Record { ty } | Kind::Enum { ty } => (*ty, Quals::NONE),
        Kind::FunctionMacro { .. } | Kind::OtherMacro { .. } => (TypeId::VOID, Quals::NONE),
    };
    tuple(vec![
        id(ty)?,
        int(i64::from(quals.0))?,
        known,
        names,
        or_none(item.doc.as_deref(), text)?,
        bool_obj(inline).to_owned(),
        linker,
    ])
}

/// See `Declarations.type`: `(0,)` void, `(1, name)` primitive, `(2, name)` and `(3, name)` integers and floats of unknown
/// size, `(4, to, quals)`, `(5, item, length, quals)` with None or '...' for a length, `(6, result, params, ellipsis, abi)`,
/// `(7,)` struct or union, `(8,)` enum.
pub fn describe_type(types: &Types, ty: TypeId) -> PyResult<Object> {
    let items = match types.get(ty) {
        Type::Void => vec![int(0)?],
        Type::Primitive(p) => vec![int(1)?, text(p.name())?],
        Type::Unknown { name, kind: UnknownKind::Integer } => vec![int(2)?, text(name)?],
        Type::Unknown { name, kind: UnknownKind::Float } => vec![int(3)?, text(name)?],
        Type::Pointer { to, quals } => {
            // Qualifiers of an array are those of its items.
            let inner = match types.get(*to) {
                Type::Array { quals, .. } => *quals,
                _ => Quals::NONE,
            };
            vec![int(4)?, id(*to)?, int(i64::from(quals.with(inner).0))?]
        }
        Type::Array { item, quals, length } => {
            let length = match length {
                Length::Fixed(n) => Int::from_i128(i128::from(*n))?.into_object(),
                Length::Open => none().to_owned(),
                Length::Dots => Str::intern("...")?.into_object(),
            };
            vec![int(5)?, id(*item)?, length, int(i64::from(quals.0))?]
        }
        Type::Function(f) => {
            let params = f.params.iter().map(|p| id(*p)).collect::<PyResult<Vec<_>>>()?;
            let abi = match f.convention {
                Convention::Stdcall => Some("__stdcall"),
                Convention::C | Convention::MsAbi | Convention::SysV | Convention::Other => None,
            };
            vec![int(6)?, id(f.result)?, tuple(params)?, bool_obj(f.variadic).to_owned(), or_none(abi, text)?]
        }
        Type::Record(_) => vec![int(7)?],
        Type::Enum(_) => vec![int(8)?],
    };
    tuple(items)
}

/// Whether attributes move its members, beyond what `pack` says.
fn has_attributes(record: &Record, fields: &[Field]) -> bool {
    record.aligned.is_some()
        || fields.iter().any(|f| f.packed || f.aligned.is_some() || f.type_align.is_some())
        || (record.packed && record.pack.is_some())
}

/// See `Declarations.record`. `layout` is (size, alignment, offsets, sizes) for records whose places do not follow from
/// their members alone: attributes and headers decide them.
pub fn describe_record(types: &Types, record: RecordId) -> PyResult<Object> {
    let r = types.record(record);
    let fields = or_none(r.fields.as_ref(), |fields| {
        let all = fields.iter().map(|f| {
            tuple(vec![
                text(&f.name)?,
                id(f.ty)?,
                int(f.bits.map_or(-1, i64::from))?,
                int(i64::from(f.quals.0))?,
                or_none(f.doc.as_deref(), text)?,
            ])
        });
        tuple(all.collect::<PyResult<_>>()?)
    })?;
    let list = r.fields.as_deref().unwrap_or_default();
    let told = r.fixed.as_ref().filter(|l| {
        r.partial || has_attributes(r, list) || types.computed_layout(record).is_ok_and(|plain| plain != **l)
    });
    let layout = or_none(told, |l| {
        let offsets = l.places.iter().map(|p| int(p.offset as i64)).collect::<PyResult<Vec<_>>>()?;
        let sizes = list.iter().map(|f| int(types.layout(f.ty).map_or(0, |l| l.size as i64)));
        tuple(vec![
            int(l.size as i64)?,
            int(l.align as i64)?,
            tuple(offsets)?,
            tuple(sizes.collect::<PyResult<_>>()?)?,
        ])
    })?;
    let pack = r.pack.unwrap_or(u64::from(r.packed));
    tuple(vec![
        Str::intern(r.kind.keyword())?.into_object(),
        text(&r.tag)?,
        or_none(r.forced_name.as_deref(), text)?,
        fields,
        bool_obj(r.partial).to_owned(),
        int(pack as i64)?,
        layout,
    ])
}

/// See `Declarations.enumeration`.
pub fn describe_enum(types: &Types, e: EnumId) -> PyResult<Object> {
    let e = types.enumeration(e);
    let names = or_none(e.enumerators.as_ref(), |list| strings(list.iter().map(|c| c.name.as_str())))?;
    let values = or_none(e.enumerators.as_ref(), |list| {
        let all = list.iter().map(|c| or_none(c.value, |n| Ok(Int::from_i128(n)?.into_object())));
        tuple(all.collect::<PyResult<_>>()?)
    })?;
    let underlying = match types.get(e.underlying) {
        Type::Primitive(p) => text(p.name())?,
        _ => none().to_owned(),
    };
    tuple(vec![
        text(&e.tag)?,
        or_none(e.forced_name.as_deref(), text)?,
        names,
        values,
        bool_obj(e.partial).to_owned(),
        underlying,
    ])
}
