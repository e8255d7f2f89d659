//! From node objects to trees as data, with the checks that come before those of the tree as a whole.

use super::grammar::{Class, Count, Field, Kind, grammar};
use super::node::int_of;
use super::state::State;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::Bool;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::complex::Complex;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::ellipsis;
use dovetail_core::types::set::{FrozenSet, any_set_items};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_front::tree::{Position, Tree, TreeValue};
use dovetail_front::{Const, Wtf8};

/// The tree of a `Module`, `Interactive`, `Expression` or `FunctionType`.
pub fn from_object(object: &Obj) -> PyResult<Tree> {
    let state = State::get()?;
    let Some(number) = state.class("mod") else { bail!(SystemError, "no class 'mod'") };
    match of_class(state, object, number)? {
        Some(tree) => Ok(tree),
        None => bail!(TypeError, "expected some sort of mod, but got {}", shown(object)?),
    }
}

fn shown(o: &Obj) -> PyResult<String> {
    Ok(o.repr()?.to_string_lossy().into_owned())
}

fn required<T>(name: &str, class: &str) -> PyResult<T> {
    bail!(TypeError, "required field \"{name}\" missing from {class}")
}

/// A node of a sum or product; of a sum with fields, `None` stands for no node.
fn of_class(state: &State, object: &Obj, number: usize) -> PyResult<Option<Tree>> {
    let all = &grammar().classes;
    let class = &all[number];
    ThreadState::current().check_recursion(&format!(" while traversing '{}' node", class.name))?;
    if !class.is_sum {
        let fields = fields(state, object, number)?;
        let position = if class.placed { Some(position(state, object, class)?) } else { None };
        return Ok(Some(Tree { kind: class.name, fields, position }));
    }
    let simple = all[number + 1].shared;
    if object.is_none() && !simple {
        return Ok(None);
    }
    let position = if class.placed { Some(position(state, object, class)?) } else { None };
    let Some(number) = state.nearest(object.ob_type(), |n| all[n].base == Some(number)) else {
        bail!(TypeError, "expected some sort of {}, but got {}", class.name, shown(object)?);
    };
    Ok(Some(Tree { kind: all[number].name, fields: fields(state, object, number)?, position }))
}

/// A position attribute: `default` where it may be left out.
fn place(state: &State, object: &Obj, class: &Class, at: usize, default: Option<i64>) -> PyResult<i64> {
    match object.get_attr_opt(state.position[at])? {
        None => match default {
            Some(n) => Ok(n),
            None => required(super::grammar::POSITION[at], class.name),
        },
        Some(value) => match default {
            Some(n) if value.is_none() => Ok(n),
            _ => int_of(&value),
        },
    }
}

fn position(state: &State, object: &Obj, class: &Class) -> PyResult<Position> {
    let line = place(state, object, class, 0, None)?;
    let col = place(state, object, class, 1, None)?;
    let end_line = place(state, object, class, 2, Some(line))?;
    let end_col = place(state, object, class, 3, Some(col))?;
    if line > end_line {
        bail!(ValueError, "AST node line range ({line}, {end_line}) is not valid");
    }
    if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
        bail!(
            ValueError,
            "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
        );
    }
    if line == end_line && col > end_col {
        bail!(ValueError, "line {line}, column {col}-{end_col} is not a valid range");
    }
    let number = |n: i64| u32::try_from(n).unwrap_or(0);
    Ok(Position {
        line: number(line),
        col: number(col),
        end_line: number(end_line),
        end_col: number(end_col),
    })
}

fn fields(state: &State, object: &Obj, number: usize) -> PyResult<Vec<(&'static str, TreeValue)>> {
    let class = &grammar().classes[number];
    let mut out = Vec::with_capacity(class.fields.len());
    for (field, name) in class.fields.iter().zip(&state.names[number]) {
        let found = object.get_attr_opt(name)?;
        out.push((field.name, self::field(state, class, field, found)?));
    }
    Ok(out)
}

fn field(state: &State, class: &Class, field: &Field, found: Option<Object>) -> PyResult<TreeValue> {
    match field.count {
        Count::One => match found {
            None => required(field.name, class.name),
            Some(value) => {
                let value = one(state, field.kind, &value)?;
                if matches!(value, TreeValue::None) && field.kind != Kind::Int {
                    bail!(ValueError, "field '{}' is required for {}", field.name, class.name);
                }
                Ok(value)
            }
        },
        Count::Optional => match found.filter(|value| !value.is_none()) {
            None if field.kind == Kind::Int => Ok(TreeValue::Int(0)),
            None => Ok(TreeValue::None),
            Some(value) => one(state, field.kind, &value),
        },
        Count::Many | Count::ManyOptional => {
            let Some(value) = found else { return Ok(TreeValue::List(Vec::new())) };
            let Some(list) = value.downcast::<List>() else {
                bail!(
                    TypeError,
                    "{} field \"{}\" must be a list, not a {}",
                    class.name,
                    field.name,
                    value.type_name()
                );
            };
            let length = list.len();
            let mut items = Vec::with_capacity(length);
            for i in 0..length {
                let Some(item) = list.get(i) else { break };
                items.push(one(state, field.kind, &item)?);
                if list.len() != length {
                    bail!(
                        RuntimeError,
                        "{} field \"{}\" changed size during iteration",
                        class.name,
                        field.name
                    );
                }
            }
            Ok(TreeValue::List(items))
        }
    }
}

fn one(state: &State, kind: Kind, value: &Obj) -> PyResult<TreeValue> {
    Ok(match kind {
        Kind::Node(number) => of_class(state, value, number)?.map_or(TreeValue::None, Into::into),
        Kind::Int => TreeValue::Int(int_of(value)?),
        Kind::Constant => TreeValue::Const(to_const(value)?),
        Kind::Identifier => match value.downcast_exact::<Str>() {
            Some(text) => TreeValue::Name(text.as_str()?.to_owned()),
            None if value.is_none() => TreeValue::None,
            None => bail!(TypeError, "AST identifier must be of type str"),
        },
        Kind::String => match (value.downcast_exact::<Str>(), value.downcast_exact::<Bytes>()) {
            (Some(text), _) => TreeValue::Name(text.as_str()?.to_owned()),
            (None, Some(bytes)) => TreeValue::Name(String::from_utf8_lossy(bytes.as_slice()).into_owned()),
            _ => bail!(TypeError, "AST string must be of type str"),
        },
    })
}

/// UTF-8 in which a surrogate takes three bytes.
fn wtf8(text: &Str) -> Wtf8 {
    if let Some(ascii) = text.as_ascii() {
        return Wtf8::from(ascii);
    }
    let mut out = Vec::with_capacity(text.len() * 2);
    for c in text.text().iter() {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => {
                out.extend([0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3f) as u8, 0x80 | (c & 0x3f) as u8])
            }
        }
    }
    Wtf8::from_bytes(out)
}

/// The value of a `Constant`.
fn to_const(value: &Obj) -> PyResult<Const> {
    let all = |items: &[Object]| items.iter().map(|item| to_const(item)).collect::<PyResult<Vec<_>>>();
    ThreadState::current().check_recursion(" during compilation")?;
    Ok(if value.is_none() {
        Const::None
    } else if value.is(ellipsis()) {
        Const::Ellipsis
    } else if value.is_exact::<Bool>() {
        Const::Bool(value.is_true()?)
    } else if let Some(int) = value.downcast_exact::<Int>() {
        match int.to_i64() {
            Some(n) => Const::Int(n),
            None => Const::BigInt { negative: int.is_negative(), digits: int.int_ref().digits.to_vec() },
        }
    } else if let Some(float) = value.downcast_exact::<Float>() {
        Const::Float(float.value())
    } else if let Some(complex) = value.downcast_exact::<Complex>() {
        let parts = complex.value();
        Const::Complex { real: parts.real, imag: parts.imag }
    } else if let Some(text) = value.downcast_exact::<Str>() {
        Const::Str(wtf8(text))
    } else if let Some(bytes) = value.downcast_exact::<Bytes>() {
        Const::Bytes(bytes.as_slice().to_vec())
    } else if let Some(tuple) = value.downcast_exact::<Tuple>() {
        Const::Tuple(all(tuple.items())?)
    } else if value.is_exact::<FrozenSet>() {
        let items: Vec<Object> =
            any_set_items(value).unwrap_or_default().into_iter().map(|(item, _)| item).collect();
        Const::FrozenSet(all(&items)?)
    } else {
        bail!(TypeError, "got an invalid type in Constant: {}", value.type_name())
    })
}
