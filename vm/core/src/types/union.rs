//! `typing.Union`: unions of types, as `int | str` makes them (PEP 604).

use crate::error::PyResult;
use crate::object::convert::CompareOp;
use crate::object::obj::Obj;
use crate::object::{Native, Object, Ref, ToRef, alloc};
use crate::types::bool_::bool_obj;
use crate::types::genericalias::{GenericAlias, make_parameters, push_type_repr, substitute};
use crate::types::none::{NoneType, not_implemented};
use crate::types::set::{FrozenSet, Set};
use crate::types::str_::Str;
use crate::types::support::{builtin, owned};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

/// A union: its members in order, the hashable ones as a frozenset, the others as a tuple or NULL.
#[repr(C)]
pub struct UnionBody {
    pub ob_base: abi::PyObject,
    pub args: *mut abi::PyObject,
    pub hashable: *mut abi::PyObject,
    pub unhashable: *mut abi::PyObject,
    pub parameters: *mut abi::PyObject,
    pub weakreflist: *mut abi::PyObject,
}

/// Unions of types.
/// ---
/// Represent a union type
///
/// E.g. for int | str
#[pytype(
    name = "typing.Union", body = UnionBody, export = "_PyUnion_Type", refs(args, hashable, unhashable, parameters), gc,
    weaklist = weakreflist,
)]
pub struct Union;

/// Collects the members of a union, each once.
struct Builder {
    args: Vec<Object>,
    hashable: Ref<Set>,
    unhashable: Vec<Object>,
    /// Are the members known to be types?
    checked: bool,
}

impl Builder {
    fn new(checked: bool) -> PyResult<Builder> {
        Ok(Builder { args: Vec::new(), hashable: Set::new()?, unhashable: Vec::new(), checked })
    }

    fn add(&mut self, arg: &Obj) -> PyResult<()> {
        if let Some(u) = arg.downcast_exact::<Union>() {
            for a in u.args().items() {
                self.add_one(a)?;
            }
            return Ok(());
        }
        if arg.is_none() {
            return self.add_one(NoneType::type_object());
        }
        if self.checked || is_unionable(arg) {
            return self.add_one(arg);
        }
        // What is no type may be made one by `typing`: a string becomes a forward reference.
        let typing = builtin(sym!(__import__))?.call(&[sym!(typing)])?;
        let message = Str::new("Union[arg, ...]: each arg must be a type.")?;
        let arg = typing.get_attr(sym!(_type_check))?.call(&[arg, &message])?;
        self.add_one(&arg)
    }

    fn add_one(&mut self, arg: &Obj) -> PyResult<()> {
        match arg.hash() {
            Ok(_) => {
                if self.hashable.contains_key(arg)? {
                    return Ok(());
                }
                self.hashable.add(arg)?;
            }
            Err(e) => {
                e.clear();
                for u in &self.unhashable {
                    if u.equals(arg)? {
                        return Ok(());
                    }
                }
                self.unhashable.push(arg.to_owned());
            }
        }
        self.args.push(arg.to_owned());
        Ok(())
    }

    fn finish(mut self) -> PyResult<Object> {
        match self.args.len() {
            0 => bail!(TypeError, "Cannot take a Union of no types."),
            1 => return Ok(self.args.remove(0)),
            _ => {}
        }
        let args = Tuple::from_vec(self.args)?;
        let hashable = FrozenSet::from_iterable(&self.hashable)?;
        let unhashable = if self.unhashable.is_empty() { None } else { Some(Tuple::from_vec(self.unhashable)?) };
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let u = alloc::new_body::<Union>()?;
            let b = u.body();
            (*b).args = args.into_ptr();
            (*b).hashable = hashable.into_ptr();
            (*b).unhashable = unhashable.map_or(std::ptr::null_mut(), Ref::into_ptr);
            Ok(u.into_object())
        }
    }
}

/// May this be a member of a union by `|`?
fn is_unionable(o: &Obj) -> bool {
    o.is_none()
        || o.is_a::<Type>()
        || o.is_a::<GenericAlias>()
        || o.is_exact::<Union>()
        || o.ob_type().name() == "typing.TypeAliasType"
}

/// `a | b` of types.
pub fn type_or(a: &Obj, b: &Obj) -> PyResult<Object> {
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(not_implemented().to_owned());
    }
    let mut u = Builder::new(true)?;
    u.add(a)?;
    u.add(b)?;
    u.finish()
}

/// `Union[args]`; what is no type is shown to `typing`.
pub fn from_arguments(args: &Obj) -> PyResult<Object> {
    let mut u = Builder::new(false)?;
    match args.downcast_exact::<Tuple>() {
        Some(t) => {
            for a in t.items() {
                u.add(a)?;
            }
        }
        None => u.add(args)?,
    }
    u.finish()
}

impl Union {
    /// The members.
    pub fn args(&self) -> Ref<Tuple> {
        // SAFETY: never NULL while anybody can call.
        unsafe { Ref::from_borrowed((*self.body()).args) }
    }

    fn hashable(&self) -> Object {
        // SAFETY: as above.
        unsafe { Ref::from_borrowed((*self.body()).hashable) }
    }

    fn unhashable(&self) -> Option<Ref<Tuple>> {
        // SAFETY: NULL or a tuple.
        unsafe { ((*self.body()).unhashable as *const Tuple).as_ref().map(ToRef::to_ref) }
    }

    fn parameters(&self) -> PyResult<Ref<Tuple>> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).parameters.is_null() {
                let p = make_parameters(self.args().items())?;
                crate::object::obj::replace(&raw mut (*b).parameters, Some(p.into_object()));
            }
            Ok(Ref::from_borrowed((*b).parameters))
        }
    }

    fn equal(&self, o: &Union) -> PyResult<bool> {
        if !self.hashable().equals(&o.hashable())? {
            return Ok(false);
        }
        let (a, b) = match (self.unhashable(), o.unhashable()) {
            (None, None) => return Ok(true),
            (Some(a), Some(b)) if a.len() == b.len() => (a, b),
            _ => return Ok(false),
        };
        for x in a.items() {
            if !b.contains(x)? {
                return Ok(false);
            }
        }
        for x in b.items() {
            if !a.contains(x)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[pymethods(members(("__args__", _Py_T_OBJECT, args, abi::Py_READONLY, ""),))]
impl Union {
    #[slot(tp_clear, raw)]
    unsafe extern "C" fn keep(_: *mut abi::PyObject) -> std::ffi::c_int {
        // The members break the cycles that a union is part of.
        0
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let mut out = TextBuf::with_capacity(32);
        for (i, a) in self.args().items().iter().enumerate() {
            if i > 0 {
                out.push_str(" | ");
            }
            push_type_repr(&mut out, a)?;
        }
        Str::from_buf(out)
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        if let Some(u) = self.unhashable() {
            for x in u.items() {
                x.hash()?;
            }
            bail!(TypeError, "union contains {} unhashable elements", u.len());
        }
        self.hashable().hash()
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(o), CompareOp::Eq | CompareOp::Ne) = (other.downcast_exact::<Union>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        Ok(bool_obj(self.equal(o)? == (op == CompareOp::Eq)).to_owned())
    }

    #[slot(tp_getattro)]
    fn getattro_slot(&self, name: &Obj) -> PyResult<Object> {
        let name = crate::object::abstract_::attribute_name(name)?;
        if name.equals_str("__module__") {
            return self.ob_type().get_attr(name);
        }
        crate::types::object_::generic_getattr(self, name)
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        type_or(a, b)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, item: &Obj) -> PyResult<Object> {
        let args = substitute(self, &*self.args(), &*self.parameters()?, item)?;
        let mut u = Builder::new(true)?;
        for a in args.items() {
            u.add(a)?;
        }
        u.finish()
    }

    #[method(name = "__mro_entries__")]
    fn mro_entries(&self, _object: &Obj) -> PyResult<Object> {
        bail!(TypeError, "Cannot subclass {}", self.repr()?.to_string_lossy())
    }

    /// Create a union containing the given types
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(_cls: &Type, object: &Obj) -> PyResult<Object> {
        from_arguments(object)
    }

    /// Name of the type
    #[getter(name = "__name__")]
    fn name_getter(&self) -> &'static str {
        "Union"
    }

    /// Qualified name of the type
    #[getter(name = "__qualname__")]
    fn qualname_getter(&self) -> &'static str {
        "Union"
    }

    /// Always returns the type
    #[getter(name = "__origin__")]
    fn origin(&self) -> Object {
        owned(Union::type_object())
    }

    /// Type variables in the types.UnionType.
    #[getter(name = "__parameters__")]
    fn parameters_getter(&self) -> PyResult<Ref<Tuple>> {
        self.parameters()
    }
}

/// The members of a union, for `isinstance` and `issubclass`; `None` for other objects.
pub fn members(o: &Obj) -> Option<Ref<Tuple>> {
    o.downcast_exact::<Union>().map(Union::args)
}
