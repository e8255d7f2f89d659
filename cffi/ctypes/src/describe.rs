//! The types in `dovetail_ctype`'s words, which calls are prepared from. Each is described when a call first wants it.

use crate::code;
use crate::field::field;
use crate::info::{self, Info, Kind};
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::Obj;
use dovetail_core::types::type_::Type;
use dovetail_ctype::{
    Field, FieldPlace, Length, Primitive, Quals, Record, RecordKind, RecordLayout, Target, TypeId, Types,
};
use std::cell::{Cell, RefCell};

/// An interpreter's arena.
pub struct Arena(pub RefCell<Types>);

impl Default for Arena {
    fn default() -> Arena {
        Arena(RefCell::new(Types::new(Target::host().unwrap_or(Target::X86_64))))
    }
}

/// An interpreter's `long double _Complex`, once wanted.
#[derive(Default)]
struct Pair(Cell<Option<TypeId>>);

/// The arena of this interpreter.
pub fn arena() -> &'static RefCell<Types> {
    &Interpreter::current().state::<Arena>().0
}

/// `void *`.
pub fn pointer() -> TypeId {
    arena().borrow_mut().pointer(TypeId::VOID, Quals::NONE)
}

pub fn primitive(p: Primitive) -> TypeId {
    arena().borrow_mut().primitive(p)
}

/// `long double _Complex` as an argument: it travels as a record of two `long double`s does.
fn long_double_pair() -> TypeId {
    let long_double = primitive(Primitive::LongDouble);
    let state = Interpreter::current().state::<Pair>();
    if let Some(id) = state.0.get() {
        return id;
    }
    let fields = vec![Field::new("real", long_double), Field::new("imag", long_double)];
    let mut types = arena().borrow_mut();
    let record = Record { fields: Some(fields), ..Record::opaque(RecordKind::Struct, "$") };
    let id = types.new_record(record).1;
    state.0.set(Some(id));
    id
}

/// The type of a type code; what is no number is a pointer.
pub fn of_code(c: u8) -> PyResult<TypeId> {
    if c == b'G' {
        return Ok(long_double_pair());
    }
    Ok(code::primitive(c).map_or_else(pointer, primitive))
}

/// The type of an argument or result: arrays are pointers there.
pub fn of_value(info: &Info) -> PyResult<TypeId> {
    match info.kind {
        Kind::Array => Ok(pointer()),
        _ => of_info(info),
    }
}

fn of_info(info: &Info) -> PyResult<TypeId> {
    if let Some(id) = info.described.get() {
        return Ok(id);
    }
    let id = match info.kind {
        Kind::Simple => of_code(info.code.get())?,
        Kind::Pointer | Kind::Function => pointer(),
        Kind::Array => {
            let item = info.target_info().map_or(Ok(TypeId::VOID), of_info)?;
            arena().borrow_mut().array(item, Quals::NONE, Length::Fixed(info.length.get() as u64))
        }
        Kind::Struct | Kind::Union => record(info)?,
    };
    info.described.set(Some(id));
    Ok(id)
}

fn record(info: &Info) -> PyResult<TypeId> {
    let mut fields = Vec::new();
    let mut layout = RecordLayout {
        size: info.size.get() as u64,
        align: info.align.get().max(1) as u64,
        places: Default::default(),
    };
    let all = info.fields.borrow().clone();
    for f in all.iter().filter_map(|o| field(o)) {
        let Some(target) = info::of_type(f.target()) else { continue };
        let ty = of_info(target)?;
        let p = f.place();
        let name = f.name().to_string_lossy().into_owned();
        fields.push(match p.bits {
            Some((_, n)) => Field::bit_field(name, ty, n),
            None => Field::new(name, ty),
        });
        layout.places.push(FieldPlace {
            offset: p.offset as u64,
            bit_shift: p.bits.map_or(0, |(at, _)| at),
            bits: p.bits.map(|(_, n)| n),
        });
    }
    let kind = if info.kind == Kind::Union { RecordKind::Union } else { RecordKind::Struct };
    let mut types = arena().borrow_mut();
    let (_, id) =
        types.new_record(Record { fields: Some(fields), fixed: Some(layout), ..Record::opaque(kind, "$") });
    Ok(id)
}

/// The type of a result by a `restype`: None is nothing, what is no C type is an int.
pub fn of_result(restype: Option<&Obj>) -> PyResult<TypeId> {
    match restype {
        Some(o) if o.is_none() => Ok(TypeId::VOID),
        Some(o) => match o.downcast::<Type>().and_then(info::of_type) {
            Some(i) => of_value(i),
            None => Ok(primitive(Primitive::Int)),
        },
        None => Ok(primitive(Primitive::Int)),
    }
}
