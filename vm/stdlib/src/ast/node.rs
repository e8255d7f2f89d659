//! `ast.AST`, the base of all node classes: construction, copying, pickling, `repr`.

use super::state::State;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::genericalias::GenericAlias;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::raising::warn;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

/// A node: its attributes.
#[repr(C)]
pub struct NodeBody {
    pub ob_base: abi::PyObject,
    pub dict: *mut abi::PyObject,
}

/// Nodes of syntax trees.
#[pytype(name = "ast.AST", body = NodeBody, dict = dict, refs(dict), gc, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Node;

/// How deep `repr` looks.
const REPR_DEPTH: u32 = 3;

/// A new node without attributes.
pub fn new_node(cls: &Type) -> PyResult<(Object, Ref<Dict>)> {
    let dict = Dict::new()?;
    // SAFETY: the field is filled before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        (*(o.as_raw() as *mut NodeBody)).dict = dict.clone().into_ptr();
        Ok((o, dict))
    }
}

impl Node {
    /// The attributes, made when there are none.
    fn dict(&self) -> PyResult<Ref<Dict>> {
        // SAFETY: own field, NULL or a dict.
        unsafe {
            if (*self.body()).dict.is_null() {
                (*self.body()).dict = Dict::new()?.into_ptr();
            }
            Ok((*((*self.body()).dict as *const Dict)).to_ref())
        }
    }
}

/// The elements of a class's `_fields` or `_attributes`.
fn names_of(ty: &Type, name: &Str) -> PyResult<Vec<Object>> {
    let Some(all) = ty.as_obj().get_attr_opt(name)? else { return Ok(Vec::new()) };
    let n = all.len_()?;
    let mut out = Vec::with_capacity(n);
    for i in 0..n {
        out.push(all.sequence_get(i as isize)?);
    }
    Ok(out)
}

fn holds(all: &[Object], key: &Obj) -> PyResult<bool> {
    for one in all {
        if one.equals(key)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn set(node: &Obj, name: &Obj, value: &Obj) -> PyResult<()> {
    match name.downcast::<Str>() {
        Some(name) => node.set_attr(name, value),
        None => bail!(TypeError, "attribute name must be string, not '{}'", name.type_name()),
    }
}

fn shown(o: &Obj) -> PyResult<String> {
    Ok(o.repr()?.to_string_lossy().into_owned())
}

fn deprecated(message: &str) -> PyResult<()> {
    warn(exc::DeprecationWarning(), message, 1)
}

/// Gives a field that the constructor was not told its default.
fn set_default(node: &Obj, ty: &Type, types: &Obj, name: &Obj) -> PyResult<()> {
    let class = ty.short_name();
    let of = match types.downcast::<Dict>() {
        Some(types) => types.get(name)?,
        None => Some(types.get_item(name)?),
    };
    let Some(of) = of else {
        return deprecated(&format!(
            "Field {} is missing from {class}._field_types. This will become an error in Python 3.15.",
            shown(name)?
        ));
    };
    if dovetail_core::types::union::members(&of).is_some() {
        // An optional field: the class has `None`.
        return Ok(());
    }
    if of.is_a::<GenericAlias>() {
        return set(node, name, List::new()?.as_obj());
    }
    let state = State::get()?;
    if state.class("expr_context").is_some_and(|number| state.types[number].is(&of))
        && let Some(load) = state.class("Load").and_then(|number| state.instances[number].as_ref())
    {
        return set(node, name, load);
    }
    deprecated(&format!(
        "{class}.__init__ missing 1 required positional argument: {}. This will become an error in Python 3.15.",
        shown(name)?
    ))
}

/// What `copy.replace` may not change, or leaves unset.
fn check_replacement(ty: &Type, fields: &[Object], given: Option<&Dict>, dict: &Dict) -> PyResult<()> {
    let class = ty.short_name();
    let mut missing: Vec<Object> = fields.to_vec();
    missing.extend(names_of(ty, sym!(_attributes))?);
    let discard = |missing: &mut Vec<Object>, key: &Obj| -> PyResult<bool> {
        let before = missing.len();
        let mut kept = Vec::with_capacity(before);
        for one in missing.drain(..) {
            if !one.equals(key)? {
                kept.push(one);
            }
        }
        *missing = kept;
        Ok(missing.len() != before)
    };
    for (key, _) in given.map(dovetail_core::types::dict_methods::snapshot).unwrap_or_default() {
        if !discard(&mut missing, &key)? {
            bail!(TypeError, "{class}.__replace__ got an unexpected keyword argument {}.", shown(&key)?);
        }
    }
    for (key, _) in dovetail_core::types::dict_methods::snapshot(dict) {
        discard(&mut missing, &key)?;
    }
    // Positions need not be there, and what the class gives `None` to is not missing.
    for key in names_of(ty, sym!(_attributes))? {
        discard(&mut missing, &key)?;
    }
    if let Some(types) = ty.as_obj().get_attr_opt(sym!(_field_types))?
        && let Some(types) = types.downcast::<Dict>()
    {
        for (key, of) in dovetail_core::types::dict_methods::snapshot(types) {
            if dovetail_core::types::union::members(&of).is_some() {
                discard(&mut missing, &key)?;
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let names = List::from_vec(missing)?;
    names.sort_default()?;
    let list = names.to_vec().iter().map(|name| shown(name)).collect::<PyResult<Vec<_>>>()?;
    let s = if list.len() == 1 { "" } else { "s" };
    bail!(TypeError, "{class}.__replace__ missing {} keyword argument{s}: {}.", list.len(), list.join(", "))
}

fn push_value(out: &mut TextBuf, value: &Obj, depth: u32) -> PyResult<()> {
    match value.downcast::<Node>() {
        Some(_) => push_node(out, value, depth - 1),
        None => dovetail_core::types::support::push_repr(out, value),
    }
}

/// Of a long sequence, the first and the last element.
fn push_sequence(out: &mut TextBuf, items: &[Object], depth: u32, ends: [&str; 2]) -> PyResult<()> {
    out.push_str(ends[0]);
    if let Some(first) = items.first() {
        push_value(out, first, depth)?;
    }
    if items.len() > 2 {
        out.push_str(", ...");
    }
    if let Some(last) = items.last().filter(|_| items.len() > 1) {
        out.push_str(", ");
        push_value(out, last, depth)?;
    }
    out.push_str(ends[1]);
    Ok(())
}

fn push_node(out: &mut TextBuf, node: &Obj, depth: u32) -> PyResult<()> {
    let ty = node.ob_type();
    out.push_str(ty.short_name());
    if depth == 0 {
        out.push_str("(...)");
        return Ok(());
    }
    let inner = ThreadState::current().repr_guard(node, || -> PyResult<()> {
        out.push_str("(");
        for (i, name) in names_of(ty, sym!(_fields))?.iter().enumerate() {
            let Some(name) = name.downcast::<Str>() else {
                bail!(TypeError, "attribute name must be string, not '{}'", name.type_name());
            };
            let value = node.get_attr(name)?;
            if i > 0 {
                out.push_str(", ");
            }
            out.push_text(name.text());
            out.push_str("=");
            if let Some(list) = value.downcast::<List>() {
                push_sequence(out, &list.to_vec(), depth, ["[", "]"])?;
            } else if let Some(tuple) = value.downcast::<Tuple>() {
                push_sequence(out, tuple.items(), depth, ["(", ")"])?;
            } else {
                push_value(out, &value, depth)?;
            }
        }
        out.push_str(")");
        Ok(())
    });
    match inner {
        Some(result) => result,
        None => {
            out.push_str("(...)");
            Ok(())
        }
    }
}

#[pymethods]
impl Node {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: a body whose one field may be NULL.
        unsafe { type_alloc(cls, 0) }
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        let ty = self.ob_type();
        let fields = names_of(ty, sym!(_fields))?;
        let class = ty.short_name();
        if fields.len() < args.len() {
            let s = if fields.len() == 1 { "" } else { "s" };
            bail!(TypeError, "{class} constructor takes at most {} positional argument{s}", fields.len());
        }
        let mut remaining: Vec<Object> = Vec::new();
        for (i, name) in fields.iter().enumerate() {
            match args.items().get(i) {
                Some(value) => set(self, name, value)?,
                None => remaining.push(name.clone()),
            }
        }
        let mut attributes = None;
        for (key, value) in kwargs.map(dovetail_core::types::dict_methods::snapshot).unwrap_or_default() {
            if holds(&fields, &key)? {
                let before = remaining.len();
                let mut kept = Vec::with_capacity(before);
                for one in remaining.drain(..) {
                    if !one.equals(&key)? {
                        kept.push(one);
                    }
                }
                remaining = kept;
                if remaining.len() == before {
                    bail!(TypeError, "{class} got multiple values for argument {}", shown(&key)?);
                }
            } else {
                if attributes.is_none() {
                    attributes = Some(names_of(ty, sym!(_attributes))?);
                }
                if !holds(attributes.as_deref().unwrap_or_default(), &key)? {
                    deprecated(&format!(
                        "{class}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15.",
                        shown(&key)?
                    ))?;
                }
            }
            set(self, &key, &value)?;
        }
        if remaining.is_empty() {
            return Ok(());
        }
        // A class written by hand need not say what its fields hold.
        if let Some(types) = ty.as_obj().get_attr_opt(sym!(_field_types))? {
            for name in &remaining {
                set_default(self, ty, &types, name)?;
            }
        }
        Ok(())
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        ThreadState::current().check_recursion(" while getting the repr of an object")?;
        let mut out = TextBuf::with_capacity(64);
        push_node(&mut out, self, REPR_DEPTH)?;
        Str::from_buf(out)
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self) -> PyResult<Ref<Dict>> {
        self.dict()
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "cannot delete __dict__") };
        if !value.is_a::<Dict>() {
            bail!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", value.type_name());
        }
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).dict, Some(value.to_owned())) };
        Ok(())
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // Required fields must be given to the constructor, or it warns; their values come with the state.
        let dict = self.dict()?;
        let mut args = Vec::new();
        for name in names_of(self.ob_type(), sym!(_fields))? {
            if !dict.contains_key(&name)? {
                break;
            }
            args.push(none().to_owned());
        }
        let parts =
            [self.ob_type().as_obj().to_owned(), Tuple::from_vec(args)?.into_object(), dict.into_object()];
        Ok(Tuple::from_array(parts)?.into_object())
    }

    #[method(name = "__replace__", sig = "(*args, **fields)")]
    fn replace_method(&self, args: &[&Obj], fields: Option<&Dict>) -> PyResult<Object> {
        if !args.is_empty() {
            bail!(TypeError, "__replace__() takes no positional arguments");
        }
        let ty = self.ob_type();
        let names = names_of(ty, sym!(_fields))?;
        let dict = self.dict()?;
        check_replacement(ty, &names, fields, &dict)?;
        let payload = Dict::new()?;
        for name in names.iter().chain(&names_of(ty, sym!(_attributes))?) {
            if let Some(value) = dict.get(name)? {
                payload.set(name, &value)?;
            }
        }
        if let Some(fields) = fields {
            payload.update_from(fields)?;
        }
        ty.as_obj().call_dict(&Tuple::empty(), Some(&payload))
    }
}

/// Is the object a node?
pub fn is_node(o: &Obj) -> bool {
    o.ob_type().is_subtype(Node::type_object())
}

/// The number behind a position attribute or an `int` field.
pub fn int_of(value: &Obj) -> PyResult<i64> {
    let Some(int) = value.downcast::<Int>() else {
        bail!(ValueError, "invalid integer value: {}", shown(value)?);
    };
    match int.to_i64().filter(|n| i32::try_from(*n).is_ok()) {
        Some(n) => Ok(n),
        None => bail!(OverflowError, "Python int too large to convert to C int"),
    }
}
