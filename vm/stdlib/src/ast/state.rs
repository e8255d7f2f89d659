//! The classes of `_ast` as objects: made once for an interpreter, when the module or a tree is first asked for.

use super::grammar::{Count, Kind, POSITION, grammar};
use super::node::Node;
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::genericalias::GenericAlias;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use std::collections::HashMap;

/// What an interpreter keeps of `_ast`.
pub struct State {
    /// The classes, by their number in the grammar.
    pub types: Vec<Ref<Type>>,
    /// The shared instances of constructors without fields.
    pub instances: Vec<Option<Object>>,
    /// Field names of each class, interned.
    pub names: Vec<Vec<&'static Str>>,
    /// `POSITION`, interned.
    pub position: [&'static Str; 4],
    numbers: HashMap<usize, usize>,
}

impl State {
    /// The interpreter's state, made the first time.
    pub fn get() -> PyResult<&'static State> {
        let cell = &Interpreter::current().syntax_trees;
        if cell.get().is_none() {
            let made = make()?;
            let _ = cell.set(Box::new(made));
        }
        match cell.get().and_then(|state| state.downcast_ref()) {
            Some(state) => Ok(state),
            None => bail!(SystemError, "the classes of syntax trees are missing"),
        }
    }

    /// The class of this name.
    pub fn class(&self, name: &str) -> Option<usize> {
        grammar().number(name)
    }

    /// The number of the nearest class in the MRO of `ty` that is ours and for which `wanted` holds.
    pub fn nearest(&self, ty: &Type, wanted: impl Fn(usize) -> bool) -> Option<usize> {
        ty.mro_types().find_map(|t| {
            self.numbers.get(&(t as *const Type as usize)).copied().filter(|&number| wanted(number))
        })
    }
}

fn interned(name: &str) -> PyResult<&'static Str> {
    let s = Str::intern(name)?;
    s.immortalize();
    // SAFETY: immortal from now on.
    Ok(unsafe { &*(s.into_ptr() as *const Str) })
}

fn tuple_of(names: &[&'static Str]) -> PyResult<Ref<Tuple>> {
    let items: Vec<&Obj> = names.iter().map(|name| name.as_obj()).collect();
    Tuple::from_slice(&items)
}

fn make() -> PyResult<State> {
    dovetail_core::types::ready::ready::<Node>()?;
    let root = Node::type_object();
    root.set_flag(abi::Py_TPFLAGS_IMMUTABLETYPE, false);
    let empty = Tuple::empty();
    for name in [sym!(_fields), sym!(__match_args__), sym!(_attributes)] {
        root.set_attr(name, empty.as_obj())?;
    }
    let g = grammar();
    let mut state = State {
        types: Vec::new(),
        instances: Vec::new(),
        names: Vec::new(),
        position: [
            interned(POSITION[0])?,
            interned(POSITION[1])?,
            interned(POSITION[2])?,
            interned(POSITION[3])?,
        ],
        numbers: HashMap::new(),
    };
    for (number, class) in g.classes.iter().enumerate() {
        let names = class.fields.iter().map(|f| interned(f.name)).collect::<PyResult<Vec<_>>>()?;
        let fields = tuple_of(&names)?;
        let dict = Dict::new()?;
        dict.set(sym!(_fields), fields.as_obj())?;
        dict.set(sym!(__match_args__), fields.as_obj())?;
        dict.set(sym!(__module__), sym!(ast).as_obj())?;
        dict.set(sym!(__doc__), Str::new(&class.doc)?.as_obj())?;
        let base = class.base.map_or(root.as_obj(), |base| state.types[base].as_obj());
        let bases = Tuple::from_slice(&[base])?;
        let name = Str::intern(class.name)?;
        let ty = Type::type_object().call(&[name.as_obj(), bases.as_obj(), dict.as_obj()])?;
        let Ok(ty) = ty.downcast_into::<Type>() else { bail!(SystemError, "type() made no type") };
        if class.base.is_none() {
            let attributes: &[&'static Str] = if class.placed { &state.position } else { &[] };
            ty.set_attr(sym!(_attributes), tuple_of(attributes)?.as_obj())?;
            if class.placed {
                ty.set_attr(state.position[2], none())?;
                ty.set_attr(state.position[3], none())?;
            }
        }
        for (field, name) in class.fields.iter().zip(&names) {
            if field.count == Count::Optional {
                ty.set_attr(name, none())?;
            }
        }
        state.numbers.insert(&*ty as *const Type as usize, number);
        state.types.push(ty);
        state.names.push(names);
    }
    for (number, class) in g.classes.iter().enumerate() {
        let ty = &state.types[number];
        let instance = if class.shared { Some(ty.call(&[])?) } else { None };
        state.instances.push(instance);
    }
    for (number, class) in g.classes.iter().enumerate().filter(|(_, class)| !class.is_sum) {
        let types = Dict::new()?;
        for (field, name) in class.fields.iter().zip(&state.names[number]) {
            types.set(name.as_obj(), &*field_type(&state, field.kind, field.count)?)?;
        }
        let ty = &state.types[number];
        ty.set_attr(sym!(_field_types), types.as_obj())?;
        ty.set_attr(sym!(__annotations__), types.as_obj())?;
    }
    Ok(state)
}

/// What `_field_types` says of a field.
fn field_type(state: &State, kind: Kind, count: Count) -> PyResult<Object> {
    let one: &Obj = match kind {
        Kind::Identifier | Kind::String => Str::type_object().as_obj(),
        Kind::Int => Int::type_object().as_obj(),
        Kind::Constant => Obj::type_object().as_obj(),
        Kind::Node(number) => state.types[number].as_obj(),
    };
    match count {
        Count::One => Ok(one.to_owned()),
        Count::Optional => dovetail_core::types::union::type_or(one, none()),
        Count::Many | Count::ManyOptional => Ok(GenericAlias::new(List::type_object(), one)?.into_object()),
    }
}
